"""What a manuscript would become: the rows of the table of marks, written; nothing else touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from banxin.diagnostics import BanxinError, Place, error
from banxin.manuscript.habits import straightened
from banxin.preflight.book import end_of_front, paragraphs
from banxin.preflight.marks import IN_NAMES, READINGS
from banxin.project import every_chapter
from banxin.workspace import Workspace

_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")
_MARK_OF_ORDER: Final = "\ufeff"
_MEANT: Final = "markup/meant"  # full-width signs, as the reader tells of them
_MOST_ROUNDS: Final = 12  # one mend makes room for the next: a comma, then the space behind it

Edit: TypeAlias = tuple[int, int, int, str, str]  # line and columns from 0, what is put, code


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line, from 1, as it is and as it would be, and the findings that it answers."""

    line: int
    before: str
    after: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One file. `left`: findings that a person has to decide, with what is probably meant."""

    name: PurePosixPath
    before: bytes
    after: bytes
    changes: tuple[LineChange, ...]
    left: tuple[tuple[Place, str], ...] = ()


def proposed(folder: PurePosixPath, workspace: Workspace) -> tuple[Proposal, ...]:
    """Of every chapter of the title in *folder*, in any dress, what it would become.

    Raises:
        BanxinError: a chapter cannot be read, or not be written back as it was.
    """
    chapters, encoding = every_chapter(folder, workspace)
    return tuple(_of_file(name, workspace, encoding) for name in chapters)


def _of_file(name: PurePosixPath, workspace: Workspace, encoding: str) -> Proposal:
    workspace.read_text(name, encoding=encoding)  # says what is wrong with it, if anything
    data = workspace.read(name)
    text = data.decode(encoding)
    after, changes, left = _mended(str(name), text)
    if not changes:
        return Proposal(name, data, data, (), left)
    try:
        if text.encode(encoding) != data:
            raise BanxinError(error("fix/encoding", Place(str(name)), encoding=encoding))
        return Proposal(name, data, after.encode(encoding), changes, left)
    except UnicodeEncodeError as problem:
        line = after[: problem.start].count("\n") + 1
        facts = {"encoding": encoding, "character": after[problem.start]}
        raise BanxinError(
            error("fix/not-in-encoding", Place(str(name), line), **facts)
        ) from problem


def mended(text: str) -> str:
    """*text* with its marks as they are meant. What was mended is mended: twice changes nothing."""
    return _mended("", text)[0]


def _mended(
    file: str, text: str
) -> tuple[str, tuple[LineChange, ...], tuple[tuple[Place, str], ...]]:
    begun = text.startswith(_MARK_OF_ORDER)
    bare = text[1:] if begun else text
    before, ends = _LINE_ENDS.split(bare), [*_LINE_ENDS.findall(bare), ""]
    lines, codes = list(before), dict[int, dict[str, None]]()
    for _ in range(_MOST_ROUNDS):
        edits = _apart(_edits(file, lines))
        if not edits:
            break
        for line, start, end, put, code in reversed(edits):
            lines[line] = lines[line][:start] + put + lines[line][end:]
            codes.setdefault(line, {})[code] = None
    changes = tuple(
        LineChange(number + 1, was, now, tuple(codes[number]))
        for number, (was, now) in enumerate(zip(before, lines, strict=True))
        if was != now
    )
    whole = "".join(line + end for line, end in zip(lines, ends, strict=True))
    return _MARK_OF_ORDER * begun + whole, changes, tuple(_left(file, lines))


def _edits(file: str, lines: Sequence[str]) -> Iterator[Edit]:
    """What one round changes: signs first, for what they enclose is read by them."""
    signs = list(_signs(lines))
    if signs:
        yield from signs
        return
    text = "\n".join(lines)
    for paragraph in paragraphs(file, text, with_names=True):
        for code, reading in READINGS.items():
            if paragraph.of_names and code not in IN_NAMES:
                continue
            for mend in reading(paragraph):
                if mend.sure:
                    at = paragraph.place(mend.start)
                    line, column = (at.line or 1) - 1, (at.column or 1) - 1
                    yield line, column, column + mend.end - mend.start, mend.put, code


def _signs(lines: Sequence[str]) -> Iterator[Edit]:
    body = end_of_front(lines)
    straight = straightened(lines[body:], [])
    for number, (was, now) in enumerate(zip(lines[body:], straight, strict=True), body):
        if was != now:
            pairs = zip(was, now, strict=True)
            for column, (old, new) in enumerate(pairs):
                if old != new and new != " ":
                    yield number, column, column + 1, new, _MEANT


def _apart(edits: Iterator[Edit]) -> list[Edit]:
    """In order, without those that begin where another has not ended; they have the next round."""
    kept: list[Edit] = []
    for edit in sorted(set(edits)):
        if not kept or kept[-1][0] != edit[0] or kept[-1][2] <= edit[1]:
            kept.append(edit)
    return kept


def _left(file: str, lines: Sequence[str]) -> Iterator[tuple[Place, str]]:
    for paragraph in paragraphs(file, "\n".join(lines)):
        for reading in READINGS.values():
            yield from (
                (paragraph.place(mend.start), mend.put)
                for mend in reading(paragraph)
                if not mend.sure
            )


def counted(proposals: Sequence[Proposal]) -> dict[str, int]:
    """How many lines and files would change, and how many findings are left to a person."""
    return {
        "lines": sum(len(proposal.changes) for proposal in proposals),
        "files": sum(bool(proposal.changes) for proposal in proposals),
        "left": sum(len(proposal.left) for proposal in proposals),
    }
