"""`::: gallery`: pictures that stand together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Place, warning
from banxin.manuscript.blocks import Block, Figure, Gallery
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.items import odd
from banxin.manuscript.values import MOST_LINES, rows_of

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    figures: list[Figure] = []
    others: list[Block] = []
    for node in nodes:
        images = chapter.images(node) if node.type == "paragraph" else None
        if images is None:
            others.extend(odd(chapter, node, "gallery"))
            continue
        for image, where in images:
            for block in chapter.figure(image, where):
                (figures if isinstance(block, Figure) else others).append(block)  # type: ignore[arg-type]
    if not nodes:
        chapter.remarks.append(warning("gallery/empty", place))
    rows = attributes.get("rows", "")
    if rows and rows_of(rows) is None:
        chapter.remarks.append(warning("gallery/rows", place, found=rows[:30], most=MOST_LINES))
        attributes = {key: value for key, value in attributes.items() if key != "rows"}
    if figures:
        yield Gallery(tuple(figures), attributes, place)
    yield from others


CONTAINER: Final = Container(Gallery, ("rows",), read)
