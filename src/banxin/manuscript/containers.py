"""The `:::` blocks: what stands between their fences becomes the block that their name says.

Whatever has no place in such a block is told, and set behind it as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest, note, warning
from banxin.manuscript import attributes as braces
from banxin.manuscript import people, rosters
from banxin.manuscript.blocks import (
    BigNumber,
    BigNumbers,
    Block,
    Event,
    Figure,
    Gallery,
    Inline,
    Inlines,
    LineBreak,
    NameList,
    Note,
    NoteRef,
    Paragraph,
    Person,
    PullQuote,
    Sidebar,
    Stage,
    Strong,
    Text,
    Timeline,
)
from banxin.manuscript.charted import ChartReader
from banxin.manuscript.habits import HAN
from banxin.manuscript.inlines import Finder
from banxin.manuscript.sounds import by_sound
from banxin.manuscript.strokes import by_strokes
from banxin.manuscript.values import MOST_LINES, rows_of

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

# What each block knows in its braces.
CONTAINERS: Final[Mapping[str, tuple[str, ...]]] = {
    "gallery": ("rows",),
    "pullquote": ("by", "upright"),
    "numbers": (),
    "timeline": (),
    "names": ("title", "count", "sort", "from", "by", "about"),
    "note": ("title",),
    "sidebar": ("title",),
    "chart": ("kind", "title", "unit", "source", "size", "lines"),
}
SORTS: Final = ("given", "stroke", "pinyin")
_SORTED_BY: Final[Mapping[str, Callable[[str], Any]]] = {
    "stroke": by_strokes,
    "pinyin": by_sound,
}

_RUN: Final = re.compile(r"(?:(?<![A-Za-z0-9])[-+−±])?\d(?:[\d.,，:：/×–—−\-]*\d)?\s?[%％‰]?\+?")
_FIRST_WORD: Final = re.compile(rf"\s*(?=\S*\d)(\S{{1,24}}?)(?:[\s\u3000]+|[：:](?=[{HAN}]))")

Nodes: TypeAlias = Sequence[SyntaxTreeNode]
Attributes: TypeAlias = Mapping[str, str]


class ContainerReader:
    """Reads the `:::` blocks of one chapter."""

    def __init__(self, chapter: ChapterReader) -> None:
        self._chapter = chapter
        self._remarks = chapter.remarks
        self._readers: Mapping[str, Callable[[Nodes, Attributes, Place], Iterator[Block]]] = {
            "gallery": self._gallery,
            "pullquote": self._pullquote,
            "numbers": self._numbers,
            "timeline": self._timeline,
            "names": self._names,
            "note": self._note,
            "sidebar": self._sidebar,
            "chart": ChartReader(chapter).read,
        }

    def read(self, node: SyntaxTreeNode, place: Place) -> Iterator[Block]:
        name, attributes = self._opening((node.info or "").strip(), place)
        self._check_closed(node, place, name)
        if name not in self._readers:
            near = nearest(name, CONTAINERS)
            known = " · ".join(CONTAINERS)
            self._remarks.append(error("block/unknown", place, name=name, near=near, known=known))
            yield from self._titles(attributes, place)
            yield from self._chapter.blocks(node.children)
            return
        self._check_known(name, attributes, place)
        for value in attributes.values():
            self._chapter.look_at_words(value, place)
        yield from self._readers[name](node.children, attributes, place)

    def _opening(self, info: str, place: Place) -> tuple[str, dict[str, str]]:
        """`names {title="…"}`, and what else is written for it."""
        match = re.fullmatch(r"([^\s{｛]*)\s*(.*)", info, re.DOTALL)
        assert match is not None
        name, rest = match[1], match[2].replace("｛", "{").replace("｝", "}")
        if not rest:
            return name, {}
        read = braces.parse(rest)
        if read is None or rest[read[0] :].strip():
            self._remarks.append(error("block/attributes", place, found=rest[:200]))
            return name, {}
        return name, read[1]

    def _check_known(self, name: str, attributes: Attributes, place: Place) -> None:
        known = CONTAINERS[name]
        code = "chart/attribute" if name == "chart" else "block/attribute"
        for key, value in attributes.items():
            if key not in known:
                facts = {"key": key, "near": nearest(key, known), "value": value[:60]}
                facts["known"] = " · ".join(known) or "–"
                facts |= {} if name == "chart" else {"name": name}
                self._remarks.append(of_value(code, place, value, facts))

    def _titles(self, attributes: Attributes, place: Place) -> Iterator[Block]:
        """The words in the braces of a block that is not known."""
        for value in attributes.values():
            if re.search(f"[{HAN}]", value):
                yield Paragraph((Strong((Text(value),)),), place)

    def _check_closed(self, node: SyntaxTreeNode, place: Place, name: str) -> None:
        last = (node.map or (0, 0))[1]
        lines = self._chapter.lines
        closing = lines[last] if last < len(lines) else ""
        if not closing.lstrip("> \t").startswith(":::"):
            self._remarks.append(error("block/unclosed", place, name=name))

    def _odd(self, node: SyntaxTreeNode, kind: str) -> Iterator[Block]:
        """Something that does not belong in a block: told, and set as what it is."""
        self._chapter.unexpected(node, kind)
        yield from self._chapter.blocks(node.children if node.type == "list_item" else [node])

    # --- pictures ---------------------------------------------------------------------------

    def _gallery(self, nodes: Nodes, attributes: Attributes, place: Place) -> Iterator[Block]:
        figures: list[Figure] = []
        others: list[Block] = []
        for node in nodes:
            images = self._chapter.images(node) if node.type == "paragraph" else None
            if images is None:
                others.extend(self._odd(node, "gallery"))
                continue
            for image, where in images:
                for block in self._chapter.figure(image, where):
                    (figures if isinstance(block, Figure) else others).append(block)  # type: ignore[arg-type]
        if not nodes:
            self._remarks.append(warning("gallery/empty", place))
        rows = attributes.get("rows", "")
        if rows and rows_of(rows) is None:
            self._remarks.append(warning("gallery/rows", place, found=rows[:30], most=MOST_LINES))
            attributes = {key: value for key, value in attributes.items() if key != "rows"}
        if figures:
            yield Gallery(tuple(figures), attributes, place)
        yield from others

    # --- words set large --------------------------------------------------------------------

    def _pullquote(self, nodes: Nodes, attributes: Attributes, place: Place) -> Iterator[Block]:
        lines: list[Inlines] = []
        others: list[Block] = []
        for node in nodes:
            if node.type == "paragraph" and self._chapter.images(node) is None:
                lines.append(self._chapter.inline(node))
            else:
                others.extend(self._odd(node, "pullquote"))
        text = tuple(
            i for n, line in enumerate(lines) for i in ((*((LineBreak(),) if n else ()), *line))
        )
        rest = {k: v for k, v in attributes.items() if k != "by"}
        if "upright" in rest:
            text = (Text(self._chapter.words(text, place)),) if text else ()
        else:
            text = tuple(part for inline in text for part in _at_bars(inline))
        if text:
            yield PullQuote(text, attributes.get("by", ""), rest, place)
        yield from others

    def _note(self, nodes: Nodes, attributes: Attributes, place: Place) -> Iterator[Block]:
        yield Note(attributes.get("title", ""), self._chapter.blocks(nodes), place)

    def _sidebar(self, nodes: Nodes, attributes: Attributes, place: Place) -> Iterator[Block]:
        yield Sidebar(attributes.get("title", ""), self._chapter.blocks(nodes), place)

    # --- items ------------------------------------------------------------------------------

    def _items(
        self, nodes: Nodes, kind: str, others: list[Block]
    ) -> Iterator[tuple[SyntaxTreeNode, Inlines, Place]]:
        """The items of the lists among *nodes*, and paragraphs between them; *others*: the rest."""
        for node in nodes:
            if node.type == "paragraph" and self._chapter.images(node) is None:
                yield node, self._chapter.inline(node), self._chapter.place(node)
                continue
            if node.type not in {"bullet_list", "ordered_list"}:
                others.extend(self._odd(node, kind))
                continue
            for item in node.children:
                body = item.children
                first = body[0] if body and body[0].type == "paragraph" else None
                if first is None or self._chapter.images(first) is not None:
                    if body:
                        others.extend(self._odd(item, kind))
                    continue
                yield first, self._chapter.inline(first), self._chapter.place(first)
                for more in body[1:]:
                    others.extend(self._odd(more, kind))

    def _numbers(self, nodes: Nodes, attributes: Attributes, place: Place) -> Iterator[Block]:
        del attributes
        items: list[BigNumber] = []
        others: list[Block] = []
        for node, text, where in self._items(nodes, "numbers", others):
            led = self._led(text, where)
            if led is None:
                self._chapter.unexpected(node, "numbers")
                others.append(Paragraph(text, where))
                continue
            big, rest = led
            before, figure, unit = split_number(big)
            items.append(BigNumber(figure, unit, rest, where, before))
        if items:
            yield BigNumbers(tuple(items), place)
        yield from others

    def _timeline(self, nodes: Nodes, attributes: Attributes, place: Place) -> Iterator[Block]:
        del attributes
        stages: list[tuple[str, Place, list[Event]]] = []
        others: list[Block] = []
        for node in nodes:
            if node.type == "heading":
                where = self._chapter.place(node)
                title = self._chapter.words(self._chapter.inline(node), where)
                stages.append((title, where, []))
                continue
            if not stages:
                stages.append(("", place, []))
            for item, text, where in self._items([node], "timeline", others):
                led = self._led(text, where)
                if led is None:
                    self._chapter.unexpected(item, "timeline")
                    others.append(Paragraph(text, where))
                    continue
                stages[-1][2].append(Event(*led, where))
        made = tuple(Stage(t, tuple(e), p) for t, p, e in stages if t or e)
        if made:
            yield Timeline(made, place)
        yield from others

    def _led(self, text: Inlines, place: Place) -> tuple[str, Inlines] | None:
        """The words at the head of an item: bold, or the first one if it has a digit; the rest."""
        if text and isinstance(text[0], Strong):
            notes = tuple(part for part in text[0].inside if isinstance(part, NoteRef))
            bold = tuple(part for part in text[0].inside if not isinstance(part, NoteRef))
            rest = text[1:]
            if rest and isinstance(rest[0], Text):
                rest = (Text(rest[0].text.lstrip(" \u3000：:")), *rest[1:])
            return self._chapter.words(bold, place).strip(), (*notes, *rest)
        first = text[0] if text else None
        match = _FIRST_WORD.match(first.text) if isinstance(first, Text) else None
        if not isinstance(first, Text) or match is None:
            return None
        self._remarks.append(note("block/led", place, words=match[1]))
        return match[1], (Text(first.text[match.end() :]), *text[1:])

    # --- names ------------------------------------------------------------------------------

    def _names(self, nodes: Nodes, attributes: Attributes, place: Place) -> Iterator[Block]:
        persons: list[Person] = []
        others: list[Block] = []
        for node, text, where in self._named(nodes, others):
            persons.extend(self._persons(node, self._chapter.words(text, where), where))
        asked = attributes.get("sort", "given")
        key = _SORTED_BY.get(self._chapter.one_of("names/sort", asked, SORTS, place))
        if key is not None:
            persons.sort(key=lambda person: key(person.name))
        rest = {k: v for k, v in attributes.items() if k not in CONTAINERS["names"]}
        title, count = attributes.get("title", ""), attributes.get("count", "")
        if persons or (title and not attributes.get("from")):
            yield NameList(title, count, tuple(persons), rest, place)
        if attributes.get("from"):
            yield from self._of_table(attributes, key, place)
        yield from others

    def _of_table(
        self, attributes: Attributes, key: Callable[[str], Any] | None, place: Place
    ) -> Iterator[Block]:
        """The people of a table beside the manuscript, a list for each group."""
        file = self._chapter.file.parent / attributes["from"]
        title = attributes.get("title", "")
        try:
            data = self._chapter.beside(file, place)
            found = rosters.groups(file, data, attributes, place, self._remarks)
        except BanxinError as problem:
            self._remarks.extend(problem.diagnostics)
            found = ()
        if title and (len(found) != 1 or found[0].title):
            yield Paragraph((Strong((Text(title),)),), place)
        for group in found:
            people = group.people
            if key is not None:
                people = tuple(sorted(people, key=lambda person: key(person.name)))
            said = group.title or (title if len(found) == 1 else "")
            yield NameList(said, f"{len(people)}人", people, {}, place, repeats=True)

    def _persons(self, node: SyntaxTreeNode, written: str, place: Place) -> Iterator[Person]:
        """Each with the place of its own name: a page may have room for some of a line's."""
        finder = Finder(self._chapter.file, self._chapter.lines, node.map or (0, 0))
        split = people.in_paragraph if _is_free(node) else people.in_item
        for name, about in split(written):
            place = finder.find_name(name) or place
            yield Person(name, about, place)

    def _named(
        self, nodes: Nodes, others: list[Block]
    ) -> Iterator[tuple[SyntaxTreeNode, Inlines, Place]]:
        for node in nodes:
            if node.type == "paragraph" and self._chapter.images(node) is None:
                where = self._chapter.place(node)
                yield node, self._chapter.inline(node, keep_lines=True), where
            else:
                yield from self._items([node], "names", others)


def of_value(code: str, place: Place, value: str, facts: Mapping[str, str]) -> Diagnostic:
    """Of an attribute that nobody knows: an error where words would be lost with it."""
    severe = error if re.search(f"[{HAN}]", value) else warning
    return severe(code, place, **facts)


def split_number(written: str) -> tuple[str, str, str]:
    """What stands before the figure, the figure and its unit: `¥3.2亿` → ¥, 3.2, 亿.

    The figure is the longest run of digits, with a sign before it and a percent behind; where
    there is none, all of *written*.
    """
    found = max(_RUN.finditer(written), key=lambda m: (len(m[0]), -m.start()), default=None)
    if found is None:
        return "", written, ""
    before, unit = written[: found.start()].strip(), written[found.end() :].strip()
    return before, found[0].strip(), unit


def _is_free(node: SyntaxTreeNode) -> bool:
    """Whether a paragraph stands by itself, not in an item of a list."""
    return node.parent is None or node.parent.type != "list_item"


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
