"""QR codes as a drawing (ISO/IEC 18004). The one door to segno."""

from __future__ import annotations

from typing import Final

import segno
from markupsafe import escape

QUIET: Final = 4  # modules of white around it (ISO/IEC 18004 § 6.3.8)


def qr(words: str, colour: str) -> str:
    """`<svg>` of a code that says *words*, as large as its box, its quiet zone included.

    Level M: 15 % of it may be soiled, which paper in a pocket is.

    Args:
        colour: of the dark modules, as CSS has it; the light ones are paper.
    """
    code = segno.make_qr(words, error="m")
    rows = [list(row) for row in code.matrix]
    side = len(rows) + 2 * QUIET
    runs = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _dark(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f"<title>{escape(words)}</title>"
        f'<path d="{runs}" fill="{colour}" shape-rendering="crispEdges"/></svg>'
    )


def _dark(row: list[int]) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many there are: one rectangle, no seams."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and found[-1][0] + found[-1][1] == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((x, 1))
    return found
