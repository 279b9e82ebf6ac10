"""Names in the order of their strokes, 以姓氏笔画为序.

The order of characters is that of Unicode CLDR 41, `zh-u-co-stroke`: by strokes, then by radical.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources


def by_strokes(name: str) -> tuple[tuple[int, int], ...]:
    """A key to sort *name* by: each character's strokes and its place among those of as many.

    What is no Han character comes after them all.
    """
    order = _order()
    return tuple(order.get(character, (1000, ord(character))) for character in name)


@cache
def _order() -> Mapping[str, tuple[int, int]]:
    text = resources.files(__package__).joinpath("order.txt").read_text("utf-8")
    rows = (line.split(" ") for line in text.splitlines())
    return {c: (int(count), place) for count, row in rows for place, c in enumerate(row)}
