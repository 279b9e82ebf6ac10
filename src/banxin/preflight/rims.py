"""Straight edges along the cut, in a page as it is drawn: a white rim of a scan, a frame."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Plates = NDArray[np.uint8]  # height × width × 4, 255 is full ink

INWARD: Final = 4.0  # mm inside the cut that are looked at
STEP: Final = 31  # of 255: 12 % of an ink between one side of an edge and the other
FLAT: Final = 10  # of 255, that the strip outside an edge may vary across
EVEN: Final = 6.0  # of 255, standard deviation of the strip along the cut
SHARE: Final = 0.3  # of a side that an edge has to run along
LEAST: Final = 3  # pixels between an edge and the border of what is drawn
BLUR: Final = 2  # pixels that a step may take


def edges(plates: Plates, corner: tuple[float, float], ppi: float) -> tuple[tuple[int, float], ...]:
    """The outermost on each side, and how far beyond the cut it is, mm.

    Args:
        plates: the inside of the bleed; `corner`: its upper left one, in mm from the trim's.
    """
    pixel = 25.4 / ppi
    found = []
    for side, (turned, out) in enumerate(_sides(plates, corner)):
        bleed = -out
        depth = int((bleed + INWARD) / pixel)
        at = _edge(turned[:, :depth].astype(np.int16)) if depth > LEAST + BLUR else None
        if at is not None:
            found.append((side, round(bleed - at * pixel, 2)))
    return tuple(found)


def _sides(plates: Plates, corner: tuple[float, float]) -> list[tuple[Any, float]]:
    """Each side turned to the left, and where it begins: less than nothing is beyond the cut."""
    x, y = corner
    upright = plates.transpose(1, 0, 2)
    return [(plates, x), (upright, y), (plates[:, ::-1], x), (upright[:, ::-1], y)]


def _edge(strip: NDArray[np.int16]) -> float | None:
    """Pixels from the border to an edge that runs along it, with one flat colour outside."""
    rows = strip.shape[0]
    steps = np.abs(strip[:, BLUR:] - strip[:, :-BLUR]).max(2) > STEP
    for at in np.flatnonzero(steps[:, LEAST:].mean(0) > SHARE) + LEAST:
        # Neither the border's own pixel, which may be cut, nor that where the edge begins.
        outside = strip[steps[:, at], 1:at]
        flat = np.ptp(outside, axis=1).max(1) <= FLAT
        if flat.sum() <= SHARE * rows:
            continue
        if outside[flat].mean(1).std(0).max() <= EVEN:
            return float(at + BLUR / 2)
    return None
