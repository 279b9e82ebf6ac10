"""What is right and looks like a fault: each is sown in the good file, and nothing is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from banxin.preflight import Limits
from banxin.units import Length
from sowing import (
    HIGH,
    LIMITS,
    PAGE,
    WIDE,
    draw,
    judged,
    overprinting,
    patch,
    picture,
    place,
    resource,
    separation,
    separation_by_table,
    text,
    with_it,
)
from sown_in_detail import (
    FOIL,
    folio,
    in_foil,
    jpeg,
    mask,
    numbered,
    pixels,
    scene,
    with_jpeg,
)

Sow = Callable[[pikepdf.Pdf], None]
RIGHT: Final[list[tuple[Sow, Limits, frozenset[str]]]] = []
# What the sowing itself leaves: pages once more, with folios in a font that is not embedded.
COPIED: Final = ("page/twice", "font/not-embedded", "font/stranger", "text/black-knocks-out")


def right(*besides: str, limits: Limits = LIMITS) -> Callable[[Sow], Sow]:
    """*besides*: what is said for other reasons, and is not what is looked at."""

    def enter(sow: Sow) -> Sow:
        RIGHT.append((sow, limits, frozenset(besides)))
        return sow

    return enter


@right()
def black_that_overprints_a_tint(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 .2 .4 0 k 50 140 60 30 re f {overprinting(pdf)} 0 0 0 1 k 60 150 20 5 re f")


@right()
def a_colour_that_overprints_bare_paper(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"{overprinting(pdf)} 0 1 1 0 k 60 20 20 8 re f")


@right()
def a_colour_that_overprints_by_a_mode_that_knocks_out(pdf: pikepdf.Pdf) -> None:
    """OPM 0 paints all four plates of DeviceCMYK, those of nothing too (ISO 32000-2 8.6.7)."""
    name = resource(pdf, "/ExtGState", Dictionary(OP=True, op=True, OPM=0))
    draw(pdf, f"0 0 1 0 k 60 60 40 40 re f {name} gs 1 .5 0 0 k 70 70 20 20 re f")


@right()
def black_by_its_name(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("Black", (0, 0, 0, 1)))


@right("spot/undeclared")
def a_spot_shown_in_lab(pdf: pikepdf.Pdf) -> None:
    lab = Array([Name.Lab, Dictionary(WhitePoint=[0.9642, 1, 0.8249])])
    patch(pdf, separation("DIC 620", (55, 5, 30), (100, 0, 0), lab))


@right("spot/undeclared")
def white_ink_that_is_shown_white(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("白墨", (0, 0, 0, 0)))


@right("spot/undeclared")
def two_spots_whose_numbers_differ(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("PANTONE 185 C", (0, 0.9, 0.7, 0)))
    patch(pdf, separation("PANTONE 186 C", (0, 1, 0.8, 0)))


@right("spot/undeclared")
def one_spot_by_two_kinds_of_function(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("DIC 9", (0, 0.2, 0.6, 0.2)))
    patch(pdf, separation_by_table(pdf, "DIC 9", bytes((0, 51, 153, 51))))


@right()
def a_tint_of_three_percent(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 .03 .08 0 k 60 60 20 20 re f")


@right()
def a_trace_of_black_in_a_dark_brown(pdf: pikepdf.Pdf) -> None:
    draw(pdf, ".3 .6 .8 .01 k 60 60 20 20 re f")


@right("text/covered")
def black_with_cyan_under_it(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f".3 0 0 1 k -3 -3 {WIDE + 6} {HIGH + 6} re f")


@right()
def a_large_white_title_on_a_mixed_green(pdf: pikepdf.Pdf) -> None:
    draw(pdf, ".8 .3 .6 .3 k 40 140 120 30 re f")
    text(pdf, 24, "0 0 0 0 k")


@right()
def small_white_text_on_black_alone(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 0 0 .9 k 40 140 120 30 re f")
    text(pdf, 8.5, "0 0 0 0 k")


@right()
def a_warm_brown_title(pdf: pikepdf.Pdf) -> None:
    text(pdf, 14, ".2 .6 .8 .1 k")


@right()
def text_upon_its_box(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 .1 .2 0 k 40 140 120 30 re f")
    text(pdf, 12, "0 0 0 1 k", state=overprinting(pdf))


@right()
def text_under_a_veil(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k", state=overprinting(pdf))
    name = resource(pdf, "/ExtGState", Dictionary(ca=0.3))
    draw(pdf, f"{name} gs 0 .2 .5 0 k 40 140 120 30 re f")


@right()
def text_in_a_ring(pdf: pikepdf.Pdf) -> None:
    """The ring is painted over the text, and open where the text is."""
    text(pdf, 12, "0 0 0 1 k", state=overprinting(pdf))
    draw(pdf, "0 .2 .5 0 k 40 120 120 60 re 50 130 100 40 re f*")


@right()
def a_line_of_text_that_runs_upward(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k 0 1 -1 0 100 100 cm", at="0 0", state=overprinting(pdf))


@right()
def a_clean_cut_out(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (400, 400), SMask=mask(pdf, 400)), 80, 20, 30, 8)


@right()
def a_mask_that_is_a_fade(pdf: pikepdf.Pdf) -> None:
    fade = pdf.make_stream(
        bytes(range(256)), Type=Name.XObject, Subtype=Name.Image, Width=256, Height=1,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip
    place(pdf, picture(pdf, (400, 400), SMask=fade), 80, 20, 30, 8)


@right()
def a_jpeg_of_quality_85(pdf: pikepdf.Pdf) -> None:
    with_jpeg(pdf, jpeg(85))


@right()
def crop_marks_beyond_the_bleed(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 K .1 w 0 -3.5 m 0 -8 l S {WIDE} -3.5 m {WIDE} -8 l S")


@right()
def a_band_along_the_cut(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 1 1 0 k -3 -3 11 {HIGH + 6} re f")


@right("text/covered")
def a_tint_over_the_whole_page(pdf: pikepdf.Pdf) -> None:
    """Two of one colour, of which the smaller is not seen."""
    draw(pdf, f"0 .1 .2 0 k -3 -3 {WIDE + 6} {HIGH + 6} re f 1 1 {WIDE - 2} 100 re f")


@right("text/covered")
def a_photograph_over_the_bleed(pdf: pikepdf.Pdf) -> None:
    place(pdf, pixels(pdf, scene(3600, 2700)), -3, -3, WIDE + 6, HIGH + 6)


@right(*COPIED)
def folios_that_begin_again(pdf: pikepdf.Pdf) -> None:
    pdf.pages.extend(pdf.pages[:4])
    numbered(pdf, 3, 4, 5, 6, 1, 2, 3, 4)


@right(*COPIED)
def plates_that_are_not_counted(pdf: pikepdf.Pdf) -> None:
    """Folios on pages 1 to 4 and 6 to 8; the page between has none, and no number."""
    pdf.pages.extend(pdf.pages[:4])
    for page, number in ((1, 1), (2, 2), (3, 3), (4, 4), (6, 5), (7, 6), (8, 7)):
        folio(pdf, page, number)


@right(limits=FOIL)
def sturdy_foil(pdf: pikepdf.Pdf) -> None:
    in_foil(pdf, ".4 w 60 60 m 90 60 l S 60 62 m 90 62 l S 60 70 20 8 re f")


@right(limits=FOIL)
def a_hairline_of_a_die(pdf: pikepdf.Pdf) -> None:
    in_foil(pdf, f"{0.25 * 25.4 / 72} w 60 60 30 30 re S", "模切 die")


@pytest.mark.parametrize(
    ("sow", "limits", "besides"),
    [pytest.param(*one, id=one[0].__name__.replace("_", " ")) for one in RIGHT],
)
def test_nothing_is_said_of_what_is_right(
    sow: Sow, limits: Limits, besides: frozenset[str], good: bytes
) -> None:
    before = {code for code, _ in judged(good, limits, measured=False)}

    found = {code for code, _ in judged(with_it(good, sow), limits, measured=True)}

    assert found - before == besides


def test_safe_zones_are_the_shops(good: bytes) -> None:
    """What keeps 5 mm is right by usual demands, and wrong by wider ones."""
    usual = judged(good, LIMITS, measured=False)
    wider = replace(LIMITS.demands, safe=Length.mm(25), careful=Length.mm(30))
    asked = judged(good, replace(LIMITS, demands=wider), measured=False)

    assert "safe/text" not in dict(usual)
    assert ("safe/text", PAGE) in asked
