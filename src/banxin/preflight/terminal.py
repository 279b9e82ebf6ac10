"""Findings for a person at a terminal, and for an editor's problem list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from banxin.diagnostics import Diagnostic, Place, Severity
from banxin.words import say, sentence

Source = Callable[[Place], str | None]


def human(findings: Sequence[Diagnostic], language: str, source: Source) -> str:
    """One block a finding: the place, what is wrong, the line with a caret, what to do.

    What is wrong with page after page is told once, with the other pages.

    Args:
        source: the text of the line that a place names, or None where there is none.
    """
    told: dict[object, list[Diagnostic]] = {}
    for number, finding in enumerate(findings):
        key = (finding.code, finding.severity) if finding.place.line is None else number
        told.setdefault(key, []).append(finding)
    return "\n".join(
        line
        for first, *more in told.values()
        for line in (*_block(first, language, source), *_elsewhere(more, language))
    )


def short(findings: Iterable[Diagnostic], language: str) -> str:
    """One line a finding, as editors' problem matchers read it."""
    return "\n".join(
        f"{_where(d.place)}{d.severity.value}: {d.code}: {say(d, language).message}"
        for d in findings
    )


def summary(findings: Iterable[Diagnostic], language: str) -> str:
    """How many of each kind."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    words = (
        sentence(f"say/count-{severity.value}", language, n=n).message
        for severity, n in counts.items()
        if n
    )
    return "、".join(words) if language == "zh" else ", ".join(words)


def _block(finding: Diagnostic, language: str, source: Source) -> Iterator[str]:
    said = say(finding, language)
    severity = sentence(f"say/severity-{finding.severity.value}", language).message
    yield f"{_where(finding.place)}{severity}: {finding.code}: {said.message}"
    line = source(finding.place)
    if line is not None and finding.place.line is not None:
        number = f"{finding.place.line:>5} │ "
        yield number + line
        caret = _under(line, finding.place.column or 1)
        yield " " * 5 + " │ " + caret
    if said.hint:
        yield f"  {sentence('say/hint', language).message}: {said.hint}"


def _elsewhere(more: Sequence[Diagnostic], language: str) -> Iterator[str]:
    pages = sorted({finding.place.page for finding in more if finding.place.page})
    if not more:
        return
    code = "say/more-on-pages" if pages else "say/more"
    said = sentence(code, language, n=len(more), pages=", ".join(_ranges(pages)))
    yield f"  {said.message}"


def _ranges(pages: Sequence[int]) -> Iterator[str]:
    """2, 3, 4, 9 as 2–4, 9."""
    for _, run in groupby(enumerate(pages), lambda item: item[1] - item[0]):
        members = [page for _, page in run]
        first, last = members[0], members[-1]
        yield f"{first}–{last}" if last > first else str(first)


def _where(place: Place) -> str:
    text = str(place)
    return f"{text}: " if text else ""


def _under(line: str, column: int) -> str:
    """A caret below *column*, Han characters taking two cells of a terminal."""
    before = line[: column - 1]
    return "".join("　" if ord(character) > 0x2E7F else " " for character in before) + "^"
