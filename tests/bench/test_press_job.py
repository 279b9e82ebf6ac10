"""The job a print shop asks for: 20 pages, nine photographs of 24 megapixels, CMYK at 300 ppi.

Ours, cold and cached, beside plain WeasyPrint and the usual Ghostscript pass over its file. CPU
seconds of whole processes; nothing about time is asserted.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from composer_run import ARTICLE
from PIL import Image

pytestmark = pytest.mark.bench

OURS = """
import sys
from pathlib import Path, PurePosixPath
from banxin.request import Request
from banxin import pipeline, project
from banxin.workspace import Workspace
root, content, output = map(Path, sys.argv[1:])
w = Workspace(root, output=output)
w.mount(PurePosixPath("content/job"), content)
made = pipeline.build(Request(PurePosixPath("content/job"), finishes=("press",)), w)
print(len(made.report.facts.sheets))
"""
PLAIN = """
import sys
from weasyprint import HTML
HTML(sys.argv[1]).write_pdf(sys.argv[2])
"""
PHOTOS = 9


def photographs(folder: Path) -> None:
    """Soft shapes with grain, as cameras give them: 6000 × 4000, quality 90."""
    folder.mkdir(parents=True)
    order = np.random.default_rng(3)
    for number in range(PHOTOS):
        coarse = order.integers(0, 255, (40, 60, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((6000, 4000), Image.Resampling.BICUBIC)
        grain = order.normal(0, 6, (4000, 6000, 1))
        data = (np.asarray(image).astype(np.float32) + grain).clip(0, 255).astype(np.uint8)
        Image.fromarray(data).save(folder / f"{number}.jpg", quality=90)


def manuscript(folder: Path) -> None:
    names = [f"{number}.md" for number in range(PHOTOS)]
    listed = ", ".join(f'"{name}"' for name in ("cover.md", *names, "back.md"))
    for cover in ("cover", "back"):
        (folder / f"{cover}.md").write_text(f"---\ntitle: 照片\ntemplate: {cover}\n---\n", "utf-8")
    (folder / "edition.toml").write_text(
        f'title = "九张照片"\nlayout = "jinian"\nbinding = "perfect"\ndate = 2026-01-02\n'
        f"chapters = [{listed}]\n",
        "utf-8",
    )
    text = "\n\n".join(p for p in ARTICLE.splitlines() if p)
    for number, name in enumerate(names):
        (folder / name).write_text(
            f"---\ntitle: 第{number + 1}张\ntemplate: text\n---\n{text}\n\n"
            f'![图](photos/{number}.jpg){{credit="某某" size=full lines=19}}\n\n{text}\n\n{text}\n',
            "utf-8",
        )


def page(folder: Path) -> Path:
    paragraphs = "".join(f"<p>{p}</p>" for p in ARTICLE.splitlines() if p)
    parts = "".join(
        f"<section><h2>第{n + 1}张</h2>{paragraphs}<img src='photos/{n}.jpg'>{paragraphs * 2}</section>"
        for n in range(PHOTOS)
    )
    fonts = Path(__file__).parents[2] / "fonts"
    faces = "".join(
        f"@font-face {{ font-family: {name}; src: url({file.as_uri()}) }}"
        for name, file in (
            ("serif-sc", next(fonts.rglob("NotoSerifSC_400*.ttf"))),
            ("sans-sc", next(fonts.rglob("NotoSansSC_700*.ttf"))),
        )
    )
    (folder / "page.html").write_text(
        f"<html lang=zh-CN><style>{faces} @page {{ size: 210mm 285mm; margin: 20mm }}"
        "body { font: 10.5pt/1.6 serif-sc; columns: 2 } h2 { font-family: sans-sc }"
        f"img {{ width: 100% }} section {{ break-before: page }}</style>{parts}",
        "utf-8",
    )
    return folder / "page.html"


def cpu(command: Sequence[str | Path], **environment: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_press_job_beside_weasyprint_and_ghostscript(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = tmp_path / "job"
    photographs(content / "photos")
    manuscript(content)
    ours: list[str | Path] = [sys.executable, "-c", OURS, root, content, tmp_path / "output"]
    path = str(root / "src")
    plain, pressed = tmp_path / "plain.pdf", tmp_path / "pressed.pdf"
    ghostscript: list[str | Path] = [
        "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pdfwrite",
        "-sColorConversionStrategy=CMYK", "-sProcessColorModel=DeviceCMYK",
        "-dDownsampleColorImages=true", "-dColorImageResolution=300",
        "-dColorImageDownsampleType=/Bicubic", f"-sOutputFile={pressed}", plain,
    ]  # fmt: skip

    cold = cpu(ours, PYTHONPATH=path)
    cached = cpu(ours, PYTHONPATH=path)
    engine = cpu([sys.executable, "-c", PLAIN, page(content), plain])
    pass_ = cpu(ghostscript)

    theirs = engine + pass_
    with capsys.disabled():
        print(
            f"\npress job: WeasyPrint {engine:.1f} s + Ghostscript {pass_:.1f} s = {theirs:.1f} s CPU;"
            f" ours cold {cold:.1f} s = 1/{theirs / cold:.1f}, cached {cached:.1f} s ="
            f" 1/{theirs / cached:.1f}"
        )
    assert pressed.stat().st_size > 100_000
    assert len(pypdfium2.PdfDocument(next((tmp_path / "output").rglob("*-press.pdf")))) == 20
