"""How each photograph is to print: what the figure, its chapter, its title and the layout say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from banxin.assets.colour import keys
from banxin.assets.squares import Square
from banxin.assets.tones import BLACK, Colour, Treatment
from banxin.diagnostics import Diagnostic, Place, error, nearest
from banxin.layouts import Ink, Layout
from banxin.manuscript.values import CENTRE, focus_of, height_of

KEYS: Final = ("photo", "as", "ink", "overprint", "square")
OWN: Final = "plain"  # of a square: the picture's own colours
_USUAL: Final = "yes"  # of a square: as the layout has it
_NONE: Final = "no"
_BETWEEN: Final = re.compile(r"[\s,，、+]+")
_NAMELESS_BLACK: Final = Colour("", (0, 0, 0), BLACK)  # a neutral, which the press makes black
MOST: Final = 2  # inks of a photograph

Said = Mapping[str, str]


def said_of(figure: Said, chapter: Said, usual: str) -> Said:
    """What counts for a photograph: its figure's word, else its chapter's, else its title's.

    A square says nothing of the rest of the picture, which the next word is asked for.
    """
    found: dict[str, str] = {}
    for said in (figure, chapter, {"photo": usual}):
        here = {key: said[key] for key in KEYS if said.get(key)}
        found = here | found
        if here.keys() - {"square"}:
            break
    if "square" in found and figure.get("focus"):
        found["focus"] = figure["focus"]
    return found


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


def square(layout: Layout, said: Said, *, bitmap: bool) -> Square | None:
    """The square about its focus that prints in another way, or None: there is none, or it cannot
    be; see `square_faults`.
    """
    asked = _square_of(layout, said.get("square", ""))
    around = treatment(layout, said, bitmap=bitmap)
    if asked is None or bitmap or said.get("as") == "lineart":
        return None
    name, lines = asked
    inside = None if name == OWN else _ground(name, layout)
    if inside is None and around is None:
        return None
    focus = focus_of(said.get("focus", "")) or CENTRE
    return Square(inside, (focus.x / 100, focus.y / 100), layout.grid.baseline * lines)


def square_faults(
    layout: Layout, said: Said, place: Place, *, bitmap: bool
) -> Iterator[Diagnostic]:
    """A square that no picture can have, or this one cannot."""
    written = said.get("square", "")
    if not written or written == _NONE:
        return
    if _square_of(layout, written) is None:
        words = [OWN, *_grounds(layout)]
        last = written.split()[-1] if written.split() else ""
        near = nearest(last, words)
        yield error("figure/square", place, found=written[:30], near=near, known=" · ".join(words))
    elif bitmap or said.get("as") == "lineart":
        yield error("figure/square-of-lineart", place)
    elif square(layout, said, bitmap=bitmap) is None:
        yield error("figure/square-alike", place)


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


def _square_of(layout: Layout, written: str) -> tuple[str, int] | None:
    """`zhu 7`: what is inside, an ink or `plain`, and how many lines it is high."""
    name, lines = layout.photo.square
    for word in written.split():
        if height := height_of(word):
            lines = height
        elif word != _USUAL:
            name = word
    known = name == OWN or name in _grounds(layout)
    return (name, lines) if known and written.split() and written != _NONE else None


def _grounds(layout: Layout) -> tuple[str, ...]:
    """Inks that black can be told from."""
    black = _black(layout)
    inks = (ink for ink in layout.inks if ink.kind == "process")
    return tuple(ink.name for ink in inks if _colour(ink, layout).key != black.key)


def _ground(name: str, layout: Layout) -> Treatment:
    inks = {ink.name: ink for ink in layout.inks}
    return Treatment("ground", (_black(layout), _colour(inks[name], layout)))


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
