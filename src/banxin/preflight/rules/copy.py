"""Copy: the marks of Chinese, as GB/T 15834 sets them, found in the manuscript with their fix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from typing import Any, Final

import opencc

from banxin.diagnostics import Place, Severity
from banxin.preflight.book import HIDDEN, Book, WrittenParagraph
from banxin.preflight.marks import READINGS
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.visible import hidden, named

GBT: Final = "GB/T 15834-2011"
OPENING: Final = "“‘（《〈【「『"
CLOSING: Final = "”’）》〉】」』"
BLANK: Final = HIDDEN + " \t\n\u3000"
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")
AROUND: Final = 6  # characters shown on each side of a fault


@rule("copy/half-width", severity=Severity.WARNING, source=f"{GBT} 5.1", judges="book")
def half_width(book: Book, limits: Limits) -> Iterator[Finding]:
    """Marks beside Chinese characters are Chinese marks, a full em wide."""
    del limits
    yield from _read("copy/half-width", book)


@rule("copy/straight-quotes", severity=Severity.WARNING, source=f"{GBT} 4.8", judges="book")
def straight_quotes(book: Book, limits: Limits) -> Iterator[Finding]:
    """Quotation marks have a beginning and an end: “ ”, not the typewriter's."""
    del limits
    yield from _read("copy/straight-quotes", book)


@rule("copy/dash", severity=Severity.WARNING, source=f"{GBT} 4.10, 4.13", judges="book")
def dash(book: Book, limits: Limits) -> Iterator[Finding]:
    """A dash is ——; — joins places and times, ～ numbers; hyphens stand in compounds and codes."""
    del limits
    yield from _read("copy/dash", book)


@rule("copy/ellipsis", severity=Severity.WARNING, source=f"{GBT} 4.11", judges="book")
def ellipsis(book: Book, limits: Limits) -> Iterator[Finding]:
    """The Chinese ellipsis is six dots, ……, and neither three nor full stops."""
    del limits
    yield from _read("copy/ellipsis", book)


@rule("copy/doubled-mark", severity=Severity.WARNING, source=f"{GBT} 5.1", judges="book")
def doubled_mark(book: Book, limits: Limits) -> Iterator[Finding]:
    """Two commas or stops in a row: one was left over from a correction."""
    del limits
    yield from _read("copy/doubled-mark", book)


@rule("copy/space", severity=Severity.WARNING, source="CLREQ 3.2.1", judges="book")
def space(book: Book, limits: Limits) -> Iterator[Finding]:
    """No spaces between Chinese characters: the page makes all the room there is to be.

    A title and a slogan in quotes may hold one: it stands for the mark that both leave out.
    """
    del limits
    yield from _read("copy/space", book)


@rule("copy/full-width-letters", severity=Severity.WARNING, source="CLREQ 3.2", judges="book")
def full_width_letters(book: Book, limits: Limits) -> Iterator[Finding]:
    """Digits and Latin letters are the ordinary ones, which have their own widths and shapes."""
    del limits
    yield from _read("copy/full-width-letters", book)


@rule("copy/compatibility", severity=Severity.WARNING, source="UAX #15, UAX #38", judges="book")
def compatibility(book: Book, limits: Limits) -> Iterator[Finding]:
    """Of a character that Unicode has twice, the usual one: fonts and searches know no other."""
    del limits
    yield from _read("copy/compatibility", book)


@rule("copy/decomposed", severity=Severity.WARNING, source="UAX #15", judges="book")
def decomposed(book: Book, limits: Limits) -> Iterator[Finding]:
    """A letter and its accent are one character (NFC), as searches and fonts expect."""
    del limits
    yield from _read("copy/decomposed", book)


@rule("copy/unbalanced", severity=Severity.WARNING, source=f"{GBT} 4.8, 4.9", judges="book")
def unbalanced(book: Book, limits: Limits) -> Iterator[Finding]:
    """What is opened is closed, in the same paragraph and in order: quotes, brackets, titles."""
    del limits
    for paragraph, after in zip_longest(book.paragraphs, book.paragraphs[1:]):
        fault = _first_unbalanced(_unnumbered(paragraph.text))
        if fault is None or _goes_on(paragraph, after, fault[0]):
            continue
        offset, wanted = fault
        match = re.compile(".").match(paragraph.text, offset)
        assert match is not None
        yield _told(paragraph, match, wanted)


_NUMBER_OF_ITEM: Final = re.compile(
    r"^[ \t\u3000\0]*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])）", re.MULTILINE
)


def _unnumbered(text: str) -> str:
    """*text* without numbers of items such as `1）`, each character where it was."""
    return _NUMBER_OF_ITEM.sub(lambda number: HIDDEN * len(number[0]), text)


def _goes_on(paragraph: WrittenParagraph, after: WrittenParagraph | None, offset: int) -> bool:
    """Whether a quotation of several paragraphs is only closed in its last (4.8.3.4)."""
    opens = paragraph.text.lstrip(BLANK)[:1] in {"“", "「"}
    first = not paragraph.text[:offset].strip(BLANK)
    follows = after is not None and after.file == paragraph.file and not after.of_front
    return bool(opens and first and follows and after and after.text.lstrip(BLANK)[:1] in "“「")


def _first_unbalanced(text: str) -> tuple[int, str] | None:
    """Where the first mark stands that has no other, and what is missing."""
    open_marks: list[tuple[int, str]] = []
    for offset, character in enumerate(text):
        if character in OPENING:
            wanted = CLOSING[OPENING.index(character)]
            if open_marks and open_marks[-1][1] == wanted and character in "“‘":
                return offset, wanted
            open_marks.append((offset, wanted))
        elif character in CLOSING:
            apostrophe = character == "’" and offset and text[offset - 1].isascii()
            if apostrophe and not (open_marks and open_marks[-1][1] == "’"):
                continue
            if not open_marks or open_marks[-1][1] != character:
                if open_marks:
                    return open_marks[-1]
                return offset, OPENING[CLOSING.index(character)]
            open_marks.pop()
    return open_marks[0] if open_marks else None


# But 目的的, 的的确, 为了了解, 现在在, 于是是, 参与与, 因为为 are words that meet.
_TWICE: Final = re.compile(
    r"(?<![目标])的的+(?!确)|了了+(?![解结却然事])|(?<![现正存实内外所])在在+"
    r"|(?<![于还但只可就要总都凡若])是是+|(?<![饱温暖柔平谐总共])和和+|(?<![参给赋])与与+"
    r"|(?<![因作成认以行])为为+"
)


@rule("copy/repeated", severity=Severity.WARNING, source="practice", judges="book")
def repeated(book: Book, limits: Limits) -> Iterator[Finding]:
    """A particle stands twice in a row: one was left over from a correction."""
    del limits
    for paragraph in book.paragraphs:
        for match in _TWICE.finditer(paragraph.text):
            doubled = re.compile(r"(.)\1(.)\2").match(paragraph.text, match.start())
            if not doubled:  # 的的确确, 是是非非
                yield _told(paragraph, match, match[0][0])


@rule("copy/hidden-character", severity=Severity.WARNING, source="UAX #9, UTR #36", judges="book")
def hidden_character(book: Book, limits: Limits) -> Iterator[Finding]:
    """No character that cannot be seen, or that turns the text after it around, came in unasked.

    Soft hyphens and word joiners are written on purpose; joiners in emoji and in scripts that need
    them, and marks of direction beside Hebrew or Arabic, are right.
    """
    del limits
    for file, text in book.raw:
        for number, line in enumerate(text.split("\n"), 1):
            there = list(hidden(_unescaped(line) if file == book.edition_file else line))
            if there:
                names = ", ".join(dict.fromkeys(named(character) for _, character in there))
                place = Place(file, number, there[0][0] + 1)
                yield found(place, names=names, count=len(there))


def _unescaped(line: str) -> str:
    """A line of TOML with the characters that it names by number, where they are."""
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), line)


@rule("copy/mixed-script", severity=Severity.WARNING, source="通用规范汉字表 (2013)", judges="book")
def mixed_script(book: Book, limits: Limits) -> Iterator[Finding]:
    """Simplified and traditional characters are not mixed; names may be, and then are right.

    A simplified form that few have ever seen, as 𬱖 is of 頔, is asked of nobody.
    """
    del limits
    if not book.lang.lower().startswith("zh"):
        return
    traditional = any(part in book.lang for part in ("Hant", "TW", "HK", "MO"))
    for paragraph in book.paragraphs:
        other = _converted(paragraph.text, traditional=traditional)
        pairs = zip(paragraph.text, other, strict=False)
        differs = "".join(
            "x"
            if have != wanted
            and _is_foreign(have, traditional=traditional)
            and (traditional or not _is_foreign(wanted, traditional=False))
            else "-"
            for have, wanted in pairs
        )
        for word in re.finditer("x+", differs):
            match = re.compile(".+").match(paragraph.text, word.start(), word.end())
            assert match is not None
            yield _told(paragraph, match, other[word.start() : word.end()])


def _converted(text: str, *, traditional: bool) -> str:
    converted = str(_converter("s2t" if traditional else "t2s").convert(text))
    return converted if len(converted) == len(text) else text


@cache
def _converter(direction: str) -> Any:
    return opencc.OpenCC(direction)


def _is_foreign(character: str, *, traditional: bool) -> bool:
    """Whether the other script has it and this one has not: 后 and 里 are in both."""
    try:
        character.encode("big5" if traditional else "gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _read(code: str, book: Book) -> Iterator[Finding]:
    """What the table of marks has of *code*, with what is to be written."""
    for paragraph in book.paragraphs:
        for mend in READINGS[code](paragraph):
            yield _found(paragraph, mend.start, mend.end, mend.put)


def _told(paragraph: WrittenParagraph, match: re.Match[str], fix: str) -> Finding:
    return _found(paragraph, *match.span(), fix)


def _found(paragraph: WrittenParagraph, start: int, end: int, fix: str) -> Finding:
    text = paragraph.text
    have = text[start:end]
    before = text[max(0, start - AROUND) : start].split("\n")[-1]
    after = text[end : end + AROUND].split("\n")[0]
    around = f"{before}{have}{after}".replace(HIDDEN, "")
    return found(paragraph.place(start), have=have, fix=fix, around=around)
