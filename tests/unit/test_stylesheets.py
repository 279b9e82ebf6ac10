"""Brackets, strings and comments that are left open are told where they begin."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

import pytest

from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.layouts import load
from banxin.stylesheets import left_open, unknown_faces
from banxin.workspace import Workspace


@pytest.mark.parametrize(
    ("css", "code", "line", "column"),
    [
        ("a {\n b: c;\n", "css/unclosed", 1, 3),
        ("a { b: c; }\n\n d }", "css/unopened", 3, 4),
        ("a { b: calc(1 + 2; }", "css/unclosed", 1, 12),
        ('a { b: "c;\n}', "css/unclosed", 1, 8),
        ("a {} /* and so on", "css/unclosed", 1, 6),
        ("a { b: url(c }", "css/unclosed", 1, 8),
        ("@media print { a { b: c }", "css/unclosed", 1, 14),
        ("a[b='c] { d: e }", "css/unclosed", 1, 5),
        ("a { b: [c }", "css/unclosed", 1, 8),
        ("a { b: c /* d }\n e { f: g }", "css/unclosed", 1, 10),
        ("a { b: url(c d }\ne { f: g }", "css/unclosed", 1, 8),
        ("a { b: c }\r\n\r\ne { f: g", "css/unclosed", 3, 3),
        (r"a { content: '\'}", "css/unclosed", 1, 14),
    ],
)
def test_what_is_left_open_is_told_where_it_begins(
    css: str, code: str, line: int, column: int
) -> None:
    (found,) = left_open("a.css", css)

    assert found.code == code
    assert found.place == Place("a.css", line, column)


@pytest.mark.parametrize(
    "css",
    [
        "",
        "a { b: c }",
        "a::before { content: '}' } /* { */ b { c: url(d{e) }",
        r"a { content: '\'' } .b\{ { c: d }",
        'a[href="("] { b: url( "c)" ) }',
        "a { b: url(c d) } @import url(e);",  # no address, and closed
        "/**/ @media print { a { b: calc((1 + 2) * 3) } }",
    ],
)
def test_what_is_closed_is_let_be(css: str) -> None:
    assert list(left_open("a.css", css)) == []


def test_our_own_stylesheets_are_closed(root: Path) -> None:
    files = sorted((root / "layouts").rglob("*.css"))

    assert len(files) > 10
    assert [f for file in files for f in left_open(file.name, file.read_text("utf-8"))] == []


def test_a_layout_with_one_left_open_is_not_built_with(tmp_path: Path, root: Path) -> None:
    workspace = Workspace(root)
    shutil.copytree(root / "layouts", tmp_path / "layouts")
    workspace.mount(PurePosixPath("layouts"), tmp_path / "layouts")
    style = tmp_path / "layouts" / "jinian" / "styles" / "type.css"
    style.write_text(style.read_text("utf-8").replace("}", "", 1), "utf-8")

    with pytest.raises(BanxinError) as refused:
        load("jinian", workspace, Place())

    (fault,) = refused.value.diagnostics
    assert (fault.code, fault.place.file) == ("css/unclosed", "layouts/jinian/styles/type.css")


# --- faces ----------------------------------------------------------------------------------

DECLARED = ("Noto Serif SC", "Noto Sans SC")


def strangers(css: str) -> list[Diagnostic]:
    return list(unknown_faces("type.css", css, DECLARED))


@pytest.mark.parametrize(
    ("css", "family", "column"),
    [
        ('em { font-family: "Noto Sanz SC" }', "Noto Sanz SC", 19),
        ("em { font-family: 'noto sans sc' }", "noto sans sc", 19),
        ("em { font-family: Noto Sanz SC }", "Noto Sanz SC", 19),
        ('em { font: 700 9pt/6mm "Noto Sanz SC", serif }', "Noto Sanz SC", 24),
        ('em { font: italic 9pt / calc(2 * 3mm) Songti, "KaiTi" }', "Songti", 39),
        ('@media print { em { b { FONT-FAMILY: "黑体" } } }', "黑体", 38),
    ],
)
def test_a_face_that_nobody_declares_is_an_error_where_it_stands(
    css: str, family: str, column: int
) -> None:
    first = strangers(css)[0]

    assert (first.code, first.severity) == ("css/no-face", "error")
    assert (first.facts["family"], first.place) == (family, Place("type.css", 1, column))


def test_one_that_a_declared_face_stands_in_for_is_a_warning_and_the_near_one_is_named() -> None:
    (only,) = strangers('em { font-family: "Noto Sanz SC", "Noto Serif SC", serif }')

    assert (only.severity, only.facts["near"]) == ("warning", "Noto Sans SC")


@pytest.mark.parametrize(
    "css",
    [
        'em { font-family: "Noto Sans SC" }',
        "em { font-family: Noto Serif SC, sans-serif }",
        "em { font-family: inherit }",
        "em { font-family: var(--face) }",
        "em { font: var(--h2) }",
        "em { font: inherit }",
        'em { font: 700 9pt/6mm "Noto Sans SC" }',
        "em { font: 700 9pt/6mm var(--face) }",
        'em::before { content: "Arial" }',
        '@font-face { font-family: "Own"; src: url(own.ttf) }',
        "/* font-family: Arial */",
    ],
)
def test_what_names_a_declared_face_or_none_is_left_in_peace(css: str) -> None:
    assert strangers(css) == []
