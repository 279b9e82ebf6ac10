"""Where titles and layouts are, and which title is meant: asked before anything heavy is loaded."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Final

from banxin.diagnostics import BanxinError, Diagnostic, error, nearest
from banxin.workspace import Workspace, is_decodable

CONTENT: Final = PurePosixPath("content")
EDITION_FILE: Final = "edition.toml"
LAYOUTS: Final = PurePosixPath("layouts")
LAYOUT_FILE: Final = "layout.toml"
NO_TITLES: Final = {
    **dict.fromkeys((".docx", ".doc", ".wps", ".odt", ".rtf", ".pages"), "title/word-file"),
    **dict.fromkeys((".txt", ".md", ".markdown"), "title/text-file"),
    **dict.fromkeys((".xlsx", ".xls", ".et", ".ods", ".csv"), "title/table-file"),
    **dict.fromkeys((".html", ".htm", ".mhtml"), "title/web-file"),
    ".pdf": "title/pdf-file",
}


def titles(workspace: Workspace) -> tuple[str, ...]:
    """The folders of `content/` that hold an `edition.toml`."""
    return tuple(
        name
        for name in workspace.folders(CONTENT)
        if workspace.exists(CONTENT / name / EDITION_FILE)
    )


def find(title: str, workspace: Workspace, here: Path) -> PurePosixPath:
    """The folder of *title*: a name under `content/`, or a path seen from *here*.

    Raises:
        BanxinError: `title/unknown`, with the nearest known name; a file is told as what it is.
    """
    known = titles(workspace)
    if title in known:
        return CONTENT / title
    folder = _resolved(here / title)
    if folder is not None and not is_decodable(folder.name):
        raise BanxinError(error("title/undecodable", name=folder.name, guess=guessed(folder.name)))
    if folder is not None:
        if folder.is_relative_to(workspace.root):
            return PurePosixPath(folder.relative_to(workspace.root).as_posix())
        name = CONTENT / folder.name
        workspace.mount(name, folder)
        return name
    if Path(title).suffix.lower() in NO_TITLES and not (here / title).is_dir():
        raise BanxinError(_no_title(title, here))
    near = nearest(title, known)
    code = "title/unknown" if near else "title/none-like-it"
    raise BanxinError(error(code, title=title, near=near, known=", ".join(known) or "–"))


def first(workspace: Workspace) -> str:
    """The title that is meant where none is named. Raises: BanxinError, `title/no-titles`."""
    known = titles(workspace)
    if not known:
        raise BanxinError(error("title/no-titles"))
    return known[0]


def _resolved(path: Path) -> Path | None:
    """The title's folder that *path* leads to, if it does."""
    try:
        folder = path.resolve()
        return folder if (folder / EDITION_FILE).is_file() else None
    except (OSError, ValueError, RuntimeError):  # too long, no name, a loop of links
        return None


def guessed(name: str) -> str:
    """What an undecodable name says if it is in GBK, as Windows writes names in archives."""
    return os.fsencode(name).decode("gb18030", "replace")


def _no_title(file: str, here: Path) -> Diagnostic:
    """A file where a folder is meant: what it is, and what to do with it."""
    path, code = here / file, NO_TITLES[Path(file).suffix.lower()]
    if code == "title/text-file" and (path.parent / EDITION_FILE).is_file():
        folder = path.resolve().parent
        return error("title/chapter-file", file=file, folder=_typed(folder, here))
    return error(code, file=file, name=path.name)


def _typed(folder: Path, here: Path) -> str:
    if folder.parent.name == str(CONTENT):
        return folder.name
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
