"""Pictures of Apple's phones, as JPEG files that can be placed.

`pi-heif` is asked for only where there is such a picture. It decodes and does no more: the wheels
of pillow-heif bring x265 along, which is under the GPL; those of pi-heif have libheif and libde265
beside them, under the LGPL, as libraries that may be replaced.
"""

from __future__ import annotations

import io
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from PIL import Image

from banxin.assets.inscriptions import FAULTS
from banxin.assets.photos import LARGEST
from banxin.diagnostics import BanxinError, Place, error

SUFFIXES: Final = frozenset({".heic", ".heif"})
_QUALITY: Final = 95
_EXIF, _KEPT, _TAKEN = 0x8769, (0x010E, 0x010F, 0x0110, 0x013B), 0x9003


def can_be_read() -> bool:
    """Whether this machine has what reads them."""
    return find_spec("pi_heif") is not None


def as_jpeg(data: bytes, place: Place) -> bytes:
    """The first picture of a file, upright, in its own colours; when, by what and by whom it was
    taken, and nothing of where.

    Raises:
        BanxinError: `photo/heic-library`, `photo/unreadable`, `photo/too-large`.
    """
    if not can_be_read():
        raise BanxinError(error("photo/heic-library", place))
    reader: Any = import_module("pi_heif")
    try:
        opened = reader.open_heif(io.BytesIO(data))
        width, height = opened.size
        if width * height > LARGEST:
            facts = {"width": width, "height": height, "limit": LARGEST // 1_000_000}
            facts |= {"megapixels": round(width * height / 1e6)}
            raise BanxinError(error("photo/too-large", place, file=str(place.file), **facts))
        image: Image.Image = opened.to_pillow()
        exif = _without_places(image)
        icc = image.info.get("icc_profile")
        out = io.BytesIO()
        image.convert("RGB").save(
            out, "JPEG", quality=_QUALITY, subsampling=0, exif=exif, icc_profile=icc
        )
    except FAULTS as problem:
        facts_of = {"file": str(place.file), "why": str(problem) or type(problem).__name__}
        raise BanxinError(error("photo/unreadable", place, **facts_of)) from problem
    return out.getvalue()


def _without_places(image: Image.Image) -> Image.Exif:
    own, kept = image.getexif(), Image.Exif()
    for tag in _KEPT:
        if tag in own:
            kept[tag] = own[tag]
    taken = own.get_ifd(_EXIF).get(_TAKEN)
    if taken:
        kept.get_ifd(_EXIF)[_TAKEN] = taken
    return kept
