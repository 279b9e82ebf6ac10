"""What stands in the margins: every page of text has its number, and odd ones are right pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import pypdfium2
import pytest
from test_grid import characters

from banxin import pipeline
from banxin.cache import Cache
from banxin.request import Request
from banxin.workspace import Workspace
from office_titles import NAMES, put

# Of the type area, less a millimetre: top, bottom, and the narrower of its sides.
MARGINS: Final = {
    "jinian": (19, 24, 17),
    "huace": (25.5, 25.5, 23.5),
    "tekan": (21, 17, 15),
    "shuxi": (18, 22, 13),
}
SAID: Final = "城里的河道清了三回，岸上的灯一盏一盏亮起来，晚饭后出门散步的人比从前多了许多。"
LONG: Final = "\n\n".join([SAID * 6] * 32)
EVENTS: Final = "\n".join(f"- **{1950 + n}年** {SAID * 2}" for n in range(60))
PERSONS: Final = "\n".join(f"- 王{c}{d} 广阳区" for c in "安邦昌达恩" for d in SAID[:20])
EDITION: Final = 'title = "河边"\nsubtitle = "三年"\nlayout = "jinian"\nbinding = "perfect"\n'


@dataclass(frozen=True)
class Page:
    """`margins`: words outside the type area; `outer`: whether they stand on its outer half."""

    number: int
    body: str
    margins: str
    outer: bool


def chapter(template: str, title: str, text: str = "") -> str:
    return f"---\ntemplate: {template}\ntitle: {title}\n---\n\n{text}\n"


def bound(
    folder: Path,
    root: Path,
    cache: Path,
    layout: str,
    chapters: Sequence[str],
    finish: str = "screen",
    tables: str = "",
) -> Path:
    """The PDF of a title of those chapters; *tables* of its edition.toml."""
    there = folder / "content" / "book"
    (there / "photos").mkdir(parents=True)
    names = [f"{n:02}.md" for n in range(len(chapters))]
    for name, text in zip(names, chapters, strict=True):
        (there / name).write_text(text, "utf-8")
    binding = EDITION.replace("perfect", "saddle") if finish == "press" else EDITION
    listed = ", ".join(f'"{name}"' for name in names)
    (there / "edition.toml").write_text(
        f"{binding}date = 2026-01-02\nchapters = [{listed}]\n{tables}", "utf-8"
    )
    return built(folder, root, cache, layout, "book", finish)


def built(
    folder: Path, root: Path, cache: Path, layout: str, name: str, finish: str = "screen"
) -> Path:
    here = Workspace(root, output=folder / "output")
    here.cache = Cache(cache)
    if (folder / "content").exists():
        here.mount(PurePosixPath("content"), folder / "content")
    title = PurePosixPath("content") / name
    build = pipeline.build(Request(title, layout, finishes=(finish,), marks=False), here)
    return next(file for file in build.files if file.suffix == ".pdf")


def pages_of(pdf: Path, layout: str) -> Iterator[Page]:
    top, bottom, side = MARGINS[layout]
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            left, low, right, high = page.get_trimbox()
            wide, tall = (right - left) * 25.4 / 72, (high - low) * 25.4 / 72
            edge = left * 25.4 / 72
            inside, outside, where = "", "", []
            for one in characters(page):
                x, y = one.x - edge, one.y - (page.get_height() - high) * 25.4 / 72
                if top < y < tall - bottom and side < x < wide - side:
                    inside += one.text
                else:
                    outside += one.text
                    where.append(x)
            half = [(x > wide / 2) == (number % 2 == 1) for x in where]
            yield Page(number, inside, outside, outer=all(half))


def folio(page: Page) -> int | None:
    found = re.search(r"第(\d+)版", page.margins) or re.search(r"(?<!\d)(\d{1,2})$", page.margins)
    return int(found[1]) if found else None


BOOK: Final = (
    chapter("cover", "河边"),
    chapter("inner", "灯火"),
    chapter("title", "河边"),
    chapter("message", "致辞的题目", "\n\n".join([SAID * 6] * 12)),
    chapter("contents", "目次"),
    chapter("article", "不分节的文章", LONG),
    chapter("article", "分节的文章", f"{SAID}\n\n## 第一节\n\n{LONG}"),
    chapter("text", "普通的文章", LONG),
    chapter("people", "名录的题目", f'::: names {{title="甲组"}}\n{PERSONS}\n:::\n\n{LONG}'),
    chapter("timeline", "大事的题目", f"::: timeline\n{EVENTS}\n:::"),
)
TITLES: Final = (
    "致辞的题目",
    "不分节的文章",
    "分节的文章",
    "普通的文章",
    "名录的题目",
    "大事的题目",
)


@pytest.fixture(scope="module", params=tuple(MARGINS))
def book(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, root: Path,
    shared_cache: Path,
) -> tuple[str, list[Page]]:  # fmt: skip
    layout = request.param
    folder = tmp_path_factory.mktemp(layout)
    pdf = bound(folder, root, shared_cache, layout, BOOK)
    return layout, list(pages_of(pdf, layout))


# Pages with text that no chapter begins on.
GOING_ON: Final = {"jinian": 28, "huace": 25, "tekan": 4, "shuxi": 48}


def going_on(pages: Sequence[Page]) -> list[Page]:
    return [p for p in pages if SAID[:12] in p.body and not any(t in p.body for t in TITLES)]


def test_every_page_that_a_text_goes_on_to_has_its_number(book: tuple[str, list[Page]]) -> None:
    """A message opens on two facing pages; in the album both are without."""
    layout, pages = book
    on = going_on(pages)

    assert len(on) == GOING_ON[layout]
    without = [page.number for page in on if folio(page) is None]
    assert without == ([5] if layout == "huace" else [])


def test_every_page_that_a_text_goes_on_to_has_a_running_head(
    book: tuple[str, list[Page]],
) -> None:
    layout, pages = book
    opens = layout in {"jinian", "shuxi"}  # the facing page of a message is bare
    on = [page for page in going_on(pages) if page.number != 5 or not opens]
    heads = [re.sub(r"^第\d+版|\d+$", "", page.margins) for page in on]

    if opens:
        assert len(set(heads)) == len(TITLES)
        assert set(heads) == set(TITLES)
    else:
        assert set(heads) == {"河边二〇二六年一月" if layout == "tekan" else ""}


def test_no_page_that_opens_a_chapter_has_a_running_head(book: tuple[str, list[Page]]) -> None:
    layout, pages = book
    opening = [page for page in pages if any(title in page.body for title in TITLES)]

    assert len(opening) >= len(TITLES)
    if layout == "jinian":
        assert len(opening) == len(TITLES) + 1  # and the list of contents
    if layout != "tekan":  # whose head names the paper on every page
        assert [p.margins for p in opening if re.search(r"\D", p.margins)] == []


FRONTS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("cover",),
    ("title",),
    ("inner",),
    ("cover", "title"),
    ("cover", "inner"),
    ("cover", "inner", "title"),
    ("cover", "title", "inner"),
    ("title", "message"),
    ("cover", "message"),
    ("cover", "contents"),
    ("cover", "title", "contents"),
    ("cover", "inner", "title", "contents"),
)


@pytest.mark.parametrize("layout", ["jinian", "huace"])
@pytest.mark.parametrize("front", FRONTS, ids="-".join)
def test_right_pages_are_odd_whatever_a_book_begins_with(
    front: tuple[str, ...], layout: str, tmp_path: Path, root: Path, shared_cache: Path
) -> None:
    before = [chapter(kind, {"title": "书名页"}.get(kind, "别的"), "") for kind in front]
    whole = [*before, chapter("article", "不分节的文章", LONG[: len(LONG) // 3])]
    pages = list(pages_of(bound(tmp_path, root, shared_cache, layout, whole), layout))
    numbered = [page for page in pages if folio(page) is not None]

    assert len(numbered) > 1
    assert [p.number for p in numbered if (folio(p) or 0) % 2 != p.number % 2] == []
    title = [page.number for page in pages if "书名页" in page.body]
    assert len(title) == front.count("title")
    assert [number for number in title if number % 2 == 0] == []
    if layout == "jinian":
        assert [page.number for page in numbered if not page.outer] == []


@pytest.mark.stress
@pytest.mark.parametrize("layout", ["jinian", "huace"])
@pytest.mark.parametrize("name", ["langfang", "liuhe", *NAMES])
def test_right_pages_are_odd_in_every_title(
    name: str, layout: str, tmp_path: Path, root: Path, shared_cache: Path
) -> None:
    if name in NAMES:
        (tmp_path / "content").mkdir()
        put(name, tmp_path / "content")
    pages = list(pages_of(built(tmp_path, root, shared_cache, layout, name), layout))
    numbered = [page for page in pages if folio(page) is not None]

    assert len(numbered) > 3
    assert [p.number for p in numbered if (folio(p) or 0) % 2 != p.number % 2] == []


@pytest.mark.parametrize("stories", [1, 2, 3, 4])
def test_blank_pages_before_the_last_make_no_number_wrong(
    stories: int, tmp_path: Path, root: Path, shared_cache: Path
) -> None:
    """A sheet of a newspaper has four pages: the last is printed after those that fill it up."""
    texts = [chapter("text", f"普通的文章{n}", "\n\n".join([LONG] * 2)) for n in range(stories)]
    imprint, back = chapter("imprint", "版权"), chapter("back", "再见")
    whole = [chapter("cover", "河边"), *texts, imprint, back]
    pages = list(pages_of(bound(tmp_path, root, shared_cache, "tekan", whole, "press"), "tekan"))
    numbers = {page.number: folio(page) for page in pages if folio(page) is not None}

    assert len(pages) % 4 == 0
    assert numbers
    assert numbers == {number: number for number in numbers}
    assert pages[-1].number not in numbers
    assert pages[-1].margins == "河边二〇二六年一月"
