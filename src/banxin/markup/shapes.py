"""What a paragraph is by its looks: a point of a list, a heading by hand, a line of a closing.

Offices write these as plain paragraphs. Templates get the names as classes of CSS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from banxin.manuscript import blocks as b
from banxin.manuscript.inlines import plain
from banxin.markup.grid import set_width

BROKEN: Final = "lines"  # the manuscript breaks its lines
POINT: Final = "point"  # begins with a number, as its like do: it is indented wherever it stands
KEPT: Final = "kept"  # stands in one column with what follows

HEADING: Final = 22  # em: a heading by hand is no longer
CLOSING: Final = 16  # em: nor a line of a closing
LINES: Final = 6  # of a closing
SIGNED: Final = 2  # lines over a date that have no formula before them

_HAN: Final = "[一二三四五六七八九十百〇零]+"
# GB/T 9704 (一、（一） 1. （1）), GB/T 1.1 (1.1), and how speeches count (一是, 其一).
_FORMS: Final = tuple(
    map(
        re.compile,
        (
            rf"第{_HAN}[编篇部章]",
            rf"第{_HAN}节",
            rf"{_HAN}[、．.]",
            rf"[（(]{_HAN}[）)]",
            r"\d{1,2}(?:[．、]|\.(?!\d)|[ \u3000]+(?=[\u3400-\u9fff]))",
            r"\d{1,2}(?:\.\d{1,2}){2,}(?![\d.])|\d{1,2}\.\d{1,2}[ \u3000]+(?=[\u3400-\u9fff])",
        ),
    )
)
_COUNTED: Final = re.compile(
    rf"[（(]\d{{1,2}}[）)]|[①-⑳]|第{_HAN}[条款项]|{_HAN}(?:是|要)|其{_HAN}"
)
_ENDED: Final = re.compile(r"[。．.，,；;：:！!、…]$")
_FORMULA: Final = re.compile(r"(?:专)?此致|敬礼|[即顺敬并谨恭]颂|[即顺敬谨恭]祝|谨[致启上]|祝好")
_DATE: Final = re.compile(
    r"(?:[\d〇○零一二三四五六七八九十]{2,4}年)?[^，。]{1,6}月(?:[^，。]{1,4}日)?"
)


def shapes(blocks: Sequence[b.Block]) -> tuple[str, ...]:
    """Of each block its names, parted by spaces; of what is no paragraph none."""
    kept = {*_headings(blocks), *_closings(blocks)}
    return tuple(" ".join(_names(block, kept=at in kept)) for at, block in enumerate(blocks))


def _names(block: b.Block, *, kept: bool) -> Iterator[str]:
    if not isinstance(block, b.Paragraph):
        return
    said = _said(block)
    if any(isinstance(inline, b.LineBreak) for inline in block.text):
        yield BROKEN
    if _form(said) is not None or _COUNTED.match(said):
        yield POINT
    if kept:
        yield KEPT


def _said(block: b.Block) -> str:
    return plain(block.text).strip() if isinstance(block, b.Paragraph) else ""


def _form(said: str) -> int | None:
    """Which of the forms of a number it begins with."""
    return next((at for at, form in enumerate(_FORMS) if form.match(said)), None)


def _headings(blocks: Sequence[b.Block]) -> Iterator[int]:
    """Short numbered paragraphs without an end, if what follows is not their like."""
    for at, (block, following) in enumerate(pairwise(blocks)):
        said = _said(block)
        form = _form(said)
        if form is None or set_width(said) > HEADING or _ENDED.search(said):
            continue
        if _form(_said(following)) != form:
            yield at


def _closings(blocks: Sequence[b.Block]) -> Iterator[int]:
    """Lines from a formula to the date, or those that are signed over a date; the last is free."""
    run: list[int] = []
    for at, block in enumerate(blocks):
        said = _said(block)
        run = [*run, at] if said and set_width(said) <= CLOSING else []
        formula = next((n for n in run[-LINES:] if _FORMULA.match(_said(blocks[n]))), None)
        if formula is not None:
            yield from range(formula, at)
        elif run and _DATE.fullmatch(said):
            yield from run[-1 - SIGNED : -1]
