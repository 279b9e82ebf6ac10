"""Years and days to scale: times where they are, words apart and in order, whatever is written."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from banxin.diagnostics import Place
from banxin.manuscript.blocks import Chronicle, MeasuredMoment, Moment, Period, Text
from banxin.markup.charts import Ruler
from banxin.markup.chronicles import (
    ChronicleDrawing,
    ChronicleFrame,
    ChroniclePage,
    across,
    apart,
    down,
)

HERE = Place("a.md", 1)


def frame(width: float = 483.0, lines: int = 32, gutter: float = 0.0) -> ChronicleFrame:
    ruler = Ruler(width, 17.0, 3.8, 10.5, 8.0)
    return ChronicleFrame(ruler, lines, 10.0, 8.0, gutter, 8.5, "black", "grey", "red")


def chronicle(
    *years: float, words: str = "七个村子合办小学。", measured: tuple[float, ...] = ()
) -> Chronicle:
    moments = tuple(Moment(f"{at:g}年", at, (Text(words),), HERE) for at in sorted(years))
    counted = tuple(
        MeasuredMoment(f"{at:g}", at, at % 90 + 1, f"{at % 90:g}", HERE) for at in measured
    )
    periods = (Period("祠堂", moments, HERE),) if moments else ()
    return Chronicle("", "year", periods, counted, "学生", "人", "full", HERE)


def drawn(found: ChronicleDrawing | None) -> ChronicleDrawing:
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(200))
def test_things_stand_in_order_and_apart_as_near_as_they_can(seed: int) -> None:
    dice = random.Random(seed)
    wanted = sorted(dice.uniform(0, 100) for _ in range(dice.randint(1, 30)))
    extents = [dice.uniform(0.1, 100 / len(wanted)) for _ in wanted]

    found = apart(wanted, extents, 0, 100)

    ends = [at + extent for at, extent in zip(found, extents, strict=True)]
    assert found[0] >= -1e-9
    assert ends[-1] <= 100 + 1e-9
    for end, begin in pairwise(b for pair in zip(found, ends, strict=True) for b in pair):
        assert begin >= end - 1e-9
    limits = [*wanted[1:], 100.0]
    if all(b - a > extent for a, b, extent in zip(wanted, limits, extents, strict=True)):
        assert found == pytest.approx(wanted)


def test_gaps_between_years_are_true_to_scale() -> None:
    made = drawn(across(chronicle(1954, 1958, 1975, 2024), frame()))
    svg = made.pages[0].svg

    starts = [float(x) for x in re.findall(r'd="M([\d.]+) [\d.]+V', svg)]
    first, last = starts[0], starts[-1]
    shares = [(x - first) / (last - first) for x in starts]
    assert shares == pytest.approx([0, 4 / 70, 21 / 70, 1], abs=0.001)


@pytest.mark.parametrize("width", [200.0, 300.0, 483.0, 590.0])
@pytest.mark.parametrize("count", [1, 2, 9, 14])
@pytest.mark.parametrize("long", [1, 12, 30])
def test_words_across_the_page_never_touch_nor_leave_it(
    width: float, count: int, long: int
) -> None:
    dice = random.Random(count * long)
    years = {float(dice.randint(1900, 2024)) for _ in range(count)}
    found = across(chronicle(*years, words="河" * long), frame(width))

    if found is None:
        assert count > 1
        return
    placed = found.pages[0].placed
    assert len(placed) == len(years)
    assert found.lines <= 32
    for one, other in pairwise(placed):
        assert other.left >= one.left + one.wide
    assert placed[0].left >= 0
    assert placed[-1].left + placed[-1].wide <= width + 0.01


@pytest.mark.parametrize("count", [1, 2, 8, 20, 32, 33, 300])
@pytest.mark.parametrize("long", [1, 20, 90])
def test_words_down_the_page_have_whole_lines_of_their_own_or_there_is_no_drawing(
    count: int, long: int
) -> None:
    dice = random.Random(count + long)
    years = [dice.uniform(1900, 2024) for _ in range(count)]
    found = down(chronicle(*years, words="河" * long), frame(300.0), 80.0)

    if found is None:
        assert count * max(1, long // 22) > 20
        return
    placed = found.pages[0].placed
    assert found.lines <= 32
    assert len(placed) == count
    for one, other in pairwise(placed):
        assert other.line >= one.line + one.lines
    assert placed[-1].line + placed[-1].lines <= found.lines


def test_over_two_pages_each_time_is_on_its_own_and_the_fold_is_counted() -> None:
    made = drawn(across(chronicle(1954, 1960, 1988, 2024), frame(gutter=51.0)))
    left, right = made.pages

    assert [one.moment.at for one in left.placed] == [1954, 1960, 1988]
    assert [one.moment.at for one in right.placed] == [2024]
    assert (left.left, right.left) == (0.0, -59.5)


def test_what_is_measured_has_a_bar_as_high_as_its_number() -> None:
    block = chronicle(1954, measured=(1980, 1990, 2000))
    made = drawn(across(block, frame()))

    bars = re.findall(
        r'd="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)" fill="none" stroke="red"', made.pages[0].svg
    )
    highs = [float(foot) - float(top) for top, foot in bars]
    values = [one.value for one in block.measured]
    assert [high / max(highs) for high in highs] == pytest.approx(
        [value / max(values) for value in values], abs=0.01
    )
    assert [one.when for one in made.pages[0].values] == ["1980", "1990", "2000"]


@pytest.mark.parametrize("gutter", [0.0, 59.5])
@pytest.mark.parametrize("count", [1, 10, 20, 21, 22, 23, 30, 45, 60, 100])
def test_numbers_stand_apart_within_the_type_area_or_nothing_is_drawn(
    count: int, gutter: float
) -> None:
    """On 483 pt there is room for 22 of them that are as wide as a year."""
    years = tuple(1954 + n for n in range(count))
    made = across(chronicle(1954, 1990, 2053, measured=years), frame(gutter=gutter))
    if made is None:
        assert count > 22
        return
    places = [[one.at for one in page.values] for page in made.pages]

    assert sum(map(len, places)) == count
    assert all(8 < at < 475 for page in places for at in page)
    assert all(b - a > 16 for page in places for a, b in pairwise(page))


@pytest.mark.parametrize("gutter", [0.0, 59.5])
@pytest.mark.parametrize("title", ["祠堂", "搬到河对岸去的那几年", "一所学校从无到有的" * 5])
def test_names_of_stretches_stand_within_the_type_area_or_nothing_is_drawn(
    title: str, gutter: float
) -> None:
    periods = tuple(
        replace(chronicle(*years).periods[0], title=title)
        for years in ((1954, 1958), (1966, 1975), (1994, 2002))
    )
    made = across(replace(chronicle(), periods=periods), frame(gutter=gutter))
    if made is None:
        assert len(title) > 9
        return
    names = [one for page in made.pages for one in page.names]

    assert len(names) == 3
    assert all(0 <= one.at <= 483 - 12 * len(one.text) for one in names)


def test_down_the_page_what_is_measured_is_said_in_its_place() -> None:
    made = drawn(down(chronicle(1954, 2024, measured=(1980,)), frame(300.0), 80.0))

    assert [one.moment.when for one in made.pages[0].placed] == ["1954年", "1980", "2024年"]


@pytest.mark.parametrize("at", [1954.0, 1954.25])
def test_one_moment_alone_is_drawn(at: float) -> None:
    assert drawn(across(chronicle(at), frame())).pages[0].placed
    assert drawn(down(chronicle(at), frame(300.0), 80.0)).pages[0].placed


def test_no_line_is_finer_than_prints() -> None:
    made = drawn(across(chronicle(1954, 2024, measured=(1954, 1955, 1974, 2024)), frame()))

    assert min(float(w) for w in re.findall(r'stroke-width="([\d.]+)"', made.pages[0].svg)) >= 0.25


@pytest.mark.parametrize(
    ("title", "called", "first"),
    [("", "", 0), ("祠堂", "", 1), ("", "学生", 1), ("祠堂", "学生", 1)],
)
@pytest.mark.parametrize("lines", [3, 4, 5, 32])
def test_what_it_is_called_has_a_line_to_itself_where_it_runs_down(
    title: str, called: str, first: int, lines: int
) -> None:
    periods = (replace(chronicle(1954, 1958, 2024).periods[0], title=""),)
    block = replace(chronicle(), periods=periods, title=title, called=called)
    made = down(block, frame(300.0, lines), 80.0)

    if made is None:
        assert first + len(periods[0].moments) > lines
        return
    (page,) = made.pages
    assert len(page.placed) == 3
    assert all(one.line >= first for one in page.placed)
    assert made.lines == min(lines, first + 4)
    assert page.placed[-1].line + page.placed[-1].lines <= made.lines
    marks = [float(y) for y in re.findall(r'<rect x="[\d.-]+" y="([\d.-]+)"', page.svg)]
    assert min(marks) >= first * 17.0


def said(page: ChroniclePage) -> str | None:
    return ElementTree.fromstring(page.svg).findtext("{http://www.w3.org/2000/svg}title")


def test_the_marks_say_every_time_and_number_to_those_who_cannot_see_them() -> None:
    block = chronicle(1954, 1958, measured=(1960, 1970))
    (page,) = drawn(across(block, frame())).pages
    (narrow,) = drawn(down(block, frame(), 60)).pages

    assert said(page) == "学生：1954年、1958年、1960 70人、1970 80人"
    assert said(narrow) == "1954年、1958年、1960、1970"  # its numbers are text beside it
    assert said(drawn(across(chronicle(1954), frame())).pages[0]) == "1954年"


def test_each_of_two_pages_says_what_is_marked_on_it() -> None:
    first, second = drawn(across(chronicle(1954, 1958, 2024), frame(gutter=59.5))).pages
    left, right = drawn(across(chronicle(1954, 1955, 1956), frame(gutter=59.5))).pages

    assert (said(first), said(second)) == ("1954年、1958年", "2024年")
    assert (said(left), said(right)) == ("1954年", "1955年、1956年")


def test_a_page_on_which_nothing_is_marked_says_what_it_is_a_part_of() -> None:
    block = replace(chronicle(1951, 1951.1), title="一<村>")
    first, second = drawn(across(block, frame(gutter=59.5))).pages

    assert said(first) == "一<村>：1951年、1951.1年"
    assert (second.placed, said(second)) == ((), "一<村>：1951年–1951.1年")
