"""The rules of copy on sentences: what is right is left alone, what is wrong has its fix."""

from __future__ import annotations

import datetime
from typing import Final

import pytest

from banxin import preflight
from banxin.preflight.book import Book, paragraphs
from banxin.preflight.registry import Limits
from banxin.units import Length

LIMITS: Final = Limits(Length.mm(3), 150, 225, 300, 300, "saddle", frozenset())

RIGHT: Final = (
    # GB/T 15834 § 4.13
    "北京—上海特别旅客快车", "从廊坊—天津的早班车", "中国—东盟博览会", "柳河村—石桥镇的公路",
    "沈括（1031—1095），宋朝人。", "2019—2021年", "2011年2月3日—10日", "1954年—今",
    "上午—下午都开放",
    "周一—周五开放", "25～30克", "第五～八课", "3—5人", "15~30℃", "表3-8", "图2-1所示",
    "吐鲁番-哈密盆地", "让-雅克·卢梭", "010-88842603", "2011-02-15", "ISBN 978-7-5004-1234-5",
    "WZ-10直升机",
    "GB/T 15834-2011规定", "孩子们毕业了——还有三个回来。", "A—B线", "12-14-16号", "pp. 3–5",
    # what is no Chinese mark's place
    "建筑面积1200 m²，水温40℃，№ 12。", "增长9.5%，早上9:30开会，比例1:3。",
    "见 https://example.org/a,b.html 。",
    "来信寄 a.b@example.org 。", "Hello, world! It is a fine day, isn't it?",
    "文件名是合影(1).jpg和说明.docx。",
    "他说 Hello, everyone. 大家都笑了。", "写作`a,b;c(中)`的代码", "27\"显示器",
    "人口1,234,567人",
    "甲公司&nbsp;年报&#20013;文",
    # sentences in another language, and a name behind what was said
    "He ended with the words 辛苦了. I asked what they meant.",
    "It was built by Fang Yuheng (方毓衡), who came home in 1987.",
    "2008–2012: Growing Up", "Range | 0.05–12 m³/h", "做得准。— José Ramírez",
    # a chain of places, and the mark itself
    "龙门—檀口—白鹭三站", "注：3.—表示无需说明", "“—”表示没有",
    # a form that is in nobody's hand
    "姓氏里的頔字",
    # words that meet
    "目的的达成，的的确确，是是非非，和和美美。",
    "他现在在家，为了了解情况，参与与否都行，于是是非分明。", "因为为人正直",
    # numbers of items, and a quotation of two paragraphs
    "1）先看地图", "（1）先看地图", "a）先看地图", "“第一段引文。\n\n“第二段引文。”",
)  # fmt: skip

WRONG: Final = (
    ("copy/dash", "孩子们都毕业了--还有三个回来", "--", "——"),
    ("copy/dash", "有的留下来种地—还有三个回来当了老师", "—", "——"),
    ("copy/dash", "有的留下来种地-还有三个回来当了老师", "-", "——"),
    ("copy/dash", "有的留下来种地–还有三个回来当了老师", "–", "——"),
    ("copy/dash", "他说：“走吧。”－说完就走了", "－", "——"),
    ("copy/dash", "北京-上海的火车", "-", "—"),
    ("copy/dash", "北京--上海的火车", "--", "—"),
    ("copy/dash", "2019-2021年在校", "-", "—"),
    ("copy/dash", "2019--2021年在校", "--", "—"),
    ("copy/dash", "2019–2021年在校", "–", "—"),
    ("copy/dash", "工作日9:00–18:00开放", "–", "—"),
    ("copy/half-width", "请联系张三(Zhang San), 电话在后面", "(", "（"),
    ("copy/dash", "2019——2021年在校", "——", "—"),
    ("copy/dash", "每队3-5人", "-", "～"),
    ("copy/half-width", "见附件(一)所列", "(", "（"),
    ("copy/half-width", "早上好,大家", ",", "，"),
    ("copy/repeated", "门前的的树", "的的", "的"),
    ("copy/repeated", "他说了了一句", "了了", "了"),
    ("copy/unbalanced", "他说：“走吧。\n\n大家走了。", "“", "”"),
    ("copy/straight-quotes", '他说，"走吧。', '"', "“"),
)


def told(text: str) -> list[tuple[str, object, object]]:
    """Code, what is written and what is to be, of each finding about copy."""
    book = Book(
        "zh-CN", datetime.date(2024, 9, 10), "书", "edition.toml", (),
        tuple(paragraphs("a.md", text)), (), (), (), (), (), (),
    )  # fmt: skip
    found = preflight.inspect(book, LIMITS, "book")
    return [(d.code, d.facts["have"], d.facts["fix"]) for d in found]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("code", "text", "have", "fix"), WRONG)
def test_what_is_wrong_is_told_with_its_fix(code: str, text: str, have: str, fix: str) -> None:
    assert (code, have, fix) in told(text)
