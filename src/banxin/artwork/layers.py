"""Layers that a PDF hides, or does not print (optional content, ISO 32000-1, 8.11)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

# When what belongs to several layers shows, by whether each of them is off (8.11.2.2).
_SHOWS: Final[Mapping[str, Callable[[Collection[bool]], bool]]] = {
    "/AllOn": lambda off: not any(off),
    "/AnyOn": lambda off: not all(off),
    "/AnyOff": any,
    "/AllOff": all,
}


def hidden_layers(pdf: pikepdf.Pdf) -> frozenset[tuple[int, int]]:
    """The groups that are off when the file is printed, by their object numbers."""
    about = pdf.Root.get("/OCProperties")
    if not isinstance(about, Dictionary):
        return frozenset()
    usual = about.get("/D")
    if not isinstance(usual, Dictionary):
        return frozenset()
    off = _groups(usual.get("/OFF"))
    if usual.get("/BaseState") == Name.OFF:
        off |= _groups(about.get("/OCGs")) - _groups(usual.get("/ON"))
    for printed, state in _printing(usual.get("/AS")):
        off = off - {printed} if state == Name.ON else off | {printed}
    return frozenset(off)


def is_hidden(layer: Any, hidden: Collection[tuple[int, int]]) -> bool:
    """Whether a layer, or what belongs to layers, is not to be seen."""
    if not isinstance(layer, Dictionary):
        return False
    belongs = layer.get("/Type") == Name.OCMD
    members = layer.get("/OCGs", layer) if belongs else layer
    each = list(members) if isinstance(members, Array) else [members]
    off = [(m.objgen[0], m.objgen[1]) in hidden for m in each if isinstance(m, Dictionary)]
    policy = str(layer.get("/P", "/AnyOn")) if belongs else "/AnyOn"
    return bool(off) and not _SHOWS.get(policy, _SHOWS["/AnyOn"])(off)


def _printing(listed: object) -> Iterator[tuple[tuple[int, int], Any]]:
    """Layers that are switched when the file is printed (8.11.4.5), each with its state."""
    for usage in listed if isinstance(listed, Array) else ():
        if not isinstance(usage, Dictionary) or usage.get("/Event") != Name.Print:
            continue
        kinds, groups = usage.get("/Category"), usage.get("/OCGs")
        if not isinstance(kinds, Array) or Name.Print not in list(kinds):
            continue
        for group in groups if isinstance(groups, Array) else ():
            state = _at(group, "/Usage", "/Print", "/PrintState")
            if state is not None:
                yield (group.objgen[0], group.objgen[1]), state


def _at(thing: Any, *keys: str) -> Any:
    for key in keys:
        thing = thing.get(key) if isinstance(thing, Dictionary) else None
    return thing


def _groups(listed: object) -> set[tuple[int, int]]:
    if not isinstance(listed, Array):
        return set()
    return {(g.objgen[0], g.objgen[1]) for g in listed if isinstance(g, Dictionary)}
