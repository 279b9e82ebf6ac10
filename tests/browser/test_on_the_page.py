"""Writing on the page, in a real browser: what is typed there stands in the manuscript."""

from __future__ import annotations

import base64
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from on_paper import Glyph, Paper
from PIL import Image
from playwright.sync_api import Browser
from served import Served, Tab, eventually, opened, serving, small_title

Opener = Callable[..., Tab]
FIELD: Final = "textarea.editing"


def at(seen: Tab, x: float, y: float, which: int = 0) -> tuple[float, float]:
    """A point of a page, in mm, as the window has it."""
    box = seen.page.locator(".sheet").nth(which).bounding_box()
    assert box is not None
    scale = box["width"] / 210
    return box["x"] + x * scale, box["y"] + y * scale


def open_words(seen: Tab, glyph: Glyph, which: int = 0) -> str:
    """Double click a character; the words that are opened."""
    seen.page.mouse.dblclick(*at(seen, glyph.x + 0.5, glyph.baseline - 0.5, which))
    seen.page.wait_for_selector(FIELD)
    return seen.page.locator(FIELD).input_value()


def typed(seen: Tab, words: str) -> None:
    seen.page.locator(FIELD).fill(words)
    seen.press("Enter")


def others(served: Served, but: Path) -> dict[Path, bytes]:
    """All other files, what is kept to be taken back apart."""
    found = (f for f in served.folder.rglob("*") if f.is_file() and f != but)
    return {f: f.read_bytes() for f in found if ".before-edit" not in f.parts}


# --- words ------------------------------------------------------------------------------------


def test_a_paragraph_is_opened_where_it_stands_and_written_to_its_line(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=1")
    chapter = served.title / "one.md"
    before, rest = chapter.read_text("utf-8"), others(served, chapter)
    shown = seen.shown
    word = Paper(seen).found("第一章的第一段")[0]

    assert open_words(seen, word) == "这是第一章的第一段。"
    field = seen.page.locator(FIELD).bounding_box()
    assert field is not None
    x, y = at(seen, word.x, word.baseline)
    assert field["x"] < x < field["x"] + field["width"]
    assert field["y"] < y < field["y"] + field["height"]
    typed(seen, "这一段是在页面上改的。")
    seen.until_shown_is_not(shown)

    assert chapter.read_text("utf-8") == before.replace(
        "这是第一章的第一段。", "这一段是在页面上改的。"
    )
    assert others(served, chapter) == rest
    Paper(seen).found("这一段是在页面上改的。")
    assert seen.said == []


def test_a_heading_a_title_and_a_caption_are_opened_without_their_marks(tab: Opener) -> None:
    seen = tab("#p=1")
    for words in ("小标题", "第一章", "一张图"):
        glyph = Paper(seen).found(words)[0]
        if words == "第一章":
            glyph = max((g for g in Paper(seen).glyphs() if g.text == "第"), key=lambda g: g.size)
        assert open_words(seen, glyph) == words
        seen.press("Escape")
        assert not seen.has(FIELD)


def test_a_cell_of_a_table_is_written_alone(tab: Opener, served: Served) -> None:
    seen = tab("#p=1")
    chapter = served.title / "one.md"
    shown = seen.shown
    served.add(chapter, "| 甲项 | 乙项 |\n|---|---|\n| 丙值 | 丁值 |")
    seen.until_shown_is_not(shown)
    seen.ready()
    shown, before = seen.shown, chapter.read_text("utf-8")

    assert open_words(seen, Paper(seen).found("丁值")[0]) == "丁值"
    typed(seen, "另一个值")
    seen.until_shown_is_not(shown)

    assert chapter.read_text("utf-8") == before.replace("丁值", "另一个值")


def test_escape_leaves_all_as_it_was_and_so_does_enter_without_a_change(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=1")
    chapter = served.title / "one.md"
    before, steps = chapter.read_bytes(), sorted(served.title.glob(".before-edit/*"))
    word = Paper(seen).found("第一章的第一段")[0]

    open_words(seen, word)
    seen.page.locator(FIELD).fill("不要了")
    seen.press("Escape")
    open_words(seen, word)
    seen.press("Enter")
    seen.wait(f"!document.querySelector('{FIELD}')")

    assert chapter.read_bytes() == before
    assert sorted(served.title.glob(".before-edit/*")) == steps


def test_what_somebody_else_has_changed_meanwhile_is_told_and_not_written_over(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=1")
    chapter = served.title / "one.md"
    open_words(seen, Paper(seen).found("第一章的第一段")[0])
    served.replace(chapter, "这是第一章的第一段。", "别人写的第一段。")
    theirs = chapter.read_bytes()

    typed(seen, "我写的第一段。")
    seen.wait("document.getElementById('toast').innerText.includes('changed')")
    assert "nothing was written" in seen.words("#toast")

    assert chapter.read_bytes() == theirs
    assert seen.page.locator(FIELD).input_value() == "我写的第一段。"


def test_what_is_being_written_waits_while_other_pages_are_looked_at(tab: Opener) -> None:
    seen = tab("#p=1")
    open_words(seen, Paper(seen).found("第一章的第一段")[0])
    seen.page.locator(FIELD).fill("写到一半")
    seen.page.locator("#next").click()
    assert not seen.has(FIELD)
    seen.page.locator("#previous").click()

    assert seen.page.locator(FIELD).input_value() == "写到一半"


def test_steps_are_undone_by_the_keyboard(tab: Opener, served: Served) -> None:
    seen = tab("#p=1")
    chapter = served.title / "one.md"
    before = chapter.read_bytes()
    for old, new in (("第一章的第一段", "第一稿。"), ("第一稿", "第二稿。")):
        shown = seen.shown
        open_words(seen, Paper(seen).found(old)[0])
        typed(seen, new)
        seen.until_shown_is_not(shown)
        seen.ready()
    seen.press("Control+z")
    eventually(lambda: "第一稿。" in chapter.read_text("utf-8"))
    seen.press("Control+z")
    eventually(lambda: chapter.read_bytes() == before)


def test_by_keyboard_alone_a_block_is_walked_to_opened_and_written(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=1")
    chapter = served.title / "one.md"
    seen.page.wait_for_selector(".sheet[data-shown]")
    shown = seen.shown
    for _ in range(12):
        seen.press("e")
        if seen.words("#toast code").endswith("one.md:5"):
            break
    seen.press("F2")
    seen.page.wait_for_selector(FIELD)
    seen.press("End")
    seen.page.keyboard.type("又一句。")
    seen.press("Enter")
    seen.until_shown_is_not(shown)

    assert "这是第一章的第一段。又一句。\n" in chapter.read_text("utf-8")


def test_a_pull_quote_is_turned_upright(tab: Opener, served: Served) -> None:
    seen = tab("#p=1")
    chapter = served.title / "one.md"
    shown = seen.shown
    served.add(chapter, '::: pullquote {by="某某"}\n大字说的一句话\n:::')
    seen.until_shown_is_not(shown)
    seen.ready()
    shown = seen.shown
    quote = Paper(seen).found("大字说的一句话")[0]
    seen.press("q")
    seen.page.mouse.click(*at(seen, quote.x + 1, quote.baseline - 1))
    seen.page.get_by_role("button", name="Set this quote upright").click()
    seen.until_shown_is_not(shown)

    assert '::: pullquote {by="某某" upright}' in chapter.read_text("utf-8")


# --- pictures ---------------------------------------------------------------------------------


@pytest.fixture
def pictured(tab: Opener) -> Tab:
    """The first page with its picture inspected."""
    seen = tab("#p=1")
    stands = seen.page.evaluate(
        """async () => { const { state } = await import('/page/state.js');
             const digest = state.book.leaves[0].stands;
             return (await fetch(`/stands/${digest}`)).json() }"""
    )
    x0, y0, x1, y1 = next(s["box"] for s in stands if s["photo"])
    seen.press("q")
    seen.page.mouse.click(*at(seen, (x0 + x1) / 2, (y0 + y1) / 2))
    seen.page.wait_for_selector(".focus-point")
    return seen


def drag(seen: Tab, selector: str, dx: float, dy: float) -> None:
    """By so many mm."""
    box = seen.page.locator(selector).bounding_box()
    sheet = seen.page.locator(".sheet").first.bounding_box()
    assert box is not None
    assert sheet is not None
    scale = sheet["width"] / 210
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x + dx * scale, y + dy * scale, steps=5)
    seen.page.mouse.up()


def test_the_point_that_a_crop_keeps_is_dragged(pictured: Tab, served: Served) -> None:
    chapter = served.title / "one.md"
    drag(pictured, ".focus-point", -10, 0)
    eventually(lambda: "focus=" in chapter.read_text("utf-8"))

    assert '){credit="摄影 某某" focus="' in chapter.read_text("utf-8")
    assert ' 50%"}' in chapter.read_text("utf-8")


def test_the_foot_of_a_picture_is_drawn_to_another_line(pictured: Tab, served: Served) -> None:
    chapter = served.title / "one.md"
    box = pictured.page.locator(".handles").bounding_box()
    sheet = pictured.page.locator(".sheet").first.bounding_box()
    assert box is not None
    assert sheet is not None
    lines = round(box["height"] / (sheet["width"] / 210) / 6) - 2
    shown = pictured.shown
    drag(pictured, ".handle.foot", 0, -12)
    pictured.until_shown_is_not(shown)

    assert f'){{credit="摄影 某某" lines={lines}}}' in chapter.read_text("utf-8")


def test_its_side_is_drawn_to_another_size(pictured: Tab, served: Served) -> None:
    chapter = served.title / "one.md"
    shown = pictured.shown
    drag(pictured, ".handle.side", 85, 0)
    pictured.until_shown_is_not(shown)

    assert '){credit="摄影 某某" size=full}' in chapter.read_text("utf-8")


def test_it_can_all_be_said_by_keyboard(pictured: Tab, served: Served) -> None:
    chapter = served.title / "one.md"
    field = pictured.page.get_by_label("Point kept, down %")
    field.evaluate("field => { field.dataset.old = '' }")
    field.fill("20")
    field.press("Enter")
    eventually(lambda: 'focus="50% 20%"' in chapter.read_text("utf-8"))
    pictured.wait(
        "(({ key, old }) => key === 'Point kept, down %' && old === undefined)"
        "(document.activeElement.dataset)"
    )
    pictured.page.get_by_label("Size").select_option("full")
    eventually(lambda: "size=full" in chapter.read_text("utf-8"))


def test_the_handles_go_with_the_inspector(pictured: Tab) -> None:
    pictured.press("Escape")

    assert not pictured.page.locator("#inspector").is_visible()
    assert not pictured.has(".handles")


def test_only_what_can_be_said_of_a_picture_is_offered(tab: Opener, served: Served) -> None:
    """A picture of the front matter has a place of its own: no size."""
    seen = tab("#p=2")
    shown = seen.shown
    served.replace(
        served.title / "two.md", "template: text", "template: article\nplate: photos/good.jpg"
    )
    seen.until_shown_is_not(shown)
    seen.ready()
    seen.press("q")
    pages = range(1, 9)
    page, box = next(
        (page, block["box"]) for page in pages for block in blocks_of(seen, page) if block["photo"]
    )
    seen.page.evaluate("async p => (await import('/page/place.js')).goTo(p)", page)
    seen.shown_at_all()
    which = seen.spread.index(page + 1)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    seen.page.mouse.click(*at(seen, x, y, which))
    seen.page.wait_for_selector(".focus-point")

    assert seen.page.get_by_label("Height, lines").is_visible()
    assert seen.page.get_by_label("Size").count() == 0
    assert seen.has(".handle.foot")
    assert not seen.has(".handle.side")


def test_a_file_that_is_dropped_takes_the_place_of_a_picture(pictured: Tab, served: Served) -> None:
    chapter = served.title / "one.md"
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "darkgreen").save(out, "JPEG")
    shown = pictured.shown
    box = pictured.page.locator(".handles").bounding_box()
    assert box is not None
    pictured.page.evaluate(
        """([data, x, y]) => {
             const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
             const carried = new DataTransfer();
             carried.items.add(new File([bytes], '新图.jpg', { type: 'image/jpeg' }));
             document.querySelector('.sheet').dispatchEvent(new DragEvent('drop', {
               dataTransfer: carried, clientX: x, clientY: y, bubbles: true, cancelable: true }));
           }""",
        [base64.b64encode(out.getvalue()).decode(), box["x"] + 40, box["y"] + 40],
    )
    pictured.until_shown_is_not(shown)

    assert '![一张图](photos/新图.jpg){credit="摄影 某某"}' in chapter.read_text("utf-8")
    assert (served.title / "photos" / "新图.jpg").read_bytes() == out.getvalue()


# --- a random hand ----------------------------------------------------------------------------

WORDS: Final = "风从河上来把纸灯吹亮又暗下去孩子们在岸边数船"
HOLDERS: Final = ("one.md", "two.md", "three.md", "four.md")


def blocks_of(seen: Tab, page: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = seen.page.evaluate(
        """async page => { const { state } = await import('/page/state.js');
             const leaf = state.book.leaves[page];
             return leaf ? (await fetch(`/stands/${leaf.stands}`)).json() : [] }""",
        page,
    )
    return [block for block in found if block["file"].endswith(HOLDERS)]


def post(seen: Tab, what: str, asked: dict[str, Any]) -> Any:
    """What our own page would ask."""
    return seen.page.evaluate(
        """async ([what, asked]) => { const answer = await fetch(`/edit/${what}`,
             { method: 'POST', body: JSON.stringify(asked) });
             return { status: answer.status, ...(await answer.json().catch(() => ({}))) } }""",
        [what, asked],
    )


def words_on(seen: Tab, page: int) -> str:
    """All that a page says, as its PDF has it."""
    identity = seen.page.evaluate(
        "async page => (await import('/page/state.js')).state.book.leaves[page].id", page
    )
    return "".join(g.text for g in Paper(seen, identity).glyphs() if g.text.strip())


def a_random_hand(seen: Tab, served: Served, seed: int, edits: int) -> int:
    """So many edits, each held against the file and the page; how many were written."""
    hand, done = random.Random(seed), 0
    for _ in range(edits):
        page = hand.randrange(4)
        block = hand.choice(blocks_of(seen, page))
        spot = {key: block[key] for key in ("file", "line", "column")}
        chapter = served.folder / block["file"]
        told = post(seen, "open", spot)
        if spot["line"] == 1:  # the chapter itself, which has no words
            assert told["code"] == "edit/nothing"
            continue
        assert told["status"] == 200, told
        if told["kind"] == "field" and "/" in told["words"]:
            continue  # the name of a picture
        new = "".join(hand.choices(WORDS, k=hand.randint(3, 40)))
        if told["kind"] == "paragraph":
            new += "。"
        before, rest = chapter.read_text("utf-8"), others(served, chapter)
        digest = seen.page.evaluate("document.body.dataset.digest")
        answer = post(seen, "write", {**spot, "before": told["words"], "after": new})
        assert answer["status"] == 200, (answer, told)
        lines = before.split("\n")
        row = block["line"] - 1
        expected = [*lines[:row], lines[row].replace(told["words"], new, 1), *lines[row + 1 :]]
        assert chapter.read_text("utf-8") == "\n".join(expected)
        assert others(served, chapter) == rest
        seen.wait(f"document.body.dataset.digest !== '{digest}'")
        # The open spread is set first: until the others are, they say what they said.
        eventually(lambda new=new: any(new[:12] in words_on(seen, n) for n in range(4)))
        seen.ready()
        done += 1
    return done


def test_manuscript_and_page_agree_after_each_edit_of_a_random_hand(
    tab: Opener, served: Served
) -> None:
    seen = tab("#p=2")

    assert a_random_hand(seen, served, seed=7, edits=8) >= 4


@pytest.mark.stress
@pytest.mark.long
def test_three_hundred_edits_of_a_random_hand(tab: Opener, served: Served) -> None:
    seen = tab("#p=2")

    assert a_random_hand(seen, served, seed=21, edits=420) >= 300


# --- where it is not allowed ------------------------------------------------------------------


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory, preview_output: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("read-only")
    small_title(folder / "content" / "small")
    with serving(folder, preview_output, title="small", editing=False) as preview:
        yield preview


def test_where_it_is_off_nothing_opens(browser: Browser, read_only: Served) -> None:
    seen = opened(browser, f"{read_only.address}#p=1")
    seen.ready()
    word = Paper(seen).found("第一章的第一段")[0]
    seen.page.mouse.dblclick(*at(seen, word.x + 0.5, word.baseline - 0.5))
    seen.page.wait_for_timeout(400)

    assert not seen.has(FIELD)
    spot = {"file": "content/small/one.md", "line": 5, "column": 1}
    assert post(seen, "open", spot)["status"] == 404
    seen.page.context.close()
