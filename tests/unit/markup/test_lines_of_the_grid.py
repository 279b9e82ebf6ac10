from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from banxin import layouts
from banxin.assets.colour import on_screen
from banxin.diagnostics import Place
from banxin.layouts import Grid, TypeStyle
from banxin.markup.document import measured, spaced_name
from banxin.markup.grid import (
    across_bleed,
    bleed_lines,
    caption_lines,
    dated,
    fair_lines,
    figure_lines,
    gap,
    justified_rows,
    measure,
    numeral,
    picture_height,
    stack,
    whole_lines,
)
from banxin.units import Length
from banxin.workspace import Workspace


@pytest.fixture(scope="module")
def grid(root: Path) -> Grid:
    return layouts.load("jinian", Workspace(root), Place()).grid


def test_a_picture_and_its_gap_fill_whole_lines(grid: Grid) -> None:
    for lines in range(6, 35):
        filled = picture_height(lines, grid) + gap(grid)
        assert filled.in_mm == pytest.approx(lines * 6)


@pytest.mark.parametrize(
    ("width", "height", "lines"),
    [(4000, 3000, 11), (3000, 4000, 18), (10_000, 500, 6), (500, 10_000, 34)],
)
def test_a_picture_of_a_column_takes_the_lines_its_shape_asks(
    width: int, height: int, lines: int, grid: Grid
) -> None:
    assert figure_lines(width, height, 22, grid) == lines


@pytest.mark.parametrize("name", ["jinian", "huace", "shuxi"])
@pytest.mark.parametrize(("width", "height"), [(4, 1), (7, 2), (3, 1), (2, 1), (3, 2)])
def test_a_picture_at_a_pages_head_ends_at_the_line_nearest_to_its_foot(
    name: str, width: int, height: int, root: Path
) -> None:
    """However broad it is: what lies above the first line is part of its height."""
    layout = layouts.load(name, Workspace(root), Place())
    grid, page = layout.grid, layout.page
    lines = bleed_lines(width, height, page, grid, Length(0))
    deep = page.top + page.bleed + picture_height(lines, grid)
    tall = across_bleed(page) * (height / width)

    assert abs(deep.in_mm - tall.in_mm) <= grid.baseline.in_mm / 2 + 0.01


def test_the_broadest_picture_at_a_pages_head_is_as_high_as_one_in_the_text(root: Path) -> None:
    layout = layouts.load("shuxi", Workspace(root), Place())

    assert bleed_lines(40, 1, layout.page, layout.grid, Length(0)) == 3  # below 22 mm of 36


STYLES = {
    name: TypeStyle(name, "Noto Sans SC", 400, Length.pt(size), Length.mm(4), Place())
    for name, size in (("caption", 8.5), ("credit", 6.5))
}


@pytest.mark.parametrize(
    ("caption", "credit", "lines", "stacked"),
    [
        ("短", "甲", 1, False),
        ("一" * 22, "甲 / CC BY 4.0", 2, True),
        ("一" * 60, "甲", 3, True),
        ("", "", 1, False),
    ],
)
def test_captions_take_whole_lines_of_the_grid(
    caption: str, credit: str, lines: int, stacked: bool, grid: Grid
) -> None:
    assert caption_lines(caption, credit, 22, grid, STYLES) == (lines, stacked)


def test_rows_of_a_gallery_are_as_wide_as_the_type_area(grid: Grid) -> None:
    sizes = [(4000, 3000), (3000, 4000), (3000, 3000), (3000, 2000), (4000, 3000)]

    rows = justified_rows(sizes, [(12, 3)], grid)
    assert [len(row.items) for row in rows] == [3, 2]
    full = measure(46, grid).in_pt
    for row in rows:
        last = row.items[-1]
        assert last.left + last.width == pytest.approx(full, abs=0.01)
    assert [item.index for row in rows for item in row.items] == [0, 1, 2, 3, 4]


def test_one_narrow_picture_keeps_its_own_width(grid: Grid) -> None:
    (row,) = justified_rows([(1000, 2000)], [], grid)

    (item,) = row.items
    assert item.width == pytest.approx(picture_height(12, grid).in_pt / 2, abs=0.01)


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")]
)
def test_chapters_are_counted_in_chinese(number: int, said: str) -> None:
    assert numeral(number) == said


def test_a_vertical_title_leaves_less_room_around_yi() -> None:
    assert [c.character for c in stack("我们|一起").cells] == ["我", "们", "一", "起"]
    assert stack("我们一起").total == 3.7


def test_latin_words_of_a_vertical_title_are_turned_and_two_figures_stand_upright() -> None:
    cells = stack("建校70周年 Seventy Years").cells

    assert [(c.character, c.turned) for c in cells] == [
        ("建", False), ("校", False), ("70", False), ("周", False), ("年", False), (" ", False),
        ("Seventy Years", True),
    ]  # fmt: skip
    assert [c.height for c in cells[2:3]] == [1.0]
    assert cells[-1].height == pytest.approx(0.58 * 11 + 0.74 * 2)


def test_marks_of_a_vertical_title_have_their_vertical_form_and_those_of_latin_stay_with_it() -> (
    None
):
    cells = stack("讲话、致辞——“measure it.”（‘一’…）2021–2023").cells

    said = "".join(c.character for c in cells)
    assert said == "讲话、致辞︱︱﹃measure it.﹄（﹁一﹂︙）2021–2023"
    assert [c.character for c in cells if c.mark] == ["、", "（", "）"]
    assert [c.character for c in cells if c.turned] == ["measure it.", "2021–2023"]
    assert all(c.height == 1.0 for c in cells if not c.turned and c.character != "一")


def test_names_figures_and_dates_are_written_as_printers_do() -> None:
    assert spaced_name("王明") == "王\u3000明"
    assert spaced_name("欧阳明") == "欧阳明"
    assert measured("114人") == {"figure": "114", "unit": "人"}
    assert measured("1,057场") == {"figure": "1,057", "unit": "场"}
    day = datetime.date(2020, 11, 20)
    assert [dated(day, tag) for tag in ("zh-Hant", "en")] == ["二〇二〇年十一月", "November 2020"]
    assert [numeral(12, tag) for tag in ("zh-Hans", "en")] == ["十二", "12"]


def test_black_ink_and_bare_paper_are_drawn_as_such() -> None:
    assert on_screen((0, 0, 0, 100)) == (0, 0, 0)
    assert on_screen((0, 0, 0, 0)) == (255, 255, 255)


def test_red_ink_is_red_and_duller_than_a_screen_can_show() -> None:
    red, green, blue = on_screen((0, 100, 100, 0))
    assert red > 200
    assert 0 < max(green, blue) < 60


@pytest.mark.parametrize("characters", [17, 22, 46, 74])
@pytest.mark.parametrize(
    "shape", [(900, 2700), (1500, 2000), (1800, 1800), (2400, 1600), (3600, 900)]
)
def test_whole_lines_hold_the_whole_picture_and_say_what_they_leave(
    shape: tuple[int, int], characters: int, grid: Grid
) -> None:
    lines, slack = whole_lines(*shape, characters, grid)
    tall = (grid.character * characters * (shape[1] / shape[0])).in_pt
    high = picture_height(lines, grid).in_pt

    assert 1 <= lines <= grid.lines - 6
    if lines < grid.lines - 6:
        assert high - slack.in_pt == pytest.approx(min(tall, high), abs=0.01)
        assert slack.in_pt < grid.baseline.in_pt
        assert tall - high < 0.06 * grid.baseline.in_pt
    assert whole_lines(*shape, characters, grid, most=5)[0] <= 5


@pytest.mark.parametrize("shape", [(1500, 2000), (1800, 1800), (2400, 1600), (3600, 900)])
@pytest.mark.parametrize("above", [0, 60])
def test_fair_lines_cut_no_more_than_a_seventh(
    shape: tuple[int, int], above: float, grid: Grid
) -> None:
    wide, over = grid.character * 46, Length.pt(above)
    tall = (wide * (shape[1] / shape[0])).in_pt
    fewest, most = fair_lines(*shape, wide, grid, over)

    for lines in (fewest, most):
        high = (picture_height(lines, grid) + over).in_pt
        assert 1 - min(high / tall, tall / high) <= 0.151 or lines == 1
    assert 1 - (picture_height(most + 1, grid) + over).in_pt / tall < -0.17 or most == 1
