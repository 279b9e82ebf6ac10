"""Where a style comes from: the rules that an element matches, each with its line, as they weigh.

The engine keeps of a stylesheet what it needs and forgets where that was written. So the sheets are
read a second time, with their places, when somebody asks; pages are set without it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import inf
from typing import Any, Final, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

import cssselect2
from weasyprint import HTML, css
from weasyprint.css import media_queries
from weasyprint.css.properties import INHERITED
from weasyprint.css.validation import preprocess_declarations
from weasyprint.layout.page import PageType

from banxin import stylesheets
from banxin.markup.tokens import Stylesheet
from banxin.stylesheets import Token

MEDIUM: Final = "print"
DEEPEST: Final = 24  # custom properties that name one another
Pseudo: TypeAlias = str | None
Weight: TypeAlias = tuple[int, float, tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration as it is written.

    Attributes:
        names: the longhands that it sets, by the engine's names.
        won: those of them that it decides: they are what the element has.
        resolved: its value with custom properties in their places; the value itself where there are
            none, or where one of them stands for nothing.
        asked: the custom properties that it names, and where each of them is declared.
    """

    name: str
    value: str
    line: int
    names: tuple[str, ...]
    important: bool
    won: tuple[str, ...] = ()
    resolved: str = ""
    asked: tuple[tuple[str, str, int], ...] = ()

    @property
    def wins(self) -> bool:
        return bool(self.won)


@dataclass(frozen=True, slots=True)
class RuleFound:
    """A rule that matches, what weighs least first.

    Attributes:
        file, line: of its selector; of a `style` attribute, empty and 0.
        of: how far up the element is that it matches: 0 the element's own.
    """

    file: str
    line: int
    selector: str
    written: tuple[Declaration, ...]
    of: int = 0


@dataclass(frozen=True, slots=True)
class _PlacedRule:
    sheet: str
    line: int
    selector: str
    written: tuple[Declaration, ...]
    layer: str | None = None


class _PageRule(NamedTuple):
    rule: _PlacedRule
    specificity: tuple[int, ...]
    margin: Pseudo
    asked: Any  # a page type


@dataclass(slots=True)
class PlacedRules:
    """Stylesheets that know where their rules are written."""

    matcher: Any = field(default_factory=cssselect2.Matcher)
    pages: list[_PageRule] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)

    def of(self, element: Any, pseudo: Pseudo) -> Iterator[tuple[Weight, _PlacedRule]]:
        """The rules for an element, or its pseudo-element, each once, in no order."""
        seen: dict[int, tuple[Weight, _PlacedRule]] = {}
        for specificity, order, its, rule in self.matcher.match(element):
            if its == pseudo:
                weight = (0, self._layer(rule), specificity, order)
                before = seen.get(id(rule))
                if before is None or before[0] < weight:
                    seen[id(rule)] = weight, rule
        yield from seen.values()

    def of_page(self, page_type: object, margin: Pseudo) -> Iterator[tuple[Weight, _PlacedRule]]:
        """The rules for a page, or one of its margin boxes."""
        for order, found in enumerate(self.pages):
            if found.margin == margin and css.StyleFor._page_type_match(found.asked, page_type):
                yield (0, inf, found.specificity, order), found.rule

    def _layer(self, rule: _PlacedRule) -> float:
        return inf if rule.layer is None else self.layers.index(rule.layer)


def tree(html: str) -> Any:
    """A document that is not laid out: `etree_element`, and `wrapper_element` for selectors."""
    return HTML(string=html)


@lru_cache(maxsize=4)
def read(styles: tuple[Stylesheet, ...]) -> PlacedRules:
    """*styles* in the order they apply."""
    sheets = PlacedRules()
    with _silence():
        for sheet in styles:
            _enter(sheets, sheet.name, stylesheets.rules(sheet.text), None)
    return sheets


def _enter(sheets: PlacedRules, name: str, found: Sequence[Any], layer: str | None) -> None:
    for rule in found:
        keyword = getattr(rule, "lower_at_keyword", "")
        if rule.type == "qualified-rule":
            _enter_rule(sheets, name, rule, layer)
        elif keyword == "media" and rule.content is not None and _is_for_us(rule.prelude):
            _enter(sheets, name, stylesheets.rules_in(rule.content), layer)
        elif keyword == "layer":
            said = stylesheets.serialize(rule.prelude)
            named = [part.strip() for part in said.split(",")]
            for part in named:
                if part not in sheets.layers:
                    sheets.layers.append(part)
            if rule.content is not None:
                _enter(sheets, name, stylesheets.rules_in(rule.content), named[0])
        elif keyword == "page" and rule.content is not None:
            _enter_page(sheets, name, rule)


def _is_for_us(prelude: Sequence[Token]) -> bool:
    query = media_queries.parse_media_query(prelude)
    return query is not None and bool(media_queries.evaluate_media_query(query, MEDIUM))


def _enter_rule(sheets: PlacedRules, name: str, rule: Any, layer: str | None) -> None:
    content = stylesheets.declarations(rule.content)
    said = stylesheets.serialize(rule.prelude).strip()
    own = tuple(_written(node) for node in content if node.type == "declaration")
    try:
        selectors = cssselect2.compile_selector_list(rule.prelude)
        _add(sheets, selectors, _PlacedRule(name, rule.source_line, said, own, layer))
        for node in content:
            if node.type == "qualified-rule":
                # As the engine has nested rules (CSS Nesting 1), with what they stand in.
                pairs = list(preprocess_declarations(None, [node], rule.prelude))
                inner = stylesheets.declarations(node.content)
                written = tuple(_written(n) for n in inner if n.type == "declaration")
                nested = f"{said} {{ {stylesheets.serialize(node.prelude).strip()} }}"
                if pairs:
                    made = _PlacedRule(name, node.source_line, nested, written, layer)
                    _add(sheets, pairs[0][0], made)
    except cssselect2.SelectorError:
        return  # the engine has told of it


def _add(sheets: PlacedRules, selectors: Sequence[Any], rule: _PlacedRule) -> None:
    for selector in selectors:
        sheets.matcher.add_selector(selector, rule)


def _enter_page(sheets: PlacedRules, name: str, rule: Any) -> None:
    said = f"@page {stylesheets.serialize(rule.prelude).strip()}".strip()
    content = stylesheets.declarations(rule.content)
    for asked in css.parse_page_selectors(rule) or ():
        specificity = asked.pop("specificity")
        page_type = css.PageSelectorType(**asked)
        own = tuple(_written(node) for node in content if node.type == "declaration")
        sheets.pages.append(
            _PageRule(_PlacedRule(name, rule.source_line, said, own), specificity, None, page_type)
        )
        for box in content:
            if box.type == "at-rule" and box.content is not None:
                inner = stylesheets.declarations(box.content)
                written = tuple(_written(n) for n in inner if n.type == "declaration")
                margin = f"@{box.lower_at_keyword}"
                made = _PlacedRule(name, box.source_line, f"{said} {{ {margin} }}", written)
                sheets.pages.append(_PageRule(made, specificity, margin, page_type))


def _written(node: Any) -> Declaration:
    names = tuple(name for name, _, _ in preprocess_declarations(None, [node]))
    value = stylesheets.serialize(node.value).strip()
    return Declaration(node.name, value, node.source_line, names, bool(node.important))


@contextmanager
def _silence() -> Iterator[None]:
    """The engine tells of what it will not understand when pages are set."""
    logger = logging.getLogger("weasyprint")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


# --- of an element ----------------------------------------------------------------------------


def rules_of(sheets: PlacedRules, wrapped: Any, pseudo: Pseudo = None) -> tuple[RuleFound, ...]:
    """The rules that made an element's style, its own first, then what it inherits.

    Args:
        wrapped: the element as the selectors see it, `wrapper_element` and below.
        pseudo: of one of its pseudo-elements.
    """
    levels: list[list[tuple[Weight, _PlacedRule]]] = []
    at, of = wrapped, pseudo
    while at is not None:
        levels.append([*sheets.of(at, of), *(() if of else _attribute(at.etree_element))])
        at, of = (wrapped, None) if of else (at.parent, None)
    return _weighed(levels)


def rules_of_page(sheets: PlacedRules, page_type: object, margin: Pseudo) -> tuple[RuleFound, ...]:
    """The same of a page, or of a box in its margin, which inherits from the page.

    Args:
        page_type: the engine's own, or its parts.
    """
    if type(page_type) is tuple:
        page_type = PageType(*page_type)
    levels = [list(sheets.of_page(page_type, of)) for of in dict.fromkeys((margin, None))]
    return _weighed(levels)


def _attribute(element: Element) -> Iterator[tuple[Weight, _PlacedRule]]:
    text = element.get("style", "")
    if text.strip():
        with _silence():
            nodes = stylesheets.declarations(stylesheets.components(text))
            written = tuple(_written(node) for node in nodes if node.type == "declaration")
        # Origin and place: an author's, where stylesheets are a user's (CSS Cascade 5, 6.1).
        yield (1, inf, (1, 0, 0), 0), _PlacedRule("", 0, 'style="…"', written)


def _weighed(levels: Sequence[Sequence[tuple[Weight, _PlacedRule]]]) -> tuple[RuleFound, ...]:
    """Rules in cascade order, what wins marked; of those above, what reaches down."""
    ordered = [sorted(level, key=lambda pair: pair[0]) for level in levels]
    won = [_winners(level) for level in ordered]
    decided: set[str] = set()
    found: list[RuleFound] = []
    for of, (level, winners, scope) in enumerate(
        zip(ordered, won, _scopes(ordered, won), strict=True)
    ):
        for _, rule in level:
            shown = [
                replace(one, won=won)
                for one in rule.written
                for won in [_won(one, winners, decided, inherited=of > 0)]
                if of == 0 or won
            ]
            if shown or (of == 0 and not rule.written):
                said = tuple(_resolved(one, scope) for one in shown)
                found.append(RuleFound(rule.sheet, rule.line, rule.selector, said, of))
        decided |= {name for name in winners if of == 0 or name in INHERITED}
    return tuple(found)


Winners: TypeAlias = Mapping[str, tuple[bool, Weight, int]]


def _winners(ordered: Sequence[tuple[Weight, _PlacedRule]]) -> Winners:
    """Of each longhand, what decides it."""
    winners: dict[str, tuple[bool, Weight, int]] = {}
    for weight, rule in ordered:
        for one in rule.written:
            for name in one.names:
                # What is important reverses origins and layers (CSS Cascade 5, 6.4).
                now = (-weight[0], -weight[1], *weight[2:]) if one.important else weight
                before = winners.get(name)
                if before is None or before[:2] <= (one.important, now):
                    winners[name] = one.important, now, id(one)
    return winners


def _won(
    one: Declaration, winners: Winners, decided: set[str], *, inherited: bool
) -> tuple[str, ...]:
    names = (n for n in one.names if winners[n][2] == id(one))
    return tuple(n for n in names if not inherited or (n in INHERITED and n not in decided))


# --- custom properties ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """The custom properties of an element, and of what is around it.

    Each is followed where it is declared: what an element below says otherwise is not asked
    (CSS Variables 1, 2 and 3).

    Attributes:
        own: of each the value that wins, its file and its line.
    """

    own: Mapping[str, tuple[str, str, int]]
    around: _Scope | None

    def with_own(self, name: str) -> _Scope | None:
        """The nearest that declares *name*."""
        if name in self.own:
            return self
        return self.around.with_own(name) if self.around else None


def _scopes(
    ordered: Sequence[Sequence[tuple[Weight, _PlacedRule]]], won: Sequence[Winners]
) -> Sequence[_Scope]:
    """Of the element, and of each one further out."""
    scopes: list[_Scope] = []
    for level, winners in zip(reversed(ordered), reversed(won), strict=True):
        own = {
            one.name: (one.value, rule.sheet, one.line)
            for _, rule in level
            for one in rule.written
            if one.name.startswith("--") and _won(one, winners, set(), inherited=False)
        }
        scopes.append(_Scope(own, scopes[-1] if scopes else None))
    return scopes[::-1]


Asked: TypeAlias = dict[str, tuple[str, str, int]]
Within: TypeAlias = frozenset[tuple[int, str]]  # custom properties that are being followed


def _resolved(one: Declaration, scope: _Scope) -> Declaration:
    asked: Asked = {}
    text = _filled(stylesheets.components(one.value), scope, asked, frozenset())
    said = one.value if text is None else text.strip()
    return replace(one, resolved=said, asked=tuple(asked.values()))


def _filled(tokens: Sequence[Token], scope: _Scope, asked: Asked, within: Within) -> str | None:
    """*tokens* with what custom properties stand for; None where one stands for nothing."""
    out = ""
    for token in tokens:
        if token.type == "function" and token.lower_name == "var":
            opens, inner, closes = "", _stands_for(token, scope, asked, within), ""
        elif token.type == "function":
            opens, closes = f"{token.name}(", ")"
            inner = _filled(token.arguments, scope, asked, within)
        elif token.type in {"() block", "[] block", "{} block"}:
            opens, closes = token.type[0], token.type[1]
            inner = _filled(token.content, scope, asked, within)
        else:
            opens, inner, closes = "", token.serialize(), ""
        if inner is None:
            return None
        out += opens + inner + closes
    return out


def _stands_for(token: Any, scope: _Scope, asked: Asked, within: Within) -> str | None:
    """What a `var()` stands for; one that comes back to itself has only its fallback."""
    said = [part for part in token.arguments if part.type not in {"whitespace", "comment"}]
    name = said[0].value if said and said[0].type == "ident" else ""
    there = scope.with_own(name)
    text = None
    if there and (id(there), name) not in within and len(within) < DEEPEST:
        value, file, line = there.own[name]
        asked.setdefault(name, (name, file, line))
        text = _filled(stylesheets.components(value), there, asked, within | {(id(there), name)})
    comma = next((i for i, part in enumerate(token.arguments) if part == ","), None)
    if text is None and comma is not None:
        text = _filled(token.arguments[comma + 1 :], scope, asked, within)
    return None if text is None else text.strip()
