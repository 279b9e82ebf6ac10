"""What was found out of pages before, by what they are made of.

A page is its content, its resources down to the glyphs and pixels, and its boxes; pages that are
alike in these are one page to whoever looks at them, in whatever file. The pages of a title lie
together, as one entry of the cache: it is read once and written once.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Stream

from banxin.diagnostics import Box
from banxin.preflight import glyphs
from banxin.preflight.glyphs import Glyphs
from banxin.preflight.painted import (
    Fill,
    Mark,
    Painted,
    PaintedColour,
    PaintedPicture,
    Run,
    Shade,
    Stroke,
    TransparencyGroup,
)

FORMAT: Final = 3  # counts up when entries are written otherwise
_KINDS: Final[tuple[type[Painted], ...]] = (Run, Stroke, Fill, PaintedPicture, Shade)
_UPWARD: Final = frozenset({"/Parent", "/P", "/StructParents", "/StructParent", "/Length"})

_Objgen = tuple[int, int]


class Pages:
    """The pages of one file, and what is known of them."""

    def __init__(self, kept: bytes | None = None, digests: Sequence[str] = ()) -> None:
        """Args:
        kept: what `to_bytes` gave of an earlier file, or nothing.
        digests: of the pages, where they are known; else a file has to be taken.
        """
        self._known = _unpacked(kept) if kept else {}
        self._fresh = False
        self.digests = tuple(digests)
        self._images = _Images({})
        self._things: Mapping[int, str] = {}

    def take(self, pdf: pikepdf.Pdf) -> None:
        """The pages of *pdf* are asked about from now on."""
        reading = _PageReading()
        self.digests = tuple(reading.digest(page.obj).hex() for page in pdf.pages)
        self._images = _Images(reading.seen)
        self._things = {number: digest.hex() for (number, _), digest in reading.seen.items()}

    def recall(self, kind: str, page: int) -> bytes | None:
        """What was kept of a page, by its number."""
        return self._known.get(self._name(kind, page))

    def keep(self, kind: str, page: int, data: bytes) -> None:
        self._known[self._name(kind, page)] = data
        self._fresh = True

    def recall_of(self, kind: str, number: int) -> bytes | None:
        """What was kept of an object of the file, by its number: a font, which pages share."""
        return self._known.get(f"{self._things.get(number, '')} {kind}")

    def keep_of(self, kind: str, number: int, data: bytes) -> None:
        """Unless the object is of no page."""
        if number in self._things:
            self._known[f"{self._things[number]} {kind}"] = data
            self._fresh = True

    def to_bytes(self) -> bytes | None:
        """What is known of these pages; nothing where nothing is new."""
        if not self._fresh:
            return None
        now = {*self.digests, *self._things.values()}
        held = {name: data for name, data in self._known.items() if name.split()[0] in now}
        sizes = {name: len(data) for name, data in held.items()}
        return b"\n".join([json.dumps([FORMAT, sizes]).encode(), b"".join(held.values())])

    def _name(self, kind: str, page: int) -> str:
        return f"{self.digests[page - 1]} {kind}"

    # --- marks --------------------------------------------------------------------------

    def marks(self, page: int) -> tuple[list[Painted], list[TransparencyGroup], bool] | None:
        """What lies on a page, its groups, and whether its ink is unclear."""
        kept = self.recall("marks", page)
        if kept is None:
            return None
        about = json.loads(kept)
        colours = [PaintedColour(space, _tuples(inks)) for space, inks in about["colours"]]
        marks = [self._mark(page, colours, *row) for row in about["marks"]]
        return marks, [TransparencyGroup(page, *row) for row in about["groups"]], about["unclear"]

    def keep_marks(
        self,
        page: int,
        marks: Sequence[Painted],
        groups: Sequence[TransparencyGroup],
        *,
        unclear: bool,
    ) -> None:
        """Unless a picture cannot be told from another one by what it is made of."""
        colours: dict[PaintedColour, int] = {}
        rows: list[list[Any]] = []
        for mark in marks:
            rest = [getattr(mark, name) for name in _REST[type(mark)]]
            if isinstance(mark, PaintedPicture) and mark.number:
                rest[_NUMBER] = self._images.name(mark.number)
                if not rest[_NUMBER]:
                    return
            colour = colours.setdefault(mark.colour, len(colours))
            rows.append([_KINDS.index(type(mark)), mark.box, colour, *rest])
        about = {
            "colours": [[colour.space, colour.inks] for colour in colours],
            "marks": rows,
            "groups": [[group.space, group.mask] for group in groups],
            "unclear": unclear,
        }
        self.keep("marks", page, json.dumps(about).encode())

    def _mark(
        self,
        page: int,
        colours: Sequence[PaintedColour],
        kind: int,
        box: Box,
        colour: int,
        *rest: Any,
    ) -> Painted:
        made = _KINDS[kind]
        if made is PaintedPicture:
            said = list(rest)
            said[_NUMBER] = self._images.number(said[_NUMBER]) if said[_NUMBER] else 0
            rest = tuple(_tuples(one) for one in said)
        return made(page, tuple(box), colours[colour], *rest)  # type: ignore[arg-type]


_REST: Final[Mapping[type[Mark], Sequence[str]]] = {
    kind: tuple(name for name in kind.__match_args__ if name not in {"page", "box", "colour"})
    for kind in _KINDS
}
_NUMBER: Final = list(_REST[PaintedPicture]).index("number")


class _Images:
    """Objects of a file by what they are made of, where that is theirs alone."""

    def __init__(self, seen: Mapping[_Objgen, bytes]) -> None:
        often = Counter(seen.values())
        self._names = {gen[0]: digest.hex() for gen, digest in seen.items() if often[digest] == 1}
        self._numbers = {name: number for number, name in self._names.items()}

    def name(self, number: int) -> str:
        return self._names.get(number, "")

    def number(self, name: str) -> int:
        return self._numbers[name]


def _unpacked(kept: bytes) -> dict[str, bytes]:
    head, _, body = kept.partition(b"\n")
    version, sizes = json.loads(head)
    if version != FORMAT:
        return {}
    found, start = {}, 0
    for name, size in sizes.items():
        found[name] = body[start : start + size]
        start += size
    return found


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@dataclass(slots=True)
class _PageReading:
    """Digests of what is in one file.

    Attributes:
        seen: by the numbers of objects.
        fonts: by the same, those of which a page has no more than it shows.
    """

    seen: dict[_Objgen, bytes] = field(default_factory=dict)
    fonts: dict[_Objgen, Glyphs | None] = field(default_factory=dict)

    def digest(self, thing: Any) -> bytes:
        """Of an object and of all that it refers to, but for what it is a part of."""
        if not isinstance(thing, pikepdf.Object):
            return hashlib.sha256(repr(thing).encode()).digest()
        if not thing.is_indirect:
            return self._digest_of(thing)
        known = self.seen.get(thing.objgen)
        if known is None:
            self.seen[thing.objgen] = b"loop"
            known = self.seen[thing.objgen] = self._digest_of(thing)
        return known

    def _digest_of(self, thing: Any) -> bytes:
        digest = hashlib.sha256()
        if isinstance(thing, Dictionary | Stream):
            digest.update(b"stream" if isinstance(thing, Stream) else b"dictionary")
            holds_text = glyphs.holds_text(thing) and glyphs.is_closed(thing)
            for key in sorted(set(thing.keys()) - _UPWARD):
                named = key.encode("utf-8", "surrogateescape") + b"\0"
                resources = holds_text and key == "/Resources"
                digest.update(
                    named + (self._resources(thing) if resources else self.digest(thing[key]))
                )
            if isinstance(thing, Stream):
                digest.update(thing.read_raw_bytes())
        elif isinstance(thing, Array):
            digest.update(b"array")
            for item in thing:
                digest.update(self.digest(item))
        else:
            digest.update(b"plain" + thing.unparse())
        return digest.digest()

    def _resources(self, holder: Any) -> bytes:
        """Of what the content of *holder* draws with: of a font, the glyphs that it shows."""
        digest = hashlib.sha256(b"resources")
        content = hashlib.sha256(glyphs.raw_content(holder)).digest()
        for key, value in sorted(holder.Resources.items()):
            digest.update(key.encode("utf-8", "surrogateescape") + b"\0")
            if key != "/Font":
                digest.update(self.digest(value))
                continue
            for name, font in sorted(value.items()):
                whole = self.digest(font)  # asked for by itself, too
                known = self._font(font)
                if known is None:
                    shows = whole
                else:
                    shows = known.digest(glyphs.shown(holder, content).get(name, ()))
                digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + shows)
        return digest.digest()

    def _font(self, font: Any) -> Glyphs | None:
        if not font.is_indirect:
            return None
        if font.objgen not in self.fonts:
            self.fonts[font.objgen] = Glyphs.of(font)
        return self.fonts[font.objgen]
