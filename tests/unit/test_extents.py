"""Where a block's own words stand in its file, and what becomes of the rest when they change."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

import pytest

from banxin.manuscript.attributes import parse, with_value
from banxin.manuscript.extents import ChapterText, with_address, with_attribute

FILE: Final = PurePosixPath("content/small/one.md")
CHAPTER: Final = """---
title: 第一章
deck: 前一行
  后一行
photo: photos/head.jpg
---
第一段，
分两行写。

## 小标题 {#here}

> 引用一，
> 引用二。

- 项目一
- 项目二
  接着写

![图 [一] 的说明](photos/good (1).jpg "题"){credit="摄影 某某" size=full}

::: pullquote {by="某某"}
大字一句
:::

::: note {title="说明"}
旁注一段。
:::

| 甲 | 乙 |
|---|---|
| 1 | 二\\|两 |
|  | 四 |

旧式标题
========

```
照样排
```

末段。
"""
ENDS: Final = ("\n", "\r\n", "\r")
# Where, a cell, what it is, and its words.
BLOCKS: Final = [
    (2, 1, None, "field", "第一章"),
    (3, 1, None, "field", "前一行\n后一行"),
    (5, 1, None, "field", "photos/head.jpg"),
    (7, 1, None, "paragraph", "第一段，\n分两行写。"),
    (10, 1, None, "heading", "小标题 {#here}"),
    (12, 3, None, "paragraph", "引用一，\n引用二。"),
    (15, 3, None, "paragraph", "项目一"),
    (16, 3, None, "paragraph", "项目二\n接着写"),
    (19, 1, None, "caption", "图 [一] 的说明"),
    (21, 1, None, "block", "大字一句"),
    (25, 1, None, "block", '::: note {title="说明"}\n旁注一段。\n:::'),
    (26, 1, None, "paragraph", "旁注一段。"),
    (29, 1, (0, 1), "cell", "乙"),
    (29, 1, (1, 1), "cell", "二\\|两"),
    (29, 1, (2, 0), "cell", ""),
    (34, 1, None, "heading", "旧式标题"),
    (37, 1, None, "block", "```\n照样排\n```"),
    (41, 1, None, "paragraph", "末段。"),
]


def written(text: str = CHAPTER) -> ChapterText:
    return ChapterText(FILE, text)


@pytest.mark.parametrize(("line", "column", "cell", "kind", "words"), BLOCKS)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("begun", ["", "\ufeff"])
def test_a_block_has_its_own_words_and_no_marks(
    line: int,
    column: int,
    cell: tuple[int, int] | None,
    kind: str,
    words: str,
    end: str,
    begun: str,
) -> None:
    text = begun + CHAPTER.replace("\n", end)
    extent = written(text).extent(line, column, cell)

    assert extent is not None
    assert (extent.kind, extent.shown) == (kind, words)
    assert extent.filled(text, words) == text


@pytest.mark.parametrize(("line", "column", "cell", "kind", "words"), BLOCKS)
@pytest.mark.parametrize("end", ENDS)
def test_other_words_change_its_own_lines_and_no_others(
    line: int, column: int, cell: tuple[int, int] | None, kind: str, words: str, end: str
) -> None:
    text = CHAPTER.replace("\n", end)
    before = written(text)
    extent = before.extent(line, column, cell)
    assert extent is not None
    new = words.replace(words[-1:], "换", 1) if words and kind != "block" else f"{words}\n换"
    if kind == "block" or (kind == "cell" and not words):
        new = words.replace("字", "换").replace("注", "换").replace("样", "换") or "换"
    after = extent.filled(text, new)

    assert after != text
    assert after[: extent.begins] == text[: extent.begins]
    assert after[len(after) - (len(text) - extent.ends) :] == text[extent.ends :]
    assert written(after).beside(extent.lines) == before.beside(extent.lines)
    again = written(after).extent(line, column, cell)
    assert again is not None
    assert again.shown == new


@pytest.mark.parametrize("end", ENDS)
def test_a_line_that_is_added_has_the_marks_and_the_end_of_the_others(end: str) -> None:
    text = CHAPTER.replace("\n", end)
    quote = written(text).extent(12, 3)
    item = written(text).extent(16, 3)
    assert quote is not None
    assert item is not None

    assert f"> 一{end}> 二{end}> 三{end}" in quote.filled(text, "一\n二\n三")
    assert f"- 一{end}  二{end}  三{end}" in item.filled(text, "一\n二\n三")


@pytest.mark.parametrize(("line", "column"), [(0, 1), (9, 1), (99, 1)])
def test_where_nothing_is_written_there_is_nothing_to_open(line: int, column: int) -> None:
    assert written().extent(line, column) is None


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (26, 1, "旁注一段。\n:::\n出来了"),
        (7, 1, "第一段\n\n```"),
        (7, 1, "第一段\n\n::: note\n没有关上"),
        (29, 1, "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n```"),
    ],
)
def test_words_that_swallow_what_is_around_them_are_found_out(
    line: int, column: int, words: str
) -> None:
    before = written()
    extent = before.extent(line, column)
    assert extent is not None
    after = written(extent.filled(CHAPTER, words))
    more = len(after.rows) - len(before.rows)

    assert after.beside(extent.lines, more) != before.beside(extent.lines)


# --- braces -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("braces", "key", "value", "made"),
    [
        ("", "upright", "", "{upright}"),
        ('{by="某"}', "upright", "", '{by="某" upright}'),
        ("{upright}", "upright", None, ""),
        ('{upright by="某"}', "upright", None, '{by="某"}'),
        ('{by="某" upright}后', "upright", None, '{by="某"}后'),
        ("{size=full}", "size", "bleed", "{size=bleed}"),
        ("{ size = full }", "lines", "9", "{ size = full lines=9}"),
        ("{focus=50% 30% size=full}", "focus", "1% 2%", '{focus="1% 2%" size=full}'),
        ('{focus="50% 30%"}', "focus", None, ""),
        ('{credit="甲 “乙”" lines=3}', "lines", "12", '{credit="甲 “乙”" lines=12}'),
        ("{size=full #a .b}", "size", "column", "{size=column #a .b}"),
    ],
)
def test_one_value_changes_in_braces_and_all_else_stays(
    braces: str, key: str, value: str | None, made: str
) -> None:
    assert with_value(braces, key, value) == made
    read = parse(made)
    assert (read[1] if read else {}).get(key) == value


@pytest.mark.parametrize("end", ENDS)
def test_a_picture_keeps_its_caption_and_credit_when_something_is_said_of_it(end: str) -> None:
    text = CHAPTER.replace("\n", end)
    changed = with_attribute(written(text), 19, 1, "focus", "10% 20%").text
    shown = '"题"){credit="摄影 某某" size=full focus="10% 20%"}'

    assert changed.replace(f"{shown}{end}", f'"题"){{credit="摄影 某某" size=full}}{end}') == text
    replaced = with_address(written(text), 19, 1, "photos/new.jpg").text
    assert replaced.replace("(photos/new.jpg ", "(photos/good (1).jpg ") == text


def test_of_a_picture_in_the_front_matter_it_is_a_key_there() -> None:
    added = with_attribute(written(), 5, 1, "focus", "10% 20%").text
    assert "photo: photos/head.jpg\nfocus: 10% 20%\n---\n" in added
    again = with_attribute(written(added), 5, 1, "focus", "30% 40%").text
    assert again == added.replace("10% 20%", "30% 40%")
    assert with_attribute(written(added), 5, 1, "focus", None).text == CHAPTER
    assert with_address(written(), 5, 1, "photos/b.jpg").text == CHAPTER.replace(
        "photos/head.jpg", "photos/b.jpg"
    )


def test_a_pull_quote_is_turned_upright_and_back() -> None:
    up = with_attribute(written(), 21, 1, "upright", "").text

    assert '::: pullquote {by="某某" upright}\n' in up
    assert with_attribute(written(up), 21, 1, "upright", None).text == CHAPTER


@pytest.mark.parametrize("line", [7, 10, 29])
def test_of_words_nothing_can_be_said(line: int) -> None:
    with pytest.raises(LookupError):
        with_attribute(written(), line, 1, "focus", "10% 20%")
