"""What a manuscript says, by its raw lines: the judge's own reading, sharing no code with ours.

It knows no blocks and makes no pages. All that it does is to tell words from markup, and pictures
from words, so that both can be looked for in the finished file. Where it is in doubt it takes a
thing for markup: what it does not ask for it cannot miss.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from banxin.diagnostics import Place
from banxin.preflight.tabled import Row, said

HIDDEN: Final = "\x00"  # a character of markup, within a word or beside it
CALL: Final = "\x01"  # where a note is called: a number that is not written may stand there
PICTURES: Final = (
    ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".avif", ".heic", ".svg", ".svgz", ".pdf",
    ".eps", ".ai",
)  # fmt: skip
PAGE: Final = "#page="  # behind the name of a PDF
SETTINGS: Final = frozenset({
    "template", "focus", "lang", "page", "anchor", "size", "lines", "fit",
    "photo", "as", "ink", "square", "overprint", "sort", "except", "when",
})  # fmt: skip
SPOKEN: Final = ("title", "count", "by", "unit", "source", "credit", "ruby")  # attributes in print
LED: Final = frozenset(
    {"numbers", "timeline", "chronicle"}
)  # their items have words at their heads
# Attributes of that name which are no words: a column of a table, ones that a mark stands for.
COUNTED: Final = frozenset({("names", "by"), ("numbers", "unit")})
# Chapters whose titles may name them and stand on no page.
UNTITLED: Final = frozenset({"imprint", "spread", "contents", "page"})
USUAL: Final = frozenset({"版权页", "版权", "版权信息", "目录", "目次", "imprint", "contents"})

Letters = tuple[str, bytearray]

_HAN: Final = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SIGN: Final = r"%‰¢£¤¥€°±×÷−≈≠≤≥←-⇿①-⓿■-◿"  # what is said without letters
_WORDS: Final = re.compile(rf"([{_HAN}]+|[{_SIGN}])|((?:(?![{_HAN}])[^\W_])+)")
# Marks that carry a meaning, each with the one that stands for all of its kind.
_MARKS: Final = {
    **dict.fromkeys("“”„‟「」『』\"", "“"), **dict.fromkeys("‘’‛'", "’"),
    **dict.fromkeys("(〔【〖", "（"), **dict.fromkeys(")〕】〗", "）"),
    **dict.fromkeys("《〈", "《"), **dict.fromkeys("》〉", "》"), "§": "§",
    **dict.fromkeys("—―⸺–", "—"), **dict.fromkeys("-‐‑\u00ad\x02\ufffe", "-"),
    **dict.fromkeys("·•‧・", "·"), **{mark: mark for mark in "./:,@&+"},
}  # fmt: skip
# These have a meaning between two letters, and some only within a word or a number.
_BETWEEN: Final = frozenset("-·’")
_WITHIN: Final = frozenset("./:,@&+")
_FENCE: Final = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_OPEN: Final = re.compile(r"\s*:{3,}\s*([\w-]+)?(.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|(\d{1,9})[.)])(?:\s|$)")
_NOTE: Final = re.compile(r"\s*\[\^[^\]]+\]:")
_DEFINED: Final = re.compile(r"\s{0,3}\[[^\]^][^\]]*\]:\s*\S+")
_RULE_OF_TABLE: Final = re.compile(r"\s*(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*(?:\|\s*)?")
_KEY: Final = re.compile(r"([\w-]+)[ \t]*:(?=\s|$)")
_VALUE: Final = re.compile(r"""([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s}]+)""")
_LEAD: Final = re.compile(r"\s*[-*+]\s+\*\*(.+?)\*\*")
_PLACED: Final = re.compile(
    r"[!！][\[［]((?:[^\[\]［］\\]|\\.|\[[^\[\]]*\])*)[\]］]\s?"
    r"[(（]((?:[^()（）]|[(（][^()（）]*[)）])*)[)）](\{[^{}\n]*\})?"
)
_SIGNS: Final = re.compile(
    r"(?P<kept>\\[!-/:-@\[-`{-~]|(?<!`)(?P<ticks>`{1,32})(?!`).{1,1000}?(?<!`)(?P=ticks)(?!`)"
    r"|<(?:https?:|mailto:)[^<>\s]+>|<[^<>\s@]+@[^<>\s@]+>)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<call>\[\^[^\[\]\s]+\])"
    r"|(?P<hidden>\]\((?:[^()\n]|\([^()\n]*\))*\)"
    r"|(?<=[\])`*])\{[^{}\n]*\}|\{[\#.][^{}\n]*\}\s*$"
    r"|</?[A-Za-z][^<>\n]*>|(?<=[\w\])）])[~^]|[~^](?=\w))"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line: where it begins in its file, and what it says, markup hidden."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class WrittenWords:
    """Words that stand together on a page.

    `kind`: `title` `kicker` `front` `heading` `text` `item` `name` `note` `cell` `axis` `caption`
    `attribute`, or `label`: a title that may stand on no page. An axis is what a chart's first
    column is called.
    """

    file: str
    kind: str
    pieces: tuple[Piece, ...]

    @property
    def first(self) -> int:
        return self.pieces[0].line

    @property
    def last(self) -> int:
        return self.pieces[-1].line

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)

    @property
    def number(self) -> str:
        """Of an item that has one."""
        match = _ITEM.match(self.pieces[0].text) if self.kind == "item" else None
        return match[1] or "" if match else ""

    def place(self, letter: int) -> Place:
        """Where its letter of that number stands."""
        piece, offset = self._at(letter)
        return Place(self.file, piece.line, piece.column + offset)

    def without(self, start: int, end: int) -> WrittenWords:
        """The same with its letters from *start* to *end* hidden."""
        pieces, at = [], 0
        for piece in self.pieces:
            shown = []
            for character in piece.text:
                count = len(letters(character)[0])
                inside = count and start < at + count and at < end
                shown.append(HIDDEN if inside else character)
                at += count
            pieces.append(replace(piece, text="".join(shown)))
        return replace(self, pieces=tuple(pieces))

    def words(self, start: int, end: int) -> str:
        """Its letters from *start* to *end*, as they are written."""
        piece, offset = self._at(start)
        last, stop = self._at(end - 1)
        lines = [p.text for p in self.pieces[self.pieces.index(piece) : self.pieces.index(last)]]
        text = "\n".join([*lines, last.text[: stop + 1]])[offset:]
        return " ".join(text.replace(HIDDEN, "").replace(CALL, "").split())

    def _at(self, letter: int) -> tuple[Piece, int]:
        for piece in self.pieces:
            for offset, character in enumerate(piece.text):
                letter -= len(letters(character)[0])
                if letter < 0:
                    return piece, offset
        return self.pieces[-1], max(0, len(self.pieces[-1].text) - 1)


@dataclass(frozen=True, slots=True)
class WrittenPicture:
    """A picture that the manuscript places, by its address in the workspace.

    `ahead`: in the front matter, for a template to place.
    """

    name: str
    place: Place
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """One chapter: its words in their order, and its pictures."""

    file: str
    template: str
    said: tuple[WrittenWords, ...]
    shown: tuple[WrittenPicture, ...]

    @property
    def own_and_tables(self) -> tuple[Written, Mapping[str, tuple[WrittenWords, ...]]]:
        """What its own lines say, and what the rows of each table say that it takes names from."""
        tables: dict[str, list[WrittenWords]] = {}
        own: list[WrittenWords] = []
        for one in self.said:
            (own if one.file == self.file else tables.setdefault(one.file, [])).append(one)
        return replace(self, said=tuple(own)), {file: tuple(of) for file, of in tables.items()}


def letters(text: str) -> Letters:
    """The letters, digits and signs of *text*, and which of them go on with a word.

    One form for each: full-width or not, ligature or two letters, ₂ or 2, capital or small.
    """
    found, joined = [], bytearray()
    for match in _WORDS.finditer(unicodedata.normalize("NFKC", text).casefold()):
        word = match[0]
        found.append(word)
        joined += b"\1" * len(word) if match[2] else bytes(len(word))
        if match[2]:
            joined[-len(word)] = 0
    return "".join(found), joined


def marks(text: str, *, strict: bool) -> dict[int, str]:
    """The marks before each letter of *text* that carry a meaning; behind the last, too.

    Args:
        strict: only those that surely do: a comma within a number, no comma of a sentence.
    """
    found: dict[int, str] = {}
    usual = unicodedata.normalize("NFKC", text).casefold()
    if strict:
        usual = usual.replace("\u00ad", "")  # seen only where a line ends
    at = last = 0
    in_word = False
    for match in (*_WORDS.finditer(usual), None):
        gap = usual[last : match.start() if match else len(usual)]
        single = at > 0 and match is not None and len(gap) == 1
        doubtful = frozenset[str]()
        if strict:
            doubtful |= frozenset() if single else _BETWEEN
            doubtful |= frozenset() if single and in_word and match and match[2] else _WITHIN
        here = "".join(_MARKS[c] for c in gap if c in _MARKS and _MARKS[c] not in doubtful)
        if here:
            found[at] = here
        if match:
            at, last, in_word = at + len(match[0]), match.end(), bool(match[2])
    return found


def written(
    file: str,
    text: str,
    captions: Mapping[str, Sequence[str]] = MappingProxyType({}),
    tables: Mapping[str, Sequence[Row]] = MappingProxyType({}),
) -> Written:
    """A chapter's words and pictures.

    Args:
        captions: what a picture without words of its own is printed with: caption and credit, by
            its address in the workspace.
        tables: rows of those that lists of names are taken from, by theirs.
    """
    return _Scanner(file, captions, tables).read(text)


def _names_a_picture(value: str) -> bool:
    return value.lower().partition(PAGE)[0].endswith(PICTURES)


class _Scanner:
    """Goes down the lines of one file and remembers what it is in."""

    def __init__(
        self,
        file: str,
        captions: Mapping[str, Sequence[str]],
        tables: Mapping[str, Sequence[Row]],
    ) -> None:
        self._file = file
        self._captions = captions
        self._tables = tables
        self._said: list[WrittenWords] = []
        self._shown: list[WrittenPicture] = []
        self._template = ""
        self._pieces: list[Piece] = []
        self._kind = "text"
        self._block = ""
        self._of_block = ""  # the letters of its attributes
        self._rows = 0  # of a chart, that were read
        self._listing = False
        self._code = False

    def read(self, text: str) -> Written:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        start = self._front(lines)
        self._body(lines, start)
        self._end()
        said = tuple(_as_numbered(self._said))
        if self._template in UNTITLED:
            said = tuple(self._labels(said))
        return Written(self._file, self._template, said, tuple(self._shown))

    @staticmethod
    def _labels(said: Sequence[WrittenWords]) -> Iterator[WrittenWords]:
        """A title may name its page and no more: one that is usual need not be printed."""
        for one in said:
            if one.kind != "title":
                yield one
            elif letters(one.text)[0] not in USUAL:
                yield replace(one, kind="label")

    # --- front matter -------------------------------------------------------------------

    def _front(self, lines: Sequence[str]) -> int:
        """The number, from 0, of the line behind the front matter."""
        first = next((n for n, line in enumerate(lines) if line.strip("\ufeff \t\u3000")), 0)
        if lines[first].strip("\ufeff \t") != "---":
            return 0
        end = next((n for n in range(first + 1, len(lines)) if lines[n].rstrip() == "---"), 0)
        if not end:
            return 0
        key = ""
        for number in range(first + 1, end):
            line = lines[number]
            match = _KEY.match(line)
            if match:
                self._end()
                key = match[1]
            elif not line.startswith((" ", "\t")) or line.lstrip().startswith("#"):
                continue
            self._value(key, number + 1, line, match.end() if match else 0)
        self._end()
        return end + 1

    def _value(self, key: str, number: int, line: str, start: int) -> None:
        value = line[start:].strip().strip("\"'")
        column = start + len(line[start:]) - len(line[start:].lstrip()) + 1
        if key == "template":
            self._template = value
        elif _names_a_picture(value):
            self._show(value, Place(self._file, number, 1), ahead=True)
        elif key not in SETTINGS:
            self._kind = key if key in {"title", "kicker"} else "front"
            self._pieces.append(Piece(number, column, line[column - 1 :]))

    # --- the text -----------------------------------------------------------------------

    def _body(self, lines: Sequence[str], start: int) -> None:
        fence, comment, blank = "", False, True
        for index in range(start, len(lines)):
            number, line = index + 1, lines[index].lstrip("\ufeff")
            opened = _FENCE.match(line)
            if fence:
                if opened and opened[1].startswith(fence) and not line.strip(" \t`~"):
                    fence = ""
                    self._end()
                else:
                    self._pieces.append(Piece(number, 1, line))
                continue
            if opened:
                self._end()
                fence = opened[1]
                continue
            line, comment = _uncommented(line, within=comment)
            if not line.strip(HIDDEN + " \t"):
                self._end()
                blank = True
                continue
            ahead = lines[index + 1] if index + 1 < len(lines) else ""
            self._line(number, line, ahead, after_blank=blank)
            blank = False

    def _line(self, number: int, line: str, ahead: str, *, after_blank: bool) -> None:
        indented = line.startswith(("    ", "\t"))
        self._code = indented and not self._listing and (after_blank or self._code)
        if self._code:
            self._pieces.append(Piece(number, 1, line))
            return
        if not indented and not _ITEM.match(line) and after_blank:
            self._listing = False
        bare = re.sub(r"^[\s>]*", lambda quoted: " " * len(quoted[0]), line)
        opening = _OPEN.match(bare)
        if opening:
            self._end()
            self._block, self._rows = opening[1] or "", 0
            named = (m[2] for m in _VALUE.finditer(opening[2]) if m[1] in {"title", "unit"})
            self._of_block = letters(" ".join(named))[0]
            self._attributes(number, line, 0)
            if self._block == "names":
                self._of_table(opening[2])
        elif _DEFINED.match(bare) or (_RULE_OF_TABLE.fullmatch(bare) and "-" in bare):
            self._rows = self._rows or 1
        elif bare.lstrip().startswith("|") or _is_table(bare, ahead, self._kind):
            self._row(number, bare)
        else:
            self._words(number, line, bare)

    def _words(self, number: int, line: str, bare: str) -> None:
        item, heading = _ITEM.match(bare), re.match(r"\s{0,3}#{1,6}(?:\s|$)", bare)
        if item or heading or _NOTE.match(bare) or self._kind == "cell":
            self._end()
        self._listing = self._listing or bool(item)
        if heading:
            self._kind = "heading"
        elif item:
            self._kind = "item"
        shown = self._pictures(number, line)
        if self._block == "names" and not item:
            self._parts(number, shown)
            return
        lead = _LEAD.match(shown) if self._block in LED else None
        if lead:
            behind = (
                re.match(r"\{[^{}\n]*\}", shown[lead.end() :]) if self._block == "numbers" else None
            )
            end = lead.end() + (behind.end() if behind else 0)
            self._of_mark(number, shown, lead.end(), end)
            self._say("item", number, lead.start(1), shown[lead.start(1) : lead.end(1)])
            shown = HIDDEN * end + shown[end:]
        if self._block == "list":
            shown = re.sub(r"\{[^{}\n]*\}\s*$", lambda braces: HIDDEN * len(braces[0]), shown)
        label = _NOTE.match(shown)
        if label:
            shown = HIDDEN * label.end() + shown[label.end() :]
            self._kind = "note"
        self._pieces.append(Piece(number, 1, self._unmarked(number, shown)))
        if heading:
            self._end()

    def _of_mark(self, number: int, line: str, start: int, end: int) -> None:
        """What a mark of a number is, in braces behind its bold words; 一支 may become 一百支."""
        for match in _VALUE.finditer(line, start, end):
            if match[1] == "of":
                self._say("attribute", number, match.start(2), match[2].strip("\"'").lstrip("一"))

    def _parts(self, number: int, line: str) -> None:
        """Names that one line gives one after another."""
        for part in re.finditer(r"[^、，,；;。]+", line):
            self._say("name", number, part.start(), part[0])

    def _of_table(self, braces: str) -> None:
        """Names that stand in a table, at their rows."""
        asked = {m[1]: m[2].strip("\"'") for m in _VALUE.finditer(braces)}
        table = self._address(asked.get("from", ""))
        for number, words in said(
            self._tables.get(table, ()), asked.get("by", ""), asked.get("about", "")
        ):
            if letters(words)[0]:
                self._said.append(WrittenWords(table, "name", (Piece(number, 1, words),)))

    def _row(self, number: int, line: str) -> None:
        self._end()
        self._kind = "cell"
        cells = list(re.finditer(r"(?:[^|\\]|\\.)+", line))
        is_head = self._block in {"chart", "chronicle"} and not self._rows
        if is_head:
            cells = [cell for cell in cells if not self._is_said(cell[0])]
        for cell in cells:
            kind = "axis" if is_head and not line[: cell.start()].strip(" \t|") else "cell"
            self._say(kind, number, cell.start(), self._pictures(number, cell[0]))
        self._kind = "cell"

    def _is_said(self, words: str) -> bool:
        """Whether a chart's title or unit says so already: 人数 under 职工人数."""
        said = letters(words)[0]
        return bool(said) and said in self._of_block

    def _pictures(self, number: int, line: str) -> str:
        """*line* without its pictures: they and their captions are noted."""

        def noted(match: re.Match[str]) -> str:
            path = re.sub(r"""\s+["'“].*$""", "", match[2].strip()).strip("<>")
            known: Sequence[str] = ()
            if _names_a_picture(path):
                self._show(path, Place(self._file, number, match.start() + 1))
                known = self._captions.get(self._shown[-1].name, ())
            self._say("caption", number, match.start(1), match[1])
            if match[3]:
                self._attributes(number, line, match.start(3), match.end(3))
            own = (match[1], "credit" if "credit=" in (match[3] or "") else "")
            for words, instead in zip(known, own, strict=False):
                if not instead.strip():
                    self._say("caption", number, match.start() + 1, words)
            return HIDDEN * len(match[0])

        return _PLACED.sub(noted, line)

    def _attributes(self, number: int, line: str, start: int, end: int | None = None) -> None:
        stretch = line[start:end]
        braces = re.search(r"\{.*\}", stretch)
        if not braces:
            return
        for match in _VALUE.finditer(stretch, braces.start(), braces.end()):
            if match[1] in SPOKEN and (self._block, match[1]) not in COUNTED:
                kind = "caption" if match[1] == "credit" else "attribute"
                quoted = match[2][0] in "\"'"
                words = match[2][1:-1] if quoted else match[2]
                self._say(kind, number, start + match.start(2) + quoted, words)

    def _unmarked(self, number: int, line: str) -> str:
        """*line* with its markup hidden, each character where it was."""

        def hidden(match: re.Match[str]) -> str:
            if match["kept"]:
                return match[0]
            if match["call"]:
                return CALL + HIDDEN * (len(match[0]) - 1)
            if match["entity"]:
                return html.unescape(match[0]).ljust(len(match[0]), HIDDEN)[: len(match[0])]
            if "ruby=" in match[0]:
                self._attributes(number, line, match.start(), match.end())
            return HIDDEN * len(match[0])

        return _SIGNS.sub(hidden, line)

    # --- what is noted ------------------------------------------------------------------

    def _show(self, path: str, place: Place, *, ahead: bool = False) -> None:
        name = self._address(unquote(path).partition(PAGE)[0])
        self._shown.append(WrittenPicture(name, place, ahead))

    def _address(self, path: str) -> str:
        """In the workspace, of a file beside this one."""
        steps: list[str] = []
        for step in (PurePosixPath(self._file).parent / path).parts:
            if step == ".." and steps:
                steps.pop()
            elif step != ".":
                steps.append(step)
        return unicodedata.normalize("NFC", "/".join(steps))

    def _say(self, kind: str, number: int, start: int, text: str) -> None:
        """One thing that is said within a line, *start* characters from its beginning."""
        if kind != "attribute":
            text = self._unmarked(number, text)
        if letters(text)[0]:
            self._said.append(WrittenWords(self._file, kind, (Piece(number, start + 1, text),)))

    def _end(self) -> None:
        """What is said until here stands together."""
        if any(letters(piece.text)[0] for piece in self._pieces):
            self._said.append(WrittenWords(self._file, self._kind, tuple(self._pieces)))
        self._pieces, self._kind = [], "text"


def _is_table(line: str, ahead: str, kind: str) -> bool:
    """Whether *line* is a row without a bar before it."""
    begins = "|" in ahead and _RULE_OF_TABLE.fullmatch(ahead) is not None
    return "|" in line and (begins or kind == "cell")


def _uncommented(line: str, *, within: bool) -> tuple[str, bool]:
    """*line* with its comments hidden, and whether one goes on."""
    done = ""
    while line:
        mark = "-->" if within else "<!--"
        before, found, line = line.partition(mark)
        done += HIDDEN * len(before + found) if within else before + HIDDEN * len(found)
        if not found:
            return done, within
        within = not within
    return done, within


def _as_numbered(said: Sequence[WrittenWords]) -> Iterator[WrittenWords]:
    """Lists whose items all have one number leave the counting to the book: 1. 1. 1."""
    before = ""
    for one in said:
        number = one.number
        if number and number == before:
            first = one.pieces[0]
            bare = HIDDEN * len(number) + first.text.lstrip()[len(number) :]
            yield replace(one, pieces=(replace(first, text=bare), *one.pieces[1:]))
        else:
            yield one
        before = number or ("" if one.kind != "item" else before)
