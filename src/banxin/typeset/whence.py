"""Where a designer wrote it: rules by their stylesheet, what is made of tables by its table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from banxin.content import LAYOUT_FILE
from banxin.diagnostics import BanxinError, Place
from banxin.layouts import TOKENS_FILE, Layout
from banxin.markup.tokens import STYLE_PARTS
from banxin.tables import line_of, place_of
from banxin.workspace import Workspace

_CLASS_OF_TYPE: Final = re.compile(r"\.t-([\w-]+)")
# Custom properties that say what layout.toml says.
_GEOMETRY: Final[Mapping[str, tuple[str, ...]]] = {
    "trim-width": ("page", "trim"),
    "trim-height": ("page", "trim"),
    "bleed": ("page", "bleed"),
    "margin-top": ("page", "margin", "top"),
    "margin-bottom": ("page", "margin", "bottom"),
    "margin-inside": ("page", "margin", "inside"),
    "margin-outside": ("page", "margin", "outside"),
    "measure": ("grid", "characters"),
    "measure-height": ("grid", "lines"),
    "columns": ("grid", "columns"),
    "gutter": ("grid", "gutter"),
    "gap": ("grid", "gutter"),
}


def is_file(layout: Layout, file: str) -> bool:
    """Whether a stylesheet is one that a designer can open, and not made of tables."""
    return file in layout.styles


def written_at(layout: Layout, desk: Workspace, file: str, line: int, what: str) -> Place | None:
    """Where a rule or a custom property is written: what is made of TOML is written there.

    Args:
        file: of the stylesheet; empty of a `style` attribute, which has no place of its own.
        what: the selector, or the property's name.
    """
    if is_file(layout, file):
        return Place(file, line)
    return _in_toml(layout, desk, what) if file else None


def template_at(layout: Layout, name: str, line: int) -> Place:
    """A line of a template, by its name below `templates/`."""
    return Place(str(layout.template_files[name]), line)


def _in_toml(layout: Layout, desk: Workspace, what: str) -> Place | None:
    """Where a custom property, or a class of a type style, is said in a layout's tables."""
    name = what.removeprefix("--")
    if found := _CLASS_OF_TYPE.search(what):
        name = found[1]
    for ink in layout.inks:
        if name in {ink.name, f"{ink.name}-rgb"}:
            return ink.place
    for style in layout.types:
        if name in {f"{style.name}{part}" for part in STYLE_PARTS}:
            return style.place
    for token in layout.lengths:
        if name == token.name:
            return token.place
    if name in {"baseline", "char", "picture-shift"}:
        return layout.body.place
    if name.startswith("word-"):
        return _first_with(layout, desk, LAYOUT_FILE, ("words",))
    if name.startswith("@page"):
        return _first_with(layout, desk, LAYOUT_FILE, ("page",))
    if name in _GEOMETRY:
        return _first_with(layout, desk, LAYOUT_FILE, _GEOMETRY[name])
    return _first_with(layout, desk, TOKENS_FILE, ("inks",)) if name == ":root" else None


def _first_with(layout: Layout, desk: Workspace, name: str, path: tuple[str, ...]) -> Place | None:
    """In the layout's own folder, or of those that it extends."""
    for folder in layout.folders:
        try:
            text = desk.read_text(folder / name)
        except BanxinError:
            continue
        if any(line_of(text, path[: end + 1]) for end in range(len(path))):
            return place_of(folder / name, text, path)
    return None
