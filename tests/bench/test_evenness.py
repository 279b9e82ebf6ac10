"""How even our lines are beside Typst's: the same texts, face and measures, both set in this run.

Six texts of different kinds (tests/bench/texts: English, figures, dialogue, news, literary prose,
a report), each a column of its own, in five measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from settings import SIZE, by_banxin, by_typst

from evenness import Evenness, evenness

pytestmark = pytest.mark.bench

TEXTS = Path(__file__).with_name("texts")
MEASURES = (12, 15, 18, 24, 36)  # em


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
        pages = by_banxin(texts, measure, root)
        theirs = by_typst(texts, measure, root, tmp_path_factory.mktemp("typst"))
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
