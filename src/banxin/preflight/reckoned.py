"""Total ink of pages that need not be drawn: as much as the colours on them can add up to.

At any point of a page each plate holds what one of the marks there puts on it; a mark that keeps
what lies below adds to it no more than the marks that it touches. So a page of text and flat
areas is known from its marks. Where a mark does not tell its ink, or in any doubt, the page is
not reckoned: then it has to be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from banxin.diagnostics import Box
from banxin.preflight.areas import meet, size
from banxin.preflight.facts import Facts, InkOfPage, PageBoxes
from banxin.preflight.painted import Fill, Painted, Run, Stroke
from banxin.preflight.rules.ink import NEAR
from banxin.units import Length

ROUND: Final = 0.5  # mm around a mark; a pixel of a drawing at 100 ppi is 0.25 mm
REACH: Final = 0.5  # of an em: no glyph reaches farther out of its place
MITRE: Final = 5.0  # widths of a line that its corners may reach: half of the usual limit of ten
LEGIBLE: Final = 4.0  # pt: smaller type may fall between the pixels of a drawing
SURE: Final = 5.0  # percent of ink that is seen in any drawing
LARGE: Final = 20.0  # mm: an area as wide and high is seen in any drawing
MOST_PAIRS: Final = 20_000  # that are looked at on one page
_MM: Final = Length.pt(1).in_mm
_SPACES: Final = frozenset({"DeviceCMYK", "DeviceGray", "Separation"})

Plates = Mapping[str, float]


def reckon(facts: Facts, limit: int) -> Mapping[int, InkOfPage]:
    """By page number: the ink that pages have at most, where it surely stays below *limit*.

    A page that has none is told to be empty. The rules of ink say of these pages what they would
    if they were drawn: nothing. (A drawing has percent without decimals, rounded down, so that
    its eight bits a plate add no point to what is named.)
    """
    if "layer" in facts.forbidden:
        return {}
    spots = _alternates(facts)
    unclear = {*facts.unclear, *facts.unread, *(note.page for note in facts.annotations)}
    on_pages: dict[int, list[Painted]] = {}
    for mark in facts.marks:
        on_pages.setdefault(mark.page, []).append(mark)
    found: dict[int, InkOfPage] = {}
    for sheet in facts.sheets:
        if sheet.number in unclear or sheet.rotated or sheet.unit != 1 or sheet.crop:
            continue
        marks = _in_print(on_pages.get(sheet.number, ()), sheet, spots)
        most = _most(marks) if marks is not None else None
        if most is not None and most <= limit - NEAR:
            box = (0.0, 0.0, *sheet.size)
            found[sheet.number] = InkOfPage(sheet.number, most, most, box, reckoned=True)
    return found


@dataclass(frozen=True, slots=True)
class _InkedArea:
    """Where a mark may put ink, and how much on each plate.

    `sure`: it puts some there; `whole`: on all of its box.
    """

    box: Box
    plates: Plates
    keeps: bool
    sure: bool
    whole: bool

    @property
    def total(self) -> float:
        return sum(self.plates.values())


def _alternates(facts: Facts) -> Mapping[str, float]:
    """How much a spot's full tone counts, in percent: as much as its alternate in four inks."""
    found: dict[str, float] = {}
    for plate in facts.plates:
        parts = [float(part) for part in plate.alternate.split()]
        known = 100 * sum(parts) if len(parts) == 4 else float("inf")
        found[plate.name] = max(known, found.get(plate.name, 0.0))
    return found


def _in_print(
    marks: Sequence[Painted], sheet: PageBoxes, spots: Mapping[str, float]
) -> Sequence[_InkedArea] | None:
    """The marks inside the bleed; None where one of them does not tell its ink."""
    window = _bleed(sheet)
    found = []
    for mark in marks:
        if isinstance(mark, Run) and mark.hidden:
            continue
        box = _grown(mark.box, _reach(mark))
        if not mark.aside and not meet(box, window):
            continue
        plates = _plates(mark, spots)
        if plates is None:
            return None
        whole = isinstance(mark, Fill) and mark.solid and _is_large(mark, window)
        sure = mark.colour.total >= SURE and (whole or _is_sure(mark, window))
        found.append(_InkedArea(box, plates, mark.overprint, sure, whole))
    return found


def _bleed(sheet: PageBoxes) -> Box:
    """What is measured, in mm from the trim's top left, as marks are."""
    outer, trim = sheet.bleed or sheet.trim or sheet.media, sheet.trim or sheet.media
    return outer[0] - trim[0], trim[3] - outer[3], outer[2] - trim[0], trim[3] - outer[1]


def _reach(mark: Painted) -> float:
    """How far a mark may reach out of its box, mm."""
    if isinstance(mark, Run):
        return ROUND + REACH * mark.size * _MM
    return ROUND + (MITRE * mark.width * _MM if isinstance(mark, Stroke) else 0.0)


def _plates(mark: Painted, spots: Mapping[str, float]) -> Plates | None:
    """Percent by plate; None for pictures, gradients, and colours that are not of plates."""
    if not isinstance(mark, Run | Stroke | Fill) or mark.aside or mark.alpha < 1:
        return None
    if mark.colour.space not in _SPACES or not mark.colour.inks:
        return None
    inks = dict(mark.colour.inks)
    if mark.colour.space != "Separation":
        return inks
    # Whatever its ramp is like, a tint takes no more than the full tone.
    if any(plate not in spots or spots[plate] == float("inf") for plate in inks):
        return None
    return {plate: spots[plate] if percent else 0.0 for plate, percent in inks.items()}


def _is_sure(mark: Painted, window: Box) -> bool:
    """Whether a drawing shows it: type of a size that can be read, all of it inside."""
    left, top, right, foot = mark.box
    return (
        isinstance(mark, Run)
        and window[0] <= left
        and window[1] <= top
        and right <= window[2]
        and foot <= window[3]
        and mark.size >= LEGIBLE
        and mark.legible > 0
    )


def _is_large(mark: Painted, window: Box) -> bool:
    """Whether so much of an area is inside that a drawing cannot lose it."""
    left, top, right, foot = mark.box
    wide = min(right, window[2]) - max(left, window[0])
    return min(wide, min(foot, window[3]) - max(top, window[1])) >= LARGE


def _most(marks: Sequence[_InkedArea]) -> float | None:
    """Percent at any point, at most; None where it cannot be told whether there is any ink."""
    inked = [mark for mark in marks if mark.total]
    if not inked:
        return 0.0
    if not any(mark.sure and not _is_hidden(mark, marks) for mark in inked):
        return None
    return round(max(max(mark.total for mark in inked), _most_over(inked)), 1)


def _is_hidden(mark: _InkedArea, marks: Sequence[_InkedArea]) -> bool:
    """Whether something white may lie over it; over a large area, over half of it."""
    white = [other.box for other in marks if not other.total and meet(other.box, mark.box)]
    if not mark.whole:
        return bool(white)
    return sum(map(size, white)) * 2 > size(mark.box)


def _most_over(marks: Sequence[_InkedArea]) -> float:
    """Percent where a mark keeps what lies below: by plate, the most of all that it touches."""
    by_colour: dict[tuple[tuple[str, float], ...], list[_InkedArea]] = {}
    for mark in marks:
        if mark.keeps:
            by_colour.setdefault(tuple(mark.plates.items()), []).append(mark)
    most = 0.0
    for over in by_colour.values():
        adding = [mark for mark in marks if _adds(mark.plates, over[0].plates)]
        if len(adding) * len(over) > MOST_PAIRS:
            most = max(most, _together((over[0], *adding)))
            continue
        for mark in over:
            touched = (other for other in adding if meet(other.box, mark.box))
            most = max(most, _together((mark, *touched)))
    return most


def _adds(plates: Plates, to: Plates) -> bool:
    return any(percent > to.get(plate, 0.0) for plate, percent in plates.items())


def _together(marks: Sequence[_InkedArea]) -> float:
    plates: dict[str, float] = {}
    for mark in marks:
        for plate, percent in mark.plates.items():
            plates[plate] = max(percent, plates.get(plate, 0.0))
    return sum(plates.values())


def _grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
