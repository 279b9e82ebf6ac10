"""Inks on a screen and light on a press: profiles (ICC) are applied here.

A swatch reaches the layout as an RGB key, which says which swatch it is and nothing of its value.
The finishes find it again: they put its inks down exactly, or show it in its light.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final, cast

from PIL import Image, ImageCms, ImageColor

from banxin.diagnostics import BanxinError, Place, error

Cmyk = tuple[float, float, float, float]
Rgb = tuple[int, int, int]
Key = tuple[int, int, int]

# FOGRA39, ISO 12647-2 coated: see icc/README.md for its making and licence.
_PROFILE: Final = "fogra39-coated-300.icc"
_FLAGS: Final = ImageCms.Flags.BLACKPOINTCOMPENSATION
_INTENT: Final = ImageCms.Intent.RELATIVE_COLORIMETRIC
SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_BLACK_PLANE: Final = 14  # littlecms 2: relative colorimetric, the black plane preserved
_SHARES: Final = (0, 40, 70, 100)  # percent of each ink, in all their mixtures
_PAPER: Final = 95  # L*, relative to itself; black on newsprint has less than the other
_BLACK: Final = 50
_ALIKE: Final = 2.0  # ΔE*ab between the profiles of two makers for one condition, on average
_AT_MOST: Final = 8.0
_FAR: Final = 4.0
MILLION: Final = 1_000_000
# Values that a colour of eight bits has in millionths: a key keeps clear of them.
_EIGHT_BIT: Final = frozenset(round(n / 255 * MILLION) for n in range(256))
_VERSIONS: Final = frozenset({2, 4})  # of ICC profiles, those that PDF/X-4 knows
MARK: Final = 37  # millionths that every part of a key ends in, and hardly a colour else
_KEYED: Final = re.compile(rb"(?<!\S)0?\.\d{4}37 0?\.\d{4}37 0?\.\d{4}37 (?:rg|RG)\b")  # by MARK


def built_in(name: str = _PROFILE) -> bytes:
    """A profile of `assets/icc/`."""
    return resources.files("banxin.assets").joinpath("icc", name).read_bytes()


@cache
def on_screen(cmyk: Cmyk) -> Rgb:
    """sRGB, 0 to 255, of inks in percent: relative colorimetric with black-point compensation.

    Black alone is drawn as black, and bare paper as white.
    """
    if cmyk[:3] == (0, 0, 0):
        grey = round(255 * (1 - cmyk[3] / 100))
        return grey, grey, grey
    pixel = Image.new("CMYK", (1, 1), tuple(round(ink * 2.55) for ink in cmyk))
    moved = ImageCms.applyTransform(pixel, from_press(built_in()))
    assert moved is not None
    red, green, blue = moved.tobytes()
    return red, green, blue


def keys(names: Iterable[str]) -> Mapping[str, Key]:
    """A key for each swatch, in millionths of full red, green and blue, by its name alone: where
    an ink has another value, nothing has to be laid out again.

    WeasyPrint 70 writes colours with six decimals, so a key comes out of it as it went in.
    """
    taken: set[Key] = set()
    found: dict[str, Key] = {}
    for name in names:
        found[name] = next(key for key in _candidates(name) if key not in taken)
        taken.add(found[name])
    return found


def _candidates(name: str) -> Iterator[Key]:
    for count in itertools.count():
        digest = hashlib.sha256(f"{count} {name}".encode()).digest()
        red, green, blue = (
            int.from_bytes(digest[at : at + 8]) % (MILLION // 100) * 100 + MARK for at in (0, 8, 16)
        )
        if not _EIGHT_BIT & {red, green, blue} and len({red, green, blue}) > 1:
            yield red, green, blue


def is_key(rgb: Sequence[float]) -> bool:
    """Whether a colour, 0 to 1 each, is a swatch's key."""
    parts = {round(part * MILLION) for part in rgb}
    return all(part % 100 == MARK for part in parts) and not parts & _EIGHT_BIT


def lights(swatches: Iterable[tuple[str, Cmyk]]) -> Mapping[Key, Rgb]:
    """What each key is shown as."""
    swatches = tuple(swatches)
    found = keys(name for name, _ in swatches)
    return {found[name]: on_screen(cmyk) for name, cmyk in swatches}


def lit(content: bytes, shown: Mapping[Key, Rgb]) -> bytes:
    """A PDF's content stream with each key as it is *shown*."""

    @cache  # a drawing has thousands, of a few colours
    def light(said: bytes) -> bytes:
        *parts, operator = said.split(b" ")
        rgb = shown.get(key_of(parts))
        return said if rgb is None else b" ".join([*map(_written, rgb), operator])

    return _KEYED.sub(lambda found: light(found[0]), content)


def key_of(rgb: Sequence[Any]) -> Key:
    """A colour as it stands in a PDF, 0 to 1 each, in millionths."""
    red, green, blue = (round(float(part) * MILLION) for part in rgb)
    return red, green, blue


def in_hex(word: str) -> str:
    """A colour of CSS as `#rrggbb`; empty of what is none."""
    try:
        red, green, blue, *_ = ImageColor.getrgb(word.strip())
    except ValueError:
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}"


def _written(part: int) -> bytes:
    return f"{part / 255:.4f}".rstrip("0").rstrip(".").encode()


@cache
def to_press(
    icc: bytes, source: bytes | None = None, mode: str = "RGB"
) -> ImageCms.ImageCmsTransform:
    """From sRGB, or the profile *source*, to the inks of *icc*.

    Raises:
        ImageCms.PyCMSError: *source* is broken, or for another mode.
    """
    origin = ImageCms.ImageCmsProfile(io.BytesIO(source)) if source else SRGB
    if mode == "LAB" and not source:
        origin = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    target = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    return ImageCms.buildTransform(
        origin, target, mode, "CMYK", renderingIntent=_INTENT, flags=_FLAGS
    )


@lru_cache(maxsize=64)
def to_srgb(source: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    """From the profile *source*, of a picture of that mode, to sRGB.

    Raises:
        ImageCms.PyCMSError, OSError: *source* is broken, or for another mode.
    """
    origin = ImageCms.ImageCmsProfile(io.BytesIO(source))
    return ImageCms.buildTransform(origin, SRGB, mode, "RGB", renderingIntent=_INTENT, flags=_FLAGS)


def inks_of(rgb: Rgb, icc: bytes) -> Cmyk:
    """The inks, in percent, that print *rgb* under the output condition *icc*."""
    moved = ImageCms.applyTransform(Image.new("RGB", (1, 1), rgb), to_press(icc))
    assert moved is not None
    cyan, magenta, yellow, black = (round(part / 2.55, 2) for part in moved.tobytes())
    return cyan, magenta, yellow, black


def all_inks_of(samples: bytes, mode: str, source: bytes | None, icc: bytes) -> bytes:
    """The inks, 255 full, of *samples*, rows of RGB or LAB (a and b signed) as *source* means them.

    A profile that is broken counts as none.
    """
    image = Image.frombytes(mode, (len(samples) // 3, 1), samples)
    try:
        moved = ImageCms.applyTransform(image, to_press(icc, source, mode))
    except (ImageCms.PyCMSError, OSError, ValueError):
        moved = ImageCms.applyTransform(image, to_press(icc, None, mode))
    assert moved is not None
    return moved.tobytes()


def all_on_screen(cmyk: bytes, icc: bytes) -> bytes:
    """SRGB of rows of inks, 255 full, as pictures that come in inks are shown."""
    image = Image.frombytes("CMYK", (len(cmyk) // 4, 1), cmyk)
    moved = ImageCms.applyTransform(image, from_press(icc))
    assert moved is not None
    return moved.tobytes()


def seen(cmyk: bytes, size: tuple[int, int], icc: bytes) -> bytes:
    """A soft proof: rows of inks, 255 full, as the press of *icc* prints them; a JPEG in sRGB."""
    image = Image.frombytes("CMYK", size, cmyk)
    moved = ImageCms.applyTransform(image, from_press(icc))
    out = io.BytesIO()
    assert moved is not None
    moved.save(out, "JPEG", quality=78)
    return out.getvalue()


def seen_lightness(cmyk: bytes, count: int, icc: bytes) -> bytes:
    """L* of *count* inks, 255 full, as they are seen beside all else that *icc* prints.

    White is 255. Relative colorimetric with black-point compensation.
    """
    moved = ImageCms.applyTransform(Image.frombytes("CMYK", (count, 1), cmyk), _exactly(icc, "LAB"))
    assert moved is not None
    return moved.getchannel(0).tobytes()


def seen_colours(cmyk: bytes, count: int, icc: bytes) -> bytes:
    """Colours in sRGB of *count* inks, 255 full, as *icc* prints them."""
    image = Image.frombytes("CMYK", (count, 1), cmyk)
    moved = ImageCms.applyTransform(image, _exactly(icc, "RGB"))
    assert moved is not None
    return moved.tobytes()


@cache
def _exactly(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    """From inks to RGB or LAB, for a few colours: without the table that littlecms 2 makes of a
    transform for pictures, which is 2 L* off in the shadows.
    """
    origin = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    flags = _FLAGS | ImageCms.Flags.NOOPTIMIZE
    target = SRGB if mode == "RGB" else lab
    return ImageCms.buildTransform(
        origin, target, "CMYK", mode, renderingIntent=_INTENT, flags=flags
    )


@lru_cache(maxsize=16)
def between_presses(source: bytes, icc: bytes) -> ImageCms.ImageCmsTransform:
    """From the inks of another press to those of *icc*; the black plate stays one of black.

    Pillow's `buildTransform` knows none but the ICC's four intents.

    Raises:
        ImageCms.PyCMSError, OSError: *source* is broken, or for another mode.
    """
    origin = ImageCms.ImageCmsProfile(io.BytesIO(source))
    target = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    intent = cast("ImageCms.Intent", _BLACK_PLANE)
    return ImageCms.ImageCmsTransform(origin, target, "CMYK", "CMYK", intent, flags=_FLAGS)


@lru_cache(maxsize=64)
def is_press(source: bytes) -> bool:
    """Whether a profile knows inks: paper is light by it, and black dark. A sound header may have
    nothing behind it.
    """
    try:
        paper, black = seen_lightness(bytes((0, 0, 0, 0, 0, 0, 0, 255)), 2, source)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return paper / 2.55 > _PAPER and black / 2.55 < _BLACK


def is_other_press(source: bytes, icc: bytes) -> bool:
    """Whether *source* is of a press, and of another than *icc*."""
    return is_press(source) and not is_same_press(source, icc)


@lru_cache(maxsize=64)
def is_same_press(source: bytes, icc: bytes) -> bool:
    """Whether inks look the same under both profiles: makers write one condition in many ways.

    Compared by colours, over the whole range of the four inks: ΔE*ab, on average and at most.
    """
    if source[128:] == icc[128:]:
        return True
    apart = _apart(source, icc)
    return bool(apart) and sum(apart) / len(apart) <= _ALIKE and max(apart) <= _AT_MOST


@lru_cache(maxsize=16)
def print_far_apart(source: bytes, icc: bytes) -> bool:
    """Whether the two are of different papers or presses for certain: ΔE*ab on average.

    Two makers' profiles of one condition are 2 apart; coated paper is 5 from SWOP, 9 from uncoated
    and 20 from newsprint. GRACoL, Japan Color and FOGRA51 lie within 3 of FOGRA39: names tell them.
    """
    if source[128:] == icc[128:]:
        return False
    apart = _apart(source, icc)
    return bool(apart) and sum(apart) / len(apart) > _FAR


def _apart(source: bytes, icc: bytes) -> list[float]:
    """ΔE*ab of inks by both profiles; none where one of them is broken."""
    rows = itertools.product(_SHARES, repeat=4)
    patches = bytes(round(2.55 * ink) for row in rows for ink in row)
    image = Image.frombytes("CMYK", (len(patches) // 4, 1), patches)
    try:
        seen = [ImageCms.applyTransform(image, _exactly(icc, "LAB")) for icc in (source, icc)]
    except (ImageCms.PyCMSError, OSError, ValueError):
        return []
    bands = [[band.tobytes() for band in lab.split()] for lab in seen if lab is not None]
    return [
        math.dist((a / 2.55, b, c), (d / 2.55, e, f))
        for a, b, c, d, e, f in zip(*bands[0], *bands[1], strict=True)
    ]


@cache
def from_press(icc: bytes) -> ImageCms.ImageCmsTransform:
    """From the inks of *icc* to sRGB."""
    origin = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    return ImageCms.buildTransform(
        origin, SRGB, "CMYK", "RGB", renderingIntent=_INTENT, flags=_FLAGS
    )


def check_output_profile(icc: bytes, name: str, place: Place) -> None:
    """Whether *icc* is a CMYK output profile, as an output intent needs (ISO 15930-7, 6.2.2).

    Raises:
        BanxinError: `press/not-an-output-profile`, `press/broken-profile`.
    """
    space = icc[16:20].decode("latin-1").strip() if len(icc) > 128 else ""
    kind = icc[12:16].decode("latin-1").strip() if len(icc) > 128 else ""
    whole = icc[36:40] == b"acsp"
    if not whole or space != "CMYK" or kind != "prtr":
        found = f"{kind or '–'} {space or '–'}" if whole else "no ICC profile"
        raise BanxinError(error("press/not-an-output-profile", place, file=name, found=found))
    if why := _fault_of(icc):
        raise BanxinError(error("press/broken-profile", place, file=name, why=why))


def _fault_of(icc: bytes) -> str:
    """Why a profile whose header is sound cannot be used: all that a build asks of it is tried."""
    said, here = int.from_bytes(icc[:4]), len(icc)
    if said != here:
        return f"{here} of {said} bytes"
    if icc[8] not in _VERSIONS:
        return f"ICC version {icc[8]}"
    for at in range(132, min(132 + 12 * int.from_bytes(icc[128:132]), here), 12):
        name, start, length = struct.unpack(">4sII", icc[at : at + 12].ljust(12, b"\0"))
        if start + length > here:
            return f"{name.decode('latin-1')!r}: {start} + {length} > {here}"
    try:
        inks_of((0, 128, 255), icc)
        seen(bytes(4), (1, 1), icc)
    except (ImageCms.PyCMSError, OSError, ValueError) as problem:
        return str(problem)
    return ""
