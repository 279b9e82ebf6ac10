"""Length: millimetres, points and pixels never mix, because there is only one kind of length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Final

POINTS_PER_INCH: Final = 72.0
MM_PER_INCH: Final = 25.4
CSS_PX_PER_INCH: Final = 96.0

_WRITTEN: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(mm|cm|in|pt|px)\s*")
_POINTS: Final = {
    "mm": POINTS_PER_INCH / MM_PER_INCH,
    "cm": POINTS_PER_INCH / MM_PER_INCH * 10,
    "in": POINTS_PER_INCH,
    "pt": 1.0,
    "px": POINTS_PER_INCH / CSS_PX_PER_INCH,
}


@total_ordering
@dataclass(frozen=True, slots=True)
class Length:
    """A length on paper. Made by `Length.mm(3)`, `Length.pt(10.5)`, `Length.parse("3mm")`."""

    in_pt: float

    @classmethod
    def mm(cls, value: float) -> Length:
        return cls(value * _POINTS["mm"])

    @classmethod
    def pt(cls, value: float) -> Length:
        return cls(value)

    @classmethod
    def px(cls, value: float) -> Length:
        """CSS pixels, 96 to the inch: what the engine counts in."""
        return cls(value * _POINTS["px"])

    @classmethod
    def parse(cls, written: str) -> Length:
        """A length as people write it: a number and one of mm, cm, in, pt, px.

        Raises:
            ValueError: for a number without a unit, or anything else.
        """
        match = _WRITTEN.fullmatch(written)
        if match is None:
            message = f"not a length: {written!r}"
            raise ValueError(message)
        return cls(float(match[1]) * _POINTS[match[2]])

    @property
    def in_mm(self) -> float:
        return self.in_pt / _POINTS["mm"]

    @property
    def in_px(self) -> float:
        return self.in_pt / _POINTS["px"]

    @property
    def in_inches(self) -> float:
        return self.in_pt / POINTS_PER_INCH

    def __add__(self, other: Length) -> Length:
        return Length(self.in_pt + other.in_pt)

    def __sub__(self, other: Length) -> Length:
        return Length(self.in_pt - other.in_pt)

    def __neg__(self) -> Length:
        return Length(-self.in_pt)

    def __mul__(self, times: float) -> Length:
        return Length(self.in_pt * times)

    __rmul__ = __mul__

    def __truediv__(self, other: Length) -> float:
        return self.in_pt / other.in_pt

    def __lt__(self, other: Length) -> bool:
        return self.in_pt < other.in_pt

    def __bool__(self) -> bool:
        return self.in_pt != 0

    def __str__(self) -> str:
        return f"{self.in_mm:.2f} mm"
