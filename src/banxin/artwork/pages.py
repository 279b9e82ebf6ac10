"""Pages of strangers' PDFs as artwork: their size, what is in them, and the form that is placed."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Matrix

from banxin.artwork.copying import Transfer
from banxin.artwork.reading import UnusableError, opened
from banxin.artwork.rebuilding import Found, Rebuilder
from banxin.artwork.targets import PlateOf, Press, Screen, Spots
from banxin.assets.colour import Cmyk
from banxin.units import Length

RECIPE: Final = 2  # counts up when the same page is written in another way
_BOXES: Final = ("/ArtBox", "/TrimBox", "/CropBox")  # the first that there is
LEAST: Final = Length.mm(0.5)
MOST: Final = Length.mm(6000)
Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of a page once it was gone through.

    Attributes:
        width, height: of its art box, upright, in mm.
        pages: that the file has.
        spots: its plates beyond the four, and what stands for their full tone, in percent.
        light: colours that are in RGB or Lab, as in `Found`.
        bleed: how much of the page there is around its art box, in mm, on the side that has least.
        fonts: the names of those that its type is in.
    """

    width: float
    height: float
    pages: int
    spots: Mapping[str, Cmyk]
    light: tuple[str, ...]
    transparent: bool
    hidden: bool
    profiles: tuple[bytes, ...]
    bleed: float
    fonts: tuple[str, ...]


def look(data: bytes, page: int) -> PageFacts:
    """Raises: UnusableError."""
    spots = Spots()
    with opened(data) as pdf:
        count, one = _page(pdf, page)
        box, scale = art_box(one), _unit(one)
        found = _rebuilt(pdf, one, spots, None)[1]
        turned = _turned(one) in {90, 270}
        beyond = _around(one, box)
    wide, high = (Length.pt(side * scale).in_mm for side in (box[2] - box[0], box[3] - box[1]))
    return PageFacts(
        *((high, wide) if turned else (wide, high)),
        count,
        dict(spots.used),
        tuple(sorted(found.light)),
        found.transparent,
        found.hidden,
        tuple(found.profiles),
        Length.pt(beyond * scale).in_mm,
        tuple(sorted(found.fonts)),
    )


def form(
    data: bytes,
    page: int,
    icc: bytes,
    known: PlateOf,
    *,
    screen: bool,
    beyond: float = 0,
) -> bytes:
    """A PDF whose catalogue has the page as a form at `/Artwork`, which fills the unit square; on
    its one page it is drawn as large as it is.

    Args:
        icc: of the press.
        known: the plates of the edition, by the names that the page has for them.
        screen: whether colours are those of a screen.
        beyond: mm around the art box that are in the square, too.

    Raises:
        UnusableError: as `look`.
    """
    spots = Spots(icc, known)
    with opened(data) as pdf:
        _, one = _page(pdf, page)
        made, _ = _rebuilt(pdf, one, spots, icc if screen else None)
        grown = Length.mm(beyond).in_pt / _unit(one)
        left, low, right, high = art_box(one)
        box = (left - grown, low - grown, right + grown, high + grown)
        return _saved(made, box, _turned(one), _unit(one))


def _rebuilt(
    pdf: pikepdf.Pdf, page: pikepdf.Page, spots: Spots, screen: bytes | None
) -> tuple[tuple[pikepdf.Pdf, Any], Found]:
    out = pikepdf.new()
    target = Press(spots) if screen is None else Screen(spots, screen)
    rebuilder = Rebuilder(pdf, Transfer(out), target, spots)
    made = rebuilder.page(page)
    return (out, made), rebuilder.found


def _saved(made: tuple[pikepdf.Pdf, Any], box: Rect, turned: int, unit: float) -> bytes:
    out, stream = made
    stream.BBox = Array([_number(side) for side in box])
    m = _into_unit_square(box, turned)
    stream.Matrix = Array([_number(part) for part in (m.a, m.b, m.c, m.d, m.e, m.f)])
    wide, high = (unit * side for side in (box[2] - box[0], box[3] - box[1]))
    if turned in {90, 270}:
        wide, high = high, wide
    page = out.add_blank_page(page_size=(wide, high))
    page.obj.Resources = Dictionary(XObject=Dictionary(Artwork=stream))
    page.obj.Contents = out.make_stream(f"{wide:.4f} 0 0 {high:.4f} 0 0 cm /Artwork Do".encode())
    out.Root.Artwork = stream
    held = io.BytesIO()
    out.save(held, static_id=True, compress_streams=True)
    return held.getvalue()


def _into_unit_square(box: Rect, turned: int) -> Matrix:
    """What brings *box* there, turned clockwise as the page is shown."""
    wide, high = box[2] - box[0], box[3] - box[1]
    flat = Matrix(1 / wide, 0, 0, 1 / high, -box[0] / wide, -box[1] / high)
    turns = {
        0: Matrix(),
        90: Matrix(0, -1, 1, 0, 0, 1),
        180: Matrix(-1, 0, 0, -1, 1, 1),
        270: Matrix(0, 1, -1, 0, 1, 0),
    }
    return flat @ turns[turned]


def _number(value: float) -> Decimal:
    return Decimal(f"{value:.8f}").normalize() + 0


# --- boxes ----------------------------------------------------------------------------------


def _page(pdf: pikepdf.Pdf, number: int) -> tuple[int, pikepdf.Page]:
    """Raises: UnusableError, there is no such page."""
    count = len(pdf.pages)
    if not count:
        raise UnusableError("artwork/damaged", why="no pages")
    if not 1 <= number <= count:
        raise UnusableError("artwork/no-page", page=number, pages=count)
    return count, pdf.pages[number - 1]


def art_box(page: pikepdf.Page) -> Rect:
    """What is placed of a page: its art box, else its trim, else what it shows.

    Raises:
        UnusableError: it has no size that anything could be printed in.
    """
    media = _rect(page.mediabox)
    found = next((_rect(page.obj[key]) for key in _BOXES if key in page.obj), None)
    if found is None:
        found = _rect(page.cropbox)
    box = (
        max(found[0], media[0]), max(found[1], media[1]),
        min(found[2], media[2]), min(found[3], media[3]),
    )  # fmt: skip
    scale = _unit(page)
    sides = [Length.pt((box[at + 2] - box[at]) * scale) for at in (0, 1)]
    if not all(LEAST <= side <= MOST for side in sides):
        size = " × ".join(f"{side.in_mm:.4g}" for side in sides)
        raise UnusableError("artwork/size", size=size)
    return box


def _around(page: pikepdf.Page, box: Rect) -> float:
    """Points of bleed around *box*, on the side that has least."""
    media = _rect(page.obj.get("/BleedBox", page.mediabox))
    return max(0.0, min(box[0] - media[0], box[1] - media[1], media[2] - box[2], media[3] - box[3]))


def _rect(numbers: Any) -> Rect:
    x0, y0, x1, y1 = (float(v) for v in numbers)
    if not all(map(math.isfinite, (x0, y0, x1, y1))):
        raise UnusableError("artwork/size", size="∞")
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _unit(page: pikepdf.Page) -> float:
    unit = float(page.obj.get("/UserUnit", 1))
    return unit if 0 < unit < 1000 else 1.0


def _turned(page: pikepdf.Page) -> int:
    at: Any = page.obj
    for _ in range(50):  # it may stand above the page (7.7.3.4)
        if "/Rotate" in at:
            return round(float(at.Rotate) / 90) * 90 % 360
        if "/Parent" not in at:
            break
        at = at.Parent
    return 0
