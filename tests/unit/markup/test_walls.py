"""Names as a wall: lines that are full by themselves, and smaller where there are many."""

from __future__ import annotations

import pytest

from banxin import layouts
from banxin.diagnostics import Place
from banxin.markup.walls import APART, Named, Wall, wall
from banxin.workspace import Workspace
from conftest import ROOT

JINIAN = layouts.load("jinian", Workspace(ROOT), Place("edition.toml"))
STEPS = tuple(
    next(style for style in JINIAN.types if style.name == name) for name in JINIAN.steps["wall"]
)


def made(people: list[Named], characters: float = 46, lines: int = 80) -> Wall:
    return wall(people, STEPS, characters, lines, JINIAN.grid)


def em(found: Wall, characters: float) -> float:
    size = next(style.size for style in STEPS if style.name == found.style)
    return characters / (size / JINIAN.grid.character)


@pytest.mark.parametrize("characters", [4, 11, 18, 24, 34, 46, 60, 74])
@pytest.mark.parametrize("many", [1, 5, 63, 900])
@pytest.mark.parametrize("about", [0.0, 2.4, 9.0])
def test_a_line_of_usual_names_fills_the_measure(
    characters: float, many: int, about: float
) -> None:
    found = made([Named(3, about)] * many, characters)

    used = found.across * found.cell + (found.across - 1) * found.gap
    assert found.cell <= em(found, characters) + 0.001
    assert used <= em(found, characters) + 0.001
    if found.across > 1:
        assert used == pytest.approx(em(found, characters), abs=0.05)
        assert found.gap >= APART - 0.01


@pytest.mark.parametrize(("many", "style"), [(5, "wall"), (48, "wall"), (250, "wall-low")])
def test_many_names_are_set_smaller(many: int, style: str) -> None:
    assert made([Named(3, 0)] * many, lines=40).style == style


def test_more_names_than_any_size_holds_are_set_in_the_smallest() -> None:
    assert made([Named(3, 0)] * 9000, lines=40).style == "wall-small"


def test_where_something_is_said_of_people_it_has_a_line_under_their_names() -> None:
    bare, said = made([Named(3, 0)] * 10), made([Named(3, 0)] * 9 + [Named(3, 2)])

    assert (bare.row, said.row) == (2, 4)


def test_long_names_among_short_ones_do_not_part_the_short_ones() -> None:
    assert made([Named(3, 0)] * 40 + [Named(9, 0)] * 3).cell == 3
    assert made([Named(7, 0)] * 40 + [Named(3, 0)] * 3).cell == 7


def test_what_is_said_of_people_parts_them_so_that_it_does_not_touch() -> None:
    found = made([Named(3, 12.0)] * 8)
    size = STEPS[0].size / JINIAN.grid.character

    assert found.cell + found.gap >= 12 / size
