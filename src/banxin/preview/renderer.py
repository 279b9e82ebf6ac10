"""From files to pages, again and again: the work of a process of its own.

One compositor sets the pages that are looked at, another the whole title, at leisure; they see
the same files and share nothing else.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from banxin import press as finishes
from banxin.diagnostics import BanxinError, Diagnostic, in_order
from banxin.edition import BoundFace
from banxin.finishes import Commission
from banxin.layouts import Layout
from banxin.pipeline import case_of
from banxin.preflight.judging import judge
from banxin.press import Finished
from banxin.preview.cached_workspace import CachedWorkspace
from banxin.preview.inspector import Look
from banxin.preview.loader import Bound, Reader
from banxin.preview.messages import (
    BLANK,
    All,
    Faults,
    Geometry,
    Home,
    Inspect,
    Inspected,
    Judged,
    LocatedFinding,
    Noticed,
    PageView,
    PhotoView,
    SetAll,
    SetPages,
    SomePages,
    Stand,
    TitleView,
    Unchanged,
)
from banxin.preview.photos import Lightbox
from banxin.request import Request
from banxin.typeset import (
    Forme,
    Kept,
    Landed,
    Proof,
    Proved,
    Sheets,
    Showing,
    first_baseline,
    origins,
    prove,
    prove_pages,
    standing_pages,
    standing_whole,
    unheeded,
)
from banxin.typeset import PageRecord as Laid
from banxin.typeset.galley import Bearings, as_bytes, from_bytes, opening
from banxin.typeset.inspection import Aim
from banxin.units import Length

PAGES_OF_A_SHEET: Final = 4

Answer = SomePages | Noticed | All | Judged | Unchanged | Faults | Inspected
Between = Callable[[], None]


class Renderer:
    """Answers `SetPages`, `SetAll` and `Inspect`."""

    def __init__(self, place: Home) -> None:
        self._reader = Reader(place)
        self._lightbox = Lightbox(self._reader.desk)
        self._darkroom = place.darkroom
        # Made when they are asked for, and no sooner: each has the engine's table of fonts, 200 kB
        # that WeasyPrint 70 does not give back.
        self._kept: defaultdict[Request, Kept] = defaultdict(Kept)
        self._formes: defaultdict[Request, Forme] = defaultdict(Forme)
        # What was looked into last, as long as nothing else is set here.
        self._looked_into: tuple[tuple[object, ...], Look] | None = None
        self._handed: bytes | None = None
        self._bearings: Bearings | None = None

    def answer(self, asked: SetPages | SetAll | Inspect, between: Between) -> Iterator[Answer]:
        """What is asked for, as soon as it is there.

        Args:
            between: called now and then; what it raises ends the work.
        """
        try:
            if isinstance(asked, Inspect):
                yield self._inspected(asked, between)
                return
            self._looked_into = None
            if isinstance(asked, SetPages):
                yield from self._pages(asked, between)
            else:
                yield from self._all(asked, between)
        except BanxinError as problem:
            yield Faults(tuple(map(self._reader.told, problem.diagnostics)))

    def _pages(self, asked: SetPages, between: Between) -> Iterator[Answer]:
        now = self._reader.bound(asked.request)
        if now.edition.digest == asked.known:
            yield Unchanged()
            return
        bearings = self._read(asked.bearings) or self._recalled(asked.request)
        if bearings is None and asked.first == 0:
            bearings = opening(len(now.edition.chapters))
        if bearings is not None and asked.first < len(bearings.starts):
            showing = self._showing(now)
            kept = self._kept[asked.request]
            pages = (asked.first, min(asked.last, len(bearings.starts) - 1))
            proof = prove_pages(now.edition, bearings, pages, kept, showing, between)
            if proof is not None:
                yield self._handed_over(now, proof, asked.first, len(bearings.starts))
        yield Noticed(self._told(in_order(_noticed(now))), now.edition.digest)

    def _all(self, asked: SetAll, between: Between) -> Iterator[Answer]:
        now = self._reader.bound(asked.request)
        if now.edition.digest == asked.known:
            yield Unchanged()
            return
        showing = self._showing(now)
        forme = self._formes[asked.request]
        proved = prove(now.edition, forme, showing, between)
        self._remember(asked.request, proved.bearings)
        yield self._everything(now, proved)
        between()
        yield from self._verdict(now, proved.for_press(), between)

    # --- looking into ---------------------------------------------------------------------------

    def _inspected(self, asked: Inspect, between: Between) -> Inspected:
        """Out of pages that stand here already, or are set for it alone."""
        now = self._reader.bound(asked.request)
        key = (asked.request, now.edition.digest, asked.pages)
        if self._looked_into is None or self._looked_into[0] != key:
            look = self._look(now, asked, between)
            self._looked_into = (key, look) if look else None
        if self._looked_into is None:
            return Inspected(None)
        look = self._looked_into[1]
        if not look.has(asked.page):
            return Inspected(None)
        if asked.lines:
            return Inspected(look.lines(asked.page))
        return Inspected(look.at(asked.page, Aim(asked.at, asked.box, asked.up)))

    def _look(self, now: Bound, asked: Inspect, between: Between) -> Look | None:
        bearings = self._read(asked.bearings)
        if bearings is not None and asked.pages[0] < len(bearings.starts):
            kept = self._kept[asked.request]
            pages = (asked.pages[0], min(asked.pages[1], len(bearings.starts) - 1))
            found = standing_pages(now.edition, bearings, pages, kept, between)
            if found is not None:
                return Look(now, found, origins(now.edition, found, pages, bearings), self._desk)
        forme = self._formes[asked.request]
        found = standing_whole(now.edition, forme)
        if found is None:
            prove(now.edition, forme, self._lightbox.showing(now.edition.photos), between)
            found = standing_whole(now.edition, forme)
        return Look(now, found, origins(now.edition, found), self._desk) if found else None

    @property
    def _desk(self) -> CachedWorkspace:
        return self._reader.desk

    # --- handing on -----------------------------------------------------------------------------

    def _everything(self, now: Bound, proved: Proved) -> All:
        count = len(proved.proof.leaves)
        blanks = -count % PAGES_OF_A_SHEET if now.edition.binding == "saddle" else 0
        pages = self._handed_over(now, proved.proof, 0, count)
        leaves = pages.leaves
        blank = replace(leaves[-1], identity=BLANK, stands=(), digest=BLANK)
        leaves = (*leaves[:-1], *([blank] * blanks), leaves[-1])
        bearings = None if proved.bearings is None else as_bytes(proved.bearings)
        sheets = proved.sheets.with_blanks(blanks)
        styles = now.layout.styles
        laid = (remark for remark in sheets.remarks if remark.place.file not in styles)
        told = self._told(in_order(laid))
        full = _fullness(proved.sheets, count)
        full = (*full[:-1], *([0.0] * blanks), *full[-1:])
        return All(replace(pages, leaves=leaves), bearings, sheets.labels, told, full)

    def _verdict(self, now: Bound, sheets: Sheets, between: Between) -> Iterator[Judged]:
        made = finishes.press(sheets, now.edition, now.profile, self._reader.desk)
        between()
        yield self._judged(now, sheets, made, between, with_ink=False)
        between()
        yield self._judged(now, sheets, made, between, with_ink=True)

    def _judged(
        self, now: Bound, sheets: Sheets, made: Finished, between: Between, *, with_ink: bool
    ) -> Judged:
        desk = self._reader.desk
        order = Commission(sheets, now.edition, now.profile, desk)
        case = case_of(now.job, now.text, order, {"press": made})
        report = judge(case, desk, with_ink=with_ink, between=between)
        found = report.findings
        if not with_ink:
            found = tuple(d for d in found if d.code != "check/skipped")
        limits = report.limits
        return Judged(
            now.edition.digest,
            self._told(found),
            tuple(PhotoView(row.page, row.file, row.ppi) for row in report.photos),
            (limits.least_ppi, limits.low_ppi, limits.wanted_ppi),
            limits.ink_limit,
            with_ink,
        )

    def _showing(self, now: Bound) -> Showing:
        desk, icc = self._reader.desk, now.profile.icc
        artwork = partial(finishes.artwork_of, edition=now.edition, icc=icc, darkroom=desk)
        return self._lightbox.showing(now.edition.photos, artwork)

    def _told(self, found: Sequence[Diagnostic]) -> tuple[LocatedFinding, ...]:
        return tuple(map(self._reader.told, found))

    # --- bearings: handed on, and kept for the next time that the preview is started -------------

    def _read(self, handed: bytes | None) -> Bearings | None:
        """What another compositor handed on; the same object as long as it is the same."""
        if handed != self._handed:
            self._handed = handed
            self._bearings = None if handed is None else from_bytes(handed)
        return self._bearings

    def _remember(self, request: Request, bearings: Bearings | None) -> None:
        if bearings is not None:
            self._reader.desk.keep("bearings", _key(request), as_bytes(bearings))

    def _recalled(self, request: Request) -> Bearings | None:
        kept = self._reader.desk.recall("bearings", _key(request))
        return None if kept is None else from_bytes(kept)

    # --- handing over -------------------------------------------------------------------------

    def _handed_over(self, now: Bound, proof: Proof, first: int, expected: int) -> SomePages:
        names = {photo.url: str(photo.name) for photo in now.edition.photos}
        names |= {art.url: str(art.name) for art in now.edition.artworks}
        leaves = tuple(_leaf(laid, names) for laid in proof.leaves)
        return SomePages(_about(now), first, leaves, self._put_down(proof.pdf), expected)

    def _put_down(self, pdf: bytes) -> Path:
        handle, name = tempfile.mkstemp(suffix=".pdf", dir=self._darkroom)
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
        return Path(name)


def _noticed(now: Bound) -> Iterator[Diagnostic]:
    remarks = (now.text.remarks, now.layout.remarks, now.edition.remarks, unheeded(now.layout))
    return chain.from_iterable(remarks)


def _fullness(sheets: Sheets, count: int) -> tuple[float, ...]:
    """Of each page, the share of its type area that has something on it."""
    shares = {filled.place.page: filled.share for filled in sheets.filled}
    return tuple(round(shares.get(number, 0.0), 3) for number in range(1, count + 1))


def _key(request: Request) -> str:
    return hashlib.sha256(repr(request).encode()).hexdigest()


def _leaf(laid: Laid, photos: dict[str, str]) -> PageView:
    left, top, right, bottom = (side.in_mm for side in laid.bleed)
    found = (_stand(landed, photos) for landed in laid.stands)
    stands = tuple(stand for stand in found if stand is not None)
    return PageView(
        laid.identity,
        round(laid.trim.width.in_mm, 3),
        round(laid.trim.height.in_mm, 3),
        (left, top, right, bottom),
        stands,
        hashlib.sha256(repr(stands).encode()).hexdigest()[:32],
    )


def _stand(landed: Landed, photos: dict[str, str]) -> Stand | None:
    place = landed.place
    if place.box_mm is None or (place.file is None and not landed.photo):
        return None
    photo = photos.get(landed.photo, "")
    return Stand(place.file or "", place.line or 0, place.column or 0, place.box_mm, photo)


def _about(now: Bound) -> TitleView:
    return TitleView(
        digest=now.edition.digest,
        title=now.edition.title.replace("|", ""),
        layout=now.layout.name,
        press=now.profile.name,
        binding=now.edition.binding,
        folds=tuple(tuple(fold.in_mm for fold in side) for side in now.layout.page.folds),
        geometry=_geometry(now.layout, now.edition.faces),
        spots=tuple(dict.fromkeys(ink.spot for ink in now.layout.inks if ink.spot)),
    )


def _geometry(layout: Layout, faces: Sequence[BoundFace]) -> Geometry:
    page, grid = layout.page, layout.grid

    def mm(length: Length) -> float:
        return round(length.in_mm, 4)

    return Geometry(
        top=mm(page.top),
        bottom=mm(page.bottom),
        inside=mm(page.inside),
        outside=mm(page.outside),
        bleed=mm(page.bleed),
        baseline=mm(grid.baseline),
        first=mm(first_baseline(layout.body, faces)),
        measure=mm(grid.character * grid.characters),
        columns=grid.columns,
        gutter=mm(grid.character * grid.gutter),
        lines=grid.lines,
    )
