"""Pages that fall short: what is nearly empty, and what would fill it or save it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from banxin.diagnostics import Severity
from banxin.preflight.book import Book
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.units import Length

if TYPE_CHECKING:
    from banxin.typeset.sheets import Filled

PRACTICE: Final = "book design: a page that is begun looks meant, or is saved"
# What is meant to stand on an airy page, and may end on one.
AIRY: Final = frozenset(
    {
        "cover",
        "inner",
        "title",
        "message",
        "contents",
        "numbers",
        "spread",
        "imprint",
        "back",
        "page",
    }
)
RUNNING: Final = frozenset({"text", "article"})  # of which even a single page is to be filled
SHORT: Final = 1 / 3  # of the type area's height,
SPARSE: Final = 0.3  # or, where text stands in many columns, of its surface
MANY: Final = 3  # columns
CLOSING: Final = frozenset({"cover", "imprint", "back"})  # airy beside other chapters too
GAP: Final = 1 / 2  # before a picture that begins a page of its own
FEW: Final = 3  # lines
LONG: Final = 8  # lines of a column beside which an empty one is seen


@rule("page/few-lines", severity=Severity.WARNING, source=PRACTICE, judges="book")
def few_lines(book: Book, limits: Limits) -> Iterator[Finding]:
    """A chapter does not end on a page with three lines or fewer: cutting them saves the page."""
    del limits
    for before, page in _pages_of_chapters(book):
        if before is not None and book.is_last(page) and _has_few_lines(page):
            yield _told(book, page, cut=page.lines * book.characters)


@rule("page/short", severity=Severity.WARNING, source=PRACTICE, judges="book")
def short(book: Book, limits: Limits) -> Iterator[Finding]:
    """A page of running text is at least a third full; openers and title pages may be airy.

    In many columns several chapters may share a page, and one column may reach to its foot alone:
    of such a page the surface is judged. A title page that shares its page with none stays airy.
    """
    del limits
    if book.columns >= MANY:
        for page in book.filled:
            airy = AIRY if page.alone else CLOSING
            if book.template_of(page.place.file) not in airy and page.share < SPARSE:
                yield _told(book, page, page.share)
        return
    for before, page in _pages_of_chapters(book):
        few = before is not None and book.is_last(page) and _has_few_lines(page)
        alone = (
            before is None and book.is_last(page) and book.template_of(page.place.file) in RUNNING
        )
        if (before or alone) and not few and _fullness(page) < SHORT:
            yield _told(book, page)


@rule("page/left-blank", severity=Severity.NOTE, source=PRACTICE, judges="book")
def left_blank(book: Book, limits: Limits) -> Iterator[Finding]:
    """A page that stays empty, because the next chapter begins on the other side, is told.

    After a chapter that is meant airy it stays a blank page: nobody writes more contents.
    """
    del limits
    order = {chapter.file: number for number, chapter in enumerate(book.written)}
    # The page before may end in notes, whose lines are closer than those of a picture.
    pitch = max((page.pitch for page in book.filled), default=Length.mm(0))
    for before, after in pairwise(book.filled):
        # What a binding adds before the last page is told by who adds it; a chapter that shows
        # nothing but a tint has its page.
        chapters = order.get(after.place.file or "", 0) - order.get(before.place.file or "", 0)
        last = after.place.page == len(book.pages)
        if book.folds or last or chapters not in {0, 1} or not before.pitch:
            continue
        if book.template_of(before.place.file) in AIRY:
            continue
        for page in range((before.place.page or 0) + 1, after.place.page or 0):
            lines = round(before.whole / pitch)
            characters = round(lines * book.characters, -2)
            yield found(before.place.on_page(page), lines=lines, characters=characters)


@rule("page/gap-before-picture", severity=Severity.WARNING, source=PRACTICE, judges="book")
def gap_before_picture(book: Book, limits: Limits) -> Iterator[Finding]:
    """A picture that begins a page of its own does not leave the one before it half empty."""
    del limits
    for before, page in _pages_of_chapters(book):
        if before is None or page.under is None or page.under.file != page.place.file:
            continue
        after_text = (page.under.line or 0) > (before.place.line or 0)
        if after_text and SHORT <= _fullness(before) < GAP and before.lines:
            told = _told(book, before)
            yield Finding(page.under.on_page(before.place.page or 0), told.facts)


@rule("page/empty-column", severity=Severity.NOTE, source=PRACTICE, judges="book")
def empty_column(book: Book, limits: Limits) -> Iterator[Finding]:
    """No column stays empty beside one that is full."""
    del limits
    for fit in book.fits:
        if fit.empty and max(fit.lines) >= LONG:
            yield found(fit.place, empty=fit.empty, lines=max(fit.lines))


def _pages_of_chapters(book: Book) -> Iterator[tuple[Filled | None, Filled]]:
    """Pages of chapters that are to be full, each with the one before it in its chapter."""
    if book.folds or not book.filled:
        return
    for before, page in pairwise((None, *book.filled)):
        assert page is not None
        if book.template_of(page.place.file) in AIRY:
            continue
        same = before is not None and before.place.file == page.place.file and before.lines
        yield before if same else None, page


def _has_few_lines(page: Filled) -> bool:
    """A page with a picture is not saved by cutting lines."""
    return 0 < page.lines <= FEW and page.height <= page.pitch * (FEW + 1)


def _fullness(page: Filled) -> float:
    """As a share of the type area; a page that has none is not wanting."""
    return page.height / page.whole if page.whole else 1


def _told(book: Book, page: Filled, full: float | None = None, **more: int) -> Finding:
    """How full it is, and what would fill it to its half.

    Args:
        full: the part of it that is, if not that of its height.
    """
    full = _fullness(page) if full is None else full
    lines = max(1, round((GAP - full) * (page.whole / page.pitch))) if page.pitch else FEW
    return found(
        page.place,
        lines=page.lines,
        percent=round(100 * full),
        height=page.height,
        whole=page.whole,
        more=lines,
        characters=round(lines * book.characters, -1),
        **more,
    )
