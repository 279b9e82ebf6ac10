"""`readings.toml`: the three readings of a title (三审三校): who, when, what was changed."""

from __future__ import annotations

import datetime
import json
from pathlib import PurePosixPath
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from banxin.tables import read_table
from banxin.workspace import Workspace

READINGS: Final = "readings.toml"
MOST: Final = 9  # readings of one title; three are the rule


class Change(BaseModel):
    """A correction that was written into the manuscript."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    old: str = ""
    new: str = ""
    by: str = ""


class Reading(BaseModel):
    """One reading. `edition` is the digest of the pages that were read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reading: int = Field(ge=1, le=MOST)
    by: str = Field(default="", max_length=100)
    date: datetime.date
    layout: str = ""
    edition: str = ""
    changes: tuple[Change, ...] = ()


class Readings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    readings: tuple[Reading, ...] = ()


def readings_of(folder: PurePosixPath, workspace: Workspace) -> tuple[Reading, ...]:
    """Those of a title, in their order; none where none was begun.

    Raises:
        BanxinError: faults of the file, with their lines.
    """
    name = folder / READINGS
    if not workspace.exists(name):
        return ()
    table, _ = read_table(name, workspace, Readings)
    return tuple(sorted(table.readings, key=lambda one: one.reading))


def begun(known: tuple[Reading, ...], new: Reading) -> tuple[Reading, ...]:
    """*known* with the reading *new*; begun again, a reading keeps its changes."""
    before = next((one for one in known if one.reading == new.reading), None)
    if before is not None:
        by = new.by or before.by
        new = new.model_copy(update={"changes": before.changes, "by": by})
    others = [one for one in known if one.reading != new.reading]
    return tuple(sorted((*others, new), key=lambda one: one.reading))


def as_toml(readings: tuple[Reading, ...]) -> str:
    """The file as it is written: a table a reading, a table a change."""
    lines: list[str] = []
    for one in readings:
        lines += ["[[readings]]", f"reading = {one.reading}", f"by = {_quoted(one.by)}"]
        lines += [f"date = {one.date:%Y-%m-%d}"]
        lines += [f"{key} = {_quoted(value)}" for key, value in _more(one)]
        for change in one.changes:
            lines += ["", "  [[readings.changes]]"]
            lines += [f"  {k} = {_quoted(v)}" for k, v in change.model_dump().items() if v]
        lines.append("")
    return "\n".join(lines)


def _more(one: Reading) -> tuple[tuple[str, Any], ...]:
    return tuple((key, value) for key in ("layout", "edition") if (value := getattr(one, key)))


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own, but for U+007F."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
