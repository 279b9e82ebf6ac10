"""Every kind of file comes out in its colours: on screen, and in the inks of the press.

The files are made here, byte by byte where Pillow cannot write them; what they have to become is
worked out here as well, from the numbers put in.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image, ImageCms

from banxin.assets.colour import built_in
from banxin.assets.decoding import as_meant
from banxin.assets.photos import Print, develop, examine, separate
from banxin.assets.tones import black_plate
from banxin.diagnostics import BanxinError, Place

NAME, HERE, ICC = PurePosixPath("photos/a.tif"), Place("a.md", 3, 1), built_in()
SIZE = WIDE, HIGH = 48, 32
# Four patches, each a quarter: upper left, upper right, lower left, lower right.
RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 150, 60), (40, 60, 180), (117, 117, 117)
PATCHES = (RED, GREEN, BLUE, GREY)
GREYS = (0, 90, 180, 255)

Numbers = np.ndarray[tuple[int, ...], np.dtype[Any]]


def quarters(values: Sequence[Sequence[float] | float], kind: str = "u1") -> Numbers:
    """The four patches as rows × columns × channels."""
    rows = np.zeros((HIGH, WIDE, np.size(values[0])), kind)
    for index, value in enumerate(values):
        top, left = divmod(index, 2)
        rows[top * 16 : top * 16 + 16, left * 24 : left * 24 + 24] = value
    return rows


def tiff(
    pixels: Numbers,
    photometric: int,
    *,
    order: Literal["<", ">"] = "<",
    packed: bool = False,
    predictor: int = 1,
    planar: bool = False,
    tiled: bool = False,
    **tags: int | Sequence[int],
) -> bytes:
    """TIFF 6.0: one directory, strips of five rows or tiles of sixteen, plain or deflated."""
    high, wide, many = pixels.shape
    deep = pixels.dtype.itemsize
    planes = [pixels[:, :, i : i + 1] for i in range(many)] if planar else [pixels]
    pieces = []
    for plane in planes:
        if tiled:
            corners = [(y, x) for y in range(0, high, 16) for x in range(0, wide, 16)]
            squares = [plane[y : y + 16, x : x + 16] for y, x in corners]
        else:
            squares = [plane[y : y + 5] for y in range(0, high, 5)]
        pieces += [foretold(square, order, predictor) for square in squares]
    if packed:
        pieces = [zlib.compress(piece) for piece in pieces]
    body, starts = b"", []
    for piece in pieces:
        starts.append(8 + len(body))
        body += piece + b"\0" * (len(piece) % 2)
    kind = {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    known: dict[int, Sequence[int]] = {
        256: [wide], 257: [high], 258: [8 * deep] * many, 259: [8 if packed else 1],
        262: [photometric], 277: [many], 284: [2 if planar else 1], 317: [predictor],
        339: [kind] * many,
    }  # fmt: skip
    lengths = [len(piece) for piece in pieces]
    if tiled:
        known |= {322: [16], 323: [16], 324: starts, 325: lengths}
    else:
        known |= {273: starts, 278: [5], 279: lengths}
    for name, value in tags.items():
        known[int(name.removeprefix("t"))] = [value] if isinstance(value, int) else value
    at = 8 + len(body)
    far_at, entries, far = at + 2 + 12 * len(known) + 4, b"", b""
    for tag, values in sorted(known.items()):
        data = struct.pack(f"{order}{len(values)}I", *values)
        if len(values) > 1:
            data, far = struct.pack(f"{order}I", far_at + len(far)), far + data
        entries += struct.pack(f"{order}HHI", tag, 4, len(values)) + data
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at)
    return head + body + struct.pack(f"{order}H", len(known)) + entries + b"\0" * 4 + far


def foretold(square: Numbers, order: Literal["<", ">"], predictor: int) -> bytes:
    """What a predictor leaves of a strip or tile."""
    high, wide, many = square.shape
    if predictor == 2:
        whole = square.view(f"u{square.dtype.itemsize}").copy()
        whole[:, 1:] -= square.view(whole.dtype)[:, :-1]
        square = whole
    if predictor == 3:
        planes = square.astype(">f4").view("u1").reshape(high, wide * many, 4).transpose(0, 2, 1)
        rows = planes.reshape(high, -1).copy()
        rows[:, many:] -= planes.reshape(high, -1)[:, :-many]
        return rows.tobytes()
    return square.astype(square.dtype.newbyteorder(order)).tobytes()


def png(bits: int, colour: int, rows: Numbers, *chunks: tuple[bytes, bytes]) -> bytes:
    """PNG, third edition: *rows* as big-endian samples, no filter."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    lines = rows.astype(rows.dtype.newbyteorder(">")).reshape(HIGH, -1)
    if bits < 8:  # four pixels a byte
        low = lines.reshape(HIGH, -1, 4)
        lines = (low[:, :, 0] << 6 | low[:, :, 1] << 4 | low[:, :, 2] << 2 | low[:, :, 3]).astype(
            "u1"
        )
    raw = b"".join(b"\0" + line.tobytes() for line in lines)
    head = struct.pack(">IIBBBBB", WIDE, HIGH, bits, colour, 0, 0, 0)
    parts = ((b"IHDR", head), *chunks, (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def on_screen(data: bytes) -> tuple[Print, list[tuple[int, ...]]]:
    photo = examine(NAME, data, HERE)
    whole = (0, 0, photo.width, photo.height)
    made = develop(photo, whole, (photo.width, photo.height), quality=95, subsampling=0)
    return made, in_the_middles(Image.open(io.BytesIO(made.data)).convert("RGB"))


def on_press(data: bytes) -> tuple[Print, list[tuple[int, ...]]]:
    photo = examine(NAME, data, HERE)
    whole = (0, 0, photo.width, photo.height)
    made = separate(photo, whole, (photo.width, photo.height), icc=ICC, limit=400)
    return made, in_the_middles(Image.open(io.BytesIO(made.data)))


def in_the_middles(image: Image.Image) -> list[tuple[int, ...]]:
    across, down = image.width // 4, image.height // 4
    at = [(across, down), (3 * across, down), (across, 3 * down), (3 * across, 3 * down)]
    found = [image.getpixel(place) for place in at]
    return [value if isinstance(value, tuple) else (int(value or 0),) for value in found]


def alphas(made: Print) -> list[int]:
    assert made.alpha is not None
    size = made.width, made.height
    mask = Image.frombytes("L", size, zlib.decompress(made.alpha))
    return [value[0] for value in in_the_middles(mask)]


def near(found: Sequence[Sequence[float]], wanted: Sequence[Sequence[float]], by: int = 6) -> bool:
    return all(
        len(one) == len(other) and max(abs(a - b) for a, b in zip(one, other, strict=True)) <= by
        for one, other in zip(found, wanted, strict=True)
    )


def inks_of(colours: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """What the press's profile makes of sRGB colours, by a transform of the test's own."""
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"),
        ImageCms.ImageCmsProfile(io.BytesIO(ICC)),
        "RGB",
        "CMYK",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    found = []
    for colour in colours:
        moved = ImageCms.applyTransform(Image.new("RGB", (1, 1), colour), transform)
        assert moved is not None
        found.append(tuple(moved.tobytes()))
    return found


def deep(colours: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[257 * part for part in colour] for colour in colours]


def shares(colours: Sequence[Sequence[int]]) -> list[list[float]]:
    return [[part / 255 for part in colour] for colour in colours]


RGB_FILES = {
    "8 bits": lambda: tiff(quarters(PATCHES), 2),
    "16 bits, big-endian": lambda: tiff(quarters(deep(PATCHES), "u2"), 2, order=">"),
    "16 bits, deflated": lambda: tiff(quarters(deep(PATCHES), "u2"), 2, packed=True, predictor=2),
    "16 bits, tiles": lambda: tiff(quarters(deep(PATCHES), "u2"), 2, tiled=True),
    "32 bits float": lambda: tiff(quarters(shares(PATCHES), "f4"), 2),
    "float, big-endian": lambda: tiff(quarters(shares(PATCHES), "f4"), 2, order=">"),
    "float, foretold": lambda: tiff(
        quarters(shares(PATCHES), "f4"), 2, packed=True, predictor=3
    ),
    "float, in tiles": lambda: tiff(
        quarters(shares(PATCHES), "f4"), 2, packed=True, predictor=3, tiled=True
    ),
    "float, a plane each": lambda: tiff(quarters(shares(PATCHES), "f4"), 2, planar=True),
    "float to 255": lambda: tiff(quarters(PATCHES, "f4"), 2),
    "64 bits float": lambda: tiff(quarters(shares(PATCHES), "f8"), 2),
    "PNG of 16 bits": lambda: png(16, 2, quarters(deep(PATCHES), "u2")),
    "PNG of sRGB's gamma": lambda: png(
        8, 2, quarters(PATCHES), (b"gAMA", struct.pack(">I", 45455))
    ),
    "PNG with sRGB and gAMA": lambda: png(
        8, 2, quarters(PATCHES), (b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 100000))
    ),
    "PNG palette": lambda: saved(
        Image.fromarray(quarters(PATCHES)).quantize(8), "PNG"
    ),
    "WebP": lambda: saved(Image.fromarray(quarters(PATCHES)), "WEBP", lossless=True),
    "BMP": lambda: saved(Image.fromarray(quarters(PATCHES)), "BMP"),
    "GIF": lambda: saved(Image.fromarray(quarters(PATCHES)), "GIF"),
}  # fmt: skip


@pytest.mark.parametrize("kind", RGB_FILES)
def test_colours_are_right_on_screen_and_in_inks(kind: str) -> None:
    data = RGB_FILES[kind]()

    assert near(on_screen(data)[1], PATCHES)
    assert near(on_press(data)[1], inks_of(PATCHES), by=9)


GREY_FILES = {
    "8 bits": lambda: tiff(quarters(GREYS), 1),
    "8 bits, white is zero": lambda: tiff(quarters([255 - g for g in GREYS]), 0),
    "16 bits": lambda: tiff(quarters([257 * g for g in GREYS], "u2"), 1),
    "16 bits, white is zero": lambda: tiff(quarters([257 * (255 - g) for g in GREYS], "u2"), 0),
    "16 bits, big-endian, white is zero": lambda: tiff(
        quarters([257 * (255 - g) for g in GREYS], "u2"), 0, order=">"
    ),
    "32 bits": lambda: tiff(quarters([16843009 * g for g in GREYS], "u4"), 1),
    "32 bits, half empty": lambda: tiff(quarters([257 * g for g in GREYS], "u4"), 1),
    "float": lambda: tiff(quarters([g / 255 for g in GREYS], "f4"), 1),
    "float, white is zero": lambda: tiff(quarters([1 - g / 255 for g in GREYS], "f4"), 0),
    "float to 65535": lambda: tiff(quarters([257 * g for g in GREYS], "f4"), 1),
    "PNG of 16 bits": lambda: png(16, 0, quarters([257 * g for g in GREYS], "u2")),
}


@pytest.mark.parametrize("kind", GREY_FILES)
def test_greys_are_right_on_screen_and_on_the_black_plate(kind: str) -> None:
    data = GREY_FILES[kind]()

    assert near(on_screen(data)[1], [(g, g, g) for g in GREYS], by=2)
    assert near(on_press(data)[1], [(black_plate(built_in())[g],) for g in GREYS], by=2)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["TIFF", "float TIFF", "PNG", "WEBP", "XMP"])
def test_a_picture_that_lies_is_set_upright(kind: str, orientation: int) -> None:
    stored = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: a.swapaxes(0, 1)[::-1],
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: a.swapaxes(0, 1)[:, ::-1],
    }[orientation](quarters(PATCHES))
    pixels = np.ascontiguousarray(stored)
    exif = Image.Exif()
    exif[0x0112] = orientation
    if kind == "TIFF":
        data = tiff(pixels, 2, t274=orientation)
    elif kind == "float TIFF":
        data = tiff(pixels.astype("f4"), 2, t274=orientation)
    elif kind == "XMP":
        packet = f'<x xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{orientation}"/>'
        data = saved(Image.fromarray(pixels), "JPEG", xmp=packet.encode(), quality=95)
    else:
        data = saved(Image.fromarray(pixels), kind, exif=exif, lossless=True)

    made, found = on_screen(data)

    assert (made.width, made.height) == SIZE
    assert near(found, PATCHES)


ALPHA = (255, 128, 0, 255)


@pytest.mark.parametrize(
    ("data", "colours"),
    [
        (lambda: png(16, 6, with_alpha(deep(PATCHES), 257, "u2")), PATCHES),
        (lambda: png(16, 4, with_alpha([[257 * g] for g in GREYS], 257, "u2")), None),
        (lambda: tiff(with_alpha(PATCHES, 1, "u1"), 2, t338=2), PATCHES),
        (lambda: tiff(with_alpha(deep(PATCHES), 257, "u2"), 2, t338=2), PATCHES),
        (lambda: tiff(with_alpha([[257 * g] for g in GREYS], 257, "u2"), 1, t338=2), None),
        (lambda: tiff(with_alpha(shares(PATCHES), 1 / 255, "f4"), 2, t338=2), PATCHES),
    ],
)
def test_alpha_is_kept_apart(
    data: Callable[[], bytes], colours: tuple[tuple[int, int, int], ...] | None
) -> None:
    made, found = on_screen(data())

    assert near([alphas(made)], [ALPHA], by=2)
    assert near(found, colours or [(g, g, g) for g in GREYS])


def with_alpha(colours: Sequence[Sequence[float]], step: float, kind: str) -> Numbers:
    return quarters([[*c, a * step] for c, a in zip(colours, ALPHA, strict=True)], kind)


def test_colours_multiplied_by_alpha_are_brought_back() -> None:
    multiplied = [[c * a / 65025 for c in colour] for colour, a in zip(PATCHES, ALPHA, strict=True)]
    pixels = quarters([[*c, a / 255] for c, a in zip(multiplied, ALPHA, strict=True)], "f4")

    made, found = on_screen(tiff(pixels, 2, t338=1))

    assert near([alphas(made)], [ALPHA], by=2)
    assert near(found[:2] + found[3:], [RED, GREEN, GREY])  # nothing is left of what is clear


@pytest.mark.parametrize(
    ("data", "clear"),
    [
        (
            lambda: png(
                16, 0, quarters([257 * g for g in GREYS], "u2"),
                (b"tRNS", struct.pack(">H", 257 * 90)),
            ),
            1,
        ),
        (
            lambda: png(
                16, 2, quarters(deep(PATCHES), "u2"),
                (b"tRNS", struct.pack(">3H", *(257 * part for part in BLUE))),
            ),
            2,
        ),
        (lambda: png(8, 2, quarters(PATCHES), (b"tRNS", struct.pack(">3H", *GREY))), 3),
        (lambda: png(2, 0, quarters([0, 1, 2, 3]), (b"tRNS", struct.pack(">H", 1))), 1),
        (
            lambda: png(
                8, 3, quarters([0, 1, 2, 3]), (b"PLTE", bytes(sum(PATCHES, ()))),
                (b"tRNS", bytes([255, 255, 0, 255])),
            ),
            2,
        ),
    ],
)  # fmt: skip
def test_the_one_clear_colour_of_a_png_is_clear(data: Callable[[], bytes], clear: int) -> None:
    made, _ = on_screen(data())

    assert [alpha == 0 for alpha in alphas(made)] == [index == clear for index in range(4)]


def encoded(linear: float) -> int:
    """IEC 61966-2-1: a share of light as sRGB has it, 0 to 255."""
    curve = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * curve)


@pytest.mark.parametrize("gamma", [1.0, 0.55556, 0.7])
def test_png_without_a_profile_is_shown_by_its_gamma(gamma: float) -> None:
    gama = (b"gAMA", struct.pack(">I", round(gamma * 100_000)))
    wanted = [tuple(encoded((part / 255) ** (1 / gamma)) for part in c) for c in PATCHES]
    greys = [(encoded((g / 255) ** (1 / gamma)),) * 3 for g in GREYS]

    assert near(on_screen(png(8, 2, quarters(PATCHES), gama))[1], wanted)
    assert near(on_press(png(8, 2, quarters(PATCHES), gama))[1], inks_of(wanted), by=9)
    assert near(on_screen(png(8, 0, quarters(GREYS), gama))[1], greys, by=3)
    assert examine(NAME, png(8, 2, quarters(PATCHES), gama), HERE).remarks == ()


def test_png_without_a_profile_is_shown_by_its_primaries() -> None:
    """Display P3's primaries: its green is outside sRGB, its grey is grey."""
    points = (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
    chrm = (b"cHRM", struct.pack(">8I", *(round(100_000 * p) for p in points)))
    plain, found = (on_screen(png(8, 2, quarters(PATCHES), *chunks))[1] for chunks in ((), (chrm,)))

    assert near(found[3:], plain[3:], by=3)
    assert found[0][0] > plain[0][0] + 8  # a redder red than sRGB's
    assert found[1][1] > plain[1][1] + 2


INKS = ((0, 255, 255, 0), (255, 0, 255, 25), (230, 180, 0, 0), (0, 0, 0, 128))


def seen(inks: Sequence[tuple[int, ...]], icc: bytes = ICC) -> list[tuple[int, ...]]:
    """What the press's profile makes of inks, by a transform of the test's own."""
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        "CMYK",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    found = []
    for ink in inks:
        moved = ImageCms.applyTransform(Image.new("CMYK", (1, 1), ink), transform)
        assert moved is not None
        found.append(tuple(moved.tobytes()))
    return found


INK_FILES = {
    "TIFF": lambda: tiff(quarters(INKS), 5),
    "TIFF of 16 bits": lambda: tiff(quarters(deep(INKS), "u2"), 5),
    "TIFF, a plane each": lambda: tiff(quarters(INKS), 5, planar=True),
    "TIFF with alpha": lambda: tiff(with_alpha(INKS, 1, "u1"), 5, t338=2),
    "TIFF with alpha, deflated": lambda: tiff(
        with_alpha(INKS, 1, "u1"), 5, t338=2, packed=True, predictor=2
    ),
    "TIFF with alpha, 16 bits": lambda: tiff(with_alpha(deep(INKS), 257, "u2"), 5, t338=2),
    "JPEG": lambda: saved(Image.fromarray(quarters(INKS), "CMYK"), "JPEG", quality=98),
    "JPEG with the press's profile": lambda: saved(
        Image.fromarray(quarters(INKS), "CMYK"), "JPEG", quality=98, icc_profile=ICC
    ),
}


@pytest.mark.parametrize("kind", INK_FILES)
def test_inks_are_shown_through_their_profile_and_printed_as_they_are(kind: str) -> None:
    data = INK_FILES[kind]()
    screen, colours = on_screen(data)
    press, inks = on_press(data)

    assert near(colours, seen(INKS), by=8)
    assert near(inks, INKS, by=5)
    for made in (screen, press):
        assert (made.alpha is None) == ("alpha" not in kind)
        if made.alpha is not None:
            assert near([alphas(made)], [ALPHA], by=2)


def test_inks_that_do_not_say_are_shown_as_the_chosen_press_prints_them() -> None:
    newsprint = built_in("tr002-newsprint-245.icc")
    photo = examine(NAME, tiff(quarters(INKS), 5), HERE)

    made = develop(photo, (0, 0, *SIZE), SIZE, quality=95, subsampling=0, icc=newsprint)

    found = in_the_middles(Image.open(io.BytesIO(made.data)))
    assert near(found, seen(INKS, newsprint), by=8)
    assert not near(found, seen(INKS), by=8)


def test_lab_is_right_signed_or_not_and_at_any_depth() -> None:
    """CIE Lab of TIFF 6.0 has signed a and b; ICC's has them from 0, with 128 in the middle."""
    lab = ((54, 70, 50), (55, -50, 40), (40, 10, -40), (60, 0, 0))
    signed = [[round(light * 2.55), a % 256, b % 256] for light, a, b in lab]
    wide = [[round(light * 655.35), a * 256 % 65536, b * 256 % 65536] for light, a, b in lab]
    unsigned = [[round(light * 2.55), a + 128, b + 128] for light, a, b in lab]
    files = (
        tiff(quarters(signed), 8),
        tiff(quarters(wide, "u2"), 8),
        tiff(quarters(unsigned), 9),
        tiff(with_alpha(signed, 1, "u1"), 8, t338=2),
    )

    shown = [on_screen(data)[1] for data in files]

    for found in shown:
        assert near(found, [srgb(*colour) for colour in lab], by=9)
        assert near(on_press(files[0])[1], inks_of(found), by=20)


def srgb(lightness: float, a: float, b: float) -> tuple[int, ...]:
    """CIE 15 and Bradford: Lab of D50 as sRGB."""
    f = (lightness + 16) / 116
    cubes = [f + a / 500, f, f - b / 200]
    white = (0.9642, 1.0, 0.8249)
    xyz = [
        w * (t**3 if t > 6 / 29 else 3 * (6 / 29) ** 2 * (t - 4 / 29))
        for t, w in zip(cubes, white, strict=True)
    ]
    matrix = (
        (3.1338561, -1.6168667, -0.4906146),
        (-0.9787684, 1.9161415, 0.0334540),
        (0.0719453, -0.2289914, 1.4052427),
    )
    linear = [sum(m * v for m, v in zip(row, xyz, strict=True)) for row in matrix]
    return tuple(encoded(min(1.0, max(0.0, part))) for part in linear)


def grey_profile(gamma: float) -> bytes:
    """ICC.1:2001-04: the least there can be of a grey display, its curve one number."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"kTRC", 176, 16)
    head = struct.pack(
        ">I4xI4s4s4s12x4s28x3i48x",
        192, 0x02400000, b"mntr", b"GRAY", b"XYZ ", b"acsp", 63190, 65536, 54061,
    )  # fmt: skip
    return head + tags + white + curve


def test_grey_with_a_profile_of_its_own_is_read_by_it() -> None:
    """Gamma 1.8, as old Macintosh files have it: lighter numbers than sRGB's for the same grey."""
    image = Image.fromarray(quarters(GREYS)[:, :, 0])
    wanted = [(encoded((g / 255) ** 1.8),) * 3 for g in GREYS]

    assert near(on_screen(saved(image, "PNG", icc_profile=grey_profile(1.8)))[1], wanted, by=3)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "PNG", "WEBP"])
def test_of_several_frames_the_first_is_printed_and_it_is_told(kind: str) -> None:
    first, second = Image.fromarray(quarters(PATCHES)), Image.new("RGB", SIZE, "white")
    lossless = {"lossless": True} if kind == "WEBP" else {}

    data = saved(first, kind, save_all=True, append_images=[second], **lossless)

    assert near(on_screen(data)[1], PATCHES)
    assert "photo/animated" in examine(NAME, data, HERE).remarks


@pytest.mark.parametrize(
    ("name", "data", "code", "kind"),
    [
        (
            "a.svg",
            b'<?xml version="1.0"?>\n<!-- by hand -->\n<svg xmlns="x"/>',
            "vector",
            "SVG",
        ),
        ("a.svg", b"\xef\xbb\xbf <svg/>", "vector", "SVG"),
        ("a.pdf", b"%PDF-1.7", "vector", "PDF"),
        ("a.ai", b"%!PS-Adobe-3.0 EPSF-3.0", "vector", "EPS"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(40), "format", "HEIC"),
        ("a.jpg", b"\0\0\0\x2cftypmif1" + bytes(40), "format", "HEIC"),
        ("a.psd", b"8BPS\0\1" + bytes(40), "format", "PSD"),
        ("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", "format", "JPEG 2000"),
        ("a.jxl", b"\xff\x0a" + bytes(40), "format", "JPEG XL"),
        ("a.nef", tiff(quarters(PATCHES), 2), "raw", "RAW · NEF"),
        ("a.DNG", tiff(quarters(PATCHES), 2), "raw", "RAW · DNG"),
        ("a.jpg", b"<!DOCTYPE html><html>", "not-picture", "HTML"),
        ("a.jpg", b"PK\3\4" + bytes(40), "not-picture", "ZIP · DOCX"),
        ("a.mov", b"\0\0\0\x14ftypqt  " + bytes(40), "not-picture", "MP4 · MOV"),
        ("a.tif", tiff(quarters(PATCHES), 2, t262=32803), "unusual", ""),
        ("a.jpg", b"nothing that anybody knows", "unreadable", ""),
        ("a.jpg", b"", "empty", ""),
    ],
)
def test_what_cannot_be_placed_is_told_by_what_it_is(
    name: str, data: bytes, code: str, kind: str
) -> None:
    with pytest.raises(BanxinError) as problem:
        examine(PurePosixPath("photos") / name, data, HERE)

    (told,) = problem.value.diagnostics
    assert (told.code, told.place, told.facts.get("format", "")) == (f"photo/{code}", HERE, kind)


def test_a_damaged_file_of_an_unusual_kind_is_told() -> None:
    whole = tiff(quarters(shares(PATCHES), "f4"), 2, packed=True)
    damaged = whole[:60] + b"\xff" * 40 + whole[100:]

    with pytest.raises(BanxinError) as problem:
        examine(NAME, damaged, HERE)

    assert [d.code for d in problem.value.diagnostics] == ["photo/unreadable"]


def test_a_bit_that_fell_over_in_a_png_is_noticed() -> None:
    whole = saved(Image.effect_noise((60, 40), 60), "PNG")
    at = whole.index(b"IDAT")

    for byte in range(at + 10, len(whole) - 20, 97):
        damaged = bytearray(whole)
        damaged[byte] ^= 4
        with pytest.raises(BanxinError):
            examine(NAME, bytes(damaged), HERE)


def with_chunk(kind: bytes, said: bytes) -> bytes:
    """A PNG that says something beside its pixels."""
    whole = saved(Image.radial_gradient("L"), "PNG")
    chunk = len(said).to_bytes(4) + kind + said + zlib.crc32(kind + said).to_bytes(4)
    return whole[:33] + chunk + whole[33:]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(5 << 20))),
        (b"iCCP", b"x\0\0" + zlib.compress(bytes(5 << 20))),
        (b"iCCP", b"x\0\1"),
        (b"cHRM", b"abc"),
        (b"gAMA", b"a"),
        (b"pHYs", b"a"),
        (b"sRGB", b""),
        (b"acTL", b"a"),
        (b"fcTL", bytes(26)),
    ],
)
def test_what_a_png_says_wrongly_costs_what_it_says_not_the_picture(
    kind: bytes, said: bytes
) -> None:
    data = with_chunk(kind, said)

    photo = examine(NAME, data, HERE)

    assert photo.remarks == ("photo/metadata",)
    assert as_meant(data).image.tobytes() == Image.radial_gradient("L").tobytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_drawing_is_told_from_a_photograph(kind: str) -> None:
    chart = np.full((600, 900, 3), 255, "u1")
    for bar in range(6):
        chart[500 - 60 * bar : 560, 60 + 130 * bar : 140 + 130 * bar] = (200, 60, 40)
    chart[560:564] = 0
    sky = np.linspace(90, 230, 600)[:, None, None] + np.zeros((600, 900, 3))
    noise = np.random.default_rng(1).normal(0, 4, sky.shape)
    photograph = (sky + noise).clip(0, 255).astype("u1")

    drawn = [
        examine(NAME, saved(Image.fromarray(p), kind), HERE).drawn for p in (chart, photograph)
    ]

    assert drawn == [True, False]
