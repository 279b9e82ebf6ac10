"""Paragraph numbers stay when something else is changed, added or taken away."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from banxin.manuscript.reader import ChapterReader
from banxin.proofreading.numbers import Known, numbers_of, read, renumbered, written

FIRST = ["甲：清晨的渡口", "乙：船夫在等人", "丙：雾散了", "丁：大家过河去了"]
CASES = [
    ("nothing", FIRST, ["1.1", "1.2", "1.3", "1.4"]),
    ("changed", [FIRST[0], "乙：船夫还在等人", *FIRST[2:]], ["1.1", "1.2", "1.3", "1.4"]),
    ("added in the middle", [*FIRST[:2], "戊 新的一段", *FIRST[2:]],
     ["1.1", "1.2", "1.2a", "1.3", "1.4"]),
    ("two added", [FIRST[0], "一段新写的", "又一段别的话", *FIRST[1:]],
     ["1.1", "1.1a", "1.1b", "1.2", "1.3", "1.4"]),
    ("added at the head", ["起头的话", *FIRST], ["1.0a", "1.1", "1.2", "1.3", "1.4"]),
    ("added at the end", [*FIRST, "结尾的话"], ["1.1", "1.2", "1.3", "1.4", "1.5"]),
    ("taken away", [FIRST[0], *FIRST[2:]], ["1.1", "1.3", "1.4"]),
    ("all but one taken away", [FIRST[3]], ["1.4"]),
]  # fmt: skip


def numbered(known: Known, paragraphs: list[str], file: str = "one.md") -> tuple[Known, list[str]]:
    chapter = ChapterReader(PurePosixPath(file), "\n\n".join(paragraphs), []).chapter()
    given = renumbered(known, [chapter])
    return given, list(numbers_of(given, [chapter]).values())


@pytest.mark.parametrize(("change", "paragraphs", "numbers"), CASES)
def test_numbers_stay(change: str, paragraphs: list[str], numbers: list[str]) -> None:
    known, _ = numbered((), FIRST)

    kept, now = numbered(read(written(known)), paragraphs)

    assert now == numbers, change
    assert numbered(read(written(kept)), paragraphs)[1] == numbers


def test_the_number_of_what_is_gone_is_not_given_again() -> None:
    known, _ = numbered((), FIRST)
    without, _ = numbered(known, FIRST[:3])

    _, now = numbered(read(written(without)), [*FIRST[:3], "另外写的结尾"])

    assert now == ["1.1", "1.2", "1.3", "1.5"]


def test_chapters_keep_theirs_too() -> None:
    known, _ = numbered((), FIRST)
    chapters = [
        ChapterReader(PurePosixPath(name), "话\n", []).chapter() for name in ("0.md", "one.md")
    ]

    labels = [one.chapter.label for one in renumbered(known, chapters)]

    assert labels == ["0a", "1"]
