"""Font files that are cut, spoilt, or nonsense behind a sound head, declared as what they are."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from attacks import SOUND, Attack, chapter, written

KAI = "lxgw-wenkai/LXGWWenKai-Regular.ttf"
Damage = Callable[[bytes], bytes]


def directory(data: bytes, tag: bytes) -> tuple[int, int, int]:
    """Where a table's entry is, where the table begins, and how long it is."""
    entry = data.index(tag, 12)
    start, length = (int.from_bytes(data[entry + at : entry + at + 4]) for at in (8, 12))
    return entry, start, length


def filled(tag: bytes, byte: bytes) -> Damage:
    """A table of one byte again and again, its checksum right."""

    def damage(data: bytes) -> bytes:
        entry, start, length = directory(data, tag)
        table = byte * length
        words = np.frombuffer(table + bytes(-length % 4), ">u4").copy()
        if tag == b"head":
            words[2] = 0
        checksum = (int(words.sum(dtype=np.uint64)) & 0xFFFFFFFF).to_bytes(4)
        told = data[: entry + 4] + checksum + data[entry + 8 :]
        return told[:start] + table + told[start + length :]

    return damage


def one_bit(tag: bytes) -> Damage:
    def damage(data: bytes) -> bytes:
        _, start, length = directory(data, tag)
        at = start + length // 3
        return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]

    return damage


def damages() -> Mapping[str, Damage]:
    tags = (
        b"head",
        b"hhea",
        b"maxp",
        b"cmap",
        b"loca",
        b"glyf",
        b"hmtx",
        b"GSUB",
        b"name",
        b"OS/2",
    )
    return {
        "empty": lambda data: b"",
        "a zip": lambda data: b"PK\3\4" + data[4:],
        "words": lambda data: "不是字体".encode() * 999,
        "a head": lambda data: data[:100],
        "half": lambda data: data[: len(data) // 2],
        "zeros behind the head": lambda data: data[:300] + bytes(len(data) - 300),
        "65,535 tables": lambda data: data[:4] + b"\xff\xff" + data[6:],
        **{f"{tag.decode()} of zeros": filled(tag, b"\0") for tag in tags},
        **{f"{tag.decode()} of ones": filled(tag, b"\xff") for tag in tags},
        **{f"a bit of {tag.decode()}": one_bit(tag) for tag in tags[:6]},
    }


def spoilt(name: str, damage: Damage) -> Attack:
    def lay(shop: Path, folder: Path) -> Sequence[str]:
        root = folder / "shop"
        shutil.copytree(shop / "layouts", root / "layouts")
        shutil.copytree(shop / "fonts", root / "fonts", copy_function=_linked)
        file, declaration = root / "fonts" / KAI, root / "fonts" / "fonts.toml"
        whole, declared = file.read_bytes(), declaration.read_text("utf-8")
        data = damage(whole)
        old, new = (hashlib.sha256(which).hexdigest() for which in (whole, data))
        for link in (file, declaration):  # or the shop's own would change with them
            link.unlink()
        file.write_bytes(data)
        declaration.write_text(declared.replace(old, new), "utf-8")
        written(folder / "t", {**SOUND, "one.md": chapter("*楷体*，一段。")})
        return ["build", str(folder / "t"), "--workspace", str(root)]

    return Attack("fonts", name, lay, "楷")  # what follows may stand anywhere: widths are damaged


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def attacks() -> Iterator[Attack]:
    for name, damage in damages().items():
        yield spoilt(name, damage)
