"""Pages for eyes: laid out as a build lays them out, but past faults, and with everything told.

A `Proof` says of each page what it draws, and where the manuscript's blocks stand on it. `whole`
sets a whole document, `galley` only the pages that are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element

import pydyf
import weasyprint

from banxin.edition import Asset, BoundFace
from banxin.typeset import galley as galleys
from banxin.typeset.boxes import Fonts, standing
from banxin.typeset.engine import (
    BASE,
    AddressBook,
    Standing,
    at_work,
    rendered,
    sheets_of,
    written,
)
from banxin.typeset.galley import Bearings, Stretch
from banxin.typeset.identity import identities
from banxin.typeset.sheets import Landed, Sheets, Trim
from banxin.typeset.tokens import Stylesheet
from banxin.units import Length

MOST: Final = 200  # stylesheets and chapters that are kept
_SHELLS: Final = Stylesheet("(shells)", galleys.SHELL_CSS)
Between = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a photograph: a JPEG in RGB or grey, and its size in pixels.

    `alpha`: deflated rows, or None.
    """

    jpeg: bytes
    width: int
    height: int
    grey: bool = False
    alpha: bytes | None = None


Showing = Callable[[str], Shown | None]  # the name of a photograph in a PDF → what is shown of it


@dataclass(frozen=True, slots=True)
class Leaf:
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
    leaves: tuple[Leaf, ...]


@dataclass(slots=True)
class Kept:
    """What one galley leaves to the next: type left standing, and the chapters' elements."""

    faces: Sequence[BoundFace] = ()
    standing: Standing = field(default_factory=Standing)
    parts: dict[str, tuple[Element, ...]] = field(default_factory=dict)

    def standing_for(self, faces: Sequence[BoundFace]) -> Standing:
        """Anew where the fonts are others, or where there is too much of it."""
        if [face.url for face in faces] != [face.url for face in self.faces]:
            self.standing, self.faces = Standing(), tuple(faces)
        if len(self.standing.parsed) > MOST:
            self.standing = Standing()
        return self.standing

    def parts_of(self, html: str) -> tuple[Element, ...]:
        """The outermost elements of a chapter, the same ones for the same text."""
        if len(self.parts) > MOST:
            self.parts.clear()
        if html not in self.parts:
            self.parts[html] = galleys.parts_of(html)
        return self.parts[html]


def whole(
    html: str,
    styles: Sequence[Stylesheet],
    assets: Mapping[str, Asset],
    fonts: Fonts,
    identifier: bytes,
    *,
    compose: bool,
    showing: Showing,
    between_pages: Between = lambda: None,
) -> tuple[Proof, Sheets, Bearings | None]:
    """A whole document, as `engine.lay_out` sets it; faults are among the remarks of the Sheets.

    Args:
        between_pages: called before each page; what it raises ends the work.

    Raises:
        BanxinError: `engine/crashed`.
    """
    with at_work(compose=compose) as work, galleys.whole(between_pages) as seen:
        source = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=AddressBook(assets))
        document = rendered(source, styles, Standing(), work)
        proof = _proof(document, showing, identifier, 0)
    return proof, sheets_of(document, source, proof.pdf, fonts, work), seen.bearings


def galley(
    skeleton: str,
    children: Sequence[Element],
    stretch: Stretch,
    bearings: Bearings,
    first: int,
    styles: Sequence[Stylesheet],
    assets: Mapping[str, Asset],
    *,
    compose: bool,
    showing: Showing,
    kept: Standing,
    between_pages: Between = lambda: None,
) -> Proof:
    """The pages from *first* on, to the last that *stretch* wants.

    Args:
        children: of the body, those of the stretch.
        kept: what the galley before it has left standing; it is added to.

    Raises:
        BanxinError: `engine/crashed`.
    """
    with (
        at_work(compose=compose) as work,
        galleys.primed(bearings, stretch, children, between_pages),
    ):
        source = weasyprint.HTML(string=skeleton, base_url=BASE, url_fetcher=AddressBook(assets))
        galleys.fill(source.etree_element, children, bearings, stretch)
        source.wrapper_element = type(source.wrapper_element).from_html_root(
            source.etree_element, content_language=None
        )
        document = rendered(source, (*styles, _SHELLS), kept, work)
        asked = document.copy(document.pages[first - stretch.page :])
        return _proof(asked, showing, b"", first)


def _proof(document: Any, showing: Showing, identifier: bytes, first: int) -> Proof:
    found: list[str] = []

    def finish(laid: Any, pdf: pydyf.PDF) -> None:
        found.extend(identities(pdf, laid.fonts))
        _show(pdf, showing)

    pdf = written(document, pdf_identifier=identifier, finisher=finish)
    leaves = (
        _leaf(page, identity, number)
        for number, (page, identity) in enumerate(zip(document.pages, found, strict=True), first + 1)
    )
    return Proof(pdf, tuple(leaves))


def _leaf(page: Any, identity: str, number: int) -> Leaf:
    left, top, right, bottom = (
        Length.px(page.bleed[side]) for side in ("left", "top", "right", "bottom")
    )
    return Leaf(
        identity,
        Trim(Length.px(page.width), Length.px(page.height)),
        (left, top, right, bottom),
        tuple(standing(page._page_box, number)),
    )


def _show(pdf: pydyf.PDF, showing: Showing) -> None:
    """Photographs in the place of their proxies."""
    for name, image in tuple(_images(pdf)):
        shown = showing(name[:-1])
        if shown is None:
            continue
        image.stream, image.compress = [shown.jpeg], False
        image.extra = _about(shown, "/DeviceGray" if shown.grey else "/DeviceRGB", "/DCTDecode")
        if shown.alpha is not None:
            mask = pydyf.Stream([shown.alpha], _about(shown, "/DeviceGray", "/FlateDecode"))
            pdf.add_object(mask)
            image.extra["SMask"] = mask.reference


def _about(shown: Shown, space: str, coding: str) -> pydyf.Dictionary:
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
