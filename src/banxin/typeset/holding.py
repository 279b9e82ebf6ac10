"""What a page cannot hold: margins that make another trim, and counts that know another page.

A layout may inherit stylesheets and templates that were made for a larger type area. What they say
in characters and lines is reckoned with its own grid, before anything is set.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import tinycss2

from banxin.diagnostics import Diagnostic, Place, warning
from banxin.layouts import Grid, Layout
from banxin.markup.counts import counts
from banxin.markup.tokens import reckoned_properties
from banxin.stylesheets import rules
from banxin.units import Length

NEARLY: Final = Length.mm(0.05)  # by which margins and measure may miss the trim
_WIDE: Final = frozenset(
    {
        "left", "right", "width", "min-width", "margin-left", "margin-right", "padding-left",
        "padding-right",
    }
)  # fmt: skip
_HIGH: Final = frozenset(
    {
        "top", "bottom", "height", "min-height", "margin-top", "margin-bottom", "padding-top",
        "padding-bottom",
    }
)  # fmt: skip
# A box that asks for these reaches beyond the type area on purpose.
_OF_THE_PAGE: Final = ("trim-", "margin-", "bleed", "panel-", "fold-")
_POINTS: Final = {"pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pc": 12.0, "px": 0.75}


def unheld(layout: Layout) -> Iterator[Diagnostic]:
    """All of it: in `layout.toml`, in stylesheets, in templates."""
    yield from _margins(layout)
    yield from _columns(layout.grid, layout.grid_at)
    yield from _rules(layout)
    yield from _counts(layout)


def _margins(layout: Layout) -> Iterator[Diagnostic]:
    page, grid = layout.page, layout.grid
    sides: tuple[tuple[str, str, Length, Length, Length, Length, Length, int], ...] = (
        (
            "layout/trim-width", "outside", page.width, page.inside, page.outside,
            grid.character * grid.characters, grid.character, grid.characters,
        ),
        (
            "layout/trim-height", "bottom", page.height, page.top, page.bottom,
            grid.baseline * grid.lines, grid.baseline, grid.lines,
        ),
    )  # fmt: skip
    for code, margin, trim, before, after, measure, unit, count in sides:
        made = before + measure + after
        if abs((made - trim).in_pt) <= NEARLY.in_pt:
            continue
        room = (trim - before - after).in_pt / unit.in_pt
        held = count if abs(room - count) < 1 / 2 else math.floor(room + 0.001)
        if code == "layout/trim-width":
            held = _whole_columns(grid, held)
        yield warning(
            code,
            layout.page_at,
            made=_mm(made),
            trim=_mm(trim),
            count=count,
            held=held,
            margin=margin,
            size=_mm(trim - before - unit * held),
        )


def _columns(grid: Grid, place: Place) -> Iterator[Diagnostic]:
    """Columns that have no room, or are no whole characters wide: lines would be loose in each."""
    left = _left_for_columns(grid, grid.characters)
    facts = {"columns": grid.columns, "gutter": grid.gutter, "characters": grid.text}
    if left < grid.columns:
        yield warning("layout/no-columns", place, **facts)
    elif left % grid.columns:
        near = sorted({_whole_columns(grid, grid.characters), _next_whole(grid)})
        wide = f"{left / grid.columns:.1f}"
        yield warning("layout/part-columns", place, **facts, wide=wide, fewer=near[0], more=near[1])


def _left_for_columns(grid: Grid, characters: int) -> int:
    """Of so many characters of measure, what the columns of text share."""
    return characters - (grid.characters - grid.text) - grid.gutter * (grid.columns - 1)


def _whole_columns(grid: Grid, characters: int) -> int:
    """The most characters of measure, up to so many, of which columns take whole ones."""
    fewer = characters - _left_for_columns(grid, characters) % grid.columns
    return fewer if _left_for_columns(grid, fewer) >= grid.columns else characters


def _next_whole(grid: Grid) -> int:
    return grid.characters + -_left_for_columns(grid, grid.characters) % grid.columns


def _counts(layout: Layout) -> Iterator[Diagnostic]:
    limits = {
        "characters": ("template/too-many-characters", layout.grid.characters),
        "lines": ("template/too-many-lines", layout.grid.lines),
    }
    for name, text in layout.templates.items():
        for count in counts(text):
            code, most = limits[count.kind]
            if count.number > most:
                place = Place(str(layout.template_files[name]), count.line)
                yield warning(code, place, written=count.written, most=most)


# --- stylesheets ----------------------------------------------------------------------------


def _rules(layout: Layout) -> Iterator[Diagnostic]:
    grid = layout.grid
    wide, high = grid.character * grid.characters, grid.baseline * grid.lines
    known = reckoned_properties(layout)
    for name, text in layout.styles.items():
        for rule in _style_rules(rules(text)):
            found = {d.lower_name: d for d in rule}
            for words, most in ((_WIDE, wide), (_HIGH, high)):
                yield from _too_long(name, found, words, most, known)


def _too_long(
    name: str,
    found: Mapping[str, Any],
    words: frozenset[str],
    most: Length,
    known: Mapping[str, str],
) -> Iterator[Diagnostic]:
    """Lengths of one rule that no type area of that size holds, alone or one behind another."""
    sizes = {w: size for w in words if w in found and (size := _length(found[w].value, known))}
    told = [(w, sizes[w]) for w in sorted(sizes) if abs(sizes[w]) > most.in_pt + 0.01]
    begun = next((sizes[w] for w in ("left", "margin-left", "top") if w in sizes), 0.0)
    extent = "width" if words is _WIDE else "height"
    if not told and extent in sizes and begun > 0 and begun + sizes[extent] > most.in_pt + 0.01:
        told = [(extent, begun + sizes[extent])]
    for word, points in told:
        declared = found[word]
        written = f"{declared.name}: {tinycss2.serialize(declared.value).strip()}"
        place = Place(name, declared.source_line, declared.source_column)
        yield warning(
            "css/beyond-type-area",
            place,
            written=written,
            long=_mm(Length(abs(points))),
            most=_mm(most),
        )


def _style_rules(found: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """The declarations of each rule that has some of its own; nested rules by themselves."""
    for rule in found:
        if getattr(rule, "lower_at_keyword", "") in {"page", "font-face", "counter-style"}:
            continue
        if getattr(rule, "content", None):
            inside = tinycss2.parse_blocks_contents(rule.content)
            yield [d for d in inside if d.type == "declaration"]
            yield from _style_rules(inside)


def _length(value: Iterable[Any], known: Mapping[str, str]) -> float | None:
    """Points, where all is known that the value says; of what is said of the page, nothing."""
    if any(name.startswith(_OF_THE_PAGE) for name in _asked(value)):
        return None
    try:
        kind, number = _Reckoner(known, ()).whole(value)
    except (_UnknownError, RecursionError):
        return None
    return number if kind == "length" else None


def _asked(value: Iterable[Any]) -> Iterator[str]:
    for token in value:
        if token.type == "function":
            if token.lower_name == "var":
                yield "".join(t.value for t in token.arguments[:3] if t.type == "ident")[2:]
            yield from _asked(token.arguments)
        elif token.type == "() block":
            yield from _asked(token.content)


class _UnknownError(Exception):
    """Something in a value is not known before the page is laid out."""


_Value = tuple[str, float]  # `number`, or `length` in points


class _Reckoner:
    """CSS Values 4, 10: sums, products and `min`, `max`, of numbers and absolute lengths."""

    def __init__(self, known: Mapping[str, str], asked: tuple[str, ...]) -> None:
        self._known = known
        self._asked = asked

    def whole(self, value: Iterable[Any]) -> _Value:
        tokens = [t for t in value if t.type not in {"whitespace", "comment"}]
        made, rest = self._sum(tokens)
        if rest:
            raise _UnknownError
        return made

    def _sum(self, tokens: list[Any]) -> tuple[_Value, list[Any]]:
        made, rest = self._product(tokens)
        while rest and rest[0] in ("+", "-"):
            sign = 1 if rest[0] == "+" else -1
            other, rest = self._product(rest[1:])
            if other[0] != made[0]:
                raise _UnknownError
            made = (made[0], made[1] + sign * other[1])
        return made, rest

    def _product(self, tokens: list[Any]) -> tuple[_Value, list[Any]]:
        made, rest = self._one(tokens)
        while rest and rest[0] in ("*", "/"):
            divides = rest[0] == "/"
            other, rest = self._one(rest[1:])
            kinds = (made[0], other[0])
            is_area = kinds == ("length", "length")
            if is_area or (divides and (kinds[1] == "length" or not other[1])):
                raise _UnknownError
            kind = "length" if "length" in kinds else "number"
            made = (kind, made[1] / other[1] if divides else made[1] * other[1])
        return made, rest

    def _one(self, tokens: list[Any]) -> tuple[_Value, list[Any]]:
        if not tokens:
            raise _UnknownError
        token, *rest = tokens
        if token.type == "number":
            return ("number", token.value), rest
        if token.type == "dimension" and token.lower_unit in _POINTS:
            return ("length", token.value * _POINTS[token.lower_unit]), rest
        if token.type == "() block":
            return self.whole(token.content), rest
        if token.type == "function":
            return self._function(token), rest
        raise _UnknownError

    def _function(self, token: Any) -> _Value:
        if token.lower_name == "calc":
            return self.whole(token.arguments)
        parts = list(_parted(token.arguments))
        if token.lower_name == "var":
            names = [t.value[2:] for t in parts[0] if t.type == "ident"]
            if len(names) != 1 or (name := names[0]) in self._asked:
                raise _UnknownError
            if name in self._known:
                value = tinycss2.parse_component_value_list(self._known[name])
                return _Reckoner(self._known, (*self._asked, name)).whole(value)
            if len(parts) > 1:
                return self.whole(chain.from_iterable(parts[1:]))
        choose: Callable[..., float] | None = {"min": min, "max": max}.get(token.lower_name)
        if choose is None:
            raise _UnknownError
        made = [self.whole(part) for part in parts]
        kinds = {kind for kind, _ in made}
        if len(kinds) > 1:
            raise _UnknownError
        return kinds.pop(), choose(number for _, number in made)


def _parted(arguments: Iterable[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for piece in arguments:
        if piece == ",":
            yield part
            part = []
        else:
            part.append(piece)
    yield part


def _mm(length: Length) -> str:
    return f"{length.in_mm:.2f}".rstrip("0").rstrip(".") + " mm"
