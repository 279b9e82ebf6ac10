"""Covers that wrap a perfect-bound book: back, spine and front on one sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts, PageBoxes
from banxin.preflight.registry import Finding, Limits, at, found, rule
from banxin.units import Length

WRAPS: Final = 1.8  # times the width of a page, and the sheet is a cover
OUT_BY: Final = 0.5  # mm: more shows as a printed edge on the front or the back
NARROW: Final = 5.0  # mm: a spine that a crooked fold may carry off


@rule("cover/spine", severity=Severity.ERROR, source="perfect binding: practice, ±0.5 mm")
def spine(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The spine of a cover is as wide as its leaves are thick: pages ÷ 2 × the leaf."""
    needed = _thickness(pdf, limits)
    for sheet in wraps(pdf, limits):
        panel = _panel(pdf, sheet)
        if needed and abs(panel - needed) > OUT_BY:
            place = Place(page=sheet.number)
            have, wanted = Length.mm(max(0.0, panel)), Length.mm(needed)
            yield found(place, have=have, needed=wanted, leaf=limits.leaf)


@rule("cover/spine-text", severity=Severity.WARNING, source="perfect binding: practice")
def spine_text(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A spine under 5 mm carries no text: the fold may fall in the middle of it."""
    for sheet in wraps(pdf, limits):
        panel = _panel(pdf, sheet)
        left = (sheet.size[0] - panel) / 2
        for run in pdf.runs:
            middle = (run.box[0] + run.box[2]) / 2
            on_spine = left - OUT_BY < middle < left + panel + OUT_BY
            if run.page == sheet.number and panel < NARROW and on_spine and not run.hidden:
                yield found(at(run), have=Length.mm(max(0.0, panel)), needed=Length.mm(NARROW))
                break


def wraps(pdf: Facts, limits: Limits) -> tuple[PageBoxes, ...]:
    """The sheets of a perfect-bound book that are covers."""
    if limits.binding != "perfect":
        return ()
    width = _width(pdf)
    return tuple(sheet for sheet in pdf.sheets if sheet.size[0] > WRAPS * width)


def _width(pdf: Facts) -> float:
    """Of a page of the book: the commonest."""
    counted = Counter(round(sheet.size[0], 1) for sheet in pdf.sheets)
    return counted.most_common(1)[0][0] if counted else 0.0


def _panel(pdf: Facts, sheet: PageBoxes) -> float:
    return sheet.size[0] - 2 * _width(pdf)


def _thickness(pdf: Facts, limits: Limits) -> float:
    return (len(pdf.sheets) - len(wraps(pdf, limits))) / 2 * limits.leaf.in_mm
