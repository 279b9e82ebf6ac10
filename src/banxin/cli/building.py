"""`build`, `check`, `preview` and `render`: from manuscripts and pages to what is seen."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath
from typing import Any

import click

from banxin.cli.call import PATH, Call, Decorator, Options, fails, together
from banxin.diagnostics import shown
from banxin.finishes import FINISHES
from banxin.request import Request
from banxin.usage import Choice, Program
from banxin.voice import Exit, exit_of


def build(program: Program, o: Options) -> None:
    @program.command("build", help=o.t("build"))
    @o.titles
    @click.option(
        "--finish",
        "finishes",
        multiple=True,
        type=Choice(list(FINISHES)),
        default=("press", "screen"),
        help=o.t("finish"),
    )
    @o.output
    @o.switched_off("no-marks", "marks")
    @click.option("--changed", is_flag=True, help=o.t("changed"))
    @click.option("--merge", is_flag=True, help=o.t("merge"))
    @click.option("--revision", type=click.IntRange(1, 999), metavar="N", help=o.t("revision"))
    @_shared(o)
    @o.called
    def build_command(call: Call, *, revision: int | None, **asked: Any) -> None:
        _make(call, revision=revision or 0, **asked)


def check(program: Program, o: Options) -> None:
    @program.command("check", help=o.t("check"))
    @o.titles
    @_shared(o)
    @o.called
    def check_command(call: Call, **asked: Any) -> None:
        _make(call, publish=False, finishes=("press",), **asked)


def _shared(o: Options) -> Decorator:
    verbose = click.option("--verbose", is_flag=True, help=o.t("verbose"))
    return together(
        (
            o.layout, o.press, o.fail_on, o.draft, o.no_compose, o.no_cache, o.workspace, o.notes,
            verbose,
            click.option("--rows", default="", metavar="1-20", help=o.t("rows")),
            click.option("--only", default="", metavar="VALUE", help=o.t("only")),
            click.option("--on", default="", metavar="tcp://HOST:8786", help=o.t("on")),
        )
    )  # fmt: skip


def _make(
    call: Call, *, titles: tuple[str, ...], fail_on: str, verbose: bool, **wanted: Any
) -> None:
    """Args: wanted: as a `WhichCopies` and a `Request` have it."""
    from banxin import batch
    from banxin.series.choice import WhichCopies
    from banxin.workspace import folder_for

    if call.output is not None:
        folder_for(call.output)  # said at once, not when all is set
    workspace, voice = call.workspace, call.voice
    if verbose:
        workspace.cache.tell = voice.spoilt
    names = ("rows", "only", "changed", "merge", "on")
    choice = WhichCopies(**{name: wanted.pop(name) for name in names if name in wanted})
    request = Request(PurePosixPath(), language=call.language, **wanted)
    telling = batch.Telling(voice.progress, voice.counting)
    exits = []
    for outcome in batch.run(
        titles, request, workspace, here=Path.cwd(), telling=telling, choice=choice
    ):
        voice.tell(outcome, workspace)
        exits.append(_exit_of(outcome, fail_on))
    voice.told_copies(workspace)
    sys.exit(max(exits, default=Exit.FINE))


def _exit_of(outcome: Any, fail_on: str) -> Exit:
    if outcome.told is None:
        return exit_of(outcome.reasons)
    return Exit.FINDINGS if fails(outcome.told.findings, fail_on) else Exit.FINE


def preview(program: Program, o: Options) -> None:
    @program.command("preview", help=o.t("preview"))
    @click.argument("title", required=False, metavar=o.t("preview-metavar"))
    @o.layout
    @o.press
    @o.draft
    @click.option("--host", default="127.0.0.1", show_default=True, help=o.t("host"))
    @click.option("--port", type=click.IntRange(0, 65535), help=o.t("port"))
    @click.option("--editor", default="", metavar="COMMAND", help=o.t("editor"))
    @click.option("--open", "opens", is_flag=True, help=o.t("open"))
    @click.option("--editing/--no-editing", default=None, help=o.t("editing"))
    @o.no_cache
    @o.workspace
    @o.called
    def preview_command(
        call: Call, *, title: str | None, layout: str, press: str, draft: bool, **how: Any
    ) -> None:
        from banxin import content
        from banxin.preview import Service, serve

        workspace = call.workspace
        folder = content.find(title or content.first(workspace), workspace, Path.cwd())
        first = Request(folder, layout, press, draft, language=call.language)
        ready = call.voice.address
        serve(first, Service(**how), workspace, lambda address: ready("preview", address))


def render(program: Program, o: Options) -> None:
    @program.command("render", help=o.t("render"))
    @click.argument("page", type=PATH, metavar="PAGE.html")
    @click.argument("target", type=PATH, metavar="OUT.pdf")
    @o.no_compose
    @o.workspace
    @o.called
    def render_command(call: Call, *, page: Path, target: Path, compose: bool) -> None:
        from banxin.render_html import render
        from banxin.workspace import write_whole

        voice = call.voice
        sheets = render(page, call.workspace, compose=compose)
        write_whole(target, sheets.pdf)
        voice.findings(sheets.remarks)
        voice.word("rendered", file=shown(target.resolve()), pages=voice.pages(len(sheets.trims)))
        if fails(sheets.remarks):
            sys.exit(Exit.FINDINGS)
