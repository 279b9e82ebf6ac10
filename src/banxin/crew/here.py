"""Errands done on this machine: by this process, or by several of ours.

A process that dies takes nothing with it but the errand that it was at, which another one is
given. An errand that has ended several of them is given to none any more.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from banxin.crew.errands import Errand, ErrandDone, Hands, Workplace
from banxin.diagnostics import error
from banxin.workspace import Workspace

MOST_DEATHS: Final = 3  # processes that an errand may end
ROOM: Final = 700 << 20  # bytes that a process may need: an album of forty pages at 300 ppi
GROWN: Final = 2.0  # times its size after the first errand: then another takes its place
LEAST: Final = 350 << 20  # bytes that any may have
WORTH: Final = 2  # errands, from which on a second process is worth its start
_PAGE: Final = resource.getpagesize()
Told = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """`done`; or a stage of an errand under way. `last`: the process ends after it."""

    done: ErrandDone | None = None
    stage: tuple[str, str] = ("", "")
    last: bool = False


def cores() -> int:
    """That this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


def hands_for(errands: int, most: int = 0) -> int:
    """How many processes are to work. Args: most: of them; 0: as many as there are cores."""
    room = _free_memory() // ROOM
    return max(1, min(most or cores(), room, errands // WORTH if errands > 1 else 1, errands))


def here(
    workspace: Workspace,
    errands: Iterable[Errand],
    size: int,
    progress: Told = lambda title, stage: None,
) -> Iterator[ErrandDone]:
    """Errands as they are done, in whatever order. Args: size: number of processes."""
    waiting = deque(errands)
    if size <= 1:
        hands = Hands(workspace, progress)
        for errand in waiting:
            yield timed(hands, errand)
        return
    crew = [_CrewMember(Workplace.of(workspace)) for _ in range(min(size, len(waiting)))]
    deaths: dict[int, int] = {}
    try:
        for one in crew:
            one.take(waiting)
        while busy := [one for one in crew if one.errand is not None]:
            ready = wait([one.end for one in busy])
            for one in busy:
                if one.end in ready:
                    yield from one.heard(waiting, deaths, progress)
    finally:
        for one in crew:
            one.stop()


def timed(hands: Hands, errand: Errand) -> ErrandDone:
    """An errand done, with the seconds that it took."""
    began = time.perf_counter()
    return replace(hands.do(errand), seconds=time.perf_counter() - began)


@dataclass(slots=True)
class _CrewMember:
    """One of ours, started when it is first given something and when it has died."""

    place: Workplace
    errand: Errand | None = None
    process: Any = None
    end: Connection = field(init=False)

    def take(self, waiting: deque[Errand]) -> None:
        """Begin the next errand of those *waiting*."""
        self.errand = waiting.popleft() if waiting else None
        if self.errand is None:
            return
        if self.process is None:
            self._start()
        with contextlib.suppress(OSError):  # it has died: heard of in a moment
            self.end.send(self.errand)

    def heard(
        self, waiting: deque[Errand], deaths: dict[int, int], progress: Told
    ) -> Iterator[ErrandDone]:
        """What it has to say; then it goes on to the next errand."""
        errand = self.errand
        assert errand is not None, "nobody is heard who has nothing to do"
        try:
            answer: _Answer = self.end.recv()
        except (EOFError, OSError):
            self.stop()
            deaths[errand.number] = deaths.get(errand.number, 0) + 1
            if deaths[errand.number] < MOST_DEATHS:
                waiting.appendleft(errand)
            else:
                reason = error("series/lost", name=errand.name, count=MOST_DEATHS)
                yield ErrandDone(errand.number, None, (reason,))
            self.take(waiting)
            return
        if answer.done is None:
            progress(*answer.stage)
            return
        if answer.last:
            self.stop()
        yield answer.done
        self.take(waiting)

    def stop(self) -> None:
        if self.process is not None:
            self.end.close()
            self.process.kill()
            self.process.join()
            self.process.close()
            self.process = None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # no thread or lock of ours goes along
        self.end, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, self.place), daemon=True)
        self.process.start()
        theirs.close()


def _work(end: Connection, place: Workplace) -> None:
    """What a process does until it is told to stop, or whoever started it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started it
    with contextlib.suppress(EOFError, OSError):
        hands = Hands(
            place.workspace(), lambda title, stage: end.send(_Answer(stage=(title, stage)))
        )
        first = 0
        while True:
            done = timed(hands, end.recv())
            size = _memory()
            first = first or size
            end.send(_Answer(done, last=size > max(LEAST, GROWN * first)))


def _memory() -> int:
    """Bytes of memory that this process has now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _free_memory() -> int:
    """Bytes that may be had without taking them from others; many where nobody tells."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 1 << 40
    free = next((line for line in lines if line.startswith("MemAvailable:")), "")
    return int(free.split()[1]) << 10 if free else 1 << 40
