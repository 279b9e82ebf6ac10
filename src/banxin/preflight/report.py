"""The report: what was made, what was found, in the form that programs rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from banxin.diagnostics import Diagnostic
from banxin.preflight.facts import Facts, InkOfPage
from banxin.preflight.ink import Measured
from banxin.preflight.painted import PROCESS
from banxin.preflight.registry import Limits
from banxin.schema import SCHEMA, finding_as_json, verdict, written
from banxin.units import Length

if TYPE_CHECKING:
    from banxin.readings import Reading
    from banxin.typeset import Fit


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

    `fits`: how its columns fill their pages; `licences`: of its fonts, by name in the PDF;
    `readings`: who has read it before print.
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
    readings: tuple[Reading, ...] = ()

    @property
    def verdict(self) -> str:
        return verdict(self.findings)

    @property
    def pages(self) -> int:
        return len(self.facts.sheets)

    def table(self, language: str) -> Mapping[str, Any]:
        """What `report.json` holds."""
        return {
            "schema": SCHEMA,
            "title": self.title,
            "finish": self.finish,
            "verdict": self.verdict,
            "pages": self.pages,
            "findings": [finding_as_json(finding, language) for finding in self.findings],
            "photos": [_photo(row) for row in self.photos],
            "fonts": [
                {
                    "family": font.family,
                    "file": self.files_of_fonts.get(font.family, ""),
                    "embedded": font.embedded,
                    "subset": font.subset,
                }
                for font in self.facts.fonts
            ],
            "inks": {
                "process": [name[0] if name != "Black" else "K" for name in PROCESS],
                "spot": sorted({plate.name for plate in self.facts.plates}),
                "tac_percent": max((ink.window for ink in self.facts.inks), default=None),
                "tac_reckoned": _is_reckoned(self.facts.inks),
                "limit_percent": self.limits.ink_limit,
            }
            if self.finish == "press"
            else None,
            "readings": [one.model_dump(mode="json") for one in self.readings],
            "timings_s": {stage: round(seconds, 2) for stage, seconds in self.timings.items()},
        }


def _is_reckoned(inks: Sequence[InkOfPage]) -> bool:
    """Whether the most ink is what colours add up to at most, on a page that was not drawn."""
    return bool(inks) and max(inks, key=lambda ink: (ink.window, not ink.reckoned)).reckoned


def as_json(report: Report, language: str) -> str:
    """`report.json`: schema 1."""
    return written(report.table(language))


def _photo(row: PhotoRow) -> Mapping[str, Any]:
    return {
        "file": row.file,
        "page": row.page,
        "placed_mm": [round(row.width.in_mm, 1), round(row.height.in_mm, 1)],
        "ppi": round(row.ppi),
        "source_px": list(row.pixels),
        "credit": row.credit,
    }
