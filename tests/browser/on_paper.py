"""What a page's PDF itself says: where its characters stand, how large they are, in what colour."""

from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import pypdfium2
from pypdfium2 import raw
from served import Tab

MM: Final = 25.4 / 72
FINE: Final = 40  # pixels to the millimetre
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Glyph:
    """A character: mm from the trim's top left corner, pt, and red, green, blue."""

    text: str
    x: float
    baseline: float
    size: float
    rgb: tuple[int, int, int]


class Paper:
    """The page that lies open alone, or the first of two, or any, as the preview hands it on."""

    def __init__(self, seen: Tab, identity: str = "") -> None:
        address = urljoin(seen.page.url, f"/spread/{identity or seen.shown[0]}.pdf")
        data = seen.page.context.request.get(address)
        self._pdf = pypdfium2.PdfDocument(io.BytesIO(data.body()))
        self._page = self._pdf[0]
        self._height = self._page.get_height()

    def glyphs(self) -> list[Glyph]:
        text = self._page.get_textpage()
        return [self._glyph(text, n) for n in range(text.count_chars())]

    def _glyph(self, text: Any, number: int) -> Glyph:
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, number, x, y)
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        raw.FPDFText_GetFillColor(text, number, red, green, blue, alpha)
        character = chr(raw.FPDFText_GetUnicode(text, number))
        size = raw.FPDFText_GetFontSize(text, number)
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(text, number, matrix)
        rgb = red.value, green.value, blue.value
        baseline = (self._height - y.value) * MM
        return Glyph(character, x.value * MM, baseline, size * abs(matrix.d), rgb)

    def found(self, words: str) -> list[Glyph]:
        """The characters of *words*, where they stand first."""
        glyphs = [glyph for glyph in self.glyphs() if glyph.text.strip()]
        at = "".join(glyph.text for glyph in glyphs).find(words)
        assert at >= 0, f"{words!r} is not on the page"
        return glyphs[at : at + len(words)]

    def inked(self, box: tuple[float, float, float, float], rgb: tuple[int, int, int]) -> Box:
        """Where within *box*, all in mm, the page has that colour, to 1/40 mm."""
        pixels = self._page.render(scale=FINE * MM).to_numpy()[:, :, 2::-1]
        x0, y0, x1, y1 = (round(side * FINE) for side in box)
        part = pixels[y0:y1, x0:x1].astype(int)
        rows, columns = (abs(part - rgb).max(axis=2) <= 2).nonzero()
        return (
            (x0 + columns.min()) / FINE, (y0 + rows.min()) / FINE,
            (x0 + columns.max() + 1) / FINE, (y0 + rows.max() + 1) / FINE,
        )  # fmt: skip
