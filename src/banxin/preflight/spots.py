"""Colour spaces of a file that make plates of their own: what they are called, and shown with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.preflight.content import OF_BROKEN_FILES
from banxin.preflight.painted import PROCESS
from banxin.preflight.tints import full_tone

_NO_PLATES: Final = frozenset({"All", "None"})
_DEEPEST: Final = 6  # spaces within spaces
_PAPER: Final = 0.01  # of full ink, or of full light that lacks


@dataclass(frozen=True, slots=True)
class SpotColour:
    """A colorant: its name, and what it is shown with.

    Attributes:
        alternate: its full tone in the alternate space, as words that can be compared; empty where
            it cannot be told, as of one among several in a DeviceN.
        space: the alternate space's family, `DeviceCMYK` or `ICCBased/3`.
    """

    name: str
    alternate: str
    space: str = ""

    @property
    def tone(self) -> tuple[float, ...]:
        return tuple(float(part) for part in self.alternate.split())

    @property
    def is_process(self) -> bool:
        return self.name in PROCESS

    @property
    def is_shown_white(self) -> bool:
        """Whether a proof shows nothing of it."""
        tone = self.tone
        if not tone:
            return False
        if self.space in {"DeviceCMYK", "ICCBased/4"}:
            return max(tone) <= _PAPER
        if self.space in {"DeviceGray", "CalGray", "DeviceRGB", "CalRGB"} or "ICC" in self.space:
            return min(tone) >= 1 - _PAPER
        return self.space == "Lab" and tone[0] >= 100 * (1 - _PAPER)


def spots(pdf: pikepdf.Pdf) -> Iterator[SpotColour]:
    """Every colorant of a Separation or a DeviceN, the four inks of the press among them."""
    for space in _spaces(pdf):
        try:
            yield from list(_colorants(space))
        except OF_BROKEN_FILES:
            continue  # no colour space: what is painted in it breaks off, told on its page


def _colorants(space: Any) -> Iterator[SpotColour]:
    if len(space) < 4:
        return
    family = _family(space[2])
    if space[0] == Name.Separation:
        name = str(space[1]).removeprefix("/")
        if name not in _NO_PLATES:
            yield SpotColour(name, _said(full_tone(space[3])), family)
    else:
        names = (str(name).removeprefix("/") for name in space[1])
        yield from (SpotColour(name, "", family) for name in names if name not in _NO_PLATES)


def _said(tone: tuple[float, ...]) -> str:
    return " ".join(f"{part:.3f}" for part in tone)


def _spaces(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Separations and DeviceNs: objects of their own, in resources, of pictures and gradients."""
    for thing in pdf.objects:
        if isinstance(thing, Array):
            yield from _inside(thing)
        elif isinstance(thing, Dictionary | Stream):
            yield from _named(thing.get("/ColorSpace"))
            resources = thing.get("/Resources")
            if isinstance(resources, Dictionary):
                yield from _named(resources.get("/ColorSpace"))
                yield from _of_gradients(resources)
            elif "/Shading" in thing or "/Pattern" in thing:
                yield from _of_gradients(thing)


def _named(held: Any) -> Iterator[Any]:
    """Of a dictionary of spaces, or of one space."""
    if isinstance(held, Dictionary):
        for _, space in held.items():
            if isinstance(space, Array) and not space.is_indirect:
                yield from _inside(space)
    elif isinstance(held, Array) and not held.is_indirect:
        yield from _inside(held)


def _of_gradients(resources: Any) -> Iterator[Any]:
    """Those that stand in the resources themselves; the rest are objects."""
    for kind in ("/Shading", "/Pattern"):
        held = resources.get(kind)
        if not isinstance(held, Dictionary):
            continue
        for _, one in held.items():
            shading = one.get("/Shading", one) if isinstance(one, Dictionary) else None
            if isinstance(shading, Dictionary) and not shading.is_indirect:
                yield from _named(shading.get("/ColorSpace"))


def _inside(space: Any, depth: int = 0) -> Iterator[Any]:
    """A space, and those that it is made of."""
    if depth > _DEEPEST or not 2 <= len(space) <= 5 or not isinstance(space[0], Name):
        return
    if space[0] in (Name.Separation, Name.DeviceN):
        yield space
        about = space[4] if len(space) > 4 else None
        colorants = about.get("/Colorants") if isinstance(about, Dictionary) else None
        if isinstance(colorants, Dictionary):
            for _, one in colorants.items():
                if isinstance(one, Array) and not one.is_indirect:
                    yield from _inside(one, depth + 1)
    elif space[0] in (Name.Indexed, Name.Pattern) and isinstance(space[1], Array):
        yield from _inside(space[1], depth + 1)


def _family(space: Any) -> str:
    """Of an alternate space: its family, and behind ICCBased its number of parts."""
    if isinstance(space, Name):
        return str(space).removeprefix("/")
    if not isinstance(space, Array) or not len(space):
        return ""
    family = str(space[0]).removeprefix("/")
    if family == "ICCBased":
        return f"{family}/{int(space[1].get('/N', 0))}"
    return family
