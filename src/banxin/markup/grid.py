"""What has to be counted before CSS can place it: lines of the grid, rows of pictures, cells."""

from __future__ import annotations

import calendar
import datetime
import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from banxin.layouts import Grid, PageSize, TypeStyle
from banxin.manuscript.values import Wrap, height_of
from banxin.units import Length

# Pictures run from the head of one line's characters to the foot of another's; what is left
# of a line around its characters is the gap between any two of them.
SHORTEST: Final = 6  # lines of a picture in the text
LEFT_FOR_WORDS: Final = 6  # lines of the page that the tallest leaves
SHARP: Final = 225  # ppi below which a picture looks soft (GWG 2015: a warning)
LEAST_TO_WRAP: Final = 18  # characters of a column in which text goes around pictures
LEAST_BESIDE: Final = 11  # of them that are left for the text, and white
WRAPPED: Final = 0.4  # of the column that such a picture takes of itself
FAIR: Final = 0.15  # of a picture: what may be cut off though nobody has looked
NEARLY: Final = 0.05  # of a line: so much of a picture's height is not worth another one
SPARSE: Final = 0.6  # below this share of the measure a row is not stretched
LATIN: Final = 0.58  # of an em: a letter's share of a word, and a little room at its ends,
CAPITAL: Final = 0.74  # and a capital's
CAPITALS: Final = 0.2  # em that a capital is wider than half an em
UNEVEN: Final = 0.6  # em that each of many lines may be short
MANY_LINES: Final = 3
_LATIN: Final = re.compile(
    r"[A-Za-z0-9À-ÿ](?:[A-Za-z0-9À-ÿ .,:&'’–-]*[A-Za-z0-9À-ÿ])[.,:;!?%]*|.", re.DOTALL
)
AUTOSPACE: Final = 0.2  # em between a Han character and a Latin one
_MEETING: Final = re.compile(
    r"(?<=[\u3400-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u3400-\u9fff])"
)
WIDE: Final = frozenset("MWmw%@&—…")  # as good as an em wide
# What no line is ended in: a range, a date, a number and its unit, a word with what follows it
# closely, or one character.
_UNBROKEN: Final = re.compile(
    r"[（(]?\d+[—–～-]\d+[）)年]*|(?:\d+[年月日])+|[!-~À-ɏ]*\d[\u3400-\u9fff]|[!-~À-ɏ]+[，。、；：！？）》」』”’]?\s*|[^!-~À-ɏ]",
    re.DOTALL,
)
# Marks of which the faces have a vertical form. The composer's sets are behind the engine.
UPRIGHT: Final = frozenset("，、。．：；！？～（）《》〈〉「」『』【】〔〕")
# Those that are another character in vertical type: quotation marks by GB/T 15834-2011 § 5.2, and
# dashes and dots, which no face turns by itself.
STANDING: Final = str.maketrans("—–…“”‘’", "︱︲︙﹃﹄﹁﹂")
FLAT: Final = {"一": 0.7, "　": 0.5, " ": 0.5}  # cells of a vertical title, in em


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of a vertical title, or a Latin word, and the part of an em it stands in.

    `turned`: the word lies on its side, as it is read in vertical type (CLREQ 2.3.3). `pair`: two
    figures, side by side in the room of one character. `mark`: one that has a form of its own in
    vertical type, lying or at the upper right of its room (CLREQ 3.1.2).
    """

    character: str
    height: float
    turned: bool = False
    pair: bool = False
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    cells: tuple[Cell, ...]
    total: float


@dataclass(frozen=True, slots=True)
class RowItem:
    """Index into the gallery's figures; left edge and width in points."""

    index: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a gallery; its pictures are `lines` high."""

    lines: int
    items: tuple[RowItem, ...]


def gap(grid: Grid) -> Length:
    """Between the foot of one line's characters and the head of the next line's.

    A Han character fills about 0.92 em of its em box (measured on Noto Serif SC), so a picture
    is set to the inked part and looks level with the text beside it.
    """
    return grid.baseline - grid.character


def measure(characters: int, grid: Grid) -> Length:
    return grid.character * characters


def picture_height(lines: float, grid: Grid) -> Length:
    return grid.baseline * lines - gap(grid)


def figure_lines(width: int, height: int, characters: int, grid: Grid) -> int:
    """Lines that a picture of that shape takes, at a measure of that many characters."""
    tall = measure(characters, grid) * (height / width)
    lines = round((tall + gap(grid)) / grid.baseline)
    return max(SHORTEST, min(grid.lines - LEFT_FOR_WORDS, lines))


def whole_lines(
    width: int, height: int, characters: int, grid: Grid, most: int = 0
) -> tuple[int, Length]:
    """Lines that hold the whole of a picture as wide as the measure, and what it leaves of them.

    Where so many lines are too many, it stands in as many as there may be, and is narrower.

    Args:
        most: lines that it may be high; 0: what the page has beside some words.
    """
    tall = measure(characters, grid) * (height / width)
    lines = max(1, math.ceil((tall + gap(grid)) / grid.baseline - NEARLY))
    lines = min(lines, most or grid.lines - LEFT_FOR_WORDS)
    return lines, Length.pt(max(0.0, (picture_height(lines, grid) - tall).in_pt))


def wrapped(
    width: int, height: int, wrap: Wrap, asked: Mapping[str, str], grid: Grid
) -> tuple[int, float]:
    """Lines and characters of a picture that text goes around: whole, but for a circle.

    Two fifths of the column, or as high as is asked for, if that leaves room beside it.
    """
    shape = 1.0 if wrap.form == "circle" else width / height
    most = grid.column - LEAST_BESIDE
    lines = height_of(asked.get("lines", ""))
    if not lines:
        tall = measure(1, grid) * (WRAPPED * grid.column / shape)
        lines = max(SHORTEST, round((tall + gap(grid)) / grid.baseline))
    tallest = measure(1, grid) * (most / shape)
    lines = min(lines, math.floor((tallest + gap(grid)) / grid.baseline), grid.lines)
    lines = max(lines, 1)
    return lines, picture_height(lines, grid) * shape / grid.character


def fair_lines(width: int, height: int, wide: Length, grid: Grid, above: Length) -> tuple[int, int]:
    """The fewest and the most lines of a place as wide as that which cuts little of a picture.

    Args:
        above: how much higher the place is than its lines, if it runs into the bleed.
    """
    tall = wide * (height / width)
    least = (tall * (1 - FAIR) + gap(grid) - above) / grid.baseline
    most = (tall * (1 / (1 - FAIR)) + gap(grid) - above) / grid.baseline
    return max(1, math.ceil(least)), max(1, math.floor(most))


def across_bleed(page: PageSize) -> Length:
    """How wide a place is that runs into the bleed on either side, on a left page or a right one.

    Beyond the spine it goes by as much as one margin is wider than the other.
    """
    return page.width + 2 * page.bleed + uneven(page)


def uneven(page: PageSize) -> Length:
    """By how much one side margin is wider than the other."""
    return max(page.outside - page.inside, page.inside - page.outside)


def bleed_lines(width: int, height: int, page: PageSize, grid: Grid, shift: Length) -> int:
    """The line at which a picture ends that runs from edge to edge at a page's head, in its shape.

    What of it lies above the first line counts as its height: a broad one is no shorter for it.

    Args:
        shift: from a line's head to its characters'.
    """
    above = page.top + page.bleed + shift
    below = across_bleed(page) * (height / width) - above + gap(grid)
    fewest = max(1, SHORTEST - math.floor(above / grid.baseline))
    return max(fewest, min(grid.lines - LEFT_FOR_WORDS, round(below / grid.baseline)))


def sharp_lines(height: int, grid: Grid) -> int:
    """Lines that a picture may be high before its pixels show; as high as it is, uncropped."""
    return int((height / SHARP * 72 + gap(grid).in_pt) / grid.baseline.in_pt)


def caption_lines(
    caption: str, credit: str, characters: int, grid: Grid, styles: Mapping[str, TypeStyle]
) -> tuple[int, bool]:
    """Lines of the grid for caption and credit, and whether the credit needs lines of its own.

    Three caption lines on 4 mm make two lines of a 6 mm grid.

    Args:
        styles: those of the layout; it has a `caption` and a `credit`.
    """
    voice = styles["caption"]
    room = measure(characters, grid) / voice.size
    said, credited = (
        width_in_em(caption)
        + CAPITALS * sum(map(str.isupper, caption))
        + AUTOSPACE * len(_MEETING.findall(caption)),
        width_in_em(credit) * (styles["credit"].size / voice.size) + 1,
    )
    stacked = said + credited > room
    credit_room = measure(characters, grid) / styles["credit"].size
    # Words that are cut leave lines that are not full; so do marks that begin none, a little.
    even = room - UNEVEN if said > MANY_LINES * room else room
    own = rows_of(caption, room) if widest_part(caption) > room / 2 else math.ceil(said / even)
    own = max(1, own) + (rows_of(credit, credit_room) if stacked else 0)
    return math.ceil(own * (voice.leading / grid.baseline) - 0.01), stacked


def justified_rows(
    sizes: Sequence[tuple[int, int]], asked: Sequence[tuple[int, int]], grid: Grid
) -> tuple[Row, ...]:
    """Pictures in rows as wide as the type area, each keeping its shape but for a sliver.

    Args:
        sizes: of the pictures, in pixels.
        asked: lines and pictures of each row; with 0 pictures, as many as fit. Rows not
            asked for are 12 lines.
    """
    rows: list[Row] = []
    rest = list(range(len(sizes)))
    while rest:
        lines, count = asked[len(rows)] if len(rows) < len(asked) else (12, 0)
        tall = picture_height(lines, grid)
        full = measure(grid.characters, grid)
        taken: list[int] = []
        width = Length(0)
        while rest and (
            len(taken) < count
            or not taken
            or (not count and _fits(width, tall * _ratio(sizes[rest[0]]), full))
        ):
            taken.append(rest.pop(0))
            width = width + tall * _ratio(sizes[taken[-1]])
        if width.in_pt < SPARSE * full.in_pt:
            full = width  # too few pictures to fill the row: they keep their own widths
        rows.append(Row(lines, _shared_out(taken, sizes, full, grid)))
    return tuple(rows)


def _fits(width: Length, more: Length, full: Length) -> bool:
    """Whether the next picture brings the row nearer to the measure than leaving it out."""
    return abs((width + more - full).in_pt) < abs((full - width).in_pt)


def _shared_out(
    taken: Sequence[int], sizes: Sequence[tuple[int, int]], full: Length, grid: Grid
) -> tuple[RowItem, ...]:
    room = full - gap(grid) * (len(taken) - 1)
    total = sum(_ratio(sizes[i]) for i in taken)
    items: list[RowItem] = []
    left = 0.0
    for index in taken:
        width = (room * (_ratio(sizes[index]) / total)).in_pt
        items.append(RowItem(index, round(left, 3), round(width, 3)))
        left += width + gap(grid).in_pt
    return tuple(items)


def _ratio(size: tuple[int, int]) -> float:
    return size[0] / size[1]


def width_in_em(text: str) -> float:
    """Width of *text* in em: Han characters and marks are one, the rest about a half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def set_width(text: str) -> float:
    """Room that *text* needs in em, rather too much than too little: figures are not half an em."""
    return sum(map(_set_width, text)) + AUTOSPACE * len(_MEETING.findall(text))


def _set_width(character: str) -> float:
    """Of one character, in the widest of our faces, Noto Serif SC Black, and a little more."""
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in WIDE:
        return 0.98
    return 0.76 if character.isupper() else 0.62


def rows_of(text: str, em: float, phrases: Collection[int] | None = None) -> int:
    """Lines that *text* takes in *em*, rather too many than too few.

    A Han character may end a line; a word goes on whole, and is cut only if no line holds it.

    Args:
        phrases: where those of the text end, if a line is not to end inside one.
    """
    rows, used = 1, 0.0
    for part in _unbroken(text, phrases):
        wide = set_width(part.rstrip())
        if used and used + wide > em + 0.001:
            rows, used = rows + 1, 0.0
        rows += max(0, math.ceil(wide / em - 0.001) - 1)
        used += set_width(part) if wide <= em else wide % em
    return rows


def widest_part(text: str) -> float:
    """Room in em for the longest part of *text* that no line ends in."""
    return max((set_width(part.rstrip()) for part in _unbroken(text, None)), default=0.0)


def _unbroken(text: str, phrases: Collection[int] | None) -> Iterator[str]:
    """The parts of a text that no line ends in."""
    end, part = 0, ""
    for found in _UNBROKEN.findall(text):
        end, part = end + len(found), part + found
        han = unicodedata.category(part[-1]) == "Lo"
        if phrases is None or not han or end in phrases:
            yield part
            part = ""
    if part:
        yield part


def stack(title: str) -> Stack:
    """A vertical title's cells. 一 gets less than an em, or a hole would stand around it.

    Latin words and longer numbers are turned; one or two figures stand upright in one cell.
    """
    cells = tuple(_cell(part) for part in _LATIN.findall(title.replace("|", "")))
    return Stack(cells, round(sum(cell.height for cell in cells), 3))


def _cell(part: str) -> Cell:
    if len(part) == 1 or (len(part) == 2 and part.isdigit()):
        return Cell(
            part.translate(STANDING), FLAT.get(part, 1.0), pair=len(part) == 2, mark=part in UPRIGHT
        )
    long = sum(CAPITAL if c.isupper() or c in WIDE else LATIN for c in part)
    return Cell(part, round(long, 3), turned=True)


def numeral(number: int, language: str = "zh-Hans") -> str:
    """1 → 一, 12 → 十二, 23 → 二十三, for 1 to 99; as a figure in English."""
    if language == "en":
        return str(number)
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def dated(date: datetime.date, language: str) -> str:
    """2020-11-20 → 二〇二〇年十一月, or November 2020."""
    if language == "en":
        return f"{calendar.month_name[date.month]} {date.year}"
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{date.year:04d}")
    return f"{year}年{numeral(date.month)}月"
