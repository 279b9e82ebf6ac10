from __future__ import annotations

import io
import struct
import zlib
from pathlib import PurePosixPath

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from banxin.assets.colour import on_screen
from banxin.assets.photos import Photo, develop, examine, proxy
from banxin.diagnostics import BanxinError, Place

NAME = PurePosixPath("photos/a.jpg")
HERE = Place("a.md", 3, 1)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def printed(data: bytes, size: tuple[int, int] = (20, 10)) -> Image.Image:
    """The picture as developed, its alpha multiplied onto white."""
    photo = examine(NAME, data, HERE)
    made = develop(photo, (0, 0, photo.width, photo.height), size, quality=95, subsampling=0)
    image = Image.open(io.BytesIO(made.data)).convert("RGB")
    if made.alpha is None:
        return image
    mask = Image.frombytes("L", size, zlib.decompress(made.alpha))
    return Image.composite(image, Image.new("RGB", size, "white"), mask)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo/empty"),
        (b"no picture at all", "photo/unreadable"),
        (b"8BPS\0\1" + b"\0" * 100, "photo/format"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "photo/format"),
        (b"%PDF-1.7", "photo/vector"),
        (png_that_claims(65536, 65536), "photo/too-large"),
        (png_that_claims(400, 400), "photo/truncated"),
        (saved(Image.effect_noise((400, 300), 50), "JPEG")[:4000], "photo/truncated"),
    ],
)
def test_a_picture_that_cannot_be_printed_is_refused_at_its_place(data: bytes, code: str) -> None:
    with pytest.raises(BanxinError) as problem:
        examine(NAME, data, HERE)

    (refused,) = problem.value.diagnostics
    assert (refused.code, refused.place) == (code, HERE)


def test_truncation_is_found_even_where_the_engine_has_allowed_it() -> None:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with pytest.raises(BanxinError):
            examine(NAME, saved(Image.effect_noise((400, 300), 50), "JPEG")[:4000], HERE)
        assert ImageFile.LOAD_TRUNCATED_IMAGES is True
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_held_any_way_gives_an_upright_picture(orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste((255, 0, 0), (0, 0, 30, 20))  # red where up and left meet
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation

    photo = examine(NAME, saved(stored, "JPEG", exif=exif, quality=95), HERE)
    shown = printed(photo.data, (60, 40))

    assert (photo.width, photo.height) == (60, 40)
    corners = [shown.getpixel(at) for at in ((5, 5), (55, 5), (5, 35), (55, 35))]
    reds = [isinstance(c, tuple) and c[0] > 200 and c[1] < 80 for c in corners]
    assert reds == [True, False, False, False]


@pytest.mark.parametrize(
    ("mode", "kind", "colour", "shown"),
    [
        ("RGB", "JPEG", (200, 30, 30), (200, 30, 30)),
        ("RGB", "PNG", (200, 30, 30), (200, 30, 30)),
        ("RGB", "WEBP", (200, 30, 30), (200, 30, 30)),
        ("RGB", "TIFF", (200, 30, 30), (200, 30, 30)),
        ("RGB", "AVIF", (200, 30, 30), (200, 30, 30)),
        ("L", "JPEG", 117, (117, 117, 117)),
        ("L", "TIFF", 117, (117, 117, 117)),
        ("1", "PNG", 1, (255, 255, 255)),
        ("P", "PNG", 0, (0, 0, 0)),
        ("RGBA", "PNG", (200, 30, 30, 255), (200, 30, 30)),
        ("RGBA", "PNG", (200, 30, 30, 0), (255, 255, 255)),
        ("LA", "PNG", (117, 255), (117, 117, 117)),
        ("CMYK", "TIFF", (0, 255, 255, 0), on_screen((0, 100, 100, 0))),
        ("CMYK", "JPEG", (0, 255, 255, 0), on_screen((0, 100, 100, 0))),
    ],
)
def test_every_kind_of_picture_comes_out_in_its_colours(
    mode: str, kind: str, colour: float | tuple[int, ...], shown: tuple[int, int, int]
) -> None:
    pixel = printed(saved(Image.new(mode, (40, 20), colour), kind)).getpixel((10, 5))

    assert isinstance(pixel, tuple)
    assert all(abs(a - b) <= 6 for a, b in zip(pixel, shown, strict=True))


def test_sixteen_bits_are_brought_down_not_clipped_to_white() -> None:
    deep = Image.fromarray(np.full((20, 40), 117 * 257, dtype=np.uint16))

    assert printed(saved(deep, "PNG")).getpixel((10, 5)) == (117, 117, 117)


def test_an_embedded_profile_is_honoured() -> None:
    # Lab as its own profile: a picture whose numbers mean something else than sRGB's.
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = printed(saved(Image.new("RGB", (40, 20), (200, 30, 30)), "PNG", icc_profile=swapped))

    pixel = same.getpixel((10, 5))
    assert isinstance(pixel, tuple)
    assert abs(pixel[0] - 200) <= 3


def test_a_broken_profile_is_not_used() -> None:
    data = saved(Image.new("RGB", (40, 20), (200, 30, 30)), "PNG", icc_profile=b"no profile")

    pixel = printed(data).getpixel((10, 5))
    assert isinstance(pixel, tuple)
    assert abs(pixel[0] - 200) <= 3


def test_metadata_does_not_travel() -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera"
    photo = examine(NAME, saved(Image.new("RGB", (40, 20)), "JPEG", exif=exif), HERE)

    made = develop(photo, (0, 0, 40, 20), (40, 20), quality=90, subsampling=0)

    assert not Image.open(io.BytesIO(made.data)).getexif()


def test_caption_and_credit_are_read_from_xmp() -> None:
    packet = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
     <rdf:Description><dc:description><rdf:Alt><rdf:li xml:lang="x-default">早市</rdf:li></rdf:Alt>
     </dc:description><dc:creator><rdf:Seq><rdf:li>某某</rdf:li></rdf:Seq></dc:creator>
     </rdf:Description></rdf:RDF></x:xmpmeta>"""

    photo = examine(NAME, saved(Image.new("RGB", (4, 2)), "JPEG", xmp=packet.encode()), HERE)

    assert (photo.caption("zh-CN"), photo.credit) == ("早市", "某某")


def test_caption_and_credit_are_read_from_iptc() -> None:
    def record(number: int, text: str) -> bytes:
        data = text.encode()
        return b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(data)) + data

    iim = record(120, "早市") + record(80, "某某")
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iim)) + iim + b"\0" * (len(iim) % 2)
    segment = b"Photoshop 3.0\0" + block
    jpeg = saved(Image.new("RGB", (4, 2)), "JPEG")
    marked = jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]

    photo = examine(NAME, marked, HERE)

    assert (photo.caption("zh-CN"), photo.credit) == ("早市", "某某")


def test_an_xml_bomb_in_xmp_is_left_alone() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'

    photo = examine(NAME, saved(Image.new("RGB", (4, 2)), "JPEG", xmp=bomb), HERE)

    assert photo.captions == ()


def test_a_proxy_has_the_pixels_of_its_original_and_nothing_else() -> None:
    image = Image.open(io.BytesIO(proxy(640, 480)))

    assert image.size == (640, 480)
    lightest, darkest = image.getextrema()
    assert lightest == darkest


def test_a_crop_shows_just_its_part() -> None:
    image = Image.new("RGB", (100, 100), "white")
    image.paste((255, 0, 0), (50, 0, 100, 100))
    data = saved(image, "PNG")
    photo = Photo(NAME, lambda: data, "0", 100, 100)

    made = develop(photo, (60, 0, 100, 40), (20, 20), quality=95, subsampling=0)

    extremes = Image.open(io.BytesIO(made.data)).getextrema()
    assert extremes[0][0] > 240  # type: ignore[index]
    assert extremes[1][1] < 20  # type: ignore[index]
