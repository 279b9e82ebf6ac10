"""From how light a tone is to the inks that print it as light.

A tone is a value of sRGB's grey, 0 to 255. Lightness is CIE L* as a reader sees it under the
press's profile, black-point compensated as pictures in colour are, so that grey ones stand beside
them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from banxin.assets.colour import Cmyk, Key, seen_colours, seen_lightness

Floats = NDArray[np.float64]
PROCESS: Final = ("Cyan", "Magenta", "Yellow", "Black")
BLACK: Final[Cmyk] = (0, 0, 0, 100)
# Of the second ink's own picture, in a duotone: the rest of its depth comes from the first.
_SECOND: Final = 0.7
_LIFT: Final = 0.7  # of tones on a ground: 1 shares its lightness out evenly
LEVELS: Final = 256
_SMOOTH: Final = 9  # neighbours that even out eight bits of lightness, which are 0.4 L* each
# How sharply tones bend towards an ink's own black, and of how light a black that is gone, L*.
_SHARPEST: Final = 4.0
_GONE: Final = 22.0


@dataclass(frozen=True, slots=True)
class Colour:
    """An ink that pictures print in.

    Attributes:
        name: of the swatch.
        key: as which it stands in a layout.
        cmyk: percent; of a spot, what stands for its full tone.
        plate: the name of the spot's plate, or empty.
        share: percent of the spot that the swatch puts down.
    """

    name: str
    key: Key
    cmyk: Cmyk
    plate: str = ""
    share: float = 100


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a photograph prints, when not in its own colours.

    Attributes:
        kind: `mono` in one ink, `duo` in two, `toned` in black and a colour, `ground` in one on
            the whole of another, `lineart`.
        colours: the darkest first.
        curves: percent of each ink, evenly from white to black; without them, inks are found that
            print each tone as light as it is.
        over: line art that prints over what is there.
    """

    kind: str
    colours: tuple[Colour, ...]
    curves: tuple[tuple[float, ...], ...] = ()
    over: bool = False

    @property
    def name(self) -> str:
        """What tells it from others, for an address: of its inks the names, and not the values."""
        said = repr((self.kind, [colour.name for colour in self.colours], self.over))
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def is_grey(self) -> bool:
        """Whether it is what a grey picture is anyway."""
        (first, *rest) = self.colours
        plain = not rest and not self.curves and not first.plate and first.cmyk == BLACK
        return plain and self.kind != "lineart"


@dataclass(frozen=True, slots=True)
class Tones:
    """Inks of each tone. `rows`: 256 times a byte for each plate, 255 full."""

    plates: tuple[str, ...]
    rows: bytes


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


def tones(treatment: Treatment, icc: bytes, limit: int) -> Tones:
    """What each plate puts down of each tone.

    Args:
        limit: total ink, percent.
    """
    mix = _mix(treatment, icc, limit)
    process, spots = mix.process(), {p: s for p, s in mix.spots.items() if p}
    used = [i for i in range(4) if process[:, i].any()] if spots else range(4)
    columns = [*(process[:, i] for i in used), *spots.values()]
    levels = np.rint(np.stack(columns, 1) * 2.55).astype(np.uint8)
    return Tones((*(PROCESS[i] for i in used), *spots), levels.tobytes())


def colours_of_tones(treatment: Treatment, icc: bytes) -> bytes:
    """SRGB of each tone as the press prints it: 256 times red, green and blue."""
    overlay = np.rint(_mix(treatment, icc, 400).overlay() * 2.55).astype(np.uint8)
    return seen_colours(overlay.tobytes(), LEVELS, icc)


@lru_cache(maxsize=16)
def black_of_another(source: bytes, icc: bytes) -> bytes:
    """For each share of black ink under the profile *source*, 255 full, the share that prints as
    light under *icc*. Solid is solid; the deepest shares make up for how black that is.
    """
    ramp = np.zeros((LEVELS, 4))
    ramp[:, 3] = np.linspace(0, 100, LEVELS)
    theirs, ours = lightness(ramp, source), lightness(ramp, icc)
    depth = (100 - theirs) / (100 - theirs[-1])
    share = _found(theirs - (theirs[-1] - ours[-1]) * depth**4, ours)
    share[-1] = 1
    return np.rint(share * 255).astype(np.uint8).tobytes()


@dataclass(frozen=True, slots=True)
class _Mix:
    """Shares of full tone, 0 to 1, of each colour, for each tone."""

    colours: tuple[Colour, ...]
    shares: tuple[Floats, ...]
    spots: Mapping[str, Floats] = field(init=False)

    def __post_init__(self) -> None:
        spots: dict[str, Floats] = {}
        for colour, share in zip(self.colours, self.shares, strict=True):
            if colour.plate:
                down = share * colour.share
                spots[colour.plate] = np.minimum(100, spots.get(colour.plate, 0) + down)
        object.__setattr__(self, "spots", spots)

    def process(self) -> Floats:
        """Percent of the four inks that are printed as such."""
        return self._sum(spots=False)

    def overlay(self) -> Floats:
        """Percent of the four inks, with what stands for the spots."""
        return self._sum(spots=True)

    def _sum(self, *, spots: bool) -> Floats:
        total = np.zeros((len(self.shares[0]), 4))
        for colour, share in zip(self.colours, self.shares, strict=True):
            if spots or not colour.plate:
                total += _laid(colour, share)
        return np.minimum(total, 100)


def _laid(colour: Colour, share: Floats) -> Floats:
    part = colour.share / 100 if colour.plate else 1.0
    laid: Floats = np.outer(share * part, colour.cmyk)
    return laid


@lru_cache(maxsize=64)
def _mix(treatment: Treatment, icc: bytes, limit: int) -> _Mix:
    colours = treatment.colours
    if treatment.curves:
        shares = tuple(_along(curve) for curve in treatment.curves)
    elif len(colours) == 1:
        shares = (_alone(colours[0], icc),)
    elif treatment.kind == "ground":
        shares = _over(colours[0], colours[1], icc)
    else:
        shares = _together(colours[0], colours[1], icc, limit)
    return _held(_Mix(colours, shares), limit)


def _along(curve: tuple[float, ...]) -> Floats:
    darkness = 1 - np.arange(LEVELS) / 255
    share: Floats = np.interp(darkness, np.linspace(0, 1, len(curve)), np.array(curve) / 100)
    return share


def _alone(colour: Colour, icc: bytes) -> Floats:
    """The share of one ink that prints each tone as light as it is."""
    ramp = np.linspace(0, 1, LEVELS)
    seen = lightness(np.minimum(_laid(colour, ramp), 100), icc)
    return _found(wanted(seen[-1]), seen)


def _together(dark: Colour, second: Colour, icc: bytes, limit: int) -> tuple[Floats, Floats]:
    """The second ink carries most of the picture, the dark one what is missing of its depth."""
    full = np.ones(1)
    room = limit - _ink(dark, full)[0]
    most = min(_SECOND, max(0.0, room / max(_ink(second, full)[0], 1)))
    under = _alone(second, icc) * most
    ramp = np.linspace(0, 1, LEVELS)
    laid = _laid(second, under)[:, None, :] + _laid(dark, ramp)[None, :, :]
    flat = np.rint(np.clip(laid, 0, 100).reshape(-1, 4) * 2.55).astype(np.uint8)
    seen = np.frombuffer(seen_lightness(flat.tobytes(), len(flat), icc), np.uint8) / 2.55
    rows = [_evened(row) for row in seen.reshape(LEVELS, LEVELS)]
    light = wanted(rows[0][-1])
    over = [_found(light[tone : tone + 1], row)[0] for tone, row in enumerate(rows)]
    return np.array(over), under


def _over(dark: Colour, ground: Colour, icc: bytes) -> tuple[Floats, Floats]:
    """All of the ground everywhere, and on it the dark ink from none to all of it: tones share out
    what lightness is left between the two, the lighter ones most of it: the ground is to be seen.
    """
    whole = np.ones(LEVELS)
    ramp = np.linspace(0, 1, LEVELS)
    seen = lightness(np.minimum(_laid(ground, whole) + _laid(dark, ramp), 100), icc)
    light = seen[-1] + (seen[0] - seen[-1]) * (lightness_of_tones() / 100) ** _LIFT
    black = _found(light, seen)
    return black / black[0], whole  # what the ground has of black itself is no reason for less


def _found(light: Floats, seen: Floats) -> Floats:
    """Where on an even ramp, *seen* from light to dark, each of *light* is reached first."""
    steps, first = np.unique(seen, return_index=True)
    share: Floats = np.interp(light, steps, first / (len(seen) - 1))
    return share


def _ink(colour: Colour, share: Floats) -> Floats:
    """Percent on paper, of a spot its own."""
    amount: Floats = share * (colour.share if colour.plate else sum(colour.cmyk))
    return amount


def _held(mix: _Mix, limit: int) -> _Mix:
    """Total ink held by all but the darkest ink."""
    first, *rest = (_ink(c, s) for c, s in zip(mix.colours, mix.shares, strict=True))
    others = sum(rest, np.zeros(LEVELS))
    give = np.clip((limit - first) / np.maximum(others, 1e-6), 0, 1)
    return _Mix(mix.colours, (mix.shares[0], *(share * give for share in mix.shares[1:])))


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
