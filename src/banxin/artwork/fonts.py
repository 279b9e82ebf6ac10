"""Fonts inside artwork: with their glyphs, or not at all."""

from __future__ import annotations

import re
from typing import Any, Final

from pikepdf import Dictionary, Name, Stream

from banxin.artwork.copying import Transfer
from banxin.artwork.reading import UnusableError

_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_SIMPLE: Final = ("/Subtype", "/BaseFont", "/FirstChar", "/LastChar", "/Widths", "/Encoding",
                  "/ToUnicode")  # fmt: skip
_CID: Final = ("/Subtype", "/BaseFont", "/CIDSystemInfo", "/DW", "/W", "/DW2", "/W2",
               "/CIDToGIDMap")  # fmt: skip
_DESCRIBED: Final = (
    "/FontName", "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent", "/CapHeight",
    "/XHeight", "/StemV", "/StemH", "/AvgWidth", "/MaxWidth", "/MissingWidth", "/Leading",
    "/FontFamily", "/FontWeight", "/FontStretch", "/CharSet", *_FILES,
)  # fmt: skip
OF_TYPE_3: Final = ("/Type", "/Subtype", "/FontBBox", "/FontMatrix", "/Encoding", "/FirstChar",
                    "/LastChar", "/Widths", "/ToUnicode", "/Name")  # fmt: skip
_SUBSET: Final = re.compile(r"^[A-Z]{6}\+")


def carried(font: Any, carrier: Transfer) -> Any:
    """A font with all that it takes to draw it.

    Raises:
        UnusableError: `artwork/font`, its glyphs are not in the file.
    """
    number, generation = font.objgen
    known = carrier.made.get((number, generation)) if number else None
    if known is not None:
        return known
    if font.get("/Subtype") == Name.Type0:
        inner = font.DescendantFonts[0]
        made = Dictionary(carrier.of_keys(font, ("/Subtype", "/BaseFont", "/Encoding",
                                                 "/ToUnicode")))  # fmt: skip
        below = Dictionary(carrier.of_keys(inner, _CID))
        below.Type, below.FontDescriptor = Name.Font, _described(inner, font, carrier)
        made.DescendantFonts = [carrier.pdf.make_indirect(below)]
    else:
        made = Dictionary(carrier.of_keys(font, _SIMPLE))
        made.FontDescriptor = _described(font, font, carrier)
    made.Type = Name.Font
    held = carrier.pdf.make_indirect(made)
    if number:
        carrier.made[number, generation] = held
    return held


def name_of(font: Any) -> str:
    """What it is called, without the tag of a subset."""
    return _SUBSET.sub("", str(font.get("/BaseFont", "/?")).removeprefix("/"))[:60]


def _described(font: Any, named: Any, carrier: Transfer) -> Any:
    about = font.get("/FontDescriptor")
    whole = isinstance(about, Dictionary) and any(isinstance(about.get(f), Stream) for f in _FILES)
    if not whole:
        raise UnusableError("artwork/font", font=name_of(named))
    made = Dictionary(carrier.of_keys(about, _DESCRIBED))
    made.Type = Name.FontDescriptor
    return carrier.pdf.make_indirect(made)
