"""Parts of a book: each made full by itself, and together what the whole would be."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shop import Shop, shop

from banxin.edition import TEMPLATE_CHARACTERS, Edition, faces_for
from banxin.manuscript import blocks as b
from banxin.markup.tokens import Stylesheet, fonts_css
from banxin.typeset import engine, parts, typeset
from banxin.typeset.survey import Fonts
from banxin.units import Length
from banxin.workspace import Workspace
from dresses import LAYOUTS

stress = pytest.mark.stress
TITLES = [
    pytest.param(title, layout, id=f"{title}-{layout}", marks=() if title == "liuhe" else stress)
    for title in ("liuhe", "langfang")
    for layout in LAYOUTS
]


def shorter(made: Shop, cut: int) -> Edition:
    """Without the last *cut* paragraphs of each chapter, but for its first one."""
    chapters = []
    for chapter in made.text.chapters:
        words = [n for n, block in enumerate(chapter.blocks) if isinstance(block, b.Paragraph)]
        gone = words[1:][::-1][:cut]
        left = tuple(block for n, block in enumerate(chapter.blocks) if n not in gone)
        chapters.append(replace(chapter, blocks=left))
    return replace(made, text=replace(made.text, chapters=tuple(chapters))).bound()


@pytest.mark.parametrize(("title", "layout"), TITLES)
def test_parts_put_together_are_the_whole_with_the_same_boxes_grown(
    title: str, layout: str, shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, tags and all; and what a layout of the whole tells to its parts stays true.

    Of the title as it is, and where none of its boxes grows, of less and less of it.
    """
    seen = []
    made_full = parts.made_full

    def both(
        laid: parts.LaidBook, setter: parts.Setter, pitch: Length, memory: parts.Memory
    ) -> Any:
        made, given = made_full(laid, setter, pitch, memory)
        whole = setter.whole(given)
        seen.append((made, whole, given))
        return made, given

    monkeypatch.setattr(parts, "made_full", both)
    for cut in range(4):
        typeset(shorter(shop(title, layout, shared_cache), cut))
        made, whole, given = seen[-1]
        assert made.bearings == whole.bearings
        written, expected = (
            engine.written(laid.document.copy(), pdf_identifier=bytes(16), pdf_tags=True)
            for laid in (made, whole)
        )
        assert written == expected
        if any(given.values()):
            break
    assert any(given.values())


def test_parts_that_are_tried_together_come_to_what_they_do_one_by_one(
    shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = shop("liuhe", "jinian", shared_cache).bound()
    tried = []
    whole = engine.StyledDocument.whole

    def counted(text: engine.StyledDocument, given: parts.Given) -> parts.LaidBook:
        tried.append(given)
        return whole(text, given)

    monkeypatch.setattr(engine.StyledDocument, "whole", counted)
    one_by_one, layouts = typeset(bound), len(tried)
    monkeypatch.setattr(engine, "SHELLS", 0)
    together = typeset(bound)

    assert layouts == 1
    assert len(tried) > 3
    assert together == one_by_one


SONG = "城乡面貌焕然一新，经济社会持续健康发展。"
RUNNING = (
    "@page { size: 300pt 300pt; margin: 30pt; @bottom-center { content: counter(page) } }"
    "@page shown { @top-left { content: element(a) } @top-center { content: element(a, last) }"
    " @bottom-left { content: element(a, first-except) } @left-top { content: element(c) }"
    " @bottom-right { content: element(b) } }"
    "@page start { @top-right { content: element(a, start) } @left-top { content: element(c) } }"
    "body { font: 10pt/20pt 'Noto Serif SC'; margin: 0 } section { break-before: page }"
    "p { margin: 0 } .shown { page: shown } .start { page: start }"
    ".a { position: running(a) } .b { position: running(b) } .c { position: running(c) }"
    ".a span, .b span { display: block; margin-top: 4pt }"
)


KINDS = ("shown", "shown", "shown", "start", "bare")


def a_section(chance: random.Random) -> str:
    """One to three pages, with running elements before, in and behind its words, or without."""

    def running(names: str) -> str:
        return "".join(f"<div class={n}><span>{chance.choice(SONG)}</span></div>" for n in names)

    own = running(chance.choice(["ab", "ab", "ab", "a", ""]))
    more = (running(chance.choice(["", "", "a", "b"])) for _ in range(4))
    words = "".join(f"{one}<p>{SONG * chance.randint(1, 12)}</p>" for one in more)
    return f"<section class={chance.choice(KINDS)}>{own}{words}</section>"


@pytest.fixture
def laid(root: Path) -> Callable[..., Any]:
    """Lays sections out, with what another book has left or without."""
    faces, assets = faces_for(TEMPLATE_CHARACTERS | frozenset(f"{SONG}新"), Workspace(root))
    styles = (Stylesheet("fonts", fonts_css(faces)), Stylesheet("own", RUNNING))

    def lay(sections: Sequence[str], standing: engine.StandingBook | None = None) -> Any:
        html = f"<html lang=zh-CN><body>{''.join(sections)}"
        fonts = Fonts(tuple(faces))
        return engine.lay_out(html, styles, assets, fonts, bytes(16), engine.USUAL, standing)

    return lay


@pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=stress)])
def test_a_part_with_running_elements_is_what_it_is_in_the_whole(
    seed: int, laid: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever page has them: one that shows those of pages before it is of one part with these.

    After each edit the book is to the byte what it is when it is laid out anew; and where no page
    shows what another part has, the rest of it stays as it was laid out.
    """
    chance, alone = random.Random(seed), []
    again = parts._again

    def counted(*asked: Any) -> Any:
        found = again(*asked)
        alone.append(found is not None)
        return found

    monkeypatch.setattr(parts, "_again", counted)
    sections, standing = [a_section(chance) for _ in range(10)], engine.StandingBook()
    laid(sections, standing)
    for turn in range(32):
        at = chance.randrange(len(sections))
        sections[at] = (
            a_section(chance),
            sections[at].replace("城乡", "乡城", 1),
            re.sub(r"<div class=[abc]>.*?</div>", "", sections[at], count=2),
            sections[at].replace("</section>", "<div class=c><span>新</span></div></section>"),
        )[turn % 4]
        assert laid(sections, standing) == laid(sections)

    assert sum(alone) > 1


OWN, WORDS = "<div class=a><span>城</span></div>", f"<p>{SONG}</p>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([OWN, OWN, OWN], [OWN, "", OWN], id="its own is no more"),
        pytest.param([OWN, "", OWN], [OWN, OWN, OWN], id="it has its own now"),
        pytest.param(["", "", ""], ["", OWN, ""], id="the first one there is"),
        pytest.param(["", OWN, ""], ["", "", ""], id="the only one is no more"),
    ],
)
def test_running_elements_come_and_go(
    before: Sequence[str], after: Sequence[str], laid: Callable[..., Any]
) -> None:
    standing = engine.StandingBook()
    for own in (before, after):
        sections = [f"<section class=shown>{one}{WORDS}</section>" for one in (*own, OWN, OWN, OWN)]
        assert laid(sections, standing) == laid(sections)
