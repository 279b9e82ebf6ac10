"""What a PDF says of itself, ours or anybody's: boxes, marks, fonts, plates, promises.

Read from the file alone, with pikepdf; nothing is shared with the finishes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from pikepdf import Array, Dictionary, Name, Stream

from banxin.diagnostics import BanxinError, Box, error
from banxin.preflight.carried import Font, fonts_of
from banxin.preflight.conditions import described_in, prints_unlike
from banxin.preflight.content import MM, OF_BROKEN_FILES, Rect, Walker
from banxin.preflight.pages import Pages
from banxin.preflight.painted import (
    Fill,
    Painted,
    PaintedPicture,
    Run,
    Shade,
    Stroke,
    TransparencyGroup,
)
from banxin.preflight.spots import SpotColour, spots
from banxin.units import Length

_XMP: Final = {
    "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion": "version",
    "{http://ns.adobe.com/pdf/1.3/}Trapped": "trapped",
    "{http://ns.adobe.com/xap/1.0/}CreateDate": "created",
    "{http://ns.adobe.com/xap/1.0/}ModifyDate": "modified",
    "{http://ns.adobe.com/xap/1.0/mm/}DocumentID": "document",
    "{http://ns.adobe.com/xap/1.0/mm/}VersionID": "edition",
    "{http://ns.adobe.com/xap/1.0/mm/}RenditionClass": "rendition",
    "{http://purl.org/dc/elements/1.1/}title": "title",
}
BINDINGS: Final = frozenset({"saddle", "perfect", "folded"})
MOST_NAMES, LONGEST_NAME = 64, 127  # of an order; a name in a PDF has no more characters
_MOST_XMP: Final = 1_000_000  # bytes; ours are 3 kB


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """One page. Boxes in mm from the MediaBox's lower left corner; None where there is none.

    `origin`: where the MediaBox begins, in mm; `rotated` in degrees; `unit`: UserUnit.
    """

    number: int
    media: Box
    trim: Box | None
    bleed: Box | None
    crop: Box | None = None
    art: Box | None = None
    origin: tuple[float, float] = (0.0, 0.0)
    rotated: int = 0
    unit: float = 1.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the trim, or of the sheet, in mm."""
        x0, y0, x1, y1 = self.trim or self.media
        return x1 - x0, y1 - y0


@dataclass(frozen=True, slots=True)
class Intent:
    """An output intent. `profile`: device class and colour space of its ICC, `prtr CMYK`.

    `described`: what the ICC says of itself; `unlike`: it prints otherwise than profiles of the
    named condition do, as far as we have one.
    """

    kind: str
    identifier: str
    info: str
    registry: str
    profile: str
    described: str = ""
    unlike: bool = False


@dataclass(frozen=True, slots=True)
class Annotation:
    page: int
    kind: str
    box: Box


@dataclass(frozen=True, slots=True)
class InkOfPage:
    """How much ink one page takes, in percent: the worst 15 mm² and the worst single pixel.

    `reckoned`: both are what the colours of the page can add up to; it has not been drawn.
    `edges`: straight ones that the drawing has along the cut, each by its side (left, top, right,
    foot: 0 to 3) and how far beyond the cut it runs, mm; less than nothing on the page.
    """

    page: int
    window: float
    pixel: float
    box: Box
    reckoned: bool = False
    edges: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What a file of ours says was ordered: a claim like any other that a file makes.

    Attributes:
        finish: `press` or `screen`.
        press: the name of its press profile.
        binding: `saddle`, `perfect`, `folded`, or empty.
        spots: the spot colours; `families`: the declared fonts.
    """

    finish: str
    press: str
    binding: str
    spots: frozenset[str]
    families: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """One file.

    Attributes:
        information: the document information, by key without its slash.
        metadata: of the XMP packet: version, trapped, created, modified, document, edition,
            rendition, title, as far as it has them.
        forbidden: what else PDF/X-4 forbids, by kind: script, action, form, layer, embedded,
            postscript, opi, transfer, halftone, and how often.
        inks: one a page, or empty where they were not measured; `inks_missing` says why.
        order: what was ordered, where the file is of ours and says so.
        painted: all marks as they are painted, the later ones over the earlier.
        plates: spot colours; `inks_by_name`, the four inks where a Separation names them.
        unread: pages that could not be walked to their end, and why.
        unclear: pages on which more than the colours of their marks decides how much ink they
            take: blending, masks, patterns, groups, clips of type, Type 3 glyphs, transfer curves.
        digests: of each page, by which what is known of it is kept; empty where nothing is.
    """

    sheets: tuple[PageBoxes, ...]
    runs: tuple[Run, ...]
    strokes: tuple[Stroke, ...]
    fills: tuple[Fill, ...]
    pictures: tuple[PaintedPicture, ...]
    shades: tuple[Shade, ...]
    groups: tuple[TransparencyGroup, ...]
    fonts: tuple[Font, ...]
    plates: tuple[SpotColour, ...]
    intents: tuple[Intent, ...]
    annotations: tuple[Annotation, ...]
    version: str
    has_id: bool
    information: Mapping[str, str]
    metadata: Mapping[str, str]
    forbidden: Mapping[str, int]
    unread: Mapping[int, str]
    unclear: frozenset[int] = frozenset()
    digests: tuple[str, ...] = ()
    inks: tuple[InkOfPage, ...] = ()
    inks_missing: str = ""
    order: Order | None = None
    painted: tuple[Painted, ...] = ()
    inks_by_name: tuple[SpotColour, ...] = ()

    @property
    def title(self) -> str:
        return self.information.get("Title", "")

    @property
    def marks(self) -> tuple[Painted, ...]:
        return (*self.runs, *self.strokes, *self.fills, *self.pictures, *self.shades)


def read(source: bytes | Path, pages: Pages | None = None) -> Facts:
    """The facts of one PDF; one on disk is read a piece at a time.

    Args:
        pages: what is known of its pages from before, and is from now on.

    Raises:
        BanxinError: `pdf/unreadable`, `pdf/empty`, `pdf/encrypted`, `pdf/damaged`.
    """
    try:
        if not (_has_something(source) if isinstance(source, bytes) else source.stat().st_size):
            raise BanxinError(error("pdf/empty"))
        with pikepdf.open(io.BytesIO(source) if isinstance(source, bytes) else source) as pdf:
            if pdf.is_encrypted:
                raise BanxinError(error("pdf/encrypted"))
            if not len(pdf.pages):
                raise BanxinError(error("pdf/empty"))
            return _facts(pdf, pages)
    except pikepdf.PasswordError as problem:
        raise BanxinError(error("pdf/encrypted")) from problem
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BanxinError(error("pdf/unreadable", why=why)) from problem
    except OF_BROKEN_FILES as problem:
        why = f"{type(problem).__name__}: {problem}"[:200]
        raise BanxinError(error("pdf/damaged", why=why)) from problem


def _has_something(source: bytes) -> bool:
    return bool(source) and not source.isspace()


def _facts(pdf: pikepdf.Pdf, pages: Pages | None) -> Facts:
    walker = Walker()
    sheets, marks, annotations = [], list[Painted](), list[Annotation]()
    if pages is not None:
        pages.take(pdf)
    for number, page in enumerate(pdf.pages, 1):
        sheet, trim = _sheet(number, page)
        sheets.append(sheet)
        marks += _marks(number, page, trim, walker, pages)
        annotations += _annotations(number, page, trim)
    unread = dict.fromkeys(walker.unread, "nesting") | walker.faults
    forbidden = _forbidden(pdf) | _settings(walker)
    colorants = set(spots(pdf))
    process = {one for one in colorants if one.is_process}
    return Facts(
        sheets=tuple(sheets),
        runs=tuple(m for m in marks if isinstance(m, Run)),
        strokes=tuple(m for m in marks if isinstance(m, Stroke)),
        fills=tuple(m for m in marks if isinstance(m, Fill)),
        pictures=tuple(m for m in marks if isinstance(m, PaintedPicture)),
        shades=tuple(m for m in marks if isinstance(m, Shade)),
        groups=tuple(walker.groups),
        fonts=tuple(
            sorted(set(fonts_of(pdf, walker.face_of, pages)), key=lambda font: font.family)
        ),
        plates=tuple(sorted(colorants - process, key=_by_name)),
        inks_by_name=tuple(sorted(process, key=_by_name)),
        intents=tuple(_intents(pdf)),
        annotations=tuple(annotations),
        version=max(pdf.pdf_version, str(pdf.Root.get("/Version", "/0")).lstrip("/")),
        has_id="/ID" in pdf.trailer,
        information={
            key.removeprefix("/"): str(value)
            for key, value in pdf.docinfo.items()
            if isinstance(value, str | pikepdf.String | Name)
        },
        metadata=_metadata(pdf.Root.get("/Metadata")),
        forbidden={kind: count for kind, count in sorted(forbidden.items()) if count},
        unread=unread,
        unclear=frozenset(walker.unclear),
        digests=pages.digests if pages is not None else (),
        order=_order(pdf.Root.get("/PieceInfo")),
        painted=tuple(marks),
    )


def _marks(
    number: int, page: pikepdf.Page, trim: Rect, walker: Walker, pages: Pages | None
) -> Sequence[Painted]:
    """What lies on a page: as it was found before, or walked over."""
    known = pages.marks(number) if pages is not None else None
    if known is not None:
        marks, groups, unclear = known
        walker.groups += groups
        walker.unclear |= {number} if unclear else set()
        return marks
    before = len(walker.groups)
    marks = list(walker.page(number, page, trim))
    whole = number not in walker.unread and number not in walker.faults
    # What they ask for is counted by the file, whichever of its pages does.
    if pages is not None and whole and not any(_settings(walker).values()):
        unclear = number in walker.unclear
        pages.keep_marks(number, marks, walker.groups[before:], unclear=unclear)
    return marks


# --- pages ----------------------------------------------------------------------------------


def _sheet(number: int, page: pikepdf.Page) -> tuple[PageBoxes, Rect]:
    """The sheet, and its trim in pt: what marks are measured from."""
    media = _rect(page.mediabox)
    if media[2] <= media[0] or media[3] <= media[1]:
        message = f"the MediaBox of page {number} is empty"
        raise ValueError(message)

    def box(key: str) -> Box | None:
        if key not in page.obj:
            return None
        x0, y0, x1, y1 = _rect(page.obj[key])
        left, low = media[0], media[1]
        a, b, c, d = (
            round(Length.pt(v).in_mm, 4) for v in (x0 - left, y0 - low, x1 - left, y1 - low)
        )
        return a, b, c, d

    whole = (0.0, 0.0, round((media[2] - media[0]) * MM, 4), round((media[3] - media[1]) * MM, 4))
    sheet = PageBoxes(
        number=number,
        media=whole,
        trim=box("/TrimBox"),
        bleed=box("/BleedBox"),
        crop=box("/CropBox"),
        art=box("/ArtBox"),
        origin=(round(media[0] * MM, 4), round(media[1] * MM, 4)),
        rotated=int(page.obj.get("/Rotate", 0)) % 360,
        unit=float(page.obj.get("/UserUnit", 1)),
    )
    cut = _rect(page.obj.TrimBox) if "/TrimBox" in page.obj else media
    return sheet, cut


def _rect(numbers: Any) -> Rect:
    x0, y0, x1, y1 = (float(v) for v in numbers)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _annotations(number: int, page: pikepdf.Page, trim: Rect) -> Iterator[Annotation]:
    for item in page.obj.get("/Annots", Array()):
        if not isinstance(item, Dictionary):
            continue
        x0, y0, x1, y1 = _rect(item.get("/Rect", [0, 0, 0, 0]))
        box = (
            (x0 - trim[0]) * MM, (trim[3] - y1) * MM, (x1 - trim[0]) * MM, (trim[3] - y0) * MM,
        )  # fmt: skip
        yield Annotation(number, str(item.get("/Subtype", "/?")).removeprefix("/"), box)


# --- the document ---------------------------------------------------------------------------


def _intents(pdf: pikepdf.Pdf) -> Iterator[Intent]:
    for item in pdf.Root.get("/OutputIntents", Array()):
        if not isinstance(item, Dictionary):
            continue
        held = item.get("/DestOutputProfile")
        icc = _bytes_of(held)
        whole = icc[36:40] == b"acsp"
        identifier = str(item.get("/OutputConditionIdentifier", ""))
        profile = f"{icc[12:16].decode('latin-1')} {icc[16:20].decode('latin-1')}" if whole else ""
        yield Intent(
            str(item.get("/S", "")).removeprefix("/"),
            identifier,
            str(item.get("/Info", "")),
            str(item.get("/RegistryName", "")),
            profile,
            described_in(icc) if whole else "",
            profile == "prtr CMYK" and prints_unlike(identifier, icc),
        )


def _bytes_of(held: Any) -> bytes:
    """What a stream holds; nothing where it cannot be unpacked."""
    try:
        return held.read_bytes() if isinstance(held, Stream) else b""
    except OF_BROKEN_FILES:
        return b""


def _by_name(spot: SpotColour) -> tuple[str, str, str]:
    return spot.name, spot.alternate, spot.space


def _metadata(packet: Any) -> dict[str, str]:
    if not isinstance(packet, Stream):
        return {}
    try:
        root = ElementTree.fromstring(packet.read_bytes()[:_MOST_XMP])
    except (ElementTree.ParseError, DefusedXmlException, *OF_BROKEN_FILES):
        return {}
    found: dict[str, str] = {}
    for node in root.iter():
        if node.tag in _XMP:
            found[_XMP[node.tag]] = " ".join("".join(node.itertext()).split())
        for key, value in node.attrib.items():
            if key in _XMP:
                found[_XMP[key]] = value
    return found


def _order(pieces: Any) -> Order | None:
    """Of what anybody may have written, no more than a few short names."""
    ours = pieces.get("/banxin") if isinstance(pieces, Dictionary) else None
    private = ours.get("/Private") if isinstance(ours, Dictionary) else None
    if not isinstance(private, Dictionary):
        return None
    binding = _word(private.get("/Binding"))
    return Order(
        finish=_word(private.get("/Finish")),
        press=_word(private.get("/Press")),
        binding=binding if binding in BINDINGS else "",
        spots=_names(private.get("/Spots")),
        families=_names(private.get("/Families")),
    )


def _names(value: Any) -> frozenset[str]:
    if not isinstance(value, Array):
        return frozenset()
    return frozenset(_word(item) for item in list(value)[:MOST_NAMES]) - {""}


def _word(value: Any) -> str:
    text = str(value) if isinstance(value, str | pikepdf.String) else ""
    return text if len(text) <= LONGEST_NAME and text.isprintable() else ""


def _forbidden(pdf: pikepdf.Pdf) -> dict[str, int]:
    root = pdf.Root
    found = {
        "layer": "/OCProperties" in root,
        "form": "/AcroForm" in root,
        "action": "/OpenAction" in root or "/AA" in root or any("/AA" in p.obj for p in pdf.pages),
        "embedded": isinstance(root.get("/Names"), Dictionary) and "/EmbeddedFiles" in root.Names,
    }
    counted = {kind: int(there) for kind, there in found.items()}
    counted |= {"script": 0, "postscript": 0, "opi": 0}
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary | Stream):
            continue
        counted["script"] += thing.get("/S") == Name.JavaScript or "/JS" in thing
        counted["postscript"] += (
            thing.get("/Subtype") == Name.PS or thing.get("/Subtype2") == Name.PS
        )
        counted["opi"] += "/OPI" in thing
    return counted


def _settings(walker: Walker) -> dict[str, int]:
    """Transfer functions and halftones that pages ask for."""
    states = list(walker.used_states.values())
    return {
        "transfer": sum("/TR" in s or _is_set(s.get("/TR2")) for s in states),
        "halftone": sum("/HTP" in s or _is_set(s.get("/HT")) for s in states),
    }


def _is_set(setting: Any) -> bool:
    return setting is not None and str(setting) not in {"/Default", "/Identity"}
