"""What was worked out before, by the digest of all it was made from. Safe to delete at any time.

An entry proves itself: it begins with a digest of its name and its bytes, so that half a file, an
empty one, one that a disk has spoilt or that stands under another's name is a miss, and is made
anew. A full disk or a folder that cannot be written to costs speed, never a build.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from banxin import scratch

LARGEST: Final = 4 << 30  # bytes of all entries: beyond it those go that were not used for longest
_DIGEST: Final = 32  # bytes, sha256
_SELDOM: Final = 3600.0  # seconds: an entry's last use is noted no more often


@dataclass(frozen=True, slots=True)
class Shelf:
    """Entries of one kind."""

    kind: str
    entries: int
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class _CachedFile:
    path: Path
    size: int
    used: float


class Cache:
    """Bytes by kind and key, in a folder."""

    def __init__(
        self,
        folder: Path,
        largest: int = LARGEST,
        tell: Callable[[str, str], None] = lambda kind, key: None,
    ) -> None:
        """Args: tell: told kind and key of each entry that does not prove itself."""
        self.folder = folder
        self._largest = largest
        self.tell = tell
        self._kept = 0

    def recall(self, kind: str, key: str) -> bytes | None:
        """What was kept under *key*; None for nothing, and for what cannot be trusted."""
        path = self._path(kind, key)
        try:
            with path.open("rb") as file:
                proof, data = file.read(_DIGEST), file.read()
        except FileNotFoundError:
            return None
        except OSError:
            self.tell(kind, key)
            return None
        if proof != _proof(kind, key, data):
            self.tell(kind, key)
            return None
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _SELDOM:
                os.utime(path)
        return data

    def keep(self, kind: str, key: str, data: bytes) -> None:
        """Remember *data* under *key*."""
        path = self._path(kind, key)
        with contextlib.suppress(OSError):
            if not self._kept:
                scratch.sweep(self.folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_whole(path, _proof(kind, key, data), data, beside=self.folder)
            self._kept += len(data)

    def tidy(self) -> None:
        """Where something was kept: let go what was used longest ago, until all is small enough."""
        if not self._kept:
            return
        entries = sorted(self._entries(), key=lambda entry: entry.used)
        size = sum(entry.size for entry in entries)
        for entry in entries:
            if size <= self._largest:
                return
            with contextlib.suppress(OSError):
                entry.path.unlink()
            size -= entry.size

    def shelves(self) -> tuple[Shelf, ...]:
        """What is kept, by kind."""
        sizes: dict[str, list[int]] = {}
        for entry in self._entries():
            sizes.setdefault(entry.path.relative_to(self.folder).parts[0], []).append(entry.size)
        return tuple(Shelf(kind, len(found), sum(found)) for kind, found in sorted(sizes.items()))

    def clear(self) -> None:
        """Raises: OSError."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _entries(self) -> Iterator[_CachedFile]:
        for path in self.folder.glob("*/*/*"):
            with contextlib.suppress(OSError):
                found = path.stat()
                yield _CachedFile(path, found.st_size, found.st_mtime)

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key


class Held:
    """Entries in memory, the last used at the end, up to so many bytes. `size`: of all, bytes."""

    def __init__(self, most: int) -> None:
        self.size, self._most = 0, most
        self._entries: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def recall(self, kind: str, key: str) -> bytes | None:
        held = self._entries.get((kind, key))
        if held is not None:
            self._entries.move_to_end((kind, key))
        return held

    def keep(self, kind: str, key: str, data: bytes) -> None:
        self.size += len(data) - len(self._entries.pop((kind, key), b""))
        self._entries[kind, key] = data
        while self.size > self._most and len(self._entries) > 1:
            self.size -= len(self._entries.popitem(last=False)[1])


def _proof(kind: str, key: str, data: bytes) -> bytes:
    digest = hashlib.sha256(f"{kind} {key}\n".encode())
    digest.update(data)
    return digest.digest()
