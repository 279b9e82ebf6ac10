"""When something was, as people write it."""

from __future__ import annotations

import pytest

from banxin.manuscript.moments import moment


@pytest.mark.parametrize(
    ("said", "scale", "at"),
    [
        ("1954年", "year", 1954),
        ("1954", "year", 1954),
        ("１９５４年", "year", 1954),
        ("1963—1965", "year", 1963),
        ("1954年春", "year", 1954),
        ("1949年10月1日", "year", 1949.746),
        ("2020-11-20", "year", 2020.885),
        ("11月20日", "day", 325),
        ("3月", "day", 61),
        ("06:30", "hour", 6.5),
        ("六点半", "hour", 6.5),
        ("下午三点", "hour", 15),
        ("晚上8点", "hour", 20),
        ("十二点一刻", "hour", 12.25),
        ("傍晚", "hour", 18.5),
        ("中午1点", "hour", 13),
        ("午后 两点", "hour", 14),
        ("下午12点半", "hour", 12.5),
        ("晚上12点", "hour", 24),
        ("半夜12点半", "hour", 0.5),
        ("夜里11点", "hour", 23),
        ("夜里1点", "hour", 1),
        ("凌晨12点", "hour", 0),
        ("下午13:30", "hour", 13.5),
    ],
)
def test_years_days_and_hours_are_read(said: str, scale: str, at: float) -> None:
    found = moment(said)

    assert found is not None
    assert found[0] == scale
    assert found[1] == pytest.approx(at, abs=0.001)


@pytest.mark.parametrize(
    "said", ["此后", "第39期", "11个方面", "25:00", "13月1日", "", "6与5", "第三点", "下午25点"]
)
def test_what_is_no_time_is_none(said: str) -> None:
    assert moment(said) is None
