"""What of a stylesheet is left open: CSS says nothing, and takes all that follows for inside.

A rule whose brace is missing makes the engine drop half of a stylesheet without a word (CSS Syntax
3, 5.4.7 and 4.3.5); that is never meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Diagnostic, Place, error

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
