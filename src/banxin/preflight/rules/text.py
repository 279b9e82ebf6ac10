"""Text: large enough to be printed, in as few inks as its size can bear."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from banxin.diagnostics import Severity
from banxin.preflight import stacking
from banxin.preflight.facts import Facts
from banxin.preflight.painted import PROCESS, Painted, PaintedColour, PaintedPicture, Run, Shade
from banxin.preflight.registry import Finding, Limits, at, by_page, found, rule
from banxin.units import Length

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
READ: Final = 18.0  # pt: larger grey text has strokes that are areas
UNEVEN, TINGE, GREY = 12.0, 5.0, 25.0  # percent: of a grey's inks apart, of each, of all
SHIFTED: Final = (0.005, 0.08)  # mm at least; em at most
LIGHT, DARK = 25.0, 50.0  # percent of ink, on text and more than that around it
SMALLEST_REVERSED: Final = 8.0  # pt, out of several screens
SMALLEST_FINE_REVERSED: Final = 9.0  # pt, with hairlines
SMALLEST_SCREENED: Final = 10.0  # pt, itself of several screens
SCREENED: Final = frozenset({"DeviceCMYK", "ICCBased/4", "DeviceRGB", "ICCBased/3", "DeviceN"})
SHOWN: Final = 20  # characters of what is hidden
KAI: Final = ("Kai", "楷", "STKaiti")
SONG: Final = ("Serif", "Song", "Ming", "宋", "SimSun", "STSong", "FangSong")


@rule(
    "text/too-small", severity=Severity.ERROR, source="GWG 2015 4.16; press profile: least_text_pt"
)
def too_small(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """No text below 5 pt: it fills in."""
    least = limits.demands.least_text
    yield from _told(pdf, lambda run: run.size < least - ROUNDING, least)


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


@rule("text/grey-in-inks", severity=Severity.WARNING, source="GWG 2015 4.15; practice")
def grey_in_inks(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Grey text is a tint of black: mixed of coloured inks it has fringes, and its hue drifts."""
    del limits
    yield from _told(pdf, lambda run: run.size <= READ + ROUNDING and _is_mixed_grey(run.colour))


def _is_mixed_grey(colour: PaintedColour) -> bool:
    """Whether cyan, magenta and yellow make a grey, by the balance of ISO 12647-2 about."""
    inks = dict(colour.inks)
    cyan, magenta, yellow = (inks.get(name, 0.0) for name in PROCESS[:3])
    even = (
        abs(magenta - yellow) <= UNEVEN
        and -UNEVEN / 2 <= cyan - (magenta + yellow) / 2 <= 2 * UNEVEN
    )
    seen = min(cyan, magenta, yellow) >= TINGE and colour.total >= GREY
    return seen and even and colour.black < BLACK


@rule("text/fake-bold", severity=Severity.WARNING, source="practice; GWG 2022")
def fake_bold(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Bold text is set in a bold font; stroked or printed twice it clogs and shows misfits."""
    del limits
    stroked = [run for run in pdf.runs if run.emboldened > 0 and not run.hidden]
    for run, count in by_page((*stroked, *_printed_twice(pdf.runs)), lambda run: run.font):
        yield found(at(run), size=f"{run.size:.1f}", count=count)


def _printed_twice(runs: Sequence[Run]) -> Iterator[Run]:
    """Text that follows itself in the same colour, shifted by less than a stroke."""
    for before, run in pairwise(runs):
        if run.text != before.text or run.page != before.page or run.hidden or run.aside:
            continue
        same = run.font == before.font and run.size == before.size and run.colour == before.colour
        shift = math.dist(run.box[:2], before.box[:2])
        if (
            same
            and run.text.strip()
            and SHIFTED[0] < shift < SHIFTED[1] * Length.pt(run.size).in_mm
        ):
            yield run


@rule("text/small-reversed", severity=Severity.WARNING, source="GWG 2015 4.16; practice")
def small_reversed(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Small light text stands on a ground of one ink, itself of none: plates never meet exactly."""
    del limits
    grounds = stacking.on_pages(pdf, stacking.grounds)
    runs = (run for run, ground in grounds if ground is not None and _is_frail(run, ground))
    for run, count in by_page(runs, lambda run: (round(run.size, 1), str(run.colour))):
        needed = f"{_sturdy(run):g}"
        yield found(at(run), size=f"{run.size:.1f}", count=count, needed=needed)


def _is_frail(run: Run, ground: Painted) -> bool:
    """Whether light text is too small for the screens that it is cut out of, or made of."""
    if not run.colour.inks or run.colour.total > LIGHT or run.size >= _sturdy(run) - ROUNDING:
        return False
    if run.colour.is_paper and run.size < SMALLEST_WHITE - ROUNDING:
        return False  # told of by another rule, whatever it stands on
    if isinstance(ground, PaintedPicture):
        return ground.colour.space in SCREENED
    several = len(set(ground.colour.plates)) > 1 and ground.colour.total - run.colour.total > DARK
    return several and (isinstance(ground, Shade) or ground.colour.total > DARK)


def _sturdy(run: Run) -> float:
    """The size in pt from which it holds: larger with hairlines, and as a screen itself."""
    if len(run.colour.plates) > 1:
        return SMALLEST_SCREENED
    fine = any(word in run.font for word in SONG + KAI)
    return SMALLEST_FINE_REVERSED if fine else SMALLEST_REVERSED


@rule("text/covered", severity=Severity.WARNING, source="practice")
def is_covered(pdf: Facts, limits: Limits) -> Iterator[Finding]:
    """Text is not painted over: what a box or a picture hides is still copied and searched."""
    del limits
    hidden = (run for run, _ in stacking.on_pages(pdf, stacking.covered))
    for run, count in by_page(hidden):
        yield found(at(run), text=run.text.strip()[:SHOWN], count=count)


def _told(pdf: Facts, wrong: Callable[[Run], bool], needed: float = 0.0) -> Iterator[Finding]:
    """One finding for each page and size."""
    runs = (r for r in pdf.runs if not r.hidden and wrong(r))
    for run, count in by_page(runs, lambda run: (round(run.size, 1), str(run.colour))):
        yield found(
            at(run), size=f"{run.size:.1f}", colour=str(run.colour), count=count,
            needed=f"{needed:g}",
        )  # fmt: skip
