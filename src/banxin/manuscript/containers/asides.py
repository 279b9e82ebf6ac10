"""`::: note` and `::: sidebar`: blocks in a block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Place
from banxin.manuscript.blocks import Block, Note, Sidebar
from banxin.manuscript.containers.container import Attributes, Container, Nodes

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader


def _note(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    yield Note(attributes.get("title", ""), chapter.blocks(nodes), place)


def _sidebar(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    yield Sidebar(attributes.get("title", ""), chapter.blocks(nodes), place)


NOTE: Final = Container(Note, ("title",), _note)
SIDEBAR: Final = Container(Sidebar, ("title",), _sidebar)
