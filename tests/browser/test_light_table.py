"""The preview as a designer uses it: in a real browser, saving files beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Route
from served import Served, Tab, another, eventually

Opener = Callable[..., Tab]

OVERLAYS: Final = {
    "t": ".over .trim", "b": ".over .bleed", "s": ".over .safe", "m": ".over .area",
    "g": ".over .grid", "r": ".over .photo", "d": ".over .pin",
}  # fmt: skip
HAN: Final = re.compile("[一-鿿]")


# --- pages ------------------------------------------------------------------------------------


def test_the_first_page_lies_alone_on_the_right_and_the_others_face_each_other(
    tab: Opener,
) -> None:
    seen = tab()

    assert seen.spread == [1]
    spreads = []
    for _ in range(2):
        seen.press("ArrowRight")
        spreads.append(seen.spread)
    assert spreads == [[2, 3], [4]]
    seen.press("ArrowRight")
    assert seen.spread == [4]
    seen.press("Home")
    assert seen.spread == [1]
    seen.press("p", "End", "ArrowLeft")
    assert seen.spread == [3]


def test_nothing_is_loaded_from_anywhere_else_and_nothing_goes_wrong(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=2")
    seen.press("o", "Escape", "f", "?", "Escape")

    assert {url.split("/")[2] for url in seen.asked} == {served.at.split("/")[2]}
    assert seen.said == []


def test_a_page_whose_picture_did_not_come_is_asked_for_once_more(tab: Opener) -> None:
    seen = tab("#p=1")
    refused: list[str] = []

    def first_refused(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.abort()

    seen.page.route(re.compile("/leaf/"), first_refused)
    seen.page.reload()
    seen.ready()

    assert len(refused) == 1
    assert seen.page.locator("img.page").evaluate("image => image.naturalWidth") > 0


def test_a_picture_has_as_many_pixels_as_the_screen_shows_of_it(tab: Opener) -> None:
    seen = tab(device_scale_factor=2)

    shown, real = seen.page.evaluate(
        """(() => { const i = document.querySelector('img.page');
             return [i.getBoundingClientRect().width * devicePixelRatio, i.naturalWidth] })()"""
    )
    assert abs(shown - real) < 1.5


def test_close_up_the_part_that_is_seen_is_fetched_anew_and_sharp(tab: Opener) -> None:
    seen = tab("#p=1&zoom=4&at=0.5,0.3")
    seen.page.wait_for_selector("img.sharp")

    shown, real = seen.page.evaluate(
        """(() => { const i = document.querySelector('img.sharp');
             return [i.getBoundingClientRect().width * devicePixelRatio, i.naturalWidth] })()"""
    )
    assert abs(shown - real) < 1.5
    assert real < seen.page.evaluate("document.querySelector('.sheet').offsetWidth")


# --- a save ---------------------------------------------------------------------------------


def test_a_paragraph_is_saved_and_its_page_alone_is_fetched_again_and_flashes_once(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=2")
    before = seen.shown
    seen.asked.clear()
    seen.page.evaluate(
        """window.flashes = []; document.addEventListener('animationstart', event =>
             event.animationName === 'flash' && flashes.push(event.target.dataset.page))"""
    )

    served.replace(served.title / "two.md", "另一件事", "另外一件很不一样的事")
    seen.until_shown_is_not(before)
    seen.ready()

    after = seen.shown
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert set(seen.pictures()) == {after[0]}
    assert seen.page.evaluate("flashes") == ["2"]


def test_a_colour_changes_on_the_page_and_the_place_is_kept(tab: Opener, served: Served) -> None:
    seen = tab("#p=2&zoom=2&at=0.31,0.42&show=grid.trim")
    box = "document.getElementById('spread').getBoundingClientRect()"
    where = seen.page.evaluate(f"(b => [b.x, b.y, b.width])({box})")
    before = seen.shown

    served.add(served.styles / "blocks.css", "p { color: #c00 }")
    seen.until_shown_is_not(before)
    seen.ready()

    assert seen.page.evaluate(f"(b => [b.x, b.y, b.width])({box})") == where
    assert seen.has(".over .grid")
    assert seen.has(".over .trim")
    assert seen.spread == [2, 3]


def test_a_reload_finds_the_same_place_again(tab: Opener) -> None:
    seen = tab("#p=2")
    seen.press("+", "+", "g")
    seen.page.locator("#desk").evaluate("desk => desk.scrollTo(150, 220)")
    seen.page.wait_for_timeout(300)  # until it is in the address
    scrolled = "[desk.scrollLeft, desk.scrollTop, document.querySelector('#zoom').textContent]"
    before = seen.page.evaluate(f"(desk => {scrolled})(document.getElementById('desk'))")

    seen.page.reload()
    seen.ready()

    after = seen.page.evaluate(f"(desk => {scrolled})(document.getElementById('desk'))")
    assert after[2] == before[2]
    assert [abs(a - b) <= 2 for a, b in zip(after[:2], before[:2], strict=True)] == [True, True]
    assert seen.spread == [2, 3]
    assert seen.has(".over .grid")


def test_a_larger_type_moves_everything_and_pages_are_added(tab: Opener, served: Served) -> None:
    seen = tab("#p=3")
    served.add(served.title / "three.md", "很长的一段文字。" * 400)
    seen.wait("parseInt(document.querySelector('#where').firstChild.data.split('/')[1]) > 4")
    seen.ready()

    assert seen.spread == [2, 3]
    seen.press("End")
    assert seen.spread == [8]  # saddle-stitched: pages in fours
    seen.press("ArrowLeft")
    assert seen.page.locator(".sheet.blank").count() > 0


def test_two_tabs_look_at_different_pages_and_both_follow(tab: Opener, served: Served) -> None:
    one = tab("#p=1")
    two = another(one.page.context, served.address + "#p=4")
    two.ready()
    before = one.shown, two.shown

    served.replace(served.title / "one.md", "第二段", "第二个段落")
    served.replace(served.title / "four.md", "第二段", "第二个段落")
    one.until_shown_is_not(before[0])
    two.until_shown_is_not(before[1])

    assert (one.spread, two.spread) == ([1], [4])


# --- over the pages ---------------------------------------------------------------------------


def test_each_overlay_comes_and_goes_by_its_key(tab: Opener) -> None:
    seen = tab()

    for key, drawn in OVERLAYS.items():
        assert not seen.has(drawn), key
        seen.press(key)
        seen.page.wait_for_selector(drawn, state="attached")
        seen.press(key)
        seen.page.wait_for_selector(drawn, state="detached")


def test_the_grid_is_drawn_where_the_type_stands(tab: Opener) -> None:
    """The paragraph's first baseline, by where its box ends up, is one of the lines."""
    seen = tab("#show=grid.area")
    area = seen.page.evaluate(
        "(r => [r.x.baseVal.value, r.width.baseVal.value])(document.querySelector('.over .area'))"
    )
    digest = seen.page.evaluate(
        """fetch('/about').then(a => a.json()).then(() =>
             performance.getEntriesByType('resource').map(e => e.name)
               .filter(n => n.includes('/stands/')).at(-1))"""
    )
    stands = seen.page.evaluate("url => fetch(url).then(a => a.json())", digest)

    paragraph = next(s for s in stands if s["file"].endswith("one.md") and s["line"] == 5)
    assert abs(paragraph["box"][0] - area[0]) < 0.01


def test_plates_and_density_are_shown_for_the_page_that_is_seen(tab: Opener) -> None:
    seen = tab()
    seen.press("i")
    seen.page.wait_for_selector("img.ink")
    assert seen.has("#legend")
    seen.press("4")
    seen.page.wait_for_selector("img.ink[src*=black]")
    assert not seen.has("#legend")

    black = darkest(seen)
    seen.press("1")
    seen.page.wait_for_selector("img.ink[src*=cyan]")

    assert black < 60  # the text is black
    box = seen.page.locator(".sheet").bounding_box()
    assert box is not None
    seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    seen.page.wait_for_selector("#reading .black")
    seen.press("Escape")
    seen.page.wait_for_selector("img.ink", state="detached")


def darkest(seen: Tab) -> int:
    """Of what the plate puts on paper: the least green."""
    value: int = seen.page.evaluate(
        """(() => {
             const image = document.querySelector('img.ink');
             const canvas = document.createElement('canvas');
             const [width, height] = [image.naturalWidth, image.naturalHeight];
             Object.assign(canvas, { width, height });
             const drawing = canvas.getContext('2d');
             drawing.drawImage(image, 0, 0);
             return drawing.getImageData(0, 0, width, height).data
               .filter((_, n) => n % 4 === 1).reduce((a, b) => Math.min(a, b)) })()"""
    )
    return value


def test_what_was_found_is_listed_and_leads_to_its_page_and_its_line(tab: Opener) -> None:
    seen = tab("#p=4")
    seen.press("f")
    row = seen.page.locator("#findings li[data-page='1']", has_text="one.md:7").first

    row.locator(".finding").click()
    assert seen.spread == [1]
    row.locator(".link").click()

    seen.page.wait_for_selector("#toast.shown code")
    assert seen.words("#toast code") == "content/small/one.md:7"


# --- from the page to the manuscript -----------------------------------------------------------


def test_a_click_on_a_paragraph_names_its_file_and_line_and_copies_it(
    tab: Opener,
) -> None:
    seen = tab("#p=2", permissions=["clipboard-read", "clipboard-write"])
    line = seen.page.evaluate(STAND, ["two.md", 5])

    seen.page.mouse.click(*line)

    seen.page.wait_for_selector("#toast.shown code")
    assert seen.words("#toast code") == "content/small/two.md:5"
    assert seen.page.evaluate("navigator.clipboard.readText()") == "content/small/two.md:5"


def test_pictures_and_headings_are_found_too(tab: Opener) -> None:
    seen = tab("#p=1")
    for line in (7, 9):
        seen.page.mouse.click(*seen.page.evaluate(STAND, ["one.md", line]))
        seen.page.wait_for_function(
            "line => document.querySelector('#toast code')?.textContent.endsWith(line)",
            arg=f"one.md:{line}",
        )


# The middle of what is written at a line, in pixels of the window.
STAND: Final = """async ([file, line]) => {
  const pages = { 'one.md': 1, 'two.md': 2, 'three.md': 3, 'four.md': 4 };
  const sheets = [...document.querySelectorAll('.sheet')];
  const urls = performance.getEntriesByType('resource').map(e => e.name)
    .filter(n => n.includes('/stands/'));
  for (const url of urls.reverse()) {
    const stands = await (await fetch(url)).json();
    const found = stands.findLast(s => s.file.endsWith(file) && s.line === line);
    if (!found) continue;
    const sheet = sheets.find(s => s.dataset.page == pages[file]) ?? sheets[0];
    const box = sheet.getBoundingClientRect(), mm = box.width / 210;
    const [x0, y0, x1, y1] = found.box;
    return [box.x + (x0 + x1) / 2 * mm, box.y + (y0 + y1) / 2 * mm];
  }
}"""


# --- trouble ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "line"),
    [
        ("layouts/jinian/styles/blocks.css", "}", "", "css/unclosed", "blocks.css:"),
        (
            "layouts/jinian/templates/chapters/text.html.j2", "{%", "{% nix %}{%",
            "template/no-tag", "text.html.j2:",
        ),
        (
            "content/small/edition.toml", 'title = "小册"', "title = 小册",
            "table/syntax", "edition.toml:1",
        ),
    ],
)  # fmt: skip
def test_what_is_broken_is_told_over_the_last_good_pages_and_goes_when_it_is_mended(
    tab: Opener, served: Served, file: str, old: str, new: str, code: str, line: str
) -> None:
    seen = tab("#p=2")
    good = seen.shown
    path = served.folder / file
    before = path.read_text("utf-8")

    served.replace(path, old, new)
    seen.page.wait_for_selector("#trouble article")

    assert seen.words("#trouble .code").splitlines()[0] == code
    assert line in seen.words("#trouble .where")
    assert seen.words("#trouble pre")
    assert seen.shown == good
    path.write_text(before, "utf-8")
    seen.page.wait_for_selector("#trouble", state="hidden")
    assert seen.shown == good


def test_what_is_wrong_with_the_manuscript_is_found_beside_its_pages(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=2")
    before = seen.shown
    served.replace(served.title / "two.md", "template: text", "template: tex")
    served.replace(served.title / "two.md", "另一件事", "别的")
    seen.until_shown_is_not(before)

    seen.page.wait_for_selector("#findings-button.error")
    seen.press("f")

    row = seen.page.locator("#findings li", has_text="chapter/template").first
    assert "two.md:3" in row.inner_text()
    assert not seen.page.is_visible("#trouble")


def test_css_that_the_engine_ignores_is_found_at_its_line(tab: Opener, served: Served) -> None:
    seen = tab()
    lines = served.add(served.styles / "blocks.css", "p { colr: red }")

    seen.page.wait_for_selector("#findings-button.warning")
    seen.press("f")

    row = seen.page.locator("#findings li", has_text="css/ignored").first
    assert f"blocks.css:{lines}" in row.inner_text()
    assert "colr" in row.inner_text()


def test_type_too_small_names_the_rule_that_made_it_so(tab: Opener, served: Served) -> None:
    seen = tab()
    line = served.add(served.styles / "blocks.css", "p { font-size: 4pt !important }")

    seen.page.wait_for_selector("#findings-button.error")
    seen.press("f")

    cause = seen.page.locator("#findings li", has_text="text/too-small").first.locator(".cause")
    cause.wait_for(state="attached")
    assert cause.locator("button").text_content() == f"layouts/jinian/styles/blocks.css:{line}"
    assert cause.locator("code").text_content() == "p { font-size: 4pt }"


# --- compare -----------------------------------------------------------------------------------


def test_before_and_after_blink_and_differ_in_what_has_changed(tab: Opener, served: Served) -> None:
    seen = tab("#p=2")
    before = seen.shown
    served.replace(served.title / "two.md", "另一件事", "别的")
    seen.until_shown_is_not(before)
    seen.ready()

    seen.press("c")
    seen.page.wait_for_selector("img.before", state="attached")
    seen.page.wait_for_selector("body.before")
    assert seen.words("#compared") == "Before"
    seen.page.wait_for_selector("body:not(.before)")
    assert seen.words("#compared") == "After"
    seen.press("v")

    assert seen.page.evaluate("document.body.dataset.compare") == "difference"
    assert seen.page.locator("img.before").count() == 1
    seen.press("Escape")
    assert not seen.has("img.before")


# --- the bar -----------------------------------------------------------------------------------


def test_layout_and_draft_are_changed_from_the_page(tab: Opener, served: Served) -> None:
    (served.title / "photos" / "good.jpg").rename(served.title / "photos" / "gone.jpg")
    seen = tab(waits=False)
    seen.page.wait_for_selector("#findings-button.error")

    with seen.page.expect_navigation():
        seen.page.click("#draft")
    seen.page.wait_for_selector(".sheet[data-shown]")
    seen.page.wait_for_selector("#findings-button.warning")
    assert seen.page.is_checked("#draft")
    (served.title / "photos" / "gone.jpg").rename(served.title / "photos" / "good.jpg")
    with seen.page.expect_navigation():
        seen.page.select_option("#layout", "huace")
    seen.wait("document.querySelector('.sheet')?.dataset.shown")

    size = "(b => b.width / b.height)(document.querySelector('.sheet').getBoundingClientRect())"
    assert seen.page.evaluate("new URLSearchParams(location.search).get('layout')") == "huace"
    assert abs(seen.page.evaluate(size) - 210 / 285) > 0.01


def test_a_leaflet_lies_side_by_side_and_shows_its_folds(tab: Opener) -> None:
    seen = tab("?layout=xuanzhe#show=trim.safe")

    assert seen.spread == [1]
    assert seen.page.locator(".over .fold").count() == 2
    assert seen.page.locator(".over .safe").count() == 3
    seen.press("ArrowRight")
    assert seen.spread == [2]


def test_the_spread_is_downloaded_as_png_and_pdf(tab: Opener) -> None:
    seen = tab("#p=2")
    begun = {"PNG": b"\x89PNG", "PDF": b"%PDF-"}
    for form, start in begun.items():
        seen.page.click("#pass-on")
        with seen.page.expect_download() as download:
            seen.page.locator("[role=menu] button", has_text=form).click()
        path = download.value.path()
        assert path.read_bytes().startswith(start)
        assert download.value.suggested_filename == f"小册-2-3.{form.lower()}"


def test_thumbnails_show_every_spread_and_lead_to_it(tab: Opener) -> None:
    seen = tab()
    seen.press("o")

    assert seen.page.locator("#thumbnails button").count() == 3
    seen.press("ArrowRight", "Enter")
    assert seen.spread == [2, 3]
    assert not seen.page.is_visible("#thumbnails")


def test_everything_is_reached_by_keyboard_alone(tab: Opener) -> None:
    seen = tab(permissions=["clipboard-read", "clipboard-write"])
    walked: list[str] = []
    while "one.md:5" not in "".join(walked):
        seen.press("e")  # from block to block, once the blocks are known
        told = "document.querySelector('#toast code')?.textContent ?? ''"
        walked.append(seen.page.evaluate(told))
        seen.page.wait_for_timeout(50)
        assert len(list(filter(None, walked))) < 9
        assert len(walked) < 400
    seen.press("Enter")
    seen.page.wait_for_function("document.querySelector('#toast').textContent.includes('Copied')")
    assert seen.page.evaluate("navigator.clipboard.readText()") == "content/small/one.md:5"
    seen.press("Escape", "?")
    assert seen.page.locator("#keys").evaluate("dialog => dialog.open")
    seen.press("Escape")
    assert not seen.page.locator("#keys").evaluate("dialog => dialog.open")

    reached = []
    seen.page.locator("#desk").focus()
    for _ in range(17):
        seen.press("Shift+Tab")
        reached.append(seen.page.evaluate("document.activeElement.id"))
    assert {"inspect", "find", "theme"} <= set(reached)
    assert {"help", "language", "pass-on", "findings-button", "compare", "inks", "overlays",
            "zoom", "where", "next", "draft", "finish", "layout"} <= set(reached)  # fmt: skip
    seen.page.locator("#overlays").focus()
    seen.press("Enter", "ArrowDown", "Enter")
    assert seen.has(".over .bleed")
    seen.press("Escape")
    assert seen.page.evaluate("document.activeElement.id") == "overlays"


def test_one_key_changes_the_language_and_nothing_stays_behind_in_the_other(
    tab: Opener,
) -> None:
    seen = tab()
    seen.press("f")
    for opened in ("#zoom", "#overlays", "#inks", "#compare", "#pass-on"):
        seen.page.click(opened)
        assert HAN.findall(seen.words("[role=menu]")) == []
        seen.press("Escape")
    words = seen.words("#bar").replace("中文", "")
    assert HAN.findall(words) == []
    seen.press("?")
    assert HAN.findall(seen.words("#keys")) == []
    seen.press("Escape", "l")

    assert seen.page.evaluate("document.documentElement.lang").startswith("zh")
    assert "叠加" in seen.words("#bar")
    assert HAN.findall(seen.words("#findings h2"))
    seen.page.reload()
    seen.ready()
    assert "叠加" in seen.words("#bar")
    seen.press("l")
    assert "Overlays" in seen.words("#bar")


def test_every_control_has_a_name_and_every_word_stands_out_from_its_ground(
    tab: Opener,
) -> None:
    """WCAG 2.2, 4.1.2 and 1.4.3: at least 4.5 to 1."""
    seen = tab()
    seen.press("f")
    nameless = seen.page.evaluate(
        """[...document.querySelectorAll('button, select, input')]
             .filter(e => e.offsetParent && !(e.ariaLabel || e.textContent.trim()
               || e.labels?.[0]?.textContent.trim())).map(e => e.outerHTML)"""
    )
    colours = seen.page.evaluate(
        """[...document.querySelectorAll('#bar *, #findings *')]
             .filter(e => e.offsetParent && !e.disabled
               && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
             .map(e => { let g = e; const clear = 'rgba(0, 0, 0, 0)';
               while (g && getComputedStyle(g).backgroundColor === clear) g = g.parentElement;
               return [getComputedStyle(e).color, getComputedStyle(g).backgroundColor,
                       e.className || e.id || e.tagName] })"""
    )

    assert nameless == []
    assert len(colours) > 15
    assert [(a, b, who) for a, b, who in colours if contrast(a, b) < 4.5] == []


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def light(colour: str) -> float:
    """Relative luminance of `rgb(…)`, WCAG 2.2."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_narrow_window_needs_no_scrolling_sideways(tab: Opener) -> None:
    seen = tab("#p=2", viewport={"width": 480, "height": 700})
    seen.press("f")

    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 480


# --- what it leaves behind -----------------------------------------------------------------------


def test_nothing_is_written_but_the_cache(tab: Opener, served: Served) -> None:
    seen = tab()
    before = seen.shown
    served.replace(served.title / "one.md", "第一段", "第一个段落")
    seen.until_shown_is_not(before)
    seen.ready()

    assert {path.name for path in served.output.iterdir()} == {".cache"}
    eventually(lambda: (served.output / ".cache").is_dir())
