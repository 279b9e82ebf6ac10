"""`::: chronicle`: years or a day, drawn to scale; a timeline where that cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import Diagnostic, Place, warning
from banxin.manuscript.blocks import Block, Chronicle, Measured, Moment, Period, Stage, Timeline
from banxin.manuscript.containers.chart import cells_of, number_of
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.timeline import stages
from banxin.manuscript.moments import moment

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

KEYS: Final = ("title", "unit", "size")
SIZES: Final = ("full", "spread")


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    others: list[Block] = []
    tables = [node for node in nodes if node.type == "table"][:1]
    rest = [node for node in nodes if node not in tables]
    found = stages(chapter, rest, "chronicle", place, others)
    faults: list[Diagnostic] = []
    called, measured = _measured(chapter, tables, faults)
    periods = tuple(_period(stage, faults) for stage in found)
    scales = _scales(found, measured)
    if len(scales) > 1 and not faults:
        faults.append(warning("chronicle/one-scale", place, found=" · ".join(sorted(scales))))
    chapter.remarks.extend(faults)
    size = chapter.one_of("chronicle/size", attributes.get("size", "full"), SIZES, place)
    if scales and not faults:
        title, unit = attributes.get("title", ""), attributes.get("unit", "")
        (scale,) = scales
        yield Chronicle(title, scale, periods, measured, called, unit, size or "full", place)
    else:
        if found:
            yield Timeline(found, place)
        yield from chapter.blocks(tables)
    yield from others


def _period(stage: Stage, faults: list[Diagnostic]) -> Period:
    moments = []
    for event in stage.events:
        when = moment(event.when)
        if when is None:
            faults.append(warning("chronicle/when", event.place, found=event.when[:30]))
        moments.append(Moment(event.when, when[1] if when else 0.0, event.text, event.place))
    return Period(stage.title, tuple(sorted(moments, key=lambda one: one.at)), stage.place)


def _measured(
    chapter: ChapterReader, tables: Sequence[SyntaxTreeNode], faults: list[Diagnostic]
) -> tuple[str, tuple[Measured, ...]]:
    """What the table's second column is called, and what it says of each moment of the first."""
    if not tables:
        return "", ()
    (head, _), *rows = cells_of(chapter, tables[0])
    found = []
    if len(head) > 2:
        faults.append(warning("chronicle/columns", chapter.place(tables[0]), found=len(head)))
    for cells, place in rows:
        when = moment(cells[0])
        if when is None:
            faults.append(warning("chronicle/when", place, found=cells[0][:30]))
        value = number_of(cells[1], place, faults) if len(cells) > 1 else None
        if when is not None and value is not None:
            found.append(Measured(cells[0], when[1], value, cells[1], place))
    called = head[1] if len(head) > 1 else ""
    return called, tuple(sorted(found, key=lambda one: one.at))


def _scales(found: Sequence[Stage], measured: Sequence[Measured]) -> set[str]:
    written = [event.when for stage in found for event in stage.events]
    written += [one.when for one in measured]
    return {when[0] for when in map(moment, written) if when is not None}


CONTAINER: Final = Container(Chronicle, KEYS, read)
