"""The file itself: what kind it claims to be, for which press, and what it must not carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from banxin.diagnostics import Place, Severity
from banxin.preflight import conditions
from banxin.preflight.facts import Facts
from banxin.preflight.registry import Finding, Limits, found, rule

X4: Final = "ISO 15930-7"
NEWEST: Final = {"PDF/X-4": "1.6", "PDF/X-1a": "1.4"}
NEEDED: Final = ("created", "modified", "document", "edition", "rendition")


@rule("file/version", severity=Severity.ERROR, source=f"{X4} 6.1; ISO 15930-4 6.1")
def version(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The PDF version is one that the standard allows: 1.6 for X-4, 1.4 for X-1a."""
    newest = NEWEST[limits.version]
    if tuple(map(int, pdf.version.split("."))) > tuple(map(int, newest.split("."))):
        yield found(Place(), have=pdf.version, needed=newest)


@rule("file/not-pdfx", severity=Severity.ERROR, source=f"{X4} 6.7")
def not_pdfx(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The metadata say which PDF/X the file is. Without it a shop's check does not begin."""
    have = pdf.metadata.get("version") or pdf.information.get("GTS_PDFXVersion", "")
    if not have.startswith(limits.version):
        yield found(Place(), have=have or "–", needed=limits.version)


@rule("file/metadata", severity=Severity.ERROR, source=f"{X4} 6.7")
def metadata(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Dates and identifiers stand in the metadata, and the file has an ID: jobs are told apart."""
    if limits.version != "PDF/X-4":
        return
    lacking = [key for key in NEEDED if not pdf.metadata.get(key)]
    if not pdf.has_id:
        lacking.append("ID")
    if lacking:
        yield found(Place(), lacking=", ".join(lacking))


@rule("file/metadata-differ", severity=Severity.ERROR, source=f"{X4} 6.7")
def metadata_differ(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Document information and metadata agree on the title and on trapping, spaces aside."""
    del limits
    pairs = (("title", "Title"), ("trapped", "Trapped"))
    for inside, outside in pairs:
        one = pdf.metadata.get(inside)
        other = " ".join(pdf.information.get(outside, "").lstrip("/").split())
        if one is not None and other and one != other:
            yield found(Place(), key=outside, one=one, other=other)


@rule("file/trapped", severity=Severity.ERROR, source=f"{X4} 6.5; GWG 2015 4.3")
def trapped(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The file says whether it is trapped, True or False, so that nobody traps it twice."""
    del limits
    have = pdf.information.get("Trapped", "").lstrip("/")
    if have not in {"True", "False"}:
        yield found(Place(), have=have or "–")


@rule("file/unread", severity=Severity.ERROR, source="banxin")
def unread(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Every page could be looked at to its end. What was not seen is not judged."""
    del limits
    for page, why in pdf.unread.items():
        yield found(Place(page=page), why=why)


# --- output intent --------------------------------------------------------------------------


@rule("intent/missing", severity=Severity.ERROR, source=f"{X4} 6.3; GWG 2015 4.5")
def intent(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The file says for which press it is made, once. Otherwise colours mean nothing certain."""
    del limits
    count = sum(intent.kind == "GTS_PDFX" for intent in pdf.intents)
    if count != 1:
        yield found(Place(), count=count)


@rule("intent/profile", severity=Severity.ERROR, source=f"{X4} 6.3")
def intent_profile(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The output intent carries the profile of a CMYK press, not that of a screen or a scanner."""
    del limits
    for intent in pdf.intents:
        if intent.kind == "GTS_PDFX" and intent.profile != "prtr CMYK":
            yield found(Place(), have=intent.profile or "–")


@rule("intent/unnamed", severity=Severity.ERROR, source=f"{X4} 6.3")
def intent_unnamed(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The output intent names its printing condition, in the registry's word and in plain ones."""
    del limits
    for intent in pdf.intents:
        if intent.kind == "GTS_PDFX" and not (intent.identifier and intent.info):
            yield found(Place())


@rule("intent/other-condition", severity=Severity.WARNING, source="press profile: condition")
def other_condition(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The file is made for the condition that the press profile describes."""
    for intent in pdf.intents:
        named = intent.kind == "GTS_PDFX" and intent.identifier and limits.condition
        if named and intent.identifier != limits.condition:
            yield found(Place(), have=intent.identifier, needed=limits.condition)


@rule("intent/names-another", severity=Severity.ERROR, source=f"{X4} 6.3; color.org's registry")
def names_another(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """The profile is of the condition that is named, by its own name and by its colours."""
    del limits
    for intent in pdf.intents:
        if intent.kind != "GTS_PDFX" or intent.profile != "prtr CMYK":
            continue
        named = f"{intent.identifier} · {intent.info}"
        if intent.unlike or conditions.name_another(intent.identifier, intent.described):
            yield found(Place(), have=named, held=intent.described or "–")


# --- what must not be there -----------------------------------------------------------------


@rule("file/active", severity=Severity.ERROR, source=f"{X4} 6.14; ISO 32000-2 12.6")
def active(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No scripts, actions or forms: a printed page does nothing."""
    del limits
    for kind in ("script", "action", "form"):
        if kind in pdf.forbidden:
            yield found(Place(), kind=kind, count=pdf.forbidden[kind])


@rule("file/carries", severity=Severity.ERROR, source=f"{X4} 6.12, 6.16; GWG 2015 4.30")
def carries(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No files inside the file, no PostScript, no pictures kept elsewhere or in two versions."""
    del limits
    kinds = {kind: pdf.forbidden.get(kind, 0) for kind in ("embedded", "postscript", "opi")}
    kinds["alternates"] = sum(picture.alternates for picture in pdf.pictures)
    for kind, count in kinds.items():
        if count:
            yield found(Place(), kind=kind, count=count)


@rule("file/press-settings", severity=Severity.ERROR, source=f"{X4} 6.2.7; GWG 2015 4.28")
def press_settings(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No transfer curves or halftones: they bend the tones that the press is set up for."""
    del limits
    for kind in ("transfer", "halftone"):
        if kind in pdf.forbidden:
            yield found(Place(), kind=kind, count=pdf.forbidden[kind])


@rule("file/layers", severity=Severity.ERROR, source="GWG 2015 4.29")
def layers(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No layers that can be switched: what prints must not depend on who opened the file."""
    del limits
    if "layer" in pdf.forbidden:
        yield found(Place())


@rule("annotation/on-the-page", severity=Severity.ERROR, source=f"{X4} 6.13")
def on_the_page(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No comments, links or stamps on the page: some print, some do not."""
    del limits
    sizes = {sheet.number: sheet.size for sheet in pdf.sheets}
    for note in pdf.annotations:
        width, height = sizes[note.page]
        x0, y0, x1, y1 = note.box
        if note.kind in {"TrapNet", "PrinterMark"} or x1 < -3 or y1 < -3:
            continue
        if x0 > width + 3 or y0 > height + 3:
            continue
        box = (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
        yield found(Place(page=note.page, box_mm=box), kind=note.kind)
