"""Files and folders that are there for a while, and go even if their maker was killed.

Each is named after the process that makes it, and its machine, for folders may be shared. Who
comes next takes away what a process left that is no longer there; what another machine made, when
it is a day old.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

BESIDE: Final = ".new-"  # results that are still being written, beside the old ones
ELSEWHERE: Final = "banxin-"  # in the machine's folder for temporary things
A_DAY: Final = 24 * 3600.0
_NAME: Final = re.compile(r"(?:\.new-|banxin-)([0-9a-f]{8})-(\d+)-")


@contextmanager
def temporary() -> Iterator[Path]:
    """An empty folder of the machine's, gone when the block is left."""
    sweep_temporary()
    made = Path(tempfile.mkdtemp(prefix=_named(ELSEWHERE)))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def kept_by(owner: object) -> Path:
    """An empty folder of the machine's, gone when *owner* is, or with the process at the latest."""
    sweep_temporary()
    made = Path(tempfile.mkdtemp(prefix=_named(ELSEWHERE)))
    weakref.finalize(owner, shutil.rmtree, made, ignore_errors=True)
    return made


def sweep_temporary() -> None:
    """Take away what killed processes left in the machine's folder for temporary things."""
    sweep(Path(tempfile.gettempdir()))


def folder_in(above: Path) -> Path:
    """An empty folder in *above*, for results that will be renamed. Raises: OSError."""
    sweep(above)
    return Path(tempfile.mkdtemp(prefix=_named(BESIDE), dir=above))


def write_whole(file: Path, *parts: bytes, beside: Path | None = None) -> None:
    """Write *file*, or leave it as it was, also where the machine breaks off in the middle.

    Args:
        beside: the folder, of the same file system, in which it is written; its own otherwise.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=_named(BESIDE), dir=beside or file.parent)
    try:
        with os.fdopen(handle, "wb") as new:
            new.writelines(parts)
            new.flush()
            os.fsync(new.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sweep(folder: Path) -> None:
    """Take away what killed processes left in *folder*. What cannot be taken away stays."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            made_by = _NAME.match(path.name)
            if made_by and _is_left(path, made_by[1], int(made_by[2])):
                _remove(path)


def _is_left(path: Path, machine: str, process: int) -> bool:
    if machine == _machine():
        return not _runs(process)
    with contextlib.suppress(OSError):
        return time.time() - path.stat().st_mtime > A_DAY
    return False


def _runs(process: int) -> bool:
    if os.name != "posix":  # signal 0 asks elsewhere, and ends a process there
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def _named(prefix: str) -> str:
    return f"{prefix}{_machine()}-{os.getpid()}-"


@cache
def _machine() -> str:
    """A short name of this machine."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]
