"""Which element of the document made what lies where on a page: for findings told of the page.

Elements are known by their number in the document, since what was laid out may long be gone when
somebody asks; `causes` finds the same ones again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from banxin.engine.boxes import (
    EngineBox,
    PageBox,
    children_of,
    has_place,
    is_margin,
    is_picture,
    is_text,
)

from banxin.diagnostics import Box, Subject
from banxin.units import Length

TEXT, EDGED, PICTURE = "text", "edged", "picture"
_INDEXED: Final = "data-pages"  # what is in such an element was put there by the pages' numbers
_ABOVE: Final = 0.88  # em of a character above its baseline
_EDGES: Final = (
    "border_top_width", "border_right_width", "border_bottom_width", "border_left_width",
)  # fmt: skip


class Region(NamedTuple):
    """What one element has on one page: the text right in it, a box with an edge or a ground, or a
    picture. `page` from 1; mm from the trim's corner.
    """

    page: int
    kind: str
    made: Subject
    box: Box


def in_order(document: Element) -> Iterator[Element]:
    """The elements as they are written, but for those that a layout adds."""
    left = [document]
    while left:
        element = left.pop()
        yield element
        if _INDEXED not in element.attrib:
            left.extend(child for child in reversed(element) if isinstance(child.tag, str))


class Numbers:
    """The number of each element of a document, counted when one is asked for."""

    def __init__(self, document: Element) -> None:
        self._document = document

    @cached_property
    def _numbers(self) -> Mapping[int, int]:
        return {id(element): number for number, element in enumerate(in_order(self._document))}

    def of(
        self, box: EngineBox, *names: str, margin: tuple[PageBox, str] | None = None
    ) -> Subject | None:
        """What made *box*, and the properties that are at fault; None of what has no element.

        Args:
            margin: the page and the name of the margin box that it is in, where it is in one.
        """
        element = getattr(box, "element", None)
        element = getattr(element, "etree_element", element)
        if element is None:
            if margin is None:
                return None
            page, keyword = margin
            side, blank, name, index, *_ = page.page_type
            return Subject(-1, keyword, names, (side, blank, name, index, ()))
        return self.of_element(element, *names, part=str(box.element_tag or "").partition("::")[2])

    def first_of(self, elements: Sequence[Element]) -> int:
        """That of the first element; 0 if there is none."""
        return self._numbers.get(id(elements[0]), 0) if elements else 0

    def of_element(self, element: Element, *names: str, part: str = "") -> Subject | None:
        number = self._numbers.get(id(element))
        return None if number is None else Subject(number, part, names)


def regions_of(pages: Sequence[EngineBox], first: int, numbers: Numbers) -> Iterator[Region]:
    """Of each page what its elements have on it, outer ones first.

    Args:
        first: the number of the first page.
    """
    for number, page in enumerate(pages, first):
        texts: dict[Subject, Box] = {}
        for box, margin in _boxes(page, page, None):
            kind = _kind(box)
            made = numbers.of(box, margin=margin) if kind else None
            if made is None:
                continue
            there = _mm(box)
            if kind == TEXT:
                texts[made] = _around(texts[made], there) if made in texts else there
            else:
                yield Region(number, kind, made, there)
        yield from (Region(number, TEXT, made, box) for made, box in texts.items())


def _boxes(
    box: EngineBox, page: EngineBox, margin: tuple[PageBox, str] | None
) -> Iterator[tuple[EngineBox, tuple[PageBox, str] | None]]:
    for inner in children_of(box):
        here = (page, inner.at_keyword) if is_margin(inner) else margin
        yield inner, here  # type: ignore[misc]  # a page's own
        yield from _boxes(inner, page, here)  # type: ignore[arg-type]


def _kind(box: EngineBox) -> str:
    if is_text(box):
        return TEXT if box.text.strip() else ""
    if not has_place(box) or not hasattr(box, "border_box_x"):
        return ""
    if is_picture(box):
        return PICTURE
    style = box.style
    ruled = style["column_rule_style"] != "none" and style["column_rule_width"]
    edged = ruled or any(getattr(box, edge, 0) for edge in _EDGES)
    return EDGED if edged or style["background_color"].alpha else ""


def _mm(box: EngineBox) -> Box:
    if is_text(box):
        x, wide, high = box.position_x, box.width, box.style["font_size"]
        y = box.position_y + box.baseline - _ABOVE * high  # the line's own box says where it is not
        if hasattr(box, "banxin_upright"):
            y, high = box.position_y, box.height
    else:
        x, y = box.border_box_x(), box.border_box_y()
        wide, high = box.border_width(), box.border_height()
    x0, y0, x1, y1 = (round(Length.px(c).in_mm, 2) for c in (x, y, x + wide, y + high))
    return x0, y0, x1, y1


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
    )  # fmt: skip
