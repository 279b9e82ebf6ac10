"""`::: numbers`: figures set large, each with what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Place
from banxin.manuscript.blocks import BigNumber, BigNumbers, Block, Paragraph
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.items import items, led

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

_RUN: Final = re.compile(r"(?:(?<![A-Za-z0-9])[-+−±])?\d(?:[\d.,，:：/×–—−\-]*\d)?\s?[%％‰]?\+?")


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    del attributes
    found: list[BigNumber] = []
    others: list[Block] = []
    for node, text, where in items(chapter, nodes, "numbers", others):
        split = led(chapter, text, where)
        if split is None:
            chapter.unexpected(node, "numbers")
            others.append(Paragraph(text, where))
            continue
        big, rest = split
        before, figure, unit = split_number(big)
        found.append(BigNumber(figure, unit, rest, where, before))
    if found:
        yield BigNumbers(tuple(found), place)
    yield from others


def split_number(written: str) -> tuple[str, str, str]:
    """What stands before the figure, the figure and its unit: `¥3.2亿` → ¥, 3.2, 亿.

    The figure is the longest run of digits, with a sign before it and a percent behind; where
    there is none, all of *written*.
    """
    found = max(_RUN.finditer(written), key=lambda m: (len(m[0]), -m.start()), default=None)
    if found is None:
        return "", written, ""
    before, unit = written[: found.start()].strip(), written[found.end() :].strip()
    return before, found[0].strip(), unit


CONTAINER: Final = Container(BigNumbers, (), read)
