"""Years or a day drawn to scale: each event at its own time, its words as near as there is room.

Words that would lie on one another are moved apart, in their order and as little as can be; a line
leads from each to its time. Across the page they stand upright under the scale, down the page they
lie beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product
from math import ceil, floor
from typing import Final

from markupsafe import escape

from banxin.manuscript.blocks import Chronicle, MeasuredMoment, Moment, Period, Text
from banxin.manuscript.inlines import plain
from banxin.markup.charts import RULE, Ruler
from banxin.markup.grid import rows_of, set_width

PITCH: Final = 1.5  # em from one upright column of words to the next
APART: Final = 0.6  # em between the words of two events
SPARE: Final = 1.08  # of counted words: the composer keeps marks from the ends of columns
SHORTEST: Final = 9  # characters that an upright column has, at least
LEAST_BARS: Final = 4  # lines of the grid for what is measured
MOST_BARS: Final = 16
LEAD: Final = 2  # lines from the scale to the words' heads, which say when
BAND: Final = 2  # lines for the names of stretches
STEPS: Final = {"year": (1, 10), "hour": (1, 6), "day": (1, 30.5)}  # a tick; a long one
TICK: Final = 0.5  # pt
SUNRISE, SUNSET = 5, 20  # hours at which the first and after which the last light is drawn
SKY: Final = 24  # lines of the grid, at most
BAR: Final = 0.55  # of a character, at most
FOLD: Final = 6.0  # pt: nearer to the fold nothing upright is drawn, for it would be lost in it


@dataclass(frozen=True, slots=True)
class PlacedMoment:
    """An event's words: `left` and `wide` in points, `line` and `lines` of the grid."""

    moment: Moment
    left: float
    wide: float
    line: int
    lines: int


@dataclass(frozen=True, slots=True)
class ScaleLabel:
    """A measured number over its bar, or what a stretch is called.

    `at`: pt, the middle of a number and the left of a name; `place`: where it is written.
    """

    text: str
    at: float
    line: float
    when: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ChroniclePage:
    """What of a chronicle stands on one page: its drawing begins `left` pt from the type area."""

    svg: str
    left: float
    placed: tuple[PlacedMoment, ...]
    values: tuple[ScaleLabel, ...]
    names: tuple[ScaleLabel, ...]


@dataclass(frozen=True, slots=True)
class ChronicleDrawing:
    """A chronicle on one page, or on two that face each other; `lines` of the grid high."""

    pages: tuple[ChroniclePage, ...]
    lines: int
    between: bool  # whether fine bars stand for what was not counted


@dataclass(frozen=True, slots=True)
class ChronicleFrame:
    """Where a chronicle is drawn.

    Attributes:
        ruler: as wide as the type area, in points.
        lines: of the grid that there are.
        em: size of the words, pt; `when`: of what says when.
        gutter: from the type area to the fold, pt, where it goes over two pages; else 0.
        bleed: how far beyond the fold each of the two goes on, pt.
        ink, quiet, strong: colours of scale, ticks and bars, as CSS has them.
        sky: of the hours from night to full day, which has none; empty for no sky.
    """

    ruler: Ruler
    lines: int
    em: float
    when: float
    gutter: float
    bleed: float
    ink: str
    quiet: str
    strong: str
    sky: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _TimeScale:
    """Time to points: of the whole, which may go over two pages."""

    first: float
    last: float
    start: float
    end: float

    def __call__(self, at: float) -> float:
        share = (at - self.first) / (self.last - self.first)
        return self.start + share * (self.end - self.start)


def apart(
    wanted: Sequence[float], extents: Sequence[float], low: float, high: float
) -> list[float]:
    """Where things begin that would like to begin at *wanted*, in order and without overlap.

    The squares of how far they are moved are least (pool adjacent violators).

    Args:
        extents: of each; together no more than from *low* to *high*.
    """
    before = [sum(extents[:i]) for i in range(len(extents))]
    pools: list[tuple[float, int]] = []
    for at, taken in zip(wanted, before, strict=True):
        pool = (at - taken, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, count = pools.pop()
            pool = ((mean * count + pool[0] * pool[1]) / (count + pool[1]), count + pool[1])
        pools.append(pool)
    most = high - sum(extents)
    free = chain.from_iterable([min(max(mean, low), most)] * count for mean, count in pools)
    return [at + taken for at, taken in zip(free, before, strict=True)]


def across(chronicle: Chronicle, frame: ChronicleFrame) -> ChronicleDrawing | None:
    """Upright words under a scale that runs across the page, or two.

    None: they have no room, or what is measured or a stretch is called has none.
    """
    spans = _spans(frame)
    scale = _scale(chronicle, spans[0][0], spans[-1][1], frame)
    for span, wides in product(spans, (_wide_values, _wide_names)):
        if sum(wides(chronicle, frame, scale, span)) > span[1] - span[0]:
            return None
    named = any(period.title for period in chronicle.periods)
    fixed = LEAD + 1 + (BAND if named else 0)
    fewest = LEAST_BARS + 2 if chronicle.measured else 1
    for deep in range(SHORTEST, int((frame.lines - fixed - fewest) * frame.ruler.pitch / frame.em)):
        parts = [_words(chronicle, frame, scale, span, deep) for span in spans]
        if all(part is not None for part in parts):
            break
    else:
        return None
    words = ceil(deep * frame.em / frame.ruler.pitch)
    shows = SKY if chronicle.scale == "hour" and frame.sky else 1
    bars = min(MOST_BARS if chronicle.measured else shows, frame.lines - fixed - words)
    pages = []
    for span, part in zip(spans, parts, strict=True):
        assert part is not None
        pages.append(_page(chronicle, frame, scale, span, part, bars, words))
    return ChronicleDrawing(tuple(pages), bars + fixed + words, len(chronicle.measured) > 1)


def down(chronicle: Chronicle, frame: ChronicleFrame, dates: float) -> ChronicleDrawing | None:
    """Words beside a scale that runs down the page; None: they have no room.

    The first line is that of its title, or of what is measured, if it has one.

    Args:
        dates: points for what says when, left of the scale.
    """
    chronicle = _as_moments(chronicle)
    moments = _moments(chronicle)
    pitch = frame.ruler.pitch
    room = (frame.ruler.width - dates) / frame.em
    high = [max(1, rows_of(plain(one.text), room)) for one in moments]
    heads = {id(period.moments[0]): period for period in chronicle.periods if period.moments}
    extents = [
        lines + (1 if id(one) in heads and heads[id(one)].title else 0)
        for one, lines in zip(moments, high, strict=True)
    ]
    head = 1 if chronicle.title or chronicle.called else 0
    if head + sum(extents) > frame.lines:
        return None
    total = min(frame.lines - head, ceil(1.25 * sum(extents)))
    scale = _scale(chronicle, (head + 0.5) * pitch, (head + total - 0.5) * pitch, frame)
    wanted = [scale(one.at) / pitch - 0.5 - head for one in moments]
    lines = [head + line for line in _whole(wanted, extents, total)]
    placed, names = [], []
    for one, line, taken, extent in zip(moments, lines, high, extents, strict=True):
        if extent > taken:
            period = heads[id(one)]
            names.append(ScaleLabel(period.title, dates, line, place=str(period.place)))
        line += extent - taken
        placed.append(PlacedMoment(one, dates, frame.ruler.width - dates, line, taken))
    svg = _down_svg(chronicle, frame, scale, placed, dates, head + total)
    page = ChroniclePage(svg, 0.0, tuple(placed), (), tuple(names))
    return ChronicleDrawing((page,), head + total, between=False)


def _whole(wanted: Sequence[float], extents: Sequence[int], total: int) -> list[int]:
    """As `apart`, on whole lines."""
    found = apart(wanted, extents, 0, total)
    lines, free = [], 0
    for at, extent in zip(found, extents, strict=True):
        lines.append(max(free, round(at)))
        free = lines[-1] + extent
    for number in range(len(lines) - 1, -1, -1):
        lines[number] = min(lines[number], total - sum(extents[number:]))
    return lines


def _as_moments(chronicle: Chronicle) -> Chronicle:
    """What is measured, said beside the scale like everything else."""
    if not chronicle.measured:
        return chronicle
    periods = chronicle.periods or (Period("", (), chronicle.place),)
    begins = [min((one.at for one in period.moments), default=0.0) for period in periods]
    gathered = [list(period.moments) for period in periods]
    for one in chronicle.measured:
        number = max((n for n, at in enumerate(begins) if at <= one.at), default=0)
        words = (Text(f"{chronicle.called} {one.written}{chronicle.unit}"),)
        gathered[number].append(Moment(one.when, one.at, words, one.place))
    made = (
        replace(period, moments=tuple(sorted(own, key=lambda one: one.at)))
        for period, own in zip(periods, gathered, strict=True)
    )
    return replace(chronicle, periods=tuple(made), measured=())


def _moments(chronicle: Chronicle) -> list[Moment]:
    return sorted(
        (moment for period in chronicle.periods for moment in period.moments),
        key=lambda one: one.at,
    )


def _scale(chronicle: Chronicle, start: float, end: float, frame: ChronicleFrame) -> _TimeScale:
    """From the first whole year, hour or day to the last."""
    times = [one.at for one in _moments(chronicle)] + [one.at for one in chronicle.measured]
    first, last = floor(min(times)), ceil(max(times))
    if first == last:
        first, last = first - 1, last + 1
    inside = min(frame.em, (end - start) / 8)
    return _TimeScale(first, last, start + inside, end - inside)


def _spans(frame: ChronicleFrame) -> list[tuple[float, float]]:
    wide = frame.ruler.width
    if not frame.gutter:
        return [(0.0, wide)]
    second = wide + 2 * frame.gutter
    return [(0.0, wide), (second, second + wide)]


def _of(span: tuple[float, float], frame: ChronicleFrame, at: float) -> bool:
    """Whether a point of the whole is on the page of that span: the fold is between two."""
    fold = frame.ruler.width + frame.gutter
    return not frame.gutter or (at < fold) == (span[0] < fold)


def _words(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    span: tuple[float, float],
    deep: int,
) -> list[tuple[Moment, float, float]] | None:
    """Each event with where its words begin and how wide they are; None: they have no room."""
    moments = [one for one in _moments(chronicle) if _of(span, frame, scale(one.at))]
    wides = []
    for one in moments:
        columns = max(1, ceil(set_width(plain(one.text)) * SPARE / deep))
        when = set_width(one.when) * frame.when
        wides.append(max(columns * PITCH * frame.em, when) + APART * frame.em)
    if sum(wides) > span[1] - span[0] + APART * frame.em:
        return None
    wanted = [scale(one.at) - frame.em / 2 for one in moments]
    lefts = apart(wanted, wides, span[0], span[1] + APART * frame.em)
    gap = APART * frame.em
    return [(one, left, wide - gap) for one, left, wide in zip(moments, lefts, wides, strict=True)]


def _page(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    span: tuple[float, float],
    words: Sequence[tuple[Moment, float, float]],
    bars: int,
    deep: int,
) -> ChroniclePage:
    first, second = frame.gutter and span[0] == 0, span[0] > 0
    start = span[0] - frame.gutter - frame.bleed if second else 0.0
    end = span[1] + frame.gutter + frame.bleed if first else span[1]
    fold = frame.bleed + FOLD
    upright = (start + fold if second else start, end - fold if first else end)
    line = bars + LEAD
    placed = tuple(PlacedMoment(one, left - span[0], wide, line, deep) for one, left, wide in words)
    values = tuple(_values(chronicle, frame, scale, span, bars))
    names = tuple(_names(chronicle, frame, scale, span, line + 1 + deep))
    high = bars + LEAD + 1 + deep + (BAND if any(p.title for p in chronicle.periods) else 0)
    shapes = chain(
        _sky(chronicle, frame, scale, (start, end), bars),
        _ticks(chronicle, frame, scale, (start, end), upright, bars),
        _bars(chronicle, frame, scale, span, start, upright, bars),
        _leads(frame, scale, placed, span[0], start, bars),
        _bands(chronicle, frame, scale, span, start, line + 1 + deep),
    )
    size = f'width="{end - start:.3f}pt" height="{high * frame.ruler.pitch:.3f}pt"'
    box = f'viewBox="0 0 {end - start:.3f} {high * frame.ruler.pitch:.3f}"'
    said = _in_words(chronicle, placed, values)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>{said}{"".join(shapes)}</svg>'
    return ChroniclePage(svg, start - span[0], placed, values, names)


def _in_words(
    chronicle: Chronicle, placed: Sequence[PlacedMoment], values: Sequence[ScaleLabel]
) -> str:
    """`<title>`: the marks of a page for who cannot see them.

    What it is called, every time that is marked, and every number; what happened then is text
    beside it. Of a page on which nothing is, the whole that it is a part of.
    """
    told = [one.moment.when for one in placed]
    told += [f"{one.when} {one.text}{chronicle.unit}" for one in values]
    if not told:
        every: list[Moment | MeasuredMoment] = [*_moments(chronicle), *chronicle.measured]
        every.sort(key=lambda one: one.at)
        told = [f"{every[0].when}–{every[-1].when}"]
    names = dict.fromkeys((chronicle.title, chronicle.called if values else ""))
    name = " ".join(filter(None, names))
    return f"<title>{escape(f'{name}：' if name else '')}{escape('、'.join(told))}</title>"


def _foot(frame: ChronicleFrame, bars: int) -> float:
    """Where the scale runs: at the foot of the characters of the last line for bars."""
    return bars * frame.ruler.pitch - (frame.ruler.pitch - frame.ruler.character) / 2


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, thick: float) -> str:
    return (
        f'<path d="M{x:.3f} {y:.3f}L{to_x:.3f} {to_y:.3f}" fill="none" stroke="{colour}"'
        f' stroke-width="{thick:.3f}"/>'
    )


def _ticks(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    page: tuple[float, float],
    upright: tuple[float, float],
    bars: int,
) -> Iterator[str]:
    """The scale itself, a tick for each year or hour where they have room, and long ones."""
    y, (start, end) = _foot(frame, bars), page
    yield _line(max(start, scale.start) - start, y, min(end, scale.end) - start, y, frame.ink, TICK)
    short, tall = STEPS[chronicle.scale]
    for step, long, colour in ((short, 0.25, frame.quiet), (tall, 0.5, frame.ink)):
        if scale(scale.first + step) - scale(scale.first) < 4 * TICK:
            continue
        at = ceil(scale.first / step) * step
        while at <= scale.last:
            if upright[0] <= scale(at) <= upright[1]:
                x = scale(at) - start
                yield _line(x, y, x, y + long * frame.ruler.pitch, colour, TICK)
            at += step


def _sky(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    page: tuple[float, float],
    bars: int,
) -> Iterator[str]:
    """The light of each hour over the scale, a step of ink at a time."""
    if chronicle.scale != "hour" or chronicle.measured or not frame.sky:
        return
    start, end = page
    foot = _foot(frame, bars)
    for hour in range(int(scale.first), int(scale.last)):
        lit = min(hour - SUNRISE + 1, SUNSET - hour)
        left, right = max(start, scale(hour)), min(end, scale(hour + 1))
        if lit < len(frame.sky) and right > left:
            yield (
                f'<rect x="{left - start:.3f}" y="{frame.ruler.head:.3f}"'
                f' width="{right - left:.3f}" height="{foot - frame.ruler.head:.3f}"'
                f' fill="{frame.sky[max(0, lit)]}"/>'
            )


def _tops(chronicle: Chronicle, frame: ChronicleFrame, bars: int) -> Callable[[float], float]:
    """A number to the height of its bar, below two lines for what is said over the highest."""
    most = max((one.value for one in chronicle.measured), default=0.0) or 1.0
    high = (bars - 2) * frame.ruler.pitch
    foot = _foot(frame, bars)
    return lambda value: foot - max(RULE, high * max(0.0, value) / most)


def _bars(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    span: tuple[float, float],
    start: float,
    upright: tuple[float, float],
    bars: int,
) -> Iterator[str]:
    """What was measured as broad bars; between two of them fine ones, as if it had gone evenly."""
    top, foot = _tops(chronicle, frame, bars), _foot(frame, bars)
    step = STEPS[chronicle.scale][0]
    broad = min(BAR * frame.ruler.character, (scale(scale.first + step) - scale(scale.first)) * 0.5)
    broad = max(broad, 1.5)
    for one, other in pairwise(chronicle.measured):
        at = floor(one.at) + step
        while at < other.at and broad > 3 * TICK:
            share = (at - one.at) / (other.at - one.at)
            y = top(one.value + share * (other.value - one.value))
            if upright[0] <= scale(at) <= upright[1]:
                yield _line(scale(at) - start, y, scale(at) - start, foot, frame.quiet, TICK)
            at += step
    for one in chronicle.measured:
        if _of(span, frame, scale(one.at)):
            x = min(max(scale(one.at), upright[0]), upright[1]) - start
            yield _line(x, top(one.value), x, foot, frame.strong, broad)


def _leads(
    frame: ChronicleFrame,
    scale: _TimeScale,
    placed: Sequence[PlacedMoment],
    area: float,
    start: float,
    bars: int,
) -> Iterator[str]:
    """From each time to the head of its words."""
    y, low = _foot(frame, bars), (bars + LEAD - 1) * frame.ruler.pitch
    for one in placed:
        x, to = scale(one.moment.at) - start, one.left + area + frame.em / 2 - start
        yield (
            f'<path d="M{x:.3f} {y:.3f}V{(y + low) / 2:.3f}L{to:.3f} {low:.3f}" fill="none"'
            f' stroke="{frame.ink}" stroke-width="{TICK}"/>'
        )


def _values(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    span: tuple[float, float],
    bars: int,
) -> Iterator[ScaleLabel]:
    """Each number over its bar, and when it was."""
    own = [one for one in chronicle.measured if _of(span, frame, scale(one.at))]
    top = _tops(chronicle, frame, bars)
    wides = _wide_values(chronicle, frame, scale, span)
    wanted = [scale(one.at) - wide / 2 for one, wide in zip(own, wides, strict=True)]
    lefts = apart(wanted, wides, *span)
    for one, left, wide in zip(own, lefts, wides, strict=True):
        line = top(one.value) / frame.ruler.pitch - 1
        yield ScaleLabel(one.written, left + wide / 2 - span[0], line, one.when, str(one.place))


def _wide_values(
    chronicle: Chronicle, frame: ChronicleFrame, scale: _TimeScale, span: tuple[float, float]
) -> list[float]:
    """Of each number on a page, with when it was, and white beside it."""
    own = (one for one in chronicle.measured if _of(span, frame, scale(one.at)))
    return [max(map(set_width, (one.written, one.when))) * frame.when + 2 for one in own]


def _stretches(chronicle: Chronicle) -> list[tuple[Period, float, float]]:
    """Each named stretch with its first moment and the next one's."""
    own = [period for period in chronicle.periods if period.moments]
    firsts = [min(one.at for one in period.moments) for period in own]
    lasts = [*firsts[1:], max((one.at for one in _moments(chronicle)), default=0.0)]
    return [(p, a, b) for p, a, b in zip(own, firsts, lasts, strict=True) if p.title]


def _bands(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    span: tuple[float, float],
    start: float,
    line: int,
) -> Iterator[str]:
    y = (line + 0.5) * frame.ruler.pitch
    for _, first, last in _stretches(chronicle):
        begin, end = max(span[0], scale(first)), min(span[1], scale(last) - frame.em / 2)
        if end > begin:
            yield _line(begin - start, y, end - start, y, frame.ink, TICK)


def _names(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    span: tuple[float, float],
    line: int,
) -> Iterator[ScaleLabel]:
    """What stretches are called, each where it begins."""
    own = [(p, scale(a)) for p, a, _ in _stretches(chronicle) if _of(span, frame, scale(a))]
    wides = _wide_names(chronicle, frame, scale, span)
    lefts = apart([at for _, at in own], wides, *span)
    for (period, _), left in zip(own, lefts, strict=True):
        yield ScaleLabel(period.title, left - span[0], line + 1, place=str(period.place))


def _wide_names(
    chronicle: Chronicle, frame: ChronicleFrame, scale: _TimeScale, span: tuple[float, float]
) -> list[float]:
    """Of what each stretch is called that begins on a page, and white behind it."""
    own = (p for p, a, _ in _stretches(chronicle) if _of(span, frame, scale(a)))
    return [(set_width(period.title) + 1) * frame.em * 1.2 for period in own]


def _down_svg(
    chronicle: Chronicle,
    frame: ChronicleFrame,
    scale: _TimeScale,
    placed: Sequence[PlacedMoment],
    dates: float,
    total: int,
) -> str:
    pitch, axis = frame.ruler.pitch, dates - 1.5 * frame.em
    shapes = [_line(axis, scale.start, axis, scale.end, frame.ink, TICK)]
    step = STEPS[chronicle.scale][0]
    at = scale.first
    while at <= scale.last and scale(scale.first + step) - scale(scale.first) >= 4 * TICK:
        shapes.append(_line(axis - frame.em / 4, scale(at), axis, scale(at), frame.quiet, TICK))
        at += step
    for one in placed:
        y = frame.ruler.middle(one.line)
        shapes.append(_line(axis, scale(one.moment.at), dates - frame.em / 3, y, frame.ink, TICK))
        side = frame.em / 2
        shapes.append(
            f'<rect x="{axis - side / 2:.3f}" y="{scale(one.moment.at) - side / 2:.3f}"'
            f' width="{side:.3f}" height="{side:.3f}" fill="{frame.strong}"/>'
        )
    size = f'width="{dates:.3f}pt" height="{total * pitch:.3f}pt"'
    box = f'viewBox="0 0 {dates:.3f} {total * pitch:.3f}"'
    said = _in_words(chronicle, placed, ())
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>{said}{"".join(shapes)}</svg>'
