"""Pictures that come in inks: the press's are silent, others told, and converted if asked."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from banxin.assets.colour import built_in, is_same_press
from banxin.assets.photos import examine, inside, separate
from banxin.diagnostics import BanxinError, Place
from banxin.pipeline import Build
from conftest import EDITION, Builder, Title
from plates import lightness

OURS, UNCOATED = built_in(), built_in("fogra29-uncoated-280.icc")
NEWSPRINT = built_in("tr002-newsprint-245.icc")
PATCHES = [
    (0, 0, 0, 0), (0, 0, 0, 64), (0, 0, 0, 128), (0, 0, 0, 200), (0, 0, 0, 255),
    (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (30, 220, 200, 10), (120, 90, 90, 20),
    (160, 60, 20, 5), (90, 140, 200, 60),
]  # fmt: skip


def renamed(icc: bytes) -> bytes:
    """The same tables under another header, with another time and maker."""
    return icc[:24] + b"\x07\xe5\0\1\0\2\0\3\0\4\0\5" + icc[36:48] + b"XXXX" + icc[52:]


def rounded(icc: bytes) -> bytes:
    """The same condition by another maker: every 16-bit number of its tables a little off."""
    tables = bytearray(icc)
    count = struct.unpack(">I", icc[128:132])[0]
    for at in range(132, 132 + 12 * count, 12):
        name, start, length = struct.unpack(">4sII", icc[at : at + 12])
        if name in {b"A2B0", b"A2B1", b"A2B2"} and icc[start : start + 4] == b"mft2":
            body = np.frombuffer(icc[start + 52 : start + length - length % 2], ">u2").astype(int)
            noise = np.random.default_rng(2).integers(-150, 150, len(body))
            noise[: 4 * 256 + 4] = 0  # the input curves
            moved = (body + noise).clip(0, 65535).astype(">u2").tobytes()
            tables[start + 52 : start + 52 + len(moved)] = moved
    return bytes(tables)


def picture(icc: bytes | None, patches: Sequence[tuple[int, ...]] = PATCHES) -> bytes:
    pixels = np.repeat(np.repeat(np.array([patches], np.uint8), 100, 0), 100, 1)
    out = io.BytesIO()
    image = Image.frombytes("CMYK", (pixels.shape[1], pixels.shape[0]), pixels.tobytes())
    image.save(out, "TIFF", **({"icc_profile": icc} if icc else {}))
    return out.getvalue()


def separated(icc: bytes | None, *, convert: bool, limit: int = 300) -> np.ndarray[Any, Any]:
    photo = examine(PurePosixPath("a.tif"), picture(icc), Place())
    size = (photo.width, photo.height)
    made = separate(photo, (0, 0, *size), size, icc=OURS, limit=limit, convert=convert)
    rows = np.asarray(Image.open(io.BytesIO(made.data)))
    return rows[50, 50::100].astype(int)


SAME: dict[str, Callable[[], bytes]] = {
    "its own": lambda: OURS,
    "under another name": lambda: renamed(OURS),
    "of another maker": lambda: rounded(OURS),
}
OTHERS: dict[str, Callable[[], bytes]] = {
    "uncoated": lambda: UNCOATED,
    "uncoated, renamed": lambda: renamed(UNCOATED),
    "newsprint": lambda: NEWSPRINT,
}


@pytest.mark.parametrize("kind", SAME)
def test_the_press_is_known_by_its_colours(kind: str) -> None:
    assert is_same_press(SAME[kind](), OURS)


@pytest.mark.parametrize("kind", OTHERS)
def test_another_press_is_another(kind: str) -> None:
    assert not is_same_press(OTHERS[kind](), OURS)


@pytest.mark.parametrize("data", [b"", b"nothing", OURS[:400], UNCOATED[:128] + b"\0" * 500])
def test_what_is_no_profile_is_no_press_of_ours(data: bytes) -> None:
    assert not is_same_press(data, OURS)


@pytest.mark.parametrize("kind", SAME)
@pytest.mark.parametrize("convert", [False, True])
def test_inks_of_the_press_keep_their_numbers(kind: str, convert: bool) -> None:
    found = separated(SAME[kind](), convert=convert)

    assert np.abs(found - np.array(PATCHES)).max() <= 3  # of a JPEG


def test_inks_of_another_keep_theirs_unless_it_is_asked() -> None:
    assert np.abs(separated(UNCOATED, convert=False) - np.array(PATCHES)).max() <= 3
    assert np.abs(separated(None, convert=True) - np.array(PATCHES)).max() <= 3


@pytest.mark.parametrize("source", [UNCOATED, NEWSPRINT], ids=["uncoated", "newsprint"])
def test_black_alone_stays_so_and_solid_black_solid(source: bytes) -> None:
    found = separated(source, convert=True)

    assert found[:5, :3].max() <= 3
    assert found[0, 3] <= 2
    assert found[4, 3] >= 252
    assert (np.diff(found[:5, 3]) > 20).all()
    # Tones that the better paper has room for print as light as they did.
    said = lightness(np.array(PATCHES[1:3]) / 255, source)
    assert lightness(found[1:3] / 255) == pytest.approx(said, abs=1.5)


def test_colours_look_as_they_did(root: Path) -> None:
    found = separated(UNCOATED, convert=True)

    apart = np.linalg.norm(lab(found, OURS) - lab(np.array(PATCHES), UNCOATED), axis=1)
    inside_both = [5, 7, 8, 9, 10, 11]
    assert apart[inside_both].mean() < 3.5
    assert np.abs(found - np.array(PATCHES))[inside_both].max() > 20  # they were converted


def lab(inks: np.ndarray[Any, Any], icc: bytes) -> np.ndarray[Any, Any]:
    image = Image.frombytes("CMYK", (len(inks), 1), inks.astype(np.uint8).tobytes())
    moved = ImageCms.profileToProfile(
        image, ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")),
        ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="LAB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
    assert moved is not None
    parts = [np.frombuffer(band.tobytes(), np.uint8).astype(float) for band in moved.split()]
    return np.stack([parts[0] / 2.55, *((p + 128) % 256 for p in parts[1:])], 1)


@pytest.mark.parametrize("limit", [220, 260, 300])
def test_what_is_converted_stays_under_the_limit(limit: int) -> None:
    full = [(255, 255, 255, 255), (250, 240, 230, 200), (255, 255, 0, 128), (200, 255, 255, 255)]
    photo = examine(PurePosixPath("a.tif"), picture(UNCOATED, full), Place())
    size = (photo.width, photo.height)

    made = separate(photo, (0, 0, *size), size, icc=OURS, limit=limit, convert=True)

    rows = np.asarray(Image.open(io.BytesIO(made.data)))[50, 50::100].astype(int)
    assert rows.sum(1).max() / 2.55 <= limit + 3


def broken(icc: bytes) -> bytes:
    return icc[:4000] + bytes(len(icc) - 4000)


def test_a_broken_profile_leaves_the_numbers() -> None:
    found = separated(broken(UNCOATED), convert=True)

    assert np.abs(found - np.array(PATCHES)).max() <= 3


def test_the_profile_is_found_in_the_file() -> None:
    with_one, without = (
        examine(PurePosixPath("a.tif"), picture(icc), Place()) for icc in (UNCOATED, None)
    )

    assert inside(with_one) == UNCOATED
    assert inside(without) is None


CHAPTER = (
    "---\ntitle: 一\ntemplate: text\n---\n\n文。\n\n"
    '![说明](photos/inks.tif){credit="某某" lines=6}\n'
)


@pytest.mark.parametrize(
    ("icc", "convert", "told"),
    [
        (OURS, "", {}),
        (renamed(OURS), "", {}),
        (None, "", {}),
        (UNCOATED, "", {"photo/cmyk-profile": "warning"}),
        (UNCOATED, 'convert = "cmyk"\n', {"photo/cmyk-converted": "note"}),
        (OURS, 'convert = "cmyk"\n', {}),
        (broken(UNCOATED), 'convert = "cmyk"\n', {"photo/broken-profile": "warning"}),
    ],
    ids=["ours", "ours renamed", "none", "another", "converted", "ours, converting", "broken"],
)
def test_what_is_told_at_the_line_of_the_picture(
    icc: bytes | None, convert: str, told: dict[str, str], title: Title, build: Builder
) -> None:
    edition = EDITION.replace("\n", f"\n{convert}", 1)
    folder = title(chapter=CHAPTER, edition_dot_toml=edition, photos__inks_dot_tif=picture(icc))

    made: Build = build(folder, finishes="press", publish=False)

    codes = {"photo/cmyk-profile", "photo/cmyk-converted", "photo/broken-profile"}
    found = {f.code: f for f in made.report.findings if f.code in codes}
    assert {code: str(f.severity) for code, f in found.items()} == told
    assert all((f.place.file, f.place.line) == (f"{folder}/one.md", 8) for f in found.values())


def test_a_press_that_prints_on_that_paper_is_silent(title: Title, build: Builder) -> None:
    edition = EDITION.replace("\n", '\npress = "uncoated"\n', 1)
    folder = title(
        chapter=CHAPTER, edition_dot_toml=edition, photos__inks_dot_tif=picture(UNCOATED)
    )

    made = build(folder, finishes="press", publish=False)

    assert [f.code for f in made.report.findings if f.code.startswith("photo/cmyk")] == []


@pytest.mark.parametrize("wrong", ['"rgb"', "true", '"CMYK "', "[]"])
def test_there_is_one_way_to_convert(wrong: str, title: Title, build: Builder) -> None:
    folder = title(edition_dot_toml=EDITION.replace("\n", f"\nconvert = {wrong}\n", 1))

    with pytest.raises(BanxinError) as told:
        build(folder, publish=False)

    assert [f.place.line for f in told.value.diagnostics] == [2]
