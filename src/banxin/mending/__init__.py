"""`banxin fix`: what findings offer, shown, written into the manuscript, and taken back.

The way: `proposed` reads the chapters and says what they would become, `shown` puts both side by
side; they are written by `banxin.kept`, with a copy of what was.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from banxin import kept
from banxin.mending.proposed import LineChange, Proposal, counted, mended, proposed
from banxin.mending.shown import as_json, difference
from banxin.workspace import Workspace

COPIES: Final = ".before-fix"

__all__ = [
    "LineChange", "Proposal", "as_json", "counted", "difference", "mended", "proposed", "undo",
    "write",
]  # fmt: skip


def write(folder: PurePosixPath, proposals: Sequence[Proposal], workspace: Workspace) -> Path:
    """Write *proposals*, and the copy of what was. Raises: as `kept.write`."""
    changed = [kept.Becomes(p.name, p.before, p.after) for p in proposals if p.changes]
    return kept.write(folder, changed, workspace, COPIES)


def undo(folder: PurePosixPath, workspace: Workspace) -> tuple[PurePosixPath, ...]:
    """Take the last `write` back; the files that are as they were. Raises: as `kept.undo`."""
    return kept.undo(folder, workspace, COPIES).names
