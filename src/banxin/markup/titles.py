"""Titles in the room that a page has for them: smaller, on more lines, or in more columns.

A layout says in `[steps]` of its tokens in which type styles a title may be set, the largest
first. What is counted here is counted with a little to spare, so that the page has the room.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from banxin.cjk.phrases import phrase_ends
from banxin.layouts import Grid, TypeStyle
from banxin.markup.grid import Stack, picture_height, rows_of, set_width, stack, widest_part
from banxin.units import Length

GAP: Final = 0.3  # em between two upright columns
MOST_COLUMNS: Final = 8
ENOUGH: Final = 0.55  # of its style's size: a title so large is not cut to be larger still
CUT_SHORT: Final = "……"
_MOST_IN_EM: Final = 4  # characters: none is narrower than 0.62 em, and words go on behind them
_ENDS: Final = "，。、；：！？·—,;:!? "  # marks that a shortened title may stop at
_BREAK: Final = re.compile(r"\||(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")  # also a space in Han
_LATIN: Final = "".join(map(chr, (*range(0x21, 0x7B), *range(0xC0, 0x250))))
_WORD: Final = re.compile(r"[!-~À-ɏ]+")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The style that a title is set in.

    `rows` of text; `lines` of the grid that they take.
    """

    style: str
    rows: int
    lines: int


@dataclass(frozen=True, slots=True)
class Upright:
    """A vertical title.

    Attributes:
        stacks: its columns, the first of which stands at the right.
        size: of its characters.
        wide: all its columns, and what is between them, in em; `tall`: the longest of them.
        gap: between two of them, em.
        lines: of the grid that the longest takes.
    """

    stacks: tuple[Stack, ...]
    size: Length
    wide: float
    tall: float
    gap: float
    lines: int


def fitted(
    title: str, steps: Sequence[TypeStyle], characters: float, lines: int, grid: Grid
) -> Fitted:
    """The largest of *steps* in which *title* fits.

    Where its writer has broken it (`|`), it is not broken elsewhere if a smaller style helps; nor
    is a range, 1905—1926, or a word.

    Args:
        characters: of the body that a line has room for.
        lines: of the grid that there are; 0: any number.
    """
    parts = tuple(filter(None, map(str.strip, title.split("|")))) or ("",)
    found = tuple(_set_in(style, parts, characters, grid) for style in steps)
    able = tuple(one for one in found if not lines or one.lines <= lines)
    as_written = (one for one in able if one.rows == len(parts) > 1)
    whole = {
        style.name
        for style in steps
        if widest_part(title) <= characters * (grid.character / style.size)
    }
    unbroken = (one for one in able if one.style in whole)
    return next(as_written, next(unbroken, next(iter(able), found[-1])))


def _set_in(style: TypeStyle, parts: Sequence[str], characters: float, grid: Grid) -> Fitted:
    em = characters * (grid.character / style.size)
    rows = sum(1 if set_width(part) <= em else rows_of(part, em, _phrases(part)) for part in parts)
    return Fitted(style.name, rows, math.ceil(rows * (style.leading / grid.baseline) - 0.01))


@cache
def _phrases(text: str) -> frozenset[int]:
    """Headings are cut between phrases."""
    return phrase_ends(text)


def upright(
    title: str,
    style: TypeStyle,
    lines: float,
    characters: float,
    grid: Grid,
    *,
    apart: bool = False,
    gap: float = GAP,
) -> Upright:
    """*title* in one column, or in as many as make it largest, but no larger than *style*.

    Args:
        lines: of the grid that it may be high, from head to foot of their characters.
        characters: of the body that it may be wide.
        apart: whether its parts, between two `|`, are each said by themselves, as in a couplet.
        gap: between two columns, em.
    """
    high, wide = picture_height(lines, grid), grid.character * characters
    parts = tuple(filter(None, map(str.strip, _BREAK.split(title)))) or ("",)
    best = _standing(parts if apart else (joined(title),), style, high, wide, gap, grid)
    for count in range(1, MOST_COLUMNS + 1):
        number = count * len(parts)
        most = min(style.size.in_pt, wide.in_pt / _across(number, gap))
        if number == 1 or number > MOST_COLUMNS or most <= best.size.in_pt + 0.1:
            continue  # not larger, however the columns were cut
        if best.size.in_pt >= ENOUGH * style.size.in_pt:
            break
        columns = tuple(column for part in parts for column in _divided(part, count))
        found = _standing(columns, style, high, wide, gap, grid)
        best = max(best, found, key=lambda one: one.size.in_pt)
    return best


def _across(columns: int, gap: float) -> float:
    """Columns and what is between them, em."""
    return round(columns + (columns - 1) * gap, 3)


def _standing(
    columns: Sequence[str], style: TypeStyle, high: Length, wide: Length, gap: float, grid: Grid
) -> Upright:
    stacks = tuple(map(stack, columns))
    tall = max(one.total for one in stacks) or 1.0
    across = _across(len(stacks), gap)
    size = min(style.size.in_pt, high.in_pt / tall, wide.in_pt / across)
    size = math.floor(size * 1000) / 1000
    lines = math.ceil(size * tall / grid.baseline.in_pt - 0.01)
    return Upright(stacks, Length(size), across, tall, gap, lines)


@cache
def _divided(text: str, count: int) -> tuple[str, ...]:
    """*text* in *count* columns, the longest of them as short as can be: between phrases, if that
    costs no more than a character and a half; inside a Latin word never.
    """
    inside = {i for word in _WORD.finditer(text) for i in range(word.start() + 1, word.end())}
    free = [i for i in range(1, len(text)) if i not in inside and text[i] not in _ENDS]
    if count == 1 or count > len(free) + 1:
        return (text,)
    phrases = _phrases(text)
    between = [i for i in free if i in phrases]
    best, alike = _cut(text, free, count), _cut(text, between, count)
    return alike if alike and _tallest(alike) <= _tallest(best) + 1.5 else best


def _tallest(columns: Sequence[str]) -> float:
    return max(stack(column).total for column in columns)


def _cut(text: str, cuts: Sequence[int], count: int) -> tuple[str, ...]:
    """*text* in *count* pieces that end at *cuts*; none where there are too few of those."""
    ends = [*cuts, len(text)]
    if len(ends) < count:
        return ()
    heights: dict[tuple[int, int], float] = {}

    def height(start: int, end: int) -> float:
        if (start, end) not in heights:
            heights[start, end] = stack(text[start:end].strip()).total
        return heights[start, end]

    # Of the first so many pieces that end there: the tallest, and where its last one begins.
    row: dict[int, tuple[float, tuple[int, ...]]] = {e: (height(0, e), (0,)) for e in ends}
    for _ in range(count - 1):
        row = {
            end: min(
                (max(tall, height(start, end)), (*begun, start))
                for start, (tall, begun) in row.items()
                if start < end
            )
            for end in ends
            if any(start < end for start in row)
        }
    _, starts = row[len(text)]
    return tuple(
        text[start:end].strip() for start, end in zip(starts, (*starts[1:], len(text)), strict=True)
    )


def joined(title: str) -> str:
    """A title without its breaks: between two Latin words there is a space instead, and a wide one
    where it goes on in another language.
    """
    return re.sub(r"(.?)\s*\|\s*(.?)", _closed, title)


def _closed(found: re.Match[str]) -> str:
    before, after = found.groups()
    if not before.strip() or not after:
        return before + after
    sides = [not side.strip(_LATIN) for side in (before, after)]
    if all(sides):
        return f"{before} {after}"
    other_language = any(sides) and f"{before}{after}".isalpha()
    return f"{before}\u3000{after}" if other_language else before + after


def shortened(title: str, em: float) -> str:
    """As much of *title* as *em* hold, up to the end of a phrase, and …… for the rest."""
    if set_width(title) <= em:
        return title
    held = em - set_width(CUT_SHORT)
    title = title[: _MOST_IN_EM * math.ceil(em)]  # an endless one is measured once, not at each end
    ends = sorted(end for end in _phrases(title) if set_width(title[:end]) <= held)
    last = next((end for end in reversed(ends) if end > ends[-1] / 2 and _is_pause(title, end)), 0)
    end = last or (ends[-1] if ends else 0)
    if not end:  # one endless word
        end = next(n for n in range(len(title), 0, -1) if set_width(title[:n]) <= held or n == 1)
    return title[:end].rstrip(_ENDS) + CUT_SHORT


def _is_pause(title: str, end: int) -> bool:
    return title[end - 1] in _ENDS.strip()


def steps_of(
    name: str, steps: Mapping[str, Sequence[str]], types: Sequence[TypeStyle]
) -> tuple[TypeStyle, ...]:
    """The styles of a step ladder, or one style by its own name.

    Raises:
        KeyError: there is neither.
    """
    known = {style.name: style for style in types}
    return tuple(known[style] for style in steps.get(name, (name,)))
