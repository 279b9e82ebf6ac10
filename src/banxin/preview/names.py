"""What titles and layouts are called, for people: of a file that cannot be read, its folder."""

from __future__ import annotations

import tomllib
from pathlib import PurePosixPath
from typing import Any

from banxin.content import EDITION_FILE, LAYOUT_FILE, LAYOUTS
from banxin.diagnostics import BanxinError
from banxin.words import LANGUAGES
from banxin.workspace import Workspace


def of_title(folder: PurePosixPath, workspace: Workspace) -> str:
    said = _table(folder / EDITION_FILE, workspace).get("title")
    return said.replace("|", "") if isinstance(said, str) and said.strip() else folder.name


def of_layout(name: str, workspace: Workspace) -> dict[str, str]:
    """By language."""
    said = _table(LAYOUTS / name / LAYOUT_FILE, workspace).get("name")
    known = said if isinstance(said, dict) else {}
    return {language: str(known.get(language) or name) for language in LANGUAGES}


def _table(file: PurePosixPath, workspace: Workspace) -> dict[str, Any]:
    try:
        return tomllib.loads(workspace.read_text(file))
    except (BanxinError, ValueError, RecursionError):
        return {}
