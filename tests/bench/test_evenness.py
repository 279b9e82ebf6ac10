"""How even our lines are beside Typst's: the same texts, face and measures, both set in this run.

Six texts of different kinds (tests/bench/texts: English, figures, dialogue, news, literary prose,
a report), each a column of its own, in five measures.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import typst

import banxin
from evenness import Evenness, evenness

pytestmark = pytest.mark.bench

TEXTS = Path(__file__).with_name("texts")
MEASURES = (12, 15, 18, 24, 36)  # em
SIZE = 10  # points
MARGIN = 20  # points
FACE = "Noto Serif SC"


@dataclass(frozen=True, slots=True)
class Both:
    """What the two made of the same page."""

    ours: Evenness
    typst: Evenness

    def ratio(self, what: str) -> float:
        return float(getattr(self.ours, what) / getattr(self.typst, what))


@pytest.fixture(scope="module")
def found(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Both]:
    """Measure → all texts together; the table, with each text by itself, is printed."""
    names = sorted(file.stem for file in TEXTS.glob("*.txt"))
    texts = [(TEXTS / f"{name}.txt").read_text("utf-8").strip() for name in names]
    out, said = {}, [""]
    for measure in MEASURES:
        pages = _ours(texts, measure, root)
        theirs = _typsts(texts, measure, root, tmp_path_factory.mktemp("typst"))
        out[measure] = _both(pages, theirs, texts)
        said.append(_row(f"{measure} em", out[measure]))
        for number, (name, text) in enumerate(zip(names, texts, strict=True)):
            alone = _both([pages[number]], [theirs[number]], [text])
            said.append(_row(f"      {name}", alone))
    print("\n".join(said))  # shown with -s, and where a test fails
    return out


def _both(ours: list[bytes], theirs: list[bytes], texts: list[str]) -> Both:
    return Both(evenness(ours, texts, SIZE), evenness(theirs, texts, SIZE))


def _row(name: str, both: Both) -> str:
    ratios = " ".join(f"{what} {both.ratio(what):.2f}" for what in ("rms", "worst", "contrast"))
    ours, theirs = both.ours, both.typst
    return (
        f"{name:16} {ratios} × Typst's {theirs.rms:.3f} {theirs.worst:.3f} {theirs.contrast:.3f};"
        f" torn {ours.torn} : {theirs.torn}, parted {ours.parted} : {theirs.parted};"
        f" worst: {ours.at}"
    )


def _ours(texts: list[str], measure: int, root: Path) -> list[bytes]:
    style = (
        f"@page {{ size: {measure * SIZE + 2 * MARGIN}pt 6000pt; margin: {MARGIN}pt }}"
        f'body {{ margin: 0; font: {SIZE}pt/2 "{FACE}"; text-align: justify;'
        " font-variant-ligatures: none } p { margin: 0; text-indent: 2em }"
    )
    return [
        banxin.render(
            f'<html lang="zh-CN"><style>{style}</style>'
            + "".join(f"<p>{html.escape(p, quote=False)}</p>" for p in text.splitlines()),
            workspace=root,
        ).pdf
        for text in texts
    ]


def _typsts(texts: list[str], measure: int, root: Path, folder: Path) -> list[bytes]:
    head = (
        f"#set page(width: {measure * SIZE + 2 * MARGIN}pt, height: 6000pt, margin: {MARGIN}pt)\n"
        f'#set text(font: "{FACE}", size: {SIZE}pt, lang: "zh", region: "cn", ligatures: false)\n'
        f"#set par(justify: true, leading: {SIZE}pt, spacing: {SIZE}pt,"
        " first-line-indent: (amount: 2em, all: true))\n"
    )
    pages = []
    for number, text in enumerate(texts):
        source = folder / f"{number}.typ"
        escaped = re.sub(r"""([\\#*_`$<>@\[\]=+/~"'.:-])""", r"\\\1", text)
        source.write_text(head + escaped.replace("\n", "\n\n"), "utf-8")
        fonts = [str(root / "fonts")]
        pages.append(typst.compile(str(source), font_paths=fonts, ignore_system_fonts=True))
    return pages


@pytest.mark.parametrize("measure", MEASURES)
def test_departures_are_smaller_than_typsts(measure: int, found: dict[int, Both]) -> None:
    assert found[measure].ratio("rms") <= 0.7


@pytest.mark.parametrize("measure", MEASURES)
def test_no_line_is_worse_than_typsts_worst(measure: int, found: dict[int, Both]) -> None:
    assert found[measure].ratio("worst") <= 1.0


@pytest.mark.parametrize("measure", MEASURES)
def test_neighbouring_lines_are_more_alike_than_typsts(
    measure: int, found: dict[int, Both]
) -> None:
    assert found[measure].ratio("contrast") <= 1.0


@pytest.mark.parametrize("measure", MEASURES)
def test_no_word_is_torn(measure: int, found: dict[int, Both]) -> None:
    assert found[measure].ours.torn == 0


@pytest.mark.parametrize("measure", MEASURES)
def test_numbers_are_parted_at_most_half_as_often(measure: int, found: dict[int, Both]) -> None:
    assert found[measure].ours.parted <= found[measure].typst.parted / 2


def test_parted_numbers_are_found(found: dict[int, Both]) -> None:
    assert sum(both.ours.parted for both in found.values()) > 0
