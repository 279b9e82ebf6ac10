"""A preview for as long as a working day: saved without pause, pulled about, and still there.

./banxin test -m stress
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, WebSocketRoute
from served import Served, Tab, memory_of, opened, serving, small_title

pytestmark = pytest.mark.stress

SAVES: Final = 200
WITHIN: Final = 20.0  # seconds
EARLY: Final = 20  # rebuilds
LATE: Final = 500
MOST_GROWN: Final = 1.3  # times the memory of the early ones


@pytest.fixture
def served(tmp_path: Path, preview_output: Path) -> Iterator[Served]:
    """A preview of its own for each: what happens here is not to be cleared away."""
    small_title(tmp_path / "content" / "small")
    with serving(tmp_path, preview_output, title="small") as preview:
        yield preview


@pytest.fixture
def seen(browser: Browser, served: Served) -> Iterator[Tab]:
    tab = opened(browser, f"{served.address}#p=2")
    tab.ready()
    yield tab
    tab.page.context.close()


def edit(preview: Served, number: int) -> None:
    """The first paragraph of the second chapter, numbered."""
    chapter = preview.title / "two.md"
    lines = chapter.read_text("utf-8").split("\n")
    lines[4] = f"第{number}次保存。"
    chapter.write_text("\n".join(lines), "utf-8")


def follows(preview: Served, seen: Tab, number: int) -> None:
    """It still does what a preview does: a save is seen."""
    seen.ready()
    before = seen.shown
    edit(preview, number)
    seen.until_shown_is_not(before)
    seen.ready()
    assert not seen.page.is_visible("#trouble")


def test_two_hundred_saves_in_twenty_seconds_end_with_the_last(served: Served, seen: Tab) -> None:
    edit(served, SAVES)
    seen.until_shown_is_not(seen.shown)
    seen.ready()
    last = seen.shown
    edit(served, 0)
    seen.until_shown_is_not(last)

    started = time.monotonic()
    for number in range(1, SAVES + 1):
        edit(served, number)
        time.sleep(max(0.0, started + number * WITHIN / SAVES - time.monotonic()))

    seen.page.wait_for_function(
        """last => JSON.stringify([...document.querySelectorAll('.sheet')]
             .map(s => s.dataset.shown ?? '')) === JSON.stringify(last)""",
        arg=last,
    )
    seen.ready()
    assert seen.shown == last
    # A picture may be asked for that is not the newest any more by then.
    assert [line for line in seen.said if "404" not in line] == []


def test_a_file_deleted_while_it_is_read_is_told_and_taken_up_again(
    served: Served, seen: Tab
) -> None:
    chapter = served.title / "two.md"
    text = chapter.read_bytes()
    for turn in range(5):
        edit(served, turn)
        time.sleep(0.02 * turn)  # a little later in the work each time
        chapter.unlink()
        seen.page.wait_for_selector("#findings-button.error")
        chapter.write_bytes(text)
        seen.wait("!document.querySelector('#findings-button.error')")
    assert not seen.page.is_visible("#trouble")  # the other chapters had pages all the time
    follows(served, seen, 99)


@pytest.mark.parametrize("name", ["content", "content/small", "layouts", "layouts/jinian/styles"])
def test_a_folder_that_is_renamed_and_comes_back_is_taken_up_again(
    served: Served, seen: Tab, name: str
) -> None:
    folder = served.folder / name

    folder.rename(folder.with_name("elsewhere"))
    seen.page.wait_for_selector("#trouble article")
    folder.with_name("elsewhere").rename(folder)
    seen.page.wait_for_selector("#trouble", state="hidden")

    follows(served, seen, 1)


def test_a_title_that_is_removed_keeps_its_pages_and_may_be_written_anew(
    served: Served, seen: Tab
) -> None:
    good = seen.shown

    shutil.rmtree(served.title)
    seen.page.wait_for_selector("#trouble article")
    assert seen.shown == good
    small_title(served.title)
    seen.page.wait_for_selector("#trouble", state="hidden")

    follows(served, seen, 1)


def test_a_line_that_is_cut_is_taken_up_again(served: Served, seen: Tab) -> None:
    """Chromium's own switch for it leaves sockets to this machine alone: so they are cut here."""
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    seen.page.route_web_socket(re.compile("/line"), through)
    seen.page.reload()
    seen.ready()
    before = seen.shown

    lines[-1].close()
    seen.wait("document.body.dataset.room === 'lost'")
    edit(served, 1)

    seen.until_shown_is_not(before)
    follows(served, seen, 2)


def test_memory_after_five_hundred_saves_is_that_after_twenty(
    served: Served, seen: Tab, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = {}
    for number in range(1, LATE + 1):
        before = seen.shown
        edit(served, number)
        seen.until_shown_is_not(before)
        if number in (EARLY, LATE):
            seen.ready()
            time.sleep(2)  # idle: what is left over has been thrown away
            taken[number] = memory_of(served.process.pid)

    grown = taken[LATE] / taken[EARLY]
    with capsys.disabled():
        print(
            f"\n{taken[EARLY] >> 20} MiB after {EARLY} saves,"
            f" {taken[LATE] >> 20} after {LATE}: {grown:.2f}"
        )
    assert grown <= MOST_GROWN
