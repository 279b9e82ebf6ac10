"""What came of each row: kept by all that it rests on, and written down for whoever prints."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from banxin.engine import libraries

from banxin import memo, schema
from banxin.assets.fonts import FOLDER as FONTS
from banxin.content import LAYOUTS
from banxin.crew import ErrandDone
from banxin.diagnostics import BanxinError, Diagnostic, in_order
from banxin.fields import CopyRow
from banxin.project import Job
from banxin.request import Request
from banxin.series.table import CopyRows
from banxin.stamps import Stamp, look_at
from banxin.versions import versions
from banxin.workspace import Workspace, write_whole

KIND: Final = "rows"
FORM: Final = 1  # counts up when a record is written down in another way
MANIFEST: Final = "manifest.json"
REPORT: Final = "report.json"


class Record:
    """What came of the rows of one title, as far as they are what they were."""

    def __init__(
        self,
        request: Request,
        job: Job,
        rows: CopyRows,
        workspace: Workspace,
        chosen: Sequence[CopyRow],
        own: Collection[PurePosixPath],
    ) -> None:
        """Args: own: pictures, each of one copy alone."""
        self._job, self._workspace, self._rows = job, workspace, rows
        self._ground = _ground(request, job, own, workspace)
        self._keys = {row.number: self._key(row) for row in chosen}
        self.made: dict[int, ErrandDone] = {}
        self.left: tuple[str, ...] = ()  # files that lie there of rows that there are no more

    def recall(self, row: CopyRow, number: int) -> ErrandDone | None:
        """What came of a row, where its files are the ones that were written then."""
        kept = self._workspace.recall(KIND, self._keys[row.number])
        if kept is None:
            return None
        entry = json.loads(kept)
        folder = self._job.name
        for name, (digest, look, at) in entry["files"].items():
            stamp = Stamp(digest, tuple(look), at)
            if self._workspace.result_again(f"{folder}/{name}", stamp) is None:
                return None
        told = memo.told_of(entry["told"], self._workspace)
        digests = {name: digest for name, (digest, _, _) in entry["files"].items()}
        return ErrandDone(number, told, digests=digests)

    def keep(self, row: CopyRow, done: ErrandDone) -> None:
        """Remember what came of a row; the files are written."""
        self.made[row.number] = done
        if done.told is None or not self._workspace.caching:
            return
        folder = self._workspace.output / self._job.name
        looks = {name: look_at(folder / name) for name in done.digests}
        if None in looks.values() or memo.is_unsure(done.told):
            return
        at = time.time_ns()
        files = {name: [digest, looks[name], at] for name, digest in done.digests.items()}
        entry = {"files": files, "told": memo.rows_of(memo.untimed(done.told), self._workspace)}
        self._workspace.keep(KIND, self._keys[row.number], json.dumps(entry).encode())

    def remarked(self, row: CopyRow, done: ErrandDone) -> ErrandDone:
        """With what is said of the row itself, which no worker has seen."""
        found = self._rows.remarks.get(row.number, ())
        if not found:
            return done
        if done.told is None:
            return replace(done, reasons=in_order((*done.reasons, *found)))
        findings = in_order((*done.told.findings, *found))
        rows = {
            language: {
                **table,
                "verdict": schema.verdict(findings),
                "findings": [schema.finding_as_json(one, language) for one in findings],
            }
            for language, table in done.told.rows.items()
        }
        verdict = schema.verdict(findings)
        return replace(done, told=replace(done.told, findings=findings, verdict=verdict, rows=rows))

    def write(self, merged: Mapping[str, Any] | None, language: str) -> None:
        """The manifest of all rows that are known, this time's and earlier ones; the report of
        those that were asked for, with what was found in them when they were made.

        Args:
            merged: the pages of each copy in the files that hold many; None: as they were told.
        """
        folder = self._workspace.output / self._job.name
        if not folder.is_dir():
            return
        before = _earlier(self._workspace, self._job)
        earlier = {row["name"]: row for row in reversed(before.get("rows", ()))}
        merged = before.get("merged", {}) if merged is None else merged
        self.left = tuple(sorted(self._left(before)))
        rows, refused = [], self._rows.refused
        for row in self._rows.rows:
            done = self.made.get(row.number)
            if done is not None:
                rows.append(_line(row, done))
            elif row.name in earlier and row.number not in refused:
                rows.append({**earlier[row.name], "row": row.number})
        table = {
            "schema": schema.SCHEMA,
            "title": self._job.name,
            "table": str(self._job.series.table) if self._job.series else "",
            "ground": self._ground,
            "rows": rows,
            "left": self.left,
            "merged": merged,
        }
        write_whole(folder / MANIFEST, schema.written(table).encode())
        report = _report(self._job, self._rows, self.made, language)
        write_whole(folder / REPORT, schema.written(report).encode())

    def _left(self, before: Mapping[str, Any]) -> Iterator[str]:
        """Of the rows in the last manifest that the table has no more, the files that are there."""
        folder = self._workspace.output / self._job.name
        names = {row.name for row in self._rows.rows}
        gone = [row.get("files", {}) for row in before.get("rows", ()) if row["name"] not in names]
        files = {*before.get("left", ()), *(file for files in gone for file in files)}
        now = {file for done in self.made.values() for file in done.digests}
        yield from (file for file in files - now if (folder / file).is_file())

    def _key(self, row: CopyRow) -> str:
        about = (FORM, self._ground, row.name, sorted(row.values.items()), self._digest(row.photo))
        return hashlib.sha256(repr(about).encode()).hexdigest()

    def _digest(self, photo: str) -> str:
        """Of a copy's own picture; empty where there is none."""
        try:
            return self._workspace.digest(self._job.folder / photo) if photo else ""
        except BanxinError:
            return ""


def _ground(
    request: Request, job: Job, own: Collection[PurePosixPath], workspace: Workspace
) -> str:
    """A digest of all that every copy rests on: in doubt it is another, and all are made anew."""
    series = job.series
    table = series.table if series else job.folder
    about = [request.as_json(), dict(versions()), libraries(), memo.programs()]
    digest = hashlib.sha256(json.dumps(about).encode())
    for folder in (job.folder, LAYOUTS, FONTS):
        for name in workspace.below(folder):
            if name not in own and name != table:
                digest.update(f"{name} {workspace.digest(name)}\n".encode())
    return digest.hexdigest()


def _earlier(workspace: Workspace, job: Job) -> Mapping[str, Any]:
    """The last manifest; empty where there is none of ours."""
    try:
        text = (workspace.output / job.name / MANIFEST).read_text("utf-8")
        table = json.loads(text)
    except (OSError, ValueError):
        return {}
    ours = isinstance(table, dict) and table.get("schema") == schema.SCHEMA
    rows = table.get("rows", ()) if ours else ()
    listed = isinstance(rows, list) and all(isinstance(r, dict) and "name" in r for r in rows)
    return table if listed else {}


def _line(row: CopyRow, done: ErrandDone) -> Mapping[str, Any]:
    told = done.told
    return {
        "row": row.number,
        "name": row.name,
        "pages": told.pages if told else 0,
        "verdict": told.verdict if told else "fail",
        "files": dict(done.digests),
    }


def _report(
    job: Job, rows: CopyRows, made: Mapping[int, ErrandDone], language: str
) -> Mapping[str, Any]:
    """Each finding once, with the copies that have it."""
    names = {row.number: row.name for row in rows.rows}
    found: dict[str, tuple[Diagnostic, list[str]]] = {}
    for number, done in sorted(made.items()):
        for one in done.told.findings if done.told else done.reasons:
            found.setdefault(repr(one), (one, []))[1].append(names[number])
    findings = [
        {**schema.finding_as_json(one, language), "copies": copies}
        for one, copies in found.values()
    ]
    verdicts = [done.told.verdict if done.told else "fail" for done in made.values()]
    return {
        "schema": schema.SCHEMA,
        "title": job.name,
        "verdict": max(verdicts, key=("pass", "warn", "fail").index, default="pass"),
        "rows": len(rows.rows),
        "made": len(made),
        "findings": findings,
    }
