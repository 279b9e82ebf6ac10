"""How hard a JPEG was compressed, by its quantisation tables (ISO/IEC 10918-1 B.2.4.1)."""

from __future__ import annotations

import struct
import zlib
from typing import Any, Final

_HEAD: Final = 8_000_000  # bytes unpacked: profiles and previews of megabytes stand before tables
# The table for lightness of annex K.1, in zigzag order; libjpeg scales it by its quality.
_LIGHTNESS: Final = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35,
    37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109,
    81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip


def _scaled(quality: int) -> int:
    """The sum of the table at a quality, as libjpeg has it in bytes."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return sum(min(max((step * scale + 50) // 100, 1), 255) for step in _LIGHTNESS)


_SUMS: Final = tuple(_scaled(quality) for quality in range(1, 101))
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_SCAN, _TABLES = 0xDA, 0xDB


def quality_of(image: Any) -> int:
    """Of an image object, 1 to 100 by the Independent JPEG Group's scale; 0 where nothing tells.

    Other programs have tables of their own: they count as the quality whose table is as coarse.
    """
    data = memoryview(image.get_raw_stream_buffer())
    if bytes(data[:2]) != b"\xff\xd8":  # packed once more
        try:
            data = memoryview(zlib.decompressobj().decompress(data, _HEAD))
        except zlib.error:
            return 0
    coarse = _coarseness(data)
    if not coarse:
        return 0
    return min(range(1, 101), key=lambda quality: abs(_SUMS[quality - 1] - coarse))


def _coarseness(data: memoryview) -> int:
    """The sum of the first table: that of lightness, or of all inks; 0 without one."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _STANDALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _TABLES and length >= 67:
            wide = data[at + 4] >> 4
            table = data[at + 5 : at + 5 + (128 if wide else 64)]
            if len(table) < (128 if wide else 64):
                return 0
            return sum(struct.unpack(">64H" if wide else "64B", table))
        if marker == _SCAN or length < 2:
            return 0
        at += 2 + length
    return 0
