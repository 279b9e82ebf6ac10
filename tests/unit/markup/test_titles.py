"""Titles in the room that there is: by count, before anything is set."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from banxin import layouts
from banxin.diagnostics import BanxinError, Place
from banxin.layouts import Layout
from banxin.markup.grid import rows_of, set_width, widest_part
from banxin.markup.titles import fitted, joined, shortened, steps_of, upright
from banxin.workspace import Workspace

NOWHERE = Place("a.md", 1, 1)


@pytest.fixture(scope="module")
def layout(root: Path) -> Layout:
    return layouts.load("jinian", Workspace(root), Place())


@pytest.mark.parametrize(
    ("title", "style", "rows"),
    [
        ("六个难题", "opener", 1),
        ("六个难题|都在家门口", "opener", 2),
        ("六个难题其实都在家门口", "opener", 2),
        ("一" * 30, "title", 3),
        ("一二三四五六七八九十一|短", "title", 2),  # its own break stands: smaller, rather than cut
        ("Seventy Years of Teaching and Learning", "opener", 3),
        ("Report on the Water and the Roads " * 3, "middle", 4),
        ("", "opener", 1),
    ],
)
def test_a_title_is_as_large_as_its_room_allows(
    title: str, style: str, rows: int, layout: Layout
) -> None:
    steps = steps_of("opening", layout.steps, layout.types)
    found = fitted(title, steps, 43, 12, layout.grid)

    assert (found.style, found.rows) == (style, rows)
    assert found.lines <= 12


@pytest.mark.parametrize(
    "title",
    [
        "第一章　草创时期（1905—1926）",
        "Telecommunications",
        "从1952—2024年",
        "访 Llanfairpwll 小记",
    ],
)
def test_a_range_and_a_word_are_whole_where_a_smaller_style_holds_them(
    title: str, layout: Layout
) -> None:
    steps = steps_of("opening", layout.steps, layout.types)
    sizes = {style.name: style.size for style in steps}
    for characters in range(12, 44):
        found = fitted(title, steps, characters, 12, layout.grid)
        room, most = (
            characters * (layout.grid.character / size)
            for size in (sizes[found.style], steps[-1].size)
        )
        assert widest_part(title) <= room or widest_part(title) > most


def test_longer_titles_are_never_larger(layout: Layout) -> None:
    steps = steps_of("opening", layout.steps, layout.types)
    order = [style.name for style in steps]
    found = [order.index(fitted("字" * n, steps, 43, 12, layout.grid).style) for n in range(1, 120)]

    assert found == sorted(found)
    assert set(found) == {0, 1, 2, 3}


def test_what_no_step_holds_takes_the_smallest_and_says_how_high_it_is(layout: Layout) -> None:
    steps = steps_of("opening", layout.steps, layout.types)
    found = fitted("字" * 300, steps, 43, 12, layout.grid)

    assert found.style == "low"
    assert found.lines > 12


def columns(
    text: str, layout: Layout, lines: float = 40, wide: float = 18, **how: bool
) -> list[str]:
    (style,) = steps_of("upright-cover", layout.steps, layout.types)
    made = upright(text, style, lines, wide, layout.grid, **how)
    return ["".join(cell.character for cell in one.cells) for one in made.stacks]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("我们一起", ["我们一起"]),
        ("先有一条河|后有一所学校", ["先有一条河", "后有一所学校"]),
        ("往后的路 也一起走下去", ["往后的路", "也一起走下去"]),
        ("Seventy Years of Teaching", ["Seventy Years", "of Teaching"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrtsgesellschaft"]),
    ],
)
def test_an_upright_title_takes_the_columns_that_make_it_large(
    title: str, found: list[str], layout: Layout
) -> None:
    assert columns(title, layout) == found


@pytest.mark.parametrize("length", [1, 7, 30, 60, 120])
def test_an_upright_title_stays_in_its_room_and_loses_nothing(length: int, layout: Layout) -> None:
    text = ("廊坊创建全国文明城市的一百个日夜与三十位讲述人" * 6)[:length]
    (style,) = steps_of("upright-cover", layout.steps, layout.types)
    made = upright(text, style, 40, 18, layout.grid)
    said = "".join(cell.character for one in made.stacks for cell in one.cells)

    assert said == text
    assert made.size.in_pt * made.wide <= 18 * layout.grid.character.in_pt + 0.1
    assert made.size.in_pt * made.tall <= 40 * layout.grid.baseline.in_pt
    assert made.size.in_pt > 20


def test_a_couplet_keeps_its_lines_apart(layout: Layout) -> None:
    assert columns("实干为民|勇于担当", layout, apart=True) == ["实干为民", "勇于担当"]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("六场硬仗|从家门口打起", "六场硬仗从家门口打起"),
        ("Lessons by|the River", "Lessons by the River"),
        ("Lessons | by | the River", "Lessons by the River"),
        ("河边 | Lessons", "河边　Lessons"),
        ("Precision|致同事与朋友", "Precision　致同事与朋友"),
        ("2024|年的一天", "2024年的一天"),
        ("第|3|次", "第3次"),
        ("|头尾|", "头尾"),
    ],
)
def test_joined_titles_keep_latin_words_apart(title: str, said: str) -> None:
    assert joined(title) == said


@pytest.mark.parametrize("em", [8, 12, 20, 30])
@pytest.mark.parametrize(
    "title",
    [
        "关于进一步加强农村饮用水安全工程建设与运行管理工作的若干意见",
        "春天，夏天，秋天，冬天，我们都在河边上课，年年如此，岁岁如此",
        "Seventy Years of Teaching and Learning by the River and Beyond",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten",
    ],
)
def test_a_shortened_title_is_a_beginning_that_fits(title: str, em: int) -> None:
    short = shortened(title, em)

    assert set_width(short) <= em
    assert title.startswith(short.removesuffix("……"))
    assert len(short) > 4
    assert shortened(title, 99) == title


@pytest.mark.parametrize(
    ("text", "em", "rows"),
    [
        ("", 5, 1),
        ("一二三四五", 5, 1),
        ("一二三四五六", 5, 2),
        ("word word word", 5, 3),
        ("Donaudampfschifffahrt", 5, 3),
        ("共2026年1月1日起", 6, 3),
    ],
)
def test_lines_are_counted_by_what_can_be_broken(text: str, em: float, rows: int) -> None:
    assert rows_of(text, em) == rows


def test_a_step_that_is_no_style_is_told(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "layouts", tmp_path / "layouts")
    tokens = tmp_path / "layouts" / "jinian" / "tokens.toml"
    text = tokens.read_text("utf-8").replace('"title", "middle", "low"', '"titel", "middle", "low"')
    tokens.write_text(text, "utf-8")

    with pytest.raises(BanxinError) as caught:
        layouts.load("jinian", Workspace(tmp_path), Place())

    (told, *_) = caught.value.diagnostics
    assert (told.code, told.facts["style"], told.facts["near"]) == (
        "layout/no-type-style", "titel", "title"
    )  # fmt: skip
    assert told.place.file == "layouts/jinian/tokens.toml"
    assert told.place.line
