"""The leaflet: folds, panels, and the code on its back, read off the finished pages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from test_grid import characters

from banxin import edition, pipeline
from banxin.cache import Cache
from banxin.diagnostics import Place, error, note, warning
from banxin.pipeline import Build
from banxin.request import Request
from banxin.typeset.unplaced import as_left_out
from banxin.workspace import Workspace

MM = 72 / 25.4
ADDRESS = "https://example.org/liuhe?seventy=70"
EDITION = f"""title = "河边"
layout = "xuanzhe"
date = 2026-01-02
link = "{ADDRESS}"
chapters = ["cover.md", "flap.md", "one.md", "two.md", "three.md", "four.md", "imprint.md"]
"""


def chapter(template: str, title: str, text: str = "") -> str:
    return f"---\ntitle: {title}\ntemplate: {template}\n---\n\n{text}\n"


CHAPTERS = {
    "cover.md": chapter("cover", "河边"),
    "flap.md": chapter("message", "寄语", "折页甲。"),
    "one.md": chapter("text", "其一", "内侧乙。"),
    "two.md": chapter("text", "其二", "内侧丙。"),
    "three.md": chapter("text", "其三", "内侧丁。"),
    "four.md": chapter("text", "其四", "没有地方戊。"),
    "imprint.md": chapter("imprint", "版权页"),
}


@pytest.fixture(scope="module")
def leaflet(root: Path, shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("leaflet")
    here = Workspace(root, output=folder / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), folder)
    (folder / "small").mkdir()
    for name, text in {"edition.toml": EDITION, **CHAPTERS}.items():
        (folder / "small" / name).write_text(text, "utf-8")
    return pipeline.build(Request(PurePosixPath("content/small")), here)


def file(made: Build, finish: str) -> Path:
    (found,) = (f for f in made.files if f.name.endswith(f"-{finish}.pdf"))
    return found


def test_each_panel_stands_between_its_folds(leaflet: Build) -> None:
    """Outside 97 + 100 + 100 mm, the flap first; inside 100 + 100 + 97 mm, in reading order."""
    document = pypdfium2.PdfDocument(file(leaflet, "screen"))
    at = [{c.text: c.x for c in characters(page)} for page in document]
    document.close()
    outside, inside = at

    assert outside["甲"] < 97
    assert 197 < outside["河"] < 297
    assert inside["乙"] < 100 < inside["丙"] < 200 < inside["丁"]


def test_what_has_no_panel_is_told_and_is_on_no_page(leaflet: Build) -> None:
    (told,) = (d for d in leaflet.report.findings if d.code == "layout/not-placed")

    assert (told.place.file, told.place.line) == ("content/small/four.md", 6)
    assert (told.facts["characters"], told.facts["pictures"]) == (6, 0)


def test_what_a_leaflet_cuts_off_and_what_it_leaves_out_are_one_finding_a_chapter(
    leaflet: Build, root: Path
) -> None:
    here = Workspace(root)
    here.mount(PurePosixPath("content"), leaflet.files[0].parents[2])
    text, dress = pipeline._read(leaflet.job, here)
    bound = edition.bind(text, dress, leaflet.job, here)
    place = Place("a.md", 12, 3)
    cut = [error("text/lost", replace(place, line=n), count=4, words="甲") for n in (9, 8, 10)]
    out = warning("layout/not-placed", place, layout="xuanzhe", characters=30, pictures=1)
    other = error("text/lost", Place("b.md", 4, 1), count=2, words="乙")
    kept = note("line/loose", place, percent=3, words="丙")

    told = as_left_out((*cut, kept, out, other), bound)

    assert told[0] == kept
    assert [(d.code, str(d.place), d.severity, d.facts["characters"]) for d in told[1:]] == [
        ("layout/not-placed", "a.md:8:3", "warning", 42),
        ("layout/not-placed", "b.md:4:1", "warning", 2),
    ]
    book = replace(bound, layout=replace(bound.layout, page=replace(bound.layout.page, folds=())))
    assert as_left_out((*cut, out), book) == (*cut, out)


def test_fold_marks_are_dashed_and_stand_at_the_folds(leaflet: Build) -> None:
    with pikepdf.open(file(leaflet, "press")) as pdf:
        found = []
        for page in pdf.pages:
            left = float(page.trimbox[0])
            page.contents_coalesce()
            drawn = page.Contents.read_bytes().decode("latin-1")
            (dashed,) = re.findall(r"\[2\.268\] 0 d(.*?)\[\] 0 d", drawn, re.DOTALL)
            xs = {float(x) for x in re.findall(r"([\d.]+) [-\d.]+ m", dashed)}
            found.append(sorted(round((x - left) / MM, 2) for x in xs))

    assert found == [[97, 197], [100, 200]]


def test_the_code_on_the_back_says_the_address(leaflet: Build) -> None:
    document = pypdfium2.PdfDocument(file(leaflet, "press"))
    picture = document[0].render(scale=300 / 72).to_pil().convert("L")
    document.close()

    (code,) = zxingcpp.read_barcodes(picture)
    left, right = code.position.top_left.x, code.position.top_right.x
    bleed_and_marks = (picture.width / 300 * 25.4 - 297) / 2
    assert code.text == ADDRESS
    assert 97 < left / 300 * 25.4 - bleed_and_marks < 197
    assert (right - left) / 300 * 25.4 > 15  # mm: what a telephone reads at arm's length
