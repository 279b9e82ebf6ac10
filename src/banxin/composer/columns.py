"""Columns with figures at their head or foot: takes the place of the engine's `columns_layout`.

A figure in columns says where it wants to stand (`--place: head` or `foot`) and over how many
columns (`--across: 2`). Text runs on past it, so that no column has a hole where a figure did
not fit; the figure stands in the column that mentions it, or at the head of the next. Columns
that end together are made level by whole lines of the grid.

CSS Page Floats 3 has the same in `float: top` and `float-reference: column`; the engine's boxes
know floats to the left and right only, so these are custom properties.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, inf
from typing import Any, Final, NamedTuple, overload

from banxin.engine.boxes import Context, EngineBox, NextPage, Skip, Style, is_auto
from banxin.engine.hooks import ORIGINAL

from weasyprint.formatting_structure import boxes
from weasyprint.layout import block
from weasyprint.layout import column as engine
from weasyprint.layout.absolute import absolute_layout
from weasyprint.layout.float import float_layout
from weasyprint.layout.percent import percentage, resolve_percentages

from banxin.composer.shaping import metrics

MOST: Final = 0.7  # of a column that figures may take while there is text to set beside them,
LEAST, CROWDED = 6, 3  # or all but so many lines; where some wait since the page before
LAST: Final = 2  # lines that stand together at a column's head or foot
# Heights, a line apart, that columns of a full page may have to be level: so many, or this part of
# its lines.
SHORT, SHORT_PART = 4, 1 / 6
MORE: Final = 2  # of them where the feet of a spread would be unlike otherwise
# Lines: so much less high is as bad as a first line alone; twice that, as one below its heading.
_ALONE: Final = 1.5
HEADED: Final = 2
_NEAR: Final = 0.01  # px
LEAST_PITCH: Final = 4.0  # px: 3 pt, below which there is no type to be level with
_ENDED: Final = {-1: None}  # inside the last child: all text is set, figures are left
_PLACES: Final = frozenset({"head", "foot"})

At = tuple[int, Skip]  # a `Skip`, of the text alone: which of its blocks, and where in that


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where columns stand, in px: the first one's left, each one's width, and the pitch."""

    x: float
    width: float
    gap: float
    count: int
    pitch: float

    def left(self, column: int) -> float:
        return self.x + column * (self.width + self.gap)

    def across(self, columns: int) -> float:
        return columns * self.width + (columns - 1) * self.gap


@dataclass(slots=True, eq=False)
class _Content:
    """What a box in columns holds: looked through once, not for each of its pages.

    Attributes:
        children: of which all else was made.
        text, figures, spans: indices of what runs on, of what has places of its own, and of what
            goes over all columns, which is among the text.
        across: over how many columns each figure wants to go.
        sizes: height and white below, px, of figures that are alike on all pages, by index,
            whether they stand at a foot, and the width they have.
        paired: styles by which no first line of a paragraph stands alone at a foot; and those of
            paragraphs right below their heading.
    """

    children: Sequence[EngineBox]
    text: list[int]
    figures: list[int]
    spans: list[int]
    across: dict[int, int]
    sizes: dict[tuple[int, bool, float], tuple[float, float]] = field(default_factory=dict)
    paired: tuple[Sequence[Style], Sequence[Style]] | None = None


class _Copies(Sequence[EngineBox]):
    """Some children of a box, each copied when it is first asked for: a column takes few of them.

    Args:
        chosen: their indices; `shown`, which of these are here.
    """

    def __init__(
        self,
        children: Sequence[EngineBox],
        chosen: Sequence[int],
        shown: range,
        made: dict[int, EngineBox],
    ) -> None:
        self._children, self._chosen, self._shown, self._made = children, chosen, shown, made

    def __len__(self) -> int:
        return len(self._shown)

    @overload
    def __getitem__(self, place: int) -> EngineBox: ...
    @overload
    def __getitem__(self, place: slice) -> _Copies: ...
    def __getitem__(self, place: int | slice) -> EngineBox | _Copies:
        if isinstance(place, slice):
            return _Copies(self._children, self._chosen, self._shown[place], self._made)
        index = self._chosen[self._shown[place]]
        if index not in self._made:
            self._made[index] = self._children[index].copy()
        return self._made[index]


@dataclass(slots=True)
class _LaidOut:
    """Something laid out, and what of it the engine has still to place.

    `kept`: it is used again by the next try, as it is.
    """

    box: EngineBox
    absolutes: list[EngineBox]
    fixed: list[EngineBox]
    kept: bool = False

    @property
    def height(self) -> float:
        return float(self.box.margin_height())


@dataclass(slots=True)
class _Column:
    """Figures at its head and foot, text between them.

    `covered`, `covered_foot`: what figures take of it that begin in a column before.
    """

    heads: list[_LaidOut] = field(default_factory=list)
    feet: list[_LaidOut] = field(default_factory=list)
    text: _LaidOut | None = None
    top: float = 0.0  # of the text
    covered: float = 0.0
    covered_foot: float = 0.0

    @property
    def head(self) -> float:
        return self.covered + sum(figure.height for figure in self.heads)

    @property
    def foot(self) -> float:
        return self.covered_foot + sum(figure.height for figure in self.feet)

    @property
    def figures(self) -> bool:
        return bool(self.heads or self.feet or self.covered or self.covered_foot)

    @property
    def filled(self) -> float:
        """Of its height, without the white below its last block."""
        text = 0.0
        if self.text is not None:
            top = self.top
            flow = (child for child in self.text.box.children if child.is_in_normal_flow())
            text = max((_foot_of(child) - top for child in flow), default=0.0)
        return self.head + text + self.foot

    def parts(self) -> list[_LaidOut]:
        return [*self.heads, *([] if self.text is None else [self.text]), *self.feet]


@dataclass(frozen=True, slots=True)
class _Seat:
    """A place kept for a figure over several columns: the first of them, at the head or foot."""

    figure: int
    column: int
    foot: bool


@dataclass(frozen=True, slots=True)
class _ColumnRow:
    """Columns of one height.

    Attributes:
        seats: figures over several columns, and where they stand.
        resume: where the text goes on; None when it has ended.
        waiting: figures that were mentioned and found no place, by index.
        late: a float in the text that the last foot had no room for, by index.
        used: from the columns' top to the lowest foot in them, in whole lines if there is room.
    """

    columns: tuple[_Column, ...]
    seats: tuple[_Seat, ...]
    resume: Skip
    waiting: tuple[int, ...]
    late: int | None
    used: float
    next_page: NextPage

    @property
    def whole(self) -> bool:
        return self.resume is None and not self.waiting


@dataclass(frozen=True, slots=True)
class _Before:
    """The columns above a block that spans, and what they were set from.

    `start`: their first child; `made`, `placed`: how many boxes there were before them, and
    how many that the engine has still to place.
    """

    start: int
    made: int
    placed: tuple[int, int]
    filled: _ColumnRow
    y: float
    resume: Skip
    waiting: tuple[int, ...]
    empty: bool


@dataclass(slots=True)
class _Fragment:
    """What of a box is set on its page.

    Attributes:
        made: the boxes; `absolutes`, `fixed`: those that the engine has still to place.
        y: where the next one begins; `resume`, where the next page goes on.
        waiting: figures that were mentioned and have no place yet.
        late: a float that comes to the next page's head, by index.
        before: what is above a block that spans.
    """

    made: list[EngineBox]
    absolutes: list[EngineBox]
    fixed: list[EngineBox]
    y: float
    resume: Skip
    waiting: tuple[int, ...]
    next_page: NextPage = field(default_factory=lambda: NextPage({"break": "any", "page": None}))
    late: int | None = None
    before: _Before | None = None


class _AskedOfGrid(NamedTuple):
    """What the engine asks besides context and box, under its own names."""

    bottom_space: float
    skip_stack: Skip
    containing_block: EngineBox
    page_is_empty: bool
    absolute_boxes: list[EngineBox]
    fixed_boxes: list[EngineBox]


class _AskedOfColumns(NamedTuple):
    """The same, of columns."""

    bottom_space: float
    skip_stack: Skip
    containing_block: EngineBox
    page_is_empty: bool
    absolute_boxes: list[EngineBox]
    fixed_boxes: list[EngineBox]
    adjoining_margins: list[float]
    first_letter_style: Style | None
    first_line_style: Style | None


def grid_layout(context: Context, box: EngineBox, *asked: Any, **named: Any) -> Any:
    """The engine's, which breaks off at a grid that may not be parted and is higher than a page."""
    call = _AskedOfGrid(*asked, **named)
    made = ORIGINAL["grid_layout"](context, box, *call)
    if made[0] is None and call.page_is_empty and box.style["break_inside"] == "avoid":
        box = box.copy()
        box.style = box.style.copy()
        box.style["break_inside"] = "auto"
        made = ORIGINAL["grid_layout"](context, box, *call)
    return made


def columns_layout(
    context: Context, box: EngineBox, *asked: Any, **named: Any
) -> tuple[EngineBox | None, Skip, NextPage, list[float], bool]:
    call = _AskedOfColumns(*asked, **named)
    if context.in_column or not _is_ours(box):
        return ORIGINAL["columns_layout"](context, box, *call)  # type: ignore[no-any-return]
    content = _content_of(box)
    box = box.copy_with_children(box.children)
    box.position_y += block.collapse_margin(call.adjoining_margins)
    block.block_level_width(box, call.containing_block)
    context.in_column = True
    try:
        first_styles = call.first_letter_style, call.first_line_style
        page = _Page(context, box, content, call.containing_block, first_styles)
        return page.set(
            call.skip_stack,
            context.page_bottom - call.bottom_space,
            call.page_is_empty,
            call.absolute_boxes,
            call.fixed_boxes,
        )
    finally:
        context.in_column = False


def place_of(box: EngineBox) -> str:
    """Where a figure wants to stand: head, foot, or nowhere but in the text."""
    for token in box.style["__place"] or ():
        if token.type == "ident" and token.value in _PLACES:
            return str(token.value)
    return ""


def across_of(box: EngineBox) -> int:
    """Over how many columns a figure goes."""
    for token in box.style["__across"] or ():
        if token.type == "number" and token.int_value:
            return max(1, int(token.int_value))
    return 1


def _content_of(box: EngineBox) -> _Content:
    known: _Content | None = box.__dict__.get("banxin_content")
    if known is None or known.children is not box.children:
        figures = [
            index
            for index, child in enumerate(box.children)
            if child.is_in_normal_flow() and place_of(child)
        ]
        placed = set(figures)
        known = box.__dict__["banxin_content"] = _Content(
            box.children,
            [index for index in range(len(box.children)) if index not in placed],
            figures,
            [i for i, child in enumerate(box.children) if child.style["column_span"] == "all"],
            {index: across_of(box.children[index]) for index in figures},
        )
    return known


def _between(indices: list[int], start: int, end: int) -> list[int]:
    """Those of *indices*, which are in order, from *start* to before *end*."""
    return indices[bisect_left(indices, start) : bisect_left(indices, end)]


def _is_among(index: int, indices: list[int]) -> bool:
    """Whether it is one of *indices*, which are in order."""
    place = bisect_left(indices, index)
    return place < len(indices) and indices[place] == index


def _holds_on(box: EngineBox) -> bool:
    return box.style["break_after"] in {"avoid", "avoid-page", "avoid-column"}


def _is_ours(box: EngineBox) -> bool:
    return bool(box.style["direction"] == "ltr" and box.style["height"] == "auto" and box.children)


def _frame(box: EngineBox) -> _Frame:
    """CSS Multi-column 1 § 3.4: how many columns, and how wide."""
    style, width = box.style, box.style["column_width"]
    gap = style["column_gap"]
    gap = style["font_size"] if gap == "normal" else percentage(gap, style, box.width)
    count = style["column_count"]
    if width != "auto":
        room = max(1, floor((box.width + gap) / (width + gap)))
        count = room if count == "auto" else min(count, room)
    width = max(0.0, box.width - (count - 1) * gap) / count
    # Type of no size, as around pictures in a row, has no pitch to be level on.
    pitch = max(metrics(style).strut[0], LEAST_PITCH)
    return _Frame(box.content_box_x(), width, gap, count, pitch)


class _Page:
    """Sets one box's columns on one page."""

    def __init__(
        self,
        context: Context,
        box: EngineBox,
        content: _Content,
        containing_block: EngineBox,
        first_styles: tuple[Style | None, Style | None],
    ) -> None:
        self.context = context
        self.box = box
        self.content = content
        self.containing_block = containing_block
        self.first_styles = first_styles
        self.frame = _frame(box)
        self.notes = self._notes()  # height of the footnotes that the page has already
        self._figures: dict[tuple[int, bool], _LaidOut] = {}

    def set(
        self,
        skip: Skip,
        bottom: float,
        empty: bool,
        absolute_boxes: list[EngineBox],
        fixed_boxes: list[EngineBox],
    ) -> tuple[EngineBox | None, Skip, NextPage, list[float], bool]:
        """As the engine wants it: box, where to go on, the next page, margins, collapsing.

        Args:
            bottom: of the columns at most, px from the page's top.
            empty: whether the page has nothing yet: then something has to be set, fit or not.
        """
        box = self.box
        relative = box.style["position"] == "relative"
        done = _Fragment(
            [], [] if relative else absolute_boxes, fixed_boxes, box.content_box_y(), skip,
            self._waiting(skip),
        )  # fmt: skip
        for start, end in self._stretches(skip):
            if self._spans(start):
                self._set_across(done, start, bottom, empty=empty)
            else:
                self._set_columns(done, start, end, bottom, empty=empty)
            if done.resume is not None:
                break
            empty = False
        if not done.made:
            return None, {0: None}, done.next_page, [], False  # the engine asks where to go on
        if done.resume is not None:
            self._known_waiting()[self._key(done.resume)] = done.waiting
            self._known_late()[self._key(done.resume)] = done.late
        box.children = done.made
        high = done.y - box.content_box_y()
        box.height = max(high, 0 if is_auto(box.min_height) else box.min_height)
        if relative:
            space = self.context.page_bottom - bottom
            for placeholder in done.absolutes:
                absolute_layout(self.context, placeholder, box, fixed_boxes, space, skip_stack=None)
        if not is_auto(self.context.current_footnote_area.height):
            # In columns the engine lets footnotes grow without taking their height from the page.
            self.context.page_bottom -= self._called()
        return box, done.resume, done.next_page, [], False

    def _set_across(self, done: _Fragment, start: int, bottom: float, *, empty: bool) -> None:
        """A block over all columns; where it has no place, what it would part from goes with it."""
        before, done.before = done.before, None
        new, done.resume, done.next_page = self._spanning(
            start, done.resume, done.y, bottom, empty, done.absolutes, done.fixed
        )
        if new is not None:
            done.made.append(new)
            done.y = new.position_y + new.margin_height()
            return
        done.resume = {start: None}
        kept = start if before is None else self._keep_with(before, start)
        if before is None or kept == start:
            return
        # A heading goes on with what it heads.
        del done.made[before.made :], done.absolutes[before.placed[0] :]
        del done.fixed[before.placed[1] :]
        self.drop(before.filled)
        done.y, done.resume, done.waiting = before.y, {kept: None}, before.waiting
        if kept > before.start:
            stretch = _BetweenSpans(self, before.start, kept, done.y, before.empty)
            stretch.late = self._late(before.resume)
            filled = self._settled(stretch, before.resume, done.waiting, bottom, level=True)
            self._take(filled, done, all_set=True)
            done.y, done.waiting = done.y + filled.used, filled.waiting
            done.resume, done.late = filled.resume or done.resume, filled.late

    def _set_columns(
        self, done: _Fragment, start: int, end: int, bottom: float, *, empty: bool
    ) -> None:
        """The children from *start* to before *end*, in columns; level, if more follows."""
        last = end == len(self.box.children)
        level = not last or self.box.style["column_fill"] == "balance"
        stretch = _BetweenSpans(self, start, end, done.y, empty)
        stretch.late = self._late(done.resume)
        filled = self._settled(stretch, done.resume, done.waiting, bottom, level=level)
        done.before = _Before(
            start, len(done.made), (len(done.absolutes), len(done.fixed)), filled, done.y,
            done.resume, done.waiting, empty,
        )  # fmt: skip
        # Lines of no height are set all the same: without a box the engine breaks off.
        self._take(filled, done, all_set=start < end and filled.resume is None)
        if filled.resume is not None and (depths := _depths(filled)):
            here = id(self.box.element), self.context.current_page or 0
            self._feet()[here] = done.y + max(depths)
        done.y += filled.used
        done.resume, done.waiting, done.late = filled.resume, filled.waiting, filled.late
        done.next_page = filled.next_page
        if last and done.waiting and done.resume is None:
            done.resume = {end - 1: _ENDED}

    def _take(self, filled: _ColumnRow, done: _Fragment, *, all_set: bool) -> None:
        """What columns have, and what of it the engine has still to place."""
        for part in (part for column in filled.columns for part in column.parts()):
            done.absolutes.extend(part.absolutes)
            done.fixed.extend(part.fixed)
        done.made.extend(self._assembled(filled, done.y) if filled.used or all_set else ())

    def _keep_with(self, before: _Before, end: int) -> int:
        """Where those last children before *end* begin that do not end a page: its heading."""
        first = end
        while first > before.start and _holds_on(self.box.children[first - 1]):
            first -= 1
        return end if first == before.start and before.empty else first

    # --- what is to be set ------------------------------------------------------------------

    def _stretches(self, skip: Skip) -> Iterator[tuple[int, int]]:
        """First child and one past the last: of what goes in columns, and of each that spans.

        What goes in columns comes last, if only figures that still wait.
        """
        start = next(iter(skip)) if skip else 0
        if skip and skip[start] == _ENDED:
            yield start + 1, start + 1
            return
        spans = self.content.spans
        for place in range(bisect_left(spans, start), len(spans)):
            if spans[place] > start:
                yield start, spans[place]
            start = spans[place] + 1
            yield start - 1, start
        yield start, len(self.box.children)

    def _spans(self, index: int) -> bool:
        return _is_among(index, self.content.spans)

    def _known_waiting(self) -> dict[tuple[int, str], tuple[int, ...]]:
        """Where a box goes on → figures mentioned before that. A page may be laid out again."""
        known: dict[tuple[int, str], tuple[int, ...]] = self.context.__dict__.setdefault(
            "banxin_waiting", {}
        )
        return known

    def _known_late(self) -> dict[tuple[int, str], int | None]:
        """Where a box goes on → the float that comes to its head there."""
        known: dict[tuple[int, str], int | None] = self.context.__dict__.setdefault(
            "banxin_late", {}
        )
        return known

    def _late(self, skip: Skip) -> int | None:
        return self._known_late().get(self._key(skip)) if skip else None

    def _key(self, resume: Skip) -> tuple[int, str]:
        return id(self.box.element), repr(resume)

    def _waiting(self, skip: Skip) -> tuple[int, ...]:
        return self._known_waiting().get(self._key(skip), ()) if skip else ()

    def _spanning(
        self,
        index: int,
        skip: Skip,
        y: float,
        bottom: float,
        empty: bool,
        absolutes: list[EngineBox],
        fixed: list[EngineBox],
    ) -> tuple[EngineBox | None, Skip, NextPage]:
        """A block over all columns."""
        child = self.box.children[index].copy()
        resolve_percentages(child, self.box)
        child.position_x, child.position_y = self.box.content_box_x(), y
        new_absolutes: list[EngineBox] = []
        new_fixed: list[EngineBox] = []
        laid: EngineBox | None
        laid, resume, next_page, _, _, _ = block.block_level_layout(
            self.context, child, self.context.page_bottom - bottom + self._called(),
            skip.get(index) if skip else None, self.box, empty, new_absolutes, new_fixed,
            [0.0] if empty else [],  # at a page's head white above a block falls away
            *self.first_styles,
        )  # fmt: skip
        if laid is not None and not empty:
            # WeasyPrint 70 lets a box of given height stand out of the page.
            foot = laid.border_box_y() + laid.border_height()
            if foot > bottom - self._called() + _NEAR:
                self.drop_part(_LaidOut(laid, new_absolutes, new_fixed))
                return None, None, next_page
        absolutes.extend(new_absolutes)
        fixed.extend(new_fixed)
        return laid, None if resume is None else {index: resume}, next_page

    # --- columns ----------------------------------------------------------------------------

    def _settled(
        self,
        stretch: _BetweenSpans,
        skip: Skip,
        waiting: tuple[int, ...],
        bottom: float,
        *,
        level: bool,
    ) -> _ColumnRow:
        """The highest columns that leave room for the footnotes which they call.

        Higher columns call more footnotes: what fits is found by halving, line by line.
        """
        room, pitch = bottom - stretch.y, self.frame.pitch

        def set_at(height: float) -> _ColumnRow:
            return self._levelled(stretch, skip, waiting, height, level=level)

        def fits(filled: _ColumnRow) -> bool:
            return filled.used + self._called() <= room + _NEAR

        filled = set_at(room)
        if fits(filled):
            return filled
        called = self._called()
        low, high = 0, ceil(called / pitch)  # lines above what fits if all these notes are called
        tried = 0
        self.drop(filled)
        filled = set_at(room - called)
        if self._called() > called - _NEAR:
            high = 1  # they are all called again: there is nothing between
        while high - low > 1:
            self.drop(filled)
            tried = (low + high) // 2
            filled = set_at(room - called + tried * pitch)
            low, high = (tried, high) if fits(filled) else (low, tried)
        if tried != low:
            self.drop(filled)
            filled = set_at(room - called + low * pitch)
        if not fits(filled) and stretch.figures and not stretch.lenient:
            # Rather a figure above its heading than a note on another page.
            self.drop(filled)
            stretch.lenient = True
            return self._settled(stretch, skip, waiting, bottom, level=level)
        if not fits(filled):  # the first line alone calls more than there is room for
            engine._report_footnotes(self.context, self.notes + max(0.0, room - filled.used))
        return filled

    def _levelled(
        self,
        stretch: _BetweenSpans,
        skip: Skip,
        waiting: tuple[int, ...],
        height: float,
        *,
        level: bool,
    ) -> _ColumnRow:
        """Columns as high as the page allows, or, where all ends here, as low as they can be."""
        tallest = stretch.fill(skip, waiting, height)
        if level and tallest.waiting:
            # With figures down to the foot it may all end here.
            self.drop(tallest)
            tallest = stretch.fill(skip, waiting, height, all_ends=True)
            if not tallest.whole:
                self.drop(tallest)
                tallest = stretch.fill(skip, waiting, height)
        if not tallest.whole:
            return self._even(tallest, stretch, skip, waiting, height)
        if not level:
            return tallest
        self.drop(tallest)
        pitch = self.frame.pitch
        mean = sum(column.filled for column in tallest.columns) / self.frame.count
        lines = max(1, ceil(max(mean, self._least(tallest)) / pitch - _NEAR))
        while lines * pitch < height - _NEAR:
            # As in `_even`: rather a first line alone at a foot than feet of different depth. Of
            # two lines a column would be that one alone, within its paragraph too.
            for loose in (False, True) if lines > LAST else (False,):
                with self._first_lines_alone(headed=False) if loose else nullcontext():
                    lower = stretch.fill_with(
                        tallest.seats, skip, waiting, lines * pitch, all_ends=True
                    )
                    if lower.whole:
                        return self._beside(lower, stretch, skip, waiting, lines)
                    self.drop(lower)
            lines += 1
        return stretch.fill_with(
            tallest.seats, skip, waiting, height, compelled=stretch.empty, all_ends=True
        )

    def _even(
        self,
        tallest: _ColumnRow,
        stretch: _BetweenSpans,
        skip: Skip,
        waiting: tuple[int, ...],
        height: float,
    ) -> _ColumnRow:
        """Columns of a full page, all to one foot, that of the page beside it if they can be.

        A heading, or lines that may not stand alone, leave some short. Then all are a line less
        high; or the first line of a paragraph stands alone at a foot, which Chinese readers mind
        less than feet of different depth (of last lines they do mind, at a head); and so on.
        """
        pitch = self.frame.pitch
        lines = floor(height / pitch + _NEAR)
        beside = self._lines_beside(stretch.y)
        own = round(max(_depths(tallest), default=0.0) / pitch) if _is_level(tallest) else 0
        # Notes take room that is not known before, and their layout is dear.
        ahead = skip is not None and self._is_left() and not self._called()

        def from_beside(n: int) -> int:
            return 0 if beside is None else abs(n - beside)

        apart = from_beside(own)
        if own and not apart and (not ahead or self._goes_on(stretch, tallest, own)):
            return tallest
        fewest = self._fewest(lines) - (MORE if ahead or beside is not None else 0)
        tried = [(n, loose) for n in range(lines, fewest, -1) for loose in range(HEADED + 1)]
        tried.sort(key=lambda t: (from_beside(t[0]), lines - t[0] + t[1] * _ALONE))
        if own and not ahead:
            tried = [t for t in tried if from_beside(t[0]) < apart]
        self.drop(tallest)
        level: list[tuple[int, int]] = []
        for fewer, loose in tried:
            lower = self._lower(stretch, skip, waiting, fewer, loose=loose)
            if lower.whole:  # rather than a page of the few lines that are left
                return lower
            if _ends_at(lower, fewer * pitch) and {*lower.waiting} <= {*tallest.waiting}:
                if not ahead or self._goes_on(stretch, lower, fewer):
                    return lower
                level.append((fewer, loose))
            self.drop(lower)
        if not level:
            return stretch.fill(skip, waiting, height)
        return self._nearest(level, stretch, skip, waiting)

    def _fewest(self, lines: int) -> int:
        """Of a full page of so many lines, what is no longer one."""
        return max(0, lines - max(SHORT, floor(lines * SHORT_PART)))

    def _lower(
        self,
        stretch: _BetweenSpans,
        skip: Skip,
        waiting: tuple[int, ...],
        lines: int,
        *,
        loose: int,
    ) -> _ColumnRow:
        """Columns of so many lines; *loose*: with first lines alone at their feet, `HEADED` ones
        too.
        """
        with self._first_lines_alone(headed=loose == HEADED) if loose else nullcontext():
            return stretch.fill(skip, waiting, lines * self.frame.pitch)

    def _goes_on(self, stretch: _BetweenSpans, left: _ColumnRow, lines: int) -> bool:
        """Whether the right page of the spread can end after so many lines: if its columns do by
        stricter rules, they do by the loosest.
        """
        right = self._lower(stretch, left.resume, left.waiting, lines, loose=HEADED)
        fits = right.whole or _ends_at(right, lines * self.frame.pitch)
        self.drop(right)
        return fits

    def _nearest(
        self,
        level: Sequence[tuple[int, int]],
        stretch: _BetweenSpans,
        skip: Skip,
        waiting: tuple[int, ...],
    ) -> _ColumnRow:
        """Of left pages that cannot end as their right ones do, the one that ends nearest to it."""
        for apart in range(1, SHORT):
            for lines, loose in level:
                left = self._lower(stretch, skip, waiting, lines, loose=loose)
                if any(self._goes_on(stretch, left, lines + more) for more in (-apart, apart)):
                    return left
                self.drop(left)
        lines, loose = level[0]
        return self._lower(stretch, skip, waiting, lines, loose=loose)

    @contextmanager
    def _first_lines_alone(self, *, headed: bool = True) -> Iterator[None]:
        """Within it, one line of a paragraph may stand at a foot where two are asked for.

        Args:
            headed: also below its heading.
        """
        if self.content.paired is None:
            self.content.paired = _paired(self.box)
        others, below = self.content.paired
        styles = (*others, *below) if headed else others
        for style in styles:
            style["orphans"] = 1
        try:
            yield
        finally:
            for style in styles:
                style["orphans"] = 2

    def _feet(self) -> dict[tuple[int, int], float]:
        """Of columns that go on, by their element and page: where they end, px from its top."""
        known: dict[tuple[int, int], float]
        known = self.context.__dict__.setdefault("banxin_feet", {})
        return known

    def _is_left(self) -> bool:
        _, _, right, _, _ = self.context.page_maker[(self.context.current_page or 1) - 1]
        return not right

    def _lines_beside(self, y: float) -> int | None:
        """How many lines there are from *y* to where the columns end on the left page, if this is
        the right one of a spread.
        """
        number = self.context.current_page or 1
        left = None if self._is_left() else (id(self.box.element), number - 1)
        foot = self._feet().get(left) if left else None
        return None if foot is None else round((foot - y) / self.frame.pitch)

    def _beside(
        self,
        filled: _ColumnRow,
        stretch: _BetweenSpans,
        skip: Skip,
        waiting: tuple[int, ...],
        lines: int,
    ) -> _ColumnRow:
        """Where a figure is what makes columns so high: the others level."""
        pitch = self.frame.pitch
        alone = [column for column in filled.columns if not column.figures]
        if len(alone) < 2 or len(alone) == len(filled.columns):
            return filled
        least = ceil(sum(column.filled for column in alone) / len(alone) / pitch - _NEAR)
        for fewer in range(max(1, least), lines):
            self.drop(filled)
            again = stretch.fill_with(
                filled.seats, skip, waiting, lines * pitch, alone=fewer * pitch, all_ends=True
            )
            if again.whole:
                return again
            self.drop(again)
            filled = stretch.fill_with(filled.seats, skip, waiting, lines * pitch, all_ends=True)
        return filled

    def _least(self, filled: _ColumnRow) -> float:
        """Height that columns need for their figures alone."""
        figures = (part for column in filled.columns for part in (*column.heads, *column.feet))
        return max((part.height - _white_below(part) for part in figures), default=0.0)

    def _assembled(self, filled: _ColumnRow, y: float) -> Iterator[EngineBox]:
        """The engine's column boxes, all of one height."""
        pitch = self.frame.pitch
        foot = y + floor(filled.used / pitch + _NEAR) * pitch
        for number, column in enumerate(filled.columns):
            # A rule between columns begins below what covers it, and ends above it.
            made = self.column_box(number, y + column.covered)
            made.height = filled.used - column.covered - column.covered_foot
            stands = foot - column.covered_foot
            for figure in reversed(column.feet):
                stands -= figure.height
                figure.box.translate(0, stands - figure.box.position_y)
            text = [] if column.text is None else column.text.box.children
            made.children = [
                *(figure.box for figure in column.heads),
                *text,
                *(figure.box for figure in column.feet),
            ]
            yield made

    def column_box(self, number: int, y: float) -> EngineBox:
        made = self.box.anonymous_from(self.box, children=[])
        resolve_percentages(made, self.containing_block)
        made.is_column = True
        made.width = self.frame.width
        made.position_x, made.position_y = self.frame.left(number), y
        return made

    def figure(self, index: int, number: int, y: float, *, foot: bool = False) -> _LaidOut:
        """A figure laid out at *y* in column *number*, whatever its height.

        Args:
            foot: whether it will stand at the foot: then the white below it goes above it.
        """
        made = self.laid_out(index, foot=foot)
        box = made.box
        box.translate(self.frame.left(number) - box.position_x, y - box.position_y)
        return made

    def laid_out(self, index: int, *, foot: bool) -> _LaidOut:
        """A figure, wherever it stands: in its place, if it has one already."""
        known = self._figures.get((index, foot))
        if known is None:
            known = self._figure(index, foot=foot)
            if known.kept:
                self._figures[index, foot] = known
            if not any(map(_differs, known.box.descendants())):
                size = known.height, _white_below(known)
                self.content.sizes[index, foot, self._width(index)] = size
        return known

    def size(self, index: int, *, foot: bool = False) -> tuple[float, float]:
        """How high a figure is, and the white below it, which is not laid out for it twice."""
        known = self.content.sizes.get((index, foot, self._width(index)))
        if known is None:
            figure = self.laid_out(index, foot=foot)
            self.drop_part(figure)
            known = figure.height, _white_below(figure)
        return known

    def across(self, index: int) -> int:
        return min(self.content.across[index], self.frame.count)

    def _width(self, index: int) -> float:
        return self.frame.across(self.across(index))

    def _figure(self, index: int, *, foot: bool) -> _LaidOut:
        # Whole: the engine places positioned pictures without copying them first.
        child = self.box.children[index].deepcopy()
        frame = self.column_box(0, 0.0)
        frame.width = self._width(index)
        child.position_x, child.position_y = frame.position_x, 0.0
        absolutes: list[EngineBox] = []
        fixed: list[EngineBox] = []
        laid: EngineBox = block.block_level_layout(
            self.context, child, -self.context.page_bottom * 10, None, frame, True,
            absolutes, fixed, [], *self.first_styles,
        )[0]  # fmt: skip
        made = _LaidOut(laid, absolutes, fixed)
        if foot and not made.box.margin_top:
            white = made.box.margin_bottom
            made.box.translate(0, white)
            made.box.position_y -= white
            made.box.margin_top, made.box.margin_bottom = white, 0
        # One that calls a footnote has to be laid out again, or its note would be lost.
        made.kept = not any(box.footnote for box in made.box.descendants())
        return made

    def _called(self) -> float:
        """Height of the footnotes that this box has called on this page so far."""
        return self._notes() - self.notes

    def _notes(self) -> float:
        area = self.context.current_footnote_area
        return 0.0 if is_auto(area.height) else float(area.margin_height())

    def drop(self, filled: _ColumnRow) -> None:
        for part in (part for column in filled.columns for part in column.parts()):
            self.drop_part(part)

    def drop_part(self, part: _LaidOut) -> None:
        """Take back what a layout that is not used has left in the context."""
        if part.kept:
            return
        block.remove_placeholders(self.context, [part.box], part.absolutes, part.fixed)


class _BetweenSpans:
    """Children of the box between two blocks that span, to be set in columns."""

    def __init__(self, page: _Page, start: int, end: int, y: float, empty: bool) -> None:
        self.page = page
        self.frame = page.frame
        self.y = y
        self.empty = empty
        self.text = _between(page.content.text, start, end)
        self.figures = _between(page.content.figures, start, end)
        self.lenient = False  # whether figures may stand above the headings of their sections
        self.late: int | None = None  # a float that comes to the head of the first column
        self.above = False  # so far, and whether one did not, that would have
        self.refused = False

    def fill(
        self, skip: Skip, waiting: tuple[int, ...], height: float, *, all_ends: bool = False
    ) -> _ColumnRow:
        """Columns of *height*, one after the other; on an empty page something is set.

        A figure stands below the heading of its section, unless all can stand on this page
        otherwise, or it would be left for a page that has no text any more.

        Args:
            all_ends: as in `fill_with`.
        """
        self.above, self.refused = self.lenient, False
        filled = self._filled(skip, waiting, height, all_ends=all_ends)
        if not filled.waiting or not self.refused:
            return filled
        area = self._area(filled) if filled.resume is None else 0.0
        self.page.drop(filled)
        self.above = True
        filled = self._filled(skip, waiting, height, all_ends=all_ends)
        if filled.whole or (filled.resume is None and self._area(filled) < area):
            return filled
        self.page.drop(filled)
        self.above = False
        return self._filled(skip, waiting, height, all_ends=all_ends)

    def _filled(
        self, skip: Skip, waiting: tuple[int, ...], height: float, *, all_ends: bool
    ) -> _ColumnRow:
        """Figures over several columns have their places before any text is set: those that this
        page mentions are looked for one by one, and the page set again with each.
        """

        def tried(seats: tuple[_Seat, ...]) -> _ColumnRow:
            return self.fill_with(
                seats, skip, waiting, height, compelled=self.empty, all_ends=all_ends
            )

        most = height if all_ends else self.most(height, waiting)
        seats: tuple[_Seat, ...] = ()
        filled = tried(seats)
        refused = set[int]()
        while late := [i for i in filled.waiting if self.across(i) > 1 and i not in refused]:
            refused.add(late[0])
            for seat in self._free_seats(late[0], seats, most):
                self.page.drop(filled)
                again = tried((*seats, seat))
                # None that waits since the page before gives way, nor one that has its seat.
                kept = {*waiting, *(other.figure for other in seats)}.difference(filled.waiting)
                lost = {late[0], *kept}.intersection(again.waiting)
                if not lost and self._area(again) < self._area(filled):
                    filled, seats = again, (*seats, seat)
                    break
                self.page.drop(again)
                filled = tried(seats)
        return filled

    def fill_with(
        self,
        seats: tuple[_Seat, ...],
        skip: Skip,
        waiting: tuple[int, ...],
        height: float,
        *,
        alone: float = inf,
        compelled: bool = False,
        all_ends: bool = False,
    ) -> _ColumnRow:
        """Columns of *height* around figures that have their seats.

        Args:
            alone: of columns that have no figure, if they are to be less high.
            compelled: whether something is set that does not fit.
            all_ends: whether these columns are of use only if all text ends in them: then the
                figures need leave no room for more.
        """
        most = height if all_ends else self.most(height, waiting)
        filling = _Filling(self, seats, height, most, alone=alone, compelled=compelled)
        return filling.fill(skip, waiting)

    def _free_seats(self, index: int, taken: Sequence[_Seat], most: float) -> Iterator[_Seat]:
        """Corners of the columns, the best first: text should begin at the left of the head."""
        across = self.across(index)
        right = self.frame.count - across
        corners = [(right, False), (0, True), (right, True), (0, False)]
        if place_of(self.page.box.children[index]) == "foot":
            corners.sort(key=lambda corner: not corner[1])
        for column, foot in dict.fromkeys(corners):
            beside = [other for other in taken if self._meet(column, across, other)]
            full = sum(self._height(i) for i in (index, *(other.figure for other in beside)))
            if not any(other.foot == foot for other in beside) and full <= most + _NEAR:
                yield _Seat(index, column, foot)

    def _height(self, index: int) -> float:
        height, white = self.page.size(index)
        return height - white

    def _area(self, filled: _ColumnRow) -> float:
        """Of the figures that found no place, in px of a column."""
        return sum(self._height(index) * self.across(index) for index in filled.waiting)

    def most(self, height: float, waiting: Sequence[int]) -> float:
        """Of columns of *height*, what figures may take while there is text."""
        least = CROWDED if waiting else LEAST
        return max(height * MOST, height - least * self.frame.pitch)

    def _meet(self, column: int, across: int, other: _Seat) -> bool:
        return column < other.column + self.across(other.figure) and other.column < column + across

    def across(self, index: int) -> int:
        return self.page.across(index)

    def begin(self, skip: Skip) -> At:
        """Where *skip* is in the text alone."""
        if skip is None:
            return 0, None
        ((child, inner),) = skip.items()
        if inner == _ENDED:
            return len(self.text), None
        return bisect_left(self.text, child), inner if _is_among(child, self.text) else None

    def may_stand(self, index: int, at: At) -> bool:
        """Whether the heading of a figure's section, if it has one here, is set before *at*."""
        place = bisect_left(self.text, index) - 1
        while place >= 0 and not _holds_on(self.page.box.children[self.text[place]]):
            place -= 1
        if place < at[0] or self.above:
            return True
        self.refused = True
        return False

    def mentioned(self, at: At) -> list[int]:
        """Figures that stand before *at* in the manuscript."""
        if at[0] >= len(self.text):
            return self.figures
        return self.figures[: bisect_left(self.figures, self.text[at[0]])]


class _Filling:
    """One try at columns of one height."""

    def __init__(
        self,
        stretch: _BetweenSpans,
        seats: tuple[_Seat, ...],
        height: float,
        most: float,
        *,
        alone: float,
        compelled: bool,
    ) -> None:
        self.stretch = stretch
        self.page = stretch.page
        self.frame = stretch.frame
        self.height = height
        self.most = most  # of it that figures may take
        self.alone = alone
        self.compelled = compelled
        self.columns = tuple(_Column() for _ in range(self.frame.count))
        self.next_page: NextPage = {"break": "any", "page": None}
        # Column → the place in the text of a float that its foot has no room for; and the index of
        # the one that comes to its head.
        self.left_out: dict[int, int] = {}
        self.arriving = {} if stretch.late is None else {0: stretch.late}
        self.seats = tuple(seat for seat in seats if self._take(seat))

    def fill(self, skip: Skip, waiting: tuple[int, ...]) -> _ColumnRow:
        seated = {seat.figure for seat in self.seats}
        queue = [index for index in waiting if index not in seated]
        at = self.stretch.begin(skip)
        seen = {*seated, *waiting, *(self.stretch.mentioned(at) if skip else ())}
        if self._ended(at):  # nothing but figures
            queue.extend(index for index in self.stretch.mentioned(at) if index not in seen)
        begins = [at]  # where the text of each column does, and of what comes after them
        for number in range(self.frame.count):
            self._seat(queue, number, at)
            if self._ended(at):
                begins.append(at)
                continue
            begun, at = at, self._set_text(number, at)
            called = [index for index in self.stretch.mentioned(at) if index not in seen]
            if called and (number or skip) and self._may_rise(called[0], number):
                moved = self._raised(called[0], number, begun)
                if moved is not None:
                    at = moved
                    seen.add(called[0])
                    called = [i for i in self.stretch.mentioned(at) if i not in seen]
            queue.extend(called)
            seen.update(called)
            begins.append(at)
        if self._ended(at):
            self._seat_below(queue)
        # A figure that came before its mention is a page too early, or before its heading.
        early = seated - {*waiting, *self.stretch.mentioned(at)}
        early |= {
            seat.figure
            for seat in self.seats
            if not self.stretch.may_stand(seat.figure, begins[seat.column + seat.foot])
        }
        pitch, feet = self.frame.pitch, any(column.foot for column in self.columns)
        low = max(column.filled for column in self.columns)
        low = min(ceil(low / pitch - _NEAR) * pitch, max(low, self.height))
        return _ColumnRow(
            self.columns,
            self.seats,
            None if self._ended(at) else {self.stretch.text[at[0]]: at[1]},
            (*queue, *early),
            self.arriving.get(self.frame.count),
            self._whole_lines if feet and low < self._whole_lines else low,
            self.next_page,
        )

    def _take(self, seat: _Seat) -> bool:
        """Put a figure over several columns in its seat, if that leaves room for text."""
        across = self.stretch.across(seat.figure)
        columns = self.columns[seat.column : seat.column + across]
        column = columns[0]
        y = self.stretch.y + column.head
        figure = self.page.figure(seat.figure, seat.column, y, foot=seat.foot)
        taken = figure.height - _white_below(figure)
        if any(c.head + c.foot + taken > self.most + _NEAR for c in columns):
            self.page.drop_part(figure)
            return False
        (column.feet if seat.foot else column.heads).append(figure)
        for covered in columns[1:]:
            covered.covered += 0 if seat.foot else figure.height
            covered.covered_foot += figure.height if seat.foot else 0
        return True

    @property
    def _whole_lines(self) -> float:
        if self.height == inf:
            return inf
        return floor(self.height / self.frame.pitch + _NEAR) * self.frame.pitch

    def _ended(self, at: At) -> bool:
        return at[0] >= len(self.stretch.text)

    def _set_text(self, number: int, at: At) -> At:
        """Text from *at* between the figures of a column; and where it goes on.

        A float that the foot has no room for comes to the next head, and text goes on below.
        """
        self.left_out.pop(number, None)
        self.arriving.pop(number + 1, None)
        end = self._flow(number, at)
        if not self._may_wait(number, at, end):
            return end
        self._drop_text(self.columns[number])
        self.left_out[number] = end[0]
        later = self._flow(number, at)
        if not self._ended(later):
            self.arriving[number + 1] = self.stretch.text[end[0]]
            return later
        self._drop_text(self.columns[number])
        del self.left_out[number]
        return self._flow(number, at)

    def _may_wait(self, number: int, at: At, end: At) -> bool:
        """Whether a column has ended before a float."""
        if self._ended(end) or end[1] or end[0] == at[0]:
            return False
        return bool(self.page.box.children[self.stretch.text[end[0]]].is_floated())

    def _flow(self, number: int, at: At) -> At:
        column, page = self.columns[number], self.page
        y = self.stretch.y
        out = self.left_out.get(number, len(self.stretch.text))
        text = [index for place, index in enumerate(self.stretch.text) if place != out]
        box = page.column_box(number, y + column.head)
        box.children = _Copies(page.box.children, text, range(len(text)), {})
        if at[1] is None:
            # White above the first block falls away at the column's head.
            first = box.children[at[0]]
            resolve_percentages(first, box)
            box.position_y -= max(0.0, _number(first.margin_top))
        # White below the last block falls away at the column's foot, and needs no room there.
        box.bottom_margin_collapses = lambda: True
        height = self.height if column.figures else min(self.height, self.alone)
        bottom = y + (self._whole_lines - column.foot if column.foot else height)
        column.top = y + column.head
        absolutes: list[EngineBox] = []
        fixed: list[EngineBox] = []
        laid: EngineBox | None
        arrived = [
            self._at_head(box, self.arriving[n], column.top, absolutes, fixed)
            for n in self.arriving
            if n == number
        ]
        laid, resume, self.next_page, _, _, _ = block.block_box_layout(
            page.context, box, page.context.page_bottom - bottom,
            None if at == (0, None) else {at[0]: at[1]}, page.containing_block,
            self.compelled and not column.head + column.foot, absolutes, fixed, [],
            *page.first_styles, discard=False, max_lines=None,
        )  # fmt: skip
        if laid is None and arrived:
            laid, resume, box.children, box.height = box, {at[0]: at[1]}, [], 0.0
        if laid is None:
            column.text = None
            return at
        laid.children = [*laid.children, *arrived]
        column.text = _LaidOut(laid, absolutes, fixed)
        if resume is None:
            return len(self.stretch.text), None
        ((block_number, inner),) = resume.items()
        return block_number + (block_number >= out), inner

    def _at_head(
        self,
        column: EngineBox,
        index: int,
        y: float,
        absolutes: list[EngineBox],
        fixed: list[EngineBox],
    ) -> EngineBox:
        """A float, laid out before the text of *column*."""
        context: Any = self.page.context
        float_ = self.page.box.children[index].copy()
        float_.position_x, float_.position_y = column.content_box_x(), y
        context.create_block_formatting_context(column)
        laid, _ = float_layout(context, float_, column, absolutes, fixed, 0.0, None)
        # What floats is known to the column, which is about to be begun.
        context._excluded_shapes_root_boxes.pop()
        return laid  # type: ignore[no-any-return]

    # --- figures ----------------------------------------------------------------------------

    def _seat(self, queue: list[int], number: int, at: At) -> None:
        """Waiting figures of one column at the head of column *number*: as many as leave room."""
        column, page = self.columns[number], self.page
        most = self.height if self._ended(at) else self.most
        for index in tuple(queue):
            alone = self._last_hope(index, number)
            if not alone and self.stretch.across(index) > 1:
                continue
            height, white = page.size(index)
            if column.head + column.foot + height - white > most + _NEAR and not alone:
                return
            figure = page.figure(index, number, self.stretch.y + column.head)
            queue.remove(index)
            column.heads.append(figure)
            for covered in self.columns[number + 1 : number + self.stretch.across(index)]:
                covered.covered += figure.height

    def _last_hope(self, index: int, number: int) -> bool:
        """Whether a figure that is too high for any place has to stand here, at a page's head."""
        columns = self.columns[: self.stretch.across(index)]
        return self.compelled and not number and not any(c.head + c.foot for c in columns)

    def _may_rise(self, index: int, number: int) -> bool:
        return self.stretch.across(index) == 1 and not self.columns[number].covered

    def _raised(self, index: int, number: int, begun: At) -> At | None:
        """The column set again with the figure at its head or foot, if it still mentions it.

        Otherwise the column is as it was.
        """
        column, page = self.columns[number], self.page
        foot = place_of(page.box.children[index]) == "foot"
        if not foot and not self.stretch.may_stand(index, begun):
            return None
        seats = column.feet if foot else column.heads
        figure = page.figure(index, number, self.stretch.y + column.head, foot=foot)
        seats.append(figure)
        if column.head + column.foot <= self.most:
            # First the old lines go: a footnote that they hold could not be set again.
            self._drop_text(column)
            at = self._set_text(number, begun)
            if index in self.stretch.mentioned(at):
                return at
            self._drop_text(column)
        seats.remove(figure)
        page.drop_part(figure)
        if column.text is None:
            self._set_text(number, begun)
        return None

    def _drop_text(self, column: _Column) -> None:
        if column.text is not None:
            self.page.drop_part(column.text)
            column.text = None

    def _seat_below(self, queue: list[int]) -> None:
        """Figures that are left when all text is set: below it, in the last column with room."""
        room = [self._whole_lines + _NEAR - column.filled for column in self.columns]
        for index in [i for i in queue if self.stretch.across(i) == 1]:
            height, _ = self.page.size(index, foot=True)
            for number in reversed(range(self.frame.count)):
                if height <= room[number]:
                    figure = self.page.figure(index, number, self.stretch.y, foot=True)
                    self.columns[number].feet.append(figure)
                    room[number] -= height
                    queue.remove(index)
                    break


def _depths(filled: _ColumnRow) -> list[float]:
    """How far down each column goes that has text, px: figures at its foot stand on it.

    To the foot of what is seen: the engine draws out a block that is parted to the column's end.
    """
    return [
        filled.used
        if c.foot
        else max(map(_foot_seen, _seen(c.text.box)), default=c.top) - c.top + c.head
        for c in filled.columns
        if c.text is not None
    ]


def _paired(box: EngineBox) -> tuple[Sequence[Style], Sequence[Style]]:
    """Styles that ask for two lines at a foot: of others, and of what is right below a heading."""
    inside = [b for b in (box, *box.descendants()) if b.style["orphans"] == 2]
    below: dict[int, Style] = {}
    for headed in _headed((box, *box.descendants())):
        if headed.style["orphans"] == 2:
            headed.style = headed.style.copy()  # elements alike share one
            below[id(headed.style)] = headed.style
    others = {id(b.style): b.style for b in inside if id(b.style) not in below}
    return tuple(others.values()), tuple(below.values())


def _headed(inside: Sequence[EngineBox]) -> Iterator[EngineBox]:
    """Of all these boxes those that come right after their heading."""
    for parent in inside:
        for before, after in pairwise(getattr(parent, "children", ())):
            if _holds_on(before):
                yield after


def _seen(box: EngineBox) -> Iterator[EngineBox]:
    """Lines and pictures."""
    for child in box.children:
        if isinstance(child, boxes.LineBox | boxes.ReplacedBox):
            yield child
        elif isinstance(child, boxes.ParentBox) and child.is_in_normal_flow():
            yield from _seen(child)


def _foot_seen(box: EngineBox) -> float:
    return float(box.position_y + box.margin_height())


def _ends_at(filled: _ColumnRow, depth: float) -> bool:
    """Whether all columns end there."""
    return all(abs(own - depth) < 1 for own in _depths(filled))


def _is_level(filled: _ColumnRow) -> bool:
    depths = _depths(filled)
    return not depths or max(depths) - min(depths) < 1


def _foot_of(box: EngineBox) -> float:
    """Where a block ends in the flow, without the white below it."""
    moved = 0.0
    if box.style["position"] == "relative":
        moved = box.top if not is_auto(box.top) else 0.0 if is_auto(box.bottom) else -box.bottom
    return float(box.border_box_y() + box.border_height() - moved)


def _differs(box: EngineBox) -> bool:
    """Whether *box* is generated, of what may be another on another page or in another layout."""
    if "::" not in str(box.element_tag):
        return False
    content = box.style["content"]
    return not isinstance(content, str) and any(map(_is_of_pages, content))


def _is_of_pages(part: tuple[str, Any]) -> bool:
    """A page's number, that of another element, or words from other places."""
    kind, what = part
    if kind in {"counter()", "counters()"}:
        return what[0] in {"page", "pages"}
    return kind not in {"string", "attr()", "quote", "url"}


def _number(used: object) -> float:
    """A used value in px; `auto` margins of blocks are none."""
    return float(used) if isinstance(used, int | float) else 0.0


def _white_below(figure: _LaidOut) -> float:
    return float(figure.box.margin_bottom)
