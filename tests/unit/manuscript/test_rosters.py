"""Names from a table: groups in the order of their rows, whatever made the file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

import pypdfium2 as pdfium
import pytest

from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.manuscript import blocks as b
from banxin.manuscript import rosters
from banxin.manuscript.sounds import by_sound
from conftest import Builder, Title
from manuscripts import chapter

CSV: Final = "姓名,班级,单位\n张三,一班,县中\n李四,二班,\n王 五,一班,乡小\n"
EXPECTED: Final = [("一班", ["张三", "王五"]), ("二班", ["李四"])]


def read(
    data: bytes, file: str = "a.csv", **asked: str
) -> tuple[list[tuple[str, list[str]]], list[str]]:
    remarks: list[Diagnostic] = []
    found = rosters.groups(PurePosixPath(file), data, asked, Place(), remarks)
    return [(g.title, [p.name for p in g.people]) for g in found], [r.code for r in remarks]


def refused(data: bytes, file: str = "a.csv", **asked: str) -> str:
    with pytest.raises(BanxinError) as problem:
        read(data, file, **asked)
    (told,) = problem.value.diagnostics
    return told.code


def workbook(rows: list[list[str]]) -> bytes:
    """The least that is an .xlsx, with its words inside the cells."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row) + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="名单" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="a" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_a_table_is_read_however_it_was_saved(encoding: str, end: str, between: str) -> None:
    data = CSV.replace("\n", end).replace(",", between).encode(encoding)

    assert read(data, by="班级") == (EXPECTED, ["names/columns"])
    assert read(data, by="班级", about="单位") == (EXPECTED, [])


def test_a_workbook_is_read_like_a_table() -> None:
    rows = [line.split(",") for line in CSV.strip().split("\n")]

    assert read(workbook(rows), "a.xlsx", by="班级", about="单位") == (EXPECTED, [])
    assert refused(workbook(rows)[:300], "a.xlsx") == "names/unreadable"
    assert refused(b"PK\x03\x04" + bytes(40), "a.csv") == "names/unreadable"


def test_without_a_library_a_workbook_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosters, "find_spec", lambda _: None)
    assert refused(workbook([["姓名"]]), "a.xlsx") == "names/xlsx-library"


@pytest.mark.parametrize(
    ("text", "asked", "code"),
    [
        ("", {}, "names/empty"),
        ("\n,,\n", {}, "names/empty"),
        ("姓名,姓名\n甲,乙\n", {}, "names/column-twice"),
        ("姓名,班级,班级\n甲,一,二\n", {"by": "班级"}, "names/column-twice"),
        ("姓名,班級\n甲,一\n", {"by": "班级"}, "names/no-column"),
        ("姓名\n甲\n", {"about": "单位"}, "names/no-column"),
        ("姓名\n" + "甲\n" * 20_001, {}, "names/too-many"),
    ],
)
def test_what_is_no_list_is_refused_with_a_word(
    text: str, asked: dict[str, str], code: str
) -> None:
    assert refused(text.encode(), **asked) == code


def test_bytes_of_no_encoding_are_refused() -> None:
    assert refused(b"\xff\x00\xff\xff,\x81") == "names/encoding"


@pytest.mark.parametrize(
    ("cell", "names", "codes"),
    [
        ("=1+1", [], ["names/formula"]),
        ("@SUM(A1)", [], ["names/formula"]),
        ("+86(0)", [], ["names/formula"]),
        ('"=""王某"""', ["王某"], []),
        ("字" * 5000, [], ["names/long"]),
        ("王某\nx\n王某", ["王某", "x", "王某"], ["names/twice"]),
        ('"王\n某"', ["王某"], []),
        ("王\u3000某", ["王某"], []),
        ("Hans Müller", ["Hans Müller"], []),
        ("阿卜杜拉·买买提", ["阿卜杜拉·买买提"], []),
    ],
)
def test_a_cell_is_a_name_or_told(cell: str, names: list[str], codes: list[str]) -> None:
    found, told = read(f"姓名\n{cell}\n".encode())

    assert [name for _, people in found for name in people] == names
    assert told == codes


def test_a_row_without_a_name_is_told_and_titles_above_the_head_are_skipped() -> None:
    found, told = read("校友名单\n姓名,班级\n,一班\n甲,一班\n".encode(), by="班级")

    assert found == [("一班", ["甲"])]
    assert told == ["names/no-name"]


def test_one_column_without_a_head_is_names_only() -> None:
    assert read("张三\n李四\n".encode()) == ([("", ["张三", "李四"])], [])


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("given", ["赵一", "单雄", "安可", "曾平", "丁二"]),
        ("pinyin", ["安可", "丁二", "单雄", "曾平", "赵一"]),
        ("stroke", ["丁二", "安可", "单雄", "赵一", "曾平"]),
    ],
)
def test_names_stand_in_the_order_that_was_asked_for(
    tmp_path: Path, sort: str, names: list[str]
) -> None:
    (tmp_path / "x.csv").write_text("赵一\n单雄\n安可\n曾平\n丁二\n", "utf-8")

    read_chapter, remarks = chapter(tmp_path, f"::: names {{from=x.csv sort={sort}}}\n:::\n")

    (listed,) = read_chapter.blocks
    assert isinstance(listed, b.NameList)
    assert [person.name for person in listed.people] == names
    assert (listed.count, listed.repeats, remarks) == ("5人", True, ())
    assert listed.people[0].place.file == "x.csv"


def test_surnames_sort_as_surnames_are_read_and_tones_count() -> None:
    assert sorted(["沙平", "单平", "山平"], key=by_sound) == ["沙平", "山平", "单平"]
    assert sorted(["马", "妈", "麻"], key=by_sound) == ["妈", "麻", "马"]


@pytest.mark.parametrize("name", ["none.csv", "../../etc/passwd", "/etc/passwd"])
def test_a_file_that_is_not_there_or_outside_is_told(tmp_path: Path, name: str) -> None:
    _, remarks = chapter(tmp_path, f"前\n\n::: names {{from={name}}}\n:::\n")
    assert [r.code for r in remarks] == ["file/missing" if name == "none.csv" else "file/outside"]


# A page of the newspaper has room for six hundred.
@pytest.mark.parametrize(("layout", "count"), [("jinian", 600), ("huace", 600), ("tekan", 1200)])
def test_six_hundred_names_and_more_go_over_pages_under_their_heads(
    title: Title, build: Builder, layout: str, count: int
) -> None:
    many = count // 4
    # GB 2312's first level
    common = (bytes([0xB0 + n // 94, 0xA1 + n % 94]) for n in range(count))
    characters = [code.decode("gb2312") for code in common]
    rows = [f"王{c}甲,第{n // many + 1}期" for n, c in enumerate(characters)]
    table = "\r\n".join(["姓名,期", *rows]).encode("gb18030")
    text = "---\ntemplate: people\ntitle: 名录\n---\n\n::: names {from=x.csv by=期}\n:::\n"
    made = build(title(chapter=text, **{"x.csv": table}), layout=layout)

    (file,) = [path for path in made.files if path.suffix == ".pdf"]
    with pdfium.PdfDocument(file) as pdf:
        pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    whole = "".join(pages)
    assert [c for c in characters if f"王{c}甲" not in whole] == []
    heads = sum(page.count(f"第{n}期{many}人") for page in pages for n in range(1, 5))
    over = sum(
        len({n for n, page in enumerate(pages) if any(f"王{c}甲" in page for c in group)}) - 1
        for group in (characters[start : start + many] for start in range(0, count, many))
    )
    assert over > 0
    assert heads == 4 + over
