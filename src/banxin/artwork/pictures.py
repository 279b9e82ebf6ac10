"""Pictures inside artwork."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name

from banxin.artwork.copying import Transfer
from banxin.artwork.functions import Rows, unpacked
from banxin.artwork.reading import UnusableError, bounded
from banxin.artwork.spaces import CMYK, GREY, RGB, ColourSpace, scaled
from banxin.artwork.targets import ColourTarget
from banxin.assets.decoding import plain

MOST: Final = 60_000_000  # pixels that are brought into other colours
LARGEST: Final = 300_000_000  # pixels of any
_DECODED: Final = frozenset({"/DCTDecode", "/DCT", "/JPXDecode"})
_FAX: Final = frozenset({"/CCITTFaxDecode", "/CCF", "/JBIG2Decode"})
_OF_MODE: Final = {"L": GREY, "RGB": RGB, "CMYK": CMYK}
_KEPT: Final = ("/Width", "/Height", "/BitsPerComponent", "/Decode", "/ImageMask", "/Intent")


def picture(image: Any, space: ColourSpace | None, target: ColourTarget, carrier: Transfer) -> Any:
    """An image XObject with its colours as *target* has them; masks are not its business.

    Args:
        space: its own; None of a stencil, and of a JPEG 2000 that knows its own.

    Raises:
        UnusableError: it is too large, or coded in a way that cannot be read.
    """
    wide, high = int(image.Width), int(image.Height)
    if not 0 < wide * high <= LARGEST:
        raise UnusableError("artwork/too-large", what=f"{wide} × {high} pixels")
    if image.get("/ImageMask", False) or (space is not None and target.keeps(space)):
        made = carrier.raw(image)
        for key, value in carrier.of_keys(image, _KEPT).items():
            made[key] = value
        if space is not None:
            made.ColorSpace = target.space(carrier.pdf, space)
        if isinstance(image.get("/Mask"), Array):  # in its own numbers, which stay
            made.Mask = carrier.carried(image.Mask)
    else:
        made = _in_other_colours(image, space, target, carrier)
    made.Type, made.Subtype = Name.XObject, Name.Image
    return made


def _in_other_colours(
    image: Any, space: ColourSpace | None, target: ColourTarget, carrier: Transfer
) -> Any:
    space, levels = samples(image, space)
    rows = scaled(levels / 255, space)
    rows = target.colours(replace(space, picture=True), rows)
    wide, high = int(image.Width), int(image.Height)
    flat = np.rint(rows * 255).clip(0, 255).astype(np.uint8)
    made = carrier.pdf.make_stream(b"")
    made.write(zlib.compress(flat.tobytes(), 6), filter=Name.FlateDecode)
    made.Width, made.Height, made.BitsPerComponent = wide, high, 8
    made.ColorSpace = target.space(carrier.pdf, space)
    if isinstance(image.get("/Mask"), Array):
        made.Mask = _by_colour(image, levels, carrier)
    return made


def samples(image: Any, space: ColourSpace | None) -> tuple[ColourSpace, NDArray[Any]]:
    """The space of an image, and a row of levels, 0 to 255, for each of its pixels.

    Raises:
        UnusableError: it is too large, or coded in a way that cannot be read.
    """
    wide, high = int(image.Width), int(image.Height)
    if wide * high > MOST:
        raise UnusableError("artwork/too-large", what=f"{wide} × {high} pixels")
    filters = image.get("/Filter", Array())
    names = [str(name) for name in ([filters] if isinstance(filters, Name) else filters)]
    if names and names[-1] in _DECODED:
        space, levels = _decoded(image, space, wide, high, alone=len(names) == 1)
    elif space is None or set(names) & _FAX:
        raise UnusableError("artwork/picture", coding=" ".join(names).replace("/", "") or "–")
    else:
        levels = _packed(image, space, wide, high)
    return space, _as_decoded(image, levels, space)


def _decoded(
    image: Any, space: ColourSpace | None, wide: int, high: int, *, alone: bool
) -> tuple[ColourSpace, NDArray[Any]]:
    if not alone:
        raise UnusableError("artwork/picture", coding="DCT in another")
    found = plain(bytes(image.read_raw_bytes()))
    if found is None or found.mode not in _OF_MODE or found.size != (wide, high):
        raise UnusableError("artwork/picture", coding=f"JPEG {found.mode if found else ''}".strip())
    own = _OF_MODE[found.mode]
    if space is not None and space.channels != own.channels:
        raise UnusableError("artwork/picture", coding=f"JPEG {found.mode}")
    flat = np.frombuffer(found.data, np.uint8).reshape(-1, own.channels)
    return space or own, flat


def _packed(image: Any, space: ColourSpace, wide: int, high: int) -> NDArray[Any]:
    bits, channels = int(image.get("/BitsPerComponent", 8)), space.channels
    data = bounded(image)
    row = -(-wide * channels * bits // 8)
    if len(data) < row * high:
        message = f"a picture of {len(data)} bytes in the place of {row * high}"
        raise ValueError(message)
    data = data[: row * high]
    if bits == 8:
        return np.frombuffer(data, np.uint8).reshape(-1, channels)
    lines = [unpacked(data[at * row : (at + 1) * row], bits, wide * channels) for at in range(high)]
    shares: Rows = np.concatenate(lines) / (2.0**bits - 1)
    return np.rint(shares * 255).astype(np.uint8).reshape(-1, channels)


def _as_decoded(image: Any, levels: NDArray[Any], space: ColourSpace) -> NDArray[Any]:
    """Shares as /Decode moves them (8.9.5.2): turned round, mostly."""
    decode = image.get("/Decode")
    if decode is None or space.kind == "lab":
        return levels
    limits = np.array([float(n) for n in decode]).reshape(-1, 2)
    if (limits == (0, 1)).all() or len(limits) != levels.shape[1]:
        return levels
    moved = limits[:, 0] * 255 + levels * (limits[:, 1] - limits[:, 0])
    turned: NDArray[Any] = np.rint(moved).clip(0, 255).astype(np.uint8)
    return turned


def _by_colour(image: Any, levels: NDArray[Any], carrier: Transfer) -> Any:
    """A stencil in the place of a mask by colour (8.9.6.4), which leaves those colours out."""
    depth = 2 ** int(image.get("/BitsPerComponent", 8)) - 1
    limits = np.array([float(n) for n in image.Mask]).reshape(-1, 2) / depth * 255
    gone = ((levels >= limits[:, 0]) & (levels <= limits[:, 1])).all(axis=1)
    wide, high = int(image.Width), int(image.Height)
    bits = np.packbits(gone.reshape(high, wide), axis=1).tobytes()
    about = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, ImageMask=True, Width=wide, Height=high,
        BitsPerComponent=1, Decode=[0, 1],
    )  # fmt: skip
    made = carrier.pdf.make_stream(b"", about)
    made.write(zlib.compress(bits), filter=Name.FlateDecode)
    return made
