"""As much of a chapter as a panel holds. What it does not hold is told, not lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from banxin.manuscript import blocks as b
from banxin.manuscript.inlines import plain
from banxin.markup.grid import rows_of, width_in_em

INDENT: Final = 2  # em of a paragraph's first line
COLUMN_OF_NAMES: Final = 10  # characters that a name and what is said of it have
HEADING: Final = 1.12  # of the body's size
DATES: Final = 6  # characters of the column that dates stand in

FEWEST: Final = 2  # rows of names that stand together where a list is cut
ENDLESS: Final = 1_000_000  # lines

Held = tuple[b.Block, int]  # a block or its beginning, and the lines that it takes


@dataclass(frozen=True, slots=True)
class Room:
    """What a panel has for text.

    `lines` of `characters`; `hero` and `row`: lines of the first big number, and of each row of
    two after it.
    """

    lines: int
    characters: int
    hero: int = 11
    row: int = 6


def within(
    blocks: Sequence[b.Block], room: Room, notes: Sequence[b.Blocks] = ()
) -> tuple[b.Block, ...]:
    """The blocks from the first on that *room* holds, by count.

    Paragraphs are whole or left out; lists, timelines and names are cut between two of their
    items. Text alone is counted: pictures, charts and galleries are the template's.

    Args:
        notes: the chapter's footnotes, which are set where they are called.
    """
    measure = _Measure(room, notes)
    lines = room.lines
    found: list[b.Block] = []
    for block in blocks:
        held = measure.held(block, lines)
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


def lines_of(blocks: Sequence[b.Block], characters: int, notes: Sequence[b.Blocks] = ()) -> int:
    """The lines that they take where a line has so many characters, by count."""
    measure = _Measure(Room(ENDLESS, characters), notes)
    return sum(measure.lines(block) for block in blocks)


@dataclass(frozen=True, slots=True)
class Roster:
    """How long lists of names are set: those of a table, and those of more than `many` people.

    `across`: people on a row of a list; `row`: lines of the grid that one takes, and `around`
    those above and below the list.
    """

    across: Callable[[b.NameList], int]
    many: int
    row: float
    around: float

    def cut(self, block: b.NameList, lines: float) -> tuple[int, float]:
        """How many people *lines* hold, and the lines that they take."""
        across = self.across(block)
        every = ceil(len(block.people) / across)
        rows = min(int((lines - self.around) / self.row), every)
        if 0 < every - rows < FEWEST:
            rows = every - FEWEST
        if rows < min(FEWEST, every):
            return 0, 0
        return min(rows * across, len(block.people)), rows * self.row + self.around


def dealt(
    blocks: Sequence[b.Block],
    room: Room,
    more: int,
    roster: Roster,
    notes: Sequence[b.Blocks] = (),
) -> tuple[b.Blocks, ...]:
    """All blocks, for panels one after another; a list of names goes on under its head again.

    Args:
        room: of the first panel; the others have *more* lines.
    """
    measure = _Measure(room, notes)
    panels: list[list[b.Block]] = [[]]
    left: float = room.lines
    for block in blocks:
        rest: b.Block | None = block
        while rest is not None:
            part, used, rest = measure.first(rest, left, roster, fresh=not panels[-1])
            if part is not None:
                panels[-1].append(part)
                left -= used
            if rest is not None:
                panels.append([])
                left = more
    return tuple(map(tuple, panels))


@dataclass(frozen=True, slots=True)
class _Measure:
    room: Room
    notes: Sequence[b.Blocks]

    @property
    def characters(self) -> int:
        return self.room.characters

    def held(self, block: b.Block, lines: int) -> Held | None:
        """As much of *block* as *lines* hold; None for nothing."""
        match block:
            case b.Timeline():
                return self._timeline(block, lines)
            case b.NameList():
                return self._names(block, lines)
            case b.ItemList():
                texts = [self._said("".join(self._texts(item))) for item in block.items]
                items, used = _items(texts, lines)
                return (replace(block, items=block.items[:items]), used) if items else None
            case b.BigNumbers():
                return self._numbers(block, lines)
        used = self.lines(block)
        return (block, used) if used <= lines else None

    def first(
        self, block: b.Block, lines: float, roster: Roster, *, fresh: bool
    ) -> tuple[b.Block | None, float, b.Block | None]:
        """What of *block* a panel takes, its lines, and the rest; all of it if nothing else is.

        Args:
            fresh: whether the panel has nothing yet.
        """
        if not isinstance(block, b.NameList):
            used = self.lines(block)
            return (block, used, None) if fresh or used <= lines else (None, 0, block)
        if block.repeats or len(block.people) > roster.many:
            count, taken = roster.cut(block, lines)
        else:
            held = self._names(block, int(lines))
            count, taken = (_people(held[0]), held[1]) if held else (0, 0)
        if count == len(block.people) or (fresh and not count):
            return block, taken, None
        if not count:
            return None, 0, block
        people = block.people
        return (
            replace(block, people=people[:count]),
            taken,
            replace(block, people=people[count:], repeats=True),
        )

    def _numbers(self, block: b.BigNumbers, lines: int) -> Held | None:
        if lines < self.room.hero:
            return None
        rows = min((lines - self.room.hero) // self.room.row, ceil((len(block.items) - 1) / 2))
        used = self.room.hero + rows * self.room.row
        return replace(block, items=block.items[: 1 + 2 * rows]), used

    def _timeline(self, block: b.Timeline, lines: int) -> Held | None:
        """Dates stand beside their events; each stage has a line above its name."""
        stages: list[b.Stage] = []
        used = 0
        for stage in block.stages:
            head = 1 + self._said(stage.title * 2) if stage.title else 0
            events = [
                max(self._said(self._words(event.text)), ceil(width_in_em(event.when) / DATES))
                for event in stage.events
            ]
            count, taken = _items(events, lines - used - head)
            if not count:
                break
            stages.append(replace(stage, events=stage.events[:count]))
            used += head + taken
            if count < len(stage.events):
                break
        return (replace(block, stages=tuple(stages)), used) if stages else None

    def _names(self, block: b.NameList, lines: int) -> Held | None:
        """Two lines for the heading, or more for a long one; one below."""
        across = max(1, self.characters // COLUMN_OF_NAMES)
        heading = 1 + max(2, ceil(width_in_em(block.title) / (self.characters / 2)))
        count, rows, used = 0, 0, across
        for person in block.people:
            wide = max(4.0, width_in_em(person.name)) + 0.85 * width_in_em(person.about)
            columns = min(across, ceil(wide / COLUMN_OF_NAMES))
            needed = max(1, ceil(wide / self.characters))
            if used + columns > across:
                if rows + needed > lines - heading:
                    break
                rows, used = rows + needed, 0
            count, used = count + 1, used + columns
        return (replace(block, people=block.people[:count]), rows + heading) if count else None

    def lines(self, block: b.Block) -> int:
        """Of the whole of it."""
        match block:
            case b.Paragraph(text):
                return self._said(self._words(text), INDENT)
            case b.Heading(_, text):
                return 1 + rows_of(plain(text), self.characters / HEADING)
            case b.Table():
                return len(block.rows) + 3
            case b.PullQuote(text):
                return 2 * ceil(2 * width_in_em(plain(text)) / self.characters) + 2
            case b.Quote() | b.Note() | b.Sidebar():
                inner = replace(self, room=replace(self.room, characters=self.characters - 2))
                return sum(inner.lines(block) for block in block.blocks) + 2
            case b.Verbatim(text):
                return text.count("\n") + 2
            case b.ItemList() | b.Timeline() | b.NameList() | b.BigNumbers():
                held = self.held(block, ENDLESS)
                return held[1] if held else 0
        return 1

    def _said(self, words: str, indent: int = 0) -> int:
        return ceil((width_in_em(words) + indent) / self.characters)

    def _words(self, text: b.Inlines) -> str:
        """Of a text and of the notes that it calls."""
        called = (self.notes[i.index] for i in text if isinstance(i, b.NoteRef))
        return plain(text) + "".join(f"（{''.join(self._texts(note))}）" for note in called)

    def _texts(self, blocks: Sequence[b.Block]) -> Iterator[str]:
        for block in blocks:
            if isinstance(block, b.Paragraph | b.Heading):
                yield self._words(block.text)


def _people(block: b.Block) -> int:
    return len(block.people) if isinstance(block, b.NameList) else 0


def _items(lines_of: Sequence[int], lines: int) -> tuple[int, int]:
    """How many of them fit, and the lines they take."""
    used = 0
    for count, needed in enumerate(lines_of):
        if used + needed > lines:
            return count, used
        used += needed
    return len(lines_of), used
