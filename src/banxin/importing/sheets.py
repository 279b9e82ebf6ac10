"""Spreadsheets: a table of names as a list of people, any other as a table."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from banxin.diagnostics import BanxinError
from banxin.importing.bounds import MOST_ROWS, parts_of, refused
from banxin.importing.paragraphs import Brought, Form, ImportedParagraph, escaped, table
from banxin.importing.plain import decoded

_KNOWN: Final = 0.7  # of a text's characters beyond ASCII: in Big5 read as GB they are half
_PEOPLE: Final = ("姓名", "名字", "姓　名", "姓 名", "Name", "name")


Cells = tuple[str, ...]
NumberedRow = tuple[int, Cells]  # the line of a text, the row of a sheet: from 1


def read_csv(data: bytes, file: str) -> Brought:
    """Rows of a `.csv`, as `rows_of_text`."""
    rows = [cells for _, cells in rows_of_text(data, file)]
    return Brought(tuple(_sheet(rows, "", file)))


def read_sheets(data: bytes, file: str) -> Brought:
    """All sheets of an `.xlsx`, as `rows_of_sheets`."""
    found: list[ImportedParagraph] = []
    sheets = list(rows_of_sheets(data, file))
    for name, numbered in sheets:
        rows = [cells for _, cells in numbered]
        found += _sheet(rows, name if len(sheets) > 1 else "", file)
    return Brought(tuple(found))


def rows_of_text(data: bytes, file: str, most: int = MOST_ROWS) -> list[NumberedRow]:
    """Rows of a `.csv`, its delimiter found from the first line.

    Raises:
        BanxinError: `import/encoding`, `import/broken`; `import/too-many-rows`, for more than
            *most*.
    """
    text = _text(data, file)
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    rows: list[NumberedRow] = []
    reader, line = csv.reader(io.StringIO(text), delimiter=delimiter), 1
    try:
        for row in reader:
            rows.append((line, tuple(cell.strip() for cell in row)))
            line = reader.line_num + 1
            _bounded(len(rows), file, most)
    except csv.Error as problem:
        raise refused("import/broken", file) from problem
    return rows


def _text(data: bytes, file: str) -> str:
    """As `decoded`; also a list of names, which has no frequent characters, of GB 2312's."""
    try:
        return decoded(data, file)
    except BanxinError:
        with contextlib.suppress(UnicodeError):
            text = data.decode("gb18030")
            han = [c for c in text if ord(c) > 0x7F]
            known = sum(bool(c.encode("gb2312", "ignore")) for c in han)
            if known >= _KNOWN * len(han) and "\0" not in text:
                return text.replace("\r\n", "\n").replace("\r", "\n")
        raise


def rows_of_sheets(
    data: bytes, file: str, most: int = MOST_ROWS
) -> Iterator[tuple[str, list[NumberedRow]]]:
    """The sheets of an `.xlsx` by name, values alone: no formula is reckoned, no macro run.

    Raises:
        BanxinError: as `parts_of`; `import/too-many-rows`, `import/no-library`.
    """
    try:
        from python_calamine import CalamineWorkbook
    except ImportError as problem:
        raise refused("import/no-library", file, library="python-calamine") from problem
    parts_of(data, file).close()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except Exception as problem:  # whatever a broken file makes of it
        raise refused("import/broken", file) from problem
    for sheet in sheets:
        _bounded(sheet.total_height, file, most)
        above = sheet.start[0] if sheet.start else 0  # rows that the file does not have
        rows = (tuple(_said(cell) for cell in row) for row in sheet.to_python())
        yield sheet.name, list(enumerate(rows, above + 1))


def _bounded(rows: int, file: str, most: int) -> None:
    if rows > most:
        raise refused("import/too-many-rows", file, most=most)


def _said(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _sheet(rows: list[tuple[str, ...]], name: str, file: str) -> list[ImportedParagraph]:
    said = [row for row in rows if any(row)]
    if not said:
        return []
    heads = [ImportedParagraph(file, 1, name, escaped(name), Form.HEADING, 2)] if name else []
    column = next((n for n, cell in enumerate(said[0]) if cell in _PEOPLE), None)
    plain = "\n".join("\t".join(row) for row in said)
    if column is not None and len(said) > 1:
        people = [
            "- "
            + " ".join(escaped(c) for c in (row[column], *row[:column], *row[column + 1 :]) if c)
            for row in said[1:]
            if len(row) > column and row[column]
        ]
        block = "\n".join(["::: names", *people, ":::"])
        return [*heads, ImportedParagraph(file, 1, plain, block, Form.NAMES)]
    marked = table(tuple(tuple(escaped(cell) for cell in row) for row in said))
    return [*heads, ImportedParagraph(file, 1, plain, marked, Form.TABLE)]
