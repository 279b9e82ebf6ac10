"""Paragraphs that are more than paragraphs: points, headings by hand, closings, broken lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from banxin.markup.shapes import shapes
from manuscripts import chapter


def shapes_of(folder: Path, *paragraphs: str) -> list[str]:
    return list(shapes(chapter(folder, "\n\n".join(paragraphs))[0].blocks))


@pytest.mark.parametrize(
    "said",
    [
        "（一）健全组织体系，把责任落到每一个人头上。",
        "(二)完善制度，每季度通报一次。",
        "一、为什么要修这条路，要从三年前说起。",
        "十二、关于经费。",
        "一是把河道清干净，今年清淤二十公里。",
        "三要让老人走得稳。",
        "其二，钱从哪里来。",
        "第三条　理事会由十一人组成。",
        "第二章　总则由会员大会通过。",
        "①先看水。",
        "1.2 水质由县疾控中心每月检测一次。",
        "（1）村里先议。",
    ],
)
def test_a_paragraph_with_a_number_is_a_point(said: str, tmp_path: Path) -> None:
    assert shapes_of(tmp_path, said, "后面的话。") == ["point", ""]


@pytest.mark.parametrize(
    "said",
    [
        "一月的河面结着冰。",
        "1952年，学校招了头一个班。",
        "1952. 这一年学校有了图书馆。",
        "第一次开会时，来的人不多。",
        "十里长堤，一个人一天走一遍。",
        "3.5公里的路，走了三年。",
        "（掌声）",
    ],
)
def test_a_number_in_a_sentence_makes_no_point(said: str, tmp_path: Path) -> None:
    assert shapes_of(tmp_path, said, "后面的话。") == ["", ""]


@pytest.mark.parametrize(
    "said",
    ["一、缘起", "（三）怎样分工", "第二节　停课与复课", "第四章 经费", "1.1.2　第二次扩建",
     "2 学生与教师", "3、校庆", "二、问：哪些地方适用？"],
)  # fmt: skip
def test_a_heading_by_hand_is_kept_with_what_follows(said: str, tmp_path: Path) -> None:
    body = "石桥地处上游，距县城九十里，山多田少，素无大族。"

    assert "kept" in shapes_of(tmp_path, body, said, body)[1].split()


def test_headings_of_two_ranks_are_both_kept(tmp_path: Path) -> None:
    found = shapes_of(tmp_path, "第一章　总则", "一、缘起", "石桥地处上游，距县城九十里。")

    assert ["kept" in one for one in found] == [True, True, False]


@pytest.mark.parametrize(
    "said",
    [
        ("一、苹果", "二、梨", "三、桃"),  # a list: the last has nothing to keep with
        ("一、这一条写完了。", "后面的话。"),
        ("一、这一条一口气写了很长很长而没有用句号收尾但是它比一个题目长得多", "后面的话。"),
        ("那条鱼认得我", "后面的话。"),
    ],
)
def test_points_and_sentences_are_not_kept(said: tuple[str, ...], tmp_path: Path) -> None:
    assert [one for one in shapes_of(tmp_path, *said) if "kept" in one] == []


BEFORE = "话说完了，就到这里，谢谢各位来参加今天的会。"
CLOSINGS = (
    (("此致", "敬礼！", "厉大川", "2023年3月27日"), [1, 1, 1, 0]),
    (("即颂", "春祺！", "万斯年　顿首", "三月廿五日"), [1, 1, 1, 0]),
    (("石桥中学", "二〇二四年九月"), [1, 0]),
    (("编　者", "校友会", "2024年9月1日"), [1, 1, 0]),
    (("他说。", "我不走。", "为什么？", "等人。"), [0, 0, 0, 0]),
    (("此致敬礼这四个字，写信的人都会写，而且写了一辈子。", "后面的话。"), [0, 0]),
)


@pytest.mark.parametrize(("said", "kept"), CLOSINGS)
def test_lines_of_a_closing_stay_together(
    said: tuple[str, ...], kept: list[int], tmp_path: Path
) -> None:
    found = shapes_of(tmp_path, BEFORE, *said)

    assert [int("kept" in one.split()) for one in found] == [0, *kept]


def test_lines_that_the_manuscript_breaks_are_told_from_a_paragraph(tmp_path: Path) -> None:
    found = shapes_of(
        tmp_path, "请把灯点起来，\\\n从码头到窑。", "一整段话。", "- 条目\\\n  第二行"
    )

    assert found == ["lines", "", ""]
