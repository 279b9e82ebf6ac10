"""Pages: how many there are, and whether something is on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.preflight.rules.cover import wraps

PAGES_OF_A_SHEET: Final = 4


@rule("page/not-in-fours", severity=Severity.ERROR, source="saddle stitching: 4 pages a sheet")
def not_in_fours(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A saddle-stitched book has its pages in fours: a folded sheet is four pages."""
    count = len(pdf.sheets)
    lacking = -count % PAGES_OF_A_SHEET
    if limits.binding == "saddle" and lacking:
        yield found(Place(), count=count, lacking=lacking)


@rule("page/too-many", severity=Severity.WARNING, source="saddle stitching: practice, 128 g paper")
def too_many(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A saddle-stitched book of more than 64 pages springs open, and its inner pages stick out."""
    most = limits.demands.most_stitched
    if limits.binding == "saddle" and len(pdf.sheets) > most:
        yield found(Place(), count=len(pdf.sheets), most=most)


@rule("page/odd", severity=Severity.WARNING, source="perfect binding: a leaf has two pages")
def odd(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A perfect-bound book has an even number of pages: every leaf has two."""
    count = len(pdf.sheets) - len(wraps(pdf, limits))
    if limits.binding == "perfect" and count % 2 and not limits.cover:  # there a blank is put in
        yield found(Place(), count=count)


@rule("page/blank", severity=Severity.NOTE, source="practice")
def blank(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A page is empty. It may be meant so; it may also be a forgotten page break."""
    del limits
    inked = {ink.page for ink in pdf.inks if ink.pixel} if pdf.inks else _marked(pdf)
    for sheet in pdf.sheets:
        if sheet.number not in inked:
            yield found(Place(page=sheet.number))


def _marked(pdf: Facts) -> set[int]:
    """Pages with a mark on them, though it may be hidden; the ink, once measured, knows better."""
    inked: set[int] = set()
    sizes = {sheet.number: sheet.size for sheet in pdf.sheets}
    for mark in pdf.marks:
        width, height = sizes[mark.page]
        x0, y0, x1, y1 = mark.box
        on_page = x0 < width and x1 > 0 and y0 < height and y1 > 0
        if mark.aside or (on_page and not mark.colour.is_paper):
            inked.add(mark.page)
    return inked


@rule("page/untitled", severity=Severity.WARNING, source="ISO 15930-7 6.8")
def untitled(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The document information has a title: a print shop tells jobs apart by it."""
    del limits
    if not pdf.title.strip():
        yield found(Place())
