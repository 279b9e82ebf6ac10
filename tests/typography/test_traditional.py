"""Traditional Chinese, and faces that draw their stops in the middle of the em."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import pytest

from measure import Glyph
from sheet import EM, LEFT, SONG, Page, Text, cut, pages, workspace

HEAD = "山裡的路修好以後村裡的茶葉當天就能送到縣城去賣老人們說"
TAIL = "從前挑一擔茶下山要走整整一個白天如今孩子們放學回家還能看見落日"
PAIRS = [
    "」，",
    "」。",
    "，「",
    "。「",
    "：「",
    "」「",
    "」）",
    "「（",
    "。」",
    "，」",
    "！」",
    "》、",
]
FLUSH = "text-align: left"
SANS = '"Noto Sans SC"'


@pytest.mark.parametrize("marks", PAIRS)
@pytest.mark.parametrize("family", [SONG, SANS])
def test_marks_that_meet_take_an_em_and_a_half(root: Path, marks: str, family: str) -> None:
    texts = [
        Text(f"城甲{marks}乙乡", css=FLUSH, lang=lang) for lang in ("zh-Hant", "zh-TW", "zh-HK")
    ]

    for page in pages(root, texts, family=family):
        assert page.room(marks) == pytest.approx(1.5, abs=0.02)


@pytest.mark.parametrize("marks", PAIRS)
def test_marks_that_meet_are_never_wider_than_an_em_and_a_half_under_any_pressure(
    root: Path, marks: str
) -> None:
    """Lines that have room to give away, and lines that lack some: never wider, never 2 em."""
    body = f"{HEAD[:6]}甲{marks}乙{HEAD[6:]}、{TAIL}"
    texts = [Text(body, width / 4, lang="zh-Hant") for width in range(48, 96)]

    found = [steps for page in pages(root, texts) if (steps := han_steps(page, marks))]

    assert len(found) > 20
    assert max(room - 2 * (han - 1) for room, han in found) <= 1.5 + 0.1


def han_steps(page: Page, marks: str) -> tuple[float, float] | None:
    """What *marks* take on a line that has all of 甲…乙, and the step of Han on it; em."""
    for line, text in zip(page.lines, page.texts, strict=True):
        if f"甲{marks}乙" in text and text.index("甲") > 1:
            first = (line[1].x - line[0].x) / EM
            return page.room(marks), first
    return None


@pytest.mark.parametrize("marks", ["！！", "？！", "？？"])
def test_two_exclamations_take_one_em(root: Path, marks: str) -> None:
    (page,) = pages(root, [Text(f"城甲{marks}乙", css=FLUSH, lang="zh-Hant")])

    assert page.room(marks) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("mark", "，。、；：！？")
@pytest.mark.parametrize("family", [SONG, SANS])
def test_a_stop_alone_stands_in_the_middle_of_its_em(root: Path, mark: str, family: str) -> None:
    (page,) = pages(root, [Text(f"城甲{mark}乙", css=FLUSH, lang="zh-Hant")], family=family)

    assert page.room(mark) == pytest.approx(1, abs=0.02)
    assert place(page, mark) == pytest.approx(0.5, abs=0.03)


def place(page: Page, mark: str) -> float:
    """Middle of the ink of *mark*, em from the end of the character before it."""
    line = page.lines[0]
    index = page.texts[0].index(mark)
    return (line[index].middle - line[index - 1].x) / EM - 1


def test_marks_never_overlap_however_tight_the_line(root: Path) -> None:
    body = "甲「乙」，丙。「丁」；戊：「己！」庚，辛、壬。" * 3
    texts = [Text(body, width / 5, lang=lang) for width in range(50, 90) for lang in LANGS]

    for page in pages(root, texts):
        assert overlaps(page) == []


LANGS = ("zh-CN", "zh-Hant")


def overlaps(page: Page) -> list[str]:
    """Neighbours whose ink meets."""
    found = []
    for line in page.lines:
        for a, b in pairwise(sorted(line, key=lambda g: g.left)):
            if b.left < a.right - 0.02 * EM:
                found.append(a.text + b.text)
    return found


# --- a face drawn so ------------------------------------------------------------------------------

CENTRED = "，。、；：！？"
HAN = "城乡甲乙丙丁戊己庚辛壬"


@pytest.fixture(scope="module")
def middle(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose face is 宋, its stops moved to the middle, all 1.024 em wide."""
    marks = "「」（）《》“”·—…一〓"
    font = cut(root, "NotoSerifSC_400Regular.ttf", HEAD + TAIL + CENTRED + HAN + marks)
    names = font.getBestCmap()
    em, outlines = font["head"].unitsPerEm, font["glyf"]
    for mark in CENTRED:
        glyph = outlines[names[ord(mark)]]
        glyph.coordinates.translate((round(0.512 * em - (glyph.xMin + glyph.xMax) / 2), 0))
        glyph.recalcBounds(outlines)
    for name, (advance, _) in font["hmtx"].metrics.items():
        left = getattr(outlines[name], "xMin", 0)
        font["hmtx"][name] = (round(1.024 * em) if advance == em else advance, left)
    del font["GPOS"], font["GSUB"]
    return workspace(tmp_path_factory.mktemp("middle"), {"Middle": font})


@pytest.mark.parametrize(("mark", "lang"), [*product(CENTRED, LANGS)])
def test_a_mark_that_is_drawn_in_the_middle_stays_there(middle: Path, mark: str, lang: str) -> None:
    (page,) = pages(middle, [Text(f"城甲{mark}乙", css=FLUSH, lang=lang)], family='"Middle"')

    assert page.room(mark) == pytest.approx(1.048, abs=0.02)
    assert place(page, mark) == pytest.approx(0.536, abs=0.03)


@pytest.mark.parametrize("lang", LANGS)
def test_no_mark_of_such_a_face_meets_another(middle: Path, lang: str) -> None:
    body = "甲「乙」，丙。「丁」；戊：「己！」庚，辛、壬。" * 3
    texts = [Text(body, width / 5, lang=lang) for width in range(50, 90)]

    found = pages(middle, texts, family='"Middle"')

    for page in found:
        assert overlaps(page) == []
        firsts = [text[0] for text in page.texts[1:]]
        assert [c for c in firsts if c in CENTRED + "」"] == []


@pytest.mark.parametrize("lang", LANGS)
def test_lines_of_a_face_that_is_wider_than_its_em_are_full(middle: Path, lang: str) -> None:
    texts = [Text(HEAD + "，" + TAIL + "。" + HEAD, width, lang=lang) for width in range(8, 28)]

    for page in pages(middle, texts, family='"Middle"'):
        for line in page.lines[:-1]:
            assert end(line) == pytest.approx(page.text.width, abs=0.05), page.texts


def end(line: list[Glyph]) -> float:
    """Where the line's last character ends, em: also a mark, which has its blank on both sides."""
    return (line[-1].x - LEFT) / EM + 1.024


FACES = [(SONG, 400), (SONG, 700), (SONG, 900), (SANS, 400), (SANS, 700), ('"LXGW WenKai"', 400)]


@pytest.mark.parametrize(("family", "weight"), FACES)
@pytest.mark.parametrize("mode", ["vertical-rl", "horizontal-tb"])
@pytest.mark.parametrize("lang", ["zh-Hant", "zh-TW", "zh-HK"])
def test_stops_are_inked_in_the_middle_of_their_em(
    root: Path, family: str, weight: int, mode: str, lang: str
) -> None:
    """All faces here are drawn for zh-Hans: aside and low, in vertical text aside and high."""
    stops = "，。、；：！？"
    css = f"writing-mode: {mode}; font-weight: {weight}"
    text = Text("".join(f"國{stop}" for stop in stops) + "國", css=css, lang=lang)

    (page,) = pages(root, [text], family=family)

    drawn = page.glyphs
    assert "".join(g.text for g in drawn[1::2]) == stops
    for before, stop, after in zip(drawn[::2], drawn[1::2], drawn[2::2], strict=False):
        assert stop.middle == pytest.approx((before.middle + after.middle) / 2, abs=0.08 * EM)
        height = (height_of(before) + height_of(after)) / 2
        assert height_of(stop) == pytest.approx(height, abs=0.08 * EM)


def height_of(glyph: Glyph) -> float:
    """Of the middle of its ink; pt."""
    return (glyph.bottom + glyph.top) / 2
