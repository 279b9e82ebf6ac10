"""Faults sown in a good press file, one at a time: each is found, by its code, on its page.

The faults are made with pikepdf and bare operators; nothing is shared with what looks for them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageCms

from banxin import preflight
from banxin.units import Length
from conftest import Recorder
from sowing import (
    FAULTS,
    LIMITS,
    MM,
    PAGE,
    WIDE,
    Fault,
    descriptors,
    draw,
    fault,
    gradient,
    in_metadata,
    judged,
    overprinting,
    patch,
    picture,
    place,
    resource,
    separation,
    state,
    text,
    with_it,
    words,
)
from sown_in_detail import DETAILED

# --- the file -------------------------------------------------------------------------------


@fault("file/version")
def a_newer_version_of_pdf(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Version = Name("/1.7")


@fault("file/not-pdfx")
def it_says_pdfx_3(pdf: pikepdf.Pdf) -> None:
    in_metadata(pdf, b"PDF/X-4", b"PDF/X-3:2003")


@fault("file/metadata")
def no_metadata_of_dates(pdf: pikepdf.Pdf) -> None:
    in_metadata(pdf, b"CreateDate", b"CreateDat")


@fault("file/metadata")
def no_document_id(pdf: pikepdf.Pdf) -> None:
    in_metadata(pdf, b"DocumentID", b"DocumentIx")


@fault("file/not-pdfx")
def no_metadata_at_all(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Metadata"]


@fault("file/metadata-differ")
def another_title_outside(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = String("别的书")


@fault("file/trapped")
def trapped_maybe(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Trapped"] = Name("/Maybe")


@fault("file/trapped")
def nothing_said_of_trapping(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Trapped"]


@fault("page/untitled")
def no_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = String(" ")


@fault("intent/missing")
def no_output_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


@fault("intent/missing")
def two_output_intents(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents.append(pdf.Root.OutputIntents[0])


@fault("intent/profile")
def no_profile(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents[0]["/DestOutputProfile"]


@fault("intent/profile")
def a_screens_profile(pdf: pikepdf.Pdf) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(srgb, N=3)


@fault("intent/unnamed")
def an_unnamed_condition(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents[0]["/OutputConditionIdentifier"]


@fault("intent/other-condition")
def another_condition(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].OutputConditionIdentifier = String("JC200103")


@fault("file/active")
def a_script_when_opened(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


@fault("file/active")
def a_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array())


@fault("file/active")
def an_action_of_a_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.NextPage))


@fault("file/carries")
def a_file_inside(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"hello"


@fault("file/carries")
def postscript(pdf: pikepdf.Pdf) -> None:
    resource(pdf, "/XObject", pdf.make_stream(b"showpage", Type=Name.XObject, Subtype=Name.PS))


@fault("file/carries")
def a_picture_kept_elsewhere(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (400, 400))
    pdf.pages[1].obj.Resources.XObject[name].OPI = Dictionary({"/2.0": Dictionary(F=String("a"))})


@fault("file/carries")
def a_picture_in_two_versions(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (400, 400), Alternates=Array())
    place(pdf, name, 80, 80, 30, 30)


@fault("file/press-settings")
def a_transfer_curve(pdf: pikepdf.Pdf) -> None:
    draw(pdf, state(pdf, TR=Name.Identity))


@fault("file/press-settings")
def a_second_transfer_curve(pdf: pikepdf.Pdf) -> None:
    draw(pdf, state(pdf, TR2=Dictionary(FunctionType=2, Domain=[0, 1], N=2)))


@fault("file/press-settings")
def a_halftone(pdf: pikepdf.Pdf) -> None:
    draw(pdf, state(pdf, HT=Dictionary(HalftoneType=1, Frequency=60, Angle=45)))


@fault("file/layers")
def layers(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OCProperties = Dictionary(OCGs=Array(), D=Dictionary())


@fault("annotation/on-the-page", PAGE)
def a_sticky_note(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[100, 100, 120, 120])
    pdf.pages[PAGE - 1].obj.Annots = Array([pdf.make_indirect(note)])


# --- boxes ----------------------------------------------------------------------------------


@fault("box/no-trim", PAGE)
def no_trim(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[PAGE - 1].obj["/TrimBox"]


@fault("box/trim-and-art", PAGE)
def trim_and_art(pdf: pikepdf.Pdf) -> None:
    pdf.pages[PAGE - 1].obj.ArtBox = pdf.pages[PAGE - 1].obj.TrimBox


@fault("box/nesting", PAGE)
def the_trim_leaves_the_sheet(pdf: pikepdf.Pdf) -> None:
    pdf.pages[PAGE - 1].obj.TrimBox = Array([-50, 39, 590, 840])


@fault("box/crop", PAGE)
def a_crop_box(pdf: pikepdf.Pdf) -> None:
    pdf.pages[PAGE - 1].obj.CropBox = Array([60, 60, 500, 700])


@fault("box/scaled", PAGE)
def a_user_unit(pdf: pikepdf.Pdf) -> None:
    pdf.pages[PAGE - 1].obj.UserUnit = 2


@fault("box/rotated", PAGE)
def a_rotated_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[PAGE - 1].obj.Rotate = 90


@fault("box/origin", PAGE)
def a_sheet_from_elsewhere(pdf: pikepdf.Pdf) -> None:
    pdf.pages[PAGE - 1].obj.MediaBox = Array([-20, -20, 238 * MM, 313 * MM])


@fault("box/bleed", PAGE)
def one_millimetre_of_bleed(pdf: pikepdf.Pdf) -> None:
    x0, y0, x1, y1 = (float(v) for v in pdf.pages[PAGE - 1].trimbox)
    pdf.pages[PAGE - 1].obj.BleedBox = Array([x0 - MM, y0 - MM, x1 + MM, y1 + MM])


@fault("box/size", 3)
def one_page_is_narrower(pdf: pikepdf.Pdf) -> None:
    x0, y0, x1, y1 = (float(v) for v in pdf.pages[2].trimbox)
    pdf.pages[2].obj.TrimBox = Array([x0, y0, x1 - MM, y1])


# --- the cut --------------------------------------------------------------------------------


@fault("bleed/not-reached", PAGE)
def a_tint_that_ends_at_the_cut(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 .1 k 0 0 {WIDE} 40 re f")


@fault("bleed/not-reached", PAGE)
def a_picture_one_millimetre_beyond(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (900, 900)), -1, 100, 60, 60)


@fault("bleed/not-reached", PAGE)
def a_clipped_picture_at_the_cut(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (900, 900))
    draw(pdf, f"0 100 60 60 re W n q 80 0 0 80 -20 90 cm {name} Do Q")


@fault("safe/text", PAGE)
def text_one_millimetre_from_the_cut(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k", at="1 150", state=overprinting(pdf))


@fault("safe/text-near", PAGE)
def text_four_millimetres_from_the_cut(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 1 k", at="4 150", state=overprinting(pdf))


@fault("safe/picture-edge", PAGE)
def a_picture_that_leaves_a_sliver(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (900, 900)), 1.5, 100, 60, 60)


PERFECT: Final = replace(LIMITS, binding="perfect")
THICK: Final = replace(PERFECT, leaf=Length.mm(2))  # board: four pages are 4 mm


@fault("safe/gutter", 3, PERFECT)
def text_in_the_gutter(pdf: pikepdf.Pdf) -> None:
    font, codes = words(pdf)
    font = resource(pdf, "/Font", pdf.pages[PAGE - 1].resources["/Font"][font], page=3)
    draw(pdf, f"BT 0 0 0 1 k {font} 4 Tf 6 150 Td <{codes}> Tj ET", page=3)


@fault("photo/across-gutter", 2, PERFECT)
def a_picture_over_two_pages(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (4000, 1500))
    image = pdf.pages[PAGE - 1].resources["/XObject"][name]
    other = resource(pdf, "/XObject", image, page=3)
    draw(pdf, f"110 100 103 80 re W n q 200 0 0 80 110 100 cm {name} Do Q", page=2)
    draw(pdf, f"-3 100 103 80 re W n q 200 0 0 80 -100 100 cm {other} Do Q", page=3)


# --- colour ---------------------------------------------------------------------------------


@fault("colour/not-ink", PAGE)
def an_area_in_rgb(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "1 0 0 rg 60 60 20 20 re f")


@fault("colour/not-ink", PAGE)
def text_in_rgb(pdf: pikepdf.Pdf) -> None:
    text(pdf, 12, "0 0 0 rg")


@fault("colour/not-ink", PAGE)
def a_line_in_icc(pdf: pikepdf.Pdf) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name = resource(pdf, "/ColorSpace", Array([Name.ICCBased, pdf.make_stream(srgb, N=3)]))
    draw(pdf, f"{name} CS 1 0 0 SCN .5 w 60 60 m 90 60 l S")


@fault("colour/not-ink", PAGE)
def an_area_in_lab(pdf: pikepdf.Pdf) -> None:
    lab = Array([Name.Lab, Dictionary(WhitePoint=[0.9642, 1, 0.8249])])
    draw(pdf, f"{resource(pdf, '/ColorSpace', lab)} cs 50 20 20 scn 60 60 20 20 re f")


@fault("colour/not-ink", PAGE)
def rgb_in_a_form_in_a_form(pdf: pikepdf.Pdf) -> None:
    inner = pdf.make_stream(b"0 1 0 rg 0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    outer = pdf.make_stream(
        b"/I Do", Subtype=Name.Form, BBox=[0, 0, 9, 9],
        Resources=Dictionary(XObject=Dictionary(I=inner)),
    )  # fmt: skip
    draw(pdf, f"1 0 0 1 60 60 cm {resource(pdf, '/XObject', outer)} Do")


@fault("colour/not-ink", PAGE)
def rgb_in_a_pattern(pdf: pikepdf.Pdf) -> None:
    cell = pdf.make_stream(
        b"0 1 0 rg 0 0 5 5 re f", PatternType=1, PaintType=1, TilingType=1,
        BBox=[0, 0, 9, 9], XStep=9, YStep=9, Resources=Dictionary(),
    )  # fmt: skip
    draw(pdf, f"/Pattern cs {resource(pdf, '/Pattern', cell)} scn 60 60 20 20 re f")


@fault("colour/not-ink", PAGE)
def rgb_in_a_soft_mask(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_stream(
        b"1 1 1 rg 0 0 900 900 re f", Subtype=Name.Form, BBox=[0, 0, 900, 900],
        Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray),
    )  # fmt: skip
    mask = Dictionary(Type=Name.Mask, S=Name.Luminosity, G=group)
    draw(pdf, f"{state(pdf, SMask=mask)} 0 0 0 .5 k 60 60 20 20 re f")


@fault("colour/not-ink", PAGE)
def a_gradient_in_rgb(pdf: pikepdf.Pdf) -> None:
    name = gradient(pdf, Name.DeviceRGB, [1, 0, 0], [0, 0, 1])
    draw(pdf, f"60 60 30 30 re W n {name} sh")


@fault("colour/broken-gradient", PAGE)
def a_gradient_of_three_parts_in_four_inks(pdf: pikepdf.Pdf) -> None:
    name = gradient(pdf, Name.DeviceCMYK, [1, 0, 0], [0, 0, 1])
    draw(pdf, f"60 60 30 30 re W n {name} sh")


@fault("photo/not-ink", PAGE)
def a_photograph_in_rgb(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (400, 400), ColorSpace=Name.DeviceRGB), 80, 80, 30, 30)


@fault("photo/not-ink", PAGE)
def a_palette_of_rgb(pdf: pikepdf.Pdf) -> None:
    palette = Array([Name.Indexed, Name.DeviceRGB, 0, String(b"\xff\x00\x00")])
    place(pdf, picture(pdf, (400, 400), ColorSpace=palette), 80, 80, 30, 30)


@fault("photo/not-ink", PAGE)
def an_inline_picture_in_rgb(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "q 1 0 0 1 80 80 cm BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc EI Q")


@fault("colour/grey-overprints", PAGE)
def grey_that_overprints(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"{overprinting(pdf)} .5 g 60 60 20 20 re f")


@fault("overprint/white", PAGE)
def white_that_overprints(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"{overprinting(pdf)} 0 0 0 0 k 60 60 20 20 re f")


@fault("transparency/blend-space", PAGE)
def a_page_mixed_as_light(pdf: pikepdf.Pdf) -> None:
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    pdf.pages[PAGE - 1].obj.Group = group


@fault("transparency/mask-space", PAGE)
def a_mask_made_of_light(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_stream(
        b"1 g 0 0 900 900 re f", Subtype=Name.Form, BBox=[0, 0, 900, 900],
        Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB),
    )  # fmt: skip
    mask = Dictionary(Type=Name.Mask, S=Name.Luminosity, G=group)
    draw(pdf, f"{state(pdf, SMask=mask)} 0 0 0 .5 k 60 60 20 20 re f")


@fault("transparency/live", PAGE, replace(LIMITS, version="PDF/X-1a"))
def transparency_for_a_press_of_old(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"{state(pdf, ca=0.5)} 0 0 0 .5 k 60 60 20 20 re f")


@fault("spot/undeclared", PAGE)
def a_spot_nobody_ordered(pdf: pikepdf.Pdf) -> None:
    patch(pdf, separation("DIC 100"))


@fault("spot/twins", PAGE)
def one_spot_by_two_names(pdf: pikepdf.Pdf) -> None:
    for spelt in ("PANTONE 871 C", "Pantone 871C"):
        patch(pdf, separation(spelt))


@fault("spot/same-look", PAGE)
def two_spots_of_one_look(pdf: pikepdf.Pdf) -> None:
    for spelt in ("Gold", "Leaf"):
        patch(pdf, separation(spelt))


@fault("spot/registration", PAGE)
def registration_inside_the_trim(pdf: pikepdf.Pdf) -> None:
    name = resource(pdf, "/ColorSpace", separation("All", (1, 1, 1, 1)))
    draw(pdf, f"{name} cs 1 scn 60 60 20 20 re f")


@fault("ink/too-much", PAGE, measured=True)
def a_patch_of_four_full_inks(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "1 1 1 .5 k 60 60 20 20 re f")


@fault("ink/near-limit", PAGE, measured=True)
def a_patch_near_the_limit(pdf: pikepdf.Pdf) -> None:
    draw(pdf, ".98 .98 .98 0 k 60 60 20 20 re f")


@fault("ink/speck", PAGE, measured=True)
def a_speck_of_four_full_inks(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "1 1 1 1 k 60 60 .8 .8 re f")


# --- text and lines -------------------------------------------------------------------------


@fault("text/too-small", PAGE)
def text_of_four_points(pdf: pikepdf.Pdf) -> None:
    text(pdf, 4, "0 0 0 1 k", state=overprinting(pdf))


@fault("text/small-in-inks", PAGE)
def red_text_of_seven_points(pdf: pikepdf.Pdf) -> None:
    text(pdf, 7, "0 1 1 0 k")


@fault("text/small-white", PAGE)
def white_text_of_six_points(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 0 0 .8 k 55 140 60 30 re f")
    text(pdf, 6, "0 0 0 0 k")


@fault("text/small-han", PAGE)
def chinese_of_six_points(pdf: pikepdf.Pdf) -> None:
    text(pdf, 6, "0 0 0 1 k", state=overprinting(pdf))


@fault("text/small-white-song", PAGE)
def white_song_of_seven_and_a_half_points(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 0 0 .8 k 55 140 60 30 re f")
    text(pdf, 7.5, "0 0 0 0 k")


@fault("text/rich-black", PAGE)
def black_of_four_inks(pdf: pikepdf.Pdf) -> None:
    text(pdf, 30, ".75 .68 .67 .9 k")


@fault("text/black-in-inks", PAGE)
def black_of_two_inks(pdf: pikepdf.Pdf) -> None:
    text(pdf, 10, ".3 0 0 1 k")


@fault("text/black-knocks-out", PAGE)
def black_that_knocks_out(pdf: pikepdf.Pdf) -> None:
    text(pdf, 10, "0 0 0 1 k")


@fault("text/black-knocks-out", PAGE)
def black_in_grey(pdf: pikepdf.Pdf) -> None:
    text(pdf, 10, "0 g", state=overprinting(pdf))


@fault("line/hair", PAGE)
def a_line_of_no_width(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "0 0 0 1 K 0 w 60 60 m 90 60 l S")


@fault("line/hair", PAGE)
def a_line_scaled_down(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 K .1 0 0 .1 0 0 cm {1 / MM} w 600 600 m 900 600 l S")


@fault("line/hair", PAGE)
def a_filled_path_as_thin_as_a_hair(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 k 60 60 30 {0.1 / MM} re f")


@fault("line/fine-in-inks", PAGE)
def a_fine_line_in_two_inks(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 1 1 0 K {0.2 / MM} w 60 60 m 90 60 l S")


@fault("line/fine", PAGE)
def a_fine_line(pdf: pikepdf.Pdf) -> None:
    draw(pdf, f"0 0 0 1 K {0.2 / MM} w 60 60 m 90 60 l S")


# --- pictures -------------------------------------------------------------------------------


@fault("photo/low-resolution", PAGE)
def a_photograph_of_100_ppi(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (118, 118)), 80, 80, 30, 30)


@fault("photo/soft", PAGE)
def a_photograph_of_200_ppi(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (236, 236)), 80, 80, 30, 30)


@fault("photo/soft", PAGE)
def a_photograph_stretched_one_way(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (400, 236)), 80, 80, 30, 30)


@fault("photo/below-wish", PAGE)
def a_photograph_of_250_ppi(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (295, 295)), 80, 80, 30, 30)


@fault("photo/wasteful", PAGE)
def a_photograph_of_900_ppi(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (1063, 1063)), 80, 80, 30, 30)


@fault("photo/coarse-bitmap", PAGE)
def line_art_of_300_ppi(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (354, 354), ColorSpace=Name.DeviceGray, BitsPerComponent=1)
    place(pdf, name, 80, 80, 30, 30)


@fault("photo/soft-bitmap", PAGE)
def line_art_of_600_ppi(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (709, 709), ColorSpace=Name.DeviceGray, BitsPerComponent=1)
    place(pdf, name, 80, 80, 30, 30)


@fault("photo/codec", PAGE)
def sixteen_bits(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (400, 400), BitsPerComponent=16), 80, 80, 30, 30)


@fault("photo/codec", PAGE)
def jpeg_2000(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (400, 400))
    pdf.pages[1].obj.Resources.XObject[name].write(b"not one", filter=Name.JPXDecode)
    place(pdf, name, 80, 80, 30, 30)


@fault("photo/jbig2", PAGE)
def jbig2(pdf: pikepdf.Pdf) -> None:
    name = picture(pdf, (1000, 1000), ColorSpace=Name.DeviceGray, BitsPerComponent=1)
    pdf.pages[1].obj.Resources.XObject[name].write(b"not one", filter=Name.JBIG2Decode)
    place(pdf, name, 80, 80, 30, 30)


# --- fonts and pages ------------------------------------------------------------------------


@fault("font/not-embedded", 1)
def a_font_left_out(pdf: pikepdf.Pdf) -> None:
    del next(descriptors(pdf))["/FontFile2"]


@fault("font/empty-box", PAGE)
def a_character_without_a_glyph(pdf: pikepdf.Pdf) -> None:
    font, _ = words(pdf)
    draw(pdf, f"BT 0 0 0 .5 k {font} 5 Tf 60 150 Td <0000> Tj ET")


@fault("font/type3")
def a_font_of_drawings(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 9, 9],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=Dictionary(), Encoding=Dictionary(), FirstChar=0, LastChar=0, Widths=[500],
    )  # fmt: skip
    resource(pdf, "/Font", pdf.make_indirect(font))


@fault("font/stranger")
def a_font_of_the_machine(pdf: pikepdf.Pdf) -> None:
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Subtype") == Name.CIDFontType2:
            thing.BaseFont = Name("/ABCDEF+DejaVu-Sans")
            return


@fault("font/fallback", 0, replace(LIMITS, families=frozenset()))
def courier(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
    resource(pdf, "/Font", pdf.make_indirect(font))


@fault("page/not-in-fours")
def a_page_lost(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[2]


@fault("page/odd", 0, PERFECT)
def an_odd_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[2]


def wrapped(pdf: pikepdf.Pdf, spine: float) -> None:
    """The first page becomes a cover that wraps the other three and one more."""
    page = pdf.pages[0].obj
    wider = (WIDE + spine) * MM
    for box in ("/MediaBox", "/TrimBox", "/BleedBox", "/CropBox"):
        if box in page:
            page[box][2] = float(page[box][2]) + wider
    pdf.pages.append(pdf.pages[1])


@fault("cover/spine", 1, THICK)
def a_spine_for_a_thinner_book(pdf: pikepdf.Pdf) -> None:
    wrapped(pdf, 5.4)


@fault("cover/spine-text", 1, THICK)
def words_on_a_narrow_spine(pdf: pikepdf.Pdf) -> None:
    wrapped(pdf, 4)
    font, codes = words(pdf)
    here = resource(pdf, "/Font", pdf.pages[PAGE - 1].obj.Resources.Font[font], 1)
    draw(pdf, f"BT 0 0 0 1 k {here} 1 Tf 0 -3 3 0 {WIDE + 1} 150 Tm <{codes}> Tj ET", 1)


@fault("page/too-many")
def too_many_pages_to_stitch(pdf: pikepdf.Pdf) -> None:
    for _ in range(16):
        for index in range(4):
            pdf.pages.append(pdf.pages[index])


@fault("page/creep", 6, replace(LIMITS, leaf=Length.mm(0.8)))
def text_that_the_inner_sheet_loses(pdf: pikepdf.Pdf) -> None:
    """On the outer sheet it keeps 3.5 mm from the cut; on the one inside it, 0.8 mm less."""
    font, codes = words(pdf)
    draw(pdf, f"BT 0 0 0 1 k {font} 4 Tf 3.5 150 Td <{codes}> Tj ET")
    for index in range(4):
        pdf.pages.append(pdf.pages[index])


@fault("page/sections", 0, replace(LIMITS, pages_in=8))
def pages_in_fours_where_the_shop_folds_eights(pdf: pikepdf.Pdf) -> None:
    assert len(pdf.pages) == 4


@fault("page/sections", 0, replace(PERFECT, pages_in=4, cover=frozenset({1})))
def pages_in_fours_but_for_the_blank_before_the_first(pdf: pikepdf.Pdf) -> None:
    """Pages 2 to 5: a left page is first, so two blanks make them six."""
    pdf.pages.append(pdf.pages[1])


@fault("cover/glue", 2, replace(PERFECT, cover=frozenset({1, 4})))
def a_picture_where_the_cover_is_glued(pdf: pikepdf.Pdf) -> None:
    place(pdf, picture(pdf, (900, 900)), WIDE - 60 - 4, 100, 60, 60)


@fault("page/blank", 3)
def an_empty_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2].obj.Contents = pdf.make_stream(b"")


@fault("file/unread", PAGE)
def a_page_that_breaks_off(pdf: pikepdf.Pdf) -> None:
    draw(pdf, "/Nobody Do")


@fault("file/unread", PAGE)
def a_form_that_draws_itself(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_indirect(pdf.make_stream(b"/I Do", Subtype=Name.Form, BBox=[0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(I=form))
    draw(pdf, f"{resource(pdf, '/XObject', form)} Do")


# --- looking --------------------------------------------------------------------------------


def test_the_good_file_is_met_with_silence(good: bytes) -> None:
    assert judged(good, LIMITS, measured=True) == []


@pytest.mark.parametrize("sown", FAULTS, ids=lambda sown: sown.name)
def test_a_sown_fault_is_found_by_its_code_on_its_page(
    good: bytes, sown: Fault, record_property: Recorder
) -> None:
    record_property("sown", sown.code)
    found = judged(with_it(good, sown.sow), sown.limits, measured=sown.measured)

    assert (sown.code, sown.page) in found
    assert "internal/rule-crashed" not in dict(found)


def test_a_cover_with_the_right_spine_is_met_with_silence(good: bytes) -> None:
    covered = with_it(good, lambda pdf: wrapped(pdf, 4.3))

    codes = {code for code, _ in judged(covered, THICK, measured=False)}
    assert codes & {"cover/spine", "cover/spine-text", "box/size", "page/odd"} == set()


def test_every_rule_of_the_file_has_a_fault_that_it_finds() -> None:
    rules = {code for code, one in preflight.RULES.items() if one.judges == "file"}

    assert rules - {sown.code for sown in FAULTS} == set()
    assert len(DETAILED) >= 80
    assert len(FAULTS) >= 180
