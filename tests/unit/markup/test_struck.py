"""A list struck off: nothing beyond the measure, nothing on anything else, whatever is listed."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from banxin import layouts
from banxin.diagnostics import Place
from banxin.layouts import TypeStyle
from banxin.manuscript.blocks import Struck, StruckList
from banxin.markup.grid import set_width
from banxin.markup.struck import StruckRow, level, stroke, struck
from banxin.workspace import Workspace
from conftest import ROOT

JINIAN = layouts.load("jinian", Workspace(ROOT), Place("edition.toml"))
STEPS = tuple(
    next(style for style in JINIAN.types if style.name == name) for name in JINIAN.steps["struck"]
)

SVG = "{http://www.w3.org/2000/svg}"


def listed(*things: tuple[str, float]) -> StruckList:
    items = tuple(
        Struck(words, number, weight, number == len(things), Place("a.md", number))
        for number, (words, weight) in enumerate(things, 1)
    )
    return StruckList("", items, "size", "full", Place("a.md", 1))


def rows(block: StruckList, characters: float = 46) -> tuple[StruckRow, ...]:
    return struck(block, STEPS, characters, JINIAN.grid, "black")


def some(seed: int, count: int, longest: int) -> StruckList:
    dice = random.Random(seed)
    words = "村口的沟边一条路" * 20
    return listed(*((words[: dice.randint(1, longest)], dice.randint(1, 4)) for _ in range(count)))


@pytest.mark.parametrize("characters", [12, 24, 46, 74])
@pytest.mark.parametrize(("count", "longest"), [(1, 3), (1, 120), (40, 9), (300, 30), (12, 150)])
@pytest.mark.parametrize("seed", range(3))
def test_each_thing_stands_once_on_a_row_inside_the_measure(
    characters: int, count: int, longest: int, seed: int
) -> None:
    block = some(seed, count, longest)
    made = rows(block, characters)

    assert [one.item for row in made for one in row.placed] == list(block.items)
    for row in made:
        for one in row.placed:
            assert one.left >= 0
            assert one.left + one.wide <= characters + 0.01
            assert 0 <= one.top < row.lines


@pytest.mark.parametrize("seed", range(5))
def test_things_on_a_row_do_not_touch(seed: int) -> None:
    for row in rows(some(seed, 200, 12)):
        boxes = sorted({(one.left, one.wide, one.top) for one in row.placed})
        for (left, wide, top), (other, _, beside) in pairwise(boxes):
            assert other >= left + wide - 0.01 or (other == left and beside != top)


def test_a_row_that_is_nearly_full_ends_with_the_measure() -> None:
    first = rows(listed(("院子一寸一寸地窄", 2), ("谁家的水管又漏", 2), ("路边的车", 4)))[0]

    assert first.placed[-1].left + first.placed[-1].wide == pytest.approx(46, abs=0.01)


def test_small_things_gather_beside_the_large_one_before_them() -> None:
    (row, _) = rows(listed(("背街小巷", 4), *[("墙根", 1)] * 5, ("村口的沟", 4)))

    assert [one.top for one in row.placed] == [1, 1, 2, 3, 4, 5]
    assert len({one.left for one in row.placed[1:]}) == 1


def test_what_is_too_long_for_its_size_is_set_smaller_and_broken_at_last() -> None:
    words = "给每一户的楼道换一盏会自己亮的灯"
    large, small = (rows(listed((words * times, 4)))[0].placed[0] for times in (1, 12))

    assert large.style == "struck-2"
    assert large.rows == 1
    assert (small.style, small.rows > 1, str(small.stroke)) == ("struck-1", True, "")


@pytest.mark.parametrize(
    ("weight", "heaviest", "found"),
    [(1, 4, 1), (4, 4, 4), (2, 2, 2), (0.5, 3, 1), (100, 100, 4), (26, 100, 2), (1, 100, 1)],
)
def test_weights_are_taken_as_they_are_or_by_their_share(
    weight: float, heaviest: float, found: int
) -> None:
    assert level(weight, heaviest) == found


def test_what_is_open_is_not_struck_and_what_is_done_is() -> None:
    placed = [one for row in rows(listed(("一", 1), ("二", 1), ("三", 1))) for one in row.placed]

    assert [bool(one.stroke) for one in placed] == [True, True, False]


def test_a_stroke_says_that_it_is_done_to_those_who_cannot_see_it() -> None:
    block = listed(("一", 1), ("二", 4), ("三", 1))
    made = struck(block, STEPS, 46, JINIAN.grid, "black", "已划去 <全部>")
    strokes = [str(one.stroke) for row in made for one in row.placed if one.stroke]

    said = [ElementTree.fromstring(drawn).findtext(f"{SVG}title") for drawn in strokes]
    assert said == ["已划去 <全部>"] * 2
    assert "<title>✓</title>" in stroke(1, "black")


def test_strokes_of_a_hundred_things_differ_and_each_stays_in_its_box() -> None:
    drawn = {str(stroke(number, "black")) for number in range(1, 101)}

    assert len(drawn) == 100
    for path in drawn:
        ups = [float(y) for _, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.split('d="')[1])]
        assert all(0 <= y <= 100 for y in ups)


def test_a_width_is_counted_in_characters_of_the_body() -> None:
    style: TypeStyle = STEPS[1]
    (row,) = rows(listed(("路边的车", 3)))

    assert row.placed[0].wide == pytest.approx(
        set_width("路边的车") * (style.size / JINIAN.grid.character), abs=0.001
    )
