"""What is wrong with a layout before any manuscript is set in it: `banxin layout check`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from banxin.engine.unmixed import SHADED

import tinycss2
from tinycss2.color4 import parse_color

from banxin.diagnostics import Diagnostic, Place, nearest, note, warning
from banxin.layouts import COUNTED, Layout, TypeStyle
from banxin.markup.document import template_faults
from banxin.markup.tokens import STYLE_PARTS, Stylesheet, property_names
from banxin.stylesheets import Token, rules
from banxin.typeset.engine import ignored
from banxin.typeset.holding import unheld
from banxin.units import Length

ABSOLUTE: Final = frozenset({"mm", "cm", "q", "in", "pt", "pc", "px"})
COLOURS: Final = frozenset(
    {"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "device-cmyk"}
)
MOST_TOGETHER: Final = 4  # lines of small type that make whole ones of the grid
NEARLY_EVEN: Final = 0.005  # of a line: 3.6666 mm are two thirds of 5.5
OWN: Final = frozenset({"font-face", "counter-style"})
_COMMENT: Final = re.compile(r"/\*.*?\*/|\{#.*?#\}", re.DOTALL)
_USED: Final = re.compile(r"var\(\s*--([\w-]+)\s*(,)?")
_GIVEN: Final = re.compile(r"--([\w-]+)\s*:")
_CLASS: Final = re.compile(r"\bt-([\w-]+)")


def examine(layout: Layout) -> tuple[Diagnostic, ...]:
    """Everything found in *layout*'s templates, stylesheets and tokens, and in its measures.

    Of what it inherits, only that which its own files changed is looked through for unused
    tokens; faults are told wherever they stand.
    """
    texts = {name: _without_comments(text) for name, text in layout.styles.items()}
    for name, text in layout.templates.items():
        texts[str(layout.template_files[name])] = _without_comments(text)
    used = _used(layout, texts)
    return (
        *template_faults(layout),
        *_ignored(layout),
        *_bare(layout),
        *_shaded(layout),
        *_unknown_variables(layout, texts),
        *_off_grid(layout, used),
        *_unused(layout, used),
        *unheld(layout),
    )


def _without_comments(text: str) -> str:
    """The text with blanks for its comments, so that lines and columns stay true."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _ignored(layout: Layout) -> Iterator[Diagnostic]:
    return iter(ignored(Stylesheet(name, text) for name, text in layout.styles.items()))


def _bare(layout: Layout) -> Iterator[Diagnostic]:
    """Lengths and colours that say a number where they could name a token."""
    for name, text in layout.styles.items():
        for declaration in _declarations(rules(text)):
            for token in _tokens(declaration.value):
                place = Place(name, token.source_line, token.source_column)
                written = f"{declaration.name}: {token.serialize()}"
                if _is_bare_length(token):
                    yield warning("css/bare-length", place, written=written)
                elif _is_bare_colour(token, declaration.lower_name):
                    yield warning("css/bare-colour", place, written=written)


def _shaded(layout: Layout) -> Iterator[Diagnostic]:
    """Borders in light and shade, which an ink has none of."""
    for name, text in layout.styles.items():
        for declaration in _declarations(rules(text)):
            if not declaration.lower_name.startswith(("border", "outline", "column-rule")):
                continue
            for token in declaration.value:
                if token.type == "ident" and token.lower_value in SHADED:
                    place = Place(name, token.source_line, token.source_column)
                    written = f"{declaration.name}: {token.serialize()}"
                    yield warning("css/shaded-border", place, written=written)


def _declarations(rules: Iterable[Any]) -> Iterator[Any]:
    """Those of all rules, nested ones included; a font's own description is none of ours."""
    for rule in rules:
        if rule.type == "declaration":
            yield rule
        elif getattr(rule, "content", None) and getattr(rule, "lower_at_keyword", "") not in OWN:
            yield from _declarations(tinycss2.parse_blocks_contents(rule.content))


def _tokens(values: Iterable[Token]) -> Iterator[Token]:
    """Each value, and what stands in its brackets, but for what `var()` falls back on."""
    for token in values:
        yield token
        if token.type == "function" and token.lower_name != "var":
            yield from _tokens(token.arguments)
        elif token.type == "() block":
            yield from _tokens(token.content)


def _is_bare_length(token: Token) -> bool:
    return token.type == "dimension" and token.lower_unit in ABSOLUTE and bool(token.value)


def _is_bare_colour(token: Token, of: str) -> bool:
    if token.type == "hash":
        return True
    if token.type == "function" and token.lower_name in COLOURS:
        return not any(t.type == "function" and t.lower_name == "var" for t in token.arguments)
    coloured = of.startswith(("background", "border", "outline", "column-rule")) or "color" in of
    known = token.type == "ident" and token.lower_value not in {"transparent", "currentcolor"}
    return known and coloured and parse_color(token) is not None


def _unknown_variables(layout: Layout, texts: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Variables that nothing gives.

    An inherited rule may ask for one that a template gave which this layout replaces: that is a
    fault only where the new one keeps the classes that the rule is for.
    """
    given = {found[1] for text in texts.values() for found in _GIVEN.finditer(text)}
    known = given | set(property_names(layout))
    before = {
        found[1]: str(file)
        for file, text in layout.replaced.items()
        for found in _GIVEN.finditer(_without_comments(text))
    }
    own, gone = f"{layout.folders[0]}/", set[str]()
    for name, text in texts.items():
        for found in _USED.finditer(text):
            if found[1] in known or found[2]:
                continue
            if found[1] in before and not name.startswith(own):
                if found[1] not in gone:
                    facts = {"name": f"--{found[1]}", "template": before[found[1]]}
                    yield note("css/replaced-variable", _place(name, text, found.start()), **facts)
                gone.add(found[1])
            else:
                near = nearest(found[1], known)
                code = "css/unknown-variable" if near else "css/unknown-variable-strange"
                place = _place(name, text, found.start())
                yield warning(code, place, name=f"--{found[1]}", near=f"--{near}")


def _off_grid(layout: Layout, used: set[str]) -> Iterator[Diagnostic]:
    """Type whose lines never come out even with those of the grid: a few of them move all below.

    Upright type has lines as high as itself. What is inherited was made for another grid, and is
    told once, where the body of this one is.
    """
    line, own = layout.grid.baseline, f"{layout.folders[0]}/"
    off = [style for style in layout.types if _is_used(style, used) and not _comes_out(style, line)]
    inherited = [style.name for style in off if not str(style.place.file).startswith(own)]
    for style in off:
        if style.name not in inherited:
            size = max(style.size.in_pt, style.leading.in_pt - line.in_pt / 4)
            near = Length(math.ceil(size / line.in_pt * 2 - 0.001) * line.in_pt / 2)
            told = {"leading": style.leading, "line": line, "near": near}
            yield warning("layout/off-grid", style.place, style=style.name, **told)
    if inherited:
        styles, count, at = " · ".join(inherited), len(inherited), layout.body.place
        yield warning("layout/off-grid-inherited", at, styles=styles, count=count, line=line)


def _comes_out(style: TypeStyle, line: Length) -> bool:
    """Whether up to `MOST_TOGETHER` of its lines take whole ones of the grid."""
    lines = [style.leading.in_pt * count / line.in_pt for count in range(1, MOST_TOGETHER + 1)]
    even = any(round(n) and abs(n - round(n)) < NEARLY_EVEN for n in lines)
    return even or style.leading == style.size


def _place(name: str, text: str, offset: int) -> Place:
    before = text[:offset]
    return Place(name, before.count("\n") + 1, offset - before.rfind("\n"))


def _used(layout: Layout, texts: Mapping[str, str]) -> set[str]:
    """Names of inks, and of type styles with their parts, that anything of the layout asks for."""
    used = {found[1] for text in texts.values() for found in _USED.finditer(text)}
    used |= {found[1] for text in texts.values() for found in _CLASS.finditer(text)}
    used |= {*COUNTED, layout.body.name, *layout.chart.series, layout.chart.rule}
    used |= {layout.photo.mono, *layout.photo.duo}
    used |= {ink.base for ink in layout.inks}
    return used | {style for steps in layout.steps.values() for style in steps}


def _unused(layout: Layout, used: set[str]) -> Iterator[Diagnostic]:
    styles = ((style.name, style.place) for style in layout.types if not _is_used(style, used))
    inks = (
        (ink.name, ink.place)
        for ink in layout.inks
        if ink.name not in used and f"{ink.name}-rgb" not in used
    )
    own = f"{layout.folders[0]}/"
    for name, place in chain(styles, inks):
        if place.file and place.file.startswith(own):
            yield note("layout/unused-token", place, name=name)


def _is_used(style: TypeStyle, used: set[str]) -> bool:
    return any(f"{style.name}{part}" in used for part in STYLE_PARTS)
