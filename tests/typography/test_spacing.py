"""What a line lacks and what it has left over: who gives, who takes, where it ends for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

import banxin
from measure import Glyph, glyphs

STYLE = (
    '<html lang="zh-CN"><style>@page { size: 500pt 200pt; margin: 20pt } body { margin: 0;'
    ' font: 10pt/2 "Noto Serif SC"; text-align: justify; font-kerning: none;'
    " font-variant-ligatures: none } p { margin: 0; break-after: page }</style>"
)
HAN = "春天的街巷里灯火渐渐亮起来行人放慢了脚步孩子们追着风筝跑过广场老人坐在门前说起从前的事情"
# Nothing parts it: the line before it has to end where it begins.
WHOLE = "\u2060".join(HAN[:20])


def pages(root: Path, *paragraphs: str) -> list[list[list[Glyph]]]:
    """The lines of each paragraph, each line in the order of its text."""
    sheets = banxin.render(STYLE + "".join(paragraphs), workspace=root)
    out = []
    for page in pypdfium2.PdfDocument(sheets.pdf):
        found: list[list[Glyph]] = []
        for glyph in glyphs(page):
            if not found or found[-1][0].y - glyph.y > 5:
                found.append([])
            found[-1].append(glyph)
        out.append(found)
    return out


def paragraph(width: float, text: str, style: str = "") -> str:
    return f'<p style="width: {width}em; {style}">{text}</p>'


def nowrap(width: float, text: str, style: str = "") -> str:
    return paragraph(width, text, f"white-space: nowrap; {style}")


def steps(line: list[Glyph]) -> list[float]:
    """From each character to the next, em."""
    return [(b.x - a.x) / 10 for a, b in pairwise(line)]


def width_of(line: list[Glyph]) -> float:
    """Of a line that ends with a Han character, em."""
    return (line[-1].x - line[0].x) / 10 + 1


def written(lines: list[list[Glyph]]) -> str:
    return "\n".join("".join(g.text for g in line) for line in lines)


# What each gap can give: a mark its blank, a gap beside Latin what it has above an eighth of an em
# (CLREQ § 3.2.2), a space between words as much. Index of the character before → em.
GIVING = {
    "一二，三四，五六七。八九": {2: 0.5, 5: 0.5, 9: 0.5},
    "一二GDP三四，五六七": {1: 0.125, 4: 0.125, 7: 0.5},
    "一“二三”四五，六《七》八": {0: 0.5, 4: 0.5, 7: 0.5, 8: 0.5, 11: 0.5},
    "甲21家乙Elon Musk丙，丁": {0: 0.125, 2: 0.125, 4: 0.125, 8: 0.125, 12: 0.125, 14: 0.5},
    "一》《二，三（四）、五": {1: 0.5, 4: 0.5, 5: 0.5, 9: 0.5},
}


@pytest.mark.parametrize("text", GIVING)
@pytest.mark.parametrize("used", [0.1, 0.5, 0.9, 0.99])
def test_what_is_lacking_is_given_by_all_by_the_root_of_what_they_can(
    text: str, used: float, root: Path
) -> None:
    """A mark gives twice what a gap beside Latin gives, until that can give no more."""
    gives = GIVING[text]
    ((rest,),) = pages(root, nowrap(40, text))
    lacking = used * sum(gives.values())

    ((line,),) = pages(root, nowrap(width_of(rest) - lacking, text))

    given = [a - b for a, b in zip(steps(rest), steps(line), strict=True)]
    assert given == pytest.approx([*shares(gives, lacking, len(given))], abs=3e-3)


def shares(gives: dict[int, float], lacking: float, count: int) -> Iterator[float]:
    """What each gap of a line gives that lacks so much, em; found by halving."""
    low, high = 0.0, 1.0  # em that a gap gives which can give an em
    for _ in range(40):
        each = (low + high) / 2
        given = {i: min(most, each * most**0.5) for i, most in gives.items()}
        low, high = (each, high) if sum(given.values()) < lacking else (low, each)
    yield from (given.get(i, 0.0) for i in range(count))


@pytest.mark.parametrize(
    "text", ["一二三四GDP五六，七", "一“二三”四，五六七", "甲乙Elon Musk丙丁戊"]
)
@pytest.mark.parametrize("over", [0.2, 0.9])
def test_what_is_left_over_is_taken_by_all_gaps_alike(text: str, over: float, root: Path) -> None:
    ((rest,),) = pages(root, nowrap(40, text))

    ((line, *_),) = pages(root, paragraph(width_of(rest) + over, text + WHOLE))

    pairs = [a.text + b.text for a, b in pairwise(line)]
    taken = [b - a for a, b in zip(steps(rest), steps(line), strict=True)]
    takes = [not pair.isascii() or pair == "nM" for pair in pairs]
    assert taken == pytest.approx([over / sum(takes) * t for t in takes], abs=3e-3)


@pytest.mark.parametrize(
    ("align", "places"),
    [
        ("left", [0, 5, 0]),
        ("justify", [0, 7, 0]),
        ("right", [2, 7, 7]),
        ("center", [1, 6, 3.5]),
    ],
)
@pytest.mark.parametrize("between", [" ", "  ", "<i> </i>"])
def test_spaces_of_no_size_part_boxes_and_take_what_is_left_over(
    align: str, places: list[float], between: str, root: Path
) -> None:
    """As in a wall of names. Three boxes of 5 em in a measure of 12."""
    box = "display: inline-block; width: 50pt; text-align: left; font-size: 10pt"
    boxes = between.join(f'<span style="{box}">{name}</span>' for name in "甲乙丙")

    sheets = banxin.render(
        f'{STYLE}<div style="width: 12em"><p style="font-size: 0; text-align: {align}">{boxes}</p>',
        workspace=root,
    )

    (page,) = pypdfium2.PdfDocument(sheets.pdf)
    found = {glyph.text: (glyph.x - 20) / 10 for glyph in glyphs(page)}
    assert [found[name] for name in "甲乙丙"] == pytest.approx(places, abs=0.01)
    assert "composer/left" not in {remark.code for remark in sheets.remarks}


@pytest.mark.parametrize("gap", [0.17, 0.25])
@pytest.mark.parametrize("change", [-0.2, 0.0, 0.6])
@pytest.mark.parametrize("words", ["Elon Musk", "Children of Men", "a b c"])
def test_a_space_between_words_is_as_wide_as_the_gap_beside_them(
    words: str, change: float, gap: float, root: Path
) -> None:
    text, style = f"甲乙，丙丁，戊己{words}庚辛", f"--autospace-gap: {gap}"
    letters = words.replace(" ", "")
    (rest,), (close,) = pages(root, nowrap(40, text, style), nowrap(40, letters + "甲", style))
    natural = dict(zip(letters[:-1], steps(close), strict=False))

    ((line, *_),) = pages(root, paragraph(width_of(rest) + change, text + WHOLE, style))

    found = dict(enumerate(steps(line)))
    first = 8
    place, spaces = first, []
    for word in words.split()[:-1]:
        place += len(word)
        spaces.append(found[place - 1] - natural[word[-1]])
    assert spaces == pytest.approx([found[first - 1] - 1] * len(spaces), abs=4e-3)
    assert found[first - 1] - 1 == pytest.approx(gap, abs=0.01) or change


def test_a_last_line_is_seldom_of_two_characters_and_never_of_one(root: Path) -> None:
    bodies = []
    for length in range(38, 58):
        for stops in ((6, 13, 25, 33), (4, 9, 17, 22, 29, 36)):
            text = "".join(c + "，" * (i in stops) for i, c in enumerate(HAN[:length]))
            bodies.append(paragraph(20, text + "。"))

    found = [written(lines[-1:]) for lines in pages(root, *bodies)]

    left = [len(re.sub("[，。]", "", last)) for last in found]
    assert min(left) >= 2
    assert sum(length == 2 for length in left) <= 2


@pytest.mark.parametrize("width", range(14, 27))
def test_a_first_line_is_not_blown_apart_for_a_long_bracket(width: int, root: Path) -> None:
    text = "《红楼梦》（The Story of the Stone，霍克思译，企鹅书店1973年出版）的全译本共有五卷。"

    (lines,) = pages(root, paragraph(width, text, "text-indent: 2em"))

    han = [
        step
        for line in lines
        for step, (a, b) in zip(steps(line), pairwise(line), strict=True)
        if min(a.text, b.text) >= "\u4e00" and max(a.text, b.text) <= "\u9fff"
    ]
    assert max(han) < 1.3


INSIDE_FIGURES = re.compile(r"[\d.]\n[\d.%‰℃]|[第￥-]\n\d")
NUMBERS = [
    "2.31亿元", "2020年11月20日", "第39届", "-12.5℃",
    "93.1%", "17000多支", "4.7万平方公里", "￥3200",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_parted_at_a_price_and_figures_never(number: str, root: Path) -> None:
    places = range(24)
    bodies = [paragraph(18, f"{HAN[:n]}{number}{HAN[:8]}，{HAN[8:20]}。") for n in places]

    found = [written(lines) for lines in pages(root, *bodies)]

    assert [text for text in found if INSIDE_FIGURES.search(text)] == []
    assert sum(number in text for text in found) >= 0.75 * len(places)


def test_a_number_is_parted_where_its_line_would_gape(root: Path) -> None:
    (lines,) = pages(root, paragraph(12, f"{HAN[:6]}2020年11月20日{HAN[:20]}"))

    assert written(lines).splitlines()[0][6:] in {"2020年", "2020年11月"}


def parted(listed: str, names: tuple[str, ...], root: Path) -> int:
    """How often a name is parted, in thirty places of a line of 30 em."""
    bodies = [
        paragraph(
            30, f"{HAN[:n]}，{HAN[n : n + 7]}，{listed}{HAN[:9]}，{HAN[9:20]}。{HAN[20:36]}。"
        )
        for n in range(1, 31)
    ]
    found = [written(lines) for lines in pages(root, *bodies)]
    return sum(name not in text for text in found for name in names)


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("杨宪益、戴乃迭合译，", ("杨宪益",)),
        ("李白、杜甫与王维，", ("李白", "杜甫", "王维")),
        ("吴世昌、王佐良、周汝昌等，", ("吴世昌", "王佐良", "周汝昌")),
        ("译者弗兰茨·库恩，", ("弗兰茨", "库恩")),
    ],
)
def test_names_are_parted_half_as_often_as_other_words(
    listed: str, names: tuple[str, ...], root: Path
) -> None:
    others = listed.replace("、", "的").replace("·", "的").replace("与", "的")
    assert parted(listed, names, root) <= parted(others, names, root) / 2
