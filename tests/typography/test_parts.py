"""Parts of a book: each made full by itself, and together what the whole would be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shop import Shop, shop

from banxin.edition import Edition
from banxin.manuscript import blocks as b
from banxin.typeset import engine, parts, typeset
from banxin.units import Length
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
