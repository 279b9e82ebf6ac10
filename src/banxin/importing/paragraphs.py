"""What every source is read into: paragraphs with their line, and the pictures that came along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from banxin.diagnostics import Diagnostic

# Signs of our Markdown: a backslash makes each a plain character.
_SIGNS: Final = re.compile(r"[\\`*_\[\]<>{}~^$|#]|==|(?<=!)(?=\[)")
_STARTS: Final = re.compile(r"^(?=[-+=:])|^(?=\d+\.(?!\d))")
_ENTITY: Final = re.compile(r"&(?=#?\w+;)")


class Form(StrEnum):
    """What the source itself says of a paragraph."""

    TEXT = "text"
    HEADING = "heading"
    CAPTION = "caption"
    ITEM = "item"
    TABLE = "table"
    NAMES = "names"
    PICTURE = "picture"
    QUOTE = "quote"
    NOTE = "note"
    ASIDE = "aside"  # navigation and the like, which the source marks as such
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class ImportedParagraph:
    """One paragraph of a source.

    Attributes:
        file: the source's name.
        line: counted from 1: of a text its line, elsewhere the number of the paragraph.
        plain: the words alone; of a picture its caption.
        marked: the same as a manuscript writes it, signs of Markdown escaped.
        level: of a heading, 1 to 6; 0 where the source does not say.
        bold: all of it is bold.
        picture: of a picture, its name in `Brought.pictures`, or what the source calls it.
    """

    file: str
    line: int
    plain: str
    marked: str
    form: Form = Form.TEXT
    level: int = 0
    bold: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """All of one source."""

    paragraphs: tuple[ImportedParagraph, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[Diagnostic, ...] = ()


def escaped(text: str) -> str:
    """*text* so that a manuscript prints it as it is, but for signs that begin a line."""
    return _ENTITY.sub(r"\\&", _SIGNS.sub(lambda sign: "\\" + sign[0], text))


def begun(text: str) -> str:
    """*text* as the beginning of a paragraph: a dash or a number there is no list."""
    if re.match(r"\d+\.(?!\d)", text):
        return text.replace(".", "\\.", 1)
    return _STARTS.sub(r"\\", text)


def table(rows: tuple[tuple[str, ...], ...]) -> str:
    """*rows* of cells as a table, the first its head."""
    width = max(len(row) for row in rows)
    filled = [[*row, *[""] * (width - len(row))] for row in rows]
    lines = ["| " + " | ".join(cell.replace("\n", " ") for cell in row) + " |" for row in filled]
    return "\n".join([lines[0], "|" + " :-- |" * width, *lines[1:]])
