"""A picture's file as the pixels that were meant: upright, eight bits deep, alpha apart.

What is not sRGB comes with the profile that says what its numbers mean, be it the file's own or
one made from what else the file says.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

from banxin.assets import samples

FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "GIF", "BMP")
ORIENTATION: Final = 0x0112
SIDEWAYS: Final = frozenset({5, 6, 7, 8})
_TURNS: Final = {  # by EXIF's orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Size = tuple[int, int]

# What a damaged file raises in Pillow and NumPy.
FAULTS: Final = (
    OSError, SyntaxError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError,
    EOFError, RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PIXELS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})

# Of the standard red, green, blue and white: what PNG means by cHRM where it is silent.
_SRGB: Final = (0.3127, 0.329, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_GAMMA: Final = 0.45455
_D50: Final = (0.9642, 1.0, 0.8249)
_BRADFORD: Final = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@dataclass(frozen=True, slots=True)
class Meant:
    """`image` is L, RGB, CMYK or LAB; `alpha` L or None; `profile` an ICC profile or None."""

    image: Image.Image
    alpha: Image.Image | None
    profile: bytes | None


@contextmanager
def our_limits() -> Iterator[None]:
    """Pillow's limits replaced by ours, for as long as a photograph is open, and its grumbling
    about tags that nobody needs kept from the terminal.

    WeasyPrint 70 sets Pillow to accept truncated files for the whole process; and Pillow
    refuses pictures of more than 179 megapixels, which are printed here.
    """
    accepted, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = accepted
        Image.MAX_IMAGE_PIXELS = limit


def upright_size(image: ImageFile.ImageFile) -> Size:
    """Width and height once it is turned. Pillow has done so with a TIFF by itself."""
    turned = image.format != "TIFF" and orientation(image) in SIDEWAYS
    return (image.height, image.width) if turned else image.size


def orientation(image: Image.Image) -> int:
    """1 to 8; a broken EXIF block counts as upright."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except (ValueError, TypeError, OSError, SyntaxError):
        return 1


def as_meant(data: bytes, wanted: Size | None = None) -> Meant:
    """The pixels of a picture that `photos.examine` has found whole.

    Args:
        wanted: width and height, upright, that are enough: a JPEG may come smaller, but no
            smaller than that.
    """
    with our_limits():
        try:
            image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
            return of_opened(image, data, wanted)
        except UnidentifiedImageError:
            if bare := without_chatter(data):
                return as_meant(bare, wanted)
            found = samples.read(data)
            if found is None:
                raise
            return _of_samples(found)
        except FAULTS:
            if bare := without_chatter(data):
                return as_meant(bare, wanted)
            raise


def without_chatter(data: bytes) -> bytes:
    """A PNG with nothing but its pixels; empty if it has nothing else, or is no PNG.

    A chunk that says something beside the pixels is often broken by the program that put it there.
    """
    if data[:8] != _PNG:
        return b""
    kept, at = [data[:8]], 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        chunk = data[at : at + length + 12]
        if data[at + 4 : at + 8] in _PIXELS:
            kept.append(chunk)
        at += length + 12
    bare = b"".join(kept)
    return bare if len(bare) < len(data) else b""


def of_opened(image: Image.Image, data: bytes, wanted: Size | None = None) -> Meant:
    """The same of a picture that Pillow has opened: what is examined is what is printed."""
    if image.format == "TIFF" and is_unusual(image):
        found = samples.read(data)
        if found is not None:
            return _of_samples(found)
    said = said_inside(image)
    if wanted and image.format == "JPEG":
        sideways = orientation(image) in SIDEWAYS
        image.draft(image.mode, wanted[::-1] if sideways else wanted)
    deep = image.format == "PNG" and data[24] == 16  # IHDR's bit depth
    low = image.format == "PNG" and data[24] < 8 and data[25] == 0
    image.load()  # before EXIF is asked for, which would hide that a PNG is damaged
    turn = None if image.format == "TIFF" else _TURNS.get(orientation(image))
    key = image.info.get("transparency")
    if isinstance(key, int) and low:
        key = key * 255 // ((1 << data[24]) - 1)
    flat, alpha = _eight_bits(image, key, deep=deep)
    if flat.mode == "L" and said:
        flat, said = _in_standard_grey(flat, said), None
    if turn is not None:
        flat, alpha = flat.transpose(turn), alpha and alpha.transpose(turn)
    return Meant(flat, alpha, said)


def is_unusual(image: Image.Image) -> bool:
    """Whether a TIFF's numbers are to be read by `samples`: Pillow's would be clipped."""
    return image.mode in {"F", "I", "LAB"} or image.mode.startswith("I;16")


def said_inside(image: Image.Image) -> bytes | None:
    """The profile of a file, or one that says the same as PNG's gAMA and cHRM."""
    if icc := image.info.get("icc_profile"):
        return bytes(icc)
    gamma, white_and_primaries = image.info.get("gamma"), image.info.get("chromaticity")
    if image.format != "PNG" or "srgb" in image.info or not (gamma or white_and_primaries):
        return None
    points = tuple(white_and_primaries or _SRGB)
    usual = abs((gamma or _GAMMA) / _GAMMA - 1) < 0.05
    if usual and all(abs(a - b) < 0.005 for a, b in zip(points, _SRGB, strict=True)):
        return None
    if image.mode in {"L", "LA", "1"} or image.mode.startswith("I"):
        return None if usual else grey_profile(1 / (gamma or _GAMMA))
    try:
        return _rgb_profile(None if usual else 1 / float(gamma or _GAMMA), points)
    except (np.linalg.LinAlgError, ZeroDivisionError, struct.error):
        return None  # primaries that are no triangle say nothing


@dataclass(frozen=True, slots=True)
class Plain:
    """Levels as they stand in a coded picture, row by row."""

    mode: str
    size: Size
    data: bytes


def plain(data: bytes) -> Plain | None:
    """A JPEG or JPEG 2000 of a PDF: numbers without a meaning, which the PDF gives them."""
    with our_limits():
        try:
            with Image.open(io.BytesIO(data), formats=("JPEG", "JPEG2000")) as image:
                image.load()
                levels = image.tobytes()
                if image.format == "JPEG" and image.mode == "CMYK":
                    # Pillow turns them round, as Adobe writes them; a PDF says so by its /Decode.
                    levels = (255 - np.frombuffer(levels, np.uint8)).tobytes()
                return Plain(image.mode, image.size, levels)
        except (*FAULTS, UnidentifiedImageError):
            return None


# --- depth and alpha --------------------------------------------------------------------------


def _of_samples(found: samples.Samples) -> Meant:
    high, wide = found.colours.shape[:2]
    image = Image.frombytes(found.mode, (wide, high), found.colours.tobytes())
    alpha = found.alpha
    mask = None if alpha is None else Image.frombytes("L", (wide, high), alpha.tobytes())
    if found.mode == "L" and found.profile:
        return Meant(_in_standard_grey(image, found.profile), mask, None)
    return Meant(image, mask, found.profile)


def _eight_bits(
    image: Image.Image, key: Any, *, deep: bool
) -> tuple[Image.Image, Image.Image | None]:
    """The picture in L, RGB, CMYK or LAB, and its alpha if it has one.

    Args:
        key: the one colour that PNG's tRNS makes clear, or alphas of a palette, or None.
        deep: whether a PNG has sixteen bits, of which Pillow keeps the upper eight.
    """
    mode = image.mode
    if mode.startswith("I"):
        numbers = np.asarray(image).astype(np.float32)
        clear = None if key is None else _mask(np.asarray(image) != key)
        return Image.fromarray((numbers / 257).round().clip(0, 255).astype(np.uint8)), clear
    if mode == "La":
        image, mode = image.convert("LA"), "LA"
    if mode in {"LA", "RGBA"}:
        return image.convert("L" if mode == "LA" else "RGB"), image.getchannel("A")
    if mode == "PA" or (mode == "P" and key is not None):
        whole = image.convert("RGBA")
        return whole.convert("RGB"), whole.getchannel("A")
    if mode == "1":
        image, key = image.convert("L"), None if key is None else 255 * (key > 0)
    elif mode not in {"RGB", "L", "CMYK", "LAB"}:
        image = image.convert("RGB")
    if key is None or image.mode not in {"L", "RGB"}:
        return image, None
    colour = np.atleast_1d(np.asarray(key)) >> (8 if deep else 0)
    pixels = np.asarray(image).reshape(image.height, image.width, -1)
    return image, _mask((pixels != colour).any(axis=2))


def _mask(shows: NDArray[Any]) -> Image.Image:
    return Image.fromarray(shows.astype(np.uint8) * 255)


# --- profiles ---------------------------------------------------------------------------------


def _in_standard_grey(image: Image.Image, profile: bytes) -> Image.Image:
    """Grey of another tone curve, with sRGB's."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.ImageCmsProfile(io.BytesIO(grey_profile(None)))
        moved = ImageCms.profileToProfile(
            image,
            source,
            target,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="L",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # broken, or for another mode: it counts as none
    return moved or image


@cache
def grey_profile(gamma: float | None) -> bytes:
    """A grey display of that gamma, or with sRGB's curve."""
    return _icc(b"GRAY", {b"wtpt": _xyz(_D50), b"kTRC": _curve(gamma)})


@cache
def _rgb_profile(gamma: float | None, points: tuple[float, ...]) -> bytes:
    """A display of that gamma, or sRGB's curve, with white and primaries at *points*, as x y."""
    white, *primaries = (
        np.array([x / y, 1, (1 - x - y) / y])
        for x, y in zip(points[::2], points[1::2], strict=True)
    )
    columns = np.array(primaries).T
    columns = columns * np.linalg.solve(columns, white)
    cones = (_BRADFORD @ np.array(_D50)) / (_BRADFORD @ white)
    adapted = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD @ columns
    curve = _curve(gamma)
    tags = {b"wtpt": _xyz(_D50)}
    for name, column in zip((b"r", b"g", b"b"), adapted.T, strict=True):
        tags |= {name + b"XYZ": _xyz(column), name + b"TRC": curve}
    return _icc(b"RGB ", tags)


def _fixed(values: Sequence[float]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(float(v) * 65536) for v in values))


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _curve(gamma: float | None) -> bytes:
    """ICC.1:2010, 10.16: a power, or the curve of sRGB."""
    if gamma is not None:
        return b"para" + b"\0" * 8 + _fixed([gamma])
    parts = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para\0\0\0\0\0\3\0\0" + _fixed(parts)


def _icc(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """ICC.1:2010, 7: as much of a profile as a transform needs."""
    at = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(body), len(value))
        body += value
    head = struct.pack(
        ">I4sI4s4s4s12s4s28s12s48x",
        at + len(body), b"", 0x04200000, b"mntr", space, b"XYZ ", b"", b"acsp", b"", _fixed(_D50),
    )  # fmt: skip
    return head + table + body
