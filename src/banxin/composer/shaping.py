"""Text → glyphs and advances: each text box is shaped once, for breaking and for drawing.

All lengths are CSS pixels. Pango's arrays are taken over in slices: field by field would cost
more than the shaping.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby, pairwise
from operator import sub
from typing import Any, Final, NamedTuple, TypeAlias
from unicodedata import combining

from banxin.engine.boxes import Style

from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango, unicode_to_char_p
from weasyprint.text.fonts import get_pango_font_key

from banxin.assets.characters import is_drawn, is_spelled
from banxin.cjk.classes import WESTERN_MARKS, is_full_width

FULL: Final = 0.9  # em: a mark at least so wide has a blank half
_EMPTY: Final = 0x0FFFFFFF  # PANGO_GLYPH_EMPTY; above it are glyphs that the font lacks
_DASH: Final = re.compile("[—⸺]+|…+")


class Unshapeable(Exception):  # noqa: N818  # not an error: the engine sets this text itself
    """The text needs what the composer does not do. `str()` names it."""


class Hexadecimals(dict[int, str]):
    """Glyph id → as PDF writes it."""

    def __missing__(self, glyph: int) -> str:
        self[glyph] = written = f"{glyph:04x}"
        return written


class _Pixels(dict[int, float]):
    """Pango's units → px, one object for all characters of one width."""

    def __missing__(self, units: int) -> float:
        self[units] = units * FROM_UNITS
        return self[units]


HEX: Final = Hexadecimals()
_PIXELS: Final = _Pixels()
_EXTENTS: Final = ffi.new("PangoRectangle *")
ffi.cdef("PangoAttribute *pango_attr_family_new(const char *family);")  # not among the engine's
# Letters beyond ASCII of scripts that are written in words: only these come from other faces.
_FOREIGN: Final = re.compile("[\u00c0-\u1fff\u2c00-\u2dff\ua640-\uabff\ufb00-\ufdff]")
# The engine draws colours and pictures of characters; the composer writes outlines.
_EMOJI: Final = re.compile("[\U0001f000-\U0001faff](?:[\U0001f3fb-\U0001f3ff])?|[^\\s]\ufe0f")
_JOINER: Final = "\u200d"
Stretch: TypeAlias = tuple[int, int, bytes]  # from, to, family or features
ffi.typeof("PangoLogAttr[]")  # cffi parses a type when it first meets it: 8 ms


@dataclass(frozen=True, slots=True)
class InkedEdges:
    """Edges of what a glyph inks, right of its origin; how high its middle stands, and from its
    foot to its head; em.
    """

    left: float
    right: float
    height: float
    tall: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(slots=True, eq=False)
class FontUse:
    """A font of the engine at one size.

    Attributes:
        owner: the layout that keeps `font` alive.
        widths: glyph → advance, 1/1000 em, as the PDF will have it; `pixels`, as the same.
        texts: glyph → what is copied from it.
    """

    font: Any
    owner: Any
    size: float = 0.0
    widths: dict[int, int] = field(default_factory=dict)
    pixels: dict[int, float] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    inks: dict[int, InkedEdges] = field(default_factory=dict)
    pdf_fonts: Any = None
    pdf: Any = None

    def learn(self, glyphs: set[int]) -> None:
        if not self.size:
            self.size = get_pango_font_key(self.font)[2] or 1.0
        logical = _EXTENTS
        for glyph in glyphs - self.pixels.keys():
            pango.pango_font_get_glyph_extents(self.font, glyph, ffi.NULL, logical)
            width = self.widths[glyph] = round(logical.width * 1000 * FROM_UNITS / self.size)
            self.pixels[glyph] = width * self.size / 1000

    def ink(self, glyph: int) -> InkedEdges:
        """Where *glyph* has its ink."""
        known = self.inks.get(glyph)
        if known is None:
            box, scale = _EXTENTS, FROM_UNITS / self.size
            pango.pango_font_get_glyph_extents(self.font, glyph, box, ffi.NULL)
            known = self.inks[glyph] = InkedEdges(
                box.x * scale,
                (box.x + box.width) * scale,
                -(box.y + box.height / 2) * scale,
                box.height * scale,
            )
        return known


@dataclass(slots=True)
class Shaped:
    """Glyphs of a text, by its characters.

    Attributes:
        advances: of each character, letter and word spacing in them.
        glyphs: hexadecimal ids; a ligature's at its first character.
        counts: how many glyphs each character has.
        kerns: what each advance differs from its glyphs' own, carried on in steps of 1/4000 em.
        runs: where each font begins.
        used: glyphs of each font.
        foreign: stretches that the engine draws, with their ends, and whether each reads from
            right to left. Their characters have advances and no glyphs.
    """

    advances: list[float]
    glyphs: list[str]
    counts: list[int]
    kerns: list[float]
    runs: list[tuple[int, FontUse]]
    used: list[tuple[FontUse, set[int]]]
    foreign: list[tuple[int, int, bool]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Typeface:
    """What all styles that set the same type share."""

    layout: Any = None
    height: float = 0.0
    baseline: float = 0.0
    strut: tuple[float, float] = (0.0, 0.0)
    measured: bool = False


def typeface(style: Style) -> Typeface:
    known: Typeface | None = style.__dict__.get("banxin_typeface")
    if known is None:
        key = (
            line_break._font_style_cache_key(style, include_size=True),
            style["font_kerning"],
            style["direction"],
        )
        store = style.font_config.__dict__.setdefault("banxin_typefaces", {})
        known = style.__dict__["banxin_typeface"] = store.setdefault(key, Typeface())
    return known


def metrics(style: Style) -> Typeface:
    """Height and baseline of a text box, and the strut of its line.

    To be asked after shaping: Pango gives missing glyphs no width once a font was measured.
    """
    face = typeface(style)
    if not face.measured:
        layout = line_break.Layout(style)
        layout.set_text(" ")
        line, _ = layout.get_first_line()
        _, _, _, _, face.height, face.baseline = line_break.first_line_metrics(
            line, "", layout, resume_at=None, space_collapse=False, style=style
        )
        face.strut = line_break.strut(style)
        face.measured = True
    return face


def shape(text: str, style: Style, *, narrow: Iterable[int] = (), western: bool = False) -> Shaped:
    """Glyphs of *text*.

    Args:
        narrow: indices of marks that are Western here, and proportional.
        western: whether all of it is.

    Raises:
        Unshapeable: control characters.
    """
    face = typeface(style)
    layout = face.layout
    features = list(_features(text, style, narrow, western=western))
    if layout is None or features:
        layout = _new_layout(style)
        if not features:
            face.layout = layout
    families = list(_families_of_marks(text, style, narrow, western=western))
    line = _laid(layout, text, features, families)
    if _FOREIGN.search(text) and (torn := list(_torn_words(line, text, style))):
        layout = _new_layout(style)
        line = _laid(layout, text, features, [*families, *torn])
    n = len(text)
    shaped = Shaped([0.0] * n, [""] * n, [1] * n, [0.0] * n, [], [])
    strange = _Strange()
    taking = _Taking(text, style, face, layout, shaped, strange)
    for start, item in _in_order(line, text):
        _take_run(taking, start, item)
    if sum(item.item.num_chars for _, item in _in_order(line, text)) != n:
        raise Unshapeable("control characters")
    _space_out(text, style, shaped)
    if strange.characters or strange.turned or (not text.isascii() and _EMOJI.search(text)):
        _leave_to_engine(text, shaped, strange)
    return shaped


@dataclass(slots=True)
class _Strange:
    """What is beyond one glyph after the other on a line: characters whose glyphs are moved or
    missing, and stretches within text that reads from right to left.
    """

    characters: set[int] = field(default_factory=set)
    turned: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Taking:
    """What Pango has shaped, on its way into `shaped`. `layout` is Pango's, and owns its fonts."""

    text: str
    style: Style
    face: Typeface
    layout: Any
    shaped: Shaped
    strange: _Strange


class _GlyphRun(NamedTuple):
    """Characters *start* to *end* in one font: its glyphs, and the bytes that they begin at.

    `pixels`: advances, px. `moved`: whether each glyph stands beside its place.
    """

    start: int
    end: int
    ids: list[int]
    pixels: list[float]
    clusters: Sequence[int]
    moved: list[bool]


def _in_order(line: Any, text: str) -> Iterator[tuple[int, Any]]:
    """The runs of Pango's line as they are written, each with its first character."""
    runs = []
    run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        runs.append(run.data)
        run = run.next
    start = 0
    for item in sorted(runs, key=lambda item: item.item.offset):
        yield start, item
        start += item.item.num_chars


def _leave_to_engine(text: str, shaped: Shaped, strange: _Strange) -> None:
    """Words with such characters, and what is turned, without glyphs of their own."""
    found = [(start, end, True) for start, end in strange.turned]
    odd = strange.characters | {i for e in _EMOJI.finditer(text) for i in range(*e.span())}
    last = 0
    for i in sorted(odd):
        if i < last or any(start <= i < end for start, end in strange.turned):
            continue
        start, last = i, i + 1
        while start and _joins(text, start):
            start -= 1
        while last < len(text) and _joins(text, last):
            last += 1
        found.append((start, last, False))
    shaped.foreign = sorted(found)
    for start, end, _ in found:
        count = end - start
        shaped.glyphs[start:end], shaped.counts[start:end] = [""] * count, [0] * count
        shaped.kerns[start:end] = [0.0] * count


def _joins(text: str, i: int) -> bool:
    """Whether character *i* is of one word, or one sign, with the one before it."""
    a, b = text[i - 1], text[i]
    if not is_drawn(b):
        return not b.isspace()
    if not is_drawn(a):
        return a == _JOINER
    return combining(b) > 0 or (is_spelled(b) and is_spelled(a))


def _new_layout(style: Style) -> Any:
    layout = line_break.Layout(style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    return layout


def _laid(
    layout: Any, text: str, features: Iterable[Stretch], families: Iterable[Stretch] = ()
) -> Any:
    """Pango's line of *text*, with *features*, and *families* for some of its words."""
    pointer, _ = unicode_to_char_p(text)
    pango.pango_layout_set_text(layout.layout, pointer, -1)
    at: Sequence[int] = ()
    for make, stretches in (
        (pango.pango_attr_font_features_new, features),
        (pango.pango_attr_family_new, families),
    ):
        for start, end, value in stretches:
            at = at or byte_offsets(text)
            _attribute(layout.layout, make(value), at[start], at[end])
    return pango.pango_layout_get_line_readonly(layout.layout, 0)


def _features(
    text: str, style: Style, narrow: Iterable[int], *, western: bool
) -> Iterator[Stretch]:
    """OpenType features that parts of *text* need."""
    if style["writing_mode"] == "vertical-rl":
        # Some faces have a standing form of the full-width dash alone.
        parts = [0, *(at for match in _DASH.finditer(text) for at in match.span()), len(text)]
        for k, (start, end) in enumerate(pairwise(parts)):
            if start < end:
                yield start, end, b"vert 1, fwid 1" if k % 2 else b"vert 1"
    elif not western and ("—" in text or "…" in text):
        # —— and …… two em wide also after Latin, where Pango shapes them as English.
        for match in _DASH.finditer(text):
            yield *match.span(), b"locl 0" if match.group()[0] == "…" else b"fwid 1"
    for i in narrow:
        yield i, i + 1, b"pwid 1"


def _families_of_marks(
    text: str, style: Style, narrow: Iterable[int], *, western: bool
) -> Iterator[Stretch]:
    """Marks of Western text that another family has than the one asked for.

    A Latin face that stands before a Chinese one has its own “ ” — … under another name.
    """
    declared = getattr(style.font_config, "families", ())
    own = f"{style['font_family'][0]}{WESTERN_MARKS}"
    if own in declared:
        families = ",".join(dict.fromkeys((own, *style["font_family"], *declared))).encode()
        marks = (i for i, c in enumerate(text) if is_full_width(c)) if western else narrow
        yield from ((i, i + 1, families) for i in marks)
        return
    for i in narrow:
        family = _narrow_family(text[i], style)
        if family is not None:
            yield i, i + 1, family


def _narrow_family(mark: str, style: Style) -> bytes | None:
    """The family that has *mark* proportional, where the one asked for has it full-width alone."""
    store = style.font_config.__dict__.setdefault("banxin_narrow", {})
    key = (mark, *style["font_family"], style["font_weight"])
    if key not in store:
        declared = getattr(style.font_config, "families", ())
        families = dict.fromkeys((*style["font_family"], *declared))
        found = next((name for name in families if _is_narrow(mark, name, style)), "")
        store[key] = found.encode() if found and found != style["font_family"][0] else None
    known: bytes | None = store[key]
    return known


def _is_narrow(mark: str, family: str, style: Style) -> bool:
    layout = _new_layout(style)
    line = _laid(layout, mark, [(0, 1, b"pwid 1")], [(0, 1, family.encode())])
    pango.pango_layout_line_get_extents(line, ffi.NULL, _EXTENTS)
    return bool(_EXTENTS.width * FROM_UNITS < FULL * style["font_size"])


def _torn_words(line: Any, text: str, style: Style) -> Iterator[Stretch]:
    """Words of which some letters are of another face than the others, and that face's family.

    All of such a word is set in it: two faces in one word show.
    """
    fonts: list[Any] = []
    for _, run in _in_order(line, text):
        fonts += [run.item.analysis.font] * run.item.num_chars
    if len(set(fonts)) < 2 or len(fonts) < len(text):
        return
    start = 0
    for spelled, letters in groupby(text, is_spelled):
        word = "".join(letters)
        end = start + len(word)
        used = dict.fromkeys(fonts[start:end])
        # A face that places its marks over letters by itself cannot be composed.
        if spelled and len(used) > 1 and not any(map(combining, word)):
            families = [*dict.fromkeys(map(_family, used))]
            asked = style["font_family"]
            other = next((name for name in families if name not in asked), None)
            if other is None and len(families) > 1:
                other = max(families, key=asked.index)
            if other:
                yield start, end, other.encode()
        start = end


def _family(font: Any) -> str:
    described = ffi.gc(
        pango.pango_font_describe_with_absolute_size(font), pango.pango_font_description_free
    )
    name = ffi.string(pango.pango_font_description_get_family(described)).decode()
    return str(name)


def _take_run(taking: _Taking, start: int, glyph_item: Any) -> None:
    text, shaped = taking.text, taking.shaped
    string, item = glyph_item.glyphs, glyph_item.item
    count, end = string.num_glyphs, start + item.num_chars
    info = array("i")
    info.frombytes(ffi.buffer(string.glyphs, count * 20))  # id, width, x, y, attributes
    ids, widths = info[0::5].tolist(), info[1::5].tolist()
    pixels = list(map(_PIXELS.__getitem__, widths))
    clusters = ffi.unpack(string.log_clusters, count) if count else []
    if item.analysis.level & 0xFF:  # a byte, which the engine reads with three more
        _take_turned(taking, _GlyphRun(start, end, ids, pixels, clusters, []))
        return
    fonts = taking.style.font_config.__dict__.setdefault("banxin_fonts", {})
    font = item.analysis.font  # pointers are equal when their addresses are
    use: FontUse | None = fonts.get(font)
    if use is None:
        use = fonts[font] = FontUse(font, taking.layout)
        taking.face.layout = None  # this layout now keeps the font alive, and must not change
    drawn = {glyph for glyph in ids if 0 <= glyph < _EMPTY}
    moved = any(info[2::5]) or any(info[3::5]) or max(ids, default=0) > _EMPTY
    use.learn(drawn)
    shaped.used.append((use, drawn))
    if not shaped.runs or shaped.runs[-1][1] is not use:
        shaped.runs.append((start, use))
    if (
        count == end - start
        and not moved
        and _EMPTY not in ids
        and clusters == sorted(set(clusters))
    ):
        shaped.advances[start:end] = pixels
        shaped.glyphs[start:end] = [HEX[glyph] for glyph in ids]
        own = [use.pixels[glyph] for glyph in ids]
        for glyph, character in zip(ids, text[start:end], strict=True):
            use.texts.setdefault(glyph, character)
    else:
        at = [bool(x or y) for x, y in zip(info[2::5], info[3::5], strict=True)]
        own = _take_clusters(taking, _GlyphRun(start, end, ids, pixels, clusters, at), use)
    _carry_kerns(shaped, start, end, own, use.size)


def _take_turned(taking: _Taking, run: _GlyphRun) -> None:
    """Advances alone: of text from right to left, and of numbers in it."""
    turned, start = taking.strange.turned, run.start
    at = _by_bytes(taking.text, start, run.end)
    for width, cluster in zip(run.pixels, run.clusters, strict=True):
        taking.shaped.advances[at[cluster]] += width
    if turned and turned[-1][1] == start:
        start = turned.pop()[0]
    turned.append((start, run.end))


def _by_bytes(text: str, start: int, end: int) -> dict[int, int]:
    """Bytes from *start* on → the character that begins there."""
    at, byte = {}, 0
    for index in range(start, end):
        at[byte] = index
        byte += len(text[index].encode())
    return at


def _take_clusters(taking: _Taking, run: _GlyphRun, use: FontUse) -> list[float]:
    """Ligatures, characters of several glyphs, and those that draw nothing."""
    start, end, ids, pixels, clusters, moved = run
    text, shaped, strange = taking.text, taking.shaped, taking.strange
    at = _by_bytes(text, start, end)
    shaped.counts[start:end] = [0] * (end - start)
    own = [0.0] * (end - start)
    for k, (glyph, cluster) in enumerate(zip(ids, clusters, strict=True)):
        index = at.get(cluster, start)
        missing = glyph != _EMPTY and not 0 <= glyph < _EMPTY
        width = use.size if missing else pixels[k]  # Pango gives it none once a font was measured
        shaped.advances[index] += width
        if glyph == _EMPTY:
            continue
        before = use.pixels.get(ids[k - 1], pixels[k - 1])  # one that is not drawn has no width
        spaced = shaped.counts[index] and abs(before - pixels[k - 1]) > 1e-3
        if spaced or moved[k] or missing:
            strange.characters.add(index)
        if missing:
            own[index - start] += width
            continue
        shaped.glyphs[index] += HEX[glyph]
        shaped.counts[index] += 1
        own[index - start] += use.pixels[glyph]
        following = at.get(clusters[k + 1], end) if k + 1 < len(ids) else end
        use.texts.setdefault(glyph, text[index : max(following, index + 1)])
    return own


def _carry_kerns(shaped: Shaped, start: int, end: int, own: list[float], size: float) -> None:
    apart = list(map(sub, shaped.advances[start:end], own))
    if max(map(abs, apart), default=0) <= 1e-4:
        return
    step, carried = size / 4000, 0.0
    for index, difference in enumerate(apart, start):
        carried += difference
        if abs(carried) >= step:
            shaped.kerns[index] = carried
            carried = 0.0


def _space_out(text: str, style: Style, shaped: Shaped) -> None:
    letters = style["letter_spacing"]
    letters = 0 if letters == "normal" else letters
    words = style["word_spacing"]
    if not letters and not words:
        return
    for index, character in enumerate(text):
        more = letters if shaped.advances[index] else 0
        if character in " \u00a0":
            more += words
        shaped.advances[index] += more
        shaped.kerns[index] += more


def byte_offsets(text: str) -> Sequence[int]:
    """Where each character of *text* begins in UTF-8, and where the last one ends."""
    lengths = (
        1 if c < "\x80" else 2 if c < "\u0800" else 3 if c < "\U00010000" else 4 for c in text
    )
    return array("q", accumulate(lengths, initial=0))


def _attribute(layout: Any, attribute: Any, start: int, end: int) -> None:
    attributes = pango.pango_layout_get_attributes(layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    attribute.start_index, attribute.end_index = start, end
    pango.pango_attr_list_insert(attributes, attribute)
    pango.pango_layout_set_attributes(layout, attributes)


def break_opportunities(text: str, language: str | None) -> list[bool]:
    """UAX 14 in Pango's reading: whether a line may begin at each character."""
    attributes = array("I")
    found = line_break.get_log_attrs(text, language)
    attributes.frombytes(ffi.buffer(found)[: 4 * len(text)])
    return [bool(flags & 1) for flags in attributes]
