"""A stranger's page written anew as a form: what it draws, in our colours, and nothing else.

Nothing is taken over that is not known here: no annotation, form field, script, link, metadata,
thumbnail, private data or hidden layer comes along, because nobody carries it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream

from banxin.artwork import fonts, shadings
from banxin.artwork.copying import Transfer
from banxin.artwork.functions import Rows, function
from banxin.artwork.layers import hidden_layers, is_hidden
from banxin.artwork.operators import PLAIN, is_sound
from banxin.artwork.pictures import picture
from banxin.artwork.reading import UnusableError, bounded
from banxin.artwork.spaces import CMYK, GREY, RGB, ColourSpace, named_spaces, space_of_file
from banxin.artwork.targets import ColourTarget, Mask, Spots

DEEPEST: Final = 24  # forms in forms
MOST_DRAWN: Final = 6_000_000  # operators, each form as often as it is drawn
MOST_READ: Final = 600_000  # operators that stand in the file
MOST_BYTES: Final = 12_000_000  # of content
MOST_SAVED: Final = 500  # states at a time
_FILLS: Final = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"})
_STROKES: Final = frozenset({"S", "s", "B", "B*", "b", "b*"})
_SHOWS: Final = frozenset({"Tj", "TJ", "'", '"'})
_DEVICES: Final = {"g": GREY, "rg": RGB, "k": CMYK}
_STATE_KEYS: Final = (
    "/LW", "/LC", "/LJ", "/ML", "/D", "/OP", "/op", "/OPM", "/SA", "/BM", "/CA", "/ca", "/AIS",
    "/TK",
)  # fmt: skip
_FORM_KEYS: Final = ("/BBox", "/Matrix")
_TILING_KEYS: Final = ("/BBox", "/Matrix", "/XStep", "/YStep", "/PaintType", "/TilingType")
MOST_TILES: Final = 100  # across a tile's own box: no pattern needs to be laid as densely
_Line = tuple[Sequence[Any], Operator]


@dataclass(slots=True)
class Found:
    """What a page turned out to have.

    Attributes:
        light: colours in RGB or Lab, as `#rrggbb`, `Lab`, or empty for a picture or a gradient.
        transparent: whether it needs a PDF that knows transparency.
        profiles: of inks that it has with a profile of their own.
        hidden: whether a layer was left out.
        fonts: the names of those that its type is in.
    """

    light: set[str] = field(default_factory=set)
    transparent: bool = False
    profiles: list[bytes] = field(default_factory=list)
    hidden: bool = False
    fonts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _InkInUse:
    """What is filled, or stroked, in. `known`: a colour was chosen since the content began."""

    space: ColourSpace = GREY
    known: bool = False
    over: bool = False  # the binder's plates print over what is there


@dataclass(slots=True)
class _InksInUse:
    fill: _InkInUse = field(default_factory=_InkInUse)
    stroke: _InkInUse = field(default_factory=_InkInUse)

    def copy(self) -> _InksInUse:
        return _InksInUse(replace(self.fill), replace(self.stroke))


@dataclass(slots=True)
class _ContentInMaking:
    """A piece of content in the making."""

    source: Any
    named: dict[str, Any]
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    out: list[_Line] = field(default_factory=list)
    pen: _InksInUse = field(default_factory=_InksInUse)
    saved: list[_InksInUse] = field(default_factory=list)
    tags: list[bool] = field(default_factory=list)
    bare: set[str] = field(default_factory=set)  # drawn in a colour that is still to be chosen
    drawn: int = 0

    @property
    def is_hidden(self) -> bool:
        return any(self.tags)

    def of(self, kind: str, name: Any) -> Any:
        """A resource of the file, or None."""
        held = self.source.get(kind) if isinstance(self.source, Dictionary) else None
        return held.get(str(name)) if isinstance(held, Dictionary) else None

    def give(self, kind: str, thing: Any, name: str = "") -> Name:
        held = self.resources.setdefault(kind, {})
        name = name or f"/X{len(held)}"
        held[name] = thing
        return Name(name)


@dataclass(frozen=True, slots=True)
class _RebuiltForm:
    """A form that is done. `drawn`: operators that it takes to draw it."""

    stream: Any
    drawn: int
    bare: frozenset[str]


@dataclass(slots=True)
class Rebuilder:
    """Writes pages of *source* into the PDF of *carrier*."""

    source: pikepdf.Pdf
    carrier: Transfer
    target: ColourTarget
    spots: Spots
    found: Found = field(default_factory=Found)
    hidden: frozenset[tuple[int, int]] = frozenset()
    _forms: dict[tuple[tuple[int, int], bool], _RebuiltForm] = field(default_factory=dict)
    _spaces: dict[Any, Any] = field(default_factory=dict)
    _groups: list[tuple[Any, Dictionary]] = field(default_factory=list)
    _open: list[tuple[int, int]] = field(default_factory=list)
    _read: int = 0
    _bytes: int = 0

    def page(self, page: pikepdf.Page) -> Any:
        """A form of all that the page draws, in the page's own coordinates.

        Raises:
            UnusableError: it cannot be placed; any of `reading.FAULTS`: it is damaged.
        """
        self.hidden = hidden_layers(self.source)
        contents = page.obj.get("/Contents", Array())
        parts = contents if isinstance(contents, Array) else [contents]
        content = b"\n".join(bounded(part) for part in parts)
        written = self._content(content, page.obj.get("/Resources", page.resources))
        made = self._finished(written, top=True)
        if self.found.transparent:
            for form, group in self._groups:
                form.Group = group
        return made

    # --- content ----------------------------------------------------------------------------

    def _content(
        self, content: bytes, source: Any, resources: dict[str, dict[str, Any]] | None = None
    ) -> _ContentInMaking:
        """*content* written anew.

        Args:
            source: its resources in the file.
            resources: those that it shares with what was written before.
        """
        self._bytes += len(content)
        if self._bytes > MOST_BYTES:
            raise UnusableError(
                "artwork/too-large", what=f"{self._bytes // 1_000_000} MB of drawing"
            )
        shared = {} if resources is None else resources
        written = _ContentInMaking(source, named_spaces(source), shared)
        for instruction in pikepdf.parse_content_stream(self.source.make_stream(content)):
            self._read += 1
            written.drawn += 1
            if self._read > MOST_READ or written.drawn > MOST_DRAWN:
                raise UnusableError("artwork/too-large", what=f"{MOST_READ} operators")
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self._inline(instruction.iimage, written)
                continue
            operands, operator = list(instruction.operands), str(instruction.operator)
            if is_sound(operator, operands):
                self._one(operator, operands, written)
        written.out += [([], Operator("Q"))] * len(written.saved)
        return written

    def _one(self, operator: str, operands: list[Any], w: _ContentInMaking) -> None:
        if operator in PLAIN:
            w.out.append((operands, Operator(operator)))
        elif operator in {"q", "Q", "cm"}:
            self._state(operator, operands, w)
        elif operator in {"BDC", "BMC", "EMC"}:
            self._tag(operator, operands, w)
        elif operator in _FILLS | _STROKES:
            self._paint(operator, w)
        elif operator in _SHOWS:
            self._show(operator, operands, w)
        elif operator.lower() in _DEVICES:
            self._device(operator, operands, w)
        elif operator in {"cs", "CS"}:
            self._choose(operands[0], w, stroke=operator == "CS")
        elif operator in {"sc", "scn", "SC", "SCN"}:
            self._tint(operands, w, stroke=operator.isupper())
        elif operator in {"Tf", "gs", "Do", "sh"}:
            self._named(operator, operands, w)

    def _state(self, operator: str, operands: list[Any], w: _ContentInMaking) -> None:
        if operator == "q":
            if len(w.saved) >= MOST_SAVED:
                raise UnusableError("artwork/too-large", what=f"{MOST_SAVED} states")
            w.saved.append(w.pen.copy())
        elif operator == "Q":
            if not w.saved:
                return  # more than were saved
            w.pen = w.saved.pop()
        w.out.append((operands, Operator(operator)))

    def _tag(self, operator: str, operands: list[Any], w: _ContentInMaking) -> None:
        """Marked content tells of structure, which goes, and of layers, some of them hidden."""
        if operator == "EMC":
            if w.tags:
                w.tags.pop()
            return
        layer = None
        if operator == "BDC" and len(operands) == 2 and operands[0] == Name.OC:
            layer = w.of("/Properties", operands[1])
        w.tags.append(self._is_hidden(layer))

    def _is_hidden(self, layer: Any) -> bool:
        """As `is_hidden`, and noted."""
        gone = is_hidden(layer, self.hidden)
        self.found.hidden |= gone
        return gone

    def _paint(self, operator: str, w: _ContentInMaking) -> None:
        if w.is_hidden:
            w.out.append(([], Operator("n")))
            return
        self._touch(w, fill=operator in _FILLS, stroke=operator in _STROKES)
        w.out.append(([], Operator(operator)))

    def _show(self, operator: str, operands: list[Any], w: _ContentInMaking) -> None:
        if not w.is_hidden:
            self._touch(w, fill=True, stroke=False)
            w.out.append((operands, Operator(operator)))

    def _touch(self, w: _ContentInMaking, *, fill: bool, stroke: bool) -> None:
        if fill and not w.pen.fill.known:
            w.bare.add("fill")
        if stroke and not w.pen.stroke.known:
            w.bare.add("stroke")

    # --- colours ----------------------------------------------------------------------------

    def _device(self, operator: str, operands: list[Any], w: _ContentInMaking) -> None:
        stroke = operator.isupper()
        own = _DEVICES[operator.lower()]
        kind = {"grey": "/DeviceGray", "rgb": "/DeviceRGB", "cmyk": "/DeviceCMYK"}[own.kind]
        self._set(self._parsed(Name(kind), w), _row(operands), w, stroke=stroke)

    def _choose(self, name: Any, w: _ContentInMaking, *, stroke: bool) -> None:
        space = self._parsed(name, w)
        if space.kind == "pattern":
            ink = w.pen.stroke if stroke else w.pen.fill
            ink.space, ink.known = space, True
        else:
            self._set(space, space.first, w, stroke=stroke)

    def _tint(self, operands: list[Any], w: _ContentInMaking, *, stroke: bool) -> None:
        ink = w.pen.stroke if stroke else w.pen.fill
        if operands and isinstance(operands[-1], Name):
            self._pattern(operands, ink.space, w, stroke=stroke)
        elif len(operands) == ink.space.channels:
            self._set(ink.space, _row(operands), w, stroke=stroke)

    def _set(self, space: ColourSpace, row: Rows, w: _ContentInMaking, *, stroke: bool) -> None:
        ink = w.pen.stroke if stroke else w.pen.fill
        ink.space, ink.known = space, True
        base = space.base if space.kind == "indexed" else space
        assert base is not None
        if space.kind == "indexed":
            row = space.rows()[[min(max(int(row[0, 0]), 0), space.high)]]
        row = np.clip(row, 0, 1) if base.kind != "lab" else row
        self._light_is(base, row)
        colour, into = self.target.colours(base, row)[0], self._space(base)
        if into == Name.DeviceGray and not self._shows_light:
            # Black of CMYK overprints alike on every press; DeviceGray does not.
            colour, into = np.array([0, 0, 0, 1 - colour[0]]), Name.DeviceCMYK
        self._overprint(w, over=self._prints_over(space), stroke=stroke)
        w.out += _colour(colour, into, w, stroke=stroke)

    def _prints_over(self, space: ColourSpace) -> bool:
        return self.spots.print_over(space) and not self._shows_light

    def _overprint(self, w: _ContentInMaking, *, over: bool, stroke: bool) -> None:
        ink = w.pen.stroke if stroke else w.pen.fill
        if over == ink.over:
            return
        ink.over = over
        fills, strokes = w.pen.fill.over, w.pen.stroke.over
        state = Dictionary(Type=Name.ExtGState, OP=strokes, op=fills, OPM=0)
        name = f"/BanxinOver{fills:d}{strokes:d}"
        w.give("/ExtGState", self.carrier.pdf.make_indirect(state), name)
        w.out.append(([Name(name)], Operator("gs")))

    def _draw(self, line: _Line, w: _ContentInMaking, *, over: bool, strokes_over: bool) -> None:
        """Draw what has colours of its own: whether they print over what is there is theirs to
        say, whatever was chosen before.
        """
        fill, stroke = w.pen.fill.over, w.pen.stroke.over
        self._overprint(w, over=over, stroke=False)
        self._overprint(w, over=strokes_over, stroke=True)
        w.out.append(line)
        self._overprint(w, over=fill, stroke=False)
        self._overprint(w, over=stroke, stroke=True)

    @property
    def _shows_light(self) -> bool:
        return bool(self.target.space(self.carrier.pdf, CMYK) != Name.DeviceCMYK)

    def _light_is(self, space: ColourSpace, row: Rows) -> None:
        """Of one colour."""
        if space.of_light and not isinstance(self.target, Mask) and not _is_grey(space, row):
            self.found.light.add(_hex(row[0]) if space.kind == "rgb" else "Lab")

    def _light_is_of(self, space: ColourSpace) -> None:
        """Of a picture or a gradient."""
        if space.of_light and not isinstance(self.target, Mask):
            self.found.light.add("")

    def _parsed(self, thing: Any, w: _ContentInMaking) -> ColourSpace:
        space = space_of_file(thing, w.named)
        for one in (space, space.base):
            if one is None:
                continue
            if one.kind == "plates":
                self.spots.meet(one)
            if one.kind == "cmyk" and one.icc and one.icc not in self.found.profiles:
                self.found.profiles.append(one.icc)
        return space

    def _space(self, space: ColourSpace) -> Any:
        """What stands for a space, once in the whole file."""
        key = (space.kind, space.plates, space.icc, space.base, space.table, id(self.target))
        if key not in self._spaces:
            made = self.target.space(self.carrier.pdf, space)
            if isinstance(made, Array) and not made.is_indirect:
                made = self.carrier.pdf.make_indirect(made)
            self._spaces[key] = made
        return self._spaces[key]

    # --- patterns and gradients ---------------------------------------------------------------

    def _pattern(
        self, operands: list[Any], space: ColourSpace, w: _ContentInMaking, *, stroke: bool
    ) -> None:
        pattern = w.of("/Pattern", operands[-1])
        if not isinstance(pattern, Dictionary | Stream):
            return
        numbers: list[Any] = []
        into: Any = Name.Pattern
        over = False
        if int(pattern.PatternType) == 2:
            made = self._gradient_pattern(pattern, w)
            over = self._prints_over(self._parsed(pattern.Shading.ColorSpace, w))
        else:
            made = self._tiles(pattern)
            if int(pattern.get("/PaintType", 1)) == 2 and space.base is not None:
                row = _row(operands[:-1])
                self._light_is(space.base, row)
                numbers = [_number(part) for part in self.target.colours(space.base, row)[0]]
                over = self._prints_over(space.base)
                into = w.give("/ColorSpace", Array([Name.Pattern, self._space(space.base)]))
        ink = w.pen.stroke if stroke else w.pen.fill
        ink.known = True
        self._overprint(w, over=over, stroke=stroke)
        name = w.give("/Pattern", made)
        w.out.append(([into], Operator("CS" if stroke else "cs")))
        w.out.append(([*numbers, name], Operator("SCN" if stroke else "scn")))

    def _gradient_pattern(self, pattern: Any, w: _ContentInMaking) -> Any:
        made = Dictionary(
            Type=Name.Pattern, PatternType=2, Shading=self._shading(pattern.Shading, w)
        )
        for key, value in self.carrier.of_keys(pattern, ("/Matrix",)).items():
            made[key] = value
        return self.carrier.pdf.make_indirect(made)

    def _tiles(self, pattern: Any) -> Any:
        left, low, right, high = (float(side) for side in pattern.BBox)
        across, up = abs(float(pattern.XStep)), abs(float(pattern.YStep))
        if (
            min(across, up) <= 0
            or max(abs(right - left) / across, abs(high - low) / up) > MOST_TILES
        ):
            raise UnusableError("artwork/damaged", why="a pattern without an end")
        form = self._form(pattern, _TILING_KEYS, {})
        stream = form.stream
        if "/Subtype" in stream:
            del stream["/Subtype"]
        stream.Type, stream.PatternType = Name.Pattern, 1
        return stream

    def _shading(self, shading: Any, w: _ContentInMaking) -> Any:
        space = self._parsed(shading.ColorSpace, w)
        self._light_is_of(space)
        return shadings.shading(shading, space, self._space(space), self.target, self.carrier)

    # --- what has a name ----------------------------------------------------------------------

    def _named(self, operator: str, operands: list[Any], w: _ContentInMaking) -> None:
        kind = {"Tf": "/Font", "gs": "/ExtGState", "Do": "/XObject", "sh": "/Shading"}[operator]
        thing, name = w.of(kind, operands[0]), str(operands[0])
        if not isinstance(thing, Dictionary | Stream):
            if operator == "Tf":  # type would be shown in none, or in the one before
                raise UnusableError("artwork/font", font=name[1:61])
            return
        if operator == "Do":
            self._object(thing, w)
            return
        if operator == "sh" and w.is_hidden:
            return
        if name not in w.resources.get(kind, {}):
            makers: dict[str, Callable[[Any, _ContentInMaking], Any]] = {
                "Tf": self._font, "gs": self._graphics_state, "sh": self._shading,
            }  # fmt: skip
            w.give(kind, makers[operator](thing, w), name)
        line: _Line = (operands, Operator(operator))
        if operator == "sh":
            over = self._prints_over(self._parsed(thing.ColorSpace, w))
            self._draw(line, w, over=over, strokes_over=w.pen.stroke.over)
        else:
            w.out.append(line)

    def _font(self, font: Any, w: _ContentInMaking) -> Any:
        del w
        self.found.fonts.add(fonts.name_of(font))
        if font.get("/Subtype") != Name.Type3:
            return fonts.carried(font, self.carrier)
        made = Dictionary(self.carrier.of_keys(font, fonts.OF_TYPE_3))
        glyphs = font.CharProcs
        if not isinstance(glyphs, Dictionary):
            message = "a font without glyphs"
            raise ValueError(message)
        own: dict[str, Any] = {}
        resources: dict[str, dict[str, Any]] = {}
        source = font.get("/Resources", Dictionary())
        for name, glyph in glyphs.items():
            with self._inside(glyph):
                written = self._content(bounded(glyph), source, resources)
            own[name] = self.carrier.pdf.make_stream(_unparsed(written.out))
        made.CharProcs = Dictionary(own)
        made.Resources = _resources(resources)
        return self.carrier.pdf.make_indirect(made)

    def _graphics_state(self, state: Any, w: _ContentInMaking) -> Any:
        made = Dictionary({"/Type": Name.ExtGState} | self.carrier.of_keys(state, _STATE_KEYS))
        font = state.get("/Font")
        if isinstance(font, Array) and len(font) == 2:
            made.Font = Array([self._font(font[0], w), font[1]])
        mask = state.get("/SMask")
        if mask == Name("/None"):
            made.SMask = mask
        elif isinstance(mask, Dictionary):
            made.SMask = self._mask(mask)
            self.found.transparent = True
        mode = state.get("/BM")
        if isinstance(mode, Array):  # of several, the first that is known: we know all (11.6.3)
            mode = mode[0] if len(mode) else Name.Normal
            made.BM = mode
        blends = mode is not None and mode not in {Name.Normal, Name.Compatible}
        if blends or any(float(state.get(key, 1)) < 1 for key in ("/ca", "/CA")):
            self.found.transparent = True
        return self.carrier.pdf.make_indirect(made)

    def _mask(self, mask: Any) -> Any:
        kind = Name.Alpha if mask.get("/S") == Name.Alpha else Name.Luminosity
        outer, self.target = self.target, Mask(self.spots)
        try:
            form = self._form(mask.G, _FORM_KEYS, {})
        finally:
            self.target = outer
        stream = form.stream
        self._groups.append(
            (
                stream,
                Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceGray, I=True),
            )
        )
        made = Dictionary(Type=Name.Mask, S=kind, G=stream)
        curve = mask.get("/TR")
        if isinstance(curve, Dictionary | Stream):
            function(curve)  # that it is one
            made.TR = self.carrier.carried(curve)
        if kind == Name.Luminosity and isinstance(mask.get("/BC"), Array):
            given = mask.BC
            space = {1: GREY, 3: RGB, 4: CMYK}.get(len(given))
            if space is not None:
                light = Mask(self.spots).colours(space, _row(given))[0]
                made.BC = Array([_number(part) for part in light])
        return made

    # --- objects ------------------------------------------------------------------------------

    def _object(self, thing: Any, w: _ContentInMaking) -> None:
        if w.is_hidden or self._is_hidden(thing.get("/OC")):
            return
        if thing.get("/Subtype") == Name.Image:
            self._show_picture(thing, w)
        elif thing.get("/Subtype") == Name.Form:
            form = self._form(thing, _FORM_KEYS, w.source)
            w.drawn += form.drawn
            if w.drawn > MOST_DRAWN:
                raise UnusableError("artwork/too-large", what=f"{MOST_DRAWN} operators")
            self._touch(w, fill="fill" in form.bare, stroke="stroke" in form.bare)
            line: _Line = ([w.give("/XObject", form.stream)], Operator("Do"))
            over = w.pen.fill.over and "fill" in form.bare
            strokes_over = w.pen.stroke.over and "stroke" in form.bare
            self._draw(line, w, over=over, strokes_over=strokes_over)
        # Else PostScript, and what nobody knows.

    def _form(self, thing: Any, keys: Sequence[str], around: Any) -> _RebuiltForm:
        """A form or pattern.

        Args:
            around: the resources of what draws it, which an old one uses (7.8.3).
        """
        number, generation = thing.objgen
        key = ((number, generation), isinstance(self.target, Mask))
        known = self._forms.get(key) if number and "/Resources" in thing else None
        if known is not None:
            return known
        with self._inside(thing):
            written = self._content(bounded(thing), thing.get("/Resources", around))
        stream = self.carrier.pdf.make_stream(_unparsed(written.out))
        stream.Type, stream.Subtype = Name.XObject, Name.Form
        for name, value in self.carrier.of_keys(thing, keys).items():
            stream[name] = value
        stream.Resources = _resources(written.resources)
        group = thing.get("/Group")
        if isinstance(group, Dictionary) and group.get("/S") == Name.Transparency:
            self._groups.append((stream, self._group(group)))
        made = _RebuiltForm(stream, written.drawn, frozenset(written.bare))
        if "/Resources" in thing:
            self._forms[key] = made
        return made

    def _group(self, group: Any) -> Dictionary:
        mixed = self.target.space(self.carrier.pdf, CMYK)
        made = Dictionary(Type=Name.Group, S=Name.Transparency, CS=mixed)
        for key in ("/I", "/K"):
            if group.get(key, False):
                made[key] = True
        return made

    def _inside(self, thing: Any) -> _WhileOpen:
        return _WhileOpen(self._open, thing)

    def _show_picture(self, image: Any, w: _ContentInMaking) -> None:
        """A stencil is in the colour that was chosen, any other picture in its own."""
        space, over = None, False
        if image.get("/ImageMask", False):
            self._touch(w, fill=True, stroke=False)
            over = w.pen.fill.over
        elif "/ColorSpace" in image:
            space = self._parsed(image.ColorSpace, w)
            self._light_is_of(space)
            over = self._prints_over(space)
        line: _Line = ([w.give("/XObject", self._picture(image, space))], Operator("Do"))
        self._draw(line, w, over=over, strokes_over=w.pen.stroke.over)

    def _picture(self, image: Any, space: ColourSpace | None) -> Any:
        made = picture(image, space, self.target, self.carrier)
        for key in ("/SMask", "/Mask"):
            mask = image.get(key)
            if not isinstance(mask, Stream):
                continue
            own = Name.DeviceGray if key == "/SMask" else None
            with self._inside(image):
                light = Mask(self.spots)
                held = picture(mask, GREY if own else None, light, self.carrier)
            made[key] = held
            if own:
                self.found.transparent = True
                if isinstance(mask.get("/Matte"), Array):
                    raise UnusableError("artwork/picture", coding="SMask /Matte")
        return made

    def _inline(self, image: Any, w: _ContentInMaking) -> None:
        """It becomes an object of its own: there is one way for pictures."""
        if w.is_hidden:
            return
        about = {key: value for key, value in image.obj.items() if key != "/Length"}
        stream = self.source.make_stream(b"")
        packed = {key: about.pop(key) for key in ("/Filter", "/DecodeParms") if key in about}
        stream.write(
            bytes(image.read_raw_bytes()),
            filter=packed.get("/Filter"),
            decode_parms=packed.get("/DecodeParms"),
        )
        for key, value in about.items():
            stream[key] = value
        self._show_picture(stream, w)

    def _finished(self, written: _ContentInMaking, *, top: bool) -> Any:
        """The form of a whole page: it begins with a clean slate, whatever stood before it."""
        pdf = self.carrier.pdf
        slate = Dictionary(Type=Name.ExtGState, OP=False, op=False, OPM=0, SA=False)
        name = written.give("/ExtGState", pdf.make_indirect(slate), "/BanxinSlate")
        begun: list[_Line] = [([name], Operator("gs")), *_SLATE]
        for part, operator in (("fill", "k"), ("stroke", "K")):
            if part in written.bare:
                light = "g" if operator == "k" else "G"
                black = ([0], Operator(light)) if self._shows_light else _black(operator)
                begun.append(black)
        stream = pdf.make_stream(_unparsed([*begun, *written.out]))
        stream.Type, stream.Subtype = Name.XObject, Name.Form
        stream.Resources = _resources(written.resources)
        if self.found.transparent and top:
            mixed = self.target.space(pdf, CMYK)
            stream.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=mixed, I=True)
        return stream


class _WhileOpen:
    """While a form is open: one that draws itself is found out."""

    def __init__(self, around: list[tuple[int, int]], thing: Any) -> None:
        self._around, self._own = around, tuple(thing.objgen)

    def __enter__(self) -> None:
        number, generation = self._own
        if number and self._own in self._around:
            raise UnusableError("artwork/damaged", why="it draws itself")
        if len(self._around) >= DEEPEST:
            raise UnusableError("artwork/too-large", what=f"{DEEPEST} forms in each other")
        self._around.append((number, generation))

    def __exit__(self, *problem: object) -> None:
        self._around.pop()


_SLATE: Final[tuple[_Line, ...]] = (
    ([1], Operator("w")),
    ([0], Operator("J")),
    ([0], Operator("j")),
    ([10], Operator("M")),
    ([Array(), 0], Operator("d")),
    ([0], Operator("Tc")),
    ([0], Operator("Tw")),
    ([100], Operator("Tz")),
    ([0], Operator("TL")),
    ([0], Operator("Tr")),
    ([0], Operator("Ts")),
)


def _black(operator: str) -> _Line:
    return [0, 0, 0, 1], Operator(operator)


def _row(operands: Sequence[Any]) -> Rows:
    return np.array([[float(part) for part in operands]])


def _is_grey(space: ColourSpace, row: Rows) -> bool:
    return space.kind == "rgb" and len(set(np.rint(row[0] * 255))) == 1


def _hex(parts: Rows) -> str:
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in parts)


def _number(part: float) -> Decimal:
    return Decimal(f"{part:.5f}").normalize() + 0


def _colour(colour: Rows, into: Any, w: _ContentInMaking, *, stroke: bool) -> Iterator[_Line]:
    numbers = [_number(part) for part in colour]
    device = {Name.DeviceGray: "g", Name.DeviceRGB: "rg", Name.DeviceCMYK: "k"}
    if isinstance(into, Name):
        operator = device[into]
        yield numbers, Operator(operator.upper() if stroke else operator)
        return
    held = w.resources.get("/ColorSpace", {})
    known = next((name for name, thing in held.items() if thing is into), "")
    name = Name(known) if known else w.give("/ColorSpace", into)
    yield [name], Operator("CS" if stroke else "cs")
    yield numbers, Operator("SCN" if stroke else "scn")


def _unparsed(lines: Sequence[_Line]) -> bytes:
    return bytes(pikepdf.unparse_content_stream(lines))


def _resources(kinds: dict[str, dict[str, Any]]) -> Dictionary:
    return Dictionary({kind: Dictionary(held) for kind, held in kinds.items() if held})
