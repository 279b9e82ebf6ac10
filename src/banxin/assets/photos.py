"""Photographs: verified before anything else sees them, laid out as proxies, developed at the end.

The one door to Pillow, together with `colour.py`.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from xml.etree.ElementTree import Element

import numpy as np
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import Image, ImageCms, ImageFile, ImageOps, IptcImagePlugin, UnidentifiedImageError

from banxin.diagnostics import BanxinError, Diagnostic, Place, error

# A 300-megapixel original fills 120 × 170 cm at 300 ppi; beyond it a file is a mistake or a bomb.
LARGEST: Final = 300_000_000
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "GIF", "BMP")
ORIENTATION: Final = 0x0112
SIDEWAYS: Final = frozenset({5, 6, 7, 8})

Crop = tuple[int, int, int, int]
Size = tuple[int, int]

_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_MAGIC: Final = {  # what people send, and what it is not
    b"8BPS": "PSD",
    b"%PDF": "PDF",
    b"\x00\x00\x00\x18ftypheic": "HEIC",
    b"\x00\x00\x00\x1cftypheic": "HEIC",
    b"\x00\x00\x00 ftypheic": "HEIC",
    b"PK\x03\x04": "ZIP",
    b"<svg": "SVG",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """An original as it came. Width and height in pixels, turned upright.

    `caption` and `credit` are those written inside the file (IPTC, then XMP), or empty.
    """

    name: PurePosixPath
    data: bytes
    sha256: str
    width: int
    height: int
    caption: str = ""
    credit: str = ""

    @property
    def url(self) -> str:
        """Its address in a layout; by content, so that the same picture is one picture."""
        return f"photo:{self.sha256}"

    @property
    def resource(self) -> str:
        """What WeasyPrint 70 calls it in the PDF, but for a last 0 or 1."""
        return "i" + hashlib.md5(self.url.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Print:
    """Pixels for one finish: a JPEG in `RGB` or `L`; alpha as deflated 8-bit rows, or None."""

    data: bytes
    mode: str
    width: int
    height: int
    alpha: bytes | None


def examine(name: PurePosixPath, data: bytes, asked_at: Place) -> Photo:
    """A photograph that is whole and can be printed.

    Decodes every pixel: a truncated file shows nowhere else, and the engine would accept it.

    Raises:
        BanxinError: `photo/format`, `photo/unreadable`, `photo/truncated`, `photo/too-large`.
    """
    file = str(name)
    with _opened(file, data, asked_at) as image:
        width, height = image.size
        if width * height > LARGEST:
            raise BanxinError(_too_large(file, width, height, asked_at))
        turned = _orientation(image) in SIDEWAYS
        caption, credit = _written_inside(image)
        with _faults_of_decoding(file, asked_at):
            image.load()
    if turned:
        width, height = height, width
    digest = hashlib.sha256(data).hexdigest()
    return Photo(name, data, digest, width, height, caption, credit)


def proxy(width: int, height: int) -> bytes:
    """A flat grey JPEG of that many pixels: all that a layout needs to see."""
    out = io.BytesIO()
    Image.new("L", (width, height), 200).save(out, "JPEG", quality=10)
    return out.getvalue()


def develop(photo: Photo, crop: Crop, size: Size, *, quality: int, subsampling: int) -> Print:
    """The pixels of *crop*, brought to *size*, in sRGB or grey, upright, without metadata.

    Args:
        crop: left, top, right, bottom in pixels of the upright picture.
        size: width and height to make; never larger than the crop.
        quality: of the JPEG, 1 to 95.
        subsampling: of its colours: 0 is 4:4:4, 2 is 4:2:0.
    """
    with _our_limits():
        image: Image.Image = Image.open(io.BytesIO(photo.data), formats=FORMATS)
        profile = image.info.get("icc_profile")
        _draft(image, photo, crop, size)
        image = ImageOps.exif_transpose(image)
    image, alpha = _split_alpha(_eight_bit(image))
    image = _in_srgb(image, profile)
    box = _scaled(crop, image.width / photo.width, image.height / photo.height)
    image = image.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=3)
    mask = alpha.resize(size, Image.Resampling.LANCZOS, box) if alpha else None
    return Print(
        _jpeg(image, quality, subsampling),
        image.mode,
        *size,
        zlib.compress(mask.tobytes()) if mask else None,
    )


# --- verifying ----------------------------------------------------------------------------


@contextmanager
def _opened(file: str, data: bytes, place: Place) -> Iterator[ImageFile.ImageFile]:
    with _our_limits():
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError as problem:
            raise BanxinError(_unidentified(file, data, place)) from problem
        except (OSError, SyntaxError, ValueError, EOFError) as problem:
            why = str(problem)
            raise BanxinError(error("photo/unreadable", place, file=file, why=why)) from problem
        with image:
            yield image


@contextmanager
def _our_limits() -> Iterator[None]:
    """Pillow's limits replaced by ours, for as long as a photograph is open.

    WeasyPrint 70 sets Pillow to accept truncated files for the whole process; and Pillow
    refuses pictures of more than 179 megapixels, which are printed here.
    """
    accepted, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = accepted
        Image.MAX_IMAGE_PIXELS = limit


@contextmanager
def _faults_of_decoding(file: str, place: Place) -> Iterator[None]:
    try:
        yield
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as problem:
        code = "photo/truncated" if "truncated" in str(problem) else "photo/unreadable"
        raise BanxinError(error(code, place, file=file, why=str(problem))) from problem


def _unidentified(file: str, data: bytes, place: Place) -> Diagnostic:
    kind = next((k for magic, k in _MAGIC.items() if data[: len(magic)] == magic), "")
    if b"ftyphei" in data[:16] or b"ftypmif1" in data[:16]:
        kind = "HEIC"
    if not data:
        return error("photo/empty", place, file=file)
    if kind:
        return error("photo/format", place, file=file, format=kind)
    return error("photo/unreadable", place, file=file, why="not a picture Pillow knows")


def _too_large(file: str, width: int, height: int, place: Place) -> Diagnostic:
    return error(
        "photo/too-large",
        place,
        file=file,
        width=width,
        height=height,
        megapixels=round(width * height / 1e6),
        limit=LARGEST // 1_000_000,
    )


def _orientation(image: Image.Image) -> int:
    """1 to 8; a broken EXIF block counts as upright."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except (ValueError, TypeError, OSError, SyntaxError):
        return 1


# --- what cameras and agencies wrote inside ----------------------------------------------


def _written_inside(image: ImageFile.ImageFile) -> tuple[str, str]:
    """Caption and credit from IPTC (IIM 2:120, 2:80 and 2:110), then from XMP (Dublin Core)."""
    try:
        iptc = IptcImagePlugin.getiptcinfo(image) or {}
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError):
        iptc = {}
    caption = _iptc_text(iptc, (2, 120))
    credit = _iptc_text(iptc, (2, 80)) or _iptc_text(iptc, (2, 110))
    if caption and credit:
        return caption, credit
    xmp = _xmp_texts(image.info.get("xmp") or b"")
    return caption or xmp.get("description", ""), credit or xmp.get("creator", "")


def _iptc_text(iptc: Mapping[tuple[int, int], Any], key: tuple[int, int]) -> str:
    value = iptc.get(key, b"")
    raw = value[0] if isinstance(value, list) else value
    for encoding in ("utf-8", "gb18030"):
        try:
            return bytes(raw).decode(encoding).strip()
        except UnicodeDecodeError:
            continue
    return ""


def _xmp_texts(packet: bytes | str) -> Mapping[str, str]:
    """dc:description and dc:creator of an XMP packet; a broken or hostile one is empty."""
    if not packet:
        return {}
    try:
        root: Element = ElementTree.fromstring(
            packet.strip(b"\0 \n") if isinstance(packet, bytes) else packet
        )
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        return {}
    found: dict[str, str] = {}
    for key in ("description", "creator"):
        node = root.find(f".//{{http://purl.org/dc/elements/1.1/}}{key}")
        if node is not None:
            found[key] = " ".join("".join(node.itertext()).split())
    return found


# --- developing ---------------------------------------------------------------------------


def _draft(image: Image.Image, photo: Photo, crop: Crop, size: Size) -> None:
    """Let the JPEG decoder do the coarse part of the reduction."""
    if image.format != "JPEG":
        return
    wide = round(photo.width * size[0] / (crop[2] - crop[0]))
    high = round(photo.height * size[1] / (crop[3] - crop[1]))
    sideways = _orientation(image) in SIDEWAYS
    image.draft(image.mode, (high, wide) if sideways else (wide, high))


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit grey brought down by division: Pillow's own conversion clips it to white."""
    if not image.mode.startswith("I"):
        return image
    deep = np.asarray(image).astype(np.float32)
    return Image.fromarray((deep / 257).round().clip(0, 255).astype(np.uint8))


def _split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """The picture in RGB, L or CMYK, and its alpha if it has one."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        grey = image.mode in {"LA", "L"}
        image = image.convert("LA" if grey else "RGBA")
        return image.convert("L" if grey else "RGB"), image.getchannel("A")
    if image.mode == "1":
        return image.convert("L"), None
    if image.mode in {"RGB", "L", "CMYK", "LAB"}:
        return image, None
    return image.convert("RGB"), None


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Relative colorimetric with black-point compensation; grey stays grey.

    A profile that is broken, or for another mode than the picture's, is not used.
    """
    if image.mode == "L":
        return image
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            moved = ImageCms.profileToProfile(
                image,
                source,
                _SRGB,
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        except (ImageCms.PyCMSError, OSError):
            moved = None
        if moved is not None:
            return moved
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return ImageCms.profileToProfile(image, lab, _SRGB, outputMode="RGB") or image.convert(
            "RGB"
        )
    return image.convert("RGB")


def _scaled(crop: Crop, x: float, y: float) -> tuple[float, float, float, float]:
    return crop[0] * x, crop[1] * y, crop[2] * x, crop[3] * y


def _jpeg(image: Image.Image, quality: int, subsampling: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling, optimize=True)
    return out.getvalue()
