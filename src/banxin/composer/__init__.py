"""Chinese line composition for WeasyPrint 70, to CLREQ.

    css          standard properties that the engine does not know, and the Setting of a style
    western      marks that are Western here; hyphenation, where words may be parted
    numerals     counters in Chinese
    shaping      text → glyphs and advances, once
    paragraph    a line box flattened: gaps, what they give, where lines may end
    breaking     total fit
    spacing      one line's room shared out
    layout       lines as the engine's boxes
    notes        footnotes: how much of the page they take
    columns      figures at the head or foot of columns, columns made level
    drawing      lines as PDF text
    wide_glyphs  glyphs with room in their advance, added to a font

The engine has no door for this, so some of its functions are replaced. `guard` says whether
they are still the ones this was written against.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final

from banxin.engine import VERSION

from weasyprint import draw as drawing_of_engine
from weasyprint import pdf as pdf_of_engine
from weasyprint.draw import text as text_of_engine
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure import build as boxes_of_engine
from weasyprint.layout import LayoutContext, block, column, inline, preferred

from banxin.composer import columns, css, drawing, layout, notes
from banxin.composer.layout import SWITCH, Left

STYLESHEET: Final = resources.files(__package__).joinpath("composer.css").read_text("utf-8")

_SIGNATURES: Final[Mapping[tuple[Any, str], str]] = {
    (inline, "get_next_linebox"): (
        "context linebox position_y bottom_space skip_stack containing_block absolute_boxes"
        " fixed_boxes first_letter_style first_line_style"
    ),
    (preferred, "inline_min_content_width"): (
        "context box outer skip_stack first_line is_line_start"
    ),
    (preferred, "inline_max_content_width"): "context box outer is_line_start",
    (text_of_engine, "draw_text"): "stream textbox offset_x text_overflow block_ellipsis",
    (text_of_engine, "draw_first_line"): "stream textbox text_overflow block_ellipsis matrix",
    (text_of_engine, "draw_text_decoration"): ("stream textbox offset_x offset_y thickness color"),
    (pdf_of_engine, "build_fonts_dictionary"): "pdf fonts compress subset options",
    (inline, "atomic_box"): (
        "context box position_x skip_stack containing_block absolute_boxes fixed_boxes"
    ),
    (inline, "line_box_verticality"): "box",
    (inline, "_adjust_line_height"): "box",
    (boxes.TextBox, "copy_with_text"): "self text",
    (block, "columns_layout"): (
        "context box bottom_space skip_stack containing_block page_is_empty absolute_boxes"
        " fixed_boxes adjoining_margins first_letter_style first_line_style"
    ),
    (block, "grid_layout"): (
        "context box bottom_space skip_stack containing_block page_is_empty absolute_boxes"
        " fixed_boxes"
    ),
    (block, "block_box_layout"): (
        "context box bottom_space skip_stack containing_block page_is_empty absolute_boxes"
        " fixed_boxes adjoining_margins first_letter_style first_line_style discard max_lines"
    ),
    (block, "remove_placeholders"): "context box_list absolute_boxes fixed_boxes",
    (column, "_report_footnotes"): "context footnotes_height",
    (LayoutContext, "_update_footnote_area"): "self",
}


def guard(version: str = VERSION) -> str:
    """What of the engine is not as the composer needs it; empty if all is."""
    if not version.startswith("70."):
        return f"WeasyPrint {version}"
    for (owner, name), expected in _SIGNATURES.items():
        function = layout.ORIGINAL.get(name) or drawing.ORIGINAL.get(name)
        function = function or getattr(owner, name, None)
        if function is None:
            return f"{owner.__name__}.{name}"
        if list(inspect.signature(function).parameters) != expected.split():
            return f"{owner.__name__}.{name}{inspect.signature(function)}"
    return ""


def install() -> None:
    """Teach the engine its CSS, and put the composer into its place. Twice is once."""
    css.teach()
    if layout.ORIGINAL:
        return
    for owner, name in (
        (inline, "get_next_linebox"),
        (preferred, "inline_min_content_width"),
        (preferred, "inline_max_content_width"),
        (boxes_of_engine, "content_to_boxes"),
    ):
        layout.ORIGINAL[name] = getattr(owner, name)
        setattr(owner, name, getattr(layout, name))
    layout.ORIGINAL["columns_layout"] = block.columns_layout
    block.columns_layout = columns.columns_layout
    layout.ORIGINAL["grid_layout"] = block.grid_layout
    block.grid_layout = columns.grid_layout
    layout.ORIGINAL["_update_footnote_area"] = LayoutContext._update_footnote_area
    LayoutContext._update_footnote_area = notes.update_footnote_area
    for owner, name in (
        (text_of_engine, "draw_text"),
        (text_of_engine, "draw_first_line"),
        (text_of_engine, "draw_text_decoration"),
        (pdf_of_engine, "build_fonts_dictionary"),
    ):
        drawing.ORIGINAL[name] = getattr(owner, name)
        setattr(owner, name, getattr(drawing, name))
    drawing_of_engine.draw_text = drawing.draw_text


def prepare() -> str:
    """Install, if the engine is as the composer needs it; otherwise say what is not."""
    css.teach()
    misfit = guard()
    if misfit:
        _flush_left()
    else:
        install()
    return misfit


def _flush_left() -> None:
    """Without composer no line is justified: the engine would stretch the few spaces there are."""
    if hasattr(inline, "justify_line"):
        inline.justify_line = lambda *line: None


@contextmanager
def composing(*, on: bool) -> Iterator[Left]:
    """Within it, the engine's lines are the composer's. Yields what was left to the engine."""
    before, SWITCH.on = SWITCH.on, on
    SWITCH.left = Left()
    try:
        yield SWITCH.left
    finally:
        SWITCH.on = before


__all__ = ["STYLESHEET", "Left", "composing", "guard", "install", "prepare"]
