"""Many titles, and titles of many copies. One that fails never stops the rest.

What is to be made is a list of errands, a title or a copy each; `crew` has them done, here or on
a cluster. What was made before and rests on nothing that has changed is no errand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from banxin import memo, project, schema, scratch
from banxin.content import find, titles
from banxin.crew import Done, Errand, Shop, hands_for
from banxin.crew import here as on_this_machine
from banxin.diagnostics import BanxinError, Diagnostic, error
from banxin.memo import Told
from banxin.project import Job
from banxin.request import Request
from banxin.series import Choice, Record, Rows, heads_nothing, rows_of
from banxin.workspace import Workspace

if TYPE_CHECKING:
    from banxin.fields import Row

EVERY: Final = Choice()
TOGETHER: Final = "*"  # in the place of a copy's name: all of them in one file
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
class _Copies:
    """A title of many copies, on its way. `errands`: the row of each that is under way."""

    job: Job
    request: Request
    record: Record
    chosen: tuple[Row, ...]
    errands: dict[int, Row] = field(default_factory=dict)
    known: list[Done] = field(default_factory=list)


def run(
    titles_asked: Sequence[str],
    request: Request,
    workspace: Workspace,
    *,
    here: Path,
    telling: Telling,
    choice: Choice = EVERY,
) -> Iterator[Outcome]:
    """Builds as they come. None asked for means every title of `content/`.

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
    many: list[_Copies] = []
    for title in wanted:
        try:
            asked = replace(request, folder=find(title, workspace, here))
            copies = _copies(asked, workspace.afresh(), choice, numbers)
            if copies is not None:
                many.append(copies)
                continue
            known = memo.recall(asked.as_json(), workspace.afresh())
            if known is not None:
                yield Outcome(title, known)
            else:
                errand = Errand(next(numbers), asked)
                books[errand.number] = errand
        except BanxinError as problem:
            yield Outcome(title, None, problem.diagnostics)
    try:
        for done in _done(list(books.values()), workspace, choice, telling) if books else ():
            yield Outcome(books[done.number].name, done.told, done.reasons)
    except BanxinError as problem:
        yield Outcome(", ".join(book.name for book in books.values()), None, problem.diagnostics)
    for copies in many:
        yield from _made(copies, workspace, choice, telling)


def _done(
    errands: Sequence[Errand], workspace: Workspace, choice: Choice, telling: Telling
) -> Iterator[Done]:
    """Errands as they are done: here, or on a cluster. Raises: BanxinError, of the cluster."""
    if choice.on:
        from banxin.crew.cluster import on_cluster

        return on_cluster(choice.on, workspace, errands)
    size = hands_for(len(errands))
    return on_this_machine(Shop.of(workspace), errands, size, telling.stage)


# --- a title of many copies -------------------------------------------------------------------


def _copies(
    request: Request, workspace: Workspace, choice: Choice, numbers: Iterator[int]
) -> _Copies | None:
    """What is to be made of a title that has a series; None of one that has none.

    Raises:
        BanxinError: faults of the title, its table, and of what was chosen of it.
    """
    job = project.load(request, workspace)
    if job.series is None:
        if choice.is_of_series:
            raise BanxinError(error("series/not-one", title=job.name))
        return None
    rows = rows_of(job, workspace)
    _check(job, rows, request, workspace)
    chosen = choice.of(rows.rows)
    copies = _Copies(job, request, Record(request, job, rows, workspace, chosen), chosen)
    for row in chosen:
        found = rows.remarks.get(row.number, ())
        if any(one.severity == "error" for one in found):
            copies.known.append(_named(Done(-row.number, None), copies, row))
            continue
        number = next(numbers)
        known = copies.record.recall(row, number) if request.publish else None
        if known is None:
            copies.errands[number] = row
        elif not choice.changed:
            copies.record.made[row.number] = known
            copies.known.append(_named(known, copies, row))
    return copies


def _named(done: Done, copies: _Copies, row: Row) -> Done:
    """What came of a row, with what is said of the row itself, under the row's number."""
    return replace(copies.record.remarked(row, done), number=row.number)


def _check(job: Job, rows: Rows, request: Request, workspace: Workspace) -> None:
    """Raises: BanxinError, where the manuscript asks for what no row has."""
    from banxin import fields, manuscript

    text = manuscript.read(job.chapters, workspace, encoding=job.encoding)
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
    copies: _Copies, workspace: Workspace, choice: Choice, telling: Telling
) -> Iterator[Outcome]:
    """Every copy as it is done; then the files of all together."""
    title, record = copies.job.name, copies.record
    by_number = {row.number: row for row in copies.chosen}
    finished: list[Done] = list(copies.known)
    total, began = len(copies.errands), time.monotonic()
    errands = [Errand(n, copies.request, row) for n, row in copies.errands.items()]
    try:
        for done in copies.known:
            yield _outcome(title, by_number[done.number], done)
        for n, done in enumerate(_done(errands, workspace, choice, telling) if errands else (), 1):
            row = copies.errands[done.number]
            record.keep(row, done)
            told = _named(done, copies, row)
            record.made[row.number] = told
            finished.append(told)
            left = (time.monotonic() - began) / n * (total - n)
            telling.copies(title, n, total, left if n > 1 else None)
            yield _outcome(title, row, told)
    except BanxinError as problem:
        yield Outcome(title, None, problem.diagnostics)
    finally:  # also where it is broken off: the next run goes on from here
        if copies.request.publish:
            record.write({} if errands else None, copies.request.language)
            workspace.tidy()
    if choice.merge and copies.request.publish:
        yield from _merged(copies, finished, workspace)


def _outcome(title: str, row: Row, done: Done) -> Outcome:
    return Outcome(title, done.told, done.reasons, row.name or str(row.number))


def _merged(copies: _Copies, finished: Sequence[Done], workspace: Workspace) -> Iterator[Outcome]:
    """The run-on files of the copies that may be printed, in the order of their rows."""
    from banxin import pipeline

    fit = [d for d in sorted(finished, key=lambda d: d.number) if d.told and not d.told.withheld]
    names = {row.number: row.name for row in copies.chosen}
    merged: dict[str, Any] = {}
    files: list[Path] = []
    for finish in copies.request.finishes:
        for volume, start in enumerate(range(0, len(fit), MOST_MERGED), 1):
            some = [names[d.number] for d in fit[start : start + MOST_MERGED]]
            made = pipeline.run_on(copies.job, finish, some, volume, workspace)
            if made is not None:
                file, pages = made
                files.append(file)
                merged[file.name] = {name: list(both) for name, both in pages.items()}
    copies.record.write(merged, copies.request.language)
    if files:
        name, language = copies.job.name, copies.request.language
        table = {**schema.without_pages(name, (), language), "verdict": "pass"}
        told = Told(name, "pass", 0, (), tuple(files), withheld=False, rows={language: table})
        yield Outcome(name, told, copy=TOGETHER)


def every_dress(
    title: str, workspace: Workspace, *, here: Path, language: str, progress: Callable[[str], None]
) -> bytes:
    """*title* in every layout of the workspace, on one JPEG.

    Args:
        progress: told each layout as its turn comes.

    Raises:
        BanxinError: faults of the title, or of a layout that cannot set it.
    """
    from banxin import layouts, pipeline, project

    folder, dressed = find(title, workspace, here), []
    for layout in layouts.names(workspace):
        progress(layout)
        job = project.load(Request(folder, layout), workspace)
        dressed.append(pipeline.in_dress(job, workspace, language))
    return pipeline.contact_sheet(dressed, workspace)
