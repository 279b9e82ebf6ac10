"""Stand-ins out, artwork in: each page of a stranger's as a form that fills the same square."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Final

import pikepdf
from pikepdf import Name, Stream

from banxin import artwork, drawings
from banxin.artwork import Artwork, pages
from banxin.artwork.reading import UnusableError
from banxin.artwork.targets import PlateOf
from banxin.assets.colour import built_in, is_other_press
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, warning
from banxin.edition import Edition
from banxin.press.pictures import images
from banxin.workspace import Workspace

RECIPE: Final = 1  # counts up when the same page becomes another form
_OF_IMAGE: Final = frozenset({"/Length"})


def put_in(
    pdf: pikepdf.Pdf, edition: Edition, icc: bytes, darkroom: Workspace, *, screen: bool
) -> None:
    """Put the artwork of *edition* into *pdf*.

    Args:
        icc: of the press; the usual one if empty.
        darkroom: where forms are kept for the next build.
        screen: whether colours are as a screen shows them, or inks.
    """
    if not any(art.is_form for art in edition.artworks):
        return
    for name, image in images(pdf).items():
        made = artwork_of(name[:-1], edition, icc, darkroom, screen=screen)
        if made is not None:
            _replace(pdf, image, made)


def artwork_of(
    resource: str, edition: Edition, icc: bytes, darkroom: Workspace, *, screen: bool = True
) -> bytes | None:
    """What `pages.form` makes of the artwork whose stand-in has that name in a PDF, or None."""
    beyond = edition.layout.page.bleed.in_mm
    for art in edition.artworks:
        for url, more in ((art.url, 0.0), (art.bleeding, beyond)):
            if art.is_form and artwork.resource(url) == resource:
                plates = drawings.plates(art, edition.layout)
                how = (icc or built_in(), darkroom)
                return form_of(art, plates, *how, screen=screen, beyond=more)
    return None


def form_of(
    art: Artwork,
    plates: PlateOf,
    icc: bytes,
    darkroom: Workspace,
    *,
    screen: bool,
    beyond: float = 0.0,
) -> bytes:
    """Artwork as `pages.form` makes it, made once.

    Raises:
        BanxinError: it cannot be placed; it could when it was examined.
    """
    recipe = repr(
        (art.url, sorted(plates.items(), key=repr), screen, round(beyond, 4), RECIPE, pages.RECIPE)
    )
    key = hashlib.sha256(recipe.encode() + icc).hexdigest()
    kept = darkroom.recall("artwork", key)
    if kept is None:
        try:
            kept = pages.form(art.original(), art.page, icc, plates, screen=screen, beyond=beyond)
        except UnusableError as problem:
            facts = {"file": str(art.name), **problem.facts}
            raise BanxinError(error(problem.code, Place(), **facts)) from problem
        darkroom.keep("artwork", key, kept)
    return kept


def _replace(pdf: pikepdf.Pdf, image: Stream, made: bytes) -> None:
    """The form in the place of the picture, under the same number: all that draws it still does."""
    with pikepdf.open(io.BytesIO(made)) as source:
        form = pdf.copy_foreign(source.Root.Artwork)
    for key in list(image.keys()):
        if key not in _OF_IMAGE:
            del image[key]
    image.write(form.read_bytes())
    for key, value in form.items():
        if key not in {"/Length", "/Filter", "/DecodeParms"}:
            image[key] = value
    image.Type, image.Subtype = Name.XObject, Name.Form


def in_foreign_inks(edition: Edition, icc: bytes) -> Iterator[Diagnostic]:
    """Artwork whose inks are meant for another press: its numbers are printed as they are."""
    for art in edition.artworks:
        if not art.profiled:
            continue
        found = pages.look(art.original(), art.page)
        if any(is_other_press(profile, icc) for profile in found.profiles):
            picture = edition.pictures.get(art.name)
            place = picture.asked_at if picture else Place(str(art.name))
            yield warning("artwork/cmyk-profile", place, file=str(art.name))
