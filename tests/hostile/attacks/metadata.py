"""Sound pictures that say nonsense beside their pixels."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image, ImageCms, TiffImagePlugin

from attacks import FIGURE, Attack, chapter, title
from attacks.pictures import saved

XMP = b"http://ns.adobe.com/xap/1.0/\0"


def plain() -> Image.Image:
    return Image.new("RGB", (60, 40), (180, 40, 30))


def jpeg(marker: int, said: bytes) -> bytes:
    whole = saved(plain(), "JPEG")
    return whole[:2] + bytes([255, marker]) + struct.pack(">H", len(said) + 2) + said + whole[2:]


def chunk(kind: bytes, said: bytes, crc: int | None = None) -> bytes:
    check = zlib.crc32(kind + said) if crc is None else crc
    return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", check)


def png(*before: bytes, behind: bytes = b"") -> bytes:
    whole = saved(plain(), "PNG")
    return whole[:33] + b"".join(before) + whole[33:-12] + behind + whole[-12:]


def an_xml_bomb() -> bytes:
    rows = "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">{rows}]><x>&j;</x>'.encode()


def orientation(kind: int, value: bytes, behind: bytes = b"") -> bytes:
    entry = struct.pack("<HHI", 0x0112, kind, 1) + value.ljust(4, b"\0")
    return jpeg(0xE1, b"Exif\0\0II*\0\x08\0\0\0\1\0" + entry + bytes(4) + behind)


def a_frame(number: int, wide: int = 60, high: int = 40) -> bytes:
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, wide, high, 0, 0, 1, 10, 0, 0))


def animated(*behind: bytes, frames: int = 3) -> bytes:
    head = chunk(b"acTL", struct.pack(">II", frames, 0)), a_frame(0)
    return png(*head, behind=b"".join(behind))


def tiff(**how: Any) -> bytearray:
    return bytearray(saved(plain(), "TIFF", **how))


def last_entry(data: bytearray) -> int:
    """Where the last entry of a little-endian TIFF's first directory ends."""
    start = int.from_bytes(data[4:8], "little")
    return start + 2 + 12 * int.from_bytes(data[start : start + 2], "little")


def next_directory(at: int | None) -> bytes:
    data = tiff()
    end = last_entry(data)
    target = int.from_bytes(data[4:8], "little") if at is None else at
    struct.pack_into("<I", data, end, target)
    return bytes(data)


def an_entry(kind: int, count: int) -> bytes:
    data = tiff()
    struct.pack_into("<HHI", data, last_entry(data) - 12, 0x9286, kind, count)
    return bytes(data)


def with_tags(**said: bytes) -> bytes:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in zip((700, 33723, 34377), said.values(), strict=True):
        directory[tag], directory.tagtype[tag] = value, 7
    return bytes(tiff(tiffinfo=directory))


def cut_frames() -> bytes:
    out = io.BytesIO()
    plain().save(out, "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40))] * 3)
    return out.getvalue()[:-20]


def with_profile(icc: bytes) -> bytes:
    return saved(plain(), "PNG", icc_profile=icc)


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def files() -> Mapping[str, bytes]:
    photoshop, own = b"Photoshop 3.0\0", srgb()
    squeezed = zlib.compress(bytes(70 << 20))
    return {
        "iptc of garbage": jpeg(0xED, photoshop + b"8BIM\4\4\0\0\0\0\0\x10\x1c\2" + b"\xff" * 14),
        "iptc too long": jpeg(0xED, photoshop + b"8BIM\4\4\0\0\xff\xff\xff\xff"),
        "iptc of zeros": jpeg(0xED, photoshop + b"8BIM\4\4\0\0\0\0\0\x10" + bytes(16)),
        "photoshop garbage": jpeg(0xED, photoshop + b"\xff" * 99),
        "xmp cut": jpeg(0xE1, XMP + b"<x:xmpmeta><rdf:RDF>"),
        "xmp bomb": jpeg(0xE1, XMP + an_xml_bomb()),
        "xmp of no encoding": jpeg(0xE1, XMP + b"\xff\xfe\xff"),
        "xmp nested": png(
            chunk(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + b"<a>" * 200_000 + b"</a>" * 200_000)
        ),
        "exif of garbage": jpeg(0xE1, b"Exif\0\0" + b"\xff" * 50),
        "exif without end": jpeg(
            0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\1\3\0\xff\xff\xff\xff" * 9
        ),
        "exif empty": jpeg(0xE1, b"Exif\0\0"),
        "exif in a ring": jpeg(
            0xE1, b"Exif\0\0II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0"
        ),
        "turned 99 times": orientation(3, b"\x63\0"),
        "turned by words": orientation(2, b"abc"),
        "turned 6 / 0": orientation(5, b"\x1a\0\0\0", struct.pack("<II", 6, 0)),
        "mpf cut": jpeg(0xE2, b"MPF\0II*\0\x08\0\0\0\xff\xff"),
        "mpf of 2 billion": jpeg(
            0xE2, b"MPF\0II*\0\x08\0\0\0\1\0\1\xb0\4\0\1\0\0\0\xff\xff\xff\x7f\0\0\0\0"
        ),
        "profile in missing parts": jpeg(0xE2, b"ICC_PROFILE\0\2\5" + b"x" * 99),
        "text of 70 MB": png(chunk(b"zTXt", b"Comment\0\0" + squeezed)),
        "text that is not deflated": png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0no")),
        "text with a wrong checksum": png(chunk(b"tEXt", b"A\0b", 5)),
        "profile that is not deflated": png(chunk(b"iCCP", b"x\0\0no")),
        "profile of another method": png(chunk(b"iCCP", b"x\0\1" + zlib.compress(b"abc"))),
        "profile of 70 MB": png(chunk(b"iCCP", b"x\0\0" + squeezed)),
        "primaries cut": png(chunk(b"cHRM", b"abc")),
        "primaries of zeros": png(chunk(b"cHRM", bytes(32))),
        "gamma cut": png(chunk(b"gAMA", b"a")),
        "gamma 0": png(chunk(b"gAMA", bytes(4))),
        "size cut": png(chunk(b"pHYs", b"a")),
        "intent cut": png(chunk(b"sRGB", b"")),
        "exif late": png(behind=chunk(b"eXIf", b"MM")),
        "clear colour cut": png(chunk(b"tRNS", b"a")),
        "frames: one broken": animated(a_frame(1), chunk(b"fdAT", b"\0\0\0\2no")),
        "frames: ten million": animated(frames=9_999_999),
        "frames: a count cut": png(chunk(b"acTL", b"a")),
        "frames: a number too high": animated(a_frame(77)),
        "frames: too large": png(chunk(b"acTL", struct.pack(">II", 2, 0)), a_frame(0, 600, 400)),
        "gif: a frame cut": cut_frames(),
        "webp: exif": saved(plain(), "WEBP", exif=b"\xff" * 20),
        "webp: xmp": saved(plain(), "WEBP", xmp=b"\xff<<"),
        "tiff: tags": with_tags(xmp=b"<<<", iptc=b"\x1c\2\xff\xff\xff", photoshop=b"8BIM"),
        "tiff: directories in a ring": next_directory(None),
        "tiff: a directory beyond": next_directory(0x7FFFFFF0),
        "tiff: a type of nobody": an_entry(99, 1),
        "tiff: a tag of 250 million": an_entry(4, 0xFFFFFFF),
        "profile cut": with_profile(own[: len(own) // 2]),
        "profile of zeros": with_profile(own[:132] + bytes(len(own) - 132)),
        "profile of 4 GB": with_profile(b"\xff\xff\xff\xff" + own[4:]),
        "profile of version 9": with_profile(own[:8] + b"\x09" + own[9:]),
        "profile of inks": with_profile(own[:16] + b"CMYK" + own[20:]),
        "profile that links": with_profile(own[:12] + b"link" + own[16:]),
        "profile of words": with_profile(b"z" * 200),
    }


def attacks() -> Iterator[Attack]:
    for name, data in files().items():
        yield title("metadata", name, {"one.md": chapter(FIGURE), "photos/p.png": data})
