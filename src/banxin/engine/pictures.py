"""Where the engine draws the pictures of pages that are laid out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from banxin.engine.boxes import EnginePage
from banxin.engine.outlines import Point
from banxin.engine.shapes import clipping_points

from weasyprint.layout import replaced
from weasyprint.matrix import Matrix

Rect = tuple[float, float, float, float]  # left, top, right, bottom
_UNIT: Final = (0.0, 0.0, 1.0, 1.0)


class PicturePlaced(NamedTuple):
    """One that lies on a page, as `press.placement` finds it again in a PDF.

    Attributes:
        width, height: px of the whole of it, whatever part shows.
        kept: the part that clips and the trim leave, in the unit square, from the lower left.
    """

    width: float
    height: float
    kept: Rect


class _Pen(NamedTuple):
    """What moves and hides a box and all in it. `shown`: px, from the page's top left."""

    matrix: Matrix
    shown: Rect


def pictures_of(pages: Sequence[EnginePage]) -> Mapping[str, PicturePlaced]:
    """By the engine's id of the image, which is in all its names in a PDF.

    Of one that lies in several places, what is kept where it is largest: that is all of them where
    it lies across the gutter.
    """
    found = sorted((image, placed) for page in pages for image, placed in _on(page))
    largest = {}
    for image, places in groupby(found, lambda one: one[0]):
        each = [placed for _, placed in places]
        alike = [placed for placed in each if placed.width == each[-1].width]
        left, foot, right, head = zip(*(placed.kept for placed in alike), strict=True)
        kept = (min(left), min(foot), max(right), max(head))
        largest[image] = each[-1]._replace(kept=kept)
    return largest


def _on(page: EnginePage) -> Iterator[tuple[str, PicturePlaced]]:
    """All of a page, also in what is placed absolutely. Boxes may be nested as deep as may be."""
    waiting: list[tuple[Any, _Pen]] = [
        (page._page_box, _Pen(Matrix(), (0, 0, page.width, page.height)))
    ]
    while waiting:
        box, pen = waiting.pop()
        own = getattr(box, "transformation_matrix", None)
        if own:
            if not own.determinant:
                continue
            pen = pen._replace(matrix=own @ pen.matrix)
        yield from _behind(box, pen)
        if box is not page._page_box:  # which does not clip what it holds (WeasyPrint 70)
            pen = _clipped(box, pen)
        image = getattr(box, "replacement", None)
        if image is not None:
            wide, high, x, y = replaced.replacedbox_layout(box)
            yield from _placed(image, (x, y, wide, high), pen)
        waiting += ((child, pen) for child in getattr(box, "children", ()))


def _behind(box: Any, pen: _Pen) -> Iterator[tuple[str, PicturePlaced]]:
    """Those of its background; the first of one that is repeated."""
    background = getattr(box, "background", None)
    for layer in background.layers if background is not None else ():
        if layer.image is None:
            continue
        x, y = (a + b for a, b in zip(layer.positioning_area, layer.position, strict=False))
        inside = _within(pen, _corners(*layer.painting_area))
        yield from _placed(layer.image, (x, y, *layer.size), inside)


def _clipped(box: Any, pen: _Pen) -> _Pen:
    """As it is for what is in a box."""
    if box.style["overflow"] != "visible":
        pen = _within(pen, _corners(*box.rounded_padding_box()[:4]))
    return _within(pen, clipping_points(box)) if hasattr(box, "replacement") else pen


def _within(pen: _Pen, path: Sequence[Point]) -> _Pen:
    """Clipped to what is around a path, if there is one, as `press.placement` takes paths."""
    if not path:
        return pen
    return pen._replace(shown=_overlap(pen.shown, _around(path, pen.matrix)))


def _placed(image: Any, whole: Sequence[float], pen: _Pen) -> Iterator[tuple[str, PicturePlaced]]:
    """An image with a name that is drawn as *whole*: x, y, width, height; nothing where nothing of
    it is left on the page.
    """
    x, y, wide, high = whole
    matrix = Matrix(wide, 0, 0, -high, x, y + high) @ pen.matrix
    left, top, right, bottom = pen.shown
    if not hasattr(image, "id") or not matrix.determinant or left >= right or top >= bottom:
        return
    corners = _corners(left, top, right - left, bottom - top)
    kept = _overlap(_around(corners, matrix.invert), _UNIT)
    if kept[0] < kept[2] and kept[1] < kept[3]:
        a, b, c, d, *_ = matrix.values
        yield str(image.id), PicturePlaced(math.hypot(a, b), math.hypot(c, d), kept)


def _corners(x: float, y: float, wide: float, high: float) -> Sequence[Point]:
    return (x, y), (x + wide, y), (x, y + high), (x + wide, y + high)


def _around(points: Sequence[Point], matrix: Matrix) -> Rect:
    xs, ys = zip(*(matrix.transform_point(x, y) for x, y in points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _overlap(a: Rect, b: Rect) -> Rect:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
