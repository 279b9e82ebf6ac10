"""Pages made full: lines that are left at a page's foot go to what may grow.

A layout says in CSS how many lines of the grid a box may grow, and how many it may lose,
`--give: 6 -4`, and adds to its height what it gets: `calc((var(--n) + var(--more, 0)) *
var(--baseline))`. It is for boxes with an id: pictures, mostly, which lose a little at their sides
or at their head and foot. What is to be full is the page, and each box in it that says so, `--full:
1`: two stacks that stand side by side end together. A page or stack is either made full or left.

A picture has only so many pixels: `--sharp` is how many lines high it may become, `--n` how many
it has. Whatever a layout says, it keeps two thirds of them, and `--least` lines.

Boxes lose lines for two ends only: so that a few lines do not go on to a page of their own, and so
that a figure does not stand lower than the columns beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from math import ceil
from typing import Any, Final

from banxin.engine.boxes import (
    EngineBox,
    children_of,
    footnotes_on,
    is_aside,
    is_column,
    is_line,
    is_picture,
    is_placeholder,
)

from banxin.markup.tokens import Stylesheet
from banxin.units import Length

TAIL: Final = 0.25  # of a page's columns: so little should not have a page of its own
NEARLY: Final = 4  # lines: level columns that end so short of the foot are as good as full
SHRINKS: Final = 1 / 3  # of a picture's lines that it may lose
WORTH: Final = 0.4  # of a page's free lines: if no more can be taken, the page is left
_NEAR: Final = 0.005  # of a line


@dataclass(frozen=True, slots=True)
class _Giver:
    """A box that may grow or shrink.

    `most`, `least`: lines that it may grow, and may lose (below 0); `column`, `across`: where it
    stands in columns, if it does; `head`, `foot`: its own, px.
    """

    name: str
    most: int
    least: int
    column: int
    across: int
    head: float
    foot: float


@dataclass(frozen=True, slots=True)
class Asked:
    """`lines`: element id → lines that it is to grow in all. `tails`: ids of those that lose some
    so that fewer lines go on to a page of their own: in vain, unless `tails_of` is less after it.
    """

    lines: Mapping[str, int]
    tails: frozenset[str]


def more(
    pages: Sequence[EngineBox],
    pitch: Length,
    given: Mapping[str, int],
    in_vain: frozenset[str] = frozenset(),
) -> Asked:
    """What is to grow, and to shrink, so that pages are full.

    Args:
        given: what they grew before these pages were laid out.
        in_vain: ids of `tails` that lost lines before, and it was not enough.
    """
    found, tails = dict(given), set[str]()
    line = pitch.in_pt / Length.px(1).in_pt
    for page, following in zip(pages, [*pages[1:], None], strict=True):
        on = {id(box.element): box for box in _multicols(following)} if following else {}
        room = _PageSpace(page, line, given)
        pulled = dict(room.pulled_back(on, _ends(following, pages), in_vain))
        tails.update(pulled)
        for name, lines in (pulled or dict(room.made_full(on))).items():
            found[name] = found.get(name, 0) + lines
    return Asked(found, frozenset(tails))


def tails_of(pages: Sequence[EngineBox], pitch: Length) -> int:
    """Pages on which columns end that began before them, with few lines."""
    count = 0
    line = pitch.in_pt / Length.px(1).in_pt
    for page, following in pairwise(pages):
        began = {id(box.element) for box in _multicols(page)}
        ended = (b for b in _multicols(following) if id(b.element) in began)
        count += sum(_lines(box, line) <= _tail(box, following, line) for box in ended)
    return count


def pushed(before: Sequence[EngineBox], after: Sequence[EngineBox]) -> frozenset[str]:
    """Ids of what may grow on the first page that no longer holds what it held.

    A block may go on from that page, and none be gone from it: then what it went on to differs.
    """
    nothing: frozenset[str] = frozenset()
    held = [blocks_of(page) for page in before]
    holds = [blocks_of(page) for page in after]
    for number, (was, now) in enumerate(zip_longest(held, holds, fillvalue=nothing)):
        if was != now:
            began = number - 1 if number and now & held[number - 1] - was else number
            return frozenset(box.name for box in _all_givers(before[min(began, len(before) - 1)]))
    return nothing


def blocks_of(page: EngineBox) -> frozenset[str]:
    """Where in the manuscript the blocks on a page come from."""
    return frozenset(_written(page))


def stylesheet(given: Mapping[str, int]) -> Stylesheet:
    """What each box was given, as CSS."""
    # By attribute: an id that begins with a figure is none to CSS.
    rules = (f'[id="{name}"] {{ --more: {lines} }}' for name, lines in sorted(given.items()))
    return Stylesheet("(more)", "\n".join(rules))


class _PageSpace:
    """One page, and what of it could be given away or taken."""

    def __init__(self, page: EngineBox, pitch: float, given: Mapping[str, int]) -> None:
        self.page = page
        self.pitch = pitch
        self.given = given
        self.bottom = _bottom(page)
        self.low = _low(page)
        self.single = self._able(g for g in _givers(page) if not g.across)
        at_foot = (b for b in reversed(list(_multicols(page))) if _low(b) > self.low - pitch / 2)
        self.multicol = next(at_foot, None)
        children = () if self.multicol is None else self.multicol.children
        self.columns = [box for box in children if is_column(box)]

    def _able(self, found: Iterable[_Giver]) -> tuple[_Giver, ...]:
        """What they may give still; what has lost lines gets none."""
        return tuple(self._still(giver, self.given.get(giver.name, 0)) for giver in found)

    def _still(self, giver: _Giver, had: int) -> _Giver:
        return replace(giver, most=giver.most - had if had >= 0 else 0, least=giver.least - had)

    def _in(self, columns: Sequence[EngineBox]) -> tuple[_Giver, ...]:
        return self._able(
            # In its column it moves what stands below it, and no more than that.
            replace(g, column=number, most=min(g.most, _whole((self.bottom - g.foot) / self.pitch)))
            for number, column in enumerate(columns)
            for g in _givers(column)
        )

    def pulled_back(
        self, on: Mapping[int, EngineBox], ends: frozenset[int], in_vain: frozenset[str]
    ) -> Iterator[tuple[str, int]]:
        """Losses that bring the last lines of the columns back from the next page.

        Args:
            on: multi-column boxes of the next page, by their elements.
            ends: those of them that do not go on from there.
        """
        key = None if self.multicol is None else id(self.multicol.element)
        if key not in on or key not in ends:
            return
        lines = _lines(on[key], self.pitch)
        if not 0 < lines <= _tail(on[key], self.page, self.pitch):
            return
        count = len(self.columns)
        takers = [
            *(replace(giver, across=count) for giver in self.single),
            *(giver for giver in self._in(self.columns) if giver.least < 0),
        ]
        if not in_vain.intersection(giver.name for giver in takers):
            # A column that is not full may need only what it lacks: as little as may do is tried
            # first.
            free = max(_whole((self.bottom - _low(box)) / self.pitch) for box in self.columns)
            lines = max(1, lines - free)
        if sum(-min(giver.least, 0) * giver.across for giver in takers) < lines:
            return
        lost = dict.fromkeys((giver.name for giver in takers), 0)
        while lines > 0:
            able = [giver for giver in takers if lost[giver.name] < -giver.least]
            least = min(able, key=lambda giver: lost[giver.name])
            lost[least.name] += 1
            lines -= least.across
        yield from ((name, -count) for name, count in lost.items() if count)

    def made_full(self, on: Mapping[int, EngineBox]) -> Iterator[tuple[str, int]]:
        for stack in _stacks(self.page):
            foot = stack.content_box_y() + stack.height
            inside = self._able(g for g in _givers(stack) if not g.across)
            yield from _shared(inside, _whole((foot - _low(stack)) / self.pitch))
        for box in _multicols(self.page):
            if id(box.element) not in on:
                yield from self._lower_than_text(box)
        free = _whole((self.bottom - self.low) / self.pitch)
        if self.multicol is None:
            yield from _shared(self.single, free)
            return
        below = tuple(_whole((self.bottom - _low(box)) / self.pitch) for box in self.columns)
        givers = self._in(self.columns)
        if id(self.multicol.element) in on:
            # What comes next did not fit: each column is made full by itself.
            if shared := dict(_shared(self.single, min(below))):
                yield from shared.items()
                below = tuple(lines - min(below) for lines in below)
            for number, lines in enumerate(below):
                alone = [g for g in givers if (g.column, g.across) == (number, 1)]
                yield from _shared(alone, lines)
        elif shared := dict(_shared(self.single, free)):
            yield from shared.items()
        elif free:
            yield from _pooled(givers, sum(below), len(self.columns))

    def _lower_than_text(self, multicol: EngineBox) -> Iterator[tuple[str, int]]:
        """Where one figure alone makes its columns high, with nothing below it: its loss."""
        columns = [box for box in multicol.children if is_column(box)]
        givers = self._in(columns)
        if len(givers) != 1:
            return
        (giver,) = givers
        beside = len(columns) - giver.across
        if beside < 1 or giver.foot < _low(multicol) - self.pitch:
            return
        top = multicol.content_box_y()
        others = (box for n, box in enumerate(columns) if n != giver.column)
        lines = sum(_whole((_low(box) - top) / self.pitch + 0.5) for box in others)
        over = round((giver.foot - top) / self.pitch) - ceil(lines / beside)
        if over > 0 and giver.least < 0:
            yield giver.name, max(-over, giver.least)


def _shared(givers: Sequence[_Giver], lines: int) -> Iterator[tuple[str, int]]:
    """*lines* for each of the page, dealt out evenly; nothing where few of them can be taken."""
    able = sum(giver.most for giver in givers)
    if lines < 1 or able < lines * WORTH:
        return
    lines = min(lines, able)
    dealt = dict.fromkeys((giver.name for giver in givers), 0)
    while lines:
        least = min((g for g in givers if dealt[g.name] < g.most), key=lambda g: dealt[g.name])
        dealt[least.name] += 1
        lines -= 1
    yield from ((name, count) for name, count in dealt.items() if count)


def _pooled(givers: Sequence[_Giver], lines: int, columns: int) -> Iterator[tuple[str, int]]:
    """The same in level columns: a line of a figure moves text on by as many as it crosses."""
    dealt = dict.fromkeys((giver.name for giver in givers), 0)
    free = lines
    while lines >= columns:
        able = [g for g in givers if dealt[g.name] < g.most and g.across <= lines]
        if not able:
            break
        least = min(able, key=lambda g: dealt[g.name])
        dealt[least.name] += 1
        lines -= least.across
    if lines < NEARLY * columns or lines <= free * (1 - WORTH):
        yield from ((name, count) for name, count in dealt.items() if count)


def _whole(lines: float) -> int:
    return max(0, int(lines + _NEAR))


def _lines(multicol: EngineBox, pitch: float) -> int:
    """Of all columns of a box together."""
    top = multicol.content_box_y()
    columns = (box for box in multicol.children if is_column(box))
    return sum(_whole((_low(box) - top) / pitch + 0.5) for box in columns)


def _tail(multicol: EngineBox, page: EngineBox, pitch: float) -> int:
    """So many lines of its columns are a tail, if they stand on a page like *page*."""
    columns = sum(map(is_column, multicol.children))
    return _whole(TAIL * columns * page.height / pitch)


def _ends(page: EngineBox | None, pages: Sequence[EngineBox]) -> frozenset[int]:
    """Elements whose columns are on *page* and on none after it."""
    if page is None:
        return frozenset()
    after = pages[pages.index(page) + 1 :]
    here = {id(box.element) for box in _multicols(page)}
    if after:
        here -= {id(box.element) for box in _multicols(after[0])}
    return frozenset(here)


# --- boxes ------------------------------------------------------------------------------------


def _givers(box: EngineBox) -> Iterator[_Giver]:
    """Boxes that may grow; those in columns or stacks only when asked of one."""
    for inner in children_of(box):
        most, least = (*_numbers(inner, "__give"), 0, 0)[:2]
        if high := _number(inner, "__n", 0):
            least = max(least, -int(high * SHRINKS))
            if fewest := _number(inner, "__least", 0):
                least = max(least, fewest - high)
            if sharp := _number(inner, "__sharp", 0):
                most = min(most, max(0, sharp - high))
        name = "" if inner.element is None else str(inner.element.get("id", ""))
        if (most or least) and name:
            in_column = is_column(box)
            across = _number(inner, "__across", 1) if in_column else 0
            foot = inner.border_box_y() + inner.border_height()
            yield _Giver(name, most, min(least, 0), 0, across, inner.border_box_y(), foot)
        elif not is_column(inner) and not _number(inner, "__full", 0):
            yield from _givers(inner)


def _all_givers(box: EngineBox) -> Iterator[_Giver]:
    """Wherever they stand on a page."""
    yield from _givers(box)
    for inner in (*_stacks(box), *(c for m in _multicols(box) for c in m.children)):
        yield from _givers(inner)


def _written(box: EngineBox) -> Iterator[str]:
    for inner in children_of(box):
        if inner.element is not None and (at := inner.element.get("data-at")):
            yield str(at)
        yield from _written(inner)


def _stacks(box: EngineBox) -> Iterator[EngineBox]:
    """Boxes that are to be full as a page is; inner ones first."""
    for inner in children_of(box):
        yield from _stacks(inner)
        if _number(inner, "__full", 0):
            yield inner


def _number(box: EngineBox, name: str, otherwise: int) -> int:
    return next(iter(_numbers(box, name)), otherwise)


def _numbers(box: EngineBox, name: str) -> Sequence[int]:
    """A custom property of the box's own: what is inherited says nothing of it."""
    if name not in getattr(getattr(box, "style", None), "cascaded", {}):
        return ()
    numbers = (token for token in box.style[name] or () if token.type == "number")
    return [int(token.int_value) for token in numbers if token.int_value is not None]


def _multicols(box: EngineBox) -> Iterator[EngineBox]:
    """Boxes that are set in columns."""
    for inner in children_of(box):
        if any(is_column(grandchild) for grandchild in getattr(inner, "children", ())):
            yield inner
        else:
            yield from _multicols(inner)


def _bottom(page: EngineBox) -> float:
    """Of the type area, above its footnotes."""
    area = next((area for area in footnotes_on(page) if area.children), None)
    return float(page.content_box_y() + page.height if area is None else area.position_y)


def _low(box: EngineBox, moved: float = 0.0) -> float:
    """The lowest foot of a line, a picture, or a box of given height, in *box*'s flow.

    Args:
        moved: how far boxes around it are drawn from their places in the flow, px down.
    """
    return max((_foot(child, moved) for child in getattr(box, "children", ())), default=0.0)


def _foot(box: EngineBox, moved: float) -> float:
    if is_placeholder(box) or is_aside(box):
        return 0.0
    moved += _moved(box)
    if is_line(box) or is_picture(box):
        return float(box.position_y + box.height) - moved
    own = _number(box, "__full", 0) or _number(box, "__give", 0) or box.style["height"] != "auto"
    foot = box.border_box_y() + box.border_height() - moved if own else 0.0
    return max(_low(box, moved), foot)


def _moved(box: EngineBox) -> float:
    """By `position: relative`: down from its place in the flow, px."""
    if box.style["position"] != "relative":
        return 0.0
    top: Any = getattr(box, "top", "auto")
    bottom: Any = getattr(box, "bottom", "auto")
    return float(top if top != "auto" else -bottom if bottom != "auto" else 0.0)
