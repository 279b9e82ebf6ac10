"""The finishes: passes over the one layout, with pikepdf. Nothing is laid out again."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from banxin.diagnostics import Diagnostic, note
from banxin.edition import Edition
from banxin.press.marks import SLUG, marks
from banxin.press.pictures import Placed, Quality, swap
from banxin.press.profiles import Profile
from banxin.typeset import Sheets, Trim
from banxin.units import Length
from banxin.workspace import Workspace

PAGES_OF_A_SHEET: Final = 4
SCREEN: Final = Quality(ppi=150, jpeg=82, subsampling=2)


@dataclass(frozen=True, slots=True)
class Finished:
    """A file, what lies on its pages, and what was done to them."""

    pdf: bytes
    placed: tuple[Placed, ...]
    remarks: tuple[Diagnostic, ...]


def press(
    sheets: Sheets,
    edition: Edition,
    profile: Profile,
    darkroom: Workspace,
    *,
    with_marks: bool = True,
) -> Finished:
    """For the print shop: exact boxes with a true bleed, marks, pictures at full resolution.

    Pages of a saddle-stitched book come in fours: blank ones go before the back cover.
    """
    quality = Quality(ppi=profile.wanted_ppi, jpeg=92, subsampling=0)
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        placed = swap(pdf, edition.photos, profile.bleed, quality, darkroom)
        _move_patterns(pdf, profile.bleed + SLUG)
        for page, trim in zip(pdf.pages, sheets.trims, strict=True):
            _set_boxes(pdf, page, trim, profile.bleed, with_marks=with_marks)
        _move_targets(pdf, profile.bleed + SLUG)
        added = _fill_up(pdf, edition, sheets.trims[-1], profile.bleed)
        labels = (*sheets.labels[:-1], *([""] * len(added)), *sheets.labels[-1:])
        _describe(pdf, edition, labels)
        remarks = [note("press/rgb")]
        if added:
            pages = ", ".join(map(str, added))
            remarks.append(note("press/blank-pages", count=len(added), pages=pages))
        return Finished(_saved(pdf), placed, tuple(remarks))


def screen(sheets: Sheets, edition: Edition, darkroom: Workspace) -> Finished:
    """For readers: pages as cut, links, an outline, pictures at 150 ppi."""
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        placed = swap(pdf, edition.photos, Length.mm(0), SCREEN, darkroom)
        for page, trim in zip(pdf.pages, sheets.trims, strict=True):
            # The engine's trim starts at the origin, so nothing has to move.
            box = _box(Length(0), Length(0), trim.width, trim.height)
            page.MediaBox, page.TrimBox, page.CropBox = box, box, box
            if "/BleedBox" in page:
                del page["/BleedBox"]
        _describe(pdf, edition, sheets.labels)
        pdf.Root.PageLayout = Name.TwoPageRight
        return Finished(_saved(pdf), placed, ())


# --- boxes --------------------------------------------------------------------------------


def _set_boxes(
    pdf: pikepdf.Pdf, page: pikepdf.Page, trim: Trim, bleed: Length, *, with_marks: bool
) -> None:
    """ISO 32000-2 §14.11.2: Trim inside Bleed inside Media; the sheet's corner is the origin.

    WeasyPrint 70 caps the BleedBox at 10 pt and swaps uneven bleeds of top and bottom.
    """
    edge = bleed + SLUG
    page.MediaBox = _box(Length(0), Length(0), trim.width + 2 * edge, trim.height + 2 * edge)
    page.BleedBox = _box(SLUG, SLUG, trim.width + edge + bleed, trim.height + edge + bleed)
    page.TrimBox = _box(edge, edge, trim.width + edge, trim.height + edge)
    for key in ("/CropBox", "/ArtBox", "/Annots", "/Tabs", "/StructParents"):
        if key in page:
            del page[key]
    window = (SLUG, SLUG, trim.width + 2 * bleed, trim.height + 2 * bleed)
    clip = " ".join(f"{side.in_pt:.4f}" for side in window)
    before = f"q {clip} re W n 1 0 0 1 {edge.in_pt:.4f} {edge.in_pt:.4f} cm\n"
    page.contents_add(pdf.make_stream(before.encode()), prepend=True)
    after = b"\nQ\n" + (marks(trim.width, trim.height, bleed) if with_marks else b"")
    page.contents_add(pdf.make_stream(after))
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
    """Bookmarks point at places on pages, which have moved; named places are not for a press."""
    for key in ("/Names", "/Dests", "/OpenAction"):
        if key in pdf.Root:
            del pdf.Root[key]
    for item in pdf.objects:
        target = item.get("/Dest") if isinstance(item, Dictionary) else None
        if isinstance(target, Array) and len(target) == 5:
            for index in (2, 3):
                target[index] = Decimal(f"{float(target[index]) + by.in_pt:.4f}")


def _fill_up(pdf: pikepdf.Pdf, edition: Edition, trim: Trim, bleed: Length) -> tuple[int, ...]:
    """Blank pages before the last one, so that a saddle-stitched book folds; their numbers."""
    lacking = -len(pdf.pages) % PAGES_OF_A_SHEET if edition.binding == "saddle" else 0
    first = len(pdf.pages)
    if not lacking:
        return ()
    for _ in range(lacking):
        pdf.add_blank_page(page_size=(trim.width.in_pt, trim.height.in_pt))
        _set_boxes(pdf, pdf.pages[-1], trim, bleed, with_marks=True)
    back = pdf.pages[first - 1]
    del pdf.pages[first - 1]
    pdf.pages.append(back)
    return tuple(range(first, first + lacking))


# --- the whole file -----------------------------------------------------------------------


def _describe(pdf: pikepdf.Pdf, edition: Edition, labels: Sequence[str]) -> None:
    """Title, dates from the edition rather than the clock, language, page labels."""
    stamp = _pdf_date(edition.date)
    for key in list(pdf.docinfo.keys()):
        if key != "/Producer":
            del pdf.docinfo[key]
    pdf.docinfo["/Title"] = String(edition.title)
    pdf.docinfo["/Subject"] = String(edition.subtitle)
    pdf.docinfo["/Creator"] = String("banxin")
    pdf.docinfo["/CreationDate"] = String(stamp)
    pdf.docinfo["/ModDate"] = String(stamp)
    pdf.Root.Lang = String(edition.lang)
    pdf.Root.PageLabels = Dictionary(Nums=Array(_label_tree(labels)))
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _pdf_date(date: datetime.date) -> str:
    return f"D:{date:%Y%m%d}000000+00'00'"


def _label_tree(labels: Sequence[str]) -> list[Any]:
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


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(
        out,
        min_version="1.6",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,
    )
    return out.getvalue()
