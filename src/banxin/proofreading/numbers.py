"""Paragraph numbers that stay: “3.17” is the same paragraph in each reading copy.

The numbers given are kept beside the manuscript. A paragraph that is as it was keeps its number,
one that was changed too; a new one behind 17 is 17a; the number of one that is gone is not given
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import count
from string import ascii_lowercase
from typing import Any, Final

from banxin.diagnostics import Place
from banxin.manuscript import blocks as b
from banxin.manuscript.inlines import plain

NUMBERS: Final = "paragraphs.tsv"
_HEAD: Final = 40  # characters of a paragraph by which it is known again when it was changed
_ALIKE: Final = 0.5
_GONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A chapter (`digest` of its file's name) or a paragraph, under its number."""

    label: str
    digest: str
    head: str


@dataclass(frozen=True, slots=True)
class ChapterNumbers:
    chapter: Numbered
    paragraphs: tuple[Numbered, ...]


Known = tuple[ChapterNumbers, ...]


def read(text: str) -> Known:
    """What `written` wrote; lines that are none of it are passed over."""
    chapters: list[ChapterNumbers] = []
    for line in text.splitlines():
        parts = line.split("\t")
        if len(parts) != 4:
            continue
        kind, *rest = parts
        if kind == "#":
            chapters.append(ChapterNumbers(Numbered(*rest), ()))
        elif chapters and kind == "":
            last = chapters[-1]
            paragraphs = (*last.paragraphs, Numbered(*rest))
            chapters[-1] = ChapterNumbers(last.chapter, paragraphs)
    return tuple(chapters)


def written(known: Known) -> str:
    rows = []
    for one in known:
        rows.append(("#", one.chapter.label, one.chapter.digest, one.chapter.head))
        rows.extend(("", p.label, p.digest, p.head) for p in one.paragraphs)
    return "".join("\t".join(row) + "\n" for row in rows)


def renumbered(known: Known, chapters: Sequence[b.Chapter]) -> Known:
    """The numbers of *chapters* as they are now, those given before kept."""
    names = [_numbered(chapter.file.name) for chapter in chapters]
    labelled = _labelled([one.chapter for one in known], names)
    before = {one.chapter.label: one.paragraphs for one in known}
    by_name = {chapter.file.name: chapter for chapter in chapters}
    return tuple(
        ChapterNumbers(
            one,
            _labelled(
                before.get(one.label, ()),
                [_numbered(words) for _, words in paragraphs(by_name[one.head])],
            )
            if one.digest != _GONE
            else before.get(one.label, ()),
        )
        for one in labelled
    )


def numbers_of(known: Known, chapters: Sequence[b.Chapter]) -> dict[Place, str]:
    """Place of a paragraph → its number, “3.17”."""
    found: dict[Place, str] = {}
    by_name = {chapter.file.name: chapter for chapter in chapters}
    for one in known:
        if one.chapter.digest == _GONE:
            continue
        there = [p for p in one.paragraphs if p.digest != _GONE]
        places = [place for place, _ in paragraphs(by_name[one.chapter.head])]
        for place, paragraph in zip(places, there, strict=True):
            found.setdefault(place, f"{one.chapter.label}.{paragraph.label}")
    return found


def paragraphs(chapter: b.Chapter) -> Iterator[tuple[Place, str]]:
    """What has a number in a chapter, in its order: each block with words, notes at the end."""
    for blocks in (chapter.blocks, *chapter.notes):
        yield from _paragraphs(blocks)


def _paragraphs(blocks: Sequence[b.Block]) -> Iterator[tuple[Place, str]]:
    for block in blocks:
        match block:
            case b.Quote() | b.Note() | b.Sidebar():
                yield from _paragraphs(block.blocks)
            case b.ItemList():
                for item in block.items:
                    yield from _paragraphs(item)
            case b.BigNumbers():
                for number in block.items:
                    yield number.place, f"{number.figure}{number.unit}{plain(number.text)}"
            case b.Timeline():
                for stage in block.stages:
                    for event in stage.events:
                        yield event.place, event.when + plain(event.text)
            case b.Chronicle():
                moments = (moment for period in block.periods for moment in period.moments)
                yield from ((moment.place, moment.when + plain(moment.text)) for moment in moments)
                yield from ((one.place, one.when + one.written) for one in block.measured)
            case b.StruckList():
                yield from ((item.place, item.words) for item in block.items)
            case b.Gallery():
                yield from _paragraphs(block.figures)
            case b.Divider():
                pass
            case _:
                yield block.place, "".join(_words(block))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _words(inner)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, Place):
        for name in value.__dataclass_fields__:
            if name not in {"anchor", "source"}:
                yield from _words(getattr(value, name))


def _numbered(words: str) -> Numbered:
    head = " ".join(words.split())[:_HEAD]
    return Numbered("", sha256(words.encode("utf-8", "replace")).hexdigest()[:12], head)


def _labelled(before: Sequence[Numbered], now: Sequence[Numbered]) -> tuple[Numbered, ...]:
    """*now* with the labels of *before*, and those of *before* that are gone, at their places."""
    matcher = SequenceMatcher(
        None, [p.digest for p in before], [p.digest for p in now], autojunk=False
    )
    taken = {p.label for p in before}
    made: list[Numbered] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        old = before[i1:i2]
        pairs = (
            list(zip(old, now[j1:j2], strict=True))
            if kind == "equal"
            else list(_paired(old, now[j1:j2]))
        )
        for was, becomes in pairs:
            if becomes is None:
                assert was is not None
                made.append(Numbered(was.label, _GONE, was.head))
                continue
            label = was.label if was else _free(made, taken, is_last=i2 == len(before))
            taken.add(label)
            made.append(Numbered(label, becomes.digest, becomes.head))
    return tuple(made)


def _paired(
    old: Sequence[Numbered], new: Sequence[Numbered]
) -> Iterator[tuple[Numbered | None, Numbered | None]]:
    """What was changed with what it has become; what is new, and what is gone, alone."""
    waiting = list(old)
    for becomes in new:
        at = next((n for n, was in enumerate(waiting) if _is_alike(was, becomes)), None)
        if at is None:
            yield None, becomes
            continue
        yield from ((was, None) for was in waiting[:at])
        yield waiting[at], becomes
        del waiting[: at + 1]
    yield from ((was, None) for was in waiting)


def _is_alike(was: Numbered, becomes: Numbered) -> bool:
    if was.digest == _GONE:
        return False
    return SequenceMatcher(None, was.head, becomes.head, autojunk=False).ratio() >= _ALIKE


def _free(made: Sequence[Numbered], taken: set[str], *, is_last: bool) -> str:
    """The label of what is new: the next number at the end, else the one before with a letter."""
    numbers = [int(label.rstrip(ascii_lowercase) or 0) for label in taken]
    if is_last:
        return str(max(numbers, default=0) + 1)
    base = made[-1].label.rstrip(ascii_lowercase) if made else "0"
    return next(label for n in count() if (label := base + _letters(n)) not in taken)


def _letters(number: int) -> str:
    """a, b … z, aa, ab …"""
    more, last = divmod(number, len(ascii_lowercase))
    return (_letters(more - 1) if more else "") + ascii_lowercase[last]
