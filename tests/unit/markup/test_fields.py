"""A number drawn mark by mark: as many as it has units, inside its lines, not too fine."""

from __future__ import annotations

import re
from math import ceil

import pytest

from banxin.manuscript.blocks import Count
from banxin.markup.charts import Ruler
from banxin.markup.fields import LEAST, Field, field, of_each

PITCH, CHARACTER, HEAD = 17.0, 10.5, 3.8  # pt: a body of 10.5 on 6 mm


def drawn(count: Count, width: float = 231.0, lines: int = 2, most: int = 6) -> Field:
    ruler = Ruler(width, PITCH, HEAD, CHARACTER, 8.0)
    return field(count, ruler, lines, most, "black")


def squares(number: float, each: int = 1, whole: int = 0) -> Count:
    return Count(number, each, "一个", "square", "", whole)


def dashes(made: Field) -> int:
    """The marks of the dashed rows."""
    path = re.search(r'd="((?:M[\d. ]+h[\d.]+)+)".*?dasharray="([\d.]+) ([\d.]+)"', made.svg)
    if path is None:
        return 0
    dash, between = float(path[2]), float(path[3])
    longs = map(float, re.findall(r"h([\d.]+)", path[1]))
    return sum(round((long - dash) / (dash + between)) + 1 for long in longs)


@pytest.mark.parametrize("number", [1, 2, 9, 46, 47, 100, 491, 1057, 4999])
def test_every_unit_is_a_mark(number: int) -> None:
    made = drawn(squares(number), 483.0, 6, 12)

    assert made.each == 1
    assert dashes(made) == number


@pytest.mark.parametrize("width", [60.0, 110.0, 231.0, 483.0])
@pytest.mark.parametrize("number", [1, 30, 491, 5000, 40_000, 100_000])
def test_a_field_of_any_number_and_width_stays_inside_its_lines(number: int, width: float) -> None:
    made = drawn(squares(number), width)

    steps = [float(b) + float(c) for b, c in re.findall(r'array="([\d.]+) ([\d.]+)"', made.svg)]
    lows = [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)h", made.svg)]
    size = float(re.findall(r'stroke-width="([\d.]+)"', made.svg)[0])
    ends = [float(x) + float(h) for x, h in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", made.svg)]
    assert made.lines <= 6
    assert dashes(made) == number // made.each
    assert min(steps) >= LEAST - 0.001
    assert min(lows) - size / 2 >= HEAD - 0.01
    assert max(lows) + size / 2 <= made.lines * PITCH - (PITCH - CHARACTER) + HEAD + 0.1
    assert max(ends) <= width + 0.05


def test_where_its_marks_would_be_too_fine_one_stands_for_ten_and_says_so() -> None:
    made = drawn(squares(100_000))

    assert (made.each, made.says) == (100, "一百个")


def test_part_of_a_unit_is_part_of_a_mark() -> None:
    half = drawn(squares(173.5))
    size = float(re.findall(r'stroke-width="([\d.]+)"', half.svg)[0])

    (wide,) = re.findall(r'<rect [^>]*width="([\d.]+)"', half.svg)
    assert dashes(half) == 173
    assert float(wide) == pytest.approx(size / 2, abs=0.01)


def test_of_a_percentage_what_is_missing_is_open() -> None:
    made = drawn(squares(93.1, whole=100))

    assert dashes(made) == 93
    assert len(re.findall(r"h[\d.]+v[\d.]+h-[\d.]+z", made.svg)) == 6
    assert float(re.findall(r'stroke-width="([\d.]+)"', made.svg)[-1]) >= 0.25


@pytest.mark.parametrize("mark", ["square", "dot", "tick"])
def test_every_kind_of_mark_is_counted_alike(mark: str) -> None:
    made = drawn(Count(47, 1, "", mark, ""))

    rows = re.findall(r"M[\d.]+ [\d.]+h([\d.]+)", made.svg)
    dash, between = map(float, re.findall(r'array="([\d.]+) ([\d.]+)"', made.svg)[0])
    assert sum(ceil(float(long) / (dash + between)) for long in rows) == 47


@pytest.mark.parametrize(
    ("of", "each", "said"),
    [
        ("一支", 100, "一百支"),
        ("一支", 1, "一支"),
        ("一位", 1000, "一千位"),
        ("一人", 10_000, "一万人"),
        ("一户", 20, "二十户"),
        ("一户", 10, "十户"),
        ("一户", 250, "250户"),
        ("teams", 100, "100 teams"),
        ("", 100, ""),
    ],
)
def test_what_a_mark_is_goes_with_the_unit(of: str, each: int, said: str) -> None:
    assert of_each(of, each) == said
