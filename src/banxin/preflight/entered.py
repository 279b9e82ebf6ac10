"""What a title's tables say that is to be printed: its name, its masthead, its photographs.

The judge's own reading: the values as they stand, each with its line.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from banxin.diagnostics import Place
from banxin.preflight.written import letters

NAMED: Final = ("title", "subtitle")
LISTED: Final = ("masthead", "imprint")
# Where a line runs upright, numbers and Latin words lie apart from the characters beside them.
_PARTS: Final = re.compile(r"[0-9A-Za-z]+|[^\W0-9A-Za-z_]+")


@dataclass(frozen=True, slots=True)
class Entered:
    """One value of edition.toml that some page is to have."""

    key: str
    words: str
    place: Place


def entered(file: str, text: str) -> tuple[Entered, ...]:
    """Title, subtitle, masthead and imprint of an edition.toml."""
    table = _read(text)
    return tuple(_values(table, file, text.splitlines()))


def captions(folder: PurePosixPath, ledger: str, edition: str) -> Mapping[str, tuple[str, str]]:
    """Caption and credit of each photograph in a photos.toml, by its address in the workspace.

    Args:
        folder: of the title.
        edition: its edition.toml, which may have one credit for all.
    """
    usual = str(_read(edition).get("credit", ""))
    return {
        unicodedata.normalize("NFC", str(folder / name)): (
            str(entry.get("caption", "")), str(entry.get("credit", "") or usual),
        )
        for name, entry in _read(ledger).items()
        if isinstance(entry, dict)
    }  # fmt: skip


def unprinted(values: tuple[Entered, ...], pages: tuple[str, ...]) -> Iterator[Entered]:
    """Those that no page has: as a whole, or each of its words."""
    text, joined = letters("\n".join(pages))
    for value in values:
        whole = letters(value.words)[0]
        parts = [letters(part)[0] for part in _PARTS.findall(value.words)]
        if not _stands(whole, text, joined) and not all(_stands(p, text, joined) for p in parts):
            yield value


def _stands(words: str, text: str, joined: bytearray) -> bool:
    if not words:
        return True
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not joined[at] and (end == len(text) or not joined[end]):
            return True
        at = text.find(words, at + 1)
    return False


def _read(text: str) -> dict[str, Any]:
    """A table that cannot be read is told by others."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _values(table: Mapping[str, Any], file: str, lines: list[str]) -> Iterator[Entered]:
    for key in NAMED:
        if isinstance(table.get(key), str):
            yield Entered(key, table[key], Place(file, _line(lines, "", key), 1))
    for section in LISTED:
        listed = table.get(section)
        for key, value in listed.items() if isinstance(listed, dict) else ():
            place = Place(file, _line(lines, section, key), 1)
            yield Entered(key, f"{key} {value}", place)


def _line(lines: list[str], section: str, key: str) -> int:
    """The line that gives *key* in *section*."""
    here = ""
    for number, line in enumerate(lines, 1):
        head = re.match(r"\s*\[+\s*([^\]]*?)\s*\]+", line)
        if head:
            here = head[1]
        elif here == section and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
            return number
    return 1
