from __future__ import annotations

import sys
import unicodedata

import pytest

from banxin.assets import fonts
from banxin.assets.characters import (
    Setting,
    carrier,
    fault_of,
    instead_of_control,
    is_drawn,
    is_private,
    is_spelled,
    otherwise,
)

ASCII = frozenset(range(0x20, 0x7F))


def in_ascii(character: str) -> tuple[tuple[str, str], ...]:
    setting = otherwise(character, ASCII)
    return setting.parts if setting else ()


@pytest.mark.parametrize(
    ("character", "parts"),
    [
        ("₂", (("sub", "2"),)),
        ("ₙ", (("sub", "n"),)),
        ("⁵", (("sup", "5"),)),
        ("™", (("sup", "TM"),)),
        ("㎞", (("", "k"), ("", "m"))),
        ("㎡", (("", "m"), ("sup", "2"))),
        ("№", (("", "N"), ("", "o"))),
        ("⅔", (("sup", "2"), ("", "/"), ("sub", "3"))),
        ("⅒", (("sup", "1"), ("", "/"), ("sub", "10"))),
        ("㉑", (("", "(21)"),)),
        ("⑴", (("", "("), ("", "1"), ("", ")"))),
        ("Ⅳ", (("", "I"), ("", "V"))),
        ("ﬁ", (("", "f"), ("", "i"))),
        ("𝐀", (("", "A"),)),
        ("Ｂ", (("", "B"),)),
        ("‑", ()),  # a hyphen that ASCII does not have either
        ("℃", ()),
        ("㈠", ()),
        ("甲", ()),
        ("ب", ()),
    ],
)
def test_a_character_is_set_as_unicode_takes_it_apart(
    character: str, parts: tuple[tuple[str, str], ...]
) -> None:
    assert in_ascii(character) == parts


def test_what_stands_for_a_character_has_only_what_is_covered() -> None:
    made = {
        chr(point): setting
        for point in range(0x80, 0x20000)
        if is_drawn(chr(point)) and (setting := otherwise(chr(point), ASCII))
    }

    assert len(made) > 1400
    drawn = {c for setting in made.values() for c in setting.plain if is_drawn(c)}
    assert drawn <= set(map(chr, ASCII))
    assert [c for c, setting in made.items() if not _is_the_same(c, setting.plain)] == []


def _is_the_same(character: str, plain: str) -> bool:
    """Whether Unicode has them alike, but for the fraction slash and brackets for a circle."""
    alike = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
    return plain in {alike, f"({alike})"}


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\ufffd", "text/damaged"),
        ("\uffff", "text/not-a-character"),
        ("\ufdd0", "text/not-a-character"),
        ("\U0002fffe", "text/not-a-character"),
        ("\ud800", "text/not-a-character"),
        ("\x0b", "text/control-character"),
        ("\x07", "text/control-character"),
        ("\x85", "text/control-character"),
        ("\u2028", "text/control-character"),
        ("\u202e", "text/control-character"),
        ("\n", ""),
        ("\t", ""),
        ("\u200d", ""),
        ("\u3000", ""),
        ("字", ""),
        ("\ue501", ""),
        ("\U0002cb0e", ""),
    ],
)
def test_what_is_wrong_whichever_fonts_there_are(character: str, code: str) -> None:
    assert fault_of(character) == code


def test_a_break_becomes_a_space_and_other_controls_nothing() -> None:
    assert instead_of_control("\x0b") == Setting((("", " "),))
    assert instead_of_control("\x07") == Setting()


def test_nothing_that_is_ignored_is_drawn() -> None:
    ignored = "\u00ad\u034f\u115f\u180b\u200b\u200d\u2060\u3164\ufe0f\ufeff\U000e0100\U000e0041"

    assert [c for c in ignored if is_drawn(c)] == []
    assert [c for c in " \u3000\n\x00" if is_drawn(c)] == []
    assert all(map(is_drawn, "字a,\u0301\ue501\U0002cb0e\U00031350\ufffd"))


def test_private_use_is_three_stretches() -> None:
    bounds = [p for p in range(1, sys.maxunicode + 1) if is_private(p) != is_private(p - 1)]

    assert bounds == [0xE000, 0xF900, 0xF0000]


def test_han_makes_no_words_that_one_can_see() -> None:
    assert [c for c in "áЖབئ김か" if not is_spelled(c)] == []
    assert [c for c in "字𠮷〇1，. 〓" if is_spelled(c)] == []


@pytest.mark.parametrize(
    ("character", "file"),
    [
        ("𬬎", "HanaMinB.ttf"),
        ("\U00030000", "BabelStoneHan.ttf"),
        ("བ", "NotoSerifTibetan-Regular.ttf"),
        ("ئ", "NotoNaskhArabic-Regular.ttf"),
        ("ᠮ", "NotoSansMongolian-Regular.ttf"),
        ("ꀀ", "NotoSansYi-Regular.ttf"),
        ("✔", "Symbola_hint.ttf"),
    ],
)
def test_a_font_is_known_for_most_of_what_ours_lack(character: str, file: str) -> None:
    known = carrier(fonts.block(character))

    assert known is not None
    assert known.file == file
    assert known.package.startswith("fonts-")


def test_no_font_is_named_for_a_block_that_none_has() -> None:
    assert carrier("CJK Unified Ideographs Extension I") is None
    assert carrier("") is None
