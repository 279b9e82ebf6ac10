"""Photographs: verified before anything else sees them, laid out as proxies, developed at the end.

What strangers send as a picture is opened here and in `decoding`, and nowhere else.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
from PIL import Image, ImageCms, ImageFile, ImageFilter, UnidentifiedImageError

from banxin.assets import inscriptions, kinds, samples
from banxin.assets.colour import SRGB, built_in, from_press, to_press, to_srgb
from banxin.assets.decoding import (
    FAULTS,
    FORMATS,
    as_meant,
    of_opened,
    our_limits,
    said_inside,
    upright_size,
    without_chatter,
)
from banxin.diagnostics import BanxinError, Place, error

# A 300-megapixel original fills 120 × 170 cm at 300 ppi; beyond it a file is a mistake or a bomb.
LEAST_QUALITY: Final = 60  # what messengers send; blocks begin to show in print
LUMINANCE_SUM: Final = 3688  # of the standard's example table (ITU-T T.81, K.1)
EXAMINED: Final = 4  # counts up when `examine` finds out other things about the same file
LARGEST: Final = 300_000_000

Crop = tuple[int, int, int, int]
Size = tuple[int, int]

PRESS_QUALITY: Final = 92
# Below this share of their pixels pictures look soft in print.
SHARPEN_BELOW: Final = 0.8
SHARPENING: Final = ImageFilter.UnsharpMask(radius=0.7, percent=60, threshold=2)
_CHANNELS_OF: Final = {  # of a mode, for what a profile has to be
    "RGBA": "RGB", "P": "RGB", "PA": "RGB", "YCbCr": "RGB",
    "LA": "L", "La": "L", "1": "L", "F": "L",
}  # fmt: skip
# A drawing, seen at this many pixels, is flat here and there, and in few tones.
_SEEN_AT: Final = 400
_FLAT: Final = 0.4
_TONES: Final = 4


Original = Callable[[], bytes]  # gives the file's bytes


@dataclass(frozen=True, slots=True)
class Photo:
    """An original as it came. Width and height in pixels, turned upright.

    `captions` (language, text) and `credit` are those written inside the file; `profile` is the
    name of its colour profile, empty where there is none, `?` where it is broken or for another
    mode. `mode` is Pillow's. `remarks`: codes of what an editor should know of it. `drawn`: it
    looks like a chart, a screenshot or a document, of which every part counts.
    """

    name: PurePosixPath
    original: Original
    sha256: str
    width: int
    height: int
    captions: tuple[tuple[str, str], ...] = ()
    credit: str = ""
    profile: str = ""
    mode: str = "RGB"
    remarks: tuple[str, ...] = ()
    drawn: bool = False

    def caption(self, language: str) -> str:
        """What is written inside the file for readers of *language*; or empty."""
        return inscriptions.in_language(dict(self.captions), language)

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


_ORIENTATION: Final = 0x0112  # Exif 2.3
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})


def examine(name: PurePosixPath, data: bytes, asked_at: Place) -> Photo:
    """A photograph that is whole and can be printed.

    Decodes every pixel: a truncated file shows nowhere else, and the engine would accept it.

    Raises:
        BanxinError: `photo/empty`, `photo/format` and its kin, `photo/unreadable`,
            `photo/unusual`, `photo/truncated`, `photo/too-large`.
    """
    file = str(name)
    _refuse_foreign(file, name.suffix, data, asked_at)
    digest = hashlib.sha256(data).hexdigest()
    with our_limits(), _faults_of_decoding(file, asked_at):
        try:
            return _examined(name, data, digest, asked_at)
        except FAULTS:
            bare = without_chatter(data)
            if not bare:
                raise
            pixels = _examined(name, bare, digest, asked_at)
    remarks = ("photo/metadata", *pixels.remarks)
    return replace(pixels, original=lambda: data, remarks=remarks)


def shape_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, upright, by what a picture says of itself; None if it is none."""
    try:
        with our_limits(), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            wide, high = image.size
            turned = image.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE
    except (*FAULTS, UnidentifiedImageError):
        return None
    return (high, wide) if turned else (wide, high)


def _examined(name: PurePosixPath, data: bytes, digest: str, asked_at: Place) -> Photo:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        if without_chatter(data):
            raise
        return _unusual(name, data, digest, asked_at)
    with image:
        _refuse_too_large(str(name), *image.size, asked_at)
        mode, quality = image.mode, _jpeg_quality(image)
        size = upright_size(image) if image.format == "JPEG" else None
        # All of a JPEG's data is read at an eighth of the size too, in half the time.
        meant = of_opened(image, data, (1, 1))
        profile = _profile_of(image, mode)
        written = inscriptions.inside(image)
        remarks = tuple(_remarks(image, mode, profile, quality))
        drawn = _is_drawn(meant.image)
    return Photo(
        name,
        lambda: data,
        digest,
        *(size or meant.image.size),
        tuple(written.captions.items()),
        written.credit,
        profile,
        mode,
        remarks,
        drawn,
    )


def as_remembered(photo: Photo) -> bytes:
    """What `examine` found out, for the next build."""
    about = (part.name for part in fields(photo)[3:])
    return json.dumps({name: getattr(photo, name) for name in about}).encode()


def remembered(name: PurePosixPath, original: Original, sha256: str, kept: bytes) -> Photo:
    """The photograph that `as_remembered` told of."""
    found = json.loads(kept)
    found["remarks"] = tuple(found["remarks"])
    found["captions"] = tuple((language, text) for language, text in found["captions"])
    return Photo(name, original, sha256, **found)


@cache
def proxy(width: int, height: int) -> bytes:
    """A flat grey JPEG of that many pixels: all that a layout needs to see."""
    out = io.BytesIO()
    Image.new("L", (width, height), 200).save(out, "JPEG", quality=10)
    return out.getvalue()


def develop(
    photo: Photo,
    crop: Crop,
    size: Size,
    *,
    quality: int,
    subsampling: int,
    icc: bytes = b"",
) -> Print:
    """The pixels of *crop*, brought to *size*, in sRGB or grey, upright, without metadata.

    Args:
        crop: left, top, right, bottom in pixels of the upright picture.
        size: width and height to make; never larger than the crop.
        quality: of the JPEG, 1 to 95.
        subsampling: of its colours: 0 is 4:4:4, 2 is 4:2:0.
        icc: of the press, whose inks a picture in CMYK has that does not say; or the usual one.
    """
    image, alpha, profile = _at_size(photo, crop, size)
    image = _in_srgb(image, profile, icc or built_in())
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
def _faults_of_decoding(file: str, place: Place) -> Iterator[None]:
    try:
        yield
    except FAULTS as problem:
        code = "photo/truncated" if "truncated" in str(problem) else "photo/unreadable"
        why = str(problem) or type(problem).__name__
        raise BanxinError(error(code, place, file=file, why=why)) from problem


def _refuse_foreign(file: str, suffix: str, data: bytes, place: Place) -> None:
    if not data:
        raise BanxinError(error("photo/empty", place, file=file))
    if found := kinds.foreign(data, suffix):
        code, kind = found
        raise BanxinError(error(code, place, file=file, format=kind))


def _refuse_too_large(file: str, width: int, height: int, place: Place) -> None:
    if width * height > LARGEST:
        megapixels, limit = round(width * height / 1e6), LARGEST // 1_000_000
        facts = {"width": width, "height": height, "megapixels": megapixels, "limit": limit}
        raise BanxinError(error("photo/too-large", place, file=file, **facts))


def _unusual(name: PurePosixPath, data: bytes, digest: str, place: Place) -> Photo:
    """A TIFF of a kind that Pillow does not know; nothing written inside it is looked for."""
    size = samples.size(data)
    if size is None:
        tiff = data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
        code = "photo/unusual" if tiff else "photo/unreadable"
        raise BanxinError(error(code, place, file=str(name), why="not a picture Pillow knows"))
    _refuse_too_large(str(name), *size, place)
    meant = as_meant(data)
    profile = _name_of(meant.profile, meant.image.mode) if meant.profile else ""
    remarks = () if profile or meant.image.mode != "RGB" else ("photo/no-profile",)
    drawn = _is_drawn(meant.image)
    mode = meant.image.mode
    return Photo(name, lambda: data, digest, *size, (), "", profile, mode, remarks, drawn)


def _is_drawn(image: Image.Image) -> bool:
    """Whether it looks like a chart, a screenshot or a document: few tones, and flat areas.

    A photograph has grain and gradients; where it is burnt out it is flat in one tone only.
    """
    grey = image.getchannel(0) if image.mode == "LAB" else image.convert("L")
    grey = grey.reduce(max(1, min(grey.size) // _SEEN_AT))
    tones = np.asarray(grey).astype(np.int16)
    if min(tones.shape) < 3:
        return False
    middle = tones[1:-1, 1:-1]
    around = (tones[:-2, 1:-1], tones[2:, 1:-1], tones[1:-1, :-2], tones[1:-1, 2:])
    flat = np.all([abs(middle - other) <= 1 for other in around], axis=0)
    counts = np.sort(np.bincount(middle[flat], minlength=256))[::-1]
    return bool(counts[:_TONES].sum() > _FLAT * middle.size)


def _profile_of(image: ImageFile.ImageFile, mode: str) -> str:
    """Name of the embedded profile; `?` where it cannot be used for the picture."""
    if icc := image.info.get("icc_profile"):
        return _name_of(icc, mode)
    return "gAMA" if said_inside(image) else ""


def _name_of(icc: bytes, mode: str) -> str:
    space = {b"RGB ": "RGB", b"CMYK": "CMYK", b"GRAY": "L", b"Lab ": "LAB"}.get(icc[16:20], "?")
    own = "L" if mode.startswith("I") else _CHANNELS_OF.get(mode, mode)
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()
        if space == own:
            to_srgb(icc, own)  # a sound header may have nothing behind it
    except (ImageCms.PyCMSError, OSError, ValueError):
        return "?"
    return name or "–" if space == own else "?"


def _remarks(image: ImageFile.ImageFile, mode: str, profile: str, quality: float) -> Iterator[str]:
    """What an editor should know of a picture that can be printed."""
    own = "L" if mode.startswith("I") else _CHANNELS_OF.get(mode, mode)
    if profile == "?":
        yield "photo/broken-profile"
    elif mode == "CMYK" and profile:
        yield "photo/cmyk-profile"
    elif not profile and own == "RGB":
        yield "photo/no-profile"
    if mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        yield "photo/cmyk-unmarked"
    if _has_frames(image):
        yield "photo/animated"
    if image.format == "JPEG" and quality < LEAST_QUALITY:
        yield "photo/compressed"


def _has_frames(image: ImageFile.ImageFile) -> bool:
    try:
        return getattr(image, "n_frames", 1) > 1 and image.format != "MPO"
    except inscriptions.FAULTS:
        return False  # only of the frames that are not printed


def _jpeg_quality(image: Any) -> float:
    """Of the encoder's scale 1 to 100, from the luminance table (libjpeg, jcparam.c)."""
    table = getattr(image, "quantization", {}).get(0)
    if not table:
        return 100.0
    scale = 100 * float(sum(table)) / LUMINANCE_SUM
    return 5000 / scale if scale > 100 else (200 - scale) / 2


# --- developing ---------------------------------------------------------------------------


def _at_size(
    photo: Photo, crop: Crop, size: Size
) -> tuple[Image.Image, bytes | None, bytes | None]:
    """The crop in its own colours, upright, eight bits deep; its alpha, deflated; its profile."""
    wide = round(photo.width * size[0] / (crop[2] - crop[0]))
    high = round(photo.height * size[1] / (crop[3] - crop[1]))
    meant = as_meant(photo.data, (wide, high))
    image, alpha = meant.image, meant.alpha
    box = _scaled(crop, image.width / photo.width, image.height / photo.height)
    image = image.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=3)
    mask = alpha.resize(size, Image.Resampling.LANCZOS, box) if alpha else None
    return image, zlib.compress(mask.tobytes()) if mask else None, meant.profile


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
    most = limit * 2.55
    for top in range(0, image.height, 256):
        box = (0, top, image.width, min(top + 256, image.height))
        strip = np.array(image.crop(box))
        over = strip.sum(2, dtype=np.uint16) > most
        if over.any():
            pixels = strip[over].astype(np.float32)
            room = np.maximum(most - pixels[:, 3], 0)
            pixels[:, :3] *= (room / np.maximum(pixels[:, :3].sum(1), 1))[:, None]
            strip[over] = pixels.astype(np.uint8)
            size = (strip.shape[1], strip.shape[0])
            image.paste(Image.frombytes("CMYK", size, strip.tobytes()), box)
    return image


def _in_srgb(image: Image.Image, profile: bytes | None, icc: bytes) -> Image.Image:
    """Relative colorimetric with black-point compensation; grey stays grey.

    A profile that is broken, or for another mode than the picture's, is not used.
    """
    if image.mode == "L":
        return image
    if profile:
        try:
            moved = ImageCms.applyTransform(image, to_srgb(profile, image.mode))
        except (ImageCms.PyCMSError, OSError, ValueError):
            moved = None
        if moved is not None:
            return moved
    if image.mode == "CMYK":
        return ImageCms.applyTransform(image, from_press(icc)) or image.convert("RGB")
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        moved = ImageCms.profileToProfile(
            image, lab, SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
        )
        assert moved is not None
        return moved
    return image.convert("RGB")


def _scaled(crop: Crop, x: float, y: float) -> tuple[float, float, float, float]:
    return crop[0] * x, crop[1] * y, crop[2] * x, crop[3] * y


def _jpeg(image: Image.Image, quality: int, subsampling: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling)
    return out.getvalue()
