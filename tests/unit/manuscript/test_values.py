"""What an attribute says is read into numbers; nothing of it reaches a style as text."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from banxin import manuscript, project
from banxin.edition import bind
from banxin.layouts import load
from banxin.manuscript.values import focus_of, height_of, rows_of
from banxin.markup.document import compose
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import Title
from dresses import LAYOUTS


@pytest.mark.parametrize(
    ("written", "css"),
    [
        ("50% 30%", "50% 30%"),
        ("50%", "50% 50%"),
        ("33.3% 0%", "33.3% 0%"),
        ("50％，30％", "50% 30%"),
        ("left top", "0% 0%"),
        ("top right", "100% 0%"),
        ("center", "50% 50%"),
        ("右上", "100% 0%"),
        ("下", "50% 100%"),
    ],
)
def test_a_focus_is_a_point(written: str, css: str) -> None:
    assert str(focus_of(written)) == css


NO_POINT = [
    "",
    "50",
    "101% 0%",
    "-1% 0%",
    "50% 50% 50%",
    "left right",
    "calc(1% * 1e9)",
    "50% 50%; position: fixed; inset: 0",
    "50%;} body { display: none",
    "var(--zhu)",
    "url(file:///etc/passwd)",
    "9" * 5000 + "%",
    "\u0661% 2%\n3%",
    "50%/**/50%",
    "左右",
]


@pytest.mark.parametrize("written", NO_POINT)
def test_what_is_no_point_is_none(written: str) -> None:
    assert focus_of(written) is None


@pytest.mark.parametrize(
    ("written", "lines"),
    [("14", 14), ("1", 1), ("60", 60), ("61", 0), ("0", 0), ("-3", 0), ("1.5", 0), ("", 0),
     ("9" * 5000, 0), ("14; color: red", 0), ("１４", 14)],
)  # fmt: skip
def test_lines_are_a_number_of_the_grid(written: str, lines: int) -> None:
    assert height_of(written) == lines


@pytest.mark.parametrize(
    ("written", "rows"),
    [("8x2 9", ((8, 2), (9, 0))), ("8×2，9", ((8, 2), (9, 0))), ("", None), ("8x", None),
     ("8x99", None), ("999999999x2", None), ("8x2; left: 0", None)],
)  # fmt: skip
def test_rows_are_lines_and_pictures(
    written: str, rows: tuple[tuple[int, int], ...] | None
) -> None:
    assert rows_of(written) == rows


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("key", ["focus", "lines", "fit", "rows", "size"])
def test_nothing_of_an_attribute_reaches_a_style(
    title: Title, workspace: Workspace, layout: str, key: str
) -> None:
    mark = "1%; --evil: url(x)"
    figure = f'![图](photos/good.jpg){{credit="某" {key}="{mark}"}}\n'
    chapter = (
        f"---\ntitle: 一\ntemplate: article\nplate: photos/good.jpg\n{key}: {mark}\n---\n"
        f'{figure}\n::: gallery {{{key}="{mark}"}}\n{figure}:::\n'
    )
    folder = title(chapter=chapter)
    job = project.load(Request(folder, layout=layout), workspace)
    text = manuscript.read(job.chapters, workspace)
    bound = bind(text, load(layout, workspace, job.layout_asked_at), job, workspace)

    html = compose(bound).html

    assert not re.search(r'style="[^"]*evil', html)
    told = {d.place.line for d in (*text.remarks, *bound.remarks) if d.severity != "note"}
    assert 7 in told or 8 in told or 10 in told
    assert PurePosixPath("content/small/photos/good.jpg") in bound.pictures
