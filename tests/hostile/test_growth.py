"""Ten times as much takes ten times as long: work is counted, not timed; times are only printed."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import FrameType
from typing import Any, Final

from banxin.engine import speed

import pytest
from growing import KINDS
from weasyprint.formatting_structure import boxes

import banxin
from banxin import edition, typeset, workspace
from banxin.composer import columns, layout, paragraph
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, in_order, warning
from banxin.lettering import Source, letter
from banxin.manuscript import read
from banxin.markup.titles import shortened
from banxin.preflight.book import WrittenParagraph, paragraphs
from banxin.preflight.lost import compared
from banxin.preflight.written import written
from banxin.tables import place_of
from banxin.typeset import engine
from banxin.workspace import Workspace
from conftest import Builder, Title
from manuscripts import chapter

RUN: Final = Path(__file__).with_name("growing.py")
FEW: Final = 40
TIMES: Final = 4
FILE: Final = PurePosixPath("a.md")


def bytecodes(work: Callable[[], object]) -> int:
    """How many instructions of Python *work* takes: the same on every machine."""
    count = 0

    def traced(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        del argument
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return traced

    before = sys.gettrace()
    gc.collect()  # what others have left is not cleared away in between
    gc.disable()
    sys.settrace(traced)
    try:
        work()
    finally:
        sys.settrace(before)
        gc.enable()
    return count


def assert_linear(work: Callable[[int], Callable[[], object]]) -> None:
    """*work* makes what is counted; what is done once only makes the share smaller."""
    work(TIMES * FEW)()  # what is remembered for good: imports, patterns, and words met before
    few, many = bytecodes(work(FEW)), bytecodes(work(TIMES * FEW))
    assert few > 10 * FEW
    assert many < 1.25 * TIMES * few


# --- findings -------------------------------------------------------------------------------


def missing(n: int) -> list[Diagnostic]:
    told = []
    for i in range(n):
        place = Place("a.md", i + 1, 1)
        told += [
            error("photo/missing", place, file=f"{i}.jpg", near=""),
            error("photo/no-credit", place, file=f"{i}.jpg"),
        ]
    return told


def too_long(n: int) -> list[Diagnostic]:
    told = []
    for i in range(n):
        place = Place("a.md", i + 1, 1, page=i // 9 + 1)
        told += [warning("text/too-long", place), warning("text/over-text", place)]
    return told


def unset(n: int) -> list[Diagnostic]:
    told = []
    for i in range(n):
        place, code = Place("a.md", i + 1, 1), f"U+{i:04X}"
        told += [
            error("font/no-face-has", place, codepoint=code),
            error("font/missing-character", place, codepoint=code, family="A, B"),
        ]
    return told


@pytest.mark.parametrize("told", [missing, too_long, unset])
def test_findings_are_put_in_order_in_one_go(told: Callable[[int], list[Diagnostic]]) -> None:
    def work(n: int) -> Callable[[], object]:
        findings = told(n)
        return lambda: in_order(findings)

    assert_linear(work)
    assert len(in_order(told(FEW))) == FEW  # causes alone


def test_words_that_no_face_has_are_put_together_in_one_go() -> None:
    """As many words with one letter that is missing as there are lines, and the letter alone."""

    def work(n: int) -> Callable[[], object]:
        text = "\n".join(f"{chr(0x61 + i % 26) * (1 + i // 26)}א，א" for i in range(n))
        source = Source(FILE, text)
        covered = frozenset(range(0x20, 0x7F)) | {ord("，")}
        return lambda: letter([(Place("a.md", 1), text)], [source], [covered], draft=False)

    assert_linear(work)


# --- tables ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", ['["{0}.jpg"]\ncaption = "图"\n', '"{0}.jpg" = {{}}\n', "[[row]]\n"]
)
def test_the_lines_of_a_table_are_found_in_one_go(row: str) -> None:
    def work(n: int) -> Callable[[], object]:
        text = f"# {n}\n" + "".join(row.format(i) for i in range(n))
        by_number = row.startswith("[[")
        keys = [("row", i) if by_number else (f"{i}.jpg",) for i in range(n)]
        return lambda: [place_of(FILE, text, key) for key in keys]

    assert_linear(work)
    lines = [place.line for place in work(3)()]  # type: ignore[attr-defined]
    step = row.count("\n")
    assert lines == [2, 2 + step, 2 + 2 * step]


# --- the manuscript -------------------------------------------------------------------------

# What is read in one go. Photographs are another matter, and so is what the engine does.
READ: Final = (
    "notes", "notes in place", "notes nobody calls", "calls of nothing", "hard breaks", "br",
    "lines of a paragraph", "paragraphs", "figures", "gallery", "headings", "names", "rows",
    "links", "addresses defined", "items", "items by hand", "stars", "stars apart", "brackets",
    "brackets of pictures", "brackets of notes", "braces", "round brackets", "angles", "tags",
    "comments begun", "carets", "dollars", "colons", "blocks begun", "fences", "dots",
    "straight quotes", "fields",
)  # fmt: skip


def text_of(kind: str, n: int) -> str:
    return str(KINDS[kind][0](n)["one.md"])


@pytest.mark.parametrize("kind", READ)
def test_a_chapter_is_read_in_one_go(kind: str, tmp_path: Path) -> None:
    def work(n: int) -> Callable[[], object]:
        text = text_of(kind, n)
        return lambda: chapter(tmp_path, text)

    assert_linear(work)


def test_an_endless_title_is_made_a_running_head_in_one_go() -> None:
    def work(n: int) -> Callable[[], object]:
        return lambda: shortened("从前，有一座桥；" * n, 20.0)

    assert_linear(work)


@pytest.mark.parametrize("kind", READ)
def test_the_judge_reads_a_chapter_in_one_go(kind: str) -> None:
    def work(n: int) -> Callable[[], object]:
        text = text_of(kind, n)
        return lambda: (written("a.md", text), list(paragraphs("a.md", text)))

    assert_linear(work)


def test_chapters_are_looked_for_on_their_pages_in_one_go() -> None:
    sentence = "清晨的街道很安静，巡查的人已经走过三条巷子，记下了该修的灯"

    def work(n: int) -> Callable[[], object]:
        texts = [f"第{i}回{sentence}{chr(0x5000 + i) * 9}" for i in range(n)]
        chapters = [
            written(f"{i}.md", f"---\ntitle: 题{i}\n---\n{t}\n") for i, t in enumerate(texts)
        ]
        pages = ["".join(f"题{i} {i}\n" for i in range(n)), *texts]
        return lambda: compared(chapters, pages, [""] * len(pages), [1])

    assert_linear(work)


def test_a_place_in_a_paragraph_is_that_of_its_line_and_column() -> None:
    paragraph = WrittenParagraph("a.md", 7, ("甲乙", "", "丙丁戊"))

    places = [paragraph.place(offset) for offset in range(len(paragraph.text) + 1)]

    assert [(p.line, p.column) for p in places] == [
        (7, 1), (7, 2), (7, 3), (8, 1), (9, 1), (9, 2), (9, 3), (9, 4),
    ]  # fmt: skip


# --- files ----------------------------------------------------------------------------------


def test_a_folder_is_listed_once_for_all_that_is_missing_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    alike = workspace.alike

    def counted(name: PurePosixPath | str) -> str:
        asked.append(name)
        return alike(name)

    monkeypatch.setattr(workspace, "alike", counted)
    counts = []
    for n in (FEW, TIMES * FEW):
        folder = tmp_path / str(n)
        folder.mkdir()
        for i in range(n):
            (folder / f"{i}.jpg").touch()
        os.utime(folder, (1, 1))  # long ago
        here = Workspace(tmp_path)
        asked.clear()
        there = [here.exists(PurePosixPath(f"{n}/{i}.png")) for i in range(n)]
        assert not any(there)
        counts.append(len(asked))

    assert counts[1] <= TIMES * counts[0]


def test_a_file_that_comes_while_others_are_missing_is_seen(tmp_path: Path) -> None:
    here = Workspace(tmp_path)
    for number in range(50):
        assert not here.exists(PurePosixPath(f"PHOTO-{number}.JPG"))
        (tmp_path / f"photo-{number}.jpg").touch()
        assert here.exists(PurePosixPath(f"PHOTO-{number}.JPG"))


def test_names_of_missing_photographs_are_compared_within_bounds(
    title: Title, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "MOST_COMPARED", 5)
    text = "".join(f"![图](photos/goad{n}.jpg){{credit=某某}}\n\n" for n in range(9))

    made = build(title(chapter=text), publish=False)

    codes = [d.code for d in made.report.findings if d.code.startswith("photo/missing")]
    assert sorted(codes) == ["photo/missing"] * 5 + ["photo/missing-strange"] * 4


@pytest.mark.parametrize("text", ["\n" * 1_000_001, "\r" * 1_000_001, "字\n\n" + "a" * (16 << 20)])
def test_what_is_no_text_is_told_and_not_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(text, "utf-8", newline="")

    with pytest.raises(BanxinError) as told:
        read([(FILE, Place("edition.toml", 3))], Workspace(tmp_path))

    (fault,) = told.value.diagnostics
    assert (fault.code, fault.place) == ("file/too-long", Place("edition.toml", 3))


# --- pages ----------------------------------------------------------------------------------


def test_a_paragraph_of_many_lines_is_looked_through_once_a_page(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    same = layout._same

    def counted(node: Any, box: Any) -> bool:
        looked[-1] += 1
        return same(node, box)

    monkeypatch.setattr(layout, "_same", counted)
    for lines in (50, 200):
        looked.append(0)
        page = f"@page {{ size: 200pt {lines * 20 + 100}pt; margin: 20pt }}"
        numbers = "b::after { content: counter(page) }"
        style = f'<style>{page} {numbers} body {{ font: 10pt/20pt "Noto Serif SC" }}</style>'
        banxin.render(f"{style}<p lang=zh>{'字<b></b><br>' * lines}字</p>", workspace=root)

    assert 0 < looked[0] < 10 * 50
    assert looked[1] < 1.25 * TIMES * looked[0]


COLUMNS: Final = (
    "<style>@page { size: 260pt 400pt; margin: 20pt } p, figure { margin: 0 }"
    'body { margin: 0; font: 10pt/20pt "Noto Serif SC"; text-align: justify }'
    "main { columns: 2; column-gap: 20pt }"
    "figure { break-inside: avoid; height: 100pt; --place: head }</style>"
)
PARAGRAPH: Final = "<p>清晨的街道很安静巡查的人已经走过三条巷子"


@pytest.mark.parametrize("place", ["head", "foot"])
def test_figures_that_wait_for_a_place_are_not_laid_out_again_on_each_page(
    place: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[int] = []
    figure = columns._Page._figure

    def counted(page: Any, index: int, *, foot: bool) -> Any:
        laid[-1] += 1
        return figure(page, index, foot=foot)

    monkeypatch.setattr(columns._Page, "_figure", counted)
    for n in (FEW, TIMES * FEW):
        laid.append(0)
        text = f'{PARAGRAPH}<figure style="--place: {place}">图</figure>' * n
        sheets = banxin.render(f"{COLUMNS}<main lang=zh>{text}</main>", workspace=root)
        assert len(sheets.trims) > n / 6

    assert FEW <= laid[0] < 6 * FEW
    assert laid[1] < 1.25 * TIMES * laid[0]


def test_paragraphs_in_columns_are_taken_up_where_they_are_set(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    copies = columns._Copies.__getitem__

    def counted(these: Any, place: Any) -> Any:
        taken[-1] += isinstance(place, int)
        return copies(these, place)

    looked: list[object] = []
    place_of_figure = columns.place_of

    def asked(box: Any) -> str:
        looked.append(box)
        return place_of_figure(box)

    monkeypatch.setattr(columns._Copies, "__getitem__", counted)
    monkeypatch.setattr(columns, "place_of", asked)
    for n in (FEW, TIMES * FEW):
        taken.append(0)
        looked.clear()
        html = f"{COLUMNS}<main lang=zh>{(PARAGRAPH * n)}</main>"
        banxin.render(html, workspace=root)
        assert len(looked) == n  # once, however many pages

    assert taken[0] >= FEW
    assert taken[1] < 1.5 * TIMES * taken[0]  # a few pages more are made level


def test_tabs_of_a_line_are_measured_in_one_go(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[int] = []

    def counted(numbers: list[float], start: float = 0.0) -> float:
        added[-1] += len(numbers)
        return sum(numbers, start)

    monkeypatch.setattr(paragraph, "sum", counted, raising=False)
    style = "<style>@page { size: 20000pt 100pt; margin: 0 } pre { tab-size: 4 }</style>"
    for n in (FEW, TIMES * FEW):
        added.append(0)
        line = "字\t" * n
        banxin.render(f"{style}<pre lang=zh>{line}</pre>", workspace=root)

    assert added[0] >= FEW
    assert added[1] < 1.25 * TIMES * added[0]


def test_of_a_long_document_nothing_is_left_once_it_is_written(
    title: Title, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lines() -> int:
        speed.let_go()
        return sum(isinstance(one, boxes.LineBox) for one in gc.get_objects())

    folder = title(chapter="\n\n".join(["清晨的街道很安静。"] * 40))
    before = lines()
    found: list[int] = []

    def counted(_least: int) -> None:
        speed.let_go()
        found.append(sum(isinstance(one, boxes.LineBox) for one in gc.get_objects()))

    monkeypatch.setattr(typeset, "let_go", counted)
    build(folder, publish=False)

    assert found == [before]


def test_what_layouts_leave_is_let_go_once_there_is_much_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speed, "MOST_ASIDE", 12_000)
    speed.let_go()
    left: list[int] = []
    for _ in range(6):
        with speed.without_collecting():
            left.append(_Ring.alive)
            for _ in range(5000):
                _Ring()

    assert gc.isenabled()
    assert left == [0, 5000, 10_000, 0, 5000, 10_000]


class _Ring:
    """Holds itself: nobody but the collector lets it go."""

    alive = 0

    def __init__(self) -> None:
        self.itself = self
        _Ring.alive += 1

    def __del__(self) -> None:
        _Ring.alive -= 1


@pytest.mark.parametrize("kind", ["notes", "notes in place", "br", "dots", "names"])
def test_lines_of_tries_that_are_given_up_go_without_a_search(
    kind: str, title: Title, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paragraphs() -> int:
        return sum(isinstance(one, paragraph.ShapedParagraph) for one in gc.get_objects())

    found: list[tuple[int, int]] = []
    to_press = engine.to_press

    def counted(*asked: Any, **more: Any) -> bytes:
        gc.unfreeze()
        before = paragraphs()
        gc.collect()
        found.append((before, paragraphs()))
        return to_press(*asked, **more)

    monkeypatch.setattr(engine, "to_press", counted)
    speed.let_go()
    # Notes become the same page wherever they were written: what another kind left is not to serve.
    build(title(chapter=f"{text_of(kind, 2 * FEW)}\n\n这一章试的是{kind}。\n"), publish=False)

    (made, held) = found[0]
    assert made == held > 0


# --- whole titles, printed ------------------------------------------------------------------

# What takes a minute; the rest of KINDS takes half an hour, 10,000 chapters alone some minutes.
QUICK: Final = ("notes", "br", "blank lines", "ledger")


def grown(root: Path, kind: str, number: int) -> dict[str, Any]:
    """CPU seconds, peak MiB and errors of a build, in a process of its own."""
    paths = os.pathsep.join(path for path in sys.path if path)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, str(RUN), str(root), folder, kind, str(number)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": paths},
        )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=pytest.mark.stress if kind in QUICK else pytest.mark.siege)
        for kind in KINDS
    ],
)
def test_ten_times_as_much(kind: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    most = KINDS[kind][1]
    few, many = grown(root, kind, most // 10), grown(root, kind, most)
    stages = " ".join(
        f"{stage} {few['stages'].get(stage, 0):.1f}→{seconds:.1f}"
        for stage, seconds in many["stages"].items()
    )
    with capsys.disabled():
        print(  # noqa: T201  # what it is for
            f"\n{most:>10,} {kind}: {few['total']:.1f} → {many['total']:.1f} s,"
            f" {few['peak']:.0f} → {many['peak']:.0f} MiB ({stages})"
        )
    for one in (few, many):  # refused with a reason, or the whole way
        assert one["findings"] or "preflight" in one["stages"]
    if "preflight" in many["stages"]:
        assert set(many["errors"]) <= set(few["errors"])
