"""Names as a wall: large and close, in one texture, those of two and three one width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from banxin.layouts import Grid, TypeStyle

NAME: Final = 3.0  # em: two characters are spread to as much
APART: Final = 0.6  # em between two names, at least
BELOW: Final = 2  # lines of the grid under names of which something is said: a line, and white
TIGHT: Final = 0.004  # em that a full line is short of the measure, so that no rounding breaks it
PLACES: Final = 0.15  # em between what is said of two people, at least


@dataclass(frozen=True, slots=True)
class NameWidth:
    """How wide a name is, in em of its own, and what is said of its bearer, in em of the body."""

    name: float
    about: float


@dataclass(frozen=True, slots=True)
class Wall:
    """How names stand in a wall.

    Attributes:
        style: of the names; `across`: how many of them make a full line.
        cell: em that each has at least; `gap`: em between two, which make a usual line full.
        row: lines of the grid from one line of names to the next; `lines`: of the whole.
    """

    style: str
    across: int
    cell: float
    gap: float
    row: int
    lines: int


def wall(
    people: Sequence[NameWidth],
    steps: Sequence[TypeStyle],
    characters: float,
    lines: int,
    grid: Grid,
) -> Wall:
    """In the largest of *steps* in which they take no more than *lines*, or in the last.

    Args:
        characters: of the body that a line has.
    """
    made = (_wall(people, style, characters, grid) for style in steps)
    return next(
        (one for one in made if one.lines <= lines), _wall(people, steps[-1], characters, grid)
    )


def _wall(people: Sequence[NameWidth], style: TypeStyle, characters: float, grid: Grid) -> Wall:
    size = style.size / grid.character
    measure = characters / size
    usual = sorted(person.name for person in people)[len(people) // 2] if people else NAME
    said = max((person.about / size + PLACES - APART for person in people), default=0.0)
    cell = min(max(NAME, usual, said), measure)
    across = max(1, floor((measure + APART) / (cell + APART) + 1e-6))
    gap = (measure - TIGHT - across * cell) / (across - 1) if across > 1 else APART
    row = ceil(style.leading / grid.baseline - 0.01)
    row += BELOW if any(person.about for person in people) else 0
    used, rows = 0.0, 1
    for person in people:
        wide = min(max(cell, person.name, person.about / size), measure)
        if used and used + gap + wide > measure + 1e-6:
            rows, used = rows + 1, 0.0
        used += wide + (gap if used else 0)
    return Wall(style.name, across, round(cell, 3), round(gap, 4), row, rows * row)
