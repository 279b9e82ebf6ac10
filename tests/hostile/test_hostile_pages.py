"""HTML that nobody meant to be set: no crash, no hang, and all of the text."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

import banxin
from banxin.typeset import Sheets

STYLE = (
    '<html lang="zh-CN"><style>@page { size: A5; margin: 15mm }'
    'body { margin: 0; font: 10pt/1.6 "Noto Serif SC"; text-align: justify }</style>'
)
TEXT = "城乡面貌焕然一新，经济社会持续健康发展。GDP增长12.5%，“人民”生活——改善……"


def made(body: str, root: Path) -> Sheets:
    return banxin.render(STYLE + body, workspace=root)


def letters(sheets: Sheets) -> str:
    document = pypdfium2.PdfDocument(sheets.pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"[\s\u200b-\u200f\u2060\u00ad\ufffe\x02-]", "", text).replace("⋯", "…")


@pytest.mark.parametrize(
    "css",
    [
        "width: 0",
        "width: -5px",
        "width: 1px; text-indent: -30em",
        "width: 3em; text-indent: 9em",
        "letter-spacing: -2em",
        "letter-spacing: 3em; word-spacing: -1em",
        "line-height: 0",
        "font-size: .01px",
        "font-size: 900pt; width: 1em",
        "width: 8em; overflow-wrap: anywhere",
        "columns: 40",
        "hanging-punctuation: force-end; width: 1em",
        "writing-mode: vertical-rl; height: 1px",
        "text-emphasis: triangle; text-decoration: underline overline line-through",
        "line-break: anywhere; width: 1em",
        "direction: rtl",
        "--autospace-gap: -7",
        "--autospace-gap: 1e9",
        "--autospace-gap: red",
    ],
)
def test_odd_styles_lose_no_text(css: str, root: Path) -> None:
    sheets = made(f'<p style="{css}">{TEXT}<b>{TEXT}</b></p>', root)

    assert sorted(letters(sheets)) == sorted(TEXT * 2)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<pre>城\t乡\n  甲</pre>", "城乡甲"),
        ("<p style='white-space: pre-wrap'>城  乡\n\n甲</p>", "城乡甲"),
        ("<p style='white-space: pre-line'>城  乡\n\n甲</p>", "城乡甲"),
        ("<p>城<br><br><br>乡</p>", "城乡"),
        ("<p>城\u2028乡\u0085甲\u000b乙</p>", "城乡甲乙"),
        ("<p>城<wbr>乡&nbsp;&zwj;&zwnj;甲</p>", "城乡甲"),
        ("<p>城e\u0301乡</p>", None),
        ("<p>城שלום乡</p>", None),
        ("<p dir=rtl>城乡</p>", "城乡"),
        ("<p>城👨\u200d👩\u200d👧乡</p>", None),
        ("<p>城\u0378\U000e0fff乡</p>", None),
        ("<p>城<span style='font-size: 0'>零</span>乡</p>", "城乡"),
        ("<p>城<span style='display: none'>零</span>乡</p>", "城乡"),
        ("<p>城<span style='float: left'>浮</span>乡</p>", "城浮乡"),
        ("<p>城<span style='position: absolute'>绝</span>乡</p>", "城绝乡"),
        ("<p>城<span style='display: inline-block; width: 99em'>块</span>乡</p>", "城块乡"),
        ("<p><ruby>汉<rt>hàn</rt></ruby></p>", "汉hàn"),
        ("<p>城<span style='display: inline-flex'>弯</span>乡</p>", "城弯乡"),
        ("<p>城<img src='nothing.png' alt='图'>乡</p>", "城图乡"),
        ("<p>城<svg width=9 height=9></svg>乡</p>", "城乡"),
        ("<p>城co\u00adop\u00aderate乡</p>", "城cooperate乡"),
        ("<style>p::first-letter { font-size: 3em }</style><p>城乡</p>", "城乡"),
        ("<p style='max-lines: 1; continue: discard'>城乡</p>", "城乡"),
    ],
)
def test_odd_content_loses_no_text(body: str, text: str | None, root: Path) -> None:
    sheets = made(body, root)

    found = letters(sheets)
    if text is None:  # beyond the fonts here: what they have is there
        assert {"城", "乡"} <= set(found)
    else:
        assert sorted(found) == sorted(text)


@pytest.mark.stress
def test_ten_thousand_elements_in_a_row(root: Path) -> None:
    assert letters(made("<p>" + "<span>城</span>" * 10_000, root)) == "城" * 10_000


def test_elements_nested_two_thousand_deep(root: Path) -> None:
    assert letters(made("<p>" + "<span>城" * 2000, root)) == "城" * 2000


def test_a_hundred_thousand_characters_in_one_paragraph(root: Path) -> None:
    text = TEXT * 2500

    assert letters(made(f"<p>{text}", root)) == text


def test_files_outside_the_pages_folder_are_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text("p { color: red }")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "good.css").write_text('p::after { content: "\\4e59" }')
    (inside / "link.css").symlink_to(tmp_path / "secret.css")
    page = inside / "a.html"
    sheets = "".join(
        f"<link rel=stylesheet href='{name}'>"
        for name in (
            "good.css",
            "../secret.css",
            "link.css",
            "file:///etc/passwd",
            "http://x/y.css",
        )
    )
    page.write_text(f"<html lang=zh>{sheets}<p>甲", "utf-8")

    found = banxin.render(page, workspace=root)

    assert letters(found) == "甲乙"
    refused = [r.facts["address"] for r in found.remarks if r.code == "engine/address-refused"]
    assert len(refused) == 4
