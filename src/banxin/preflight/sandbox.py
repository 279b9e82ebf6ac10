"""Other people's files: read in a process of their own, which may fail without taking us along.

A file can claim two gigabytes, or nest so deep that reading never ends; the process gets so much
memory and so much time, and what goes wrong there is a finding here.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from banxin.diagnostics import BanxinError, Diagnostic, error
from banxin.preflight.facts import Facts, read

MEMORY: Final = 420  # MiB of data, beside the 60 that Python and its libraries take
SECONDS: Final = 120
READER: Final = "from banxin.preflight.sandbox import answer; answer()"


def read_guarded(file: Path, *, memory: int = MEMORY, seconds: int = SECONDS) -> Facts:
    """`facts.read`, with the memory (MiB) and the time that it may take.

    Raises:
        BanxinError: as `facts.read`, and `pdf/too-large`.
    """
    try:
        done = subprocess.run(  # noqa: S603  # ourselves
            [sys.executable, "-c", READER, str(file.resolve()), str(memory), str(seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            timeout=seconds + 30,
            check=True,
        )
        said = pickle.loads(done.stdout)  # noqa: S301  # written by `answer`, below
    except (subprocess.SubprocessError, EOFError) as problem:
        raise BanxinError(error("pdf/too-large", limit=memory, seconds=seconds)) from problem
    if isinstance(said, Facts):
        return said
    raise BanxinError(*said)


def answer() -> None:
    """In the process of its own: the facts, or the findings, pickled to standard output."""
    file, memory, seconds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_DATA, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pickle.dump(_read(file), sys.stdout.buffer)


def _read(file: Path) -> Facts | tuple[Diagnostic, ...]:
    try:
        return read(file)
    except BanxinError as problem:
        return problem.diagnostics
    except RecursionError as problem:
        return (error("pdf/damaged", why=f"{type(problem).__name__}: {problem}"[:200]),)
