"""What has no place in a book, or was not understood, is told at its place, once."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from banxin.diagnostics import BanxinError, Place
from banxin.manuscript import blocks as b
from banxin.manuscript import read
from banxin.manuscript.inlines import plain
from banxin.workspace import Workspace
from manuscripts import chapter, words_in


@pytest.mark.parametrize(
    ("source", "told"),
    [
        # markup that was not understood
        ("文![甲](照片", ["error 1:2 markup/not-read"]),
        ("！［甲］（照片）", ["error 1:1 markup/not-read"]),
        ("![甲](a b)", ["error 1:1 markup/not-read"]),
        ("太好了！[1]", []),
        ("[甲](https://a.org b)", ["warning 1:3 markup/not-read"]),
        ("［甲］（https://a.org）", ["warning 1:3 markup/not-read"]),
        ("#小节", ["warning 1:1 markup/not-read"]),
        ("甲** 乙 **丙", ["warning 1:2 text/stars"]),
        ("甲* 乙 *丙", ["warning 1:2 markup/not-read"]),
        ("王*明", ["note 1:2 markup/not-read"]),
        ("甲\\*乙\\*\\*", []),
        ("这是~~删去~~的", ["warning 1:3 markup/unknown"]),
        ("甲==高亮==乙", ["warning 1:2 markup/unknown"]),
        ("$E=mc^2$", ["warning 1:1 markup/unknown"]),
        ("$$\nx\n$$", ["warning 1:1 markup/unknown"]),
        ("售价$100，旧价$200", []),
        ("x^2 与 m^2", ["warning 1:1 markup/not-read"]),
        ("- [ ] 待办\n- [x] 已办", ["warning 1:3 markup/not-read"]),
        ("[TOC]", ["warning 1:1 markup/unknown"]),
        ("甲 :smile: 乙", ["warning 1:3 markup/unknown"]),
        ("8:30:00", []),
        ("术语\n: 定义", ["warning 2:1 markup/not-read"]),
        ("甲{#id}", ["warning 1:2 markup/not-read"]),
        ("| 甲 | 乙 |\n| 丙 | 丁 |", ["warning 1:1 markup/not-read"]),
        ("`**` `![` `~~甲~~`", []),
        ("甲~~乙~~\n\n丙~~丁~~", ["warning 1:2 markup/unknown"]),
        # what was read as meant
        ("##小节", ["note 1:1 markup/meant"]),
        ("##甲\n\n##乙", ["note 1:1 markup/meant"]),
        ("文^[注]", ["note 1:2 markup/meant"]),
        ("甲<br>乙<br/>丙", ["note 1:2 html/break"]),
        ("<b>粗</b>", ["note 1:1 html/read"]),
        # HTML
        ("<div>甲</div>\n<div>乙</div>", ["warning 1:1 html/raw"]),
        ("<img src=a.jpg>", ["error 1:1 html/raw"]),
        ("<b>没有合上", ["warning 1:1 html/raw"]),
        ("写给<name>", ["warning 1:3 html/printed"]),
        ("写给<姓名>", []),
        ("<!-- 批注 -->", []),
        ("<!-- 没有合上\n\n甲", ["warning 1:1 markup/not-read"]),
        # attributes, titles and definitions
        ('![甲](a.jpg "乙")', ["error 1:1 figure/title"]),
        ('![](a.jpg "乙")', []),
        ('![甲](a.jpg){credit="某" .big}', ["warning 1:1 figure/attribute"]),
        ('![甲](a.jpg){creidt="某某"}', ["error 1:1 figure/attribute"]),
        ('[甲](https://a.org "乙")', ["warning 1:3 link/title"]),
        ('[甲](https://a.org "甲")', []),
        ("[甲](02.md)", ["warning 1:3 link/address"]),
        ("[甲]{.x}", ["warning 1:1 span/unknown"]),
        ("## 甲 {.x}", ["warning 1:1 heading/attribute"]),
        ("[a]: https://a.org", ["error 1:1 link/unused"]),
        ("[编者按]: 本文有删节。", []),
        ("[甲][a]\n\n[a]: https://a.org", []),
        ('::: note {titel="说明"}\n甲\n:::', ["error 1:1 block/attribute"]),
        ("::: timeline {x=1}\n- **一月** 甲\n:::", ["warning 1:1 block/attribute"]),
        ('::: numbers {title="题"}\n- **1** 甲\n:::', ["error 1:1 block/attribute"]),
        ('::: sidebar {size=full}\n甲\n:::', ["warning 1:1 block/attribute"]),
        ("``` 文字\n甲\n```", ["error 1:1 verbatim/info"]),
        ("```python\n甲\n```", ["note 1:1 verbatim/info"]),
        ("```\n甲", ["warning 1:1 verbatim/unclosed"]),
        ("| 甲 | 乙 |\n|---|---|\n| 一 | 二 | 三 |", ["warning 3:1 table/cells"]),
        # footnotes
        ("甲[^1]\n\n[^1]: 一\n[^1]: 二", ["error 4:1 footnote/twice"]),
        ("[^1]: 没人用", ["error 1:1 footnote/unused"]),
        ("甲[^1]\n\n[^1]: 乙[^2]\n\n[^2]: 丙", ["warning 3:1 footnote/in-note"]),
        ("甲[^1]\n\n[^1]: 乙[^1]", ["error 3:1 footnote/in-itself"]),
        ("::: names\n王明[^1]\n:::\n\n[^1]: 甲", ["error 2:1 footnote/no-place"]),
        ("::: timeline\n### 起步[^1]\n- **一月** 甲\n:::\n\n[^1]: 甲", ["error 2:1 footnote/no-place"]),
        ("# 题[^1]\n\n[^1]: 甲", ["error 1:1 footnote/no-place"]),
        ('::: names\n- [乜]{ruby="niè"}国强\n:::', ["error 2:3 ruby/no-place"]),
        ("甲[^1]\n\n[^1]: ![乙](a.jpg)", ["warning 3:7 footnote/block"]),
        # words that are taken as they are
        ("# 甲*乙*", ["note 1:1 text/plain-here"]),
        ("# H~2~O", ["warning 1:1 text/plain-here"]),
        ("---\ntitle: H~2~O\n---\n", ["warning 2:1 markup/unknown"]),
        ("---\ntitle: 甲\ndeck: **乙**[^1]\n---\n", ["error 3:1 footnote/undefined", "warning 3:1 text/stars"]),
        ('::: note {title="CO~2~"}\n甲\n:::', ["warning 1:1 markup/unknown"]),
        ("::: names\n- **王明** 某校\n:::", ["note 2:3 text/plain-here"]),
        # what cannot be seen
        ("甲\x07乙\x07", ["warning 1:2 text/control"]),
        ("👨\u200d👩\u200d👧", []),
        ("> " * 60 + "甲", ["error 1:1 text/not-read"]),
    ],
)  # fmt: skip
def test_each_thing_is_told_once_at_its_first_place(
    tmp_path: Path, source: str, told: list[str]
) -> None:
    _, remarks = chapter(tmp_path, source)

    assert [f"{d.severity} {d.place.line}:{d.place.column} {d.code}" for d in remarks] == told


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("::: galery\n一段话\n\n![图](a.jpg)\n:::", "一段话图"),
        ('::: galery {title="题"}\n一段话\n:::', "题一段话"),
        ("# 章\n\n甲\n\n# 又一个", "甲又一个"),
        ("<div><p>块里的字</p></div>", "块里的字"),
        ("::: numbers\n没有数字\n:::", "没有数字"),
        ("::: numbers\n- **1** 甲\n\n  又一段\n:::", "甲又一段"),
        ("::: timeline\n- 没有日期\n:::", "没有日期"),
        ("::: names\n## 小标题\n:::", "小标题"),
        ("::: gallery\n- 甲\n- 乙\n:::", "甲乙"),
        ("::: pullquote\n甲\n\n> 乙\n:::", "甲乙"),
        ('::: chart {kind=pie title="题"}\n| 项 | 数 |\n|--|--|\n| 甲 | 1 |\n:::', "题项数甲1"),
        ("::: chart {kind=bars}\n| 项 | 数 |\n|--|--|\n| 甲 | 很多 |\n:::", "项数甲很多"),
        ('::: chart {kind=bars source="来源"}\n一段话\n:::', "来源一段话"),
        ("![图说](https://a.org/b.jpg)", "图说"),
        ("[字]{.odd}", "字"),
        ("| 甲 |\n|---|\n| 一 | 二 |", "甲一二"),
        ("::: note\n没有结束", "没有结束"),
        ("---\ntitle: 甲\n正文", "甲正文"),
        ("甲[^1]\n\n[^1]:\n    - 一\n    - 二", "甲一二"),
    ],
)
def test_the_words_of_a_faulty_block_are_set_all_the_same(
    tmp_path: Path, source: str, words: str
) -> None:
    read_one, _ = chapter(tmp_path, source)

    said = "".join(words_in((read_one.front, read_one.blocks, read_one.notes)))
    assert [character for character in words if character not in said] == []


def test_what_the_readme_shows_is_read_without_a_word(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[3] / "content" / "README.md").read_text("utf-8")
    shown = [part for part in readme.split("```") if part.startswith("\n::: ")]
    read_one, remarks = chapter(tmp_path, "\n".join(shown))

    assert remarks == ()
    kinds = {type(block).__name__ for block in read_one.blocks}
    assert kinds == {
        "BigNumbers", "Timeline", "NameList", "PullQuote", "Note", "Sidebar", "Chart", "Gallery",
        "StruckList", "Chronicle",
    }  # fmt: skip


def test_other_programs_line_separators_are_line_breaks(tmp_path: Path) -> None:
    (paragraph,) = chapter(tmp_path, "甲\u2028乙\u2029丙")[0].blocks

    assert isinstance(paragraph, b.Paragraph)
    breaks = [type(i) for i in paragraph.text]
    assert breaks == [b.Text, b.LineBreak, b.Text, b.LineBreak, b.Text]


def test_what_cannot_be_seen_survives(tmp_path: Path) -> None:
    (paragraph,) = chapter(tmp_path, "甲\u00a0乙\u200b丙\u00ad丁")[0].blocks

    assert isinstance(paragraph, b.Paragraph)
    assert plain(paragraph.text) == "甲\u00a0乙\u200b丙\u00ad丁"


def test_a_text_file_is_read_by_the_same_rules(tmp_path: Path) -> None:
    text = "---\ntitle: 甲\n---\n　　乙~2~\n　　##丙\n\n##丁\n"
    read_as = []
    for name in ("a.md", "a.txt"):
        (tmp_path / name).write_text(text, "utf-8")
        (one,) = read([(PurePosixPath(name), Place())], Workspace(tmp_path)).chapters
        read_as.append(repr((one.front, one.blocks)).replace(name, "a"))

    assert read_as[0] == read_as[1]


def test_chapters_whose_names_come_to_the_same_have_anchors_of_their_own(tmp_path: Path) -> None:
    names = ["a b.md", "a-b.md", "a-b-1.md"]
    for name in names:
        (tmp_path / name).write_text("## 甲\n", "utf-8")
    whole = read([(PurePosixPath(name), Place()) for name in names], Workspace(tmp_path))

    anchors = [c.anchor for c in whole.chapters]
    anchors += [x.anchor for c in whole.chapters for x in c.blocks if isinstance(x, b.Heading)]
    assert len(set(anchors)) == 6


def test_only_where_nothing_can_be_read_does_reading_stop(tmp_path: Path) -> None:
    with pytest.raises(BanxinError) as problem:
        read([(PurePosixPath("甲.md"), Place()), (PurePosixPath("乙.md"), Place())],
             Workspace(tmp_path))  # fmt: skip

    assert [d.code for d in problem.value.diagnostics] == ["chapter/missing-strange"] * 2
