"""Text: large enough to be printed, in as few inks as its size can bear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from banxin.diagnostics import Severity
from banxin.preflight.facts import Facts
from banxin.preflight.painted import Run
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule

ROUNDING: Final = 0.02  # pt: the engine rounds to thousandths
SMALLEST: Final = 5.0  # pt
SMALLEST_IN_INKS: Final = 8.0  # pt, sheet-fed: plates are a tenth of a millimetre apart
SMALLEST_WHITE: Final = 7.0  # pt
SMALLEST_HAN: Final = 7.0  # pt: a stroke of 宋体 is then 0.1 mm
SMALLEST_HEI: Final = 6.0  # pt: strokes of one weight
SMALLEST_WHITE_SONG: Final = 8.0  # pt
BLACK: Final = 85.0  # % of black that reads as black
RICH: Final = 280.0  # % of ink
BODY: Final = 12.0  # pt
KAI: Final = ("Kai", "楷", "STKaiti")
SONG: Final = ("Serif", "Song", "Ming", "宋", "SimSun", "STSong", "FangSong")


@rule("text/too-small", severity=Severity.ERROR, source="GWG 2015 4.16; Chinese shops: 6 pt")
def too_small(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No text below 5 pt: it fills in."""
    del limits
    yield from _told(pdf, lambda run: run.size < SMALLEST - ROUNDING, SMALLEST)


@rule("text/small-in-inks", severity=Severity.ERROR, source="GWG 2015 4.16")
def small_in_inks(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Text below 8 pt is in one ink: in several its edges blur, since plates never meet exactly."""
    del limits
    small = SMALLEST_IN_INKS - ROUNDING
    yield from _told(
        pdf,
        lambda run: SMALLEST - ROUNDING <= run.size < small and len(run.colour.plates) > 1,
        SMALLEST_IN_INKS,
    )


@rule("text/small-white", severity=Severity.ERROR, source="GWG 2015 4.16")
def small_white(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """White text on a ground is 7 pt or larger: ink runs into it from all sides."""
    del limits
    small = SMALLEST_WHITE - ROUNDING
    yield from _told(
        pdf, lambda run: SMALLEST - ROUNDING <= run.size < small and run.colour.is_paper,
        SMALLEST_WHITE,
    )  # fmt: skip


@rule("text/small-han", severity=Severity.WARNING, source="Chinese shops: 6 pt; practice")
def small_han(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Chinese text is 7 pt or larger, 6 pt in a sans face: many who read such a book are old."""
    del limits
    for needed, fine in ((SMALLEST_HEI, False), (SMALLEST_HAN, True)):
        yield from _told(pdf, partial(_small_han, needed=needed, fine=fine), needed)


def _small_han(run: Run, *, needed: float, fine: bool) -> bool:
    small = SMALLEST - ROUNDING <= run.size < needed - ROUNDING
    return small and run.han and any(word in run.font for word in SONG + KAI) == fine


@rule("text/small-white-song", severity=Severity.WARNING, source="practice")
def small_white_song(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """White 宋体 on a ground is 8 pt or larger: its hairlines fill in first."""
    del limits
    yield from _told(
        pdf,
        lambda run: (
            SMALLEST_WHITE - ROUNDING <= run.size < SMALLEST_WHITE_SONG - ROUNDING
            and run.colour.is_paper
            and run.han
            and any(word in run.font for word in SONG)
        ),
        SMALLEST_WHITE_SONG,
    )


@rule("text/rich-black", severity=Severity.ERROR, source="GWG 2015 4.15")
def rich_black(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Black text is not built of all four inks: it smears, and ghosts at every misregister."""
    del limits
    yield from _told(pdf, lambda run: run.colour.black >= BLACK and run.colour.total > RICH)


@rule("text/black-in-inks", severity=Severity.WARNING, source="GWG 2015 4.15")
def black_in_inks(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Black text of reading size is on the black plate alone."""
    del limits
    yield from _told(
        pdf,
        lambda run: (
            run.colour.black >= BLACK
            and len(run.colour.plates) > 1
            and "All" not in run.colour.plates
            and run.colour.total <= RICH
            and run.size <= BODY + ROUNDING
        ),
    )


@rule("text/black-knocks-out", severity=Severity.ERROR, source="GWG 2015 4.10")
def black_knocks_out(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Small black text overprints (OPM 1), so that no white edge shows beside it on a tint."""
    del limits
    yield from _told(pdf, _knocks_out)


def _knocks_out(run: Run) -> bool:
    pure = run.colour.plates == ("Black",) and run.colour.black > 100 - ROUNDING
    overprints = run.overprint and run.mode == 1 and run.colour.space == "DeviceCMYK"
    return pure and run.size < BODY - ROUNDING and not overprints


def _told(pdf: Facts, wrong: Callable[[Run], bool], needed: float = 0.0) -> Iterator[Finding]:
    """One finding for each page and size."""
    runs = (r for r in pdf.runs if not r.hidden and wrong(r))
    for run, count in by_page(runs, lambda run: (round(run.size, 1), str(run.colour))):
        yield found(
            at(run), size=f"{run.size:.1f}", colour=str(run.colour), count=count,
            needed=f"{needed:g}",
        )  # fmt: skip
