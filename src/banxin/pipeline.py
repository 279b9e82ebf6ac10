"""build(): the whole journey on one screen.

Job → Manuscript → Edition → Sheets → finishes → Report
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from glob import escape
from pathlib import Path
from typing import Final

from banxin import edition, fields, finishes, layouts, manuscript, preflight, project
from banxin import press as pressing
from banxin.assets import fonts
from banxin.assets.fonts import FOLDER as FONTS
from banxin.diagnostics import BanxinError, Diagnostic, Severity, in_order
from banxin.edition import Edition
from banxin.finishes import FINISHES, Commission
from banxin.preflight import Limits, Report
from banxin.preflight.judging import Case, judge, remembered_pages
from banxin.press import Finished
from banxin.project import Job
from banxin.request import Request
from banxin.source import digest_of_source
from banxin.typeset import ENGINE, Sheets, StandingBook, left_behind, typeset
from banxin.words import say, sentence
from banxin.workspace import Workspace, write_whole

UNCHECKED: Final = "unchecked"  # pages that did not pass
MANIFEST: Final = "manifest.json"
TEXTS: Final = frozenset({".md", ".txt", ".toml", ".j2", ".css"})
Progress = Callable[[str], None]
Results = dict[str, bytes]


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
    request: Request, workspace: Workspace, *, progress: Progress = lambda stage: None
) -> Build:
    """Everything, from the manuscript to the files in `output/<title>/`.

    Where an error is found, and of a draft, no finish is written: the last good ones stay as they
    are, and `<title>-unchecked.pdf` shows the pages with what is wrong with them.

    Args:
        progress: told each stage as it begins.

    Raises:
        BanxinError: there can be no pages; nothing was written.
    """
    clock = _Clock(progress)
    title = opened(request, workspace, clock)
    open_fields = tuple(fields.without_series(title.text, title.job))
    title = replace(title, text=replace(title.text, remarks=(*title.text.remarks, *open_fields)))
    made = _made(title, workspace, clock)
    if not request.publish:
        return made.build
    files = _published(made, request, workspace)
    workspace.tidy()
    return replace(made.build, files=files)


@dataclass(frozen=True, slots=True)
class OpenedTitle:
    """A title that was read: all that its copies have in common, where it has any."""

    request: Request
    job: Job
    text: manuscript.Manuscript
    layout: layouts.Layout
    profile: pressing.Profile


def opened(request: Request, workspace: Workspace, clock: _Clock | None = None) -> OpenedTitle:
    """Job, manuscript, layout and press profile. Raises: BanxinError."""
    job = project.load(request, workspace)
    with (clock or _Clock(lambda stage: None)).stage("read"):
        profile = pressing.profile(job.press, job.press_asked_at, workspace, job.folder)
        text, layout = _read(job, workspace)
    return OpenedTitle(request, job, text, layout, profile)


def copy_of(
    title: OpenedTitle,
    row: fields.CopyRow,
    workspace: Workspace,
    standing: StandingBook,
    progress: Progress = lambda stage: None,
) -> tuple[Build, Results]:
    """One copy of a series, and its files by name; nothing is written.

    Args:
        standing: what the copy before has left; only time depends on it.

    Raises:
        BanxinError: as `build`.
    """
    text, job = fields.filled(title.text, title.job, row)
    title = replace(title, text=text, job=job)
    made = _made(title, workspace, _Clock(progress), row, standing)
    if not title.request.publish:
        return made.build, {}
    return made.build, {_of_copy(row, name): data for name, data in made.results.items()}


def run_on(
    job: Job, finish: str, names: Sequence[str], volume: int, workspace: Workspace
) -> tuple[Path, pressing.RunOn] | None:
    """Copies that were written, in one file: its path, and what it has of them.

    None where the finish is no PDF of its own.

    Args:
        names: of the copies.
        volume: which of several such files it is, from 1.

    Raises:
        BanxinError: `output/full`, `output/unwritable`.
    """
    folder = workspace.output / job.name
    paths = [folder / f"{_stem(replace(job, name=name))}-{finish}.pdf" for name in names]
    if not paths or not all(path.is_file() for path in paths):
        return None
    faces = fonts.load(workspace)
    face = next((face for face in faces if "Sans" in face.family), faces[0])
    copies = [
        pressing.Signature(name, path.read_bytes) for name, path in zip(names, paths, strict=True)
    ]
    title = fields.without_fields(job.title) or job.name
    made = pressing.run_on(
        copies,
        workspace.read(face.file),
        heading=title.split("|")[0],
        title=title,
        subtitle=fields.without_fields(job.subtitle),
    )
    stem = f"{_stem(job)}-{finish}-all"
    if volume == 1:  # of more copies there were more such files
        for old in folder.glob(f"{escape(stem)}[0-9]*.pdf"):
            old.unlink(missing_ok=True)
    file = folder / f"{stem}{volume if volume > 1 else ''}.pdf"
    write_whole(file, made.pdf)
    return file, made


def _of_copy(row: fields.CopyRow, name: str) -> str:
    """The name of a file of one copy, all of which lie in one folder."""
    return f"{row.name}-{name.replace('/', '-')}" if "/" in name else name


def _made(
    title: OpenedTitle,
    workspace: Workspace,
    clock: _Clock,
    row: fields.CopyRow | None = None,
    standing: StandingBook | None = None,
) -> _Made:
    """All of a title, or of one copy of it, before anything is written. Raises: BanxinError."""
    job, request, profile = title.job, title.request, title.profile
    text, layout = title.text, title.layout
    with clock.stage("bind"):
        bound = edition.bind(text, layout, job, workspace)
        bound = pressing.as_the_shop_calls_them(bound, profile.plates)
    # From here on nothing is read: the edition is sealed, so its digest is the cache key.
    with clock.stage("typeset"):
        sheets = _laid_out(bound, workspace, standing)
    order = Commission(sheets, bound, profile, workspace, request.marks, job.revision)
    made, refused = _finished(order, request.finishes, clock)
    with clock.stage("preflight"):
        case = case_of(job, text, order, made, refused)
        case = replace(case, row=row)
        report = _with_cover(judge(case, workspace), case, made)
    build = Build(job, (), replace(report, timings=clock.seconds))
    if not request.publish:
        results: Results = {}
    elif build.withheld:
        with clock.stage("unchecked"):
            shown = made.get(finishes.SCREEN) or pressing.screen(
                sheets, bound, workspace, profile.icc
            )
            results = _unchecked(build, bound, shown, request, workspace)
    else:
        results = _results(build, bound, made, request)
    return _Made(build, bound, results, case.file.pdf)


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a title. `judged`: the file that the report is of."""

    build: Build
    bound: Edition
    results: Results
    judged: bytes


def case_of(
    job: Job,
    text: manuscript.Manuscript,
    order: Commission,
    made: Mapping[str, Finished],
    refused: Sequence[Diagnostic] = (),
) -> Case:
    """The finishes *made* before the judge.

    Args:
        refused: why a finish that was asked for could not be made.
    """
    judged = finishes.judged(made)
    file, bound, profile = made[judged], order.edition, order.profile
    cut = pressing.cropped(bound, order.sheets, file.placed)
    sheets = replace(order.sheets, remarks=(*order.sheets.remarks, *cut))
    limits = Limits.of(
        profile,
        bound.binding,
        families=frozenset(_families(bound)),
        plates=frozenset(ink.spot for ink in bound.layout.inks if ink.spot),
        binders=frozenset(ink.spot for ink in bound.layout.inks if ink.kind != "process"),
    )
    return Case(
        job,
        text,
        bound,
        sheets.with_blanks(file.blanks),
        judged,
        file,
        _as_bound(limits, job, order),
        profile.icc,
        (*refused, *(remark for finish in made.values() for remark in finish.remarks)),
    )


def _families(bound: Edition) -> Iterator[str]:
    """Of the fonts that may be in a file: the declared ones, and those of artwork."""
    yield from (face.family for face in bound.faces)
    yield from (font for art in bound.artworks for font in art.fonts)


def _as_bound(limits: Limits, job: Job, order: Commission) -> Limits:
    """With what the title says of its paper and of its cover."""
    if job.cover is not None and job.cover.leaf.in_pt:
        limits = replace(limits, leaf=job.cover.leaf)
    if order.edition.cover is None:
        return limits
    try:
        pages = pressing.cover_pages(order.edition, order.sheets)
    except BanxinError:  # told where the cover was to be made
        return limits
    return replace(limits, cover=pages.all)


def _with_cover(report: Report, case: Case, made: Mapping[str, Finished]) -> Report:
    """The report, with what is wrong with the sheet of the cover: its pages are judged already."""
    pressed = made.get("press")
    cover = pressed.parts.get(finishes.COVER) if pressed is not None else None
    if cover is None:
        return report
    facts = preflight.read(cover)
    limits = replace(case.limits, binding="folded", cover=frozenset())
    grave = {Severity.ERROR, Severity.WARNING, Severity.CRASH}
    file = f"{_stem(case.job)}-cover.pdf"
    told = [
        replace(one, place=replace(one.place, file=file))
        for one in preflight.inspect(facts, limits)
        if one.severity in grave
    ]
    return replace(report, findings=in_order((*report.findings, *told)))


@dataclass(frozen=True, slots=True)
class PreviewedTitle:
    """A title's pages on the screen, with all that they were made from."""

    manuscript: manuscript.Manuscript
    edition: Edition
    sheets: Sheets
    pdf: bytes


def shown(job: Job, workspace: Workspace) -> PreviewedTitle:
    """A title's pages: the lines are those of every finish. Nothing is written, nothing judged.

    Raises:
        BanxinError: as `build`.
    """
    text, layout = _read(job, workspace)
    bound = edition.bind(text, layout, job, workspace)
    sheets = _laid_out(bound, workspace)
    return PreviewedTitle(text, bound, sheets, pressing.screen(sheets, bound, workspace).pdf)


def in_dress(job: Job, workspace: Workspace, language: str, chapter: str = "") -> pressing.Dressed:
    """A title's pages as pictures, under its layout's name. Nothing is written.

    Args:
        chapter: a file of the title's: only the opening at which it begins is shown, and larger;
            none where the layout leaves it out.

    Raises:
        BanxinError: as `build`.
    """
    made = shown(job, workspace)
    layout = made.edition.layout
    page = layout.page
    size = f"{page.width.in_mm:g} × {page.height.in_mm:g} mm"
    title = layout.title[language]
    name = f"{title}   {layout.name}   {size}"
    bound = not page.folds
    pages = tuple(pressing.proof(made.pdf))
    if not chapter:
        return pressing.Dressed(name, pages, bound)
    file = str(job.folder / chapter)
    on = [landed.place.page for landed in made.sheets.landed if landed.place.file == file]
    first = min((page for page in on if page), default=0)
    if bound:
        first -= first % 2  # a page 1 alone is an opening, too
    opening = range(first, first + 2) if bound else range(first, first + 1)
    shows = tuple(pages[n - 1] for n in opening if on and 0 < n <= len(pages))
    return pressing.Dressed(name, shows, bound, opening=True)


def contact_sheet(dressed: Sequence[pressing.Dressed], workspace: Workspace) -> bytes:
    """One JPEG of them all, their names in a face of the workspace's."""
    faces = fonts.load(workspace)
    face = next((face for face in faces if "Sans" in face.family), faces[0])
    return pressing.contact_sheet(dressed, workspace.read(face.file))


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


def _laid_out(bound: Edition, workspace: Workspace, standing: StandingBook | None = None) -> Sheets:
    """The Edition's pages, from the cache if they were laid out before; a copy's are not kept."""
    if standing is not None:
        return typeset(bound, standing=standing)
    key = hashlib.sha256(
        f"{bound.digest_of_pages} {ENGINE} {digest_of_source()}".encode()
    ).hexdigest()
    kept = workspace.recall("sheets", key)
    if kept is not None:
        return Sheets.from_bytes(kept)
    # One entry a title and layout: the last book, with which the next one begins.
    of = hashlib.sha256(
        f"{bound.folder} {bound.layout.name} {ENGINE} {digest_of_source()}".encode()
    ).hexdigest()
    before = workspace.recall("book", of)
    standing = StandingBook() if before is None else StandingBook.from_bytes(before)
    sheets = typeset(bound, standing=standing)
    workspace.keep("sheets", key, sheets.to_bytes())
    left = left_behind(standing, sheets)
    if left is not None:
        workspace.keep("book", of, left)
    return sheets


def _finished(
    order: Commission, asked: Sequence[str], clock: _Clock
) -> tuple[Mapping[str, Finished], tuple[Diagnostic, ...]]:
    """The finishes asked for, and why one could not be made: then there is a screen file."""
    made: dict[str, Finished] = {}
    refused: tuple[Diagnostic, ...] = ()
    for name in finishes.to_make(asked):
        base = FINISHES[name].base
        if base and base not in made:
            continue
        try:
            made[name] = _one(name, order, made, clock)
        except BanxinError as problem:
            if name == finishes.SCREEN:
                raise
            refused += problem.diagnostics
    if not made.keys() & set(finishes.JUDGED):
        made[finishes.SCREEN] = _one(finishes.SCREEN, order, made, clock)
    return made, refused


def _one(name: str, order: Commission, made: Mapping[str, Finished], clock: _Clock) -> Finished:
    make = FINISHES[name].make
    assert make is not None, "what is only looked at is no file"
    with clock.stage(name):
        return make(order, made)


# --- writing --------------------------------------------------------------------------------


def _results(
    build: Build,
    bound: Edition,
    made: Mapping[str, Finished],
    request: Request,
) -> Results:
    """What was asked for, by name."""
    results: Results = {}
    for name in FINISHES:
        if name in request.finishes:
            results |= finishes.files_of(name, _stem(build.job), made, bound)
    return results


def _stem(job: Job) -> str:
    """What the names of a title's PDFs begin with."""
    return f"{job.name}-r{job.revision}" if job.revision else job.name


def _unchecked(
    build: Build,
    bound: Edition,
    screen: Finished,
    request: Request,
    workspace: Workspace,
) -> Results:
    """The pages as they are, marked, with what is wrong with them."""
    faces = fonts.load(workspace)
    face = next((face for face in faces if "Sans" in face.family), faces[0])

    def more(count: int) -> str:
        return sentence("say/more-in-report", request.language, n=count).message

    pins = tuple(_pins(build.report, request.language))
    pdf = pressing.unchecked(screen.pdf, pins, workspace.read(face.file), more)
    looked_at = finishes.PICTURES in request.finishes
    pictures = finishes.pictures(UNCHECKED, pdf, bound) if looked_at else {}
    return {f"{build.job.name}-{UNCHECKED}.pdf": pdf, **pictures}


def _pins(report: Report, language: str) -> Iterator[pressing.Pin]:
    """Errors and warnings, in the order of the report; what has no page goes to the first."""
    for finding in report.findings:
        if finding.severity not in {Severity.ERROR, Severity.CRASH, Severity.WARNING}:
            continue
        place = finding.place
        said = say(finding, language)
        written = f"{place.file}:{place.line}" if place.file and place.line else place.file or ""
        words = "  ".join(part for part in (written, said.message, said.hint) if part)
        is_error = finding.severity is not Severity.WARNING
        yield pressing.Pin(place.page or 1, place.box_mm, words, is_error)


def _published(made: _Made, request: Request, workspace: Workspace) -> tuple[Path, ...]:
    """Write what was made, and the report on the file that was judged.

    Unchecked pages of an earlier build go when this is good.
    """
    build, bound, results = made.build, made.bound, made.results
    name, report = build.job.name, build.report
    cover = f"{_stem(build.job)}-cover.pdf"
    stale: tuple[str, ...] = () if build.withheld else (f"{name}-{UNCHECKED}.pdf", UNCHECKED)
    if f"{_stem(build.job)}-press.pdf" in results and cover not in results:
        stale = (*stale, cover)  # of a book that was bound otherwise
    manifest = _manifest(bound, workspace)
    language = request.language
    kind = f"{report.finish} looks"
    with remembered_pages(build.job, kind, workspace, report.facts.digests) as pages:
        page = preflight.as_page(report, language, manifest, made.judged, pages)
    told = {
        "report.html": page.encode(),
        "report.json": preflight.as_json(report, language).encode(),
    }
    if not build.withheld:
        results = results | {MANIFEST: manifest.encode()}
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
    inputs |= {str(art.name): art.sha256 for art in bound.artworks}
    inputs |= {str(face.file): face.sha256 for face in bound.faces}
    table = {
        "schema": 1,
        "edition": bound.digest,
        "engine": ENGINE,
        "banxin": digest_of_source(),
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
