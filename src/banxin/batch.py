"""Several titles, one after the other. A title that fails never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from banxin import memo, scratch
from banxin.content import find, titles
from banxin.diagnostics import BanxinError, Diagnostic, error
from banxin.memo import Told
from banxin.request import Request
from banxin.workspace import Workspace

if TYPE_CHECKING:
    from banxin.pipeline import Build


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one title: what was told of it, or the reasons why there is nothing."""

    title: str
    told: Told | None
    reasons: tuple[Diagnostic, ...] = ()


def run(
    titles_asked: Sequence[str],
    request: Request,
    workspace: Workspace,
    *,
    here: Path,
    progress: Callable[[str, str], None],
) -> Iterator[Outcome]:
    """Builds as they come. None asked for means every title of `content/`.

    Args:
        request: what is wanted of each title; its folder is found here.
        here: where paths given as titles start.
        progress: told title and stage.
    """
    scratch.sweep_temporary()
    wanted = tuple(titles_asked) or titles(workspace)
    if not wanted:
        yield Outcome("", None, (error("title/no-titles"),))
    for title in wanted:
        try:
            folder = find(title, workspace, here)
            yield Outcome(
                title, _made(replace(request, folder=folder), workspace.afresh(), progress)
            )
        except BanxinError as problem:
            yield Outcome(title, None, problem.diagnostics)


def _made(request: Request, workspace: Workspace, progress: Callable[[str, str], None]) -> Told:
    """A title, built if anything has changed since it was built last. Raises: BanxinError."""
    about = request.as_json()
    known = memo.recall(about, workspace)
    if known is not None:
        return known
    # The engine takes a second to load: only a build needs it.
    from banxin import pipeline

    build = pipeline.build(request, workspace, progress=partial(progress, request.folder.name))
    told = _told(build, request.language)
    memo.keep(about, workspace, told)
    return told


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
