"""Several titles, one after the other. A title that fails never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from banxin.diagnostics import BanxinError, Diagnostic, error
from banxin.layouts import names
from banxin.pipeline import Build, build, contact_sheet, in_dress
from banxin.project import find, load, titles
from banxin.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one title: a build, or the reasons why there is none."""

    title: str
    build: Build | None
    reasons: tuple[Diagnostic, ...] = ()


def run(
    asked: Sequence[str],
    workspace: Workspace,
    *,
    here: Path,
    finishes: Sequence[str],
    layout: str | None,
    press: str | None,
    draft: bool,
    compose: bool,
    marks: bool,
    publish: bool,
    language: str,
    progress: Callable[[str, str], None],
) -> Iterator[Outcome]:
    """Builds as they come. None asked for means every title of `content/`.

    Args:
        here: where paths given as titles start.
        progress: told title and stage.
    """
    wanted = tuple(asked) or titles(workspace)
    if not wanted:
        yield Outcome("", None, (error("title/no-titles"),))
    for title in wanted:
        try:
            job = load(
                find(title, workspace, here),
                workspace,
                layout=layout,
                press=press,
                draft=draft,
                compose=compose,
            )

            def tell(stage: str, name: str = job.name) -> None:
                progress(name, stage)

            made = build(
                job,
                workspace,
                finishes=finishes,
                publish=publish,
                marks=marks,
                progress=tell,
                language=language,
            )
            yield Outcome(title, made)
        except BanxinError as problem:
            yield Outcome(title, None, problem.diagnostics)


def every_dress(
    title: str, workspace: Workspace, *, here: Path, language: str, progress: Callable[[str], None]
) -> bytes:
    """*title* in every layout of the workspace, on one JPEG.

    Args:
        progress: told each layout as its turn comes.

    Raises:
        BanxinError: faults of the title, or of a layout that cannot set it.
    """
    folder, dressed = find(title, workspace, here), []
    for layout in names(workspace):
        progress(layout)
        job = load(folder, workspace, layout=layout)
        dressed.append(in_dress(job, workspace, language))
    return contact_sheet(dressed, workspace)
