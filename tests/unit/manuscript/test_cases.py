"""Every file of tests/cases is a chapter; what is wrong with it is written at its end.

A line `<!-- error 14:3 block/unknown -->` says: at line 14, column 3, this and nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from banxin.diagnostics import Place
from banxin.manuscript import read
from banxin.workspace import Workspace

CASES = Path(__file__).parents[2] / "cases"
EXPECTED = re.compile(r"<!-- (error|warning|note) (\d+):(\d+) (\S+) -->\n?")


@pytest.mark.parametrize("case", sorted(CASES.glob("*.md")), ids=lambda path: path.stem)
def test_a_chapter_has_just_the_faults_written_at_its_end(case: Path, tmp_path: Path) -> None:
    text = case.read_text("utf-8")
    (tmp_path / "a.md").write_text(EXPECTED.sub("", text), "utf-8")

    found = read([(PurePosixPath("a.md"), Place())], Workspace(tmp_path)).remarks

    told = sorted(f"{d.severity} {d.place.line}:{d.place.column} {d.code}" for d in found)
    assert told == sorted(f"{s} {ln}:{c} {code}" for s, ln, c, code in EXPECTED.findall(text))
