"""`::: chart`: a table of numbers to be drawn; where it cannot be, it is set as the table it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import Diagnostic, Place, error
from banxin.manuscript.blocks import Block, Chart, Paragraph, Series, Strong, Text
from banxin.manuscript.containers.container import Attributes, Container, Nodes

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

CHARTS: Final = ("bars", "line", "share")
CHART_SIZES: Final = ("column", "full")

_NUMBER: Final = re.compile(r"[-−+]?(?:\d{1,3}(?:[,，]\d{3})+|\d{1,15})(?:\.\d{1,6})?\s*[%％]?")
_NO_NUMBER: Final = frozenset({"", "-", "–", "—", "——", "…", "……"})

Row = tuple[tuple[str, ...], Place]


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    tables = [node for node in nodes if node.type == "table"]
    others = [node for node in nodes if node is not next(iter(tables), None)]
    for node in others:
        chapter.unexpected(node, "chart")
    faults: list[Diagnostic] = []
    chart = _chart(chapter, tables[0], attributes, place, faults) if tables else None
    if not tables:
        faults.append(error("chart/empty", place))
    chapter.remarks.extend(faults)
    if chart:
        yield chart
    else:
        yield from _as_table(chapter, tables, attributes, place)
    yield from chapter.blocks(others)


def _as_table(
    chapter: ChapterReader, tables: Sequence[SyntaxTreeNode], attributes: Attributes, place: Place
) -> Iterator[Block]:
    """A chart that cannot be drawn: its title, its table, where its numbers are from."""
    title, unit = attributes.get("title", ""), attributes.get("unit", "")
    if title or unit:
        yield Paragraph((Strong((Text(f"{title}（{unit}）" if unit else title),)),), place)
    yield from chapter.blocks(tables[:1])
    if attributes.get("source"):
        yield Paragraph((Text(attributes["source"]),), place)


def _chart(
    chapter: ChapterReader,
    table: SyntaxTreeNode,
    attributes: Attributes,
    place: Place,
    faults: list[Diagnostic],
) -> Chart | None:
    one_of = chapter.one_of
    kind = one_of("chart/kind", attributes.get("kind", ""), CHARTS, place)
    size = one_of("chart/size", attributes.get("size", "column"), CHART_SIZES, place)
    high = chapter.lines_asked(attributes, place)
    head, *rows = cells_of(chapter, table)
    if len(head[0]) < 2 or not rows:
        faults.append(error("chart/empty", place))
        return None
    columns = [
        tuple(number_of(cells[column], at, faults) for cells, at in rows)
        for column in range(1, len(head[0]))
    ]
    if kind == "share":
        _check_share(columns, rows, place, faults)
    if faults or not kind:
        return None
    return Chart(
        kind=kind,
        title=attributes.get("title", ""),
        unit=attributes.get("unit", ""),
        source=attributes.get("source", ""),
        size=size or "column",
        lines=high,
        names=tuple(cells[0] for cells, _ in rows),
        series=tuple(Series(n, v) for n, v in zip(head[0][1:], columns, strict=True)),
        written=tuple(cells[1:] for cells, _ in rows),
        place=place,
        head=head[0][0],
    )


def cells_of(chapter: ChapterReader, table: SyntaxTreeNode) -> Sequence[Row]:
    """Each row's cells with its place, the head's first."""
    found: list[Row] = []
    for part in table.children:
        for row in part.children:
            place = chapter.place(row)
            words = (chapter.words(chapter.inline(c), place) for c in row.children)
            found.append((tuple(word.strip() for word in words), place))
    return found


def number_of(written: str, place: Place, faults: list[Diagnostic]) -> float | None:
    """`1,234`, `93.1%`, `-2`; None for an empty cell or a dash."""
    if written in _NO_NUMBER:
        return None
    if not _NUMBER.fullmatch(written):
        faults.append(error("chart/number", place, found=written[:30]))
        return None
    return float(re.sub(r"[,，%％\s]", "", written).replace("−", "-"))


def _check_share(
    columns: Sequence[Sequence[float | None]],
    rows: Sequence[Row],
    place: Place,
    faults: list[Diagnostic],
) -> None:
    """Whether the parts make a whole: one column, nothing below zero, not all of it nothing."""
    if len(columns) > 1:
        faults.append(error("chart/share-columns", place, found=len(columns)))
        return
    negative = [
        (cells, at)
        for value, (cells, at) in zip(columns[0], rows, strict=True)
        if value is not None and value < 0
    ]
    if negative:
        cells, at = negative[0]
        faults.append(error("chart/share-negative", at, found=cells[1]))
    elif not sum(value or 0 for value in columns[0]):
        faults.append(error("chart/empty", place))


CONTAINER: Final = Container(
    Chart, ("kind", "title", "unit", "source", "size", "lines"), read, unknown="chart/attribute"
)
