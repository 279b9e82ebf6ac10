"""What the judge reads bit by bit: tint functions, JPEG tables, names of conditions, fonts."""

from __future__ import annotations

import io
import zlib
from typing import Any, Final

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name
from PIL import Image

from banxin.preflight.conditions import condition_of, name_another
from banxin.preflight.jpeg import quality_of
from banxin.preflight.programs import DamagedProgram, program
from banxin.preflight.spots import SpotColour, spots
from banxin.preflight.tints import full_tone

RANGE: Final = [0, 1, 0, 1, 0, 1, 0, 1]


def test_the_full_tone_of_each_kind_of_function() -> None:
    pdf = pikepdf.new()
    straight = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0], C1=[0.2, 0.6], N=1.7)
    samples = pdf.make_stream(
        (341 << 10 | 1023).to_bytes(5), FunctionType=0, Domain=[0, 1], Size=[2],
        BitsPerSample=10, Range=[0, 1, 0, 1],
    )  # fmt: skip
    stitched = Dictionary(
        FunctionType=3, Domain=[0, 1], Functions=[samples, straight], Bounds=[0.5],
        Encode=[0, 1, 0, 1],
    )  # fmt: skip
    turned = Dictionary(
        FunctionType=3, Domain=[0, 1], Functions=[straight], Bounds=[], Encode=[1, 0]
    )

    assert full_tone(straight) == (0.2, 0.6)
    assert full_tone(samples) == pytest.approx((341 / 1023, 1))
    assert full_tone(stitched) == (0.2, 0.6)
    assert full_tone(turned) == (0, 0)
    assert full_tone(Dictionary(FunctionType=9)) == ()


BROKEN: Final[dict[str, dict[str, Any]]] = {
    "no functions to stitch": {"FunctionType": 3, "Functions": []},
    "nothing to stitch": {"FunctionType": 3},
    "a kind that is none": {"FunctionType": Name.Four},
    "a tone of words": {"FunctionType": 2, "C1": [Name.Red]},
    "a table without a size": {"FunctionType": 0, "BitsPerSample": 8, "Range": [0, 1]},
    "a program that is a table": {"FunctionType": 4},
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_function_tells_no_tone_and_its_plate_is_known_all_the_same(what: str) -> None:
    pdf = pikepdf.new()
    tint = pdf.make_indirect(Dictionary(Domain=[0, 1], **BROKEN[what]))
    pdf.Root.Held = pdf.make_indirect(Array([Name.Separation, Name("/DIC 7"), Name.Lab, tint]))

    assert full_tone(tint) == ()
    assert list(spots(pdf)) == [SpotColour("DIC 7", "", "Lab")]


@pytest.mark.parametrize(
    ("program_", "tone"),
    [
        ("{ dup 0.2 mul exch dup 0.6 mul exch 0 mul dup }", (0.2, 0.6, 0, 0)),
        ("{ dup 0.5 gt { pop 1 0 0 0 } { pop 0 1 0 0 } ifelse }", (1, 0, 0, 0)),
        ("{ 0 exch 0.3 exch 3 1 roll 0 }", (1, 0, 0.3, 0)),
        ("{ pop 9 -4 .25 .5 }", (1, 0, 0.25, 0.5)),  # held to its range
        ("{ 1 2 }", ()),
        ("{ pop pop }", ()),
        ("{" * 40, ()),
        ("{ pop -8 .5 exp 0 0 0 }", ()),  # no real number
        ("{ " + " ".join(f"{2**n} copy" for n in range(40)) + " }", ()),
        ("{ 8 " + "cvi dup mul " * 1200 + "}", ()),
        ("{ 8 " + "cvi dup mul " * 6 + "exch dup dup }", (1, 1, 1, 1)),
    ],
)
def test_the_full_tone_of_a_calculator(program_: str, tone: tuple[float, ...]) -> None:
    pdf = pikepdf.new()
    function = pdf.make_stream(program_.encode(), FunctionType=4, Domain=[0, 1], Range=RANGE)

    assert full_tone(function) == pytest.approx(tone)


@pytest.mark.parametrize("quality", [5, 10, 30, 50, 75, 92])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_the_quality_of_a_jpeg_is_read_from_its_tables(quality: int, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (64, 64)).save(out, "JPEG", quality=quality, icc_profile=b"\0" * 3000)
    pdf = pikepdf.new()
    image = pdf.make_stream(out.getvalue(), Filter=Name.DCTDecode)

    assert quality_of(image) == pytest.approx(quality, abs=1)


@pytest.mark.parametrize("packed", [False, True])
def test_a_profile_of_megabytes_hides_no_tables(packed: bool) -> None:
    """In segments of 64 kB, as a printer's profile stands before the tables of a JPEG."""
    out = io.BytesIO()
    Image.new("CMYK", (64, 64)).save(out, "JPEG", quality=30, icc_profile=bytes(2_500_000))
    data = zlib.compress(out.getvalue(), 0) if packed else out.getvalue()
    assert data.index(b"\xff\xdb\0\x43") > 2_000_000

    assert quality_of(pikepdf.new().make_stream(data)) == 30


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xdb\0\x43\0\1", b"\xff\xd8\xff\xda"]
)
def test_a_jpeg_without_a_table_has_no_quality(data: bytes) -> None:
    pdf = pikepdf.new()

    assert quality_of(pdf.make_stream(data)) == 0


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("FOGRA39", "Coated FOGRA39 (ISO 12647-2:2004)", False),
        ("FOGRA39", "ISO Coated v2 300% (ECI)", False),
        ("FOGRA39", "PSO Coated v3", True),
        ("FOGRA51", "PSO Coated v3", False),
        ("FOGRA29", "ISO Uncoated", False),
        ("FOGRA47", "PSO Uncoated ISO12647 (ECI)", False),
        ("FOGRA52", "PSO Uncoated v3 (FOGRA52)", False),
        ("JC200103", "Japan Color 2001 Coated", False),
        ("JC200103", "Japan Color 2011 Coated", True),
        ("CGATS TR 001", "U.S. Web Coated (SWOP) v2", False),
        ("CGATS TR 006", "GRACoL2006_Coated1v2", False),
        ("CGATS TR 006", "SWOP2006_Coated3v2", True),
        ("FOGRA39", "our press, March", False),  # names nothing
        ("house condition", "U.S. Web Coated (SWOP) v2", False),
    ],
)
def test_conditions_are_known_by_many_names(one: str, other: str, differ: bool) -> None:
    assert condition_of("") == ""
    assert name_another(one, other) is differ


# --- font programs --------------------------------------------------------------------------


def a_font(kind: str) -> bytes:
    """Two squares and a space, 600, 400 and 250 wide."""
    builder = FontBuilder(1000, isTTF=kind == "TrueType")
    builder.setupGlyphOrder([".notdef", "A", "B", "space"])
    builder.setupCharacterMap({65: "A", 66: "B", 32: "space"})
    widths = {".notdef": 500, "A": 600, "B": 400, "space": 250}
    if kind == "TrueType":
        builder.setupGlyf({name: square(TTGlyphPen(None), name).glyph() for name in widths})
    else:
        strings = {
            name: square(T2CharStringPen(wide, None), name).getCharString()
            for name, wide in widths.items()
        }
        builder.setupCFF("Test", {}, strings, {})
    builder.setupHorizontalMetrics({name: (wide, 0) for name, wide in widths.items()})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    out = io.BytesIO()
    builder.font.save(out)
    return out.getvalue()


def square(pen: Any, name: str) -> Any:
    if name in {"A", "B"}:
        pen.moveTo((50, 0))
        for corner in ((50, 500), (350, 500), (350, 0)):
            pen.lineTo(corner)
        pen.closePath()
    return pen


def bare_cff() -> bytes:
    """The CFF table alone, as a PDF carries it."""
    return bytes(TTFont(io.BytesIO(a_font("CFF"))).getTableData("CFF "))


@pytest.mark.parametrize("kind", ["TrueType", "CFF", "bare CFF"])
def test_glyphs_of_a_font_program(kind: str) -> None:
    found = program(bare_cff() if kind == "bare CFF" else a_font(kind))

    assert found.count == 4
    assert found.inked == {1, 2}
    assert [found.advances[glyph] for glyph in (1, 2)] == [600, 400]


@pytest.mark.parametrize("kind", ["TrueType", "CFF", "bare CFF"])
def test_a_font_program_that_is_cut_anywhere_is_damaged(kind: str) -> None:
    whole = bare_cff() if kind == "bare CFF" else a_font(kind)
    padding = 4  # tables end at a multiple of four bytes
    for length in range(0, len(whole) - padding, 7):
        with pytest.raises(DamagedProgram):
            program(whole[:length])


@pytest.mark.parametrize("kind", ["TrueType", "CFF", "bare CFF"])
def test_a_font_program_with_any_byte_changed_is_read_or_damaged(kind: str) -> None:
    """By 30, at which a real number begins, and by 255, at which one ends, among others."""
    whole = bare_cff() if kind == "bare CFF" else a_font(kind)
    damaged = 0
    for at in range(len(whole)):
        for byte in (0, 11, 12, 28, 30, 255):
            try:
                program(whole[:at] + bytes([byte]) + whole[at + 1 :])
            except DamagedProgram:
                damaged += 1

    assert damaged


@pytest.mark.parametrize(
    "top",
    [b"\x1e\x11", b"\x1e", b"\x1e\x1b\x99\x9f\x11", b"\x1e\xcc\xff\x11", b"\x1e\xdd\xff\x11"],
    ids=["no end", "nothing", "1E999", "E-E-", "reserved"],
)
def test_a_number_of_a_cff_that_is_none_is_damage(top: bytes) -> None:
    """A font of one name and one top dictionary, no strings and no subroutines."""
    indexes = (b"\0\1\1\1" + bytes([1 + len(part)]) + part for part in (b"A", top))

    with pytest.raises(DamagedProgram):
        program(b"\1\0\4\1" + b"".join(indexes) + b"\0\0" * 2)
