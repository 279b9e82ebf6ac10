"""What a build made of artwork: read in its files and in its report."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from banxin.diagnostics import Severity
from banxin.pipeline import Build
from banxin.preflight.painted import Fill, Mark
from conftest import Title


def file_of(made: Build, finish: str) -> Path:
    (found,) = (f for f in made.files if f.name.endswith(f"-{finish}.pdf"))
    return found


def told(made: Build) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in made.report.findings:
        found.setdefault(finding.code, []).append(str(finding.facts.get("file", "")))
    return found


def fills(made: Build) -> list[Fill]:
    """The areas of the pages, and not of what is around them."""
    trims = {sheet.number: sheet.trim for sheet in made.report.facts.sheets}

    def inside(mark: Fill) -> bool:
        left, low, right, high = trims[mark.page] or (0, 0, 0, 0)
        return -4 < mark.box[0] < right - left + 4 and -4 < mark.box[1] < high - low + 4

    return [m for m in made.report.facts.fills if inside(m)]


def filled(made: Build, plate: str) -> list[Fill]:
    """Those on a plate beyond the four: of gold, the logo's half tone."""
    return [m for m in fills(made) if plate in m.colour.plates and m.colour.total in {50, 100}]


def inked(mark: Mark) -> dict[str, float]:
    """Percent of each plate that it is on."""
    return {plate: round(percent, 1) for plate, percent in mark.colour.inks if percent}


def errors(made: Build) -> list[str]:
    found = (f for f in made.report.findings if f.severity is Severity.ERROR)
    return [f"{f.place} {f.code}" for f in found]


def figure(
    title: Title, name: str, data: bytes | str, attributes: str = "", **more: str
) -> PurePosixPath:
    """A title with one figure, and *more* files of its own."""
    line = f"![图]({name}){attributes}"
    chapter = f"---\ntitle: 一\ntemplate: text\n---\n\n这是一段文字。\n\n{line}\n"
    own = {name.replace("/", "__").replace(".", "_dot_"): data}
    return title(chapter=chapter, **own, **more)
