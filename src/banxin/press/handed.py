"""What a press file is, told from the finished file: its pages, as cut, and their plates."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf

from banxin.assets.tones import PROCESS
from banxin.press.used import Plater
from banxin.units import Length


@dataclass(frozen=True, slots=True)
class CutSheet:
    """A page as it is cut, and the plates that it takes, by name."""

    width: Length
    height: Length
    plates: tuple[str, ...]


def sheets_of(pressed: bytes) -> tuple[CutSheet, ...]:
    """The pages of a press file, in order."""
    with pikepdf.open(io.BytesIO(pressed)) as pdf:
        plater = Plater()
        made = []
        for page in pdf.pages:
            x0, y0, x1, y1 = (float(side) for side in page.trimbox)
            plates = tuple(in_order(plater.take(page)))
            made.append(CutSheet(Length.pt(x1 - x0), Length.pt(y1 - y0), plates))
        return tuple(made)


def in_order(plates: Iterable[str]) -> list[str]:
    """Plates by name as a press has them: the process inks, then the others."""
    found = set(plates)
    return [plate for plate in PROCESS if plate in found] + sorted(found - set(PROCESS))
