"""Inks on a screen and light on a press: profiles (ICC) are applied here.

A swatch reaches the layout as an RGB key: honest on screen, and unlike any other colour, so
that the finish finds it again and puts its inks down exactly.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from PIL import Image, ImageCms

from banxin.diagnostics import BanxinError, Place, error

Cmyk = tuple[float, float, float, float]
Rgb = tuple[int, int, int]
Key = tuple[int, int, int]

# FOGRA39, ISO 12647-2 coated: see icc/README.md for its making and licence.
_PROFILE: Final = "fogra39-coated-300.icc"
_FLAGS: Final = ImageCms.Flags.BLACKPOINTCOMPENSATION
_INTENT: Final = ImageCms.Intent.RELATIVE_COLORIMETRIC
SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
MILLION: Final = 1_000_000
# Values that a colour of eight bits has in millionths: a key keeps clear of them.
_EIGHT_BIT: Final = frozenset(round(n / 255 * MILLION) for n in range(256))
_VERSIONS: Final = frozenset({2, 4})  # of ICC profiles, those that PDF/X-4 knows
_STEPS: Final = (3, 5, 7)  # millionths from one try for a key to the next; no two alike


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


def keys(swatches: Sequence[tuple[str, Cmyk]]) -> Mapping[str, Key]:
    """A key for each swatch, in millionths of full red, green and blue. The same every time.

    WeasyPrint 70 writes colours with six decimals, so a key comes out of it as it went in.
    """
    taken: set[Key] = set()
    found: dict[str, Key] = {}
    for name, cmyk in swatches:
        key = _key(on_screen(cmyk), taken)
        taken.add(key)
        found[name] = key
    return found


def _key(rgb: Rgb, taken: set[Key]) -> Key:
    for steps in range(1, 100_000):
        red, green, blue = (
            min(999_000, max(1000, round(part / 255 * MILLION))) + steps * step
            if part < 250
            else min(999_000, round(part / 255 * MILLION)) - steps * step
            for part, step in zip(rgb, _STEPS, strict=True)
        )
        key = red, green, blue
        if key not in taken and not _EIGHT_BIT & set(key) and len(set(key)) > 1:
            return key
    message = "more swatches of one colour than there are keys"
    raise ValueError(message)


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


def seen(cmyk: bytes, size: tuple[int, int], icc: bytes) -> bytes:
    """A soft proof: rows of inks, 255 full, as the press of *icc* prints them; a JPEG in sRGB."""
    image = Image.frombytes("CMYK", size, cmyk)
    moved = ImageCms.applyTransform(image, from_press(icc))
    out = io.BytesIO()
    assert moved is not None
    moved.save(out, "JPEG", quality=78)
    return out.getvalue()


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
