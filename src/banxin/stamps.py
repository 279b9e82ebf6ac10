"""What the file system says of a file, in place of its bytes.

As git has it: a file that looks as it did, and had come to rest when it was looked at, is the
same. One that was changed just before may be changed again within one tick of the clock, and look
no different: it is read. The time of a file's last change of state (ctime) is looked at as well,
for that of its bytes (mtime) can be put back by anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

CLOCK_TICK: Final = 2_000_000_000  # ns: the coarsest clock of a file system, FAT's

Look = tuple[int, int, int, int]  # size, mtime and ctime in ns, inode


def look_at(path: Path | str) -> Look | None:
    """Links are followed. None where there is nothing to be seen."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def at_rest(look: Look, at: int) -> bool:
    """Whether what looked so at the time *at*, ns, looks otherwise after any change."""
    return max(look[1:3]) < at - CLOCK_TICK


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was: the sha256 of its bytes, and how it looked at the time *at*, ns."""

    digest: str
    look: Look
    at: int

    @property
    def at_rest(self) -> bool:
        return at_rest(self.look, self.at)
