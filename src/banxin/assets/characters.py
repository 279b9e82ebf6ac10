"""What Unicode says of a character: whether it is drawn, what else can stand for it, who has it."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

# 〓, the trade's own for a sort that is not in the case. All faces here have it.
GETA: Final = "\u3013"
# Unicode gives it no decomposition, and fractions are made with it.
_ALIKE: Final = {"\u2044": "/"}
# Word's line break inside a paragraph, and its kin: a space at least has to stand for them.
_BREAKS: Final = frozenset("\x0b\x0c\x85\u2028\u2029")
_UNSEEN: Final = _BREAKS | {"\u202d", "\u202e"}  # the latter turn what follows them around
_HAN: Final = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_IGNORED: Final = (  # Unicode's Default_Ignorable_Code_Point, beyond the categories Cc and Cf
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE0FFF),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is set for a character.

    Attributes:
        parts: texts, each with "sub" or "sup" where it stands below or above the line.
        missing: whether it is only a mark that something is not there.
    """

    parts: tuple[tuple[str, str], ...] = ()
    missing: bool = False

    @property
    def plain(self) -> str:
        return "".join(text for _, text in self.parts)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A font that has most of a block: its Debian package, its file, and how much, in percent."""

    package: str
    file: str
    share: int


def is_drawn(character: str) -> bool:
    """Whether *character* needs a glyph: not white space, controls, joiners or selectors."""
    if character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}:
        return False
    point = ord(character)
    return point < _IGNORED[0][0] or not any(a <= point <= z for a, z in _IGNORED)


def is_han(character: str) -> bool:
    point = ord(character)
    return character == "〇" or any(first <= point <= last for first, last in _HAN)


def is_spelled(character: str) -> bool:
    """Whether *character* is a letter, or a mark on one, of a script that is written in words."""
    return unicodedata.category(character)[0] in "LM" and not is_han(character)


def is_private(point: int) -> bool:
    """Whether the code point is for private use: it means something in one font alone."""
    return 0xE000 <= point <= 0xF8FF or point >= 0xF0000


def fault_of(character: str) -> str:
    """The code of what is wrong with *character* whichever fonts there are, or an empty text."""
    point, category = ord(character), unicodedata.category(character)
    if character == "\ufffd":
        return "text/damaged"
    if category == "Cs" or 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE:
        return "text/not-a-character"
    if character in _UNSEEN or (category == "Cc" and character not in "\t\n\r"):
        return "text/control-character"
    return ""


def instead_of_control(character: str) -> Setting:
    return Setting((("", " "),)) if character in _BREAKS else Setting()


def otherwise(character: str, covered: Container[int]) -> Setting | None:
    """*character* by Unicode's decomposition, in characters that are *covered*; None: cannot be.

    ₂ is a 2 below the line, ㎡ is m², ⅔ is 2/3, № is No, ㉑ is (21).
    """
    form, pieces = _decomposition(character)
    spelled = [_spelled(piece, covered) for piece in pieces]
    if not spelled or None in spelled:
        return None
    parts = tuple(part for some in spelled for part in some or ())
    text = "".join(text for _, text in parts)
    match form:
        case "<super>":
            return Setting((("sup", text),))
        case "<sub>":
            return Setting((("sub", text),))
        case "<fraction>":
            above, _, below = text.replace("\u2044", "/").partition("/")
            return Setting((("sup", above), ("", "/"), ("sub", below)))
        case "<circle>":
            return Setting((("", f"({text})"),))
        case _:
            return Setting(parts)


def _spelled(character: str, covered: Container[int]) -> tuple[tuple[str, str], ...] | None:
    """Parts of a Setting: *character* itself, or what stands for it; None: nothing can."""
    if ord(character) in covered or not is_drawn(character):
        return (("", character),)
    if character in _ALIKE:
        return (("", _ALIKE[character]),)
    setting = otherwise(character, covered)
    return setting.parts if setting else None


def _decomposition(character: str) -> tuple[str, str]:
    """Unicode's tag of it, empty where it is the same text, and what it is made of."""
    words = unicodedata.decomposition(character).split()
    form = words.pop(0) if words and words[0].startswith("<") else ""
    return form, "".join(chr(int(word, 16)) for word in words)


def carrier(block: str) -> Carrier | None:
    """A font for characters of the Unicode block *block*, where one is known."""
    return _carriers().get(block)


@cache
def _carriers() -> Mapping[str, Carrier]:
    text = resources.files(__package__).joinpath("carriers.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {block: Carrier(package, file, int(share)) for block, package, file, share in rows}
