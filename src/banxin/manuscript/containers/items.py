"""The items of lists in a `:::` block, and what has no place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import Place, note
from banxin.manuscript.blocks import Block, Inlines, NoteRef, Strong, Text
from banxin.manuscript.containers.container import Nodes
from banxin.manuscript.habits import HAN

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

_FIRST_WORD: Final = re.compile(rf"\s*(?=\S*\d)(\S{{1,24}}?)(?:[\s\u3000]+|[：:](?=[{HAN}]))")


def odd(chapter: ChapterReader, node: SyntaxTreeNode, kind: str) -> Iterator[Block]:
    """Something that does not belong in a block: told, and set as what it is."""
    chapter.unexpected(node, kind)
    yield from chapter.blocks(node.children if node.type == "list_item" else [node])


def items(
    chapter: ChapterReader, nodes: Nodes, kind: str, others: list[Block]
) -> Iterator[tuple[SyntaxTreeNode, Inlines, Place]]:
    """The items of the lists among *nodes*, and paragraphs between them; *others*: the rest."""
    for node in nodes:
        if node.type == "paragraph" and chapter.images(node) is None:
            yield node, chapter.inline(node), chapter.place(node)
            continue
        if node.type not in {"bullet_list", "ordered_list"}:
            others.extend(odd(chapter, node, kind))
            continue
        for item in node.children:
            body = item.children
            first = body[0] if body and body[0].type == "paragraph" else None
            if first is None or chapter.images(first) is not None:
                if body:
                    others.extend(odd(chapter, item, kind))
                continue
            yield first, chapter.inline(first), chapter.place(first)
            for more in body[1:]:
                others.extend(odd(chapter, more, kind))


def led(chapter: ChapterReader, text: Inlines, place: Place) -> tuple[str, Inlines] | None:
    """The words at the head of an item: bold, or the first one if it has a digit; the rest."""
    if text and isinstance(text[0], Strong):
        notes = tuple(part for part in text[0].inside if isinstance(part, NoteRef))
        bold = tuple(part for part in text[0].inside if not isinstance(part, NoteRef))
        rest = text[1:]
        if rest and isinstance(rest[0], Text):
            rest = (Text(rest[0].text.lstrip(" \u3000：:")), *rest[1:])
        return chapter.words(bold, place).strip(), (*notes, *rest)
    first = text[0] if text else None
    match = _FIRST_WORD.match(first.text) if isinstance(first, Text) else None
    if not isinstance(first, Text) or match is None:
        return None
    chapter.remarks.append(note("block/led", place, words=match[1]))
    return match[1], (Text(first.text[match.end() :]), *text[1:])
