"""build(): the whole journey on one screen.

Job → Manuscript → Edition → Sheets → finishes → Report
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Final

from banxin import edition, layouts, manuscript, preflight
from banxin import press as finishes_of
from banxin.assets import fonts
from banxin.assets.fonts import FOLDER as FONTS
from banxin.content import EDITION_FILE
from banxin.diagnostics import BanxinError, Box, Diagnostic, Place, Severity, in_order, note
from banxin.edition import Edition
from banxin.preflight import Facts, Limits, Measured, PhotoRow, Report
from banxin.press import Finished, Profile
from banxin.project import Job
from banxin.readings import readings_of
from banxin.typeset import ENGINE, Sheets, typeset
from banxin.words import say, sentence
from banxin.workspace import Workspace

UNCHECKED: Final = "unchecked"  # pages that did not pass
TEXTS: Final = frozenset({".md", ".txt", ".toml", ".j2", ".css"})
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Build:
    """What came of a job. `files` is empty for a check."""

    job: Job
    files: tuple[Path, ...]
    report: Report

    @property
    def withheld(self) -> bool:
        """Whether there is nothing to be printed: an error was found, or it is a draft."""
        return self.job.draft or self.report.verdict == "fail"


def build(
    job: Job,
    workspace: Workspace,
    *,
    finishes: Sequence[str] = ("press", "screen"),
    publish: bool = True,
    marks: bool = True,
    progress: Progress = lambda stage: None,
    language: str = "zh",
) -> Build:
    """Everything, from the manuscript to the files in `output/<title>/`.

    Where an error is found, and of a draft, no finish is written: the last good ones stay as they
    are, and `<title>-unchecked.pdf` shows the pages with what is wrong with them.

    Args:
        finishes: of press, outlined, plates, screen, proof. The press file is judged, or the
            screen file.
        publish: whether to write the results; a check does not.
        marks: whether the press file has marks outside its bleed.
        progress: told each stage as it begins.
        language: of the sentences in report.json and on unchecked pages.

    Raises:
        BanxinError: there can be no pages; nothing was written.
    """
    clock = _Clock(progress)
    with clock.stage("read"):
        profile = finishes_of.profile(job.press, job.press_asked_at, workspace, job.folder)
        text, layout = _read(job, workspace)
    with clock.stage("bind"):
        bound = edition.bind(text, layout, job, workspace)
        bound = finishes_of.as_the_shop_calls_them(bound, profile.plates)
    # From here on nothing is read: the edition is sealed, so its digest is the cache key.
    with clock.stage("typeset"):
        sheets = _laid_out(bound, workspace)
    made, refused = _finished(
        bound, sheets, profile, finishes, workspace, clock, marks=marks, revision=job.revision
    )
    with clock.stage("preflight"):
        report = judge(job, text, layout, bound, sheets, made, profile, workspace, refused)
    build = Build(job, (), replace(report, timings=clock.seconds))
    if not publish:
        return build
    if build.withheld:
        with clock.stage("unchecked"):
            shown = made.get("screen") or finishes_of.screen(sheets, bound, workspace, profile.icc)
            results = _unchecked(build, bound, shown, finishes, workspace, language)
    else:
        results = _results(build, bound, made, finishes, workspace)
    judged = made[report.finish].pdf
    files = _published(build, bound, results, judged, workspace, language)
    workspace.tidy()
    return replace(build, files=files)


def judge(
    job: Job,
    text: manuscript.Manuscript,
    layout: layouts.Layout,
    bound: Edition,
    sheets: Sheets,
    made: Mapping[str, Finished],
    profile: Profile,
    workspace: Workspace,
    refused: Sequence[Diagnostic] = (),
    *,
    with_ink: bool = True,
    between: Callable[[], None] = lambda: None,
) -> Report:
    """What is to be said of the finishes *made*: the first of them is judged.

    Args:
        refused: why a finish that was asked for could not be made.
        with_ink: whether total ink is measured; it takes longer than all the rest.
        between: called every now and then; what it raises ends the work.
    """
    judged = next(iter(made))
    cut = finishes_of.cropped(bound, sheets, made[judged].placed)
    sheets = replace(sheets, remarks=(*sheets.remarks, *cut))
    sheets = sheets.with_blanks(made[judged].blanks)
    key = _key_of_pages(job, f"{judged} facts")
    pages = preflight.Pages(workspace.recall("pages", key))
    facts = preflight.read(made[judged].pdf, pages)
    said: tuple[Diagnostic, ...] = ()
    measured = preflight.Measured()
    limits = _limits(bound, profile)
    if judged == "press":
        if with_ink:
            measured = _ink(made[judged].pdf, facts, profile, pages, between)
            facts = measured.told_to(facts)
        said = preflight.inspect(facts, limits)
    told = (*text.remarks, *bound.remarks, *sheets.remarks)
    claims = _book(bound, sheets, job, made[judged], told, pages, workspace)
    found = pages.to_bytes()
    if found is not None:
        workspace.keep("pages", key, found)
    written = preflight.inspect(claims, limits, "book")
    added = range(len(sheets.trims) - made[judged].blanks, len(sheets.trims))
    empty = {*added, *(d.place.page for d in written if d.code == "page/left-blank")}
    said = tuple(d for d in said if d.code != "page/blank" or d.place.page not in empty)
    remarks = (
        *_paged((*text.remarks, *bound.remarks, *written), sheets),
        *layout.remarks,
        *sheets.remarks,
        *refused,
        *(remark for finish in made.values() for remark in finish.remarks),
        *_traced(said, sheets),
    )
    return Report(
        title=job.name,
        finish=judged,
        findings=in_order(remarks),
        photos=tuple(_photo_rows(made[judged], bound)),
        facts=facts,
        files_of_fonts={face.name_in_pdf: str(face.file) for face in bound.faces},
        timings={},
        limits=limits,
        measured=measured,
        fits=sheets.fits,
        licences=_licences(bound, workspace),
        readings=readings_of(job.folder, workspace),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A title's pages on the screen, with all that they were made from."""

    manuscript: manuscript.Manuscript
    edition: Edition
    sheets: Sheets
    pdf: bytes


def shown(job: Job, workspace: Workspace) -> Shown:
    """A title's pages: the lines are those of every finish. Nothing is written, nothing judged.

    Raises:
        BanxinError: as `build`.
    """
    text, layout = _read(job, workspace)
    bound = edition.bind(text, layout, job, workspace)
    sheets = _laid_out(bound, workspace)
    return Shown(text, bound, sheets, finishes_of.screen(sheets, bound, workspace).pdf)


def in_dress(job: Job, workspace: Workspace, language: str) -> finishes_of.Dressed:
    """A title's pages as pictures, under its layout's name. Nothing is written.

    Raises:
        BanxinError: as `build`.
    """
    made = shown(job, workspace)
    layout = made.edition.layout
    page = layout.page
    size = f"{page.width.in_mm:g} × {page.height.in_mm:g} mm"
    title = layout.title[language]
    name = f"{title}   {layout.name}   {size}"
    return finishes_of.Dressed(name, tuple(finishes_of.proof(made.pdf)), not page.folds)


def contact_sheet(dressed: Sequence[finishes_of.Dressed], workspace: Workspace) -> bytes:
    """One JPEG of them all, their names in a face of the workspace's."""
    faces = fonts.load(workspace)
    face = next((face for face in faces if "Sans" in face.family), faces[0])
    return finishes_of.contact_sheet(dressed, workspace.read(face.file))


def _read(job: Job, workspace: Workspace) -> tuple[manuscript.Manuscript, layouts.Layout]:
    """Manuscript and layout; the faults of both at once."""
    faults: list[Diagnostic] = []
    text: manuscript.Manuscript | None = None
    layout: layouts.Layout | None = None
    try:
        text = manuscript.read(job.chapters, workspace, encoding=job.encoding)
    except BanxinError as problem:
        faults.extend(problem.diagnostics)
    try:
        layout = layouts.load(job.layout, workspace, job.layout_asked_at)
    except BanxinError as problem:
        faults.extend(problem.diagnostics)
    if text is None or layout is None:
        errors = (d for d in (text.remarks if text else ()) if d.severity is Severity.ERROR)
        raise BanxinError(*errors, *faults)
    return text, layout


def _laid_out(bound: Edition, workspace: Workspace) -> Sheets:
    """The Edition's pages, from the cache if they were laid out before."""
    key = hashlib.sha256(
        f"{bound.digest_of_pages} {ENGINE} {_our_own_digest()}".encode()
    ).hexdigest()
    kept = workspace.recall("sheets", key)
    if kept is not None:
        return Sheets.from_bytes(kept)
    sheets = typeset(bound)
    workspace.keep("sheets", key, sheets.to_bytes())
    return sheets


@cache
def _our_own_digest() -> str:
    """Of our source: what an older banxin laid out is not used."""
    digest = hashlib.sha256()
    for name, data in sorted(_source(resources.files("banxin"))):
        digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.hexdigest()


def _source(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _source(item)
        elif item.name.endswith((".py", ".conf", ".css", ".icc")):
            yield str(item), item.read_bytes()


def _finished(
    bound: Edition,
    sheets: Sheets,
    profile: Profile,
    finishes: Sequence[str],
    workspace: Workspace,
    clock: _Clock,
    *,
    marks: bool,
    revision: int,
) -> tuple[Mapping[str, Finished], tuple[Diagnostic, ...]]:
    """The finishes asked for, and why one could not be made: then there is a screen file."""
    made: dict[str, Finished] = {}
    refused: tuple[Diagnostic, ...] = ()
    if not {"press", "outlined", "plates"}.isdisjoint(finishes):
        try:
            with clock.stage("press"):
                pressed = finishes_of.press(
                    sheets, bound, profile, workspace, with_marks=marks, revision=revision
                )
            made["press"] = pressed
            if "outlined" in finishes:
                with clock.stage("outlined"):
                    made["outlined"] = replace(pressed, pdf=finishes_of.outlined(pressed.pdf))
        except BanxinError as problem:
            refused = problem.diagnostics
    if "plates" in finishes and all(ink.kind == "process" for ink in bound.layout.inks):
        refused = (*refused, note("press/no-plates"))
    if "screen" in finishes or "proof" in finishes or not made:
        with clock.stage("screen"):
            made["screen"] = finishes_of.screen(sheets, bound, workspace, profile.icc)
    return made, refused


def _limits(bound: Edition, profile: Profile) -> Limits:
    return Limits(
        bleed=profile.bleed,
        least_ppi=profile.least_ppi,
        low_ppi=profile.low_ppi,
        wanted_ppi=profile.wanted_ppi,
        ink_limit=profile.ink_limit,
        binding=bound.binding,
        families=frozenset(face.family for face in bound.faces),
        plates=frozenset(ink.spot for ink in bound.layout.inks if ink.spot),
        condition=profile.condition,
        version=profile.version,
        leaf=profile.leaf,
        softened=profile.softened,
    )


def _book(
    bound: Edition,
    sheets: Sheets,
    job: Job,
    made: Finished,
    told: Sequence[Diagnostic],
    pages: preflight.Pages,
    workspace: Workspace,
) -> preflight.Book:
    """What the book says, for the rules of the manuscript."""
    names = [chapter.file for chapter in bound.chapters]
    sources = {name: workspace.read_text(name, encoding=job.encoding) for name in names}
    sources[job.folder / EDITION_FILE] = workspace.read_text(job.folder / EDITION_FILE)
    ledger = edition.ledger_of(job, workspace)
    photos = job.folder / "photos"
    files = [
        photos / name
        for name in workspace.files(photos)
        if PurePosixPath(name).suffix.lower() in edition.PICTURE_SUFFIXES
    ]
    asked = preflight.required(job.publication, job.publication_asked_at, workspace, job.folder)
    words = preflight.words(made.pdf, pages)
    placed = [(one.name, one.page) for one in made.placed]
    table = job.folder / edition.LEDGER
    listed = workspace.read_text(table) if workspace.exists(table) else ""
    tables = {n: workspace.read(n) for n in preflight.tables(sources) if workspace.exists(n)}
    return preflight.book(
        bound, sheets, sources, ledger, files, asked, words, told, placed, listed, tables
    )


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


def _ink(
    pdf: bytes,
    facts: Facts,
    profile: Profile,
    pages: preflight.Pages,
    between: Callable[[], None],
) -> Measured:
    """The ink of a file: reckoned where it can be, drawn where it has to be."""
    known = preflight.reckon(facts, profile.ink_limit)
    return preflight.measure(pdf, facts, profile.icc, between, reckoned=known, pages=pages)


def _key_of_pages(job: Job, kind: str) -> str:
    """Under which what is known of a title's pages is kept: each page tells what it is made of."""
    about = (job.name, job.layout, job.press, kind, ENGINE, _our_own_digest())
    return hashlib.sha256(repr(about).encode()).hexdigest()


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
        yield Diagnostic(finding.code, finding.severity, place, finding.facts)


def _near(a: Sequence[float], b: Sequence[float]) -> bool:
    """Whether *b*, what is seen of a picture, lies in the box *a* that it was given."""
    return a[0] - 1 <= b[2] and b[0] <= a[2] + 1 and a[1] - 1 <= b[3] and b[1] <= a[3] + 1


def _licences(bound: Edition, workspace: Workspace) -> Mapping[str, str]:
    """Of the fonts of the file, by their names in it."""
    known = {face.file: face.licence for face in fonts.load(workspace)}
    return {face.name_in_pdf: known.get(face.file, "") for face in bound.faces}


def _photo_rows(made: Finished, bound: Edition) -> Iterator[PhotoRow]:
    for placed in made.placed:
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


# --- writing --------------------------------------------------------------------------------


Results = dict[str, bytes]


def _results(
    build: Build,
    bound: Edition,
    made: Mapping[str, Finished],
    finishes: Sequence[str],
    workspace: Workspace,
) -> Results:
    """What was asked for, by name."""
    name = _stem(build.job)
    results = {
        f"{name}-{finish}.pdf": made[finish].pdf
        for finish in ("press", "outlined", "screen")
        if finish in finishes
    }
    if "plates" in finishes:
        binders = [ink.spot for ink in bound.layout.inks if ink.kind != "process"]
        plates = finishes_of.plates(made["press"].pdf, tuple(dict.fromkeys(binders)))
        results |= {f"{name}-plate-{in_a_name(p)}.pdf": pdf for p, pdf in plates.items()}
    if "proof" in finishes:
        results |= _pictures("pages", made["screen"].pdf, bound)
    return results | {"manifest.json": _manifest(bound, workspace).encode()}


def _stem(job: Job) -> str:
    """What the names of a title's PDFs begin with."""
    return f"{job.name}-r{job.revision}" if job.revision else job.name


def in_a_name(plate: str) -> str:
    """The name of a plate as a part of a file's, the same for no two of a job."""
    plain = re.sub(r"[^\w.-]+", "-", plate).strip("-.")
    return plain or hashlib.sha256(plate.encode()).hexdigest()[:8]


def _pictures(folder: str, pdf: bytes, bound: Edition) -> Results:
    """Each page as PNG, and all of them on one JPEG."""
    pages = tuple(finishes_of.proof(pdf))
    sheet = finishes_of.overview(pages, opens_right=not bound.layout.page.folds)
    numbered = {f"{folder}/{number:03}.png": page for number, page in enumerate(pages, 1)}
    return numbered | {f"{folder}/overview.jpg": sheet}


def _unchecked(
    build: Build,
    bound: Edition,
    screen: Finished,
    finishes: Sequence[str],
    workspace: Workspace,
    language: str,
) -> Results:
    """The pages as they are, marked, with what is wrong with them."""
    faces = fonts.load(workspace)
    face = next((face for face in faces if "Sans" in face.family), faces[0])

    def more(count: int) -> str:
        return sentence("say/more-in-report", language, n=count).message

    pins = tuple(_pins(build.report, language))
    pdf = finishes_of.unchecked(screen.pdf, pins, workspace.read(face.file), more)
    pictures = _pictures(UNCHECKED, pdf, bound) if "proof" in finishes else {}
    return {f"{build.job.name}-{UNCHECKED}.pdf": pdf, **pictures}


def _pins(report: Report, language: str) -> Iterator[finishes_of.Pin]:
    """Errors and warnings, in the order of the report; what has no page goes to the first."""
    for finding in report.findings:
        if finding.severity not in {Severity.ERROR, Severity.CRASH, Severity.WARNING}:
            continue
        place = finding.place
        said = say(finding, language)
        written = f"{place.file}:{place.line}" if place.file and place.line else place.file or ""
        words = "  ".join(part for part in (written, said.message, said.hint) if part)
        is_error = finding.severity is not Severity.WARNING
        yield finishes_of.Pin(place.page or 1, place.box_mm, words, is_error)


def _published(
    build: Build,
    bound: Edition,
    results: Results,
    judged: bytes,
    workspace: Workspace,
    language: str,
) -> tuple[Path, ...]:
    """Write *results*, and the report on the file *judged*.

    Unchecked pages of an earlier build go when this is good.
    """
    name, report = build.job.name, build.report
    stale = () if build.withheld else (f"{name}-{UNCHECKED}.pdf", UNCHECKED)
    manifest = _manifest(bound, workspace)
    key = _key_of_pages(build.job, f"{report.finish} looks")
    pages = preflight.Pages(workspace.recall("pages", key), report.facts.digests)
    told = {
        "report.html": preflight.as_page(report, language, manifest, judged, pages).encode(),
        "report.json": preflight.as_json(report, language).encode(),
    }
    found = pages.to_bytes()
    if found is not None:
        workspace.keep("pages", key, found)
    with workspace.publishing(name, stale) as write:
        for file, data in (results | told).items():
            write(file, data)
    return tuple(workspace.output / name / file for file in results | told)


def _manifest(bound: Edition, workspace: Workspace) -> str:
    """Digests of all that went in: the same manifest means the same bytes."""
    folders = (bound.folder, *bound.layout.folders, FONTS)
    inputs = {
        str(name): digest
        for name, digest in workspace.read_so_far.items()
        if name.suffix in TEXTS and any(name.is_relative_to(folder) for folder in folders)
    }
    # Pictures and fonts may come out of the cache without being read again.
    inputs |= {str(photo.name): photo.sha256 for photo in bound.photos}
    inputs |= {str(face.file): face.sha256 for face in bound.faces}
    table = {
        "schema": 1,
        "edition": bound.digest,
        "engine": ENGINE,
        "banxin": _our_own_digest(),
        "inputs": dict(sorted(inputs.items())),
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


@dataclass(slots=True)
class _Clock:
    """Wall seconds of each stage, and word of it to whoever waits."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.progress(name)
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
