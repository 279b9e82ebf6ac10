"""Copies of a series in one file: an index first, a leaf with its name before each copy.

What copies have in common, photographs and whole fonts, is in the file once, by its content. What
leads from page to page, links, bookmarks and tags, stays in the copies' own files.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Stream, String

from banxin.assets import fonts
from banxin.press.metadata import in_a_line
from banxin.units import Length

LEAF: Final = 2  # pages of what stands between copies, so that right-hand pages stay such
SIZE: Final = 9.0  # pt, of the index
NAME: Final = 28.0  # pt, on a separator
MARGIN: Final = Length.mm(20)
# What leads out of a page's own content, into the tree of the file that it comes from.
_OUTWARD: Final = frozenset(
    {"/Parent", "/Annots", "/StructParents", "/StructParent", "/Tabs", "/B", "/AA", "/PieceInfo"}
)
# What a file says of itself, taken over from the first copy.
_ABOUT: Final = ("/Lang", "/ViewerPreferences")
# Metadata of a file for readers claim PDF/UA, which without tags is not true.
_OF_PRESS: Final = ("/OutputIntents", "/Metadata")


@dataclass(frozen=True, slots=True)
class Signature:
    """A copy that goes in: its name, and what reads its file."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class RunOn:
    """One file of many copies.

    Attributes:
        pages: first and last of each, from 1, by its name.
        links: how many of the copies' are not in it.
        untagged: whether they have tags, which it has not.
    """

    pdf: bytes
    pages: dict[str, tuple[int, int]]
    links: int = 0
    untagged: bool = False


def run_on(
    copies: Sequence[Signature], face: bytes, *, heading: str, title: str, subtitle: str
) -> RunOn:
    """One file of *copies*, in their order.

    Args:
        face: a font for the names; they are drawn as outlines.
        heading: of the index.
        title, subtitle: of all copies, without what each has of its own.
    """
    pages: dict[str, tuple[int, int]] = {}
    links, untagged = 0, False
    with pikepdf.new() as pdf:
        taker = _Taker(pdf)
        for number, copy in enumerate(copies):
            with pikepdf.open(io.BytesIO(copy.read())) as source:
                if not number:
                    _tell_of(pdf, source, taker)
                    _call(pdf, in_a_line(title), in_a_line(subtitle))
                links += sum(len(page.get("/Annots", ())) for page in source.pages)
                untagged = untagged or "/StructTreeRoot" in source.Root
                first = len(pdf.pages) + LEAF + 1
                _separate(pdf, source.pages[0], face, copy.name)
                for page in source.pages:
                    pdf.pages.append(pikepdf.Page(taker.page(page)))
                pages[copy.name] = (first, len(pdf.pages))
            taker.leave()
        before = _index(pdf, face, heading, pages)
        pages = {name: (a + before, b + before) for name, (a, b) in pages.items()}
        with pdf.open_outline() as outline:
            outline.root.extend(OutlineItem(name, a - 1) for name, (a, _) in pages.items())
        out = io.BytesIO()
        version = "1.6" if "/OutputIntents" in pdf.Root else "1.7"
        pdf.save(
            out,
            force_version=version,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
        )
    return RunOn(out.getvalue(), pages, links, untagged)


@dataclass(slots=True)
class _Taker:
    """Takes objects over into *pdf*, each content once.

    Attributes:
        known: what was taken, by the digest of all that it holds.
        seen: the same by its number in the file that is being read.
    """

    pdf: pikepdf.Pdf
    known: dict[bytes, Any] = field(default_factory=dict)
    seen: dict[tuple[int, int], tuple[bytes, Any]] = field(default_factory=dict)

    def page(self, page: pikepdf.Page) -> Any:
        """A page, which is new each time: two copies never share one."""
        made = {key: self.take(value)[1] for key, value in _inward(page.obj)}
        return self.pdf.make_indirect(Dictionary(made))

    def leave(self) -> None:
        """The file that was read is another from now on."""
        self.seen.clear()

    def take(self, thing: Any) -> tuple[bytes, Any]:
        """The digest of a thing, and it in the new file."""
        if not isinstance(thing, pikepdf.Object) or not isinstance(
            thing, Stream | Dictionary | Array
        ):
            return _scalar(thing), thing
        number = thing.objgen if thing.is_indirect else None
        if number in self.seen:
            return self.seen[number]
        digest, made = self._made(thing)
        if number is not None:
            if digest not in self.known:
                self.known[digest] = (
                    made if isinstance(thing, Stream) else self.pdf.make_indirect(made)
                )
            made = self.known[digest]
            self.seen[number] = digest, made
        return digest, made

    def _made(self, thing: Any) -> tuple[bytes, Any]:
        if isinstance(thing, Array):
            items = [self.take(item) for item in thing]
            return _digest(b"[", *(key for key, _ in items)), Array([item for _, item in items])
        held = [(key, *self.take(value)) for key, value in _inward(thing)]
        keys = [part for key, digest, _ in held for part in (key.encode(), digest)]
        if not isinstance(thing, Stream):
            return _digest(b"<", *keys), Dictionary({key: item for key, _, item in held})
        raw = thing.read_raw_bytes()
        digest = _digest(b"s", *keys, raw)
        if digest in self.known:
            return digest, self.known[digest]
        made = Stream(self.pdf, raw)
        for key, _, item in held:
            made[key] = item
        return digest, made


def _inward(thing: Any) -> Iterator[tuple[str, Any]]:
    """What a thing holds, in an order of its own; a stream's length is told by itself."""
    for key in sorted(thing.keys()):
        if key not in _OUTWARD and not (key == "/Length" and isinstance(thing, Stream)):
            yield key, thing[key]


def _scalar(thing: Any) -> bytes:
    return thing.unparse() if isinstance(thing, pikepdf.Object) else repr(thing).encode()


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def _tell_of(pdf: pikepdf.Pdf, source: pikepdf.Pdf, taker: _Taker) -> None:
    of_press = _OF_PRESS if "/OutputIntents" in source.Root else ()
    for key in (*_ABOUT, *of_press):
        if key in source.Root:
            pdf.Root[key] = taker.take(source.Root[key])[1]
    for key, value in source.docinfo.items():
        pdf.docinfo[key] = value if isinstance(value, Name) else String(str(value))


def _call(pdf: pikepdf.Pdf, title: str, subtitle: str) -> None:
    """Its title and subtitle, the same in document information and XMP."""
    pdf.docinfo["/Title"], pdf.docinfo["/Subject"] = String(title), String(subtitle)
    if "/Metadata" in pdf.Root:
        packet = pdf.Root.Metadata.read_bytes().decode()
        for key, text in (("title", title), ("description", subtitle)):
            begins, said, ends = re.split(rf"(<dc:{key}>.*?</dc:{key}>)", packet, flags=re.DOTALL)
            before, _, behind = re.split(r"(?<=default\">)(.*)(?=</rdf:li>)", said, flags=re.DOTALL)
            packet = "".join([begins, before, escape(text), behind, ends])
        pdf.Root.Metadata.write(packet.encode())


# --- what stands between ----------------------------------------------------------------------


def _separate(pdf: pikepdf.Pdf, like: pikepdf.Page, face: bytes, name: str) -> None:
    """A leaf in the shape of the copy's pages: its name, and a blank back."""
    _leaf(pdf, like, _at(like, 0, NAME, fonts.outlines(face, name, NAME)))
    _leaf(pdf, like, b"")


def _index(pdf: pikepdf.Pdf, face: bytes, heading: str, pages: dict[str, tuple[int, int]]) -> int:
    """Pages with each name and where it begins, put first; how many there are."""
    like = pdf.pages[0]
    lines = max(1, int(_height(like) - 2 * MARGIN.in_pt) // int(2 * SIZE) - 2)
    before = -(-len(pages) // lines)
    before += before % LEAF
    rows = [f"{name}　{a + before}–{b + before}" for name, (a, b) in pages.items()]
    for number in range(before):
        shown = rows[number * lines : (number + 1) * lines]
        drawn = [_at(like, 0, SIZE * 1.4, fonts.outlines(face, heading, SIZE * 1.4))]
        drawn += [
            _at(like, (n + 2) * 2 * SIZE, SIZE, fonts.outlines(face, row, SIZE))
            for n, row in enumerate(shown)
        ]
        _leaf(pdf, like, b"\n".join(drawn) if shown else b"")
    made = list(pdf.pages)[-before:]
    for _ in made:
        del pdf.pages[-1]
    for page in reversed(made):
        pdf.pages.insert(0, page)
    return before


def _at(like: pikepdf.Page, down: float, size: float, drawn: bytes) -> bytes:
    """*drawn* in black, *down* pt below the upper margin of the trimmed page."""
    left, _, _, top = _trim(like)
    x, y = left + MARGIN.in_pt, top - MARGIN.in_pt - size - down
    return b"q 0 g 1 0 0 1 %.4f %.4f cm\n%b\nQ" % (x, y, drawn)


def _leaf(pdf: pikepdf.Pdf, like: pikepdf.Page, content: bytes) -> None:
    """A page with the boxes of *like*."""
    page = Dictionary(Type=Name.Page, Resources=Dictionary(), Contents=pdf.make_stream(content))
    for key in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox"):
        if key in like:
            page[key] = Array(list(like[key]))
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _trim(page: pikepdf.Page) -> tuple[float, ...]:
    return tuple(float(side) for side in page.get("/TrimBox", page.MediaBox))


def _height(page: pikepdf.Page) -> float:
    _, low, _, top = _trim(page)
    return top - low
