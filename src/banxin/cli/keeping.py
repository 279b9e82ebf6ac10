"""What a workspace has: `init`, `cache`, `fonts` and `layout`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from banxin.cli.call import PATH, Call, Options, fails
from banxin.diagnostics import BanxinError, shown
from banxin.usage import Program
from banxin.voice import Exit


def init(program: Program, o: Options) -> None:
    @program.command("init", help=o.t("init"))
    @click.argument("folder", type=PATH, metavar="DIR")
    @o.called
    def init_command(call: Call, *, folder: Path) -> None:
        from banxin import starter

        starter.init(folder)
        call.voice.word("workspace-made", folder=shown(folder.resolve()), title=starter.FIRST)


def cache(program: Program, o: Options) -> None:
    @program.command("cache", help=o.t("cache"))
    @click.option("--clear", is_flag=True, help=o.t("clear"))
    @o.output
    @o.workspace
    @o.called
    def cache_command(call: Call, *, clear: bool) -> None:
        _cache(call, clear=clear)


def _cache(call: Call, *, clear: bool) -> None:
    """What is kept for the next build, by kind; or that it was let go."""
    from banxin.cache import LARGEST

    workspace, voice = call.workspace, call.voice
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


def fonts(program: Program, o: Options) -> None:
    @program.group("fonts", help=o.t("fonts"), params=o.heard(), invoke_without_command=True)
    def group() -> None:
        _or_help()

    @group.command("list", help=o.t("fonts-list"))
    @o.workspace
    @o.called
    def fonts_list(call: Call) -> None:
        _list_fonts(call)

    @group.command("check", help=o.t("fonts-check"))
    @o.workspace
    @o.called
    def fonts_check(call: Call) -> None:
        from banxin.assets import fonts

        found = fonts.check(call.workspace)
        call.voice.findings(found, call.workspace)
        if fails(found):
            sys.exit(Exit.FINDINGS)
        call.voice.word("fonts-fine", n=len(fonts.load(call.workspace)))

    @group.command("add", help=o.t("fonts-add"))
    @click.argument("file", type=PATH, metavar="FILE")
    @click.option("--terms", type=PATH, metavar="FILE", help=o.t("fonts-terms"))
    @o.workspace
    @o.called
    def fonts_add(call: Call, *, file: Path, terms: Path | None) -> None:
        from banxin.assets import adding

        face = adding.add(file, terms, call.workspace)
        facts = {"family": face.family, "weight": str(face.weight), "licence": face.licence}
        call.voice.word("font-added", file=str(face.file), **facts)


def _list_fonts(call: Call) -> None:
    from banxin.assets import fonts

    faces = fonts.load(call.workspace)
    if call.form == "json":
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
        call.voice.listed(rows)
        return
    for f in faces:
        click.echo(f"{f.family} {f.weight}\t{f.role}\t{f.licence}\t{f.file}")


# --- layouts --------------------------------------------------------------------------------


def layout(program: Program, o: Options) -> None:
    @program.group("layout", help=o.t("layouts"), params=o.heard(), invoke_without_command=True)
    def group() -> None:
        _or_help()

    @group.command("list", help=o.t("layout-list"))
    @click.option("--sheet", type=PATH, metavar="FILE.jpg", help=o.t("layout-sheet"))
    @click.option("--title", default="langfang", metavar="TITLE", help=o.t("layout-sheet-title"))
    @click.option("--chapter", default="", metavar="FILE.md", help=o.t("layout-sheet-chapter"))
    @o.workspace
    @o.called
    def layout_list(call: Call, *, sheet: Path | None, title: str, chapter: str) -> None:
        _list_layouts(call)
        if sheet is not None:
            _contact_sheet(call, sheet, title, chapter)

    @group.command("check", help=o.t("layout-check"))
    @click.argument("names", nargs=-1, metavar="[NAME]...")
    @o.workspace
    @o.notes
    @o.called
    def layout_check(call: Call, *, names: tuple[str, ...]) -> None:
        _check_layouts(call, names)

    @group.command("new", help=o.t("layout-new"))
    @click.argument("name", metavar="NAME")
    @click.option("--from", "base", default="jinian", metavar="NAME", help=o.t("layout-from"))
    @o.workspace
    @o.called
    def layout_new(call: Call, *, name: str, base: str) -> None:
        from banxin import layouts

        folder = layouts.start(name, base, call.workspace)
        call.voice.word("layout-made", folder=str(folder), name=name, base=base)


def _or_help() -> None:
    """What a group of commands shows without one of them."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _list_layouts(call: Call) -> None:
    from banxin import layouts
    from banxin.diagnostics import Place

    workspace = call.workspace
    loaded = [layouts.load(n, workspace, Place()) for n in layouts.names(workspace)]
    rows: list[dict[str, Any]] = [
        {
            "name": layout.name,
            "title": layout.title[call.language],
            "width_mm": round(layout.page.width.in_mm, 2),
            "height_mm": round(layout.page.height.in_mm, 2),
            "characters": layout.grid.characters,
            "lines": layout.grid.lines,
            "columns": layout.grid.columns,
            "extends": [folder.name for folder in layout.folders[1:]],
        }
        for layout in loaded
    ]
    if call.form == "json":
        call.voice.listed(rows)
        return
    for row in rows:
        page = f"{row['width_mm']:g} × {row['height_mm']:g} mm"
        area = f"{row['characters']} × {row['lines']} / {row['columns']}"
        parents = " ← ".join(row["extends"])
        click.echo(f"{row['name']}\t{row['title']}\t{page}\t{area}\t{parents}".rstrip())


def _contact_sheet(call: Call, sheet: Path, title: str, chapter: str) -> None:
    from banxin import batch
    from banxin.workspace import write_whole

    made = batch.every_dress(
        title,
        call.workspace,
        here=Path.cwd(),
        language=call.language,
        progress=lambda layout: call.voice.progress(layout, "typeset"),
        chapter=chapter,
    )
    write_whole(sheet, made)
    call.voice.word("sheet-written", file=shown(sheet.resolve()))


def _check_layouts(call: Call, names: tuple[str, ...]) -> None:
    from banxin import edition, layouts, terminal
    from banxin.assets import fonts
    from banxin.diagnostics import Place
    from banxin.typeset import examine

    workspace, voice = call.workspace, call.voice
    found: dict[str, tuple[Any, ...]] = {}
    for name in names or layouts.names(workspace):
        try:
            layout = layouts.load(name, workspace, Place())
            declared = fonts.load(workspace)
            types = [*edition.undeclared(layout, declared)]
            if not types and any(style.latin for style in layout.types):
                known = {face: fonts.known(face, workspace) for face in declared}
                types = [*edition.misplaced(layout, known)]
            styles = edition.faces_in_styles(layout, declared)
            found[name] = (*examine(layout), *layout.remarks, *types, *styles)
        except BanxinError as problem:
            found[name] = problem.diagnostics
    # Layouts that extend one another share its faults: each is told once.
    every = list({str(d): d for ds in found.values() for d in ds}.values())
    voice.findings(every, workspace)
    for name, remarks in found.items():
        if not fails(remarks):
            counted = terminal.summary(remarks, voice.language)
            voice.word("layout-fine" if counted else "layout-clean", name=name, counted=counted)
    if fails(every):
        sys.exit(Exit.FINDINGS)
