"""Charts: marks to scale, words on whole lines of the grid."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from banxin.diagnostics import BanxinError, Place
from banxin.manuscript.blocks import Chart, Series
from banxin.markup.charts import Drawing, Label, Paint, Ruler, draw

PAINT = Paint(series=("rgb(1% 2% 3%)", "rgb(4% 5% 6%)", "rgb(7% 8% 9%)"), rule="rgb(9% 9% 9%)")
RULER = Ruler(width=231.0, pitch=17.0, head=4.0, character=10.5, label=8.0)


def chart(kind: str, *series: tuple[float | None, ...], lines: int = 0, **more: str) -> Chart:
    rows = range(len(series[0]))
    written = tuple(
        tuple("-" if s[row] is None else f"{s[row]:g}{more.get('sign', '')}" for s in series)
        for row in rows
    )
    return Chart(
        kind=kind,
        title=more.get("title", "题"),
        unit=more.get("unit", ""),
        source="",
        size="column",
        lines=lines,
        names=tuple(f"第{row}项" for row in rows),
        series=tuple(Series(f"列{i}", values) for i, values in enumerate(series)),
        written=written,
        place=Place("a.md", 7, 1),
        head=more.get("head", ""),
    )


def said(drawing: Drawing, role: str) -> list[Label]:
    return [label for label in drawing.labels if role in label.role.split()]


def boxes(svg: str, colour: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each path in that colour: of its corners and ends of arcs."""
    found = []
    for shape in re.findall(r'<path d="([^"]*)"[^>]*fill="' + re.escape(colour), svg):
        ends = re.findall(r"(-?[\d.]+) (-?[\d.]+)\s*(?=[A-Zz]|$)", shape)
        across, down = [float(x) for x, _ in ends], [float(y) for _, y in ends]
        found.append((min(across), min(down), max(across), max(down)))
    return found


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = draw(chart("bars", (10.0, 20.0, 40.0)), RULER, PAINT)

    lengths = [right - left for left, _, right, _ in boxes(drawn.svg, PAINT.series[0])]
    assert [round(length / lengths[0], 2) for length in lengths] == [1, 2, 4]
    assert drawn.lines == 4  # the first says what is counted
    assert [label.line for label in said(drawn, "name")] == [1, 2, 3]


def test_each_bar_stands_in_the_middle_of_its_lines_characters() -> None:
    drawn = draw(chart("bars", (1.0, 2.0)), RULER, PAINT)

    middles = [(top + foot) / 2 for _, top, _, foot in boxes(drawn.svg, PAINT.series[0])]
    assert middles == pytest.approx([17 + 4 + 5.25, 34 + 4 + 5.25], abs=0.01)


def test_numbers_below_zero_go_to_the_left_of_one_line() -> None:
    drawn = draw(chart("bars", (-10.0, 20.0)), RULER, PAINT)

    below, above = boxes(drawn.svg, PAINT.series[0])
    assert below[2] == pytest.approx(above[0], abs=0.01)
    assert (above[2] - above[0]) / (below[2] - below[0]) == pytest.approx(2, abs=0.01)
    assert [label.align for label in said(drawn, "value")] == ["right", "left"]
    assert min(label.left for label in drawn.labels) >= 0


def test_words_of_a_chart_keep_inside_its_width() -> None:
    kinds = [
        chart("bars", (1_234_567.0, 2.0), (3.0, 4.0)),
        chart("line", (1.0, 2.0, 3.0), (3.0, 2.0, None)),
        chart("share", (5.0, 2.0, 3.0)),
    ]
    for one in kinds:
        for label in draw(one, RULER, PAINT).labels:
            assert label.left >= 0
            assert label.left + label.width <= RULER.width + 0.01


def test_the_rules_of_a_scale_stand_at_the_feet_of_lines_at_round_numbers() -> None:
    drawn = draw(chart("line", (61.0, 68.0, 75.0, 82.0, 93.1)), RULER, PAINT)

    ticks = said(drawn, "tick")
    values = [float(label.text) for label in ticks]
    steps = {round(b - a, 6) for a, b in pairwise(values)}
    assert len(steps) == 1
    assert values[0] <= 61
    assert values[-1] >= 93.1
    apart = {a.line - b.line for a, b in pairwise(ticks)}
    assert len(apart) == 1
    assert ticks[0].line == drawn.lines - 3  # below it the steps, and what was counted at each


def test_a_line_is_broken_where_a_number_is_missing() -> None:
    drawn = draw(chart("line", (1.0, 2.0, None, 4.0, 5.0)), RULER, PAINT)

    (path,) = re.findall(r'<path d="([^"]*)"[^>]*stroke="rgb\(1% 2% 3%\)"', drawn.svg)
    assert path.count("M") == 2


def test_names_of_lines_that_end_together_take_lines_of_their_own() -> None:
    drawn = draw(chart("line", (1.0, 5.0), (2.0, 5.0), (3.0, 5.1)), RULER, PAINT)

    lines = [label.line for label in said(drawn, "series")]
    assert len(set(lines)) == 3


def test_shares_add_up_to_a_hundred() -> None:
    drawn = draw(chart("share", (1.0, 1.0, 1.0)), RULER, PAINT)

    shares = [label.text for label in said(drawn, "value") if label.text.endswith("%")]
    assert shares == ["34%", "33%", "33%"]


def test_shares_given_in_percent_stay_as_they_are_written() -> None:
    drawn = draw(chart("share", (12.5, 87.5), sign="%"), RULER, PAINT)

    assert [label.text for label in said(drawn, "value")] == ["12.5%", "87.5%"]


def test_a_ring_is_round_and_as_high_as_its_lines() -> None:
    paint = Paint(series=(*PAINT.series, "rgb(2% 2% 2%)"), rule=PAINT.rule)

    drawn = draw(chart("share", (1.0, 1.0, 1.0, 1.0), lines=8), RULER, paint)

    shapes = [boxes(drawn.svg, colour)[0] for colour in paint.series]  # then patches of the legend
    left, top = min(b[0] for b in shapes), min(b[1] for b in shapes)
    right, foot = max(b[2] for b in shapes), max(b[3] for b in shapes)
    assert right - left == pytest.approx(foot - top, abs=0.01)
    assert top == pytest.approx(RULER.head, abs=1)
    assert foot == pytest.approx(7 * RULER.pitch + RULER.head + RULER.character, abs=1)


def test_where_there_is_no_room_beside_a_ring_its_words_stand_below() -> None:
    narrow = Ruler(width=90.0, pitch=17.0, head=4.0, character=10.5, label=8.0)

    drawn = draw(chart("share", (1.0, 2.0)), narrow, PAINT)

    assert min(label.line for label in drawn.labels) >= 6
    assert max(label.left + label.width for label in drawn.labels) <= 90.01


def test_a_chart_asks_for_no_more_inks_than_there_are() -> None:
    with pytest.raises(BanxinError) as problem:
        draw(chart("share", (1.0, 1.0, 1.0, 1.0)), RULER, PAINT)

    (told,) = problem.value.diagnostics
    assert told.code == "chart/colours"
    assert told.place.line == 7
    assert (told.facts["found"], told.facts["has"]) == (4, 3)


def test_a_chart_says_its_numbers_to_who_cannot_see_it() -> None:
    drawn = draw(chart("bars", (1.0, 2.0), title="<投入>"), RULER, PAINT)

    assert "<title>&lt;投入&gt;：第0项 列0 1；第1项 列0 2</title>" in drawn.svg


def test_the_same_chart_gives_the_same_drawing() -> None:
    one = chart("line", (1.0, 2.0), (3.0, None))

    assert draw(one, RULER, PAINT) == draw(one, RULER, PAINT)


def test_swatches_reach_the_drawing_with_all_their_decimals() -> None:
    exact = Paint(series=("rgb(80.3925% 0.7848% 10.5889%)",), rule=PAINT.rule)

    assert "rgb(80.3925% 0.7848% 10.5889%)" in draw(chart("bars", (1.0,)), RULER, exact).svg


# --- what is written is printed ---------------------------------------------------------------

YEARS = tuple(float(n * n % 97) for n in range(30))


@pytest.mark.parametrize("wide", [90.0, 157.5, 231.0, 504.0])
@pytest.mark.parametrize(
    ("kind", "series"),
    [
        ("bars", ((10.0, 20.0, 40.0),)),
        ("bars", ((10.0, 2e6), (3.0, None))),
        ("line", ((1.0, 2.0, 3.0),)),
        ("line", ((1234567.0, 7654321.0, 3.0), (None, 2.0, 1.0))),
        ("line", (YEARS,)),
        ("line", (YEARS, YEARS[::-1], YEARS)),
        ("line", ((5.0,),)),
        ("share", ((3326.8, 3315.4, 512.7),)),
        ("share", ((0.0, 1.0),)),
    ],
)
def test_each_cell_of_its_table_is_printed(
    kind: str, series: tuple[tuple[float | None, ...], ...], wide: float
) -> None:
    one = chart(kind, *series, head="年度")

    drawn = draw(one, replace(RULER, width=wide), PAINT)

    printed = Counter(label.text for label in drawn.labels)
    for names, cells in zip(one.names, one.written, strict=True):
        assert printed[names] >= 1
        printed.subtract(cell for cell in cells if cell != "-")
    assert min(printed.values()) >= 0
    assert any("年度" in label.text for label in drawn.labels)
    said_names = " ".join(label.text for label in drawn.labels)
    assert all(column.name in said_names for column in one.series)


@pytest.mark.parametrize("kind", ["bars", "line", "share"])
def test_what_the_title_says_is_not_said_again_above_a_column(kind: str) -> None:
    one = chart(kind, (1.0, 2.0), title="各年列0", unit="年", head="年")

    assert said(draw(one, RULER, PAINT), "called") == []


def test_numbers_stand_under_their_steps_or_in_a_list_where_these_are_narrow() -> None:
    few = draw(chart("line", (1.0, 2.0, 3.0)), RULER, PAINT)
    many = draw(chart("line", YEARS), RULER, PAINT)

    middles = {round(label.left + label.width / 2, 1) for label in said(few, "value")}
    assert middles == {
        round(label.left + label.width / 2, 1)
        for label in said(few, "name")
        if "called" not in label.role.split()
    }
    rows = {label.line for label in said(many, "value")}
    assert len(rows) < len(YEARS)
    assert min(rows) > max(label.line for label in said(many, "tick"))


def test_a_chart_keeps_the_lines_that_are_asked_as_long_as_its_scale_has_five() -> None:
    drawn = [
        draw(chart("line", (1.0, 2.0, 3.0), lines=lines), RULER, PAINT) for lines in (9, 12, 16)
    ]

    assert [one.lines for one in drawn] == [9, 12, 15]  # a scale has as many to each of its steps


DRAWN_ELSEWHERE = """
from test_charts import PAINT, RULER, chart, draw
for kind in ("bars", "line", "share"):
    print(draw(chart(kind, (10.0, 20.0, 40.0)), RULER, PAINT).svg)
"""


@pytest.mark.parametrize("settings", ["path.sketch: 5, 50, 10\npatch.linewidth: 8\n", "no: such\n"])
def test_settings_of_matplotlib_on_a_machine_are_not_the_charts(
    settings: str, tmp_path: Path
) -> None:
    """A `matplotlibrc` in the folder that one is in, and a home that cannot be written to."""
    (tmp_path / "matplotlibrc").write_text(settings, "ascii")
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    run = subprocess.run(
        [sys.executable, "-c", DRAWN_ELSEWHERE],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path, "HOME": "/proc/nobody", "XDG_CACHE_HOME": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    here = [
        draw(chart(kind, (10.0, 20.0, 40.0)), RULER, PAINT).svg
        for kind in ("bars", "line", "share")
    ]
    assert run.stdout.splitlines() == here
    assert run.stderr == ""
