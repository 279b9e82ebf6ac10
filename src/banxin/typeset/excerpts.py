"""As much of a chapter as a panel holds. What it does not hold is told, not lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from banxin.manuscript import blocks as b
from banxin.manuscript.inlines import plain
from banxin.typeset.counting import width_in_em

INDENT = 2  # em of a paragraph's first line


def within(blocks: Sequence[b.Block], lines: int, characters: int) -> tuple[b.Block, ...]:
    """The blocks from the first on that *lines* of *characters* hold, by count.

    Paragraphs are whole or left out; lists, timelines and names are cut between two of their
    items. Text alone is counted: pictures, charts and galleries are the template's.
    """
    found: list[b.Block] = []
    for block in blocks:
        held = _held(block, lines, characters)
        if held is None:
            break
        part, used = held
        found.append(part)
        lines -= used
        if part != block:
            break
    while found and isinstance(found[-1], b.Heading):
        found.pop()
    return tuple(found)


def _held(block: b.Block, lines: int, characters: int) -> tuple[b.Block, int] | None:
    """As much of *block* as *lines* hold, and the lines that takes; None for nothing."""
    match block:
        case b.Timeline():
            return _timeline(block, lines, characters)
        case b.NameList():
            return _names(block, lines, characters)
        case b.ItemList():
            items, used = _items([plain_of(item) for item in block.items], lines, characters)
            return (replace(block, items=block.items[:items]), used) if items else None
        case b.BigNumbers():
            texts = [plain(item.text) for item in block.items]
            items, used = _items(texts, lines, characters, more=2)
            return (replace(block, items=block.items[:items]), used) if items else None
    used = _lines_of(block, characters)
    return (block, used) if used <= lines else None


def _items(texts: Sequence[str], lines: int, characters: int, more: int = 0) -> tuple[int, int]:
    """How many of *texts* fit, each on lines of its own and *more*; and the lines they take."""
    used = 0
    for count, text in enumerate(texts):
        needed = ceil(width_in_em(text) / characters) + more
        if used + needed > lines:
            return count, used
        used += needed
    return len(texts), used


def _timeline(block: b.Timeline, lines: int, characters: int) -> tuple[b.Block, int] | None:
    """Dates stand beside their events; each stage has two lines for its name."""
    stages: list[b.Stage] = []
    used = 0
    for stage in block.stages:
        head = 2 if stage.title else 0
        texts = [plain(event.text) for event in stage.events]
        count, taken = _items(texts, lines - used - head, characters)
        if not count:
            break
        stages.append(replace(stage, events=stage.events[:count]))
        used += head + taken
        if count < len(stage.events):
            break
    return (replace(block, stages=tuple(stages)), used) if stages else None


def _names(block: b.NameList, lines: int, characters: int) -> tuple[b.Block, int] | None:
    """Two lines for the heading, then as many in a row as have ten characters each."""
    across = max(1, characters // 10)
    rows = min(lines - 3, ceil(len(block.people) / across))
    if rows < 1:
        return None
    return replace(block, people=block.people[: rows * across]), rows + 3


def _lines_of(block: b.Block, characters: int) -> int:
    match block:
        case b.Paragraph(text):
            return ceil((width_in_em(plain(text)) + INDENT) / characters)
        case b.Heading():
            return 2
        case b.Table():
            return len(block.rows) + 3
        case b.PullQuote(text):
            return 2 * ceil(2 * width_in_em(plain(text)) / characters) + 2
        case b.Quote() | b.Note() | b.Sidebar():
            return sum(_lines_of(inner, characters - 2) for inner in block.blocks) + 2
        case b.Verbatim(text):
            return text.count("\n") + 2
    return 1


def plain_of(blocks: Sequence[b.Block]) -> str:
    return "".join(_texts(blocks))


def _texts(blocks: Sequence[b.Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, b.Paragraph | b.Heading):
            yield plain(block.text)
