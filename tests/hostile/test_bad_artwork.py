"""Artwork that is damaged, locked, endless or a trap: a clear finding, soon, or a clean drawing."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from banxin.artwork import examine, pages, svg
from banxin.artwork.reading import UnusableError
from banxin.assets.colour import built_in
from banxin.diagnostics import Severity, error
from banxin.preflight.facts import read
from banxin.words import LANGUAGES, say
from conftest import Builder, Title
from drawings import MARK, a_logo, a_pdf

Page = pikepdf.Page
BLANKS = 200 << 20  # bytes


def bomb() -> bytes:
    packer = zlib.compressobj(1)
    chunk = bytes(1 << 20)
    parts = [packer.compress(chunk) for _ in range(BLANKS >> 20)]
    return b"".join((*parts, packer.flush()))


def changed(change: Callable[[Pdf, Page], None], content: bytes = b"0 0 9 9 re f") -> bytes:
    return a_pdf(content, change)


def a_bomb(pdf: Pdf, page: Page) -> None:
    page.obj.Contents = pdf.make_stream(bomb(), Filter=Name.FlateDecode)


def a_bomb_in_a_bomb(pdf: Pdf, page: Page) -> None:
    twice = Array([Name.FlateDecode, Name.FlateDecode])
    page.obj.Contents = pdf.make_stream(zlib.compress(bomb()), Filter=twice)


def a_bomb_of_a_font(pdf: Pdf, page: Page) -> None:
    table = pdf.make_stream(bomb(), Filter=Name.FlateDecode)
    page.obj.Resources.ColorSpace = Dictionary(I=Array([Name.Indexed, Name.DeviceRGB, 255, table]))


def a_gigantic_picture(pdf: Pdf, page: Page) -> None:
    image = pdf.make_stream(
        zlib.compress(bytes(9)), Subtype=Name.Image, Width=1 << 20, Height=1 << 20,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.FlateDecode,
    )  # fmt: skip
    page.obj.Resources.XObject = Dictionary(I=image)


def a_form_in_itself(pdf: Pdf, page: Page) -> None:
    form = pdf.make_stream(b"/F Do", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    page.obj.Resources.XObject = Dictionary(F=form)


def forms_by_tens(pdf: Pdf, page: Page) -> None:
    """Ten thousand million marks."""
    inner = pdf.make_stream(b"0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(10):
        held = Dictionary(XObject=Dictionary(F=inner))
        inner = pdf.make_stream(
            b"/F Do " * 10, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=held
        )
    page.obj.Resources.XObject = Dictionary(F=inner)


def forms_in_forms(pdf: Pdf, page: Page) -> None:
    inner = pdf.make_stream(b"0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(200):
        held = Dictionary(XObject=Dictionary(F=inner))
        inner = pdf.make_stream(b"/F Do", Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=held)
    page.obj.Resources.XObject = Dictionary(F=inner)


def a_pattern_in_itself(pdf: Pdf, page: Page) -> None:
    tile = pdf.make_stream(
        b"/Pattern cs /P scn 0 0 9 9 re f", PatternType=1, PaintType=1, TilingType=1,
        BBox=[0, 0, 9, 9], XStep=9, YStep=9,
    )  # fmt: skip
    tile.Resources = Dictionary(Pattern=Dictionary(P=tile))
    page.obj.Resources.Pattern = Dictionary(P=tile)


def endless_tiles(pdf: Pdf, page: Page) -> None:
    tile = pdf.make_stream(
        b"0 0 9 9 re f", PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 9, 9],
        XStep=0.0001, YStep=0.0001, Resources=Dictionary(),
    )  # fmt: skip
    page.obj.Resources.Pattern = Dictionary(P=tile)


def functions_in_functions(pdf: Pdf, page: Page) -> None:
    inner = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 0, 0, 0], N=1)
    for _ in range(40):
        inner = Dictionary(
            FunctionType=3, Domain=[0, 1], Functions=[inner], Bounds=[], Encode=[0, 1]
        )
    space = Array([Name.Separation, Name.Gold, Name.DeviceCMYK, inner])
    page.obj.Resources.ColorSpace = Dictionary(S=space)


def a_plate(program: bytes) -> Callable[[Pdf, Page], None]:
    def change(pdf: Pdf, page: Page) -> None:
        tint = pdf.make_stream(program, FunctionType=4, Domain=[0, 1], Range=[0, 1] * 4)
        space = Array([Name.Separation, Name.Gold, Name.DeviceCMYK, tint])
        page.obj.Resources.ColorSpace = Dictionary(S=space)

    return change


def stitched_with_a_bound_too_many(pdf: Pdf, page: Page) -> None:
    del pdf
    inner = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 0, 0, 0], N=1)
    tint = Dictionary(FunctionType=3, Domain=[0, 1], Functions=[inner], Bounds=[0.5], Encode=[0, 1])
    space = Array([Name.Separation, Name.Gold, Name.DeviceCMYK, tint])
    page.obj.Resources.ColorSpace = Dictionary(S=space)


def gigantic_samples(pdf: Pdf, page: Page) -> None:
    tint = pdf.make_stream(
        bytes(9), FunctionType=0, Domain=[0, 1], Range=[0, 1] * 4, Size=[1 << 30],
        BitsPerSample=8,
    )  # fmt: skip
    space = Array([Name.Separation, Name.Gold, Name.DeviceCMYK, tint])
    page.obj.Resources.ColorSpace = Dictionary(S=space)


def spaces_in_spaces(pdf: Pdf, page: Page) -> None:
    del pdf
    held = Dictionary({"/A": Array([Name.Indexed, Name.B, 1, b"\0\0"]), "/B": Name.C, "/C": Name.B})
    page.obj.Resources.ColorSpace = held


def a_mask_of_nothing(pdf: Pdf, page: Page) -> None:
    form = pdf.make_stream(b"", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    mask = Dictionary(S=Name.Luminosity, G=form, TR=Dictionary(FunctionType=9, Domain=[0, 1]))
    page.obj.Resources.ExtGState = Dictionary(G=Dictionary(SMask=mask))


def a_font_elsewhere(pdf: Pdf, page: Page) -> None:
    del pdf
    page.obj.Resources.Font = Dictionary(
        F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )


def a_deep_font(pdf: Pdf, page: Page) -> None:
    file = pdf.make_stream(b"x")
    about = Dictionary(Type=Name.FontDescriptor, FontFile2=file)
    deep = pdf.make_indirect(Array([]))
    for _ in range(5000):
        deep = pdf.make_indirect(Array([deep]))
    font = Dictionary(Subtype=Name.TrueType, BaseFont=Name.A, FontDescriptor=about, Widths=deep)
    page.obj.Resources.Font = Dictionary(F=font)


def without_a_size(pdf: Pdf, page: Page) -> None:
    del pdf
    page.obj.ArtBox = [10, 10, 10, 90]


def beside_the_paper(pdf: Pdf, page: Page) -> None:
    del pdf
    page.obj.TrimBox = [500, 500, 600, 600]


def a_football_field(pdf: Pdf, page: Page) -> None:
    del pdf
    page.obj.MediaBox = [0, 0, 300_000, 200_000]


def no_pages(pdf: Pdf, page: Page) -> None:
    del page
    del pdf.pages[0]


def a_picture_nobody_reads(pdf: Pdf, page: Page) -> None:
    image = pdf.make_stream(
        b"\xff\xd8\xff\xe0nonsense", Subtype=Name.Image, Width=9, Height=9,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    page.obj.Resources.XObject = Dictionary(I=image)


def a_picture_cut_off(pdf: Pdf, page: Page) -> None:
    image = pdf.make_stream(
        bytes(200), Subtype=Name.Image, Width=9, Height=9, ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
    )  # fmt: skip
    page.obj.Resources.XObject = Dictionary(I=image)


def a_mesh_of_light(pdf: Pdf, page: Page) -> None:
    mesh = pdf.make_stream(
        bytes(33), ShadingType=4, ColorSpace=Name.DeviceRGB, BitsPerCoordinate=8,
        BitsPerComponent=8, BitsPerFlag=8, Decode=[0, 9, 0, 9, 0, 1, 0, 1, 0, 1],
    )  # fmt: skip
    page.obj.Resources.Shading = Dictionary(M=mesh)


def states_without_end(pdf: Pdf, page: Page) -> None:
    page.obj.Contents = pdf.make_stream(b"q " * 5000)


def two_million_marks(pdf: Pdf, page: Page) -> None:
    page.obj.Contents = pdf.make_stream(b"0 0 9 9 re f\n" * 1_000_000)


def locked() -> bytes:
    return a_pdf(deterministic_id=False, encryption=pikepdf.Encryption(user="u", owner="o"))


def scrambled() -> bytes:
    chance = random.Random(7)
    data = bytearray(a_logo())
    for _ in range(len(data) // 8):
        data[chance.randrange(20, len(data))] = chance.randrange(256)
    return bytes(data)


RING = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n"
)
TOO_LARGE, DAMAGED = "artwork/too-large", "artwork/damaged"
PDFS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: a_logo()[:300], DAMAGED),
    "scrambled": (scrambled, DAMAGED),
    "a head alone": (lambda: b"%PDF-1.7\n", DAMAGED),
    "locked": (locked, "artwork/locked"),
    "no pages": (lambda: changed(no_pages), DAMAGED),
    "pages in a ring": (lambda: RING, DAMAGED),
    "a bomb": (lambda: changed(a_bomb), TOO_LARGE),
    "a bomb in a bomb": (lambda: changed(a_bomb_in_a_bomb), TOO_LARGE),
    "a bomb of a palette": (lambda: changed(a_bomb_of_a_font, b"/I cs 1 sc"), TOO_LARGE),
    "a gigantic picture": (lambda: changed(a_gigantic_picture, b"/I Do"), TOO_LARGE),
    "a form in itself": (lambda: changed(a_form_in_itself, b"/F Do"), DAMAGED),
    "forms by tens": (lambda: changed(forms_by_tens, b"/F Do"), TOO_LARGE),
    "forms in forms": (lambda: changed(forms_in_forms, b"/F Do"), TOO_LARGE),
    "a pattern in itself": (
        lambda: changed(a_pattern_in_itself, b"/Pattern cs /P scn 0 0 9 9 re f"),
        DAMAGED,
    ),
    "endless tiles": (
        lambda: changed(endless_tiles, b"/Pattern cs /P scn 0 0 9 9 re f"),
        DAMAGED,
    ),
    "functions in functions": (lambda: changed(functions_in_functions, b"/S cs 1 scn"), DAMAGED),
    "a program that does not end": (
        lambda: changed(a_plate(b"{ dup dup dup { {"), b"/S cs 1 scn"),
        DAMAGED,
    ),
    "a power of a power": (
        lambda: changed(a_plate(b"{ pop 9 9 9 exp exp 0 0 0 }"), b"/S cs 1 scn"),
        DAMAGED,
    ),
    "a square of a square": (
        lambda: changed(a_plate(b"{ pop 3 " + b"dup mul " * 60 + b"cvi 0 0 0 }"), b"/S cs 1 scn"),
        DAMAGED,
    ),
    "a bound too many": (
        lambda: changed(stitched_with_a_bound_too_many, b"/S cs 1 scn"),
        DAMAGED,
    ),
    "gigantic samples": (lambda: changed(gigantic_samples, b"/S cs 1 scn"), DAMAGED),
    "spaces in spaces": (lambda: changed(spaces_in_spaces, b"/A cs 1 sc"), DAMAGED),
    "a font elsewhere": (
        lambda: changed(a_font_elsewhere, b"BT /F 9 Tf (a) Tj ET"),
        "artwork/font",
    ),
    "a font that is nowhere": (lambda: a_pdf(b"BT /F 9 Tf (a) Tj ET"), "artwork/font"),
    "a mask by a curve that is none": (lambda: changed(a_mask_of_nothing, b"/G gs"), DAMAGED),
    "a deep font": (lambda: changed(a_deep_font, b"BT /F 9 Tf (a) Tj ET"), DAMAGED),
    "without a size": (lambda: changed(without_a_size), "artwork/size"),
    "beside the paper": (lambda: changed(beside_the_paper), "artwork/size"),
    "a football field": (lambda: changed(a_football_field), "artwork/size"),
    "a picture nobody reads": (
        lambda: changed(a_picture_nobody_reads, b"/I Do"),
        "artwork/picture",
    ),
    "a picture cut off": (lambda: changed(a_picture_cut_off, b"/I Do"), DAMAGED),
    "a mesh of light": (lambda: changed(a_mesh_of_light, b"/M sh"), "artwork/mesh"),
    "states without end": (lambda: changed(states_without_end), TOO_LARGE),
    "two million marks": (lambda: changed(two_million_marks), TOO_LARGE),
}


@pytest.mark.parametrize("name", PDFS)
def test_a_bad_pdf_is_refused_with_a_reason(name: str) -> None:
    make, code = PDFS[name]

    with pytest.raises(UnusableError) as problem:
        examine(PurePosixPath("artwork/a.pdf"), "PDF", make(), lambda data: data)

    assert problem.value.code == code
    for language in LANGUAGES:
        assert say(error(code, file="a.pdf", **problem.value.facts), language)


def of_svg(body: str, head: str = 'width="30mm" height="20mm"') -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f" {head}>{body}</svg>"
    ).encode()


LAUGHS = (
    '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>'
)
FILE = (
    '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>'
)
USES = "".join(f'<g id="u{n}">' + f'<use href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, 12))
SVGS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: of_svg("<rect/>")[:-8], DAMAGED),
    "no svg": (lambda: b"<html xmlns='http://www.w3.org/2000/svg'/>", DAMAGED),
    "a billion laughs": (LAUGHS.encode, "artwork/svg-entities"),
    "somebody's file": (FILE.encode, "artwork/svg-entities"),
    "deep": (lambda: of_svg("<g>" * 5000 + "</g>" * 5000), TOO_LARGE),
    "many": (lambda: of_svg("<rect/>" * 50_000), TOO_LARGE),
    "uses of uses": (lambda: of_svg('<g id="u0"><rect/></g>' + USES), TOO_LARGE),
    "a use of itself": (lambda: of_svg('<g id="a"><use href="#a"/></g>'), DAMAGED),
    "a use of elsewhere": (
        lambda: of_svg('<use xlink:href="http://example.org/a.svg#b"/>'),
        "artwork/svg-element",
    ),
    "a gzip bomb": (lambda: gzip.compress(of_svg(" " * (20 << 20))), TOO_LARGE),
    "gzip cut off": (lambda: gzip.compress(of_svg("<rect/>"))[:40], DAMAGED),
    "a picture": (lambda: of_svg('<image href="photo.jpg"/>'), "artwork/svg-element"),
    "a page of HTML": (
        lambda: of_svg("<foreignObject><p>a</p></foreignObject>"),
        "artwork/svg-element",
    ),
    "a page of HTML in a choice": (
        lambda: of_svg("<switch><g/><foreignObject><p>a</p></foreignObject></switch>"),
        "artwork/svg-element",
    ),
    "a filter": (lambda: of_svg('<rect filter="url(#f)"/>'), "artwork/svg-element"),
    "a blend": (
        lambda: of_svg('<rect style="mix-blend-mode: multiply"/>'),
        "artwork/svg-element",
    ),
    "a gradient elsewhere": (
        lambda: of_svg('<rect fill="url(colours.svg#a)"/>'),
        "artwork/svg-element",
    ),
    "a mask elsewhere": (
        lambda: of_svg("<rect style=\"mask: url( 'http://example.org/#a' )\"/>"),
        "artwork/svg-element",
    ),
    "markers elsewhere": (
        lambda: of_svg("<style>path { marker-end: url(arrows.svg#b) }</style><path/>"),
        "artwork/svg-element",
    ),
    "no size": (lambda: of_svg("<rect/>", ""), "artwork/size"),
    "nothing wide": (lambda: of_svg("<rect/>", 'width="0" height="9"'), "artwork/size"),
    "as wide as nobody knows": (
        lambda: of_svg("<rect/>", 'width="1e400" height="9"'),
        "artwork/size",
    ),
    "a plate without inks": (
        lambda: of_svg('<rect fill="#c00" data-spot="PANTONE 186 C"/>'),
        "artwork/svg-colour",
    ),
    "three inks": (
        lambda: of_svg('<rect fill="device-cmyk(1 0 0)"/>'),
        "artwork/svg-colour",
    ),
}


@pytest.mark.parametrize("name", SVGS)
def test_a_bad_drawing_is_refused_with_a_reason(name: str) -> None:
    make, code = SVGS[name]

    with pytest.raises(UnusableError) as problem:
        svg.look(make())

    assert problem.value.code == code
    for language in LANGUAGES:
        assert say(error(code, file="a.svg", **problem.value.facts), language)


ODD: Mapping[str, bytes] = {
    "operands of other kinds": b"/A /B m (a) 1 l [1] w 0 0 50 50 re f",
    "operators that nobody knows": b"1 2 3 foo BX 9 bar EX 0 0 50 50 re f",
    "colours beyond what there is": b"5 -3 .5 2 k 0 0 50 50 re f",
    "names that lead nowhere": b"/N Do /N gs /N sh /Pattern cs /N scn 0 0 50 50 re f",
    "more restored than saved": b"Q Q Q 0 0 50 50 re f Q",
    "marks that never end": b"/Span BMC /A <</B 1>> BDC 0 0 50 50 re f",
    "a picture in the text": b"BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc EI 0 0 9 9 re f",
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_only_odd_is_drawn_cleanly(name: str) -> None:
    made = read(pages.form(a_pdf(ODD[name]), 1, built_in(), {}, screen=False))

    assert len(made.fills) == 1
    assert made.unread == {}
    marks = (*made.fills, *made.pictures)
    assert [m for m in marks if m.colour.of_light] == []
    assert all(0 <= percent <= 100 for m in marks for _, percent in m.colour.inks)


def test_nothing_of_a_trap_comes_along() -> None:
    def change(pdf: Pdf, page: Page) -> None:
        script = Dictionary(S=Name.JavaScript, JS=b"app.alert(1)")
        pdf.Root.OpenAction = script
        pdf.Root.AA = Dictionary(WC=script)
        pdf.Root.Names = Dictionary(
            JavaScript=Dictionary(Names=[b"a", script]), EmbeddedFiles=Dictionary(Names=[])
        )
        pdf.Root.AcroForm = Dictionary(Fields=[])
        page.obj.AA = Dictionary(O=script)
        page.obj.Annots = [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])]
        page.obj.PieceInfo = Dictionary(Illustrator=Dictionary(Private=pdf.make_stream(b"secret")))
        page.obj.Metadata = pdf.make_stream(b"secret")
        form = pdf.make_stream(
            b"0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9], PieceInfo=Dictionary(),
            OPI=Dictionary(), Metadata=pdf.make_stream(b"secret"), Ref=Dictionary(F=b"/etc/passwd"),
        )  # fmt: skip
        page.obj.Resources.XObject = Dictionary(F=form)

    made = pages.form(a_pdf(b"/F Do", change), 1, built_in(), {}, screen=False)

    with pikepdf.open(io.BytesIO(made)) as pdf:
        names = {
            str(key)
            for thing in pdf.objects
            if isinstance(thing, Dictionary | pikepdf.Stream)
            for key in thing.keys()  # noqa: SIM118  # a PDF's dictionary is no mapping
        }
    gone = {"/JS", "/AA", "/Annots", "/OpenAction", "/Names", "/AcroForm", "/PieceInfo", "/OPI",
            "/Metadata", "/Ref"}  # fmt: skip
    assert names & gone == set()


@pytest.mark.parametrize("make", [a_logo, MARK.encode], ids=["PDF", "SVG"])
def test_whatever_byte_is_wrong_it_is_drawn_or_refused(make: Callable[[], bytes]) -> None:
    sound, chance = make(), random.Random(20)
    refused = 0
    for _ in range(80):
        data = bytearray(sound)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            if make is a_logo:
                pages.form(bytes(data), 1, built_in(), {}, screen=False)
            else:
                svg.look(bytes(data))
        except UnusableError:
            refused += 1

    assert 0 < refused < 80


@pytest.mark.parametrize("name", ["locked", "cut off", "without a size", "a font elsewhere"])
def test_it_is_told_at_the_line_that_places_it(name: str, title: Title, build: Builder) -> None:
    make, code = PDFS[name]
    chapter = "---\ntitle: 一\ntemplate: text\n---\n\n这是一段文字。\n\n![图](artwork/a.pdf)\n"
    made = build(title(chapter=chapter, artwork__a_dot_pdf=make()))

    (found,) = (f for f in made.report.findings if f.severity is Severity.ERROR)
    assert (found.code, found.place.line) == (code, 8)
    assert Path(str(found.facts["file"])).name == "a.pdf"
