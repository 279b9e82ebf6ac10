"""What was found, where, and with which numbers. The words come later, from `words`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from banxin.units import Length

NEAR: Final = (
    0.65  # of 1: “langfagn” is 0.88 of “langfang”, “oen” 0.67 of “one”, “paper” 0.4 of “press”
)
Fact: TypeAlias = str | int | float | Length
Box: TypeAlias = tuple[float, float, float, float]


class Severity(StrEnum):
    """How much it matters. `SKIPPED`: a check could not run; `CRASH`: a check is broken."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"
    CRASH = "crash"


GRAVEST_FIRST: Final = (
    Severity.CRASH, Severity.ERROR, Severity.WARNING, Severity.SKIPPED, Severity.NOTE,
)  # fmt: skip
_RANK: Final = {severity: rank for rank, severity in enumerate(GRAVEST_FIRST)}


def shown(file: Path) -> str:
    """A path as it is typed from here."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


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


def page_ranges(pages: Iterable[int], dash: str = "–") -> Iterator[str]:
    """2, 3, 4, 9 as 2–4, 9."""
    for _, run in groupby(enumerate(pages), lambda item: item[1] - item[0]):
        members = [page for _, page in run]
        first, last = members[0], members[-1]
        yield f"{first}{dash}{last}" if last > first else str(first)


class Subject(NamedTuple):
    """What of a document a finding is about, where a layout may be to blame.

    Attributes:
        element: its number in the document; -1 of a box in a page's margin.
        part: its pseudo-element, or the margin box, or empty.
        names: the properties at fault, by the engine's names, the likeliest first.
        page: of a margin box, the page's type.
    """

    element: int
    part: str = ""
    names: tuple[str, ...] = ()
    page: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """Where a layout says what a finding comes from.

    Attributes:
        place: a line of a stylesheet, of a template or of a table.
        written: the declaration there with its selector, or the tag.
    """

    place: Place
    written: str = ""

    def __str__(self) -> str:
        return f"{self.place}  {self.written}".strip()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing noticed.

    Attributes:
        facts: what fills the {placeholders} of the sentence that `code` names.
        made: what it is about, until its cause is looked up.
        cause: what of a layout it comes from, where that is known.
    """

    code: str
    severity: Severity
    place: Place = NOWHERE
    facts: Mapping[str, Fact] = field(default_factory=dict)
    made: Subject | None = field(default=None, compare=False, repr=False)
    cause: Cause | None = field(default=None, compare=False)


def error(code: str, place: Place = NOWHERE, /, **facts: Fact) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, place, facts)


def warning(code: str, place: Place = NOWHERE, /, **facts: Fact) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, place, facts)


def note(code: str, place: Place = NOWHERE, /, **facts: Fact) -> Diagnostic:
    return Diagnostic(code, Severity.NOTE, place, facts)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty string.

    Of file names the part before the dot decides: all photographs end in `.jpg`.
    """
    best, ratio = "", 0.0
    asked = _plain(word)
    for name in known:
        matcher = difflib.SequenceMatcher(None, asked, _plain(name))
        least = max(NEAR, ratio)
        # Upper bounds, which cost a fraction: of strange names most end here.
        if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
            continue
        found = matcher.ratio()
        if found >= NEAR and found > ratio:
            best, ratio = name, found
    return best


def _plain(word: str) -> str:
    """Without regard to case, kinds of hyphen, and what a file's name ends in."""
    folded = word.casefold().replace("_", "-").strip("-")
    stem, dot, suffix = folded.rpartition(".")
    return stem if dot and stem and len(suffix) <= 4 and suffix.isalnum() else folded


class BanxinError(Exception):
    """Work cannot go on. Carries every problem of the stage that failed, never only the first."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.place}: {d.code}" for d in diagnostics))
        self.diagnostics = diagnostics


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Gravest first, then as the manuscript runs; each once, and without mere consequences."""
    once = {(d.code, d.place, str(d.facts)): d for d in findings}

    def key(d: Diagnostic) -> tuple[Any, ...]:
        place = d.place
        return (_RANK[d.severity], place.file or "", place.line or 0, place.page or 0, d.code)

    return tuple(sorted(_causes(tuple(once.values())), key=key))


# --- one cause, one finding -----------------------------------------------------------------

# Cause → what follows from it → what both have in common: a fact, `@file`, `@line`, or nothing.
FOLLOWS: Final[Mapping[str, Mapping[str, str]]] = {
    **{
        f"photo/{fault}": {"photo/no-credit": "file", "photo/no-caption": "file"}
        for fault in (
            "missing", "missing-strange", "for-position-only", "empty", "unreadable", "truncated",
            "format", "too-large",
        )
    },
    **{
        code: {
            "css/unknown-family": "family", "font/missing-character": "family",
            "font/no-glyph": "", "font/empty-box": "",
        }
        for code in ("css/no-face", "layout/no-face")
    },
    **{
        code: {
            "font/missing-character": "codepoint",
            "font/no-glyph": "codepoint",
            "font/empty-box": "",
        }
        for code in ("font/no-face-has", "font/no-face-known")
    },
    "font/missing-character": {"font/empty-box": ""},
    "font/no-glyph": {"font/empty-box": ""},
    "layout/no-style": {"css/unknown-variable": "", "css/unknown-variable-strange": ""},
    "css/unclosed": {
        "css/ignored": "@file",
        "css/ignored-known": "@file",
        "css/unknown-variable": "@file",
        "css/unknown-variable-strange": "@file",
    },
    "css/unopened": {"css/ignored": "@file", "css/ignored-known": "@file"},
    "text/too-long": {"text/over-text": "@line", "text/over-picture": "@line"},
    "text/off-page": {"text/too-long": "@line", "text/too-wide": "@line", "text/lost": "@line"},
    "photo/not-printed": {"front-matter/unknown": "@line"},
    "engine/address-refused": {"engine/picture-unreadable": "address"},
}  # fmt: skip


# What a cause and what follows from it have in common: the finding's code, the rule, the value.
_Shared: TypeAlias = tuple[str, str, object]


def _causes(findings: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    """Those that do not follow from another one. What is graver than its cause stays."""
    gravest: dict[_Shared, int] = {}
    for cause in findings:
        for shared in _explained(cause):
            gravest[shared] = min(_RANK[cause.severity], gravest.get(shared, len(_RANK)))
    for d in findings:
        rank = _RANK[d.severity]
        if not any(gravest.get(shared, len(_RANK)) <= rank for shared in _explaining(d)):
            yield d


def _explained(cause: Diagnostic) -> Iterator[_Shared]:
    """What *cause* says of the findings that follow from it."""
    place = cause.place
    for code, rule in FOLLOWS.get(cause.code, {}).items():
        match rule:
            case "":
                yield code, rule, None
            case "@file":
                yield code, rule, place.file
            case "@line":
                yield code, rule, (place.file, place.line)
                yield code, rule, (place.file, place.line, place.page)
            case _:
                yield code, rule, cause.facts.get(rule)


def _explaining(d: Diagnostic) -> Iterator[_Shared]:
    """What a cause of *d* would say."""
    place = d.place
    for rule in _RULES.get(d.code, ()):
        match rule:
            case "":
                yield d.code, rule, None
            case "@file" if place.file is not None:
                yield d.code, rule, place.file
            case "@line" if place.line is not None and place.page is None:
                yield d.code, rule, (place.file, place.line)
            case "@line" if place.line is not None:
                yield d.code, rule, (place.file, place.line, place.page)
            case "@file" | "@line":
                pass
            case _:
                # A finding may name several of what its cause names one: the faces of a text.
                for named in str(d.facts.get(rule, "")).split(", "):
                    yield d.code, rule, named


def _rules() -> Mapping[str, frozenset[str]]:
    """Code of what follows → all that it may have in common with its causes."""
    rules: dict[str, set[str]] = {}
    for followers in FOLLOWS.values():
        for code, rule in followers.items():
            rules.setdefault(code, set()).add(rule)
    return {code: frozenset(of) for code, of in rules.items()}


_RULES: Final = _rules()
