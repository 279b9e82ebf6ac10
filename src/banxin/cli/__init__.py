"""The command line: words → calls → report → exit code. No logic of its own.

Each command is a function that adds it to the program: the list below is the order of the help.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final, NoReturn

import click

from banxin import __version__, usage
from banxin.cli import building, editing, handing, judging, keeping
from banxin.cli.call import Options
from banxin.diagnostics import BanxinError, Diagnostic
from banxin.usage import Program, Speech, help_of
from banxin.voice import Exit, Voice, leaving_well, never_without_words

COMMANDS: Final[Sequence[Callable[[Program, Options], None]]] = (
    building.build,
    building.check,
    editing.fix,
    editing.photos,
    building.preview,
    editing.bring,
    editing.new,
    building.render,
    judging.preflight,
    editing.proof,
    editing.comments,
    handing.package,
    handing.verify,
    handing.dummy,
    judging.rules,
    keeping.init,
    keeping.cache,
    keeping.fonts,
    keeping.layout,
)

# What a build makes, and what it loads, stays to its end: looking for garbage every 700 objects
# takes 7 % of a short one.
SELDOM: Final = (50_000, 20, 50)


def main(arguments: Sequence[str] | None = None) -> None:
    """The program. Ends by exiting."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.set_threshold(*SELDOM)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know our language
    asked = Speech.of(words)
    with never_without_words(asked.form, asked.language):
        commands(asked.language).main(words)


def _wrong(problem: Diagnostic, asked: Speech) -> NoReturn:
    """What was typed is not understood."""
    voice = Voice(asked.form, asked.language)
    with leaving_well(voice):
        voice.fail(problem)
        sys.exit(Exit.USAGE)


def commands(language: str) -> Program:
    """The command line in *language*."""
    options = Options(language)
    t = options.t
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
            *options.heard(),
        ],
    )

    @banxin.command("version", hidden=True, help=t("version"), params=options.heard())
    def version_command() -> None:
        click.echo(f"banxin {__version__}")

    words = click.Argument(["words"], nargs=-1, metavar="[COMMAND]...")
    heard = options.heard()

    @banxin.command("help", hidden=True, help=t("help-option"), params=[words, *heard])
    @click.pass_context
    def help_command(ctx: click.Context, words: tuple[str, ...]) -> None:
        _help(ctx, words)

    for add in COMMANDS:
        add(banxin, options)
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
