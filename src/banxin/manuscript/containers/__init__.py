"""The `:::` blocks: what stands between their fences becomes the block that their name says.

Each is a file here and an entry in the table. Whatever has no place in such a block is told, and
set behind it as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import Place, error, nearest
from banxin.manuscript import attributes as braces
from banxin.manuscript.blocks import Block, Paragraph, Strong, Text
from banxin.manuscript.containers import (
    asides,
    chart,
    chronicle,
    gallery,
    names,
    numbers,
    pullquote,
    struck,
    timeline,
)
from banxin.manuscript.containers.container import Attributes, Container
from banxin.manuscript.habits import HAN

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

CONTAINERS: Final[Mapping[str, Container]] = {
    "gallery": gallery.CONTAINER,
    "pullquote": pullquote.CONTAINER,
    "numbers": numbers.CONTAINER,
    "timeline": timeline.CONTAINER,
    "names": names.CONTAINER,
    "note": asides.NOTE,
    "sidebar": asides.SIDEBAR,
    "chart": chart.CONTAINER,
    "list": struck.CONTAINER,
    "chronicle": chronicle.CONTAINER,
}


class ContainerReader:
    """Reads the `:::` blocks of one chapter."""

    def __init__(self, chapter: ChapterReader) -> None:
        self._chapter = chapter
        self._remarks = chapter.remarks

    def read(self, node: SyntaxTreeNode, place: Place) -> Iterator[Block]:
        name, attributes = self._opening((node.info or "").strip(), place)
        self._check_closed(node, place, name)
        if name not in CONTAINERS:
            near = nearest(name, CONTAINERS)
            known = " · ".join(CONTAINERS)
            self._remarks.append(error("block/unknown", place, name=name, near=near, known=known))
            yield from self._titles(attributes, place)
            yield from self._chapter.blocks(node.children)
            return
        self._check_known(name, attributes, place)
        for value in attributes.values():
            self._chapter.look_at_words(value, place)
        yield from CONTAINERS[name].read(self._chapter, node.children, attributes, place)

    def _opening(self, info: str, place: Place) -> tuple[str, dict[str, str]]:
        """`names {title="…"}`, and what else is written for it."""
        match = re.fullmatch(r"([^\s{｛]*)\s*(.*)", info, re.DOTALL)
        assert match is not None
        name, rest = match[1], match[2].replace("｛", "{").replace("｝", "}")
        if not rest:
            return name, {}
        read = braces.parse(rest)
        if read is None or rest[read[0] :].strip():
            self._remarks.append(error("block/attributes", place, found=rest[:200]))
            return name, {}
        return name, read[1]

    def _check_known(self, name: str, attributes: Attributes, place: Place) -> None:
        known, code = CONTAINERS[name].keys, CONTAINERS[name].unknown
        for key, value in attributes.items():
            if key not in known:
                facts = {"key": key, "near": nearest(key, known), "value": value[:60]}
                facts["known"] = " · ".join(known) or "–"
                facts |= {"name": name} if code == "block/attribute" else {}
                self._remarks.append(braces.of_value(code, place, value, facts))

    def _titles(self, attributes: Attributes, place: Place) -> Iterator[Block]:
        """The words in the braces of a block that is not known."""
        for value in attributes.values():
            if re.search(f"[{HAN}]", value):
                yield Paragraph((Strong((Text(value),)),), place)

    def _check_closed(self, node: SyntaxTreeNode, place: Place, name: str) -> None:
        last = (node.map or (0, 0))[1]
        lines = self._chapter.lines
        closing = lines[last] if last < len(lines) else ""
        if not closing.lstrip("> \t").startswith(":::"):
            self._remarks.append(error("block/unclosed", place, name=name))
