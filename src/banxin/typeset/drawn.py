"""Parts as they were drawn, and a book put together of them.

A part is drawn by itself, into objects of a PDF in which all is left open that depends on other
parts: the numbers of objects, of pages and annotations in the structure, and the second codes of
glyphs. `put_together` fills it in. So a part that is the same as in the last build is drawn as it
was then, whatever has become of the others.
"""

from __future__ import annotations

import copy
import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from banxin.engine.boxes import EngineDocument, EnginePage
from banxin.engine.hooks import ORIGINAL, Hook

import pydyf
import weasyprint
from weasyprint import pdf as engine
from weasyprint.pdf import anchors, stream
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import TO_UNITS, ffi, gobject, pango
from weasyprint.text.fonts import get_pango_font_key

from banxin.composer.drawing import FIRST_CODE, LAST_CODE, SecondCodes

ffi.cdef(  # not among the engine's
    "PangoFontDescription *pango_font_description_from_string(const char *text);"
)
_OPTIONS: Final = {**weasyprint.DEFAULT_OPTIONS, "pdf_tags": True}
_SCALE: Final = 0.75  # points in a px
_SIZE: Final = 16.0  # px, at which a face is asked for its height, whichever was drawn first
_SPREAD: Final = 389  # prime: glyphs beside each other come to lie far from each other
_FONT: Final = re.compile(rb"/([A-Z]{6}) \S+ Tf")
_STRING: Final = re.compile(rb"<([0-9a-f]+)>")
_SHOWS: Final = (b"TJ", b"Tj")
_REFERENCE: Final = re.compile(rb"(\d+) 0 R")
# What is left open: `R` and `I` are objects of the part, as a reference and as a number; `S` one of
# the book's by its name; `N` a page and `A` an annotation of the part, among those of the book.
_OPEN: Final = re.compile(rb"\0([RISNA])(\w+)\0")
_SECOND: Final = re.compile(rb"\0([A-Z]{6})([0-9a-f]{4})")
_BETWEEN: Final = b"\0\0"  # objects


class CannotJoinError(Exception):
    """Parts of a document that cannot be put together: it has to be drawn as one."""


@dataclass(frozen=True, slots=True)
class DrawnFont:
    """What a part uses of a face.

    Attributes:
        face: as Pango describes it, without its size.
        name: that the PDF has for the face's file.
        widths, texts: of its codes.
        seconds: glyph and room, 1/1000 em, of the second codes of its file, which count down.
    """

    face: str
    name: str
    widths: Mapping[int, float]
    texts: Mapping[int, str]
    seconds: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """Objects of a PDF.

    Attributes:
        numbers: of its objects.
        about: their dictionaries, in their order, `_BETWEEN` each other.
        contents: of those that are streams, by number.
        packed: numbers of the streams that are to be compressed.
        pages: numbers of its pages, in their order.
        elements: of the structure, outermost ones.
        marked: of each page, the elements that its marked content belongs to.
        annotated: elements that its annotations belong to.
        places: names that are linked to, and where they are.
        images: of each photograph, its objects, by the name that the engine has for it.
        lacking: whether a face lacks a character of it.
    """

    numbers: tuple[int, ...]
    about: bytes
    contents: Mapping[int, bytes]
    packed: frozenset[int]
    pages: tuple[int, ...]
    elements: tuple[int, ...]
    marked: tuple[tuple[int, ...], ...]
    annotated: tuple[int, ...]
    places: tuple[tuple[str, bytes], ...]
    images: Mapping[str, tuple[int, ...]]
    fonts: tuple[DrawnFont, ...]
    lacking: bool = False


# --- drawing ----------------------------------------------------------------------------------

Links = Mapping[int, object]  # of pages by their identity, as the engine resolves them
_LINKS: Final[list[Links]] = []


class _PartFonts(dict[object, Any]):
    """The fonts of a part: those of the book, of which nothing is used yet."""

    def __init__(self, known: dict[object, Any]) -> None:
        super().__init__()
        self._known = known

    def __contains__(self, key: object) -> bool:
        if not super().__contains__(key) and key in self._known:
            super().__setitem__(key, _unused(self._known[key]))
        return super().__contains__(key)

    def __setitem__(self, key: object, font: Any) -> None:
        self._known[key] = font
        super().__setitem__(key, _unused(font))


def _unused(font: Any) -> Any:
    made = copy.copy(font)
    made.widths, made.to_unicode, made.missing = {}, {}, {}
    return made


@contextmanager
def drawing(document: EngineDocument) -> Iterator[Callable[[Sequence[EnginePage]], DrawnPart]]:
    """Within it, pages of *document* can be drawn as a part of it."""
    pages = list(document.pages)
    found = ORIGINAL.get("resolve_links", engine.resolve_links)(pages)
    _LINKS.append({id(page): links for page, links in zip(pages, found, strict=True)})
    known: dict[object, Any] = {}
    try:
        yield lambda part: _drawn(document, part, known)
    finally:
        _LINKS.pop()
        _without_files(known.values())


def _drawn(
    document: EngineDocument, pages: Sequence[EnginePage], known: dict[object, Any]
) -> DrawnPart:
    part: Any = document.copy(list(pages))
    part.fonts = fonts = _PartFonts(known)

    def bookmarks(*_: object, **__: object) -> list[object]:
        """None, and no fonts either from here on: both are the book's."""
        part.fonts = {}
        return []

    part.make_bookmark_tree = bookmarks
    drawn = _PartReader(engine.generate_pdf(part, None, 1, **_OPTIONS), fonts).part()
    _without_files(fonts.values())
    return drawn


def _without_files(fonts: Iterable[Any]) -> None:
    """What is drawn holds itself until garbage is looked for: without megabytes of each face."""
    for font in fonts:
        font.file_content = b""


def _resolve_links(pages: Sequence[EnginePage]) -> Iterator[object]:
    """The engine's; of a part's pages, as they are in their book."""
    known = _LINKS[-1] if _LINKS else {}
    if not all(id(page) in known for page in pages):
        yield from ORIGINAL["resolve_links"](pages)
        return
    for page in pages:
        yield known[id(page)]


def _add_font(canvas: Any, pango_font: object) -> Any:
    """The engine's, with the face as it can be asked for again."""
    font, size = ORIGINAL["add_font"](canvas, pango_font)
    if not hasattr(font, "banxin_face"):
        _, description, _ = get_pango_font_key(pango_font)
        font.banxin_face = ffi.string(pango.pango_font_description_to_string(description)).decode()
    return font, size


# --- what was drawn ---------------------------------------------------------------------------


class _PartReader:
    """Takes a part out of the PDF that the engine has made of its pages."""

    def __init__(self, pdf: Any, fonts: Mapping[object, Any]) -> None:
        self._pdf, self._fonts = pdf, fonts
        self._pages = [int(number) for number in pdf.pages["Kids"][::3]]
        self._book = _parts_of_the_book(pdf, self._at(pdf.objects[self._pages[0]]["Resources"]))
        self._seconds = {
            font.hash.encode(): frozenset(b"%04x" % code for code in aliases.values())
            for font in fonts.values()
            if (aliases := getattr(font, "banxin_aliases", None))
        }

    def part(self) -> DrawnPart:
        pdf, book = self._pdf, self._book
        own = [item for item in pdf.objects if item.free != "f" and item.number not in book]
        streams = [item for item in own if isinstance(item, pydyf.Stream)]
        told = self._at(pdf.catalog["StructTreeRoot"])
        nums = self._at(told["ParentTree"])["Nums"]
        marks, count = nums[1::2], len(self._pages)
        names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", ())
        return DrawnPart(
            tuple(item.number for item in own),
            _BETWEEN.join(self._about(item) for item in own),
            {item.number: self._content(item) for item in streams},
            frozenset(item.number for item in streams if item.compress),
            tuple(self._pages),
            tuple(map(_number, self._at(told["K"][0])["K"])),
            tuple(tuple(map(_number, page)) for page in marks[:count]),
            tuple(map(_number, marks[count:])),
            tuple(
                (name.string, self._flat(place))
                for name, place in zip(names[::2], names[1::2], strict=True)
            ),
            self._images(streams),
            tuple(map(_font, self._fonts.values())),
            any(font.missing for font in self._fonts.values()),
        )

    def _at(self, reference: bytes) -> Any:
        return self._pdf.objects[_number(reference)]

    def _about(self, item: Any) -> bytes:
        return self._flat(pydyf.Dictionary(item.extra) if isinstance(item, pydyf.Stream) else item)

    def _flat(self, item: Any, key: str = "") -> bytes:
        """As it is written, but for what is left open."""
        if isinstance(item, bytes) and (found := _REFERENCE.fullmatch(item)):
            number = int(found[1])
            name = self._book.get(number)
            return b"\0R%d\0" % number if name is None else b"\0S%s\0" % name.encode()
        if isinstance(item, pydyf.Dictionary):
            inner = (
                b"/" + str(name).encode() + b" " + self._flat(value, name)
                for name, value in item.items()
            )
            return b"<<" + b"".join(inner) + b">>"
        if isinstance(item, pydyf.Array):
            return b"[" + b" ".join(self._flat(child, key) for child in item) + b"]"
        if key == "StructParents":
            return b"\0N%d\0" % item
        if key == "StructParent":
            return b"\0A%d\0" % (item - len(self._pages))
        if key in {"ID", "Headers"} and isinstance(item, pydyf.String):
            number, rest = item.string.split("-", 1)  # of the table, its row and column
            return b"(\0I%s\0-%s)" % (number.encode(), rest.encode())
        return bytes(pydyf._to_bytes(item))

    def _content(self, item: Any) -> bytes:
        pieces: list[bytes] = []
        name, codes = b"", frozenset[bytes]()
        for piece in map(pydyf._to_bytes, item.stream):
            if self._seconds:
                if chosen := _FONT.search(piece):
                    name = chosen[1]
                    codes = self._seconds.get(name, frozenset())
                if codes and piece.endswith(_SHOWS):
                    piece = _STRING.sub(partial(_left_open, name, codes), piece)
            pieces.append(piece)
        return b"\n".join(pieces)

    def _images(self, streams: Sequence[Any]) -> Mapping[str, tuple[int, ...]]:
        named: dict[str, tuple[int, ...]] = {}
        resources = (item for item in self._pdf.objects if isinstance(item, pydyf.Dictionary))
        inner = (item.extra.get("Resources", {}) for item in streams)
        for things in (*resources, *inner):
            shown = self._at(things) if isinstance(things, bytes) else things
            for name, reference in (shown.get("XObject") or {}).items():
                about = self._at(reference).extra
                if about.get("Subtype") == "/Image":
                    masks = (about["SMask"],) if "SMask" in about else ()
                    named[name] = tuple(map(_number, (reference, *masks)))
        return named


def _left_open(font: bytes, seconds: frozenset[bytes], found: re.Match[bytes]) -> bytes:
    codes = found[1]
    each = (codes[i : i + 4] for i in range(0, len(codes), 4))
    return b"<" + b"".join(b"\0" + font + c if c in seconds else c for c in each) + b">"


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _parts_of_the_book(pdf: Any, resources: Mapping[str, Any]) -> dict[int, str]:
    """Objects that all parts have in common, by number."""
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    return {
        pdf.pages.number: "pages",
        pdf.catalog.number: "catalog",
        _number(resources["ColorSpace"]): "colours",
        _number(resources["Font"]): "fonts",
        root.number: "root",
        _number(root["ParentTree"]): "marked",
        _number(root["K"][0]): "structure",
    }


def _font(font: Any) -> DrawnFont:
    seconds = tuple(getattr(font, "banxin_aliases", ()))
    return DrawnFont(font.banxin_face, font.hash, font.widths, font.to_unicode, seconds)


# --- putting together -------------------------------------------------------------------------


def put_together(document: EngineDocument, parts: Sequence[DrawnPart], identifier: bytes) -> bytes:
    """The PDF of a document whose pages are those of *parts*.

    Raises:
        CannotJoinError: they have more second codes than there are, or characters that no face
            has, whose codes are the document's; or a face is not found again.
    """
    if any(part.lacking for part in parts):
        raise CannotJoinError
    whole: Any = document.copy([])
    codes = _AgreedCodes(parts, whole.font_config.font_map)
    renamed = [codes.of(part) for part in parts]
    whole.fonts = codes.fonts
    pdf = engine.generate_pdf(whole, None, 1, **_OPTIONS)
    book = _JoinedBook(pdf, sum(len(part.pages) for part in parts))
    for part, names in zip(parts, renamed, strict=True):
        book.add(part, names)
    book.finish()
    tree: Any = document
    anchors.add_outlines(pdf, tree.make_bookmark_tree(_SCALE, transform_pages=True))
    out = io.BytesIO()
    pdf.write(out, None, identifier, compress=True)
    return out.getvalue()


class _WrittenObject(pydyf.Object):  # type: ignore[misc]  # pydyf has no types
    """An object as it is written."""

    data = b""
    compressible = True

    def __init__(self, data: bytes, *, is_stream: bool) -> None:
        super().__init__()
        self.data, self.compressible = data, not is_stream


class _AgreedCodes:
    """The fonts of the book, and second codes that all its parts agree on."""

    def __init__(self, parts: Sequence[DrawnPart], font_map: object) -> None:
        self.fonts: dict[object, Any] = {}
        self._map = font_map
        seconds: dict[str, set[tuple[int, int]]] = {}
        for used in (used for part in parts for used in part.fonts):
            seconds.setdefault(used.name, set()).update(used.seconds)
        self._seconds = {name: _shared_out(its) for name, its in seconds.items()}

    def of(self, part: DrawnPart) -> Mapping[bytes, bytes]:
        """What the second codes of a part, each behind the name of its font, are in the book."""
        renamed: dict[bytes, bytes] = {}
        for used in part.fonts:
            font = self.fonts.get(used.face)
            if font is None:
                font = self.fonts[used.face] = _loaded(used, self._map)
            codes = dict(self._agreed(used, font))
            for code, width in used.widths.items():
                font.widths.setdefault(codes.get(code, code), width)
            for code, text in used.texts.items():
                font.to_unicode.setdefault(codes.get(code, code), text)
            name = used.name.encode()
            renamed.update((name + b"%04x" % old, b"%04x" % new) for old, new in codes.items())
        return renamed

    def _agreed(self, used: DrawnFont, font: Any) -> Iterator[tuple[int, int]]:
        font.banxin_aliases = known = self._seconds[used.name]
        if known and font.glyph_count > FIRST_CODE:
            raise CannotJoinError
        for number, second in enumerate(used.seconds):
            yield LAST_CODE - number, known[second]


def _shared_out(seconds: set[tuple[int, int]]) -> SecondCodes:
    """A code for each: one more moves few others, so that pages without it stay as they are.

    Raises:
        CannotJoinError: there are not so many codes.
    """
    room = LAST_CODE + 1 - FIRST_CODE
    if len(seconds) > room:
        raise CannotJoinError
    taken: dict[int, tuple[int, int]] = {}
    for glyph, more in sorted(seconds):
        place = (glyph * _SPREAD + more) % room
        while place in taken:
            place = (place + 1) % room
        taken[place] = glyph, more
    return SecondCodes((second, FIRST_CODE + place) for place, second in sorted(taken.items()))


def _loaded(used: DrawnFont, font_map: object) -> Any:
    """A face as the engine has it for its PDFs. Raises: CannotJoinError."""
    asked = ffi.gc(
        pango.pango_font_description_from_string(used.face.encode()),
        pango.pango_font_description_free,
    )
    pango.pango_font_description_set_absolute_size(asked, _SIZE * TO_UNITS)
    context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
    found = ffi.gc(pango.pango_font_map_load_font(font_map, context, asked), gobject.g_object_unref)
    _, description, size = get_pango_font_key(found)
    font = Font(found, description, size)
    if font.hash != used.name:
        raise CannotJoinError
    return font


class _JoinedBook:
    """A PDF to which parts are added."""

    def __init__(self, pdf: Any, pages: int) -> None:
        self._pdf = pdf
        resources = next(i for i in pdf.objects if isinstance(i, pydyf.Dictionary) and "Font" in i)
        shared = {name: number for number, name in _parts_of_the_book(pdf, resources).items()}
        self._shared = {name.encode(): b"%d 0 R" % number for name, number in shared.items()}
        self._structure = pdf.objects[shared["structure"]]
        self._marked = pdf.objects[shared["marked"]]
        self._pages, self._page = pages, 0
        self._annotated: list[bytes] = []
        self._places: list[tuple[str, bytes]] = []
        self._images: dict[str, tuple[int, ...]] = {}

    def add(self, part: DrawnPart, codes: Mapping[bytes, bytes]) -> None:
        pdf = self._pdf
        numbers = self._numbered(part)
        filled = self._filled(part, numbers).split(_BETWEEN)
        taken = len(pdf.objects)
        for number, about in zip(part.numbers, filled, strict=True):
            if numbers[number] < taken:
                continue  # a photograph that another part has, too
            content = part.contents.get(number)
            if content is None:
                placed = _WrittenObject(about, is_stream=False)
            else:
                content = _SECOND.sub(lambda found: codes[found[0][1:]], content)
                placed = _WrittenObject(
                    _stream(about, content, packed=number in part.packed), is_stream=True
                )
            pdf.add_object(placed)
        for page, marked in zip(part.pages, part.marked, strict=True):
            pdf.pages["Count"] += 1
            pdf.pages["Kids"].extend([numbers[page], 0, "R"])
            elements = pydyf.Array(b"%d 0 R" % numbers[element] for element in marked)
            self._marked["Nums"].extend([self._page, elements])
            self._page += 1
        self._structure["K"].extend(b"%d 0 R" % numbers[element] for element in part.elements)
        self._annotated.extend(b"%d 0 R" % numbers[element] for element in part.annotated)

    def finish(self) -> None:
        """What comes behind all parts."""
        for number, element in enumerate(self._annotated, self._pages):
            self._marked["Nums"].extend([number, element])
        if self._places:
            names = pydyf.Array()
            for name, place in sorted(self._places):
                names.extend([pydyf.String(name), place])
            self._pdf.catalog.setdefault("Names", pydyf.Dictionary())
            self._pdf.catalog["Names"]["Dests"] = pydyf.Dictionary({"Names": names})

    def _numbered(self, part: DrawnPart) -> Mapping[int, int]:
        """Its objects' numbers → the book's: the next ones, but for what is there already."""
        numbers: dict[int, int] = {}
        for name, own in part.images.items():
            numbers.update(zip(own, self._images.get(name, ()), strict=False))
        new = (number for number in part.numbers if number not in numbers)
        numbers.update((number, n) for n, number in enumerate(new, len(self._pdf.objects)))
        for name, own in part.images.items():
            self._images.setdefault(name, tuple(numbers[number] for number in own))
        return numbers

    def _filled(self, part: DrawnPart, numbers: Mapping[int, int]) -> bytes:
        """Its dictionaries, with nothing left open."""
        shared, page, annotated = self._shared, self._page, self._pages + len(self._annotated)

        def fill(found: re.Match[bytes]) -> bytes:
            kind, told = found[1], found[2]
            match kind:
                case b"R":
                    return b"%d 0 R" % numbers[int(told)]
                case b"S":
                    return shared[told]
                case b"N":
                    return b"%d" % (page + int(told))
                case b"A":
                    return b"%d" % (annotated + int(told))
            return b"%d" % numbers[int(told)]

        self._places += ((name, _OPEN.sub(fill, place)) for name, place in part.places)
        return _OPEN.sub(fill, part.about)


def _stream(about: bytes, content: bytes, *, packed: bool) -> bytes:
    """As pydyf writes it, with the level of compression that zlib has by itself."""
    more = b""
    if packed:
        content, more = zlib.compress(content), b"/Filter /FlateDecode"
    head = b"%s%s/Length %d>>" % (about[:-2], more, len(content))
    return b"\n".join((head, b"stream", content, b"endstream"))


HOOKS: Final = (
    Hook(engine, "resolve_links", "pages", _resolve_links),
    Hook(stream.Stream, "add_font", "self pango_font", _add_font),
)
