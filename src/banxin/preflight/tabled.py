"""Lists of names that a manuscript takes from a table: the judge's own reading of it.

It shares no code with the reader, runs no formula, and where it is in doubt, in a workbook of
several sheets or under a head that it does not know, it asks for nothing.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

NAMED: Final = frozenset({"姓名", "名字", "人名", "name", "Name"})
MOST_BYTES: Final = 40_000_000  # of a workbook's parts, unpacked
MOST_ROWS: Final = 20_000  # the reader takes no more, and says so
_HEADS: Final = 10  # rows among which the head is looked for
_FROM: Final = re.compile(r"""^\s*:{3,}\s*names\b.*\bfrom\s*=\s*("[^"]*"|'[^']*'|[^\s}]+)""", re.M)
_SHEET: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_ROW: Final = re.compile(r"<row\b([^>]*)>(.*?)</row>", re.DOTALL)
_CELL: Final = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_TEXT: Final = re.compile(r"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_VALUE: Final = re.compile(r"<v\b[^>]*>(.*?)</v>", re.DOTALL)

Row = tuple[int, Sequence[str]]  # its number, from 1, and its cells


def asked_for(sources: Mapping[PurePosixPath, str]) -> Iterator[PurePosixPath]:
    """The tables that chapters take names from."""
    for name, text in sources.items():
        for match in _FROM.finditer(text):
            yield name.parent / match[1].strip("\"'")


def rows(name: str, data: bytes) -> tuple[Row, ...]:
    """Those of a table, empty ones left out; none where it cannot be read."""
    try:
        found = _of_workbook(data) if data[:2] == b"PK" else _of_text(data)
        return tuple((n, row) for n, row in found if any(cell.strip() for cell in row))
    except (UnicodeDecodeError, csv.Error, zipfile.BadZipFile, KeyError, ValueError, OSError):
        return ()


def said(rows: Sequence[Row], by: str = "", about: str = "") -> Iterator[tuple[int, str]]:
    """What a list says, each with its row: groups once, names, and what is said of them."""
    head = next((n for n, (_, row) in enumerate(rows[:_HEADS]) if NAMED & set(row)), -1)
    if head < 0:
        return
    columns = rows[head][1]
    named = next(n for n, cell in enumerate(columns) if cell in NAMED)
    groups = set[str]()
    for number, row in rows[head + 1 :]:
        name = _cell(row, named)
        if not name:
            continue
        group = _cell(row, columns.index(by)) if by in columns else ""
        if group and group not in groups:
            groups.add(group)
            yield number, group
        yield number, name
        if about in columns:
            yield number, _cell(row, columns.index(about))


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _of_text(data: bytes) -> Iterator[Row]:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = data.decode("utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    between = max(",\t;，", key=first.count)
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
    for number, row in enumerate(csv.reader(lines, delimiter=between), 1):
        if number > MOST_ROWS:
            return
        yield number, [cell.strip().removeprefix("=").strip('"').strip() for cell in row]


def _of_workbook(data: bytes) -> Iterator[Row]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if sum(part.file_size for part in book.infolist()) > MOST_BYTES:
            return
        names = book.namelist()
        strings = _shared(book) if "xl/sharedStrings.xml" in names else []
        sheets = [book.read(name).decode() for name in names if _SHEET.fullmatch(name)]
    filled = [sheet for sheet in sheets if "<v" in sheet or "<t" in sheet]
    if len(filled) != 1:
        return
    for number, row in enumerate(_ROW.finditer(filled[0]), 1):
        if number > MOST_ROWS:
            return
        at = re.search(r'\br="(\d+)"', row[1])
        yield int(at[1]) if at else number, _cells(row[2], strings)


def _shared(book: zipfile.ZipFile) -> list[str]:
    text = book.read("xl/sharedStrings.xml").decode()
    # What is written above characters of a string, its reading, is not of it.
    text = re.sub(r"<rPh\b.*?</rPh>", "", text, flags=re.DOTALL)
    return [_words(one) for one in re.findall(r"<si>(.*?)</si>", text, re.DOTALL)]


def _words(xml: str) -> str:
    return html.unescape("".join(_TEXT.findall(xml))).strip()


def _cells(xml: str, strings: Sequence[str]) -> list[str]:
    found: list[str] = []
    for match in _CELL.finditer(xml):
        at = re.search(r'\br="([A-Z]+)\d+"', match[1])
        column = _column(at[1]) if at else len(found)
        found.extend("" for _ in range(column - len(found)))
        found.append(_content(match[1], match[2] or "", strings))
    return found


def _content(about: str, xml: str, strings: Sequence[str]) -> str:
    if 't="inlineStr"' in about:
        return _words(xml)
    value = _VALUE.search(xml)
    if value is None:
        return ""
    if 't="s"' in about:
        return strings[int(value[1])] if int(value[1]) < len(strings) else ""
    return html.unescape(value[1]).strip().removesuffix(".0")


def _column(letters: str) -> int:
    """B → 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
