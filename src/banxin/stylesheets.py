"""What CSS passes over in silence: what is left open, and faces that nobody has.

A rule whose brace is missing makes the engine drop half of a stylesheet without a word (CSS Syntax
3, 5.4.7 and 4.3.5), and a face whose name is misspelt is replaced by another; that is never meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, Protocol

import tinycss2

from banxin.diagnostics import Diagnostic, Place, error, nearest, warning

_END: Final = "\n-banxin-end-"  # put behind a text, it stands inside of what is left open
_OPENS: Final = {"{} block": "{", "() block": "(", "[] block": "[", "function": "("}
_CLOSING: Final = frozenset(")}]")


class Token(Protocol):
    """A token, or a block or function with those in it. Which attributes it has is its type's."""

    type: str
    kind: str
    value: Any
    int_value: int | None
    name: str
    lower_name: str
    lower_value: str
    lower_unit: str
    content: Sequence[Token]
    arguments: Sequence[Token]
    source_line: int
    source_column: int

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def serialize(self) -> str: ...


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[Token, ...]:
    return tuple(tinycss2.parse_component_value_list(text + _END))


def components(text: str) -> Sequence[Token]:
    """The tokens and blocks of a stylesheet (CSS Syntax 3, 5.4), read once for all who ask."""
    *found, _, end = _read(text)
    closed = end.type == "ident" and end.value == _END.strip()
    return found if closed else tuple(tinycss2.parse_component_value_list(text))


def rules(text: str) -> list[Any]:
    """The outermost rules of a stylesheet, with what of them cannot be read."""
    found: list[Any] = tinycss2.parse_stylesheet(components(text))
    return found


def rules_in(content: Sequence[Token]) -> list[Any]:
    """The rules in a block: of `@media`, say."""
    found: list[Any] = tinycss2.parse_rule_list(content)
    return found


def declarations(content: Sequence[Token]) -> list[Any]:
    """The declarations in a block, and the rules that are nested in it."""
    found: list[Any] = tinycss2.parse_blocks_contents(content)
    return found


def serialize(tokens: Iterable[Token]) -> str:
    """Tokens as CSS, which says the same and may be spelt otherwise."""
    written: str = tinycss2.serialize(tokens)
    return written


def normalised(text: str) -> str:
    """*text* with its lines as CSS Syntax 3, 3.3, ends them, and places of tokens count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")


def left_open(name: str, text: str) -> Iterator[Diagnostic]:
    """Brackets, strings and comments without their other end; the first fault of the stylesheet.

    Args:
        name: of its file.
    """
    lines = normalised(text).split("\n")
    tokens = _read(text)
    fault = next(chain(_faults(tokens), _around_the_end(tokens)), None)
    if fault is not None:
        code, line, column, written = fault
        yield error(code, Place(name, line, column), written=written or lines[line - 1][column - 1])


_Fault = tuple[str, int, int, str]  # code, line, column, and what stands there, if it is known


def _faults(tokens: Iterable[Token]) -> Iterator[_Fault]:
    """What the tokenizer stumbles over, however deep blocks stand in each other."""
    inside: list[tuple[Iterator[Token], Any]] = [(iter(tokens), None)]
    while inside:
        rest, block = inside[-1]
        token: Any = next(rest, None)
        if token is None:
            inside.pop()
        elif token.type == "error" and token.kind in _CLOSING:
            if block is None:
                yield "css/unopened", token.source_line, token.source_column, token.kind
            else:
                yield _opened(block)
        elif token.type == "error" and "string" in token.kind:
            yield "css/unclosed", token.source_line, token.source_column, ""
        elif token.type in _OPENS:
            inside.append((iter(_content(token)), token))


def _around_the_end(tokens: Sequence[Any]) -> Iterator[_Fault]:
    """What is still open where the text ends: the innermost."""
    last, inside = tokens[-1], None
    while last.type in _OPENS:
        last, inside = _content(last)[-1], last
    if last.type == "error" and "url" in last.kind:
        yield "css/unclosed", last.source_line, last.source_column, "url("
    elif last.type == "comment":
        yield "css/unclosed", last.source_line, last.source_column, "/*"
    elif inside is not None:
        yield _opened(inside)


def _opened(block: Any) -> _Fault:
    name = block.name if block.type == "function" else ""
    return "css/unclosed", block.source_line, block.source_column + len(name), _OPENS[block.type]


def _content(block: Any) -> Sequence[Token]:
    found: Sequence[Any] = block.arguments if block.type == "function" else block.content
    return found


# --- faces ----------------------------------------------------------------------------------

_SIZES: Final = frozenset({"dimension", "percentage", "number", "function", "literal"})
_NO_NAMES: Final = frozenset(
    {
        "inherit", "initial", "unset", "revert", "revert-layer",
        "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math", "emoji",
        "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded", "fangsong",
    }
)  # fmt: skip


@lru_cache(maxsize=64)
def unknown_faces(name: str, text: str, known: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """Families that a stylesheet names and nobody declares, each where it stands.

    One that another, declared one stands behind is only a warning: that one is taken.

    Args:
        name: of its file.
        known: the declared families.
    """
    return tuple(_unknown(name, text, known))


def _unknown(name: str, text: str, known: Collection[str]) -> Iterator[Diagnostic]:
    for families in _named_faces(rules(text)):
        others = [family for family, _ in families if family in known]
        for family, token in families:
            if family not in known:
                place = Place(name, token.source_line, token.source_column)
                told = warning if others else error
                facts = {"near": nearest(family, known), "known": " · ".join(known) or "–"}
                yield told("css/no-face", place, family=family, **facts)


def _named_faces(found: Iterable[Any]) -> Iterator[list[tuple[str, Any]]]:
    """Of each declaration the families that it lists; a font's own description names no other."""
    for rule in found:
        if rule.type == "declaration" and rule.lower_name in {"font", "font-family"}:
            yield list(_families(rule.value, shorthand=rule.lower_name == "font"))
        elif (
            getattr(rule, "content", None) and getattr(rule, "lower_at_keyword", "") != "font-face"
        ):
            yield from _named_faces(tinycss2.parse_blocks_contents(rule.content))


def _families(value: Iterable[Any], *, shorthand: bool) -> Iterator[tuple[str, Any]]:
    """Names with their tokens. In `font` they stand behind the last size (CSS Fonts 4, 2.7)."""
    parts: list[list[Any]] = [[]]
    for piece in value:
        if piece == ",":
            parts.append([])
        elif piece.type not in {"whitespace", "comment"}:
            parts[-1].append(piece)
    if shorthand:
        sized = [i for i, token in enumerate(parts[0]) if token.type in _SIZES]
        parts[0] = parts[0][sized[-1] + 1 :] if sized else []
    for part in parts:
        if len(part) == 1 and part[0].type == "string":
            yield part[0].value, part[0]
        elif part and all(token.type == "ident" for token in part):
            family = " ".join(token.value for token in part)
            if family.lower() not in _NO_NAMES:
                yield family, part[0]
