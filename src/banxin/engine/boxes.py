"""The engine's boxes with types: what we read of them, and of which kind one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Protocol, TypeGuard, cast

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder


class Style(Protocol):
    """A box's properties by their names in CSS, custom ones with `__` before them."""

    font_config: Any
    parent_style: Any
    specified: Any

    def __getitem__(self, name: str, /) -> Any: ...
    def copy(self) -> Style: ...


class EngineBox(Protocol):
    """What every box has once it is laid out: lengths in px from the page's corner.

    Attributes:
        element: of the document, or None; the lines of a paragraph have the paragraph's.
        element_tag: its name, with the pseudo-element behind it.
    """

    element: Any
    element_tag: str
    style: Style
    children: Sequence[EngineBox]
    position_x: float
    position_y: float
    width: float
    height: float

    def descendants(self) -> Iterable[EngineBox]: ...
    def content_box_x(self) -> float: ...
    def content_box_y(self) -> float: ...
    def padding_box_x(self) -> float: ...
    def padding_box_y(self) -> float: ...
    def padding_width(self) -> float: ...
    def padding_height(self) -> float: ...
    def border_box_x(self) -> float: ...
    def border_box_y(self) -> float: ...
    def border_width(self) -> float: ...
    def border_height(self) -> float: ...
    def margin_width(self) -> float: ...
    def margin_height(self) -> float: ...
    def all_children(self) -> Sequence[EngineBox]: ...


class TextBox(EngineBox, Protocol):
    text: str
    baseline: float


class ReplacedBox(EngineBox, Protocol):
    """A box with a picture in it, which the engine calls replaced."""

    replacement: Any


_BLOCKS: Final = frozenset(
    {
        boxes.BlockBox,
        boxes.FlexBox,
        boxes.TableCellBox,
        boxes.InlineBlockBox,
        boxes.MarginBox,
    }
)


def is_text(box: EngineBox) -> TypeGuard[TextBox]:
    return isinstance(box, boxes.TextBox)


def is_picture(box: EngineBox) -> TypeGuard[ReplacedBox]:
    return isinstance(box, boxes.ReplacedBox)


def is_line(box: EngineBox) -> bool:
    return isinstance(box, boxes.LineBox)


def is_inline(box: EngineBox) -> bool:
    """Whether it is a stretch of a line, and nothing more special."""
    return type(box) is boxes.InlineBox


def is_page(box: EngineBox) -> bool:
    return isinstance(box, boxes.PageBox)


def is_margin(box: EngineBox) -> bool:
    """Whether it stands in a page's margin: a running head, a folio."""
    return isinstance(box, boxes.MarginBox)


def is_aside(box: EngineBox) -> bool:
    """Whether it is of a page, but not in its flow."""
    return isinstance(box, boxes.MarginBox | boxes.FootnoteAreaBox)


def is_block(box: EngineBox) -> bool:
    """Whether it is a plain block: no table, no area of footnotes."""
    return type(box) is boxes.BlockBox


def holds_text(box: EngineBox) -> bool:
    """Whether text in it is of it, and not of a box around it."""
    return type(box) in _BLOCKS


def has_size(box: EngineBox) -> bool:
    """Whether the engine has said how large it is; `auto` is no size."""
    return all(isinstance(getattr(box, side), int | float) for side in ("width", "height"))


def has_place(box: EngineBox) -> bool:
    """Whether it has said where it stands, too."""
    corner = (getattr(box, side) for side in ("position_x", "position_y"))
    return has_size(box) and all(isinstance(side, int | float) for side in corner)


def is_column(box: EngineBox) -> bool:
    return bool(getattr(box, "is_column", False))


def footnotes_on(page: EngineBox) -> Iterator[EngineBox]:
    """The areas of footnotes of a page."""
    return (box for box in page.children if isinstance(box, boxes.FootnoteAreaBox))


def is_placeholder(box: EngineBox) -> bool:
    """Whether it stands for one that is positioned, where that was written."""
    return isinstance(box, AbsolutePlaceholder)


def unwrapped(box: EngineBox) -> EngineBox:
    """The box itself: what is positioned hides in a placeholder."""
    return cast(EngineBox, getattr(box, "_box", box))


def children_of(box: EngineBox) -> Iterator[EngineBox]:
    """The boxes right in *box*, positioned ones included; text has none."""
    return map(unwrapped, getattr(box, "children", ()))


def all_in(box: EngineBox) -> Iterator[EngineBox]:
    """All boxes in *box*, positioned ones included, outer ones first."""
    for child in children_of(box):
        yield child
        yield from all_in(child)


def text_of(box: EngineBox) -> str:
    """The words in *box*, but for what is positioned in it."""
    return "".join(one.text for one in box.descendants() if is_text(one))
