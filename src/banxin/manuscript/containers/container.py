"""What a `:::` block is to its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import Place
from banxin.manuscript.blocks import Block

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

Nodes: TypeAlias = Sequence[SyntaxTreeNode]
Attributes: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Container:
    """One kind of `:::` block.

    Attributes:
        made: the block that it becomes.
        keys: what it knows in its braces.
        read: what stands between its fences, as blocks: its own, and behind it what has no place
            in it.
        unknown: the code of what is said of a key that it does not know.
        kind: what its template is asked for by, if not by the container's name.
    """

    made: type
    keys: tuple[str, ...]
    read: Callable[[ChapterReader, Nodes, Attributes, Place], Iterator[Block]]
    unknown: str = "block/attribute"
    kind: str = ""
