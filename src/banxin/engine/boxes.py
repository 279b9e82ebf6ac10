"""What the engine makes, with types: boxes, pages, documents; and of which kind a box is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, TypeAlias, TypedDict, TypeGuard, cast
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

# Where to go on in a box: the index of a child, and so on inward; None at its beginning.
Skip: TypeAlias = "Mapping[int, Skip] | None"
# `break`: on which side; `page`: of which name.
NextPage = TypedDict("NextPage", {"break": str, "page": str | None})
# What is counted where a page begins: depth of quotes, values and scopes of counters; and the
# groups of pages that it goes on with: name, how many pages it has, and where it began.
PageState: TypeAlias = tuple[
    list[int], dict[str, list[int]], list[set[str]], list[tuple[str, int, Skip]]
]
# How a page begins: where in the document, by what break, whether it is a right one; and what of it
# was changed since it was laid out.
PageStart: TypeAlias = tuple[Skip, NextPage, bool, PageState, dict[str, Any]]


class Style(Protocol):
    """A box's properties by their names in CSS, custom ones with `__` before them."""

    font_config: Any
    parent_style: Style
    root_style: Style
    specified: Mapping[str, Any]
    cascaded: object
    is_root_element: bool

    def __getitem__(self, name: str, /) -> Any: ...
    def __setitem__(self, name: str, value: object, /) -> None: ...
    def __delitem__(self, name: str, /) -> None: ...
    def __iter__(self) -> Iterator[str]: ...
    def pop(self, name: str, default: object, /) -> object: ...
    def copy(self) -> Style: ...


class LineContainer(Protocol):
    """What a line is in: a box, or what stands for one that is not made yet."""

    @property
    def style(self) -> Style: ...
    @property
    def width(self) -> float: ...


class EngineBox(Protocol):
    """What every box has once it is laid out: lengths in px from the page's corner.

    Attributes:
        element: of the document, or None; the lines of a paragraph have the paragraph's.
        element_tag: its name, with the pseudo-element behind it.
        footnote: the box that is called here, or None.
    """

    element: Element | None
    element_tag: str
    style: Style
    children: Sequence[EngineBox]
    position_x: float
    position_y: float
    width: float
    height: float
    margin_top: float
    margin_bottom: float
    margin_left: float
    margin_right: float
    padding_left: float
    padding_right: float
    padding_top: float
    padding_bottom: float
    border_left_width: float
    border_right_width: float
    border_top_width: float
    border_bottom_width: float
    min_height: float
    max_height: float
    top: float
    bottom: float
    is_column: bool
    footnote: EngineBox | None
    bottom_margin_collapses: Callable[[], bool]

    def copy(self) -> Self: ...
    def deepcopy(self) -> Self: ...
    def copy_with_children(self, children: Iterable[EngineBox], /) -> Self: ...
    def anonymous_from(self, parent: EngineBox, /, **named: object) -> Self: ...
    def translate(self, dx: float = 0, dy: float = 0) -> None: ...
    def is_in_normal_flow(self) -> bool: ...
    def is_floated(self) -> bool: ...
    def is_running(self) -> bool: ...
    def is_note(self) -> bool: ...
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
    def extract_text(self, part: str, /) -> str: ...


class TextBox(EngineBox, Protocol):
    text: str
    baseline: float
    pango_layout: Any

    def copy_with_text(self, text: str, /) -> Self: ...


class InlineBox(EngineBox, Protocol):
    """An element among the text, or what goes around it there."""

    children: list[EngineBox]
    baseline: float
    is_leader: bool
    remove_decoration_sides: set[str]

    def remove_decoration(self, *, start: bool, end: bool) -> None: ...


class LineBox(InlineBox, Protocol):
    """A line, or, before it is laid out, the whole paragraph."""

    text_indent: float


class FootnoteArea(EngineBox, Protocol):
    """Where the footnotes of a page stand; as high as `auto` while it has none."""

    page: EngineBox


class PageBox(EngineBox, Protocol):
    """`page_type`: its side, name and number, as selectors of `@page` ask for them."""

    page_type: Iterable[Any]


class MarginBox(EngineBox, Protocol):
    """A box in a page's margin; `at_keyword` as in `@page`: `@bottom-left`."""

    at_keyword: str


class ReplacedBox(EngineBox, Protocol):
    """A box with a picture in it, which the engine calls replaced."""

    replacement: Any


class StyleFor(Protocol):
    """The styles of a document: of each element, and of its pseudo-elements."""

    def __call__(self, element: object, pseudo: str | None = None, /) -> Style | None: ...
    def get_computed_styles(self) -> dict[tuple[Any, str | None], Style]: ...


class TargetCollector(Protocol):
    """What references are told of their targets."""

    store_target: Callable[[str, Mapping[str, Sequence[int]], EngineBox], None]
    target_lookup_items: dict[str, Any]

    def collect_anchor(self, name: str, /) -> None: ...


class EnginePage(Protocol):
    """A page that is laid out: px, and its bleed by sides."""

    width: float
    height: float
    bleed: Mapping[str, float]
    anchors: Mapping[str, object]
    _page_box: PageBox


@dataclass(frozen=True, slots=True, eq=False)
class KeptPage:
    """Stands for an `EnginePage` that was laid out and drawn by another process."""

    width: float
    height: float
    bleed: Mapping[str, float]
    anchors: Mapping[str, object]
    bookmarks: Sequence[object]
    links: tuple[()] = ()  # they are drawn

    @classmethod
    def of(cls, page: Any) -> Self:
        return cls(page.width, page.height, page.bleed, page.anchors, page.bookmarks)


class EngineDocument(Protocol):
    """A document that is laid out. `fonts`: those that were met while it was drawn."""

    pages: Sequence[EnginePage]
    fonts: Mapping[Any, Any]

    def copy(self, pages: Sequence[EnginePage] = ..., /) -> Self: ...
    def write_pdf(self, **how: object) -> bytes: ...


class EngineHtml(Protocol):
    """A document as it was read."""

    etree_element: Element
    wrapper_element: Any
    base_url: str | None
    media_type: str
    url_fetcher: Any

    def render(
        self, *, stylesheets: Sequence[object], font_config: object, counter_style: object
    ) -> EngineDocument: ...
    def _ua_counter_style(self) -> Sequence[Mapping[str, Any]]: ...
    def _ua_stylesheets(self, forms: object, /) -> Sequence[Any]: ...


class Context(Protocol):
    """What the engine knows while it lays out: of the page, and of the whole document.

    Attributes:
        page_bottom: of what is free on the page, px from its top.
        current_page: its number, from 1.
        forced_break: whether the page that was begun last was begun by one.
        current_page_footnotes: those called on it so far.
        reported_footnotes: those that have to go on to the next page.
    """

    page_bottom: float
    in_column: bool
    current_page: int | None
    forced_break: bool
    current_footnote_area: FootnoteArea
    current_page_footnotes: list[EngineBox]
    reported_footnotes: list[EngineBox]
    excluded_shapes: list[EngineBox]
    broken_out_of_flow: dict[EngineBox, Any]
    page_maker: list[PageStart]
    get_image_from_uri: Any
    style_for: StyleFor
    string_set: dict[str, dict[int, list[str]]]
    target_collector: TargetCollector
    running_elements: dict[str, dict[int, list[EngineBox]]]
    get_string_or_element_for: Callable[[Mapping[str, Mapping[int, Any]], object, str, str], Any]

    def add_running_element(self, box: EngineBox, /) -> None: ...
    def add_broken_out_of_flow(
        self, new: EngineBox, box: EngineBox, block: EngineBox, resume: Skip, /
    ) -> None: ...


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


def is_line(box: EngineBox) -> TypeGuard[LineBox]:
    return isinstance(box, boxes.LineBox)


def is_inline(box: EngineBox) -> bool:
    """Whether it is a stretch of a line, and nothing more special."""
    return type(box) is boxes.InlineBox


def is_page(box: EngineBox) -> bool:
    return isinstance(box, boxes.PageBox)


def is_margin(box: EngineBox) -> TypeGuard[MarginBox]:
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


def is_auto(used: object) -> bool:
    """Whether a length has no value yet, or none of its own."""
    return used == "auto"


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
