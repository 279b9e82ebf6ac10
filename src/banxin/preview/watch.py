"""Tells of saves. The one door to watchfiles."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from watchfiles import DefaultFilter, awatch

STEP: Final = 6  # ms that are waited for more of the same save
GATHER: Final = 40  # ms at most, while more keeps coming
LOOK: Final = 1000  # ms after which the folders themselves are looked at again


class _Sources(DefaultFilter):
    """All but what editors leave beside the files they work on."""

    ignore_entity_patterns = (
        *DefaultFilter.ignore_entity_patterns,
        r"^#.*#$", r"^4913$", r"^\.new-", r"\.tmp$", r"\.crswap$", r"^~\$",
    )  # fmt: skip


async def saves(folders: Sequence[Path], stop: asyncio.Event) -> AsyncIterator[frozenset[Path]]:
    """The files changed, made or gone, each time that some are.

    A folder may go away, and another come in its place: then all of them are told to have
    changed, and are watched anew.
    """
    polling: bool | None = None  # as the environment says: WATCHFILES_FORCE_POLLING
    while not stop.is_set():
        there = _identities(folders)
        try:
            async for changed in _until_moved(folders, there, stop, polling=polling):
                yield changed
        except FileNotFoundError:
            pass  # gone between two looks
        except OSError:
            polling = True  # the system watches no more files: look at them instead
        if not stop.is_set():
            yield frozenset(folders)


async def _until_moved(
    folders: Sequence[Path],
    there: Mapping[Path, object],
    stop: asyncio.Event,
    *,
    polling: bool | None,
) -> AsyncIterator[frozenset[Path]]:
    if not there:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK / 1000):
                await stop.wait()
        return
    async for changes in awatch(
        *there,
        watch_filter=_Sources(),
        debounce=GATHER,
        step=STEP,
        stop_event=stop,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        force_polling=polling,
    ):
        if changes:
            yield frozenset(Path(path) for _, path in changes)
        if _identities(folders) != there:
            return


def _identities(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """The folders that are there, each with what makes it that one."""
    found: dict[Path, tuple[int, int]] = {}
    for folder in folders:
        with contextlib.suppress(OSError):
            look = folder.stat()
            found[folder] = (look.st_dev, look.st_ino)
    return found
