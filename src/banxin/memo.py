"""“Nothing has changed”, answered before anything heavy is loaded.

A memo holds what a build said, and all that it rests on: every question that it asked of the
workspace with its answer, the results that it wrote, and the machine it ran on: our own files,
those of every module and library that was loaded, the programs that are called, and what
libraries read from the environment. Where all of it is as it was, the build need not be done: it
would write the same bytes and say the same words. In doubt there is no memo, and it is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from banxin.diagnostics import Diagnostic, Place, Severity
from banxin.stamps import Stamp, at_rest, look_at
from banxin.units import Length
from banxin.workspace import Workspace

KIND: Final = "memo"
FORM: Final = 1  # counts up when a memo is written down in another way
PROGRAMS: Final = ("mutool", "gs")  # that a build may call
# What begins the names of variables that libraries below look at.
VARIABLES: Final = (
    "CAIRO", "DYLD_", "FC_", "FONTCONFIG", "FREETYPE", "G_", "HB_", "LANG", "LC_", "LD_", "MPL",
    "MATPLOTLIB", "OMP_", "OPENBLAS", "PANGO", "PYTHON", "QPDF", "SOURCE_DATE_EPOCH", "TZ",
    "WEASYPRINT", "XDG_",
)  # fmt: skip
# With one of these a check could not be made, which next time it might.
UNSURE: Final = frozenset({Severity.SKIPPED, Severity.CRASH})
_BEGAN: Final = time.time_ns()
# As it came: the engine sets variables of its own.
_ENVIRONMENT: Final = "\n".join(
    f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(VARIABLES)
)
_OURS: Final = Path(__file__).parent
_MAPPED: Final = Path("/proc/self/maps")  # on Linux: the libraries that this process has loaded

Asked = Mapping[str, Any]  # of a build: its title's folder and all that can change its results


@dataclass(frozen=True, slots=True)
class Told:
    """What a build said of a title.

    Attributes:
        files: what it wrote; empty for a check.
        withheld: whether there is nothing to be printed.
        rows: the title as JSON has it, by language: in the one that was asked for.
    """

    title: str
    verdict: str
    pages: int
    findings: tuple[Diagnostic, ...]
    files: tuple[Path, ...]
    withheld: bool
    rows: Mapping[str, Mapping[str, Any]]

    def table(self, language: str) -> Mapping[str, Any]:
        """As `Report.table`."""
        return self.rows[language]


def recall(asked: Asked, workspace: Workspace) -> Told | None:
    """What the last build of this said, if it would say and write the same now.

    Args:
        workspace: of which nothing was asked yet.
    """
    if not workspace.caching:
        return None
    kept = workspace.recall(KIND, _key(asked))
    if kept is None:
        return None
    entry = json.loads(kept)
    if entry["machine"] != _machine(entry["loaded"], entry["began"]):
        return None
    if not all(
        workspace.still(kind, PurePosixPath(name), _tupled(answer))
        for kind, name, answer in entry["questions"]
    ):
        return None
    read = _again(entry["read"], lambda name, stamp: workspace.read_again(_path(name), stamp))
    if read is None or not workspace.holds_only(entry["written"], entry["removed"]):
        return None
    written = _again(entry["written"], workspace.result_again)
    if written is None:
        return None
    if (read, written) != (entry["read"], entry["written"]):
        # What had to be read again has come to rest by now, or will have next time.
        renewed = json.dumps({**entry, "read": read, "written": written})
        workspace.keep(KIND, _key(asked), renewed.encode())
    return told_of(entry["told"], workspace)


def keep(asked: Asked, workspace: Workspace, told: Told) -> None:
    """Remember what a build said, but for its seconds: none are spent when it is said again.

    Args:
        workspace: of which nothing was asked but by this build.
    """
    if not (workspace.caching and workspace.asked.is_clear):
        return
    lasting = untimed(told)
    loaded = sorted(_loaded())
    machine = _machine(loaded, _BEGAN)
    at = time.time_ns()
    looks = {name: look_at(workspace.output / name) for name in workspace.published.written}
    if machine is None or is_unsure(told) or None in looks.values():
        return
    entry = {
        "machine": machine,
        "loaded": loaded,
        "began": _BEGAN,
        "questions": [[k, str(name), a] for (k, name), a in workspace.asked.answers.items()],
        "read": {str(n): _row(stamp) for n, stamp in workspace.asked.stamps.items()},
        "written": {
            name: [digest, looks[name], at] for name, digest in workspace.published.written.items()
        },
        "removed": workspace.published.removed,
        "told": rows_of(lasting, workspace),
    }
    text = json.dumps(entry)
    if told_of(json.loads(text)["told"], workspace) == lasting:
        workspace.keep(KIND, _key(asked), text.encode())


def _key(asked: Asked) -> str:
    return hashlib.sha256(json.dumps([FORM, asked], sort_keys=True).encode()).hexdigest()


def _path(name: str) -> PurePosixPath:
    return PurePosixPath(name)


def _tupled(answer: Any) -> Any:
    return tuple(answer) if isinstance(answer, list) else answer


def _row(stamp: Stamp) -> list[Any]:
    return [stamp.digest, list(stamp.look), stamp.at]


def _again(
    rows: Mapping[str, Any], look: Callable[[str, Stamp], Stamp | None]
) -> Mapping[str, Any] | None:
    """The stamps of files as they are now; None if one is another, or gone."""
    found: dict[str, Any] = {}
    for name, (digest, seen, at) in rows.items():
        stamp = look(name, Stamp(digest, tuple(seen), at))
        if stamp is None:
            return None
        found[name] = _row(stamp)
    return found


# --- the machine ------------------------------------------------------------------------------


def _machine(loaded: Sequence[str], began: int) -> str | None:
    """A digest of the machine, as far as it can change a result.

    None where a file was changed so late that this process may have loaded an older one.

    Args:
        loaded: files of modules and libraries.
        began: when the process began that had loaded them, ns.
    """
    digest = hashlib.sha256(f"{sys.version} {sys.flags.optimize}\n".encode())
    for name in (*loaded, *sorted(_of_ours()), *(path for path, _ in programs())):
        look = look_at(name) if name else None
        if look is not None and not at_rest(look, began):
            return None
        digest.update(f"{name} {look}\n".encode("utf-8", "surrogatepass"))
    digest.update(_ENVIRONMENT.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def programs() -> list[tuple[str, Any]]:
    """Those of the machine that a build may call, and how they look; of none, nothing."""
    paths = (shutil.which(name) or "" for name in PROGRAMS)
    return [(path, look_at(path) if path else None) for path in paths]


def _loaded() -> set[str]:
    """The files of all modules, and of the libraries below them where the system tells."""
    files = {getattr(module, "__file__", None) for module in tuple(sys.modules.values())}
    found = {str(Path(file).absolute()) for file in files if file}
    try:
        mapped = _MAPPED.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return found
    paths = (line.partition("/") for line in mapped)
    return found | {slash + path for _, slash, path in paths if ".so" in path}


def _of_ours() -> Iterator[str]:
    """Our own files: words, profiles and templates as well as what is loaded."""
    for folder, _, names in os.walk(_OURS):
        if not folder.endswith("__pycache__"):
            yield from (f"{folder}/{name}" for name in names)


def untimed(told: Told) -> Told:
    """Without its seconds: none are spent when it is said again."""
    rows = {language: {**table, "timings_s": {}} for language, table in told.rows.items()}
    return replace(told, rows=rows)


def is_unsure(told: Told) -> bool:
    """Whether a check could not be made, which next time it might."""
    return any(finding.severity in UNSURE for finding in told.findings)


# --- what was told, as JSON -------------------------------------------------------------------


def rows_of(told: Told, workspace: Workspace) -> Mapping[str, Any]:
    return {
        "title": told.title,
        "verdict": told.verdict,
        "pages": told.pages,
        "findings": [_finding(finding) for finding in told.findings],
        "files": [file.relative_to(workspace.output).as_posix() for file in told.files],
        "withheld": told.withheld,
        "rows": told.rows,
    }


def told_of(rows: Mapping[str, Any], workspace: Workspace) -> Told:
    return Told(
        rows["title"],
        rows["verdict"],
        rows["pages"],
        tuple(_found(row) for row in rows["findings"]),
        tuple(workspace.output / name for name in rows["files"]),
        rows["withheld"],
        rows["rows"],
    )


def _finding(finding: Diagnostic) -> list[Any]:
    place = finding.place
    facts = {
        key: {"pt": value.in_pt} if isinstance(value, Length) else value
        for key, value in finding.facts.items()
    }
    where = [place.file, place.line, place.column, place.page, place.box_mm]
    return [finding.code, finding.severity.value, where, facts]


def _found(row: Sequence[Any]) -> Diagnostic:
    code, severity, where, facts = row
    values = {
        key: Length(value["pt"]) if isinstance(value, dict) else value
        for key, value in facts.items()
    }
    file, line, column, page, box = where
    place = Place(file, line, column, page, _tupled(box))
    return Diagnostic(code, Severity(severity), place, values)
