"""Six pages to be compared without knowing who set them: `tests/bench/blind.py FOLDER [SEED]`, with
the Python of `.venv`.

Writes a picture for each text of `tests/bench/pages`: the same column by banxin, Typst and
Chromium, side by side in an order of chance, each under a letter of its own. Look, write down
which is best and what is wrong with the others, and then `blind.py FOLDER --open` reads the key.
"""

from __future__ import annotations

import base64
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tests"), str(ROOT / "tests/strangers")]  # as pytest has them

from settings import by_banxin, by_chromium, by_typst  # noqa: E402

PAGES: Final = Path(__file__).with_name("pages")
# em: columns of a brochure and of a book, each text in one.
MEASURES: Final = {
    "bamboo": 15, "ferry": 18, "library": 22, "reservoir": 18, "tea": 15, "workshop": 20,
}  # fmt: skip
SCALE: Final = 2.6  # pixels to a point
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_KEY: Final = "key.sealed"


def main(folder: Path, more: str = "") -> None:
    key = folder / _KEY
    if more == "--open":
        print(base64.b64decode(key.read_bytes()).decode())
        return
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(more or None)
    letters = chance.sample(LETTERS, 3 * len(MEASURES))
    found: dict[str, dict[str, str]] = {}
    for name, measure in MEASURES.items():
        made = list(_set(name, measure).items())
        chance.shuffle(made)
        own = [letters.pop() for _ in made]
        found[name] = {letter: tool for letter, (tool, _) in zip(own, made, strict=True)}
        columns = [_picture(pdf, letter) for letter, (_, pdf) in zip(own, made, strict=True)]
        _beside(columns).save(folder / f"{name}.png")
    key.write_bytes(base64.b64encode(json.dumps(found, indent=1).encode()))


def _set(name: str, measure: int) -> dict[str, bytes]:
    texts = [(PAGES / f"{name}.txt").read_text("utf-8").strip()]
    with tempfile.TemporaryDirectory() as scratch:
        return {
            "banxin": by_banxin(texts, measure, ROOT)[0],
            "Typst": by_typst(texts, measure, ROOT, Path(scratch))[0],
            "Chromium": by_chromium(texts, measure, ROOT, Path(scratch))[0],
        }


def _picture(pdf: bytes, letter: str) -> Image.Image:
    """The column, cut out to its lines, under its letter."""
    (page,) = pypdfium2.PdfDocument(pdf)
    drawn = page.render(scale=SCALE, grayscale=True).to_pil().convert("L")
    rows = np.flatnonzero(np.asarray(drawn).min(axis=1) < 128)
    drawn = drawn.crop((0, int(rows[0]), drawn.width, int(rows[-1]) + 1))
    out = ImageOps.expand(drawn, (0, 60, 0, 20), fill=255)
    font = ImageFont.load_default(28)
    ImageDraw.Draw(out).text((out.width / 2, 12), letter, fill=0, font=font)
    return out


def _beside(columns: list[Image.Image]) -> Image.Image:
    wide, high = sum(c.width for c in columns), max(c.height for c in columns)
    out = Image.new("L", (wide, high), 255)
    x = 0
    for column in columns:
        out.paste(column, (x, 0))
        x += column.width
    return out


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
