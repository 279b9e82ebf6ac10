"""Colour spaces as they come in a stranger's PDF (ISO 32000-1, 8.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from pikepdf import Array, Dictionary, Name, Stream, String

from banxin.artwork.functions import Function, Rows, function
from banxin.artwork.reading import bounded

DEEPEST: Final = 6  # spaces in spaces
MOST_PLATES: Final = 16
_DEVICE: Final = {
    "/DeviceGray": "grey", "/G": "grey", "/CalGray": "grey",
    "/DeviceRGB": "rgb", "/RGB": "rgb", "/CalRGB": "rgb",
    "/DeviceCMYK": "cmyk", "/CMYK": "cmyk",
}  # fmt: skip
_CHANNELS: Final = {"grey": 1, "rgb": 3, "lab": 3, "cmyk": 4, "pattern": 0}
_OF_CHANNELS: Final = {1: "grey", 3: "rgb", 4: "cmyk"}
_OVERRIDDEN: Final = {"grey": "/DefaultGray", "rgb": "/DefaultRGB", "cmyk": "/DefaultCMYK"}
LAB_LIMITS: Final = ((0.0, 100.0), (-128.0, 127.0), (-128.0, 127.0))


@dataclass(frozen=True, slots=True)
class ColourSpace:
    """Attributes:
    kind: `grey`, `rgb`, `lab`, `cmyk`, `plates`, `indexed`, `pattern`.
    icc: the profile that says what its numbers mean, or None.
    plates: the colorants of `plates`, as the file names them.
    base: of `indexed` what its `table` is in; of `pattern` what uncoloured ones are painted in.
    alternate, tint: of `plates`, what stands for them.
    high: of `indexed`, the last row.
    picture: whether it is of a picture, whose greys are not on black alone.
    """

    kind: str
    icc: bytes | None = None
    plates: tuple[str, ...] = ()
    base: ColourSpace | None = None
    table: bytes = b""
    high: int = 0
    alternate: ColourSpace | None = None
    tint: Function | None = field(default=None, compare=False)
    picture: bool = False

    @property
    def channels(self) -> int:
        if self.kind == "plates":
            return len(self.plates)
        return 1 if self.kind == "indexed" else _CHANNELS[self.kind]

    @property
    def of_light(self) -> bool:
        """Whether it is none of inks."""
        return self.kind in {"rgb", "lab"} or bool(self.base and self.base.of_light)

    def rows(self) -> Rows:
        """The colours of an indexed one, in its base."""
        assert self.base is not None
        wide = self.base.channels
        flat = np.frombuffer(self.table[: (self.high + 1) * wide], np.uint8) / 255
        return scaled(flat.reshape(-1, wide), self.base)

    @property
    def first(self) -> Rows:
        """The colour that it begins with (8.6.5.6 and 8.6.6)."""
        if self.kind == "plates":
            return np.ones((1, self.channels))
        black = {"cmyk": (0.0, 0.0, 0.0, 1.0)}.get(self.kind, (0.0,) * max(1, self.channels))
        return np.array([black])


GREY, RGB, CMYK = ColourSpace("grey"), ColourSpace("rgb"), ColourSpace("cmyk")


def scaled(shares: Rows, space: ColourSpace) -> Rows:
    """From shares of the whole range, as pictures have them, to what the space counts in."""
    if space.kind != "lab":
        return shares
    limits = np.array(LAB_LIMITS)
    counted: Rows = limits[:, 0] + shares * (limits[:, 1] - limits[:, 0])
    return counted


def space_of_file(thing: Any, named: Mapping[str, Any], deep: int = 0) -> ColourSpace:
    """Raises: ValueError, there is no such space.

    Args:
        named: the resources' own spaces.
    """
    if deep > DEEPEST:
        message = "colour spaces too deeply nested"
        raise ValueError(message)
    if isinstance(thing, Name):
        kind = _DEVICE.get(str(thing), "")
        other = named.get(_OVERRIDDEN.get(kind, ""))
        if kind and other is not None and deep == 0:
            return space_of_file(other, {}, deep + 1)
        if kind:
            return ColourSpace(kind)
        if thing == Name.Pattern:
            return ColourSpace("pattern")
        if str(thing) in named:
            return space_of_file(named[str(thing)], named, deep + 1)
        message = f"no colour space {thing}"
        raise ValueError(message)
    if not isinstance(thing, Array) or not len(thing):
        message = "a colour space is missing"
        raise ValueError(message)
    head = str(thing[0])
    if head in _DEVICE:
        return ColourSpace(_DEVICE[head])
    makers: Mapping[str, Callable[[Any, Mapping[str, Any], int], ColourSpace]] = {
        "/ICCBased": _by_profile, "/Lab": _lab, "/Indexed": _indexed, "/I": _indexed,
        "/Separation": _plates, "/DeviceN": _plates, "/Pattern": _pattern,
    }  # fmt: skip
    if head not in makers:
        message = f"colour space {head[:30]}"
        raise ValueError(message)
    return makers[head](thing, named, deep)


def _by_profile(thing: Any, named: Mapping[str, Any], deep: int) -> ColourSpace:
    del named, deep
    kind = _OF_CHANNELS[int(thing[1].N)]
    icc = bounded(thing[1])
    if icc[16:20] == b"Lab ":
        return ColourSpace("lab")
    wanted = {"grey": b"GRAY", "rgb": b"RGB ", "cmyk": b"CMYK"}[kind]
    return ColourSpace(kind, icc if icc[16:20] == wanted else None)


def _lab(thing: Any, named: Mapping[str, Any], deep: int) -> ColourSpace:
    del thing, named, deep
    return ColourSpace("lab")


def _indexed(thing: Any, named: Mapping[str, Any], deep: int) -> ColourSpace:
    base = space_of_file(thing[1], named, deep + 1)
    if base.kind in {"indexed", "pattern"}:
        message = "a palette of palettes"
        raise ValueError(message)
    table = bounded(thing[3]) if isinstance(thing[3], Stream) else _bytes_of(thing[3])
    high = min(int(thing[2]), 255)
    lacking = (high + 1) * base.channels - len(table)
    return ColourSpace("indexed", base=base, table=table + bytes(max(0, lacking)), high=high)


def _bytes_of(text: Any) -> bytes:
    return bytes(text) if isinstance(text, String | bytes) else str(text).encode("latin-1")


def _plates(thing: Any, named: Mapping[str, Any], deep: int) -> ColourSpace:
    names = [thing[1]] if isinstance(thing[1], Name) else list(thing[1])
    if not 0 < len(names) <= MOST_PLATES:
        message = f"{len(names)} plates in one colour"
        raise ValueError(message)
    alternate = space_of_file(thing[2], named, deep + 1)
    if alternate.kind in {"indexed", "pattern", "plates"}:
        message = "a plate whose alternate is none"
        raise ValueError(message)
    plates = tuple(str(name).removeprefix("/") for name in names)
    return ColourSpace("plates", plates=plates, alternate=alternate, tint=function(thing[3]))


def _pattern(thing: Any, named: Mapping[str, Any], deep: int) -> ColourSpace:
    base = space_of_file(thing[1], named, deep + 1) if len(thing) > 1 else None
    return ColourSpace("pattern", base=base)


def solids(space: ColourSpace) -> Mapping[str, tuple[ColourSpace, Rows]]:
    """For each of its plates what stands for it alone at full tone: a space, and a row in it."""
    assert space.alternate is not None
    assert space.tint is not None
    full = np.eye(len(space.plates))
    stand_ins = space.tint(full)
    return {
        plate: (space.alternate, stand_ins[at : at + 1]) for at, plate in enumerate(space.plates)
    }


def named_spaces(resources: Any) -> dict[str, Any]:
    found = resources.get("/ColorSpace") if isinstance(resources, Dictionary) else None
    return dict(found.items()) if isinstance(found, Dictionary) else {}
