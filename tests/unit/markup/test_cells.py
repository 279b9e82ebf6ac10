"""Tables as they are counted: over how many columns, how wide each column of cells, how high."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from banxin.diagnostics import NOWHERE
from banxin.layouts import Grid, TypeStyle
from banxin.manuscript import blocks as b
from banxin.markup.cells import TableSetting, set_in
from banxin.units import Length

GRID: Final = Grid(Length.pt(16), Length.pt(10), 46, 40, 2, 2)
PLAIN: Final = TypeStyle("plain", "Noto Sans SC", 400, Length.pt(10), Length.pt(16), NOWHERE)
LOW: Final = replace(PLAIN, name="low", size=Length.pt(8))
NEWS: Final = replace(GRID, characters=74, columns=4, lines=72)


def table(*rows: tuple[str, ...], align: str = "") -> b.Table:
    head, *rest = (tuple((b.Text(cell),) for cell in row) for row in rows)
    return b.Table(head, tuple(rest), (align,) * len(head), NOWHERE)


def counted(made: b.Table, grid: Grid = GRID) -> TableSetting:
    return set_in(made, (PLAIN, LOW), grid)


def test_a_tables_rows_are_as_high_as_their_fullest_cell() -> None:
    made = counted(table(("项", "说明"), ("甲", "短"), ("乙", "长" * 100)))

    assert (made.across, made.rows, made.lines) == (1, (1, 5), 7)


def test_what_has_room_on_one_line_is_left_to_the_engine() -> None:
    made = counted(table(("项", "说明", "数"), ("甲", "短", "12")))

    assert (made.across, made.shares, made.tight, made.style) == (1, (), False, "plain")


@pytest.mark.parametrize(
    ("cell", "columns", "across"),
    [
        ("字" * 40, 4, 1),  # four characters of each are enough
        ("字" * 40, 5, 2),
        ("高新区", 6, 1),  # and three, where a cell has no more
        ("高新区", 7, 2),
        ("word " * 9, 6, 1),
        ("Donaudampfschifffahrt", 1, 1),
        ("Donaudampfschifffahrt", 2, 2),
        ("1,234.5 km", 4, 2),  # a number does not leave its unit
        ("12345 kW·h/m³", 3, 2),
        ("2026年12月31日", 3, 2),
    ],
)
def test_a_table_goes_over_as_many_columns_as_its_cells_need(
    cell: str, columns: int, across: int
) -> None:
    made = counted(table(("甲",) * columns, (cell,) * columns))

    assert (made.across, made.style, made.tight) == (across, "plain", False)


SIDED: Final = replace(GRID, characters=38, columns=1, side=9)


@pytest.mark.parametrize(
    ("cell", "columns", "across", "tight"),
    [
        ("字" * 9, 5, 1, False),  # 22.4 em of 27
        ("字" * 9, 6, 1, False),  # and 27 em
        ("字" * 9, 7, 2, False),  # 31.6 em of the whole 38
        ("2026年12月31日", 4, 2, False),
        ("Donaudampfschifffahrt", 6, 2, True),
    ],
)
def test_where_captions_have_a_column_a_wide_table_goes_over_it_too(
    cell: str, columns: int, across: int, tight: bool
) -> None:
    made = counted(table(("甲",) * columns, (cell,) * columns), SIDED)

    assert (made.across, made.beside, made.tight) == (across, 1, tight)
    assert set_in(table((cell,) * columns), (PLAIN,), SIDED, most=1).across == 1


def test_what_the_page_cannot_hold_steps_down_and_then_is_tight() -> None:
    wide = [counted(table(("甲",) * n, ("字" * 9,) * n)) for n in (10, 12, 14)]

    assert [(made.style, made.tight) for made in wide] == [
        ("plain", False),
        ("low", False),
        ("low", True),
    ]
    assert {made.across for made in wide} == {2}


def test_no_column_is_narrower_than_it_can_be_and_all_make_the_measure() -> None:
    """Little words are whole, and what is over goes to the long cells."""
    made = counted(table(("序", "名称", "备注"), ("1", "青檀村村委会", "长" * 90)))

    assert sum(made.shares) == pytest.approx(100, abs=0.01)
    first, second, third = (share / 100 * 22 for share in made.shares)
    assert first >= 1
    assert second >= 6.5
    assert third > 10


@pytest.mark.parametrize(
    ("words", "rows", "across", "beside"),
    [
        (5, 12, 2, 1),
        (5, 13, 2, 2),  # in both halves of the page, six rows in each
        (5, 60, 2, 2),
        (8, 60, 3, 1),
        (11, 8, 4, 1),
    ],
)
def test_in_four_columns_a_table_takes_what_it_needs(
    words: int, rows: int, across: int, beside: int
) -> None:
    made = counted(table(*[("elevation",) * words] * rows), NEWS)

    assert (made.across, made.beside) == (across, beside)


def test_rows_are_kept_whole_up_to_half_the_page() -> None:
    rows = [("甲", "长" * n) for n in (300, 400, 500)]
    made = counted(table(("项", "说明"), *rows))

    assert made.rows == (15, 20, 25)
    assert made.tall == {2}


def test_a_table_without_head_or_rows_is_counted_too() -> None:
    assert counted(b.Table((), (), (), NOWHERE)).lines == 0
    assert counted(replace(table(("甲",), ("乙",)), head=())).rows == (1,)


def test_rows_that_are_shorter_than_the_head_are_filled_up() -> None:
    made = counted(table(("甲", "乙", "丙"), ("一",), ("一", "二")))

    assert made.rows == (1, 1)


def test_figures_at_the_right_keep_farther_from_what_follows() -> None:
    """Two words of ten letters have 12 em each, with what is between them."""
    row = (("elevations",) * 3,)
    narrow = replace(GRID, characters=42, columns=2, gutter=2)

    assert [counted(table(*row, align=align), narrow).across for align in ("", "right")] == [1, 2]
