"""Ink that is reckoned from what lies on a page, against what a drawing of the page shows."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from banxin import preflight
from banxin.pipeline import Build
from banxin.preflight import Facts, Limits, Measured
from banxin.units import Length
from conftest import Builder, Title
from dresses import LAYOUTS

ICC: Final = (
    Path(__file__).parents[2] / "src/banxin/assets/icc/fogra39-coated-300.icc"
).read_bytes()
PAGES: Final = 120
SIDE: Final = 170  # pt: of a small page, quickly drawn
EVERY_BLOCK: Final = (Path(__file__).parents[1] / "golden" / "every-block.md").read_text("utf-8")
TEXT_ONLY: Final = "---\ntitle: 第一章\n---\n\n" + "这一页只有文字，没有图片，也没有渐变。\n\n" * 90


# --- pages that nobody laid out ---------------------------------------------------------------


def resources(pdf: pikepdf.Pdf) -> Dictionary:
    """States, a spot colour, a font whose letters are known, a gradient and a picture."""

    def ramp(*full: float) -> Dictionary:
        return Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=Array(full), N=1)

    told = b"1 beginbfrange <41> <5A> <0041> endbfrange 1 beginbfchar <20> <0020> endbfchar"
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, FirstChar=32,
        Widths=Array([700] * 90), ToUnicode=pdf.make_stream(told),
    )  # fmt: skip
    spot = Array([Name.Separation, Name.Gold, Name.DeviceCMYK, ramp(0.2, 0.3, 0.7, 0.1)])
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, SIDE, 0], Function=ramp(1, 1, 1, 1)
    )
    picture = pdf.make_stream(
        b"\xff" * 4, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1,
        ColorSpace=Name.DeviceCMYK, BitsPerComponent=8,
    )  # fmt: skip
    group = pdf.make_stream(
        b"1 1 0 0 k 20 20 60 60 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99],
        Group=Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK),
    )  # fmt: skip
    return Dictionary(
        ExtGState=Dictionary(
            Over=Dictionary(OP=True, op=True, OPM=1),
            Plate=Dictionary(OP=True, op=True, OPM=0),
            Out=Dictionary(OP=False, op=False, OPM=0),
            Thin=Dictionary(ca=0.5, CA=0.5),
            Multiply=Dictionary(BM=Name.Multiply),
        ),
        ColorSpace=Dictionary(Gold=pdf.make_indirect(spot)),
        Font=Dictionary(F=pdf.make_indirect(font)),
        Shading=Dictionary(S=shading),
        XObject=Dictionary(P=picture, G=group),
    )


def operators(dice: random.Random) -> Iterator[str]:
    """What lies on one page: mostly areas, lines and words, seldom what has to be drawn."""
    for _ in range(dice.randrange(7)):
        yield f"/{dice.choice(['Over', 'Plate', 'Out', 'Out'])} gs"
        yield colour(dice)
        yield mark(dice)
    if dice.random() < 0.3:
        seldom = ("/Thin gs", "/Multiply gs", "/S sh", "q 50 0 0 50 60 60 cm /P Do Q", "/G Do")
        yield from (dice.choice(seldom), colour(dice), mark(dice))


def colour(dice: random.Random) -> str:
    share = dice.choice((0, 0.2, 0.6, 1))
    strong = " ".join(f"{dice.choice((0, 0, 0.3, 0.7, 0.95)):g}" for _ in range(4))
    cmyk = dice.choice(("0 0 0 0", "0 0 0 1", "0.1 1 0.85 0", strong))
    gold = f"/Gold cs {share} scn /Gold CS {share} SCN"
    return dice.choice((f"{cmyk} k {cmyk} K", f"{cmyk} k {cmyk} K", gold, f"{share} g {share} G"))


def mark(dice: random.Random) -> str:
    x, y, wide, high = (dice.randrange(5, 100) for _ in range(4))
    word = "".join(dice.choice("HEIMNZ ") for _ in range(dice.randrange(1, 9)))
    size, width = dice.choice((3, 8, 14, 30)), dice.choice((0.25, 1, 6))
    return dice.choice(
        (
            f"{x} {y} {wide} {high} re f",
            f"{width} w {x} {y} m {x + wide} {y + high} l {x + wide} {y} l S",
            f"BT /F {size} Tf {x} {y} Td ({word}) Tj ET",
            f"BT /F {size} Tf {x} {y} Td ({word}) Tj ET",
        )
    )


def made(seed: int) -> bytes:
    dice = random.Random(seed)
    with pikepdf.new() as pdf:
        shared = pdf.make_indirect(resources(pdf))
        for _ in range(PAGES):
            page = pdf.add_blank_page(page_size=(SIDE, SIDE))
            page.TrimBox = Array([20, 20, SIDE - 20, SIDE - 20])
            page.BleedBox = Array([12, 12, SIDE - 12, SIDE - 12])
            page.Resources = shared
            page.Contents = pdf.make_stream("\n".join(operators(dice)).encode())
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


# --- the property -----------------------------------------------------------------------------


def limits(most: int) -> Limits:
    return Limits(Length.mm(3), 150, 225, 300, most, "", frozenset())


def said(facts: Facts, measured: Measured, most: int) -> list[tuple[str, int | None, object]]:
    """What the rules say that look at ink."""
    found = preflight.inspect(measured.told_to(facts), limits(most))
    wanted = ("ink/", "page/blank", "check/skipped")
    return [(d.code, d.place.page, d.facts) for d in found if d.code.startswith(wanted)]


def judged_alike(data: bytes, most: int) -> tuple[int, int]:
    """How many pages are reckoned, and how many of them have ink."""
    facts = preflight.read(data)
    drawn = preflight.measure(data, facts, ICC)
    reckoned = preflight.reckon(facts, most)
    mixed = replace(drawn, inks=tuple(reckoned.get(ink.page, ink) for ink in drawn.inks))

    assert said(facts, mixed, most) == said(facts, drawn, most)
    for page, ink in reckoned.items():
        seen = drawn.inks[page - 1]
        assert seen.window <= seen.pixel <= ink.pixel, (page, seen, ink)
        assert (seen.pixel > 0) == (ink.pixel > 0), (page, seen, ink)
    return len(reckoned), sum(ink.pixel > 0 for ink in reckoned.values())


@pytest.mark.parametrize(("seed", "most"), [(1, 300), (2, 240), (3, 180), (4, 300)])
def test_pages_made_at_random_are_judged_as_their_drawing_is(seed: int, most: int) -> None:
    reckoned, inked = judged_alike(made(seed), most)

    assert PAGES / 16 < inked < reckoned < PAGES


def test_the_sample_is_judged_as_its_drawing_is(sample: Build) -> None:
    (press,) = (f for f in sample.files if f.name.endswith("-press.pdf"))

    plain = len(without_pictures(sample.report.facts))
    assert 0 < plain < len(sample.report.facts.sheets)
    assert judged_alike(press.read_bytes(), 300) == (plain, plain)


def without_pictures(facts: Facts) -> set[int]:
    """Pages of type and flat colour."""
    return {sheet.number for sheet in facts.sheets} - {p.page for p in facts.pictures}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("chapter", [EVERY_BLOCK, TEXT_ONLY], ids=["all", "text"])
def test_every_layout_is_judged_as_its_drawing_is(
    layout: str, chapter: str, title: Title, build: Builder
) -> None:
    found = build(title(chapter=chapter), layout=layout, finishes="press")
    (press,) = (f for f in found.files if f.suffix == ".pdf")

    reckoned, inked = judged_alike(press.read_bytes(), 300)

    assert reckoned >= inked
    assert inked or chapter == EVERY_BLOCK


# --- what is drawn at all ---------------------------------------------------------------------


@pytest.fixture
def no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_programs")
def test_no_page_of_text_is_drawn_for_its_ink(title: Title, build: Builder) -> None:
    report = build(title(chapter=TEXT_ONLY), finishes="press").report

    assert len(report.facts.sheets) >= 2
    assert all(ink.reckoned for ink in report.facts.inks)
    assert report.measured.drawn == {}
    assert [d.facts for d in report.findings if d.code == "check/skipped"] == []
    inks = report.table("zh")["inks"]
    assert (inks["tac_percent"] > 0, inks["tac_reckoned"]) == (True, True)


@pytest.mark.usefixtures("no_programs")
def test_the_report_shows_pages_that_were_not_drawn(title: Title, build: Builder) -> None:
    made = build(title(chapter=TEXT_ONLY), finishes="press")
    (html,) = (f.read_text("utf-8") for f in made.files if f.name == "report.html")
    pages = len(made.report.facts.sheets)

    assert html.count('class="leaf"') == html.count("data:image/jpeg") == pages
    assert f"第 1–{pages} 页只有文字和平色" in html
    assert "data:image/png" not in html


def test_only_pages_that_cannot_be_reckoned_are_drawn(sample: Build) -> None:
    inks = {ink.page: ink.reckoned for ink in sample.report.facts.inks}

    assert sorted(page for page, reckoned in inks.items() if not reckoned) == sorted(
        sample.report.measured.drawn
    )
    assert {page for page, reckoned in inks.items() if reckoned} == without_pictures(
        sample.report.facts
    )


def test_what_nothing_can_be_told_of_is_not_reckoned() -> None:
    data = made(1)
    facts = preflight.read(data)
    layered = replace(facts, forbidden={"layer": 1})
    turned = replace(facts, sheets=tuple(replace(s, rotated=90) for s in facts.sheets))
    broken = replace(facts, unread=dict.fromkeys(range(1, PAGES + 1), "nesting"))

    assert preflight.reckon(facts, 300)
    assert [preflight.reckon(one, 300) for one in (layered, turned, broken)] == [{}, {}, {}]
