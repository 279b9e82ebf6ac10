"""Which characters of a title are set as they are written, which otherwise, and which cannot be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from html import unescape
from pathlib import PurePosixPath
from typing import Final

from banxin.assets import characters, fonts
from banxin.assets.characters import GETA, Setting, fault_of, is_drawn, is_private, is_spelled
from banxin.diagnostics import NOWHERE, Diagnostic, Place, Severity, note

MARK: Final = Setting((("", GETA),), missing=True)
# What joins or changes the character before it, and is never drawn by itself.
FOLLOWERS: Final = "\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_MOST_LINES: Final = 100  # that are listed
_MOST: Final = 20  # characters of a word that is quoted
_LONGEST_NAME: Final = 3  # of those that one can tell from a short sentence
_NO_NAME: Final = frozenset("说道讲问答是在有和与及同对把被从向到去来也都就还将曾又为的了着过等们")
_SURNAMES: Final = frozenset(  # nine people of ten
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧肖冯曾程蔡彭潘袁于董余苏叶吕魏蒋"
    "田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎闫薛侯雷白龙段郝孔邵史毛常万顾赖"
    "武康贺严尹钱施牛洪龚陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向葛柴柳欧岳耿关焦左祝祁"
)
_HAN: Final = re.compile(  # with what stands for a Han character: private ones, and lost ones
    "(?:[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇\ue000-\uf8ff\ufffd]"
    "[\U000e0100-\U000e01ef]*)+"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the title, as it is written."""

    name: PurePosixPath
    text: str


@dataclass(frozen=True, slots=True)
class Lettering:
    """What is set for characters that cannot be set as written, and all that is said of them."""

    settings: Mapping[str, Setting]
    remarks: tuple[Diagnostic, ...]

    def plain(self, text: str) -> str:
        """*text* as it is set where there is no markup."""
        return "".join(self.settings[c].plain if c in self.settings else c for c in text)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that has characters in question, each once in `characters`."""

    text: str
    characters: str
    place: Place


_Told = tuple[_Word, tuple[Place, ...]]  # a word at its first place, and the lines that have it


def letter(
    written: Iterable[tuple[Place, str]],
    sources: Sequence[Source],
    coverages: Iterable[frozenset[int]],
    *,
    draft: bool,
) -> Lettering:
    """Every character that is no face's, and what becomes of it.

    Args:
        written: all texts of the title that may be set, each with the best place that is known.
        sources: where they are looked for, to the column.
        draft: whether what is missing is only a warning.
    """
    covered = _together(tuple(coverages))
    texts = tuple(written)
    used = frozenset("".join(text for _, text in texts))
    faulty = {c: code for c in used if (code := fault_of(c))}
    lacking = {c for c in used - faulty.keys() if is_drawn(c) and ord(c) not in covered}
    spelled = {c: s for c in lacking if (s := characters.otherwise(c, covered))}
    absent = lacking - spelled.keys()
    settings = dict.fromkeys(absent, MARK) | spelled
    settings |= {c: _instead(c, code) for c, code in faulty.items()}
    find = _WordLookup(sources, texts)
    severity = Severity.WARNING if draft else Severity.ERROR
    return Lettering(
        dict(sorted(settings.items())),
        (
            *_untold(find.words({c for c in absent if not is_private(ord(c))}), severity),
            *_private(find.words({c for c in absent if is_private(ord(c))}), severity),
            *_faulty(find, faulty),
            *_respelled(find, spelled),
        ),
    )


@lru_cache(maxsize=4)
def _together(coverages: tuple[frozenset[int], ...]) -> frozenset[int]:
    return frozenset[int]().union(*coverages)


def _instead(character: str, code: str) -> Setting:
    control = code == "text/control-character"
    return characters.instead_of_control(character) if control else MARK


# --- what is said ---------------------------------------------------------------------------


def _untold(words: Iterable[_Told], severity: Severity) -> Iterator[Diagnostic]:
    for word, lines in words:
        block = fonts.block(word.characters[0])
        carrier = characters.carrier(block)
        facts: dict[str, str | int] = _facts(word, lines) | {"block": _short(block)}
        if carrier:
            facts |= {"package": carrier.package, "file": carrier.file, "share": carrier.share}
        code = "font/no-face-has" if carrier else "font/no-face-known"
        yield Diagnostic(code, severity, word.place, facts)


def _private(words: Iterable[_Told], severity: Severity) -> Iterator[Diagnostic]:
    for word, lines in words:
        yield Diagnostic("font/private-character", severity, word.place, _facts(word, lines))


def _faulty(find: _WordLookup, faulty: Mapping[str, str]) -> Iterator[Diagnostic]:
    for code in sorted(set(faulty.values())):
        wanted = {c for c, its in faulty.items() if its == code}
        control = code == "text/control-character"
        severity = Severity.WARNING if control else Severity.ERROR
        for word, lines in find.words(wanted):
            yield Diagnostic(code, severity, word.place, _facts(word, lines))


def _respelled(find: _WordLookup, spelled: Mapping[str, Setting]) -> Iterator[Diagnostic]:
    for character in sorted(spelled):
        for word, lines in find.alone(character):
            shown = spelled[character].plain
            yield note("font/set-otherwise", word.place, **_facts(word, lines), shown=shown)


def _facts(word: _Word, lines: Sequence[Place]) -> dict[str, str | int]:
    points = ", ".join(f"U+{ord(c):04X}" for c in word.characters[:3])
    more = len(word.characters) > 3
    return {
        "words": _legible(word.text[:_MOST]),
        "character": _legible(word.characters[:_MOST]),
        "codepoint": f"{points} …" if more else points,
        "lines": len(lines),
        "where": _listed(lines),
    }


def _listed(lines: Sequence[Place]) -> str:
    """Every line by its file's name and its number, as `one.md:5, 9; two.md:3`."""
    by_file: dict[str, list[str]] = {}
    for place in lines[:_MOST_LINES]:
        name = PurePosixPath(place.file or "").name
        by_file.setdefault(name, []).append(str(place.line or "–"))
    listed = "; ".join(f"{name}:{', '.join(numbers)}" for name, numbers in by_file.items())
    return listed if len(lines) <= _MOST_LINES else f"{listed} … ({len(lines)})"


def _legible(text: str) -> str:
    """*text* with what no terminal can show as code points."""
    return "".join(f"‹{ord(c):04X}›" if fault_of(c) or is_private(ord(c)) else c for c in text)


def _short(block: str) -> str:
    return block.replace("CJK Unified Ideographs Extension", "CJK Extension")


# --- where they are written -------------------------------------------------------------------


class _WordLookup:
    """Looks words up in the files of a title, and in its parts where no file has them as such."""

    def __init__(self, sources: Sequence[Source], texts: Sequence[tuple[Place, str]]) -> None:
        self._sources = sources
        self._texts = texts

    def words(self, wanted: Collection[str]) -> Iterator[_Told]:
        """Each word that has one of *wanted*, at its first place, and the lines that have it."""
        yield from _once(self._all(wanted, whole=True))

    def alone(self, character: str) -> Iterator[_Told]:
        """The same of *character* by itself, whatever stands around it."""
        yield from _once(self._all({character}, whole=False))

    def _all(self, wanted: Collection[str], *, whole: bool) -> Iterator[_Word]:
        if not wanted:
            return
        runs = _runs(wanted)
        lines = [*self._lines()]
        names = frozenset(_names((line for _, line in lines), runs)) if whole else frozenset()
        seen: set[str] = set()
        for place, line in lines:
            for match in runs.finditer(line):
                seen |= set(match[0])
                yield _word(line, match, place, wanted, names, whole=whole)
        # Written as \u…, or in a photograph: only what was read of it shows it.
        hidden = set(wanted) - seen
        for place, text in self._texts if hidden else ():
            for match in _runs(hidden).finditer(text):
                yield _word(text, match, place, hidden, names, whole=whole)

    def _lines(self) -> Iterator[tuple[Place, str]]:
        for source in self._sources:
            for number, line in enumerate(source.text.split("\n"), 1):
                yield Place(str(source.name), number), unescape(line) if "&" in line else line


def _once(words: Iterable[_Word]) -> Iterator[_Told]:
    """The same words only once, with the lines that have them. A character that stands alone as
    well belongs to the first word that has it: 𬬎 to 刘𬬎.
    """
    places: dict[str, dict[Place, _Word]] = {}
    for word in words:
        lines = places.setdefault(word.text, {})
        lines.setdefault(Place(word.place.file, word.place.line), word)
    first = {text: next(iter(lines.values())) for text, lines in places.items()}
    whole: dict[str, str] = {}
    for text, word in first.items():
        if text != word.characters:
            whole.setdefault(word.characters, text)
    for alone in (text for text, word in first.items() if text == word.characters):
        if alone in whole:
            places[whole[alone]] |= places.pop(alone)
    for text, lines in places.items():
        yield first[text], tuple(lines)


def _runs(wanted: Collection[str]) -> re.Pattern[str]:
    """Runs of *wanted*; words of a script that no face has are one where a space parts them."""
    one = f"[{''.join(map(re.escape, sorted(wanted)))}][{FOLLOWERS}]*"
    return re.compile(f"(?:{one})+(?: (?:{one})+)*")


def _word(
    line: str,
    match: re.Match[str],
    place: Place,
    wanted: Collection[str],
    names: frozenset[str],
    *,
    whole: bool,
) -> _Word:
    start, end = _around(line, match, names) if whole else match.span()
    found = "".join(dict.fromkeys(c for c in match[0] if c in wanted))
    text = line[start:end].strip(" ") if whole else found
    column = match.start() + 1 if place.column is None else place.column
    return _Word(text, found, Place(place.file, place.line, column))


def _around(line: str, match: re.Match[str], names: frozenset[str]) -> tuple[int, int]:
    """From where to where the word goes that *match* is in."""
    start, end = match.span()
    if not _HAN.fullmatch(match[0]):
        while start and is_spelled(line[start - 1]):
            start -= 1
        while end < len(line) and is_spelled(line[end]):
            end += 1
        return start, end
    for first in range(max(0, start - _LONGEST_NAME + 1), start + 1):
        for last in range(min(len(line), first + _LONGEST_NAME), end - 1, -1):
            if line[first:last] in names:
                return first, last
    for first in range(max(0, start - 2), start):
        if line[first] in _SURNAMES and _HAN.fullmatch(line[first:end]):
            return first, end
    return start, end


def _names(lines: Iterable[str], runs: re.Pattern[str]) -> Iterator[str]:
    """Names that stand by themselves: 王𬬎明, between marks or spaces, is no 王𬬎."""
    for line in lines:
        if runs.search(line):
            for match in _HAN.finditer(line):
                alone = 1 < len(match[0]) <= _LONGEST_NAME and match[0][0] in _SURNAMES
                if alone and runs.search(match[0]) and match[0][-1] not in _NO_NAME:
                    yield match[0]


# --- all that is written ----------------------------------------------------------------------


def texts_of(value: object, place: Place = NOWHERE) -> Iterator[tuple[Place, str]]:
    """Every text in *value*, however deep, with the nearest place that is known of it."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        yield from texts_of(tuple(value.items()), place)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item, place)
    elif not isinstance(value, Place):
        names = parts_of(type(value))
        here = next((getattr(value, n) for n in ("place", "asked_at") if n in names), place)
        for name in names:
            yield from texts_of(getattr(value, name), here)


_FIELDS: Final[dict[type, tuple[str, ...]]] = {}


def parts_of(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; of anything else, nothing. Asked for each block and each run."""
    if kind not in _FIELDS:
        named = (part.name for part in fields(kind)) if is_dataclass(kind) else ()
        _FIELDS[kind] = tuple(named)
    return _FIELDS[kind]
