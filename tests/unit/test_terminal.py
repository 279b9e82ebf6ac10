"""Findings at a terminal: grouped as the report has them, and no longer than a screen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from banxin import terminal
from banxin.diagnostics import Diagnostic, Place, error, in_order, note, warning
from banxin.words import LANGUAGES


def lines(
    found: Sequence[Diagnostic], language: str = "en", source: str | None = None
) -> list[str]:
    return terminal.human(in_order(found), language, lambda place: source).splitlines()


def at(line: int, file: str = "a.md") -> Place:
    return Place(file, line, 1)


def test_an_error_alone_shows_its_line_with_a_caret() -> None:
    found = error("html/raw", Place("a.md", 2, 3), tag="<b>")

    assert lines([found], source="这里<b>粗") == [
        "a.md:2:3: error: html/raw: an HTML tag does nothing here; only the words in it were set: "
        "<b>",
        "    2 │ 这里<b>粗",
        "      │ 　　^",
        "  hint: take the tag out; how things look is the layout's affair, and content/README.md "
        "lists what can be written",
    ]


def test_a_warning_alone_is_two_lines() -> None:
    found = warning("photo/no-caption", at(2), file="a.jpg")

    assert [line[:40] for line in lines([found], source="![](a.jpg)")] == [
        "a.md:2:1: warning: photo/no-caption: a.j",
        "  hint: write it between the brackets ![",
    ]


def test_the_same_sentence_is_said_once_with_its_places() -> None:
    found = [error("font/no-glyph", at(n), character="卐", codepoint="U+5350") for n in range(1, 9)]

    assert lines(found) == [
        "error: font/no-glyph × 8: 卐 (U+5350) prints as an empty box",
        "  a.md:1, 2, 3, 4, 5 and 3 more",
        "  hint: a template or stylesheet writes it; choose a character that the layout's fonts "
        "have",
    ]


def test_different_sentences_of_one_kind_are_said_up_to_three_and_the_rest_is_counted() -> None:
    found = [error("html/raw", at(n, f"{n % 2}.md"), tag=f"<{n}>") for n in range(1, 12)]

    assert lines(found)[:5] == [
        "error: html/raw × 11",
        "  0.md:2: an HTML tag does nothing here; only the words in it were set: <2>",
        "  0.md:4: an HTML tag does nothing here; only the words in it were set: <4>",
        "  0.md:6: an HTML tag does nothing here; only the words in it were set: <6>",
        "  and 8 more: 0.md:8, 10; 1.md:1, 3, 5, …",
    ]


def test_where_each_has_a_hint_of_its_own_it_stands_behind_the_sentence() -> None:
    told = [("，", ","), ("。", ".")]
    found = [
        warning("copy/half-width", at(n), have=have, fix=fix, around="甲乙")
        for n, (fix, have) in enumerate(told, 1)
    ]

    assert lines(found) == [
        "warning: copy/half-width × 2",
        "  a.md:1: a half-width “,” in Chinese text: 甲乙 → write “，”",
        "  a.md:2: a half-width “.” in Chinese text: 甲乙 → write “。”",
    ]


def test_pages_are_told_in_runs_and_what_has_no_place_takes_no_line_for_it() -> None:
    pages = [error("box/no-trim", Place(page=page)) for page in (1, 2, 3, 5)]
    nowhere = [error("layout/ink", ink=ink) for ink in ("a", "b")]

    assert lines(pages)[1] == "  p.1–3, 5"
    in_a_file = [error("box/no-trim", Place("a.pdf", page=page)) for page in range(1, 18)]
    assert lines(in_a_file)[1] == "  p.1–17"
    assert [line[:30] for line in lines(nowhere)[1:3]] == [
        "  the ink a needs either cmyk ",
        "  the ink b needs either cmyk ",
    ]


def test_the_gravest_stands_first_whatever_the_order_of_pages() -> None:
    found = [
        note("line/runt", at(1), words="字", last="字"),
        warning("photo/no-caption", at(2), file="a.jpg"),
        error("html/raw", at(3), tag="<b>"),
    ]

    told = [line for line in lines(found) if "hint" not in line]
    assert [line.split(": ")[1] for line in told] == ["error", "warning", "note"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thousand_findings_take_a_screen(language: str) -> None:
    kinds = ("copy/half-width", "copy/dash", "copy/repeated", "copy/straight-quotes", "copy/space")
    found = [
        warning(code, at(n), have=",", fix="，", around=f"第{n}") for code in kinds
        for n in range(250)
    ]  # fmt: skip

    assert len(lines(found, language)) <= 35


@pytest.mark.parametrize(
    ("language", "counted"),
    [("en", "1 error, 2 warnings, 1 note"), ("zh", "1 个错误、2 个警告、1 条提示")],
)
def test_a_summary_counts_from_the_gravest_on(language: str, counted: str) -> None:
    found = [note("line/runt"), warning("copy/dash"), warning("copy/space"), error("html/raw")]

    assert terminal.summary(found, language) == counted
