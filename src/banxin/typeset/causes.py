"""What of a layout a finding comes from: the rule that won for the property at fault, or the tag.

Nothing is laid out again. Pages say which element made what lies where (`regions`); the same
document is composed once more, and its elements meet the stylesheets as the inspector has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from xml.etree.ElementTree import Element

from banxin.engine import provenance
from banxin.engine.provenance import Declaration, RuleFound

from banxin.diagnostics import BanxinError, Box, Cause, Diagnostic, Subject
from banxin.edition import Edition
from banxin.markup.document import compose, stylesheets
from banxin.markup.origins import FROM, traced
from banxin.typeset.engine import DEFAULTS
from banxin.typeset.regions import EDGED, PICTURE, TEXT, Region, in_order
from banxin.typeset.sheets import Sheets
from banxin.typeset.survey import PLACING
from banxin.typeset.whence import template_at, written_at
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
_OF_EDGES: Final = frozenset(code for code, what in OF_PAGES.items() if what is _EDGE)
_NOTHING: Final = frozenset({"0", "auto", "none", "normal", "static", "visible", "inherit"})
_ON_THE_GRID: Final = re.compile(r"var\(--[\w-]+-shift\)")  # where a type style puts every line
_NEAR: Final = 0.6  # mm: a mark and the box that it is of
_ALIKE: Final = 1.5  # mm: a box, and what is drawn of it
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
    made = found.made or _made(found, sheets.regions)
    if found.cause is not None or made is None:
        return found
    return replace(found, cause=asked.cause(made))


def _made(found: Diagnostic, regions: Sequence[Region]) -> Subject | None:
    """What a finding of a page is about: of an edge, the box whose edges they are; of all else the
    smallest thing there of the kinds that it may be.
    """
    box, (kinds, names) = found.place.box_mm, OF_PAGES.get(found.code, ((), ()))
    if box is None or not kinds:
        return None
    there = [
        one
        for one in regions
        if one.page == found.place.page and one.kind in kinds and _meets(one.box, box)
        if found.code not in _OF_EDGES or _apart(one.box, box) < _ALIKE
    ]
    least = min(there, key=lambda one: _size(one.box), default=None)
    return None if least is None else least.made._replace(names=names)


def _meets(box: Box, mark: Box) -> bool:
    """Whether the middle of *mark* lies in *box*."""
    x, y = (mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2
    return box[0] - _NEAR <= x <= box[2] + _NEAR and box[1] - _NEAR <= y <= box[3] + _NEAR


def _apart(one: Box, other: Box) -> float:
    """How far the edges that are farthest apart are, mm."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


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
            if one is None:
                break
            found = provenance.rules_of(self._rules, one, part)
            for rule, declaration in _at_fault(found, made.names):
                owner = _outward(one, rule.of - bool(part)).etree_element
                cause = self._said(rule, declaration, elements.index(owner))
                if cause is not None:
                    return cause
            one, part = (one, None) if part else (one.parent, None)
        return self._tag(made.element)

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
