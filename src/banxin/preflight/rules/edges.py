"""Edges near the cut: areas and slivers that a shifted cut makes wider or takes away, and marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from banxin.diagnostics import Box, Place, Severity
from banxin.preflight import stacking
from banxin.preflight.areas import meet, shared, within
from banxin.preflight.facts import Facts, PageBoxes
from banxin.preflight.painted import Fill, Mark, Painted, PaintedPicture, Run, Stroke
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule
from banxin.preflight.rules.boxes import REACHES, TOUCHES, beyond, is_on, placed, trimmed
from banxin.units import Length

LONG: Final = 10.0  # mm along the cut: shorter edges show no crooked one
WIDE: Final = 3.0  # mm: an area narrower than this is a line
SEEN: Final = 0.05  # mm of a strip on the page
IN_BLEED: Final = 0.2  # mm that a mark may come too near
THIN: Final = 0.5  # mm: the stroke of a crop mark
LEAST_MARK, LONGEST_MARK = 1.0, 30.0  # mm
PATCHES: Final = 3  # solids in the bleed, and they are a colour bar
PATCH: Final = 15.0  # mm
SAME: Final = 0.6  # mm: two edges that are one, by a drawing of 100 ppi
REGISTRATION: Final = 90.0  # percent on all four plates


@rule("safe/area-edge", severity=Severity.WARNING, source="practice; GWG 2022: 3 mm")
def area_edge(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A tint, a gradient or a frame ends 3 mm inside the cut or more, or beyond it."""
    safe = limits.demands.safe.in_mm
    sheets = trimmed(pdf)
    near: dict[int, tuple[float, Painted, int]] = {}
    for page, marks in stacking.pages(pdf).items():
        for order, mark in enumerate(marks):
            if page not in sheets or isinstance(mark, Run | PaintedPicture):
                continue
            edge = _nearest(mark, sheets[page], safe)
            if edge is None or _is_lost(mark, order, marks):
                continue
            kept = near.get(page, (edge, mark, 0))
            near[page] = (*min((kept[:2], (edge, mark)), key=lambda one: one[0]), kept[2] + 1)
    for edge, mark, count in near.values():
        yield found(at(mark), have=Length.mm(edge), needed=limits.demands.safe, count=count)


def _nearest(mark: Painted, sheet: PageBoxes, safe: float) -> float | None:
    """How far inside the cut an edge of a mark runs along it; None where none does."""
    if mark.colour.is_paper or not is_on(mark, sheet):
        return None
    x0, y0, x1, y1 = mark.box
    wide, high = x1 - x0, y1 - y0
    if not isinstance(mark, Stroke) and min(wide, high) < WIDE and max(wide, high) < WIDE * LONG:
        return None  # a bullet, a short rule
    long = (high, wide, high, wide)
    inside = [-out for out in beyond(mark, sheet)]
    near = [
        edge
        for edge, along in zip(inside, long, strict=True)
        if TOUCHES < edge < safe and along >= LONG
    ]
    return min(near, default=None)


@rule("safe/sliver", severity=Severity.WARNING, source="practice; CY/T 7.9-91: 2 mm")
def sliver(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No strip narrower than 3 mm runs along the cut: by a shifted one it doubles, or is gone."""
    safe = limits.demands.safe
    sheets = trimmed(pdf)
    for page, marks in stacking.pages(pdf).items():
        for order, mark in enumerate(marks):
            if page not in sheets or isinstance(mark, Run | Stroke):
                continue
            width = _sliver(mark, sheets[page], safe.in_mm)
            if width is not None and not _is_lost(mark, order, marks):
                yield found(at(mark), have=Length.mm(width), needed=safe)
                break


def _sliver(mark: Painted, sheet: PageBoxes, safe: float) -> float | None:
    """What is seen on the page of a mark that comes in from beyond the cut; None if enough is."""
    wide, high = sheet.size
    x0, y0, x1, y1 = shared(mark.box, (0.0, 0.0, wide, high))
    across, down = x1 - x0, y1 - y0
    left, top, right, foot = (out >= -TOUCHES for out in beyond(mark, sheet))
    if (left != right) and SEEN < across < safe and down >= LONG:
        return across
    return down if (top != foot) and SEEN < down < safe and across >= LONG else None


def _is_lost(mark: Painted, order: int, marks: Sequence[Painted]) -> bool:
    """Whether an edge is not seen: painted over, or of the colour that it lies on."""
    colour = str(mark.colour)
    for number, other in enumerate(marks):
        if number == order or not within(mark.box, other.box, TOUCHES):
            continue
        if number > order and stacking.covers(other):
            return True
        if number < order and mark.colour.inks and str(other.colour) == colour:
            return True
    on_white = not any(meet(one.box, mark.box) and not one.colour.is_paper for one in marks[:order])
    return mark.colour.is_paper and on_white


@rule("bleed/pixels", severity=Severity.WARNING, source="practice; a drawing of 100 ppi")
def pixels(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Within pictures, too, no straight edge runs along the cut: a white rim of a scan, a frame."""
    safe, bleed = limits.demands.safe.in_mm, limits.bleed.in_mm
    marks = stacking.pages(pdf)
    sheets = trimmed(pdf)
    for ink in pdf.inks:
        sheet = sheets.get(ink.page)
        if sheet is None:
            continue
        for side, out in ink.edges:
            near = -safe < out < bleed - REACHES
            if near and not _is_drawn(side, out, sheet, marks.get(ink.page, ())):
                place = Place(page=ink.page, box_mm=_strip(side, out, sheet))
                yield found(place, have=Length.mm(abs(out)), beyond=int(out > 0))


def _is_drawn(side: int, out: float, sheet: PageBoxes, marks: Sequence[Painted]) -> bool:
    """Whether an edge is one of an object's box, of which other rules tell."""
    return any(
        abs(beyond(mark, sheet)[side] - out) < SAME
        or abs(-beyond(mark, sheet)[(side + 2) % 4] - sheet.size[side % 2] - out) < SAME
        for mark in marks
        if not isinstance(mark, Run)
    )


def _strip(side: int, out: float, sheet: PageBoxes) -> Box:
    wide, high = (round(length, 1) for length in sheet.size)
    at = round(abs(min(out, 0.0)) + 1, 1)
    return (
        (0.0, 0.0, at, high), (0.0, 0.0, wide, at),
        (round(wide - at, 1), 0.0, wide, high), (0.0, round(high - at, 1), wide, high),
    )[side]  # fmt: skip


@rule("bleed/marks", severity=Severity.ERROR, source="ISO 15930-7 6.13; ISO 12647-2; GWG 2022")
def marks_in_bleed(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Marks, colour bars and slug lines stay outside the bleed; else a shifted cut shows them."""
    bleed = limits.bleed.in_mm
    marks = (*pdf.strokes, *pdf.fills, *pdf.runs, *pdf.pictures)
    inside = [m for sheet, m in placed(pdf, marks) if _is_between(m, sheet, bleed)]
    bars = [mark for mark in inside if _is_patch(mark)]
    wrong = [mark for mark in inside if _is_mark(mark)]
    for page in sorted({mark.page for mark in bars}):
        there = [mark for mark in bars if mark.page == page]
        if len(there) >= PATCHES:
            wrong += there
    for mark, count in by_page(wrong):
        yield found(at(mark), count=count)


def _is_between(mark: Mark, sheet: PageBoxes, bleed: float) -> bool:
    """Whether a mark lies in the bleed and nowhere on the page."""
    wide, high = sheet.size
    x0, y0, x1, y1 = mark.box
    on_page = x0 < wide - SEEN and x1 > SEEN and y0 < high - SEEN and y1 > SEEN
    reach = bleed - IN_BLEED
    return not on_page and x0 < wide + reach and x1 > -reach and y0 < high + reach and y1 > -reach


def _is_mark(mark: Mark) -> bool:
    if isinstance(mark, Run):
        return not mark.hidden and not mark.colour.is_paper
    inks = dict(mark.colour.inks)
    if "All" in mark.colour.plates or (len(inks) == 4 and min(inks.values()) >= REGISTRATION):
        return True
    if mark.colour.is_paper or not isinstance(mark, Stroke | Fill):
        return False
    x0, y0, x1, y1 = mark.box
    thin = Length.pt(mark.width).in_mm if isinstance(mark, Stroke) else 0.0
    return (
        min(x1 - x0, y1 - y0) + thin <= THIN and LEAST_MARK <= max(x1 - x0, y1 - y0) <= LONGEST_MARK
    )


def _is_patch(mark: Mark) -> bool:
    x0, y0, x1, y1 = mark.box
    solid = len(mark.colour.plates) == 1 and mark.colour.total >= REGISTRATION
    return isinstance(mark, Fill) and solid and WIDE / 2 <= max(x1 - x0, y1 - y0) <= PATCH
