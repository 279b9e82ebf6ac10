"""Which rules made a style: what is said to win is what the engine has."""

from __future__ import annotations

from typing import Any, Final

from banxin.engine import provenance
from banxin.engine.provenance import RuleFound

import pytest
import weasyprint

from banxin.markup.tokens import Stylesheet

PAGE: Final = """<html lang="zh"><body><section class="a b" id="s">
<p class="c" style="{style}">一段话。<em>重音</em></p></section></body></html>"""
# CSS, a `style`, and the colour of the paragraph by its rule's selector: "" is the attribute.
CASES: Final = [
    ("p { color: #010101 } p { color: #020202 }", "", "p", "#020202"),
    (".c { color: #010101 } p { color: #020202 }", "", ".c", "#010101"),
    ("p { color: #010101 !important } .c { color: #020202 }", "", "p", "#010101"),
    ("p, .c { color: #010101 } p { color: #020202 }", "", "p, .c", "#010101"),
    ("#s p { color: #010101 } .a.b > p.c { color: #020202 }", "", "#s p", "#010101"),
    ("p { color: #010101 }", "color: #020202", 'style="…"', "#020202"),
    ("p { color: #010101 !important }", "color: #020202", "p", "#010101"),
    ("@media print { p { color: #010101 } } @media screen { p { color: #020202 } }", "", "p",
     "#010101"),
    ("@layer x { p.c { color: #010101 } } p { color: #020202 }", "", "p", "#020202"),
    ("@layer x, y; @layer y { p { color: #010101 } } @layer x { p.c { color: #020202 } }", "", "p",
     "#010101"),
    ("section { color: #010101 }", "", "section", "#010101"),
    ("section { color: #010101 } body { color: #020202 }", "", "section", "#010101"),
    ("section { & .c { color: #010101 } } p { color: #020202 }", "", "section { & .c }", "#010101"),
    (":root { --x: #010101 } p { color: var(--x) }", "", "p", "#010101"),
    (":root { --x: var(--y); --y: #010101 } section { --y: #020202 } p { color: var(--y) }", "",
     "p", "#020202"),
    (":root { --x: var(--y); --y: #010101 } section { --y: #020202 } p { color: var(--x) }", "",
     "p", "#010101"),
    ("section { --y: #010101; color: var(--y) } p { --y: #020202 }", "", "section", "#010101"),
    (":root { --y: #010101 } section { --x: var(--y) } p { --y: var(--x); color: var(--y) }", "",
     "p", "#010101"),
    ("p { --x: #010101 !important } p.c { --x: #020202 } p { color: var(--x) }", "", "p",
     "#010101"),
    ("@layer a { p { --x: #010101 !important } } p { --x: #020202; color: var(--x) }", "", "p",
     "#010101"),
    ("p { --x: #010101 !important; color: var(--x) }", "--x: #020202", "p", "#010101"),
    ("p { color: var(--none, #010101) }", "", "p", "#010101"),
    (":root { --x: var(--x) } p { color: var(--x, #010101) }", "", "p", "#010101"),
    (":root { --x: var(--y); --y: var(--x) } p { color: var(--x, #010101) }", "", "p", "#010101"),
    (":root { --x: var(--none) } p { color: var(--x, #010101) }", "", "p", "#010101"),
    ("p { color: nonsense } p.c { colour: #020202 } section { color: #010101 }", "", "section",
     "#010101"),
    (":where(.c) { color: #010101 } p { color: #020202 }", "", "p", "#020202"),
    ("p:first-child:not(.d) { color: #010101 } p.c { color: #020202 }", "",
     "p:first-child:not(.d)", "#010101"),
]  # fmt: skip


def found(css: str, style: str) -> tuple[tuple[RuleFound, ...], Any]:
    """The rules of the paragraph, and its style as the engine has it."""
    source = weasyprint.HTML(string=PAGE.format(style=style))
    document = source.render(stylesheets=[weasyprint.CSS(string=css)])
    boxes = document.pages[0]._page_box.descendants()
    box = next(box for box in boxes if box.element_tag == "p")
    wrapped = next(e for e in source.wrapper_element.iter_subtree() if e.local_name == "p")
    sheets = provenance.read((Stylesheet("a.css", css),))
    return provenance.rules_of(sheets, wrapped), box.style


@pytest.mark.parametrize(("css", "style", "selector", "colour"), CASES)
@pytest.mark.filterwarnings("ignore")
def test_what_wins_is_what_the_engine_has(css: str, style: str, selector: str, colour: str) -> None:
    rules, computed = found(css, style)
    winners = [
        (rule.selector, one.resolved)
        for rule in rules
        for one in rule.written
        if one.wins and "color" in one.names
    ]
    red, green, blue = (round(part * 255) for part in computed["color"].coordinates)

    assert winners == [(selector, colour)]
    assert f"#{red:02x}{green:02x}{blue:02x}" == colour


def test_rules_stand_as_they_weigh_with_their_lines() -> None:
    css = "\n".join(
        [
            "p.c { color: #010101 }",
            "",
            "p {",
            "  color: #020202;",
            "  margin: 0 }",
            "* { color: red }",
        ]
    )
    rules, _ = found(css, "")

    assert [(rule.selector, rule.line) for rule in rules] == [("*", 6), ("p", 3), ("p.c", 1)]
    assert [one.line for one in rules[1].written] == [4, 5]
    assert [one.wins for one in rules[1].written] == [False, True]


def test_of_a_shorthand_that_is_partly_overruled_the_rest_still_wins() -> None:
    rules, computed = found("p { margin: 1px 2px } p.c { margin-top: 5px; margin-left: 6px }", "")

    assert [one.won for rule in rules for one in rule.written] == [
        ("margin_right", "margin_bottom"), ("margin_top",), ("margin_left",)
    ]  # fmt: skip
    assert computed["margin_top"].value == 5


def test_custom_properties_lead_to_where_they_are_declared() -> None:
    css = ":root { --a: calc(var(--b) * 2);\n--b: 3mm }\np { margin: var(--a) var(--c, 1mm) }"
    rules, _ = found(css, "")
    one = rules[0].written[0]

    assert one.resolved == "calc(3mm * 2) 1mm"
    assert one.asked == (("--a", "a.css", 1), ("--b", "a.css", 2))


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("calc((var(--b) - 1mm) * 2)", "calc((3mm - 1mm) * 2)"),
        ("calc((1mm + (var(--b) - 2mm)) * 2)", "calc((1mm + (3mm - 2mm)) * 2)"),
        ("min(9mm, calc((var(--b) - 1mm) * 2))", "min(9mm, calc((3mm - 1mm) * 2))"),
        ("calc(2 * (var(--none, (var(--b)))))", "calc(2 * ((3mm)))"),
    ],
)
def test_what_stands_in_brackets_is_resolved_as_well(value: str, resolved: str) -> None:
    root = ":root { --a: calc(var(--b) * 2); --b: 3mm } p { margin-top: %s }"
    rules, computed = found(root % value, "")
    _, same = found(root % resolved, "")

    assert rules[0].written[0].resolved == resolved
    assert computed["margin_top"] == same["margin_top"]


def test_a_value_with_a_property_that_stands_for_nothing_is_shown_as_it_is_written() -> None:
    rules, _ = found("p { margin: 1mm var(--none) }", "")

    assert rules[0].written[0].resolved == "1mm var(--none)"


def test_a_property_that_names_itself_comes_to_an_end() -> None:
    rules, _ = found(":root { --a: var(--b); --b: var(--a) } p { margin: var(--a) }", "")

    assert rules[0].written[0].name == "margin"
