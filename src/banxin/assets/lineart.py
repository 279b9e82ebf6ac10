"""Line art: black or nothing, as fine as a plate can show."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from PIL import Image

_HALF: Final = 128  # of a picture that is black and white already
_ROWS, _STRIPS, _LENGTHS = 278, 273, 279  # TIFF 6.0, 8: rows in a strip, where strips are, how long


def inked(grey: Image.Image, *, bitmap: bool) -> Image.Image:
    """What of *grey*, L, is drawn: a picture of mode 1, set where the ink is.

    Args:
        bitmap: it was black and white; otherwise paper and ink are told apart by their tones.
    """
    edge = _HALF if bitmap else threshold(grey)
    return grey.point([255 if tone < edge else 0 for tone in range(256)], "1")


def threshold(grey: Image.Image) -> int:
    """The tone from which on a scan is paper (Otsu, A threshold selection method, 1979): what is
    darker and what is lighter are then each as much of one tone as can be.
    """
    counts = np.array(grey.histogram(), np.float64)
    tones = np.arange(256)
    below, sums = np.cumsum(counts), np.cumsum(counts * tones)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = sums / below - (sums[-1] - sums) / above
        between = np.nan_to_num(below * above * apart**2)
    if not between.any():
        return _HALF
    # As good everywhere between two tones: in the middle of them.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return round(float(best.mean())) + 1


def as_fax(bits: Image.Image) -> bytes:
    """The rows of a picture of mode 1 as CCITT group 4 (ITU-T T.6), black what is set."""
    out = io.BytesIO()
    # One strip, so that the rows are one stream.
    bits.save(out, "TIFF", compression="group4", tiffinfo={_ROWS: bits.height})
    with Image.open(io.BytesIO(out.getvalue())) as written:
        tags: Any = written.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tags[_STRIPS], tags[_LENGTHS]
    return out.getvalue()[start : start + length]
