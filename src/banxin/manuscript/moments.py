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
    r"(?:[凌清早晨上中下午傍晚夜里]{0,2})(\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?:[:：](\d{2})|[点时](?:(\d{1,2})分?|(半|一刻|三刻)|钟|整)?)"
    r"(?:\s*[-–—~～至].*)?"
)
# Where a day has what is called so, by the clock of most of the year.
_CALLED: Final[Mapping[str, float]] = {
    "凌晨": 3, "黎明": 5, "清晨": 6, "早晨": 7, "早上": 7, "上午": 9.5, "中午": 12, "正午": 12,
    "午后": 14, "下午": 15, "黄昏": 18, "傍晚": 18.5, "晚上": 20, "夜里": 22, "深夜": 23,
}  # fmt: skip
_QUARTERS: Final = {"半": 30, "一刻": 15, "三刻": 45}
_LATER: Final = ("下午", "傍晚", "晚上", "夜里", "晚")


def moment(written: str) -> tuple[str, float] | None:
    """The scale that *written* is on, and where on it: year, day of the year, or hour.

    `1954年` → year 1954; `1949年10月1日` → year 1949.75; `11月20日` → day 325; `06:30` → hour 6.5;
    `傍晚` → hour 18.5. None for what is none of these.
    """
    words = written.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if words in _CALLED:
        return "hour", _CALLED[words]
    if match := _HOUR.fullmatch(words):
        return _hour(match, words)
    if match := _DAY.fullmatch(words):
        day = _day_of_year(2020, int(match[1]), int(match[2] or 1))
        return None if day is None else ("day", float(day))
    if match := _YEAR.fullmatch(words):
        day = _day_of_year(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        return None if day is None else ("year", int(match[1]) + round((day - 1) / 366, 3))
    return None


def _hour(match: re.Match[str], words: str) -> tuple[str, float] | None:
    hour = float(match[1]) if match[1].isdecimal() else float(_chinese(match[1]))
    minutes = int(match[2] or match[3] or _QUARTERS.get(match[4] or "", 0))
    if hour < 12 and words.startswith(_LATER):
        hour += 12
    return ("hour", hour + minutes / 60) if hour + minutes / 60 <= 24 and minutes < 60 else None


def _chinese(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十") if "十" in numeral else ("", "", numeral)
    value = {**{digit: n for n, digit in enumerate(_DIGITS)}, "两": 2, "": 0}
    return (10 * value.get(tens, 1) if tens else 10 if ten else 0) + value.get(ones, 0)


def _day_of_year(year: int, month: int, day: int) -> int | None:
    try:
        return datetime.date(max(1, year), month, day).timetuple().tm_yday
    except ValueError:
        return None
