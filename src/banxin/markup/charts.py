"""A small table as a drawing on the baseline grid. The one door to Matplotlib.

Matplotlib scales, finds round ticks and draws the marks, as SVG. Words are not drawn: they come
back as labels on whole lines of the grid, so that a template sets them in the layout's type, and
they are checked, found and read aloud like any other text.
"""

from __future__ import annotations

import hashlib
import io
import logging
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from markupsafe import escape

from banxin.diagnostics import BanxinError, error
from banxin.manuscript.blocks import Chart, Series
from banxin.markup.grid import rows_of, set_width

LINE_CHART: Final = 12  # lines of a line chart for which none are asked
RING: Final = 10  # lines of a ring of shares
LEAST_RING: Final = 6
LEGEND: Final = 7.0  # em that the words beside a ring need at least
HOLE: Final = 0.56  # of a ring's radius
BAR: Final = 0.62  # of a character: how thick a bar is
GAP: Final = 0.6  # of a label's em, between words and marks
NAMES: Final = 0.45  # of the width, at most, for the names beside bars
ENDS: Final = 0.3  # of the width, at most, for the names where lines end
LEAST_PLOT: Final = 5  # lines of a line chart above its numbers
MOST_CELL: Final = 6.0  # em, of what is centred under a step, that its first one makes room for
APART: Final = 2.0  # em between two columns of a list of numbers
LEAST_NAME: Final = 3.0  # em, at least, for a name below a scale that is broken into lines
STROKE: Final = 1.4  # pt, of a line in a line chart
RULE: Final = 0.25  # pt: the finest line that prints safely (GWG 2015)
DOT: Final = 3.4  # pt across
PAPER: Final = 1.0  # pt, between two shares of a ring
TICKS: Final = (3, 4, 5, 6)  # intervals that a scale may have

_ID: Final = re.compile(r'(\bid="|url\(#|href="#)')


@dataclass(frozen=True, slots=True)
class Paint:
    """What a chart is drawn with: colours as CSS has them, one for each series or share."""

    series: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """The grid that a chart stands on, all in points.

    Attributes:
        width: of the drawing.
        pitch: of the grid's lines.
        head: from the top of a line to the head of its characters.
        character: of the body.
        label: size of the labels' type.
    """

    width: float
    pitch: float
    head: float
    character: float
    label: float

    def middle(self, line: int) -> float:
        """The middle of that line's characters; lines count from 0 at the drawing's top."""
        return line * self.pitch + self.head + self.character / 2


@dataclass(frozen=True, slots=True)
class Label:
    """Words on a whole line of the grid, or on several.

    Attributes:
        role: name, value, tick, series or share: the template's class for it; `called` for what a
            column is called, `broken` for what its box holds on several lines only.
        line: of the drawing, from 0.
        left: of its box, pt; `width`: of its box.
        align: left, right or center in the box.
    """

    text: str
    role: str
    line: int
    left: float
    width: float
    align: str

    def __post_init__(self) -> None:
        for side in ("left", "width"):
            object.__setattr__(self, side, round(getattr(self, side), 3))


@dataclass(frozen=True, slots=True)
class Drawing:
    """`svg`: the marks, as wide as asked; `lines` of the grid high."""

    svg: str
    lines: int
    labels: tuple[Label, ...]


def draw(chart: Chart, ruler: Ruler, paint: Paint) -> Drawing:
    """*chart* as marks and labels.

    Raises:
        BanxinError: `chart/colours` for more series or shares than the layout has inks for.
    """
    needed = len(chart.names) if chart.kind == "share" else len(chart.series)
    if needed > len(paint.series):
        has = len(paint.series)
        raise BanxinError(error("chart/colours", chart.place, found=needed, has=has))
    with _as_it_came():
        drawn = {"bars": _bars, "line": _line, "share": _share}[chart.kind](chart, ruler, paint)
    said = f"<title>{escape(_in_words(chart))}</title>"
    # Charts of one size have the same ids, and all stand in one document.
    own = hashlib.sha256(str(chart.place).encode()).hexdigest()[:8]
    svg = _ID.sub(rf"\g<1>{own}-", drawn.svg)
    return replace(drawn, svg=svg.replace(">", f">{said}", 1))


def _in_words(chart: Chart) -> str:
    """The chart for who cannot see it: its title and every number."""
    rows = []
    for name, cells in zip(chart.names, chart.written, strict=True):
        said = (f"{s.name} {cell}" for s, cell in zip(chart.series, cells, strict=True))
        rows.append(f"{name} {'、'.join(said)}")
    unit = f"（{chart.unit}）" if chart.unit else ""
    return f"{chart.title}{unit}：{'；'.join(rows)}"


# --- bars -------------------------------------------------------------------------------------


def _bars(chart: Chart, ruler: Ruler, paint: Paint) -> Drawing:
    """A bar a line, named on its left, its number at its end; groups are a line apart."""
    several = len(chart.series) > 1
    gap, em = ruler.label * GAP, ruler.label
    axis, of_numbers = _heads(chart)
    names = min(max(map(set_width, (axis, *chart.names))) * em, ruler.width * NAMES)
    begins = names + gap if axis else 0.0
    legend = _Legend(chart.series, ruler, begins) if several else None
    heads = rows_of(axis, names / em) if axis else 0
    wide = ruler.width - names - gap
    if of_numbers:
        heads = max(heads, rows_of(of_numbers, wide / em))
    first = max(heads, legend.lines if legend else 0)
    rows = [max(len(chart.series), rows_of(name, names / em)) for name in chart.names]
    between = 1 if several else 0
    lines = first + sum(rows) + between * (len(rows) - 1)
    numbers = max(set_width(cell) for row in chart.written for cell in row) * em
    left, right = names + gap, ruler.width - numbers - gap
    values = [v for series in chart.series for v in series.values if v is not None]
    least, most = min(0.0, *values), max(0.0, *values)
    if least < 0:
        left += numbers + gap
    scale = (right - left) / ((most - least) or 1.0)
    zero = left - least * scale
    canvas = _Canvas(ruler, lines)
    labels = list(legend.drawn(canvas, paint)) if legend else []
    if axis:
        labels.append(Label(axis, _role("name called", axis, names / em), 0, 0.0, names, "left"))
    if of_numbers:
        role = _role("series called", of_numbers, wide / em)
        labels.append(Label(of_numbers, role, 0, names + gap, wide, "left"))
    for row, name in enumerate(chart.names):
        top = first + sum(rows[:row]) + between * row
        labels.append(Label(name, _role("name", name, names / em), top, 0.0, names, "left"))
        for index, series in enumerate(chart.series):
            value, line = series.values[row], top + index
            if value is None:
                continue
            thick = ruler.character * BAR
            canvas.bar(
                min(zero, zero + value * scale), ruler.middle(line), abs(value) * scale,
                thick, paint.series[index],
            )  # fmt: skip
            end = zero + value * scale
            box = end + gap if value >= 0 else end - gap - numbers
            align = "left" if value >= 0 else "right"
            written = chart.written[row][index]
            labels.append(Label(written, "value", line, box, numbers, align))
    if least < 0:
        canvas.rule(zero, first * ruler.pitch, zero, lines * ruler.pitch, paint.rule)
    return Drawing(canvas.svg(), lines, tuple(labels))


def _heads(chart: Chart) -> tuple[str, str]:
    """What the columns of names and of numbers are called, but for what the title says already.

    Of several columns of numbers each has its name in a legend.
    """
    said = f"{chart.title} {chart.unit}"
    axis, numbers = chart.head, chart.series[0].name if len(chart.series) == 1 else ""
    return "" if axis in said else axis, "" if numbers in said else numbers


def _role(role: str, words: str, em: float) -> str:
    return role if rows_of(words, em) == 1 else f"{role} broken"


class _Legend:
    """Names of the series on the first lines, each behind a patch of its colour.

    `begins`: pt from the left.
    """

    def __init__(self, series: Sequence[Series], ruler: Ruler, begins: float = 0.0) -> None:
        self._ruler = ruler
        self._patch = ruler.character * BAR
        self._stands: list[tuple[str, int, float, float]] = []  # name, line, left, width; pt
        x, line, below, em = begins, 0, 1, ruler.label
        for one in series:
            wide = set_width(one.name) * em
            if x > begins and x + self._patch * 1.6 + wide > ruler.width:
                x, line = begins, below
            left = x + self._patch * 1.6
            wide = min(wide, ruler.width - left)
            self._stands.append((one.name, line, left, wide))
            below = max(below, line + rows_of(one.name, wide / em))
            x = left + wide + em * 2
        self.lines = below

    def drawn(self, canvas: _Canvas, paint: Paint) -> Iterator[Label]:
        for index, (name, line, left, wide) in enumerate(self._stands):
            x, y = left - self._patch * 1.6, self._ruler.middle(line)
            canvas.bar(x, y, self._patch, self._patch, paint.series[index])
            role = _role("series", name, wide / self._ruler.label)
            yield Label(name, role, line, left, wide, "left")


# --- lines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the parts of a line chart stand: widths in pt from its left, heights in lines.

    Attributes:
        ends: room for names where their lines end; 0 where they stand above, or there is one.
        left, right: where the first step stands, and where the lines end.
        numbers: how wide the scale's numbers are; `every`, lines between two of them.
        foot: lines down to the lowest rule; `lines`, of the whole.
    """

    legend: _Legend | None
    ends: float
    left: float
    right: float
    numbers: float
    ticks: tuple[float, ...]
    every: int
    steps: _Steps
    table: _Rows | _List
    foot: int
    lines: int

    @property
    def top(self) -> int:
        return self.legend.lines if self.legend else 0

    def across(self, steps: int) -> list[float]:
        """Where each step stands."""
        if steps == 1:
            return [(self.left + self.right) / 2]
        step = (self.right - self.left) / max(1, steps - 1)
        return [self.left + i * step for i in range(steps)]


def _planned(chart: Chart, ruler: Ruler) -> _Plan:
    values = [v for series in chart.series for v in series.values if v is not None]
    asked = chart.lines or LINE_CHART
    several = len(chart.series) > 1
    gap, em = ruler.label * GAP, ruler.label
    ends = max(set_width(one.name) for one in chart.series) * em if several else 0.0
    # Names that would take the lines their room stand above them.
    legend = _Legend(chart.series, ruler) if ends > ruler.width * ENDS else None
    head, ends = (legend.lines, 0.0) if legend else (0, ends)
    right = ruler.width - (ends + gap if ends else gap)
    axis, of_numbers = _heads(chart)
    called = max(map(set_width, (axis, of_numbers))) * em
    patch = ruler.character * BAR if several else 0.0

    # Half of what is centred under the first step stands to the left of it.
    cells = (*chart.names, *(cell for row in chart.written for cell in row))
    half = min(max(map(set_width, cells)), MOST_CELL) * em / 2

    def widest(ticks: Sequence[float]) -> float:
        numbers = max(set_width(_number(tick, chart)) for tick in ticks) * em
        return max(numbers, patch, min(called, ruler.width * ENDS))

    # The numbers take lines from the scale, and a scale of fewer lines may have other numbers.
    ticks, _ = _scale(min(values), max(values), asked - 2)
    step = (right - widest(ticks) - gap - max(gap, half)) / max(1, len(chart.names) - 1)
    table = _numbers_below(chart, _Steps(chart.names, step, ruler), step, ruler)
    ticks, every = _scale(min(values), max(values), max(asked - 1 - table.lines, LEAST_PLOT))
    numbers = widest(ticks)
    left = numbers + gap + max(gap, half)
    step = (right - left) / max(1, len(chart.names) - 1)
    steps = _Steps(chart.names, step, ruler)
    table = _numbers_below(chart, steps, step, ruler)
    foot = head + 1 + every * (len(ticks) - 1)
    lines = foot + max(steps.lines, rows_of(axis, numbers / em)) + table.lines
    return _Plan(legend, ends, left, right, numbers, ticks, every, steps, table, foot, lines)


def _line(chart: Chart, ruler: Ruler, paint: Paint) -> Drawing:
    """Values over the first column's steps. Each rule of the scale stands at a line's foot.

    Below it every number is printed: under its step, or in a list where the steps are too narrow.
    """
    plan, gap = _planned(chart, ruler), ruler.label * GAP
    foot, ticks, numbers, table = plan.foot, plan.ticks, plan.numbers, plan.table
    canvas = _Canvas(ruler, plan.lines)
    labels = list(plan.legend.drawn(canvas, paint)) if plan.legend else []
    for index, tick in enumerate(ticks):
        line = foot - 1 - index * plan.every
        y = (line + 1) * ruler.pitch
        canvas.rule(0.0, y, plan.right + gap, y, paint.rule)
        labels.append(Label(_number(tick, chart), "tick", line, 0.0, numbers, "right"))
    across = plan.across(len(chart.names))
    tall = (ticks[-1] - ticks[0]) / (foot - plan.top - 1 or 1)  # of the scale, in a line

    def down(value: float) -> float:
        return (foot - (value - ticks[0]) / tall) * ruler.pitch

    for index, one in enumerate(chart.series):
        points = [
            (x, math.nan if v is None else down(v)) for x, v in zip(across, one.values, strict=True)
        ]
        canvas.curve(points, paint.series[index])
    if plan.ends:
        labels.extend(_ends(chart.series, down, foot, plan.right + gap, plan.ends, ruler))
    cell = max(plan.steps.wide, table.wide if isinstance(table, _Rows) else 0.0)
    labels.extend(plan.steps.labels(across, foot, cell))
    below, axis = plan.lines - table.lines, _heads(chart)[0]
    if isinstance(table, _Rows):
        if axis:
            role = _role("name called", axis, numbers / ruler.label)
            labels.append(Label(axis, role, foot, 0.0, numbers, "right"))
        labels.extend(table.drawn(canvas, paint, below, across, cell, numbers))
    else:
        labels.extend(table.drawn(canvas, paint, below))
    return Drawing(canvas.svg(), plan.lines, tuple(labels))


def _numbers_below(chart: Chart, steps: _Steps, step: float, ruler: Ruler) -> _Rows | _List:
    widest = max(set_width(cell) for row in chart.written for cell in row) * ruler.label
    has_room = len(chart.names) == 1 or widest + ruler.label / 2 <= step
    return _Rows(chart, ruler) if has_room and steps.names_all else _List(chart, ruler)


class _Rows:
    """The numbers of a line chart, each under its step; a row a series."""

    def __init__(self, chart: Chart, ruler: Ruler) -> None:
        self._chart, self._ruler = chart, ruler
        self._called = _heads(chart)[1]
        em, room = ruler.label, ruler.width * ENDS
        self._high = rows_of(self._called, room / em) if self._called else 1
        self.lines = len(chart.series) - 1 + self._high
        self.wide = max(set_width(cell) for row in chart.written for cell in row) * em

    def drawn(
        self,
        canvas: _Canvas,
        paint: Paint,
        first: int,
        across: Sequence[float],
        cell: float,
        heads: float,
    ) -> Iterator[Label]:
        """Args: cell, heads: widths of a number and of what stands before the rows, pt."""
        chart, ruler, em = self._chart, self._ruler, self._ruler.label
        patch = ruler.character * BAR
        if self._called:
            role = _role("series called", self._called, heads / em)
            yield Label(self._called, role, first, 0.0, heads, "right")
        for index in range(len(chart.series)):
            line = first + index
            if len(chart.series) > 1:
                canvas.bar(heads - patch, ruler.middle(line), patch, patch, paint.series[index])
            for x, row in zip(across, chart.written, strict=True):
                left = min(max(x - cell / 2, 0.0), ruler.width - cell)
                if row[index]:
                    yield Label(row[index], "value", line, left, cell, "center")


class _List:
    """The numbers of a line chart with many steps: name and number, name and number, in columns."""

    def __init__(self, chart: Chart, ruler: Ruler) -> None:
        self._chart, self._ruler = chart, ruler
        em = ruler.label
        self._heads = self._headings()
        self._numbers = max(set_width(cell) for row in chart.written for cell in row) * em
        name = max(map(set_width, chart.names)) * em
        self._name = min(name, ruler.width - self._numbers - em)
        cell = self._name + em + self._numbers
        self._columns = max(1, int((ruler.width + APART * em) / (cell + APART * em)))
        self._rows = math.ceil(len(chart.names) / self._columns)
        self._each = max(rows_of(name, self._name / em) for name in chart.names)
        self._tops = [rows_of(words, ruler.width / em) if words else 0 for words in self._heads]
        self.lines = sum(self._tops) + len(self._heads) * self._rows * self._each

    def _headings(self) -> list[str]:
        axis, of_numbers = _heads(self._chart)
        called = [one.name for one in self._chart.series] if not of_numbers else [of_numbers]
        if len(self._chart.series) == 1 and not of_numbers:
            called = [""]
        return ["　".join(word for word in (axis, name) if word) for name in called]

    def drawn(self, canvas: _Canvas, paint: Paint, first: int) -> Iterator[Label]:
        chart, ruler, em = self._chart, self._ruler, self._ruler.label
        patch = ruler.character * BAR if len(chart.series) > 1 else 0.0
        apart = self._name + em + self._numbers + APART * em
        line = first
        for index, words in enumerate(self._heads):
            if words:
                left = patch * 1.6
                role = _role("series called", words, (ruler.width - left) / em)
                if patch:
                    canvas.bar(0.0, ruler.middle(line), patch, patch, paint.series[index])
                yield Label(words, role, line, left, ruler.width - left, "left")
            line += self._tops[index]
            for number, (name, row) in enumerate(zip(chart.names, chart.written, strict=True)):
                at = line + number % self._rows * self._each
                x = number // self._rows * apart
                role = _role("name", name, self._name / em)
                yield Label(name, role, at, x, self._name, "left")
                if row[index]:
                    x += self._name + em
                    yield Label(row[index], "value", at, x, self._numbers, "right")
            line += self._rows * self._each


def _scale(least: float, most: float, lines: int) -> tuple[tuple[float, ...], int]:
    """Round ticks from below *least* to above *most*, and the whole lines between two of them.

    Of the scales that round numbers give, the one that leaves the fewest of *lines* unused.
    """
    if least > 0 and least < most / 2:
        least = 0.0  # a scale that begins elsewhere makes a small rise look steep
    found: list[tuple[int, int, tuple[float, ...]]] = []
    for count in TICKS:
        locator = _matplotlib().ticker.MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10])
        low, high = (least, most) if least < most else (least - 1, most + 1)
        ticks = tuple(round(float(t), 10) for t in locator.tick_values(low, high))
        every = max(1, lines // (len(ticks) - 1))
        found.append((abs(lines - every * (len(ticks) - 1)), -len(ticks), ticks))
    _, _, ticks = min(found)
    return ticks, max(1, lines // (len(ticks) - 1))


def _number(value: float, chart: Chart) -> str:
    """A tick as the manuscript writes its numbers: with or without commas and percent signs."""
    cells = [cell for row in chart.written for cell in row]
    text = (
        f"{value:,.10g}" if any("," in cell or "，" in cell for cell in cells) else f"{value:.10g}"
    )
    percent = all(cell.endswith(("%", "％")) for cell in cells if cell)
    return f"{text}%" if percent else text


def _ends(
    series: Sequence[Series], down: Any, foot: int, left: float, wide: float, ruler: Ruler
) -> Iterator[Label]:
    """Each series' name where its line ends; where two would meet, on the next free line."""
    lasts = [next((v for v in reversed(one.values) if v is not None), None) for one in series]
    taken: set[int] = set()
    order = sorted((i for i, v in enumerate(lasts) if v is not None), key=lambda i: down(lasts[i]))
    for index in order:
        line = min(max(round(down(lasts[index]) / ruler.pitch - 0.5), 0), foot - 1)
        while line in taken:
            line += 1
        taken.add(line)
        yield Label(series[index].name, f"series series-{index + 1}", line, left, wide, "left")


class _Steps:
    """The names below the scale. Years and the like: all, or every second, third… that has room;
    words are broken into lines instead, as long as they are at least so wide.
    """

    def __init__(self, names: Sequence[str], step: float, ruler: Ruler) -> None:
        self._names, self._ruler = names, ruler
        em = ruler.label
        widest = max(map(set_width, names)) * em
        if len(names) == 1:
            step = ruler.width
        every = max(1, math.ceil((widest + em) / step))
        words = [name for name in names if not name[:1].isdigit()]
        self._broken = bool(words) and every > 1 and step > LEAST_NAME * em
        self.wide = step - em / 2 if self._broken else min(widest, ruler.width)
        self._every = 1 if self._broken else every
        self.lines = max(rows_of(name, self.wide / em) for name in names)

    @property
    def names_all(self) -> bool:
        return self._every == 1

    def labels(self, across: Sequence[float], line: int, cell: float) -> Iterator[Label]:
        """Args: cell: the width of a label, at least `wide`."""
        last, em = len(self._names) - 1, self._ruler.label
        for index, name in enumerate(self._names):
            if (last - index) % self._every:
                continue  # counted from the last, which is always named
            left = min(max(across[index] - cell / 2, 0.0), self._ruler.width - cell)
            role = _role("name", name, cell / em)
            yield Label(name, role, line, left, cell, "center")


# --- shares -----------------------------------------------------------------------------------


def _share(chart: Chart, ruler: Ruler, paint: Paint) -> Drawing:
    """A ring, and beside it, or below where there is no room, each share on a line.

    A share is said as it is written, and in percent.
    """
    parts = [value or 0.0 for value in chart.series[0].values]
    patch, em = ruler.character * BAR, ruler.label
    start = patch * 1.6
    axis, of_numbers = _heads(chart)
    said = _said(chart, parts)
    written = [row[0] for row in chart.written]
    percent = max(map(set_width, said)) * em
    number = 0.0 if said == written else max(map(set_width, written)) * em + em
    numbers = max(number + percent, set_width(of_numbers) * em) + em / 2
    names = max(map(set_width, (axis, *chart.names))) * em
    wanted = max(names + numbers, LEGEND * em) + start
    tall = max(chart.lines or RING, LEAST_RING)
    room = ruler.width - wanted - ruler.character * 2
    while tall > LEAST_RING and tall * ruler.pitch > room:
        tall -= 1
    side = tall * ruler.pitch - (ruler.pitch - ruler.character)
    beside = side <= room
    left = side + ruler.character * 2 if beside else 0.0
    right = min(ruler.width, left + wanted * 1.6) if beside else ruler.width
    words = right - left - start - numbers
    stacked = words < LEAST_NAME * em  # then the numbers stand below their name
    words = right - left - start if stacked else words
    rows = [rows_of(name, words / em) + stacked for name in chart.names]
    heads = max(rows_of(axis, words / em), 1) if axis or of_numbers else 0
    listed = heads + sum(rows)
    lines = max(tall, listed) if beside else tall + listed
    first = (lines - listed) // 2 if beside else tall
    canvas = _Canvas(ruler, lines)
    canvas.ring(
        side / 2 if beside else ruler.width / 2,
        ((lines - tall) // 2 if beside else 0) * ruler.pitch + ruler.head + side / 2,
        side / 2, parts, paint.series,
    )  # fmt: skip
    labels: list[Label] = []
    if axis:
        role = _role("name called", axis, words / em)
        labels.append(Label(axis, role, first, left + start, words, "left"))
    if of_numbers:
        wide = min(set_width(of_numbers) * em, right - left)
        labels.append(Label(of_numbers, "series called", first, right - wide, wide, "right"))
    for index, (name, cell, share) in enumerate(zip(chart.names, written, said, strict=True)):
        line = first + heads + sum(rows[:index])
        canvas.bar(left, ruler.middle(line), patch, patch, paint.series[index])
        role = _role("share", name, words / em)
        labels.append(Label(name, role, line, left + start, words, "left"))
        line += rows[index] - 1 if stacked else 0
        labels.append(Label(share, "value", line, right - percent, percent, "right"))
        if number:
            x = right - percent - number
            labels.append(Label(cell, "value", line, x, number - em, "right"))
    return Drawing(canvas.svg(), lines, tuple(labels))


def _said(chart: Chart, parts: Sequence[float]) -> list[str]:
    """What each share is called: as written where that is in percent, or whole percents of 100."""
    written = [row[0] for row in chart.written]
    if all(cell.endswith(("%", "％")) for cell in written):
        return written
    total = sum(parts)
    exact = [part / total * 100 for part in parts]
    whole = [math.floor(share) for share in exact]
    # The largest remainders get what is missing, so that the shares add up to a hundred.
    order = sorted(range(len(parts)), key=lambda i: whole[i] - exact[i])
    for index in order[: 100 - sum(whole)]:
        whole[index] += 1
    return [f"{share}%" for share in whole]


# --- marks ------------------------------------------------------------------------------------


class _Canvas:
    """Matplotlib with points for units, the origin at the top left, and no words."""

    def __init__(self, ruler: Ruler, lines: int) -> None:
        self._axes: Any = _axes(ruler.width, lines * ruler.pitch)
        self._colours: dict[str, str] = {}

    def bar(self, left: float, middle: float, wide: float, thick: float, colour: str) -> None:
        self._add("Rectangle", (left, middle - thick / 2), wide, thick, colour=colour)

    def rule(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        self._axes.plot([x0, x1], [y0, y1], lw=RULE, color=self._key(colour), zorder=1)

    def curve(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """A line through *points*, broken where one is missing, with a dot on its last."""
        key = self._key(colour)
        self._axes.plot(*zip(*points, strict=True), lw=STROKE, color=key, zorder=2)
        there = [point for point in points if not math.isnan(point[1])]
        alone = len(there) == 1
        for x, y in there if alone else there[-1:]:
            self._axes.plot([x], [y], "o", ms=DOT, mew=0, color=key, zorder=3)

    def ring(
        self, x: float, y: float, radius: float, parts: Sequence[float], colours: Sequence[str]
    ) -> None:
        """From twelve o'clock, clockwise; paper shows between two shares."""
        start, whole = -90.0, sum(parts)
        apart = math.degrees(PAPER / 2 / radius) if sum(map(bool, parts)) > 1 else 0.0
        for part, colour in zip(parts, colours, strict=False):
            # The axes' y grows downwards, so that angles grow clockwise.
            end = start + 360 * part / whole
            if end - start > 2 * apart:
                self._add(
                    "Wedge", (x, y), radius, start + apart, end - apart,
                    width=radius * (1 - HOLE), colour=colour,
                )  # fmt: skip
            start = end

    def svg(self) -> str:
        """One `<svg>` element. The same marks give the same text."""
        out = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        self._axes.figure.savefig(out, format="svg", transparent=True, metadata=nothing)
        text = out.getvalue()
        svg = text[text.index("<svg") :].replace("\n", " ").strip()
        # In HTML, `style` and `id` are the page's: WeasyPrint 70 would read the one as its CSS
        # and take the other for a link's target.
        svg = re.sub(r' id="(?:figure|axes|patch|line2d)[^"]*"', "", svg)
        svg = re.sub(r' style="([^"]*)"', _attributes, svg)
        return re.sub(r"#00[0-9a-f]{4}\b", lambda found: self._colour(found[0]), svg)

    def _add(self, kind: str, *shape: Any, colour: str, **more: Any) -> None:
        patch = getattr(_matplotlib().patches, kind)(*shape, color=self._key(colour), **more)
        patch.set(linewidth=0)
        self._axes.add_patch(patch)

    def _key(self, colour: str) -> str:
        """What Matplotlib is told instead of a swatch, whose six decimals it would not keep."""
        known: Mapping[str, str] = {value: key for key, value in self._colours.items()}
        key = known.get(colour) or f"#00{len(self._colours) + 1:04x}"
        self._colours[key] = colour
        return key

    def _colour(self, key: str) -> str:
        return self._colours.get(key, key)


def _attributes(style: re.Match[str]) -> str:
    """` style="fill: none"` → ` fill="none"`."""
    pairs = (part.split(":", 1) for part in style[1].split(";") if part.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def _axes(width: float, height: float) -> Any:
    """Axes over a whole figure: in points, y downwards."""
    figure = _matplotlib().figure.Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0), autoscale_on=False)
    axes.set_axis_off()
    return axes


def load() -> None:
    """Load the library: most of a second, and the first time on a machine as long as it takes to
    look through all its fonts.
    """
    _matplotlib()


def is_loaded() -> bool:
    return _matplotlib.cache_info().currsize > 0


@contextmanager
def _as_it_came() -> Iterator[None]:
    """Matplotlib (3.10) reads a `matplotlibrc` in the folder one is in, or in one's own."""
    library = _matplotlib()
    with library.rc_context():
        library.rcdefaults()
        library.rcParams["svg.hashsalt"] = "banxin"  # ids are the same each time
        yield


@cache
def _matplotlib() -> Any:
    # What it says of that file, and of a home that it cannot write to, is of no page.
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    import matplotlib.backends.backend_svg
    import matplotlib.figure
    import matplotlib.patches
    import matplotlib.ticker

    return matplotlib


__all__ = ["Drawing", "Label", "Paint", "Ruler", "draw"]
