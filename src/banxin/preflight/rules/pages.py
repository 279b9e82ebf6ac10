"""Pages: how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.registry import Finding, Limits, found, rule

PAGES_OF_A_SHEET: Final = 4


@rule("page/not-in-fours", severity=Severity.ERROR, source="saddle stitching: 4 pages a sheet")
def not_in_fours(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A saddle-stitched book has its pages in fours: a folded sheet is four pages."""
    count = len(pdf.sheets)
    lacking = -count % PAGES_OF_A_SHEET
    if limits.binding == "saddle" and lacking:
        yield found(Place(), count=count, lacking=lacking)


@rule("page/untitled", severity=Severity.WARNING, source="ISO 15930-7 6.8")
def untitled(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The document information has a title: a print shop tells jobs apart by it."""
    del limits
    if not pdf.title.strip():
        yield found(Place())
