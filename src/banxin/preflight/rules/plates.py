"""Foil, varnish, embossing: plates of the binder's, which hold no screen and no hairline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from banxin.diagnostics import Box, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.painted import Fill, Mark, Run, Stroke
from banxin.preflight.registry import Finding, Limits, Skipped, at, by_page, found, rule
from banxin.preflight.rules.colour import BINDERS
from banxin.preflight.rules.text import KAI, SONG
from banxin.units import Length

SOLID: Final = 99.5  # percent
NOTHING: Final = 0.05  # percent
ROUNDING: Final = 0.005  # mm
HAIRLINE, STEM = 0.025, 0.07  # of an em: the finest stroke of a serif face, and of another
TOUCHING: Final = 0.01  # mm: nearer than this, two marks are one
MOST_LOOKS: Final = 200_000  # from one mark of a plate to another, on one page
DIES: Final = ("die", "cut", "crease", "perf", "刀", "模切", "压痕")


@rule(
    "plate/screened",
    severity=Severity.ERROR,
    source="practice: foil is all or nothing",
)
def screened(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A plate of the binder's is solid: foil, varnish and an embossing have no half tones."""
    for mark, count in by_page(mark for mark in _of_binders(pdf, limits) if _is_tint(mark)):
        yield found(at(mark), name=mark.colour.inks[0][0], colour=str(mark.colour), count=count)


def _is_tint(mark: Mark) -> bool:
    return any(NOTHING < percent < SOLID for _, percent in mark.colour.inks)


@rule("plate/fine-line", severity=Severity.ERROR, source="press profile: plate_line_mm")
def fine_line(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Foil, varnish and embossing have no line finer than the shop holds: it breaks away."""
    needed = limits.demands.plate_line
    fine = (mark for mark in _drawn(pdf, limits) if _finest(mark) < needed.in_mm - ROUNDING)
    for mark, count in by_page(fine):
        have = Length.mm(_finest(mark))
        yield found(at(mark), name=_name(mark), have=have, needed=needed, count=count)


@rule("plate/narrow-gap", severity=Severity.ERROR, source="press profile: plate_gap_mm")
def narrow_gap(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Between two shapes of foil or varnish stays the gap that the shop keeps open, or none."""
    needed = limits.demands.plate_gap
    pages: dict[tuple[int, str], list[Mark]] = {}
    for mark in _drawn(pdf, limits):
        if isinstance(mark, Stroke | Fill):
            pages.setdefault((mark.page, _name(mark)), []).append(mark)
    crowded = []
    for (page, name), marks in pages.items():
        near, whole = _near(marks, needed.in_mm - ROUNDING)
        if near:
            gap, mark = min(near, key=lambda one: one[0])
            yield found(at(mark), name=name, have=Length.mm(gap), needed=needed)
        if not whole:
            crowded.append(f"{page} ({name})")
    if crowded:
        raise Skipped(f"too-many-marks: {', '.join(crowded)}")


def _of_binders(pdf: Facts, limits: Limits) -> Iterator[Mark]:
    """Marks on one plate of the binder's alone."""
    for mark in (*pdf.runs, *pdf.strokes, *pdf.fills):
        inks = mark.colour.inks
        if len(inks) == 1 and mark.colour.space in {"Separation", "DeviceN"}:
            name = inks[0][0]
            if name in limits.binders or BINDERS.search(name):
                yield mark


def _drawn(pdf: Facts, limits: Limits) -> Iterator[Mark]:
    """Those of foil, varnish and embossing; a die is a line by its nature."""
    for mark in _of_binders(pdf, limits):
        die = any(word in _name(mark).lower() for word in DIES)
        if mark.colour.plates and not die and not (isinstance(mark, Run) and mark.hidden):
            yield mark


def _name(mark: Mark) -> str:
    return mark.colour.inks[0][0]


def _finest(mark: Mark) -> float:
    """The width of the finest stroke, mm; of type as its kind has it."""
    if isinstance(mark, Run):
        em = Length.pt(mark.size).in_mm
        return em * (HAIRLINE if any(word in mark.font for word in SONG + KAI) else STEM)
    if isinstance(mark, Stroke):
        return Length.pt(mark.width).in_mm
    x0, y0, x1, y1 = mark.box
    return min(x1 - x0, y1 - y0)


def _near(marks: Sequence[Mark], below: float) -> tuple[list[tuple[float, Mark]], bool]:
    """Gaps between marks that lie side by side, those of less than *below*; and if these are all.

    One mark after another, along the axis on which they are shorter, against those that end near.
    """
    boxes = [(_inked(mark), mark) for mark in marks]
    first = min((0, 1), key=lambda axis: sum(box[axis + 2] - box[axis] for box, _ in boxes))
    found: list[tuple[float, Mark]] = []
    open_, looks = list[Box](), 0
    for box, mark in sorted(boxes, key=lambda one: one[0][first]):
        open_ = [one for one in open_ if box[first] - one[first + 2] < below]
        looks += len(open_)
        if looks > MOST_LOOKS:
            return found, False
        gaps = (_gap(one, box) for one in open_)
        found += [(gap, mark) for gap in gaps if TOUCHING < gap < below]
        open_.append(box)
    return found, True


def _gap(a: Box, b: Box) -> float:
    """Between two inked boxes, mm; 0 where they meet, or lie at a corner."""
    across = max(a[0], b[0]) - min(a[2], b[2])
    down = max(a[1], b[1]) - min(a[3], b[3])
    if across > 0 and down > 0:
        return 0.0
    return max(across, down, 0.0)


def _inked(mark: Mark) -> Box:
    out = Length.pt(mark.width).in_mm / 2 if isinstance(mark, Stroke) else 0.0
    x0, y0, x1, y1 = mark.box
    return x0 - out, y0 - out, x1 + out, y1 + out
