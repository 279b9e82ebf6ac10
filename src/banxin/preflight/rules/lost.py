"""What is written is printed: each word and each picture of the manuscript is on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from banxin.diagnostics import Diagnostic, Severity
from banxin.preflight.book import Book
from banxin.preflight.entered import unprinted
from banxin.preflight.lost import Lost
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.preflight.told import Named, is_of_pictures
from banxin.preflight.written import Shown, Written, letters

CONSERVATION: Final = "nothing is lost in silence: words and pictures in = words and pictures out"
SHOWN: Final = 30  # characters of what is lost, in a finding
NAMELESS: Final = frozenset({"axis", "label"})  # what is seen without being read
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
    unset = frozenset(
        letters(str(d.facts.get("character", "")))[0] for d in book.told if d.code in NO_GLYPH
    ) - {""}
    missing = [one for one in book.compared.lost if one.said.kind not in NAMELESS]
    left = [one for one in missing if not _has_no_glyph(one, unset)]
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
    """Title, subtitle, masthead and imprint of edition.toml stand on some page."""
    del limits
    for value in unprinted(book.entered, book.lines) if book.lines else ():
        yield found(value.place, words=_shortened(value.words), key=value.key)


@rule("photo/not-printed", severity=Severity.ERROR, source=CONSERVATION, judges="book")
def photo_not_printed(book: Book, limits: Limits) -> Iterator[Finding]:
    """Every photograph that the manuscript places is on a page, or told with its line."""
    del limits
    there = {book.same.get(name, name) for name, _ in book.placed}
    for one in _unprinted(book):
        if not _may_be_left_out(one, book, there):
            yield found(one.place, file=one.name)


@rule("photo/left-out", severity=Severity.NOTE, source=CONSERVATION, judges="book")
def photo_left_out(book: Book, limits: Limits) -> Iterator[Finding]:
    """Pictures of the front matter that a leaflet has no room for, or that stand elsewhere."""
    del limits
    there = {book.same.get(name, name) for name, _ in book.placed}
    for one in _unprinted(book):
        if _may_be_left_out(one, book, there):
            yield found(one.place, file=one.name)


def _may_be_left_out(one: Shown, book: Book, there: Collection[str]) -> bool:
    return one.ahead and (book.folds or book.same.get(one.name, one.name) in there)


def _unprinted(book: Book) -> Iterator[Shown]:
    """Pictures that are placed and on no page, and of which nothing is told.

    One of the front matter is there if a page of its chapter has it: templates share pictures
    with the text.
    """
    if not book.lines:
        return
    pages: dict[str, list[int]] = {}
    for name, page in book.placed:
        pages.setdefault(book.same.get(name, name), []).append(page)
    named, unread = _told_of_pictures(book), _unread(book)
    shown = [(chapter.file, one) for chapter in book.written for one in chapter.shown]
    asked = Counter(book.same.get(one.name, one.name) for _, one in shown if not one.ahead)
    near = _Near(book)
    for file, one in shown:
        line, picture = one.place.line or 0, book.same.get(one.name, one.name)
        printed = pages.get(picture, [])
        if one.ahead:
            lacking = not near.has(file, printed)
            # A cover without a place for it is told as such, and its picture is in the book.
            there = bool(printed) and (file, line) in unread
        else:
            lacking = len(printed) < asked[picture]
            there = bool(printed) and (file, line) in book.landed
        if lacking and not there and not (file in named and named[file].any(line, line)):
            yield one


def _told_of_pictures(book: Book) -> dict[str | None, Named]:
    told: dict[str | None, list[Diagnostic]] = {}
    for d in book.told:
        if is_of_pictures(d):
            told.setdefault(d.place.file, []).append(d)
    return {file: Named(of) for file, of in told.items()}


def _unread(book: Book) -> frozenset[tuple[str | None, int | None]]:
    """Where a key is written that its template does not read."""
    return frozenset((d.place.file, d.place.line) for d in book.told if d.code == NO_PLACE)


class _Near:
    """The pages of a chapter, and those beside them that no other chapter has."""

    def __init__(self, book: Book) -> None:
        self._spans = book.spans
        self._on = Counter(page for pages in book.spans.values() for page in pages)

    def has(self, file: str, pages: Sequence[int]) -> bool:
        """Whether one of *pages* is near; all are, of a chapter that has none itself."""
        own = self._spans.get(file, frozenset())
        beside = {page + step for page in own for step in (-1, 1)}
        return any(
            not own or page in own or (page in beside and not self._on[page]) for page in pages
        )


def _has_no_glyph(one: Lost, characters: frozenset[str]) -> bool:
    """Whether it is a word that no face has a character of, which is told once a book."""
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
