"""A report of a fault of ours: what helps to find it, and nothing of what anybody has written."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from banxin.diagnostics import Diagnostic, error, shown
from banxin.visible import visible

NAME: Final = "banxin-bug-{digest}.txt"
EVERY: Final = NAME.format(digest="*")
CODES: Final = frozenset({"internal/bug", "series/bug"})
UNWRITTEN: Final = "–"  # in the place of a report that no folder took
_INSTALL: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
MOST_FRAMES: Final = 40  # of each of a chain of exceptions: half of them from either end
LONGEST: Final = 200  # characters of an exception's own words
_QUOTED: Final = re.compile(r"([\'\"“‘`]).*?[\'\"”’`]", re.DOTALL)
_OURS: Final = (
    "weasyprint", "jinja2", "pikepdf", "pillow", "numpy", "fonttools", "pydantic", "click",
)  # fmt: skip


def told(problem: Exception, version: str, folders: Sequence[Path]) -> Diagnostic:
    """What nobody foresaw, in words: a fault of ours has a report, as of `report`.

    Args:
        version: of banxin, or of its source.
    """
    if isinstance(problem, OSError):
        if "cannot load library" in str(problem):  # cffi's words: WeasyPrint's are not there
            return error("system/missing", what=str(problem), command=_INSTALL)
        if problem.filename:
            why = problem.strerror or str(problem)
            return error("system/refused", file=_text(problem.filename), why=why)
    file = report(problem, version, folders)
    what = f"{type(problem).__name__}: {elided(str(problem))}"
    return error("internal/bug", what=what, file=shown(file) if file else UNWRITTEN)


def report(problem: BaseException, version: str, folders: Sequence[Path]) -> Path | None:
    """Write a report of *problem* into the first of *folders* that takes it; None if none does.

    Its name is of what it says: one fault of a thousand copies has one report.
    """
    text = "\n".join(_lines(problem, version)) + "\n"
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    name = NAME.format(digest=digest[:12])
    for folder in (*folders, Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError, ValueError):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8", "backslashreplace")
            return folder / name
    return None


def _text(name: str | bytes | int) -> str:
    return os.fsdecode(name) if isinstance(name, str | bytes) else str(name)


def elided(words: str) -> str:
    """An exception's words without what it quotes: that may be of a manuscript."""
    return visible(_QUOTED.sub("“…”", words)[:LONGEST])


def _lines(problem: BaseException, version: str) -> Iterator[str]:
    yield f"banxin {version}"
    yield f"Python {platform.python_version()}, {platform.platform()}, -O {sys.flags.optimize}"
    yield ", ".join(_versions())
    yield "banxin " + " ".join(visible(word) for word in sys.argv[1:])
    for link in _chain(problem):
        yield ""
        yield from _frames(link)
        yield f"{type(link).__name__}: {elided(str(link))}"


def _versions() -> Iterator[str]:
    for name in _OURS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            yield f"{name} {metadata.version(name)}"


def _chain(problem: BaseException) -> list[BaseException]:
    """The first cause first."""
    chain: list[BaseException] = []
    link: BaseException | None = problem
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return chain[::-1]


def _frames(problem: BaseException) -> Iterator[str]:
    frames = traceback.extract_tb(problem.__traceback__)
    half = MOST_FRAMES // 2
    for number, frame in enumerate(frames):
        if len(frames) > MOST_FRAMES and half <= number < len(frames) - half:
            if number == half:
                yield f"  … {len(frames) - MOST_FRAMES} more"
            continue
        yield f"  {_of_package(frame.filename)}:{frame.lineno} {frame.name}: {frame.line or ''}"


def _of_package(file: str) -> str:
    """A file without the folders of this machine."""
    for mark in ("site-packages/", "src/", "lib/"):
        before, found, after = file.rpartition(mark)
        if found and before:
            return after
    return Path(file).name
