"""Words drawn as outlines, so that they need no font: each piece once, however often it is set.

A piece is a form XObject, a character or a word that comes again; pages put them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.assets.fonts import outlines, width_of

_EM: Final = 100.0  # pt: forms are drawn large, since paths have few decimals
_ROOM: Final = 2 * _EM  # around a piece: no glyph reaches farther


class Letters:
    """Of one face, in whatever colour is in force where they are drawn.

    Args:
        name: begins what pages call the forms.
    """

    def __init__(self, pdf: pikepdf.Pdf, face: bytes, name: str) -> None:
        self._pdf, self._face, self._name = pdf, face, name
        self._forms: dict[str, tuple[str, Stream]] = {}

    def width(self, text: str, size: float) -> float:
        """How far a piece goes to the right, pt."""
        return width_of(self._face, text, _EM) * size / _EM

    def on(
        self, page: pikepdf.Page, pieces: Sequence[str], size: float, at: tuple[float, float]
    ) -> str:
        """Operators that draw *pieces* side by side, their first baseline *at* x, y in pt.

        *page* gets the forms.
        """
        scale = size / _EM
        drawn = [f"q {scale:.5f} 0 0 {scale:.5f} {at[0]:.3f} {at[1]:.3f} cm"]
        for piece in pieces:
            drawn.append(
                f"{self._given_to(page, piece)} Do 1 0 0 1 {self.width(piece, _EM):.2f} 0 cm"
            )
        return "\n".join([*drawn, "Q"])

    def _given_to(self, page: pikepdf.Page, piece: str) -> str:
        if piece not in self._forms:
            called = piece if piece.isdecimal() and piece.isascii() else f"_{len(self._forms)}"
            self._forms[piece] = f"/{self._name}{called}", self._form(piece)
        name, form = self._forms[piece]
        resources = page.resources
        if "/XObject" not in resources:
            resources.XObject = self._pdf.make_indirect(Dictionary())
        if name not in resources.XObject:
            resources.XObject[name] = form
        return name

    def _form(self, piece: str) -> Stream:
        return self._pdf.make_stream(
            outlines(self._face, piece, _EM),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([-_ROOM, -_ROOM, round(self.width(piece, _EM) + _ROOM, 2), _ROOM]),
            Resources=Dictionary(),
        )
