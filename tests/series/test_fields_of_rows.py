"""`{{字段}}`: a value is text wherever it stands, and prints as it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from banxin import fields
from banxin.diagnostics import Diagnostic, Place
from banxin.fields import CopyRow
from banxin.lettering import texts_of
from banxin.manuscript.blocks import Manuscript, Paragraph, Text
from banxin.manuscript.reader import ChapterReader
from banxin.project import Job

HOSTILE = (
    "*粗*", "**粗**", "_x_", "<b>x</b>", "&amp;", "::: note", "{{姓名}}", "{{ 7*7 }}", "{% x %}",
    "a|b", "[x](y)", "![x](y.jpg)", "`x`", "# 题", "- 项", "1. 项", "[^1]", "~~x~~", "{.dots}",
    "\\", "---", "$x$", "=cmd|x", "</td>", "<script>", "“引”", "  ", "%", "{", "}}", "{{",
)  # fmt: skip
PLACES = {
    "paragraph": "写给{{值}}的话",
    "bold": "**{{值}}**",
    "quote": "> {{值}}",
    "item": "- {{值}}",
    "heading": "## {{值}}",
    "cell": "| 甲 | 乙 |\n|---|---|\n| {{值}} | 1 |",
    "name": "::: names\n- {{值}} 校长\n:::",
    "number": "::: numbers\n- **12{{值}}** 说明\n:::",
    "note": "字[^a]\n\n[^a]: 见{{值}}",
    "sidebar": '::: sidebar {title="{{值}}"}\n文\n:::',
    "caption": '![{{值}}](photos/a.jpg){credit="某"}',
    "credit": '![图](photos/a.jpg){credit="{{值}}"}',
}


def row(**values: str) -> CopyRow:
    columns = {name: n for n, name in enumerate(values, 1)}
    return CopyRow(3, "003", values, columns, Place("rows.csv", 4))


def read(text: str) -> tuple[Manuscript, list[Diagnostic]]:
    remarks: list[Diagnostic] = []
    chapter = ChapterReader(PurePosixPath("content/x/a.md"), text, remarks).chapter()
    return Manuscript((chapter,)), remarks


@pytest.fixture
def job() -> Job:
    import datetime

    at = PurePosixPath("content/x")
    return Job(
        "x", at, "书", "", "zh-CN", "huace", Place(), "coated-sheetfed", Place(), "saddle", "",
        Place(), datetime.date(2026, 1, 2), "https://example.org/{{值}}", "utf-8", (),
        {"赠": "{{值}}"}, {"编号": "{{值:4}}"}, {}, {},
    )  # fmt: skip


@pytest.mark.parametrize("where", PLACES)
def test_a_value_is_text_in_every_place_whatever_it_looks_like(job: Job, where: str) -> None:
    text, remarks = read(PLACES[where])
    shape = repr(text.chapters)

    for value in HOSTILE:
        made, _ = fields.filled(text, job, row(值=value))
        assert repr(made.chapters) == shape.replace("{{值}}", _as_repr(value, shape))
    assert [d.code for d in remarks if d.code.startswith("markup/")] == []


def _as_repr(value: str, shape: str) -> str:
    assert "{{值}}" in shape
    return repr(value)[1:-1]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_in_a_title_breaks_no_line(job: Job, value: str) -> None:
    text, _ = read('---\ntitle: "致{{值}}|同学"\ndeck: "{{值}}"\n---\n')

    made, _ = fields.filled(text, job, row(值=value))

    assert made.chapters[0].field("title").split("|") == [
        f"致{value.replace('|', '｜')}",
        "同学",
    ]


def test_imprint_masthead_and_address_have_the_values_too(job: Job) -> None:
    text, _ = read("文")

    _, made = fields.filled(text, job, row(值="7 号"))

    assert (made.name, made.masthead, made.imprint) == ("003", {"赠": "7 号"}, {"编号": "07 号"})
    assert made.link == "https://example.org/7%20%E5%8F%B7"


def test_what_has_no_field_is_the_same_value_and_not_a_copy(job: Job) -> None:
    text, _ = read("甲\n\n{{值}}\n\n丙")

    made, _ = fields.filled(text, job, row(值="乙"))

    was, now = text.chapters[0].blocks, made.chapters[0].blocks
    assert [a is b for a, b in zip(was, now, strict=True)] == [True, False, True]


def test_an_empty_cell_is_told_once_unless_it_may_be(job: Job) -> None:
    text, _ = read("{{甲}} {{甲}} {{乙?}} {{丙?}} {{丙}}")

    made, _ = fields.filled(text, job, row(甲="", 乙="", 丙=" ", 值="x", 丁=""))

    told = [(d.code, d.facts["name"], d.place.line, d.place.column) for d in made.remarks]
    assert told == [("series/empty", "甲", 4, 1), ("series/empty", "丙", 4, 3)]


CONDITIONS = {
    "奖项": [True, False, False, True],
    "{{奖项}}": [True, False, False, True],
    "奖项 = 一等": [True, False, False, False],
    "奖项=一等|二等": [True, False, False, True],
    "奖项 != 一等": [False, True, True, True],
    "奖项 ≠ 一等 | 二等": [False, True, True, False],
    '奖项 = "一等"': [True, False, False, False],
    "奖项 =": [False, True, False, False],
}


@pytest.mark.parametrize("when", CONDITIONS)
def test_a_chapter_is_there_when_its_condition_holds(job: Job, when: str) -> None:
    text, _ = read(f"---\ntitle: 奖\nwhen: '{when}'\n---\n文")
    values = ("一等", "", "否", "二等")

    made = [fields.filled(text, job, row(奖项=value, 值="x"))[0] for value in values]

    assert [len(one.chapters) == 1 for one in made] == CONDITIONS[when]
    assert all("when" not in c.front for one in made for c in one.chapters)


def test_unknown_fields_are_told_each_once_with_the_one_that_was_meant(job: Job) -> None:
    text, _ = read(
        "---\ntitle: '{{姓明}}'\nwhen: 班及\n---\n{{姓名}}{{姓明}}\n\n![]({{像片}}/a.jpg)"
    )

    found = [*fields.unknown(text, job, ("姓名", "班级", "值", "照片"))]

    assert sorted((str(d.facts["name"]), d.code) for d in found) == [
        ("像片", "series/unknown-field"),
        ("姓明", "series/unknown-field"),
        ("班及", "series/unknown-field"),
    ]


def test_a_picture_is_found_by_its_column(job: Job) -> None:
    text, _ = read("![像]({{照片}})\n\n![像](photos/{{学号}}.jpg)")

    made, _ = fields.filled(text, job, row(照片="photos/7.jpg", 学号="8", 值="x"))

    sources = [getattr(block, "source", None) for block in made.chapters[0].blocks]
    assert [str(s) for s in sources] == ["content/x/photos/7.jpg", "content/x/photos/8.jpg"]


SHOWN = {
    "![像]({{照片}})": [1, 2, 3],
    "![像](photos/{{号}}.jpg)": [1, 2, 3],
    "![像]({{照片}})\n\n![班长](photos/2.jpg)": [1, 3],
    "![像]({{照片}})\n\n![同桌](photos/{{邻}}.jpg)": [3],
    "::: gallery\n![像]({{照片}})\n![班长](photos/3.jpg)\n:::": [1, 2],
    "---\npicture: photos/1.jpg\n---\n![像]({{照片}})": [2, 3],
    "---\npicture: '{{照片}}'\n---\n文": [1, 2, 3],
    "![像]({{照片}})\n\n![班长](photos/2.JPG)": [1, 3],
    "没有图": [1, 2, 3],
}


@pytest.mark.parametrize("written", SHOWN)
def test_a_picture_is_a_copys_own_where_no_other_shows_it(job: Job, written: str) -> None:
    text, _ = read(written)
    rows = [
        replace(
            row(号=f"{n}", 邻=f"{beside}", 照片=f"photos/{n}.jpg", 值="x"),
            number=n,
            photo=f"photos/{n}.jpg",
        )
        for n, beside in ((1, 2), (2, 1), (3, 1))
    ]

    own = fields.own_pictures(text, job, rows)

    assert own == {n: PurePosixPath(f"content/x/photos/{n}.jpg") for n in SHOWN[written]}


def test_a_source_is_filled_so_that_a_judge_reads_the_value_and_no_markup() -> None:
    written = "---\ntitle: {{值}}\n---\n见{{值}}。\n![x](photos/{{值}}.jpg)\n"

    assert fields.filled_source(written, row(值="a*_b")) == (
        "---\ntitle: a*_b\n---\n见a\\*\\_b。\n![x](photos/a*_b.jpg)\n"
    )


def test_texts_of_a_filled_chapter_have_no_field_left(job: Job) -> None:
    text, _ = read("\n\n".join(PLACES.values()))

    made, _ = fields.filled(text, job, row(值="好"))

    assert [t for _, t in texts_of(made.chapters) if "{{" in t] == []
    assert isinstance(made.chapters[0].blocks[0], Paragraph)
    assert made.chapters[0].blocks[0].text == (Text("写给好的话"),)
