"""What stands in a line: markdown-it's inline tokens → Inlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, TypeAlias
from urllib.parse import unquote

from markdown_it.token import Token

from banxin.diagnostics import Diagnostic, Place, error, note, warning
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
    Sub,
    Sup,
    Text,
)
from banxin.manuscript.habits import SEPARATORS
from banxin.manuscript.lookalikes import ESCAPED, OTHER, Lookalikes

_WESTERN: Final = re.compile(r"[\x21-\x7e\u00c0-\u024f]")
_UNDEFINED_NOTE: Final = re.compile(r"\[\^([^\[\]\s]+)\]")
# Where a printed page may lead. Anything else could make a reader's program act.
_LINK: Final = re.compile(r"(https?://|mailto:|#)")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_Stack: TypeAlias = list[tuple[Token | None, list[Inline]]]
_DEEPEST: Final = 40  # inlines inside one another
_NEXT_LINES: Final = 3  # in which a name stands behind the one before it
_SEPARATOR: Final = re.compile(f"[{SEPARATORS}]")
# Tags whose meaning is plain. All others of HTML are told, and their words set.
_READ_TAGS: Final[Mapping[str, type[Emphasis | Strong | Sub | Sup]]] = {
    "b": Strong, "strong": Strong, "i": Emphasis, "em": Emphasis, "sub": Sub, "sup": Sup,
}  # fmt: skip
HTML_TAGS: Final = frozenset(
    """
    a abbr address article aside audio b base bdi bdo big blockquote body br button canvas caption
    center cite code col colgroup dd del details dfn dialog dir div dl dt em embed fieldset
    figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
    i iframe img input ins kbd label legend li link main map mark menu meta nav noframes noscript
    object ol optgroup option output p param picture pre progress q rp rt ruby s samp script
    section select small source span strike strong style sub summary sup svg table tbody td
    template textarea tfoot th thead time title tr track tt u ul var video wbr
    """.split()  # noqa: SIM905  # a list of words
)
_PICTURE_TAGS: Final = frozenset(
    {"img", "picture", "svg", "video", "audio", "iframe", "object", "embed"}
)


def plain(text: Inlines) -> str:
    """The words alone."""
    return "".join(_plain(inline) for inline in text)


def _plain(inline: Inline) -> str:
    match inline:
        case Text(text) | Code(text):
            return text
        case Ruby(pairs):
            return "".join(base for base, _ in pairs)
        case (
            Emphasis(inside)
            | Strong(inside)
            | Dots(inside)
            | Sub(inside)
            | Sup(inside)
            | Link(_, inside)
        ):
            return plain(inside)
        case LineBreak():
            return " "
        case NoteRef():
            return ""


@dataclass(slots=True)
class ChapterNotes:
    """What the reading of one chapter has to say, and what it has yet to place.

    Attributes:
        notes: label or number of a footnote → its index in the chapter, by first mention.
        pictures: those met within a line, to be set behind the block.
        tags: code and tag → where one stands first, as it is written, and how many there are.
    """

    remarks: list[Diagnostic]
    looks: Lookalikes = field(default_factory=Lookalikes)
    notes: dict[int, int] = field(default_factory=dict)
    pictures: list[tuple[Token, Place]] = field(default_factory=list)
    tags: dict[tuple[str, str], tuple[Place, str, int]] = field(default_factory=dict)

    def tag(self, code: str, written: str, place: Place, name: str = "") -> None:
        """A tag of HTML; one of another picture is told for itself, for the picture is lost."""
        if name in _PICTURE_TAGS and not written.startswith("</"):
            self.remarks.append(error(code, place, tag=written[:200]))
            return
        match = _TAG.match(written)
        key = code, match[1].lower() if match else written
        first, as_written, times = self.tags.get(key, (place, written, 0))
        self.tags[key] = first, as_written, times + 1

    def tags_told(self) -> Iterator[Diagnostic]:
        for (code, _), (place, written, _) in self.tags.items():
            if code == "html/raw":
                yield warning(code, place, tag=written[:200])
            else:
                yield note(code, place, tag=written[:40])


class InlineReader:
    """Reads the inlines of one file; faults are placed by finding their words in its lines."""

    def __init__(self, file: PurePosixPath, lines: Sequence[str], told: ChapterNotes) -> None:
        self._file = file
        self._lines = lines
        self._told = told

    def read(self, token: Token, lines: Sequence[int], *, keep_lines: bool = False) -> Inlines:
        """Args: lines: first and last+1 of the block, from 0; keep_lines: as a list needs them."""
        finder = Finder(self._file, self._lines, lines)
        return self._all(token.children or [], finder, keep_lines=keep_lines)

    def of_tokens(self, tokens: Sequence[Token], place: Place) -> Inlines:
        line = (place.line or 1) - 1
        return self._all(tokens, Finder(self._file, self._lines, (line, line + 1)))

    def _all(self, tokens: Sequence[Token], finder: Finder, *, keep_lines: bool = False) -> Inlines:
        self._look(tokens, finder.again())
        stack: _Stack = [(None, [])]
        for index, token in enumerate(tokens):
            if token.type == "softbreak" and keep_lines:
                stack[-1][1].append(Text("\n"))
            elif token.nesting == 1:
                stack.append((token, []))
            elif token.nesting == -1 and len(stack) > 1:
                self._fold_tags(stack, finder)
                opening, inside = stack.pop()
                assert opening is not None
                put = self._wrapped(opening, tuple(_merged(inside)), finder)
                stack[-1][1].extend(inside if len(stack) > _DEEPEST else put)
            elif token.type == "html_inline":
                self._tag(token, stack, finder)
            else:
                stack[-1][1].extend(self._single(token, tokens, index, finder))
        self._fold_tags(stack, finder)
        return tuple(_merged(stack[0][1]))

    def _fold_tags(self, stack: _Stack, finder: Finder) -> None:
        """Tags that nothing closes: told, and their words go on where they stand."""
        while (opening := stack[-1][0]) is not None and opening.type == "html_inline":
            self._told.tag("html/raw", opening.content, finder.again().find(opening.content))
            _, inside = stack.pop()
            stack[-1][1].extend(inside)

    def _look(self, tokens: Sequence[Token], finder: Finder) -> None:
        """Search the text for markup that was not understood."""
        scanned = []
        for token in tokens:
            if token.type == "text":
                scanned.append(token.content)
            elif token.type == "text_special":
                scanned.append(ESCAPED * len(token.content))
            else:
                scanned.append("\n" if token.type in {"softbreak", "hardbreak"} else OTHER)
        text = "".join(scanned)
        self._told.looks.look(text, finder.find)

    def _wrapped(self, opening: Token, inside: Inlines, finder: Finder) -> Iterator[Inline]:
        match opening.type:
            case "em_open":
                yield Emphasis(inside)
            case "strong_open":
                yield Strong(inside)
            case "sub_open":
                yield Sub(inside)
            case "sup_open":
                yield Sup(inside)
            case "link_open":
                yield from self._link(opening, inside, finder)
            case "span_open":
                yield from self._span(opening.meta["given"], inside, finder)
            case _:
                yield from inside

    def _link(self, opening: Token, inside: Inlines, finder: Finder) -> Iterator[Inline]:
        href, title = str(opening.attrs.get("href", "")), str(opening.attrs.get("title", ""))
        if title and title not in {plain(inside), href}:
            place = finder.find("](")
            self._told.remarks.append(warning("link/title", place, title=title[:60]))
        if not _LINK.match(href):
            place, address = finder.find("]("), unquote(href)[:200]
            self._told.remarks.append(warning("link/address", place, address=address))
            yield from inside
            return
        yield Link(href, inside)

    def _span(self, given: Mapping[str, str], inside: Inlines, finder: Finder) -> Iterator[Inline]:
        place = finder.again().find("[" + plain(inside)[:1])
        strange = [key for key in given if key not in {"ruby", ".dots"}]
        if strange:
            words = plain(inside)[:20]
            self._told.remarks.append(warning("span/unknown", place, words=words, key=strange[0]))
        if ".dots" in given:
            inside = (Dots(inside),)
        if "ruby" in given:
            yield Ruby(_pairs(self.words(inside, place), given["ruby"]))
        else:
            yield from inside

    def words(self, inlines: Inlines, place: Place) -> str:
        """The words alone, for a place that has room for nothing else; what is lost is told."""
        lost = [part for inline in inlines for part in _beyond_words(inline)]
        for inline in lost:
            match inline:
                case Ruby(pairs):
                    reading = " ".join(reading for _, reading in pairs)
                    self._told.remarks.append(error("ruby/no-place", place, reading=reading[:40]))
                case NoteRef(index):
                    self._told.remarks.append(error("footnote/no-place", place, number=index + 1))
                case _:
                    severe = warning if isinstance(inline, Sub | Sup) else note
                    said = severe("text/plain-here", place, words=plain((inline,))[:40])
                    self._told.remarks.append(said)
        return plain(inlines)

    def look_at_words(self, text: str, place: Place) -> None:
        """Search words that are taken as they are: titles, whether they hope for markup."""
        for name in _UNDEFINED_NOTE.findall(text):
            self._told.remarks.append(error("footnote/undefined", place, name=name))
        self._told.looks.look(_UNDEFINED_NOTE.sub(OTHER, text), lambda words: place)

    def _single(
        self, token: Token, tokens: Sequence[Token], index: int, finder: Finder
    ) -> Iterator[Inline]:
        match token.type:
            case "text":
                for name in _UNDEFINED_NOTE.findall(token.content):
                    place = finder.find(f"[^{name}]")
                    self._told.remarks.append(error("footnote/undefined", place, name=name))
                yield from self._text(token.content, finder)
            case "text_special":
                yield Text(token.content)
            case "softbreak":
                if _space_at_break(tokens, index):
                    yield Text(" ")
            case "hardbreak":
                yield LineBreak()
            case "code_inline":
                yield Code(token.content)
            case "footnote_ref":
                notes = self._told.notes
                yield NoteRef(notes.setdefault(int(token.meta["id"]), len(notes)))
            case "image":
                place = finder.find("![")
                address = str(token.attrs["src"])
                self._told.remarks.append(warning("figure/inline", place, address=address))
                self._told.pictures.append((token, place))
            case _:
                yield Text(token.content)

    def _text(self, text: str, finder: Finder) -> Iterator[Inline]:
        """Text, cut where another program has put a line separator of its own."""
        if text.isascii() and not _SEPARATOR.search(text):
            yield Text(text)
            return
        for number, part in enumerate(_SEPARATOR.split(text)):
            if number:
                yield LineBreak()
            if part:
                yield Text(part)

    def _tag(self, token: Token, stack: _Stack, finder: Finder) -> None:
        """A tag of HTML: read where its meaning is plain, else told; its words are set."""
        written = _COMMENT.sub("", token.content).strip()
        tag = _TAG.match(written)
        name = tag[1].lower() if tag else ""
        if not written:
            return
        place = finder.find(token.content)
        if name == "br":
            self._told.tag("html/break", "<br>", place)
            stack[-1][1].append(LineBreak())
        elif tag and name not in HTML_TAGS and not written.startswith("</"):
            # `<姓名>` is text to everybody, and so is `<name>`: what it stands for is not HTML.
            self._told.remarks.append(warning("html/printed", place, tag=written[:40]))
            stack[-1][1].append(Text(token.content))
        elif name in _READ_TAGS and not written.startswith("</"):
            token.meta["place"] = place
            stack.append((token, []))
        elif name in _READ_TAGS and (level := _opened(stack, name)):
            inside: list[Inline] = []
            opening = stack[level][0]
            place = opening.meta["place"] if opening else place
            while len(stack) > level:
                inside = [*stack.pop()[1], *inside]
            stack[-1][1].append(_READ_TAGS[name](tuple(_merged(inside))))
            self._told.tag("html/read", f"<{name}>", place)
        else:
            self._told.tag("html/raw", written, place, name)


def _opened(stack: _Stack, name: str) -> int:
    """At which level of *stack* the tag *name* was opened, if nothing but tags lies above; or 0."""
    for level in range(len(stack) - 1, 0, -1):
        opening = stack[level][0]
        if opening is None or opening.type != "html_inline":
            return 0
        tag = _TAG.match(opening.content)
        if tag and tag[1].lower() == name:
            return level
    return 0


def _beyond_words(inline: Inline) -> Iterator[Inline]:
    """What *inline* has that its words alone do not say: readings, notes, another voice."""
    match inline:
        case Ruby() | NoteRef():
            yield inline
        case (
            Emphasis(inside)
            | Strong(inside)
            | Dots(inside)
            | Sub(inside)
            | Sup(inside)
            | Link(_, inside)
        ):
            yield inline
            for part in inside:
                yield from _beyond_words(part)
        case _:
            pass


class Finder:
    """Finds words in a block's lines, going on from the last find."""

    def __init__(self, file: PurePosixPath, lines: Sequence[str], span: Sequence[int]) -> None:
        self._file = file
        self._lines = lines
        self._line, self._end = span[0], min(span[1], len(lines))
        self._first = span[0]
        self._column = 0

    def again(self) -> Finder:
        """Another one, from the beginning."""
        return Finder(self._file, self._lines, (self._first, self._end))

    def find(self, words: str) -> Place:
        needle = words.split("\n")[0]
        for line in range(self._line, self._end):
            start = self._column if line == self._line else 0
            column = self._lines[line].find(needle, start)
            if column >= 0:
                self._line, self._column = line, column + len(needle)
                return Place(str(self._file), line + 1, column + 1)
        return Place(str(self._file), self._first + 1, 1)

    def find_name(self, name: str) -> Place | None:
        """A name, spaced out or not, within a few lines; None where it is written otherwise."""
        wanted = re.compile(r"[ \u3000\u00a0]*".join(map(re.escape, name)))
        for line in range(self._line, min(self._line + _NEXT_LINES, self._end)):
            found = wanted.search(self._lines[line], self._column if line == self._line else 0)
            if found:
                self._line, self._column = line, found.end()
                return Place(str(self._file), line + 1, found.start() + 1)
        return None


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
    pending: list[str] = []
    for inline in inlines:
        if isinstance(inline, Text):
            pending.append(inline.text)
            continue
        if "".join(pending):
            yield Text("".join(pending))
        pending = []
        yield inline
    if "".join(pending):
        yield Text("".join(pending))
