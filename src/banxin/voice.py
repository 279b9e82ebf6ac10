"""How the program talks: findings, files and verdicts in words or as JSON, and its exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final

import click

from banxin import __version__, bugs, schema, terminal
from banxin.diagnostics import BanxinError, Diagnostic, Severity, error, in_order, shown
from banxin.visible import halves_numbered, visible, visible_lines
from banxin.words import sentence, word_list


class Exit(IntEnum):
    """What the shell is told. Only this file knows these numbers."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    CANNOT_BUILD = 3
    SYSTEM_PART_MISSING = 4
    OUR_BUG = 70
    INTERRUPTED = 130


_EXITS: Final = {
    "system/missing": Exit.SYSTEM_PART_MISSING,
    "internal/bug": Exit.OUR_BUG,
    "series/bug": Exit.OUR_BUG,
}
_YES: Final = frozenset({"y", "yes", "是", "好"})
_MOST_LOST: Final = 20  # copies that are named
_WIPE: Final = "\r\x1b[K"


def exit_of(reasons: Iterable[Diagnostic]) -> Exit:
    """The exit code where there is nothing but *reasons*: that of the gravest."""
    codes = (_EXITS.get(reason.code, Exit.CANNOT_BUILD) for reason in reasons)
    return max(codes, default=Exit.CANNOT_BUILD)


class Voice:
    """Results to stdout, talk to stderr; where JSON was asked for, one document and nothing else.

    Args:
        notes: whether notes are told one by one; they are counted otherwise.
    """

    def __init__(self, form: str, language: str, *, notes: bool = False) -> None:
        self.form = form
        self.language = language
        self.notes = notes
        self.output: Path | None = None  # where a report of a fault of ours goes
        self._titles: list[Mapping[str, Any]] = []
        self._findings: list[Diagnostic] = []
        self._listed = False
        self._running = False
        self._copies: dict[str, list[Any]] = {}  # of titles that have many, by title
        self._counted_at = 0

    # --- as it goes -----------------------------------------------------------------------

    def progress(self, title: str, stage: str) -> None:
        """One line that changes at a terminal, a line each elsewhere."""
        if self.form != "human":
            return
        code = f"say/stage-{stage}"
        code = code if code in word_list(self.language) else "say/stage-finish"
        words = sentence(code, self.language, finish=stage).message
        said = f"{visible(title)}: {words}…"
        self._running = sys.stderr.isatty()
        before = _WIPE if self._running else ""
        click.echo(before + click.style(said, dim=True), err=True, nl=not self._running)

    def counting(self, title: str, done: int, of: int, left: float | None) -> None:
        """How many copies are done: a bar at a terminal; elsewhere a line at each tenth."""
        if self.form != "human":
            return
        tenth = done * 10 // of
        running = sys.stderr.isatty()
        if not running and tenth == self._counted_at:
            return
        self._counted_at = tenth
        code = "say/copies" if left is None else "say/copies-left"
        time_left = _duration(left or 0)
        said = sentence(code, self.language, title=title, n=done, of=of, left=time_left)
        bar = f"{'█' * tenth}{'·' * (10 - tenth)} " if running else ""
        words = bar + visible(said.message)
        click.echo((_WIPE if running else "") + click.style(words, dim=True), err=True, nl=False)
        if not running:
            click.echo(err=True)
        self._running = running

    def word(self, code: str, **facts: Any) -> None:
        if self.form == "human":
            self._say(visible(sentence(f"say/{code}", self.language, **facts).message))

    def spoilt(self, kind: str, key: str) -> None:
        """An entry of the cache that does not prove itself: said where much is to be said."""
        said = sentence("say/spoilt", self.language, kind=kind, key=key[:12]).message
        self._say(visible(said), err=True)

    def address(self, code: str, address: str) -> None:
        """Where something is to be found: a program that reads JSON wants to know it, too."""
        if self.form == "json":
            self.listed({"address": address}, indent=None)
        else:
            said = sentence(f"say/{code}", self.language, address=address).message
            self._say(said if self.form == "human" else address)

    def listed(self, rows: object, indent: int | None = 1) -> None:
        """JSON of a shape of its own, for what lists things."""
        self._listed = True
        click.echo(halves_numbered(json.dumps(rows, ensure_ascii=False, indent=indent)))

    def rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """What a program reads instead of the words for people."""
        if self.form == "json":
            self.listed(rows)

    def agreed(self, code: str, **facts: Any) -> bool:
        """Whether the person at the terminal says yes; nobody else is asked, and nobody agrees."""
        if self.form != "human" or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        self._say(visible(sentence(f"say/{code}", self.language, **facts).message), err=True)
        return sys.stdin.readline().strip().lower() in _YES

    def written(self, file: Path) -> None:
        """The one file that was made."""
        if self.form == "json":
            self.listed({"file": shown(file)})
        else:
            self._say(shown(file))

    def comments(self, rows: Sequence[Mapping[str, Any]], remarks: Sequence[Diagnostic]) -> None:
        """What proofreaders have marked, a line each; rows have a `line` in words."""
        if self.form == "json":
            told = [schema.finding_as_json(one, self.language) for one in remarks]
            marks = [{k: v for k, v in row.items() if k != "said"} for row in rows]
            self.listed({"schema": schema.SCHEMA, "comments": marks, "findings": told})
            return
        for row in rows:
            self._say(str(row["said"]))
        self._told(remarks, None)
        self.word(
            "comments-counted", n=len(rows), m=sum(row["correction"] is not None for row in rows)
        )

    # --- what was found -------------------------------------------------------------------

    def findings(self, found: Sequence[Diagnostic], workspace: Any = None) -> None:
        """What belongs to no title."""
        told = in_order(found)
        if self.form == "json":
            self._findings += told
        else:
            self._told(told, workspace)

    def tell(self, outcome: Any, workspace: Any) -> None:
        """What came of one title; of many copies, it is told when all are done."""
        if outcome.copy and self.form != "json":
            self._copies.setdefault(outcome.title, []).append(outcome)
            return
        if outcome.told is not None:
            told = outcome.told
            self.report(told, workspace, told.files, withheld=told.withheld)
            return
        reasons = in_order(outcome.reasons)
        if self.form == "json":
            table = schema.without_pages(outcome.title, reasons, self.language)
            self._titles.append({**table, "files": []})
            return
        self._told(reasons, workspace)
        if not all(reason.code.startswith("title/") for reason in reasons):
            counted = self._counted(reasons)
            self.word("not-built", title=outcome.title, counted=counted)

    def told_copies(self, workspace: Any) -> None:
        """Titles of many copies: each finding once, with how many have it, and a line of all."""
        for title, outcomes in self._copies.items():
            files = [f for o in outcomes if o.copy == "*" for f in o.told.files]
            copies = [outcome for outcome in outcomes if outcome.copy != "*"]
            found: dict[str, tuple[Diagnostic, list[str]]] = {}
            for one in outcomes:
                for finding in one.told.findings if one.told else one.reasons:
                    found.setdefault(repr(finding), (finding, []))[1].append(one.copy)
            self._told(in_order(finding for finding, _ in found.values()), workspace)
            for file in files:
                self._say(shown(file))
            lost = [one.copy for one in copies if one.told is None or one.told.withheld]
            facts = {
                "title": title,
                "n": len(copies),
                "made": len(copies) - len(lost),
                "folder": shown(workspace.output / title),
                "lost": ", ".join(lost[:_MOST_LOST]) + ("…" if len(lost) > _MOST_LOST else ""),
            }
            self.word("series-lost" if lost else "series", **facts)
        self._copies.clear()

    def report(
        self, report: Any, workspace: Any, files: Sequence[Path] = (), *, withheld: bool = False
    ) -> None:
        """A title's findings, its files, and the verdict in a line.

        Args:
            withheld: whether the press file was kept back, so that there are unchecked pages only.
        """
        if self.form == "json":
            table = report.table(self.language)
            shown_files = [shown(file) for file in files]
            self._titles.append({**table, "files": shown_files})
            return
        self._told(report.findings, workspace)
        told = [file for file in files if file.suffix in {".pdf", ".html"}]
        for file in told:
            self._say(shown(file))
        code, counted = report.verdict, self._counted(report.findings)
        if withheld and told:
            code = "withheld" if code == "fail" else "draft" if counted else "draft-clean"
        unchecked = next((f.name for f in told if f.name.endswith("-unchecked.pdf")), "–")
        self.word(
            f"verdict-{code}",
            title=report.title,
            pages=self.pages(report.pages),
            counted=counted,
            notes=self._notes(report.findings, written=bool(told)),
            file=unchecked,
        )

    def _told(self, found: Sequence[Diagnostic], workspace: Any) -> None:
        loud = [d for d in found if self.notes or d.severity is not Severity.NOTE]
        if loud and self.form == "short":
            self._say(terminal.short(loud, self.language))
        elif loud:
            text = terminal.human(loud, self.language, _source_lines(workspace))
            self._say(text, err=True)

    def _counted(self, found: Sequence[Diagnostic]) -> str:
        grave = [d for d in found if d.severity is not Severity.NOTE]
        return terminal.summary(grave, self.language)

    def _notes(self, found: Sequence[Diagnostic], *, written: bool) -> str:
        """How many notes there are and where they stand, behind the verdict; or nothing."""
        count = sum(d.severity is Severity.NOTE for d in found)
        if not count or self.notes:
            return ""
        where = "in-report" if written else "unsaid"
        one = "-one" if count == 1 else ""
        return sentence(f"say/notes-{where}{one}", self.language, n=count).message

    def pages(self, count: int) -> str:
        one = "-one" if count == 1 else ""
        return sentence(f"say/pages{one}", self.language, n=count).message

    def _say(self, text: str, *, err: bool = False) -> None:
        if self._running:
            click.echo(_WIPE, err=True, nl=False)
            self._running = False
        click.echo(visible_lines(text), err=err)

    def close(self) -> None:
        """The one document of `--format json`."""
        if self._running:
            click.echo(_WIPE, err=True, nl=False)
            self._running = False
        if self.form == "json" and not self._listed:
            text = schema.envelope(self._titles, self._findings, self.language)
            click.echo(text, nl=False)

    def fail(self, *found: Diagnostic) -> None:
        """Why it goes no further: told as JSON even where a list was asked for."""
        self._listed = False
        self.findings(found)


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds, as 1:02:03 or 2:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _source_lines(workspace: Any) -> Callable[[Any], str | None]:
    """The line that a place names, read again for the message; None where it cannot be."""

    def line(place: Any) -> str | None:
        if workspace is None or place.file is None or place.line is None:
            return None
        try:
            lines = workspace.read_text(PurePosixPath(place.file)).splitlines()
        except BanxinError:
            return None
        return lines[place.line - 1][:120] if place.line <= len(lines) else None

    return line


@contextmanager
def leaving_well(voice: Voice) -> Iterator[None]:
    """Whatever happens becomes words and an exit code, never a traceback alone."""
    try:
        with _exiting(voice):
            yield
    finally:
        voice.close()


@contextmanager
def _exiting(voice: Voice) -> Iterator[None]:
    try:
        yield
    except BanxinError as problem:
        voice.fail(*problem.diagnostics)
        sys.exit(Exit.CANNOT_BUILD)
    except KeyboardInterrupt:
        voice.fail(error("system/interrupted"))
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads has had enough, as `head` has: no fault, and nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.FINE)
    except Exception as problem:
        told = _told_of(problem, voice.output)
        voice.fail(told)
        sys.exit(exit_of([told]))


@contextmanager
def never_without_words(form: str, language: str) -> Iterator[None]:
    """The last door: what happens outside all others, too, gets words and its own exit code."""
    try:
        yield
    except Exception as problem:
        voice = Voice(form, language)
        told = _told_of(problem, None)
        voice.fail(told)
        voice.close()
        sys.exit(exit_of([told]))


def _told_of(problem: Exception, output: Path | None) -> Diagnostic:
    folders = [output] if output else [Path.cwd() / "output"] if Path("output").is_dir() else []
    return bugs.told(problem, __version__, folders)
