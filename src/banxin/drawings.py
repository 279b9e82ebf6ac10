"""Vector artwork that a title or its layout asks for: found and examined.

Inks that it brings along are inks of the edition like those of the layout: from there on marks,
plates, patches and the report know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from banxin import artwork
from banxin.artwork import Artwork, eps
from banxin.artwork.reading import UnusableError
from banxin.artwork.svg import OwnInk
from banxin.artwork.targets import PlateInUse, PlateOf
from banxin.assets.colour import Key, keys
from banxin.assets.fonts import Face
from banxin.assets.photos import proxy
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest, note, warning
from banxin.layouts import Ink, Layout
from banxin.units import Length
from banxin.workspace import Workspace

FOLDER: Final = "artwork"  # of a layout, and by custom of a title
_SUFFIXES: Final = frozenset({".ai", ".eps", ".pdf", ".svg", ".svgz"})
_HEAD: Final = 2000  # bytes that tell what a file is
_ASKED: Final = re.compile(rf"(?<![\w/.-]){FOLDER}/[^\s'\"()<>{{}}#]+\.(?:svgz?|pdf|eps|ai)", re.I)
_SHAPE: Final = 0.005  # of a side: less than what a guillotine is off
_ALIKE: Final = 1.0  # percent of an ink, between two makers' stand-ins for one plate
_MOST_TOLD: Final = 8  # colours
_PROXY: Final = 8  # pixels of the picture in whose place a page is put
Data = tuple[str, bytes]  # MIME type, content


def is_drawing(name: PurePosixPath, workspace: Workspace) -> bool:
    """Whether a file that is there is vector artwork, by what is in it."""
    file = artwork.split(name)[0]
    if file.suffix.lower() not in _SUFFIXES or not workspace.exists(file):
        return False
    try:
        _, original = workspace.original(file)
        return bool(artwork.kind_of(original()[:_HEAD], file.suffix))
    except BanxinError:
        return False  # who reads it as a photograph says why not


def load(name: PurePosixPath, place: Place, workspace: Workspace) -> Artwork:
    """Artwork that can be placed.

    Raises:
        BanxinError: it cannot be, and why.
    """
    file, page = artwork.split(name)
    digest, original = workspace.original(file, place)
    kind = artwork.kind_of(original()[:_HEAD], file.suffix)

    def as_pdf(data: bytes) -> bytes:
        kept = workspace.recall("eps", digest)
        if kept is None:
            kept = eps.as_pdf(data)
            workspace.keep("eps", digest, kept)
        return kept

    key = f"{digest}-{page}-{artwork.EXAMINED}-{'#' in str(name)}"
    kept = workspace.recall("artwork-examined", key)
    try:
        if kept is not None:
            source = (lambda: as_pdf(original())) if kind == "EPS" else original
            return artwork.remembered(name, digest, source, kept)
        made = artwork.examine(name, kind, original(), as_pdf)
    except UnusableError as problem:
        facts = {"file": str(file), **problem.facts}
        raise BanxinError(error(problem.code, place, **facts)) from problem
    workspace.keep("artwork-examined", key, artwork.as_remembered(made))
    return made


def of_layout(
    layout: Layout, workspace: Workspace, remarks: list[Diagnostic]
) -> Mapping[str, Artwork]:
    """Artwork that a layout's stylesheets and templates name, by the address that they write: a
    file of its own folder, or of the layout that it extends.

    Args:
        remarks: what is wrong with one is added to them.
    """
    found: dict[str, Artwork] = {}
    for address, place in _asked(layout):
        if address in found:
            continue
        there = (folder / address for folder in layout.folders)
        file = next((file for file in there if workspace.exists(file)), None)
        if file is None:
            own = workspace.files(layout.folders[0] / FOLDER)
            near = nearest(address, [f"{FOLDER}/{name}" for name in own])
            remarks.append(error("artwork/missing", place, file=address, near=near))
            continue
        try:
            found[address] = load(file, place, workspace)
        except BanxinError as problem:
            remarks.extend(problem.diagnostics)
    return found


def _asked(layout: Layout) -> Iterator[tuple[str, Place]]:
    files = {str(layout.template_files[name]): text for name, text in layout.templates.items()}
    for file, text in {**layout.styles, **files}.items():
        yield from _asked_in(file, text)


@lru_cache(maxsize=256)
def _asked_in(file: str, text: str) -> tuple[tuple[str, Place], ...]:
    return tuple(
        (asked[0], Place(file, text.count("\n", 0, asked.start()) + 1))
        for asked in _ASKED.finditer(text)
    )


# --- inks ---------------------------------------------------------------------------------


def among(layout: Layout, arts: Iterable[Artwork]) -> tuple[Layout, Mapping[str, Artwork]]:
    """The layout with the inks that *arts* bring along, and these by address, each of their inks
    with the swatch that stands for it.
    """
    inks = list(layout.inks)
    done: dict[str, Artwork] = {}
    for art in arts:
        swatches = tuple((name, _swatch(cmyk, plate, inks)) for name, cmyk, plate in art.inks)
        done.setdefault(art.url, replace(art, swatch_of=swatches))
    return replace(layout, inks=tuple(inks)), done


def _swatch(cmyk: tuple[float, float, float, float], plate: str, inks: list[Ink]) -> str:
    """The name of the swatch for an ink; it is added to *inks* if there is none.

    One plate is one plate, however its makers write capitals and spaces.
    """
    if plate:
        same = (ink for ink in inks if ink.spot and _bare(ink.spot) == _bare(plate))
    else:
        same = (ink for ink in inks if not ink.spot and ink.cmyk == cmyk)
    known = next(same, None)
    if known is not None:
        return known.name
    words = plate or "cmyk " + " ".join(f"{part:g}" for part in cmyk)
    taken = {ink.name for ink in inks}
    name = base = "art-" + re.sub(r"[^\w]+", "-", words).strip("-").lower()
    count = 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    inks.append(Ink(name, cmyk, plate, whole=cmyk))
    return name


def _bare(plate: str) -> str:
    return "".join(plate.split()).casefold()


def plates(art: Artwork, layout: Layout) -> PlateOf:
    """The plates of the edition, by the names that the file has for them."""
    inks = {ink.name: ink for ink in layout.inks}
    return {
        name: PlateInUse(inks[swatch].spot, inks[swatch].whole, inks[swatch].kind != "process")
        for name, swatch in art.swatch_of
    }


# --- what is to be told -------------------------------------------------------------------


def remarks(
    art: Artwork, layout: Layout, faces: Iterable[Face], place: Place
) -> Iterator[Diagnostic]:
    """What is to be known of artwork that can be placed.

    Args:
        layout: with the inks that artwork brings along.
    """
    file = str(art.name)
    if shown := [word for word in art.light if word]:
        told = ", ".join(shown[:_MOST_TOLD]) + ("…" if len(shown) > _MOST_TOLD else "")
        yield note("artwork/rgb", place, file=file, colours=told)
    if "" in art.light:
        yield note("artwork/rgb-picture", place, file=file)
    for code in art.notes:
        yield note(code, place, file=file)
    yield from _of_plates(art, layout, place)
    inks = [ink.name for ink in layout.inks]
    for name in art.swatches:
        if name not in inks:
            near = nearest(name, inks)
            yield error("artwork/swatch", place, file=file, ink=name, near=near)
    families = tuple(dict.fromkeys(face.family for face in faces))
    for family in art.families:
        if family not in families:
            known = " · ".join(families)
            near = nearest(family, families)
            yield error("artwork/family", place, file=file, family=family, near=near, known=known)
    if art.words.strip() and not art.families:
        yield error("artwork/family", place, file=file, family="–", near="", known="")


def _of_plates(art: Artwork, layout: Layout, place: Place) -> Iterator[Diagnostic]:
    known = plates(art, layout)
    for name, cmyk, plate in art.inks:
        if not plate:
            continue
        ours, whole = known[name].name, known[name].whole
        apart = max(abs(a - b) for a, b in zip(cmyk, whole, strict=True))
        if ours != plate or apart > _ALIKE:
            told = " ".join(f"{part:g}" for part in whole)
            yield note(
                "artwork/plate", place, file=str(art.name), plate=plate, ours=ours, cmyk=told
            )


def is_page(art: Artwork, layout: Layout) -> bool:
    """Whether it has the shape of a page of *layout*, so that its cut can be the page's."""
    page = layout.page
    return abs(art.width / art.height / (page.width.in_mm / page.height.in_mm) - 1) < _SHAPE


def as_a_page(art: Artwork, layout: Layout, place: Place) -> Iterator[Diagnostic]:
    """Of one that is to fill a page to beyond its cut: its shape, and what is cut off it."""
    page, needed = layout.page, layout.page.bleed.in_mm
    if layout.page.folds:
        return
    if not is_page(art, layout):
        sides = (art.width, art.height, page.width.in_mm, page.height.in_mm)
        wide, high, trim_wide, trim_high = (f"{side:.4g}" for side in sides)
        size, trim = f"{wide} × {high}", f"{trim_wide} × {trim_high}"
        yield warning("artwork/page-size", place, file=str(art.name), size=size, trim=trim)
        return
    if art.is_form and art.bleed < needed - 0.05:
        has, needs = round(art.bleed, 1), round(needed, 1)
        yield warning("artwork/no-bleed", place, file=str(art.name), has=has, needs=needs)


# --- in the layout ------------------------------------------------------------------------


def in_layout(
    arts: Iterable[Artwork], addresses: Mapping[str, Artwork], layout: Layout
) -> Mapping[str, Data]:
    """What the engine sees of artwork: by its own address, and by those that stylesheets write.

    Args:
        layout: with the inks that artwork brings along.
    """
    key_of = keys(ink.name for ink in layout.inks)
    bleed = layout.page.bleed
    found: dict[str, Data] = {}
    for art in arts:
        found |= _stand_ins(art, bleed) if art.is_form else {art.url: _drawn(art, key_of)}
    for address, art in addresses.items():
        found[address] = found[art.url]
    return found


def _stand_ins(art: Artwork, bleed: Length) -> dict[str, Data]:
    found: dict[str, Data] = {}
    for url, beyond in ((art.url, 0.0), (art.bleeding, bleed.in_mm)):
        inner = artwork.inner(url)
        size = (art.width + 2 * beyond, art.height + 2 * beyond)
        found[url] = ("image/svg+xml", artwork.stand_in(inner, *size))
        found[inner] = ("image/jpeg", proxy(_PROXY, _PROXY))
    return found


def _drawn(art: Artwork, key_of: Mapping[str, Key]) -> Data:
    swatches = dict(art.swatch_of)
    own = {
        OwnInk(cmyk, plate): key_of[swatches[name]]
        for name, cmyk, plate in art.inks
        if name in swatches
    }
    return "image/svg+xml", artwork.drawing(art, key_of.get, own)
