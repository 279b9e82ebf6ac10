"""Pages that did not pass, to be looked at: a screen file that nobody can take for a good one.

Each page says so, across itself and above; the faults are pinned to their places and written out
below. The paper grows around the page, so that nothing of it is hidden.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from banxin.diagnostics import Box
from banxin.press.letters import Letters
from banxin.units import Length

MARK: Final = "未过检 · NOT FOR PRINT"
MOST: Final = 12  # faults written out below a page; the report has them all
_HEAD: Final = Length.mm(9).in_pt  # paper above the page, for the mark; pt, as all that follows
_EDGE: Final = Length.mm(3).in_pt
_PIN: Final = Length.mm(2).in_pt  # radius
_SIZE: Final = 8.0
_LEADING: Final = 11.0
_RED: Final = ".78 .1 .12"
_AMBER: Final = ".78 .5 0"
_PAPER: Final = ".98 .94 .93"
_VEIL: Final = "banxinVeil"  # the mark across a page lets the page through


More = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Pin:
    """A fault on its page.

    Attributes:
        page: from 1.
        box_mm: x0, y0, x1, y1 from the page's top left corner; None for the page as a whole.
        words: what is wrong, and where it is written.
        is_error: otherwise a warning.
    """

    page: int
    box_mm: Box | None
    words: str
    is_error: bool


def unchecked(pdf: bytes, pins: Sequence[Pin], face: bytes, more: More) -> bytes:
    """*pdf*, a screen file, marked as not to be printed, its faults pinned.

    Args:
        face: a font file for the words, with Han and Latin.
        more: what is said of so many that are not written out.
    """
    on_page: Mapping[int, list[Pin]] = defaultdict(list)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for pin in pins:
            # The press file has blank pages before its last one; a screen file has none.
            on_page[min(pin.page, len(document.pages))].append(pin)
        if "/Metadata" in document.Root:
            del document.Root["/Metadata"]  # whatever it claims, of this file it is not true
        letters = Letters(document, face, "BanxinWord")
        for number, page in enumerate(document.pages, 1):
            _mark(document, page, on_page[number], letters, more)
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
        return out.getvalue()


def _mark(
    pdf: pikepdf.Pdf, page: pikepdf.Page, pins: Sequence[Pin], letters: Letters, more: More
) -> None:
    left, low, right, top = (float(side) for side in page.mediabox)
    lines = list(_written_out(pins, right - left - 2 * _EDGE - 4 * _PIN, letters, more))
    foot = len(lines) * _LEADING + 2 * _EDGE if lines else 0.0

    def words(pieces: Sequence[str], size: float, x: float, y: float, colour: str) -> str:
        return f"q {colour} rg\n{letters.on(page, pieces, size, (x, y))} Q"

    def head(number: int, pin: Pin, x: float, y: float) -> Iterator[str]:
        said, size = str(number), 1.15 * _PIN
        wide = sum(letters.width(digit, size) for digit in said)
        yield _dot(pin, x, y)
        yield words(said, size, x - wide / 2, y - size * 0.36, "1 1 1")

    drawn = [
        "Q /Artifact BMC q",
        _veil(page, letters, (left, low, right, top)),
        f"{_PAPER} rg {left:.2f} {top:.2f} {right - left:.2f} {_HEAD:.2f} re f",
        f"{left:.2f} {low - foot:.2f} {right - left:.2f} {foot:.2f} re f",
        words((MARK,), 11, left + _EDGE, top + _EDGE, _RED),
    ]
    heads = _Heads()
    for number, pin in enumerate(pins, 1):
        if pin.box_mm is not None:
            x0, y0, x1, y1 = _on_paper(pin, left, top)
            box = f"{x0:.2f} {y0:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re S"
            drawn.append(f"{_colour(pin)} RG .6 w {box}")
            # At the corner, beside those that are there already.
            drawn.extend(head(number, pin, heads.beside(x0, y1), y1))
            _note(pdf, page, pin, left, top)
    y = low - _EDGE - _SIZE
    for number, told, line in lines:
        if number and told is not None:
            drawn.extend(head(number, told, left + _EDGE + _PIN, y + _SIZE * 0.35))
        drawn.append(words(line, _SIZE, left + _EDGE + 3 * _PIN, y, ".15 .15 .15"))
        y -= _LEADING
    drawn.append("Q EMC")
    page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
    page.contents_add(pdf.make_stream("\n".join(drawn).encode()))
    state = Dictionary(ca=Decimal("0.16"))
    page.add_resource(pdf.make_indirect(state), Name.ExtGState, Name(f"/{_VEIL}"))
    paper = Array([Decimal(f"{side:.4f}") for side in (left, low - foot, right, top + _HEAD)])
    page.MediaBox, page.CropBox = paper, paper


def _veil(page: pikepdf.Page, letters: Letters, box: Box) -> str:
    """The mark across the page, from corner to corner, thin enough to read through."""
    left, low, right, top = box
    wide, high = right - left, top - low
    long = (wide**2 + high**2) ** 0.5
    size = 0.8 * long / letters.width(MARK, 1)
    cos, sin = wide / long, high / long
    half = 0.4 * long
    x, y = (left + right) / 2 - half * cos, (low + top) / 2 - half * sin
    mark = letters.on(page, (MARK,), size, (0, 0))
    return (
        f"q /{_VEIL} gs {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x:.2f} {y:.2f} cm\n"
        # White beside red, so that it shows on any ground.
        f"{_RED} rg {mark}\n1 1 1 rg 1 0 0 1 {_EDGE / 5:.2f} {-_EDGE / 5:.2f} cm {mark} Q"
    )


def _written_out(
    pins: Sequence[Pin], width: float, letters: Letters, more: More
) -> Iterator[tuple[int, Pin | None, str]]:
    """Lines below the page: the number of the fault that a line begins, or 0; the fault; words."""
    for number, pin in enumerate(pins[:MOST], 1):
        for index, line in enumerate(_wrapped(pin.words, width, letters)):
            yield (0 if index else number), pin, line
    if len(pins) > MOST:
        yield 0, None, more(len(pins) - MOST)


def _wrapped(words: str, width: float, letters: Letters) -> Iterator[str]:
    """Lines that are no wider; a line may end at any character but within a Western word."""
    line, long = "", 0.0
    for part in _unbreakable(words):
        part_wide = _wide(letters, part)
        if line and long + part_wide > width:
            yield line.rstrip()
            line = part.lstrip()
            long = _wide(letters, line)
        else:
            line, long = line + part, long + part_wide
    if line:
        yield line


def _wide(letters: Letters, words: str) -> float:
    return sum(letters.width(character, _SIZE) for character in words)


def _unbreakable(words: str) -> Iterator[str]:
    word = ""
    for character in words:
        if character.isascii() and not character.isspace() and len(word) < 30:
            word += character
            continue
        if word:
            yield word
        word = ""
        yield character
    if word:
        yield word


class _Heads:
    """Where heads of pins stand. Looked up by place: a page may have thousands."""

    def __init__(self) -> None:
        self._taken: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
        self._next: dict[tuple[float, float], float] = {}

    def beside(self, x: float, y: float) -> float:
        """The first place at *x* or to the right of it where a head covers no other."""
        begun = x, y
        x = self._next.get(begun, x)
        while self._is_taken(x, y):
            x += 2.1 * _PIN
        self._taken[self._cell(x, y)].append((x, y))
        self._next[begun] = x
        return x

    def _is_taken(self, x: float, y: float) -> bool:
        column, row = self._cell(x, y)
        return any(
            abs(x - other) < 2 * _PIN and abs(y - high) < 2 * _PIN
            for near in product((column - 1, column, column + 1), (row - 1, row, row + 1))
            for other, high in self._taken.get(near, ())
        )

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        return int(x // (2 * _PIN)), int(y // (2 * _PIN))


def _dot(pin: Pin, x: float, y: float) -> str:
    """A pin's head."""
    k = 0.5523 * _PIN  # four Bézier curves make a circle: 4/3·(√2−1) of the radius
    r = _PIN
    return (
        f"{_colour(pin)} rg {x + r:.2f} {y:.2f} m "
        f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c f"
    )


def _note(pdf: pikepdf.Pdf, page: pikepdf.Page, pin: Pin, left: float, top: float) -> None:
    """The same words where a reader's program shows them: ISO 32000-2 §12.5.6.8."""
    square = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Square,
        Rect=Array([Decimal(f"{side:.2f}") for side in _on_paper(pin, left, top)]),
        Contents=String(pin.words),
        T=String("banxin"),  # whose word it is, among those of proofreaders
        Border=Array([0, 0, 0]),
        F=4,
    )
    if "/Annots" not in page:
        page.Annots = Array()
    page.Annots.append(pdf.make_indirect(square))


def _on_paper(pin: Pin, left: float, top: float) -> Box:
    assert pin.box_mm is not None
    x0, y0, x1, y1 = (Length.mm(side).in_pt for side in pin.box_mm)
    return left + x0, top - y1, left + x1, top - y0


def _colour(pin: Pin) -> str:
    return _RED if pin.is_error else _AMBER
