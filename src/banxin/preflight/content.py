"""Content streams, walked: every mark on a page with its colour, size and place.

The graphics model of ISO 32000-2 §8 and §9, as far as a judge needs it: matrices, clips as
rectangles, colours, overprint, alpha, text; through forms, patterns and soft masks.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from struct import unpack
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.diagnostics import Box
from banxin.preflight.areas import meet, shared
from banxin.preflight.jpeg import quality_of
from banxin.preflight.painted import (
    PROCESS,
    Fill,
    Painted,
    PaintedColour,
    PaintedPicture,
    Run,
    Shade,
    Stroke,
    TransparencyGroup,
)

Rect = tuple[float, float, float, float]
Points = list[tuple[float, float]]
Affine = tuple[float, float, float, float, float, float]

DEEPEST: Final = 12  # forms within forms; a drawing program makes three or four
MOST_PIECES: Final = 32  # subpaths of one path that are looked at one by one
MOST_FORMS: Final = 20_000  # a file that nests them in tens would keep us for ever;
MOST_WALKED: Final = 20_000  # marks of forms that are remembered, some 10 MiB
FORMS_A_PAGE: Final = 200  # and these for each of its pages: ours have some six, a map hundreds
SMALL: Final = 0.01  # pt: nearer than this, two points are one
UPRIGHT: Final = 1e-3  # of a picture's sides, that it may lean
EVERYWHERE: Final = (-1e6, -1e6, 1e6, 1e6)
UNMOVED: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MM: Final = 25.4 / 72
ASCENT, DESCENT = 0.88, -0.12  # of an em: where Han characters stand
# What pikepdf raises where a stranger's page is not as the standard has it.
OF_BROKEN_FILES: Final = (
    pikepdf.PdfError, pikepdf.QpdfRuntimeError,
    ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError,
)  # fmt: skip
UNTOLD: Final = 0xF0000  # where codes without a meaning go: characters of private use
NO_GLYPH: Final = frozenset({0, 0xFFFF})  # .notdef, and what WeasyPrint 70 writes for it
HAN: Final = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)

_PAINT: Final = {  # fills, strokes
    "f": (True, False), "F": (True, False), "f*": (True, False), "S": (False, True),
    "s": (False, True), "B": (True, True), "B*": (True, True), "b": (True, True),
    "b*": (True, True), "n": (False, False),
}  # fmt: skip
_PLAIN_MODES: Final = frozenset({0, 1, 3})  # of type: filled, stroked, not drawn
_PLAIN_BLENDS: Final = (Name.Normal, Name.Compatible)  # names have no hash
_STROKED_TOO: Final = frozenset({2, 6})  # of type: filled, then stroked
_CURVES: Final = ("/TR", "/TR2", "/BG", "/BG2", "/UCR", "/UCR2")
_SHORT: Final = {"G": "DeviceGray", "RGB": "DeviceRGB", "CMYK": "DeviceCMYK", "I": "Indexed"}
_PARTS: Final = {
    "DeviceGray": 1,
    "DeviceRGB": 3,
    "DeviceCMYK": 4,
    "CalGray": 1,
    "CalRGB": 3,
    "Lab": 3,
}


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space: its family, its number of components, and its plates if it has any."""

    family: str
    parts: int
    plates: tuple[str, ...] = ()

    def colour(self, values: Sequence[float]) -> PaintedColour:
        if self.family == "DeviceGray":
            return PaintedColour(self.family, (("Black", 100 * (1 - (values or [0.0])[0])),))
        if self.plates:
            filled = [*values, *[0.0] * len(self.plates)]
            inks = tuple((p, 100 * v) for p, v in zip(self.plates, filled, strict=False))
            return PaintedColour(self.family, inks)
        return PaintedColour(self.family)

    def first(self) -> PaintedColour:
        """What is in force before a colour is chosen, ISO 32000-2 §8.6.3."""
        if self.family == "DeviceCMYK":
            return self.colour((0, 0, 0, 1))
        return self.colour([1.0] * self.parts if self.family in {"Separation", "DeviceN"} else [0])


GRAY: Final = Space("DeviceGray", 1)
RGB: Final = Space("DeviceRGB", 3)
CMYK: Final = Space("DeviceCMYK", 4, PROCESS)
_PATHS: Final = frozenset({"q", "Q", "cm", "m", "l", "c", "v", "y", "re", "W", "W*"})
_LINES: Final = frozenset({"BT", "Tm", "Td", "TD", "T*"})
_SHOWS: Final = frozenset({"Tj", "TJ", "'", '"'})
_BY_OPERATOR: Final = {"g": GRAY, "rg": RGB, "k": CMYK}


# Its advance in text space, whether no font had it, Chinese, legible; and what it stands for.
Glyph = tuple[float, bool, bool, bool, str]


@dataclass(frozen=True, slots=True)
class FaceOfFile:
    """What measuring text needs of a font of the file."""

    name: str
    widths: dict[int, float]
    usual: float
    han: frozenset[int]
    legible: frozenset[int]  # codes that stand for a character, and no space
    em: float  # text space units of a glyph unit, 1/1000 but for Type 3
    double: bool  # codes of two bytes
    drawn: bool = False  # its glyphs are content streams of their own: Type 3
    meaning: dict[int, str] = field(default_factory=dict)
    meanings: tuple[tuple[range, str], ...] = ()  # codes, and what the first of them stands for
    known: dict[int, Glyph] = field(default_factory=dict, compare=False)

    def codes(self, data: bytes) -> Sequence[int]:
        """What is shown by a string, ISO 32000-2 §9.4.3."""
        return unpack(f">{len(data) // 2}H", data[: len(data) & ~1]) if self.double else data

    def glyph(self, code: int) -> Glyph:
        """What is known of a code, kept for the next time."""
        found = self.known[code] = (
            self.widths.get(code, self.usual) * self.em,
            self.double and code in NO_GLYPH,
            code in self.han,
            code in self.legible,
            self._meaning(code),
        )
        return found

    def _meaning(self, code: int) -> str:
        if code in self.meaning:
            return self.meaning[code]
        for codes, first in self.meanings:
            if code in codes and first:
                return first[:-1] + chr(min(ord(first[-1]) + code - codes.start, 0x10FFFF))
        untold = self.double or self.meaning or self.meanings
        return chr(UNTOLD + code) if untold else chr(code)


@dataclass(frozen=True, slots=True)
class State:
    """The graphics state, as far as it is told apart here."""

    matrix: Affine = UNMOVED
    clip: Rect = EVERYWHERE
    fill_space: Space = GRAY
    line_space: Space = GRAY
    fill: PaintedColour = field(default_factory=GRAY.first)
    line: PaintedColour = field(default_factory=GRAY.first)
    width: float = 1.0
    fill_over: bool = False
    line_over: bool = False
    mode: int = 0
    fill_alpha: float = 1.0
    line_alpha: float = 1.0
    face: FaceOfFile | None = None
    size: float = 0.0
    spacing: float = 0.0
    stretch: float = 1.0
    rise: float = 0.0
    rendering: int = 0
    leading: float = 0.0
    boxed: bool = True  # every clip so far is a box
    masked: bool = False
    blended: bool = False

    @property
    def covers(self) -> bool:
        """Whether what is painted in a box hides all that lies below it there."""
        return self.boxed and not self.masked and not self.blended


@dataclass(frozen=True, slots=True)
class _Image:
    """What a picture is made of. `number`: of its object; 0 where it stands in the stream."""

    family: str
    size: tuple[int, int]
    bits: int
    codec: str
    number: int = 0
    alternates: bool = False
    mask: tuple[int, int] = (0, 0)
    quality: int = 0
    opaque: bool = False


@dataclass(slots=True)
class _Stream:
    """Where one content stream has come to.

    Attributes:
        saved: states to go back to.
        path: the points of the path under way; `pieces`, which of them begin a subpath;
            `clipping`, whether it is to cut what follows.
        line, here: where its line of text begins, and where the next glyph stands.
    """

    state: State
    saved: list[State] = field(default_factory=list)
    path: list[tuple[float, float]] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)
    clipping: bool = False
    line: Affine = UNMOVED
    here: Affine = UNMOVED

    def draw(self, op: str, operands: Any) -> None:
        """The state kept and taken back, the axes moved, the path gone on with."""
        if op == "q":
            self.saved.append(self.state)
        elif op == "Q":
            self.state = self.saved.pop() if self.saved else self.state
        elif op == "cm":
            moved = _times(_affine(operands), self.state.matrix)
            self.state = replace(self.state, matrix=moved)
        elif op == "re":
            x, y, w, h = (float(v) for v in operands)
            self.pieces.append(len(self.path))
            self.path += _corners(self.state.matrix, (x, y, x + w, y + h))
        elif op in {"W", "W*"}:
            self.clipping = True
        elif op in {"m", "l"}:
            if op == "m":
                self.pieces.append(len(self.path))
            self.path.append(_at(self.state.matrix, float(operands[0]), float(operands[1])))
        else:
            a, b, c, d, e, f = self.state.matrix
            numbers = list(map(float, operands))
            for x, y in zip(numbers[::2], numbers[1::2], strict=False):
                self.path.append((a * x + c * y + e, b * x + d * y + f))

    def end_path(self) -> None:
        if self.clipping and self.path:
            clip = shared(self.state.clip, _around(self.path))
            boxed = self.state.boxed and _is_box(self.path)
            self.state = replace(self.state, clip=clip, boxed=boxed)
        self.path, self.pieces, self.clipping = [], [], False

    def go(self, op: str, operands: Any) -> None:
        """To the beginning of a line of text."""
        if op == "BT":
            self.line = UNMOVED
        elif op == "Tm":
            self.line = _affine(operands)
        else:
            x, y = (float(v) for v in operands) if op != "T*" else (0.0, -self.state.leading)
            if op == "TD":
                self.state = replace(self.state, leading=-y)
            self.line = _times((1, 0, 0, 1, x, y), self.line)
        self.here = self.line


class _Walked(OrderedDict[tuple[Any, ...], tuple[Painted, ...]]):
    """Marks of forms that paint paths alone, those that came last at the end."""

    marks = 0

    def add(self, key: tuple[Any, ...], found: tuple[Painted, ...]) -> None:
        self[key] = found
        self.marks += len(found)
        while self.marks > MOST_WALKED:
            self.marks -= len(self.popitem(last=False)[1])


_WALKED: Final = _Walked()


@dataclass(slots=True)
class Walker:
    """One file's pages, walked. What is shared by pages is read once.

    `unread`: pages of which not everything was looked at, since a form nests too deep; `unclear`:
    pages whose ink is not told by the colours of their marks alone.
    """

    faces: dict[tuple[int, int], FaceOfFile] = field(default_factory=dict)
    groups: list[TransparencyGroup] = field(default_factory=list)
    used_states: dict[tuple[int, int], Any] = field(default_factory=dict)
    unread: set[int] = field(default_factory=set)
    unclear: set[int] = field(default_factory=set)
    faults: dict[int, str] = field(default_factory=dict)
    _contents: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _changes: dict[tuple[int, int], tuple[dict[str, Any], bool]] = field(default_factory=dict)
    _images: dict[tuple[int, int], _Image] = field(default_factory=dict)
    _forms_left: int = MOST_FORMS
    _page: int = 0
    _trim: Rect = EVERYWHERE

    def page(self, number: int, page: pikepdf.Page, trim: Rect) -> Iterator[Painted]:
        """The marks of one page. *trim* in pt, the origin of the boxes given back."""
        self._page, self._trim = number, trim
        self._forms_left += FORMS_A_PAGE
        group = page.obj.get("/Group")
        if isinstance(group, Dictionary):
            space = self._group_space(group, page.resources)
            self.groups.append(TransparencyGroup(number, space, ""))
            if space not in {"", "DeviceCMYK"}:
                self.unclear.add(number)
        try:
            yield from self._walk(page, page.resources, State(), UNMOVED, 0, aside=False)
        except OF_BROKEN_FILES as problem:
            self.faults[number] = f"{type(problem).__name__}: {problem}"[:200]

    # --- the operators ----------------------------------------------------------------

    def _walk(
        self, stream: Any, resources: Any, state: State, base: Affine, depth: int, *, aside: bool
    ) -> Iterator[Painted]:
        """Args: base: what a pattern's matrix is relative to, ISO 32000-2 §8.7.3.1."""
        pen = _Stream(state)
        for instruction in pikepdf.parse_content_stream(stream):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                yield self._inline(instruction, resources, pen.state, aside=aside)
                continue
            operands, op = instruction.operands, str(instruction.operator)
            if op in _PATHS:
                pen.draw(op, operands)
            elif op in _PAINT:
                yield from self._path(pen, *_PAINT[op], aside=aside)
                pen.end_path()
            elif op == "Tf":
                face = self._face(resources, str(operands[0]))
                pen.state = replace(pen.state, face=face, size=float(operands[1]))
            elif op in _LINES:
                pen.go(op, operands)
            elif op in _SHOWS:
                if op in {"'", '"'}:
                    pen.go("T*", ())
                parts = operands[0] if op == "TJ" else [operands[-1]]
                run, pen.here = self._shown(parts, pen.state, pen.here, aside=aside)
                if run is not None:
                    yield run
            elif op == "Do":
                yield from self._object(str(operands[0]), resources, pen.state, depth, aside=aside)
            elif op == "sh":
                shading = resources.Shading[str(operands[0])]
                yield self._shade(shading, resources, pen.state, pen.state.clip, aside=aside)
            elif op in {"scn", "SCN"} and len(operands) and isinstance(operands[-1], Name):
                pen.state = self._in_pattern(pen.state, op)
                pattern = resources.Pattern[str(operands[-1])]
                self.unclear.add(self._page)
                yield from self._pattern(pattern, resources, pen.state, base, depth)
            elif op == "gs":
                settings = resources.ExtGState[str(operands[0])]
                pen.state = self._under(settings, pen.state)
                mask = settings.get("/SMask")
                if isinstance(mask, Dictionary):
                    yield from self._mask(mask, resources, pen.state, depth)
            else:
                pen.state = self._plain(op, operands, resources, pen.state)

    def _under(self, settings: Any, state: State) -> State:
        """After a dictionary of the graphics state."""
        key = _identity(settings)
        changes = self._changes.get(key)
        if changes is None:
            self.used_states[key] = settings
            changes = self._changes[key] = _changes(settings), _mixes(settings)
        if changes[1]:
            self.unclear.add(self._page)
        return replace(state, **changes[0])

    def _plain(self, op: str, operands: Any, resources: Any, state: State) -> State:
        """Operators that change the state and paint nothing."""
        space = _BY_OPERATOR.get(op.lower())
        if space is not None:
            colour = space.colour([float(v) for v in operands])
            if op.islower():
                return replace(state, fill_space=space, fill=colour)
            return replace(state, line_space=space, line=colour)
        match op:
            case "cs":
                space = self._space(operands[0], resources)
                return replace(state, fill_space=space, fill=space.first())
            case "CS":
                space = self._space(operands[0], resources)
                return replace(state, line_space=space, line=space.first())
            case "sc" | "scn":
                return replace(state, fill=state.fill_space.colour([float(v) for v in operands]))
            case "SC" | "SCN":
                return replace(state, line=state.line_space.colour([float(v) for v in operands]))
            case "w":
                return replace(state, width=float(operands[0]))
            case "Tc":
                return replace(state, spacing=float(operands[0]))
            case "Tz":
                return replace(state, stretch=float(operands[0]) / 100)
            case "Ts":
                return replace(state, rise=float(operands[0]))
            case "Tr":
                return replace(state, rendering=int(operands[0]))
            case "TL":
                return replace(state, leading=float(operands[0]))
        return state

    # --- marks ------------------------------------------------------------------------

    def _path(
        self,
        pen: _Stream,
        fills: bool,  # noqa: FBT001  # a row of a table, never written out
        strokes: bool,  # noqa: FBT001
        *,
        aside: bool,
    ) -> Iterator[Painted]:
        path, state = pen.path, pen.state
        if not path or not (fills or strokes):
            return
        for points in self._apart(path, pen.pieces):
            box = shared(_around(points), state.clip)
            if box[2] < box[0] or box[3] < box[1]:
                continue
            if fills:
                solid = state.covers and _is_box(points)
                yield Fill(
                    self._page, self._box(box), state.fill, state.fill_over, state.mode,
                    state.fill_alpha, aside, solid,
                )  # fmt: skip
            if strokes:
                a, b, c, d, _, _ = state.matrix
                width = state.width * min(math.hypot(a, b), math.hypot(c, d))
                yield Stroke(
                    self._page, self._box(box), state.line, state.line_over, state.mode,
                    state.line_alpha, aside, width,
                )  # fmt: skip

    def _apart(self, path: Points, pieces: Sequence[int]) -> Iterator[Points]:
        """A path, or what is drawn at once all around the page as crop marks are, one by one."""
        if 1 < len(pieces) <= MOST_PIECES and _leaves(_around(path), self._trim):
            ends = [*pieces[1:], len(path)]
            parts = [path[start:end] for start, end in zip(pieces, ends, strict=True)]
            boxes = [_around(part) for part in parts]
            if not any(meet(one, other) for one, other in combinations(boxes, 2)):
                yield from parts
                return
        yield path

    def _shown(
        self, parts: Any, state: State, here: Affine, *, aside: bool
    ) -> tuple[Run | None, Affine]:
        face = state.face
        if face is None:
            return None, here
        if face.drawn or state.rendering not in _PLAIN_MODES:
            self.unclear.add(self._page)
        advance, count, missing, han, legible, said = 0.0, 0, 0, False, 0, list[str]()
        known = face.known
        for part in parts:
            if not isinstance(part, pikepdf.String):
                advance -= float(part) / 1000 * state.size * state.stretch
                continue
            for code in face.codes(bytes(part)):
                width, lacks, chinese, reads, meaning = known.get(code) or face.glyph(code)
                count += 1
                missing += lacks
                han = han or chinese
                legible += reads
                said.append(meaning)
                advance += (width * state.size + state.spacing) * state.stretch
        full = _times(here, state.matrix)
        low, high = (state.rise + part * state.size for part in (DESCENT, ASCENT))
        whole = _around(_corners(full, (0, low, advance, high)))
        box = shared(whole, state.clip)
        moved = _times((1, 0, 0, 1, advance, 0), here)
        if not count or box[2] < box[0] or box[3] < box[1]:
            return None, moved
        outlined = state.rendering in {1, 5}
        colour = state.line if outlined else state.fill
        size = abs(state.size) * math.hypot(full[2], full[3])
        along, up = state.size * state.stretch, state.size
        turned, mirrored = _turn((full[0] * along, full[1] * along, full[2] * up, full[3] * up))
        a, b, c, d, _, _ = state.matrix
        stroked = state.width * min(math.hypot(a, b), math.hypot(c, d))
        run = Run(
            self._page, self._box(box), colour,
            state.line_over if outlined else state.fill_over, state.mode,
            state.line_alpha if outlined else state.fill_alpha, aside,
            face.name, size, count, missing, outlined, state.rendering in {3, 7}, han,
            legible if box == whole else 0, "".join(said), turned, mirrored,
            stroked if state.rendering in _STROKED_TOO else 0.0,
        )  # fmt: skip
        return run, moved

    def _shade(
        self, shading: Any, resources: Any, state: State, box: Rect, *, aside: bool
    ) -> Shade:
        space = self._space(shading.ColorSpace, resources)
        colour = PaintedColour(space.family, tuple((plate, 100.0) for plate in space.plates))
        return Shade(
            self._page, self._box(box), colour,
            state.fill_over, state.mode, state.fill_alpha, aside, _fits(shading, space.parts),
        )  # fmt: skip

    def _inline(
        self, instruction: Any, resources: Any, state: State, *, aside: bool
    ) -> PaintedPicture:
        image = instruction.iimage
        mask = bool(image.image_mask) or not image.colorspace
        named = Name("/" + str(image.colorspace).removeprefix("/"))
        family = "Mask" if mask else self._space(named, resources).family
        codec = str(image.filters[-1]).removeprefix("/") if image.filters else ""
        size, bits = (image.width, image.height), int(image.bits_per_component or 1)
        return self._picture(state, _Image(family, size, bits, codec), aside=aside)

    def _picture(self, state: State, what: _Image, *, aside: bool) -> PaintedPicture:
        a, b, c, d, _, _ = state.matrix
        box = shared(_around(_corners(state.matrix, (0, 0, 1, 1))), state.clip)
        colour = state.fill if what.family == "Mask" else PaintedColour(what.family)
        upright = abs(b) + abs(c) < UPRIGHT * (abs(a) + abs(d))
        solid = what.opaque and upright and state.covers
        return PaintedPicture(
            self._page, self._box(box), colour, state.fill_over, state.mode, state.fill_alpha,
            aside, what.size, math.hypot(a, b) * MM, math.hypot(c, d) * MM, what.bits, what.codec,
            what.alternates, what.number, what.mask, what.quality, solid, *_turn((a, b, c, d)),
        )  # fmt: skip

    def _pixels(self, image: Any, resources: Any) -> _Image:
        """What an image object is made of: looked at once."""
        key = _identity(image)
        known = self._images.get(key)
        if known is not None:
            return known
        mask = bool(image.get("/ImageMask", False))
        family = "Mask" if mask else self._space(image.get("/ColorSpace"), resources).family
        filters = image.get("/Filter", "")
        codec = str(filters[-1] if isinstance(filters, Array) and len(filters) else filters)
        cut = image.get("/SMask", image.get("/Mask"))
        cut_out = isinstance(cut, Stream)
        size = (int(cut.get("/Width", 0)), int(cut.get("/Height", 0))) if cut_out else (0, 0)
        found = self._images[key] = _Image(
            family,
            (int(image.Width), int(image.Height)),
            1 if mask else int(image.get("/BitsPerComponent", 8)),
            codec.removeprefix("/"),
            image.objgen[0],
            "/Alternates" in image,
            size,
            quality_of(image) if codec in {"/DCTDecode", "/DCT"} else 0,
            not mask and cut is None,
        )
        return found

    # --- what holds other marks -------------------------------------------------------

    def _object(
        self, name: str, resources: Any, state: State, depth: int, *, aside: bool
    ) -> Iterator[Painted]:
        thing = resources.XObject[name]
        if thing.get("/Subtype") == Name.Image:
            pixels = self._pixels(thing, resources)
            picture = self._picture(state, pixels, aside=aside)
            if picture.box[0] < picture.box[2] and picture.box[1] < picture.box[3]:
                yield picture
            return
        if thing.get("/Subtype") == Name.Form:
            yield from self._form(thing, resources, state, depth, aside=aside)

    def _form(
        self, form: Any, resources: Any, state: State, depth: int, *, aside: bool
    ) -> Iterator[Painted]:
        if self._is_too_much(depth):
            return
        inner = form.get("/Resources", resources)
        group = form.get("/Group")
        if isinstance(group, Dictionary) and group.get("/S") == Name.Transparency:
            self.groups.append(TransparencyGroup(self._page, self._group_space(group, inner), ""))
            self.unclear.add(self._page)
        matrix = _times(_affine(form.get("/Matrix", UNMOVED)), state.matrix)
        window = _around(_corners(matrix, tuple(float(v) for v in form.BBox)))
        inside = replace(state, matrix=matrix, clip=shared(state.clip, window))
        if len(inner):
            yield from self._walk(form, inner, inside, matrix, depth + 1, aside=aside)
            return
        # Paths alone, as in a slug line: drawn alike on every page, they are walked once.
        # In every copy of a series, too.
        key = self._content(form), self._trim, aside, replace(inside, face=None)
        marks = _WALKED.get(key)
        if marks is None:
            marks = tuple(self._walk(form, inner, inside, matrix, depth + 1, aside=aside))
            _WALKED.add(key, marks)
        for mark in marks:
            yield replace(mark, page=self._page)

    def _content(self, form: Any) -> bytes:
        """A digest of what a form draws."""
        key = _identity(form)
        if key not in self._contents:
            self._contents[key] = hashlib.sha256(form.read_bytes()).digest()
        return self._contents[key]

    def _is_too_much(self, depth: int) -> bool:
        """Whether a form at *depth* is left unread, which is told of its page."""
        self._forms_left -= 1
        if depth < DEEPEST and self._forms_left >= 0:
            return False
        self.unread.add(self._page)
        return True

    def _pattern(
        self, pattern: Any, resources: Any, state: State, base: Affine, depth: int
    ) -> Iterator[Painted]:
        matrix = _times(_affine(pattern.get("/Matrix", UNMOVED)), base)
        if pattern.get("/PatternType") == 2:
            yield self._shade(pattern.Shading, resources, state, EVERYWHERE, aside=True)
            return
        if self._is_too_much(depth):
            return
        inside = replace(state, matrix=matrix, clip=EVERYWHERE)
        if pattern.get("/PaintType", 1) == 1:  # one with colours of its own
            inside = State(matrix=matrix)
        inner = pattern.get("/Resources", resources)
        yield from self._walk(pattern, inner, inside, matrix, depth + 1, aside=True)

    def _mask(self, mask: Any, resources: Any, state: State, depth: int) -> Iterator[Painted]:
        form = mask.G
        inner = form.get("/Resources", resources)
        kind = str(mask.get("/S", "/Luminosity")).removeprefix("/").lower()
        group = form.get("/Group", Dictionary())
        self.groups.append(TransparencyGroup(self._page, self._group_space(group, inner), kind))
        if self._is_too_much(depth):
            return
        matrix = _times(_affine(form.get("/Matrix", UNMOVED)), state.matrix)
        yield from self._walk(form, inner, State(matrix=matrix), matrix, depth + 1, aside=True)

    @staticmethod
    def _in_pattern(state: State, op: str) -> State:
        pattern = Space("Pattern", 0)
        if op == "scn":
            return replace(state, fill_space=pattern, fill=PaintedColour("Pattern"))
        return replace(state, line_space=pattern, line=PaintedColour("Pattern"))

    # --- resources --------------------------------------------------------------------

    def _group_space(self, group: Any, resources: Any) -> str:
        named = group.get("/CS")
        return self._space(named, resources).family if named is not None else ""

    def _space(self, named: Any, resources: Any, depth: int = 0) -> Space:
        if depth > 4 or named is None:
            return Space("", 1)
        if isinstance(named, Name):
            name = str(named).removeprefix("/")
            family = _SHORT.get(name, name)
            if family in _PARTS:
                return CMYK if family == "DeviceCMYK" else Space(family, _PARTS[family])
            own = resources.get("/ColorSpace", Dictionary()).get("/" + name)
            return self._space(own, resources, depth + 1) if own is not None else Space(family, 0)
        family = str(named[0]).removeprefix("/")
        if family == "ICCBased":
            parts = int(named[1].get("/N", 0))
            return Space(f"ICCBased/{parts}", parts)
        if family in {"Indexed", "I"}:
            base = self._space(named[1], resources, depth + 1)
            return Space(f"Indexed/{base.family}", 1)
        if family == "Separation":
            return Space(family, 1, (str(named[1]).removeprefix("/"),))
        if family == "DeviceN":
            plates = tuple(str(name).removeprefix("/") for name in named[1])
            return Space(family, len(plates), plates)
        return Space(family, _PARTS.get(family, 0))

    def _face(self, resources: Any, name: str) -> FaceOfFile | None:
        font = resources.get("/Font", Dictionary()).get(name)
        if font is None:
            return None
        return self.face_of(font)

    def face_of(self, font: Any) -> FaceOfFile:
        """What a font dictionary says of its codes; read once."""
        key = _identity(font)
        known = self.faces.get(key)
        if known is None:
            known = self.faces[key] = _typeface(font)
        return known

    def _box(self, rect: Rect) -> Box:
        left, _, _, top = self._trim
        x0, y0, x1, y1 = rect
        return (x0 - left) * MM, (top - y1) * MM, (x1 - left) * MM, (top - y0) * MM


# --- fonts ----------------------------------------------------------------------------------


def _typeface(font: Any) -> FaceOfFile:
    name = str(font.get("/BaseFont", font.get("/Name", "/?"))).removeprefix("/")
    said = list(_told(font.get("/ToUnicode")))
    han, legible = _codes(said)
    meaning = {codes.start: text for codes, text in said if len(codes) == 1}
    meanings = tuple(one for one in said if len(one[0]) > 1)
    if font.get("/Subtype") == Name.Type0:
        child = font.DescendantFonts[0]
        widths = dict(_wide(child.get("/W", Array())))
        usual = float(child.get("/DW", 1000))
        return FaceOfFile(
            name, widths, usual, han, legible, 0.001, double=True, meaning=meaning,
            meanings=meanings,
        )  # fmt: skip
    first = int(font.get("/FirstChar", 0))
    widths = {first + n: float(w) for n, w in enumerate(font.get("/Widths", Array()))}
    drawn = font.get("/Subtype") == Name.Type3
    em = abs(float(font.get("/FontMatrix", [0.001])[0])) if drawn else 0.001
    return FaceOfFile(
        name, widths, 500.0, han, legible, em, double=False, drawn=drawn, meaning=meaning,
        meanings=meanings,
    )  # fmt: skip


def _wide(table: Any) -> Iterator[tuple[int, float]]:
    """ISO 32000-2 §9.7.4.3: `c [w1 w2 …]` or `first last w`."""
    items, index = list(table), 0
    while index + 1 < len(items):
        first, second = int(items[index]), items[index + 1]
        if isinstance(second, Array):
            yield from ((first + n, float(width)) for n, width in enumerate(second))
            index += 2
        else:
            last = min(int(second), first + 0xFFFF)
            yield from ((code, float(items[index + 2])) for code in range(first, last + 1))
            index += 3


_HEX: Final = rb"<([0-9A-Fa-f]+)>\s*"
_PAIR: Final = re.compile(_HEX * 2)
_RANGE: Final = re.compile(_HEX * 2 + rb"(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_SECTION: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


def _codes(meanings: Iterable[tuple[range, str]]) -> tuple[frozenset[int], frozenset[int]]:
    """Codes of Chinese characters, and of all that are no spaces."""
    han, legible = set[int](), set[int]()
    for codes, text in meanings:
        if any(low <= ord(character) <= high for character in text for low, high in HAN):
            han.update(codes)
        if text.strip().isprintable() and text.strip():
            legible.update(codes)
    return frozenset(han), frozenset(legible)


def _told(to_unicode: Any) -> Iterator[tuple[range, str]]:
    """Codes, and the text that the first stands for: a ToUnicode map (ISO 32000-2 §9.10.3)."""
    if not isinstance(to_unicode, Stream):
        return
    for kind, body in _SECTION.findall(to_unicode.read_bytes()):
        if kind == b"bfchar":
            for code, text in _PAIR.findall(body):
                yield range(int(code, 16), int(code, 16) + 1), _text(text)
            continue
        for low, high, text, each in _RANGE.findall(body):
            first, last = int(low, 16), min(int(high, 16), int(low, 16) + 0xFFFF)
            if text:
                yield range(first, last + 1), _text(text)
            for code, one in zip(range(first, last + 1), re.findall(_HEX, each), strict=False):
                yield range(code, code + 1), _text(one)


def _text(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode().zfill(4)).decode("utf-16-be", "replace")


# --- gradients and states ---------------------------------------------------------------------


def _fits(shading: Any, parts: int) -> bool:
    function = shading.get("/Function")
    if function is None or not parts:
        return True
    if isinstance(function, Array):
        return len(function) == parts
    return _outputs(function) in {0, parts}


def _outputs(function: Any) -> int:
    """Components a function gives; 0 where it cannot be told without running it."""
    kind = function.get("/FunctionType")
    if kind == 3:
        return _outputs(function.Functions[0])
    if "/Range" in function:
        return len(function.Range) // 2
    return len(function.get("/C0", [0])) if kind == 2 else 0


def _changes(settings: Any) -> dict[str, Any]:
    """What a dictionary of the graphics state changes of it."""
    changes: dict[str, Any] = {}
    if "/OP" in settings:
        changes["line_over"] = changes["fill_over"] = bool(settings.OP)
    if "/op" in settings:
        changes["fill_over"] = bool(settings.op)
    if "/OPM" in settings:
        changes["mode"] = int(settings.OPM)
    if "/ca" in settings:
        changes["fill_alpha"] = float(settings.ca)
    if "/CA" in settings:
        changes["line_alpha"] = float(settings.CA)
    if "/LW" in settings:
        changes["width"] = float(settings.LW)
    if "/SMask" in settings:
        changes["masked"] = isinstance(settings.SMask, Dictionary)
    if "/BM" in settings:
        changes["blended"] = settings.BM not in _PLAIN_BLENDS
    return changes


def _mixes(settings: Any) -> bool:
    """Whether colours come out other than they are named: blended, masked, or through a curve."""
    return (
        settings.get("/BM", Name.Normal) not in _PLAIN_BLENDS
        or isinstance(settings.get("/SMask"), Dictionary)
        or any(key in settings for key in _CURVES)
    )


# --- geometry ---------------------------------------------------------------------------------


def _identity(thing: Any) -> tuple[int, int]:
    return thing.objgen if thing.is_indirect else (-1, hash(bytes(thing.unparse(resolved=False))))


def _affine(numbers: Any) -> Affine:
    a, b, c, d, e, f = (float(v) for v in numbers)
    return a, b, c, d, e, f


def _times(m: Affine, n: Affine) -> Affine:
    """*m*, then *n*."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _at(m: Affine, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _corners(m: Affine, box: Sequence[float]) -> list[tuple[float, float]]:
    x0, y0, x1, y1 = box
    return [_at(m, x0, y0), _at(m, x1, y0), _at(m, x1, y1), _at(m, x0, y1)]


def _around(points: Sequence[tuple[float, float]]) -> Rect:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_box(points: Points) -> bool:
    """Whether points are the corners of a rectangle that stands upright, in their order."""
    if not 4 <= len(points) <= 5 or (len(points) == 5 and points[4] != points[0]):
        return False
    x0, y0, x1, y1 = _around(points)
    on = [(abs(x - x0) < SMALL or abs(x - x1) < SMALL) for x, _ in points]
    on += [(abs(y - y0) < SMALL or abs(y - y1) < SMALL) for _, y in points]
    (ax, ay), (bx, by), (cx, cy), _ = points[:4]
    crossing = abs(ax - cx) >= SMALL and abs(ay - cy) >= SMALL
    return all(on) and crossing and (abs(ax - bx) < SMALL or abs(ay - by) < SMALL)


def _turn(m: tuple[float, float, float, float]) -> tuple[int, bool]:
    """Where the first axis points, degrees anticlockwise; and whether the axes are mirrored."""
    a, b, c, d = m
    if not b and a >= 0:
        return 0, a * d < 0
    return round(math.degrees(math.atan2(b, a))) % 360, a * d - b * c < 0


def _leaves(box: Rect, trim: Rect) -> bool:
    return box[0] < trim[0] or box[1] < trim[1] or box[2] > trim[2] or box[3] > trim[3]
