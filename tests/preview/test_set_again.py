"""A book that is set again after an edit is what it is when it is set anew."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from shop import Shop, identities, shop, swapped

from banxin.manuscript import blocks as b
from banxin.typeset import Forme, Proved, engine, prove
from dresses import LAYOUTS

TITLES: Final = [(t, y) for t in ("liuhe", "langfang") for y in LAYOUTS]
SENTENCE: Final = "那一年冬天下了三场大雪，路上的脚印第二天又被新雪盖住。"

Edit = Callable[[Shop, random.Random], None]


def _chapters(made: Shop, chapters: tuple[b.Chapter, ...]) -> None:
    made.text = replace(made.text, chapters=chapters)


def _in_one_chapter(made: Shop, chance: random.Random, swap: dict[str, str]) -> None:
    number = chance.randrange(len(made.text.chapters))
    chapters = list(made.text.chapters)
    chapters[number] = swapped(chapters[number], swap)
    _chapters(made, tuple(chapters))


def a_word(made: Shop, chance: random.Random) -> None:
    _in_one_chapter(made, chance, {chance.choice("的了是在人有和"): chance.choice("之乎者也")})


def a_sentence(made: Shop, chance: random.Random) -> None:
    """More or less, so that lines move, or pages."""
    _in_one_chapter(made, chance, {"。": f"。{SENTENCE * chance.randint(0, 2)}"})


def a_style(made: Shop, chance: random.Random) -> None:
    name = list(made.layout.styles)[-1]
    rule = chance.choice(
        ["p { letter-spacing: .01mm }", "h2 { color: #123456 }", "figure { margin: 1mm }"]
    )
    made.layout = replace(
        made.layout, styles={**made.layout.styles, name: made.layout.styles[name] + rule}
    )


def the_order(made: Shop, chance: random.Random) -> None:
    chapters = list(made.text.chapters)
    at = chance.randrange(1, len(chapters))
    chapters[at - 1], chapters[at] = chapters[at], chapters[at - 1]
    _chapters(made, tuple(chapters))


def a_chapter_less(made: Shop, chance: random.Random) -> None:
    chapters = list(made.text.chapters)
    if len(chapters) > 3:
        del chapters[chance.randrange(len(chapters))]
    _chapters(made, tuple(chapters))


def a_block_less(made: Shop, chance: random.Random) -> None:
    number = chance.randrange(len(made.text.chapters))
    chapters = list(made.text.chapters)
    blocks = list(chapters[number].blocks)
    if blocks:
        del blocks[chance.randrange(len(blocks))]
    chapters[number] = replace(chapters[number], blocks=tuple(blocks))
    _chapters(made, tuple(chapters))


EDITS: Final[tuple[Edit, ...]] = (
    a_word, a_word, a_word, a_sentence, a_sentence, a_style, the_order, a_chapter_less,
    a_block_less,
)  # fmt: skip


def told(proved: Proved) -> tuple[Any, ...]:
    """All that is known of a book, but the bytes of its PDF."""
    sheets = proved.sheets
    remarks = sorted(map(repr, sheets.remarks))
    stands = [leaf.stands for leaf in proved.proof.leaves]
    return identities(proved), stands, sheets.landed, sheets.fits, sheets.filled, remarks


def cases() -> list[Any]:
    quick = [pytest.param("liuhe", "jinian", 8, id="liuhe-jinian")]
    long = [
        pytest.param(title, layout, 5, id=f"{title}-{layout}-long", marks=pytest.mark.stress)
        for title, layout in TITLES
    ]
    longest = [
        pytest.param(title, layout, 40, id=f"{title}-{layout}-longest", marks=pytest.mark.siege)
        for title, layout in TITLES
    ]
    return [*quick, *long, *longest]


@pytest.mark.parametrize(("title", "layout", "edits"), cases())
def test_after_every_edit_the_book_is_as_if_it_had_been_set_anew(
    title: str, layout: str, edits: int, shared_cache: Path
) -> None:
    made, chance, forme = shop(title, layout, shared_cache), random.Random(edits), Forme()
    prove(made.bound(), forme, lambda *_: None)

    for count in range(edits):
        edit = chance.choice(EDITS)
        edit(made, chance)
        bound = made.bound()
        again = prove(bound, forme, lambda *_: None)
        anew = prove(bound, Forme(), lambda *_: None)
        assert told(again) == told(anew), f"{count}: {edit.__name__}"
        assert again.bearings == anew.bearings, f"{count}: {edit.__name__}"


def test_a_word_lays_out_the_pages_of_its_part_and_no_other(
    shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, forme = shop("liuhe", "jinian", shared_cache), Forme()
    whole = prove(made.bound(), forme, lambda *_: None)
    laid: list[int] = []
    rendered = engine.rendered

    def counted(*asked: Any) -> Any:
        document = rendered(*asked)
        laid.append(len(document.pages))
        return document

    monkeypatch.setattr(engine, "rendered", counted)
    words = {"的": "之"}
    before = made.text.chapters
    changed = [n for n, chapter in enumerate(before) if swapped(chapter, words) != chapter]
    for number in changed:
        laid.clear()
        chapters = list(made.text.chapters)
        chapters[number] = swapped(chapters[number], words)
        _chapters(made, tuple(chapters))
        prove(made.bound(), forme, lambda *_: None)
        assert 0 < sum(laid) < len(whole.proof.leaves), before[number].file

    assert len(changed) > 2
