"""Characters and lines that templates count by a number of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import TemplateSyntaxError, nodes

from banxin.markup.sandbox import Sandbox

# Filters and functions → what their arguments count, in order.
_COUNTED: Final[Mapping[str, Sequence[str]]] = {
    "fitted": ("", "characters", "lines"),
    "alike": ("", "characters", "lines"),
    "upright": ("", "lines", "characters"),
    "plate": ("characters", "lines"),
    "front_plate": ("", "characters", "lines"),
    "plate_of": ("", "", "characters", "lines"),
    "lines_of": ("characters",),
    "within": ("lines", "characters"),
    "running": ("characters",),
    "drawing": ("characters",),
    "across": ("characters",),
}
_STYLED: Final = re.compile(r"--([xwyn]):\s*(\d+)(?![\d.])")
_KINDS: Final = {"x": "characters", "w": "characters", "y": "lines", "n": "lines"}


@dataclass(frozen=True, slots=True)
class CountedNumber:
    """A number of `characters` or `lines` (`kind`), as it is written, and in which line."""

    kind: str
    number: float
    written: str
    line: int


def counts(text: str) -> Iterator[CountedNumber]:
    """Those of a template; of one that cannot be read, none: it is told elsewhere."""
    try:
        tree = Sandbox().parse(text)
    except (TemplateSyntaxError, RecursionError):
        return
    called: list[tuple[str, nodes.Filter | nodes.Call]] = [
        *((node.name, node) for node in tree.find_all(nodes.Filter)),
        *((getattr(node.node, "name", ""), node) for node in tree.find_all(nodes.Call)),
    ]
    for name, node in called:
        for kind, argument in zip(_COUNTED.get(name, ()), node.args, strict=False):
            if kind and isinstance(argument, nodes.Const) and isinstance(argument.value, int):
                yield CountedNumber(kind, argument.value, f"{name}({argument.value})", node.lineno)
    for data in tree.find_all(nodes.TemplateData):
        for found in _STYLED.finditer(data.data):
            line = data.lineno + data.data.count("\n", 0, found.start())
            yield CountedNumber(_KINDS[found[1]], int(found[2]), found[0], line)
