"""Composed lines as PDF text: nothing is shaped again.

Even stretching is one `Tc`, single gaps are numbers in `TJ` (ISO 32000-1, 9.4.3). A gap between
Han and Latin is part of the advance of the character before it: as a displacement of more than
a tenth of an em, readers would copy it as a space.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Final, Protocol

from banxin.engine.boxes import Style, TextBox
from banxin.engine.hooks import ORIGINAL

import pydyf
from weasyprint.css.units import LENGTHS_TO_PIXELS
from weasyprint.draw import text as engine
from weasyprint.draw.color import get_color
from weasyprint.text import line_break

from banxin.cjk.classes import is_han
from banxin.composer.hyphenation import SOFT_HYPHEN
from banxin.composer.paragraph import HAN_LATIN, Branch, Leaf, ShapedParagraph
from banxin.composer.shaping import HEX, FontUse
from banxin.composer.spacing import Line, advances
from banxin.composer.wide_glyphs import widened

_DECORATION: Final = (
    "ascent",
    "underline_position",
    "underline_thickness",
    "strikethrough_position",
    "strikethrough_thickness",
)
# em, from each end of a line under a name: adjacent names stay two.
AUTO_INSET: Final = 0.075
DOT, DOT_BELOW, DOT_ABOVE = 0.075, 0.30, 1.05  # em: radius; middle below, above the baseline
BESIDE = 0.68  # em: a dot from the middle of a column
_CIRCLE: Final = 0.5523  # control points of a quarter circle
FIRST_CODE, LAST_CODE = 0xF000, 0xFFF0  # of second codes: no face here has so many glyphs
# em: displacements beyond this are copied as spaces (Poppler 22, PDFium 2025); steps of advances.
MOST_SHIFT, STEP = 0.08, 0.02


class ComposedLayout:
    """Characters `a` to `b` of a composed line, where the engine keeps a Pango layout."""

    justification_spacing = 0
    first_line_direction = 0
    max_width = None
    upright = False  # in vertical text

    def __init__(self, p: ShapedParagraph, laid: Line, a: int, b: int, style: Style) -> None:
        self.paragraph, self.line, self.a, self.b = p, laid, a, b
        self.text = p.text[a:b]
        self.lead = laid.lead if a == laid.start else 0.0
        if style["text_decoration_line"] != "none":
            measured = line_break.Layout(style)
            for name in _DECORATION:
                setattr(self, name, getattr(measured, name, None))

    def reactivate(self, style: Style) -> None:
        """Nothing to wake."""

    def deactivate(self) -> None:
        """Nothing to let go."""

    def advances(self) -> list[float]:
        return advances(self.paragraph, self.line, self.a, self.b)

    def of(self, p: ShapedParagraph | None) -> ComposedLayout:
        """The same piece of *p*; of None, as paragraphs remember it: they would hold themselves."""
        piece = object.__new__(ComposedLayout)
        piece.__dict__ = {**self.__dict__, "paragraph": p}
        return piece


# --- what the engine draws with -------------------------------------------------------------


class PdfFont(Protocol):
    """The engine's font in the PDF, and what the composer keeps on it.

    Attributes:
        widths: code → advance, 1/1000 em.
        banxin_seen: glyphs that are entered already; `banxin_aliases`, their second codes.
    """

    hash: str
    name: object
    file_content: bytes
    glyph_count: int
    missing: Collection[int]
    widths: dict[int, int]
    to_unicode: dict[int, str]
    clean: Callable[[dict[int, str], bool], None]
    banxin_seen: set[int]
    banxin_aliases: SecondCodes


class PdfCanvas(Protocol):
    """A page's content."""

    stream: list[bytes]
    _fonts: dict[object, PdfFont]

    def add_font(self, font: object, /) -> tuple[PdfFont, float]: ...
    def set_font_size(self, name: str, size: float, /) -> None: ...
    def set_color(self, color: object, /, *, stroke: bool = False) -> None: ...
    def set_line_width(self, width: float, /) -> None: ...
    def transform(self, *matrix: float) -> None: ...
    def stacked(self) -> AbstractContextManager[None]: ...
    def move_to(self, x: float, y: float, /) -> None: ...
    def line_to(self, x: float, y: float, /) -> None: ...
    def curve_to(
        self, x1: float, y1: float, x2: float, y2: float, x3: float, y3: float, /
    ) -> None: ...
    def close(self) -> None: ...
    def fill(self) -> None: ...
    def stroke(self) -> None: ...


class DrawnText(TextBox, Protocol):
    """`banxin_upright`: in vertical text, its em box's baseline and its own, px from its left."""

    banxin_upright: tuple[float, float]


class Matrix(Protocol):
    @property
    def values(self) -> tuple[float, ...]: ...


# --- text -----------------------------------------------------------------------------------


def draw_first_line(
    stream: PdfCanvas,
    textbox: DrawnText,
    text_overflow: str,
    block_ellipsis: object,
    matrix: Matrix,
) -> list[object]:
    piece = textbox.pango_layout
    if not isinstance(piece, ComposedLayout):
        return ORIGINAL["draw_first_line"](  # type: ignore[no-any-return]
            stream, textbox, text_overflow, block_ellipsis, matrix
        )
    if piece.upright:
        _write_down(stream, textbox, piece)
    elif piece.text.strip() and textbox.style["font_size"] >= 1e-6:
        x, y = matrix.values[4:]
        stream.stream.append(b"1 0 0 -1 %.4f %.4f Tm" % (x, y))
        _write(stream, piece)
    return []


def _write(stream: PdfCanvas, piece: ComposedLayout) -> None:
    p, more = piece.paragraph, piece.line.more
    # A loose line would be copied with a space at every gap: its room goes into the advances.
    even = more if piece.line.looseness <= MOST_SHIFT else 0.0
    fonts = _registered(p, stream)
    lead = piece.lead
    if even:
        stream.stream.append(b"%.4f Tc" % even)
    for start, end, (font, size) in _by_font(p, piece.a, piece.b, fonts):
        stream.set_font_size(font.hash, size)
        pen = _TextArray(-1000 / size)
        pen.move(lead)
        lead = 0.0
        _glyphs(pen, piece, start, end, even, _Codes(font, size))
        stream.stream += pen.operators()
    if even:
        stream.stream.append(b"0 Tc")
    hyphen = p.hyphens.get(piece.b - 1) if piece.b == piece.line.following < p.length else None
    if hyphen is not None:
        font, size = _pdf_font(hyphen.use, stream)
        stream.set_font_size(font.hash, size)
        pen = _TextArray(-1000 / size)
        codes = _Codes(font, size)
        pen.show([codes.hyphen(glyph) for glyph in hyphen.glyphs])
        stream.stream += pen.operators()


def _write_down(stream: PdfCanvas, textbox: DrawnText, piece: ComposedLayout) -> None:
    """Vertical text: each upright character by itself, what lies on its side in one piece."""
    p, end = piece.paragraph, piece.b
    fonts = _registered(p, stream)
    baseline, _ = textbox.banxin_upright
    centre, y = textbox.position_x + textbox.width / 2, textbox.position_y
    moves = piece.advances()
    here = piece.a
    y += piece.lead
    while here < end:
        after = p.combined.get(here, here + 1)
        if not p.stands[here] and here not in p.combined:
            while after < end and not p.stands[after] and after not in p.combined:
                after += 1
        if p.text[here:after].strip():
            run = max(bisect_right(p.run_starts, here) - 1, 0)
            if here in p.combined:
                _side_by_side(stream, p, here, after, fonts[run], centre, y + baseline)
            elif p.stands[here]:
                _upright(stream, p, here, fonts[run], centre, y, baseline)
            else:
                em = p.sizes[here]
                at = centre + em / 2 - baseline * em / textbox.style["font_size"]
                stream.stream.append(b"0 1 1 0 %.4f %.4f Tm" % (at, y))
                for a, b, (font, size) in _by_font(p, here, after, fonts):
                    stream.set_font_size(font.hash, size)
                    pen = _TextArray(-1000 / size)
                    _glyphs(pen, piece, a, b, 0.0, _Codes(font, size))
                    stream.stream += pen.operators()
        y += sum(moves[here - piece.a : after - piece.a]) - (piece.lead if here == piece.a else 0.0)
        here = after


def _upright(
    stream: PdfCanvas,
    p: ShapedParagraph,
    i: int,
    font: tuple[PdfFont, float],
    centre: float,
    y: float,
    base: float,
) -> None:
    """One character in the middle of its column; its em box in the middle of its advance.

    Of stops in zh-Hant it is the ink that stands there, wherever the face has it.
    """
    fonts, size = font
    codes = p.glyphs[i]
    if not codes:
        return
    ink = p.centred.get(i)
    if ink is None:
        x = centre - _width(codes, fonts) * size / 2
        baseline = y + (p.advances[i] - p.sizes[i]) / 2 + base
    else:
        x, baseline = centre - ink.middle * size, y + p.advances[i] / 2 + ink.height * size
    stream.set_font_size(fonts.hash, size)
    stream.stream.append(b"1 0 0 -1 %.4f %.4f Tm <%s> Tj" % (x, baseline, codes.encode()))


def _side_by_side(
    stream: PdfCanvas,
    p: ShapedParagraph,
    start: int,
    end: int,
    font: tuple[PdfFont, float],
    centre: float,
    baseline: float,
) -> None:
    """Characters in one em: narrowed where they would be wider."""
    fonts, size = font
    codes = "".join(p.glyphs[start:end])
    natural = _width(codes, fonts) * size
    narrow = min(1.0, p.sizes[start] / natural) if natural else 1.0
    stream.set_font_size(fonts.hash, size)
    stream.stream.append(
        b"%.4f 0 0 -1 %.4f %.4f Tm <%s> Tj"
        % (narrow, centre - narrow * natural / 2, baseline, codes.encode())
    )


def _width(codes: str, font: PdfFont) -> float:
    """Of glyphs, em."""
    glyphs = (int(codes[k : k + 4], 16) for k in range(0, len(codes), 4))
    return float(sum(font.widths[glyph] for glyph in glyphs)) / 1000


def _by_font(
    p: ShapedParagraph, a: int, b: int, fonts: Sequence[tuple[PdfFont, float]]
) -> Iterator[tuple[int, int, tuple[PdfFont, float]]]:
    if len(p.runs) == 1:
        yield a, b, fonts[0]
        return
    starts = p.run_starts
    run, here = max(bisect_right(starts, a) - 1, 0), a
    while here < b:
        end = min(starts[run + 1] if run + 1 < len(starts) else b, b)
        if end > here:
            yield here, end, fonts[run]
        here, run = max(here, end), run + 1


class _TextArray:
    """Gathers one TJ array, and Ts before and after lifted glyphs."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._parts: list[str] = []
        self._open = False
        self._done: list[bytes] = []

    def show(self, glyphs: list[str]) -> None:
        if glyphs:
            if not self._open:
                self._parts.append("<")
                self._open = True
            self._parts += glyphs

    def move(self, pixels: float) -> None:
        number = pixels * self._scale
        if abs(number) > 0.02:
            if self._open:
                self._parts.append(">")
                self._open = False
            whole = round(number)
            near = abs(number - whole) < 0.02
            self._parts.append(str(whole) if near else f"{number:.1f}")

    def lift(self, pixels: float) -> None:
        self._flush()
        self._done.append(b"%.4f Ts" % pixels)

    def _flush(self) -> None:
        if self._open:
            self._parts.append(">")
            self._open = False
        if self._parts:
            self._done.append(b"[" + "".join(self._parts).encode() + b"] TJ")
            self._parts = []

    def operators(self) -> list[bytes]:
        self._flush()
        return self._done


def _glyphs(
    pen: _TextArray, piece: ComposedLayout, start: int, end: int, even: float, codes: _Codes
) -> None:
    """Characters *start* to *end*, of which Tc already moves each glyph by *even*."""
    p, laid = piece.paragraph, piece.line
    glyphs, kinds, gaps, more = p.glyphs, p.kinds, p.gaps, laid.more
    kerns, counts, single = p.kerns, p.counts, laid.single
    here = start
    # After a line's last character nothing follows.
    stop = end if end < laid.end else end - 1
    for i in _places(p, laid, start, end) if even or not more else range(start, end):
        shift = 0.0
        if i < stop:
            shift = gaps[i] + kerns[i] + single.get(i, 0.0) - even * counts[i]
            if kinds[i]:
                shift += more
        if i in p.rises:
            pen.show(glyphs[here:i])
            pen.lift(p.rises[i])
            pen.show(glyphs[i : i + 1])
            pen.lift(0.0)
        elif (kinds[i] == HAN_LATIN or not even) and counts[i] == 1 and shift > codes.least:
            pen.show(glyphs[here:i])
            code, taken = codes.wider(int(glyphs[i], 16), shift)
            pen.show([code])
            shift -= taken
        else:
            pen.show(glyphs[here : i + 1])
        here = i + 1
        pen.move(shift)
    pen.show(glyphs[here:end])


def _places(p: ShapedParagraph, laid: Line, start: int, end: int) -> list[int]:
    """Characters of the piece whose gap is not the even one."""
    odd = p.odd
    places = odd[bisect_left(odd, start) : bisect_left(odd, end)]
    plain = [i for i in laid.single if start <= i < end and i not in places]
    return sorted([*places, *plain]) if plain else places


class _Codes:
    """Second codes for glyphs, with room in their advance.

    The code → glyph table of the font is completed when the PDF is written.
    """

    def __init__(self, font: PdfFont, size: float) -> None:
        self._font, self._size = font, size
        self.least = STEP * size

    def wider(self, glyph: int, room: float) -> tuple[str, float]:
        """A code for *glyph* that has up to *room* pixels more, and how many it has."""
        font, steps = self._font, int(room / self.least)
        more = round(steps * STEP * 1000)
        code = self._second(glyph, more, font.to_unicode[glyph])
        return (HEX[glyph], 0.0) if code is None else (HEX[code], more * self._size / 1000)

    def hyphen(self, glyph: int) -> str:
        """A code for *glyph* that is copied as a soft hyphen: no letter of the word."""
        code = self._second(glyph, 0, SOFT_HYPHEN)
        return HEX[glyph if code is None else code]

    def _second(self, glyph: int, more: int, copied: str) -> int | None:
        """Another code for *glyph*, 1/1000 em wider; None where there is room for none."""
        font = self._font
        code: int | None = font.banxin_aliases.get((glyph, more))
        if code is None:
            code = LAST_CODE - len(font.banxin_aliases)
            if font.file_content[:4] == b"OTTO" or code <= font.glyph_count + len(font.missing):
                return None  # CFF outlines have no such table
            font.banxin_aliases[glyph, more] = code
        if code not in font.widths:
            font.widths[code] = font.widths[glyph] + more
            font.to_unicode[code] = copied
        return code


def _registered(p: ShapedParagraph, stream: PdfCanvas) -> Sequence[tuple[PdfFont, float]]:
    """The PDF fonts of the paragraph's runs, told which of their glyphs it uses."""
    known: tuple[object, Sequence[tuple[PdfFont, float]]] | None = p.registered
    if known is not None and known[0] is stream._fonts:
        return known[1]
    fonts = [_pdf_font(use, stream) for _, use in p.runs]
    for use, used in p.used:
        font = _pdf_font(use, stream)[0]
        for glyph in used - font.banxin_seen:
            font.banxin_seen.add(glyph)
            font.widths.setdefault(glyph, use.widths[glyph])
            if glyph in use.texts:
                font.to_unicode.setdefault(glyph, use.texts[glyph])
    p.registered = stream._fonts, fonts
    return fonts


def _pdf_font(use: FontUse, stream: PdfCanvas) -> tuple[PdfFont, float]:
    if use.pdf_fonts is not stream._fonts:
        use.pdf = stream.add_font(use.font)
        font = use.pdf[0]
        use.pdf_fonts = stream._fonts
        if not hasattr(font, "banxin_seen"):
            font.banxin_seen = set()
            font.banxin_aliases = _aliases_of(font, stream._fonts.values())
    return use.pdf  # type: ignore[no-any-return]


class SecondCodes(dict[tuple[int, int], int]):
    """Glyph and room, 1/1000 em → second code; and, once the font is cut down, code → glyph."""

    glyphs: Mapping[int, int] = {}


def _aliases_of(font: PdfFont, fonts: Iterable[PdfFont]) -> SecondCodes:
    """Those of the font's file: the engine may have it as several fonts."""
    kin = (other.__dict__.get("banxin_aliases") for other in fonts if other.hash == font.hash)
    known = next((aliases for aliases in kin if aliases is not None), None)
    return SecondCodes() if known is None else known


# --- decoration -------------------------------------------------------------------------------


def draw_text(stream: PdfCanvas, textbox: DrawnText, *rest: Any) -> Any:
    piece = textbox.pango_layout
    if getattr(textbox, "banxin_upright", None) and not isinstance(piece, ComposedLayout):
        return _draw_turned(stream, textbox, *rest)
    if not textbox.style["font_size"]:  # a space that only parts what is beside it
        return None
    drawn = ORIGINAL["draw_text"](stream, textbox, *rest)
    style = textbox.style
    if (
        isinstance(piece, ComposedLayout)
        and style["text_emphasis_style"] != "none"
        and style["visibility"] == "visible"
    ):
        _emphasise(stream, textbox, piece)
    return drawn


def _draw_turned(stream: PdfCanvas, textbox: DrawnText, *rest: Any) -> Any:
    """What the engine has shaped, on its side."""
    em_baseline, baseline = textbox.banxin_upright
    lying = textbox.copy()
    lying.position_x = lying.position_y = 0.0
    x = textbox.position_x + textbox.width - em_baseline + baseline
    with stream.stacked():
        stream.transform(0, 1, -1, 0, x, textbox.position_y)
        return ORIGINAL["draw_text"](stream, lying, *rest)


def _emphasise(stream: PdfCanvas, textbox: DrawnText, piece: ComposedLayout) -> None:
    """A mark at each Han character: drawn as a path, so that nothing of it is copied."""
    style = textbox.style
    em = style["font_size"]
    over = style["text_emphasis_position"][0] == "over"
    if piece.upright:
        right = style["text_emphasis_position"][1] == "right"
        beside = textbox.position_x + textbox.width / 2 + (BESIDE if right else -BESIDE) * em
    y = textbox.position_y + textbox.baseline + (-DOT_ABOVE if over else DOT_BELOW) * em
    x = textbox.position_x
    fill, _, shape = style["text_emphasis_style"].partition(" ")
    color = get_color(style, "text_emphasis_color")
    lead = piece.lead
    with stream.stacked():
        stream.set_color(color)
        stream.set_color(color, stroke=True)
        stream.set_line_width(0.03 * em)
        for character, advance in zip(piece.text, piece.advances(), strict=True):
            if is_han(character):
                along = x + lead + em / 2
                if piece.upright:
                    down = textbox.position_y + along - textbox.position_x
                    _mark(stream, beside, down, em, shape, filled=fill == "filled")
                else:
                    _mark(stream, along, y, em, shape, filled=fill == "filled")
            x += advance  # the first one has the lead in it
            lead = 0.0


def _mark(stream: PdfCanvas, x: float, y: float, em: float, shape: str, *, filled: bool) -> None:
    radius = em * (DOT if shape == "dot" else 1.6 * DOT)
    if shape == "triangle":
        stream.move_to(x, y - radius)
        stream.line_to(x + 0.87 * radius, y + radius / 2)
        stream.line_to(x - 0.87 * radius, y + radius / 2)
        stream.close()
    elif shape == "sesame":
        stream.move_to(x - radius, y - radius)
        stream.curve_to(x, y - radius, x + radius, y, x + radius, y + radius)
        stream.curve_to(x, y + radius, x - radius, y, x - radius, y - radius)
    else:
        _circle(stream, x, y, radius)
        if shape == "double-circle":
            _circle(stream, x, y, radius / 2)
    if filled and shape != "double-circle":
        stream.fill()
    else:
        stream.stroke()


def _circle(stream: PdfCanvas, x: float, y: float, r: float) -> None:
    q = _CIRCLE * r
    stream.move_to(x + r, y)
    stream.curve_to(x + r, y + q, x + q, y + r, x, y + r)
    stream.curve_to(x - q, y + r, x - r, y + q, x - r, y)
    stream.curve_to(x - r, y - q, x - q, y - r, x, y - r)
    stream.curve_to(x + q, y - r, x + r, y - q, x + r, y)


def draw_text_decoration(
    stream: PdfCanvas,
    textbox: DrawnText,
    offset_x: float,
    offset_y: float,
    thickness: float,
    color: object,
) -> None:
    """Lines under, through and over text, drawn in from both ends by text-decoration-inset.

    They go on through the elements inside one that has them, and stop before the gap that
    follows: it is of neither word.
    """
    inset, piece = _inset(textbox.style), textbox.pango_layout
    composed = isinstance(piece, ComposedLayout)
    if composed and piece.upright:
        _beside(stream, textbox, offset_y - textbox.baseline, thickness, color, inset)
        return
    start = textbox.position_x
    end = start + textbox.width
    if not (composed and piece.a > piece.line.start and _goes_on(piece, piece.a)):
        start += inset
    if not (composed and piece.b < piece.line.end and _goes_on(piece, piece.b)):
        end -= inset + (_gap_behind(piece) if composed else 0.0)
    y = textbox.position_y + offset_y
    engine.draw_line(
        stream,
        start,
        y,
        end,
        y,
        thickness,
        textbox.style["text_decoration_style"],
        color,
        offset_x,
    )


def _beside(
    stream: PdfCanvas,
    textbox: DrawnText,
    below: float,
    thickness: float,
    color: object,
    inset: float,
) -> None:
    """A line that is under lying text is left of vertical text, one over it right (CLREQ 3.1.7).

    Args:
        below: how far the line is under the baseline; above it, below 0.
    """
    baseline, _ = textbox.banxin_upright
    x = textbox.position_x + textbox.width - baseline - below
    top, bottom = textbox.position_y + inset, textbox.position_y + textbox.height - inset
    with stream.stacked():
        stream.set_color(color, stroke=True)
        stream.set_line_width(thickness)
        stream.move_to(x, top)
        stream.line_to(x, bottom)
        stream.stroke()


def _goes_on(piece: ComposedLayout, index: int) -> bool:
    """Whether one element has the line on both sides of character *index*."""
    p = piece.paragraph
    place = bisect_left(p.leaves, index + 1, key=lambda leaf: leaf.end)
    if not 0 < place < len(p.leaves):
        return False
    before, after = p.leaves[place - 1], p.leaves[place]
    if after.start != index or before.end != index:
        return False  # a box stands between them
    node: Branch | Leaf = p.tree
    for one, other in zip(before.path, after.path, strict=False):
        if one != other or isinstance(node, Leaf):
            break
        node = node.children[one]
    style = p.style if node is p.tree else node.box.style
    return bool(style["text_decoration_line"] != "none")


def _gap_behind(piece: ComposedLayout) -> float:
    """What the last character has behind it."""
    p, laid, last = piece.paragraph, piece.line, piece.b - 1
    if piece.b >= laid.end:
        return 0.0
    gap = p.gaps[last] + laid.single.get(last, 0.0) + (laid.more if p.kinds[last] else 0.0)
    return max(0.0, gap)


def _inset(style: Style) -> float:
    asked, em = style["text_decoration_inset"], style["font_size"]
    if asked == "auto":
        return float(AUTO_INSET * em)
    if asked.unit == "em":
        return float(asked.value * em)
    return float(asked.value * LENGTHS_TO_PIXELS.get(asked.unit or "px", 0))


# --- fonts in the PDF ---------------------------------------------------------------------------


def build_fonts_dictionary(
    pdf: Any, fonts: dict[object, PdfFont], compress: bool, subset: bool, options: Any
) -> Any:
    """The engine's, with the second codes pointing at their glyphs (ISO 32000-1, 9.7.4.2)."""
    for font in fonts.values():
        if getattr(font, "banxin_aliases", None):
            font.clean = partial(_clean, font, font.clean)
    made = ORIGINAL["build_fonts_dictionary"](pdf, fonts, compress, subset, options)
    for font in fonts.values():
        if getattr(font, "banxin_aliases", None):
            _point(pdf, font, compress)
    return made


def _clean(
    font: PdfFont, clean: Callable[..., None], to_unicode: dict[int, str], hinting: bool
) -> None:
    """Subset to true glyphs, and give each second code a glyph of its own."""
    aliases = font.banxin_aliases
    codes = set(aliases.values())
    clean({code: text for code, text in to_unicode.items() if code not in codes}, hinting)
    font.file_content, first = widened(font.file_content, list(aliases))
    aliases.glyphs = {code: first + i for i, code in enumerate(aliases.values())}


def _point(pdf: Any, font: PdfFont, compress: bool) -> None:
    table = bytearray(2 * (LAST_CODE + 1))
    for code in font.widths:
        glyph = font.banxin_aliases.glyphs.get(code, code)
        table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
    stream = pydyf.Stream([bytes(table)], compress=compress)
    pdf.add_object(stream)
    for item in pdf.objects:
        if (
            isinstance(item, pydyf.Dictionary)
            and "CIDToGIDMap" in item
            and item["BaseFont"] == font.name
        ):
            item["CIDToGIDMap"] = stream.reference
