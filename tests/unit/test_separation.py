"""Photographs as inks: each kind of original comes out right, or is told about."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from PIL import Image, ImageCms

from banxin.assets.colour import built_in, check_output_profile
from banxin.assets.photos import Print, examine, separate
from banxin.diagnostics import BanxinError, Place
from banxin.press import profile
from banxin.shop import USUAL
from banxin.units import Length
from banxin.workspace import Workspace

NAME, HERE, ICC = PurePosixPath("photos/a.jpg"), Place("a.md", 3, 1), built_in()


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def made(data: bytes, size: tuple[int, int] = (20, 10), limit: int = 300) -> Print:
    photo = examine(NAME, data, HERE)
    return separate(photo, (0, 0, photo.width, photo.height), size, icc=ICC, limit=limit)


def inks(print_: Print) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Percent, of each pixel. Pillow turns Adobe's inversion back."""
    return np.asarray(Image.open(io.BytesIO(print_.data))).astype(float) / 2.55


def flat(colour: object, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (40, 20), colour)  # type: ignore[arg-type]


def middle(print_: Print) -> list[float]:
    return [float(v) for v in inks(print_)[5, 10]]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "BMP"])
def test_red_is_magenta_and_yellow_in_every_format(kind: str) -> None:
    cyan, magenta, yellow, black = middle(made(saved(flat((220, 30, 30)), kind)))

    assert magenta > 85
    assert yellow > 70
    assert cyan < 15
    assert black < 15


def test_black_and_white_and_the_limit() -> None:
    assert sum(middle(made(saved(flat((255, 255, 255)), "PNG")))) < 3
    assert 200 < sum(middle(made(saved(flat((0, 0, 0)), "PNG")))) <= 303
    assert sum(middle(made(saved(flat((0, 0, 0)), "PNG"), limit=240))) <= 243


@pytest.mark.parametrize("mode", ["L", "1", "LA", "I;16"])
def test_grey_stays_on_the_black_plate(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.full((20, 40), 30_000, np.uint16))
    else:
        image = flat(117, "L").convert(mode)
    found = made(saved(image, "PNG" if mode != "I;16" else "TIFF"))

    assert found.mode == "L"


def test_cmyk_keeps_its_numbers() -> None:
    colour = (51, 102, 153, 25)

    found = middle(made(saved(flat(colour, "CMYK"), "TIFF")))

    assert found == pytest.approx([20, 40, 60, 10], abs=1.2)


def test_cmyk_over_the_limit_gives_up_colour_and_keeps_black() -> None:
    found = middle(made(saved(flat((255, 255, 255, 204), "CMYK"), "TIFF")))

    assert sum(found) <= 302
    assert found[3] == pytest.approx(80, abs=1.5)
    assert max(found[:3]) - min(found[:3]) < 3


def test_alpha_keeps_a_soft_mask_of_its_own_size() -> None:
    image = flat((220, 30, 30, 0), "RGBA")
    image.paste((220, 30, 30, 255), (0, 0, 20, 20))

    found = made(saved(image, "PNG"))

    assert found.alpha is not None
    mask = np.frombuffer(zlib.decompress(found.alpha), np.uint8).reshape(10, 20)
    assert mask[5, 2] == 255
    assert mask[5, 18] == 0


def test_lab_is_read_as_lab() -> None:
    lab = ImageCms.profileToProfile(
        flat((220, 30, 30)),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    assert lab is not None

    cyan, magenta, yellow, _ = middle(made(saved(lab, "TIFF")))
    assert magenta > 80
    assert yellow > 60
    assert cyan < 20


def test_an_embedded_profile_is_used_and_named() -> None:
    """A profile that swaps nothing but says what its numbers mean: the press profile as source."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    photo = examine(NAME, saved(flat((220, 30, 30)), "JPEG", icc_profile=srgb), HERE)

    assert "sRGB" in photo.profile
    assert examine(NAME, saved(flat((9, 9, 9)), "JPEG"), HERE).profile == ""


@pytest.mark.parametrize("icc", [b"rubbish" * 40, ICC])
def test_a_profile_that_is_broken_or_for_another_mode_counts_as_none(icc: bytes) -> None:
    data = saved(flat((220, 30, 30)), "JPEG", icc_profile=icc)

    assert examine(NAME, data, HERE).profile == "?"
    assert middle(made(data)) == middle(made(saved(flat((220, 30, 30)), "JPEG")))


def test_what_is_made_much_smaller_is_sharpened_and_what_is_not_stays() -> None:
    image = Image.new("L", (400, 200), 60)
    image.paste(200, (200, 0, 400, 200))
    small, whole = (inks(made(saved(image, "PNG"), size)) for size in ((100, 50), (390, 195)))

    assert small[25].min() < small[25][5] - 0.5  # darker and lighter beside the edge
    assert abs(whole[100][:150].min() - whole[100][5]) < 1.2


def jpeg_without_adobe(image: Image.Image) -> bytes:
    """A JPEG whose APP14 segment is cut out."""
    data = saved(image, "JPEG")
    at = data.index(b"\xff\xee")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    return data[:at] + data[at + 2 + length :]


PRESS_PROFILE = {"icc_profile": ICC}
SRGB = {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (saved(flat((9, 90, 9)), "JPEG", quality=90, **SRGB), ()),
        (saved(flat((9, 90, 9)), "JPEG", quality=90), ("photo/no-profile",)),
        (saved(flat((9, 90, 9)), "JPEG", quality=40, **SRGB), ("photo/compressed",)),
        (saved(flat((9, 90, 9)), "JPEG", quality=62, **SRGB), ()),
        (saved(flat((9, 90, 9)), "PNG", **PRESS_PROFILE), ("photo/broken-profile",)),
        (saved(flat((9, 90, 9, 9), "CMYK"), "TIFF"), ()),
        (saved(flat((9, 90, 9, 9), "CMYK"), "TIFF", **PRESS_PROFILE), ()),
        (saved(flat((9, 90, 9, 9), "CMYK"), "JPEG", quality=90), ()),
        (jpeg_without_adobe(flat((9, 90, 9, 9), "CMYK")), ("photo/cmyk-unmarked",)),
        (saved(flat(90, "L"), "JPEG", quality=90), ()),
        (
            saved(flat((255, 0, 0)), "GIF", save_all=True, append_images=[flat((0, 0, 255))]),
            ("photo/no-profile", "photo/animated"),
        ),
    ],
)
def test_what_an_editor_should_know_of_a_picture(data: bytes, told: tuple[str, ...]) -> None:
    assert examine(NAME, data, HERE).remarks == told


def test_a_turned_picture_is_printed_upright() -> None:
    image = flat((220, 30, 30))
    image.paste((30, 30, 220), (0, 0, 20, 20))  # blue on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: left goes to the top

    found = inks(made(saved(image, "JPEG", exif=exif, quality=95), (10, 20)))

    assert found[2, 5, 0] > 60  # cyan of the blue
    assert found[17, 5, 0] < 25


def test_metadata_does_not_travel() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"

    found = made(saved(flat((9, 90, 9)), "JPEG", exif=exif))

    assert b"secret" not in found.data
    assert b"Exif" not in found.data


# --- profiles ---------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    (tmp_path / "content" / "a").mkdir(parents=True)
    return Workspace(tmp_path, output=tmp_path / "output")


FOLDER = PurePosixPath("content/a")


@pytest.mark.parametrize(
    ("key", "value", "name", "wanted"),
    [
        ("safe_mm", "5", "safe", Length.mm(5)),
        ("careful_mm", "8.5", "careful", Length.mm(8.5)),
        ("gutter_mm", "12", "gutter", Length.mm(12)),
        ("least_tint", "4", "least_tint", 4),
        ("least_text_pt", "6", "least_text", 6),
        ("least_line_pt", "0.3", "least_line", 0.3),
        ("plate_line_mm", "0.15", "plate_line", Length.mm(0.15)),
        ("plate_gap_mm", "0.3", "plate_gap", Length.mm(0.3)),
        ("least_quality", "80", "least_quality", 80),
        ("solid_mm", "90", "solid", Length.mm(90)),
        ("most_stitched", "48", "most_stitched", 48),
    ],
)
def test_a_shop_says_what_it_asks_of_pages(
    key: str, value: str, name: str, wanted: object, shop: Workspace
) -> None:
    """One key changes one demand; the rest stay as they are usual."""
    (shop.root / FOLDER / "shop.toml").write_text(f"{key} = {value}\n", "utf-8")

    demands = profile("shop.toml", HERE, shop, FOLDER).demands

    assert getattr(demands, name) == wanted != getattr(USUAL, name)
    usual = {one.name: getattr(USUAL, one.name) for one in fields(USUAL) if one.name != name}
    assert {one: getattr(demands, one) for one in usual} == usual


def test_soft_paper_holds_no_fine_dots(shop: Workspace) -> None:
    assert profile("newsprint", HERE, shop, FOLDER).demands == replace(USUAL, least_tint=5)
    assert profile("uncoated", HERE, shop, FOLDER).demands == USUAL


@pytest.mark.parametrize(
    ("name", "limit", "condition"),
    [
        ("coated-sheetfed", 300, "FOGRA39"),
        ("uncoated", 280, "FOGRA29"),
        ("newsprint", 245, "CGATS TR 002"),
        ("digital", 280, "FOGRA39"),
    ],
)
def test_built_in_profiles_are_output_profiles_that_keep_their_limit(
    name: str, limit: int, condition: str, shop: Workspace
) -> None:
    found = profile(name, HERE, shop, FOLDER)

    assert (found.ink_limit, found.condition) == (limit, condition)
    check_output_profile(found.icc, name, HERE)
    photo = examine(NAME, saved(Image.effect_noise((60, 40), 90).convert("RGB"), "PNG"), HERE)
    made_ = separate(photo, (0, 0, 60, 40), (60, 40), icc=found.icc, limit=limit)
    assert inks(made_).sum(2).mean() <= limit


def test_a_shops_own_profile_is_one_line(shop: Workspace) -> None:
    folder = shop.root / "content" / "a"
    (folder / "shop.icc").write_bytes(built_in("tr002-newsprint-245.icc"))
    (folder / "shop.toml").write_text('icc = "shop.icc"\n')

    found = profile("shop.toml", HERE, shop, FOLDER)

    assert found.icc == built_in("tr002-newsprint-245.icc")
    assert (found.name, found.condition, found.registry) == ("shop", "shop", "")
    assert found.wanted_ppi == 300


@pytest.mark.parametrize("data", [b"", b"not a profile" * 20, "srgb"])
def test_a_profile_of_no_press_is_refused_with_its_line(data: bytes | str, shop: Workspace) -> None:
    folder = shop.root / "content" / "a"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (folder / "shop.icc").write_bytes(srgb if isinstance(data, str) else data)
    (folder / "shop.toml").write_text('bleed_mm = 3\nicc = "shop.icc"\n')

    with pytest.raises(BanxinError) as problem:
        profile("shop.toml", HERE, shop, FOLDER)
    (told,) = problem.value.diagnostics
    assert told.code == "press/not-an-output-profile"
    assert str(told.place).startswith("content/a/shop.toml:2")


def cut(icc: bytes) -> bytes:
    return icc[: len(icc) // 2]


def zeros_behind_the_header(icc: bytes) -> bytes:
    return icc[:132] + bytes(len(icc) - 132)


def four_gigabytes(icc: bytes) -> bytes:
    return b"\xff\xff\xff\xff" + icc[4:]


def of_version_nine(icc: bytes) -> bytes:
    return icc[:8] + b"\x09" + icc[9:]


def a_tag_beyond_the_end(icc: bytes) -> bytes:
    return icc[:136] + b"\xff\xff\xff\xf0" + icc[140:]


def lists_that_never_end(icc: bytes) -> bytes:
    return icc[:128] + b"\xff\xff\xff\xff" + icc[132:]


def of_another_space_within(icc: bytes) -> bytes:
    return icc[:20] + b"RGB " + icc[24:]


@pytest.mark.parametrize(
    "damage",
    [
        cut, zeros_behind_the_header, four_gigabytes, of_version_nine, a_tag_beyond_the_end,
        lists_that_never_end, of_another_space_within,
    ],
)  # fmt: skip
def test_a_press_profile_that_is_damaged_behind_its_header_is_refused_with_its_line(
    damage: Callable[[bytes], bytes], shop: Workspace
) -> None:
    folder = shop.root / "content" / "a"
    (folder / "shop.icc").write_bytes(damage(built_in()))
    (folder / "shop.toml").write_text('bleed_mm = 3\nicc = "shop.icc"\n')

    with pytest.raises(BanxinError) as problem:
        profile("shop.toml", HERE, shop, FOLDER)
    (told,) = problem.value.diagnostics
    assert told.code == "press/broken-profile"
    assert str(told.place).startswith("content/a/shop.toml:2")
    assert told.facts["why"]


def test_an_unknown_profile_names_the_nearest(shop: Workspace) -> None:
    with pytest.raises(BanxinError) as problem:
        profile("coated-sheetfd", HERE, shop, FOLDER)
    assert problem.value.diagnostics[0].facts["near"] == "coated-sheetfed"


LARGE = """
import sys
from pathlib import Path, PurePosixPath
from banxin.assets.colour import built_in
from banxin.assets.photos import examine, separate
from banxin.diagnostics import Place
data = Path(sys.argv[1]).read_bytes()
photo = examine(PurePosixPath("a.jpg"), data, Place())
made = separate(photo, (0, 0, 20000, 15000), (2480, 1860), icc=built_in(), limit=300)
print(made.mode, made.width, made.height, len(made.data) > 10_000)
# Not getrusage: a child begins there with its parent's peak.
(peak,) = (l for l in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in l)
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.stress
def test_a_photograph_of_300_megapixels_is_separated_in_400_mib(tmp_path: Path) -> None:
    file = tmp_path / "large.jpg"
    order = np.random.default_rng(5).integers(0, 255, (15, 20, 3), dtype=np.uint8)
    Image.fromarray(order).resize((20_000, 15_000)).save(file, quality=85)

    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(file)], capture_output=True, text=True, check=True
    )

    made, peak = done.stdout.splitlines()
    assert made == "CMYK 2480 1860 True"
    assert int(peak) < 400
