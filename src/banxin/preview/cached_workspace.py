"""A workspace that remembers: what has not changed is neither read nor made again.

A preview asks the same questions many times a minute. `Desk.remembered` keeps the answer of a
function for as long as every question that it asked of the workspace would be answered as it was.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

from banxin.cache import Held
from banxin.diagnostics import BanxinError, Place
from banxin.workspace import SMALL, Workspace

Answer = TypeVar("Answer")

# Of a file that was written less than this before it was read, the file system may say the same
# after another save: it is read again until it has come to rest. In nanoseconds; the coarsest
# clock of the file systems in use here ticks in 10 ms.
RESTLESS: Final = 50_000_000
KEPT: Final = 96 << 20  # bytes of fonts and the like that are held in memory
MOST: Final = 2000  # answers remembered


@dataclass(slots=True)
class _CachedAnswer:
    """An answer, and the questions that it rests on with what was answered."""

    answer: Any
    questions: tuple[tuple[str, PurePosixPath, Any], ...]


@dataclass(frozen=True, slots=True)
class _FileState:
    """A file as it was read. `look`: what the file system says of it; `data`: of a small one."""

    look: tuple[int, ...]
    digest: str
    restless: bool
    data: bytes | None


class CachedWorkspace(Workspace):
    """See the module."""

    def __init__(self, root: Path, *, output: Path | None = None, cache: bool = True) -> None:
        super().__init__(root, output=output, cache=cache)
        self._asked: list[dict[tuple[str, PurePosixPath], Any]] = []
        self._memories: OrderedDict[Hashable, _CachedAnswer] = OrderedDict()
        self._stamps: dict[PurePosixPath, _FileState] = {}
        self._held = Held(KEPT)

    def remembered(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """What *make* gives, made anew only when something that it read has changed.

        Args:
            key: of the function and its arguments.
        """
        memory = self._memories.get(key)
        if memory is not None and all(self._still(*q) for q in memory.questions):
            self._memories.move_to_end(key)
            for kind, name, answer in memory.questions:
                self._note(kind, name, answer)
            return memory.answer  # type: ignore[no-any-return]
        self._asked.append({})
        try:
            answer = make()
        finally:
            asked = self._asked.pop()
            for (kind, name), found in asked.items():
                self._note(kind, name, found)
        questions = tuple((kind, name, found) for (kind, name), found in asked.items())
        self._memories[key] = _CachedAnswer(answer, questions)
        if len(self._memories) > MOST:
            self._memories.popitem(last=False)
        return answer

    def _note(self, kind: str, name: PurePosixPath, answer: Answer) -> Answer:
        if self._asked:
            self._asked[-1].setdefault((kind, name), answer)
        return answer

    def _still(self, kind: str, name: PurePosixPath, answer: Any) -> bool:
        """Whether a question has the answer that it had."""
        if kind != "read":
            return self.still(kind, name, answer)
        try:
            return bool(self._digest_now(name) == answer)
        except BanxinError:
            return False

    # --- questions --------------------------------------------------------------------------

    def read(self, name: PurePosixPath, asked_at: Place | None = None) -> bytes:
        kept = self._stamps.get(name)
        if kept is not None and kept.data is not None and self._is_current(name, kept):
            self._read[name], data = kept.digest, kept.data
        else:
            data = self._read_anew(name, asked_at)
        self._note("read", name, self._read[name])
        return data

    def digest(self, name: PurePosixPath, asked_at: Place | None = None) -> str:
        return self._note("read", name, self._digest_now(name, asked_at))

    def _digest_now(self, name: PurePosixPath, asked_at: Place | None = None) -> str:
        kept = self._stamps.get(name)
        if kept is not None and self._is_current(name, kept):
            self._read[name] = kept.digest
        else:
            self._read_anew(name, asked_at)
        return self._read[name]

    def _is_current(self, name: PurePosixPath, stamp: _FileState) -> bool:
        return not stamp.restless and stamp.look == self._look(name)

    def _read_anew(self, name: PurePosixPath, asked_at: Place | None) -> bytes:
        now, look = time.time_ns(), self._look(name)
        data, stamp = self._really_read(name, asked_at)
        self._read[name] = stamp.digest
        if look and look == self._look(name):
            restless = now - max(look[:2]) < RESTLESS
            small = data if len(data) < SMALL else None
            self._stamps[name] = _FileState(look, stamp.digest, restless, small)
        else:
            self._stamps.pop(name, None)
        return data

    def _look(self, name: PurePosixPath) -> tuple[int, ...]:
        """Links are followed, but not looked at: what they led to is checked when it is read."""
        base, below = self._base_of(name)
        try:
            found = (base / below).stat()
        except (OSError, ValueError):
            return ()
        return (
            found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev,
        )  # fmt: skip

    # --- the cache, nearer at hand ------------------------------------------------------------

    def recall(self, kind: str, key: str) -> bytes | None:
        held = self._held.recall(kind, key)
        if held is not None:
            return held
        found = super().recall(kind, key)
        if found is not None:
            self._held.keep(kind, key, found)
        return found

    def keep(self, kind: str, key: str, data: bytes) -> None:
        self._held.keep(kind, key, data)
        super().keep(kind, key, data)
