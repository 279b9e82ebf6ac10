"""A paragraph: all text of one line box, flattened over its inline elements.

Everything that does not depend on where lines end is worked out here, once: advances, gaps
between characters, what each gap may give, where lines may end. Lengths are CSS pixels.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf
from operator import add
from typing import Any, Final
from unicodedata import east_asian_width

from weasyprint.formatting_structure import boxes
from weasyprint.layout.inline import atomic_box, inline_block_width
from weasyprint.layout.percent import resolve_percentages
from weasyprint.layout.preferred import max_content_width
from weasyprint.layout.replaced import inline_replaced_box_layout

from banxin.typeset.composer import marks as m
from banxin.typeset.composer.css import ALL, LEAST_GAP, Setting, setting
from banxin.typeset.composer.phrases import phrase_ends
from banxin.typeset.composer.shaping import (
    FontUse,
    Unshapeable,
    break_opportunities,
    byte_offsets,
    metrics,
    shape,
)

# What a gap is, for those that share out a line's spare room.
RIGID, WORD, HAN_LATIN, PLAIN = 0, 1, 2, 3
MIDDLE: Final = 0.38  # em: of a Han character, above its baseline
_FULL: Final = 0.9  # em: a mark at least so wide has a blank half
_FEED: Final = re.compile("[\n\t]")
_GLUE: Final = re.compile("[\u2060\u00a0\ufeff]")
_DIGITS: Final = re.compile("[0-9]+")
_PAIRS: Final = re.compile("[！？]{2,}")
_COLLAPSING: Final = frozenset({"normal", "pre-line", "nowrap"})
# Spaces that are preserved: at the head of a line, and all but the last of several elsewhere, so
# that no line ends or begins between them; and tabs.
_KEPT: Final = re.compile(r"(?:^|(?<=\n)) +| +(?= )|\t")
_NO_BREAK: Final = "\u00a0"
# em: readings stand so far apart, of their own type; and over a neighbour that has none, of its.
_APART, _OVER_NEIGHBOUR = 0.3, 0.5


@dataclass(slots=True, eq=False)
class Leaf:
    """A text box: its characters are start to end of the paragraph's, `path` leads to it.

    `raised`: a superscript or subscript, which no gap sets off.
    """

    box: Any
    start: int
    end: int
    path: tuple[int, ...]
    setting: Setting
    raised: bool = False


@dataclass(slots=True, eq=False)
class Branch:
    """An inline element, or what stands in the text without being of it.

    Attributes:
        inline: the engine's box that goes around its text; None where it stands as one character.
        reading: ruby's, over the characters before it; none are its own.
    """

    box: Any
    start: int
    end: int
    children: list[Branch | Leaf]
    depth: int = 0
    left: float = 0.0
    right: float = 0.0
    inline: Any = None
    reading: Reading | None = None


@dataclass(slots=True, eq=False)
class Reading:
    """A line over characters `start` to `end`; `box`: what is to be around it."""

    paragraph: Paragraph
    box: Any
    start: int
    end: int

    @property
    def width(self) -> float:
        return self.paragraph.room[-1] - self.paragraph.gaps[-1]

    @property
    def size(self) -> float:
        return float(self.paragraph.style["font_size"])


@dataclass(slots=True, eq=False)
class Paragraph:
    """See the module. Index i stands for character i, and gaps are those after it.

    Attributes:
        sizes: font size at each character.
        gaps: added after a character: below 0 for marks that meet, above for Han and Latin.
        kinds: RIGID gaps never grow, WORD ones grow first, then HAN_LATIN, then all.
        gives: how much a gap may lose; `ranks`, in which order.
        head_blank: what a line loses that begins with this character; `tail_blank`, that ends.
        before, after: edges of inline elements that begin, end at a character.
        rises: marks that are lifted into the middle of their em, by index.
        room: prefix sums of all widths; `give`, of `gives`; `open`, counts of gaps that grow.
        odd: characters whose gap is not simply one that grows.
        generated: elements whose text the engine may replace between layouts.
        foreign: stretches that the engine shapes and draws, see `Shaped`.
        stands: in vertical text, whether a character is upright; others lie on their side.
        combined: where characters stand side by side in one em → where they end.
        floats: what floats beside its lines, where it is anchored; `leads`: it has a leader.
        boxes: the line box's children, of which all was made.
        plain: one text and nothing else; `pattern`, a line of it as the engine's boxes.
    """

    text: str
    style: Any
    setting: Setting
    tree: Branch
    leaves: list[Leaf]
    width: float | None
    advances: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    glyphs: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    kerns: list[float] = field(default_factory=list)
    runs: list[tuple[int, FontUse]] = field(default_factory=list)
    used: list[tuple[FontUse, set[int]]] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    gives: list[float] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)
    head_blank: list[float] = field(default_factory=list)
    tail_blank: list[float] = field(default_factory=list)
    hangs: list[bool] = field(default_factory=list)
    before: dict[int, float] = field(default_factory=dict)
    after: dict[int, float] = field(default_factory=dict)
    rises: dict[int, float] = field(default_factory=dict)
    breaks: list[bool] = field(default_factory=list)
    forced: list[int] = field(default_factory=list)
    room: list[float] = field(default_factory=list)
    give: list[float] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    plain: bool = False
    phrased: bool = False
    cuts: Any = None
    next: dict[tuple[float, ...], int] = field(default_factory=dict)
    lines: dict[tuple[int, int, float], Any] = field(default_factory=dict)
    built: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    bytes: list[int] | None = None
    run_starts: list[int] = field(default_factory=list)
    registered: Any = None
    pattern: Any = None
    generated: list[Branch] = field(default_factory=list)
    boxes: Any = None
    floats: list[Branch] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    foreign: list[tuple[int, int, bool]] = field(default_factory=list)
    stands: list[bool] = field(default_factory=list)
    combined: dict[int, int] = field(default_factory=dict)
    leads: bool = False

    @property
    def justified(self) -> bool:
        """Whether its lines are stretched. Balanced ones are not: that would undo it."""
        return self.style["text_align_all"] == "justify" and self.setting.wrap != "balance"

    @property
    def fills_last(self) -> bool:
        """Whether its last line, and those before forced breaks, are stretched too."""
        return str(self.style["text_align_last"]) == "justify"

    @property
    def length(self) -> int:
        return len(self.text)

    def at(self, skip_stack: Mapping[int, Any] | None) -> int:
        """The character that the engine's *skip_stack* points at."""
        node: Branch | Leaf = self.tree
        stack = skip_stack
        while stack is not None:
            ((index, deeper),) = stack.items()
            if isinstance(node, Leaf):
                return self._character(node, index)
            if index >= len(node.children):
                return node.end
            node, stack = node.children[index], deeper
        return node.start

    def _character(self, leaf: Leaf, byte: int) -> int:
        return bisect_left(self._bytes(), self._bytes()[leaf.start] + byte, leaf.start)

    def _bytes(self) -> list[int]:
        if self.bytes is None:
            self.bytes = byte_offsets(self.text)
        return self.bytes

    def stack_at(self, index: int) -> Mapping[int, Any] | None:
        """The engine's skip stack for the line that begins at *index*; None at the end."""
        if index >= self.length:
            return None
        place = bisect_left(self.leaves, index + 1, key=lambda leaf: leaf.end)
        stack: Any = None
        node: Branch | Leaf = self.tree
        if place < len(self.leaves) and self.leaves[place].start <= index:
            leaf = self.leaves[place]
            stack = {self._bytes()[index] - self._bytes()[leaf.start]: None}
            for step in reversed(leaf.path):
                stack = {step: stack}
            return dict(stack)
        path = []  # a box that stands among the text
        while isinstance(node, Branch) and node.children:
            step = next(i for i, c in enumerate(node.children) if c.end > index)
            path.append(step)
            node = node.children[step]
        for step in reversed(path):
            stack = {step: stack}
        return dict(stack)


def build(context: Any, line_box: Any, containing_block: Any) -> Paragraph:
    """The paragraph of *line_box*.

    Raises:
        Unshapeable: it holds what the composer leaves to the engine; `str()` says what.
    """
    if line_box.style["direction"] == "rtl":
        raise Unshapeable("right-to-left text")
    flat = _Flattening(context, containing_block)
    tree = _flattened(line_box, (), flat)
    whole = "".join(flat.text)
    upright = setting(line_box.style).vertical
    if not whole or not (upright or m.CHINESE.search(whole)):
        raise Unshapeable("")
    return _built(line_box, containing_block, tree, flat, whole)


def _built(
    line_box: Any, containing_block: Any, tree: Branch, flat: _Flattening, whole: str
) -> Paragraph:
    # Boxes of their own, and edges given in percent, are as wide as the container lets them.
    depends = any(x.left or x.right for x in branches(tree))
    paragraph = Paragraph(
        whole,
        line_box.style,
        setting(line_box.style),
        tree,
        flat.leaves,
        containing_block.width if depends else None,
    )
    paragraph.boxes = line_box.children
    paragraph.floats, paragraph.readings, paragraph.leads = flat.floats, flat.readings, flat.leads
    paragraph.generated = [x for x in branches(tree) if _may_change(x.box)]
    _shape_all(paragraph)
    _space_all(paragraph)
    _set_upright(paragraph)
    _set_tabs(paragraph)
    _set_readings_apart(paragraph)
    _break_all(paragraph)
    _sum_up(paragraph)
    paragraph.plain = (
        not paragraph.foreign and len(tree.children) == 1 and isinstance(tree.children[0], Leaf)
    )
    return paragraph


def _may_change(box: Any) -> bool:
    """Whether *box* is generated, of more than the same strings each time, as line breaks are."""
    if "::" not in str(box.element_tag):
        return False
    content = box.style["content"]
    return isinstance(content, str) or any(kind != "string" for kind, _ in content)


# --- flattening -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Flattening:
    """What is gathered on the way through a line box."""

    context: Any
    containing_block: Any
    text: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    floats: list[Branch] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    leads: bool = False
    length: int = 0

    @property
    def inside(self) -> Any:
        """What percentages refer to."""
        block = self.containing_block
        return block if isinstance(block, boxes.Box) else (block.width, "auto")

    def add(self, text: str) -> None:
        self.text.append(text)
        self.length += len(text)

    def width(self, box: Any) -> float:
        """Outer width of a box that stands in the line like a character."""
        if not isinstance(self.containing_block, boxes.Box):
            return float(max_content_width(self.context, box))
        copy = box.copy()
        resolve_percentages(copy, self.inside)
        _no_auto_margins(copy)
        if isinstance(box, boxes.ReplacedBox):
            inline_replaced_box_layout(copy, self.containing_block)
            return float(copy.margin_width())
        inline_block_width(copy, self.context, self.containing_block)
        return float(copy.margin_width())

    def height(self, box: Any) -> float:
        """The same downwards, in vertical text."""
        if not isinstance(self.containing_block, boxes.Box):
            return float(max_content_width(self.context, box))
        copy = box.copy()
        resolve_percentages(copy, self.inside)
        made = atomic_box(self.context, copy, 0, None, self.containing_block, [], [])
        return float(made.margin_height())


def _flattened(box: Any, path: tuple[int, ...], flat: _Flattening) -> Branch:
    branch = Branch(box, flat.length, flat.length, [], len(path))
    for index, child in enumerate(box.children):
        branch.children.append(_child(child, box, (*path, index), flat))
    branch.end = flat.length
    return branch


def _child(child: Any, parent: Any, path: tuple[int, ...], flat: _Flattening) -> Branch | Leaf:
    here = flat.length
    if not child.is_in_normal_flow():
        branch = Branch(child, here, here, [])
        if child.is_floated():
            flat.floats.append(branch)
        return branch
    if isinstance(child, boxes.TextBox):
        leaf = _leaf(child, here, path)
        leaf.raised = isinstance(parent.style["vertical_align"], float)
        resolve_percentages(child, flat.inside)
        flat.add(_as_kept(child))
        flat.leaves.append(leaf)
        return leaf
    if isinstance(child, boxes.InlineBox):
        flat.leads = flat.leads or child.is_leader
        resolve_percentages(child, flat.inside)
        _no_auto_margins(child)
        branch = _flattened(child, path, flat)
        branch.inline = child
        _take_edges(branch)
        return branch
    if child.element_tag == "ruby" and (lines := _lines_of_ruby(child)):
        return _ruby(child, lines, path, flat)
    if isinstance(child, boxes.InlineBlockBox | boxes.InlineReplacedBox):
        if getattr(child, "is_table_wrapper", False):
            raise Unshapeable("a table inside a paragraph")
        flat.add(m.HAN_OBJECT if _holds_han(child) else m.UNASSIGNED_OBJECT)
        upright = setting(parent.style).vertical
        return Branch(
            child, here, here + 1, [], left=flat.height(child) if upright else flat.width(child)
        )
    raise Unshapeable(f"an inline {type(child).__name__.removesuffix('Box')}")


def _take_edges(branch: Branch) -> None:
    """Margins, borders and paddings of the element, before and after its text."""
    box = branch.inline
    branch.left = box.margin_left + box.padding_left + box.border_left_width
    branch.right = box.margin_right + box.padding_right + box.border_right_width


def _lines_of_ruby(box: Any) -> list[tuple[bool, Any]]:
    """The line boxes of a ruby, each with whether it is a reading; none if it has other things.

    The stylesheet has it as a box of its own, with readings as blocks, for the engine's sake.
    """
    lines: list[tuple[bool, Any]] = []
    for child in box.children:
        inner = [child] if isinstance(child, boxes.LineBox) else child.children
        if len(inner) > 1 or not all(isinstance(line, boxes.LineBox) for line in inner):
            return []
        lines += [(child.element_tag == "rt", line) for line in inner]
    return lines


def _ruby(
    box: Any, lines: list[tuple[bool, Any]], path: tuple[int, ...], flat: _Flattening
) -> Branch:
    """A ruby's base as text of the paragraph, each reading after the characters it belongs to."""
    made = boxes.InlineBox(box.element_tag, box.style, box.element, [])
    resolve_percentages(made, flat.inside)
    _no_auto_margins(made)
    branch = Branch(box, flat.length, flat.length, [], len(path), inline=made)
    since = flat.length
    for is_reading, line in lines:
        if not is_reading:
            for child in line.children:
                step = (*path, len(branch.children))
                branch.children.append(_child(child, line, step, flat))
            continue
        reading = _reading(line, since, flat)
        since = flat.length
        if reading:
            branch.children.append(Branch(line, since, since, [], reading=reading))
            flat.readings.append(reading)
    branch.end = flat.length
    _take_edges(branch)
    return branch


def _reading(line_box: Any, start: int, flat: _Flattening) -> Reading | None:
    """The reading in *line_box* for what comes since *start*; None if it, or that, is nothing."""
    own = _Flattening(flat.context, flat.containing_block)
    _undecorate(line_box)
    tree = _flattened(line_box, (), own)
    whole = "".join(own.text)
    if not whole.strip() or start == flat.length:
        return None
    paragraph = _built(line_box, flat.containing_block, tree, own, whole)
    # Of the line's own style: the block's margins are for the engine.
    box = boxes.InlineBox(line_box.element_tag, line_box.style, line_box.element, [])
    resolve_percentages(box, flat.inside)
    return Reading(paragraph, box, start, flat.length)


def _no_auto_margins(box: Any) -> None:
    for side in ("margin_left", "margin_right"):
        if getattr(box, side) == "auto":
            setattr(box, side, 0)


def _leaf(box: Any, start: int, path: tuple[int, ...]) -> Leaf:
    style = box.style
    if style["font_size"] == 0:
        raise Unshapeable("text of no size")
    if "\xad" in box.text:
        raise Unshapeable("soft hyphens")
    return Leaf(box, start, start + len(box.text), path, setting(style))


def _as_kept(box: Any) -> str:
    """Its text, with no-break spaces where white space is preserved as it was written."""
    text = str(box.text)
    if box.style["white_space"] in _COLLAPSING:
        return text
    return _KEPT.sub(lambda found: _NO_BREAK * len(found[0]), text)


def _holds_han(box: Any) -> bool:
    """Whether the first text in *box*'s flow is Han, as in ruby and vertical cells."""
    for child in getattr(box, "children", ()):
        if child.is_in_normal_flow():
            if isinstance(child, boxes.TextBox):
                return m.is_han(child.text[:1])
            return _holds_han(child)
    return False


def branches(node: Branch) -> Iterator[Branch]:
    for child in node.children:
        if isinstance(child, Branch):
            yield child
            yield from branches(child)


def _undecorate(box: Any) -> None:
    """Lines under a base, and dots, are not of its reading as well."""
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            child.style = child.style.copy()
            child.style["text_decoration_line"] = child.style["text_emphasis_style"] = "none"
        elif isinstance(child, boxes.InlineBox):
            _undecorate(child)


# --- advances -------------------------------------------------------------------------------


def _shape_all(p: Paragraph) -> None:
    n = p.length
    p.advances, p.sizes, p.glyphs = [0.0] * n, [0.0] * n, [""] * n
    p.counts, p.kerns = [0] * n, [0.0] * n
    for leaf in p.leaves:
        # A line feed is a place, not a glyph; Pango would draw one.
        shaped = shape(_FEED.sub(" ", leaf.box.text), leaf.box.style)
        part = slice(leaf.start, leaf.end)
        p.advances[part], p.glyphs[part] = shaped.advances, shaped.glyphs
        p.counts[part], p.kerns[part] = shaped.counts, shaped.kerns
        p.sizes[part] = [leaf.box.style["font_size"]] * len(leaf.box.text)
        p.runs += [(leaf.start + start, use) for start, use in shaped.runs]
        p.used += shaped.used
        p.foreign += [(leaf.start + a, leaf.start + b, turned) for a, b, turned in shaped.foreign]
        metrics(leaf.box.style)
    p.run_starts = [start for start, _ in p.runs]
    for i in _feeds(p.text):
        p.advances[i], p.glyphs[i], p.counts[i], p.kerns[i] = 0.0, "", 0, 0.0
    if len(p.leaves) == 1 and len(p.tree.children) == 1 and isinstance(p.tree.children[0], Leaf):
        return
    for branch in branches(p.tree):
        if branch.inline is not None:
            if branch.left:
                p.before[branch.start] = p.before.get(branch.start, 0) + branch.left
            if branch.right and branch.end > branch.start:
                p.after[branch.end - 1] = p.after.get(branch.end - 1, 0) + branch.right
        elif branch.end > branch.start:
            p.advances[branch.start] = branch.left
            p.sizes[branch.start] = branch.box.style["font_size"]


def _feeds(text: str) -> list[int]:
    return [i for i, character in enumerate(text) if character == "\n"]


# --- gaps -----------------------------------------------------------------------------------


def _space_all(p: Paragraph) -> None:
    n, text = p.length, p.text
    p.gaps, p.kinds = [0.0] * n, [PLAIN] * n
    p.gives, p.ranks = [0.0] * n, [0] * n
    p.head_blank, p.tail_blank, p.hangs = [0.0] * n, [0.0] * n, [False] * n
    settings = _Settings(p)
    special = [match.start() for match in m.NOT_IDEOGRAPH.finditer(text)]
    blanks = _Blanks(p, special, settings)
    touched = sorted({*special, *(i - 1 for i in special if i)})
    for i in touched:
        if text[i] == m.INTERPUNCT:
            _widen_interpunct(p, i)
        if i + 1 < n:
            _space_pair(p, i, blanks, settings)
    p.kinds[n - 1] = RIGID
    for start, end, turned in p.foreign:
        if turned:  # drawn in one piece
            p.kinds[start : end - 1] = [RIGID] * (end - start - 1)
    _tighten_exclamations(p, blanks)


class _Settings:
    """The Setting at a character; most paragraphs have one."""

    def __init__(self, p: Paragraph) -> None:
        self._starts = [leaf.start for leaf in p.leaves]
        self._leaves = p.leaves
        same = len({(id(x.setting), x.raised) for x in p.leaves}) <= 1
        self._only = (p.leaves[0].setting if p.leaves else p.setting) if same else None

    def __call__(self, index: int) -> Setting:
        if self._only is not None:
            return self._only
        return self._leaf(index).setting

    def _leaf(self, index: int) -> Leaf:
        return self._leaves[max(bisect_left(self._starts, index + 1) - 1, 0)]

    def raised(self, index: int) -> bool:
        return self._only is None and self._leaf(index).raised


class _Blanks:
    """Blank halves of full-width marks: on their left, on their right; pixels."""

    def __init__(self, p: Paragraph, special: list[int], settings: _Settings) -> None:
        n = p.length
        self.left, self.right = [0.0] * n, [0.0] * n
        for i in special:
            character = p.text[i]
            if character not in m.MARKS or p.advances[i] < _FULL * p.sizes[i]:
                continue
            here, half = settings(i), p.sizes[i] / 2
            if here.vertical and (here.centred or character in "：；！？"):
                continue  # in the middle of its em
            if here.centred and character in m.STOPS:
                self._centre(p, i)
                continue
            if character in m.OPENING:
                self.left[i] = half
                if here.trim_start or (i == 0 and here.hang_first):
                    p.head_blank[i] = half if i or not here.hang_first else 2 * half
            else:
                self.right[i] = half
                if here.trim_end:
                    p.tail_blank[i] = half
                if i == n - 1 and here.hang_last and character in m.CLOSING:
                    p.tail_blank[i] = 2 * half
                p.hangs[i] = here.hang != "none" and character in "，。、．；："

    def _centre(self, p: Paragraph, i: int) -> None:
        """zh-Hant: stops in the middle of their em, also with a face drawn for zh-Hans."""
        use = next(use for start, use in reversed(p.runs) if start <= i)
        x, y = use.ink_middle(int(p.glyphs[i][:4], 16))
        if x < 0.4:
            aside = (0.5 - x) * p.sizes[i]
            if i:
                p.gaps[i - 1] += aside
            p.gaps[i] -= aside
            p.tail_blank[i] = aside
            p.rises[i] = (MIDDLE - y) * p.sizes[i] if p.text[i] in "，。、．" else 0.0


def _widen_interpunct(p: Paragraph, i: int) -> None:
    """· between Han takes half an em, its dot in the middle (GB/T 15834 § 5.1.9)."""
    if not 0 < i < p.length - 1 or p.advances[i] >= _FULL * p.sizes[i]:
        return
    if m.is_han(p.text[i - 1]) and m.is_han(p.text[i + 1]):
        aside = (p.sizes[i] / 2 - p.advances[i]) / 2
        p.gaps[i - 1] += aside
        p.gaps[i] += aside


def _space_pair(p: Paragraph, i: int, blanks: _Blanks, settings: _Settings) -> None:
    """The gap between characters i and i + 1: what it is, and what it may give."""
    a, b = p.text[i], p.text[i + 1]
    here = settings(i)
    left, right = blanks.left, blanks.right
    if here.squeeze:
        if right[i] and right[i + 1]:
            p.gaps[i] -= right[i]
        elif right[i] and left[i + 1]:
            p.gaps[i] -= right[i]
            p.gives[i], p.ranks[i] = left[i + 1], m.GIVES_FIRST
        elif left[i] and left[i + 1]:
            p.gaps[i] -= left[i + 1]
        elif right[i]:
            p.gives[i], p.ranks[i] = right[i], _rank(a)
        elif left[i + 1]:
            p.gives[i], p.ranks[i] = left[i + 1], m.GIVES_FIRST
    han_a, han_b = m.is_han(a), m.is_han(b)
    if (han_a and m.is_latin(b)) or (han_b and m.is_latin(a)):
        spaced = here.gap and settings(i + 1).gap and _wanted(b if han_a else a, here)
        if spaced and not settings.raised(i) and not settings.raised(i + 1):
            size = p.sizes[i] if han_a else p.sizes[i + 1]
            _open_gap(p, i, here.gap * size, size)
    elif a == " ":
        _space_character(p, i, here)
    elif b == " " or _is_rigid(p, i, a, b, han_a, han_b):
        p.kinds[i] = RIGID


def _wanted(western: str, here: Setting) -> bool:
    return here.numeric if western.isdigit() or western in "%‰℃°" else here.alpha


def _open_gap(p: Paragraph, i: int, gap: float, size: float) -> None:
    p.gaps[i] += gap
    p.kinds[i] = HAN_LATIN
    p.gives[i], p.ranks[i] = max(0.0, gap - LEAST_GAP * size), m.GIVES_GAP


def _space_character(p: Paragraph, i: int, here: Setting) -> None:
    """A space that was typed between Han and Latin is the gap itself, no more."""
    before, after = p.text[i - 1] if i else "", p.text[i + 1]
    meets = (before and m.is_han(before) and m.is_latin(after)) or (
        before and m.is_latin(before) and m.is_han(after)
    )
    if meets and here.gap:
        size = p.sizes[i]
        p.gaps[i] -= p.advances[i]
        _open_gap(p, i, here.gap * size, size)
    else:
        p.kinds[i] = WORD


def _is_rigid(p: Paragraph, i: int, a: str, b: str, han_a: bool, han_b: bool) -> bool:
    """Never stretched: inside words and numbers, inside —— and ……, beside connectors."""
    if p.setting.justify == "inter-character" and a not in m.DASHES:
        return p.advances[i] == 0 or p.advances[i + 1] == 0
    if not (han_a or _is_wide(p, i, a)) and not (han_b or _is_wide(p, i + 1, b)):
        return True
    if (a in m.DASHES and a == b) or a in m.CONNECTORS - m.DASHES or b in m.CONNECTORS - m.DASHES:
        return True
    return p.advances[i] == 0 or p.advances[i + 1] == 0


def _is_wide(p: Paragraph, i: int, character: str) -> bool:
    """A full-width mark or a box; m, M and W are as wide in many faces, and are of their words."""
    if m.is_latin(character):
        return False
    return p.advances[i] >= _FULL * p.sizes[i] or character == m.UNASSIGNED_OBJECT


def _rank(mark: str) -> int:
    if mark in m.CLOSING:
        return m.GIVES_FIRST
    return m.GIVES_PAUSE if mark in "，、；：" else m.GIVES_STOP


def _tighten_exclamations(p: Paragraph, blanks: _Blanks) -> None:
    """！！ and ？！ take one em together (CLREQ § 3.1.5)."""
    for match in _PAIRS.finditer(p.text):
        last = match.end() - 1
        if match.end() - match.start() == 2 and blanks.right[last] and last + 1 < p.length:
            if not p.gaps[last]:
                p.gaps[last] -= p.sizes[last] / 2
            p.gives[last] = 0.0


# --- vertical text --------------------------------------------------------------------------


def _set_upright(p: Paragraph) -> None:
    """Which way up characters are in vertical text, and digits side by side (CLREQ § 2.3)."""
    if not p.setting.vertical:
        return
    p.stands = [True] * p.length
    for leaf in p.leaves:
        orientation = leaf.setting.orientation
        for i in range(leaf.start, leaf.end):
            if orientation == "mixed":
                p.stands[i] = _is_upright(p, i)
            elif orientation == "sideways":
                p.stands[i] = False
            elif p.advances[i]:
                p.advances[i] = p.sizes[i]
        for start, end in _side_by_side(leaf, p.text):
            _combine(p, start, end)


def _is_upright(p: Paragraph, i: int) -> bool:
    character = p.text[i]
    if m.is_han(character) or east_asian_width(character) in "WF":
        return True
    return (not m.is_latin(character) and p.advances[i] >= _FULL * p.sizes[i]) or character == "·"


def _side_by_side(leaf: Leaf, text: str) -> Iterator[tuple[int, int]]:
    most = leaf.setting.combine
    if most == ALL:
        yield leaf.start, leaf.end
    elif most:
        for match in _DIGITS.finditer(text, leaf.start, leaf.end):
            if 1 < match.end() - match.start() <= most:
                yield match.span()


def _combine(p: Paragraph, start: int, end: int) -> None:
    """Characters *start* to *end* in the room of one Han character, and spaced like it."""
    if end - start < 2:
        return
    p.combined[start] = end
    p.advances[start:end] = [p.sizes[start], *[0.0] * (end - start - 1)]
    p.kinds[start : end - 1] = [RIGID] * (end - start - 1)
    for i in range(start - 1, end):
        if 0 <= i < p.length - 1:
            p.gives[i] = p.gaps[i] = 0.0 if p.gaps[i] > 0 else p.gaps[i]
    for i in (start - 1, end - 1):
        if 0 <= i < p.length - 1 and p.kinds[i] == HAN_LATIN:
            p.kinds[i] = PLAIN


# --- tabs and readings ----------------------------------------------------------------------


def _set_tabs(p: Paragraph) -> None:
    """Tabs as wide as to the next stop, counted from the last forced break; to the one after it
    where that is nearer than half a digit (CSS Text 3 § 4.2).
    """
    for leaf in p.leaves:
        if "\t" not in leaf.box.text:
            continue
        for match in re.finditer("\t", leaf.box.text):
            i = leaf.start + match.start()
            since = p.text.rfind("\n", 0, i) + 1
            here = sum(p.advances[since:i]) + sum(p.gaps[since:i])
            asked = leaf.box.style["tab_size"]
            stop = asked * p.advances[i] if isinstance(asked, int) else asked.value
            if stop:
                past = (here + p.sizes[i] / 4) // stop
                more = (past + 1) * stop - here - p.advances[i]
                p.advances[i] += more
                p.kerns[i] += more


def _set_readings_apart(p: Paragraph) -> None:
    """Room where a reading is wider than its base (CLREQ § 3.3.1): it may stand half an em over a
    neighbour that has none; of what is beyond, characters under it and its neighbours get a share
    each. Neighbouring readings never touch, and none goes beyond the line.
    """
    done, beyond = 0, -inf  # where the last one's base ends, and how far it goes past that
    for reading in p.readings:
        start, end = reading.start, reading.end
        size = p.sizes[start]
        base = sum(p.advances[start:end]) + sum(p.gaps[start : end - 1])
        lacking = max(0.0, reading.width - base - 2 * _OVER_NEIGHBOUR * size)
        each = lacking / (end - start)
        _widen(p, range(start, end - 1), each)
        _widen(p, range(max(start - 1, 0), start), each / 2)
        _widen(p, range(end - 1, end), each / 2)
        over = (reading.width - base - each * (end - start - 1)) / 2
        between = slice(done, start)
        room = sum(p.advances[between]) - sum(p.gives[between])
        room += sum(p.gaps[max(done - 1, 0) : start])
        short = beyond + over + _APART * reading.size - room
        if short > 0:
            _widen(p, range(start - 1, start), short)
        if over > 0:
            p.head_blank[start] = p.tail_blank[end - 1] = -over
        done, beyond = end, over


def _widen(p: Paragraph, gaps: range, by: float) -> None:
    for i in gaps:
        p.gaps[i] += by


# --- breaks ---------------------------------------------------------------------------------


def _break_all(p: Paragraph) -> None:
    text, n = p.text, p.length
    breaks = break_opportunities(text, p.style["lang"])
    breaks[0] = False
    settings = _Settings(p)
    special = [match.start() for match in m.NOT_IDEOGRAPH.finditer(text)]
    touched = {*special, *(i + 1 for i in special if i + 1 < n)} - {0}
    for i in touched:
        breaks[i] = _may_break(p, i, breaks[i], settings(i))
    for start, end in m.kept_together(text):
        if settings(start).level != "anywhere":
            breaks[start + 1 : end] = [False] * (end - start - 1)
    for match in _GLUE.finditer(text):
        for i in (match.start(), match.end()):
            if i < n:
                breaks[i] = False
    for call in p.generated:
        if str(call.box.element_tag).endswith("::footnote-call") and call.start < n:
            breaks[call.start] = False  # a note's number stays with its word
    for leaf in p.leaves:
        if leaf.setting.words:
            for i in range(max(leaf.start, 1), leaf.end):
                if _is_letter(text[i - 1]) and _is_letter(text[i]):
                    breaks[i] = False
        if leaf.setting.wrap == "nowrap":
            breaks[leaf.start + 1 : leaf.end] = [False] * (leaf.end - leaf.start - 1)
    if p.setting.wrap == "nowrap":
        breaks = [False] * n
    for start, end in p.combined.items():
        breaks[start + 1 : end] = [False] * (end - start - 1)
    for reading in p.readings:  # one reading is not parted
        inside = reading.end - reading.start - 1
        breaks[reading.start + 1 : reading.end] = [False] * inside
    p.forced = _feeds(text)
    p.breaks = [*breaks, True]


def _is_letter(character: str) -> bool:
    """What `word-break: keep-all` keeps together: no mark, no space."""
    return m.is_han(character) or m.is_latin(character) or character.isalnum()


def _may_break(p: Paragraph, i: int, uax14: bool, here: Setting) -> bool:
    """Whether a line may begin at character i, where one of its neighbours is no ideograph."""
    a, b = p.text[i - 1], p.text[i]
    if b == " ":
        return False
    if here.level == "anywhere":
        return True
    full_a = p.advances[i - 1] >= _FULL * p.sizes[i - 1]
    full_b = p.advances[i] >= _FULL * p.sizes[i]
    if b in m.LEVELS[here.level] or a in m.OPENING:
        return False
    if a == b and a in m.DASHES:
        return False
    if b in m.STRICT and not m.is_latin(a):
        return True  # a laxer level lets it begin a line
    if full_a and a in m.TRAILING:
        return True
    if full_b and b in m.OPENING:
        return a not in m.CONNECTORS or a in m.DASHES
    return uax14


def let_phrases_stand(p: Paragraph) -> None:
    """Take away the breaks inside phrases: asked only when the text needs more than a line."""
    p.phrased = True
    ends = phrase_ends(p.text)
    kept = [b and (i in ends or not m.is_han(p.text[i - 1])) for i, b in enumerate(p.breaks[:-1])]
    p.breaks = [*kept, True]


def _sum_up(p: Paragraph) -> None:
    widths: list[float] = list(map(add, p.advances, p.gaps))
    for edges in (p.before, p.after):
        for i, more in edges.items():
            if i < len(widths):
                widths[i] += more
    p.room = [0.0, *accumulate(widths)]
    p.give = [0.0, *accumulate(p.gives)]
    p.open = [0, *accumulate(map(bool, p.kinds))]
    simple = (PLAIN, 0.0, 0.0, 0.0, 1)
    p.odd = [
        i
        for i, row in enumerate(zip(p.kinds, p.gaps, p.gives, p.kerns, p.counts, strict=True))
        if row != simple
    ]
