"""A title before the judge: its file, its pages, its manuscript, and what is to be said of them."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Protocol

from banxin import edition
from banxin.artwork import split
from banxin.assets import fonts
from banxin.content import EDITION_FILE
from banxin.diagnostics import Box, Diagnostic, Place, in_order
from banxin.edition import Edition
from banxin.fields import CopyRow, filled_source
from banxin.manuscript import Manuscript
from banxin.preflight.book import Book, Material, book
from banxin.preflight.facts import Facts, read
from banxin.preflight.imprints import required
from banxin.preflight.ink import Measured, measure
from banxin.preflight.page_text import words
from banxin.preflight.pages import Pages
from banxin.preflight.reckoned import reckon
from banxin.preflight.registry import Limits, inspect
from banxin.preflight.report import PhotoRow, Report
from banxin.preflight.tabled import asked_for
from banxin.project import Job
from banxin.readings import readings_of
from banxin.source import digest_of_source
from banxin.typeset import ENGINE, Sheets, explained
from banxin.units import Length
from banxin.workspace import Workspace


class OnPage(Protocol):
    """A photograph on a page of the file."""

    @property
    def name(self) -> PurePosixPath: ...
    @property
    def page(self) -> int: ...
    @property
    def width(self) -> Length: ...
    @property
    def height(self) -> Length: ...
    @property
    def ppi(self) -> float: ...
    @property
    def pixels(self) -> tuple[int, int]: ...


class File(Protocol):
    """What is judged, from whoever made it. `blanks`: pages put before the last one."""

    @property
    def pdf(self) -> bytes: ...
    @property
    def placed(self) -> Sequence[OnPage]: ...
    @property
    def blanks(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of a title when it is judged.

    Attributes:
        sheets: as they are in the file, blank pages and all.
        finish: which finish the file is: `press`, or `screen`.
        icc: of the output condition.
        remarks: of those who made the finishes.
        row: of the copy that it is, where there are many.
    """

    job: Job
    text: Manuscript
    edition: Edition
    sheets: Sheets
    finish: str
    file: File
    limits: Limits
    icc: bytes
    remarks: tuple[Diagnostic, ...] = ()
    row: CopyRow | None = None


def judge(
    case: Case,
    workspace: Workspace,
    *,
    with_ink: bool = True,
    between: Callable[[], None] = lambda: None,
) -> Report:
    """What is to be said of a title.

    Args:
        with_ink: whether total ink is measured; it takes longer than all the rest.
        between: called every now and then; what it raises ends the work.
    """
    bound, sheets = case.edition, case.sheets
    chapters = [chapter.file for chapter in bound.chapters] if case.row else []
    kind = f"{case.finish} facts"
    with remembered_pages(case.job, kind, workspace, chapters=chapters) as pages:
        facts = read(case.file.pdf, pages)
        measured = Measured()
        said: tuple[Diagnostic, ...] = ()
        if case.finish == "press":
            if with_ink:
                measured = _ink(case, facts, pages, between)
                facts = measured.told_to(facts)
            said = inspect(facts, case.limits)
        claims = book_of(case, pages, workspace)
    written = inspect(claims, case.limits, "book")
    remarks = (
        *_paged((*case.text.remarks, *bound.remarks, *written), sheets),
        *bound.layout.remarks,
        *sheets.remarks,
        *case.remarks,
        *_traced(_unexpected(said, written, case), sheets),
    )
    return Report(
        title=case.job.name,
        finish=case.finish,
        findings=explained(in_order(remarks), sheets, bound, workspace),
        photos=tuple(_photo_rows(case.file, bound)),
        facts=facts,
        files_of_fonts={face.name_in_pdf: str(face.file) for face in bound.faces},
        timings={},
        limits=case.limits,
        measured=measured,
        fits=sheets.fits,
        licences=_licences(bound, workspace),
        readings=readings_of(case.job.folder, workspace),
    )


def book_of(case: Case, pages: Pages, workspace: Workspace) -> Book:
    """What the book says, for the rules of the manuscript."""
    job, bound, sheets = case.job, case.edition, case.sheets
    names = [chapter.file for chapter in bound.chapters]
    sources = {name: workspace.read_text(name, encoding=job.encoding) for name in names}
    sources[job.folder / EDITION_FILE] = workspace.read_text(job.folder / EDITION_FILE)
    if case.row is not None:
        sources = {name: filled_source(text, case.row) for name, text in sources.items()}
    photos = job.folder / "photos"
    # Of many copies each has its own, and leaves those of the others unused.
    files = [
        photos / name
        for name in (() if case.row else workspace.files(photos))
        if PurePosixPath(name).suffix.lower() in edition.PICTURE_SUFFIXES
    ]
    asked = required(job.publication, job.publication_asked_at, workspace, job.folder)
    table = job.folder / edition.LEDGER
    return book(
        Material(
            edition=bound,
            sheets=sheets,
            sources=sources,
            ledger=edition.ledger_of(job, workspace),
            files=files,
            required=asked,
            words=words(case.file.pdf, pages),
            told=(*case.text.remarks, *bound.remarks, *sheets.remarks),
            placed=[*((one.name, one.page) for one in case.file.placed), *_drawn(case)],
            photos=workspace.read_text(table) if workspace.exists(table) else "",
            tables={n: workspace.read(n) for n in asked_for(sources) if workspace.exists(n)},
        )
    )


@contextmanager
def remembered_pages(
    job: Job,
    kind: str,
    workspace: Workspace,
    digests: Sequence[str] = (),
    chapters: Sequence[PurePosixPath] = (),
) -> Iterator[Pages]:
    """What is known of a title's pages from before; what is found out of them is kept.

    Each page tells what it is made of, so that none is taken for another.

    Args:
        chapters: that a copy has, so that it follows one that has the same.
    """
    about = (str(job.folder), job.layout, job.press, kind, ENGINE, digest_of_source())
    names = "".join(f" {name}" for name in chapters)
    key = hashlib.sha256(f"{about!r}{names}".encode()).hexdigest()
    pages = Pages(workspace.recall("pages", key), digests)
    yield pages
    found = pages.to_bytes()
    if found is not None:
        workspace.keep("pages", key, found)


def _ink(case: Case, facts: Facts, pages: Pages, between: Callable[[], None]) -> Measured:
    """The ink of a file: reckoned where it can be, drawn where it has to be."""
    known = reckon(facts, case.limits.ink_limit)
    return measure(case.file.pdf, facts, case.icc, between, reckoned=known, pages=pages)


def _unexpected(
    said: Sequence[Diagnostic], written: Sequence[Diagnostic], case: Case
) -> Sequence[Diagnostic]:
    """What the file's rules say, but for pages that are empty on purpose."""
    pages = len(case.sheets.trims)
    added = range(pages - case.file.blanks, pages)
    empty = {*added, *(d.place.page for d in written if d.code == "page/left-blank")}
    return tuple(d for d in said if d.code != "page/blank" or d.place.page not in empty)


def _paged(findings: Sequence[Diagnostic], sheets: Sheets) -> Iterator[Diagnostic]:
    """Findings about the manuscript, with the page on which their lines are printed.

    That is where the last block before the line stands; of a chapter's front matter, its first.
    """
    blocks: dict[str, dict[int, Place]] = {}
    for landed in sheets.landed:
        if landed.place.file is not None:
            blocks.setdefault(landed.place.file, {}).setdefault(
                landed.place.line or 0, landed.place
            )
    lines = {file: sorted(stand) for file, stand in blocks.items()}
    for finding in findings:
        place = finding.place
        begins = lines.get(place.file or "", ())
        if place.page or not begins:
            yield finding
            continue
        before = bisect_right(begins, place.line or 0)
        nearest = blocks[place.file or ""][begins[max(before - 1, 0)]]
        yield replace(finding, place=replace(place, page=nearest.page, box_mm=nearest.box_mm))


def _traced(findings: Sequence[Diagnostic], sheets: Sheets) -> Iterator[Diagnostic]:
    """Findings about a picture, with the line of the manuscript that placed it."""
    pictures: dict[int | None, list[tuple[Box, Place]]] = {}
    for item in sheets.landed:
        if item.photo and item.place.box_mm:
            on_page = pictures.setdefault(item.place.page, [])
            on_page.append((item.place.box_mm, item.place))
    for finding in findings:
        box = finding.place.box_mm
        there = pictures.get(finding.place.page, ()) if box else ()
        landed = next((place for its, place in there if box and _near(its, box)), None)
        if landed is None:
            yield finding
            continue
        place = Place(landed.file, landed.line, landed.column, finding.place.page, box)
        yield replace(finding, place=place)


def _near(a: Sequence[float], b: Sequence[float]) -> bool:
    """Whether *b*, what is seen of a picture, lies in the box *a* that it was given."""
    return a[0] - 1 <= b[2] and b[0] <= a[2] + 1 and a[1] - 1 <= b[3] and b[1] <= a[3] + 1


def _drawn(case: Case) -> Iterator[tuple[PurePosixPath, int]]:
    """The files of vector artwork on the pages, as often as they are, and on which."""
    names = {art.url: split(art.name)[0] for art in case.edition.artworks}
    names |= {art.bleeding: names[art.url] for art in case.edition.artworks}
    for item in case.sheets.landed:
        if item.photo in names and item.place.page:
            yield names[item.photo], item.place.page


def _licences(bound: Edition, workspace: Workspace) -> Mapping[str, str]:
    """Of the fonts of the file, by their names in it."""
    known = {face.file: face.licence for face in fonts.load(workspace)}
    return {face.name_in_pdf: known.get(face.file, "") for face in bound.faces}


def _photo_rows(file: File, bound: Edition) -> Iterator[PhotoRow]:
    for placed in file.placed:
        picture = bound.pictures[placed.name]
        yield PhotoRow(
            str(placed.name),
            placed.page,
            placed.width,
            placed.height,
            placed.ppi,
            placed.pixels,
            picture.credit,
        )
