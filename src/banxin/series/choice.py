"""Which copies are asked for: by number, by what stands in their rows, or by what has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import BanxinError, error, nearest

if TYPE_CHECKING:
    from banxin.fields import CopyRow

_RANGE: Final = re.compile(r"\s*(\d+)\s*(?:([-–—~～－])\s*(\d+)?\s*)?")


@dataclass(frozen=True, slots=True)
class WhichCopies:
    """Copies out of a series; all of them, where nothing is said.

    Attributes:
        rows: numbers and ranges: `1-20`, `3,7`, `9-`.
        only: what stands in a cell, or the name of the files.
        changed: only rows that are not as they were when their files were made.
        merge: whether the copies are put into one file as well.
        on: the scheduler of a cluster, or empty.
    """

    rows: str = ""
    only: str = ""
    changed: bool = False
    merge: bool = False
    on: str = ""

    @property
    def is_of_series(self) -> bool:
        """Whether something is asked that only a series has."""
        return bool(self.rows or self.only or self.changed or self.merge)

    def of(self, rows: Iterable[CopyRow]) -> tuple[CopyRow, ...]:
        """The rows that are asked for by number and by cell.

        Raises:
            BanxinError: `series/rows-unread`, `series/no-such-row`.
        """
        every = tuple(rows)
        wanted = set(_numbers(self.rows, len(every))) if self.rows else None
        found = tuple(row for row in every if wanted is None or row.number in wanted)
        if self.only:
            found = tuple(
                row for row in found if self.only == row.name or self.only in row.values.values()
            )
        if not found:
            words = {value for row in every for value in (row.name, *row.values.values())}
            near = nearest(self.only, words) if self.only else ""
            asked = " ".join(part for part in (self.rows, self.only) if part)
            raise BanxinError(error("series/no-such-row", asked=asked, near=near, rows=len(every)))
        return found


def _numbers(written: str, last: int) -> Iterator[int]:
    for part in re.split(r"[,，、;；]", written):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise BanxinError(error("series/rows-unread", written=written[:40]))
        first = int(match[1])
        end = int(match[3] or (last if match[2] else first))
        yield from range(first, min(end, last) + 1)
