"""Names in the order of their strokes, 以姓氏笔画为序.

By the count of strokes, then stroke by stroke as each is written: 横 (with 提) before 竖 (with
竖钩), 撇, 点 (with 捺), 折, as GF 3003-1999 has it. The strokes of 9141 characters, of simplified
ones all that names are written with, are those of cnchar-order 3.2.6 and cnchar-trad 3.2.6;
characters that these lack follow those of as many strokes, by Unicode CLDR 41, whose own counts
are not those of the mainland (邓 5, 阮 7).
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
