"""Findings that a layout is the cause of stand at the rule that won, or at the template's line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from banxin import pipeline, schema, terminal
from banxin.cache import Cache
from banxin.diagnostics import Diagnostic
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import EDITION

CHAPTER = """---
title: 第一章
template: text
deck: 一行提要
---
这是一段文字，写得长一些，让它占上几行，看它排到哪里去，又排成了什么样子，一二三四五六七八九十。

## 小节

又一段文字。

- 一条
"""
OURS = "layouts/sown/styles/ours.css"

Sown = Callable[..., list[Diagnostic]]


@pytest.fixture
def sown(root: Path, tmp_path: Path, shared_cache: Path) -> Sown:
    """Builds a title in jinian with more CSS, or other templates; gives the findings."""

    def built(css: str = "", *, chapter: str = CHAPTER, **templates: str) -> list[Diagnostic]:
        folder = tmp_path / "layouts"
        shutil.copytree(root / "layouts/jinian", folder / "jinian", dirs_exist_ok=True)
        (folder / "sown/styles").mkdir(parents=True, exist_ok=True)
        said = 'name = { zh = "种", en = "Sown" }\nextends = "jinian"\n'
        (folder / "sown/layout.toml").write_text(
            f'{said}styles_after = ["styles/ours.css"]\n', "utf-8"
        )
        (folder / "sown/styles/ours.css").write_text(css, "utf-8")
        for name, text in templates.items():
            file = folder / "sown/templates" / f"{name.replace('__', '/')}.html.j2"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        title = tmp_path / "content/small"
        title.mkdir(parents=True, exist_ok=True)
        (title / "edition.toml").write_text(EDITION.replace("jinian", "sown"), "utf-8")
        (title / "one.md").write_text(chapter, "utf-8")
        here = Workspace(root, output=tmp_path / "output")
        here.cache = Cache(shared_cache)
        for name in ("layouts", "content"):
            here.mount(PurePosixPath(name), tmp_path / name)
        made = pipeline.build(Request(PurePosixPath("content/small"), finishes=("press",)), here)
        return list(made.report.findings)

    return built


def of(found: list[Diagnostic], code: str) -> Diagnostic:
    return next(one for one in found if one.code == code)


def said(found: Diagnostic) -> tuple[str, int, str]:
    assert found.cause is not None
    place = found.cause.place
    return place.file or "", place.line or 0, found.cause.written


BOX = "\n\n.list { height: 2mm }\n"


@pytest.mark.parametrize(
    ("css", "code", "line", "written"),
    [
        ("h2 { color: inherit }\n.list { height: 1mm; overflow: visible }",
         "text/too-long", 2, ".list { height: 1mm }"),
        ("h2 { width: 4mm; white-space: nowrap }", "text/too-wide", 1, "h2 { width: 4mm }"),
        ("\n\np { position: relative; left: 300mm }", "text/off-page", 3, "p { left: 300mm }"),
        ("p + h2 { margin-top: 0 }\n.list { position: relative; top: -12mm }",
         "text/over-text", 2, ".list { top: -12mm }"),
        (".list { font-size: 4pt }", "text/too-small", 1, ".list { font-size: 4pt }"),
        ("\n.list li p { font: 400 4pt/6mm 'Noto Sans SC' }", "text/too-small", 2,
         '.list li p { font: 400 4pt/6mm "Noto Sans SC" }'),
        (".list { border-top: .1pt solid var(--mo) }", "line/hair", 1,
         ".list { border-top: .1pt solid var(--mo) }"),
        (".list { border-top: .2pt solid var(--zhu) }", "line/fine-in-inks", 1,
         ".list { border-top: .2pt solid var(--zhu) }"),
        (".list { font-size: 7pt; color: var(--qing) }", "text/small-in-inks", 1,
         ".list { font-size: 7pt }"),
        ("p { margin-left: -17mm }", "safe/text", 1, "p { margin-left: -17mm }"),
    ],
)  # fmt: skip
def test_it_stands_at_the_rule_that_won(
    sown: Sown, css: str, code: str, line: int, written: str
) -> None:
    found = of(sown(css), code)

    assert said(found) == (OURS, line, written)


@pytest.mark.parametrize(
    ("css", "code", "line", "written"),
    [
        (".list { font: 400 9pt/6mm 'Noto Serif SC' }\n.list { font-size: 4pt }",
         "text/too-small", 2, ".list { font-size: 4pt }"),
        ("ul.list { font: 400 4pt/6mm 'Noto Serif SC' }\n.list { font-size: 9pt; color: red }",
         "text/too-small", 1, 'ul.list { font: 400 4pt/6mm "Noto Serif SC" }'),
        (".list { border-top: 1pt solid var(--mo) }\n.list { border-top-width: .1pt }",
         "line/hair", 2, ".list { border-top-width: .1pt }"),
        ("p { margin: 0 0 0 3mm }\np { margin-left: -17mm }",
         "safe/text", 2, "p { margin-left: -17mm }"),
    ],
)  # fmt: skip
def test_a_shorthand_is_not_named_for_what_another_rule_decides(
    sown: Sown, css: str, code: str, line: int, written: str
) -> None:
    """Though the rest of it still wins."""
    assert said(of(sown(css), code)) == (OURS, line, written)


BAND = "position: fixed; background: var(--zhu); "


@pytest.mark.parametrize(
    ("css", "line", "written"),
    [
        (f".list {{ {BAND}left: -18mm; width: 220mm; top: -23mm; height: 20mm }}",
         1, ".list { left: -18mm }"),
        (f"\n.list {{ {BAND}left: -21mm; width: 213mm; top: -23mm; height: 20mm }}",
         2, ".list { width: 213mm }"),
        (f".list {{ {BAND}left: -21mm; width: 220mm; top: -20mm; height: 20mm }}",
         1, ".list { top: -20mm }"),
        (f".list {{ {BAND}left: -21mm; width: 220mm; top: -23mm; height: 288mm }}",
         1, ".list { height: 288mm }"),
        (f".list {{ {BAND}left: -21mm; width: 220mm; top: -20mm; height: 20mm }}\n"
         ".list { top: -20.1mm }", 2, ".list { top: -20.1mm }"),
        (f".list {{ {BAND}inset: -23mm auto auto -18mm; width: 220mm; height: 20mm }}",
         1, ".list { inset: -23mm auto auto -18mm }"),
        ("p { margin-left: -18mm; background: var(--zhu) }", 1, "p { margin-left: -18mm }"),
    ],
)  # fmt: skip
def test_what_ends_short_of_the_bleed_is_told_at_the_rule_that_puts_its_edge_there(
    sown: Sown, css: str, line: int, written: str
) -> None:
    assert said(of(sown(css), "bleed/not-reached")) == (OURS, line, written)


def test_what_fills_a_box_short_of_the_bleed_is_told_at_the_box(sown: Sown) -> None:
    css = (
        ".list { position: fixed; left: -18mm; width: 220mm; top: -23mm; height: 20mm }\n"
        ".in { width: 100%; height: 100%; background: var(--zhu) }"
    )
    block = '<div class="list" data-at="{{ block|at }}"><div class="in"></div></div>'

    found = of(sown(css, blocks__list=block), "bleed/not-reached")

    assert said(found) == (OURS, 1, ".list { left: -18mm }")


@pytest.fixture
def inks(sown: Sown, tmp_path: Path) -> Sown:
    """The layout with inks near to and over the limit of 300 %."""
    sown()
    table = "[inks]\nhei = { cmyk = [90, 90, 90, 90] }\nnah = { cmyk = [75, 75, 75, 71] }\n"
    (tmp_path / "layouts/sown/tokens.toml").write_text(table, "utf-8")
    return sown


@pytest.mark.parametrize(
    ("css", "code", "line", "written"),
    [
        ("\n.list { background: var(--hei); color: var(--zhi) }", "ink/too-much", 2,
         ".list { background: var(--hei) }"),
        (":root { --own: var(--hei) }\n.list { background: var(--own) }", "ink/too-much", 2,
         ".list { background: var(--own) }"),
        (".list { background: rgb(var(--hei-rgb)) }", "ink/too-much", 1,
         ".list { background: rgb(var(--hei-rgb)) }"),
        ("body { background: var(--hei) }\n.list { background: var(--zhi) }", "ink/too-much", 1,
         "body { background: var(--hei) }"),
        (".list { background: var(--nah); color: var(--nah) }\n.list { color: var(--zhi) }",
         "ink/near-limit", 1, ".list { background: var(--nah) }"),
    ],
)  # fmt: skip
def test_too_much_ink_is_told_at_the_one_colour_that_has_it(
    inks: Sown, css: str, code: str, line: int, written: str
) -> None:
    assert said(of(inks(css), code)) == (OURS, line, written)


@pytest.mark.parametrize(
    "css",
    [
        ".list { background: linear-gradient(var(--hei), var(--hei)) }",  # no ground of one colour
        ".list { background: var(--nah) }",  # with what is printed on it
    ],
)
def test_too_much_ink_that_may_be_of_several_has_no_cause(inks: Sown, css: str) -> None:
    assert of(inks(css), "ink/too-much").cause is None


def test_what_lost_is_not_named(sown: Sown) -> None:
    css = ".list { font-size: 3pt }\n.list { font-size: 4pt }\nul { font-size: 3.5pt }"

    assert said(of(sown(css), "text/too-small"))[1:] == (2, ".list { font-size: 4pt }")


def test_a_folio_too_small_is_told_at_the_rule_of_its_margin_box(
    sown: Sown, tmp_path: Path
) -> None:
    sown()
    tokens = tmp_path / "layouts/sown/tokens.toml"
    tokens.write_text(
        '[type.folio]\nfamily = "Noto Serif SC"\nsize = "4pt"\nleading = "6mm"\n',
        "utf-8",
    )

    found = of(sown(), "text/too-small")

    file, _, written = said(found)
    assert file == "layouts/jinian/styles/page.css"
    assert written.endswith("{ font: var(--folio) }")


def test_a_style_that_a_template_writes_is_told_at_the_templates_line(sown: Sown) -> None:
    block = '{# one #}\n<ul class="list"\n style="font-size: 4pt"><li>一条</li></ul>\n'

    found = of(sown(blocks__list=block), "text/too-small")

    assert said(found) == (
        "layouts/sown/templates/blocks/list.html.j2", 2, 'style="…" { font-size: 4pt }',
    )  # fmt: skip


def test_what_a_template_leaves_out_is_told_at_the_template(sown: Sown) -> None:
    found = of(sown(chapters__text="<p>{{ chapter.title }}</p>"), "layout/not-placed")

    assert said(found)[0] == "layouts/sown/templates/chapters/text.html.j2"


TABLE = """
| 名称 | 数量 | 说明 |
| --- | --- | --- |
| 甲一二三四五六 | 1234567890123456 | 一段较长的说明文字放在这里 |
| 乙 | abcdefghijklmnopqrstuvwxyz | Donaudampfschifffahrtsgesellschaft |
"""


@pytest.mark.parametrize(
    ("css", "code", "written"),
    [
        (".cell { font-size: 4pt }", "text/too-small", ".cell { font-size: 4pt }"),
        (".cell { left: 30mm }", "text/too-wide", ".cell { left: 30mm }"),
        ("table { position: relative; left: 110mm }", "text/off-page", "table { left: 110mm }"),
        ("table { position: relative; left: 60mm }", "safe/text", "table { left: 60mm }"),
        ("table { position: relative; top: 180mm }", "safe/text", "table { top: 180mm }"),
        ("table { position: absolute; top: 240mm }", "text/lost", "table { position: absolute }"),
        ("table.data td { border-right: .1pt solid var(--zhu) }", "line/hair",
         "table.data td { border-right: .1pt solid var(--zhu) }"),
        ("table.data td { border-top: .1pt solid var(--zhu) }", "line/hair",
         "table.data td { border-top: .1pt solid var(--zhu) }"),
        ("table.data { border-bottom: .1pt solid var(--zhu) }", "line/hair",
         "table.data { border-bottom: .1pt solid var(--zhu) }"),
    ],
)  # fmt: skip
def test_what_is_found_in_a_table_is_told_at_the_rule_of_the_part_at_fault(
    sown: Sown, css: str, code: str, written: str
) -> None:
    assert said(of(sown(css, chapter=CHAPTER + TABLE), code)) == (OURS, 1, written)


def test_a_rule_that_two_cells_may_each_have_drawn_has_no_cause(sown: Sown) -> None:
    css = "table { border-collapse: collapse } td { border: .1pt solid var(--zhu) }"

    assert of(sown(css, chapter=CHAPTER + TABLE), "line/hair").cause is None


@pytest.mark.parametrize(
    ("css", "written"),
    [
        ("p { width: 23mm }", "p { width: 23mm }"),
        ("p { max-width: 23mm }", "p { max-width: 23mm }"),
        (".text { columns: 6 }", ".text { columns: 6 }"),
    ],
)
def test_a_loose_line_of_a_short_measure_is_told_at_the_rule_that_makes_it_short(
    sown: Sown, css: str, written: str
) -> None:
    assert said(of(sown(css), "line/loose")) == (OURS, 1, written)


def test_a_loose_line_of_a_measure_that_is_long_enough_has_no_cause(sown: Sown) -> None:
    words = (
        "\n又有 Donaudampfschifffahrtsgesellschaftskapitaenswitwenrente 这样的长词放在这里看看。\n"
    )
    found = sown("p { hyphens: none; width: 64mm }", chapter=CHAPTER + words)

    assert [one.cause for one in found if one.code in {"line/loose", "line/tight"}] == [None]


def test_what_the_manuscript_is_the_cause_of_has_no_rule(sown: Sown) -> None:
    assert [one.code for one in sown() if one.cause] == []


def test_pages_out_of_the_cache_have_the_same_causes(sown: Sown) -> None:
    css = ".list { font-size: 4pt; height: 1mm; overflow: visible }"
    first, again = ([said(one) for one in sown(css) if one.cause] for _ in range(2))

    assert len(first) > 1
    assert again == first


def test_it_is_said_in_words_and_to_programs(sown: Sown) -> None:
    found = of(sown(".list { font-size: 4pt }"), "text/too-small")

    words = terminal.human([found], "en", lambda place: None)
    assert f"  layout: {OURS}:1  .list {{ font-size: 4pt }}" in words
    told = json.loads(json.dumps(schema.finding_as_json(found, "en")))
    assert told["cause"] == {"file": OURS, "line": 1, "written": ".list { font-size: 4pt }"}
