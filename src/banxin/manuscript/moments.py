"""When something was, as people write it: a year, a day of the year, an hour of the day."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_YEAR: Final = re.compile(
    r"(?:公元)?(\d{3,4})\s*年?(?:\s*(?:[-./年])?\s*(\d{1,2})\s*月?(?:\s*[-./月]?\s*(\d{1,2})\s*日?)?)?"
    r"(?:\s*[-–—~～至]\s*\d{2,4}\s*年?)?[起初春夏秋冬底末]?"
)
_DAY: Final = re.compile(r"(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?")
_HOUR: Final = re.compile(
    r"(?P<part>[^\d点时]*?)(\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?:[:：](\d{2})|[点时](?:(\d{1,2})分?|(半|一刻|三刻)|钟|整)?)"
    r"(?:\s*[-–—~～至].*)?"
)
# Where a day has what is called so, by the clock of most of the year.
_CALLED: Final[Mapping[str, float]] = {
    "凌晨": 3, "黎明": 5, "清晨": 6, "早晨": 7, "早上": 7, "上午": 9.5, "中午": 12, "正午": 12,
    "午后": 14, "下午": 15, "黄昏": 18, "傍晚": 18.5, "晚上": 20, "夜里": 22, "深夜": 23,
}  # fmt: skip
_QUARTERS: Final = {"半": 30, "一刻": 15, "三刻": 45}
# What it is called before a number, as well.
_PARTS: Final[Mapping[str, float]] = {
    **_CALLED, "早": 7, "晨": 6, "晚": 20, "夜": 22, "半夜": 24, "午夜": 24,
}  # fmt: skip


def moment(written: str) -> tuple[str, float] | None:
    """The scale that *written* is on, and where on it: year, day of the year, or hour.

    `1954年` → year 1954; `1949年10月1日` → year 1949.75; `11月20日` → day 325; `06:30` → hour 6.5;
    `傍晚` → hour 18.5. None for what is none of these.
    """
    words = written.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if words in _CALLED:
        return "hour", _CALLED[words]
    if match := _HOUR.fullmatch(words):
        return _hour(match)
    if match := _DAY.fullmatch(words):
        day = _day_of_year(2020, int(match[1]), int(match[2] or 1))
        return None if day is None else ("day", float(day))
    if match := _YEAR.fullmatch(words):
        day = _day_of_year(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        return None if day is None else ("year", int(match[1]) + round((day - 1) / 366, 3))
    return None


def _hour(match: re.Match[str]) -> tuple[str, float] | None:
    hour = float(match[2]) if match[2].isdecimal() else float(_chinese(match[2]))
    minutes = int(match[3] or match[4] or _QUARTERS.get(match[5] or "", 0))
    at, part = hour + minutes / 60, match["part"].strip()
    if at > 24 or minutes >= 60 or (part and part not in _PARTS):
        return None
    return "hour", _within(_PARTS[part], at) if part and hour <= 12 else at


def _within(part: float, at: float) -> float:
    """What a clock of twelve hours means in that part of a day: 夜里1点 is 1, 夜里11点 is 23."""
    around = (at % 12, at % 12 + 12, at % 12 + 24)
    nearest = min(around, key=lambda one: abs(one - part))
    return nearest if nearest <= 24 else nearest - 24


def _chinese(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十") if "十" in numeral else ("", "", numeral)
    value = {**{digit: n for n, digit in enumerate(_DIGITS)}, "两": 2, "": 0}
    return (10 * value.get(tens, 1) if tens else 10 if ten else 0) + value.get(ones, 0)


def _day_of_year(year: int, month: int, day: int) -> int | None:
    try:
        return datetime.date(max(1, year), month, day).timetuple().tm_yday
    except ValueError:
        return None
