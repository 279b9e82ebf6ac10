"""Profiles of presses: their ICC files, and the TOML that names them."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Mapping

from attacks import COARSE, EDITION, FIGURE, Attack, chapter, title
from attacks.metadata import plain, srgb
from attacks.pictures import saved
from banxin.assets.colour import built_in

SHOP = COARSE + 'icc = "shop.icc"\n'


def changed(icc: bytes, at: int, new: bytes) -> bytes:
    return icc[:at] + new + icc[at + len(new) :]


def shaken(icc: bytes, seed: int) -> bytes:
    """Twenty bytes of its lists and first tags at random."""
    chance, spoilt = random.Random(seed), bytearray(icc)
    for _ in range(20):
        spoilt[chance.randrange(132, 6000)] = chance.randrange(256)
    return bytes(spoilt)


def profiles() -> Mapping[str, bytes]:
    icc, screen = built_in(), srgb()
    many = b"\xff\xff\xff\xff"
    return {
        "empty": b"",
        "words": b"not a profile" * 99,
        "cut": icc[: len(icc) // 2],
        "a head": icc[:128],
        "a head and a list": icc[:200],
        "zeros behind the head": icc[:132] + bytes(len(icc) - 132),
        "zeros behind the list": icc[:400] + bytes(len(icc) - 400),
        "4 GB": changed(icc, 0, many),
        "version 9": changed(icc, 8, b"\x09"),
        "of a scanner": changed(icc, 12, b"scnr"),
        "a link": changed(icc, 12, b"link"),
        "of another space within": changed(icc, 20, b"RGB "),
        "4 billion tags": changed(icc, 128, many),
        "no tags": changed(icc, 128, bytes(4)),
        "a tag beyond": changed(icc, 136, struct.pack(">I", 0xFFFFFFF0)),
        "a tag too long": changed(icc, 140, struct.pack(">I", 0xFFFFFFF0)),
        "a screen that says it is a press": changed(changed(screen, 12, b"prtr"), 16, b"CMYK"),
        **{f"shaken {seed}": shaken(icc, seed) for seed in range(6)},
    }


TABLES: Mapping[str, str] = {
    "empty": "",
    "of nobody": "colour = 1\n",
    "not TOML": "icc = = 3\n",
    "bytes of nowhere": "icc = \x00\n",
    "outside": 'icc = "../../../../etc/passwd"\n',
    "a folder": 'icc = "photos"\n',
    "itself": 'icc = "shop.toml"\n',
    "bleed of a metre": "bleed_mm = 1000\n",
    "bleed below nothing": "bleed_mm = -3\n",
    "bleed of no number": "bleed_mm = nan\n",
    "bleed without end": "bleed_mm = inf\n",
    "no bleed": "bleed_mm = 0\n",
    "no pixels": "wanted_ppi = 0\n",
    "a billion pixels": "wanted_ppi = 1000000000\n",
    "5,000 digits": f"wanted_ppi = {'9' * 5000}\n",
    "no ink": "ink_limit = 0\n",
    "ink of words": 'ink_limit = "much"\n',
    "leaves of air": "leaf_mm = 0.0\n",
    "based on itself": 'base = "shop.toml"\n',
    "a version of nobody": 'version = "PDF/X-9"\n',
    "a rule of nobody": '[severity]\n"photo/nothing" = { as = "note", because = "x" }\n',
    "a rule without a reason": '[severity]\n"photo/soft" = { as = "note", because = "" }\n',
    "a condition of controls": 'condition = "a\\u0000b\\u001b[31m"\n',
    "a condition of a megabyte": f'described = "{"长" * 300_000}"\n',
    "deep": f"a = {'[' * 3000}{']' * 3000}\n",
}


def attacks() -> Iterator[Attack]:
    edition = EDITION.replace("coarse.toml", "shop.toml")
    sound = {"edition.toml": edition, "one.md": chapter(FIGURE)}
    sound_photo = {"photos/p.png": saved(plain(), "PNG")}
    for name, icc in profiles().items():
        yield title("icc", name, {**sound, **sound_photo, "shop.toml": SHOP, "shop.icc": icc})
    for name, table in TABLES.items():
        yield title(
            "press toml",
            name,
            {**sound, **sound_photo, "shop.toml": table if "ppi" in table else COARSE + table},
        )
