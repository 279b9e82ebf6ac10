"""The inspector, in a real browser: what it says is what the page's own PDF has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from on_paper import Glyph, Paper
from served import ROOT, Served, Tab

from banxin import layouts
from banxin.assets.colour import on_screen
from banxin.diagnostics import NOWHERE
from banxin.workspace import Workspace

Opener = Callable[..., Tab]
NEAR: Final = 0.06  # mm: a tenth of what a reader could see, and coordinates are written shorter
RULED: Final = """
.section { border-bottom: 1mm solid var(--zhu); padding-bottom: 2mm }
h2.section { color: var(--zhu); font: var(--strong) }
h2.section[id] { font-size: 15pt; line-height: calc(var(--baseline) * 2) }
h2 { font-size: 99pt }
"""
PULLED: Final = '::: pullquote {by="某某"}\n大字说的一句话\n:::'


def inspect(seen: Tab, glyph: Glyph, page: int, up: int = 0) -> Any:
    """What the server says of a character."""
    x, y = glyph.x + 0.5, glyph.baseline - 0.5
    address = f"/inspect/{page - 1}?at={x:.2f},{y:.2f}&up={up}"
    return seen.page.evaluate("a => fetch(a).then(r => r.json())", address)


def point(seen: Tab, glyph: Glyph, which: int = 0) -> None:
    """Click a character on the page."""
    sheet = seen.page.locator(".sheet").nth(which)
    box = sheet.bounding_box()
    scale = (
        seen.page.evaluate("n => document.querySelectorAll('.sheet')[n].offsetWidth", which) / 210
    )
    assert box is not None
    seen.page.mouse.click(
        box["x"] + (glyph.x + 0.5) * scale, box["y"] + (glyph.baseline - 0.5) * scale
    )


def fact(seen: Tab, name: str) -> str:
    rows = seen.page.locator("#inspector .facts div")
    said = dict(row.split("\n", 1) for row in rows.all_inner_texts() if "\n" in row)
    return said[name]


@pytest.fixture
def ruled(served: Served, tab: Opener) -> Tab:
    """The first page, its heading with a rule below it."""
    seen = tab("#p=1")
    before = seen.shown
    served.add(served.styles / "blocks.css", RULED)
    seen.until_shown_is_not(before)
    seen.ready()
    return seen


def test_size_leading_and_baselines_are_those_of_the_pdf(tab: Opener, served: Served) -> None:
    seen = tab("#p=1")
    before = seen.shown
    served.replace(
        served.title / "one.md",
        "这是第一章的第二段。",
        "这是第一章的第二段。" + "一行又一行。" * 20,
    )
    seen.until_shown_is_not(before)
    seen.ready()
    paper = Paper(seen)
    words = paper.found("第一章的第二段")
    told = inspect(seen, words[0], 1)
    after = next(g for g in paper.glyphs() if g.baseline > words[0].baseline + 1 and g.text == "一")

    assert told["type"]["size"] == pytest.approx(words[0].size, abs=0.01)
    assert told["type"]["leading"] == pytest.approx(after.baseline - words[0].baseline, abs=NEAR)
    assert told["type"]["baseline"] == pytest.approx(words[0].baseline, abs=NEAR)
    assert told["type"]["off"] == 0
    assert told["type"]["lines"] == 1
    row = [g for g in paper.glyphs() if abs(g.baseline - after.baseline) < 0.1 and g.text.strip()]
    assert told["type"]["characters"] == pytest.approx(len(row), abs=0.6)
    assert told["box"][0] == pytest.approx(row[0].x, abs=0.1)


def test_the_rule_below_a_heading_is_where_and_as_thick_as_it_is_said(ruled: Tab) -> None:
    paper = Paper(ruled)
    told = inspect(ruled, paper.found("小标题")[0], 1, up=1)
    assert told["path"][-1] == "h2.section"
    x0, _, x1, y1 = told["box"]
    ink = next(i for i in told["inks"] if i["part"] == "border-bottom")
    colour = on_screen(cmyk(ink))
    around = x0 - 5, y1 - 4, x1 + 5, y1 + 4
    rule = paper.inked(around, colour)

    assert told["border"][2] == pytest.approx(1, abs=0.01)
    assert rule == pytest.approx((x0, y1 - 1, x1, y1), abs=NEAR)
    assert told["padding"][2] == pytest.approx(2, abs=0.01)


def cmyk(ink: Any) -> tuple[float, float, float, float]:
    plates = dict(ink["plates"])
    cyan, magenta, yellow, black = (
        plates.get(name, 0.0) for name in ("cyan", "magenta", "yellow", "black")
    )
    return cyan, magenta, yellow, black


def test_ink_is_told_as_the_plates_of_its_swatch(ruled: Tab) -> None:
    paper = Paper(ruled)
    heading = paper.found("小标题")[0]
    body = paper.found("第一章的第一段")[0]
    swatches = {ink.name: ink for ink in layouts.load("jinian", Workspace(ROOT), NOWHERE).inks}
    for glyph in (heading, body):
        ink = next(i for i in inspect(ruled, glyph, 1)["inks"] if i["part"] == "text")
        assert cmyk(ink) == swatches[ink["name"]].cmyk
        assert glyph.rgb == pytest.approx(on_screen(cmyk(ink)), abs=1)
        assert ink["where"]["file"].endswith("tokens.toml")


def test_rules_stand_in_cascade_order_with_what_wins_and_where_it_is_written(
    ruled: Tab, served: Served
) -> None:
    told = inspect(ruled, Paper(ruled).found("小标题")[0], 1, up=1)
    text = (served.styles / "blocks.css").read_text("utf-8").split("\n")
    own = [rule for rule in told["rules"] if rule["of"] == 0 and rule["where"]]
    for rule in own:
        if rule["where"]["file"].endswith("blocks.css"):
            assert rule["selector"].split(",")[0] in text[rule["where"]["line"] - 1]
    sizes = [
        (rule["selector"], one["wins"])
        for rule in own
        for one in rule["written"]
        if one["name"] == "font-size" and rule["selector"].startswith("h2")
    ]
    shorthand = [o for r in own for o in r["written"] if o["name"] == "font"][-1]
    winner = next(o for r in own for o in r["written"] if r["selector"] == "h2.section[id]")

    assert sizes == [("h2", False), ("h2.section[id]", True)]
    assert shorthand["wins"]  # its weight and its family still hold
    assert re.fullmatch(r'\d+ [\d.]+pt/[\d.]+mm "[^"]+"', shorthand["resolved"])
    assert shorthand["asked"][0]["file"].endswith("tokens.toml")
    leading = next(o for r in own for o in r["written"] if o["name"] == "line-height" and o["wins"])
    assert leading["resolved"] == "calc(6mm * 2)"
    assert leading["asked"][0]["file"].endswith(".toml")
    assert text[winner["line"] - 1].startswith("h2.section[id] { font-size: 15pt")


def test_the_manuscript_and_the_templates_are_named_by_their_lines(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=1")
    told = inspect(seen, Paper(seen).found("第一章的第一段")[0], 1)
    lines = (served.title / "one.md").read_text("utf-8").splitlines()

    assert lines[told["source"]["line"] - 1] == "这是第一章的第一段。"
    for one in told["templates"]:
        row = (served.folder / one["file"]).read_text("utf-8").splitlines()[one["line"] - 1]
        assert "<" in row
    assert told["templates"][0]["file"].endswith("blocks/paragraph.html.j2")
    assert len(told["templates"]) > 1


def test_a_running_head_or_folio_has_the_rules_of_its_page(tab: Opener) -> None:
    seen = tab("#p=2")
    folio = [g for g in Paper(seen).glyphs() if g.text.isdigit() and g.baseline > 250]
    told = inspect(seen, folio[0], 2)

    assert told["path"][0].startswith("@")
    assert any(rule["selector"].startswith("@page") for rule in told["rules"])
    assert told["type"]["size"] == pytest.approx(folio[0].size, abs=0.01)


def test_distances_lead_to_margins_and_to_the_nearest_lines(tab: Opener) -> None:
    seen = tab("#p=1")
    told = inspect(seen, Paper(seen).found("第一章的第二段")[0], 1)
    (x0, y0, x1, y1), (a0, b0, a1, b1) = told["box"], told["area"]
    above = next(n for n in told["neighbours"] if n["side"] == "top")

    assert a0 - NEAR <= x0 < x1 <= a1 + NEAR
    assert b0 - NEAR <= y0 < y1 <= b1 + NEAR
    assert above["gap"] == pytest.approx(y0 - above["box"][3], abs=0.01)


def test_a_layout_that_cannot_be_set_in_parts_is_inspected_in_the_whole(
    tab: Opener, served: Served
) -> None:
    """First letters of their own: pages alone are not those of the book."""
    seen = tab("#p=1")
    before = seen.shown
    served.add(served.styles / "blocks.css", "p::first-letter { color: var(--zhu) }")
    seen.until_shown_is_not(before)
    seen.ready()
    first = Paper(seen).found("是第一章的第一段")[0]
    told = inspect(seen, first, 1)

    assert told["source"]["line"] == 5
    assert told["templates"][0]["file"].endswith("blocks/paragraph.html.j2")
    assert told["type"]["size"] == pytest.approx(first.size, abs=0.01)


@pytest.mark.parametrize("layout", layouts.names(Workspace(ROOT)))
def test_every_layout_is_inspected(tab: Opener, layout: str) -> None:
    seen = tab(f"?layout={layout}#p=1")
    words = [g for g in Paper(seen).glyphs() if "一" <= g.text <= "鿿"]
    told = seen.page.evaluate(
        "a => fetch(a).then(r => r.json())",
        f"/inspect/0?at={words[0].x + 0.5:.2f},{words[0].baseline - 0.5:.2f}&layout={layout}",
    )

    assert told["templates"]
    assert told["rules"]
    assert told["type"]["size"] == pytest.approx(words[0].size, abs=0.01)


# --- the panel --------------------------------------------------------------------------------


def test_a_click_shows_it_and_the_next_escape_ends_it(tab: Opener) -> None:
    seen = tab("#p=1")
    words = Paper(seen).found("第一章的第一段")
    seen.press("q")
    point(seen, words[0])
    seen.page.wait_for_selector("#inspector .rule")

    assert fact(seen, "Size") == "10.5 pt"
    assert "1 grid lines" in fact(seen, "Leading")
    assert fact(seen, "Baseline") == "on the grid"
    assert fact(seen, "Manuscript") == "one.md:5"
    assert "K 100" in seen.words("#inspector .ink-row")
    assert seen.has(".over .inspected .found")
    seen.press("Escape")
    assert not seen.page.locator("#inspector").is_visible()
    assert not seen.has(".over .inspected")
    assert seen.said == []


def test_it_follows_a_save(tab: Opener, served: Served) -> None:
    seen = tab("#p=1")
    words = Paper(seen).found("第一章的第一段")
    seen.press("q")
    point(seen, words[0])
    seen.page.wait_for_selector("#inspector .rule")
    before = seen.shown

    served.add(served.styles / "blocks.css", "p { font-size: 12pt }")
    seen.until_shown_is_not(before)
    seen.wait("document.getElementById('inspector').innerText.includes('12 pt')")


def test_by_keyboard_alone_a_block_is_inspected_and_its_elements_chosen(tab: Opener) -> None:
    seen = tab("#p=1")
    seen.wait("document.querySelector('.sheet').dataset.shown")
    seen.press("q", "e")
    seen.page.wait_for_selector("#inspector .rule")
    first = seen.words("#inspector .path [aria-current]")
    for _ in range(3):
        seen.press("e")
    seen.wait(f"document.querySelector('.path [aria-current]').innerText !== {first!r}")
    outer = seen.page.locator("#inspector .path button").first
    outer.focus()
    seen.press("Enter")

    seen.wait("document.querySelectorAll('.path button').length === 1")


def test_a_distance_is_measured_by_dragging(tab: Opener) -> None:
    seen = tab("#p=1")
    seen.press("q")
    box = seen.page.locator(".sheet").bounding_box()
    assert box is not None
    scale = box["width"] / 210
    seen.page.mouse.move(box["x"] + 50 * scale, box["y"] + 100 * scale)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 80 * scale, box["y"] + 140 * scale, steps=4)
    seen.page.mouse.up()

    said = [
        float(n)
        for n in re.findall(r"[\d.]+", seen.page.locator(".measure text").text_content() or "")
    ]
    assert said[:3] == pytest.approx([50, 30, 40], abs=0.6)


def test_it_speaks_both_languages(tab: Opener) -> None:
    seen = tab("#p=1")
    seen.press("q", "e")
    seen.page.wait_for_selector("#inspector .rule")
    seen.press("l")

    assert "字号" in seen.words("#inspector")
    assert "行距" in seen.words("#inspector")


@pytest.mark.parametrize(
    "address",
    [
        "/inspect/0?at=1", "/inspect/0?at=nan,1", "/inspect/99?at=1,1", "/inspect/0?at=1,1&up=x",
        "/inspect/x?at=1,1", "/inspect/0?at=1,1&title=/etc", "/inspect/0?box=1,2,3",
    ],
)  # fmt: skip
def test_nonsense_is_not_found(tab: Opener, address: str) -> None:
    seen = tab("#p=1")
    status = seen.page.evaluate("a => fetch(a).then(r => r.status)", address)

    assert status == 404
