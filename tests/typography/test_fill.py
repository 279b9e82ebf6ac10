"""Pages made full: who gets the lines at a page's foot, and who gives some up.

The page holds 20 lines of 20 pt, in one column or in two of 10 characters.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from banxin.edition import TEMPLATE_CHARACTERS, faces_for
from banxin.markup.tokens import Stylesheet, fonts_css
from banxin.typeset import engine
from banxin.typeset.engine import Terms, lay_out
from banxin.typeset.sheets import Sheets
from banxin.typeset.survey import Fonts
from banxin.units import Length
from banxin.workspace import Workspace
from measure import glyphs

PITCH, MARGIN = 20.0, 20.0
HAN = "城乡面貌焕然一新经济社会持续健康发展人民生活水平不断提高"
CSS = (
    "@page { size: 260pt 440pt; margin: 20pt } body { margin: 0; font: 10pt/20pt 'Noto Serif SC' }"
    "p, figure { margin: 0 } main { columns: 2; column-gap: 20pt } figure { break-inside: avoid }"
    "figure { height: calc((var(--n) + var(--more, 0)) * 20pt) }"
)


def pages(root: Path, html: str, css: str = "") -> tuple[list[dict[str, float]], Sheets]:
    """Of each page, where the first character of each word stands: its line, counted from 0."""
    faces, assets = faces_for(TEMPLATE_CHARACTERS | frozenset(html + css), Workspace(root))
    styles = (Stylesheet("fonts", fonts_css(faces)), Stylesheet("own", CSS + css))
    text = f'<html lang="zh-CN"><body>{html}'
    made = lay_out(
        text, styles, assets, Fonts(tuple(faces)), bytes(16), Terms(pitch=Length.pt(PITCH))
    )
    document = pypdfium2.PdfDocument(made.pdf)
    found = []
    for page in document:
        foot = page.get_height() - MARGIN
        found.append({g.text: round((foot - g.y) / PITCH - 0.5) for g in glyphs(page)})
    document.close()
    return found, made


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pages each laying out has made."""
    counts: list[int] = []
    rendered = engine.rendered

    def counted(*asked: Any) -> Any:
        document = rendered(*asked)
        counts.append(len(document.pages))
        return document

    monkeypatch.setattr(engine, "rendered", counted)
    return counts


def figure(name: str, lines: int, give: str, more: str = "") -> str:
    style = f"--n: {lines}; --give: {give}; {more}"
    return f'<figure id="f{name}" style="{style}">{name}</figure>'


def words(name: str, lines: int) -> str:
    return f"<p>{name}{(HAN * 20)[: 10 * lines - 1]}</p>"


def test_a_picture_grows_by_the_lines_that_are_left(root: Path) -> None:
    (page,), _ = pages(root, figure("甲", 10, "8") + "<p>乙</p>")

    assert page == {"甲": 0, "乙": 18}  # 10 + 8: nine are free, eight are all it may take


def test_two_share_them_evenly(root: Path) -> None:
    (page,), _ = pages(root, figure("甲", 6, "9") + figure("乙", 6, "9") + "<p>丙</p>")

    assert page["乙"] in {9, 10}
    assert page["丙"] == 19


def test_a_picture_grows_only_as_far_as_it_is_sharp(root: Path) -> None:
    (page,), _ = pages(root, figure("甲", 10, "9", "--sharp: 15") + "<p>乙</p>")

    assert page["乙"] == 15


def test_where_little_can_be_taken_the_page_is_left(root: Path) -> None:
    """Three lines of sixteen would look like a slip of the hand."""
    (page,), _ = pages(root, figure("甲", 3, "3") + "<p>乙</p>")

    assert page["乙"] == 3


def test_without_a_name_a_box_gets_nothing(root: Path) -> None:
    (page,), _ = pages(root, figure("甲", 10, "9").replace("id=", "title=") + "<p>乙</p>")

    assert page["乙"] == 10


def test_stacks_side_by_side_end_together(root: Path) -> None:
    row = (
        '<div style="display: flex"><div style="width: 50%; --full: 1">'
        + figure("甲", 4, "20")
        + '<p>乙</p></div><div style="width: 50%; --full: 1">'
        + words("丙", 12)
        + "<p>丁</p></div></div>"
    )
    (page,), _ = pages(root, row)

    assert page["乙"] == page["丁"]
    assert page["丁"] > 10


@pytest.mark.parametrize(("give", "count"), [("0 -3", 1), ("0", 2)])
def test_a_few_lines_do_not_take_a_page_of_their_own(root: Path, give: str, count: int) -> None:
    """Two columns of 20 lines hold a picture of 9 and 31 of text; it can give way to two more."""
    text = figure("甲", 9, give) + words("乙", 33)
    found, _ = pages(root, f"<main>{text}</main>")

    assert len(found) == count


def test_no_picture_loses_more_than_a_third(root: Path) -> None:
    text = figure("甲", 9, "0 -9") + words("乙", 36)
    found, _ = pages(root, f"<main>{text}</main>")

    assert len(found) == 2


def test_a_part_that_cannot_be_full_takes_nothing_from_the_others(root: Path) -> None:
    """Where the first part's picture grew, the words below it would go on to another page."""
    words_and_white = '<p style="padding-bottom: 80pt; break-inside: avoid">乙</p>'
    crowded = figure("甲", 10, "8") + words_and_white
    roomy = figure("丙", 10, "8") + "<p>丁</p>"

    found, _ = pages(root, f'{crowded}<section style="break-before: page">{roomy}</section>')

    assert found == [{"甲": 0, "乙": 10}, {"丙": 0, "丁": 18}]


@pytest.mark.parametrize(
    "block",
    [
        '<p data-at="a:2:1">乙</p><p data-at="a:3:1" {}>丙</p>',
        '<div data-at="a:2:1"><p>乙</p><p {}>丙</p></div>',
        '<div data-at="a:2:1"><p data-at="a:3:1">乙</p><p {}>丙</p></div>',
        '<p data-at="a:2:1">乙</p><div data-at="a:3:1" {}>丙</div>',
    ],
)
def test_what_pushed_a_block_on_or_the_rest_of_one_is_not_tried_again(
    block: str, root: Path, laid: list[int]
) -> None:
    white = 'style="padding-bottom: 80pt; break-inside: avoid"'
    html = f'<div data-at="a:1:1">{figure("甲", 10, "8")}{block.format(white)}</div>'

    found, _ = pages(root, html)

    assert found == [{"甲": 0, "乙": 10, "丙": 11}]
    assert laid == [1, 2]


def test_only_the_part_that_is_made_full_is_laid_out_again(root: Path, laid: list[int]) -> None:
    part = '<section style="break-before: page">{}</section>'
    full = part.format(words("乙", 20))
    html = full * 9 + part.format(figure("甲", 10, "8") + "<p>乙</p>") + full * 9

    found, _ = pages(root, html)

    assert found[9]["乙"] == 18
    assert laid == [19, 1]


HEAD = "@page {{ @top-center {{ font-family: 'Noto Serif SC'; content: {} }} }}"
NAMED = "@page x:nth(1 of x) { @top-center { font-family: 'Noto Serif SC'; content: '顶' } }"
REACHING = {
    "a box on every page": ("", '<div style="position: fixed; top: 0">顶</div>', [True, True]),
    "a running element": (
        HEAD.format("element(x)"), '<div style="position: running(x)">顶</div>', [True, True],
    ),
    "a named string": (
        HEAD.format("string(x)"), '<i style="string-set: x \'顶\'"></i>', [True, True],
    ),
    "pages counted by name": (f"body {{ page: x }} {NAMED}", "", [True, False]),
    "the number of a page": (
        HEAD.format("counter(page, two)")
        + "@counter-style two { system: cyclic; symbols: '无' '顶' }", "", [False, True],
    ),
    "a stylesheet in the text": ("", "<style>" + HEAD.format("'顶'") + "</style>", [True, True]),
    "a box that goes on after the break": (
        "", f'<div style="position: absolute; width: 3em">{"续" * 65}顶</div>', [False, True],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REACHING)
def test_what_reaches_over_a_break_is_there_on_pages_that_were_made_full(
    kind: str, root: Path
) -> None:
    css, reaching, there = REACHING[kind]
    part = '<section style="break-before: page">{}</section>'
    roomy = part.format(figure("丙", 10, "8") + "<p>丁</p>")

    found, _ = pages(root, f"{reaching}<p>甲</p>{roomy}", css)

    assert [page.get("丁") for page in found] == [None, 18]
    assert ["顶" in page for page in found] == there
