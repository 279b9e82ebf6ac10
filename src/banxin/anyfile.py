"""Any PDF before the judge: ours of last year, or a stranger's."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from banxin import preflight
from banxin.diagnostics import BanxinError, Place, error, in_order
from banxin.preflight import Limits, Report
from banxin.press import profile as profile_of
from banxin.workspace import Workspace

ANY_PLATES: Final = frozenset[str]()


def judge(
    file: Path,
    *,
    press: str = "coated-sheetfed",
    binding: str = "",
    plates: frozenset[str] = ANY_PLATES,
) -> Report:
    """What the rules say of a PDF.

    Args:
        press: a press profile: a built-in one, or a TOML file beside the PDF.
        binding: `saddle`, `perfect`, or empty where it is not known.
        plates: the spot colours that were ordered.

    Raises:
        BanxinError: the file cannot be read: empty, damaged, encrypted, or too large; and faults
            of the profile.
    """
    start = time.perf_counter()
    beside = Workspace(file.resolve().parent, cache=False)
    shop = profile_of(press, Place(), beside, PurePosixPath())
    if file.exists() and not file.is_file():  # a pipe would be waited for
        raise BanxinError(error("pdf/unreadable", Place(str(file)), why="not a file"))
    try:
        facts = preflight.read_guarded(file)
    except BanxinError as problem:
        placed = (replace(d, place=Place(str(file))) for d in problem.diagnostics)
        raise BanxinError(*placed) from problem
    measured = preflight.measure(file, facts, shop.icc)
    facts = measured.told_to(facts)
    limits = Limits(
        bleed=shop.bleed,
        least_ppi=shop.least_ppi,
        low_ppi=shop.low_ppi,
        wanted_ppi=shop.wanted_ppi,
        ink_limit=shop.ink_limit,
        binding=binding,
        families=frozenset(),
        plates=plates,
        condition=shop.condition,
        version=shop.version,
        leaf=shop.leaf,
        softened=shop.softened,
    )
    found = (
        replace(d, place=replace(d.place, file=str(file))) for d in preflight.inspect(facts, limits)
    )
    return Report(
        title=file.name,
        finish="press",
        findings=in_order(found),
        photos=(),
        facts=facts,
        files_of_fonts={},
        timings={"preflight": time.perf_counter() - start},
        limits=limits,
        measured=measured,
    )
