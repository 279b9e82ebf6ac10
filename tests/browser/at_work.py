"""Fixtures of the preview: one browser and one preview for a module, a tab for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from other_tools import chromium, with_fonts
from playwright.sync_api import Browser, sync_playwright
from served import Served, Tab, opened, serving, small_title

Opener = Callable[..., Tab]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tool:
        launched = tool.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], env=with_fonts()
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def preview_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where results would go: the preview keeps its cache there, and nothing else."""
    return tmp_path_factory.mktemp("preview") / "output"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, preview_output: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk")
    small_title(folder / "content" / "small")
    with serving(folder, preview_output, title="small") as preview:
        yield preview


@pytest.fixture
def kept(served: Served) -> Iterator[None]:
    """Whatever a test changes, changes back."""
    before = {file: file.read_bytes() for file in served.folder.rglob("*") if file.is_file()}
    yield
    new = {f for f in served.folder.rglob("*") if f.is_file()} - before.keys()
    old = {f: b for f, b in before.items() if not f.exists() or f.read_bytes() != b}
    for file in new:
        file.unlink()
    for file, data in old.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@pytest.fixture
def tab(browser: Browser, served: Served, kept: None) -> Iterator[Opener]:
    """Opens the preview in a window of its own, and waits until it is ready.

    Ready with the files as they are: a page that is opened while what a test has changed is put
    back may show that first.
    """
    del kept
    tabs: list[Tab] = []

    def open_at(place: str = "", *, waits: bool = True, **how: Any) -> Tab:
        made = opened(browser, served.address + place, **how)
        tabs.append(made)
        if waits:
            digest = served.digests.setdefault(place.partition("#")[0], made.digest())
            made.wait(f"document.body.dataset.digest === '{digest}'")
            made.ready()
        return made

    yield open_at
    for made in tabs:
        made.page.context.close()
