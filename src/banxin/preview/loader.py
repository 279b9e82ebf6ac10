"""A title as it is written now, bound: read again and again, and nothing read twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Final, TypeVar

from banxin import edition, layouts, manuscript, project
from banxin import press as finishes
from banxin.diagnostics import BanxinError, Diagnostic
from banxin.diagnostics import Place as Written
from banxin.edition import Edition
from banxin.layouts import Layout
from banxin.manuscript import Manuscript
from banxin.press import Profile
from banxin.preview.cached_workspace import CachedWorkspace
from banxin.preview.messages import Home, LocatedFinding
from banxin.project import Job
from banxin.request import Request

Made = TypeVar("Made")

LONGEST: Final = 160  # characters of a source line that are shown


@dataclass(frozen=True, slots=True)
class Bound:
    """A title, and all that its pages and its press file are made of."""

    job: Job
    text: Manuscript
    layout: Layout
    profile: Profile
    edition: Edition


class Reader:
    """Reads the titles of one workspace."""

    def __init__(self, place: Home) -> None:
        self.desk = CachedWorkspace(place.root, output=place.output, cache=place.caching)
        for name, folder in place.mounts:
            self.desk.mount(name, folder)

    def bound(self, request: Request) -> Bound:
        """The title as it is now.

        Raises:
            BanxinError: everything that is wrong with its files.
        """
        job = self.desk.remembered(("job", request), lambda: self._job(request))
        faults: list[Diagnostic] = []
        profile = _tried(lambda: self._profile(job), faults)
        text = _tried(lambda: self._manuscript(job), faults)
        layout = _tried(lambda: self._layout(job), faults)
        if faults or profile is None or text is None or layout is None:
            raise BanxinError(*faults)
        bound = edition.bind(text, layout, job, self.desk)
        return Bound(job, text, layout, profile, bound)

    def told(self, diagnostic: Diagnostic) -> LocatedFinding:
        """*diagnostic*, with the line that it is about."""
        return LocatedFinding(diagnostic, self._line(diagnostic.place))

    def _job(self, request: Request) -> Job:
        return project.load(request, self.desk)

    def _profile(self, job: Job) -> Profile:
        return self.desk.remembered(
            ("profile", job.press, job.folder),
            lambda: finishes.profile(job.press, job.press_asked_at, self.desk, job.folder),
        )

    def _layout(self, job: Job) -> Layout:
        return self.desk.remembered(
            ("layout", job.layout, job.layout_asked_at),
            lambda: layouts.load(job.layout, self.desk, job.layout_asked_at),
        )

    def _manuscript(self, job: Job) -> Manuscript:
        """Chapter by chapter, so that only those are read that have changed."""
        read: list[Manuscript] = []
        faults: list[Diagnostic] = []
        for chapter in job.chapters:
            part = _tried(partial(self._chapter, chapter, job.encoding), faults)
            read += [part] if part is not None else []
        if not read:
            raise BanxinError(*faults)
        return manuscript.joined(
            [chapter for part in read for chapter in part.chapters],
            [*(remark for part in read for remark in part.remarks), *faults],
        )

    def _chapter(self, chapter: tuple[PurePosixPath, Written], encoding: str) -> Manuscript:
        return self.desk.remembered(
            ("chapter", chapter, encoding),
            lambda: manuscript.read((chapter,), self.desk, encoding=encoding),
        )

    def _line(self, place: Written) -> str:
        if place.file is None or place.line is None:
            return ""
        try:
            text = self.desk.read(PurePosixPath(place.file)).decode("utf-8", "replace")
        except BanxinError:
            return ""
        lines = text.splitlines()
        return lines[place.line - 1][:LONGEST] if place.line <= len(lines) else ""


def _tried(make: Callable[[], Made], faults: list[Diagnostic]) -> Made | None:
    """What *make* gives; what it raises goes to *faults*."""
    try:
        return make()
    except BanxinError as problem:
        faults.extend(problem.diagnostics)
        return None
