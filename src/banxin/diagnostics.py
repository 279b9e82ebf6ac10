"""What was found, where, and with which numbers. The words come later, from `words`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeAlias

from banxin.units import Length

Fact: TypeAlias = str | int | float | Length
Box: TypeAlias = tuple[float, float, float, float]


class Severity(StrEnum):
    """How much it matters. `SKIPPED`: a check could not run; `CRASH`: a check is broken."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"
    CRASH = "crash"


_RANK: Final = {
    Severity.CRASH: 0,
    Severity.ERROR: 1,
    Severity.WARNING: 2,
    Severity.SKIPPED: 3,
    Severity.NOTE: 4,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: in a file, on a page, or both.

    Attributes:
        file: name in the workspace, with forward slashes.
        line: counted from 1.
        column: counted from 1, in characters.
        page: counted from 1, as sheets lie in the PDF.
        box_mm: x0, y0, x1, y1 on the trimmed page, from its top left corner.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    page: int | None = None
    box_mm: Box | None = None

    def __str__(self) -> str:
        parts = [str(p) for p in (self.file, self.line, self.column) if p is not None]
        where = ":".join(parts)
        if self.page is None:
            return where
        return f"{where} p.{self.page}".strip()

    def on_page(self, page: int, box_mm: Box | None = None) -> Place:
        return replace(self, page=page, box_mm=box_mm)


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing noticed. `facts` fill the {placeholders} of the sentence that `code` names."""

    code: str
    severity: Severity
    place: Place = NOWHERE
    facts: Mapping[str, Fact] = field(default_factory=dict)


def error(code: str, place: Place = NOWHERE, /, **facts: Fact) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, place, facts)


def warning(code: str, place: Place = NOWHERE, /, **facts: Fact) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, place, facts)


def note(code: str, place: Place = NOWHERE, /, **facts: Fact) -> Diagnostic:
    return Diagnostic(code, Severity.NOTE, place, facts)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty string."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return close[0] if close else ""


class BanxinError(Exception):
    """Work cannot go on. Carries every problem of the stage that failed, never only the first."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.place}: {d.code}" for d in diagnostics))
        self.diagnostics = diagnostics


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Gravest first, then as the manuscript runs; each once."""
    once = {(d.code, d.place, str(d.facts)): d for d in findings}

    def key(d: Diagnostic) -> tuple[Any, ...]:
        place = d.place
        return (_RANK[d.severity], place.file or "", place.line or 0, place.page or 0, d.code)

    return tuple(sorted(once.values(), key=key))
