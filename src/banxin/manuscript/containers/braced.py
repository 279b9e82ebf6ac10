"""Braces that stand in an item of a `:::` block: behind its bold words, or at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import Place, nearest
from banxin.manuscript import attributes as braces
from banxin.manuscript.containers.container import Nodes

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

Given = Mapping[str, str]
Find = Callable[[Sequence[Token]], Given]


def taken(
    chapter: ChapterReader, nodes: Nodes, find: Find, name: str, keys: Sequence[str]
) -> Mapping[SyntaxTreeNode, Given]:
    """What paragraphs among *nodes* say for themselves; the braces are taken out of their text.

    Args:
        find: `behind_bold` or `at_end`; name: of the block; keys: that its items know.
    """
    found = {}
    for node in nodes:
        for paragraph in node.walk():
            given = find(_tokens(paragraph)) if paragraph.type == "paragraph" else {}
            if given:
                _look(chapter, given, chapter.place(paragraph), name, keys)
                found[paragraph] = given
    return found


def behind_bold(tokens: Sequence[Token]) -> Given:
    """`**491个**{unit=1} …`."""
    kinds = [token.type for token in tokens]
    first = 1 if kinds[:1] == ["text"] and not tokens[0].content else 0
    if kinds[first : first + 1] != ["strong_open"] or "strong_close" not in kinds[:-1]:
        return {}
    behind = tokens[kinds.index("strong_close") + 1]
    read = braces.parse(behind.content) if behind.type == "text" else None
    if read is None:
        return {}
    behind.content = behind.content[read[0] :]
    return read[1]


def at_end(tokens: Sequence[Token]) -> Given:
    """`村口的沟 {weight=4}`."""
    last = tokens[-1] if tokens else None
    if last is None or last.type != "text" or not last.content.rstrip().endswith("}"):
        return {}
    start = last.content.rfind("{")
    read = braces.parse(last.content[start:]) if start >= 0 else None
    if read is None or last.content[start + read[0] :].strip():
        return {}
    last.content = last.content[:start].rstrip()
    return read[1]


def _tokens(paragraph: SyntaxTreeNode) -> Sequence[Token]:
    inline = next((child.token for child in paragraph.children if child.type == "inline"), None)
    return inline.meta.get("inside", []) if inline else []


def _look(
    chapter: ChapterReader, given: Given, place: Place, name: str, keys: Sequence[str]
) -> None:
    for key in [key for key in given if key not in keys]:
        facts = {"name": name, "key": key, "near": nearest(key, keys)}
        facts |= {"known": " · ".join(keys), "value": given[key][:60]}
        chapter.remarks.append(braces.of_value("block/attribute", place, given[key], facts))
    for value in given.values():
        chapter.look_at_words(value, place)
