"""Numbers as people write them, with 万 and 亿 behind them, and back into words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

_TIMES: Final[Mapping[str, int]] = {
    "": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8,
}  # fmt: skip
_WRITTEN: Final = re.compile(
    r"(\d{1,3}(?:[,，]\d{3}){1,4}|\d{1,12})(\.\d{1,6})?\s*([十百千万萬亿億]{0,2})"
)
_DIGITS: Final = "零一二三四五六七八九"
_POWERS: Final = ("", "十", "百", "千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿")


def quantity(written: str) -> Decimal | None:
    """`4.7万` → 47000, `1,057` → 1057; None for what is no single number.

    Args:
        written: a figure, and behind it what it is to be multiplied by, if it is.
    """
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        return None
    number = Decimal(re.sub(r"[,，]", "", match[1]) + (match[2] or ""))
    for times in match[3]:
        number *= _TIMES[times]
    return number


def multiple(unit: str) -> str:
    """What a unit begins with that multiplies its number: `万个` → 万, `千万元` → 千万."""
    match = re.match(r"[十百千万萬亿億]{0,2}", unit)
    return match[0] if match else ""


def in_words(number: int) -> str:
    """100 → 一百, 2000 → 二千; with a figure where no single one of these says it: 250."""
    written = str(number)
    zeros = len(written) - 1
    if 1 <= number < 10**12 and written[1:] == "0" * zeros:
        first = "" if zeros in {1, 5, 9} and written[0] == "1" else _DIGITS[int(written[0])]
        return first + _POWERS[zeros]
    return written
