from __future__ import annotations

import datetime
import re
from pathlib import Path, PurePosixPath

import pytest

from banxin import content, project
from banxin.assets import ledger
from banxin.diagnostics import BanxinError, Place, nearest
from banxin.request import Request
from banxin.workspace import Workspace

EDITION = """title = "一|本"
layout = "jinian"
date = 2020-11-20
chapters = ["one.md", "two.md"]
"""


def written(workspace: Workspace, tmp_path: Path, text: str) -> PurePosixPath:
    folder = tmp_path / "content" / "book"
    folder.mkdir(parents=True)
    (folder / "edition.toml").write_text(text, "utf-8")
    return PurePosixPath("content/book")


def fault(workspace: Workspace, folder: PurePosixPath) -> tuple[str, str]:
    with pytest.raises(BanxinError) as problem:
        project.load(Request(folder), workspace)
    (found,) = problem.value.diagnostics
    return found.code, str(found.place)


def test_a_job_knows_where_each_chapter_is_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    job = project.load(Request(written(workspace, tmp_path, EDITION)), workspace)

    assert job.date == datetime.date(2020, 11, 20)
    assert (job.press, job.binding, job.lang) == ("coated-sheetfed", "saddle", "zh-CN")
    one, two = job.chapters
    assert one == (
        PurePosixPath("content/book/one.md"),
        Place("content/book/edition.toml", 4, 13),
    )
    assert two[1].column == 23


def test_the_command_line_goes_before_the_file(workspace: Workspace, tmp_path: Path) -> None:
    folder = written(workspace, tmp_path, EDITION)

    job = project.load(Request(folder, layout="other", press="uncoated", draft=True), workspace)
    assert (job.layout, job.press, job.draft) == ("other", "uncoated", True)
    assert job.layout_asked_at == Place()


def test_a_layout_may_have_chapters_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    dress = '[dress.xuanzhe]\nchapters = ["two.md"]\nbinding = "perfect"\n'
    folder = written(workspace, tmp_path, EDITION + dress)
    asked, other = (
        project.load(Request(folder, layout=name), workspace) for name in ("xuanzhe", "huace")
    )

    assert ([str(c) for c, _ in asked.chapters], asked.binding) == (
        ["content/book/two.md"],
        "perfect",
    )
    assert asked.chapters[0][1] == Place("content/book/edition.toml", 6, 13)
    assert (len(other.chapters), other.binding) == (2, "saddle")


@pytest.mark.parametrize(
    ("own", "asked", "dressed", "worn"),
    [
        ("huace", "", ["jinian"], "two"),  # huace extends jinian, and is what the title is made for
        ("huace", "", ["jinian", "huace"], "one"),
        ("huace", "jinian", ["jinian"], "one"),
        ("huace", "tekan", ["jinian"], "one"),
        ("jinian", "huace", ["jinian"], "one"),
        ("jinian", "huace", ["tekan"], "two"),
        ("tekan", "huace", ["jinian"], "one"),
    ],
)
def test_a_layout_wears_the_dress_of_what_it_extends_but_not_past_the_titles_own(
    workspace: Workspace, tmp_path: Path, own: str, asked: str, dressed: list[str], worn: str
) -> None:
    """Two chapters stand above all dresses; each dress has one."""
    edition = re.sub('layout = ".*"', f'layout = "{own}"', EDITION)
    tables = "".join(f'[dress.{name}]\nchapters = ["one.md"]\n' for name in dressed)

    job = project.load(Request(written(workspace, tmp_path, edition + tables), asked), workspace)

    assert len(job.chapters) == {"one": 1, "two": 2}[worn]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('"two.md"', '"one.md"', "title/chapter-twice", 4),
        ('"two.md"', '"../two.md"', "table/bad-value", 4),
        ('"two.md"', '"/etc/passwd"', "table/bad-value", 4),
        ("2020-11-20", '"soon"', "table/bad-value", 3),
        ('title = "一|本"', 'titel = "x"\ntitle = "一"', "table/unknown-key", 1),
    ],
)
def test_slips_in_edition_toml_have_their_line(
    workspace: Workspace, tmp_path: Path, old: str, new: str, code: str, line: int
) -> None:
    folder = written(workspace, tmp_path, EDITION.replace(old, new))

    found, place = fault(workspace, folder)
    assert found == code
    assert place.startswith(f"content/book/edition.toml:{line}")


def test_a_title_is_found_by_name_or_by_path(root: Path) -> None:
    workspace = Workspace(root)

    folder = PurePosixPath("content/langfang")
    assert content.find("langfang", workspace, Path("/")) == folder
    assert content.find(".", workspace, root / "content" / "langfang") == folder
    with pytest.raises(BanxinError) as problem:
        content.find("langfnag", workspace, Path("/"))
    assert problem.value.diagnostics[0].facts["near"] == "langfang"


def test_the_ledger_keeps_each_photographs_line(workspace: Workspace, tmp_path: Path) -> None:
    folder = written(workspace, tmp_path, EDITION)
    (tmp_path / "content" / "book" / "photos.toml").write_text(
        '["photos/a.jpg"]\ncaption = "集市"\ncredit = "王明"\n\n["photos/b.jpg"]\n', "utf-8"
    )

    kept = ledger.read(folder / "photos.toml", workspace)
    assert (kept["photos/a.jpg"].caption, kept["photos/a.jpg"].credit) == ("集市", "王明")
    assert kept["photos/b.jpg"].credit == ""
    assert kept["photos/b.jpg"].place.line == 5


def test_a_word_is_only_guessed_when_it_is_near() -> None:
    assert nearest("captoin", ["caption", "credit"]) == "caption"
    assert nearest("zzz", ["caption", "credit"]) == ""
