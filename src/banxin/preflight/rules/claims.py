"""Claims: dates that exist, true weekdays, anniversaries that add up, names spelt one way."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product
from typing import Final

from banxin.diagnostics import Severity
from banxin.preflight.book import Book, Named, WrittenParagraph
from banxin.preflight.registry import Finding, Limits, found, rule

WEEKDAYS: Final = "一二三四五六日"
DIGITS: Final = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
FOUNDED: Final = (
    "建校|建厂|建院|建馆|建社|建所|建站|建市|建县|建区|建会|建企|建司|成立|创办|创建|创立|创刊|始建"
)
_NUMBER: Final = r"[0-9０-９]+|[〇零一二两三四五六七八九十百]+"
_DATE: Final = re.compile(
    r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:[（(，,]?\s*(?:星期|周|礼拜)([一二三四五六日天]))?"
)
_FOUNDING: Final = re.compile(
    rf"(?P<y1>[12]\d{{3}})年[^。；！？\n\d]{{0,12}}?(?P<v1>{FOUNDED})"
    rf"|(?P<v2>{FOUNDED})(?:于|的时间是|时间为|时间：|时间是)?(?P<y2>[12]\d{{3}})年"
)
_JUBILEE: Final = re.compile(rf"(?:(?P<verb>{FOUNDED}))?(?P<count>{_NUMBER})周年")


@rule("date/impossible", severity=Severity.ERROR, source="the calendar", judges="book")
def impossible(book: Book, limits: Limits) -> Iterator[Finding]:
    """A date exists: no 30 February, no 31 April."""
    del limits
    for paragraph, match in _matches(book, _DATE):
        if _date(match) is None:
            yield found(paragraph.place(match.start()), have=match[0])


@rule("date/weekday", severity=Severity.ERROR, source="the calendar", judges="book")
def weekday(book: Book, limits: Limits) -> Iterator[Finding]:
    """The weekday beside a date is that day's."""
    del limits
    for paragraph, match in _matches(book, _DATE):
        date, said = _date(match), (match[4] or "").replace("天", "日")
        if date is not None and said and WEEKDAYS[date.weekday()] != said:
            true = f"星期{WEEKDAYS[date.weekday()]}"
            yield found(paragraph.place(match.start()), have=match[0], true=true)


@rule("date/anniversary", severity=Severity.WARNING, source="arithmetic", judges="book")
def anniversary(book: Book, limits: Limits) -> Iterator[Finding]:
    """An anniversary is as many years after the founding as the book says."""
    del limits
    foundings = [
        (match["v1"] or match["v2"], int(match["y1"] or match["y2"]))
        for _, match in _matches(book, _FOUNDING)
    ]
    for paragraph, match in _matches(book, _JUBILEE):
        verb, count = match["verb"], number(match["count"])
        same = {year for word, year in foundings if verb and _kin(word) == _kin(verb)}
        if not count or len(same) != 1:
            continue
        (year,) = same
        if year + count != book.date.year:
            yield found(
                paragraph.place(match.start()),
                have=match[0],
                founded=year,
                year=book.date.year,
                true=book.date.year - year,
            )


def _kin(verb: str) -> str:
    """Founding verbs that mean one founding: of a school, or of anything."""
    return "建" if verb.startswith(("建", "始建", "创", "成立")) else verb


def number(text: str) -> int:
    """An Arabic or a Chinese number up to 999; 0 where it is none."""
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            return 0
    return total + digit


def _date(match: re.Match[str]) -> datetime.date | None:
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


# --- names ----------------------------------------------------------------------------------


@rule("person/two-spellings", severity=Severity.WARNING, source="practice", judges="book")
def two_spellings(book: Book, limits: Limits) -> Iterator[Finding]:
    """A name of a list, a byline or a credit is spelt the same in the text: 晓明 is not 小明."""
    del limits
    known: dict[str, Named] = {}
    for named in book.people:
        if 3 <= len(named.name) <= 4:
            known.setdefault(named.name, named)
    torn: dict[tuple[str, str], list[str]] = {}  # before and after one character → names
    for name in known:
        for missing in range(len(name)):
            torn.setdefault((name[:missing], name[missing + 1 :]), []).append(name)
    for alike in torn.values():
        for one, other in combinations(alike, 2):  # as they are met: the later is asked about
            if _sounds_alike(one, other):
                yield found(known[other].place, have=other, other=one)
    for paragraph in book.paragraphs if known else ():
        yield from _misspelt(paragraph, torn, known)


def _misspelt(
    paragraph: WrittenParagraph,
    torn: Mapping[tuple[str, str], list[str]],
    known: Mapping[str, Named],
) -> Iterator[Finding]:
    """Places where all of a name stands but for one character of the same sound.

    Each place is looked at once, however many names there are: a list may have thousands.
    """
    text = paragraph.text
    for length, start in product((3, 4), range(len(text))):
        have = text[start : start + length]
        if len(have) < length or have in known:
            continue
        for missing, character in enumerate(have):
            if not "\u3400" <= character <= "\u9fff":
                continue
            for name in torn.get((have[:missing], have[missing + 1 :]), ()):
                if _sound(character) == _sound(name[missing]):
                    yield found(paragraph.place(start), have=have, other=name)


def _sounds_alike(one: str, other: str) -> bool:
    """Of names that are the same but for one character, whether that has the same sound."""
    return all(_sound(a) == _sound(b) for a, b in zip(one, other, strict=True) if a != b)


@cache
def _sound(character: str) -> str:
    from pypinyin import lazy_pinyin  # its dictionary takes 0.2 s to load, and few titles ask

    return str(lazy_pinyin(character)[0])


def _matches(
    book: Book, pattern: re.Pattern[str]
) -> Iterator[tuple[WrittenParagraph, re.Match[str]]]:
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            yield paragraph, match
