"""`banxin init`: a folder to work in, with layouts, fonts and a first title.

The fonts go with the program, in its wheel: a build sees no font of the machine, so without them
nothing can be set, and the same manuscript gives the same pages only with the same files. They
are 79 MB under the OFL-1.1, which allows it with their licence text beside them, and the wheel
stays below the 100 MB that PyPI takes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Final

from banxin.diagnostics import BanxinError, Diagnostic, Place, error

FIRST: Final = "first"
_OURS: Final = Path(str(resources.files(__package__)))
# A wheel carries layouts and fonts in this folder; a checkout has them beside `src`.
_CARRIED: Final = _OURS if (_OURS / "layouts").is_dir() else _OURS.parents[2]
_MANUAL: Final = "content/README.md"
_PARTS: Final = {
    "layouts": _CARRIED / "layouts",
    "fonts": _CARRIED / "fonts",
    f"content/{FIRST}": _OURS / FIRST,
}


def init(folder: Path) -> None:
    """Make *folder* a workspace. Files of others in it stay as they are.

    Raises:
        BanxinError: `init/taken`, where something lies at a place that is needed;
            `init/unwritable`.
    """
    taken = tuple(_taken(folder))
    if taken:
        raise BanxinError(*taken)
    try:
        for name, source in _PARTS.items():
            shutil.copytree(source, folder / name, copy_function=shutil.copyfile)
        shutil.copyfile(_CARRIED / _MANUAL, folder / _MANUAL)
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BanxinError(error("init/unwritable", Place(str(folder)), why=why)) from problem


def _taken(folder: Path) -> Iterator[Diagnostic]:
    for name in ("layouts", "fonts", "content"):
        if (folder / name).exists():
            yield error("init/taken", Place(str(folder / name)), name=name)
