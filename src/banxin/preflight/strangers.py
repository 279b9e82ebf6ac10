"""Other people's files: read in a process of their own, which may fail without taking us along.

A file can claim two gigabytes, or nest so deep that reading never ends; the process gets so much
memory and so much time, and what goes wrong there is a finding here.
"""

from __future__ import annotations

import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final

from banxin.diagnostics import BanxinError, Diagnostic, error
from banxin.preflight.facts import Facts, read

MEMORY: Final = 420  # MiB of data, beside the 60 that Python and its libraries take
SECONDS: Final = 120


def read_guarded(file: Path, *, memory: int = MEMORY, seconds: int = SECONDS) -> Facts:
    """`facts.read`, with the memory (MiB) and the time that it may take.

    Raises:
        BanxinError: as `facts.read`, and `pdf/too-large`.
    """
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, spawn, initializer=_bound, initargs=(memory, seconds))
    try:
        made = pool.submit(_read, file).result(timeout=seconds + 30)
    except (BrokenProcessPool, TimeoutError, MemoryError) as problem:
        for process in list((pool._processes or {}).values()):  # no public way
            process.kill()
        raise BanxinError(error("pdf/too-large", limit=memory, seconds=seconds)) from problem
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if isinstance(made, Facts):
        return made
    raise BanxinError(*made)


def _bound(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(file: Path) -> Facts | tuple[Diagnostic, ...]:
    """Findings as a value: an exception with arguments of its own does not travel well."""
    try:
        return read(file)
    except BanxinError as problem:
        return problem.diagnostics
    except RecursionError as problem:
        return (error("pdf/damaged", why=f"{type(problem).__name__}: {problem}"[:200]),)
