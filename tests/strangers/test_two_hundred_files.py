"""Two hundred files of other tools: each is read to the end, and what is said of it can be read."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pypdfium2
import pytest
from other_tools import FROM_EACH, MAKERS, Maker
from PIL import ImageStat

from banxin import preflight, schema
from banxin.preflight.registry import Limits
from banxin.preflight_file import judge
from banxin.units import Length
from banxin.words import LANGUAGES, say

pytestmark = pytest.mark.strangers

LIMITS = Limits(Length.mm(3), 150, 225, 300, 300, "", frozenset())
CONDITION = Path("src/banxin/assets/icc/fogra39-coated-300.icc")


@pytest.fixture(scope="module", params=MAKERS, ids=lambda maker: maker.__name__)
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Forty files of one tool."""
    maker: Maker = request.param
    return list(maker(tmp_path_factory.mktemp("made")))


def test_no_file_of_another_tool_is_too_much(
    files: list[Path], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    icc = (root / CONDITION).read_bytes()
    seconds = {"read": 0.0, "ink": 0.0, "rules": 0.0}
    pages, wrong = 0, []
    for file in files:
        start = time.perf_counter()
        facts = preflight.read(file)
        seconds["read"] += time.perf_counter() - start
        start = time.perf_counter()
        measured = preflight.measure(file, facts, icc)
        seconds["ink"] += time.perf_counter() - start
        start = time.perf_counter()
        found = preflight.inspect(measured.told_to(facts), LIMITS)
        seconds["rules"] += time.perf_counter() - start
        pages += len(facts.sheets)
        codes = {finding.code for finding in found}
        if codes & {"internal/rule-crashed", "file/unread", "check/skipped"}:
            wrong.append((file.name, codes))
        assert "file/not-pdfx" in codes
        assert all(say(finding, language).message for finding in found for language in LANGUAGES)
        blank = {finding.place.page for finding in found if finding.code == "page/blank"}
        seen = lightness(file, len(facts.sheets))
        assert {page for page, least, _ in seen if least == 255} <= blank
        assert {page for page, _, mean in seen if mean > 252} >= blank
    with capsys.disabled():
        times = "; ".join(f"{what} {spent:.2f} s" for what, spent in seconds.items())
        tool = files[0].stem.partition("-")[0]
        sys.stdout.write(f"\n{tool}: {len(files)} files, {pages} pages; {times}\n")

    assert wrong == []
    assert len(files) == FROM_EACH


def lightness(file: Path, count: int) -> list[tuple[int, float, float]]:
    """Of each page as another reader draws it: its darkest spot and its mean, of 255.

    Readers differ over a line of a hundredth of a millimetre: one leaves it out.
    """
    document = pypdfium2.PdfDocument(file)
    assert len(document) == count
    greys = (ImageStat.Stat(page.render(scale=0.5).to_pil().convert("L")) for page in document)
    return [(page, grey.extrema[0][0], grey.mean[0]) for page, grey in enumerate(greys, 1)]


def test_the_command_judges_one_of_each_and_reports(files: list[Path]) -> None:
    file = files[-1]

    report = judge(file)

    page = preflight.as_page(report, "zh")
    assert schema.verdict(report.findings) == "fail"
    assert file.name in page
