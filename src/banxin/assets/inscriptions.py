"""What cameras, agencies and phones wrote inside a picture: its caption, and who made it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import Image, IptcImagePlugin

DEFAULT: Final = "x-default"  # of XMP's alternatives, the one for who reads none of the others
_BETWEEN_NAMES: Final = "、"

_DC, _PHOTOSHOP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/photoshop/1.0/"
_RDF_ITEM: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_BY_LINE, _CREDIT, _CAPTION, _CODED = (2, 80), (2, 110), (2, 120), (1, 90)  # IIM 4.2
_UTF_8: Final = b"\x1b%G"  # ISO 2022: what 1:90 says for it
_DESCRIPTION, _ARTIST = 0x010E, 0x013B
_XP_TITLE, _XP_COMMENT, _XP_AUTHOR, _XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9F
# What a broken block of metadata raises in Pillow; it costs the metadata, not the picture.
FAULTS: Final = (
    OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError,
    OverflowError, ArithmeticError,
)  # fmt: skip

# What cameras, phones and programs put where nobody has written anything.
_NO_CAPTION: Final = re.compile(
    r"[\W_]*|(olympus|samsung|sony|konica|minolta|nikon|canon|kodak|casio|pentax|fuji\w*|ricoh|"
    r"digital|camera|dsc|still|pictures?|photo|image|konica minolta|\s)+"
    r"|untitled.*|default|image description|dcim|dcf\d.*|jpeg[_ ]\d+|exif[_ ]jpeg.*|applemark\W*"
    r"|(?-i:[a-z]{2,6})"  # Huawei's and Honor's modes: oznor, hdr, dav
    r"|(created|processed|edited|made|taken) (with|by|using) .*|file written by adobe.*"
    r"|creator: gd-jpeg.*|lead technologies.*|<\w+.*>|charset=.*|binary comment"
    r"|(img|dsc[fn]?|mvimg|pict|p\d|dji|gopr|wx_camera|mmexport|screenshot|_?mg)[-_ ]?\d[\d_\-. ]*"
    r"(\.\w{3,4})?|(微信图片|图片|截图|屏幕截图|照片|未标题)[-_ ]?[\d_\-. ]*(\.\w{3,4})?",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"[\W\d_]*|unknown|owner|user\d*|admin(istrator)?|picasa|default|photographer|author|artist|"
    r"camera|your name|n/?a|none|null|microsoft( office)?( user)?|windows( user)?|佚名|未知|作者",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Inscription:
    """`captions`: language → text, `x-default` among them if it is in no language."""

    captions: Mapping[str, str]
    credit: str


def inside(image: Image.Image) -> Inscription:
    """Caption and credit from IPTC, then XMP, then EXIF; what was never written is left out."""
    iptc, root, exif = _iptc(image), _xmp(image.info.get("xmp") or b""), _exif(image)
    alternatives = dict(_written(_alternatives(root)))
    usual = (
        *_said_in(iptc, _CAPTION),
        alternatives.get(DEFAULT, ""),
        *_exif_texts(exif, _DESCRIPTION, _XP_TITLE, _XP_SUBJECT, _XP_COMMENT),
    )
    if caption := next((text for text in usual if _is_caption(text)), ""):
        alternatives[DEFAULT] = caption
    sources: Iterator[Iterable[str]] = iter(
        (
            _said_in(iptc, _BY_LINE),
            _said_in(iptc, _CREDIT),
            _items(root, _DC, "creator"),
            _items(root, _PHOTOSHOP, "Credit"),
            _names(_exif_texts(exif, _ARTIST)),
            _names(_exif_texts(exif, _XP_AUTHOR)),
        )
    )
    credits = (dict.fromkeys(n for n in names if not _NO_NAME.fullmatch(n)) for names in sources)
    return Inscription(alternatives, next((_BETWEEN_NAMES.join(c) for c in credits if c), ""))


def in_language(captions: Mapping[str, str], language: str) -> str:
    """The caption for readers of *language*: theirs, or the one for everybody, or any."""
    own = language.lower()
    tongue = own.partition("-")[0]
    by_tag = {tag.lower(): text for tag, text in captions.items()}
    kin = (tag for tag in by_tag if tag != DEFAULT and tag.partition("-")[0] == tongue)
    for tag in (own, next(kin, own), DEFAULT, *by_tag):
        if tag in by_tag:
            return by_tag[tag]
    return ""


def _is_caption(text: str) -> bool:
    return not _NO_CAPTION.fullmatch(text)


def _written(alternatives: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((tag, text) for tag, text in alternatives if _is_caption(text))


# --- IPTC -----------------------------------------------------------------------------------


def _iptc(image: Image.Image) -> Mapping[tuple[int, int], Any]:
    try:
        return IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]
    except FAULTS:
        return {}


def _said_in(iptc: Mapping[tuple[int, int], Any], key: tuple[int, int]) -> Sequence[str]:
    values = iptc.get(key, [])
    coded = iptc.get(_CODED)
    texts = (
        _text(value, in_utf_8=coded == _UTF_8)
        for value in (values if isinstance(values, list) else [values])
        if isinstance(value, bytes)
    )
    return [text for text in texts if text]


def _text(raw: bytes, *, in_utf_8: bool = False) -> str:
    """UTF-8 if it is that, else GB18030 if that makes Chinese of it, else Latin-1."""
    raw = raw.strip(b"\0 \r\n\t")
    try:
        return _plain(raw.decode("utf-8"))
    except UnicodeDecodeError:
        if in_utf_8:
            return _plain(raw.decode("utf-8", "replace").replace("\ufffd", ""))
    return _plain(raw.decode("gb18030") if _is_chinese(raw) else raw.decode("cp1252", "replace"))


def _is_chinese(raw: bytes) -> bool:
    """Whether half of what is not ASCII are everyday Han characters and marks of GB 2312."""
    try:
        decoded = raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = [c.encode("gb18030") for c in decoded if c > "\x7f"]
    usual = [c for c in foreign if (0xB0 <= c[0] <= 0xD7 or c[0] in {0xA1, 0xA3}) and c[1] >= 0xA1]
    return 2 * len(usual) >= len(foreign)


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


# --- XMP ------------------------------------------------------------------------------------


def _xmp(packet: bytes | str) -> Element | None:
    """The root of an XMP packet; a broken or hostile one is none."""
    if not packet:
        return None
    try:
        root: Element = ElementTree.fromstring(
            packet.strip(b"\0 \n") if isinstance(packet, bytes) else packet
        )
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        return None
    return root


def _alternatives(root: Element | None) -> Iterator[tuple[str, str]]:
    """dc:description, language by language."""
    node = None if root is None else root.find(f".//{{{_DC}}}description")
    if node is None:
        yield from ((DEFAULT, text) for text in _items(root, _DC, "description"))
        return
    items = node.findall(f".//{_RDF_ITEM}") or [node]
    for item in items:
        if text := _plain("".join(item.itertext())):
            yield item.get(_XML_LANG, DEFAULT), text


def _items(root: Element | None, space: str, name: str) -> Sequence[str]:
    """A property's items, or its one value: an element, or an attribute of its description."""
    if root is None:
        return []
    key = f"{{{space}}}{name}"
    node = root.find(f".//{key}")
    if node is None:
        found: Iterable[str] = (value for each in root.iter() if (value := each.get(key)))
    else:
        items = node.findall(f".//{_RDF_ITEM}") or [node]
        found = ("".join(item.itertext()) for item in items)
    return [text for text in map(_plain, found) if text]


# --- EXIF -----------------------------------------------------------------------------------


def _exif(image: Image.Image) -> Mapping[int, Any]:
    try:
        return dict(image.getexif())
    except FAULTS:
        return {}


def _exif_texts(exif: Mapping[int, Any], *tags: int) -> Iterator[str]:
    for tag in tags:
        value = exif.get(tag)
        if tag >= _XP_TITLE and isinstance(value, bytes | tuple):
            try:
                yield _plain(bytes(value).decode("utf-16-le", "ignore"))
            except (ValueError, TypeError):
                continue
        elif isinstance(value, str):  # Pillow has read it as Latin-1, whatever it is
            yield _text(value.encode("latin-1", "replace"))


def _names(texts: Iterable[str]) -> Iterator[str]:
    """EXIF keeps several makers in one text, with semicolons between them."""
    for text in texts:
        yield from (name.strip() for name in re.split(r"[;；]", text) if name.strip())
