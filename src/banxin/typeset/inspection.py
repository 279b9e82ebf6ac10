"""What lies at a point of a page: its box, its type, its inks, the rules that made it.

Read out of pages that are laid out already, when somebody asks. Lengths are mm from the trim's top
left corner, sizes of type in pt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

from banxin.engine import provenance
from banxin.engine.boxes import (
    EngineBox,
    PageBox,
    Style,
    TextBox,
    all_in,
    children_of,
    has_place,
    is_inline,
    is_line,
    is_margin,
    is_page,
    is_picture,
    is_text,
    text_of,
)
from banxin.engine.provenance import RuleFound
from banxin.engine.recolour import Laid

from banxin.assets.colour import Key, key_of
from banxin.diagnostics import Box, Place
from banxin.markup.origins import FROM
from banxin.markup.tokens import Stylesheet
from banxin.typeset.survey import Fonts, place_of
from banxin.units import Length

LONGEST: Final = 80  # characters of its words that are said
_EDGE: Final = 0.05  # mm: boxes that touch are no neighbours on that side
_INKED: Final = (
    ("text", "color"),
    ("background", "background_color"),
    ("border-top", "border_top_color"),
    ("border-right", "border_right_color"),
    ("border-bottom", "border_bottom_color"),
    ("border-left", "border_left_color"),
)
_TABLE_PARTS: Final = frozenset({"td", "th"})


@dataclass(frozen=True, slots=True)
class Aim:
    """What is pointed at, on a page that is laid out.

    Attributes:
        point: mm; the innermost box there is meant.
        box: of a block, as `Landed` has it: then that block is meant.
        up: how many elements further out.
    """

    point: tuple[float, float]
    box: Box | None = None
    up: int = 0


@dataclass(frozen=True, slots=True)
class TypeFound:
    """Type at a point.

    Attributes:
        family: as the stylesheet asks for it; `faces`: what its words are set in.
        size: pt; `leading`: mm; `lines`: of the grid that it is.
        measure: mm that a line has room for; `characters`: of that size.
        baseline: mm from the trim's head, of the line that is meant; `off`: mm below the grid's.
        loose: percent of an em by which the line was stretched, a character; less than 0: squeezed.
    """

    family: tuple[str, ...]
    faces: tuple[str, ...]
    weight: int
    size: float
    leading: float
    lines: float
    measure: float
    characters: float
    baseline: float | None
    off: float | None
    loose: float | None
    words: str


@dataclass(frozen=True, slots=True)
class ColourFound:
    """What has a colour, its key, and it in red, green, blue and opacity, 0 to 1 each."""

    part: str
    key: Key
    rgba: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest thing on one side, and how far it is, mm."""

    side: str
    gap: float
    box: Box


@dataclass(frozen=True, slots=True)
class PictureFound:
    """A picture: its address, its fit, the point that is kept, its own width and height."""

    url: str
    fit: str
    focus: tuple[float, float]
    width: float
    height: float
    box: Box


@dataclass(frozen=True, slots=True)
class Inspection:
    """All of it.

    Attributes:
        path: elements from the outermost to the one that is meant, as selectors name them.
        up: as it was asked for.
        place: of the block in the manuscript; `cell`: row and column in a table, from 0.
        templates: names and lines of the templates that wrote it and what is around it, innermost
            first.
        rules: as they weigh.
        box: with its border; `padding`, `margin`: top, right, bottom, left.
        area: the type area of its page; `trim`: width and height of the page.
    """

    path: tuple[str, ...]
    up: int
    place: Place | None
    cell: tuple[int, int] | None
    templates: tuple[tuple[str, int], ...]
    rules: tuple[RuleFound, ...]
    box: Box
    padding: tuple[float, float, float, float]
    border: tuple[float, float, float, float]
    margin: tuple[float, float, float, float]
    area: Box
    trim: tuple[float, float]
    neighbours: tuple[Neighbour, ...]
    type: TypeFound | None
    colours: tuple[ColourFound, ...]
    picture: PictureFound | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a page is inspected on.

    Attributes:
        styles: the stylesheets, in the order they apply.
        fonts: that it is set in.
        pitch, first: of the grid: from line to line, and from the type area's head to the first.
        origins: elements of the pages → the same ones with `FROM` in their tags.
    """

    styles: tuple[Stylesheet, ...]
    fonts: Fonts
    pitch: Length
    first: Length
    origins: Sequence[tuple[Element, Element]]


def inspected(laid: Laid, number: int, aim: Aim, ground: Ground) -> Inspection | None:
    """What *aim* means on page *number* of *laid*, counted from 0; None where there is nothing."""
    page = laid.document.pages[number]._page_box
    chain = _meant(page, aim)
    if not chain:
        return None
    at = _Pointed(page, chain, ground)
    if is_margin(at.box):
        sheets = provenance.read(ground.styles)
        rules = provenance.rules_of_page(sheets, page.page_type, at.box.at_keyword)
        return at.told((at.label,), rules, aim.up)
    wrapped = _wrapped(laid.source.wrapper_element, at.element)
    pseudo = at.pseudo
    rules = provenance.rules_of(provenance.read(ground.styles), wrapped, pseudo) if wrapped else ()
    return at.told(at.path, rules, aim.up)


# --- what is meant ----------------------------------------------------------------------------


def _meant(page: EngineBox, aim: Aim) -> list[EngineBox]:
    """Boxes from the page inward to the one that is meant."""
    found: list[EngineBox] = []
    for chain in _chains(page, [page]):
        box = chain[-1]
        if aim.box is not None:
            if _is_at(box, aim.box) and (not found or box.element is not found[-1].element):
                found = list(chain)
        elif _has(box, aim.point) and not _is_emptier(chain, found):
            found = list(chain)
    for _ in range(aim.up):
        if len(found) > 1:
            found = _outward(found)
    return found


def _chains(box: EngineBox, around: list[EngineBox]) -> Iterator[list[EngineBox]]:
    for inner in children_of(box):
        chain = [*around, inner]
        if has_place(inner) and hasattr(inner, "border_box_x"):
            yield chain
        yield from _chains(inner, chain)


def _has(box: EngineBox, point: tuple[float, float]) -> bool:
    x0, y0, x1, y1 = _box(box)
    return x0 <= point[0] <= x1 and y0 <= point[1] <= y1


def _is_at(box: EngineBox, wanted: Box) -> bool:
    said = place_of(box) or is_picture(box)
    near = zip(_box(box), wanted, strict=True)
    return bool(said) and all(abs(a - b) < _EDGE for a, b in near)


def _is_emptier(chain: Sequence[EngineBox], found: Sequence[EngineBox]) -> bool:
    """Whether what was *found* is meant rather than *chain*: it is smaller, or has words."""
    if not found or chain[: len(found)] == found:
        return False
    one, other = _box(chain[-1]), _box(found[-1])
    return _size(one) > _size(other)


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _outward(chain: list[EngineBox]) -> list[EngineBox]:
    """Up to a box of the next element out."""
    element = chain[-1].element
    outer = chain[:-1]
    while len(outer) > 1 and (outer[-1].element is element or outer[-1].element is None):
        outer = outer[:-1]
    return outer if len(outer) > 1 else chain


def _wrapped(root: Any, element: Element | None) -> Any:
    """An element as selectors see it; None for one that is not there."""
    return next((one for one in root.iter_subtree() if one.etree_element is element), None)


# --- what there is to say ---------------------------------------------------------------------


class _Pointed:
    """One box with all that is around it."""

    def __init__(self, page: PageBox, chain: Sequence[EngineBox], ground: Ground) -> None:
        self.page, self.chain, self.ground = page, chain, ground
        self.inner = chain[-1]
        # A line or a word is of its paragraph; a margin box has no element.
        self.box = self._element_box()
        self.element = self.box.element

    def _element_box(self) -> EngineBox:
        boxes = [b for b in self.chain if not (is_line(b) or is_text(b) or is_page(b))]
        if not boxes:
            return self.chain[-1]
        own = self.inner.element
        same = [b for b in boxes if b.element is own and b.element_tag == boxes[-1].element_tag]
        return same[0] if same else boxes[-1]

    @property
    def pseudo(self) -> str | None:
        _, _, name = str(self.box.element_tag or "").partition("::")
        return name or None

    @property
    def label(self) -> str:
        if is_margin(self.box):
            return self.box.at_keyword
        return _named(self.element) + (f"::{self.pseudo}" if self.pseudo else "")

    @property
    def path(self) -> tuple[str, ...]:
        seen: list[Element] = []
        for box in self.chain:
            if box.element is not None and box.element not in seen:
                seen.append(box.element)
            if box is self.box:
                break
        return (*map(_named, seen[:-1]), self.label)

    def told(self, path: tuple[str, ...], rules: tuple[RuleFound, ...], up: int) -> Inspection:
        box, page = self.box, self.page
        return Inspection(
            path=path,
            up=up,
            place=self.place(),
            cell=self.cell(),
            templates=tuple(self.templates()),
            rules=rules,
            box=_box(box),
            padding=_sides(box, "padding_{}"),
            border=_sides(box, "border_{}_width"),
            margin=_sides(box, "margin_{}"),
            area=_content(page),
            trim=(_mm(page.margin_width()), _mm(page.margin_height())),
            neighbours=tuple(self.neighbours()),
            type=self.type(),
            colours=tuple(self.colours()),
            picture=self.picture(),
        )

    def place(self) -> Place | None:
        return next((p for p in map(place_of, reversed(self.chain)) if p), None)

    def cell(self) -> tuple[int, int] | None:
        cells = [b.element for b in self.chain if b.element is not None]
        cell = next((e for e in reversed(cells) if e.tag in _TABLE_PARTS), None)
        table = next((e for e in reversed(cells) if e.tag == "table"), None)
        if cell is None or table is None:
            return None
        for row, line in enumerate(table.iter("tr")):
            for column, one in enumerate(e for e in line if e.tag in _TABLE_PARTS):
                if one is cell:
                    return row, column
        return None

    def templates(self) -> Iterator[tuple[str, int]]:
        """Of each element outward, where its tag is written; once where several are of one file."""
        twins = dict(self._twins())
        told: set[str] = set()
        elements = [b.element for b in reversed(self.chain) if b.element is not None]
        for element in dict.fromkeys(elements):
            twin = twins.get(element)
            name, _, line = (twin.get(FROM, "") if twin is not None else "").rpartition(":")
            if name and name not in told:
                told.add(name)
                yield name, int(line)

    def _twins(self) -> Iterator[tuple[Element, Element]]:
        wanted = {b.element for b in self.chain if b.element is not None}
        for own, other in self.ground.origins:
            yield from _alike(own, other, wanted)

    def type(self) -> TypeFound | None:
        inner = self.inner
        text = inner if is_text(inner) else self._first_text()
        if text is None:
            return None
        style, block = text.style, self._block_of(text)
        line = self._line_of(text)
        size, leading = float(style["font_size"]), _leading(block.style)
        pitch = self.ground.pitch.in_px
        words = text_of(self.box)
        families = tuple(style["font_family"])
        faces = dict.fromkeys(self.ground.fonts.source(c, families) for c in words if c.strip())
        baseline = None if line is None else text.position_y + text.baseline
        return TypeFound(
            family=families,
            faces=tuple(face for face in faces if face),
            weight=int(style["font_weight"]),
            size=round(Length.px(size).in_pt, 3),
            leading=_mm(leading),
            lines=round(leading / pitch, 3) if pitch else 0.0,
            measure=_mm(block.width),
            characters=round(block.width / size, 2) if size else 0.0,
            baseline=None if baseline is None else _mm(baseline),
            off=None if baseline is None else self.off(baseline),
            loose=_loose(line),
            words=re.sub(r"\s+", " ", words).strip()[:LONGEST],
        )

    def off(self, baseline: float) -> float:
        return off_the_grid(self.page, baseline, self.ground.pitch, self.ground.first)

    def _first_text(self) -> TextBox | None:
        """Of a block of the manuscript, or of a box that has words of its own."""
        texts = (b for b in all_in(self.box) if is_text(b))
        text = next((b for b in texts if b.text.strip()), None)
        if text is None or place_of(self.box) or self._block_of(text) is self.box:
            return text
        return None

    def _path_to(self, text: EngineBox) -> list[EngineBox]:
        if text in self.chain:
            return list(self.chain)
        return next(c for c in _chains(self.box, [self.box]) if c[-1] is text)

    def _block_of(self, text: EngineBox) -> EngineBox:
        boxes = reversed(self._path_to(text))
        inside = (b for b in boxes if not (is_line(b) or is_text(b) or is_inline(b)))
        return next(inside, self.box)

    def _line_of(self, text: EngineBox) -> EngineBox | None:
        return next((b for b in reversed(self._path_to(text)) if is_line(b)), None)

    def colours(self) -> Iterator[ColourFound]:
        style = (self.inner if is_text(self.inner) else self.box).style
        for part, name in _INKED:
            side = part.removeprefix("border-")
            if part == "text" and self.type() is None:
                continue
            if side != part and not getattr(self.box, f"border_{side}_width", 0):
                continue
            yield from _colour(style if part == "text" else self.box.style, part, name)

    def picture(self) -> PictureFound | None:
        inside = [self.inner, self.box, *all_in(self.box)]
        box = next((b for b in inside if is_picture(b)), None)
        if box is None or box.element is None:
            return None
        wide, high, _ = box.replacement.get_intrinsic_size(1, 16)
        return PictureFound(
            url=box.element.get("src", ""),
            fit=str(box.style["object_fit"]),
            focus=_focus(box.style),
            width=float(wide or 0),
            height=float(high or 0),
            box=_box(box),
        )

    def neighbours(self) -> Iterator[Neighbour]:
        """The nearest lines and pictures on each side, that are no part of it."""
        own = {id(self.box), *(id(b) for b in all_in(self.box)), *map(id, self.chain)}
        x0, y0, x1, y1 = _box(self.box)
        nearest: dict[str, Neighbour] = {}
        for other in all_in(self.page):
            shows = is_picture(other) or (is_line(other) and text_of(other).strip())
            if not shows or id(other) in own or not has_place(other):
                continue
            a0, b0, a1, b1 = there = _box(other)
            beside, above = a0 < x1 and a1 > x0, b0 < y1 and b1 > y0
            gaps = {"top": y0 - b1, "bottom": b0 - y1} if beside else {}
            gaps |= {"left": x0 - a1, "right": a0 - x1} if above else {}
            for side, gap in gaps.items():
                if gap > -_EDGE and (side not in nearest or gap < nearest[side].gap):
                    nearest[side] = Neighbour(side, round(max(gap, 0.0), 2), there)
        yield from nearest.values()


def _named(element: Element | None) -> str:
    if element is None:
        return ""
    classes = "".join(f".{name}" for name in element.get("class", "").split())
    return str(element.tag).rpartition("}")[2] + classes


def _alike(own: Element, other: Element, wanted: set[Element]) -> Iterator[tuple[Element, Element]]:
    """Elements of *own* and those in the same places of *other*."""
    if own.tag != other.tag:
        return
    if own in wanted:
        yield own, other
    for one, two in zip(own, other, strict=False):
        yield from _alike(one, two, wanted)


def _box(box: EngineBox) -> Box:
    """Of a line or a word without borders; of anything else with them."""
    if is_text(box) or is_line(box):
        x, y, wide, high = box.position_x, box.position_y, box.width, box.height
    else:
        x, y, wide, high = (
            box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height(),
        )  # fmt: skip
    return _mm(x), _mm(y), _mm(x + wide), _mm(y + high)


def _mm(px: float) -> float:
    return round(Length.px(px).in_mm, 3)


def _sides(box: EngineBox, name: str) -> tuple[float, float, float, float]:
    sides = (getattr(box, name.format(side), 0) for side in ("top", "right", "bottom", "left"))
    top, right, bottom, left = (_mm(s) if isinstance(s, int | float) else 0.0 for s in sides)
    return top, right, bottom, left


def _content(page: EngineBox) -> Box:
    x, y = page.content_box_x(), page.content_box_y()
    return _mm(x), _mm(y), _mm(x + page.width), _mm(y + page.height)


def _leading(style: Style) -> float:
    """How high a line is, px; of `normal`, what is usual."""
    said = style["line_height"]
    size = float(style["font_size"])
    if said == "normal":
        return size * 1.2
    value, unit = float(said.value), str(said.unit or "")
    return value if unit == "px" else size * value / (100 if unit == "%" else 1)


def off_the_grid(page: EngineBox, baseline: float, pitch: Length, first: Length) -> float:
    """How far a baseline is below the nearest of the grid's, mm; less than 0: above it."""
    from_first = baseline - page.content_box_y() - first.in_px
    lines = round(from_first / pitch.in_px)
    return round(Length.px(from_first - lines * pitch.in_px).in_mm, 3)


def _loose(line: EngineBox | None) -> float | None:
    laid = getattr(line, "banxin_line", None)
    return None if laid is None else round(float(laid.looseness) * 100, 1)


def _colour(style: Style, part: str, name: str) -> Iterator[ColourFound]:
    colour = style[name]
    if colour == "currentcolor":
        colour = style["color"]
    coordinates = getattr(colour, "coordinates", None)
    alpha = float(getattr(colour, "alpha", 0) or 0)
    if coordinates and alpha:
        red, green, blue = (float(c) for c in coordinates[:3])
        yield ColourFound(part, key_of((red, green, blue)), (red, green, blue, alpha))


def _focus(style: Style) -> tuple[float, float]:
    """Percent of `object-position`; what is no percentage counts as the middle."""
    origin_x, x, origin_y, y = style["object_position"][0]
    percents = []
    for origin, at, far in ((origin_x, x, "right"), (origin_y, y, "bottom")):
        value = float(at.value) if str(getattr(at, "unit", "")) == "%" else 50.0
        percents.append(100 - value if origin == far else value)
    return percents[0], percents[1]


# --- lines of a page --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineFound:
    """A line: its box, its baseline, how far that is below the grid's, how loose it is, percent."""

    box: Box
    baseline: float
    off: float
    loose: float


def lines_on(page: EngineBox, pitch: Length, first: Length) -> Iterator[LineFound]:
    """Every composed line of the text on a page."""
    for box in all_in(page):
        if not is_line(box):
            continue
        text = next((b for b in box.descendants() if is_text(b) and b.text.strip()), None)
        if text is None or not is_text(text) or hasattr(box, "banxin_upright"):
            continue
        baseline = text.position_y + text.baseline
        off = off_the_grid(page, baseline, pitch, first)
        yield LineFound(_box(box), _mm(baseline), off, _loose(box) or 0.0)
