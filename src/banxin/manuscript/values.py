"""Values that reach a style, read into numbers: nothing of a manuscript gets there as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MOST_LINES: Final = 60  # of a picture; no page of a book has more
MOST_IN_ROW: Final = 20  # pictures side by side
_SIDES: Final = {
    "left": (0.0, None), "左": (0.0, None), "right": (100.0, None), "右": (100.0, None),
    "top": (None, 0.0), "上": (None, 0.0), "bottom": (None, 100.0), "下": (None, 100.0),
    "center": (None, None), "centre": (None, None), "中": (None, None),
}  # fmt: skip
WRAP_SIDES: Final = ("left", "right")
WRAP_FORMS: Final = ("circle", "ellipse", "box")
_PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*[%％]")
_ROW: Final = re.compile(r"(\d{1,3})(?:[x×](\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Focus:
    """The point of a picture that a crop keeps: percent of its width and height, from top left."""

    x: float
    y: float

    def __str__(self) -> str:
        return f"{self.x:g}% {self.y:g}%"


CENTRE: Final = Focus(50, 50)


def focus_of(text: str) -> Focus | None:
    """`50% 30%`, `50%`, `left top`, `右上`; None for anything else."""
    parts = text.replace(",", " ").replace("，", " ").split()
    percents = [_PERCENT.fullmatch(part) for part in parts]
    if parts and len(parts) <= 2 and all(percents):
        numbers = [float(found[1]) for found in percents if found]
        x, y = (*numbers, CENTRE.y)[:2]
        return Focus(x, y) if max(x, y) <= 100 else None
    named = [*parts[0]] if len(parts) == 1 and not parts[0].isascii() else parts
    if not named or len(named) > 2 or any(word not in _SIDES for word in named):
        return None
    across = [x for x, _ in map(_SIDES.__getitem__, named) if x is not None]
    down = [y for _, y in map(_SIDES.__getitem__, named) if y is not None]
    if len(across) > 1 or len(down) > 1:
        return None
    return Focus(*(across or [CENTRE.x]), *(down or [CENTRE.y]))


@dataclass(frozen=True, slots=True)
class Wrap:
    """On which side a picture stands that text goes around, `left` or `right`; and within which
    form: `circle`, `ellipse`, `box`, or empty for what is seen of it.
    """

    side: str
    form: str = ""

    def __str__(self) -> str:
        return f"{self.side} {self.form}".rstrip()


def wrap_of(text: str) -> Wrap | None:
    """`left`, `right circle`; None for anything else."""
    words = text.replace(",", " ").split()
    sides, forms = [w for w in words if w in WRAP_SIDES], [w for w in words if w in WRAP_FORMS]
    if len(sides) != 1 or len(forms) > 1 or len(sides) + len(forms) < len(words):
        return None
    return Wrap(sides[0], *forms)


def height_of(text: str) -> int:
    """How high a picture or chart is asked to be, in lines of the grid; 0 for no such number."""
    if not (text.isdecimal() and len(text) <= len(str(MOST_LINES))):
        return 0
    return int(text) if 1 <= int(text) <= MOST_LINES else 0


def rows_of(text: str) -> tuple[tuple[int, int], ...] | None:
    """`8x2 9` → ((8, 2), (9, 0)): lines of each row and how many pictures, 0 for as many as fit."""
    rows: list[tuple[int, int]] = []
    for part in text.replace(",", " ").replace("，", " ").split():
        match = _ROW.fullmatch(part)
        lines, count = (height_of(match[1]), int(match[2] or 0)) if match else (0, 0)
        if not lines or count > MOST_IN_ROW:
            return None
        rows.append((lines, count))
    return tuple(rows) or None
