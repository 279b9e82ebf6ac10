"""What is written is printed: each word and each picture of the manuscript is on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from banxin.diagnostics import Diagnostic, Severity
from banxin.preflight.book import Book
from banxin.preflight.entered import NAMED, unprinted
from banxin.preflight.lost import NAMELESS, Lost
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.preflight.told import NamedLines, is_of_pictures
from banxin.preflight.written import Written, WrittenPicture, letters

CONSERVATION: Final = "nothing is lost in silence: words and pictures in = words and pictures out"
SHOWN: Final = 30  # characters of what is lost, in a finding
NO_PLACE: Final = "front-matter/unknown"
NO_GLYPH: Final = frozenset(
    {"font/missing-character", "font/no-face-has", "font/no-face-known", "font/private-character"}
)
WORD: Final = 16  # letters; what is longer is lost for another reason


@rule("text/not-printed", severity=Severity.ERROR, source=CONSERVATION, judges="book")
def not_printed(book: Book, limits: Limits) -> Iterator[Finding]:
    """Every word of the manuscript is on a page of the finished file, or told with its line.

    The words are the judge's own reading of the raw lines; the pages are the file's.
    """
    del limits
    missing = [one for one in book.compared.lost if one.said.kind not in NAMELESS]
    without = _without_glyph(book.told)
    left = [one for one in missing if not _has_no_glyph(one, without)]
    for run in _runs(left, book.written):
        first = run[0]
        yield found(
            first.said.place(first.start),
            words=_shortened("　".join(_words(one) for one in run)),
            count=sum(one.end - one.start for one in run),
        )


@rule("text/mark-not-printed", severity=Severity.ERROR, source=CONSERVATION, judges="book")
def mark_not_printed(book: Book, limits: Limits) -> Iterator[Finding]:
    """Brackets, quotation marks, dashes and the marks within numbers stand where they are written.

    Commas and full stops of sentences are not compared, nor marks beside words that are lost.
    """
    del limits
    for one in book.compared.marks:
        letter = min(one.at, max(0, len(letters(one.said.text)[0]) - 1))
        around = one.said.words(max(0, one.at - 4), min(one.at + 4, letter + 1))
        yield found(one.said.place(letter), mark=one.mark, around=around)


@rule("text/only-named", severity=Severity.NOTE, source=CONSERVATION, judges="book")
def nameless(book: Book, limits: Limits) -> Iterator[Finding]:
    """What only names a thing may stand on no page: a chart's axis, a picture's chapter."""
    del limits
    for one in book.compared.lost:
        if one.said.kind in NAMELESS:
            yield found(one.said.place(one.start), words=_shortened(_words(one)))


@rule("edition/not-printed", severity=Severity.WARNING, source=CONSERVATION, judges="book")
def edition_not_printed(book: Book, limits: Limits) -> Iterator[Finding]:
    """Title, subtitle, masthead and imprint of edition.toml stand on some page.

    A title is asked of a book that has a cover or a title page.
    """
    del limits
    asked = tuple(value for value in book.entered if book.covers or value.key not in NAMED)
    for value in unprinted(asked, book.lines) if book.lines else ():
        yield found(value.place, words=_shortened(value.words), key=value.key)


@rule("photo/not-printed", severity=Severity.ERROR, source=CONSERVATION, judges="book")
def photo_not_printed(book: Book, limits: Limits) -> Iterator[Finding]:
    """Every photograph that the manuscript places is on a page, or told with its line."""
    del limits
    for one in _unprinted(book):
        if not _may_be_left_out(one, book):
            yield found(one.place, file=one.name)


@rule("photo/left-out", severity=Severity.NOTE, source=CONSERVATION, judges="book")
def photo_left_out(book: Book, limits: Limits) -> Iterator[Finding]:
    """Pictures of the front matter that a leaflet has no room for, or that stand elsewhere."""
    del limits
    for one in _unprinted(book):
        if _may_be_left_out(one, book):
            yield found(one.place, file=one.name)


def _may_be_left_out(one: WrittenPicture, book: Book) -> bool:
    picture = book.same.get(one.name, one.name)
    elsewhere = any(book.same.get(name, name) == picture for name, _ in book.placed)
    return one.ahead and (book.folds or elsewhere)


def _unprinted(book: Book) -> Iterator[WrittenPicture]:
    """Pictures that are placed and on no page, and of which nothing is told.

    One of the front matter is there if a page of its chapter has it: templates share pictures
    with the text.
    """
    if not book.lines:
        return
    pages: dict[str, set[int]] = {}
    printed = Counter[str]()
    for name, page in book.placed:
        printed[book.same.get(name, name)] += 1
        pages.setdefault(book.same.get(name, name), set()).add(page)
    shown = [(chapter.file, one) for chapter in book.written for one in chapter.shown]
    asked = Counter(book.same.get(one.name, one.name) for _, one in shown if not one.ahead)
    near = _near(book)
    named = {
        chapter.file: NamedLines(d for d in book.told_of(chapter.file) if is_of_pictures(d))
        for chapter in book.written
    }
    # A cover without a place for it is told as such, and its picture is in the book.
    unread = {(d.place.file, d.place.line) for d in book.told if d.code == NO_PLACE}
    for file, one in shown:
        line, picture = one.place.line or 0, book.same.get(one.name, one.name)
        if one.ahead:
            on = pages.get(picture, set())
            lacking = not (on & near[file] if file in near else on)
            there = bool(printed[picture]) and (file, line) in unread
        else:
            lacking = printed[picture] < asked[picture]
            there = bool(printed[picture]) and (file, line) in book.landed
        if lacking and not there and not named[file].any(line, line):
            yield one


def _near(book: Book) -> Mapping[str, frozenset[int]]:
    """The pages of each chapter, and those beside them that no other chapter has."""
    taken = {page for pages in book.spans.values() for page in pages}
    return {
        file: own | {page + step for page in own for step in (-1, 1) if page + step not in taken}
        for file, own in book.spans.items()
    }


def _without_glyph(told: Sequence[Diagnostic]) -> frozenset[str]:
    """The letters that no face has, which is told once a book."""
    found = (letters(str(d.facts.get("character", "")))[0] for d in told if d.code in NO_GLYPH)
    return frozenset(found) - {""}


def _has_no_glyph(one: Lost, characters: frozenset[str]) -> bool:
    """Whether it is a word with one of *characters*."""
    is_word = one.end - one.start <= WORD
    return is_word and any(character in one.words for character in characters)


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
