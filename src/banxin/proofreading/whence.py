"""From letters on a page to the line and column that they were written at.

The pages say what the manuscript says, less its markup. So a letter is sought by what stands
around it: of all places where it is written, the one is meant whose neighbours agree farthest.
Where neighbours cannot tell (one name in two lists) the block decides that landed nearest.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import punctuation
from typing import Final

from banxin.diagnostics import Box, Place
from banxin.proofreading.printed import Letter

AROUND: Final = 30  # letters before and behind that are compared
_LEAST: Final = 4  # letters that have to agree for a place to be known by them
# What never prints, or elsewhere than where it is written.
_UNPRINTED: Final = re.compile(
    r"(?s:<!--.*?-->)|</?[A-Za-z]+ ?/?>|\{ruby=[^{}\n]*\}|\{[.#][^{}\n]*\}|\]\([^)\n]*\)"
    r"|\[\^[^\]\s]+\]:?|^[a-z_-]+[ \t]*[:：]|^:::[^\n{]*\{?|\s",
    re.MULTILINE,
)
_SOFT: Final = frozenset(punctuation) | {"\x02", "\xad", "\ufffe", "\uffff"}
_CALL: Final = re.compile("[0-9①-⑳]")  # of a footnote, between two letters of the text
_LONGEST_CALL: Final = 2


class WrittenLetters:
    """A file of the manuscript: its letters without markup, and where each of them is written."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        at: list[int] = []
        end = 0
        for found in _UNPRINTED.finditer(text):
            at.extend(range(end, found.start()))
            end = found.end()
        at.extend(range(end, len(text)))
        self.at = at
        self.letters = "".join(text[offset] for offset in at)

    def place(self, offset: int) -> Place:
        """Line and column of a character of the text."""
        line = bisect_right(self._starts, offset)
        return Place(self.file, line, offset - self._starts[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where marked letters were written.

    Attributes:
        start, end: of the first letter, and behind the last one, in the source's text.
        is_sure: no other place of the manuscript reads the same with what stands around it.
        is_whole: all letters are written there, one behind the other.
    """

    source: WrittenLetters
    start: int
    end: int
    is_sure: bool
    is_whole: bool

    @property
    def place(self) -> Place:
        return self.source.place(self.start)


@dataclass(frozen=True, slots=True)
class _TextMatch:
    source: WrittenLetters
    first: int  # in the source's letters, as `last`
    last: int
    score: int
    marked: int  # of the marked letters


class Whence:
    """The manuscript, asked for the places of what is printed.

    Args:
        landed: where blocks came to lie, for words that are written twice.
    """

    def __init__(self, sources: Sequence[WrittenLetters], landed: Sequence[Place] = ()) -> None:
        self._sources = sources
        self._on_page: dict[int, list[Place]] = {}
        self._lines: dict[str, list[int]] = {}
        for place in landed:
            if place.file and place.line and place.page and place.box_mm:
                self._on_page.setdefault(place.page, []).append(place)
                self._lines.setdefault(place.file, []).append(place.line)
        for lines in self._lines.values():
            lines.sort()

    def origin(
        self, letters: Sequence[Letter], first: int, end: int, page: int = 0
    ) -> Origin | None:
        """Where the letters of a page from *first* to before *end* are written, if anywhere."""
        text = "".join(letter.character for letter in letters)
        for begin in range(first, min(end, first + AROUND)):
            matches = [
                match for source in self._sources for match in _matches(source, text, begin, end)
            ]
            if not matches:
                continue
            best = max(match.score for match in matches)
            alike = [match for match in matches if match.score == best]
            chosen = alike[0]
            if len(alike) > 1 or best < _LEAST:
                near = self._nearest(alike, letters[begin], page)
                if near is None and best < _LEAST:
                    continue
                chosen = near or chosen
            at = chosen.source.at
            return Origin(
                chosen.source,
                at[chosen.first],
                at[chosen.last] + 1,
                is_sure=len(alike) == 1 and best >= _LEAST,
                is_whole=begin == first and chosen.marked == end - first,
            )
        return None

    def _nearest(
        self, matches: Sequence[_TextMatch], letter: Letter, page: int
    ) -> _TextMatch | None:
        """Of places that read the same, the one whose block landed nearest to *letter*."""
        near: list[tuple[float, int]] = []
        for number, match in enumerate(matches):
            line = match.source.place(match.source.at[match.first]).line or 0
            lines = self._lines.get(match.source.file, [])
            block = lines[max(bisect_right(lines, line) - 1, 0)] if lines else 0
            near.extend(
                (_distance(place.box_mm, letter.middle), number)
                for place in self._on_page.get(page, ())
                if place.file == match.source.file and place.line == block and place.box_mm
            )
        return matches[min(near)[1]] if near else None


def _distance(box: Box, point: tuple[float, float]) -> float:
    x0, y0, x1, y1 = box
    x, y = point
    return max(x0 - x, 0, x - x1) + max(y0 - y, 0, y - y1)


def _matches(source: WrittenLetters, text: str, first: int, end: int) -> Iterator[_TextMatch]:
    """All places of *source* that have the letter *first*, with how far they agree with it."""
    written, wanted = source.letters, text[first]
    at = written.find(wanted)
    while at >= 0:
        marked, last = 1, at
        agreed = 1
        for mine, theirs in _agreeing(text, first, written, at, 1, end - first + AROUND):
            agreed += 1
            if mine < end:
                marked, last = mine - first + 1, theirs
        before = sum(1 for _ in _agreeing(text, first, written, at, -1, AROUND))
        yield _TextMatch(source, at, last, agreed + before, marked)
        at = written.find(wanted, at + 1)


def _agreeing(
    text: str, mine: int, written: str, theirs: int, step: int, most: int
) -> Iterator[tuple[int, int]]:
    """Pairs of letters that agree, from the next one on, until they differ.

    Signs that may be markup are passed over on either side, as are the numbers of footnotes.
    """
    mine, theirs = mine + step, theirs + step
    told = 0
    while told < most and 0 <= mine < len(text) and 0 <= theirs < len(written):
        if text[mine] == written[theirs]:
            yield mine, theirs
            told += 1
            mine, theirs = mine + step, theirs + step
        elif written[theirs] in _SOFT:
            theirs += step
        elif text[mine] in _SOFT:
            mine += step
        elif skipped := _called(text, mine, written[theirs], step):
            mine += step * skipped
        else:
            return


def _called(text: str, mine: int, wanted: str, step: int) -> int:
    """How many figures of a footnote's call stand before the letter that is *wanted*."""
    for count in range(1, _LONGEST_CALL + 1):
        at = mine + step * count
        if not 0 <= at < len(text) or not _CALL.match(text[at - step]):
            return 0
        if text[at] == wanted:
            return count
    return 0


def sources_of(texts: Mapping[str, str]) -> tuple[WrittenLetters, ...]:
    return tuple(WrittenLetters(file, text) for file, text in texts.items())
