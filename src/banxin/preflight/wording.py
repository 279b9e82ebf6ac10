"""The words on each page of a PDF, as a reader copies them: the other door to PDFium."""

from __future__ import annotations

from typing import Final

import pypdfium2

from banxin.units import Length

HEAD: Final = Length.mm(16)  # from the trim's top: where running heads stand


def words(data: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of each page, all words and those in its head."""
    document = pypdfium2.PdfDocument(data)
    everything, heads = [], []
    try:
        for page in document:
            left, low, right, top = page.get_trimbox()
            text = page.get_textpage()
            everything.append(text.get_text_bounded(left, low, right, top))
            heads.append(text.get_text_bounded(left, top - HEAD.in_pt, right, top))
            text.close()
            page.close()
    finally:
        document.close()
    return tuple(everything), tuple(heads)
