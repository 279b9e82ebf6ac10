"""Edition → HTML and CSS, by the layout's templates.

Templates place blocks and decide nothing: what has to be counted is counted here, and CSS gets
it as custom properties.
"""

from __future__ import annotations

import datetime
import re
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final, overload

from jinja2 import (
    BytecodeCache,
    FunctionLoader,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from banxin.cjk.classes import guarded
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest, note, warning
from banxin.edition import Edition, Picture, bleeding, front_of, url_of
from banxin.layouts import Grid, Layout, PageSize, TypeStyle, spoken
from banxin.manuscript import blocks as b
from banxin.manuscript.inlines import plain
from banxin.manuscript.kinds import KIND_OF
from banxin.manuscript.values import CENTRE, Wrap, focus_of, height_of, rows_of, wrap_of
from banxin.markup import barcode, cells, charts, chronicles, fields, qr, struck, walls
from banxin.markup.asked import PAGE_TEMPLATE, asked_in_vain, templates_asked
from banxin.markup.bounds import MEMORY, Bounds, Refused, nested
from banxin.markup.copyfit import ENDLESS, Room, Roster, dealt, lines_of, within
from banxin.markup.grid import (
    LEAST_TO_WRAP,
    Row,
    Stack,
    across_bleed,
    bleed_lines,
    caption_lines,
    dated,
    fair_lines,
    figure_lines,
    justified_rows,
    numeral,
    set_width,
    sharp_lines,
    stack,
    uneven,
    whole_lines,
    wrapped,
)
from banxin.markup.grid import measure as text_measure
from banxin.markup.people import UNMARKED, People
from banxin.markup.respelling import respelled
from banxin.markup.sandbox import NoSuch, Sandbox
from banxin.markup.shapes import shapes
from banxin.markup.titles import GAP, Fitted, Upright, fitted, joined, shortened, steps_of, upright
from banxin.markup.tokens import Stylesheet, colours, head, inked, page_css, tokens_css
from banxin.markup.unreadable import unreadable
from banxin.treatments import said_of
from banxin.units import Length

# What an expression in a template can raise.
_EXPRESSION_FAULTS: Final = (
    TemplateError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
# What can come of reading one that is wrong.
_UNREADABLE: Final = (TemplateSyntaxError, SyntaxError, RecursionError, ValueError)
_NUMBERED: Final = re.compile(
    r"\s*(?:[图圖表]\s*[0-9０-９一二三四五六七八九十]+(?![\w])|(?:Fig(?:ure)?|Plate)\b\.?\s*\d)",
    re.IGNORECASE,
)
_RUNNING: Final = re.compile(r"content:[^;]*string\(")  # a layout that has running heads
_LABELLED: Final = re.compile(
    r"\s*(?:第\s*[一二三四五六七八九十百〇零\d]+\s*[编編篇部章]|(?:chapter|part)\s+[\divxlc]+\b)",
    re.IGNORECASE,
)
NAME: Final = 4.0  # em: a name of three characters, and white behind it
BETWEEN_NAMES: Final = 0.8  # em, from the end of a column to the next
AFTER_NAME: Final = 0.5  # em behind a longer one
ABOUT: Final = 0.85  # of the body's size: what is said of a person
_REMARK: Final = re.compile(r"(.+?)\s*([（(][^（）()]+[）)])")
EDGES: Final = 2  # characters that a block in which others stand has at its sides


@dataclass(frozen=True, slots=True)
class Composed:
    """A whole document, its stylesheets in the order they apply, and what was changed in it."""

    html: str
    styles: tuple[Stylesheet, ...]
    remarks: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture with its words, ready for a template.

    Attributes:
        lines: height on the grid, from the head of one line's characters to the foot of
            another's; from the manuscript, or from the picture's own shape.
        sharp: lines that it may be high and still have the pixels that look sharp; of a figure
            without a focus, also without losing much at its sides.
        caption_lines: lines of the grid that caption and credit take up.
        stacked: whether the credit needs a line of its own.
        numbered: whether the caption begins with a number of its own: 图1, Fig. 2.
        held, filled: custom properties for a place that keeps the picture's shape, and for one
            that it fills, cut to it. A picture is held whole unless the manuscript asks for lines,
            and fills its place unless it says `fit=whole`.
        focus: the point that a crop keeps, as CSS's object-position.
        alt: what it shows, for who cannot see it: as given, or the caption without its markup.
        wrap: the side on which text leaves it standing, and its form, as classes; or empty.
        wide: characters of such a picture.
        bleeding: of the page of a PDF, the same with as much around it as the layout bleeds; of
            all else, `url`.
    """

    url: str
    caption: Markup
    alt: str
    credit: str
    licence: str
    size: str
    lines: int
    sharp: int
    caption_lines: int
    stacked: bool
    numbered: bool
    held: str
    filled: str
    focus: str
    at: str
    anchor: str
    bleeding: str
    wrap: str = ""
    wide: float = 0.0


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of a plate: its `lines`, `held` and `filled`; `most`: lines that it may grow to; `wide`:
    characters of one that text goes around.
    """

    lines: int
    held: str
    filled: str
    most: int
    wide: float = 0.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a chapter that starts a page of its own, under a picture if it has one."""

    plate: Plate | None
    blocks: tuple[b.Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a chapter, for its contents: the words of its heading, without notes."""

    text: str
    at: str

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        return str(escape(self.text))


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter as templates see it.

    Attributes:
        number: counts the chapters of the same template, from 1.
        labelled: whether its title begins with a number of its own: 第一章, Chapter 1.
        opening: the blocks before the first section.
        segments: the rest, cut where a picture takes a page's head or a whole spread.
        stretches: all blocks, cut at the same places.
        front: the front matter; a missing key is an empty text.
        places: where each key of it is written; a missing key is where the chapter begins.
    """

    anchor: str
    template: str
    title: str
    front: Mapping[str, str]
    number: int
    labelled: bool
    blocks: tuple[b.Block, ...]
    opening: tuple[b.Block, ...]
    segments: tuple[Segment, ...]
    stretches: tuple[Segment, ...]
    sections: tuple[Section, ...]
    notes: tuple[tuple[b.Block, ...], ...]
    at: str
    places: Mapping[str, str]


class _Places(dict[str, str]):
    """Places of the front matter's keys; of one that was not written, the chapter's."""

    def __init__(self, chapter: b.Chapter) -> None:
        super().__init__({key: str(field.place) for key, field in chapter.front.items()})
        self._chapter = str(chapter.place)

    def __missing__(self, key: str) -> str:
        return self._chapter


@dataclass(frozen=True, slots=True)
class PersonView:
    """One of a list of names.

    Attributes:
        name: spread, if it is of two characters; `about`: what is said of them, in parentheses if
            it is written so.
        em: how wide both are, in em of the body.
        at: where it is written.
    """

    name: str
    about: str
    em: float
    at: str


@dataclass(frozen=True, slots=True)
class LayoutView:
    """A layout as templates see it: its name and its measures."""

    name: str
    page: PageSize
    grid: Grid


@dataclass(frozen=True, slots=True)
class EditionView:
    """An Edition as templates see it: its words, and neither files nor fonts."""

    title: str
    subtitle: str
    lang: str
    date: datetime.date
    link: str
    isbn: str
    binding: str
    draft: bool
    masthead: Mapping[str, str]
    imprint: Mapping[str, str]
    options: Mapping[str, str]
    layout: LayoutView

    @classmethod
    def of(cls, edition: Edition) -> EditionView:
        layout = edition.layout
        return cls(
            title=edition.title,
            subtitle=edition.subtitle,
            lang=edition.lang,
            date=edition.date,
            link=edition.link,
            isbn=edition.isbn,
            binding=edition.binding,
            draft=edition.draft,
            masthead=MappingProxyType(dict(edition.masthead)),
            imprint=MappingProxyType(dict(edition.imprint)),
            options=MappingProxyType(dict(edition.options)),
            layout=LayoutView(layout.name, layout.page, layout.grid),
        )


class _Front(dict[str, str]):
    """Front matter in which every key that was not written is empty."""

    def __missing__(self, key: str) -> str:
        return ""


def compose(edition: Edition) -> Composed:
    """The document that the engine lays out.

    Raises:
        BanxinError: `template/…` with file and line of the template.
    """
    maker = _Maker(edition)
    html = maker.document()
    return Composed(html, stylesheets(edition), maker.remarks)


def stylesheets(edition: Edition) -> tuple[Stylesheet, ...]:
    """Those of the document, in the order they apply."""
    layout = edition.layout
    generated = (
        Stylesheet(
            f"{layout.folders[0]}/(tokens)", tokens_css(layout, edition.faces, edition.lang)
        ),
        Stylesheet(f"{layout.folders[0]}/(page)", page_css(layout)),
    )
    return (*generated, *(Stylesheet(name, text) for name, text in layout.styles.items()))


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document in pieces: what is around its chapters, and chapters by number, from 0."""

    skeleton: str
    chapters: Mapping[int, str]


def pieces(
    edition: Edition,
    place: Callable[[int], str],
    wanted: Collection[int] = (),
    inside: Collection[int] = (),
) -> Pieces:
    """The document without its chapters, and some of the chapters.

    Args:
        place: what stands for a chapter, by its number from 0.
        wanted: numbers of chapters.
        inside: of those that are to stand in their places.

    Raises:
        BanxinError: as `compose`.
    """
    return _Maker(edition).pieces(place, wanted, inside)


def template_faults(layout: Layout) -> Iterator[Diagnostic]:
    """Templates that cannot be read, and names and templates they ask for that are not there."""
    jinja = Sandbox()
    jinja.filters |= _Maker.__new__(_Maker)._filters()  # their names: none is called
    trees: dict[str, nodes.Template] = {}
    for name, text in layout.templates.items():
        file = str(layout.template_files[name])
        try:
            jinja.compile(text)
            trees[name] = jinja.parse(text)
        except _UNREADABLE as problem:
            yield unreadable(problem, Place(file), text, jinja)
            continue
        for line, other in templates_asked(trees[name]):
            if other not in layout.templates:
                near = nearest(other, layout.templates)
                yield error("layout/no-template", Place(file, line), file=other, near=near)
    if len(trees) == len(layout.templates):  # one that cannot be read may have what is asked for
        chapter = [part.name for part in fields_of(ChapterView)]
        for vain in asked_in_vain(trees, layout, chapter, jinja):
            place = Place(str(layout.template_files[vain.template]), vain.line)
            facts = {"kind": vain.kind, "name": vain.name, "near": vain.near}
            yield error("template/no-such", place, **facts)


class _Compiled(BytecodeCache):
    """Templates as Jinja has compiled them: that takes it three times as long as filling them in.

    For one process, and for a preview above all, which fills in the same ones again and again.
    """

    _MOST: Final = 500  # templates; a layout has some thirty

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._kept) >= self._MOST:
            self._kept.clear()
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


class _LayoutPictures(Sequence[Picture]):
    """The pictures that a layout places. Who never asks is spared the making of all chapters."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._found: tuple[Picture, ...] | None = None

    @property
    def _all(self) -> tuple[Picture, ...]:
        if self._found is None:
            self._found = _Maker(self._edition).pictures()
        return self._found

    @overload
    def __getitem__(self, index: int) -> Picture: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Picture, ...]: ...
    def __getitem__(self, index: int | slice) -> Picture | tuple[Picture, ...]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)


class _Maker:
    """Holds the Jinja environment of one Edition while its document is made."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._layout = edition.layout
        self._words = edition.layout.words_in(edition.lang)
        self._fronts = {str(chapter.file): front_of(chapter) for chapter in edition.chapters}
        self._notes: tuple[b.Blocks, ...] = ()
        self._pictures: Sequence[Picture] = tuple(
            # A logo is no photograph whose maker an imprint would name, or that a cover would take.
            picture
            for picture in edition.pictures.values()
            if picture.credit or not picture.vector
        )
        self._mentions: dict[PurePosixPath, list[Place]] = {}
        self._shortened: dict[str, Diagnostic] = {}
        self._squeezed: dict[str, Diagnostic] = {}
        self._drawn: dict[str, Diagnostic] = {}
        self._people = People.of(edition.chapters)
        self._nowhere: tuple[Diagnostic, ...] = ()
        self._unwrapped: dict[str, Diagnostic] = {}
        self._depth = 0  # blocks that the one being made stands in, itself counted
        # Templates are a designer's, and may come from a stranger.
        self._bounds = Bounds(len(edition.chapters))
        self._shown = EditionView.of(edition)
        self._jinja = Sandbox(
            self._bounds, loader=FunctionLoader(self._source), bytecode_cache=_COMPILED
        )
        self._jinja.filters.update(self._filters())
        self._jinja.globals["words"] = MappingProxyType(dict(self._words))
        self._jinja.globals["grid"] = self._layout.grid

    def _source(self, name: str) -> tuple[str, str, None] | None:
        """A template's text, and its own name for tracebacks."""
        text = self._layout.templates.get(name)
        return None if text is None else (text, name, None)

    def _filters(self) -> Mapping[str, Callable[..., Any]]:
        """All that templates can do beyond Jinja's own; documented in layouts/README.md."""
        return {
            "inline": self.inline,
            "plain": plain,
            "blocks": self.blocks,
            "plate": self.plate,
            "rows": self.rows,
            "drawing": self.drawing,
            "field": self.field,
            "struck": self.struck,
            "wall": self.wall,
            "chronicle": self.chronicle,
            "instead": instead,
            "lines": title_lines,
            "joined": joined,
            "stack": stack,
            "fitted": self.fitted,
            "alike": self.alike,
            "upright": self.upright,
            "running": self.running,
            "table": self.table,
            "numbered": self.numbered,
            "within": self.within,
            "lines_of": self.lines_of,
            "wide": set_width,
            "qr": self.qr,
            "ean": self.ean,
            "only": only,
            "without": without,
            "at": _at,
            "anchor": lambda picture: anchor_of(str(picture.asked_at)),
            "spaced": spaced_name,
            "persons": persons,
            "across": self.across,
            "dealt": self.dealt,
            "measured": measured,
            "dated": lambda date: dated(date, spoken(self._edition.lang)),
        }

    def document(self) -> str:
        """The whole of it; lists of pictures have those that the layout places, and no others."""
        chapters = tuple(self._views())
        body = partial(self._chapter, chapters=chapters)
        html = self._page(chapters, body)
        placed = self._where_placed(html)
        if placed != self._pictures:
            self._pictures = placed
            html = self._page(chapters, body)
        self._nowhere = tuple(self._people.nowhere(html))
        return self._finished(html)

    def pieces(
        self, place: Callable[[int], str], wanted: Collection[int], inside: Collection[int]
    ) -> Pieces:
        chapters = tuple(self._views())
        self._pictures = _LayoutPictures(self._edition)
        numbers = {id(view): number for number, view in enumerate(chapters)}

        def body(view: ChapterView) -> Markup:
            number = numbers[id(view)]
            if number in inside:
                return self._chapter(view, chapters)
            return Markup(place(number))  # noqa: S704  # ours

        skeleton = self._page(chapters, body)
        asked = (number for number in wanted if number < len(chapters))
        made = {n: str(self._chapter(chapters[n], chapters)) for n in asked}
        return Pieces(self._finished(skeleton), {n: self._finished(t) for n, t in made.items()})

    def _finished(self, html: str) -> str:
        """With each word spelt as it is to be set, and the inks that drawings in it name."""
        return inked(respelled(html, self._edition.settings), self._layout)

    def pictures(self) -> tuple[Picture, ...]:
        """Those that the layout places."""
        chapters = tuple(self._views())
        return self._where_placed(self._page(chapters, partial(self._chapter, chapters=chapters)))

    def _page(self, chapters: tuple[ChapterView, ...], body: Callable[..., Markup]) -> str:
        return self._render(
            PAGE_TEMPLATE,
            edition=self._shown,
            chapters=chapters,
            pictures=self._pictures,
            layout=self._shown.layout,
            body=body,
        )

    def _where_placed(self, html: str) -> tuple[Picture, ...]:
        """The pictures that *html* has, each with the mention that is on a page."""
        there = set(re.findall(r'id="(picture-[^"]*)"', html))
        found = []
        for picture in self._pictures:
            mentions = (picture.asked_at, *self._mentions.get(picture.name, ()))
            placed = (at for at in mentions if anchor_of(str(at)) in there)
            if (at := next(placed, None)) is not None:
                found.append(replace(picture, asked_at=at))
        return tuple(found)

    def _views(self) -> Iterator[ChapterView]:
        counted: dict[str, int] = {}
        for chapter in self._edition.chapters:
            template = chapter.field("template", "text")
            counted[template] = counted.get(template, 0) + 1
            yield self._view(chapter, template, counted[template])

    def _view(self, chapter: b.Chapter, template: str, number: int) -> ChapterView:
        first = next(
            (
                i
                for i, x in enumerate(chapter.blocks)
                if isinstance(x, b.Heading) or _takes_a_page(x)
            ),
            len(chapter.blocks),
        )
        headings = (x for x in chapter.blocks if isinstance(x, b.Heading) and x.level == 2)
        return ChapterView(
            anchor=chapter.anchor,
            template=template,
            title=chapter.field("title"),
            front=_Front({key: field.value for key, field in chapter.front.items()}),
            number=number,
            labelled=_LABELLED.match(chapter.field("title")) is not None,
            blocks=chapter.blocks,
            opening=chapter.blocks[:first],
            segments=tuple(self._segments(chapter.blocks[first:])),
            stretches=tuple(self._segments(chapter.blocks)),
            sections=tuple(Section(plain(h.text), str(h.place)) for h in headings),
            notes=chapter.notes,
            at=str(chapter.place),
            places=_Places(chapter),
        )

    def _segments(self, blocks: Sequence[b.Block]) -> Iterator[Segment]:
        plate: Plate | None = None
        gathered: list[b.Block] = []
        for block in blocks:
            if isinstance(block, b.Figure) and _takes_a_page(block):
                if plate or gathered:
                    yield Segment(plate, tuple(gathered))
                plate, gathered = self.plate(block), []
            else:
                gathered.append(block)
        if plate or gathered:
            yield Segment(plate, tuple(gathered))

    def _chapter(self, view: ChapterView, chapters: tuple[ChapterView, ...]) -> Markup:
        self._notes = view.notes
        template = self._layout.chapters[view.template]
        made = self._render(
            template,
            edition=self._shown,
            chapter=view,
            chapters=chapters,
            pictures=self._pictures,
            layout=self._shown.layout,
            front_plate=partial(self._front_plate, view),
            plate_of=self._front_plate,
            index=partial(self._people.groups, view.anchor),
        )
        if view.template not in UNMARKED:
            number = next(n for n, c in enumerate(chapters) if c.anchor == view.anchor)
            made = self._people.marked(made, number)
        return Markup(made)  # noqa: S704  # made by an autoescaping template

    def _front_plate(
        self, view: ChapterView, key: str, characters: int = 0, most: int = 0
    ) -> Plate | None:
        """The picture that the front matter names under *key*, if it does; else as `plate`."""
        chapter = next(c for c in self._edition.chapters if c.anchor == view.anchor)
        field = chapter.front.get(key)
        if field is None or not field.value:
            return None
        source = chapter.file.parent / field.value
        figure = b.Figure(source, (), "", "front", view.front, field.place)
        return self.plate(figure, characters, most)

    # --- filters ----------------------------------------------------------------------------

    def blocks(self, blocks: Sequence[b.Block], of: ChapterView | None = None) -> Markup:
        """Each block by its own template; those of another chapter with that one's footnotes."""
        notes, self._notes = self._notes, of.notes if of else self._notes
        try:
            shaped = zip(blocks, shapes(blocks), strict=True)
            return Markup("").join(self._block(block, shape) for block, shape in shaped)
        finally:
            self._notes = notes

    def within(
        self,
        blocks: b.Blocks,
        lines: int,
        characters: int,
        of: ChapterView | None = None,
        **numbers: int,
    ) -> b.Blocks:
        """As many blocks as so many lines of so many characters hold, notes among the text.

        Args:
            of: the chapter that the blocks are of, if it is another.
            numbers: `hero`, `row`, as in `Room`.
        """
        notes = of.notes if of else self._notes
        return within(blocks, Room(lines, characters, **numbers), notes)

    def across(self, people: Sequence[PersonView], characters: float = 0) -> int:
        """How many people stand side by side, each in full.

        Args:
            characters: of their own size, that a line has; 0: the type area's.
        """
        return across(people, characters or self._layout.grid.characters)

    def dealt(
        self,
        blocks: b.Blocks,
        lines: int,
        more: int,
        characters: int,
        **roster: float,
    ) -> tuple[b.Blocks, ...]:
        """Blocks for panels one after another, the first of so many *lines*, the others of *more*.

        Args:
            characters: of the body, that a line has.
            roster: `many`, `row`, `around`, as in `Roster`; `narrow`: characters of its own size.
        """
        narrow = roster.pop("narrow", characters)
        many = int(roster.pop("many", ENDLESS))
        set_as = Roster(lambda block: across(persons(block), narrow), many, **roster)
        return dealt(blocks, Room(lines, characters), more, set_as, self._notes)

    def lines_of(
        self,
        text: ChapterView | Sequence[b.Block],
        characters: int,
        of: ChapterView | None = None,
    ) -> int:
        """The lines that a chapter or some of its blocks take, by count, in so many characters.

        Args:
            of: the chapter that the blocks are of, if it is another.
        """
        if isinstance(text, ChapterView):
            return lines_of(text.blocks, characters, text.notes)
        return lines_of(text, characters, of.notes if of else self._notes)

    def fitted(self, text: str, step: str, characters: float, lines: int = 0) -> Fitted:
        """The largest style of `[steps]` in which *text* fits.

        Args:
            step: a name in `[steps]`, or of one style.
            characters: of the body that a line has room for.
            lines: of the grid that there are; 0: any number.
        """
        return fitted(str(text), self._steps(step), characters, lines, self._layout.grid)

    def alike(self, texts: Iterable[str], step: str, characters: float, lines: int = 0) -> str:
        """The style in which each of *texts* fits: the smallest that any of them needs.

        Args:
            step, characters, lines: as for `fitted`.
        """
        steps = [style.name for style in self._steps(step)]
        needed = [self.fitted(joined(text), step, characters, lines).style for text in texts]
        return max(needed, key=steps.index, default=steps[0])

    def upright(
        self,
        text: str,
        style: str,
        lines: float,
        characters: float = 0,
        *,
        apart: bool = False,
        gap: float = GAP,
    ) -> Upright:
        """*text* upright, in as many columns as make it largest, but no larger than *style*.

        Args:
            style: its name, or that of a ladder in `[steps]`, of which it is the first.
            characters: of the body that it may be wide; 0: a column of the text.
            apart: whether each of its parts has a column of its own, whatever their sizes.
            gap: between two columns, em.
        """
        (most, *_) = self._steps(style)
        grid = self._layout.grid
        wide = characters or grid.column
        return upright(str(text), most, lines, wide, grid, apart=apart, gap=gap)

    def table(self, table: b.Table, step: str) -> cells.TableSetting:
        """How a table is set: over as many columns of the text as it needs to be read.

        What even the whole measure cannot hold is told at the table's line. Inside another block
        it has one column, less that block's edges.

        Args:
            step: a name in `[steps]`: the styles that its words may have, the largest first.
        """
        grid, inside = self._layout.grid, self._depth > 1
        wide = grid.column - (EDGES if inside else 0)
        made = cells.set_in(table, self._steps(step), grid, 1 if inside else 0, wide)
        if made.tight:
            columns = len(table.head) or max(map(len, table.rows), default=0)
            self._squeezed[str(table.place)] = warning(
                "table/squeezed", table.place, columns=columns
            )
        return made

    def _steps(self, name: str) -> tuple[TypeStyle, ...]:
        known = (*self._layout.steps, *(style.name for style in self._layout.types))
        if name not in known:
            near = nearest(str(name), known)
            raise Refused("template/no-such", kind="[steps], [type]", name=str(name), near=near)
        return steps_of(name, self._layout.steps, self._layout.types)

    def running(
        self, chapter: ChapterView, characters: float = 0, style: str = "head", title: str = ""
    ) -> str:
        """What a running head says of a chapter.

        Its kicker and title; its title; its `short`, if it has one; or the beginning of its
        title, and then it is told.

        Args:
            characters: of the body that it may be wide; 0: as the type area.
            style: that it is set in.
            title: other than the chapter's own, and then without its kicker.
        """
        (voice,) = self._steps(style)
        grid = self._layout.grid
        em = (characters or grid.characters) * (grid.character / voice.size)
        kicker = "" if title else chapter.front["kicker"]
        title = chapter.front["short"] or joined(title or chapter.title)
        whole = f"{kicker}\u3000{title}" if kicker else title
        for said in (whole, title):
            if set_width(said) <= em:
                return said
        said = shortened(title, em)
        key = "short" if chapter.front["short"] else "title"
        where = next(c for c in self._edition.chapters if c.anchor == chapter.anchor)
        place = where.front[key].place if key in where.front else where.place
        if any(_RUNNING.search(text) for text in self._layout.styles.values()):
            self._shortened[chapter.anchor] = note("head/shortened", place, printed=said)
        return said

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """Of what the templates have changed so far, or could not set well."""
        return (
            *self._shortened.values(),
            *self._squeezed.values(),
            *self._drawn.values(),
            *self._people.remarks,
            *self._nowhere,
            *self._unwrapped.values(),
        )

    def _block(self, block: b.Block, shape: str) -> Markup:
        template = self._layout.blocks[KIND_OF[type(block)]]
        self._depth += 1
        try:
            return Markup(  # noqa: S704  # made by an autoescaping template
                self._render(template, block=block, shape=shape, edition=self._shown)
            )
        finally:
            self._depth -= 1

    def plate(self, figure: b.Figure, characters: int = 0, most: int = 0) -> Plate:
        """A figure ready to be placed; `front` is the size of one that a front matter names.

        Args:
            characters: of the measure that the layout gives it; 0: as its size says.
            most: lines that it may be high in that measure, whatever its shape; 0: any.
        """
        picture, size = self._print(figure), figure.size
        caption = self.inline(figure.caption) if figure.caption else ""
        self._mentions.setdefault(picture.name, []).append(figure.place)
        grid = self._layout.grid
        wrap = self._wrap(figure)
        around = wrap and wrapped(picture.width, picture.height, wrap, figure.attributes, grid)
        measure = characters or (grid.column if size == "column" else grid.characters)
        if around:
            measure = max(int(around[1]), 1)
        said = caption or escape(picture.caption)
        credited = figure.credit or picture.credit
        spoken = Markup(said).striptags()  # noqa: S704  # as below
        numbered = bool(_NUMBERED.match(spoken))
        label = "" if numbered else self._words.get("plate", "")
        lines, stacked = caption_lines(
            f"{label}000　{spoken}" if label else spoken,
            f"{credited} / {picture.licence.replace(' ', '_')}",  # which is not broken
            measure,
            grid,
            {style.name: style for style in self._layout.types},
        )
        if around:
            focus = focus_of(figure.attributes.get("focus", "")) or CENTRE
            held = f"--fit:cover; --focus:{focus}; --give:0"
            shape = _Shape(around[0], held, held, around[0], around[1])
        else:
            shape = self._shape(picture, size, figure.attributes, characters, most)
        return Plate(
            url=picture.url,
            caption=Markup(said),  # noqa: S704  # escaped above, or by `inline`
            alt=figure.attributes.get("alt") or spoken,
            credit=credited,
            licence=picture.licence,
            size=size,
            lines=shape.lines,
            sharp=min(shape.most, sharp_lines(picture.height, grid)),
            caption_lines=lines if spoken or credited else 0,
            stacked=stacked,
            numbered=numbered,
            held=shape.held,
            filled=shape.filled,
            focus=str(focus_of(figure.attributes.get("focus", "")) or CENTRE),
            at=str(figure.place),
            anchor=anchor_of(str(figure.place)),
            bleeding=bleeding(self._edition, picture.url),
            wrap=str(wrap) if around else "",
            wide=shape.wide,
        )

    def _wrap(self, figure: b.Figure) -> Wrap | None:
        """How text goes around it; None where it does not, or columns are too narrow for it."""
        wrap = wrap_of(figure.attributes.get("wrap", ""))
        if wrap is None or figure.size == "front":
            return None
        if self._layout.grid.column < LEAST_TO_WRAP:
            at = figure.place
            facts = {"characters": self._layout.grid.column, "least": LEAST_TO_WRAP}
            self._unwrapped[str(at)] = note("figure/no-room-to-wrap", at, **facts)
            return None
        return wrap

    def _print(self, figure: b.Figure) -> Picture:
        """The photograph as it is to print where it is asked for."""
        picture = self._edition.pictures[figure.source]
        front = self._fronts.get(str(figure.place.file), {})
        said = said_of(figure.attributes, front, self._edition.photo)
        return replace(picture, url=url_of(self._edition, picture, said))

    def _shape(
        self, picture: Picture, size: str, attributes: Mapping[str, str], measure: int, most: int
    ) -> _Shape:
        """How high a picture stands, and whether it is cut.

        Args:
            size: as a figure's, or `front` for one that a front matter names.
            measure, most: as `plate`.
        """
        grid, pixels = self._layout.grid, (picture.width, picture.height)
        characters = measure or (grid.column if size == "column" else grid.characters)
        focus = focus_of(attributes.get("focus", "")) or CENTRE
        # What the manuscript asks for is meant for the measure that the size names.
        given = "" if measure else attributes.get("lines", "")
        asked = height_of(given)
        crop = f"--fit:cover; --focus:{focus}"
        whole = f"--fit:contain; --focus:50% 50%; --inset:{self._off_the_cut.in_mm:.2f}mm"
        # Of a logo nothing is ever cut; a page that is to fill another is.
        fills = bleeding(self._edition, picture.url) != picture.url
        drawn = picture.vector and size not in {"bleed", "spread"} and not fills
        said = drawn or attributes.get("fit") == "whole"
        filled = whole if said else crop
        if said or ("lines" not in attributes and size not in {"spread", "front"}):
            lines, slack = whole_lines(*pixels, characters, grid, asked or most)
            held = f"--fit:contain; --focus:0% 0%; --slack:{slack.in_pt:.2f}pt; --give:0"
            if size == "bleed" and not (measure or asked):
                shift = head(self._layout, self._edition.faces)
                lines = bleed_lines(*pixels, self._layout.page, grid, shift)
                filled += "; --give:0"
            return _Shape(lines, held, filled, lines)
        own = asked or figure_lines(*pixels, characters, grid)
        lines = min(own, most) if most and not asked else own
        if "focus" in attributes or size in {"spread", "front"}:
            return _Shape(lines, crop, filled, grid.lines)
        wide, above = text_measure(characters, grid), Length(0)
        if size == "bleed" and not measure:
            page = self._layout.page
            wide = across_bleed(page)
            above = page.top + page.bleed + head(self._layout, self._edition.faces)
        fewest, highest = fair_lines(*pixels, wide, grid, above)
        fair = f"; --least:{min(lines, fewest)}"
        return _Shape(lines, crop + fair, filled + fair, max(lines, highest))

    @property
    def _off_the_cut(self) -> Length:
        """How far into a place that runs into the bleed a picture is whole on either page.

        At the spine such a place ends as much later as one margin is wider than the other.
        """
        page = self._layout.page
        return 2 * page.bleed + uneven(page)

    def rows(self, gallery: b.Gallery) -> tuple[Row, ...]:
        """The gallery's pictures in rows that fill the measure and keep the pictures' shapes."""
        pictures = [self._edition.pictures[f.source] for f in gallery.figures]
        asked = rows_of(gallery.attributes.get("rows", "")) or ()
        return justified_rows([(p.width, p.height) for p in pictures], asked, self._layout.grid)

    def drawing(self, chart: b.Chart, characters: int = 0) -> charts.Drawing:
        """The chart's marks and words, as wide as its size says, or as *characters*."""
        layout = self._layout
        wide = characters or (
            layout.grid.characters if chart.size == "full" else layout.grid.column
        )
        inks, ruler = colours(layout), self._ruler(wide)
        paint = charts.Paint(
            series=tuple(f"rgb({inks[ink]})" for ink in layout.chart.series),
            rule=f"rgb({inks[layout.chart.rule]})",
        )
        if not charts.is_loaded():
            with self._bounds.aside():
                charts.load()
        drawn = charts.draw(chart, ruler, paint)
        return replace(drawn, svg=Markup(drawn.svg))  # noqa: S704  # made there, words escaped

    def _ruler(self, characters: float) -> charts.Ruler:
        """The grid that a drawing of so many characters stands on."""
        layout = self._layout
        label = next(t for t in layout.types if t.name == "chart")
        return charts.Ruler(
            width=layout.grid.character.in_pt * characters,
            pitch=layout.grid.baseline.in_pt,
            head=head(layout, self._edition.faces).in_pt,
            character=layout.grid.character.in_pt,
            label=label.size.in_pt,
        )

    def field(
        self,
        number: b.BigNumber,
        characters: float,
        lines: int,
        most: int = 0,
        ink: str = "",
    ) -> fields.FieldDrawing | None:
        """The number's marks, one for each unit; None where it is not to be drawn.

        Args:
            characters: of the body that the field is wide.
            lines: of the grid that it has; most: that it may take, where its marks would be too
                fine; 0: no more.
            ink: of the layout, where the manuscript asks for none.
        """
        if number.count is None:
            return None
        inks = colours(self._layout)
        asked = number.count.ink
        if asked and asked not in inks:
            known, near = " · ".join(inks), nearest(asked, inks)
            facts = {"ink": asked[:30], "known": known, "near": near}
            self._drawn[f"{number.place} ink"] = warning("numbers/ink", number.place, **facts)
        colour = f"rgb({inks.get(asked) or inks[ink or self._layout.chart.series[0]]})"
        made = fields.field(number.count, self._ruler(characters), lines, most, colour)
        if made.each != number.count.each:
            facts = {"asked": str(number.count.each), "drawn": str(made.each)}
            self._drawn[str(number.place)] = note("numbers/coarser", number.place, **facts)
        return replace(made, svg=Markup(made.svg))  # noqa: S704  # made there, words escaped

    def struck(
        self, block: b.StruckList, characters: float = 0, step: str = "struck", ink: str = "mo"
    ) -> tuple[struck.StruckRow, ...]:
        """A list struck off, in rows.

        Args:
            characters: of the body that a row has; 0: as the list's size says.
            step: in `[steps]`, the styles of its weights; ink: of the strokes.
        """
        grid = self._layout.grid
        wide = characters or (grid.characters if block.size == "full" else grid.column)
        colour = f"rgb({colours(self._layout)[ink]})"
        done = self._words.get("done", struck.DONE)
        return struck.struck(block, self._steps(step), wide, grid, colour, done)

    def wall(
        self,
        people: Sequence[PersonView],
        characters: float = 0,
        lines: int = 0,
        step: str = "wall",
        about: str = "place",
    ) -> walls.Wall:
        """How names stand in a wall.

        Args:
            characters: of the body that a line has; lines: that all may take; 0: the type area's.
            step: in `[steps]`, the styles of the names; about: of what is said of them.
        """
        grid = self._layout.grid
        (said,) = self._steps(about)
        small = said.size / grid.character
        named = [walls.NameWidth(set_width(p.name), set_width(p.about) * small) for p in people]
        wide, high = characters or grid.characters, lines or grid.lines
        return walls.wall(named, self._steps(step), wide, high, grid)

    def chronicle(
        self,
        block: b.Chronicle,
        characters: float,
        lines: int,
        inks: Sequence[str],
        dates: float = 0,
        *,
        spread: bool = False,
    ) -> chronicles.ChronicleDrawing | None:
        """A chronicle drawn to scale; None, and it is told, where its words have no room.

        Args:
            characters: of the body that it is wide; lines: of the grid that it may take.
            inks: of the layout, for scale, ticks and bars; and, if there are more, for the hours
                of a day from night to light.
            dates: characters for what says when, if the scale is to run down the page.
            spread: over two facing pages.
        """
        found = colours(self._layout)
        ink, quiet, strong, *sky = (f"rgb({found[name]})" for name in inks)
        (words,), (when,) = self._steps("moment"), self._steps("when-small")
        page = self._layout.page
        frame = chronicles.ChronicleFrame(
            self._ruler(characters),
            lines,
            words.size.in_pt,
            when.size.in_pt,
            page.inside.in_pt if spread else 0.0,
            page.bleed.in_pt if spread else 0.0,
            ink,
            quiet,
            strong,
            tuple(sky),
        )
        if dates:
            drawn = chronicles.down(block, frame, dates * self._layout.grid.character.in_pt)
        else:
            drawn = chronicles.across(block, frame)
        if drawn is None:
            self._drawn[str(block.place)] = note("chronicle/no-room", block.place)
            return None
        pages = (replace(page, svg=Markup(page.svg)) for page in drawn.pages)  # noqa: S704  # ours
        return replace(drawn, pages=tuple(pages))

    def qr(self, words: str, ink: str = "mo") -> Markup:
        """A code that says *words*, in one of the layout's inks."""
        return Markup(qr.qr(words, f"rgb({colours(self._layout)[ink]})"))  # noqa: S704

    def ean(self, isbn: str) -> Markup:
        """The bar code of an ISBN at its true size, black on white, the number above it."""
        return Markup(barcode.ean13(isbn))  # noqa: S704  # made there, of digits and hyphens

    def numbered(self, number: int, word: str) -> str:
        """`2|numbered("chapter")` → 第二章: the layout's word with the number in it."""
        return self._words[word].replace("{}", numeral(number, spoken(self._edition.lang)))

    def inline(self, inlines: b.Inlines) -> Markup:
        return Markup("").join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: b.Inline) -> Markup:
        match inline:
            case b.Text(text):
                return escape(text if self._edition.compose else guarded(text))
            case b.Code(text):
                return Markup("<code>{}</code>").format(text)
            case b.Emphasis(inside):
                return Markup("<em>{}</em>").format(self.inline(inside))
            case b.Strong(inside):
                return Markup("<strong>{}</strong>").format(self.inline(inside))
            case b.Sub(inside):
                return Markup("<sub>{}</sub>").format(self.inline(inside))
            case b.Sup(inside):
                return Markup("<sup>{}</sup>").format(self.inline(inside))
            case b.Dots(inside):
                return Markup('<em class="dots">{}</em>').format(self.inline(inside))
            case b.Link(href, inside):
                return Markup('<a href="{}">{}</a>').format(href, self.inline(inside))
            case b.LineBreak():
                return Markup("<br>")
            case b.Ruby(pairs):
                # Readings side by side must not touch; one alone may hang over its neighbours.
                kind = Markup(' class="syllable"') if len(pairs) > 1 else ""
                return Markup("").join(
                    Markup("<ruby{}>{}<rt>{}</rt></ruby>").format(kind, *pair) for pair in pairs
                )
            case b.NoteRef(index):
                return self._note(index)

    def _note(self, index: int) -> Markup:
        """A footnote, set where it is called: the engine moves it to the foot of the page."""
        paragraphs = (x.text for x in self._notes[index] if isinstance(x, b.Paragraph))
        inside = Markup("<br>").join(self.inline(text) for text in paragraphs)
        return Markup('<span class="footnote">{}</span>').format(inside)

    # --- rendering --------------------------------------------------------------------------

    def _render(self, template: str, **context: Any) -> str:
        outermost = True
        try:
            with self._bounds.kept() as outermost:
                made = self._jinja.get_template(template).render(**context)
                nested(made)
                return made
        except TemplateSyntaxError as problem:
            told = self._unreadable(problem.name or template, None, problem)
            raise BanxinError(told) from problem
        except SyntaxError as problem:  # Python's, of what Jinja wrote: loops in loops in loops
            name = problem.filename or ""
            name = name if name in self._layout.templates else template
            raise BanxinError(self._unreadable(name, None, problem)) from problem
        except TemplateNotFound as problem:
            place = self._place_in(template, problem)
            file = ", ".join(map(str, problem.templates))
            near = nearest(str(problem.name), self._layout.templates)
            raise BanxinError(error("layout/no-template", place, file=file, near=near)) from problem
        except Refused as problem:
            place = self._place_in(template, problem)
            raise BanxinError(error(problem.code, place, **problem.facts)) from problem
        except MemoryError as problem:
            if not outermost:  # told where there is memory again
                raise
            place = self._place_in(template, problem)
            most = MEMORY >> 20
            raise BanxinError(error("template/too-much-memory", place, most=most)) from None
        except _EXPRESSION_FAULTS as problem:
            place = self._place_in(template, problem)
            if problem.args and isinstance(asked := problem.args[0], NoSuch):
                facts = {"kind": asked.kind, "name": asked.name, "near": asked.near}
                raise BanxinError(error("template/no-such", place, **facts)) from problem
            if isinstance(problem, (RecursionError, TemplateRuntimeError)):
                name, line = self._inside(template, problem)
                told = self._unreadable(name, line, problem)
                if told.code != "template/syntax":
                    raise BanxinError(told) from problem
            raise BanxinError(error("template/error", place, why=str(problem))) from problem

    def _unreadable(self, name: str, line: int | None, problem: Exception) -> Diagnostic:
        place = self._place(name, line)
        return unreadable(problem, place, self._layout.templates[name], self._jinja)

    def _place_in(self, template: str, problem: BaseException) -> Place:
        return self._place(*self._inside(template, problem))

    def _inside(self, template: str, problem: BaseException) -> tuple[str, int | None]:
        """Jinja's own errors carry no line: the last frame inside a template has it."""
        frames = traceback.extract_tb(problem.__traceback__)
        inside = [f for f in frames if f.filename in self._layout.templates]
        return (inside[-1].filename, inside[-1].lineno) if inside else (template, None)

    def _place(self, template: str, line: int | None) -> Place:
        return Place(str(self._layout.template_files[template]), line)


# --- filters that need no Edition -------------------------------------------------------------


def title_lines(title: str) -> tuple[str, ...]:
    """A title at its breaks: `六场硬仗|从家门口打起` is two lines."""
    return tuple(part.strip() for part in title.split("|") if part.strip())


def only(blocks: Sequence[b.Block], *kinds: str) -> tuple[b.Block, ...]:
    return tuple(block for block in blocks if KIND_OF[type(block)] in kinds)


def without(blocks: Sequence[b.Block], *kinds: str) -> tuple[b.Block, ...]:
    return tuple(block for block in blocks if KIND_OF[type(block)] not in kinds)


def instead(chronicle: b.Chronicle) -> tuple[b.Block, ...]:
    """A chronicle as a timeline, and a table of what was measured."""
    stages = tuple(
        b.Stage(
            period.title,
            tuple(b.Event(one.when, one.text, one.place) for one in period.moments),
            period.place,
        )
        for period in chronicle.periods
    )
    found: list[b.Block] = [b.Timeline(stages, chronicle.place)] if stages else []
    if chronicle.measured:
        said = f"{chronicle.called}（{chronicle.unit}）" if chronicle.unit else chronicle.called
        rows = tuple(((b.Text(m.when),), (b.Text(m.written),)) for m in chronicle.measured)
        head = ((b.Text(chronicle.title),), (b.Text(said),))
        found.append(b.Table(head, rows, ("left", "right"), chronicle.place))
    return tuple(found)


def spaced_name(name: str) -> str:
    """A name of two characters spread to the width of three: 王　明."""
    return f"{name[0]}\u3000{name[1]}" if len(name) == 2 else name


def persons(names: b.NameList) -> tuple[PersonView, ...]:
    """Its people: a remark in parentheses behind a name is what is said of them."""
    return tuple(_person(person) for person in names.people)


def across(people: Sequence[PersonView], characters: float) -> int:
    """How many of them stand side by side on a line of so many characters, each in full."""
    widest = max((person.em for person in people), default=NAME)
    return max(1, int(characters / (widest + BETWEEN_NAMES)))


def _person(person: b.Person) -> PersonView:
    name, about = person.name, person.about
    if not about and (remark := _REMARK.fullmatch(name)):
        name, about = remark[1], remark[2]
    if name[-1:].isascii() and about[:1].isascii() and about[:1].isalnum():
        about = f" {about}"  # two words of letters, which would be one
    em = max(set_width(name) + AFTER_NAME, NAME) + set_width(about) * ABOUT
    return PersonView(spaced_name(name), about, round(em, 2), str(person.place))


def measured(text: str) -> Mapping[str, str]:
    """`114人` as figure 114 and unit 人."""
    digits = len(text) - len(text.lstrip("0123456789.,"))
    return {"figure": text[:digits], "unit": text[digits:]}


def anchor_of(at: str) -> str:
    """The link target of the picture that is asked for at *at*."""
    return "picture-" + "-".join(part for part in re.split(r"[^\w]+", at) if part)


def _takes_a_page(block: b.Block) -> bool:
    return isinstance(block, b.Figure) and block.size in {"bleed", "spread"}


def _at(block: Any) -> str:
    """`file:line:column`, so that whatever is found later can be traced to the manuscript."""
    return str(block.place)


__all__ = ["Composed", "Plate", "Segment", "Stack", "compose"]
