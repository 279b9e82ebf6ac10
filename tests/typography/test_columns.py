"""Columns: figures at the head or foot, level ends, nothing lost. Measured in the PDF.

The page holds 18 lines of 20 pt in columns of 10 characters; a figure is a box with a name.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import pypdfium2
import pytest

import banxin
from measure import glyphs

PITCH, MARGIN, LINES = 20.0, 20.0, 18
WIDE: Final = {2: 220.0, 3: 340.0, 4: 460.0}  # of the type area, by its columns
HAN = "城乡面貌焕然一新经济社会持续健康发展人民生活水平不断提高廊坊全市居民老旧小区志愿"


@dataclass(frozen=True)
class Line:
    """Of a page: column and line are counted from 0; `down` is the line's top in lines."""

    page: int
    column: int
    down: float
    text: str


def style(columns: int, more: str = "") -> str:
    return (
        f'<html lang="zh-CN"><style>@page {{ size: {WIDE[columns] + 40}pt 400pt; margin: 20pt }}'
        'body { margin: 0; font: 10pt/20pt "Noto Serif SC"; text-align: justify }'
        f"main {{ columns: {columns}; column-gap: 20pt }}"
        "p, h2, figure { margin: 0 } h2 { font: inherit; break-after: avoid }"
        "figure { break-inside: avoid; --place: head; font-weight: 700 }"
        f"{more}</style>"
    )


def paragraph(name: str, lines: int) -> str:
    """That many lines of ten characters; the first one begins with its name."""
    return f"<p>{name}{HAN[: 10 - len(name)]}{(HAN * 9)[: 10 * (lines - 1)]}</p>"


def figure(name: str, lines: int, more: str = "") -> str:
    return f'<figure style="height: {lines * 20}pt; {more}">{name}</figure>'


def set_in(root: Path, html: str, columns: int = 2) -> list[Line]:
    """Every line of text, in the order of pages, columns and lines."""
    sheets = banxin.render(html, workspace=root)
    assert [r.code for r in sheets.remarks if r.severity == "error"] == []
    return list(found_in(sheets.pdf, columns))


def found_in(pdf: bytes, columns: int) -> Iterator[Line]:
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document):
        rows: dict[tuple[int, float], str] = {}
        for glyph in sorted(glyphs(page), key=lambda g: (round(-g.y, 1), g.x)):
            column = min(int((glyph.x - MARGIN + 1) // 120), columns - 1)
            down = round((400 - MARGIN - glyph.y) / PITCH - 0.7, 1)
            rows[column, down] = rows.get((column, down), "") + glyph.text
        for (column, down), text in sorted(rows.items()):
            yield Line(number, column, down, text)


def where(lines: list[Line], name: str) -> tuple[int, int, float]:
    (line,) = (line for line in lines if line.text.startswith(name))
    return line.page, line.column, line.down


def ends(lines: list[Line], page: int) -> list[float]:
    """The last line of each column of a page."""
    columns = sorted({line.column for line in lines if line.page == page})
    return [max(x.down for x in lines if (x.page, x.column) == (page, c)) for c in columns]


def test_a_figure_goes_to_the_head_of_the_column_after_its_mention(root: Path) -> None:
    body = paragraph("甲", 6) + figure("图", 5) + paragraph("乙", 20)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert where(lines, "图")[:2] == (0, 1)
    assert where(lines, "乙") == (0, 0, where(lines, "甲")[2] + 6)
    assert ends(lines, 0) == [15, 14]


def test_text_runs_on_past_a_figure_without_a_hole(root: Path) -> None:
    body = paragraph("甲", 15) + figure("图", 10) + paragraph("乙", 30)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    first = [line.down for line in lines if (line.page, line.column) == (0, 0)]
    assert len(first) == LINES
    assert {round(b - a, 2) for a, b in pairwise(first)} == {1.0}
    assert where(lines, "图")[:2] == (0, 1)


def test_a_figure_mentioned_in_a_later_column_stands_at_its_head(root: Path) -> None:
    body = paragraph("甲", 18) + paragraph("乙", 4) + figure("图", 4) + paragraph("丙", 30)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert where(lines, "图")[:2] == (0, 1)
    assert where(lines, "乙") == (0, 1, where(lines, "甲")[2] + 4)


def test_a_figure_may_ask_for_the_foot(root: Path) -> None:
    foot = figure("图", 4, "--place: foot")
    body = paragraph("甲", 18) + paragraph("乙", 4) + foot + paragraph("丙", 30)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert where(lines, "图") == (0, 1, where(lines, "甲")[2] + 14)
    assert where(lines, "乙")[:2] == (0, 1)


def test_a_figure_without_a_place_stays_where_it_is_written(root: Path) -> None:
    body = paragraph("甲", 3) + figure("图", 4, "--place: here") + paragraph("乙", 3)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert where(lines, "图")[:2] == (0, 0) or where(lines, "图")[:2] == (0, 1)
    order = [line.text[0] for line in lines if line.text[0] in "甲图乙"]
    assert order == ["甲", "图", "乙"]


def test_a_figure_over_two_columns_stands_at_the_right_and_text_begins_below_it(root: Path) -> None:
    wide = figure("图", 6, "--across: 2")
    body = paragraph("甲", 6) + wide + paragraph("乙", 50)

    lines = set_in(root, f"{style(4)}<main>{body}</main>", 4)

    assert where(lines, "图")[:2] == (0, 2)
    heads = [min(x.down for x in lines if x.column == c and x.text != "图") for c in range(4)]
    assert heads[2] == heads[3] == heads[0] + 6
    assert heads[1] == heads[0]


def test_a_figure_that_has_no_place_any_more_goes_to_the_next_page(root: Path) -> None:
    body = paragraph("甲", 18) + paragraph("乙", 16) + figure("图", 12) + paragraph("丙", 30)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert where(lines, "图")[:2] == (1, 0)
    assert where(lines, "丙")[:2] == (0, 1)


def test_figures_keep_their_order(root: Path) -> None:
    figures = "".join(figure(name, 4) for name in "天地玄黄")
    body = paragraph("甲", 6) + figures + paragraph("乙", 70)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    order = [where(lines, name) for name in "天地玄黄"]
    assert order == sorted(order)


def test_figures_that_are_left_when_the_text_ends_are_still_set(root: Path) -> None:
    body = paragraph("甲", 4) + "".join(figure(name, 12) for name in "天地玄黄宇")

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert sorted(line.text for line in lines if len(line.text) == 1) == sorted("天地玄黄宇")


def test_figures_alone_are_columns_too(root: Path) -> None:
    lines = set_in(root, f"{style(2)}<main>{figure('图一', 4)}{figure('图二', 6)}</main>")

    assert [where(lines, name)[0] for name in ("图一", "图二")] == [0, 0]


def test_a_figure_that_waits_is_set_though_a_block_over_all_columns_ends_the_text(
    root: Path,
) -> None:
    last = figure("通栏", 2, "--place: here; column-span: all")
    body = paragraph("甲", 26) + figure("图", 10, "--across: 2") + last

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert where(lines, "通栏") == (1, 0, 0)
    assert where(lines, "图") == (1, 0, 2)


def test_a_block_over_all_columns_never_stands_out_of_the_page(root: Path) -> None:
    tall = '<figure style="column-span: all; --place: here; height: 200pt; position: relative">'
    inside = '<b style="position: absolute; top: 180pt">乙</b></figure>'

    lines = set_in(root, f"{style(2)}<main>{paragraph('甲', 20)}{tall}{inside}</main>")

    assert where(lines, "乙") == (1, 0, 9)


def test_a_block_over_all_columns_leaves_room_for_the_notes_that_the_text_called(
    root: Path,
) -> None:
    call = '<p>甲文<span style="float: footnote">注文</span></p>'
    last = figure("通栏", 16, "--place: here; column-span: all")

    lines = set_in(root, f"{style(2)}<h2>题</h2><main>{call}{last}</main>")

    assert where(lines, "题") == (0, 0, 0)
    assert where(lines, "甲文")[0] == 0  # not with the block, to the next page
    assert where(lines, "通栏") == (1, 0, 0)


def test_a_figure_higher_than_its_column_is_not_asked_for_for_ever(root: Path) -> None:
    body = paragraph("甲", 4) + figure("图", 18) + paragraph("乙", 4)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert {line.text[0] for line in lines} >= {"甲", "图", "乙"}


def test_columns_that_end_together_end_level(root: Path) -> None:
    for count in range(3, 40, 5):
        body = "".join(paragraph(name, 1 + (i * 7) % 5) for i, name in enumerate(HAN[:count]))

        lines = set_in(root, f"{style(3)}<main>{body}</main>", 3)

        last = max(line.page for line in lines)
        low = ends(lines, last)
        assert max(low) - min(low[:-1] or low) <= 2  # what orphans and widows ask for
        assert low[-1] <= max(low)


@pytest.mark.parametrize("columns", [2, 3])
def test_columns_that_end_together_are_as_level_as_their_lines_can_be(
    root: Path, columns: int
) -> None:
    """Paragraphs of two and three lines: rather a first line alone than feet of unlike depth."""
    order = random.Random(5)
    differences: list[float] = []
    for _ in range(16):
        parts = [paragraph(f"段{name}", order.randint(2, 5)) for name in HAN[: order.randint(4, 7)]]
        lines = set_in(root, f"{style(columns)}<main>{''.join(parts)}</main>", columns)
        feet = ends(lines, max(line.page for line in lines))
        # All but the last column end together.
        differences.append(max(feet[:-1]) - min(feet))
        assert len(feet) == columns

    assert sum(d > columns - 1 for d in differences) <= 2


def test_two_lines_or_all_stand_below_a_heading_where_columns_end_together(root: Path) -> None:
    order = random.Random(3)
    headed = 0
    for _ in range(16):
        names = HAN[: order.randint(3, 6)]
        parts = [
            f"<h2>题{name}</h2>{paragraph(f'段{name}', order.randint(2, 4))}" for name in names
        ]

        lines = set_in(root, f"{style(2)}<main>{''.join(parts)}</main>")

        for column in ([x for x in lines if x.column == n] for n in (0, 1)):
            assert not any(x.text.startswith("题") for x in column[-2:])
            headed += sum(x.text.startswith("题") for x in column)

    assert headed > 40


def test_text_beside_a_figure_that_is_higher_than_it_is_level_in_itself(root: Path) -> None:
    """Twelve lines of figure in one column of four: 21 of text are 7, 7 and 7, not 12, 9 and 0."""
    body = paragraph("甲", 7) + figure("图", 12) + paragraph("乙", 7) + paragraph("丙", 7)

    lines = set_in(root, f"{style(4)}<main>{body}</main>", 4)

    count = [sum(line.column == n for line in lines if line.text != "图") for n in range(4)]
    assert sorted(count) == [0, 7, 7, 7]


def test_what_follows_level_columns_stands_on_the_grid(root: Path) -> None:
    odd = '<p style="padding-bottom: 7pt">甲</p>' + paragraph("乙", 4)

    lines = set_in(root, f"{style(2)}<main>{odd}</main><p>后</p>")

    first, after = where(lines, "甲")[2], where(lines, "后")[2]
    assert (after - first) % 1 == pytest.approx(0, abs=0.01)


def test_a_block_over_all_columns_parts_the_text_into_level_columns(root: Path) -> None:
    wide = '<figure style="--place: here; column-span: all; height: 80pt">图</figure>'
    body = paragraph("甲", 7) + wide + paragraph("乙", 6)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    head = where(lines, "甲")[2]
    assert where(lines, "图") == (0, 0, head + 4)
    assert where(lines, "乙") == (0, 0, head + 8)
    assert max(line.down for line in lines) == head + 10


def test_white_below_a_block_falls_away_at_the_foot(root: Path) -> None:
    white = "p.white { margin-bottom: 20pt }"
    body = paragraph("甲", 15) + paragraph("乙", 3).replace("<p", '<p class="white"')

    lines = set_in(root, f"{style(2, white)}<main>{body}{paragraph('丙', 30)}</main>")

    assert ends(lines, 0)[0] == LINES - 1 + where(lines, "甲")[2]
    assert where(lines, "丙") == (0, 1, where(lines, "甲")[2])


def test_white_above_a_block_falls_away_at_the_head(root: Path) -> None:
    white = "p.white { margin-top: 20pt }"
    body = paragraph("甲", 18) + paragraph("乙", 18).replace("<p", '<p class="white"')

    lines = set_in(root, f"{style(2, white)}<main>{body}</main>")

    assert where(lines, "乙") == (0, 1, where(lines, "甲")[2])
    assert {line.page for line in lines} == {0}


def test_no_heading_stands_at_the_foot_of_a_column_and_no_line_but_a_first_one_alone(
    root: Path,
) -> None:
    order = random.Random(7)
    for _ in range(12):
        parts = []
        for name in HAN[:30]:
            if order.random() < 0.3:
                parts.append(f"<h2>题{name}</h2>")
            if order.random() < 0.15:
                parts.append(figure(f"图{name}", order.randint(3, 9)))
            parts.append(paragraph(f"段{name}", order.randint(1, 7)))

        lines = set_in(root, f"{style(3)}<main>{''.join(parts)}</main>", 3)

        columns: dict[tuple[int, int], list[Line]] = {}
        for line in lines:
            columns.setdefault((line.page, line.column), []).append(line)
        for column in columns.values():
            assert not column[-1].text.startswith("题")
        text = [line for line in lines if not line.text.startswith(("题", "图"))]
        starts = [i for i, line in enumerate(text) if line.text.startswith("段")]
        for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
            own = text[begin:end]
            places = [(line.page, line.column) for line in own]
            if len(own) > 3:
                # A first line may, at a foot, where columns would not be level otherwise.
                assert all(places.count(place) >= 2 for place in places if place != places[0])


def anything(order: random.Random, columns: int) -> tuple[str, list[str]]:
    """Text, headings and figures of every kind at random, and their names as written."""
    parts, written = [], []
    for name in HAN[: order.randint(3, 36)]:
        kind = order.random()
        if kind < 0.3:
            place = order.choice(["head", "foot", "here"])
            across = 1 if place == "here" else order.randint(1, columns)
            more = f"--place: {place}; --across: {across}"
            parts.append(figure(f"图{name}", order.randint(1, 18), more))
            written.append(f"图{name}")
        elif kind < 0.36:
            more = "--place: here; column-span: all"
            parts.append(figure(f"图{name}", order.randint(1, 17), more))
            written.append(f"图{name}")
        elif kind < 0.45:
            parts.append(f"<h2>题{name}</h2>")
            written.append(f"题{name}")
        if kind < 0.36 and order.random() < 0.4:
            continue  # figures follow one another, or stand last
        parts.append(paragraph(f"段{name}", order.randint(1, 12)))
        written.append(f"段{name}")
    return "".join(parts), written


@pytest.mark.parametrize("seed", range(24))
def test_nothing_is_lost_and_nothing_comes_twice_or_off_the_page(seed: int, root: Path) -> None:
    order = random.Random(seed)
    columns = order.choice([2, 3, 4])
    body, written = anything(order, columns)
    fill = order.choice(["balance", "auto"])

    lines = set_in(
        root, f"{style(columns, f'main {{ column-fill: {fill} }}')}<main>{body}</main>", columns
    )

    names = [m for line in lines for m in re.findall("[图段题].", line.text[:2])]
    assert sorted(names) == sorted(written)
    assert max(line.down for line in lines) < LINES
    if "column-span" not in body:
        flow = [name for name in names if name[0] != "图"]
        assert flow == [name for name in written if name[0] != "图"]


def test_footnotes_stand_on_the_page_that_calls_them(root: Path) -> None:
    more = "i { float: footnote; font-style: normal } ::footnote-call { content: '' }"
    more += "::footnote-marker { content: '' }"
    for length in range(14, 19):
        called = f"<p>乙{HAN[:5]}<i>注{HAN[:6]}</i></p>"
        body = paragraph("甲", length) + figure("图", 5) + called + paragraph("丙", 40)

        lines = set_in(root, f"{style(2, more)}<main>{body}</main>")

        assert where(lines, "注")[0] == where(lines, "乙")[0]
        above = [x.down for x in lines if x.page == where(lines, "注")[0] and x.text[0] != "注"]
        assert max(above) < where(lines, "注")[2]


def test_the_same_columns_come_out_a_second_time(root: Path) -> None:
    body = paragraph("甲", 18) + figure("图", 4) + paragraph("乙", 60) + figure("画", 9)
    html = f"{style(2)}<main>{body}</main>"

    assert banxin.render(html, workspace=root).pdf == banxin.render(html, workspace=root).pdf


@pytest.mark.parametrize(
    "css", ["font-size: 0", "line-height: 0", "font-size: .01px", "column-gap: 5000px", "width: 0"]
)
@pytest.mark.parametrize(
    "content", ['<img src="{picture}"><img src="{picture}">', "<p>版心是书页上印字的地方。</p>"]
)
def test_columns_of_no_size_do_not_break_the_engine(root: Path, css: str, content: str) -> None:
    picture = "content/langfang/photos/life_by_Aitzol_Berasategi.jpg"
    html = f"<main style='{css}'>{content.format(picture=picture)}</main>"

    sheets = banxin.render(style(2) + html, workspace=root, base=root)

    assert sheets.trims


def test_a_row_of_pictures_without_white_between_them_stands_in_columns(root: Path) -> None:
    """The usual way to have no space between pictures is type of no size around them."""
    names = ["life", "aitzgorri", "sunset"]
    pictures = "".join(
        f'<img src="content/langfang/photos/{name}_by_Aitzol_Berasategi.jpg" style="width: 30pt">'
        for name in names
    )
    html = f"{style(2)}<main style='font-size: 0'>{pictures}</main>"

    sheets = banxin.render(html, workspace=root, base=root)

    edges = [item.place.box_mm[:1] for item in sheets.landed if item.photo and item.place.box_mm]
    wide = 30 / 72 * 25.4
    left = MARGIN / 72 * 25.4
    assert [round(edge, 1) for (edge,) in edges] == [
        pytest.approx(left + side, abs=0.1) for side in (0, wide, 2 * wide)
    ]


def may_end(flow: str, lines: int) -> bool:
    """Whether a column may end after so many lines of *flow*, the first characters of them all: not
    below a heading, nor before a last line; a first line may be alone.
    """
    if flow[lines - 1] == "题":
        return False
    return flow[lines] in "题段" or flow[lines + 1] not in "题段"


@pytest.mark.parametrize(("columns", "unlike"), [(2, 1), (3, 3)])
def test_feet_of_a_spread_are_level_wherever_its_lines_allow_a_height(
    root: Path, columns: int, unlike: int
) -> None:
    """Full pages have five heights here, a line apart; where each of them would part a heading from
    its text or leave a last line alone at a head, the feet are as near as can be.
    """
    order, left = random.Random(13), unlike
    spreads = 0
    for _ in range(12):
        parts = []
        for name in HAN[:30]:
            if order.random() < 0.2:
                parts.append(f"<h2>题{name}</h2>")
            parts.append(paragraph(f"段{name}", order.randint(2, 9)))
        lines = set_in(root, f"{style(columns)}<main>{''.join(parts)}</main>", columns)
        last = max(line.page for line in lines)
        for page in range(1, last - 1, 2):
            spreads += 1
            here, beside = set(ends(lines, page)), set(ends(lines, page + 1))
            if here != beside:
                flow = "".join(line.text[0] for line in lines if line.page >= page)
                left -= 1
                for height in range(LINES, LINES - 5, -1):
                    feet = [height * n for n in range(1, 2 * columns + 1)]
                    assert not all(may_end(flow, foot) for foot in feet)
                assert max(here | beside) - min(here | beside) <= 1

    assert (left, spreads) == (0, {2: 20, 3: 12}[columns])


def test_columns_of_a_full_page_are_level_wherever_its_lines_allow_a_height(root: Path) -> None:
    order = random.Random(11)
    pages = 0
    for _ in range(12):
        parts = []
        for name in HAN[:30]:
            if order.random() < 0.2:
                parts.append(f"<h2>题{name}</h2>")
            parts.append(paragraph(f"段{name}", order.randint(2, 9)))
        lines = set_in(root, f"{style(2)}<main>{''.join(parts)}</main>")
        for page in range(max(line.page for line in lines)):
            pages += 1
            assert len(set(ends(lines, page))) == 1

    assert pages == 52


NAMES = "城乡面貌焕然一新经济社会持续健康发展人民生活水平不断提高廊坊全市居老旧小区志愿山川草木金石"


@pytest.mark.parametrize("columns", [2, 3])
def test_a_figure_stands_on_the_page_that_mentions_it_or_beside_it_or_on_the_next(
    root: Path, columns: int
) -> None:
    """And never before the heading of its section, as one is read: page by page, by columns."""
    order = random.Random(columns)
    pages: list[int] = []
    for _ in range(12):
        parts, written, heading = [], [], ""
        for name in NAMES:
            if order.random() < 0.25:
                heading = f"题{name}"
                parts.append(f"<h2>{heading}</h2>")
            parts.append(paragraph(f"段{name}", order.randint(2, 12)))
            if order.random() < 0.14:
                place, across = order.choice(["head", "foot"]), order.randint(1, 2)
                more = f"--place: {place}; --across: {across}"
                parts.append(figure(f"图{name}", order.randint(3, 7), more))
                written.append((name, heading))
        lines = set_in(root, f"{style(columns)}<main>{''.join(parts)}</main>", columns)
        flow = [line for line in lines if not line.text.startswith("图")]
        for name, headed in written:
            first = next(i for i, line in enumerate(flow) if line.text.startswith(f"段{name}"))
            own = (i for i in range(first + 1, len(flow)) if flow[i].text[0] in "题段")
            mention = flow[next(own, len(flow)) - 1].page
            pages.append(where(lines, f"图{name}")[0] - mention)
            assert not headed or where(lines, headed) < where(lines, f"图{name}")

    assert set(pages) == {0, 1}
    assert sum(pages) < len(pages) / 3


def test_a_figure_does_not_stand_above_the_heading_of_its_section(root: Path) -> None:
    """Not at the head of the column in which its section begins: at that of the next."""
    begin = paragraph("甲", 18) + paragraph("乙", 3) + "<h2>题</h2>" + paragraph("丙", 4)
    body = begin + figure("图", 4) + paragraph("丁", 40)

    lines = set_in(root, f"{style(3)}<main>{body}</main>", 3)

    assert where(lines, "题")[:2] == (0, 1)
    assert where(lines, "图")[:2] == (0, 2)


def test_a_figure_over_columns_does_not_stand_above_the_heading_of_its_section(root: Path) -> None:
    begin = paragraph("甲", 18) + paragraph("乙", 8) + "<h2>题</h2>" + paragraph("丙", 2)
    body = begin + figure("图", 4, "--across: 2") + paragraph("丁", 60)

    lines = set_in(root, f"{style(3)}<main>{body}</main>", 3)

    assert where(lines, "题")[0] == 0
    assert where(lines, "题") < where(lines, "图")


@pytest.mark.parametrize("first", [13, 15, 17])
def test_a_figure_stands_above_its_heading_rather_than_on_a_page_without_text(
    first: int, root: Path
) -> None:
    wide = figure("图", 5, "--across: 2")
    body = paragraph("甲", first) + "<h2>题</h2>" + wide + paragraph("乙", 4)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert {line.page for line in lines} == {0}
    assert len([line for line in lines if line.text.startswith(("甲", "乙", "题", "图"))]) == 4


def test_a_figure_that_waits_is_set_before_one_that_is_mentioned_later(root: Path) -> None:
    wide = "--across: 2"
    first, second = figure("图", 6, wide), figure("画", 7, f"{wide}; --place: foot")
    body = paragraph("甲", 36) + first + paragraph("乙", 6) + second + paragraph("丙", 60)

    lines = set_in(root, f"{style(2)}<main>{body}</main>")

    assert where(lines, "图") == (1, 0, 0)
    assert where(lines, "画")[0] in {1, 2}


def test_a_text_that_can_end_on_its_page_leaves_no_lines_for_the_next(root: Path) -> None:
    """With a first line alone below its heading at a foot, if it has to be."""
    begin = paragraph("首", 36) + paragraph("甲", 16) + "<h2>题</h2>" + paragraph("乙", 4)
    end = paragraph("丙", 10) + "<h2>题</h2>" + paragraph("丁", 3)

    lines = set_in(root, f"{style(2)}<main>{begin}{end}</main>")

    assert {line.page for line in lines} == {0, 1}


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("kind", ["grid", "flex", "table", "inline-grid"])
@pytest.mark.parametrize("avoid", ["auto", "avoid"])
def test_what_is_higher_than_a_page_and_not_to_be_parted_does_not_break_the_engine(
    columns: int, kind: str, avoid: str, root: Path
) -> None:
    items = "".join(f"<p>第{n}项，版心是书页上印字的地方。</p>" for n in range(60))
    grid = f"<div style='display: {kind}; break-inside: {avoid}'>{items}</div>"

    sheets = banxin.render(f"{style(columns)}<main>{grid}</main><p>后</p>", workspace=root)

    assert sheets.trims
