"""The annotations of a PDF as proofreaders' marks: ISO 32000-2, 12.5.6.

Readers' programs write them differently: the corners of a quad in any order, a replacement as a
strike with a note, or as a caret and a strike that belong together, words as plain or rich text,
a state as a reply. Here they become one kind of mark.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary

from banxin.diagnostics import BanxinError, Box, Place, error

MOST_MARKS: Final = 20_000  # of a file; a book has some hundreds
LONGEST: Final = 10_000  # characters of a note that are read
OURS: Final = "banxin"  # the author of notes on pages that did not pass
_HIGHLIGHTS: Final[Mapping[str, str]] = {
    "/Highlight": "highlight",
    "/StrikeOut": "strike",
    "/Underline": "underline",
    "/Squiggly": "underline",
    "/Caret": "insert",
    "/Text": "note",
    "/FreeText": "note",
    "/Redact": "drawn",
    **dict.fromkeys(
        ("/Ink", "/Square", "/Circle", "/Line", "/Polygon", "/PolyLine", "/Stamp"), "drawn"
    ),
}
_TAGS: Final = re.compile(r"<[^>]*>")
_DATE: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Reply:
    author: str
    says: str


@dataclass(frozen=True, slots=True)
class ProofMark:
    """What a proofreader put on a page.

    Attributes:
        page: from 1.
        kind: highlight, underline, strike, insert, replace, note or drawn.
        quads: what it lies on, left, low, right, top in the page's own space, pt.
        says: its words; empty where there are none.
        state: what was decided of it, lower case: accepted, rejected … ; or empty.
        is_damaged: it has no place that is a place.
    """

    page: int
    kind: str
    quads: tuple[Box, ...]
    says: str
    author: str
    when: str
    replies: tuple[Reply, ...] = ()
    state: str = ""
    is_damaged: bool = False


@dataclass(slots=True)
class _Raw:
    page: int
    item: Dictionary
    parent: tuple[int, int] | None
    kind: str
    says: str


def opened(data: bytes, file: str) -> pikepdf.Pdf:
    """*data* as a PDF.

    Raises:
        BanxinError: `comments/locked`, `comments/no-pdf`.
    """
    try:
        return pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as problem:
        raise BanxinError(error("comments/locked", Place(file), file=file)) from problem
    except (pikepdf.PdfError, ValueError, RuntimeError) as problem:
        raise BanxinError(error("comments/no-pdf", Place(file), file=file)) from problem


def marks(pdf: pikepdf.Pdf) -> tuple[ProofMark, ...]:
    """All marks of *pdf*, in the order of its pages; replies and states at what they belong to."""
    found: dict[tuple[int, int], _Raw] = {}
    for number, page in enumerate(pdf.pages, 1):
        for index, item in enumerate(_items(page)):
            kind = _HIGHLIGHTS.get(str(item.get("/Subtype", "")))
            if kind is None or len(found) >= MOST_MARKS:
                continue
            key = item.objgen if item.objgen[0] else (-number, index)
            parent = item.get("/IRT")
            at = parent.objgen if isinstance(parent, Dictionary) and parent.objgen[0] else None
            found[key] = _Raw(number, item, at, kind, _words(item))
    children: dict[tuple[int, int], list[_Raw]] = {}
    for key, raw in found.items():
        top = _top(key, found)
        if top != key:
            children.setdefault(top, []).append(raw)
    return tuple(
        mark
        for key, raw in found.items()
        if _top(key, found) == key
        for mark in _told(raw, children.get(key, ()))
    )


def _items(page: pikepdf.Page) -> Iterator[Dictionary]:
    items = page.obj.get("/Annots")
    if isinstance(items, Array):
        for index in range(len(items)):
            item = items[index]
            if isinstance(item, Dictionary):
                yield item


def _top(key: tuple[int, int], found: Mapping[tuple[int, int], _Raw]) -> tuple[int, int]:
    """What *key* answers at last; a circle of answers ends where it began."""
    seen = {key}
    while (parent := found[key].parent) is not None and parent in found and parent not in seen:
        seen.add(parent)
        key = parent
    return key


def _told(raw: _Raw, answers: Sequence[_Raw]) -> Iterator[ProofMark]:
    """*raw* with what answers it; a note of our own only where somebody has answered it."""
    kind, says, quads, state = raw.kind, raw.says, _quads(raw.item), ""
    replies: list[Reply] = []
    for answer in answers:
        if answer.item.get("/State") is not None:
            state = _line(answer.item.get("/State")).lower()
        elif str(answer.item.get("/RT", "")) == "/Group":
            # Two marks that are one: what is struck and what is to stand there.
            if {kind, answer.kind} == {"insert", "strike"}:
                struck = raw.item if kind == "strike" else answer.item
                kind, quads = "replace", _quads(struck)
                says = raw.says if raw.kind == "insert" else answer.says
            elif answer.says:
                says = says or answer.says
        elif answer.says:
            replies.append(Reply(_line(answer.item.get("/T")), answer.says))
    author = _line(raw.item.get("/T"))
    if author == OURS and not replies:
        return
    yield ProofMark(
        raw.page, kind, quads, says, author, _when(raw.item), tuple(replies), state, not quads
    )


def _quads(item: Dictionary) -> tuple[Box, ...]:
    """What the mark lies on: its quads, whatever the order of their corners, or its rectangle."""
    numbers = _numbers(item.get("/QuadPoints"))
    boxes = [
        _around(numbers[at : at + 8 : 2], numbers[at + 1 : at + 8 : 2])
        for at in range(0, len(numbers) - 7, 8)
    ]
    if not boxes:
        rect = _numbers(item.get("/Rect"))
        boxes = [_around(rect[0::2], rect[1::2])] if len(rect) == 4 else []
    return tuple(box for box in boxes if box is not None)


def _numbers(value: object) -> list[float]:
    if not isinstance(value, Array):
        return []
    numbers: list[float] = []
    for item in list(value)[: 8 * MOST_MARKS]:
        try:
            numbers.append(float(item))
        except (TypeError, ValueError, ArithmeticError):
            numbers.append(math.nan)
    return numbers


def _around(xs: Sequence[float], ys: Sequence[float]) -> Box | None:
    """The upright box around some corners; None for one that is nowhere."""
    if not all(math.isfinite(side) and abs(side) < 1e6 for side in (*xs, *ys)):
        return None
    return min(xs), min(ys), max(xs), max(ys)


def _words(item: Dictionary) -> str:
    """What it says: plain, or what its rich text says without its styles."""
    plain = _text(item.get("/Contents"))
    if not plain.strip():
        rich = _text(item.get("/RC"))
        plain = unescape(_TAGS.sub("", rich.replace("</p>", "\n")))
    return plain.replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(value: object) -> str:
    """A string of the PDF, in whatever encoding it is."""
    if isinstance(value, pikepdf.Stream):
        try:
            return value.read_bytes()[: 4 * LONGEST].decode("utf-8", "replace")
        except pikepdf.PdfError:
            return ""
    if not isinstance(value, pikepdf.String):
        return ""
    try:
        return str(value)[: LONGEST + 1]
    except (ValueError, UnicodeError):
        return bytes(value)[:LONGEST].decode("utf-8", "replace")


def _line(value: object) -> str:
    return _UNSEEN.sub("", " ".join(_text(value).split()))[:100]


def _when(item: Dictionary) -> str:
    """The day and time of the last change, as ISO 8601, or nothing."""
    found = _DATE.match(_text(item.get("/M")) or _text(item.get("/CreationDate")))
    if not found or not found[3]:
        return ""
    day = "-".join(found.group(1, 2, 3))
    return f"{day}T{found[4]}:{found[5]}" if found[5] else day


def seen(text: str) -> str:
    """*text* without characters that only act."""
    return _UNSEEN.sub("", text)
