"""Sheets: the pages as the engine laid them out, before any finish."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from banxin.diagnostics import Cause, Diagnostic, Fact, Place, Severity, Subject
from banxin.typeset.regions import Region
from banxin.units import Length


@dataclass(frozen=True, slots=True)
class Trim:
    """Width and height of a page after cutting."""

    width: Length
    height: Length


@dataclass(frozen=True, slots=True)
class Landed:
    """A block of the manuscript on a page. `photo` is its picture's address, or empty."""

    place: Place
    photo: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How a stretch of columns fills its page: what an editor writes to.

    `lines` in each column; `room`: lines that the page would still take below them; `empty`:
    columns with neither line nor picture.
    """

    place: Place
    lines: tuple[int, ...]
    room: int
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """How much of a page's type area has something on it.

    Attributes:
        place: of the last block on the page.
        lines: of text in the type area, those side by side counted once.
        height: of the type area that has something on it, of `whole`.
        share: of the type area's surface that has something on it, 0 to 1.
        pitch: from one line to the next.
        under: the picture that takes the page's head from edge to edge, where there is one.
        alone: whether all that is on it is of one chapter.
    """

    place: Place
    lines: int
    height: Length
    whole: Length
    share: float
    pitch: Length
    under: Place | None
    alone: bool


@dataclass(frozen=True, slots=True)
class Sheets:
    """One layout, from which every finish is made.

    Attributes:
        pdf: RGB, photographs as proxies, no marks.
        trims: one a page; the PDF's own TrimBoxes, which the engine gets right.
        labels: one a page: the folio as printed, or where it would be.
        landed: where each block came to lie, in reading order.
        fits: how the columns fill their pages, in reading order.
        filled: how full the pages are that have something of the manuscript, in their order.
        regions: which element made what lies where.
    """

    pdf: bytes
    trims: tuple[Trim, ...]
    labels: tuple[str, ...]
    landed: tuple[Landed, ...]
    fits: tuple[Fit, ...]
    remarks: tuple[Diagnostic, ...]
    filled: tuple[Filled, ...] = ()
    regions: tuple[Region, ...] = ()

    def with_blanks(self, count: int) -> Sheets:
        """Where everything stands once *count* blank pages lie before the last one."""
        last = len(self.trims)

        def moved(place: Place) -> Place:
            return replace(place, page=last + count) if place.page == last else place

        return replace(
            self,
            trims=(*self.trims[:-1], *([self.trims[-1]] * (count + 1))),
            labels=(*self.labels[:-1], *([""] * count), *self.labels[-1:]),
            landed=tuple(replace(item, place=moved(item.place)) for item in self.landed),
            fits=tuple(replace(fit, place=moved(fit.place)) for fit in self.fits),
            remarks=tuple(replace(told, place=moved(told.place)) for told in self.remarks),
            filled=tuple(replace(page, place=moved(page.place)) for page in self.filled),
            regions=tuple(
                one._replace(page=last + count) if one.page == last else one for one in self.regions
            ),
        )

    def to_bytes(self) -> bytes:
        """For the cache: a line of JSON, then the PDF."""
        about = {
            "trims": [(t.width.in_pt, t.height.in_pt) for t in self.trims],
            "labels": self.labels,
            "landed": [(asdict(item.place), item.photo) for item in self.landed],
            "fits": [(asdict(f.place), f.lines, f.room, f.empty) for f in self.fits],
            "remarks": [_remark_to_json(r) for r in self.remarks],
            "filled": [_filled_to_json(page) for page in self.filled],
            "regions": self.regions,
        }
        return json.dumps(about, ensure_ascii=False).encode() + b"\n" + self.pdf

    @classmethod
    def from_bytes(cls, data: bytes) -> Sheets:
        head, _, pdf = data.partition(b"\n")
        about = json.loads(head)
        return cls(
            pdf=pdf,
            trims=tuple(Trim(Length.pt(w), Length.pt(h)) for w, h in about["trims"]),
            labels=tuple(about["labels"]),
            landed=tuple(Landed(_place(p), photo) for p, photo in about["landed"]),
            fits=tuple(Fit(_place(p), tuple(lines), *more) for p, lines, *more in about["fits"]),
            remarks=tuple(_remark_from_json(r) for r in about["remarks"]),
            filled=tuple(_filled_from_json(page) for page in about["filled"]),
            regions=tuple(
                Region(page, kind, _made(made), tuple(box))
                for page, kind, made, box in about["regions"]
            ),
        )


def _remark_to_json(remark: Diagnostic) -> Mapping[str, Any]:
    facts = {k: {"pt": v.in_pt} if isinstance(v, Length) else v for k, v in remark.facts.items()}
    return {
        "code": remark.code,
        "severity": remark.severity.value,
        "place": asdict(remark.place),
        "facts": facts,
        "made": remark.made,
        "cause": asdict(remark.cause) if remark.cause else None,
    }


def _remark_from_json(stored: Mapping[str, Any]) -> Diagnostic:
    facts: dict[str, Fact] = {
        k: Length.pt(v["pt"]) if isinstance(v, dict) else v for k, v in stored["facts"].items()
    }
    made, cause = stored["made"], stored["cause"]
    return Diagnostic(
        stored["code"],
        Severity(stored["severity"]),
        _place(stored["place"]),
        facts,
        _made(made) if made else None,
        Cause(_place(cause["place"]), cause["written"]) if cause else None,
    )


def _made(stored: Sequence[Any]) -> Subject:
    element, part, names, page = stored
    return Subject(element, part, tuple(names), _page_type(page))


def _page_type(stored: Sequence[Any]) -> tuple[Any, ...]:
    """Tuples where JSON has lists."""
    return tuple(_page_type(one) if isinstance(one, list) else one for one in stored)


def _filled_to_json(page: Filled) -> Mapping[str, Any]:
    return {
        "place": asdict(page.place),
        "lines": page.lines,
        "height": page.height.in_pt,
        "whole": page.whole.in_pt,
        "share": page.share,
        "pitch": page.pitch.in_pt,
        "under": asdict(page.under) if page.under else None,
        "alone": page.alone,
    }


def _filled_from_json(stored: Mapping[str, Any]) -> Filled:
    return Filled(
        _place(stored["place"]),
        stored["lines"],
        Length.pt(stored["height"]),
        Length.pt(stored["whole"]),
        stored["share"],
        Length.pt(stored["pitch"]),
        _place(stored["under"]) if stored["under"] else None,
        stored["alone"],
    )


def _place(stored: Mapping[str, Any]) -> Place:
    box = stored["box_mm"]
    return Place(
        stored["file"],
        stored["line"],
        stored["column"],
        stored["page"],
        tuple(box) if box else None,
    )
