"""Page numbers of an index: known once its book is laid out, and part of what is laid out.

The references are links whose numbers the engine sets, as in a list of contents. Which of a
name's marks are referred to is decided here: one a page, and of pages in a row the first and last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from banxin.markup.people import marks_in
from banxin.typeset.galley import Target

PAGES: Final = "data-pages"  # has the key of a name, and gets its pages
COUNTERS: Final = ("panel", "folio", "page")  # by which pages are numbered: the first there is
RANGE: Final = 3  # pages in a row that are written as first and last

Mentions = Mapping[int, tuple[tuple[int, str], ...]]  # key → page and mark, in reading order


def mentions(targets: Mapping[str, Target]) -> Mentions:
    """Where each name's marks came to stand, each page once."""
    found: dict[int, dict[int, str]] = {}
    order: list[tuple[int, int, int, int, str]] = []
    for name, target in targets.items():
        page = _page(target)
        order.extend((page, chapter, n, key, name) for key, chapter, n in marks_in(name) if page)
    for page, _, _, key, name in sorted(order):
        found.setdefault(key, {}).setdefault(page, name)
    return {key: tuple(pages.items()) for key, pages in found.items()}


def entered(root: Element, targets: Mapping[str, Target]) -> bool:
    """Give the names of an index their references; False where these are the ones they have."""
    known: Mentions | None = None
    changed = False
    for place in _places(root):
        known = mentions(targets) if known is None else known
        wanted = list(_references(known.get(int(place.get(PAGES, "")), ())))
        if wanted != [(link.get("href"), link.get("class")) for link in place]:
            place[:] = [_link(*about) for about in wanted]
            changed = True
    return changed


def _places(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if element.get(PAGES))


def _page(target: Target) -> int:
    stacks = (target.counters.get(name) for name in COUNTERS)
    return next((stack[-1] for stack in stacks if stack), 0)


def _references(pages: Iterable[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    for row in _rows(pages):
        (_, first), (_, last) = row[0], row[-1]
        if len(row) >= RANGE:
            yield f"#{first}", "page"
            yield f"#{last}", "page to"
        else:
            yield from ((f"#{mark}", "page") for _, mark in row)


def _rows(pages: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Pages one after another."""
    row: list[tuple[int, str]] = []
    for one in pages:
        if row and one[0] != row[-1][0] + 1:
            yield row
            row = []
        row.append(one)
    if row:
        yield row


def _link(href: str, kind: str) -> Element:
    return Element("a", {"class": kind, "href": href})
