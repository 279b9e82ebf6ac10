"""Lists of names as offices send them: a table in CSV or .xlsx, with heads above its columns.

Every cell is text: no formula is run, no number is made of a date. What cannot be set is told
with its file and row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Any, Final

from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest, note, warning
from banxin.manuscript.blocks import Person

MOST_ROWS: Final = 20_000
LONGEST: Final = 40  # characters of a name, or of what is said of one
NAMED: Final = ("姓名", "名字", "人名", "name", "Name")
SUFFIXES: Final = (".csv", ".tsv", ".txt", ".xlsx")
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_MARKS_OF_ORDER: Final = (b"\xff\xfe", b"\xfe\xff")
_QUOTED: Final = re.compile(r'="?(.*?)"?')  # how a table keeps 007 from becoming 7
_FORMULA: Final = re.compile(r"[=+@\-](?=.*[\d(!])")
_SPACED: Final = re.compile(r"(?<=^[\u3400-\u9fff])[ \u3000\u00a0]+(?=[\u3400-\u9fff]$)")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Group:
    """People who belong together: a class. `title` is empty where there is one group only."""

    title: str
    people: tuple[Person, ...]


def groups(
    name: PurePosixPath,
    data: bytes,
    asked: Mapping[str, str],
    asked_at: Place,
    remarks: list[Diagnostic],
) -> tuple[Group, ...]:
    """The people of a table, in the order of its rows, by what stands in the column `by`.

    Args:
        asked: `by`, `about`: what the columns are called of groups, and of what is said of one.

    Raises:
        BanxinError: it is no table, or has no such column.
    """
    rows = _rows(name, data, asked_at)
    if not rows:
        raise BanxinError(error("names/empty", asked_at, file=name.name))
    head, first = _head(rows)
    named = _column(head, "", asked_at, name) if head else 0
    by = _column(head, asked["by"], asked_at, name) if asked.get("by") else None
    about = _column(head, asked["about"], asked_at, name) if asked.get("about") else None
    found: dict[str, list[Person]] = {}
    for number, row in enumerate(rows[first:], first + 1):
        place = Place(str(name), number, 1)
        person = _person(_cell(row, named), _cell(row, about), place, remarks)
        if person is not None:
            found.setdefault(_cell(row, by), []).append(person)
        elif any(cell.strip() for cell in row) and not _cell(row, named):
            remarks.append(warning("names/no-name", place, row=" ".join(filter(None, row))[:60]))
    others = [h for n, h in enumerate(head) if h and n not in {named, by, about}]
    if others:
        remarks.append(note("names/columns", asked_at, file=name.name, columns="、".join(others)))
    remarks.extend(_twice(found))
    return tuple(Group(title, tuple(people)) for title, people in found.items())


def _twice(found: Mapping[str, Sequence[Person]]) -> Iterator[Diagnostic]:
    """The same name twice in one group: two people, or one row too many."""
    for title, people in found.items():
        seen: dict[str, Person] = {}
        for person in people:
            before = seen.setdefault(person.name + person.about, person)
            if before is not person:
                row, group = before.place.line or 0, title or "–"
                yield warning("names/twice", person.place, name=person.name, group=group, row=row)


def _person(name: str, about: str, place: Place, remarks: list[Diagnostic]) -> Person | None:
    name = _SPACED.sub("", name)
    if not name:
        return None
    if len(name) > LONGEST or len(about) > LONGEST:
        length = max(len(name), len(about))
        remarks.append(error("names/long", place, name=name[:20], length=length, most=LONGEST))
        return None
    if _FORMULA.match(name):
        remarks.append(error("names/formula", place, found=name))
        return None
    return Person(name, about, place)


# --- columns ----------------------------------------------------------------------------------


def _head(rows: Rows) -> tuple[Sequence[str], int]:
    """What the columns are called, and the number, from 0, of the first row of people."""
    first = next((n for n, row in enumerate(rows[:10]) if set(row) & set(NAMED)), None)
    if first is None:
        return ([], 0) if max(map(len, rows)) == 1 else (rows[0], 1)
    return rows[first], first + 1


def _column(head: Sequence[str], asked: str, place: Place, name: PurePosixPath) -> int:
    """Which column is called so; without a name to ask for, that of the names."""
    wanted = [asked] if asked else [one for one in NAMED if one in head][:1]
    if not wanted:
        return 0
    count = list(head).count(wanted[0])
    if count == 1:
        return list(head).index(wanted[0])
    facts = {"column": wanted[0], "file": name.name, "known": " · ".join(filter(None, head)) or "–"}
    if count:
        raise BanxinError(error("names/column-twice", place, **facts))
    near = nearest(wanted[0], [h for h in head if h])
    raise BanxinError(error("names/no-column", place, near=near, **facts))


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


# --- files ------------------------------------------------------------------------------------


def _rows(name: PurePosixPath, data: bytes, place: Place) -> Rows:
    reader: Callable[[PurePosixPath, bytes, Place], Iterator[Sequence[Any]]]
    reader = _of_workbook if name.suffix.lower() == ".xlsx" or data[:2] == b"PK" else _of_text
    rows = [[_plain(cell) for cell in row] for row in reader(name, data, place)]
    if len(rows) > MOST_ROWS:
        facts = {"rows": len(rows), "most": MOST_ROWS}
        raise BanxinError(error("names/too-many", place, file=name.name, **facts))
    return rows if any(any(row) for row in rows) else []


def _plain(cell: Any) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    quoted = _QUOTED.fullmatch(text.strip()) if text.startswith('="') else None
    return " ".join((quoted[1] if quoted else text).replace("\0", "").split()).strip("\ufeff")


def _of_text(name: PurePosixPath, data: bytes, place: Place) -> Iterator[Sequence[str]]:
    text = _decoded(name, data, place)
    first = text.split("\n", 1)[0]
    delimiter = max((",", "\t", ";", "，"), key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    except csv.Error as problem:
        facts = {"file": name.name, "why": str(problem)}
        raise BanxinError(error("names/unreadable", place, **facts)) from problem


def _decoded(name: PurePosixPath, data: bytes, place: Place) -> str:
    encodings = ("utf-16",) if data[:2] in _MARKS_OF_ORDER else _ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise BanxinError(error("names/encoding", place, file=name.name))


def _of_workbook(name: PurePosixPath, data: bytes, place: Place) -> Iterator[Sequence[Any]]:
    """The first sheet that has anything in it."""
    if find_spec("python_calamine") is None:
        raise BanxinError(error("names/xlsx-library", place, file=name.name))
    reader: Any = import_module("python_calamine")
    try:
        book = reader.load_workbook(io.BytesIO(data))
        for sheet in book.sheet_names:
            opened = book.get_sheet_by_name(sheet)
            if opened.total_height > MOST_ROWS:
                facts = {"rows": opened.total_height, "most": MOST_ROWS}
                raise BanxinError(error("names/too-many", place, file=name.name, **facts))
            rows = opened.to_python(skip_empty_area=False)
            if any(any(str(cell) for cell in row) for row in rows):
                yield from rows
                return
    except (OSError, ValueError, reader.CalamineError) as problem:
        facts_of = {"file": name.name, "why": str(problem)[:120]}
        raise BanxinError(error("names/unreadable", place, **facts_of)) from problem
