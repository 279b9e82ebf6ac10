"""An index of people: its numbers are those of the pages on which the names stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import pikepdf
import pypdfium2
import pytest

from banxin.cache import Cache
from banxin.diagnostics import Place
from banxin.manuscript import blocks as b
from banxin.markup.people import MARK, People
from banxin.pipeline import Build
from banxin.typeset import indexed
from banxin.typeset.galley import Target
from banxin.typeset.indexed import mentions
from banxin.workspace import Workspace
from conftest import Builder, Title
from dresses import BOOKS, LAYOUTS, LEAFLETS
from measure import glyphs

HERE = Place("a.md", 1, 1)
PEOPLE = ("沈远山", "柳春溪", "孟小舟", "王明", "Anna Berg")
# In a leaflet the index is beside the text, and its panels have numbers.
TEXT = frozenset("河水慢过孩们在岸读书老师站树下风把页吹得响")
FILLING = "河水慢慢流过村口，孩子们在岸边读书，老师站在树下，风把书页吹得哗哗响。" * 4


def text(pages: int, often: int = 6) -> str:
    """Paragraphs for some pages; 沈远山 is in each of them, the others in one each."""
    said = [f"沈远山来了。{FILLING}" for _ in range(pages * often)]
    for number, name in enumerate(PEOPLE[1:], 2):
        said[number * len(said) // 6] += f"{name} 也来了。"
    return "\n\n".join(said)


def book(layout: str, index: str = "", pages: int = 8) -> dict[str, str]:
    """The files of a title whose last chapter is an index."""
    listed = index or f"\n::: names\n{'、'.join(PEOPLE)}\n:::\n"
    return {
        "edition.toml": (
            f'title = "小册"\nlayout = "{layout}"\nbinding = "perfect"\ndate = 2026-01-02\n'
            'chapters = ["one.md", "index.md"]\n'
        ),
        "one.md": f"---\ntitle: 河边\ntemplate: text\n---\n\n{text(pages)}\n",
        "index.md": f"---\ntitle: 人名索引\ntemplate: index\n---\n{listed}",
    }


def screen(made: Build) -> Path:
    assert not [f for f in made.report.findings if f.severity == "error"]
    (file,) = (f for f in made.files if f.name.endswith("-screen.pdf"))
    return file


def pages_of(made: Build) -> list[str]:
    document = pypdfium2.PdfDocument(screen(made))
    found = ["".join(glyph.text for glyph in glyphs(page)) for page in document]
    document.close()
    return found


def numbers_behind(name: str, page: str) -> set[int]:
    """`3、5–7` behind a name, as the numbers it stands for."""
    match = re.search(rf"{name}((?:\d+[、–]?)+)", page)
    assert match is not None, name
    found: set[int] = set()
    for part in match[1].strip("、").split("、"):
        first, _, last = part.partition("–")
        found.update(range(int(first), int(last or first) + 1))
    return found


@pytest.mark.parametrize("layout", BOOKS)
def test_each_name_has_the_pages_on_which_it_stands_and_no_others(
    layout: str, title: Title, build: Builder
) -> None:
    folder = title(**book(layout, pages=30 if layout == "tekan" else 8))
    pages = pages_of(build(folder))
    (index,) = (n for n, page in enumerate(pages) if re.search(r"AnnaBerg\d", page))

    for name in ("沈远山", "柳春溪", "孟小舟", "王明", "AnnaBerg"):
        there = {n for n, page in enumerate(pages[:index], 1) if name in page}
        assert numbers_behind(name, pages[index]) == there
    # The pages of a row are its first and its last.
    assert re.search(r"沈远山1–\d+(?!\d|、)", pages[index])


@pytest.mark.parametrize("layout", LEAFLETS)
def test_a_leaflet_counts_its_panels(layout: str, title: Title, build: Builder) -> None:
    files = book(layout)
    files["one.md"] = "---\ntitle: 河边\ntemplate: text\n---\n\n沈远山、柳春溪来了。\n"
    files["two.md"] = "---\ntitle: 桥头\ntemplate: text\n---\n\n孟小舟、沈远山、柳春溪。\n"
    files["three.md"] = "---\ntitle: 校门\ntemplate: text\n---\n\n柳春溪。\n"
    files["edition.toml"] = files["edition.toml"].replace(
        '"one.md", "index.md"', '"one.md", "two.md", "three.md", "index.md"'
    )
    made = build(title(**files))
    words = "".join(pages_of(made))

    assert "沈远山3、4" in words
    assert "孟小舟4" in words
    assert "柳春溪3–5" in words
    told = [f.facts["name"] for f in made.report.findings if f.code == "index/nowhere"]
    assert told == ["王明", "Anna Berg"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_marks_move_nothing(layout: str, title: Title, build: Builder) -> None:
    files = book(layout, pages=2)
    files["one.md"] += (
        '\n## 孟小舟的船\n\n::: names {title="王明们"}\n- 王明 村口\n- 柳春溪\n:::\n\n'
        "> 王明说，柳春溪没有来。\n\n::: pullquote {by=王明}\n沈远山|来了\n:::\n\n"
        '::: numbers\n- **3人** 王明\n:::\n\n![王明](photos/good.jpg){credit="王明"}\n'
    )
    with_index = build(title("marked", **files))
    files["index.md"] = files["index.md"].replace("template: index", "template: text")
    without = build(title("unmarked", **files))

    def stand(made: Build) -> Sequence[tuple[str, object, object]]:
        document = pypdfium2.PdfDocument(screen(made))
        text = [
            (g.text, pytest.approx(g.x, abs=0.02), pytest.approx(g.y, abs=0.02))
            for page in list(document)[: 2 if layout in LEAFLETS else 1]
            for g in glyphs(page)
            if layout not in LEAFLETS or g.text in TEXT
        ]
        document.close()
        return text

    expected = stand(without)
    assert len(expected) > 100
    assert stand(with_index) == expected


def test_numbers_of_the_screen_file_lead_to_the_name(title: Title, build: Builder) -> None:
    made = build(title(**book("jinian")))
    with pikepdf.open(screen(made)) as pdf:
        names = {str(link["/Dest"]) for link in pdf.pages[-1].obj["/Annots"]}
    assert len(names) == 6  # one each, and of the one in a row the last page, too


def lists(*names: str, title: str = "") -> tuple[b.Block, ...]:
    return (b.NameList(title, "", tuple(b.Person(n, "", HERE) for n in names), {}, HERE),)


def chapter(anchor: str, blocks: tuple[b.Block, ...], **front: str) -> b.Chapter:
    fields = {key: b.Field(value, HERE) for key, value in front.items()}
    return b.Chapter(PurePosixPath(f"{anchor}.md"), anchor, fields, blocks, (), HERE)


def groups(sort: str, *blocks: tuple[b.Block, ...]) -> list[tuple[str, int, list[str]]]:
    chapters = [chapter(f"c{n}", one) for n, one in enumerate(blocks)]
    people = People.of([*chapters, chapter("x", (), template="index", sort=sort)])
    return [(g.title, g.strokes, [p.name for p in g.people]) for g in people.groups("x")]


def test_names_of_all_lists_stand_once_by_sound_by_strokes_or_as_given() -> None:
    first, second = lists("单田", "王 明", "丁一", title="一班"), lists("丁一", "Zoe", title="二班")

    assert groups("pinyin", first, second) == [
        ("D", 0, ["丁一"]),
        ("S", 0, ["单田"]),
        ("W", 0, ["王明"]),
        ("Z", 0, ["Zoe"]),
    ]
    assert groups("stroke", first, second) == [
        ("", 2, ["丁一"]),
        ("", 4, ["王明"]),
        ("", 8, ["单田"]),
        ("", 0, ["Zoe"]),
    ]
    assert groups("given", first, second) == [
        ("一班", 0, ["单田", "王明", "丁一"]),
        ("二班", 0, ["Zoe"]),
    ]


def test_a_list_of_its_own_is_all_that_an_index_lists() -> None:
    own = chapter("x", lists("王明"), template="index")
    people = People.of([chapter("a", lists("李明亮", "丁一")), own])

    assert [p.name for g in people.groups("x") for p in g.people] == ["王明"]
    assert "person" not in people.marked("<p>丁一</p>", 0)


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>王明来了，王明走了</p>", 2),
        ("<p>王　明</p><p>王 明</p>", 2),  # as lists spread a name of two characters
        ('<p title="王明">李明亮</p>', 0),  # 明亮 is another; attributes are no text
        ("<p>李明说，李明亮听</p>", 1),
        ("<p>三王明月夜</p>", 0),  # excepted by the editor
        ("<p>Ann Lee, Joann Lee, Ann Leeds</p>", 1),
        ("<p>王<em>明</em></p>", 0),
        ("<svg><text>王明</text></svg><style>/* 王明 */</style><!-- 王明 -->", 0),
        ("<p>O&#39;Neil 和 O&#39;Neil</p>", 2),
    ],
)
def test_a_name_is_marked_where_it_is_one(html: str, marked: int) -> None:
    index = chapter(
        "x",
        lists("王明", "李明", "Ann Lee", "O'Neil"),
        template="index",
        **{"except": "王明月、甲"},
    )
    people = People.of([chapter("a", lists("李明亮")), index])

    made = people.marked(html, 7)

    assert len(re.findall(f"<{MARK} ", made)) == marked
    assert re.sub(f"</?{MARK}[^>]*>", "", made) == html
    ids = re.findall(r'id="([^"]*)"', made)
    assert len(set(ids)) == marked


def test_what_an_index_cannot_do_is_told(title: Title, build: Builder) -> None:
    files = book("jinian", index="\n没有名单。\n")
    made = build(title(**files), publish=False)
    assert [f.place.line for f in made.report.findings if f.code == "index/empty"] == [1]

    files = book("jinian", pages=1)
    files["index.md"] = files["index.md"].replace("template: index", "template: index\nsort: 笔划")
    files["index.md"] = files["index.md"].replace("王明", "王明、欧阳远")
    made = build(title("other", **files), publish=False)
    told = {f.code: (f.place.line, f.facts) for f in made.report.findings}
    assert told["index/sort"][0] == 4
    assert told["index/nowhere"][1]["name"] == "欧阳远"
    assert "front-matter/unknown" not in told


def test_two_spellings_are_told_of_an_index_too(title: Title, build: Builder) -> None:
    files = book("jinian", pages=1)
    files["one.md"] += "\n那年孟晓舟也在。\n"

    made = build(title(**files), publish=False)

    (told,) = (f for f in made.report.findings if f.code == "person/two-spellings")
    assert (told.facts["have"], told.facts["other"]) == ("孟晓舟", "孟小舟")


def target(**counters: int) -> Target:
    return Target({name: (count,) for name, count in counters.items()}, {})


def test_of_a_page_the_first_mark_counts_whatever_the_order_they_come_in() -> None:
    found = mentions(
        {
            "person-0-2-1": target(page=4, folio=2),
            "person-0-1-10": target(page=3, folio=1),
            "person-0-1-9": target(page=3, folio=1),
            "person-1-1-1": target(page=3, panel=5),
            "elsewhere": target(page=9),
        }
    )

    assert found == {0: ((1, "person-0-1-9"), (2, "person-0-2-1")), 1: ((5, "person-1-1-1"),)}


@pytest.mark.parametrize("layout", BOOKS)
def test_a_number_of_a_page_without_the_name_is_an_error(
    layout: str,
    title: Title,
    build: Builder,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace.cache = Cache(tmp_path / "cache")  # pages that are wrong on purpose are for no one
    folder = title(**book(layout, pages=30 if layout == "tekan" else 8))
    entered = indexed.mentions

    def one_off(targets: Mapping[str, Target]) -> indexed.Mentions:
        """孟小舟 has the page of 柳春溪."""
        found = dict(entered(targets))
        found[2] = found[1]
        return found

    monkeypatch.setattr(indexed, "mentions", one_off)
    made = build(folder, publish=False)

    told = [f for f in made.report.findings if f.code == "index/wrong-page"]
    assert [f.facts["name"] for f in told] == ["孟小舟"]
