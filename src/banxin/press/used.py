"""Which plates a page takes, and its resources brought down to what it draws.

A RIP makes a plate for each colour space that a page lists, be it drawn in or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.assets.tones import PROCESS

_NAMED: Final = re.compile(rb"/([^\s/\[\]()<>{}%]+)\s+(?:Do|cs|CS|scn|SCN|sh)\b")
_SHARE: Final = rb"(\d+\.?\d*|\.\d+)"
_INKS: Final = re.compile(rb"(?<![^\s])" + rb" ".join([_SHARE] * 4) + rb" [kK]\b")
_COLOURS: Final = re.compile(rb"\b(?:k|K|cs|CS)\b")
_PAINTS: Final = re.compile(rb"(?<![^\s\])>])(?:f\*?|F|B\*?|b\*?|S|s|Tj|TJ|'|\")(?![^\s])")
_PRUNED: Final = ("/ColorSpace", "/Pattern", "/Shading", "/XObject")
_NONE: Final = frozenset({"All", "None"})

Plates = frozenset[str]
Id = tuple[int, int]


@dataclass(slots=True)
class Plater:
    """Looks through one file; what several pages draw is looked through once."""

    known: dict[Id, Plates] = field(default_factory=dict)

    def take(self, page: pikepdf.Page) -> Plates:
        """The plates of *page*, by name. Its resources are its own afterwards."""
        content = b"\n".join(stream.read_bytes() for stream in _streams(page.obj))
        found = self._drawn(page.obj, content, page.resources)
        return found | {"Black"} if _paints_uncoloured(content) else found

    def _drawn(self, owner: Any, content: bytes, resources: Any) -> Plates:
        """Of a page, form or pattern."""
        names = {"/" + name.decode("latin-1") for name in _NAMED.findall(content)}
        owner.Resources = _pruned(resources, names)
        found = set(_process(content))
        for name, space in owner.Resources.get("/ColorSpace", Dictionary()).items():
            if name in names:
                found |= plates_of(space)
        for kind in ("/Pattern", "/Shading", "/XObject"):
            for thing in owner.Resources.get(kind, Dictionary()).values():
                found |= self._of(thing, owner.Resources)
        for state in owner.Resources.get("/ExtGState", Dictionary()).values():
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary):
                self._of(mask.G, owner.Resources)  # what it draws is no ink
        return frozenset(found)

    def _of(self, thing: Any, around: Any) -> Plates:
        number, generation = thing.objgen
        key = (number, generation)
        if key not in self.known or key == (0, 0):
            self.known[key] = frozenset()  # for one that draws itself
            self.known[key] = self._looked_through(thing, around)
        return self.known[key]

    def _looked_through(self, thing: Any, around: Any) -> Plates:
        if "/Shading" in thing:
            return _of_shading(thing.Shading)
        if "/ShadingType" in thing:
            return _of_shading(thing)
        if thing.get("/Subtype") == Name.Image:
            return frozenset() if thing.get("/ImageMask") else plates_of(thing.get("/ColorSpace"))
        if isinstance(thing, Stream):
            return self._drawn(thing, thing.read_bytes(), thing.get("/Resources", around))
        return frozenset()


def plates_of(space: Any) -> Plates:
    """The plates of a colour space; of an indexed one, those that any of its colours is on."""
    if space == Name.DeviceGray:
        return frozenset({"Black"})
    if space == Name.DeviceCMYK:
        return frozenset(PROCESS)
    if not isinstance(space, Array):
        return frozenset()
    if space[0] == Name.Indexed:
        table = space[3]
        rows = table.read_bytes() if isinstance(table, Stream) else bytes(table)
        base = _in_order(space[1])
        return frozenset(plate for i, plate in enumerate(base) if any(rows[i :: len(base)])) - _NONE
    return frozenset(_in_order(space)) - _NONE


def _in_order(space: Any) -> tuple[str, ...]:
    if space == Name.DeviceCMYK:
        return PROCESS
    if isinstance(space, Array) and space[0] == Name.Separation:
        return (str(space[1]).removeprefix("/"),)
    if isinstance(space, Array) and space[0] == Name.DeviceN:
        return tuple(str(name).removeprefix("/") for name in space[1])
    return ("Black",)


def _of_shading(shading: Any) -> Plates:
    """The plates that any of its colours is on."""
    plates = _in_order(shading.ColorSpace)
    ends = [end for leaf in _leaves(shading.get("/Function")) for end in (leaf.C0, leaf.C1)]
    if not ends:
        return frozenset(plates) - _NONE
    used = {p for end in ends for p, part in zip(plates, end, strict=False) if float(part)}
    return frozenset(used) - _NONE


def _leaves(function: Any) -> Iterator[Any]:
    if function is None:
        return
    if "/Functions" in function:
        for part in function.Functions:
            yield from _leaves(part)
    elif "/C0" in function:
        yield function


def _streams(page: Any) -> Iterator[Any]:
    contents = page.get("/Contents", Array())
    yield from contents if isinstance(contents, Array) else [contents]


def _process(content: bytes) -> Iterator[str]:
    for inks in set(_INKS.findall(content)):
        yield from (plate for plate, part in zip(PROCESS, inks, strict=True) if float(part))


def _paints_uncoloured(content: bytes) -> bool:
    """Whether anything is painted before a colour is chosen: in black (ISO 32000-1, 8.4.1)."""
    paint, colour = _PAINTS.search(content), _COLOURS.search(content)
    return paint is not None and (colour is None or paint.start() < colour.start())


def _pruned(resources: Any, names: set[str]) -> Dictionary:
    kept: dict[str, Any] = {}
    for kind, held in resources.items():
        if kind not in _PRUNED or not isinstance(held, Dictionary):
            kept[kind] = held
        elif own := _named(held, names):
            kept[kind] = Dictionary(own)
    return Dictionary(kept)


def _named(held: Any, names: set[str]) -> dict[str, Any]:
    return {name: thing for name, thing in held.items() if name in names}
