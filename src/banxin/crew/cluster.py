"""Errands done by the workers of a Dask scheduler. The one door to dask and distributed.

What travels is sealed: the files that a title rests on go to the workers once, by content; each
errand brings its row and its own picture, and comes back with the bytes of its files. A worker
that is lost has its errands done by another; one errand that loses its worker again and again is
given up by the scheduler, and told.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from banxin import bugs, scratch
from banxin.crew.errands import Errand, ErrandDone, Hands, named
from banxin.crew.here import timed
from banxin.crew.sealed import Sealed, files_of, put, sealed
from banxin.diagnostics import BanxinError, Diagnostic, error, shown
from banxin.versions import versions
from banxin.workspace import Workspace, folder_for, write_whole

PATIENCE: Final = 10.0  # seconds that a scheduler, or its first worker, is waited for
AHEAD: Final = 3  # errands a worker that are given out: results wait there until they are fetched
AGAIN: Final = 3  # times that what was lost with all of its holders is sent anew
KEPT: Final = 2  # titles that a worker has laid out
_ADDRESS: Final = re.compile(r"(?:tcp|tls)://[^\s/:]+:([0-9]{1,5})")
_LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class _Back:
    """What comes back from a worker: `done`, its paths seen from `output`, and its files."""

    done: ErrandDone
    output: Path
    files: Mapping[str, bytes]


def on_cluster(
    address: str, workspace: Workspace, errands: Sequence[Errand]
) -> Iterator[ErrandDone]:
    """Errands as they are done; their files are written here.

    Raises:
        BanxinError: `cluster/no-library`, `cluster/address`, `cluster/no-scheduler`,
            `cluster/no-workers`, `cluster/versions`; `cluster/gone` in the middle.
    """
    with _client(address) as client:
        _check(client, address)
        for folder in dict.fromkeys(errand.request.folder for errand in errands):
            some = [errand for errand in errands if errand.request.folder == folder]
            own = frozenset(errand.own for errand in some if errand.own)
            bundle = sealed(folder, own, workspace)
            yield from _ErrandRound(client, address, workspace, bundle).run(some)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as problem:
        raise BanxinError(error("cluster/no-library")) from problem
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[1]) <= _LAST_PORT:
        raise BanxinError(error("cluster/address", address=address[:80]))
    try:
        with ThreadPoolExecutor(1) as aside:  # where whoever calls has no loop of events
            aside.submit(asyncio.run, _answered(address)).result()
        client = Client(address, timeout=PATIENCE)
    except Exception as problem:  # whatever Dask makes of what answers there, or of its own lock
        why = str(problem).splitlines()[0][:120] if str(problem) else type(problem).__name__
        raise BanxinError(error("cluster/no-scheduler", address=address, why=why)) from problem
    try:
        yield client
    finally:
        client.close(timeout=PATIENCE)


async def _answered(address: str) -> None:
    """Whether something there speaks as Dask does: a client waits for ever for what is silent.

    Raises:
        TimeoutError: nothing was said; whatever Dask makes of other answers.
    """
    from distributed.comm import connect
    from distributed.security import Security

    terms = Security().get_connection_args("client")
    greeting = asyncio.ensure_future(connect(address, timeout=PATIENCE, **terms))
    done, _ = await asyncio.wait({greeting}, timeout=PATIENCE)
    if not done:
        greeting.cancel()
        await asyncio.wait({greeting})
        if not greeting.cancelled():
            greeting.exception()  # Dask's own, of having been stopped
        raise TimeoutError("silent")
    greeting.result().abort()


def _check(client: Any, address: str) -> None:
    """Raises: BanxinError, where there is no worker, or one that would make other bytes."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        found = client.run(_versions, on_error="return")
    except (OSError, TimeoutError) as problem:
        raise BanxinError(error("cluster/no-workers", address=address)) from problem
    mine, faults = _versions(), []
    for worker, theirs in found.items():
        if not isinstance(theirs, dict):
            faults.append(error("cluster/versions", worker=worker, what=str(theirs)[:120]))
            continue
        other = [
            f"{name} {theirs.get(name, '–')} ≠ {version}"
            for name, version in mine.items()
            if theirs.get(name) != version
        ]
        if other:
            faults.append(error("cluster/versions", worker=worker, what=", ".join(other[:5])))
    if faults:
        raise BanxinError(*faults)


def _versions() -> dict[str, str]:
    """Of libraries, and of the machine's own below them."""
    from banxin.engine import libraries

    return {**versions(), **libraries()}


# --- on our side --------------------------------------------------------------------------


@dataclass(slots=True)
class _ErrandRound:
    """The errands of one title on their way to the workers and back."""

    client: Any
    address: str
    workspace: Workspace
    bundle: Sealed

    def run(self, errands: Sequence[Errand]) -> Iterator[ErrandDone]:
        """As they come back. Raises: BanxinError, `cluster/gone`."""
        from distributed import as_completed

        left = {errand.number: errand for errand in errands}
        for attempt in range(AGAIN):
            waiting = deque(left.values())
            sent = self._scattered()
            most = AHEAD * max(1, len(self.client.scheduler_info(-1)["workers"]))
            given = [self._given(e, sent) for e in islice(self._next(waiting), most)]
            under_way = as_completed(given)
            for future in under_way:
                errand = left[int(future.key.split("-")[2])]
                done = self._fetched(future, errand, last=attempt == AGAIN - 1)
                if done is not None:
                    del left[done.number]
                    yield done
                for errand in islice(self._next(waiting), 1):
                    under_way.add(self._given(errand, sent))
            if not left:
                return
            if self.client.status != "running":
                why = self.client.status
                raise BanxinError(error("cluster/gone", address=self.address, why=why))

    @staticmethod
    def _next(waiting: deque[Errand]) -> Iterator[Errand]:
        while waiting:
            yield waiting.popleft()

    def _scattered(self) -> Any:
        """The sealed files with every worker there is; others fetch them from these."""
        try:
            return self.client.scatter([self.bundle], broadcast=True, hash=False)[0]
        except (OSError, TimeoutError) as problem:
            facts = {"address": self.address, "why": type(problem).__name__}
            raise BanxinError(error("cluster/gone", **facts)) from problem

    def _given(self, errand: Errand, sent: Any) -> Any:
        own = files_of(errand, self.workspace)
        key = f"banxin-{self.bundle.digest[:8]}-{errand.number}-{errand.name}"
        return self.client.submit(_on_worker, sent, errand, own, key=key, pure=False)

    def _fetched(self, future: Any, errand: Errand, *, last: bool) -> ErrandDone | None:
        """What came back, its files written; None where it has to be done again."""
        import dask
        from distributed import KilledWorker

        try:
            back: _Back = future.result()
        except KilledWorker:
            count = int(dask.config.get("distributed.scheduler.allowed-failures")) + 1
            lost = error("series/lost", name=errand.name, count=count)
            return ErrandDone(errand.number, None, (lost,))
        except Exception as problem:  # lost with whoever held it, or not understood there
            if not last:
                return None
            told = bugs.told(problem, versions()["banxin"], [self.workspace.output])
            return ErrandDone(errand.number, None, (named(told, errand),))
        finally:
            future.release()
        return self._written(back)

    def _written(self, back: _Back) -> ErrandDone:
        try:
            for name, data in back.files.items():
                file = self.workspace.output / name
                folder_for(file.parent)
                write_whole(file, data)
        except BanxinError as problem:
            return ErrandDone(back.done.number, None, problem.diagnostics)
        told = back.done.told
        if told is None:
            reasons = tuple(map(self._with_report_here, back.done.reasons))
            return replace(back.done, reasons=reasons)
        files = tuple(self.workspace.output / f.relative_to(back.output) for f in told.files)
        return replace(back.done, told=replace(told, files=files))

    def _with_report_here(self, reason: Diagnostic) -> Diagnostic:
        """A fault of ours that the worker met: its report came with it."""
        if reason.code not in bugs.CODES or reason.facts["file"] == bugs.UNWRITTEN:
            return reason
        file = shown(self.workspace.output / Path(str(reason.facts["file"])).name)
        return replace(reason, facts={**reason.facts, "file": file})


# --- on the worker's ------------------------------------------------------------------------

_ONE_AT_A_TIME: Final = threading.Lock()  # the engine is one to a process, whatever Dask's threads


def _on_worker(bundle: Sealed, errand: Errand, own: Mapping[str, bytes]) -> _Back:
    with _ONE_AT_A_TIME:
        root = bundle.laid_out(_room())
        for name, data in own.items():
            put(root, name, data)
        hands = _hands(root)
        done = timed(hands, errand)
        output = root / "output"
        files = done.told.files if done.told else tuple(output.glob(bugs.EVERY))
        made = {file.relative_to(output).as_posix(): file.read_bytes() for file in files}
        for file in (*files, *(root / name for name in own)):
            file.unlink(missing_ok=True)
        return _Back(done, output, made)


class _Owner:
    """Lives as long as the process."""


_OWNER: Final = _Owner()


@cache
def _room() -> Path:
    """A folder of this process, gone with it."""
    return scratch.kept_by(_OWNER)


_HANDS: Final[dict[Path, Hands]] = {}


def _hands(root: Path) -> Hands:
    if root not in _HANDS:
        while len(_HANDS) >= KEPT:
            _HANDS.pop(next(iter(_HANDS)))
        _HANDS[root] = Hands(Workspace(root))
    return _HANDS[root]
