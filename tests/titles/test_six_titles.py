"""Six titles of an office's own sort, in every layout: no word is lost in silence, nothing stops.

The count here knows nothing of the reader or of the rule that compares words: it reads the files
with a few patterns, and the pages with pdfium.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import pypdfium2
import pytest

from banxin import pipeline
from banxin.cache import Cache
from banxin.diagnostics import Diagnostic
from banxin.pipeline import Build
from banxin.project import Job
from banxin.request import Request
from banxin.workspace import Workspace
from dresses import LAYOUTS, LEAFLETS
from office_titles import NAMES, expected, put

EVERY_DAY: Final = ("jianghua", "jinian")
LEAST: Final = 500
LEAST_OF_A_LEAFLET: Final = 50
QUIET: Final = frozenset({"note", "pass"})
RUN: Final = 5  # characters that stand together on the page as they do in the manuscript
KEPT_TOGETHER: Final = 0.6  # of a line's runs: columns, pages and calls of notes cut the others

_HEAD: Final = re.compile(r"\s*---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)
_NOT_PRINTED: Final = re.compile(r"(?:template|plate|picture|focus):")
_NAMELESS: Final = re.compile(r"^template: (?:imprint|contents)$", re.MULTILINE)
_ADDRESS: Final = re.compile(r"\]\((?:[^()]|\([^()]*\))*\)")
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_SAID: Final = re.compile(r'(?:title|count|by|unit|source|credit)="([^"]*)"')
_OPENED: Final = re.compile(r"^:::\s*[a-z]*")
_RULE: Final = re.compile(r"\|?[\s:|-]+\|?")
_PARTED: Final = re.compile(r"[\s|—–-]+")
_NOTE: Final = re.compile(r"\[\^[^\]]+\]:?")


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be read of a piece of a chapter's line: letters, figures and characters alone."""

    file: PurePosixPath
    line: int
    words: str
    parts: tuple[str, ...]  # the same, parted at spaces and dashes

    def runs(self) -> tuple[str, ...]:
        last = max(1, len(self.words) - RUN + 1)
        return tuple(self.words[at : at + RUN] for at in range(last))


def listed_in(where: str) -> set[tuple[str, str]]:
    """Files and lines of `one.md:5, 9; two.md:3`."""
    files = (part.rpartition(":") for part in where.split("; "))
    return {(name, number) for name, _, numbers in files for number in numbers.split(", ")}


def read_plainly(text: str) -> str:
    """Letters, digits and characters in their usual forms; marks and spaces left out."""
    usual = unicodedata.normalize("NFKC", text)
    return "".join(c for c in usual if unicodedata.category(c)[0] in "LNS" and c not in "|^~`<>+=$")


def written_in(job: Job, workspace: Workspace) -> Iterator[Written]:
    """Every piece of every chapter; what stands together on the page is one piece."""
    for file, _ in job.chapters:
        text = workspace.read_text(file, encoding=job.encoding)
        for number, said in _said(text):
            if words := read_plainly(said):
                parts = map(read_plainly, _PARTED.split(said))
                yield Written(file, number, words, tuple(filter(None, parts)))


def _said(text: str) -> Iterator[tuple[int, str]]:
    head = _HEAD.match(text)
    after = head[0].count("\n") if head else 0
    # An imprint and a list of contents are printed without the name that the file gives them.
    nameless = head is not None and _NAMELESS.search(head[0])
    block = ""
    for number, line in enumerate(text.splitlines(), 1):
        if number > after:
            before, block = block, _block(line, block)
            # What a chart's columns are called need not be read: its title and its bars say it.
            named = before.startswith("::: chart") and line.startswith("|")
            block = "::: drawn" if named else block
            pieces = [] if named else _of_body(line, "、|" if block == "::: names" else "|")
        else:
            pieces = [] if nameless or _NOT_PRINTED.match(line) else _of_head(line)
        for piece in pieces:
            yield number, piece


def _block(line: str, block: str) -> str:
    """The opening of the block that *line* is in."""
    opened = _OPENED.match(line)
    return "" if line == ":::" else opened[0] if opened else block


def _of_head(line: str) -> list[str]:
    return line.partition(":")[2].split("|")


def _of_body(line: str, apart: str) -> list[str]:
    """The line's pieces: cells and names at the marks *apart*, and what its braces say."""
    if _RULE.fullmatch(line):
        return []
    line = _ADDRESS.sub("", _NOTE.sub("", line))
    braces = [word for found in _BRACES.findall(line) for word in _SAID.findall(found)]
    return [*re.split(f"[{apart}]", _OPENED.sub("", _BRACES.sub("", line))), *braces]


def printed_in(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return read_plainly("".join(page.get_textpage().get_text_range() for page in document))


@dataclass(frozen=True, slots=True)
class Bound:
    """A title in a layout: what was written, what is on its pages, what was told."""

    name: str
    layout: str
    build: Build
    written: tuple[Written, ...]
    printed: str

    @property
    def told(self) -> tuple[Diagnostic, ...]:
        return tuple(f for f in self.build.report.findings if f.severity not in QUIET)

    def is_told(self, line: Written) -> bool:
        """Whether a finding names *line*, or its whole chapter as one that has no room."""
        return any(
            (
                finding.place.file == str(line.file)
                and (finding.code == "layout/not-placed" or finding.place.line == line.line)
            )
            or (line.file.name, str(line.line)) in listed_in(str(finding.facts.get("where", "")))
            for finding in self.build.report.findings
        )

    def stands(self, line: Written) -> bool:
        """Whether most of its runs stand together somewhere; of a line that is upright, or
        has its date in a column of its own, each word somewhere. The count of characters, below,
        is what no word can slip through.
        """
        runs = line.runs()
        together = sum(run in self.printed for run in runs)
        return together >= KEPT_TOGETHER * len(runs) or all(w in self.printed for w in line.parts)


def _params() -> Iterator[object]:
    for name in NAMES:
        for layout in LAYOUTS:
            marks = () if (name, layout) == EVERY_DAY else (pytest.mark.stress,)
            yield pytest.param((name, layout), marks=marks, id=f"{name}-{layout}")


@pytest.fixture(scope="module", params=_params())
def bound(
    request: pytest.FixtureRequest,
    root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    shared_cache: Path,
) -> Bound:
    name, layout = request.param
    folder = tmp_path_factory.mktemp(f"{name}-{layout}")
    put(name, folder)
    here = Workspace(root, output=folder / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), folder)
    wanted = Request(PurePosixPath("content") / name, layout=layout, finishes=("press",))
    build = pipeline.build(wanted, here)
    pdf = next(file for file in build.files if file.suffix == ".pdf")
    return Bound(name, layout, build, tuple(written_in(build.job, here)), printed_in(pdf))


def test_every_line_is_on_a_page_or_told(bound: Bound) -> None:
    """Piece by piece: most of its runs of five characters stand together somewhere."""
    silent = [
        f"{line.file.name}:{line.line} {line.words[:40]}"
        for line in bound.written
        if not bound.stands(line) and not bound.is_told(line)
    ]

    assert len(bound.written) > 30
    assert silent == []


def test_no_character_is_printed_less_often_than_written(bound: Bound) -> None:
    """One by one, wherever they stand; those of lines that a finding names are not asked for."""
    asked = Counter("".join(line.words for line in bound.written if not bound.is_told(line)))
    found = Counter(bound.printed)

    assert asked.total() > (LEAST_OF_A_LEAFLET if bound.layout in LEAFLETS else LEAST)
    assert asked - found == Counter()


def test_it_says_what_is_right_to_be_said(bound: Bound) -> None:
    assert {f.code for f in bound.told} - expected(bound.name).codes(bound.layout) == set()


def test_every_expectation_is_met_by_some_title_file(root: Path) -> None:
    """Each picture of each title is one that its chapters name."""
    for name in NAMES:
        folder = root / "tests" / "titles" / name
        text = "".join(f.read_text("utf-8") for f in folder.glob("*.*") if f.suffix != ".toml")
        for photo in expected(name).photos:
            assert unicodedata.normalize("NFC", f"photos/{photo}") in text
