"""Reading the engine's box tree: where blocks landed, and what text has left its place.

WeasyPrint 70 gives no signal of overflow: text runs over the foot of a box, columns go on to
the right of the page, silently. The boxes know. Positions are CSS pixels from the trim's top
left corner.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import Any, Final
from unicodedata import category
from xml.etree.ElementTree import Element

from banxin.engine.boxes import (
    EngineBox,
    ReplacedBox,
    Style,
    TextBox,
    all_in,
    children_of,
    footnotes_on,
    has_place,
    has_size,
    holds_text,
    is_block,
    is_column,
    is_inline,
    is_line,
    is_margin,
    is_page,
    is_picture,
    is_text,
    text_of,
    unwrapped,
)
from banxin.engine.outlines import Outline
from banxin.engine.shapes import seen_of

from banxin.assets.characters import carrier, is_drawn, is_han, is_spelled
from banxin.assets.fonts import block as block_of
from banxin.diagnostics import Box, Diagnostic, Place, Subject, error, note, warning
from banxin.edition import BoundFace
from banxin.typeset.following import in_vain
from banxin.typeset.regions import Numbers, Region, regions_of
from banxin.typeset.sheets import Filled, Fit, Landed
from banxin.units import Length

MOST_LOOSE: Final = 0.06  # em that a line may be stretched or squeezed a character, unremarked
RUNT: Final = 2  # characters: a last line of so few looks like a slip
TOLERANCE: Final = 1.0  # px, a quarter of a millimetre: below it no reader sees an overflow
# Properties that put a box where it is, that make it as wide and as high, and that lose its text.
PLACED_ACROSS: Final = ("left", "right", "transform", "margin_left", "margin_right", "width")
PLACED_DOWN: Final = ("top", "bottom", "transform", "margin_top", "margin_bottom", "height")
PLACING: Final = (
    "left", "right", "top", "bottom", "transform",
    "margin_left", "margin_right", "margin_top", "margin_bottom", "width", "height",
)  # fmt: skip
ACROSS: Final = ("width", "max_width", "left", "right", "column_count", "white_space", "flex_basis")
MEASURE: Final = ("width", "max_width", "column_count", "column_width")
NARROW: Final = 12  # characters of a measure in which lines can hardly be even
SHIFTS: Final = ("left", "right")
DOWN: Final = ("height", "max_height", "top", "bottom")
LOSING: Final = ("position", "overflow", "display", "float")
# Words of a block that stands elsewhere, its title in the contents, say where it is written so.
OF: Final = "data-of"
_VARIANT: Final = re.compile("[^\\s][\U000e0100-\U000e01ef]")
_AT: Final = re.compile(r"(.+):(\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Fonts:
    """Which characters each family can draw."""

    faces: tuple[BoundFace, ...]
    _own: dict[tuple[str, ...], set[str]] = field(default_factory=dict, repr=False, compare=False)

    def strange(self, text: str, families: tuple[str, ...]) -> Mapping[str, str]:
        """Characters of *text* that are not of *families* → the family that they come from."""
        own = self._own.setdefault(families, set())
        others = set(text) - own
        if not others:
            return {}
        own.update(c for c in others if not is_drawn(c) or self.source(c, families) in families)
        return {c: self.source(c, families) for c in dict.fromkeys(text) if c not in own}

    def knows(self, families: Sequence[str]) -> bool:
        return any(face.family in families for face in self.faces)

    def source(self, character: str, families: Sequence[str]) -> str:
        """The family that *character* comes from: of *families*, or the next that has it.

        As `fallback.Faces` has the engine choose. Empty where none has it.
        """
        point = ord(character)
        for family in (*families, *(face.family for face in self.faces)):
            if any(face.family == family and point in face.coverage for face in self.faces):
                return family
        return ""

    def variants_of(self, family: str) -> frozenset[str]:
        """Characters with a selector that all faces of *family* draw in a form of its own."""
        faces = (face.variants for face in self.faces if face.family == family)
        return frozenset[str].intersection(*faces) if family else frozenset()


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where something stands that is written at a place: worked out for what is told of it."""

    written: Place
    page: int
    box: EngineBox | None = None

    @property
    def place(self) -> Place:
        return self.written.on_page(self.page, None if self.box is None else box_mm(self.box))


@dataclass(frozen=True, slots=True)
class _TextArea:
    """Where a text may stand: set by the page, and narrowed by boxes of a given size.

    `beside` and `above`: the boxes that its right edge and its foot are of.
    """

    right: float
    bottom: float
    spot: _Standing
    width: float
    height: float
    beside: EngineBox | None = None
    above: EngineBox | None = None

    @property
    def place(self) -> Place:
        return self.spot.place

    def at(self, spot: _Standing) -> _TextArea:
        return replace(self, spot=spot)


@dataclass(frozen=True, slots=True)
class _Blamed:
    """A finding, the box that a layout made so, and the properties that are at fault."""

    found: Diagnostic
    box: EngineBox | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownOfDocument:
    """What all parts of a document are looked through with.

    Attributes:
        heads: as `heads_of` gives them.
        is_shaped: whether a property is written that may be followed by nothing.
    """

    heads: Mapping[str, Place]
    numbers: Numbers
    fonts: Fonts
    is_shaped: bool


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What was found on the pages of a part.

    Attributes:
        landed: where its blocks came to lie.
        found: faults, each once a block; `notes` and `lost`, of notes and of missing text.
        heads: what its running heads say, and where in the document that is written, if it is.
        steps: of each page, by how much the counter `folio` goes on there.
        regions: which element made what lies where.
        in_vain: properties that a box has for nothing.
        number: of its first element in the document.
    """

    landed: tuple[Landed, ...]
    found: tuple[Diagnostic, ...]
    notes: tuple[Diagnostic, ...]
    lost: tuple[Diagnostic, ...]
    fits: tuple[Fit, ...]
    filled: tuple[Filled, ...]
    heads: Mapping[str, Place | None]
    steps: tuple[int, ...]
    regions: tuple[Region, ...]
    in_vain: frozenset[str]
    number: int

    def numbered(self, number: int) -> Surveyed:
        """The same where its first element has another number in the document."""
        shift = number - self.number
        if not shift:
            return self

        def now(made: Subject | None) -> Subject | None:
            is_own = made is not None and made.element >= self.number
            return made._replace(element=made.element + shift) if made and is_own else made

        def told(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
            return tuple(replace(one, made=now(one.made)) for one in found)

        return replace(
            self,
            found=told(self.found),
            notes=told(self.notes),
            lost=told(self.lost),
            regions=tuple(one._replace(made=now(one.made) or one.made) for one in self.regions),
            number=number,
        )

    def holds(self, heads: Mapping[str, Place]) -> bool:
        """Whether it would be the same in a document that has these heads."""
        return all(heads.get(words) == place for words, place in self.heads.items())


def survey(
    pages: Sequence[EngineBox],
    first: int,
    elements: Sequence[Element],
    known: KnownOfDocument,
    beyond: Sequence[EngineBox] = (),
) -> Surveyed:
    """Where the blocks of a part landed, and what is wrong with its text.

    Args:
        first: the number of its first page.
        elements: that the part is made of, to see that none of their text is missing.
        beyond: pages that are laid out and not wanted: their text is not missing.
    """
    landed: dict[object, Landed] = {}
    found: dict[object, Diagnostic] = {}
    heads, numbers, fonts = known.heads, known.numbers, known.fonts
    for number, page in enumerate(pages, first):
        width, height = page.margin_width(), page.margin_height()
        frame = _TextArea(width, height, _Standing(Place(), number), width, height)
        for item in (*_walk(page, frame, fonts, heads), *_collisions(page, number, heads)):
            if isinstance(item, Landed):
                landed.setdefault(_landing(item), item)
                continue
            told = item.found if isinstance(item, _Blamed) else item
            if isinstance(item, _Blamed) and item.box is not None and _once(told) not in found:
                told = replace(told, made=numbers.of(item.box, *item.names))
            found.setdefault(_once(told), told)
    margins = (text_of(box) for page in pages for box in children_of(page) if is_margin(box))
    return Surveyed(
        tuple(landed.values()),
        tuple(found.values()),
        tuple(_notes_elsewhere(pages, first)),
        tuple(_lost((*pages, *beyond), elements, numbers)),
        tuple(_fits(pages, first)),
        tuple(_filled(pages, first)),
        {words: heads.get(words) for words in margins},
        tuple(map(_step, pages)),
        tuple(regions_of(pages, first, numbers)),
        in_vain(pages) if known.is_shaped else frozenset(),
        numbers.first_of(elements),
    )


def together(parts: Sequence[Surveyed]) -> Surveyed:
    """What was found on all pages, each fault once a block.

    Args:
        parts: their elements numbered as they are in the document now.
    """
    landed: dict[object, Landed] = {}
    found: dict[object, Diagnostic] = {}
    for part in parts:
        for item in part.landed:
            landed.setdefault(_landing(item), item)
        for fault in part.found:
            found.setdefault(_once(fault), fault)
    return Surveyed(
        tuple(landed.values()),
        tuple(found.values()),
        tuple(note for part in parts for note in part.notes),
        tuple(lost for part in parts for lost in part.lost),
        tuple(fit for part in parts for fit in part.fits),
        tuple(page for part in parts for page in part.filled),
        {words: place for part in parts for words, place in part.heads.items()},
        tuple(step for part in parts for step in part.steps),
        tuple(region for part in parts for region in part.regions),
        frozenset(name for part in parts for name in part.in_vain),
        0,
    )


def _landing(item: Landed) -> object:
    return replace(item.place, box_mm=None), item.photo


def _step(page: EngineBox) -> int:
    steps = page.style["counter_increment"]
    return 0 if steps == "auto" else int(dict(steps).get("folio", 0))


def _once(found: Diagnostic) -> tuple[object, ...]:
    """What makes a finding another one than those before it."""
    facts, place = found.facts, found.place
    match found.code:
        case "font/from-another-face":
            return found.code, facts["words"], facts["other"]
        case "font/missing-character":
            # Of a script in words once: all of it comes with one font.
            character = str(facts["character"])
            alone = is_han(character[0]) or category(character[0])[0] == "S"
            return found.code, character if alone else facts["block"]
        case "font/no-variant":
            return found.code, facts["codepoint"]
        case "css/unknown-family":
            return found.code, facts["family"]
    words = facts.get("words") if found.code.startswith("line/") else None
    return found.code, place.file, place.line, place.page, words


def _notes_elsewhere(pages: Sequence[EngineBox], first: int) -> Iterator[Diagnostic]:
    """Blocks that call a footnote which begins on another page; each once."""
    called: dict[int, Place] = {}
    noted: dict[int, int] = {}
    for number, page in enumerate(pages, first):
        for element, place in _calls(page, Place(page=number)):
            called.setdefault(id(element), place)
        for note_box in (child for area in footnotes_on(page) for child in area.children):
            noted.setdefault(id(note_box.element), number)
    others: dict[Place, int] = {}
    for key, place in called.items():
        begins = noted.get(key, place.page)
        if begins is not None and begins != place.page:
            others.setdefault(place, begins)
    for place, begins in others.items():
        yield warning("note/elsewhere", place, other=begins)


def _calls(box: EngineBox, place: Place) -> Iterator[tuple[Element | None, Place]]:
    """The elements of the footnotes that are called in *box*, and the blocks that call them."""
    for inner in children_of(box):
        at = place_of(inner)
        here = at.on_page(place.page or 0, box_mm(inner)) if at else place
        if str(getattr(inner, "element_tag", "")).endswith("::footnote-call"):
            yield inner.element, here
        yield from _calls(inner, here)


def _walk(
    box: EngineBox, frame: _TextArea, fonts: Fonts, heads: Mapping[str, Place]
) -> Iterator[Landed | Diagnostic | _Blamed]:
    box = unwrapped(box)
    written_at = place_of(box)
    of = written_at or _written_of(box) or _of_head(box, heads)
    if of:
        frame = frame.at(_Standing(of, frame.spot.page, box))
    source = _attribute(box, "src") if is_picture(box) else ""
    if written_at or source:
        yield Landed(frame.place.on_page(frame.spot.page, box_mm(box)), source)
    if is_text(box):
        yield from _from_elsewhere(box, frame, fonts)
    if is_line(box):
        yield from _outside(box, frame)
        yield from _loose(box, frame)
    if is_block(box):
        yield from _runt(box, frame)
    inner = _narrowed(box, frame)
    if getattr(box, "style", None) and box.style["transform"]:
        # Drawn elsewhere than laid out, so that no edge can be held against it.
        inner = replace(inner, right=math.inf, bottom=math.inf, width=math.inf, height=math.inf)
    for child in getattr(box, "children", ()):
        yield from _walk(child, inner, fonts, heads)


def heads_of(document: Element) -> Mapping[str, Place]:
    """What running heads of a document say, and where that is written."""
    heads: dict[str, Place] = {}
    for element in document.iter():
        said = element.get("data-head", "")
        if said and (place := _place_written(element.get(OF) or element.get("data-at", ""))):
            heads[said] = place
    return heads


def _of_head(box: EngineBox, heads: Mapping[str, Place]) -> Place | None:
    """Of a margin box, which has no element of its own."""
    return heads.get(text_of(box)) if is_margin(box) else None


def standing(page: EngineBox, number: int) -> Iterator[Landed]:
    """Where all that is written stands on one page: each piece of a block, outer ones first.

    Args:
        number: of the page, from 1.
    """
    yield from _standing(page, Place(page=number), None)


def _standing(box: EngineBox, place: Place, around: object) -> Iterator[Landed]:
    box = unwrapped(box)
    element = getattr(box, "element", None)
    own = element is not around  # lines and texts have the element of their paragraph
    written_at = place_of(box) if own else None
    source = _attribute(box, "src") if is_picture(box) else ""
    if written_at:
        place = written_at.on_page(place.page or 0)
    if written_at or source:
        yield Landed(replace(place, box_mm=box_mm(box)), source)
    for child in getattr(box, "children", ()):
        yield from _standing(child, place, element)


def _narrowed(box: EngineBox, frame: _TextArea) -> _TextArea:
    """The frame inside *box*: its content's right edge, and its foot where its height is given."""
    if is_text(box) or is_line(box) or is_inline(box) or is_page(box):
        return frame
    if not hasattr(box, "content_box_x") or not has_size(box):
        return frame
    right = box.content_box_x() + box.width
    given = box.style["height"] != "auto" and box.height > 0
    foot = box.content_box_y() + box.height
    absolute = box.style["position"] in {"absolute", "fixed"}
    outer = frame.height if absolute else frame.bottom
    above = box if given else None if absolute else frame.above
    return replace(frame, right=right, bottom=foot if given else outer, beside=box, above=above)


def _outside(line: EngineBox, frame: _TextArea) -> Iterator[_Blamed]:
    """Text of *line* that sticks out on the right, or stands below its frame, or off the page."""
    texts = [b for b in line.descendants() if is_text(b) and b.text.strip()]
    if not texts:
        return
    left = min(t.position_x for t in texts)
    right = max(t.position_x + t.width for t in texts)
    top, bottom = line.position_y, line.position_y + line.height
    # Vertical text ends where its columns do: one that is too long hangs over the foot.
    middle = bottom - TOLERANCE if hasattr(line, "banxin_upright") else (top + bottom) / 2
    words = "".join(t.text for t in texts)[:20]
    if left < -TOLERANCE or right > frame.width + TOLERANCE or not 0 <= middle <= frame.height:
        aside = left < -TOLERANCE or right > frame.width + TOLERANCE
        names = PLACED_ACROSS if aside else PLACED_DOWN
        yield _Blamed(error("text/off-page", frame.place, words=words), line, names)
    elif right > frame.right + TOLERANCE:
        over = Length.px(right - frame.right)
        told = error("text/too-wide", frame.place, words=words, over=over)
        moved = _moved_aside(line)
        yield _Blamed(told, moved or frame.beside, SHIFTS if moved else ACROSS)
    elif middle > frame.bottom:
        over = Length.px(bottom - frame.bottom)
        told = error("text/too-long", frame.place, words=words, over=over)
        yield _Blamed(told, frame.above or frame.beside, DOWN)


def _moved_aside(line: EngineBox) -> EngineBox | None:
    """What in a line stands beside its place."""
    inner = (box for box in line.descendants() if is_inline(box) and getattr(box, "style", None))
    return next((box for box in inner if box.style["position"] == "relative" and _shift(box)), None)


def _shift(box: EngineBox) -> bool:
    """Whether it is moved to a side."""
    sides = (box.style["left"], box.style["right"])
    return any(side != "auto" and side.value for side in sides)


def _loose(line: EngineBox, frame: _TextArea) -> Iterator[_Blamed]:
    """A composed line that was stretched or squeezed until it shows."""
    laid, is_meant = getattr(line, "banxin_line", None), getattr(line, "banxin_meant", False)
    if laid is None or is_meant or abs(laid.looseness) <= MOST_LOOSE:
        return
    percent, words = round(abs(laid.looseness) * 100, 1), text_of(line)[:20]
    narrow = _narrow(line, frame)
    if laid.looseness > 0:
        told = note("line/loose", frame.place, percent=percent, words=words)
    else:
        told = note("line/tight", frame.place, percent=percent, words=words)
    yield _Blamed(told, narrow, MEASURE)


def _narrow(line: EngineBox, frame: _TextArea) -> EngineBox | None:
    """The block whose measure is too short for even lines; none beside a picture."""
    box = frame.beside
    if box is None or not has_size(box):
        return None
    most = NARROW * line.style["font_size"]
    return box if box.width < most and line.width > box.width - TOLERANCE else None


def _runt(block: EngineBox, frame: _TextArea) -> Iterator[Diagnostic]:
    """A paragraph whose last line is a character or two. A list of names has no such line."""
    if block.element_tag != "p":
        return
    lines = [child for child in block.children if is_line(child)]
    if len(lines) < 2 or getattr(lines[-1], "banxin_line", None) is None:
        return
    last = _letters(text_of(lines[-1]))
    if 0 < len(last) <= RUNT:
        yield note("line/runt", frame.place, words=text_of(lines[-2])[-12:] + last, last=last)


def _fits(pages: Sequence[EngineBox], first: int) -> Iterator[Fit]:
    """How columns fill their pages."""
    for number, page in enumerate(pages, first):
        foot = page.content_box_y() + page.height
        lowest = max((_foot(box) for box in all_in(page) if _shows(box)), default=0.0)
        for box in all_in(page):
            columns = [child for child in getattr(box, "children", ()) if is_column(child)]
            lines = [_lines_in(column) for column in columns]
            if len(columns) > 1 and any(lines):
                pitch = next(line.height for column in lines for line in column)
                low = max(line.position_y + line.height for column in lines for line in column)
                place = next((p for p in map(place_of, all_in(box)) if p), Place())
                last = pitch and lowest <= low + TOLERANCE
                room = max(0, int((foot - low) / pitch + 0.01)) if last else 0
                # A picture in one column may reach over the next.
                shown = [other for other in all_in(box) if _shows(other)]
                empty = sum(
                    not any(_beside(column, other) for other in shown) for column in columns
                )
                yield Fit(place.on_page(number), tuple(map(len, lines)), room, empty)


def _filled(pages: Sequence[EngineBox], first: int) -> Iterator[Filled]:
    """How full the pages are that have something of the manuscript."""
    for number, page in enumerate(pages, first):
        area = _Surface(page)
        last, under = Place(), None
        files: set[str | None] = set()
        for box, block in _flow(page, None):
            if block is not None and _shows(box):
                last = block
                files.add(block.file)
            if _shows(box):
                area.take(box)
                if _at_head(box, page):
                    under = under or block
        if last.file:
            whole = Length.px(page.height)
            yield Filled(
                last.on_page(number),
                len(area.baselines),
                Length.px(page.height * area.rows),
                whole,
                area.cells,
                Length.px(area.pitch),
                under.on_page(number) if under else None,
                len(files) == 1,
            )


def _flow(box: EngineBox, block: Place | None) -> Iterator[tuple[EngineBox, Place | None]]:
    """All boxes but those in the margins, each with the block of the manuscript it is of."""
    for inner in children_of(box):
        if is_margin(inner):
            continue
        here = place_of(inner) or block
        yield inner, here
        yield from _flow(inner, here)


def _at_head(box: EngineBox, page: EngineBox) -> bool:
    """Whether a picture reaches over the page's head from edge to edge."""
    return bool(
        is_picture(box)
        and box.position_y <= TOLERANCE
        and box.position_x <= TOLERANCE
        and box.position_x + box.width >= page.margin_width() - TOLERANCE
    )


class _Surface:
    """A page's type area in small cells, and which of them have something on them."""

    _ROWS: Final = 120
    _COLUMNS: Final = 24

    def __init__(self, page: EngineBox) -> None:
        self._left, self._top = page.content_box_x(), page.content_box_y()
        self._width, self._height = page.width, page.height
        self._cells = [0] * self._ROWS  # one bit a cell
        self._lines: dict[int, float] = {}

    def take(self, box: EngineBox) -> None:
        line = is_line(box)
        if line and not text_of(box).strip():
            return
        first, last = (
            self._share(side, self._top, self._height) * self._ROWS
            for side in (box.position_y, box.position_y + box.height)
        )
        left, right = (
            self._share(side, self._left, self._width) * self._COLUMNS
            for side in (box.position_x, box.position_x + box.width)
        )
        bits = (1 << math.ceil(right)) - (1 << int(left)) if right > left else 0
        for row in range(int(first), math.ceil(last)):
            self._cells[row] |= bits
        if line and bits and last > first:
            self._lines.setdefault(round(box.position_y), box.height)

    @staticmethod
    def _share(side: float, start: float, size: float) -> float:
        return min(max((side - start) / size, 0.0), 1.0) if size else 0.0

    @property
    def rows(self) -> float:
        """The part of its height that has something on it."""
        return sum(map(bool, self._cells)) / self._ROWS

    @property
    def cells(self) -> float:
        return sum(row.bit_count() for row in self._cells) / (self._ROWS * self._COLUMNS)

    @property
    def baselines(self) -> Mapping[int, float]:
        """Lines, by where they stand; those side by side are one."""
        return self._lines

    @property
    def pitch(self) -> float:
        """The usual line's; of a big number and its words, that of the words."""
        heights = sorted(self._lines.values())
        return heights[(len(heights) - 1) // 2] if heights else 0.0


def _beside(column: EngineBox, box: EngineBox) -> bool:
    """Whether *box* has part of the column's width."""
    left, right = box.position_x, box.position_x + box.width
    start, end = column.position_x, column.position_x + column.width
    return bool(min(right, end) - max(left, start) > TOLERANCE)


def _shows(box: EngineBox) -> bool:
    """Whether there is a line or a picture in a page's type area."""
    return is_line(box) or is_picture(box)


def _foot(box: EngineBox) -> float:
    return float(box.position_y + box.height)


def _lines_in(column: EngineBox) -> list[EngineBox]:
    return [box for box in all_in(column) if is_line(box)]


def _from_elsewhere(
    text: TextBox, frame: _TextArea, fonts: Fonts
) -> Iterator[Diagnostic | _Blamed]:
    """Characters that are not of the faces that *text* asks for, or of none at all."""
    families = tuple(text.style["font_family"])
    family = ", ".join(families)
    if not fonts.knows(families):
        yield warning("css/unknown-family", frame.place, family=family)
        return
    yield from _usual_forms(text.text, families, frame, fonts)
    strange = fonts.strange(text.text, families)
    for word, source in _words(text.text, strange):
        its = [c for c in dict.fromkeys(word) if strange.get(c) == source]
        points = ", ".join(f"U+{ord(c):04X}" for c in its[:3])
        codepoint = f"{points} …" if len(its) > 3 else points
        if source:
            told = note(
                "font/from-another-face",
                frame.place,
                words=word[:20],
                codepoint=codepoint,
                family=family,
                other=source,
            )
            yield _Blamed(told, text, ("font_family",))
        else:
            yield error(
                "font/missing-character",
                frame.place,
                character="".join(its),
                codepoint=codepoint,
                family=family,
                words=text.text[:20],
                **_known_to_have(its[0]),
            )


def _known_to_have(character: str) -> dict[str, str]:
    """The Unicode block of *character*, and in brackets a font that has it, if one is known."""
    block = block_of(character)
    known = carrier(block)
    return {
        "block": block,
        "font": f" ({known.file}, Debian: {known.package})" if known else "",
    }


def _usual_forms(
    text: str, families: Sequence[str], frame: _TextArea, fonts: Fonts
) -> Iterator[Diagnostic]:
    """Han characters whose selector asks for a form that their face does not have."""
    for match in _VARIANT.finditer(text):
        if match[0] not in fonts.variants_of(fonts.source(match[0][0], families)):
            start = max(0, match.start() - 2)
            yield warning(
                "font/no-variant",
                frame.place,
                character=match[0][0],
                words=text[start : match.end() + 2],
                codepoint=f"U+{ord(match[0][0]):04X} U+{ord(match[0][1]):04X}",
            )


def _words(text: str, strange: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Words that have *strange* characters, each with the source of these.

    Of Han and of signs only what is strange: they make no words that one can see.
    """
    for source in dict.fromkeys(strange.values()):
        its = "".join(re.escape(c) for c in strange if strange[c] == source)
        for match in re.finditer(f"[{its}]+", text):
            start, end = match.span()
            if is_spelled(match[0][0]):
                while start and is_spelled(text[start - 1]):
                    start -= 1
                while end < len(text) and is_spelled(text[end]):
                    end += 1
            yield text[start:end], source


# --- text over text, and over pictures --------------------------------------------------------

_ABOVE: Final = 0.85  # em of a character above its baseline,
_BELOW: Final = 0.1  # and below it: feet of Han in bold and black faces
_ROOM: Final = 0.07  # em on either side of a character in vertical text
_MEETS: Final = 0.15  # em: two that overlap by more, both ways, are seen to
_GROUND: Final = 0.4  # a background that hides at least so much of what is under it


_Sides = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Area:
    """What a run of text or a picture covers; CSS pixels.

    Attributes:
        size: of the text; 0 of a picture.
        words: its text; of a picture, the name of its file in the document.
        around: the boxes that it is in, outer ones first.
        outlines: those that a picture is seen within, all of them.
    """

    left: float
    top: float
    right: float
    bottom: float
    size: float
    words: str
    around: tuple[EngineBox, ...]
    spot: _Standing
    outlines: tuple[Outline, ...] = ()

    @property
    def block(self) -> EngineBox | None:
        """The innermost one that it is of."""
        return next(filter(holds_text, reversed(self.around)), None)

    def meets(self, other: _Area, least: float) -> bool:
        deep = min(self.bottom, other.bottom) - max(self.top, other.top)
        wide = min(self.right, other.right) - max(self.left, other.left)
        return deep > least and wide > least and all(self._meets(o, least) for o in other.outlines)

    def _meets(self, outline: Outline, least: float) -> bool:
        reach = outline.reach(self.top + least, self.bottom - least, 0.0)
        return bool(reach and min(self.right, reach[1]) - max(self.left, reach[0]) > least)


def _collisions(page: EngineBox, number: int, heads: Mapping[str, Place]) -> Iterator[_Blamed]:
    """Text that stands on the text of another block, or on a picture without a ground of its own.

    What is meant to lie under text has the attribute `data-under` in its template.
    """
    areas = sorted(_areas(page, (), _Standing(Place(), number), heads), key=lambda area: area.top)
    pictures = [area for area in areas if not area.size]
    runs = [area for area in areas if area.size]
    for index, run in enumerate(runs):
        for other in runs[index + 1 :]:
            if other.top >= run.bottom:
                break
            if run.block is not other.block and run.meets(other, _least(run, other)):
                words, under = (" ".join(r.words.split())[:20] for r in (other, run))
                told = error("text/over-text", other.spot.place, words=words, under=under)
                yield _Blamed(told, _placed(other, run), PLACING)
        for picture in pictures:
            if run.meets(picture, _MEETS * run.size) and not _has_ground(run, picture):
                words = " ".join(run.words.split())[:20]
                told = warning("text/over-picture", run.spot.place, words=words)
                yield _Blamed(told, run.around[-1], PLACING)


def _placed(one: _Area, other: _Area) -> EngineBox:
    """Of two that meet, the box that is in the way: the one that is positioned, or the lower."""
    for area, beside in ((one, other), (other, one)):
        own = (box for box in area.around if box not in beside.around)
        if any(box.style["position"] in {"absolute", "fixed"} for box in own):
            return area.around[-1]
    return one.around[-1]


def _least(one: _Area, other: _Area) -> float:
    return _MEETS * min(one.size, other.size)


def _has_ground(run: _Area, picture: _Area) -> bool:
    """Whether a box between them has a background that reaches as far as the text."""
    between = [box for box in run.around if not any(box is outer for outer in picture.around)]
    return any(_covers(box, run) for box in between if _is_ground(box.style))


def _is_ground(style: Style) -> bool:
    return bool(
        style["background_color"].alpha >= _GROUND
        or any(kind != "none" for kind, _ in style["background_image"])
    )


def _covers(box: EngineBox, run: _Area) -> bool:
    if not hasattr(box, "border_box_x"):
        return False
    left, top = box.border_box_x(), box.border_box_y()
    right, bottom = left + box.border_width(), top + box.border_height()
    slack = _MEETS * run.size
    return bool(
        left <= run.left + slack
        and run.right <= right + slack
        and top <= run.top + slack
        and run.bottom <= bottom + slack
    )


def _areas(
    box: EngineBox, around: tuple[EngineBox, ...], spot: _Standing, heads: Mapping[str, Place]
) -> Iterator[_Area]:
    for inner in children_of(box):
        element: Element | None = getattr(inner, "element", None)
        if element is not None and "data-under" in element.attrib:
            continue
        if getattr(inner, "style", None) and inner.style["transform"]:
            matrix = getattr(inner, "transformation_matrix", None)
            if matrix is not None:  # drawn elsewhere than laid out
                found = _areas_of(inner, around, spot, heads)
                yield from (_moved(area, matrix) for area in found)
            continue
        yield from _areas_of(inner, around, spot, heads)


def _areas_of(
    inner: EngineBox, around: tuple[EngineBox, ...], spot: _Standing, heads: Mapping[str, Place]
) -> Iterator[_Area]:
    at = place_of(inner) or _written_of(inner) or _of_head(inner, heads)
    here = _Standing(at, spot.page, inner) if at else spot
    if is_text(inner) and inner.text.strip() and inner.style["color"].alpha != 0:
        yield _text_area(inner, around, here)
    elif is_picture(inner) and (source := _attribute(inner, "src")):
        yield _picture_area(inner, source, around, here)
    yield from _areas(inner, (*around, inner), here, heads)


def _moved(area: _Area, matrix: Any) -> _Area:
    """What it covers once it is turned: upright Latin letters lie on their side."""
    corners = [(area.left, area.top), (area.right, area.top), (area.left, area.bottom)]
    corners.append((area.right, area.bottom))
    points = [matrix.transform_point(x, y) for x, y in corners]
    across, down = [x for x, _ in points], [y for _, y in points]
    sides = {"left": min(across), "top": min(down), "right": max(across), "bottom": max(down)}
    return replace(area, **sides, outlines=())


def _text_area(box: TextBox, around: tuple[EngineBox, ...], spot: _Standing) -> _Area:
    """As far as it is seen."""
    size = box.style["font_size"]
    left, base = box.position_x, box.position_y + box.baseline
    if hasattr(box, "banxin_upright"):  # vertical text, with a little room on its sides
        room = _ROOM * size
        sides = (left + room, box.position_y, left + box.width - room, box.position_y + box.height)
        return _Area(*_cut(sides, around), size, box.text, around, spot)
    sides = (left, base - _ABOVE * size, left + box.width, base + _BELOW * size)
    return _Area(*_cut(sides, around), size, box.text, around, spot)


def _cut(sides: _Sides, around: tuple[EngineBox, ...]) -> _Sides:
    """What boxes around it leave of a rectangle: left, top, right and bottom."""
    left, top, right, bottom = sides
    for outer in around:
        if outer.style["overflow"] != "visible" and hasattr(outer, "padding_box_x"):
            x, y = outer.padding_box_x(), outer.padding_box_y()
            left, right = max(left, x), min(right, x + outer.padding_width())
            top, bottom = max(top, y), min(bottom, y + outer.padding_height())
    return left, top, right, bottom


def _shown(box: ReplacedBox) -> tuple[float, float, float, float]:
    """Left, top, width and height of a picture in its box: `contain` leaves some of it white."""
    left, top = box.content_box_x(), box.content_box_y()
    style = box.style
    *_, ratio = box.replacement.get_intrinsic_size(style["image_resolution"], style["font_size"])
    if style["object_fit"] != "contain" or not ratio or not box.height:
        return left, top, box.width, box.height
    wide = min(box.width, box.height * ratio)
    high = wide / ratio
    (_, x, _, y), *_ = style["object_position"]
    left += (box.width - wide) * x.value / 100 if x.unit == "%" else 0
    top += (box.height - high) * y.value / 100 if y.unit == "%" else 0
    return left, top, wide, high


def _picture_area(
    box: ReplacedBox, source: str, around: tuple[EngineBox, ...], spot: _Standing
) -> _Area:
    """As far as it is seen: it need not fill its box, and boxes around it may cut it."""
    left, top, wide, high = _shown(box)
    sides = _cut((left, top, left + wide, top + high), around)
    return _Area(*sides, 0.0, source, around, spot, seen_of(box))


# --- text that is not there -------------------------------------------------------------------

_UNSET: Final = frozenset({"head", "svg", "style", "script", "rp"})
_MADE: Final = ("::before", "::after", "::marker", "::footnote")


def _lost(
    pages: Sequence[EngineBox], elements: Iterable[Element], numbers: Numbers
) -> Iterator[Diagnostic]:
    """Text of *elements* that no page has.

    WeasyPrint 70 drops what is left of a positioned box at the foot of a page, silently.
    """
    laid: dict[int, int] = {}
    for page in pages:
        for box in all_in(page):
            element = getattr(box, "element", None)
            made = any(mark in str(box.element_tag) for mark in _MADE)
            if is_text(box) and element is not None and not made:
                key = id(getattr(element, "etree_element", element))
                laid[key] = laid.get(key, 0) + len(_letters(box.text))
    missing = (lost for element in elements for lost in _missing_from(element, Place(), laid))
    for told, element in _once_a_place(missing):
        yield replace(told, made=numbers.of_element(element, *LOSING))


_LostText = tuple[Diagnostic, Element]


def _once_a_place(lost: Iterable[_LostText]) -> Iterator[_LostText]:
    """A vertical title has an element for each character: its loss is one."""
    for place, told in groupby(lost, key=lambda one: one[0].place):
        several = tuple(told)
        words = "".join(str(one.facts["words"]) for one, _ in several)[:20]
        count = sum(int(str(one.facts["count"])) for one, _ in several)
        yield error("text/lost", place, count=count, words=words), several[0][1]


def _missing_from(element: Element, place: Place, laid: Mapping[int, int]) -> Iterator[_LostText]:
    if not isinstance(element.tag, str) or element.tag.split("}")[-1] in _UNSET:
        return
    at = element.get("data-at") or element.get(OF, "")
    place = _place_written(at) or place
    own = _letters("".join([element.text or "", *(child.tail or "" for child in element)]))
    have = laid.get(id(element), 0)
    if have < len(own):
        told = error("text/lost", place, count=len(own) - have, words=own[have : have + 20])
        yield told, element
    for child in element:
        yield from _missing_from(child, place, laid)


def _letters(text: str) -> str:
    return "".join(text.split())


def place_of(box: EngineBox) -> Place | None:
    return _place_written(_attribute(box, "data-at"))


def _written_of(box: EngineBox) -> Place | None:
    return _place_written(_attribute(box, OF))


@lru_cache(maxsize=4096)
def _place_written(at: str) -> Place | None:
    match = _AT.fullmatch(at)
    return Place(match[1], int(match[2]), int(match[3])) if match else None


def _attribute(box: EngineBox, name: str) -> str:
    element = getattr(box, "element", None)
    if element is None or getattr(box, "pseudo_type", None):
        return ""
    return str(element.get(name, ""))


def box_mm(box: EngineBox) -> Box | None:
    if not has_place(box):
        return None
    x, y = box.border_box_x(), box.border_box_y()
    corners = (x, y, x + box.border_width(), y + box.border_height())
    x0, y0, x1, y1 = (round(Length.px(c).in_mm, 2) for c in corners)
    return x0, y0, x1, y1
