"""The index of people: which names it lists, and marks where they stand in the chapters.

Marks are elements of a name of their own around the words, so that no stylesheet means them. Page
numbers are not known here: `typeset.indexed` gives each name the pages of its marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from typing import Final

from markupsafe import escape

from banxin.diagnostics import Diagnostic, error, nearest, warning
from banxin.lettering import parts_of
from banxin.manuscript.blocks import Chapter, NameList, Person
from banxin.manuscript.sounds import by_sound
from banxin.manuscript.strokes import by_strokes

INDEX: Final = "index"
KEYS: Final = ("sort", "except")  # of its front matter, which are not printed
SORTS: Final = ("pinyin", "stroke", "given")
# Chapters that repeat what others say, or stand around the book.
UNMARKED: Final = frozenset({"cover", "inner", "title", "contents", "imprint", "back", INDEX})
MARK: Final = "banxin-person"
_TAGS: Final = re.compile(
    r"(<!--.*?-->|<style\b.*?</style>|<script\b.*?</script>|<svg\b.*?</svg>|<[^>]*>)",
    re.DOTALL | re.IGNORECASE,
)
_SPACE: Final = "[ \u3000]?"  # a name of two characters may be spread
_BETWEEN: Final = re.compile(r"[、，,；;\s]+")
_STROKES: Final = 1000  # of what is no Han character, as `by_strokes` has it


@dataclass(frozen=True, slots=True)
class Indexed:
    """One name of an index.

    Attributes:
        key: of its marks.
        at: where the index itself has it written; else empty, and `of` is where a list has it.
    """

    name: str
    key: int
    at: str
    of: str


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Names under one head: a letter, the title of a list, or none; `strokes` of a surname."""

    title: str
    strokes: int
    people: tuple[Indexed, ...]


@dataclass(frozen=True, slots=True)
class People:
    """The names that a book's indexes list. Without an index there are none.

    Attributes:
        listed: of each index, by its chapter's anchor, the lists that it takes names from.
        own: the anchors of those that have a list of their own.
        keys: name → the key of its marks.
    """

    listed: Mapping[str, tuple[NameList, ...]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    sorts: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[Diagnostic, ...] = ()
    _words: re.Pattern[str] | None = None

    @classmethod
    def of(cls, chapters: Sequence[Chapter]) -> People:
        """An index takes the names of its own lists, or, where it has none, of all the others."""
        indexes = [c for c in chapters if c.field("template") == INDEX]
        if not indexes:
            return cls()
        lists = {c.anchor: tuple(_lists(c.blocks)) for c in chapters}
        others = tuple(
            one for c in chapters if c not in indexes for one in lists[c.anchor] if one.people
        )
        listed = {c.anchor: lists[c.anchor] or others for c in indexes}
        names = tuple(_names(one for every in listed.values() for one in every))
        keys = {name: number for number, name in enumerate(names)}
        remarks: list[Diagnostic] = []
        sorts = {c.anchor: _sort(c, remarks) for c in indexes}
        for chapter in indexes:
            if not any(one.people for one in listed[chapter.anchor]):
                remarks.append(warning("index/empty", chapter.place))
        # Other people's names, and words that the editor excepts, hide those within them.
        hiding = [w for c in indexes for w in _BETWEEN.split(c.field("except")) if w]
        every = dict.fromkeys([*names, *_names(others), *hiding])
        own = frozenset(c.anchor for c in indexes if lists[c.anchor])
        return cls(listed, own, sorts, keys, tuple(remarks), _pattern(every))

    def groups(self, anchor: str) -> tuple[NameGroup, ...]:
        """The names of an index in their order, each once, by what they stand under."""
        is_own = anchor in self.own
        met: dict[str, tuple[str, Person]] = {}
        for one in self.listed.get(anchor, ()):
            for person in one.people:
                met.setdefault(_bare(person.name), (one.title, person))
        names = list(met)
        order = self.sorts.get(anchor)
        if order == "given":
            heads = {name: (title, 0) for name, (title, _) in met.items()}
        elif order == "stroke":
            names.sort(key=by_strokes)
            heads = {name: ("", _strokes(name)) for name in names}
        else:
            names.sort(key=by_sound)
            heads = {name: (_letter(name), 0) for name in names}
        return tuple(
            NameGroup(*head, tuple(self._indexed(met[name][1], is_own=is_own) for name in those))
            for head, those in groupby(names, heads.__getitem__)
        )

    def _indexed(self, person: Person, *, is_own: bool) -> Indexed:
        name, place = _bare(person.name), str(person.place)
        return Indexed(name, self.keys[name], place if is_own else "", "" if is_own else place)

    def marked(self, html: str, number: int) -> str:
        """A chapter's HTML with each name in a mark.

        Args:
            number: of the chapter, so that no two marks are the same and their order is known.
        """
        words, count = self._words, 0
        if words is None:
            return html

        def mark(match: re.Match[str]) -> str:
            nonlocal count
            key = self.keys.get(_bare(unescape(match[0])))
            if key is None:
                return match[0]
            count += 1
            return f'<{MARK} id="{mark_of(key, number, count)}">{match[0]}</{MARK}>'

        parts = _TAGS.split(html)
        parts[::2] = [words.sub(mark, text) if text.strip() else text for text in parts[::2]]
        return "".join(parts)

    def nowhere(self, html: str) -> Iterator[Diagnostic]:
        """Names that no chapter of a document mentions."""
        there = {key for key, _, _ in marks_in(html)}
        for every in self.listed.values():
            for name, person in {_bare(p.name): p for one in every for p in one.people}.items():
                if self.keys[name] not in there:
                    yield warning("index/nowhere", person.place, name=name)


def mark_of(key: int, chapter: int, number: int) -> str:
    """The id of a mark."""
    return f"person-{key}-{chapter}-{number}"


_MARKS: Final = re.compile(r"\bperson-(\d+)-(\d+)-(\d+)\b")


def marks_in(text: str) -> Iterator[tuple[int, int, int]]:
    """Key, chapter and number of the marks whose ids *text* has."""
    for match in _MARKS.finditer(text):
        yield int(match[1]), int(match[2]), int(match[3])


def _lists(value: object) -> Iterator[NameList]:
    if isinstance(value, NameList):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _lists(item)
    else:
        for name in parts_of(type(value)):
            yield from _lists(getattr(value, name))


def _names(lists: Iterable[NameList]) -> Iterator[str]:
    yield from dict.fromkeys(_bare(person.name) for one in lists for person in one.people)


def _bare(name: str) -> str:
    """Without the space that spreads a name of two characters."""
    return re.sub(r"(?<=[\u3400-\u9fff])[ \u3000](?=[\u3400-\u9fff])", "", name)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """The longest first: 李明亮 is not 李明. Western names are whole words."""
    found = sorted((name for name in names if len(name) > 1), key=len, reverse=True)
    return re.compile("|".join(map(_spelled, found))) if found else None


def _spelled(name: str) -> str:
    if re.fullmatch(r"[\u3400-\u9fff]{2}", name):
        return f"{name[0]}{_SPACE}{name[1]}"
    spelled = re.escape(str(escape(name)))
    before = r"(?<![A-Za-z])" if name[0].isascii() else ""
    return f"{before}{spelled}" + (r"(?![A-Za-z])" if name[-1].isascii() else "")


def _sort(chapter: Chapter, remarks: list[Diagnostic]) -> str:
    asked = chapter.field("sort", SORTS[0])
    if asked in SORTS:
        return asked
    near, known = nearest(asked, SORTS), " · ".join(SORTS)
    place = chapter.front["sort"].place
    remarks.append(error("index/sort", place, found=asked, near=near, known=known))
    return SORTS[0]


def _letter(name: str) -> str:
    """What a name is found under by its sound: 张 under Z; # where it has none."""
    first = by_sound(name)[0][:1]
    letter = first[0][0][:1].upper() if first else ""
    return letter if letter.isascii() and letter.isalpha() else "#"


def _strokes(name: str) -> int:
    count = by_strokes(name)[0][0]
    return 0 if count >= _STROKES else count
