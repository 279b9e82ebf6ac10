"""Photographs: whether they have the pixels to be printed at their size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Severity
from banxin.preflight.facts import Facts
from banxin.preflight.painted import PaintedPicture
from banxin.preflight.registry import Finding, Limits, at, found, rule
from banxin.units import Length

ROUNDING: Final = 0.99  # pictures are made in whole pixels: 299 is meant as 300
SOURCE: Final = "press profile; GWG 2015 4.26"
WASTEFUL: Final = 450  # ppi
LEAST_BITMAP, LOW_BITMAP = 550, 800  # ppi
BLOCKS: Final = 40  # quality of a JPEG, below which flat areas fall into squares
FEW: Final = 4  # pixels of a mask: one that is flat, or runs one way, has no edge to be seen
SPECK: Final = 3.0  # mm: a picture smaller than this is an ornament


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


@rule("photo/wasteful", severity=Severity.NOTE, source="practice")
def wasteful(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """More than 450 pixels an inch are never seen, and make the file slow to handle."""
    del limits
    for picture in _toned(pdf):
        if picture.ppi > WASTEFUL:
            yield found(at(picture), ppi=round(picture.ppi), needed=WASTEFUL)


@rule("photo/coarse-bitmap", severity=Severity.ERROR, source="GWG 2015 4.27")
def coarse_bitmap(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Line art of black and white alone has 550 ppi or more: its stairs show first."""
    del limits
    yield from _bitmaps(pdf, 0, LEAST_BITMAP)


@rule("photo/soft-bitmap", severity=Severity.WARNING, source="GWG 2015 4.27")
def soft_bitmap(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Line art of black and white alone has 800 ppi for clean slanted edges."""
    del limits
    yield from _bitmaps(pdf, LEAST_BITMAP, LOW_BITMAP)


@rule("photo/coarse-mask", severity=Severity.ERROR, source=SOURCE)
def coarse_mask(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """What cuts a picture out is as fine as a picture; else stairs show along every edge."""
    for picture in pdf.pictures:
        drawn = min(picture.mask) > FEW and max(picture.width, picture.height) >= SPECK
        if drawn and picture.mask_ppi < limits.least_ppi * ROUNDING:
            yield found(at(picture), ppi=round(picture.mask_ppi), needed=limits.least_ppi)


@rule("photo/jpeg-blocks", severity=Severity.ERROR, source="practice; ISO/IEC 10918-1 annex K")
def jpeg_blocks(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A JPEG is not compressed so hard that its blocks of eight pixels are seen in print."""
    del limits
    yield from _compressed(pdf, 1, BLOCKS)


@rule("photo/jpeg-weak", severity=Severity.WARNING, source="press profile: least_quality")
def jpeg_weak(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A JPEG keeps fine textures: below a quality of 70 skin and sky turn to patches."""
    yield from _compressed(pdf, BLOCKS, limits.demands.least_quality)


def _compressed(pdf: Facts, least: int, below: int) -> Iterator[Finding]:
    told = set[int]()
    for picture in _toned(pdf):
        if least <= picture.quality < below and picture.number not in told:
            told.add(picture.number)
            yield found(at(picture), have=picture.quality, needed=below)


@rule("photo/codec", severity=Severity.ERROR, source="GWG 2015 4.31; ISO 15930-7 6.9")
def codec(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Pictures are packed in ways that every press reads: no JPEG 2000, no LZW, no 16 bits."""
    del limits
    for picture in pdf.pictures:
        if picture.codec in {"JPXDecode", "LZWDecode", "LZW"}:
            yield found(at(picture), codec=picture.codec)
        elif picture.bits == 16:
            yield found(at(picture), codec="16 bit")


@rule("photo/jbig2", severity=Severity.WARNING, source="GWG 2015 4.31")
def jbig2(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """JBIG2 may swap similar characters of a scan; CCITT G4 cannot."""
    del limits
    for picture in pdf.pictures:
        if picture.codec == "JBIG2Decode":
            yield found(at(picture))


def _toned(pdf: Facts) -> Iterator[PaintedPicture]:
    for picture in pdf.pictures:
        if not picture.is_bitmap and max(picture.width, picture.height) >= SPECK:
            yield picture


def _between(pdf: Facts, least: float, below: int, limits: Limits) -> Iterator[Finding]:
    told: dict[tuple[int, int], int] = {}
    for picture in _toned(pdf):
        if least * ROUNDING <= picture.ppi < below * ROUNDING:
            # One that goes on over the fold is one picture.
            half = picture.number, round(picture.ppi)
            before, told[half] = told.get(half), picture.page
            if picture.number and picture.page % 2 and before == picture.page - 1:
                continue
            yield _told(picture, below if below < limits.wanted_ppi else limits.wanted_ppi)


def _bitmaps(pdf: Facts, least: int, below: int) -> Iterator[Finding]:
    for picture in pdf.pictures:
        large = max(picture.width, picture.height) >= SPECK
        if picture.is_bitmap and large and least * ROUNDING <= picture.ppi < below * ROUNDING:
            yield _told(picture, below)


def _told(picture: PaintedPicture, needed: int) -> Finding:
    left, _, right, _ = picture.box
    shown = min(picture.width, right - left)  # what is cropped away is no width
    widest = Length.mm(shown * picture.ppi / needed)
    return found(at(picture), ppi=round(picture.ppi), needed=needed, widest=widest)
