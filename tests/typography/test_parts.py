"""Parts of a book: each made full by itself, and together what the whole would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shop import shop

from banxin.typeset import engine, parts, typeset
from banxin.units import Length
from dresses import LAYOUTS

stress = pytest.mark.stress
TITLES = [
    pytest.param(title, layout, id=f"{title}-{layout}", marks=() if title == "liuhe" else stress)
    for title in ("liuhe", "langfang")
    for layout in LAYOUTS
]


@pytest.mark.parametrize(("title", "layout"), TITLES)
def test_parts_put_together_are_the_whole_with_the_same_boxes_grown(
    title: str, layout: str, shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, tags and all; and what a layout of the whole tells to its parts stays true."""
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
    typeset(shop(title, layout, shared_cache).bound())

    ((made, whole, given),) = seen
    assert given
    assert made.bearings == whole.bearings
    written, expected = (
        engine.written(laid.document.copy(), pdf_identifier=bytes(16), pdf_tags=True)
        for laid in (made, whole)
    )
    assert written == expected


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
