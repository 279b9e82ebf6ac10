"""CSS that a designer would write: each declaration is followed, or it is told at its line.

Followed means that the page is drawn otherwise with it than without.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from banxin.diagnostics import Place
from banxin.edition import TEMPLATE_CHARACTERS, faces_for
from banxin.markup.tokens import Stylesheet, fonts_css
from banxin.typeset.engine import Terms, ignored, lay_out
from banxin.typeset.instead import INSTEAD
from banxin.typeset.survey import Fonts
from banxin.words import say
from banxin.workspace import Workspace

ROOT = Path(__file__).parent.parent.parent
PAGE = (
    "@page { size: 300pt 400pt; margin: 20pt }"
    "body { margin: 0; font: 10pt/20pt 'Noto Serif SC' }"
    "p, td, li { margin: 0; background: #eee; border: 1pt solid #999 } p { width: 150pt }"
)
TEXT = (
    "城乡面貌焕然一新，“经济”Office self-contained 1234，“社会”持续健康发展，人民生活水平不断提高。"
    "——他说：extraordinarily internationalisation."
)
# What a declaration is tried on: CSS, and the document with the element that gets it.
GROUNDS = {
    "text": ("", f"<p class=x>{TEXT}</p><p>次</p>"),
    "justified": ("p { text-align: justify; hyphens: manual }", f"<p class=x lang=zh>{TEXT * 2}"),
    "english": ("p { width: 60pt }", "<p class=x lang=en>internationalisation of organisations"),
    "inline": ("", f"<p>甲<b class=x>乙丙丁</b>{TEXT}"),
    "wrapped": ("b { padding: 4pt; border: 1pt solid #999 }", f"<p><b class=x>{TEXT}</b>"),
    "quoted": ("p { text-align: justify }", f"<p class=x>“城乡面貌”{TEXT}"),
    "moved": ("p { position: relative }", f"<p class=x>{TEXT}"),
    "columns": (".x { columns: 2; height: 90pt }", f"<div class=x>{TEXT * 2}</div>"),
    "span": ("div { columns: 2 }", f"<div>{TEXT}<h2 class=x>题</h2>{TEXT}</div>"),
    "flex": (".x { display: flex; height: 90pt }", "<div class=x><p>甲<p>乙</div>"),
    "item": ("div { display: flex; height: 90pt }", "<div><p class=x>甲<p>乙</div>"),
    "grid": (".x { display: grid; grid: auto / 90pt 90pt }", "<div class=x><p>甲<p>乙</div>"),
    "table": ("", "<table class=x><caption>题<tr><td>甲<td>乙丙丁<tr><td>丁<td></table>"),
    "list": ("", "<ul class=x><li>甲<li>乙</ul>"),
    "upright": ("p { writing-mode: vertical-rl; height: 90pt }", "<p class=x>甲Ab12乙</p>"),
    "placed": ("p { position: absolute; top: 9pt }", "<p>下</p><p class=x>上</p>"),
    "floated": ("i { float: left; height: 50pt }", "<i>浮</i><p class=x>后"),
    "paged": ("", f"<p>{TEXT}<p class=x>{TEXT}<p>末"),
    "long": ("p { width: 30pt }", f"<p>{TEXT}<p class=x>{TEXT}<p>末"),
    "made": (".x::after { content: open-quote }", "<p class=x>甲"),
}  # fmt: skip


@cache
def drawn(ground: str, declaration: str) -> bytes:
    """What the pages are drawn with, and their boxes."""
    css, html = GROUNDS[ground]
    faces, assets = faces_for(TEMPLATE_CHARACTERS | frozenset(html), Workspace(ROOT))
    sheets = [fonts_css(faces), PAGE, css, f".x {{ color: #111; {declaration} }}"]
    styles = tuple(Stylesheet(f"{n}.css", text) for n, text in enumerate(sheets))
    text = f'<html lang="zh-CN"><body>{html}'
    made = lay_out(text, styles, assets, Fonts(tuple(faces)), bytes(16), Terms())
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        states = (
            str(stream.get("/ca", "")) for stream in pdf.objects
            if isinstance(stream, pikepdf.Dictionary)
        )  # fmt: skip
        forms = (
            stream.read_bytes() for stream in pdf.objects
            if isinstance(stream, pikepdf.Stream) and "/Length1" not in stream
            and stream.get("/Type") not in {"/XRef", "/Metadata", "/ObjStm"}
        )  # fmt: skip
        boxes = (str(page.MediaBox) for page in pdf.pages)
        return b"\n".join([*forms, *(one.encode() for one in (*states, *boxes))])


FOLLOWED = {
    "text": """
        opacity: .5; transform: rotate(3deg); border-radius: 4pt; box-shadow: 0 0 3pt #999;
        outline: 1pt solid #999; background: linear-gradient(#fff, #999);
        background: radial-gradient(#fff, #999); overflow: hidden; height: 5pt;
        width: calc(3em + 9pt); width: min(5em, 90pt); width: clamp(1em, 50pt, 9em); width: 5ic;
        height: round(2.3em, 1em); margin-inline: 9pt; padding-block: 9pt;
        color: oklch(50% .2 20); color: light-dark(#999, #fff); letter-spacing: .1em;
        word-spacing: 1em; text-transform: uppercase; text-indent: 2em; text-align: center;
        text-decoration: underline dotted; text-emphasis: dot; text-autospace: no-autospace;
        word-break: keep-all; direction: rtl; visibility: hidden; display: none; float: right;
        writing-mode: vertical-rl; columns: 2; columns: 3; display: inline-block;
        font: 400 12pt/20pt 'Noto Sans SC'; font-kerning: none; text-transform: full-width;
        line-height: 30pt; white-space: nowrap; text-align-last: right;
    """,
    "justified": """
        text-justify: none; text-spacing-trim: space-all; line-break: anywhere;
        text-wrap: nowrap; text-wrap: balance
    """,
    "english": "hyphens: auto; overflow-wrap: anywhere",
    "inline": """
        vertical-align: super; vertical-align: 3pt; text-decoration: underline; color: #999
    """,
    "wrapped": "box-decoration-break: clone; padding: 9pt",
    "quoted": "hanging-punctuation: first; text-spacing-trim: space-all",
    "moved": "top: 4pt; bottom: 4pt; left: 4pt; inset: 3pt auto auto 9pt",
    "columns": "column-rule: 1pt solid #999; column-gap: 40pt; column-count: 3",
    "span": "column-span: all",
    "flex": "flex-direction: column; gap: 9pt; align-items: center; justify-content: end",
    "item": "order: 2; flex: 1; align-self: end; margin-left: auto",
    "grid": "gap: 9pt; justify-items: center; grid-template-columns: 1fr 2fr",
    "table": "border-collapse: collapse; border-spacing: 9pt; caption-side: bottom; width: 200pt",
    "list": "list-style: square; list-style-position: inside; list-style-type: cjk-ideographic",
    "upright": "text-orientation: upright; text-combine-upright: digits 2",
    "placed": "z-index: -1; left: 30pt; transform: scale(2); clip: rect(0, 9pt, 9pt, 0)",
    "floated": "clear: both",
    "paged": "break-before: page; page-break-before: always; page: other; margin-top: 9pt",
    "long": "break-inside: avoid",
    "made": "quotes: '〈' '〉'",
}
_TRIED = [
    (ground, one.strip())
    for ground, said in FOLLOWED.items()
    for one in said.split(";")
    if one.strip()
]


@pytest.mark.parametrize(("ground", "declaration"), _TRIED)
def test_it_is_followed(ground: str, declaration: str) -> None:
    assert ignored([Stylesheet("a.css", f"p {{ {declaration} }}")]) == ()
    assert drawn(ground, declaration) != drawn(ground, "")


TOLD = """
    filter: grayscale(1); backdrop-filter: blur(2pt); mix-blend-mode: multiply;
    background-blend-mode: multiply; isolation: isolate;
    shape-image-threshold: .5;
    text-shadow: 1pt 1pt #999; position: sticky; writing-mode: vertical-lr;
    writing-mode: sideways-rl; mask-image: url(a.png); mask: url(a.svg); aspect-ratio: 1;
    initial-letter: 3; float: top; float: bottom; float: snap-block; rotate: 3deg; scale: 2;
    translate: 2pt; perspective: 3pt; background-clip: text; -webkit-background-clip: text;
    -webkit-text-stroke: 1pt #999; -webkit-line-clamp: 3; background: conic-gradient(#fff, #999);
    display: ruby; place-items: center; place-content: center; place-self: center;
    width: min-content; width: max-content; width: fit-content; width: stretch; width: 10cqw;
    overflow: clip; overflow-x: hidden; color: color-mix(in srgb, #fff, #999);
    color: rgb(from #999 r g b / .5); font-synthesis: none; font-size-adjust: .5;
    font-width: condensed; text-indent: 2em hanging; text-underline-position: under;
    text-spacing: trim-both; text-box: trim-both cap alphabetic; text-box-trim: trim-both;
    line-height-step: 6pt; line-snap: baseline; line-grid: create; block-step: 6pt;
    baseline-shift: 2pt; alignment-baseline: central; dominant-baseline: central; running: x;
    zoom: 2; float-reference: page; float-defer: last; fill: #999; stroke: #999;
    container-type: inline-size; grid-template-columns: subgrid; overprint: overprint;
    white-space-collapse: preserve
"""
FOR_SCREENS = """
    cursor: pointer; transition: all 1s; animation: a 1s; resize: both; pointer-events: none;
    will-change: transform; caret-color: #999; scroll-behavior: smooth
"""
PLAIN = """
    display: contents; grid-template-rows: masonry; font-palette: dark; user-select: none;
    text-decoration-skip-ink: none; hyphenate-limit-lines: 2; ruby-align: center; all: unset;
    contain: layout; offset-path: none; -webkit-print-color-adjust: exact; accent-color: #999;
    text-emphasis: filled open; font-variant: scale; object-fit: masked;
    unicode-bidi: embed; object-view-box: none; colour: #999; -moz-osx-font-smoothing: grayscale
"""


def listed(said: str) -> list[str]:
    return [one.strip() for one in said.split(";")]


@pytest.mark.parametrize("declaration", listed(TOLD))
def test_what_has_another_way_is_told_at_its_line_with_that_way(declaration: str) -> None:
    (found,) = ignored([Stylesheet("a.css", f"i {{ top: 0 }}\np {{ {declaration} }}")])

    assert found.code == "css/ignored-known"
    assert (found.place.file, found.place.line) == ("a.css", 2)
    assert say(found, "en").hint == f"use {found.facts['instead']}"


@pytest.mark.parametrize("declaration", listed(PLAIN))
def test_what_has_none_is_told_at_its_line(declaration: str) -> None:
    (found,) = ignored([Stylesheet("a.css", f"i {{ top: 0 }}\np {{ {declaration} }}")])

    assert (found.code, found.place.line) == ("css/ignored", 2)


@pytest.mark.parametrize("declaration", listed(FOR_SCREENS))
def test_what_is_for_screens_is_a_note_at_its_line(declaration: str) -> None:
    (found,) = ignored([Stylesheet("a.css", f"\n\np {{ {declaration} }}")])

    assert (found.code, found.severity, found.place.line) == ("css/for-screens", "note", 3)


@pytest.mark.parametrize(
    ("rule", "code", "named"),
    [
        ("p::selection { color: #999 }", "css/unknown-selector", "p::selection"),
        ("p:blank, i { color: #999 }", "css/unknown-selector", "p:blank, i"),
        ("@media print { p::part(x) { color: #999 } }", "css/unknown-selector", "p::part(x)"),
        ("p::-webkit-scrollbar { color: #999 }", "css/unknown-selector", "p::-webkit-scrollbar"),
        ("@supports (display: grid) { p { color: #999 } }", "css/unknown-rule",
         "@supports (display: grid)"),
        ("@container (width > 3em) { p { top: 0 } }", "css/unknown-rule",
         "@container (width > 3em)"),
        ("@keyframes a { to { top: 0 } }", "css/unknown-rule", "@keyframes a"),
        ("@scope (.a) { p { top: 0 } }", "css/unknown-rule", "@scope (.a)"),
        ("@media (min-width: 3cm) { p { top: 0 } }", "css/media", "@media (min-width: 3cm)"),
    ],
)  # fmt: skip
def test_rules_and_selectors_that_are_not_used_are_told_at_their_line(
    rule: str, code: str, named: str
) -> None:
    (found,) = ignored([Stylesheet("a.css", f"i {{ top: 0 }}\n{rule}")])

    assert (found.code, found.place.line) == (code, 2)
    assert named in found.facts.values()


def test_an_address_of_a_stylesheet_is_told_at_its_line() -> None:
    (found,) = ignored([Stylesheet("a.css", '\n@import url("b.css");')])

    assert (found.code, found.place) == ("engine/address-refused", Place("a.css", 2, 1))


_CODE = re.compile(r"[a-z-]+: [^…;]+")
_WAYS = sorted({way for way in INSTEAD.values() if _CODE.fullmatch(way) and ": [" not in way})


@pytest.mark.parametrize("way", _WAYS)
def test_the_other_way_is_followed(way: str) -> None:
    """But for names and numbers, which are the designer's."""
    way = re.sub(r", (?=[a-z-]+: |data-)", "; ", way).replace("; data-under", "")
    code = re.sub(r"\bN\b|\bM\b", "3", way).replace("NAME", "mo")

    assert ignored([Stylesheet("a.css", f"p {{ {code} }}")]) == ()
