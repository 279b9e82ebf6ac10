"""Characters that cannot be seen, made to be seen: in messages, and for who looks for them.

A terminal obeys some of them, a browser turns text around at others, and an editor shows none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Zero-width, or turning what follows around: Unicode 16, 23.2 and UAX #9.
ZERO_WIDTH: Final = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063"
    "\u2064\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
) | frozenset(map(chr, range(0xE0000, 0xE0080)))
TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORCING: Final = frozenset("\u202d\u202e")
_BREAKING: Final = frozenset("\u0085\u2028\u2029")
_TO_SHOW: Final = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff"
    + "".join(sorted(map(re.escape, ZERO_WIDTH | TURNING | _BREAKING)))
    + "]"
)
_HALVES: Final = re.compile("[\ud800-\udfff]")
_ASIDE: Final = frozenset("\u00ad\u2060")  # a soft hyphen, a word joiner: written on purpose
# Scripts whose words need joiners, or are parted by what cannot be seen.
_JOINED: Final = (
    "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "MANDAIC",
    "MONGOLIAN", "NKO", "ORIYA", "PHAGS-PA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "TIBETAN",
)  # fmt: skip
_PARTED: Final = ("KHMER", "LAO", "MYANMAR", "THAI", "TIBETAN")
_BOTH: Final = 0x1F000  # from here on emoji; a few older ones are symbols (So)


def visible(text: str) -> str:
    """*text* with each character that cannot be seen as its picture or its number: ␛, ⟦U+202E⟧."""
    if text.isascii() and text.isprintable():
        return text
    return _TO_SHOW.sub(lambda found: _shown(found[0]), text)


def visible_lines(text: str) -> str:
    """The same of several lines."""
    return "\n".join(map(visible, text.split("\n")))


def halves_numbered(text: str) -> str:
    """JSON in which half a pair, which the name of a file may have, stands as its number."""
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _shown(character: str) -> str:
    point = ord(character)
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "\u2421"
    if 0xDC80 <= point <= 0xDCFF:  # a byte of a file's name that is no UTF-8
        return f"⟦{point - 0xDC00:02X}⟧"
    return f"⟦U+{point:04X}⟧"


def named(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".strip()


def hidden(line: str) -> Iterator[tuple[int, str]]:
    """Offset and character of each that cannot be seen, but for those that are right there.

    Right are joiners within emoji and in scripts that need them, marks of direction beside writing
    from right to left, the space that parts words of Thai, the soft hyphen and the word joiner.
    """
    if line.isascii():
        return
    for found in _TO_SHOW.finditer(line):
        character, offset = found[0], found.start()
        if character in ZERO_WIDTH | TURNING and not _is_right(line, offset):
            yield offset, character


def _is_right(line: str, offset: int) -> bool:
    character = line[offset]
    before, after = line[:offset][-1:], line[offset + 1 :][:1]
    beside = f"{before}{after}"
    match character:
        case _ if character in _ASIDE:
            return True
        case "\u200d" | "\u200c" | "\u034f" | "\u180e":
            return (_is_emoji(before) and _is_emoji(after)) or _is_of(beside, _JOINED)
        case "\u200b":
            return _is_of(beside, _PARTED)
        case "\u115f" | "\u1160" | "\u17b4" | "\u17b5":
            return _is_of(beside, ("HANGUL JUNGSEONG", "HANGUL JONGSEONG", "KHMER"))
        case _ if character in TURNING - _FORCING or character == "\u061c":
            return any(unicodedata.bidirectional(other) in {"R", "AL"} for other in line)
        case _ if 0xE0020 <= ord(character) <= 0xE007F:  # a flag's letters
            return _is_flag(line[:offset])
        case _:
            return False


def _is_emoji(character: str) -> bool:
    return character != "" and (
        ord(character) >= _BOTH or character == "\ufe0f" or unicodedata.category(character) == "So"
    )


def _is_of(characters: str, scripts: tuple[str, ...]) -> bool:
    return any(unicodedata.name(one, "").startswith(scripts) for one in characters)


def _is_flag(before: str) -> bool:
    return before.rstrip("".join(map(chr, range(0xE0020, 0xE0080)))).endswith("\U0001f3f4")
