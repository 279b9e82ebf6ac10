"""Every layout bears another trim: a child changes its page and its grid, and nothing else."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import pypdfium2
import pytest
from test_grid import characters

from banxin import layouts, pipeline, project
from banxin.cache import Cache
from banxin.diagnostics import Place
from banxin.layouts import Layout
from banxin.markup.tokens import colours, inked
from banxin.pipeline import Build
from banxin.request import Request
from banxin.typeset import examine
from banxin.workspace import Workspace
from conftest import ROOT, Title
from dresses import BOOKS, LEAFLETS
from judging import sheets_of

MM: Final = 25.4 / 72
# Millimetres; a leaflet has them open, and lies.
TRIMS: Final = {
    "170": (170, 240),
    "185": (185, 260),
    "210": (210, 210),
    "a4": (210, 297),
    "260": (260, 370),
}
TITLES: Final = ("langfang", "liuhe")
EVERY_DAY: Final = {
    ("jinian", "170", "liuhe"),
    ("xuanzhe", "185", "langfang"),
    ("tekan", "185", "langfang"),
}
MATRIX: Final = [
    pytest.param(
        layout, trim, title,
        marks=() if (layout, trim, title) in EVERY_DAY else (pytest.mark.stress,),
        id=f"{layout}-{trim}-{title}",
    )
    for layout in (*BOOKS, *LEAFLETS)
    for trim in TRIMS
    for title in TITLES
]  # fmt: skip


def of_a_book(base: Layout, wide: float, tall: float) -> str:
    """Margins of a tenth of the page; as many characters and lines as they leave; the columns that
    the base has, as far as each has a dozen characters, or one with captions at its side.
    """
    character, pitch = base.grid.character.in_mm, base.grid.baseline.in_mm
    side, top, bottom = round(wide * 0.08), round(tall * 0.08), round(tall * 0.09)
    count, lines = int((wide - 2 * side) / character), int((tall - top - bottom) / pitch)
    outside = wide - side - count * character
    gutter = base.grid.gutter if wide > 200 else 2
    columns = max(1, min(base.grid.columns, (count + gutter) // (14 + gutter)))
    captions = columns == 1 or (wide < 180 and base.name != "tekan")
    return f"""
[page]
trim = ["{wide}mm", "{tall}mm"]
bleed = "3mm"
margin.top = "{top}mm"
margin.bottom = "{tall - top - lines * pitch:.4f}mm"
margin.inside = "{side}mm"
margin.outside = "{outside:.4f}mm"
[grid]
body = "body"
characters = {count}
lines = {lines}
columns = {1 if captions else columns}
gutter = {gutter}
side = {9 if captions else 0}
"""


def of_a_leaflet(base: Layout, wide: float, tall: float) -> str:
    """Three panels, of which the one that folds in is narrower."""
    character, pitch = base.grid.character.in_mm, base.grid.baseline.in_mm
    flap = round((wide - 6) / 3 - 1, 1)
    panel = round((wide - flap) / 2, 1)
    count, lines = int((flap - 14) / character), int((tall - 24) / pitch)
    across, down = (wide - count * character) / 2, (tall - lines * pitch) / 2
    return f"""
[page]
trim = ["{wide}mm", "{tall}mm"]
bleed = "3mm"
margin.top = "{down}mm"
margin.bottom = "{down}mm"
margin.inside = "{across:.4f}mm"
margin.outside = "{across:.4f}mm"
folds = [["{flap}mm", "{flap + panel}mm"], ["{panel}mm", "{2 * panel}mm"]]
sides = 2
[grid]
body = "body"
characters = {count}
lines = {lines}
columns = 1
gutter = 0
"""


@dataclass(frozen=True)
class Dressed:
    layout: Layout
    build: Build
    workspace: Workspace


def set_in(name: str, trim: str, title: str, folder: Path, cache: Path) -> Dressed:
    shutil.copytree(ROOT / "layouts", folder / "layouts")
    here = Workspace(ROOT, output=folder / "output")
    here.cache = Cache(cache)
    here.mount(PurePosixPath("layouts"), folder / "layouts")
    base = layouts.load(name, here, Place())
    wide, tall = TRIMS[trim]
    leaflet = name in LEAFLETS
    if leaflet:
        wide, tall = max(wide, tall), min(wide, tall)
    tables = (of_a_leaflet if leaflet else of_a_book)(base, wide, tall)
    child = folder / "layouts" / f"{name}-{trim}"
    child.mkdir()
    said = f'name = {{ zh = "别的开本", en = "Another trim" }}\nextends = "{name}"\n{tables}'
    (child / "layout.toml").write_text(said, "utf-8")
    request = Request(PurePosixPath("content") / title, layout=child.name, finishes=("screen",))
    layout = layouts.load(child.name, here, Place())
    return Dressed(layout, pipeline.build(request, here), here)


@pytest.mark.parametrize(("name", "trim", "title"), MATRIX)
def test_a_title_can_be_printed_in_it_and_its_lines_stand_on_its_grid(
    name: str, trim: str, title: str, tmp_path: Path, shared_cache: Path
) -> None:
    made = set_in(name, trim, title, tmp_path, shared_cache)
    layout, grid, page = made.layout, made.layout.grid, made.layout.page

    assert [d for d in examine(layout) if d.code.startswith(("layout/trim", "css/beyond"))] == []
    wrong = [f for f in made.build.report.findings if f.severity in {"error", "crash"}]
    assert [(f.code, str(f.place)) for f in wrong] == []

    # A figure alone in the type of the text is how many people a list of names has: its heading is
    # half a line clear of the names.
    (file,) = (f for f in made.build.files if f.suffix == ".pdf")
    with pypdfium2.PdfDocument(file) as document:
        body = {
            (number, round(one.y, 2)): one
            for number, leaf in enumerate(document, 1)
            for one in characters(leaf)
            if abs(one.size * 0.75 - layout.body.size.in_pt) < 0.05
            and "SerifSC" in one.font.replace("-", "")
            and not one.text.isdecimal()
        }
        sizes = {(round(leaf.get_width() * MM), round(leaf.get_height() * MM)) for leaf in document}

    assert sizes == {(round(page.width.in_mm), round(page.height.in_mm))}
    pitch, foot = grid.baseline.in_mm, page.top.in_mm + (grid.baseline * grid.lines).in_mm
    stands = Counter(round((y - page.top.in_mm) % pitch, 1) for _, y in body)
    ((first, _),) = stands.most_common(1)
    off = [at for at in body if 0.1 < (at[1] - page.top.in_mm - first) % pitch < pitch - 0.1]
    # A leaflet has two pages, and sets text on one of them: a dozen lines if its panels are wide.
    assert len(body) > (10 if name in LEAFLETS else 20)
    assert off == []
    assert [at for at in body if not page.top.in_mm < at[1] < foot] == []


def test_a_layout_wears_the_dress_of_the_one_that_it_extends(tmp_path: Path) -> None:
    """A leaflet of another format holds the same chapters of the sample."""
    here = Workspace(ROOT, output=tmp_path)
    here.mount(PurePosixPath("layouts"), tmp_path / "layouts")
    shutil.copytree(ROOT / "layouts", tmp_path / "layouts")
    for name, base in (("one", "xuanzhe"), ("two", "one")):
        (tmp_path / "layouts" / name).mkdir()
        said = f'name = {{ zh = "折", en = "Leaflet" }}\nextends = "{base}"\n'
        (tmp_path / "layouts" / name / "layout.toml").write_text(said, "utf-8")
    title = PurePosixPath("content/langfang")

    worn = {n: project.load(Request(title, layout=n), here).chapters for n in ("xuanzhe", "two")}
    usual = project.load(Request(title, layout="jinian"), here).chapters

    assert worn["two"] == worn["xuanzhe"] != usual


@pytest.mark.parametrize("lines", [33, 34, 38, 39, 43])
def test_a_page_of_seven_numbers_is_one_page_however_high_it_is(
    lines: int, title: Title, workspace: Workspace, tmp_path: Path
) -> None:
    """Parts of the page, rounded to lines, would ask for a line more than there are."""
    shutil.copytree(ROOT / "layouts", tmp_path / "layouts")
    workspace.mount(PurePosixPath("layouts"), tmp_path / "layouts")
    (tmp_path / "layouts/high").mkdir()
    (tmp_path / "layouts/high/layout.toml").write_text(
        f"""name = {{ zh = "高", en = "High" }}
extends = "jinian"
[page]
trim = ["210mm", "{20 + 25 + lines * 6}mm"]
bleed = "3mm"
margin = {{ top = "20mm", bottom = "25mm", inside = "18mm", outside = "21.6mm" }}
[grid]
body = "body"
characters = 46
lines = {lines}
""",
        "utf-8",
    )
    items = "".join(f"- **{number}个** 学生。\n" for number in range(101, 108))
    chapter = f"---\ntemplate: numbers\ntitle: 数\nkicker: 数字\n---\n::: numbers\n{items}:::\n"

    sheets = sheets_of(title("numbers", chapter), workspace, "high")

    assert len(sheets.trims) == 1
    assert [d.code for d in sheets.remarks if d.severity == "error"] == []


@pytest.mark.parametrize("side", [9, 11, 14])
def test_beside_captions_the_text_has_one_width_from_the_opener_on(
    side: int, title: Title, workspace: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "layouts", tmp_path / "layouts")
    workspace.mount(PurePosixPath("layouts"), tmp_path / "layouts")
    (tmp_path / "layouts/sided").mkdir()
    grid = f'[grid]\nbody = "body"\ncharacters = 46\nlines = 40\ncolumns = 1\nside = {side}\n'
    said = f'name = {{ zh = "边", en = "Side" }}\nextends = "jinian"\n{grid}'
    (tmp_path / "layouts/sided/layout.toml").write_text(said, "utf-8")
    words = "山水之间有一座城城里有一条河河边有一所学校" * 8
    chapter = f"---\ntemplate: article\ntitle: 河\n---\n{words}\n\n## 一\n\n{words}\n"

    folder = title("sided", chapter)
    sheets = sheets_of(folder, workspace, "sided")

    with pypdfium2.PdfDocument(sheets.pdf) as document:
        ends = [
            max(one.x for one in characters(leaf) if abs(one.size * 0.75 - 10.5) < 0.05)
            for leaf in document
        ]
    assert len(ends) == 2
    # Right and left pages have 18 and 21.6 mm on their left; the last character of a full line
    # begins one character before the end of the text.
    wide = (46 - side - 2 - 1) * 10.5 * MM
    found = [end - left for end, left in zip(ends, (18, 21.6), strict=True)]
    assert found == pytest.approx([wide] * 2, abs=0.1)


def test_drawings_in_templates_know_the_inks() -> None:
    layout = layouts.load("shuxi", Workspace(ROOT), Place())
    drawn = (
        '<p style="color: var(--song)"><svg fill="var(--song)" stroke="var( --mo )"><path/></svg>'
    )
    inks = colours(layout)

    assert inked(drawn, layout) == (
        f'<p style="color: var(--song)"><svg fill="rgb({inks["song"]})" stroke="rgb({inks["mo"]})">'
        "<path/></svg>"
    )
    assert inked('<svg fill="var(--nothing)"></svg>', layout) == '<svg fill="var(--nothing)"></svg>'
