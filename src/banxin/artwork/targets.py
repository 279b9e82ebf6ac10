"""What a colour of artwork becomes: inks of the press, light of a screen, or the grey of a mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import pikepdf
from pikepdf import Array, Name, String

from banxin.artwork.colourspaces import separation, space_of
from banxin.artwork.functions import Rows
from banxin.artwork.spaces import ColourSpace, solids
from banxin.assets.colour import Cmyk, all_inks_of, all_on_screen, built_in
from banxin.assets.tones import PROCESS

AT_A_TIME: Final = 1 << 20  # colours that are brought through a profile together
_ALL: Final[Cmyk] = (100, 100, 100, 100)
_NONE: Final[Cmyk] = (0, 0, 0, 0)
_LUMINOSITY: Final = np.array([0.3, 0.59, 0.11])  # ISO 32000-1, 10.3.2


@dataclass(frozen=True, slots=True)
class PlateInUse:
    """A plate of the edition: percent of what stands for its full tone, and whether it prints over
    what is there, as those of the binder do.
    """

    name: str
    whole: Cmyk
    over: bool = False


PlateOf = Mapping[str, PlateInUse]  # by the names that a file has for them


@dataclass(slots=True)
class Spots:
    """The plates beyond the four that artwork asks for, by the names that it has for them.

    Attributes:
        known: those of the edition.
        used: percent of what stands for their full tone in the file.
    """

    icc: bytes = field(default_factory=built_in)
    known: PlateOf = field(default_factory=dict)
    used: dict[str, Cmyk] = field(default_factory=dict)

    def meet(self, space: ColourSpace) -> None:
        """Enter the plates of *space*, and what stands for them in the file."""
        if space.alternate is None or all(p in self.used or p in PROCESS for p in space.plates):
            return
        for plate, (alternate, row) in solids(space).items():
            if plate not in self.used and plate not in {*PROCESS, "All", "None"}:
                c, m, y, k = (round(float(v) * 100, 2) for v in inks(alternate, row, self)[0])
                self.used[plate] = (c, m, y, k)

    def of(self, name: str) -> tuple[str, Cmyk]:
        if name in PROCESS or name in {"All", "None"}:
            own = tuple(100.0 * (name == process) for process in PROCESS)
            return name, {"All": _ALL, "None": _NONE}.get(name, (own[0], own[1], own[2], own[3]))
        plate = self.known.get(name)
        return (plate.name, plate.whole) if plate else (name, self.used[name])

    def print_over(self, space: ColourSpace) -> bool:
        """Whether what is painted in *space* leaves alone all that lies under it."""
        if space.kind == "indexed" and space.base is not None:
            return self.print_over(space.base)
        known = [self.known.get(name) for name in space.plates]
        return bool(known) and all(plate is not None and plate.over for plate in known)


class ColourTarget(Protocol):
    def space(self, pdf: pikepdf.Pdf, space: ColourSpace) -> Any:
        """What stands for *space* in *pdf*: a device's name, or an array."""

    def colours(self, space: ColourSpace, rows: Rows) -> Rows:
        """*rows* of colours in *space*, in that."""

    def keeps(self, space: ColourSpace) -> bool:
        """Whether numbers stay what they are."""


@dataclass(frozen=True, slots=True)
class Press:
    """CMYK as it is, spots on their plates, light through the profile, neutrals on black alone."""

    spots: Spots

    def space(self, pdf: pikepdf.Pdf, space: ColourSpace) -> Any:
        if space.kind == "grey":
            return Name.DeviceGray
        if space.kind == "indexed":
            return _indexed(pdf, self, space)
        plates = self._plates(space)
        if not plates:
            return Name.DeviceCMYK
        recipes = {plate: cmyk for plate, cmyk in plates if plate not in PROCESS}
        if list(recipes) == [plates[0][0]] and len(plates) == 1:
            return separation(pdf, *plates[0])
        return space_of(pdf, [plate for plate, _ in plates], recipes)

    def colours(self, space: ColourSpace, rows: Rows) -> Rows:
        if self.keeps(space):
            return rows
        return inks(space, rows, self.spots)

    def keeps(self, space: ColourSpace) -> bool:
        return space.kind in {"grey", "cmyk", "indexed"} or bool(self._plates(space))

    def _plates(self, space: ColourSpace) -> list[tuple[str, Cmyk]]:
        """Of one that stays one of plates; the four alone are CMYK, and so is one plate twice."""
        found = [self.spots.of(name) for name in space.plates]
        names = [plate for plate, _ in found]
        if set(names) <= {*PROCESS} or len(set(names)) < len(names):
            return []
        return found


@dataclass(frozen=True, slots=True)
class Screen:
    """Every colour as the press of the profile prints it, in sRGB."""

    spots: Spots
    icc: bytes

    def space(self, pdf: pikepdf.Pdf, space: ColourSpace) -> Any:
        if space.kind == "indexed":
            return _indexed(pdf, self, space)
        return Name.DeviceGray if space.kind == "grey" else Name.DeviceRGB

    def colours(self, space: ColourSpace, rows: Rows) -> Rows:
        if self.keeps(space):
            return rows
        found = np.rint(inks(space, rows, self.spots) * 255).clip(0, 255).astype(np.uint8)
        shown = np.empty((len(found), 3))
        for at in range(0, len(found), AT_A_TIME):
            part = found[at : at + AT_A_TIME]
            rgb = np.frombuffer(all_on_screen(part.tobytes(), self.icc), np.uint8).reshape(-1, 3)
            shown[at : at + AT_A_TIME] = rgb / 255
        grey = ~found[:, :3].any(axis=1)  # black alone is drawn as black, and bare paper as white
        shown[grey] = 1 - found[grey, 3:] / 255
        return shown

    def keeps(self, space: ColourSpace) -> bool:
        return space.kind in {"grey", "indexed"}


@dataclass(frozen=True, slots=True)
class Mask:
    """How light each colour is: what shows through a mask of luminosity."""

    spots: Spots

    def space(self, pdf: pikepdf.Pdf, space: ColourSpace) -> Any:
        return _indexed(pdf, self, space) if space.kind == "indexed" else Name.DeviceGray

    def colours(self, space: ColourSpace, rows: Rows) -> Rows:
        if self.keeps(space):
            return rows
        if space.kind == "rgb":
            light: Rows = (rows @ _LUMINOSITY)[:, None]
            return light
        if space.kind == "lab":
            return np.clip(rows[:, :1] / 100, 0, 1)
        found = inks(space, rows, self.spots)
        dark: Rows = found[:, :3] @ _LUMINOSITY + found[:, 3]
        return 1 - np.minimum(dark, 1)[:, None]

    def keeps(self, space: ColourSpace) -> bool:
        return space.kind in {"grey", "indexed"}


def _indexed(pdf: pikepdf.Pdf, target: ColourTarget, space: ColourSpace) -> Any:
    assert space.base is not None
    rows = np.rint(target.colours(space.base, space.rows()) * 255).clip(0, 255).astype(np.uint8)
    return Array([
        Name.Indexed, target.space(pdf, space.base), space.high, String(rows.tobytes()),
    ])  # fmt: skip


def inks(space: ColourSpace, rows: Rows, spots: Spots) -> Rows:
    """Shares of the four that print *rows*, spots by what stands for them."""
    if space.kind == "cmyk":
        return rows
    if space.kind == "grey":
        return np.hstack([np.zeros((len(rows), 3)), 1 - rows])
    if space.kind == "plates":
        total = np.zeros((len(rows), 4))
        for at, name in enumerate(space.plates):
            total += np.outer(rows[:, at], np.array(spots.of(name)[1]) / 100)
        return np.minimum(total, 1)
    if space.kind == "indexed" and space.base is not None:
        which = np.clip(np.rint(rows[:, 0]), 0, space.high).astype(int)
        return inks(space.base, space.rows()[which], spots)
    return _of_light(space, rows, spots.icc)


def _of_light(space: ColourSpace, rows: Rows, icc: bytes) -> Rows:
    if space.kind == "lab":
        levels = np.empty((len(rows), 3), np.uint8)
        levels[:, 0] = np.rint(np.clip(rows[:, 0], 0, 100) * 2.55)
        levels[:, 1:] = np.rint(np.clip(rows[:, 1:], -128, 127)).astype(np.int8).view(np.uint8)
    else:
        levels = np.rint(np.clip(rows, 0, 1) * 255).astype(np.uint8)
    mode = "LAB" if space.kind == "lab" else "RGB"
    out = np.empty((len(rows), 4))
    for at in range(0, len(levels), AT_A_TIME):
        part = levels[at : at + AT_A_TIME]
        made = all_inks_of(part.tobytes(), mode, space.icc, icc)
        out[at : at + AT_A_TIME] = np.frombuffer(made, np.uint8).reshape(-1, 4) / 255
    if mode == "RGB" and not space.picture:
        grey = (levels[:, 0] == levels[:, 1]) & (levels[:, 1] == levels[:, 2])
        out[grey] = 0
        out[grey, 3] = 1 - rows[grey, 0]
    return out
