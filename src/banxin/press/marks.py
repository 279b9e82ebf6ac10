"""Marks for the guillotine and the press, outside the bleed: on every plate, and so in `All`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from banxin.units import Length

SLUG: Final = Length.mm(11)  # paper beyond the bleed, for marks
OFFSET: Final = Length.mm(1)  # between bleed and mark
CROP: Final = Length.mm(5)
RING: Final = Length.mm(2)  # radius of a registration mark
DASH: Final = Length.mm(0.8)  # of a fold mark
PATCH: Final = Length.mm(5)  # side of a patch of the colour bar
LINE: Final = Length.pt(0.25)
# Four Bézier curves make a circle: 4/3·(√2−1) of the radius.
_CIRCLE: Final = 0.5523
# The solid of each ink; of black also a half tone.
_PATCHES: Final = {
    "Cyan": ("1 0 0 0 k",),
    "Magenta": ("0 1 0 0 k",),
    "Yellow": ("0 0 1 0 k",),
    "Black": ("0 0 0 1 k", "0 0 0 .5 k"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The trimmed page on its paper. The origin is the paper's lower left corner.

    `slug`: paper beyond the bleed; none without marks.
    """

    width: Length
    height: Length
    bleed: Length
    folds: tuple[Length, ...] = ()  # from the left edge of the trim
    slug: Length = SLUG

    @property
    def edge(self) -> float:
        """From the paper's edge to the trim, pt."""
        return (self.bleed + self.slug).in_pt


def marks(sheet: Sheet, registration: str, patches: Sequence[str], slug: bytes) -> bytes:
    """Crop and registration marks, colour bar and slug line as page content.

    Args:
        registration: resource name of the colour space `All`.
        patches: what sets the colour of each patch of the bar.
        slug: draws the slug line, its first baseline at the origin.
    """
    left, low = sheet.edge, sheet.edge
    right, top = left + sheet.width.in_pt, low + sheet.height.in_pt
    lines = [f"q {registration} CS {registration} cs 1 SCN 1 scn {LINE.in_pt} w"]
    lines.extend(_crop_marks(left, low, right, top, sheet.bleed.in_pt + OFFSET.in_pt))
    folds = [left + fold.in_pt for fold in sheet.folds]
    lines.extend(_fold_marks(folds, low, top, sheet.bleed.in_pt + OFFSET.in_pt))
    away = sheet.bleed.in_pt + SLUG.in_pt / 2
    middle_x, middle_y = (left + right) / 2, (low + top) / 2
    for x, y in (
        (middle_x, top + away),
        (middle_x, low - away),
        (left - away, middle_y),
        (right + away, middle_y),
    ):
        lines.extend(_registration_mark(x, y))
    x, y = left + Length.mm(8).in_pt, low - sheet.bleed.in_pt - Length.mm(7).in_pt
    lines += [f"q 1 0 0 1 {x:.3f} {y:.3f} cm", slug.decode(), "Q"]
    lines.extend(_colour_bar(left + Length.mm(8).in_pt, top + away, patches))
    return "\n".join([*lines, "Q"]).encode()


def patches(used: Collection[str], spots: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the inks that a page uses, and of no other: a patch alone makes a plate.

    Args:
        used: plates by name.
        spots: the press's plates beyond the four, and the resource names of their spaces. The
            binder's are not among them: an engraver would cut their patch.
    """
    four = (colour for plate in _PATCHES if plate in used for colour in _PATCHES[plate])
    beyond = (f"{space} cs 1 scn" for plate, space in spots.items() if plate in used)
    return (*four, *beyond)


def _colour_bar(x: float, y: float, patches: Sequence[str]) -> Iterator[str]:
    side = PATCH.in_pt
    for colour in patches:
        yield f"{colour} {x:.3f} {y - side / 2:.3f} {side:.3f} {side:.3f} re f"
        x += side


def _crop_marks(left: float, low: float, right: float, top: float, away: float) -> Iterator[str]:
    long = CROP.in_pt
    for x in (left, right):
        yield _stroke(x, top + away, x, top + away + long)
        yield _stroke(x, low - away, x, low - away - long)
    for y in (low, top):
        yield _stroke(right + away, y, right + away + long, y)
        yield _stroke(left - away, y, left - away - long, y)


def _fold_marks(folds: Sequence[float], low: float, top: float, away: float) -> Iterator[str]:
    """Dashed, so that nobody cuts there."""
    if folds:
        yield f"[{DASH.in_pt:.3f}] 0 d"
        for x in folds:
            yield _stroke(x, top + away, x, top + away + CROP.in_pt)
            yield _stroke(x, low - away, x, low - away - CROP.in_pt)
        yield "[] 0 d"


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
