"""What all tests share: the repository, a small title to build, and the sample, built once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from PIL import Image

from banxin import pipeline
from banxin.cache import Cache
from banxin.pipeline import Build
from banxin.request import Request
from banxin.workspace import Workspace
from preflight_title import write

ROOT = Path(__file__).parent.parent
pytest_plugins = ("at_work",)  # the preview's fixtures, in tests/browser


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write the golden files anew")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a test that takes minutes come first: last, it would keep one core alone."""
    begun_first = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in begun_first)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Subset fonts and the like: the same for every test, so made once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def workspace(tmp_path: Path, shared_cache: Path) -> Workspace:
    """The repository's layouts and fonts; titles and results in a folder of the test's own."""
    here = Workspace(ROOT, output=tmp_path / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), tmp_path / "content")
    return here


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path, root: Path) -> bytes:
    """The press file of a good title of four pages."""
    folder = tmp_path_factory.mktemp("good")
    write(folder / "content" / "village")
    here = Workspace(root, output=folder / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), folder / "content")
    made = pipeline.build(Request(PurePosixPath("content/village"), finishes=("press",)), here)
    return next(f for f in made.files if f.suffix == ".pdf").read_bytes()


Title = Callable[..., PurePosixPath]


@pytest.fixture
def title(tmp_path: Path) -> Title:
    """Makes a title of one chapter and one photograph; more files by name."""

    def make(
        name: str = "small", chapter: str = GOOD_CHAPTER, **more: str | bytes
    ) -> PurePosixPath:
        folder = tmp_path / "content" / name
        (folder / "photos").mkdir(parents=True, exist_ok=True)
        (folder / "edition.toml").write_text(EDITION, "utf-8")
        (folder / "one.md").write_text(chapter, "utf-8")
        Image.new("RGB", (1200, 800), (180, 40, 30)).save(
            folder / "photos" / "good.jpg", quality=80
        )
        for file, what in more.items():
            data = what.encode() if isinstance(what, str) else what
            path = folder / file.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return PurePosixPath("content") / name

    return make


Builder = Callable[..., Build]
Recorder = Callable[[str, object], None]


@pytest.fixture
def build(workspace: Workspace) -> Builder:
    """Builds a title as the command line would, without its words."""

    def run(folder: PurePosixPath, *, finishes: str = "screen", **asked: Any) -> Build:
        return pipeline.build(Request(folder, finishes=tuple(finishes.split()), **asked), workspace)

    return run


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Build:
    """The sample edition, both PDFs, built once."""
    here = Workspace(ROOT, output=tmp_path_factory.mktemp("sample"))
    here.cache = Cache(shared_cache)
    return pipeline.build(Request(PurePosixPath("content/langfang")), here)


EDITION = """title = "小册"
subtitle = "一本很小的书"
layout = "jinian"
binding = "perfect"
date = 2026-01-02
chapters = ["one.md"]
"""

GOOD_CHAPTER = """---
title: 第一章
template: text
---
这是一段文字。

![说明](photos/good.jpg){credit="摄影 某某"}
"""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was counted along the way: faults that were sown, and inputs that were hostile."""
    _faults_found(terminalreporter)
    _attacks_ended(terminalreporter)


def _properties(of: pytest.TerminalReporter, wanted: str) -> Iterator[tuple[str, str]]:
    """The last value that each test has recorded under that name, and how the test came out."""
    for outcome in ("passed", "failed"):
        for report in of.getreports(outcome):
            values = [str(value) for name, value in report.user_properties if name == wanted]
            if values and report.when == "call":
                yield values[-1], outcome


def _attacks_ended(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of class × tried × refused × printed, with the most that one of a class took."""
    classes: dict[str, list[tuple[str, float, int]]] = {}
    for told, outcome in _properties(terminalreporter, "attack"):
        kind, ended, cpu, peak = told.split("|")
        ended = ended if outcome == "passed" else "broken"
        classes.setdefault(kind, []).append((ended, float(cpu), int(peak)))
    if not classes:
        return
    every = [one for ones in classes.values() for one in ones]
    terminalreporter.section(f"hostile inputs: {len(every)}")
    columns = ("printed", "unchecked", "refused", "broken")
    head = "".join(name.rjust(11) for name in ("tried", *columns, "CPU s", "peak MiB"))
    terminalreporter.write_line("class".ljust(13) + head)
    for kind, ones in (*sorted(classes.items()), ("all", every)):
        ends = Counter(ended for ended, _, _ in ones)
        cells = [len(ones), *(ends[name] for name in columns)]
        most = (max(cpu for _, cpu, _ in ones), max(peak for _, _, peak in ones))
        row = "".join(f"{cell:11}" for cell in (*cells, *most))
        terminalreporter.write_line(kind.ljust(13) + row)


def _faults_found(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of fault × found: how many of each code were sown, and how many found."""
    sown, found = Counter[str](), Counter[str]()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for code in (value for name, value in report.user_properties if name == "sown"):
                sown[str(code)] += 1
                found[str(code)] += outcome == "passed"
    if not sown:
        return
    terminalreporter.section(f"fault × found: {found.total()} of {sown.total()}")
    cells = [f"{code} {found[code]}/{sown[code]}".ljust(34) for code in sorted(sown)]
    for first in range(0, len(cells), 3):
        terminalreporter.write_line("".join(cells[first : first + 3]).rstrip())
