"""Nearly empty pages are told at their last line, with what would fill them; airy ones are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from banxin.cache import Cache
from banxin.diagnostics import Diagnostic, Place
from banxin.typeset.sheets import Fit
from banxin.units import Length
from banxin.words import LANGUAGES, say
from banxin.workspace import Workspace
from conftest import ROOT, Title
from dresses import BOOKS, LAYOUTS
from judging import LEDGER, facts_of, judged

CODES: Final = (
    "page/few-lines", "page/short", "page/left-blank", "page/gap-before-picture",
    "page/empty-column",
)  # fmt: skip
PARAGRAPH: Final = (
    "学校没有钟，只有一段铁轨，吊在祠堂前的柳树上，用一把修车的扳手敲。上课三下，下课两下。\n\n"
)
LINE: Final = "放学一长串。\n\n"
OPENING: Final = f"---\ntitle: 钟\ntemplate: article\n---\n{PARAGRAPH * 3}## 一节\n\n"


def told(title: Title, workspace: Workspace, text: str, layout: str = "jinian") -> list[Diagnostic]:
    folder = title("short", text, photos__photos_dot_toml=LEDGER)
    found = judged(facts_of(folder, workspace, layout), *CODES)
    for language in LANGUAGES:
        assert all(say(d, language).message and say(d, language).hint for d in found)
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["langfang", pytest.param("liuhe", marks=pytest.mark.stress)])
def test_no_page_of_the_samples_falls_short(
    name: str, layout: str, shared_cache: Path, tmp_path: Path
) -> None:
    here = Workspace(ROOT, output=tmp_path)
    here.cache = Cache(shared_cache)

    found = judged(facts_of(PurePosixPath("content") / name, here, layout), *CODES)

    assert [(d.code, d.place.page) for d in found] == []


def test_a_last_page_of_few_lines_says_what_to_cut(title: Title, workspace: Workspace) -> None:
    """A chapter that grows by two lines at a time runs over onto a page with the first of them."""
    for count in range(74, 100, 2):
        text = OPENING + LINE * count
        found = told(title, workspace, text)
        if found:
            break

    (few,) = found
    assert (few.code, few.place.page) == ("page/few-lines", 3)
    assert few.facts["lines"] in {1, 2, 3}
    assert int(str(few.facts["cut"])) > 0
    assert few.place.line == len(text.rstrip("\n").split("\n"))


def test_a_page_with_a_picture_is_not_one_of_few_lines(title: Title, workspace: Workspace) -> None:
    """Two lines under a picture of ten: cutting them saves no page."""
    book = facts_of(title("few", OPENING + PARAGRAPH * 14), workspace)
    mm = Length.mm
    first, last = (
        replace(
            book.filled[0], place=Place("content/few/one.md", 11, 1, number), lines=lines,
            height=height, whole=mm(240), pitch=mm(6),
        )
        for number, lines, height in ((2, 40, mm(240)), (3, 2, mm(64)))
    )  # fmt: skip
    with_picture, without = (
        judged(replace(book, filled=(first, page)), "page/few-lines", "page/short")
        for page in (last, replace(last, height=mm(12)))
    )

    assert [d.code for d in with_picture] == ["page/short"]
    assert [d.code for d in without] == ["page/few-lines"]


@pytest.mark.parametrize("template", ["contents", "title", "text"])
def test_a_blank_page_after_a_list_of_contents_asks_for_no_more_contents(
    template: str, title: Title, workspace: Workspace
) -> None:
    book = facts_of(title("after", OPENING + PARAGRAPH * 14), workspace)
    (chapter,) = book.written
    first, last = (
        replace(
            book.filled[0], place=Place(name, 11, 1, number), lines=30, height=Length.mm(200),
            whole=Length.mm(240), pitch=pitch,
        )
        for name, number, pitch in (("a.md", 2, Length.mm(5)), ("b.md", 4, Length.mm(6)))
    )  # fmt: skip
    written = (replace(chapter, file="a.md", template=template), replace(chapter, file="b.md"))
    pages = ("",) * 6
    blank = judged(
        replace(book, filled=(first, last), written=written, pages=pages), "page/left-blank"
    )

    assert [d.facts["lines"] for d in blank] == ([40] if template == "text" else [])


@pytest.mark.parametrize("layout", BOOKS)
def test_a_chapter_of_two_paragraphs_leaves_its_page_short(
    layout: str, title: Title, workspace: Workspace
) -> None:
    text = "---\ntitle: 钟\ntemplate: text\n---\n" + PARAGRAPH * 2

    (found,) = told(title, workspace, text, layout)

    assert (found.code, found.place.line, found.place.page) == ("page/short", 7, 1)
    height, whole = found.facts["height"], found.facts["whole"]
    assert isinstance(height, Length)
    assert isinstance(whole, Length)
    assert height / whole < 1 / 3


@pytest.mark.parametrize("layout", ["jinian", "huace"])
def test_a_picture_that_begins_a_page_leaves_the_one_before_it_half_empty(
    layout: str, title: Title, workspace: Workspace
) -> None:
    picture = '![图](photos/good.jpg){credit="某某" size=bleed lines=14}\n\n'
    text = OPENING + PARAGRAPH * 14 + picture + PARAGRAPH * 10

    (found,) = told(title, workspace, text, layout)

    line = next(n for n, words in enumerate(text.split("\n"), 1) if words.startswith("!["))
    assert (found.code, found.place.line, found.place.page) == ("page/gap-before-picture", line, 2)


def test_an_empty_column_is_told_beside_a_full_one(title: Title, workspace: Workspace) -> None:
    folder = title("short", OPENING + PARAGRAPH * 14, photos__photos_dot_toml=LEDGER)
    book = facts_of(folder, workspace)
    place = Place("content/short/one.md", 11, 1, 2)
    fits = (Fit(place, (30, 0), 0, 1), Fit(place, (2, 0), 20, 1), Fit(place, (30, 0), 0, 0))

    (found,) = judged(replace(book, fits=fits), "page/empty-column")

    assert (found.place, found.facts) == (place, {"empty": 1, "lines": 30})


@pytest.mark.parametrize("template", ["cover", "inner", "title", "message", "back", "imprint"])
def test_pages_that_are_meant_airy_are_not_told(
    template: str, title: Title, workspace: Workspace
) -> None:
    assert told(title, workspace, f"---\ntitle: 钟\ntemplate: {template}\n---\n{LINE}") == []


@pytest.mark.parametrize("layout", ["jinian", "huace"])
def test_a_page_left_blank_before_a_plate_is_told_at_the_last_line_before_it(
    layout: str, title: Title, workspace: Workspace
) -> None:
    """Three pages of the first chapter: its last one lies on the right, and so does the opener."""
    plate = "---\ntitle: 二\ntemplate: article\nplate: photos/good.jpg\n---\n" + PARAGRAPH * 3
    edition = (
        'title = "钟"\nlayout = "jinian"\nbinding = "saddle"\ndate = 2026-01-02\n'
        'chapters = ["one.md", "two.md", "end.md"]\n'
    )
    end = "---\ntitle: 完\ntemplate: text\n---\n" + PARAGRAPH * 9
    blank: dict[int, int] = {}
    for count in (14, 44, 70):
        text = "---\ntitle: 钟\ntemplate: text\n---\n" + PARAGRAPH * count
        folder = title(
            f"blank{count}", text, two_dot_md=plate + "## 节\n" + PARAGRAPH * 20, end_dot_md=end,
            edition_dot_toml=edition, photos__photos_dot_toml=LEDGER,
        )  # fmt: skip
        book = facts_of(folder, workspace, layout)
        for found in judged(book, "page/left-blank"):
            number = found.place.page or 0
            assert book.pages[number - 1] == ""
            assert found.place.file == f"content/blank{count}/one.md"
            assert found.place.line == len(text.rstrip("\n").split("\n"))
            assert int(str(found.facts["characters"])) > 100
            blank[count] = number
        assert [n for n, words in enumerate(book.pages, 1) if not words][: len(blank)] or not blank

    assert 0 < len(blank) < 3  # on one side it is told, on the other there is none


def test_of_a_newspapers_page_the_surface_is_judged(title: Title, workspace: Workspace) -> None:
    """One column to the page's foot is not a full page."""
    folder = title("news", OPENING + PARAGRAPH * 60, photos__photos_dot_toml=LEDGER)
    book = facts_of(folder, workspace, "tekan")
    (page, *_) = book.filled
    full = replace(page, height=page.whole, share=0.75)
    sparse = replace(page, height=page.whole, share=0.2)

    assert judged(replace(book, filled=(full,)), "page/short") == []
    (found,) = judged(replace(book, filled=(sparse,)), "page/short")
    assert (found.place, found.facts["percent"]) == (page.place, 20)


@pytest.mark.parametrize("template", ["inner", "title", "message", "contents", "numbers"])
def test_in_many_columns_too_a_title_page_of_its_own_is_airy(
    template: str, title: Title, workspace: Workspace
) -> None:
    """One that shares its page with other chapters is judged with them."""
    folder = title("many", OPENING + PARAGRAPH * 60, photos__photos_dot_toml=LEDGER)
    book = facts_of(folder, workspace, "tekan")
    (page, *_), (chapter, *_) = book.filled, book.written
    written = (replace(chapter, template=template),)
    found = {
        alone: judged(
            replace(book, written=written, filled=(replace(page, share=0.05, alone=alone),)),
            "page/short",
        )
        for alone in (True, False)
    }

    assert {alone: len(told) for alone, told in found.items()} == {True: 0, False: 1}


@pytest.mark.parametrize("written", ["17000支", "约4.7万平方米", "93.1%"])
def test_a_big_number_at_a_chapters_end_is_no_page_of_few_lines(
    written: str, title: Title, workspace: Workspace
) -> None:
    """It has two lines, and one of them is as high as ten."""
    seen = 0
    for count in range(30, 44, 2):
        number = f"::: numbers\n- **{written}** 志愿服务队。\n:::\n"
        text = "---\ntitle: 钟\ntemplate: text\n---\n" + PARAGRAPH * count + number
        folder = title(f"number{count}", text, photos__photos_dot_toml=LEDGER)
        book = facts_of(folder, workspace)
        if len(book.filled) > 1 and book.filled[-1].lines <= 3:
            seen += 1
            assert judged(book, "page/few-lines") == []
            assert book.filled[-1].pitch < Length.mm(7)
            break

    assert seen
