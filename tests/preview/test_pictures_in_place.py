"""Pictures lie on the screen where the press has them: their squares are those of print."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from banxin.engine.pictures import PicturePlaced

import pikepdf
import pytest
from shop import shop

from banxin.edition import Edition
from banxin.press.placement import Placement, placements
from banxin.typeset import Forme, prove, typeset
from banxin.units import Length
from dresses import LAYOUTS

TITLES: Final = [
    pytest.param(title, layout, marks=() if title == "langfang" else pytest.mark.stress)
    for title in ("langfang", "liuhe")
    for layout in LAYOUTS
]
FINE: Final = 0.05  # mm


def on_screen(bound: Edition) -> Mapping[str, PicturePlaced]:
    """By resource, the photographs that lie somewhere."""
    seen: dict[str, PicturePlaced] = {}

    def showing(resource: str, placed: PicturePlaced | None) -> None:
        if placed is not None:
            seen[resource] = placed

    prove(bound, Forme(), showing)
    return seen


def on_press(bound: Edition) -> Mapping[str, list[Placement]]:
    found: dict[str, list[Placement]] = {}
    with pikepdf.open(io.BytesIO(typeset(bound).pdf)) as pdf:
        for place in placements(pdf, bound.layout.page.bleed):
            if place.shows:
                found.setdefault(place.resource[:-1], []).append(place)
    return found


def mm(pixels: float) -> float:
    return Length.px(pixels).in_mm


def assert_alike(bound: Edition) -> None:
    """Every photograph is as large on the screen as on the press, and as much of it is kept."""
    screen, press = on_screen(bound), on_press(bound)

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


@pytest.mark.parametrize(("title", "layout"), TITLES)
def test_every_photograph_lies_where_the_press_has_it(
    title: str, layout: str, shared_cache: Path
) -> None:
    assert_alike(shop(title, layout, shared_cache).bound())


@pytest.mark.parametrize(
    "css",
    [
        "img { transform: scale(.5) }",
        "img { transform: scale(1.5, .8) translate(12mm, -9mm) }",
        "img { transform: rotate(90deg) }",
        "img { transform: rotate(20deg) skewX(10deg) }",
        "figure { transform: scale(.7) rotate(-90deg) } img { transform: rotate(45deg) }",
        "figure, div { transform: translateX(30mm) }",
        "figure { overflow: hidden; height: 30mm } img { height: 90mm; width: 120mm }",
        "figure { overflow: hidden; padding: 4mm; border: 2mm solid } img { margin: -9mm }",
        "figure { overflow: hidden; transform: rotate(10deg) } img { margin: -9mm }",
        "img { object-fit: contain }",
        "img { object-fit: cover; object-position: 90% 10%; height: 30mm }",
        "img { object-fit: none; overflow: visible }",
        "img { clip-path: circle() }",
        "img { clip-path: polygon(10% 20%, 70% 0, 100% 90%) }",
        "img { clip-path: inset(10% 20%); transform: rotate(30deg) }",
        "img { position: absolute; left: -30mm; top: 40mm; width: 90mm }",
        "img { position: fixed; right: -20mm; width: 90mm }",
    ],
)
def test_it_does_whatever_moves_and_clips_it(css: str, shared_cache: Path) -> None:
    assert_alike(shop("liuhe", "jinian", shared_cache).bound(css=css))


@pytest.mark.parametrize(
    "behind",
    [
        "url({}) no-repeat 30% 70% / 50mm",
        "url({}) 0 0 / 400mm",
        "url({}) no-repeat center / cover content-box",
        "url({}) no-repeat 40mm 90mm / 60mm 20mm padding-box",
    ],
)
@pytest.mark.parametrize("more", ["", "transform: rotate(15deg) scale(.8)", "overflow: hidden"])
def test_it_does_behind_a_box(behind: str, more: str, shared_cache: Path) -> None:
    made = shop("liuhe", "jinian", shared_cache)
    url = made.bound().photos[0].url
    css = f"h2 {{ padding: 3mm; border: 1mm solid; background: {behind.format(url)}; {more} }}"

    assert_alike(made.bound(css=css))
