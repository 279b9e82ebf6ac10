"""From how light a tone is to the inks that print it as light.

A tone is a value of sRGB's grey, 0 to 255. Lightness is CIE L* as a reader sees it under the press's
profile, black-point compensated as for pictures in colour, so that grey ones stand beside them.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from banxin.assets.colour import seen_lightness

Floats = NDArray[np.float64]
LEVELS: Final = 256
_SMOOTH: Final = 9  # neighbours that even out eight bits of lightness, which are 0.4 L* each
# How sharply tones bend towards an ink's own black, and of how light a black that is gone, L*.
_SHARPEST: Final = 3.0
_GONE: Final = 22.0


def lightness_of_tones() -> Floats:
    """L* of each tone (IEC 61966-2-1, CIE 15)."""
    value = np.arange(LEVELS) / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    bright: Floats = np.where(light > 216 / 24389, 116 * np.cbrt(light) - 16, light * 24389 / 27)
    return bright


def wanted(black: float) -> Floats:
    """L* to print each tone at, with inks whose darkest is *black*, L*.

    Black stays black, as dark as the inks go. Black ink leaves tones alone but for the deepest,
    which bend towards it and are still told apart; a light ink shares out all that it has.
    """
    bend = 1 + _SHARPEST * math.exp(-((black / _GONE) ** 2))
    least = (black / 100) ** bend
    bent: Floats = 100 * ((1 - least) * (lightness_of_tones() / 100) ** bend + least) ** (1 / bend)
    return bent


def lightness(inks: Floats, icc: bytes) -> Floats:
    """L* of rows of inks in percent, 4 × n, that go evenly from light to dark, as *icc* prints."""
    levels = np.rint(np.clip(inks, 0, 100) * 2.55).astype(np.uint8)
    seen = np.frombuffer(seen_lightness(levels.tobytes(), len(levels), icc), np.uint8) / 2.55
    return _evened(seen)


@lru_cache(maxsize=8)
def black_plate(icc: bytes) -> tuple[int, ...]:
    """For each tone the value of DeviceGray, 0 full black, that prints as light on black alone."""
    ramp = np.zeros((LEVELS, 4))
    ramp[:, 3] = np.linspace(0, 100, LEVELS)
    seen = lightness(ramp, icc)
    ink = np.interp(wanted(seen[-1]), seen[::-1], np.arange(LEVELS)[::-1])
    return tuple(255 - int(value) for value in np.rint(ink))


def _evened(values: Any) -> Floats:
    """A falling curve without the stairs of eight bits; its ends stay."""
    reach = _SMOOTH // 2
    # Continued beyond its ends by its own reflection through them: a straight line stays one.
    before = 2 * values[0] - values[reach:0:-1]
    after = 2 * values[-1] - values[-2 : -reach - 2 : -1]
    whole = np.concatenate([before, values, after])
    evened: Floats = np.convolve(whole, np.full(_SMOOTH, 1 / _SMOOTH), "valid")
    evened[0], evened[-1] = values[0], values[-1]
    return np.minimum.accumulate(evened)
