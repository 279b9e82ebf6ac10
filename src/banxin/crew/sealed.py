"""The files that errands rest on, sealed: all that a worker elsewhere needs.

A worker lays them out in a folder of its own, by content, and works in it as it would at home: it
reads the same bytes under the same names, binds the same Edition, and makes the same files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from banxin.assets.fonts import FOLDER as FONTS
from banxin.content import LAYOUTS
from banxin.crew.errands import Errand
from banxin.diagnostics import BanxinError
from banxin.workspace import Workspace

_HIDDEN: Final = ".complete"  # the last file written of a folder: without it, it is not whole


@dataclass(frozen=True, slots=True)
class Sealed:
    """Files by their names in a workspace. `digest`: of all of them."""

    files: Mapping[str, bytes]
    digest: str = field(default="")

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Sealed:
        whole = hashlib.sha256()
        for name, data in sorted(files.items()):
            whole.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode())
        return cls(files, whole.hexdigest())

    def laid_out(self, above: Path) -> Path:
        """The folder with these files, below *above*; made if it is not there."""
        folder = above / self.digest[:32]
        if not (folder / _HIDDEN).exists():
            for name, data in self.files.items():
                put(folder, name, data)
            (folder / _HIDDEN).write_bytes(b"")
        return folder


def put(folder: Path, name: str, data: bytes) -> None:
    """Write the file *name* below *folder*."""
    path = folder / PurePosixPath(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def sealed(folder: PurePosixPath, own: frozenset[PurePosixPath], workspace: Workspace) -> Sealed:
    """What every errand of a title rests on: its files, the layouts and the fonts.

    Args:
        own: the pictures that belong to one copy each, which travel with it.
    """
    names = (n for each in (folder, LAYOUTS, FONTS) for n in workspace.below(each))
    return Sealed.of({str(n): workspace.read(n) for n in names if n not in own})


def files_of(errand: Errand, workspace: Workspace) -> Mapping[str, bytes]:
    """What travels with an errand; a picture that is not there the worker misses as well."""
    name = errand.own
    if name is None:
        return {}
    try:
        return {str(name): workspace.read(name)}
    except BanxinError:
        return {}
