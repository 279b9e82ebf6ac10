"""A title in a layout, bound as the preview binds it, with changes that nobody saves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from banxin import edition, layouts, manuscript, project
from banxin.cache import Cache
from banxin.edition import Edition
from banxin.layouts import Layout
from banxin.manuscript import Manuscript
from banxin.project import Job
from banxin.request import Request
from banxin.workspace import Workspace

ROOT: Final = Path(__file__).parents[2]
WORDS: Final = ("chapters", "blocks", "text")  # fields of a manuscript down to its words


@dataclass
class Shop:
    """A title in a layout, as the preview sees it."""

    workspace: Workspace
    job: Job
    text: Manuscript
    layout: Layout

    def bound(self, *, css: str = "", **swap: str) -> Edition:
        """With *css* at the end of the last stylesheet, and words of the manuscript swapped."""
        styles = dict(self.layout.styles)
        styles[list(styles)[-1]] += css
        layout = replace(self.layout, styles=styles)
        return edition.bind(swapped(self.text, swap), layout, self.job, self.workspace)


def swapped(value: Any, swap: Mapping[str, str]) -> Any:
    """*value* with other words in all its texts."""
    if isinstance(value, str):
        for old, new in swap.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, tuple):
        return tuple(swapped(item, swap) for item in value)
    if is_dataclass(value) and not isinstance(value, type) and swap:
        parts = (part.name for part in fields(value) if part.name in WORDS)
        return replace(value, **{name: swapped(getattr(value, name), swap) for name in parts})
    return value


def shop(title: str, layout: str, cache: Path) -> Shop:
    workspace = Workspace(ROOT, output=cache / "output")
    workspace.cache = Cache(cache)
    job = project.load(Request(PurePosixPath("content") / title, layout=layout), workspace)
    text = manuscript.read(job.chapters, workspace, encoding=job.encoding)
    return Shop(workspace, job, text, layouts.load(layout, workspace, job.layout_asked_at))


def identities(proved: Any) -> list[str]:
    return [leaf.identity for leaf in getattr(proved, "proof", proved).leaves]
