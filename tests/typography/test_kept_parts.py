"""Parts as they were drawn in another process: a book put together of them is the one made anew."""

from __future__ import annotations

import gc
import io
import os
import pickle
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest
from shop import Shop, shop, swapped
from weasyprint.pdf.fonts import Font

from banxin import pipeline
from banxin.cache import Cache
from banxin.diagnostics import Place
from banxin.edition import Edition
from banxin.manuscript import blocks as b
from banxin.typeset import StandingBook, engine, keeping, typeset
from banxin.typeset.parts import Given, LaidBook

stress = pytest.mark.stress
TITLES: Final = [
    pytest.param(title, layout, id=f"{title}-{layout}", marks=marks)
    for title, layout, marks in (
        ("liuhe", "jinian", ()),
        ("liuhe", "tekan", ()),
        ("liuhe", "xuanzhe", ()),  # pages beyond its six panels are in no finish
        ("liuhe", "huace", stress),
        ("langfang", "huace", stress),  # a part that is made full moves others
        ("langfang", "jinian", stress),
        ("langfang", "tekan", stress),
    )
]
RARE: Final = "\u9f98"  # 龘's neighbour: no character of GB 2312, so that the fonts are others


@pytest.fixture
def whole_layouts(monkeypatch: pytest.MonkeyPatch) -> list[Given]:
    """What was given to each layout of a whole book."""
    seen: list[Given] = []
    whole = engine.StyledDocument.whole

    def counted(text: engine.StyledDocument, given: Given) -> LaidBook:
        seen.append(given)
        return whole(text, given)

    monkeypatch.setattr(engine.StyledDocument, "whole", counted)
    return seen


def paragraphs(chapter: Any) -> int:
    return sum(isinstance(block, b.Paragraph) for block in chapter.blocks)


def chapter_with(made: Shop, change: Callable[[Any], Any], number: int = -1) -> Shop:
    """With one chapter changed: that with the most paragraphs, or another one."""
    chapters = list(made.text.chapters)
    if number < 0:
        number = max(range(len(chapters)), key=lambda n: paragraphs(chapters[n]))
    chapters[number] = change(chapters[number])
    return replace(made, text=replace(made.text, chapters=tuple(chapters)))


def without_a_paragraph(chapter: Any) -> Any:
    words = [n for n, block in enumerate(chapter.blocks) if isinstance(block, b.Paragraph)]
    gone = words[-1] if words else -1
    return replace(chapter, blocks=tuple(x for n, x in enumerate(chapter.blocks) if n != gone))


def with_a_paragraph_twice(chapter: Any) -> Any:
    """Every block with the same place: whatever is told of one is told once."""
    words = [block for block in chapter.blocks if isinstance(block, b.Paragraph)]
    return replace(chapter, blocks=(*chapter.blocks, *words[-1:]))


EDITS: Final[dict[str, Callable[[Any], Any]]] = {
    "words": lambda chapter: swapped(chapter, {"的": "之"}),
    "words with room beside letters": lambda chapter: swapped(chapter, {"，": " A4 纸，"}),
    "a rare character": lambda chapter: swapped(chapter, {"。": f"{RARE}。"}),
    "less": without_a_paragraph,
    "more": with_a_paragraph_twice,
}


def day(made: Shop, order: random.Random, edits: int) -> Iterator[Edition]:
    """A title, and what becomes of it; now and then it is as it was before."""
    before = [made]
    yield made.bound()
    for _ in range(edits):
        name = order.choice([*EDITS, "back", "colour"])
        if name == "back":
            yield order.choice(before).bound()
            continue
        if name == "colour":
            yield before[-1].bound(css="h2 { color: #102030 }")
            continue
        chosen = order.randrange(len(made.text.chapters))
        before.append(chapter_with(before[-1], EDITS[name], chosen))
        yield before[-1].bound()


@pytest.mark.parametrize(("title", "layout"), TITLES)
def test_a_book_begun_with_what_another_process_has_left_is_the_one_made_anew(
    title: str, layout: str, shared_cache: Path
) -> None:
    """To the byte, remarks and all, after any edits; what is left passes through bytes."""
    made, left, taken_up = shop(title, layout, shared_cache), None, 0
    for bound in day(made, random.Random(f"{title} {layout}"), 7):
        standing = StandingBook() if left is None else StandingBook.from_bytes(left)
        taken_up += standing.kept is not None
        warm = typeset(bound, standing=standing)
        assert warm == typeset(bound)
        left = standing.to_bytes() or left
    assert taken_up == (0 if (title, layout) == ("langfang", "huace") else 7)


@pytest.mark.parametrize("name", EDITS)
def test_only_parts_that_read_otherwise_are_laid_out(
    name: str, shared_cache: Path, whole_layouts: list[Given], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shop("liuhe", "jinian", shared_cache)
    standing = StandingBook()
    typeset(made.bound(), standing=standing)
    left = standing.to_bytes()
    assert left is not None
    whole_layouts.clear()
    laid: list[int] = []
    part = engine.StyledDocument.part

    def counted(text: engine.StyledDocument, bearings: Any, cut: Any, given: Given) -> Any:
        laid.append(cut.first)
        return part(text, bearings, cut, given)

    monkeypatch.setattr(engine.StyledDocument, "part", counted)

    changed = chapter_with(made, EDITS[name])
    typeset(changed.bound(), standing=StandingBook.from_bytes(left))

    if name == "a rare character":  # the fonts have other glyphs
        assert len(whole_layouts) == 1
    else:  # of fourteen parts those that have its words; the contents may have some of them
        assert whole_layouts == []
        assert len(set(laid)) in {1, 2, 3}


def test_all_builds_of_a_title_in_one_layout_have_one_entry_in_the_cache(
    shared_cache: Path, tmp_path: Path
) -> None:
    made = shop("liuhe", "jinian", shared_cache)
    made.workspace.cache = Cache(tmp_path)
    first = pipeline._laid_out(made.bound(), made.workspace)
    again = pipeline._laid_out(made.bound(的="之"), made.workspace)

    (entry,) = (file for file in (tmp_path / "book").rglob("*") if file.is_file())
    assert entry.stat().st_size < 4 << 20
    assert (len(first.trims), len(again.trims)) == (16, 16)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data[:2000] + b"\0" + data[2001:],
        lambda data: data + b"more",
    ],
    ids=["empty", "half", "a bit", "a byte", "more"],
)
def test_an_entry_that_is_damaged_costs_time_and_nothing_else(
    spoil: Callable[[bytes], bytes], shared_cache: Path, tmp_path: Path, whole_layouts: list[Given]
) -> None:
    made = shop("liuhe", "jinian", shared_cache)
    made.workspace.cache = Cache(tmp_path)
    pipeline._laid_out(made.bound(), made.workspace)
    (entry,) = (file for file in (tmp_path / "book").rglob("*") if file.is_file())
    entry.write_bytes(spoil(entry.read_bytes()))
    whole_layouts.clear()
    changed = chapter_with(made, EDITS["words"]).bound()

    warm = pipeline._laid_out(changed, made.workspace)

    assert len(whole_layouts) == 1
    assert warm == typeset(changed)


class Caught:
    """Would make a folder in whoever unpacks it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.folder),)


def test_nothing_is_made_of_an_entry_but_values(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    strange = {
        "a call": pickle.dumps((Caught(folder),)),
        "a class of ours": pickle.dumps((Shop,)),
        "a function": pickle.dumps((shop,)),
        "no pickle": b"PK\3\4",
        "nothing": b"",
    }

    assert {name: keeping.unpacked(data) for name, data in strange.items()} == dict.fromkeys(
        strange
    )
    assert not folder.exists()
    assert [StandingBook.from_bytes(data).kept for data in strange.values()] == [None] * 5
    assert keeping.unpacked(keeping.packed((Place("a.md", 3),))) == (Place("a.md", 3),)


def test_what_parts_have_in_common_is_in_the_pdf_once(shared_cache: Path) -> None:
    """Each face once, each photograph once, one structure, and pages counted through."""
    sheets = typeset(shop("langfang", "jinian", shared_cache).bound())
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        tree = pdf.Root.StructTreeRoot.ParentTree.Nums
        pages = list(pdf.pages)
        fonts = {page.Resources.Font.objgen for page in pages}
        names = [str(font.BaseFont) for font in pages[0].Resources.Font.values()]
        places: dict[str, set[object]] = {}
        for page in pages:
            for name, shown in page.Resources.XObject.items():
                if shown.Subtype == "/Image":
                    places.setdefault(name, set()).add(shown.objgen)

        assert [int(page.StructParents) for page in pages] == list(range(len(pages)))
        assert [int(number) for number in list(tree)[::2]] == list(range(len(tree) // 2))
        assert len(fonts) == 1
        assert len(names) == len(set(names)) > 2
        assert {len(objects) for objects in places.values()} == {1}


def test_what_was_drawn_holds_no_whole_font_file(
    shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand copies of a series would hold as many, until garbage is looked for."""
    faces: list[Any] = []
    load = Font.__init__

    def counted(face: Any, *asked: Any) -> None:
        load(face, *asked)
        faces.append(face)

    monkeypatch.setattr(Font, "__init__", counted)
    typeset(shop("liuhe", "jinian", shared_cache).bound())
    used = len(faces)
    gc.unfreeze()
    gc.collect()
    faces += (one for one in gc.get_objects() if isinstance(one, Font))

    assert used > 4
    assert max(len(face.file_content) for face in faces) < 300_000
