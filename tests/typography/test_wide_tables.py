"""Tables that one column does not hold: over several columns and pages, measured in the PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pypdfium2
import pytest

from banxin import layouts
from banxin.diagnostics import Diagnostic, Place
from banxin.typeset.sheets import Sheets
from banxin.workspace import Workspace
from conftest import ROOT, Title
from dresses import BOOKS
from judging import sheets_of
from measure import Glyph, glyphs

HEAD: Final = ("序号", "村名", "Type", "管网", "收缴率", "日期", "水价", "备注")
GAP: Final = 4.0  # pt: more than that between two glyphs parts two cells

Row = tuple[str, ...]


def row(n: int) -> Row:
    """No two rows have a word in common."""
    return (
        f"{n:03}号", f"村寨{n:03}屯", f"Reservoir{n:03}", f"1,{n:03}.5 km", f"{n:03}.25%",
        f"{1000 + n}年12月", f"{n:03}.6元/m³", f"第{n:03}户报停后复用",
    )  # fmt: skip


def written(
    rows: Sequence[Row], head: Row = HEAD, before: str = "一段话。", after: str = "完。"
) -> str:
    """A chapter with a table between two paragraphs."""
    lines = [head, ("---",) * len(head), *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"---\ntitle: 附表\ntemplate: text\n---\n{before}\n\n{table}\n\n{after}\n"


@dataclass(frozen=True)
class Line:
    """`text` of a page, from left to right on one baseline; parted where a cell ends.

    `wide`: from its first glyph to its last, pt.
    """

    page: int
    y: float
    wide: float
    cells: tuple[str, ...]
    over: bool  # whether glyphs lie on each other

    @property
    def text(self) -> str:
        return "".join(self.cells)


def lines_of(sheets: Sheets) -> Iterator[Line]:
    for number, page in enumerate(pypdfium2.PdfDocument(sheets.pdf)):
        found: dict[int, list[Glyph]] = {}
        for glyph in glyphs(page):
            found.setdefault(round(glyph.y), []).append(glyph)
        for y, on_line in sorted(found.items(), reverse=True):
            on_line.sort(key=lambda glyph: glyph.x)
            cells = [on_line[0].text]
            for one, other in pairwise(on_line):
                if other.left - one.right > GAP:
                    cells.append("")
                cells[-1] += other.text
            over = any(other.left < one.right - 0.8 for one, other in pairwise(on_line))
            wide = on_line[-1].right - on_line[0].left
            yield Line(number, y, wide, tuple(cells), over)


def told(sheets: Sheets, *codes: str) -> list[Diagnostic]:
    return [remark for remark in sheets.remarks if remark.code in codes]


Setter = Callable[[str, str], Sheets]


@pytest.fixture
def set_in(title: Title, workspace: Workspace) -> Setter:
    return lambda text, layout: sheets_of(title("tables", text), workspace, layout)


@pytest.mark.parametrize("layout", BOOKS)
def test_sixty_rows_of_eight_columns_are_read_row_by_row(set_in: Setter, layout: str) -> None:
    rows = [row(n) for n in range(1, 61)]
    sheets = set_in(written(rows), layout)
    lines = list(lines_of(sheets))

    assert told(sheets, "table/squeezed", "text/over-text", "text/too-wide", "text/lost") == []
    for cells in rows:
        (first,) = (line for line in lines if cells[0] in line.text)
        for cell in cells[:-1]:  # all of them whole, and in the row's own line
            assert cell.replace(" ", "") in first.text, cell
        beside = cells[-1][:4]
        assert beside in first.text
    words = Counter("".join(line.text for line in lines))
    for cells in rows:
        for cell in "".join(cells).replace(" ", ""):
            assert words[cell]
    assert not any(line.over for line in lines)


@pytest.mark.parametrize("layout", BOOKS)
def test_each_piece_of_a_long_table_has_its_head(set_in: Setter, layout: str) -> None:
    rows = [row(n) for n in range(1, 181)]
    lines = list(lines_of(set_in(written(rows), layout)))
    pages = sorted({line.page for line in lines if "Reservoir" in line.text})

    assert len(pages) > 1
    for page in pages:
        pieces = max(line.text.count("Reservoir") for line in lines if line.page == page)
        heads = [line for line in lines if line.page == page and "Type" in line.text]
        assert len(heads) == 1
        assert heads[0].text.count("Type") == pieces
    numbers = [n for n in range(1, 181) for line in lines if f"Reservoir{n:03}" in line.text]
    assert numbers == list(range(1, 181))


@pytest.mark.parametrize("layout", BOOKS)
def test_rows_of_several_lines_stand_on_one_page(set_in: Setter, layout: str) -> None:
    """The last cell has some ninety characters: its first and its last are on its row's page."""
    rows = [(*row(n)[:-1], f"始{n:03}" + "长" * 80 + f"终{n:03}") for n in range(1, 61)]
    lines = list(lines_of(set_in(written(rows), layout)))

    for n in range(1, 61):
        (begun,) = (line for line in lines if f"Reservoir{n:03}" in line.text)
        (ended,) = (line for line in lines if f"终{n:03}" in line.text)
        assert begun.page == ended.page
        assert f"始{n:03}" in begun.text
        assert ended.y < begun.y


@pytest.mark.parametrize("layout", BOOKS)
def test_what_comes_after_stands_below_and_what_comes_before_above(
    set_in: Setter, layout: str
) -> None:
    lines = list(lines_of(set_in(written([row(n) for n in range(1, 31)]), layout)))
    before = next(i for i, line in enumerate(lines) if "一段话。" in line.text)
    after = next(i for i, line in enumerate(lines) if "完。" in line.text)
    table = [i for i, line in enumerate(lines) if "Reservoir" in line.text]

    assert before < table[0]
    assert table[-1] < after


@pytest.mark.parametrize("layout", BOOKS)
def test_three_narrow_columns_stay_in_one_column(set_in: Setter, layout: str) -> None:
    rows = [(f"甲{n}", f"{n}", f"{n * 3}%") for n in range(1, 9)]
    text = written(rows, ("项目", "数", "比"), before="一段话。" * 40, after="另一段话。" * 200)
    beside = [line for line in lines_of(set_in(text, layout)) if "甲3" in line.text]

    assert len(beside) == 1
    grid = layouts.load(layout, Workspace(ROOT), Place()).grid
    if grid.columns > 1:
        assert any("话" in cell for cell in beside[0].cells)
    else:  # nothing stands beside it; nor does it lie in the column of captions
        assert beside[0].wide <= grid.character.in_pt * grid.text


def test_a_table_that_one_column_does_not_hold_has_that_of_captions_too(set_in: Setter) -> None:
    grid = layouts.load("shuxi", Workspace(ROOT), Place()).grid
    rows = [row(n) for n in range(1, 61)]
    lines = [line for line in lines_of(set_in(written(rows), "shuxi")) if "Reservoir" in line.text]

    assert len(lines) == 60
    for line in lines:
        assert grid.text < line.wide / grid.character.in_pt <= grid.characters


@pytest.mark.parametrize("layout", BOOKS)
def test_a_heading_goes_on_with_the_table_that_it_heads(set_in: Setter, layout: str) -> None:
    """At whatever line of the page it comes: it is never left alone at the foot."""
    rows = [row(n) for n in range(1, 11)]
    for count in range(20, 160, 20):
        before = "字" * 20 + f"\n\n{'文' * 20}" * count + "\n\n## 附表标题"
        lines = list(lines_of(set_in(written(rows, before=before), layout)))
        (heading,) = (line for line in lines if "附表标题" in line.text and "Type" not in line.text)
        first = next(line for line in lines if "Reservoir001" in line.text)
        assert heading.page == first.page


def test_what_even_the_page_cannot_hold_is_told_at_its_line(set_in: Setter) -> None:
    cells = tuple(f"Donaudampfschifffahrt{n:02}" for n in range(12))
    sheets = set_in(written([cells], cells), "jinian")
    (squeezed,) = told(sheets, "table/squeezed")

    assert (squeezed.place.file, squeezed.place.line) == ("content/tables/one.md", 7)
    assert squeezed.facts == {"columns": 12}
