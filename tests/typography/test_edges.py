"""What begins and ends lines: note calls, interpuncts, solidi, dashes, spaces, what hangs."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from sheet import EM, LEFT, Page, Text, pages

HEAD = "山里的路修好以后村里的茶叶当天就能送到县城去卖老人们说"
TAIL = "从前挑一担茶下山要走整整一个白天如今孩子们放学回家还能看见落日"
FLUSH = "text-align: left"


def sweep(body: str, css: str = "") -> list[Text]:
    """*body* at each place of a line, in columns of some widths."""
    return [
        Text(HEAD[:lead] + body + TAIL, width, css) for width in (8, 11, 14.5) for lead in range(16)
    ]


def firsts(found: list[Page]) -> str:
    """The characters that begin second lines and later ones."""
    return "".join(text[0] for page in found for text in page.texts[1:])


def lasts(found: list[Page]) -> str:
    return "".join(text[-1] for page in found for text in page.texts[:-1])


def written(page: Page) -> str:
    return "".join(page.texts)


# --- what may not begin or end one ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "first"),
    [
        ("<sup>[1]</sup>", "["),
        ("<sup>①</sup>", "①"),
        ("<sup>（2）</sup>", "（"),
        ("<sup>*</sup>", "*"),
        (" <sup>[3]</sup>", "["),
        ("<span style='vertical-align: .4em; font-size: 6pt'>12</span>", "1"),
    ],
)
def test_a_note_call_begins_no_line(root: Path, call: str, first: str) -> None:
    found = pages(root, sweep(call))

    assert first not in firsts(found)
    assert [page for page in found if len(page.lines) < 3] == []


@pytest.mark.parametrize("mark", "·•‧・")
@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant"])
def test_an_interpunct_begins_no_line(root: Path, mark: str, lang: str) -> None:
    texts = [
        Text(t.body, t.width, lang=lang)
        for body in (f"《尚书{mark}禹贡》", f"甲 {mark} 乙")
        for t in sweep(body)
    ]

    assert not set(firsts(pages(root, texts))) & set("·•‧・")


@pytest.mark.parametrize("family", ['"Noto Serif SC"', '"Noto Sans SC"', '"LXGW WenKai"'])
@pytest.mark.parametrize(("lang", "width"), [("zh-CN", 0.5), ("zh-Hant", 1.0)])
def test_an_interpunct_has_its_width_and_stands_in_its_middle(
    root: Path, family: str, lang: str, width: float
) -> None:
    texts = [Text(f"尚书{mark}禹贡", css=FLUSH, lang=lang) for mark in "·•"]

    for page in pages(root, texts, family=family):
        _, before, mark, after, _ = page.lines[0]
        assert (after.x - before.x) / EM - 1 == pytest.approx(width, abs=0.02)
        middle = (mark.middle - before.x) / EM - 1
        assert middle == pytest.approx(width / 2, abs=0.04)


@pytest.mark.parametrize(("text", "marks"), [("张/李", "/"), ("东-西", "-"), ("罗·李", "·")])
def test_half_wide_marks_stand_in_their_middle(root: Path, text: str, marks: str) -> None:
    (page,) = pages(root, [Text("城" + text, css=FLUSH)])

    _, before, mark, after = page.lines[0]
    assert mark.text == marks
    assert after.x - before.x == pytest.approx(1.5 * EM, abs=0.1)
    assert mark.middle - before.x == pytest.approx(1.25 * EM, abs=0.4)


def test_bullets_of_a_list_in_a_paragraph_may_begin_lines(root: Path) -> None:
    body = "一共两件。• 修好山里的路；• 种下茶树；• 把水引到田里。"

    found = pages(root, [Text(HEAD[:lead] + body, 11) for lead in range(16)])

    assert "•" in firsts(found)


@pytest.mark.parametrize("body", ["老张/老李", "和／或", "2020/21年度", "TCP/IP协议", "城/GDP"])
def test_a_solidus_begins_and_ends_no_line(root: Path, body: str) -> None:
    found = pages(root, sweep(body))

    assert not set(firsts(found) + lasts(found)) & set("/／")


@pytest.mark.parametrize(
    "address", ["https://www.example.org/a/b/c/index.html", "banxin.example.com/path_to/page?a=1"]
)
def test_an_address_is_parted_after_its_marks_where_nothing_else_will_do(
    root: Path, address: str
) -> None:
    for page in pages(root, sweep(address)):
        inside = "|".join(page.texts).split(address[:4])[1].split(TAIL[:1])[0]
        assert re.search(r"[A-Za-z0-9]\|[A-Za-z0-9]", inside) is None, page.texts
        assert max((line[-1].right - LEFT) / EM for line in page.lines) < page.text.width + 0.1


@pytest.mark.parametrize("body", ["北京—上海", "甲—乙—丙", "2014—上"])
@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant"])
def test_a_single_dash_begins_no_line(root: Path, body: str, lang: str) -> None:
    texts = [Text(t.body, t.width, lang=lang) for t in sweep(body)]

    assert "—" not in firsts(pages(root, texts))


@pytest.mark.parametrize("range_", ["1905—1926", "1905–1926", "1905～1926", "3000—4500元"])
def test_a_range_wider_than_its_line_is_parted_behind_its_dash_and_nowhere_else(
    root: Path, range_: str
) -> None:
    narrow = pages(root, [Text(f"第一章草创时期（{range_}）年", width) for width in (4, 5)])
    wide = pages(root, sweep(range_))

    dash = next(mark for mark in "—–～" if mark in range_)
    before, after = range_.split(dash)
    for page in narrow:
        assert any(text.endswith(before + dash) for text in page.texts), page.texts
        assert any(text.startswith(after[:4]) for text in page.texts), page.texts
    joined = ["|".join(page.texts).replace(f"{dash}|", dash) for page in wide]
    assert all(before + dash + after[:4] in text for text in joined)
    parted = sum(f"{dash}|" in "|".join(page.texts) for page in wide if page.text.width > 14)
    assert parted <= 2


def test_a_double_dash_may_begin_a_line_and_is_never_parted(root: Path) -> None:
    found = pages(root, sweep("北京——上海"))

    assert "—" in firsts(found)
    assert [p for p in found if not any("——" in text for text in p.texts)] == []


def test_loose_lines_may_begin_with_a_single_dash(root: Path) -> None:
    found = pages(root, sweep("北京—上海", "line-break: loose"))

    assert "—" in firsts(found)


# --- what hangs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("space", ["\u3000", "\u2003", "\u3000\u3000", " \u3000"])
def test_wide_spaces_at_a_lines_end_have_no_room(root: Path, space: str) -> None:
    full = HEAD[:20]

    (page,) = pages(root, [Text(f"{full}{space}{TAIL[:6]}", 20)])

    assert page.texts == [full, TAIL[:6]]
    assert page.lines[1][0].x == pytest.approx(LEFT, abs=0.05)
    assert page.lines[0][-1].x == pytest.approx(LEFT + 19 * EM, abs=0.05)


def test_wide_spaces_inside_and_before_lines_keep_theirs(root: Path) -> None:
    inside, before = pages(root, [Text("城\u3000乡", css=FLUSH), Text("\u3000\u3000城乡")])

    assert inside.step("城", "乡") == pytest.approx(2, abs=0.01)
    assert before.lines[0][0].x == pytest.approx(LEFT + 2 * EM, abs=0.05)


@pytest.mark.parametrize("value", ["allow-end", "force-end"])
@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant"])
@pytest.mark.parametrize(
    ("mark", "hangs"),
    [
        ("，", True), ("。", True), ("、", True), ("．", True), (",", True), (".", True),
        ("；", False), ("：", False), ("！", False), ("？", False), ("）", False), ("”", False),
    ],
)  # fmt: skip
def test_stops_and_commas_hang_at_the_end_and_nothing_else(
    root: Path, value: str, lang: str, mark: str, hangs: bool
) -> None:
    css = f"hanging-punctuation: {value}"

    (page,) = pages(root, [Text(HEAD[:20] + mark + TAIL, 20, css, lang)])

    assert (page.texts[0] == HEAD[:20] + mark) is hangs
    if hangs:
        assert page.lines[0][-2].x == pytest.approx(LEFT + 19 * EM, abs=0.05)


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("“城”乡", "zh"),
        ("（城）乡", "zh"),
        ("\u3000城乡", "zh"),
        ("“Town” 乡", "en"),
        ("(城)乡", "zh"),
    ],
)
def test_a_bracket_a_quote_or_a_wide_space_hangs_at_the_first_line(
    root: Path, body: str, lang: str
) -> None:
    css = "hanging-punctuation: first; text-indent: 2em; text-align: left"

    (page,) = pages(root, [Text(f"<span lang={lang}>{body}</span>{TAIL}", 20, css)])

    first = next(g for g in page.lines[0] if g.text in "城T")
    assert first.x == pytest.approx(LEFT + 2 * EM, abs=0.05)


@pytest.mark.parametrize("mark", ["”", "）", "》", ")", "’", "]"])
def test_a_bracket_or_a_quote_hangs_at_the_last_line(root: Path, mark: str) -> None:
    css = "hanging-punctuation: last; text-align: right"

    (page,) = pages(root, [Text(f"城乡{mark}", 20, css)])

    assert page.lines[0][1].x == pytest.approx(LEFT + 19 * EM, abs=0.05)


# --- narrow columns -------------------------------------------------------------------------------

PIECES = [
    "2.31亿元", "2020年11月20日", "2020 年 11 月 20 日", "173.5万株", "12个百分点", "第3届",
    "93.1%", "马克·吐温", "“围点攻坚”，", "《人民日报》、", "（北京）——", "……", "COVID-19", "Xi’an",
    "10—20人",
    "老张/老李", "注<sup>[1]</sup>", "https://www.example.org/path", "120平方公里", "￥3,200",
]  # fmt: skip


@pytest.mark.parametrize("width", [6, 7, 8, 9])
@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant"])
def test_nothing_sticks_out_of_a_narrow_column(root: Path, width: int, lang: str) -> None:
    order = random.Random(width)
    texts = []
    for _ in range(60):
        parts = (HEAD[: order.randint(1, 9)] + order.choice(PIECES) for _ in range(8))
        texts.append(Text("".join(parts) + TAIL[:4], width, lang=lang))

    found = pages(root, texts)

    for page in found:
        assert written(page) == re.sub(r"<[^>]+>|\s", "", page.text.body)
        for line in page.lines:
            over = (line[-1].right - LEFT) / EM - width
            assert over < 0.06, (over, "".join(g.text for g in line))
    assert not set(firsts(found)) & set("，、”》）·%/[’")
    assert not set(lasts(found)) & set("“《（")
