"""A paragraph: all text of one line box, flattened over its inline elements.

Everything that does not depend on where lines end is worked out here, once: advances, gaps
between characters, what each gap may give, where lines may end. Lengths are CSS pixels.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf
from operator import add
from typing import Any, Final, Protocol
from unicodedata import category, east_asian_width

from banxin.engine.boxes import (
    Context,
    EngineBox,
    InlineBox,
    LineBox,
    LineContainer,
    Skip,
    Style,
    TextBox,
    is_line,
)

from weasyprint.formatting_structure import boxes
from weasyprint.layout.inline import atomic_box, inline_block_width
from weasyprint.layout.percent import resolve_percentages
from weasyprint.layout.preferred import max_content_width
from weasyprint.layout.replaced import inline_replaced_box_layout

from banxin.cjk import classes as m
from banxin.composer.css import ALL, LEAST_GAP, TextSetting, setting
from banxin.composer.hyphenation import SOFT_HYPHEN, hyphens
from banxin.composer.shaping import (
    FULL,
    FontUse,
    InkedEdges,
    Unshapeable,
    break_opportunities,
    byte_offsets,
    metrics,
    shape,
)
from banxin.composer.western import western_quotes

# What a gap is, for those that share out a line's spare room.
RIGID, WORD, HAN_LATIN, PLAIN = 0, 1, 2, 3
MIDDLE: Final = 0.38  # em: of a Han character, above its baseline
_TYPED: Final = 0.45  # em: typewriter faces have a space at least so wide
_FEED: Final = re.compile("[\n\t]")
# The word around a solidus, before and after it.
_LATIN_BEFORE: Final = re.compile(r"[!-~]+\Z")
_LATIN_AFTER: Final = re.compile(r"[!-~]+")
_ENDLESS: Final = re.compile(r"\S{500}")
_GLUE: Final = re.compile("[\u2060\u00a0\ufeff]")
_DIGITS: Final = re.compile("[0-9]+")
_PAIRS: Final = re.compile("[！？]{2,}")
_DASHES: Final = re.compile("—+")
_COLLAPSING: Final = frozenset({"normal", "pre-line", "nowrap"})
# Spaces that are preserved: at the head of a line, and all but the last of several elsewhere, so
# that no line ends or begins between them; and tabs.
_KEPT: Final = re.compile(r"(?:^|(?<=\n)) +| +(?= )|\t")
_NO_BREAK: Final = "\u00a0"
# em: readings stand so far apart, of their own type; and over a neighbour that has none, of its.
_APART, _OVER_NEIGHBOUR = 0.3, 0.5
_MIDDLE: Final = 0.1  # em: ink so near to the middle of its advance stands in the middle
# What zh-Hant has in the middle of the em (CLREQ § 3.1), and of it, what is not as high as Han.
_STOPS: Final = "，。、．；：！？"
_LOW: Final = "，。、．；："
_VERY_MANY: Final = 50_000  # characters of a paragraph
_LONG_PATH: Final = 16  # characters: longer words with / in them are addresses
# What it costs to end a line between a number and what it counts, or between the parts of a date;
# inside the word for what it counts;
# inside a name, where it can be told; with a hyphen. `breaking` says what lines cost: a number is
# parted where the line would gape by a fifth of an em a gap.
_PARTED: Final = {
    m.UNIT: 1400.0, m.DATE: 1000.0, m.CALENDAR: 2800.0, m.RANGE: 20000.0, m.MEASURE: 700.0,
}  # fmt: skip
_NAME, _DOT, _HYPHENATED = 230.0, 60.0, 150.0


@dataclass(slots=True, eq=False)
class Leaf:
    """A text box: its characters are start to end of the paragraph's, `path` leads to it.

    `raised`: a superscript or subscript, which no gap sets off.
    """

    box: TextBox
    start: int
    end: int
    path: tuple[int, ...]
    setting: TextSetting
    raised: bool = False


@dataclass(frozen=True, slots=True)
class Hyphen:
    """What is added to a line that ends inside a word: glyphs of one font, and their width."""

    use: FontUse
    glyphs: tuple[int, ...]
    width: float


@dataclass(slots=True, eq=False)
class Branch:
    """An inline element, or what stands in the text without being of it.

    Attributes:
        inline: the engine's box that goes around its text; None where it stands as one character.
        reading: ruby's, over the characters before it; none are its own.
    """

    box: Any  # the engine's; None for the whole paragraph's, which holds the paragraph
    start: int
    end: int
    children: list[Branch | Leaf]
    depth: int = 0
    left: float = 0.0
    right: float = 0.0
    inline: InlineBox | None = None
    reading: RubyReading | None = None


class ReadingBox(InlineBox, Protocol):
    """Around a reading. `banxin_beside`: px from the middle of its column, in vertical text."""

    banxin_beside: float


class ComposedLine(LineBox, Protocol):
    """A line box, and what the composer keeps on it.

    Attributes:
        banxin_paragraph: what it is a line of; a word if the engine has to set it.
        banxin_seen: which generated text the paragraph was last compared with.
        banxin_line: the characters that it has.
        banxin_meant: whether it is the last of a paragraph and stretched all the same.
        banxin_upright: it is vertical text.
    """

    banxin_paragraph: ShapedParagraph | str
    banxin_seen: tuple[int, ShapedParagraph]
    banxin_line: object
    banxin_meant: bool
    banxin_upright: bool


@dataclass(slots=True, eq=False)
class RubyReading:
    """A line over characters `start` to `end`; `box`: what is to be around it."""

    paragraph: ShapedParagraph
    box: ReadingBox
    start: int
    end: int

    @property
    def width(self) -> float:
        return self.paragraph.room[-1] - self.paragraph.gaps[-1]

    @property
    def size(self) -> float:
        return float(self.paragraph.style["font_size"])


@dataclass(slots=True, eq=False)
class ShapedParagraph:
    """See the module. Index i stands for character i, and gaps are those after it.

    Attributes:
        sizes: font size at each character.
        gaps: added after a character: below 0 for marks that meet, above for Han and Latin.
        kinds: RIGID gaps never grow, all others alike.
        gives: how much a gap may lose.
        head_blank: what a line loses that begins with this character; `tail_blank`, that ends.
        before, after: edges of inline elements that begin, end at a character.
        hangs: how far a mark may stand beyond the edge of a line that it ends.
        rises: marks that are lifted into the middle of their em, by index.
        centred: where the ink of marks is that stand in the middle of their em in vertical text.
        western: quotation marks and apostrophes of Western text.
        hyphens: by the last character of a line that would end with one.
        room: prefix sums of all widths; `give`, of `gives`; `open`, counts of gaps that grow.
        odd: characters whose gap is not simply one that grows.
        breaks: whether a line may begin with a character; `prices`, what that costs, where it
            costs anything.
        generated: elements whose text the engine may replace between layouts.
        foreign: stretches that the engine shapes and draws, see `Shaped`.
        stands: in vertical text, whether a character is upright; others lie on their side.
        combined: where characters stand side by side in one em → where they end.
        floats: what floats beside its lines, where it is anchored; `leads`: it has a leader.
        boxes: the line box's children, of which all was made.
        plain: one text and nothing else; `pattern`, a line of it as the engine's boxes.
    """

    text: str
    style: Style
    setting: TextSetting
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
    head_blank: list[float] = field(default_factory=list)
    tail_blank: list[float] = field(default_factory=list)
    hangs: list[float] = field(default_factory=list)
    before: dict[int, float] = field(default_factory=dict)
    after: dict[int, float] = field(default_factory=dict)
    rises: dict[int, float] = field(default_factory=dict)
    centred: dict[int, InkedEdges] = field(default_factory=dict)
    western: frozenset[int] = frozenset()
    hyphens: dict[int, Hyphen] = field(default_factory=dict)
    breaks: list[bool] = field(default_factory=list)
    prices: dict[int, float] = field(default_factory=dict)
    forced: list[int] = field(default_factory=list)
    room: Sequence[float] = ()
    give: Sequence[float] = ()
    open: Sequence[int] = ()
    odd: list[int] = field(default_factory=list)
    plain: bool = False
    cuts: Any = None
    next: dict[tuple[int, tuple[float, ...]], int] = field(default_factory=dict)
    lines: dict[tuple[int, int, float], Any] = field(default_factory=dict)
    built: dict[tuple[object, ...], tuple[ComposedLine, int]] = field(default_factory=dict)
    bytes: Sequence[int] | None = None
    run_starts: list[int] = field(default_factory=list)
    registered: Any = None
    pattern: ComposedLine | None = None
    generated: list[Branch] = field(default_factory=list)
    boxes: Sequence[EngineBox] | None = None
    floats: list[Branch] = field(default_factory=list)
    readings: list[RubyReading] = field(default_factory=list)
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

    def ends_freely(self, index: int) -> bool:
        """Whether a line may end before *index*, at no price."""
        return self.breaks[index] and index not in self.prices

    def at(self, skip_stack: Skip) -> int:
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

    def _bytes(self) -> Sequence[int]:
        if self.bytes is None:
            self.bytes = byte_offsets(self.text)
        return self.bytes

    def stack_at(self, index: int) -> Skip:
        """The engine's skip stack for the line that begins at *index*; None at the end."""
        if index >= self.length:
            return None
        place = bisect_left(self.leaves, index + 1, key=lambda leaf: leaf.end)
        stack: Skip = None
        node: Branch | Leaf = self.tree
        if place < len(self.leaves) and self.leaves[place].start <= index:
            leaf = self.leaves[place]
            stack = {self._bytes()[index] - self._bytes()[leaf.start]: None}
            for step in reversed(leaf.path):
                stack = {step: stack}
            return stack
        path = []  # a box that stands among the text
        while isinstance(node, Branch) and node.children:
            step = next(i for i, c in enumerate(node.children) if c.end > index)
            path.append(step)
            node = node.children[step]
        for step in reversed(path):
            stack = {step: stack}
        return stack


def build(
    context: Context, line_box: EngineBox, containing_block: LineContainer
) -> ShapedParagraph:
    """The paragraph of *line_box*.

    Raises:
        Unshapeable: it holds what the composer leaves to the engine; `str()` says what.
    """
    if line_box.style["direction"] == "rtl":
        raise Unshapeable("right-to-left text")
    flat = _Flattening(context, containing_block)
    tree = _flattened(line_box, (), flat)
    whole = "".join(flat.text)
    western = m.CHINESE.search(whole) is None
    upright = setting(line_box.style).vertical
    if not whole or (western and not upright and not _needs_care(whole, flat.leaves)):
        raise Unshapeable("")
    return _built(line_box, containing_block, tree, flat, whole)


def _built(
    line_box: EngineBox,
    containing_block: LineContainer,
    tree: Branch,
    flat: _Flattening,
    whole: str,
) -> ShapedParagraph:
    # Boxes of their own, and edges given in percent, are as wide as the container lets them.
    depends = any(x.left or x.right for x in branches(tree))
    paragraph = ShapedParagraph(
        whole,
        line_box.style,
        setting(line_box.style),
        tree,
        flat.leaves,
        containing_block.width if depends else None,
    )
    tree.box = None  # it holds the paragraph: holding it, neither would go without a search
    paragraph.boxes = line_box.children
    paragraph.floats, paragraph.readings, paragraph.leads = flat.floats, flat.readings, flat.leads
    paragraph.generated = [x for x in branches(tree) if _may_change(x.box)]
    western = m.CHINESE.search(whole) is None
    paragraph.western = western_quotes(
        whole, [(x.start, x.end) for x in flat.leaves if western or x.setting.western]
    )
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


def _may_change(box: EngineBox) -> bool:
    """Whether *box* is generated, of more than the same strings each time, as line breaks are."""
    if "::" not in str(box.element_tag):
        return False
    content = box.style["content"]
    return isinstance(content, str) or any(kind != "string" for kind, _ in content)


def _needs_care(text: str, leaves: list[Leaf]) -> bool:
    """Whether Western text has what the engine sets wrong: quotes of a Chinese face, hyphens; or
    a word of many lines, for which it takes the square of its time (WeasyPrint 70).
    """
    return (m.QUOTES.search(text) or _ENDLESS.search(text)) is not None or any(
        any(hyphens(leaf.box.text, leaf.box.style)) for leaf in leaves
    )


# --- flattening -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Flattening:
    """What is gathered on the way through a line box."""

    context: Context
    containing_block: LineContainer
    text: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    floats: list[Branch] = field(default_factory=list)
    readings: list[RubyReading] = field(default_factory=list)
    leads: bool = False
    length: int = 0

    @property
    def inside(self) -> LineContainer | tuple[float, str]:
        """What percentages refer to."""
        block = self.containing_block
        return block if isinstance(block, boxes.Box) else (block.width, "auto")

    def add(self, text: str) -> None:
        self.text.append(text)
        self.length += len(text)

    def width(self, box: EngineBox) -> float:
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

    def height(self, box: EngineBox) -> float:
        """The same downwards, in vertical text."""
        if not isinstance(self.containing_block, boxes.Box):
            return float(max_content_width(self.context, box))
        copy = box.copy()
        resolve_percentages(copy, self.inside)
        made = atomic_box(self.context, copy, 0, None, self.containing_block, [], [])
        return float(made.margin_height())


def _flattened(box: EngineBox, path: tuple[int, ...], flat: _Flattening) -> Branch:
    branch = Branch(box, flat.length, flat.length, [], len(path))
    for index, child in enumerate(box.children):
        branch.children.append(_child(child, box, (*path, index), flat))
    branch.end = flat.length
    return branch


def _child(
    child: EngineBox, parent: EngineBox, path: tuple[int, ...], flat: _Flattening
) -> Branch | Leaf:
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
        _take_edges(branch, child)
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


def _take_edges(branch: Branch, box: InlineBox) -> None:
    """Margins, borders and paddings of the element, before and after its text."""
    branch.left = box.margin_left + box.padding_left + box.border_left_width
    branch.right = box.margin_right + box.padding_right + box.border_right_width


def _lines_of_ruby(box: EngineBox) -> list[tuple[bool, LineBox]]:
    """The line boxes of a ruby, each with whether it is a reading; none if it has other things.

    The stylesheet has it as a box of its own, with readings as blocks, for the engine's sake.
    """
    lines: list[tuple[bool, LineBox]] = []
    for child in box.children:
        inner = [child] if is_line(child) else child.children
        found = [line for line in inner if is_line(line)]
        if len(inner) > 1 or len(found) < len(inner):
            return []
        lines += [(child.element_tag == "rt", line) for line in found]
    return lines


def _ruby(
    box: EngineBox, lines: list[tuple[bool, LineBox]], path: tuple[int, ...], flat: _Flattening
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
    _take_edges(branch, made)
    return branch


def _reading(line_box: EngineBox, start: int, flat: _Flattening) -> RubyReading | None:
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
    return RubyReading(paragraph, box, start, flat.length)


def _no_auto_margins(box: EngineBox) -> None:
    for side in ("margin_left", "margin_right"):
        if getattr(box, side) == "auto":
            setattr(box, side, 0)


def _leaf(box: TextBox, start: int, path: tuple[int, ...]) -> Leaf:
    style = box.style
    if style["font_size"] == 0 and not box.text.isspace():  # spaces part what stands beside them
        raise Unshapeable("text of no size")
    return Leaf(box, start, start + len(box.text), path, setting(style))


def _as_kept(box: TextBox) -> str:
    """Its text, with no-break spaces where white space is preserved as it was written."""
    text = str(box.text)
    if box.style["white_space"] in _COLLAPSING:
        return text
    return _KEPT.sub(lambda found: _NO_BREAK * len(found[0]), text)


def _holds_han(box: EngineBox) -> bool:
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


def _undecorate(box: EngineBox) -> None:
    """Lines under a base, and dots, are not of its reading as well."""
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            child.style = child.style.copy()
            child.style["text_decoration_line"] = child.style["text_emphasis_style"] = "none"
        elif isinstance(child, boxes.InlineBox):
            _undecorate(child)


# --- advances -------------------------------------------------------------------------------


def _shape_all(p: ShapedParagraph) -> None:
    n = p.length
    p.advances, p.sizes, p.glyphs = [0.0] * n, [0.0] * n, [""] * n
    p.counts, p.kerns = [0] * n, [0.0] * n
    marks = sorted(p.western)
    for leaf in p.leaves:
        # A line feed is a place, not a glyph; Pango would draw one.
        first, last = bisect_left(marks, leaf.start), bisect_left(marks, leaf.end)
        narrow = [i - leaf.start for i in marks[first:last]]
        text, western = _FEED.sub(" ", leaf.box.text), leaf.setting.western
        shaped = shape(text, leaf.box.style, narrow=narrow, western=western)
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


def _space_all(p: ShapedParagraph) -> None:
    n, text = p.length, p.text
    p.gaps, p.kinds = [0.0] * n, [PLAIN] * n
    p.gives = [0.0] * n
    p.head_blank, p.tail_blank, p.hangs = [0.0] * n, [0.0] * n, [0.0] * n
    settings = _Settings(p)
    special = [match.start() for match in m.NOT_IDEOGRAPH.finditer(text)]
    blanks = _Blanks(p, special, settings)
    touched = sorted({*special, *(i - 1 for i in special if i)})
    for i in touched:
        if text[i] in m.HALF_WIDE:
            _fit_half(p, i, settings(i))
        if i + 1 < n:
            _space_pair(p, i, blanks, settings)
    p.kinds[n - 1] = RIGID
    for start, end, turned in p.foreign:
        if turned:  # drawn in one piece
            p.kinds[start : end - 1] = [RIGID] * (end - start - 1)
    _hang_ends(p, settings)
    _tighten_exclamations(p, blanks)


class _Settings:
    """The Setting at a character; most paragraphs have one."""

    def __init__(self, p: ShapedParagraph) -> None:
        self._starts = [leaf.start for leaf in p.leaves]
        self._leaves, self._text = p.leaves, p.text
        same = len({(id(x.setting), x.raised) for x in p.leaves}) <= 1
        self._only = (p.leaves[0].setting if p.leaves else p.setting) if same else None

    def __call__(self, index: int) -> TextSetting:
        if self._only is not None:
            return self._only
        return self._leaf(index).setting

    def _leaf(self, index: int) -> Leaf:
        return self._leaves[max(bisect_left(self._starts, index + 1) - 1, 0)]

    def raised(self, index: int) -> bool:
        """Whether it is a superscript or subscript, that no gap sets off: of Han, not of a word."""
        if self._only is not None:
            return False
        leaf = self._leaf(index)
        return leaf.raised and not (leaf.start and m.is_latin(self._text[leaf.start - 1]))


class _Blanks:
    """Blanks of full-width marks, on their left and on their right, as their glyphs have them; px.

    Half an em on one side, or, where the ink stands in the middle, a quarter on both.
    """

    def __init__(self, p: ShapedParagraph, special: list[int], settings: _Settings) -> None:
        n = p.length
        self.left, self.right = [0.0] * n, [0.0] * n
        self.marks: set[int] = set()
        for i in special:
            character, here = p.text[i], settings(i)
            if here.hang != "none" and character in m.HANGING:
                p.hangs[i] = p.advances[i]
            if character not in m.MARKS or i in p.western or not p.glyphs[i]:
                continue
            if p.advances[i] >= FULL * p.sizes[i]:
                (self._take_upright if here.vertical else self._take)(p, i, here)

    def _take(self, p: ShapedParagraph, i: int, here: TextSetting) -> None:
        character, size, ink = p.text[i], p.sizes[i], _ink(p, i)
        width = p.advances[i] / size
        self.marks.add(i)
        if character in m.OPENING:
            self.left[i] = size * _within(ink.left, 0.5)
            if here.trim_start:
                p.head_blank[i] = self.left[i]
        elif character in m.CLOSING:
            self.right[i] = size * _within(width - ink.right, 0.5)
        elif here.centred and ink.middle < width / 2 - _MIDDLE:
            self._centre(p, i, ink, width)
        elif abs(ink.middle - width / 2) <= _MIDDLE:
            self.left[i] = size * _within(ink.left, 0.25)
            self.right[i] = size * _within(width - ink.right, 0.25)
        else:
            self.right[i] = size * _within(width - ink.right, 0.5)
        if here.trim_end and not self.left[i]:
            p.tail_blank[i] = self.right[i]

    def _take_upright(self, p: ShapedParagraph, i: int, here: TextSetting) -> None:
        """In vertical text: brackets have their ink at one end, and stops in zh-Hans."""
        character, half = p.text[i], p.sizes[i] / 2
        self.marks.add(i)
        if character in m.OPENING:
            self.left[i] = half
            if here.trim_start:
                p.head_blank[i] = half
        elif character in m.CLOSING or (not here.centred and character not in "：；！？"):
            self.right[i] = half
            if here.trim_end:
                p.tail_blank[i] = half
        elif here.centred and character in _STOPS:
            ink = p.centred[i] = _ink(p, i)
            self.left[i] = self.right[i] = p.sizes[i] * _within((1 - ink.tall) / 2, 0.25)

    def _centre(self, p: ShapedParagraph, i: int, ink: InkedEdges, width: float) -> None:
        """zh-Hant: stops in the middle of their em, also with a face drawn for zh-Hans."""
        size = p.sizes[i]
        aside = (width / 2 - ink.middle) * size
        if i:
            p.gaps[i - 1] += aside
        p.gaps[i] -= aside
        p.tail_blank[i] = aside
        if p.hangs[i]:
            p.hangs[i] += aside
        self.left[i] = self.right[i] = size * _within((width - ink.right + ink.left) / 2, 0.25)
        p.rises[i] = (MIDDLE - ink.height) * size if p.text[i] in _LOW else 0.0


def _within(blank: float, most: float) -> float:
    return min(max(blank, 0.0), most)


def _ink(p: ShapedParagraph, i: int) -> InkedEdges:
    """Of character *i*, which is one glyph."""
    use = p.runs[max(bisect_left(p.run_starts, i + 1) - 1, 0)][1]
    return use.ink(int(p.glyphs[i][:4], 16))


def _fit_half(p: ShapedParagraph, i: int, here: TextSetting) -> None:
    """·, / and - between Chinese words take half an em, and stand in its middle (GB/T 15834-2011
    § 5.1.6, 5.1.7, 5.1.9); in zh-Hant · takes one em (CLREQ § 5.1).
    """
    if not here.interpunct or not 0 < i < p.length - 1 or not p.glyphs[i]:
        return
    a, b = p.text[i - 1], p.text[i + 1]
    chinese = [m.CHINESE.match(c) is not None for c in (a, b)]
    named = p.text[i] in m.INTERPUNCTS and any(chinese) and any(map(m.is_latin, (a, b)))
    if all(chinese) or named:
        size, width = p.sizes[i], here.interpunct if p.text[i] in m.INTERPUNCTS else 0.5
        middle = p.advances[i] / 2 / size if here.vertical else _ink(p, i).middle
        left = (width / 2 - middle) * size
        p.gaps[i - 1] += left
        p.gaps[i] += width * size - p.advances[i] - left


def _hang_ends(p: ShapedParagraph, settings: _Settings) -> None:
    """What `hanging-punctuation: first` and `last` name: brackets and quotes, and an indent."""
    first = next((i for i, c in enumerate(p.text) if c not in " \n"), 0)
    last = len(p.text.rstrip(" \n")) - 1
    if settings(first).hang_first and _hangs_at_ends(p.text[first], "Ps", "\u3000"):
        p.head_blank[first] = p.advances[first]
    if last >= 0 and settings(last).hang_last and _hangs_at_ends(p.text[last], "Pe", ""):
        p.tail_blank[last] = p.advances[last]


def _hangs_at_ends(character: str, bracket: str, more: str) -> bool:
    """CSS Text 3 § 8.2.1: brackets, and quotes of either side."""
    return category(character) in {bracket, "Pi", "Pf"} or character in f"'\"{more}"


def _space_pair(p: ShapedParagraph, i: int, blanks: _Blanks, settings: _Settings) -> None:
    """The gap between characters i and i + 1: what it is, and what it may give."""
    a, b = p.text[i], p.text[i + 1]
    here = settings(i)
    if here.squeeze and (blanks.right[i] or blanks.left[i + 1]):
        _close_up(p, i, blanks)
    han_a, han_b = m.is_han(a), m.is_han(b)
    if (han_a and _is_western(p, i + 1)) or (han_b and _is_western(p, i)):
        spaced = here.gap and settings(i + 1).gap and _wanted(b if han_a else a, here)
        if spaced and not settings.raised(i) and not settings.raised(i + 1):
            size = p.sizes[i] if han_a else p.sizes[i + 1]
            _open_gap(p, i, here.gap * size, size)
    elif a in " \u00a0":
        _space_character(p, i, here)
    elif b == " " or _is_rigid(p, i, a, b, han_a, han_b):
        p.kinds[i] = RIGID


def _close_up(p: ShapedParagraph, i: int, blanks: _Blanks) -> None:
    """Two marks that meet take an em and a half (CLREQ § 3.1.6.2); what blank they still have,
    and that of a mark beside anything else, may give.
    """
    free = blanks.right[i] + blanks.left[i + 1]
    if i in blanks.marks and i + 1 in blanks.marks:
        wanted = p.sizes[i] / 2
        taken = min(wanted, free)
        p.gaps[i] -= taken
        free -= taken
        if taken < wanted and i and blanks.left[i]:  # 。」 with the stop in the middle of its em
            other = min(wanted - taken, blanks.left[i])
            p.gaps[i - 1] -= other
            p.gives[i - 1] = max(0.0, p.gives[i - 1] - other)
    p.gives[i] = free


def _is_western(p: ShapedParagraph, i: int) -> bool:
    return m.is_latin(p.text[i]) or i in p.western


def _wanted(western: str, here: TextSetting) -> bool:
    return here.numeric if western.isdigit() or western in "%‰℃°" else here.alpha


def _open_gap(p: ShapedParagraph, i: int, gap: float, size: float) -> None:
    p.gaps[i] += gap
    p.kinds[i] = HAN_LATIN
    p.gives[i] = max(0.0, gap - LEAST_GAP * size)


def _space_character(p: ShapedParagraph, i: int, here: TextSetting) -> None:
    """A space that was typed between Han and Latin is the gap itself, no more.

    One between words is as wide: beside such a gap, another would show. Faces whose space is as
    wide as their letters keep it.
    """
    before, after = p.text[i - 1] if i else "", p.text[i + 1]
    meets = (before and m.is_han(before) and _is_western(p, i + 1)) or (
        before and _is_western(p, i - 1) and m.is_han(after)
    )
    size = p.sizes[i]
    of_words = m.is_latin(before or " ") or m.is_latin(after)
    if here.gap and (meets or (of_words and here.alpha and p.advances[i] < _TYPED * size)):
        p.gaps[i] -= p.advances[i]
        _open_gap(p, i, here.gap * size, size)
    if not (here.gap and meets):
        p.kinds[i] = WORD


def _is_rigid(p: ShapedParagraph, i: int, a: str, b: str, han_a: bool, han_b: bool) -> bool:
    """Never stretched: inside words and numbers, inside —— and ……, beside connectors."""
    if p.setting.justify == "inter-character" and a not in m.DASHES:
        return p.advances[i] == 0 or p.advances[i + 1] == 0
    if not (han_a or _is_wide(p, i, a)) and not (han_b or _is_wide(p, i + 1, b)):
        return True
    if (a in m.DASHES and a == b) or a in m.RIGID or b in m.RIGID:
        return True
    return p.advances[i] == 0 or p.advances[i + 1] == 0


def _is_wide(p: ShapedParagraph, i: int, character: str) -> bool:
    """A full-width mark or a box; m, M and W are as wide in many faces, and are of their words."""
    if _is_western(p, i):
        return False
    return p.advances[i] >= FULL * p.sizes[i] or character == m.UNASSIGNED_OBJECT


def _tighten_exclamations(p: ShapedParagraph, blanks: _Blanks) -> None:
    """！！ and ？！ take one em together (GB/T 15834-2011 § 5.1.2)."""
    for match in _PAIRS.finditer(p.text):
        first, last = match.start(), match.end() - 1
        if last - first != 1 or not {first, last} <= blanks.marks or last + 1 == p.length:
            continue
        if last + 1 not in blanks.marks:
            p.gaps[last] -= blanks.right[last]
            p.gives[last] = max(0.0, p.gives[last] - blanks.right[last])
        if first and blanks.left[first]:
            p.gaps[first - 1] -= blanks.left[first]
            p.gives[first - 1] = max(0.0, p.gives[first - 1] - blanks.left[first])


# --- vertical text --------------------------------------------------------------------------


def _set_upright(p: ShapedParagraph) -> None:
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
    for match in _DASHES.finditer(p.text):
        start, end = match.span()
        if not p.stands[start]:
            continue
        if p.glyphs[start] and (ink := _ink(p, start)).right - ink.left > 0.5:
            p.stands[start:end] = [False] * (end - start)  # the face has none that stands
        elif not any(p.counts[start + 1 : end]):
            # One glyph, in an em as the face has it and longer than that: its middle is in place.
            p.advances[start:end] = [sum(p.sizes[start:end]), *[0.0] * (end - start - 1)]


def _is_upright(p: ShapedParagraph, i: int) -> bool:
    character = p.text[i]
    if m.is_han(character) or east_asian_width(character) in "WF":
        return True
    return (not m.is_latin(character) and p.advances[i] >= FULL * p.sizes[i]) or character == "·"


def _side_by_side(leaf: Leaf, text: str) -> Iterator[tuple[int, int]]:
    most = leaf.setting.combine
    if most == ALL:
        yield leaf.start, leaf.end
    elif most:
        for match in _DIGITS.finditer(text, leaf.start, leaf.end):
            if 1 < match.end() - match.start() <= most:
                yield match.span()


def _combine(p: ShapedParagraph, start: int, end: int) -> None:
    """Characters *start* to *end* in the room of one Han character, and spaced like it."""
    if end - start < 2:
        return
    p.combined[start] = end
    p.advances[start:end] = [p.sizes[start], *[0.0] * (end - start - 1)]
    p.kinds[start : end - 1] = [RIGID] * (end - start - 1)
    for i in range(start - 1, end):
        if 0 <= i < p.length - 1:
            p.gives[i], p.gaps[i] = 0.0, min(p.gaps[i], 0.0)
    for i in (start - 1, end - 1):
        if 0 <= i < p.length - 1 and p.kinds[i] == HAN_LATIN:
            p.kinds[i] = PLAIN


# --- tabs and readings ----------------------------------------------------------------------


def _set_tabs(p: ShapedParagraph) -> None:
    """Tabs as wide as to the next stop, counted from the last forced break; to the one after it
    where that is nearer than half a digit (CSS Text 3 § 4.2).
    """
    done, along, apart = 0, 0.0, 0.0  # all before it is measured, from the last break on
    for leaf in p.leaves:
        if "\t" not in leaf.box.text:
            continue
        for match in re.finditer("\t", leaf.box.text):
            i = leaf.start + match.start()
            feed = p.text.rfind("\n", done, i)
            if feed >= 0:
                done, along, apart = feed + 1, 0.0, 0.0
            along, apart = sum(p.advances[done:i], along), sum(p.gaps[done:i], apart)
            done, here = i, along + apart
            asked = leaf.box.style["tab_size"]
            stop = asked * p.advances[i] if isinstance(asked, int) else asked.value
            p.gaps[i], p.kinds[i], p.gives[i] = 0.0, RIGID, 0.0
            if stop:
                past = (here + p.sizes[i] / 4) // stop
                more = (past + 1) * stop - here - p.advances[i]
                p.advances[i] += more
                p.kerns[i] += more


def _set_readings_apart(p: ShapedParagraph) -> None:
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


def _widen(p: ShapedParagraph, gaps: range, by: float) -> None:
    for i in gaps:
        p.gaps[i] += by


# --- breaks ---------------------------------------------------------------------------------


def _break_all(p: ShapedParagraph) -> None:
    text, n = p.text, p.length
    # Apostrophes are letters: no line ends inside Xi’an.
    plain = "".join("'" if i in p.western else c for i, c in enumerate(text)) if p.western else text
    breaks = break_opportunities(plain, p.style["lang"])
    breaks[0] = False
    settings = _Settings(p)
    special = [match.start() for match in m.NOT_IDEOGRAPH.finditer(text)]
    touched = {*special, *(i + 1 for i in special if i + 1 < n)} - {0}
    for i in touched:
        breaks[i] = _may_break(p, i, breaks[i], settings(i))
    _hyphenate(p, breaks)
    for i, parted in m.joints(text):
        if settings(i).level != "anywhere":
            breaks[i] = breaks[i] and parted != m.INSIDE
            if breaks[i]:
                p.prices[i] = _PARTED[parted]
    for i in m.inside_names(text):
        p.prices.setdefault(i, _DOT if text[i - 1] == m.INTERPUNCT else _NAME)
    _hold_together(p, breaks)
    if p.setting.wrap == "nowrap":
        breaks = [False] * n
    p.forced = _feeds(text)
    p.breaks = [*breaks, True]


def _hold_together(p: ShapedParagraph, breaks: list[bool]) -> None:
    """Take away the ends of lines inside what stays whole: notes with their words, glued words,
    what the style keeps, combined figures, readings.
    """
    text, n = p.text, p.length
    for leaf in p.leaves:
        if leaf.raised:
            breaks[leaf.start] = False  # [1] stays with its word
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
    for start, end in p.combined.items():
        breaks[start + 1 : end] = [False] * (end - start - 1)
    for reading in p.readings:  # one reading is not parted
        inside = reading.end - reading.start - 1
        breaks[reading.start + 1 : reading.end] = [False] * inside


def _is_letter(character: str) -> bool:
    """What `word-break: keep-all` keeps together: no mark, no space."""
    return m.is_han(character) or m.is_latin(character) or character.isalnum()


def _may_break(p: ShapedParagraph, i: int, uax14: bool, here: TextSetting) -> bool:
    """Whether a line may begin at character i, where one of its neighbours is no ideograph."""
    a, b = p.text[i - 1], p.text[i]
    if b.isspace():
        return False
    if here.level == "anywhere":
        return True
    if i in p.western or i - 1 in p.western:
        return _may_break_at_quote(p, i, uax14)
    if a in m.OPENING or b in m.LEVELS[here.level] or _is_bound(p, i, here):
        return b == "•" and _is_bullet(p, i)
    if a == b and a in m.DASHES:
        return False
    if b in m.STRICT and not m.is_latin(a):
        return True  # a laxer level lets it begin a line
    if a in m.TRAILING:
        return True
    if b in m.OPENING:
        return a not in m.CONNECTORS or a in m.DASHES
    return uax14


def _may_break_at_quote(p: ShapedParagraph, i: int, uax14: bool) -> bool:
    """Beside Western quotes: as inside Western text, and between them and Chinese."""
    a, b = p.text[i - 1], p.text[i]
    if i in p.western and b in m.CLOSING:
        return False
    if i - 1 in p.western and m.CHINESE.match(b):
        return a in m.CLOSING and b not in m.STRICT
    if i in p.western and m.CHINESE.match(a):
        return b in m.OPENING and a not in m.OPENING
    return uax14


def _is_bound(p: ShapedParagraph, i: int, here: TextSetting) -> bool:
    """Western marks after full-width ones; 北京—上海; / (GB/T 15834-2011 § 5.1.6, 5.1.9)."""
    a, b = p.text[i - 1], p.text[i]
    if (b in m.WESTERN_TRAILING and not a.isspace()) or a in m.WESTERN_OPENING:
        return True
    if b == "—" and a != "—" and p.text[i + 1 : i + 2] != "—" and here.level != "loose":
        return True
    return a in m.SOLIDI and here.level != "loose" and not _is_address(p.text, i)


def _is_address(text: str, i: int) -> bool:
    """Whether what surrounds character i is a word so long that / is where it is parted."""
    start = _LATIN_BEFORE.search(text, max(0, i - 200), i)
    end = _LATIN_AFTER.match(text, i, i + 200)
    length = (end.end() if end else i) - (start.start() if start else i)
    return length > _LONG_PATH


def _is_bullet(p: ShapedParagraph, i: int) -> bool:
    """• before an item of a list that runs on in its paragraph, not between two words."""
    before = p.text[max(0, i - 16) : i].rstrip()
    return p.text[i + 1 : i + 2] == " " and (not before or before[-1] in m.STOPS)


def _hyphenate(p: ShapedParagraph, breaks: list[bool]) -> None:
    """Let lines end inside words where the style and the language allow it, at a price."""
    for i in _soft_hyphens(p.text):
        breaks[i] = False
    drawn = {i for start, end, _ in p.foreign for i in range(start, end)}  # by the engine
    for leaf in p.leaves if not p.setting.vertical else ():
        hyphen = None
        for at in hyphens(leaf.box.text, leaf.box.style):
            i = leaf.start + at
            if i < p.length and not p.text[i].isspace() and i - 1 not in drawn:
                if leaf.box.style["hyphenate_character"]:
                    hyphen = hyphen or _hyphen(p, leaf.box.style)
                    p.hyphens[i - 1] = hyphen
                p.prices[i] = _HYPHENATED
                breaks[i] = True


def _soft_hyphens(text: str) -> Iterator[int]:
    """Where lines would begin after soft hyphens."""
    found = text.find(SOFT_HYPHEN)
    while 0 <= found < len(text) - 1:
        yield found + 1
        found = text.find(SOFT_HYPHEN, found + 1)


def _hyphen(p: ShapedParagraph, style: Style) -> Hyphen:
    """What ends a parted word."""
    shaped = shape(style["hyphenate_character"], style, western=True)
    if len(shaped.runs) != 1 or shaped.foreign:
        raise Unshapeable("hyphens of several faces, or from right to left")
    use = shaped.runs[0][1]
    glyphs = tuple(int(x[k : k + 4], 16) for x in shaped.glyphs for k in range(0, len(x), 4))
    p.used.append((use, set(glyphs)))
    return Hyphen(use, glyphs, sum(shaped.advances))


def packed(numbers: list[Any], kind: str = "d") -> Sequence[Any]:
    """Very many without an object for each: a quarter of the memory, and a little more time."""
    return array(kind, numbers) if len(numbers) > _VERY_MANY else numbers


def _sum_up(p: ShapedParagraph) -> None:
    widths: list[float] = list(map(add, p.advances, p.gaps))
    for edges in (p.before, p.after):
        for i, more in edges.items():
            if i < len(widths):
                widths[i] += more
    p.room = packed([0.0, *accumulate(widths)])
    p.give = packed([0.0, *accumulate(p.gives)])
    p.open = packed([0, *accumulate(map(bool, p.kinds))], "q")
    simple = (PLAIN, 0.0, 0.0, 0.0, 1)
    p.odd = [
        i
        for i, row in enumerate(zip(p.kinds, p.gaps, p.gives, p.kerns, p.counts, strict=True))
        if row != simple
    ]
