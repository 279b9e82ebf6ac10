"""How much of a page its footnotes take.

WeasyPrint 70 lays all footnotes of a page out again whenever one comes or goes, and columns are
tried at several heights: the cost grows with the cube of their number. Here each is laid out once
a page, and heights are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

from banxin.engine.boxes import Context, EngineBox, FootnoteArea, is_auto

from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import block

_SIDES: Final = ("margin_top", "margin_bottom")


def update_footnote_area(context: Context) -> bool:
    """The area as high as its footnotes, and the page so much shorter; in place of the engine's.

    Returns:
        Whether they are more than the area may hold, where its style gives it a height.
    """
    area = context.current_footnote_area
    if not is_auto(area.height) and not context.in_column:
        context.page_bottom += area.margin_height()
    area.children = context.current_page_footnotes
    area.height, overflows = _height(context, area)
    if not context.in_column:
        context.page_bottom -= area.margin_height()
    return overflows


def _height(context: Context, area: FootnoteArea) -> tuple[float, bool]:
    if not area.children:
        return 0, False
    if not _adds_up(area):
        return _laid_out(context, area, area.children)
    known = area.__dict__.setdefault("banxin_heights", {})  # an area is of one page
    for note in area.children:
        if note not in known:
            known[note] = _laid_out(context, area, [note])[0]
    return sum(known[note] for note in area.children), False


def _adds_up(area: FootnoteArea) -> bool:
    """Whether the height is the sum of the footnotes': blocks without white between them."""
    style = area.style
    if (
        style["height"] != "auto"
        or style["max_height"].value != inf
        or style["min_height"] != "auto"
    ):
        return False
    return all(
        isinstance(note, boxes.BlockLevelBox)
        and all(note.style[side] == "auto" or not note.style[side].value for side in _SIDES)
        for note in area.children
    )


def _laid_out(
    context: Context, area: FootnoteArea, notes: Sequence[EngineBox]
) -> tuple[float, bool]:
    area = area.copy()
    area.children = notes
    area = build.create_anonymous_boxes(area.deepcopy())
    laid: EngineBox = block.block_level_layout(context, area, -inf, None, area.page)[0]
    last = laid.children[-1]
    foot = last.position_y + last.margin_height() - last.margin_bottom
    bottom = laid.position_y + laid.margin_height() - laid.margin_bottom
    return laid.height, foot > bottom
