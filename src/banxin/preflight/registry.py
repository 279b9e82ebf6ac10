"""Rules: one function, one code. Each sees facts and limits, and yields what it found."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import getdoc, getsource
from textwrap import dedent
from typing import Any, Final, Protocol, TypeVar

from banxin.diagnostics import Diagnostic, Fact, Place, Severity
from banxin.preflight.painted import Mark
from banxin.shop import USUAL, Demands
from banxin.units import Length


class Shop(Protocol):
    """What a kind of press asks for; see `Limits`."""

    @property
    def bleed(self) -> Length: ...
    @property
    def least_ppi(self) -> int: ...
    @property
    def low_ppi(self) -> int: ...
    @property
    def wanted_ppi(self) -> int: ...
    @property
    def ink_limit(self) -> int: ...
    @property
    def condition(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def leaf(self) -> Length: ...
    @property
    def pages_in(self) -> int: ...
    @property
    def softened(self) -> Mapping[str, tuple[Severity, str]]: ...
    @property
    def demands(self) -> Demands: ...


class Trimmed(Protocol):
    """A page of a file; see `facts.PageBoxes`."""

    @property
    def size(self) -> tuple[float, float]: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a press, and the layout, ask of a file.

    Attributes:
        binding: `saddle`, `perfect`, or empty where it is not known.
        families: names of the declared fonts; empty where any will do.
        plates: spot colours that the layout declares.
        condition: the output condition's identifier.
        version: the standard asked for.
        leaf: the thickness of one leaf, two pages; 0 where it is not known.
        pages_in: in how many pages the inside comes, 4, 8 or 16; 0 where nobody asks.
        cover: pages that are handed over as a cover by itself.
        softened: code → severity and the reason for it, of a press profile.
        demands: what else the shop asks of pages.
        binders: of `plates`, those of the binder's: foil, varnish, an embossing, a die.
    """

    bleed: Length
    least_ppi: int
    low_ppi: int
    wanted_ppi: int
    ink_limit: int
    binding: str
    families: frozenset[str]
    plates: frozenset[str] = frozenset()
    condition: str = ""
    version: str = "PDF/X-4"
    leaf: Length = Length.mm(0)
    pages_in: int = 0
    cover: frozenset[int] = frozenset()
    softened: Mapping[str, tuple[Severity, str]] = field(default_factory=dict)
    demands: Demands = USUAL
    binders: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        shop: Shop,
        binding: str,
        *,
        families: frozenset[str],
        plates: frozenset[str],
        binders: frozenset[str] = frozenset(),
    ) -> Limits:
        """What *shop* asks for, and a title of this binding, with these fonts and spot colours."""
        return cls(
            bleed=shop.bleed,
            least_ppi=shop.least_ppi,
            low_ppi=shop.low_ppi,
            wanted_ppi=shop.wanted_ppi,
            ink_limit=shop.ink_limit,
            binding=binding,
            families=families,
            plates=plates,
            condition=shop.condition,
            version=shop.version,
            leaf=shop.leaf,
            pages_in=shop.pages_in,
            softened=shop.softened,
            demands=shop.demands,
            binders=binders,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Where, and with which numbers. Its rule knows the code and how much it matters."""

    place: Place
    facts: dict[str, Fact]


class Skipped(Exception):  # noqa: N818  # no error: the rule says that it could not look
    """A rule cannot run here. `why` is for people, in a program's words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


Check = Callable[[Any, Any], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`source`: where the rule or its number is from.

    `judges`: `file`, what is printed, or `book`, what is written.
    """

    code: str
    severity: Severity
    source: str
    judges: str
    check: Check

    @property
    def explanation(self) -> str:
        """The function's docstring; from its source where Python has thrown it away (-OO)."""
        return getdoc(self.check) or _docstring_in(getsource(self.check))


def _docstring_in(source: str) -> str:
    (function,) = ast.parse(dedent(source)).body
    assert isinstance(function, ast.FunctionDef)
    return ast.get_docstring(function) or ""


RULES: Final[dict[str, Rule]] = {}
KEEPS_DOCSTRINGS: Final = sys.flags.optimize < 2


def rule(
    code: str, *, severity: Severity, source: str, judges: str = "file"
) -> Callable[[Check], Check]:
    """Enter a function among the rules.

    Raises:
        ValueError: at import, for a code that is taken or a function without a docstring.
    """

    def enter(check: Check) -> Check:
        if code in RULES:
            message = f"two rules have the code {code}"
            raise ValueError(message)
        if KEEPS_DOCSTRINGS and not getdoc(check):
            message = f"the rule {code} explains nothing: give {check.__name__} a docstring"
            raise ValueError(message)
        RULES[code] = Rule(code, severity, source, judges, check)
        return check

    return enter


def found(place: Place, /, **facts: Fact) -> Finding:
    return Finding(place, facts)


M = TypeVar("M", bound=Mark)


def by_page(
    marks: Iterable[M], key: Callable[[M], object] = lambda mark: None
) -> Iterator[tuple[M, int]]:
    """The first of *marks* on each page for each *key*, and how many are like it.

    Raises:
        Skipped: as *marks* do, after all that came before it.
    """
    groups: dict[tuple[int, object], list[Any]] = {}
    rest: Skipped | None = None
    try:
        for mark in marks:
            groups.setdefault((mark.page, key(mark)), [mark, 0])[1] += 1
    except Skipped as reason:
        rest = reason
    yield from ((first, count) for first, count in groups.values())
    if rest is not None:
        raise rest


def is_printed(mark: Mark, sheet: Trimmed, bleed: float) -> bool:
    """Whether a mark reaches into what is printed: the page and so many mm around it."""
    width, height = sheet.size
    x0, y0, x1, y1 = mark.box
    return mark.aside or (
        x0 < width + bleed and x1 > -bleed and y0 < height + bleed and y1 > -bleed
    )


def at(mark: Mark) -> Place:
    x0, y0, x1, y1 = (round(side, 1) for side in mark.box)
    return Place(page=mark.page, box_mm=None if mark.aside else (x0, y0, x1, y1))


def inspect(facts: Any, limits: Limits, judges: str = "file") -> tuple[Diagnostic, ...]:
    """What all rules say. A rule that breaks is itself a finding, never a silence."""
    rules = [one for one in RULES.values() if one.judges == judges]
    return tuple(d for one in rules for d in _judged(one, facts, limits))


def _judged(one: Rule, facts: Any, limits: Limits) -> Iterator[Diagnostic]:
    severity, because = limits.softened.get(one.code, (one.severity, ""))
    told: dict[str, Fact]
    try:
        for finding in one.check(facts, limits):
            told = finding.facts | ({"because": because} if because else {})
            yield Diagnostic(one.code, severity, finding.place, told)
    except Skipped as reason:
        told = {"rule": one.code, "why": reason.why}
        yield Diagnostic("check/skipped", Severity.SKIPPED, Place(), told)
    except Exception as problem:  # one broken rule must not hide the others
        told = {"rule": one.code, "why": f"{type(problem).__name__}: {problem}"}
        yield Diagnostic("internal/rule-crashed", Severity.CRASH, Place(), told)
