"""Manuscripts mended: what is wrong is written as it is meant, and all else stays, to the byte."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin.mending import mended
from banxin.preflight.book import paragraphs
from banxin.preflight.marks import READINGS

MENDED: Final = (
    ('他说:"你好,世界"。', "他说：“你好，世界”。"),
    ("廊坊(Langfang)在河北.", "廊坊（Langfang）在河北。"),
    ('他问:"How are you"?', "他问：“How are you”？"),
    ("他说:\"她说'好,行'的\"。", "他说：“她说‘好，行’的”。"),
    ("后来--人都走了...", "后来——人都走了……"),
    ("北京--上海,2019-2021年,3-5人", "北京—上海，2019—2021年，3～5人"),
    ("扫 了 又 落", "扫了又落"),
    ("１２３号Ａ座", "123号A座"),
    ("⼤家⽤的\uf9dc", "大家用的隆"),
    ("cafe\u0301 的灯", "café 的灯"),
    ("看\u200b不\ufeff见的字", "看不见的字"),
    ("！［图说,一］（photos/甲,乙.jpg）", "![图说，一](photos/甲,乙.jpg)"),
    ("＃＃ 小节", "## 小节"),
    ("::: names\n王\u200b某某,李 某\n:::", "::: names\n王某某,李 某\n:::"),
    ("---\ntitle: 灯,亮了\n---\n\n路,近了", "---\ntitle: 灯，亮了\n---\n\n路，近了"),
    ("“第一,段\n第二,行”", "“第一，段\n第二，行”"),
)

KEPT: Final = (
    # code, of every kind
    "`甲,乙` 与``丙`,丁``", "写 `甲,\n乙` 的", "```\n甲,乙\n```", "~~~~\n甲,乙\n~~~\n丙,丁\n~~~~",
    "> ```\n> 甲,乙\n> ```", "- ```\n  甲,乙\n  ```", "    a = '甲,乙'\n", "```\n没有写完,的",
    # addresses
    "![图](photos/甲,乙 (1).jpg)", "[字](https://a.cn/甲,乙)", "见 https://a.cn/a,b(c) 。",
    "[名]: photos/甲,乙.jpg", "写信到 a,b@a.cn 。", "<https://a.cn/甲,乙>", "www.a.cn/a,b",
    '[字](#锚 "甲,乙")',
    # attributes, comments, markup, escapes
    '[字]{ruby="a,甲"}', '![图](photos/a.jpg){credit="王,某"}', "<!-- 甲,乙 -->",
    "<!-- 甲,\n乙,丙 -->",
    "甲\\,乙", "| 甲 | 乙 |\n|:--|--:|\n| 丙 | - |", "甲\n---\n", "H~2~O", "[^甲,乙]",
    # English, numbers, slogans, names
    'He said "hello, world" (twice).', "Fang Yuheng (方毓衡), who came home in 1987, said so.",
    "人口1,234,567人", "早上9:30，比例1:3", "27\"显示器", "“实干 为民”", "《春 夏》",
    "---\ntitle: 春 夏\nplate: photos/甲,乙.jpg\n---\n",
    "::: names\n王某,李某 张 某\n:::", "合影(1).jpg",
    # what is seen by nobody, and does something
    "👨\u200d👩\u200d👧", "می\u200cخواهم", "电\u00ad话",
)  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), MENDED)
def test_what_a_finding_offers_is_written(written: str, meant: str) -> None:
    assert mended(written) == meant
    assert mended(meant) == meant


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_chinese_mark_stays(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_line_ends_and_the_mark_of_byte_order_are_kept(begin: str, end: str) -> None:
    lines = ["---", "title: 一,二", "---", "", "甲,乙", "丙", ""]

    text = mended(begin + end.join(lines))

    assert text == begin + end.join(lines).replace(",", "，")


SPANS: Final = (
    "`甲,乙(丙)`", "``a,`中,``", "![甲](photos/甲,乙...a.jpg)", "[链接](https://a.cn/甲--乙,)",
    '{credit="甲,乙"}', "<!-- 甲,乙... -->", "https://example.cn/a,b--c ", "a.b@example.cn ",
    "1,234,567", "“实干 为民”", "\\,", "\\(",
)  # fmt: skip
PIECES: Final = (
    *"甲乙丙说的一年月市abcXY019,.;:!?()（）“”‘’\"'—-–－～…·。，、；：！？《》「」 \t",
    "--", "...", "。。。", "……", "——", "１２", "ＡＢ", "\u200b", "\ufeff", "e\u0301", "⼤",
    "\uf9dc",
    "Hello, world ", "2019", "3-5", "＃＃ ", "## ", "- ", "> ", "1. ", "｛", "：：：", "\n\n", "\n",
)  # fmt: skip
TEXTS: Final = st.lists(st.sampled_from((*PIECES, *PIECES, *SPANS)), max_size=40).map("".join)


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_twice_changes_nothing_more(text: str) -> None:
    once = mended(text)

    assert mended(once) == once


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_after_it_no_finding_has_a_mend_that_is_sure(text: str) -> None:
    once = mended(text).removeprefix("\ufeff")

    left = [
        (code, mend)
        for paragraph in paragraphs("a.md", once)
        for code, reading in READINGS.items()
        for mend in reading(paragraph)
        if mend.sure
    ]
    assert left == []


PLAIN: Final = [piece for piece in PIECES if piece not in {"\n\n", "\n", "<", "｛"}]


@given(
    st.lists(st.sampled_from(PLAIN), max_size=12).map("".join),
    st.sampled_from(SPANS),
    st.lists(st.sampled_from(PLAIN), max_size=12).map("".join),
)
@settings(max_examples=400, deadline=None)
def test_protected_spans_are_the_same_in_any_text(before: str, span: str, behind: str) -> None:
    assert span in mended(f"起{before}字{span}字{behind}")


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_words_and_line_ends_are_the_same(text: str) -> None:
    def words(written: str) -> list[str]:
        return re.findall(r"[^\W_]|\n", unicodedata.normalize("NFKC", written))

    assert words(mended(text)) == words(text)
