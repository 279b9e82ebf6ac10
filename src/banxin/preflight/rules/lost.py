"""What is written is printed: each word and each picture of the manuscript is on a page."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from banxin.diagnostics import Diagnostic, Severity
from banxin.preflight.book import Book
from banxin.preflight.lost import Lost, lost
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.preflight.written import Shown, Written, letters

CONSERVATION: Final = "nothing is lost in silence: words and pictures in = words and pictures out"
SHOWN: Final = 30  # characters of what is lost, in a finding
LEFT_OUT: Final = "layout/not-placed"  # tells of a chapter, from its first block that is left out
STAND_INS: Final = ("photo/for-position-only", "photo/missing", "photo/missing-strange")
# What is told of a line and takes nothing from what it says.
OF_LOOKS: Final = ("photo/", "line/", "font/", "copy/", "text/over-picture")
AHEAD: Final = frozenset({"title", "kicker", "front"})  # of the front matter
NO_GLYPH: Final = "font/missing-character"
WORD: Final = 16  # letters; what is longer is lost for another reason


@rule("text/not-printed", severity=Severity.ERROR, source=CONSERVATION, judges="book")
def not_printed(book: Book, limits: Limits) -> Iterator[Finding]:
    """Every word of the manuscript is on a page of the finished file, or told with its line.

    The words are the judge's own reading of the raw lines; the pages are the file's.
    """
    del limits
    if not book.lines:
        return
    told: dict[str | None, list[Diagnostic]] = {}
    for d in book.told:
        told.setdefault(d.place.file, []).append(d)
    chapters = [_untold(chapter, told.get(chapter.file, ())) for chapter in book.written]
    listing = next((h.page for h in book.headings if h.template == "contents" and h.page), 0)
    behind = (h.page for h in book.headings if h.page > listing)
    contents = range(listing, max(min(behind, default=0), listing + 1)) if listing else range(0)
    missing = lost(chapters, book.lines, book.heads, contents)
    unset = {file: _unset(of) for file, of in told.items()}
    left = [one for one in missing if not _has_no_glyph(one, unset.get(one.said.file))]
    for run in _runs(left, book.written):
        first = run[0]
        yield found(
            first.said.place(first.start),
            words=_shortened("　".join(_words(one) for one in run)),
            count=sum(one.end - one.start for one in run),
        )


@rule("photo/not-printed", severity=Severity.ERROR, source=CONSERVATION, judges="book")
def photo_not_printed(book: Book, limits: Limits) -> Iterator[Finding]:
    """Every photograph that the manuscript places is on a page, or told with its line."""
    del limits
    for one in _unprinted(book):
        if not (one.ahead and book.folds):
            yield found(one.place, file=one.name)


@rule("photo/left-out", severity=Severity.NOTE, source=CONSERVATION, judges="book")
def photo_left_out(book: Book, limits: Limits) -> Iterator[Finding]:
    """A leaflet has less room than a book: pictures of the front matter may not be in it."""
    del limits
    for one in _unprinted(book):
        if one.ahead and book.folds:
            yield found(one.place, file=one.name)


def _unprinted(book: Book) -> Iterator[Shown]:
    """Pictures that are placed and on no page, and of which nothing is told.

    One of the front matter is there if it is anywhere: templates share pictures with the text.
    """
    if not book.lines:
        return
    printed = Counter(book.same.get(name, name) for name in book.placed)
    shown = [(chapter.file, one) for chapter in book.written for one in chapter.shown]
    told: dict[str | None, list[Diagnostic]] = {}
    for d in book.told:
        if _of_pictures(d):
            told.setdefault(d.place.file, []).append(d)
    named = {file: _Named(of) for file, of in told.items()}
    asked = Counter(book.same.get(one.name, one.name) for _, one in shown if not one.ahead)
    for file, one in shown:
        line, picture = one.place.line or 0, book.same.get(one.name, one.name)
        lacking = printed[picture] < (1 if one.ahead else asked[picture])
        there = printed[picture] and (file, line) in book.landed
        if lacking and not there and not (file in named and named[file].any(line, line)):
            yield one


def _untold(chapter: Written, lines: Sequence[Diagnostic]) -> Written:
    """*chapter* without what another finding tells of: *lines* are those in its file."""
    of_words = _Named([d for d in lines if _matters(d) and not _of_looks(d)])
    of_pictures = _Named([d for d in lines if d.code in STAND_INS])
    heads = AHEAD | {"attribute"}  # what is told of a block is told of its opening line
    text = next((one.first for one in chapter.said if one.kind not in heads), 0)
    if any(d.code == LEFT_OUT and (d.place.line or 0) <= text for d in lines):
        return replace(chapter, said=())  # all of it, with its title
    said = tuple(
        one
        for one in chapter.said
        if not of_words.any(one.first, one.last)
        and not (one.kind == "caption" and of_pictures.any(one.first, one.last))
    )
    return replace(chapter, said=said)


class _Named:
    """The lines that findings in one file name."""

    def __init__(self, told: Sequence[Diagnostic]) -> None:
        self._lines = sorted(d.place.line or 0 for d in told if d.code != LEFT_OUT)
        rest = (d.place.line or 0 for d in told if d.code == LEFT_OUT)
        self._rest = min(rest, default=None)

    def any(self, first: int, last: int) -> bool:
        """Whether one names lines *first* to *last*, or tells of the chapter from there on."""
        at = bisect_left(self._lines, first)
        named = at < len(self._lines) and self._lines[at] <= last
        return named or (self._rest is not None and self._rest <= last)


def _matters(told: Diagnostic) -> bool:
    return told.severity in {Severity.ERROR, Severity.WARNING}


def _of_looks(told: Diagnostic) -> bool:
    return told.code.startswith(OF_LOOKS)


def _of_pictures(told: Diagnostic) -> bool:
    return told.severity is Severity.ERROR or told.code in {*STAND_INS, LEFT_OUT}


def _unset(told: Sequence[Diagnostic]) -> frozenset[str]:
    """The letters that no face has."""
    of_glyphs = (d for d in told if d.code == NO_GLYPH)
    return frozenset(letters(str(d.facts.get("character", "")))[0] for d in of_glyphs) - {""}


def _has_no_glyph(one: Lost, characters: frozenset[str] | None) -> bool:
    """Whether it is a word that no face has a character of, which is told of its block."""
    is_word = one.end - one.start <= WORD
    return is_word and any(character in one.words for character in characters or ())


def _runs(missing: Sequence[Lost], chapters: Sequence[Written]) -> Iterator[list[Lost]]:
    """Whole things that are lost one after another are one loss; as are parts of one."""
    order = {
        id(said): number
        for number, said in enumerate(said for chapter in chapters for said in chapter.said)
    }
    run: list[Lost] = []
    for one in missing:
        if run and not _goes_on(run[-1], one, order):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _goes_on(before: Lost, one: Lost, order: dict[int, int]) -> bool:
    if before.said is one.said:
        return True
    together = order[id(one.said)] - order[id(before.said)] <= 1
    return before.said.file == one.said.file and together and before.whole and one.whole


def _words(one: Lost) -> str:
    return one.said.words(one.start, one.end)


def _shortened(words: str) -> str:
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"
