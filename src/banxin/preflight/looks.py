"""Pages as PDFium shows them, for a report: of those that were not drawn for their ink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
from PIL import Image

from banxin.diagnostics import Box
from banxin.preflight.facts import PageBoxes
from banxin.units import Length


class Looks:
    """One file, opened when a page of it is first asked for."""

    def __init__(self, pdf: bytes) -> None:
        self._document = pypdfium2.PdfDocument(pdf)

    def page(self, sheet: PageBoxes, across: int) -> Image.Image:
        """What lies inside the bleed, the trim *across* pixels wide."""
        wide = Length.mm(sheet.size[0]).in_pt
        page = self._document[sheet.number - 1]
        bitmap = page.render(scale=across / wide, crop=_beyond(sheet))
        try:
            shown: Image.Image = bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()
            page.close()
        return shown

    def close(self) -> None:
        self._document.close()


@contextmanager
def opened(pdf: bytes) -> Iterator[Looks | None]:
    """Of no file there are no looks."""
    looks = Looks(pdf) if pdf else None
    try:
        yield looks
    finally:
        if looks is not None:
            looks.close()


def _beyond(sheet: PageBoxes) -> Box:
    """Left, foot, right and head of the sheet outside of the bleed, pt."""
    outer = sheet.bleed or sheet.trim or sheet.media
    edges = outer[0], outer[1], sheet.media[2] - outer[2], sheet.media[3] - outer[3]
    left, foot, right, head = (Length.mm(max(0.0, edge)).in_pt for edge in edges)
    return left, foot, right, head
