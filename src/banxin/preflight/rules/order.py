"""Pages as they lie: upright, each once, in the order that their folios tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.painted import Fill, PaintedPicture, Run
from banxin.preflight.registry import Finding, Limits, at, found, rule

MOST: Final = 0.8  # of a page's glyphs that have to say the same
FEW: Final = 6  # glyphs: fewer say nothing
LEANS: Final = 20  # degrees
LARGE: Final = 30.0  # mm: a picture that says how a page lies
SAID: Final = 40  # characters of a page that is like no other by accident
MARGIN: Final = 30.0  # mm from the upper and lower cut: where folios stand
LEAST: Final = 3  # folios that make an order
ALIKE: Final = 2.0  # mm, and pt of size: two places that are one
CHINESE: Final = "〇一二三四五六七八九"
_FOLIO: Final = re.compile(rf"\W*(?:第\s*)?(\d{{1,4}}|[{CHINESE}零十百]{{1,5}})(?:\s*页)?\W*")
_LONG: Final = re.compile(r"\d{5,}")  # beside it no number is a folio: so under a bar code
_AT_AN_END: Final = re.compile(r"(\d{1,4})\s{1,6}\D.*|.*\D\s{1,6}(\d{1,4})")


# --- how they lie ---------------------------------------------------------------------------


@rule("page/upside-down", severity=Severity.ERROR, source="GWG 2022; practice: imposition")
def upside_down(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Pages stand on their feet: an imposition turns none of them back."""
    del limits
    yield from _lying(pdf, lambda mark: abs(mark.turned - 180) <= LEANS and not mark.mirrored)


@rule("page/mirrored", severity=Severity.ERROR, source="practice: plates are mirrored later")
def mirrored(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Pages are right-reading: mirroring is the platesetter's, and done twice it shows in print."""
    del limits
    yield from _lying(pdf, lambda mark: mark.mirrored)


def _lying(pdf: Facts, wrong: Callable[[Run | PaintedPicture], bool]) -> Iterator[Finding]:
    """Pages most of whose text lies so; those without text by their pictures, unlike the others."""
    runs: dict[int, list[Run]] = {}
    for run in pdf.runs:
        if not run.hidden and not run.aside:
            runs.setdefault(run.page, []).append(run)
    pictures: dict[int, list[PaintedPicture]] = {}
    for picture in pdf.pictures:
        if not picture.aside and min(picture.width, picture.height) >= LARGE:
            pictures.setdefault(picture.page, []).append(picture)
    usual = sum(map(wrong, pdf.pictures)) * 2 <= len(pdf.pictures)
    for sheet in pdf.sheets:
        said = runs.get(sheet.number, [])
        glyphs = sum(run.count for run in said)
        if glyphs >= FEW:
            lie = [run for run in said if wrong(run)]
            if sum(run.count for run in lie) >= MOST * glyphs:
                yield found(at(lie[0]))
            continue
        shown = pictures.get(sheet.number, [])
        if shown and usual and all(map(wrong, shown)):
            yield found(at(shown[0]))


# --- twice ----------------------------------------------------------------------------------


@rule("page/twice", severity=Severity.WARNING, source="practice: a page exported or inserted twice")
def twice(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No page is there twice, but for its folio."""
    del limits
    contents: dict[int, list[Any]] = {sheet.number: [] for sheet in pdf.sheets}
    weight: Counter[int] = Counter()
    for mark in pdf.painted:
        if isinstance(mark, Run) and not mark.hidden and not _FOLIO.fullmatch(mark.text):
            contents[mark.page].append((mark.text, round(mark.box[1]), round(mark.size, 1)))
            weight[mark.page] += len(mark.text.strip())
        elif isinstance(mark, PaintedPicture) and mark.number:
            large = min(mark.width, mark.height) >= LARGE
            contents[mark.page].append((mark.number, *map(round, mark.box)))
            weight[mark.page] += SAID if large else 0
        elif isinstance(mark, Fill) and not mark.aside:
            contents[mark.page].append((str(mark.colour), *map(round, mark.box)))
    first: dict[tuple[Any, ...], int] = {}
    for page, content in contents.items():
        if weight[page] >= SAID:
            before = first.setdefault(tuple(content), page)
            if before != page:
                yield found(Place(page=page), other=before)


# --- out of order ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _PageNumber:
    """A number in a margin: where it stands, and what it says."""

    page: int
    value: int
    row: float
    size: float
    run: Run


@rule("page/out-of-order", severity=Severity.ERROR, source="practice: folio against position")
def out_of_order(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Folios count up with the pages. One out of turn was moved, lost or put in twice."""
    del limits
    folios = _folios(pdf)
    for number, wanted in _out_of_turn(folios):
        yield found(at(number.run), have=number.value, wanted=wanted)


def _folios(pdf: Facts) -> Sequence[_PageNumber]:
    """The folio of each page that has one, in their order: numbers that stand in one place."""
    heights = {sheet.number: sheet.size[1] for sheet in pdf.sheets}
    places: dict[tuple[int, int], list[_PageNumber]] = {}
    joined = tuple(_joined(pdf.runs))
    coded = {(run.page, round(run.box[3])) for run in joined if _LONG.fullmatch(run.text.strip())}
    for run in joined:
        high = heights[run.page]
        middle = (run.box[1] + run.box[3]) / 2
        is_of_code = any((run.page, round(run.box[3]) + by) in coded for by in (-1, 0, 1))
        value = None if is_of_code else _value(run.text)
        if value is None or not (0 < middle < MARGIN or high - MARGIN < middle < high):
            continue
        key = round(middle / ALIKE), round(run.size / ALIKE)
        for row in (key[0] - 1, key[0], key[0] + 1):
            number = _PageNumber(run.page, value, middle, run.size, run)
            places.setdefault((row, key[1]), []).append(number)
    best: Sequence[_PageNumber] = ()
    most = LEAST - 1
    for numbers in places.values():
        ((offset, _),) = Counter(n.value - n.page for n in numbers).most_common(1)
        agreeing = len({n.page for n in numbers if n.value - n.page == offset})
        pages = {n.page for n in numbers}
        if agreeing > most and agreeing * 2 > len(pages):
            most = agreeing
            best = [
                min(
                    (n for n in numbers if n.page == page), key=lambda n: n.value - n.page != offset
                )
                for page in sorted(pages)
            ]
    return best


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Text in the margins; digits that are shown one by one are taken together."""
    pending: Run | None = None
    for run in runs:
        if run.hidden or run.aside or run.turned:
            continue
        if pending is not None and _follows(run, pending):
            box = (pending.box[0], pending.box[1], run.box[2], run.box[3])
            pending = replace(pending, box=box, text=pending.text + run.text)
            continue
        if pending is not None:
            yield pending
        pending = run
    if pending is not None:
        yield pending


def _follows(run: Run, before: Run) -> bool:
    same = run.page == before.page and abs(run.box[1] - before.box[1]) < ALIKE / 4
    close = -0.2 < run.box[0] - before.box[2] < before.size * 0.1
    return same and close and (before.text + run.text).strip().isdecimal()


def _value(text: str) -> int | None:
    """What a folio says, in Arabic or Chinese numerals."""
    match = _FOLIO.fullmatch(text)
    if match:
        said = match[1]
        return int(said) if said.isdecimal() else _counted(said)
    match = _AT_AN_END.fullmatch(text.strip())
    return int(match[1] or match[2]) if match else None


def _counted(said: str) -> int | None:
    """一二〇, 十二, 一百二十."""
    if not set(said) & set("十百"):
        digits = [CHINESE.find(one.replace("零", "〇")) for one in said]
        return int("".join(map(str, digits)))
    total, digit = 0, 0
    for one in said.replace("零", "").replace("〇", ""):
        if one in "十百":
            total += (digit or 1) * (10 if one == "十" else 100)
            digit = 0
        else:
            digit = CHINESE.index(one)
    return total + digit


def _out_of_turn(folios: Sequence[_PageNumber]) -> Iterator[tuple[_PageNumber, int]]:
    """Folios that break the count, and what each would be after the one before it."""
    if not folios:
        return
    ((usual, _),) = Counter(n.value - n.page for n in folios).most_common(1)
    breaks = [
        (number, before.value + number.page - before.page)
        for before, number in pairwise(folios)
        if not _goes_on(before, number)
    ]
    odd = [one for one in breaks if one[0].value - one[0].page != usual]
    yield from odd or breaks


def _goes_on(before: _PageNumber, number: _PageNumber) -> bool:
    """Whether a folio may come next: the next number, a new count, or pages between uncounted."""
    wanted = before.value + number.page - before.page
    uncounted = number.page - before.page > 1 and before.value < number.value < wanted
    return number.value in {wanted, 1} or uncounted
