"""Glyphs with room in their advance, added to a TrueType font: the file agrees with its widths.

PDF/A and PDF/UA ask that a font's widths be those of its program (ISO 14289-1, 7.21.5). Each
added glyph is a composite of the one it repeats (OpenType, `glyf`), so it takes 18 bytes.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Mapping, Sequence
from typing import Final

_COMPOSITE: Final = -1
_WORDS_AND_OFFSETS: Final = 0x0003  # ARG_1_AND_2_ARE_WORDS, ARGS_ARE_XY_VALUES
_MAGIC: Final = 0xB1B0AFBA  # what a whole file's checksum is subtracted from


def widened(font: bytes, wider: Sequence[tuple[int, int]]) -> tuple[bytes, int]:
    """*font* with a glyph for each of *wider*: which it repeats, and room to add, 1/1000 em.

    Returns the font, and the id of the first glyph added.
    """
    tables = _tables(font)
    head, maxp, hhea = (bytearray(tables[tag]) for tag in ("head", "maxp", "hhea"))
    (em,), (count,) = struct.unpack_from(">H", head, 18), struct.unpack_from(">H", maxp, 4)
    advances, bearings = _metrics(tables["hmtx"], struct.unpack_from(">H", hhea, 34)[0], count)
    places = _places(tables["loca"], long=bool(head[51]))
    outlines = bytearray(tables["glyf"])
    for glyph, room in wider:
        outline = bytes(outlines[places[glyph] : places[glyph + 1]])
        if outline:
            box = outline[2:10]
            outlines += struct.pack(">h", _COMPOSITE) + box
            outlines += struct.pack(">HHhh", _WORDS_AND_OFFSETS, glyph, 0, 0)
            outlines += b"\0" * (-len(outlines) % 4)
        places.append(len(outlines))
        advances.append(advances[glyph] + round(room * em / 1000))
        bearings.append(bearings[glyph])
    struct.pack_into(">H", maxp, 4, len(advances))
    _allow_composites(maxp)
    struct.pack_into(">H", hhea, 34, len(advances))
    struct.pack_into(">h", head, 50, 1)
    metrics = array("H", bytes(4 * len(advances)))
    metrics[0::2], metrics[1::2] = advances, bearings
    metrics.byteswap()
    places.byteswap()
    tables |= {
        "head": bytes(head),
        "maxp": bytes(maxp),
        "hhea": bytes(hhea),
        "hmtx": metrics.tobytes(),
        "loca": places.tobytes(),
        "glyf": bytes(outlines),
    }
    if "post" in tables:  # names, which nothing here reads
        tables["post"] = struct.pack(">I", 0x00030000) + tables["post"][4:32]
    for vertical in ("vhea", "vmtx"):  # they would have to count the added glyphs too
        tables.pop(vertical, None)
    return _file(font[:4], tables), count


def _tables(font: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from(">H", font, 4)
    found = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        found[tag.decode("latin-1")] = font[offset : offset + length]
    return found


def _metrics(table: bytes, pairs: int, count: int) -> tuple[array[int], array[int]]:
    """Advance and left bearing of each glyph; those after *pairs* share the last advance."""
    values = array("H", table[: 4 * pairs + 2 * (count - pairs)])
    values.byteswap()
    advances, bearings = values[0 : 2 * pairs : 2], values[1 : 2 * pairs : 2]
    return advances + advances[-1:] * (count - pairs), bearings + values[2 * pairs :]


def _places(table: bytes, *, long: bool) -> array[int]:
    values = array("I" if long else "H", table)
    values.byteswap()
    return values if long else array("I", [2 * value for value in values])


def _allow_composites(maxp: bytearray) -> None:
    points, contours, all_points, all_contours = struct.unpack_from(">HHHH", maxp, 6)
    struct.pack_into(">HH", maxp, 10, max(points, all_points), max(contours, all_contours))
    elements, depth = struct.unpack_from(">HH", maxp, 28)
    struct.pack_into(">HH", maxp, 28, max(1, elements), depth + 1)


def _file(version: bytes, tables: Mapping[str, bytes]) -> bytes:
    """Tables in the order of their tags, with checksums (OpenType, "Organization of a font")."""
    count = len(tables)
    selector = count.bit_length() - 1
    search = 16 << selector
    header = version + struct.pack(">HHHH", count, search, selector, 16 * count - search)
    offset = len(header) + 16 * count
    directory, body = b"", b""
    places = {}
    for tag in sorted(tables):
        data = tables[tag]
        if tag == "head":
            data = data[:8] + b"\0\0\0\0" + data[12:]
        padded = data + b"\0" * (-len(data) % 4)
        places[tag] = offset + len(body)
        directory += struct.pack(
            ">4sIII", tag.encode("latin-1"), _sum(padded), places[tag], len(data)
        )
        body += padded
    font = bytearray(header + directory + body)
    struct.pack_into(">I", font, places["head"] + 8, (_MAGIC - _sum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _sum(data: bytes) -> int:
    values = array("I", data + b"\0" * (-len(data) % 4))
    values.byteswap()
    return sum(values) & 0xFFFFFFFF
