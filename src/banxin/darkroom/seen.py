"""What there is to know of a picture before it is placed: its pixels, its day, and its doubts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, IptcImagePlugin

from banxin.assets import kinds
from banxin.assets.inscriptions import FAULTS
from banxin.assets.photos import Photo, develop, examine
from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.workspace import Workspace

PHOTOS: Final = PurePosixPath("photos")
_SEEN_AT: Final = 800  # pixels of the longer side, at which doubts are measured
_INCH: Final = 25.4  # mm
# Of the second differences' spread to that of the tones. Eleven sharp photographs have 0.02 to
# 1.1, and 0.0007 to 0.007 once they are blurred by a 300th of their width.
_SHARP: Final = 0.004
_ALIKE: Final = 6  # of 64 bits of two fingerprints: the same scene, saved again or a moment later
_PLAIN: Final = 6  # bits: a flat picture has so few that it is like every other

_EXIF, _TAKEN, _GPS, _MAKE, _MODEL = 0x8769, 0x9003, 0x8825, 0x010F, 0x0110
_IPTC_DATE: Final = (2, 55)
_XMP_DATE: Final = re.compile(
    rb"(?:photoshop:DateCreated|exif:DateTimeOriginal|xmp:CreateDate)\s*(?:=\s*[\"']|>)\s*"
    rb"(\d{4}-\d\d-\d\d)"
)
_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\D?(0[1-9]|1[0-2])\D?(0[1-9]|[12]\d|3[01])(?!\d)")
# Sides to which chats bring a picture, and how they name it.
_OF_CHATS: Final = frozenset({960, 1080, 1279, 1280, 1440, 1620, 1706, 1707, 1920, 2340, 2560})
_CHAT_NAME: Final = re.compile(
    r"mmexport|wx_camera|微信图片|weixin|wechat|^IMG-\d+-WA", re.IGNORECASE
)
_CHAT_QUALITY: Final = 88.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture. `name` as a manuscript writes it; `day` as 2020-11-20, or empty.

    `doubts`: codes of what an editor should look at. `located`: it says where it was taken, which
    goes no further. `thumb`: a small JPEG in sRGB, without metadata.
    """

    name: str
    width: int
    height: int
    caption: str
    credit: str
    day: str
    located: bool
    doubts: tuple[str, ...]
    fingerprint: int
    thumb: bytes

    def largest(self, ppi: int) -> tuple[int, int]:
        """Width and height in mm at which it prints with so many pixels an inch."""
        return int(self.width / ppi * _INCH), int(self.height / ppi * _INCH)


def pictures(folder: PurePosixPath, workspace: Workspace) -> tuple[str, ...]:
    """Names of the pictures in the title's photos/, as a manuscript writes them."""
    names = workspace.files(folder / PHOTOS)
    return tuple(
        str(PHOTOS / name) for name in names if PurePosixPath(name).suffix.lower() in kinds.PICTURES
    )


def look_at_all(
    folder: PurePosixPath, names: Sequence[str], workspace: Workspace, language: str
) -> tuple[tuple[Seen, ...], tuple[Diagnostic, ...]]:
    """Every picture that can be placed, and what is wrong with the others."""
    found: list[Seen] = []
    faults: list[Diagnostic] = []
    for name in names:
        try:
            data = workspace.read(folder / name)
            photo = examine(folder / name, data, Place(str(folder / name)))
            found.append(_seen(name, photo, data, language))
        except BanxinError as problem:
            faults.extend(problem.diagnostics)
    return tuple(found), tuple(faults)


def _seen(name: str, photo: Photo, data: bytes, language: str) -> Seen:
    scale = min(1.0, _SEEN_AT / max(photo.width, photo.height))
    size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    whole = (0, 0, photo.width, photo.height)
    small = develop(photo, whole, size, quality=72, subsampling=2)
    day, located, by_camera = _said(data, name)
    with Image.open(io.BytesIO(small.data)) as image:
        grey = np.asarray(image.convert("L"), dtype=np.float32)
        doubts = tuple(_doubts(name, photo, data, grey, by_camera=by_camera))
        fingerprint = _fingerprint(image)
    return Seen(
        name,
        photo.width,
        photo.height,
        photo.caption(language),
        photo.credit,
        day,
        located,
        doubts,
        fingerprint,
        small.data,
    )


def _said(data: bytes, name: str) -> tuple[str, bool, bool]:
    """The day it was taken, whether it says where, and whether a camera has signed it."""
    day, located, by_camera = "", False, False
    try:
        with Image.open(io.BytesIO(data)) as image:
            exif = image.getexif()
            located = bool(exif.get_ifd(_GPS))
            by_camera = bool(exif.get(_MAKE) or exif.get(_MODEL))
            day = _day_in(str(exif.get_ifd(_EXIF).get(_TAKEN, "")))
            iptc = IptcImagePlugin.getiptcinfo(image) or {}
            raw = iptc.get(_IPTC_DATE, b"")
            day = day or (_day_in(raw.decode("ascii", "replace")) if isinstance(raw, bytes) else "")
    except FAULTS:
        pass
    written = _XMP_DATE.search(data[: 1 << 20])
    return day or (written[1].decode() if written else "") or _day_in(name), located, by_camera


def _day_in(text: str) -> str:
    found = _DAY.search(text)
    return "-".join(found.groups()) if found else ""


# --- doubts -----------------------------------------------------------------------------------


def _doubts(
    name: str, photo: Photo, data: bytes, grey: NDArray[np.float32], *, by_camera: bool
) -> Iterator[str]:
    if not by_camera and _from_a_chat(name, photo, data):
        yield "photo/squeezed"
    if not photo.drawn and _sharpness(grey) < _SHARP:
        yield "photo/blurred"


def _from_a_chat(name: str, photo: Photo, data: bytes) -> bool:
    """Whether a chat has made it small: by its name, or by its sides and how coarse it is."""
    sides = {photo.width, photo.height}
    if data[:2] != b"\xff\xd8" or max(sides) > max(_OF_CHATS):
        return False
    if _CHAT_NAME.search(PurePosixPath(name).name):
        return True
    return bool(sides & _OF_CHATS) and _quality(data) <= _CHAT_QUALITY


def _quality(data: bytes) -> float:
    """Of a JPEG, on the encoder's scale of 1 to 100, by its luminance table (ITU-T T.81, K.1)."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            table = getattr(image, "quantization", {}).get(0)
    except FAULTS:
        return 100.0
    scale = 100 * float(sum(table)) / 3688 if table else 0.0
    return 5000 / scale if scale > 100 else (200 - scale) / 2


def _sharpness(grey: NDArray[np.float32]) -> float:
    """How strongly tones change from pixel to pixel, for how strongly they differ at all."""
    if min(grey.shape) < 16 or not grey.var() > 1:
        return 1.0
    middle = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((around - 4 * middle).var() / grey.var())


def _fingerprint(image: Image.Image) -> int:
    """64 bits, a difference hash: which of 8 × 9 tones are lighter than the one beside them."""
    tones = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX), dtype=np.int16)
    bits = (tones[:, 1:] - tones[:, :-1] > 1).flatten()
    return int("".join("1" if bit else "0" for bit in bits), 2)


def alike(found: Sequence[Seen]) -> Iterator[tuple[Seen, ...]]:
    """Groups of pictures that show nearly the same, the largest first of each."""
    left = sorted(found, key=lambda one: -one.width * one.height)
    while left:
        first, *rest = left
        near = [one for one in rest if _are_alike(first, one)]
        if near:
            yield (first, *near)
        left = [one for one in rest if one not in near]


def _are_alike(one: Seen, other: Seen) -> bool:
    enough = min(one.fingerprint.bit_count(), other.fingerprint.bit_count()) > _PLAIN
    same_shape = (one.width > one.height) == (other.width > other.height)
    return enough and same_shape and (one.fingerprint ^ other.fingerprint).bit_count() <= _ALIKE
