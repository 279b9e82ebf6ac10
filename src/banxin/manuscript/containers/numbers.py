"""`::: numbers`: figures set large, each with what it counts, and drawn mark by mark if asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Place, warning
from banxin.manuscript.blocks import (
    BigNumber,
    BigNumbers,
    Block,
    Counted,
    Paragraph,
)
from banxin.manuscript.containers.braced import behind_bold, taken
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.items import items, led
from banxin.manuscript.quantities import multiple, quantity

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

KEYS: Final = ("unit", "of", "mark", "ink")
MARKS: Final = ("square", "dot", "tick")
MOST: Final = 100_000  # marks: at 0.6 mm apart they fill a large page

_RUN: Final = re.compile(r"(?:(?<![A-Za-z0-9])[-+−±])?\d(?:[\d.,，:：/×–—−\-]*\d)?\s?[%％‰]?\+?")


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    found: list[BigNumber] = []
    others: list[Block] = []
    own = taken(chapter, nodes, behind_bold, "numbers", KEYS)
    for node, text, where in items(chapter, nodes, "numbers", others):
        split = led(chapter, text, where)
        if split is None:
            chapter.unexpected(node, "numbers")
            others.append(Paragraph(text, where))
            continue
        big, rest = split
        before, figure, unit = split_number(big)
        count = _count(chapter, figure, unit, {**attributes, **own.get(node, {})}, where)
        found.append(BigNumber(figure, unit, rest, where, before, count))
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


def _count(
    chapter: ChapterReader, figure: str, unit: str, asked: Attributes, place: Place
) -> Counted | None:
    """How the number is drawn, where a unit is asked for; None where it is not, or cannot be."""
    if not asked.get("unit"):
        if asked.get("of") and "unit" not in asked:
            chapter.remarks.append(warning("numbers/of-alone", place, of=asked["of"][:30]))
        return None
    each = quantity(asked["unit"])
    if each is None or each < 1 or each != int(each):
        chapter.remarks.append(warning("numbers/unit", place, found=asked["unit"][:30]))
        return None
    percent = figure.endswith(("%", "％"))
    number = quantity(figure.rstrip("%％ ") + ("" if percent else multiple(unit)))
    if number is None or number <= 0 or re.search(r"\d", unit):
        chapter.remarks.append(warning("numbers/uncounted", place, found=(figure + unit)[:30]))
        return None
    if number / each > MOST:
        found = int(number / each)
        chapter.remarks.append(warning("numbers/too-many", place, found=found, most=MOST))
        return None
    mark = chapter.one_of("numbers/mark", asked.get("mark", "square"), MARKS, place) or "square"
    whole = 100 if percent and number <= 100 else 0
    ones = unit.removeprefix(multiple(unit))
    of = asked.get("of") or (f"一{ones}" if ones and each > 1 else "")
    return Counted(float(number), int(each), of, mark, asked.get("ink", ""), whole)


CONTAINER: Final = Container(BigNumbers, KEYS, read)
