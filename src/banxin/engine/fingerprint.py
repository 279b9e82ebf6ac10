"""What a page draws, as a digest: two pages with the same one look the same.

Taken from the PDF before it is written. What the engine numbers as it goes (groups, patterns,
shadings, second codes of glyphs) is told by what it is, so that a page set alone and the same
page in its book have the same identity.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import pydyf

# Resources named by a count, and the operators that ask for them: forms, patterns, shadings,
# graphics states. Fonts, images and alpha states have names of their own that stay.
_NUMBERED: Final = re.compile(rb"/([xps]\d+) (Do|scn|SCN|sh|gs)\b")
_KINDS: Final = {
    b"Do": "XObject", b"scn": "Pattern", b"SCN": "Pattern", b"sh": "Shading", b"gs": "ExtGState",
}  # fmt: skip
_REFERENCE: Final = re.compile(rb"(\d+) 0 R")
_FONT: Final = re.compile(rb"/([A-Z]{6}) \S+ Tf")
_STRING: Final = re.compile(rb"<([0-9a-f]+)>")
_SECOND: Final = b"<(?:[0-9a-f]{4})*?f[0-9a-f]{3}"  # codes from f000 on: no face here has so many

Codes = Mapping[bytes, Mapping[bytes, bytes]]


def identities(pdf: pydyf.PDF, fonts: Mapping[Any, Any]) -> Iterator[str]:
    """One a page."""
    reader = _ObjectReader(pdf, dict(_second_codes(fonts)))
    for number in pdf.pages["Kids"][::3]:
        page = pdf.objects[int(number)]
        resources = reader.at(page["Resources"])
        content = reader.content(reader.at(page["Contents"]), resources)
        boxes = b" ".join(page[box].data for box in ("MediaBox", "TrimBox"))
        yield hashlib.sha256(boxes + b"\n" + content).hexdigest()[:32]


def _second_codes(fonts: Mapping[Any, Any]) -> Iterator[tuple[bytes, Mapping[bytes, bytes]]]:
    """Font → second code as written → the glyph and the room that it stands for."""
    for font in fonts.values():
        aliases = font.__dict__.get("banxin_aliases")
        if aliases:
            table = {b"%04x" % code: b"%x+%d;" % key for key, code in aliases.items()}
            yield font.hash.encode(), table


class _ObjectReader:
    """Looks through the objects of one PDF, each once."""

    def __init__(self, pdf: pydyf.PDF, codes: Codes) -> None:
        self._pdf, self._codes = pdf, codes
        self._told: dict[int, bytes] = {}

    def at(self, thing: Any) -> Any:
        """What a reference leads to; anything else is itself."""
        match = _REFERENCE.fullmatch(thing) if isinstance(thing, bytes) else None
        return self._pdf.objects[int(match[1])] if match else thing

    def content(self, stream: pydyf.Stream, resources: Mapping[str, Any]) -> bytes:
        font: Mapping[bytes, bytes] = {}
        out: list[bytes] = []
        for item in _bytes(stream):
            chosen = _FONT.search(item)
            if chosen:
                font = self._codes.get(chosen[1], {})
            if font and re.search(_SECOND, item):
                item = _STRING.sub(partial(_first, font), item)
            out.append(_NUMBERED.sub(lambda found: self._named(found, resources), item))
        return b"\n".join(out)

    def _named(self, found: re.Match[bytes], resources: Mapping[str, Any]) -> bytes:
        kind = self.at(resources.get(_KINDS[found[2]], {}))
        return self._digest(kind.get(found[1].decode(), b"")) + b" " + found[2]

    def _digest(self, thing: Any) -> bytes:
        return hashlib.sha256(self._said(thing)).hexdigest().encode()

    def _said(self, thing: Any) -> bytes:
        """All that an object says, whatever its number."""
        item = self.at(thing)
        number = getattr(item, "number", None)
        if number is not None and number in self._told:
            return self._told[number]
        if isinstance(item, pydyf.Stream):
            resources = self.at(item.extra.get("Resources", {}))
            about = {key: value for key, value in item.extra.items() if key != "Resources"}
            said = self._resolved(pydyf.Dictionary(about).data)
            said += self.content(item, resources) if resources else b"".join(_bytes(item))
        elif hasattr(item, "data"):
            said = self._resolved(item.data)
        else:
            said = self._resolved(_written(item))
        if number is not None:
            self._told[number] = said
        return said

    def _resolved(self, data: bytes) -> bytes:
        return _REFERENCE.sub(lambda found: self._digest(found[0]), data)


def _bytes(stream: pydyf.Stream) -> Iterator[bytes]:
    return map(_written, stream.stream)


def _written(piece: Any) -> bytes:
    """As it goes into the file; the engine puts objects, bytes, text and numbers into streams."""
    if hasattr(piece, "data"):
        return bytes(piece.data)
    return piece if isinstance(piece, bytes) else str(piece).encode()


def _first(font: Mapping[bytes, bytes], found: re.Match[bytes]) -> bytes:
    codes = found[1]
    each = (codes[i : i + 4] for i in range(0, len(codes), 4))
    return b"<" + b"".join(font.get(code, code) for code in each) + b">"
