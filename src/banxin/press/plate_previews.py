"""The binder's plates to be looked at: where foil, varnish, an embossing or a die comes to lie."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pypdfium2
from PIL import Image

from banxin.assets.colour import Rgb

PPI: Final = 72
ACROSS: Final = 4  # pages in a row
AIR: Final = 12  # pixels
PALE: Final = 0.7  # of the way to white: the page behind the plate
DESK: Final[Rgb] = (224, 222, 218)
PAPER: Final[Rgb] = (255, 255, 255)
LIGHT: Final = 190  # of 255: what is lighter is not seen on a pale page
SIGNAL: Final[Rgb] = (200, 0, 120)  # stands for a clear varnish


def preview(pressed: bytes, engraved: bytes, pages: Sequence[int], colour: Rgb) -> bytes:
    """The pages that a plate is on, pale, and the plate upon them, side by side on a JPEG.

    Args:
        pressed: the press file; `engraved`: the plate's own, in black; `pages`: which of the one
            are those of the other, from 1.
        colour: of the plate.
    """
    strong = colour if sum(colour) / 3 < LIGHT else SIGNAL
    behind = list(_cut_pages(pressed, [page - 1 for page in pages]))
    plates = list(_cut_pages(engraved, range(len(pages))))
    return _side_by_side([_laid(*pair, strong) for pair in zip(behind, plates, strict=True)])


def _cut_pages(pdf: bytes, numbers: Sequence[int]) -> Iterator[Image.Image]:
    """Pages as they are trimmed."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in numbers:
            page: Any = document[number]
            page.set_cropbox(*page.get_trimbox())
            yield page.render(scale=PPI / 72).to_pil().convert("RGB")
            page.close()
    finally:
        document.close()


def _laid(behind: Image.Image, plate: Image.Image, colour: Rgb) -> Image.Image:
    pale = Image.blend(behind, Image.new("RGB", behind.size, PAPER), PALE)
    ink = plate.convert("L").resize(behind.size).point(lambda value: 255 - value)
    pale.paste(Image.new("RGB", behind.size, colour), mask=ink)
    return pale


def _side_by_side(pages: Sequence[Image.Image]) -> bytes:
    rows = [pages[at : at + ACROSS] for at in range(0, len(pages), ACROSS)]
    wide = max(sum(page.width + AIR for page in row) for row in rows) + AIR
    tall = sum(max(page.height for page in row) + AIR for row in rows) + AIR
    desk = Image.new("RGB", (wide, tall), DESK)
    y = AIR
    for row in rows:
        x = AIR
        for page in row:
            desk.paste(page, (x, y))
            x += page.width + AIR
        y += max(page.height for page in row) + AIR
    out = io.BytesIO()
    desk.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()
