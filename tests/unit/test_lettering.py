from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from banxin.diagnostics import Diagnostic, Place
from banxin.lettering import MARK, Lettering, Source, letter
from banxin.words import say

COVERED = frozenset(
    {*range(0x20, 0x7F), *range(0x3000, 0x3030), *range(0x4E00, 0xA000), *map(ord, "，。：“”（）")}
)


def lettered(text: str, *, draft: bool = False, read: str = "") -> Lettering:
    """What is said of a file of *text*; `read`, where it is read otherwise than written."""
    source = Source(PurePosixPath("one.md"), text)
    return letter([(Place("one.md", 7), read or text)], [source], [COVERED], draft=draft)


def told(found: Lettering) -> list[tuple[str, str, str, object]]:
    return [(str(d.place), d.code, str(d.facts["words"]), d.facts["lines"]) for d in found.remarks]


def words(text: str) -> list[str]:
    return [str(d.facts["words"]) for d in lettered(text).remarks]


def test_what_the_faces_have_is_left_alone() -> None:
    assert lettered("王明，Abc。") == Lettering({}, ())


def test_a_name_is_told_once_with_the_lines_that_have_it() -> None:
    found = lettered("一\n他叫王𬬎，王𬬎说：“好。”\n\n见王𬬎。\n")

    assert told(found) == [("one.md:2:4", "font/no-face-has", "王𬬎", 2)]
    assert found.settings == {"𬬎": MARK}
    (facts,) = (d.facts for d in found.remarks)
    assert facts["block"] == "CJK Extension E"
    assert (facts["codepoint"], facts["package"]) == ("U+2CB0E", "fonts-hanazono")
    assert facts["where"] == "one.md:2, 4"


def test_each_line_of_each_file_that_has_it_is_named() -> None:
    names = ("一.md", "二.md")
    sources = [Source(PurePosixPath("a", name), "字\n𬬎\n𬬎，刘𬬎\n") for name in names]
    found = letter([(Place("a/一.md", 1), "字𬬎刘")], sources, [COVERED], draft=False)

    (told,) = found.remarks
    assert told.facts["where"] == "一.md:3, 2; 二.md:3, 2"
    assert told.facts["lines"] == 4


def test_no_more_than_a_hundred_lines_are_named_and_all_are_counted() -> None:
    (told,) = lettered("𬬎\n" * 150).remarks

    assert told.facts["lines"] == 150
    assert str(told.facts["where"]).endswith("99, 100 … (150)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王𬬎与李𬬎来了", ["王𬬎", "李𬬎"]),
        ("王小𬬎说他来了", ["王小𬬎"]),
        ("王𬬎明 李明\n校友王𬬎明来了", ["王𬬎明"]),
        ("他叫𬬎，她也叫𬬎", ["𬬎"]),
        ("𬬎", ["𬬎"]),
        ("“𬬎”字读 xian，\n刘𬬎在世时\n𬬎、王𬬎", ["刘𬬎", "王𬬎"]),
        ("王\ue123明", ["王‹E123›明"]),
        ("王𬬎\U000e0100来了", ["王𬬎\U000e0100"]),
    ],
)
def test_a_han_word_is_the_name_as_far_as_it_can_be_seen(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("藏文བཀྲ་ཤིས་与", ["བཀྲ་ཤིས་"]),
        ("（ئۇيغۇر）", ["ئۇيغۇر"]),
        ("ᠮᠣᠩᠭᠣᠯ", ["ᠮᠣᠩᠭᠣᠯ"]),
        ("ئەخمەت توختى", ["ئەخمەت توختى"]),
        ("Kəmal来了", ["Kəmal"]),
        ("👨‍👩‍👧来了", ["👨‍👩‍👧"]),
        ("好✔️。", ["✔️"]),
    ],
)
def test_other_scripts_are_told_once_for_a_word(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_long_passage_is_one_finding_of_few_words() -> None:
    (found,) = words(" ".join(["ئۇيغۇر"] * 40))

    assert len(found) == 20


def test_a_draft_only_warns() -> None:
    assert [d.severity for d in lettered("王𬬎，\ue123", draft=True).remarks] == ["warning"] * 2
    assert [d.severity for d in lettered("王𬬎，\ue123").remarks] == ["error"] * 2


@pytest.mark.parametrize(
    ("text", "code", "severity", "shown"),
    [
        ("王\ue501明", "font/private-character", "error", "王‹E501›明"),
        ("陈\ufffd来了", "text/damaged", "error", "陈‹FFFD›"),
        ("甲\uffff乙", "text/not-a-character", "error", "‹FFFF›"),
        ("甲\x0b乙", "text/control-character", "warning", "‹000B›"),
        ("甲\x07乙", "text/control-character", "warning", "‹0007›"),
        ("甲\u202e乙", "text/control-character", "warning", "‹202E›"),
        ("CO₂", "font/set-otherwise", "note", "₂"),
        ("㏑", "font/set-otherwise", "note", "㏑"),
    ],
)
def test_each_kind_has_its_own_words(text: str, code: str, severity: str, shown: str) -> None:
    (found,) = lettered(text).remarks

    assert (found.code, found.severity, found.facts["words"]) == (code, severity, shown)


def test_what_can_be_set_otherwise_is_a_note_for_a_character() -> None:
    found = lettered("CO₂ H₂O\n₂\n₃")

    assert told(found) == [
        ("one.md:1:3", "font/set-otherwise", "₂", 2),
        ("one.md:3:1", "font/set-otherwise", "₃", 1),
    ]
    assert [s.parts for s in found.settings.values()] == [(("sub", "2"),), (("sub", "3"),)]


def test_a_character_written_as_a_reference_is_told_at_its_line() -> None:
    found = lettered("一\n王&#x2CB0E;来", read="一\n王𬬎来")

    assert told(found) == [("one.md:2:2", "font/no-face-has", "王𬬎", 1)]


def test_a_character_that_no_file_shows_is_told_where_it_was_read() -> None:
    found = lettered('title = "王\\U0002CB0E"', read="王𬬎")

    assert told(found) == [("one.md:7:2", "font/no-face-has", "王𬬎", 1)]


def test_settings_are_in_one_order_however_they_were_found() -> None:
    found = lettered("𬬎✔ཀ₂\x07\ue501")

    assert list(found.settings) == sorted(found.settings)


def test_no_hint_for_a_missing_character_says_to_take_another() -> None:
    kinds: list[Diagnostic] = list(lettered("王𬬎\U0002ebf0").remarks)
    kinds += lettered("\U0002ebf0").remarks
    said = [say(d, language) for d in kinds for language in ("zh", "en")]

    assert len(said) == 4
    assert not [s for s in said if "别的字" in s.hint or "another character" in s.hint]
    assert all("fonts/fonts.toml" in s.hint for s in said)
