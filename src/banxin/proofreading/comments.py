"""Marks on pages, each with the words under it and the line that they were written at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from banxin.diagnostics import Place
from banxin.proofreading.marks import ProofMark, seen
from banxin.proofreading.printed import Letter, PrintedPage
from banxin.proofreading.whence import Origin, Whence

_SHOWN: Final = 200  # characters of a note in a list
_FAR: Final = 12.0  # mm from a note's sign to the line that it is about
_ON_TEXT: Final = frozenset({"highlight", "underline", "strike", "replace"})


@dataclass(frozen=True, slots=True)
class Comment:
    """A mark that was read.

    Attributes:
        words: those under it, as printed.
        origin: where they are written; of an insertion, the letter before or behind it.
        behind: of an insertion, whether it goes behind that letter.
    """

    mark: ProofMark
    words: str
    origin: Origin | None
    behind: bool = False

    @property
    def place(self) -> Place:
        """In the manuscript and on the page."""
        page = self.mark.page
        if self.origin is None:
            return Place(page=page)
        at = self.origin.end if self.mark.kind == "insert" and self.behind else self.origin.start
        return self.origin.source.place(at).on_page(page)

    @property
    def says(self) -> str:
        """What was written, unless a program has only copied the words under the mark into it."""
        said = self.mark.says
        return "" if "".join(said.split()) == "".join(self.words.split()) else said

    def as_json(self) -> Mapping[str, Any]:
        mark, place = self.mark, self.place
        return {
            "page": mark.page,
            "kind": mark.kind,
            "words": self.words,
            "says": seen(self.says),
            "author": mark.author,
            "when": mark.when,
            "state": mark.state,
            "replies": [{"author": r.author, "says": seen(r.says)} for r in mark.replies],
            "file": place.file,
            "line": place.line,
            "column": place.column,
        }


def in_short(text: str) -> str:
    """As much of a note as a list shows, in a line."""
    line = " ".join(seen(text).split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def located(
    marks: Sequence[ProofMark], pages: Sequence[PrintedPage], whence: Whence
) -> tuple[Comment, ...]:
    """The marks in the order of their pages, and on a page of their lines in the manuscript's."""
    found: list[tuple[int, int, Comment]] = []
    for mark in marks:
        page = pages[mark.page - 1]
        comment, at = _located(mark, page, whence)
        found.append((mark.page, at, comment))
    return tuple(comment for _, _, comment in sorted(found, key=lambda item: item[:2]))


def _located(mark: ProofMark, page: PrintedPage, whence: Whence) -> tuple[Comment, int]:
    letters = page.letters
    if mark.kind == "insert":
        at, behind = _gap(mark, page)
        if at is None:
            return Comment(mark, "", None), len(letters)
        origin = whence.origin(letters, at, at + 1, mark.page)
        return Comment(mark, letters[at].character, origin, behind), at
    under = _under(mark, page)
    if not under and mark.kind not in _ON_TEXT:
        nearest = _nearest(mark, page)
        under = [] if nearest is None else [nearest]
    if not under:
        return Comment(mark, "", None), len(letters)
    # Letters of another column that a quad brushes are drawn elsewhere: the first stretch counts.
    words = "".join(letters[index].character for index in under)
    if mark.kind == "note":
        words = ""
    return Comment(mark, words, _origin(under, letters, whence, mark.page)), under[0]


def _origin(
    under: Sequence[int], letters: Sequence[Letter], whence: Whence, page: int
) -> Origin | None:
    """Of letters that follow one another; where others lie between, of all they stand among."""
    return whence.origin(letters, under[0], under[-1] + 1, page)


def _under(mark: ProofMark, page: PrintedPage) -> list[int]:
    """The letters whose middle a quad covers."""
    boxes = [_on_trim(quad, page) for quad in mark.quads]
    return [
        index
        for index, letter in enumerate(page.letters)
        if any(_covers(box, letter.middle) for box in boxes)
    ]


def _on_trim(
    quad: tuple[float, float, float, float], page: PrintedPage
) -> tuple[float, float, float, float]:
    x0, y1 = page.on_trim(quad[0], quad[1])
    x1, y0 = page.on_trim(quad[2], quad[3])
    return x0, y0, x1, y1


def _covers(box: tuple[float, float, float, float], point: tuple[float, float]) -> bool:
    x, y = point
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _nearest(mark: ProofMark, page: PrintedPage) -> int | None:
    """The letter at a note's sign or a stroke; None where it stands far from all."""
    if not mark.quads or not page.letters:
        return None
    x0, y0, x1, y1 = _on_trim(mark.quads[0], page)
    middle = (x0 + x1) / 2, (y0 + y1) / 2

    def far(index: int) -> float:
        x, y = page.letters[index].middle
        # The line decides, and only then how far along it: signs stand in margins.
        return 3 * abs(y - middle[1]) + abs(x - middle[0])

    best = min(range(len(page.letters)), key=far)
    return best if abs(page.letters[best].middle[1] - middle[1]) <= _FAR else None


def _gap(mark: ProofMark, page: PrintedPage) -> tuple[int | None, bool]:
    """The letter that a caret touches, and whether the caret stands behind it.

    A caret's point is at the top of its rectangle, in the line or at its foot.
    """
    if not mark.quads or not page.letters:
        return None, False
    x0, y0, x1, y1 = _on_trim(mark.quads[0], page)
    x = (x0 + x1) / 2

    def far(index: int) -> float:
        left, top, right, foot = page.letters[index].box
        aside = max(left - x, 0, x - right)
        beyond = min(max(top - y, 0, y - foot) for y in (y0, (y0 + y1) / 2))
        return 3 * beyond + aside + 0.01 * abs((left + right) / 2 - x)

    best = min(range(len(page.letters)), key=far)
    if far(best) > _FAR:
        return None, False
    middle_x, middle_y = page.letters[best].middle
    if _is_upright(page.letters, best):
        return best, (y0 + y1) / 2 > middle_y
    return best, x > middle_x


def _is_upright(letters: Sequence[Letter], at: int) -> bool:
    """Whether the line of a letter runs downwards: its neighbours stand above and below it."""
    x, y = letters[at].middle
    steps = [
        (abs(letters[near].middle[0] - x), abs(letters[near].middle[1] - y))
        for near in (at - 1, at + 1)
        if 0 <= near < len(letters)
    ]
    nearest = min(steps, key=lambda step: step[0] + step[1], default=(1.0, 0.0))
    return nearest[1] > nearest[0]
