from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from pydantic import BaseModel, ConfigDict

from banxin.diagnostics import BanxinError, Diagnostic
from banxin.tables import line_of, parse_table

NAME = PurePosixPath("a.toml")


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    trim: int


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    page: Inner


def faults(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(BanxinError) as problem:
        parse_table(NAME, text, Outer)
    return problem.value.diagnostics


def test_every_fault_is_told_at_once_each_at_its_line() -> None:
    found = faults('titel = "x"\n\n[page]\ntrim = "wide"\nbleeed = 3\n')

    told = sorted((d.place.line or 0, d.code, d.facts["key"]) for d in found)
    assert told == [
        (1, "table/missing-key", "title"),
        (1, "table/unknown-key", "titel"),
        (4, "table/bad-value", "page.trim"),
        (5, "table/unknown-key-strange", "page.bleeed"),
    ]


def test_an_unknown_key_is_asked_whether_it_meant_a_known_one() -> None:
    (_, wrong) = sorted(faults('titel = "x"\n[page]\ntrim = 1\n'), key=lambda d: d.code)

    assert wrong.facts["near"] == "title"


def test_broken_toml_has_a_line_and_a_column() -> None:
    (broken,) = faults('title = "x"\npage = [\n')

    assert broken.code == "table/syntax"
    assert broken.place.line is not None


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("page",), 2),
        (("page", "trim"), 3),
        (("face", 0, "file"), 5),
        (("face", 1, "file"), 7),
        (("photos/a b.jpg",), 8),
        (("nowhere",), 0),
    ],
)
def test_the_line_of_a_key_is_found(path: tuple[str | int, ...], line: int) -> None:
    text = (
        'title = 1\n[page]\ntrim = 2\n[[face]]\nfile = 1\n[[face]]\nfile = 2\n["photos/a b.jpg"]\n'
    )

    assert line_of(text, path) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[page]\ntrim = 1\ntitle = "x"\n', 3),
        ('title = "x"\n[page]\ntrim = 1\npage = 2\n', 4),
        ("[page]\ntrim = 1\n\n\ntitle = 3\n", 5),
    ],
)
def test_a_key_of_the_whole_file_within_a_table_is_to_go_before_it(text: str, line: int) -> None:
    (found,) = (fault for fault in faults(text) if fault.code != "table/missing-key")

    assert (found.code, found.facts["table"], found.place.line) == (
        "table/misplaced-key",
        "page",
        line,
    )
