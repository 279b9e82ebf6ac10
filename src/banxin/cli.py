"""The command line: words → calls → report → exit code. No logic of its own."""

from __future__ import annotations

import datetime
import signal
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from banxin import __version__, usage
from banxin.diagnostics import BanxinError, Diagnostic, Severity
from banxin.usage import Asked, Choice, Program, help_of
from banxin.voice import Exit, Voice, leaving_well, never_without_words, shown
from banxin.words import LANGUAGES

FAILS_ON: Final = {
    "error": {Severity.ERROR, Severity.CRASH},
    "warning": {Severity.ERROR, Severity.CRASH, Severity.WARNING},
    "never": set[Severity](),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """The program. Ends by exiting."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know our language
    asked = Asked.of(words)
    with never_without_words(asked.form, asked.language):
        commands(asked.language).main(words)


def _wrong(problem: Diagnostic, asked: Asked) -> NoReturn:
    """What was typed is not understood."""
    voice = Voice(asked.form, asked.language)
    with leaving_well(voice):
        voice.fail(problem)
        sys.exit(Exit.USAGE)


def commands(language: str) -> Program:
    """The command line in *language*."""

    def t(code: str) -> str:
        return help_of(code, language)

    forms, spoken = Choice(usage.FORMS), Choice(LANGUAGES)
    titles = click.argument("titles", nargs=-1, metavar=t("titles-metavar"))
    finish = click.option(
        "--finish",
        "finishes",
        multiple=True,
        type=Choice(["press", "outlined", "plates", "screen", "proof"]),
        default=("press", "screen"),
        help=t("finish"),
    )
    shared = (
        click.option("--layout", metavar="NAME", help=t("layout")),
        click.option("--press", metavar="PROFILE", help=t("press")),
        click.option("--fail-on", type=Choice(list(FAILS_ON)), default="error", help=t("fail-on")),
        click.option("--draft", is_flag=True, help=t("draft")),
        click.option("--no-compose", is_flag=True, help=t("no-compose")),
        click.option("--no-cache", is_flag=True, help=t("no-cache")),
        click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace")),
        click.option("--notes", is_flag=True, help=t("notes")),
        click.option("--verbose", is_flag=True, help=t("verbose")),
    )
    speaking = (
        click.option("--format", "form", type=forms, help=t("format")),
        click.option("--lang", type=spoken, help=t("lang")),
    )
    # Read by `Asked.of`, wherever they stand.
    heard = (
        click.Option(["--format"], type=forms, expose_value=False, help=t("format")),
        click.Option(["--lang"], type=spoken, expose_value=False, help=t("lang")),
    )
    notes = click.option("--notes", is_flag=True, help=t("notes"))
    folder = click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help=t("output")
    )

    banxin = Program(
        name="banxin",
        help=t("banxin"),
        language=language,
        wrong=_wrong,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        callback=_first,
        params=[
            click.Option(["-V", "--version"], is_flag=True, help=t("version")),
            *heard,
        ],
    )

    @banxin.command("version", hidden=True, help=t("version"), params=[*heard])
    def version_command() -> None:
        click.echo(f"banxin {__version__}")

    words = click.Argument(["words"], nargs=-1, metavar="[COMMAND]...")

    @banxin.command("help", hidden=True, help=t("help-option"), params=[words, *heard])
    @click.pass_context
    def help_command(ctx: click.Context, words: tuple[str, ...]) -> None:
        _help(ctx, words)

    @banxin.command("build", help=t("build"))
    @titles
    @finish
    @folder
    @click.option("--no-marks", is_flag=True, help=t("no-marks"))
    @click.option("--revision", type=click.IntRange(1, 999), metavar="N", help=t("revision"))
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

    @banxin.command("fix", help=t("fix"))
    @click.argument("title", metavar=t("title-metavar"))
    @click.option("--yes", is_flag=True, help=t("fix-yes"))
    @click.option("--dry-run", is_flag=True, help=t("fix-dry-run"))
    @click.option("--undo", is_flag=True, help=t("fix-undo"))
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def fix_command(form: str, lang: str, **asked: Any) -> None:
        _fix(Voice(form, lang), **asked)

    @banxin.command("photos", help=t("photos"))
    @click.argument("title", metavar=t("title-metavar"))
    @click.option("--dry-run", is_flag=True, help=t("photos-dry-run"))
    @click.option(
        "--take", type=click.Path(path_type=Path), metavar="CHOICE.toml", help=t("photos-take")
    )
    @click.option("--match", is_flag=True, help=t("photos-match"))
    @click.option("--credit", default="", help=t("photos-credit"))
    @click.option("--licence", default="", help=t("photos-licence"))
    @click.option("--consent", default="", help=t("photos-consent"))
    @folder
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @notes
    @_all(speaking)
    def photos_command(form: str, lang: str, *, notes: bool, **asked: Any) -> None:
        _photos(Voice(form, lang, notes=notes), **asked)

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

    @banxin.command("import", help=t("import"))
    @click.argument(
        "sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SOURCE..."
    )
    @click.argument("name", metavar="NAME")
    @click.option(
        "--plan",
        type=Choice(["article", "brochure", "leaflet"]),
        default="brochure",
        help=t("plan"),
    )
    @click.option("--layout", default="", metavar="NAME", help=t("layout"))
    @click.option("--dry-run", is_flag=True, help=t("dry-run"))
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def import_command(**asked: Any) -> None:
        _import(**asked)

    @banxin.command("new", help=t("new"))
    @click.argument("name", metavar="NAME")
    @click.option("--layout", default="jinian", metavar="NAME", help=t("layout"))
    @click.option("--title", metavar="TEXT", help=t("new-title"))
    @click.option("--unit", metavar="TEXT", help=t("new-unit"))
    @click.option("--date", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=t("new-date"))
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def new_command(**asked: Any) -> None:
        _new(**asked)

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
    @click.option("--press", metavar="PROFILE", help=t("press"))
    @click.option("--binding", type=Choice(["saddle", "perfect"]), help=t("binding"))
    @click.option("--spot", "spots", multiple=True, metavar="NAME", help=t("spot"))
    @click.option("--fail-on", type=Choice(list(FAILS_ON)), default="error", help=t("fail-on"))
    @click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help=t("report-output")
    )
    @notes
    @_all(speaking)
    def preflight_command(**asked: Any) -> None:
        _preflight(**asked)

    @banxin.command("proof", help=t("proof"))
    @click.argument("title", metavar="TITLE")
    @click.option("--reading", type=click.IntRange(1, 9), default=None, help=t("reading"))
    @click.option("--by", default="", metavar="NAME", help=t("by"))
    @click.option("--layout", metavar="NAME", help=t("layout"))
    @folder
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def proof_command(**asked: Any) -> None:
        _proof(**asked)

    @banxin.command("comments", help=t("comments"))
    @click.argument("file", type=click.Path(path_type=Path), metavar="FILE.pdf")
    @click.option("--apply", "applies", is_flag=True, help=t("apply"))
    @click.option("--undo", is_flag=True, help=t("comments-undo"))
    @click.option("--title", metavar="TITLE", help=t("comments-title"))
    @click.option("--by", default="", metavar="NAME", help=t("by"))
    @click.option("--layout", metavar="NAME", help=t("layout"))
    @folder
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def comments_command(**asked: Any) -> None:
        _comments(**asked)

    @banxin.command("rules", help=t("rules"))
    @click.argument("code", required=False, metavar="[CODE]")
    @_all(speaking)
    def rules_command(code: str | None, form: str, lang: str) -> None:
        _rules(code, form, lang)

    @banxin.command("init", help=t("init"))
    @click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
    @_all(speaking)
    def init_command(folder: Path, form: str, lang: str) -> None:
        _init(folder, Voice(form, lang))

    @banxin.command("cache", help=t("cache"))
    @click.option("--clear", is_flag=True, help=t("clear"))
    @folder
    @click.option("--workspace", "root", type=click.Path(path_type=Path), help=t("workspace"))
    @_all(speaking)
    def cache_command(
        *, clear: bool, output: Path | None, root: Path | None, form: str, lang: str
    ) -> None:
        _cache(Voice(form, lang), root, output, clear=clear)

    @banxin.group("fonts", help=t("fonts"), params=[*heard], invoke_without_command=True)
    def fonts_group() -> None:
        _or_help()

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

    @banxin.group("layout", help=t("layouts"), params=[*heard], invoke_without_command=True)
    def layout_group() -> None:
        _or_help()

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
    @notes
    @_all(speaking)
    def layout_check(
        names: tuple[str, ...], root: Path | None, *, notes: bool, form: str, lang: str
    ) -> None:
        _check_layouts(names, root, Voice(form, lang, notes=notes))

    @layout_group.command("new", help=t("layout-new"))
    @click.argument("name", metavar="NAME")
    @click.option("--from", "base", default="jinian", metavar="NAME", help=t("layout-from"))
    @workspace
    @_all(speaking)
    def layout_new(name: str, base: str, root: Path | None, form: str, lang: str) -> None:
        _new_layout(name, base, root, form, lang)

    return banxin


def _first(*, version: bool) -> None:
    """Without a command: which program this is, or how one begins with it."""
    ctx = click.get_current_context()
    if version:
        click.echo(f"banxin {__version__}")
        ctx.exit(Exit.FINE)
    if ctx.invoked_subcommand is None:
        known = _titles_here()
        click.echo(help_of("first", ctx.obj.language))
        if known:
            click.echo("\n" + help_of("titles-here", ctx.obj.language) + " " + " · ".join(known))


def _or_help() -> None:
    """What a group of commands shows without one of them."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _titles_here() -> tuple[str, ...]:
    from banxin import content
    from banxin.workspace import Workspace

    try:
        return content.titles(Workspace.around(Path.cwd()))
    except BanxinError:
        return ()


def _help(ctx: click.Context, words: Sequence[str]) -> None:
    """What `--help` says of the program, or of the command that *words* name."""
    here = ctx.find_root()
    for word in words:
        command = here.command.commands.get(word) if isinstance(here.command, click.Group) else None
        if command is None:
            _wrong(usage.no_command(word, here), ctx.obj)
        here = click.Context(command, parent=here, info_name=word)
    click.echo(here.get_help())


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
    notes: bool,
    verbose: bool,
    form: str,
    lang: str,
    publish: bool,
    revision: int | None = None,
) -> None:
    # Imports stay here, so that help and usage errors come at once.
    from banxin import batch
    from banxin.workspace import Workspace, folder_for

    voice = Voice(form, lang, notes=notes)
    with leaving_well(voice):
        if output is not None:
            folder_for(output)  # said at once, not when all is set
        workspace = Workspace.around(root or Path.cwd(), output=output, cache=not no_cache)
        voice.output = workspace.output
        if verbose:
            workspace.cache.tell = voice.spoilt
        exits = []
        asked = batch.Asked(
            finishes,
            layout,
            press,
            draft,
            not no_compose,
            not no_marks,
            publish,
            lang,
            revision or 0,
        )
        for outcome in batch.run(
            titles, asked, workspace, here=Path.cwd(), progress=voice.progress
        ):
            voice.tell(outcome, workspace)
            exits.append(_exit_of(outcome, FAILS_ON[fail_on]))
        sys.exit(max(exits, default=Exit.FINE))


def _exit_of(outcome: Any, failing: set[Severity]) -> Exit:
    if outcome.told is None:
        return Exit.CANNOT_BUILD
    if any(finding.severity in failing for finding in outcome.told.findings):
        return Exit.FINDINGS
    return Exit.FINE


def _render(
    *, page: Path, output: Path, no_compose: bool, root: Path | None, form: str, lang: str
) -> None:
    from banxin.render_html import render
    from banxin.workspace import Workspace, write_whole

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        voice.output = workspace.output
        sheets = render(page, workspace, compose=not no_compose)
        write_whole(output, sheets.pdf)
        voice.findings(sheets.remarks)
        voice.word("rendered", file=shown(output.resolve()), pages=voice.pages(len(sheets.trims)))
        if any(remark.severity in FAILS_ON["error"] for remark in sheets.remarks):
            sys.exit(Exit.FINDINGS)


# --- fix ----------------------------------------------------------------------------------


def _fix(
    voice: Voice, title: str, root: Path | None, *, yes: bool, dry_run: bool, undo: bool
) -> None:
    from banxin import content, mending
    from banxin.workspace import Workspace

    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        folder = content.find(title, workspace, Path.cwd())
        if undo:
            back = mending.undo(folder, workspace)
            voice.rows([{"file": str(name)} for name in back])
            voice.word("fix-undone", files=", ".join(map(str, back)))
            return
        proposals = mending.proposed(folder, workspace)
        voice.rows(mending.as_json(proposals))
        for line in mending.difference(proposals) if voice.form == "human" else ():
            click.echo(line)
        counted = mending.counted(proposals)
        if counted["left"]:
            voice.word("fix-left", **counted)
        if not counted["lines"]:
            voice.word("fix-clean", title=title)
        elif dry_run or not (yes or voice.agreed("fix-ask", **counted)):
            voice.word("fix-not-written", **counted)
            sys.exit(Exit.FINDINGS)
        else:
            kept = mending.write(folder, proposals, workspace)
            voice.word("fix-written", folder=shown(kept), title=title, **counted)


# --- photos -------------------------------------------------------------------------------


def _photos(
    voice: Voice,
    title: str,
    take: Path | None,
    credit: str,
    licence: str,
    consent: str,
    output: Path | None,
    root: Path | None,
    *,
    dry_run: bool,
    match: bool,
) -> None:
    from banxin import content, darkroom
    from banxin.workspace import Workspace, folder_for, ordinary, write_whole

    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd(), output=output)
        folder = content.find(title, workspace, Path.cwd())
        if take is not None:
            count = darkroom.take(folder, ordinary(take), shown(take), workspace)
            voice.word("photos-taken", n=count)
            workspace = workspace.afresh()
        defaults = darkroom.Defaults(credit, licence, consent)
        made = darkroom.go_round(folder, workspace, defaults, write=not dry_run)
        if match and made.matches and not dry_run:
            count = darkroom.settle(folder, made.matches, "--match", workspace.afresh())
            voice.word("photos-taken", n=count)
            made = darkroom.go_round(folder, workspace.afresh(), defaults, write=True)
        voice.rows(darkroom.as_json(made))
        for line in darkroom.listing(made) if voice.form == "human" else ():
            click.echo(line)
        if voice.form != "json":
            voice.findings(made.remarks, workspace)
        if not dry_run:
            sheet = folder_for(workspace.output / folder.name) / "photos.html"
            write_whole(sheet, darkroom.as_page(made, voice.language, folder.name).encode())
            voice.word("photos-sheet", file=shown(sheet), title=title)
        if any(remark.severity in FAILS_ON["error"] for remark in made.remarks):
            sys.exit(Exit.FINDINGS)


# --- import and new -----------------------------------------------------------------------


def _import(
    *,
    sources: tuple[Path, ...],
    name: str,
    plan: str,
    layout: str,
    dry_run: bool,
    root: Path | None,
    form: str,
    lang: str,
) -> None:
    from banxin import importing
    from banxin.workspace import Workspace

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        made = importing.bring(
            sources, name, workspace, plan=plan, layout=layout, language=voice.language
        )
        voice.findings(made.remarks)
        if not dry_run:
            importing.write(made.files, made.folder, workspace)
        if form == "json":
            voice.listed({"folder": str(made.folder), "files": sorted(made.files)})
        elif dry_run:
            click.echo(made.report)
            voice.word("import-dry", files=", ".join(sorted(made.files)))
        else:
            voice.word("import-done", folder=str(made.folder), name=name)


def _new(
    *,
    name: str,
    layout: str,
    title: str | None,
    unit: str | None,
    date: datetime.datetime | None,
    root: Path | None,
    form: str,
    lang: str,
) -> None:
    from banxin import starting
    from banxin.workspace import Workspace

    voice = Voice(form, lang)

    def answer(given: str | None, code: str, otherwise: str) -> str:
        if given is None and sys.stdin.isatty() and form == "human":
            return str(click.prompt(help_of(code, lang).rstrip("。."), default=otherwise))
        return otherwise if given is None else given

    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        today = datetime.date.today()  # the editor's own calendar
        folder = starting.start(
            name,
            workspace,
            layout=layout,
            title=answer(title, "new-title", name),
            unit=answer(unit, "new-unit", "编辑组"),
            date=date.date() if date else today,
        )
        if form == "json":
            voice.listed({"folder": str(folder)})
        voice.word("new-done", folder=str(folder), name=name)


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

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd(), cache=not no_cache)
        voice.output = workspace.output
        asked = Asked(
            title or "", layout or "", press or "", draft, host, port, editor, lang, opens
        )
        serve(asked, workspace, Path.cwd(), lambda address: voice.address("preview", address))


# --- preflight and rules ------------------------------------------------------------------


def _preflight(
    *,
    file: Path,
    press: str | None,
    binding: str | None,
    spots: tuple[str, ...],
    fail_on: str,
    output: Path | None,
    notes: bool,
    form: str,
    lang: str,
) -> None:
    from banxin import preflight
    from banxin.preflight_file import judge
    from banxin.workspace import folder_for, write_whole

    voice = Voice(form, lang, notes=notes)
    with leaving_well(voice):
        report = judge(file, press=press, binding=binding, plates=frozenset(spots) or None)
        files: list[Path] = []
        if output is not None:
            made = {
                "report.html": preflight.as_page(report, lang),
                "report.json": preflight.as_json(report, lang),
            }
            files = [folder_for(output) / name for name in made]
            for path, text in zip(files, made.values(), strict=True):
                write_whole(path, text.encode())
        voice.report(report, None, files)
        if any(finding.severity in FAILS_ON[fail_on] for finding in report.findings):
            sys.exit(Exit.FINDINGS)


def _rules(code: str | None, form: str, lang: str) -> None:
    from banxin.preflight import manual

    voice = Voice(form, lang)
    with leaving_well(voice):
        told = manual.told(code)
        if form == "json":
            voice.listed([entry.as_json(lang) for entry in told])
        else:
            click.echo(manual.text(told, lang), nl=False)


# --- proofreaders -------------------------------------------------------------------------


def _proof(
    *,
    title: str,
    reading: int | None,
    by: str,
    layout: str | None,
    output: Path | None,
    root: Path | None,
    form: str,
    lang: str,
) -> None:
    from banxin.proofreading import proof
    from banxin.workspace import Workspace

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd(), output=output)
        voice.output = workspace.output
        file = proof(
            title,
            workspace,
            here=Path.cwd(),
            layout=layout,
            reading=reading or 0,
            by=by,
            date=datetime.date.today(),
            language=lang,
            progress=voice.progress,
        )
        voice.written(file)


def _comments(
    *,
    file: Path,
    applies: bool,
    undo: bool,
    title: str | None,
    by: str,
    layout: str | None,
    output: Path | None,
    root: Path | None,
    form: str,
    lang: str,
) -> None:
    from banxin import proofreading
    from banxin.workspace import Workspace

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd(), output=output)
        voice.output = workspace.output
        if undo:
            back = proofreading.undo(file, workspace, here=Path.cwd(), title=title)
            voice.rows([{"file": str(name)} for name in back])
            voice.word("fix-undone", files=", ".join(map(str, back)))
            return
        read = proofreading.comments(
            file, workspace, here=Path.cwd(), title=title, layout=layout, progress=voice.progress
        )
        copies: tuple[Path, ...] = ()
        if applies:
            copies = proofreading.write(read, workspace, date=datetime.date.today(), by=by)
        voice.comments(proofreading.told(read, lang, is_written=applies), read.remarks)
        if copies:
            voice.word("comments-written", n=len(copies) - 1, folder=shown(copies[0]))


# --- the cache ----------------------------------------------------------------------------


def _cache(voice: Voice, root: Path | None, output: Path | None, *, clear: bool) -> None:
    """What is kept for the next build, by kind; or that it was let go."""
    from banxin.cache import LARGEST
    from banxin.workspace import Workspace

    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd(), output=output)
        voice.output = workspace.output
        shelves = workspace.cache.shelves()
        if clear:
            workspace.forget()
        if voice.form == "json":
            voice.listed([{"kind": s.kind, "entries": s.entries, "bytes": s.size} for s in shelves])
            return
        for shelf in () if clear else shelves:
            click.echo(f"{shelf.kind}\t{shelf.entries}\t{shelf.size / 1e6:.1f} MB")
        voice.word(
            "cache-cleared" if clear else "cache",
            folder=shown(workspace.cache.folder),
            n=sum(shelf.entries for shelf in shelves),
            size=f"{sum(shelf.size for shelf in shelves) / 1e6:.1f}",
            most=f"{LARGEST / 1e9:.1f}",
        )


# --- fonts ----------------------------------------------------------------------------------


def _list_fonts(root: Path | None, form: str, lang: str) -> None:
    from banxin.assets import fonts
    from banxin.workspace import Workspace

    voice = Voice(form, lang)
    with leaving_well(voice):
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
            voice.listed(rows)
            return
        for f in faces:
            click.echo(f"{f.family} {f.weight}\t{f.role}\t{f.licence}\t{f.file}")


def _check_fonts(root: Path | None, form: str, lang: str) -> None:
    from banxin.assets import fonts
    from banxin.workspace import Workspace

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        voice.output = workspace.output
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

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        voice.output = workspace.output
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
            voice.listed(rows)
            return
        for row in rows:
            page = f"{row['width_mm']:g} × {row['height_mm']:g} mm"
            area = f"{row['characters']} × {row['lines']} / {row['columns']}"
            parents = " ← ".join(row["extends"])
            click.echo(f"{row['name']}\t{row['title']}\t{page}\t{area}\t{parents}".rstrip())


def _contact_sheet(sheet: Path, title: str, root: Path | None, form: str, lang: str) -> None:
    from banxin import batch
    from banxin.workspace import Workspace, write_whole

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        voice.output = workspace.output
        made = batch.every_dress(
            title,
            workspace,
            here=Path.cwd(),
            language=lang,
            progress=lambda layout: voice.progress(layout, "typeset"),
        )
        write_whole(sheet, made)
        voice.word("sheet-written", file=shown(sheet.resolve()))


def _check_layouts(names: tuple[str, ...], root: Path | None, voice: Voice) -> None:
    from banxin import edition, layouts, terminal
    from banxin.assets import fonts
    from banxin.diagnostics import Place
    from banxin.typeset import examine
    from banxin.workspace import Workspace

    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        voice.output = workspace.output
        found: dict[str, tuple[Any, ...]] = {}
        for name in names or layouts.names(workspace):
            try:
                layout = layouts.load(name, workspace, Place())
                declared = fonts.load(workspace)
                types = edition.undeclared(layout, declared)
                styles = edition.faces_in_styles(layout, declared)
                found[name] = (*examine(layout), *types, *styles)
            except BanxinError as problem:
                found[name] = problem.diagnostics
        # Layouts that extend one another share its faults: each is told once.
        every = list({str(d): d for ds in found.values() for d in ds}.values())
        voice.findings(every, workspace)
        for name, remarks in found.items():
            if not any(remark.severity in FAILS_ON["error"] for remark in remarks):
                counted = terminal.summary(remarks, voice.language)
                voice.word("layout-fine" if counted else "layout-clean", name=name, counted=counted)
        if any(remark.severity in FAILS_ON["error"] for remark in every):
            sys.exit(Exit.FINDINGS)


def _init(folder: Path, voice: Voice) -> None:
    from banxin import starter

    with leaving_well(voice):
        starter.init(folder)
        voice.word("workspace-made", folder=shown(folder.resolve()), title=starter.FIRST)


def _new_layout(name: str, base: str, root: Path | None, form: str, lang: str) -> None:
    from banxin import layouts
    from banxin.workspace import Workspace

    voice = Voice(form, lang)
    with leaving_well(voice):
        workspace = Workspace.around(root or Path.cwd())
        voice.output = workspace.output
        folder = layouts.start(name, base, workspace)
        voice.word("layout-made", folder=str(folder), name=name, base=base)
