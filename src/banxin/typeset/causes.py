"""What of a layout a finding comes from: the rule that won for the property at fault, or the tag.

Nothing is laid out again. Pages say which element made what lies where (`regions`); the same
document is composed once more, and its elements meet the stylesheets as the inspector has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element

from banxin.engine import provenance
from banxin.engine.provenance import Declaration, RuleFound

from banxin.diagnostics import BanxinError, Box, Cause, Diagnostic, Subject
from banxin.edition import Edition
from banxin.markup.document import compose, stylesheets
from banxin.markup.origins import FROM, traced
from banxin.typeset.engine import DEFAULTS
from banxin.typeset.regions import EDGED, PICTURE, TEXT, Region, in_order
from banxin.typeset.sheets import Sheets, Trim
from banxin.typeset.survey import MEASURE, PLACED_ACROSS, PLACED_DOWN, PLACING
from banxin.typeset.whence import template_at, written_at
from banxin.units import Length
from banxin.workspace import Workspace

_SIZE: Final = ((TEXT,), ("font_size",))
_COLOUR: Final = ((TEXT,), ("color",))
_RULE: Final = (
    (EDGED, TEXT),
    (
        "border_top_width", "border_right_width", "border_bottom_width", "border_left_width",
        "column_rule_width", "text_decoration_thickness", "text_decoration_line", "height", "width",
    ),
)  # fmt: skip
_NO_BORDER: Final = tuple(name for name in _RULE[1] if not name.startswith("border"))
_PLACED: Final = ((TEXT, PICTURE, EDGED), PLACING)
_EDGE: Final = ((EDGED, PICTURE), PLACING)
# What the judge finds on a page → what lies there that it is about, and the properties at fault.
OF_PAGES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "text/too-small": _SIZE,
    "text/small-han": _SIZE,
    "text/small-in-inks": _SIZE,
    "text/small-reversed": _SIZE,
    "text/small-white": _SIZE,
    "text/small-white-song": _SIZE,
    "text/black-in-inks": _COLOUR,
    "text/grey-in-inks": _COLOUR,
    "text/rich-black": _COLOUR,
    "text/black-knocks-out": _COLOUR,
    "text/fake-bold": ((TEXT,), ("font_weight",)),
    "line/hair": _RULE,
    "line/fine": _RULE,
    "line/fine-in-inks": _RULE,
    "plate/fine-line": _RULE,
    "safe/text": _PLACED,
    "safe/text-near": _PLACED,
    "safe/gutter": _PLACED,
    "safe/area-edge": _EDGE,
    "safe/picture-edge": _EDGE,
}
_GROUND: Final = ("background_color", "background_image")
_INKED: Final[Mapping[str, int]] = {"ink/too-much": 0, "ink/near-limit": 10}  # points to the limit
_ROUGHLY: Final = 5  # points that a measured ink may lack: a proof has so many steps
_SHORT: Final = "bleed/not-reached"
# Each side of a page → what puts a box's edge there, and what does where its other side is put.
_SIDES: Final[Mapping[str, tuple[str, str]]] = {
    "left": ("right", "width"), "top": ("bottom", "height"),
    "right": ("left", "width"), "bottom": ("top", "height"),
}  # fmt: skip
_STATIC: Final = frozenset({"", "static", "inherit", "initial", "unset"})
_ALL_OF_IT: Final = frozenset({"100%", "auto", "inherit", "initial", "unset"})
_OF_EDGES: Final = frozenset(code for code, what in OF_PAGES.items() if what is _EDGE)
_NOTHING: Final = frozenset(
    {"0", "100%", "auto", "none", "normal", "static", "relative", "visible", "inherit"}
)
# Where a type style puts every line, and half a rule less under one.
_ON_THE_GRID: Final = re.compile(
    r"var\(--[\w-]+-shift\)|calc\(var\(--[\w-]+-shift\) [-+] var\(--[\w-]+\)(?: / 2)?\)"
)
_NEAR: Final = 0.6  # mm: a mark and the box that it is of
_ALIKE: Final = 1.5  # mm: a box, and what is drawn of it
_SAME: Final = 0.2  # mm: a box, and what its ground is drawn as
_TOUCHES: Final = 0.36  # mm short of the trim that count as the trim
_CELLS: Final = frozenset({"td", "th"})  # a column of a table is as wide as all of it makes it
_HIGHEST: Final = 8  # elements outward that are looked through


def explained(
    findings: Sequence[Diagnostic], sheets: Sheets, edition: Edition, desk: Workspace
) -> tuple[Diagnostic, ...]:
    """*findings*, those that a layout is the cause of with the line where it says so."""
    asked = _Document(edition, desk)
    try:
        return tuple(_explained(one, sheets, asked) for one in findings)
    except BanxinError:  # templates that were just in time are not, the second time
        return tuple(findings)


def _explained(found: Diagnostic, sheets: Sheets, asked: _Document) -> Diagnostic:
    if found.cause is not None:
        return found
    if found.code in _INKED:
        return replace(found, cause=_cause_of_ink(found, sheets.regions, asked))
    if found.code == _SHORT:
        return replace(found, cause=_cause_of_edge(found, sheets, asked))
    if OF_PAGES.get(found.code) is _RULE:
        borders = _causes_of_borders(found, sheets.regions, asked)
        if borders:
            return replace(found, cause=next(iter(borders)) if len(borders) == 1 else None)
    made = found.made or _made(found, sheets)
    if made is None:
        return found
    return replace(found, cause=asked.cause(made))


def _made(found: Diagnostic, sheets: Sheets) -> Subject | None:
    """What a finding of a page is about: of an edge, the box whose edges they are; of all else the
    smallest thing there of the kinds that it may be.
    """
    box, (kinds, names) = found.place.box_mm, OF_PAGES.get(found.code, ((), ()))
    if box is None or not kinds:
        return None
    there = [
        one
        for one in sheets.regions
        if one.page == found.place.page and one.kind in kinds and _meets(one.box, box)
        if found.code not in _OF_EDGES or _apart(one.box, box) < _ALIKE
    ]
    least = min(there, key=lambda one: _size(one.box), default=None)
    if least is None:
        return None
    if names is PLACING and found.place.page and found.code not in _OF_EDGES:
        names = _placing(box, found, sheets.trims[found.place.page - 1])
    if names is _RULE[1]:
        names = _NO_BORDER  # those have been looked for
    return least.made._replace(names=names)


def _placing(mark: Box, found: Diagnostic, trim: Trim) -> tuple[str, ...]:
    """What puts it so near to the side of the page that it is near to."""
    aside = min(mark[0], trim.width.in_mm - mark[2])
    upright = min(mark[1], trim.height.in_mm - mark[3])
    return PLACED_ACROSS if found.code == "safe/gutter" or aside < upright else PLACED_DOWN


def _causes_of_borders(
    found: Diagnostic, regions: Sequence[Region], asked: _Document
) -> frozenset[Cause]:
    """The borders that a rule on a page may be: cells that touch may each have one there."""
    mark = found.place.box_mm
    if mark is None:
        return frozenset()
    there = [one for one in regions if one.page == found.place.page and one.kind == EDGED]
    said = (asked.own(one.made, _border_at(mark, one.box)) for one in there)
    return frozenset(cause for cause in said if cause)


def _border_at(mark: Box, box: Box) -> str:
    """The property of the border of *box* that the rule *mark* may be; empty where none is."""
    x, y = (mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2
    if not _meets(box, mark):
        return ""
    if mark[3] - mark[1] > mark[2] - mark[0]:
        sides = {"left": abs(x - box[0]), "right": abs(x - box[2])}
    else:
        sides = {"top": abs(y - box[1]), "bottom": abs(y - box[3])}
    near = min(sides, key=lambda side: sides[side])
    return f"border_{near}_width" if sides[near] < _NEAR else ""


def _cause_of_ink(found: Diagnostic, regions: Sequence[Region], asked: _Document) -> Cause | None:
    """The one colour on that spot that by itself has so much ink. None where a picture lies there:
    it may be the picture's, and may be covered by it.
    """
    mark, limit, have = found.place.box_mm, found.facts.get("needed"), found.facts.get("have")
    if mark is None or not isinstance(limit, (int, float)) or not isinstance(have, (int, float)):
        return None
    there = [one for one in regions if one.page == found.place.page and _overlap(one.box, mark)]
    if any(one.kind == PICTURE for one in there):
        return None
    told = [asked.inked(one.made, _GROUND) for one in there if one.kind == EDGED]
    told = [said for said in told if said and said.ink < have + _ROUGHLY]  # others are covered
    told += [asked.inked(one.made, _COLOUR[1]) for one in there if one.kind == TEXT]
    heavy = {said for said in told if said and said.ink > limit - _INKED[found.code]}
    return heavy.pop().cause if len(heavy) == 1 else None


def _overlap(box: Box, mark: Box) -> bool:
    return box[0] < mark[2] and mark[0] < box[2] and box[1] < mark[3] and mark[1] < box[3]


def _cause_of_edge(found: Diagnostic, sheets: Sheets, asked: _Document) -> Cause | None:
    """Of a box whose edge ends short of the bleed; none where no box has just these edges."""
    place, have = found.place, found.facts.get("have")
    if place.box_mm is None or place.page is None or not isinstance(have, Length):
        return None
    trim = sheets.trims[place.page - 1]
    side = _side_short(place.box_mm, trim.width.in_mm, trim.height.in_mm, have.in_mm)
    bleed = asked.edition.layout.page.bleed.in_mm
    sheet = (-bleed, -bleed, trim.width.in_mm + bleed, trim.height.in_mm + bleed)
    mark = _within(place.box_mm, sheet)
    alike = [
        one
        for one in sheets.regions
        if one.page == place.page
        if one.kind in {EDGED, PICTURE} and _apart(_within(one.box, sheet), mark) < _SAME
    ]
    if side is None or not alike or alike[-1].made.part or alike[-1].made.element < 0:
        return None
    return asked.cause_of_edge(alike[-1].made, side)


def _within(box: Box, sheet: Box) -> Box:
    return (
        max(box[0], sheet[0]), max(box[1], sheet[1]), min(box[2], sheet[2]), min(box[3], sheet[3])
    )  # fmt: skip


def _side_short(box: Box, width: float, height: float, have: float) -> str | None:
    """The side of a page on which *box* goes so far beyond the trim."""
    beyond = {"left": -box[0], "top": -box[1], "right": box[2] - width, "bottom": box[3] - height}
    near = {side: abs(out - have) for side, out in beyond.items() if abs(out) < _TOUCHES + have}
    side = min(near, key=lambda one: near[one], default=None)
    return side if side is not None and near[side] < _TOUCHES else None


def _meets(box: Box, mark: Box) -> bool:
    """Whether the middle of *mark* lies in *box*."""
    x, y = (mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2
    return box[0] - _NEAR <= x <= box[2] + _NEAR and box[1] - _NEAR <= y <= box[3] + _NEAR


def _apart(one: Box, other: Box) -> float:
    """How far the edges that are farthest apart are, mm."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


class _Inked(NamedTuple):
    cause: Cause
    ink: float


@dataclass
class _Document:
    """The document of an Edition, composed when it is first asked for."""

    edition: Edition
    desk: Workspace

    @cached_property
    def _rules(self) -> provenance.PlacedRules:
        return provenance.read((DEFAULTS, *stylesheets(self.edition)))

    @cached_property
    def _elements(self) -> tuple[tuple[Element, ...], Mapping[Element, Any]]:
        """By their numbers; and each as selectors see it."""
        source = provenance.tree(compose(self.edition).html)
        wrapped = {one.etree_element: one for one in source.wrapper_element.iter_subtree()}
        return tuple(in_order(source.etree_element)), wrapped

    @cached_property
    def _tags(self) -> tuple[Element, ...]:
        """The same elements, with the lines of the templates that wrote them."""
        return tuple(in_order(provenance.tree(compose(traced(self.edition)).html).etree_element))

    @cached_property
    def _around(self) -> Mapping[Element, Element]:
        """What each of these tags stands in."""
        return {child: parent for parent in self._tags for child in parent}

    def cause(self, made: Subject) -> Cause | None:
        """The declaration that won, or the tag where no stylesheet says anything of it."""
        if made.element < 0:
            found = provenance.rules_of_page(self._rules, made.page, made.part)
            said = (self._said(*one) for one in _at_fault(found, made.names))
            return next((cause for cause in said if cause), None)
        elements, wrapped = self._elements
        if made.element >= len(elements):
            return None
        one, part = wrapped.get(elements[made.element]), made.part or None
        for _ in range(_HIGHEST):
            if one is None or (made.names == MEASURE and one.etree_element.tag in _CELLS):
                break
            found = provenance.rules_of(self._rules, one, part)
            for rule, declaration in _at_fault(found, made.names):
                owner = _outward(one, rule.of - bool(part)).etree_element
                cause = self._said(rule, declaration, elements.index(owner))
                if cause is not None:
                    return cause
            one, part = (one, None) if part else (one.parent, None)
        return None if made.names == MEASURE else self._tag(made.element)

    def own(self, made: Subject, name: str) -> Cause | None:
        """What decides a property of an element where its own rules say something of it."""
        wrapped = self._wrapped(made.element)
        if wrapped is None or not name:
            return None
        found = provenance.rules_of(self._rules, wrapped, made.part or None)
        said = _at_fault([rule for rule in found if not rule.of], (name,))
        causes = (self._said(*one, made.element) for one in said)
        return next((cause for cause in causes if cause), None)

    def inked(self, made: Subject, names: Sequence[str]) -> _Inked | None:
        """The declaration that gives an element its ground, or its text the colour, and its ink;
        None of one that no ink of the layout is named in.
        """
        wrapped = self._wrapped(made.element)
        if wrapped is None:
            return None
        found = provenance.rules_of(self._rules, wrapped, made.part or None)
        for rule, declaration in _at_fault(found, names):
            if rule.of and names == _GROUND:  # no background is inherited
                continue
            if cause := self._said(rule, declaration, made.element):
                ink = max(map(self._ink, declaration.asked), default=0.0)
                return _Inked(cause, ink) if ink else None
        return None

    def _ink(self, asked: tuple[str, str, int]) -> float:
        """Percent of all plates together, of a custom property that is an ink."""
        name = asked[0].removeprefix("--").removesuffix("-rgb")
        ink = next((one for one in self.edition.layout.inks if one.name == name), None)
        if ink is None:
            return 0.0
        return ink.tint if ink.spot else sum(ink.cmyk)

    def cause_of_edge(self, made: Subject, side: str) -> Cause | None:
        """What puts an element's edge where it is: its own place or size, or that of the nearest
        around it that has one.
        """
        one = self._wrapped(made.element)
        other, size = _SIDES[side]
        for _ in range(_HIGHEST):
            if one is None:
                break
            own = [rule for rule in provenance.rules_of(self._rules, one) if rule.of == 0]
            won = {
                name: (rule, declaration)
                for rule in own
                for declaration in rule.written
                for name in declaration.won
            }
            placed = _value(won, "position") not in _STATIC
            names = ["transform", f"margin_{side}"]
            if placed and _value(won, side) not in {"", "auto"}:
                names.append(side)
            elif _value(won, size) not in {"", *_ALL_OF_IT}:
                anchored = side in {"right", "bottom"} or _value(won, other) not in {"", "auto"}
                names += [size] if anchored else []
            for name in names:
                if name in won and (name == side or not _says_nothing(won[name][1])):
                    number = self._elements[0].index(one.etree_element)
                    return self._said(*won[name], number)
            if _value(won, "position") in {"absolute", "fixed"}:
                break
            one = one.parent
        return None

    def _wrapped(self, number: int) -> Any:
        """An element as selectors see it; None of a box in a page's margin."""
        elements, wrapped = self._elements
        return wrapped.get(elements[number]) if 0 <= number < len(elements) else None

    def _said(
        self, rule: RuleFound, declaration: Declaration, element: int | None = None
    ) -> Cause | None:
        written = f"{rule.selector} {{ {declaration.name}: {declaration.value} }}"
        layout = self.edition.layout
        place = written_at(layout, self.desk, rule.file, declaration.line, rule.selector)
        if place is None and not rule.file and element is not None:  # a template's own `style`
            tag = self._tag(element)
            place = tag.place if tag else None
        return Cause(place, written) if place else None

    def _tag(self, number: int) -> Cause | None:
        """The line of the template that wrote an element, or the nearest around it."""
        tags = self._tags
        if number >= len(tags):
            return None
        tag: Element | None = tags[number]
        while tag is not None:
            name, _, line = tag.get(FROM, "").rpartition(":")
            if name:
                place = template_at(self.edition.layout, name, int(line))
                classes = "".join(f".{one}" for one in tag.get("class", "").split())
                return Cause(place, f"<{tag.tag}{classes}>")
            tag = self._around.get(tag)
        return None


def _value(won: Mapping[str, tuple[RuleFound, Declaration]], name: str) -> str:
    """What was written for a property, empty if nothing was."""
    return won[name][1].value.strip() if name in won else ""


def _outward(one: Any, steps: int) -> Any:
    """The element so many steps around another."""
    for _ in range(steps):
        one = one.parent or one
    return one


def _at_fault(
    rules: Sequence[RuleFound], names: Sequence[str]
) -> Iterator[tuple[RuleFound, Declaration]]:
    """The declarations that won for the properties, the likeliest first; those of the element
    itself before what it inherits.
    """
    for name in names:
        for rule in sorted(rules, key=lambda rule: rule.of):
            for one in rule.written:
                if name in one.won and not _says_nothing(one):
                    yield rule, one


def _says_nothing(one: Declaration) -> bool:
    value = one.value.strip()
    return value in _NOTHING or bool(_ON_THE_GRID.fullmatch(value))
