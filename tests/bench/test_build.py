"""How long a build takes and how much memory, printed; nothing about time is asserted.

    ./banxin test -m bench -s

Each build is a process of its own, without a cache; seconds of the processor, and the peak of
resident memory, as the system counts them. The longer books are the sample's articles repeated.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench

MEASURE = """
import json, resource, sys
from pathlib import Path, PurePosixPath
from banxin.request import Request
from banxin import pipeline, project
from banxin.workspace import Workspace
root, content, output, cached = sys.argv[1:]
w = Workspace(Path(root), output=Path(output), cache=cached == "cached")
w.mount(PurePosixPath("content/book"), Path(content))
made = pipeline.build(Request(PurePosixPath("content/book")), w)
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: after a fork it begins with what the parent had.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({
    "pages": len(made.report.facts.sheets),
    "cpu": used.ru_utime + used.ru_stime,
    "wall": sum(made.report.timings.values()),
    "peak": int(peak.split()[1]) / 1024,
    "stages": dict(made.report.timings),
}))
"""


def book(folder: Path, sample: Path, times: int) -> Path:
    """The sample with its articles *times* over, under new names."""
    shutil.copytree(sample, folder)
    edition = (folder / "edition.toml").read_text("utf-8")
    articles = ["06-gongjian.md", "07-qingchen.md", "10-hongmajia.md", "12-wanghou.md"]
    more = []
    for turn in range(1, times):
        for name in articles:
            copy = f"{turn:02}-{name}"
            shutil.copy(folder / name, folder / copy)
            more.append(f'    "{copy}",\n')
    edition = edition.replace('    "13-dashi.md",\n', "".join(more) + '    "13-dashi.md",\n')
    (folder / "edition.toml").write_text(edition, "utf-8")
    # A contents page has room for one edition's chapters only.
    text = edition.replace('    "04-muci.md",\n', "") if times > 1 else edition
    (folder / "edition.toml").write_text(text.replace('"saddle"', '"perfect"'), "utf-8")
    return folder


def measured(root: Path, content: Path, output: Path, cache: str) -> dict[str, float]:
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(root), str(content), str(output), cache],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("name", "times"), [("sample", 1), ("80 pages", 6), ("400 pages", 34)])
def test_seconds_and_memory_of_a_cold_build(
    name: str, times: int, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = book(tmp_path / "book", root / "content" / "langfang", times)

    found = measured(root, content, tmp_path / "output", "cold")

    per_page = found["cpu"] / found["pages"]
    stages = ", ".join(f"{k} {v:.1f}" for k, v in found["stages"].items())  # type: ignore[attr-defined]
    with capsys.disabled():
        print(
            f"\n{name}: {found['pages']} pages,"
            f" {found['cpu']:.1f} s CPU, {found['wall']:.1f} s wall, {per_page:.3f} s a page,"
            f" peak {found['peak']:.0f} MiB ({stages})"
        )
    assert found["pages"] >= {1: 24, 6: 70, 34: 350}[times]


@pytest.mark.parametrize(("name", "times"), [("sample", 1), ("80 pages", 6)])
def test_nothing_changed(
    name: str, times: int, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line, as one types it: seconds of the whole process."""
    content = book(tmp_path / "book", root / "content" / "langfang", times)
    asked = [sys.executable, "-m", "banxin", "build", str(content), "-o", str(tmp_path / "output")]

    def seconds(*more: str) -> tuple[float, float, str]:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        run = subprocess.run(
            [*asked, *more],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cpu, wall, run.stdout

    first, _, said = seconds()
    runs = []
    for _ in range(5):
        *took, again = seconds()
        assert again == said
        runs.append(took)
    cpu, wall = (sorted(column)[2] for column in zip(*runs, strict=True))
    with capsys.disabled():
        print(
            f"\n{name}, nothing changed: {cpu:.2f} s CPU, {wall:.2f} s wall (median of 5),"
            f" 1/{first / cpu:.0f} of the first {first:.1f} s CPU"
        )


def test_a_second_build_finds_its_work_done(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = book(tmp_path / "book", root / "content" / "langfang", 1)
    first, second = (
        measured(root, content, tmp_path / "output", "cached")["cpu"] for _ in range(2)
    )

    with capsys.disabled():
        print(
            f"\nsample again: {second:.1f} s CPU, {second / first:.2f} of the first {first:.1f} s"
        )
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > 0
