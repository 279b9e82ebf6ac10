"""Text on text or on pictures: what meets is told, where it is and which words."""

from __future__ import annotations

from pathlib import Path

import pytest

import banxin
from banxin.diagnostics import BanxinError, Diagnostic
from conftest import Builder, Title

PAGE = (
    '<html lang="zh-CN"><style>@page { size: 300pt 200pt; margin: 20pt } body { margin: 0 }'
    'p { margin: 0; font: 10pt/20pt "Noto Serif SC"; width: 100pt }'
    "div { position: absolute; left: 0; right: 0 }</style>"
)
FIRST = '<div data-at="a.md:1:1"><p>第一段文字在这里</p></div>'


PICTURE = '<img {} src="content/langfang/photos/sunset_by_Aitzol_Berasategi.jpg">'


def told(root: Path, *parts: str, code: str = "text/over-text") -> list[Diagnostic]:
    try:
        remarks = banxin.render(PAGE + "".join(parts), workspace=root, base=root).remarks
    except BanxinError as problem:
        remarks = problem.diagnostics
    return [d for d in remarks if d.code == code]


def below(points: float, left: float = 0) -> str:
    style = f"top: {points}pt; left: {left}pt"
    return f'<div data-at="b.md:7:2" style="{style}"><p>另一段文字</p></div>'


def test_two_blocks_that_meet_are_told_with_the_words_of_both(root: Path) -> None:
    (one,) = told(root, FIRST, below(5))

    assert (one.place.file, one.place.line, one.place.page) == ("b.md", 7, 1)
    assert (one.facts["words"], one.facts["under"]) == ("另一段文字", "第一段文字在这里")


@pytest.mark.parametrize(("down", "many"), [(-9, 0), (-7, 1), (7, 1), (9, 0)])
def test_type_of_ten_points_meets_below_eight(root: Path, down: int, many: int) -> None:
    first = FIRST.replace("<div ", '<div style="top: 60pt" ')

    assert len(told(root, first, below(60 + down))) == many


@pytest.mark.parametrize(
    ("weight", "size", "down", "many"),
    [(700, 76, 80, 1), (900, 60, 64, 1), (400, 48, 52, 1), (700, 76, 82, 0), (900, 60, 66, 0)],
)
def test_small_type_on_the_feet_of_large_type_is_told(
    weight: int, size: int, down: int, many: int, root: Path
) -> None:
    """A title's feet reach a tenth of its size below its baseline."""
    face = f"font: {weight} {size}pt/{size + 20}pt 'Noto Serif SC'; width: 260pt"
    title = f'<div data-at="a.md:1:1" style="top: 0"><p style="{face}">我们</p></div>'

    assert len(told(root, title, below(down))) == many


def test_side_by_side_they_do_not_meet(root: Path) -> None:
    assert told(root, FIRST, below(0, left=90)) == []


def test_what_is_meant_to_lie_under_text_is_let_be(root: Path) -> None:
    assert told(root, FIRST.replace("<div ", "<div data-under "), below(5)) == []


def test_lines_and_readings_of_one_block_are_its_own(root: Path) -> None:
    close = '<p style="line-height: 6pt; width: 30pt">一二三四五六七八九</p>'

    assert told(root, close) == []
    assert told(root, "<p><ruby>字<rt style='font-size: 5pt'>zì</rt></ruby>音</p>") == []


# --- pictures -----------------------------------------------------------------------------------


def pictured(root: Path, *, attribute: str = "", above: str = "", around: str = "") -> list[str]:
    """What is told of words over a picture of 100 × 60 points, by their beginning."""
    picture = PICTURE.format(f'{attribute} style="width: 100pt; height: 60pt"')
    frame = f'<div style="top: 0; {around}">{picture}</div>'
    text = f'<div data-at="b.md:7:2" style="top: 20pt; {above}"><p>压在图上的字</p></div>'
    found = told(root, frame, text, code="text/over-picture")
    assert {(d.place.file, d.place.line, d.place.page) for d in found} <= {("b.md", 7, 1)}
    return [str(d.facts["words"]) for d in found]


def test_words_on_a_picture_are_told(root: Path) -> None:
    assert pictured(root) == ["压在图上的字"]


def test_a_ground_between_them_is_what_they_need(root: Path) -> None:
    assert pictured(root, above="background: rgba(255, 255, 255, .8)") == []
    assert pictured(root, above="background: linear-gradient(#fff, #eee)") == []
    # Hardly any, one that ends before the words do, and one below the picture, are none.
    assert pictured(root, above="background: rgba(255, 255, 255, .1)") == ["压在图上的字"]
    assert pictured(root, above="background: #fff; height: 6pt") == ["压在图上的字"]
    assert pictured(root, around="background: #fff") == ["压在图上的字"]


def test_beside_a_picture_or_where_it_is_cut_away_there_is_nothing_to_tell(root: Path) -> None:
    assert pictured(root, above="left: 105pt") == []
    assert pictured(root, around="height: 18pt; overflow: hidden") == []


def test_a_picture_that_is_meant_to_lie_under_words_is_let_be(root: Path) -> None:
    assert pictured(root, attribute="data-under") == []


@pytest.mark.parametrize(("fit", "many"), [("contain", 0), ("cover", 1)])
def test_a_picture_is_where_it_is_seen_and_not_where_its_box_is(
    fit: str, many: int, root: Path
) -> None:
    """Three by two in a square: a third of the box stays white."""
    style = f"width: 90pt; height: 90pt; object-fit: {fit}; object-position: 0% 0%"
    picture = PICTURE.format(f'style="display: block; {style}"')
    words = '<div data-at="b.md:7:2" style="top: 75pt"><p>图说在图的下面</p></div>'

    assert len(told(root, picture, words, code="text/over-picture")) == many


@pytest.mark.parametrize("box", ["width: 20pt; white-space: nowrap", "height: 5pt", "left: -90pt"])
def test_words_of_another_block_are_told_where_they_are_written(box: str, root: Path) -> None:
    """A title in the contents: the fault is at the title's line, not at that of the contents."""
    style = f"position: absolute; right: auto; {box}"
    entry = '<p data-of="a.md:3:8" style="width: auto">一个题目写在这里</p>'
    page = f'<section data-at="contents.md:1:1"><div style="{style}">{entry}</div></section>'
    codes = ("text/too-wide", "text/too-long", "text/off-page")
    found = [d for code in codes for d in told(root, page, code=code)]

    assert {(d.place.file, d.place.line, d.place.column) for d in found} == {("a.md", 3, 8)}


def test_what_is_lost_of_an_upright_title_is_told_once(root: Path) -> None:
    cells = "".join(f'<span style="display: block">{c}</span>' for c in "封面的题目很长很长" * 4)
    page = f'<div data-at="a.md:2:1" style="top: 0; width: 10pt">{cells}</div>'

    (one,) = told(root, page, code="text/lost")
    assert (one.place.file, one.place.line) == ("a.md", 2)
    assert int(str(one.facts["count"])) > 9


def test_a_running_head_is_told_at_its_title(root: Path) -> None:
    style = "<style>@page { @top-left { content: string(head); width: 40pt; white-space: nowrap } }"
    head = "很长的书眉写不下还要写"
    page = (
        f"{style} section {{ string-set: head attr(data-head) }}</style>"
        f'<section data-head="{head}" data-of="a.md:4:8"><p>正文</p></section>'
    )

    (one,) = told(root, page, code="text/too-wide")
    assert (one.place.file, one.place.line) == ("a.md", 4)


TURNED = (
    '<div data-at="c.md:3:1" style="left: 40pt; top: 0pt"><p style="position: absolute; left: 0;'
    " top: 0; width: 100pt; transform-origin: 0 0; transform: translate(20pt, 0) rotate(90deg)"
    '">Twenty Years of Precision</p></div>'
)


def test_words_that_lie_on_their_side_are_seen_where_they_are_drawn(root: Path) -> None:
    (one,) = told(root, TURNED, below(60, left=30))

    assert (one.facts["words"], one.facts["under"]) == ("另一段文字", "Twenty Years of")
    assert told(root, TURNED, below(60, left=70)) == []
    assert told(root, TURNED, below(160, left=30)) == []  # they end above


def test_a_note_on_another_page_than_its_call_is_told_at_the_call(root: Path) -> None:
    style = (
        "<style>.footnote { float: footnote } p { width: 200pt; margin-top: 60pt }"
        "@page { @footnote { max-height: 30pt } }</style>"
    )
    notes = "".join(f'<span class="footnote">第{n}条脚注的文字</span>' for n in "一二三")
    block = f'<div data-at="d.md:9:1" style="position: static"><p>叫脚注的话{notes}</p></div>'

    (one,) = told(root, style, block, code="note/elsewhere")
    assert (one.place.line, one.place.page, one.facts["other"]) == (9, 1, 2)
    few = block.replace(notes, '<span class="footnote">脚注</span>')
    assert told(root, style.replace("30pt", "90pt"), few, code="note/elsewhere") == []


@pytest.mark.parametrize("template", ["text", "article"])
@pytest.mark.parametrize("before", [1, 2, 4])
def test_a_quotation_beside_the_text_is_clear_of_the_slip_over_it(
    template: str, before: int, title: Title, build: Builder
) -> None:
    """Early in a chapter, where the text has not come as far as the slip is long."""
    quoted = "::: pullquote {upright=yes}\n河水清清向东流去|桥上灯火夜夜长明\n:::\n\n"
    text = "桥修好的那天，人都来了。\n\n" * before + quoted + "后来又修了路。\n\n" * 9
    chapter = f"---\ntitle: 河边的桥和桥上的人\ntemplate: {template}\n---\n\n{text}"
    made = build(title(chapter=chapter), layout="shuxi")

    assert [f for f in made.report.findings if f.code.startswith("text/")] == []
