"""Plates: no more than a page needs, and the binder's each by itself."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import page as page_validation
import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from banxin import pipeline
from banxin.cache import Cache
from banxin.cli import commands
from banxin.diagnostics import BanxinError, Place
from banxin.finishes import in_a_name
from banxin.pipeline import Build
from banxin.press import plates as plates_of
from banxin.press import profile
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import EDITION, Builder, Title
from plates import PROCESS, cut, plates, shadow

MM = 72 / 25.4
TRIM = (210, 285)
GOLD = "PANTONE 871 C"


def file_of(made: Build, finish: str) -> Path:
    (found,) = (f for f in made.files if f.name.endswith(f"-{finish}.pdf"))
    return found


def patches(made: Build) -> dict[int, set[str]]:
    """The inks of the colour bar of each page: areas of 5 mm beyond the bleed."""
    facts = made.report.facts
    found: dict[int, set[str]] = {sheet.number: set() for sheet in facts.sheets}
    for fill in facts.fills:
        left, top, right, bottom = fill.box
        if bottom < -3 and abs(right - left - 5) < 0.1 and abs(bottom - top - 5) < 0.1:
            found[fill.page] |= set(fill.colour.plates)
    return found


@pytest.fixture(scope="module")
def inked(sample: Build) -> dict[int, set[str]]:
    """The inks that each page of the sample draws, its bleed included, the bar not."""
    box = (-3, -3, TRIM[0] + 3, TRIM[1] + 3)
    needed = {}
    for sheet in sample.report.facts.sheets:
        made = plates(file_of(sample, "press"), sheet.number, 36)
        inks = {name for name, ink in made.items() if cut(ink, box, 36).max() > 0.01}
        needed[sheet.number] = inks
    return needed


def gilt(inked: dict[int, set[str]]) -> set[int]:
    """Pages with gold: some, the cover among them, and not all."""
    found = {page for page, inks in inked.items() if GOLD in inks}
    assert {1} < found < set(inked)
    return found


def test_a_bar_has_the_inks_of_its_page_and_no_others(
    sample: Build, inked: dict[int, set[str]]
) -> None:
    bars = patches(sample)

    assert bars == inked
    assert gilt(bars)


def test_a_page_lists_no_spot_that_it_does_not_draw(
    sample: Build, inked: dict[int, set[str]]
) -> None:
    """A RIP makes a plate of each that it finds there, however deep."""
    with pikepdf.open(file_of(sample, "press")) as pdf:
        listed = {
            number for number, page in enumerate(pdf.pages, 1) if GOLD in spots(page.resources)
        }

    assert listed == gilt(inked)


def spots(thing: object, depth: int = 0) -> set[str]:
    found: set[str] = set()
    if depth > 12:
        return found
    if isinstance(thing, pikepdf.Array):
        if len(thing) > 2 and thing[0] == pikepdf.Name.Separation:
            found.add(str(thing[1]).removeprefix("/"))
        for item in thing:
            found |= spots(item, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key, item in thing.items():
            if key not in {"/Parent", "/Font"}:
                found |= spots(item, depth + 1)
    return found - {"All"}


# --- the binder's ---------------------------------------------------------------------------------

INKS = """[inks]
tang = { cmyk = [0, 10, 60, 20], kind = "foil" }
yin  = { cmyk = [0, 0, 0, 30], kind = "foil", spot = "Silver foil" }
liang = { cmyk = [0, 0, 0, 10], kind = "varnish" }
tu   = { cmyk = [20, 0, 0, 0], kind = "emboss" }
dao  = { cmyk = [0, 100, 0, 0], kind = "die" }
"""
CHAPTERS = {
    "one.md": "甲。\n\n![徽](photos/seal.png){credit=某某 as=lineart ink=tang}\n",
    "two.md": "乙。\n\n![徽](photos/seal.png){credit=某某 as=lineart ink=yin}\n\n"
    "![徽](photos/seal.png){credit=某某 as=lineart ink=liang}\n",
    "three.md": "丙。\n\n![徽](photos/seal.png){credit=某某 as=lineart ink=tu}\n\n"
    "![徽](photos/seal.png){credit=某某 as=lineart ink=jin}\n",
    "four.md": "丁。\n\n![徽](photos/grey.jpg){credit=某某 lines=6}\n",
}
SHOP = '[plates]\nfoil = "烫金"\n"PANTONE 871 C" = "Gold 871"\n'
Bound = Callable[..., Build]


def ring() -> bytes:
    image = Image.new("1", (2800, 1400), 1)
    ImageDraw.Draw(image).ellipse((200, 100, 1400, 1300), fill=0)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


COVERED = float((np.asarray(Image.open(io.BytesIO(ring()))) == 0).mean())


@pytest.fixture(scope="module")
def bound(root: Path, shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Bound:
    folder = tmp_path_factory.mktemp("bound")
    shutil.copytree(root / "layouts" / "jinian", folder / "layouts" / "jinian")
    tokens = folder / "layouts" / "jinian" / "tokens.toml"
    tokens.write_text(tokens.read_text("utf-8").replace("[inks]\n", INKS, 1), "utf-8")
    title = folder / "content" / "small"
    (title / "photos").mkdir(parents=True)
    (title / "photos" / "seal.png").write_bytes(ring())
    Image.linear_gradient("L").resize((1200, 800)).save(title / "photos" / "grey.jpg")
    names = ", ".join(f'"{name}"' for name in CHAPTERS)
    edition = EDITION.replace('["one.md"]', f"[{names}]")
    (title / "edition.toml").write_text(edition, "utf-8")
    for number, (name, text) in enumerate(CHAPTERS.items(), 1):
        front = f"---\ntitle: 第{number}\ntemplate: text\n---\n\n"
        (title / name).write_text(front + text, "utf-8")
    (title / "shop.toml").write_text(SHOP, "utf-8")

    def make(
        name: str, *, marks: bool = True, finishes: str = "press plates", **asked: Any
    ) -> Build:
        here = Workspace(root, output=folder / name)
        here.cache = Cache(shared_cache)
        here.mount(PurePosixPath("content"), folder / "content")
        here.mount(PurePosixPath("layouts"), folder / "layouts")
        made = tuple(finishes.split())
        request = Request(PurePosixPath("content/small"), finishes=made, marks=marks, **asked)
        return pipeline.build(request, here)

    return make


@pytest.fixture(scope="module")
def first(bound: Bound) -> Build:
    return bound("first")


@pytest.fixture(scope="module")
def second(bound: Bound) -> Build:
    return bound("second", press="shop.toml", revision=2, marks=False)


def plate_files(made: Build) -> dict[str, Path]:
    engraved = (f for f in made.files if f.suffix == ".pdf" and "-plate-" in f.name)
    return {f.stem.partition("-plate-")[2]: f for f in engraved}


def test_each_plate_of_the_binders_is_a_file_and_the_printers_are_not(first: Build) -> None:
    assert [str(f) for f in first.report.findings if f.severity == "error"] == []
    assert set(plate_files(first)) == {"foil", "Silver-foil", "varnish", "emboss"}  # no die in use


@pytest.mark.parametrize("name", ["foil", "Silver-foil", "varnish", "emboss"])
def test_a_plate_is_solid_where_it_is_to_be_and_on_its_own_pages(name: str, first: Build) -> None:
    file = plate_files(first)[name]
    page_of = {"foil": 1, "Silver-foil": 2, "varnish": 2, "emboss": 3}[name]
    plate = name.replace("-", " ")
    (box,) = (p.box for p in first.report.facts.pictures if p.colour.plates == (plate,))

    made = plates(file, 1, 72)
    inside = cut(made["Black"], (-3, -3, TRIM[0] + 3, TRIM[1] + 3))
    here = cut(made["Black"], box)

    with pikepdf.open(file) as pdf, pikepdf.open(file_of(first, "press")) as press:
        assert len(pdf.pages) == 1
        for key in ("MediaBox", "BleedBox", "TrimBox"):
            assert [float(v) for v in pdf.pages[0][f"/{key}"]] == [
                float(v) for v in press.pages[page_of - 1][f"/{key}"]
            ]
        assert str(pdf.Root.PieceInfo.banxin.Private.Finish) == "plate"
    assert set(made) == set(PROCESS)
    assert all(made[ink].max() == 0 for ink in ("Cyan", "Magenta", "Yellow"))
    assert here.max() == 1
    assert here.mean() == pytest.approx(COVERED, abs=0.01)
    assert inside.sum() == pytest.approx(here.sum(), rel=0.01)  # and nothing else
    assert made["Black"].sum() > inside.sum() + 50  # marks and slug, beyond the bleed


def test_no_bar_has_a_patch_of_the_binders(first: Build) -> None:
    bars = patches(first)

    assert all(inks <= {*PROCESS, GOLD} for inks in bars.values())
    assert [GOLD in bars[page] for page in (1, 2, 3, 4)] == [False, False, True, False]
    assert all(inks & {"Cyan", "Magenta", "Yellow"} == set() for inks in bars.values())
    assert all("Black" in inks for inks in bars.values())


def test_what_is_told_of_plates_is_what_the_file_has(first: Build) -> None:
    told = {
        f.facts["plate"]: f.facts["kind"] for f in first.report.findings if f.code == "press/plate"
    }

    assert told == {
        "foil": "foil", "Silver foil": "foil", "varnish": "varnish", "emboss": "emboss",
        GOLD: "process",
    }  # fmt: skip
    assert {plate.name for plate in first.report.facts.plates} == set(told)


def test_a_shop_names_its_plates(second: Build) -> None:
    assert {plate.name for plate in second.report.facts.plates} == {
        "烫金", "Silver foil", "varnish", "emboss", "Gold 871",
    }  # fmt: skip
    assert "烫金" in plate_files(second)
    assert [f.code for f in second.report.findings if f.code.startswith("colour/")] == []
    with pikepdf.open(file_of(second, "press")) as pdf:
        order = pdf.Root.PieceInfo.banxin.Private
        assert {str(name) for name in order.Spots} >= {"烫金", "Gold 871"}


def test_without_marks_the_paper_ends_with_the_bleed(second: Build, first: Build) -> None:
    with pikepdf.open(file_of(second, "press")) as pdf:
        for page in pdf.pages:
            media = [float(v) / MM for v in page.mediabox]
            assert media == pytest.approx([0, 0, TRIM[0] + 6, TRIM[1] + 6], abs=0.01)
            assert list(page.mediabox) == list(page.bleedbox)
            assert [float(v) / MM for v in page.trimbox] == pytest.approx(
                [3, 3, TRIM[0] + 3, TRIM[1] + 3], abs=0.01
            )
    assert all(not inks for inks in patches(second).values())
    bare, marked = (rendered(made, 4) for made in (second, first))
    edge = round(11 * MM)
    window = marked[edge : edge + bare.shape[0], edge : edge + bare.shape[1]].astype(int)
    assert np.abs(window - bare).mean() < 0.5  # the same page, nothing moved
    errors = {f.code for f in second.report.findings if f.severity == "error"}
    assert errors == set()


def rendered(made: Build, page: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    document = pypdfium2.PdfDocument(file_of(made, "press"))
    try:
        return np.asarray(document[page - 1].render(scale=1).to_pil().convert("L"))
    finally:
        document.close()


def test_a_revision_is_in_the_names_the_metadata_and_the_slug(
    second: Build, bound: Bound, first: Build
) -> None:
    assert {f.name for f in second.files if f.suffix == ".pdf"} >= {"small-r2-press.pdf"}
    with pikepdf.open(file_of(second, "press")) as pdf:
        assert b"<xmpMM:VersionID>2<" in pdf.Root.Metadata.read_bytes()
    with pikepdf.open(file_of(first, "press")) as pdf:
        assert b"<xmpMM:VersionID>1<" in pdf.Root.Metadata.read_bytes()
        before = slug_of(pdf)
    third = bound("third", finishes="press", revision=3)
    with pikepdf.open(file_of(third, "press")) as pdf:
        after = slug_of(pdf)
    assert len(after) == len(before)
    assert max(after) > max(before)  # the last word of it is longer by “rev. 3”


def slug_of(pdf: pikepdf.Pdf) -> list[int]:
    """How long each piece of the first page's slug is as outlines."""
    forms = pdf.pages[0].resources.XObject
    return [len(form.read_bytes()) for name, form in forms.items() if "BanxinSlug" in name]


def test_each_plate_is_shown_upon_its_pages(first: Build) -> None:
    """As many pages side by side as its own file has; the plate dark upon pale pages."""
    for file in plate_files(first).values():
        document = pypdfium2.PdfDocument(file)
        count = len(document)
        alone = [np.asarray(page.render(scale=1).to_pil().convert("L")) for page in document]
        document.close()
        shown = Image.open(file.with_suffix(".jpg")).convert("RGB")
        across = min(count, 4)
        assert abs(shown.width - across * (TRIM[0] * MM + 12) - 12) < across + 1
        inside = np.asarray(shown.convert("L"))[14:-14, 14 : round(TRIM[0] * MM) + 10]
        edge = round(14 * MM)
        plate = alone[0][edge:-edge, edge:-edge]
        assert plate.min() < 50
        assert inside.min() < 200
        # Where the plate is not, nothing is darker than a pale page.
        assert np.percentile(inside, 50) > 170


def test_plates_are_valid_and_the_same_bytes_again(first: Build, tmp_path: Path) -> None:
    pressed = file_of(first, "press").read_bytes()
    again = plates_of(pressed, ("foil", "die", "varnish", "nowhere"))

    assert set(again) == {"foil", "varnish"}
    for name, file in plate_files(first).items():
        if name in again:
            assert file.read_bytes() == again[name]
        with pikepdf.open(file) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert spots(pdf.pages[0].resources) == set()
        checked = page_validation.validate_pdf(
            str(shadow(file, tmp_path)), profile=page_validation.ValidationProfile.PDF_A_2B
        )
        assert {f.rule_id for f in checked.failures} <= {"PDFA2B-STREAM-LENGTH-001"}


def test_who_asks_for_plates_that_there_are_none_of_is_told(title: Title, build: Builder) -> None:
    made = build(title(), finishes="press plates")

    assert [f.code for f in made.report.findings if f.code == "press/no-plates"] == [
        "press/no-plates"
    ]
    assert not plate_files(made)


@pytest.mark.parametrize(
    "said",
    [
        'foil = ""', 'foil = " Foil"', 'foil = "Black"', 'foil = "All"', 'foil = "a\\nb"',
        f'foil = "{"x" * 200}"', 'foil = "A"\nvarnish = "A"', "foil = 3", "foil = []",
    ],
)  # fmt: skip
def test_names_that_no_plate_can_have_are_refused_at_their_line(
    said: str, workspace: Workspace, title: Title
) -> None:
    folder = title(shop_dot_toml=f"ink_limit = 300\n[plates]\n{said}\n")

    with pytest.raises(BanxinError) as told:
        profile("shop.toml", Place(), workspace, folder)

    assert all(
        (f.place.file, (f.place.line or 0) > 1) == (f"{folder}/shop.toml", True)
        for f in told.value.diagnostics
    )


@pytest.mark.parametrize(
    ("plate", "name"),
    [("foil", "foil"), ("烫金", "烫金"), ("Silver foil", "Silver-foil"), ("a/../b", "a-..-b")],
)
def test_a_plate_is_a_part_of_a_files_name(plate: str, name: str) -> None:
    assert in_a_name(plate) == name


@pytest.mark.parametrize("plate", ["///", "..", "·", " "])
def test_a_plate_of_signs_alone_has_a_name_too(plate: str) -> None:
    assert in_a_name(plate).isalnum()


@pytest.mark.parametrize("number", ["0", "-1", "1000", "zwei"])
def test_a_revision_is_a_number(number: str) -> None:
    told = CliRunner().invoke(commands("en"), ["build", "langfang", "--revision", number])

    assert told.exit_code == 2
