"""The cascade: elements that the same rules apply to have one style, with all worked out of it.

The engine gives each element a style of its own, which is most of what a layout holds in memory.
Here styles are kept from one layout to the next, too; and stylesheets are parsed rule by rule, so
that of a designer's save one changed rule is one rule parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import inf
from typing import Any, Final, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

from banxin.engine.boxes import EngineHtml, Style, TargetCollector
from banxin.engine.hooks import ORIGINAL, Hook

import cssselect2
import weasyprint
from weasyprint import css, document
from weasyprint.css import StyleFor
from weasyprint.css.counters import CounterStyle
from weasyprint.css.properties import TABLE_WRAPPER_BOX_PROPERTIES

from banxin import stylesheets
from banxin.markup.tokens import Stylesheet

MOST_RULES: Final = 6000  # of all that were ever written: then everything begins anew
MOST_STYLES: Final = 6000
# Rules that depend on others of their stylesheet, which is then one piece.
_WHOLE: Final = frozenset({"layer", "import", "charset", "namespace"})

Entry: TypeAlias = tuple[object, object]  # a selector, and its declarations
Declarations: TypeAlias = Sequence[tuple[str, object, bool]]  # name, values, `!important`
Specificity: TypeAlias = tuple[int, ...]
Weight: TypeAlias = tuple[int, float, Specificity]
# Declarations of attributes, by element.
Written: TypeAlias = Mapping[Element, Sequence[tuple[Specificity, Declarations]]]
Pseudo: TypeAlias = str | None


@dataclass(frozen=True, slots=True)
class _CssRule:
    """As the engine parses it. One rule may have several selectors, or be a `@page`."""

    entries: tuple[Entry, ...]
    pages: tuple[object, ...]


class _Recorder:
    """Stands in for a matcher while a rule is parsed."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add_selector(self, selector: object, payload: object) -> None:
        self.entries.append((selector, payload))


@dataclass(slots=True)
class _SharedStyle:
    """A style of elements.

    Attributes:
        turn: the layout that used it last.
        rules: what it was made of: as long as these are there, no others have their identities.
    """

    style: Style
    turn: int
    rules: Sequence[_Applied]


@dataclass(slots=True)
class Cascade:
    """Stylesheets as one, in the shape of the engine's own `CSS`; and the styles of elements.

    Beside other stylesheets, one without rules keeps the styles that they give.

    Attributes:
        styles: what made a style → the style.
        pages: of the root's style → the styles of page types.
    """

    configuration: object
    counters: Any = field(default_factory=CounterStyle)
    matcher: Any = field(default_factory=cssselect2.Matcher)
    page_rules: list[object] = field(default_factory=list)
    layers: list[object] = field(default_factory=list)
    base_url: str | None = None
    styles: dict[tuple[object, ...], _SharedStyle] = field(default_factory=dict)
    pages: dict[int, dict[object, Any]] = field(default_factory=dict)
    page_sizes: dict[str, object] = field(default_factory=lambda: {"box": None, "area": None})
    turn: int = 0
    _rules: dict[str, _CssRule] = field(default_factory=dict)
    _applied: tuple[str, ...] = ()

    def apply(self, styles: Sequence[Stylesheet], base: str, fetcher: object) -> Cascade:
        """Be *styles* from now on."""
        self.base_url = base
        self.turn += 1
        if len(self._rules) > MOST_RULES:
            self._forget()
        texts = tuple(text for sheet in styles for text in split(sheet.text))
        if texts != self._applied:
            self._merge(texts, fetcher)
        if len(self.styles) > MOST_STYLES:
            # Whoever was used now, its parent was: so no style outlives the one it inherits from.
            self.styles = {k: kept for k, kept in self.styles.items() if kept.turn == self.turn - 1}
        return self

    def _forget(self) -> None:
        self._rules.clear()
        self.styles.clear()
        self._applied = ()

    def _merge(self, texts: tuple[str, ...], fetcher: object) -> None:
        self.matcher, self.page_rules, self.layers = cssselect2.Matcher(), [], []
        self.counters, self.pages, self._applied = CounterStyle(), {}, texts
        for text in texts:
            rule = self._rules.get(text)
            if rule is None or "@counter-style" in text:  # entered among the counters each time
                rule = self._rules[text] = self._parsed(text, fetcher)
            for selector, payload in rule.entries:
                self.matcher.add_selector(selector, payload)
            self.page_rules.extend(rule.pages)

    def _parsed(self, text: str, fetcher: object) -> _CssRule:
        recorder, pages = _Recorder(), list[object]()
        weasyprint.CSS(
            string=text,
            base_url=self.base_url,
            url_fetcher=fetcher,
            font_config=self.configuration,
            counter_style=self.counters,
            matcher=recorder,
            page_rules=pages,
            layers=self.layers,
        )
        return _CssRule(tuple(recorder.entries), tuple(pages))


def split(text: str) -> Iterator[str]:
    """The outermost rules of a stylesheet, each with what stands before the next.

    One that has rules which depend on others, or something that is no rule, is one piece.
    """
    found = stylesheets.rules(text)
    if any(r.type == "error" or getattr(r, "lower_at_keyword", "") in _WHOLE for r in found):
        yield text
        return
    text = stylesheets.normalised(text)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    outermost = [r for r in found if r.type in {"qualified-rule", "at-rule"}]
    begins = [starts[rule.source_line - 1] + rule.source_column - 1 for rule in outermost[1:]]
    for begin, end in pairwise([0, *begins, len(text)]):
        if text[begin:end].strip():
            yield text[begin:end]


# --- styles ---------------------------------------------------------------------------------


def styles_of(html: EngineHtml, cascade: Cascade) -> _KeptStyles:
    """The styles of a document that is laid out already."""
    fonts, counters = cascade.configuration, cascade.counters
    return _KeptStyles(
        html, [cascade], cascade, _AskedOfStyles(False, fonts, counters, {}, [], [], None, False)
    )


class _AskedOfStyles(NamedTuple):
    """What the engine is asked besides, under its own names."""

    presentational_hints: bool
    font_config: object
    counter_style: Any
    color_profiles: object
    page_rules: object
    layers: object
    target_collector: TargetCollector | None
    forms: bool


def _all_styles(
    html: EngineHtml, sheets: Sequence[object] | None = None, *rest: Any, **more: Any
) -> Any:
    cascade = next((sheet for sheet in sheets or () if isinstance(sheet, Cascade)), None)
    if sheets is None or cascade is None:
        return ORIGINAL["get_all_computed_styles"](html, sheets, *rest, **more)
    return _KeptStyles(html, sheets, cascade, _AskedOfStyles(*rest, **more))


class _KeptStyles(StyleFor):  # type: ignore[misc]  # the engine has no types
    """The engine's styles of a document, those taken over that the same rules give."""

    def __init__(
        self, html: EngineHtml, sheets: Sequence[object], cascade: Cascade, asked: _AskedOfStyles
    ) -> None:
        fonts, targets = asked.font_config, asked.target_collector
        for style in html._ua_counter_style():
            asked.counter_style.update(style)
        own = css.find_stylesheets(
            html.wrapper_element, html.media_type, html.url_fetcher, html.base_url, fonts,
            asked.counter_style, asked.color_profiles, asked.page_rules, asked.layers,
        )  # fmt: skip
        self._sheets = [
            *((sheet, "user agent", None) for sheet in html._ua_stylesheets(asked.forms)),
            *((sheet, "author", None) for sheet in own),
            *((sheet, "user", None) for sheet in sheets),
        ]
        self._cascaded_styles: dict[tuple[Element, Pseudo], object] = {}
        self._computed_styles: dict[tuple[Element, Pseudo], Style] = {}
        self.initial_page_sizes = cascade.page_sizes
        self.font_config = fonts
        self._cascade = cascade
        self._root = html.etree_element
        written = self._written(html)
        for element in html.wrapper_element.iter_subtree():
            self._take(element, written, targets, html.base_url)
        root = self._computed_styles[self._root, None]
        self.banxin_page_styles = cascade.pages.setdefault(id(root), {})

    @staticmethod
    def _written(html: EngineHtml) -> Written:
        """Declarations of attributes, by element: each with its specificity."""
        found: dict[Element, list[tuple[Specificity, Declarations]]] = {}
        for specificity, element, declarations, _ in css.find_style_attributes(
            html.etree_element, base_url=html.base_url
        ):
            found.setdefault(element, []).append((specificity, declarations))
        return found

    def _take(
        self, element: Any, written: Written, targets: TargetCollector | None, base: str | None
    ) -> None:
        """The style of one element, after that of its parent; then those of its pseudo-elements."""
        tree: Element = element.etree_element
        matched: dict[Pseudo, list[_Applied]] = {None: []}
        for sheet, origin, fixed in self._sheets:
            for specificity, _, pseudo, (declarations, layer) in sheet.matcher.match(element):
                order = inf if layer is None else sheet.layers.index(layer)
                applied = _Applied(declarations, origin, order, fixed or specificity)
                matched.setdefault(pseudo, []).append(applied)
        above = element.parent.etree_element if element.parent else None
        styles: list[Style] = []  # the element's own is the first
        for pseudo in sorted(matched, key=_SELDOM.__contains__):
            if pseudo in _SELDOM and not _SELDOM[pseudo](styles):
                continue
            attributes = () if pseudo else written.get(tree, ())
            style = self._style(
                tree, pseudo, tree if pseudo else above, matched[pseudo], attributes, base
            )
            self._computed_styles[tree, pseudo] = style
            styles.append(style)
            if targets and style["anchor"]:
                targets.collect_anchor(style["anchor"])

    def _style(
        self,
        tree: Element,
        pseudo: str | None,
        parent: Element | None,
        rules: list[_Applied],
        attributes: Sequence[tuple[Specificity, Declarations]],
        base: str | None,
    ) -> Style:
        above = None if parent is None else self._computed_styles[parent, None]
        about = () if pseudo else _attributes(tree)
        key = (id(above), pseudo, about, *((id(rule.declarations), *rule[1:]) for rule in rules))
        kept = self._cascade.styles.get(key)
        if kept is not None and pseudo not in _RESHAPED:
            kept.turn = self._cascade.turn
            return _as_it_was(kept.style, tree)
        self._cascaded_styles[tree, pseudo] = _cascaded(rules, attributes, base)
        self.set_computed_styles(tree, parent, self._root, pseudo, base)
        del self._cascaded_styles[tree, pseudo]
        style = self._computed_styles[tree, pseudo]
        self._cascade.styles[key] = _SharedStyle(style, self._cascade.turn, rules)
        return style


def _is_footnote(styles: Sequence[Style]) -> bool:
    return bool(styles[0]["float"] == "footnote")


def _is_note(styles: Sequence[Style]) -> bool:
    return bool(styles[0]["position"][0] == "note()")


# WeasyPrint's own stylesheet (70) has rules for these of all elements, and asks for their styles
# where these, of an element and its other pseudo-elements, are so.
_SELDOM: Final[Mapping[str | None, Callable[[Sequence[Style]], bool]]] = {
    "marker": lambda styles: any("list-item" in style["display"] for style in styles),
    "footnote-call": _is_footnote,
    "footnote-marker": _is_footnote,
    "note-call": _is_note,
    "note-marker": _is_note,
    "note-callback": _is_note,
}


class _Applied(NamedTuple):
    """A rule that matches an element, and how much it weighs."""

    declarations: Declarations
    origin: str
    order: float
    specificity: Specificity


_RESHAPED: Final = frozenset({"first-letter", "first-line"})  # the engine writes into their styles
# What it writes into those of others: the root's overflow, and a table's, which go to its wrapper.
_WRITTEN: Final = (*TABLE_WRAPPER_BOX_PROPERTIES, "overflow")


def _as_it_was(style: Style, tree: Element) -> Style:
    """A kept style without what the last layout has written into it."""
    if style.is_root_element or tree.tag == "body" or "table" in style["display"][-1]:
        for name in _WRITTEN:
            style.pop(name, None)
    return style


def _attributes(tree: Element) -> tuple[str | None, ...]:
    """Those that the engine takes declarations from."""
    svg = tree.tag == "{http://www.w3.org/2000/svg}svg"
    return (
        tree.get("style"),
        tree.get("lang"),
        tree.get("id"),
        tree.get("name") if tree.tag == "a" else None,
        f"{tree.get('width')} {tree.get('height')}" if svg else None,
    )


def _cascaded(
    rules: Sequence[_Applied],
    attributes: Sequence[tuple[Specificity, Declarations]],
    base: str | None,
) -> dict[str, tuple[object, Weight]]:
    """CSS Cascade 5, 6.1: of each property what weighs most, and comes last."""
    found: dict[str, tuple[object, Weight]] = {}

    def enter(declared: Declarations, origin: str, order: float, specificity: Specificity) -> None:
        for name, values, important in declared:
            weight = (css.declaration_precedence(origin, important), order, specificity)
            if name not in found or found[name][1] <= weight:
                found[name] = values, weight

    for specificity, declarations in attributes:
        enter(css.preprocess_declarations(base, declarations), "author", inf, specificity)
    for rule in rules:
        enter(*rule)
    return found


# The engine takes kept styles where a `Cascade` is among its stylesheets.
HOOKS: Final = (
    Hook(
        document, "get_all_computed_styles",
        "html user_stylesheets presentational_hints font_config counter_style color_profiles"
        " page_rules layers target_collector forms",
        _all_styles,
    ),
)  # fmt: skip
