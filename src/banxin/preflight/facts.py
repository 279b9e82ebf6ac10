"""What a PDF says of itself: boxes, fonts, pictures. Ours or anybody's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from banxin.diagnostics import BanxinError, Box, error
from banxin.units import Length

DEEPEST: Final = 15  # forms within forms that are looked into
_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page's boxes, in mm from the MediaBox's lower left corner; None where there is none."""

    number: int
    media: Box
    trim: Box | None
    bleed: Box | None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the trim, or of the sheet, in mm."""
        x0, y0, x1, y1 = self.trim or self.media
        return x1 - x0, y1 - y0


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as placed; `box_mm` from the trim's top left corner."""

    page: int
    pixels: tuple[int, int]
    width: Length
    height: Length
    box_mm: Box

    @property
    def ppi(self) -> float:
        """Pixels an inch, along the coarser axis."""
        return min(
            self.pixels[0] / self.width.in_inches,
            self.pixels[1] / self.height.in_inches,
        )


@dataclass(frozen=True, slots=True)
class Font:
    """`family` is the name in the PDF without its subset tag."""

    family: str
    embedded: bool
    subset: bool


@dataclass(frozen=True, slots=True)
class Facts:
    sheets: tuple[Sheet, ...]
    images: tuple[Image, ...]
    fonts: tuple[Font, ...]
    title: str


def read(data: bytes) -> Facts:
    """The facts of one PDF.

    Raises:
        BanxinError: `pdf/damaged`, `pdf/encrypted`.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            sheets = tuple(_sheet(number, page) for number, page in enumerate(pdf.pages, 1))
            fonts = tuple(sorted(set(_fonts(pdf)), key=lambda font: font.family))
            title = str(pdf.docinfo.get("/Title", ""))
    except pikepdf.PasswordError as problem:
        raise BanxinError(error("pdf/encrypted")) from problem
    except pikepdf.PdfError as problem:
        raise BanxinError(error("pdf/damaged", why=str(problem))) from problem
    return Facts(sheets, tuple(_images(data, sheets)), fonts, title)


def _sheet(number: int, page: pikepdf.Page) -> Sheet:
    media = [float(side) for side in page.mediabox]

    def box(key: str) -> Box | None:
        if key not in page:
            return None
        x0, y0, x1, y1 = (float(side) for side in page[key])
        left, low = media[0], media[1]
        a, b, c, d = (
            round(Length.pt(side).in_mm, 4) for side in (x0 - left, y0 - low, x1 - left, y1 - low)
        )
        return a, b, c, d

    whole = box("/MediaBox")
    assert whole is not None
    return Sheet(number, whole, box("/TrimBox"), box("/BleedBox"))


def _fonts(pdf: pikepdf.Pdf) -> Iterator[Font]:
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary) or thing.get("/Type") != Name.Font:
            continue
        if "/DescendantFonts" in thing:
            continue  # its descendant is among the objects too
        name = str(thing.get("/BaseFont", "/?")).removeprefix("/")
        tag, plus, family = name.partition("+")
        subset = bool(plus) and len(tag) == 6
        descriptor = thing.get("/FontDescriptor", Dictionary())
        embedded = any(key in descriptor for key in _FONT_FILES) or thing.Subtype == Name.Type3
        yield Font(family if subset else name, embedded, subset)


def _images(data: bytes, sheets: tuple[Sheet, ...]) -> Iterator[Image]:
    document = pypdfium2.PdfDocument(data)
    try:
        for sheet, page in zip(sheets, document, strict=True):
            for thing in page.get_objects(filter=(FPDF_PAGEOBJ_IMAGE,), max_depth=DEEPEST):
                yield _image(thing, sheet, page)
            page.close()
    finally:
        document.close()


def _image(thing: Any, sheet: Sheet, page: Any) -> Image:
    left, low, right, top = thing.get_bounds()
    media = page.get_mediabox()
    trim = sheet.trim or sheet.media

    def from_left(x: float) -> float:
        return round(Length.pt(x - media[0]).in_mm - trim[0], 2)

    def from_top(y: float) -> float:
        return round(trim[3] - Length.pt(y - media[1]).in_mm, 2)

    return Image(
        sheet.number,
        thing.get_px_size(),
        Length.pt(right - left),
        Length.pt(top - low),
        (from_left(left), from_top(top), from_left(right), from_top(low)),
    )
