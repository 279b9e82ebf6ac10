"""Colours: inks that the press has, and no light."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight import stacking
from banxin.preflight.facts import Facts
from banxin.preflight.painted import PROCESS, Mark
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule

X4: Final = "ISO 15930-7 6.2; GWG 2015 4.23"
_NOISE: Final = re.compile(r"[\W_]+|PANTONE|PMS")
# Behind a number: the paper of the swatch book, which changes no ink.
_BOOK: Final = re.compile(r"(?<=\d)(CVC|CVU|CVP|CV|CP|UP|EC|PC|TCX|TPX|C|U|M)$")
_ANY_BOOK: Final = re.compile(r"(?<=\w{2})(CVC|CVU|CV|C|U)$")
# What programs and people call the four inks of the press, beside their names in the standard.
_LIKE_PROCESS: Final[Mapping[str, str]] = {
    "C": "Cyan", "CYAN": "Cyan", "青": "Cyan", "青色": "Cyan", "品蓝": "Cyan", "天蓝": "Cyan",
    "M": "Magenta", "MAGENTA": "Magenta", "品红": "Magenta", "洋红": "Magenta", "品": "Magenta",
    "Y": "Yellow", "YELLOW": "Yellow", "黄": "Yellow", "黄色": "Yellow",
    "K": "Black", "BLACK": "Black", "KEY": "Black", "黑": "Black", "黑色": "Black",
    "SCHWARZ": "Black", "GELB": "Yellow", "NOIR": "Black", "JAUNE": "Yellow",
}  # fmt: skip
_OF_PROCESS: Final = re.compile(r"PROCESS|CMYK|四色|印刷")
# The four inks in the spaces that a Separation is shown with.
_FULL: Final[Mapping[str, Mapping[str, tuple[float, ...]]]] = {
    "DeviceCMYK": {ink: tuple(float(ink == other) for other in PROCESS) for ink in PROCESS},
    "DeviceGray": {"Black": (0,)},
}
_NAMED: Final = frozenset({"Separation", "DeviceN"})
_OFF: Final = 0.1  # of full ink, that an alternate may be out
_OF_LIGHT: Final = frozenset({"DeviceRGB", "CalRGB", "CalGray", "ICCBased/3", "ICCBased/1"})
# Plates that print no colour, whatever stands for them on a screen.
BINDERS: Final = re.compile(
    r"foil|varnish|lacquer|emboss|deboss|\bdie\b|cutter|crease|perforat|\buv\b|laminat|gloss|matt"
    r"|white|烫|光油|上光|击凸|起凸|压凹|压纹|模切|刀版|刀线|刀模|压痕|局部UV|白墨|白色",
    re.IGNORECASE,
)


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
    marks: tuple[Mark, ...] = (*pdf.runs, *pdf.fills, *pdf.strokes, *pdf.pictures)
    white = (m for m in marks if m.overprint and m.colour.is_paper)
    for mark, count in by_page(white):
        yield found(at(mark), count=count)


@rule("overprint/process", severity=Severity.WARNING, source="GWG 2022; ISO 32000-2 8.6.7")
def process_overprints(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Colours but black do not overprint one another: blue upon yellow would print green."""
    del limits
    over = stacking.on_pages(pdf, stacking.mixing)
    for mark, count in by_page(over, lambda mark: str(mark.colour)):
        yield found(at(mark), colour=str(mark.colour), count=count)


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
        if _plain(one) == _plain(other):
            yield found(_first_use(pdf, other), one=one, other=other)


@rule("spot/same-look", severity=Severity.WARNING, source="GWG 2015 4.20")
def same_look(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Two spot colours that look the same are probably one, by two names."""
    del limits
    plates = sorted({(p.alternate, p.name) for p in pdf.plates if p.alternate})
    for (one_look, one), (other_look, other) in combinations(plates, 2):
        if one_look == other_look and one != other and _plain(one) != _plain(other):
            yield found(_first_use(pdf, other), one=one, other=other)


@rule("spot/light-alternate", severity=Severity.ERROR, source="ISO 15930-7 6.2.4; GWG 2022")
def light_alternate(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A spot colour is shown in inks or Lab, not in RGB, of which each proof makes another."""
    del limits
    spots = (*pdf.plates, *pdf.inks_by_name)
    for name, space in sorted({(p.name, p.space) for p in spots if p.space in _OF_LIGHT}):
        yield found(_first_use(pdf, name), name=name, space=space)


@rule("spot/shown-white", severity=Severity.WARNING, source="practice: soft proofs")
def shown_white(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A spot colour shows on a proof: one whose alternate is white is overlooked, and prints."""
    for plate in pdf.plates:
        binders = plate.name in limits.binders or BINDERS.search(plate.name)
        if plate.is_shown_white and not binders:
            yield found(_first_use(pdf, plate.name), name=plate.name)


@rule("spot/two-alternates", severity=Severity.ERROR, source="ISO 15930-7 6.2.4; GWG 2022")
def two_alternates(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """One name has one look. With two, a proof shows colours that one ink cannot print."""
    del limits
    looks: dict[str, set[tuple[str, str]]] = {}
    for plate in (*pdf.plates, *pdf.inks_by_name):
        if plate.alternate:
            looks.setdefault(plate.name, set()).add((plate.space, plate.alternate))
    for name, known in sorted(looks.items()):
        if len(known) > 1:
            one, other, *_ = sorted(f"{space} {tone}" for space, tone in known)
            yield found(_first_use(pdf, name), name=name, one=one, other=other)


@rule("spot/not-its-ink", severity=Severity.ERROR, source="ISO 32000-2 8.6.6.4")
def not_its_ink(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Cyan is shown as cyan: a plate of the press that a proof shows otherwise comes out wrong."""
    del limits
    for ink in pdf.inks_by_name:
        full = _FULL.get(ink.space, {})
        if not ink.alternate or not full:
            continue
        meant = full.get(ink.name, ())
        parts = zip(ink.tone, meant, strict=False)
        if len(meant) != len(ink.tone) or any(abs(a - b) > _OFF for a, b in parts):
            yield found(
                _first_use(pdf, ink.name), name=ink.name, have=f"{ink.space} {ink.alternate}"
            )


@rule("spot/like-process", severity=Severity.ERROR, source="GWG 2022; practice")
def like_process(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The four inks go by their own names: “cyan” or “Process Black” would be a fifth plate."""
    for name in sorted({plate.name for plate in pdf.plates} - limits.plates):
        plain = _OF_PROCESS.sub("", _plain(name))
        meant = _LIKE_PROCESS.get(plain) or _LIKE_PROCESS.get(_ANY_BOOK.sub("", plain))
        if meant:
            yield found(_first_use(pdf, name), name=name, meant=meant)


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


@cache
def _plain(name: str) -> str:
    """A name of a spot colour without what makes no other ink of it."""
    folded = _NOISE.sub("", unicodedata.normalize("NFKC", name).upper())
    return _BOOK.sub("", folded)


def _first_use(pdf: Facts, name: str) -> Place:
    """Where a colorant is used by its name, rather than as one of the four inks."""
    named = (mark for mark in pdf.marks if mark.colour.space in _NAMED)
    return next((at(mark) for mark in named if name in dict(mark.colour.inks)), Place())
