"""Fonts: carried by the file, complete, and the ones that were chosen."""

from __future__ import annotations

from collections.abc import Iterator

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule


@rule("font/not-embedded", severity=Severity.ERROR, source="ISO 15930-7 6.2.5; GWG 2015 4.14")
def not_embedded(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The file carries every font it uses. Otherwise another one prints in its place."""
    del limits
    for font in pdf.fonts:
        if not font.embedded:
            yield found(_first_use(pdf, font.family), family=font.family)


@rule("font/damaged", severity=Severity.ERROR, source="ISO 15930-7 6.2.5; ISO/IEC 14496-22")
def damaged(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """A font's program is whole. From a damaged one each press draws something else, or nothing."""
    del limits
    for font in pdf.fonts:
        if font.damage:
            yield found(_first_use(pdf, font.family), family=font.family, why=font.damage)


@rule("font/widths", severity=Severity.ERROR, source="ISO 15930-7 6.2.5; ISO 32000-2 9.2.4")
def widths(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The file spaces glyphs as wide as its font draws them; else letters overlap or fall apart."""
    del limits
    for font in pdf.fonts:
        if font.unlike:
            place = _first_use(pdf, font.family)
            yield found(place, family=font.family, count=font.unlike, off=round(font.off))


@rule("font/no-outline", severity=Severity.ERROR, source="ISO 15930-7 6.2.5")
def no_outline(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Characters of the text have an outline in the font: without one, nothing prints there."""
    del limits
    for font in pdf.fonts:
        if font.empty:
            yield found(_first_use(pdf, font.family), family=font.family, count=font.empty)


@rule("font/empty-box", severity=Severity.ERROR, source="ISO 15930-7 6.2.5")
def empty_box(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Every character has a glyph. Where none is, an empty box prints, often in somebody's name."""
    del limits
    missing = (run for run in pdf.runs if run.missing and not run.hidden)
    for run, _ in by_page(missing, lambda run: run.font):
        yield found(at(run), family=_plain(run.font), count=run.missing)


@rule("font/type3", severity=Severity.WARNING, source="GWG 2015 4.14")
def type3(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No Type 3 fonts: they are drawings or pixels, without hinting, and print rough when small."""
    del limits
    for font in pdf.fonts:
        if font.kind == "Type3":
            yield found(Place(), family=font.family)


@rule("font/fallback", severity=Severity.WARNING, source="practice")
def fallback(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Courier in a book is mostly what a program took when it did not find the font."""
    if limits.families:
        return
    for font in pdf.fonts:
        if "courier" in font.family.lower():
            yield found(_first_use(pdf, font.family), family=font.family)


@rule("font/stranger", severity=Severity.ERROR, source="fonts/fonts.toml")
def stranger(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Only declared fonts are in the file. Another one came from the machine, by accident."""
    # WeasyPrint 70 names a font after its CSS family, with hyphens, and weight or style behind.
    known = tuple(family.replace(" ", "-") for family in limits.families)
    for font in pdf.fonts:
        if known and not font.family.startswith(known):
            yield found(_first_use(pdf, font.family), family=font.family)


def _first_use(pdf: Facts, family: str) -> Place:
    return next((at(run) for run in pdf.runs if _plain(run.font) == family), Place())


def _plain(name: str) -> str:
    """Without the tag of a subset."""
    tag, plus, family = name.partition("+")
    return family if plus and len(tag) == 6 else name
