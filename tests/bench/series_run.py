"""A series measured: seconds and memory for so many copies. A program, for numbers that take long.

python tests/bench/series_run.py village 1000
python tests/bench/series_run.py certificates 30000 --cores 2
python tests/bench/series_run.py typst 30000
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).parent.parent.parent
for folder in (ROOT / "src", ROOT / "tests"):
    sys.path.insert(0, str(folder))

from village import SAMPLE, pupils, village, write_rows  # noqa: E402

EVERY = tuple(sorted(f.name for f in SAMPLE.glob("*.md")))
CERTIFICATE = """title = "毕业证书"
layout = "jinian"
binding = "perfect"
date = 2026-07-01
link = "https://example.org/{{学号}}"
chapters = ["one.md"]

[series]
table = "rows.csv"
name = "{{学号}}"
"""
WORDS = """---
title: 毕业证书
template: text
---

{{姓名}}同学在柳河小学{{班级}}修业期满，成绩合格，准予毕业。{{评语}}

证书编号 {{学号}}，校验码 {{校验码}}。
"""
TYPST = """#set page(paper: "a5", margin: 18mm)
#set text(font: "Noto Serif SC", size: 10pt, lang: "zh")
= 毕业证书
#sys.inputs.at("姓名")同学在柳河小学#sys.inputs.at("班级")修业期满，成绩合格，准予毕业。#sys.inputs.at("评语")

证书编号 #sys.inputs.at("学号")。
"""


def made(kind: str, folder: Path, count: int) -> PurePosixPath:
    """A title with so many rows, below *folder*."""
    if kind == "village":
        return village(folder, pupils(count), chapters=EVERY, name="many")
    (folder / "many").mkdir(parents=True)
    (folder / "many" / "edition.toml").write_text(CERTIFICATE, "utf-8")
    (folder / "many" / "one.md").write_text(WORDS, "utf-8")
    write_rows(folder / "many", pupils(count))
    return PurePosixPath("content/many")


def measured(kind: str, count: int, cores: int = 0) -> dict[str, float]:
    """Seconds of the wall and of processors, and the most memory, all processes together.

    The results go as they come: thousands of copies would fill the disk.
    """
    from banxin import batch
    from banxin.crew import here
    from banxin.request import Request
    from banxin.series.choice import WhichCopies
    from banxin.workspace import Workspace

    above = Path(tempfile.mkdtemp(prefix="series-"))
    try:
        content = made(kind, above / "content", count)
        workspace = Workspace(ROOT, output=above / "output")
        workspace.mount(PurePosixPath("content"), above / "content")
        finishes = ("press", "screen") if kind == "village" else ("press",)
        request = Request(content, finishes=finishes)
        if cores:
            here.__globals__["cores"] = lambda: cores
        began, before = time.perf_counter(), os.times()
        peak, fine = 0.0, 0
        for outcome in batch.run(
            ["many"], request, workspace, here=above, telling=batch.Telling(),
            choice=WhichCopies(),
        ):  # fmt: skip
            fine += outcome.told is not None and not outcome.told.withheld
            peak = max(peak, memory()) if outcome.copy[-1:] in {"0", "1"} else peak
            for file in outcome.told.files if outcome.told else ():
                file.unlink(missing_ok=True)
        seconds, after = time.perf_counter() - began, os.times()
        used = sum(after[:4]) - sum(before[:4])
        return {
            "copies": count,
            "fine": fine,
            "wall": round(seconds, 2),
            "cpu": round(used, 2),
            "wall_a_copy": round(seconds / count, 3),
            "peak_mib": round(max(peak, memory())),
        }
    finally:
        shutil.rmtree(above, ignore_errors=True)


def memory() -> float:
    """MiB of this process and of those that it has started, now, what they share counted once."""
    mine, kib = os.getpid(), 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if mine in {parent, int(stat.parent.name)}:
                lines = (stat.parent / "smaps_rollup").read_text().splitlines()
                kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, ValueError):
            continue
    return kib / 2**10


def by_typst(count: int) -> dict[str, float]:
    """The same certificates by Typst, a compilation for each row, to one PDF each."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "one.typ"
        source.write_text(TYPST, "utf-8")
        began = time.perf_counter()
        compiler: Any = typst.Compiler(source, font_paths=[str(ROOT / "fonts")])  # type: ignore[misc]
        for row in pupils(count):
            compiler.compile(format="pdf", sys_inputs=row)
        seconds = time.perf_counter() - began
    return {"copies": count, "wall": round(seconds, 2), "wall_a_copy": round(seconds / count, 4)}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kind", choices=("village", "certificates", "typst"))
    asked.add_argument("count", type=int)
    asked.add_argument("--cores", type=int, default=0)
    words = asked.parse_args()
    if words.kind == "typst":
        found = by_typst(words.count)
    else:
        found = measured(words.kind, words.count, words.cores)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
