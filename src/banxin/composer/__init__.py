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

The engine has no door for this, so some of its functions are replaced: `HOOKS`. `guard` says
whether they are still the ones this was written against.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final

from banxin.engine import VERSION, hooks
from banxin.engine.hooks import Hook

from weasyprint import draw as drawing_of_engine
from weasyprint import pdf as pdf_of_engine
from weasyprint.draw import text as text_of_engine
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure import build as boxes_of_engine
from weasyprint.layout import LayoutContext, block, column, inline, preferred

from banxin.composer import columns, css, drawing, layout, notes
from banxin.composer.layout import SWITCH, LeftToEngine

STYLESHEET: Final = resources.files(__package__).joinpath("composer.css").read_text("utf-8")

_LINES: Final = (
    "context box bottom_space skip_stack containing_block page_is_empty absolute_boxes fixed_boxes"
)
HOOKS: Final = (
    Hook(
        inline, "get_next_linebox",
        "context linebox position_y bottom_space skip_stack containing_block absolute_boxes"
        " fixed_boxes first_letter_style first_line_style",
        layout.get_next_linebox,
    ),
    Hook(
        preferred, "inline_min_content_width",
        "context box outer skip_stack first_line is_line_start",
        layout.inline_min_content_width,
    ),
    Hook(
        preferred, "inline_max_content_width",
        "context box outer is_line_start",
        layout.inline_max_content_width,
    ),
    Hook(
        boxes_of_engine, "content_to_boxes",
        "style parent_box quote_depth counter_values get_image_from_uri target_collector"
        " counter_style context page",
        layout.content_to_boxes,
    ),
    Hook(
        block, "columns_layout",
        f"{_LINES} adjoining_margins first_letter_style first_line_style",
        columns.columns_layout,
    ),
    Hook(block, "grid_layout", _LINES, columns.grid_layout),
    Hook(LayoutContext, "_update_footnote_area", "self", notes.update_footnote_area),
    Hook(
        text_of_engine, "draw_text",
        "stream textbox offset_x text_overflow block_ellipsis",
        drawing.draw_text, (drawing_of_engine,),
    ),
    Hook(
        text_of_engine, "draw_first_line",
        "stream textbox text_overflow block_ellipsis matrix",
        drawing.draw_first_line,
    ),
    Hook(
        text_of_engine, "draw_text_decoration",
        "stream textbox offset_x offset_y thickness color",
        drawing.draw_text_decoration,
    ),
    Hook(
        pdf_of_engine, "build_fonts_dictionary",
        "pdf fonts compress subset options",
        drawing.build_fonts_dictionary,
    ),
    # These are called.
    Hook(
        inline, "atomic_box",
        "context box position_x skip_stack containing_block absolute_boxes fixed_boxes",
    ),
    Hook(inline, "line_box_verticality", "box"),
    Hook(inline, "_adjust_line_height", "box"),
    Hook(boxes.TextBox, "copy_with_text", "self text"),
    Hook(
        block, "block_box_layout",
        f"{_LINES} adjoining_margins first_letter_style first_line_style discard max_lines",
    ),
    Hook(block, "remove_placeholders", "context box_list absolute_boxes fixed_boxes"),
    Hook(column, "_report_footnotes", "context footnotes_height"),
)  # fmt: skip


def _unjustified(context: Any, line: Any, extra_width: Any) -> None:
    del context, line, extra_width


# Without composer no line is justified: the engine would stretch the few spaces there are.
FLUSH_LEFT: Final = (Hook(inline, "justify_line", "context line extra_width", _unjustified),)


def guard(version: str = VERSION) -> str:
    """What of the engine is not as the composer needs it; empty if all is."""
    if not version.startswith("70."):
        return f"WeasyPrint {version}"
    return next(iter(hooks.guard(HOOKS)), "")


def prepare() -> str:
    """Install, if the engine is as the composer needs it; otherwise say what is not."""
    css.teach()
    misfit = guard()
    if misfit:
        hooks.remove(HOOKS)
        hooks.install(FLUSH_LEFT)
    else:
        hooks.remove(FLUSH_LEFT)
        hooks.install(HOOKS, together=True)
    return misfit


@contextmanager
def composing(*, on: bool) -> Iterator[LeftToEngine]:
    """Within it, the engine's lines are the composer's. Yields what was left to the engine."""
    before, SWITCH.on = SWITCH.on, on
    SWITCH.left = LeftToEngine()
    try:
        yield SWITCH.left
    finally:
        SWITCH.on = before


__all__ = ["FLUSH_LEFT", "HOOKS", "STYLESHEET", "LeftToEngine", "composing", "guard", "prepare"]
