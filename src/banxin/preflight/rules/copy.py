"""Copy: the marks of Chinese, as GB/T 15834 sets them, found in the manuscript with their fix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import opencc

from banxin.diagnostics import Severity
from banxin.preflight.book import HIDDEN, Book, Paragraph
from banxin.preflight.registry import Finding, Limits, found, rule

GBT: Final = "GB/T 15834-2011"
HAN: Final = r"\u3400-\u9fff\U00020000-\U0003ffff"
FULL: Final = {
    ",": "，",
    ";": "；",
    ":": "：",
    "!": "！",
    "?": "？",
    ".": "。",
    "(": "（",
    ")": "）",
}
OPENING: Final = "“‘（《〈【「『"
CLOSING: Final = "”’）》〉】」』"
AROUND: Final = 6  # characters shown on each side of a fault


@rule("copy/half-width", severity=Severity.WARNING, source=f"{GBT} 5.1", judges="book")
def half_width(book: Book, limits: Limits) -> Iterator[Finding]:
    """Marks beside Chinese characters are Chinese marks, a full em wide."""
    del limits
    pattern = re.compile(
        rf"(?<=[{HAN}”’）》〉】」』])[,;:!?](?![,;:!?])|[,;!?](?=[{HAN}“‘（《])"
        rf"|(?<=[{HAN}”’）》])\.(?=$|[{HAN}\s”’）])|(?<=[{HAN}])\((?=[^()]*\))"
        rf"|(?<=[{HAN}])\)|\((?=[{HAN}])",
        re.MULTILINE,
    )
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            yield _told(paragraph, match, FULL[match[0]])


@rule("copy/straight-quotes", severity=Severity.WARNING, source=f"{GBT} 4.8", judges="book")
def straight_quotes(book: Book, limits: Limits) -> Iterator[Finding]:
    """Quotation marks have a beginning and an end: “ ”, not the typewriter's."""
    del limits
    pattern = re.compile(rf"(?<=[{HAN}，。：、！？])[\"']|[\"'](?=[{HAN}])")
    for paragraph in book.paragraphs:
        for count, match in enumerate(pattern.finditer(paragraph.text)):
            pair = "“”" if match[0] == '"' else "‘’"
            yield _told(paragraph, match, pair[count % 2])


@rule("copy/dash", severity=Severity.WARNING, source=f"{GBT} 4.10", judges="book")
def dash(book: Book, limits: Limits) -> Iterator[Finding]:
    """The Chinese dash is two em dashes, ——, and neither one nor hyphens."""
    del limits
    marks = rf"[{HAN}，。！？”’》）]"
    pattern = re.compile(
        rf"(?<={marks})(?:-{{2,}}|[－―–]+|(?<!—)—(?!—))|(?:-{{2,}}|(?<!—)—(?!—))(?=[{HAN}“《])"
    )
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            yield _told(paragraph, match, "——")


@rule("copy/ellipsis", severity=Severity.WARNING, source=f"{GBT} 4.11", judges="book")
def ellipsis(book: Book, limits: Limits) -> Iterator[Finding]:
    """The Chinese ellipsis is six dots, ……, and neither three nor full stops."""
    del limits
    pattern = re.compile(rf"(?<=[{HAN}，、”’》）])(?:\.{{3,}}|…(?!…))(?<!……)|。{{2,}}|·{{3,}}")
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            yield _told(paragraph, match, "……")


@rule("copy/doubled-mark", severity=Severity.WARNING, source=f"{GBT} 5.1", judges="book")
def doubled_mark(book: Book, limits: Limits) -> Iterator[Finding]:
    """Two commas or stops in a row: one was left over from a correction."""
    del limits
    pattern = re.compile(r"[，、；：][，。、；：！？]+|。[，、；：！？]+")
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            yield _told(paragraph, match, match[0][-1])


@rule("copy/space", severity=Severity.WARNING, source="CLREQ 3.2.1", judges="book")
def space(book: Book, limits: Limits) -> Iterator[Finding]:
    """No spaces between Chinese characters: the page makes all the room there is to be.

    A title and a slogan in quotes may hold one: it stands for the mark that both leave out.
    """
    del limits
    pattern = re.compile(rf"(?<=[{HAN}，。、；：！？“”])[ \t]+(?=[{HAN}，。、；：！？“”])")
    for paragraph in book.paragraphs:
        meant = [m.span() for m in re.finditer(rf"“[{HAN} ]+”", paragraph.text)]
        for match in pattern.finditer(paragraph.text):
            slogan = any(start < match.start() < end for start, end in meant)
            if not slogan and not paragraph.of_front:
                yield _told(paragraph, match, "")


@rule("copy/full-width-letters", severity=Severity.WARNING, source="CLREQ 3.2", judges="book")
def full_width_letters(book: Book, limits: Limits) -> Iterator[Finding]:
    """Digits and Latin letters are the ordinary ones, which have their own widths and shapes."""
    del limits
    for paragraph in book.paragraphs:
        for match in re.finditer(r"[０-９Ａ-Ｚａ-ｚ]+", paragraph.text):
            plain = "".join(chr(ord(character) - 0xFEE0) for character in match[0])
            yield _told(paragraph, match, plain)


@rule("copy/unbalanced", severity=Severity.WARNING, source=f"{GBT} 4.8, 4.9", judges="book")
def unbalanced(book: Book, limits: Limits) -> Iterator[Finding]:
    """What is opened is closed, in the same paragraph and in order: quotes, brackets, titles."""
    del limits
    for paragraph in book.paragraphs:
        fault = _first_unbalanced(paragraph.text)
        if fault is None:
            continue
        offset, wanted = fault
        match = re.compile(".").match(paragraph.text, offset)
        assert match is not None
        yield _told(paragraph, match, wanted)


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


@rule("copy/repeated", severity=Severity.WARNING, source="practice", judges="book")
def repeated(book: Book, limits: Limits) -> Iterator[Finding]:
    """A particle stands twice in a row: one was left over from a correction."""
    del limits
    for paragraph in book.paragraphs:
        for match in re.finditer(
            r"的的+|了了+|在在+|是是+|和和+|与与+|为为+|地地+", paragraph.text
        ):
            if match[0] != "地地":
                yield _told(paragraph, match, match[0][0])


@rule("copy/mixed-script", severity=Severity.WARNING, source="通用规范汉字表 (2013)", judges="book")
def mixed_script(book: Book, limits: Limits) -> Iterator[Finding]:
    """Simplified and traditional characters are not mixed; names may be, and then are right."""
    del limits
    if not book.lang.lower().startswith("zh"):
        return
    traditional = any(part in book.lang for part in ("Hant", "TW", "HK", "MO"))
    for paragraph in book.paragraphs:
        other = _converted(paragraph.text, traditional=traditional)
        for offset, (have, wanted) in enumerate(zip(paragraph.text, other, strict=False)):
            if have != wanted and _is_foreign(have, traditional=traditional):
                match = re.compile(".").match(paragraph.text, offset)
                assert match is not None
                yield _told(paragraph, match, wanted)


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


def _told(paragraph: Paragraph, match: re.Match[str], fix: str) -> Finding:
    start, end = match.span()
    text = paragraph.text
    before = text[max(0, start - AROUND) : start].split("\n")[-1]
    after = text[end : end + AROUND].split("\n")[0]
    around = f"{before}{match[0]}{after}".replace(HIDDEN, "")
    return found(paragraph.place(start), have=match[0], fix=fix, around=around)
