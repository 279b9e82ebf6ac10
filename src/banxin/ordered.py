"""What a title says to the print shop: the tables `[cover]` and `[job]` of `edition.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from banxin.diagnostics import NOWHERE, Place
from banxin.units import Length

LONGEST: Final = 300  # characters of a line that people write
_DIGITS: Final = re.compile(r"97[89][0-9]{10}")


@dataclass(frozen=True, slots=True)
class Cover:
    """What `[cover]` asks for.

    Attributes:
        leaf: thickness of a leaf of the inside; 0 where nobody says it.
        source: whose number that is.
        spine: words on the spine; empty for none.
        flap: how wide both flaps are; 0 without.
    """

    leaf: Length
    source: str
    spine: str
    flap: Length = Length.mm(0)
    place: Place = NOWHERE


class CoverTable(BaseModel):
    """`[cover]`: of a perfect-bound book one sheet, apart from the inside."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paper: str = Field(default="", max_length=LONGEST)
    spine: str | None = Field(default=None, max_length=LONGEST)
    caliper_mm: float | None = Field(default=None, gt=0, le=2, allow_inf_nan=False)
    flap_mm: float = Field(default=0, ge=0, le=400, allow_inf_nan=False)


class OrderTable(BaseModel):
    """`[job]`: for the job sheet; nothing of it is printed in the book."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paper: str = Field(default="", max_length=LONGEST)
    copies: int | None = Field(default=None, ge=1, le=100_000_000)
    finishing: tuple[str, ...] = ()
    delivery: str = Field(default="", max_length=LONGEST)
    contact: tuple[str, ...] = ()
    remarks: str = Field(default="", max_length=2000)


def isbn_digits(written: str) -> str:
    """The thirteen digits of an ISBN as it is written, or nothing if they are not thirteen."""
    plain = re.sub(r"(?i)^isbn[:：]?|[\s‐‑–-]", "", written.strip())
    return plain if _DIGITS.fullmatch(plain) else ""


def check_digit(digits: str) -> str:
    """The thirteenth digit that goes with the first twelve (ISO 2108:2017, annex C)."""
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits[:12]))
    return str(-weighed % 10)
