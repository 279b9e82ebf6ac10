"""TIFF's samples as they stand in the file: whatever a scanner or a program has put there.

Pillow reads the usual kinds. The others (floating point, two or five channels of sixteen bits,
inks with alpha, Lab of sixteen bits) are read here: libtiff unpacks them as rows of bytes, and what
the bytes mean is worked out from the tags.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

Array = NDArray[Any]

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
FILL_ORDER, OFFSETS, ORIENTATION, CHANNELS, ROWS, LENGTHS = 266, 273, 274, 277, 278, 279
PLANAR, PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS = 284, 317, 322, 323, 324
TILE_LENGTHS, EXTRA, SAMPLE_FORMAT, LOWEST, HIGHEST, PROFILE = 325, 338, 339, 340, 341, 34675
WHITE_IS_ZERO, BLACK_IS_ZERO, RED_GREEN_BLUE, INKS, CIE_LAB, ICC_LAB = 0, 1, 2, 5, 8, 9
PREMULTIPLIED, UNASSOCIATED = 1, 2
_COLOURS: Final = {0: 1, 1: 1, 2: 3, 5: 4, 8: 3, 9: 3}  # channels of a photometric kind
_NOT_BYTES: Final = frozenset({2, 3, 4, 6, 7, 34712})  # codecs of fax and JPEG: not rows of bytes
_KINDS: Final = {1: "u", 2: "i", 3: "f"}
LARGEST: Final = 2 << 30  # bytes, unpacked
# How a picture that is stored turned comes upright, by its orientation tag: transposed or not,
# rows reversed, columns reversed.
_UPRIGHT: Final = {
    2: (False, False, True), 3: (False, True, True), 4: (False, True, False),
    5: (True, False, False), 6: (True, False, True), 7: (True, True, True), 8: (True, True, False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Samples:
    """Eight bits a channel, upright: rows × columns × channels of `mode`, and alpha if it has one.

    `mode` is L, RGB, CMYK or LAB; a and b of Lab are signed bytes, as TIFF has them.
    """

    mode: str
    colours: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    profile: bytes | None


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height, upright, of a TIFF that `read` can read; None of any other."""
    tags = _tags(data)
    if tags is None:
        return None
    wide, high = tags[WIDTH], tags[HEIGHT]
    return (high, wide) if tags.get(ORIENTATION, 1) >= 5 else (wide, high)


def read(data: bytes) -> Samples | None:
    """The first picture of a TIFF; None where it is no TIFF, or of another kind.

    Raises:
        OSError, ValueError, SyntaxError: its data is damaged.
    """
    tags = _tags(data)
    if tags is None:
        return None
    photometric, many = tags[PHOTOMETRIC], _COLOURS[tags[PHOTOMETRIC]]
    values = _upright(_unpacked(data, tags), tags.get(ORIENTATION, 1))
    colours, rest = values[:, :, :many], values[:, :, many:]
    extra = _all_of(tags, EXTRA)[:1]
    alpha = None
    if rest.shape[2] and extra in ((PREMULTIPLIED,), (UNASSOCIATED,)):
        alpha = _eight_bits(rest[:, :, 0], tags)
    if photometric in {CIE_LAB, ICC_LAB}:
        made = _lab(colours, signed=photometric == CIE_LAB)
    else:
        made = _eight_bits(colours, tags)
        if alpha is not None and extra == (PREMULTIPLIED,):
            made = _unmultiplied(made, alpha)
        if photometric == WHITE_IS_ZERO:
            made = 255 - made
    mode = {RED_GREEN_BLUE: "RGB", INKS: "CMYK", CIE_LAB: "LAB", ICC_LAB: "LAB"}
    return Samples(mode.get(photometric, "L"), made, alpha, tags.get(PROFILE))


# --- tags -----------------------------------------------------------------------------------


def _tags(data: bytes) -> Mapping[int, Any] | None:
    if data[:4] not in (b"II*\0", b"MM\0*"):
        return None
    try:
        tags = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
        file = io.BytesIO(data)
        file.seek(tags.next)
        tags.load(file)
        found = dict(tags)
    except Exception:  # a directory of nonsense: Pillow raises what comes up
        return None
    return found if _is_readable(found) else None


def _is_readable(tags: Mapping[int, Any]) -> bool:
    try:
        bits, kinds = set(_all_of(tags, BITS)), set(_all_of(tags, SAMPLE_FORMAT)) or {1}
        known = (bits, kinds) in (
            *(({b}, {k}) for b in (8, 16, 32) for k in (1, 2)), ({32}, {3}), ({64}, {3}),
        )  # fmt: skip
        many = tags.get(CHANNELS, 1)
        unpacked = tags[WIDTH] * tags[HEIGHT] * many * max(bits, default=8) // 8
        return bool(
            known
            and tags.get(COMPRESSION, 1) not in _NOT_BYTES
            and _COLOURS.get(tags[PHOTOMETRIC], 99) <= many <= 16
            and 0 < unpacked <= LARGEST
        )
    except (TypeError, ValueError, KeyError):
        return False


def _all_of(tags: Mapping[int, Any], key: int) -> tuple[Any, ...]:
    """A tag's values, however many there are."""
    found = tags.get(key, ())
    return tuple(found) if isinstance(found, tuple | list) else (found,)


# --- values ---------------------------------------------------------------------------------


def _unpacked(data: bytes, tags: Mapping[int, Any]) -> Array:
    """Rows × columns × channels, as numbers of the file's own kind."""
    many = tags.get(CHANNELS, 1)
    offsets = _all_of(tags, TILE_OFFSETS) or _all_of(tags, OFFSETS)
    lengths = _all_of(tags, TILE_LENGTHS) or _all_of(tags, LENGTHS)
    if tags.get(PLANAR, 1) != 2:
        return _plane(data, tags, many, offsets, lengths)
    each = len(offsets) // many
    parts = (slice(i * each, (i + 1) * each) for i in range(many))
    return np.concatenate(
        [_plane(data, tags, 1, offsets[part], lengths[part]) for part in parts], axis=2
    )


def _plane(
    data: bytes, tags: Mapping[int, Any], many: int, offsets: Sequence[int], lengths: Sequence[int]
) -> Array:
    deep = _all_of(tags, BITS)[0] // 8
    kind = _KINDS[(_all_of(tags, SAMPLE_FORMAT) or (1,))[0]]
    order = "<" if data[:2] == b"II" else ">"
    rows = np.asarray(_as_grey_bytes(data, tags, many * deep, offsets, lengths))
    across = tags.get(TILE_WIDTH, tags[WIDTH])  # what a predictor runs over
    parts = [
        _foretold(rows[:, start : start + across * many * deep], tags, many, order, kind, deep)
        for start in range(0, rows.shape[1], across * many * deep)
    ]
    return np.concatenate(parts, axis=1)


def _as_grey_bytes(
    data: bytes, tags: Mapping[int, Any], step: int, offsets: Sequence[int], lengths: Sequence[int]
) -> Image.Image:
    """The rows as libtiff unpacks them, when it is told that each byte is a grey pixel.

    Args:
        step: bytes of a pixel.
    """
    told: dict[int, Sequence[int]] = {
        WIDTH: (tags[WIDTH] * step,),
        HEIGHT: (tags[HEIGHT],),
        BITS: (8,),
        COMPRESSION: (tags.get(COMPRESSION, 1),),
        PHOTOMETRIC: (BLACK_IS_ZERO,),
        FILL_ORDER: (tags.get(FILL_ORDER, 1),),
        CHANNELS: (1,),
    }
    if TILE_WIDTH in tags:
        told |= {
            TILE_WIDTH: (tags[TILE_WIDTH] * step,),
            TILE_HEIGHT: (tags[TILE_HEIGHT],),
            TILE_OFFSETS: offsets,
            TILE_LENGTHS: lengths,
        }
    else:
        told |= {OFFSETS: offsets, ROWS: (tags.get(ROWS, tags[HEIGHT]),), LENGTHS: lengths}
    image = Image.open(io.BytesIO(_with_directory(data, told)), formats=("TIFF",))
    image.load()
    return image


def _with_directory(data: bytes, told: Mapping[int, Sequence[int]]) -> bytes:
    """*data* with another directory at its end, all of its values 32 bits (TIFF 6.0, section 2)."""
    order = "<" if data[:2] == b"II" else ">"
    start = len(data) + len(data) % 2
    after = start + 2 + 12 * len(told) + 4
    entries, far = b"", b""
    for tag, values in sorted(told.items()):
        packed = struct.pack(f"{order}{len(values)}I", *values)
        if len(values) > 1:
            packed, far = struct.pack(f"{order}I", after + len(far)), far + packed
        entries += struct.pack(f"{order}HHI", tag, 4, len(values)) + packed
    head = data[:4] + struct.pack(f"{order}I", start)
    count = struct.pack(f"{order}H", len(told))
    return head + data[8:] + b"\0" * (len(data) % 2) + count + entries + b"\0" * 4 + far


def _foretold(
    rows: Array, tags: Mapping[int, Any], many: int, order: str, kind: str, deep: int
) -> Array:
    """Rows of bytes as numbers, what a predictor took away put back (TIFF 6.0, section 14)."""
    high, across = rows.shape[0], rows.shape[1] // (many * deep)
    predictor = tags.get(PREDICTOR, 1)
    if predictor == 3:  # of floating point: Adobe Photoshop TIFF Technical Note 3
        steps = rows.reshape(high, -1, many)
        summed = np.add.accumulate(steps, axis=1, dtype=np.uint8).reshape(high, deep, -1)
        numbers = np.ascontiguousarray(summed.transpose(0, 2, 1)).view(f">{kind}{deep}")
        return numbers.reshape(high, across, many)
    flat = np.ascontiguousarray(rows)
    if predictor == 2:
        whole = flat.view(f"{order}u{deep}").reshape(high, across, many)
        summed = np.add.accumulate(whole.astype(f"=u{deep}"), axis=1, dtype=f"=u{deep}")
        return summed.view(f"={kind}{deep}")
    return flat.view(f"{order}{kind}{deep}").reshape(high, across, many)


def _upright(values: Array, orientation: int) -> Array:
    transposed, rows, columns = _UPRIGHT.get(orientation, (False, False, False))
    if transposed:
        values = values.swapaxes(0, 1)
    return values[:: -1 if rows else 1, :: -1 if columns else 1]


def _eight_bits(values: Array, tags: Mapping[int, Any]) -> NDArray[np.uint8]:
    """0 to 255. The range of numbers is that of the tags, or else what the largest one tells."""
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    numbers = np.nan_to_num(values.astype(np.float32), posinf=np.inf, neginf=0)
    low = float(min(_all_of(tags, LOWEST), default=0))
    high = float(max(_all_of(tags, HIGHEST), default=0)) or _range_of(numbers, values.dtype)
    scaled = (numbers - low) * (255 / max(high - low, 1e-9))
    return np.ascontiguousarray(scaled.round().clip(0, 255).astype(np.uint8))


def _range_of(numbers: NDArray[np.float32], kind: np.dtype[Any]) -> float:
    """White. Floating point mostly runs to 1; wide integers are often half empty."""
    if kind.itemsize <= 2:
        return float(np.iinfo(kind).max)
    most = float(numbers.max())
    steps = (2.0, 255.5, 65535.5) if kind.kind == "f" else (65535.5,)
    whites = (1.0, 255.0, 65535.0) if kind.kind == "f" else (65535.0,)
    for step, white in zip(steps, whites, strict=True):
        if most <= step:
            return white
    return most if kind.kind == "f" else float(np.iinfo(kind).max)


def _unmultiplied(colours: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    whole = colours.astype(np.float32) * (255 / np.maximum(alpha, 1))[:, :, None]
    return np.ascontiguousarray(whole.round().clip(0, 255).astype(np.uint8))


def _lab(values: Array, *, signed: bool) -> NDArray[np.uint8]:
    """L of 0 to 255; a and b as signed bytes (TIFF 6.0, section 23; supplement 1 for ICC's)."""
    bits = 8 * values.dtype.itemsize
    unsigned = values.astype(f"=u{bits // 8}")
    lightness = unsigned[:, :, :1]
    if bits == 8:
        parts = unsigned[:, :, 1:]
        return np.concatenate([lightness, parts if signed else parts ^ 128], axis=2)
    chroma = unsigned[:, :, 1:] >> (bits - 8)
    deep = lightness >> (bits - 8)
    return np.concatenate([deep, chroma if signed else chroma ^ 128], axis=2).astype(np.uint8)
