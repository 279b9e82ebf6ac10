"""Lines as their author broke and spaced them; first letters, floats and leaders in paragraphs."""

from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

import banxin
from banxin.composer import layout
from measure import Glyph, glyphs, lines

LEFT, EM = 20.0, 10.0  # pt
STYLE = (
    '<html lang="zh-CN"><title>t</title><style>@page { size: 340pt 400pt; margin: 20pt }'
    'body { margin: 0; font: 10pt/2 "Noto Serif SC"; text-align: justify } p { margin: 0 }'
    "</style>"
)
TEXT = "段内有些文字要一直写到行尾再换行，" * 8


def set_lines(body: str, root: Path) -> list[list[Glyph]]:
    """The lines of the first page; that all is composed, and nothing told, is seen to."""
    sheets = banxin.render(STYLE + body, workspace=root)
    assert {r.code for r in sheets.remarks} <= {"line/loose", "line/runt"}
    return lines(list(glyphs(next(iter(pypdfium2.PdfDocument(sheets.pdf))))))


def at(line: list[Glyph]) -> list[float]:
    """Where each character begins, em from the left."""
    return [round((g.x - LEFT) / EM, 2) for g in line]


@pytest.mark.parametrize(
    ("style", "text", "starts"),
    [
        ("pre-wrap", "床前\n  明月\n\n    疑是", [0, 0.51, 1.02]),
        ("pre", "床前\n    明月\n疑是", [0, 1.02, 0]),
        ("pre-wrap", "床前\n　　明月\n　疑是", [0, 2, 1]),
        ("pre-line", "床前\n  明月\n\n疑是", [0, 0, 0]),
    ],
)
def test_spaces_at_the_head_of_a_verse_are_kept(
    style: str, text: str, starts: list[float], root: Path
) -> None:
    found = set_lines(f'<p style="white-space: {style}">{text}</p>', root)

    assert [at(line)[0] for line in found] == [pytest.approx(x, abs=0.02) for x in starts]
    gaps = [round((a[0].y - b[0].y) / EM) for a, b in pairwise(found)]
    assert gaps == ([2, 4] if "\n\n" in text else [2, 2])


def test_spaces_between_verses_are_kept_and_lines_may_end_there(root: Path) -> None:
    body = '<p style="white-space: pre-wrap; width: 6em">举头望明月    低头思故乡</p>'

    first, second = set_lines(body, root)

    assert "".join(g.text for g in first) == "举头望明月"
    assert at(second)[0] == 0


@pytest.mark.parametrize(
    ("size", "text", "expected"),
    [
        ("4em", "甲\t乙\t丙", [0, 4, 8]),
        ("4em", "甲乙丙丁\t乙", [0, 1, 2, 3, 8]),
        ("3em", "\t乙\n甲\t丙", [3]),
    ],
)
def test_tabs_go_to_their_stops(size: str, text: str, expected: list[float], root: Path) -> None:
    found = set_lines(f'<p style="white-space: pre; tab-size: {size}">{text}</p>', root)

    assert at(found[0]) == [pytest.approx(x, abs=0.02) for x in expected]


def test_a_hanging_indent_hangs(root: Path) -> None:
    first, *rest = set_lines(f'<p style="padding-left: 2em; text-indent: -2em">{TEXT}', root)

    assert at(first)[0] == 0
    assert [at(line)[0] for line in rest] == [2] * len(rest)


def test_a_first_letter_of_its_own_size_leaves_its_paragraph_composed(root: Path) -> None:
    style = "<style>p::first-letter { font-size: 2em; color: red }</style>"

    found = set_lines(f"{style}<p>{TEXT}</p>", root)

    assert found[0][0].size == pytest.approx(2 * found[0][1].size)
    assert {round(line[-1].x) for line in found[:-1]} <= {310, 315}


def test_a_first_letter_of_a_paragraph_that_the_engine_sets_is_as_large_as_its_style_says(
    root: Path,
) -> None:
    """A paragraph without Han is the engine's own; its letter is taken out of it once."""
    style = "<style>p::first-letter { font-size: 2em }</style>"

    found = set_lines(f"{style}<p lang=en>A city of its own, written in letters.</p>", root)

    sizes = [glyph.size for glyph in found[0]]
    assert sizes[0] == pytest.approx(2 * sizes[1])
    assert set(sizes[1:]) == {sizes[1]}


def test_a_drop_cap_pushes_the_lines_beside_it(root: Path) -> None:
    style = "<style>p::first-letter { float: left; font-size: 4em; line-height: 1 }</style>"

    found = set_lines(f"{style}<p>{TEXT}</p>", root)

    body = [[g for g in line if g.size < 20] for line in found]
    assert [at(line)[0] for line in body] == [4, 4, *[0] * (len(body) - 2)]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("place", [0, 40], ids=["at its head", "inside"])
def test_what_floats_in_a_paragraph_narrows_the_lines_beside_it(
    side: str, place: int, root: Path
) -> None:
    box = f'<i style="float: {side}; width: 5em; height: 3em"></i>'

    found = set_lines(f"<p>{TEXT[:place]}{box}{TEXT[place:]}</p>", root)

    assert Counter("".join(g.text for line in found for g in line)) == Counter(TEXT)
    starts = [at(line)[0] for line in found]
    ends = [round((line[-1].x - LEFT) / EM + 0.5) for line in found[:-1]]
    beside = slice(0, 2) if not place else slice(2, 4)
    narrow = [k for k in range(len(found)) if starts[k] == 5 or (k < len(ends) and ends[k] < 29)]
    assert narrow == list(range(len(found)))[beside]


@pytest.mark.parametrize("indent", ["0", "2em"])
def test_leaders_fill_their_lines_and_stand_below_each_other(indent: str, root: Path) -> None:
    style = "<style>p::after { content: leader('·') '12' }</style>"
    body = "".join(
        f'<p style="text-indent: {indent}">{title}</p>'
        for title in ("第一章", "城市让生活更美好", "二〇二〇年")
    )

    found = set_lines(style + body, root)

    assert [round(line[-1].right) for line in found] == [320] * 3
    dots = [{round(g.x, 1) for g in line if g.text == "·"} for line in found]
    assert dots[1] < dots[2] < dots[0]


def test_work_for_line_breaks_grows_with_their_number(root: Path) -> None:
    def calls(count: int) -> int:
        counted = 0

        def trace(frame: Any, event: str, _: object) -> None:
            nonlocal counted
            counted += event == "call" and frame.f_code.co_filename == layout.__file__

        threading.setprofile(trace)  # text so deep is laid out in a thread
        try:
            banxin.render(STYLE + "<p>" + "诗句一行，<br/>" * count, workspace=root)
        finally:
            threading.setprofile(None)
        return counted

    few, many = calls(300), calls(1200)
    assert 0 < many < 4.4 * few
