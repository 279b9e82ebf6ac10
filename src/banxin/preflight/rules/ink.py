"""Ink: how much of it lies on one spot. Too much does not dry, and marks the sheet above."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts, InkOfPage
from banxin.preflight.painted import PaintedColour
from banxin.preflight.registry import (
    Finding,
    Limits,
    Skipped,
    at,
    by_page,
    found,
    is_printed,
    rule,
)
from banxin.units import Length

SOURCE: Final = "press profile: ink_limit; GWG 2015 4.22: mean of 15 mm²"
NEAR: Final = 10  # percentage points
NOTHING: Final = 0.05  # percent
ROUNDING: Final = 0.05
DARKER: Final = 15.0  # percent of another plate, which carries the colour
SOLID: Final = 95.0
TINTED: Final = frozenset({"DeviceCMYK", "DeviceGray", "Separation", "DeviceN"})


@rule("ink/too-much", severity=Severity.ERROR, source=SOURCE)
def too_much(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The ink on any 15 mm² stays below the limit of the paper."""
    for ink in _measured(pdf):
        if ink.window > limits.ink_limit:
            yield _told(ink, ink.window, limits)


@rule("ink/near-limit", severity=Severity.NOTE, source=SOURCE)
def near_limit(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The ink comes within ten points of the limit. It prints, and the press has no room left."""
    for ink in pdf.inks:
        if limits.ink_limit - NEAR < ink.window <= limits.ink_limit:
            yield _told(ink, ink.window, limits)


@rule("ink/speck", severity=Severity.WARNING, source=SOURCE)
def speck(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Single specks are more than ten points over the limit: too small to set off, yet a sign."""
    for ink in pdf.inks:
        if ink.window <= limits.ink_limit and ink.pixel > limits.ink_limit + NEAR:
            yield _told(ink, ink.pixel, limits)


@rule(
    "ink/tint-too-light",
    severity=Severity.WARNING,
    source="ISO 12647-2 4.3; press profile: least_tint",
)
def tint_too_light(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A tint has dots that a press holds, from 3 %: a lighter one comes and goes over the page."""
    least = limits.demands.least_tint
    marks = (*pdf.runs, *pdf.fills, *pdf.strokes)
    sheets = {sheet.number: sheet for sheet in pdf.sheets}
    faint = (
        mark
        for mark in marks
        if _is_faint(mark.colour, least) and is_printed(mark, sheets[mark.page], limits.bleed.in_mm)
    )
    for mark, count in by_page(faint, lambda mark: str(mark.colour)):
        yield found(at(mark), colour=str(mark.colour), needed=f"{least:g}", count=count)


@lru_cache(maxsize=4096)
def _is_faint(colour: PaintedColour, least: float) -> bool:
    """Whether a light colour has a plate that may not print. In a darker one nobody misses it."""
    if not colour.inks or colour.space not in TINTED:
        return False
    shares = [percent for _, percent in colour.inks if percent > NOTHING]
    return bool(shares) and max(shares) < DARKER and min(shares) < least - ROUNDING


@rule("ink/black-alone", severity=Severity.NOTE, source="practice: rich black")
def black_alone(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A large area of black alone looks grey and shows pinholes; another ink under it helps."""
    side = limits.demands.solid.in_mm
    for fill in pdf.fills:
        x0, y0, x1, y1 = fill.box
        wide, high = x1 - x0, y1 - y0
        large = (
            fill.solid and not fill.aside and min(wide, high) > side / 3 and wide * high > side**2
        )
        if large and fill.colour.plates == ("Black",) and fill.colour.black > SOLID:
            yield found(at(fill), width=Length.mm(wide), height=Length.mm(high))


def _measured(pdf: Facts) -> tuple[InkOfPage, ...]:
    if not pdf.inks:
        raise Skipped(pdf.inks_missing or "–")
    return pdf.inks


def _told(ink: InkOfPage, have: float, limits: Limits) -> Finding:
    place = Place(page=ink.page, box_mm=ink.box)
    return found(place, have=round(have), needed=limits.ink_limit)
