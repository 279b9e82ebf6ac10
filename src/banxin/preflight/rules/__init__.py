"""All rules, listed by hand: a rule that is not here does not run."""

from __future__ import annotations

from banxin.preflight.rules import (
    book,
    boxes,
    claims,
    colour,
    copy,
    cover,
    file,
    filling,
    fonts,
    index,
    ink,
    lines,
    lost,
    pages,
    photos,
    text,
)

__all__ = [
    "book",
    "boxes",
    "claims",
    "colour",
    "copy",
    "cover",
    "file",
    "filling",
    "fonts",
    "index",
    "ink",
    "lines",
    "lost",
    "pages",
    "photos",
    "text",
]
