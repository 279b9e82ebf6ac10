"""From a sealed Edition to Sheets: HTML by the layout's templates, pages by the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final
from xml.etree.ElementTree import Element

from banxin.engine import ENGINE
from banxin.engine.recolour import Laid
from banxin.engine.speed import LONG, let_go

from banxin.assets.colour import Key, Rgb, lights
from banxin.assets.placeholders import pixels_needed
from banxin.diagnostics import Box, Diagnostic, Place, warning
from banxin.edition import Asset, BoundFace, Edition, Picture
from banxin.layouts import Layout
from banxin.markup.document import Composed, compose, pieces, stylesheets
from banxin.markup.front_matter import unprinted
from banxin.markup.origins import traced
from banxin.markup.tokens import Stylesheet, first_baseline, fonts_css
from banxin.typeset.causes import explained
from banxin.typeset.engine import DEFAULTS, StandingBook, Terms, at_work, ignored, lay_out
from banxin.typeset.fill import stylesheet
from banxin.typeset.galley import (
    Bearings,
    Stretch,
    body_of,
    children,
    children_of,
    inside,
    outline,
    owners,
    parts_of,
    place,
    steady,
)
from banxin.typeset.incremental import (
    Copy,
    DocumentInputs,
    Forme,
    Kept,
    PageRecord,
    Proof,
    ScreenPhoto,
    Showing,
    Whole,
    laid_alone,
    set_alone,
    set_whole,
)
from banxin.typeset.lint import examine
from banxin.typeset.sheets import Fit, Landed, Sheets, Trim
from banxin.typeset.survey import Fonts
from banxin.typeset.unplaced import as_left_out, unplaced
from banxin.units import Length

__all__ = [
    "ENGINE",
    "Bearings",
    "Fit",
    "Forme",
    "Kept",
    "Landed",
    "PageRecord",
    "Proof",
    "Proved",
    "ScreenPhoto",
    "Sheets",
    "Showing",
    "StandingBook",
    "StandingPages",
    "Trim",
    "examine",
    "explained",
    "first_baseline",
    "left_behind",
    "origins",
    "prove",
    "prove_pages",
    "set_html",
    "standing_pages",
    "standing_whole",
    "typeset",
    "unheeded",
]

Lay = Callable[[Composed, Edition, dict[str, Asset]], Sheets]
_OF_STYLES: Final = frozenset({"css/too-many", "css/ignored", "css/ignored-known"})
WANTED_PPI: Final = 300  # what a missing photograph is asked for


def typeset(
    edition: Edition, lay: Lay | None = None, standing: StandingBook | None = None
) -> Sheets:
    """The Edition's pages. A function of the Edition alone; their faults are among the remarks.

    Args:
        lay: what lays a document out, with more assets than the Edition has.
        standing: what another Edition has left behind; only time depends on it.

    Raises:
        BanxinError: faults of the templates; `engine/crashed`.
    """
    lay = lay or partial(_laid_out, standing=standing)
    page = compose(edition)
    sheets = lay(page, edition, {})
    unprinted_keys = tuple(unprinted(edition.layout, edition.chapters))
    left_out = (*page.remarks, *unplaced(edition, sheets.landed), *unprinted_keys)
    sheets = replace(sheets, remarks=as_left_out((*sheets.remarks, *left_out), edition))
    missing = tuple(p for p in edition.pictures.values() if p.is_missing)
    if not missing:
        return sheets
    # Only now is it known how large the missing photographs print: once more, with the numbers.
    told = tuple(d for picture in missing for d in _told(picture, sheets)) if edition.draft else ()
    named = {p.url: _labelled(p, _largest(p, sheets)) for p in missing}
    again = lay(page, edition, named)
    left_out = (*page.remarks, *unplaced(edition, again.landed), *unprinted_keys)
    return replace(again, remarks=as_left_out((*again.remarks, *left_out, *told), edition))


def left_behind(standing: StandingBook, sheets: Sheets) -> bytes | None:
    """What another process can take up of the book that *sheets* are of; it stands no longer."""
    left = standing.to_bytes()
    standing.forget()
    let_go(LONG)
    return left


def unheeded(layout: Layout) -> tuple[Diagnostic, ...]:
    """What the engine will not understand of a layout's stylesheets; of each, looked up once."""
    sheets = (Stylesheet(name, text) for name, text in layout.styles.items())
    return tuple(found for sheet in sheets for found in _unheeded(sheet))


@lru_cache(maxsize=64)
def _unheeded(sheet: Stylesheet) -> tuple[Diagnostic, ...]:
    return ignored([sheet])


@dataclass(frozen=True, slots=True)
class Proved:
    """A whole document for eyes, the Sheets that it is made of, and what its parts need to know.

    Attributes:
        sheets: their PDF is the proof's.
        bearings: None where no part of the document can be set alone.
        keyed: writes the PDF that a build writes; not until it is asked, since eyes come first.
    """

    proof: Proof
    sheets: Sheets
    bearings: Bearings | None
    keyed: Callable[[], bytes]

    def for_press(self) -> Sheets:
        """The Sheets that a build of the same title has.

        Raises:
            BanxinError: `engine/crashed`.
        """
        return replace(self.sheets, pdf=self.keyed())


def prove(
    edition: Edition,
    forme: Forme,
    showing: Showing,
    between_pages: Callable[[], None] = lambda: None,
) -> Proved:
    """The pages that `typeset` makes.

    Args:
        forme: the document is left standing in it, for the next time.
        showing: the name of a photograph in the PDF → what is shown of it.
        between_pages: called before each page; what it raises ends the work.

    Raises:
        BanxinError: faults of the templates; `engine/crashed`.
    """
    laid: list[Whole] = []

    def lay(page: Composed, edition: Edition, more: Mapping[str, Asset]) -> Sheets:
        whole = set_whole(
            _book(page, edition, more), Fonts(edition.faces), forme, showing, between_pages
        )
        laid.append(whole)
        return whole.sheets

    sheets = typeset(edition, lay)
    whole = laid[-1]
    missing = (p for p in edition.pictures.values() if p.is_missing)
    sizes = {p.url: _largest(p, sheets) for p in missing}
    bearings = _owned(whole.bearings, edition, sizes) if whole.steady else None
    return Proved(whole.proof, sheets, bearings, whole.keyed)


def _book(page: Composed, edition: Edition, more: Mapping[str, Asset]) -> DocumentInputs:
    return DocumentInputs(
        html=page.html,
        styles=page.styles,
        assets={**edition.assets, **more},
        identifier=bytes.fromhex(edition.digest_of_pages)[:16],
        compose=edition.compose,
        pitch=edition.layout.grid.baseline,
        sides=edition.layout.page.sides,
        lights=_lights(edition.layout),
    )


def _lights(layout: Layout) -> Mapping[Key, Rgb]:
    return lights((ink.name, ink.cmyk) for ink in layout.inks)


def _labels(edition: Edition, bearings: Bearings) -> Mapping[str, Asset]:
    """Stand-ins for the photographs that were missing when the whole was laid out."""
    missing = (p for p in edition.pictures.values() if p.url in bearings.missing)
    return {p.url: _labelled(p, bearings.missing[p.url]) for p in missing}


def prove_pages(
    edition: Edition,
    bearings: Bearings,
    pages: tuple[int, int],
    kept: Kept,
    showing: Showing,
    between_pages: Callable[[], None] = lambda: None,
) -> Proof | None:
    """Pages first to last, counted from 0, as they would stand in the whole.

    None where the whole has to be laid out first: the page template places chapters elsewhere, or
    paragraphs have a first letter or line of their own.

    Args:
        bearings: of the whole as it was laid out last.
        kept: what was left from the pages proved before; it is added to.

    Raises:
        BanxinError: faults of the templates; `engine/crashed`.
    """
    copy = copy_of(edition, bearings, pages, kept)
    if copy is None:
        return None
    return set_alone(copy, Fonts(edition.faces), kept, showing, between_pages)


def copy_of(
    edition: Edition, bearings: Bearings, pages: tuple[int, int], kept: Kept
) -> Copy | None:
    """What `prove_pages` sets; None where it sets nothing.

    Raises:
        BanxinError: faults of the templates.
    """
    styles = stylesheets(edition)
    skeleton = pieces(edition, place, inside=bearings.inside).skeleton
    around = kept.parts_of(skeleton, children)
    if outline(around) != bearings.outline:
        return None
    stretch = bearings.stretch(*pages)
    found = _children(edition, around, bearings, stretch, kept)
    if found is None:  # a chapter has other parts than it had
        stretch = bearings.stretch(*pages, chapters=True)
        found = _children(edition, around, bearings, stretch, kept)
    elements = [e for child in (*around, *(found or ())) for e in child.iter()]
    texts = (*(sheet.text for sheet in styles), *(e.get("style", "") for e in elements))
    if not steady(texts, elements):
        return None
    return Copy(
        skeleton=skeleton,
        children=found or (),
        stretch=stretch,
        bearings=bearings,
        first=pages[0],
        styles=(*styles, stylesheet(bearings.grown)),
        assets={**edition.assets, **_labels(edition, bearings)},
        compose=edition.compose,
        lights=_lights(edition.layout),
    )


@dataclass(frozen=True, slots=True)
class StandingPages:
    """Pages as boxes, laid out and not drawn.

    Attributes:
        first: the number of the first of them, from 0.
        styles: that they are set in.
        children: the elements that they are made of, outermost ones.
        is_whole: whether they are all pages of the document.
    """

    laid: Laid
    first: int
    styles: tuple[Stylesheet, ...]
    children: tuple[Element, ...]
    is_whole: bool = False

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.laid.document.pages)


def standing_pages(
    edition: Edition,
    bearings: Bearings,
    pages: tuple[int, int],
    kept: Kept,
    between_pages: Callable[[], None] = lambda: None,
) -> StandingPages | None:
    """What `prove_pages` sets, to look into; where it was set last it is not set again.

    Raises:
        BanxinError: as `prove_pages`.
    """
    copy = copy_of(edition, bearings, pages, kept)
    if copy is None:
        return None
    with at_work(compose=copy.compose):
        laid = laid_alone(copy, Fonts(edition.faces), kept, between_pages)
    return StandingPages(laid, copy.first, (DEFAULTS, *copy.styles), copy.children)


def standing_whole(edition: Edition, forme: Forme) -> StandingPages | None:
    """What `prove` has left standing; None where it is another document, or none."""
    book, laid, whole = forme.book, forme.laid, forme.whole
    if book is None or laid is None or whole is None:
        return None
    page = compose(edition)
    if page.html != book.html or page.styles != book.styles:
        return None
    styles = (DEFAULTS, *book.styles, stylesheet(whole.bearings.grown))
    return StandingPages(laid, 0, styles, tuple(body_of(laid.source.etree_element)), is_whole=True)


def origins(
    edition: Edition,
    standing: StandingPages,
    pages: tuple[int, int] = (0, 0),
    bearings: Bearings | None = None,
) -> tuple[tuple[Element, Element], ...]:
    """Elements of *standing*, outermost ones, and the same ones with tags that say their template.

    Args:
        pages, bearings: that it was set by; no bearings for the whole.
    """
    edition = traced(edition)
    if bearings is None:
        others = children(compose(edition).html)
    else:
        copy = copy_of(edition, bearings, pages, Kept())
        others = copy.children if copy else ()
    return tuple(zip(standing.children, others, strict=False))


def _children(
    edition: Edition,
    around: Sequence[Element],
    bearings: Bearings,
    stretch: Stretch,
    kept: Kept,
) -> tuple[Element, ...] | None:
    asked = set(bearings.owners[stretch.first : stretch.end]) - {-1}
    made = pieces(edition, place, asked).chapters if asked else {}
    parts = {number: kept.parts_of(html) for number, html in made.items()}
    return children_of(around, parts, bearings, stretch)


def _owned(
    bearings: Bearings, edition: Edition, missing: Mapping[str, tuple[float, float]]
) -> Bearings | None:
    """Which chapter each part is of; None where the page template does not tell."""
    within = inside(children(pieces(edition, place).skeleton))
    drawn = outline(children(pieces(edition, place, inside=within).skeleton))
    made = pieces(edition, place, [number for number in drawn if number >= 0]).chapters
    found = owners(drawn, {number: len(parts_of(html)) for number, html in made.items()})
    if len(found) != len(bearings.shells):
        return None
    return replace(bearings, owners=found, outline=drawn, inside=within, missing=missing)


def set_html(
    html: str,
    assets: Mapping[str, Asset],
    faces: Sequence[BoundFace],
    identifier: bytes,
    *,
    base: str | None,
    compose: bool,
) -> Sheets:
    """A page of its own making: no layout, no tokens but the fonts.

    Raises:
        BanxinError: `engine/crashed`.
    """
    first = f':where(html) {{ font-family: "{faces[0].family}" }}'
    styles = (Stylesheet("fonts", f"{fonts_css(faces)}\n{first}"),)
    terms = Terms(base, compose)
    return lay_out(html, styles, assets, Fonts(tuple(faces)), identifier, terms)


def _laid_out(
    page: Composed,
    edition: Edition,
    more: dict[str, Asset],
    standing: StandingBook | None = None,
) -> Sheets:
    sheets = lay_out(
        page.html,
        page.styles,
        {**edition.assets, **more},
        Fonts(edition.faces),
        bytes.fromhex(edition.digest_of_pages)[:16],
        Terms(
            compose=edition.compose,
            pitch=edition.layout.grid.baseline,
            sides=edition.layout.page.sides,
        ),
        standing,
    )
    remarks = tuple(_in_its_template(remark, edition.layout) for remark in sheets.remarks)
    return replace(sheets, remarks=remarks)


def _in_its_template(remark: Diagnostic, layout: Layout) -> Diagnostic:
    """What was told of a style that a template wrote, with the line that names it."""
    if remark.code not in _OF_STYLES or remark.place.file:
        return remark
    name = str(remark.facts["written"]).partition(":")[0]
    for template, text in layout.templates.items():
        for number, line in enumerate(text.splitlines(), 1):
            if f"{name}:" in line.replace(" :", ":"):
                place = Place(str(layout.template_files[template]), number)
                return replace(remark, place=place)
    return remark


def _boxes(picture: Picture, sheets: Sheets) -> Iterator[tuple[Landed, Box]]:
    for item in sheets.landed:
        if item.photo == picture.url and item.place.box_mm:
            yield item, item.place.box_mm


def _told(picture: Picture, sheets: Sheets) -> Iterator[Diagnostic]:
    for item, (x0, y0, x1, y1) in _boxes(picture, sheets):
        width, height = Length.mm(x1 - x0), Length.mm(y1 - y0)
        yield warning(
            "photo/for-position-only",
            item.place,
            file=str(picture.name),
            width=width,
            height=height,
            pixels_wide=pixels_needed(width, WANTED_PPI),
            pixels_high=pixels_needed(height, WANTED_PPI),
        )


def _largest(picture: Picture, sheets: Sheets) -> tuple[float, float]:
    """Width and height of its largest box, mm."""
    boxes = [(x1 - x0, y1 - y0) for _, (x0, y0, x1, y1) in _boxes(picture, sheets)]
    return max(boxes, default=(3.0, 2.0))


def _labelled(picture: Picture, size: tuple[float, float]) -> Asset:
    """The stand-in in the shape of its largest box, with the pixels wanted."""
    width, height = size
    wide, high = (pixels_needed(Length.mm(side), WANTED_PPI) for side in (width, height))
    return picture.stand_in(f"{wide} × {high} px", width, height)
