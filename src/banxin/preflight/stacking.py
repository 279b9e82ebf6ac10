"""What lies over what: marks in the order in which they are painted, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import floor, isnan
from typing import Final, TypeVar

from banxin.diagnostics import Box, page_ranges
from banxin.preflight.areas import meet, shared, size, within
from banxin.preflight.facts import Facts
from banxin.preflight.painted import PROCESS, Fill, Painted, PaintedPicture, Run, Shade, Stroke
from banxin.preflight.registry import Skipped

_PROCESS: Final = frozenset(PROCESS)
_COLOURS: Final = frozenset(PROCESS[:3])
_SLACK: Final = 0.3  # mm that text may stand out of what it lies on
_MOST_LOOKS: Final = 200_000  # from a mark of one page to another that is near, by one rule
_STRIP: Final = 5.0  # mm
_TALL: Final = 8  # strips: what touches more is near to all
_FAR: Final = 10_000.0  # mm; nothing is seen there

T = TypeVar("T")


class Crowded(Exception):  # noqa: N818  # no error: a page has more marks than can be compared
    """The rest of a page was not looked at."""


def pages(pdf: Facts) -> Mapping[int, Sequence[Painted]]:
    """The marks of each page, those in patterns and masks left out: where they show is unknown."""
    found: dict[int, list[Painted]] = {}
    for mark in pdf.painted:
        if not mark.aside:
            found.setdefault(mark.page, []).append(mark)
    return found


def on_pages(pdf: Facts, look: Callable[[Sequence[Painted]], Iterator[T]]) -> Iterator[T]:
    """What *look* finds on one page after another.

    Raises:
        Skipped: at the end, where pages are so crowded that *look* gave up.
    """
    crowded = []
    for page, marks in pages(pdf).items():
        try:
            yield from look(marks)
        except Crowded:
            crowded.append(page)
    if crowded:
        raise Skipped(f"too-many-marks: {', '.join(page_ranges(sorted(crowded)))}")


def covers(mark: Painted) -> bool:
    """Whether nothing is seen through a mark, anywhere in its box."""
    solid = isinstance(mark, Fill | PaintedPicture) and mark.solid
    return solid and mark.alpha >= 1 and not mark.overprint


def covered(marks: Sequence[Painted], most: float = 0.5) -> Iterator[tuple[Run, Painted]]:
    """Text of a page that more than *most* of its box is painted over, and what by."""
    over = _Strips(_MOST_LOOKS)
    for at, mark in enumerate(marks):
        if covers(mark):
            over.add(at, mark)
    for at, run in enumerate(marks):
        if not isinstance(run, Run) or run.hidden or not run.text.strip():
            continue
        area = size(run.box)
        for later, mark in over.near(run.box):
            if later > at and area and size(shared(run.box, mark.box)) > most * area:
                yield run, mark
                break


def grounds(marks: Sequence[Painted]) -> Iterator[tuple[Run, Painted | None]]:
    """Text of a page, each with what lies right below it; none where that is bare paper."""
    below = _Strips(_MOST_LOOKS)
    for at, mark in enumerate(marks):
        if isinstance(mark, Fill | PaintedPicture | Shade) and mark.alpha >= 1:
            below.add(at, mark)
        elif isinstance(mark, Run) and not mark.hidden:
            near = (one for _, one in reversed(below.near(mark.box)))
            yield mark, next((one for one in near if within(mark.box, one.box, _SLACK)), None)


def mixing(marks: Sequence[Painted]) -> Iterator[Painted]:
    """Marks of colours that keep another process colour below them, and mix with it."""
    below = _Strips(_MOST_LOOKS)
    for at, mark in enumerate(marks):
        if not isinstance(mark, PaintedPicture | Shade) and _keeps_colours(mark):
            painted = set(mark.colour.plates)
            near = (one for _, one in below.near(mark.box) if meet(one.box, mark.box))
            if any(_shows_through(one, painted) for one in near):
                yield mark
        below.add(at, mark)


class _Strips:
    """Marks of a page by the strips across it that they touch: only what is near is compared.

    Raises:
        Crowded: on being asked, where more than *most* have been looked at.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._by_strip: dict[int, list[tuple[int, Painted]]] = {}
        self._tall: list[tuple[int, Painted]] = []

    def add(self, at: int, mark: Painted) -> None:
        """The mark with number *at*; in the order in which they are painted."""
        strips = _strips(mark.box)
        if len(strips) > _TALL:
            self._tall.append((at, mark))
            return
        for strip in strips:
            self._by_strip.setdefault(strip, []).append((at, mark))

    def near(self, box: Box) -> Sequence[tuple[int, Painted]]:
        """Marks that a box may touch, in the order in which they are painted."""
        strips = _strips(box)
        kept = strips if len(strips) <= len(self._by_strip) else sorted(self._by_strip)
        found = dict(self._tall)
        for strip in kept:
            if strip in strips:
                found.update(self._by_strip.get(strip, ()))
        self._left -= len(found)
        if self._left < 0:
            raise Crowded
        return sorted(found.items())


def _strips(box: Box) -> range:
    """The numbers of the strips that a box touches, or nearly; none of one that is nowhere."""
    if any(map(isnan, box)):  # of a matrix beyond numbers
        return range(0)
    low, high = (min(max(y, -_FAR), _FAR) for y in (box[1] - _SLACK, box[3] + _SLACK))
    return range(floor(low / _STRIP), floor(high / _STRIP) + 1)


def _keeps_colours(mark: Run | Stroke | Fill) -> bool:
    """Whether a mark prints cyan, magenta or yellow upon what is there (ISO 32000-2 §8.6.7)."""
    if not mark.overprint or not _COLOURS & set(mark.colour.plates):
        return False
    return mark.mode == 1 if mark.colour.space == "DeviceCMYK" else mark.colour.space in _NAMED


_NAMED: Final = frozenset({"Separation", "DeviceN"})


def _shows_through(mark: Painted, painted: set[str]) -> bool:
    """Whether a mark has process ink on plates other than those *painted*."""
    if isinstance(mark, PaintedPicture) and not mark.colour.inks:
        return True
    if isinstance(mark, Run) and mark.hidden:
        return False
    return bool((_PROCESS & set(mark.colour.plates)) - painted)
