"""Before and after a build: `import`, `new`, `fix`, `photos`, `proof` and `comments`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import click

from banxin.cli.call import PATH, Call, Options, fails
from banxin.diagnostics import shown
from banxin.usage import Choice, Program, help_of
from banxin.voice import Exit


def fix(program: Program, o: Options) -> None:
    @program.command("fix", help=o.t("fix"))
    @o.title
    @click.option("--yes", is_flag=True, help=o.t("fix-yes"))
    @click.option("--dry-run", is_flag=True, help=o.t("fix-dry-run"))
    @click.option("--undo", is_flag=True, help=o.t("fix-undo"))
    @o.workspace
    @o.called
    def fix_command(call: Call, **asked: Any) -> None:
        _fix(call, **asked)


def _fix(call: Call, *, title: str, yes: bool, dry_run: bool, undo: bool) -> None:
    from banxin import content, mending

    workspace, voice = call.workspace, call.voice
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


def photos(program: Program, o: Options) -> None:
    @program.command("photos", help=o.t("photos"))
    @o.title
    @click.option("--dry-run", is_flag=True, help=o.t("photos-dry-run"))
    @click.option("--take", type=PATH, metavar="CHOICE.toml", help=o.t("photos-take"))
    @click.option("--match", is_flag=True, help=o.t("photos-match"))
    @click.option("--credit", default="", help=o.t("photos-credit"))
    @click.option("--licence", default="", help=o.t("photos-licence"))
    @click.option("--consent", default="", help=o.t("photos-consent"))
    @o.output
    @o.workspace
    @o.notes
    @o.called
    def photos_command(call: Call, **asked: Any) -> None:
        _photos(call, **asked)


def _photos(
    call: Call, *, title: str, take: Path | None, match: bool, dry_run: bool, **given: str
) -> None:
    """Args: given: as `darkroom.Defaults` has it."""
    from banxin import content, darkroom
    from banxin.workspace import folder_for, ordinary, write_whole

    workspace, voice = call.workspace, call.voice
    folder = content.find(title, workspace, Path.cwd())
    if take is not None:
        count = darkroom.take(folder, ordinary(take), shown(take), workspace)
        voice.word("photos-taken", n=count)
        workspace = workspace.afresh()
    defaults = darkroom.Defaults(**given)
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
    if fails(made.remarks):
        sys.exit(Exit.FINDINGS)


def bring(program: Program, o: Options) -> None:
    @program.command("import", help=o.t("import"))
    @click.argument("sources", nargs=-1, required=True, type=PATH, metavar="SOURCE...")
    @click.argument("name", metavar="NAME")
    @click.option(
        "--plan",
        type=Choice(["article", "brochure", "leaflet"]),
        default="brochure",
        help=o.t("plan"),
    )
    @o.layout
    @click.option("--dry-run", is_flag=True, help=o.t("dry-run"))
    @o.workspace
    @o.called
    def import_command(call: Call, **asked: Any) -> None:
        _bring(call, **asked)


def _bring(
    call: Call, *, sources: tuple[Path, ...], name: str, plan: str, layout: str, dry_run: bool
) -> None:
    from banxin import importing

    workspace, voice = call.workspace, call.voice
    made = importing.bring(
        sources, name, workspace, plan=plan, layout=layout, language=voice.language
    )
    voice.findings(made.remarks)
    if not dry_run:
        importing.write(made.files, made.folder, workspace)
    if voice.form == "json":
        voice.listed({"folder": str(made.folder), "files": sorted(made.files)})
    elif dry_run:
        click.echo(made.report)
        voice.word("import-dry", files=", ".join(sorted(made.files)))
    else:
        voice.word("import-done", folder=str(made.folder), name=name)


def new(program: Program, o: Options) -> None:
    @program.command("new", help=o.t("new"))
    @click.argument("name", metavar="NAME")
    @click.option("--layout", default="jinian", metavar="NAME", help=o.t("layout"))
    @click.option("--title", metavar="TEXT", help=o.t("new-title"))
    @click.option("--unit", metavar="TEXT", help=o.t("new-unit"))
    @click.option("--date", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=o.t("new-date"))
    @o.workspace
    @o.called
    def new_command(call: Call, **asked: Any) -> None:
        _new(call, **asked)


def _new(
    call: Call,
    *,
    name: str,
    layout: str,
    title: str | None,
    unit: str | None,
    date: datetime.datetime | None,
) -> None:
    from banxin import starting

    def answer(given: str | None, code: str, otherwise: str) -> str:
        if given is None and sys.stdin.isatty() and call.form == "human":
            asked = help_of(code, call.language).rstrip("。.")
            return str(click.prompt(asked, default=otherwise))
        return otherwise if given is None else given

    workspace = call.workspace
    today = datetime.date.today()  # the editor's own calendar
    folder = starting.start(
        name,
        workspace,
        layout=layout,
        title=answer(title, "new-title", name),
        unit=answer(unit, "new-unit", "编辑组"),
        date=date.date() if date else today,
    )
    if call.form == "json":
        call.voice.listed({"folder": str(folder)})
    call.voice.word("new-done", folder=str(folder), name=name)


def proof(program: Program, o: Options) -> None:
    @program.command("proof", help=o.t("proof"))
    @click.argument("title", metavar="TITLE")
    @click.option("--reading", type=click.IntRange(1, 9), default=None, help=o.t("reading"))
    @o.by
    @o.layout
    @o.output
    @o.workspace
    @o.called
    def proof_command(call: Call, *, title: str, reading: int | None, by: str, layout: str) -> None:
        from banxin.proofreading import Started, proof

        begun = Started(datetime.date.today(), reading or 0, by)
        workspace, voice = call.workspace, call.voice
        file = proof(
            title,
            begun,
            workspace,
            here=Path.cwd(),
            layout=layout,
            language=call.language,
            progress=voice.progress,
        )
        voice.written(file)


def comments(program: Program, o: Options) -> None:
    @program.command("comments", help=o.t("comments"))
    @click.argument("file", type=PATH, metavar="FILE.pdf")
    @click.option("--apply", "applies", is_flag=True, help=o.t("apply"))
    @click.option("--undo", is_flag=True, help=o.t("comments-undo"))
    @click.option("--title", metavar="TITLE", help=o.t("comments-title"))
    @o.by
    @o.layout
    @o.output
    @o.workspace
    @o.called
    def comments_command(call: Call, **asked: Any) -> None:
        _comments(call, **asked)


def _comments(
    call: Call, *, file: Path, applies: bool, undo: bool, title: str | None, by: str, layout: str
) -> None:
    from banxin import proofreading

    workspace, voice = call.workspace, call.voice
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
    told = proofreading.told(read, call.language, is_written=applies)
    voice.comments(told, read.remarks)
    if copies:
        voice.word("comments-written", n=len(copies) - 1, folder=shown(copies[0]))
