"""What a manuscript says and no page shows: a layout may leave things out, but not in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from banxin.diagnostics import Cause, Diagnostic, Place, warning
from banxin.edition import Edition
from banxin.lettering import texts_of
from banxin.manuscript import blocks as b
from banxin.manuscript.inlines import plain
from banxin.typeset.sheets import Landed
from banxin.typeset.whence import template_at

NOT_PLACED: Final = "layout/not-placed"
LOST: Final = "text/lost"


def unplaced(edition: Edition, landed: Sequence[Landed]) -> Iterator[Diagnostic]:
    """One finding a chapter: what of it is on no page, from its first block that is not.

    Args:
        landed: where each block came to lie.
    """
    seen = {_where(item.place) for item in landed}
    for chapter in edition.chapters:
        missing = [part for part in _parts(chapter.blocks) if _where(part[0]) not in seen]
        if missing:
            pictures = sum(not text for _, text in missing)
            characters = sum(len("".join(text.split())) for _, text in missing)
            told = warning(
                NOT_PLACED,
                missing[0][0],
                layout=edition.layout.name,
                characters=characters,
                pictures=pictures,
            )
            file = edition.layout.chapters.get(chapter.field("template", "text"), "")
            if file in edition.layout.template_files:
                told = replace(told, cause=Cause(template_at(edition.layout, file, 1)))
            yield told


def as_left_out(remarks: Sequence[Diagnostic], edition: Edition) -> tuple[Diagnostic, ...]:
    """*remarks*, where a leaflet's text is lost as one finding a chapter, with what is left out.

    A panel that is full cuts a block off or leaves it out: which of them is all one.
    """
    if not edition.layout.page.folds:
        return tuple(remarks)
    of_chapters: dict[str | None, list[Diagnostic]] = {}
    for told in remarks:
        if told.code in {NOT_PLACED, LOST} and told.place.file:
            of_chapters.setdefault(told.place.file, []).append(told)
    others = [told for told in remarks if told not in of_chapters.get(told.place.file, ())]
    return (*others, *(_as_one(told, edition) for told in of_chapters.values()))


def _as_one(told: Sequence[Diagnostic], edition: Edition) -> Diagnostic:
    first = min(told, key=lambda d: (d.place.line or 0, d.place.column or 0))
    characters = sum(int(str(d.facts.get("characters", d.facts.get("count", 0)))) for d in told)
    cause = next((one.cause for one in told if one.cause), None)
    merged = warning(
        NOT_PLACED,
        first.place,
        layout=edition.layout.name,
        characters=characters,
        pictures=sum(int(str(d.facts.get("pictures", 0))) for d in told),
    )
    return replace(merged, made=None if cause else first.made, cause=cause)


def _where(place: Place) -> tuple[str | None, int | None, int | None]:
    return place.file, place.line, place.column


def _parts(blocks: b.Blocks) -> Iterator[tuple[Place, str]]:
    """Everything with a place of its own, and its words; pictures have none."""
    for block in blocks:
        match block:
            case b.Paragraph(text, place) | b.Heading(_, text, _, place):
                yield place, plain(text)
            case b.Figure():
                yield block.place, ""
            case b.Gallery():
                yield from ((figure.place, "") for figure in block.figures)
            case b.Quote() | b.Note() | b.Sidebar():
                yield from _parts(block.blocks)
            case b.ItemList():
                yield from (part for item in block.items for part in _parts(item))
            case b.BigNumbers():
                yield from (
                    (n.place, n.before + n.figure + n.unit + plain(n.text)) for n in block.items
                )
            case b.Timeline():
                for stage in block.stages:
                    yield from ((stage.place, stage.title),) if stage.title else ()
                    yield from ((e.place, e.when + plain(e.text)) for e in stage.events)
            case b.Chronicle():
                for period in block.periods:
                    yield from ((period.place, period.title),) if period.title else ()
                    yield from ((m.place, m.when + plain(m.text)) for m in period.moments)
                yield from ((one.place, one.when + one.written) for one in block.measured)
            case b.StruckList():
                yield from ((item.place, item.words) for item in block.items)
            case b.NameList():
                yield from ((person.place, person.name + person.about) for person in block.people)
            case b.PullQuote():
                yield block.place, plain(block.text)
            case b.Table():
                cells = [cell for row in (block.head, *block.rows) for cell in row]
                yield block.place, "".join(map(plain, cells))
            case b.Chart():
                yield block.place, block.title + "".join(block.names)
            case b.Verbatim():
                yield block.place, block.text
            case b.Divider():
                pass
            case _:  # a container's own
                yield block.place, "".join(text for _, text in texts_of(block))
