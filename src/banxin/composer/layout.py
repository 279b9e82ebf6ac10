"""Lines as the engine's boxes: takes the place of its `get_next_linebox`.

The engine breaks a line by laying out inline boxes until one does not fit. Here the end of the
line is known beforehand, so the boxes are made once, and remembered for the second layout that
columns, footnotes and page counters ask for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, NamedTuple, TypeVar

from banxin.engine import shapes
from banxin.engine.boxes import (
    Context,
    EngineBox,
    InlineBox,
    LineContainer,
    Skip,
    Style,
    TextBox,
    is_auto,
    is_text,
)
from banxin.engine.hooks import ORIGINAL

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, preferred
from weasyprint.layout.absolute import AbsolutePlaceholder, absolute_layout
from weasyprint.layout.float import float_layout
from weasyprint.layout.leader import leader_index
from weasyprint.layout.percent import resolve_percentages
from weasyprint.layout.table import find_in_flow_baseline
from weasyprint.text import line_break

from banxin.composer import breaking, paragraph
from banxin.composer.drawing import ComposedLayout
from banxin.composer.paragraph import (
    MIDDLE,
    Branch,
    ComposedLine,
    Leaf,
    ReadingBox,
    RubyReading,
    ShapedParagraph,
)
from banxin.composer.shaping import Unshapeable, metrics
from banxin.composer.spacing import Line, line, width_of

# Elements nested farther down keep their text and lose their box: the engine's own walks through
# a line take time in proportion to the square of its depth.
_DEEPEST: Final = 60
READING_ABOVE: Final = 0.05  # em of the base, between its em box and the reading's
_ENDLESS: Final = 1e5  # px
_AROUND: Final = 1 / 8  # em above and below characters that Western letters and accents take
_TRIES: Final = 5  # beside floats a line that came out higher is set again


@dataclass(slots=True)
class LeftToEngine:
    """Paragraphs left to the engine: what they hold → how many."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, why: str) -> None:
        if why:
            self.counts[why] = self.counts.get(why, 0) + 1


@dataclass(slots=True)
class Switch:
    """Whether the composer is on, and what it has left alone since.

    `generated`: how often the engine has made generated text, which may replace a paragraph's.
    """

    on: bool = False
    left: LeftToEngine = field(default_factory=LeftToEngine)
    generated: int = 0


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Stands for the container of a line box that is only measured."""

    style: Style
    width: float = 0.0


SWITCH: Final = Switch()


def paragraph_of(
    context: Context, line_box: ComposedLine, containing_block: LineContainer
) -> ShapedParagraph | None:
    """The paragraph of *line_box*, remembered in it; None if the engine has to set it."""
    known: ShapedParagraph | str | None = line_box.__dict__.get("banxin_paragraph")
    if isinstance(known, str):
        return None
    if known is not None and _is_current(known, line_box, containing_block):
        return known
    try:
        if containing_block.style["text_overflow"] == "ellipsis":
            raise Unshapeable("text-overflow: ellipsis")
        if line_box.style["block_ellipsis"] != "none":
            raise Unshapeable("block-ellipsis")
        made = paragraph.build(context, line_box, containing_block)
    except Unshapeable as why:
        SWITCH.left.add(str(why))
        line_box.banxin_paragraph = "the engine's"
        return None
    line_box.banxin_paragraph = made
    return made


def _is_current(
    p: ShapedParagraph, line_box: ComposedLine, containing_block: LineContainer
) -> bool:
    """Generated text is replaced between layouts, page numbers of references for one."""
    if p.width is not None and p.width != containing_block.width:
        return False
    if p.plain:
        leaf = p.leaves[0]
        return bool(line_box.children) and line_box.children[0] is leaf.box
    children = line_box.children
    seen: tuple[int, ShapedParagraph | None] = line_box.__dict__.get("banxin_seen", (-1, None))
    if seen == (SWITCH.generated, p) and p.boxes is children:
        return True  # a long paragraph is asked for each of its lines
    if p.boxes is not children:  # the engine makes them anew, it does not change them
        if len(children) != len(p.tree.children):
            return False
        if not all(node.box is box for node, box in zip(p.tree.children, children, strict=True)):
            return False
        p.boxes = children
    if not all(_same(branch, branch.box) for branch in p.generated):
        return False
    line_box.banxin_seen = SWITCH.generated, p
    return True


def content_to_boxes(*asked: Any, **more: Any) -> Any:
    """The engine's, which makes all generated text: first, and again when it has changed."""
    SWITCH.generated += 1
    return ORIGINAL["content_to_boxes"](*asked, **more)


def _same(node: Branch | Leaf, box: EngineBox) -> bool:
    """Whether *box* still holds what was read from it."""
    if node.box is not box:
        return False
    if isinstance(node, Leaf) or not isinstance(box, boxes.InlineBox):
        return True
    if len(node.children) != len(box.children):
        return False
    return all(map(_same, node.children, box.children))


# --- the hook -------------------------------------------------------------------------------


class _AskedOfLine(NamedTuple):
    """What the engine asks besides context and box, under its own names."""

    position_y: float
    bottom_space: float
    skip_stack: Skip
    containing_block: EngineBox
    absolute_boxes: list[EngineBox]
    fixed_boxes: list[EngineBox]
    first_letter_style: Style | None
    first_line_style: Style | None


def get_next_linebox(
    context: Context, linebox: ComposedLine, *asked: Any, **named: Any
) -> tuple[ComposedLine | None, Skip]:
    (
        position_y, bottom_space, skip_stack, containing_block, absolutes, fixed,
        first_letter, first_line,
    ) = _AskedOfLine(*asked, **named) if named else asked  # fmt: skip
    p = None
    if SWITCH.on:
        if first_line:
            linebox.banxin_paragraph = "the engine's"
            SWITCH.left.add("::first-line")
        else:
            skip_stack = inline.first_letter_to_box(linebox, skip_stack, first_letter)
            first_letter = None  # boxed once is enough
        p = paragraph_of(context, linebox, containing_block)
    if p is None:
        return ORIGINAL["get_next_linebox"](  # type: ignore[no-any-return]
            context, linebox, position_y, bottom_space, skip_stack, containing_block,
            absolutes, fixed, first_letter, first_line,
        )  # fmt: skip
    start = p.at(skip_stack)
    while start < p.length and p.text[start] == " ":
        start += 1
    if start >= p.length:
        return None, None
    setter = _LineSetter(context, p, linebox, containing_block, bottom_space)
    if p.setting.vertical:
        x = containing_block.content_box_x()
        made = setter.columns(x, position_y)
        absolutes.extend(setter.absolutes)
        fixed.extend(setter.fixed)
        setter._finish(made, position_y)
        return made, None
    floated = setter.floats([b for b in p.floats if b.start == start], position_y)
    if context.excluded_shapes:
        made, following = setter.beside_floats(start, position_y)
    else:
        x, width = containing_block.content_box_x(), containing_block.width
        linebox.position_x, linebox.position_y = x, position_y
        made, following = setter.line(start, x, position_y, width, (width,))
    passed = [b for b in p.floats if start < b.start < following]
    if following == p.length:
        passed += [b for b in p.floats if start < b.start == following]
    made.children += floated + setter.floats(passed, made.position_y + made.height)
    absolutes.extend(setter.absolutes)
    fixed.extend(setter.fixed)
    return made, p.stack_at(following)


@dataclass(slots=True)
class _LineSetter:
    """Sets one line."""

    context: Context
    p: ShapedParagraph
    line_box: ComposedLine
    containing_block: EngineBox
    bottom_space: float
    absolutes: list[EngineBox] = field(default_factory=list)
    fixed: list[EngineBox] = field(default_factory=list)
    placeholders: list[EngineBox] = field(default_factory=list)
    anchored: list[tuple[EngineBox, list[EngineBox]]] = field(default_factory=list)
    readings: list[tuple[InlineBox, int, ReadingBox, float]] = field(default_factory=list)
    once: bool = False

    def line(
        self, start: int, x: float, y: float, width: float, rest: breaking.Widths
    ) -> tuple[ComposedLine, int]:
        """The line from *start* at *x*, *y*, as wide as *width*; and where the next begins.

        Args:
            rest: how wide those after it will be.
        """
        indent = self.line_box.text_indent
        key = (start, width, indent, rest)
        known = self.p.built.get(key)
        if known is None:
            laid = self._laid(start, width, rest, indent)
            if self.p.pattern is not None:  # no dearer than the copy of one that is remembered
                return _like(self.p.pattern, self.p, laid, width, indent, x, y), laid.following
            made = self._boxes(laid, width, indent)
            if self.once or not _copies(made):
                made.translate(x, y)
                self._finish(made, y)
                return made, laid.following
            known = self.p.built[key] = _copy(made, self.p, None, 0.0, 0.0), laid.following
        return _copy(known[0], None, self.p, x, y), known[1]

    def _laid(self, start: int, width: float, rest: breaking.Widths, indent: float) -> Line:
        available = width - indent
        following = breaking.next_line(self.p, start, available, rest)
        return line(self.p, start, following, available, justify=self.p.justified)

    def beside_floats(self, start: int, y: float) -> tuple[ComposedLine, int]:
        box, p = self.line_box, self.p
        following = next(i for i in range(start + 1, p.length + 1) if p.ends_freely(i))
        box.width = breaking.natural_width(p, start, following) + box.text_indent
        box.height = metrics(box.style).strut[0]
        for _ in range(_TRIES):
            box.position_y = y
            x, y, width = self._room(box)
            rest = tuple(self._below(y + box.height))
            made, following = self.line(start, x, y, width, rest)
            if made.height <= box.height + 1e-6:
                break
            box.height = made.height
        return made, following

    def _room(self, box: ComposedLine) -> tuple[float, float, float]:
        """Where a line of that size may stand: x, y, and how wide."""
        if not shapes.are_there(self.context):
            return inline.avoid_collisions(  # type: ignore[no-any-return]
                self.context, box, self.containing_block, outer=False
            )
        return shapes.beside(self.context, box, self.containing_block, _stance(self.p, box))

    def _below(self, y: float) -> Iterator[float]:
        """How wide the lines from *y* on will be: the next, and all beside shapes."""
        box = self.line_box.copy()
        box.position_y, box.text_indent = y, 0.0
        _, y, width = self._room(box)
        yield width
        foot = shapes.foot(self.context)
        for _ in range(shapes.MOST_TRIED):
            y += box.height
            if y >= foot:
                break
            box.position_y = y
            _, y, width = self._room(box)
            yield width
        if foot > -inf:
            yield self.containing_block.width

    def floats(self, branches: list[Branch], y: float) -> list[EngineBox]:
        """What floats beside the lines from *y* on."""
        made = []
        for branch in branches:
            box = branch.box.copy()
            box.position_x, box.position_y = self.containing_block.content_box_x(), y
            laid, rest = float_layout(
                self.context, box, self.containing_block, self.absolutes, self.fixed,
                self.bottom_space, skip_stack=None,
            )  # fmt: skip
            if rest:
                self.context.add_broken_out_of_flow(laid, branch.box, self.containing_block, rest)
            made.append(laid)
        return made

    def columns(self, x: float, y: float) -> ComposedLine:
        """The whole paragraph, its characters below each other, columns from right to left."""
        p, block = self.p, self.containing_block
        pitch = metrics(p.style).strut[0]
        page = self.context.page_bottom - self.bottom_space
        height = _given_height(block.height, block.max_height, page - y)
        lines = _column_lines(p, height, self.line_box.text_indent)
        if len(lines) * pitch > block.width and is_auto(block.height):
            # Rather a page of its own: what is too high moves on.
            height = _given_height(block.height, block.max_height, page)
            lines = _column_lines(p, height, self.line_box.text_indent)
        made = self._empty()
        made.width = pitch * len(lines)
        right = x + (made.width if block.style["width"] == "auto" else block.width)
        made.position_x, made.position_y = right - made.width, y
        made.height = 0.0
        for number, (laid, indent) in enumerate(lines):
            column = self._column(laid, indent, height)
            for child in column.children:
                _stand(child, right - pitch * (number + 0.5), y)
            made.children += column.children
            made.height = max(made.height, column.width)
        made.baseline = made.height
        made.margin_top = made.margin_bottom = 0
        made.banxin_upright = True
        return made

    def _column(self, laid: Line, indent: float, height: float) -> ComposedLine:
        """A column as if it lay, with the readings among its text."""
        made = self._empty()
        made.position_x = made.position_y = 0.0
        made.width = self._fill(made, self.p.tree, laid, indent, self.absolutes)
        for into, index, reading, _ in reversed(self.readings):
            em = into.style["font_size"]
            reading.banxin_beside = (0.5 + READING_ABOVE) * em + reading.style["font_size"] / 2
            into.children.insert(index, reading)
        self.readings.clear()
        last = laid.following == self.p.length or self.p.text[laid.following - 1] == "\n"
        aside = _aside(made, height, last)
        for child in made.children:
            child.translate(aside, 0)
        made.width += aside
        return made

    # --- boxes --------------------------------------------------------------------------

    def _empty(self) -> ComposedLine:
        """A line box without children, and without what the whole paragraph's remembers."""
        made = self.line_box.copy()
        made.__dict__.pop("banxin_paragraph", None)
        made.__dict__.pop("banxin_seen", None)
        made.remove_decoration_sides = set()
        made.children = []
        return made

    def _boxes(self, laid: Line, width: float, indent: float) -> ComposedLine:
        """The line with its first character's corner at 0, 0."""
        made = self._empty()
        made.position_x = made.position_y = 0.0
        x = self._fill(made, self.p.tree, laid, indent, self.absolutes)
        made.width = x
        if self.p.leads:
            _lead(made, width)
        inline._adjust_line_height(made)
        bottom, top = inline.line_box_verticality(made)
        made.baseline = -top
        made.height = bottom - top
        made.margin_top = made.margin_bottom = 0
        self._place_readings()
        made.translate(0, -top)
        made.position_y = 0.0
        made.banxin_line = laid
        last = laid.following == self.p.length or self.p.text[laid.following - 1] == "\n"
        made.banxin_meant = last and self.p.fills_last
        made.translate(_aside(made, width, last), 0)
        if self.p.plain and made.children:
            self.p.pattern = _copy(made, self.p, None, 0.0, 0.0)
        return made

    def _fill(
        self, into: InlineBox, node: Branch, laid: Line, x: float, absolutes: list[EngineBox]
    ) -> float:
        """Put what the line holds of *node* into the box *into*. Returns the new x."""
        first = bisect_left(node.children, laid.start, key=lambda child: child.end)
        for child in node.children[first:]:
            if child.start > laid.following:
                break
            if child.start == child.end:
                if isinstance(child, Branch) and child.reading is not None:
                    self._read(into, child.reading, laid, x)
                    continue
                at_end = laid.following == self.p.length == child.start
                if laid.start <= child.start < laid.following or at_end:
                    x = self._nothing(into, child, laid, x, absolutes)
            elif child.start < laid.end and child.end > laid.start:
                x = self._something(into, child, laid, x, absolutes)
        return x

    def _something(
        self,
        into: InlineBox,
        child: Branch | Leaf,
        laid: Line,
        x: float,
        absolutes: list[EngineBox],
    ) -> float:
        if isinstance(child, Leaf):
            a, b = max(child.start, laid.start), min(child.end, laid.end)
            if not self.p.text[a:b].strip("\n"):
                return x
            root = isinstance(into, boxes.LineBox)
            for start, end, foreign in _pieces(self.p.foreign, a, b):
                text = _text_box(self.p, child, laid, start, end, root=root)
                text.position_x, text.position_y = x, 0.0
                if foreign:
                    text.position_x += laid.lead if start == laid.start else 0.0
                    text.pango_layout = _engines_layout(text, self.context)
                into.children.append(text)
                x += text.width
            return x
        if child.inline is not None:
            if child.depth > _DEEPEST:
                return self._fill(into, child, laid, x, absolutes)
            return self._inline(into, child, child.inline, laid, x, absolutes)
        resolve_percentages(child.box, self.containing_block)
        box = inline.atomic_box(
            self.context, child.box, x, None, self.containing_block, absolutes, self.fixed
        )
        box.position_x, box.position_y = x, 0.0
        if child.box.element_tag == "ruby":  # with more in it than text
            box.baseline = find_in_flow_baseline(box) or box.baseline
        into.children.append(box)
        return x + width_of(self.p, laid, child.start, child.end)

    def _inline(
        self,
        into: InlineBox,
        child: Branch,
        around: InlineBox,
        laid: Line,
        x: float,
        absolutes: list[EngineBox],
    ) -> float:
        box = around.copy_with_children([])
        box.remove_decoration_sides = set()
        begins, ends = child.start >= laid.start, child.end <= laid.following
        box.remove_decoration(start=not begins, end=not ends)
        box.position_x, box.position_y = x, 0.0
        own = absolutes
        if box.style["position"] == "relative":
            own = []
            self.anchored.append((box, own))
        left = box.margin_left + box.padding_left + box.border_left_width
        end = self._fill(box, child, laid, x + left, own)
        box.width = end - x - left
        _em_box(box, self.p)
        into.children.append(box)
        return float(end + box.margin_right + box.padding_right + box.border_right_width)

    def _nothing(
        self,
        into: InlineBox,
        child: Branch | Leaf,
        laid: Line,
        x: float,
        absolutes: list[EngineBox],
    ) -> float:
        """Boxes without characters: empty elements, and what is taken out of the flow here."""
        box = child.box
        if isinstance(child, Leaf):
            return x
        if box.is_floated():
            return x
        if child.inline is not None:
            return self._inline(into, child, child.inline, laid, x, absolutes)
        if box.is_running() or box.is_note():
            self.context.add_running_element(box)
            self.once = True
            return x
        box.position_x, box.position_y = x, 0.0
        placeholder = AbsolutePlaceholder(box)
        self.placeholders.append(placeholder)
        into.children.append(placeholder)
        (absolutes if box.style["position"] == "absolute" else self.fixed).append(placeholder)
        return x

    def _read(self, into: InlineBox, reading: RubyReading, laid: Line, x: float) -> None:
        """Note the line of a reading whose base ends at *x*: it comes into *into* when that stands
        where it will.
        """
        p = self.p
        if not laid.start <= reading.start < laid.end:
            return
        last = reading.end - 1
        after = p.gaps[last] + (laid.more if p.kinds[last] else 0.0) + laid.single.get(last, 0.0)
        lead = laid.lead if reading.start == laid.start else 0.0
        base = width_of(p, laid, reading.start, reading.end) - lead - after
        own = reading.paragraph
        setter = _LineSetter(self.context, own, self.line_box, self.containing_block, 0.0)
        whole = line(own, 0, own.length, reading.width, justify=False)
        made = reading.box.copy_with_children([])
        made.remove_decoration_sides = set()
        made.width = setter._fill(made, own.tree, whole, 0.0, self.absolutes)
        made.position_x = made.position_y = 0.0
        made.height, made.baseline = _em(own, own.style)
        made.translate(x - after - (base + made.width) / 2, 0.0)
        base_style = into.style
        _, ascent = _em(p, base_style)
        above = ascent + READING_ABOVE * base_style["font_size"] + made.height - made.baseline
        self.readings.append((into, len(into.children), made, above))

    def _place_readings(self) -> None:
        """Above their bases, now that these stand on their line: so they do not move it."""
        for into, index, made, above in reversed(self.readings):
            baseline = into.position_y + into.baseline - above
            inline.line_box_verticality(made)
            made.translate(0, baseline)
            into.children.insert(index, made)
        self.readings.clear()

    def _finish(self, made: EngineBox, y: float) -> None:
        """Static positions, and boxes placed against an inline element."""
        for placeholder in self.placeholders:
            if "inline" in placeholder.style.specified["display"]:
                placeholder.translate(0, y - placeholder.position_y)
            else:
                placeholder.translate(
                    made.position_x - placeholder.position_x,
                    y + made.height - placeholder.position_y,
                )
        for box, absolutes in self.anchored:
            for placeholder in absolutes:
                absolute_layout(
                    self.context, placeholder, box, self.fixed, self.bottom_space, skip_stack=None
                )


def _stance(p: ShapedParagraph, box: ComposedLine) -> shapes.Stance:
    """Characters keep clear of a shape, and not the white between lines, unless something stands
    there: readings, dots of emphasis, or what makes a line higher.
    """
    strut, _ = metrics(p.style).strut
    em = max(p.sizes)
    white = max((strut - em) / 2 - em * _AROUND, 0.0)
    if p.readings or box.height > strut + 1e-6 or any(map(_has_marks_above, p.leaves)):
        white = 0.0
    step = 0.0 if p.setting.western else p.style["font_size"]
    least = shapes.LEAST * p.style["font_size"] + box.text_indent
    return shapes.Stance(white, box.height - white, strut or em, least, step)


def _has_marks_above(leaf: Leaf) -> bool:
    return bool(leaf.box.style["text_emphasis_style"] != "none")


def _lead(made: ComposedLine, width: float) -> None:
    """Repeat the leader in *made* until the line is as wide as *width*; from its far edge, so that
    those of several lines stand below each other.
    """
    index, leader = leader_index(made)
    spare = width - made.width
    if index is None or spare <= 0 or not leader.children or leader.children[0].width <= 0:
        return
    (unit,) = leader.children
    first, last = leader.position_x, leader.position_x + unit.width + spare
    copies = []
    for k in range(1, int((width - first) / unit.width) + 1):
        x = width - k * unit.width
        if first <= x and x + unit.width <= last + 1e-6:
            copies.append(unit.copy())
            copies[-1].position_x = x
    leader.children = copies[::-1]
    leader.is_leader = False  # done: the engine would do it again, and not know of indents
    box = made
    box.width += spare
    while index is not None:
        here, index = index
        for child in box.children[here + 1 :]:
            child.translate(spare, 0)
        box = box.children[here]
        box.width += spare


def _like(
    pattern: ComposedLine,
    p: ShapedParagraph,
    laid: Line,
    width: float,
    indent: float,
    x: float,
    y: float,
) -> ComposedLine:
    """Another line of a paragraph that is one text: only its text and widths differ."""
    made = _copy(pattern, None, p, x, y)
    text = next(filter(is_text, made.children))
    text.text = p.text[laid.start : laid.end]
    text.width = width_of(p, laid, laid.start, laid.end)
    text.pango_layout = ComposedLayout(p, laid, laid.start, laid.end, text.style)
    made.width = text.width + indent
    made.banxin_line = laid
    last = laid.following == p.length or p.text[laid.following - 1] == "\n"
    made.banxin_meant = last and p.fills_last
    made.position_x = x + _aside(made, width, last)
    text.position_x = made.position_x + indent
    return made


def _given_height(*limits: object) -> float:
    """The least of those that are lengths."""
    return min(float(limit) for limit in limits if isinstance(limit, int | float))


def _column_lines(p: ShapedParagraph, height: float, indent: float) -> list[tuple[Line, float]]:
    """The columns of a paragraph so high, each with its indent."""
    found: list[tuple[Line, float]] = []
    start = 0
    while start < p.length:
        following = breaking.next_line(p, start, height - indent, (height,))
        laid = line(p, start, following, height - indent, justify=p.justified)
        found.append((laid, indent))
        start, indent = following, 0.0
        while start < p.length and p.text[start] == " ":
            start += 1
    return found


def _stand(box: EngineBox, centre: float, top: float) -> None:
    """Turn a box that was laid as in a line: what is right of its origin comes below *top*."""
    along = box.position_x
    if isinstance(box, boxes.TextBox):
        size = box.style["font_size"]
        box.height, box.width = box.width, size
        box.position_x, box.position_y = centre - size / 2, top + along
        box.margin_top = box.margin_bottom = 0.0
        if isinstance(box.pango_layout, ComposedLayout):
            box.pango_layout.upright = True
        box.banxin_upright = (0.5 + MIDDLE) * size, box.baseline
    elif isinstance(box, boxes.InlineBox):
        centre += getattr(box, "banxin_beside", 0.0)  # a reading
        for child in box.children:
            _stand(child, centre, top)
        _turn_edges(box)
        size = box.style["font_size"]
        box.height, box.width = box.width, size
        edge = box.margin_left + box.border_left_width + box.padding_left
        box.position_x, box.position_y = centre - size / 2 - edge, top + along
    elif isinstance(box, AbsolutePlaceholder):
        box.translate(centre - along, top + along - box.position_y)
    else:
        box.translate(centre - box.margin_width() / 2 - along, top + along - box.position_y)


def _turn_edges(box: EngineBox) -> None:
    """What was on the left of an element is above it now, and so on around it."""
    for edge in ("margin_{}", "padding_{}", "border_{}_width"):
        sides = [edge.format(side) for side in ("left", "top", "right", "bottom")]
        left, top, right, bottom = (getattr(box, side) for side in sides)
        for side, value in zip(sides, (bottom, left, top, right), strict=True):
            setattr(box, side, value)


def _text_box(p: ShapedParagraph, leaf: Leaf, laid: Line, a: int, b: int, *, root: bool) -> TextBox:
    text = leaf.box.copy_with_text(p.text[a:b])
    text.width = width_of(p, laid, a, b)
    text.pango_layout = ComposedLayout(p, laid, a, b, leaf.box.style)
    face = metrics(leaf.box.style)
    height, _ = face.strut
    if root or not _keeps_pitch(leaf.box.style, p.style):
        text.height = face.height
        text.margin_top = text.margin_bottom = (height - face.height) / 2
        text.baseline = face.baseline + text.margin_top
    else:
        text.height, text.baseline = _em(p, leaf.box.style)
        text.margin_top = text.margin_bottom = 0
    return text


def _pieces(
    foreign: list[tuple[int, int, bool]], a: int, b: int
) -> Iterator[tuple[int, int, bool]]:
    """Characters *a* to *b* in pieces, each with whether the engine draws it."""
    here = a
    first = bisect_left(foreign, a, key=lambda stretch: stretch[1])
    for k in range(first, len(foreign)):
        start, end, _ = foreign[k]
        if start >= b:
            break
        if here < min(start, b):
            yield here, start, False
        if max(here, start) < min(end, b):
            yield max(here, start), min(end, b), True
        here = max(here, min(end, b))
    if here < b:
        yield here, b, False


def _engines_layout(text: TextBox, context: Context) -> Any:
    """Pango's layout of a piece in which glyphs are moved, turned or missing."""
    layout = line_break.create_layout(text.text, text.style, context, None, 0)
    layout.deactivate()
    return layout


def _keeps_pitch(style: Style, root: Style) -> bool:
    """Whether an element asks for no line height of its own: then its em box alone counts.

    Otherwise each face, each superscript would move the lines by what its metrics differ.
    """
    return style["line_height"] in (root["line_height"], "normal")


def _em(p: ShapedParagraph, style: Style) -> tuple[float, float]:
    """Height of an em box of *style*, and its baseline.

    It stands to its baseline as the paragraph's lines do to theirs: solid lines stay solid.
    """
    height, baseline = metrics(p.style).strut
    size = style["font_size"]
    return size, size * (0.5 + (baseline - height / 2) / (p.style["font_size"] or 1.0))


def _em_box(box: InlineBox, p: ShapedParagraph) -> None:
    """Height of an inline element, without the leading that its face would bring."""
    if not _keeps_pitch(box.style, p.style):
        inline._adjust_line_height(box)
        return
    box.height, box.baseline = _em(p, box.style)
    box.margin_top = -box.border_top_width - box.padding_top
    box.margin_bottom = -box.border_bottom_width - box.padding_bottom


def _aside(made: EngineBox, available: float, last: bool) -> float:
    """How far text-align moves the line."""
    if made.width >= available:
        return 0.0
    align = made.style["text_align_all"]
    if last and made.style["text_align_last"] != "auto":
        align = made.style["text_align_last"]
    spare = available - made.width
    return float({"center": spare / 2, "end": spare, "right": spare}.get(align, 0.0))


# --- remembered lines -------------------------------------------------------------------------


def _copies(box: EngineBox) -> bool:
    """Whether the line may be copied: only texts and elements around them."""
    if isinstance(box, boxes.TextBox):
        return True
    if not isinstance(box, boxes.LineBox | boxes.InlineBox):
        return False
    return all(map(_copies, box.children))


Box = TypeVar("Box", bound=EngineBox)


def _copy(
    box: Box, was: ShapedParagraph | None, now: ShapedParagraph | None, x: float, y: float
) -> Box:
    """The line at another place, its texts not of the paragraph *was* but of *now*.

    Lines that a paragraph remembers are of none: held by what they hold, they would not go when
    nothing else holds it. Readings are of a paragraph of their own.
    """
    new = object.__new__(type(box))
    values = new.__dict__ = box.__dict__.copy()
    values["position_x"] += x
    values["position_y"] += y
    if box.children:
        values["children"] = [_copy(child, was, now, x, y) for child in box.children]
    piece = values.get("pango_layout")
    if isinstance(piece, ComposedLayout) and piece.paragraph is was:
        values["pango_layout"] = piece.of(now)
    return new


# --- preferred widths ---------------------------------------------------------------------------


def inline_min_content_width(
    context: Context,
    box: EngineBox,
    outer: bool = True,
    skip_stack: Skip = None,
    first_line: bool = False,
    is_line_start: bool = False,
) -> float:
    p = _measured(context, box) if skip_stack is None and not first_line else None
    if p is None or p.floats:
        return ORIGINAL["inline_min_content_width"](  # type: ignore[no-any-return]
            context, box, outer, skip_stack, first_line, is_line_start
        )
    widest = _columns_width(p) if p.setting.vertical else breaking.widest_word(p)
    return float(preferred.adjust(box, outer, widest))


def inline_max_content_width(
    context: Context, box: EngineBox, outer: bool = True, is_line_start: bool = False
) -> float:
    p = _measured(context, box)
    if p is None or p.floats:
        return ORIGINAL["inline_max_content_width"](  # type: ignore[no-any-return]
            context, box, outer, is_line_start
        )
    indent = box.style["text_indent"]
    fixed = indent.value if getattr(indent, "unit", "%") != "%" else 0.0
    widest = _columns_width(p) if p.setting.vertical else breaking.widest_line(p, fixed)
    return float(preferred.adjust(box, outer, widest))


def _columns_width(p: ShapedParagraph) -> float:
    asked = p.style.parent_style["height"]
    height = asked.value if getattr(asked, "unit", None) == "px" else _ENDLESS
    return len(_column_lines(p, height, 0.0)) * metrics(p.style).strut[0]


def _measured(context: Context, box: EngineBox) -> ShapedParagraph | None:
    """The paragraph of a line box that has no container yet."""
    if not SWITCH.on or not isinstance(box, boxes.LineBox):
        return None
    return paragraph_of(context, box, Unplaced(box.style))
