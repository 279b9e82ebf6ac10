"""Where every picture came to lie: a walk over the content of a laid-out PDF.

The engine's boxes would tell the same but for clips, transformations and patterns; the PDF is
what gets printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pikepdf
from pikepdf import Array, Matrix, Name

from banxin.units import Length

Rect = tuple[float, float, float, float]

UNIT: Final = (0.0, 0.0, 1.0, 1.0)
_POINTS_OF: Final = {"m": 1, "l": 1, "c": 3, "v": 2, "y": 2}
_CALLS: Final = (b"Do", b"scn", b"SCN", b"sh")  # operators that draw something with a name
_PAINTING: Final = frozenset({"n", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*"})


@dataclass(frozen=True, slots=True)
class Placement:
    """One picture on one page.

    Attributes:
        resource: the XObject's name.
        page: from 1.
        width: of the whole picture as placed, whatever part of it shows.
        seen: the part of it that clips and bleed let through, in the unit square, the origin
            at its lower left.
        kept: the part of it that is left once the page is cut.
        box_mm: where that lies on the trimmed page, from its top left corner.
    """

    resource: str
    page: int
    width: Length
    height: Length
    seen: Rect
    kept: Rect
    box_mm: Rect

    @property
    def shows(self) -> bool:
        return self.seen[0] < self.seen[2] and self.seen[1] < self.seen[3]


@dataclass(frozen=True, slots=True)
class _PlacementState:
    """The part of the graphics state that moves and hides pictures."""

    matrix: Matrix
    clip: Rect
    trim: Rect


def placements(pdf: pikepdf.Pdf, bleed: Length) -> tuple[Placement, ...]:
    """Every picture on every page, as far as it reaches into the bleed."""
    found: list[Placement] = []
    for number, page in enumerate(pdf.pages, 1):
        if not draws_by_name(page):
            continue
        edge = bleed.in_pt
        x0, y0, x1, y1 = (float(v) for v in page.trimbox)
        bleed_box = (x0 - edge, y0 - edge, x1 + edge, y1 + edge)
        pen = _PlacementState(Matrix(), bleed_box, (x0, y0, x1, y1))
        found.extend(_walk(page.obj, page.resources, pen, Matrix(), number))
    return tuple(found)


def draws_by_name(page: pikepdf.Page) -> bool:
    """Whether a page may draw pictures, forms, patterns or gradients; a page of text does not.

    Looked for in its bytes, which is fifty times as fast as reading its operators.
    """
    contents = page.obj.get("/Contents", Array())
    streams = contents if isinstance(contents, Array) else [contents]
    return any(call in data for data in (s.read_bytes() for s in streams) for call in _CALLS)


def _walk(
    stream: Any, resources: Any, pen: _PlacementState, base: Matrix, page: int
) -> Iterator[Placement]:
    """Args: base: what a pattern's matrix is relative to, ISO 32000-2 §8.7.3.1."""
    saved: list[_PlacementState] = []
    path: list[tuple[float, float]] = []
    clipping = False
    for instruction in pikepdf.parse_content_stream(stream):
        operands, op = list(instruction.operands), str(instruction.operator)
        if op == "q":
            saved.append(pen)
        elif op == "Q":
            pen = saved.pop() if saved else pen
        elif op == "cm":
            pen = replace(pen, matrix=Matrix(*map(float, operands)) @ pen.matrix)
        elif op in _POINTS_OF:
            path.extend(_points(operands, pen.matrix))
        elif op == "re":
            x, y, w, h = map(float, operands)
            path.extend(_corners((x, y, x + w, y + h), pen.matrix))
        elif op in {"W", "W*"}:
            clipping = True
        elif op in _PAINTING:
            if clipping and path:
                pen = replace(pen, clip=_overlap(pen.clip, _around(path)))
            path, clipping = [], False
        elif op in {"scn", "SCN"} and operands and isinstance(operands[-1], Name):
            yield from _in_pattern(resources.Pattern[operands[-1]], base, page)
        elif op == "Do":
            yield from _in_object(str(operands[0]), resources, pen, page)


def _in_object(name: str, resources: Any, pen: _PlacementState, page: int) -> Iterator[Placement]:
    thing = resources.XObject[name]
    if thing.Subtype == Name.Image:
        yield _placed(name.removeprefix("/"), pen, page)
        return
    matrix = Matrix(*map(float, thing.get("/Matrix", (1, 0, 0, 1, 0, 0)))) @ pen.matrix
    box = _around(_corners(tuple(map(float, thing.BBox)), matrix))
    inside = _PlacementState(matrix, _overlap(pen.clip, box), pen.trim)
    yield from _walk(thing, thing.get("/Resources", resources), inside, matrix, page)


def _in_pattern(pattern: Any, base: Matrix, page: int) -> Iterator[Placement]:
    if pattern.PatternType != 1:
        return
    matrix = Matrix(*map(float, pattern.get("/Matrix", (1, 0, 0, 1, 0, 0)))) @ base
    everywhere = (-math.inf, -math.inf, math.inf, math.inf)
    yield from _walk(
        pattern, pattern.Resources, _PlacementState(matrix, everywhere, everywhere), matrix, page
    )


def _placed(name: str, pen: _PlacementState, page: int) -> Placement:
    m = pen.matrix
    width, height = math.hypot(m.a, m.b), math.hypot(m.c, m.d)
    size = Length.pt(width), Length.pt(height)
    kept = _overlap(pen.clip, pen.trim)
    box = _overlap(kept, _around(_corners(UNIT, m)))
    box_mm = _from_the_top(box, pen.trim)
    return Placement(name, page, *size, _within(pen.clip, m), _within(kept, m), box_mm)


def _from_the_top(box: Rect, trim: Rect) -> Rect:
    edges = box[0] - trim[0], trim[3] - box[3], box[2] - trim[0], trim[3] - box[1]
    left, head, right, foot = (Length.pt(edge).in_mm for edge in edges)
    return left, head, right, foot


def _within(clip: Rect, matrix: Matrix) -> Rect:
    """The part of the unit square, drawn by *matrix*, that *clip* lets through."""
    if not matrix.a * matrix.d - matrix.b * matrix.c or clip[0] >= clip[2] or clip[1] >= clip[3]:
        return (1.0, 1.0, 0.0, 0.0)
    if math.isinf(clip[0]):
        return UNIT
    return _overlap(_around(_corners(clip, matrix.inverse())), UNIT)


def _points(operands: Sequence[Any], matrix: Matrix) -> Iterator[tuple[float, float]]:
    numbers = [float(v) for v in operands]
    for x, y in zip(numbers[::2], numbers[1::2], strict=True):
        yield matrix.transform((x, y))


def _corners(box: Sequence[float], matrix: Matrix) -> Iterator[tuple[float, float]]:
    for x, y in ((0, 1), (2, 1), (2, 3), (0, 3)):
        yield matrix.transform((box[x], box[y]))


def _around(points: Any) -> Rect:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _overlap(a: Rect, b: Rect) -> Rect:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
