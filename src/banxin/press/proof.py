"""Pages as pictures, to be looked at."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

PPI: Final = 110
ACROSS: Final = 3  # spreads in a row of the overview
PAGE_WIDTH: Final = 240  # of a page in the overview, pixels; so is what follows
AIR: Final = 16
SHEET: Final = 1600  # width of a contact sheet
SCALE: Final = 0.14  # of a proof's pixels, on a contact sheet
LARGE: Final = 0.6  # of an opening that is to be read
NAME: Final = 20
INK: Final = (40, 40, 40)
DESK: Final = (224, 222, 218)


def proof(pdf: bytes, *, ppi: int = PPI) -> Iterator[bytes]:
    """Each page of *pdf*, its crop box, as PNG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            bitmap = page.render(scale=ppi / 72)
            out = io.BytesIO()
            bitmap.to_pil().save(out, "PNG")
            yield out.getvalue()
            bitmap.close()
            page.close()
    finally:
        document.close()


def thumbnails(pdf: bytes, across: int, most: int) -> Iterator[bytes]:
    """The first *most* pages of *pdf* as JPEG: what is left of each once it is cut.

    Args:
        across: pixels, of a page; of a sheet that is wider than high, twice as many.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(min(most, len(document))):
            page = document[number]
            x0, y0, x1, y1 = page.get_trimbox()
            wide = across * (2 if x1 - x0 > y1 - y0 else 1)
            crop = (x0, y0, page.get_width() - x1, page.get_height() - y1)
            bitmap = page.render(scale=wide / (x1 - x0), crop=crop)
            yield _as_jpeg(bitmap.to_pil().convert("RGB"))
            bitmap.close()
            page.close()
    finally:
        document.close()


def overview(pages: Sequence[bytes], *, opens_right: bool = True) -> bytes:
    """All *pages*, as `proof` made them, in spreads on one JPEG.

    Args:
        opens_right: whether page 1 is a recto; a leaflet's sides stand below each other.
    """
    pictures = _opened(pages)
    if not opens_right:
        return _as_jpeg(_below_each_other(pictures))
    tall = max(round(PAGE_WIDTH * p.height / p.width) for p in pictures)
    rows = -(-(len(pictures) // 2 + 1) // ACROSS)
    desk = Image.new(
        "RGB",
        (ACROSS * (2 * PAGE_WIDTH + AIR) + AIR, rows * (tall + AIR) + AIR),
        DESK,
    )
    for number, picture in enumerate(pictures, 1):
        spread, right = divmod(number, 2)
        row, column = divmod(spread, ACROSS)
        left = AIR + column * (2 * PAGE_WIDTH + AIR) + right * PAGE_WIDTH
        height = round(PAGE_WIDTH * picture.height / picture.width)
        small = picture.resize((PAGE_WIDTH, height), Image.Resampling.LANCZOS)
        desk.paste(small, (left, AIR + row * (tall + AIR)))
    return _as_jpeg(desk)


def _below_each_other(pictures: Sequence[Image.Image]) -> Image.Image:
    wide = 2 * PAGE_WIDTH
    small = [p.resize((wide, round(wide * p.height / p.width))) for p in pictures]
    tall = sum(p.height + AIR for p in small) + AIR
    desk = Image.new("RGB", (wide + 2 * AIR, tall), DESK)
    y = AIR
    for picture in small:
        desk.paste(picture, (AIR, y))
        y += picture.height + AIR
    return desk


@dataclass(frozen=True, slots=True)
class Dressed:
    """A title in one layout, for the contact sheet.

    Attributes:
        pages: as `proof` made them.
        bound: whether they face each other.
        opening: whether they are those of one opening, to be read.
    """

    name: str
    pages: Sequence[bytes]
    bound: bool
    opening: bool = False


def contact_sheet(layouts: Sequence[Dressed], face: bytes) -> bytes:
    """Every layout that has pages on one JPEG, all to the same scale, spreads as bound.

    Args:
        face: a font file for the layouts' names.
    """
    letters = ImageFont.truetype(io.BytesIO(face), NAME)
    shown = [one for one in layouts if one.pages]
    spreads = {one.name: [_side_by_side(pair) for pair in _pairs(one)] for one in shown}
    rows = {name: list(_rows(pictures)) for name, pictures in spreads.items()}
    tall = sum(
        NAME + 2 * AIR + sum(max(p.height for p in row) + AIR for row in found)
        for found in rows.values()
    )
    desk = Image.new("RGB", (SHEET, tall + AIR), DESK)
    pen, y = ImageDraw.Draw(desk), AIR
    for name, found in rows.items():
        pen.text((AIR, y), name, fill=INK, font=letters)
        y += NAME + AIR
        for row in found:
            x = AIR
            for picture in row:
                desk.paste(picture, (x, y))
                x += picture.width + AIR
            y += max(picture.height for picture in row) + AIR
        y += AIR
    return _as_jpeg(desk)


def _pairs(one: Dressed) -> Iterator[list[Image.Image]]:
    scale = LARGE if one.opening else SCALE
    pictures = [
        p.resize((round(p.width * scale), round(p.height * scale)), Image.Resampling.LANCZOS)
        for p in _opened(one.pages)
    ]
    if one.opening:
        yield pictures
        return
    if not one.bound:
        yield from ([picture] for picture in pictures)
        return
    yield pictures[:1]
    for first in range(1, len(pictures), 2):
        yield pictures[first : first + 2]


def _side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    spread = Image.new("RGB", (sum(p.width for p in pictures), pictures[0].height), DESK)
    x = 0
    for picture in pictures:
        spread.paste(picture, (x, 0))
        x += picture.width
    return spread


def _rows(pictures: Sequence[Image.Image]) -> Iterator[list[Image.Image]]:
    row: list[Image.Image] = []
    x = AIR
    for picture in pictures:
        if row and x + picture.width + AIR > SHEET:
            yield row
            row, x = [], AIR
        row.append(picture)
        x += picture.width + AIR
    if row:
        yield row


def _opened(pages: Sequence[bytes]) -> list[Image.Image]:
    return [Image.open(io.BytesIO(page)).convert("RGB") for page in pages]


def _as_jpeg(desk: Image.Image) -> bytes:
    out = io.BytesIO()
    desk.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()
