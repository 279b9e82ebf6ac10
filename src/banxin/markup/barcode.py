"""Bar codes of ISBNs as drawings (ISO/IEC 15420, EAN-13). The one door to python-barcode."""

from __future__ import annotations

from typing import Final

from barcode.ean import EAN13
from markupsafe import escape

from banxin.ordered import isbn_digits

MODULE: Final = 0.33  # mm, of a code at 100 % (ISO/IEC 15420, 4.5)
QUIET: Final = (11, 7)  # modules of white, left and right of the bars
HIGH: Final = 22.85  # mm, of the bars
GUARD: Final = 5  # modules that the guard bars reach below the others
ABOVE: Final = 4.2  # mm, for the line with the number
BELOW: Final = 4.0  # mm, below the bars, for the digits
_EDGE: Final = 1.0  # mm of white above and below
_MODULES: Final = 95
_GUARDS: Final = frozenset({*range(3), *range(45, 50), *range(92, 95)})
WIDE: Final = (sum(QUIET) + _MODULES) * MODULE  # 37.29 mm
TALL: Final = _EDGE + ABOVE + HIGH + BELOW + _EDGE


def ean13(isbn: str) -> str:
    """A white box as large as it has to be, with the bars in black, the ISBN and its digits.

    Args:
        isbn: thirteen digits with their check digit, hyphens as they are printed.
    """
    digits = isbn_digits(isbn)
    (bars,) = EAN13(digits).build()
    left = QUIET[0]
    plain, guards = _runs(bars, guards=False), _runs(bars, guards=True)
    below = GUARD * MODULE
    path = "".join(f"M{x + left} 0h{n}v{HIGH / MODULE:.3f}h-{n}z" for x, n in plain)
    path += "".join(f"M{x + left} 0h{n}v{(HIGH + below) / MODULE:.3f}h-{n}z" for x, n in guards)
    whole = HIGH + below
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE / MODULE:g} '
        f'{whole / MODULE:.3f}" style="position:absolute;left:0;top:{_EDGE + ABOVE:g}mm;'
        f'width:{WIDE:.4f}mm;height:{whole:.4f}mm"><title>ISBN {escape(isbn)}</title>'
        f'<path d="{path}" fill="#000" shape-rendering="crispEdges"/></svg>'
    )
    # Each digit stands under its seven modules, the first in the quiet zone.
    places = (
        left - 9,
        *(left + 3 + 7 * n for n in range(6)),
        *(left + 50 + 7 * n for n in range(6)),
    )
    foot = _EDGE + ABOVE + HIGH + 0.5
    under = "".join(
        f'<span style="{_LINE};left:{x * MODULE:.3f}mm;width:{7 * MODULE:.3f}mm;top:{foot:g}mm;'
        f'font-size:8.5pt">{digit}</span>'
        for digit, x in zip(digits, places, strict=True)
    )
    above = (
        f'<span style="{_LINE};left:{left * MODULE:.3f}mm;width:{_MODULES * MODULE:.3f}mm;'
        f'top:{_EDGE:g}mm;font-size:7.5pt">ISBN {escape(isbn)}</span>'
    )
    return (
        f'<div class="ean" style="width:{WIDE:.4f}mm;height:{TALL:g}mm;background:#fff;color:#000;'
        f'font-style:normal;font-weight:400">{above}{drawn}{under}</div>'
    )


_LINE: Final = "position:absolute;text-align:center;white-space:nowrap;line-height:1;text-indent:0"


def _runs(bars: str, *, guards: bool) -> list[tuple[int, int]]:
    """Where dark bars begin, and how many modules they are wide: those of guards, or the others."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(bars):
        if dark != "1" or (x in _GUARDS) is not guards:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
