"""All kinds of blocks: those of Markdown itself, and the containers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from banxin.manuscript import blocks as b
from banxin.manuscript.containers import CONTAINERS

# Of each block, what its template is asked for by.
KIND_OF: Final[Mapping[type, str]] = {
    b.Heading: "heading",
    b.Paragraph: "paragraph",
    b.Figure: "figure",
    b.Quote: "quote",
    b.ItemList: "list",
    b.Table: "table",
    b.Verbatim: "verbatim",
    b.Divider: "divider",
    **{container.made: container.kind or name for name, container in CONTAINERS.items()},
}
NAMES: Final = tuple(KIND_OF.values())
