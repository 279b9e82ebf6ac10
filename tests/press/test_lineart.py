"""Line art: ink or nothing, as fine as a plate shows, in any ink of the layout."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from banxin.engine.pictures import PicturePlaced

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from banxin import pipeline
from banxin.assets.colour import built_in
from banxin.assets.lineart import as_fax, inked, threshold
from banxin.assets.photos import Photo, Print, develop, examine, separate
from banxin.assets.squares import Square
from banxin.assets.tones import Colour, Treatment
from banxin.cache import Cache
from banxin.diagnostics import Place
from banxin.pipeline import Build
from banxin.preview.photos import Lightbox
from banxin.request import Request
from banxin.typeset import Showing
from banxin.units import Length
from banxin.workspace import Workspace
from conftest import EDITION
from plates import PROCESS, cut, plates

RED, GOLD = (10, 95, 85, 5), "PANTONE 871 C"


def seal(size: int, line: int) -> Image.Image:
    """A ring, a bar and a slanted stroke: black on white."""
    image = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(image)
    pen.ellipse((size // 10, size // 10, size * 9 // 10, size * 9 // 10), outline=0, width=line)
    pen.line((size // 4, size // 3, size * 3 // 4, size * 2 // 3), fill=0, width=line)
    pen.rectangle((size // 3, size * 7 // 10, size * 2 // 3, size * 3 // 4), fill=0)
    return image


def scanned(size: int, line: int) -> Image.Image:
    """The same in faded ink on yellowed, noisy paper, soft as a scanner sees it."""
    sharp = np.asarray(seal(size * 4, line * 4).reduce(4), float) / 255
    noise = np.random.default_rng(7).normal(0, 6, (size, size, 1))
    paper, ink = np.array([228, 214, 180.0]), np.array([96, 70, 66.0])
    pixels = ink + sharp[:, :, None] * (paper - ink) + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


BITS = seal(2000, 50).point(lambda tone: 255 if tone > 127 else 0, "1")
FILES: Mapping[str, Callable[[], bytes]] = {
    "bits.png": lambda: saved(BITS, "PNG"),
    "bits.tif": lambda: saved(BITS, "TIFF", compression="group4"),
    "fine.png": lambda: saved(BITS.resize((6000, 6000)), "PNG"),
    "scan.jpg": lambda: saved(scanned(700, 18), "JPEG", quality=90),
}
FIGURES = {
    "png": ("bits.png", ""),
    "tiff": ("bits.tif", "ink=zhu"),
    "fine": ("fine.png", ""),
    "scan": ("scan.jpg", "as=lineart"),
    "red": ("scan.jpg", "as=lineart ink=zhu"),
    "gold": ("scan.jpg", "as=lineart ink=jin overprint=yes"),
}
BLACKENED = float((np.asarray(seal(2000, 50)) < 128).mean())


@pytest.fixture(scope="module")
def drawn(root: Path, shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("drawn")
    here = Workspace(root, output=folder / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), folder)
    (folder / "seals" / "photos").mkdir(parents=True)
    for name, make in FILES.items():
        (folder / "seals" / "photos" / name).write_bytes(make())
    lines = [
        f'![{caption}](photos/{file}){{credit="某某" {asked}}}'
        for caption, (file, asked) in FIGURES.items()
    ]
    (folder / "seals" / "edition.toml").write_text(EDITION, "utf-8")
    front = "---\ntitle: 印\ntemplate: text\n---\n\n"
    (folder / "seals" / "one.md").write_text(front + "\n\n".join(lines), "utf-8")
    return pipeline.build(Request(PurePosixPath("content/seals")), here)


def file_of(made: Build, finish: str) -> Path:
    (found,) = (f for f in made.files if f.name.endswith(f"-{finish}.pdf"))
    return found


def test_every_one_is_a_mask_of_one_bit_in_a_fax(drawn: Build) -> None:
    pictures = drawn.report.facts.pictures

    assert [(p.bits, p.codec) for p in pictures] == [(1, "CCITTFaxDecode")] * 6
    assert [p.colour.space for p in pictures] == ["DeviceCMYK"] * 5 + ["Separation"]


def test_what_was_of_one_bit_keeps_its_pixels_up_to_1200_ppi(drawn: Build) -> None:
    png, tiff, fine, scan, red, gold = drawn.report.facts.pictures

    assert png.pixels == tiff.pixels == (2000, 2000)
    assert fine.ppi == pytest.approx(1200, rel=0.01)
    for one in (scan, red, gold):  # 700 pixels, at most four times as many
        assert 800 <= one.ppi <= 1201
        assert one.pixels[0] <= 2800


@pytest.mark.parametrize("at", range(6))
def test_as_much_ink_as_was_drawn_in_the_swatch_that_was_named(at: int, drawn: Build) -> None:
    picture = drawn.report.facts.pictures[at]
    made = plates(file_of(drawn, "press"), picture.page, 144)
    ink = {name: float(cut(plate, picture.box, 144).mean()) for name, plate in made.items()}

    caption = list(FIGURES)[at]
    whole = {"tiff": RED, "red": RED, "gold": (0, 0, 0, 0)}.get(caption, (0, 0, 0, 100))
    for name, percent in zip(PROCESS, whole, strict=True):
        assert ink[name] == pytest.approx(BLACKENED * percent / 100, abs=0.006)
    assert ink.get(GOLD, 0) == pytest.approx(BLACKENED * (caption == "gold"), abs=0.006)


def test_one_prints_over_if_that_is_asked_and_the_others_knock_out(drawn: Build) -> None:
    states = []
    with pikepdf.open(file_of(drawn, "press")) as pdf:
        for page in pdf.pages:
            state, kept = "/BanxinOut", []
            for instruction in pikepdf.parse_content_stream(page):
                operator = str(instruction.operator)
                if operator == "q":
                    kept.append(state)
                elif operator == "Q":
                    state = kept.pop()
                elif operator == "gs" and "Banxin" in str(instruction.operands[0]):
                    state = str(instruction.operands[0])
                elif operator == "Do":
                    thing = page.resources.XObject[str(instruction.operands[0])]
                    if thing.get("/ImageMask"):
                        states.append(state)

    assert states == ["/BanxinOut"] * 5 + ["/BanxinOver"]


@pytest.mark.parametrize("at", range(6))
def test_the_screen_shows_it_smooth_and_in_its_ink(at: int, drawn: Build) -> None:
    picture = drawn.report.facts.pictures[at]
    document = pypdfium2.PdfDocument(file_of(drawn, "screen"))
    page = np.asarray(document[picture.page - 1].render(scale=2).to_pil().convert("RGB"), float)
    document.close()

    shown = cut(page, picture.box, 144, edge=0) / 255
    darkest = shown.reshape(-1, 3)[shown.sum(2).argmin()]
    covered = (1 - shown[:, :, 2]) / (1 - darkest[2])
    assert covered.mean() == pytest.approx(BLACKENED, abs=0.01)
    red, green, blue = (255 * darkest).round()
    assert {"tiff": red > green + 100, "red": red > green + 100, "gold": green > blue + 40}.get(
        list(FIGURES)[at], red == green == blue
    )


def test_preview_keeps_what_is_drawn_apart_from_what_is_shown_as_it_is(
    tmp_path: Path, root: Path
) -> None:
    data = saved(scanned(200, 8), "JPEG")
    plain = examine(PurePosixPath("a.jpg"), data, Place())
    asked = Treatment("lineart", (Colour("zhu", (0, 0, 1), RED),))
    drawn_one = replace(plain, treatment=asked)
    workspace = Workspace(root, output=tmp_path)
    workspace.cache = Cache(tmp_path / "cache")
    showing = Lightbox(workspace).showing([plain, drawn_one])

    found = [showing(photo.resource, None) for photo in (plain, drawn_one)]
    assert [shown is not None and shown.alpha is not None for shown in found] == [False, True]


def squared(root: Path, tmp_path: Path) -> tuple[Photo, Showing]:
    """A green photograph in one ink, its square of 34 mm in its own colours; how it is shown."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), (90, 140, 60)).save(out, "PNG")
    plain = examine(PurePosixPath("a.png"), out.getvalue(), Place())
    asked = Treatment("mono", (Colour("mo", (0, 0, 0), (0, 0, 0, 100)),))
    one = replace(plain, treatment=asked, square=Square(None, (0.25, 0.5), Length.mm(34)))
    workspace = Workspace(root, output=tmp_path)
    workspace.cache = Cache(tmp_path / "cache")
    return one, Lightbox(workspace).showing([one])


def filling(width: float) -> PicturePlaced:
    """All of it, mm."""
    return PicturePlaced(Length.mm(width).in_px, Length.mm(width * 0.75).in_px, (0, 0, 1, 1))


def test_a_square_is_pasted_into_what_is_shown(root: Path, tmp_path: Path) -> None:
    one, showing = squared(root, tmp_path)

    shown = showing(one.resource, filling(170))

    assert shown is not None
    pixels = np.asarray(Image.open(io.BytesIO(shown.jpeg)).convert("RGB")).astype(int)
    coloured = np.argwhere(abs(pixels[:, :, 0] - pixels[:, :, 1]) > 20)
    assert coloured.min(0) == pytest.approx([330, 180], abs=3)
    assert coloured.max(0) == pytest.approx([569, 419], abs=3)


def test_a_picture_with_a_square_is_not_developed_anew_wherever_it_comes_to_lie(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    developed: list[Photo] = []

    def counted(photo: Photo, *asked: Any, **more: Any) -> Print:
        developed.append(photo)
        return develop(photo, *asked, **more)

    monkeypatch.setattr("banxin.preview.photos.develop", counted)
    one, showing = squared(root, tmp_path)
    shown = {width: showing(one.resource, filling(width)) for width in (170, 120, 80)}

    assert len(developed) == 2  # around the square, and inside
    assert len({made.jpeg for made in shown.values() if made}) == 3


# --- what a scan is -------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [255, 214, 180])
@pytest.mark.parametrize("ink", [0, 60, 120])
@pytest.mark.parametrize("noise", [0, 4, 9])
def test_paper_and_ink_are_told_apart(paper: int, ink: int, noise: int) -> None:
    wanted = np.asarray(seal(300, 9)) < 128
    pixels = np.where(wanted, ink, paper) + np.random.default_rng(3).normal(0, noise, wanted.shape)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))

    found = np.asarray(inked(image, bitmap=False))

    assert (found != wanted).mean() < 0.005


@pytest.mark.parametrize("tone", [0, 1, 127, 128, 254, 255])
def test_a_picture_of_one_tone_is_all_ink_or_none(tone: int) -> None:
    image = Image.new("L", (20, 20), tone)

    assert threshold(image) == 128
    assert len(set(np.asarray(inked(image, bitmap=False)).ravel().tolist())) == 1


STRANGE = {
    "one pixel": lambda: saved(Image.new("1", (1, 1), 0), "PNG"),
    "one row": lambda: saved(Image.new("1", (999, 1), 0), "PNG"),
    "one column": lambda: saved(Image.new("1", (1, 999), 255), "PNG"),
    "all ink": lambda: saved(Image.new("1", (333, 77), 0), "TIFF", compression="group4"),
    "all paper": lambda: saved(Image.new("1", (333, 77), 255), "PNG"),
    "white is zero": lambda: saved(ImageChops.invert(BITS), "TIFF", tiffinfo={262: 0}),
    "clear": lambda: saved(Image.new("LA", (40, 40), (0, 0)), "PNG"),
    "half clear": lambda: saved(Image.new("RGBA", (40, 40), (0, 0, 0, 99)), "PNG"),
    "inks": lambda: saved(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "TIFF"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_pictures_are_faxes_of_their_size(kind: str, tmp_path: Path) -> None:
    photo = examine(PurePosixPath("a.png"), STRANGE[kind](), Place())
    asked = Treatment("lineart", (Colour("mo", (0, 0, 0), (0, 0, 0, 100)),))
    photo, size = replace(photo, treatment=asked), (photo.width, photo.height)

    made = separate(photo, (0, 0, *size), size, icc=built_in(), limit=300)

    assert (made.mode, made.width, made.height, made.alpha) == ("1", *size, None)
    read = decoded(made.data, *size, tmp_path)
    wanted = {"one pixel": 1, "one row": 1, "all ink": 1}
    wanted |= {"one column": 0, "all paper": 0, "clear": 0}
    if kind in wanted:
        assert read.mean() == wanted[kind]


def decoded(data: bytes, wide: int, high: int, folder: Path) -> np.ndarray[Any, Any]:
    """What a reader of PDF makes of a fax: True where it would put ink."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(3 * wide, 3 * high))
        image = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        image.write(
            data,
            filter=pikepdf.Name.CCITTFaxDecode,
            decode_parms=pikepdf.Dictionary(K=-1, Columns=wide, Rows=high),
        )
        image.Width, image.Height, image.BitsPerComponent, image.ImageMask = wide, high, 1, True
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = pdf.make_stream(f"0 g {3 * wide} 0 0 {3 * high} 0 0 cm /I Do".encode())
        pdf.save(folder / "fax.pdf")
    document = pypdfium2.PdfDocument(folder / "fax.pdf")
    shown = np.asarray(document[0].render(scale=1).to_pil().convert("L")) < 128
    document.close()
    return shown[1::3, 1::3]


def test_a_fax_gives_back_every_pixel(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    for wide, high in ((64, 64), (97, 31), (1003, 257)):
        bits = random.random((high, wide)) < 0.3
        image = Image.fromarray(np.where(bits, 255, 0).astype(np.uint8)).convert(
            "1", dither=Image.Dither.NONE
        )

        assert (decoded(as_fax(image), wide, high, tmp_path) == bits).all()
