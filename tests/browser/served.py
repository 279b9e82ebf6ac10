"""A preview at work for the tests: its own files, its own processes, and a browser before it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 60_000  # ms: nothing here is timed, and machines are busy

SERVE: Final = """
import json, sys
from pathlib import Path, PurePosixPath
from banxin import content
from banxin.preview import Service, serve
from banxin.request import Request
from banxin.workspace import Workspace
root, folder, output, words = sys.argv[1:]
workspace = Workspace(Path(root), output=Path(output))
for name in ("content", "layouts"):
    workspace.mount(PurePosixPath(name), Path(folder) / name)
asked = json.loads(words)
service = {key: asked.pop(key) for key in ("host", "port", "editor", "editing") if key in asked}
first = Request(content.find(asked.pop("title"), workspace, Path(folder)), **asked)
serve(first, Service(**service), workspace, lambda address: print(address, flush=True))
"""

EDITION: Final = """title = "小册"
subtitle = "一本很小的书"
layout = "jinian"
binding = "saddle"
date = 2026-01-02
chapters = ["one.md", "two.md", "three.md", "four.md"]
"""

ONE: Final = """---
title: 第一章
template: text
---
这是第一章的第一段。

![一张图](photos/good.jpg){credit="摄影 某某"}

## 小标题

这是第一章的第二段。
"""

OTHERS: Final = """---
title: 第{}章
template: text
---
这是第{}章的第一段，说的是另一件事。

这是第{}章的第二段。
"""


@dataclass
class Served:
    """A preview that runs.

    Attributes:
        folder: has `content/` and `layouts/`, for the test to change.
        address: of the page, with its token if there is one.
        digests: what the address asks for → the digest of its files before a test changes them.
    """

    folder: Path
    process: subprocess.Popen[str]
    address: str
    output: Path
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Path:
        return self.folder / "content" / "small"

    @property
    def styles(self) -> Path:
        return self.folder / "layouts" / "jinian" / "styles"

    @property
    def at(self) -> str:
        return self.address.split("?")[0].rstrip("/")

    def replace(self, file: Path, old: str, new: str) -> None:
        text = file.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file.name}"
        file.write_text(text.replace(old, new, 1), "utf-8")

    def add(self, file: Path, text: str) -> int:
        """One more paragraph or rule at the end; the number of its line."""
        now = file.read_text("utf-8").rstrip("\n") + f"\n\n{text}\n"
        file.write_text(now, "utf-8")
        return len(now.splitlines())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


def small_title(folder: Path) -> None:
    """Four chapters of a page each."""
    (folder / "photos").mkdir(parents=True)
    (folder / "edition.toml").write_text(EDITION, "utf-8")
    (folder / "one.md").write_text(ONE, "utf-8")
    for number, name in (("二", "two"), ("三", "three"), ("四", "four")):
        (folder / f"{name}.md").write_text(OTHERS.replace("{}", number), "utf-8")
    picture = Image.linear_gradient("L").resize((1200, 800)).convert("RGB")
    picture.save(folder / "photos" / "good.jpg", quality=80)


@contextmanager
def serving(folder: Path, output: Path, **asked: Any) -> Iterator[Served]:
    """A preview of what is in *folder*; a copy of the layouts is put beside it."""
    shutil.copytree(ROOT / "layouts", folder / "layouts", dirs_exist_ok=True)
    words = json.dumps({"port": 0, "language": "en", **asked})
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(ROOT), str(folder), str(output), words],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address.startswith("http"), "it did not start"
    served = Served(folder, process, address, output)
    try:
        yield served
    finally:
        if process.poll() is None:
            served.stop()
        process.stdout.close()


@dataclass
class Tab:
    """A page of the browser that shows a preview, and all that went over the wire."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def spread(self) -> list[int]:
        """Numbers of the pages that lie open, from 1."""
        numbers: list[int] = self.page.evaluate(
            "[...document.querySelectorAll('.sheet')].map(s => Number(s.dataset.page))"
        )
        return numbers

    @property
    def shown(self) -> list[str]:
        """Identities of the pages whose pictures are on the screen."""
        ids: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('.sheet')].map(s => s.dataset.shown ?? '')"
        )
        return ids

    def ready(self) -> None:
        """Wait until all is set and judged."""
        self.wait("document.body.dataset.room === 'ready'")
        self.shown_at_all()

    def shown_at_all(self) -> None:
        """Wait until every page that lies open has its picture, and not that of an older draft."""
        self.wait("document.querySelector('.sheet')")
        self.wait(
            "[...document.querySelectorAll('.sheet:not(.blank)')]"
            ".every(s => s.dataset.shown && s.dataset.shown === s.dataset.due)"
        )

    def digest(self) -> str:
        """Of what is shown, once all of it is set."""
        self.ready()
        digest: str = self.page.evaluate("document.body.dataset.digest")
        return digest

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(condition, timeout=PATIENCE)

    def until_shown_is_not(self, before: list[str]) -> None:
        self.page.wait_for_function(
            """before => { const now = [...document.querySelectorAll('.sheet')]
                 .map(s => s.dataset.shown ?? '');
               return now.every(Boolean) && JSON.stringify(now) !== JSON.stringify(before) }""",
            arg=before,
            timeout=PATIENCE,
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def has(self, selector: str) -> bool:
        return self.page.locator(selector).count() > 0

    def words(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def pictures(self) -> list[str]:
        """Pages asked for so far, by their identities."""
        found = (re.search(r"/leaf/([0-9a-f]{32})/", url) for url in self.asked)
        return [match[1] for match in found if match]


def opened(browser: Browser, address: str, **how: Any) -> Tab:
    """A tab of its own window; closed with it."""
    context = browser.new_context(
        **{"viewport": {"width": 1280, "height": 860}, "bypass_csp": True, **how}
    )
    context.set_default_timeout(PATIENCE)
    return another(context, address)


def another(context: BrowserContext, address: str) -> Tab:
    tab = Tab(context.new_page())
    tab.page.on("console", lambda message: tab.said.append(message.text))
    tab.page.on("pageerror", lambda problem: tab.said.append(str(problem)))
    tab.page.on("request", lambda request: tab.asked.append(request.url))
    tab.page.goto(address)
    return tab


def memory_of(process: int) -> int:
    """Bytes that a process and those it has started have of their own in memory together."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        if process in (int(status.parent.name), int(lines["PPid"])) and "VmRSS" in lines:
            total += int(lines["VmRSS"].split()[0]) << 10
    return total


def eventually(what: Any, patience: float = PATIENCE / 1000) -> Any:
    """What *what* gives once it gives something."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")
