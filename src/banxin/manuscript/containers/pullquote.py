"""`::: pullquote`: words set large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Place
from banxin.manuscript.blocks import Block, Inline, Inlines, LineBreak, PullQuote, Text
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.items import odd

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    lines: list[Inlines] = []
    others: list[Block] = []
    for node in nodes:
        if node.type == "paragraph" and chapter.images(node) is None:
            lines.append(chapter.inline(node))
        else:
            others.extend(odd(chapter, node, "pullquote"))
    text = tuple(
        i for n, line in enumerate(lines) for i in ((*((LineBreak(),) if n else ()), *line))
    )
    rest = {k: v for k, v in attributes.items() if k != "by"}
    if "upright" in rest:
        text = (Text(chapter.words(text, place)),) if text else ()
    else:
        text = tuple(part for inline in text for part in _at_bars(inline))
    if text:
        yield PullQuote(text, attributes.get("by", ""), rest, place)
    yield from others


def _at_bars(inline: Inline) -> Iterator[Inline]:
    """`一行|又一行` is two lines."""
    if not isinstance(inline, Text):
        yield inline
        return
    for index, part in enumerate(inline.text.split("|")):
        if index:
            yield LineBreak()
        if part:
            yield Text(part)


CONTAINER: Final = Container(PullQuote, ("by", "upright"), read)
