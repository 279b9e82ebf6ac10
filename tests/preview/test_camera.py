"""Pages as pictures: the right pixels, the right part, the right file."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import cairocffi
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from banxin.preview.camera import LARGEST, Camera, png
from banxin.preview.messages import Home, Shot, Spread
from banxin.preview.plates import _from_psd, heat

BLEED: Final = (3.0, 3.0, 3.0, 3.0)
MM: Final = 72 / 25.4


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Two pages of 60 × 80 mm with 3 mm of bleed: a red one with a square, a blue one."""
    file = tmp_path / "pages.pdf"
    surface = cairocffi.PDFSurface(str(file), 66 * MM, 86 * MM)
    context = cairocffi.Context(surface)
    for colour in ((1, 0, 0), (0, 0, 1)):
        context.set_source_rgb(*colour)
        context.paint()
        context.set_source_rgb(1, 1, 1)
        context.rectangle(13 * MM, 23 * MM, 10 * MM, 10 * MM)
        context.fill()
        surface.show_page()
    surface.finish()
    return file


def taken(asked: Shot | Spread, tmp_path: Path) -> Any:
    (picture,) = Camera(Home(tmp_path, tmp_path)).answer(asked, lambda: None)
    return picture


def opened(picture: Any) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def test_a_page_is_as_wide_as_it_was_asked_for(pdf: Path, tmp_path: Path) -> None:
    shown = opened(taken(Shot(pdf, 0, 660), tmp_path))

    assert shown.size == (660, 860)
    assert shown.getpixel((5, 5)) == (255, 0, 0)
    assert shown.getpixel((180, 280)) == (255, 255, 255)


def test_a_part_of_it_is_that_part_of_the_whole(pdf: Path, tmp_path: Path) -> None:
    whole = np.asarray(opened(taken(Shot(pdf, 0, 660), tmp_path)))
    part = np.asarray(opened(taken(Shot(pdf, 0, 660, (100, 200, 150, 120)), tmp_path)))

    assert part.shape == (120, 150, 3)
    assert np.array_equal(part, whole[200:320, 100:250])


def test_no_picture_is_larger_than_a_screen_could_want(pdf: Path, tmp_path: Path) -> None:
    shown = opened(taken(Shot(pdf, 0, 20_000), tmp_path))

    assert shown.size[0] * shown.size[1] <= LARGEST * 1.01


def test_a_page_that_is_taken_is_taken_after_its_file_has_gone(pdf: Path, tmp_path: Path) -> None:
    camera = Camera(Home(tmp_path, tmp_path))
    list(camera.answer(Shot(pdf, 0, 100), lambda: None))
    pdf.unlink()

    (shown,) = camera.answer(Shot(pdf, 1, 100), lambda: None)

    assert opened(shown).getpixel((3, 3)) == (0, 0, 255)


def test_a_png_is_what_it_was_made_of() -> None:
    chance = np.random.default_rng(3)
    for channels, mode in ((3, "RGB"), (4, "RGBA")):
        pixels = chance.integers(0, 256, (37, 53, channels), np.uint8)
        with Image.open(io.BytesIO(png(pixels, 300))) as shown:
            shown.load()
            assert (shown.mode, shown.size) == (mode, (53, 37))
            assert np.array_equal(np.asarray(shown), pixels)
            assert [round(side) for side in shown.info["dpi"]] == [300, 300]


def test_a_spread_as_png_is_two_trimmed_pages_side_by_side(pdf: Path, tmp_path: Path) -> None:
    asked = Spread(((pdf, 0, BLEED), (pdf, 1, BLEED)), 254, "png")
    shown = opened(taken(asked, tmp_path))

    assert shown.size == (1200, 800)
    assert [shown.getpixel(at) for at in ((2, 2), (597, 2), (602, 2), (1197, 2))] == [
        (255, 0, 0), (255, 0, 0), (0, 0, 255), (0, 0, 255),
    ]  # fmt: skip
    assert shown.getpixel((150, 250)) == (255, 255, 255)


def test_a_spread_as_pdf_is_one_page_as_wide_as_both(pdf: Path, tmp_path: Path) -> None:
    asked = Spread(((pdf, 0, BLEED), (pdf, 1, BLEED)), 300, "pdf")
    data = taken(asked, tmp_path).data

    with pikepdf.open(io.BytesIO(data)) as made:
        (page,) = made.pages
        size = [float(side) / MM for side in page.mediabox]
    assert size == pytest.approx([0, 0, 120, 80], abs=0.01)
    shown = pypdfium2.PdfDocument(data)[0].render(scale=254 / 72).to_pil()
    assert [shown.getpixel(at) for at in ((5, 5), (594, 5), (606, 5), (1194, 5))] == [
        (255, 0, 0), (255, 0, 0), (0, 0, 255), (0, 0, 255),
    ]  # fmt: skip


# --- plates ---------------------------------------------------------------------------------


def test_plates_are_read_from_what_mupdf_writes_spots_among_them(tmp_path: Path) -> None:
    """A page with half of cyan on the left and all of a gold spot on the right."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(100, 50))
        tint = pikepdf.Dictionary(
            FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 0.2, 0.6, 0.2], N=1
        )
        gold = pikepdf.Array(
            [pikepdf.Name.Separation, pikepdf.Name("/PANTONE 871 C"), pikepdf.Name.DeviceCMYK, tint]
        )
        made.pages[0].Resources = pikepdf.Dictionary(ColorSpace=pikepdf.Dictionary(Gold=gold))
        made.pages[0].Contents = made.make_stream(
            b"0.5 0 0 0 k 0 0 50 50 re f /Gold cs 1 scn 50 0 50 50 re f"
        )
        made.save(tmp_path / "page.pdf")
    command = ["draw", "-q", "-r", "72", "-c", "cmyk", "-O", "2", "-F", "psd"]
    run = [shutil.which("mutool") or "mutool", *command, "-o", str(tmp_path / "page.psd")]
    subprocess.run([*run, str(tmp_path / "page.pdf")], check=True, capture_output=True)

    names, inks = _from_psd((tmp_path / "page.psd").read_bytes())

    assert names == ("cyan", "magenta", "yellow", "black", "PANTONE 871 C")
    assert inks.shape == (5, 50, 100)
    left, right = inks[:, 25, 25], inks[:, 25, 75]
    assert [round(float(ink) / 255, 2) for ink in left] == [0.5, 0, 0, 0, 0]
    assert [round(float(ink) / 255, 2) for ink in right] == [0, 0, 0, 0, 1]


def test_the_heat_map_is_red_from_the_limit_on_and_bare_where_no_ink_is() -> None:
    levels = np.array([0, 100, 200, 299, 320], np.float32)
    composite = np.zeros((4, 1, 5), np.uint8)
    for ink in range(4):
        composite[ink, 0] = np.clip(levels - 100 * ink, 0, 100) * 2.55

    shown = heat(composite, 300)[0]

    assert shown[0, 3] == 0  # nothing
    red, green, _, _ = (int(channel) for channel in shown[4])
    assert red > 3 * green
    assert int(shown[1, 2]) > int(shown[1, 0])  # a third of it is blue
