"""Tables counted before they are set: how wide and high one is, and whether its words have room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from banxin.layouts import Grid, TypeStyle
from banxin.manuscript.blocks import Table
from banxin.manuscript.inlines import plain
from banxin.markup.grid import rows_of, set_width, widest_part

BETWEEN: Final = 0.6  # em from one column to the next, and after figures,
AFTER_FIGURES: Final = 1.2  # which end at the right
HAN: Final = 4.0  # em: a cell of Han characters narrower than that is no line to read
LEAST: Final = 1.0  # em that a column has at least
TALL: Final = 1 / 2  # of the page: a row that is higher goes on in the next column
FEW: Final = 6  # rows of a piece of a table that stands beside another, at least

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# A number and its unit, with or without a space; a word goes to the next space or Han character.
_WHOLE: Final = re.compile(
    r"[<>=≈≤≥±~−+-]?\d[\d.,]*[ \u00a0\u202f]?[A-Za-zµμΩ°℃℉%‰]"
    r"[^\s\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]*"
)


@dataclass(frozen=True, slots=True)
class TableSetting:
    """How a table is set.

    Attributes:
        style: the type style of its words.
        across: how many of the text's columns it goes over.
        beside: how many pieces of it stand side by side: one that needs half the page, and has
            rows enough, goes on in the other half.
        shares: of each column, percent of its width; none where the engine may find them, as all
            cells have room on one line.
        rows: lines of each row, without the head's.
        lines: of the whole.
        tall: rows, from 0, that are too high to be kept whole.
        tight: whether its longest words do not stand side by side: then they are cut.
    """

    style: str
    across: int
    beside: int
    shares: tuple[float, ...]
    rows: tuple[int, ...]
    lines: int
    tall: frozenset[int]
    tight: bool


@dataclass(frozen=True, slots=True)
class _TableColumn:
    """`least`, `most`: em that it needs, and with all its cells on one line; with what follows."""

    texts: tuple[str, ...]
    least: float
    most: float
    after: float


def set_in(
    table: Table, steps: Sequence[TypeStyle], grid: Grid, most: int = 0, characters: int = 0
) -> TableSetting:
    """*table* in the largest of *steps* in which it is decent: over one column, or over more.

    Over more than one it has the column of captions as well, if there is one.

    Args:
        most: columns that it may go over; 0: all that there are.
        characters: of the body that one column has; 0: as the grid says.
    """
    one = characters or grid.column
    columns = tuple(_columns(table))
    needed = sum(column.least for column in columns)
    most = most or max(grid.columns, 2 if grid.side else 1)
    for style in steps:
        em = grid.character / style.size  # to a character of the body
        for across in range(1, most + 1):
            if needed <= _room(across, one, grid) * em:
                return _set(table, columns, style, one, across, grid, tight=False)
    return _set(table, columns, style, one, across, grid, tight=True)


def _room(across: int, one: int, grid: Grid) -> int:
    """Characters of the body over so many columns."""
    if across > 1 and grid.side:
        return grid.characters
    return one * across + grid.gutter * (across - 1)


def _set(
    table: Table,
    columns: Sequence[_TableColumn],
    style: TypeStyle,
    one: int,
    across: int,
    grid: Grid,
    *,
    tight: bool,
) -> TableSetting:
    """Over several columns it has the whole measure, or its pieces share it."""
    whole = grid.characters if grid.side else grid.text
    beside = min(grid.columns // across, len(table.rows) // FEW) if across > 1 else 1
    beside = max(1, beside)
    wide = (whole - grid.gutter * (beside - 1)) / beside if across > 1 else one
    widths = tuple(_shared_out(columns, wide * (grid.character / style.size)))
    counted = [
        max(
            rows_of(text, max(LEAST, width - column.after))
            for text, width, column in zip(row, widths, columns, strict=True)
        )
        for row in zip(*(column.texts for column in columns), strict=True)
    ]
    rows = tuple(counted[len(counted) - len(table.rows) :])
    lines = sum(counted)
    return TableSetting(
        style=style.name,
        across=across,
        beside=beside,
        shares=_percent(widths) if across > 1 or tight or max(counted, default=1) > 1 else (),
        rows=rows,
        lines=lines,
        tall=frozenset(n for n, high in enumerate(rows) if high > grid.lines * TALL),
        tight=tight,
    )


def _percent(widths: Sequence[float]) -> tuple[float, ...]:
    total = sum(widths) or 1.0
    return tuple(round(100 * wide / total, 3) for wide in widths)


def _shared_out(columns: Sequence[_TableColumn], em: float) -> Iterator[float]:
    """The width of each column. What is over goes first to those that little more makes whole."""
    least = sum(column.least for column in columns)
    if least > em:
        yield from (em * column.least / least for column in columns)
        return
    given = [0.0] * len(columns)
    over, wanting = em - least, sorted(range(len(columns)), key=lambda n: _wanted(columns[n]))
    while wanting and _wanted(columns[wanting[0]]) <= over / len(wanting):
        first = wanting.pop(0)
        given[first] = _wanted(columns[first])
        over -= given[first]
    # The rest to those that still are not whole; where all are, to each by its length.
    weights = [column.most for column in columns]
    if wanting:
        weights = [_wanted(c) if n in wanting else 0.0 for n, c in enumerate(columns)]
    for column, more, weight in zip(columns, given, weights, strict=True):
        yield column.least + more + over * weight / sum(weights)


def _wanted(column: _TableColumn) -> float:
    return column.most - column.least


def _columns(table: Table) -> Iterator[_TableColumn]:
    rows = (table.head, *table.rows) if table.head else table.rows
    texts = [[plain(cell) for cell in row] for row in rows]
    across = max(map(len, texts), default=0)
    for number in range(across):
        column = tuple(row[number] if number < len(row) else "" for row in texts)
        right = number < len(table.align) and table.align[number] == "right"
        after = 0.0 if number == across - 1 else AFTER_FIGURES if right else BETWEEN
        longest = max(map(set_width, column), default=0.0)
        least = max(map(_least, column), default=0.0)
        yield _TableColumn(column, max(LEAST, least) + after, max(LEAST, longest) + after, after)


def _least(text: str) -> float:
    """The narrowest that a cell may be, em."""
    words = (set_width(found.strip()) for found in _WHOLE.findall(text))
    han = min(set_width(text), HAN) if _HAN.search(text) else 0.0
    return max(widest_part(text), han, *words, 0.0)
