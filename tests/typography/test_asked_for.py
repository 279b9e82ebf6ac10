"""CSS that is accepted has an effect, measured in the PDF, or is told."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

import banxin
from banxin.composer.numerals import NUMERALS
from measure import Glyph, glyphs, lines

LEFT, EM = 20.0, 10.0  # pt
STYLE = (
    '<html lang="zh-CN"><title>t</title><style>@page { size: 300pt 400pt; margin: 20pt }'
    'body { margin: 0; font: 10pt/2 "Noto Serif SC"; text-align: justify } p { margin: 0 }'
    "</style>"
)


def set_lines(body: str, root: Path) -> list[list[Glyph]]:
    sheets = banxin.render(STYLE + body, workspace=root)
    assert {r.code for r in sheets.remarks} <= {"line/loose", "line/runt"}
    return lines(list(glyphs(next(iter(pypdfium2.PdfDocument(sheets.pdf))))))


def written(found: list[list[Glyph]]) -> list[str]:
    return ["".join(g.text for g in line) for line in found]


@pytest.mark.parametrize("css", ["text-align-last: justify", "text-align: justify-all"])
@pytest.mark.parametrize(
    "name", ["王明", "李小龙", "欧阳修远", "中文GDP", "甲<b>乙</b>", "甲乙<br>丙丁"]
)
def test_names_fill_the_width_they_are_given(css: str, name: str, root: Path) -> None:
    found = set_lines(f'<p style="{css}; width: 8em">{name}</p>', root)

    assert [line[0].x for line in found] == [pytest.approx(LEFT, abs=0.1)] * len(found)
    ends = [line[-1].right if line[-1].text == "P" else line[-1].x + EM for line in found]
    assert ends == [pytest.approx(LEFT + 8 * EM, abs=0.5)] * len(found)


@pytest.mark.parametrize(("value", "aside"), [("center", 3), ("right", 6), ("left", 0)])
def test_a_last_line_stands_where_it_is_asked_to(value: str, aside: float, root: Path) -> None:
    (line,) = set_lines(f'<p style="text-align-last: {value}; width: 8em">王明</p>', root)

    assert (line[0].x - LEFT) / EM == pytest.approx(aside, abs=0.02)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("北京大学 出版社，清华大学 出版社", 6, ["北京大学", "出版社，", "清华大学", "出版社"]),
        ("第一届运动会，第二届运动会。", 7, ["第一届运动会，", "第二届运动会。"]),
        ("廊坊（河北）北京（首都）", 4, ["廊坊", "（河北）", "北京", "（首都）"]),
        ("さくらホール と 東京", 7, ["さくらホール", "と東京"]),
    ],
)
def test_words_are_kept_where_that_is_asked(
    text: str, width: int, expected: list[str], root: Path
) -> None:
    style = f"word-break: keep-all; text-align: left; width: {width}em"

    assert written(set_lines(f'<p style="{style}">{text}</p>', root)) == expected


@pytest.mark.parametrize("mark", "：；！？々ー・〜")
def test_a_looser_level_lets_a_mark_begin_a_line(mark: str, root: Path) -> None:
    def firsts(level: str) -> list[str]:
        style = f"line-break: {level}; text-align: left; width: 6em"
        found = set_lines(f'<p style="{style}">文文文文文文{mark}文文文</p>', root)
        return [text[0] for text in written(found)]

    assert mark in firsts("loose")
    assert mark not in firsts("strict")
    assert (mark in firsts("normal")) == (mark == "〜")


@pytest.mark.parametrize("value", ["inter-character", "distribute"])
@pytest.mark.parametrize(
    "text", ["文文 Typography 中文排版的间距", "这里 good 的地方文字", "甲乙丙丁2026年"]
)
def test_all_characters_are_spaced_alike_where_that_is_asked(
    value: str, text: str, root: Path
) -> None:
    style = f"text-justify: {value}; text-align-last: justify; width: 22em"
    natural, spread = (
        set_lines(f'<p style="{css}">{text}</p>', root)[0] for css in ("width: 22em", style)
    )

    steps = [[b.x - a.x for a, b in pairwise(line)] for line in (natural, spread)]
    more = [after - before for before, after in zip(*steps, strict=True)]
    within = [
        step for step, (a, b) in zip(more, pairwise(spread), strict=True) if a.text + b.text in text
    ]
    assert within == [pytest.approx(within[0], abs=0.15)] * len(within)
    assert within[0] > 0.5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("simp-chinese-informal", {0: "零", 2: "二", 10: "十", 15: "十五", 20: "二十", -7: "负七"}),
        ("simp-chinese-informal", {105: "一百零五", 110: "一百一十", 1001: "一千零一"}),
        ("simp-chinese-informal", {2020: "二千零二十", 9000: "九千"}),
        ("simp-chinese-formal", {3: "叁", 10: "壹拾", 306: "叁佰零陆"}),
        ("trad-chinese-formal", {3: "參", 16: "壹拾陸", 9999: "玖仟玖佰玖拾玖"}),
        ("trad-chinese-informal", {12: "十二", -3: "負三"}),
    ],
)
def test_numbers_are_written_as_they_are_read(name: str, expected: dict[int, str]) -> None:
    assert {number: NUMERALS[name].write(number) for number in expected} == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("simp-chinese-informal", "十一、"),
        ("cjk-decimal", "一一、"),
        ("cjk-ideographic", "十一、"),
        ("brackets", "（十一）"),
        ("circled", "⑪"),
        ("cjk-heavenly-stem", "甲甲、"),
    ],
)
def test_lists_are_numbered_in_chinese(style: str, expected: str, root: Path) -> None:
    rules = (
        "<style>@counter-style brackets { system: extends simp-chinese-informal;"
        " prefix: '（'; suffix: '）' } @counter-style circled { system: fixed 10; symbols: ⑩ ⑪ ⑫;"
        " suffix: ' ' }</style>"
    )
    item = '<li style="counter-set: list-item 10">甲</li>'

    found = set_lines(f'{rules}<ol style="list-style-type: {style}">{item}</ol>', root)

    assert written(found) == [f"{expected}甲"]


def test_a_counter_style_that_does_not_exist_is_told_once(root: Path) -> None:
    body = '<ol style="list-style-type: chinese-numbers"><li>甲<li>乙</ol>'

    sheets = banxin.render(STYLE + body, workspace=root)

    assert [(r.code, r.facts["name"]) for r in sheets.remarks] == [
        ("css/unknown-counter", "chinese-numbers")
    ]
