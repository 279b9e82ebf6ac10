"""How it looks: a folder of `layouts/`, read and checked.

A layout is data: `layout.toml` (geometry, which template serves what), `tokens.toml` (inks and
type styles), Jinja templates and plain CSS. A designer needs no Python. One layout may extend
another: it has what the other has, but for what its own folder says anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from banxin.assets.colour import Cmyk
from banxin.content import LAYOUT_FILE, LAYOUTS
from banxin.diagnostics import NOWHERE, BanxinError, Diagnostic, Place, error, nearest, warning
from banxin.manuscript import kinds
from banxin.stylesheets import left_open
from banxin.tables import NO_LENGTH, place_of, read_table
from banxin.units import Length
from banxin.workspace import Workspace, write_whole

TOKENS_FILE: Final = "tokens.toml"
TEMPLATE_SUFFIX: Final = ".j2"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
PLAIN_WORDS: Final = "zh-Hans"
LANGUAGES: Final = (PLAIN_WORDS, "zh-Hant", "en")
# Words of pictures and charts are counted in these, to know how many lines they take.
COUNTED: Final = ("caption", "credit", "chart")
LEAST_SCALE, MOST_SCALE = 0.8, 1.25  # beyond it, a face is another size of type
LEAST_DOT: Final = 3.0  # percent that every press holds
BLACK: Final[Cmyk] = (0, 0, 0, 100)
BROWN: Final[Cmyk] = (10, 35, 55, 0)  # of old prints
SQUARE: Final = 7  # lines that a square of a photograph is high


@dataclass(frozen=True, slots=True)
class PageSize:
    """The page, and where its type area (版心) lies.

    `folds`: for each side of a leaflet, from the left edge of the trim; on a book, none. `sides`:
    pages that there may be, 0 for any number.
    """

    width: Length
    height: Length
    bleed: Length
    top: Length
    bottom: Length
    inside: Length
    outside: Length
    folds: tuple[tuple[Length, ...], ...] = ()
    sides: int = 0

    def folds_on(self, number: int) -> tuple[Length, ...]:
        """Of page *number*, from 1."""
        return self.folds[(number - 1) % len(self.folds)] if self.folds else ()


@dataclass(frozen=True, slots=True)
class Grid:
    """The type area counted in characters of the body and in lines.

    Attributes:
        side: characters of a column beside those of the text, for captions; 0: there is none.
        wide, high: its parts by name: characters across, lines down.
    """

    baseline: Length
    character: Length
    characters: int
    lines: int
    columns: int
    gutter: int
    side: int = 0
    wide: Mapping[str, int] = field(default_factory=dict)
    high: Mapping[str, int] = field(default_factory=dict)

    @property
    def text(self) -> int:
        """Characters that the columns of the text have, with what is between them."""
        return self.characters - (self.side + self.gutter if self.side else 0)

    @property
    def column(self) -> int:
        """Characters of one column."""
        return (self.text - self.gutter * (self.columns - 1)) // self.columns


@dataclass(frozen=True, slots=True)
class Ink:
    """A swatch.

    Attributes:
        cmyk: percent; of a spot colour, what stands for it where it is not printed.
        spot: the name of its own plate, or empty.
        tint: percent of the spot that this swatch puts down.
        kind: `process`, or for a plate of the binder's: `foil`, `varnish`, `emboss`, `die`.
        whole: `cmyk` of the spot's full tone.
        base: the ink that it is a tint of, or empty.
    """

    name: str
    cmyk: Cmyk
    spot: str
    tint: float = 100
    kind: str = "process"
    whole: Cmyk = (0, 0, 0, 0)
    base: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """A type style.

    Attributes:
        family: of its Chinese characters, and of all that no other face has.
        latin: families of its letters and figures, the first one first; none where those are of
            `family`, too. `latin_at`: where that is said.
    """

    name: str
    family: str
    weight: int
    size: Length
    leading: Length
    place: Place
    latin: tuple[str, ...] = ()
    latin_at: Place = NOWHERE

    @property
    def families(self) -> tuple[str, ...]:
        """As CSS lists them."""
        return (*self.latin, self.family)


@dataclass(frozen=True, slots=True)
class LengthToken:
    """A rule's width, a space: what is no size of type and no line of the grid."""

    name: str
    length: Length
    place: Place


@dataclass(frozen=True, slots=True)
class ChartInks:
    """Names of inks: one for each series or share, in order, and one for the rules."""

    series: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class PhotoInks:
    """How photographs print, and in what.

    Attributes:
        usual: what all of them get that nothing else is said of: `mono`, `duo`, `toned`, or empty.
        mono, duo: names of inks; of two, the darker first.
        curves: of `mono` and `duo`, for each ink its percent evenly from white to black; or none.
        toned: the colour that goes with black.
        square: an ink that a square has for its ground, or `plain`, and how many lines it is high.
    """

    usual: str
    mono: str
    duo: tuple[str, str]
    curves: Mapping[str, tuple[tuple[float, ...], ...]]
    toned: Cmyk
    square: tuple[str, int] = ("plain", SQUARE)


@dataclass(frozen=True, slots=True)
class SpineInks:
    """How a spine looks: families and weight, inks of the words and of the ground, or no ground."""

    families: tuple[str, ...]
    weight: int
    ink: str
    ground: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout, whole.

    Attributes:
        title: language → what it is called.
        folders: its own, then that of the layout it extends, and so on.
        chapters: chapter template's name → template.
        blocks: block kind → template.
        styles: workspace name → CSS text, in the order they apply.
        scales: family of letters and figures → how large it is beside the Chinese one, 1 as it is.
        steps: name → the type styles that a title may be set in, the largest first.
        lengths: whatever else is measured: name → length.
        templates: name below `templates/` → Jinja text; `template_files` → the file it is in.
        replaced: templates that it would inherit, had it none of that name: file → Jinja text.
        words: language (zh-Hans, zh-Hant, en) → what the layout itself prints, by name.
        body: the type style that the grid is counted in.
        page_at, grid_at: where its margins are said, and its columns.
    """

    name: str
    title: Mapping[str, str]
    folders: tuple[PurePosixPath, ...]
    page: PageSize
    grid: Grid
    inks: tuple[Ink, ...]
    types: tuple[TypeStyle, ...]
    scales: Mapping[str, float]
    steps: Mapping[str, tuple[str, ...]]
    lengths: tuple[LengthToken, ...]
    chart: ChartInks
    photo: PhotoInks
    spine: SpineInks
    words: Mapping[str, Mapping[str, str]]
    body: TypeStyle
    chapters: Mapping[str, str]
    blocks: Mapping[str, str]
    styles: Mapping[str, str]
    templates: Mapping[str, str]
    template_files: Mapping[str, PurePosixPath]
    replaced: Mapping[PurePosixPath, str]
    options: Mapping[str, str]
    remarks: tuple[Diagnostic, ...] = ()
    page_at: Place = NOWHERE
    grid_at: Place = NOWHERE

    def words_in(self, lang: str) -> Mapping[str, str]:
        """The layout's own words in the language of a title; what it lacks, in zh-Hans."""
        return {**self.words.get(PLAIN_WORDS, {}), **self.words.get(spoken(lang), {})}


def spoken(lang: str) -> str:
    """Of the languages that layouts have words in, the one nearest to a BCP 47 tag."""
    tag = lang.lower()
    if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        return "zh-Hant"
    return "en" if tag.split("-")[0] == "en" else PLAIN_WORDS


# --- the tables as a designer writes them ---------------------------------------------------


def _length(value: object) -> object:
    """What TOML has for a length: text with a unit.

    Raises:
        PydanticCustomError: `NO_LENGTH`, for anything else.
    """
    if isinstance(value, Length):
        return value
    try:
        return Length.parse(value if isinstance(value, str) else "")
    except ValueError as problem:
        raise PydanticCustomError(NO_LENGTH, "a length has its unit") from problem


LengthField = Annotated[Length, BeforeValidator(_length)]
Percent = Annotated[float, Field(ge=0, le=100)]
LONGEST_CURVE: Final = 256
Curve = Annotated[tuple[Percent, ...], Field(min_length=2, max_length=LONGEST_CURVE)]


class _StrictTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class NameTable(_StrictTable):
    zh: str
    en: str


class MarginTable(_StrictTable):
    top: LengthField
    bottom: LengthField
    inside: LengthField
    outside: LengthField


class PageTable(_StrictTable):
    trim: tuple[LengthField, LengthField]
    bleed: LengthField
    margin: MarginTable
    folds: tuple[tuple[LengthField, ...], ...] = ()
    sides: int = Field(default=0, ge=0)


class GridTable(_StrictTable):
    body: str
    characters: int = Field(gt=0)
    lines: int = Field(gt=0)
    columns: int = Field(default=2, gt=0)
    gutter: int = Field(default=2, ge=0)
    side: int = Field(default=0, ge=0)


Part = Annotated[float, Field(gt=0, le=1)]
PartOrLeast = Part | tuple[Part, Annotated[int, Field(gt=0)]]


class LayoutTable(_StrictTable):
    """What is left out comes from the layout that it extends.

    `wide` and `high` are parts of the measure and of its lines, or a part and what it has at least,
    in characters or lines.
    """

    name: NameTable
    extends: str = ""
    page: PageTable | None = None
    grid: GridTable | None = None
    wide: dict[str, PartOrLeast] = {}
    high: dict[str, PartOrLeast] = {}
    styles: tuple[str, ...] = ()
    styles_after: tuple[str, ...] = ()
    chapters: dict[str, str] = {}
    blocks: dict[str, str] = {}
    options: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}


class InkTable(_StrictTable):
    cmyk: tuple[Percent, Percent, Percent, Percent] | None = None
    of: str | None = None
    tint: Percent = 100
    spot: str = ""
    kind: Literal["process", "foil", "varnish", "emboss", "die"] = "process"


def _listed_families(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class TypeTable(_StrictTable):
    """`family`: one, or those of letters and figures, and the Chinese one behind them."""

    family: Annotated[
        tuple[str, ...], BeforeValidator(_listed_families), Field(min_length=1, max_length=4)
    ]
    weight: int = 400
    size: LengthField
    leading: LengthField


class ChartTable(_StrictTable):
    series: tuple[str, ...] = Field(min_length=1)
    rule: str


class MonoTable(_StrictTable):
    ink: str
    curve: Curve | None = None


class DuoTable(_StrictTable):
    inks: tuple[str, str]
    curves: tuple[Curve, Curve] | None = None


class TonedTable(_StrictTable):
    cmyk: tuple[Percent, Percent, Percent, Percent]


class SquareTable(_StrictTable):
    """`lines`: of the grid."""

    ink: str = "plain"
    lines: int = Field(default=SQUARE, gt=0, le=60)


class PhotoTable(_StrictTable):
    """`[photo]`: how photographs print that nothing is said of, and what the ways are."""

    usual: Literal["", "plain", "mono", "duo", "toned"] = Field(default="", alias="as")
    mono: MonoTable | None = None
    duo: DuoTable | None = None
    toned: TonedTable | None = None
    square: SquareTable | None = None


class SpineTable(_StrictTable):
    """`[spine]`: the type style whose face the words have, its ink, and what it stands on."""

    style: str
    ink: str
    ground: str = ""


class TokensTable(_StrictTable):
    """`latin`: a Chinese family → that of letters and figures beside it, or empty. `scale`: how
    large that one is.
    """

    inks: dict[str, InkTable] = {}
    type: dict[str, TypeTable] = {}
    latin: dict[str, str] = {}
    scale: dict[str, Annotated[float, Field(ge=LEAST_SCALE, le=MOST_SCALE)]] = {}
    steps: dict[str, tuple[str, ...]] = {}
    lengths: dict[str, LengthField] = {}
    chart: ChartTable | None = None
    photo: PhotoTable | None = None
    spine: SpineTable | None = None


@dataclass(frozen=True, slots=True)
class _Own:
    """The files of one folder, as they stand there."""

    folder: PurePosixPath
    table: LayoutTable
    text: str
    tokens: TokensTable
    tokens_text: str

    def place(self, *keys: str) -> Place:
        return place_of(self.folder / LAYOUT_FILE, self.text, keys)

    def token_place(self, *keys: str) -> Place:
        return place_of(self.folder / TOKENS_FILE, self.tokens_text, keys)


# --- loading --------------------------------------------------------------------------------


def names(workspace: Workspace) -> tuple[str, ...]:
    """The folders of `layouts/` that hold a `layout.toml`."""
    return tuple(
        n for n in workspace.folders(LAYOUTS) if workspace.exists(LAYOUTS / n / LAYOUT_FILE)
    )


def load(name: str, workspace: Workspace, asked_at: Place) -> Layout:
    """The layout *name*, every file of it read.

    Raises:
        BanxinError: `layout/unknown`, or all that is wrong with its files at once.
    """
    chain = tuple(_chain(name, workspace, asked_at))
    found = tuple(_template_files(chain, workspace))
    files = dict(found)
    templates = {path: workspace.read_text(file) for path, file in files.items()}
    inks = {n: ink for own in reversed(chain) for n, ink in own.tokens.inks.items()}
    places = {n: own.token_place("inks", n) for own in reversed(chain) for n in own.tokens.inks}
    types = _types(chain)
    chapters = {n: file for own in reversed(chain) for n, file in own.table.chapters.items()}
    blocks = _blocks(chain, templates)
    options = {n: value for own in reversed(chain) for n, value in own.table.options.items()}
    page, grid, styles = _first(chain, "page"), _first(chain, "grid"), _styles(chain, workspace)
    faults = [
        *(fault for own in chain for fault in _missing_templates(own, templates)),
        *_missing_blocks(chain[0], blocks),
        *_missing_tables(chain),
        *(fault for own in chain for fault in _unknown_languages(own)),
        *(fault for own in chain for fault in _bad_folds(own)),
        *(fault for own in chain for fault in _bad_tints(own, inks)),
        *(fault for own in chain for fault in _bad_chart(own, inks)),
        *(fault for own in chain for fault in _bad_photo(own, inks)),
        *(fault for own in chain for fault in _bad_steps(own, types)),
        *(fault for own in chain for fault in _bad_spine(own, inks, types)),
        *_bad_styles(styles),
        *_missing_types(chain, types),
    ]
    chart = next((own.tokens.chart for own in chain if own.tokens.chart), None)
    if faults or page is None or grid is None or chart is None:
        raise BanxinError(*faults)
    return Layout(
        name=name,
        title=chain[0].table.name.model_dump(),
        folders=tuple(own.folder for own in chain),
        page=_page(page),
        grid=_grid(grid, types[grid.body], _parts(chain, "wide"), _parts(chain, "high")),
        inks=tuple(_ink(n, inks, places[n]) for n in inks),
        types=tuple(types.values()),
        scales=_scales(chain),
        steps={n: styles for own in reversed(chain) for n, styles in own.tokens.steps.items()},
        lengths=tuple({t.name: t for own in reversed(chain) for t in _lengths(own)}.values()),
        chart=ChartInks(chart.series, chart.rule),
        photo=_photo(chain, inks, chart),
        spine=_spine(chain, types, inks, types[grid.body]),
        words=_words(chain),
        body=types[grid.body],
        chapters=chapters,
        blocks=blocks,
        styles={file: text for file, text in styles.items() if isinstance(text, str)},
        templates=templates,
        template_files=files,
        replaced={file: workspace.read_text(file) for path, file in found if file != files[path]},
        options=options,
        remarks=tuple(_idle(chain[0], types)),
        page_at=next(own.place("page", "margin") for own in chain if own.table.page),
        grid_at=next(own.place("grid", "columns") for own in chain if own.table.grid),
    )


def _bad_styles(styles: Mapping[str, str | Diagnostic]) -> Iterator[Diagnostic]:
    for file, style in styles.items():
        yield from (style,) if isinstance(style, Diagnostic) else left_open(file, style)


def _missing_types(chain: Sequence[_Own], types: Mapping[str, TypeStyle]) -> Iterator[Diagnostic]:
    """The body's, and those that words of pictures and charts are counted in."""
    own = next((own for own in chain if own.table.grid is not None), None)
    body = own.table.grid.body if own and own.table.grid else None
    if own is not None and body is not None and body not in types:
        near, place = nearest(body, types), own.place("grid", "body")
        yield error("layout/no-type-style", place, style=body, near=near)
    for style in COUNTED:
        if style not in types:
            near, place = nearest(style, types), chain[-1].token_place("type")
            yield error("layout/no-type-style", place, style=style, near=near)


def start(name: str, base: str, workspace: Workspace) -> PurePosixPath:
    """A new folder: a `layout.toml` that extends *base*, and nothing else yet.

    Raises:
        BanxinError: `layout/bad-name`, `layout/taken`, `layout/unknown`, `output/unwritable`.
    """
    if not _NAME.fullmatch(name):
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
        raise BanxinError(error("layout/bad-name", name=name, near=plain or "lan-ce"))
    folder = LAYOUTS / name
    if (workspace.root / folder).exists():
        raise BanxinError(error("layout/taken", name=name, folder=str(folder)))
    load(base, workspace, Place())
    text = f'''name    = {{ zh = "{name}", en = "{name}" }}
extends = "{base}"
'''
    (workspace.root / folder).mkdir()
    write_whole(workspace.root / folder / LAYOUT_FILE, text.encode())
    return folder


def _chain(name: str, workspace: Workspace, asked_at: Place) -> Iterator[_Own]:
    """The layout, the one it extends, the one that that one extends…"""
    known, seen = names(workspace), list[str]()
    while name:
        if name not in known:
            near = nearest(name, known)
            code = "layout/unknown" if near else "layout/unknown-strange"
            there = ", ".join(known) or "–"
            raise BanxinError(error(code, asked_at, name=name, near=near, known=there))
        if name in seen:
            circle = " → ".join((*seen, name))
            raise BanxinError(error("layout/extends-itself", asked_at, circle=circle))
        seen.append(name)
        folder = LAYOUTS / name
        table, text = read_table(folder / LAYOUT_FILE, workspace, LayoutTable)
        if table.extends and not workspace.exists(folder / TOKENS_FILE):
            tokens, tokens_text = TokensTable(), ""
        else:
            tokens, tokens_text = read_table(folder / TOKENS_FILE, workspace, TokensTable)
        own = _Own(folder, table, text, tokens, tokens_text)
        yield own
        name, asked_at = table.extends, own.place("extends")


def _template_files(
    chain: Sequence[_Own], workspace: Workspace
) -> Iterator[tuple[str, PurePosixPath]]:
    for own in reversed(chain):
        for path in _below(own.folder / "templates", workspace):
            if path.endswith(TEMPLATE_SUFFIX):
                yield path, own.folder / "templates" / path


def _blocks(chain: Sequence[_Own], templates: Mapping[str, str]) -> dict[str, str]:
    """Kind of block → template: as it is said, or the file of the same name in `blocks/`."""
    said = {n: file for own in reversed(chain) for n, file in own.table.blocks.items()}
    usual = {kind: f"blocks/{kind}.html.j2" for kind in kinds.NAMES if kind not in said}
    return said | {kind: file for kind, file in usual.items() if file in templates}


def _types(chain: Sequence[_Own]) -> dict[str, TypeStyle]:
    """Type styles by name. One that lists no face for its letters has that of `[latin]`."""
    latin = {
        family: (beside, own.token_place("latin", family))
        for own in reversed(chain)
        for family, beside in own.tokens.latin.items()
    }
    found: dict[str, TypeStyle] = {}
    for own in reversed(chain):
        for n, t in own.tokens.type.items():
            *before, family = t.family
            place = own.token_place("type", n)
            beside, said = latin.get(family, ("", NOWHERE))
            if not before and beside:
                before, at = [beside], said
            else:
                at = place
            found[n] = TypeStyle(n, family, t.weight, t.size, t.leading, place, tuple(before), at)
    return found


def _scales(chain: Sequence[_Own]) -> dict[str, float]:
    return {n: scale for own in reversed(chain) for n, scale in own.tokens.scale.items()}


def _idle(own: _Own, types: Mapping[str, TypeStyle]) -> Iterator[Diagnostic]:
    """What `[latin]` and `[scale]` say of families that no type style has."""
    chinese = dict.fromkeys(style.family for style in types.values())
    beside = dict.fromkeys(name for style in types.values() for name in style.latin)
    for table, named, known in (
        ("latin", own.tokens.latin, chinese),
        ("scale", own.tokens.scale, beside),
    ):
        for family in named:
            if family not in known:
                place, near = own.token_place(table, family), nearest(family, known)
                facts = {"table": table, "family": family, "known": " · ".join(known) or "–"}
                yield warning("layout/family-idle", place, **facts, near=near)


def _lengths(own: _Own) -> Iterator[LengthToken]:
    for n, length in own.tokens.lengths.items():
        yield LengthToken(n, length, own.token_place("lengths", n))


def _words(chain: Sequence[_Own]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for own in reversed(chain):
        for language, words in own.table.words.items():
            found.setdefault(language, {}).update(words)
    return found


def _unknown_languages(own: _Own) -> Iterator[Diagnostic]:
    for language in own.table.words:
        if language not in LANGUAGES:
            near, known = nearest(language, LANGUAGES), " · ".join(LANGUAGES)
            place = own.place("words", language)
            yield error("layout/language", place, language=language, near=near, known=known)


def _bad_folds(own: _Own) -> Iterator[Diagnostic]:
    page = own.table.page
    for side in page.folds if page else ():
        for fold, before in zip(side, (Length(0), *side), strict=False):
            if page and not before < fold < page.trim[0]:
                yield error("layout/fold", own.place("page", "folds"), fold=fold, wide=page.trim[0])


def _first(chain: Sequence[_Own], key: str) -> Any:
    """What the nearest layout says, or None."""
    return next((said for own in chain if (said := getattr(own.table, key))), None)


def _styles(chain: Sequence[_Own], workspace: Workspace) -> dict[str, str | Diagnostic]:
    """Workspace name → CSS, each file from the nearest folder that has it.

    The nearest list of `styles`, and behind it what that layout and those below it add in
    `styles_after`.
    """
    found: dict[str, str | Diagnostic] = {}
    for lister, key, style in _listed(chain):
        there = (own.folder / style for own in chain)
        file = next((file for file in there if workspace.exists(file)), None)
        if file is None:
            found[style] = error("layout/no-style", lister.place(key), file=style)
        else:
            found[str(file)] = workspace.read_text(file)
    return found


def _listed(chain: Sequence[_Own]) -> Iterator[tuple[_Own, str, str]]:
    """Stylesheets in their order: whose list they are in, its key, and their names."""
    first = next((n for n, own in enumerate(chain) if own.table.styles), 0)
    for style in chain[first].table.styles:
        yield chain[first], "styles", style
    for own in reversed(chain[: first + 1]):
        for style in own.table.styles_after:
            yield own, "styles_after", style


def _below(folder: PurePosixPath, workspace: Workspace) -> Iterator[str]:
    """Files of *folder* and its folders, as names below it."""
    yield from workspace.files(folder)
    for inner in workspace.folders(folder):
        for path in _below(folder / inner, workspace):
            yield f"{inner}/{path}"


def _page(table: PageTable) -> PageSize:
    margin = table.margin
    return PageSize(
        *table.trim,
        table.bleed,
        margin.top,
        margin.bottom,
        margin.inside,
        margin.outside,
        table.folds,
        table.sides,
    )


def _parts(chain: Sequence[_Own], key: str) -> dict[str, PartOrLeast]:
    """Parts of the measure, each as the nearest layout has it."""
    return {n: part for own in reversed(chain) for n, part in getattr(own.table, key).items()}


def _grid(
    table: GridTable,
    body: TypeStyle,
    wide: Mapping[str, PartOrLeast],
    high: Mapping[str, PartOrLeast],
) -> Grid:
    return Grid(
        baseline=body.leading,
        character=body.size,
        characters=table.characters,
        lines=table.lines,
        columns=table.columns,
        gutter=table.gutter,
        side=table.side,
        wide={name: _whole(part, table.characters) for name, part in wide.items()},
        high={name: _whole(part, table.lines) for name, part in high.items()},
    )


def _whole(part: PartOrLeast, of: int) -> int:
    """A part of so many characters or lines: whole ones, at least one, and no more than all."""
    share, least = part if isinstance(part, tuple) else (part, 1)
    return min(of, max(least, round(share * of)))


def _ink(name: str, inks: Mapping[str, InkTable], place: Place) -> Ink:
    row = inks[name]
    base = inks[row.of] if row.of else row
    share = row.tint / 100 if row.of else 1.0
    cmyk = base.cmyk or (0, 0, 0, 0)
    c, m, y, k = (round(ink * share, 4) for ink in cmyk)
    if row.of and not base.spot and base.kind == "process":
        c, m, y, k = _held((c, m, y, k))
    spot = base.spot or (base.kind if base.kind != "process" else "")
    return Ink(
        name,
        (c, m, y, k),
        spot,
        row.tint if row.of else 100,
        base.kind,
        base.cmyk or (0, 0, 0, 0),
        row.of or "",
        place,
    )


def _held(tint: Cmyk) -> Cmyk:
    """A tint whose plates all hold: what is under `LEAST_DOT` percent prints as that, or not.

    ISO 12647-2 has dots from 3 to 97 percent; a press that is asked for less gives what it likes.
    """
    least = max(tint) if 0 < max(tint) < LEAST_DOT / 2 else LEAST_DOT / 2
    c, m, y, k = (0.0 if part < least else max(part, LEAST_DOT) for part in tint)
    return c, m, y, k


def _photo(chain: Sequence[_Own], inks: Mapping[str, InkTable], chart: ChartTable) -> PhotoInks:
    """Each way as the nearest layout has it. What none says: black, and with it the first spot, or
    the first ink of charts that is another; and a brown.
    """
    said = [own.tokens.photo for own in chain if own.tokens.photo]
    usual = next((table.usual for table in said if table.usual), "")
    mono = next((table.mono for table in said if table.mono), None)
    duo = next((table.duo for table in said if table.duo), None)
    toned = next((table.toned for table in said if table.toned), None)
    square = next((table.square for table in said if table.square), SquareTable())
    black = black_of(inks)
    spots = [n for n, row in inks.items() if row.spot and row.kind == "process"]
    second = next((n for n in (*spots, *chart.series, *inks) if n != black), black)
    curves: dict[str, tuple[tuple[float, ...], ...]] = {}
    if mono and mono.curve:
        curves["mono"] = (mono.curve,)
    if duo and duo.curves:
        curves["duo"] = duo.curves
    return PhotoInks(
        usual="" if usual == "plain" else usual,
        mono=mono.ink if mono else black,
        duo=duo.inks if duo else (black, second),
        curves=curves,
        toned=toned.cmyk if toned else BROWN,
        square=(square.ink, square.lines),
    )


def _spine(
    chain: Sequence[_Own],
    types: Mapping[str, TypeStyle],
    inks: Mapping[str, InkTable],
    body: TypeStyle,
) -> SpineInks:
    """As the nearest layout has it; what none says: the body's face in black on paper."""
    said = next((own.tokens.spine for own in chain if own.tokens.spine), None)
    if said is None:
        return SpineInks(body.families, body.weight, black_of(inks), "")
    style = types[said.style]
    return SpineInks(style.families, style.weight, said.ink, said.ground)


def _bad_spine(
    own: _Own, inks: Mapping[str, InkTable], types: Mapping[str, TypeStyle]
) -> Iterator[Diagnostic]:
    spine = own.tokens.spine
    if spine is None:
        return
    place = own.token_place("spine")
    if spine.style not in types:
        near = nearest(spine.style, types)
        yield error("layout/no-type-style", place, style=spine.style, near=near)
    for ink in (spine.ink, spine.ground):
        if ink and ink not in inks:
            near, known = nearest(ink, inks), " · ".join(inks) or "–"
            yield error("layout/spine-ink", place, ink=ink, near=near, known=known)


def black_of(inks: Mapping[str, InkTable]) -> str:
    """The first ink that is black alone; where there is none, the first."""
    return next(
        (n for n, row in inks.items() if row.cmyk == BLACK and not row.spot), next(iter(inks))
    )


def _bad_photo(own: _Own, inks: Mapping[str, InkTable]) -> Iterator[Diagnostic]:
    photo = own.tokens.photo
    mono = (photo.mono.ink,) if photo and photo.mono else ()
    duo = photo.duo.inks if photo and photo.duo else ()
    square = (photo.square.ink,) if photo and photo.square and photo.square.ink != "plain" else ()
    known = [n for n in inks if _prints(n, inks)]
    for ink in (*mono, *duo, *square):
        if ink not in known:
            place = own.token_place("photo")
            facts = {"ink": ink, "near": nearest(ink, known), "known": " · ".join(known) or "–"}
            yield error("layout/photo-ink", place, **facts)
    if duo and duo[0] == duo[1]:
        yield error("layout/photo-twice", own.token_place("photo"), ink=duo[0])


def _prints(name: str, inks: Mapping[str, InkTable]) -> bool:
    """Whether it is an ink of the press, and not the binder's."""
    row = inks[name]
    return inks.get(row.of or name, row).kind == "process"


def _missing_tables(chain: Sequence[_Own]) -> Iterator[Diagnostic]:
    for key in ("page", "grid", "styles"):
        if not _first(chain, key):
            yield error("layout/no-table", chain[-1].place(), key=key)
    if not any(own.tokens.chart for own in chain):
        yield error("layout/no-table", chain[-1].token_place(), key="chart")


def _missing_templates(own: _Own, templates: Mapping[str, str]) -> Iterator[Diagnostic]:
    for section, entries in (("chapters", own.table.chapters), ("blocks", own.table.blocks)):
        for key, file in entries.items():
            if file not in templates:
                near = nearest(file, templates)
                yield error("layout/no-template", own.place(section, key), file=file, near=near)
    for kind in own.table.blocks:
        if kind not in kinds.NAMES:
            near, known = nearest(kind, kinds.NAMES), " · ".join(kinds.NAMES)
            place = own.place("blocks", kind)
            yield error("layout/unknown-block", place, kind=kind, near=near, known=known)


def _missing_blocks(own: _Own, blocks: Mapping[str, str]) -> Iterator[Diagnostic]:
    for kind in kinds.NAMES:
        if kind not in blocks:
            yield error("layout/no-block", own.place("blocks"), kind=kind)


def _bad_tints(own: _Own, inks: Mapping[str, InkTable]) -> Iterator[Diagnostic]:
    for ink, row in own.tokens.inks.items():
        if inks[ink] is not row:
            continue  # another layout that extends this one says it anew
        place = own.token_place("inks", ink)
        if (row.cmyk is None) == (row.of is None):
            yield error("layout/ink", place, ink=ink)
        elif row.of is not None and (row.of not in inks or inks[row.of].cmyk is None):
            whole = [n for n, r in inks.items() if r.cmyk is not None]
            near, known = nearest(row.of, whole), " · ".join(whole) or "–"
            yield error("layout/tint", place, ink=ink, of=row.of, near=near, known=known)


def _bad_chart(own: _Own, inks: Mapping[str, InkTable]) -> Iterator[Diagnostic]:
    chart = own.tokens.chart
    for ink in (*chart.series, chart.rule) if chart else ():
        if ink not in inks:
            near, known = nearest(ink, inks), " · ".join(inks) or "–"
            place = own.token_place("chart")
            yield error("layout/chart-ink", place, ink=ink, near=near, known=known)


def _bad_steps(own: _Own, types: Mapping[str, TypeStyle]) -> Iterator[Diagnostic]:
    for name, styles in own.tokens.steps.items():
        for style in styles or ("",):
            if style not in types:
                near = nearest(style, types)
                place = own.token_place("steps", name)
                yield error("layout/no-type-style", place, style=style or name, near=near)
