"""A list struck off, row by row: large things large, the small ones gathered beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from markupsafe import Markup, escape

from banxin.layouts import Grid, TypeStyle
from banxin.manuscript.blocks import Struck, StruckList
from banxin.markup.grid import rows_of, set_width

APART: Final = 2.0  # characters between two things on a row
NUMBER: Final = 2.0  # characters before a small one, for its number
FULL: Final = 0.75  # of the measure: a row with less is not spread to it
LEVELS: Final = 4
DONE: Final = "✓"  # what a stroke says, where the layout has no word for it


@dataclass(frozen=True, slots=True)
class StruckThing:
    """One thing on its row.

    Attributes:
        style: that it is set in; `rows` of text in it.
        left: of the row's beginning, in characters of the body; `wide`: what it takes.
        top: lines of the grid from the row's first.
        small: whether its number stands before it, not above.
        stroke: what strikes it off, as wide as it is; empty where it is open, or has several rows.
    """

    item: Struck
    style: str
    rows: int
    left: float
    wide: float
    top: int
    small: bool
    stroke: str = ""


@dataclass(frozen=True, slots=True)
class StruckRow:
    """A row: `lines` of the grid, one above it for numbers."""

    lines: int
    placed: tuple[StruckThing, ...]


@dataclass(frozen=True, slots=True)
class _Sized:
    """A thing in the style of its weight."""

    item: Struck
    style: TypeStyle
    wide: float
    rows: int
    lines: int
    small: bool


def struck(
    block: StruckList,
    steps: Sequence[TypeStyle],
    characters: float,
    grid: Grid,
    colour: str,
    done: str = DONE,
) -> tuple[StruckRow, ...]:
    """Its rows, in the order of the list.

    Args:
        steps: type styles, the largest first; the last is that of the small ones.
        characters: of the body that a row has.
        colour: of the strokes, as CSS has it.
        done: what a stroke says to those who cannot see it.
    """
    heaviest = max(item.weight for item in block.items)
    cells = _cells([_fit(item, heaviest, steps, characters, grid) for item in block.items])
    return tuple(_struck(line, colour, done) for line in _rows(cells, characters))


def level(weight: float, heaviest: float) -> int:
    """1 to 4: the weight itself, or its share of the heaviest where that is more."""
    return max(1, min(LEVELS, ceil(weight if heaviest <= LEVELS else LEVELS * weight / heaviest)))


def stroke(number: int, colour: str, done: str = DONE) -> Markup:
    """A stroke by hand, another one for each number: it begins blunt and thins out."""
    seed = number * 2654435761 % 2**32  # Knuth's multiplicative hash: neighbours differ
    rise, bend, blunt = ((seed >> shift & 255) / 255 for shift in (0, 8, 16))
    begin, end = 40 + 24 * rise, 60 - 24 * rise
    middle = 50 + 16 * (bend - 0.5)
    thick = 14 + 8 * blunt
    path = (
        f"M0 {begin - thick / 3:.1f}L2 {begin - thick:.1f}Q50 {middle - thick:.1f} 100 {end:.1f}"
        f"Q50 {middle + thick:.1f} 3 {begin + thick:.1f}z"
    )
    return Markup(  # noqa: S704  # numbers, and a word that is escaped
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100"'
        f' preserveAspectRatio="none"><title>{escape(done)}</title>'
        f'<path d="{path}" fill="{colour}"/></svg>'
    )


def _fit(
    item: Struck, heaviest: float, steps: Sequence[TypeStyle], characters: float, grid: Grid
) -> _Sized:
    """In the style of its weight, or in the next smaller one that holds it on a row."""
    first = max(0, len(steps) - level(item.weight, heaviest))
    for style in steps[first:]:
        small = style is steps[-1]
        size = style.size / grid.character
        wide = set_width(item.words) * size + (NUMBER if small else 0)
        if wide <= characters or small:
            break
    room = (characters - NUMBER) / size
    rows = 1 if wide <= characters else rows_of(item.words, room)
    lines = ceil(rows * (style.leading / grid.baseline) - 0.01)
    return _Sized(item, style, min(wide, characters), rows, lines, small)


def _cells(sets: Sequence[_Sized]) -> Iterator[list[_Sized]]:
    """What stands together: one thing, or small ones under one another beside a large one."""
    tall, stack = 1, list[_Sized]()
    for one in sets:
        if stack and (not one.small or sum(s.lines for s in stack) + one.lines > tall):
            yield stack
            stack = []
        if one.small:
            stack.append(one)
        else:
            tall = one.lines
            yield [one]
    if stack:
        yield stack


def _rows(cells: Iterator[list[_Sized]], characters: float) -> Iterator[StruckRow]:
    row, used = list[list[_Sized]](), 0.0
    for cell in cells:
        wide = max(one.wide for one in cell)
        if row and used + APART + wide > characters + 0.01:
            yield _line(row, characters, last=False)
            row, used = [], 0.0
        used += wide + (APART if row else 0)
        row.append(cell)
    if row:
        yield _line(row, characters, last=True)


def _line(row: Sequence[Sequence[_Sized]], characters: float, *, last: bool) -> StruckRow:
    """Its cells stand on one line at the foot, and fill the measure if they nearly do."""
    wides = [max(one.wide for one in cell) for cell in row]
    lines = max(sum(one.lines for one in cell) for cell in row)
    spare = characters - sum(wides)
    apart = APART
    if len(row) > 1 and not last and sum(wides) >= FULL * characters - APART * (len(row) - 1):
        apart = spare / (len(row) - 1)
    left, placed = 0.0, []
    for cell, wide in zip(row, wides, strict=True):
        top = lines - sum(one.lines for one in cell)
        for one in cell:
            placed.append(_placed(one, left, wide, top))
            top += one.lines
        left += wide + apart
    above = 0 if all(one.small for cell in row for one in cell) else 1
    return StruckRow(lines + above, tuple(replace(one, top=one.top + above) for one in placed))


def _placed(one: _Sized, left: float, wide: float, top: int) -> StruckThing:
    before = NUMBER if one.small else 0.0
    left, wide = round(left + before, 3), round(wide - before, 3)
    return StruckThing(one.item, one.style.name, one.rows, left, wide, top, one.small)


def _struck(line: StruckRow, colour: str, done: str) -> StruckRow:
    """Those on one row of text are struck by hand; the template does it for the others."""
    placed = (
        one
        if one.item.open or one.rows > 1
        else replace(one, stroke=stroke(one.item.number, colour, done))
        for one in line.placed
    )
    return StruckRow(line.lines, tuple(placed))
