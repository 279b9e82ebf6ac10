"""How it looks: a folder of `layouts/`, read and checked.

A layout is data: `layout.toml` (geometry, which template serves what), `tokens.toml` (inks and
type styles), Jinja templates and plain CSS. A designer needs no Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from banxin.assets.colour import Cmyk
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest
from banxin.tables import place_of, read_table
from banxin.units import Length
from banxin.workspace import Workspace

FOLDER: Final = PurePosixPath("layouts")
LAYOUT_FILE: Final = "layout.toml"
TOKENS_FILE: Final = "tokens.toml"
TEMPLATE_SUFFIX: Final = ".j2"
BLOCK_KINDS: Final = (
    "heading",
    "paragraph",
    "figure",
    "gallery",
    "quote",
    "pullquote",
    "numbers",
    "timeline",
    "names",
    "note",
    "list",
    "table",
    "verbatim",
    "divider",
)


@dataclass(frozen=True, slots=True)
class PageSize:
    """The page, and where its type area (版心) lies."""

    width: Length
    height: Length
    bleed: Length
    top: Length
    bottom: Length
    inside: Length
    outside: Length


@dataclass(frozen=True, slots=True)
class Grid:
    """The type area counted in characters of the body and in lines."""

    baseline: Length
    character: Length
    characters: int
    lines: int
    columns: int
    gutter: int


@dataclass(frozen=True, slots=True)
class Ink:
    """A swatch.

    Attributes:
        cmyk: percent; of a spot colour, what stands for it where it is not printed.
        spot: the name of its own plate, or empty.
        tint: percent of the spot that this swatch puts down.
        kind: `process`, or for a plate of the binder's: `foil`, `varnish`, `die`.
        whole: `cmyk` of the spot's full tone.
    """

    name: str
    cmyk: Cmyk
    spot: str
    tint: float = 100
    kind: str = "process"
    whole: Cmyk = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class TypeStyle:
    name: str
    family: str
    weight: int
    size: Length
    leading: Length
    place: Place


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout, whole.

    Attributes:
        chapters: chapter template's name → template.
        blocks: block kind → template.
        styles: workspace name → CSS text, in the order they apply.
        templates: name below `templates/` → Jinja text.
        body: the type style that the grid is counted in.
    """

    name: str
    folder: PurePosixPath
    page: PageSize
    grid: Grid
    inks: tuple[Ink, ...]
    types: tuple[TypeStyle, ...]
    body: TypeStyle
    chapters: Mapping[str, str]
    blocks: Mapping[str, str]
    styles: Mapping[str, str]
    templates: Mapping[str, str]
    options: Mapping[str, str]
    remarks: tuple[Diagnostic, ...] = ()


# --- the tables as a designer writes them ---------------------------------------------------


def _length(value: object) -> object:
    return Length.parse(value) if isinstance(value, str) else value


LengthField = Annotated[Length, BeforeValidator(_length)]
Percent = Annotated[float, Field(ge=0, le=100)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class NameTable(_Table):
    zh: str
    en: str


class MarginTable(_Table):
    top: LengthField
    bottom: LengthField
    inside: LengthField
    outside: LengthField


class PageTable(_Table):
    trim: tuple[LengthField, LengthField]
    bleed: LengthField
    margin: MarginTable


class GridTable(_Table):
    body: str
    characters: int = Field(gt=0)
    lines: int = Field(gt=0)
    columns: int = Field(default=2, gt=0)
    gutter: int = Field(default=2, ge=0)


class LayoutTable(_Table):
    name: NameTable
    page: PageTable
    grid: GridTable
    styles: tuple[str, ...] = Field(min_length=1)
    chapters: dict[str, str]
    blocks: dict[str, str]
    options: dict[str, str] = {}


class InkTable(_Table):
    cmyk: tuple[Percent, Percent, Percent, Percent] | None = None
    of: str | None = None
    tint: Percent = 100
    spot: str = ""
    kind: Literal["process", "foil", "varnish", "die"] = "process"


class TypeTable(_Table):
    family: str
    weight: int = 400
    size: LengthField
    leading: LengthField


class TokensTable(_Table):
    inks: dict[str, InkTable]
    type: dict[str, TypeTable]


# --- loading --------------------------------------------------------------------------------


def names(workspace: Workspace) -> tuple[str, ...]:
    """The folders of `layouts/` that hold a `layout.toml`."""
    return tuple(n for n in workspace.folders(FOLDER) if workspace.exists(FOLDER / n / LAYOUT_FILE))


def load(name: str, workspace: Workspace, asked_at: Place) -> Layout:
    """The layout *name*, every file of it read.

    Raises:
        BanxinError: `layout/unknown`, or all that is wrong with its files at once.
    """
    known = names(workspace)
    if name not in known:
        near = nearest(name, known)
        code = "layout/unknown" if near else "layout/unknown-strange"
        there = ", ".join(known) or "–"
        raise BanxinError(error(code, asked_at, name=name, near=near, known=there))
    folder = FOLDER / name
    table, text = read_table(folder / LAYOUT_FILE, workspace, LayoutTable)
    tokens, tokens_text = read_table(folder / TOKENS_FILE, workspace, TokensTable)
    templates = {
        path: workspace.read_text(folder / "templates" / path)
        for path in _below(folder / "templates", workspace)
        if path.endswith(TEMPLATE_SUFFIX)
    }
    faults = [
        *_missing_templates(folder / LAYOUT_FILE, text, table, templates),
        *_missing_styles(folder, text, table, workspace),
        *_bad_tints(folder / TOKENS_FILE, tokens_text, tokens),
    ]
    if table.grid.body not in tokens.type:
        near = nearest(table.grid.body, tokens.type) or next(iter(tokens.type))
        place = place_of(folder / LAYOUT_FILE, text, ("grid", "body"))
        faults.append(error("layout/no-type-style", place, style=table.grid.body, near=near))
    if faults:
        raise BanxinError(*faults)
    types = tuple(
        TypeStyle(
            n,
            t.family,
            t.weight,
            t.size,
            t.leading,
            place_of(folder / TOKENS_FILE, tokens_text, ("type", n)),
        )
        for n, t in tokens.type.items()
    )
    body = next(style for style in types if style.name == table.grid.body)
    return Layout(
        name=name,
        folder=folder,
        page=_page(table.page),
        grid=_grid(table.grid, body),
        inks=tuple(_ink(n, tokens.inks) for n in tokens.inks),
        types=types,
        body=body,
        chapters=table.chapters,
        blocks=table.blocks,
        styles={str(folder / s): workspace.read_text(folder / s) for s in table.styles},
        templates=templates,
        options=table.options,
    )


def _below(folder: PurePosixPath, workspace: Workspace) -> Iterator[str]:
    """Files of *folder* and its folders, as names below it."""
    yield from workspace.files(folder)
    for inner in workspace.folders(folder):
        for path in _below(folder / inner, workspace):
            yield f"{inner}/{path}"


def _page(table: PageTable) -> PageSize:
    margin = table.margin
    return PageSize(
        *table.trim, table.bleed, margin.top, margin.bottom, margin.inside, margin.outside
    )


def _grid(table: GridTable, body: TypeStyle) -> Grid:
    return Grid(
        baseline=body.leading,
        character=body.size,
        characters=table.characters,
        lines=table.lines,
        columns=table.columns,
        gutter=table.gutter,
    )


def _ink(name: str, inks: Mapping[str, InkTable]) -> Ink:
    row = inks[name]
    base = inks[row.of] if row.of else row
    share = row.tint / 100 if row.of else 1.0
    cmyk = base.cmyk or (0, 0, 0, 0)
    c, m, y, k = (round(ink * share, 4) for ink in cmyk)
    spot = base.spot or (base.kind if base.kind != "process" else "")
    return Ink(
        name,
        (c, m, y, k),
        spot,
        row.tint if row.of else 100,
        base.kind,
        base.cmyk or (0, 0, 0, 0),
    )


def _missing_templates(
    name: PurePosixPath, text: str, table: LayoutTable, templates: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for section, entries in (("chapters", table.chapters), ("blocks", table.blocks)):
        for key, file in entries.items():
            if file not in templates:
                near = nearest(file, templates) or "–"
                place = place_of(name, text, (section, key))
                yield error("layout/no-template", place, file=file, near=near)
    for kind in BLOCK_KINDS:
        if kind not in table.blocks:
            yield error("layout/no-block", place_of(name, text, ("blocks",)), kind=kind)
    for kind in table.blocks:
        if kind not in BLOCK_KINDS:
            near = nearest(kind, BLOCK_KINDS) or BLOCK_KINDS[0]
            place = place_of(name, text, ("blocks", kind))
            yield error("layout/unknown-block", place, kind=kind, near=near)


def _missing_styles(
    folder: PurePosixPath, text: str, table: LayoutTable, workspace: Workspace
) -> Iterator[Diagnostic]:
    for style in table.styles:
        if not workspace.exists(folder / style):
            place = place_of(folder / LAYOUT_FILE, text, ("styles",))
            yield error("layout/no-style", place, file=style)


def _bad_tints(name: PurePosixPath, text: str, tokens: TokensTable) -> Iterator[Diagnostic]:
    for ink, row in tokens.inks.items():
        place = place_of(name, text, ("inks", ink))
        if (row.cmyk is None) == (row.of is None):
            yield error("layout/ink", place, ink=ink)
        elif row.of is not None and (row.of not in tokens.inks or tokens.inks[row.of].cmyk is None):
            whole = [n for n, r in tokens.inks.items() if r.cmyk is not None]
            near = nearest(row.of, whole) or "–"
            yield error("layout/tint", place, ink=ink, of=row.of, near=near)
