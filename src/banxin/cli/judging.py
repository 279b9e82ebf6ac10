"""`preflight` and `rules`: a PDF before the judge, and what he goes by."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from banxin.cli.call import PATH, Call, Options, fails
from banxin.usage import Choice, Program
from banxin.voice import Exit


def preflight(program: Program, o: Options) -> None:
    @program.command("preflight", help=o.t("preflight"))
    @click.argument("file", type=PATH, metavar="FILE.pdf")
    @click.option("--press", metavar="PROFILE", help=o.t("press"))
    @click.option("--binding", type=Choice(["saddle", "perfect"]), help=o.t("binding"))
    @click.option("--spot", "spots", multiple=True, metavar="NAME", help=o.t("spot"))
    @o.fail_on
    @click.option("-o", "--output", type=PATH, metavar="DIR", help=o.t("report-output"))
    @o.notes
    @o.called
    def preflight_command(call: Call, **asked: Any) -> None:
        _preflight(call, **asked)


def _preflight(
    call: Call,
    *,
    file: Path,
    press: str | None,
    binding: str | None,
    spots: tuple[str, ...],
    fail_on: str,
) -> None:
    from banxin import preflight
    from banxin.preflight_file import judge
    from banxin.workspace import folder_for, write_whole

    report = judge(file, press=press, binding=binding, plates=frozenset(spots) or None)
    files: list[Path] = []
    if call.output is not None:
        made = {
            "report.html": preflight.as_page(report, call.language),
            "report.json": preflight.as_json(report, call.language),
        }
        files = [folder_for(call.output) / name for name in made]
        for path, text in zip(files, made.values(), strict=True):
            write_whole(path, text.encode())
    call.voice.report(report, None, files)
    if fails(report.findings, fail_on):
        sys.exit(Exit.FINDINGS)


def rules(program: Program, o: Options) -> None:
    @program.command("rules", help=o.t("rules"))
    @click.argument("code", required=False, metavar="[CODE]")
    @o.called
    def rules_command(call: Call, *, code: str | None) -> None:
        from banxin.preflight import manual

        told = manual.told(code)
        if call.form == "json":
            call.voice.listed([entry.as_json(call.language) for entry in told])
        else:
            click.echo(manual.text(told, call.language), nl=False)
