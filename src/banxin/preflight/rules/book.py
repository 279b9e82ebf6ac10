"""The book: contents, running heads, figures, imprint and photographs say the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.book import Book
from banxin.preflight.registry import Finding, Limits, found, rule

EDITORS: Final = "编辑清样核对"
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN: Final = re.compile(r"[a-z]", re.IGNORECASE)
_FIGURE: Final = re.compile(r"^图\s*(\d+)")
_DATE_FIELDS: Final = (
    "日期",
    "出版时间",
    "印刷时间",
    "印制时间",
    "编印时间",
    "出版日期",
    "印刷日期",
    "编印日期",
)


# What no contents list; their words may well stand on the same page as running text.
UNLISTED: Final = frozenset({"cover", "inner", "title", "imprint", "back"})


@rule("book/contents", severity=Severity.ERROR, source=EDITORS, judges="book")
def contents(book: Book, limits: Limits) -> Iterator[Finding]:
    """The contents name each heading as it is written, and the page on which it stands."""
    del limits
    listing = next((h for h in book.headings if h.template == "contents" and h.page), None)
    if listing is None or not book.pages:
        return
    overleaf = min((h.page for h in book.headings if h.page > listing.page), default=0)
    # As it stands: without its spaces a page number would run into what follows it.
    pages = book.lines or book.pages
    spread = slice(listing.page - 1, max(overleaf - 1, listing.page))
    text = "\n".join(pages[spread])
    labels = (*book.labels[spread], *[""] * len(pages))
    bare = "\n".join(map(_without_folio, pages[spread], labels))
    elsewhere = (h for h in book.headings if h.page and h.page != listing.page)
    named = [h for h in elsewhere if _bare(h.title) and h.template not in UNLISTED]
    spelled = {h.title: r"\s*".join(map(re.escape, _bare(h.title))) for h in named}
    at = sorted((_found(spelled[h.title], text), i) for i, h in enumerate(named))
    listed = [(start, named[i]) for start, i in at if start >= 0]
    for index, (start, heading) in enumerate(listed):
        before = listed[index - 1][0] if index else 0
        after = listed[index + 1][0] if index + 1 < len(listed) else len(text)
        around = text[before:after]
        label = re.escape(heading.label)
        # A title may itself end in a figure, which its page number then follows without a space.
        entry = re.compile(rf"{spelled[heading.title]}\s*{label}(?!\d)")
        follows = entry.search(text) or entry.search(bare)
        if label and not follows and not re.search(rf"(?<!\d){label}(?!\d)", around):
            yield found(
                Place(heading.place.file, heading.place.line, heading.place.column, listing.page),
                title=heading.title,
                label=heading.label,
                start=start,
            )


def _without_folio(page: str, folio: str) -> str:
    """*page* without its own number at its foot, where it may follow on the last entry's: 56|6."""
    return page.rstrip().removesuffix(folio) if folio.isdigit() else page


@rule("book/running-head", severity=Severity.ERROR, source=EDITORS, judges="book")
def running_head(book: Book, limits: Limits) -> Iterator[Finding]:
    """A running head names the chapter that it stands over, as the chapter is headed."""
    del limits
    titles = {_bare(h.title): h for h in book.headings if h.title and h.page}
    for page, head in enumerate(book.heads, 1):
        words = re.sub(r"^\d+|\d+$", "", head)
        heading = titles.get(words)
        if heading is None or heading.page <= page:
            continue
        over = [h for h in book.headings if h.page and h.page <= page]
        if over:
            yield found(Place(page=page), head=words, title=over[-1].title)


@rule("book/figure-numbers", severity=Severity.WARNING, source=EDITORS, judges="book")
def figure_numbers(book: Book, limits: Limits) -> Iterator[Finding]:
    """Figures that are numbered run on: 图1, 图2, 图3."""
    del limits
    wanted = 1
    for caption, place in book.captions:
        match = _FIGURE.match(caption)
        if match is None:
            continue
        if int(match[1]) != wanted:
            yield found(place, have=match[0], wanted=f"图{wanted}")
        wanted = int(match[1]) + 1


@rule("book/title-differs", severity=Severity.WARNING, source=EDITORS, judges="book")
def title_differs(book: Book, limits: Limits) -> Iterator[Finding]:
    """Cover, title page and imprint name the book as edition.toml does.

    One of them may say more of it or less, or say it in another script.
    """
    del limits
    for where, title, place in book.covers:
        if where in {"cover", "title"} and _is_other(title, book):
            yield found(place, have=title, wanted=book.title)
    for key, value, place in book.particulars:
        if key in {"书名", "刊名", "名称"} and _bare(book.title) not in _bare(
            value.replace("|", "")
        ):
            yield found(place, have=value, wanted=book.title)


@rule("book/date-differs", severity=Severity.WARNING, source=EDITORS, judges="book")
def date_differs(book: Book, limits: Limits) -> Iterator[Finding]:
    """The imprint's date is that of edition.toml."""
    del limits
    for key, value, place in book.particulars:
        year = re.search(r"(\d{4})年(?:(\d{1,2})月)?", value)
        if key not in _DATE_FIELDS or year is None:
            continue
        month = int(year[2]) if year[2] else book.date.month
        if (int(year[1]), month) != (book.date.year, book.date.month):
            yield found(place, have=value, wanted=f"{book.date.year}年{book.date.month}月")


@rule("book/imprint-twice", severity=Severity.WARNING, source=EDITORS, judges="book")
def imprint_twice(book: Book, limits: Limits) -> Iterator[Finding]:
    """Masthead and imprint do not name two publishers, printers or editors for one office."""
    del limits
    told: dict[str, str] = {}
    for key, value, place in book.particulars:
        first = told.setdefault(key, value)
        if first != value:
            yield found(place, key=key, one=first, other=value)


@rule("imprint/lacks", severity=Severity.ERROR, source="imprint.toml of the title", judges="book")
def imprint_lacks(book: Book, limits: Limits) -> Iterator[Finding]:
    """The imprint has every line that this kind of publication needs."""
    del limits
    values = {key: (value, place) for key, value, place in book.particulars}
    for needed in book.required:
        value, place = values.get(needed.field, ("", Place(book.edition_file)))
        if not value:
            yield found(place, field=needed.field, because=needed.because)


@rule(
    "imprint/malformed", severity=Severity.ERROR, source="imprint.toml of the title", judges="book"
)
def imprint_malformed(book: Book, limits: Limits) -> Iterator[Finding]:
    """What the imprint says has the form that its kind asks for, as a permit number has."""
    del limits
    values = {key: (value, place) for key, value, place in book.particulars}
    for needed in book.required:
        value, place = values.get(needed.field, ("", Place()))
        if value and not needed.accepts(value):
            yield found(place, field=needed.field, have=value, because=needed.because)


@rule(
    "photo/ledger",
    severity=Severity.WARNING,
    source="photos.toml: 来源、许可、肖像同意",
    judges="book",
)
def ledger(book: Book, limits: Limits) -> Iterator[Finding]:
    """For every photograph it is written down where it is from, by what right, and who agreed."""
    del limits
    for photograph in book.photographs:
        if photograph.lacking:
            lacking = ", ".join(photograph.lacking)
            yield found(photograph.place, file=photograph.file, lacking=lacking)


@rule("photo/unused", severity=Severity.NOTE, source="practice", judges="book")
def unused(book: Book, limits: Limits) -> Iterator[Finding]:
    """A photograph lies in the folder and stands nowhere in the book: forgotten, or left out."""
    del limits
    for file in book.unused:
        yield found(Place(file), file=file)


def _is_other(title: str, book: Book) -> bool:
    one, wanted = _bare(title).casefold(), _bare(book.title).casefold()
    parts = [_bare(part).casefold() for part in book.title_parts]
    same = one in wanted or wanted in one or any(len(p) > 1 and p in one for p in parts)
    in_han = bool(_HAN.search(one)), bool(_HAN.search(wanted))
    in_latin = bool(_LATIN.search(one)), bool(_LATIN.search(wanted))
    compares = all(in_han) or all(in_latin) or not (any(in_han) and any(in_latin))
    return not same and compares


def _found(pattern: str, text: str) -> int:
    match = re.search(pattern, text)
    return match.start() if match else -1


def _bare(text: str) -> str:
    return "".join(text.split()).replace("|", "")
