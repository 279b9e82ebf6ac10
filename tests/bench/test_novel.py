"""A text as long as a long novel, set once: how even, how fast, how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from novel_run import novel

from measure import Glyph, glyphs, lines

pytestmark = pytest.mark.bench
RUN = Path(__file__).with_name("novel_run.py")
SIZE = 10.5  # points


@dataclass
class Found:
    """Steps from a Han character to the next in full lines, em; and how last lines look."""

    steps: list[float] = field(default_factory=list)
    lone: int = 0
    paragraphs: int = 0
    text: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, float], Found]:
    file = tmp_path_factory.mktemp("novel") / "novel.pdf"
    command = [sys.executable, str(RUN), str(root), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told, _found(file)


def _found(file: Path) -> Found:
    found = Found()
    document = pypdfium2.PdfDocument(file)
    rows = [row for page in document for row in lines(list(glyphs(page)))]
    body = [row for row in rows if not _is_folio(row)]
    left = min(row[0].x for row in body)
    edge = max(row[-1].x for row in body)
    for row, after in pairwise([*body, []]):
        found.text.append("".join(g.text for g in row))
        if row[-1].x > edge - 0.6 * SIZE:
            found.steps += _steps(row)
        if not after or after[0].x > left + SIZE:
            found.paragraphs += 1
            found.lone += sum(map(_is_han, row)) < 2
    return found


def _is_folio(row: list[Glyph]) -> bool:
    return all(g.text.isdigit() for g in row)


def _is_han(glyph: Glyph) -> bool:
    return "\u4e00" <= glyph.text <= "\u9fff"


def _steps(row: list[Glyph]) -> Iterator[float]:
    for a, b in pairwise(row):
        if _is_han(a) and _is_han(b):
            yield (b.x - a.x) / SIZE


def test_a_novel_set_once(
    made: tuple[dict[str, float], Found], capsys: pytest.CaptureFixture[str]
) -> None:
    told, found = made
    steps = sorted(found.steps)
    p50, p95, p99 = (steps[int(len(steps) * part)] for part in (0.5, 0.95, 0.99))
    with capsys.disabled():
        print(
            f"\n{sum(map(len, found.text)):,} characters, {found.paragraphs} paragraphs,"
            f" {told['pages']:.0f} pages: {told['cpu']:.1f} s, {told['peak']:.0f} MiB;"
            f" Han steps {p50:.3f}, p95 {p95:.3f}, p99 {p99:.3f} em;"
            f" last lines of one character {found.lone}"
        )
    written = "".join(text for chapter in novel() for text in chapter)
    assert "".join(found.text) == written.replace("\u3000", "")
    assert found.lone == 0
