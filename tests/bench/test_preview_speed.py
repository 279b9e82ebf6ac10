"""From a file saved to the spread repainted, in milliseconds, measured in the browser and printed.

    ./banxin test -m bench -k preview -s

Each kind of edit is saved several times on a warm preview, that is, after a first save, which is
printed by itself; the pages that are seen are those of the paragraph. A spread counts as repainted
when it shows what it shows in the end: pages set quickly and put right later are not counted
before they are right. Nothing about time is asserted.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser
from served import Served, Tab, opened, serving
from test_build import book

pytestmark = pytest.mark.bench

SEEN: Final = "楼的年纪比许多住户还大"  # words of the paragraph that is rewritten
REST: Final = 500  # ms
# Says when a spread was painted, as milliseconds since 1970: the frame after the one in which the
# pictures were put there begins when that one was painted.
WATCH: Final = """() => {
  window.painted = [];
  window.shown = () => [...document.querySelectorAll('.sheet')].map(s => s.dataset.shown ?? '');
  new MutationObserver(() => requestAnimationFrame(() =>
    painted.push({ at: performance.timeOrigin + performance.now(), shown: shown() }))
  ).observe(document.getElementById('spread'),
            { subtree: true, attributeFilter: ['data-shown'] });
}"""
PLACES: Final = """() => performance.getEntriesByName('book')
  .map(mark => ({ at: performance.timeOrigin + mark.startTime, ...mark.detail }))"""


@dataclass(frozen=True, slots=True)
class Repaint:
    """Milliseconds from the save: noticed, asked of a compositor, set there, heard of, painted.

    `whole`: until everything was set.
    """

    steps: tuple[float, ...]
    whole: float

    @property
    def painted(self) -> float:
        return self.steps[-1]


def colour(preview: Served, turn: int) -> None:
    rewritten(preview.styles / "type.css", r"color: [^}]*}", f"color: #{30 + turn}2028 }}")


def paragraph(preview: Served, turn: int) -> None:
    chapter = preview.folder / "content" / "book" / "06-gongjian.md"
    rewritten(chapter, rf"{SEEN}.?。", f"{SEEN}{'啊呀啦呢吧'[turn]}。")


def type_size(preview: Served, turn: int) -> None:
    tokens = preview.folder / "layouts" / "jinian" / "tokens.toml"
    rewritten(tokens, r'(?m)^(body .*size = ")[\d.]+pt', rf"\g<1>{10.4 - turn / 10:.1f}pt")


def rewritten(file: Path, pattern: str, new: str) -> None:
    text = file.read_text("utf-8")
    made = re.sub(pattern, new, text, count=1)
    assert made != text
    file.write_text(made, "utf-8")


EDITS: Final[dict[str, Callable[[Served, int], None]]] = {
    "a colour": colour,
    "a paragraph": paragraph,
    "the type size": type_size,
}


def repaint(seen: Tab, save: Callable[[], None]) -> Repaint:
    at_rest(seen)
    seen.page.evaluate("painted.length = 0; performance.clearMarks()")
    before = seen.shown
    saved = time.time() * 1000
    save()
    waited(seen, "before => shown().join() !== before", ",".join(before))
    at_rest(seen)
    ready = time.time() * 1000
    told: list[dict[str, Any]] = seen.page.evaluate(PLACES)
    painted: list[dict[str, Any]] = seen.page.evaluate("painted")
    right = next(frame for frame in painted if frame["shown"] == seen.shown)
    first = told[0]
    steps = (first["saved"], first["asked"], first["set"], first["at"], right["at"])
    return Repaint(tuple(step - saved for step in steps), ready - saved - REST)


def go_to(seen: Tab, words: str) -> None:
    """Open the pages on which *words* are."""
    seen.press("/")
    seen.page.locator("#search-words").fill(words)
    seen.page.wait_for_selector("#search-found li")
    seen.press("Enter")
    seen.press("Escape")
    seen.shown_at_all()


def at_rest(seen: Tab) -> None:
    """Wait until the whole was set, and for a while nothing has changed."""
    waited(
        seen,
        """rest => { const busy = !['judging', 'ready'].includes(document.body.dataset.room);
             window.since = busy ? 0 : window.since || performance.now();
             if (busy || performance.now() - since < rest) return false;
             window.since = 0;
             return true }""",
        REST,
    )


def waited(seen: Tab, condition: str, about: object) -> None:
    """Looked at now and then: what looks at every frame takes the time that is measured."""
    seen.page.wait_for_function(condition, arg=about, timeout=180_000, polling=200)


@pytest.mark.parametrize(("pages", "times", "rounds"), [(24, 1, 5), (80, 7, 2)])
def test_from_a_file_saved_to_the_spread_repainted(
    pages: int,
    times: int,
    rounds: int,
    root: Path,
    tmp_path: Path,
    browser: Browser,
    preview_output: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    book(tmp_path / "content" / "book", root / "content" / "langfang", times)
    started = time.monotonic()
    with serving(tmp_path, preview_output, title="book", layout="jinian") as preview:
        seen = opened(browser, preview.address, viewport={"width": 1440, "height": 900})
        seen.shown_at_all()
        cold = time.monotonic() - started
        at_rest(seen)
        go_to(seen, SEEN)
        seen.page.evaluate(WATCH)
        first = repaint(seen, partial(colour, preview, -1))
        made = {
            kind: [repaint(seen, partial(edit, preview, turn)) for turn in range(rounds)]
            for kind, edit in EDITS.items()
        }
        count = int(
            seen.page.evaluate("document.querySelector('#where').firstChild.data").split("/")[1]
        )

    with capsys.disabled():
        print(f"\n{count} pages: seen {cold:.1f} s after the start of the preview")
        print("ms from the save: median (least to most)")
        print(report("the first save, a colour", [first]))
        for kind, repaints in made.items():
            print(report(kind, repaints))
    assert count >= pages - 2


def report(kind: str, repaints: list[Repaint]) -> str:
    each = sorted(one.painted for one in repaints)
    names = ("noticed", "asked", "set", "heard", "painted")
    steps = zip(names, zip(*(one.steps for one in repaints), strict=True), strict=True)
    parts = ", ".join(f"{name} {statistics.median(taken):.0f}" for name, taken in steps)
    whole = statistics.median(one.whole for one in repaints)
    return (
        f"  {kind}: {statistics.median(each):.0f} ({each[0]:.0f} to {each[-1]:.0f})"
        f" — {parts}; all set {whole:.0f}"
    )
