"""When two stylesheets differ in nothing but colours, and when they only seem to."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

from banxin.engine.cascade import split
from banxin.engine.recolour import same_but_for_colours

import pytest
from shop import identities, shop

from banxin.markup.tokens import Stylesheet
from banxin.typeset import Forme, Kept, prove, prove_pages
from banxin.typeset.galley import opening


def alike(old: str, new: str) -> bool:
    return same_but_for_colours([Stylesheet("a", old)], [Stylesheet("a", new)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("p { color: red }", "p { color: #123456 }"),
        ("p { border: 1pt solid #f00 }", "p { border: 1pt solid rgb(1 2 3 / .5) }"),
        (
            "p { background: linear-gradient(#fff, #000) }",
            "p { background: linear-gradient(#eee, #111) }",
        ),
        (":root { --hong: #c00 }", ":root { --hong: device-cmyk(0 1 1 0) }"),
        ("p { column-rule-color: red; margin: 0 }", "p { column-rule-color: blue; margin: 0 }"),
        ("@page { background: #fff }", "@page { background: #fffef0 }"),
    ],
)  # fmt: skip
def test_colours_are_told_apart_from_all_else(old: str, new: str) -> None:
    assert alike(old, new)
    assert alike(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("p { margin: 1mm }", "p { margin: 2mm }"),
        ("p { border: 1pt solid #f00 }", "p { border: 2pt solid #f00 }"),
        ("#abc { color: red }", "#abd { color: red }"),  # a selector
        ("p { content: '#abc' }", "p { content: '#abd' }"),  # a string
        ("p { color: red }", "p { color: red; font-weight: bold }"),
        ("p { color: red }", "h1 { color: red }"),
        ("p { border: 1pt solid red }", "p { border: 1pt solid blue }"),  # could be a width's name
        ("p { background: none }", "p { background: #fff }"),
        (
            ":root { --a-rgb: 1 } p { widows: var(--a-rgb) }",
            ":root { --a-rgb: 2 } p { widows: var(--a-rgb) }",
        ),
        ("p { background: url(a#abc) }", "p { background: url(a#abd) }"),
    ],
)  # fmt: skip
def test_anything_else_is_no_colour(old: str, new: str) -> None:
    assert not alike(old, new)


@pytest.mark.parametrize(
    "css", ["p { color: " + "(" * 5000 + ")" * 5000 + " }", "@media print {" * 3000 + "}" * 3000]
)
def test_what_is_nested_too_deep_to_compare_is_laid_out_anew(css: str) -> None:
    assert not alike(css, f"{css} p {{ color: red }}")
    assert list(split(css)) == [css]


def test_a_stylesheet_more_or_less_is_no_colour() -> None:
    assert not same_but_for_colours([], [Stylesheet("a", "")])


@pytest.mark.parametrize(
    "css",
    [
        "a { b: c } d { e: f }",
        "/* { */ a { b: '}' } @media x { y { z: 1 } } @page { @top-left { content: 'a;b' } }",
        "a { b: c",
        "@layer a; a { b: c }",
        "@import url(a.css); a { b: c }",
        "",
    ],
)
def test_the_rules_of_a_stylesheet_put_together_are_the_stylesheet(css: str) -> None:
    assert "".join(split(css)) in (css, css.rstrip())


EDITS: Final = (
    "p {{ letter-spacing: .0{0}mm }}",
    "h2 {{ margin-top: {0}mm }}",
    "section p {{ color: #{0}0{0}0{0}0 }}",
    "p::before {{ content: '{0}'; font-size: 6pt }}",
    "p:nth-child({0}) {{ font-weight: bold }}",
    "@page {{ margin-top: 2{0}mm }}",
    "figure {{ border: .{0}mm solid #0{0}0 }}",
    ":root {{ --more: {0} }}",
    "table {{ width: 8{0}% }} td {{ padding: .{0}mm }}",
    "p {{ font-size: 9.{0}pt }}",
)


@pytest.mark.parametrize("saves", [4, pytest.param(40, marks=pytest.mark.stress)])
def test_a_cascade_that_is_kept_gives_what_a_fresh_one_gives(
    saves: int, shared_cache: Path
) -> None:
    """Saves in a row, each with another rule more or less; page by page."""
    made = shop("liuhe", "jinian", shared_cache)
    whole = prove(made.bound(), Forme(), lambda *_: None)
    assert whole.bearings is not None
    chance, kept, css = random.Random(7), Kept(), list[str]()

    for save in range(saves):
        if css and chance.random() < 0.35:
            css.pop(chance.randrange(len(css)))
        css.append(chance.choice(EDITS).format(chance.randint(1, 9)))
        bound = made.bound(css="\n".join(css))
        pages = chance.choice([(1, 2), (3, 4), (5, 6)])

        def set_with(kept: Kept, bound: Any = bound, pages: Any = pages) -> list[str]:
            assert whole.bearings is not None
            alone = prove_pages(bound, whole.bearings, pages, kept, lambda *_: None)
            assert alone is not None
            return identities(alone)

        assert set_with(kept) == set_with(Kept()), f"save {save}: {css}"


@pytest.mark.parametrize("css", ["p::first-letter { color: red }", "p:first-line { color: red }"])
def test_pages_whose_paragraphs_begin_in_another_style_are_not_set_alone(
    css: str, shared_cache: Path
) -> None:
    """The engine lays them out by what it happens to know of the paragraph's style by then."""
    bound = shop("liuhe", "xuanzhe", shared_cache).bound(css=css)

    assert prove_pages(bound, opening(4), (0, 0), Kept(), lambda *_: None) is None
