"""The slug line: what a sheet is, in words beside the cut page.

Drawn as outlines, so that it needs no font, and only once for all pages: what stands before and
behind the page number is a form XObject, and so is each digit. A page puts them together.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.assets.fonts import outlines, width_of
from banxin.units import Length

SIZE: Final = Length.pt(6)
_ROOM: Final = 2 * SIZE.in_pt  # pt around a form's words: no glyph reaches farther
_DIGITS: Final = "0123456789"


class Slug:
    """The line of a file, in whatever colour is in force where it is drawn."""

    def __init__(self, pdf: pikepdf.Pdf, face: bytes, before: str, behind: str) -> None:
        self._pdf = pdf
        self._face = face
        self._before, self._behind = before, behind

    def on(self, page: pikepdf.Page, number: int) -> bytes:
        """The line of page *number*, its first baseline at the origin; *page* gets the forms."""
        if "/XObject" not in page.resources:
            page.resources.XObject = Dictionary()
        drawn = []
        for name in ("Before", *str(number), "Behind"):
            resource = f"/BanxinSlug{name}"
            form, width = self._forms[name]
            page.resources.XObject[resource] = form
            drawn.append(f"{resource} Do 1 0 0 1 {width:.3f} 0 cm")
        return "\n".join(drawn).encode()

    @cached_property
    def _forms(self) -> dict[str, tuple[Stream, float]]:
        """By name: a part of the line, and how far it goes to the right, pt."""
        parts = {"Before": self._before, "Behind": self._behind} | {d: d for d in _DIGITS}
        return {name: self._form(text) for name, text in parts.items()}

    def _form(self, text: str) -> tuple[Stream, float]:
        width = width_of(self._face, text, SIZE.in_pt)
        form = self._pdf.make_stream(
            outlines(self._face, text, SIZE.in_pt),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([-_ROOM, -_ROOM, round(width + _ROOM, 3), _ROOM]),
            Resources=Dictionary(),
        )
        return form, width
