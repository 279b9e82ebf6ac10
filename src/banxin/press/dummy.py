"""A folding dummy: pages two by two on office paper, to be printed on both sides and folded.

For hands, to turn the leaves and see what faces what; not for presses. Pages are made smaller
where they have to be, marks and bleed are left away, creep is not allowed for, and colours stay as
they are. A print shop imposes by itself.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, String

from banxin.diagnostics import BanxinError, error
from banxin.press.metadata import CREATOR
from banxin.units import Length

FINISH: Final = "dummy"
SHEETS: Final = {"A4": (Length.mm(297), Length.mm(210)), "A3": (Length.mm(420), Length.mm(297))}
_EDGE: Final = Length.mm(8).in_pt  # no office printer reaches the paper's edge
_LABEL: Final = Length.mm(4.6).in_pt  # the label's baseline above the paper's foot
_TICK: Final = Length.mm(4).in_pt
_SIZE: Final = 6.0  # pt
_WIDTH: Final = 0.5  # em, about, of a letter of Helvetica

# What pikepdf raises where a stranger's file is not as the standard has it.
_OF_BROKEN_FILES: Final = (
    pikepdf.PdfError, pikepdf.QpdfRuntimeError, ValueError, TypeError, AttributeError, KeyError,
)  # fmt: skip

Side = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Dummy:
    """What was made. `blanks`: the places of pages that were put in, from 1."""

    pdf: bytes
    pages: int
    sheets: int
    blanks: tuple[int, ...]


def sides(count: int) -> Iterator[Side]:
    """The sides of a saddle-stitched book, each sheet's front and back: places left and right.

    Places are counted from 0 as pages are read. Blank ones, which make the count one in fours,
    are None; they lie before the last page, which stays the back cover.
    """
    places: list[int | None] = list(range(count))
    places[count - 1 : count - 1] = [None] * (-count % 4)
    whole = len(places)
    for first in range(0, whole // 2, 2):
        yield places[whole - 1 - first], places[first]
        yield places[first + 1], places[whole - 2 - first]


def dummy(source: bytes, paper: str) -> Dummy:
    """The dummy of any PDF, on A4 or A3. A book that is read from right to left folds so.

    To be printed on both sides, turned over the short edge.

    Raises:
        BanxinError: `pdf/empty`, `pdf/encrypted`, `pdf/damaged`.
    """
    if not source.strip():
        raise BanxinError(error("pdf/empty"))
    try:
        with pikepdf.open(io.BytesIO(source)) as book:
            if book.is_encrypted:
                raise BanxinError(error("pdf/encrypted"))
            if not len(book.pages):
                raise BanxinError(error("pdf/empty"))
            return _dummy(book, paper)
    except pikepdf.PasswordError as problem:
        raise BanxinError(error("pdf/encrypted")) from problem
    except _OF_BROKEN_FILES as problem:
        why = f"{type(problem).__name__}: {problem}"[:200]
        raise BanxinError(error("pdf/damaged", why=why)) from problem


def _dummy(book: pikepdf.Pdf, paper: str) -> Dummy:
    width, height = (side.in_pt for side in SHEETS[paper])
    count = len(book.pages)
    preferences = book.Root.get("/ViewerPreferences", Dictionary())
    is_right_bound = preferences.get("/Direction") == Name.R2L
    made = list(sides(count))
    with pikepdf.new() as out:
        font = out.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        forms: dict[int, Any] = {}
        for at, side in enumerate(made):
            shown = side[::-1] if is_right_bound else side
            drawn, resources = [], Dictionary(Font=Dictionary(F=font), XObject=Dictionary())
            for right, place in enumerate(shown):
                if place is None:
                    continue
                if place not in forms:
                    form = book.pages[place].as_form_xobject()
                    forms[place] = out.copy_foreign(book.make_indirect(form))
                resources.XObject[f"/P{place}"] = forms[place]
                drawn.append(_placed(forms[place], f"/P{place}", right, (width, height)))
            drawn.append(_labelled(at, len(made), width, height))
            page = out.add_blank_page(page_size=(width, height))
            page.Resources = resources
            page.Contents = out.make_stream("\n".join(drawn).encode())
        _say_what_it_is(out)
        saved = io.BytesIO()
        out.save(saved, deterministic_id=True, compress_streams=True)
    lacking = -count % 4
    blanks = tuple(range(count, count + lacking))
    return Dummy(saved.getvalue(), count, len(made) // 2, blanks)


def _placed(form: Any, name: str, right: int, paper: tuple[float, float]) -> str:
    """A page on its half of the sheet, as large as it goes, at most as large as it is; at the fold.

    A hair line shows where it is cut.
    """
    width, height = paper
    matrix = Matrix(*(float(v) for v in form.get("/Matrix", (1, 0, 0, 1, 0, 0))))
    x0, y0, x1, y1 = (float(v) for v in form.BBox)
    corners = [matrix.transform(point) for point in ((x0, y0), (x1, y1))]
    left, right_edge = sorted(point[0] for point in corners)
    low, top = sorted(point[1] for point in corners)
    wide, tall = right_edge - left, top - low
    if wide <= 0 or tall <= 0:
        message = "a page without a size"
        raise ValueError(message)
    scale = min(1.0, (width / 2 - _EDGE) / wide, (height - 2 * _EDGE) / tall)
    x = width / 2 if right else width / 2 - wide * scale
    y = (height - tall * scale) / 2
    moved = f"{x - left * scale:.4f} {y - low * scale:.4f}"
    return (
        f"q {scale:.6f} 0 0 {scale:.6f} {moved} cm {name} Do Q\n"
        f"q .5 G .25 w {x:.3f} {y:.3f} {wide * scale:.3f} {tall * scale:.3f} re S Q"
    )


def _labelled(at: int, count: int, width: float, height: float) -> str:
    """Where to fold, and which side this is: in letters that every printer has."""
    side = "back" if at % 2 else "front"
    said = f"banxin dummy, not for press   sheet {at // 2 + 1} of {count // 2}, {side}"
    x = width / 2 - len(said) * _SIZE * _WIDTH / 2
    middle, top = width / 2, height - _TICK
    return (
        f"q .5 G .25 w [3 2] 0 d {middle:.3f} {height:.3f} m {middle:.3f} {top:.3f} l S\n"
        f"{middle:.3f} 0 m {middle:.3f} {_LABEL - 2:.3f} l S Q\n"
        f"BT .4 g /F {_SIZE} Tf {x:.3f} {_LABEL:.3f} Td ({said}) Tj ET"
    )


def _say_what_it_is(pdf: pikepdf.Pdf) -> None:
    """So that nobody takes it for a press file."""
    stamp = String("D:20000101000000+00'00'")
    order = Dictionary(Finish=String(FINISH))
    pdf.Root.PieceInfo = Dictionary({f"/{CREATOR}": Dictionary(LastModified=stamp, Private=order)})
    pdf.Root.ViewerPreferences = Dictionary(
        Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None"), PickTrayByPDFSize=True
    )
    pdf.docinfo["/Creator"] = String(CREATOR)
    for page in pdf.pages:
        page.MediaBox = Array([Decimal(f"{float(side):.3f}") for side in page.mediabox])
