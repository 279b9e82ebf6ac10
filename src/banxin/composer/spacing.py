"""One line: its spare room shared out, or what it lacks taken from what can give. Pixels."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import sqrt

from banxin.composer.breaking import head_of, last_of, tail_of
from banxin.composer.paragraph import WORD, ShapedParagraph


@dataclass(slots=True, eq=False)
class Line:
    """Characters `start` to `end`; the next line begins at `following`.

    Attributes:
        more: what every gap that grows has got.
        single: what single gaps have got besides, or given; by index.
        lead: how far the first character stands left of its origin; 0 or below.
        width: what the line fills of its measure.
        looseness: `more` in em of the line's first character.
    """

    start: int
    end: int
    following: int
    more: float
    single: dict[int, float]
    lead: float
    width: float
    looseness: float


def line(p: ShapedParagraph, start: int, following: int, width: float, *, justify: bool) -> Line:
    """The line from *start*, set to *width* if it is justified or too long for it."""
    key = (start, following, width)
    known: Line | None = p.lines.get(key)
    if known is None:
        known = p.lines[key] = _line(p, start, following, width, justify=justify)
    return known


def _line(p: ShapedParagraph, start: int, following: int, width: float, *, justify: bool) -> Line:
    end = last_of(p, start, following)
    lead = -head_of(p, start)
    last = end - 1
    tail = tail_of(p, end)
    single: dict[int, float] = {}
    if p.hangs[last] and p.setting.hang != "force":
        full = p.gaps[last] + p.tail_blank[last]
        if p.room[end] - p.room[start] - full + lead <= width + 1e-3:
            tail = full  # it fits inside
    natural = p.room[end] - p.room[start] - tail + lead
    spare, more = width - natural, 0.0
    final = following == p.length or p.text[following - 1] == "\n"
    if spare < -1e-6:
        spare = _squeeze(p, start, last, spare, single)
    elif spare > 1e-6 and (p.fills_last if final else justify) and end - start > 1:
        spare, more = _stretch(p, start, last, spare, single)
    filled = width - spare
    single[last] = single.get(last, 0.0) - tail - (more if p.kinds[last] else 0.0)
    return Line(start, end, following, more, single, lead, filled, more / (p.sizes[start] or 1.0))


def _between(p: ShapedParagraph, start: int, last: int) -> list[int]:
    """Characters of the line whose gaps are of their own kind, without the last."""
    return p.odd[bisect_left(p.odd, start) : bisect_left(p.odd, last)]


def _squeeze(
    p: ShapedParagraph, start: int, last: int, spare: float, single: dict[int, float]
) -> float:
    """Take what is lacking from all that can give, each by the root of what it can.

    A mark gives twice what a gap beside Latin does, not four times: by half of it a mark shows,
    and such a gap shows by all that it may give. Returns what is still lacking, as below 0.
    """
    giving = [i for i in _between(p, start, last) if p.gives[i] > 0]
    lacking = -spare
    while giving:
        each = lacking / sum(sqrt(p.gives[i]) for i in giving)
        most = [i for i in giving if p.gives[i] <= each * sqrt(p.gives[i])]
        for i in most or giving:
            single[i] = -(p.gives[i] if most else each * sqrt(p.gives[i]))
        if not most:
            return 0.0
        lacking -= sum(p.gives[i] for i in most)
        giving = [i for i in giving if i not in single]
    return min(0.0, -lacking)


def _stretch(
    p: ShapedParagraph, start: int, last: int, spare: float, single: dict[int, float]
) -> tuple[float, float]:
    """All gaps that grow alike, those beside Latin no more than others.

    Returns what is left over, and what every gap got.
    """
    if p.setting.justify == "none":
        return spare, 0.0
    if p.setting.justify == "inter-word":
        words = [i for i in _between(p, start, last) if p.kinds[i] == WORD]
        for i in words:
            single[i] = spare / len(words)
        return (0.0, 0.0) if words else (spare, 0.0)
    gaps = p.open[last] - p.open[start]
    return (0.0, spare / gaps) if gaps else (spare, 0.0)


def width_of(p: ShapedParagraph, laid: Line, a: int, b: int) -> float:
    """Of characters *a* to *b*, elements' edges not counted."""
    width = p.room[b] - p.room[a] + laid.more * (p.open[b] - p.open[a])
    for edges in (p.before, p.after):
        if edges:
            width -= sum(edges.get(i, 0.0) for i in range(a, b))
    for i, more in laid.single.items():
        if a <= i < b:
            width += more
    return width + (laid.lead if a == laid.start else 0.0)


def advances(p: ShapedParagraph, laid: Line, a: int, b: int) -> list[float]:
    """Of each character *a* to *b*, as drawn."""
    out = [
        p.advances[i] + p.gaps[i] + (laid.more if p.kinds[i] else 0.0) + laid.single.get(i, 0.0)
        for i in range(a, b)
    ]
    if out and a == laid.start:
        out[0] += laid.lead
    return out
