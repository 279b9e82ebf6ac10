"""Markdown → blocks. Whatever is wrong is told, and its words are set all the same.

HTML is not let in: what the manuscript says is text, and how it looks is the layout's affair.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest, note, warning
from banxin.manuscript import attributes as braces
from banxin.manuscript import frontmatter
from banxin.manuscript.blocks import (
    Block,
    Blocks,
    Chapter,
    Code,
    Divider,
    Field,
    Figure,
    Heading,
    Inline,
    Inlines,
    ItemList,
    Manuscript,
    Note,
    NoteRef,
    Paragraph,
    Quote,
    Sidebar,
    Table,
    Text,
    Verbatim,
)
from banxin.manuscript.containers import ContainerReader
from banxin.manuscript.grammar import HABITS, parser
from banxin.manuscript.habits import BULLETS, PICTURE, Habit, ends_of_quote, straightened
from banxin.manuscript.inlines import ChapterNotes, Finder, InlineReader, plain
from banxin.manuscript.values import (
    MOST_LINES,
    WRAP_FORMS,
    WRAP_SIDES,
    focus_of,
    height_of,
    wrap_of,
)
from banxin.workspace import Workspace

SIZES: Final = ("column", "full", "bleed", "spread")
# What a picture may be asked, the words that it may be asked in, and the finding for others.
CHOICES: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    "fit": ("figure/fit", ("whole",)),
    "photo": ("figure/photo", ("plain", "mono", "duo", "toned")),
    "as": ("figure/as", ("lineart",)),
    "overprint": ("figure/overprint", ("yes",)),
}
OF_PICTURES: Final = frozenset({"lines", "focus", "wrap", *CHOICES})
_PAGE: Final = re.compile(r"0*([1-9]\d{0,5})")
FIGURE_ATTRIBUTES: Final = (
    "credit",
    "size",
    "lines",
    "focus",
    "wrap",
    "alt",
    "ink",
    "square",
    "page",
    *CHOICES,
)
TEXT_SUFFIXES: Final = (".md", ".txt")
# A number that no list counts to: a year, with which a paragraph begins.
YEAR: Final = 1000

_ADDRESS: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:|//|/")
_PICTURE: Final = re.compile(rf"{PICTURE}\Z", re.IGNORECASE)
_LONGEST_UNDERLINED: Final = 40  # characters of a heading that `---` below it makes


def read(
    chapters: Sequence[tuple[PurePosixPath, Place]],
    workspace: Workspace,
    *,
    encoding: str = "utf-8",
) -> Manuscript:
    """All chapters as blocks; what is wrong with them is among the remarks.

    Args:
        chapters: each file with the place that asks for it.

    Raises:
        BanxinError: no chapter can be read at all.
    """
    remarks: list[Diagnostic] = []
    texts: list[tuple[PurePosixPath, str]] = []
    for file, asked_at in chapters:
        try:
            texts.append((file, _text(file, asked_at, workspace, encoding)))
        except BanxinError as problem:
            remarks.extend(problem.diagnostics)
    if not texts:
        raise BanxinError(*remarks)
    made = [ChapterReader(file, text, remarks, workspace.read).chapter() for file, text in texts]
    return joined(made, remarks)


def joined(chapters: Sequence[Chapter], remarks: Sequence[Diagnostic]) -> Manuscript:
    """Chapters that were read one by one, as a whole: no two places have the same anchor."""
    taken: set[str] = set()
    made: list[Chapter] = []
    for chapter in chapters:
        anchor = _free(chapter.anchor, taken)
        taken.add(anchor)
        made.append(replace(chapter, anchor=anchor))
    return Manuscript(tuple(_with_free_anchors(c, taken) for c in made), tuple(remarks))


def _with_free_anchors(chapter: Chapter, taken: set[str]) -> Chapter:
    """*chapter*, its headings under anchors that nothing else has; *taken* grows by them."""

    def freed(value: Any) -> Any:
        if isinstance(value, Heading):
            anchor = _free(value.anchor, taken)
            taken.add(anchor)
            return value if anchor == value.anchor else replace(value, anchor=anchor)
        if isinstance(value, Quote | Note | Sidebar):
            return replace(value, blocks=freed(value.blocks))
        if isinstance(value, ItemList):
            return replace(value, items=freed(value.items))
        if isinstance(value, tuple):
            return tuple(map(freed, value))
        return value

    return replace(chapter, blocks=freed(chapter.blocks))


def _text(file: PurePosixPath, asked_at: Place, workspace: Workspace, encoding: str) -> str:
    try:
        text = workspace.read_text(file, asked_at, encoding=encoding)
    except BanxinError as problem:
        if problem.diagnostics[0].code != "file/missing":
            raise
        there = [n for n in workspace.files(file.parent) if n.endswith(TEXT_SUFFIXES)]
        near = nearest(file.name, there)
        code = "chapter/missing" if near else "chapter/missing-strange"
        known = ", ".join(there) or "–"
        raise BanxinError(
            error(code, asked_at, file=str(file), near=near, known=known)
        ) from problem
    return text.lstrip("\ufeff")


def _free(anchor: str, taken: Sequence[str] | set[str]) -> str:
    number, free = 1, anchor
    while free in taken:
        number += 1
        free = f"{anchor}-{number}"
    return free


class _References(dict[str, Any]):
    """Link definitions, which know whether anybody asked for them."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


class ChapterReader:
    """One file on its way to a Chapter; remarks are gathered on the way."""

    def __init__(
        self,
        file: PurePosixPath,
        text: str,
        remarks: list[Diagnostic],
        beside: Callable[[PurePosixPath, Place], bytes] = lambda file, place: b"",
    ) -> None:
        self.file = file
        self.beside = beside  # reads a file that the chapter names
        self.remarks = remarks
        self._anchor = re.sub(r"[^\w-]+", "-", file.stem).strip("-").lower() or "chapter"
        self._taken = {self._anchor}
        self._headings = 0
        self.front, body = frontmatter.split(file, text, remarks)
        self._habits: list[Habit] = []
        self.lines = straightened(self._without_controls(body).split("\n"), self._habits)
        self._references = _References()
        self._environment: dict[str, Any] = {"references": self._references}
        self.tokens = tokens = parser().parse("\n".join(self.lines), self._environment)
        self._check_covered(tokens)
        self._told = ChapterNotes(remarks)
        self._inlines = InlineReader(file, self.lines, self._told)
        self._known_inlines: dict[int, Inlines] = {}
        self._out_of_notes: list[Block] = []
        self._containers = ContainerReader(self)
        self._body, self._defined = self._parted(tokens)

    def chapter(self) -> Chapter:
        nodes = list(tree(self._body))
        front = self._front_values(self.front)
        if nodes and nodes[0].type == "heading" and nodes[0].tag == "h1" and "title" not in front:
            place = self.place(nodes[0])
            self._asked_anchor(nodes[0], place, is_title=True)
            front["title"] = Field(self.words(self.inline(nodes.pop(0)), place), place)
        for key, field in front.items():
            if key != "template" and not _PICTURE.search(field.value):
                self._inlines.look_at_words(field.value, field.place)
        blocks = self.blocks(nodes)
        notes = self._notes()
        pictures = tuple(self._waiting_pictures())
        self._tell()
        return Chapter(
            file=self.file,
            anchor=self._anchor,
            front=front,
            blocks=(*blocks, *self._out_of_notes, *pictures),
            notes=notes,
            place=Place(str(self.file), 1, 1),
        )

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Blocks:
        return tuple(block for node in nodes for block in self._block(node))

    def _block(self, node: SyntaxTreeNode) -> Iterator[Block]:
        place = self.place(node)
        match node.type:
            case "paragraph":
                yield from self._paragraph(node, place)
            case "heading":
                yield from self._heading(node, place)
            case "blockquote":
                self._keep_lines(node)
                yield Quote(self.blocks(node.children), place)
            case "bullet_list" | "ordered_list":
                yield from self._list(node, place)
            case "table":
                yield self._table(node, place)
            case "fence" | "code_block":
                yield self._verbatim(node, place)
            case "hr":
                yield Divider(place)
            case "container_block":
                yield from self._containers.read(node, place)
            case "html_block":
                self._not_shown(node, place)
            case other:
                message = f"markdown node {other!r}"
                raise AssertionError(message)
        yield from self._waiting_pictures()

    def _waiting_pictures(self) -> Iterator[Block]:
        """Pictures that stood within a line: behind its block they have a place."""
        while self._told.pictures:
            yield from self.figure(*self._told.pictures.pop(0))

    # --- places ---------------------------------------------------------------------------

    def place(self, node: SyntaxTreeNode) -> Place:
        """Where the block's own words begin: after list and quote marks."""
        line = (node.map or (0, 0))[0]
        written = self.lines[line] if line < len(self.lines) else ""
        marks = re.match(r"[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])(?:[ \t]+|$))*", written)
        nested = node.type not in {"bullet_list", "ordered_list", "blockquote"}
        indent = len(written) - len(written.lstrip())
        column = len(marks[0]) if marks and nested and node.type != "hr" else indent
        return Place(str(self.file), line + 1, min(column, max(len(written) - 1, 0)) + 1)

    def _at(self, line: int, column: int = 0) -> Place:
        return Place(str(self.file), line + 1, column + 1)

    # --- single blocks --------------------------------------------------------------------

    def _keep_lines(self, quote: SyntaxTreeNode) -> None:
        """Lines of a poem end where they were ended, and what is quoted before ——某某."""
        for node in quote.children:
            if node.type != "paragraph":
                continue
            kept = set(ends_of_quote(self.lines[slice(*(node.map or (0, 0)))]))
            inlines = (c.token for c in node.children if c.type == "inline" and c.token)
            tokens = (t for i in inlines for t in _with_children(i).children or ())
            breaks = (t for t in tokens if t.type in {"softbreak", "hardbreak"})
            for line, token in enumerate(breaks):
                token.type = "hardbreak" if line in kept else token.type

    def inline(self, node: SyntaxTreeNode, *, keep_lines: bool = False) -> Inlines:
        """The inlines of a paragraph, heading or cell; read once, however often asked for."""
        content = next((c for c in node.children if c.type == "inline"), None)
        if content is None or content.token is None:
            return ()
        key = id(content.token)
        if key not in self._known_inlines:
            lines = node.map or content.map or (0, len(self.lines))
            self._known_inlines[key] = self._inlines.read(
                _with_children(content.token), lines, keep_lines=keep_lines
            )
        return self._known_inlines[key]

    def words(self, inlines: Inlines, place: Place) -> str:
        """The words alone, where there is room for nothing else; what is lost with it is told."""
        return self._inlines.words(inlines, place)

    def look_at_words(self, text: str, place: Place) -> None:
        """Search words that are taken as they are, whether they hope for markup."""
        self._inlines.look_at_words(text, place)

    def images(self, node: SyntaxTreeNode) -> list[tuple[Token, Place]] | None:
        """The images of a paragraph that holds nothing else; None for other paragraphs."""
        content = next((c for c in node.children if c.type == "inline"), None)
        children = _with_children(content.token).children if content and content.token else None
        rest = [
            t
            for t in children or []
            if t.type not in {"softbreak", "hardbreak"} and (t.content.strip() or t.type != "text")
        ]
        if not rest or not all(t.type == "image" for t in rest):
            return None
        finder = Finder(self.file, self.lines, node.map or (0, 1))
        return [(image, finder.find("![")) for image in rest]

    def _paragraph(self, node: SyntaxTreeNode, place: Place) -> Iterator[Block]:
        images = self.images(node)
        if images is None:
            text = self.inline(node)
            if text:
                yield Paragraph(text, place)
            return
        for image, where in images:
            yield from self.figure(image, where)

    def figure(self, image: Token, place: Place) -> Iterator[Block]:
        """A picture; where it cannot be one, its words."""
        given = dict(image.meta.get("given", {}))
        size = self.one_of("figure/size", given.pop("size", "column"), SIZES, place) or "column"
        credit = given.pop("credit", "")
        given = self._picture_values(given, place)
        if "wrap" in given and size != "column":
            self.remarks.append(warning("figure/wrap-size", place, size=size))
            del given["wrap"]
        page = self._page_asked(given.pop("page", ""), place)
        for key, value in given.items():
            if key not in FIGURE_ATTRIBUTES:
                near = nearest(key, FIGURE_ATTRIBUTES)
                known = " · ".join(FIGURE_ATTRIBUTES)
                facts = {"key": key, "near": near, "known": known, "value": value[:60]}
                self.remarks.append(braces.of_value("figure/attribute", place, value, facts))
        caption = self._inlines.of_tokens(image.children or [], place)
        title = str(image.attrs.get("title", ""))
        if title and not caption:
            caption = (Text(title),)
        elif title and title != plain(caption):
            self.remarks.append(error("figure/title", place, title=title[:60]))
        source = self._source(image, credit, place)
        if source is not None:
            source = source.with_name(source.name + page)
            yield Figure(source, caption, credit, size, given, place)
        elif caption:
            yield Paragraph(caption, place)

    def _source(self, image: Token, credit: str, place: Place) -> PurePosixPath | None:
        address = str(image.attrs.get("src", ""))
        if not image.meta.get("as_written"):
            address = unquote(address)
        if "\\" in address:
            self._habits.append(_habit(address, "photos/a.jpg", place))
            address = address.replace("\\", "/")
        address = address.removeprefix("./")
        facts = {"address": address[:200], "credit": credit or "–"}
        if not address:
            self.remarks.append(error("figure/no-address", place, credit=facts["credit"]))
        elif _ADDRESS.match(address) or ".." in PurePosixPath(address).parts or "\0" in address:
            self.remarks.append(error("figure/address", place, **facts))
        else:
            return self.file.parent / address
        return None

    def _page_asked(self, asked: str, place: Place) -> str:
        """What names a page of a PDF behind its file (RFC 8118); or empty."""
        found = _PAGE.fullmatch(asked)
        if asked and not found:
            self.remarks.append(warning("figure/page", place, found=asked[:30]))
        return f"#page={found[1]}" if found else ""

    def _heading(self, node: SyntaxTreeNode, place: Place) -> Iterator[Block]:
        level = int(node.tag[1])
        text = self.inline(node)
        words = plain(text)
        if node.markup in {"-", "="} and _is_prose(words):
            # A divider right below a paragraph, which CommonMark takes for a heading's underline.
            yield Paragraph(text, place)
            if node.markup == "-":
                self._habits.append(_habit("---", "\n---", place))
                yield Divider(self._at((node.map or (0, 1))[1] - 1))
            return
        if level == 1:
            self.remarks.append(warning("heading/level-one", place, text=words[:30]))
        self._headings += 1
        anchor = _free(f"{self._anchor}-{self._headings}", self._taken)
        if not text:
            return
        anchor = self._asked_anchor(node, place) or anchor
        self._taken.add(anchor)
        yield Heading(min(max(level, 2), 4), text, anchor, place)

    def _asked_anchor(self, node: SyntaxTreeNode, place: Place, *, is_title: bool = False) -> str:
        """`{#name}`, if it is free; a title has the anchor of its chapter."""
        asked = ""
        for key, value in node.meta.get("given", {}).items():
            if key.startswith("#") and key[1:] not in self._taken and not is_title:
                asked = key[1:]
            else:
                facts = {"key": key, "value": value[:60]}
                self.remarks.append(braces.of_value("heading/attribute", place, value, facts))
        return asked

    def _list(self, node: SyntaxTreeNode, place: Place) -> Iterator[Block]:
        """A list under its own numbers; what begins with a year is no list."""
        children = list(node.children)
        if node.type == "bullet_list":
            items = tuple(self.blocks(item.children) for item in children)
            yield ItemList(False, items, place, marks=("·",) * len(items))  # noqa: FBT003
            return
        by_hand = node.meta.get("marks")
        if by_hand:
            items = tuple(self.blocks(item.children) for item in children)
            ordered = by_hand[0] not in BULLETS
            yield ItemList(ordered, items, place, _first_number(by_hand[0]), tuple(by_hand))
            return
        for is_year, run in groupby(children, key=lambda item: int(item.info or 1) >= YEAR):
            if is_year:
                for item in run:
                    yield from self._numbered(item)
            else:
                yield self._ordered(list(run))

    def _ordered(self, items: Sequence[SyntaxTreeNode]) -> ItemList:
        """A list of CommonMark's own: its numbers are kept, in order or not."""
        numbers = [int(item.info or 1) for item in items]
        if len(set(numbers)) == 1:  # `1.` for every item is Markdown's own way to have it count
            numbers = list(range(numbers[0], numbers[0] + len(numbers)))
        marks = tuple(
            f"{number}{item.markup or '.'}" for number, item in zip(numbers, items, strict=True)
        )
        line = (items[0].map or (0, 1))[0]
        written = self.lines[line]
        place = self._at(line, len(written) - len(written.lstrip()))
        blocks = tuple(self.blocks(item.children) for item in items)
        return ItemList(True, blocks, place, numbers[0], marks)  # noqa: FBT003

    def _numbered(self, item: SyntaxTreeNode) -> Iterator[Block]:
        """An item that is a paragraph with a number before it."""
        mark = f"{item.info}{item.markup or '.'}"
        first, *rest = self.blocks(item.children) or (Paragraph((), self.place(item)),)
        if isinstance(first, Paragraph):
            yield Paragraph(_before(mark, first.text), first.place)
        else:
            yield Paragraph((Text(mark),), self.place(item))
            yield first
        yield from rest

    def _table(self, node: SyntaxTreeNode, place: Place) -> Table:
        head: tuple[Inlines, ...] = ()
        rows: list[tuple[Inlines, ...]] = []
        align: tuple[str, ...] = ()
        for part in node.children:
            for row in part.children:
                cells = tuple(self.inline(cell) for cell in row.children)
                if part.type == "thead":
                    head = cells
                    align = tuple(
                        str(cell.attrs.get("style", "")).removeprefix("text-align:")
                        for cell in row.children
                    )
                else:
                    rows.append(cells)
        if "surplus" in node.meta:
            at = self._at(node.meta["surplus"])
            self.remarks.append(warning("table/cells", at, columns=len(head)))
        if not any(head):
            head = ()
        return Table(head, tuple(rows), align, place)

    def _verbatim(self, node: SyntaxTreeNode, place: Place) -> Verbatim:
        if node.type == "fence":
            info = node.info.strip()
            if info:
                severe = note if info.isascii() else error
                self.remarks.append(severe("verbatim/info", place, info=info[:60]))
            last = (node.map or (0, 1))[1] - 1
            closing = self.lines[last].lstrip("> \t") if last < len(self.lines) else ""
            if not closing.startswith(node.markup) or last == (node.map or (0, 1))[0]:
                self.remarks.append(warning("verbatim/unclosed", place))
        return Verbatim(node.content.rstrip("\n"), place)

    def _not_shown(self, node: SyntaxTreeNode, place: Place) -> None:
        written = re.sub(r"<!--.*?-->", "", node.content, flags=re.DOTALL).strip()
        if written:
            self.remarks.append(error("html/raw", place, tag=written[:2000]))

    # --- what others ask ------------------------------------------------------------------

    def one_of(self, code: str, found: str, known: Sequence[str], place: Place) -> str:
        """*found*, or nothing and a remark."""
        if found in known:
            return found
        near = nearest(found, known)
        severe = error if code == "chart/kind" else warning
        self.remarks.append(severe(code, place, found=found, near=near, known=" · ".join(known)))
        return ""

    def lines_asked(self, attributes: Mapping[str, str], place: Place) -> int:
        """How high a picture or chart is asked to be, in lines of the grid; 0 if it is not."""
        asked = attributes.get("lines", "")
        lines = height_of(asked)
        if asked and not lines:
            self.remarks.append(warning("figure/lines", place, found=asked[:30], most=MOST_LINES))
        return lines

    def _picture_values(self, given: Mapping[str, str], place: Place) -> dict[str, str]:
        """*given*, what is asked of a picture in its plain form; what cannot be read is told."""
        kept = {key: value for key, value in given.items() if key not in OF_PICTURES}
        if lines := self.lines_asked(given, place):
            kept["lines"] = str(lines)
        if focus := focus_of(given.get("focus", "")):
            kept["focus"] = str(focus)
        elif "focus" in given:
            self.remarks.append(warning("figure/focus", place, found=given["focus"][:30]))
        if wrap := wrap_of(given.get("wrap", "")):
            kept["wrap"] = str(wrap)
        elif "wrap" in given:
            sides, forms = " · ".join(WRAP_SIDES), " · ".join(WRAP_FORMS)
            facts = {"found": given["wrap"][:30], "sides": sides, "forms": forms}
            self.remarks.append(warning("figure/wrap", place, **facts))
        for key, (code, known) in CHOICES.items():
            if key in given and self.one_of(code, given[key], known, place):
                kept[key] = given[key]
        return kept

    def _front_values(self, front: Mapping[str, Field]) -> dict[str, Field]:
        """A front matter, what it asks of its pictures in its plain form."""
        kept = {key: field for key, field in front.items() if key not in OF_PICTURES}
        for key in OF_PICTURES & front.keys():
            place = front[key].place
            for value in self._picture_values({key: front[key].value}, place).values():
                kept[key] = Field(value, place)
        return {key: kept[key] for key in front if key in kept}

    def unexpected(self, node: SyntaxTreeNode, kind: str) -> None:
        """Something stands in a `:::` block that does not belong there."""
        found = re.sub(r"\s+", " ", " ".join(self.lines[slice(*(node.map or (0, 0)))]))[:30]
        self.remarks.append(error(f"{kind}/content", self.place(node), found=found))

    # --- footnotes ------------------------------------------------------------------------

    def _parted(self, tokens: Sequence[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
        """The text, and the tokens of each footnote that it defines, by label."""
        body: list[Token] = []
        defined: dict[str, list[Token]] = {}
        lines: dict[str, tuple[int, int]] = {}
        open_notes: list[list[Token]] = []
        for token in tokens:
            if token.type == "footnote_reference_open":
                label, (line, end) = token.meta["label"], token.map or (0, 1)
                note_tokens: list[Token] = []
                open_notes.append(note_tokens)
                if label in defined:
                    self._tell_note("footnote/twice", label, line, end, first=lines[label][0] + 1)
                else:
                    defined[label], lines[label] = note_tokens, (line, end)
            elif token.type == "footnote_reference_close":
                open_notes.pop()
            else:
                (open_notes[-1] if open_notes else body).append(token)
        self._note_lines = lines
        return body, defined

    def _tell_note(self, code: str, label: str, line: int, end: int, **facts: int) -> None:
        """A footnote that no page will have, with its words and how many lines they take."""
        words = " ".join(row.strip() for row in self.lines[line:end]).strip()[:200]
        place = self._at(line)
        self.remarks.append(error(code, place, name=label, found=words, count=end - line, **facts))

    def _notes(self) -> tuple[Blocks, ...]:
        """The footnotes, in order of first mention; a note has paragraphs and nothing else."""
        data = self._environment.get("footnotes", {})
        listed, order = data.get("list", {}), self._told.notes
        made: dict[int, Blocks] = {}
        while len(made) < len(order):  # a note may mention another one
            for key in [key for key in order if key not in made]:
                made[key] = self._note(listed[key])
        told = {listed[key].get("label") for key in order}
        for label, (line, end) in self._note_lines.items():
            if label not in told:
                self._tell_note("footnote/unused", label, line, end)
        blocks = tuple(made[key] for key in order)
        return tuple(self._without_calls(note, blocks) for note in blocks)

    def _note(self, listed: Mapping[str, Any]) -> Blocks:
        if "label" not in listed:
            tokens = listed["tokens"]
            finder = Finder(self.file, self.lines, (0, len(self.lines)))
            place = finder.find("^[")
            self._habits.append(_habit("^[…]", "[^1] [^1]: …", place))
            inside = self._inlines.read(
                Token("inline", "", 0, children=tokens), (0, len(self.lines))
            )
            return (Paragraph(inside, place),)
        nodes = list(tree(self._defined.get(listed["label"], [])))
        return tuple(self._as_paragraphs(self.blocks(nodes)))

    def _as_paragraphs(self, blocks: Blocks) -> Iterator[Paragraph]:
        """What a footnote has room for: words, one paragraph after another; the rest waits."""
        for block in blocks:
            match block:
                case Paragraph():
                    yield block
                case Heading(_, text, _, place):
                    yield Paragraph(text, place)
                case Verbatim(text, place):
                    yield Paragraph((Code(text),), place)
                case Quote(inside):
                    yield from self._as_paragraphs(inside)
                case ItemList():
                    for mark, item in zip(block.marks, block.items, strict=True):
                        first, *rest = tuple(self._as_paragraphs(item)) or (
                            Paragraph((), block.place),
                        )
                        yield Paragraph(_before(mark, first.text), first.place)
                        yield from rest
                case Divider():
                    pass
                case _:
                    self.remarks.append(warning("footnote/block", block.place))
                    self._out_of_notes.append(block)

    def _without_calls(self, note: Blocks, notes: Sequence[Blocks]) -> Blocks:
        """A note mentioned in another is set there in brackets: a note has no notes."""
        return tuple(
            Paragraph(tuple(self._unfolded(block.text, notes, block.place, (note,))), block.place)
            for block in note
            if isinstance(block, Paragraph)
        )

    def _unfolded(
        self, text: Inlines, notes: Sequence[Blocks], place: Place, within: tuple[Blocks, ...]
    ) -> Iterator[Inline]:
        for inline in text:
            if not isinstance(inline, NoteRef):
                yield inline
                continue
            inner = notes[inline.index]
            if inner in within:
                self.remarks.append(error("footnote/in-itself", place))
                continue
            self.remarks.append(warning("footnote/in-note", place))
            yield Text("（")
            for block in inner:
                if isinstance(block, Paragraph):
                    yield from self._unfolded(block.text, notes, place, (*within, inner))
            yield Text("）")

    # --- what was given, and what became of it --------------------------------------------------

    def _without_controls(self, text: str) -> str:
        """Control characters are no text: each is a space, so that columns stay."""
        found = _CONTROL.search(text)
        if found is None:
            return text
        line = text.count("\n", 0, found.start())
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1)
        code, count = f"U+{ord(found[0]):04X}", len(_CONTROL.findall(text))
        self.remarks.append(
            warning("text/control", self._at(line, column), codepoint=code, count=count)
        )
        return _CONTROL.sub(" ", text)

    def _check_covered(self, tokens: Sequence[Token]) -> None:
        """Lines with words that came into no block: told, whatever the cause."""
        covered = bytearray(len(self.lines) + 1)
        spans = [token.map for token in tokens if token.map and token.type in _WITH_LINES]
        spans += [found["map"] for found in self._references.values()]
        spans += [found["map"] for found in self._environment.get("duplicate_refs", ())]
        for first, end in spans:
            covered[first:end] = b"\1" * (end - first)
        left = [
            number
            for number, line in enumerate(self.lines)
            if not covered[number] and _WORDS.search(_MARKS_ALONE.sub("", line))
        ]
        for _, numbered in groupby(enumerate(left), key=lambda pair: pair[1] - pair[0]):
            run = [number for _, number in numbered]
            words = " ".join(self.lines[number].strip() for number in run)[:200]
            place = self._at(run[0])
            self.remarks.append(error("text/not-read", place, found=words, count=len(run)))

    def _tell(self) -> None:
        """What is told once a chapter."""
        self.remarks.extend(self._told.looks.told())
        self.remarks.extend(self._told.tags_told())
        kinds: dict[str, list[Habit]] = {}
        for habit in (*self._habits, *self._environment.get(HABITS, ())):
            kinds.setdefault(habit.write, []).append(habit)
        for write, habits in kinds.items():
            first = min(habits, key=lambda habit: (habit.line, habit.column))
            place, count = self._at(first.line, first.column), len(habits)
            said = note("markup/meant", place, found=first.written, write=write, count=count)
            self.remarks.append(said)
        for label, found in self._references.items():
            if label not in self._references.asked:
                self._tell_unused(found["map"][0])
        for found in self._environment.get("duplicate_refs", ()):
            self._tell_unused(found["map"][0])

    def _tell_unused(self, line: int) -> None:
        found = self.lines[line].strip()[:200]
        self.remarks.append(error("link/unused", self._at(line), found=found))


_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_WITH_LINES: Final = frozenset(
    {"inline", "heading_open", "fence", "code_block", "html_block", "hr", "table_open"}
)
_MARKS_ALONE: Final = re.compile(
    r"^[\s>]*(?::{3,}.*$|(?:[-+*]|\d{1,9}[.)]|#{1,6}|>|\s)*)|\[\^[^\]]*\]:"
)
_WORDS: Final = re.compile(r"\S")


def tree(tokens: Sequence[Token]) -> Sequence[SyntaxTreeNode]:
    """The blocks of *tokens*. Inlines stay flat: they may lie as deep as anybody likes."""
    for token in tokens:
        if token.type == "inline" and token.children is not None:
            token.meta["inside"], token.children = token.children, None
    return SyntaxTreeNode(tokens).children


def _with_children(token: Token) -> Token:
    return Token("inline", "", 0, content=token.content, children=token.meta.get("inside", []))


def _before(mark: str, text: Inlines) -> Inlines:
    """*text* behind its mark: `1952. ` has a space, `一、` has none."""
    begun = mark + (" " if mark[-1:].isascii() else "")
    if text and isinstance(text[0], Text):
        return (Text(begun + text[0].text), *text[1:])
    return (Text(begun), *text)


def _first_number(mark: str) -> int:
    """Of a mark as written, in whatever figures: ①, （一）, 1、."""
    digits = re.search(r"\d+", unicodedata.normalize("NFKC", mark))
    if digits:
        return int(digits[0])
    numbers = [int(n) for c in mark if (n := unicodedata.numeric(c, 0)) and n < 10]
    return numbers[0] if len(numbers) == 1 else 1


def _is_prose(words: str) -> bool:
    return len(words) > _LONGEST_UNDERLINED or words[-1:] in "。！？；：，”"


def _habit(written: str, write: str, place: Place) -> Habit:
    return Habit(written[:40], write, (place.line or 1) - 1, (place.column or 1) - 1)
