"""A copy to be read: the pages as they are, with room to write, numbers beside, a foot that says
what it is.

Lines are those of print, for it is drawn over a screen file. What is added is drawn as outlines
and marked as no part of the text, so that a reader's program marks and copies the page alone.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from banxin.assets.fonts import outlines, width_of
from banxin.diagnostics import Place
from banxin.units import Length

FINISH: Final = "reading"
_SIDE: Final = Length.mm(25).in_pt  # paper beside the page to write on; pt, as all that follows
_HEAD: Final = Length.mm(12).in_pt
_FOOT: Final = Length.mm(18).in_pt
_AWAY: Final = Length.mm(1).in_pt  # from a number to the text that it stands beside
_NUMBER: Final = 6.5
_LINE: Final = 5.5
_WORDS: Final = 8.0
_BLUE: Final = ".1 .3 .62"
_GREY: Final = ".45 .45 .45"
_GROUND: Final = "banxinGround"  # white that lets a picture through, under numbers


@dataclass(frozen=True, slots=True)
class NumbersBeside:
    """Numbers beside a block: of the paragraph, or empty; and of its line in the manuscript."""

    place: Place
    number: str
    is_continued: bool


@dataclass(frozen=True, slots=True)
class AboutCopy:
    """What a reading copy is. `sources`: the sha256 of each file of the manuscript."""

    title: str
    layout: str
    edition: str
    date: datetime.date
    reading: int
    by: str
    sources: Mapping[str, str]


def beside(landed: Sequence[Place], numbers: Mapping[Place, str]) -> Iterator[NumbersBeside]:
    """What stands beside the blocks: a line once a page, and of a block's later pages that it
    goes on.
    """
    told: set[tuple[str, int, int]] = set()
    begun: set[str] = set()
    for place in landed:
        if not (place.file and place.line and place.page and place.box_mm):
            continue
        key = place.file, place.line, place.page
        if key in told:
            continue
        told.add(key)
        number = numbers.get(Place(place.file, place.line, place.column), "")
        yield NumbersBeside(place, number, number in begun)
        begun |= {number} if number else set()


def reading_copy(
    pdf: bytes, about: AboutCopy, marks: Sequence[NumbersBeside], face: bytes, foot: Sequence[str]
) -> bytes:
    """*pdf*, a screen file, on larger paper.

    Args:
        foot: a line below each page.
    """
    on_page: dict[int, list[NumbersBeside]] = {}
    for mark in marks:
        on_page.setdefault(mark.place.page or 1, []).append(mark)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, 1):
            _enlarge(document, page, on_page.get(number, ()), face, foot[number - 1])
        document.Root.PieceInfo = Dictionary(banxin=_piece(about))
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
        return out.getvalue()


def _piece(about: AboutCopy) -> Dictionary:
    """What the copy was made from, for who reads the comments in it: ISO 32000-1, 14.5."""
    private = Dictionary(
        Finish=String(FINISH),
        Title=String(about.title),
        Layout=String(about.layout),
        Edition=String(about.edition),
        Reading=about.reading,
        By=String(about.by),
        Sources=Array(
            [String(part) for file, digest in about.sources.items() for part in (file, digest)]
        ),
    )
    return Dictionary(LastModified=String(f"D:{about.date:%Y%m%d}000000+00'00'"), Private=private)


def _enlarge(
    pdf: pikepdf.Pdf, page: pikepdf.Page, marks: Sequence[NumbersBeside], face: bytes, foot: str
) -> None:
    left, low, right, top = (float(side) for side in page.trimbox)
    wide, high = right - left, top - low
    drawn = [
        "Q /Artifact BMC q",
        f"{_GREY} RG .3 w {left:.2f} {low:.2f} {wide:.2f} {high:.2f} re S",
    ]
    for mark in marks:
        drawn.extend(_numbers(mark, left, top, face))
    drawn.append(_said(face, foot, _WORDS, left, low - _FOOT / 2, _GREY))
    drawn.append("Q EMC")
    clip = f"q {left:.2f} {low:.2f} {wide:.2f} {high:.2f} re W n\n"
    page.contents_add(pdf.make_stream(clip.encode()), prepend=True)
    page.contents_add(pdf.make_stream("\n".join(drawn).encode()))
    state = Dictionary(ca=Decimal("0.8"))
    page.add_resource(pdf.make_indirect(state), Name.ExtGState, Name(f"/{_GROUND}"))
    paper = Array(
        [Decimal(f"{side:.4f}") for side in (left - _SIDE, low - _FOOT, right + _SIDE, top + _HEAD)]
    )
    page.MediaBox, page.CropBox, page.BleedBox = paper, paper, page.TrimBox


def _numbers(mark: NumbersBeside, left: float, top: float, face: bytes) -> Iterator[str]:
    """At the block's upper left corner, outside: the paragraph's number above the line's."""
    assert mark.place.box_mm is not None
    x0, y0, _, _ = (Length.mm(side).in_pt for side in mark.place.box_mm)
    rows = [(f"{mark.number}{'…' if mark.is_continued else ''}", _NUMBER, _BLUE)] * bool(
        mark.number
    )
    rows.append((str(mark.place.line), _LINE, _GREY))
    y = top - y0 - _NUMBER
    for words, size, colour in rows:
        long = width_of(face, words, size)
        x = left + x0 - _AWAY - long
        ground = f"{x - 0.5:.2f} {y - 1:.2f} {long + 1:.2f} {size + 0.5:.2f}"
        yield f"q /{_GROUND} gs 1 1 1 rg {ground} re f Q"
        yield _said(face, words, size, x, y, colour)
        y -= size + 1


def _said(face: bytes, words: str, size: float, x: float, y: float, colour: str) -> str:
    return f"q {colour} rg 1 0 0 1 {x:.2f} {y:.2f} cm\n{outlines(face, words, size).decode()} Q"
