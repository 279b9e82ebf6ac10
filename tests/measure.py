"""Glyphs of a PDF as PDFium sees them. Points; y grows upwards, as in the PDF."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

HYPHENS = "\u00ad\x02"  # what parts a word at a line's end, in the PDF and as PDFium reads it
IGNORED = "\u200b\u2060\ufeff\x00\r\n"


@dataclass(frozen=True)
class Glyph:
    """`x`, `y`: origin. `left` … `top`: ink."""

    text: str
    x: float
    y: float
    left: float
    bottom: float
    right: float
    top: float
    size: float
    font: str

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def glyphs(page: pypdfium2.PdfPage, *, hyphens: bool = False) -> Iterator[Glyph]:
    """In the order of the PDF; white space and what PDFium made up left out.

    Hyphens that part a word are not of its text, and left out too unless they are asked for.
    """
    text = page.get_textpage()
    for index in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        if pdfium.FPDFText_IsGenerated(text, index) == 1 or letter.isspace() or letter in IGNORED:
            continue
        if letter in HYPHENS and not hyphens:
            continue
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        sides = [ctypes.c_double() for _ in range(4)]
        left, right, bottom, top = sides
        pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        size = pdfium.FPDFText_GetFontSize(text, index)
        name, flags = ctypes.create_string_buffer(80), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(text, index, name, 80, flags)
        family = name.value.decode().partition("+")[2]
        yield Glyph(
            "…" if letter == "⋯" else letter,
            x.value,
            y.value,
            left.value,
            bottom.value,
            right.value,
            top.value,
            size,
            family,
        )
    text.close()


def lines(of: list[Glyph], apart: float = 6.5) -> list[list[Glyph]]:
    """Glyphs by baseline, from the top; each line from the left.

    Superscripts and marks in the middle of their em belong to the line, readings do not.
    """
    found: list[list[Glyph]] = []
    for glyph in sorted(of, key=lambda g: -g.y):
        for line in found:
            if abs(line[0].y - glyph.y) <= apart:
                line.append(glyph)
                break
        else:
            found.append([glyph])
    return [sorted(line, key=lambda g: g.x) for line in found]
