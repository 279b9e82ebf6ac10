"""Draws the old photographs of `content/jiuying` out of the other samples' pictures.

    PYTHONPATH=src python tests/old_photographs.py

Bleached, grained, dusty and of the kinds that people bring: grey, grey that is stored as RGB, and
brown; and what was written on the back of one, as a scan in black and white. The same every time.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageCms, ImageDraw, ImageFilter, ImageFont

ROOT: Final = Path(__file__).parents[1]
FROM: Final = ROOT / "content" / "langfang" / "photos"
TO: Final = ROOT / "content" / "jiuying" / "photos"
HAND: Final = next((ROOT / "fonts" / "lxgw-wenkai").glob("*.ttf"))
FILM: Final = (0.16, 0.55, 0.29)  # of red, green and blue: film of those years hardly saw red
LEAST: Final = 26  # of 255: the black that has faded
MOST: Final = 236  # the white that has yellowed
QUALITY: Final = 76


@dataclass(frozen=True)
class OldPhotograph:
    """What becomes of a picture: cut to a share of it, *wide* pixels, and of which kind.

    `cut`: left, top, right and bottom, of 1; `kind`: `grey`, `rgb` (grey stored in three channels,
    without a profile) or `brown`.
    """

    name: str
    source: str
    cut: tuple[float, float, float, float]
    wide: int
    kind: str


PHOTOGRAPHS: Final = (
    OldPhotograph("shanlu", "picosdeeuropa_by_Aitzol_Berasategi", (0, 0.06, 1, 0.94), 2400, "grey"),
    OldPhotograph("xiagu", "life_by_Aitzol_Berasategi", (0.05, 0, 0.95, 1), 2200, "brown"),
    OldPhotograph("caopo", "aitzgorri_by_Aitzol_Berasategi", (0, 0, 1, 1), 2300, "rgb"),
    OldPhotograph("huanghun", "sunset_by_Aitzol_Berasategi", (0.1, 0.05, 0.9, 0.95), 2400, "grey"),
    OldPhotograph("pugongying", "seeding_by_Clements_Engelhardt", (0.1, 0, 1, 1), 4350, "brown"),
    OldPhotograph("menkou", "friends_by_Aitzol_Berasategi", (0, 0.1, 1, 0.9), 1700, "rgb"),
    OldPhotograph("wuli", "Wine_by_Jakkub_Mede", (0, 0.3, 1, 0.92), 1800, "grey"),
)


def faded(old: OldPhotograph, dice: np.random.Generator) -> Image.Image:
    """As it comes out of a tin box after sixty years."""
    with Image.open(FROM / f"{old.source}.jpg") as file:
        size = file.size
        box = [round(part * size[n % 2]) for n, part in enumerate(old.cut)]
        picture = file.convert("RGB").crop((box[0], box[1], box[2], box[3]))
    high = round(picture.height * old.wide / picture.width)
    picture = picture.resize((old.wide, high), Image.Resampling.LANCZOS)
    light = np.asarray(picture).astype(np.float32) @ np.array(FILM, np.float32) / 255
    light = 0.55 * light + 0.45 * (3 * light**2 - 2 * light**3)  # a hard paper
    light = _soft(light, 0.9) + 0.035 * _grain(light.shape, dice)
    light = _darker_corners(light)
    light = _dusty(np.clip(light, 0, 1), dice)
    tones = LEAST + (MOST - LEAST) * np.clip(light, 0, 1)
    grey = Image.fromarray(tones.astype(np.uint8))
    if old.kind == "grey":
        return grey
    if old.kind == "rgb":
        return Image.merge("RGB", (grey, grey, grey))
    brown = [np.interp(tones / 255, (0, 0.5, 1), curve) for curve in _BROWN]
    return Image.fromarray(np.stack(brown, axis=-1).astype(np.uint8), "RGB")


_BROWN: Final = ((30, 148, 244), (20, 118, 228), (12, 84, 196))


def _soft(light: Any, radius: float) -> Any:
    image = Image.fromarray((np.clip(light, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius))).astype(np.float32) / 255


def _grain(shape: tuple[int, ...], dice: np.random.Generator) -> Any:
    """Noise of mean 0 and deviation 1, some two pixels coarse."""
    noise = dice.normal(0, 1, shape).astype(np.float32)
    for axis in (0, 1):
        noise = (noise + np.roll(noise, 1, axis)) / np.sqrt(2)
    return noise


def _darker_corners(light: Any) -> Any:
    high, wide = light.shape
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j].astype(np.float32)
    return light * (1 - 0.16 * (x**2 + y**2) ** 1.5 / 2)


def _dusty(light: Any, dice: np.random.Generator) -> Any:
    """Specks and two hairs, as white on paper as dust on a negative."""
    high, wide = light.shape
    marks = Image.new("L", (wide, high))
    draw = ImageDraw.Draw(marks)
    for _ in range(26):
        x, y, size = dice.uniform(0, wide), dice.uniform(0, high), dice.uniform(0.8, 2.6)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=210)
    for _ in range(2):
        x, y = dice.uniform(0.1, 0.9) * wide, dice.uniform(0.1, 0.9) * high
        line = np.array((x, y)) + np.cumsum(dice.normal(0, 9, (14, 2)), axis=0)
        draw.line([tuple(point) for point in line.tolist()], fill=150, width=2)
    over = np.asarray(marks.filter(ImageFilter.GaussianBlur(0.8))).astype(np.float32) / 255
    return light + (1 - light) * over * 0.7


def written(words: str, high: int, dice: np.random.Generator) -> Image.Image:
    """Handwriting, *high* pixels a character, in black and white: its edges are rough, as ink's."""
    face = ImageFont.truetype(str(HAND), high)
    left, top, right, bottom = (round(side) for side in face.getbbox(words))
    image = Image.new("L", (right - left + high, bottom - top + high), 255)
    ImageDraw.Draw(image).text((high / 2 - left, high / 2 - top), words, font=face, fill=0)
    image = image.rotate(1.1, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    tones = np.asarray(image.filter(ImageFilter.GaussianBlur(high / 60))).astype(np.float32)
    tones += 26 * _soft(0.5 + 0.16 * _grain(tones.shape, dice), high / 90) * 2 - 26
    return Image.fromarray(((tones > 128) * 255).astype(np.uint8)).convert("1")


def main() -> None:
    TO.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(1962)
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    srgb = made[:24] + bytes(12) + made[36:]  # without the time at which it was made
    for old in PHOTOGRAPHS:
        profile = srgb if old.kind == "brown" else None
        faded(old, dice).save(TO / f"{old.name}.jpg", quality=QUALITY, icc_profile=profile)
    hand = written("一九六二年夏，父亲摄", 420, dice)
    hand.save(TO / "beimian.png", dpi=(600, 600), optimize=True)
    sys.stdout.write(f"{TO.relative_to(ROOT)}: {len(PHOTOGRAPHS) + 1}\n")


if __name__ == "__main__":
    main()
