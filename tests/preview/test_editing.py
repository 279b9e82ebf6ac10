"""What is written on the page: into one block of a chapter, and into nothing else."""

from __future__ import annotations

import io
from pathlib import Path, PurePosixPath
from typing import Final

import pytest
from PIL import Image

from banxin.diagnostics import BanxinError
from banxin.preview import editing
from banxin.preview.editing import (
    Dropped,
    EditSpot,
    Saying,
    opened,
    replace_picture,
    set_attribute,
    undo,
    write,
)
from banxin.workspace import Workspace

FOLDER: Final = PurePosixPath("content/small")
EDITION: Final = """title = "小册"
layout = "jinian"
date = 2026-01-02
encoding = "{}"
chapters = ["one.md", "two.md"]
"""
ONE: Final = """---
title: 第一章
---
第一段。

![说明](photos/a.jpg){credit="某"}

| 甲 | 乙 |
|---|---|
| 1 | 2 |

末段。
"""
FIRST: Final = EditSpot(FOLDER / "one.md", 4, 1)
PICTURE: Final = EditSpot(FOLDER / "one.md", 6, 1)
ROW: Final = '![说明](photos/a.jpg){credit="某"}'


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return with_chapter(tmp_path, ONE.encode())


def with_chapter(root: Path, data: bytes, encoding: str = "utf-8") -> Workspace:
    folder = root / FOLDER
    (folder / "photos").mkdir(parents=True)
    (folder / "edition.toml").write_text(EDITION.format(encoding), "utf-8")
    (folder / "one.md").write_bytes(data)
    (folder / "two.md").write_text("第二章。\n", "utf-8")
    (root / "elsewhere.md").write_text("别处。\n", "utf-8")
    return Workspace(root)


def code(problem: pytest.ExceptionInfo[BanxinError]) -> str:
    return problem.value.diagnostics[0].code


def files(workspace: Workspace) -> dict[str, bytes]:
    """All that is there but what is kept to be taken back."""
    found = (p for p in workspace.root.rglob("*") if p.is_file())
    return {str(p): p.read_bytes() for p in found if editing.COPIES not in p.parts}


@pytest.mark.parametrize(
    ("begun", "end", "encoding"),
    [
        ("", "\n", "utf-8"),
        ("\ufeff", "\r\n", "utf-8"),
        ("", "\r\n", "gb18030"),
        ("", "\r", "utf-8"),
        ("\ufeff", "\n", "utf-16-le"),
    ],
)
def test_all_other_bytes_stay(tmp_path: Path, begun: str, end: str, encoding: str) -> None:
    text = begun + ONE.replace("\n", end)
    workspace = with_chapter(tmp_path, text.encode(encoding), encoding)
    chapter = tmp_path / FOLDER / "one.md"

    write(FOLDER, FIRST, "第一段。", "改过的一段，\n两行。", workspace)

    assert chapter.read_bytes() == text.replace("第一段。", f"改过的一段，{end}两行。").encode(
        encoding
    )
    assert undo(FOLDER, workspace.afresh()) == FOLDER / "one.md"
    assert chapter.read_bytes() == text.encode(encoding)


@pytest.mark.parametrize(
    ("spot", "before"),
    [
        (FIRST, "第一段"),
        (FIRST, "第一段。 "),
        (EditSpot(FOLDER / "one.md", 12, 1), "第一段。"),
        (EditSpot(FOLDER / "one.md", 8, 1, (0, 0)), "乙"),
    ],
)
def test_what_is_not_as_it_was_shown_is_not_written_to(
    workspace: Workspace, spot: EditSpot, before: str
) -> None:
    there = files(workspace)
    with pytest.raises(BanxinError) as problem:
        write(FOLDER, spot, before, "别的话。", workspace)

    assert code(problem) == "edit/changed"
    assert files(workspace) == there


def test_a_line_put_in_above_by_somebody_else_is_a_conflict(workspace: Workspace) -> None:
    chapter = workspace.root / FOLDER / "one.md"
    assert opened(FOLDER, FIRST, workspace).words == "第一段。"
    chapter.write_text(ONE.replace("第一段。", "新来的一段。\n\n第一段。"), "utf-8")
    there = files(workspace)

    with pytest.raises(BanxinError) as problem:
        write(FOLDER, FIRST, "第一段。", "别的话。", workspace.afresh())

    assert code(problem) == "edit/changed"
    assert files(workspace) == there


@pytest.mark.parametrize(
    ("spot", "before", "after", "refused"),
    [
        (FIRST, "第一段。", " \n ", "edit/empty"),
        (PICTURE, "说明", "两\n行", "edit/one-line"),
        (FIRST, "第一段。", "```", "edit/elsewhere"),
        (FIRST, "第一段。", "::: note\n没有关上", "edit/elsewhere"),
        (EditSpot(FOLDER / "one.md", 2, 1), "第一章", "题目\n---", "edit/one-line"),
    ],
)
def test_words_that_would_break_the_chapter_are_refused(
    workspace: Workspace, spot: EditSpot, before: str, after: str, refused: str
) -> None:
    there = files(workspace)
    with pytest.raises(BanxinError) as problem:
        write(FOLDER, spot, before, after, workspace)

    assert code(problem) == refused
    assert files(workspace) == there


@pytest.mark.parametrize(
    "name", ["elsewhere.md", "content/small/edition.toml", "content/small/three.md", "../x.md"]
)
def test_no_other_file_is_written_to(workspace: Workspace, name: str) -> None:
    there = files(workspace)
    for spot in (EditSpot(PurePosixPath(name), 1, 1), EditSpot(FOLDER / name, 1, 1)):
        with pytest.raises(BanxinError) as problem:
            write(FOLDER, spot, "别处。", "我的。", workspace)
        assert code(problem) == "edit/nothing"
    assert files(workspace) == there


@pytest.mark.parametrize("target", ["../../elsewhere.md", "one.md"])
def test_a_link_is_not_written_through(workspace: Workspace, target: str) -> None:
    chapter = workspace.root / FOLDER / "two.md"
    chapter.unlink()
    chapter.symlink_to(target)
    there = files(workspace)

    with pytest.raises(BanxinError) as problem:
        write(FOLDER, EditSpot(FOLDER / "two.md", 1, 1), "别处。", "我的。", workspace.afresh())

    assert code(problem) == "edit/nothing"
    assert files(workspace) == there


def test_a_character_that_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    workspace = with_chapter(tmp_path, ONE.encode("gb2312"), "gb2312")
    with pytest.raises(BanxinError) as problem:
        write(FOLDER, FIRST, "第一段。", "朱镕基", workspace)

    assert code(problem) == "fix/not-in-encoding"
    assert (tmp_path / FOLDER / "one.md").read_bytes() == ONE.encode("gb2312")


def test_a_cell_that_would_become_two_is_refused(workspace: Workspace) -> None:
    cell = EditSpot(FOLDER / "one.md", 8, 1, (1, 1))
    write(FOLDER, cell, "2", "二", workspace)
    assert "| 1 | 二 |" in (workspace.root / FOLDER / "one.md").read_text("utf-8")

    with pytest.raises(BanxinError) as problem:
        write(FOLDER, cell, "二", "二 | 三", workspace.afresh())
    assert code(problem) == "edit/elsewhere"


# --- steps ------------------------------------------------------------------------------------


def test_steps_are_taken_back_one_by_one_and_never_over_what_others_wrote(
    workspace: Workspace,
) -> None:
    chapter = workspace.root / FOLDER / "one.md"
    drafts = [chapter.read_bytes()]
    for before, after in (("第一段。", "一。"), ("一。", "二。"), ("二。", "三。")):
        write(FOLDER, FIRST, before, after, workspace.afresh())
        drafts.append(chapter.read_bytes())
    for draft in reversed(drafts[1:-1]):
        undo(FOLDER, workspace.afresh())
        assert chapter.read_bytes() == draft
    chapter.write_bytes(drafts[2])

    with pytest.raises(BanxinError) as problem:
        undo(FOLDER, workspace.afresh())
    assert code(problem) == "fix/changed-since"
    assert chapter.read_bytes() == drafts[2]


def test_only_so_many_steps_are_kept(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MOST", 3)
    for number in range(6):
        before = "第一段。" if not number else f"第{number - 1}稿。"
        write(FOLDER, FIRST, before, f"第{number}稿。", workspace.afresh())

    copies = workspace.root / FOLDER / editing.COPIES
    assert sorted(p.name for p in copies.iterdir()) == ["0004", "0005", "0006"]


# --- pictures ---------------------------------------------------------------------------------


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("focus", "200% 0%"), ("lines", "0"), ("lines", "x"), ("size", "huge"), ("upright", "no"),
        ("credit", "某"), ("src", "/etc/passwd"), ("focus", '"}'),
    ],
)  # fmt: skip
def test_only_what_a_hand_on_the_page_can_ask_is_said(
    workspace: Workspace, key: str, value: str
) -> None:
    there = files(workspace)
    with pytest.raises(BanxinError) as problem:
        set_attribute(FOLDER, PICTURE, Saying(key, value, ROW), workspace)

    assert code(problem) == "edit/value"
    assert files(workspace) == there


def test_a_picture_that_is_dropped_takes_the_place_of_another(workspace: Workspace) -> None:
    folder = workspace.root / FOLDER

    def put(name: str, colour: str) -> PurePosixPath:
        row = (folder / "one.md").read_text("utf-8").split("\n")[PICTURE.line - 1]
        return replace_picture(
            FOLDER, PICTURE, Dropped(name, jpeg(colour), row), workspace.afresh()
        )

    first, again = put("C:\\桌面\\新 图.JPG", "red"), put("新 图.jpg", "red")
    other = put("新 图.jpg", "blue")

    assert first == again == FOLDER / "photos/新-图.jpg"
    assert other == FOLDER / "photos/新-图-2.jpg"
    assert "![说明](photos/新-图-2.jpg){credit=" in (folder / "one.md").read_text("utf-8")
    assert (folder / "photos/新-图.jpg").read_bytes() == jpeg("red")
    undo(FOLDER, workspace.afresh())
    assert "(photos/新-图.jpg)" in (folder / "one.md").read_text("utf-8")


def test_a_picture_that_is_not_as_it_was_shown_is_left(workspace: Workspace) -> None:
    there = files(workspace)
    for row in (ROW.replace("说明", "旧的说明"), ROW + " ", ""):
        with pytest.raises(BanxinError) as problem:
            set_attribute(FOLDER, PICTURE, Saying("lines", "9", row), workspace)
        assert code(problem) == "edit/changed"
        with pytest.raises(BanxinError) as problem:
            replace_picture(FOLDER, PICTURE, Dropped("a.jpg", jpeg("red"), row), workspace)
        assert code(problem) == "edit/changed"
    assert files(workspace) == there
    set_attribute(FOLDER, PICTURE, Saying("lines", "9", ROW), workspace)
    text = (workspace.root / FOLDER / "one.md").read_text("utf-8")
    assert '{credit="某" lines=9}' in text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<script>"), ("a.jpg", b"<script>"), ("a.svg", b"<svg/>"),
        ("../a", b"\xff\xd8\xff"), (".jpg", b"\xff\xd8\xff"), ("a.jpg/..", b"\xff\xd8\xff"),
        ("", b"\xff\xd8\xff"),
    ],
)  # fmt: skip
def test_what_is_no_photograph_is_not_put_anywhere(
    workspace: Workspace, name: str, data: bytes
) -> None:
    there = files(workspace)
    with pytest.raises(BanxinError) as problem:
        replace_picture(FOLDER, PICTURE, Dropped(name, data, ROW), workspace)

    assert code(problem) == "edit/no-picture"
    assert files(workspace) == there


def test_a_picture_for_what_is_no_picture_is_not_kept(workspace: Workspace) -> None:
    there = files(workspace)
    with pytest.raises(BanxinError) as problem:
        replace_picture(FOLDER, FIRST, Dropped("a.jpg", jpeg("red"), "第一段。"), workspace)

    assert code(problem) == "edit/nothing"
    assert files(workspace) == there
