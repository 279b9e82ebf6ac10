"""Where a block's own words stand in its file: what is opened to be written anew, and nothing more.

A place names a block; its extent is the stretch of the file that says it, without the marks that
make it a heading, an item or a quotation. Other words put there change this block alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from banxin.manuscript import attributes as braces
from banxin.manuscript import frontmatter
from banxin.manuscript.blocks import Field
from banxin.manuscript.reader import ChapterReader, tree

_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")
_MARK_OF_ORDER: Final = "\ufeff"
_QUOTED: Final = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*")
_KEY: Final = re.compile(r"[^:：\n]*?[ \t]*[:：][ \t]*")
_HASHES: Final = re.compile(r"[ \t>]*#{1,6}[ \t]*")
_FENCE: Final = re.compile(r"[ \t>]*:{3,}")
_ONE_LINE: Final = frozenset({"heading", "caption", "cell", "field"})


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of a file.

    Attributes:
        kind: paragraph, heading, caption, cell, field or block.
        begins, ends: in characters of the text, a mark of byte order counted.
        shown: its words, lines parted by `\\n`, without the marks that lines begin with.
        marks: what each line but the first begins with; `ends_of_lines`: what parts them.
        lines: first and last, from 0.
    """

    kind: str
    begins: int
    ends: int
    shown: str
    marks: tuple[str, ...]
    ends_of_lines: tuple[str, ...]
    lines: tuple[int, int]

    @property
    def is_one_line(self) -> bool:
        return self.kind in _ONE_LINE

    def filled(self, text: str, words: str) -> str:
        """*text* with *words* in the place of these."""
        end = (*self.ends_of_lines, *_LINE_ENDS.findall(text)[:1], "\n")[0]
        out = ""
        for number, line in enumerate(words.split("\n")):
            if number:
                before = number - 1
                known = before < len(self.marks)
                out += self.ends_of_lines[before] if before < len(self.ends_of_lines) else end
                out += self.marks[before] if known else (*self.marks[-1:], "")[0] if line else ""
            out += line
        return text[: self.begins] + out + text[self.ends :]


class ChapterText:
    """One chapter as it is written.

    Attributes:
        text: whole, with its own line ends; `rows`: its lines without them.
    """

    def __init__(self, file: PurePosixPath, text: str) -> None:
        self.file, self.text = file, text
        self._bare = text.removeprefix(_MARK_OF_ORDER)
        self._skipped = len(text) - len(self._bare)
        self.rows = _LINE_ENDS.split(self._bare)
        self._row_ends = _LINE_ENDS.findall(self._bare)
        self._reader = ChapterReader(file, "\n".join(self.rows), [])
        self._tree = tree(self._reader.tokens)
        self._starts = [0]
        for row, end in zip(self.rows, self._row_ends, strict=False):
            self._starts.append(self._starts[-1] + len(row) + len(end))

    def extent(self, line: int, column: int, cell: tuple[int, int] | None = None) -> Extent | None:
        """Of the block at a place, both counted from 1; or of a cell of it, row and column from 0.

        None where nothing is written that a place could name.
        """
        if not 1 <= line <= len(self.rows):
            return None
        key = self.key_at(line)
        if key is not None:
            return self.field(key)
        row = self.row(line)
        if row.startswith("![", column - 1):
            return self._caption(line - 1, column - 1)
        node = self._node(line, column)
        if node is None or node.map is None:
            return None
        first, end = node.map
        if node.type == "table":
            return self._cell(node, cell) if cell else self._block(first, end)
        if node.type == "heading":
            return self._heading(node)
        if node.type == "paragraph":
            return self._paragraph(first, end, column - 1)
        if node.type == "container_block":
            named = re.match(r"pullquote\b", (node.info or "").strip())
            closed = end < len(self.rows) and _FENCE.match(self._reader.lines[end])
            return self._block(first + 1, end) if named else self._block(first, end + bool(closed))
        return self._block(first, end) if node.type != "hr" else None

    # --- kinds ------------------------------------------------------------------------------

    @property
    def front(self) -> Mapping[str, Field]:
        return self._reader.front

    def row(self, line: int) -> str:
        """A line, from 1, as its signs are meant: as long as it is written."""
        lines = self._reader.lines
        return lines[line - 1] if line <= len(lines) else ""

    def start(self, line: int) -> int:
        """Where a line, from 1, begins in the text."""
        return self._skipped + self._starts[line - 1]

    def key_at(self, line: int) -> str | None:
        """The key of the front matter that is written on a line, from 1."""
        return next((key for key, field in self.front.items() if field.place.line == line), None)

    def field(self, key: str) -> Extent:
        first = (self._reader.front[key].place.line or 1) - 1
        last = first
        for row in self.rows[first + 1 :]:
            if not frontmatter.goes_on(row) or row.strip() == "---":
                break
            last += 1
        begins = _KEY.match(self.rows[first])
        column = begins.end() if begins else 0
        return self._made("field", first, column, last, len(self.rows[last].rstrip()))

    def _caption(self, line: int, column: int) -> Extent | None:
        end = _closing(self._reader.lines[line], column + 1)
        return self._made("caption", line, column + 2, line, end) if end else None

    def _heading(self, node: SyntaxTreeNode) -> Extent:
        first, end = node.map or (0, 1)
        if node.markup in {"=", "-"}:
            return self._paragraph(first, end - 1, _column(self.rows[first]), "heading")
        hashes = _HASHES.match(self._reader.lines[first])
        column = hashes.end() if hashes else 0
        return self._made("heading", first, column, first, len(self.rows[first].rstrip()))

    def _paragraph(self, first: int, end: int, column: int, kind: str = "paragraph") -> Extent:
        last = self._last_with_words(first, end)
        return self._made(kind, first, column, last, len(self.rows[last].rstrip()))

    def _cell(self, table: SyntaxTreeNode, cell: tuple[int, int]) -> Extent | None:
        rows = [row for part in table.children for row in part.children]
        if rows and not any(inline.content for inline in rows[0].walk() if inline.type == "inline"):
            rows = rows[1:]  # a head without words is none
        if cell[0] >= len(rows):
            return None
        own = rows[cell[0]]
        line = (own.map or _map_of(own) or (0, 1))[0]
        spans = list(_cells(self.rows[line]))
        if cell[1] >= len(spans):
            return None
        begins, ends = spans[cell[1]]
        return self._made("cell", line, begins, line, ends)

    def _block(self, first: int, end: int) -> Extent:
        last = self._last_with_words(first, end)
        column = _column(self.rows[first])
        return self._made("block", first, column, last, len(self.rows[last].rstrip()))

    def _last_with_words(self, first: int, end: int) -> int:
        rows = range(min(end, len(self.rows)) - 1, first, -1)
        return next((n for n in rows if self.rows[n].strip(" \t>")), first)

    def _made(self, kind: str, first: int, column: int, last: int, end: int) -> Extent:
        rows = self.rows
        marks = tuple(self._mark(rows[n], kind) for n in range(first + 1, last + 1))
        text = [rows[n] for n in range(first, last + 1)]
        text[-1] = text[-1][:end]
        text[0] = text[0][column:]
        shown = (text[0], *(t[len(m) :] for t, m in zip(text[1:], marks, strict=True)))
        at = self._skipped
        return Extent(
            kind,
            at + self._starts[first] + column,
            at + self._starts[last] + end,
            "\n".join(shown),
            marks,
            tuple(self._row_ends[first:last]),
            (first, last),
        )

    @staticmethod
    def _mark(row: str, kind: str) -> str:
        found = _QUOTED.match(row) if kind != "block" else None
        return found[0] if found else ""

    # --- the tree ---------------------------------------------------------------------------

    def _node(self, line: int, column: int) -> SyntaxTreeNode | None:
        """The innermost block at a place; where none begins there, the one that the line is in."""
        around = None
        at = None
        for node in (inner for outer in self._tree for inner in outer.walk()):
            if node.map is None or node.type in {"inline", "list_item"}:
                continue
            place = self._reader.place(node)
            if (place.line, place.column) == (line, column) and node.type not in _PARTS:
                at = node
            elif node.map[0] < line <= node.map[1] and node.type not in _PARTS:
                around = node
        return at or around

    # --- the rest of the chapter ------------------------------------------------------------

    def beside(self, lines: tuple[int, int], more: int = 0) -> Sequence[object]:
        """All that is said outside of these lines, to be held against another draft.

        Args:
            more: lines that have been added among them.
        """
        first, last = lines[0], lines[1] + more
        front = {
            k: f.value for k, f in self._reader.front.items() if not self._is_in(f, first, last)
        }
        return [front, *(_said(token) for token in self._outside(first, last))]

    @staticmethod
    def _is_in(field: Field, first: int, last: int) -> bool:
        return first <= (field.place.line or 1) - 1 <= last

    def _outside(self, first: int, last: int) -> Iterator[Token]:
        for token in self._reader.tokens:
            begins, end = token.map or (-1, -1)
            if begins >= 0 and (end <= first or begins > last):
                yield token


_PARTS: Final = frozenset({"thead", "tbody", "tr", "th", "td", "bullet_list", "ordered_list"})


def _said(token: Token) -> tuple[str, int, str, str]:
    return token.type, token.level, token.content, token.info


def _column(row: str) -> int:
    return len(row) - len(row.lstrip())


def _map_of(node: SyntaxTreeNode) -> tuple[int, int] | None:
    return next((inner.map for inner in node.walk() if inner.map), None)


def _closing(row: str, opening: int) -> int | None:
    """Where the bracket at *opening* is closed."""
    depth, at = 0, opening
    while at < len(row):
        if row[at] == "\\":
            at += 1
        elif row[at] == "[":
            depth += 1
        elif row[at] == "]":
            depth -= 1
            if not depth:
                return at
        at += 1
    return None


def _cells(row: str) -> Iterator[tuple[int, int]]:
    """Where the words of each cell of a table's row begin and end."""
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", row)]
    edges = [-1, *bars, len(row)]
    for number, (left, right) in enumerate(pairwise(edges)):
        words = row[left + 1 : right]
        is_outside = number in {0, len(edges) - 2} and not words.strip(" \t>")
        if not is_outside:
            begins = left + 1 + len(words) - len(words.lstrip())
            yield begins, max(begins, left + 1 + len(words.rstrip()))


# --- attributes -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changed:
    """A whole text, and the lines of the old one, from 0, that it says otherwise."""

    text: str
    lines: tuple[int, int]


def with_attribute(
    written: ChapterText, line: int, column: int, key: str, value: str | None
) -> Changed:
    """The chapter with *key* said of the picture or the `:::` block at a place.

    Of a picture in the front matter it is a key of that.

    Raises:
        LookupError: there is neither.
    """
    asked = written.key_at(line)
    if asked is not None:
        return _with_key(written, asked, key, value)
    row = written.row(line)
    picture = row.startswith("![", column - 1)
    end = _end_of_picture(row, column - 1) if picture else _end_of_opening(row)
    tail = row[end:].lstrip(" \t")
    gap = row[end : len(row) - len(tail)]
    if braces.parse(tail) is None:
        gap, tail = "" if picture else " ", ""
        rest = row[end:]
    else:
        rest = ""
    made = braces.with_value(tail, key, value)
    new = row[:end] + (gap if made.startswith("{") else "") + made + rest
    at = written.start(line)
    text = written.text[:at] + new + written.text[at + len(row) :]
    return Changed(text, (line - 1, line - 1))


def with_address(written: ChapterText, line: int, column: int, address: str) -> Changed:
    """The chapter with another picture at a place. Raises: LookupError."""
    text, lines = written.text, (line - 1, line - 1)
    if written.key_at(line) is not None:
        extent = written.extent(line, column)
        assert extent is not None
        return Changed(extent.filled(text, address), extent.lines)
    row = written.row(line)
    if not row.startswith("![", column - 1):
        raise LookupError(row)
    end = _end_of_picture(row, column - 1)
    opens = (_closing(row, column) or 0) + 2
    title = _TITLE.search(row[opens : end - 1])
    at = written.start(line)
    begins, ends = at + opens, at + (opens + title.start() if title else end - 1)
    return Changed(text[:begins] + address + text[ends:], lines)


_TITLE: Final = re.compile(r"\s+[\"“][^\"“”]*[\"”]\s*$")
_OPENING: Final = re.compile(r"[ \t>]*:{3,}[ \t]*[^\s{｛]*")


def _end_of_opening(row: str) -> int:
    opening = _OPENING.match(row)
    if opening is None:
        raise LookupError(row)
    return opening.end()


def _end_of_picture(row: str, column: int) -> int:
    """Behind the parenthesis that closes a picture's address. Raises: LookupError."""
    closed = _closing(row, column + 1)
    if closed is None or row[closed + 1 : closed + 2] != "(":
        raise LookupError(row)
    depth = 0
    for at in range(closed + 1, len(row)):
        depth += {"(": 1, ")": -1}.get(row[at], 0)
        if not depth:
            return at + 1
    raise LookupError(row)


def _with_key(written: ChapterText, beside: str, key: str, value: str | None) -> Changed:
    """A key of the front matter; one that is not there yet stands behind *beside*."""
    text = written.text
    known = key if key in written.front else ""
    extent = written.field(known or beside)
    if known and value is not None:
        return Changed(extent.filled(text, value), extent.lines)
    if value is None and not known:
        return Changed(text, extent.lines)
    if value is None:
        first, last = extent.lines
        cut = written.start(first + 1), written.start(last + 2)
        return Changed(text[: cut[0]] + text[cut[1] :], extent.lines)
    end = (*_LINE_ENDS.findall(text)[:1], "\n")[0]
    made = f"{text[: extent.ends]}{end}{key}: {value}{text[extent.ends :]}"
    return Changed(made, extent.lines)
