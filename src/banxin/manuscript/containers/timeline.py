"""`::: timeline`: events under their dates, in stages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Place
from banxin.manuscript.blocks import Block, Event, Paragraph, Stage, Timeline
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.items import items, led

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    del attributes
    stages: list[tuple[str, Place, list[Event]]] = []
    others: list[Block] = []
    for node in nodes:
        if node.type == "heading":
            where = chapter.place(node)
            title = chapter.words(chapter.inline(node), where)
            stages.append((title, where, []))
            continue
        if not stages:
            stages.append(("", place, []))
        for item, text, where in items(chapter, [node], "timeline", others):
            split = led(chapter, text, where)
            if split is None:
                chapter.unexpected(item, "timeline")
                others.append(Paragraph(text, where))
                continue
            stages[-1][2].append(Event(*split, where))
    made = tuple(Stage(t, tuple(e), p) for t, p, e in stages if t or e)
    if made:
        yield Timeline(made, place)
    yield from others


CONTAINER: Final = Container(Timeline, (), read)
