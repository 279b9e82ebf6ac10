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


def with_value(text: str, key: str, value: str | None) -> str:
    """The braces that begin *text* with *key* as *value*, whatever it was; all else as it is.

    Args:
        value: an empty text for a word alone; None takes it out.
    """
    read = parse(text)
    braces, rest = (text[: read[0]], text[read[0] :]) if read else ("{}", text)
    said = "" if value is None else _said(key, value)
    span = _span(braces, key)
    if span is None:
        before = braces[1:-1].rstrip()
        made = f"{{{before}{' ' if before else ''}{said}}}" if said else braces
    else:
        begins, ends = span
        before, after = braces[:begins], braces[ends:]
        made = before + said + after if said else before.rstrip() + _apart(before, after)
    return rest if made.strip("{} \t") == "" else made + rest


def _apart(before: str, after: str) -> str:
    """What stands behind a part that was taken out, one space from what stands before it."""
    rest = after.lstrip()
    return rest if before.strip() == "{" or rest.startswith("}") else f" {rest}"


def _said(key: str, value: str) -> str:
    if not value:
        return key
    bare = re.fullmatch(r"[^\s{}\"'=“”＝]+", value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f"{key}={value}" if bare else f'{key}="{escaped}"'


def _span(braces: str, key: str) -> tuple[int, int] | None:
    """Where *key* stands in braces with its value, and the words that go on with that."""
    at, found, is_open = 1, None, False
    while not _END.match(braces, at) and (part := _PART.match(braces, at)):
        begins = part.end() - len(part[0].lstrip())
        at = part.end()
        if (part["key"] or part["mark"] or part["word"]) == key and not (part["word"] and is_open):
            found = begins, at
            is_open = bool(part["bare"])
        elif part["word"] and is_open:
            found = (found[0], at) if found and _goes_on(braces, found[1], begins) else found
        else:
            is_open = bool(part["bare"])
    return found


def _goes_on(braces: str, end: int, begins: int) -> bool:
    return not braces[end:begins].strip()


def of_value(code: str, place: Place, value: str, facts: Mapping[str, str]) -> Diagnostic:
    """Of an attribute that nobody knows: an error where words would be lost with it."""
    severe = error if re.search(f"[{HAN}]", value) else warning
    return severe(code, place, **facts)
