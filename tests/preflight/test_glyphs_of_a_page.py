"""A page is known by the glyphs that it shows, whatever else its fonts have."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import PurePosixPath

import pikepdf
import pytest

from banxin import fields, pipeline
from banxin.diagnostics import Place
from banxin.fields import CopyRow
from banxin.preflight.pages import Pages
from banxin.request import Request
from banxin.typeset import StandingBook
from banxin.workspace import Workspace

CHAPTER = """---
title: 一章
template: text
---
{{甲}}

"""
PLAIN = "这是一段文字，写给柳河边上的人。" * 12
NAMES = ("沈雨", "韩石头", "顾长河与白云生", "Ann O’Neil, 1994", "䶮", "（空）")


@pytest.fixture
def files(workspace: Workspace, title: Callable[..., PurePosixPath]) -> dict[str, bytes]:
    """Six copies that differ on their first page alone, by the name on it."""
    text = CHAPTER + "\n\n".join([PLAIN] * 14)
    folder = title(chapter=text)
    opened = pipeline.opened(Request(folder, finishes=("screen",)), workspace)
    standing, made = StandingBook(), {}
    for number, name in enumerate(NAMES, 1):
        row = CopyRow(number, f"c{number}", {"甲": name}, {"甲": 1}, Place("rows.csv", number))
        assert fields.chapters_of(opened.text, row)
        _, results = pipeline.copy_of(opened, row, workspace, standing)
        made[name] = next(data for file, data in results.items() if file.endswith(".pdf"))
    return made


def digests(data: bytes) -> tuple[str, ...]:
    pages = Pages()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages.take(pdf)
    return pages.digests


def test_pages_of_the_same_words_are_the_same_page_though_the_file_has_other_glyphs(
    files: dict[str, bytes],
) -> None:
    found = {name: digests(data) for name, data in files.items()}

    firsts = {name: pages[0] for name, pages in found.items()}
    rest = {pages[1:] for name, pages in found.items() if name != "䶮"}
    assert len(found["沈雨"]) > 1
    assert len(set(firsts.values())) == len(NAMES)
    assert len(rest) == 1


@pytest.mark.parametrize("change", ["glyph", "width", "meaning", "content"])
def test_a_page_that_shows_another_thing_is_another_page(
    files: dict[str, bytes], change: str
) -> None:
    data = files["沈雨"]
    before = digests(data)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[1]
        font = next(iter(page.Resources.Font.values()))
        below = font.DescendantFonts[0]
        if change == "glyph":
            program = below.FontDescriptor.FontFile2
            raw = bytearray(program.read_bytes())
            table = next(
                i for i in range(12, 12 + 16 * int.from_bytes(raw[4:6], "big"), 16)
                if raw[i : i + 4] == b"glyf"
            )  # fmt: skip
            start, length = (
                int.from_bytes(raw[table + at : table + at + 4], "big") for at in (8, 12)
            )
            raw[start : start + length] = bytes(b ^ 1 if b else 0 for b in raw[start:][:length])
            program.write(bytes(raw))
        elif change == "width":
            widths = [w for run in below.W if isinstance(run, pikepdf.Array) for w in run]
            assert widths
            for run in below.W:
                if isinstance(run, pikepdf.Array):
                    for n in range(len(run)):
                        run[n] = int(run[n]) + 1
        elif change == "meaning":
            said = font.ToUnicode.read_bytes()
            font.ToUnicode.write(said.replace(b"> <", b"> <0041"))
        else:
            page.contents_add(pdf.make_stream(b"0 0 m 1 1 l S"))
        out = io.BytesIO()
        pdf.save(out)

    assert digests(out.getvalue())[1] != before[1]


def test_a_page_whose_meanings_are_told_by_ranges_is_known_by_all_of_them(
    files: dict[str, bytes],
) -> None:
    """As other programs write them into artwork: no code in between is told by itself."""

    def ranged(first: bytes) -> str:
        with pikepdf.open(io.BytesIO(files["沈雨"])) as pdf:
            for font in pdf.pages[1].Resources.Font.values():
                font.ToUnicode.write(b"1 beginbfrange\n<0000> <ffff> <%s>\nendbfrange" % first)
            out = io.BytesIO()
            pdf.save(out)
        return digests(out.getvalue())[1]

    assert ranged(b"4e00") == ranged(b"4e00")
    assert ranged(b"4e00") != ranged(b"4e01")
