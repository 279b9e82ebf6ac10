"""FPO boxes (for position only): what a draft shows where a photograph is missing."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from banxin.units import Length

SCHEME: Final = "fpo:"
# Until it is laid out nobody knows its shape; most photographs are 3 : 2.
WIDTH, HEIGHT = 3000, 2000


def address(name: PurePosixPath) -> str:
    """As the engine asks for it, which writes addresses in ASCII."""
    return f"{SCHEME}{quote(str(name))}"


def pixels_needed(printed: Length, ppi: int) -> int:
    return round(printed.in_inches * ppi)


def drawing(name: str, width: float, height: float, needs: str) -> bytes:
    """A crossed grey box as SVG that says which file is missing and the pixels it *needs*.

    Args:
        width: of the box, in the same unit as *height*; only the shape matters.
    """
    size = min(width, height) / 14
    middle = f'x="{width / 2}" text-anchor="middle" font-family="Noto Sans SC" fill="#333"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 width="{width}" height="{height}" preserveAspectRatio="none">
<rect width="{width}" height="{height}" fill="#ddd"/>
<path d="M0 0L{width} {height}M{width} 0L0 {height}" stroke="#999" stroke-width="{size / 20}"/>
<rect x="{width * 0.1}" y="{height / 2 - size * 1.6}" width="{width * 0.8}" height="{size * 3}"
 fill="#ddd"/>
<text {middle} y="{height / 2 - size * 0.2}" font-size="{size * 0.8}">FPO {escape(name)}</text>
<text {middle} y="{height / 2 + size}" font-size="{size}">{escape(needs)}</text>
</svg>""".encode()
