"""banxin（版心）: Chinese manuscripts and photographs become a print-ready brochure.

A build is one straight line of frozen values, and `pipeline.build` has it on one screen:

    Job         `project`      what to make
    Manuscript  `manuscript`   what it says
    Layout      `layouts`      how it looks
    Edition     `edition`      all of it bound together and sealed
    Sheets      `typeset`      laid out once, by WeasyPrint
    finishes    `press`        for the print shop, for readers, for eyes
    Report      `preflight`    what is in the file, and what is wrong with it

`build`, `check`, `judge`, `render`, `package`, `verify` and `dummy` here do what the command line
does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

if TYPE_CHECKING:
    from banxin.diagnostics import Diagnostic
    from banxin.handover import Packed
    from banxin.pipeline import Build
    from banxin.preflight import Report
    from banxin.typeset import Sheets

__all__ = ["build", "check", "dummy", "judge", "package", "render", "verify"]
__version__ = "0.1.0"  # the one place: also where no package is installed


class Wanted(TypedDict, total=False):
    """What may be wanted of a build; left out, it is as the title says, or as usual.

    Attributes:
        finishes: of press, outlined, plates, screen, proof; press and screen without it.
        draft: missing photographs become boxes for position only.
        revision: of the files, for their names, slugs and metadata; 0 of the first.
    """

    finishes: Sequence[str]
    layout: str | None
    press: str | None
    draft: bool
    revision: int


def build(
    title: str | Path,
    *,
    output: Path | None = None,
    cache: bool = True,
    **wanted: Unpack[Wanted],
) -> Build:
    """Make a title: its PDFs and reports in `output/<title>/`.

    Args:
        title: a folder of `content/` by name, or the path of one.
        output: instead of the workspace's own `output/`.
        wanted: see `Wanted`.

    Raises:
        banxin.diagnostics.BanxinError: with everything that is wrong, and its places.
    """
    return _make(title, output, cache=cache, publish=True, wanted=wanted)


def check(
    title: str | Path,
    *,
    layout: str | None = None,
    press: str | None = None,
    draft: bool = False,
    cache: bool = True,
) -> Build:
    """Everything `build` would say; nothing is written but the cache. Raises: as `build`."""
    wanted: Wanted = {"finishes": ("press",), "layout": layout, "press": press, "draft": draft}
    return _make(title, None, cache=cache, publish=False, wanted=wanted)


def judge(
    file: Path | str,
    *,
    press: str | None = None,
    binding: str | None = None,
    spots: Sequence[str] = (),
) -> Report:
    """What the rules say of a PDF, ours or anybody's; `banxin preflight` on the command line.

    Args:
        press: a press profile: a built-in one, or a TOML file beside the PDF. Without it, the one
            that a file of ours says it was made for; otherwise `coated-sheetfed`.
        binding: `saddle` or `perfect`; without it, what a file of ours says.
        spots: the spot colours that were ordered; without them, those that a file of ours names.

    Raises:
        banxin.diagnostics.BanxinError: the file cannot be read, or the profile.
    """
    from banxin import preflight_file

    return preflight_file.judge(
        Path(file), press=press, binding=binding, plates=frozenset(spots) or None
    )


def render(
    page: Path | str,
    output: Path | None = None,
    *,
    workspace: Path | None = None,
    base: Path | None = None,
    compose: bool = True,
) -> Sheets:
    """Set an HTML page with the fonts of a workspace: its PDF, and remarks on it.

    Args:
        page: an HTML file, or HTML itself.
        output: the PDF to write; without it, nothing is written.
        workspace: the folder of `layouts/ fonts/ content/`, or one inside it; the current one.
        base: the folder that addresses in an HTML text are seen from.
        compose: whether lines are the composer's, or the engine's own.

    Raises:
        banxin.diagnostics.BanxinError: the page cannot be read, or the engine gave up on it.
    """
    from banxin.render_html import render as rendered
    from banxin.workspace import Workspace, write_whole

    around = Workspace.around(workspace or Path.cwd())
    sheets = rendered(page, around, base=base, compose=compose)
    if output is not None:
        write_whole(output, sheets.pdf)
    return sheets


def package(
    title: str | Path,
    *,
    output: Path | None = None,
    layout: str = "",
    press: str = "",
    revision: int = 0,
    language: str = "zh",
) -> Packed:
    """A title built and packed for the shop: `output/<title>/<title>-job.zip`.

    Raises:
        banxin.diagnostics.BanxinError: as `build`, and where it is too large for a zip.
    """
    from banxin import content, handover
    from banxin.request import Request
    from banxin.workspace import Workspace

    start = Path(title) if Path(title).exists() else Path.cwd()
    workspace = Workspace.around(start, output=output)
    folder = content.find(str(title), workspace, Path.cwd())
    request = Request(folder, layout, press, revision=revision, language=language)
    return handover.package(request, workspace)


def verify(file: Path | str, title: str | Path = "") -> tuple[Diagnostic, ...]:
    """What is not as it was in a package; nothing, if all is.

    Args:
        title: the sources that are to make the same bytes again; without them, digests are
            compared alone.

    Raises:
        banxin.diagnostics.BanxinError: no package, or a hostile zip.
    """
    from banxin import content, handover
    from banxin.workspace import Workspace

    seen = handover.examined(Path(file))
    if not title or seen.order is None:
        return seen.findings
    workspace = Workspace.around(Path(title) if Path(title).exists() else Path.cwd())
    folder = content.find(str(title), workspace, Path.cwd())
    return (*seen.findings, *handover.built_again(seen, folder, workspace))


def dummy(file: Path | str, target: Path | str, *, paper: str = "A4") -> None:
    """A folding dummy of any PDF, for the office printer and for hands; *paper* is A4 or A3.

    Raises:
        banxin.diagnostics.BanxinError: what is no PDF, or is to be written over itself.
    """
    from banxin import handover
    from banxin.workspace import write_whole

    write_whole(Path(target), handover.folding_dummy(Path(file), Path(target), paper).pdf)


def _make(
    title: str | Path, output: Path | None, *, cache: bool, publish: bool, wanted: Wanted
) -> Build:
    # The engine takes half a second to load: only a build needs it.
    from banxin import content, pipeline
    from banxin.request import Request
    from banxin.workspace import Workspace

    start = Path(title) if Path(title).exists() else Path.cwd()
    workspace = Workspace.around(start, output=output, cache=cache)
    request = Request(
        content.find(str(title), workspace, Path.cwd()),
        layout=wanted.get("layout") or "",
        press=wanted.get("press") or "",
        draft=wanted.get("draft", False),
        finishes=tuple(wanted.get("finishes", ("press", "screen"))),
        publish=publish,
        revision=wanted.get("revision", 0),
    )
    return pipeline.build(request, workspace)
