"""A layout's geometry as text: what moved shows as a diff that can be read.

Run with --bless to write it anew, and read the diff before committing it.
"""

from __future__ import annotations

import ctypes
import io
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageDraw

from conftest import Builder, Title

HERE = Path(__file__).parent
MM = 72 / 25.4


def runs(page: pypdfium2.PdfPage) -> list[str]:
    """Lines of text as `x y size words`, mm and pt, in the order they are drawn."""
    text, height = page.get_textpage(), page.get_height()
    found: list[tuple[float, float, float, str]] = []
    for index in range(text.count_chars()):
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        size = pdfium.FPDFText_GetFontSize(text, index) * 72 / 96
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        if letter in "\r\n":
            continue
        if found and found[-1][1] == y.value and found[-1][2] == size:
            found[-1] = (*found[-1][:3], found[-1][3] + letter)
        else:
            found.append((x.value, y.value, size, letter))
    text.close()
    return [
        f"{x / MM:7.2f} {(height - y) / MM:7.2f} {size:6.2f}  {words.strip()[:24]}"
        for x, y, size, words in found
        if words.strip()
    ]


def pictures(page: pypdfium2.PdfPage) -> list[str]:
    height = page.get_height()
    boxes = [thing.get_bounds() for thing in page.get_objects(filter=(3,), max_depth=10)]
    return [
        f"{left / MM:7.2f} {(height - top) / MM:7.2f} picture "
        f"{(right - left) / MM:.2f} × {(top - low) / MM:.2f}"
        for left, low, right, top in boxes
    ]


def geometry(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [
            "\n".join([f"page {number}", *pictures(page), *runs(page)])
            for number, page in enumerate(document, 1)
        ]
    finally:
        document.close()
    return "\n\n".join(pages) + "\n"


@pytest.mark.parametrize("layout", ["jinian", "huace", "tekan", "xuanzhe", "shuxi"])
def test_every_block_stands_where_it_stood(
    layout: str, title: Title, build: Builder, request: pytest.FixtureRequest
) -> None:
    chapter = (HERE / "every-block.md").read_text("utf-8")
    ledger = '["photos/good.jpg"]\ncaption = "图说"\ncredit = "某某"\nlicence = "CC BY 4.0"\n'
    folder = title(chapter=chapter, photos__photos_dot_toml=ledger)
    made = build(folder, layout=layout)
    (path,) = (f for f in made.files if f.suffix == ".pdf")
    golden = HERE / f"{layout}.txt"

    found = geometry(path)
    if request.config.getoption("--bless"):
        golden.write_text(found, "utf-8")

    assert found == golden.read_text("utf-8")
    assert [f for f in made.report.findings if f.severity in {"error", "crash"}] == []


@pytest.mark.parametrize("layout", ["jinian", "shuxi"])
def test_text_goes_around_pictures_as_it_went(
    layout: str, title: Title, build: Builder, request: pytest.FixtureRequest
) -> None:
    kite = Image.new("RGBA", (600, 900), (0, 0, 0, 0))
    ImageDraw.Draw(kite).polygon([(300, 0), (599, 300), (300, 899), (0, 300)], (180, 40, 30, 255))
    file = io.BytesIO()
    kite.save(file, "PNG")
    chapter = (HERE / "around.md").read_text("utf-8")
    made = build(title(chapter=chapter, photos__kite_dot_png=file.getvalue()), layout=layout)
    (path,) = (f for f in made.files if f.suffix == ".pdf")
    golden = HERE / f"around-{layout}.txt"

    found = geometry(path)
    if request.config.getoption("--bless"):
        golden.write_text(found, "utf-8")

    assert found == golden.read_text("utf-8")
    assert [f for f in made.report.findings if f.severity in {"error", "crash"}] == []
