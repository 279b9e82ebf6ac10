"""Plain corrections written into the manuscript, and why others are not.

What a proofreader wrote is text and stays text: after each correction the chapter is read again,
and has to say just what it said before, but for the words that were to change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import takewhile
from pathlib import PurePosixPath
from string import punctuation
from typing import Any, Final

from banxin.diagnostics import Diagnostic, Place
from banxin.manuscript.reader import TEXT_SUFFIXES, ChapterReader
from banxin.proofreading.comments import Comment
from banxin.proofreading.marks import seen

LONGEST: Final = 500  # characters of a correction; what is longer is a text to be looked at
_DONE_WITH: Final = frozenset({"rejected", "cancelled", "completed"})
_DELETE: Final = re.compile(r"(?:删|删除|删去|刪|刪除|删掉|delete|del)[。.!！]?", re.IGNORECASE)
_BECOMES: Final = re.compile(r"(?:改为|改成|改作|应为|应作|应是|換成|换成)\s*[:：]?\s*(.+)")
_QUOTED: Final = re.compile(r"[“「『\"](.+)[”」』\"]")
_ASKS: Final = re.compile(
    r"(?:请|疑|查|核|是否|建议|please\b|check\b|query\b)|.*[?？]\s*$", re.IGNORECASE
)
_UNSAID: Final = frozenset({"place", "anchor", "file"})  # of a chapter: not its words
_BETWEEN: Final = "\x1f"  # between two texts of a chapter


@dataclass(frozen=True, slots=True)
class Edit:
    """What a comment changes: *old* at an offset of the source's text becomes *new*."""

    comment: Comment
    start: int
    old: str
    new: str

    @property
    def end(self) -> int:
        return self.start + len(self.old)


@dataclass(frozen=True, slots=True)
class CorrectionOutcome:
    """What became of a comment: the edit, or the code of the reason why there is none."""

    comment: Comment
    edit: Edit | None
    why: str = ""


def outcomes(
    comments: Sequence[Comment],
    is_current: Callable[[Comment], bool],
    encoding: str,
) -> tuple[tuple[CorrectionOutcome, ...], Mapping[str, str]]:
    """What becomes of each comment, and the texts of the files that change.

    Args:
        is_current: whether page and file are as they were when the marked file was made.
        encoding: of the manuscript.
    """
    told: dict[int, CorrectionOutcome] = {}
    asked: dict[str, list[tuple[int, Edit]]] = {}
    for number, comment in enumerate(comments):
        asks = _asked(comment, is_current, encoding)
        if isinstance(asks, str):
            told[number] = CorrectionOutcome(comment, None, asks)
        else:
            assert comment.origin is not None
            asked.setdefault(comment.origin.source.file, []).append((number, asks))
    texts: dict[str, str] = {}
    for file, edits in asked.items():
        origin = edits[0][1].comment.origin
        assert origin is not None
        text = origin.source.text
        taken = len(text) + 1
        # From the end, so that what stands before keeps its place.
        for number, edit in sorted(edits, key=lambda item: (-item[1].start, -item[0])):
            if edit.end > taken or (edit.end == taken and not edit.old):
                told[number] = CorrectionOutcome(edit.comment, None, "comment/overlaps")
                continue
            written = _written(file, text, edit)
            if written is None:
                told[number] = CorrectionOutcome(edit.comment, None, "comment/would-be-markup")
                continue
            text, taken = written, edit.start
            told[number] = CorrectionOutcome(edit.comment, edit)
            texts[file] = text
    return tuple(told[number] for number in range(len(comments))), texts


def _asked(comment: Comment, is_current: Callable[[Comment], bool], encoding: str) -> Edit | str:
    """The edit that a comment asks for, or why it asks for none that can be made."""
    mark, origin, says = comment.mark, comment.origin, comment.says.strip()
    if mark.is_damaged:
        return "comment/damaged"
    if mark.kind not in {"strike", "replace", "insert"} or (mark.kind == "insert" and not says):
        return "comment/to-be-read"
    if mark.state in _DONE_WITH:
        return "comment/decided"
    if mark.replies and mark.state != "accepted":
        return "comment/answered"
    if origin is None:
        return "comment/not-found"
    if PurePosixPath(origin.source.file).suffix not in TEXT_SUFFIXES:
        return "comment/in-a-table"
    if not is_current(comment):
        return "comment/changed-since"
    if not origin.is_sure:
        return "comment/not-once"
    says = "" if mark.kind == "strike" and _DELETE.fullmatch(says) else says
    if says and _ASKS.match(says):
        return "comment/asks"
    says = _becomes(says)
    if len(says) > LONGEST or "\n" in says or seen(says) != says or _BETWEEN in says:
        return "comment/too-much"
    try:
        says.encode(encoding)
    except UnicodeError:
        return "comment/no-such-character"
    return _edit(comment, says)


def _becomes(says: str) -> str:
    """The words alone of “改为：甲”."""
    found = _BECOMES.fullmatch(says)
    if not found:
        return says
    quoted = _QUOTED.fullmatch(found[1])
    return quoted[1] if quoted else found[1]


def _edit(comment: Comment, new: str) -> Edit | str:
    origin = comment.origin
    assert origin is not None
    if comment.mark.kind == "insert":
        at = origin.end if comment.behind else origin.start
        return Edit(comment, at, "", new)
    text = origin.source.text
    old = text[origin.start : origin.end]
    if not origin.is_whole or "".join(old.split(" ")) != comment.words or "\n" in old:
        return "comment/markup-within"
    if old == new:
        return "comment/to-be-read"
    if (
        not new
        and text[origin.end : origin.end + 1] == " " == text[origin.start - 1 : origin.start]
    ):
        old += " "  # of the two spaces around a word one goes with it
    return Edit(comment, origin.start, old, new)


def _written(file: str, text: str, edit: Edit) -> str | None:
    """*text* with *edit* in it as plain words, or None where they would be something else."""
    before, told = _said(file, text)
    for new in dict.fromkeys((edit.new, _escaped(edit.new))):
        changed = text[: edit.start] + new + text[edit.end :]
        after, telling = _said(file, changed)
        if telling <= told and _differs_only(before, after, edit):
            return changed
    return None


def _escaped(words: str) -> str:
    return "".join(f"\\{c}" if c in punctuation else c for c in words)


def _said(file: str, text: str) -> tuple[str, int]:
    """All that a chapter says, and how much was to be remarked of it."""
    remarks: list[Diagnostic] = []
    chapter = ChapterReader(PurePosixPath(file), text, remarks).chapter()
    return "".join(_leaves(chapter)), len(remarks)


def _leaves(value: Any) -> Iterator[str]:
    """The words of a chapter, and what kinds of things they are."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{_BETWEEN}{key}="
            yield from _leaves(inner)
    elif isinstance(value, tuple):
        yield _BETWEEN
        for inner in value:
            yield from _leaves(inner)
    elif is_dataclass(value) and not isinstance(value, Place):
        yield f"{_BETWEEN}{type(value).__name__}"
        for part in fields(value):
            if part.name not in _UNSAID:
                yield from _leaves(getattr(value, part.name))
    elif isinstance(value, int | float | bool):
        yield f"{_BETWEEN}{value}"


def _differs_only(before: str, after: str, edit: Edit) -> bool:
    """Whether *after* is *before* with just this edit in it."""
    if len(after) - len(before) != len(edit.new) - len(edit.old):
        return False
    same = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    )
    least = max(0, same - len(edit.old) - len(edit.new))
    return any(
        before[at : at + len(edit.old)] == edit.old
        and after == before[:at] + edit.new + before[at + len(edit.old) :]
        for at in range(least, same + 1)
    )


def rewritten(raw: str, was: str, becomes: str) -> str:
    """*raw*, whose line ends made even are *was*, as *becomes*: each line keeps its own end."""
    parts = re.split("(\r\n|\n|\r)", raw)
    lines = becomes.split("\n")
    if len(lines) != len(was.split("\n")) or len(parts[::2]) != len(lines):
        message = "a correction has changed the number of lines"
        raise AssertionError(message)
    return "".join(line + end for line, end in zip(lines, [*parts[1::2], ""], strict=True))
