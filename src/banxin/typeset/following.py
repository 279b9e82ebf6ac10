"""Shapes that nothing follows: of what does not float, and clipping paths of no picture."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from banxin.engine.boxes import EngineBox, children_of, is_picture

from banxin.diagnostics import Diagnostic, Place, warning
from banxin.markup.tokens import Stylesheet

_CODES: Final = {"shape-outside": "css/shape-without-float", "clip-path": "css/clip-no-picture"}
TOLD: Final = frozenset(_CODES.values())


def is_asked(document: Element, styles: Sequence[Stylesheet]) -> bool:
    """Whether such a property is written anywhere.

    Args:
        document: the root element of the HTML, whose elements may have styles of their own.
    """
    texts = [sheet.text for sheet in styles]
    texts += [f"{e.get('style')} {e.text if e.tag == 'style' else ''}" for e in document.iter()]
    return any(name in text for name in _CODES for text in texts)


def in_vain(pages: Sequence[EngineBox]) -> frozenset[str]:
    """The properties that a box on these pages has for nothing."""
    return frozenset(name for page in pages for name in _in_vain(page, floats=False))


def unfollowed(names: Collection[str], styles: Sequence[Stylesheet]) -> tuple[Diagnostic, ...]:
    """Each property that a box has for nothing, once, at the first line that may have given it."""
    return tuple(warning(_CODES[name], _first(name, styles)) for name in _CODES if name in names)


def _first(name: str, styles: Sequence[Stylesheet]) -> Place:
    for sheet in styles:
        match = re.search(rf"(?<![\w-]){name}\s*:", sheet.text)
        if match:
            before = sheet.text[: match.start()]
            column = len(before) - before.rfind("\n")
            return Place(sheet.name, before.count("\n") + 1, column)
    return Place()


def _in_vain(box: EngineBox, *, floats: bool) -> Iterator[str]:
    """Args: floats: whether a box around it does."""
    for child in children_of(box):
        style = getattr(child, "style", None)
        if style is None:
            continue
        inside = floats or style["float"] not in {"none", "footnote"}
        if style["shape_outside"] != "none" and not inside:
            yield "shape-outside"
        if style["clip_path"] != "none" and not is_picture(child):
            yield "clip-path"
        yield from _in_vain(child, floats=inside)
