"""Every layout sets every title of ours: nothing wrong, body lines on its own grid."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

import pikepdf
import pypdfium2
import pytest
from test_grid import characters

from banxin import layouts, pipeline
from banxin.cache import Cache
from banxin.diagnostics import Place
from banxin.layouts import Layout
from banxin.pipeline import Build
from banxin.request import Request
from banxin.workspace import Workspace
from dresses import LAYOUTS

TITLES = ("langfang", pytest.param("liuhe", marks=pytest.mark.stress))


SLOW = {"huace", "tekan"}  # every day the golden pages answer for them


@pytest.fixture(
    scope="module",
    params=[pytest.param(n, marks=pytest.mark.stress if n in SLOW else ()) for n in LAYOUTS],
)
def layout(request: pytest.FixtureRequest, root: Path) -> Layout:
    return layouts.load(request.param, Workspace(root), Place())


@pytest.fixture(scope="module", params=TITLES)
def dressed(
    layout: Layout,
    request: pytest.FixtureRequest,
    root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    shared_cache: Path,
) -> Build:
    """A title of ours in that layout."""
    here = Workspace(root, output=tmp_path_factory.mktemp(layout.name))
    here.cache = Cache(shared_cache)
    return pipeline.build(
        Request(PurePosixPath("content") / request.param, layout=layout.name), here
    )


def test_all_layouts_are_asked(root: Path) -> None:
    assert layouts.names(Workspace(root)) == LAYOUTS


def test_it_can_be_printed(dressed: Build) -> None:
    """A leaflet holds no book: its chapters are those that have room."""
    told = {f.code for f in dressed.report.findings if f.severity not in {"note", "pass"}}

    assert told == set()
    assert dressed.report.verdict == "pass"


def test_its_smallest_type_is_solid(dressed: Build) -> None:
    """Below 7 pt a screen of dots eats the strokes: credits, sources, calls."""
    small = [run for run in dressed.report.facts.runs if run.size < 6.99 and not run.hidden]

    tinted = {
        (run.page, round(run.size, 1), str(run.colour))
        for run in small
        if run.colour.plates == ("Black",) and run.colour.black < 99.9
    }
    assert tinted == set()


def test_its_sides_and_pages_make_whole_sheets(layout: Layout, dressed: Build) -> None:
    """Saddle stitching: four pages a sheet; a leaflet has two sides."""
    (file,) = (f for f in dressed.files if f.name.endswith("-press.pdf"))
    with pikepdf.open(file) as pdf:
        pages = len(pdf.pages)

    assert pages == 2 if layout.page.folds else pages % 4 == 0


def test_its_type_area_and_margins_make_up_its_page(layout: Layout) -> None:
    page, grid = layout.page, layout.grid
    wide = page.inside + page.outside + grid.character * grid.characters
    tall = page.top + page.bottom + grid.baseline * grid.lines

    assert wide.in_mm == pytest.approx(page.width.in_mm, abs=0.05)
    assert tall.in_mm == pytest.approx(page.height.in_mm, abs=0.05)


def test_its_body_stands_on_its_baselines(layout: Layout, dressed: Build) -> None:
    (file,) = (f for f in dressed.files if f.name.endswith("-screen.pdf"))
    document = pypdfium2.PdfDocument(file)
    size, pitch = layout.body.size.in_pt, layout.grid.baseline.in_mm
    long = Counter(
        (number, round(one.y, 2))
        for number, page in enumerate(document)
        for one in characters(page)
        if abs(one.size * 72 / 96 - size) < 0.05 and "SerifSC" in one.font.replace("-", "")
    )
    document.close()
    lines = {line for line, count in long.items() if count > 3}  # the rest are numbers in headings
    stands = Counter(round((y - layout.page.top.in_mm) % pitch, 1) for _, y in lines)
    ((first, _),) = stands.most_common(1)

    assert len(lines) > (
        10 if layout.page.folds else 40
    )  # half of what the samples draw is no text
    apart = {line: (line[1] - layout.page.top.in_mm - first) % pitch for line in lines}
    assert [line for line, d in apart.items() if 0.1 < d < pitch - 0.1] == []
