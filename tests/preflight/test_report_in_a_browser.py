"""The report as an editor uses it: in a real browser, offline, in both languages, on paper."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cairocffi
import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from banxin import preflight
from banxin.pipeline import Build
from banxin.preflight_file import judge

HAN: Final = re.compile("[一-鿿]")


@dataclass
class Opened:
    """A page with what it said to the console and what it asked of the network."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def good(sample: Build) -> Path:
    return next(f for f in sample.files if f.name == "report.html")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of three pages that no shop would print."""
    folder = tmp_path_factory.mktemp("bad")
    surface = cairocffi.PDFSurface(str(folder / "bad.pdf"), 300, 400)
    context = cairocffi.Context(surface)
    for number in range(3):
        context.set_source_rgb(0.8, 0.1, 0.1)
        context.rectangle(90, 60 + 90 * number, 120, 80)
        context.fill()
        context.show_page()
    surface.finish()
    report = judge(folder / "bad.pdf")
    (folder / "report.html").write_text(preflight.as_page(report, "zh"), "utf-8")
    (folder / "report.json").write_text(preflight.as_json(report, "zh"), "utf-8")
    return folder / "report.html"


def opened(browser: Browser, file: Path, **how: Any) -> Opened:
    page = browser.new_page(**{"viewport": {"width": 1200, "height": 900}, **how})
    seen = Opened(page)
    page.on("console", lambda message: seen.said.append(message.text))
    page.on("pageerror", lambda problem: seen.said.append(str(problem)))
    page.on("request", lambda request: seen.asked.append(request.url))
    page.goto(file.as_uri())
    return seen


def shown(page: Page, selector: str) -> int:
    return page.locator(f"{selector}:visible").count()


def told(file: Path) -> dict[str, Any]:
    """The report of a page for programs."""
    report: dict[str, Any] = json.loads(file.with_suffix(".json").read_text())
    return report


def findings(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(file)["findings"]
    return found


def test_it_opens_by_itself_without_a_word_to_the_network(browser: Browser, good: Path) -> None:
    seen = opened(browser, good)

    assert seen.said == []
    assert [url for url in seen.asked if not url.startswith("data:")] == [good.as_uri()]
    assert seen.page.locator(".seal").inner_text().replace("\n", "") == "可以付印"
    assert shown(seen.page, ".leaf img") == told(good)["pages"] > 0
    assert shown(seen.page, ".finding") == len(findings(good))


def test_every_picture_has_loaded_and_every_box_lies_in_its_picture(
    browser: Browser, good: Path
) -> None:
    page = opened(browser, good).page

    assert page.evaluate("[...document.images].filter(i => !i.naturalWidth).length") == 0
    strayed = page.evaluate(
        """[...document.querySelectorAll('.spot')].filter(spot => {
             const b = spot.querySelector('i').getBoundingClientRect();
             const p = spot.getBoundingClientRect();
             return b.left < p.left - 3 || b.right > p.right + 3
                 || b.top < p.top - 3 || b.bottom > p.bottom + 3 }).length"""
    )
    assert page.locator(".spot").count() > 5
    assert strayed == 0


def test_one_click_changes_the_language_and_another_brings_it_back(
    browser: Browser, bad: Path
) -> None:
    page = opened(browser, bad).page
    assert page.locator(".seal").inner_text().replace("\n", "") == "不可付印"

    page.click("#language")

    assert page.evaluate("document.documentElement.lang") == "en"
    visible = page.locator("main").inner_text().replace("中文", "")  # the way back
    assert HAN.findall(visible) == []
    page.click("#language")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_a_page_shows_its_own_findings_and_all_brings_back_the_others(
    browser: Browser, bad: Path
) -> None:
    page = opened(browser, bad).page
    told = findings(bad)
    of_page_2 = [finding for finding in told if finding["place"].get("page") == 2]
    errors = [finding for finding in told if finding["severity"] == "error"]

    page.click(".leaf[data-page='2']")
    assert shown(page, ".finding") == len(of_page_2) > 0
    page.click(".leaf[data-page='2']")
    assert shown(page, ".finding") == len(told)
    page.click("[data-show='error']")
    assert shown(page, ".finding") == len(errors)
    page.click("#all")
    assert shown(page, ".finding") == len(told)


def test_the_strip_marks_how_many_errors_a_page_has(browser: Browser, bad: Path) -> None:
    page = opened(browser, bad).page
    told = findings(bad)

    for number in (1, 2, 3):
        errors = [f for f in told if (f["place"].get("page"), f["severity"]) == (number, "error")]
        mark = page.locator(f".leaf[data-page='{number}'] .dots .error").inner_text()
        assert int(mark) == len(errors)


def test_it_works_from_the_keyboard(browser: Browser, bad: Path) -> None:
    page = opened(browser, bad).page
    page.locator(".leaf[data-page='3']").focus()
    page.keyboard.press("Enter")

    rows = page.locator(".finding:visible")
    assert {row.get_attribute("data-page") for row in rows.all()} == {"3"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: Browser, bad: Path, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    page = opened(browser, bad, color_scheme=scheme).page
    colours = page.evaluate(
        """[...document.querySelectorAll('main *')]
             .filter(e => e.offsetParent
               && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
             .map(e => { let g = e; const clear = 'rgba(0, 0, 0, 0)';
               while (g && getComputedStyle(g).backgroundColor === clear) g = g.parentElement;
               const ground = getComputedStyle(g).backgroundColor;
               return [getComputedStyle(e).color, ground, e.className] })"""
    )
    weak = [(a, b, name) for a, b, name in colours if contrast(a, b) < 4.5]

    assert len(colours) > 40
    assert weak == []
    assert (scheme == "dark") == (light(page.evaluate(BODY)) < 0.2)


BODY: Final = "getComputedStyle(document.body).backgroundColor"


def light(colour: str) -> float:
    """Relative luminance of `rgb(…)`, WCAG 2.2."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("width", [360, 768])
def test_a_narrow_screen_needs_no_scrolling_sideways(
    browser: Browser, good: Path, width: int
) -> None:
    page = opened(browser, good, viewport={"width": width, "height": 800}).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_everything_is_there_whatever_was_hidden_on_screen(
    browser: Browser, good: Path, tmp_path: Path
) -> None:
    page = opened(browser, good).page
    page.click(".leaf[data-page='1']")
    page.pdf(path=tmp_path / "report.pdf", format="A4")

    document = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
    assert {finding["code"] for finding in findings(good)} <= set(
        re.findall(r"[\w-]+/[\w-]+", text)
    )
    assert "English" not in text  # buttons stay on the screen


def test_the_picture_of_the_readme_is_made_here(
    browser: Browser, good: Path, root: Path, request: pytest.FixtureRequest
) -> None:
    """`--bless` takes it anew."""
    picture = root / "layouts" / "jinian" / "report.jpg"
    page = opened(browser, good, viewport={"width": 1160, "height": 1000}).page
    taken = page.screenshot(type="jpeg", quality=86)
    if request.config.getoption("--bless"):
        picture.write_bytes(taken)

    with Image.open(picture) as kept, Image.open(io.BytesIO(taken)) as now:
        assert kept.size == now.size
    for readme in root.glob("README*.md"):
        assert "layouts/jinian/report.jpg" in readme.read_text("utf-8")
