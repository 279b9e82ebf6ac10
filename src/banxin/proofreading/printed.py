"""What stands on the pages of a file, letter by letter, as a reader's program would copy it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pypdfium2
from pypdfium2 import raw

from banxin.diagnostics import Box
from banxin.units import Length

_MM: Final = 1 / Length.mm(1).in_pt
_ROOM: Final = 10.0  # mm beyond the trim in which text is still of the page


@dataclass(frozen=True, slots=True)
class Letter:
    """A character that draws something; `box` in mm from the trim's top left corner."""

    character: str
    box: Box

    @property
    def middle(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """Letters in the order in which they are drawn: lines of one block follow each other."""

    letters: tuple[Letter, ...]
    trim: Box  # left, low, right, top, pt in the file's own space

    def on_trim(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file's own space, pt, as mm from the trim's top left corner."""
        return (x - self.trim[0]) * _MM, (self.trim[3] - y) * _MM


def printed(pdf: bytes) -> Iterator[PrintedPage]:
    """Each page of *pdf*, which PDFium has to be able to read."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            trim = page.get_trimbox()
            yield PrintedPage(tuple(_letters(page, trim)), trim)
            page.close()
    finally:
        document.close()


def _letters(page: pypdfium2.PdfPage, trim: Box) -> Iterator[Letter]:
    text = page.get_textpage()
    sides = [ctypes.c_double() for _ in range(4)]
    left, right, low, top = (ctypes.byref(side) for side in sides)
    width, height = (trim[2] - trim[0]) * _MM, (trim[3] - trim[1]) * _MM
    for index in range(text.count_chars()):
        point = raw.FPDFText_GetUnicode(text.raw, index)
        if point <= 32 or raw.FPDFText_IsGenerated(text.raw, index) == 1:
            continue
        character = chr(point)
        if character.isspace() or not raw.FPDFText_GetCharBox(
            text.raw, index, left, right, low, top
        ):
            continue
        x0, x1, y0, y1 = (side.value for side in sides)
        box = (
            (x0 - trim[0]) * _MM,
            (trim[3] - y1) * _MM,
            (x1 - trim[0]) * _MM,
            (trim[3] - y0) * _MM,
        )
        if -_ROOM < box[0] < width + _ROOM and -_ROOM < box[1] < height + _ROOM:
            yield Letter(character, box)
    text.close()
