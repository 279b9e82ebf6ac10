"""What is said of a place on a page, in a designer's words: inks as plates, files by lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final, TypeAlias
from xml.etree.ElementTree import Element

from banxin.engine.provenance import Declaration, RuleFound

from banxin.assets.colour import inks_of, keys
from banxin.layouts import Ink
from banxin.preview.loader import Bound
from banxin.typeset import StandingPages, first_baseline
from banxin.typeset.inspection import (
    Aim,
    ColourFound,
    Ground,
    Inspection,
    PictureFound,
    inspected,
    lines_on,
)
from banxin.typeset.survey import Fonts
from banxin.typeset.whence import is_file, written_at
from banxin.workspace import Workspace

Twins: TypeAlias = Sequence[tuple[Element, Element]]  # as `typeset.origins` gives them
PLATES: Final = ("cyan", "magenta", "yellow", "black")
_KEY: Final = re.compile(r"rgb\(\s*([\d.]+)%\s+([\d.]+)%\s+([\d.]+)%")


class Look:
    """Some pages of a title, to be looked into."""

    def __init__(self, now: Bound, standing: StandingPages, twins: Twins, desk: Workspace) -> None:
        self._now, self._standing, self._desk = now, standing, desk
        self._layout = now.layout
        names = keys(ink.name for ink in now.layout.inks)
        self._inks = {names[ink.name]: ink for ink in now.layout.inks}
        self._ground = Ground(
            standing.styles,
            Fonts(now.edition.faces),
            now.layout.grid.baseline,
            first_baseline(now.layout.body, now.edition.faces),
            twins,
        )

    def has(self, page: int) -> bool:
        """Whether a page, counted from 0, is among them."""
        return 0 <= page - self._standing.first < self._standing.count

    def lines(self, page: int) -> list[dict[str, Any]]:
        """Every line of a page: where it stands, how far off the grid, how loose."""
        box = self._standing.laid.document.pages[page - self._standing.first]._page_box
        return [asdict(line) for line in lines_on(box, self._ground.pitch, self._ground.first)]

    def at(self, page: int, aim: Aim) -> dict[str, Any] | None:
        """What *aim* means on a page."""
        number = page - self._standing.first
        found = inspected(self._standing.laid, number, aim, self._ground)
        return None if found is None else self._said(found, page)

    def _said(self, found: Inspection, page: int) -> dict[str, Any]:
        place = found.place
        return {
            "page": page,
            "path": found.path,
            "up": found.up,
            "source": self._link(place.file or "", place.line or 0, place.column or 1)
            if place
            else None,
            "cell": found.cell,
            "templates": [
                self._link(str(self._layout.template_files[name]), line)
                for name, line in found.templates
            ],
            "rules": [self._rule(rule, found) for rule in found.rules],
            "box": found.box,
            "padding": found.padding,
            "border": found.border,
            "margin": found.margin,
            "area": found.area,
            "trim": found.trim,
            "neighbours": [asdict(neighbour) for neighbour in found.neighbours],
            "type": asdict(found.type) if found.type else None,
            "inks": [self._ink(colour) for colour in found.colours],
            "picture": self._picture(found.picture) if found.picture else None,
        }

    # --- files ------------------------------------------------------------------------------

    def _link(self, file: str, line: int, column: int = 1) -> dict[str, Any]:
        return {"file": file, "line": line, "column": column}

    def _rule(self, rule: RuleFound, found: Inspection) -> dict[str, Any]:
        where = self._where(rule.file, rule.line, rule.selector)
        if not rule.file and rule.of == 0 and found.templates:  # a `style` that a template wrote
            name, line = found.templates[0]
            where = self._link(str(self._layout.template_files[name]), line)
        return {
            "where": where,
            "selector": rule.selector,
            "of": rule.of,
            "written": [self._declaration(one, rule.file) for one in rule.written],
        }

    def _declaration(self, one: Declaration, file: str) -> dict[str, Any]:
        return {
            "name": one.name,
            "value": self._with_inks(one.value),
            "line": one.line if is_file(self._layout, file) else 0,
            "important": one.important,
            "wins": one.wins,
            "resolved": self._with_inks(one.resolved),
            "asked": [
                {"name": name, **(self._where(of, line, name) or {"file": "", "line": 0})}
                for name, of, line in one.asked
            ],
        }

    def _where(self, file: str, line: int, what: str) -> dict[str, Any] | None:
        """A file that a designer can open."""
        place = written_at(self._layout, self._desk, file, line, what)
        return self._link(place.file or "", place.line or 1) if place else None

    # --- inks -------------------------------------------------------------------------------

    def _ink(self, colour: ColourFound) -> dict[str, Any]:
        ink = self._inks.get(colour.key)
        alpha = colour.rgba[3]
        if ink is not None:
            plates, name = list(plates_of(ink)), ink.name
        else:
            red, green, blue = (round(part * 255) for part in colour.rgba[:3])
            cmyk = inks_of((red, green, blue), self._now.profile.icc)
            plates, name = [(p, v) for p, v in zip(PLATES, cmyk, strict=True) if v], ""
        return {
            "part": colour.part,
            "name": name,
            "where": self._link(ink.place.file or "", ink.place.line or 1) if ink else None,
            "plates": [[plate, round(value, 1)] for plate, value in plates],
            "opacity": round(alpha * 100, 1),
        }

    def _with_inks(self, value: str) -> str:
        """A value in which each key of a swatch is the swatch's name."""

        def named(found: re.Match[str]) -> str:
            red, green, blue = (round(float(part) * 10_000) for part in found.groups())
            ink = self._inks.get((red, green, blue))
            return found[0] if ink is None else f"rgb({ink.name}"

        said = _KEY.sub(named, value)
        return re.sub(r"rgb\(([\w-]+)\)", r"\1", said)

    def _picture(self, picture: PictureFound) -> dict[str, Any]:
        names = {photo.url: str(photo.name) for photo in self._now.edition.photos}
        return {**asdict(picture), "file": names.get(picture.url, "")}


def plates_of(ink: Ink) -> Iterator[tuple[str, float]]:
    """What a swatch puts on each plate, percent."""
    if ink.spot:
        yield ink.spot, ink.tint
    else:
        yield from ((p, v) for p, v in zip(PLATES, ink.cmyk, strict=True) if v)
