"""The table of a series: its first row says what its columns are called, and each other is a copy.

A cell is text. What a spreadsheet would reckon is told, and printed as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from banxin.diagnostics import BanxinError, Diagnostic, Place, Severity, error, warning
from banxin.fields import CopyRow, check_mark, filled_name
from banxin.importing.sheets import Cells, NumberedRow, rows_of_sheets, rows_of_text
from banxin.project import Job, SeriesOfCopies
from banxin.workspace import LONGEST_NAME, Workspace, alike

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 300
LONGEST: Final = 1000  # characters of a cell: beyond it a value is a text in the wrong place
MOST_NAMED: Final = 20  # rows that a finding lists
# What every series has, whatever its table says: under a Chinese name and an English one.
NUMBER: Final = ("序号", "number")
TOTAL: Final = ("总数", "total")
MARK: Final = ("校验码", "code")
PHOTO: Final = ("照片", "photo")
OWN: Final = (*NUMBER, *TOTAL, *MARK, *PHOTO)
# A spreadsheet would run it: =…, @…, and + or - before a call (OWASP, CSV injection).
_FORMULA: Final = re.compile(r"[=@]|[+-].*[(|!]")
_BROKEN_CELL: Final = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)")
# What is left of the number of a person after a spreadsheet has taken it for a quantity.
_ROUNDED: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+\d{2,}")
_LINES: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class CopyRows:
    """The copies of a series.

    Attributes:
        fields: that a copy has, those of every series last.
        remarks: of rows, by their number: an error keeps that copy from being made.
    """

    rows: tuple[CopyRow, ...]
    fields: tuple[str, ...]
    remarks: Mapping[int, tuple[Diagnostic, ...]]

    @property
    def refused(self) -> frozenset[int]:
        """Numbers of rows of which no copy is made."""
        return frozenset(
            number
            for number, found in self.remarks.items()
            if any(one.severity is Severity.ERROR for one in found)
        )


def rows_of(job: Job, workspace: Workspace) -> CopyRows:
    """The rows of a job's series.

    Raises:
        BanxinError: what is wrong with the table as a whole: `series/empty-table`,
            `series/no-sheet`, `series/column-twice`, `series/too-wide`; as `Workspace.read`, and
            as `rows_of_text` and `rows_of_sheets`.
    """
    series = job.series
    assert series is not None, "asked only of a series"
    numbered = [(n, cells) for n, cells in _numbered(series, workspace) if any(cells)]
    at = Place(str(series.table))
    if len(numbered) < 2:
        raise BanxinError(error("series/empty-table", at, file=str(series.table)))
    (first, head), *body = numbered
    _check_head(head, replace(at, line=first))
    columns = {name: n for n, name in enumerate(head, 1) if name}
    marked = [_values(columns, cells) for _, cells in body]
    total = str(len(body))
    made, remarks = [], dict[int, tuple[Diagnostic, ...]]()
    taken: dict[str, int] = {}
    for number, ((line, cells), values) in enumerate(zip(body, marked, strict=True), 1):
        place = replace(at, line=line)
        row = CopyRow(number, "", _with_own(values, number, total, job), columns, place)
        row = replace(row, photo=filled_name(series.photo, row))
        row = replace(row, name=_name(series, row, len(total)), values=_with_photo(row))
        found = (*_cells(row, cells, head), *_names(row, taken))
        if found:
            remarks[number] = found
        made.append(row)
    own = tuple(name for name in OWN if name not in columns)
    own = own if series.photo else tuple(n for n in own if n not in PHOTO)
    return CopyRows(tuple(made), (*columns, *own), remarks)


def heads_nothing(rows: CopyRows, asked: Iterable[str]) -> bool:
    """Whether no column is called as anything that is *asked*: the table has no first row."""
    own = {name for name in asked if name not in OWN}
    return bool(own) and not own & set(rows.fields)


def _numbered(series: SeriesOfCopies, workspace: Workspace) -> Sequence[NumberedRow]:
    data, file = workspace.read(series.table, series.place), str(series.table)
    if series.table.suffix.lower() != ".xlsx":
        return rows_of_text(data, file, MOST_ROWS + 1)
    sheets = dict(rows_of_sheets(data, file, MOST_ROWS + 1))
    name = series.sheet or next(iter(sheets), "")
    if name not in sheets:
        known = " · ".join(sheets)
        facts = {"file": file, "sheet": name, "known": known}
        raise BanxinError(error("series/no-sheet", series.place, **facts))
    return sheets[name]


def _check_head(head: Cells, place: Place) -> None:
    """Raises: BanxinError."""
    if len(head) > MOST_COLUMNS:
        raise BanxinError(error("series/too-wide", place, count=len(head), most=MOST_COLUMNS))
    twice = [n for n, name in enumerate(head, 1) if name and name in head[: n - 1]]
    if twice:
        raise BanxinError(
            *(
                error(
                    "series/column-twice",
                    replace(place, column=n),
                    name=head[n - 1][:40],
                    first=head.index(head[n - 1]) + 1,
                    column=n,
                )
                for n in islice(twice, MOST_NAMED)
            )
        )


def _values(columns: Mapping[str, int], cells: Cells) -> dict[str, str]:
    """By column, as they are written but for their ends; a line break within one is a space."""
    return {
        name: " ".join(filter(None, map(str.strip, _LINES.split(cells[n - 1]))))
        if n <= len(cells)
        else ""
        for name, n in columns.items()
    }


def _with_own(values: dict[str, str], number: int, total: str, job: Job) -> Mapping[str, str]:
    mark = check_mark((job.title, *values.values()))
    return {
        **dict.fromkeys(NUMBER, str(number)),
        **dict.fromkeys(TOTAL, total),
        **dict.fromkeys(MARK, mark),
        **values,
    }


def _with_photo(row: CopyRow) -> Mapping[str, str]:
    return {**dict.fromkeys(PHOTO, row.photo), **row.values} if row.photo else row.values


def _name(series: SeriesOfCopies, row: CopyRow, digits: int) -> str:
    """The name of a copy's files: what no file system takes is a hyphen in it."""
    name = filled_name(series.name or f"{{{{{NUMBER[0]}:{digits}}}}}", row)
    plain = _NOT_IN_NAMES.sub("-", name).strip(" .-")
    return plain.encode()[: LONGEST_NAME - 40].decode("utf-8", "ignore")


def _names(row: CopyRow, taken: dict[str, int]) -> Iterator[Diagnostic]:
    """What keeps a copy's files from being called as they are; *taken* grows by their name."""
    if not row.name:
        yield error("series/no-name", row.place, row=row.number)
    elif (first := taken.setdefault(alike(row.name), row.number)) != row.number:
        yield error("series/name-twice", row.place, row=row.number, name=row.name, first=first)


def _cells(row: CopyRow, cells: Cells, head: Cells) -> Iterator[Diagnostic]:
    for n, cell in enumerate(cells, 1):
        place, shown = replace(row.place, column=n), cell[:40]
        name = head[n - 1] if n <= len(head) else ""
        facts: dict[str, str | int] = {
            "row": row.number,
            "name": name[:40] or str(n),
            "value": shown,
        }
        if not name and cell:
            yield warning("series/no-column", place, **facts)
        elif len(cell) > LONGEST:
            yield error("series/long", place, **facts, count=len(cell), most=LONGEST)
        elif _BROKEN_CELL.fullmatch(cell):
            yield error("series/broken-cell", place, **facts)
        elif _FORMULA.match(cell):
            yield warning("series/formula", place, **facts)
        elif _ROUNDED.fullmatch(cell):
            yield warning("series/rounded", place, **facts)
