"""Runs command lines, each in a process of its own that is held to time and memory.

Started once, it has read all of banxin before it forks, so that an input costs what it does to the
program and no more. Takes a line of JSON for each, and gives one.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType
from typing import Final, Self

CPU: Final = 120  # seconds: beyond it the process is ended; a million characters take half of it
MEMORY: Final = 3 << 30  # bytes of addresses: beyond it there are no more
WAITING: Final = 300.0  # seconds of the clock: beyond it something hangs
HUNG: Final = -1


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command line ended: `code`, or minus a signal. `cpu` in seconds, `peak` in MiB."""

    code: int
    cpu: float
    peak: int
    said: str
    aside: str


class Cell:
    """The process, as those see it who send things into it."""

    def __init__(self, root: Path) -> None:
        around = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
        around |= {"OPENBLAS_NUM_THREADS": "1", "NO_COLOR": "1"}
        self._process = Popen(
            [sys.executable, __file__], stdin=PIPE, stdout=PIPE, text=True, cwd=root, env=around
        )

    def run(self, words: Sequence[str]) -> Ran:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(list(words)) + "\n")
        self._process.stdin.flush()
        return Ran(**json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()


def serve() -> None:
    """Until there is nothing more to do."""
    from banxin import batch, cli, pipeline, preflight, press, typeset

    del batch, cli, pipeline, preflight, press, typeset
    for line in sys.stdin:
        print(json.dumps(asdict(forked(json.loads(line)))), flush=True)  # noqa: T201


def forked(words: Sequence[str]) -> Ran:
    read = [os.memfd_create(name) for name in ("said", "aside")]
    child = os.fork()
    if not child:
        inside(words, *read)
    code, usage = ended(child)
    texts = []
    for file in read:
        os.lseek(file, 0, os.SEEK_SET)
        with os.fdopen(file, "rb") as stream:
            texts.append(stream.read(20 << 20).decode(errors="replace"))
    return Ran(code, round(usage.ru_utime + usage.ru_stime, 2), usage.ru_maxrss >> 10, *texts)


def inside(words: Sequence[str], said: int, aside: int) -> None:
    """The child. Never returns."""
    code = 70
    try:
        os.setpgid(0, 0)
        for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), said, aside)):
            os.dup2(file, number)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        from banxin.cli import main

        main(words)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def ended(child: int) -> tuple[int, resource.struct_rusage]:
    start = time.monotonic()
    while True:
        found, status, usage = os.wait4(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), usage
        if time.monotonic() - start > WAITING:
            os.kill(child, signal.SIGKILL)
            _, _, usage = os.wait4(child, 0)
            return HUNG, usage
        time.sleep(0.01)


if __name__ == "__main__":
    serve()
