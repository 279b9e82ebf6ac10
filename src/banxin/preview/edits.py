"""What the page asks to be written: only of what it shows, and of the title that it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from banxin.preview.session import Session
from banxin.workspace import Workspace


def edited(
    workspace: Workspace, room: Session, what: str, asked: Mapping[str, Any], body: bytes
) -> dict[str, Any]:
    """Do *what* is asked of a block that *room* shows, and say what came of it.

    Raises:
        BanxinError: why it is not done.
        LookupError, ValueError, TypeError: it is no such question, or of what is not shown.
    """
    # The reader of manuscripts is loaded when somebody writes.
    from banxin.preview import editing

    folder = room.request.folder
    if what == "undo":
        return {"file": str(editing.undo(folder, workspace))}
    spot = editing.EditSpot(
        PurePosixPath(str(asked["file"])), int(asked["line"]), int(asked["column"]), _cell(asked)
    )
    if not room.shows(str(spot.file), spot.line, spot.column):
        raise LookupError(spot)
    match what:
        case "open":
            return asdict(editing.opened(folder, spot, workspace))
        case "write":
            before, after = str(asked["before"]), str(asked["after"])
            editing.write(folder, spot, before, after, workspace)
        case "set":
            value = asked["value"]
            said = None if value is None else str(value)
            saying = editing.Saying(str(asked["key"]), said, str(asked["row"]))
            editing.set_attribute(folder, spot, saying, workspace)
        case "picture":
            dropped = editing.Dropped(str(asked["name"]), body, str(asked["row"]))
            return {"file": str(editing.replace_picture(folder, spot, dropped, workspace))}
        case _:
            raise LookupError(what)
    return {}


def _cell(asked: Mapping[str, Any]) -> tuple[int, int] | None:
    cell = asked.get("cell")
    if not cell:
        return None
    row, column = (int(number) for number in cell)
    if min(row, column) < 0:
        raise ValueError(cell)
    return row, column
