"""Inks as a screen shows them: CMYK through the press profile to sRGB."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources
from typing import Final

from PIL import Image, ImageCms

Cmyk = tuple[float, float, float, float]
Rgb = tuple[int, int, int]

# FOGRA39, ISO 12647-2 coated: see icc/README.md for its making and licence.
_PROFILE: Final = "icc/fogra39-coated-300.icc"


@cache
def on_screen(cmyk: Cmyk) -> Rgb:
    """sRGB, 0 to 255, of inks in percent: relative colorimetric with black-point compensation.

    Black alone is drawn as black, and bare paper as white.
    """
    if cmyk[:3] == (0, 0, 0):
        grey = round(255 * (1 - cmyk[3] / 100))
        return grey, grey, grey
    pixel = Image.new("CMYK", (1, 1), tuple(round(ink * 2.55) for ink in cmyk))
    moved = ImageCms.applyTransform(pixel, _to_screen())
    assert moved is not None
    red, green, blue = moved.tobytes()
    return red, green, blue


@cache
def _to_screen() -> ImageCms.ImageCmsTransform:
    icc = resources.files("banxin.assets").joinpath(_PROFILE).read_bytes()
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        "CMYK",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
