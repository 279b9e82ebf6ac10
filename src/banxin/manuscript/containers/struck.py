"""`::: list`: things to be done, those that are done struck off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Place, warning
from banxin.manuscript.blocks import Block, Struck, StruckList
from banxin.manuscript.containers.braced import at_end, taken
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.items import items

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

KEYS: Final = ("title", "open", "weights", "size")
OF_ITEMS: Final = ("weight", "open")
WEIGHTS: Final = ("size", "bar")
SIZES: Final = ("full", "column")

_PART: Final = re.compile(r"(\d{1,6})(?:\s*[-–—~～]\s*(\d{1,6}))?")
_NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,6})?")


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    found: list[Struck] = []
    others: list[Block] = []
    given = taken(chapter, nodes, at_end, "list", OF_ITEMS)
    still = _open(chapter, attributes.get("open", ""), place)
    for node, text, where in items(chapter, nodes, "list", others):
        own = given.get(node, {})
        # `{weight=4 open}`: a word behind a bare value goes on with it.
        weighed = own.get("weight", "1")
        bare = weighed.removesuffix(" open")
        words, number = chapter.words(text, where).strip(), len(found) + 1
        stands = "open" in own or bare != weighed or number in still
        found.append(Struck(words, number, _weight(chapter, bare, where), stands, where))
    beyond = sorted(number for number in still if number > len(found))
    if found and beyond:
        most = len(found)
        chapter.remarks.append(warning("list/beyond", place, found=beyond[0], items=most))
    if found:
        one_of = chapter.one_of
        weights = one_of("list/weights", attributes.get("weights", "size"), WEIGHTS, place)
        size = one_of("list/size", attributes.get("size", "full"), SIZES, place)
        title = attributes.get("title", "")
        yield StruckList(title, tuple(found), weights or "size", size or "full", place)
    yield from others


def _open(chapter: ChapterReader, written: str, place: Place) -> frozenset[int]:
    """`40`, `3 38-40`: the numbers of the items that are not done."""
    found: set[int] = set()
    for part in re.split(r"[\s,，、]+", written.strip()):
        match = _PART.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if 0 < first <= last:
            found.update(range(first, min(last, 10**4) + 1))
        elif part:
            chapter.remarks.append(warning("list/open", place, found=part[:30]))
    return frozenset(found)


def _weight(chapter: ChapterReader, written: str, place: Place) -> float:
    if _NUMBER.fullmatch(written) and float(written) > 0:
        return float(written)
    chapter.remarks.append(warning("list/weight", place, found=written[:30]))
    return 1.0


CONTAINER: Final = Container(StruckList, KEYS, read, kind="struck")
