"""What of a font a page really has: the glyphs that its text shows, and not those of other pages.

A font of a file is cut down to the text of all its pages. Two files that differ in one word have
different fonts, and yet nearly all their pages are alike to whoever looks at them.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

MOST: Final = 4000  # contents whose text is remembered, of some 20 kB each
_TABLES: Final = (b"cvt ", b"fpgm", b"prep")  # of TrueType, that all glyphs are drawn with
_MORE, _WORDS, _SCALES = 0x20, 0x01, ((0x08, 2), (0x40, 4), (0x80, 8))  # OpenType 1.9, glyf
_SHOWS: Final = frozenset({"Tj", "TJ", "'", '"'})
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")

Codes = Mapping[str, frozenset[int]]  # by the name of a font among the resources
_known: Final[OrderedDict[bytes, Codes]] = OrderedDict()


def shown(holder: Any, digest: bytes) -> Codes:
    """The codes of two bytes that the content of a page or a form shows, by its fonts' names.

    Args:
        digest: of the content.
    """
    if digest in _known:
        _known.move_to_end(digest)
        return _known[digest]
    found: dict[str, set[int]] = {}
    font: set[int] = set()
    for instruction in pikepdf.parse_content_stream(holder, "Tf Tj TJ ' \""):
        operands, operator = instruction.operands, instruction.operator
        if str(operator) == "Tf":
            font = found.setdefault(str(operands[0]), set())
        elif str(operator) in _SHOWS:
            for piece in operands[-1] if isinstance(operands[-1], Array) else (operands[-1],):
                if isinstance(piece, pikepdf.String):
                    data = bytes(piece)
                    font.update(struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2]))
    _known[digest] = {name: frozenset(codes) for name, codes in found.items()}
    if len(_known) > MOST:
        _known.popitem(last=False)
    return _known[digest]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A TrueType font of two-byte codes.

    Attributes:
        same: what all that it shows has in common.
        widths: by code, as they are written.
        meanings: by code, what it says when it is copied.
        data, tables: of its file, and where they begin and how long they are.
        wide: whether its `loca` is of four bytes.
        numbers: of glyphs by code, of two bytes each; empty where the code is the number.
    """

    same: bytes
    widths: Mapping[int, str]
    meanings: Mapping[int, bytes]
    data: bytes
    tables: Mapping[bytes, tuple[int, int]]
    wide: bool
    numbers: bytes

    @classmethod
    def of(cls, font: Any) -> Glyphs | None:
        """None for any other font, which counts as a whole."""
        try:
            (below,) = font.DescendantFonts
            about = below.FontDescriptor
            plain = (
                font.Subtype == Name.Type0
                and below.Subtype == Name.CIDFontType2
                and font.Encoding in (Name("/Identity-H"), Name("/Identity-V"))
                and not {"/W2", "/DW2"} & set(below.keys())
            )
            data = about.FontFile2.read_bytes() if plain else b""
            tables = dict(_tables(data))
            if not {b"head", b"loca", b"glyf"} <= tables.keys():
                return None
            said = [f"{key} {about[key]!r}" for key in sorted(about.keys()) if key in _DESCRIBED]
            parts = [data[s : s + n] for s, n in (tables[t] for t in _TABLES if t in tables)]
            same = [str(font.BaseFont), str(font.Encoding), str(below.get("/DW", 1000)), *said]
            start = tables[b"head"][0]
            parts += [data[start + 18 : start + 20], *(part.encode() for part in same)]
            numbers = below.get("/CIDToGIDMap", Name.Identity)
            meanings = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
            if b"bfrange" in meanings:  # codes in between would have no meaning of their own
                return None
            return cls(
                hashlib.sha256(b"\0".join(parts)).digest(),
                dict(_widths(below.get("/W", Array()))),
                {int(code, 16): said for code, said in _PAIR.findall(meanings)},
                data,
                tables,
                data[start + 50 : start + 52] == b"\0\1",
                numbers.read_bytes() if isinstance(numbers, Stream) else b"",
            )
        except (AttributeError, KeyError, ValueError, TypeError, struct.error, pikepdf.PdfError):
            return None

    def digest(self, codes: Iterable[int]) -> bytes:
        """Of what these codes show."""
        digest = hashlib.sha256(self.same)
        for code in sorted(codes):
            digest.update(f"{code} {self.widths.get(code)} ".encode())
            digest.update(self.meanings.get(code, b"") + b" ")
            digest.update(self._drawn(self._glyph(code), ()))
        return digest.digest()

    def _glyph(self, code: int) -> int:
        if not self.numbers:
            return code
        return int.from_bytes(self.numbers[2 * code : 2 * code + 2], "big")

    def _drawn(self, glyph: int, within: tuple[int, ...]) -> bytes:
        """A glyph, and those that it is put together of."""
        size, scale = (4, 1) if self.wide else (2, 2)
        loca, length = self.tables[b"loca"]
        if (glyph + 2) * size > length or glyph in within:
            return b""
        form = ">2I" if self.wide else ">2H"
        begins, ends = struct.unpack_from(form, self.data, loca + glyph * size)
        start = self.tables[b"glyf"][0]
        own = self.data[start + begins * scale : start + ends * scale]
        parts = _parts(own) if own[:2] == b"\xff\xff" else ()
        # What a table of glyphs is filled up with is none of a glyph.
        return own.rstrip(b"\0") + b"".join(self._drawn(p, (*within, glyph)) for p in parts)


_DESCRIBED: Final = frozenset(
    {"/Flags", "/CapHeight", "/Descent", "/Ascent", "/ItalicAngle", "/StemV", "/StemH"}
)


def _tables(data: bytes) -> Iterator[tuple[bytes, tuple[int, int]]]:
    (count,) = struct.unpack_from(">H", data, 4) if len(data) > 12 else (0,)
    for number in range(count):
        tag, _, start, length = struct.unpack_from(">4s3I", data, 12 + 16 * number)
        yield tag, (start, length)


def _parts(glyph: bytes) -> Iterator[int]:
    """The numbers of the glyphs that a composite one is made of."""
    at, flags = 10, _MORE
    while flags & _MORE and at + 4 <= len(glyph):
        flags, number = struct.unpack_from(">2H", glyph, at)
        yield number
        at += 4 + (4 if flags & _WORDS else 2)
        at += next((size for flag, size in _SCALES if flags & flag), 0)


def _widths(written: Any) -> Iterator[tuple[int, str]]:
    """ISO 32000-2, 9.7.4.3: `first [w w w]`, or `first last w`."""
    items = list(written)
    at = 0
    while at + 1 < len(items):
        first, then = int(items[at]), items[at + 1]
        if isinstance(then, Array):
            yield from ((first + n, str(width)) for n, width in enumerate(then))
            at += 2
        else:
            yield from ((code, str(items[at + 2])) for code in range(first, int(then) + 1))
            at += 3


def holds_text(thing: Any) -> bool:
    """Whether a thing has content of its own, and fonts among its own resources."""
    has_content = isinstance(thing, Stream) or (
        isinstance(thing, Dictionary) and "/Contents" in thing
    )
    resources = thing.get("/Resources") if has_content else None
    return isinstance(resources, Dictionary) and isinstance(resources.get("/Font"), Dictionary)


def is_closed(holder: Any) -> bool:
    """Whether no form on it shows text in its fonts: each has resources of its own."""
    forms = holder.Resources.get("/XObject", Dictionary())
    return all(
        form.get("/Subtype") != Name.Form or "/Resources" in form
        for _, form in forms.items()
        if isinstance(form, Stream)
    )


def raw_content(holder: Any) -> bytes:
    """The content of a page or a form, as it lies in the file."""
    if isinstance(holder, Stream):
        return holder.read_raw_bytes()
    contents = holder.Contents
    streams = contents if isinstance(contents, Array) else (contents,)
    return b"\0".join(stream.read_raw_bytes() for stream in streams)
