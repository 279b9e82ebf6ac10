"""Pages for eyes: laid out as a build lays them out, but past faults, and with everything told.

A `Proof` says of each page what it draws, and where the manuscript's blocks stand on it. `whole`
sets a whole document, `galley` only the pages that are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from xml.etree.ElementTree import Element

import pydyf
import weasyprint

from banxin.edition import Asset
from banxin.typeset import galley as galleys
from banxin.typeset.boxes import Fonts, standing
from banxin.typeset.engine import (
    BASE,
    AddressBook,
    Standing,
    Work,
    at_work,
    rendered,
    sheets_of,
    written,
)
from banxin.typeset.galley import Bearings, Stretch
from banxin.typeset.html import Pieces
from banxin.typeset.identity import identities
from banxin.typeset.sheets import Landed, Sheets
from banxin.typeset.tokens import Stylesheet

_SHELLS: Final = Stylesheet("(shells)", galleys.SHELL_CSS)
Between = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a photograph: a JPEG in RGB, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Proof:
    """Pages, and what is to be known of each.

    Attributes:
        first: the number of the first page, from 0.
        sheets: their PDF is not tagged, and has small photographs in the place of proxies; faults
            are among the remarks.
        identities: a digest of what each page draws.
        stands: every piece of every block on each page, outer ones first.
        bearings: of a whole document.
    """

    first: int
    sheets: Sheets
    identities: tuple[str, ...]
    stands: tuple[tuple[Landed, ...], ...]
    bearings: Bearings | None = None


def whole(
    html: str,
    styles: Sequence[Stylesheet],
    assets: Mapping[str, Asset],
    fonts: Fonts,
    identifier: bytes,
    *,
    compose: bool,
    photos: Mapping[str, Shown],
    between_pages: Between = lambda: None,
) -> Proof:
    """A whole document. Arguments as `engine.lay_out`.

    Args:
        photos: the name of each in a PDF → what to show of it.
        between_pages: called before each page; what it raises ends the work.

    Raises:
        BanxinError: `engine/crashed`.
    """
    with at_work(compose=compose) as work, galleys.whole(between_pages) as seen:
        source = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=AddressBook(assets))
        document = rendered(source, styles, Standing(), work)
        proof = _proof(document, source, fonts, work, photos, identifier, 0)
    return replace(proof, bearings=seen.bearings)


def galley(
    pieces: Pieces,
    children: Sequence[Element],
    stretch: Stretch,
    bearings: Bearings,
    first: int,
    styles: Sequence[Stylesheet],
    assets: Mapping[str, Asset],
    fonts: Fonts,
    *,
    compose: bool,
    photos: Mapping[str, Shown],
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
        source = _source(pieces.skeleton, children, stretch, bearings, assets)
        document = rendered(source, (*styles, _SHELLS), kept, work)
        asked = document.copy(document.pages[first - stretch.page :])
        return _proof(asked, source, fonts, work, photos, b"", first)


def _source(
    skeleton: str,
    children: Sequence[Element],
    stretch: Stretch,
    bearings: Bearings,
    assets: Mapping[str, Asset],
) -> Any:
    book = AddressBook(assets)
    source = weasyprint.HTML(string=skeleton, base_url=BASE, url_fetcher=book)
    root = source.etree_element
    galleys.fill(root, children, bearings, stretch)
    source.wrapper_element = type(source.wrapper_element).from_html_root(
        root, content_language=None
    )
    return source


def _proof(
    document: Any,
    source: Any,
    fonts: Fonts,
    work: Work,
    photos: Mapping[str, Shown],
    identifier: bytes,
    first: int,
) -> Proof:
    found: list[str] = []

    def finish(written_out: Any, pdf: pydyf.PDF) -> None:
        found.extend(identities(pdf, written_out.fonts))
        _show(pdf, photos)

    pdf = written(document, pdf_identifier=identifier, finisher=finish)
    stands = (
        tuple(standing(page._page_box, number))
        for number, page in enumerate(document.pages, first + 1)
    )
    return Proof(
        first,
        sheets_of(document, source, pdf, fonts, work),
        tuple(found),
        tuple(stands),
    )


def _show(pdf: pydyf.PDF, photos: Mapping[str, Shown]) -> None:
    """Photographs in the place of their proxies."""
    for name, image in _images(pdf):
        shown = photos.get(name[:-1])
        if shown is None:
            continue
        image.stream = [shown.jpeg]
        image.compress = False
        image.extra = pydyf.Dictionary(
            {
                "Type": "/XObject",
                "Subtype": "/Image",
                "Width": shown.width,
                "Height": shown.height,
                "ColorSpace": "/DeviceRGB",
                "BitsPerComponent": 8,
                "Filter": "/DCTDecode",
            }
        )


def _images(pdf: pydyf.PDF) -> Iterator[tuple[str, Any]]:
    for item in pdf.objects:
        objects = item.get("XObject") if isinstance(item, pydyf.Dictionary) else None
        for name, reference in (objects or {}).items():
            thing = pdf.objects[int(reference.split()[0])]
            if thing.extra.get("Subtype") == "/Image":
                yield name, thing
