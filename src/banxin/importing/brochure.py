"""From sections to the chapters of a brochure, each picture where its shape is of use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

from banxin.assets.photos import shape_of
from banxin.importing.chapters import Chapters, figure

if TYPE_CHECKING:
    from banxin.importing.title import ImportedSection, Title

_PLATE_FROM: Final = 1400  # characters: more than a page beside its title; a picture faces it
_OPENING: Final = 900  # characters that a message holds
_SHORT: Final = 900  # characters: of several sources, one with sections as short is one chapter
_SCRAP: Final = 250  # characters: what is shorter joins the chapter before it, if that
_WHOLE: Final = 600  # has so many
_A_FIGURE: Final = 800  # characters of text for each picture that is left over
_GALLERY: Final = 3  # pictures
# Pixels of 225 an inch on a whole page of 210 × 285 mm, and on the two that a message opens on.
_PAGE: Final = (1860, 2525)
_SPREAD: Final = (3720, 1000)


@dataclass(slots=True)
class _Unit:
    """What becomes one chapter."""

    title: str
    kicker: str
    blocks: list[str]
    pictures: list[str] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(map(len, self.blocks))


class _Pictures:
    """Those that have no place yet, in their order; of those that are there, the shapes."""

    def __init__(self, loose: Sequence[str], there: Mapping[str, bytes]) -> None:
        self.left = list(loose)
        self._shapes = {n: shape for n in loose if n in there and (shape := shape_of(there[n]))}

    def taken(self, least: tuple[int, int], *, upright: bool) -> str:
        """One for a place that it fills: sharp there, and little of it cut off."""
        fit = (n for n in self.left if n in self._shapes and self._fits(n, least, upright=upright))
        name = next(fit, "")
        if name:
            self.left.remove(name)
        return f"photos/{name}" if name else ""

    def strip(self) -> str:
        """One for a strip as high as the page: any that is sharp there may be cut to it."""
        least = (1, _PAGE[1])
        return self.taken(least, upright=True) or self.taken(least, upright=False)

    def _fits(self, name: str, least: tuple[int, int], *, upright: bool) -> bool:
        wide, high = self._shapes[name]
        return wide >= least[0] and high >= least[1] and (high > wide) == upright


def brochure(title: Title, chapters: Chapters, there: Mapping[str, bytes]) -> None:
    """Cover and inner page, then the title on a right page; what has no heading is the message."""
    pictures = _Pictures(title.loose, there)
    chapters.add("shuming", "title", title.title)
    keys = {"kicker": title.kicker, "deck": title.deck, "byline": title.byline}
    sections = list(title.sections)
    if sections and not sections[0].title and 0 < sections[0].length < _OPENING and sections[1:]:
        opening = sections.pop(0)
        wide = pictures.taken(_SPREAD, upright=False)
        text = "\n\n".join(opening.blocks)
        chapters.add("juanshou", "message", title.title, text, **keys, picture=wide)
        keys = {}
    units = list(_units(sections, title.subtitle or title.title))
    plates = [
        pictures.taken(_PAGE, upright=True) if one.length >= _PLATE_FROM else "" for one in units
    ]
    if len(units) > 1:
        chapters.add("muci", "contents", "目次", picture=pictures.strip())
    _spread(pictures, units)
    for number, (unit, plate) in enumerate(zip(units, plates, strict=True), 1):
        template = "article" if unit.length >= _PLATE_FROM else "text"
        more = {**keys, "kicker": unit.kicker or keys.get("kicker", "")}
        more |= {"plate": plate} if plate else {}
        chapters.add(f"{number:02}", template, unit.title, "\n\n".join(unit.blocks), **more)
        keys = {}
    if pictures.left:
        rows = "\n".join(map(figure, pictures.left))
        asked = f'rows="{_rows(len(pictures.left))}"'
        chapters.add("tuji", "gallery", "图集", f"::: gallery {{{asked}}}\n{rows}\n:::")


def _units(sections: Sequence[ImportedSection], title: str) -> Iterator[_Unit]:
    """Sections as chapters; a source of short ones, if there are others, and scraps join."""
    several = len({section.file for section in sections}) > 1
    before: _Unit | None = None
    for _, group in groupby(sections, lambda section: section.file):
        for unit in _of_source(list(group), title, several=several):
            whole = before is not None and before.length >= _WHOLE
            if before and whole and unit.length < _SCRAP and not unit.pictures and not unit.kicker:
                before.blocks += [f"## {unit.title}", *unit.blocks]
                continue
            if before:
                yield before
            before = unit
    if before:
        yield before


def _of_source(
    sections: Sequence[ImportedSection], title: str, *, several: bool
) -> Iterator[_Unit]:
    head = "" if sections[0].blocks else sections[0].title  # of which only sections follow
    texts = [section for section in sections if section.blocks]
    total = sum(section.length for section in texts)
    if several and len(texts) > 1 and total < _SHORT * len(texts):
        blocks = [
            block for s in texts for block in ([f"## {s.title}"] if s.title else []) + s.blocks
        ]
        pictures = [name for section in texts for name in section.pictures]
        yield _Unit(head or title, "", blocks, pictures)
        return
    for section in texts:
        blocks = [re.sub(r"^#(?=#{2,3} )", "", block) for block in section.blocks]
        yield _Unit(section.title or title, head, blocks, list(section.pictures))
        head = ""


def _spread(pictures: _Pictures, units: Sequence[_Unit]) -> None:
    """One for each chapter that has none, awaited ones first in their order; then for long ones."""
    for unit in units:
        if pictures.left and not unit.pictures:
            _placed(unit, pictures.left.pop(0), 1)
    for unit in units:
        room = unit.length // _A_FIGURE - len(unit.pictures)
        while pictures.left and room > 0:
            _placed(unit, pictures.left.pop(0), len(unit.blocks) // 2)
            room -= 1
    if 0 < len(pictures.left) < _GALLERY and units:
        longest = max(units, key=lambda unit: unit.length)
        while pictures.left:
            _placed(longest, pictures.left.pop(0), 3 * len(longest.blocks) // 4)


def _placed(unit: _Unit, name: str, at: int) -> None:
    """Behind a paragraph, and not between two of a list or under a heading's own line."""
    while 0 < at < len(unit.blocks) and unit.blocks[at - 1].startswith("#"):
        at += 1
    unit.blocks.insert(min(at, len(unit.blocks)), figure(name))
    unit.pictures.append(name)


def _rows(count: int) -> str:
    """Rows of two, or of one where one is over."""
    return " ".join(["9x2"] * (count // 2) + ["12x1"] * (count % 2))
