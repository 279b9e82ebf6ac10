"""What the server asks of its workers, and what they answer. All of it can be pickled.

Bearings are bytes here: the server hands them from one compositor to the other, and would have to
load the engine to read them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from banxin.diagnostics import Box, Diagnostic
from banxin.request import Request

Window = tuple[int, int, int, int]  # left, top, width, height in pixels
Bleed = tuple[float, float, float, float]  # left, top, right, bottom in mm
BLANK: Final = "blank"  # the identity of a page that the binding adds


@dataclass(frozen=True, slots=True)
class Home:
    """Where a preview is at home: what a worker needs to see the same files as the server."""

    root: Path
    output: Path
    mounts: tuple[tuple[PurePosixPath, Path], ...] = ()
    caching: bool = True
    darkroom: Path = field(default_factory=Path)  # where PDFs are handed over


# --- asked of the compositors -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetPages:
    """Pages *first* to *last*, counted from 0, set alone.

    `SomePages` answers, unless it is not known where those pages begin, then `Noticed`; or
    `Unchanged`, if the title is bound as `known` says; or `Faults`.
    """

    request: Request
    first: int
    last: int
    bearings: bytes | None
    known: str = ""


@dataclass(frozen=True, slots=True)
class SetAll:
    """The whole title.

    `All` answers, then `Judged` twice; or `Unchanged`, if the title is bound as `known` says; or
    `Faults`.
    """

    request: Request
    known: str = ""


@dataclass(frozen=True, slots=True)
class Inspect:
    """What lies at a point of a page.

    Attributes:
        pages: first and last, counted from 0, that lie open with it.
        page: the number of it, from 0.
        at: mm from the trim; `box`: of a block that is meant instead; `up`: elements further out.
        lines: instead, where all lines of the page stand.

    `Inspected` answers; or `Faults`.
    """

    request: Request
    pages: tuple[int, int]
    bearings: bytes | None
    page: int
    at: tuple[float, float] = (0.0, 0.0)
    box: Box | None = None
    up: int = 0
    lines: bool = False


# --- answered ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stand:
    """A piece of a block on a page, in mm from its trim. `photo`: its picture's file, or empty."""

    file: str
    line: int
    column: int
    box: Box
    photo: str


@dataclass(frozen=True, slots=True)
class PageView:
    """A page. Lengths in mm; `bleed`: left, top, right, bottom; `digest`: of where all stands."""

    identity: str
    width: float
    height: float
    bleed: tuple[float, float, float, float]
    stands: tuple[Stand, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Geometry:
    """What a layout counts in. Lengths in mm; margins as on a right-hand page.

    `first`: from the head of the type area to its first baseline.
    """

    top: float
    bottom: float
    inside: float
    outside: float
    bleed: float
    baseline: float
    first: float
    measure: float
    columns: int
    gutter: float
    lines: int


@dataclass(frozen=True, slots=True)
class TitleView:
    """A title as it is bound: what does not depend on its pages.

    `folds`: for each side of a leaflet, mm from the left edge of its trim; of a book, none.
    """

    digest: str
    title: str
    layout: str
    press: str
    binding: str
    folds: tuple[tuple[float, ...], ...]
    geometry: Geometry
    spots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SomePages:
    """Some pages, the first of them *first*, and the PDF that has them.

    `expected`: how many there are in all, as far as it is known.
    """

    about: TitleView
    first: int
    leaves: tuple[PageView, ...]
    pdf: Path
    expected: int


@dataclass(frozen=True, slots=True)
class LocatedFinding:
    """A finding, and the line of the file that it names, if there is one."""

    diagnostic: Diagnostic
    source: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What there is to say before anything is laid out. `digest`: of the title as it is bound."""

    told: tuple[LocatedFinding, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class All:
    """All pages, and what only a whole layout tells; faults are among it.

    `fullness`: of each page, the share of its type area that has something on it.
    """

    pages: SomePages
    bearings: bytes | None
    labels: tuple[str, ...]
    told: tuple[LocatedFinding, ...]
    fullness: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photograph on a page, counted from 1, and its pixels per printed inch."""

    page: int
    file: str
    ppi: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of the press file. `photos`: as they print.

    `digest`: of the title as it was bound for it. `limits`: least, low and wanted ppi.
    """

    digest: str
    told: tuple[LocatedFinding, ...]
    photos: tuple[PhotoView, ...]
    limits: tuple[int, int, int]
    ink_limit: int
    with_ink: bool


@dataclass(frozen=True, slots=True)
class Faults:
    """Why there are no pages."""

    told: tuple[LocatedFinding, ...]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What there is, as JSON has it; None where there is nothing."""

    told: object


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The title is bound as it was."""


# --- pictures ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shot:
    """A page of a PDF, counted from 0, and what of it is wanted.

    Attributes:
        width: of the whole page with its bleed, in pixels.
        window: the part that is wanted, or None.
        lossless: PNG whatever is on it; otherwise pages with photographs are JPEGs.
    """

    pdf: Path
    page: int
    width: int
    window: Window | None = None
    lossless: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Pages side by side, cut to their trims: a PNG at *ppi*, or a PDF of one wide page.

    `form`: png or pdf.
    """

    pages: tuple[tuple[Path, int, Bleed], ...]
    ppi: int
    form: str


@dataclass(frozen=True, slots=True)
class SearchWords:
    """Words looked for on pages: each with its number, its PDF, the page there, and its bleed."""

    pages: tuple[tuple[int, Path, int, Bleed], ...]
    words: str
    most: int


@dataclass(frozen=True, slots=True)
class WordsFound:
    """Words on a page, in mm from its trim, and what stands around them."""

    page: int
    box: Box
    around: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """In the order of the pages."""

    hits: tuple[WordsFound, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`seconds`: what it took to make it."""

    data: bytes
    mime: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class InkView:
    """A page of a PDF, counted from 0, seen by its inks.

    Attributes:
        kind: cyan, magenta, yellow, black, `spot:` and its name; `total`, ink in percent as a
            heat map; `print`, all of them through the output profile.
        width: of the page with its bleed, in pixels; `bleed` in mm.
        at: instead of a picture, the inks at this point, in mm from the trim.
    """

    request: Request
    pdf: Path
    page: int
    identity: str
    bleed: Bleed
    kind: str
    width: int
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Fine:
    """A page of a PDF, counted from 0, to look at closely: photographs are as sharp as they are."""

    request: Request
    pdf: Path
    page: int


@dataclass(frozen=True, slots=True)
class Put:
    """A PDF that was asked for, of one page."""

    pdf: Path


@dataclass(frozen=True, slots=True)
class Lacking:
    """A program that this machine does not have, or what it said."""

    what: str


@dataclass(frozen=True, slots=True)
class InkReading:
    """Percent of each plate at a point, by its name."""

    inks: tuple[tuple[str, float], ...]
