"""Photographs: whether they have the pixels to be printed at their size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts, Image
from banxin.preflight.registry import Finding, Limits, found, rule

ROUNDING: Final = 0.99  # pictures are made in whole pixels: 299 is meant as 300
SOURCE: Final = "press profile; GWG 2015 4.26"


@rule("photo/low-resolution", severity=Severity.ERROR, source=SOURCE)
def low_resolution(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A photograph prints with so few pixels an inch that anybody sees it."""
    yield from _between(pdf, 0, limits.least_ppi, limits)


@rule("photo/soft", severity=Severity.WARNING, source=SOURCE)
def soft(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A photograph prints softer than its neighbours: a careful eye sees it."""
    yield from _between(pdf, limits.least_ppi, limits.low_ppi, limits)


@rule("photo/below-wish", severity=Severity.NOTE, source=SOURCE)
def below_wish(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A photograph has fewer pixels an inch than print shops ask for; it prints well enough."""
    yield from _between(pdf, limits.low_ppi, limits.wanted_ppi, limits)


def _between(pdf: Facts, least: float, below: int, limits: Limits) -> Iterator[Finding]:
    for image in pdf.images:
        if least * ROUNDING <= image.ppi < below * ROUNDING:
            yield _told(image, below if below < limits.wanted_ppi else limits.wanted_ppi)


def _told(image: Image, needed: int) -> Finding:
    widest = image.width * (image.ppi / needed)
    place = Place(page=image.page, box_mm=image.box_mm)
    return found(place, ppi=round(image.ppi), needed=needed, widest=widest)
