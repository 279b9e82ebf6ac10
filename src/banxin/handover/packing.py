"""A title's files, the press they are for, and the sheet that goes with them, as one zip."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from banxin import pipeline, preflight, press
from banxin.diagnostics import BanxinError, Place, error
from banxin.finishes import in_a_name
from banxin.handover.archive import LARGEST, is_plain, zipped
from banxin.handover.job_sheet import JOB, SHEET, as_page, job_table
from banxin.pipeline import Build
from banxin.press import Profile
from banxin.request import Request
from banxin.schema import written
from banxin.workspace import Workspace, ordinary, write_whole

SUMS: Final = "SHA256SUMS"
FINISHES: Final = ("press", "plates", "screen")


@dataclass(frozen=True, slots=True)
class Packed:
    """What came of a package. `file`: None where the build is withheld; `sha256`: of the zip."""

    build: Build
    file: Path | None = None
    sha256: str = ""


def package(
    request: Request, workspace: Workspace, progress: Callable[[str], None] = lambda stage: None
) -> Packed:
    """Build a title and pack it: `output/<title>/<title>-job.zip`.

    The same sources give the same zip, byte for byte: there is no clock in it.

    Raises:
        BanxinError: as `pipeline.build`; `package/too-large`.
    """
    request = replace(request, finishes=FINISHES, draft=False, publish=True)
    build = pipeline.build(request, workspace, progress=progress)
    if build.withheld:
        return Packed(build)
    progress("package")
    files = contents(build, request, workspace)
    stem = build.job.name + (f"-r{request.revision}" if request.revision else "")
    total = sum(map(len, files.values()))
    if total > LARGEST - (1 << 20):
        place = Place(str(workspace.output / build.job.name))
        raise BanxinError(error("package/too-large", place, size=total >> 20, most=LARGEST >> 20))
    data = zipped({f"{_plain(stem)}/{name}": held for name, held in files.items()})
    file = workspace.output / build.job.name / f"{stem}-job.zip"
    write_whole(file, data)
    return Packed(build, file, hashlib.sha256(data).hexdigest())


def contents(build: Build, request: Request, workspace: Workspace) -> Mapping[str, bytes]:
    """What is in the zip of *build*, by name, in its order: what is read first comes first.

    Raises:
        BanxinError: faults of the press profile and of `edition.toml`.
    """
    job = build.job
    folder = workspace.output / job.name
    made = {_plain(path.relative_to(folder).as_posix()): ordinary(path) for path in build.files}
    # How long a build took is no part of the job, and differs from one to the next.
    report = replace(build.report, timings={})
    made["report.json"] = preflight.as_json(report, request.language).encode()
    profile = press.profile(job.press, job.press_asked_at, workspace, job.folder)
    made |= dict(profile_files(profile))
    ordered = dict(sorted(made.items(), key=lambda item: (not item[0].endswith(".pdf"), item[0])))
    table = job_table(build, profile, request, ordered, workspace)
    files = {
        SHEET: as_page(table, ordered, request.language).encode(),
        JOB: written(table).encode(),
        **ordered,
    }
    return files | {SUMS: sums(files).encode()}


def _plain(name: str) -> str:
    """A name that every system can unpack; a Macintosh, for one, takes accents apart."""
    whole = unicodedata.normalize("NFC", name)
    return whole if is_plain(whole) else "/".join(in_a_name(part) for part in whole.split("/"))


def sums(files: Mapping[str, bytes]) -> str:
    """The list that `sha256sum -c` reads: who has no banxin can look, too."""
    digests = ((hashlib.sha256(data).hexdigest(), name) for name, data in files.items())
    return "".join(f"{digest}  {name}\n" for digest, name in digests)


def profile_files(profile: Profile) -> Iterator[tuple[str, bytes]]:
    """The press that the files are for, whole: its numbers, and its ICC profile."""
    icc = f"{in_a_name(profile.condition) or 'output'}.icc"
    yield f"press/{icc}", profile.icc
    yield f"press/{in_a_name(profile.name)}.toml", _as_toml(profile, icc).encode()


def _as_toml(profile: Profile, icc: str) -> str:
    """As a title may have it beside its `edition.toml`, and have the same press."""
    values = press.profile_table(profile, icc).model_dump(by_alias=True)
    softened, plates = values.pop("severity"), values.pop("plates")
    lines = [f"{key} = {_value(value)}" for key, value in values.items()]
    if softened:
        lines += ["", "[severity]"]
        for code, row in softened.items():
            said = ", ".join(f"{key} = {_value(value)}" for key, value in row.items())
            lines.append(f"{_value(code)} = {{ {said} }}")
    if plates:
        lines += ["", "[plates]"]
        lines += [f"{_value(ours)} = {_value(theirs)}" for ours, theirs in plates.items()]
    return "\n".join([*lines, ""])


def _value(value: str | float) -> str:
    """A TOML value; its strings may be written as JSON's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
