"""How even justified Chinese is set, from glyph positions alone; for PDFs of any maker.

For each two neighbours of a full line: how far their step is from what such a pair has where
nothing presses, in em. Such a pair: Han and Han, a mark and Han, Han and a digit, a word and the
next, and so on. Where nothing presses is 1 em between full-width characters, and else the median
of all the pairs of its sort that are handed in together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median
from typing import Final

import pypdfium2

from measure import Glyph, glyphs

OPENING: Final = "（《〈「『【〔“‘"
CLOSING: Final = "，。、；：！？）》〉」』】〕”’"
TORN: Final = 0.15  # em between two letters over what such letters have elsewhere
_SOLID: Final = frozenset({"HH", "CH", "HC", "HO"})
# A line ends between a number and what it counts, or between the parts of a date.
_PARTED: Final = re.compile(
    r"\d\n(?![到至和与的])[\u4e00-\u9fff%‰℃°]|\d[万亿]\n[\u4e00-\u9fff]|\d[年月]\n\d"
)


@dataclass(frozen=True, slots=True)
class Evenness:
    """Lower is better in all of it.

    Attributes:
        rms: of all departures, em; `worst`, of the line where it is highest.
        contrast: mean difference between neighbouring lines' mean departures, em.
        torn: steps inside a word or number that are too wide.
        parted: numbers that a line's end parts from what they count.
        lines: how many were measured; `at`, the worst one's first words.
    """

    rms: float
    worst: float
    contrast: float
    torn: int
    parted: int
    lines: int
    at: str


@dataclass(frozen=True, slots=True)
class _Step:
    sort: str
    em: float


@dataclass(frozen=True, slots=True)
class _Line:
    steps: list[_Step]
    full: bool
    words: str


def evenness(pdfs: Sequence[bytes], texts: Sequence[str], size: float) -> Evenness:
    """Of files each of whose only page is one column: one of *texts*, set at *size* points."""
    documents = map(pypdfium2.PdfDocument, pdfs)
    columns = [_column(page, text, size) for (page,), text in zip(documents, texts, strict=True)]
    return _figures([column for column, _ in columns], sum(parted for _, parted in columns))


def _column(page: pypdfium2.PdfPage, text: str, size: float) -> tuple[list[_Line], int]:
    """The lines of one page, and how many numbers they part."""
    found = _lines(page, size)
    # PDFium's word for a hyphen that ends a line is U+0002.
    written = ["".join(g.text for g in line).replace("\x02", "-") for line in found]
    assert "".join(written) == re.sub(r"\s", "", text).replace("⋯", "…")
    spaced = _before_spaces(text)
    edge = max(line[-1].x for line in found)
    column, position = [], 0
    for line in found:
        steps = []
        for a, b in pairwise(line):
            position += 1
            sort = _sort(a.text, b.text, spaced=position in spaced)
            if sort:
                steps.append(_Step(sort, (b.x - a.x) / size))
        position += 1
        column.append(_Line(steps, line[-1].x > edge - 1.6 * size, _words(line)))
    return column, len(_PARTED.findall(_with_ends(written, text)))


def _lines(page: pypdfium2.PdfPage, size: float) -> list[list[Glyph]]:
    """In the order of the PDF: the origin of （ may lie before that of the letter it follows."""
    found: list[list[Glyph]] = []
    for glyph in glyphs(page, hyphens=True):
        if not found or found[-1][0].y - glyph.y > size / 2:
            found.append([])
        found[-1].append(glyph)
    return found


def _with_ends(written: list[str], text: str) -> str:
    """The lines with line feeds between them, none where a paragraph ended."""
    ends, position = set(), 0
    for paragraph in text.splitlines():
        position += len(re.sub(r"\s", "", paragraph))
        ends.add(position)
    out, position = [], 0
    for line in written:
        position += len(line)
        out += [line, "\f" if position in ends else "\n"]
    return "".join(out)


def _before_spaces(text: str) -> frozenset[int]:
    """How many characters stand before each space, spaces not counted."""
    places, count = set(), 0
    for character in text:
        if character.isspace():
            places.add(count)
        else:
            count += 1
    return frozenset(places)


def _words(line: list[Glyph]) -> str:
    return "".join(g.text for g in line)[:20]


def _sort(a: str, b: str, *, spaced: bool) -> str:
    """What sort of pair two characters are; none, where their step says nothing."""
    kinds = _kind(a) + _kind(b)
    if spaced:
        return "word " + a if kinds == "LL" else ""
    if "x" in kinds or kinds in {"LO", "CL"}:
        return ""
    return kinds + a if kinds[0] == "L" else kinds


def _kind(character: str) -> str:
    if "\u4e00" <= character <= "\u9fff":
        return "H"
    if character in OPENING:
        return "O"
    if character in CLOSING:
        return "C"
    return "L" if character.isascii() and character.isalnum() else "x"


def _figures(columns: list[list[_Line]], parted: int) -> Evenness:
    seen: dict[str, list[float]] = defaultdict(list)
    for line in (line for column in columns for line in column if line.full):
        for step in line.steps:
            seen[step.sort].append(step.em)
    rest = {sort: 1.0 if sort in _SOLID else median(found) for sort, found in seen.items()}
    departures: list[float] = []
    contrasts: list[float] = []
    worst, at, torn, count = 0.0, "", 0, 0
    for column in columns:
        before: float | None = None
        for line in column:
            inside, own = _departures(line, rest)
            torn += sum(step > TORN for step in inside)
            if not own:
                before = None
                continue
            count += 1
            departures += own
            if _rms(own) > worst:
                worst, at = _rms(own), line.words
            if before is not None:
                contrasts.append(abs(mean(own) - before))
            before = mean(own)
    return Evenness(_rms(departures), worst, mean(contrasts), torn, parted, count, at)


def _departures(line: _Line, rest: Mapping[str, float]) -> tuple[list[float], list[float]]:
    """Of a full line: inside its words and numbers, and everywhere else."""
    inside: list[float] = []
    own: list[float] = []
    for step in line.steps if line.full else ():
        (inside if step.sort[:2] == "LL" else own).append(step.em - rest[step.sort])
    return inside, own


def _rms(values: Sequence[float]) -> float:
    return float(mean(v * v for v in values) ** 0.5)
