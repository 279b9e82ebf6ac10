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
    others: list[Block] = []
    made = stages(chapter, nodes, "timeline", place, others)
    if made:
        yield Timeline(made, place)
    yield from others


def stages(
    chapter: ChapterReader, nodes: Nodes, name: str, place: Place, others: list[Block]
) -> tuple[Stage, ...]:
    """Events under their headings; *others*: what is neither.

    Args:
        name: of the block, which begins at *place*.
    """
    found: list[tuple[str, Place, list[Event]]] = []
    for node in nodes:
        if node.type == "heading":
            where = chapter.place(node)
            title = chapter.words(chapter.inline(node), where)
            found.append((title, where, []))
            continue
        if not found:
            found.append(("", place, []))
        for item, text, where in items(chapter, [node], name, others):
            split = led(chapter, text, where)
            if split is None:
                chapter.unexpected(item, name)
                others.append(Paragraph(text, where))
                continue
            found[-1][2].append(Event(*split, where))
    return tuple(Stage(t, tuple(e), p) for t, p, e in found if t or e)


CONTAINER: Final = Container(Timeline, (), read)
