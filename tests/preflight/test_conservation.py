"""Nothing is lost in silence: losses are sown in a finished file's words, and each is found.

What is sown is taken out of the page's text, or out of the document before it is laid out; what
looks for it reads the manuscript and the file.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from banxin.cache import Cache
from banxin.diagnostics import Diagnostic, Fact, Place, Severity
from banxin.edition import Edition
from banxin.markup.document import Composed, compose
from banxin.preflight.book import Book
from banxin.preflight.entered import entered
from banxin.preflight.lost import Compared, compared
from banxin.preflight.written import letters, written
from banxin.workspace import Workspace
from conftest import ROOT, Title
from dresses import BOOKS, LAYOUTS
from judging import CONSERVED, LEDGER, facts_of, judged

MANUSCRIPT: Final = """---
title: 厂史|第一编
template: article
kicker: 往事
deck: 从一间铁匠铺写起。
byline: 史志办 文
---
建厂那年，全厂四十七人，一台皮带车床，两座烘炉[^1]，占地2.31亩。

## 起家

1. 春天，县里拨来八千元。
2. 秋天，第一批犁铧出厂。

- 铸工三班倒
- 锻工两班倒

> 老师傅说，火候要看颜色。

![烘炉旁的学徒](photos/good.jpg){credit="摄影 李成林" lines=8}

::: note {title="名词"}
烘炉，就是加热铁坯的炉子。
:::

| 年份 | 产量 |
|:--|--:|
| 1960 | 4700台 |
| 1965 | 9125台 |

::: chart {kind=bars title="职工人数" unit="人次" source="劳资科台账"}
| 车间 | 人数 |
|:--|--:|
| 翻砂 | 312 |
| 金工 | 268 |
:::

::: pullquote {by="赵师傅"}
铁要趁热打
:::

::: sidebar {title="一把锤"}
八磅锤传了三代人。
:::

::: names {title="首批工人" count="3人"}
- 钱有根 锻工
- 孙大力 铸工
- 周铁生
:::

::: timeline
### 迁厂
- **1971年** 搬到河东。
:::

::: numbers
- **3800吨** 当年的铸件。
- **96.4%** 合格率。
:::

    车床编号 CA6140

[廊坊]{ruby="láng fāng"}的铁路专线1988年通车，*楷体*与**粗体**都有。

[^1]: 烘炉后来移到了陈列馆。
"""


@pytest.fixture
def factory(title: Title, workspace: Workspace) -> Book:
    folder = title("factory", MANUSCRIPT, photos__photos_dot_toml=LEDGER)
    return facts_of(folder, workspace)


# --- silence --------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["langfang", pytest.param("liuhe", marks=pytest.mark.stress)])
def test_of_the_samples_nothing_is_lost_in_any_layout(
    name: str, layout: str, shared_cache: Path, tmp_path: Path
) -> None:
    here = Workspace(ROOT, output=tmp_path)
    here.cache = Cache(shared_cache)

    assert judged(facts_of(PurePosixPath("content") / name, here, layout)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_of_every_block_nothing_is_lost(layout: str, title: Title, workspace: Workspace) -> None:
    text = (ROOT / "tests/golden/every-block.md").read_text("utf-8")
    if layout not in BOOKS:  # a leaflet's articles have no place for a byline, which is found below
        text = text.replace("byline: 某某 文\n", "")
    folder = title("every", text, photos__photos_dot_toml=LEDGER)

    assert judged(facts_of(folder, workspace, layout)) == []


@pytest.mark.parametrize("layout", BOOKS)
def test_of_the_factory_nothing_is_lost(layout: str, title: Title, workspace: Workspace) -> None:
    folder = title("factory", MANUSCRIPT, photos__photos_dot_toml=LEDGER)

    assert judged(facts_of(folder, workspace, layout)) == []


# --- losses ---------------------------------------------------------------------------------


def lines_of(found: Sequence[Diagnostic]) -> set[int]:
    return {d.place.line or 0 for d in found}


def printed(said: str) -> re.Pattern[str]:
    """What is said, as the words of a page have it: spaces and marks may come between."""
    words = r"[^\w%]*".join(map(re.escape, letters(said)[0]))
    return re.compile(rf"(?<![0-9A-Za-z]){words}(?![0-9A-Za-z])", re.IGNORECASE)


def changed(book: Book, said: str, new: str) -> Book:
    """*book* with the words of its pages changed once, where *said* is printed."""
    pattern = printed(said)
    pages = list(book.lines)
    page = next(n for n, text in enumerate(pages) if pattern.search(text))
    pages[page] = pattern.sub(new, pages[page], count=1)
    return replace(book, lines=tuple(pages))


def test_each_thing_that_is_taken_off_a_page_is_found_with_its_line(factory: Book) -> None:
    """Titles, paragraphs, items, cells, notes, captions, names, labels: one at a time."""
    (chapter,) = factory.written
    swept = 0
    for said in chapter.said:
        text = said.text.replace("\0", "").replace("\1", "")
        if not any(printed(text).search(page) for page in factory.lines):
            continue  # broken by readings, or set line by line
        found = judged(changed(factory, text, " "), *CONSERVED, "text/only-named")
        assert any(said.first <= line <= said.last for line in lines_of(found)), text
        swept += 1
    kinds = {said.kind for said in chapter.said}

    assert kinds == {
        "title", "kicker", "front", "text", "heading", "item", "caption", "attribute", "cell",
        "note", "axis",
    }  # fmt: skip
    assert swept >= len(chapter.said) - 3


def test_each_number_of_which_two_digits_change_places_is_found(factory: Book) -> None:
    (chapter,) = factory.written
    swept = 0
    for said in chapter.said:
        for number in re.findall(r"(?<![A-Z\d.])\d{2,}", said.text):
            other = number[1] + number[0] + number[2:]
            if other != number:
                found = judged(changed(factory, number, other))
                assert said.first in lines_of(found), number
                swept += 1

    assert swept == 10


@pytest.mark.parametrize(
    ("said", "new"),
    [
        ("1. 春天，县里拨来", "春天，县里拨来"),
        ("2. 秋天", "1. 秋天"),
        ("八千元", "千元"),
        ("4700台", "700台"),
        ("96.4%", "96.4"),
        ("CA6140", "CA614"),
        ("李成林", "李林"),
        ("周铁生", "周生"),
        ("铁要趁热打", "铁要热打"),
    ],
)
def test_a_part_of_what_was_printed_is_missed_too(factory: Book, said: str, new: str) -> None:
    line = next(
        n for n, text in enumerate(MANUSCRIPT.split("\n"), 1) if said in text.replace("**", "")
    )

    assert lines_of(judged(changed(factory, said, new))) == {line}


def test_ten_things_that_the_document_lacks_are_found_in_the_finished_file(
    title: Title, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken out before the pages are laid out, so that nobody on the way could have known."""
    sown = {
        5: "往事", 7: "史志办 文", 16: "锻工两班倒", 26: "加热铁坯的炉子", 31: "4700台",
        37: "金工", 41: "赵师傅", 46: "一把锤", 51: "孙大力", 57: "1971年", 65: "CA6140",
        69: "陈列馆",
    }  # fmt: skip

    def lossy(bound: Edition) -> Composed:
        page = compose(bound)
        html = page.html
        for words in sown.values():
            assert words in html
            html = html.replace(words, "")
        return replace(page, html=html)

    monkeypatch.setattr("banxin.typeset.compose", lossy)
    here = Workspace(ROOT, output=tmp_path / "output")
    here.cache = Cache(tmp_path / "cache")  # its pages are nobody else's
    here.mount(PurePosixPath("content"), tmp_path / "content")
    folder = title("factory", MANUSCRIPT, photos__photos_dot_toml=LEDGER)

    found = judged(facts_of(folder, here))

    lines = MANUSCRIPT.split("\n")
    wanted = {n for n, t in enumerate(lines, 1) for w in sown.values() if w in t.replace("*", "")}
    assert lines_of(found) == wanted


@pytest.mark.parametrize("layout", BOOKS)
def test_front_matter_that_a_template_has_no_place_for_is_found(
    layout: str, title: Title, workspace: Workspace
) -> None:
    text = (
        "---\ntitle: 渡口\ntemplate: text\nepigraph: 河水向东\nplate: photos/b.jpg\n---\n船来了。\n"
    )
    photo = (ROOT / "content/liuhe/photos/seeding_by_Clements_Engelhardt.jpg").read_bytes()
    ledger = LEDGER + LEDGER.replace("good", "b")
    folder = title("ferry", text, photos__b_dot_jpg=photo, photos__photos_dot_toml=ledger)

    facts = facts_of(folder, workspace, layout)
    untold = replace(facts, told=tuple(d for d in facts.told if d.place.line != 4))
    found = judged(untold)

    assert {(d.code, d.place.line) for d in found} == {
        ("text/not-printed", 4),
        ("photo/not-printed", 5),
    }
    # The template was read before anything was printed: what it leaves out is told once.
    assert [d.code for d in facts.told if d.place.line == 4] == ["front-matter/unknown"]
    assert [(d.code, d.place.line) for d in judged(facts)] == [("photo/not-printed", 5)]


def test_a_picture_that_is_placed_twice_and_printed_once_is_missed(factory: Book) -> None:
    (chapter,) = factory.written
    (shown,) = chapter.shown
    elsewhere = replace(shown, place=Place(chapter.file, 70, 1))
    book = replace(factory, written=(replace(chapter, shown=(shown, elsewhere)),))

    assert lines_of(judged(book, "photo/not-printed")) == {70}
    assert judged(replace(factory, placed=()), "photo/not-printed") != []


def test_two_files_with_the_same_picture_in_them_are_one_picture(
    title: Title, workspace: Workspace
) -> None:
    front = "---\ntitle: 渡口\ntemplate: text\n---\n"
    text = f"{front}甲。\n\n![乙](photos/a.jpg)\n\n![丙](photos/b.jpg)\n"
    photo = (ROOT / "content/liuhe/photos/seeding_by_Clements_Engelhardt.jpg").read_bytes()
    ledger = LEDGER.replace("good", "a") + LEDGER.replace("good", "b")
    files = {"photos__a_dot_jpg": photo, "photos__b_dot_jpg": photo}
    folder = title("ferry", text, photos__photos_dot_toml=ledger, **files)

    assert judged(facts_of(folder, workspace)) == []


def test_of_a_leaflet_pictures_in_the_front_matter_are_only_noted(factory: Book) -> None:
    (chapter,) = factory.written
    ahead = tuple(replace(shown, ahead=True) for shown in chapter.shown)
    book = replace(factory, placed=(), folds=True, written=(replace(chapter, shown=ahead),))

    (left,) = judged(book, "photo/not-printed", "photo/left-out")

    assert (left.code, left.severity) == ("photo/left-out", Severity.NOTE)


def test_what_is_told_by_another_finding_is_not_told_twice(factory: Book) -> None:
    lossy = changed(factory, "锻工两班倒", "")
    (line,) = lines_of(judged(lossy))
    place = Place(factory.written[0].file, line, 1)
    named = Diagnostic("text/lost", Severity.ERROR, place, {})
    looks = Diagnostic("line/loose", Severity.NOTE, place, {})
    left_out = Diagnostic("layout/not-placed", Severity.WARNING, replace(place, line=1), {})

    assert judged(replace(lossy, told=(named,))) == []
    assert judged(replace(lossy, told=(left_out,))) == []
    assert lines_of(judged(replace(lossy, told=(looks,)))) == {line}


def test_a_character_that_no_face_has_is_told_once_and_hides_no_other_loss(factory: Book) -> None:
    place = Place(factory.written[0].file, 1, 1)
    lacks = Diagnostic("font/missing-character", Severity.ERROR, place, {"character": "孙"})
    name, note = ("孙大力 铸工", ""), ("烘炉，就是加热铁坯的炉子", "")

    assert lines_of(judged(changed(factory, "孙大力", "大力"))) == {48}
    assert judged(replace(changed(factory, "孙大力", "大力"), told=(lacks,))) == []
    both = changed(changed(factory, *name), *note)
    assert lines_of(judged(replace(both, told=(lacks,)))) == {23}


def test_things_that_are_lost_one_after_another_are_one_finding(factory: Book) -> None:
    lossy = changed(changed(factory, "铸工三班倒", ""), "锻工两班倒", "")

    (found,) = judged(lossy)

    assert found.facts == {"words": "铸工三班倒　锻工两班倒", "count": 10}


# --- other matters, and other places --------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("copy/half-width", {"have": ",", "fix": "，"}),
        ("date/weekday", {"have": "星期五"}),
        ("text/over-text", {"words": "锻工两班倒", "under": "铸工"}),
        ("figure/size", {"size": "large"}),
        ("text/too-wide", {"words": "锻工两班倒"}),
    ],
)
def test_a_finding_about_another_matter_hides_no_loss_on_its_line(
    factory: Book, code: str, facts: dict[str, Fact]
) -> None:
    lossy = changed(factory, "锻工两班倒", "")
    (line,) = lines_of(judged(lossy))
    other = Diagnostic(code, Severity.ERROR, Place(factory.written[0].file, line, 1), facts)

    assert lines_of(judged(replace(lossy, told=(other,)))) == {line}


@pytest.mark.parametrize(
    ("code", "facts", "lost", "left"),
    [
        ("text/lost", {"words": "年通车", "count": 3}, "1988年通车", {"1988"}),
        ("link/title", {"title": "一把锤"}, "一把锤", set()),
        ("block/attribute", {"key": "by", "value": "赵师傅"}, "赵师傅", set()),
        ("figure/title", {"title": "别的"}, "烘炉旁的学徒", {"烘炉旁的学徒"}),
        ("front-matter/unknown", {"value": "史志办 文"}, "史志办 文", set()),
        ("front-matter/unknown", {"value": "史志办"}, "史志办 文", {"文"}),
        ("footnote/unused", {"found": "", "count": 1}, "烘炉后来移到了陈列馆", set()),
    ],
)
def test_a_finding_that_words_are_not_set_speaks_for_those_words_alone(
    factory: Book, code: str, facts: dict[str, Fact], lost: str, left: set[str]
) -> None:
    lossy = changed(factory, lost, "")
    (silent,) = judged(lossy)
    line = next(n for n, text in enumerate(MANUSCRIPT.split("\n"), 1) if lost in text)
    told = Diagnostic(code, Severity.ERROR, Place(silent.place.file, line, 1), facts)

    found = judged(replace(lossy, told=(told,)))

    assert {str(d.facts["words"]) for d in found} == left


CHARTS: Final = """---
title: 账本
template: text
---
三年的账。

::: chart {kind=line title="用电" unit="万度"}
| 年份 | 全厂 | 铸造 |
|:--|--:|--:|
| 1971 | 61.5 | 44.9 |
| 1972 | 68.2 | 47.3 |
| 1973 | 75.8 | 51.6 |
:::

::: chart {kind=share title="开支"}
| 去向 | 元 |
|:--|--:|
| 工资 | 23,847 |
| 焦炭 | 9,156 |
:::
"""


def test_each_cell_of_a_chart_is_missed_where_it_is_not_printed(
    title: Title, workspace: Workspace
) -> None:
    book = facts_of(title("account", CHARTS), workspace)
    codes = (*CONSERVED, "text/only-named")
    cells = [
        cell.strip()
        for line in CHARTS.split("\n")
        if line.startswith("|") and "--" not in line
        for cell in line.strip("|").split("|")
    ]

    assert judged(book, *codes) == []
    for cell in cells:
        found = judged(changed(book, cell, " "), *codes)
        assert [str(d.facts["words"]) for d in found] == [cell]
    assert len(cells) == 18


def test_what_the_ledger_says_of_a_picture_is_missed_too(
    title: Title, workspace: Workspace
) -> None:
    text = "---\ntitle: 渡口\ntemplate: text\n---\n船来了，人都上岸。\n\n![](photos/good.jpg)\n"
    book = facts_of(title("ferry", text, photos__photos_dot_toml=LEDGER), workspace)

    assert judged(book) == []
    for words in ("台账的图说", "王某"):
        (found,) = judged(changed(book, words, " "))
        assert (found.place.line, found.facts["words"]) == (7, words)


def test_a_title_s_own_table_is_printed_or_told_with_its_line(factory: Book) -> None:
    toml = (
        'title = "厂史|第一编"\nsubtitle = "七十年"\n\n'
        '[masthead]\n"主编" = "李成林"\n# 旧\n"校对" = "何人"\n'
    )
    cover = (("cover", "厂史", Place("cover.md", 2)),)
    book = replace(factory, entered=entered("t/edition.toml", toml), covers=cover)

    found = judged(book, "edition/not-printed")

    assert [(d.place.line, d.facts["key"]) for d in found] == [
        (2, "subtitle"),
        (5, "主编"),
        (7, "校对"),
    ]
    no_cover = judged(replace(book, covers=()), "edition/not-printed")
    assert [d.facts["key"] for d in no_cover] == ["主编", "校对"]
    page = "\n".join(["七十年", "主编　李成林", "校对", "何人"])
    assert judged(replace(book, lines=(*book.lines, page)), "edition/not-printed") == []


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("年度总报告暨数据汇编2021 2023", 0),  # as an upright line is read
        ("2021—2023年度总报告暨数据汇编", 0),
        ("年度总报告暨数据汇编2021", 1),
        ("年度总报告数据汇编2021 2023", 1),
        ("年度总报告暨数据汇编 20212023", 1),
    ],
)
def test_a_subtitle_is_looked_for_word_by_word(factory: Book, page: str, told: int) -> None:
    toml = 'subtitle = "2021—2023年度总报告暨数据汇编"\n'
    cover = (("cover", "厂史", Place("cover.md", 2)),)
    book = replace(factory, entered=entered("t/edition.toml", toml), covers=cover, lines=(page,))

    assert len(judged(book, "edition/not-printed")) == told


@pytest.mark.parametrize(
    ("template", "printed", "told"),
    [
        ("title", "二十年 Twenty Years\nof Precision", []),
        ("title", "二十年 Twenty Years", ["of Precision", "Twenty Years of Precision"]),
        ("text", "二十年 Twenty Years of Precision", ["Twenty Years of Precision"]),
    ],
)
def test_the_title_of_a_title_page_need_not_stand_again_beside_that_of_the_cover(
    template: str, printed: str, told: list[str]
) -> None:
    """A newspaper has a head, and no title page."""
    cover = written("a.md", "---\ntemplate: cover\ntitle: 二十年|Twenty Years of Precision\n---\n")
    inside = written("b.md", f"---\ntemplate: {template}\ntitle: Twenty Years of Precision\n---\n")

    lost = compared([cover, inside], [printed]).lost

    assert [one.said.words(one.start, one.end) for one in lost] == told


def test_a_picture_ahead_has_to_be_on_a_page_of_its_chapter(factory: Book) -> None:
    (chapter,) = factory.written
    (shown,) = chapter.shown
    ahead = (replace(chapter, shown=(replace(shown, ahead=True),)),)
    far = max(factory.spans[chapter.file]) + 2
    lines = (*factory.lines, *[""] * 3)
    elsewhere = replace(factory, written=ahead, lines=lines, placed=((shown.name, far),))
    codes = ("photo/not-printed", "photo/left-out")

    assert [d.code for d in judged(elsewhere, *codes)] == ["photo/left-out"]
    assert [d.code for d in judged(replace(elsewhere, placed=()), *codes)] == ["photo/not-printed"]
    beside = replace(elsewhere, placed=((shown.name, far - 1),))
    assert judged(beside, *codes) == []
    others = {**factory.spans, "other.md": frozenset({far - 1})}
    assert [d.code for d in judged(replace(beside, spans=others), *codes)] == ["photo/left-out"]


@pytest.mark.parametrize(
    ("written_as", "printed_as", "marks"),
    [
        ("他说“铁要趁热打”，又说一遍。", "他说铁要趁热打”，又说一遍。", ["“"]),
        ("读《天工开物》的人不多了。", "读天工开物的人不多了。", ["《", "》"]),
        ("老厂（一九五八年建）在河西。", "老厂一九五八年建在河西。", ["（", "）"]),
        ("水位升到12.5米，持续三天。", "水位升到125米，持续三天。", ["."]),
        ("比例是3:2，从来没有变过。", "比例是32，从来没有变过。", [":"]),
        ("电话400-555-0188，日夜有人。", "电话4005550188，日夜有人。", ["-", "-"]),
        ("共计1,234人，都在册子上。", "共计1234人，都在册子上。", [","]),
        ("这条路——我们走了一辈子。", "这条路我们走了一辈子。", ["—"]),
        ("依照§12的规定，先修后用。", "依照12的规定，先修后用。", ["§"]),
        ("阿不力孜·艾合买提是劳动模范。", "阿不力孜艾合买提是劳动模范。", ["·"]),
        ("Let’s measure it once more, dear.", "Lets measure it once more, dear.", ["’"]),
        # Other forms of the same, and marks of sentences, are not missed.
        ("他说“铁要趁热打”，又说一遍。", "他说「铁要趁热打」，\n又说一遍", []),
        ("老厂（一九五八年建）在河西。", "老厂(一九五八年建)在河西", []),
        ("这条路——我们走了一辈子。", "这条路⸺我们走了一辈子。", []),
        ("电话400-555-0188，日夜有人。", "电话400-\n555\x020188，日夜有人。", []),
        ("他说“是”[^1]，大家就做了下去。", "他说“是”①，大家就做了下去。", []),
        ("一、二，三；四。五：六！七？八", "一二三四五六七八", []),
        ("见[说明](a.html)第三页，**粗**体。", "见说明第三页，粗体。", []),
        ("# 他说*（真的）*不要紧，没有事", "他说（真的）不要紧，没有事", []),
    ],
)
def test_marks_that_carry_a_meaning_are_missed(
    written_as: str, printed_as: str, marks: list[str]
) -> None:
    found = compared([written("t/one.md", written_as)], [printed_as])

    usual = [letters(one.words)[0] for one in found.lost]
    assert [one.mark for one in found.marks] == marks
    assert all(len(words) <= 4 for words in usual)


@pytest.mark.parametrize(
    "signed", ["——校庆小组", "《校庆》小组", "“校庆”小组", "校庆小组（代）", "12.5"]
)
@pytest.mark.parametrize("gap", [0, 1, 3])
@pytest.mark.parametrize("nearer", ["before", "behind", "both"])
def test_the_same_letters_without_marks_elsewhere_do_not_answer_for_those_with_them(
    signed: str, gap: int, nearer: str
) -> None:
    """A picture's credit names who signed the text.

    Where marks are lost and the letters stand twice on pages side by side, nothing is sure.
    """
    text = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥。"
    chapter = written("t/one.md", f"---\ntitle: 河边\nbyline: {signed}\n---\n\n{text}")
    bare = letters(signed)[0]
    credit, between = f"河边供图 {bare} 摄", [""] * gap
    before = [credit, *between] if nearer != "behind" else []
    behind = [*between, credit] if nearer != "before" else []
    page = f"河边\n{text}\n{{}}"

    found = compared([chapter], [*before, page.format(signed), *behind])
    lost = compared([chapter], [*before, page.format(bare), *behind])

    assert (found.lost, found.marks) == ((), ())
    assert (lost.lost, bool(lost.marks)) == ((), bool(gap))


def test_the_number_of_a_page_or_a_note_answers_for_no_lost_number() -> None:
    chapter = written("t/one.md", "甲乙丙丁戊己庚辛[^1]壬癸\n\n| 7 | 1 |\n\n[^1]: 子丑寅卯辰巳午未")
    pages = ["甲乙丙丁戊己庚辛①壬癸\n①　子丑寅卯辰巳午未\n7"]

    found = compared([chapter], pages, folios=["7"])

    assert [one.words for one in found.lost] == ["7", "1"]
    assert compared([chapter], [pages[0].replace("壬癸", "壬癸\n7 1")], folios=["7"]).lost == ()


@pytest.mark.parametrize("kicker", ["民间河长", "来信", "Facts"])
def test_a_kicker_in_the_running_head_leaves_the_text_its_words(kicker: str) -> None:
    first, second = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", "午未申酉戌亥天地玄黄宇宙洪荒日月"
    text = f"---\ntitle: 河边\nkicker: {kicker}\n---\n\n{first}\n\n{second}\n\n- {kicker}：电话"
    pages = [f"{kicker}\n河边\n{first}", f"{second}\n{kicker}：电话\n{kicker}　河边\n2"]

    found = compared([written("t/one.md", text)], pages, ["", f"{kicker}　河边"], folios=["1", "2"])

    assert found.lost == ()


@pytest.mark.parametrize("beside", [1, 2, 3])
@pytest.mark.parametrize("title", ["勤朴诚毅", "往后的路也一起", "河边的七十年"])
def test_words_set_upright_beside_a_line_are_read_with_it_in_their_midst(
    title: str, beside: int
) -> None:
    """PDFium reads what stands at one height as one line: the rest of a column comes behind it."""
    words = "校训，创办人陶子静先生手书。"
    chapters = [written("a.md", f"---\ntemplate: inner\ntitle: {title}\n---\n\n{words}")]
    chapters += [written("b.md", f"---\ntemplate: back\ntitle: {title}\n---\n\n示例小组")]
    page = f"示例小组\n{title}\n{{}} {words} {title[beside:]}"

    assert compared(chapters, [page.format(title[:beside])]).lost == ()
    lost = compared(chapters, [page.format(title[: beside - 1])]).lost
    assert [one.words for one in lost] == [title[beside - 1]]


@pytest.mark.parametrize("title", ["宽字", "年轻人", "青河小学"])
def test_a_title_set_upright_beside_lines_is_read_letter_by_letter(title: str) -> None:
    chapters = [written(f"{n}.md", f"---\ntemplate: {t}\ntitle: {title}\n---\n")
                for n, t in enumerate(("inner", "back"))]  # fmt: skip
    parted = "\n".join(f"{letter} {title if n == 0 else '一行'}" for n, letter in enumerate(title))

    assert compared(chapters, [parted]).lost == ()
    (lost,) = compared(chapters, [parted.replace(f"\n{title[-1]} ", "\n")]).lost
    assert lost.words == title


@pytest.mark.parametrize(
    ("read", "lacking"),
    [
        ("（\n︱\n）1905 1926", []),  # as PDFium reads a column in which figures lie on their side
        ("（1905—1926）", []),
        ("（\n）1905 1926", ["—"]),
        ("︱\n）1905 1926", ["（"]),
        ("1905 1926", ["（", "—", "）"]),
    ],
)
def test_marks_of_an_upright_title_are_read_wherever_in_it_they_stand(
    read: str, lacking: list[str]
) -> None:
    chapters = [
        written("a.md", "---\ntitle: 第一章　草创时期（1905—1926）\n---\n\n一间厢房，一只铜磬。")
    ]

    found = compared(chapters, [f"一间厢房，一只铜磬。\n第\n一\n章\n草\n创\n时\n期\n{read}\n3"])

    assert found.lost == ()
    assert [one.mark for one in found.marks] == lacking


# --- the reading of raw lines ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\ufeff\ufeff---\ntitle: 甲\n---\n乙", ["甲", "乙"]),
        ("\n\n---\ntitle: 甲 #1\n---\n乙", ["甲1", "乙"]),
        ('---\ntitle: "甲：乙"\nfocus: 5% 5%\ntemplate: text\n---\n', ["甲乙"]),
        ("甲[乙](https://a.example/b(c))丙", ["甲乙丙"]),
        ("甲<https://a.example>乙", ["甲httpsaexample乙"]),
        ("甲[^1]乙\n\n[^1]: 丙", ["甲乙", "丙"]),
        ("甲<!-- 乙\n丙 -->丁", ["甲丁"]),
        ("`[a](b)`甲", ["ab甲"]),
        ("```text\n[甲](乙)\n```", ["甲乙"]),
        ("[甲]: https://a.example\n\n乙", ["乙"]),
        ("甲&amp;乙&eacute;丙", ["甲乙é丙"]),
        ("H~2~O，10^5^", ["h2o105"]),
        ("| 甲 | 乙 |\n|:--|--:|\n| 1,5 | - |", ["甲", "乙", "15"]),
        ("甲 | 乙\n--- | ---\n丙 | 丁", ["甲", "乙", "丙", "丁"]),
        ("1. 甲\n1. 乙\n1. 丙", ["1甲", "乙", "丙"]),
        ("1952. 甲\n3. 乙", ["1952甲", "3乙"]),
        ("　　甲\n　　乙", ["甲乙"]),
        ("## 甲 ##", ["甲"]),
        ('::: names {title="甲" sort=stroke}\n乙丙、丁 戊\n:::', ["甲", "乙丙", "丁戊"]),
        (
            '::: chart {kind=line title="甲"}\n| 年 | 数 |\n|:--|--:|\n| 1 | 2 |\n:::',
            ["甲", "年", "数", "1", "2"],
        ),
        (
            '::: chart {title="甲数"}\n| 年 | 数 |\n|:--|--:|\n| 1 | 2 |\n:::',
            ["甲数", "年", "1", "2"],
        ),
        ('![甲](a.jpg){credit="乙" lines=8}', ["甲", "乙"]),
        ("！［甲］（a b（1）.jpg）", ["甲"]),
        ('[廊坊]{ruby="láng fāng"}市', ["lángfāng", "廊坊市"]),
        ("ﬁ₂②⼀", ["fi22一"]),
    ],
)
def test_words_are_told_from_markup(text: str, words: list[str]) -> None:
    said = written("a/one.md", text).said

    assert [letters(one.text.replace("\0", "").replace("\1", ""))[0] for one in said] == words


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("photos/a.jpg", "t/photos/a.jpg"),
        ("photos/微信图片 1.jpg", "t/photos/微信图片 1.jpg"),
        ("<photos/a b.jpg>", "t/photos/a b.jpg"),
        ("photos/a%20b.jpg", "t/photos/a b.jpg"),
        ("../u/./a(1).jpg", "u/a(1).jpg"),
        ("photos/cafe\u0301.jpg", "t/photos/café.jpg"),
        ('photos/a.jpg "题"', "t/photos/a.jpg"),
    ],
)
def test_pictures_are_known_by_their_files(path: str, name: str) -> None:
    (shown,) = written("t/one.md", f"甲\n\n![乙]({path})\n").shown

    assert (shown.name, shown.place.line) == (name, 3)


def test_a_place_is_that_of_the_first_letter_that_is_lost() -> None:
    chapter = written("t/one.md", "甲乙**丙丁**\n戊[己](x)庚")

    (found,) = compared([chapter], ["甲乙丙丁戊庚"]).lost

    assert found.said.place(found.start) == Place("t/one.md", 2, 3)
    assert found.said.words(found.start, found.end) == "己"


def test_a_mark_by_hand_may_be_painted_behind_its_text() -> None:
    notes = ["《石桥乡志稿》卷四《学校》，民国十九年抄本", "据闻人达一九八六年口述，记录稿存校史室"]
    said = "\n".join(f"{mark}　{note}。" for mark, note in zip("①②", notes, strict=True))
    chapter = written("a.md", f"---\ntitle: 题\ntemplate: text\n---\n注：\n{said}\n")
    page = "题\n注：\n图说在中间，" + "隔开它们" * 20 + f"\n{notes[0]}。\n①\n{notes[1]}。\n②\n12"

    assert compared([chapter], [page]).lost == ()
    (lost,) = compared([chapter], [page.replace("①", "")]).lost
    assert (lost.words, lost.said.place(lost.start).line) == ("1", 6)


@pytest.mark.parametrize("hyphen", ["-", "\u00ad", "\u2010", "\x02", "\ufffe"])
@pytest.mark.parametrize(
    ("before", "behind"),
    [("", ""), ("河边 12\n", "\n13"), ("the develop 12\n", ""), ("", "\nm 13")],
)
def test_a_word_that_is_hyphenated_at_the_foot_of_a_page_goes_on_overleaf(
    hyphen: str, before: str, behind: str
) -> None:
    said = "Everybody who saw the river came to speak of the development of the whole county."
    chapter = written("a.md", f"---\ntitle: 题\ntemplate: text\n---\n{said}\n")
    first, last = said.split("ment", 1)
    pages = [f"题\n{before}{first}{hyphen}{behind}", f"{before}ment{last}{behind}"]

    assert compared([chapter], pages).lost == ()
    torn = compared([chapter], [pages[0], f"{before}{last}{behind}"]).lost
    assert [one.said.words(one.start, one.end) for one in torn] == ["ment"]


# --- size -----------------------------------------------------------------------------------


def test_a_million_characters_take_time_in_proportion() -> None:
    """Printed, and wholly lost; the second is the worst that there is to look for."""
    dice = random.Random(7)
    text = "".join(chr(dice.randint(0x4E00, 0x9000)) for _ in range(60_000))
    lines = [text[n : n + 90] for n in range(0, len(text), 90)]
    pages = ["\n".join(lines[n : n + 10]) for n in range(0, len(lines), 10)]
    spent = []
    for part in (len(lines) // 4, len(lines)):
        chapter = written("t/one.md", "\n\n".join(lines[:part]))
        start = time.process_time()
        assert compared([chapter], pages) == Compared((), ())
        assert len(compared([chapter], ["无"]).lost) == part
        spent.append(time.process_time() - start)

    assert spent[1] < 12 * spent[0]


@pytest.mark.parametrize("title", ["河边小学旧貌换新颜", "七十年"])
def test_a_title_page_that_is_not_printed_takes_no_place_of_the_back_covers_words(
    title: str,
) -> None:
    said = [
        written(f"{name}.md", f"---\ntemplate: {name}\ntitle: {title}\n---\n")
        for name in ("cover", "title", "back")
    ]

    assert compared(said, [f"{title}\n{title}"]).lost == ()
    (lost,) = compared(said, [title]).lost
    assert lost.said.file == "back.md"


def test_every_line_of_a_book_of_thousands_of_short_chapters_is_found_and_a_lost_one_told() -> None:
    count, lacking = 9000, 4567
    chapters = [
        written(f"{n}.md", f"---\ntitle: 第{n}章\ntemplate: text\n---\n短章第{n}。\n")
        for n in range(count)
    ]
    pages = [f"第{n}章\n短章第{n}。\n{n + 1}" for n in range(count)]
    folios = [str(n + 1) for n in range(count)]

    whole = compared(chapters, pages, folios=folios)
    pages[lacking] = f"第{lacking}章\n{lacking + 1}"
    short = compared(chapters, pages, folios=folios)

    assert (whole.lost, whole.marks) == ((), ())
    (lost,) = short.lost
    assert lost.said.words(lost.start, lost.end) == f"短章第{lacking}"
