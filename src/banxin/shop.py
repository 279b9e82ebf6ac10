"""What a print shop asks of pages, beyond bleed, pixels and ink; the judge holds to it."""

from __future__ import annotations

from dataclasses import dataclass

from banxin.units import Length


@dataclass(frozen=True, slots=True)
class Demands:
    """One shop's, each with what is usual for coated paper.

    Attributes:
        safe: text nearer to the cut than this is an error (CY/T 7.9-91: guillotines are 2 mm out).
        careful: nearer than this, a warning; Chinese shops ask for 5 mm.
        gutter: of text from the spine of a perfect-bound book.
        least_tint: percent; ISO 12647-2 holds 3 to 97.
        least_text: pt, GWG 2015 4.16.
        least_line: pt, GWG 2015 4.17.
        plate_line: the finest line of foil, varnish or an embossing that stands.
        plate_gap: the finest gap that such a plate keeps open.
        least_quality: of a JPEG, 1 to 100.
        solid: side of a square of black alone beyond which it looks grey.
        most_stitched: pages of a book with staples.
    """

    safe: Length = Length.mm(3)
    careful: Length = Length.mm(5)
    gutter: Length = Length.mm(10)
    least_tint: float = 3.0
    least_text: float = 5.0
    least_line: float = 0.25
    plate_line: Length = Length.mm(0.1)
    plate_gap: Length = Length.mm(0.2)
    least_quality: int = 70
    solid: Length = Length.mm(60)
    most_stitched: int = 64


USUAL = Demands()
