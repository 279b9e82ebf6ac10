"""What stands in a line: markdown-it's inline tokens → Inlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from markdown_it.token import Token

from banxin.diagnostics import Diagnostic, Place, error, warning
from banxin.manuscript.blocks import (
    Code,
    Dots,
    Emphasis,
    Inline,
    Inlines,
    LineBreak,
    Link,
    NoteRef,
    Ruby,
    Strong,
    Text,
)

_WESTERN: Final = re.compile(r"[\x21-\x7e\u00c0-\u024f]")
_UNDEFINED_NOTE: Final = re.compile(r"\[\^([^\]\s]+)\]")
# Where a printed page may lead. Anything else could make a reader's program act.
_LINK: Final = re.compile(r"(https?://|mailto:|#)")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)


def plain(text: Inlines) -> str:
    """The words alone."""
    return "".join(_plain(inline) for inline in text)


def _plain(inline: Inline) -> str:
    match inline:
        case Text(text) | Code(text):
            return text
        case Ruby(pairs):
            return "".join(base for base, _ in pairs)
        case Emphasis(inside) | Strong(inside) | Dots(inside) | Link(_, inside):
            return plain(inside)
        case LineBreak():
            return " "
        case NoteRef():
            return ""


class InlineReader:
    """Reads the inlines of one file; faults are placed by finding their words in its lines."""

    def __init__(
        self,
        file: PurePosixPath,
        lines: Sequence[str],
        faults: list[Diagnostic],
        remarks: list[Diagnostic],
    ) -> None:
        self._file = file
        self._lines = lines
        self._faults = faults
        self._remarks = remarks

    def read(self, token: Token, lines: Sequence[int]) -> Inlines:
        """Args: lines: first and last+1 of the block, from 0."""
        return self._inside(token.children or [], _Finder(self._file, self._lines, lines))

    def of_tokens(self, tokens: Sequence[Token], place: Place) -> Inlines:
        line = (place.line or 1) - 1
        return self._inside(tokens, _Finder(self._file, self._lines, (line, line + 1)))

    def _inside(self, tokens: Sequence[Token], finder: _Finder) -> Inlines:
        stack: list[tuple[Token | None, list[Inline]]] = [(None, [])]
        for index, token in enumerate(tokens):
            if token.nesting == 1:
                stack.append((token, []))
            elif token.nesting == -1 and len(stack) > 1:
                opening, inside = stack.pop()
                assert opening is not None
                stack[-1][1].extend(self._wrapped(opening, tuple(_merged(inside)), finder))
            else:
                stack[-1][1].extend(self._single(token, tokens, index, finder))
        return tuple(_merged(stack[0][1]))

    def _wrapped(self, opening: Token, inside: Inlines, finder: _Finder) -> Iterator[Inline]:
        match opening.type:
            case "em_open":
                yield Emphasis(inside)
            case "strong_open":
                yield Strong(inside)
            case "link_open":
                href = str(opening.attrs.get("href", ""))
                if not _LINK.match(href):
                    self._faults.append(error("link/address", finder.find("]("), address=href))
                yield Link(href, inside)
            case "span_open":
                yield from self._span(opening.attrs, inside, finder)
            case _:
                yield from inside

    def _span(
        self, attributes: Mapping[str, object], inside: Inlines, finder: _Finder
    ) -> Iterator[Inline]:
        if "ruby" in attributes:
            yield Ruby(_pairs(plain(inside), str(attributes["ruby"])))
        elif attributes.get("class") == "dots":
            yield Dots(inside)
        else:
            place = finder.find("[" + plain(inside)[:1])
            self._faults.append(error("span/unknown", place, words=plain(inside)[:20]))

    def _single(
        self, token: Token, tokens: Sequence[Token], index: int, finder: _Finder
    ) -> Iterator[Inline]:
        match token.type:
            case "text" | "text_special":
                for name in _UNDEFINED_NOTE.findall(token.content):
                    place = finder.find(f"[^{name}]")
                    self._faults.append(error("footnote/undefined", place, name=name))
                if "**" in token.content:
                    place = finder.find("**")
                    self._remarks.append(warning("text/stars", place, words=token.content[:30]))
                yield Text(token.content)
            case "softbreak":
                if _space_at_break(tokens, index):
                    yield Text(" ")
            case "hardbreak":
                yield LineBreak()
            case "code_inline":
                yield Code(token.content)
            case "footnote_ref":
                yield NoteRef(int(token.meta["id"]))
            case "html_inline":
                if _COMMENT.sub("", token.content).strip():
                    place = finder.find(token.content)
                    self._faults.append(error("html/raw", place, tag=token.content[:40]))
            case "image":
                place = finder.find("![")
                self._faults.append(error("figure/inline", place, address=str(token.attrs["src"])))
            case "footnote_anchor":
                return
            case _:
                yield Text(token.content)


class _Finder:
    """Finds words in a block's lines, going on from the last find."""

    def __init__(self, file: PurePosixPath, lines: Sequence[str], span: Sequence[int]) -> None:
        self._file = file
        self._lines = lines
        self._line, self._end = span[0], min(span[1], len(lines))
        self._first = span[0]
        self._column = 0

    def find(self, words: str) -> Place:
        needle = words.split("\n")[0]
        for line in range(self._line, self._end):
            start = self._column if line == self._line else 0
            column = self._lines[line].find(needle, start)
            if column >= 0:
                self._line, self._column = line, column + len(needle)
                return Place(str(self._file), line + 1, column + 1)
        return Place(str(self._file), self._first + 1, 1)


def _pairs(base: str, reading: str) -> tuple[tuple[str, str], ...]:
    """One reading a character where they come out even, else one for the whole."""
    syllables = reading.split()
    if len(syllables) == len(base):
        return tuple(zip(base, syllables, strict=True))
    return ((base, reading),)


def _space_at_break(tokens: Sequence[Token], index: int) -> bool:
    """A line end in the source is a space between Western words, and nothing beside Han."""
    before = next(
        (t.content[-1] for t in reversed(tokens[max(0, index - 3) : index]) if t.content), ""
    )
    after = next((t.content[0] for t in tokens[index + 1 : index + 4] if t.content), "")
    return bool(_WESTERN.match(before) and _WESTERN.match(after))


def _merged(inlines: Sequence[Inline]) -> Iterator[Inline]:
    """Neighbouring texts as one; empty ones dropped."""
    pending = ""
    for inline in inlines:
        if isinstance(inline, Text):
            pending += inline.text
            continue
        if pending:
            yield Text(pending)
            pending = ""
        yield inline
    if pending:
        yield Text(pending)
