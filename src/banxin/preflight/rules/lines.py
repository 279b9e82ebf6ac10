"""Lines: thick enough that a plate holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from banxin.diagnostics import Severity
from banxin.preflight.facts import Facts
from banxin.preflight.painted import Mark
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule
from banxin.units import Length

HAIR: Final = 0.125  # pt
ROUNDING: Final = 0.005  # pt
LONG: Final = 3.0  # mm: a filled path thinner than a line and this long is a line


@dataclass(frozen=True, slots=True)
class _PrintedLine:
    mark: Mark
    width: float


@rule("line/hair", severity=Severity.ERROR, source="GWG 2015 4.17")
def hair(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No line below 0.125 pt, and none of width 0, which is as thin as each machine can."""
    del limits
    yield from _told([line for line in _lines(pdf) if line.width < HAIR - ROUNDING], HAIR)


@rule("line/fine-in-inks", severity=Severity.ERROR, source="GWG 2015 4.17")
def fine_in_inks(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A line in several inks, or white on a ground, is 0.25 pt or thicker."""
    needed = limits.demands.least_line
    fine = [
        line
        for line in _lines(pdf)
        if HAIR - ROUNDING <= line.width < needed - ROUNDING and _delicate(line.mark)
    ]
    yield from _told(fine, needed)


@rule("line/fine", severity=Severity.WARNING, source="GWG 2015 4.17; press profile: least_line_pt")
def fine(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A line is 0.25 pt or thicker; below it breaks up on soft paper."""
    needed = limits.demands.least_line
    thin = [
        line
        for line in _lines(pdf)
        if HAIR - ROUNDING <= line.width < needed - ROUNDING and not _delicate(line.mark)
    ]
    yield from _told(thin, needed)


def _delicate(mark: Mark) -> bool:
    colour = mark.colour
    return colour.is_paper or (len(colour.plates) > 1 and "All" not in colour.plates)


def _lines(pdf: Facts) -> Iterator[_PrintedLine]:
    """Strokes, and filled paths as thin as strokes: borders are drawn so by browsers' engines."""
    for stroke in pdf.strokes:
        yield _PrintedLine(stroke, stroke.width)
    for fill in pdf.fills:
        if fill.aside:
            continue
        x0, y0, x1, y1 = fill.box
        if max(x1 - x0, y1 - y0) >= LONG:
            yield _PrintedLine(fill, Length.mm(min(x1 - x0, y1 - y0)).in_pt)


def _told(lines: list[_PrintedLine], needed: float) -> Iterator[Finding]:
    widths = {id(line.mark): line.width for line in lines}
    marks = (line.mark for line in lines)
    for mark, count in by_page(marks, lambda mark: round(widths[id(mark)], 2)):
        width = f"{widths[id(mark)]:.2f}"
        yield found(at(mark), width=width, needed=f"{needed:g}", count=count)
