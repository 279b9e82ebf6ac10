"""Pages for eyes: laid out as a build lays them out, but past faults, and with everything told.

A `PageRecord` says of each page what it draws, and where the manuscript's blocks stand on it.
`set_whole` sets a whole document, `set_alone` the pages that are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from xml.etree.ElementTree import Element

from banxin.engine import cascade, hooks, speed
from banxin.engine.boxes import EngineDocument, EnginePage
from banxin.engine.cascade import Cascade
from banxin.engine.fingerprint import identities
from banxin.engine.pictures import PicturePlaced, pictures_of
from banxin.engine.recolour import CannotReink, Laid, reinked, same_but_for_colours

import pydyf
import weasyprint

from banxin.assets.colour import Key, Rgb, key_of, lit
from banxin.diagnostics import Diagnostic
from banxin.edition import Asset
from banxin.markup.tokens import Stylesheet
from banxin.typeset import galley, indexed
from banxin.typeset.engine import (
    BASE,
    DEFAULTS,
    OF_PAGES,
    AddressBook,
    StyledDocument,
    at_work,
    deeply,
    fitted,
    ignored,
    rendered,
    sheets_of,
    to_press,
    written,
)
from banxin.typeset.fallback import Faces
from banxin.typeset.fill import stylesheet
from banxin.typeset.galley import Bearings, Stretch
from banxin.typeset.parts import Memory
from banxin.typeset.sheets import Landed, Sheets, Trim
from banxin.typeset.survey import Fonts, standing
from banxin.units import Length

MOST: Final = 200  # stylesheets and chapters that are kept
_SHELLS: Final = Stylesheet("(shells)", galley.SHELL_CSS)
_INKED: Final = re.compile(rb" (?:rg|RG)\b")
Between = Callable[[], None]


@dataclass(frozen=True, slots=True)
class ScreenPhoto:
    """What is shown of a photograph: a JPEG in RGB or grey, and its size in pixels.

    `alpha`: deflated rows, or None.
    """

    jpeg: bytes
    width: int
    height: int
    grey: bool = False
    alpha: bytes | None = None


# The name of a photograph in a PDF, and where it lies if that is known → what is shown of it.
Showing = Callable[[str, PicturePlaced | None], ScreenPhoto | None]


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One page, and what is to be known of it.

    Attributes:
        identity: a digest of what it draws.
        trim: its size once cut.
        bleed: left, top, right, bottom; what the PDF's page has around the trim.
        stands: every piece of every block on it, outer ones first.
    """

    identity: str
    trim: Trim
    bleed: tuple[Length, Length, Length, Length]
    stands: tuple[Landed, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Pages. Their PDF is not tagged, and has small photographs in the place of proxies."""

    pdf: bytes
    leaves: tuple[PageRecord, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """What the compositor has before him: all that decides how pages set alone will look.

    Attributes:
        children: of the body, those of the stretch.
        first: the page that is wanted first, from 0; the last is the stretch's.
        lights: what the keys of inks are shown as; nothing is laid out by it.
    """

    skeleton: str
    children: tuple[Element, ...]
    stretch: Stretch
    bearings: Bearings
    first: int
    styles: tuple[Stylesheet, ...]
    assets: Mapping[str, Asset]
    compose: bool
    lights: Mapping[Key, Rgb]

    def is_recoloured(self, other: Copy | None) -> bool:
        """Whether *other* is laid out alike, and only its colours are others."""
        return other is not None and all(
            (
                self.children == other.children,  # elements are the same, or are not
                self.skeleton == other.skeleton,
                self.stretch == other.stretch,
                self.first == other.first,
                self.compose == other.compose,
                self.bearings == other.bearings,
                self.assets == other.assets,
                same_but_for_colours(other.styles, self.styles),
            )
        )


@dataclass(slots=True)
class Kept:
    """What one galley leaves to the next: fonts registered, the cascade, the chapters' elements."""

    faces: tuple[str, ...] = ()
    cascade: Cascade = field(default_factory=lambda: Cascade(Faces()))
    parts: dict[str, tuple[Element, ...]] = field(default_factory=dict)
    copy: Copy | None = None
    laid: Laid | None = None

    def use(self, fonts: Fonts) -> None:
        """Begin anew where the fonts are others."""
        faces = tuple(face.url for face in fonts.faces)
        if faces != self.faces:
            self.faces, self.laid = faces, None
            self.cascade = Cascade(Faces())

    def parts_of(
        self, html: str, parse: Callable[[str], tuple[Element, ...]] = galley.parts_of
    ) -> tuple[Element, ...]:
        """The outermost elements of a chapter, the same ones for the same text."""
        if len(self.parts) > MOST:
            self.parts.clear()
        if html not in self.parts:
            self.parts[html] = parse(html)
        return self.parts[html]


@dataclass(frozen=True, slots=True)
class DocumentInputs:
    """All that decides how a whole document will look.

    `identifier` to `sides`: as for `lay_out`; `lights`: as of a `Copy`.
    """

    html: str
    styles: tuple[Stylesheet, ...]
    assets: Mapping[str, Asset]
    identifier: bytes
    compose: bool
    pitch: Length | None
    sides: int
    lights: Mapping[Key, Rgb]

    def is_recoloured(self, other: DocumentInputs | None) -> bool:
        """Whether *other* is laid out alike, and only its colours are others."""
        return other is not None and all(
            (
                self.html == other.html,
                (self.compose, self.pitch, self.sides) == (other.compose, other.pitch, other.sides),
                self.assets == other.assets,
                same_but_for_colours(other.styles, self.styles),
            )
        )

    def is_reworded(self, other: DocumentInputs | None) -> bool:
        """Whether *other* is laid out alike where it has the same words."""
        return other is not None and self == replace(
            other, html=self.html, identifier=self.identifier, lights=self.lights
        )


@dataclass(slots=True)
class Forme:
    """A book as it was laid out last, left standing for the next time."""

    faces: tuple[str, ...] = ()
    cascade: Cascade = field(default_factory=lambda: Cascade(Faces()))
    book: DocumentInputs | None = None
    laid: Laid | None = None
    whole: Whole | None = None
    memory: Memory = field(default_factory=Memory)

    def use(self, fonts: Fonts) -> None:
        """Begin anew where the fonts are others."""
        faces = tuple(face.url for face in fonts.faces)
        if faces != self.faces:
            self.clear()
            self.faces, self.cascade = faces, Cascade(Faces())

    def clear(self) -> None:
        self.book = self.laid = self.whole = None
        self.memory = Memory()

    def leave(self, book: DocumentInputs, laid: Laid, whole: Whole) -> None:
        self.book, self.laid, self.whole = book, laid, whole


@dataclass(frozen=True, slots=True)
class Whole:
    """A document that was set.

    Attributes:
        sheets: their PDF is the proof's.
        keyed: writes the PDF that a build writes, whose colours are keys of inks.
        cuts: the parts that it is drawn in.
        bearings: without what only its Edition knows.
        steady: whether a part of it by itself is what it is in the whole.
    """

    proof: Proof
    sheets: Sheets
    keyed: Callable[[], bytes]
    cuts: tuple[Stretch, ...]
    bearings: Bearings
    steady: bool


def set_whole(
    book: DocumentInputs, fonts: Fonts, forme: Forme, showing: Showing, between_pages: Between
) -> Whole:
    """A whole document, as `engine.lay_out` sets it; faults are among the remarks of the Sheets.

    Args:
        forme: it is left standing in this one. Where nothing but colours or the words of some
            parts are others than in the book that stands in it, the rest is taken from there.
        between_pages: called before each page; what it raises ends the work.

    Raises:
        BanxinError: `engine/crashed`.
    """
    forme.use(fonts)
    before, laid, whole, memory = forme.book, forme.laid, forme.whole, forme.memory
    forme.clear()  # two books at a time would need twice the room

    def work() -> Whole:
        if laid and whole and book.is_recoloured(before):
            with at_work(compose=book.compose):
                made = _recoloured_whole(book, before, forme, laid, whole, showing)
            if made:
                return made
        if book.is_reworded(before):
            forme.memory = memory
        return _set(book, fonts, forme, showing, between_pages)

    return deeply(book.html, work)


def _set(
    book: DocumentInputs, fonts: Fonts, forme: Forme, showing: Showing, between_pages: Between
) -> Whole:
    with at_work(compose=book.compose) as work:
        addresses = AddressBook(book.assets)
        source = weasyprint.HTML(string=book.html, base_url=BASE, url_fetcher=addresses)
        text = StyledDocument.of(book.html, source, book.styles, work, between_pages)
        fit = fitted(text, book.pitch, book.sides, forme.memory)
        proof = _proof(fit.document, showing, book.lights, book.identifier, 0)
    bearings = fit.laid.bearings.of(fit.given, len(proof.leaves))
    sheets = sheets_of(fit, source, proof.pdf, fonts, work, {})
    keyed = _keyed(fit.document, fit.cuts, book)
    made = Whole(proof, sheets, keyed, fit.cuts, bearings, fit.steady)
    forme.leave(book, Laid(fit.document, source, fit.laid.contexts), made)
    return made


def _recoloured_whole(
    book: DocumentInputs,
    before: DocumentInputs | None,
    forme: Forme,
    laid: Laid,
    whole: Whole,
    showing: Showing,
) -> Whole | None:
    if before is None or book.styles != before.styles:
        styles = (DEFAULTS, *book.styles, stylesheet(whole.bearings.grown))
        rules = forme.cascade.apply(styles, BASE, laid.source.url_fetcher)
        try:
            laid = reinked(laid, cascade.styles_of(laid.source, rules))
        except CannotReink:
            return None
    proof = _proof(laid.document, showing, book.lights, book.identifier, 0)
    names = {sheet.name for sheet in book.styles}
    kept = (one for one in whole.sheets.remarks if not _is_heard(one, names))
    heard = (one for one in ignored(book.styles) if _is_heard(one, names))
    remarks = (*kept, *heard)
    sheets = replace(whole.sheets, pdf=proof.pdf, remarks=remarks)
    keyed = _keyed(laid.document, whole.cuts, book)
    made = replace(whole, proof=proof, sheets=sheets, keyed=keyed)
    forme.leave(book, laid, made)
    return made


def _keyed(
    document: EngineDocument, cuts: Sequence[Stretch], book: DocumentInputs
) -> Callable[[], bytes]:
    def write() -> bytes:
        with at_work(compose=book.compose):
            return to_press(document, cuts, book.identifier, {})

    return write


def set_alone(
    copy: Copy, fonts: Fonts, kept: Kept, showing: Showing, between_pages: Between = lambda: None
) -> Proof:
    """The pages that *copy* wants.

    Args:
        kept: what the galley before it has left; it is added to.

    Raises:
        BanxinError: `engine/crashed`.
    """
    hooks.install(speed.SUBSETS)
    with at_work(compose=copy.compose):
        made = laid_alone(copy, fonts, kept, between_pages)
        return _proof(made.document, showing, copy.lights, b"", copy.first, quick=True)


def laid_alone(copy: Copy, fonts: Fonts, kept: Kept, between_pages: Between = lambda: None) -> Laid:
    """The same pages as boxes, with the engine `at_work`; what stands in *kept* is taken from it.

    Raises:
        BanxinError: `engine/crashed`.
    """
    kept.use(fonts)
    before, laid = kept.copy, kept.laid
    kept.copy = kept.laid = None  # should the work be broken off, nothing half done is left
    made = None
    if laid is not None and before is not None and copy.is_recoloured(before):
        same = copy.styles == before.styles
        made = laid if same else _recoloured(copy, kept, laid)
    kept.laid = made or _laid(copy, kept, between_pages)
    kept.copy = copy
    return kept.laid


def _laid(copy: Copy, kept: Kept, between_pages: Between) -> Laid:
    stretch, bearings, children = copy.stretch, copy.bearings, copy.children
    with galley.primed(bearings, stretch, between_pages) as seen:
        book = AddressBook(copy.assets)
        source = weasyprint.HTML(string=copy.skeleton, base_url=BASE, url_fetcher=book)
        galley.fill(source.etree_element, children, bearings, stretch)
        indexed.entered(source.etree_element, bearings.targets)
        source.wrapper_element = type(source.wrapper_element).from_html_root(
            source.etree_element, content_language=None
        )
        rules = kept.cascade.apply((DEFAULTS, *copy.styles, _SHELLS), BASE, book)
        document = rendered(source, [rules], rules.configuration, rules.counters)
        asked = document.copy(document.pages[copy.first - stretch.page :])
    return Laid(asked, source, (seen.context,))


def _recoloured(copy: Copy, kept: Kept, laid: Laid) -> Laid | None:
    fetcher = laid.source.url_fetcher
    rules = kept.cascade.apply((DEFAULTS, *copy.styles, _SHELLS), BASE, fetcher)
    try:
        return reinked(laid, cascade.styles_of(laid.source, rules))
    except CannotReink:
        return None


def _proof(
    document: EngineDocument,
    showing: Showing,
    shown: Mapping[Key, Rgb],
    identifier: bytes,
    first: int,
    *,
    quick: bool = False,
) -> Proof:
    """`quick`: to look at once, so that compressing it would cost more than it saves."""
    found: list[str] = []

    def finish(laid: EngineDocument, pdf: pydyf.PDF) -> None:
        _light_up(pdf, shown)
        found.extend(identities(pdf, laid.fonts))
        _show(pdf, showing, pictures_of(laid.pages))

    document = document.copy()  # it gathers fonts as it is drawn
    pdf = written(document, pdf_identifier=identifier, finisher=finish, uncompressed_pdf=quick)
    leaves = (
        _leaf(page, identity, number)
        for number, (page, identity) in enumerate(
            zip(document.pages, found, strict=True), first + 1
        )
    )
    return Proof(pdf, tuple(leaves))


def _leaf(page: EnginePage, identity: str, number: int) -> PageRecord:
    left, top, right, bottom = (
        Length.px(page.bleed[side]) for side in ("left", "top", "right", "bottom")
    )
    return PageRecord(
        identity,
        Trim(Length.px(page.width), Length.px(page.height)),
        (left, top, right, bottom),
        tuple(standing(page._page_box, number)),
    )


def _is_heard(remark: Diagnostic, styles: Collection[str]) -> bool:
    """Whether it is told by reading one of the *styles*, by name, again."""
    return remark.place.file in styles and remark.code not in OF_PAGES


def _light_up(pdf: pydyf.PDF, shown: Mapping[Key, Rgb]) -> None:
    """Inks as they look on a screen in the place of their keys."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream):
            item.stream = [
                lit(piece, shown) if isinstance(piece, bytes) and _INKED.search(piece) else piece
                for piece in item.stream
            ]
        elif isinstance(item, pydyf.Dictionary) and "ShadingType" in item:
            _light_shading(item.get("Function"), shown)


def _light_shading(function: Any, shown: Mapping[Key, Rgb]) -> None:
    if not isinstance(function, pydyf.Dictionary):
        return
    for end in ("C0", "C1"):
        colour = function.get(end, ())
        rgb = shown.get(key_of(colour)) if len(colour) == 3 else None
        if rgb:
            function[end] = pydyf.Array([part / 255 for part in rgb])
    for part in function.get("Functions", ()):
        _light_shading(part, shown)


def _show(pdf: pydyf.PDF, showing: Showing, placed: Mapping[str, PicturePlaced]) -> None:
    """Photographs in the place of their proxies."""
    for name, image in tuple(_images(pdf)):
        shown = showing(name[:-1], placed.get(name[1:-1]))
        if shown is None:
            continue
        image.stream, image.compress = [shown.jpeg], False
        image.extra = _about(shown, "/DeviceGray" if shown.grey else "/DeviceRGB", "/DCTDecode")
        if shown.alpha is not None:
            mask = pydyf.Stream([shown.alpha], _about(shown, "/DeviceGray", "/FlateDecode"))
            pdf.add_object(mask)
            image.extra["SMask"] = mask.reference


def _about(shown: ScreenPhoto, space: str, coding: str) -> pydyf.Dictionary:
    return pydyf.Dictionary(
        {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": shown.width,
            "Height": shown.height,
            "ColorSpace": space,
            "BitsPerComponent": 8,
            "Filter": coding,
        }
    )


def _images(pdf: pydyf.PDF) -> Iterator[tuple[str, Any]]:
    """Every image by its name; the engine gives each one name only."""
    seen: set[int] = set()
    for item in pdf.objects:
        objects = item.get("XObject") if isinstance(item, pydyf.Dictionary) else None
        for name, reference in (objects or {}).items():
            number = int(reference.split()[0])
            thing = pdf.objects[number]
            if number not in seen and thing.extra.get("Subtype") == "/Image":
                seen.add(number)
                yield name, thing
