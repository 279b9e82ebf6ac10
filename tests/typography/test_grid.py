"""Measured in the PDF: characters and lines stand where the grid says, in millimetres."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from banxin.pipeline import Build

MM = 72 / 25.4
TOP, PITCH, FIRST = 20.0, 6.0, 4.602  # type area's head, line pitch, first baseline below it
BODY = 10.5


@dataclass(frozen=True)
class Character:
    """`x`, `y`: of its origin on the trimmed page, mm from the top left corner."""

    text: str
    x: float
    y: float
    size: float
    font: str


def characters(page: pypdfium2.PdfPage) -> Iterator[Character]:
    text = page.get_textpage()
    height = page.get_height()
    for index in range(text.count_chars()):
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        size = pdfium.FPDFText_GetFontSize(text, index)
        buffer, flags = ctypes.create_string_buffer(80), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(text, index, buffer, 80, flags)
        name = buffer.value.decode().partition("+")[2]
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        if not letter.isspace() and name:
            yield Character(letter, x.value / MM, (height - y.value) / MM, size, name)
    text.close()


@pytest.fixture(scope="module")
def pages(sample: Build) -> list[list[Character]]:
    (path,) = (f for f in sample.files if f.name.endswith("-screen.pdf"))
    document = pypdfium2.PdfDocument(Path(path))
    found = [list(characters(page)) for page in document]
    document.close()
    return found


def body(page: list[Character]) -> list[Character]:
    """Han characters of the body face and size."""
    return [
        c
        for c in page
        if c.font == "Noto-Serif-SC" and "\u4e00" <= c.text <= "\u9fff" and _is_body(c.size)
    ]


def _is_body(size: float) -> bool:
    return _is(size, BODY)


def _is(size: float, points: float) -> bool:
    """The engine writes sizes in CSS pixels, 96 to the inch."""
    return abs(size - points * 96 / 72) < 0.1


def off_grid(y: float) -> float:
    """Distance of a baseline from the nearest line of the grid, mm."""
    lines = (y - TOP - FIRST) / PITCH
    return abs(lines - round(lines)) * PITCH


def test_every_body_line_of_every_page_stands_on_one_grid(pages: list[list[Character]]) -> None:
    baselines = [(n, c.y) for n, page in enumerate(pages, 1) for c in body(page)]

    assert len(baselines) > 2500
    assert [(n, round(y, 3)) for n, y in baselines if off_grid(y) > 0.05] == []


@pytest.mark.parametrize(
    ("font", "points", "numbers", "least"),
    [
        ("Noto-Sans-SC-Bold", 12, range(1, 25), 60),  # headings of sections and lists
        ("LXGW-WenKai", 13, range(18, 22), 30),  # decks under titles
        ("Noto-Serif-SC-Bold", 13, [6], 40),  # entries of the contents
        ("Noto-Serif-SC-Heavy", 36, range(1, 25), 20),  # titles
        ("Noto-Sans-SC-Bold", 9, range(1, 25), 30),  # kickers and dates
        ("LXGW-WenKai", 8.5, [6, 12, 13, 16, 17, 26], 60),  # first lines of captions
    ],
)
def test_first_lines_of_the_other_styles_stand_on_it_too(
    pages: list[list[Character]], font: str, points: float, numbers: range | list[int], least: int
) -> None:
    there = [
        (n, c) for n in numbers for c in pages[n - 1] if c.font == font and _is(c.size, points)
    ]

    assert len(there) >= least
    assert [(n, c) for n, c in there if off_grid(c.y) > 0.05] == []


def test_facing_columns_are_level(pages: list[list[Character]]) -> None:
    """Where both columns of a page have a line, it is the same line."""
    columns = 0
    for page in pages:
        middle = 105.0
        left = {round(c.y, 2) for c in body(page) if c.x < middle}
        right = {round(c.y, 2) for c in body(page) if c.x > middle}
        columns += bool(left and right)
        apart = [min(abs(r - other) for other in left) % PITCH for r in right if left]
        assert all(min(a, PITCH - a) < 0.05 for a in apart)
    assert columns >= 6


def test_body_characters_are_one_em_apart_or_nearly(pages: list[list[Character]]) -> None:
    em = BODY / MM
    steps = [
        b.x - a.x
        for page in pages
        for a, b in pairwise(body(page))
        if abs(a.y - b.y) < 0.01 and 0 < b.x - a.x < em * 1.2
    ]

    exact = sum(abs(step - em) < 0.01 for step in steps)
    assert exact / len(steps) > 0.7
    assert sum(step < 1.03 * em for step in steps) / len(steps) > 0.88
    assert max(steps) < 1.1 * em
    assert min(steps) > 0.99 * em


def test_no_body_text_leaves_the_type_area(pages: list[list[Character]]) -> None:
    inside, outside, em = 18.0, 21.6, BODY / MM
    for number, page in enumerate(pages, 1):
        left, right = (inside, outside) if number % 2 else (outside, inside)
        for c in body(page):
            assert left - 0.05 <= c.x <= 210 - right - em + 0.05, (number, c)
            assert TOP <= c.y <= TOP + 240, (number, c)


def test_folios_stand_outside_on_the_last_line(pages: list[list[Character]]) -> None:
    last = TOP + 39 * PITCH + FIRST
    folios = 0
    for number, page in enumerate(pages, 1):
        digits = [
            c
            for c in page
            if c.font == "Noto-Serif-SC" and c.text.isdigit() and _is(c.size, 9) and c.y > 250
        ]
        if digits:
            folios += 1
            assert "".join(c.text for c in digits) == str(number - 2)
            assert all(abs(c.y - last) < 0.05 for c in digits)
            assert all(c.x < 21.6 for c in digits) or all(c.x > 210 - 21.6 for c in digits)
    assert folios >= 10


def test_no_line_of_the_body_begins_with_a_mark_that_may_not(pages: list[list[Character]]) -> None:
    forbidden = set("，。、；：！？”’）》〉】…")
    em, starts = BODY / MM, 0
    for page in pages:
        lines: dict[float, list[Character]] = {}
        for c in page:
            if c.font == "Noto-Serif-SC" and _is_body(c.size):
                lines.setdefault(round(c.y, 1), []).append(c)
        for line in lines.values():
            across = sorted(line, key=lambda c: c.x)
            first = [c for b, c in pairwise(across) if c.x - b.x > 1.7 * em]
            for start in (across[0], *first):
                starts += 1
                assert start.text not in forbidden
    assert starts > 140  # of 28 pages; half the chapters are drawn, or names
