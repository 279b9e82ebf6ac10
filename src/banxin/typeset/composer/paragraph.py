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
from operator import add
from typing import Any, Final

from weasyprint.formatting_structure import boxes
from weasyprint.layout.inline import inline_block_width
from weasyprint.layout.percent import resolve_percentages
from weasyprint.layout.preferred import max_content_width
from weasyprint.layout.replaced import inline_replaced_box_layout

from banxin.typeset.composer import marks as m
from banxin.typeset.composer.css import LEAST_GAP, Setting, setting
from banxin.typeset.composer.shaping import (
    FontUse,
    Unshapeable,
    break_opportunities,
    byte_offsets,
    metrics,
    shape,
)

# What a gap is, for those that share out a line's spare room.
RIGID, WORD, HAN_LATIN, PLAIN, MARK = 0, 1, 2, 3, 4
FLEX = 1.0
_FULL: Final = 0.9  # em: a mark at least so wide has a blank half
_TYPED: Final = 0.45  # em: typewriter faces have a space at least so wide
_FEED: Final = re.compile("\n")
# What it costs to end a line between a number and what it counts; inside what it counts, as in
# 平方公里; between the parts of a date; inside a name, where it can be told. `breaking` says what
# lines cost: a number is parted where the line would gape by a fifth of an em a gap.
_PARTED, _UNIT, _DATE, _NAME, _DOT = 1300.0, 2600.0, 900.0, 200.0, 60.0
_GLUE: Final = re.compile("[\u2060\u00a0\ufeff]")
_PAIRS: Final = re.compile("[！？]{2,}")
_LAYABLE: Final = frozenset({"normal", "pre-line", "nowrap"})


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
    """An inline element, or what stands in the text without being of it."""

    box: Any
    start: int
    end: int
    children: list[Branch | Leaf]
    depth: int = 0
    left: float = 0.0
    right: float = 0.0


@dataclass(slots=True, eq=False)
class Paragraph:
    """See the module. Index i stands for character i, and gaps are those after it.

    Attributes:
        sizes: font size at each character.
        gaps: added after a character: below 0 for marks that meet, above for Han and Latin.
        kinds: RIGID gaps never grow, all others alike.
        gives: how much a gap may lose.
        head_blank: what a line loses that begins with this character; `tail_blank`, that ends.
        before, after: edges of inline elements that begin, end at a character.
        rises: marks that are lifted into the middle of their em, by index.
        room: prefix sums of all widths; `give`, of `gives`; `open`, counts of gaps that grow.
        odd: characters whose gap is not simply one that grows.
        breaks: whether a line may begin with a character; `prices`, what that costs, where it
            costs anything.
        generated: elements whose text the engine may replace between layouts.
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
    head_blank: list[float] = field(default_factory=list)
    tail_blank: list[float] = field(default_factory=list)
    hangs: list[bool] = field(default_factory=list)
    before: dict[int, float] = field(default_factory=dict)
    after: dict[int, float] = field(default_factory=dict)
    rises: dict[int, float] = field(default_factory=dict)
    breaks: list[bool] = field(default_factory=list)
    prices: dict[int, float] = field(default_factory=dict)
    forced: list[int] = field(default_factory=list)
    room: list[float] = field(default_factory=list)
    give: list[float] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    plain: bool = False
    cuts: Any = None
    next: dict[tuple[float, ...], int] = field(default_factory=dict)
    lines: dict[tuple[int, int, float], Any] = field(default_factory=dict)
    built: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    bytes: list[int] | None = None
    run_starts: list[int] = field(default_factory=list)
    registered: Any = None
    pattern: Any = None
    generated: list[Branch] = field(default_factory=list)

    @property
    def justified(self) -> bool:
        """Whether its lines are stretched. Balanced ones are not: that would undo it."""
        return self.style["text_align_all"] == "justify" and self.setting.wrap != "balance"

    @property
    def length(self) -> int:
        return len(self.text)

    def ends_freely(self, index: int) -> bool:
        """Whether a line may end before *index*, at no price."""
        return self.breaks[index] and index not in self.prices

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
    if not whole or not m.CHINESE.search(whole):
        raise Unshapeable("")
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
    paragraph.generated = [x for x in branches(tree) if "::" in str(x.box.element_tag)]
    _shape_all(paragraph)
    _space_all(paragraph)
    _break_all(paragraph)
    _sum_up(paragraph)
    paragraph.plain = len(tree.children) == 1 and isinstance(tree.children[0], Leaf)
    return paragraph


# --- flattening -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Flattening:
    """What is gathered on the way through a line box."""

    context: Any
    containing_block: Any
    text: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
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


def _flattened(box: Any, path: tuple[int, ...], flat: _Flattening) -> Branch:
    branch = Branch(box, flat.length, flat.length, [], len(path))
    for index, child in enumerate(box.children):
        branch.children.append(_child(child, box, (*path, index), flat))
    branch.end = flat.length
    return branch


def _child(child: Any, parent: Any, path: tuple[int, ...], flat: _Flattening) -> Branch | Leaf:
    here = flat.length
    if not child.is_in_normal_flow():
        if child.is_floated():
            raise Unshapeable("a float inside a paragraph")
        return Branch(child, here, here, [])
    if isinstance(child, boxes.TextBox):
        leaf = _leaf(child, here, path)
        leaf.raised = isinstance(parent.style["vertical_align"], float)
        resolve_percentages(child, flat.inside)
        flat.add(child.text)
        flat.leaves.append(leaf)
        return leaf
    if isinstance(child, boxes.InlineBox):
        if child.is_leader:
            raise Unshapeable("leaders")
        resolve_percentages(child, flat.inside)
        _no_auto_margins(child)
        branch = _flattened(child, path, flat)
        branch.left = child.margin_left + child.padding_left + child.border_left_width
        branch.right = child.margin_right + child.padding_right + child.border_right_width
        return branch
    if isinstance(child, boxes.InlineBlockBox | boxes.InlineReplacedBox):
        if getattr(child, "is_table_wrapper", False):
            raise Unshapeable("a table inside a paragraph")
        flat.add(m.HAN_OBJECT if _holds_han(child) else m.UNASSIGNED_OBJECT)
        return Branch(child, here, here + 1, [], left=flat.width(child))
    raise Unshapeable(f"an inline {type(child).__name__.removesuffix('Box')}")


def _no_auto_margins(box: Any) -> None:
    for side in ("margin_left", "margin_right"):
        if getattr(box, side) == "auto":
            setattr(box, side, 0)


def _leaf(box: Any, start: int, path: tuple[int, ...]) -> Leaf:
    style = box.style
    if style["white_space"] not in _LAYABLE and box.text.strip("\n"):
        raise Unshapeable("preserved white space")
    if style["font_size"] == 0:
        raise Unshapeable("text of no size")
    if "\t" in box.text or "\xad" in box.text:
        raise Unshapeable("tabs and soft hyphens")
    return Leaf(box, start, start + len(box.text), path, setting(style))


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


# --- advances -------------------------------------------------------------------------------


def _shape_all(p: Paragraph) -> None:
    n = p.length
    p.advances, p.sizes, p.glyphs = [0.0] * n, [0.0] * n, [""] * n
    p.counts, p.kerns = [0] * n, [0.0] * n
    for leaf in p.leaves:
        # A line feed is a place, not a glyph; Pango would draw one.
        shaped = shape(leaf.box.text.replace("\n", " "), leaf.box.style)
        part = slice(leaf.start, leaf.end)
        p.advances[part], p.glyphs[part] = shaped.advances, shaped.glyphs
        p.counts[part], p.kerns[part] = shaped.counts, shaped.kerns
        p.sizes[part] = [leaf.box.style["font_size"]] * len(leaf.box.text)
        p.runs += [(leaf.start + start, use) for start, use in shaped.runs]
        p.used += shaped.used
        metrics(leaf.box.style)
    p.run_starts = [start for start, _ in p.runs]
    for feed in _FEED.finditer(p.text):
        i = feed.start()
        p.advances[i], p.glyphs[i], p.counts[i], p.kerns[i] = 0.0, "", 0, 0.0
    if len(p.leaves) == 1 and len(p.tree.children) == 1 and isinstance(p.tree.children[0], Leaf):
        return
    for branch in branches(p.tree):
        if isinstance(branch.box, boxes.InlineBox):
            if branch.left:
                p.before[branch.start] = p.before.get(branch.start, 0) + branch.left
            if branch.right and branch.end > branch.start:
                p.after[branch.end - 1] = p.after.get(branch.end - 1, 0) + branch.right
        elif branch.end > branch.start:
            p.advances[branch.start] = branch.left
            p.sizes[branch.start] = branch.box.style["font_size"]


# --- gaps -----------------------------------------------------------------------------------


def _space_all(p: Paragraph) -> None:
    n, text = p.length, p.text
    p.gaps, p.kinds = [0.0] * n, [PLAIN] * n
    p.gives = [0.0] * n
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
            # The middle of a Han character stands 0.38 em above its baseline.
            p.rises[i] = (0.38 - y) * p.sizes[i] if p.text[i] in "，。、．" else 0.0


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
            p.gives[i] = left[i + 1]
        elif left[i] and left[i + 1]:
            p.gaps[i] -= left[i + 1]
        else:
            p.gives[i] = right[i] or left[i + 1]
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
    p.gives[i] = max(0.0, gap - LEAST_GAP * size)


def _space_character(p: Paragraph, i: int, here: Setting) -> None:
    """A space that was typed between Han and Latin is the gap itself, no more.

    One between words is as wide: beside such a gap, another would show. Faces whose space is as
    wide as their letters keep it.
    """
    before, after = p.text[i - 1] if i else "", p.text[i + 1]
    meets = (before and m.is_han(before) and m.is_latin(after)) or (
        before and m.is_latin(before) and m.is_han(after)
    )
    size = p.sizes[i]
    of_words = m.is_latin(before or " ") or m.is_latin(after)
    if here.gap and (meets or (of_words and here.alpha and p.advances[i] < _TYPED * size)):
        p.gaps[i] -= p.advances[i]
        _open_gap(p, i, here.gap * size, size)
    if not (here.gap and meets):
        p.kinds[i] = WORD


def _is_rigid(p: Paragraph, i: int, a: str, b: str, han_a: bool, han_b: bool) -> bool:
    """Never stretched: inside words and numbers, inside —— and ……, beside connectors."""
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


def _tighten_exclamations(p: Paragraph, blanks: _Blanks) -> None:
    """！！ and ？！ take one em together (CLREQ § 3.1.5)."""
    for match in _PAIRS.finditer(p.text):
        last = match.end() - 1
        if match.end() - match.start() == 2 and blanks.right[last] and last + 1 < p.length:
            if not p.gaps[last]:
                p.gaps[last] -= p.sizes[last] / 2
            p.gives[last] = 0.0


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
            for i in range(start + 1, end):
                price = _price_inside(text, start, i) if breaks[i] else 0.0
                if price:
                    p.prices[i] = price
                else:
                    breaks[i] = False
    for i in m.inside_names(text):
        p.prices.setdefault(i, _DOT if text[i - 1] == m.INTERPUNCT else _NAME)
    for match in _GLUE.finditer(text):
        for i in (match.start(), match.end()):
            if i < n:
                breaks[i] = False
    for call in p.generated:
        if str(call.box.element_tag).endswith("::footnote-call") and call.start < n:
            breaks[call.start] = False  # a note's number stays with its word
    for leaf in p.leaves:
        if leaf.setting.wrap == "nowrap":
            breaks[leaf.start + 1 : leaf.end] = [False] * (leaf.end - leaf.start - 1)
    if p.setting.wrap == "nowrap":
        breaks = [False] * n
    p.forced = [i for i, character in enumerate(text) if character == "\n"]
    p.breaks = [*breaks, True]


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
    if full_a and a in m.TRAILING:
        return True
    if full_b and b in m.OPENING:
        return a not in m.CONNECTORS or a in m.DASHES
    return uax14


def _price_inside(text: str, start: int, i: int) -> float:
    """Of ending a line before character i of a number with what it counts; 0 where none may end.

    None inside figures, before a sign, or after 第 and ￥, which the standards forbid.
    """
    a, b = text[i - 1], text[i]
    if a.isdigit():
        return _PARTED if m.is_han(b) else 0.0
    if not m.is_han(a) or text[start:i].isalpha():
        return 0.0
    return _DATE if b.isdigit() else _PARTED if a in m.MAGNITUDES else _UNIT


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
