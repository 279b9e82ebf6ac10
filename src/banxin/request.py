"""What is asked of a build: one value for the command line, the API and the preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One title, and what is wanted of it. What is left empty is as its `edition.toml` says.

    Attributes:
        folder: the title's, as a name in the workspace; `content.find` knows it.
        draft: missing photographs become boxes for position only.
        compose: lines are the composer's; otherwise the engine's own, for comparison.
        finishes: names out of `finishes.FINISHES`.
        marks: whether the press file has marks outside its bleed.
        revision: of the files, in their names and slugs; 0 of the first.
        publish: whether results are written; a check writes none.
        language: of the sentences in report.json and on unchecked pages.
    """

    folder: PurePosixPath
    layout: str = ""
    press: str = ""
    draft: bool = False
    compose: bool = True
    finishes: tuple[str, ...] = ("press", "screen")
    marks: bool = True
    publish: bool = True
    revision: int = 0
    language: str = "zh"

    def as_json(self) -> Mapping[str, Any]:
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return values | {"folder": str(self.folder)}
