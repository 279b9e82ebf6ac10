"""The rules of CLREQ, one by one, measured in the PDF: each case is a page of one document.

One em is 10 pt, and the column begins at x = 20 pt, unless a case says otherwise.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

import banxin
from measure import Glyph, glyphs, lines

EM, LEFT = 10.0, 20.0
STOPS, CLOSING, OPENING = "，。、；：！？", "）》〉」』】〕”’", "（《〈「『【〔“‘"
TRAILING = STOPS + CLOSING
# Twenty characters and more: the twenty-first would begin the second line.
HEAD = "春天的街巷里灯火渐渐亮起来行人放慢了脚步"
TAIL = "孩子们追着风筝跑过广场老人坐在门前说起从前的事情河边的柳树又绿了一回日子就这样一天天地过去"
GAP = "text-autospace: normal"


@dataclass
class Page:
    """One case as it was set."""

    glyphs: list[Glyph]
    copied: str
    paths: list[tuple[float, float, float, float]]
    width: float
    lines: list[list[Glyph]] = field(init=False)
    texts: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = lines(self.glyphs)
        self.texts = ["".join(g.text for g in line) for line in self.lines]

    def find(self, text: str) -> tuple[list[Glyph], int]:
        for line, written in zip(self.lines, self.texts, strict=True):
            index = written.find(text)
            if index >= 0:
                return line, index
        raise AssertionError(f"{text!r} is on no line: {self.texts}")

    def step(self, a: str, b: str) -> float:
        """From the origin of *a* to that of *b* after it, em."""
        line, index = self.find(a + b)
        return (line[index + len(a)].x - line[index].x) / EM


Check = Callable[[Page], object]


@dataclass
class Case:
    name: str
    body: str
    checks: tuple[Check, ...]
    width: float = 20
    css: str = ""
    lang: str = "zh-CN"


# --- what is asked of a page --------------------------------------------------------------------


def never_begins(marks: str = TRAILING) -> Check:
    def check(page: Page) -> None:
        assert [t for t in page.texts if t[0] in marks] == []

    return check


def never_ends(marks: str = OPENING) -> Check:
    def check(page: Page) -> None:
        assert [t for t in page.texts[:-1] if t[-1] in marks] == []

    return check


def together(text: str) -> Check:
    return lambda page: page.find(text)


def justified(tolerance: float = 0.05) -> Check:
    """All lines but the last reach the edge: Han and Latin fully, marks by their ink half."""

    def check(page: Page) -> None:
        for line in page.lines[:-1]:
            last = line[-1]
            if last.text in TRAILING:
                end = last.x + EM / 2
            elif is_han(last.text):
                end = last.x + EM
            else:
                end = last.right + 0.06 * EM  # its right bearing, or nearly
            assert abs((end - LEFT) / EM - page.width) <= tolerance, (end, last)

    return check


def even(most: float = 0.021) -> Check:
    """Within a line all steps from Han to Han are alike."""

    def check(page: Page) -> None:
        for line in page.lines[:-1]:
            steps = [
                (b.x - a.x) / EM
                for a, b in itertools.pairwise(line)
                if is_han(a.text) and is_han(b.text)
            ]
            assert max(steps, default=1) - min(steps, default=1) <= most

    return check


def is_han(text: str) -> bool:
    return "\u4e00" <= text <= "\u9fff"


def pair(marks: str, least: float, most: float) -> Check:
    """Room of *marks*, from the character before them to the one after; em."""

    def check(page: Page) -> None:
        line, index = page.find(marks)
        room = (line[index + len(marks)].x - line[index - 1].x) / EM - 1
        assert least <= room <= most, room

    return check


def step(a: str, b: str, least: float, most: float) -> Check:
    def check(page: Page) -> None:
        assert least <= page.step(a, b) <= most, page.step(a, b)

    return check


def first_at(x: float, tolerance: float = 0.03) -> Check:
    """Origin of the first character, em from the column's left edge."""

    def check(page: Page) -> None:
        assert abs((page.lines[0][0].x - LEFT) / EM - x) <= tolerance

    return check


def first_ink(most: float) -> Check:
    def check(page: Page) -> None:
        assert (page.lines[0][0].left - LEFT) / EM <= most

    return check


def line_begins_trimmed(mark: str) -> Check:
    def check(page: Page) -> None:
        (line,) = (x for x in page.lines[1:] if x[0].text == mark)
        assert (line[0].left - LEFT) / EM < 0.2

    return check


def last_mark_at(x: float) -> Check:
    """Origin of the first line's last mark, em."""

    def check(page: Page) -> None:
        last = page.lines[0][-1]
        assert last.text in TRAILING
        assert abs((last.x - LEFT) / EM - x) <= 0.06

    return check


def on_grid() -> Check:
    def check(page: Page) -> None:
        off = (abs((g.x - LEFT) / EM - round((g.x - LEFT) / EM)) for g in page.glyphs)
        assert max(off) <= 0.03

    return check


def pitch(points: float = 20, tolerance: float = 0.05) -> Check:
    def check(page: Page) -> None:
        heights = sorted(
            {round(line[0].y, 2) for line in page.lines if len(line) > 4}, reverse=True
        )
        steps = [a - b for a, b in itertools.pairwise(heights)]
        assert len(steps) >= 1
        assert [s for s in steps if abs(s - points) > tolerance] == []

    return check


def copied(text: str) -> Check:
    def check(page: Page) -> None:
        assert page.copied.replace("\r", "").replace("\n", "") == text

    return check


def last_line(least: int) -> Check:
    def check(page: Page) -> None:
        assert sum(map(is_han, page.texts[-1])) >= least

    return check


def count_of_lines(count: int) -> Check:
    def check(page: Page) -> None:
        assert len(page.lines) == count

    return check


def natural(text: str) -> Check:
    """No gap inside *text*: its steps are those of the same text set alone on a line."""

    def check(page: Page) -> None:
        line, index = page.find(text)
        for a, b in zip(line[index:], line[index + 1 : index + len(text)], strict=False):
            assert b.left - a.right < 0.16 * EM

    return check


def centred_over(base: str, reading: str) -> Check:
    def check(page: Page) -> None:
        (han,) = (g for g in page.glyphs if g.text == base)
        above = [g for g in page.glyphs if g.text in reading and g.y > han.y + 3]
        near = [g for g in above if abs(g.middle - han.middle) < EM]
        middle = (min(g.left for g in near) + max(g.right for g in near)) / 2
        assert abs(middle - (han.x + EM / 2)) <= 0.15 * EM

    return check


def centred_ink(mark: str, tolerance: float = 0.1) -> Check:
    """The mark's ink in the middle of its em, across and upright."""

    def check(page: Page) -> None:
        line, index = page.find(mark)
        before, glyph = line[index - 1], line[index]
        cell = before.x + EM
        assert abs((glyph.middle - cell) / EM - 0.5) <= tolerance
        height = (glyph.bottom + glyph.top) / 2 - before.y
        assert abs(height / EM - 0.38) <= tolerance

    return check


def dots_under(text: str) -> Check:
    def check(page: Page) -> None:
        line, index = page.find(text)
        small = [p for p in page.paths if p[2] - p[0] < 4]
        for glyph in line[index : index + len(text)]:
            middle = glyph.x + EM / 2
            assert any(
                abs((left + right) / 2 - middle) < 0.5 and top < glyph.bottom + 1
                for left, _, right, top in small
            )
        assert len(small) == len(text)

    return check


def two_strokes(least: float) -> Check:
    def check(page: Page) -> None:
        strokes = sorted(p for p in page.paths if p[2] - p[0] > 8 and p[3] - p[1] < 3)
        assert len(strokes) == 2
        assert (strokes[1][0] - strokes[0][2]) / EM >= least

    return check


def upright(text: str) -> Check:
    def check(page: Page) -> None:
        cells = [next(g for g in page.glyphs if g.text == c) for c in text]
        assert max(g.middle for g in cells) - min(g.middle for g in cells) < 1.5
        for above, below in itertools.pairwise(cells):
            assert 8 <= above.y - below.y <= 12

    return check


def balanced(most: float) -> Check:
    def check(page: Page) -> None:
        widths = [(line[-1].x - line[0].x) / EM for line in page.lines]
        assert len(widths) > 1
        assert max(widths) - min(widths) <= most

    return check


def ragged() -> Check:
    def check(page: Page) -> None:
        assert all(
            abs((b.x - a.x) / EM - 1) < 0.01
            for line in page.lines
            for a, b in itertools.pairwise(line)
            if is_han(a.text) and is_han(b.text)
        )

    return check


# --- the cases --------------------------------------------------------------------------------

SANS, KAI = 'font-family: "Noto Sans SC"', 'font-family: "LXGW WenKai"'


def cases() -> Iterator[Case]:
    yield from _line_edges()
    yield from _kept_together()
    yield from _marks_that_meet()
    yield from _han_and_latin()
    yield from _justification()
    yield from _decoration()
    yield from _switches()
    yield from _copying()


def _line_edges() -> Iterator[Case]:
    for mark in TRAILING:
        yield Case(f"{mark} never begins a line", HEAD + mark + TAIL, (never_begins(), justified()))
    for mark in OPENING:
        yield Case(
            f"{mark} never ends a line",
            HEAD[:19] + mark + "门前" + TAIL,
            (never_ends(), justified()),
        )
    for face, css in (("Sans", SANS), ("Kai", KAI)):
        for mark in "，。”》":
            body = HEAD + mark + TAIL
            yield Case(f"{mark} never begins a line, {face}", body, (never_begins(),), css=css)
    for mark in "·％%℃～-/":
        body = HEAD[:20] + mark + TAIL
        yield Case(f"{mark} never begins a line", body, (never_begins(mark),))
    yield Case(
        "a stop that ends a line has half an em",
        HEAD[:19] + "。" + TAIL,
        (last_mark_at(19.5),),
        width=20,
    )
    yield Case(
        "a bracket that begins a line loses its blank",
        HEAD + "《晨光》" + TAIL,
        (line_begins_trimmed("《"),),
    )
    yield Case(
        "a bracket after an indent loses its blank too",
        "“春天”的街巷" + TAIL,
        (first_ink(2.3),),
        css="text-indent: 2em",
    )
    yield Case("an indent is two em", HEAD + TAIL, (first_at(2),), css="text-indent: 2em")
    for value in ("allow-end", "force-end"):
        body = HEAD + "，" + TAIL
        yield Case(
            f"hanging-punctuation: {value}",
            body,
            (last_mark_at(20),),
            css=f"hanging-punctuation: {value}",
        )
    yield Case(
        "hanging-punctuation: first",
        "“春天的街巷” " + TAIL,
        (first_at(-1),),
        css="hanging-punctuation: first",
    )
    yield Case(
        "hanging-punctuation: last",
        "春天的街巷”",
        (last_mark_at(20),),
        css="hanging-punctuation: last; text-align: right",
    )
    for extra in range(1, 4):
        body = (HEAD + TAIL)[:40] + "新"[: extra % 2] + "年好"[: extra // 2 * 2]
        yield Case(f"no single character on the last line, {extra}", body, (last_line(2),))


def _kept_together() -> Iterator[Case]:
    for text in (
        "2.31亿元", "93.1%", "2020年11月20日", "-12.5℃", "第3届", "1057场", "173.5万株", "￥100",
        "4.7万个", "11月20日", "100周年", "99平方公里", "——", "……", "WeasyPrint", "COVID",
    ):  # fmt: skip
        for lead in (18, 19):
            body = HEAD[:lead] + text + TAIL
            yield Case(f"{text} stays whole after {lead}", body, (together(text), never_begins()))
    yield Case(
        "U+2060 holds two characters together",
        HEAD[:19] + "灯\u2060火" + TAIL,
        (together("灯火"),),
    )


def _marks_that_meet() -> Iterator[Case]:
    for marks in (
        "》，",
        "。”",
        "）》",
        "》《",
        "（《",
        "、《",
        "：“",
        "”，",
        "”。",
        "』」",
        "，“",
        "！”",
    ):
        body = f"春风甲{marks}乙面貌"
        yield Case(f"{marks} take 1.5 em", body, (pair(marks, 1.45, 1.55),), css="text-align: left")
    for marks in ("！！", "？！", "！？", "？？"):
        body = f"春风甲{marks}乙面貌"
        yield Case(f"{marks} take one em", body, (pair(marks, 0.97, 1.03),), css="text-align: left")
    for marks in ("——", "……"):
        for before in ("甲", "K"):
            body = f"春风{before}{marks}乙面貌"
            check = step(marks, "乙", 1.97, 2.03)
            yield Case(f"{marks} after {before} is two em", body, (check,), css="text-align: left")
    yield Case(
        "marks that meet across an element",
        "春风甲<b>》</b><i>《</i>乙",
        (pair("》《", 1.45, 1.55),),
        css="text-align: left",
    )
    yield Case(
        "· takes half an em", "马克·吐温", (step("克", "·", 1.0, 1.2),), css="text-align: left"
    )


def _han_and_latin() -> Iterator[Case]:
    left = "text-align: left"
    for body in ("城乡GDP增长", "城乡 GDP 增长", "城乡<b>GDP</b>增长"):
        yield Case(f"a quarter em: {body}", body, (step("乡", "G", 1.24, 1.26),), css=left)
    yield Case("before a digit", "增长93个", (step("长", "9", 1.24, 1.26),), css=left)
    yield Case("none beside a bracket", "城乡（GDP），", (natural("GDP"),), css=left)
    gap = f"{left}; --autospace-gap: .17"
    yield Case("as wide as a layout asks", "城乡GDP增长", (step("乡", "G", 1.16, 1.18),), css=gap)
    for lead in (15, 17, 18):
        body = HEAD[:lead] + "GDP到2020年" + TAIL
        checks = (natural("GDP"), natural("2020"), justified())
        yield Case(f"never stretched inside words, {lead}", body, checks)
    yield Case(
        "a superscript has no gap",
        "城乡面貌<sup>1</sup>增长",
        (step("貌", "1", 0.99, 1.01),),
        css=left,
    )


def _justification() -> Iterator[Case]:
    for width in map(float, range(8, 15)):
        body = HEAD + "，" + TAIL + "。" + HEAD
        yield Case(f"justified in {width} em", body, (justified(), even(), never_begins()), width)
    for face, css in (("Sans", SANS), ("Kai", KAI)):
        for width in (9.0, 13.5, 19.5):
            body = HEAD + TAIL + "。" + HEAD + TAIL
            yield Case(f"even in {width} em, {face}", body, (even(), justified()), width, css=css)
    yield Case("pure Han stands on its grid", HEAD + TAIL, (on_grid(),))
    mixed = HEAD[:10] + "GDP年均增长了12.5%左右" + TAIL
    yield Case("mixed text is justified", mixed, (justified(), even()))
    spans = HEAD[:6] + "<b>" + HEAD[6:12] + "</b>" + TAIL[:20] + "<i>" + TAIL[20:] + "</i>" + HEAD
    yield Case("across elements", spans, (justified(), even()), 19.5)
    pauses = "风、花、雪、月，" + TAIL + "。" + HEAD
    yield Case("marks give way before gaps grow", pauses, (justified(), never_begins()))


def _decoration() -> Iterator[Case]:
    text = HEAD + "{}" + TAIL
    for name, inside in (
        ("bold", "<b>春风</b>"),
        ("Kai", f"<span style='{KAI.replace(chr(34), '')}'>春风</span>"),
        ("Sans", f"<span style='{SANS.replace(chr(34), '')}'>春风</span>"),
        ("a superscript", "春<sup>12</sup>"),
        ("a subscript", "春<sub>12</sub>"),
        ("emphasis dots", "<em style='text-emphasis: dot'>春风</em>"),
        ("ruby", "<ruby>春<rt>chūn</rt></ruby>"),
        ("Latin", "WeasyPrint"),
        ("code", "<code>x</code>"),
    ):
        yield Case(f"{name} leaves the pitch", text.format(inside), (pitch(),))
    dotted = "坚定<em style='text-emphasis: filled dot'>自信</em>前进"
    yield Case("a dot under each character", dotted, (dots_under("自信"), copied("坚定自信前进")))
    yield Case("adjacent names keep apart", "<u>张三</u><u>李四</u>去了", (two_strokes(0.03),))
    ruby = "<ruby>汉<rt>hàn</rt></ruby><ruby>字<rt>zì</rt></ruby>之美"
    checks = (centred_over("汉", "hàn"), centred_over("字", "zì"))
    yield Case("a reading stands over its character", ruby, checks, css="line-height: 3")
    title = "<span style='display:block; writing-mode: vertical-rl; line-height: 1'>百年华诞</span>"
    yield Case("a short title stands upright", title, (upright("百年华诞"),))
    heading = "<h2 style='font: inherit; width: 12em'>庆祝廊坊成为全国文明城市大会隆重举行</h2>"
    words = tuple(together(w) for w in ("庆祝", "廊坊", "全国", "城市", "大会", "隆重", "举行"))
    yield Case("a heading breaks between phrases", heading, (*words, balanced(5)))
    even_title = f"<h2 style='font: inherit; word-break: normal'>{HEAD}{TAIL[:4]}</h2>"
    yield Case("a heading is balanced", even_title, (balanced(1.01), count_of_lines(2)))


def _switches() -> Iterator[Case]:
    left = "text-align: left; "
    yield Case("text-autospace: no-autospace", "城乡GDP增长", (step("乡", "G", 0.99, 1.01),),
               css=left + "text-autospace: no-autospace")  # fmt: skip
    numeric = left + "text-autospace: ideograph-numeric"
    checks = (step("乡", "G", 0.99, 1.01), step("长", "9", 1.24, 1.26))
    yield Case("text-autospace: ideograph-numeric", "城乡GDP增长93个", checks, css=numeric)
    alpha = left + "text-autospace: ideograph-alpha"
    checks = (step("乡", "G", 1.24, 1.26), step("长", "9", 0.99, 1.01))
    yield Case("text-autospace: ideograph-alpha", "城乡GDP增长93个", checks, css=alpha)
    yield Case("text-spacing-trim: space-all", "春风甲》《乙", (pair("》《", 1.97, 2.03),),
               css=left + "text-spacing-trim: space-all")  # fmt: skip
    yield Case("text-spacing-trim: normal keeps a first bracket whole", "“春天”的街巷",
               (first_at(0),), css=left + "text-spacing-trim: normal")  # fmt: skip
    yield Case("text-justify: none", HEAD + TAIL + HEAD, (ragged(),), 19.5,
               css="text-justify: none")  # fmt: skip
    yield Case("text-align: left", HEAD + "，" + TAIL, (ragged(), never_begins()), 19.5, css=left)
    yield Case("text-wrap: nowrap", HEAD[:10] + TAIL[:5], (count_of_lines(1),), 8,
               css=left + "text-wrap: nowrap")  # fmt: skip
    yield Case("line-break: anywhere", HEAD + "，" + TAIL[:3], (count_of_lines(2),), 20,
               css=left + "line-break: anywhere; text-spacing-trim: space-all")  # fmt: skip
    loose = "line-break: loose; text-align: left; text-spacing-trim: space-all"
    yield Case("line-break: loose lets ～ begin a line", HEAD + "～" + TAIL,
               (never_begins("，。"),), css=loose)  # fmt: skip
    for mark in "，。、":
        yield Case(f"{mark} in the middle, zh-Hant", f"春風甲{mark}乙面貌", (centred_ink(mark),),
                   css=left, lang="zh-Hant")  # fmt: skip
    for mark in "，。」":
        yield Case(f"{mark} never begins a line, zh-Hant", HEAD + mark + TAIL, (never_begins(),),
                   lang="zh-Hant")  # fmt: skip
    yield Case("。 never begins a line, ja", HEAD + "。" + TAIL, (never_begins(),), lang="ja")
    yield Case("sizes other than ten points", HEAD + "，" + TAIL + HEAD,
               (never_begins(), pitch(24)), css="font-size: 14pt; line-height: 24pt")  # fmt: skip
    yield Case("a forced line feed", HEAD[:5] + "<br>" + TAIL[:5], (count_of_lines(2),))


def _copying() -> Iterator[Case]:
    for body, plain in (
        ("城乡GDP增长93个百分点，“人民”生活", "城乡GDP增长93个百分点，“人民”生活"),
        ("甲》《乙——丙……丁！！", "甲》《乙——丙……丁！！"),
        ("投入2.31<b>亿元</b>，<i>建</i>成", "投入2.31亿元，建成"),
        ("<ruby>汉<rt>hàn</rt></ruby>字", "汉hàn字"),
    ):
        yield Case(f"copied as written: {plain}", body, (copied(plain),))
    stretched = "春天GDP到来" + "一二三四五2020年11月20日"
    yield Case("copied as written from a loose line", stretched, (copied(stretched),), 10)


ALL = list(cases())


@pytest.fixture(scope="module")
def pages(root: Path) -> list[Page]:
    """Every case set, in one document."""
    sections = "".join(
        f'<section lang="{c.lang}"><div class="p" style="width: {c.width}em; {escaped(c.css)}">'
        f"{c.body}</div></section>"
        for c in ALL
    )
    html = (
        '<html lang="zh-CN"><style>@page { size: 500pt 600pt; margin: 20pt }'
        'body { margin: 0; font: 10pt/2 "Noto Serif SC"; text-spacing-trim: trim-both;'
        " line-break: strict } section { break-after: page }"
        ".p { text-align: justify; text-wrap: pretty } h2 { margin: 0 }"
        f" sup, sub {{ font-size: .7em }} code {{ {SANS} }}</style>{sections}"
    )
    sheets = banxin.render(html, workspace=root)
    assert [
        r
        for r in sheets.remarks
        if r.code not in {"line/loose", "line/tight", "line/runt", "text/too-wide"}
    ] == []
    document = pypdfium2.PdfDocument(sheets.pdf)
    return [read(page, case) for page, case in zip(document, ALL, strict=True)]


def escaped(css: str) -> str:
    return css.replace('"', "&quot;")


def read(page: pypdfium2.PdfPage, case: Case) -> Page:
    text = page.get_textpage()
    kind = [pdfium.FPDF_PAGEOBJ_PATH]
    paths = [tuple(item.get_bounds()) for item in page.get_objects(filter=kind)]
    return Page(list(glyphs(page)), text.get_text_range(), paths, case.width)


def test_each_case_has_a_page_and_a_name_of_its_own(pages: list[Page]) -> None:
    assert len(pages) == len(ALL) == len({case.name for case in ALL})
    assert len(ALL) >= 109


@pytest.mark.parametrize("number", range(len(ALL)), ids=[case.name for case in ALL])
def test_rule(number: int, pages: list[Page]) -> None:
    for check in ALL[number].checks:
        check(pages[number])
