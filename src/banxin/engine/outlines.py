"""Outlines that text flows along: how far they reach to the left and right between two heights.

CSS Shapes 1: a line beside a float keeps clear of the float's shape, and of `shape-margin` around
it, over all its height. Lengths are px, y grows downward.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, sin, sqrt
from typing import Final, Protocol

Point = tuple[float, float]
Reach = tuple[float, float]  # from the left to the right
Box = tuple[float, float, float, float]  # left, top, right, bottom
Radii = tuple[Point, Point, Point, Point]  # of the corners: head left, head right, foot right, …

TOUCHES: Final = 1e-6  # px: what only touches a line is not beside it
_STEPS: Final = 24  # of a quarter of an ellipse: its polygon is 0.05 % larger
_HANDLE: Final = 4 / 3 * (sqrt(2) - 1)  # of a Bézier curve that is a quarter of a circle


class Outline(Protocol):
    def reach(self, top: float, bottom: float, margin: float) -> Reach | None:
        """How far it reaches, with *margin* around it, between two heights; None if not at all."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """Straight from point to point, and back to the first."""

    points: tuple[Point, ...]

    def reach(self, top: float, bottom: float, margin: float) -> Reach | None:
        top, bottom = top + TOUCHES, bottom - TOUCHES
        found = [x for edge in self._edges() for x in _of_edge(*edge, top, bottom, margin)]
        return (min(found), max(found)) if found else None

    def _edges(self) -> Iterator[tuple[Point, Point]]:
        return pairwise((*self.points, self.points[0]))


def _of_edge(start: Point, end: Point, top: float, bottom: float, margin: float) -> Iterator[float]:
    """The outermost x between two heights of all that is within *margin* of an edge.

    That is a disc around either end, and the edge moved outward to either side.
    """
    (x0, y0), (x1, y1) = start, end
    away = max(top - y0, y0 - bottom, 0.0)
    if away <= margin:
        across = sqrt(margin * margin - away * away)
        yield x0 - across
        yield x0 + across
    length = hypot(x1 - x0, y1 - y0)
    if not length:
        return
    aside, down = (y1 - y0) / length * margin, (x0 - x1) / length * margin
    for side in (1.0, -1.0) if margin else (0.0,):
        a, b = y0 + side * down, y1 + side * down
        low, high = max(min(a, b), top), min(max(a, b), bottom)
        if low <= high:
            for y in (low, high):
                along = (y - a) / (b - a) if b != a else 0.0
                yield x0 + side * aside + along * (x1 - x0)
            if b == a:
                yield x1 + side * aside


@dataclass(frozen=True, slots=True)
class Rounded:
    """A box with round corners: a circle and an ellipse are such boxes."""

    box: Box
    radii: Radii = ((0.0, 0.0),) * 4

    def reach(self, top: float, bottom: float, margin: float) -> Reach | None:
        return Polygon(tuple(self._around())).reach(top, bottom, margin)

    def _around(self) -> Iterator[Point]:
        """Corners of a polygon around it, whose edges touch it."""
        for (x, y), (rx, ry), turn in self.corners():
            if not (rx and ry):
                yield x, y
                continue
            step = pi / 2 / _STEPS
            out = 1 / cos(step / 2)
            inward_x, inward_y = _INWARD[turn]
            middle = x + inward_x * rx, y + inward_y * ry
            for k in range(_STEPS):
                angle = pi + turn * pi / 2 + (k + 0.5) * step
                yield middle[0] + out * rx * cos(angle), middle[1] + out * ry * sin(angle)

    def corners(self) -> Iterator[tuple[Point, Point, int]]:
        """Each corner of the box, its radii, and how many quarters it is turned clockwise."""
        left, top, right, bottom = self.box
        places = (left, top), (right, top), (right, bottom), (left, bottom)
        for turn, (place, radii) in enumerate(zip(places, self._held_in(), strict=True)):
            yield place, radii, turn

    def _held_in(self) -> Radii:
        """Radii that have room, CSS Backgrounds 3, 4.5."""
        left, top, right, bottom = self.box
        (a, b), (c, d), (e, f), (g, h) = self.radii
        sums = ((a + c, right - left), (e + g, right - left), (b + h, bottom - top),
                (d + f, bottom - top))  # fmt: skip
        share = min((room / both for both, room in sums if both > room), default=1.0)
        return (
            (a * share, b * share),
            (c * share, d * share),
            (e * share, f * share),
            (g * share, h * share),
        )


_INWARD: Final = ((1, 1), (-1, 1), (-1, -1), (1, -1))  # from a corner


@dataclass(frozen=True, slots=True)
class Silhouette:
    """What a picture shows, row by row: where each begins and ends, as shares of its width.

    Attributes:
        box: of the whole picture, as it is placed.
        rows: from its head to its foot, all of one height; None for an empty one.
    """

    box: Box
    rows: Sequence[Reach | None]

    def reach(self, top: float, bottom: float, margin: float) -> Reach | None:
        left, head, right, foot = self.box
        high, wide = (foot - head) / len(self.rows), right - left
        top, bottom = top + TOUCHES, bottom - TOUCHES
        heads = [head + n * high for n in range(len(self.rows) + 1)]
        found: list[float] = []
        first = max(bisect_left(heads, top - margin) - 1, 0)
        for number in range(first, len(self.rows)):
            if heads[number] > bottom + margin:
                break
            row = self.rows[number]
            away = max(top - heads[number + 1], heads[number] - bottom, 0.0)
            if row is None or away > margin:
                continue
            across = sqrt(margin * margin - away * away)
            found += left + row[0] * wide - across, left + row[1] * wide + across
        return (min(found), max(found)) if found else None


@dataclass(frozen=True, slots=True)
class Area:
    """What lines keep clear of: outlines as far as they are *within* a box, and *margin* around.

    CSS Shapes 1 cuts the margin off at the box, too; here it is kept on all sides.
    """

    outlines: tuple[Outline, ...]
    margin: float
    within: Box

    def reach(self, top: float, bottom: float) -> Reach | None:
        left, head, right, foot = self.within
        top, bottom = max(top, head - self.margin), min(bottom, foot + self.margin)
        if bottom - top <= 2 * TOUCHES:
            return None
        found = [r for o in self.outlines if (r := o.reach(top, bottom, self.margin))]
        if not found:
            return None
        return (
            max(min(r[0] for r in found), left - self.margin),
            min(max(r[1] for r in found), right + self.margin),
        )


def curves(shape: Rounded) -> Iterator[tuple[Point, ...]]:
    """A box with round corners as a path: points to go to, or three of a Bézier curve."""
    for (x, y), (rx, ry), turn in shape.corners():
        inward_x, inward_y = _INWARD[turn]
        upright, level = (x, y + inward_y * ry), (x + inward_x * rx, y)
        a, b = (upright, level) if turn % 2 == 0 else (level, upright)
        yield (a,)
        if rx and ry:
            yield _towards(a, (x, y)), _towards(b, (x, y)), b


def _towards(start: Point, corner: Point) -> Point:
    return (
        start[0] + _HANDLE * (corner[0] - start[0]),
        start[1] + _HANDLE * (corner[1] - start[1]),
    )
