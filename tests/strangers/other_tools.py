"""PDFs as the tools of others make them: each from a seed, so that a bad one can be made again.

Forty a tool: Cairo, Ghostscript, Typst, Chromium and LibreOffice, with what each does in its own
way: meshes and masks, PostScript colour, tagged pages, filters, frames, forms.
"""

from __future__ import annotations

import atexit
import io
import math
import os
import random
import shutil
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import cairocffi
import typst
from PIL import Image
from playwright.sync_api import sync_playwright

FROM_EACH: Final = 40
FONTS: Final = Path(__file__).parents[2] / "fonts"
WORDS: Final = (
    "版心", "纪念册", "water", "2024", "年", "的", "城市", "gathering", "一九五四", "flöden",
    "与", "河边", "学校，门前（槐树）", "Ω", "½",
)  # fmt: skip


def sentence(dice: random.Random, most: int = 30) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(1, most)))


def picture(dice: random.Random, form: str = "PNG") -> bytes:
    """A small picture of any kind that the form takes."""
    kinds = {"PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), "JPEG": ("L", "RGB", "CMYK")}
    size = (dice.randint(1, 90), dice.randint(1, 90))
    kind = dice.choice(kinds[form])
    noise = Image.frombytes("L", size, dice.randbytes(size[0] * size[1]))
    out = io.BytesIO()
    converted = noise.convert("I").convert(kind) if kind == "I;16" else noise.convert(kind)
    converted.save(out, form)
    return out.getvalue()


# --- Cairo --------------------------------------------------------------------------------


def with_cairo(folder: Path) -> Iterator[Path]:
    """Vector graphics: gradients, meshes, groups, operators, stencils, JPEG as it came."""
    for seed in range(FROM_EACH):
        dice = random.Random(f"cairo {seed}")
        file = folder / f"cairo-{seed:02}.pdf"
        surface = cairocffi.PDFSurface(str(file), dice.uniform(20, 900), dice.uniform(20, 900))
        context = cairocffi.Context(surface)
        for _ in range(dice.randint(1, 4)):
            for _ in range(dice.randint(0, 40)):
                with context:
                    _cairo_item(context, dice)
            context.show_page()
        surface.finish()
        yield file


def _cairo_item(context: cairocffi.Context, dice: random.Random) -> None:
    context.translate(dice.uniform(-50, 500), dice.uniform(-50, 500))
    context.rotate(dice.uniform(0, 2 * math.pi))
    scale = dice.uniform(0.05, 3)
    context.scale(scale, dice.choice((scale, -scale, scale * 2)))
    context.set_operator(dice.choice((cairocffi.OPERATOR_OVER, *range(14, 29))))
    _cairo_source(context, dice)
    match dice.randrange(6):
        case 0:
            context.select_font_face(dice.choice(("Sans", "Serif", "Mono")))
            context.set_font_size(dice.uniform(0.5, 60))
            context.show_text(sentence(dice, 6))
        case 1:
            context.set_line_width(dice.choice((0, 0.01, 0.2, 1, 20)))
            context.set_dash([dice.uniform(0.1, 9) for _ in range(dice.randint(0, 3))])
            context.curve_to(*(dice.uniform(-90, 90) for _ in range(6)))
            context.line_to(90, 9)
            context.stroke()
        case 2:
            context.rectangle(0, 0, dice.uniform(0, 200), dice.uniform(0, 200))
            context.set_fill_rule(dice.randrange(2))
            context.fill()
        case 3:
            context.arc(0, 0, dice.uniform(1, 90), 0, dice.uniform(0, 7))
            context.clip()
            context.paint_with_alpha(dice.random())
        case 4:
            context.push_group()
            context.rectangle(0, 0, 50, 50)
            context.fill()
            context.pop_group_to_source()
            context.paint_with_alpha(dice.random())
        case _:
            stencil = cairocffi.ImageSurface(dice.choice((2, 3)), 9, 9)
            context.mask_surface(stencil, 0, 0)


def _cairo_source(context: cairocffi.Context, dice: random.Random) -> None:
    def colour() -> tuple[float, ...]:
        return tuple(dice.random() for _ in range(4))

    match dice.randrange(6):
        case 0:
            context.set_source_rgba(*colour())
        case 1:
            pattern = cairocffi.LinearGradient(0, 0, dice.uniform(1, 90), 9)
            for stop in range(dice.randint(0, 5)):
                pattern.add_color_stop_rgba(stop / 5, *colour())
            context.set_source(pattern)
        case 2:
            pattern = cairocffi.RadialGradient(9, 9, 0, 9, 9, dice.uniform(1, 90))
            pattern.add_color_stop_rgba(0, *colour())
            pattern.add_color_stop_rgba(1, *colour())
            pattern.set_extend(dice.randrange(4))
            context.set_source(pattern)
        case 3:
            kind = dice.choice((0, 1, 2))
            image = cairocffi.ImageSurface(kind, dice.randint(1, 40), dice.randint(1, 40))
            if dice.random() < 0.5:
                image.set_mime_data("image/jpeg", picture(dice, "JPEG"))
            context.set_source_surface(image)
            context.get_source().set_extend(dice.randrange(4))
        case 4:
            taped = cairocffi.RecordingSurface(dice.choice((0x1000, 0x3000)), (0, 0, 20, 20))
            inner = cairocffi.Context(taped)
            inner.set_source_rgba(*colour())
            inner.arc(9, 9, 6, 0, 6)
            inner.stroke()
            context.set_source_surface(taped)
        case _:
            context.set_source_rgb(*colour()[:3])


# --- Ghostscript ----------------------------------------------------------------------------

POSTSCRIPT_COLOURS: Final = (
    "{0} setgray",
    "{0} {1} {2} setrgbcolor",
    "{0} {1} {2} {3} setcmykcolor",
    "{0} {1} {2} sethsbcolor",
    "[/Separation (Gold {5}) /DeviceCMYK {{ dup .3 mul exch dup .5 mul exch dup exch 0 }}]"
    " setcolorspace {0} setcolor",
    "[/Separation /All /DeviceGray {{ 1 exch sub }}] setcolorspace {0} setcolor",
    "[/DeviceN [/Cyan /Varnish] /DeviceCMYK {{ pop 0 0 0 }}] setcolorspace {0} {1} setcolor",
    "[/Indexed /DeviceRGB 1 <ff00aa001122>] setcolorspace 1 setcolor",
    "[/CIEBasedA << /WhitePoint [.95 1 1.09] >>] setcolorspace {0} setcolor",
    "[/CIEBasedABC << /WhitePoint [.95 1 1.09] >>] setcolorspace {0} {1} {2} setcolor",
    "<< /PatternType 2 /Shading << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 200 200]"
    " /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1 0 {0}]"
    " /C1 [0 1 {1}] /N 1 >> >> >> matrix makepattern setpattern",
    "<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 8 8] /XStep 9 /YStep 7"
    " /PaintProc {{ pop {0} setgray 1 1 5 5 rectfill }} >> matrix makepattern setpattern",
)
POSTSCRIPT_MARKS: Final = (
    "/{font} {6} selectfont 9 9 moveto (banxin \\(proof\\) {5}) show",
    "/{font} [{6} 0 5 {7} 0 0] selectfont 9 99 moveto (Aslant) dup show true charpath stroke",
    "{7} setlinewidth newpath 0 0 moveto 90 {6} 40 20 150 99 curveto stroke",
    "0 setlinewidth [{6} 2] 0 setdash 3 9 moveto 200 {6} lineto stroke",
    "9 9 {6} {7} rectfill",
    "newpath 99 99 {6} 0 270 arc closepath eofill",
    "newpath 0 0 60 60 rectclip 0 0 99 99 rectfill",
    "gsave 40 40 scale 4 4 8 [4 0 0 -4 0 4] {{ <00408090ff00408090ff00408090ff11> }} image"
    " grestore",
    "gsave 40 30 scale 2 2 8 [2 0 0 2 0 0] {{ <00408090ff004080909911aa> }} false 3 colorimage"
    " grestore",
    "gsave 9 9 scale 8 8 true [8 0 0 -8 0 8] {{ <aa55aa55aa55aa55> }} imagemask grestore",
    "<< /ShadingType 3 /ColorSpace /DeviceCMYK /Coords [50 50 0 50 50 {6}] /Function"
    " << /FunctionType 2 /Domain [0 1] /C0 [0 0 0 1] /C1 [{0} {1} 0 0] /N {7} >> >> shfill",
    "<< /ShadingType 4 /ColorSpace /DeviceGray /DataSource"
    " [0 0 0 {0} 0 90 0 {1} 0 0 90 {2}] >> shfill",
)
POSTSCRIPT_OPTIONS: Final = (
    ("-dCompatibilityLevel=1.3",),
    ("-dCompatibilityLevel=1.7", "-dCompressStreams=false"),
    ("-sColorConversionStrategy=CMYK", "-sProcessColorModel=DeviceCMYK"),
    ("-sColorConversionStrategy=Gray", "-sProcessColorModel=DeviceGray"),
    ("-dEmbedAllFonts=false", "-dSubsetFonts=false"),
    ("-dPDFSETTINGS=/screen",),
    ("-dFastWebView=true",),
    ("-dHaveTransparency=false", "-dNoOutputFonts"),
)


def with_ghostscript(folder: Path) -> Iterator[Path]:
    """PostScript's colours, patterns and pictures, distilled with every kind of setting."""
    for seed in range(FROM_EACH):
        dice = random.Random(f"ghostscript {seed}")
        file = folder / f"ghostscript-{seed:02}.pdf"
        size = f"{dice.randint(72, 900)} {dice.randint(72, 900)}"
        program = [f"<< /PageSize [{size}] >> setpagedevice"]
        for _ in range(dice.randint(1, 3)):
            program += (_postscript(dice) for _ in range(dice.randint(0, 25)))
            program.append("showpage")
        source = folder / f"{file.stem}.ps"
        source.write_text("\n".join(program), "latin-1")
        subprocess.run(
            ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite",
             *dice.choice(POSTSCRIPT_OPTIONS), f"-sOutputFile={file}", str(source)],
            check=True, capture_output=True,
        )  # fmt: skip
        yield file


def _postscript(dice: random.Random) -> str:
    values = [f"{dice.random():.3f}" for _ in range(5)]
    values += [str(dice.randint(1, 9))]
    values += [f"{dice.uniform(0.5, 70):.2f}", f"{dice.uniform(0.1, 9):.2f}"]
    fonts = ("Helvetica", "Times-Italic", "Courier-Bold", "Symbol", "ZapfDingbats")
    moved = f"{dice.randint(-60, 600)} {dice.randint(-60, 600)} translate"
    moved += f" {dice.randint(0, 359)} rotate"
    colour = dice.choice(POSTSCRIPT_COLOURS).format(*values)
    mark = dice.choice(POSTSCRIPT_MARKS).format(*values, font=dice.choice(fonts))
    # shfill and image speak for themselves; a pattern under an uncoloured picture is no PostScript.
    if "imagemask" not in mark and ("image" in mark or "shfill" in mark):
        colour = ""
    return f"gsave {moved} {colour} {mark} grestore"


# --- Typst ----------------------------------------------------------------------------------

TYPST_BLOCKS: Final = (
    "= {text}",
    "{text}",
    "#columns(2)[{text} #lorem({n})]",
    "$ integral_0^{n} (x^2 + sqrt(y)) / sum_(i=1)^n i $",
    "#rect(width: {n}%, fill: gradient.linear(red, blue, cmyk(10%, 20%, {n}%, 0%)))[{text}]",
    "#circle(radius: {n}pt, fill: gradient.conic(..color.map.rainbow), stroke: {n}pt / 50)",
    "#rect(fill: cmyk({n}%, 50%, 0%, 90%), stroke: 0.1pt + luma({n}))[#text({n}pt / 4)[{text}]]",
    "#rotate({n}deg)[#scale({n}%)[{text}]]",
    "#table(columns: 3, [a], [{text}], [{n}], table.cell(colspan: 2)[b], [c])",
    '#image("seen.png", width: {n}pt)',
    '#image("seen.jpg", width: {n}%, height: 20pt, fit: "cover")',
    "#text(fill: rgb(10, 20, {n}, 90))[{text}] #footnote[{text}]",
    "#highlight[{text}] #underline[{text}] #link(\"https://example.org\")[{text}]",
    "#pagebreak(weak: true)",
    "#place(dx: -{n}pt)[#polygon((0pt, 0pt), (9pt, {n}pt), (60pt, 3pt),"
    " fill: oklab(60%, 0.1, 0.1))]",
    "#rect(fill: tiling(size: (9pt, 9pt))[#circle(radius: 3pt)], width: {n}pt, height: 30pt)",
    "#curve(stroke: (paint: blue, dash: \"dotted\"), curve.move((0pt, 9pt)),"
    " curve.cubic((1pt, 2pt), (30pt, {n}pt), (60pt, 3pt)))",
    "```python\nprint('{text}')\n```",
    "#pad(left: {n}pt)[- {text}\n- {text}]",
)  # fmt: skip
TYPST_STANDARDS: Final[tuple[Any, ...]] = (
    [],
    ["1.4"],
    ["1.7"],
    ["2.0"],
    ["a-2b"],
    ["a-3b"],
    ["a-4"],
    ["a-1b"],
)


def with_typst(folder: Path) -> Iterator[Path]:
    """Text and mathematics of a young engine, to every PDF standard that it knows."""
    for seed in range(FROM_EACH):
        dice = random.Random(f"typst {seed}")
        here = folder / f"typst-{seed:02}"
        here.mkdir()
        (here / "seen.png").write_bytes(picture(dice))
        rgb = Image.new("RGB", (20, 9), (200, 30, dice.randint(0, 255)))
        rgb.save(here / "seen.jpg")
        blocks = [
            dice.choice(TYPST_BLOCKS).format(text=sentence(dice), n=dice.randint(1, 99))
            for _ in range(dice.randint(1, 25))
        ]
        page = f"#set page(width: {dice.randint(90, 700)}pt, height: {dice.randint(90, 700)}pt)"
        title = '#set document(title: "t", date: datetime(year: 2024, month: 9, day: 1))'
        (here / "main.typ").write_text("\n\n".join((title, page, *blocks)), "utf-8")
        source = str(here / "main.typ")
        file = folder / f"{here.name}.pdf"
        standard = dice.choice(TYPST_STANDARDS)
        try:
            typst.compile(
                str(here / "main.typ"),
                output=str(file),
                font_paths=[str(FONTS)],
                pdf_standards=standard,
            )
        except typst.TypstError:  # what the chosen standard forbids
            typst.compile(source, output=str(file), font_paths=[str(FONTS)])
        yield file


# --- Chromium -------------------------------------------------------------------------------

HTML_BLOCKS: Final = (
    "<h1 id=a{n}>{text}</h1>",
    "<p style='font-size:{n}pt;color:hsl({n} 90% 40%)'>{text}</p>",
    "<p style='opacity:.{n};mix-blend-mode:multiply'>{text}</p>",
    "<div style='filter:blur({n}px);width:50px;height:20px;background:teal'></div>",
    "<div style='transform:rotate({n}deg) scale(.{n});background:linear-gradient(red,#00f8)'>"
    "{text}</div>",
    "<div style='background:radial-gradient(red,transparent),conic-gradient(blue,lime);"
    "height:{n}px'></div>",
    "<svg width={n} height=60><mask id=m><circle r=20 fill=white /></mask>"
    "<rect width=99 height=50 mask=url(#m) /><text y=20 stroke=red>{text}</text></svg>",
    "<svg width=90 height=90><pattern id=p width=9 height=9 patternUnits=userSpaceOnUse>"
    "<path d='M0 0L9 9' stroke=blue stroke-width=.1 /></pattern>"
    "<rect width=80 height=80 fill=url(#p) /></svg>",
    "<img width={n} alt='{text}' src='data:image/png;base64,{png}'>",
    "<img style='image-rendering:pixelated;clip-path:circle({n}%)'"
    " src='data:image/jpeg;base64,{jpeg}'>",
    "<input value='{text}'><select><option>{text}</select><textarea>{text}</textarea>",
    "<table border=1><tr><td>{text}<td style='border:.1px solid'>{n}</table>",
    "<a href='https://example.org/{n}'>{text}</a> <a href='#a{n}'>→</a>",
    "<div style='writing-mode:vertical-rl;height:90px'>{text}</div>",
    "<p style='text-shadow:1px 1px 3px gray;-webkit-text-stroke:.2px red'>{text}</p>",
    "<div style='break-after:page'></div>",
    "<canvas id=c{n} width=40 height=40></canvas>"
    "<script>document.getElementById('c{n}').getContext('2d').fillRect(5,5,{n},9)</script>",
    "<div style='box-shadow:0 0 {n}px black;border-radius:9px;border:2px dashed'>{text}</div>",
    "<ul><li>{text}<li>😀 {n}</ul><hr>",
    "<p dir=rtl>שלום {text}</p><ruby>版<rt>bǎn</rt></ruby>",
)


def with_chromium(folder: Path) -> Iterator[Path]:
    """A browser's own printing: filters, forms, tags, emoji."""
    with sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], env=with_fonts()
        )
        page = browser.new_page()
        for seed in range(FROM_EACH):
            dice = random.Random(f"chromium {seed}")
            blocks = (
                dice.choice(HTML_BLOCKS).format(
                    text=sentence(dice),
                    n=dice.randint(1, 90),
                    png=b64encode(picture(dice)).decode(),
                    jpeg=b64encode(picture(dice, "JPEG")).decode(),
                )
                for _ in range(dice.randint(0, 30))
            )
            page.set_content("<!doctype html><meta charset=utf-8>" + "\n".join(blocks))
            file = folder / f"chromium-{seed:02}.pdf"
            asked: dict[str, Any] = {
                "format": dice.choice(("A4", "A6", "Tabloid")),
                "landscape": dice.random() < 0.3,
                "scale": dice.uniform(0.3, 1.8),
                "print_background": dice.random() < 0.7,
                "tagged": dice.random() < 0.5,
                "outline": dice.random() < 0.3,
                "display_header_footer": dice.random() < 0.3,
            }
            page.pdf(path=file, **asked)
            yield file
        browser.close()


@cache
def with_fonts() -> dict[str, Any]:
    """The environment of others, where the machine's fonts are seen and ours beside them.

    banxin hides the machine's fonts from its own process.
    """
    folder = Path(tempfile.mkdtemp(prefix="banxin-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "fonts.conf").write_text(
        '<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{FONTS}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}


def chromium() -> str:
    """Debian's own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "./banxin test installs it"
    return found


# --- LibreOffice ----------------------------------------------------------------------------

FODT: Final = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles>
<style:page-layout style:name="pl"><style:page-layout-properties
 fo:page-width="{width}mm" fo:page-height="{height}mm" fo:margin="9mm"/></style:page-layout>
<style:style style:name="p" style:family="paragraph"><style:paragraph-properties
 fo:background-color="{colour}" fo:border="{line}pt solid #ff0000"/><style:text-properties
 fo:font-size="{size}pt" fo:color="{colour2}" fo:letter-spacing="1pt"/></style:style>
<style:style style:name="g" style:family="graphic"><style:graphic-properties draw:opacity="{part}%"
 draw:fill-color="{colour}" svg:stroke-width="{line}mm" draw:shadow="visible"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pl"/>
</office:master-styles>
<office:body><office:text>{blocks}</office:text></office:body></office:document>
"""
FODT_BLOCKS: Final = (
    '<text:p text:style-name="p">{text}</text:p>',
    '<text:h text:outline-level="1">{text}</text:h>',
    "<text:p>{text}<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation>"
    "<text:note-body><text:p>{text}</text:p></text:note-body></text:note></text:p>",
    "<text:p><draw:ellipse draw:style-name='g' text:anchor-type='paragraph' svg:width='{n}mm'"
    " svg:height='20mm' svg:x='-{n}mm' svg:y='1mm'/></text:p>",
    "<text:p><draw:line draw:style-name='g' text:anchor-type='paragraph' svg:x1='0mm' svg:y1='0mm'"
    " svg:x2='{n}mm' svg:y2='30mm'/></text:p>",
    "<text:p><draw:frame text:anchor-type='as-char' svg:width='{n}mm' svg:height='9mm'><draw:image>"
    "<office:binary-data>{png}</office:binary-data></draw:image></draw:frame></text:p>",
    "<table:table><table:table-column table:number-columns-repeated='2'/><table:table-row>"
    "<table:table-cell><text:p>{text}</text:p></table:table-cell><table:table-cell><text:p>{n}"
    "</text:p></table:table-cell></table:table-row></table:table>",
    "<text:p><text:a xlink:href='https://example.org/{n}'>{text}</text:a></text:p>",
)  # fmt: skip
EXPORTS: Final = (
    "pdf:writer_pdf_Export",
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}',
    'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"Quality":{"type":"long","value":"30"}}',
    'pdf:writer_pdf_Export:{"Watermark":{"type":"string","value":"样稿"},'
    '"UseLosslessCompression":{"type":"boolean","value":"true"}}',
)


def with_libreoffice(folder: Path) -> Iterator[Path]:
    """An office's documents: frames, notes, tables, watermarks, PDF/A."""
    for number, export in enumerate(EXPORTS):
        sources = []
        for seed in range(number, FROM_EACH, len(EXPORTS)):
            dice = random.Random(f"libreoffice {seed}")
            blocks = (
                dice.choice(FODT_BLOCKS).format(
                    text=sentence(dice),
                    n=dice.randint(1, 90),
                    png=b64encode(picture(dice)).decode(),
                )
                for _ in range(dice.randint(0, 30))
            )
            source = folder / f"libreoffice-{seed:02}.fodt"
            source.write_text(
                FODT.format(
                    width=dice.randint(60, 300),
                    height=dice.randint(60, 400),
                    colour=f"#{dice.randrange(1 << 24):06x}",
                    colour2=f"#{dice.randrange(1 << 24):06x}",
                    line=dice.uniform(0.05, 3),
                    size=dice.randint(2, 60),
                    part=dice.randint(1, 100),
                    blocks="".join(blocks),
                ),
                "utf-8",
            )
            sources.append(source)
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless",
             "--convert-to", export, "--outdir", str(folder), *map(str, sources)],
            check=True, capture_output=True, timeout=300, env=with_fonts(),
        )  # fmt: skip
        yield from (source.with_suffix(".pdf") for source in sources)


Maker = Callable[[Path], Iterator[Path]]
MAKERS: Final[tuple[Maker, ...]] = (
    with_cairo,
    with_ghostscript,
    with_typst,
    with_chromium,
    with_libreoffice,
)
