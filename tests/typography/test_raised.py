"""Sub- and superscripts leave the lines where they are; bookmarks have the words of a heading."""

from __future__ import annotations

import ctypes
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from conftest import Builder, Title
from dresses import LAYOUTS

FRONT = "---\ntitle: 题\ntemplate: text\n---\n"
RAISED = "河水深三米，含H~2~O与CO~2~，面积每m^2^计，共10^5^升，<sub>下</sub>与<sup>上</sup>。"
PLAIN = "河水深三米，含甲乙丙与丁戊己，面积每平米计，共十万升，上与下，左与右。"


def lines(path: Path) -> list[float]:
    """Where the lines of the first page with text have their baselines, in pt, in one column."""
    document = pypdfium2.PdfDocument(path)
    heights: dict[float, set[float]] = {}
    for page in document:
        text = page.get_textpage()
        for index in range(text.count_chars()):
            if chr(pdfium.FPDFText_GetUnicode(text, index)) not in "河水深三米含面积每共升":
                continue
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            heights.setdefault(x.value // 100, set()).add(round(y.value, 2))
        text.close()
        if heights:
            break
    document.close()
    return max((sorted(column) for column in heights.values()), key=len)


@pytest.mark.parametrize(
    ("layout", "times"), [("jinian", 24), ("huace", 24), ("tekan", 24), ("xuanzhe", 8)]
)
def test_the_lines_stay_on_the_grid(layout: str, times: int, title: Title, build: Builder) -> None:
    found = {}
    for name, text in (("raised", RAISED), ("plain", PLAIN)):
        made = build(title(name, chapter=f"{FRONT}{text * times}\n"), layout=layout)
        assert [f.code for f in made.report.findings if f.severity == "error"] == []
        (path,) = (f for f in made.files if f.suffix == ".pdf")
        found[name] = lines(path)
    pitch = min(b - a for a, b in pairwise(found["plain"]))
    raised = found["raised"]

    assert len(raised) > 3
    steps = [(b - a) / pitch for a, b in pairwise(raised)]
    assert steps == pytest.approx([round(step) for step in steps], abs=0.02)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_they_are_large_enough_to_read_in_small_type_too(
    layout: str, title: Title, build: Builder
) -> None:
    raised = "CO~2~与m^2^"
    text = (
        f'{FRONT}{raised}[^1]\n\n![{raised}](photos/good.jpg){{credit="某某"}}\n\n'
        f"::: note\n{raised}\n:::\n\n::: sidebar\n{raised}\n:::\n\n"
        f"| 项 | {raised} |\n|---|---|\n| 甲 | {raised} |\n\n[^1]: {raised}\n"
    )
    made = build(title(chapter=text), layout=layout)

    assert [f.code for f in made.report.findings if f.severity == "error"] == []


def test_a_bookmark_is_the_heading_without_readings_and_notes(title: Title, build: Builder) -> None:
    text = (
        f'{FRONT}## [廊坊]{{ruby="láng fāng"}}的**早市**与`码`[^1]\n\n文。\n\n## H~2~O\n\n文。\n\n'
        "#### 四级[^2]\n\n文。\n\n[^1]: 注文。\n\n[^2]: 又注。\n"
    )
    made = build(title(chapter=text))
    (path,) = (f for f in made.files if f.suffix == ".pdf")
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        found = [(item.title, [inner.title for inner in item.children]) for item in outline.root]

    assert found == [("题", ["廊坊的早市与码", "H2O"])]
