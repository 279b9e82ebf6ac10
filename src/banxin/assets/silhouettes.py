"""What a picture with an alpha channel shows: where each of its rows begins and ends.

Found once with the picture, written into its proxy as a comment, and read there by the layout.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from banxin.assets.decoding import FAULTS, our_limits

ROWS: Final = 500  # at most: of a picture as high as a page, half a millimetre each
SEEN: Final = 0.1  # of full: what is fainter is dust, or the end of a shadow
_FULL: Final = 0xFFFF  # a picture's width, as written
_MARK: Final = "outline:"
_WRITTEN: Final = re.compile(rf"{_MARK}((?:[0-9a-f]{{8}}|-{{8}})+)".encode())

Rows = tuple[tuple[float, float] | None, ...]


def of_alpha(alpha: Image.Image | None) -> str:
    """The silhouette, as `rows_of` reads it; empty where all of the picture is seen, or nothing.

    A row of it is as wide as the widest of those pixels that it stands for.
    """
    if alpha is None:
        return ""
    seen = np.asarray(alpha.convert("L")) > SEEN * 255
    if seen.all() or not seen.any():
        return ""
    high, wide = seen.shape
    count = min(high, ROWS)
    edges = [number * high // count for number in range(count + 1)]
    columns = [np.flatnonzero(seen[a:b].any(axis=0)) for a, b in pairwise(edges)]
    return "".join(
        f"{int(c[0]) * _FULL // wide:04x}{-(-(int(c[-1]) + 1) * _FULL // wide):04x}"
        if len(c)
        else "-" * 8
        for c in columns
    )


def as_comment(silhouette: str) -> bytes:
    return f"{_MARK}{silhouette}".encode() if silhouette else b""


def rows_of(picture: bytes) -> Rows:
    """Of a proxy, as it is written there; of any other picture, by its own alpha channel."""
    try:
        with our_limits(), Image.open(io.BytesIO(picture)) as image:
            comment = image.info.get("comment", b"")
            match = _WRITTEN.fullmatch(comment) if isinstance(comment, bytes) else None
            if match is None and image.has_transparency_data:
                alpha = image.convert("RGBA").getchannel("A")
                match = _WRITTEN.fullmatch(as_comment(of_alpha(alpha)))
    except (*FAULTS, UnidentifiedImageError):
        return ()
    return tuple(_rows(match[1].decode())) if match else ()


def _rows(silhouette: str) -> Sequence[tuple[float, float] | None]:
    return [
        None if row.startswith("-") else (int(row[:4], 16) / _FULL, int(row[4:], 16) / _FULL)
        for row in (silhouette[n : n + 8] for n in range(0, len(silhouette), 8))
    ]
