"""What a stranger, a broken disk or a bad day may hand in: made by code, a class to a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Content = str | bytes


@dataclass(frozen=True, slots=True)
class Attack:
    """One input.

    Attributes:
        kind: its class.
        lay: writes it into a workspace, or into a title's folder that is empty; gives the words
            of the command line that takes it in.
        keeps: words that have to be on the pages, if they are printed as if all was well.
    """

    kind: str
    name: str
    lay: Callable[[Path, Path], Sequence[str]]
    keeps: str = ""


EDITION = """title = "小册"
layout = "jinian"
binding = "perfect"
date = 2026-01-02
press = "coarse.toml"
chapters = ["one.md"]
"""
COARSE = "least_ppi = 1\nlow_ppi = 1\n"  # pictures are small here, and print
SOUND: Mapping[str, Content] = {"edition.toml": EDITION, "coarse.toml": COARSE}
FRONT = "---\ntitle: 一\ntemplate: text\n---\n"
LAST = "末一行的话。"
FIGURE = '![图说](photos/p.png){credit="摄影 某某"}'


def chapter(inside: str, front: str = FRONT) -> str:
    """A chapter that ends in words which must not get lost."""
    return f"{front}{inside}\n\n{LAST}\n"


def written(folder: Path, files: Mapping[str, Content]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def title(
    kind: str, name: str, files: Mapping[str, Content], *, keeps: str = LAST, words: str = ""
) -> Attack:
    """A title with those files in place of, or beside, a sound edition and chapter.

    Args:
        words: more of the command line.
    """
    sound: Mapping[str, Content] = {**SOUND, "one.md": chapter("一段。")}

    def lay(shop: Path, folder: Path) -> Sequence[str]:
        written(folder, {**sound, **files})
        return ["build", str(folder), "--workspace", str(shop), *words.split()]

    return Attack(kind, name, lay, keeps)
