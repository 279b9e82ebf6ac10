"""The lines between two `---` at the head of a chapter: plain `key: value`, each with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

import yaml

from banxin.diagnostics import Diagnostic, Place, error, warning
from banxin.manuscript.blocks import Field

_HEAD: Final = re.compile(r"(?:[ \t\u3000\u00a0]*\n)*---[ \t]*\n")
_PAIR: Final = re.compile(
    r"([^\s:：#\-\"'\[\]{}][^:：\n]{0,60}?)[ \t]*(?:：|:(?=\s|$|[^\x21-\x7e]))\s*(.*)"
)
_BLOCK: Final = re.compile(r"[|>][+-]?\d?")
_WESTERN: Final = re.compile(r"[\x21-\x7e\u00c0-\u024f]")
_QUOTES: Final = ('"', "'")


def split(
    file: PurePosixPath, text: str, remarks: list[Diagnostic]
) -> tuple[Mapping[str, Field], str]:
    """The front matter of *text*, and the rest with its line numbers kept.

    All values are text, as written: no date, no comment within a line. Only quotes around a whole
    value go. What is wrong goes to *remarks*, and as much as can be is kept.
    """
    head = _HEAD.match(text)
    if head is None:
        return {}, text
    lines = text[head.end() :].split("\n")
    first = head[0].count("\n")
    if not any(_PAIR.match(line) or line.strip() == "---" for line in _till_words(lines)):
        return {}, text  # a line of dashes before the words: a divider
    end = next((n for n, line in enumerate(lines) if line.rstrip() == "---"), None)
    if end is None:
        place = Place(str(file), first, 1)
        remarks.append(error("front-matter/unclosed", place))
        end = next((n for n, line in enumerate(lines) if not _PAIR.match(line)), len(lines))
        rest = lines[end:]
    else:
        rest = lines[end + 1 :]
    fields = _FrontMatterReader(file, first, lines[:end], remarks).fields()
    return fields, "\n" * (len(text.split("\n")) - len(rest)) + "\n".join(rest)


def _till_words(lines: Sequence[str]) -> Sequence[str]:
    """The lines up to the first that says something, comments apart."""
    said = (n for n, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    return lines[: next(said, 0) + 1]


class _FrontMatterReader:
    def __init__(
        self, file: PurePosixPath, first: int, lines: Sequence[str], remarks: list[Diagnostic]
    ) -> None:
        self._file, self._first, self._lines, self._remarks = file, first, lines, remarks

    def _place(self, line: int) -> Place:
        written = self._lines[line]
        return Place(
            str(self._file), self._first + line + 1, len(written) - len(written.lstrip()) + 1
        )

    def fields(self) -> Mapping[str, Field]:
        found: dict[str, Field] = {}
        at = 0
        while at < len(self._lines):
            line, at = at, at + 1
            written = self._lines[line]
            if not written.strip() or written.lstrip().startswith("#"):
                continue
            pair = _PAIR.match(written.strip())
            if pair is None:
                words = written.strip()[:60]
                self._remarks.append(error("front-matter/no-pairs", self._place(line), found=words))
                continue
            while at < len(self._lines) and goes_on(self._lines[at]):
                at += 1
            key, more = pair[1].strip(), self._lines[line + 1 : at]
            field = Field(self._value(key, pair[2].strip(), more, line), self._place(line))
            if key in found:
                before = found[key]
                facts = {"key": key, "value": before.value[:200]}
                first = before.place.line or 0
                self._remarks.append(error("front-matter/twice", field.place, first=first, **facts))
            found[key] = field
        return found

    def _value(self, key: str, written: str, more: Sequence[str], line: int) -> str:
        """The text of a value, and of the lines that it goes on for."""
        rows = [row.strip() for row in more]
        if _BLOCK.fullmatch(written) and rows:
            between = "|" if written[0] == "|" else " "
            return between.join(row for row in rows if row)
        items = [row.lstrip("- ").strip() for row in rows if row.startswith("-")]
        if not written and items and len(items) == len([row for row in rows if row]):
            self._nested(key, line)
            return "、".join(items)
        whole = _joined([written, *rows])
        if whole[:1] in _QUOTES:
            return self._unquoted(whole, line)
        if whole[:1] + whole[-1:] in {"[]", "{}"} or (not written and rows):
            self._nested(key, line)
        return whole

    def _nested(self, key: str, line: int) -> None:
        self._remarks.append(warning("front-matter/nested", self._place(line), key=key[:40]))

    def _unquoted(self, written: str, line: int) -> str:
        """A value in quotes, as YAML has them; one that only begins or ends with a quote, whole."""
        try:
            value = yaml.safe_load(written)
        except (yaml.YAMLError, RecursionError, ValueError) as problem:
            if written.count(written[0]) > 1:  # quotes within the words: “甲”乙
                return written
            why = str(getattr(problem, "problem", None) or problem)
            self._remarks.append(warning("front-matter/broken", self._place(line), why=why))
            return written[1:]
        return value if isinstance(value, str) else written


def goes_on(line: str) -> bool:
    """Whether a line belongs to the value above it: it is indented, and no pair of its own."""
    if line[:1] not in {" ", "\t", "-"} or not line.strip():
        return False
    return line.lstrip().startswith("-") or line.startswith("  ") or not _PAIR.match(line.strip())


def _joined(rows: Sequence[str]) -> str:
    """Lines of one value: a space between Western words, nothing beside Han."""
    text = ""
    for row in rows:
        apart = text and row and _WESTERN.match(text[-1]) and _WESTERN.match(row[0])
        text += f" {row}" if apart else row
    return text
