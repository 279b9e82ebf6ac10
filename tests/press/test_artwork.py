"""Vector artwork: placed as it is, its inks kept, alike in every finish and every layout."""

from __future__ import annotations

import io
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from banxin import layouts, pipeline
from banxin.artwork import as_remembered, examine, pages, remembered, svg
from banxin.assets.colour import built_in, inks_of, on_screen
from banxin.cache import Cache
from banxin.diagnostics import Place, Severity
from banxin.pipeline import Build
from banxin.preflight.facts import read
from banxin.preflight.painted import Fill, Mark
from banxin.preview.camera import cut_out
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import EDITION, Builder, Title
from drawings import (
    GOLD,
    LOGO_BOX,
    LOGO_PARTS,
    MARK,
    MM,
    RED,
    RED_INKS,
    a_logo,
    a_pdf,
    advertisement,
    an_eps,
    lettered,
    separation,
)
from plates import PROCESS, cut, plates

EVERYWHERE = ("jinian", "huace", "tekan", "xuanzhe")
PAGE = {"jinian": (210, 285), "huace": (240, 240), "tekan": (280, 400), "xuanzhe": (100, 210)}
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
    for layout in EVERYWHERE:
        here = Workspace(root, output=folder / "output")
        here.cache = Cache(shared_cache)
        here.mount(PurePosixPath("content"), folder / "content")
        written(folder / "content" / layout, layout)
        made[layout] = pipeline.build(Request(PurePosixPath("content") / layout), here)
    return made


def file_of(made: Build, finish: str) -> Path:
    (found,) = (f for f in made.files if f.name.endswith(f"-{finish}.pdf"))
    return found


def told(made: Build) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in made.report.findings:
        found.setdefault(finding.code, []).append(str(finding.facts.get("file", "")))
    return found


def fills(made: Build) -> list[Fill]:
    """The areas of the pages, and not of what is around them."""
    trims = {sheet.number: sheet.trim for sheet in made.report.facts.sheets}

    def inside(mark: Fill) -> bool:
        left, low, right, high = trims[mark.page] or (0, 0, 0, 0)
        return -4 < mark.box[0] < right - left + 4 and -4 < mark.box[1] < high - low + 4

    return [m for m in made.report.facts.fills if inside(m)]


def filled(made: Build, plate: str) -> list[Fill]:
    """Those on a plate beyond the four: of gold, the logo's half tone."""
    return [m for m in fills(made) if plate in m.colour.plates and m.colour.total in {50, 100}]


def inked(mark: Mark) -> dict[str, float]:
    """Percent of each plate that it is on."""
    return {plate: round(percent, 1) for plate, percent in mark.colour.inks if percent}


def errors(made: Build) -> list[str]:
    found = (f for f in made.report.findings if f.severity is Severity.ERROR)
    return [f"{f.place} {f.code}" for f in found]


# --- every layout -------------------------------------------------------------------------


@pytest.mark.parametrize("layout", EVERYWHERE)
def test_a_logo_of_two_spots_prints_in_every_layout(
    layout: str, built: Mapping[str, Build]
) -> None:
    made = built[layout]

    assert errors(made) == []
    assert {plate.name for plate in made.report.facts.plates} >= {RED, GOLD}
    on_cover = plates(file_of(made, "press"), filled(made, RED)[0].page)
    assert {RED, GOLD} <= set(on_cover)


@pytest.mark.parametrize("layout", EVERYWHERE)
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


@pytest.mark.parametrize("layout", EVERYWHERE)
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


@pytest.mark.parametrize("layout", EVERYWHERE)
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


# --- what comes in ------------------------------------------------------------------------


def figure(
    title: Title, name: str, data: bytes | str, attributes: str = "", **more: str
) -> PurePosixPath:
    """A title with one figure, and *more* files of its own."""
    line = f"![图]({name}){attributes}"
    chapter = f"---\ntitle: 一\ntemplate: text\n---\n\n这是一段文字。\n\n{line}\n"
    own = {name.replace("/", "__").replace(".", "_dot_"): data}
    return title(chapter=chapter, **own, **more)


def test_type_keeps_its_fonts(root: Path, title: Title, build: Builder) -> None:
    data = lettered(root)
    made = build(figure(title, "artwork/word.pdf", data), finishes="press outlined")

    (refused,) = (f for f in made.report.findings if f.severity is Severity.ERROR)
    assert refused.code == "artwork/not-outlined"  # of the other file that was asked for
    (font,) = (f for f in made.report.facts.fonts if f.family == "Stranger")
    assert font.embedded


def test_a_font_that_is_not_there_is_refused_by_name(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+Songti"))
        page.obj.Resources.Font = Dictionary(F=font)

    data = a_pdf(b"BT /F 12 Tf 9 9 Td (a) Tj ET", change)
    made = build(figure(title, "artwork/word.pdf", data), finishes="press")

    (found,) = (f for f in made.report.findings if f.code == "artwork/font")
    assert found.facts["font"] == "Songti"
    assert found.place.line == 8


def test_an_eps_comes_in_by_ghostscript(title: Title, build: Builder) -> None:
    made = build(figure(title, "artwork/old.eps", an_eps()), finishes="press")

    assert errors(made) == []
    inks = [inked(m) for m in fills(made)]
    assert {"Cyan": 10.0, "Magenta": 20.0, "Yellow": 30.0, "Black": 40.0} in inks
    assert {RED: 100.0} in inks


def test_an_eps_without_ghostscript_is_told(
    title: Title, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = shutil.which

    def which(name: str, *rest: Any) -> str | None:
        return None if name == "gs" else there(name, *rest)

    monkeypatch.setattr(shutil, "which", which)
    made = build(figure(title, "artwork/older.eps", an_eps() + b"%"), finishes="screen")

    assert "artwork/no-ghostscript" in told(made)


@pytest.mark.parametrize(
    ("written_so", "page"), [("{page=1}", 1), ("{page=2}", 2), ("{page=02}", 2)]
)
def test_a_page_is_chosen_by_its_number(
    written_so: str, page: int, title: Title, build: Builder
) -> None:
    folder = figure(title, "artwork/ad.pdf", advertisement(60, 40), written_so)
    made = build(folder, finishes="press")

    ground = {1: {"Magenta": 30.0, "Yellow": 90.0}, 2: {"Cyan": 40.0, "Magenta": 10.0}}
    inks = [inked(m) for m in fills(made)]
    assert errors(made) == []
    assert [ground[n] in inks for n in (1, 2)] == [page == 1, page == 2]


@pytest.mark.parametrize(
    ("written_so", "code"),
    [("{page=3}", "artwork/no-page"), ("{page=0}", "figure/page"), ("{page=zwei}", "figure/page")],
)
def test_a_page_that_there_is_not_is_told(
    written_so: str, code: str, title: Title, build: Builder
) -> None:
    made = build(figure(title, "artwork/ad.pdf", advertisement(60, 40), written_so))

    assert code in told(made)


def test_a_shop_that_takes_pdf_x_1a_gets_opaque_artwork_alone(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Resources.ExtGState = Dictionary(G=Dictionary(ca=0.5))
        page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)

    shop = EDITION.replace("\n", '\npress = "shop.toml"\n', 1)
    own = {"edition_dot_toml": shop, "shop_dot_toml": 'version = "PDF/X-1a"\n'}
    found = []
    for content in (b"0 0 0 1 k 9 9 80 80 re f", b"/G gs 0 0 0 1 k 9 9 80 80 re f"):
        folder = figure(title, "artwork/a.pdf", a_pdf(content, change), **own)
        found.append(errors(build(folder, finishes="press")))

    assert found[0] == []
    assert ["press/transparent" in error for error in found[1]] == [True]


def test_transparency_stays_where_it_may(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Resources.ExtGState = Dictionary(G=Dictionary(ca=0.5, BM=Name.Multiply))
        page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)

    data = a_pdf(b"/G gs 1 0 0 0 k 9 9 80 80 re f", change)
    made = build(figure(title, "artwork/a.pdf", data), finishes="press")

    assert errors(made) == []
    assert 0.5 in {m.alpha for m in fills(made)}
    assert {g.space for g in made.report.facts.groups if not g.mask} <= {"DeviceCMYK", ""}


def test_a_hidden_layer_stays_hidden(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        off = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=b"notes"))
        on = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=b"art"))
        page.obj.Resources.Properties = Dictionary(Off=off, On=on)
        pdf.Root.OCProperties = Dictionary(OCGs=[off, on], D=Dictionary(OFF=[off]))

    content = (
        b"/OC /Off BDC 1 0 0 0 k 0 0 50 50 re f EMC /OC /On BDC 0 1 0 0 k 50 50 40 40 re f EMC"
    )
    made = build(figure(title, "artwork/a.pdf", a_pdf(content, change)), finishes="press")

    inks = [inked(m) for m in fills(made)]
    assert {"Magenta": 100.0} in inks
    assert {"Cyan": 100.0} not in inks
    assert "artwork/layer" in told(made)


@pytest.mark.parametrize("name", ["Pantone 871C", "PANTONE  871 C", "pantone 871 c"])
def test_a_plate_that_is_written_otherwise_is_the_same(
    name: str, title: Title, build: Builder
) -> None:
    data = a_logo(gold=name)
    made = build(figure(title, "artwork/logo.pdf", data), finishes="press")

    assert {p.name for p in made.report.facts.plates} == {RED, GOLD}
    assert "artwork/plate" in told(made)


def test_the_shops_name_for_a_plate_is_that_of_artwork_too(title: Title, build: Builder) -> None:
    shop = f'[plates]\n"{RED}" = "专红"\n'
    edition = EDITION.replace("\n", '\npress = "shop.toml"\n', 1)
    own = {"edition_dot_toml": edition, "shop_dot_toml": shop}
    made = build(figure(title, "artwork/logo.pdf", a_logo(), **own), finishes="press")

    assert {p.name for p in made.report.facts.plates} == {"专红", GOLD}


# --- colours one by one -------------------------------------------------------------------


def inks_in(data: bytes) -> list[Fill]:
    """What is filled by a page once it is a form."""
    return list(read(pages.form(data, 1, built_in(), {}, screen=False)).fills)


def spaces(**named: Any) -> Any:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Resources.ColorSpace = Dictionary(
            {f"/{name}": held for name, held in named.items()}
        )

    return change


LAB = Array([Name.Lab, Dictionary(WhitePoint=[0.9642, 1, 0.8249], Range=[-128, 127, -128, 127])])
PALETTE = Array([Name.Indexed, Name.DeviceCMYK, 1, bytes((0, 0, 0, 0, 255, 0, 51, 0))])
COLOURS: Mapping[str, tuple[bytes, Any, dict[str, float]]] = {
    "cmyk": (b".1 .2 .3 .4 k", {}, {"Cyan": 10, "Magenta": 20, "Yellow": 30, "Black": 40}),
    "grey": (b".25 g", {}, {"Black": 75}),
    "white": (b"1 g", {}, {}),
    "neutral": (b".5 .5 .5 rg", {}, {"Black": 50}),
    "black in light": (b"0 0 0 rg", {}, {"Black": 100}),
    "nothing chosen": (b"", {}, {"Black": 100}),
    "a device's name": (b"/DeviceCMYK cs 0 1 0 0 sc", {}, {"Magenta": 100}),
    "a spot": (b"/S cs .4 scn", {"S": separation("Gold", (0, 0.2, 0.6, 0.2))}, {"Gold": 40}),
    "a spot in full": (b"/S cs", {"S": separation("Gold", (0, 0.2, 0.6, 0.2))}, {"Gold": 100}),
    "black as a plate": (b"/S cs .3 scn", {"S": separation("Black", (0, 0, 0, 1))}, {"Black": 30}),
    "cyan as a plate": (b"/S cs 1 scn", {"S": separation("Cyan", (1, 0, 0, 0))}, {"Cyan": 100}),
    "a palette": (b"/P cs 1 sc", {"P": PALETTE}, {"Cyan": 100, "Yellow": 20}),
    "a palette's first": (b"/P cs", {"P": PALETTE}, {}),
    "grey of a calibrated kind": (
        b"/C cs .2 sc",
        {"C": Array([Name.CalGray, Dictionary(WhitePoint=[1, 1, 1])])},
        {"Black": 80},
    ),
    "a default of its own": (
        b"0 g .5 g",
        {"DefaultGray": separation("Gold", (0, 0.2, 0.6, 0.2))},
        {"Gold": 50},
    ),
}


@pytest.mark.parametrize("name", COLOURS)
def test_a_colour_becomes_its_inks(name: str) -> None:
    content, named, inks = COLOURS[name]

    (found,) = inks_in(a_pdf(content + b" 10 10 50 50 re f", spaces(**named)))

    assert inked(found) == pytest.approx(inks, abs=0.01)


def test_lab_goes_through_the_profile() -> None:
    (found,) = inks_in(a_pdf(b"/L cs 50 0 0 sc 9 9 50 50 re f", spaces(L=LAB)))

    assert 120 < found.colour.total < 260  # a middle grey in four inks
    assert not found.colour.of_light


def test_colours_come_back_with_their_state() -> None:
    content = b"1 0 0 0 k q 0 1 0 0 k 0 0 9 9 re f Q 20 20 9 9 re f Q Q Q 40 40 9 9 re f q q q q"
    found = [inked(f) for f in inks_in(a_pdf(content))]

    assert found == [{"Magenta": 100.0}, {"Cyan": 100.0}, {"Cyan": 100.0}]


@pytest.mark.parametrize(
    ("turned", "size"), [(0, (40, 20)), (90, (20, 40)), (180, (40, 20)), (-90, (20, 40))]
)
def test_a_page_that_is_turned_stands_upright(turned: int, size: tuple[int, int]) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Rotate = turned

    data = a_pdf(b"0 0 0 1 k 0 0 10 10 re f", change, (40 * MM, 20 * MM))
    found = pages.look(data, 1)

    assert (found.width, found.height) == pytest.approx(size)
    document = pypdfium2.PdfDocument(pages.form(data, 1, built_in(), {}, screen=True))
    pixels = document[0].render(scale=1).to_numpy()[:, :, 0]
    high, wide = pixels.shape
    corner = {0: (-3, 3), 90: (3, 3), 180: (3, -3), -90: (-3, -3)}[turned]
    assert pixels[corner[0] % high, corner[1] % wide] < 60
    document.close()


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('width="30mm" height="20mm"', (30, 20)),
        ('width="300" height="200" viewBox="0 0 30 20"', (79.375, 52.917)),
        ('viewBox="0 0 96 48"', (25.4, 12.7)),
        ('width="2cm" viewBox="0 0 10 5"', (20, 10)),
        ('height="1in" viewBox="0 0 10 5"', (50.8, 25.4)),
        ('width="100%" height="100%" viewBox="0 0 72 36"', (19.05, 9.525)),
    ],
)
def test_a_drawing_is_as_large_as_it_says(head: str, size: tuple[float, float]) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg" {head}><path d="M0 0h5v5z"/></svg>'
    found = svg.look(data.encode())

    assert (found.width, found.height) == pytest.approx(size, abs=0.001)


# --- pictures and gradients ---------------------------------------------------------------


def holding(image: bytes, about: Mapping[str, Any], **more: Mapping[str, Any]) -> bytes:
    """A page with one picture on it; *more*: its masks, with their bytes as `data`."""

    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        held = pdf.make_stream(image, Dictionary(Subtype=Name.Image))
        for key, value in about.items():
            held[f"/{key}"] = value
        for key, mask in more.items():
            inner = pdf.make_stream(mask["data"], Dictionary(Subtype=Name.Image))
            for name, value in mask.items():
                if name != "data":
                    inner[f"/{name}"] = value
            held[f"/{key}"] = inner
        page.obj.Resources.XObject = Dictionary(I=held)

    return a_pdf(b"80 0 0 80 10 10 cm /I Do", change)


def picture_in(data: bytes) -> tuple[str, bytes, dict[str, bytes]]:
    """Its space, its levels, and what its masks hold, once the page is a form."""
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        image = pdf.Root.Artwork.Resources.XObject["/X0"]
        masks = {key: image[key].read_bytes() for key in ("/SMask", "/Mask") if key in image}
        return str(image.ColorSpace), image.read_bytes(), masks


SIZE = {"Width": 2, "Height": 1, "BitsPerComponent": 8}
RGB_ROW = bytes((200, 30, 40, 20, 90, 160))


def test_a_picture_in_light_goes_through_the_profile() -> None:
    space, levels, _ = picture_in(holding(RGB_ROW, {**SIZE, "ColorSpace": Name.DeviceRGB}))

    expected = [*inks_of((200, 30, 40), built_in()), *inks_of((20, 90, 160), built_in())]
    assert space == "/DeviceCMYK"
    assert [level / 2.55 for level in levels] == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("kind", ["L", "CMYK"])
def test_a_picture_in_ink_keeps_its_bytes(kind: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert(kind).save(out, "JPEG", quality=80)
    space = Name.DeviceGray if kind == "L" else Name.DeviceCMYK
    about = {
        "Width": 64, "Height": 48, "BitsPerComponent": 8, "ColorSpace": space,
        "Filter": Name.DCTDecode,
    }  # fmt: skip
    with pikepdf.open(
        io.BytesIO(pages.form(holding(out.getvalue(), about), 1, built_in(), {}, screen=False))
    ) as pdf:
        image = pdf.Root.Artwork.Resources.XObject["/X0"]
        assert image.read_raw_bytes() == out.getvalue()
        assert image.ColorSpace == space


def test_a_jpeg_in_light_is_decoded_as_it_is_seen() -> None:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (20, 90, 160)).save(out, "JPEG", quality=95)
    about = {
        "Width": 16, "Height": 16, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB,
        "Filter": Name.DCTDecode,
    }  # fmt: skip
    space, levels, _ = picture_in(holding(out.getvalue(), about))

    assert space == "/DeviceCMYK"
    expected = inks_of((20, 90, 160), built_in())
    assert [level / 2.55 for level in levels[:4]] == pytest.approx(expected, abs=2)


def test_masks_stay_masks() -> None:
    about = {**SIZE, "ColorSpace": Name.DeviceRGB}
    soft = {**SIZE, "ColorSpace": Name.DeviceGray, "data": bytes((255, 128))}
    _, _, masks = picture_in(holding(RGB_ROW, about, SMask=soft))
    stencil = {"Width": 2, "Height": 1, "BitsPerComponent": 1, "ImageMask": True, "data": b"\x80"}
    _, _, hard = picture_in(holding(RGB_ROW, about, Mask=stencil))
    keyed = {**about, "Mask": Array([190, 210, 20, 40, 30, 50])}
    _, _, by_colour = picture_in(holding(RGB_ROW, keyed))

    assert masks == {"/SMask": bytes((255, 128))}
    assert hard == {"/Mask": b"\x80"}
    assert by_colour == {"/Mask": b"\x80"}  # the first pixel is left out


def test_a_palette_of_light_becomes_one_of_inks() -> None:
    palette = Array([Name.Indexed, Name.DeviceRGB, 1, RGB_ROW])
    data = holding(b"\0\1", {**SIZE, "ColorSpace": palette})
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        image = pdf.Root.Artwork.Resources.XObject["/X0"]
        assert image.read_bytes() == b"\0\1"
        assert image.ColorSpace[1] == Name.DeviceCMYK
        rows = bytes(image.ColorSpace[3])

    expected = [*inks_of((200, 30, 40), built_in()), *inks_of((20, 90, 160), built_in())]
    assert [level / 2.55 for level in rows] == pytest.approx(expected, abs=0.5)


def graded(space: Any, *stops: tuple[float, ...]) -> bytes:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        ramp = Dictionary(FunctionType=2, Domain=[0, 1], C0=stops[0], C1=stops[1], N=1)
        page.obj.Resources.Shading = Dictionary(
            S=Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 100, 0], Function=ramp)
        )

    return a_pdf(b"/S sh", change)


def shading_in(data: bytes) -> tuple[str, int]:
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        shading = pdf.Root.Artwork.Resources.Shading["/S"]
        space = shading.ColorSpace
        name = str(space) if isinstance(space, Name) else str(space[1])
        return name, int(shading.Function.FunctionType)


def test_gradients_keep_their_inks_and_light_becomes_ink() -> None:
    assert shading_in(graded(Name.DeviceCMYK, (1, 0, 0, 0), (0, 1, 0, 0))) == ("/DeviceCMYK", 2)
    spot = separation("Gold", (0, 0.2, 0.6, 0.2))
    assert shading_in(graded(spot, (0,), (1,))) == ("/Gold", 2)
    assert shading_in(graded(Name.DeviceRGB, (1, 0, 0), (0, 0, 1))) == ("/DeviceCMYK", 0)


def test_a_gradient_of_light_ends_where_it_ended(tmp_path: Path) -> None:
    red, blue = (inks_of(rgb, built_in()) for rgb in ((255, 0, 0), (0, 0, 255)))
    data = pages.form(graded(Name.DeviceRGB, (1, 0, 0), (0, 0, 1)), 1, built_in(), {}, screen=False)
    (tmp_path / "a.pdf").write_bytes(data)
    made = plates(tmp_path / "a.pdf", 1)

    for column, inks in ((0, red), (-1, blue)):
        for plate, percent in zip(PROCESS, inks, strict=True):
            assert made[plate][50, column] * 100 == pytest.approx(percent, abs=2.5)


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


# --- drawings -----------------------------------------------------------------------------


def drawn(body: str, head: str = 'width="30mm" height="20mm"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{body}</svg>'.encode()


def test_what_a_drawing_does_beside_drawing_is_left_out() -> None:
    data = drawn(
        '<script>alert(1)</script><a href="https://example.org"><rect width="9" height="9"'
        ' onclick="go()"/></a><animate attributeName="x"/>'
    )
    found = svg.look(data)
    left = svg.drawn(data, lambda name: None, {})

    assert found.dropped == ("script", "link", "animation")
    for word in (b"script", b"onclick", b"example.org", b"animate"):
        assert word not in left
    assert b"<rect" in left


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<text font-family="Comic Sans MS">a</text>', "artwork/family"),
        ("<text>a</text>", "artwork/family"),
        ('<rect fill="var(--zuh)" width="9" height="9"/>', "artwork/swatch"),
    ],
)
def test_what_a_drawing_asks_for_and_nobody_has_is_told(
    body: str, code: str, title: Title, build: Builder
) -> None:
    made = build(figure(title, "artwork/a.svg", drawn(body)))

    assert code in told(made)


def test_type_of_a_drawing_is_in_our_fonts(title: Title, build: Builder) -> None:
    body = '<text x="2" y="40" font-family="Noto Serif SC" fill="var(--zhu)">騄骥</text>'
    made = build(figure(title, "artwork/a.svg", drawn(body)), finishes="press")

    assert errors(made) == []
    document = pypdfium2.PdfDocument(file_of(made, "press"))
    assert "騄骥" in document[0].get_textpage().get_text_range()
    document.close()


def test_artwork_is_known_again() -> None:
    name = PurePosixPath("artwork/logo.pdf")
    made = examine(name, "PDF", a_logo(), lambda data: data)
    again = remembered(name, made.sha256, made.original, as_remembered(made))

    assert again == made


def test_an_untouched_file_of_a_stranger_draws_the_same(root: Path) -> None:
    """Rendered before and after: the page that comes in, and the form that goes out."""
    data = lettered(root)
    before, after = (
        pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_numpy().astype(int)
        for pdf in (data, pages.form(data, 1, built_in(), {}, screen=True))
    )

    assert before.shape == after.shape
    assert float(np.abs(before - after).mean()) < 0.5
