"""From a sealed Edition to Sheets: HTML by the layout's templates, pages by the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from banxin.assets.standins import pixels_needed
from banxin.diagnostics import Box, Diagnostic, warning
from banxin.edition import Asset, BoundFace, Edition, Picture
from banxin.typeset.boxes import Fonts
from banxin.typeset.engine import ENGINE, lay_out
from banxin.typeset.examining import examine
from banxin.typeset.html import Composed, compose
from banxin.typeset.sheets import Fit, Landed, Sheets, Trim
from banxin.typeset.tokens import Stylesheet, fonts_css
from banxin.typeset.unplaced import unplaced
from banxin.units import Length

__all__ = ["ENGINE", "Fit", "Landed", "Sheets", "Trim", "examine", "set_html", "typeset"]

WANTED_PPI: Final = 300  # what a missing photograph is asked for


def typeset(edition: Edition) -> Sheets:
    """The Edition's pages. A function of the Edition alone.

    Raises:
        BanxinError: faults of the templates, or of the laid-out pages.
    """
    page = compose(edition)
    sheets = _laid_out(page, edition, {})
    sheets = replace(sheets, remarks=(*sheets.remarks, *unplaced(edition, sheets.landed)))
    missing = tuple(p for p in edition.pictures.values() if p.is_missing)
    if not missing:
        return sheets
    # Only now is it known how large the missing photographs print: once more, with the numbers.
    told = tuple(d for picture in missing for d in _told(picture, sheets))
    named = {p.url: _labelled(p, sheets) for p in missing}
    again = _laid_out(page, edition, named)
    return replace(again, remarks=(*again.remarks, *unplaced(edition, again.landed), *told))


def set_html(
    html: str,
    assets: Mapping[str, Asset],
    faces: Sequence[BoundFace],
    identifier: bytes,
    *,
    base: str | None,
    compose: bool,
) -> Sheets:
    """A page of its own making: no layout, no tokens but the fonts.

    Raises:
        BanxinError: `engine/crashed`.
    """
    first = f':where(html) {{ font-family: "{faces[0].family}" }}'
    styles = (Stylesheet("fonts", f"{fonts_css(faces)}\n{first}"),)
    return lay_out(
        html, styles, assets, Fonts(tuple(faces)), identifier, base=base, compose=compose,
        tolerant=True,
    )  # fmt: skip


def _laid_out(page: Composed, edition: Edition, more: dict[str, Asset]) -> Sheets:
    return lay_out(
        page.html,
        page.styles,
        {**edition.assets, **more},
        Fonts(edition.faces),
        bytes.fromhex(edition.digest)[:16],
        compose=edition.compose,
        pitch=edition.layout.grid.baseline,
        sides=edition.layout.page.sides,
    )


def _boxes(picture: Picture, sheets: Sheets) -> Iterator[tuple[Landed, Box]]:
    for item in sheets.landed:
        if item.photo == picture.url and item.place.box_mm:
            yield item, item.place.box_mm


def _told(picture: Picture, sheets: Sheets) -> Iterator[Diagnostic]:
    for item, (x0, y0, x1, y1) in _boxes(picture, sheets):
        width, height = Length.mm(x1 - x0), Length.mm(y1 - y0)
        yield warning(
            "photo/for-position-only",
            item.place,
            file=str(picture.name),
            width=width,
            height=height,
            pixels_wide=pixels_needed(width, WANTED_PPI),
            pixels_high=pixels_needed(height, WANTED_PPI),
        )


def _labelled(picture: Picture, sheets: Sheets) -> Asset:
    """The stand-in in the shape of its largest box, with the pixels wanted."""
    boxes = [(x1 - x0, y1 - y0) for _, (x0, y0, x1, y1) in _boxes(picture, sheets)]
    width, height = max(boxes, default=(3.0, 2.0))
    wide, high = (pixels_needed(Length.mm(side), WANTED_PPI) for side in (width, height))
    return picture.stand_in(f"{wide} × {high} px", width, height)
