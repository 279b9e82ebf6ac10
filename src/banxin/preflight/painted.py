"""What lies on a page: text, lines, areas, pictures, gradients. Small facts, for rules to judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from banxin.diagnostics import Box

PROCESS: Final = ("Cyan", "Magenta", "Yellow", "Black")
TRACE: Final = 0.4  # % of ink: below it a plate stays white


@dataclass(frozen=True, slots=True)
class PaintedColour:
    """A colour as the file names it.

    `space` is the family of ISO 32000-2 §8.6, with the number of components behind ICCBased:
    `DeviceCMYK`, `ICCBased/3`, `Separation`; `Indexed/` stands before its base. `inks` are
    plates and percent; empty where the colour is one of light, or a pattern.
    """

    space: str
    inks: tuple[tuple[str, float], ...] = ()

    @property
    def of_light(self) -> bool:
        """Whether it names light rather than ink: a press has no plate for it."""
        base = self.space.removeprefix("Indexed/")
        return base in {"DeviceRGB", "CalRGB", "CalGray", "Lab"} or base.startswith("ICCBased")

    @property
    def total(self) -> float:
        return sum(percent for _, percent in self.inks)

    @property
    def plates(self) -> tuple[str, ...]:
        """The plates that get ink."""
        return tuple(name for name, percent in self.inks if percent > TRACE)

    @property
    def is_paper(self) -> bool:
        return bool(self.inks) and not self.plates

    @property
    def black(self) -> float:
        return dict(self.inks).get("Black", 0.0)

    def __str__(self) -> str:
        if not self.inks:
            return self.space
        if tuple(name for name, _ in self.inks) == PROCESS:
            return "C{:.0f} M{:.0f} Y{:.0f} K{:.0f}".format(*(p for _, p in self.inks))
        return " + ".join(f"{name} {percent:.0f} %" for name, percent in self.inks)


@dataclass(frozen=True, slots=True)
class Mark:
    """Anything painted.

    Attributes:
        page: from 1.
        box: in mm from the trim's top left corner, as far as clips let it show.
        overprint: whether what lies below is kept; `mode` is OPM, ISO 32000-2 §8.6.7.
        alpha: 1 where it hides what lies below.
        aside: inside a pattern's cell or a soft mask: its box is not where it shows.
    """

    page: int
    box: Box
    colour: PaintedColour
    overprint: bool
    mode: int
    alpha: float
    aside: bool


@dataclass(frozen=True, slots=True)
class Run(Mark):
    """Glyphs shown together. `size` in pt as printed; `missing`: glyphs no font had.

    `outlined`: drawn as strokes; `hidden`: not drawn at all; `han`: has Chinese characters;
    `legible`: how many glyphs stand for a character that is no space; 0 where a clip cuts it.
    `text`: what the glyphs stand for, by the file; one that says nothing keeps its code, as a
    character of private use. `turned`: where the line runs, degrees anticlockwise; `mirrored`:
    whether letters are the wrong way round. `emboldened`: width of the stroke around glyphs that
    are filled as well, pt; 0 without one.
    """

    font: str
    size: float
    count: int
    missing: int
    outlined: bool
    hidden: bool
    han: bool
    legible: int = 0
    text: str = ""
    turned: int = 0
    mirrored: bool = False
    emboldened: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke(Mark):
    """A drawn line. `width` in pt as printed, along the thinner axis."""

    width: float


@dataclass(frozen=True, slots=True)
class Fill(Mark):
    """A filled path. `solid`: it covers the whole of its box, and nothing shows through."""

    solid: bool = False


@dataclass(frozen=True, slots=True)
class PaintedPicture(Mark):
    """An image. `colour` has no inks; `space` is that of its samples, or `Mask`.

    `pixels` wide and high; `width` and `height` of the whole picture as placed, in mm, whatever
    part of it shows; `bits` a component; `codec` the last filter. `mask`: pixels of its soft mask
    or stencil; 0, 0 without one. `quality`: of a JPEG, 1 to 100 by the Independent JPEG Group's
    scale; 0 where nothing tells. `solid` as of a fill; `turned` and `mirrored` as of a run.
    """

    pixels: tuple[int, int]
    width: float
    height: float
    bits: int
    codec: str
    alternates: bool
    number: int
    mask: tuple[int, int] = (0, 0)
    quality: int = 0
    solid: bool = False
    turned: int = 0
    mirrored: bool = False

    @property
    def ppi(self) -> float:
        """Pixels an inch, along the coarser axis."""
        across = self.pixels[0] / max(self.width, 1e-6)
        down = self.pixels[1] / max(self.height, 1e-6)
        return 25.4 * min(across, down)

    @property
    def mask_ppi(self) -> float:
        """Pixels an inch of what cuts it out, along the coarser axis."""
        across = self.mask[0] / max(self.width, 1e-6)
        down = self.mask[1] / max(self.height, 1e-6)
        return 25.4 * min(across, down)

    @property
    def is_bitmap(self) -> bool:
        return self.bits == 1


@dataclass(frozen=True, slots=True)
class Shade(Mark):
    """A gradient. `fits`: its functions give as many components as its space has."""

    fits: bool


@dataclass(frozen=True, slots=True)
class TransparencyGroup:
    """A transparency group. `space` is empty where it names none.

    `mask`: luminosity or alpha where it is a soft mask's, else empty.
    """

    page: int
    space: str
    mask: str


Painted = Run | Stroke | Fill | PaintedPicture | Shade
