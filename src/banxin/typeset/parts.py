"""A book is parts put together: each is made full by itself, with its own pages in view.

A part is what lies between two forced page breaks. What one chapter's pictures may grow is no
matter of another's, and only the part that is tried is laid out again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from banxin.typeset import fitting
from banxin.typeset.galley import Bearings, Stretch
from banxin.units import Length

FITTINGS: Final = 5  # layouts of a part, at most, to make its pages full
ROUNDS: Final = 3  # of the book: a part that takes another number of pages moves those after it

Given = Mapping[str, int]  # lines that boxes have grown, by their ids


@dataclass(frozen=True, slots=True)
class Laid:
    """The engine's document, and the contexts of all the layouts that its pages are from."""

    document: Any
    bearings: Bearings
    contexts: tuple[Any, ...]


class Setter(Protocol):
    """Lays a document out, with boxes grown."""

    def whole(self, given: Given) -> Laid: ...

    def part(self, bearings: Bearings, part: Stretch, given: Given) -> Laid: ...


@dataclass(slots=True)
class _Part:
    """What was tried with one part, and what came of it."""

    given: dict[str, int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    in_vain: frozenset[str] = frozenset()

    def asked(self, pages: Sequence[Any], pitch: Length) -> fitting.Asked:
        more = fitting.more(_boxes(pages), pitch, self.given, self.in_vain)
        lines = {
            name: self.given.get(name, 0) if name in self.refused else count
            for name, count in more.lines.items()
        }
        return fitting.Asked(lines, more.tails - self.refused)

    def judge(
        self, asked: fitting.Asked, pages: Sequence[Any], tried: Sequence[Any], pitch: Length
    ) -> bool:
        """Whether the pages *tried* are better than *pages*; why not is remembered."""
        before, after = _boxes(pages), _boxes(tried)
        had, has = fitting.tails_of(before, pitch), fitting.tails_of(after, pitch)
        if len(after) > len(before) or has > had:
            # Something moved on that should have stayed: without what grew on its page, then.
            self.refused |= fitting.pushed(before, after)
            return False
        if asked.tails and has == had:
            self.refused |= asked.tails & self.in_vain
            self.in_vain |= asked.tails
            return False
        self.given = dict(asked.lines)
        return True


def made_full(laid: Laid, setter: Setter, pitch: Length) -> tuple[Laid, Given]:
    """The book with pages made full where the layout lets boxes grow, and what these were given.

    Args:
        laid: the whole of it, with nothing grown.
        pitch: of the grid's lines.
    """
    tried: dict[int, _Part] = {}
    for _ in range(ROUNDS):
        pages, contexts, moved = list(laid.document.pages), list(laid.contexts), False
        for stretch in laid.bearings.parts():
            here = slice(stretch.page, stretch.page + stretch.wanted)
            part = tried.setdefault(stretch.first, _Part())
            full = _filled(laid, stretch, part, setter, pitch)
            if full is None:
                continue
            moved = moved or not _same_places(laid.document.pages[here], full.document.pages)
            if not moved:
                pages[here] = full.document.pages
                contexts += full.contexts
        given = {name: lines for part in tried.values() for name, lines in part.given.items()}
        if not moved:
            return Laid(laid.document.copy(pages), laid.bearings, tuple(contexts)), given
        laid = setter.whole(given)
    return laid, given


def _filled(
    laid: Laid, stretch: Stretch, part: _Part, setter: Setter, pitch: Length
) -> Laid | None:
    """The part with its pages full; None where they are as they were."""
    full: Laid | None = None
    pages = laid.document.pages[stretch.page : stretch.page + stretch.wanted]
    for _ in range(FITTINGS):
        asked = part.asked(pages, pitch)
        if dict(asked.lines) == part.given:
            break
        again = setter.part(laid.bearings, stretch, asked.lines)
        if part.judge(asked, pages, again.document.pages, pitch):
            full, pages = again, again.document.pages
    return full


def _same_places(before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Whether every page holds the blocks that it held, and the targets of references."""
    return len(before) == len(after) and all(
        was.anchors.keys() == now.anchors.keys()
        and fitting.blocks_of(was._page_box) == fitting.blocks_of(now._page_box)
        for was, now in zip(before, after, strict=True)
    )


def _boxes(pages: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(page._page_box for page in pages)
