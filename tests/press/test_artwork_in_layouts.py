"""A logo, a drawing and somebody's page in every layout: where they lie, on which plates, alike in
every finish; and the artwork of a layout itself."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Name

from banxin import layouts, pipeline
from banxin.artwork import pages
from banxin.assets.colour import built_in, inks_of, on_screen
from banxin.cache import Cache
from banxin.diagnostics import Place
from banxin.pipeline import Build
from banxin.preview.camera import cut_out
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import EDITION, Title
from drawings import (
    GOLD,
    LOGO_BOX,
    LOGO_PARTS,
    MARK,
    MM,
    RED,
    RED_INKS,
    a_logo,
    advertisement,
)
from dresses import LAYOUTS
from placed import errors, figure, file_of, filled, fills, inked, told
from plates import PROCESS, cut, plates

PAGE = {
    "jinian": (210, 285), "huace": (240, 240), "tekan": (280, 400), "xuanzhe": (100, 210),
    "shuxi": (170, 240),
}  # fmt: skip
CLOSE = 0.05  # mm
TEXT = """---
title: 标志
template: text
---

这是一段文字。

![](artwork/logo.pdf)

![标志](artwork/mark.svg){lines=6}

![奖状](artwork/ad.pdf){page=2}
"""
AD = "---\ntitle: 广告\ntemplate: page\npicture: artwork/ad.pdf#page=2\n---\n"
COVER = "---\ntemplate: cover\nlogo: artwork/logo.pdf\n---\n"


def written(folder: Path, layout: str, **files: str | bytes) -> None:
    """A title of cover, text, and somebody's page."""
    (folder / "artwork").mkdir(parents=True)
    chapters = {"cover.md": COVER, "text.md": TEXT, "ad.md": AD}
    names = ", ".join(f'"{name}"' for name in chapters)
    edition = EDITION.replace('["one.md"]', f"[{names}]").replace("jinian", layout)
    drawn: dict[str, str | bytes] = {
        "artwork/logo.pdf": a_logo(),
        "artwork/mark.svg": MARK,
        "artwork/ad.pdf": advertisement(*PAGE[layout], bleed=5),
    }
    held: dict[str, str | bytes] = {"edition.toml": edition, **chapters, **drawn, **files}
    for name, what in held.items():
        (folder / name).write_bytes(what.encode() if isinstance(what, str) else what)


@pytest.fixture(scope="module")
def built(
    root: Path, shared_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Build]:
    folder = tmp_path_factory.mktemp("artwork")
    made = {}
    for layout in LAYOUTS:
        here = Workspace(root, output=folder / "output")
        here.cache = Cache(shared_cache)
        here.mount(PurePosixPath("content"), folder / "content")
        written(folder / "content" / layout, layout)
        made[layout] = pipeline.build(Request(PurePosixPath("content") / layout), here)
    return made


# --- every layout -------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_logo_of_two_spots_prints_in_every_layout(
    layout: str, built: Mapping[str, Build]
) -> None:
    made = built[layout]

    assert errors(made) == []
    assert {plate.name for plate in made.report.facts.plates} >= {RED, GOLD}
    on_cover = plates(file_of(made, "press"), filled(made, RED)[0].page)
    assert {RED, GOLD} <= set(on_cover)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_its_parts_lie_as_they_were_drawn(layout: str, built: Mapping[str, Build]) -> None:
    made = built[layout]
    pages_of = sorted({m.page for m in filled(made, GOLD) if m.colour.total == 50})
    assert pages_of
    for page in pages_of:
        red = next(m for m in filled(made, RED) if m.page == page)
        gold = next(m for m in filled(made, GOLD) if m.page == page and m.colour.total == 50)
        scale = (red.box[2] - red.box[0]) / LOGO_PARTS["red"][2]
        x, y, wide, high = LOGO_PARTS["gold"]
        left = red.box[0] + (x - LOGO_PARTS["red"][0]) * scale
        foot = red.box[3] - (y - LOGO_PARTS["red"][1]) * scale
        expected = (left, foot - high * scale, left + wide * scale, foot)
        assert gold.box == pytest.approx(expected, abs=CLOSE)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_in_a_press_file_is_light(layout: str, built: Mapping[str, Build]) -> None:
    facts = built[layout].report.facts
    marks = (*facts.fills, *facts.strokes, *facts.runs, *facts.shades, *facts.pictures)

    assert [m for m in marks if m.colour.of_light] == []
    assert sorted(built[layout].report.facts.forbidden) == []
    assert facts.annotations == ()


@pytest.mark.parametrize("layout", ["jinian", "huace", "tekan"])
def test_somebodys_page_has_its_cut_where_ours_is(layout: str, built: Mapping[str, Build]) -> None:
    made = built[layout]
    wide, high = PAGE[layout]
    frames = [m for m in fills(made) if inked(m) == {"Black": 60.0}]
    (frame,) = (m for m in frames if m.box[2] - m.box[0] > wide / 2)

    assert frame.box == pytest.approx((10, 10, wide - 10, high - 10), abs=CLOSE)
    ground = plates(file_of(made, "press"), frame.page)["Cyan"]
    bled = cut(ground, (-2.8, -2.8, wide + 2.8, high + 2.8))
    for edge in (bled[1], bled[-2], bled[:, 1], bled[:, -2]):
        assert float(edge.min()) == pytest.approx(0.4, abs=0.01)


def test_a_leaflet_gives_it_a_panel(built: Mapping[str, Build]) -> None:
    made = built["xuanzhe"]
    frames = [m for m in fills(made) if inked(m) == {"Black": 60.0}]

    (frame,) = frames
    assert (frame.box[2] - frame.box[0]) / (frame.box[3] - frame.box[1]) == pytest.approx(
        80 / 190, abs=0.002
    )


# --- inks ---------------------------------------------------------------------------------


def at(made: Build, part: str, page: int) -> tuple[float, float, float, float]:
    """Where a part of the logo lies on *page*, in mm."""
    red = next(m for m in filled(made, RED) if m.page == page)
    scale = (red.box[2] - red.box[0]) / LOGO_PARTS["red"][2]
    x, y, wide, high = LOGO_PARTS[part]
    left, foot = red.box[0] + (x - 20) * scale, red.box[3] - (y - 20) * scale
    return left + 0.5, foot - high * scale + 0.5, left + wide * scale - 0.5, foot - 0.5


def test_inks_stay_what_they_are_to_the_percent(built: Mapping[str, Build]) -> None:
    made = built["jinian"]
    page = next(m.page for m in filled(made, RED) if m.page > 1)
    made_of = plates(file_of(made, "press"), page, 144)
    expected: dict[str, Mapping[str, float]] = {
        "red": {RED: 1},
        "gold": {GOLD: 0.5},
        "inks": {"Magenta": 0.2, "Yellow": 0.4, "Black": 0.1},
        "grey": {"Black": 0.5},
        "light": dict(
            zip(PROCESS, (ink / 100 for ink in inks_of((255, 0, 0), built_in())), strict=True)
        ),
    }
    for part, inks in expected.items():
        box = at(made, part, page)
        for plate, ink in made_of.items():
            found = float(np.median(cut(ink, box, 144)))
            assert found == pytest.approx(inks.get(plate, 0), abs=0.006), (part, plate)


def test_a_plate_of_layout_and_artwork_is_one_with_one_stand_in(
    root: Path, built: Mapping[str, Build]
) -> None:
    made = built["jinian"]
    layout = layouts.load("jinian", Workspace(root), Place())
    (gold,) = (ink for ink in layout.inks if ink.name == "jin")
    with pikepdf.open(file_of(made, "press")) as pdf:
        found = {
            tuple(round(float(v), 4) for v in space[3].C1)
            for space in pdf.objects
            if isinstance(space, Array) and len(space) > 3 and space[1] == Name(f"/{GOLD}")
        }

    assert found == {tuple(ink / 100 for ink in gold.cmyk)}
    assert "artwork/plate" in told(made)


def test_light_is_converted_and_told_with_its_file(built: Mapping[str, Build]) -> None:
    found = told(built["huace"])

    assert [Path(file).name for file in found["artwork/rgb"]] == ["logo.pdf", "mark.svg"]
    assert "colour/not-a-swatch" not in found  # told already, with its file


def test_what_is_beside_the_art_box_is_not_printed(built: Mapping[str, Build]) -> None:
    made = built["jinian"]
    green = inks_of((0, 255, 0), built_in())
    shown = [
        m
        for m in fills(made)
        if m.colour.total == pytest.approx(sum(green), abs=1)
        and m.box[2] - m.box[0] > CLOSE < m.box[3] - m.box[1]
    ]

    assert shown == []


def test_a_drawing_has_the_layouts_swatches_its_own_inks_and_a_plate(
    built: Mapping[str, Build],
) -> None:
    made = built["jinian"]
    inks = [inked(m) for m in fills(made) if m.page > 1]
    zhu = {"Cyan": 10.0, "Magenta": 95.0, "Yellow": 85.0, "Black": 5.0}

    assert zhu in inks
    assert {"Cyan": 10.0, "Magenta": 20.0, "Yellow": 30.0, "Black": 40.0} in inks
    assert {RED: 100.0} in inks


def test_a_logo_needs_neither_caption_nor_credit(built: Mapping[str, Build]) -> None:
    found = told(built["jinian"])

    assert not {"photo/no-credit", "photo/no-caption", "photo/ledger"} & set(found)


# --- finishes -----------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_screen_shows_the_plates_as_they_print(layout: str, built: Mapping[str, Build]) -> None:
    made = built[layout]
    mark = next(m for m in filled(made, RED))
    document = pypdfium2.PdfDocument(file_of(made, "screen"))
    pixels = document[mark.page - 1].render(scale=2).to_numpy()
    document.close()
    x, y = (round((mark.box[i] + mark.box[i + 2]) / 2 * MM * 2) for i in (0, 1))
    c, m, y_, k = (100 * ink for ink in RED_INKS)

    assert np.abs(pixels[y, x, 2::-1].astype(int) - on_screen((c, m, y_, k))).max() <= 2


def test_the_screen_has_no_ink(built: Mapping[str, Build]) -> None:
    with pikepdf.open(file_of(built["jinian"], "screen")) as pdf:
        drawn = b"".join(
            thing.read_bytes() + b"\n"
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.Form
        )
    operators = drawn.split()

    assert b"rg" in operators
    assert not {b"k", b"K", b"scn", b"cs"} & set(operators)


def test_a_form_is_in_the_file_once_however_often_it_is_drawn(
    built: Mapping[str, Build],
) -> None:
    with pikepdf.open(file_of(built["jinian"], "press")) as pdf:
        held = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Stream)
            and thing.get("/Subtype") == Name.Form
            and [float(v) for v in thing.BBox] == list(LOGO_BOX)
        ]

    assert len(held) == 1


def test_the_same_title_gives_the_same_bytes(
    root: Path, tmp_path: Path, built: Mapping[str, Build]
) -> None:
    here = Workspace(root, output=tmp_path / "output", cache=False)
    here.mount(PurePosixPath("content"), tmp_path / "content")
    written(tmp_path / "content" / "huace", "huace")

    again = pipeline.build(Request(PurePosixPath("content/huace")), here)

    for finish in ("press", "screen"):
        assert file_of(again, finish).read_bytes() == file_of(built["huace"], finish).read_bytes()


def test_the_preview_cuts_it_out_of_nothing() -> None:
    form = pages.form(a_logo(), 1, built_in(), {}, screen=True)

    shown = cut_out(form, 160)

    assert (shown.width, shown.height) == (160, 110)
    assert shown.alpha is not None
    alpha = np.frombuffer(zlib.decompress(shown.alpha), np.uint8).reshape(110, 160)
    covered = sum(w * h for _, _, w, h in LOGO_PARTS.values()) / (160 * 110)
    assert float((alpha > 127).mean()) == pytest.approx(covered, abs=0.01)


# --- a layout's own -----------------------------------------------------------------------

OURS = """
.text::before { content: url(artwork/mark.svg) }
.text { background: url("artwork/logo.pdf") no-repeat right bottom; background-size: 40mm }
"""


def test_a_layout_has_artwork_in_its_stylesheets(
    root: Path, shared_cache: Path, tmp_path: Path, title: Title
) -> None:
    shutil.copytree(root / "layouts" / "jinian", tmp_path / "layouts" / "jinian")
    own = tmp_path / "layouts" / "jinian"
    (own / "artwork").mkdir()
    (own / "artwork" / "logo.pdf").write_bytes(a_logo())
    (own / "artwork" / "mark.svg").write_text(MARK, "utf-8")
    with (own / "styles" / "chapters.css").open("a", encoding="utf-8") as sheet:
        sheet.write(OURS)
    here = Workspace(root, output=tmp_path / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), tmp_path / "content")
    here.mount(PurePosixPath("layouts"), tmp_path / "layouts")

    made = pipeline.build(Request(title(), finishes=("press",)), here)

    assert errors(made) == []
    reds = sorted(filled(made, RED), key=lambda m: m.box[2] - m.box[0])
    widths = [m.box[2] - m.box[0] for m in reds]
    assert widths == pytest.approx([10, 25], abs=CLOSE)  # of 30 mm, and of 40 mm
    (gold,) = filled(made, GOLD)
    assert gold.box[2] - gold.box[0] == pytest.approx(10, abs=CLOSE)


def test_a_binders_plate_in_artwork_prints_over_and_has_a_file(
    root: Path, shared_cache: Path, tmp_path: Path, title: Title
) -> None:
    shutil.copytree(root / "layouts" / "jinian", tmp_path / "layouts" / "jinian")
    tokens = tmp_path / "layouts" / "jinian" / "tokens.toml"
    text = tokens.read_text("utf-8")
    foil = '[inks]\ntang = { cmyk = [0, 10, 60, 20], kind = "foil", spot = "Hot Foil" }\n'
    tokens.write_text(text.replace("[inks]\n", foil, 1), "utf-8")
    here = Workspace(root, output=tmp_path / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), tmp_path / "content")
    here.mount(PurePosixPath("layouts"), tmp_path / "layouts")
    folder = figure(title, "artwork/logo.pdf", a_logo(red="hot foil"))

    made = pipeline.build(Request(folder, finishes=("press", "plates")), here)

    assert errors(made) == []
    states = {m.colour.plates: m.overprint for m in filled(made, GOLD) + filled(made, "Hot Foil")}
    assert states == {(GOLD,): False, ("Hot Foil",): True}
    picture, plate = sorted(f for f in made.files if "-plate-" in f.name)
    assert (plate.suffix, picture.suffix) == (".pdf", ".jpg")
    ink = plates(plate, 1)
    assert set(ink) == set(PROCESS)
    assert float(ink["Black"].max()) == 1


def test_artwork_that_a_layout_lacks_is_told_with_its_line(
    root: Path, tmp_path: Path, title: Title
) -> None:
    shutil.copytree(root / "layouts" / "jinian", tmp_path / "layouts" / "jinian")
    sheet = tmp_path / "layouts" / "jinian" / "styles" / "chapters.css"
    text = sheet.read_text("utf-8")
    sheet.write_text(text + "\n.text { background: url(artwork/lgo.pdf) }\n", "utf-8")
    (tmp_path / "layouts" / "jinian" / "artwork").mkdir()
    (tmp_path / "layouts" / "jinian" / "artwork" / "logo.pdf").write_bytes(a_logo())
    here = Workspace(root, output=tmp_path / "output")
    here.mount(PurePosixPath("content"), tmp_path / "content")
    here.mount(PurePosixPath("layouts"), tmp_path / "layouts")

    made = pipeline.build(Request(title(), finishes=("screen",)), here)

    (found,) = (f for f in made.report.findings if f.code == "artwork/missing")
    assert (found.facts["near"], found.place.line) == (
        "artwork/logo.pdf",
        text.count("\n") + 2,
    )
