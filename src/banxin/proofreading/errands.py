"""The two ways: a title out as a reading copy, and a marked file back into the manuscript."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary

from banxin import kept, pipeline, project
from banxin.assets import fonts
from banxin.content import EDITION_FILE, find, titles
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, warning
from banxin.edition import LEDGER
from banxin.proofreading import numbers
from banxin.proofreading.comments import located
from banxin.proofreading.corrections import CorrectionOutcome, outcomes, rewritten
from banxin.proofreading.marks import marks, opened
from banxin.proofreading.printed import PrintedPage, printed
from banxin.proofreading.reading_copy import AboutCopy, beside, reading_copy
from banxin.proofreading.whence import Whence, WrittenLetters
from banxin.readings import READINGS, Change, Reading, as_toml, begun, readings_of
from banxin.request import Request
from banxin.words import sentence
from banxin.workspace import Workspace, ordinary, write_whole

Progress = Callable[[str, str], None]
COPIES: Final = ".before-comments"


@dataclass(frozen=True, slots=True)
class Started:
    """A reading that is begun: when, which of them it is, from 1 (0 for none), and by whom."""

    date: datetime.date
    reading: int = 0
    by: str = ""


def proof(
    title: str,
    started: Started,
    workspace: Workspace,
    *,
    here: Path,
    layout: str | None = None,
    language: str = "zh",
    progress: Progress = lambda title, stage: None,
) -> Path:
    """Write a reading copy of *title*, and what was begun with it into `readings.toml`.

    Raises:
        BanxinError: there can be no pages; nothing was written.
    """
    date, reading, by = started.date, started.reading, started.by
    job, shown = _shown(find(title, workspace, here), layout, workspace, progress)
    known = readings_of(job.folder, workspace)
    chapters = shown.manuscript.chapters
    kept = job.folder / numbers.NUMBERS
    before = numbers.read(workspace.read_text(kept)) if workspace.exists(kept) else ()
    given = numbers.renumbered(before, chapters)
    beside_blocks = tuple(
        beside([item.place for item in shown.sheets.landed], numbers.numbers_of(given, chapters))
    )
    about = AboutCopy(
        job.name, job.layout, shown.edition.digest, date, reading, by,
        {str(name): workspace.digest(name) for name, _ in job.chapters},
    )  # fmt: skip
    faces = fonts.load(workspace)
    face = next((face for face in faces if "Sans" in face.family), faces[0])
    count_of_pages = len(shown.sheets.trims)
    foot = [
        _foot(about, job.title, page, count_of_pages, language)
        for page in range(1, count_of_pages + 1)
    ]
    progress(job.name, "screen")
    made = reading_copy(shown.pdf, about, beside_blocks, workspace.read(face.file), foot)
    name = f"{job.name}-reading{f'-{reading}' if reading else ''}.pdf"
    with workspace.publishing(job.name) as put:
        put(name, made)
    write_whole(workspace.path(kept), numbers.written(given).encode())
    if reading:
        one = Reading(
            reading=reading, by=by, date=date, layout=job.layout, edition=shown.edition.digest
        )
        table = as_toml(begun(known, one))
        write_whole(workspace.path(job.folder / READINGS), table.encode())
    return workspace.output / job.name / name


def _shown(
    folder: PurePosixPath, layout: str | None, workspace: Workspace, progress: Progress
) -> tuple[project.Job, pipeline.PreviewedTitle]:
    """A title's pages as they would be printed; where something is missing, as a draft."""
    job = project.load(Request(folder, layout or ""), workspace)
    progress(job.name, "typeset")
    try:
        return job, pipeline.shown(job, workspace)
    except BanxinError:
        job = replace(job, draft=True)
        return job, pipeline.shown(job, workspace)


def _foot(about: AboutCopy, title: str, page: int, pages: int, language: str) -> str:
    which = _name_of(about.reading, language)
    parts = (title, which, about.by, f"{about.date}", f"{page} / {pages}", about.layout)
    return "  ·  ".join(part for part in (*parts, about.edition[:8]) if part)


def _name_of(reading: int, language: str) -> str:
    """What a reading is called: 一校, the first reading."""
    code = f"say/reading-{reading}" if reading <= 3 else "say/reading-further"
    return sentence(code, language, n=reading).message


# --- and back -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """What a marked file says.

    Attributes:
        texts: of the files that corrections change, as they become.
        reading: which one the file is of; 0 for none.
    """

    job: project.Job
    outcomes: tuple[CorrectionOutcome, ...]
    texts: Mapping[str, str]
    remarks: tuple[Diagnostic, ...]
    reading: int


@dataclass(frozen=True, slots=True)
class _Claimed:
    """What a file of ours says that it is: a claim like any other."""

    title: str = ""
    layout: str = ""
    edition: str = ""
    reading: int = 0
    sources: tuple[tuple[str, str], ...] = ()


def comments(
    file: Path,
    workspace: Workspace,
    *,
    here: Path,
    title: str | None = None,
    layout: str | None = None,
    progress: Progress = lambda title, stage: None,
) -> Read:
    """The marks in *file*, a PDF of ours, with their lines; nothing is written.

    Args:
        title: whose it is, where the file does not say so.

    Raises:
        BanxinError: it cannot be read, or belongs to no title.
    """
    data = _data(file)
    with opened(data, str(file)) as pdf:
        found = marks(pdf)
        claimed = _claimed(pdf)
        pages_of_file = _printed(data, pdf, str(file))
    folder = _folder(file, claimed, title, workspace, here)
    job, shown = _shown(folder, layout or claimed.layout or None, workspace, progress)
    now = tuple(printed(shown.pdf))
    pages, same = _compared(pages_of_file, now)
    names = [str(name) for name, _ in job.chapters]
    sources = [
        WrittenLetters(name, workspace.read_text(PurePosixPath(name), encoding=job.encoding))
        for name in names
    ]
    sources += [
        WrittenLetters(str(name), workspace.read_text(name))
        for name in (job.folder / EDITION_FILE, job.folder / LEDGER)
        if workspace.exists(name)
    ]
    whence = Whence(sources, [item.place for item in shown.sheets.landed])
    listed = located(found, pages, whence)
    is_this = claimed.edition == shown.edition.digest
    as_read = dict(claimed.sources)

    def is_current(comment: Any) -> bool:
        name = comment.origin.source.file
        digest = workspace.digest(PurePosixPath(name))
        unchanged = as_read.get(name, digest) == digest
        return is_this or (comment.mark.page in same and unchanged)

    told, texts = outcomes(listed, is_current, job.encoding)
    others = len(pages) - len(same)
    remarks = (
        (warning("comments/other-build", Place(str(file)), n=others, pages=len(pages)),)
        if others and not is_this
        else ()
    )
    return Read(job, told, texts, remarks, claimed.reading)


def write(
    read: Read, workspace: Workspace, *, date: datetime.date, by: str = ""
) -> tuple[Path, ...]:
    """Write the corrections, after copies of what they change; the folder with these comes first.

    Raises:
        BanxinError: a file cannot be written, or has changed since it was read.
    """
    if not read.texts:
        return ()
    encoding = read.job.encoding
    raws = {name: _raw(PurePosixPath(name), workspace) for name in read.texts}
    new = {}
    for name, text in read.texts.items():
        raw = _decoded(raws[name], encoding)
        was = raw.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        mark = raw[: len(raw) - len(raw.lstrip("\ufeff"))]
        new[name] = (mark + rewritten(raw.lstrip("\ufeff"), was, text)).encode(_plain(encoding))
    which, changes = _of_reading(read, workspace)
    about = json.dumps({"reading": which, "changes": [one.model_dump() for one in changes]})
    changed = [kept.Becomes(PurePosixPath(name), raws[name], data) for name, data in new.items()]
    folder = kept.write(read.job.folder, changed, workspace, COPIES, about)
    _enter(read, which, changes, workspace, date, by)
    return (folder, *(workspace.path(PurePosixPath(name)) for name in new))


def undo(
    file: Path, workspace: Workspace, *, here: Path, title: str | None = None
) -> tuple[PurePosixPath, ...]:
    """Take back what was written last into the title that *file* belongs to.

    Its corrections go from the record of their reading, too.

    Raises:
        BanxinError: as `kept.undo`; the file belongs to no title.
    """
    with opened(_data(file), str(file)) as pdf:
        folder = _folder(file, _claimed(pdf), title, workspace, here)
    back = kept.undo(folder, workspace, COPIES)
    told = json.loads(back.about) if back.about else {}
    left = [Change(**row) for row in told.get("changes", ())]
    known = readings_of(folder, workspace)
    readings = tuple(
        _without(one, left) if one.reading == told.get("reading") else one for one in known
    )
    if readings != known:
        write_whole(workspace.path(folder / READINGS), as_toml(readings).encode())
    return back.names


def _without(reading: Reading, changes: Sequence[Change]) -> Reading:
    """*reading* without *changes*, each once, the last that is the same."""
    left = list(reversed(reading.changes))
    for change in changes:
        if change in left:
            left.remove(change)
    return reading.model_copy(update={"changes": tuple(reversed(left))})


def _raw(name: PurePosixPath, workspace: Workspace) -> bytes:
    """A chapter as it lies there, if it is what was read."""
    before = workspace.read_so_far[name]
    data = workspace.read(name)
    if sha256(data).hexdigest() != before:
        raise BanxinError(error("file/changed", Place(str(name)), file=str(name)))
    return data


def _plain(encoding: str) -> str:
    return "utf-8" if encoding.lower() in {"utf8", "utf-8"} else encoding


def _decoded(data: bytes, encoding: str) -> str:
    return data.decode(_plain(encoding))


def _of_reading(read: Read, workspace: Workspace) -> tuple[int, tuple[Change, ...]]:
    """The reading that the corrections belong to, and what is to be said of each."""
    known = readings_of(read.job.folder, workspace)
    which = read.reading or max((one.reading for one in known), default=1)
    edits = [outcome.edit for outcome in read.outcomes if outcome.edit is not None]
    changes = tuple(
        Change(
            at=str(replace(edit.comment.place, page=None)),
            old=edit.old,
            new=edit.new,
            by=edit.comment.mark.author,
        )
        for edit in edits
    )
    return which, changes


def _enter(
    read: Read,
    which: int,
    changes: tuple[Change, ...],
    workspace: Workspace,
    date: datetime.date,
    by: str,
) -> None:
    """Add *changes* to the record of the reading *which*."""
    known = readings_of(read.job.folder, workspace)
    one = next((one for one in known if one.reading == which), None)
    one = one or Reading(reading=which, by=by, date=date, layout=read.job.layout)
    one = one.model_copy(update={"changes": (*one.changes, *changes)})
    others = tuple(other for other in known if other.reading != which)
    table = as_toml(tuple(sorted((*others, one), key=lambda each: each.reading)))
    write_whole(workspace.path(read.job.folder / READINGS), table.encode())


def _data(file: Path) -> bytes:
    place = Place(str(file))
    try:
        return ordinary(file)
    except FileNotFoundError as problem:
        raise BanxinError(error("file/missing", place, file=str(file))) from problem
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BanxinError(error("file/unreadable", place, file=str(file), why=why)) from problem


def _printed(data: bytes, pdf: pikepdf.Pdf, file: str) -> tuple[PrintedPage, ...]:
    """The letters of a file; of one that had to be mended, as it was mended."""
    try:
        pages = tuple(printed(data))
        if len(pages) == len(pdf.pages):
            return pages
        mended = io.BytesIO()
        pdf.save(mended)
        return tuple(printed(mended.getvalue()))
    except (pypdfium2.PdfiumError, pikepdf.PdfError) as problem:
        raise BanxinError(error("comments/no-pdf", Place(file), file=file)) from problem


def _claimed(pdf: pikepdf.Pdf) -> _Claimed:
    piece: Any = pdf.Root
    for key in ("/PieceInfo", "/banxin", "/Private"):
        piece = piece.get(key) if isinstance(piece, Dictionary) else None
    if not isinstance(piece, Dictionary):
        return _Claimed()
    sources = piece.get("/Sources")
    parts = [str(part) for part in sources] if isinstance(sources, Array) else []
    reading = piece.get("/Reading", 0)
    return _Claimed(
        title=str(piece.get("/Title", "")),
        layout=str(piece.get("/Layout", "")),
        edition=str(piece.get("/Edition", "")),
        reading=int(reading) if isinstance(reading, int) and 0 <= reading <= 9 else 0,
        sources=tuple(zip(parts[::2], parts[1::2], strict=False)),
    )


def _folder(
    file: Path, claimed: _Claimed, title: str | None, workspace: Workspace, here: Path
) -> PurePosixPath:
    """The title that the file belongs to: as asked, as it says, or as it is called."""
    known = titles(workspace)
    if title:
        folder = find(title, workspace, here)
        if claimed.title and claimed.title != folder.name:
            facts = {"file": file.name, "title": claimed.title, "asked": folder.name}
            raise BanxinError(error("comments/of-another-title", Place(str(file)), **facts))
        return folder
    if claimed.title and claimed.title not in known:
        facts = {"file": file.name, "title": claimed.title}
        raise BanxinError(error("comments/title-not-here", Place(str(file)), **facts))
    called = [name for name in known if file.name.startswith(f"{name}-")]
    name = claimed.title or max(called, key=len, default="")
    if not name:
        raise BanxinError(error("comments/of-no-title", Place(str(file)), file=file.name))
    return find(name, workspace, here)


def _compared(
    pages: Sequence[PrintedPage], now: Sequence[PrintedPage]
) -> tuple[tuple[PrintedPage, ...], frozenset[int]]:
    """The pages, outlines with the letters that they have as text, and which are as they were."""
    found: list[PrintedPage] = []
    same: set[int] = set()
    for number, page in enumerate(pages, 1):
        # A press file has blank pages before its last one.
        at = len(now) if number == len(pages) else number
        if at <= len(now) and not page.letters and now[at - 1].letters:
            page = replace(page, letters=now[at - 1].letters)
        elif (at <= len(now) and _words(page) == _words(now[at - 1])) or not page.letters:
            same.add(number)
        found.append(page)
    return tuple(found), frozenset(same)


def _words(page: PrintedPage) -> str:
    return "".join(letter.character for letter in page.letters)
