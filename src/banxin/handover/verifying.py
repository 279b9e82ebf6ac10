"""A package against its own list, and against what its sources make now."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from banxin import content, scratch
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, note, warning
from banxin.handover.archive import Archive, is_plain, opened
from banxin.handover.job_sheet import JOB
from banxin.handover.packing import FINISHES, SUMS, contents
from banxin.pipeline import build
from banxin.request import Request
from banxin.workspace import Workspace

MANIFEST: Final = "manifest.json"
MOST_LISTED: Final = 4 << 20  # bytes of the list, of the job, of the manifest
_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S.*)")


class PackedRequest(BaseModel):
    """How a package was asked for."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    layout: str = Field(default="", max_length=100)
    press: str = Field(default="", max_length=100)
    marks: bool = True
    language: Literal["zh", "en"] = "zh"


class PackedFile(BaseModel):
    """A file as the job lists it."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    name: str
    sha256: str


class PackedJob(BaseModel):
    """What of a `job.json` is read again: a claim, until the files are made from the sources."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    schema_: Literal[1] = Field(alias="schema")
    name: str = Field(min_length=1, max_length=255)
    revision: int = Field(default=0, ge=0, le=999)
    request: PackedRequest = PackedRequest()
    files: tuple[PackedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """A package that was looked at.

    Attributes:
        sha256: of the zip.
        files: the sha256 of each of its files, by name in the package.
        order: what it says it was made for; None where it does not say so.
        manifest: what it says it was made from: input → sha256.
    """

    sha256: str
    findings: tuple[Diagnostic, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    order: PackedJob | None = None
    manifest: Mapping[str, str] = field(default_factory=dict)


def examined(file: Path) -> Examined:
    """Whether each file of a package is what its list says. Nothing is unpacked.

    Raises:
        BanxinError: as `archive.opened`; `job/no-list`, `job/list`.
    """
    with opened(file) as archive:
        base = _base(archive, file)
        listed = _listed(archive, base, file)
        files: dict[str, str] = {}
        found: list[Diagnostic] = []
        for name in archive.entries:
            own = name.removeprefix(base)
            if not name.startswith(base) or own not in listed:
                if own != SUMS:
                    found.append(error("job/extra", Place(name)))
                continue
            digest = archive.digest(name)
            files[own] = digest or ""
            if digest is None:
                found.append(error("job/damaged", Place(name)))
            elif digest != listed[own]:
                found.append(error("job/changed", Place(name)))
        missing = (name for name in listed if name not in files)
        found += [error("job/missing", Place(base + name)) for name in missing]
        order = _order(archive, base)
        if order is None:
            found.append(error("job/unread", Place(base + JOB)))
        else:
            found += _disagreeing(order, listed, base)
        return Examined(archive.sha256, tuple(found), files, order, _manifest(archive, base))


def _base(archive: Archive, file: Path) -> str:
    """The folder that all of a package lies in, with its slash: where its list is."""
    lists = [name for name in archive.entries if PurePosixPath(name).name == SUMS]
    shallow = [name for name in lists if name.count("/") <= 1]
    if len(shallow) != 1:
        raise BanxinError(error("job/no-list", Place(str(file)), list=SUMS))
    return shallow[0].removesuffix(SUMS)


def _listed(archive: Archive, base: str, file: Path) -> Mapping[str, str]:
    """The package's list: name → sha256."""
    data = archive.read(base + SUMS, MOST_LISTED)
    listed: dict[str, str] = {}
    for number, line in enumerate((data or b"?").decode("utf-8", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        name = match[2] if match else ""
        if match is None or not is_plain(name) or name in listed or name == SUMS:
            raise BanxinError(error("job/list", Place(str(file)), list=SUMS, line=number))
        listed[name] = match[1]
    return listed


def _order(archive: Archive, base: str) -> PackedJob | None:
    name = base + JOB
    data = archive.read(name, MOST_LISTED) if name in archive.entries else None
    with contextlib.suppress(ValidationError):
        return PackedJob.model_validate_json(data or b"")
    return None


def _disagreeing(order: PackedJob, listed: Mapping[str, str], base: str) -> Iterator[Diagnostic]:
    """Files that the job's own table has with another digest than the list, or not at all."""
    said = {one.name: one.sha256 for one in order.files}
    for name in listed:
        if name.endswith(".pdf") and name not in said:
            yield error("job/disagrees", Place(base + name), job=JOB, list=SUMS)
    for name, digest in said.items():
        if listed.get(name) != digest:
            yield error("job/disagrees", Place(base + name), job=JOB, list=SUMS)


def _manifest(archive: Archive, base: str) -> Mapping[str, str]:
    """What went in, and the program: what the package says of itself; or nothing."""
    name = base + MANIFEST
    data = archive.read(name, MOST_LISTED) if name in archive.entries else None
    return _inputs(data or b"{}")


def _inputs(data: bytes) -> Mapping[str, str]:
    try:
        table = json.loads(data)
        inputs = {**table["inputs"], "banxin": table["banxin"], "engine": table["engine"]}
    except (ValueError, RecursionError, KeyError, TypeError):
        return {}
    return {str(name): str(value) for name, value in inputs.items()}


# --- from the sources -----------------------------------------------------------------------


def sources_of(order: PackedJob, title: str, workspace: Workspace) -> PurePosixPath | None:
    """The folder of the title that a package says it was made from, if it is here.

    A package is a stranger's word: only a title of `content/` is taken by it.

    Args:
        title: as whoever asks has it, a name or a path; or empty.

    Raises:
        BanxinError: `title/unknown`, for a *title* that there is not.
    """
    if title:
        return content.find(title, workspace, Path.cwd())
    return content.CONTENT / order.name if order.name in content.titles(workspace) else None


def built_again(
    seen: Examined,
    folder: PurePosixPath,
    workspace: Workspace,
    progress: Callable[[str], None] = lambda stage: None,
) -> tuple[Diagnostic, ...]:
    """What of a package its sources do not make again, byte for byte; first, what has changed.

    Everything is made anew, without the cache, in a folder that goes away afterwards.

    Raises:
        BanxinError: as `pipeline.build`.
    """
    order = seen.order
    assert order is not None, "asked of a package that says what it is"
    request = Request(
        folder,
        layout=order.request.layout,
        press=order.request.press,
        finishes=FINISHES,
        marks=order.request.marks,
        revision=order.revision,
        language=order.request.language,
    )
    with scratch.temporary() as folder_of_results:
        here = Workspace(workspace.root, output=folder_of_results, cache=False)
        for name, mounted in workspace.mounts:
            here.mount(name, mounted)
        made = build(request, here, progress=progress)
        if made.withheld:
            return (error("job/withheld-now", Place(str(folder))),)
        now = contents(made, request, here)
    sources = tuple(_changed_sources(seen.manifest, _inputs(now[MANIFEST])))
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in now.items() if name != SUMS}
    different = [
        error("job/not-the-same", Place(name))
        for name in sorted({*digests, *seen.files})
        if digests.get(name) != seen.files.get(name)
    ]
    return (*sources, *different)


def _changed_sources(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Diagnostic]:
    if not then:
        return
    for program in ("banxin", "engine"):
        if then.get(program) != now.get(program):
            yield note("job/other-program", part=program)
    names = sorted({*then, *now} - {"banxin", "engine"})
    for name in names:
        if then.get(name) != now.get(name):
            yield warning("job/source-changed", Place(name))
