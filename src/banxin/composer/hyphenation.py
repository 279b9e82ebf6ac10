"""Where words may be parted with a hyphen: CSS Text 3, "Hyphenation". The one door to pyphen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from banxin.engine.boxes import Style

import pyphen

SOFT_HYPHEN: Final = "\u00ad"
# Letters, with accents or soft hyphens among them, and no digits.
_WORD: Final = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[\u0300-\u036f\u00ad])*")


def hyphens(text: str, style: Style) -> Iterator[int]:
    """Indices in *text* at which a line may begin after a hyphen.

    By `hyphens`, `hyphenate-limit-chars` and the language of *style*, one of WeasyPrint's. A word
    with soft hyphens is parted at these alone.
    """
    if style["hyphens"] == "none":
        return
    if SOFT_HYPHEN in text:
        yield from (match.end() for match in re.finditer(SOFT_HYPHEN, text))
    language = style["hyphens"] == "auto" and style["lang"] and _language(str(style["lang"]))
    if not language:
        return
    shortest, left, right = style["hyphenate_limit_chars"]
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) >= shortest and SOFT_HYPHEN not in word:
            yield from (match.start() + i for i in _places(word, language, left, right))


def _language(tag: str) -> str | None:
    """The dictionary for *tag*, the country's own or the language's; None if there is none."""
    return pyphen.language_fallback(tag)  # type: ignore[no-any-return]


@lru_cache(maxsize=20_000)  # words
def _places(word: str, language: str, left: int, right: int) -> tuple[int, ...]:
    """Without those at which the spelling would change, as of Hungarian double letters."""
    dictionary = pyphen.Pyphen(lang=language, left=left, right=right)
    return tuple(int(place) for place in dictionary.positions(word) if not place.data)
