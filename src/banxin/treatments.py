"""How each photograph is to print: what the figure, its chapter, its title and the layout say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from banxin.assets.colour import keys
from banxin.assets.tones import BLACK, Colour, Treatment
from banxin.diagnostics import Diagnostic, Place, error, nearest
from banxin.layouts import Ink, Layout

KEYS: Final = ("photo", "as", "ink", "overprint")
_BETWEEN: Final = re.compile(r"[\s,，、+]+")
_NAMELESS_BLACK: Final = Colour("", (0, 0, 0), BLACK)  # a neutral, which the press makes black
MOST: Final = 2  # inks of a photograph

Said = Mapping[str, str]


def said_of(figure: Said, chapter: Said, usual: str) -> Said:
    """What counts for a photograph: its figure's word, else its chapter's, else its title's."""
    for said in (figure, chapter):
        found = {key: said[key] for key in KEYS if said.get(key)}
        if found:
            return found
    return {"photo": usual} if usual else {}


def treatment(layout: Layout, said: Said, *, bitmap: bool) -> Treatment | None:
    """How it prints; None: in its own colours. Inks that the layout lacks are passed over.

    Args:
        bitmap: it is of black and white alone, and stays so.
    """
    inks = {ink.name: ink for ink in layout.inks}
    asked = tuple(name for name in _names(said) if name in inks)
    if bitmap or said.get("as") == "lineart":
        first = _colour(inks[asked[0]], layout) if asked else _black(layout)
        return Treatment("lineart", (first,), over=said.get("overprint") == "yes")
    asked = tuple(name for name in asked if inks[name].kind == "process")[:MOST]
    kind = said.get("photo") or ("", "mono", "duo")[len(asked)] or layout.photo.usual
    if kind == "mono":
        return _of("mono", asked[:1] or (layout.photo.mono,), layout)
    if kind == "duo":
        black = _black(layout).name
        pair = {0: layout.photo.duo, 1: (black, *asked), 2: asked}[len(asked)]
        return _of("duo", pair, layout)
    if kind == "toned":
        brown = Colour("", (0, 0, 0), layout.photo.toned)
        return Treatment("toned", (_black(layout), brown))
    return None


def faults(layout: Layout, said: Said, place: Place) -> Iterator[Diagnostic]:
    """Inks that the layout does not have, or that pictures cannot print in."""
    kinds = {ink.name: ink.kind for ink in layout.inks}
    drawn = said.get("as") == "lineart"
    known = [name for name, kind in kinds.items() if drawn or kind == "process"]
    for name in _names(said):
        if name not in known:
            code = "figure/ink-of-binder" if name in kinds else "figure/ink"
            facts = {"ink": name[:30], "near": nearest(name, known), "known": " · ".join(known)}
            yield error(code, place, **facts)


def _names(said: Said) -> tuple[str, ...]:
    return tuple(filter(None, _BETWEEN.split(said.get("ink", ""))))


def _of(kind: str, names: tuple[str, ...], layout: Layout) -> Treatment:
    inks = {ink.name: ink for ink in layout.inks}
    photo = layout.photo
    usual = {"mono": (photo.mono,), "duo": photo.duo}[kind]
    curves = photo.curves.get(kind, ()) if names == usual else ()
    return Treatment(kind, tuple(_colour(inks[name], layout) for name in names), curves)


def _black(layout: Layout) -> Colour:
    found = (ink for ink in layout.inks if ink.cmyk == BLACK and not ink.spot)
    black = next(found, None)
    return _colour(black, layout) if black else _NAMELESS_BLACK


def _colour(ink: Ink, layout: Layout) -> Colour:
    key = keys(other.name for other in layout.inks)[ink.name]
    if ink.spot:
        return Colour(ink.name, key, ink.whole, ink.spot, ink.tint)
    return Colour(ink.name, key, ink.cmyk)
