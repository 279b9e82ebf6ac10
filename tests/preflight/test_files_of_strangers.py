"""Two hundred files that nobody would make on purpose: each is judged to the end, without a crash.

Small pages as other tools write them, bent from a seed: keys gone, things of another kind in their
place, functions, fonts, masks and profiles that are none.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import cairocffi
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from banxin import preflight
from banxin.diagnostics import BanxinError
from banxin.preflight.facts import Facts, InkOfPage
from banxin.words import LANGUAGES, say
from sowing import LIMITS

FILES: Final = 200
TOGETHER: Final = 20  # files of one test
Bend = Callable[[pikepdf.Pdf, random.Random], None]


def by_cairo() -> bytes:
    """Two pages: type, curves, a gradient, a mask."""
    out = io.BytesIO()
    surface = cairocffi.PDFSurface(out, 420, 300)
    context = cairocffi.Context(surface)
    for page in range(2):
        context.select_font_face("Noto Serif SC")
        context.set_font_size(14)
        context.move_to(30, 40)
        context.show_text(f"版心 water {page}")
        fade = cairocffi.LinearGradient(0, 0, 300, 0)
        fade.add_color_stop_rgba(0, 1, 0, 0, 1)
        fade.add_color_stop_rgba(1, 0, 0, 1, 0.2)
        context.set_source(fade)
        context.arc(200, 150, 60, 0, 5)
        context.fill()
        context.set_source_rgb(0, 0.4, 0)
        context.rectangle(-5, 10, 9, 200)
        context.stroke()
        context.show_page()
    surface.finish()
    return out.getvalue()


def by_hand() -> bytes:
    """As report writers make them: base fonts, forms, a separation, everything in one stream."""
    pdf = pikepdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Arial, FirstChar=32, LastChar=40,
        Widths=[500] * 9,
        FontDescriptor=Dictionary(Type=Name.FontDescriptor, FontFile2=pdf.make_stream(b"\0\1\0\0")),
    )  # fmt: skip
    plain = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 0, 0], N=1)
    spot = Array([Name.Separation, Name("/PANTONE 185 C"), Name.DeviceCMYK, tint])
    image = pdf.make_stream(
        b"\x80" * 100, Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip
    form = pdf.make_stream(
        b"0 0 40 40 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 50, 50]
    )
    state = Dictionary(OP=True, op=True, OPM=1, ca=0.5)
    content = (
        b"/S cs 1 scn 10 10 50 50 re f /G gs 1 0 0 0 k 20 20 90 90 re f q 50 0 0 50 100 100 cm "
        b'/I Do Q /F Do BT /A 12 Tf 30 200 Td ( !"#) Tj 2 Tr /H 9 Tf 0 -20 Td (page 7) Tj ET '
        b"q 1 0 0 1 3 3 cm 0 0 m 9 9 l S Q"
    )
    for _ in range(4):
        pdf.add_blank_page(page_size=(420, 300))
        page = pdf.pages[-1].obj
        page.TrimBox = Array([20, 20, 400, 280])
        page.Resources = Dictionary(
            Font=Dictionary(A=pdf.make_indirect(font), H=plain), ColorSpace=Dictionary(S=spot),
            XObject=Dictionary(I=image, F=form), ExtGState=Dictionary(G=state),
        )  # fmt: skip
        page.Contents = pdf.make_stream(content)
    pdf.Root.OutputIntents = Array(
        [Dictionary(S=Name.GTS_PDFX, OutputConditionIdentifier=String("FOGRA39"))]
    )
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


# --- bending --------------------------------------------------------------------------------

ODD: Final[tuple[Callable[[pikepdf.Pdf], Any], ...]] = (
    lambda pdf: 0,
    lambda pdf: -1,
    lambda pdf: 1e12,
    lambda pdf: True,
    lambda pdf: Name("/ ü#"),
    lambda pdf: String("\ufeff"),
    lambda pdf: Array(),
    lambda pdf: Array([0, 0]),
    lambda pdf: Array([Name.Separation, Name.All]),
    lambda pdf: Dictionary(),
    lambda pdf: Dictionary(Type=Name.Font, Subtype=Name.Type0),
    lambda pdf: pdf.make_stream(b""),
    lambda pdf: pdf.make_stream(b"\0" * 99, Filter=Name.FlateDecode),
)


def holders(pdf: pikepdf.Pdf) -> list[Any]:
    """Dictionaries and streams, and the dictionaries in them, but for the tree of pages."""
    found = []
    for thing in pdf.objects:
        if isinstance(thing, Dictionary | Stream) and thing.get("/Type") not in (
            Name.Catalog,
            Name.Pages,
        ):
            found.append(thing)
            found += [held for _, held in thing.items() if isinstance(held, Dictionary)]
    return found


def a_key_gone(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    holder = dice.choice(holders(pdf))
    keys = [key for key in holder.keys() if key not in {"/Length", "/Type"}]  # noqa: SIM118
    if keys:
        del holder[dice.choice(keys)]


def another_kind(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    holder = dice.choice(holders(pdf))
    keys = [key for key in holder.keys() if key not in {"/Length", "/Type", "/MediaBox"}]  # noqa: SIM118
    if keys:
        holder[dice.choice(keys)] = dice.choice(ODD)(pdf)


def a_stream_spoilt(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    """Some of its bytes, or its end."""
    streams = [thing for thing in pdf.objects if isinstance(thing, Stream)]
    stream = dice.choice(streams)
    data = bytearray(stream.read_bytes())
    if data and dice.random() < 0.5:
        at = dice.randrange(len(data))
        data[at : at + 40] = dice.randbytes(40)
    stream.write(bytes(data[: dice.randint(1, len(data) or 1)]))


def operators_out_of_place(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    page = dice.choice(list(pdf.pages))
    words = OPERATORS.split()
    start = dice.randrange(len(words))
    page.contents_add(" ".join(words[start:] + words[:start]).encode())


def an_odd_function(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    program = dice.choice((b"{ pop }", b"{{{{", b"{ 1 0 div }", b"{ dup " + b"mul " * 9, b"} {"))
    sampled = {"Size": [dice.choice((0, 1, 999))], "BitsPerSample": dice.choice((1, 8, 12, 32))}
    tint: Any = dice.choice(
        (
            pdf.make_stream(program, FunctionType=4, Domain=[0, 1], Range=[0, 1] * 4),
            pdf.make_stream(
                b"\x7f" * 5, FunctionType=0, Domain=[0, 1], Range=[0, 1] * 4, **sampled
            ),
            Dictionary(FunctionType=3, Domain=[0, 1], Functions=Array(), Bounds=Array()),
            Dictionary(FunctionType=dice.randint(-1, 9)),
        )
    )
    name = dice.choice(("/Cyan", "/All", "/None", "/", "/黑", "/foil"))
    alternate = dice.choice((Name.DeviceCMYK, Name.DeviceRGB, Array([Name.Lab]), Array()))
    space = Array([Name.Separation, Name(name), alternate, tint])
    page = dice.choice(list(pdf.pages))
    resources = page.obj.get("/Resources")
    if isinstance(resources, Dictionary):
        resources.ColorSpace = Dictionary(Odd=space)
        page.contents_add(b"/Odd cs .01 scn 30 30 70 70 re f")


def an_odd_profile(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    head = bytearray(dice.randbytes(dice.randint(0, 400)).ljust(140, b"\0"))
    head[12:20], head[36:40] = b"prtrCMYK", b"acsp"
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                S=Name.GTS_PDFX,
                OutputConditionIdentifier=String("FOGRA39"),
                DestOutputProfile=pdf.make_stream(bytes(head), N=4),
            ),
            String("none"),
        ]
    )


def an_odd_font(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    heads = (b"OTTO", b"\0\1\0\0", b"%!PS-Adobe eexec", b"\1\0\4\1", b"ttcf", b"\x80\1", b"true")
    data = dice.choice(heads) + dice.randbytes(dice.randint(0, 300))
    child = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+Odd"), DW=1000,
        FontDescriptor=Dictionary(FontFile2=pdf.make_stream(data)), W=Array([1, Array([5]), 7]),
    )  # fmt: skip
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, Encoding=Name("/Identity-H"),
        BaseFont=Name("/ABCDEF+Odd"), DescendantFonts=Array([child]),
    )  # fmt: skip
    page = dice.choice(list(pdf.pages))
    resources = page.obj.get("/Resources")
    if isinstance(resources, Dictionary):
        resources.Font = Dictionary(Odd=font)
        page.contents_add(b"BT /Odd 9 Tf 40 40 Td <000100020> Tj ET")


def an_odd_mask(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            thing[dice.choice(("/SMask", "/Mask"))] = dice.choice(ODD)(pdf)
            thing.write(dice.randbytes(30), filter=dice.choice((Name.DCTDecode, Name.JPXDecode)))


def boxes_out_of_place(pdf: pikepdf.Pdf, dice: random.Random) -> None:
    page = dice.choice(list(pdf.pages)).obj
    box = Array([dice.randint(-400, 900) for _ in range(4)])
    page[dice.choice(("/TrimBox", "/BleedBox", "/CropBox", "/ArtBox"))] = box


OPERATORS: Final = (
    "q Q BT ET 0 0 m 9 9 l h f* B n W n /S cs /G gs 3 Tr -9 Tz 0 Tf (a) Tj [(b) -900 (c)] TJ "
    "0 0 0 0 re S -1 0 0 1 0 0 cm 1e9 w T* () ' 5 TL 1 1 1 rg 0.02 0 0 0 k /I Do EMC BMC"
)
BENDS: Final[tuple[Bend, ...]] = (
    a_key_gone, another_kind, a_stream_spoilt, operators_out_of_place, an_odd_function,
    an_odd_profile, an_odd_font, an_odd_mask, boxes_out_of_place,
)  # fmt: skip


def bent(number: int, sources: tuple[bytes, ...]) -> bytes:
    dice = random.Random(number)
    with pikepdf.open(io.BytesIO(dice.choice(sources))) as pdf:
        for bend in dice.choices(BENDS, k=dice.randint(1, 4)):
            bend(pdf, dice)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def sources() -> tuple[bytes, ...]:
    return by_cairo(), by_hand()


def read(data: bytes) -> Facts | None:
    """The facts of a file; nothing of one whose pages or boxes are none."""
    try:
        return preflight.read(data)
    except BanxinError as problem:
        codes = {finding.code for finding in problem.diagnostics}
        if codes <= {"pdf/damaged", "pdf/empty"}:
            return None
        raise


@pytest.mark.filterwarnings("ignore:Unexpected end of stream")  # qpdf's, as of any such file
@pytest.mark.parametrize("first", range(0, FILES, TOGETHER))
def test_no_bent_file_breaks_a_rule(first: int, sources: tuple[bytes, ...]) -> None:
    files = (read(bent(number, sources)) for number in range(first, first + TOGETHER))
    whole = [facts for facts in files if facts is not None]
    for facts in whole:
        inks = tuple(
            InkOfPage(sheet.number, 100, 200, (0, 0, 4, 4), edges=((0, 0.4), (3, -1.2)))
            for sheet in facts.sheets
        )
        found = preflight.inspect(replace(facts, inks=inks), LIMITS)
        assert [d for d in found if d.code == "internal/rule-crashed"] == []
        assert all(say(d, language).message for d in found for language in LANGUAGES)

    assert len(whole) >= 0.8 * TOGETHER
