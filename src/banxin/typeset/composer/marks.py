"""Classes of characters, and what belongs together.

Sources: CLREQ (Requirements for Chinese Text Layout) § 3.1 "Punctuation marks", § 3.1.3
"Prohibition rules for line start and line end", § 3.2 "Mixed text composition"; GB/T 15834-2011.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# Pause and stop marks, closing and opening marks: an em wide, half of it ink.
STOPS: Final = frozenset("，。、；：！？．")
CLOSING: Final = frozenset("）》〉」』】〕〗］｝〙〛”’")
OPENING: Final = frozenset("（《〈「『【〔〖［｛〘〚“‘")
TRAILING: Final = STOPS | CLOSING
MARKS: Final = TRAILING | OPENING
INTERPUNCT: Final = "·"
DASHES: Final = frozenset("—⸺…⋯")
CONNECTORS: Final = frozenset("－–—～〜-/／")

# May not begin a line, by `line-break` (CSS Text 3 § 5.3 names the sets of the laxer levels).
STRICT: Final = TRAILING | frozenset("·・‧～〜–－-/／%％‰℃°々〻ー")
LEVELS: Final = {
    "strict": STRICT,
    "auto": STRICT,
    "normal": STRICT - frozenset("～〜–－-"),
    "loose": STRICT - frozenset("～〜–－-·・‧：；！？%％‰℃°々〻ー"),
    "anywhere": frozenset[str](),
}

_LATIN: Final = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff%‰℃°]")
# An ideograph, which needs no second look; everything else does.
NOT_IDEOGRAPH: Final = re.compile("[^\u4e00-\u9fff\u3400-\u4dbf]")
CHINESE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
UNASSIGNED_OBJECT: Final = "\ufffc"
# Stands for a box that holds Han characters, as ruby does: it breaks and spaces like them.
HAN_OBJECT: Final = "\u3402"

_NUMBER = r"[-−+±]?\d[\d,.:]*(?:[—–～~-]\d[\d,.:]*)?"
MAGNITUDES: Final = "十百千万亿兆"
_MAGNITUDE = rf"[{MAGNITUDES}]{{0,3}}"
_COUNTED = (
    "个百分点|百分点|平方公里|平方千米|平方米|立方米|千瓦时|公里|公顷|千米|厘米|毫米|千克|公斤"
    "|周年|人次|岁|元|吨|人|亩|米|克|升|度|户|件|册|名|家|个|条|座|处|只|台|辆|株|场|支|期|类|项|位"
    "|次|届|层|页|章|集|倍|号|多|余|%|‰|℃|°C|°|年代|年|月|日|时|分|秒|版|幅|棵|天|周|里|楼|室|路"
)
# A number with what it counts; a date; 第3届; ￥100; 20—30.
_TOGETHER: Final = re.compile(
    rf"\d+年\d{{1,2}}月(?:\d{{1,2}}[日号])?|\d{{1,2}}月\d{{1,2}}[日号]"
    rf"|(?:第|No\.|[¥￥$€£约近逾超])?{_NUMBER}(?:{_MAGNITUDE}(?:{_COUNTED})|[{MAGNITUDES}]+)?"
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
LONGEST_TOGETHER: Final = 16


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
    """Start and end of numbers with their units, and of dates: no line ends inside them."""
    for match in _TOGETHER.finditer(text):
        if 1 < match.end() - match.start() <= LONGEST_TOGETHER:
            yield match.span()


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
