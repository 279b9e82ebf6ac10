"""Colours: inks that the press has, and no light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.painted import Mark
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule

X4: Final = "ISO 15930-7 6.2; GWG 2015 4.23"
_NOISE: Final = re.compile(r"[\s\-_./]+|PANTONE|®", re.IGNORECASE)


@rule("colour/not-ink", severity=Severity.ERROR, source=X4)
def not_ink(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Text, lines, areas and gradients name inks. RGB is left to whatever converts it last."""
    del limits
    marks = (*pdf.runs, *pdf.strokes, *pdf.fills, *pdf.shades)
    light = (mark for mark in marks if mark.colour.of_light)
    for mark, count in by_page(light, lambda mark: mark.colour.space):
        yield found(at(mark), space=mark.colour.space, count=count)


@rule("photo/not-ink", severity=Severity.ERROR, source=X4)
def photo_not_ink(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Pictures are in the inks of the press, so that their colours were seen before printing."""
    del limits
    for picture in pdf.pictures:
        if picture.colour.of_light:
            yield found(at(picture), space=picture.colour.space)


@rule("colour/broken-gradient", severity=Severity.ERROR, source="ISO 32000-2 8.7.4.5")
def broken_gradient(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A gradient gives as many components as its colours have; otherwise presses stop or guess."""
    del limits
    for shade in pdf.shades:
        if not shade.fits:
            yield found(at(shade), space=shade.colour.space)


@rule("colour/grey-overprints", severity=Severity.WARNING, source="GWG 2015 4.11")
def grey_overprints(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """DeviceGray that overprints differs from press to press; black of CMYK does not."""
    del limits
    grey = (m for m in (*pdf.runs, *pdf.fills) if m.overprint and m.colour.space == "DeviceGray")
    for mark, count in by_page(grey):
        yield found(at(mark), count=count)


@rule("overprint/white", severity=Severity.ERROR, source="GWG 2015 4.8, 4.9")
def white_overprints(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """White never overprints: it would vanish on the press though the screen shows it."""
    del limits
    marks: tuple[Mark, ...] = (*pdf.runs, *pdf.fills, *pdf.strokes)
    white = (m for m in marks if m.overprint and m.colour.is_paper)
    for mark, count in by_page(white):
        yield found(at(mark), count=count)


# --- transparency ---------------------------------------------------------------------------


@rule("transparency/blend-space", severity=Severity.ERROR, source="GWG 2015 4.25")
def blend_space(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """What is transparent is mixed as inks, not as light: the group's space is DeviceCMYK."""
    del limits
    told: set[tuple[int, str]] = set()
    for group in pdf.groups:
        key = (group.page, group.space)
        if not group.mask and group.space and group.space != "DeviceCMYK" and key not in told:
            told.add(key)
            yield found(Place(page=group.page), space=group.space)


@rule("transparency/mask-space", severity=Severity.ERROR, source="GWG 2015 4.25")
def mask_space(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A mask is made of grey or of inks; made of light, its edges differ from press to press."""
    del limits
    for group in pdf.groups:
        if group.mask == "luminosity" and group.space not in {"DeviceGray", "DeviceCMYK"}:
            yield found(Place(page=group.page), space=group.space or "–")


@rule("transparency/live", severity=Severity.ERROR, source="ISO 15930-4 6.13")
def live(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """PDF/X-1a knows no transparency: a press that asked for it would drop or darken things."""
    if limits.version != "PDF/X-1a":
        return
    pages = {group.page for group in pdf.groups} | {m.page for m in pdf.marks if m.alpha < 1}
    for page in sorted(pages):
        yield found(Place(page=page))


# --- spot colours ---------------------------------------------------------------------------


@rule("spot/undeclared", severity=Severity.ERROR, source="GWG 2015 4.18")
def undeclared(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Every spot colour was ordered: each one is a plate, an ink and a wash of the press."""
    for name in sorted({plate.name for plate in pdf.plates} - limits.plates):
        yield found(_first_use(pdf, name), name=name)


@rule("spot/twins", severity=Severity.ERROR, source="GWG 2015 4.19")
def twins(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """One spot colour has one name: “PANTONE 871 C” and “Pantone 871C” would be two plates."""
    del limits
    names = sorted({plate.name for plate in pdf.plates})
    for one, other in combinations(names, 2):
        if _NOISE.sub("", one).casefold() == _NOISE.sub("", other).casefold():
            yield found(_first_use(pdf, other), one=one, other=other)


@rule("spot/same-look", severity=Severity.WARNING, source="GWG 2015 4.20")
def same_look(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Two spot colours that look the same are probably one, by two names."""
    del limits
    plates = sorted({(p.alternate, p.name) for p in pdf.plates if p.alternate})
    for (one_look, one), (other_look, other) in combinations(plates, 2):
        same_name = _NOISE.sub("", one).casefold() == _NOISE.sub("", other).casefold()
        if one_look == other_look and one != other and not same_name:
            yield found(_first_use(pdf, other), one=one, other=other)


@rule("spot/registration", severity=Severity.ERROR, source="GWG 2015 4.21")
def registration(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The registration colour stays outside the trim: it prints full on every plate."""
    del limits
    sizes = {sheet.number: sheet.size for sheet in pdf.sheets}
    for mark in pdf.marks:
        width, height = sizes[mark.page]
        x0, y0, x1, y1 = mark.box
        inside = x0 < width - 0.1 and x1 > 0.1 and y0 < height - 0.1 and y1 > 0.1
        if "All" in mark.colour.plates and inside and not mark.aside:
            yield found(at(mark))


def _first_use(pdf: Facts, name: str) -> Place:
    return next((at(mark) for mark in pdf.marks if name in dict(mark.colour.inks)), Place())
