"""Captions and credits as cameras, agencies and phones have written them."""

from __future__ import annotations

import io
import struct
from pathlib import PurePosixPath

import pytest
from PIL import Image

from banxin.assets.photos import Photo, examine
from banxin.diagnostics import Place

CAPTION, BY_LINE, CREDIT = 120, 80, 110


def examined(data: bytes) -> Photo:
    return examine(PurePosixPath("photos/a.jpg"), data, Place("a.md", 3, 1))


def jpeg(**options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 2)).save(out, "JPEG", **options)
    return out.getvalue()


def with_iptc(*records: tuple[int, bytes], coded: bytes = b"") -> bytes:
    """A JPEG with an IIM block; *coded* is what 1:90 says of its characters."""

    def record(part: int, number: int, data: bytes) -> bytes:
        return struct.pack(">BBBH", 0x1C, part, number, len(data)) + data

    iim = (record(1, 90, coded) if coded else b"") + b"".join(record(2, *r) for r in records)
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iim)) + iim + b"\0" * (len(iim) % 2)
    segment = b"Photoshop 3.0\0" + block
    plain = jpeg()
    return plain[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]


def with_xmp(inside: str, attributes: str = "") -> bytes:
    packet = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">
     <rdf:Description {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"""
    return jpeg(xmp=packet.encode())


def with_exif(tags: dict[int, object]) -> bytes:
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    return jpeg(exif=exif)


def alternatives(**texts: str) -> str:
    items = (
        f'<rdf:li xml:lang="{tag.replace("_", "-")}">{text}</rdf:li>' for tag, text in texts.items()
    )
    return f"<dc:description><rdf:Alt>{''.join(items)}</rdf:Alt></dc:description>"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("早市".encode(), "早市"),
        ("早市上的人们，2020年".encode("gb18030"), "早市上的人们，2020年"),
        ("中华人民共和国".encode("gb2312"), "中华人民共和国"),
        ("张赟".encode("gb18030"), "张赟"),
        ("Café in München".encode("latin-1"), "Café in München"),
        ("José María Nuñez".encode("latin-1"), "José María Nuñez"),
        ("Une fête créée à Liège".encode("latin-1"), "Une fête créée à Liège"),
        ("“Quoted” – dash".encode("cp1252"), "“Quoted” – dash"),
        ("早市".encode() + b"\0\0", "早市"),
        (b"Market  in\r\nspring", "Market in spring"),
    ],
)
def test_characters_that_nobody_declared_are_made_out(raw: bytes, read: str) -> None:
    assert examined(with_iptc((CAPTION, raw))).caption("zh-CN") == read


def test_characters_that_are_declared_as_utf_8_are_that() -> None:
    cut = "早市".encode()[:-1]  # fields have a length, and programs cut in the middle of one

    assert examined(with_iptc((CAPTION, cut), coded=b"\x1b%G")).caption("zh-CN") == "早"


@pytest.mark.parametrize(
    ("data", "credit"),
    [
        (with_iptc((BY_LINE, "甲某".encode()), (BY_LINE, "乙某".encode())), "甲某、乙某"),
        (with_iptc((BY_LINE, "甲某".encode()), (CREDIT, "某社".encode())), "甲某"),
        (with_iptc((CREDIT, "某社".encode())), "某社"),
        (with_iptc((BY_LINE, b"unknown"), (CREDIT, "某社".encode())), "某社"),
        (
            with_xmp("<dc:creator><rdf:Seq><rdf:li>甲某</rdf:li><rdf:li> 乙某 </rdf:li>"
                     "<rdf:li>甲某</rdf:li></rdf:Seq></dc:creator>"),
            "甲某、乙某",
        ),
        (with_xmp("<dc:creator>甲某</dc:creator>"), "甲某"),
        (with_xmp("<photoshop:Credit>某社</photoshop:Credit>"), "某社"),
        (with_xmp("", 'photoshop:Credit="某社"'), "某社"),
        (
            with_xmp("<dc:creator><rdf:Seq><rdf:li>甲某</rdf:li></rdf:Seq></dc:creator>",
                     'photoshop:Credit="某社"'),
            "甲某",
        ),
        (with_exif({0x013B: "Jane Roe; Max Moe"}), "Jane Roe、Max Moe"),
        (with_exif({0x9C9D: "甲某;乙某\0".encode("utf-16-le")}), "甲某、乙某"),
        (with_exif({0x013B: "Picasa"}), ""),
        (with_exif({0x013B: "Owner", 0x9C9D: "甲某\0".encode("utf-16-le")}), "甲某"),
        (with_exif({0x010F: "Canon"}), ""),
    ],
)  # fmt: skip
def test_a_credit_names_all_who_made_the_picture(data: bytes, credit: str) -> None:
    assert examined(data).credit == credit


@pytest.mark.parametrize(
    ("language", "caption"),
    [
        ("zh-CN", "早市"),
        ("zh", "早市"),
        ("zh-Hans-CN", "早市"),
        ("en", "Morning market"),
        ("en-GB", "Morning market"),
        ("de", "The market"),
    ],
)
def test_of_several_languages_the_book_s_is_taken(language: str, caption: str) -> None:
    data = with_xmp(alternatives(x_default="The market", en_US="Morning market", zh_CN="早市"))

    assert examined(data).caption(language) == caption


def test_without_the_book_s_language_there_is_one_caption_not_all() -> None:
    photo = examined(with_xmp(alternatives(fr="Le marché", de="Der Markt")))

    assert photo.caption("zh-CN") == "Le marché"


def test_a_description_without_languages_is_for_everybody() -> None:
    assert examined(with_xmp("", 'dc:description="早市"')).caption("en") == "早市"
    assert examined(with_xmp("<dc:description>早市</dc:description>")).caption("en") == "早市"


@pytest.mark.parametrize(
    "text",
    [
        "OLYMPUS DIGITAL CAMERA         ", "SONY DSC", "SAMSUNG CAMERA PICTURES",
        "KONICA MINOLTA DIGITAL CAMERA", "DCIM", "oznor", "hdr", "dav",
        "untitled", "JPEG_420", "Created with GIMP", "Processed with VSCO with a6 preset",
        "<KENOX S630  / Samsung S630>", "IMG_1234.JPG", "DSC01234", "DSCF0007",
        "mmexport1600000000",         "---", "Default", "Screenshot_2020-11-20",
    ],
)  # fmt: skip
def test_what_a_camera_put_there_is_no_caption(text: str) -> None:
    assert examined(with_exif({0x010E: text})).captions == ()
    assert examined(with_iptc((CAPTION, text.encode()))).captions == ()


@pytest.mark.parametrize("text", ["Sony headquarters", "桥", "微信图片说明", "Market"])
def test_a_short_caption_is_one_all_the_same(text: str) -> None:
    assert examined(with_iptc((CAPTION, text.encode()))).caption("zh-CN") == text


@pytest.mark.parametrize(
    "tags",
    [
        {0x010E: "Market in spring"},
        {0x9C9B: "Market in spring\0".encode("utf-16-le")},
        {0x9C9C: "Market in spring\0".encode("utf-16-le")},
        {0x010E: "SONY DSC", 0x9C9F: "Market in spring\0".encode("utf-16-le")},
    ],
)
def test_exif_has_a_caption_where_nothing_else_has(tags: dict[int, object]) -> None:
    assert examined(with_exif(tags)).caption("zh-CN") == "Market in spring"


def test_metadata_of_nonsense_costs_the_metadata_and_not_the_picture() -> None:
    nonsense = (
        with_iptc((CAPTION, b"\xff\xfe\xfd"), (BY_LINE, b"")),
        with_exif({0x010E: 7, 0x013B: 8, 0x9C9B: "not bytes"}),
        jpeg(xmp=b"<x:xmpmeta"),
        jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff"),
    )

    assert [(examined(data).width, examined(data).credit) for data in nonsense] == [(4, "")] * 4
