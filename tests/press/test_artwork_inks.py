"""Colours, pictures and gradients of a stranger's page, one by one, once it is a form."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from banxin.artwork import pages
from banxin.artwork.targets import PlateInUse
from banxin.assets.colour import built_in, inks_of
from banxin.preflight.facts import read
from banxin.preflight.painted import Fill
from drawings import (
    a_pdf,
    separation,
)
from placed import inked
from plates import PROCESS, plates


def inks_in(data: bytes) -> list[Fill]:
    """What is filled by a page once it is a form."""
    return list(read(pages.form(data, 1, built_in(), {}, screen=False)).fills)


def spaces(**named: Any) -> Any:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Resources.ColorSpace = Dictionary(
            {f"/{name}": held for name, held in named.items()}
        )

    return change


LAB = Array([Name.Lab, Dictionary(WhitePoint=[0.9642, 1, 0.8249], Range=[-128, 127, -128, 127])])
PALETTE = Array([Name.Indexed, Name.DeviceCMYK, 1, bytes((0, 0, 0, 0, 255, 0, 51, 0))])
COLOURS: Mapping[str, tuple[bytes, Any, dict[str, float]]] = {
    "cmyk": (b".1 .2 .3 .4 k", {}, {"Cyan": 10, "Magenta": 20, "Yellow": 30, "Black": 40}),
    "grey": (b".25 g", {}, {"Black": 75}),
    "white": (b"1 g", {}, {}),
    "neutral": (b".5 .5 .5 rg", {}, {"Black": 50}),
    "black in light": (b"0 0 0 rg", {}, {"Black": 100}),
    "nothing chosen": (b"", {}, {"Black": 100}),
    "a device's name": (b"/DeviceCMYK cs 0 1 0 0 sc", {}, {"Magenta": 100}),
    "a spot": (b"/S cs .4 scn", {"S": separation("Gold", (0, 0.2, 0.6, 0.2))}, {"Gold": 40}),
    "a spot in full": (b"/S cs", {"S": separation("Gold", (0, 0.2, 0.6, 0.2))}, {"Gold": 100}),
    "black as a plate": (b"/S cs .3 scn", {"S": separation("Black", (0, 0, 0, 1))}, {"Black": 30}),
    "cyan as a plate": (b"/S cs 1 scn", {"S": separation("Cyan", (1, 0, 0, 0))}, {"Cyan": 100}),
    "a palette": (b"/P cs 1 sc", {"P": PALETTE}, {"Cyan": 100, "Yellow": 20}),
    "a palette's first": (b"/P cs", {"P": PALETTE}, {}),
    "grey of a calibrated kind": (
        b"/C cs .2 sc",
        {"C": Array([Name.CalGray, Dictionary(WhitePoint=[1, 1, 1])])},
        {"Black": 80},
    ),
    "a default of its own": (
        b"0 g .5 g",
        {"DefaultGray": separation("Gold", (0, 0.2, 0.6, 0.2))},
        {"Gold": 50},
    ),
}


@pytest.mark.parametrize("name", COLOURS)
def test_a_colour_becomes_its_inks(name: str) -> None:
    content, named, inks = COLOURS[name]

    (found,) = inks_in(a_pdf(content + b" 10 10 50 50 re f", spaces(**named)))

    assert inked(found) == pytest.approx(inks, abs=0.01)


def test_lab_goes_through_the_profile() -> None:
    (found,) = inks_in(a_pdf(b"/L cs 50 0 0 sc 9 9 50 50 re f", spaces(L=LAB)))

    assert 120 < found.colour.total < 260  # a middle grey in four inks
    assert not found.colour.of_light


def test_colours_come_back_with_their_state() -> None:
    content = b"1 0 0 0 k q 0 1 0 0 k 0 0 9 9 re f Q 20 20 9 9 re f Q Q Q 40 40 9 9 re f q q q q"
    found = [inked(f) for f in inks_in(a_pdf(content))]

    assert found == [{"Magenta": 100.0}, {"Cyan": 100.0}, {"Cyan": 100.0}]


# --- pictures and gradients ---------------------------------------------------------------


def holding(image: bytes, about: Mapping[str, Any], **more: Mapping[str, Any]) -> bytes:
    """A page with one picture on it; *more*: its masks, with their bytes as `data`."""

    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        held = pdf.make_stream(image, Dictionary(Subtype=Name.Image))
        for key, value in about.items():
            held[f"/{key}"] = value
        for key, mask in more.items():
            inner = pdf.make_stream(mask["data"], Dictionary(Subtype=Name.Image))
            for name, value in mask.items():
                if name != "data":
                    inner[f"/{name}"] = value
            held[f"/{key}"] = inner
        page.obj.Resources.XObject = Dictionary(I=held)

    return a_pdf(b"80 0 0 80 10 10 cm /I Do", change)


def picture_in(data: bytes) -> tuple[str, bytes, dict[str, bytes]]:
    """Its space, its levels, and what its masks hold, once the page is a form."""
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        image = pdf.Root.Artwork.Resources.XObject["/X0"]
        masks = {key: image[key].read_bytes() for key in ("/SMask", "/Mask") if key in image}
        return str(image.ColorSpace), image.read_bytes(), masks


SIZE = {"Width": 2, "Height": 1, "BitsPerComponent": 8}
RGB_ROW = bytes((200, 30, 40, 20, 90, 160))


def test_a_picture_in_light_goes_through_the_profile() -> None:
    space, levels, _ = picture_in(holding(RGB_ROW, {**SIZE, "ColorSpace": Name.DeviceRGB}))

    expected = [*inks_of((200, 30, 40), built_in()), *inks_of((20, 90, 160), built_in())]
    assert space == "/DeviceCMYK"
    assert [level / 2.55 for level in levels] == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("kind", ["L", "CMYK"])
def test_a_picture_in_ink_keeps_its_bytes(kind: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert(kind).save(out, "JPEG", quality=80)
    space = Name.DeviceGray if kind == "L" else Name.DeviceCMYK
    about = {
        "Width": 64, "Height": 48, "BitsPerComponent": 8, "ColorSpace": space,
        "Filter": Name.DCTDecode,
    }  # fmt: skip
    with pikepdf.open(
        io.BytesIO(pages.form(holding(out.getvalue(), about), 1, built_in(), {}, screen=False))
    ) as pdf:
        image = pdf.Root.Artwork.Resources.XObject["/X0"]
        assert image.read_raw_bytes() == out.getvalue()
        assert image.ColorSpace == space


def test_a_jpeg_in_light_is_decoded_as_it_is_seen() -> None:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (20, 90, 160)).save(out, "JPEG", quality=95)
    about = {
        "Width": 16, "Height": 16, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB,
        "Filter": Name.DCTDecode,
    }  # fmt: skip
    space, levels, _ = picture_in(holding(out.getvalue(), about))

    assert space == "/DeviceCMYK"
    expected = inks_of((20, 90, 160), built_in())
    assert [level / 2.55 for level in levels[:4]] == pytest.approx(expected, abs=2)


def test_masks_stay_masks() -> None:
    about = {**SIZE, "ColorSpace": Name.DeviceRGB}
    soft = {**SIZE, "ColorSpace": Name.DeviceGray, "data": bytes((255, 128))}
    _, _, masks = picture_in(holding(RGB_ROW, about, SMask=soft))
    stencil = {"Width": 2, "Height": 1, "BitsPerComponent": 1, "ImageMask": True, "data": b"\x80"}
    _, _, hard = picture_in(holding(RGB_ROW, about, Mask=stencil))
    keyed = {**about, "Mask": Array([190, 210, 20, 40, 30, 50])}
    _, _, by_colour = picture_in(holding(RGB_ROW, keyed))

    assert masks == {"/SMask": bytes((255, 128))}
    assert hard == {"/Mask": b"\x80"}
    assert by_colour == {"/Mask": b"\x80"}  # the first pixel is left out


@pytest.mark.parametrize(
    ("space", "levels", "limits"),
    [
        (Name.DeviceGray, b"\0\xff", [0, 10]),
        (Name.DeviceCMYK, bytes((0, 0, 0, 0, 9, 9, 9, 9)), [0, 0] * 4),
        (Array([Name.Indexed, Name.DeviceRGB, 1, RGB_ROW]), b"\0\1", [0, 0]),
        (Array([Name.Indexed, Name.DeviceCMYK, 1, bytes(8)]), b"\0\1", [1, 1]),
    ],
    ids=["grey", "inks", "a palette of light", "a palette of inks"],
)
def test_a_picture_that_keeps_its_numbers_keeps_its_mask_by_colour(
    space: Any, levels: bytes, limits: list[int]
) -> None:
    data = holding(levels, {**SIZE, "ColorSpace": space, "Mask": Array(limits)})
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        image = pdf.Root.Artwork.Resources.XObject["/X0"]

        assert [int(limit) for limit in image.Mask] == limits
        assert image.read_bytes() == levels


def test_a_palette_of_light_becomes_one_of_inks() -> None:
    palette = Array([Name.Indexed, Name.DeviceRGB, 1, RGB_ROW])
    data = holding(b"\0\1", {**SIZE, "ColorSpace": palette})
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        image = pdf.Root.Artwork.Resources.XObject["/X0"]
        assert image.read_bytes() == b"\0\1"
        assert image.ColorSpace[1] == Name.DeviceCMYK
        rows = bytes(image.ColorSpace[3])

    expected = [*inks_of((200, 30, 40), built_in()), *inks_of((20, 90, 160), built_in())]
    assert [level / 2.55 for level in rows] == pytest.approx(expected, abs=0.5)


def graded(space: Any, *stops: tuple[float, ...]) -> bytes:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        ramp = Dictionary(FunctionType=2, Domain=[0, 1], C0=stops[0], C1=stops[1], N=1)
        page.obj.Resources.Shading = Dictionary(
            S=Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 100, 0], Function=ramp)
        )

    return a_pdf(b"/S sh", change)


def shading_in(data: bytes) -> tuple[str, int]:
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        shading = pdf.Root.Artwork.Resources.Shading["/S"]
        space = shading.ColorSpace
        name = str(space) if isinstance(space, Name) else str(space[1])
        return name, int(shading.Function.FunctionType)


def test_gradients_keep_their_inks_and_light_becomes_ink() -> None:
    assert shading_in(graded(Name.DeviceCMYK, (1, 0, 0, 0), (0, 1, 0, 0))) == ("/DeviceCMYK", 2)
    spot = separation("Gold", (0, 0.2, 0.6, 0.2))
    assert shading_in(graded(spot, (0,), (1,))) == ("/Gold", 2)
    assert shading_in(graded(Name.DeviceRGB, (1, 0, 0), (0, 0, 1))) == ("/DeviceCMYK", 0)


def test_a_gradient_of_light_ends_where_it_ended(tmp_path: Path) -> None:
    red, blue = (inks_of(rgb, built_in()) for rgb in ((255, 0, 0), (0, 0, 255)))
    data = pages.form(graded(Name.DeviceRGB, (1, 0, 0), (0, 0, 1)), 1, built_in(), {}, screen=False)
    (tmp_path / "a.pdf").write_bytes(data)
    made = plates(tmp_path / "a.pdf", 1)

    for column, inks in ((0, red), (-1, blue)):
        for plate, percent in zip(PROCESS, inks, strict=True):
            assert made[plate][50, column] * 100 == pytest.approx(percent, abs=2.5)


# --- plates of the binder ----------------------------------------------------------------

FOIL = {"Foil": PlateInUse("Foil", (0, 10, 60, 20), over=True)}
FOILED = b"/S cs 1 scn 0 0 9 9 re f "
# What is drawn, and of which kinds the marks are that print over, and that do not.
OVER: Mapping[str, tuple[bytes, set[str], set[str]]] = {
    "an area": (FOILED, {"Fill"}, set()),
    "a picture": (b"/I Do", {"PaintedPicture"}, set()),
    "a picture of a palette": (b"/J Do", {"PaintedPicture"}, set()),
    "a stencil": (b"/S cs 1 scn /M Do", {"PaintedPicture"}, set()),
    "a gradient": (b"/S sh", {"Shade"}, set()),
    "a pattern": (b"/Pattern cs /S scn 0 0 9 9 re f", {"Fill", "Shade"}, set()),
    "inks after it": (FOILED + b"0 1 0 0 k 0 0 9 9 re f", {"Fill"}, {"Fill"}),
    "a form after it": (FOILED + b"/F Do", {"Fill"}, {"Fill"}),
    "a form in its colour": (b"/S cs 1 scn /B Do", {"Fill"}, set()),
    "a gradient after it": (FOILED + b"/C sh", {"Fill"}, {"Shade"}),
    "a pattern after it": (
        FOILED + b"/Pattern cs /C scn 0 0 9 9 re f",
        {"Fill"},
        {"Fill", "Shade"},
    ),
    "a picture after it": (FOILED + b"/K Do", {"Fill"}, {"PaintedPicture"}),
    "itself after a picture": (
        b"/S cs 1 scn /K Do 0 0 9 9 re f",
        {"Fill"},
        {"PaintedPicture"},
    ),
}


def foiled(pdf: Pdf, page: pikepdf.Page) -> None:
    foil = separation("Foil", (0, 0.1, 0.6, 0.2))

    def image(space: Any) -> Any:
        return pdf.make_stream(
            b"\xff\xff\xff\xff", Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
            ColorSpace=space,
        )  # fmt: skip

    def form(content: bytes) -> Any:
        return pdf.make_stream(
            content, Subtype=Name.Form, BBox=[0, 0, 99, 99], Resources=Dictionary()
        )

    def gradient(space: Any, paper: list[int], full: list[int]) -> Dictionary:
        ramp = Dictionary(FunctionType=2, Domain=[0, 1], C0=paper, C1=full, N=1)
        return Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 99, 0], Function=ramp)

    shadings = {
        "/S": gradient(foil, [0], [1]),
        "/C": gradient(Name.DeviceCMYK, [0, 0, 0, 0], [1, 0, 0, 0]),
    }
    patterns = {key: Dictionary(PatternType=2, Shading=held) for key, held in shadings.items()}
    stencil = pdf.make_stream(
        b"\0", Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=1, ImageMask=True
    )
    palette = Array([Name.Indexed, foil, 255, bytes(range(256))])
    page.obj.Resources = Dictionary(
        ColorSpace=Dictionary(S=foil),
        XObject=Dictionary(
            I=image(foil), J=image(palette), K=image(Name.DeviceCMYK), M=stencil,
            F=form(b"0 1 0 0 k 0 0 9 9 re f"), B=form(b"0 0 9 9 re f"),
        ),
        Shading=Dictionary(shadings),
        Pattern=Dictionary(patterns),
    )  # fmt: skip


@pytest.mark.parametrize("name", OVER)
def test_a_binders_plate_prints_over_whatever_is_drawn_in_it_and_nothing_else_does(
    name: str,
) -> None:
    content, over, knocked_out = OVER[name]
    made = read(pages.form(a_pdf(content, foiled), 1, built_in(), FOIL, screen=False))
    marks = (*made.fills, *made.pictures, *made.shades)

    assert {type(m).__name__ for m in marks if m.overprint} == over
    assert {type(m).__name__ for m in marks if not m.overprint} == knocked_out


def test_light_in_a_pattern_without_colours_is_told() -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        tile = pdf.make_stream(
            b"0 0 5 5 re f", PatternType=1, PaintType=2, TilingType=1, BBox=[0, 0, 9, 9],
            XStep=9, YStep=9, Resources=Dictionary(),
        )  # fmt: skip
        page.obj.Resources.Pattern = Dictionary(T=tile)
        page.obj.Resources.ColorSpace = Dictionary(P=Array([Name.Pattern, Name.DeviceRGB]))

    data = a_pdf(b"/P cs 1 0 0 /T scn 0 0 50 50 re f", change)

    assert pages.look(data, 1).light == ("#ff0000",)
