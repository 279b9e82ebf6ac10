"""Tables of series: how they are read, and what is told of those that are wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import openpyxl
import pytest

from banxin import project
from banxin.diagnostics import BanxinError
from banxin.fields import check_mark
from banxin.request import Request
from banxin.series.choice import WhichCopies
from banxin.series.table import CopyRows, rows_of
from banxin.workspace import Workspace
from conftest import EDITION, Title

PLAIN = "编号,姓名,班级\n01,沈雨,一班\n02,张䶮,二班\n"
Read = Callable[..., CopyRows]


@pytest.fixture
def read(workspace: Workspace, title: Title, tmp_path: Path) -> Read:
    def run(data: bytes, file: str = "rows.csv", name: str = "{{编号}}") -> CopyRows:
        folder = title()
        place = tmp_path / "content" / "small"
        more = f'\n[series]\ntable = "{file}"\nname = "{name}"\n'
        (place / "edition.toml").write_text(EDITION + more, "utf-8")
        (place / file).write_bytes(data)
        return rows_of(project.load(Request(PurePosixPath(folder)), workspace), workspace)

    return run


def workbook(rows: list[list[object]], above: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate(rows, 1 + above):
        for column, cell in enumerate(row, 1):
            sheet.cell(number, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WAYS = {
    "utf-8": PLAIN.encode(),
    "utf-8 with a mark": PLAIN.encode("utf-8-sig"),
    "gb18030": PLAIN.encode("gb18030"),
    "utf-16": PLAIN.encode("utf-16"),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs and Windows line ends": PLAIN.replace(",", "\t").replace("\n", "\r\n").encode(),
    "blank rows": PLAIN.replace("\n", "\n,,\n\n").encode(),
    "quoted": '"编号","姓名","班级"\n"01","沈雨","一班"\n"02","张䶮","二班"'.encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_table_reads_the_same_however_it_was_saved(read: Read, way: str) -> None:
    rows = read(WAYS[way])

    assert [row.name for row in rows.rows] == ["01", "02"]
    assert [row.values["姓名"] for row in rows.rows] == ["沈雨", "张䶮"]
    assert [row.values["序号"] for row in rows.rows] == ["1", "2"]
    assert rows.remarks == {}


@pytest.mark.parametrize("above", [0, 2])
def test_a_sheet_reads_as_text_with_the_numbers_of_its_rows(read: Read, above: int) -> None:
    cells: list[list[object]] = [["编号", "姓名", "分数"], ["甲", "沈雨", 98], ["乙", "张䶮", 97.5]]

    rows = read(workbook(cells, above), "rows.xlsx")

    assert [row.values["分数"] for row in rows.rows] == ["98", "97.5"]
    assert [row.place.line for row in rows.rows] == [2 + above, 3 + above]


def test_a_cell_of_several_lines_is_one_line_and_the_next_row_knows_its_own(read: Read) -> None:
    rows = read('编号,话\n1,"第一行\n第二行"\n2,短\n'.encode())

    assert [row.values["话"] for row in rows.rows] == ["第一行 第二行", "短"]
    assert [row.place.line for row in rows.rows] == [2, 4]


WIDE = ",".join(f"c{n}" for n in range(400)) + "\n1\n"
BAD_TABLES = {
    "nothing but a head": ("rows.csv", "编号,姓名\n".encode(), "series/empty-table"),
    "nothing": ("rows.csv", b"\n\n", "series/empty-table"),
    "two of one name": ("rows.csv", "编号,姓名,姓名\n1,a,b\n".encode(), "series/column-twice"),
    "three of one name": ("rows.csv", "编号,甲,甲,甲\n1,a\n".encode(), "series/column-twice"),
    "too wide": ("rows.csv", WIDE.encode(), "series/too-wide"),
    "no text": ("rows.csv", bytes(range(128, 256)) * 9, "import/encoding"),
    "no workbook": ("rows.xlsx", b"PK\x03\x04 nothing", "import/broken"),
    "locked": ("rows.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "import/locked"),
    "a million rows": ("rows.csv", b"a,b\n" + b"1,2\n" * 1_000_000, "import/too-many-rows"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_table_that_cannot_be_used_is_refused_with_its_reason(read: Read, case: str) -> None:
    file, data, code = BAD_TABLES[case]

    with pytest.raises(BanxinError) as problem:
        read(data, file)

    assert {d.code for d in problem.value.diagnostics} == {code}


def test_a_workbook_that_unpacks_beyond_measure_is_not_unpacked(read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            parts.writestr(name, b"<a>" + b" " * (40 << 20))

    with pytest.raises(BanxinError) as problem:
        read(out.getvalue(), "rows.xlsx")

    assert [d.code for d in problem.value.diagnostics] == ["import/bomb"]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(
    workspace: Workspace, title: Title, tmp_path: Path
) -> None:
    folder = title()
    place = tmp_path / "content" / "small"
    (place / "rows.xlsx").write_bytes(workbook([["编号"], ["1"]]))
    more = '\n[series]\ntable = "rows.xlsx"\nsheet = "名单"\n'
    (place / "edition.toml").write_text(EDITION + more, "utf-8")

    with pytest.raises(BanxinError) as problem:
        rows_of(project.load(Request(folder), workspace), workspace)

    (told,) = problem.value.diagnostics
    assert (told.code, told.facts["known"]) == ("series/no-sheet", "Sheet")


CELLS = {
    "=cmd|'/c calc'!A1": "series/formula",
    "@SUM(1)": "series/formula",
    "+cmd|x": "series/formula",
    "-2+3+cmd|x": "series/formula",
    "#REF!": "series/broken-cell",
    "#DIV/0!": "series/broken-cell",
    "#N/A": "series/broken-cell",
    "3.20106E+17": "series/rounded",
    "1E+11": "series/rounded",
    "字" * 5000: "series/long",
    "x" * 1001: "series/long",
}
GOOD_CELLS = (
    "+86 138 0000 0000",
    "-5",
    "−5",
    "#1",
    "1E5",
    "a=b",
    "字" * 1000,
    "（空）",
    "*粗*",
    "<b>",
)


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_that_is_not_what_was_meant_is_told_with_row_and_column(
    read: Read, cell: str
) -> None:
    rows = read(f'编号,值\n1,好\n2,"{cell}"\n'.encode())

    assert [*rows.remarks] == [2]
    (told,) = rows.remarks[2]
    assert (told.code, told.place.line, told.place.column) == (CELLS[cell], 3, 2)
    assert told.facts["row"] == 2


@pytest.mark.parametrize("cell", GOOD_CELLS)
def test_of_an_ordinary_cell_nothing_is_said(read: Read, cell: str) -> None:
    rows = read(f'编号,值\n1,"{cell}"\n'.encode())

    assert rows.remarks == {}
    assert rows.rows[0].values["值"] == cell


NAMES = {
    "a/b": "a-b",
    "..": "",
    "../../etc": "etc",
    'a:*?"<>|b': "a-b",
    "好 名": "好 名",
    "con.": "con",
    "字" * 200: "字" * 71,
}


@pytest.mark.parametrize("value", NAMES)
def test_the_name_of_a_file_is_one_on_every_system(read: Read, value: str) -> None:
    cell = value.replace('"', '""')
    rows = read(f'编号,姓名\n"{cell}",x\n'.encode())

    assert rows.rows[0].name == NAMES[value]
    codes = [told.code for told in rows.remarks.get(1, ())]
    assert codes == ([] if NAMES[value] else ["series/no-name"])


def test_of_two_copies_of_one_name_the_later_is_not_made(read: Read) -> None:
    rows = read("编号,姓名\nab,x\nAB,y\ncd,z\n".encode())

    ((number, (told,)),) = rows.remarks.items()
    assert (number, told.code, told.facts["first"]) == (2, "series/name-twice", 1)


def test_without_a_pattern_copies_are_numbered_alike(read: Read) -> None:
    data = ("姓名\n" + "\n".join(f"人{n}" for n in range(12)) + "\n").encode()

    assert [row.name for row in read(data, name="").rows][:2] == ["01", "02"]


def test_copies_have_marks_that_differ_and_no_sign_that_is_taken_for_another() -> None:
    marks = {check_mark((f"{n}", "柳河")) for n in range(20_000)}

    assert len(marks) == 20_000
    assert {len(mark) for mark in marks} == {8}
    assert not set("".join(marks)) & set("ILOU")


WANTED = {
    ("1-2", ""): [1, 2],
    ("3,1", ""): [1, 3],
    ("2-", ""): [2, 3],
    ("2–9", ""): [2, 3],
    ("1，3", ""): [1, 3],
    ("２", ""): [2],
    ("１－２", ""): [1, 2],
    ("２～", ""): [2, 3],
    (" 1 , 3 ", ""): [1, 3],
    ("", "张䶮"): [2],
    ("", "b03"): [3],
    ("1-2", "一班"): [1],
}


@pytest.mark.parametrize(("rows", "only"), WANTED)
def test_copies_are_chosen_by_number_and_by_cell(read: Read, rows: str, only: str) -> None:
    made = read("编号,姓名,班级\nb01,沈雨,一班\nb02,张䶮,二班\nb03,韩石,一班\n".encode())

    assert [r.number for r in WhichCopies(rows, only).of(made.rows)] == WANTED[rows, only]


@pytest.mark.parametrize(("rows", "only", "code"), [
    ("x", "", "series/rows-unread"), ("1-2-3", "", "series/rows-unread"),
    ("-3", "", "series/rows-unread"), ("9", "", "series/no-such-row"),
    ("", "张奖", "series/no-such-row"), ("1", "张䶮", "series/no-such-row"),
])  # fmt: skip
def test_what_is_chosen_in_vain_is_told(read: Read, rows: str, only: str, code: str) -> None:
    made = read(PLAIN.encode())

    with pytest.raises(BanxinError) as problem:
        WhichCopies(rows, only).of(made.rows)

    assert [d.code for d in problem.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("张\u3000三", "张\u3000三"),
        ("\u3000 张\u3000三 \u3000", "张\u3000三"),
        ("a  b", "a  b"),
        ("a\u00a0b", "a\u00a0b"),
        ("一行 \r\n\r\n 又一行\n", "一行 又一行"),
        ("甲\t乙", "甲 乙"),
        ("甲\u2028乙", "甲 乙"),
        (" \n ", ""),
    ],
)
def test_a_value_is_what_was_written_but_for_its_ends_and_its_lines(
    read: Read, cell: str, value: str
) -> None:
    (row,) = read(f'编号,姓名\n01,"{cell}"\n'.encode()).rows

    assert row.values["姓名"] == value
