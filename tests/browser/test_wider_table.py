"""What lies beside the pages: search, two layouts, the book's rhythm, rulers, themes, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import pytest
from on_paper import Paper
from playwright.sync_api import Browser
from served import ROOT, Served, Tab, eventually, opened

from banxin import layouts
from banxin.workspace import Workspace

Opener = Callable[..., Tab]
LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3


# --- search -------------------------------------------------------------------------------------


def searched(seen: Tab, words: str) -> list[str]:
    seen.press("/")
    seen.page.locator("#search-words").fill(words)
    seen.page.wait_for_selector("#search-found li")
    seen.page.wait_for_timeout(400)  # until the last answer is there
    return [
        row.replace("\n", " ") for row in seen.page.locator("#search-found li").all_inner_texts()
    ]


def test_words_are_found_on_their_pages_though_a_line_ends_within_them(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=1")
    before = seen.shown
    long = "从前有一条河流过城边，" * 6 + "河上有三座桥。"
    served.replace(served.title / "one.md", "这是第一章的第二段。", long)
    seen.until_shown_is_not(before)
    seen.ready()
    glyphs = [g for g in Paper(seen).glyphs() if g.text.strip()]
    breaks = [
        i
        for i, (a, b) in enumerate(pairwise(glyphs), 1)
        if b.baseline - a.baseline > 4 and a.size == b.size and a.text + b.text in long
    ]
    broken = "".join(g.text for g in glyphs[breaks[0] - 3 : breaks[0] + 3])

    rows = searched(seen, broken)
    assert rows
    assert all(row.startswith("Text") for row in rows)
    seen.press("Enter")
    assert seen.has(".frame")


def test_a_picture_is_found_by_its_name_and_a_page_by_its_number(tab: Opener) -> None:
    seen = tab("#p=4")

    assert any("Picture good.jpg" in row for row in searched(seen, "GOOD"))
    seen.press("Escape")
    assert searched(seen, "2")[0].startswith("Page")
    seen.press("Enter", "Escape")
    assert seen.spread == [2, 3]
    assert seen.page.evaluate("document.activeElement.id") == "desk"


def test_by_keyboard_one_walks_through_what_is_found(tab: Opener) -> None:
    seen = tab("#p=1")
    rows = searched(seen, "第二段")
    assert len(rows) == 4

    seen.press("ArrowDown", "ArrowDown", "ArrowDown", "Enter")
    assert 3 in seen.spread


# --- side by side -------------------------------------------------------------------------------


def other_pages(seen: Tab) -> list[str]:
    found: list[str] = seen.page.evaluate(
        "[...document.querySelectorAll('#beside img')].filter(i => i.naturalWidth)"
        ".map(i => i.dataset.id)"
    )
    return found


def test_what_was_before_lies_beside_what_is_now(tab: Opener, served: Served) -> None:
    seen = tab("#p=2")
    before = seen.shown
    served.replace(served.title / "two.md", "另一件事", "另外一件很不一样的事")
    seen.until_shown_is_not(before)
    seen.ready()
    seen.press("j")
    eventually(lambda: other_pages(seen) == before)

    assert seen.shown != before
    seen.press("j")
    assert not seen.page.locator("#beside").is_visible()


def test_another_layout_lies_beside_at_the_same_place_and_scrolls_along(tab: Opener) -> None:
    seen = tab("#p=2&zoom=2")
    seen.page.locator("#compare").click()
    seen.page.get_by_role("menuitemcheckbox").filter(has_text="Album").click()
    seen.press("Escape")
    seen.page.wait_for_selector("#beside img", timeout=60_000)
    eventually(lambda: other_pages(seen))

    assert not set(other_pages(seen)) & set(seen.shown)
    shares = """(() => ['desk', 'beside'].map(id => { const box = document.getElementById(id);
      return box.scrollTop / (box.scrollHeight - box.clientHeight) }))()"""
    for one in ("desk", "beside"):
        for to in (0.2, 0.8):
            seen.page.evaluate(
                "([id, to]) => { const box = document.getElementById(id);"
                " box.scrollTop = to * (box.scrollHeight - box.clientHeight) }",
                [one, to],
            )
            seen.page.wait_for_timeout(200)
            assert seen.page.evaluate(shares) == pytest.approx([to, to], abs=0.02)


# --- the bar ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_in_the_bar_lies_over_anything_else(tab: Opener, language: str) -> None:
    seen = tab("#p=2")
    if not seen.page.evaluate("document.documentElement.lang").startswith(language):
        seen.press("l")
    for width in (1440, 1401, 1400, 1241, 1240, 1101, 1100, 900, 600, 390):
        seen.page.set_viewport_size({"width": width, "height": 860})
        covered = seen.page.evaluate(
            """() => { const bar = document.getElementById('bar');
                 const seen = [...bar.querySelectorAll('.side, .turn')].map(e => {
                   const all = [...e.children].map(c => c.getBoundingClientRect())
                     .filter(b => b.width);
                   const box = e.getBoundingClientRect();
                   // What is scrolled to is not seen beyond its box.
                   const cuts = getComputedStyle(e).overflowX === 'auto';
                   return { top: box.top, bottom: box.bottom,
                     left: cuts ? box.left : Math.min(...all.map(b => b.left)),
                     right: cuts ? box.right : Math.max(...all.map(b => b.right)) } });
                 const meet = (a, b) => a.left < b.right && b.left < a.right
                   && a.top < b.bottom && b.top < a.bottom;
                 return seen.flatMap((a, i) => seen.slice(i + 1).filter(b => meet(a, b))) }"""
        )
        assert covered == [], width


# --- names, findings, rhythm --------------------------------------------------------------------


def test_titles_and_layouts_are_called_as_they_are_called(tab: Opener) -> None:
    seen = tab()

    assert seen.page.locator("#title option").all_inner_texts() == ["小册"]
    assert seen.page.locator("#title").input_value() == "small"
    called = seen.page.locator("#layout option").all_inner_texts()
    folders = layouts.names(Workspace(ROOT))
    assert len(called) == len(folders)
    assert not set(called) & set(folders)
    seen.press("l")
    assert not set(seen.page.locator("#layout option").all_inner_texts()) & set(called)


def test_findings_are_listed_by_page_by_kind_and_by_weight(tab: Opener) -> None:
    seen = tab("#p=1")
    seen.press("f")
    places = "[...document.querySelectorAll('#findings li')].map(r => Number(r.dataset.page || 0))"
    codes = "[...document.querySelectorAll('#findings .code')].map(c => c.textContent)"
    numbers = "[...document.querySelectorAll('#findings .finding .pin')].map(p => +p.textContent)"
    pages = seen.page.evaluate(places)
    assert len(pages) > 2
    assert pages == sorted(pages)

    seen.page.locator("[data-order=kind]").click()
    kinds = seen.page.evaluate(codes)
    assert kinds == sorted(kinds)
    assert len(set(kinds)) == seen.page.locator("#findings .group").count()
    seen.page.locator("[data-order=weight]").click()
    found = seen.page.evaluate(numbers)
    assert found == sorted(found)
    seen.page.locator("[data-order=page]").click()


def test_the_rhythm_shows_every_spread_and_how_full_each_page_is(tab: Opener) -> None:
    seen = tab("#p=2")
    seen.press("h")
    seen.page.wait_for_selector("#rhythm button")

    assert seen.page.locator("#rhythm button").count() == 3
    heights = seen.page.locator("#rhythm .leaf").evaluate_all("all => all.map(a => a.clientHeight)")
    assert set(heights) == {40}
    widths = seen.page.locator("#rhythm .full i").evaluate_all("all => all.map(a => a.style.width)")
    shares = [int(width.rstrip("%")) for width in widths]
    assert len(shares) == 4
    assert shares[0] > shares[1] > 0
    seen.page.locator("#rhythm button").last.focus()
    seen.press("Enter")
    assert seen.spread == [4]


def test_blank_pages_of_the_binding_are_counted(tab: Opener, served: Served) -> None:
    edition = served.title / "edition.toml"
    seen = tab("#p=1")
    assert "blank" not in seen.words("#where")
    served.replace(edition, '"three.md", ', "")
    seen.wait("document.getElementById('where').innerText.includes('1 of them blank')")


# --- lines, rulers, guides ----------------------------------------------------------------------


def test_a_line_off_the_grid_shows_by_how_much(tab: Opener, served: Served) -> None:
    seen = tab("#p=1")
    seen.press("k")
    seen.page.wait_for_timeout(800)
    assert not seen.has(".over .line-off")
    before = seen.shown
    served.add(served.styles / "blocks.css", ".section { position: relative; top: 1.3mm }")
    seen.until_shown_is_not(before)
    seen.page.wait_for_selector(".over .line-off", state="attached")

    said = seen.page.locator(".over .line-words").all_text_contents()
    assert [float(word) for word in said] == pytest.approx([1.3], abs=0.02)


def test_lines_are_not_asked_for_over_and_over_while_the_title_is_broken(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=1")
    edition = served.title / "edition.toml"
    whole = edition.read_text("utf-8")
    edition.write_text("title = ", "utf-8")
    seen.wait("!document.getElementById('trouble').hidden")
    seen.press("k")
    seen.page.wait_for_timeout(1500)

    assert 1 <= sum("?lines" in address for address in seen.asked) <= 5

    with seen.page.expect_request(lambda request: "?lines" in request.url):
        edition.write_text(whole, "utf-8")


def test_guides_are_drawn_out_of_a_ruler_and_typed_in_and_kept(tab: Opener) -> None:
    seen = tab("#p=1")
    seen.press("u")
    ruler = seen.page.locator(".ruler.x").bounding_box()
    sheet = seen.page.locator(".sheet").bounding_box()
    assert ruler is not None
    assert sheet is not None
    scale = sheet["width"] / 210
    seen.page.mouse.move(ruler["x"] + 60, ruler["y"] + 8)
    seen.page.mouse.down()
    seen.page.mouse.move(ruler["x"] + 60, sheet["y"] + 100 * scale, steps=4)
    seen.page.mouse.up()
    seen.page.locator("#guides input").fill("42.5")
    seen.page.locator("#guides button").first.click()
    lines = seen.page.locator(".over .guide").evaluate_all(
        "all => all.map(a => a.getAttribute('d'))"
    )

    assert [line for line in lines if line.startswith("M42.5 ")]
    across = next(line for line in lines if line.startswith("M-8"))
    assert float(across.split()[1].split("H")[0]) == pytest.approx(100, abs=0.5)
    seen.page.reload()
    seen.ready()
    assert seen.page.locator(".over .guide").count() == 2
    seen.page.locator("#guides button").last.click()
    assert seen.page.locator(".over .guide").count() == 0


# --- light, and small ---------------------------------------------------------------------------

CONTRASTS: Final = """() => {
  const part = c => { const v = c / 255;
    return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 };
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => { for (let e = element; e; e = e.parentElement) {
    const [r, g, b, a = 1] = rgb(getComputedStyle(e).backgroundColor);
    if (a > .9) return [r, g, b]; }
    return [255, 255, 255] };
  const all = [...document.querySelectorAll('#bar button, #bar select, #findings *, #inspector *')];
  return all.filter(e => e.checkVisibility() && !e.disabled && getComputedStyle(e).opacity === '1'
      && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => { const [a, b] = [rgb(getComputedStyle(e).color), ground(e)].map(light);
      return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.outerHTML.slice(0, 90)] });
}"""


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("panel", ["f", "q"])
def test_all_words_can_be_read_in_the_dark_and_in_the_light(
    tab: Opener, theme: str, panel: str
) -> None:
    seen = tab("#p=1")
    if theme == "light":
        seen.press("a")
    seen.press(panel)
    if panel == "q":
        seen.press("e", "e")
        seen.page.wait_for_selector("#inspector .rule")
    found: list[Any] = seen.page.evaluate(CONTRASTS)

    assert seen.page.evaluate("document.documentElement.dataset.theme") == theme
    assert len(found) > 20
    assert [row for row in found if row[0] < LEAST_CONTRAST] == []


def test_the_theme_is_kept(tab: Opener) -> None:
    seen = tab()
    seen.press("a")
    seen.page.reload()
    seen.ready()

    assert seen.page.evaluate("document.documentElement.dataset.theme") == "light"


def test_on_a_phone_pages_lie_one_by_one_and_fill_it(browser: Browser, served: Served) -> None:
    phone = {"viewport": {"width": 390, "height": 780}, "has_touch": True}
    seen = opened(browser, f"{served.address}#p=2", **phone)
    seen.ready()

    assert seen.spread == [2]
    width = seen.page.locator(".sheet").evaluate("sheet => sheet.offsetWidth")
    assert width > 0.9 * 390
    seen.page.locator("#next").click()
    assert seen.spread == [3]
    hidden = seen.page.locator("#inspect").bounding_box()
    assert hidden is not None
    seen.press("q", "e")
    seen.page.wait_for_selector("#inspector .rule")
    panel = seen.page.locator("#inspector").bounding_box()
    assert panel is not None
    assert (panel["x"], panel["width"]) == (0, 390)
    assert re.search(r"[\d.]+ pt", seen.words("#inspector"))
    seen.page.context.close()
