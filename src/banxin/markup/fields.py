"""A number as a field of marks on the baseline grid, one for each unit: to be counted, not read.

A row is one dashed line, so that a field of a hundred thousand squares is as small a drawing as
one of ten; a square is a dash as long as the line is thick, a dot one of no length with round
ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

from markupsafe import escape

from banxin.manuscript.blocks import Count
from banxin.manuscript.quantities import in_words
from banxin.markup.charts import RULE, Ruler

FILLED: Final = 0.64  # of the distance from mark to mark: a mark and its white stay apart in print
TALL: Final = 2.5  # times as high as broad: the room of a tick
TICK: Final = 0.2  # of that distance: how thick a tick is
LEAST: Final = 1.7  # pt from mark to mark: a mark of 1.1 pt and white of 0.6 hold on coated paper
SLACK: Final = 1.3  # rows stand this much farther apart than columns at most, to end on a line
MORE: Final = 1.15  # times the fewest columns, so that the last row is not left with a mark or two
OPEN: Final = 0.5  # pt: the outline of an open mark


@dataclass(frozen=True, slots=True)
class Field:
    """Marks as a drawing.

    Attributes:
        svg: as wide as asked; `lines` of the grid high.
        says: what one mark is: 一百支; may be empty.
        each: ones that a mark stands for; more than asked where there was no room for them.
    """

    svg: str
    lines: int
    says: str
    each: int


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Rows of `columns` marks, `across` pt from one to the next and `down` from row to row."""

    columns: int
    across: float
    down: float
    lines: int


def field(count: Count, ruler: Ruler, lines: int, most: int, colour: str) -> Field:
    """*count* in as few marks as have room.

    Args:
        lines: of the grid that it has; `most`: that it may take, where its marks would be too fine.
        colour: as CSS has it.
    """
    each = count.each
    while (lattice := _lattice(_marks(count, each), _tall(count.mark), ruler, lines, most)) is None:
        each *= 10
    svg = _svg(count, each, lattice, ruler, colour)
    return Field(svg, lattice.lines, of_each(count.of, each), each)


def of_each(of: str, each: int) -> str:
    """What a mark is: of 一支 a hundred are 一百支; of `teams`, 100 teams."""
    if not of or each == 1:
        return of
    if of.startswith("一"):
        return in_words(each) + of[1:]
    return f"{each}{' ' if of[0].isascii() else ''}{of}"


def _marks(count: Count, each: int) -> int:
    return max(1, ceil(max(count.number, count.whole) / each))


def _tall(mark: str) -> float:
    """How much higher than broad the room of a mark is."""
    return TALL if mark == "tick" else 1.0


def _lattice(marks: int, tall: float, ruler: Ruler, lines: int, most: int) -> _Lattice | None:
    """The largest marks that stand in *lines*, or in as few more as they need; None: in no more."""
    for high in range(max(1, lines), max(lines, most) + 1):
        room = high * ruler.pitch - (ruler.pitch - ruler.character)
        columns = _columns(marks, tall, ruler, room)
        across = _across(columns, ruler.width)
        if across >= LEAST:
            return _closed(marks, columns, tall, ruler)
    return None


def _columns(marks: int, tall: float, ruler: Ruler, room: float) -> int:
    """As few as make the field no higher than *room*, and its marks no larger than a line.

    Or a few more, if its last row is fuller then.
    """
    fewest = ceil(FILLED * ruler.width / ruler.character + 1 - FILLED)
    columns = max(fewest, int(0.8 * sqrt(marks * tall * ruler.width / room)))
    while _high(ceil(marks / columns), tall * _across(columns, ruler.width)) > room:
        columns += 1
    more = range(columns, max(columns, int(columns * MORE)) + 1)
    wide = [c for c in more if _across(c, ruler.width) >= LEAST]
    return max(wide, key=lambda c: (marks - 1) % c / c) if marks > columns and wide else columns


def _across(columns: int, width: float) -> float:
    return width / (columns - 1 + FILLED)


def _high(rows: int, pitch: float) -> float:
    return (rows - 1 + FILLED) * pitch


def _closed(marks: int, columns: int, tall: float, ruler: Ruler) -> _Lattice:
    """Its last row ends at the foot of a line's characters, if the rows need not part for it."""
    rows, between = ceil(marks / columns), ruler.pitch - ruler.character
    across = _across(columns, ruler.width)
    usual = tall * across
    lines = ceil((_high(rows, usual) + between) / ruler.pitch - 0.01)
    foot = lines * ruler.pitch - between
    down = (foot - FILLED * usual) / (rows - 1) if rows > 1 else usual
    return _Lattice(columns, across, down if down <= SLACK * usual else usual, lines)


def _svg(count: Count, each: int, lattice: _Lattice, ruler: Ruler, colour: str) -> str:
    units = count.number / each
    full = int(units + 1e-9)
    part = units - full if units - full > 1e-9 else 0.0
    shapes = [_rows(count.mark, full, lattice, ruler, colour)] if full else []
    open_ones = range(full + (part > 0), _marks(count, each)) if count.whole else range(0)
    if part:
        shapes.append(_part(count.mark, full, part, lattice, ruler, colour))
    if open_ones:
        shapes.append(_open(open_ones, lattice, ruler, colour))
    high = lattice.lines * ruler.pitch
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{ruler.width:.3f}pt"'
        f' height="{high:.3f}pt" viewBox="0 0 {ruler.width:.3f} {high:.3f}">'
        f"<title>{escape(f'{units:g} × {of_each(count.of, each) or each}')}</title>"
        f"{''.join(shapes)}</svg>"
    )


def _rows(mark: str, full: int, lattice: _Lattice, ruler: Ruler, colour: str) -> str:
    """The whole marks, each row a dashed line."""
    size, step = FILLED * lattice.across, lattice.across
    dash = {"square": size, "dot": 0.0, "tick": max(RULE, TICK * step)}[mark]
    high = _tall(mark) * size
    start = size / 2 if mark == "dot" else 0.0
    ends = ' stroke-linecap="round"' if mark == "dot" else ""
    lines = []
    for row in range(ceil(full / lattice.columns)):
        marks = min(lattice.columns, full - row * lattice.columns)
        y = ruler.head + high / 2 + row * lattice.down
        # A dash of no length is drawn if the line goes on behind it.
        long = (marks - 1) * step + (dash or step / 4)
        lines.append(f"M{start:.3f} {y:.3f}h{long:.3f}")
    return (
        f'<path d="{"".join(lines)}" fill="none" stroke="{colour}" stroke-width="{high:.3f}"'
        f' stroke-dasharray="{dash:.4f} {step - dash:.4f}"{ends}/>'
    )


def _at(number: int, lattice: _Lattice, ruler: Ruler) -> tuple[float, float]:
    """The upper left corner of a mark's room."""
    row, column = divmod(number, lattice.columns)
    return column * lattice.across, ruler.head + row * lattice.down


def _part(mark: str, number: int, part: float, lattice: _Lattice, ruler: Ruler, colour: str) -> str:
    """A mark of which only a part counts: a square as broad, a dot as large in area."""
    size = FILLED * lattice.across
    x, y = _at(number, lattice, ruler)
    if mark == "dot":
        r = max(RULE, sqrt(part) * size / 2)
        centre = size / 2
        return f'<circle cx="{x + centre:.3f}" cy="{y + centre:.3f}" r="{r:.3f}" fill="{colour}"/>'
    tall = _tall(mark) * size
    wide, high = (size * part, size) if mark == "square" else (TICK * lattice.across, tall * part)
    return (
        f'<rect x="{x:.3f}" y="{y + tall - high:.3f}" width="{max(RULE, wide):.3f}"'
        f' height="{max(RULE, high):.3f}" fill="{colour}"/>'
    )


def _open(numbers: range, lattice: _Lattice, ruler: Ruler, colour: str) -> str:
    """Marks of the whole that are not reached, as outlines."""
    size = FILLED * lattice.across
    line = max(RULE, min(OPEN, size / 5))
    side = size - line
    outlines = []
    for number in numbers:
        x, y = (at + line / 2 for at in _at(number, lattice, ruler))
        outlines.append(f"M{x:.3f} {y:.3f}h{side:.3f}v{side:.3f}h-{side:.3f}z")
    return (
        f'<path d="{"".join(outlines)}" fill="none" stroke="{colour}" stroke-width="{line:.3f}"/>'
    )
