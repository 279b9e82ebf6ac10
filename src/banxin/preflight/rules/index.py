"""An index of people: the numbers behind a name are those of pages on which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.book import Book
from banxin.preflight.registry import Finding, Limits, found, rule

_BEFORE: Final = r"(?<![\u3400-\u9fffA-Za-z])"  # columns may be read as one line
_NUMBERS: Final = r"\s*(\d+(?:[、–]\s*\d+)*)(?![\d\u3400-\u9fffA-Za-z])"


@rule("index/wrong-page", severity=Severity.ERROR, source="编辑清样核对", judges="book")
def wrong_page(book: Book, limits: Limits) -> Iterator[Finding]:
    """Each page that an index gives behind a name has that name, or the beginning of it."""
    del limits
    if book.folds or not book.lines:  # a leaflet's panels have no pages of their own
        return
    for first, last in _spans(book):
        text = "\n".join(book.lines[first - 1 : last])
        for name, place in {one.name: one.place for one in book.people}.items():
            spelled = r"[ \u3000]*".join(map(re.escape, name))
            entry = re.search(_BEFORE + spelled + _NUMBERS, text)
            for label in _labels(entry[1]) if entry else ():
                if not _stands(book, name, label):
                    yield found(
                        Place(place.file, place.line, place.column, first), name=name, label=label
                    )


def _spans(book: Book) -> Iterator[tuple[int, int]]:
    """First and last page of each index."""
    for heading in book.headings:
        if heading.template == "index" and heading.page:
            behind = [h.page for h in book.headings if h.page > heading.page]
            yield heading.page, min(behind, default=len(book.lines) + 1) - 1


def _labels(numbers: str) -> Iterator[str]:
    """`3、5–7` as 3 and the ends of its range."""
    yield from re.findall(r"\d+", numbers)


def _stands(book: Book, name: str, label: str) -> bool:
    """Whether a page of that number has the name, or begins it at its foot."""
    for number, its in enumerate(book.labels):
        if its == label and number < len(book.pages):
            following = "".join(book.pages[number + 1 : number + 2])
            # A running head stands before what goes on from the page before.
            head = book.heads[number + 1] if number + 1 < len(book.heads) else ""
            text = following.removeprefix(head)
            if name in book.pages[number] + text[: len(name) - 1]:
                return True
    return False
