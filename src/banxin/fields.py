"""`{{字段}}`: what a title leaves open, and each copy of a series says otherwise.

Values are put into what was already read: a value is text wherever it stands, and whatever it
looks like, nothing in it is markup, and no field in it is looked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from banxin.diagnostics import Diagnostic, Place, error, nearest, warning
from banxin.lettering import parts_of, texts_of
from banxin.manuscript import Manuscript
from banxin.manuscript.blocks import Chapter, Field
from banxin.project import Job
from banxin.workspace import alike

# A name, then `?` where it may be empty, then the digits that a number is filled up to.
FIELD: Final = re.compile(r"\{\{[ \t]*([^{}:?\s][^{}:?]*?)[ \t]*(\?)?(?::(\d{1,2}))?[ \t]*\}\}")
WHEN: Final = "when"  # of a front matter: whether a copy has the chapter
_CONDITION: Final = re.compile(r"\s*([^=!≠]+?)\s*(?:(=|!=|≠)\s*(.*?))?\s*\Z", re.DOTALL)
NO: Final = frozenset({"", "0", "no", "false", "否", "无", "×"})  # in a column, for `when: 列`
# Where `|` breaks a line, in titles, a value's is the full-width one.
_BROKEN: Final = {ord("|"): "｜"}
_OF_JOB: Final = (
    "link", "title", "subtitle", "masthead", "imprint", "options", "credit", "licence", "consent",
    "cover",
)  # fmt: skip
_SIGN: Final = re.compile(r"[\\`*_{}\[\]()<>#|~^&$!]")  # of markup
_ADDRESSED: Final = re.compile(r"\]\([^()\n]*\)")


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy of a series.

    Attributes:
        number: of the row, from 1, as the table lists them.
        name: of its files.
        values: by field, those that every series has among them.
        columns: number of a column in the table, from 1, by field.
        place: the row in its table.
        photo: the copy's own picture, below the title's folder; or empty.
    """

    number: int
    name: str
    values: Mapping[str, str]
    columns: Mapping[str, int]
    place: Place
    photo: str = ""

    def at(self, name: str) -> Place:
        """The cell of a field."""
        return replace(self.place, column=self.columns.get(name))


def filled(text: Manuscript, job: Job, row: CopyRow) -> tuple[Manuscript, Job]:
    """The manuscript and the job of one copy, under the row's name."""
    put = _FieldFilling(row)
    chapters = tuple(put.chapter(c) for c in text.chapters if _stays(c, row))
    job = replace(
        job,
        name=row.name,
        title=put.title(job.title),
        subtitle=put.title(job.subtitle),
        link=put.address(job.link),
        masthead=put.into(job.masthead, put.title),
        imprint=put.into(job.imprint, put.title),
        options=put.into(job.options, put.title),
        cover=put.into(job.cover, put.title),
        credit=put.plain(job.credit),
        licence=put.plain(job.licence),
        consent=put.plain(job.consent),
        series=None,
    )
    return replace(text, chapters=chapters, remarks=(*text.remarks, *put.remarks())), job


def chapters_of(text: Manuscript, row: CopyRow) -> tuple[PurePosixPath, ...]:
    """The chapters that the copy of *row* has."""
    return tuple(chapter.file for chapter in text.chapters if _stays(chapter, row))


def filled_name(pattern: str, row: CopyRow) -> str:
    """*pattern* with the values of *row*, for the name of a file."""
    return FIELD.sub(lambda found: _value(found, row), pattern)


def without_fields(text: str) -> str:
    """*text* of all copies: without what each has of its own, nor the signs that led up to it."""
    return " ".join(FIELD.sub("", text).split()).strip(" |·—–-,，、:：")


def filled_source(text: str, row: CopyRow) -> str:
    """*text* of a file with the row's values in it, written so that they are no markup."""
    if "{{" not in text:
        return text
    front, body = _parted(text)
    body = _ADDRESSED.sub(lambda found: filled_name(found[0], row), body)
    return filled_name(front, row) + FIELD.sub(
        lambda found: _SIGN.sub(lambda sign: f"\\{sign[0]}", _value(found, row)), body
    )


def _parted(text: str) -> tuple[str, str]:
    """What is read word for word, and what has markup."""
    if not text.startswith("---"):
        return "", text
    end = text.find("\n---", 3)
    return (text[:end], text[end:]) if end > 0 else ("", text)


def asked(text: Manuscript, job: Job) -> tuple[tuple[str, Place], ...]:
    """Every field that a title asks for, each time with the nearest place that is known."""
    of_job = ((Place(), getattr(job, name)) for name in _OF_JOB)
    texts = [*texts_of(text.chapters), *(t for place, value in of_job for t in texts_of(value))]
    found = [(m[1], place) for place, written in texts for m in FIELD.finditer(written)]
    found += [(m[1], p) for path, p in _paths(text.chapters, Place()) for m in FIELD.finditer(path)]
    conditions = (c.front[WHEN] for c in text.chapters if WHEN in c.front)
    return (*found, *((_of_condition(c.value)[0], c.place) for c in conditions))


def own_pictures(
    text: Manuscript, job: Job, rows: Iterable[CopyRow]
) -> Mapping[int, PurePosixPath]:
    """The picture that one copy has and no other shows, by the number of its row.

    A picture is also named by a front matter or an option, and by other columns than its own.
    """
    of_job = (word for name in _OF_JOB for _, word in texts_of(getattr(job, name)))
    of_fronts = (said.value for chapter in text.chapters for said in chapter.front.values())
    written = {str(job.folder / word) for word in (*of_job, *of_fronts)}
    written |= {path for path, _ in _paths(text.chapters, Place())}
    patterns = [name for name in written if "{{" in name]
    of_all = {alike(name) for name in written}
    own: dict[int, PurePosixPath] = {}
    for row in rows:
        mine = job.folder / row.photo
        shown = {alike(filled_name(pattern, row)) for pattern in patterns}
        of_all |= shown - {alike(mine)}
        if row.photo:
            own[row.number] = mine
    return {number: name for number, name in own.items() if alike(name) not in of_all}


def unknown(text: Manuscript, job: Job, known: Iterable[str]) -> Iterator[Diagnostic]:
    """Fields that are no columns, each at its first place."""
    names = tuple(known)
    seen: set[str] = set()
    for name, place in asked(text, job):
        if name not in names and name not in seen:
            seen.add(name)
            near = nearest(name, names)
            facts = {"name": name[:40], "near": near, "known": " · ".join(names)[:200]}
            yield error("series/unknown-field", place, **facts)


def without_series(text: Manuscript, job: Job) -> Iterator[Diagnostic]:
    """Fields and conditions of a title that has no series: they print as they are written."""
    found = asked(text, job)
    if found:
        name, place = found[0]
        yield warning("series/none", place, name=name[:40], count=len(found))


def check_mark(values: Iterable[str]) -> str:
    """Eight signs that tell one copy from another, none of them to be taken for another.

    Crockford's base 32 of a SHA-256: no proof against forgery, but against a slip of the pen.
    """
    digest = hashlib.sha256("\0".join(values).encode()).digest()
    number = int.from_bytes(digest[:5], "big")
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(signs[number >> shift & 31] for shift in range(35, -1, -5))


def _paths(value: object, place: Place) -> Iterator[tuple[str, Place]]:
    """Addresses of pictures, however deep."""
    if isinstance(value, PurePosixPath):
        yield str(value), place
    elif isinstance(value, tuple):
        for item in value:
            yield from _paths(item, place)
    elif not isinstance(value, Place):
        names = parts_of(type(value))
        here = getattr(value, "place", place) if "place" in names else place
        for name in names:
            yield from _paths(getattr(value, name), here)


def _value(found: re.Match[str], row: CopyRow) -> str:
    value = row.values.get(found[1], found[0])
    return value.zfill(int(found[3])) if found[3] else value


# --- chapters on a condition --------------------------------------------------------------


def _stays(chapter: Chapter, row: CopyRow) -> bool:
    if WHEN not in chapter.front:
        return True
    name, sign, wanted = _of_condition(chapter.front[WHEN].value)
    value = row.values.get(name, "")
    if not sign:
        return value.strip().lower() not in NO
    return (value in wanted) == (sign == "=")


def _of_condition(written: str) -> tuple[str, str, tuple[str, ...]]:
    """The field, `=` or `!=`, and what it is compared with, any of those between `|`."""
    match = _CONDITION.match(FIELD.sub(lambda found: found[1], written))
    if match is None:
        return written, "", ()
    wanted = tuple(word.strip().strip("\"'“”") for word in (match[3] or "").split("|"))
    return match[1], (match[2] or "").replace("≠", "!="), wanted


# --- values ---------------------------------------------------------------------------------


class _FieldFilling:
    """Puts the values of a row where its fields stand."""

    def __init__(self, row: CopyRow) -> None:
        self._row = row
        self._used: dict[str, bool] = {}  # field → whether it may be empty everywhere

    def plain(self, text: str) -> str:
        return self._each(text, lambda value: value)

    def title(self, text: str) -> str:
        return self._each(text, lambda value: value.translate(_BROKEN))

    def address(self, text: str) -> str:
        return self._each(text, lambda value: quote(value, safe=""))

    def chapter(self, chapter: Chapter) -> Chapter:
        front = {
            key: replace(said, value=self.title(said.value)) if "{{" in said.value else said
            for key, said in chapter.front.items()
            if key != WHEN
        }
        blocks = self.into(chapter.blocks, self.plain)
        return replace(chapter, front=front, blocks=blocks, notes=self.into(chapter.notes))

    def into(self, value: Any, put: Callable[[str], str] | None = None) -> Any:
        """*value* with all fields in it filled; what has none is the same value."""
        put = put or self.plain
        if isinstance(value, str):
            return put(value) if "{{" in value else value
        if isinstance(value, PurePosixPath):
            return PurePosixPath(self.plain(str(value))) if "{{" in str(value) else value
        if isinstance(value, tuple):
            made = tuple(self.into(item, put) for item in value)
            return made if any(a is not b for a, b in zip(made, value, strict=True)) else value
        if isinstance(value, Mapping):
            return {key: self.into(item, put) for key, item in value.items()}
        if isinstance(value, Place | Field):
            return value
        changed = {
            name: made
            for name in parts_of(type(value))
            if (made := self.into(was := getattr(value, name), put)) is not was
        }
        return replace(value, **changed) if changed else value

    def remarks(self) -> Iterator[Diagnostic]:
        """Cells that are empty where something was to be printed."""
        for name, may_be in self._used.items():
            if not may_be and not self._row.values.get(name, "").strip():
                yield warning("series/empty", self._row.at(name), name=name, row=self._row.number)

    def _each(self, text: str, told: Callable[[str], str]) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1]
            self._used[name] = bool(found[2]) and self._used.get(name, True)
            return told(_value(found, self._row))

        return FIELD.sub(value, text) if "{{" in text else text
