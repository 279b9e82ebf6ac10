"""Any PDF before the judge: ours of last year, or a stranger's."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from banxin import preflight
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, in_order, note
from banxin.preflight import Facts, Limits, Measured, Report
from banxin.press import Profile, profiles
from banxin.press import profile as profile_of
from banxin.workspace import Workspace

USUAL: Final = "coated-sheetfed"


def judge(
    file: Path,
    *,
    press: str | None = None,
    binding: str | None = None,
    plates: frozenset[str] | None = None,
) -> Report:
    """What the rules say of a PDF.

    What is not said here is taken from what the file itself says was ordered, if it is of ours:
    so it passes as its build did. That is a claim, and the report says that it was believed.

    Args:
        press: a press profile: a built-in one, or a TOML file beside the PDF.
        binding: `saddle` or `perfect`.
        plates: the spot colours that were ordered.

    Raises:
        BanxinError: the file cannot be read: empty, damaged, encrypted, or too large; and faults
            of the profile.
    """
    start = time.perf_counter()
    beside = Workspace(file.resolve().parent, cache=False)
    shop = _shop(press, beside) if press is not None else None
    if not file.exists():
        raise BanxinError(error("file/missing", Place(str(file)), file=file.name))
    if not file.is_file():  # a pipe would be waited for
        raise BanxinError(error("pdf/unreadable", Place(str(file)), why="not a file"))
    try:
        facts = preflight.read_guarded(file)
    except BanxinError as problem:
        placed = (replace(d, place=Place(str(file))) for d in problem.diagnostics)
        raise BanxinError(*placed) from problem
    said: list[Diagnostic] = []
    if facts.order is not None and facts.order.finish == "screen":
        # One fault, and no list of all that a file for the screen is not.
        wanted = file.name.replace("-screen.", "-press.").replace("-unchecked.", "-press.")
        said.append(error("order/screen-file", wanted=wanted))
        limits = _limits(facts, shop or _shop(USUAL, beside), binding, plates)
        return _report(file, facts, limits, said, start)
    shop = shop or _claimed(facts, beside, said)
    measured = preflight.measure(file, facts, shop.icc)
    facts = measured.told_to(facts)
    limits = _limits(facts, shop, binding, plates)
    if facts.order is not None and None in (press, binding, plates):
        spots = " · ".join(sorted(limits.plates)) or "–"
        facts_of = {"press": shop.name, "binding": limits.binding or "–", "spots": spots}
        said.append(note("order/read", **facts_of))
    return _report(file, facts, limits, (*said, *preflight.inspect(facts, limits)), start, measured)


def _report(
    file: Path,
    facts: Facts,
    limits: Limits,
    found: Sequence[Diagnostic],
    start: float,
    measured: Measured | None = None,
) -> Report:
    placed = (replace(d, place=replace(d.place, file=str(file))) for d in found)
    return Report(
        title=file.name,
        finish="press",
        findings=in_order(placed),
        photos=(),
        facts=facts,
        files_of_fonts={},
        timings={"preflight": time.perf_counter() - start},
        limits=limits,
        measured=measured or Measured(),
    )


def _shop(press: str, beside: Workspace) -> Profile:
    return profile_of(press, Place(), beside, PurePosixPath())


def _claimed(facts: Facts, beside: Workspace, said: list[Diagnostic]) -> Profile:
    """The built-in profile that the file was made for; a shop's own is told, not looked for."""
    claimed = facts.order.press if facts.order else ""
    if claimed in profiles():
        return _shop(claimed, beside)
    if claimed:
        said.append(note("order/profile-unknown", press=claimed, taken=USUAL))
    return _shop(USUAL, beside)


def _limits(
    facts: Facts, shop: Profile, binding: str | None, plates: frozenset[str] | None
) -> Limits:
    order = facts.order
    if binding is None:
        binding = order.binding if order else ""
    if plates is None:
        plates = order.spots if order else frozenset()
    families = order.families if order else frozenset()
    return Limits.of(shop, binding, families=families, plates=plates)
