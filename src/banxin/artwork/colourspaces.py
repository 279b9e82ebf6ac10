"""Colour spaces of plates (ISO 32000-1, 8.6.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from banxin.assets.colour import Cmyk
from banxin.assets.tones import PROCESS

# The graphics state of what prints over all that lies under it.
OVERPRINTED: Final = Name("/BanxinOver")


def share(percent: float) -> Decimal:
    """A share as a PDF has it, 0 to 1."""
    return Decimal(f"{percent / 100:.4f}").normalize() + 0


def separation(pdf: pikepdf.Pdf, plate: str, alternate: Cmyk) -> Any:
    """One plate, and what stands for its full tone."""
    ramp = Dictionary(
        FunctionType=2,
        Domain=[0, 1],
        C0=[0, 0, 0, 0],
        C1=[share(ink) for ink in alternate],
        N=1,
    )
    name = Name("/" + plate)
    return pdf.make_indirect(Array([Name.Separation, name, Name.DeviceCMYK, ramp]))


def space_of(pdf: pikepdf.Pdf, plates: Sequence[str], recipes: Mapping[str, Cmyk]) -> Any:
    """Of *plates* together: the four, one spot, or a DeviceN (NChannel).

    Args:
        recipes: what stands for the full tone of each spot.
    """
    if tuple(plates) == PROCESS:
        return Name.DeviceCMYK
    if len(plates) == 1 and plates[0] in recipes:
        return separation(pdf, plates[0], recipes[plates[0]])
    own = [_own(plate, recipes) for plate in plates]
    program = _program(own).encode()
    bounds = {"Domain": [0, 1] * len(own), "Range": [0, 1] * 4}
    tint = pdf.make_stream(program, FunctionType=4, **bounds)
    spots = {f"/{p}": separation(pdf, p, recipes[p]) for p in plates if p in recipes}
    process = [Name(f"/{plate}") for plate in PROCESS if plate in plates]
    attributes = Dictionary(Subtype=Name.NChannel, Colorants=Dictionary(spots))
    if process:
        # All four of the process space are named, whichever are there (8.6.6.5, Table 72).
        names = Array([Name(f"/{plate}") for plate in PROCESS])
        attributes.Process = Dictionary(ColorSpace=Name.DeviceCMYK, Components=names)
    names = Array([Name(f"/{plate}") for plate in plates])
    return pdf.make_indirect(Array([Name.DeviceN, names, Name.DeviceCMYK, tint, attributes]))


def _own(plate: str, recipes: Mapping[str, Cmyk]) -> Cmyk:
    if plate in recipes:
        return recipes[plate]
    cyan, magenta, yellow, black = (100.0 * (plate == name) for name in PROCESS)
    return cyan, magenta, yellow, black


def _program(own: Sequence[Cmyk]) -> str:
    """PostScript that adds up what stands for each plate, each of the four no more than full."""
    count = len(own)
    out = []
    for ink in range(4):
        out.append("0")
        for at, recipe in enumerate(own):
            if recipe[ink]:
                # Above the plate: those after it, the sums so far, and the one that grows.
                out.append(f"{count - at + ink} index {share(recipe[ink])} mul add")
        out.append("dup 1 gt {pop 1} if")
    out.append(f"{count + 4} 4 roll" + " pop" * count)
    return "{ " + " ".join(out) + " }"
