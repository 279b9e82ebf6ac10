"""What a manuscript says: typed blocks, each with the place it was written at. No HTML anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol, TypeAlias

from banxin.diagnostics import Diagnostic, Place

# --- inlines: what stands in a line -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """`*…*`: another voice (Kai)."""

    inside: Inlines


@dataclass(frozen=True, slots=True)
class Strong:
    """`**…**`."""

    inside: Inlines


@dataclass(frozen=True, slots=True)
class Dots:
    """`[…]{.dots}`: 着重号 under each character."""

    inside: Inlines


@dataclass(frozen=True, slots=True)
class Sub:
    """`H~2~O`: below the line, and smaller."""

    inside: Inlines


@dataclass(frozen=True, slots=True)
class Sup:
    """`10^5^`: above the line, and smaller."""

    inside: Inlines


@dataclass(frozen=True, slots=True)
class Ruby:
    """`[廊坊]{ruby="láng fāng"}`: base and reading, one pair a syllable where the counts agree."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    inside: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """The author's own break: a backslash or two spaces at the end of a line."""


@dataclass(frozen=True, slots=True)
class NoteRef:
    """`[^1]`: index into the chapter's footnotes, from 0."""

    index: int


Inline: TypeAlias = (
    Text | Emphasis | Strong | Dots | Sub | Sup | Ruby | Link | Code | LineBreak | NoteRef
)
Inlines: TypeAlias = tuple[Inline, ...]

# --- blocks -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """`## …`. Level 2 to 4: the chapter's title stands in its front matter."""

    level: int
    text: Inlines
    anchor: str
    place: Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Inlines
    place: Place


@dataclass(frozen=True, slots=True)
class Figure:
    """`![caption](photos/a.jpg){credit="…" size=column}`.

    `source` is a name in the workspace. `caption` and `credit` are empty where the line leaves
    them out. `size` is column, full, bleed or spread. `attributes` are the other words in the
    braces, for the layout: lines, focus, width … .
    """

    source: PurePosixPath
    caption: Inlines
    credit: str
    size: str
    attributes: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class Gallery:
    figures: tuple[Figure, ...]
    attributes: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class Quote:
    """`> …`: somebody's words inside the text."""

    blocks: Blocks
    place: Place


@dataclass(frozen=True, slots=True)
class PullQuote:
    """`::: pullquote`: a line set large, out of the text."""

    text: Inlines
    by: str
    attributes: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class Count:
    """A number to be drawn as a field of marks.

    Attributes:
        number: what is counted, in ones: 47000 of 4.7万; of a percentage, its hundredths.
        each: ones that a mark stands for.
        of: what one of them is, in words: 一支; empty where nothing is said of it.
        mark: square, dot or tick.
        ink: of the layout, by name; empty for the layout's own choice.
        whole: what the marks would be all of: 100 of a percentage, else 0.
    """

    number: float
    each: int
    of: str
    mark: str
    ink: str
    whole: int = 0


@dataclass(frozen=True, slots=True)
class BigNumber:
    """`before` ¥, `figure` 3.2, `unit` 亿, `text` what it counts. `before` is mostly empty.

    `count`: where it is to be drawn as well.
    """

    figure: str
    unit: str
    text: Inlines
    place: Place
    before: str = ""
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class BigNumbers:
    """`::: numbers`. The first is the hero where the layout has one."""

    items: tuple[BigNumber, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Event:
    when: str
    text: Inlines
    place: Place


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a timeline under one marker; `title` may be empty."""

    title: str
    events: tuple[Event, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Timeline:
    stages: tuple[Stage, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of a chronicle; `at`: when it was, in years, in hours of a day or days of a year."""

    when: str
    at: float
    text: Inlines
    place: Place


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a chronicle; `title` may be empty."""

    title: str
    moments: tuple[Moment, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted at a moment of a chronicle; `written` as the manuscript has it."""

    when: str
    at: float
    value: float
    written: str
    place: Place


@dataclass(frozen=True, slots=True)
class Chronicle:
    """`::: chronicle`: years, or the hours of a day, drawn to scale.

    `scale` is year, hour or day; `measured` are in the order of time, and `called` and `unit` say
    what they are; `size` is full or spread.
    """

    title: str
    scale: str
    periods: tuple[Period, ...]
    measured: tuple[Measured, ...]
    called: str
    unit: str
    size: str
    place: Place


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    about: str
    place: Place


@dataclass(frozen=True, slots=True)
class NameList:
    """`::: names {title="…" count="5人" sort=stroke}`: as sorted; without it, as given.

    `repeats`: one of many groups from a table, whose head stands again where it goes on.
    """

    title: str
    count: str
    people: tuple[Person, ...]
    attributes: Mapping[str, str]
    place: Place
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    title: str
    blocks: Blocks
    place: Place


@dataclass(frozen=True, slots=True)
class Sidebar:
    """`::: sidebar`: a short story of its own beside the text; a note only explains."""

    title: str
    blocks: Blocks
    place: Place


@dataclass(frozen=True, slots=True)
class Series:
    """One column of a chart's table; None where a cell is empty."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`::: chart {kind=bars}` around a table: its first column names, the others are numbers.

    `kind` is bars, line or share; `size` is column or full; `lines` is 0 where the line leaves
    it to the layout. `written` has each number as the manuscript has it; `head` is what the
    column of names is called.
    """

    kind: str
    title: str
    unit: str
    source: str
    size: str
    lines: int
    names: tuple[str, ...]
    series: tuple[Series, ...]
    written: tuple[tuple[str, ...], ...]
    place: Place
    head: str = ""


@dataclass(frozen=True, slots=True)
class ItemList:
    """Items, each under its mark: `1.`, `（一）`, `①` as written, or `·` where there is no order.

    `start` is the number of the first item, 1 where there is no order.
    """

    ordered: bool
    items: tuple[Blocks, ...]
    place: Place
    start: int = 1
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Struck:
    """One thing of a list struck off: its words, number and weight, and whether it is open."""

    words: str
    number: int
    weight: float
    open: bool
    place: Place


@dataclass(frozen=True, slots=True)
class StruckList:
    """`::: list {open=40}`: things, those that are done struck off.

    `weights` says how they show: by size or as a bar; `size` is full or column.
    """

    title: str
    items: tuple[Struck, ...]
    weights: str
    size: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `head` may be empty. `align` has left, center, right or "" per column."""

    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    align: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Verbatim:
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Divider:
    """`---`: a pause between two stretches of text."""

    place: Place


class Block(Protocol):
    """Any of these, or one of a container's own: frozen, and it knows where it was written."""

    @property
    def place(self) -> Place: ...


Blocks: TypeAlias = tuple[Block, ...]

# --- the whole ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a front matter, with the place of its key."""

    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Chapter:
    """One Markdown file.

    Attributes:
        anchor: unique in the manuscript, made from the file's name: a link target.
        front: title, kicker, deck, byline, template and whatever else the layout knows.
            Titles may hold `|` where a line may break.
        notes: the footnotes, in order of first mention.
    """

    file: PurePosixPath
    anchor: str
    front: Mapping[str, Field]
    blocks: Blocks
    notes: tuple[Blocks, ...]
    place: Place

    def field(self, key: str, default: str = "") -> str:
        found = self.front.get(key)
        return found.value if found else default


@dataclass(frozen=True, slots=True)
class Manuscript:
    chapters: tuple[Chapter, ...]
    remarks: tuple[Diagnostic, ...] = field(default=())
