"""`banxin fix`: shown first, written whole or not at all, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner, Result

from banxin import mending, scratch
from banxin.cli import commands
from banxin.diagnostics import BanxinError
from banxin.workspace import Workspace
from conftest import Title

WRITTEN = '---\ntitle: 灯,亮了\n---\n\n她说:"路近了"。`a,甲`\n'
MEANT = "---\ntitle: 灯，亮了\n---\n\n她说：“路近了”。`a,甲`\n"
Fix = Callable[..., Result]


@pytest.fixture
def fix(root: Path, tmp_path: Path) -> Fix:
    def invoke(*words: str, answer: str = "", language: str = "en") -> Result:
        folder = str(tmp_path / "content/small")
        more = ["--lang", language, "--workspace", str(root)]
        return CliRunner().invoke(commands(language), ["fix", folder, *words, *more], input=answer)

    return invoke


@pytest.fixture
def chapter(title: Title, tmp_path: Path) -> Path:
    title(chapter=WRITTEN)
    return tmp_path / "content/small/one.md"


def codes(problem: pytest.ExceptionInfo[BanxinError]) -> list[str]:
    return [diagnostic.code for diagnostic in problem.value.diagnostics]


def test_each_line_is_shown_with_its_place_before_and_after(fix: Fix, chapter: Path) -> None:
    said = fix("--dry-run")

    assert said.exit_code == 1
    assert said.stdout.splitlines() == [
        "content/small/one.md:2",
        "- title: 灯,亮了",
        "+ title: 灯，亮了",
        "content/small/one.md:5",
        '- 她说:"路近了"。`a,甲`',
        "+ 她说：“路近了”。`a,甲`",
        "2 lines in 1 files would change; nothing was written (--yes writes)",
    ]
    assert chapter.read_text("utf-8") == WRITTEN


def test_a_program_reads_the_same_as_rows(fix: Fix, chapter: Path) -> None:
    rows = json.loads(fix("--dry-run", "--format", "json").stdout)

    assert [(row["file"], row["line"]) for row in rows] == [
        ("content/small/one.md", 2),
        ("content/small/one.md", 5),
    ]
    assert sorted(rows[1]["codes"]) == ["copy/half-width", "copy/straight-quotes"]


def test_who_is_no_person_at_a_terminal_agrees_to_nothing(fix: Fix, chapter: Path) -> None:
    said = fix(answer="y\n")

    assert said.exit_code == 1
    assert chapter.read_text("utf-8") == WRITTEN


def test_it_is_written_taken_back_and_written_again(fix: Fix, chapter: Path) -> None:
    assert fix("--yes").exit_code == 0
    assert chapter.read_text("utf-8") == MEANT
    again = fix("--yes")
    assert (again.exit_code, again.stdout.strip().endswith("nothing to mend")) == (0, True)

    back = fix("--undo")

    assert (back.exit_code, back.stdout) == (0, "as before: content/small/one.md\n")
    assert chapter.read_text("utf-8") == WRITTEN
    assert not (chapter.parent / ".before-fix").exists()
    assert fix("--undo").exit_code == 3
    assert fix("--yes", language="zh").exit_code == 0
    assert chapter.read_text("utf-8") == MEANT


def test_two_fixes_are_taken_back_one_after_the_other(fix: Fix, chapter: Path) -> None:
    fix("--yes")
    chapter.write_text(MEANT + "\n又,一段\n", "utf-8")
    fix("--yes")

    assert fix("--undo").exit_code == 0
    assert chapter.read_text("utf-8") == MEANT + "\n又,一段\n"
    refused = fix("--undo")  # somebody has gone on writing since the first
    assert refused.exit_code == 3
    assert "was changed after it was mended" in refused.stderr
    assert chapter.read_text("utf-8") == MEANT + "\n又,一段\n"


def test_what_changed_between_showing_and_writing_is_not_written_over(
    title: Title, workspace: Workspace, tmp_path: Path
) -> None:
    folder = title(chapter=WRITTEN)
    proposals = mending.proposed(folder, workspace)
    chapter = tmp_path / "content/small/one.md"
    chapter.write_text("别人刚写的,话", "utf-8")

    with pytest.raises(BanxinError) as problem:
        mending.write(folder, proposals, workspace)

    assert codes(problem) == ["fix/changed"]
    assert chapter.read_text("utf-8") == "别人刚写的,话"
    assert not (chapter.parent / ".before-fix").exists()


def test_where_one_file_cannot_be_written_none_is(
    title: Title, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = title(chapter=WRITTEN, **{"two.md": WRITTEN, "edition.toml": TWO})
    proposals = mending.proposed(folder, workspace)
    write = scratch.write_whole

    def refusing(file: Path, *parts: bytes, beside: Path | None = None) -> None:
        if file.name == "two.md" and file.parent.name == "small":
            raise PermissionError(13, "Permission denied", str(file))
        write(file, *parts, beside=beside)

    monkeypatch.setattr(scratch, "write_whole", refusing)
    with pytest.raises(BanxinError) as problem:
        mending.write(folder, proposals, workspace)

    assert codes(problem) == ["output/unwritable"]
    files = [tmp_path / "content/small" / name for name in ("one.md", "two.md")]
    assert [file.read_text("utf-8") for file in files] == [WRITTEN, WRITTEN]
    assert list((tmp_path / "content/small/.before-fix").iterdir()) == []


TWO = """title = "小书"
date = 2026-11-30
layout = "jinian"
encoding = "{encoding}"
chapters = ["one.md", "two.md"]
""".replace("{encoding}", "utf-8")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-16-le", "big5"])
def test_a_file_in_another_encoding_stays_in_it(
    title: Title, workspace: Workspace, tmp_path: Path, encoding: str
) -> None:
    text = "---\r\ntitle: 中文\r\n---\r\n\r\n路,近了(早)\r\n"
    table = TWO.replace('"utf-8"', f'"{encoding}"').replace(', "two.md"', "")
    folder = title(**{"edition.toml": table, "one.md": text.encode(encoding)})

    mending.write(folder, mending.proposed(folder, workspace), workspace)

    written = (tmp_path / "content/small/one.md").read_bytes()
    assert written == text.replace(",", "，").replace("(早)", "（早）").encode(encoding)


def test_a_character_that_the_encoding_lacks_is_told_and_nothing_written(
    title: Title, workspace: Workspace, tmp_path: Path
) -> None:
    table = TWO.replace('"utf-8"', '"latin-1"').replace(', "two.md"', "")
    folder = title(**{"edition.toml": table, "one.md": b"Caf\xe9 e \xab a \xbb"})
    assert mending.counted(mending.proposed(folder, workspace))["lines"] == 0

    hidden = TWO.replace('"utf-8"', '"big5"').replace(', "two.md"', "")
    folder = title(**{"edition.toml": hidden, "one.md": "路5-6米".encode("big5")})
    with pytest.raises(BanxinError) as problem:
        mending.proposed(folder, workspace.afresh())
    assert codes(problem) == ["fix/not-in-encoding"]


def test_the_rights_of_a_file_are_kept(title: Title, workspace: Workspace, tmp_path: Path) -> None:
    folder = title(chapter=WRITTEN)
    chapter = tmp_path / "content/small/one.md"
    chapter.chmod(0o640)

    mending.write(folder, mending.proposed(folder, workspace), workspace)

    assert chapter.stat().st_mode & 0o777 == 0o640


def test_chapters_of_another_dress_are_mended_too(
    title: Title, workspace: Workspace, tmp_path: Path
) -> None:
    table = TWO.replace(', "two.md"', "") + '[dress.xuanzhe]\nchapters = ["one.md", "two.md"]\n'
    folder = title(**{"edition.toml": table, "two.md": "甲,乙"})

    names = [p.name for p in mending.proposed(folder, workspace) if p.changes]

    assert names == [PurePosixPath("content/small/two.md")]


def test_a_copy_that_was_tampered_with_takes_nothing_back(fix: Fix, chapter: Path) -> None:
    fix("--yes")
    (chapter.parent / ".before-fix/0001/one.md").write_text("另一篇", "utf-8")
    assert fix("--undo").exit_code == 3
    (chapter.parent / ".before-fix/0001/files.json").write_text("[{}]", "utf-8")
    assert "cannot be read" in fix("--undo").stderr
    assert chapter.read_text("utf-8") == MEANT
