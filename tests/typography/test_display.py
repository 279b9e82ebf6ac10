"""Titles, names, labels and lists as they stand on the page, measured in the PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from test_grid import Character, characters
from test_margins import bound, chapter

from banxin import layouts
from banxin.diagnostics import Place
from banxin.workspace import Workspace
from conftest import ROOT
from dresses import BOOKS, LAYOUTS, LEAFLETS

MM: Final = 25.4 / 72
SAID: Final = "城里的河道清了三回，岸上的灯一盏一盏亮起来，晚饭后出门散步的人比从前多了许多。"
COVER: Final = chapter("cover", "河边")
Book = Callable[..., list[list[Character]]]


@pytest.fixture
def book(tmp_path: Path, root: Path, shared_cache: Path) -> Book:
    """The characters of each page of a title of some chapters, as the PDF has them."""

    def pages(layout: str, *chapters: str, tables: str = "") -> list[list[Character]]:
        pdf = bound(tmp_path, root, shared_cache, layout, chapters, tables=tables)
        with pypdfium2.PdfDocument(pdf) as document:
            return [list(characters(page)) for page in document]

    return pages


def run(page: Sequence[Character], words: str) -> list[Character]:
    """The characters of *words*, which the page has once, as they stand in the PDF."""
    bare = re.sub(r"\s", "", words)
    text = "".join(one.text for one in page)
    assert text.count(bare) == 1, (bare, text)
    start = text.index(bare)
    return list(page[start : start + len(bare)])


def where(pages: Sequence[Sequence[Character]], words: str) -> Sequence[Character]:
    """The page that has *words*."""
    bare = re.sub(r"\s", "", words)
    return next(page for page in pages if bare in "".join(one.text for one in page))


def em(one: Character) -> float:
    """In mm; the engine writes sizes in CSS pixels."""
    return one.size * 0.75 * MM


ENGLISH: Final = (
    "One Team, Four Time Zones, and a Coffee Machine That Never Stops Working",
    "Seventy Years of Teaching and Learning by the River and the Old Stone Bridge",
    "From a Rented Workshop to Forty Countries in Twenty Years of Careful Measurement",
)


UPRIGHT: Final = ("shuxi",)  # titles of its chapters stand so


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in UPRIGHT])
@pytest.mark.parametrize("title", ENGLISH)
def test_no_title_is_spread_over_its_line(title: str, layout: str, book: Book) -> None:
    """Between two of its words is the face's own space: less than half an em and a letter."""
    pages = book(layout, COVER, chapter("text", title, SAID * 3))
    letters = run(where(pages, title), title)
    ends = [len(re.sub(r"\s", "", title[: m.start()])) for m in re.finditer(r" ", title)]
    beside = [(letters[n - 1], letters[n]) for n in ends]
    gaps = [(b.x - a.x) / em(a) for a, b in beside if abs(a.y - b.y) < 0.1]

    assert len(gaps) >= 5
    assert [round(gap, 2) for gap in gaps if gap > 1.4] == []


@pytest.mark.parametrize("layout", UPRIGHT)
@pytest.mark.parametrize("title", ENGLISH)
def test_an_upright_title_is_read_from_the_right_and_not_spread(
    title: str, layout: str, book: Book
) -> None:
    pages = book(layout, COVER, chapter("text", title, SAID * 3))
    page = next(page for page in pages if any(one.text == title[0] for one in page))
    letters = [one for one in page if one.text.isascii() and not one.text.isdigit()]
    letters.sort(key=lambda one: (-round(one.x, 1), one.y))
    words = re.findall(r"\S+", title)
    ends = [sum(map(len, words[:n])) for n in range(1, len(words))]
    beside = [(letters[n - 1], letters[n]) for n in ends]
    gaps = [(b.y - a.y) / em(a) for a, b in beside if abs(a.x - b.x) < 0.1]

    assert "".join(one.text for one in letters) == "".join(words)
    assert len(gaps) >= 5
    assert [round(gap, 2) for gap in gaps if gap > 1.4] == []


TITLES: Final = (
    "河边三年",
    "沿河走一趟看看三年里都变了些什么",
    "沿河走一趟，看看三年里都变了些什么，又有哪些没有变，问一问住在岸上的人们",
    "沿河走一趟，看看三年里都变了些什么，又有哪些没有变，问一问住在岸上的人们他们怎样看待这一切，再把答案一条一条地记下来",
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("template", ["article", "text", "numbers"])
def test_a_kicker_stands_clear_of_every_title(template: str, layout: str, book: Book) -> None:
    """From its baseline to the heads of the characters below it, in whatever size: 2 mm or more."""
    figures = "::: numbers\n- **93%** 入户率\n- **12人** 值班\n:::"
    text = figures if template == "numbers" else SAID * 3
    texts = [
        chapter(template, title, text).replace("\ntitle", f"\nkicker: 眉题{mark}\ntitle")
        for mark, title in zip("甲乙丙丁", TITLES, strict=True)
    ]
    texts = texts[-3:] if layout in LEAFLETS else texts
    pages = book(layout, COVER, *texts)
    for mark, title in list(zip("甲乙丙丁", TITLES, strict=True))[-len(texts) :]:
        page = where(pages, f"眉题{mark}")
        above = run(page, f"眉题{mark}")
        below = page[page.index(above[-1]) :]
        heads = [one for one in below if one.text == title[0] and one.size > above[0].size * 1.2]
        if not heads:  # it stands beside, and upright
            assert any(one.text == title[0] and one.size > above[0].size * 1.2 for one in page)
            continue
        head = heads[0]
        gap = head.y - 0.86 * em(head) - above[0].y
        assert gap > 2.0, (title, round(gap, 2))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "verse",
    [
        ("请把灯点起来", "从码头到窑", "从船篙到屏幕"),
        ("羊在前面喊冷", "玻璃在后面发抖", "我夹在当中"),
        ("河边县文化馆", "二〇二四年九月"),
    ],
)
def test_lines_that_the_manuscript_breaks_begin_alike(
    verse: tuple[str, ...], layout: str, book: Book
) -> None:
    pages = book(layout, COVER, chapter("text", "献诗", SAID + "\n\n" + "\\\n".join(verse)))
    starts = {round(run(where(pages, line), line)[0].x, 2) for line in verse}

    assert len(starts) == 1


def names(*people: str) -> str:
    listed = "\n".join(f"- {one}" for one in people)
    return f'::: names {{title="甲组" count="{len(people)}人"}}\n{listed}\n:::'


@pytest.mark.parametrize("layout", BOOKS)
def test_the_rule_over_names_does_not_underline_the_text_before(layout: str, book: Book) -> None:
    """A line of white parts them: names stand three lines below, one of them the rule's; and two
    more where their heading stands above them.
    """
    text = f"1952. 这一年招了头一个班。\n\n{names('王　安', '李春生')}"
    pages = book(layout, COVER, chapter("people", "名录", text))
    page = where(pages, "李春生")
    pitch = layouts.load(layout, Workspace(ROOT), Place()).grid.baseline.in_mm
    down = run(page, "李春生")[0].y - run(page, "1952.这一年招了头一个班")[-1].y

    above = run(page, "甲组")[0].y < run(page, "李春生")[0].y - 1.5 * pitch
    assert down / pitch == pytest.approx(5 if above else 3, abs=0.05)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_remark_in_parentheses_is_a_remark(layout: str, book: Book) -> None:
    people = (
        "李瑶（长春）",
        "冯知行（兰州）",
        "王　安 北京",
        "孙禾",
        "阿不力孜·艾合买提江（劳动模范）",
    )
    pages = book(layout, COVER, chapter("people", "名录", names(*people)))
    page = where(pages, "李瑶")
    wide = [run(page, name)[1].x - run(page, name)[0].x for name in ("李瑶", "王安", "孙禾")]
    body = run(page, "李瑶")[0]
    remarks = [run(page, said)[1] for said in ("（长春", "（兰州", "北京", "（劳动模范")]
    last, first = run(page, "江")[0], run(page, "（劳动模范")[0]

    assert wide == pytest.approx([2 * em(body)] * 3, abs=0.05)
    assert [one.size < body.size * 0.9 for one in remarks] == [True] * 4
    assert first.x - last.x > 1.3 * em(body) or first.y > last.y


@pytest.mark.parametrize("layout", BOOKS)
@pytest.mark.parametrize(
    "people",
    [
        ("王安", "李春生", "阿不力孜·艾合买提江 县劳动模范", "孙禾", "赵俭", "陈平", "田平"),
        ("Emma Lindqvist (Göteborg)", "Jürgen Weiß (Stuttgart)", "José Ángel Núñez (Querétaro)",
         "María Fernanda Ibáñez (Querétaro)", "Zoë Okonkwo (Lagos)", "Anders Holm (Göteborg)"),
        ("黄守仁 中科院某所研究员", "张世昌 参军", "胡俭 铁路局", "刘叔平", "郭桂英 班长", "王军"),
    ],
    ids=["one", "latin", "mixed"],
)  # fmt: skip
def test_names_stand_in_columns_however_wide_some_are(
    people: tuple[str, ...], layout: str, book: Book
) -> None:
    pages = book(layout, COVER, chapter("people", "名录", names(*people)))
    bare = [re.split(r" [(\u3400-\u9fff]", one)[0] for one in people]
    page = where(pages, bare[0])
    starts = sorted({round(run(page, name)[0].x, 1) for name in bare})
    rows = [round(run(page, name)[0].y, 1) for name in bare]

    steps = [b - a for a, b in pairwise(starts)]
    narrow = layouts.load(layout, Workspace(ROOT), Place()).grid.text < 30
    assert rows == sorted(rows)
    assert len(starts) > 1 or narrow
    assert [s for s in steps if abs(s / min(steps) - round(s / min(steps))) > 0.05] == []


LABELS: Final = {
    "short": ("主编", "校对", "印刷"),
    "both": ("编印 Published by", "总编 Editor-in-chief", "翻译 Translation"),
    "long": ("责任编辑兼美术总监", "内部资料准印证号", "编辑部所在地址"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", LABELS)
def test_a_label_of_the_imprint_has_one_line(kind: str, layout: str, book: Book) -> None:
    rows = "".join(f'"{label}" = "甲乙丙{n}"\n' for n, label in enumerate(LABELS[kind]))
    imprint = chapter("imprint", "版权")
    pages = book(layout, COVER, chapter("text", "正文", SAID), imprint, tables=f"[imprint]\n{rows}")
    for label in LABELS[kind]:
        letters = run(where(pages, label), label)
        assert len({round(one.y, 1) for one in letters if one.text.isalnum()}) <= 2
        assert max(one.y for one in letters) - min(one.y for one in letters) < 0.5 * em(letters[0])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [3, 5, 6, 7, 9])
def test_numbers_fill_their_rows_from_the_left(count: int, layout: str, book: Book) -> None:
    count = min(count, 7) if layout in LEAFLETS else count  # a panel holds no more
    items = "\n".join(f"- **{n}0{n}** 说明{'甲乙丙丁戊己庚辛壬'[n]}" for n in range(count))
    pages = book(layout, COVER, chapter("numbers", "数字", f"::: numbers\n{items}\n:::"))
    page = where(pages, "说明乙")
    there = [run(page, f"说明{'甲乙丙丁戊己庚辛壬'[n]}")[0] for n in range(1, count)]
    rows: dict[float, list[float]] = {}
    for one in there:
        rows.setdefault(round(one.y, 1), []).append(round(one.x, 1))
    first, *others = rows.values()

    assert len(there) == count - 1
    assert [row for row in others if row != first[: len(row)]] == []


MANY: Final = "河道清了三回岸上的灯一盏一盏亮起来晚饭后出门散步的人比从前多了许多，" * 4


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("hero", "item"), [(9, 40), (9, 70), (9, 110), (60, 9), (130, 9), (130, 110)]
)
def test_numbers_with_many_words_are_whole_lines(
    hero: int, item: int, layout: str, book: Book
) -> None:
    """The words are set closer than the grid, and the text below them stands on it all the same."""
    items = f"- **93%** {MANY[:hero]}乙\n- **12人** 说明\n- **7天** {MANY[:item]}丁"
    numbers = f"::: numbers\n{items}\n:::"
    pages = book(layout, COVER, chapter("text", "数字", f"先前{SAID}\n\n{numbers}\n\n后来{SAID}"))
    grid = layouts.load(layout, Workspace(ROOT), Place()).grid
    page = where(pages, "后来")
    before, after = run(where(pages, "先前"), "先前")[0], run(page, "后来")[0]
    foot = max(run(page, last)[0].y for last in "乙丁")
    lines = (after.y - before.y) / grid.baseline.in_mm

    assert abs(lines - round(lines)) * grid.baseline.in_mm < 0.05
    assert foot < after.y - em(after)


ENTRIES: Final = (
    ("从头说起", "河边", "水从哪里来"),
    ("从头说起", "一条河三年里的治理经过以及沿岸居民的看法和建议综述", "水从哪里来"),
    ("一条河三年里的治理经过以及沿岸居民的看法和建议综述与其他" * 2, "河边", "水从哪里来"),
)


@pytest.mark.parametrize("layout", ["jinian", "huace"])
@pytest.mark.parametrize("titles", ENTRIES, ids=["short", "long", "longest"])
@pytest.mark.parametrize(
    "kickers", [("序", "丙", "丁"), ("序", "会议代表发言摘要与书面交流材料", "丁")]
)
def test_the_entries_of_one_list_are_set_alike(
    kickers: tuple[str, ...], titles: tuple[str, ...], layout: str, book: Book
) -> None:
    texts = [
        chapter("text", title, SAID).replace("\ntitle", f"\nkicker: {kicker}\ntitle")
        for kicker, title in zip(kickers, titles, strict=True)
    ]
    pages = book(layout, COVER, chapter("contents", "目次"), *texts)
    page = where(pages, "目次")
    first = [run(page, title)[0] for title in titles]

    assert len({round(one.size, 2) for one in first}) == 1
    assert len({round(one.x, 1) for one in first}) == 1
    if layout == "jinian":
        above = [next(one for one in page if one.text == kicker[0]) for kicker in kickers]
        assert len({round(one.x, 1) for one in above}) == 1


@pytest.mark.parametrize(
    ("title", "labelled"),
    [("第一章 草创", True), ("第二编　播迁", True), ("Chapter 3 Growth", True), ("草创时期", False),
     ("第一次开会", False)],
)  # fmt: skip
def test_a_title_with_a_number_of_its_own_has_no_other(
    title: str, labelled: bool, book: Book
) -> None:
    pages = book("jinian", COVER, chapter("contents", "目次"), chapter("article", title, SAID * 2))
    contents, opener = ("".join(one.text for one in page) for page in (pages[1], pages[-1]))
    bare = re.sub(r"\s", "", title)

    for page in (contents, opener):
        assert bare in page
        assert ("第一章" in page.replace(bare, "")) == (not labelled)


def rules(pdf: Path) -> Iterator[tuple[int, float, float]]:
    """Of each horizontal rule: its page, how far down it is, and its length, mm."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            tall = page.get_height()
            for thing in page.get_objects((pdfium.FPDF_PAGEOBJ_PATH,)):
                left, low, right, high = thing.get_bounds()
                if high - low < 3 and right - left > 20:
                    yield number, (tall - (low + high) / 2) * MM, (right - left) * MM


@pytest.mark.parametrize(("long", "heads"), [(11, 1), (13, 1), (15, 4), (17, 0)])
def test_a_page_that_a_story_heads_has_one_rule_over_it(
    long: int, heads: int, tmp_path: Path, root: Path, shared_cache: Path
) -> None:
    """The rule over a story lies on the line over the page, whose foot is 17 mm from its head."""
    texts = [
        chapter("text", f"普通的文章{n}", "\n\n".join([SAID * 6] * (long + n))) for n in range(5)
    ]
    pdf = bound(tmp_path, root, shared_cache, "tekan", [COVER, *texts])
    found = [down for _, down, _ in rules(pdf)]

    assert len(found) == 5
    above = [down for down in found if down < 22]
    assert above == pytest.approx([17 - 0.75 * MM / 2] * heads, abs=0.02)


@pytest.mark.parametrize("template", ["text", "people", "article"])
def test_a_story_behind_a_page_of_pictures_has_one_rule_over_it(
    template: str, tmp_path: Path, root: Path, shared_cache: Path
) -> None:
    texts = [
        chapter("text", "前面的文章", SAID),
        chapter("spread", "图版"),
        chapter(template, "后面", SAID),
    ]
    pdf = bound(tmp_path, root, shared_cache, "tekan", [COVER, *texts])
    last = [down for page, down, _ in rules(pdf) if page == 3]

    assert last == pytest.approx([17 - 0.75 * MM / 2], abs=0.02)


@pytest.mark.parametrize(
    ("deck", "lines"),
    [
        ("小区、车位、路口，|先把近的事做完。", ["小区、车位、路口，", "先把近的事做完。"]),
        (f"{'字' * 22}。|短。", [f"{'字' * 22}。", "短。"]),
        (f"{'字' * 25}。|短。", ["字" * 23, "字字。短。"]),
        (f"{'字' * 10}，|{'文' * 30}。", [f"{'字' * 10}，{'文' * 12}", f"{'文' * 18}。"]),
    ],
)
def test_a_deck_is_broken_by_its_writer_or_where_that_does_not_fit_runs_on(
    deck: str, lines: list[str], book: Book
) -> None:
    text = f"---\ntitle: 题目\ntemplate: text\ndeck: {deck}\n---\n\n{SAID}\n"
    (page, *_) = book("shuxi", text)
    found: dict[float, str] = {}
    for one in page:
        if one.font == "LXGW-WenKai" and round(one.size * 0.75) == 12:
            found[one.y] = found.get(one.y, "") + one.text

    assert [found[y] for y in sorted(found)] == lines
