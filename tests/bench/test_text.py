"""A text of pages: the first build beside plain WeasyPrint and Typst, then a day's edits.

    ./banxin test -m bench -k text -s

The command line as one types it, press and screen files and the judge's report and all; CPU seconds
of a process and those that it starts. Ratios hold from machine to machine, seconds do not; nothing
about time is asserted.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from composer_run import ARTICLE

pytestmark = pytest.mark.bench

CHAPTERS: Final = {24: 12, 84: 42, 354: 177}  # of two pages each
EDITION: Final = """title = "走在街上看见的变化"
layout = "jinian"
date = 2026-05-01
binding = "perfect"
chapters = [{chapters}]
"""
TYPST: Final = """#set page(width: 210mm, height: 285mm, margin: 25mm, columns: 2)
#set text(font: "Noto Serif SC", size: 10.5pt, lang: "zh", region: "cn")
#set par(justify: true, first-line-indent: 2em, leading: 0.75em)
"""


def workspace(folder: Path, root: Path, pages: int) -> Path:
    """One with a title of so many pages, and layouts that may be changed."""
    folder.mkdir()
    for name in ("fonts", "layouts"):
        shutil.copytree(root / name, folder / name)
    title = folder / "content" / "text"
    title.mkdir(parents=True)
    order, names = random.Random(7), []
    for number in range(CHAPTERS[pages]):
        chosen = (order.choice(ARTICLE.splitlines()) for _ in range(18))
        body = "\n\n".join(f"{paragraph}第{number}章。" for paragraph in chosen if paragraph)
        names.append(f"{number:03}.md")
        (title / names[-1]).write_text(f"---\ntitle: 第{number}章\n---\n\n{body}\n", "utf-8")
    chapters = ", ".join(f'"{name}"' for name in names)
    (title / "edition.toml").write_text(EDITION.format(chapters=chapters), "utf-8")
    return folder


def seconds(folder: Path, root: Path, *command: str) -> float:
    """CPU of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("pages", CHAPTERS)
def test_text_built_first_and_after_edits(
    pages: int, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = workspace(tmp_path / "place", root, pages)
    title, build = place / "content" / "text", ("-m", "banxin", "build", "text")
    run, source = Path(__file__).with_name("composer_run.py"), tmp_path / "text.typ"
    bodies = [file.read_text("utf-8").split("---\n")[2] for file in sorted(title.glob("*.md"))]
    source.write_text(TYPST + "#pagebreak()\n".join(bodies), "utf-8")
    compile_it = (
        f"import typst; typst.compile({str(source)!r}, output={str(tmp_path / 'text.pdf')!r},"
        f" font_paths=[{str(root / 'fonts')!r}], ignore_system_fonts=True)"
    )

    plain = seconds(root, root, str(run), str(root), str(pages), "plain")
    typst = seconds(root, root, "-c", compile_it)
    first = seconds(place, root, *build)
    same = seconds(place, root, *build)
    swap(title / "005.md", "第5章。", "第五章。")
    paragraph = seconds(place, root, *build)
    swap(place / "layouts" / "jinian" / "tokens.toml", "[10, 95, 85, 5]", "[5, 95, 85, 10]")
    ink = seconds(place, root, *build)

    rows = {"nothing changed": same, "a paragraph": paragraph, "an ink": ink}
    with capsys.disabled():
        print(
            f"\n{pages} pages of text: first build {first:.1f} s CPU = {first / plain:.2f} of plain"
            f" WeasyPrint ({plain:.1f} s), {first / typst:.0f} of Typst ({typst:.2f} s); then "
            + ", ".join(f"{row} {took:.2f} s = {took / first:.2f}" for row, took in rows.items())
        )
