"""The report: what was made, what was found, in the form that programs rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from banxin.diagnostics import Diagnostic, Fact, Severity
from banxin.preflight.facts import Facts, Ink
from banxin.preflight.ink import Measured
from banxin.preflight.painted import PROCESS
from banxin.preflight.registry import Limits
from banxin.units import Length
from banxin.visible import halves_numbered
from banxin.words import say

if TYPE_CHECKING:
    from banxin.typeset import Fit

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photograph on a page. `ppi`: pixels of the original per printed inch."""

    file: str
    page: int
    width: Length
    height: Length
    ppi: float
    pixels: tuple[int, int]
    credit: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything to know about one build of one title.

    `fits`: how its columns fill their pages; `licences`: of its fonts, by name in the PDF.
    """

    title: str
    finish: str
    findings: tuple[Diagnostic, ...]
    photos: tuple[PhotoRow, ...]
    facts: Facts
    files_of_fonts: Mapping[str, str]
    timings: Mapping[str, float]
    limits: Limits
    measured: Measured = field(default_factory=Measured)
    fits: tuple[Fit, ...] = ()
    licences: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        return verdict(self.findings)


def verdict(findings: Iterable[Diagnostic]) -> str:
    """Pass · warn · fail. What could not be checked does not pass as checked: it warns."""
    severities = {finding.severity for finding in findings}
    if severities & {Severity.ERROR, Severity.CRASH}:
        return "fail"
    return "warn" if severities & {Severity.WARNING, Severity.SKIPPED} else "pass"


def as_json(report: Report, language: str) -> str:
    """`report.json`: schema 1."""
    return written(as_table(report, language))


def written(table: Mapping[str, Any]) -> str:
    return halves_numbered(json.dumps(table, ensure_ascii=False, indent=1) + "\n")


def as_table(report: Report, language: str) -> Mapping[str, Any]:
    """What `report.json` holds."""
    return {
        "schema": SCHEMA,
        "title": report.title,
        "finish": report.finish,
        "verdict": report.verdict,
        "pages": len(report.facts.sheets),
        "findings": [finding_as_json(finding, language) for finding in report.findings],
        "photos": [_photo(row) for row in report.photos],
        "fonts": [
            {
                "family": font.family,
                "file": report.files_of_fonts.get(font.family, ""),
                "embedded": font.embedded,
                "subset": font.subset,
            }
            for font in report.facts.fonts
        ],
        "inks": {
            "process": [name[0] if name != "Black" else "K" for name in PROCESS],
            "spot": sorted({plate.name for plate in report.facts.plates}),
            "tac_percent": max((ink.window for ink in report.facts.inks), default=None),
            "tac_reckoned": _is_reckoned(report.facts.inks),
            "limit_percent": report.limits.ink_limit,
        }
        if report.finish == "press"
        else None,
        "timings_s": {stage: round(seconds, 2) for stage, seconds in report.timings.items()},
    }


def _is_reckoned(inks: Sequence[Ink]) -> bool:
    """Whether the most ink is what colours add up to at most, on a page that was not drawn."""
    return bool(inks) and max(inks, key=lambda ink: (ink.window, not ink.reckoned)).reckoned


def without_pages(title: str, findings: Iterable[Diagnostic], language: str) -> Mapping[str, Any]:
    """The same for a title of which nothing could be made."""
    return {
        "schema": SCHEMA,
        "title": title,
        "finish": None,
        "verdict": "fail",
        "pages": 0,
        "findings": [finding_as_json(finding, language) for finding in findings],
        "photos": [],
        "fonts": [],
        "inks": None,
        "timings_s": {},
    }


def envelope(
    titles: Sequence[Mapping[str, Any]], findings: Sequence[Diagnostic], language: str
) -> str:
    """What every command says with `--format json`: one document, whatever came of it.

    Args:
        titles: `report.json` of each, with its `files`.
        findings: those of no title: what was typed, the machine, a layout, a font.
    """
    verdicts = [verdict(findings), *(str(title["verdict"]) for title in titles)]
    return written(
        {
            "schema": SCHEMA,
            "verdict": max(verdicts, key=("pass", "warn", "fail").index),
            "titles": titles,
            "findings": [finding_as_json(finding, language) for finding in findings],
        }
    )


def finding_as_json(finding: Diagnostic, language: str) -> Mapping[str, Any]:
    said = say(finding, language)
    place = finding.place
    where = {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "page": place.page,
        "box_mm": list(place.box_mm) if place.box_mm else None,
    }
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "place": {key: value for key, value in where.items() if value is not None},
        "message": said.message,
        "hint": said.hint,
        "facts": {
            (f"{key}_mm" if isinstance(value, Length) else key): _plain(value)
            for key, value in finding.facts.items()
        },
    }


def _photo(row: PhotoRow) -> Mapping[str, Any]:
    return {
        "file": row.file,
        "page": row.page,
        "placed_mm": [round(row.width.in_mm, 1), round(row.height.in_mm, 1)],
        "ppi": round(row.ppi),
        "source_px": list(row.pixels),
        "credit": row.credit,
    }


def _plain(value: Fact) -> str | int | float:
    return round(value.in_mm, 2) if isinstance(value, Length) else value
