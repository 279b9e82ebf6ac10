"""What looks like markup in finished text: it was not understood, and would be printed as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from banxin.diagnostics import Diagnostic, Fact, Place, Severity

# Stands in scanned text for what was escaped, and for whatever is no text.
ESCAPED: Final = "\x01"
OTHER: Final = "\x02"

_LOST: Final = Severity.ERROR
_ODD: Final = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sign. `write` is what to write instead; empty where there is no such thing."""

    name: str
    pattern: re.Pattern[str]
    write: str
    severity: Severity = _ODD


def _kind(name: str, pattern: str, write: str = "", severity: Severity = _ODD) -> Kind:
    return Kind(name, re.compile(pattern, re.MULTILINE), write, severity)


KINDS: Final = (
    _kind(
        "picture",
        r"[!！][\[［][^\n]{0,200}?[\]］][ ]?[(（][^()（）\n]{0,200}[)）]?(?:\{[^{}\n]{0,200}\})?",
        "![…](photos/a.jpg)",
        _LOST,
    ),
    _kind("picture begun", r"!\[|！［", "![…](photos/a.jpg)"),
    _kind("link", r"[\]］][(（][^()（）\n]{0,200}", "[…](https://…)"),
    _kind("heading", r"^#{1,6}(?=[^#\s\d])[^#\n]{1,40}$", "## …"),
    _kind("note", r"\^\[[^\]\n]{0,80}|\[\^[^\] \t\n]{0,200}[ \t][^\]\n]{0,200}\]", "[^1]"),
    _kind("braces", r"(?<!\{)\{[#.]?[\w:-][^{}\n]{0,80}\}(?!\})|｛[^｛｝\n]{1,80}｝", "[…]{.dots}"),
    _kind("task", r"^\[[ xX]\](?=\s)", "- …"),
    _kind("definition", r"^: +\S[^\n]{0,40}", "**…** …"),
    _kind("table", r"^\|[^|\n]+\|[^\n]*\n\|[^|\n]+\|", "| … | … |\n|---|---|"),
    _kind("formula", r"\$\$|\$[^$\s\d][^$\n]*\$(?!\d)|\\[(\[]|\\[a-z]+\{"),
    _kind("power", r"[\dA-Za-z)\]]\^-?[\dA-Za-z](?!\^)", "m^2^"),
    _kind("raised", r"[A-Za-z)\]]([~^])[^\s~^，。；：！？、]{1,10}\1"),
    _kind("struck", r"~~[^~\n]+~~"),
    _kind("marked", r"==[^=\s][^=\n]*=="),
    _kind("contents", r"^\[\[?_?(?:TOC|toc)_?\]\]?"),
    _kind("emoji", r"(?<![\w:]):[a-z][a-z0-9_+-]{1,30}:(?![\w:])"),
    _kind("comment", r"<!--|-->", "<!-- … -->"),
)  # fmt: skip
# Stars are told apart: two are bold, one may be a sign of multiplication or a masked name.
_STARS: Final = re.compile(r"\*\*")
_STAR: Final = re.compile(r"(?<![*])\*(?![*])")


@dataclass(slots=True)
class _Count:
    kind: Kind
    found: str
    place: Place
    times: int = 1


@dataclass(slots=True)
class Lookalikes:
    """Counts them over a chapter. Each kind is told once, at its first place."""

    _counts: dict[str, _Count] = field(default_factory=dict)

    def look(self, text: str, place: Callable[[str], Place]) -> None:
        """Search *text*, in which escapes are ESCAPED and what is no text is OTHER."""
        for kind in KINDS:
            found = False
            for match in kind.pattern.finditer(text):
                self._add(kind, match[0], place)
                found = True
            if found:  # one cause, one finding
                text = kind.pattern.sub(lambda m: OTHER * len(m[0]), text)
        if "*" in text:
            for match in _STARS.finditer(text):
                self._add(_BOLD, text[max(0, match.start() - 8) : match.end() + 8], place, "**")
            stars = _STAR.findall(text)
            for _ in stars:
                self._add(_SINGLE if len(stars) > 1 else _LONE, "*", place)

    def _add(
        self, kind: Kind, found: str, place: Callable[[str], Place], at: str | None = None
    ) -> None:
        known = self._counts.get(kind.name)
        if known is not None:
            known.times += 1
            return
        needle = re.split(f"[{ESCAPED}{OTHER}\n]", at or found, maxsplit=1)[0]
        shown = re.sub(f"[{ESCAPED}{OTHER}]", "…", found).split("\n")[0]
        self._counts[kind.name] = _Count(kind, shown[:40], place(needle))

    def told(self) -> Iterator[Diagnostic]:
        for count in self._counts.values():
            kind = count.kind
            if kind is _BOLD:
                yield Diagnostic("text/stars", _ODD, count.place, {"words": count.found})
                continue
            code = "markup/not-read" if kind.write else "markup/unknown"
            facts: dict[str, Fact] = {"found": count.found, "count": count.times}
            if kind.write:
                facts["write"] = kind.write
            yield Diagnostic(code, kind.severity, count.place, facts)


_BOLD: Final = _kind("bold", r"\*\*", "**…**")
_SINGLE: Final = _kind("star", r"\*", "*…*")
_LONE: Final = _kind("lone star", r"\*", r"\*", Severity.NOTE)
