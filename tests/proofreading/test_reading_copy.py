"""A reading copy: the lines of print, and what is added is no text."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import PurePosixPath

import pikepdf

from banxin import pipeline, project
from banxin.proofreading import Started, proof
from banxin.proofreading.printed import printed
from banxin.readings import Change, Reading, as_toml, readings_of
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import Builder, Title

TODAY = datetime.date(2026, 11, 30)


def test_its_letters_stand_where_those_of_the_screen_file_stand(
    title: Title, workspace: Workspace
) -> None:
    folder = title()
    shown = pipeline.shown(project.load(Request(folder), workspace), workspace)

    made = proof("small", Started(TODAY), workspace, here=workspace.root).read_bytes()

    def lines(pdf: bytes) -> list[list[tuple[str, int, int]]]:
        return [
            [(a.character, round(a.box[0], 1) * 10, round(a.box[1], 1) * 10) for a in page.letters]  # type: ignore[misc]
            for page in printed(pdf)
        ]

    assert lines(made) == lines(shown.pdf)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        page = pdf.pages[0]
        wide = float(page.mediabox[2]) - float(page.mediabox[0])
        assert round((wide - float(page.trimbox[2]) + float(page.trimbox[0])) / 72 * 25.4) == 50


def test_a_reading_is_in_the_record_and_in_the_report(
    title: Title, workspace: Workspace, build: Builder
) -> None:
    folder = title()
    proof("small", Started(TODAY, 1, "张三"), workspace, here=workspace.root)
    proof("small", Started(TODAY, 2, "李四"), workspace.afresh(), here=workspace.root)

    report = build(folder).report

    read = json.loads(json.dumps(report.table("zh")))["readings"]
    assert [(one["reading"], one["by"], one["date"]) for one in read] == [
        (1, "张三", "2026-11-30"), (2, "李四", "2026-11-30"),
    ]  # fmt: skip
    page = (workspace.output / "small" / "report.html").read_text("utf-8")
    assert "张三" in page


def test_a_record_is_read_as_it_was_written(title: Title, workspace: Workspace) -> None:
    odd = 'a"\\\n\x7f“”'
    reading = Reading(
        reading=3, by=odd, date=TODAY, changes=(Change(at="one.md:1:1", old=odd, new="新"),)
    )
    folder = title(readings_dot_toml=as_toml((reading,)))

    assert readings_of(PurePosixPath(folder), workspace) == (reading,)
