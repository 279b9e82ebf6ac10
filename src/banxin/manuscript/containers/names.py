"""`::: names`: people, as they are written or out of a table beside the manuscript."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from markdown_it.tree import SyntaxTreeNode

from banxin.diagnostics import BanxinError, Place
from banxin.manuscript import people, rosters
from banxin.manuscript.blocks import Block, Inlines, NameList, Paragraph, Person, Strong, Text
from banxin.manuscript.containers.container import Attributes, Container, Nodes
from banxin.manuscript.containers.items import items
from banxin.manuscript.inlines import Finder
from banxin.manuscript.sounds import by_sound
from banxin.manuscript.strokes import by_strokes

if TYPE_CHECKING:
    from banxin.manuscript.reader import ChapterReader

KEYS: Final = ("title", "count", "sort", "from", "by", "about", "as")
FORMS: Final = ("list", "wall")
SORTS: Final = ("given", "stroke", "pinyin")
_SORTED_BY: Final[Mapping[str, Callable[[str], Any]]] = {
    "stroke": by_strokes,
    "pinyin": by_sound,
}


def read(
    chapter: ChapterReader, nodes: Nodes, attributes: Attributes, place: Place
) -> Iterator[Block]:
    persons: list[Person] = []
    others: list[Block] = []
    for node, text, where in _named(chapter, nodes, others):
        persons.extend(_persons(chapter, node, chapter.words(text, where), where))
    asked = attributes.get("sort", "given")
    key = _SORTED_BY.get(chapter.one_of("names/sort", asked, SORTS, place))
    if key is not None:
        persons.sort(key=lambda person: key(person.name))
    rest = {k: v for k, v in attributes.items() if k not in KEYS}
    form = chapter.one_of("names/as", attributes.get("as", "list"), FORMS, place)
    rest |= {"as": form} if form == "wall" else {}
    title, count = attributes.get("title", ""), attributes.get("count", "")
    if persons or (title and not attributes.get("from")):
        yield NameList(title, count, tuple(persons), rest, place)
    if attributes.get("from"):
        yield from _of_table(chapter, attributes, key, rest, place)
    yield from others


def _of_table(
    chapter: ChapterReader,
    attributes: Attributes,
    key: Callable[[str], Any] | None,
    rest: Attributes,
    place: Place,
) -> Iterator[Block]:
    """The people of a table beside the manuscript, a list for each group.

    Args:
        rest: what the lists say of themselves.
    """
    file = chapter.file.parent / attributes["from"]
    title = attributes.get("title", "")
    try:
        data = chapter.beside(file, place)
        found = rosters.groups(file, data, attributes, place, chapter.remarks)
    except BanxinError as problem:
        chapter.remarks.extend(problem.diagnostics)
        found = ()
    if title and (len(found) != 1 or found[0].title):
        yield Paragraph((Strong((Text(title),)),), place)
    for group in found:
        people = group.people
        if key is not None:
            people = tuple(sorted(people, key=lambda person: key(person.name)))
        said = group.title or (title if len(found) == 1 else "")
        yield NameList(said, f"{len(people)}人", people, rest, place, repeats=True)


def _persons(
    chapter: ChapterReader, node: SyntaxTreeNode, written: str, place: Place
) -> Iterator[Person]:
    """Each with the place of its own name: a page may have room for some of a line's."""
    finder = Finder(chapter.file, chapter.lines, node.map or (0, 0))
    split = people.in_paragraph if _is_free(node) else people.in_item
    for name, about in split(written):
        place = finder.find_name(name) or place
        yield Person(name, about, place)


def _named(
    chapter: ChapterReader, nodes: Nodes, others: list[Block]
) -> Iterator[tuple[SyntaxTreeNode, Inlines, Place]]:
    for node in nodes:
        if node.type == "paragraph" and chapter.images(node) is None:
            where = chapter.place(node)
            yield node, chapter.inline(node, keep_lines=True), where
        else:
            yield from items(chapter, [node], "names", others)


def _is_free(node: SyntaxTreeNode) -> bool:
    """Whether a paragraph stands by itself, not in an item of a list."""
    return node.parent is None or node.parent.type != "list_item"


CONTAINER: Final = Container(NameList, KEYS, read)
