"""The finishes: passes over the one layout, with pikepdf. Nothing is laid out again."""

from __future__ import annotations

import datetime
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from banxin.assets.colour import is_press, is_same_press
from banxin.assets.photos import inside
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, note, warning
from banxin.edition import Edition
from banxin.press.artworks import in_foreign_inks, put_in
from banxin.press.marks import SLUG, Sheet, marks, patches
from banxin.press.metadata import CREATOR, identify, identify_for_readers, in_a_line
from banxin.press.pictures import OnPress, OnScreen, Placed, swap
from banxin.press.profiles import Profile
from banxin.press.separation import (
    REGISTRATION,
    Palette,
    light_up,
    plates_used,
    separate,
    space_name,
)
from banxin.press.slug import Slug
from banxin.press.used import Plater
from banxin.typeset import Sheets, Trim
from banxin.units import Length
from banxin.workspace import Workspace

PAGES_OF_A_SHEET: Final = 4
SCREEN: Final = OnScreen(ppi=150, jpeg=82, subsampling=2)


@dataclass(frozen=True, slots=True)
class Finished:
    """A file, what lies on its pages, and what was done to them.

    `parts`: of a perfect-bound book with a cover of its own, `inside` and `cover`: what is handed
    over instead of the file, which has all pages as they are read.
    """

    pdf: bytes
    placed: tuple[Placed, ...]
    remarks: tuple[Diagnostic, ...]
    blanks: int = 0  # pages put before the last one
    parts: Mapping[str, bytes] = field(default_factory=dict)


def press(
    sheets: Sheets,
    edition: Edition,
    profile: Profile,
    darkroom: Workspace,
    *,
    with_marks: bool = True,
    revision: int = 0,
) -> Finished:
    """For the print shop, as PDF/X-4: inks, exact boxes with a true bleed, marks.

    Pages of a saddle-stitched book come in fours: blank ones go before the back cover. Without
    marks there is no paper beyond the bleed.

    Args:
        revision: said in the slug and in the metadata; 0 of a first one.

    Raises:
        BanxinError: colours that no plates can be made of; transparency in a PDF/X-1a.
    """
    converts = edition.convert == "cmyk"
    quality = OnPress(profile.wanted_ppi, profile.icc, profile.ink_limit, converts)
    palette = Palette.of(edition.layout.inks, profile.icc)
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        placed = swap(pdf, edition.photos, profile.bleed, quality, darkroom)
        _strip(pdf)
        remarks = [
            *_untold(separate(pdf, palette), edition),
            *_in_foreign_inks(edition, profile.icc),
        ]
        put_in(pdf, edition, profile.icc, darkroom, screen=False)
        around = SLUG if with_marks else Length(0)
        _move_patterns(pdf, profile.bleed + around)
        _move_targets(pdf, profile.bleed + around)
        blanks = -len(pdf.pages) % PAGES_OF_A_SHEET if edition.binding == "saddle" else 0
        sheets = sheets.with_blanks(blanks)
        added = _fill_up(pdf, blanks, sheets.trims[-1])
        slug = Slug.of(pdf, edition, profile, revision)
        plater, used = Plater(), set[str]()
        for number, (page, trim) in enumerate(zip(pdf.pages, sheets.trims, strict=True), 1):
            folds = edition.layout.page.folds_on(number)
            sheet = Sheet(trim.width, trim.height, profile.bleed, folds, around)
            plates, drawn = plater.take(page), b""
            used |= plates
            if with_marks:
                bar = patches(plates, give_spaces(pdf, page, palette, plates))
                drawn = marks(sheet, str(REGISTRATION), bar, slug.on(page, number))
            set_boxes(pdf, page, sheet, drawn)
        _describe(pdf, edition, sheets.labels)
        identify(pdf, edition, profile, revision)
        if added:
            pages = ", ".join(map(str, added))
            remarks.append(note("press/blank-pages", count=len(added), pages=pages))
        remarks += plates_used(palette, used)
        opaque = profile.version == "PDF/X-1a"
        if opaque:
            _make_opaque(pdf)
        version = "1.4" if opaque else "1.6"
        return Finished(saved(pdf, version=version, press=True), placed, tuple(remarks), blanks)


def screen(sheets: Sheets, edition: Edition, darkroom: Workspace, icc: bytes = b"") -> Finished:
    """For readers: pages as cut, links, an outline, pictures at 150 ppi.

    Args:
        icc: of the press, as which pictures in inks are shown that do not say whose they are.
    """
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        placed = swap(pdf, edition.photos, Length.mm(0), replace(SCREEN, icc=icc), darkroom)
        light_up(pdf, edition.layout.inks)
        put_in(pdf, edition, icc, darkroom, screen=True)
        for page, trim in zip(pdf.pages, sheets.trims, strict=True):
            # The engine's trim starts at the origin, so nothing has to move.
            box = _box(Length(0), Length(0), trim.width, trim.height)
            page.MediaBox, page.TrimBox, page.CropBox = box, box, box
            if "/BleedBox" in page:
                del page["/BleedBox"]
        _describe(pdf, edition, sheets.labels)
        pdf.Root.PageLayout = Name.TwoPageRight
        remarks = identify_for_readers(pdf, edition)
        return Finished(saved(pdf, version="1.7", press=False), placed, remarks)


def _strip(pdf: pikepdf.Pdf) -> None:
    """What a press has no use for, and PDF/X-4 forbids: actions, forms, names, annotations."""
    for key in (
        "/Names", "/Dests", "/OpenAction", "/AA", "/AcroForm", "/PageMode",
        "/StructTreeRoot", "/MarkInfo", "/OCProperties",
    ):  # fmt: skip
        if key in pdf.Root:
            del pdf.Root[key]
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.Image:
            for image in (thing, thing.get("/SMask")):
                if image is not None and "/Interpolate" in image:
                    del image["/Interpolate"]


def _make_opaque(pdf: pikepdf.Pdf) -> None:
    """PDF/X-1a has no transparency (ISO 15930-4, 6.13). Nothing is flattened: what would need it
    is refused, since flattening turns type into pictures.

    Raises:
        BanxinError: `press/transparent`, with every page that is.
    """
    pages = [number for number, page in enumerate(pdf.pages, 1) if _is_transparent(page)]
    if pages:
        told = ", ".join(map(str, pages))
        raise BanxinError(error("press/transparent", Place(page=pages[0]), pages=told))
    for page in pdf.pages:
        del page.obj["/Group"]


def _is_transparent(page: pikepdf.Page) -> bool:
    states, objects, patterns = set(), [], []
    resources = page.resources
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "gs":
            states.add(str(instruction.operands[0]))
        elif operator == "Do":
            objects.append(resources.XObject[str(instruction.operands[0])])
        elif operator == "scn" and isinstance(instruction.operands[-1], Name):
            patterns.append(resources.Pattern[str(instruction.operands[-1])])
    for name in states:
        state = resources.ExtGState[name]
        if "/SMask" in state or any(float(state.get(key, 1)) < 1 for key in ("/ca", "/CA")):
            return True
    return any("/SMask" in thing or "/Group" in thing for thing in (*objects, *patterns))


def _untold(remarks: Iterable[Diagnostic], edition: Edition) -> Iterator[Diagnostic]:
    """Without the colours of a drawing, of which was told already that they are no swatches."""
    known = {colour for art in edition.artworks for colour in art.light}
    return (d for d in remarks if d.facts.get("colour") not in known)


def _in_foreign_inks(edition: Edition, icc: bytes) -> Iterator[Diagnostic]:
    """Pictures in the inks of another press, and what became of them."""
    for photo in edition.photos:
        if photo.mode != "CMYK" or photo.profile in {"", "?"} or photo.treatment:
            continue
        profile = inside(photo) or b""
        facts = {"file": str(photo.name), "profile": photo.profile}
        place = edition.pictures[photo.name].asked_at
        if not is_press(profile):
            yield warning("photo/broken-profile", place, **facts)
        elif is_same_press(profile, icc):
            continue
        elif edition.convert == "cmyk":
            yield note("photo/cmyk-converted", place, **facts)
        else:
            yield warning("photo/cmyk-profile", place, **facts)
    yield from in_foreign_inks(edition, icc)


def give_spaces(
    pdf: pikepdf.Pdf, page: pikepdf.Page, palette: Palette, plates: Collection[str]
) -> Mapping[str, str]:
    """What marks are drawn in: the space of all plates, and those of the page's own spots, by
    plate, of which the binder's are left out.
    """
    spots = {p: space_name(palette, p) for p in palette.plates if p in plates}
    if "/ColorSpace" not in page.resources:
        page.resources.ColorSpace = Dictionary()
    for name in (REGISTRATION, *spots.values()):
        page.resources.ColorSpace[str(name)] = palette.spaces(pdf)[name]
    return {p: str(name) for p, name in spots.items() if palette.plates[p].kind == "process"}


# --- boxes --------------------------------------------------------------------------------


def set_boxes(pdf: pikepdf.Pdf, page: pikepdf.Page, sheet: Sheet, drawn: bytes) -> None:
    """ISO 32000-2 §14.11.2: Trim inside Bleed inside Media; the sheet's corner is the origin.

    WeasyPrint 70 caps the BleedBox at 10 pt and swaps uneven bleeds of top and bottom.
    """
    bleed, width, height = sheet.bleed, sheet.width, sheet.height
    slug = sheet.slug
    edge = bleed + slug
    page.MediaBox = _box(Length(0), Length(0), width + 2 * edge, height + 2 * edge)
    page.BleedBox = _box(slug, slug, width + edge + bleed, height + edge + bleed)
    page.TrimBox = _box(edge, edge, width + edge, height + edge)
    for key in ("/CropBox", "/ArtBox", "/Annots", "/Tabs", "/StructParents", "/AA"):
        if key in page:
            del page[key]
    window = (slug, slug, width + 2 * bleed, height + 2 * bleed)
    clip = " ".join(f"{side.in_pt:.4f}" for side in window)
    before = f"q {clip} re W n 1 0 0 1 {edge.in_pt:.4f} {edge.in_pt:.4f} cm\n"
    page.contents_add(pdf.make_stream(before.encode()), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ\n" + drawn))
    page.contents_coalesce()


def _box(left: Length, low: Length, right: Length, top: Length) -> Array:
    return Array([_number(side) for side in (left, low, right, top)])


def _number(length: Length) -> Decimal:
    return Decimal(f"{length.in_pt:.4f}")


def _move_patterns(pdf: pikepdf.Pdf, by: Length) -> None:
    """Patterns of a page hang on its origin, not on the content's: they move apart.

    Those of forms and patterns hang on their parents, which have moved.
    """
    moved: set[tuple[int, int]] = set()
    for page in pdf.pages:
        for pattern in page.resources.get("/Pattern", Dictionary()).values():
            if pattern.objgen in moved:
                continue
            moved.add(pattern.objgen)
            matrix = [float(v) for v in pattern.get("/Matrix", (1, 0, 0, 1, 0, 0))]
            matrix[4:] = [v + by.in_pt for v in matrix[4:]]
            pattern.Matrix = Array([Decimal(f"{v:.6f}") for v in matrix])


def _move_targets(pdf: pikepdf.Pdf, by: Length) -> None:
    """Bookmarks point at places on pages, which have moved."""
    for item in pdf.objects:
        target = item.get("/Dest") if isinstance(item, Dictionary) else None
        if isinstance(target, Array) and len(target) == 5:
            for index in (2, 3):
                target[index] = Decimal(f"{float(target[index]) + by.in_pt:.4f}")


def _fill_up(pdf: pikepdf.Pdf, blanks: int, trim: Trim) -> tuple[int, ...]:
    """Blank pages before the last one, so that a saddle-stitched book folds; their numbers."""
    first = len(pdf.pages)
    if not blanks:
        return ()
    for _ in range(blanks):
        pdf.add_blank_page(page_size=(trim.width.in_pt, trim.height.in_pt))
        blank = pdf.pages[-1]
        blank.obj.Resources = Dictionary()
        blank.obj.Group = pdf.pages[0].obj.Group
    back = pdf.pages[first - 1]
    del pdf.pages[first - 1]
    pdf.pages.append(back)
    return tuple(range(first, first + blanks))


# --- the whole file -----------------------------------------------------------------------


def _describe(pdf: pikepdf.Pdf, edition: Edition, labels: Sequence[str]) -> None:
    """Title, dates from the edition rather than the clock, language, page labels."""
    stamp = _pdf_date(edition.date)
    for key in list(pdf.docinfo.keys()):
        if key != "/Producer":
            del pdf.docinfo[key]
    pdf.docinfo["/Title"] = String(in_a_line(edition.title))
    pdf.docinfo["/Subject"] = String(in_a_line(edition.subtitle))
    pdf.docinfo["/Creator"] = String(CREATOR)
    pdf.docinfo["/CreationDate"] = String(stamp)
    pdf.docinfo["/ModDate"] = String(stamp)
    pdf.Root.Lang = String(edition.lang)
    pdf.Root.PageLabels = Dictionary(Nums=Array(label_tree(labels)))
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _pdf_date(date: datetime.date) -> str:
    return f"D:{date:%Y%m%d}000000+00'00'"


def label_tree(labels: Sequence[str]) -> list[Any]:
    """ISO 32000-2 §12.4.2: ranges of labels. Decimal runs as one range, others one by one."""
    tree: list[Any] = []
    previous: int | None = None
    for index, label in enumerate(labels):
        number = int(label) if label.isdecimal() else None
        if number is None:
            tree += [index, Dictionary(P=String(label))]
        elif previous is None or number != previous + 1:
            tree += [index, Dictionary(S=Name.D, St=number)]
        previous = number
    return tree


def saved(pdf: pikepdf.Pdf, *, version: str, press: bool) -> bytes:
    """For a press without object streams: old RIPs read them badly."""
    out = io.BytesIO()
    modes = pikepdf.ObjectStreamMode
    pdf.remove_unreferenced_resources()
    pdf.save(
        out,
        force_version=version,
        object_stream_mode=modes.disable if press else modes.generate,
        compress_streams=True,
        deterministic_id=True,
    )
    return out.getvalue()
