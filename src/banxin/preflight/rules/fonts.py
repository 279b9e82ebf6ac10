"""Fonts: carried by the file, and the ones that were chosen."""

from __future__ import annotations

from collections.abc import Iterator

from banxin.diagnostics import Place, Severity
from banxin.preflight.facts import Facts
from banxin.preflight.registry import Finding, Limits, found, rule


@rule("font/not-embedded", severity=Severity.ERROR, source="ISO 15930-7 6.2.5; GWG 2015 4.14")
def not_embedded(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The file carries every font it uses. Otherwise another one prints in its place."""
    del limits
    for font in pdf.fonts:
        if not font.embedded:
            yield found(Place(), family=font.family)


@rule("font/stranger", severity=Severity.ERROR, source="fonts/fonts.toml")
def stranger(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Only declared fonts are in the file. Another one came from the machine, by accident."""
    # WeasyPrint 70 names a font after its CSS family, with hyphens, and weight or style behind.
    known = tuple(family.replace(" ", "-") for family in limits.families)
    for font in pdf.fonts:
        if not font.family.startswith(known):
            yield found(Place(), family=font.family)
