"""Colours of a layout → inks: every colour operator, shading and blend space of a PDF.

A key becomes its swatch's inks, exactly. Neutrals become black alone. Any other colour goes
through the output condition's profile, and is remarked on. Nothing is left in RGB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream

from banxin.artwork.colourspaces import OVERPRINTED, separation, share, space_of
from banxin.assets.colour import Cmyk, Key, Rgb, inks_of, key_of, keys, lights, lit
from banxin.assets.tones import PROCESS
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, note, warning
from banxin.layouts import Ink
from banxin.press.placement import draws_by_name
from banxin.press.reworked import content_of, reworked

_SHOWS: Final = frozenset({"Tj", "TJ", "'", '"'})
_PAINTS: Final = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"})
_TAGS: Final = frozenset({"BDC", "BMC", "EMC", "MP", "DP"})
_BLACK: Final[Cmyk] = (0, 0, 0, 100)
# ISO 32000-2, 8.6.7: overprint mode 1 leaves alone the inks whose share is 0.
_OVER, _OUT, _PLATE = OVERPRINTED, Name("/BanxinOut"), Name("/BanxinPlate")
REGISTRATION: Final = Name("/BanxinAll")


@dataclass(frozen=True, slots=True)
class Tone:
    """What a colour puts on paper: process inks in percent, or a share of a spot's plate."""

    cmyk: Cmyk
    plate: str = ""
    share: float = 0.0


@dataclass(slots=True)
class Palette:
    """A layout's swatches by their keys, and every colour met that is none of them. Of one file.

    `recipe`: a digest of the swatches and the profile.
    """

    icc: bytes
    tones: dict[Key, Tone]
    plates: dict[str, Ink]
    recipe: bytes
    strays: dict[str, set[int]] = field(default_factory=dict)
    _spaces: dict[Name, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, inks: Sequence[Ink], icc: bytes) -> Palette:
        found = keys(ink.name for ink in inks)
        tones = {
            found[ink.name]: Tone(ink.cmyk, ink.spot, ink.tint) if ink.spot else Tone(ink.cmyk)
            for ink in inks
        }
        plates = {ink.spot: ink for ink in inks if ink.spot}
        recipe = hashlib.sha256(repr((tones, plates)).encode() + icc).digest()
        return cls(icc, tones, plates, recipe)

    @property
    def is_unsurprised(self) -> bool:
        """Whether every colour so far was a swatch, or neutral."""
        return not self.strays

    def tone(self, rgb: Sequence[Any], page: int) -> Tone:
        """Of a colour as it stands in a PDF, 0 to 1 each."""
        parts = [float(part) for part in rgb]
        key = key_of(parts)
        known = self.tones.get(key)
        if known is not None:
            return known
        red, green, blue = (round(min(1.0, max(0.0, part)) * 255) for part in parts)
        if red == green == blue:
            return Tone((0, 0, 0, round(100 * (1 - parts[0]), 2)))
        self.strays.setdefault(f"#{red:02x}{green:02x}{blue:02x}", set()).add(page)
        tone = self.tones[key] = Tone(inks_of((red, green, blue), self.icc))
        return tone

    def spaces(self, pdf: pikepdf.Pdf) -> Mapping[Name, Any]:
        """Colour spaces of the plates in *pdf*, by what pages call them."""
        if not self._spaces:
            self._spaces[REGISTRATION] = separation(pdf, "All", (100, 100, 100, 100))
            for plate, ink in self.plates.items():
                self._spaces[space_name(self, plate)] = separation(pdf, plate, ink.whole)
        return self._spaces

    def remarks(self) -> Iterator[Diagnostic]:
        for colour, pages in sorted(self.strays.items()):
            where = Place(page=min(pages)) if min(pages) else Place()
            seen = ", ".join(str(page) for page in sorted(pages) if page)
            yield warning("colour/not-a-swatch", where, colour=colour, pages=seen or "–")


def separate(pdf: pikepdf.Pdf, palette: Palette) -> tuple[Diagnostic, ...]:
    """Turn every colour of *pdf* into inks. Pictures are not its business.

    Raises:
        BanxinError: `colour/space`, `colour/two-spots`: what no plates can be made of.
    """
    spaces = palette.spaces(pdf)
    states = _states(pdf)
    masks = {id_of(group) for group in _luminosity_groups(pdf)}
    pages = _pages_of(pdf)
    for number, page in enumerate(pdf.pages, 1):
        page.Contents = pdf.make_stream(_inked(page.obj, palette, number))
        page.obj.Group = Dictionary(
            Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True
        )
    for thing in list(pdf.objects):
        page_number = pages.get(id_of(thing), 0)
        if isinstance(thing, Stream) and _draws(thing):
            thing.write(_inked(thing, palette, page_number))
            if "/Group" in thing:
                grey = id_of(thing) in masks
                thing.Group.CS = Name.DeviceGray if grey else Name.DeviceCMYK
        if isinstance(thing, Dictionary | Stream) and "/ShadingType" in thing:
            _shade(pdf, thing, palette, spaces, page_number)
        for resources in _resources(thing):
            _give(resources, spaces, states)
    return tuple(palette.remarks())


def light_up(pdf: pikepdf.Pdf, inks: Sequence[Ink]) -> None:
    """Show each of a layout's swatches as it looks on a screen."""
    shown = lights((ink.name, ink.cmyk) for ink in inks)
    for page in pdf.pages:
        page.contents_coalesce()
        _light(page.obj.Contents, shown)
    for thing in pdf.objects:
        if isinstance(thing, Stream) and _draws(thing):
            _light(thing, shown)
        if isinstance(thing, Dictionary | Stream) and "/ShadingType" in thing:
            for leaf in _coloured(thing):
                for end in ("/C0", "/C1"):
                    rgb = shown.get(key_of(leaf[end]))
                    if rgb:
                        leaf[end] = Array([share(part / 2.55) for part in rgb])


def _light(stream: Any, shown: Mapping[Key, Rgb]) -> None:
    had = stream.read_bytes()
    made = lit(had, shown)
    if made != had:
        stream.write(made)


def id_of(thing: Any) -> tuple[int, int]:
    number, generation = thing.objgen
    return number, generation


def _draws(stream: Stream) -> bool:
    return stream.get("/Subtype") == Name.Form or stream.get("/PatternType") == 1


def _resources(thing: Any) -> Iterator[Dictionary]:
    if not isinstance(thing, Dictionary | Stream):
        return
    inner = thing.get("/Resources")
    if isinstance(inner, Dictionary):
        yield inner
    if isinstance(thing, Dictionary) and ("/Font" in thing or "/ExtGState" in thing):
        yield thing


def _give(resources: Dictionary, spaces: Mapping[Name, Any], states: Mapping[Name, Any]) -> None:
    """The plates' colour spaces and overprint states; what is left of the engine's goes."""
    resources.ColorSpace = Dictionary({str(name): space for name, space in spaces.items()})
    if not isinstance(resources.get("/ExtGState"), Dictionary):
        resources.ExtGState = Dictionary()
    for name, state in states.items():
        resources.ExtGState[str(name)] = state
    for kind in ("/Pattern", "/Shading", "/XObject"):
        if isinstance(resources.get(kind), Dictionary) and not len(resources[kind]):
            del resources[kind]


def _pages_of(pdf: pikepdf.Pdf) -> Mapping[tuple[int, int], int]:
    """Form or pattern → the first page that draws it; for messages."""
    found: dict[tuple[int, int], int] = {}
    for number, page in enumerate(pdf.pages, 1):
        if not draws_by_name(page):
            continue
        names = {
            str(operand)
            for instruction in pikepdf.parse_content_stream(page)
            for operand in instruction.operands
            if isinstance(operand, Name)
        }
        for kind in ("/XObject", "/Pattern", "/Shading"):
            for name, thing in page.resources.get(kind, Dictionary()).items():
                if name in names:
                    found.setdefault(id_of(thing), number)
                    if "/Shading" in thing:
                        found.setdefault(id_of(thing.Shading), number)
    return found


def _luminosity_groups(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for thing in pdf.objects:
        mask = thing.get("/SMask") if isinstance(thing, Dictionary) else None
        if isinstance(mask, Dictionary) and "/G" in mask:
            yield mask.G


# --- content ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _OverprintState:
    """What decides whether the next text overprints."""

    tone: Tone = Tone(_BLACK)
    state: Name = _OUT
    over: bool = False  # said of line art


def _inked(stream: Any, palette: Palette, page: int) -> bytes:
    return reworked(
        content_of(stream),
        palette.recipe,
        lambda: _in_inks(stream, palette, page),
        lambda: palette.is_unsurprised,
    )


def _in_inks(stream: Any, palette: Palette, page: int) -> bytes:
    out: list[tuple[Sequence[Any], Operator]] = []
    pen, saved = _OverprintState(), []
    for instruction in pikepdf.parse_content_stream(stream):
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator in _TAGS:
            continue  # the structure they belong to is for readers
        if operator in {"rg", "RG", "g", "G"}:
            rgb = operands if operator.lower() == "rg" else [operands[0]] * 3
            tone = palette.tone(rgb, page)
            out += _colour(tone, palette, stroke=operator.isupper())
            if operator.islower():
                pen.tone = tone
            continue
        if operator in {"cs", "CS"} and operands[0] != Name.Pattern:
            where = Place(page=page) if page else Place()
            raise BanxinError(error("colour/space", where, space=str(operands[0])))
        if operator == "q":
            saved.append(replace(pen))
        elif operator == "Q":
            pen = saved.pop() if saved else _OverprintState()
        elif operator == "gs" and operands[0] == OVERPRINTED:
            pen.over = True
            continue
        elif operator == "cs":
            pen.tone = Tone((0, 0, 0, 0))
        elif operator in _SHOWS or operator in _PAINTS:
            said = _OVER if pen.over else None
            state = said or _state_for(pen.tone, palette, text=operator in _SHOWS)
            if state != pen.state:
                out.append(([state], Operator("gs")))
                pen.state = state
        out.append((operands, instruction.operator))
    return bytes(pikepdf.unparse_content_stream(out))


def _state_for(tone: Tone, palette: Palette, *, text: bool) -> Name:
    """Black text, and plates of the binder's, print over what is there; white never does."""
    if tone.plate and palette.plates[tone.plate].kind != "process":
        return _PLATE
    return _OVER if text and tone == Tone(_BLACK) else _OUT


def _colour(
    tone: Tone, palette: Palette, *, stroke: bool
) -> Iterator[tuple[Sequence[Any], Operator]]:
    if tone.plate:
        yield [space_name(palette, tone.plate)], Operator("CS" if stroke else "cs")
        yield [share(tone.share)], Operator("SCN" if stroke else "scn")
    else:
        yield [share(ink) for ink in tone.cmyk], Operator("K" if stroke else "k")


# --- plates -----------------------------------------------------------------------------------


def space_name(palette: Palette, plate: str) -> Name:
    """What pages call the colour space of *plate*."""
    return Name(f"/BanxinSpot{list(palette.plates).index(plate)}")


def _states(pdf: pikepdf.Pdf) -> Mapping[Name, Any]:
    def state(*, over: bool, mode: int) -> Any:
        return pdf.make_indirect(Dictionary(Type=Name.ExtGState, OP=over, op=over, OPM=mode))

    return {
        _OVER: state(over=True, mode=1),
        _OUT: state(over=False, mode=0),
        _PLATE: state(over=True, mode=0),
    }


# --- gradients --------------------------------------------------------------------------------


def _shade(
    pdf: pikepdf.Pdf, shading: Any, palette: Palette, spaces: Mapping[Name, Any], page: int
) -> None:
    """A gradient in inks. Stops of one spot, and white, are a ramp of its plate alone; a spot
    that runs into process inks makes a ramp of all five plates (DeviceN, NChannel).
    """
    leaves = _coloured(shading)
    if not leaves:
        return
    stops = [
        (leaf, end, palette.tone(leaf[end], page)) for leaf in leaves for end in ("/C0", "/C1")
    ]
    spots = sorted({tone.plate for _, _, tone in stops if tone.plate})
    if len(spots) > 1:
        where = Place(page=page) if page else Place()
        raise BanxinError(error("colour/two-spots", where, first=spots[0], second=spots[1]))
    if not spots:
        shading.ColorSpace = Name.DeviceCMYK
        for leaf, end, tone in stops:
            leaf[end] = Array([share(ink) for ink in tone.cmyk])
        return
    (spot,) = spots
    alone = all(tone.plate or not any(tone.cmyk) for _, _, tone in stops)
    five = (*PROCESS, spot)
    shading.ColorSpace = (
        spaces[space_name(palette, spot)]
        if alone
        else space_of(pdf, five, {spot: palette.plates[spot].whole})
    )
    for leaf, end, tone in stops:
        process = [] if alone else [share(0 if tone.plate else ink) for ink in tone.cmyk]
        leaf[end] = Array([*process, share(tone.share if tone.plate else 0)])


def _coloured(shading: Any) -> list[Any]:
    """From colour to colour; none where it is alpha, in a soft mask: grey as it should be."""
    return [leaf for leaf in _leaves(shading.Function) if len(leaf.C0) == 3]


def _leaves(function: Any) -> Iterator[Any]:
    if "/Functions" in function:
        for part in function.Functions:
            yield from _leaves(part)
    elif "/C0" in function:
        yield function


def plates_used(palette: Palette, used: Collection[str]) -> Iterator[Diagnostic]:
    """Which plates beyond the four the shop has to make, of those *used*."""
    for plate, ink in palette.plates.items():
        if plate in used:
            yield note("press/plate", plate=plate, kind=ink.kind)
