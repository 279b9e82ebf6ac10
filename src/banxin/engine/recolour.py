"""Other colours on the same lines: pages that were laid out are drawn again in new styles.

A colour has no size. Two documents of the same text whose stylesheets differ in nothing but colours
are laid out alike: where CSS takes one colour it takes any other, and nothing is measured by it.
So only what is drawn has to be drawn anew. `same_but_for_colours` is the proof for two lists of
stylesheets; `reinked` does the work; a test holds it against pages laid out afresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from banxin.engine.boxes import (
    Context,
    EngineBox,
    EngineDocument,
    EngineHtml,
    Style,
    StyleFor,
    unwrapped,
)

from weasyprint.css import AnonymousStyle
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.layout import page as pages_of_engine
from weasyprint.layout.background import layout_backgrounds

from banxin.markup.tokens import Stylesheet
from banxin.stylesheets import Token, components, serialize

# CSS Color 4, 4: hexadecimal and functional notations; names only where a colour alone may stand.
_HEXADECIMAL: Final = re.compile(r"(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})")
_FUNCTIONS: Final = frozenset(
    {
        "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color",
        "device-cmyk",
    }
)  # fmt: skip
_ALONE: Final = re.compile(r"(?:[a-z]+-)*color|--[\w-]+-rgb")
_CHANNELS_ELSEWHERE: Final = re.compile(r"(?<!rgb\()var\(\s*--[\w-]+-rgb")
# Of a style, all that a colour can be in; and custom properties, which may hold one.
_INKED: Final = frozenset(
    {name for name in INITIAL_VALUES if name == "color" or name.endswith("_color")}
    | {"background_image", "border_image_source", "mask_border_source", "box_shadow"}
)


def same_but_for_colours(old: Sequence[Stylesheet], new: Sequence[Stylesheet]) -> bool:
    """Whether documents in *old* and in *new* are laid out alike."""
    if len(old) != len(new):
        return False
    if any(_CHANNELS_ELSEWHERE.search(sheet.text) for sheet in new):
        return False
    try:
        return all(
            a is b or _colourless(a.text) == _colourless(b.text)
            for a, b in zip(old, new, strict=True)
        )
    except RecursionError:  # blocks a thousand deep, in which tinycss2 (1.5) calls itself
        return False


@lru_cache(maxsize=64)
def _colourless(text: str) -> str:
    """The stylesheet with a mark for each colour; selectors and strings as they are."""
    return "".join(_marked(components(text)))


def _marked(tokens: Iterable[Token]) -> Iterator[str]:
    """Of rules and declarations: what stands before a block is no value."""
    run: list[Token] = []
    for part in tokens:
        if part.type == "{} block":
            yield f"{serialize(run)}{{{''.join(_marked(part.content))}}}"
            run = []
        elif part == ";":
            yield f"{_declaration(run)};"
            run = []
        else:
            run.append(part)
    yield _declaration(run)


def _declaration(run: Sequence[Token]) -> str:
    said = [token for token in run if token.type not in {"whitespace", "comment"}]
    if len(said) > 1 and said[0].type == "ident" and said[1] == ":":
        name = said[0].value
        if _ALONE.fullmatch(name):
            return f"{name}:<colour>"
    return "".join(map(_value, run))


def _value(token: Token) -> str:
    if token.type == "hash" and _HEXADECIMAL.fullmatch(token.value):
        return "<colour>"
    if token.type == "function":
        if token.lower_name in _FUNCTIONS:
            return "<colour>"
        return f"{token.name}({''.join(map(_value, token.arguments))})"
    if token.type in {"() block", "[] block"}:
        return f"{token.type[0]}{''.join(map(_value, token.content))}{token.type[1]}"
    return token.serialize()


# --- pages ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Laid:
    """Pages as they were laid out, and what they were laid out with."""

    document: EngineDocument
    source: EngineHtml
    contexts: tuple[Context | None, ...]


class CannotReink(Exception):  # noqa: N818  # no error: the pages are laid out instead
    """Colours have gone into something else than styles."""


def reinked(laid: Laid, style_for: StyleFor) -> Laid:
    """The same pages in the styles of *style_for*: its rules differ by colours alone.

    Raises:
        CannotReink: a page has collapsed borders or a first line of its own, whose colours were
            worked out together with their places; or it is not known what they were laid out with.
    """
    contexts = list(
        {id(context): context for context in laid.contexts if context is not None}.values()
    )
    if not contexts:
        raise CannotReink
    pages = [page._page_box for page in laid.document.pages]
    for page in pages:
        pages_of_engine.set_page_type_computed_styles(page.page_type, laid.source, style_for)
    swap = _Swap(_successors([context.style_for for context in contexts], style_for))
    boxes = [box for page in pages for box in _all(page)]
    if any(_is_stubborn(box) for box in boxes):
        raise CannotReink
    for box in boxes:
        box.style = swap.style(box.style)
    for context in contexts:
        context.style_for = style_for
    for page in pages:
        layout_backgrounds(page, contexts[0].get_image_from_uri)
    return laid


def _is_stubborn(box: EngineBox) -> bool:
    lined = "::first-line" in str(box.element_tag) or "::first-letter" in str(box.element_tag)
    return lined or getattr(box, "collapsed_border_grid", None) is not None


def _all(box: EngineBox) -> Iterator[EngineBox]:
    inner = unwrapped(box)
    yield inner
    for child in inner.all_children():
        yield from _all(child)


def _successors(old: Sequence[StyleFor], new: StyleFor) -> Mapping[int, Style]:
    """What an old style was declared by → the style that takes its place."""
    fresh = new.get_computed_styles()
    return {
        id(style.cascaded): fresh[key]
        for each in old
        for key, style in each.get_computed_styles().items()
        if key in fresh
    }


class _Swap:
    """Old styles → new ones, each once, so that boxes go on sharing them."""

    def __init__(self, successors: Mapping[int, Style]) -> None:
        self._successors = successors
        self._made: dict[int, tuple[Style, Style]] = {}

    def style(self, old: Style) -> Style:
        made = self._made.get(id(old))
        if made is None:
            made = self._made[id(old)] = (old, self._new(old))  # the old one keeps its identity
        return made[1]

    def _new(self, old: Style) -> Style:
        """A copy of *old*, all that was worked out for the layout in it, colours left to ask."""
        new = old.copy()
        if isinstance(old, AnonymousStyle):
            new.parent_style = self.style(old.parent_style)
        else:
            successor = self._successors.get(id(old.cascaded))
            if successor is None:
                raise CannotReink
            if successor is old:
                return old
            new.cascaded = successor.cascaded
            new.parent_style, new.root_style = successor.parent_style, successor.root_style
        for name in [name for name in new if name in _INKED or name.startswith("__")]:
            del new[name]
        return new
