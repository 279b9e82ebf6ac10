"""Boxes: where the paper is cut, whether ink goes beyond the cut, and what is too near to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, TypeVar

from banxin.diagnostics import Box, Place, Severity
from banxin.preflight.facts import Facts, PageBoxes
from banxin.preflight.painted import Mark, Run
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule
from banxin.preflight.rules.cover import wraps
from banxin.units import Length

EXACT: Final = 0.05  # mm
TOUCHES: Final = 0.35  # mm: nearer to the trim than this, a mark was meant to reach it
REACHES: Final = 0.3  # mm that a bleed may lack; GWG and shops ask for 2.7 of 3

M = TypeVar("M", bound=Mark)


@rule("box/no-trim", severity=Severity.ERROR, source="ISO 15930-7 6.14; GWG 2015 4.2")
def no_trim(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Every page says where it is cut. Without a TrimBox the print shop has to guess."""
    del limits
    for sheet in pdf.sheets:
        if sheet.trim is None:
            yield found(Place(page=sheet.number))


@rule("box/trim-and-art", severity=Severity.ERROR, source="ISO 15930-7 6.14")
def trim_and_art(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A page has a TrimBox or an ArtBox, never both: they answer the same question."""
    del limits
    for sheet in pdf.sheets:
        if sheet.trim is not None and sheet.art is not None:
            yield found(Place(page=sheet.number))


@rule("box/nesting", severity=Severity.ERROR, source="ISO 32000-2 14.11.2")
def nesting(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The trim lies inside the bleed, and the bleed on the sheet."""
    del limits
    for sheet in pdf.sheets:
        outer = [box for box in (sheet.media, sheet.bleed, sheet.trim) if box is not None]
        if any(not _inside(b, a) for a, b in pairwise(outer)):
            yield found(Place(page=sheet.number))


@rule("box/crop", severity=Severity.ERROR, source="GWG 2015 4.4")
def crop(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No CropBox hides a part of the sheet: programs differ in which box they place."""
    del limits
    for sheet in pdf.sheets:
        if sheet.crop is not None and not _inside(sheet.media, sheet.crop):
            yield found(Place(page=sheet.number))


@rule("box/scaled", severity=Severity.ERROR, source="GWG 2015 4.3")
def scaled(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A page is as large as its boxes say: no UserUnit. Old presses ignore it."""
    del limits
    for sheet in pdf.sheets:
        if sheet.unit != 1:
            yield found(Place(page=sheet.number), unit=f"{sheet.unit:g}")


@rule("box/rotated", severity=Severity.ERROR, source="GWG 2015 4.3")
def rotated(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Pages stand upright by themselves, not by a Rotate that an imposition may drop."""
    del limits
    for sheet in pdf.sheets:
        if sheet.rotated:
            yield found(Place(page=sheet.number), degrees=sheet.rotated)


@rule("box/origin", severity=Severity.WARNING, source="practice")
def origin(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The sheet begins at 0, 0: simple imposition programs reckon with it."""
    del limits
    for sheet in pdf.sheets:
        if any(abs(side) > EXACT for side in sheet.origin):
            have = f"{sheet.origin[0]:.1f}, {sheet.origin[1]:.1f} mm"
            yield found(Place(page=sheet.number), have=have)


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
    """All pages of a book are cut to one size, within 0.1 mm; a cover that wraps it is not."""
    wrapping = {sheet.number for sheet in wraps(pdf, limits)}
    book = [sheet for sheet in pdf.sheets if sheet.number not in wrapping]
    first = book[0].size if book else (0.0, 0.0)
    for sheet in book:
        width, height = sheet.size
        if abs(width - first[0]) > 0.1 or abs(height - first[1]) > 0.1:
            here = f"{width:.1f} × {height:.1f} mm"
            needed = f"{first[0]:.1f} × {first[1]:.1f} mm"
            yield found(Place(page=sheet.number), have=here, needed=needed)


# --- ink and the cut ------------------------------------------------------------------------


@rule("bleed/not-reached", severity=Severity.ERROR, source="GWG 2015 4.4; Chinese shops: 3 mm")
def not_reached(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """What touches the cut goes on through the bleed; else a shifted cut leaves a white sliver."""
    needed = limits.bleed.in_mm
    marks = (*pdf.fills, *pdf.pictures, *pdf.strokes, *pdf.shades)
    for sheet, mark in placed(pdf, marks):
        if mark.colour.is_paper:
            continue
        short = [out for out in beyond(mark, sheet) if -TOUCHES <= out < needed - REACHES]
        if short and is_on(mark, sheet):
            have, wanted = Length.mm(max(0.0, min(short))), Length.mm(needed)
            yield found(at(mark), have=have, needed=wanted)


@rule("safe/text", severity=Severity.ERROR, source="CY/T 7.9-91; practice")
def safe_text(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Text keeps 3 mm from the cut: a guillotine is 2 mm out and may take the rest."""
    yield from _too_near(pdf, 0, limits.demands.safe.in_mm)


@rule("safe/text-near", severity=Severity.WARNING, source="Chinese shops: 5 mm")
def safe_text_near(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Text keeps 5 mm from the cut, as print shops ask; nearer, a crooked cut shows."""
    yield from _too_near(pdf, limits.demands.safe.in_mm, limits.demands.careful.in_mm)


@rule("safe/picture-edge", severity=Severity.WARNING, source="practice")
def picture_edge(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A picture ends 3 mm inside the cut or more, or beyond it; between, a white sliver shows."""
    safe = limits.demands.safe
    for sheet, picture in placed(pdf, pdf.pictures):
        inside = [-out for out in beyond(picture, sheet)]
        near = [edge for edge in inside if TOUCHES < edge < safe.in_mm]
        if near and is_on(picture, sheet):
            yield found(at(picture), have=Length.mm(min(near)), needed=safe)


@rule("safe/gutter", severity=Severity.ERROR, source="perfect binding: practice")
def near_gutter(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """In a perfect-bound book text keeps 10 mm from the spine, where pages bend away."""
    if limits.binding != "perfect":
        return
    gutter, close = limits.demands.gutter, list[Run]()
    for sheet, run in placed(pdf, pdf.runs):
        if limits.demands.safe.in_mm <= from_spine(run, sheet) < gutter.in_mm and not run.hidden:
            close.append(run)
    for run, count in by_page(close):
        yield found(at(run), count=count, needed=gutter)


@rule("photo/across-gutter", severity=Severity.WARNING, source="perfect binding: practice")
def across_gutter(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Across the fold of a perfect-bound book a picture loses a strip: no faces there."""
    if limits.binding != "perfect":
        return
    at_spine: dict[tuple[int, int], Mark] = {}
    for sheet, picture in placed(pdf, pdf.pictures):
        if from_spine(picture, sheet) < TOUCHES and picture.number:
            at_spine[sheet.number, picture.number] = picture
    for (page, number), left in at_spine.items():
        if page % 2 == 0 and (page + 1, number) in at_spine:
            yield found(at(left), other=page + 1)


def _too_near(pdf: Facts, least: float, below: float) -> Iterator[Finding]:
    near: dict[tuple[int, float], Run] = {}
    for sheet, run in placed(pdf, pdf.runs):
        if run.hidden or not is_on(run, sheet):
            continue
        edge = min(-out for out in beyond(run, sheet))
        if (edge < below and least == 0) or least <= edge < below:
            kept = near.setdefault((sheet.number, 0), run)
            if edge < min(-out for out in beyond(kept, sheet)):
                near[sheet.number, 0] = run
    for (page, _), run in near.items():
        sheet = pdf.sheets[page - 1]
        edge = min(-out for out in beyond(run, sheet))
        yield found(at(run), have=Length.mm(max(0.0, edge)), needed=Length.mm(below))


def trimmed(pdf: Facts) -> Mapping[int, PageBoxes]:
    """The pages that have a trim, by their numbers."""
    return {sheet.number: sheet for sheet in pdf.sheets if sheet.trim is not None}


def placed(pdf: Facts, marks: Iterable[M]) -> Iterator[tuple[PageBoxes, M]]:
    """Marks that have a place, with their sheets; where there is no trim, there is no cut."""
    sheets = trimmed(pdf)
    for mark in marks:
        if not mark.aside and mark.page in sheets:
            yield sheets[mark.page], mark


def beyond(mark: Mark, sheet: PageBoxes) -> tuple[float, float, float, float]:
    """How far a mark's left, top, right and bottom lie outside the trim, in mm."""
    width, height = sheet.size
    x0, y0, x1, y1 = mark.box
    return -x0, -y0, x1 - width, y1 - height


def from_spine(mark: Mark, sheet: PageBoxes) -> float:
    """From a mark to the edge at which its page is bound, in mm: at the left of odd pages."""
    return mark.box[0] if sheet.number % 2 else sheet.size[0] - mark.box[2]


def from_fore_edge(mark: Mark, sheet: PageBoxes) -> float:
    """From a mark to the edge of its page that is away from the spine, in mm."""
    return sheet.size[0] - mark.box[2] if sheet.number % 2 else mark.box[0]


def is_on(mark: Mark, sheet: PageBoxes) -> bool:
    """Whether a mark is of the page, rather than beside it as crop marks are."""
    width, height = sheet.size
    x0, y0, x1, y1 = mark.box
    return x0 < width - TOUCHES and x1 > TOUCHES and y0 < height - TOUCHES and y1 > TOUCHES


def _inside(inner: Box, outer: Box) -> bool:
    return _least_margin(outer, inner) >= -EXACT


def _least_margin(outer: Box, inner: Box) -> float:
    return min(inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3])
