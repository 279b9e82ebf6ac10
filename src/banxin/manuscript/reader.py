"""Markdown → blocks. CommonMark, tables and footnotes, with `:::` blocks and braces beyond it.

HTML is not let in: what the manuscript says is text, and how it looks is the layout's affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError, parse
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest, warning
from banxin.manuscript import frontmatter
from banxin.manuscript.blocks import (
    BigNumber,
    BigNumbers,
    Block,
    Blocks,
    Chapter,
    Chart,
    Divider,
    Event,
    Field,
    Figure,
    Gallery,
    Heading,
    Inline,
    Inlines,
    ItemList,
    LineBreak,
    Manuscript,
    NameList,
    Note,
    Paragraph,
    Person,
    PullQuote,
    Quote,
    Series,
    Sidebar,
    Stage,
    Strong,
    Table,
    Text,
    Timeline,
    Verbatim,
)
from banxin.manuscript.inlines import InlineReader, plain
from banxin.manuscript.strokes import by_strokes
from banxin.workspace import Workspace

SIZES: Final = ("column", "full", "bleed", "spread")
FIGURE_ATTRIBUTES: Final = ("credit", "size", "lines", "focus", "fit", "alt")
FITS: Final = ("whole",)
MOST_LINES: Final = 60  # of a picture; no page of a book has more
CONTAINERS: Final = (
    "gallery", "pullquote", "numbers", "timeline", "names", "note", "sidebar", "chart",
)  # fmt: skip
SORTS: Final = ("given", "stroke")
CHARTS: Final = ("bars", "line", "share")
CHART_ATTRIBUTES: Final = ("kind", "title", "unit", "source", "size", "lines")
CHART_SIZES: Final = ("column", "full")

_NUMBER: Final = re.compile(r"[-−+]?(?:\d{1,3}(?:[,，]\d{3})+|\d{1,15})(?:\.\d{1,6})?\s*[%％]?")
_NO_NUMBER: Final = frozenset({"", "-", "–", "—", "——", "…", "……"})
_ADDRESS: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/")
_FIGURE_AND_UNIT: Final = re.compile(r"([\d.,:：+\-–—%％/×]*\d[\d.,:：+%％]*\+?)(.*)", re.DOTALL)


def read(
    chapters: Sequence[tuple[PurePosixPath, Place]],
    workspace: Workspace,
    *,
    encoding: str = "utf-8",
) -> Manuscript:
    """All chapters as blocks.

    Args:
        chapters: each file with the place that asks for it.

    Raises:
        BanxinError: every fault of every chapter, at once.
    """
    faults: list[Diagnostic] = []
    remarks: list[Diagnostic] = []
    made: list[Chapter] = []
    for file, asked_at in chapters:
        try:
            text = _text(file, asked_at, workspace, encoding)
        except BanxinError as problem:
            faults.extend(problem.diagnostics)
            continue
        made.append(_ChapterReader(file, text, faults, remarks).chapter())
    if faults:
        raise BanxinError(*faults, *remarks)
    return Manuscript(tuple(made), tuple(remarks))


def _text(file: PurePosixPath, asked_at: Place, workspace: Workspace, encoding: str) -> str:
    try:
        return workspace.read_text(file, asked_at, encoding=encoding)
    except BanxinError as problem:
        if problem.diagnostics[0].code != "file/missing":
            raise
        there = [n for n in workspace.files(file.parent) if n.endswith(".md")]
        near = nearest(file.name, there)
        code = "chapter/missing" if near else "chapter/missing-strange"
        known = ", ".join(there) or "–"
        raise BanxinError(
            error(code, asked_at, file=str(file), near=near, known=known)
        ) from problem


def _parser() -> MarkdownIt:
    """CommonMark, which nests 20 deep at most: hostile depth becomes text."""
    markdown = MarkdownIt("commonmark").enable("table")
    # What an address may be is decided below, with a place; markdown-it would leave it as text.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.use(footnote_plugin, inline=False)
    markdown.use(attrs_plugin, spans=True)
    # One container for every name: an unknown name is ours to report.
    markdown.use(container_plugin, name="block", validate=lambda params, markup: True)
    return markdown


class _ChapterReader:
    """One file on its way to a Chapter; faults and remarks are gathered on the way."""

    def __init__(
        self,
        file: PurePosixPath,
        text: str,
        faults: list[Diagnostic],
        remarks: list[Diagnostic],
    ) -> None:
        self.file = file
        self.faults = faults
        self.remarks = remarks
        self.front, body = frontmatter.split(file, text, faults)
        body = body.replace("\0", "\ufffd")
        self.lines = body.split("\n")
        self.anchor = re.sub(r"[^\w-]+", "-", file.stem).strip("-").lower() or "chapter"
        self.headings = 0
        environment: dict[str, object] = {}
        tokens = _parser().parse(body, environment)
        self.notes_of = environment.get("footnotes", {})
        self.tree = SyntaxTreeNode(tokens)
        self.inlines = InlineReader(file, self.lines, faults, remarks)

    def chapter(self) -> Chapter:
        nodes = [n for n in self.tree.children if n.type != "footnote_block"]
        notes = [n for n in self.tree.children if n.type == "footnote_block"]
        front = dict(self.front)
        if nodes and nodes[0].type == "heading" and nodes[0].tag == "h1" and "title" not in front:
            title = plain(self._inline(nodes.pop(0)))
            front["title"] = Field(title, Place(str(self.file), 1, 1))
        blocks = self._blocks(nodes)
        self._check_footnotes()
        return Chapter(
            file=self.file,
            anchor=self.anchor,
            front=front,
            blocks=blocks,
            notes=tuple(self._blocks(n.children) for block in notes for n in block.children),
            place=Place(str(self.file), 1, 1),
        )

    def _blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Blocks:
        return tuple(block for node in nodes for block in self._block(node))

    def _block(self, node: SyntaxTreeNode) -> Iterator[Block]:
        place = self._place(node)
        match node.type:
            case "paragraph":
                yield from self._paragraph(node, place)
            case "heading":
                yield from self._heading(node, place)
            case "blockquote":
                yield Quote(self._blocks(node.children), place)
            case "bullet_list" | "ordered_list":
                items = tuple(self._blocks(item.children) for item in node.children)
                yield ItemList(node.type == "ordered_list", items, place)
            case "table":
                yield self._table(node, place)
            case "fence" | "code_block":
                yield Verbatim(node.content.rstrip("\n"), place)
            case "hr":
                yield Divider(place)
            case "container_block":
                yield from self._container(node, place)
            case "html_block":
                self._html(node, place)
            case "footnote_anchor":
                return
            case other:
                message = f"markdown node {other!r}"
                raise AssertionError(message)

    # --- places ---------------------------------------------------------------------------

    def _place(self, node: SyntaxTreeNode) -> Place:
        """Where the block's own words begin: after list and quote marks."""
        line = (node.map or (0, 0))[0]
        written = self.lines[line] if line < len(self.lines) else ""
        marks = re.match(r"[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])(?:[ \t]+|$))*", written)
        nested = node.type not in {"bullet_list", "ordered_list", "blockquote"}
        indent = len(written) - len(written.lstrip())
        column = len(marks[0]) if marks and nested and node.type != "hr" else indent
        return Place(str(self.file), line + 1, min(column, max(len(written) - 1, 0)) + 1)

    # --- single blocks --------------------------------------------------------------------

    def _inline(self, node: SyntaxTreeNode) -> Inlines:
        """The inlines of a paragraph, heading or cell."""
        content = next((c for c in node.children if c.type == "inline"), None)
        if content is None or content.token is None:
            return ()
        return self.inlines.read(content.token, node.map or content.map or (0, 1))

    def _images(self, node: SyntaxTreeNode) -> list[Token] | None:
        """The images of a paragraph that holds nothing else; None for other paragraphs."""
        content = next((c for c in node.children if c.type == "inline"), None)
        children = (content.token.children or []) if content and content.token else []
        rest = [
            t for t in children if t.type != "softbreak" and (t.content.strip() or t.type != "text")
        ]
        return rest if rest and all(t.type == "image" for t in rest) else None

    def _paragraph(self, node: SyntaxTreeNode, place: Place) -> Iterator[Block]:
        images = self._images(node)
        if images is None:
            text = self._inline(node)
            if text:
                yield Paragraph(text, place)
            return
        for image, where in zip(images, self._image_places(node, images, place), strict=True):
            yield from self._figure(image, where)

    def _image_places(
        self, node: SyntaxTreeNode, images: Sequence[Token], place: Place
    ) -> Iterator[Place]:
        """Each image's own line: several may share a paragraph."""
        first, last = node.map or (0, 1)
        starts = [
            (line, match.start())
            for line in range(first, min(last, len(self.lines)))
            for match in re.finditer(r"!\[", self.lines[line])
        ]
        for index, _ in enumerate(images):
            line, column = starts[index] if index < len(starts) else (first, 0)
            yield Place(str(self.file), line + 1, column + 1)

    def _figure(self, image: Token, place: Place) -> Iterator[Figure]:
        address = str(image.attrs.get("src", ""))
        given = {str(k): str(v) for k, v in image.attrs.items() if k not in {"src", "title"} and v}
        size = given.pop("size", "column")
        credit = given.pop("credit", "")
        if size not in SIZES:
            near = nearest(size, SIZES)
            self.faults.append(
                error("figure/size", place, size=size, near=near, known=" · ".join(SIZES))
            )
        self._lines(given, place)
        if "fit" in given:
            self._one_of("figure/fit", given["fit"], FITS, place)
        for key in given:
            if key not in FIGURE_ATTRIBUTES:
                near = nearest(key, FIGURE_ATTRIBUTES)
                known = " · ".join(FIGURE_ATTRIBUTES)
                self.remarks.append(
                    warning("figure/attribute", place, key=key, near=near, known=known)
                )
        source = self._source(address, place)
        if source is not None:
            caption = self.inlines.of_tokens(image.children or [], place)
            yield Figure(source, caption, credit, size, given, place)

    def _source(self, address: str, place: Place) -> PurePosixPath | None:
        address = unquote(address)
        if not address:
            self.faults.append(error("figure/no-address", place))
        elif _ADDRESS.match(address) or "\\" in address or ".." in PurePosixPath(address).parts:
            self.faults.append(error("figure/address", place, address=address))
        else:
            return self.file.parent / address
        return None

    def _heading(self, node: SyntaxTreeNode, place: Place) -> Iterator[Heading]:
        level = int(node.tag[1])
        text = self._inline(node)
        if level == 1:
            self.faults.append(error("heading/level-one", place, text=plain(text)[:30]))
            return
        self.headings += 1
        yield Heading(min(level, 4), text, f"{self.anchor}-{self.headings}", place)

    def _table(self, node: SyntaxTreeNode, place: Place) -> Table:
        head: tuple[Inlines, ...] = ()
        rows: list[tuple[Inlines, ...]] = []
        align: tuple[str, ...] = ()
        for part in node.children:
            for row in part.children:
                cells = tuple(self._inline(cell) for cell in row.children)
                if part.type == "thead":
                    head = cells
                    align = tuple(
                        str(cell.attrs.get("style", "")).removeprefix("text-align:")
                        for cell in row.children
                    )
                else:
                    rows.append(cells)
        if not any(plain(cell) for cell in head):
            head = ()
        return Table(head, tuple(rows), align, place)

    def _html(self, node: SyntaxTreeNode, place: Place) -> None:
        written = re.sub(r"<!--.*?-->", "", node.content, flags=re.DOTALL).strip()
        if written:
            self.faults.append(error("html/raw", place, tag=written.split("\n")[0][:40]))

    # --- ::: blocks -----------------------------------------------------------------------

    def _container(self, node: SyntaxTreeNode, place: Place) -> Iterator[Block]:
        info = (node.info or "").strip()
        name, _, braces = info.partition(" ")
        name, attached, more = name.partition("{")
        attributes = self._attributes((attached + more + " " + braces).strip(), place)
        self._check_closed(node, place, name)
        readers: Mapping[str, Callable[..., Iterator[Block]]] = {
            "gallery": self._gallery,
            "pullquote": self._pullquote,
            "numbers": self._numbers,
            "timeline": self._timeline,
            "names": self._names,
            "note": self._note,
            "sidebar": self._sidebar,
            "chart": self._chart,
        }
        if name not in readers:
            near = nearest(name, CONTAINERS)
            known = " · ".join(CONTAINERS)
            self.faults.append(error("block/unknown", place, name=name, near=near, known=known))
            return
        yield from readers[name](node.children, attributes, place)

    def _attributes(self, written: str, place: Place) -> dict[str, str]:
        if not written:
            return {}
        try:
            _, found = parse(written)
        except ParseError:
            self.faults.append(error("block/attributes", place, found=written[:60]))
            return {}
        return {str(k): str(v) for k, v in found.items()}

    def _check_closed(self, node: SyntaxTreeNode, place: Place, name: str) -> None:
        last = (node.map or (0, 0))[1]
        closing = self.lines[last] if last < len(self.lines) else ""
        if not closing.strip().startswith(":::"):
            self.faults.append(error("block/unclosed", place, name=name))

    def _expected(self, node: SyntaxTreeNode, kind: str) -> None:
        """Something stands in a `:::` block that does not belong there."""
        found = re.sub(r"\s+", " ", " ".join(self.lines[slice(*(node.map or (0, 0)))]))[:30]
        self.faults.append(error(f"{kind}/content", self._place(node), found=found))

    def _gallery(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        figures: list[Figure] = []
        for node in nodes:
            images = self._images(node) if node.type == "paragraph" else None
            if images is None:
                self._expected(node, "gallery")
                continue
            for image, where in zip(images, self._image_places(node, images, place), strict=True):
                figures.extend(self._figure(image, where))
        if not nodes:
            self.faults.append(error("gallery/empty", place))
        yield Gallery(tuple(figures), attributes, place)

    def _pullquote(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        lines: list[Inlines] = []
        for node in nodes:
            if node.type != "paragraph":
                self._expected(node, "pullquote")
                continue
            lines.append(self._inline(node))
        text = tuple(
            i for n, line in enumerate(lines) for i in ((*((LineBreak(),) if n else ()), *line))
        )
        rest = {k: v for k, v in attributes.items() if k != "by"}
        if "upright" not in rest:
            text = tuple(part for inline in text for part in _at_bars(inline))
        yield PullQuote(text, attributes.get("by", ""), rest, place)

    def _items(
        self, nodes: Sequence[SyntaxTreeNode], kind: str
    ) -> Iterator[tuple[SyntaxTreeNode, Inlines, Place]]:
        """The items of the bullet lists among *nodes*, one paragraph each."""
        for node in nodes:
            if node.type != "bullet_list":
                self._expected(node, kind)
                continue
            for item in node.children:
                body = item.children
                if len(body) != 1 or body[0].type != "paragraph":
                    self._expected(item, kind)
                    continue
                yield body[0], self._inline(body[0]), self._place(body[0])

    def _numbers(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        del attributes
        items: list[BigNumber] = []
        for node, text, where in self._items(nodes, "numbers"):
            big, rest = _led_by_strong(text)
            match = _FIGURE_AND_UNIT.fullmatch(big)
            if match is None:
                self._expected(node, "numbers")
                continue
            items.append(BigNumber(match[1], match[2].strip(), rest, where))
        yield BigNumbers(tuple(items), place)

    def _timeline(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        del attributes
        stages: list[tuple[str, Place, list[Event]]] = []
        for node in nodes:
            if node.type == "heading":
                stages.append((plain(self._inline(node)), self._place(node), []))
                continue
            if not stages:
                stages.append(("", place, []))
            for item, text, where in self._items([node], "timeline"):
                when, rest = _led_by_strong(text)
                if not when:
                    self._expected(item, "timeline")
                    continue
                stages[-1][2].append(Event(when, rest, where))
        yield Timeline(tuple(Stage(t, tuple(e), p) for t, p, e in stages), place)

    def _names(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        people: list[Person] = []
        paragraphs = [node for node in nodes if node.type == "paragraph"]
        lists = [node for node in nodes if node.type != "paragraph"]
        items = ((self._inline(node), self._place(node)) for node in paragraphs)
        for text, where in (*items, *((t, p) for _, t, p in self._items(lists, "names"))):
            written = plain(text).strip()
            if "、" in written:
                people.extend(
                    Person(n.strip(), "", where) for n in written.split("、") if n.strip()
                )
            else:
                name, _, about = written.partition(" ")
                people.append(Person(name, about.strip(), where))
        asked = attributes.get("sort", "given")
        if self._one_of("names/sort", asked, SORTS, place) == "stroke":
            people.sort(key=lambda person: by_strokes(person.name))
        rest = {k: v for k, v in attributes.items() if k not in {"title", "count", "sort"}}
        yield NameList(
            attributes.get("title", ""), attributes.get("count", ""), tuple(people), rest, place
        )

    def _note(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        yield Note(attributes.get("title", ""), self._blocks(nodes), place)

    def _sidebar(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        yield Sidebar(attributes.get("title", ""), self._blocks(nodes), place)

    # --- charts ---------------------------------------------------------------------------

    def _chart(
        self, nodes: Sequence[SyntaxTreeNode], attributes: Mapping[str, str], place: Place
    ) -> Iterator[Block]:
        kind = self._one_of("chart/kind", attributes.get("kind", ""), CHARTS, place)
        high = self._lines(attributes, place)
        size = self._one_of("chart/size", attributes.get("size", "column"), CHART_SIZES, place)
        for key in attributes:
            if key not in CHART_ATTRIBUTES:
                near = nearest(key, CHART_ATTRIBUTES)
                known = " · ".join(CHART_ATTRIBUTES)
                self.remarks.append(
                    warning("chart/attribute", place, key=key, near=near, known=known)
                )
        tables = [node for node in nodes if node.type == "table"]
        for node in nodes:
            if node is not next(iter(tables), None):
                self._expected(node, "chart")
        if not tables:
            self.faults.append(error("chart/empty", place))
            return
        head, *rows = self._cells(tables[0])
        if len(head) < 2 or not rows:
            self.faults.append(error("chart/empty", place))
            return
        columns = [self._numbers_of(rows, column) for column in range(1, len(head))]
        whole = kind != "share" or self._is_a_share(columns, rows, place)
        if kind and size and whole:
            yield Chart(
                kind=kind,
                title=attributes.get("title", ""),
                unit=attributes.get("unit", ""),
                source=attributes.get("source", ""),
                size=size,
                lines=high,
                names=tuple(cells[0] for cells, _ in rows),
                series=tuple(Series(n, v) for n, v in zip(head[1:], columns, strict=True)),
                written=tuple(cells[1:] for cells, _ in rows),
                place=place,
            )

    def _one_of(self, code: str, found: str, known: Sequence[str], place: Place) -> str:
        """*found*, or nothing and a fault."""
        if found in known:
            return found
        near = nearest(found, known)
        self.faults.append(error(code, place, found=found, near=near, known=" · ".join(known)))
        return ""

    def _lines(self, attributes: Mapping[str, str], place: Place) -> int:
        """How high a picture or chart is asked to be, in lines of the grid; 0 if it is not."""
        asked = attributes.get("lines", "")
        if not asked:
            return 0
        if not (asked.isdecimal() and 1 <= int(asked) <= MOST_LINES):
            self.faults.append(error("figure/lines", place, found=asked, most=MOST_LINES))
            return 0
        return int(asked)

    def _cells(self, table: SyntaxTreeNode) -> tuple[Any, ...]:
        """The head's cells, then each row's cells with its place."""
        found = [
            (tuple(plain(self._inline(cell)).strip() for cell in row.children), self._place(row))
            for part in table.children
            for row in part.children
        ]
        return found[0][0], *found[1:]

    def _numbers_of(
        self, rows: Sequence[tuple[tuple[str, ...], Place]], column: int
    ) -> tuple[float | None, ...]:
        return tuple(self._number(cells[column], place) for cells, place in rows)

    def _number(self, written: str, place: Place) -> float | None:
        """`1,234`, `93.1%`, `-2`; None for an empty cell or a dash."""
        if written in _NO_NUMBER:
            return None
        if not _NUMBER.fullmatch(written):
            self.faults.append(error("chart/number", place, found=written[:30]))
            return None
        return float(re.sub(r"[,，%％\s]", "", written).replace("−", "-"))

    def _is_a_share(
        self,
        columns: Sequence[tuple[float | None, ...]],
        rows: Sequence[tuple[tuple[str, ...], Place]],
        place: Place,
    ) -> bool:
        """Whether the parts make a whole: one column, nothing below zero, not all of it nothing."""
        if len(columns) > 1:
            self.faults.append(error("chart/share-columns", place, found=len(columns)))
            return False
        for value, (cells, at) in zip(columns[0], rows, strict=True):
            if value is not None and value < 0:
                self.faults.append(error("chart/share-negative", at, found=cells[1]))
                return False
        if not sum(value or 0 for value in columns[0]):
            self.faults.append(error("chart/empty", place))
            return False
        return True

    # --- footnotes ------------------------------------------------------------------------

    def _check_footnotes(self) -> None:
        """Definitions nobody refers to. References without one are found among the inlines."""
        refs = self.notes_of.get("refs", {}) if isinstance(self.notes_of, dict) else {}
        for label, index in refs.items():
            if index >= 0:
                continue
            name = label.removeprefix(":")
            line = next(
                (n for n, text in enumerate(self.lines, 1) if text.startswith(f"[^{name}]:")), 1
            )
            self.remarks.append(
                warning("footnote/unused", Place(str(self.file), line, 1), name=name)
            )


def _led_by_strong(text: Inlines) -> tuple[str, Inlines]:
    """The bold words at the head of an item, and what follows them."""
    if not text or not isinstance(text[0], Strong):
        return "", text
    rest = text[1:]
    if rest and isinstance(rest[0], Text):
        rest = (Text(rest[0].text.lstrip(" \u3000：:")), *rest[1:])
    return plain(text[0].inside).strip(), rest


def _at_bars(inline: Inline) -> Iterator[Inline]:
    """`一行|又一行` is two lines."""
    if not isinstance(inline, Text):
        yield inline
        return
    for index, part in enumerate(inline.text.split("|")):
        if index:
            yield LineBreak()
        if part:
            yield Text(part)
