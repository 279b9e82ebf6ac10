"""Writing what was shown, with a copy of what was: all files or none, and back again.

A copy is a folder of the title's, `.before-fix/0001`, with the files as they were and a list of
what they were and became. What somebody has changed since is never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from banxin import scratch
from banxin.diagnostics import BanxinError, Place, error
from banxin.workspace import Workspace, folder_for, ordinary, write_whole

_LIST: Final = "files.json"
_ABOUT: Final = "about.json"


@dataclass(frozen=True, slots=True)
class Becomes:
    """A file of the workspace that is to become another, if it is still what it was."""

    name: PurePosixPath
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class _Step:
    """The same, with its path."""

    name: PurePosixPath
    path: Path
    before: bytes
    after: bytes


def write(
    folder: PurePosixPath,
    changed: Sequence[Becomes],
    workspace: Workspace,
    copies: str,
    about: str = "",
    most: int = 0,
) -> Path:
    """Write *changed*, and the copy of what was, whose folder is given back.

    Args:
        copies: the name of the folder, in the title's own, that has them.
        about: what is to be known when they are taken back.
        most: copies that are kept, the last ones; 0: all.

    Raises:
        BanxinError: `fix/changed`, a file is not what was shown; `output/unwritable`. Nothing is
            written then.
    """
    steps = [_Step(p.name, workspace.path(p.name), p.before, p.after) for p in changed]
    _must_be_the_same(steps)
    kept = folder_for(workspace.path(folder) / copies)
    made = kept / f"{_last(kept) + 1:04d}"
    _copy(steps, folder, made, about)
    try:
        _replace(steps)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    if most:
        _forget(kept / f"{_last(kept) - most:04d}")
    return made


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Files that are as they were before a `write`, and what it said about itself."""

    names: tuple[PurePosixPath, ...]
    about: str


def undo(folder: PurePosixPath, workspace: Workspace, copies: str) -> TakenBack:
    """Take the last `write` back.

    Args:
        copies: as for `write`.

    Raises:
        BanxinError: `fix/nothing-kept`; `fix/changed-since`, somebody has gone on writing;
            `output/unwritable`. Nothing is taken back then.
    """
    kept = workspace.path(folder) / copies
    number = _last(kept)
    if not number:
        raise BanxinError(error("fix/nothing-kept", Place(str(folder))))
    made = kept / f"{number:04d}"
    steps = list(_back(made, folder, workspace))
    about = (made / _ABOUT).read_text("utf-8") if (made / _ABOUT).is_file() else ""
    _replace(steps)
    shutil.rmtree(made, ignore_errors=True)
    if not _last(kept):
        shutil.rmtree(kept, ignore_errors=True)
    return TakenBack(tuple(step.name for step in steps), about)


def _last(copies: Path) -> int:
    if not copies.is_dir():
        return 0
    return max((int(p.name) for p in copies.iterdir() if p.name.isdecimal()), default=0)


def _forget(copy: Path) -> None:
    """Let go of a copy, and of those before it that are still there."""
    for older in copy.parent.iterdir():
        if older.name.isdecimal() and older.name <= copy.name:
            shutil.rmtree(older, ignore_errors=True)


def _copy(steps: Sequence[_Step], folder: PurePosixPath, made: Path, about: str) -> None:
    beside = scratch.folder_in(made.parent)
    try:
        for step in steps:
            copy = beside / step.name.relative_to(folder)
            write_whole(folder_for(copy.parent) / copy.name, step.before)
        table = [
            {
                "file": str(step.name.relative_to(folder)),
                "before": _digest(step.before),
                "after": _digest(step.after),
            }
            for step in steps
        ]
        write_whole(beside / _LIST, json.dumps(table, ensure_ascii=False, indent=1).encode())
        if about:
            write_whole(beside / _ABOUT, about.encode())
        beside.replace(made)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _back(made: Path, folder: PurePosixPath, workspace: Workspace) -> list[_Step]:
    """The way back. A file may already be what it was: somebody else has undone it."""
    steps, strange = [], []
    try:
        table = json.loads(ordinary(made / _LIST))
        for row in table:
            name = folder / row["file"]
            path, copy = workspace.path(name), ordinary(made / row["file"])
            now = ordinary(path) if path.is_file() else b""
            if _digest(copy) != row["before"] or _digest(now) not in {row["after"], row["before"]}:
                strange.append(str(name))
            steps.append(_Step(name, path, now, copy))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        facts = {"folder": str(made), "why": str(problem)[:200]}
        raise BanxinError(error("fix/copy-damaged", **facts)) from problem
    if strange:
        raise BanxinError(*(error("fix/changed-since", Place(name)) for name in strange))
    return steps


def _must_be_the_same(steps: Sequence[_Step]) -> None:
    strange = [step for step in steps if _now(step.path) != step.before]
    if strange:
        raise BanxinError(*(error("fix/changed", Place(str(step.name))) for step in strange))


def _now(path: Path) -> bytes | None:
    try:
        return ordinary(path)
    except OSError:
        return None


def _replace(steps: Sequence[_Step]) -> None:
    """All or none: what was written before one fails is put back."""
    done: list[_Step] = []
    try:
        for step in steps:
            _must_be_the_same([step])
            _put(step.path, step.after)
            done.append(step)
    except BaseException:
        for step in done:
            _put(step.path, step.before)
        raise


def _put(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode
    write_whole(path, data)
    path.chmod(mode & 0o7777)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
