"""What is cut off photographs, told where the manuscript places them.

Measured on the pages: what a layout does to a picture is seen there and nowhere else. Who gives a
`focus` has looked at the crop, and is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from banxin.diagnostics import Diagnostic, Place, warning
from banxin.edition import Edition, figures
from banxin.layouts import Grid
from banxin.manuscript.values import height_of
from banxin.markup.grid import LEFT_FOR_WORDS, gap, picture_height
from banxin.press.pictures import Placed
from banxin.press.placement import Rect
from banxin.typeset import Sheets

MUCH: Final = 1 / 6  # of a picture
MUCH_OF_A_DRAWING: Final = 0.02  # whose axes and words stand at its edges
_SAME: Final = 0.5  # mm: two halves of one picture are of one size
_SPINE: Final = 0.02  # of a picture's width: what two halves may both show, or neither
_GROWN: Final = 6  # lines that a layout may have added to what was asked for, or taken from it

_CODES: Final = {  # much of any picture, or some of a drawing; whether lines would mend it
    (True, False): "photo/cropped",
    (True, True): "photo/cropped-by-lines",
    (False, False): "photo/drawing-cropped",
    (False, True): "photo/drawing-cropped-by-lines",
}

_Key = tuple[str | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class _PictureMention:
    """A place of the manuscript that asks for a picture. `lines`: as it asks for, or 0."""

    place: Place
    looked_at: bool
    lines: int


def told(edition: Edition, sheets: Sheets, placed: Sequence[Placed]) -> Iterator[Diagnostic]:
    """A finding for each picture of which too much is lost."""
    asked = _asked(edition)
    drawn = {photo.url for photo in edition.photos if photo.drawn}
    for one in _joined(placed):
        lost = 1 - (one.kept[2] - one.kept[0]) * (one.kept[3] - one.kept[1])
        most = MUCH_OF_A_DRAWING if one.url in drawn else MUCH
        if lost <= most:
            continue
        found = _asker(one, edition, sheets, asked)
        if found is None or found.looked_at:
            continue
        fitting = _fitting(one, found.lines, edition.layout.grid)
        left, foot, right, head = (round(100 * side) for side in _sides(one.kept))
        yield warning(
            _CODES[lost > MUCH, fitting > 0],
            found.place,
            file=str(one.name),
            percent=round(100 * lost),
            left=left,
            right=right,
            above=head,
            below=foot,
            lines=fitting,
        )


def _sides(kept: Rect) -> Rect:
    """Shares that are lost at the left, the foot, the right and the head."""
    return kept[0], kept[1], 1 - kept[2], 1 - kept[3]


def _joined(placed: Sequence[Placed]) -> Iterator[Placed]:
    """Each picture once; the two halves of one that lies over two pages together."""
    waiting: dict[str, Placed] = {}
    for one in sorted(placed, key=lambda p: p.page):
        before = waiting.pop(one.url, None)
        if before is not None and _are_halves(before, one):
            left, foot, _, head = before.kept
            yield replace(before, kept=(left, foot, one.kept[2], head))
            continue
        if before is not None:
            yield before
        waiting[one.url] = one
    yield from waiting.values()


def _are_halves(left: Placed, right: Placed) -> bool:
    return (
        right.page == left.page + 1
        and left.kept[2] < 1 - _SPINE
        and abs(left.width.in_mm - right.width.in_mm) < _SAME
        and abs(left.height.in_mm - right.height.in_mm) < _SAME
        and abs(left.kept[2] - right.kept[0]) < _SPINE
    )


def _asked(edition: Edition) -> Mapping[_Key, _PictureMention]:
    found: dict[_Key, _PictureMention] = {}
    for chapter in edition.chapters:
        in_front = bool(chapter.field("focus"))
        for field in chapter.front.values():
            if chapter.file.parent / field.value in edition.pictures:
                found[_key(field.place)] = _PictureMention(field.place, in_front, 0)
        for figure in figures((chapter.blocks, chapter.notes)):
            lines = height_of(figure.attributes.get("lines", ""))
            decide = figure.size in {"column", "full"} and "wrap" not in figure.attributes
            high = lines if decide else 0
            looked_at = "focus" in figure.attributes
            found[_key(figure.place)] = _PictureMention(figure.place, looked_at, high)
    return found


def _asker(
    one: Placed, edition: Edition, sheets: Sheets, asked: Mapping[_Key, _PictureMention]
) -> _PictureMention | None:
    """Who asks for the picture on its page; None where the layout placed it by itself."""
    on_its_page = (item for item in sheets.landed if item.place.page == one.page)
    there = (item.place for item in on_its_page if item.photo == one.url)
    for place in sorted(there, key=lambda place: _apart(place.box_mm, one.box_mm)):
        found = asked.get(_key(place))
        if found is None:  # a picture of its front matter stands where the chapter does
            found = next(_of_chapter(place, one, edition, asked), None)
        if found is not None:
            return replace(found, place=found.place.on_page(one.page, place.box_mm))
    return None


def _apart(given: Rect | None, seen: Rect) -> float:
    """How far what is seen of a picture is from the box that it was given, mm."""
    return sum(abs(a - b) for a, b in zip(given, seen, strict=True)) if given else 0.0


def _of_chapter(
    place: Place, one: Placed, edition: Edition, asked: Mapping[_Key, _PictureMention]
) -> Iterator[_PictureMention]:
    for chapter in edition.chapters:
        if str(chapter.file) == place.file:
            for field in chapter.front.values():
                if chapter.file.parent / field.value == one.name:
                    yield asked[_key(field.place)]


def _key(place: Place) -> _Key:
    return place.file, place.line, place.column


def _fitting(one: Placed, lines: int, grid: Grid) -> int:
    """Lines that would show the whole at the width that it has; 0 where lines do not decide."""
    left, foot, right, head = one.kept
    high = one.height * (head - foot)
    if not lines or abs((high - picture_height(lines, grid)) / grid.baseline) > _GROWN:
        return 0
    wide = one.width * (right - left)
    wanted = round((wide * (one.height / one.width) + gap(grid)) / grid.baseline)
    return wanted if 1 <= wanted <= grid.lines - LEFT_FOR_WORDS else 0
