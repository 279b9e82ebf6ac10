"""What a front matter says is printed by the chapter's template, or told."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from banxin import layouts, manuscript, project
from banxin.diagnostics import Place
from banxin.markup.front_matter import unprinted
from banxin.request import Request
from banxin.workspace import Workspace
from dresses import LAYOUTS


def told(root: Path, tmp_path: Path, layout: str, front: str) -> list[str]:
    (tmp_path / "a.md").write_text(f"---\ntitle: 题\n{front}\n---\n文。\n", "utf-8")
    read = manuscript.read([(PurePosixPath("a.md"), Place())], Workspace(tmp_path))
    loaded = layouts.load(layout, Workspace(root), Place())
    return [
        f"{d.severity} {d.place.line} {d.facts['key']} {d.facts['near']}".strip()
        for d in unprinted(loaded, read.chapters)
    ]


@pytest.mark.parametrize(
    ("layout", "front", "expected"),
    [
        ("jinian", "tempalte: article", ["error 3 tempalte template"]),
        ("jinian", "kiker: 眉", ["error 3 kiker kicker"]),
        ("jinian", "template: text\ndekc: 引", ["error 4 dekc deck"]),
        ("jinian", "Kicker: 眉", ["error 3 Kicker kicker"]),
        ("jinian", "template: text\nbyline: 某某 文", []),
        ("jinian", "template: cover\nbyline: 某某 文", ["error 4 byline"]),
        ("jinian", "template: article\nbyline: 某某 文", []),
        ("jinian", "template: message\nbyline: 某某 文\nfocus: 50% 20%", []),
        ("jinian", "template: imprint\ndeck: 引", ["error 4 deck"]),
        ("jinian", "作者: 某某", ["error 3 作者"]),
        ("jinian", "byline:", []),
        ("jinian", "template: cover\npicture: photos/a.jpg", ["note 4 picture"]),
        ("jinian", "template: no-such-one\nbyline: 某某", []),
        ("huace", "template: cover\npicture: photos/a.jpg", []),
        ("tekan", "template: text\nbyline: 某某", []),
        ("tekan", "template: title\nlogo: artwork/a.svg", ["warning 4 logo"]),
        *((book, f"template: {page}\nlogo: artwork/a.svg", [])
          for book in ("jinian", "huace", "shuxi") for page in ("cover", "title", "back")),
        ("xuanzhe", "template: article\nbyline: 某某", []),
        ("xuanzhe", "template: article\nbylin: 某某", ["error 4 bylin byline"]),
    ],
)  # fmt: skip
def test_a_key_that_no_template_prints_is_told_with_the_one_that_was_meant(
    root: Path, tmp_path: Path, layout: str, front: str, expected: list[str]
) -> None:
    assert told(root, tmp_path, layout, front) == expected


@pytest.mark.parametrize("title", ["langfang", "liuhe"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_samples_say_nothing_that_a_layout_would_lose(
    root: Path, title: str, layout: str
) -> None:
    here = Workspace(root)
    job = project.load(Request(PurePosixPath("content") / title, layout=layout), here)
    read = manuscript.read(job.chapters, here)
    loaded = layouts.load(layout, here, Place())

    assert read.remarks == ()
    assert [d for d in unprinted(loaded, read.chapters) if d.severity != "note"] == []
