"""A series as it is made: each copy its own pages, the same bytes wherever and whenever."""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath
from typing import Any

import pikepdf
import pypdfium2
import pytest

from banxin import batch, bugs, judge, memo, pipeline, project
from banxin.batch import Outcome, Telling
from banxin.crew import Errand, Workplace, here
from banxin.crew.errands import ErrandDone
from banxin.diagnostics import BanxinError, Place, error
from banxin.fields import CopyRow
from banxin.request import Request
from banxin.series import record
from banxin.series.choice import WhichCopies
from banxin.series.table import rows_of
from banxin.voice import Exit, exit_of
from banxin.workspace import Workspace
from village import pupils, village, write_rows

ROOT = Path(__file__).parent.parent.parent
SHORT = ("00-fengmian.md", "09-banquan.md")
SCREEN = Request(PurePosixPath(), finishes=("screen",))
crewing = importlib.import_module("banxin.crew.here")  # `here` of the package is its function
Make = Callable[..., list[Outcome]]


@pytest.fixture
def make(workspace: Workspace) -> Make:
    def run(asked: Request = SCREEN, **chosen: object) -> list[Outcome]:
        choice = WhichCopies(**chosen)  # type: ignore[arg-type]
        return list(
            batch.run(
                ["cunxiao"], asked, workspace, here=workspace.root / "content",
                telling=Telling(), choice=choice,
            )
        )  # fmt: skip

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "content" / "cunxiao"


def text_of(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def pictures_of(file: Path) -> list[bytes]:
    """The bytes of every picture in a file."""
    with pikepdf.open(file) as pdf:
        return [
            thing.read_raw_bytes()
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
        ]


def links_of(file: Path) -> int:
    with pikepdf.open(file) as pdf:
        return sum(len(page.get("/Annots", ())) for page in pdf.pages)


def files(workspace: Workspace) -> dict[str, bytes]:
    made = workspace.output / "cunxiao"
    return {file.name: file.read_bytes() for file in sorted(made.glob("*.pdf"))}


def test_each_copy_has_its_name_its_photograph_its_number_and_its_address(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    rows = pupils(3)
    village(folder.parent, rows, chapters=SHORT)

    made = make()

    assert sorted((o.copy, o.told.verdict) for o in made if o.told) == [
        ("001", "warn"), ("002", "warn"), ("003", "warn")
    ]  # fmt: skip
    for row in rows:
        said = text_of(workspace.output / "cunxiao" / f"{row['学号']}-screen.pdf")
        others = {other["姓名"] for other in rows} - {row["姓名"]}
        assert said.replace("\r\n", "").count(row["姓名"]) >= 3
        assert not any(other in said for other in others)
        assert f"第{row['学号']}册，共3册" in said
        assert ("校长的话" in said) == (row["奖项"] != "")


def test_what_is_wrong_with_one_row_is_that_row_alone_and_told_where_it_is(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    rows = pupils(6)
    rows[1]["评语"] = "*不是* <b>标记</b> {{姓名}} a|b ::: =cmd|x"
    rows[2]["评语"] = "长" * 5000
    rows[3]["评语"] = "=cmd|'/c calc'!A1"
    rows[4]["评语"] = ""
    village(folder.parent, rows, chapters=SHORT)
    (folder / "photos" / "006.jpg").write_bytes(b"\xff\xd8 nothing")

    made = {o.copy: o for o in make()}

    codes = {
        copy: {d.code for d in (o.told.findings if o.told else o.reasons) if d.severity != "note"}
        for copy, o in made.items()
    }
    assert codes["001"] <= codes["004"]
    assert [copy for copy, o in made.items() if o.told is None] == ["003"]
    assert [copy for copy, o in made.items() if o.told and o.told.withheld] == ["006"]
    assert "series/long" in codes["003"]
    assert codes["004"] - codes["001"] == {"series/formula"}
    assert codes["005"] - codes["001"] >= {"series/empty"}
    said = text_of(workspace.output / "cunxiao" / "002-screen.pdf").replace("\r\n", "")
    assert "*不是*<b>标记</b>{{姓名}}a|b:::=cmd|x" in said.replace(" ", "")
    place = next(d.place for o in made.values() if not o.told for d in o.reasons)
    assert (place.file, place.line, place.column) == ("content/cunxiao/rows.csv", 4, 5)


def test_only_what_has_changed_is_made_anew_and_the_manifest_knows_all(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    rows = pupils(4)
    village(folder.parent, rows, chapters=SHORT)
    make(rows="1-2")
    first = files(workspace)

    assert sorted(o.copy for o in make()) == ["001", "002", "003", "004"]
    assert {name: files(workspace)[name] for name in first} == first
    assert make(changed=True) == []

    rows[2]["姓名"] = "张䶮"
    write_rows(folder, rows)
    assert [o.copy for o in make(changed=True)] == ["003"]
    assert [o.copy for o in make(only="张䶮")] == ["003"]
    village_page = folder / "02-ming.md"
    village_page.write_text(village_page.read_text("utf-8").replace("风雨", "雨雪") + "\n再会。\n")
    assert sorted(o.copy for o in make(changed=True)) == ["001", "002", "003", "004"]

    table = json.loads((workspace.output / "cunxiao" / "manifest.json").read_text("utf-8"))
    assert [(row["row"], row["name"]) for row in table["rows"]] == [
        (1, "001"), (2, "002"), (3, "003"), (4, "004")
    ]  # fmt: skip
    assert {name for row in table["rows"] for name in row["files"]} == files(workspace).keys()


def test_a_picture_that_other_copies_show_is_theirs_as_well(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    village(folder.parent, pupils(3), chapters=SHORT[:1])
    page = folder / "02-ming.md"
    page.write_text(page.read_text("utf-8") + "\n![班长](photos/002.jpg)\n", "utf-8")
    make()

    (folder / "photos" / "003.jpg").write_bytes((folder / "photos" / "001.jpg").read_bytes())
    assert [o.copy for o in make(changed=True)] == ["003"]
    (folder / "photos" / "002.jpg").write_bytes((folder / "photos" / "001.jpg").read_bytes())
    assert [o.copy for o in make(changed=True)] == ["001", "002", "003"]


def test_manifest_and_report_say_of_each_row_what_was_found_however_often_it_is_asked(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    rows = pupils(4)
    rows[1]["评语"] = "长" * 5000
    rows[2]["评语"] = "=cmd|x"
    rows[3]["学号"] = "001"
    village(folder.parent, rows, chapters=SHORT[:1])
    found = []
    for asked in ({}, {}, {"changed": True}, {"merge": True}, {"rows": "2-3"}):
        make(**asked)
        told = workspace.output / "cunxiao"
        report = json.loads((told / "report.json").read_text("utf-8"))
        manifest = json.loads((told / "manifest.json").read_text("utf-8"))
        copies = {
            one["code"]: one["copies"]
            for one in report["findings"]
            if one["code"].startswith("series/")
        }
        lines = [(row["row"], row["verdict"], [*row["files"]]) for row in manifest["rows"]]
        found.append((report["verdict"], copies, lines))

    kinds = {"series/long": ["002"], "series/formula": ["003"], "series/name-twice": ["001"]}
    made = [
        (1, "warn", ["001-screen.pdf"]), (2, "fail", []),
        (3, "warn", ["003-screen.pdf"]), (4, "fail", []),
    ]  # fmt: skip
    assert found[:4] == [("fail", kinds, made)] * 4
    del kinds["series/name-twice"]
    assert found[4] == ("fail", kinds, made[:3])


@pytest.mark.parametrize("written", ["", "[]", "{", '{"schema": 1, "rows": [1]}', '{"rows": {}}'])
def test_a_manifest_that_is_none_of_ours_is_written_anew(
    make: Make, workspace: Workspace, folder: Path, written: str
) -> None:
    village(folder.parent, pupils(2), chapters=SHORT[:1])
    manifest = workspace.output / "cunxiao" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(written, "utf-8")

    make(rows="1")

    rows = json.loads(manifest.read_text("utf-8"))["rows"]
    assert [row["name"] for row in rows] == ["001"]


def test_a_copy_is_the_same_alone_after_others_and_by_several_processes(
    make: Make, workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    village(folder.parent, pupils(6), chapters=SHORT)
    request = replace(SCREEN, folder=PurePosixPath("content/cunxiao"))
    title = pipeline.opened(request, workspace)
    rows = rows_of(title.job, workspace).rows

    found: list[list[dict[str, str]]] = []
    for size, order in ((1, rows), (1, rows[::-1]), (2, rows[3:] + rows[:3])):
        place = replace(Workplace.of(workspace), output=tmp_path / f"out{len(found)}").workspace()
        errands = [Errand(row.number, request, row) for row in order]
        done = {d.number: dict(d.digests) for d in here(place, errands, size)}
        found.append([done[row.number] for row in rows])

    assert found[0] == found[1] == found[2]
    assert len({digest for one in found[0] for digest in one.values()}) == 6


def test_a_process_that_is_killed_takes_no_copy_with_it(workspace: Workspace, folder: Path) -> None:
    _killed(workspace, folder, count=6, kills=2)


class Answering:
    """In the place of a process: what it says to an errand, or that it dies of it."""

    def __init__(self, end: Connection, says: Mapping[int, bool | None]) -> None:
        self._end, self._says = end, says

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with contextlib.suppress(EOFError, OSError), self._end:
            while True:
                errand = self._end.recv()
                last = self._says[errand.number]
                if last is None:
                    return
                self._end.send(crewing._Answer(ErrandDone(errand.number, None), last=last))

    def kill(self) -> None: ...

    def join(self) -> None:
        self._thread.join()

    def close(self) -> None: ...


ENDS: dict[str, dict[int, bool | None]] = {
    "one has grown too large": {1: True, 2: False},
    "both have": {1: True, 2: True},
    "one dies of it": {1: None, 2: False},
    "the other dies of it": {1: False, 2: None},
    "one dies, one has grown": {1: None, 2: True, 3: False},
}


@pytest.mark.parametrize("case", ENDS)
def test_a_process_that_ends_with_nothing_left_to_do_leaves_the_others_at_work(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    says = ENDS[case]

    def start(member: Any) -> None:
        member.end, theirs = multiprocessing.Pipe()
        member.process = Answering(theirs, says)
        member.process.start()

    monkeypatch.setattr(crewing._CrewMember, "_start", start)
    errands = [Errand(number, replace(SCREEN, folder=PurePosixPath("x"))) for number in says]

    done = {d.number: [r.code for r in d.reasons] for d in here(workspace, errands, 2)}

    assert done == {n: ["series/lost"] if last is None else [] for n, last in says.items()}


@pytest.mark.stress
def test_of_three_hundred_copies_none_is_lost_when_processes_are_killed_twenty_times(
    workspace: Workspace, folder: Path
) -> None:
    _killed(workspace, folder, count=300, kills=20)


def _killed(workspace: Workspace, folder: Path, *, count: int, kills: int) -> None:
    village(folder.parent, pupils(count), chapters=SHORT)
    request = replace(SCREEN, folder=PurePosixPath("content/cunxiao"))
    title = pipeline.opened(request, workspace)
    rows = rows_of(title.job, workspace).rows
    errands = [Errand(row.number, request, row) for row in rows]
    chance, done = random.Random(1), []
    at = set(chance.sample(range(count - 2), kills))
    for number, one in enumerate(here(workspace, errands, 2)):
        done.append(one)
        if number in at:
            victim = chance.choice(multiprocessing.active_children())
            os.kill(victim.pid or 0, signal.SIGKILL)

    assert sorted(d.number for d in done) == [row.number for row in rows]
    assert [d.reasons for d in done if d.told is None] == []


def test_copies_run_on_in_one_file_with_an_index_and_what_they_share_is_there_once(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    village(
        folder.parent, pupils(3), chapters=("00-fengmian.md", "01-juanshou.md", "09-banquan.md")
    )

    *_, last = make(replace(SCREEN, finishes=("press", "screen")), merge=True)

    assert last.told is not None
    file, for_readers = last.told.files
    table = json.loads((file.parent / "manifest.json").read_text("utf-8"))["merged"][file.name]
    singles = {f"{n:03}": file.parent / f"{n:03}-press.pdf" for n in (1, 2, 3)}
    pages = {}
    for name, single in singles.items():
        with pikepdf.open(single) as pdf:
            pages[name] = len(pdf.pages)
    assert {name: last - first + 1 for name, (first, last) in table.items()} == pages
    assert [first % 2 for first, _ in table.values()] == [1, 1, 1]
    every = [pictures_of(single) for single in singles.values()]
    assert len({*chain(*every)}) < len([*chain(*every)])
    assert sorted(pictures_of(file)) == sorted({*chain(*every)})
    with pikepdf.open(file) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["001", "002", "003"]
    report = judge(file)
    assert {d.code for d in report.findings if d.severity == "error"} <= {"page/not-in-fours"}
    with pikepdf.open(for_readers) as pdf:
        assert not {"/Metadata", "/StructTreeRoot", "/MarkInfo"} & set(pdf.Root)
    (told,) = last.told.findings
    assert (told.code, told.place.file) == ("series/merged-plain", for_readers.name)
    assert told.facts["links"] == sum(map(links_of, file.parent.glob("00*-screen.pdf"))) > 0


def test_run_on_files_are_as_many_as_are_needed_and_none_of_an_earlier_time_stays(
    make: Make, workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    village(folder.parent, pupils(3), chapters=SHORT[:1])
    found = []
    for most in (1, 2, 5):
        monkeypatch.setattr(batch, "MOST_MERGED", most)
        make(merge=True)
        table = json.loads((workspace.output / "cunxiao" / "manifest.json").read_text("utf-8"))
        there = {file.name for file in (workspace.output / "cunxiao").glob("*-all*.pdf")}
        assert table["merged"].keys() == there
        found.append(sorted(there))
    make(changed=True, merge=True)
    after = json.loads((workspace.output / "cunxiao" / "manifest.json").read_text("utf-8"))

    names = ["cunxiao-screen-all.pdf", "cunxiao-screen-all2.pdf", "cunxiao-screen-all3.pdf"]
    assert found == [names, names[:2], names[:1]]
    assert after == table


def test_a_fault_of_ours_in_some_copies_is_one_report_and_the_others_are_made(
    make: Make, workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_copy = pipeline.copy_of

    def fail(title: pipeline.OpenedTitle, row: CopyRow, *more: Any) -> Any:
        if row.name in {"001", "003"}:
            raise KeyError(row.values["姓名"])
        return made_copy(title, row, *more)

    monkeypatch.setattr(pipeline, "copy_of", fail)
    monkeypatch.setattr(batch, "hands_for", lambda errands: 1)
    rows = pupils(3)
    village(folder.parent, rows, chapters=SHORT)

    made = {o.copy: o for o in make()}

    assert [copy for copy, o in made.items() if o.told is None] == ["001", "003"]
    assert exit_of(made["001"].reasons) == Exit.OUR_BUG
    (report,) = workspace.output.glob(bugs.EVERY)
    for name in ("001", "003"):
        (reason,) = made[name].reasons
        assert (reason.code, reason.facts["name"]) == ("series/bug", name)
        assert str(reason.facts["file"]).endswith(report.name)
    said = report.read_text("utf-8")
    assert not any(row["姓名"] in said for row in rows)


@pytest.mark.parametrize("name", ["p", "pages", "u", "un", "unchecked"])
def test_files_of_a_copy_begin_with_its_name_whatever_that_is(name: str) -> None:
    row = CopyRow(1, name, {}, {}, Place())

    made = [
        pipeline._of_copy(row, file)
        for file in (f"{name}-press.pdf", "pages/001.png", "unchecked/overview.jpg")
    ]

    assert made == [f"{name}-press.pdf", f"{name}-pages-001.png", f"{name}-unchecked-overview.jpg"]


REFUSED = {
    "no head": ("1,沈雨,一班\n2,张䶮,二班\n", "series/no-head"),
    "a field that is no column": ("学号,姓名,班级,评语\n1,沈雨,一班,好\n", "series/unknown-field"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_without_what_the_manuscript_asks_for_is_refused_at_once(
    make: Make, folder: Path, case: str
) -> None:
    table, code = REFUSED[case]
    village(folder.parent, pupils(2), chapters=SHORT)
    (folder / "rows.csv").write_text(table, "utf-8")

    (made,) = make()

    assert {reason.code for reason in made.reasons} == {code}


def test_what_only_a_series_has_is_refused_of_one_book(
    workspace: Workspace, title: Callable[..., PurePosixPath]
) -> None:
    title()

    (made,) = batch.run(
        ["small"], SCREEN, workspace, here=workspace.root, telling=Telling(),
        choice=WhichCopies(rows="1"),
    )  # fmt: skip

    assert [reason.code for reason in made.reasons] == ["series/not-one"]


def test_what_was_finished_when_it_was_broken_off_is_kept_and_the_next_run_goes_on(
    folder: Path, tmp_path: Path
) -> None:
    village(folder.parent, pupils(6), chapters=SHORT)
    output = tmp_path / "out"
    line = [
        sys.executable, "-m", "banxin", "build", str(folder), "--finish", "screen",
        "-o", str(output), "--workspace", str(ROOT), "--lang", "en",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    made = output / "cunxiao"
    with subprocess.Popen(
        line,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Tests in the background inherit a SIGINT that is ignored; who types Ctrl-C does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        while running.poll() is None and len([*made.glob("*.pdf")]) < 2:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        running.communicate()
    assert running.returncode == 130
    first = {file: file.stat().st_mtime_ns for file in made.glob("*.pdf")}
    assert 2 <= len(first) < 6

    again = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)

    assert "all 6 copies are made" in again.stdout
    kept = [file for file, at in first.items() if file.stat().st_mtime_ns == at]
    assert len(kept) >= len(first) - 2  # those that were written and not yet heard of
    assert len([*made.glob("*.pdf")]) == 6
    assert not [*made.glob(".new-*")]


# --- a cluster --------------------------------------------------------------------------------


@pytest.fixture
def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def cluster(free_port: int, tmp_path: Path) -> Iterator[tuple[str, Sequence[int]]]:
    """A scheduler and two workers, each a process: the address, and the workers' processes."""
    address = f"tcp://127.0.0.1:{free_port}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    program = [sys.executable, "-m", "dask"]
    local = [f"--local-directory={tmp_path}", "--no-dashboard", "--memory-limit=0", "--nthreads=1"]
    lines = [
        [*program, "scheduler", "--host=127.0.0.1", f"--port={free_port}", "--no-dashboard"],
        *([*program, "worker", address, *local, "--no-nanny"] for _ in (1, 2)),
    ]
    running = [
        subprocess.Popen(
            line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for line in lines
    ]
    try:
        _await(free_port)
        yield address, [one.pid for one in running[1:]]
    finally:
        for one in running:
            one.kill()
            one.wait()


def _await(port: int) -> None:
    for _ in range(600):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the scheduler did not start")


def test_a_report_of_a_fault_on_a_worker_comes_home(workspace: Workspace, tmp_path: Path) -> None:
    cluster = importlib.import_module("banxin.crew.cluster")
    file = f"{tmp_path}/of-the-worker/output/banxin-bug-0a.txt"
    written = error("series/bug", name="001", what="KeyError", file=file)
    unwritten = error("internal/bug", what="KeyError", file=bugs.UNWRITTEN)
    other = error("file/too-large", file="a/b")
    done = ErrandDone(1, None, (written, unwritten, other))
    back = cluster._Back(done, Path(file).parent, {"banxin-bug-0a.txt": b"KeyError"})

    at_home = cluster._ErrandRound(None, "", workspace, None)._written(back)

    here_now = workspace.output / "banxin-bug-0a.txt"
    assert here_now.read_bytes() == b"KeyError"
    assert [d.facts["file"] for d in at_home.reasons] == [str(here_now), "–", "a/b"]


def test_a_cluster_makes_the_same_bytes_and_a_lost_worker_takes_nothing_with_it(
    make: Make, workspace: Workspace, folder: Path, cluster: tuple[str, Sequence[int]]
) -> None:
    address, workers = cluster
    rows = pupils(5)
    rows[1]["评语"] = "长" * 5000
    village(folder.parent, rows, chapters=SHORT)
    make()
    here_made = files(workspace)
    for name in here_made:
        (workspace.output / "cunxiao" / name).unlink()

    made = []
    for outcome in batch.run(
        ["cunxiao"], SCREEN, workspace, here=workspace.root / "content",
        telling=Telling(), choice=WhichCopies(on=address),
    ):  # fmt: skip
        made.append(outcome)
        if len(made) == 2:
            os.kill(workers[0], signal.SIGKILL)

    assert sorted(o.copy for o in made) == ["001", "002", "003", "004", "005"]
    assert [o.copy for o in made if o.told is None] == ["002"]
    assert files(workspace) == here_made


@pytest.mark.parametrize(("address", "code"), [
    ("tcp://127.0.0.1:1", "cluster/no-scheduler"),
    ("127.0.0.1:8786", "cluster/address"),
    ("http://example.org", "cluster/address"),
    ("tcp://a b:1", "cluster/address"),
    ("tcp://127.0.0.1:99999", "cluster/address"),
    ("tcp://127.0.0.1:0", "cluster/address"),
    ("tls://127.0.0.1:1", "cluster/no-scheduler"),  # and no certificate to open it with
])  # fmt: skip
def test_a_scheduler_that_is_not_there_is_told(
    make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch, address: str, code: str
) -> None:
    cluster = importlib.import_module("banxin.crew.cluster")
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    village(folder.parent, pupils(2), chapters=SHORT)

    (made,) = make(on=address)

    assert [reason.code for reason in made.reasons] == [code]


@pytest.mark.parametrize("scheme", ["tcp", "tls"])
@pytest.mark.parametrize("said", [b"", b"\0", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_port_that_is_open_and_says_nothing_of_dask_is_not_waited_for(
    make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch, said: bytes, scheme: str
) -> None:
    cluster = importlib.import_module("banxin.crew.cluster")
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    village(folder.parent, pupils(2), chapters=SHORT)
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(server.accept()[0])
                    taken[-1].sendall(said)

        threading.Thread(target=take, daemon=True).start()
        (made,) = make(on=f"{scheme}://127.0.0.1:{server.getsockname()[1]}")
        for one in taken:
            one.close()

    assert [reason.code for reason in made.reasons] == ["cluster/no-scheduler"]


@pytest.mark.parametrize("other", ["pango", "mutool", "gs"])
def test_copies_are_made_anew_where_something_of_the_machine_that_they_rest_on_is_another(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    village(folder.parent, pupils(2), chapters=SHORT)
    request = replace(SCREEN, folder=PurePosixPath("content/cunxiao"))
    job = project.load(request, workspace)
    before = record._ground(request, job, (), workspace)
    if other == "pango":
        monkeypatch.setattr(record, "libraries", lambda: {"pango": "15000"})
    else:
        found = [(f"/opt/{other}", None)]
        monkeypatch.setattr(memo, "programs", lambda: found)

    assert record._ground(request, job, (), workspace) != before


def test_files_of_rows_that_the_table_has_no_more_are_told_until_they_are_gone(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    rows = pupils(4)
    village(folder.parent, rows, chapters=SHORT[:1])
    make()
    told = workspace.output / "cunxiao"
    write_rows(folder.parent / "cunxiao", rows[:2])
    *_, first = make()
    *_, again = make(merge=True)
    (told / "003-screen.pdf").unlink()
    *_, fewer = make()
    (told / "004-screen.pdf").unlink()
    none = make()

    def left(outcome: Outcome) -> list[object]:
        assert outcome.told is not None
        found = [d for d in outcome.told.findings if d.code == "series/left-over"]
        return [d.facts["files"] for d in found]

    assert left(first) == left(again) == ["003-screen.pdf, 004-screen.pdf"]
    assert left(fewer) == ["004-screen.pdf"]
    assert [outcome.copy for outcome in none] == ["001", "002"]


def test_what_is_not_run_on_is_told_and_the_run_on_file_is_called_as_all_copies_are(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    village(folder.parent, pupils(2), chapters=SHORT[:1])
    edition = folder.parent / "cunxiao" / "edition.toml"
    text = edition.read_text("utf-8")
    named = re.sub(r"(?m)^title\s*=.*$", 'title = "河边 & 山下：{{姓名}}"', text, count=1)
    edition.write_text(named, "utf-8")

    *_, last = make(replace(SCREEN, finishes=("press", "plates", "proof")), merge=True)

    assert last.told is not None
    facts = [d.facts for d in last.told.findings if d.code == "series/not-merged"]
    assert [fact["finishes"] for fact in facts] == ["plates, proof"]
    (file,) = last.told.files
    with pikepdf.open(file) as pdf:
        assert str(pdf.docinfo["/Title"]) == "河边 & 山下"
        packet = pdf.Root.Metadata.read_bytes().decode()
    assert "河边 &amp; 山下</rdf:li></rdf:Alt></dc:title>" in packet
    assert not [row["姓名"] for row in pupils(2) if row["姓名"] in packet]


def test_workers_of_other_versions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = importlib.import_module("banxin.crew.cluster")
    mine = cluster._versions()

    class Client:
        def wait_for_workers(self, n: int, timeout: float) -> None: ...

        def run(self, function: object, on_error: str) -> dict[str, object]:
            return {
                "tcp://one": mine,
                "tcp://two": {**mine, "weasyprint": "69.0"},
                "tcp://three": ModuleNotFoundError("No module named 'banxin'"),
            }

    with pytest.raises(BanxinError) as problem:
        cluster._check(Client(), "tcp://x:1")

    told = problem.value.diagnostics
    assert [d.facts["worker"] for d in told] == ["tcp://two", "tcp://three"]
    assert str(told[0].facts["what"]).startswith("weasyprint 69.0 ≠ ")


@pytest.mark.stress
def test_a_local_cluster_of_two_workers_makes_the_same_three_hundred_copies(
    make: Make, workspace: Workspace, folder: Path
) -> None:
    distributed = importlib.import_module("distributed")
    village(folder.parent, pupils(300), chapters=SHORT)
    make()
    here_made = files(workspace)
    for name in here_made:
        (workspace.output / "cunxiao" / name).unlink()

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0
    ) as cluster:
        made = make(on=cluster.scheduler_address)

    assert len(made) == 300
    assert files(workspace) == here_made


def test_where_dask_is_not_installed_it_is_told_how_to_have_it(
    make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    village(folder.parent, pupils(2), chapters=SHORT)

    (made,) = make(on="tcp://127.0.0.1:8786")

    assert [reason.code for reason in made.reasons] == ["cluster/no-library"]
