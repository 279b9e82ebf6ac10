"""Classes of characters, and what belongs together.

Sources: CLREQ (Requirements for Chinese Text Layout) § 3.1 "Punctuation marks", § 3.1.3
"Prohibition rules for line start and line end", § 3.2 "Mixed text composition"; GB/T 15834-2011.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final
from unicodedata import east_asian_width

# Pause and stop marks, closing and opening marks: an em wide, half of it ink.
STOPS: Final = frozenset("，。、；：！？．")
CLOSING: Final = frozenset("）》〉」』】〕〗］｝〙〛”’")
OPENING: Final = frozenset("（《〈「『【〔〖［｛〘〚“‘")
TRAILING: Final = STOPS | CLOSING
MARKS: Final = TRAILING | OPENING
QUOTES: Final = re.compile("[‘’“”]")  # one code in Chinese and in Western text
INTERPUNCT: Final = "·"
INTERPUNCTS: Final = frozenset("·•‧・")
HALF_WIDE: Final = INTERPUNCTS | frozenset("/-")
DASHES: Final = frozenset("—⸺…⋯")
CONNECTORS: Final = frozenset("－–—～〜-/／")
RIGID: Final = CONNECTORS - DASHES  # beside these nothing is stretched
SOLIDI: Final = frozenset("/／")
# Western marks that belong to the character before them, or after, whatever that is.
WESTERN_TRAILING: Final = frozenset(",.:;!?)]}»›")
WESTERN_OPENING: Final = frozenset("([{«‹")
# After which an address is parted that is longer than its line.
OF_ADDRESSES: Final = frozenset("/._-=&?#@")
# Spaces that have no room at a line's end (CSS Text 3 § 4.1.2), U+3000 too.
HANGING_SPACES: Final = frozenset(
    " \n\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
)
# What hangs by `hanging-punctuation: allow-end` (CSS Text 3 § 8.2.1, "stops and commas").
HANGING: Final = frozenset(",.،۔、。，．﹐﹑﹒｡､")

# May not begin a line, by `line-break` (CSS Text 3 § 5.3 names the sets of the laxer levels).
# GB/T 15834-2011 § 5.1.6, 5.1.7, 5.1.9: connectors, interpuncts, solidi.
STRICT: Final = TRAILING | INTERPUNCTS | frozenset("～〜–－-/／%％‰℃°々〻ー")
LEVELS: Final = {
    "strict": STRICT,
    "auto": STRICT,
    "normal": STRICT - frozenset("～〜–－-"),
    "loose": STRICT - INTERPUNCTS - frozenset("～〜–－-：；！？%％‰℃°々〻ー"),
    "anywhere": frozenset[str](),
}

# Letters and digits, with what belongs to them: accents, ² and ½, units, signs of currencies; and
# those of all scripts that are written in words, to Tibetan, Mongolian and the forms of Arabic.
_LATIN: Final = re.compile(
    r"[A-Za-z0-9\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af"
    r"\u0300-\u109f\u1800-\u18af\u1e00-\u1fff\u2070-\u209f\u2150-\u215f\u2189"
    r"\ufb00-\ufdff\ufe70-\ufefc%‰℃℉°$£€¥]"
)
# An ideograph, which needs no second look; everything else does.
NOT_IDEOGRAPH: Final = re.compile("[^\u4e00-\u9fff\u3400-\u4dbf]")
CHINESE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
UNASSIGNED_OBJECT: Final = "\ufffc"
# Stands for a box that holds Han characters, as ruby does: it breaks and spaces like them.
HAN_OBJECT: Final = "\u3402"

# A space that keeps a number and its unit together, as many write it: also narrow, also fixed.
_SPACE = "[ \u00a0\u2009\u200a\u202f]?"
_NUMBER = r"[-−+±]?\d[\d,.:]*(?:[—–～~-]\d[\d,.:]*)?"


def _units() -> tuple[str, str]:
    """What numbers count, as two patterns: in Chinese, and in symbols."""
    text = resources.files(__package__).joinpath("units.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    rows.sort(key=lambda row: -len(row[0]))  # of 平方米 and 平, the longer
    symbols = {unit for unit, kind, _ in rows if kind == "symbol"}
    chinese = "|".join(re.escape(unit) for unit, _, _ in rows if unit not in symbols)
    return chinese, "|".join(re.escape(unit) for unit, _, _ in rows if unit in symbols)


UNITS, SYMBOLS = _units()
# Of 3千人, and not of 3千克.
_LARGE = f"(?:(?!(?:{'|'.join(re.findall('[十百千万亿兆][^|]*', UNITS))}))[十百千万亿兆])"
_MAGNITUDE = f"[多余来几]?{_LARGE}{{0,3}}[多余来几]?"
# A number with what it counts; a date; 第3届; ¥ 100; 20—30; 35 km.
_TOGETHER: Final = re.compile(
    rf"\d+{_SPACE}年{_SPACE}\d{{1,2}}{_SPACE}月(?:{_SPACE}\d{{1,2}}{_SPACE}[日号])?"
    rf"|\d{{1,2}}{_SPACE}月{_SPACE}\d{{1,2}}{_SPACE}[日号]"
    rf"|(?:第{_SPACE}|No\.{_SPACE}|(?:US|HK|NT)?[$£€¥￥]{_SPACE}|[约近逾超])?(?P<number>{_NUMBER})"
    rf"(?:{_SPACE}(?:{SYMBOLS})(?![A-Za-z])|{_SPACE}(?P<magnitude>{_MAGNITUDE})(?P<unit>{UNITS})"
    rf"|{_SPACE}(?P<large>[十百千万亿兆]+[多余]?|[多余]))?"
)
# Short names among several: the first before 、, the next after it, one after 与.
_HAN: Final = "[\u4e00-\u9fff]"
_NO_HAN: Final = "[^\u4e00-\u9fff]"
_FIRST_NAME: Final = re.compile(rf"(?:^|{_NO_HAN})({_HAN}{{2,3}})$")
_NEXT_NAME: Final = re.compile(rf"({_HAN}{{2,3}})([与和及]|(?=[、，。；：！？）（“”《》等]))")
# Names with ·, as far as it can be told where they begin and end.
_FOREIGN: Final = re.compile(
    rf"(?:(?:^|(?<={_NO_HAN})|(?<=[与和及])){_HAN}{{1,5}}|{_HAN})·"
    rf"(?:{_HAN}{{1,5}}(?=[与和及的]|{_NO_HAN}|$)|{_HAN})"
)
LONGEST_TOGETHER: Final = 22
_SIGNS: Final = frozenset("%‰％℃℉°")
# What a line's end would part: digits, or a sign and its digits; a number and what it counts;
# a day and its month; a number and 年, 月 or 日; 1905— and 1926 (a connector may end a line); 立方
# and 米, which no standard forbids.
INSIDE, UNIT, DATE, CALENDAR, RANGE, MEASURE = 0, 1, 2, 3, 4, 5


# Of the marks that are narrow in one script and wide in the other (UAX 11, "Ambiguous"), those that
# stay with the letters and figures beside them.
_OF_LETTERS: Final = frozenset("‐‒–†‡′″‹›™⁄−")
WESTERN_MARKS: Final = " Western"  # ends the name of the face that has a Latin face's own “ ” — …


@cache
def is_full_width(character: str) -> bool:
    """Whether Chinese text sets it an em wide: marks and signs, and all that is written in Han.

    UAX 11 calls such characters wide or ambiguous; letters, figures and their units are none.
    """
    if character == INTERPUNCT:
        return True
    wide = east_asian_width(character)
    if wide in {"W", "F"}:
        return True
    narrow = character < "\u2000" or character in _OF_LETTERS or is_latin(character)
    return wide == "A" and not narrow


def is_han(character: str) -> bool:
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\u3040" <= character <= "\u30ff"
        or character == "〇"
        or character == "々"
        or character >= "\U00020000"
    )


def is_latin(character: str) -> bool:
    """Western letters and digits, and what is set with them."""
    return _LATIN.match(character) is not None


def kept_together(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of numbers with their units, and of dates."""
    yield from (match.span() for match in _numbers(text))


def joints(text: str) -> Iterator[tuple[int, int]]:
    """Places inside numbers with their units, and dates: index, and what would be parted there."""
    for match in _numbers(text):
        parts = dict.fromkeys(range(match.start() + 1, match.end()), INSIDE)
        if match["number"] is None:
            for i in parts:
                if text[i] in "年月日号":
                    parts[i] = CALENDAR
                elif text[match.start() : i].rstrip()[-1] in "年月" and text[i].isdigit():
                    parts[i] = DATE
        else:
            for i in parts:
                if text[i - 1] in "—–～":
                    parts[i] = RANGE
            for name in ("magnitude", "unit", "large"):
                if match[name] and match[name][0] not in _SIGNS:
                    calendar = match[name] in {"年", "月", "日", "号"}
                    parts |= dict.fromkeys(range(match.start(name) + 1, match.end(name)), MEASURE)
                    parts[match.start(name)] = CALENDAR if calendar else UNIT
        yield from parts.items()


def _numbers(text: str) -> Iterator[re.Match[str]]:
    for match in _TOGETHER.finditer(text):
        if 1 < match.end() - match.start() <= LONGEST_TOGETHER:
            yield match


def inside_names(text: str) -> Iterator[int]:
    """Where a name would be parted: those with ·, and short ones between 、 or 与."""
    for name in _FOREIGN.finditer(text) if INTERPUNCT in text else ():
        yield from range(name.start() + 1, name.end())
    for stop in re.finditer("、", text):
        found = _FIRST_NAME.search(text, max(0, stop.start() - 4), stop.start())
        if found:
            yield from range(found.start(1) + 1, found.end(1))
        found = _NEXT_NAME.match(text, stop.end())
        while found:
            yield from range(found.start(1) + 1, found.end(1))
            found = _NEXT_NAME.match(text, found.end()) if found[2] else None


def guarded(text: str) -> str:
    """*text* with U+2060 WORD JOINER inside numbers with units, for a setting without composer."""
    out, last = [], 0
    for start, end in kept_together(text):
        out += [text[last:start], "\u2060".join(text[start:end])]
        last = end
    return "".join([*out, text[last:]])
