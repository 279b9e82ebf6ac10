"""Names that a manuscript can write. A file with another one gets a copy under such a name; the
file itself goes to photos/originals/ as it is, with a list of what became what.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from banxin.content import guessed
from banxin.darkroom import heic
from banxin.visible import hidden
from banxin.workspace import alike, is_decodable

ORIGINALS: Final = "originals"
LIST: Final = "renamed.toml"
_LONGEST: Final = 80  # characters; what is longer nobody types
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f\[\]{}<>|\"'`*\\#?%:：\ufffd]+")


@dataclass(frozen=True, slots=True)
class Renaming:
    """A file of photos/ as it lies there, and its name from now on."""

    old: Path
    new: str

    @property
    def shown(self) -> str:
        """The old name as people can read it."""
        name = self.old.name
        return name if is_decodable(name) else guessed(name)


def renamings(photos: Path, suffixes: Collection[str]) -> Iterator[Renaming]:
    """What is to be renamed in the folder *photos*, each to a name that is free."""
    if not photos.is_dir():
        return
    there = sorted(p for p in photos.iterdir() if p.is_file() and not p.name.startswith("."))
    taken = {alike(p.name) for p in there if is_decodable(p.name)}
    for path in there:
        if path.suffix.lower() not in suffixes:
            continue
        name = plain(path.name)
        if path.suffix.lower() in heic.SUFFIXES:
            if not heic.can_be_read():
                continue
            name = str(PurePosixPath(name).with_suffix(".jpg"))
        if name != path.name:
            name = _free(name, taken)
            taken.add(alike(name))
            yield Renaming(path, name)


def plain(name: str) -> str:
    """*name* without what cannot be written in `![](photos/…)`; as it is where it can be."""
    readable = name if is_decodable(name) else guessed(name)
    readable = unicodedata.normalize("NFC", readable)
    unseen = {offset for offset, _ in hidden(readable)}
    readable = "".join(c for n, c in enumerate(readable) if n not in unseen)
    path = PurePosixPath(_UNWRITABLE.sub("-", readable).strip(" .-") or "photo.jpg")
    stem = path.stem.strip(" .-")[:_LONGEST] or "photo"
    written = f"{stem}{path.suffix}"
    return name if is_decodable(name) and written == unicodedata.normalize("NFC", name) else written


def _free(name: str, taken: Collection[str]) -> str:
    path, number = PurePosixPath(name), 2
    while alike(name) in taken:
        name, number = f"{path.stem}-{number}{path.suffix}", number + 1
    return name
