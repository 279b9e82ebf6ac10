"""`package`, `verify` and `dummy`: a job handed to the shop, and paper for the hands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from banxin.cli.call import PATH, Call, Options, fails
from banxin.diagnostics import shown
from banxin.usage import Choice, Program
from banxin.voice import Exit


def package(program: Program, o: Options) -> None:
    @program.command("package", help=o.t("package"))
    @o.title
    @o.layout
    @o.press
    @o.switched_off("no-marks", "marks")
    @click.option("--revision", type=click.IntRange(1, 999), metavar="N", help=o.t("revision"))
    @o.output
    @o.no_cache
    @o.workspace
    @o.notes
    @o.called
    def package_command(
        call: Call, *, title: str, layout: str, press: str, marks: bool, revision: int | None
    ) -> None:
        from banxin import content
        from banxin.handover import package
        from banxin.request import Request
        from banxin.workspace import folder_for

        if call.output is not None:
            folder_for(call.output)
        workspace, voice = call.workspace, call.voice
        request = Request(
            content.find(title, workspace, Path.cwd()),
            layout=layout,
            press=press,
            marks=marks,
            revision=revision or 0,
            language=call.language,
        )
        packed = package(request, workspace, lambda stage: voice.progress(title, stage))
        report = packed.build.report
        withheld = packed.file is None
        voice.report(report, workspace, packed.build.files if withheld else (), withheld=withheld)
        if packed.file is None:
            voice.word("package-withheld", title=title)
            sys.exit(Exit.FINDINGS)
        if voice.form == "json":
            voice.listed({"file": shown(packed.file), "sha256": packed.sha256})
        else:
            voice.written(packed.file)
            voice.word("package-digest", sha256=packed.sha256)


def verify(program: Program, o: Options) -> None:
    @program.command("verify", help=o.t("verify"))
    @click.argument("file", type=PATH, metavar="FILE.zip")
    @click.option("--title", default="", metavar="TITLE", help=o.t("verify-title"))
    @o.switched_off("no-rebuild", "rebuild")
    @o.workspace
    @o.called
    def verify_command(call: Call, *, file: Path, title: str, rebuild: bool) -> None:
        _verify(call, file, title, rebuild=rebuild)


def _verify(call: Call, file: Path, title: str, *, rebuild: bool) -> None:
    from banxin.diagnostics import BanxinError
    from banxin.handover import built_again, examined, sources_of

    voice = call.voice
    seen = examined(file)
    found = list(seen.findings)
    voice.findings(found)  # before the sources, which may have faults that end all this
    said: list[tuple[str, dict[str, Any]]] = []
    if not fails(found):
        said.append(("verify-unchanged", {"n": len(seen.files)}))
    if rebuild and seen.order is not None:
        try:
            workspace = call.workspace
        except BanxinError:
            if call.root is not None:
                raise
            workspace = None
        folder = sources_of(seen.order, title, workspace) if workspace is not None else None
        if workspace is None or folder is None:
            said.append(("verify-no-sources", {"title": seen.order.name}))
        else:
            progress = voice.progress
            name = seen.order.name
            again = built_again(seen, folder, workspace, lambda stage: progress(name, stage))
            voice.findings(again)
            found += again
            if not fails(again):
                said.append(("verify-same", {"n": len(seen.files)}))
    if voice.form != "json":
        voice.word("package-digest", sha256=seen.sha256)
    for code, facts in said:
        voice.word(code, **facts)
    if fails(found):
        sys.exit(Exit.FINDINGS)


def dummy(program: Program, o: Options) -> None:
    @program.command("dummy", help=o.t("dummy"))
    @click.argument("file", type=PATH, metavar="FILE.pdf")
    @click.argument("target", type=PATH, metavar="OUT.pdf")
    @click.option("--paper", type=Choice(["A4", "A3"]), default="A4", help=o.t("dummy-paper"))
    @o.called
    def dummy_command(call: Call, *, file: Path, target: Path, paper: str) -> None:
        from banxin.handover import folding_dummy
        from banxin.workspace import write_whole

        made = folding_dummy(file, target, paper)
        write_whole(target, made.pdf)
        voice = call.voice
        if voice.form == "json":
            blanks = list(made.blanks)
            voice.listed({"file": shown(target), "sheets": made.sheets, "blanks": blanks})
            return
        voice.written(target)
        voice.word("dummy-made", pages=voice.pages(made.pages), n=made.sheets, paper=paper)
        if made.blanks:
            voice.word("dummy-blanks", pages=", ".join(map(str, made.blanks)))
