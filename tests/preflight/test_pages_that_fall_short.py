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
from judging import LAYOUTS, LEDGER, facts_of, judged

CODES: Final = ("page/few-lines", "page/short", "page/gap-before-picture", "page/empty-column")
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

    assert judged(facts_of(PurePosixPath("content") / name, here, layout), *CODES) == []


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


@pytest.mark.parametrize("layout", LAYOUTS[:3])
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
