"""Vector artwork made by code: a logo of two spots, pages of strangers, drawings."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from sheet import cut

RED, GOLD = "PANTONE 186 C", "PANTONE 871 C"
RED_INKS: Final = (0.0, 1.0, 0.75, 0.05)
MM: Final = 72 / 25.4
# The logo: a red shield, a gold coin at half tone, a bar in exact inks, one in light, one grey.
LOGO_BOX: Final = (20.0, 20.0, 180.0, 130.0)  # pt, its art box
LOGO_PARTS: Final = {
    "red": (20.0, 20.0, 100.0, 110.0),
    "gold": (130.0, 30.0, 40.0, 40.0),
    "inks": (130.0, 80.0, 20.0, 20.0),
    "light": (155.0, 80.0, 20.0, 20.0),
    "grey": (130.0, 110.0, 45.0, 15.0),
}
LOGO: Final = b"""/A cs 1 scn 20 20 100 110 re f
/B cs .5 scn 130 30 40 40 re f
0 .2 .4 .1 k 130 80 20 20 re f
1 0 0 rg 155 80 20 20 re f
.5 g 130 110 45 15 re f
0 1 0 rg 0 0 15 150 re f
"""
MARK: Final = """<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="20mm"
 viewBox="0 0 30 20">
<rect width="10" height="20" fill="var(--zhu)"/>
<rect x="10" width="10" height="20" fill="device-cmyk(0% 100% 75% 5%)" data-spot="PANTONE 186 C"/>
<path d="M20 0h10v10h-10z" style="fill: device-cmyk(10% 20% 30% 40%)"/>
<circle cx="25" cy="15" r="4" fill="#336699"/>
</svg>"""

Change = Callable[[pikepdf.Pdf, pikepdf.Page], None]


def separation(name: str, alternate: Sequence[float], space: Any = Name.DeviceCMYK) -> Array:
    paper = [0] * 4 if len(alternate) == 4 else [1] * 3
    ramp = Dictionary(FunctionType=2, Domain=[0, 1], C0=paper, C1=list(alternate), N=1)
    return Array([Name.Separation, Name(f"/{name}"), space, ramp])


def a_pdf(
    content: bytes = b"0 0 0 1 k 10 10 80 80 re f",
    change: Change | None = None,
    size: tuple[float, float] = (100, 100),
    **how: Any,
) -> bytes:
    """A PDF of one page, in pt, and what *change* makes of it."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        page.obj.Resources = Dictionary()
        page.obj.Contents = pdf.make_stream(content)
        if change:
            change(pdf, page)
        out = io.BytesIO()
        pdf.save(out, **{"deterministic_id": True, **how})
        return out.getvalue()


def a_logo(red: str = RED, gold: str = GOLD) -> bytes:
    """56.44 × 38.81 mm, with green beside its art box, and a link on it."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj.Resources.ColorSpace = Dictionary(
            A=separation(red, RED_INKS), B=separation(gold, (0.6, 0.5, 0.2), Name.DeviceRGB)
        )
        page.obj.ArtBox = list(LOGO_BOX)
        page.obj.TrimBox = [1, 1, 199, 149]
        link = Dictionary(S=Name.URI, URI=b"https://example.org/")
        page.obj.Annots = [
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[20, 20, 90, 90], A=link)
        ]
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=b"app.alert(1)")

    return a_pdf(LOGO, change, (200, 150))


def advertisement(width: float, height: float, bleed: float = 3, pages: int = 2) -> bytes:
    """Somebody's pages, in mm: a ground into the bleed, and a frame 10 mm inside the trim."""
    with pikepdf.new() as pdf:
        for number in range(pages):
            whole = ((width + 2 * bleed) * MM, (height + 2 * bleed) * MM)
            page = pdf.add_blank_page(page_size=whole)
            edge = bleed * MM
            page.obj.TrimBox = [edge, edge, edge + width * MM, edge + height * MM]
            page.obj.BleedBox = page.obj.MediaBox
            frame = [(bleed + 10) * MM, (bleed + 10) * MM, (width - 20) * MM, (height - 20) * MM]
            ground = b".4 .1 0 0 k" if number else b"0 .3 .9 0 k"
            page.obj.Resources = Dictionary()
            page.obj.Contents = pdf.make_stream(
                ground
                + b" 0 0 %.4f %.4f re f 0 0 0 .6 k %.4f %.4f %.4f %.4f re f" % (*whole, *frame)
            )
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def lettered(root: Path, word: str = "Banxin") -> bytes:
    """A word of type, 20 pt, in a simple font that the file has and calls Stranger."""
    font = cut(root, "*WenKai*.ttf", word)
    held = io.BytesIO()
    font.save(held)
    scale, widths = 1000 / font["head"].unitsPerEm, font["hmtx"].metrics
    names = font.getBestCmap()
    advances = [round(widths[names[code]][0] * scale) for code in range(0x20, 0x7F)]

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        about = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Stranger"), Flags=32,
            FontBBox=[0, -300, 1000, 1000], ItalicAngle=0, Ascent=900, Descent=-200, CapHeight=700,
            StemV=80, FontFile2=pdf.make_stream(held.getvalue()),
        )  # fmt: skip
        page.obj.Resources.Font = Dictionary(F=Dictionary(
            Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+Stranger"),
            Encoding=Name.WinAnsiEncoding, FirstChar=0x20, LastChar=0x7E, Widths=advances,
            FontDescriptor=about,
        ))  # fmt: skip

    return a_pdf(b"BT /F 20 Tf 5 15 Td (%s) Tj ET" % word.encode(), change, (120, 40))


def an_eps() -> bytes:
    """A square of 20 mm in exact inks, and one on a plate."""
    return (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 113 57\n"
        b"%%HiResBoundingBox: 0 0 113.386 56.693\n%%EndComments\n"
        b".1 .2 .3 .4 setcmykcolor 0 0 56.693 56.693 rectfill\n"
        b"[/Separation (PANTONE 186 C) /DeviceCMYK {dup 0 mul exch dup exch dup .75 mul exch .05"
        b" mul}] setcolorspace 1 setcolor 56.693 0 56.693 56.693 rectfill\nshowpage\n%%EOF\n"
    )
