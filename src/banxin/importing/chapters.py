"""Chapters of an imported title as files, and figures in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from banxin.importing.title import Title

AWAITED: Final = "配图-"  # begins the name of a picture that only its caption is there of


def figure(name: str) -> str:
    """A picture, whole; one that is awaited is a box until it comes."""
    return f"![](photos/{name})"


class Chapters:
    """The chapters of a title, as they come: files by name, and the template of each."""

    def __init__(self, title: Title) -> None:
        self.title = title
        self.files: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def add(self, word: str, template: str, name: str, body: str = "", **keys: str) -> None:
        file = f"{len(self.files):02}-{word}.md"
        head = {
            "template": template,
            "title": _line(name),
            **{k: _line(v) for k, v in keys.items()},
        }
        said = "\n".join(f"{key}: {value}" for key, value in head.items() if value)
        self.files[file] = f"---\n{said}\n---\n" + (f"\n{body}\n" if body else "")
        self.kinds[file] = template


def _line(said: str) -> str:
    """A value of front matter: one line, in quotes where it would begin otherwise."""
    flat = " ".join(said.split())
    return json.dumps(flat, ensure_ascii=False) if flat[:1] in {'"', "'", "#", "["} else flat
