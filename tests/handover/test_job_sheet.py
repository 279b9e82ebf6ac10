"""The job sheet in a real browser: a page that is read, printed and signed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page
from test_package import Bench, files_of

from conftest import ROOT

HAS_HAN = "text => /[\\u4e00-\\u9fff]/.test(text)"


@pytest.fixture(scope="module")
def sheet(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, shared_cache: Path
) -> Iterator[Page]:
    picture = (ROOT / "content/liuhe/photos/greentock_by_Peter_Nerlich.jpg").read_bytes()
    folder = tmp_path_factory.mktemp("sheet")
    made = Bench(folder, shared_cache, picture).packed()
    assert made.file is not None
    (folder / "job.html").write_bytes(files_of(made.file)["small/job.html"])
    (folder / "job.json").write_bytes(files_of(made.file)["small/job.json"])
    page = browser.new_page(viewport={"width": 900, "height": 1200})
    page.goto((folder / "job.html").as_uri())
    yield page
    page.close()


def test_the_sheet_speaks_one_language_at_a_time(sheet: Page) -> None:
    labels = "[...document.querySelectorAll('dt, th, h2, b')].map(e => e.innerText)"
    chinese = sheet.evaluate(labels)
    sheet.click("#language")
    english = sheet.evaluate(labels)
    sheet.click("#language")

    assert len(chinese) == len(english) > 25
    assert [word for word in english if sheet.evaluate(HAS_HAN, word)] == []
    assert [word for word in chinese if not sheet.evaluate(HAS_HAN, word)] == ["SHA-256"]


def test_it_says_what_was_ordered(sheet: Page) -> None:
    said = sheet.inner_text("main")

    for wanted in (
        "小册", "一本很小的书", "2026-01-02", "210 × 285 mm", "4 面", "骑马订", "157g 哑粉纸",
        "1,500", "封面覆哑膜 · 圆角", "三月五日前", "王某 010-0000", "FOGRA39 · PDF/X-4",
        "small-press.pdf", "OFL-1.1", "委托方", "印刷方",
    ):  # fmt: skip
        assert wanted in said, wanted


def test_every_digest_is_on_it(sheet: Page) -> None:
    address = sheet.url.removeprefix("file://").replace("job.html", "job.json")
    said = sheet.inner_text("main")
    files = json.loads(Path(address).read_text("utf-8"))["files"]

    assert len(files) == 7
    assert [one["name"] for one in files if one["sha256"] not in said] == []


def test_every_page_is_shown(sheet: Page) -> None:
    wide = sheet.evaluate("[...document.images].map(i => [i.complete, i.naturalWidth])")

    assert wide == [[True, 150]] * 4


def test_what_is_not_said_is_a_line_to_write_on(sheet: Page) -> None:
    """Of this order only the paper of the cover is left open."""
    blanks = sheet.evaluate(
        "[...document.querySelectorAll('.blank')].map(b => b.closest('div').innerText.trim())"
    )

    assert blanks == ["封面用纸"]
    assert sheet.evaluate("document.querySelectorAll('.sign .line i').length") == 4


def test_it_is_printed_on_a4_with_both_signatures_on_the_first_sheet(sheet: Page) -> None:
    with pikepdf.open(io.BytesIO(sheet.pdf(prefer_css_page_size=True))) as pdf:
        sizes = {(round(float(p.mediabox[2])), round(float(p.mediabox[3]))) for p in pdf.pages}
        assert sizes == {(595, 842)}
        assert len(pdf.pages) == 2
    sheet.emulate_media(media="print")
    sheet.set_viewport_size({"width": 680, "height": 1016})  # A4 within its margins, CSS px
    over = sheet.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    foot = sheet.evaluate("document.querySelector('.sign').getBoundingClientRect().bottom")
    sheet.emulate_media(media="screen")

    assert over <= 0
    assert foot < 1016
