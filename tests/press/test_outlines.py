"""The outlined copy: no font left, and the same page to the eye."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary

from banxin import render
from banxin.pipeline import Build
from banxin.press import outlined

# At this scale one pixel is 0.18 mm, and a hair of difference at an edge is less than a tenth.
SCALE = 2
ALIKE = 2.5  # levels of 255, the mean of a page of text; a line lost is more than 5


def picture(data: bytes, page: int) -> np.ndarray:
    document = pypdfium2.PdfDocument(data)
    try:
        return np.asarray(document[page].render(scale=SCALE).to_pil().convert("L"), dtype=int)
    finally:
        document.close()


@pytest.fixture(scope="module")
def press_file(sample: Build) -> bytes:
    return next(f for f in sample.files if f.name.endswith("-press.pdf")).read_bytes()


@pytest.mark.stress
def test_no_font_and_no_text_is_left_and_the_pages_look_the_same(
    sample: Build, press_file: bytes
) -> None:
    copy, pages = outlined(press_file), len(sample.report.facts.sheets)

    with pikepdf.open(io.BytesIO(copy)) as pdf:
        assert len(pdf.pages) == pages > 20
        kinds = [str(o.get("/Type")) for o in pdf.objects if isinstance(o, Dictionary)]
        assert "/Font" not in kinds
        assert "/FontDescriptor" not in kinds
        assert b"PDF/X-4" in pdf.Root.Metadata.read_bytes()
        used = {str(i.operator) for p in pdf.pages for i in pikepdf.parse_content_stream(p)}
        assert not used & {"BT", "ET", "Tf", "TJ", "Tj", "Tm"}
        assert pdf.check_pdf_syntax() == []
    for page in range(pages):
        before, after = picture(press_file, page), picture(copy, page)
        assert abs(before - after).mean() < ALIKE, page + 1
        # As much ink on the paper: nothing has vanished that a mean would hide.
        assert abs(before.mean() - after.mean()) < 0.6, page + 1


@pytest.mark.stress
def test_the_same_file_gives_the_same_bytes(press_file: bytes) -> None:
    assert outlined(press_file) == outlined(press_file)


def test_text_states_that_the_sample_lacks_are_drawn_too(root: Path) -> None:
    """Strings stepped by Td and T*, squeezed, raised, spaced, stroked and invisible."""
    made = render("<p style='font: 20pt serif'>版心 banxin</p>", workspace=root)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        page = pdf.pages[0]
        font = next(iter(page.resources["/Font"].keys())).encode()
        instructions = pikepdf.parse_content_stream(page)
        array: Any = next(i.operands[0] for i in instructions if str(i.operator) == "TJ")
        codes = b"".join(bytes(part) for part in array if isinstance(part, pikepdf.String))
        words = b"<" + codes.hex().encode() + b">"
        page.Contents = pdf.make_stream(
            b"BT %s 20 Tf 100 600 Td 3 Tc 80 Tz %s Tj 30 TL T* 5 Ts %s Tj 0 -40 TD 1 Tr %s Tj"
            b" T* 3 Tr %s Tj 2 Tr T* [%s -500 %s] TJ ET" % (font, *[words] * 6)
        )
        out = io.BytesIO()
        pdf.save(out)
    before, after = picture(out.getvalue(), 0), picture(outlined(out.getvalue()), 0)

    assert (before < 128).sum() > 2000
    assert abs(before - after).mean() < 0.3
    assert abs(before.mean() - after.mean()) < 0.1
