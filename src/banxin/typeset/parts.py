"""A book is parts put together: each laid out, and made full, with its own pages in view.

A part is what lies between two forced page breaks. What one chapter's pictures may grow is no
matter of another's; and where a word has changed, only the part that has it is laid out again, as
long as what it tells the others stays the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final, Protocol
from xml.etree.ElementTree import Element, tostring

from banxin.engine.boxes import Context, EngineBox, EngineDocument, EngineHtml, EnginePage, KeptPage
from banxin.engine.speed import drop, set_aside

from banxin.typeset import fill
from banxin.typeset.galley import Bearings, Stretch, Tells, body_of, ids_of, shells_of
from banxin.units import Length

FITTINGS: Final = 5  # layouts of a part, at most, to make its pages full
ROUNDS: Final = 3  # of the book: a part that takes another number of pages moves those after it

Given = Mapping[str, int]  # lines that boxes have grown, by their ids


class AnewError(Exception):
    """What was kept of a book is not enough: the whole of it has to be laid out."""


@dataclass(frozen=True, slots=True)
class LaidBook:
    """A book that was laid out: the engine's document, and of each page the engine's context."""

    document: EngineDocument
    bearings: Bearings
    parts: tuple[Stretch, ...]
    contexts: tuple[Context | None, ...]

    def pages_of(self, part: Stretch) -> tuple[EnginePage, ...]:
        return tuple(self.document.pages[part.page : part.page + part.wanted])

    def with_parts(self, made: Mapping[Stretch, LaidPart]) -> LaidBook:
        """With the pages of some parts exchanged, as many for as many."""
        pages, contexts = list(self.document.pages), list(self.contexts)
        targets = dict(self.bearings.targets)
        for part, laid in made.items():
            here = slice(part.page, part.page + part.wanted)
            pages[here], contexts[here] = laid.pages, [laid.context] * part.wanted
            for name, told in laid.tells.targets.items() if laid.tells else ():
                targets[name] = replace(targets[name], texts=told.texts)
        bearings = replace(self.bearings, targets=targets)
        return replace(
            self, document=self.document.copy(pages), bearings=bearings, contexts=tuple(contexts)
        )


@dataclass(frozen=True, slots=True)
class LaidPart:
    """Pages of a part.

    Attributes:
        tells: None where it was laid out together with all others.
        moved: whether others were tried in the same layout, and may have moved it.
    """

    pages: tuple[EnginePage, ...]
    tells: Tells | None
    context: Context | None
    moved: bool = False


class Setter(Protocol):
    """Lays a document out, with boxes grown.

    Attributes:
        source: the engine's, with the tree of the document.
        quoted: whether words of a target may be said where it is referred to.
    """

    @property
    def source(self) -> EngineHtml: ...

    @property
    def quoted(self) -> bool: ...

    def whole(self, given: Given) -> LaidBook: ...

    def part(self, bearings: Bearings, part: Stretch, given: Given) -> LaidPart: ...

    def tries(
        self, laid: LaidBook, asked: Mapping[Stretch, Given], given: Given
    ) -> Mapping[Stretch, LaidPart]:
        """Each of these parts with what it asks for; *given*: what boxes have elsewhere."""

    def said_nothing(self) -> bool:
        """Whether there is nothing to be told of what was laid out so far."""

    def document_of(self, pages: Sequence[EnginePage]) -> EngineDocument:
        """The document with pages that it had before."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What was tried with one part, and what came of it.

    Attributes:
        pages: with nothing grown.
        full: None where these cannot be better.
        is_full: whether all was tried.
    """

    pages: tuple[EnginePage, ...] = ()
    given: Given = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    in_vain: frozenset[str] = frozenset()
    full: LaidPart | None = None
    is_full: bool = False

    @property
    def now(self) -> tuple[EnginePage, ...]:
        return self.full.pages if self.full else self.pages

    def asked(self, pages: Sequence[EnginePage], pitch: Length) -> fill.Asked:
        more = fill.more(_boxes(pages), pitch, self.given, self.in_vain)
        lines = {
            name: self.given.get(name, 0) if name in self.refused else count
            for name, count in more.lines.items()
            if name in self.given or name not in self.refused
        }
        return fill.Asked(lines, more.tails - self.refused)

    def judged(
        self, asked: fill.Asked, pages: Sequence[EnginePage], tried: LaidPart, pitch: Length
    ) -> _Part:
        """With *tried* for its pages if these are better than *pages*; else with the reason."""
        before, after = _boxes(pages), _boxes(tried.pages)
        had, has = fill.tails_of(before, pitch), fill.tails_of(after, pitch)
        if len(after) > len(before) or has > had:
            # Something moved on that should have stayed: without what grew on its page, then.
            return replace(self, refused=self.refused | fill.pushed(before, after))
        if asked.tails and has == had:
            refused = self.refused | (asked.tails & self.in_vain)
            return replace(self, refused=refused, in_vain=self.in_vain | asked.tails)
        return replace(self, given=asked.lines, full=tried)


@dataclass(frozen=True, slots=True)
class KeptBook:
    """A book as another process has laid it out: what the next one need not lay out again.

    Attributes:
        frame, texts, ids: as of `Memory`.
        pages: of each part, as they were drawn.
        tried: of each part, what its boxes have grown, and what was tried in vain.
    """

    frame: str
    texts: tuple[str, ...]
    ids: tuple[frozenset[str], ...]
    bearings: Bearings
    parts: tuple[Stretch, ...]
    pages: tuple[tuple[KeptPage, ...], ...]
    tried: tuple[tuple[Given, frozenset[str], frozenset[str]], ...]


@dataclass(slots=True)
class Memory:
    """A book as it was laid out last, and its parts as they were tried then.

    Attributes:
        frame: a digest of the tree around the children of its body.
        texts: digests of these children.
        ids: of each of them, and of what is in it.
        children: the elements that stand in the boxes of its pages.
        moved: whether a part that was made full has moved others.
    """

    frame: str = ""
    texts: tuple[str, ...] = ()
    ids: tuple[frozenset[str], ...] = ()
    children: tuple[Element, ...] = ()
    laid: LaidBook | None = None
    tried: dict[int, _Part] = field(default_factory=dict)
    moved: bool = False

    def clear(self) -> None:
        self.laid, self.children, self.tried = None, (), {}

    @property
    def is_kept(self) -> bool:
        """Whether it has pages that nothing can be seen of but how they were drawn."""
        pages = self.laid.document.pages if self.laid else ()
        return any(isinstance(page, KeptPage) for page in pages)

    def recall(self, kept: KeptBook, setter: Setter) -> None:
        pages: list[Any] = [page for part in kept.pages for page in part]
        document = setter.document_of(pages)
        self.frame, self.texts, self.ids = kept.frame, kept.texts, kept.ids
        self.laid = LaidBook(document, kept.bearings, kept.parts, (None,) * len(pages))
        self.tried = {
            part.first: _Part(self.laid.pages_of(part), *tried, is_full=True)
            for part, tried in zip(kept.parts, kept.tried, strict=True)
        }

    def to_keep(self, made: LaidBook) -> KeptBook | None:
        """The book as it was *made* full; None where it cannot be taken apart."""
        if self.laid is None or self.moved:
            return None
        tried = (self.tried.get(part.first, _Part()) for part in made.parts)
        return KeptBook(
            self.frame,
            self.texts,
            self.ids,
            made.bearings,
            made.parts,
            tuple(tuple(map(KeptPage.of, made.pages_of(part))) for part in made.parts),
            tuple((known.given, known.refused, known.in_vain) for known in tried),
        )


def laid_out(setter: Setter, memory: Memory) -> LaidBook:
    """The book with nothing grown; from memory, but for the parts whose words have changed."""
    tree = setter.source.etree_element
    frame, texts = _texts_of(tree)
    laid = _again(setter, memory, frame, texts)
    if laid is None:
        memory.clear()
        laid = setter.whole({})
    if setter.said_nothing():
        memory.frame, memory.texts, memory.laid = frame, texts, laid
        memory.children = tuple(body_of(tree))
        memory.ids = tuple(ids_of([child]) for child in memory.children)
    else:  # what would have to be told of the parts that are not laid out again is not known
        memory.clear()
    return laid


def made_full(
    laid: LaidBook, setter: Setter, pitch: Length, memory: Memory
) -> tuple[LaidBook, Given]:
    """The book with pages made full where the layout lets boxes grow, and what these were given.

    Args:
        laid: with nothing grown.
        pitch: of the grid's lines.

    Raises:
        AnewError: a part has moved others, of which only the drawing is kept.
    """
    tried, memory.moved = memory.tried, False
    set_aside()
    for count in range(ROUNDS):
        for part in laid.parts:
            known, pages = tried.get(part.first, _Part()), laid.pages_of(part)
            if known.pages != pages:
                tried[part.first] = replace(known, pages=pages, full=None, is_full=False)
        _fill(laid, tried, setter, pitch)
        full = {part: tried[part.first].full for part in laid.parts}
        exchanged = {part: its for part, its in full.items() if its is not None}
        moved = any(
            its.moved or not _same_places(laid.pages_of(part), its.pages)
            for part, its in exchanged.items()
        )
        given = _given(tried)
        if not count:
            tried = dict(tried)  # what comes of other rounds is not what the next book begins with
        if not moved:
            return laid.with_parts(exchanged), given
        if memory.is_kept:
            raise AnewError
        memory.moved = True
        laid = setter.whole(given)
        if {part.first for part in laid.parts} != tried.keys():
            break  # what was tried belongs to parts that are no more
    return laid, given


def _given(tried: Mapping[int, _Part]) -> Given:
    return {name: lines for known in tried.values() for name, lines in known.given.items()}


def _fill(laid: LaidBook, tried: dict[int, _Part], setter: Setter, pitch: Length) -> None:
    """Try all parts that are not known to be as full as they can be."""
    parts = [part for part in laid.parts if not tried[part.first].is_full]
    for _ in range(FITTINGS):
        asked: dict[Stretch, fill.Asked] = {}
        for part in parts:
            known = tried[part.first]
            more = known.asked(known.now, pitch)
            if more.lines != known.given:
                asked[part] = more
        if not asked:
            break
        wanted = {part: more.lines for part, more in asked.items()}
        for part, made in setter.tries(laid, wanted, _given(tried)).items():
            known = tried[part.first]
            tried[part.first] = known.judged(asked[part], known.now, made, pitch)
        parts = list(asked)
        drop()
    for part in laid.parts:
        tried[part.first] = replace(tried[part.first], is_full=True)


def _again(setter: Setter, memory: Memory, frame: str, texts: tuple[str, ...]) -> LaidBook | None:
    """The book that is remembered, with those parts laid out anew that read otherwise now.

    None where this is not all that there is to do.
    """
    laid, body = memory.laid, body_of(setter.source.etree_element)
    if laid is None or frame != memory.frame or shells_of(body) != laid.bearings.shells:
        return None
    other = [n for n, (now, was) in enumerate(zip(texts, memory.texts, strict=True)) if now != was]
    parts = [p for p in laid.parts if any(p.first <= n < p.end for n in other)]
    if sum(part.wanted for part in parts) > len(laid.document.pages) / 2:
        return None
    for number, element in enumerate(memory.children):
        if number not in other:
            body[number] = element
    made: dict[Stretch, LaidPart] = {}
    for part in parts:
        made[part] = again = setter.part(laid.bearings, part, {})
        ids = frozenset[str]().union(*memory.ids[part.first : part.end])
        if again.tells is None or _anchors(again.pages) != _anchors(laid.pages_of(part)):
            return None
        if not again.tells.as_was_told(laid.bearings, part, ids, quoted=setter.quoted):
            return None
        memory.tried.pop(part.first, None)
    return laid.with_parts(made)


def _texts_of(tree: Element) -> tuple[str, tuple[str, ...]]:
    body = body_of(tree)
    around = (tostring(child, "unicode") for child in tree if child is not body)
    frame = repr((tree.attrib, body.attrib, body.text, *around))
    return _digest(frame), tuple(_digest(tostring(child, "unicode")) for child in body)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def _same_places(before: Sequence[EnginePage], after: Sequence[EnginePage]) -> bool:
    """Whether every page holds the blocks that it held, and the targets of references."""
    blocks = ([fill.blocks_of(box) for box in _boxes(pages)] for pages in (before, after))
    return _anchors(before) == _anchors(after) and next(blocks) == next(blocks)


def _anchors(pages: Sequence[EnginePage]) -> list[frozenset[str]]:
    return [frozenset(page.anchors) for page in pages]


def _boxes(pages: Sequence[EnginePage]) -> tuple[EngineBox, ...]:
    return tuple(page._page_box for page in pages)
