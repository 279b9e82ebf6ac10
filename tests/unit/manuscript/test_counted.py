"""Blocks that are to be drawn: what a manuscript says of them, and what is told."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from banxin.diagnostics import Place
from banxin.manuscript import blocks as b
from banxin.manuscript import read
from banxin.manuscript.inlines import plain
from banxin.preflight.written import letters, written
from banxin.workspace import Workspace

HERE = PurePosixPath("book/a.md")


def read_all(folder: Path, text: str) -> tuple[tuple[b.Block, ...], list[str]]:
    (folder / "book").mkdir(exist_ok=True)
    (folder / "book" / "a.md").write_text(text, encoding="utf-8")
    manuscript = read([(HERE, Place("book/edition.toml", 3, 5))], Workspace(folder))
    return manuscript.chapters[0].blocks, [remark.code for remark in manuscript.remarks]


def counts(folder: Path, braces: str, *items: str) -> tuple[list[b.Counted | None], list[str]]:
    text = f"::: numbers {braces}\n" + "\n".join(f"- {item}" for item in items) + "\n:::"
    blocks, codes = read_all(folder, text)
    assert isinstance(blocks[0], b.BigNumbers)
    return [number.count for number in blocks[0].items], codes


def test_a_unit_of_the_block_counts_for_each_and_a_number_may_say_another(tmp_path: Path) -> None:
    found, codes = counts(
        tmp_path,
        "{unit=100 of=一支}",
        "**17000支** 服务队。",
        "**4.7万个**{unit=1000 of=一位 mark=tick ink=qing} 车位。",
        '**3件**{unit=""} 事。',
    )

    assert found == [
        b.Counted(17000, 100, "一支", "square", ""),
        b.Counted(47000, 1000, "一位", "tick", "qing"),
        None,
    ]
    assert codes == []


def test_braces_of_a_number_are_not_its_words(tmp_path: Path) -> None:
    (block,), _ = read_all(tmp_path, "::: numbers\n- **491个**{unit=1 of=一个小区} 小区。\n:::")

    assert isinstance(block, b.BigNumbers)
    assert plain(block.items[0].text) == "小区。"


@pytest.mark.parametrize(
    ("item", "number", "whole"),
    [
        ("**1,057场** 活动", 1057, 0),
        ("**3.2亿元** 投资", 320_000_000, 0),
        ("**93.1%** 清扫", 93.1, 100),
        ("**250%** 增长", 250, 0),
        ("**约40类** 问题", 40, 0),
    ],
)
def test_a_number_is_counted_with_what_multiplies_it(
    tmp_path: Path, item: str, number: float, whole: int
) -> None:
    ((count,), codes) = counts(tmp_path, "{unit=1万}" if number > 10**6 else "{unit=1}", item)

    assert count is not None
    assert (count.number, count.whole) == (number, whole)
    assert codes == []


@pytest.mark.parametrize(
    ("braces", "item", "code"),
    [
        ("{unit=1}", "**06:30** 出发", "numbers/uncounted"),
        ("{unit=1}", "**3～5人** 一组", "numbers/uncounted"),
        ("{unit=0}", "**5人** 一组", "numbers/unit"),
        ("{unit=两}", "**5人** 一组", "numbers/unit"),
        ("{unit=1}", "**490万** 居民", "numbers/too-many"),
        ("{of=一支}", "**5支** 队", "numbers/of-alone"),
        ("{unit=1 mark=star}", "**5支** 队", "numbers/mark"),
        ("", "**5支**{unt=1} 队", "block/attribute"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_the_number_stays(
    tmp_path: Path, braces: str, item: str, code: str
) -> None:
    found, codes = counts(tmp_path, braces, item)

    assert len(found) == 1
    assert codes == [code]


def test_the_judge_looks_for_what_a_mark_is_and_for_no_other_word_of_the_braces() -> None:
    said = written(
        "a.md", "::: numbers {unit=100}\n- **170支**{unit=10 of=一支队} 来了。\n:::"
    ).said

    assert [letters(one.text)[0] for one in said] == ["支队", "170支", "来了"]


def things(folder: Path, braces: str, *items: str) -> tuple[b.StruckList, list[str]]:
    text = f"::: list {braces}\n" + "\n".join(f"- {item}" for item in items) + "\n:::"
    blocks, codes = read_all(folder, text)
    assert isinstance(blocks[0], b.StruckList)
    return blocks[0], codes


def test_a_list_says_what_is_open_by_number_or_behind_the_thing(tmp_path: Path) -> None:
    block, codes = things(
        tmp_path, '{open="2 4-5"}', "沟 {weight=3}", "灯", "车{weight=2 open}", "树", "路", "桥"
    )

    assert [item.words for item in block.items] == ["沟", "灯", "车", "树", "路", "桥"]
    assert [item.number for item in block.items if item.open] == [2, 3, 4, 5]
    assert [item.weight for item in block.items] == [3, 1, 2, 1, 1, 1]
    assert codes == []


@pytest.mark.parametrize(
    ("braces", "item", "code"),
    [
        ("{open=9}", "沟", "list/beyond"),
        ("{open=末}", "沟", "list/open"),
        ("{open=0}", "沟", "list/open"),
        ("{open=5-3}", "沟", "list/open"),
        ("", "沟 {weight=2 opne}", "list/weight"),
        ("", "沟 {weight=重}", "list/weight"),
        ("", "沟 {weight=0}", "list/weight"),
        ("{weights=dots}", "沟", "list/weights"),
        ("{size=bleed}", "沟", "list/size"),
        ("", "沟 {wait=3}", "block/attribute"),
    ],
)
def test_what_a_list_says_wrongly_is_told(
    tmp_path: Path, braces: str, item: str, code: str
) -> None:
    block, codes = things(tmp_path, braces, item)

    assert block.items[0].words == "沟"
    assert codes == [code]


def test_what_is_no_thing_of_a_list_is_told_and_kept(tmp_path: Path) -> None:
    blocks, codes = read_all(tmp_path, "::: list\n- 沟\n\n## 小题\n:::")

    assert [type(block) for block in blocks] == [b.StruckList, b.Heading]
    assert codes == ["list/content"]


def test_the_judge_looks_for_the_words_of_a_list_and_not_for_its_braces() -> None:
    said = written("a.md", "::: list {title=清单 open=2}\n- 沟 {weight=3}\n- 灯{open}\n:::").said

    assert [letters(one.text)[0] for one in said] == ["清单", "沟", "灯"]


def test_names_are_a_wall_where_they_ask_for_it(tmp_path: Path) -> None:
    wall, _ = read_all(tmp_path, "::: names {as=wall}\n- 王明\n:::")
    usual, _ = read_all(tmp_path, "::: names\n- 王明\n:::")
    odd, codes = read_all(tmp_path, "::: names {as=waal}\n- 王明\n:::")

    found = [block.attributes for (block,) in (wall, usual, odd) if isinstance(block, b.NameList)]
    assert found == [{"as": "wall"}, {}, {}]
    assert codes == ["names/as"]


def test_a_table_of_names_may_be_a_wall(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir(exist_ok=True)
    (tmp_path / "book" / "a.csv").write_text("姓名,班级\n王明,一\n李红,二\n", encoding="utf-8")

    blocks, _ = read_all(tmp_path, "::: names {from=a.csv by=班级 as=wall}\n:::")

    assert [one.attributes for one in blocks if isinstance(one, b.NameList)] == [{"as": "wall"}] * 2


def block(folder: Path, *lines: str, braces: str = "") -> tuple[b.Block, list[str]]:
    blocks, codes = read_all(folder, f"::: chronicle {braces}\n" + "\n".join(lines) + "\n:::")
    return blocks[0], codes


def test_a_chronicle_has_stretches_and_what_was_measured(tmp_path: Path) -> None:
    table = ("| 年 | 学生 |", "|:--|--:|", "| 1964 | 176 |", "| 1954 | 58 |", "")
    found, codes = block(tmp_path, *table, "### 祠堂", "- **1958年** 挂钟。", "- **1954年** 开课。")

    assert isinstance(found, b.Chronicle)
    assert [one.at for one in found.periods[0].moments] == [1954, 1958]
    assert [(one.at, one.value) for one in found.measured] == [(1954, 58), (1964, 176)]
    assert (found.scale, found.called, codes) == ("year", "学生", [])


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("- **1954年** 开课。", "- **06:30** 敲钟。"), "chronicle/one-scale"),
        (("- **1954年** 开课。", "- **此后** 不停。"), "chronicle/when"),
        (("- **1954年** 开课。", "", "| 年 | 学生 |", "|--|--|", "| 某年 | 3 |"), "chronicle/when"),
        (
            ("- **1954年** 课。", "", "| 年 | 人 | 事 |", "|--|--|--|", "| 1955 | 3 | 水 |"),
            "chronicle/columns",
        ),
        (("- **1954年** 课。", "", "| 年 | 人 |", "|--|--|", "| 1955 | 三 |"), "chart/number"),
    ],
)
def test_what_cannot_be_drawn_to_scale_is_a_timeline_with_all_its_words(
    tmp_path: Path, lines: tuple[str, ...], code: str
) -> None:
    found, codes = block(tmp_path, *lines)

    assert isinstance(found, b.Timeline)
    assert codes == [code]


def test_the_judge_looks_for_times_words_and_numbers_of_a_chronicle() -> None:
    text = "::: chronicle {title=学生数}\n| 年 | 学生 |\n|--|--|\n| 1954 | 58 |\n"
    text += "\n- **1958年** 挂钟。\n:::"
    said = {letters(one.text)[0]: one.kind for one in written("a.md", text).said}

    assert said == {
        "学生数": "attribute", "年": "axis", "1954": "cell", "58": "cell",
        "1958年": "item", "挂钟": "item",
    }  # fmt: skip
