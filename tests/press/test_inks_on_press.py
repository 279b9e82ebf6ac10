"""Colours on the press: nothing in RGB, swatches exact, black alone, spots on their own plates."""

from __future__ import annotations

import collections
import io
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import page as page_validation
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream, pdfa
from PIL import Image

import banxin
from banxin.assets.colour import built_in, inks_of, is_key, keys, lights, lit, on_screen
from banxin.diagnostics import BanxinError
from banxin.layouts import Ink
from banxin.pipeline import Build
from banxin.press.separation import Palette, separate
from conftest import EDITION, GOOD_CHAPTER, Builder, Title
from dresses import LAYOUTS
from plates import shadow

RED: tuple[float, float, float, float] = (10, 95, 85, 5)
INKS = (
    Ink("red", RED, ""),
    Ink("pale", (4, 38, 34, 2), ""),
    Ink("black", (0, 0, 0, 100), ""),
    Ink("gold", (20, 30, 70, 15), "PANTONE 871 C", 100, "process", (20, 30, 70, 15)),
    Ink("thin", (4, 6, 14, 3), "PANTONE 871 C", 20, "process", (20, 30, 70, 15)),
    Ink("blue", (75, 35, 45, 10), "PANTONE 300 C", 100, "process", (75, 35, 45, 10)),
    Ink("foil", (0, 10, 60, 20), "foil", 100, "foil", (0, 10, 60, 20)),
)
ICC = built_in()


def css(name: str) -> str:
    key = keys(ink.name for ink in INKS)[name]
    return "rgb(" + " ".join(f"{part / 10_000:.4f}%" for part in key) + ")"


def press_file(build: Build) -> Path:
    return next(file for file in build.files if file.name.endswith("-press.pdf"))


def contents(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Everything that holds drawing operators."""
    yield from (page.obj for page in pdf.pages)
    for thing in pdf.objects:
        if isinstance(thing, Stream) and (
            thing.get("/Subtype") == Name.Form or thing.get("/PatternType") == 1
        ):
            yield thing


def light_colours(thing: Any, trail: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    """Where *thing* or what hangs on it names a colour space of light."""
    if isinstance(thing, Name):
        if str(thing) in {"/DeviceRGB", "/CalRGB", "/Lab", "/ICCBased", "/CalGray"}:
            yield trail
        return
    if not isinstance(thing, Dictionary | Array | Stream):
        return
    if thing.is_indirect:
        if thing.objgen in seen:
            return
        seen.add(thing.objgen)
    parts = enumerate(thing) if isinstance(thing, Array) else thing.items()
    for key, value in parts:
        if key != "/Parent":
            yield from light_colours(value, f"{trail} {key}", seen)


def operators(pdf: pikepdf.Pdf) -> collections.Counter[str]:
    return collections.Counter(
        str(instruction.operator)
        for stream in contents(pdf)
        for instruction in pikepdf.parse_content_stream(stream)
    )


def separated(body: str, root: Path) -> tuple[pikepdf.Pdf, Palette]:
    style = "@page { size: 200pt; margin: 20pt } body { margin: 0; font: 12pt 'Noto Serif SC' }"
    sheets = banxin.render(f"<html lang=zh><style>{style}</style>{body}", workspace=root)
    pdf = pikepdf.open(io.BytesIO(sheets.pdf))
    palette = Palette.of(INKS, ICC)
    separate(pdf, palette)
    return pdf, palette


def saved(pdf: pikepdf.Pdf, folder: Path) -> Path:
    file = folder / "a.pdf"
    pdf.save(file)
    return file


# --- the sample -------------------------------------------------------------------------------


def test_no_light_is_left_anywhere_in_the_press_file(sample: Build) -> None:
    with pikepdf.open(press_file(sample)) as pdf:
        assert list(light_colours(pdf.Root, "Root", set())) == []
        used = operators(pdf)
        assert {used[op] for op in ("rg", "RG", "g", "G", "sc", "SC")} == {0}
        assert used["k"] > 300


def test_every_ink_on_the_pages_is_a_swatch_to_a_tenth_of_a_percent(
    sample: Build, root: Path
) -> None:
    swatches = {
        (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.7), (0.0, 0.0, 0.0, 0.4), (0.0, 0.0, 0.0, 0.0),
        (0.0, 0.03, 0.08, 0.0), (0.1, 0.95, 0.85, 0.05), (0.04, 0.38, 0.34, 0.02),
        (0.75, 0.35, 0.45, 0.1),
        # Its tints of 50, 25 and 12 %: black that is under 3 % prints as 3 %, or not.
        (0.375, 0.175, 0.225, 0.05), (0.188, 0.087, 0.113, 0.03), (0.09, 0.042, 0.054, 0.0),
    }  # fmt: skip
    bar = {(1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 0.5)}
    with pikepdf.open(press_file(sample)) as pdf:
        found = {
            tuple(round(float(v), 3) for v in instruction.operands)
            for stream in contents(pdf)
            for instruction in pikepdf.parse_content_stream(stream)
            if str(instruction.operator) in {"k", "K"}
        }
    assert found <= swatches | bar
    assert (0.1, 0.95, 0.85, 0.05) in found


def test_black_text_prints_over_what_is_there_and_nothing_else_does(sample: Build) -> None:
    over = 0
    with pikepdf.open(press_file(sample)) as pdf:
        for stream in contents(pdf):
            black, state, saved_states = True, "/BanxinOut", []
            for instruction in pikepdf.parse_content_stream(stream):
                operands, op = instruction.operands, str(instruction.operator)
                if op == "q":
                    saved_states.append((black, state))
                elif op == "Q":
                    black, state = saved_states.pop() if saved_states else (True, "/BanxinOut")
                elif op == "k":
                    black = [float(v) for v in operands] == [0, 0, 0, 1]
                elif op == "cs":
                    black = False
                elif op == "gs" and "Banxin" in str(operands[0]):
                    state = str(operands[0])
                elif op in {"Tj", "TJ"}:
                    assert state == ("/BanxinOver" if black else "/BanxinOut")
                    over += black
                elif op in {"f", "S", "B", "Do", "sh"}:
                    assert state == "/BanxinOut"
        states = pdf.pages[0].resources.ExtGState
        assert int(states.BanxinOver.OPM) == 1
        assert [bool(states[f"/Banxin{name}"].op) for name in ("Over", "Out")] == [True, False]
    assert over > 200


def test_the_file_says_that_it_is_pdf_x_4(sample: Build) -> None:
    with pikepdf.open(press_file(sample)) as pdf:
        assert pdf.pdf_version == "1.6"
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == Name.GTS_PDFX
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert str(intent.RegistryName) == "http://www.color.org"
        assert bytes(intent.DestOutputProfile.read_bytes()) == ICC
        packet = pdf.Root.Metadata.read_bytes().decode()
        info = {key: str(value) for key, value in pdf.docinfo.items()}
        assert info["/Trapped"] == "/False"
        assert "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in packet
        assert "<pdf:Trapped>False</pdf:Trapped>" in packet
        assert f">{info['/Title']}</rdf:li>" in packet
        assert "2020-11-20T00:00:00+00:00" in packet
        assert info["/CreationDate"] == "D:20201120000000+00'00'"
        forbidden = {"/AcroForm", "/Names", "/OpenAction", "/AA", "/OCProperties", "/Dests"}
        assert not forbidden & set(pdf.Root.keys())
        for page in pdf.pages:
            assert "/Annots" not in page.obj
            assert Name.DeviceCMYK == page.obj.Group.CS


def test_two_validators_that_know_nothing_of_us_find_no_fault(
    sample: Build, tmp_path: Path
) -> None:
    file = shadow(press_file(sample), tmp_path)

    told = page_validation.validate_pdf(
        str(file), profile=page_validation.ValidationProfile.PDF_A_2B
    )
    faults = {f.rule_id for f in told.failures}
    with pikepdf.open(file) as pdf:
        streams = (item for item in pdf.objects if isinstance(item, pikepdf.Stream))
        if any(stream.read_raw_bytes().endswith(b"\r") for stream in streams):
            # page-validation 0.11 takes a CR that ends the data for part of the line end after it.
            faults.discard("PDFA2B-STREAM-LENGTH-001")
        assert faults == set()
        findings = [str(f) for f in pdfa.check(pdf, flavour=pdfa.Flavour.PDFA_2B).findings]
    # What it cannot judge: plates beyond the four, overprint mode 1, and data of our own.
    unknown = ("Separation", "overprint mode 1", "DeviceN", "/PieceInfo are not checked")
    assert [f for f in findings if not any(word in f for word in unknown)] == []


def test_the_screen_file_is_pdf_ua(sample: Build) -> None:
    file = next(f for f in sample.files if f.name.endswith("-screen.pdf"))

    told = page_validation.validate_pdf(
        str(file), profile=page_validation.ValidationProfile.PDF_UA_1
    )
    assert told.is_compliant, [(f.rule_id, f.message) for f in told.failures]


DRAWN = """---
title: 都画出来
template: text
---
::: numbers
- **40个**{unit=1 of=一个村子 mark=dot} 村子。
- **1200户**{unit=10 of=一户} 人家。
:::

::: list {open=3}
- 楼道里的管线 {weight=4}
- 路边的车
- 夜里走路有灯 {weight=3}
:::

::: chronicle {title=四十年}
- **1984年** 修桥。
- **2001年** 办小学。
- **2024年** 通车。
:::
"""


@pytest.mark.parametrize(
    ("layout", "lang", "done"),
    [("jinian", "en", "struck off"), ("jinian", "zh-Hant", "已劃去")]
    + [(name, "zh-CN", "已划去") for name in LAYOUTS],
)
def test_every_drawing_says_what_it_shows(
    title: Title, build: Builder, layout: str, lang: str, done: str
) -> None:
    edition = EDITION.replace('"jinian"', f'"{layout}"') + f'lang = "{lang}"\n'
    made = build(title(chapter=DRAWN, edition_dot_toml=edition), finishes="screen")
    (file,) = (f for f in made.files if f.name.endswith("-screen.pdf"))

    with pikepdf.open(file) as pdf:
        figures = [
            str(item.get("/Alt", ""))
            for item in pdf.objects
            if isinstance(item, Dictionary) and item.get("/S") == Name.Figure
        ]
    assert "" not in figures
    assert figures.count(done) == 2
    assert "四十年：1984年、2001年、2024年" in figures
    assert {"40 × 一个村子", "120 × 十户"} <= set(figures)


def test_the_press_file_carries_no_tags(sample: Build) -> None:
    with pikepdf.open(press_file(sample)) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
        assert not {"BDC", "BMC", "EMC"} & set(operators(pdf))


X1A = 'version = "PDF/X-1a"\n'


def test_a_shop_that_asks_gets_pdf_x_1a(title: Title, build: Builder) -> None:
    edition = EDITION.replace("\n", '\npress = "shop.toml"\n', 1)

    made = build(title(edition_dot_toml=edition, shop_dot_toml=X1A), finishes="press")

    with pikepdf.open(press_file(made)) as pdf:
        assert pdf.pdf_version == "1.4"
        assert str(pdf.docinfo["/GTS_PDFXVersion"]) == "PDF/X-1a:2003"
        assert all("/Group" not in page.obj for page in pdf.pages)


def test_transparency_is_refused_in_pdf_x_1a_with_its_pages(title: Title, build: Builder) -> None:
    edition = EDITION.replace("\n", '\npress = "shop.toml"\n', 1)
    out = io.BytesIO()
    Image.new("RGBA", (1200, 800), (200, 30, 30, 99)).save(out, "PNG")
    folder = title(
        chapter=GOOD_CHAPTER.replace("good.jpg", "see.png"),
        edition_dot_toml=edition,
        shop_dot_toml=X1A,
        photos__see_dot_png=out.getvalue(),
    )

    made = build(folder, finishes="press")

    (told,) = (f for f in made.report.findings if f.severity == "error")
    assert (told.code, told.facts["pages"]) == ("press/transparent", "1")


def test_qpdf_has_nothing_to_say(sample: Build) -> None:
    with pikepdf.open(press_file(sample)) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_gold_has_a_plate_of_its_own_and_the_four_inks_leave_it_out(
    sample: Build, tmp_path: Path
) -> None:
    command = [
        "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", "-r36",
        "-dFirstPage=1", "-dLastPage=1", f"-sOutputFile={tmp_path}/p%d.tif", press_file(sample),
    ]  # fmt: skip
    subprocess.run([str(part) for part in command], check=True, capture_output=True)

    plates = {re.findall(r"\((.*)\)", f.name)[0]: f for f in tmp_path.glob("p1(*")}
    assert set(plates) == {"Cyan", "Magenta", "Yellow", "Black", "PANTONE 871 C"}
    gold = np.asarray(Image.open(plates["PANTONE 871 C"]).convert("L"))
    assert (gold < 10).mean() > 0.005  # the year, and the patch
    yellow = np.asarray(Image.open(plates["Yellow"]).convert("L"))
    edge = round(14 / 25.4 * 36) + 4
    inside = gold[edge:-edge, edge:-edge] < 10
    assert (yellow[edge:-edge, edge:-edge][inside] > 245).mean() > 0.9


def test_press_through_its_profile_looks_like_the_screen(sample: Build, tmp_path: Path) -> None:
    """Ghostscript, with the output intent's profile, against the screen file: ΔE*76 in the mean."""
    icc = tmp_path / "p.icc"
    icc.write_bytes(ICC)
    pages = (7, 14, 19)
    for name in ("press", "screen"):
        file = next(f for f in sample.files if f.name.endswith(f"-{name}.pdf"))
        command = [
            "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=png16m", "-r36",
            f"-sDefaultCMYKProfile={icc}", f"--permit-file-read={icc}",
            f"-sPageList={','.join(map(str, pages))}",
            f"-sOutputFile={tmp_path}/{name}%d.png", file,
        ]  # fmt: skip
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
    edge = round(14 / 25.4 * 36)
    for number in range(1, len(pages) + 1):
        screen = Image.open(tmp_path / f"screen{number}.png").convert("RGB")
        sheet = Image.open(tmp_path / f"press{number}.png").convert("RGB")
        trim = sheet.crop((edge, edge, edge + screen.width, edge + screen.height))
        apart = np.linalg.norm(lab(screen) - lab(trim), axis=-1)
        assert apart.mean() < 6, (number, apart.mean())


def lab(image: Image.Image) -> Any:
    """CIE L*a*b* under D65, soft: tones of 4 × 4 pixels, without edges."""
    small = image.resize((image.width // 4, image.height // 4), Image.Resampling.BOX)
    rgb = np.asarray(small).astype(float) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ matrix.T / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    parts = (116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2]))
    return np.stack(parts, -1)


# --- one construct at a time --------------------------------------------------------------------

CONSTRUCTS = {
    "text": "<p style='color: {red}'>城乡</p>",
    "border": "<p style='border: 2pt dashed {red}'>城</p>",
    "background": "<p style='background: {red}'>城</p>",
    "half transparent": "<p style='background: {red}; opacity: .5'>城</p>",
    "colour with alpha": "<p style='background: rgb(10% 20% 30% / 50%)'>城</p>",
    "shadow": "<p style='box-shadow: 2pt 2pt 4pt {red}'>城</p>",
    "linear gradient": "<p style='background: linear-gradient({red}, {pale}); height: 40pt'></p>",
    "radial gradient": "<p style='background: radial-gradient({red}, {black}); height: 40pt'></p>",
    "repeating gradient": (
        "<p style='background: repeating-linear-gradient({red} 0 4pt, {pale} 4pt 8pt);"
        " height: 40pt'></p>"
    ),
    "gradient into nothing": (
        "<p style='background: linear-gradient({red}, transparent); height: 40pt'></p>"
    ),
    "gold gradient": "<p style='background: linear-gradient({gold}, {thin}); height: 40pt'></p>",
    "gold into white": "<p style='background: linear-gradient({gold}, white); height: 40pt'></p>",
    "gold into red": "<p style='background: linear-gradient({gold}, {red}); height: 40pt'></p>",
    "svg": "<svg width=40 height=40><rect width=40 height=40 fill='{red}'/></svg>",
    "svg gradient": (
        "<svg width=40 height=40><linearGradient id=g><stop stop-color='{red}'/>"
        "<stop offset=1 stop-color='{pale}'/></linearGradient>"
        "<rect width=40 height=40 fill='url(#g)'/></svg>"
    ),
    "tiles": (
        "<p style='height: 40pt; background: linear-gradient({red}, {pale}) 0 0 / 10pt 10pt'></p>"
    ),
    "table": (
        "<table style='border-collapse: collapse'><td style='border: 1pt solid {red}'>城</table>"
    ),
    "emphasis": "<p style='text-emphasis: dot {red}; color: {black}'>城</p>",
    "underline": "<p style='text-decoration: underline wavy {red}'>城</p>",
    "rotated": "<p style='transform: rotate(9deg); background: {gold}'>城</p>",
}


def construct(name: str) -> str:
    body = CONSTRUCTS[name]
    for ink in INKS:
        body = body.replace("{" + ink.name + "}", css(ink.name))
    return body


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_each_way_of_colouring_comes_out_in_inks(name: str, root: Path) -> None:
    pdf, palette = separated(construct(name), root)

    assert list(light_colours(pdf.Root, "Root", set())) == []
    assert not {"rg", "RG", "g", "G"} & set(operators(pdf))
    strays = {"colour with alpha"}
    assert bool(palette.strays) == (name in strays)


@pytest.mark.parametrize(
    "name",
    ["linear gradient", "radial gradient", "svg gradient", "gold into white", "gold into red"],
)
def test_three_renderers_paint_gradients_alike(name: str, root: Path, tmp_path: Path) -> None:
    pdf, _ = separated(construct(name), root)
    file = saved(pdf, tmp_path)

    pictures = [np.asarray(picture) for picture in rendered(file, tmp_path)]
    assert all(picture.std() > 5 for picture in pictures)  # something is there
    for one, other in ((0, 1), (0, 2)):
        a, b = (soft(pictures[i]).ravel() for i in (one, other))
        assert np.corrcoef(a, b)[0, 1] > 0.98


def rendered(file: Path, folder: Path) -> Iterator[Image.Image]:
    """By Ghostscript, MuPDF and PDFium; grey, since each turns inks into light in its own way."""
    gs, mu = folder / "gs.png", folder / "mu.png"
    options = ["-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=png16m", "-r72"]
    drawn = ["gs", *options, f"-sOutputFile={gs}", str(file)]
    subprocess.run(drawn, check=True, capture_output=True)
    command = ["mutool", "draw", "-q", "-r", "72", "-o", str(mu), str(file), "1"]
    subprocess.run(command, check=True, capture_output=True)
    yield Image.open(gs).convert("L")
    yield Image.open(mu).convert("L")
    yield pypdfium2.PdfDocument(file)[0].render(scale=1).to_pil().convert("L")


def soft(picture: Any, size: int = 5) -> Any:
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    cut = picture[: rows * size, : columns * size].astype(float)
    return cut.reshape(rows, size, columns, size).mean((1, 3))


def shares(pdf: pikepdf.Pdf, operator: str) -> set[Sequence[float]]:
    return {
        tuple(round(float(v), 4) for v in instruction.operands)
        for stream in contents(pdf)
        for instruction in pikepdf.parse_content_stream(stream)
        if str(instruction.operator) == operator
    }


def test_a_swatch_comes_out_exactly_and_its_neighbour_by_the_profile(root: Path) -> None:
    red, green, blue = on_screen(RED)
    body = (
        f"<p style='color: {css('red')}'>城</p>"
        f"<p style='color: #{red:02x}{green:02x}{blue:02x}'>乡</p>"
    )

    pdf, palette = separated(body, root)

    found = shares(pdf, "k")
    assert (0.1, 0.95, 0.85, 0.05) in found
    assert len(found) == 2
    assert list(palette.strays) == [f"#{red:02x}{green:02x}{blue:02x}"]
    (told,) = palette.remarks()
    assert (told.code, told.place.page) == ("colour/not-a-swatch", 1)


@pytest.mark.parametrize(
    ("colour", "black"), [("#000", 1.0), ("#fff", 0.0), ("#808080", 0.498), ("gray", 0.498)]
)
def test_neutrals_are_black_alone(colour: str, black: float, root: Path) -> None:
    pdf, palette = separated(f"<p style='color: {colour}'>城</p>", root)

    assert shares(pdf, "k") == {(0.0, 0.0, 0.0, black)}
    assert palette.strays == {}


def test_a_spot_is_laid_down_by_its_share(root: Path) -> None:
    body = f"<p style='color: {css('gold')}'>城</p><p style='color: {css('thin')}'>乡</p>"

    pdf, _ = separated(body, root)

    assert shares(pdf, "scn") == {(1.0,), (0.2,)}
    spaces = pdf.pages[0].resources.ColorSpace
    space = next(s for s in spaces.values() if str(s[1]) == "/PANTONE 871 C")
    assert [float(v) for v in space[3].C1] == [0.2, 0.3, 0.7, 0.15]


def test_a_plate_of_the_binders_prints_over(root: Path) -> None:
    pdf, _ = separated(f"<p style='background: {css('foil')}; height: 9pt'></p>", root)

    states = [
        str(instruction.operands[0])
        for instruction in pikepdf.parse_content_stream(pdf.pages[0])
        if str(instruction.operator) == "gs"
    ]
    assert "/BanxinPlate" in states
    assert bool(pdf.pages[0].resources.ExtGState.BanxinPlate.op)


def test_two_spots_in_a_gradient_are_refused_by_name(root: Path) -> None:
    gradient = f"linear-gradient({css('gold')}, {css('blue')})"

    with pytest.raises(BanxinError) as problem:
        separated(f"<p style='background: {gradient}; height: 9pt'></p>", root)
    (told,) = problem.value.diagnostics
    assert told.code == "colour/two-spots"
    assert {told.facts["first"], told.facts["second"]} == {"PANTONE 871 C", "PANTONE 300 C"}


def test_keys_are_no_colour_of_eight_bits_and_no_two_alike() -> None:
    names = [f"n{i}" for i in range(2000)]

    found = keys(names)

    assert len(set(found.values())) == 2000
    eight_bit = {round(n / 255 * 1e6) for n in range(256)}
    assert not any(eight_bit & set(key) for key in found.values())
    assert all(is_key([part / 1e6 for part in key]) for key in found.values())
    assert not any(is_key([n / 255, n / 255, n / 255]) for n in range(256))
    assert keys(reversed(names)) == found


def test_a_key_in_a_content_stream_is_shown_as_its_ink_and_all_else_stays() -> None:
    shown = lights((ink.name, ink.cmyk) for ink in INKS)
    key = keys(ink.name for ink in INKS)["red"]
    written = " ".join(f"{part / 1e6:.6f}".rstrip("0") for part in key)
    content = f"q {written} rg 0.5 0.5 0.5 RG 1 0 0 rg {written} RG <0a> Tj Q".encode()

    made = lit(content, shown)

    red = " ".join(f"{part / 255:.4f}".rstrip("0") for part in on_screen(RED))
    assert made == f"q {red} rg 0.5 0.5 0.5 RG 1 0 0 rg {red} RG <0a> Tj Q".encode()


@pytest.mark.parametrize("name", ["red", "pale", "gold"])
@pytest.mark.parametrize(
    "style",
    [
        "background: repeating-linear-gradient({0} 10%, {0} 10%)",
        "background: repeating-radial-gradient({0} 4pt, {0} 4pt)",
        "background: radial-gradient(circle at center, {0} -9pt, {0} 9pt)",
        "background: repeating-radial-gradient({0} 3pt, {0} 9pt)",
        *(f"border: 4pt {kind} {{0}}" for kind in ("inset", "outset", "ridge", "groove")),
    ],
)
def test_what_the_engine_would_mix_of_inks_is_an_ink(name: str, style: str, root: Path) -> None:
    pdf, palette = separated(f"<p style='height: 40pt; {style.format(css(name))}'></p>", root)

    assert not palette.strays
    assert list(light_colours(pdf.Root, "Root", set())) == []


def test_inks_of_a_colour_stay_under_the_profiles_limit() -> None:
    for colour in ((0, 0, 0), (10, 10, 30), (255, 0, 0), (0, 0, 255), (90, 60, 20)):
        assert sum(inks_of(colour, ICC)) <= 300.5
