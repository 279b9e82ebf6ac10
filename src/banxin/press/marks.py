"""Marks for the guillotine and the press, outside the bleed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.units import Length

SLUG: Final = Length.mm(11)  # paper beyond the bleed, for marks
OFFSET: Final = Length.mm(1)  # between bleed and mark
CROP: Final = Length.mm(5)
RING: Final = Length.mm(2)  # radius of a registration mark
LINE: Final = Length.pt(0.25)
# Four Bézier curves make a circle: 4/3·(√2−1) of the radius.
_CIRCLE: Final = 0.5523


def marks(width: Length, height: Length, bleed: Length) -> bytes:
    """Crop and registration marks as page content.

    The origin is the sheet's lower left corner; the trim stands `bleed + SLUG` inside it.
    """
    edge = (bleed + SLUG).in_pt
    left, low = edge, edge
    right, top = edge + width.in_pt, edge + height.in_pt
    lines = [f"q 0 G {LINE.in_pt} w"]
    lines.extend(_crop_marks(left, low, right, top, bleed.in_pt + OFFSET.in_pt))
    away = bleed.in_pt + SLUG.in_pt / 2
    middle_x, middle_y = (left + right) / 2, (low + top) / 2
    for x, y in (
        (middle_x, top + away),
        (middle_x, low - away),
        (left - away, middle_y),
        (right + away, middle_y),
    ):
        lines.extend(_registration_mark(x, y))
    return "\n".join([*lines, "Q"]).encode()


def _crop_marks(left: float, low: float, right: float, top: float, away: float) -> Iterator[str]:
    long = CROP.in_pt
    for x in (left, right):
        yield _stroke(x, top + away, x, top + away + long)
        yield _stroke(x, low - away, x, low - away - long)
    for y in (low, top):
        yield _stroke(right + away, y, right + away + long, y)
        yield _stroke(left - away, y, left - away - long, y)


def _registration_mark(x: float, y: float) -> Iterator[str]:
    r, k, arm = RING.in_pt, RING.in_pt * _CIRCLE, RING.in_pt * 1.5
    yield _stroke(x - arm, y, x + arm, y)
    yield _stroke(x, y - arm, x, y + arm)
    curves = (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )
    drawn = " ".join(" ".join(f"{v:.3f}" for v in curve) + " c" for curve in curves)
    yield f"{x + r:.3f} {y:.3f} m {drawn} S"


def _stroke(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0:.3f} {y0:.3f} m {x1:.3f} {y1:.3f} l S"
