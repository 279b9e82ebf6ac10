"""Which words and pictures other findings say are not there, so that nothing is told twice.

A finding about another matter on the same line, a mark of the wrong width or a soft picture, says
nothing of the kind, and hides no loss.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Final

from banxin.diagnostics import Diagnostic
from banxin.preflight.written import CALL, HIDDEN, Said, Written, letters

LEFT_OUT: Final = "layout/not-placed"  # tells of a chapter, from its first block that is left out
STAND_INS: Final = frozenset({"photo/missing", "photo/missing-strange", "photo/for-position-only"})
NO_PICTURE: Final = STAND_INS | {
    "photo/empty", "photo/unreadable", "photo/truncated", "photo/format", "photo/vector",
    "photo/raw", "photo/not-picture", "photo/unusual", "photo/too-large", "figure/no-address",
    "figure/address", "front-matter/twice", "layout/no-block", LEFT_OUT,
}  # fmt: skip
# Findings that say that words are not set, and the fact that names them; where there is none, all
# that is said on its line, or on as many as it counts.
UNSET: Final[Mapping[str, str]] = {
    "text/lost": "words",
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
CUT: Final = 20  # characters: a fact that is as long may go on
NEAR: Final = 60  # lines of a block, from the one that its findings name


class Named:
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
    of_pictures = Named(d for d in told if d.code in STAND_INS)
    rest = Named(d for d in told if d.code == LEFT_OUT).rest
    ahead = {"title", "label", "kicker", "front", "attribute"}
    text = next((one.first for one in chapter.said if one.kind not in ahead), 0)
    if rest <= text:
        return replace(chapter, said=())  # all of it, with its title
    said = [
        one
        for one in chapter.said
        if one.last < rest and not (one.kind == "caption" and of_pictures.any(one.first, one.last))
    ]
    for finding in told:
        if finding.code in UNSET:
            said = _without(said, finding)
    return replace(chapter, said=tuple(said))


def _without(said: Sequence[Said], told: Diagnostic) -> list[Said]:
    """What is said but for the words that a finding names."""
    first = int(str(told.facts.get("first", told.place.line or 0)))
    words = str(told.facts.get(UNSET[told.code], "")) if UNSET[told.code] else ""
    if not words:
        last = first + int(str(told.facts.get("count", 1))) - 1
        return [one for one in said if not (first <= one.first and one.first <= last)]
    wanted = letters(words)[0]
    for index, one in enumerate(said):
        text = letters(one.text.replace(HIDDEN, "").replace(CALL, ""))[0]
        at = text.find(wanted) if first <= one.last and one.first <= first + NEAR else -1
        if at >= 0 and wanted:
            count = int(str(told.facts.get("count", 0))) if told.code == "text/lost" else 0
            whole = len(text) - at if len(words) >= CUT and not count else len(wanted)
            rest = max(count, whole)
            return [*said[:index], *_hidden(said[index:], at, rest)]
    return list(said)


def _hidden(said: Sequence[Said], start: int, count: int) -> Iterator[Said]:
    """*said*, with that many letters hidden from *start* of the first on."""
    for one in said:
        size = len(letters(one.text)[0])
        taken = min(count, size - start)
        yield one.without(start, start + taken) if taken > 0 else one
        count, start = count - max(taken, 0), 0


def is_of_pictures(told: Diagnostic) -> bool:
    """Whether a finding says that a picture is not there."""
    return told.code in NO_PICTURE
