"""Pictures lie on the screen where the press has them: their squares are those of print."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from banxin.engine.pictures import PicturePlaced

import pikepdf
import pytest
from shop import Shop, shop

from banxin.press.placement import Placement, placements
from banxin.typeset import Forme, prove, typeset
from banxin.units import Length

TITLES: Final = [
    pytest.param(title, layout, marks=() if title == "langfang" else pytest.mark.stress)
    for title in ("langfang", "liuhe")
    for layout in ("jinian", "huace", "tekan", "xuanzhe", "shuxi")
]
FINE: Final = 0.05  # mm


def on_screen(made: Shop) -> Mapping[str, PicturePlaced]:
    """By resource, the photographs that lie somewhere."""
    seen: dict[str, PicturePlaced] = {}

    def showing(resource: str, placed: PicturePlaced | None) -> None:
        if placed is not None:
            seen[resource] = placed

    prove(made.bound(), Forme(), showing)
    return seen


def on_press(made: Shop) -> Mapping[str, list[Placement]]:
    bound, found = made.bound(), dict[str, list[Placement]]()
    with pikepdf.open(io.BytesIO(typeset(bound).pdf)) as pdf:
        for place in placements(pdf, bound.layout.page.bleed):
            if place.shows:
                found.setdefault(place.resource[:-1], []).append(place)
    return found


def mm(pixels: float) -> float:
    return Length.px(pixels).in_mm


@pytest.mark.parametrize(("title", "layout"), TITLES)
def test_every_photograph_lies_where_the_press_has_it(
    title: str, layout: str, shared_cache: Path
) -> None:
    made = shop(title, layout, shared_cache)
    screen, press = on_screen(made), on_press(made)

    assert set(screen) == set(press) != set()
    for resource, placed in screen.items():
        largest = max(place.width for place in press[resource])
        alike = [place for place in press[resource] if place.width == largest]
        wide, high = mm(placed.width), mm(placed.height)
        assert (wide, high) == pytest.approx((largest.in_mm, alike[0].height.in_mm), abs=FINE)
        left, foot, right, head = zip(*(place.kept for place in alike), strict=True)
        assert wide * placed.kept[0] == pytest.approx(wide * min(left), abs=FINE)
        assert high * placed.kept[1] == pytest.approx(high * min(foot), abs=FINE)
        assert wide * placed.kept[2] == pytest.approx(wide * max(right), abs=FINE)
        assert high * placed.kept[3] == pytest.approx(high * max(head), abs=FINE)
