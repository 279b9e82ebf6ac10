"""The words on each page of a PDF, as a reader copies them (by PDFium)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

import pypdfium2

from banxin.preflight.pages import Pages
from banxin.units import Length

HEAD: Final = Length.mm(16)  # from the trim's top: where running heads stand


def words(data: bytes, pages: Pages) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of each page, all words and those in its head.

    Args:
        pages: those of *data*, and what is known of them from before.
    """
    numbers = range(1, len(pages.digests) + 1)
    unread = [number for number in numbers if pages.recall("words", number) is None]
    for number, found in zip(unread, _read(data, unread), strict=True):
        pages.keep("words", number, json.dumps(found).encode())
    told = [json.loads(pages.recall("words", number) or b"") for number in numbers]
    return tuple(everything for everything, _ in told), tuple(head for _, head in told)


def _read(data: bytes, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    if not numbers:
        return
    document = pypdfium2.PdfDocument(data)
    try:
        for number in numbers:
            page = document[number - 1]
            left, low, right, top = page.get_trimbox()
            text = page.get_textpage()
            everything = text.get_text_bounded(left, low, right, top)
            yield everything, text.get_text_bounded(left, top - HEAD.in_pt, right, top)
            text.close()
            page.close()
    finally:
        document.close()
