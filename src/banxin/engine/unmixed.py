"""No mixtures of inks: a swatch's key says nothing of its value, so what the engine mixes of two
keys is no colour at all.

WeasyPrint 70 mixes where a gradient has no length or is cut off at its middle, and where a border
is drawn in light and shade. There the ink itself is drawn, of a gradient the one with most room.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from banxin.engine.hooks import ORIGINAL, Hook

from weasyprint import draw, images
from weasyprint.draw import border, color

from banxin.assets.colour import is_key

SHADED: Final = frozenset({"inset", "outset", "ridge", "groove"})  # borders, CSS Backgrounds 3, 3.2


def gradient_average_color(colors: Sequence[Any], positions: Sequence[float]) -> Any:
    if not any(map(_is_ink, colors)):
        return ORIGINAL["gradient_average_color"](colors, positions)
    room = [0.0] * len(colors)
    for number, (before, after) in enumerate(pairwise(positions)):
        room[number] += after - before
        room[number + 1] += after - before
    return colors[room.index(max(room))]


def styled_color(style: str, colour: Any, side: str) -> Any:
    if not _is_ink(colour):
        return ORIGINAL["styled_color"](style, colour, side)
    return (colour, colour) if style in {"ridge", "groove"} else colour


def _is_ink(colour: Any) -> bool:
    return is_key(colour.to("srgb")[:3])


HOOKS: Final = (
    Hook(images, "gradient_average_color", "colors positions", gradient_average_color),
    Hook(color, "styled_color", "style color side", styled_color, (draw, border)),
)
