"""What binding takes: leaves that creep outward in a stitched book, glue beside a glued spine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.painted import Run
from banxin.preflight.registry import Finding, Limits, at, found, rule
from banxin.preflight.rules.boxes import from_fore_edge, from_spine
from banxin.units import Length

GLUE: Final = 5.0  # mm of the first and the last leaf that the cover is glued to


@rule("page/creep", severity=Severity.WARNING, source="saddle stitching: paper thickness × sheets")
def creep(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The inner sheets of a stitched book stick out and are cut shorter: each by the thickness of
    those around it. What stands at their outer edge still keeps the shop's distance from the cut.
    """
    if limits.binding != "saddle" or not limits.leaf.in_mm:
        return
    safe = limits.demands.safe
    sheets = {sheet.number: sheet for sheet in pdf.sheets}
    near: dict[int, tuple[float, Run]] = {}
    for run in pdf.runs:
        left = from_fore_edge(run, sheets[run.page])
        is_seen = not run.hidden and not run.aside and left >= safe.in_mm
        if is_seen and left - _creep(run.page, len(sheets), limits) < safe.in_mm:
            near[run.page] = min(near.get(run.page, (left, run)), (left, run), key=lambda n: n[0])
    if near:
        pages = len(sheets)
        page = min(near, key=lambda page: near[page][0] - _creep(page, pages, limits))
        (left, run), taken = near[page], _creep(page, pages, limits)
        yield found(
            at(run),
            creep=Length.mm(taken),
            left=Length.mm(left - taken),
            needed=safe,
            sheets=-(-pages // 4),
            leaf=limits.leaf,
            count=len(near),
        )


def _creep(page: int, pages: int, limits: Limits) -> float:
    """How far the leaf of *page* sticks out, mm: the sheets around it, each as thick as a leaf."""
    return min(page - 1, pages - page) // 2 * limits.leaf.in_mm


@rule("page/sections", severity=Severity.WARNING, source="the shop's profile: pages_in")
def sections(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The pages of the inside come in fours, eights or sixteens, as the shop folds its sheets."""
    inside = [sheet.number for sheet in pdf.sheets if sheet.number not in limits.cover]
    count = len(inside)
    if limits.binding == "perfect":  # whole leaves; before a left page goes a blank one
        count += sum(number % 2 == 0 for number in inside[:1])
        count += count % 2
    lacking = -count % limits.pages_in if limits.pages_in else 0
    if limits.binding in {"saddle", "perfect"} and lacking:
        yield found(Place(), count=count, sections=limits.pages_in, lacking=lacking)


@rule("cover/glue", severity=Severity.WARNING, source="perfect binding: practice, 5 mm")
def glue(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The cover is glued to the first and to the last leaf, 5 mm wide beside the spine: pictures
    that go into it are hidden there, and ink keeps glue from holding.
    """
    inside = [sheet for sheet in pdf.sheets if sheet.number not in limits.cover]
    if limits.binding != "perfect" or not limits.cover or not inside:
        return
    glued = {sheet.number: sheet for sheet in (inside[0], inside[-1])}
    told: set[int] = set()
    for picture in pdf.pictures:
        sheet = glued.get(picture.page)
        if sheet is None or picture.page in told or picture.aside:
            continue
        if from_spine(picture, sheet) < GLUE:
            told.add(picture.page)
            yield found(at(picture), needed=Length.mm(GLUE))
