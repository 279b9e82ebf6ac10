"""Many titles, and titles of many copies. One that fails never stops the rest.

What is to be made is a list of errands, a title or a copy each; `crew` has them done, here or on
a cluster. What was made before and rests on nothing that has changed is no errand.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from banxin import memo, schema, scratch
from banxin.content import EDITION_FILE, find, titles
from banxin.crew import Errand, ErrandDone, hands_for
from banxin.crew import here as on_this_machine
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest, note
from banxin.memo import Told
from banxin.request import Request
from banxin.series.choice import WhichCopies
from banxin.workspace import Workspace

if TYPE_CHECKING:
    from banxin.fields import CopyRow
    from banxin.manuscript import Manuscript
    from banxin.project import Job
    from banxin.series.record import Record
    from banxin.series.table import CopyRows

EVERY: Final = WhichCopies()
TOGETHER: Final = "*"  # in the place of a copy's name: all of them in one file
MOST_NAMED: Final = 20  # files that a finding lists
MOST_MERGED: Final = 500  # copies of one run-on file: beyond it there is another


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one title, or of one copy: what was told of it, or why there is nothing.

    `copy`: the name of its files, where *title* has many; `TOGETHER`.
    """

    title: str
    told: Told | None
    reasons: tuple[Diagnostic, ...] = ()
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told how it goes.

    Attributes:
        stage: title and stage, of a title that is one book.
        copies: title, how many of its copies are done, of how many, and the seconds left as far
            as they can be known.
    """

    stage: Callable[[str, str], None] = lambda title, stage: None
    copies: Callable[[str, int, int, float | None], None] = lambda title, done, of, left: None


@dataclass(slots=True)
class _SeriesRun:
    """A title of many copies, on its way.

    Attributes:
        own: as `fields.own_pictures`.
        errands: the row of each that is under way.
    """

    job: Job
    request: Request
    record: Record
    chosen: tuple[CopyRow, ...]
    own: Mapping[int, PurePosixPath]
    errands: dict[int, CopyRow] = field(default_factory=dict)
    known: list[ErrandDone] = field(default_factory=list)


def run(
    titles_asked: Sequence[str],
    request: Request,
    workspace: Workspace,
    *,
    here: Path,
    telling: Telling,
    choice: WhichCopies = EVERY,
) -> Iterator[Outcome]:
    """Builds in the order in which they are asked for. None means every title of `content/`.

    Args:
        request: what is wanted of each title; its folder is found here.
        here: where paths given as titles start.
        choice: which copies are made of a title that has many, and where errands are done.
    """
    scratch.sweep_temporary()
    wanted = tuple(titles_asked) or titles(workspace)
    if not wanted:
        yield Outcome("", None, (error("title/no-titles"),))
    numbers = count(1)
    books: dict[int, Errand] = {}
    many: list[_SeriesRun] = []
    known: list[tuple[int, Outcome]] = []
    for title in wanted:
        number = next(numbers)
        try:
            asked = replace(request, folder=find(title, workspace, here))
            told = memo.recall(asked.as_json(), workspace.afresh())
            if told is not None and not choice.is_of_series:
                known.append((number, Outcome(title, told)))
                continue
            copies = _copies(asked, workspace.afresh(), choice, numbers)
            if copies is not None:
                many.append(copies)
            else:
                books[number] = Errand(number, asked)
        except BanxinError as problem:
            known.append((number, Outcome(title, None, problem.diagnostics)))
    order = sorted([*books, *(number for number, _ in known)])
    yield from _in_turn(chain(known, _books(books, workspace, choice, telling)), order)
    for copies in many:
        yield from _made(copies, workspace, choice, telling)


def _in_turn(found: Iterable[tuple[int, Outcome]], order: Iterable[int]) -> Iterator[Outcome]:
    """What is *found*, each as soon as all before it in that *order* are there."""
    waiting: dict[int, Outcome] = {}
    turn = deque(order)
    for number, outcome in found:
        waiting[number] = outcome
        while turn and turn[0] in waiting:
            yield waiting.pop(turn.popleft())


def _books(
    books: Mapping[int, Errand], workspace: Workspace, choice: WhichCopies, telling: Telling
) -> Iterator[tuple[int, Outcome]]:
    """Titles that are one book each, as they are done."""
    left = dict(books)
    try:
        for done in _done(list(books.values()), workspace, choice, telling) if books else ():
            yield done.number, Outcome(left.pop(done.number).name, done.told, done.reasons)
    except BanxinError as problem:
        for number, errand in left.items():
            yield number, Outcome(errand.name, None, problem.diagnostics)


def _done(
    errands: Sequence[Errand], workspace: Workspace, choice: WhichCopies, telling: Telling
) -> Iterator[ErrandDone]:
    """Errands as they are done: here, or on a cluster. Raises: BanxinError, of the cluster."""
    if choice.on:
        from banxin.crew.cluster import on_cluster

        return on_cluster(choice.on, workspace, errands)
    size = hands_for(len(errands))
    return on_this_machine(workspace, errands, size, telling.stage)


# --- a title of many copies -------------------------------------------------------------------


def _copies(
    request: Request, workspace: Workspace, choice: WhichCopies, numbers: Iterator[int]
) -> _SeriesRun | None:
    """What is to be made of a title that has a series; None of one that has none.

    Raises:
        BanxinError: faults of the title, its table, and of what was chosen of it.
    """
    # Loaded for what has changed: of a title that is as it was nothing but its memo is read.
    from banxin import project

    job = project.load(request, workspace)
    if job.series is None:
        if choice.is_of_series:
            raise BanxinError(error("series/not-one", title=job.name))
        return None
    from banxin import fields, manuscript
    from banxin.series.record import Record
    from banxin.series.table import rows_of

    rows = rows_of(job, workspace)
    text = manuscript.read(job.chapters, workspace, encoding=job.encoding)
    _check(job, rows, text)
    chosen = choice.of(rows.rows)
    own = fields.own_pictures(text, job, rows.rows)
    record = Record(request, job, rows, workspace, chosen, frozenset(own.values()))
    copies = _SeriesRun(job, request, record, chosen, own)
    refused = rows.refused
    for row in chosen:
        number = next(numbers)
        if row.number in refused:
            known: ErrandDone | None = ErrandDone(number, None)
        else:
            known = copies.record.recall(row, number) if request.publish else None
        if known is None:
            copies.errands[number] = row
            continue
        known = copies.record.made[row.number] = _named(known, copies, row)
        if known.told is None or not choice.changed:
            copies.known.append(known)
    return copies


def _named(done: ErrandDone, copies: _SeriesRun, row: CopyRow) -> ErrandDone:
    """What came of a row, with what is said of the row itself, under the row's number."""
    return replace(copies.record.remarked(row, done), number=row.number)


def _check(job: Job, rows: CopyRows, text: Manuscript) -> None:
    """Raises: BanxinError, where the manuscript asks for what no row has."""
    from banxin import fields
    from banxin.series.table import heads_nothing

    series = job.series
    assert series is not None, "asked only of a series"
    names = replace(job, link=f"{job.link} {series.name} {series.photo}")
    asked = [name for name, _ in fields.asked(text, names)]
    if heads_nothing(rows, asked):
        head = " · ".join(rows.fields[:8])
        raise BanxinError(error("series/no-head", series.place, head=head, file=str(series.table)))
    lacking = tuple(fields.unknown(text, names, rows.fields))
    if lacking:
        at = series.place
        raise BanxinError(*(replace(d, place=at) if not d.place.file else d for d in lacking))


def _made(
    copies: _SeriesRun, workspace: Workspace, choice: WhichCopies, telling: Telling
) -> Iterator[Outcome]:
    """Every copy, in the order of the rows; then the files of all together."""
    finished: list[ErrandDone] = []
    rows = {row.number: row for row in copies.chosen}
    order = sorted([*(done.number for done in copies.known), *_numbers(copies)])

    def found() -> Iterator[tuple[int, Outcome]]:
        for done in chain(copies.known, _as_done(copies, workspace, choice, telling)):
            finished.append(done)
            row = rows[done.number]
            name = row.name or str(row.number)
            yield done.number, Outcome(copies.job.name, done.told, done.reasons, name)

    try:
        yield from _in_turn(found(), order)
    except BanxinError as problem:
        yield Outcome(copies.job.name, None, problem.diagnostics)
    finally:  # also where it is broken off: the next run goes on from here
        if copies.request.publish:
            copies.record.write({} if copies.errands else None, copies.request.language)
            workspace.tidy()
    if choice.merge and copies.request.publish:
        yield from _merged(copies, finished, workspace)
    else:
        yield from _of_all(copies, tuple(_left(copies)))


def _numbers(copies: _SeriesRun) -> Iterator[int]:
    return (row.number for row in copies.errands.values())


def _as_done(
    copies: _SeriesRun, workspace: Workspace, choice: WhichCopies, telling: Telling
) -> Iterator[ErrandDone]:
    """Copies under the numbers of their rows, as they are done, each remembered at once."""
    record, total, began = copies.record, len(copies.errands), time.monotonic()
    own = copies.own
    errands = [
        Errand(n, copies.request, row, own.get(row.number)) for n, row in copies.errands.items()
    ]
    for n, done in enumerate(_done(errands, workspace, choice, telling) if errands else (), 1):
        row = copies.errands[done.number]
        record.keep(row, done)
        told = record.made[row.number] = _named(done, copies, row)
        left = (time.monotonic() - began) / n * (total - n)
        telling.copies(copies.job.name, n, total, left if n > 1 else None)
        yield told


def _merged(
    copies: _SeriesRun, finished: Sequence[ErrandDone], workspace: Workspace
) -> Iterator[Outcome]:
    """The run-on files of the copies that may be printed, in the order of their rows."""
    from banxin import pipeline

    fit = [d for d in sorted(finished, key=lambda d: d.number) if d.told and not d.told.withheld]
    if not fit:
        yield from _of_all(copies, tuple(_left(copies)))
        return
    names = {row.number: row.name for row in copies.chosen}
    merged: dict[str, Mapping[str, Sequence[int]]] = {}
    files: list[Path] = []
    found, alone = list(_left(copies)), dict[str, None]()
    for finish in copies.request.finishes:
        for volume, start in enumerate(range(0, len(fit), MOST_MERGED), 1):
            some = [names[d.number] for d in fit[start : start + MOST_MERGED]]
            made = pipeline.run_on(copies.job, finish, some, volume, workspace)
            if made is None:
                alone[finish] = None
            else:
                file, together = made
                files.append(file)
                merged[file.name] = {name: list(both) for name, both in together.pages.items()}
                if together.links or together.untagged:
                    place = Place(file.name)
                    found.append(
                        note("series/merged-plain", place, file=file.name, links=together.links)
                    )
    if alone:
        found.append(note("series/not-merged", finishes=", ".join(alone)))
    copies.record.write(merged, copies.request.language)
    yield from _of_all(copies, found, files)


def _left(copies: _SeriesRun) -> Iterator[Diagnostic]:
    """Files of rows that the table has no more."""
    left = copies.record.left
    if left:
        files = ", ".join(left[:MOST_NAMED]) + (" …" if len(left) > MOST_NAMED else "")
        yield note("series/left-over", count=len(left), files=files)


def _of_all(
    copies: _SeriesRun, found: Sequence[Diagnostic], files: Sequence[Path] = ()
) -> Iterator[Outcome]:
    """What there is to be said of all copies together."""
    if found or files:
        name, language = copies.job.name, copies.request.language
        table = {**schema.without_pages(name, found, language), "verdict": "pass"}
        rows = {language: table}
        told = Told(name, "pass", 0, tuple(found), tuple(files), withheld=False, rows=rows)
        yield Outcome(name, told, copy=TOGETHER)


def every_dress(
    title: str,
    workspace: Workspace,
    *,
    here: Path,
    language: str,
    progress: Callable[[str], None],
    chapter: str = "",
) -> bytes:
    """*title* in every layout of the workspace, on one JPEG.

    Args:
        chapter: of the title: only the openings at which it begins are shown, and larger.
        progress: told each layout as its turn comes.

    Raises:
        BanxinError: faults of the title, or of a layout that cannot set it; no such chapter.
    """
    from banxin import layouts, pipeline, project

    folder, dressed = find(title, workspace, here), []
    own = [name.name for name, _ in project.load(Request(folder), workspace).chapters]
    if chapter and chapter not in own:
        place = Place(str(folder / EDITION_FILE))
        known = nearest(chapter, own) or ", ".join(own)
        raise BanxinError(error("title/no-such-chapter", place, chapter=chapter, known=known))
    for layout in layouts.names(workspace):
        progress(layout)
        job = project.load(Request(folder, layout), workspace)
        dressed.append(pipeline.in_dress(job, workspace, language, chapter))
    return pipeline.contact_sheet(dressed, workspace)
