"""Marks over marks: what is near is compared, and finds what comparing all would."""

from __future__ import annotations

import random
from itertools import pairwise
from math import inf, nan

import pytest

from banxin.preflight import stacking
from banxin.preflight.areas import meet, shared, size, within
from banxin.preflight.painted import Fill, Painted, PaintedColour, Run

BLACK = PaintedColour("DeviceCMYK", (("Cyan", 0), ("Magenta", 0), ("Yellow", 0), ("Black", 100)))
CYAN = PaintedColour("DeviceCMYK", (("Cyan", 50), ("Magenta", 0), ("Yellow", 0), ("Black", 0)))
YELLOW = PaintedColour("DeviceCMYK", (("Cyan", 0), ("Magenta", 0), ("Yellow", 50), ("Black", 0)))


def run(box: tuple[float, float, float, float], *, over: bool = False) -> Run:
    colour = CYAN if over else BLACK
    return Run(1, box, colour, over, 1, 1.0, False, "A", 9.0, 1, 0, False, False, False, 1, "字")


def fill(box: tuple[float, float, float, float]) -> Fill:
    return Fill(1, box, YELLOW, False, 0, 1.0, False, True)


def a_page(seed: int) -> list[Painted]:
    """Some hundred marks, small and tall, on the page and off it."""
    dice = random.Random(seed)
    marks: list[Painted] = []
    for _ in range(dice.randrange(20, 200)):
        x, y = dice.uniform(-20, 210), dice.choice([dice.uniform(-20, 297), -1e7, 5.0, 9.9])
        box = (x, y, x + dice.expovariate(1 / 20), y + dice.choice([0, 0.2, 4, 30, 400]))
        marks.append(fill(box) if dice.random() < 0.5 else run(box, over=dice.random() < 0.3))
    return marks


@pytest.mark.parametrize("seed", range(40))
def test_what_is_found_among_what_is_near_is_what_is_found_among_all(seed: int) -> None:
    marks = a_page(seed)
    numbered = list(enumerate(marks))
    runs = [(at, one) for at, one in numbered if isinstance(one, Run)]
    fills = [(at, one) for at, one in numbered if isinstance(one, Fill)]

    covered = [
        (one, next(
            over for n, over in fills
            if n > at and size(one.box) and size(shared(one.box, over.box)) > size(one.box) / 2
        ))
        for at, one in runs
        if any(
            n > at and size(one.box) and size(shared(one.box, over.box)) > size(one.box) / 2
            for n, over in fills
        )
    ]  # fmt: skip
    grounds = [
        (one, next((o for n, o in reversed(fills) if n < at and within(one.box, o.box, 0.3)), None))
        for at, one in runs
    ]
    mixing = [
        one for at, one in runs
        if one.overprint and any(
            n < at and o.colour != CYAN and meet(one.box, o.box) for n, o in numbered
        )
    ]  # fmt: skip

    assert list(stacking.covered(marks)) == covered
    assert list(stacking.grounds(marks)) == grounds
    assert list(stacking.mixing(marks)) == mixing


def test_boxes_beyond_numbers_are_near_to_nothing_and_stop_nobody() -> None:
    whole, nowhere = (0.0, 0.0, 210.0, 297.0), (nan, nan, nan, nan)
    far = (-inf, -inf, inf, inf)
    marks: list[Painted] = [fill(whole), run(nowhere), fill(nowhere), run((9.0, 9.0, 12.0, 12.0))]

    assert [ground for _, ground in stacking.grounds(marks)] == [None, marks[0]]
    assert list(stacking.covered([*marks, fill(far)])) == [(marks[3], fill(far))]
    assert list(stacking.mixing([*marks, run(nowhere, over=True)])) == []


def test_a_page_of_five_thousand_cells_is_compared_to_its_end() -> None:
    rows = [(10.0, 3.0 * n, 200.0, 3.0 * n + 2.8) for n in range(90)]
    cells = [(x / 3, y, x / 3 + 0.3, end) for _, y, _, end in rows for x in range(30, 86)]
    marks: list[Painted] = [*map(fill, rows), *map(run, cells)]

    found = list(stacking.grounds(marks))

    assert len(found) == 5040
    assert all(ground is not None for _, ground in found)
    assert all(a.box[1] <= b.box[1] for (a, _), (b, _) in pairwise(found))
