"""Saves are told, whatever becomes of the folders."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from banxin.preview.watch import saves


class Told:
    """The files that were told of so far."""

    def __init__(self) -> None:
        self.files: set[Path] = set()

    def clear(self) -> None:
        self.files.clear()

    async def of(self, file: Path) -> None:
        while file not in self.files:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def watching(*folders: Path) -> AsyncIterator[Told]:
    told, stop = Told(), asyncio.Event()

    async def watch() -> None:
        async for files in saves(folders, stop):
            told.files |= files

    task = asyncio.create_task(watch())
    await asyncio.sleep(0.5)  # until it looks
    try:
        yield told
    finally:
        stop.set()
        await task


def run(scene: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(60):
            await scene()

    asyncio.run(whole())


def test_a_save_a_new_file_and_a_deleted_one_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()

    async def scene() -> None:
        async with watching(tmp_path) as told:
            (tmp_path / "a.md").write_text("1", "utf-8")
            await told.of(tmp_path / "a.md")
            (tmp_path / "new").mkdir()
            await told.of(tmp_path / "new")
            (tmp_path / "new" / "b.md").write_text("2", "utf-8")
            await told.of(tmp_path / "new" / "b.md")
            told.clear()
            (tmp_path / "a.md").unlink()
            await told.of(tmp_path / "a.md")

    run(scene)


def test_an_editor_that_writes_beside_and_renames_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.touch()

    async def scene() -> None:
        async with watching(tmp_path) as told:
            for leaving in (".a.md.swp", "4913", "a.md~", "a.md.tmp"):
                (tmp_path / leaving).write_text("x", "utf-8")
                (tmp_path / leaving).unlink()
            (tmp_path / ".new-a").write_text("1", "utf-8")
            (tmp_path / ".new-a").replace(file)
            await told.of(file)
            assert told.files == {file}

    run(scene)


def test_a_folder_that_goes_and_comes_back_is_watched_again(tmp_path: Path) -> None:
    folder = tmp_path / "title"
    folder.mkdir()

    async def scene() -> None:
        async with watching(folder) as told:
            folder.rename(tmp_path / "elsewhere")
            await told.of(folder)
            told.clear()
            shutil.copytree(tmp_path / "elsewhere", folder)
            await told.of(folder)
            told.clear()
            await asyncio.sleep(1.5)  # until it looks at the new one
            (folder / "a.md").write_text("1", "utf-8")
            await told.of(folder / "a.md")

    run(scene)


def test_it_waits_for_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    folder = tmp_path / "title"

    async def scene() -> None:
        async with watching(folder) as told:
            folder.mkdir()
            await told.of(folder)

    run(scene)
