"""The command line: words → calls → report → exit code. No logic of its own."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final

import click

from banxin.diagnostics import BanxinError, Diagnostic, Severity, error, in_order
from banxin.words import LANGUAGES, language_here, sentence


class Exit(IntEnum):
    """What the shell is told. Only this file knows these numbers."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    CANNOT_BUILD = 3
    SYSTEM_PART_MISSING = 4
    OUR_BUG = 70
    INTERRUPTED = 130


FAILS_ON: Final = {
    "error": {Severity.ERROR, Severity.CRASH},
    "warning": {Severity.ERROR, Severity.CRASH, Severity.WARNING},
    "never": set[Severity](),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """The program. Ends by exiting."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    commands(_asked_language(words))(args=words, prog_name="banxin")


def _asked_language(words: Sequence[str]) -> str:
    """The language of `--lang`, looked for before Click is asked, so that help speaks it too."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        asked = following if word == "--lang" else word.removeprefix("--lang=")
        if asked in LANGUAGES and asked != word:
            return asked
    return language_here()


def commands(language: str) -> click.Group:
    """The command line in *language*."""

    def t(code: str) -> str:
        return sentence(f"help/{code}", language).message

    titles = click.argument("titles", nargs=-1, metavar=t("titles-metavar"))
    finish = click.option(
        "--finish",
        "finishes",
        multiple=True,
        type=click.Choice(["press", "outlined", "screen", "proof"]),
        default=("press", "screen"),
        help=t("finish"),
    )
    shared = (
        click.option("--layout", metavar="NAME", help=t("layout")),
        click.option("--press", metavar="PROFILE", help=t("press")),
        click.option(
            "--fail-on", type=click.Choice(list(FAILS_ON)), default="error", help=t("fail-on")
        ),
        click.option("--draft", is_flag=True, help=t("draft")),
        click.option("--no-compose", is_flag=True, help=t("no-compose")),
        click.option("--no-cache", is_flag=True, help=t("no-cache")),
        click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace")),
    )
    speaking = (
        click.option(
            "--format",
            "form",
            type=click.Choice(["human", "short", "json"]),
            default="human",
            help=t("format"),
        ),
        click.option("--lang", type=click.Choice(LANGUAGES), default=language, help=t("lang")),
    )
    folder = click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help=t("output")
    )

    @click.group(help=t("banxin"), context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(package_name="banxin", prog_name="banxin")
    def banxin() -> None:
        pass

    @banxin.command("build", help=t("build"))
    @titles
    @finish
    @folder
    @click.option("--no-marks", is_flag=True, help=t("no-marks"))
    @_all(shared)
    @_all(speaking)
    def build_command(**asked: Any) -> None:
        _make(publish=True, **asked)

    @banxin.command("check", help=t("check"))
    @titles
    @_all(shared)
    @_all(speaking)
    def check_command(**asked: Any) -> None:
        _make(publish=False, finishes=("press",), output=None, no_marks=False, **asked)

    @banxin.command("preview", help=t("preview"))
    @click.argument("title", required=False, metavar=t("preview-metavar"))
    @click.option("--layout", metavar="NAME", help=t("layout"))
    @click.option("--press", metavar="PROFILE", help=t("press"))
    @click.option("--draft", is_flag=True, help=t("draft"))
    @click.option("--host", default="127.0.0.1", show_default=True, help=t("host"))
    @click.option("--port", type=click.IntRange(0, 65535), help=t("port"))
    @click.option("--editor", default="", metavar="COMMAND", help=t("editor"))
    @click.option("--open", "opens", is_flag=True, help=t("open"))
    @click.option("--no-cache", is_flag=True, help=t("no-cache"))
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def preview_command(**asked: Any) -> None:
        _preview(**asked)

    @banxin.command("render", help=t("render"))
    @click.argument("page", type=click.Path(path_type=Path), metavar="PAGE.html")
    @click.argument("output", type=click.Path(path_type=Path), metavar="OUT.pdf")
    @click.option("--no-compose", is_flag=True, help=t("no-compose"))
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def render_command(**asked: Any) -> None:
        _render(**asked)

    @banxin.command("preflight", help=t("preflight"))
    @click.argument("file", type=click.Path(path_type=Path), metavar="FILE.pdf")
    @click.option("--press", default="coated-sheetfed", metavar="PROFILE", help=t("press"))
    @click.option("--binding", type=click.Choice(["saddle", "perfect"]), help=t("binding"))
    @click.option("--spot", "spots", multiple=True, metavar="NAME", help=t("spot"))
    @click.option(
        "--fail-on", type=click.Choice(list(FAILS_ON)), default="error", help=t("fail-on")
    )
    @click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help=t("report-output")
    )
    @_all(speaking)
    def preflight_command(**asked: Any) -> None:
        _preflight(**asked)

    @banxin.command("rules", help=t("rules"))
    @click.argument("code", required=False, metavar="[CODE]")
    @_all(speaking)
    def rules_command(code: str | None, form: str, lang: str) -> None:
        _rules(code, form, lang)

    @banxin.group("fonts", help=t("fonts"))
    def fonts_group() -> None:
        pass

    @fonts_group.command("list", help=t("fonts-list"))
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def fonts_list(root: Path | None, form: str, lang: str) -> None:
        _list_fonts(root, form, lang)

    @fonts_group.command("check", help=t("fonts-check"))
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def fonts_check(root: Path | None, form: str, lang: str) -> None:
        _check_fonts(root, form, lang)

    @banxin.group("layout", help=t("layouts"))
    def layout_group() -> None:
        pass

    workspace = click.option(
        "--workspace", "root", type=click.Path(path_type=Path), help=t("workspace")
    )

    @layout_group.command("list", help=t("layout-list"))
    @click.option(
        "--sheet", type=click.Path(path_type=Path), metavar="FILE.jpg", help=t("layout-sheet")
    )
    @click.option("--title", default="langfang", metavar="TITLE", help=t("layout-sheet-title"))
    @workspace
    @_all(speaking)
    def layout_list(
        sheet: Path | None, title: str, root: Path | None, form: str, lang: str
    ) -> None:
        _list_layouts(root, form, lang)
        if sheet is not None:
            _contact_sheet(sheet, title, root, form, lang)

    @layout_group.command("check", help=t("layout-check"))
    @click.argument("names", nargs=-1, metavar="[NAME]...")
    @workspace
    @_all(speaking)
    def layout_check(names: tuple[str, ...], root: Path | None, form: str, lang: str) -> None:
        _check_layouts(names, root, form, lang)

    @layout_group.command("new", help=t("layout-new"))
    @click.argument("name", metavar="NAME")
    @click.option("--from", "base", default="jinian", metavar="NAME", help=t("layout-from"))
    @workspace
    @_all(speaking)
    def layout_new(name: str, base: str, root: Path | None, form: str, lang: str) -> None:
        _new_layout(name, base, root, form, lang)

    return banxin


def _all(options: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


# --- build and check ----------------------------------------------------------------------


def _make(
    *,
    titles: tuple[str, ...],
    finishes: tuple[str, ...],
    output: Path | None,
    layout: str | None,
    press: str | None,
    fail_on: str,
    draft: bool,
    no_compose: bool,
    no_marks: bool,
    no_cache: bool,
    root: Path | None,
    form: str,
    lang: str,
    publish: bool,
) -> None:
    # Heavy imports stay here, so that help and usage errors come at once.
    from banxin import batch
    from banxin.workspace import Workspace

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd(), output=output, cache=not no_cache)
        exits = []
        for outcome in batch.run(
            titles,
            workspace,
            here=Path.cwd(),
            finishes=finishes,
            layout=layout,
            press=press,
            draft=draft,
            compose=not no_compose,
            marks=not no_marks,
            publish=publish,
            language=lang,
            progress=voice.progress,
        ):
            voice.tell(outcome, workspace)
            exits.append(_exit_of(outcome, FAILS_ON[fail_on]))
        sys.exit(max(exits, default=Exit.FINE))


def _exit_of(outcome: Any, failing: set[Severity]) -> Exit:
    if outcome.build is None:
        return Exit.CANNOT_BUILD
    if any(finding.severity in failing for finding in outcome.build.report.findings):
        return Exit.FINDINGS
    return Exit.FINE


def _render(
    *, page: Path, output: Path, no_compose: bool, root: Path | None, form: str, lang: str
) -> None:
    from banxin.anypage import render
    from banxin.workspace import Workspace, write_whole

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        sheets = render(page, workspace, compose=not no_compose)
        write_whole(output, sheets.pdf)
        voice.findings(in_order(sheets.remarks), None)
        voice.word("rendered", file=_shown(output.resolve()), pages=len(sheets.trims))
        if any(remark.severity in FAILS_ON["error"] for remark in sheets.remarks):
            sys.exit(Exit.FINDINGS)


# --- preview ------------------------------------------------------------------------------


def _preview(
    *,
    title: str | None,
    layout: str | None,
    press: str | None,
    draft: bool,
    host: str,
    port: int | None,
    editor: str,
    opens: bool,
    no_cache: bool,
    root: Path | None,
    form: str,
    lang: str,
) -> None:
    from banxin.preview import Asked, serve
    from banxin.workspace import Workspace

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd(), cache=not no_cache)
        asked = Asked(
            title or "", layout or "", press or "", draft, host, port, editor, lang, opens
        )
        serve(asked, workspace, Path.cwd(), lambda address: voice.address("preview", address))


# --- preflight and rules ------------------------------------------------------------------


def _preflight(
    *,
    file: Path,
    press: str,
    binding: str | None,
    spots: tuple[str, ...],
    fail_on: str,
    output: Path | None,
    form: str,
    lang: str,
) -> None:
    from banxin import preflight
    from banxin.anyfile import judge
    from banxin.workspace import write_whole

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        report = judge(file, press=press, binding=binding or "", plates=frozenset(spots))
        if output is not None:
            output.mkdir(parents=True, exist_ok=True)
            page = preflight.as_page(report, lang)
            write_whole(output / "report.html", page.encode())
            write_whole(output / "report.json", preflight.as_json(report, lang).encode())
        voice.report(report, None)
        if output is not None:
            voice.word("report-written", file=_shown((output / "report.html").resolve()))
        if any(finding.severity in FAILS_ON[fail_on] for finding in report.findings):
            sys.exit(Exit.FINDINGS)


def _rules(code: str | None, form: str, lang: str) -> None:
    from banxin.preflight import manual

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        told = manual.told(code)
        if form == "json":
            click.echo(
                json.dumps([entry.as_json(lang) for entry in told], ensure_ascii=False, indent=1)
            )
        else:
            click.echo(manual.text(told, lang), nl=False)


# --- fonts ----------------------------------------------------------------------------------


def _list_fonts(root: Path | None, form: str, lang: str) -> None:
    from banxin.assets import fonts
    from banxin.workspace import Workspace

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        faces = fonts.load(Workspace.around(root or Path.cwd()))
        if form == "json":
            rows = [
                {
                    "family": f.family,
                    "weight": f.weight,
                    "file": str(f.file),
                    "role": f.role,
                    "licence": f.licence,
                    "provenance": f.provenance,
                }
                for f in faces
            ]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for f in faces:
            click.echo(f"{f.family} {f.weight}\t{f.role}\t{f.licence}\t{f.file}")


def _check_fonts(root: Path | None, form: str, lang: str) -> None:
    from banxin.assets import fonts
    from banxin.workspace import Workspace

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        found = fonts.check(workspace)
        voice.findings(found, workspace)
        if any(finding.severity in FAILS_ON["error"] for finding in found):
            sys.exit(Exit.FINDINGS)
        voice.word("fonts-fine", n=len(fonts.load(workspace)))


# --- layouts ------------------------------------------------------------------------------


def _list_layouts(root: Path | None, form: str, lang: str) -> None:
    from banxin import layouts
    from banxin.diagnostics import Place
    from banxin.workspace import Workspace

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        loaded = [layouts.load(n, workspace, Place()) for n in layouts.names(workspace)]
        rows: list[dict[str, Any]] = [
            {
                "name": layout.name,
                "title": layout.title[lang],
                "width_mm": round(layout.page.width.in_mm, 2),
                "height_mm": round(layout.page.height.in_mm, 2),
                "characters": layout.grid.characters,
                "lines": layout.grid.lines,
                "columns": layout.grid.columns,
                "extends": [folder.name for folder in layout.folders[1:]],
            }
            for layout in loaded
        ]
        if form == "json":
            click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            page = f"{row['width_mm']:g} × {row['height_mm']:g} mm"
            area = f"{row['characters']} × {row['lines']} / {row['columns']}"
            parents = " ← ".join(row["extends"])
            click.echo(f"{row['name']}\t{row['title']}\t{page}\t{area}\t{parents}".rstrip())


def _contact_sheet(sheet: Path, title: str, root: Path | None, form: str, lang: str) -> None:
    from banxin import batch
    from banxin.workspace import Workspace, write_whole

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        made = batch.every_dress(
            title,
            workspace,
            here=Path.cwd(),
            language=lang,
            progress=lambda layout: voice.progress(layout, "typeset"),
        )
        write_whole(sheet, made)
        voice.word("sheet-written", file=_shown(sheet.resolve()))


def _check_layouts(names: tuple[str, ...], root: Path | None, form: str, lang: str) -> None:
    from banxin import layouts
    from banxin.diagnostics import Place
    from banxin.preflight import terminal
    from banxin.typeset import examine
    from banxin.workspace import Workspace

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        found: dict[str, tuple[Any, ...]] = {}
        for name in names or layouts.names(workspace):
            try:
                found[name] = examine(layouts.load(name, workspace, Place()))
            except BanxinError as problem:
                found[name] = problem.diagnostics
        # Layouts that extend one another share its faults: each is told once.
        every = list({str(d): d for ds in found.values() for d in ds}.values())
        voice.findings(in_order(every), workspace)
        for name, remarks in found.items():
            if not any(remark.severity in FAILS_ON["error"] for remark in remarks):
                counted = terminal.summary(remarks, lang)
                voice.word("layout-fine" if counted else "layout-clean", name=name, counted=counted)
        if any(remark.severity in FAILS_ON["error"] for remark in every):
            sys.exit(Exit.FINDINGS)


def _new_layout(name: str, base: str, root: Path | None, form: str, lang: str) -> None:
    from banxin import layouts
    from banxin.workspace import Workspace

    voice = _Voice(form, lang)
    with _leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        folder = layouts.start(name, base, workspace)
        voice.word("layout-made", folder=str(folder), name=name, base=base)


# --- talking --------------------------------------------------------------------------------


class _Voice:
    """Results to stdout, talk to stderr; nothing but JSON where JSON was asked for."""

    def __init__(self, form: str, language: str) -> None:
        self.form = form
        self.language = language

    def progress(self, title: str, stage: str) -> None:
        if self.form == "human":
            said = sentence(f"say/stage-{stage}", self.language).message
            click.echo(click.style(f"{title}: {said}…", dim=True), err=True)

    def word(self, code: str, **facts: Any) -> None:
        if self.form == "human":
            click.echo(sentence(f"say/{code}", self.language, **facts).message)

    def address(self, code: str, address: str) -> None:
        """Where something is to be found: a program that reads JSON wants to know it, too."""
        if self.form == "json":
            click.echo(json.dumps({"address": address}))
        else:
            said = sentence(f"say/{code}", self.language, address=address).message
            click.echo(said if self.form == "human" else address)

    def findings(self, found: Sequence[Diagnostic], workspace: Any) -> None:
        from banxin.preflight import finding_as_json, terminal

        if not found and self.form != "json":
            return
        if self.form == "json":
            rows = [finding_as_json(finding, self.language) for finding in found]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        elif self.form == "short":
            click.echo(terminal.short(found, self.language))
        else:
            text = terminal.human(found, self.language, _source_lines(workspace))
            click.echo(text, err=True)

    def tell(self, outcome: Any, workspace: Any) -> None:
        if outcome.build is None:
            self.findings(in_order(outcome.reasons), workspace)
            self._last_good(outcome)
            return
        self.report(outcome.build.report, workspace, outcome.build.files)

    def report(self, report: Any, workspace: Any, files: Sequence[Path] = ()) -> None:
        from banxin import preflight
        from banxin.preflight import terminal

        if self.form == "json":
            click.echo(preflight.as_json(report, self.language), nl=False)
            return
        self.findings(report.findings, workspace)
        for file in files:
            if file.suffix == ".pdf":
                click.echo(_shown(file))
        counted = terminal.summary(report.findings, self.language)
        pages = len(report.facts.sheets)
        seconds = round(sum(report.timings.values()), 1)
        title = report.title
        code = f"verdict-{report.verdict}"
        self.word(code, title=title, pages=pages, seconds=seconds, counted=counted)

    def _last_good(self, outcome: Any) -> None:
        self.word("not-built", title=outcome.title, count=len(outcome.reasons))


def _shown(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


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
def _leaving_well(voice: _Voice) -> Iterator[None]:
    """Whatever happens becomes words and an exit code, never a traceback alone."""
    try:
        yield
    except BanxinError as problem:
        voice.findings(problem.diagnostics, None)
        sys.exit(Exit.CANNOT_BUILD)
    except KeyboardInterrupt:
        voice.word("interrupted")
        sys.exit(Exit.INTERRUPTED)
    except OSError as problem:
        if not _is_missing_library(problem):
            raise
        missing = error("system/missing", what=str(problem), command=_INSTALL)
        voice.findings((missing,), None)
        sys.exit(Exit.SYSTEM_PART_MISSING)
    except Exception as problem:  # the last door: a bug gets its own exit code
        traceback.print_exc()
        bug = error("internal/bug", what=f"{type(problem).__name__}: {problem}")
        voice.findings((bug,), None)
        sys.exit(Exit.OUR_BUG)


_INSTALL: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def _is_missing_library(problem: OSError) -> bool:
    """Cffi's words when WeasyPrint's libraries are not on the machine."""
    return "cannot load library" in str(problem)
