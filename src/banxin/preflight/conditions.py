"""Printing conditions by their names, and the profiles that describe them."""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import Final

from banxin.assets.colour import built_in, is_press, print_far_apart

_MOST_TAGS: Final = 100
# Identifiers of characterisation data (color.org's registry) whose profiles lie in assets/icc.
_HELD: Final = {
    "FOGRA39": "fogra39-coated-300.icc",
    "FOGRA29": "fogra29-uncoated-280.icc",
    "CGATS TR 002": "tr002-newsprint-245.icc",
}
# How makers call their profiles, and the data that those are made from: by the registry, ECI,
# Adobe, Idealliance and JPMA. The first that fits is meant.
_NAMES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), condition)
    for pattern, condition in (
        (r"FOGRA\s*(\d{2})", r"FOGRA\1"),
        (r"ISO\s*Coated\s*v2", "FOGRA39"),
        (r"ISO\s*Coated", "FOGRA27"),
        (r"PSO\s*Coated\s*v3", "FOGRA51"),
        (r"PSO\s*Uncoated\s*v3", "FOGRA52"),
        (r"PSO\s*Coated", "FOGRA39"),
        (r"(PSO\s*Uncoated|ISO\s*Uncoated)", "FOGRA47 29"),
        (r"PSO\s*LWC\s*Improved", "FOGRA45"),
        (r"PSO\s*LWC\s*Standard", "FOGRA46"),
        (r"PSO\s*SC-?B", "FOGRA54"),
        (r"(ISO\s*newspaper|IFRA\s*26|WAN-?IFRA)", "IFRA26"),
        (r"(JC2001\s*03|Japan\s*Color\s*2001\s*Coated)", "JC200103"),
        (r"(JC2001\s*04|Japan\s*Color\s*2001\s*Uncoated)", "JC200104"),
        (r"(JC2011\s*03|Japan\s*Color\s*2011)", "JC201103"),
        (r"(JC2002\s*02|Japan\s*Color\s*2002)", "JCN2002"),
        (r"GRACoL\s*2013|CRPC\s*6", "CRPC6"),
        (r"CRPC\s*(\d)", r"CRPC\1"),
        (r"GRACoL|TR\s*0?06", "TR006"),
        (r"SWOP.{0,12}C(oated)?\s*3|TR\s*0?03", "TR003"),
        (r"SWOP.{0,12}C(oated)?\s*5|TR\s*0?05", "TR005"),
        (r"SWOP|TR\s*0?01", "TR001"),
        (r"SNAP|TR\s*0?02", "TR002"),
        (r"Euroscale|Euro\s*standard", "Euroscale"),
    )
)


def condition_of(words: str) -> str:
    """The characterisation data that a name of a profile or a condition stands for, or nothing."""
    for name, condition in _NAMES:
        match = name.search(words)
        if match:
            return match.expand(condition)
    return ""


def name_another(one: str, other: str) -> bool:
    """Whether two names stand for conditions, and not for the same one."""
    a, b = condition_of(one), condition_of(other)
    shared = set(a.replace("FOGRA", "").split()) & set(b.replace("FOGRA", "").split())
    return bool(a and b) and not shared


@lru_cache(maxsize=16)
def prints_unlike(identifier: str, icc: bytes) -> bool:
    """Whether a press's profile shows inks far from where the named condition has them."""
    held = _HELD.get(identifier.strip())
    return held is not None and print_far_apart(icc, built_in(held)) and is_press(icc)


def described_in(icc: bytes) -> str:
    """The profile's own description (ICC.1:2022 9.2.41; ICC.1:2001 6.5.17)."""
    try:
        (count,) = struct.unpack_from(">I", icc, 128)
        for number in range(min(count, _MOST_TAGS)):
            tag, at, size = struct.unpack_from(">4sII", icc, 132 + 12 * number)
            if tag == b"desc":
                return _text(icc[at : at + size])
    except struct.error:
        return ""
    return ""


def _text(tag: bytes) -> str:
    if tag[:4] == b"desc":
        (length,) = struct.unpack_from(">I", tag, 8)
        return tag[12 : 12 + length].decode("latin-1").rstrip("\0")[:200]
    if tag[:4] == b"mluc":
        length, at = struct.unpack_from(">II", tag, 20)
        return tag[at : at + length].decode("utf-16-be", "replace")[:200]
    return ""
