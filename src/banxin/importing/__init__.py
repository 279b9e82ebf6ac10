"""Sources of an office as a title: sources → paragraphs → recognised → title, and a report.

`sources` reads each file by its kind (`plain`, `web`, `office`, `sheets`) within `bounds`, as
`paragraphs`; `recognised` says what each is, and how sure that is; `title` makes chapters of them
by a plan, `proposals` offers more, and `report` keeps what found no place.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from banxin.content import CONTENT
from banxin.diagnostics import BanxinError, Diagnostic, error
from banxin.importing import sources
from banxin.importing.proposals import proposals
from banxin.importing.recognised import Recognised, recognise
from banxin.importing.report import report
from banxin.importing.title import LAYOUTS, files_of, gather
from banxin.workspace import Workspace, write_whole

_NAME = re.compile(r"[^\W_][\w-]{0,60}")


@dataclass(frozen=True, slots=True)
class Imported:
    """A title: its files by name, what each paragraph was taken for, and what there is to say."""

    folder: PurePosixPath
    files: dict[str, bytes]
    found: tuple[Recognised, ...]
    remarks: tuple[Diagnostic, ...]
    report: str


def bring(
    given: Sequence[Path], name: str, workspace: Workspace, *, plan: str, layout: str, language: str
) -> Imported:
    """What *given* becomes; nothing is written.

    Raises:
        BanxinError: `import/bad-name`, `import/taken`, and what `sources.read` refuses.
    """
    folder = place_for(name, workspace)
    brought = list(sources.read(given))
    found: list[Recognised] = []
    pictures: dict[str, bytes] = {}
    for one in brought:
        found += recognise(one.paragraphs)
        pictures |= one.pictures
    title = gather(found, pictures, name)
    files = files_of(title, pictures, plan, layout or LAYOUTS[plan])
    told = report(found, language)
    files["import-report.md"] = told.encode()
    files["proposals.toml"] = proposals(title, found).encode()
    remarks = tuple(remark for one in brought for remark in one.remarks)
    return Imported(folder, files, tuple(found), remarks, told)


def place_for(name: str, workspace: Workspace) -> PurePosixPath:
    """The folder of a new title.

    Raises:
        BanxinError: `import/bad-name`, `import/taken`.
    """
    if not _NAME.fullmatch(name):
        raise BanxinError(error("import/bad-name", name=name))
    folder = CONTENT / name
    if (workspace.root / folder).exists():
        raise BanxinError(error("import/taken", name=name, folder=str(folder)))
    return folder


def write(files: dict[str, bytes], folder: PurePosixPath, workspace: Workspace) -> None:
    """All files at once, or none: written beside, then renamed."""
    target = workspace.root / folder
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".import-", dir=target.parent))
    try:
        for name, data in files.items():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(scratch / name, data)
        scratch.chmod(0o755)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
