"""What stands in braces: `{credit="…" size=full focus=50% .dots #name}`, however it is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from banxin.diagnostics import Diagnostic, Place, error, warning
from banxin.manuscript.habits import HAN

LONGEST: Final = 1000  # characters; keeps a line of braces from being read over and over
_PART: Final = re.compile(
    r"""\s*(?:
    (?P<key>[^\s{}=＝"“”'.\#][^\s{}=＝"“”']*)\s*[=＝]\s*
      (?:"(?P<straight>(?:[^"\\\n]|\\.)*)"
        |["“”](?P<curly>[^"“”\n]*)["“”]
        |'(?P<single>[^'\n]*)'
        |(?P<bare>[^\s{}"“”'=＝]+))
    |(?P<mark>[.\#][^\s{}="“”'.\#]+)
    |(?P<word>[^\s{}=＝"“”'.\#][^\s{}=＝"“”']*)
    )""",
    re.VERBOSE,
)
_END: Final = re.compile(r"\s*\}")


def parse(text: str) -> tuple[int, dict[str, str]] | None:
    """Where the braces that begin *text* end, and what they hold; None if they are no such braces.

    `.dots` and `#name` stand under themselves with an empty value, as does a word alone. A word
    behind a bare value goes on with it: `focus=50% 30%`.
    """
    if not text.startswith("{"):
        return None
    text = text[:LONGEST]
    at, found, open_key = 1, dict[str, str](), ""
    while not (end := _END.match(text, at)):
        part = _PART.match(text, at)
        if part is None:
            return None
        at = part.end()
        key, mark, word, bare = part["key"], part["mark"], part["word"], part["bare"]
        if key:
            found[key] = _value(part)
            open_key = key if bare else ""
        elif word and open_key:
            found[open_key] += f" {word}"
        else:
            found[mark or word] = ""
            open_key = ""
    return end.end(), found


def _value(part: re.Match[str]) -> str:
    if part["straight"] is not None:
        return re.sub(r"\\([\"\\])", r"\1", part["straight"])
    return next(v for v in (part["curly"], part["single"], part["bare"]) if v is not None)


def of_value(code: str, place: Place, value: str, facts: Mapping[str, str]) -> Diagnostic:
    """Of an attribute that nobody knows: an error where words would be lost with it."""
    severe = error if re.search(f"[{HAN}]", value) else warning
    return severe(code, place, **facts)
