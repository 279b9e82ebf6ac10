from __future__ import annotations

import pytest

from banxin.units import Length


@pytest.mark.parametrize(
    ("written", "points"),
    [
        ("25.4mm", 72),
        ("1in", 72),
        ("10.5pt", 10.5),
        ("96px", 72),
        ("2.54 cm", 72),
        ("-3mm", -8.5039),
    ],
)
def test_a_length_is_read_in_every_unit_people_write(written: str, points: float) -> None:
    assert Length.parse(written).in_pt == pytest.approx(points, abs=1e-4)


@pytest.mark.parametrize("written", ["3", "3 meters", "", "mm", "1e3mm", "NaNmm"])
def test_a_number_without_a_known_unit_is_no_length(written: str) -> None:
    with pytest.raises(ValueError, match="not a length"):
        Length.parse(written)


def test_lengths_add_compare_and_divide_but_only_with_lengths() -> None:
    three, half = Length.mm(3), Length.mm(0.5)

    assert (three + half).in_mm == pytest.approx(3.5)
    assert (three - half).in_mm == pytest.approx(2.5)
    assert three / half == pytest.approx(6)
    assert half < three
    assert str(three * 2) == "6.00 mm"
    with pytest.raises(AttributeError):
        three + 3  # type: ignore[operator]
