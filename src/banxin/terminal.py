"""Findings for a person at a terminal, and for an editor's problem list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from banxin.diagnostics import GRAVEST_FIRST, Diagnostic, Place, Severity, page_ranges
from banxin.visible import visible
from banxin.words import Said, sentence
from banxin.words import say as say_raw

Source = Callable[[Place], str | None]
MOST_ROWS: Final = 3  # sentences of one kind that are said
MOST_PLACES: Final = 5  # and places for each


def human(findings: Sequence[Diagnostic], language: str, source: Source) -> str:
    """A block for each kind of finding, as the report has them, gravest first.

    One alone has its place, what is wrong, the line with a caret if it is an error, and what to
    do. Of several, what is said is said once, with the places; beyond a handful they are counted,
    for the report has them all.

    Args:
        findings: in order.
        source: the text of the line that a place names, or None where there is none.
    """
    kinds: dict[tuple[Severity, str], list[Diagnostic]] = {}
    for finding in findings:
        kinds.setdefault((finding.severity, finding.code), []).append(finding)
    return "\n".join(
        line
        for same in kinds.values()
        for line in (
            _alone(same[0], language, source) if len(same) == 1 else _together(same, language)
        )
    )


def short(findings: Iterable[Diagnostic], language: str) -> str:
    """One line a finding, as editors' problem matchers read it."""
    return "\n".join(
        f"{_where(d.place)}{d.severity.value}: {d.code}: {say(d, language).message}"
        for d in findings
    )


def summary(findings: Iterable[Diagnostic], language: str) -> str:
    """How many of each gravity, gravest first."""
    counts = dict.fromkeys(GRAVEST_FIRST, 0)
    for finding in findings:
        counts[finding.severity] += 1
    words = (
        sentence(f"say/count-{severity.value}{'-one' if n == 1 else ''}", language, n=n).message
        for severity, n in counts.items()
        if n
    )
    return "、".join(words) if language == "zh" else ", ".join(words)


# --- one ------------------------------------------------------------------------------------


def _alone(finding: Diagnostic, language: str, source: Source) -> Iterator[str]:
    said = say(finding, language)
    yield f"{_where(finding.place)}{_severity(finding, language)}: {finding.code}: {said.message}"
    line = source(finding.place) if finding.severity is Severity.ERROR else None
    if line is not None and finding.place.line is not None:
        number = f"{finding.place.line:>5} │ "
        yield number + visible(line)
        caret = _under(line, finding.place.column or 1)
        yield " " * 5 + " │ " + caret
    if said.hint:
        yield _hint(said.hint, language)
    if finding.cause is not None:
        yield _cause(str(finding.cause), language)


def _where(place: Place) -> str:
    text = visible(str(place))
    return f"{text}: " if text else ""


def _under(line: str, column: int) -> str:
    """A caret below *column*, Han characters taking two cells of a terminal."""
    before = visible(line[: column - 1])
    return "".join("　" if ord(character) > 0x2E7F else " " for character in before) + "^"


# --- several of one kind ----------------------------------------------------------------------


def _together(same: Sequence[Diagnostic], language: str) -> Iterator[str]:
    told: dict[Said, list[Place]] = {}
    for finding in same:
        told.setdefault(say(finding, language), []).append(finding.place)
    head = f"{_severity(same[0], language)}: {same[0].code} × {len(same)}"
    hints = list(dict.fromkeys(said.hint for said in told if said.hint))
    rows = list(told.items())
    if len(rows) == 1:
        said, places = rows[0]
        yield f"{head}: {said.message}"
        yield from _indented(_listed(places, language))
    else:
        yield head
        for said, places in rows[:MOST_ROWS]:
            own = f" → {said.hint}" if said.hint and len(hints) > 1 else ""
            where = _listed(places, language)
            yield f"  {where}: {said.message}{own}" if where else f"  {said.message}{own}"
        left = [place for _, places in rows[MOST_ROWS:] for place in places]
        if left:
            yield from _indented(_more(left, language))
    if len(hints) == 1:
        yield _hint(hints[0], language)
    causes = Counter(str(finding.cause) for finding in same if finding.cause is not None)
    for cause, count in causes.most_common(MOST_ROWS):
        yield _cause(f"{cause} × {count}" if len(causes) > 1 and count > 1 else cause, language)


def _indented(text: str) -> Iterator[str]:
    if text:
        yield f"  {text}"


def _listed(places: Sequence[Place], language: str) -> str:
    """The first few places, and how many more there are."""
    paged = not any(place.line for place in places)
    pages = sorted({place.page for place in places if place.page})
    most = len(places) if paged and len(list(page_ranges(pages))) <= MOST_PLACES else MOST_PLACES
    text, left = _joined(places[:most]), len(places[most:])
    if left and text:
        return f"{text} {sentence('say/more', language, n=left).message}"
    return text


def _more(places: Sequence[Place], language: str) -> str:
    more = sentence("say/more", language, n=len(places)).message
    text = _joined(places[:MOST_PLACES])
    dots = ", …" if len(places) > MOST_PLACES else ""
    return f"{more}: {text}{dots}" if text else more


def _joined(places: Sequence[Place]) -> str:
    """Places with what they have in common said once: `02.md:3, 8, 12`, `p.2–4, 9`."""
    parts = []
    for file, those in groupby(places, key=lambda place: visible(place.file or "")):
        group = list(those)
        lines = [str(place.line) for place in group if place.line]
        pages = sorted({place.page for place in group if place.page and not place.line})
        numbers = ", ".join(dict.fromkeys(lines))
        named = f"{file}:{numbers}" if file and numbers else "" if pages else file or ""
        paged = f"p.{', '.join(page_ranges(pages))}" if pages else ""
        parts.append(" ".join(part for part in (named, paged) if part))
    return "; ".join(part for part in parts if part)


# --- words ------------------------------------------------------------------------------------


def say(finding: Diagnostic, language: str) -> Said:
    """What is found in words, and no character in it that a terminal would obey."""
    said = say_raw(finding, language)
    return Said(visible(said.message), visible(said.hint), visible(said.why))


def _severity(finding: Diagnostic, language: str) -> str:
    return sentence(f"say/severity-{finding.severity.value}", language).message


def _cause(text: str, language: str) -> str:
    return f"  {sentence('say/cause', language).message}: {visible(text)}"


def _hint(text: str, language: str) -> str:
    return f"  {sentence('say/hint', language).message}: {text}"
