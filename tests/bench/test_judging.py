"""What the judge costs after the pages are laid out, with the programs it asks; printed only.

Each row is one stage of one file: where nothing is known of its pages, where two of them have
changed, and where all are known: seconds of the processor, and ratios of the first in one run.
"""

from __future__ import annotations

import io
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pikepdf
import pytest
from test_build import book

from banxin import pipeline, preflight
from banxin.pipeline import Build
from banxin.preflight import Pages
from banxin.request import Request
from banxin.workspace import Workspace

pytestmark = pytest.mark.bench

ICC = (Path(__file__).parents[2] / "src/banxin/assets/icc/fogra39-coated-300.icc").read_bytes()
CHANGED = (4, 9)


@dataclass
class Pass:
    """Seconds of each stage, pages drawn for their ink, and what is known of pages after it."""

    seconds: dict[str, float] = field(default_factory=dict)
    drawn: int = 0
    facts: bytes | None = None
    looks: bytes | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = used()
        yield
        self.seconds[name] = used() - start


def used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def judged(pdf: bytes, made: Build, before: Pass) -> Pass:
    now = Pass()
    pages = Pages(before.facts)
    with now.stage("facts"):
        facts = preflight.read(pdf, pages)
    with now.stage("ink"):
        reckoned = preflight.reckon(facts, made.report.limits.ink_limit)
        measured = preflight.measure(pdf, facts, ICC, reckoned=reckoned, pages=pages)
    with now.stage("words"):
        preflight.words(pdf, pages)
    now.facts = pages.to_bytes() or before.facts
    now.drawn = len(measured.drawn)
    report = replace(made.report, facts=measured.told_to(facts), measured=measured)
    looks = Pages(before.looks, facts.digests)
    with now.stage("report"):
        preflight.as_page(report, "zh", "", pdf, looks)
    now.looks = looks.to_bytes() or before.looks
    return now


def edited(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for number in CHANGED:
            file.pages[number - 1].contents_add(file.make_stream(b"\nq 90 90 9 9 re f Q\n"))
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


def text(folder: Path, sample: Path) -> Path:
    """The sample's paragraphs over and over, in ten chapters without a picture."""
    lines = [
        line
        for file in sorted(sample.glob("0*.md"))
        for line in file.read_text("utf-8").split("\n")
    ]
    said = [
        line for line in lines if len(line) > 40 and line[0] not in "!#:>|-{[`" and "[^" not in line
    ]
    folder.mkdir(parents=True)
    names = [f"{number:02}.md" for number in range(10)]
    for name in names:
        front = f"---\ntemplate: article\ntitle: 第{name[:2]}章\n---\n\n"
        (folder / name).write_text(front + "\n\n".join(said * 5) + "\n", "utf-8")
    chapters = ", ".join(f'"{name}"' for name in names)
    about = 'title = "文字"\nlayout = "jinian"\nbinding = "perfect"\ndate = 2020-11-20\n'
    (folder / "edition.toml").write_text(f"{about}chapters = [{chapters}]\n", "utf-8")
    return folder


@pytest.mark.parametrize("name", ["text", "sample", "sample × 3"])
def test_seconds_of_the_judge(
    name: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = root / "content" / "langfang"
    here = tmp_path / "content"
    content = text(here, sample) if name == "text" else book(here, sample, 6 if "3" in name else 1)
    workspace = Workspace(root, output=tmp_path / "output")
    workspace.mount(PurePosixPath("content/book"), content)
    made = pipeline.build(Request(PurePosixPath("content/book"), finishes=("press",)), workspace)
    pdf = next(file for file in made.files if file.suffix == ".pdf").read_bytes()

    cold = judged(pdf, made, Pass())
    changed = judged(edited(pdf), made, cold)
    again = judged(pdf, made, cold)

    pages = len(made.report.facts.sheets)
    with capsys.disabled():
        print(f"\n{name}: {pages} pages, {cold.drawn} of them drawn for their ink")
        print(*table(cold, changed, again), sep="\n")
    assert pages >= {"text": 70, "sample": 24, "sample × 3": 70}[name]
    assert cold.drawn == 0 if name == "text" else 0 < cold.drawn < pages


def table(cold: Pass, *others: Pass) -> Iterator[str]:
    for stage, first in cold.seconds.items():
        ratios: Sequence[str] = [f"{one.seconds[stage] / max(first, 0.001):.2f}" for one in others]
        yield f"  {stage:8} {first:6.2f} s · two pages changed {ratios[0]} · all known {ratios[1]}"
