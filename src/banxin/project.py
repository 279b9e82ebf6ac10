"""What to make: `edition.toml` and what is asked of it, as one `Job`."""

from __future__ import annotations

import codecs
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from banxin.content import EDITION_FILE, LAYOUT_FILE, LAYOUTS
from banxin.diagnostics import BanxinError, Diagnostic, Place, error
from banxin.ordered import Cover, CoverTable, OrderTable, check_digit, isbn_digits
from banxin.papers import leaf_of
from banxin.request import Request
from banxin.tables import place_of, read_table
from banxin.units import Length
from banxin.workspace import Workspace

# That Python knows, and no manuscript is written in.
NO_ENCODINGS: Final = frozenset(
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)


@dataclass(frozen=True, slots=True)
class Job:
    """One title, one layout, one press.

    Attributes:
        name: the title's folder name; results go to `output/<name>/`.
        folder: the title's folder as a name in the workspace.
        chapters: names in the workspace, each with the place that asks for it.
        binding: `saddle` (pages in fours) or `perfect`.
        publication: what kind it is, for what its imprint has to say; or empty.
        draft: missing photographs become boxes for position only.
        link: an address to go on reading at, or empty.
        compose: lines are the composer's; otherwise the engine's own, for comparison.
        revision: of the files, in their names and slugs; 0 of the first.
        credit, licence, consent: of the photographs of which nothing else is said; `photo`: how
            they print.
        convert: `cmyk` where pictures in the inks of another press are to be converted, or empty.
        series: the table of its copies; None where it is one book, and of each copy.
        isbn: as it is printed, with its hyphens; or empty.
        cover: what is asked of the cover, or None.
    """

    name: str
    folder: PurePosixPath
    title: str
    subtitle: str
    lang: str
    layout: str
    layout_asked_at: Place
    press: str
    press_asked_at: Place
    binding: Literal["saddle", "perfect"]
    publication: str
    publication_asked_at: Place
    date: datetime.date
    link: str
    encoding: str
    chapters: tuple[tuple[PurePosixPath, Place], ...]
    masthead: Mapping[str, str]
    imprint: Mapping[str, str]
    options: Mapping[str, str]
    options_at: Mapping[str, Place]
    draft: bool = False
    compose: bool = True
    revision: int = 0
    credit: str = ""
    licence: str = ""
    consent: str = ""
    photo: str = ""
    convert: str = ""
    series: SeriesOfCopies | None = None
    isbn: str = ""
    cover: Cover | None = None


@dataclass(frozen=True, slots=True)
class SeriesOfCopies:
    """Many copies of one title, a row of a table each.

    Attributes:
        table: its name in the workspace.
        sheet: of a workbook; empty for its first.
        name: of a copy's files, with fields.
        photo: the address of a copy's own picture below the title's folder, with fields; or empty.
        place: where `edition.toml` names the table.
    """

    table: PurePosixPath
    sheet: str
    name: str
    photo: str
    place: Place


_ADDRESS: Final = re.compile(r"https?://[!-~]{1,300}")
_FIELDS: Final = re.compile(r"\{\{[^{}]{1,60}\}\}")  # of a series: see `fields`
# Characters. Beyond it a title is a text that stands in the wrong place, and takes minutes to fit.
LONGEST: Final = 1000


class DressTable(BaseModel):
    """What a title has otherwise in one layout; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chapters: tuple[str, ...] = ()
    press: str = ""
    binding: Literal["saddle", "perfect"] | None = None
    options: dict[str, str] = {}

    @field_validator("chapters")
    @classmethod
    def _are_below_the_title(cls, chapters: tuple[str, ...]) -> tuple[str, ...]:
        return _below_the_title(chapters)


def _below_the_title(chapters: tuple[str, ...]) -> tuple[str, ...]:
    for chapter in chapters:
        if PurePosixPath(chapter).is_absolute() or ".." in PurePosixPath(chapter).parts:
            message = f"a file below the title's own folder, not {chapter!r}"
            raise ValueError(message)
    return chapters


class SeriesTable(BaseModel):
    """`[series]`: see `SeriesOfCopies`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(pattern=r"(?i)\.(csv|tsv|txt|xlsx)$")
    sheet: str = ""
    name: str = Field(default="", max_length=200)
    photo: str = Field(default="", max_length=200)

    @field_validator("table", "photo")
    @classmethod
    def _is_below_the_title(cls, name: str) -> str:
        return _below_the_title((name,))[0]


class EditionTable(BaseModel):
    """`edition.toml` as an editor writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, max_length=LONGEST)
    subtitle: str = Field(default="", max_length=LONGEST)
    lang: str = Field(default="zh-CN", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$")
    layout: str = Field(min_length=1)
    press: str = "coated-sheetfed"
    binding: Literal["saddle", "perfect"] = "saddle"
    publication: str = ""
    date: datetime.date
    link: str = Field(default="", max_length=320)
    encoding: str = "utf-8"
    credit: str = ""
    licence: str = ""
    consent: str = ""
    photo: Literal["", "plain", "mono", "duo", "toned"] = ""
    convert: Literal["", "cmyk"] = ""
    chapters: tuple[str, ...] = Field(min_length=1)
    masthead: dict[str, str] = {}
    imprint: dict[str, str] = {}
    options: dict[str, str] = {}
    dress: dict[str, DressTable] = {}
    series: SeriesTable | None = None
    cover: CoverTable | None = None
    job: OrderTable | None = None
    isbn: str = Field(default="", max_length=40)

    @field_validator("chapters")
    @classmethod
    def _are_below_the_title(cls, chapters: tuple[str, ...]) -> tuple[str, ...]:
        return _below_the_title(chapters)

    @field_validator("link")
    @classmethod
    def _is_an_address(cls, link: str) -> str:
        if link and not _ADDRESS.fullmatch(_FIELDS.sub("x", link)):
            message = "https://… in ASCII, of 300 characters at most"
            raise ValueError(message)
        return link

    @field_validator("encoding")
    @classmethod
    def _is_of_text(cls, encoding: str) -> str:
        try:
            known = codecs.lookup(encoding).name not in NO_ENCODINGS
            "a".encode(encoding)
        except (LookupError, ValueError):
            known = False
        if not known:
            message = "an encoding of text, such as utf-8, gb18030 or big5"
            raise ValueError(message)
        return encoding


def load(request: Request, workspace: Workspace) -> Job:
    """The job that a title's `edition.toml` describes, the request's words put first.

    Raises:
        BanxinError: faults of the file, all at once, with their lines.
    """
    folder = request.folder
    name = folder / EDITION_FILE
    table, text = read_table(name, workspace, EditionTable)
    dressed = request.layout or table.layout
    worn = _worn(dressed, table, workspace)
    dress = table.dress.get(worn, DressTable())
    keys = ["dress", worn, "chapters"] if dress.chapters else ["chapters"]
    chapters, chapters_at = dress.chapters or table.chapters, place_of(name, text, keys)
    doubled = tuple(_doubled(chapters, chapters_at))
    if doubled:
        raise BanxinError(*doubled)
    return Job(
        name=folder.name,
        folder=folder,
        title=table.title,
        subtitle=table.subtitle,
        lang=table.lang,
        layout=dressed,
        layout_asked_at=Place() if request.layout else place_of(name, text, ["layout"]),
        press=request.press or dress.press or table.press,
        press_asked_at=Place() if request.press else place_of(name, text, ["press"]),
        binding=dress.binding or table.binding,
        publication=table.publication,
        publication_asked_at=place_of(name, text, ["publication"]),
        date=table.date,
        link=table.link,
        encoding=table.encoding,
        chapters=tuple((folder / c, _chapter_place(name, text, c, chapters_at)) for c in chapters),
        masthead=table.masthead,
        imprint=table.imprint,
        options={**table.options, **dress.options},
        options_at={
            **{key: place_of(name, text, ["options", key]) for key in table.options},
            **{key: place_of(name, text, ["dress", worn, "options", key]) for key in dress.options},
        },
        draft=request.draft,
        compose=request.compose,
        revision=request.revision,
        credit=table.credit,
        licence=table.licence,
        consent=table.consent,
        photo=table.photo,
        convert=table.convert,
        series=_series(table.series, folder, place_of(name, text, ["series", "table"])),
        isbn=_isbn(table.isbn, place_of(name, text, ["isbn"])),
        cover=_cover(table, name, text, workspace),
    )


def _isbn(written: str, place: Place) -> str:
    """The number as it is printed. Raises: BanxinError, `title/isbn`, `title/isbn-digit`."""
    if not written:
        return ""
    digits = isbn_digits(written)
    if not digits:
        raise BanxinError(error("title/isbn", place, found=written))
    wanted = check_digit(digits)
    if digits[-1] != wanted:
        raise BanxinError(
            error("title/isbn-digit", place, found=written, digit=digits[-1], needed=wanted)
        )
    return written.upper().removeprefix("ISBN").strip(" :：")


def _cover(
    table: EditionTable, name: PurePosixPath, text: str, workspace: Workspace
) -> Cover | None:
    """What is asked of the cover. Raises: BanxinError, a paper that nobody knows."""
    asked = table.cover
    if asked is None:
        return None
    paper, leaf, source = table.job.paper if table.job else "", Length(0), ""
    if asked.caliper_mm is not None:
        leaf, source = Length.mm(asked.caliper_mm), "caliper_mm"
    elif paper:
        place = place_of(name, text, ["job", "paper"])
        leaf, source = leaf_of(paper, place, workspace, name.parent)
    return Cover(
        leaf=leaf,
        source=source,
        spine=table.title.replace("|", "") if asked.spine is None else asked.spine,
        flap=Length.mm(asked.flap_mm),
        place=place_of(name, text, ["cover"]),
    )


class _ExtendsTable(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    extends: str = ""


def _worn(dressed: str, table: EditionTable, workspace: Workspace) -> str:
    """Whose dress a title wears in a layout: the nearest in its lineage that has one.

    The title's own layout wears the chapters that stand above all dresses, and so do those that
    extend it, before the dress of a layout that it extends.
    """
    for name in _lineage(dressed, workspace):
        if name in table.dress or name == table.layout:
            return name
    return dressed


def _lineage(layout: str, workspace: Workspace) -> Iterator[str]:
    """A layout's name, that of the one it extends, and so on.

    What is wrong with their files is told where they are read whole.
    """
    met: set[str] = set()
    while layout and layout not in met:
        yield layout
        met.add(layout)
        try:
            table, _ = read_table(LAYOUTS / layout / LAYOUT_FILE, workspace, _ExtendsTable)
        except BanxinError:
            return
        layout = table.extends


def _series(
    table: SeriesTable | None, folder: PurePosixPath, place: Place
) -> SeriesOfCopies | None:
    if table is None:
        return None
    return SeriesOfCopies(folder / table.table, table.sheet, table.name, table.photo, place)


def every_chapter(
    folder: PurePosixPath, workspace: Workspace
) -> tuple[tuple[PurePosixPath, ...], str]:
    """The files of a title's chapters, in whatever layout they are, and their encoding.

    Raises:
        BanxinError: as `load`.
    """
    table, _ = read_table(folder / EDITION_FILE, workspace, EditionTable)
    dressed = (chapter for dress in table.dress.values() for chapter in dress.chapters)
    names = dict.fromkeys(folder / chapter for chapter in (*table.chapters, *dressed))
    return tuple(names), table.encoding


def _doubled(chapters: tuple[str, ...], place: Place) -> list[Diagnostic]:
    twice = {c for c in chapters if chapters.count(c) > 1}
    return [error("title/chapter-twice", place, chapter=c) for c in sorted(twice)]


def _chapter_place(name: PurePosixPath, text: str, chapter: str, chapters: Place) -> Place:
    """The line of `edition.toml` that names *chapter*, at or below where *chapters* are listed."""
    for number, line in enumerate(text.splitlines(), 1):
        column = line.find(f'"{chapter}"')
        if column >= 0 and number >= (chapters.line or 1):
            return Place(str(name), number, column + 1)
    return chapters
