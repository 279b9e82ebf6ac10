"""Footnotes stand on the page of their calls, fill it, and cost no more than their number."""

from __future__ import annotations

import random
import re
from pathlib import Path

from banxin.engine.boxes import Context, EngineBox, FootnoteArea

import pypdfium2
import pytest

import banxin
from banxin.composer import notes
from banxin.typeset.sheets import Sheets

HAN = "城乡面貌焕然一新经济社会持续健康发展人民生活水平不断提高廊坊全市居民老旧小区志愿"
STYLE = (
    '<html lang="zh-CN"><style>@page {{ size: 260pt 400pt; margin: 20pt;'
    " @footnote {{ padding-top: 10pt }} }}"
    'body {{ margin: 0; font: 10pt/20pt "Noto Serif SC" }} p {{ margin: 0 }}'
    '.note {{ float: footnote; font: 8pt/12pt "Noto Serif SC" }}'
    "main {{ columns: {columns}; column-gap: 20pt }}"
    "</style><main>"
)


def book(lengths: list[tuple[int, int]]) -> str:
    """Paragraphs and the note in each, so many characters long."""
    return "".join(
        f"<p>[{n}]{HAN * 9}"[: 5 + long] + f'<span class="note">({n}){(HAN * 9)[:short]}</span></p>'
        for n, (long, short) in enumerate(lengths)
    )


def pages(sheets: Sheets) -> list[str]:
    document = pypdfium2.PdfDocument(sheets.pdf)
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def on_pages(text: list[str], mark: str) -> dict[int, int]:
    """Number → page, of marks `[0]`, `(0)`."""
    return {int(n): page for page, words in enumerate(text) for n in re.findall(mark, words)}


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_every_note_stands_on_the_page_of_its_call(root: Path, columns: int, seed: int) -> None:
    chance = random.Random(seed)
    lengths = [(chance.randint(5, 160), chance.randint(1, 120)) for _ in range(40)]

    text = pages(banxin.render(STYLE.format(columns=columns) + book(lengths), workspace=root))

    calls, below = on_pages(text, r"\[(\d+)\]"), on_pages(text, r"\((\d+)\)")
    assert sorted(calls) == sorted(below) == list(range(40))
    # The call stands at the paragraph's end, which may be on the next page.
    assert all(calls[n] <= below[n] <= calls[n] + 1 for n in calls)
    ends = {n: next(p for p, words in enumerate(text) if f"({n})" in words) for n in calls}
    assert ends == below


@pytest.mark.parametrize("columns", [1, 2])
def test_pages_of_short_paragraphs_with_a_note_each_are_full(root: Path, columns: int) -> None:
    """Lines of 20 pt, notes of 12 pt, 350 pt: ten of each, or seven lines in two columns."""
    text = pages(
        banxin.render(STYLE.format(columns=columns) + book([(4, 9)] * 200), workspace=root)
    )

    calls = on_pages(text, r"\[(\d+)\]")
    counts = [list(calls.values()).count(page) for page in range(len(text))]
    expected = {1: 10, 2: 14}[columns]
    assert min(counts[:-1]) >= expected


def test_ten_times_the_notes_are_ten_times_the_work(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    laid_out = notes._laid_out

    def counted(context: Context, area: FootnoteArea, of: list[EngineBox]) -> tuple[float, bool]:
        done[-1] += len(of)
        return laid_out(context, area, of)

    monkeypatch.setattr(notes, "_laid_out", counted)
    for number in (60, 600):
        done.append(0)
        banxin.render(STYLE.format(columns=2) + book([(4, 9)] * number), workspace=root)

    # Once on its own page, and where it was tried before.
    assert done[0] <= 3 * 60
    assert done[1] <= 3 * 600


@pytest.mark.parametrize("white", ["margin-bottom: 4pt", "display: inline", ""])
def test_notes_with_white_between_them_or_in_a_row_take_the_height_that_they_have(
    root: Path, white: str
) -> None:
    html = STYLE.format(columns=2) + f"<style>.note {{ {white} }}</style>" + book([(20, 30)] * 30)

    text = pages(banxin.render(html, workspace=root))

    assert sorted(on_pages(text, r"\((\d+)\)")) == list(range(30))


def test_a_note_that_no_page_can_hold_does_not_end_the_work(root: Path) -> None:
    html = STYLE.format(columns=2) + book([(20, 30), (20, 330), (20, 30)]).replace(
        f"(1){(HAN * 9)[:330]}", "(1)" + HAN * 60
    )

    text = pages(banxin.render(html, workspace=root))

    assert {"[0]", "[1]", "[2]"} <= set(re.findall(r"\[\d\]", "".join(text)))
