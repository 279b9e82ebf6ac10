"""Photographs without their own colours: as light as they are, on each plate and on the screen."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import page as page_validation
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from banxin import layouts, pipeline
from banxin.assets.colour import built_in
from banxin.assets.tones import Colour, Treatment, tones
from banxin.cache import Cache
from banxin.diagnostics import Place
from banxin.pipeline import Build
from banxin.preflight.painted import PaintedPicture
from banxin.request import Request
from banxin.treatments import faults, said_of, square, treatment
from banxin.workspace import Workspace
from conftest import EDITION, Builder, Title
from plates import PROCESS, cut, lightness, lightness_of_grey, plates, shadow, steps

GREYS = [round(255 * step / 11) for step in range(12)]
LIGHT = lightness_of_grey(GREYS)
GOLD, GREEN = (20, 30, 70, 15), (75, 35, 45, 10)  # PANTONE 871 C and qing, in jinian


Pixels = np.ndarray[Any, Any]


def wedge(of: Sequence[float] = GREYS, deep: int = 1) -> Pixels:
    row = np.repeat(np.rint(np.array(of) * deep), 50)
    return np.repeat(row[None], 300, 0).astype(np.uint16 if deep > 1 else np.uint8)


def saved(pixels: Pixels, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def grey_profile(curve: Any) -> bytes:
    """ICC.1:2001-04: a grey printer whose luminance is *curve*, evenly from 0 to 1."""
    numbers = [round(65535 * value) for value in curve]
    tag = b"curv\0\0\0\0" + struct.pack(f">I{len(numbers)}H", len(numbers), *numbers)
    tag += b"\0" * (-len(tag) % 4)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"kTRC", 176, len(tag))
    head = struct.pack(
        ">I4xI4s4s4s12x4s28x3i48x",
        176 + len(tag), 0x02400000, b"prtr", b"GRAY", b"XYZ ", b"acsp", 63190, 65536, 54061,
    )  # fmt: skip
    return head + tags + white + tag


def luminance(values: Any) -> Pixels:
    part = np.array(values) / 255
    bright: Pixels = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return bright


def dot_gain(value: Pixels) -> Pixels:
    """Luminance of a grey of 20 % dot gain (Murray and Davies), black as black."""
    dot = 1 - value
    bright: Pixels = 1 - (dot + 0.8 * dot * (1 - dot))
    return bright


def in_dots(values: Sequence[float]) -> list[float]:
    """The greys of that printer that are as light as sRGB's *values*."""
    ramp = np.linspace(0, 1, 4001)
    return list(255 * np.interp(luminance(values), dot_gain(ramp), ramp))


def sepia() -> Pixels:
    return np.stack([wedge(), wedge([g * 0.86 for g in GREYS]), wedge([g * 0.7 for g in GREYS])], 2)


FILES: Mapping[str, Callable[[], bytes]] = {
    "grey.png": lambda: saved(wedge(), "PNG"),
    "grey.jpg": lambda: saved(wedge(), "JPEG", quality=95),
    "deep.tif": lambda: saved(wedge(deep=257), "TIFF"),
    "gamma.jpg": lambda: saved(
        wedge([255 * y ** (1 / 1.8) for y in luminance(GREYS)]), "JPEG", quality=95,
        icc_profile=grey_profile([(i / 255) ** 1.8 for i in range(256)]),
    ),
    "dots.tif": lambda: saved(
        wedge(in_dots(GREYS)), "TIFF", icc_profile=grey_profile(dot_gain(np.linspace(0, 1, 256)))
    ),
    "sepia.jpg": lambda: saved(sepia(), "JPEG", quality=95, subsampling=0),
}  # fmt: skip
FIGURES = {  # caption → file and what is asked of it
    "plain": ("grey.png", ""),
    "jpeg": ("grey.jpg", ""),
    "deep": ("deep.tif", ""),
    "gamma": ("gamma.jpg", ""),
    "dots": ("dots.tif", ""),
    "sepia": ("sepia.jpg", ""),
    "mono": ("grey.png", "photo=mono"),
    "green": ("grey.png", "photo=mono ink=qing"),
    "gold": ("grey.png", "photo=mono ink=jin"),
    "duo": ("grey.png", "photo=duo"),
    "duo-green": ("grey.jpg", 'photo=duo ink="mo qing"'),
    "toned": ("sepia.jpg", "photo=toned"),
}


@dataclass(frozen=True)
class Printed:
    """A figure in the files: its plates, shares of each of 12 steps, and its place on the pages."""

    plates: Mapping[str, list[float]]
    screen: list[float]

    @property
    def four(self) -> list[list[float]]:
        """Of each step, with what stands for gold."""
        rows = np.array([self.plates[name] for name in PROCESS]).T
        gold = np.outer(self.plates.get("PANTONE 871 C", [0.0] * 12), np.array(GOLD) / 100)
        return np.minimum(rows + gold, 1).tolist()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def album(root: Path, shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("album")
    here = Workspace(root, output=folder / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), folder)
    (folder / "album" / "photos").mkdir(parents=True)
    for name, make in FILES.items():
        (folder / "album" / "photos" / name).write_bytes(make())
    lines = [
        f'![{caption}](photos/{file}){{credit="某某" {asked}}}'
        for caption, (file, asked) in FIGURES.items()
    ]
    (folder / "album" / "edition.toml").write_text(EDITION, "utf-8")
    front = "---\ntitle: 旧照\ntemplate: text\n---\n\n"
    (folder / "album" / "one.md").write_text(front + "\n\n".join(lines), "utf-8")
    return pipeline.build(Request(PurePosixPath("content/album")), here)


def file_of(made: Build, finish: str) -> Path:
    (found,) = (f for f in made.files if f.name.endswith(f"-{finish}.pdf"))
    return found


@pytest.fixture(scope="module")
def printed(album: Build) -> Mapping[str, Printed]:
    """Each figure by its caption: they stand on the pages as they do in the manuscript."""
    pictures = album.report.facts.pictures
    assert len(pictures) == len(FIGURES)
    made = {n: plates(file_of(album, "press"), n) for n in {p.page for p in pictures}}
    document = pypdfium2.PdfDocument(file_of(album, "screen"))
    found = {}
    for caption, picture in zip(FIGURES, pictures, strict=True):
        rows = {n: steps(cut(ink, picture.box)) for n, ink in made[picture.page].items()}
        page = np.asarray(document[picture.page - 1].render(scale=1).to_pil().convert("RGB"))
        light = page_lightness(page)
        found[caption] = Printed(rows, steps(cut(light, picture.box, edge=0)))
    document.close()
    return found


def page_lightness(rgb: Pixels) -> Pixels:
    return page_lightness_of(luminance(rgb) @ np.array([0.2126, 0.7152, 0.0722]))


def page_lightness_of(bright: Pixels) -> Pixels:
    return np.where(bright > 216 / 24389, 116 * np.cbrt(bright) - 16, bright * 24389 / 27)


GREY_ONES = ("plain", "jpeg", "deep", "gamma", "dots", "mono")


@pytest.mark.parametrize("caption", GREY_ONES)
def test_grey_prints_as_light_as_it_is_on_black_alone(
    caption: str, printed: Mapping[str, Printed]
) -> None:
    one = printed[caption]

    assert all(max(one.plates[name]) == 0 for name in ("Cyan", "Magenta", "Yellow"))
    assert one.plates["Black"][0] == 1  # black is all the black there is
    assert one.plates["Black"][-1] == 0
    assert lightness(one.four)[1:] == pytest.approx(meant(caption)[1:], abs=1)


def meant(caption: str) -> list[float]:
    """L* of each step: of a grey of dots, of what eight bits leave of it."""
    if caption != "dots":
        return LIGHT
    bright = dot_gain(np.rint(in_dots(GREYS)) / 255)
    return list(page_lightness_of(bright))


@pytest.mark.parametrize("caption", [*GREY_ONES, "sepia"])
def test_screen_and_press_show_the_same_grey(caption: str, printed: Mapping[str, Printed]) -> None:
    one = printed[caption]

    assert lightness(one.four)[1:] == pytest.approx(one.screen[1:], abs=1.2)


@pytest.mark.parametrize("caption", ["plain", "jpeg", "deep", "gamma", "dots"])
def test_grey_on_the_screen_is_the_grey_of_the_file(
    caption: str, printed: Mapping[str, Printed]
) -> None:
    assert printed[caption].screen == pytest.approx(meant(caption), abs=1)


def test_a_brown_print_in_colour_keeps_its_lightness(printed: Mapping[str, Printed]) -> None:
    said = page_lightness(sepia()[:1, 25::50])[0]

    assert lightness(printed["sepia"].four)[1:] == pytest.approx(said[1:], abs=1)


@pytest.mark.parametrize("caption", ["duo", "duo-green"])
def test_two_inks_print_each_tone_as_light_as_it_is(
    caption: str, printed: Mapping[str, Printed]
) -> None:
    one = printed[caption]

    assert lightness(one.four)[1:] == pytest.approx(LIGHT[1:], abs=1)
    assert one.screen[1:] == pytest.approx(LIGHT[1:], abs=1.2)


def test_toned_is_as_light_as_its_photograph(printed: Mapping[str, Printed]) -> None:
    said = page_lightness(sepia()[:1, 25::50])[0]

    assert lightness(printed["toned"].four)[1:] == pytest.approx(said[1:], abs=1)


def test_a_duotone_with_gold_is_on_two_plates(printed: Mapping[str, Printed]) -> None:
    one = printed["duo"]

    assert all(max(one.plates[name]) == 0 for name in ("Cyan", "Magenta", "Yellow"))
    assert one.plates["PANTONE 871 C"] == sorted(one.plates["PANTONE 871 C"], reverse=True)
    assert one.plates["PANTONE 871 C"][0] == pytest.approx(0.7, abs=0.01)
    assert one.plates["Black"] == sorted(one.plates["Black"], reverse=True)


def test_one_ink_of_the_layout_keeps_its_recipe_in_every_tone(
    printed: Mapping[str, Printed],
) -> None:
    one = printed["green"]
    rows = np.array(one.four)

    assert rows[0] * 100 == pytest.approx(GREEN, abs=0.5)
    assert one.plates.get("PANTONE 871 C", [0.0] * 12) == [0.0] * 12
    for row in rows[:-1]:
        assert row / row[0] == pytest.approx(np.array(GREEN) / GREEN[0], abs=0.06)
    assert rows[-1].tolist() == [0] * 4


def test_one_spot_alone_is_on_its_own_plate(printed: Mapping[str, Printed]) -> None:
    one = printed["gold"]

    assert all(max(one.plates[name]) == 0 for name in PROCESS)
    assert one.plates["PANTONE 871 C"][0] == 1
    assert one.plates["PANTONE 871 C"][-1] == 0
    assert one.plates["PANTONE 871 C"] == sorted(one.plates["PANTONE 871 C"], reverse=True)


def test_the_judge_and_two_validators_have_nothing_to_say_of_them(
    album: Build, tmp_path: Path
) -> None:
    told = {f.code for f in album.report.findings if f.severity == "error"}
    told |= {f.code for f in album.report.findings if f.code.startswith(("colour/", "ink/"))}
    assert told == set()
    assert {plate.name for plate in album.report.facts.plates} == {"PANTONE 871 C"}

    inks = album.report.facts.inks
    assert len(inks) == len(album.report.facts.sheets)
    assert max(ink.pixel for ink in inks) <= 300
    with pikepdf.open(file_of(album, "press")) as pdf:
        assert pdf.check_pdf_syntax() == []
    checked = page_validation.validate_pdf(
        str(shadow(file_of(album, "press"), tmp_path)),
        profile=page_validation.ValidationProfile.PDF_A_2B,
    )
    assert {f.rule_id for f in checked.failures} <= {"PDFA2B-STREAM-LENGTH-001"}


def test_the_same_file_in_four_ways_is_four_pictures_and_the_same_way_is_one(
    title: Title, build: Builder
) -> None:
    asked = ("photo=duo", "photo=mono", "photo=toned", "photo=plain", "photo=duo", "")
    lines = (f'![说明](photos/good.jpg){{credit="某某" lines=4 {how}}}' for how in asked)
    chapter = "---\ntitle: 第一章\ntemplate: text\n---\n\n" + "\n\n".join(lines)

    made = build(title(chapter=chapter), finishes="press")

    numbers = [picture.number for picture in made.report.facts.pictures]
    assert len(numbers) == 6
    assert len(set(numbers)) == 4
    assert numbers[0] == numbers[4]
    assert numbers[3] == numbers[5]


ODD: Mapping[str, Callable[[], bytes]] = {
    "clear in part": lambda: saved(np.dstack([sepia(), wedge()]), "PNG"),
    "in inks": lambda: saved_as(Image.new("CMYK", (600, 300), (20, 200, 180, 10)), "TIFF"),
    "in Lab": lambda: saved_as(Image.new("LAB", (600, 300), (120, 20, 40)), "TIFF"),
    "a palette": lambda: saved_as(Image.fromarray(sepia()).quantize(9), "PNG"),
    "one tone": lambda: saved(np.full((300, 600), 77, np.uint8), "PNG"),
    "on its side": lambda: saved(wedge(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3"
                                 b"\0\0\0\1\0\6\0\0\0\0\0\0"),
}  # fmt: skip


def saved_as(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("how", ["photo=duo", "photo=toned", "photo=mono ink=zhu"])
def test_pictures_of_all_kinds_become_tones(how: str, title: Title, build: Builder) -> None:
    lines = [
        f'![说明](photos/odd{at}.tif){{credit="某某" lines=5 {how}}}' for at in range(len(ODD))
    ]
    chapter = "---\ntitle: 一\ntemplate: text\n---\n\n" + "\n\n".join(lines)
    files = {f"photos__odd{at}_dot_tif": make() for at, make in enumerate(ODD.values())}

    made = build(title(chapter=chapter, **files), finishes="press screen", publish=False)

    pictures = made.report.facts.pictures
    assert len(pictures) == len(ODD)
    assert {p.colour.space.partition("/")[0] for p in pictures} == {"Indexed"}
    assert len(made.report.photos) == len(ODD)
    told = {f.code for f in made.report.findings if f.code.startswith(("colour/", "ink/"))}
    assert told == set()
    assert max(ink.pixel for ink in made.report.facts.inks) <= 300


def test_a_duotone_goes_into_pdf_x_1a_too(title: Title, build: Builder) -> None:
    edition = EDITION.replace("\n", '\npress = "shop.toml"\nphoto = "duo"\n', 1)

    made = build(
        title(edition_dot_toml=edition, shop_dot_toml='version = "PDF/X-1a"\n'), finishes="press"
    )

    (picture,) = made.report.facts.pictures
    assert picture.colour.space == "Indexed/DeviceN"
    assert {f.code for f in made.report.findings if f.severity == "error"} == set()
    with pikepdf.open(file_of(made, "press")) as pdf:
        assert str(pdf.docinfo["/GTS_PDFXVersion"]) == "PDF/X-1a:2003"


# --- the law of inks ------------------------------------------------------------------------------

ICC = built_in()
BLACK = Colour("k", (0, 0, 0), (0, 0, 0, 100))
SECONDS = [
    Colour("gold", (0, 0, 1), GOLD, "PANTONE 871 C"),
    Colour("half gold", (0, 0, 1), GOLD, "PANTONE 871 C", 50),
    Colour("green", (0, 0, 1), GREEN),
    Colour("red", (0, 0, 1), (10, 95, 85, 5)),
    Colour("cream", (0, 0, 1), (2, 3, 7, 0)),
    Colour("rich", (0, 0, 1), (100, 100, 100, 0)),
]


def rows_of(asked: Treatment, limit: int = 300) -> tuple[tuple[str, ...], Pixels]:
    made = tones(asked, ICC, limit)
    return made.plates, np.frombuffer(made.rows, np.uint8).reshape(256, -1) / 255


@pytest.mark.parametrize("second", SECONDS, ids=lambda colour: colour.name)
@pytest.mark.parametrize("limit", [140, 240, 300])
def test_any_two_inks_stay_under_the_limit_and_never_turn_back(second: Colour, limit: int) -> None:
    _, rows = rows_of(Treatment("duo", (BLACK, second)), limit)

    assert rows.sum(1).max() * 100 <= limit + 1
    assert rows[255].sum() == 0
    assert (np.diff(rows.sum(1)) <= 0.012).all()  # darker tones never take less


@pytest.mark.parametrize("colour", SECONDS[:4], ids=lambda colour: colour.name)
def test_one_ink_spends_all_that_it_has(colour: Colour) -> None:
    plates, rows = rows_of(Treatment("mono", (colour,)))

    whole = [colour.share / 100] if colour.plate else [part / 100 for part in colour.cmyk]
    assert rows[0] == pytest.approx(np.array(whole), abs=0.01)
    assert (np.diff(rows.sum(1)) <= 0).all()
    assert plates == ((colour.plate,) if colour.plate else PROCESS)


def test_curves_of_a_layout_are_followed_and_held() -> None:
    curves = ((0, 0, 20, 60, 100), (0, 50, 60, 80, 100))
    _, rows = rows_of(Treatment("duo", (BLACK, SECONDS[0]), curves))

    at = [255, 191, 128, 64, 0]
    assert rows[at, 0] * 100 == pytest.approx([0, 0, 20, 60, 100], abs=1)
    assert rows[at, 1] * 100 == pytest.approx([0, 50, 60, 80, 100], abs=1)
    _, held = rows_of(Treatment("duo", (BLACK, SECONDS[5]), ((0, 100), (0, 100))), 300)
    assert held.sum(1).max() <= 3.005
    assert held[0, 3] == 1


# --- who says how ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def jinian(root: Path) -> layouts.Layout:
    return layouts.load("jinian", Workspace(root), Place())


@pytest.mark.parametrize(
    ("figure", "chapter", "usual", "kind", "inks"),
    [
        ({}, {}, "", None, ()),
        ({}, {}, "duo", "duo", ("mo", "jin")),
        ({}, {"photo": "toned"}, "duo", "toned", ("mo", "")),
        ({"photo": "mono"}, {"photo": "toned", "ink": "qing"}, "duo", "mono", ("mo",)),
        ({"photo": "plain"}, {"photo": "toned"}, "duo", None, ()),
        ({"ink": "qing"}, {}, "", "mono", ("qing",)),
        ({"ink": "mo、zhu"}, {}, "", "duo", ("mo", "zhu")),
        ({"photo": "duo", "ink": "zhu"}, {}, "", "duo", ("mo", "zhu")),
        ({"photo": "duo", "ink": "nowhere"}, {}, "", "duo", ("mo", "jin")),
        ({"as": "lineart"}, {"photo": "duo"}, "toned", "lineart", ("mo",)),
        ({"as": "lineart", "ink": "zhu"}, {}, "", "lineart", ("zhu",)),
    ],
)
def test_the_nearest_word_counts(
    jinian: layouts.Layout,
    figure: Mapping[str, str],
    chapter: Mapping[str, str],
    usual: str,
    kind: str | None,
    inks: tuple[str, ...],
) -> None:
    asked = treatment(jinian, said_of(figure, chapter, usual), bitmap=False)

    assert (asked.kind if asked else None) == kind
    assert tuple(colour.name for colour in (asked.colours if asked else ())) == inks


@pytest.mark.parametrize(
    "said",
    [
        {"photo": "duo", "ink": "mo jin qing zhu"},
        {"photo": "mono", "ink": ",,,  、"},
        {"photo": "mono", "ink": "x" * 1000},
        {"ink": "rgb(1 2 3)"},
        {"photo": "duo", "ink": "../../mo"},
    ],
)
def test_whatever_is_written_there_is_an_answer(
    jinian: layouts.Layout, said: Mapping[str, str]
) -> None:
    made = treatment(jinian, said, bitmap=False)
    told = list(faults(jinian, said, Place("a.md", 3, 1)))

    known = {ink.name for ink in jinian.inks}
    assert all(colour.name in known for colour in (made.colours if made else ()))
    assert all(fault.code == "figure/ink" and len(str(fault.facts["ink"])) <= 30 for fault in told)


@pytest.mark.parametrize(
    ("wrong", "code", "fact"),
    [
        ("photo=duotone", "figure/photo", ("found", "duotone")),
        ("as=line", "figure/as", ("found", "line")),
        ("overprint=maybe", "figure/overprint", ("found", "maybe")),
        ("photo=mono ink=qin", "figure/ink", ("near", "qing")),
    ],
)
def test_a_slip_is_told_at_its_line_and_the_picture_stays(
    wrong: str, code: str, fact: tuple[str, str], title: Title, build: Builder
) -> None:
    chapter = "---\ntitle: 一\ntemplate: text\n---\n\n文。\n\n" + (
        f'![说明](photos/good.jpg){{credit="某某" {wrong}}}\n'
    )

    made = build(title(chapter=chapter), publish=False)

    (told,) = (f for f in made.report.findings if f.code == code)
    assert (told.place.line, told.facts[fact[0]]) == (8, fact[1])
    assert len(made.report.photos) == 1


# --- a square about the focus ---------------------------------------------------------------------


def at_focus(picture: PaintedPicture, focus: tuple[float, float]) -> tuple[float, float]:
    left, top, right, foot = picture.box
    return left + (right - left) * focus[0] / 100, top + (foot - top) * focus[1] / 100


def of(said: str, focus: str, title: Title, build: Builder) -> Build:
    line = f'![说明](photos/good.jpg){{credit="某某" size=full focus="{focus}" {said}}}'
    chapter = f"---\ntitle: 一\ntemplate: text\n---\n\n{line}\n"
    return build(title(chapter=chapter), finishes="press screen")


@pytest.mark.parametrize("focus", [(50, 50), (30, 60), (0, 0), (100, 50), (64, 100)])
@pytest.mark.parametrize(
    ("said", "side"),
    [("photo=duo square=plain", 42.0), ('square="zhu 5"', 30.0), ("photo=mono square=yes", 42.0)],
)
def test_a_square_stands_about_the_focus_at_its_size_and_never_at_the_edge(
    said: str, side: float, focus: tuple[int, int], title: Title, build: Builder
) -> None:
    made = of(said, f"{focus[0]}% {focus[1]}%", title, build)

    around, inner = made.report.facts.pictures
    left, top, right, foot = inner.box
    assert (right - left, foot - top) == pytest.approx((side, side), abs=0.02)
    edges = (left - around.box[0], top - around.box[1], around.box[2] - right, around.box[3] - foot)
    assert min(edges) >= side / 6 - 0.02
    middle = ((left + right) / 2, (top + foot) / 2)
    for at, wanted, low, high in zip(
        middle, at_focus(around, focus), around.box[:2], around.box[2:], strict=True
    ):
        off = side / 2 + side / 6
        assert at == pytest.approx(min(max(wanted, low + off), high - off), abs=0.05)
    assert {f.code for f in made.report.findings if f.severity == "error"} == set()
    assert len(made.report.photos) == 1


def test_a_square_is_half_as_large_as_its_picture_at_most(title: Title, build: Builder) -> None:
    made = of('photo=duo square="plain 60"', "50% 50%", title, build)

    around, inner = made.report.facts.pictures
    shorter = min(around.box[2] - around.box[0], around.box[3] - around.box[1])
    assert inner.box[2] - inner.box[0] == pytest.approx(shorter / 2, abs=0.02)


def test_the_plates_change_at_the_side_of_the_square(title: Title, build: Builder) -> None:
    made = of('photo=mono square="zhu 7"', "50% 50%", title, build)

    around, inner = made.report.facts.pictures
    inks = plates(file_of(made, "press"), inner.page)
    within = {name: cut(ink, inner.box) for name, ink in inks.items()}
    assert all(within[name].mean() == pytest.approx(part / 100, abs=0.02)
               for name, part in zip(PROCESS[1:3], (95, 85), strict=True))  # fmt: skip
    left, top, _, foot = inner.box
    beside = cut(inks["Magenta"], (around.box[0], top, left - 0.6, foot))
    assert beside.max() == 0


@pytest.mark.parametrize(
    ("wrong", "code", "fact"),
    [
        ("photo=duo square=zhuu", "figure/square", ("near", "zhu")),
        ("photo=duo square=mo", "figure/square", ("found", "mo")),
        ("photo=duo square=61", "figure/square", ("found", "61")),
        ("as=lineart square=zhu", "figure/square-of-lineart", None),
        ("square=plain", "figure/square-alike", None),
        ("photo=plain square=plain", "figure/square-alike", None),
    ],
)
def test_a_square_that_cannot_be_is_refused(
    wrong: str, code: str, fact: tuple[str, str] | None, title: Title, build: Builder
) -> None:
    made = of(wrong, "50% 50%", title, build)

    (told,) = [f for f in made.report.findings if f.code.startswith("figure/square")]
    assert (told.code, told.place.line) == (code, 6)
    assert fact is None or told.facts[fact[0]] == fact[1]
    assert len(made.report.facts.pictures) == 1


def test_a_square_of_one_bit_and_one_of_artwork_are_refused(title: Title, build: Builder) -> None:
    bits = io.BytesIO()
    Image.new("1", (900, 600)).save(bits, "PNG")
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><path d="M0 0h9v9z"/></svg>'
    )
    chapter = "---\ntitle: 一\ntemplate: text\nsquare: zhu\n---\n\n" + "\n\n".join(
        f'![说明](photos/{file}){{credit="某某" lines=6 {said}}}'
        for file, said in [("a.png", "square=zhu"), ("b.svg", "square=zhu"), ("b.svg", "")]
    )

    made = build(
        title(chapter=chapter, photos__a_dot_png=bits.getvalue(), photos__b_dot_svg=svg),
        finishes="press", publish=False,
    )  # fmt: skip

    told = [(f.code, f.place.line) for f in made.report.findings if "square" in f.code]
    assert told == [("figure/square-of-lineart", 7), ("figure/square-of-artwork", 9)]


@pytest.mark.parametrize(
    ("figure", "chapter", "usual", "inside", "around"),
    [
        ({"square": "zhu"}, {"photo": "duo"}, "", "ground", "duo"),
        ({"square": "plain"}, {}, "duo", None, "duo"),
        ({}, {"square": "zhu", "ink": "mo qing"}, "", "ground", "duo"),
        ({"square": "no"}, {"square": "zhu", "photo": "duo"}, "", "none", "duo"),
        ({"photo": "mono"}, {"square": "zhu"}, "duo", "none", "mono"),
        ({"square": "zhu 4"}, {}, "", "ground", None),
    ],
)
def test_a_square_leaves_the_rest_to_the_next_word(
    jinian: layouts.Layout,
    figure: Mapping[str, str],
    chapter: Mapping[str, str],
    usual: str,
    inside: str | None,
    around: str | None,
) -> None:
    said = said_of(figure, chapter, usual)
    made, rest = square(jinian, said, bitmap=False), treatment(jinian, said, bitmap=False)

    assert (rest.kind if rest else None) == around
    assert (made is None) == (inside == "none")
    assert made is None or (made.inside.kind if made.inside else None) == inside


@pytest.mark.parametrize("ground", SECONDS[:4], ids=lambda colour: colour.name)
@pytest.mark.parametrize("limit", [240, 300])
def test_a_ground_is_whole_under_black_that_never_turns_back(ground: Colour, limit: int) -> None:
    names, rows = rows_of(Treatment("ground", (BLACK, ground)), limit)

    black = rows[:, names.index("Black")]
    assert (np.diff(black) <= 1e-9).all()
    assert rows[0, names.index("Black")] == 1
    assert rows.sum(1).max() * 100 <= limit + 1
    whole = ground.share / 100 if ground.plate else sum(ground.cmyk) / 100
    assert rows[255].sum() == pytest.approx(whole, abs=0.01)
