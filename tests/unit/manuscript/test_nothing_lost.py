"""What goes in comes out, or is told: manuscripts at random, of all that people write."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from banxin.diagnostics import Diagnostic
from banxin.manuscript import blocks as b
from manuscripts import (
    DISTINCT,
    chapter,
    distinct,
    headed,
    tame,
    wild,
    without_places,
    words_in,
    written,
)

KNOWN = frozenset(DISTINCT)
steady = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=200
)


def lost(source: str, read: b.Chapter, remarks: Iterable[Diagnostic]) -> list[str]:
    """The characters of *source* that are neither in a block nor told in their line."""
    set_ = set("".join(words_in((read.front, read.blocks, read.notes))))
    told = {line for d in remarks for line in lines_told(d)}
    named = set("".join(str(fact) for d in remarks for fact in d.facts.values()))
    bare = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
    rows = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        f"{character} in line {number}: {row}"
        for number, row in enumerate(rows, 1)
        for character in row
        if character in KNOWN and character in bare
        if character not in set_ and character not in named and number not in told
    ]


def lines_told(found: Diagnostic) -> range:
    """The lines of a finding; one that counts lines has several."""
    first = found.place.line or 0
    of_lines = found.code in {"text/not-read", "footnote/unused", "footnote/twice"}
    count = found.facts["count"] if of_lines else 1
    return range(first, first + int(str(count)))


@steady
@given(wild)
@example(distinct("[字]: 字\n"))
@example(distinct("[^1]: 字\n\n    [^字]: 字\n"))
@example(distinct("> " * 40 + "字\n"))
@example(distinct("::: gallery\n- 字\n:::\n"))
@example(distinct("<!-- 字\n\n字\n"))
def test_no_character_is_lost_in_silence(source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read, remarks = chapter(Path(folder), source)

    assert lost(source, read, remarks) == []


@steady
@given(headed)
def test_no_character_of_the_front_matter_is_lost_in_silence(source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read, remarks = chapter(Path(folder), source)
    bare = re.sub(r"^\s*#.*$", "", source, flags=re.MULTILINE)  # a line of comment is no text

    assert lost(bare, read, remarks) == []


@steady
@given(tame)
def test_reading_what_was_written_back_changes_nothing(source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, _ = chapter(Path(folder), source)
        again, remarks = chapter(Path(folder), written(first))

    assert without_places(again) == without_places(first), written(first)
    assert [d.code for d in remarks if d.severity == "error"] == []


@steady
@given(st.text(alphabet="字甲 \n\t*_`~^[](){}<>!#|:-+=\\&$.1、　“”。\u200b\u2028", max_size=80))
def test_signs_at_random_lose_nothing(source: str) -> None:
    source = distinct(source)
    with tempfile.TemporaryDirectory() as folder:
        read, remarks = chapter(Path(folder), source)

    assert lost(source, read, remarks) == []


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_change_nothing(tmp_path: Path, ending: str) -> None:
    text = "---\ntitle: 一\n---\n\n## 二\n\n　　三\n　　四\n"

    assert chapter(tmp_path, text.replace("\n", ending)) == chapter(tmp_path, text)
