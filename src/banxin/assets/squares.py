"""A square of a photograph that prints in another way than the rest of it.

It stands on the page at the size that is asked for, whatever the picture's: so that the squares of
a book are one form, and each lies about what its picture is of.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from banxin.assets.tones import Treatment
from banxin.units import Length

Rect = tuple[float, float, float, float]

MOST: Final = 0.5  # of the shorter side of what shows: beyond it, it is the picture
OFF_THE_EDGE: Final = 1 / 6  # of its side: nearer, it looks like a slip of the knife


@dataclass(frozen=True, slots=True)
class Square:
    """What is asked for.

    Attributes:
        inside: how it prints; None: in its own colours.
        focus: its middle, shares of the picture's width and height from the top left.
        side: on the page.
    """

    inside: Treatment | None
    focus: tuple[float, float]
    side: Length

    @property
    def name(self) -> str:
        """What tells it from others, for an address."""
        inside = self.inside.name if self.inside else ""
        said = repr((inside, self.focus, self.side.in_mm))
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    def within(self, kept: Rect, width: Length, height: Length) -> Rect:
        """Where it lies in a picture: left, foot, right and head, as shares from the lower left.

        Args:
            kept: the part of the picture that shows, likewise.
            width, height: of the whole picture on the page.
        """
        left, foot, right, head = kept
        shorter = min(width * (right - left), height * (head - foot))
        side = min(self.side, shorter * MOST)
        wide, high = side / width, side / height
        across = _between(self.focus[0], left, right, wide)
        up = _between(1 - self.focus[1], foot, head, high)
        return across, up, across + wide, up + high


def _between(middle: float, least: float, most: float, side: float) -> float:
    """Where a stretch about *middle* begins, not too near to the ends."""
    off = side * OFF_THE_EDGE
    return max(least + off, min(middle - side / 2, most - side - off))
