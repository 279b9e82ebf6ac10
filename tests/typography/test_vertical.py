"""Vertical text: columns from right to left, and all that may stand in them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import accumulate, groupby, pairwise
from pathlib import Path

import pypdfium2
import pytest

import banxin
from measure import Glyph, glyphs

LEFT, TOP, EM = 20.0, 380.0, 10.0  # pt
STYLE = (
    '<html lang="zh-CN"><title>t</title><style>@page { size: 500pt 400pt; margin: 20pt }'
    'body { margin: 0; font: 10pt/2 "Noto Serif SC"; text-spacing-trim: trim-both }'
    "div { writing-mode: vertical-rl; break-after: page }</style>"
)
HAN = "城市让生活更美好廊坊人民百年华诞薪火相传"
MARKS = "，。、！？”》）"
# Inside a Western word, or a figure.
WORD = re.compile(r"[A-Za-z’][A-Za-z’]|[\d.][\d.%]")


def pages(body: str, root: Path, *told: str) -> list[list[Glyph]]:
    sheets = banxin.render(STYLE + body, workspace=root)
    assert [r.code for r in sheets.remarks if not r.code.startswith("line/")] == list(told)
    return [list(glyphs(page)) for page in pypdfium2.PdfDocument(sheets.pdf)]


def middles(of: list[Glyph]) -> list[float]:
    return [g.x + EM / 2 for g in of]


@pytest.mark.parametrize("seed", range(5))
def test_text_longer_than_its_height_goes_on_in_the_next_column(seed: int, root: Path) -> None:
    order = random.Random(seed)
    made = []
    for _ in range(30):
        parts = ("".join(order.choices(HAN, k=order.randint(1, 7))) for _ in range(6))
        text = "".join(part + order.choice(("，", "。", "！", "、", "》", "")) for part in parts)
        made.append((order.randint(3, 16), text))
    body = "".join(f'<div style="height: {height}em">{text}</div>' for height, text in made)

    for (height, text), drawn in zip(made, pages(body, root), strict=True):
        assert "".join(g.text for g in drawn) == text
        columns = ["".join(g.text for g in c) for _, c in groupby(drawn, key=lambda g: round(g.x))]
        assert [c for c in columns[1:] if c[0] in MARKS] == []
        xs = [x for x, _ in groupby(round(g.x) for g in drawn)]
        assert [a - b for a, b in pairwise(xs)] == [20] * (len(xs) - 1)
        for glyph in drawn:
            assert TOP - (height + 0.55) * EM < glyph.bottom < glyph.top < TOP + 0.05 * EM


# English with its quotes, numbers with units, brackets and stops of all kinds.
MIXED = [
    "GDP", "“ADB”", "the “New” way", "Children’s Hospital", "2.31亿元", "93.1%", "2020年11月20日",
    "35 km", "12小时", "第3届", "1057场", "《日报》", "“围点”", "——", "……", "马克·吐温", "，", "。",
    "、", "；", "：", "！", "（北京）", "。”", "》《", "「里」，",
]  # fmt: skip
OPENING = "（《“「"


def mixed(order: random.Random) -> str:
    parts = []
    for _ in range(order.randint(4, 24)):
        parts.append("".join(order.choices(HAN, k=order.randint(1, 8))))
        if order.random() < 0.6:
            parts.append(order.choice(MIXED) + order.choice(HAN))
    return "".join(parts)


def columns_of(drawn: list[Glyph]) -> list[list[Glyph]]:
    """In the order of the text; what lies on its side stands about the middle of its column."""
    first = drawn[0].x + EM / 2
    by_column = groupby(drawn, key=lambda g: round((first - (g.left + g.right) / 2) / 20))
    return [list(column) for _, column in by_column]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant"])
def test_random_text_keeps_every_rule(seed: int, lang: str, root: Path) -> None:
    order = random.Random(70 + seed)
    made = [(order.randint(13, 32), "城" + mixed(order)) for _ in range(50)]
    style = "<style>div { text-align: justify; text-combine-upright: digits 2 }</style>"
    body = "".join(f'<div lang={lang} style="height: {h}em">{text}</div>' for h, text in made)

    for (height, text), drawn in zip(made, pages(style + body, root), strict=True):
        written = re.sub(r"\s", "", text)
        assert "".join(g.text for g in drawn).replace("⋯", "…") == written
        columns = columns_of(drawn)
        words = ["".join(g.text for g in column) for column in columns]
        assert [w for w in words[1:] if w[0] in MARKS + "」；：·%"] == [], text
        assert [w for w in words[:-1] if w[-1] in OPENING] == [], text
        places = [i for i, character in enumerate(text) if not character.isspace()]
        ends = [places[n] for n in accumulate(map(len, words[:-1]))]
        assert [text[i - 5 : i + 5] for i in ends if WORD.match(text, i - 1)] == []
        for column in columns[:-1]:
            foot = (TOP - min(g.bottom for g in column)) / EM
            assert height - 1.1 < foot < height + 0.06, (words, height)


def test_without_a_height_the_page_is_the_limit(root: Path) -> None:
    (drawn,) = pages(f"<div>{HAN * 4}</div>", root)

    assert "".join(g.text for g in drawn) == HAN * 4
    assert min(g.bottom for g in drawn) > 19.5


def test_what_has_no_room_below_a_text_has_a_page_of_its_own(root: Path) -> None:
    above = '<p style="height: 330pt; margin: 0">前文</p>'

    first, second = pages(f"{above}<div>{HAN * 9}</div>", root)

    assert "".join(g.text for g in first) == "前文"
    assert "".join(g.text for g in second) == HAN * 9


@pytest.mark.parametrize("text", ["Internationalization", "城市Internationalization", "一<img>"])
def test_what_is_longer_than_its_height_and_cannot_be_parted_is_told(text: str, root: Path) -> None:
    tall = text.replace("<img>", '<i style="display: inline-block; height: 90pt">高</i>')

    pages(f'<div style="height: 60pt">{tall}</div>', root, "text/too-long")


@pytest.mark.parametrize(
    ("css", "text", "inside"),
    [
        ("all", "第<b>12</b>届", "12"),
        ("all", "第<b>123</b>届", "123"),
        ("all", "占<b>100%</b>了", "100%"),
        ("digits 2", "于12月", "12"),
        ("digits 4", "于2026年", "2026"),
    ],
)
def test_figures_stand_side_by_side_in_one_em(css: str, text: str, inside: str, root: Path) -> None:
    style = f"<style>div {{ text-combine-upright: {css} }}</style>"
    if css == "all":
        style = "<style>b { font-weight: 400; text-combine-upright: all }</style>"

    (drawn,) = pages(f"{style}<div>{text}</div>", root)

    first, last = drawn[0], drawn[-1]
    figures = [g for g in drawn if g.text in inside]
    assert "".join(g.text for g in figures) == inside
    assert first.y - last.y == pytest.approx(2 * EM, abs=0.1)
    assert len({round(g.y, 1) for g in figures}) == 1
    assert (figures[0].left + figures[-1].right) / 2 == pytest.approx(first.x + EM / 2, abs=0.5)
    assert figures[-1].right - figures[0].left < 1.02 * EM


@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant", "ja"])
@pytest.mark.parametrize("family", ["Noto Serif SC", "Noto Sans SC", "LXGW WenKai"])
@pytest.mark.parametrize("dash", ["——", "……"])
def test_a_long_dash_stands_between_its_neighbours(
    dash: str, family: str, lang: str, root: Path
) -> None:
    """Two em of the column, or what little less the face draws, and over neither of them."""
    (drawn,) = pages(f"<div lang={lang} style=\"font-family: '{family}'\">更{dash}城</div>", root)

    above, *drawn_dash, below = drawn
    assert "".join(g.text for g in drawn_dash).replace("⋯", "…") == dash
    assert above.y - below.y == pytest.approx(3 * EM, abs=0.1)
    assert max(g.top for g in drawn_dash) < above.bottom
    assert min(g.bottom for g in drawn_dash) > below.top
    tall = max(g.top for g in drawn_dash) - min(g.bottom for g in drawn_dash)
    assert tall > 1.3 * EM
    assert max(g.right - g.left for g in drawn_dash) < 0.3 * EM


@pytest.mark.parametrize("text", ["12345", "GDP", "Café", "3.5%"])
def test_longer_western_text_lies_on_its_side(text: str, root: Path) -> None:
    (drawn,) = pages(f'<div style="text-combine-upright: digits 4">增{text}长</div>', root)

    above, *turned, below = drawn
    assert "".join(g.text for g in turned) == text
    assert [a.y > b.y for a, b in pairwise(turned)] == [True] * (len(turned) - 1)
    middle = (min(g.left for g in turned) + max(g.right for g in turned)) / 2
    assert middle == pytest.approx(above.x + EM / 2, abs=2)
    assert above.x == pytest.approx(below.x, abs=0.05)


@pytest.mark.parametrize(
    ("base", "reading"), [("坊", "fāng"), ("廊坊", "Lángfāng"), ("装", "zhuāng"), ("今", "jīn")]
)
def test_readings_stand_right_of_their_base(base: str, reading: str, root: Path) -> None:
    body = f"<div>廊<ruby>{base}<rt>{reading}</rt></ruby>人</div>"

    (drawn,) = pages(body, root)

    letters = [g for g in drawn if g.size < 10]
    assert "".join(g.text for g in letters) == reading
    bases = [g for g in drawn if g.size > 10][1:-1]
    assert min(g.left for g in letters) > max(g.x for g in bases) + 0.95 * EM
    assert max(g.right for g in letters) < max(g.x for g in bases) + 1.7 * EM
    tops = [g.y + 0.88 * EM for g in bases]
    middle = (max(tops) + min(tops) - EM) / 2
    spread = (letters[0].top + letters[-1].bottom) / 2
    assert spread == pytest.approx(middle, abs=1)


@pytest.mark.parametrize(
    ("css", "right"),
    [("text-emphasis: dot", True), ("text-decoration: underline", False)],
)
def test_dots_stand_right_and_lines_under_names_left(css: str, right: bool, root: Path) -> None:
    body = f'<div>甲<b style="font-weight: 400; {css}">乙丙</b>丁</div>'
    sheets = banxin.render(STYLE + body, workspace=root)

    page = next(iter(pypdfium2.PdfDocument(sheets.pdf)))
    drawn = list(glyphs(page))
    paths = [o for o in page.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
    assert len(paths) == (2 if right else 1)
    for path in paths:
        left, bottom, end, top = path.get_bounds()
        beside = (left + end) / 2 - (drawn[0].x + EM / 2)
        assert (0.5 if right else -0.75) * EM < beside < (0.75 if right else -0.4) * EM
        assert drawn[3].y + 0.8 * EM < bottom < top < drawn[1].y + 0.95 * EM


def test_boxes_in_a_column_stand_in_it(root: Path) -> None:
    box = '<i style="display: inline-block; width: 20pt; height: 30pt"></i>'
    edged = '<b style="font-weight: 400; padding: 0 4pt; margin: 0 2pt">乙</b>'

    (boxed,), (edges,) = (pages(f"<div>甲{inside}丙</div>", root) for inside in (box, edged))

    assert boxed[0].y - boxed[-1].y == pytest.approx(EM + 30, abs=0.2)
    assert [a.y - b.y for a, b in pairwise(edges)] == [pytest.approx(EM + 6, abs=0.2)] * 2
    assert middles(edges) == [pytest.approx(middles(edges)[0], abs=0.05)] * 3


def test_a_name_from_right_to_left_lies_on_its_side(root: Path) -> None:
    """With a face that has none of its letters: that it is one piece in its column is enough."""
    body = "<div>甲ئابدۇللا乙</div>"
    sheets = banxin.render(STYLE + body, workspace=root)

    drawn = list(glyphs(next(iter(pypdfium2.PdfDocument(sheets.pdf)))))
    first, last = (next(g for g in drawn if g.text == c) for c in "甲乙")
    assert first.x == pytest.approx(last.x, abs=0.05)
    assert first.y - last.y > 3 * EM


PAIRS = ["」，", "」。", "，「", "。「", "：「", "」「", "」）", "「（", "。」", "，」", "》、"]


def han_and_pair(drawn: list[Glyph], marks: str) -> Iterator[tuple[float, float]]:
    """In each column that has 甲 and 乙 around *marks*: what these take; a Han step; em."""
    for column in columns_of(drawn):
        text = "".join(g.text for g in column)
        at = text.find(f"甲{marks}乙")
        if at > 1:
            yield (
                (column[at].y - column[at + 3].y) / EM - 1,
                (column[0].y - column[1].y) / EM,
            )


@pytest.mark.parametrize("family", ["Noto Serif SC", "Noto Sans SC", "LXGW WenKai"])
@pytest.mark.parametrize("lang", ["zh-Hant", "zh-TW", "zh-HK"])
def test_marks_that_meet_take_an_em_and_a_half_also_where_stops_stand_in_the_middle(
    family: str, lang: str, root: Path
) -> None:
    style = f"<style>div {{ font-family: '{family}' }}</style>"
    body = "".join(f"<div lang={lang}>國家甲{marks}乙丙</div>" for marks in PAIRS)

    for marks, drawn in zip(PAIRS, pages(style + body, root), strict=True):
        assert list(han_and_pair(drawn, marks)) == [pytest.approx((1.5, 1.0), abs=0.02)], marks


@pytest.mark.parametrize("marks", PAIRS)
def test_marks_that_meet_are_never_wider_under_any_pressure(marks: str, root: Path) -> None:
    text = f"山裡的路修好甲{marks}乙以後村裡的茶葉當天就能送到縣城去賣、老人們說從前挑一擔茶下山"
    style = "<style>div { text-align: justify }</style>"
    heights = [n / 4 for n in range(48, 88)]
    body = "".join(f'<div lang=zh-Hant style="height: {h}em">{text}</div>' for h in heights)

    found = [pair for drawn in pages(style + body, root) for pair in han_and_pair(drawn, marks)]

    assert len(found) > 20
    # What the two gaps beside the pair and the one inside it take is what all gaps take.
    assert max(room - 3 * (han - 1) for room, han in found) <= 1.5 + 0.02
    assert min(room for room, _ in found) > 0.95


@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant"])
def test_marks_of_a_column_never_overlap_however_tight_it_is(lang: str, root: Path) -> None:
    text = "甲「乙」，丙。「丁」；戊：「己！」庚，辛、壬。" * 3
    style = "<style>div { text-align: justify }</style>"
    heights = [n / 5 for n in range(50, 90)]
    body = "".join(f'<div lang={lang} style="height: {h}em">{text}</div>' for h in heights)

    for drawn in pages(style + body, root):
        for column in columns_of(drawn):
            down = sorted(column, key=lambda g: -g.top)  # PDFium takes 」； for ；」
            assert [b.text for a, b in pairwise(down) if b.top > a.bottom + 0.01 * EM] == []
