"""Ink: how much of it lies on one spot. Too much does not dry, and marks the sheet above."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts, InkOfPage
from banxin.preflight.registry import Finding, Limits, Skipped, found, rule

SOURCE: Final = "press profile: ink_limit; GWG 2015 4.22: mean of 15 mm²"
NEAR: Final = 10  # percentage points


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


def _measured(pdf: Facts) -> tuple[InkOfPage, ...]:
    if not pdf.inks:
        raise Skipped(pdf.inks_missing or "–")
    return pdf.inks


def _told(ink: InkOfPage, have: float, limits: Limits) -> Finding:
    place = Place(page=ink.page, box_mm=ink.box)
    return found(place, have=round(have), needed=limits.ink_limit)
