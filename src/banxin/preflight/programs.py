"""Font programs that a file carries: whether they are whole, and how wide their glyphs are.

TrueType and OpenType by their tables (ISO/IEC 14496-22), CFF by its indexes (Adobe TN 5176) and
Type 1 by its two parts. Only what a press needs to draw the right shapes in the right places.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, pairwise
from math import isfinite
from operator import gt, lt
from typing import Final

SFNT: Final = frozenset({b"\0\1\0\0", b"true", b"OTTO", b"ttcf"})
_NEEDED: Final = (b"head", b"maxp", b"loca", b"glyf", b"hhea", b"hmtx")
_REPEATED, _SHORT_X, _SHORT_Y, _SAME_X, _SAME_Y = 8, 2, 4, 16, 32
_EEXEC: Final = 55_665  # the key of Type 1, Adobe's book of 1990, 7.3
_KEY: Final = b"/CharStrings"
_MOST_TYPE1: Final = 400_000  # bytes


class DamagedProgram(Exception):  # noqa: N818  # a finding about the file, not about us
    """A program cannot be drawn from. `why` is for people who make PDFs."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class FontProgram:
    """What a font program says of its glyphs.

    Attributes:
        count: how many there are.
        inked: which have an outline.
        advances: by glyph, thousandths of an em; those not told are left out.
        glyphs: by CID, where a CFF has CIDs of its own; by code, of a TrueType's own table.
        told: whether it is known which glyphs have an outline.
    """

    count: int = 0
    inked: frozenset[int] = frozenset()
    advances: Mapping[int, float] = field(default_factory=dict)
    glyphs: Mapping[int, int] | None = None
    told: bool = True


def program(data: bytes) -> FontProgram:
    """What is in a font file of a PDF, whatever its kind.

    Raises:
        DamagedProgram: it is cut off, or its parts do not lie where it says.
    """
    try:
        if data[:4] in SFNT:
            return _sfnt(data)
        if data[:2] in {b"%!", b"\x80\x01"}:
            return _type1(data)
        if data[:1] == b"\1":
            return _cff(data)
    except (struct.error, IndexError, ValueError) as problem:
        raise DamagedProgram("cut off") from problem
    raise DamagedProgram("no font program" if data else "empty")


# --- TrueType and OpenType ------------------------------------------------------------------


def _sfnt(data: bytes) -> FontProgram:
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    tables: dict[bytes, bytes] = {}
    for number in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _, at, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if at + length > len(data):
            raise DamagedProgram(f"{_name(tag)} ends at {at + length} of {len(data)}")
        tables[tag] = data[at : at + length]
    if b"CFF " in tables:
        inner = _cff(tables[b"CFF "])
        if {b"hhea", b"hmtx", b"head"} <= tables.keys():
            advances = dict(enumerate(_advances(tables, inner.count)))
            return FontProgram(inner.count, inner.inked, advances, inner.glyphs, inner.told)
        return inner
    for tag in _NEEDED:
        if tag not in tables:
            raise DamagedProgram(f"no {_name(tag)}")
    (count,) = struct.unpack_from(">H", tables[b"maxp"], 4)
    offsets = _offsets(tables, count)
    inked = frozenset(compress(range(count), map(lt, offsets, offsets[1:])))
    _follow(tables[b"glyf"], offsets, inked)
    advances = dict(enumerate(_advances(tables, count)))
    return FontProgram(count, inked, advances, _own_codes(tables.get(b"cmap", b"")))


def _name(tag: bytes) -> str:
    return tag.decode("latin-1").strip()


def _offsets(tables: Mapping[bytes, bytes], count: int) -> Sequence[int]:
    """Where glyphs begin, and where the last one ends."""
    (long,) = struct.unpack_from(">h", tables[b"head"], 50)
    found = array("I" if long else "H", tables[b"loca"][: (count + 1) * (4 if long else 2)])
    found.byteswap()
    offsets = found if long else [2 * value for value in found]
    if len(offsets) < count + 1:
        raise DamagedProgram(f"loca has {len(offsets)} of {count + 1}")
    if max(offsets, default=0) > len(tables[b"glyf"]):
        raise DamagedProgram(f"glyf ends at {len(tables[b'glyf'])} of {max(offsets)}")
    if any(map(gt, offsets, offsets[1:])):
        raise DamagedProgram("loca runs backwards")
    return offsets


def _advances(tables: Mapping[bytes, bytes], count: int) -> Sequence[float]:
    (em,) = struct.unpack_from(">H", tables[b"head"], 18)
    (wide,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    metrics = tables[b"hmtx"]
    if not em or not wide or len(metrics) < 4 * wide:
        raise DamagedProgram(f"hmtx has {len(metrics) // 4} of {wide}")
    found = array("H", metrics[: 4 * wide])
    found.byteswap()
    own = [1000 * value / em for value in found[::2]]
    return own[:count] + own[-1:] * (count - len(own))


def _follow(glyf: bytes, offsets: Sequence[int], inked: frozenset[int]) -> None:
    """Go along the outlines: each lies within its glyph. Raises: DamagedProgram."""
    for number in sorted(inked):
        start, end = offsets[number], offsets[number + 1]
        if not _is_outline(glyf, start, end):
            raise DamagedProgram(f"glyph {number}")


def _is_outline(glyf: bytes, start: int, end: int) -> bool:
    contours = int.from_bytes(glyf[start : start + 2], signed=True)
    if end - start < 10:
        return False
    if contours < 0:
        return end - start >= 16
    if not contours:
        return end - start <= 12
    at = start + 10 + 2 * contours
    if at + 2 > end:
        return False
    ends = struct.unpack_from(f">{contours}H", glyf, start + 10)
    if any(one >= other for one, other in pairwise(ends)):
        return False
    at += 2 + int.from_bytes(glyf[at : at + 2])
    return at <= end and _points_fit(glyf[at:end], ends[-1] + 1)


def _points_fit(data: bytes, points: int) -> bool:
    """Whether flags and coordinates of so many points are all there."""
    at, seen, room = 0, 0, 0
    size = len(data)
    while seen < points:
        if at >= size:
            return False
        flag = data[at]
        at += 1
        times = 1
        if flag & _REPEATED:
            if at >= size:
                return False
            times += data[at]
            at += 1
        room += times * _ROOM[flag & 0x3F]
        seen += times
    return seen == points and at + room <= size


def _room(flag: int) -> int:
    """Bytes of a point's coordinates."""
    x = 1 if flag & _SHORT_X else 0 if flag & _SAME_X else 2
    y = 1 if flag & _SHORT_Y else 0 if flag & _SAME_Y else 2
    return x + y


_ROOM: Final = tuple(_room(flag) for flag in range(64))


def _own_codes(cmap: bytes) -> Mapping[int, int] | None:
    """Codes of one byte to glyphs, of a font used by its own table (ISO 32000-2 §9.6.5.4)."""
    if len(cmap) < 4:
        return None
    for number in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, encoding, at = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        (kind,) = struct.unpack_from(">H", cmap, at)
        if (platform, encoding) == (1, 0) and kind == 0:
            return {code: glyph for code, glyph in enumerate(cmap[at + 6 : at + 262]) if glyph}
        if (platform, encoding) == (1, 0) and kind == 6:
            first, count = struct.unpack_from(">HH", cmap, at + 6)
            glyphs = struct.unpack_from(f">{count}H", cmap, at + 10)
            return {first + n: glyph for n, glyph in enumerate(glyphs) if glyph}
    return None


# --- CFF ------------------------------------------------------------------------------------


def _cff(data: bytes) -> FontProgram:
    at = data[2]
    _, at = _index(data, at)  # names
    tops, at = _index(data, at)
    _, at = _index(data, at)  # strings
    _, at = _index(data, at)  # subroutines
    if not tops:
        raise DamagedProgram("no top dictionary")
    top = _dictionary(tops[0])
    if 17 not in top:
        raise DamagedProgram("no CharStrings")
    glyphs, _ = _index(data, int(top[17][0]))
    inked = frozenset(n for n, code in enumerate(glyphs) if len(code) > _BLANK)
    by_cid = (12 << 8 | 30) in top
    cids = None
    if by_cid:
        cids = _charset(data, int(top.get(15, [0])[0]), len(glyphs))
    advances: Mapping[int, float] = {}
    if not by_cid and (12 << 8 | 7) not in top and len(top.get(18, ())) == 2:
        advances = _widths(data, glyphs, [int(v) for v in top[18]])
    return FontProgram(len(glyphs), inked, advances, cids)


_BLANK: Final = 6  # bytes: a width and `endchar` draw nothing


def _index(data: bytes, at: int) -> tuple[Sequence[bytes], int]:
    (count,) = struct.unpack_from(">H", data, at)
    if not count:
        return (), at + 2
    size = data[at + 2]
    if not 1 <= size <= 4:
        raise DamagedProgram(f"an index at {at}")
    table = data[at + 3 : at + 3 + size * (count + 1)]
    if len(table) < size * (count + 1):
        raise DamagedProgram(f"an index at {at} is cut off")
    offsets = [int.from_bytes(table[n : n + size]) for n in range(0, len(table), size)]
    base = at + 2 + size * (count + 1)
    straight = all(one <= other for one, other in pairwise(offsets))
    if offsets[0] != 1 or not straight or base + offsets[-1] > len(data):
        raise DamagedProgram(f"an index at {at} ends at {base + offsets[-1]} of {len(data)}")
    parts = [data[base + one : base + other] for one, other in pairwise(offsets)]
    return parts, base + offsets[-1]


def _dictionary(data: bytes) -> Mapping[int, Sequence[float]]:
    """Operators, those of two bytes as one number, and their operands."""
    found: dict[int, Sequence[float]] = {}
    operands: list[float] = []
    at = 0
    while at < len(data):
        first = data[at]
        if first <= 21:
            at += 1
            if first == 12:
                first, at = 12 << 8 | data[at], at + 1
            found[first], operands = operands, []
        elif first == 30:  # a number with a point: nibbles
            value, at = _real(data, at + 1)
            operands.append(value)
        else:
            value, at = _number(data, at)
            operands.append(value)
    return found


def _real(data: bytes, at: int) -> tuple[float, int]:
    """A number with a point, in nibbles. Raises: ValueError, without an end, or of no size."""
    text, end, _ = data[at:].hex().partition("f")
    said = text.replace("a", ".").replace("b", "E").replace("c", "E-").replace("e", "-")
    value = float(said or 0)
    if not end or not isfinite(value):
        raise ValueError(said)
    return value, at + len(text) // 2 + 1


def _number(data: bytes, at: int) -> tuple[float, int]:
    first = data[at]
    if first == 28:
        return float(int.from_bytes(data[at + 1 : at + 3], signed=True)), at + 3
    if first == 29:
        return float(int.from_bytes(data[at + 1 : at + 5], signed=True)), at + 5
    if first == 255:
        return struct.unpack_from(">i", data, at + 1)[0] / 65536, at + 5
    if first <= 246:
        return float(first - 139), at + 1
    if first <= 250:
        return float((first - 247) * 256 + data[at + 1] + 108), at + 2
    return float(-(first - 251) * 256 - data[at + 1] - 108), at + 2


def _charset(data: bytes, at: int, count: int) -> Mapping[int, int] | None:
    """CIDs to glyphs."""
    if at < 3:
        return None
    cids, kind = [0], data[at]
    at += 1
    if kind == 0:
        cids += struct.unpack_from(f">{count - 1}H", data, at)
    while kind and len(cids) < count:
        (first,) = struct.unpack_from(">H", data, at)
        left = data[at + 2] if kind == 1 else struct.unpack_from(">H", data, at + 2)[0]
        cids += range(first, first + left + 1)
        at += 3 if kind == 1 else 4
    return {cid: glyph for glyph, cid in enumerate(cids[:count])}


# Operators of a glyph before which a width may stand: those of pairs, of one operand, of two.
_EVEN, _ONE, _TWO = frozenset({1, 3, 18, 19, 20, 23}), frozenset({4, 22}), frozenset({21})


def _widths(data: bytes, glyphs: Sequence[bytes], private: Sequence[int]) -> Mapping[int, float]:
    """Advances, as far as they are told before anything is called."""
    size, at = private
    about = _dictionary(data[at : at + size])
    usual, nominal = about.get(20, [0])[0], about.get(21, [0])[0]
    found: dict[int, float] = {}
    for glyph, code in enumerate(glyphs):
        operands, at = list[float](), 0
        while at < len(code) and (code[at] >= 32 or code[at] == 28):
            value, at = _number(code, at)
            operands.append(value)
        operator = code[at] if at < len(code) else -1
        wanted = 1 if operator in _ONE else 2 if operator in _TWO else 0
        if operator in _EVEN:
            more = len(operands) % 2 == 1
        elif operator in _ONE | _TWO or (operator == 14 and len(operands) <= 1):
            more = len(operands) > wanted
        else:
            continue
        found[glyph] = nominal + operands[0] if more else usual
    return found


# --- Type 1 ---------------------------------------------------------------------------------


def _type1(data: bytes) -> FontProgram:
    """A clear part, and one behind `eexec` that holds the glyphs."""
    where = data.find(b"eexec")
    if where < 0:
        raise DamagedProgram("no eexec")
    secret = data[where + 5 :].lstrip(b" \t\r\n")
    if secret[:1] == b"\x80":
        secret = secret[6:]
    secret = secret[:_MOST_TYPE1]
    if all(byte in b"0123456789abcdefABCDEF \t\r\n" for byte in secret[:4]):
        digits = bytes(byte for byte in secret if byte not in b" \t\r\n")
        cut = next((n for n, byte in enumerate(digits) if byte not in _HEX), len(digits)) & ~1
        secret = bytes.fromhex(digits[:cut].decode())
    if _KEY not in _clear(secret):
        raise DamagedProgram(f"no {_KEY.decode()}")
    return FontProgram(told=False)


_HEX: Final = b"0123456789abcdefABCDEF"


def _clear(secret: bytes) -> bytes:
    key, found = _EEXEC, bytearray()
    for byte in secret:
        found.append(byte ^ key >> 8)
        key = (byte + key) * 52_845 + 22_719 & 0xFFFF
    return bytes(found)
