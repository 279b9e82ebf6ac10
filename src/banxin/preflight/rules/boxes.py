"""Boxes: where the paper is cut, and whether there is ink beyond the cut."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from banxin.diagnostics import Box, Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.units import Length

EXACT: Final = 0.05  # mm


@rule("box/no-trim", severity=Severity.ERROR, source="ISO 15930-7 6.14; GWG 2015 4.2")
def no_trim(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Every page says where it is cut. Without a TrimBox the print shop has to guess."""
    del limits
    for sheet in pdf.sheets:
        if sheet.trim is None:
            yield found(Place(page=sheet.number))


@rule("box/nesting", severity=Severity.ERROR, source="ISO 32000-2 14.11.2")
def nesting(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The trim lies inside the bleed, and the bleed on the sheet."""
    del limits
    for sheet in pdf.sheets:
        outer = [box for box in (sheet.media, sheet.bleed, sheet.trim) if box is not None]
        if any(not _inside(b, a) for a, b in pairwise(outer)):
            yield found(Place(page=sheet.number))


@rule("box/bleed", severity=Severity.ERROR, source="press profile: bleed_mm")
def bleed(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The BleedBox is wide enough on all four sides, so that no cut shows white paper."""
    for sheet in pdf.sheets:
        if sheet.trim is None:
            continue
        have = _least_margin(sheet.bleed or sheet.trim, sheet.trim)
        if have < limits.bleed.in_mm - EXACT:
            yield found(Place(page=sheet.number), have=Length.mm(have), needed=limits.bleed)


@rule("box/size", severity=Severity.ERROR, source="GWG 2015 4.4")
def size(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """All pages of a book are cut to one size, within 0.1 mm."""
    del limits
    first = pdf.sheets[0].size if pdf.sheets else (0.0, 0.0)
    for sheet in pdf.sheets:
        width, height = sheet.size
        if abs(width - first[0]) > 0.1 or abs(height - first[1]) > 0.1:
            here = f"{width:.1f} × {height:.1f} mm"
            needed = f"{first[0]:.1f} × {first[1]:.1f} mm"
            yield found(Place(page=sheet.number), have=here, needed=needed)


def _inside(inner: Box, outer: Box) -> bool:
    return _least_margin(outer, inner) >= -EXACT


def _least_margin(outer: Box, inner: Box) -> float:
    return min(inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3])
