"""What CSS passes over in silence: what is left open, and faces that nobody has.

A rule whose brace is missing makes the engine drop half of a stylesheet without a word (CSS Syntax
3, 5.4.7 and 4.3.5), and a face whose name is misspelt is replaced by another; that is never meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

import tinycss2

from banxin.diagnostics import Diagnostic, Place, error, nearest, warning

_PIECES: Final = re.compile(
    r"""(?P<comment>/\*.*?(?:\*/|\Z))
      | (?P<string>"(?:\\.|[^"\\\n])*["\n]?|'(?:\\.|[^'\\\n])*['\n]?)
      | (?P<address>url\(\s*(?!["'\s])[^)]*\)?)
      | (?P<opens>[({[]) | (?P<closes>[)}\]]) | \\.""",
    re.DOTALL | re.VERBOSE,
)
_CLOSING: Final = {"(": ")", "{": "}", "[": "]"}


def left_open(name: str, text: str) -> Iterator[Diagnostic]:
    """Brackets, strings and comments without their other end; the first fault of the stylesheet.

    Args:
        name: of its file.
    """
    fault = next(_faults(text), None)
    if fault is not None:
        code, at, written = fault
        line = text.count("\n", 0, at) + 1
        column = at - text.rfind("\n", 0, at)
        yield error(code, Place(name, line, column), written=written)


def _faults(text: str) -> Iterator[tuple[str, int, str]]:
    """Code, where it begins, and what stands there."""
    opened: list[tuple[str, int]] = []
    for piece in _PIECES.finditer(text):
        written, at = piece[0], piece.start()
        match piece.lastgroup:
            case "comment" if not written.endswith("*/") or len(written) < len("/**/"):
                yield "css/unclosed", at, "/*"
            case "string" if len(written) < len("''") or written[-1] != written[0]:
                yield "css/unclosed", at, written[0]
            case "address" if not written.endswith(")"):
                yield "css/unclosed", at, "url("
            case "opens":
                opened.append((written, at))
            case "closes" if not opened:
                yield "css/unopened", at, written
            case "closes":
                bracket, begun = opened.pop()
                if _CLOSING[bracket] != written:
                    yield "css/unclosed", begun, bracket
            case _:
                pass
    if opened:
        bracket, begun = opened[-1]
        yield "css/unclosed", begun, bracket


# --- faces ----------------------------------------------------------------------------------

_SIZES: Final = frozenset({"dimension", "percentage", "number", "function", "literal"})
_NO_NAMES: Final = frozenset(
    {
        "inherit", "initial", "unset", "revert", "revert-layer",
        "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math", "emoji",
        "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded", "fangsong",
    }
)  # fmt: skip


def unknown_faces(name: str, text: str, known: Collection[str]) -> Iterator[Diagnostic]:
    """Families that a stylesheet names and nobody declares, each where it stands.

    One that another, declared one stands behind is only a warning: that one is taken.

    Args:
        name: of its file.
        known: the declared families.
    """
    for families in _named_faces(tinycss2.parse_stylesheet(text)):
        others = [family for family, _ in families if family in known]
        for family, token in families:
            if family not in known:
                place = Place(name, token.source_line, token.source_column)
                told = warning if others else error
                facts = {"near": nearest(family, known), "known": " · ".join(known) or "–"}
                yield told("css/no-face", place, family=family, **facts)


def _named_faces(rules: Iterable[Any]) -> Iterator[list[tuple[str, Any]]]:
    """Of each declaration the families that it lists; a font's own description names no other."""
    for rule in rules:
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
