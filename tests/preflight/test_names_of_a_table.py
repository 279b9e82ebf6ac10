"""Names of a table are people of the book: one spelling each, and each on a page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest

from banxin.manuscript import rosters
from banxin.preflight import tabled
from conftest import Builder, Title
from dresses import LAYOUTS

CHAPTER = """---
template: text
title: 校友
byline: 王小明 文
---

那一年，李晓敏从县城回来，站在门口。

::: names {from=x.csv by=班级}
:::
"""


def test_a_name_of_a_table_that_the_text_spells_otherwise_is_told(
    title: Title, build: Builder
) -> None:
    table = "姓名,班级\n李小敏,一班\n王小明,一班\n"

    made = build(title(chapter=CHAPTER, **{"x.csv": table}), publish=False)

    told = [f for f in made.report.findings if f.code == "person/two-spellings"]
    assert [(f.place.line, f.facts["have"], f.facts["other"]) for f in told] == [
        (7, "李晓敏", "李小敏")
    ]


LISTED = """---
template: people
title: 校友
---

::: names {from=x.csv by=班级 about=去处 sort=stroke}
:::
"""
ROWS = [
    ("姓名", "班级", "去处", "电话"),
    ("蒋晓云", "一班", "三河市", "139"),
    ("阎　平", "一班", "", "138"),
    ("欧阳守一", "二班", "海边渔港", ""),
    ("", "二班", "", ""),
    ("Anna Berg", "二班", "Oslo", ""),
    ("高山", "二班", "山里", ""),
]


def as_csv(between: str = ",", encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(between.join(row) for row in ROWS).encode(encoding)


def as_xlsx(*, shared: bool) -> bytes:
    """As Excel writes it, or as libraries do; empty cells and rows are not there."""
    strings: list[str] = []

    def cell(row: int, column: int, text: str) -> str:
        at = f'r="{"ABCD"[column]}{row}"'
        if text.isdigit():
            return f"<c {at}><v>{text}</v></c>"
        if not shared:
            return f'<c {at} t="inlineStr"><is><t>{text}</t></is></c>'
        strings.append(text)
        return f'<c {at} t="s"><v>{len(strings) - 1}</v></c>'

    rows = "".join(
        f'<row r="{n}">{"".join(cell(n, c, text) for c, text in enumerate(row) if text)}</row>'
        for n, row in enumerate(ROWS, 1)
    )
    kept = "".join(f"<si><r><t>{s[:1]}</t></r><r><t>{s[1:]}</t></r></si>" for s in strings)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData>")
        book.writestr("xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>")
        book.writestr("xl/sharedStrings.xml", f"<sst>{kept}</sst>")
    return file.getvalue()


SAID = [
    (2, "一班"), (2, "蒋晓云"), (2, "三河市"), (3, "阎　平"), (3, ""), (4, "二班"),
    (4, "欧阳守一"), (4, "海边渔港"), (6, "Anna Berg"), (6, "Oslo"), (7, "高山"), (7, "山里"),
]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        as_csv(),
        as_csv("\t", "gb18030"),
        as_csv(";", "utf-8"),
        as_csv(",", "utf-16"),
        as_xlsx(shared=True),
        as_xlsx(shared=False),
    ],
    ids=["csv", "tabs in GB18030", "semicolons", "UTF-16", "Excel", "library"],
)
def test_the_judge_reads_a_table_by_itself(data: bytes) -> None:
    assert list(tabled.said(tabled.rows("x", data), "班级", "去处")) == SAID


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"\xff\xff\xff", "甲,乙\n丙,丁\n".encode(), as_xlsx(shared=True)[:90]],
    ids=["empty", "four bytes", "no text", "other columns", "cut off"],
)
def test_of_a_table_in_doubt_it_asks_nothing(data: bytes) -> None:
    assert list(tabled.said(tabled.rows("x", data))) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_name_of_a_table_that_no_page_has_is_told_with_its_row(
    layout: str, title: Title, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = title(chapter=LISTED, **{"x.csv": as_csv()})
    lost = "text/not-printed"
    whole = build(folder, publish=False, layout=layout)
    assert [f for f in whole.report.findings if f.code == lost] == []

    def without(found: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        return [row for row in found if "欧阳守一" not in row]

    rows = rosters._rows
    monkeypatch.setattr(rosters, "_rows", lambda *asked: without(rows(*asked)))
    made = build(folder, publish=False, layout=layout)

    told = [f for f in made.report.findings if f.code == lost]
    assert [(f.place.file, f.place.line, f.facts["words"]) for f in told] == [
        ("content/small/x.csv", 4, "欧阳守一　海边渔港")
    ]


def test_rows_that_are_told_as_no_names_are_not_told_as_lost(title: Title, build: Builder) -> None:
    table = "姓名,班级\n蒋晓云,一班\n=SUM(A1:A9),一班\n" + "长" * 50 + ",一班\n"

    made = build(
        title(chapter=LISTED.replace(" about=去处", ""), **{"x.csv": table}), publish=False
    )

    codes = {f.code for f in made.report.findings if f.severity == "error"}
    assert codes == {"names/formula", "names/long"}
