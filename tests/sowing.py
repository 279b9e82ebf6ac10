"""How faults are sown in a press file of ours, with pikepdf and bare operators alone.

Nothing is shared with what looks for them. A fault enters itself in the table by its decorator.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from banxin import preflight
from banxin.preflight import Limits
from banxin.units import Length
from banxin.words import LANGUAGES, say

MM: Final = 72 / 25.4
TRIM: Final = (14 * MM, 14 * MM)  # the trim's lower left corner in a press file of ours
WIDE, HIGH = 210, 285  # mm
PAGE: Final = 2  # the page, from 1, that most faults are sown on

LIMITS: Final = Limits(
    bleed=Length.mm(3),
    least_ppi=150,
    low_ppi=225,
    wanted_ppi=300,
    ink_limit=300,
    binding="saddle",
    families=frozenset({"Noto Serif SC", "Noto Sans SC", "LXGW WenKai"}),
    plates=frozenset({"PANTONE 871 C"}),
    condition="FOGRA39",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """How it is sown, the code it is known by, and the page it is found on; 0 for none."""

    name: str
    code: str
    page: int
    sow: Callable[[pikepdf.Pdf], None]
    limits: Limits = LIMITS
    measured: bool = False


FAULTS: Final[list[Fault]] = []


def fault(
    code: str, page: int = 0, limits: Limits = LIMITS, *, measured: bool = False
) -> Callable[[Callable[[pikepdf.Pdf], None]], Callable[[pikepdf.Pdf], None]]:
    def enter(sow: Callable[[pikepdf.Pdf], None]) -> Callable[[pikepdf.Pdf], None]:
        name = sow.__name__.replace("_", " ")
        FAULTS.append(Fault(name, code, page, sow, limits, measured))
        return sow

    return enter


# --- sowing ---------------------------------------------------------------------------------


def resource(pdf: pikepdf.Pdf, kind: str, thing: Any, page: int = PAGE) -> str:
    """Put *thing* among the resources of a page, under a name of its own."""
    resources = pdf.pages[page - 1].obj.Resources
    if kind not in resources:
        resources[kind] = Dictionary()
    name = f"/Sown{len(resources[kind])}"
    resources[kind][name] = thing
    return name


def draw(pdf: pikepdf.Pdf, operators: str, page: int = PAGE) -> None:
    """Draw upon a page, in mm from the lower left corner of its trim."""
    x, y = TRIM
    data = f"\nq {MM:.6f} 0 0 {MM:.6f} {x:.4f} {y:.4f} cm\n{operators}\nQ\n"
    pdf.pages[page - 1].contents_add(pdf.make_stream(data.encode()))


def picture(pdf: pikepdf.Pdf, pixels: tuple[int, int], **more: Any) -> str:
    """An image of one grey, in CMYK unless told otherwise."""
    wide, high = pixels
    space = more.pop("ColorSpace", Name.DeviceCMYK)
    parts = {"/DeviceCMYK": 4, "/DeviceRGB": 3, "/DeviceGray": 1}.get(str(space), 1)
    bits = more.pop("BitsPerComponent", 8)
    data = b"\x40" * ((wide * parts * bits + 7) // 8 * high)
    image = pdf.make_stream(
        data, Type=Name.XObject, Subtype=Name.Image, Width=wide, Height=high,
        ColorSpace=space, BitsPerComponent=bits, **more,
    )  # fmt: skip
    return resource(pdf, "/XObject", image)


def place(pdf: pikepdf.Pdf, name: str, x: float, y: float, w: float, h: float) -> None:
    draw(pdf, f"q {w} 0 0 {h} {x} {y} cm {name} Do Q")


def words(pdf: pikepdf.Pdf, family: str = "Serif") -> tuple[str, str]:
    """A font of the page, and codes that it has Chinese glyphs for."""
    page = pdf.pages[PAGE - 1]
    font = ""
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator == "Tf":
            font = str(operands[0])
        elif operator == "TJ" and family in str(page.resources["/Font"][font].BaseFont):
            codes = b"".join(bytes(p) for p in operands[0] if isinstance(p, String))
            if len(codes) >= 24:
                return font, codes[16:24].hex()
    raise AssertionError(family)


def text(pdf: pikepdf.Pdf, size: float, colour: str, *, at: str = "60 150", **more: str) -> None:
    font, codes = words(pdf, more.get("family", "Serif"))
    scale = size / MM
    draw(pdf, f"BT {colour} {more.get('state', '')} {font} {scale:.5f} Tf {at} Td <{codes}> Tj ET")


def state(pdf: pikepdf.Pdf, **settings: Any) -> str:
    return resource(pdf, "/ExtGState", Dictionary(**settings)) + " gs"


def overprinting(pdf: pikepdf.Pdf) -> str:
    return state(pdf, OP=True, op=True, OPM=1)


NO_INK: Final = (0, 0, 0, 0)


def separation(
    name: str,
    full: Sequence[float] = (0, 0.1, 0.6, 0.2),
    empty: Sequence[float] = NO_INK,
    alternate: Any = Name.DeviceCMYK,
) -> Array:
    """A spot colour, and what is shown for all of it and for none."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=list(empty), C1=list(full), N=1)
    return Array([Name.Separation, Name("/" + name), alternate, tint])


def separation_by_table(pdf: pikepdf.Pdf, name: str, full: bytes) -> Array:
    """A spot colour whose function is sampled: nothing, and *full* of four bytes."""
    tint = pdf.make_stream(
        bytes(4) + full, FunctionType=0, Domain=[0, 1], Size=[2], BitsPerSample=8,
        Range=[0, 1] * 4,
    )  # fmt: skip
    return Array([Name.Separation, Name("/" + name), Name.DeviceCMYK, tint])


def patch(pdf: pikepdf.Pdf, space: Array, at: str = "60 60") -> None:
    """A square of 20 mm in full tone."""
    draw(pdf, f"{resource(pdf, '/ColorSpace', space)} cs 1 scn {at} 20 20 re f")


def in_metadata(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    data = pdf.Root.Metadata.read_bytes()
    assert old in data
    pdf.Root.Metadata.write(data.replace(old, new))


def gradient(pdf: pikepdf.Pdf, space: Name, one: list[float], other: list[float]) -> str:
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=one, C1=other, N=1)
    shading = Dictionary(
        ShadingType=2, ColorSpace=space, Coords=[60, 60, 90, 60], Function=function
    )
    return resource(pdf, "/Shading", shading)


def descriptors(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and "/FontFile2" in thing:
            yield thing


# --- looking --------------------------------------------------------------------------------


def judged(data: bytes, limits: Limits, *, measured: bool) -> list[tuple[str, int]]:
    facts = preflight.read(data)
    if measured:
        facts = preflight.measure(data, facts, CONDITION).told_to(facts)
    found = preflight.inspect(facts, limits)
    assert all(say(d, language).message for d in found for language in LANGUAGES)
    return [(d.code, d.place.page or 0) for d in found if measured or d.code != "check/skipped"]


CONDITION: Final = (
    Path(__file__).parents[1] / "src/banxin/assets/icc/fogra39-coated-300.icc"
).read_bytes()


def with_it(data: bytes, sow: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A file in which something was sown."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        sow(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
