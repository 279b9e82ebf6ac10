"""Tables counted before they are set: how high one is, and whether its words have room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.manuscript.blocks import Table
from banxin.manuscript.inlines import plain
from banxin.typeset.counting import rows_of, set_width, widest_part

BETWEEN: Final = 0.6  # em from one column to the next
LEAST: Final = 2.0  # em that a column has at least


def lines_of_rows(table: Table, em: float) -> tuple[int, ...]:
    """Lines that each row of *table* takes in *em*, its head's first, if it has one: about as
    many as when it is set.
    """
    columns = tuple(_columns(table))
    most = [max(map(set_width, column)) or 1.0 for column in columns]
    room = em - BETWEEN * (len(most) - 1)
    wide = [min(one, max(LEAST, room * one / sum(most))) for one in most]
    rows = zip(*columns, strict=True)
    return tuple(max(map(rows_of, row, wide)) for row in rows)


def is_tight(table: Table, em: float) -> bool:
    """Whether its longest words do not stand side by side in *em*."""
    longest = (max(map(widest_part, column)) for column in _columns(table))
    return sum(word + BETWEEN for word in longest) > em


def _columns(table: Table) -> Iterator[tuple[str, ...]]:
    """The words of each column's cells, from top to bottom."""
    rows = (table.head, *table.rows) if table.head else table.rows
    texts = [[plain(cell) for cell in row] for row in rows]
    across = max(map(len, texts), default=0)
    for column in range(across):
        yield tuple(row[column] if column < len(row) else "" for row in texts)
