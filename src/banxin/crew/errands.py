"""One errand: a title to be built, or one copy of a series. What comes of it is a value."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from banxin import bugs, memo
from banxin.diagnostics import BanxinError, Diagnostic, error
from banxin.memo import Told
from banxin.request import Request
from banxin.versions import versions
from banxin.workspace import SteadyWorkspace, Workspace, folder_for, write_whole

if TYPE_CHECKING:
    from banxin.fields import CopyRow
    from banxin.pipeline import Build, OpenedTitle
    from banxin.typeset import StandingBook

LET_GO: Final = 250_000  # objects of copies, some 70 MiB, of which then those go that nobody holds
MOST_STANDING: Final = 4  # books that differ in their chapters: some 100 MB each
Progress = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be made: all of a title, or the copy of one *row* of it.

    `request`: its folder is the title's. `number`: that no other errand has. `own`: a picture that
    no other errand needs.
    """

    number: int
    request: Request
    row: CopyRow | None = None
    own: PurePosixPath | None = None

    @property
    def name(self) -> str:
        return self.row.name if self.row else self.request.folder.name


@dataclass(frozen=True, slots=True)
class ErrandDone:
    """What came of an errand: what was told of it, or the reasons why there is nothing.

    Attributes:
        digests: sha256 of its files, by their names in the title's folder of results.
        seconds: that it took, from end to end.
    """

    number: int
    told: Told | None
    reasons: tuple[Diagnostic, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where errands are done: a workspace, in words that travel."""

    root: Path
    output: Path
    mounts: tuple[tuple[PurePosixPath, Path], ...] = ()
    caching: bool = True

    @classmethod
    def of(cls, workspace: Workspace) -> Workplace:
        return cls(workspace.root, workspace.output, workspace.mounts, workspace.caching)

    def workspace(self) -> Workspace:
        made = Workspace(self.root, output=self.output, cache=self.caching)
        for name, folder in self.mounts:
            made.mount(name, folder)
        return made


class Hands:
    """Does errands, one after the other. A title is read once for all copies of it."""

    def __init__(
        self, workspace: Workspace, progress: Progress = lambda title, stage: None
    ) -> None:
        self._workspace, self._progress = workspace, progress
        self._opened: tuple[Request, OpenedTitle, Workspace] | None = None
        self._standing: dict[object, StandingBook] = {}

    def do(self, errand: Errand) -> ErrandDone:
        """Whatever happens is told: one errand never stops the others."""
        try:
            if errand.row is None:
                return self._title(errand)
            return self._copy(errand, errand.row)
        except BanxinError as problem:
            return ErrandDone(errand.number, None, problem.diagnostics)
        except Exception as problem:
            told = bugs.told(problem, versions()["banxin"], [self._workspace.output])
            return ErrandDone(errand.number, None, (named(told, errand),))

    def _title(self, errand: Errand) -> ErrandDone:
        # The engine takes a second to load: only a build needs it.
        from banxin import pipeline

        workspace, request = self._workspace.afresh(), errand.request
        name = request.folder.name
        build = pipeline.build(
            request, workspace, progress=lambda stage: self._progress(name, stage)
        )
        told = _told(build, request.language)
        memo.keep(request.as_json(), workspace, told)
        return ErrandDone(errand.number, told, digests=workspace.published.written)

    def _copy(self, errand: Errand, row: CopyRow) -> ErrandDone:
        from banxin.engine.speed import let_go

        from banxin import pipeline

        let_go(LET_GO)
        title, workspace = self._title_of(errand.request)
        standing = self._standing_for(title, row)
        build, results = pipeline.copy_of(title, row, workspace, standing)
        folder = workspace.output / title.job.name
        files = tuple(folder / name for name in results)
        if results:
            folder_for(folder)
        for file, data in zip(files, results.values(), strict=True):
            write_whole(file, data)
        if results and not build.withheld:
            with contextlib.suppress(OSError):
                (folder / f"{row.name}-{pipeline.UNCHECKED}.pdf").unlink()
        told = _light(_told(replace(build, files=files), errand.request.language))
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in results.items()}
        return ErrandDone(errand.number, told, digests=digests)

    def _title_of(self, request: Request) -> tuple[OpenedTitle, Workspace]:
        from banxin import pipeline

        if self._opened is None or self._opened[0] != request:
            steady = SteadyWorkspace(self._workspace)
            self._standing.clear()
            self._opened = request, pipeline.opened(request, steady), steady
        _, title, workspace = self._opened
        return title, workspace

    def _standing_for(self, title: OpenedTitle, row: CopyRow) -> StandingBook:
        """The book that was left standing by the last copy with the same chapters."""
        from banxin.fields import chapters_of
        from banxin.typeset import StandingBook

        which = chapters_of(title.text, row)
        standing = self._standing.pop(which, None) or StandingBook()
        self._standing[which] = standing  # last used, last in line
        if len(self._standing) > MOST_STANDING:
            self._standing.pop(next(iter(self._standing)))
        return standing


def named(told: Diagnostic, errand: Errand) -> Diagnostic:
    """A fault of ours with the copy that it is of: the others are made all the same."""
    if errand.row is None or told.code != "internal/bug":
        return told
    return error("series/bug", told.place, name=errand.name, **told.facts)


def _light(told: Told) -> Told:
    """Without its tables of photographs and fonts, which of thousands of copies fill the memory."""
    light = {"photos": (), "fonts": (), "inks": None}
    return replace(told, rows={lang: {**table, **light} for lang, table in told.rows.items()})


def _told(build: Build, language: str) -> Told:
    report = build.report
    return Told(
        report.title,
        report.verdict,
        report.pages,
        report.findings,
        build.files,
        build.withheld,
        {language: report.table(language)},
    )
