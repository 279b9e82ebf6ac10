from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from banxin.diagnostics import BanxinError, Place
from banxin.manuscript import blocks as b
from banxin.manuscript import read
from banxin.manuscript.inlines import plain
from banxin.workspace import Workspace

HERE = PurePosixPath("book/a.md")


def chapter(folder: Path, text: str | bytes) -> b.Chapter:
    (folder / "book").mkdir(exist_ok=True)
    path = folder / "book" / "a.md"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (only,) = read([(HERE, Place("book/edition.toml", 3, 5))], Workspace(folder)).chapters
    return only


def test_front_matter_is_text_with_its_places(tmp_path: Path) -> None:
    read_one = chapter(tmp_path, "---\ntitle: 六场硬仗|从家门口打起\ndate: 2020-11-20\n---\n正文\n")

    assert read_one.field("title") == "六场硬仗|从家门口打起"
    assert read_one.front["date"] == b.Field("2020-11-20", Place("book/a.md", 3, 1))
    assert read_one.field("deck") == ""


def test_a_title_may_stand_as_the_first_heading(tmp_path: Path) -> None:
    assert chapter(tmp_path, "# 标题\n\n正文").field("title") == "标题"


def test_a_figure_is_one_line_with_caption_and_credit_apart(tmp_path: Path) -> None:
    text = '![早市](photos/market.jpg){credit="摄影 某某" size=full lines=14}'
    (figure,) = chapter(tmp_path, text).blocks

    assert isinstance(figure, b.Figure)
    assert figure.source == PurePosixPath("book/photos/market.jpg")
    assert (plain(figure.caption), figure.credit, figure.size) == ("早市", "摄影 某某", "full")
    assert figure.attributes == {"lines": "14"}


def test_a_figure_without_a_size_stands_in_the_column(tmp_path: Path) -> None:
    (figure,) = chapter(tmp_path, "![](a%20b.jpg)").blocks

    assert isinstance(figure, b.Figure)
    assert (figure.size, figure.source.name) == ("column", "a b.jpg")


@pytest.mark.parametrize(
    ("written", "figure", "unit"),
    [
        ("490万", "490", "万"),
        ("93.1%", "93.1%", ""),
        ("12万延米", "12", "万延米"),
        ("1200+", "1200+", ""),
        ("06:30", "06:30", ""),
        ("17,000支", "17,000", "支"),
    ],
)
def test_a_big_number_is_split_from_its_unit(
    tmp_path: Path, written: str, figure: str, unit: str
) -> None:
    (numbers,) = chapter(tmp_path, f"::: numbers\n- **{written}** 常住居民\n:::").blocks

    assert isinstance(numbers, b.BigNumbers)
    (number,) = numbers.items
    assert (number.figure, number.unit, plain(number.text)) == (figure, unit, "常住居民")


def test_a_timeline_has_stages_with_events(tmp_path: Path) -> None:
    text = "::: timeline\n- **一月** 先\n\n### 起步\n- **二月** 后\n:::"
    (timeline,) = chapter(tmp_path, text).blocks

    assert isinstance(timeline, b.Timeline)
    told = [(s.title, [(e.when, plain(e.text)) for e in s.events]) for s in timeline.stages]
    assert told == [("", [("一月", "先")]), ("起步", [("二月", "后")])]


def test_names_stand_one_a_line_or_several(tmp_path: Path) -> None:
    text = '::: names {title="好人" count="3人"}\n- 黄长河 大城县\n- 王明、李四\n:::'
    (names,) = chapter(tmp_path, text).blocks

    assert isinstance(names, b.NameList)
    assert (names.title, names.count) == ("好人", "3人")
    assert [(p.name, p.about) for p in names.people] == [
        ("黄长河", "大城县"),
        ("王明", ""),
        ("李四", ""),
    ]


def test_names_may_be_one_paragraph_and_are_sorted_by_their_strokes_if_asked(
    tmp_path: Path,
) -> None:
    """丁 2, 马 3, 王 4, 方 4, 邓 4, 阮 6, 张 7; of equal ones 横 before 点 before 折."""
    text = "张三、阮二、方桂兰、邓一、王二、\n丁守一、马秀英、王一"
    given, ordered = (
        chapter(tmp_path, f'::: names {{title="老师"{how}}}\n{text}\n:::').blocks[0]
        for how in ("", " sort=stroke")
    )

    assert isinstance(given, b.NameList)
    assert isinstance(ordered, b.NameList)
    names, sorted_ = (" ".join(p.name for p in one.people) for one in (given, ordered))
    assert names == "张三 阮二 方桂兰 邓一 王二 丁守一 马秀英 王一"
    assert sorted_ == "丁守一 马秀英 王一 王二 方桂兰 邓一 阮二 张三"


def test_ruby_goes_by_the_character_where_the_counts_agree(tmp_path: Path) -> None:
    (one,) = chapter(tmp_path, '[廊坊]{ruby="láng fāng"}').blocks
    (whole,) = chapter(tmp_path, '[东西]{ruby="dōngxi"}').blocks

    assert isinstance(one, b.Paragraph)
    assert isinstance(whole, b.Paragraph)
    assert one.text == (b.Ruby((("廊", "láng"), ("坊", "fāng"))),)
    assert whole.text == (b.Ruby((("东西", "dōngxi"),)),)


def test_a_line_end_is_a_space_between_western_words_only(tmp_path: Path) -> None:
    (paragraph,) = chapter(tmp_path, "中文\n中文 word\nword\n中文").blocks

    assert isinstance(paragraph, b.Paragraph)
    assert plain(paragraph.text) == "中文中文 word word中文"


def test_footnotes_come_in_the_order_of_their_mention(tmp_path: Path) -> None:
    one = chapter(tmp_path, "甲[^b]乙[^a]\n\n[^a]: 后\n[^b]: 先\n")

    assert [plain(n[0].text) for n in one.notes if isinstance(n[0], b.Paragraph)] == ["先", "后"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    windows = chapter(
        tmp_path, b"\xef\xbb\xbf---\r\ntitle: \xe4\xb8\x80\r\n---\r\n\xe6\xad\xa3\r\n"
    )

    assert windows == chapter(tmp_path, "---\ntitle: 一\n---\n正\n")


def test_a_missing_chapter_is_told_where_it_is_asked_for_and_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "01-qidian.md").touch()
    asked = Place("book/edition.toml", 9, 5)

    with pytest.raises(BanxinError) as problem:
        read([(PurePosixPath("book/01-qidan.md"), asked)], Workspace(tmp_path))

    (missing,) = problem.value.diagnostics
    assert (missing.code, missing.place) == ("chapter/missing", asked)
    assert missing.facts["near"] == "01-qidian.md"


def test_the_faults_of_all_chapters_come_together_and_what_can_be_read_is_read(
    tmp_path: Path,
) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("<p>字\n")

    whole = read(
        [(PurePosixPath(n), Place()) for n in ("a.md", "b.md", "附录.txt")], Workspace(tmp_path)
    )

    assert sorted(d.code for d in whole.remarks) == [
        "chapter/missing-strange",
        "html/raw",
        "html/raw",
    ]
    words = [plain(x.text) for c in whole.chapters for x in c.blocks if isinstance(x, b.Paragraph)]
    assert words == ["字", "字"]


@pytest.mark.parametrize(
    "text",
    [
        "字" * 5_000_000,
        "甲*“一”*乙~2~" * 50_000,
        "~a" * 50_000,
        "![" * 20_000,
        '![a](b.jpg){c="' * 5_000,
        "　　甲\n" * 50_000,
        "1、甲\n" * 50_000,
        "    甲，乙\n" * 50_000,
        "<b>" * 10_000,
        "`!［" * 20_000,
        "| a |\n|---|\n" + "| a | b |\n" * 5_000,
        "[^1]\n\n[^1]: [^1] [^2]\n\n[^2]: [^1]",
        "{" * 50_000,
        "<!--" * 10_000,
        "- " * 300 + "x",
        "字符 word\n" * 50_000,
        ">" * 10_000 + " x",
        "\n".join("  " * i + "- x" for i in range(1000)),
        "[a]{.b " * 2000,
        "*a " * 20_000,
        "[" * 5000,
        "a\0b",
        "   \n\t\n",
        "👨‍👩‍👧 ❤️ 葛󠄀 \u202eabc",
        "::: note\n" * 200,
    ],
    ids=[
        "long",
        "emphasis",
        "tildes",
        "pictures",
        "attributes",
        "indents",
        "marks",
        "spaces",
        "tags",
        "full-width",
        "cells",
        "notes",
        "open braces",
        "comments",
        "deep",
        "lines",
        "quotes",
        "lists",
        "braces",
        "stars",
        "brackets",
        "nul",
        "blank",
        "emoji",
        "containers",
    ],
)
def test_hostile_text_is_read(tmp_path: Path, text: str) -> None:
    assert chapter(tmp_path, text).anchor == "a"
