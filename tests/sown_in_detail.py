"""Faults that only a close look finds: in font programs, alternates, stacking, order and pixels.

The second half of the table; `tests/preflight/test_faults_in_the_file.py` has the first, and looks.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from banxin.shop import Demands
from banxin.units import Length
from sowing import (
    FAULTS,
    HIGH,
    LIMITS,
    MM,
    PAGE,
    TRIM,
    WIDE,
    descriptors,
    draw,
    fault,
    gradient,
    overprinting,
    patch,
    picture,
    place,
    resource,
    separation,
    separation_by_table,
    state,
    text,
)

PROFILES: Final = Path(__file__).parents[1] / "src/banxin/assets/icc"

# --- fonts ----------------------------------------------------------------------------------


def with_font(pdf: pikepdf.Pdf, change: Any) -> None:
    """Another font program for all descriptors."""
    for descriptor in list(descriptors(pdf)):
        descriptor.FontFile2.write(change(descriptor.FontFile2.read_bytes()))


def table_of(font: bytes, tag: bytes) -> tuple[int, int]:
    """Where a table of a TrueType font begins and how long it is."""
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        name, _, at, length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if name == tag:
            return at, length
    raise AssertionError(tag)


@fault("font/damaged", 1)
def a_font_cut_in_the_middle(pdf: pikepdf.Pdf) -> None:
    with_font(pdf, lambda font: font[: len(font) // 2])


@fault("font/damaged", 1)
def outlines_that_are_shorter_than_they_say(pdf: pikepdf.Pdf) -> None:
    def shorter(font: bytes) -> bytes:
        at = font.index(b"glyf")
        where, length = table_of(font, b"glyf")
        return font[: at + 8] + struct.pack(">II", where, length // 3) + font[at + 16 :]

    with_font(pdf, shorter)


@fault("font/damaged", 1)
def outlines_overwritten(pdf: pikepdf.Pdf) -> None:
    def overwritten(font: bytes) -> bytes:
        at, length = table_of(font, b"glyf")
        dirt = np.random.default_rng(7).bytes(length // 2)
        return font[: at + length // 4] + dirt + font[at + length // 4 + len(dirt) :]

    with_font(pdf, overwritten)


@fault("font/damaged", 1)
def a_font_that_is_a_picture(pdf: pikepdf.Pdf) -> None:
    with_font(pdf, lambda font: b"\x89PNG\r\n" + font[6:])


@fault("font/damaged", 1)
def a_font_of_nothing(pdf: pikepdf.Pdf) -> None:
    with_font(pdf, lambda font: b"")


def children(pdf: pikepdf.Pdf) -> list[Any]:
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, Dictionary) and thing.get("/Subtype") == Name.CIDFontType2
    ]


@fault("font/widths", 1)
def every_glyph_half_as_wide(pdf: pikepdf.Pdf) -> None:
    for font in children(pdf):
        font.W = Array([0, 65535, 500])


@fault("font/widths", 1)
def half_as_wide_in_a_font_that_stands_within_another(pdf: pikepdf.Pdf) -> None:
    """The part with the widths is no object of its own (ISO 32000-2 9.7.6.2 asks for none)."""
    every_glyph_half_as_wide(pdf)
    for font in pdf.objects:
        if isinstance(font, Dictionary) and "/DescendantFonts" in font:
            (child,) = font.DescendantFonts
            font.DescendantFonts = Array([Dictionary(dict(child.items()))])


@fault("font/widths", 1)
def no_widths_at_all(pdf: pikepdf.Pdf) -> None:
    for font in children(pdf):
        font.DW = 600
        del font["/W"]


@fault("font/widths", 1)
def widths_a_twentieth_of_an_em_out(pdf: pikepdf.Pdf) -> None:
    for font in children(pdf):
        for item in font.W:
            if isinstance(item, Array):
                for index in range(len(item)):
                    item[index] = float(item[index]) + 50


@fault("font/no-outline", 1)
def characters_whose_outlines_were_left_out(pdf: pikepdf.Pdf) -> None:
    for font in children(pdf):
        font.CIDToGIDMap = pdf.make_stream(b"\0\0" * 65536)


# --- spot colours ---------------------------------------------------------------------------


@fault("spot/light-alternate", PAGE)
def a_spot_shown_in_rgb(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("DIC 300", (0.5, 0.4, 0.2), (1, 1, 1), Name.DeviceRGB))


@fault("spot/light-alternate", PAGE)
def a_spot_of_a_picture_shown_in_rgb(pdf: pikepdf.Pdf) -> None:
    """In the colour space of an image, where no resource names it."""
    space = separation("DIC 200", (0, 0, 0.5), (1, 1, 1), Name.DeviceRGB)
    place(pdf, picture(pdf, (400, 400), ColorSpace=space), 80, 80, 30, 30)
    patch(pdf, separation("DIC 200"))


@fault("spot/shown-white", PAGE)
def a_spot_that_is_shown_white(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("DIC 100", (0, 0, 0, 0)))


@fault("spot/shown-white", PAGE)
def a_spot_that_is_shown_white_by_a_calculator(pdf: pikepdf.Pdf) -> None:
    tint = pdf.make_stream(
        b"{ 0 mul dup dup 0 }", FunctionType=4, Domain=[0, 1], Range=[0, 1, 0, 1, 0, 1, 0, 1]
    )
    patch(pdf, Array([Name.Separation, Name("/DIC 100"), Name.DeviceCMYK, tint]))


@fault("spot/two-alternates", 1)
def one_spot_with_two_looks(pdf: pikepdf.Pdf) -> None:
    for full in ((0, 0.1, 0.6, 0.2), (0.6, 0, 0.1, 0.2)):
        patch(pdf, separation("PANTONE 871 C", full))


@fault("spot/two-alternates", 1)
def a_second_look_by_a_table(pdf: pikepdf.Pdf) -> None:
    """The same spot by a sampled function, with another full tone."""
    patch(pdf, separation_by_table(pdf, "PANTONE 871 C", bytes((255, 0, 0, 0))))
    patch(pdf, separation("PANTONE 871 C"), at="60 90")


@fault("spot/not-its-ink", PAGE)
def cyan_that_is_shown_as_magenta(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("Cyan", (0, 1, 0, 0)))


@fault("spot/not-its-ink", PAGE)
def black_of_four_inks(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("Black", (0.7, 0.6, 0.6, 1)))


@fault("spot/like-process", PAGE)
def a_fifth_plate_called_cyan(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("cyan", (1, 0, 0, 0)))


@fault("spot/like-process", PAGE)
def process_black(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("PANTONE Process Black C", (0, 0, 0, 1)))


@fault("spot/like-process", PAGE)
def black_in_chinese(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("黑色", (0, 0, 0, 1)))


def twins(pdf: pikepdf.Pdf, *names: str) -> None:
    for name in names:
        patch(pdf, separation(name, (0, 0.9, 0.7, 0)))


@fault("spot/twins", PAGE)
def one_spot_on_two_papers(pdf: pikepdf.Pdf) -> None:
    twins(pdf, "PANTONE 185 C", "Pantone 185 CVC")


@fault("spot/twins", PAGE)
def one_spot_in_wide_letters(pdf: pikepdf.Pdf) -> None:
    twins(pdf, "PANTONE 185 C", "ＰＡＮＴＯＮＥ　１８５Ｃ")


@fault("spot/twins", PAGE)
def one_spot_by_its_short_name(pdf: pikepdf.Pdf) -> None:
    twins(pdf, "PMS_185", "PANTONE 185 U")


# --- output intents -------------------------------------------------------------------------


@fault("intent/names-another")
def fogra39_that_holds_newsprint(pdf: pikepdf.Pdf) -> None:
    icc = (PROFILES / "tr002-newsprint-245.icc").read_bytes()
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(icc, N=4)


@fault("intent/names-another")
def fogra39_that_holds_newsprint_by_its_name(pdf: pikepdf.Pdf) -> None:
    """Its description says FOGRA39, too: only the colours tell."""
    icc = (PROFILES / "tr002-newsprint-245.icc").read_bytes()
    liar = icc.replace(b"banxin newsprint TR002 245", b"banxin coated  FOGRA39 300")
    assert liar != icc
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(liar, N=4)


@fault("intent/names-another")
def japan_color_that_holds_fogra39(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].OutputConditionIdentifier = String("JC200103")


# --- the cut --------------------------------------------------------------------------------


@fault("bleed/marks", PAGE)
def crop_marks_that_begin_at_the_cut(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 K .1 w 0 -1 m 0 -6 l S {WIDE} -1 m {WIDE} -6 l S -1 0 m -6 0 l S")


@fault("bleed/marks", PAGE)
def crop_marks_drawn_in_one_go(pdf: pikepdf.Pdf) -> None:
    corners = (
        f"{x} {-2 if y == 0 else HIGH + 2} m {x} {-7 if y == 0 else HIGH + 7} l"
        for x in (0, WIDE)
        for y in (0, HIGH)
    )
    draw(pdf, f"1 1 1 1 K .1 w {' '.join(corners)} S")


@fault("bleed/marks", PAGE)
def a_registration_mark_in_the_bleed(pdf: pikepdf.Pdf) -> None:
    name = resource(pdf, "/ColorSpace", separation("All", (1, 1, 1, 1)))
    draw(pdf, f"{name} CS 1 SCN .1 w 100 -4 m 110 -4 l 105 -6 m 105 -1 l S")


@fault("bleed/marks", PAGE)
def a_colour_bar_in_the_bleed(pdf: pikepdf.Pdf) -> None:
    inks = ("1 0 0 0", "0 1 0 0", "0 0 1 0", "0 0 0 1")
    draw(pdf, " ".join(f"{ink} k {50 + 6 * n} -6 5 5 re f" for n, ink in enumerate(inks)))


@fault("bleed/marks", PAGE)
def a_slug_line_in_the_bleed(pdf: pikepdf.Pdf) -> None:
    text(pdf, 6, "0 0 0 1 k", at="60 -2.6", state=overprinting(pdf))


@fault("safe/area-edge", PAGE)
def a_tint_one_millimetre_inside_the_cut(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 .1 .2 0 k 1 100 {WIDE - 2} 40 re f")


@fault("safe/area-edge", PAGE)
def a_frame_two_millimetres_from_the_cut(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 K .3 w 2 2 {WIDE - 4} {HIGH - 4} re S")


@fault("safe/area-edge", PAGE)
def a_gradient_that_ends_near_the_cut(pdf: pikepdf.Pdf) -> None:
    name = gradient(pdf, Name.DeviceCMYK, [0, 0, 0, 0.5], [0, 1, 0, 0])
    draw(pdf, f"20 1.5 100 60 re W n {name} sh")


@fault("safe/sliver", PAGE)
def a_strip_of_a_millimetre_along_the_cut(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 1 1 0 k -3 -3 4 {HIGH + 6} re f")


@fault("safe/sliver", PAGE)
def a_picture_that_comes_half_a_millimetre_in(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (900, 900)), WIDE - 0.5, 100, 60, 60)


@fault("safe/sliver", PAGE)
def a_white_strip_over_a_tint(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 .2 .3 0 k -3 -3 {WIDE + 6} 60 re f 0 0 0 0 k -3 -3 {WIDE + 6} 5 re f")


def pixels(pdf: pikepdf.Pdf, image: np.ndarray[Any, Any], **more: Any) -> str:
    """A picture of bytes, height × width × 4 inks."""
    high, wide, _ = image.shape
    stream = pdf.make_stream(
        image.astype(np.uint8).tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=wide,
        Height=high, ColorSpace=Name.DeviceCMYK, BitsPerComponent=8, **more,
    )  # fmt: skip
    return resource(pdf, "/XObject", stream)


def scene(high: int, wide: int) -> np.ndarray[Any, Any]:
    """Hills and sky, of about 150 %."""
    coarse = np.random.default_rng(3).integers(60, 130, (9, 12, 4), dtype=np.uint8)
    image = Image.fromarray(coarse, "CMYK").resize((wide, high), Image.Resampling.BICUBIC)
    return np.asarray(image).copy()


@fault("bleed/pixels", PAGE, measured=True)
def a_scan_with_a_white_rim(pdf: pikepdf.Pdf) -> None:
    """Of 216 × 150 mm, the outermost 4 mm at the left of bare paper."""
    image = scene(900, 1296)
    image[:, :24] = 0
    place(pdf, pixels(pdf, image), -3, 60, WIDE + 6, 150)


@fault("bleed/pixels", PAGE, measured=True)
def a_picture_whose_ink_ends_one_millimetre_beyond_the_cut(pdf: pikepdf.Pdf) -> None:
    image = scene(900, 1296)
    image[:, -12:] = 0
    place(pdf, pixels(pdf, image), -3, 60, WIDE + 6, 150)


@fault("bleed/pixels", PAGE, measured=True)
def a_frame_within_a_picture(pdf: pikepdf.Pdf) -> None:
    image = scene(1746, 1296)
    image[-30:] = (0, 200, 200, 20)
    place(pdf, pixels(pdf, image), -3, -3, WIDE + 6, HIGH + 6)


# --- overprint ------------------------------------------------------------------------------


@fault("overprint/process", PAGE)
def blue_upon_yellow(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 1 0 k 60 60 40 40 re f {overprinting(pdf)} 1 .5 0 0 k 70 70 20 20 re f")


@fault("overprint/process", PAGE)
def red_lettering_upon_a_picture(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (900, 900)), 50, 130, 60, 60)
    text(pdf, 20, "0 1 1 0 k", state=overprinting(pdf))


@fault("overprint/process", PAGE)
def magenta_by_its_name_upon_cyan(pdf: pikepdf.Pdf) -> None:
    name = resource(pdf, "/ColorSpace", separation("Magenta", (0, 1, 0, 0)))
    over = state(pdf, OP=True, op=True, OPM=0)
    draw(pdf, f"1 0 0 0 k 60 60 40 40 re f {over} {name} cs 1 scn 70 70 20 20 re f")


@fault("overprint/white", PAGE)
def a_white_stencil_that_overprints(pdf: pikepdf.Pdf) -> None:
    stencil = pdf.make_stream(
        b"\xaa" * 100 * 800, Type=Name.XObject, Subtype=Name.Image, Width=800, Height=800,
        ImageMask=True, BitsPerComponent=1,
    )  # fmt: skip
    name = resource(pdf, "/XObject", stencil)
    draw(pdf, f"{overprinting(pdf)} 0 0 0 0 k q 20 0 0 20 60 60 cm {name} Do Q")


# --- text -----------------------------------------------------------------------------------


@fault("text/fake-bold", PAGE)
def bold_by_a_stroke_that_overprints(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k 0 0 0 1 K .1 w 2 Tr", state=overprinting(pdf))


@fault("text/fake-bold", PAGE)
def bold_by_a_stroke_in_colour(pdf: pikepdf.Pdf) -> None:
    text(pdf, 20, "0 1 1 0 k 0 1 1 0 K .2 w 2 Tr")


@fault("text/fake-bold", PAGE)
def bold_by_printing_twice(pdf: pikepdf.Pdf) -> None:
    over = overprinting(pdf)
    for at in ("60 150", "60.08 150"):
        text(pdf, 14, "0 0 0 1 k", at=at, state=over)


@fault("text/grey-in-inks", PAGE)
def grey_of_four_inks(pdf: pikepdf.Pdf) -> None:
    text(pdf, 10, ".4 .32 .32 .2 k")


@fault("text/grey-in-inks", PAGE)
def black_of_three_inks(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "1 .95 .95 0 k")


@fault("text/small-reversed", PAGE)
def white_text_out_of_a_mixed_green(pdf: pikepdf.Pdf) -> None:
    draw(pdf, ".8 .3 .6 .3 k 50 140 70 30 re f")
    text(pdf, 8.5, "0 0 0 0 k")


@fault("text/small-reversed", PAGE)
def cream_text_out_of_a_mixed_green(pdf: pikepdf.Pdf) -> None:
    draw(pdf, ".8 .3 .6 .3 k 50 140 70 30 re f")
    text(pdf, 9, "0 .04 .08 0 k")


@fault("text/small-reversed", PAGE)
def white_text_out_of_a_photograph(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (900, 900)), 50, 130, 60, 60)
    text(pdf, 7.2, "0 0 0 0 k")


@fault("text/covered", PAGE)
def text_under_a_white_box(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k", state=overprinting(pdf))
    draw(pdf, "0 0 0 0 k 50 140 60 30 re f")


@fault("text/covered", PAGE)
def text_under_a_picture(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k", state=overprinting(pdf))
    place(pdf, picture(pdf, (900, 900)), 50, 130, 60, 60)


@fault("text/covered", PAGE)
def text_most_of_which_is_covered(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k", state=overprinting(pdf))
    draw(pdf, "0 .1 .2 0 k 63 140 60 30 re f")


# --- ink ------------------------------------------------------------------------------------


@fault("ink/tint-too-light", PAGE)
def a_tint_of_one_percent(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 0 .01 0 k 60 60 20 20 re f")


@fault("ink/tint-too-light", PAGE)
def a_cream_with_a_plate_that_fails(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f".02 .03 .07 0 k -3 -3 {WIDE + 6} {HIGH + 6} re f")


@fault("ink/tint-too-light", PAGE)
def a_breath_of_gold(pdf: pikepdf.Pdf) -> None:
    name = resource(pdf, "/ColorSpace", separation("PANTONE 871 C"))
    draw(pdf, f"{name} cs .02 scn 60 60 20 20 re f")


@fault("ink/tint-too-light", PAGE, replace(LIMITS, demands=Demands(least_tint=10)))
def a_tint_that_this_shop_does_not_hold(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 0 0 .08 k 60 60 20 20 re f")


@fault("ink/black-alone", PAGE)
def a_page_of_black_alone(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 k -3 -3 {WIDE + 6} {HIGH + 6} re f")


@fault("ink/black-alone", PAGE)
def a_panel_of_grey_that_is_black(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 g 30 30 120 90 re f")


# --- pictures -------------------------------------------------------------------------------


def jpeg(quality: int) -> bytes:
    """400 pixels a side."""
    out = io.BytesIO()
    Image.fromarray(scene(400, 400), "CMYK").save(out, "JPEG", quality=quality)
    return out.getvalue()


def with_jpeg(pdf: pikepdf.Pdf, data: bytes, filters: Any = Name.DCTDecode) -> None:
    name = picture(pdf, (400, 400))
    pdf.pages[PAGE - 1].obj.Resources.XObject[name].write(data, filter=filters)
    place(pdf, name, 80, 80, 30, 30)


@fault("photo/jpeg-blocks", PAGE)
def a_jpeg_of_quality_10(pdf: pikepdf.Pdf) -> None:
    with_jpeg(pdf, jpeg(10))


@fault("photo/jpeg-blocks", PAGE)
def a_poor_jpeg_deflated_once_more(pdf: pikepdf.Pdf) -> None:
    with_jpeg(pdf, zlib.compress(jpeg(25)), Array([Name.FlateDecode, Name.DCTDecode]))


@fault("photo/jpeg-weak", PAGE)
def a_jpeg_of_quality_55(pdf: pikepdf.Pdf) -> None:
    with_jpeg(pdf, jpeg(55))


@fault("photo/jpeg-weak", PAGE, replace(LIMITS, demands=Demands(least_quality=90)))
def a_jpeg_that_this_shop_refuses(pdf: pikepdf.Pdf) -> None:
    with_jpeg(pdf, jpeg(80))


def mask(pdf: pikepdf.Pdf, side: int) -> Any:
    edge = np.tri(side, dtype=np.uint8) * 255
    return pdf.make_stream(
        edge.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip


@fault("photo/coarse-mask", PAGE)
def a_mask_of_20_ppi(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (400, 400), SMask=mask(pdf, 24)), 80, 80, 30, 30)


@fault("photo/coarse-mask", PAGE)
def a_stencil_of_100_ppi(pdf: pikepdf.Pdf) -> None:
    stencil = pdf.make_stream(
        b"\x0f" * 15 * 118, Type=Name.XObject, Subtype=Name.Image, Width=118, Height=118,
        ImageMask=True, BitsPerComponent=1,
    )  # fmt: skip
    place(pdf, picture(pdf, (400, 400), Mask=stencil), 80, 80, 30, 30)


# --- pages ----------------------------------------------------------------------------------


def moved(pdf: pikepdf.Pdf, matrix: str, page: int = PAGE) -> None:
    """All of a page under another matrix."""
    pdf.pages[page - 1].contents_add(pdf.make_stream(f"q {matrix} cm\n".encode()), prepend=True)
    pdf.pages[page - 1].contents_add(pdf.make_stream(b"\nQ"))


ACROSS: Final = 2 * TRIM[0] + WIDE * MM
UP: Final = 2 * TRIM[1] + HIGH * MM


@fault("page/upside-down", PAGE)
def a_page_upside_down(pdf: pikepdf.Pdf) -> None:
    moved(pdf, f"-1 0 0 -1 {ACROSS:.3f} {UP:.3f}")


@fault("page/upside-down", 3)
def a_page_upside_down_inside_a_form(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[2]
    form = pdf.make_stream(
        b"\n".join(
            part.read_bytes()
            for part in (page.Contents if isinstance(page.Contents, Array) else [page.Contents])
        ),
        Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, ACROSS, UP],
        Matrix=[-1, 0, 0, -1, ACROSS, UP], Resources=page.obj.Resources,
    )  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(Whole=form))
    page.Contents = pdf.make_stream(b"/Whole Do")


@fault("page/upside-down", 3)
def a_page_of_pictures_upside_down(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (900, 900))
    here = resource(pdf, "/XObject", pdf.pages[PAGE - 1].obj.Resources.XObject[name], 3)
    axes = f"{MM:.5f} 0 0 {MM:.5f} {TRIM[0]:.3f} {TRIM[1]:.3f}"
    drawn = f"q {axes} cm -60 0 0 -60 120 160 cm {here} Do Q"
    pdf.pages[2].Contents = pdf.make_stream(drawn.encode())


@fault("page/mirrored", PAGE)
def a_page_mirrored(pdf: pikepdf.Pdf) -> None:
    moved(pdf, f"-1 0 0 1 {ACROSS:.3f} 0")


@fault("page/mirrored", PAGE)
def a_page_mirrored_head_to_foot(pdf: pikepdf.Pdf) -> None:
    moved(pdf, f"1 0 0 -1 0 {UP:.3f}")


@fault("page/twice", 3)
def a_page_that_is_there_twice(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2] = pdf.pages[1]


@fault("page/twice", 4)
def a_page_twice_with_another_folio(pdf: pikepdf.Pdf) -> None:
    pdf.pages[3] = pdf.pages[1]
    for page in (2, 4):
        folio(pdf, page, page)


def numbered(pdf: pikepdf.Pdf, *folios: int) -> None:
    """Folios at the foot of the pages."""
    for page, number in enumerate(folios, 1):
        folio(pdf, page, number)


def folio(pdf: pikepdf.Pdf, page: int, number: int) -> None:
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    name = resource(pdf, "/Font", font, page)
    x = 20 if page % 2 == 0 else WIDE - 25
    draw(pdf, f"BT 0 0 0 1 k {name} 3.2 Tf {x} 9 Td ({number}) Tj ET", page)


@fault("page/out-of-order", 3)
def two_pages_changed_places(pdf: pikepdf.Pdf) -> None:
    for _ in range(2):
        pdf.pages.extend(pdf.pages[:4])
    numbered(pdf, *range(1, 13))
    pdf.pages[2], pdf.pages[3] = pdf.pages[3], pdf.pages[2]


@fault("page/out-of-order", 4)
def a_page_left_out(pdf: pikepdf.Pdf) -> None:
    pdf.pages.extend(pdf.pages[:4])
    numbered(pdf, 1, 2, 3, 5, 6, 7, 8, 9)


@fault("page/out-of-order", 12)
def a_page_moved_to_the_end(pdf: pikepdf.Pdf) -> None:
    for _ in range(2):
        pdf.pages.extend(pdf.pages[:4])
    numbered(pdf, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 5)


@fault("page/out-of-order", 3)
def a_folio_that_stands_twice(pdf: pikepdf.Pdf) -> None:
    pdf.pages.extend(pdf.pages[:4])
    numbered(pdf, 1, 2, 2, 4, 5, 6, 7, 8)


# --- the binder's plates --------------------------------------------------------------------

FOIL: Final = replace(
    LIMITS, plates=frozenset({"foil", "烫金", "Varnish"}), binders=frozenset({"foil"})
)


def in_foil(pdf: pikepdf.Pdf, operators: str, name: str = "foil") -> None:
    space = resource(pdf, "/ColorSpace", separation(name))
    draw(pdf, f"{space} cs {space} CS 1 scn 1 SCN {operators}")


@fault("plate/fine-line", PAGE, FOIL)
def a_line_too_fine_for_foil(pdf: pikepdf.Pdf) -> None:
    in_foil(pdf, ".05 w 60 60 m 90 60 l S")


@fault("plate/fine-line", PAGE, FOIL)
def small_song_in_foil(pdf: pikepdf.Pdf) -> None:
    space = resource(pdf, "/ColorSpace", separation("烫金"))
    text(pdf, 8, f"{space} cs 1 scn")


@fault("plate/fine-line", PAGE, replace(FOIL, demands=Demands(plate_line=Length.mm(0.3))))
def a_line_too_fine_for_this_shop(pdf: pikepdf.Pdf) -> None:
    in_foil(pdf, "60 60 30 .2 re f", "Varnish")


@fault("plate/narrow-gap", PAGE, FOIL)
def two_lines_of_foil_side_by_side(pdf: pikepdf.Pdf) -> None:
    in_foil(pdf, ".3 w 60 60 m 90 60 l S 60 60.4 m 90 60.4 l S")


@fault("plate/narrow-gap", PAGE, FOIL)
def two_areas_of_varnish_side_by_side(pdf: pikepdf.Pdf) -> None:
    in_foil(pdf, "60 60 10 10 re f 70.1 60 10 10 re f", "Varnish")


@fault("plate/narrow-gap", PAGE, FOIL)
def two_of_a_thousand_lines_of_varnish_side_by_side(pdf: pikepdf.Pdf) -> None:
    lines = (f"{20 + x} {20 + y / 2} m {24 + x} {20 + y / 2} l" for x in (0, 5) for y in range(500))
    strokes = " S ".join((*lines, "40 100 m 60 100 l", "40 100.3 m 60 100.3 l"))
    in_foil(pdf, f".2 w {strokes} S", "Varnish")


@fault("plate/screened", PAGE, FOIL)
def half_a_foil(pdf: pikepdf.Pdf) -> None:
    in_foil(pdf, ".5 scn 60 60 20 20 re f")


# --- a shop's own wishes --------------------------------------------------------------------


@fault("safe/text", PAGE, replace(LIMITS, demands=Demands(safe=Length.mm(6), careful=Length.mm(8))))
def text_that_is_too_near_for_this_shop(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k", at="5.5 150", state=overprinting(pdf))


@fault("line/fine", PAGE, replace(LIMITS, demands=Demands(least_line=0.5)))
def a_line_too_fine_for_this_press(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 K {0.4 / MM} w 60 60 m 90 60 l S")


@fault("text/too-small", PAGE, replace(LIMITS, demands=Demands(least_text=8)))
def text_too_small_for_this_press(pdf: pikepdf.Pdf) -> None:
    text(pdf, 7.5, "0 0 0 1 k", state=overprinting(pdf))


@fault("page/too-many", 0, replace(LIMITS, demands=Demands(most_stitched=4)))
def too_many_pages_for_these_staples(pdf: pikepdf.Pdf) -> None:
    pdf.pages.extend(pdf.pages[:4])


DETAILED: Final = tuple(FAULTS)
