"""Rules: one function, one code. Each sees facts and limits, and yields what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc
from typing import Final

from banxin.diagnostics import Diagnostic, Fact, Place, Severity
from banxin.preflight.facts import Facts
from banxin.units import Length


@dataclass(frozen=True, slots=True)
class Limits:
    """What a press, and the layout, ask of a file. `families`: names of the declared fonts."""

    bleed: Length
    least_ppi: int
    low_ppi: int
    wanted_ppi: int
    binding: str
    families: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where, and with which numbers. Its rule knows the code and how much it matters."""

    place: Place
    facts: dict[str, Fact]


Check = Callable[[Facts, Limits], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`explanation` is the function's docstring; `source` where the rule or its number is from."""

    code: str
    severity: Severity
    source: str
    explanation: str
    check: Check


RULES: Final[dict[str, Rule]] = {}


def rule(code: str, *, severity: Severity, source: str) -> Callable[[Check], Check]:
    """Enter a function among the rules.

    Raises:
        ValueError: at import, for a code that is taken or a function without a docstring.
    """

    def enter(check: Check) -> Check:
        explanation = getdoc(check)
        if code in RULES:
            message = f"two rules have the code {code}"
            raise ValueError(message)
        if not explanation:
            message = f"the rule {code} explains nothing: give {check.__name__} a docstring"
            raise ValueError(message)
        RULES[code] = Rule(code, severity, source, explanation, check)
        return check

    return enter


def found(place: Place, /, **facts: Fact) -> Finding:
    return Finding(place, facts)


def inspect(facts: Facts, limits: Limits) -> tuple[Diagnostic, ...]:
    """What all rules say. A rule that breaks is itself a finding, never a silence."""
    return tuple(d for one in RULES.values() for d in _judged(one, facts, limits))


def _judged(one: Rule, facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    try:
        for finding in one.check(facts, limits):
            yield Diagnostic(one.code, one.severity, finding.place, finding.facts)
    except Exception as problem:  # one broken rule must not hide the others
        told: dict[str, Fact] = {"rule": one.code, "why": f"{type(problem).__name__}: {problem}"}
        yield Diagnostic("internal/rule-crashed", Severity.CRASH, Place(), told)
