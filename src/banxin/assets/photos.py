"""Photographs: verified before anything else sees them, laid out as proxies, developed at the end.

The one door to Pillow, together with `colour.py`.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final
from xml.etree.ElementTree import Element

import numpy as np
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import (
    Image,
    ImageCms,
    ImageFile,
    ImageFilter,
    ImageOps,
    IptcImagePlugin,
    UnidentifiedImageError,
)

from banxin.assets.colour import SRGB, to_press
from banxin.diagnostics import BanxinError, Diagnostic, Place, error

# A 300-megapixel original fills 120 × 170 cm at 300 ppi; beyond it a file is a mistake or a bomb.
LEAST_QUALITY: Final = 60  # what messengers send; blocks begin to show in print
LUMINANCE_SUM: Final = 3688  # of the standard's example table (ITU-T T.81, K.1)
EXAMINED: Final = 2  # counts up when `examine` finds out other things about the same file
LARGEST: Final = 300_000_000
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "GIF", "BMP")
ORIENTATION: Final = 0x0112
SIDEWAYS: Final = frozenset({5, 6, 7, 8})

Crop = tuple[int, int, int, int]
Size = tuple[int, int]

PRESS_QUALITY: Final = 92
# Below this share of their pixels pictures look soft in print.
SHARPEN_BELOW: Final = 0.8
SHARPENING: Final = ImageFilter.UnsharpMask(radius=0.7, percent=60, threshold=2)
_MAGIC: Final = {  # what people send, and what it is not
    b"8BPS": "PSD",
    b"%PDF": "PDF",
    b"\x00\x00\x00\x18ftypheic": "HEIC",
    b"\x00\x00\x00\x1cftypheic": "HEIC",
    b"\x00\x00\x00 ftypheic": "HEIC",
    b"PK\x03\x04": "ZIP",
    b"<svg": "SVG",
}


Original = Callable[[], bytes]  # gives the file's bytes


@dataclass(frozen=True, slots=True)
class Photo:
    """An original as it came. Width and height in pixels, turned upright.

    `caption` and `credit` are those written inside the file (IPTC, then XMP), or empty; `profile`
    is the name of its colour profile, empty where there is none, `?` where it is broken or for
    another mode. `mode` is Pillow's. `remarks`: codes of what an editor should know of it.
    """

    name: PurePosixPath
    original: Original
    sha256: str
    width: int
    height: int
    caption: str = ""
    credit: str = ""
    profile: str = ""
    mode: str = "RGB"
    remarks: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """The whole file."""
        return self.original()

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
    """Pixels for one finish: a JPEG in `RGB`, `CMYK` or `L`; alpha as deflated rows, or None.

    Pillow writes CMYK inverted, as Adobe does: it needs `/Decode [1 0 1 0 1 0 1 0]`.
    """

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
        profile, mode = _profile_of(image), image.mode
        remarks = tuple(_remarks(image, profile))
        with _faults_of_decoding(file, asked_at):
            # All of a JPEG's data is read at an eighth of the size too, in half the time.
            image.draft(image.mode, (1, 1))
            image.load()
    if turned:
        width, height = height, width
    digest = hashlib.sha256(data).hexdigest()
    return Photo(name, lambda: data, digest, width, height, caption, credit, profile, mode, remarks)


def as_remembered(photo: Photo) -> bytes:
    """What `examine` found out, for the next build."""
    about = (part.name for part in fields(photo)[3:])
    return json.dumps({name: getattr(photo, name) for name in about}).encode()


def remembered(name: PurePosixPath, original: Original, sha256: str, kept: bytes) -> Photo:
    """The photograph that `as_remembered` told of."""
    found = json.loads(kept)
    return Photo(name, original, sha256, **found | {"remarks": tuple(found["remarks"])})


@cache
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
    image, alpha, profile = _at_size(photo, crop, size)
    image = _in_srgb(image, profile)
    return Print(_jpeg(image, quality, subsampling), image.mode, *size, alpha)


def separate(photo: Photo, crop: Crop, size: Size, *, icc: bytes, limit: int) -> Print:
    """The pixels of *crop* as inks of the output condition *icc*, at *size*.

    Relative colorimetric with black-point compensation; grey stays on the black plate, and a
    picture in CMYK keeps its numbers. What is made much smaller is sharpened a little.

    Args:
        limit: total ink, percent: what is above it has its colours scaled down, black kept.
    """
    image, alpha, profile = _at_size(photo, crop, size)
    if size[0] < SHARPEN_BELOW * (crop[2] - crop[0]) and image.mode in {"RGB", "L"}:
        image = image.filter(SHARPENING)
    image = _in_inks(image, profile, icc)
    if image.mode == "CMYK":
        image = _held_under(image, limit)
    return Print(_jpeg(image, PRESS_QUALITY, 0), image.mode, *size, alpha)


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


def _profile_of(image: ImageFile.ImageFile) -> str:
    """Name of the embedded profile; `?` where it cannot be used for the picture."""
    icc = image.info.get("icc_profile")
    if not icc:
        return ""
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()
    except (ImageCms.PyCMSError, OSError):
        return "?"
    space = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L", "Lab ": "LAB"}.get(
        icc[16:20].decode("latin-1"), "?"
    )
    own = {"RGBA": "RGB", "P": "RGB", "LA": "L"}.get(image.mode, image.mode)
    return name or "–" if space == own else "?"


def _remarks(image: ImageFile.ImageFile, profile: str) -> Iterator[str]:
    """What an editor should know of a picture that can be printed."""
    grey = image.mode in {"L", "LA", "1"} or image.mode.startswith("I")
    if profile == "?":
        yield "photo/broken-profile"
    elif image.mode == "CMYK" and profile:
        yield "photo/cmyk-profile"
    elif not profile and not grey and image.mode != "CMYK":
        yield "photo/no-profile"
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        yield "photo/cmyk-unmarked"
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        yield "photo/animated"
    if image.format == "JPEG" and _jpeg_quality(image) < LEAST_QUALITY:
        yield "photo/compressed"


def _jpeg_quality(image: Any) -> float:
    """Of the encoder's scale 1 to 100, from the luminance table (libjpeg, jcparam.c)."""
    table = getattr(image, "quantization", {}).get(0)
    if not table:
        return 100.0
    scale = 100 * float(sum(table)) / LUMINANCE_SUM
    return 5000 / scale if scale > 100 else (200 - scale) / 2


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


def _at_size(
    photo: Photo, crop: Crop, size: Size
) -> tuple[Image.Image, bytes | None, bytes | None]:
    """The crop in its own colours, upright, eight bits deep; its alpha, deflated; its profile."""
    with _our_limits():
        image: Image.Image = Image.open(io.BytesIO(photo.data), formats=FORMATS)
        profile = image.info.get("icc_profile")
        _draft(image, photo, crop, size)
        image = ImageOps.exif_transpose(image)
    image, alpha = _split_alpha(_eight_bit(image))
    box = _scaled(crop, image.width / photo.width, image.height / photo.height)
    image = image.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=3)
    mask = alpha.resize(size, Image.Resampling.LANCZOS, box) if alpha else None
    return image, zlib.compress(mask.tobytes()) if mask else None, profile


def _in_inks(image: Image.Image, profile: bytes | None, icc: bytes) -> Image.Image:
    if image.mode in {"L", "CMYK"}:
        return image
    for source in (profile, None):
        try:
            moved = ImageCms.applyTransform(image, to_press(icc, source or None, image.mode))
        except (ImageCms.PyCMSError, OSError, ValueError):
            continue  # a profile that is broken, or for another mode: it counts as none
        if moved is not None:
            return moved
    return image.convert("CMYK")  # pragma: no cover  # sRGB to the press is always there


def _held_under(image: Image.Image, limit: int) -> Image.Image:
    """Total ink held: cyan, magenta and yellow scaled alike, black as it is. In strips."""
    inks, most = np.array(image), limit * 2.55
    for top in range(0, inks.shape[0], 256):
        strip = inks[top : top + 256]
        over = strip.sum(2, dtype=np.uint16) > most
        if over.any():
            pixels = strip[over].astype(np.float32)
            room = np.maximum(most - pixels[:, 3], 0)
            pixels[:, :3] *= (room / np.maximum(pixels[:, :3].sum(1), 1))[:, None]
            strip[over] = pixels.astype(np.uint8)
    return Image.frombytes("CMYK", image.size, inks.tobytes())


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
                SRGB,
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
        return ImageCms.profileToProfile(image, lab, SRGB, outputMode="RGB") or image.convert("RGB")
    return image.convert("RGB")


def _scaled(crop: Crop, x: float, y: float) -> tuple[float, float, float, float]:
    return crop[0] * x, crop[1] * y, crop[2] * x, crop[3] * y


def _jpeg(image: Image.Image, quality: int, subsampling: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling)
    return out.getvalue()
