"""Which words and pictures other findings say are not there, so that nothing is told twice.

A finding about another matter on the same line, a mark of the wrong width or a soft picture, says
nothing of the kind, and hides no loss.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Final

from banxin.diagnostics import Diagnostic
from banxin.preflight.written import CALL, HIDDEN, Written, WrittenWords, letters

LEFT_OUT: Final = "layout/not-placed"  # tells of a chapter, from its first block that is left out
LOST: Final = "text/lost"
STAND_INS: Final = frozenset({"photo/missing", "photo/missing-strange", "photo/for-position-only"})
NO_PICTURE: Final = STAND_INS | {
    "photo/empty", "photo/unreadable", "photo/truncated", "photo/format", "photo/vector",
    "photo/raw", "photo/not-picture", "photo/unusual", "photo/too-large", "figure/no-address",
    "figure/address", "front-matter/twice", "layout/no-block", LEFT_OUT,
    "artwork/damaged", "artwork/font", "artwork/locked", "artwork/mesh", "artwork/no-ghostscript",
    "artwork/no-page", "artwork/picture", "artwork/size", "artwork/svg-colour",
    "artwork/svg-element", "artwork/svg-entities", "artwork/too-large",
}  # fmt: skip
# Findings that say that words are not set, and the fact that names them; where there is none, all
# that is said on its line, or on as many as it counts.
UNSET: Final[Mapping[str, str]] = {
    LOST: "words",
    "front-matter/no-pairs": "found",
    "front-matter/twice": "value",
    "front-matter/unknown": "value",
    "heading/attribute": "value",
    "figure/attribute": "value",
    "block/attribute": "value",
    "chart/attribute": "value",
    "figure/title": "title",
    "link/title": "title",
    "verbatim/info": "info",
    "ruby/no-place": "reading",
    "figure/no-address": "credit",
    "figure/address": "credit",
    "text/off-page": "",
    "text/not-read": "",
    "footnote/unused": "",
    "footnote/twice": "",
    "link/unused": "",
    "block/attributes": "",
    "html/raw": "",
    "layout/no-block": "",
}
NO_NAMES: Final = frozenset({"names/long", "names/formula"})  # rows of a table
CUT: Final = 20  # characters: a fact that is as long may go on
NEAR: Final = 60  # lines of a block, from the one that its findings name
BEFORE: Final = 8  # things that may begin on earlier lines and go on to that one


class NamedLines:
    """The lines that findings in one file name."""

    def __init__(self, told: Iterable[Diagnostic]) -> None:
        lines = [(d.code == LEFT_OUT, d.place.line or 0) for d in told]
        self._lines = sorted(line for rest, line in lines if not rest)
        self.rest = min((line for rest, line in lines if rest), default=inf)

    def any(self, first: int, last: int) -> bool:
        """Whether one names lines *first* to *last*, or tells of the chapter from there on."""
        at = bisect_left(self._lines, first)
        return (at < len(self._lines) and self._lines[at] <= last) or self.rest <= last


def untold(chapter: Written, told: Sequence[Diagnostic]) -> Written:
    """*chapter* without the words that another finding says are not set.

    Args:
        told: what is found in its file.
    """
    of_pictures = NamedLines(d for d in told if d.code in STAND_INS)
    rest = NamedLines(d for d in told if d.code == LEFT_OUT).rest
    ahead = {"title", "label", "kicker", "front", "attribute"}
    text = next((one.first for one in chapter.said if one.kind not in ahead), 0)
    if rest <= text:
        return replace(chapter, said=())  # all of it, with its title
    said = [
        one
        for one in chapter.said
        if one.last < rest and not (one.kind == "caption" and of_pictures.any(one.first, one.last))
    ]
    left = _Listing(said)
    for finding in told:
        if finding.code in UNSET:
            left.take(finding)
    return replace(chapter, said=tuple(left.said()))


def untold_names(
    names: Sequence[WrittenWords], told: Sequence[Diagnostic]
) -> tuple[WrittenWords, ...]:
    """*names* of a table without those that another finding says are not set.

    Where some have no room, all are told of: they stand in another order than their rows.

    Args:
        told: what is found in the table.
    """
    if any(finding.code == LEFT_OUT for finding in told):
        return ()
    refused = NamedLines(finding for finding in told if finding.code in NO_NAMES)
    left = _Listing([one for one in names if not refused.any(one.first, one.last)])
    for finding in told:
        if finding.code in UNSET:
            left.take(finding)
    return tuple(left.said())


class _Listing:
    """What is said, and what of it is hidden."""

    def __init__(self, said: Sequence[WrittenWords]) -> None:
        self._said: list[WrittenWords | None] = list(said)
        # Captions are noted before the paragraph is whole that they stand in.
        self._order = sorted(range(len(said)), key=lambda n: (said[n].first, n))
        self._firsts = [said[n].first for n in self._order]

    def said(self) -> Iterator[WrittenWords]:
        return (one for one in self._said if one is not None)

    def take(self, told: Diagnostic) -> None:
        """Hide the words that a finding names, or where it names none, its lines."""
        first = int(str(told.facts.get("first", told.place.line or 0)))
        fact = UNSET[told.code]
        words = str(told.facts.get(fact, "")) if fact else ""
        if words:
            self._take_words(told, first, words)
            return
        last = first + int(str(told.facts.get("count", 1))) - 1
        start, end = bisect_left(self._firsts, first), bisect_right(self._firsts, last)
        for number in self._order[start:end]:
            self._said[number] = None

    def _take_words(self, told: Diagnostic, first: int, words: str) -> None:
        wanted = letters(words)[0]
        start = max(0, bisect_right(self._firsts, first) - BEFORE)
        end = bisect_right(self._firsts, first + NEAR)
        near = [n for n in self._order[start:end] if self._is_from(n, first)]
        for index, number in enumerate(near):
            text = self._letters(number)
            at = text.find(wanted) if wanted else -1
            if at >= 0:
                count = int(str(told.facts.get("count", 0))) if told.code == LOST else 0
                goes_on = len(words) >= CUT and not count
                self._hide(near[index:], at, len(text) - at if goes_on else max(count, len(wanted)))
                return

    def _is_from(self, number: int, line: int) -> bool:
        one = self._said[number]
        return one is not None and one.last >= line

    def _letters(self, number: int) -> str:
        one = self._said[number]
        return letters(one.text.replace(HIDDEN, "").replace(CALL, ""))[0] if one else ""

    def _hide(self, numbers: Sequence[int], start: int, count: int) -> None:
        """So many letters, from *start* of the first on."""
        for number in numbers:
            one, size = self._said[number], len(self._letters(number))
            taken = min(count, size - start)
            if taken <= 0 or one is None:
                return
            self._said[number] = one.without(start, start + taken)
            count, start = count - taken, 0


def is_of_pictures(told: Diagnostic) -> bool:
    """Whether a finding says that a picture is not there."""
    return told.code in NO_PICTURE
