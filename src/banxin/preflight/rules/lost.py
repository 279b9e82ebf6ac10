"""What is written is printed: each word and each picture of the manuscript is on a page."""

from __future__ import annotations

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
    chapters = [_untold(chapter, book.told) for chapter in book.written]
    listing = next((h.page for h in book.headings if h.template == "contents" and h.page), 0)
    behind = (h.page for h in book.headings if h.page > listing)
    contents = range(listing, max(min(behind, default=0), listing + 1)) if listing else range(0)
    missing = lost(chapters, book.lines, book.heads, contents)
    left = [one for one in missing if not _has_no_glyph(one, book.told)]
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
    asked = Counter(book.same.get(one.name, one.name) for _, one in shown if not one.ahead)
    for file, one in shown:
        line, picture = one.place.line or 0, book.same.get(one.name, one.name)
        lacking = printed[picture] < (1 if one.ahead else asked[picture])
        there = printed[picture] and (file, line) in book.landed
        told = [d for d in book.told if d.place.file == file and _of_pictures(d)]
        if lacking and not there and not _names(told, line, line):
            yield one


def _untold(chapter: Written, told: Sequence[Diagnostic]) -> Written:
    """*chapter* without what another finding tells of."""
    lines = [d for d in told if d.place.file == chapter.file]
    of_words = [d for d in lines if _matters(d) and not _of_looks(d)]
    of_pictures = [d for d in lines if d.code in STAND_INS]
    heads = AHEAD | {"attribute"}  # what is told of a block is told of its opening line
    text = next((one.first for one in chapter.said if one.kind not in heads), 0)
    if any(d.code == LEFT_OUT and (d.place.line or 0) <= text for d in lines):
        return replace(chapter, said=())  # all of it, with its title
    said = tuple(
        one
        for one in chapter.said
        if not _names(of_words, one.first, one.last)
        and not (one.kind == "caption" and _names(of_pictures, one.first, one.last))
    )
    return replace(chapter, said=said)


def _names(told: Sequence[Diagnostic], first: int, last: int) -> bool:
    """Whether one names lines *first* to *last*, or tells of the chapter from there on."""
    lines = ((d.code == LEFT_OUT, d.place.line or 0) for d in told)
    return any(line <= last if rest else first <= line <= last for rest, line in lines)


def _matters(told: Diagnostic) -> bool:
    return told.severity in {Severity.ERROR, Severity.WARNING}


def _of_looks(told: Diagnostic) -> bool:
    return told.code.startswith(OF_LOOKS)


def _of_pictures(told: Diagnostic) -> bool:
    return told.severity is Severity.ERROR or told.code in {*STAND_INS, LEFT_OUT}


def _has_no_glyph(one: Lost, told: Sequence[Diagnostic]) -> bool:
    """Whether it is a word that no face has a character of, which is told of its block."""
    characters = (
        letters(str(d.facts.get("character", "")))[0]
        for d in told
        if d.code == NO_GLYPH and d.place.file == one.said.file
    )
    is_word = one.end - one.start <= WORD
    return is_word and any(character and character in one.words for character in characters)


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
