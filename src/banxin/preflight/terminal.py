"""Findings for a person at a terminal, and for an editor's problem list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from banxin.diagnostics import Diagnostic, Place, Severity
from banxin.words import say, sentence

Source = Callable[[Place], str | None]


def human(findings: Sequence[Diagnostic], language: str, source: Source) -> str:
    """One block a finding: the place, what is wrong, the line with a caret, what to do.

    Args:
        source: the text of the line that a place names, or None where there is none.
    """
    return "\n".join(line for finding in findings for line in _block(finding, language, source))


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


def _where(place: Place) -> str:
    text = str(place)
    return f"{text}: " if text else ""


def _under(line: str, column: int) -> str:
    """A caret below *column*, Han characters taking two cells of a terminal."""
    before = line[: column - 1]
    return "".join("　" if ord(character) > 0x2E7F else " " for character in before) + "^"
