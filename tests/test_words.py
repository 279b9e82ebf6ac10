"""Both word lists say the same things, and everything that is said has words."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from banxin.diagnostics import error
from banxin.units import Length
from banxin.words import LANGUAGES, language_here, say, word_list

SOURCE = Path(__file__).parent.parent / "src" / "banxin"
SPOKEN_BY_PREFIX = ("say/", "help/", "report/", "view/", "sheet/", "jobsheet/")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def codes_in_source() -> set[str]:
    written = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    known = "|".join(re.escape(code) for code in word_list("en"))
    topics = {code.split("/")[0] for code in word_list("en")}
    pattern = rf'"((?:{"|".join(topics)})/[a-z]+(?:-[a-z]+)*)"'
    mime_types = {"font/ttf", "text/css", "text/html", "text/javascript"}
    return set(re.findall(pattern, written)) - mime_types | set(
        re.findall(rf'"({known})"', written)
    )


def test_both_languages_have_the_same_codes() -> None:
    zh, en = (word_list(language) for language in LANGUAGES)

    assert zh.keys() == en.keys()


def test_what_a_rule_says_and_what_others_say_have_codes_of_their_own() -> None:
    folder = SOURCE / "words"
    rules, zh, en = (
        set(tomllib.loads((folder / f"{name}.toml").read_text("utf-8")))
        for name in ("rules", "zh", "en")
    )

    assert len(rules) > 100
    assert rules & (zh | en) == set()


@pytest.mark.parametrize("code", sorted(word_list("en")))
def test_both_languages_fill_in_the_same_facts(code: str) -> None:
    zh, en = (word_list(language)[code] for language in LANGUAGES)

    assert zh.keys() == en.keys()
    together = [" ".join(entry.values()) for entry in (zh, en)]
    assert placeholders(together[0]) == placeholders(together[1])


def test_every_code_of_the_source_has_words() -> None:
    assert codes_in_source() - word_list("en").keys() == set()


def test_no_words_are_left_over() -> None:
    spoken = {c for c in word_list("en") if not c.startswith(SPOKEN_BY_PREFIX)}
    from_content = {f"{kind}/content" for kind in ("gallery", "pullquote", "numbers")}
    from_content |= {"timeline/content", "names/content", "chart/content", "list/content"}
    from_content |= {"chronicle/content"}

    assert spoken - codes_in_source() - from_content == set()


def words_of_the_preview() -> set[str]:
    """All that its page says: by `t("…")`, and in the HTML; words in parts by their first."""
    page = SOURCE / "preview" / "page"
    scripts = "\n".join(file.read_text("utf-8") for file in page.glob("*.js"))
    said = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', scripts))
    begun = tuple(re.findall(r"t\(`([a-z-]+-)\$\{", scripts))
    html = (page / "index.html").read_text("utf-8")
    written = set(re.findall(r'data-(?:text|label)="([^"]+)"', html))
    known = {code.removeprefix("view/") for code in word_list("en") if code.startswith("view/")}
    asked = set(re.findall(r'\bt\("([^"]+)"', scripts)) | written
    assert asked <= known, asked - known
    return {word for word in known if word in said | written or word.startswith(begun)}


def test_the_preview_has_words_for_all_it_says_and_none_are_left_over() -> None:
    known = {code.removeprefix("view/") for code in word_list("en") if code.startswith("view/")}

    assert known - words_of_the_preview() == set()


def test_a_length_is_said_in_millimetres() -> None:
    said = say(error("text/too-long", over=Length.mm(3.5), words="字"), "en")

    assert said.message == "text runs 3.50 mm over the foot of its box: “字”"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "en_US", "LANG": "zh_CN"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert language_here(environment) == language
