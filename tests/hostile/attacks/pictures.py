"""Pictures with a bit the other way round, cut short, or with nothing in their lower half."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from PIL import Image, features

from attacks import FIGURE, Attack, Content, chapter, title


def pixels() -> Image.Image:
    chance = np.random.default_rng(15)
    coarse = chance.integers(0, 255, (40, 60, 3), dtype=np.uint8)
    return Image.fromarray(coarse.repeat(4, 0).repeat(4, 1))


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def sound() -> Mapping[str, bytes]:
    """A picture of each kind that is read."""
    rgb = pixels()
    deep = np.asarray(rgb.convert("L")).astype(np.uint16) * 257
    kinds = {
        "png": saved(rgb, "PNG"),
        "png palette": saved(rgb.convert("P"), "PNG"),
        "png alpha": saved(rgb.convert("RGBA"), "PNG"),
        "png 16 bits": saved(Image.fromarray(deep), "PNG"),
        "jpeg": saved(rgb, "JPEG"),
        "jpeg progressive": saved(rgb, "JPEG", progressive=True),
        "jpeg inks": saved(rgb.convert("CMYK"), "JPEG"),
        "tiff": saved(rgb, "TIFF"),
        "tiff lzw": saved(rgb, "TIFF", compression="tiff_lzw"),
        "tiff deflate": saved(rgb, "TIFF", compression="tiff_adobe_deflate"),
        "tiff jpeg": saved(rgb, "TIFF", compression="jpeg"),
        "tiff lab": saved(rgb.convert("LAB"), "TIFF", compression="tiff_lzw"),
        "tiff float": saved(Image.fromarray(deep.astype(np.float32) / 65535), "TIFF"),
        "tiff fax": saved(rgb.convert("1"), "TIFF", compression="group4"),
        "webp": saved(rgb, "WEBP"),
        "webp lossless": saved(rgb, "WEBP", lossless=True),
        "gif": saved(rgb.convert("P"), "GIF"),
        "bmp": saved(rgb, "BMP"),
    }
    if features.check("avif"):
        kinds["avif"] = saved(rgb, "AVIF")
    return kinds


def flipped(seed: int, head: int | None = None) -> Callable[[bytes], bytes]:
    """One bit the other way round; among the first *head* bytes, or anywhere."""

    def damage(data: bytes) -> bytes:
        chance = random.Random(seed)
        spoilt = bytearray(data)
        spoilt[chance.randrange(min(head or len(data), len(data)))] ^= 1 << chance.randrange(8)
        return bytes(spoilt)

    return damage


DAMAGES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "a bit": flipped(1),
    "a bit of its head": flipped(2, 60),
    "cut": lambda data: data[: len(data) * 2 // 3],
    "zeros below": lambda data: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
}


def attacks() -> Iterator[Attack]:
    for kind, data in sound().items():
        for damage, spoil in DAMAGES.items():
            files: dict[str, Content] = {"one.md": chapter(FIGURE), "photos/p.png": spoil(data)}
            yield title("pictures", f"{kind}: {damage}", files)
