"""Templates that are no Jinja are told in our words, at their line, with what is needed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from banxin.diagnostics import Diagnostic, Place
from banxin.markup.sandbox import Sandbox
from banxin.markup.unreadable import SAID, unreadable
from banxin.words import LANGUAGES, say

UNREACHED = {"chunk after expression"}  # only of expressions without a template


def told(text: str) -> Diagnostic:
    jinja = Sandbox()
    try:
        jinja.compile(text)
    except Exception as problem:  # whatever it is, it is told
        return unreadable(problem, Place("a.html.j2"), text, jinja)
    raise AssertionError(text)


def wrong(code: str, line: int, text: str, /, **facts: str | int) -> tuple[str, int, str, object]:
    return code, line, text, facts


TABLE = (
    # tags
    wrong("unclosed", 2, "\n{% for a in b %}\n\n", tag="{% for %}", needed="{% endfor %}"),
    wrong(
        "unclosed", 1, "{% if a %}\n{% for b in c %}\n{% endfor %}\n",
        tag="{% if %}", needed="{% endif %}",
    ),
    wrong("unclosed", 1, "{% set a %}\nb", tag="{% set %}", needed="{% endset %}"),
    wrong("unclosed", 2, "{% set a = 1 %}\n{% block a %}", tag="{% block %}",
          needed="{% endblock %}"),
    wrong("unclosed", 2, "\n{# abc", tag="{#", needed="#}"),
    wrong("unclosed", 1, "{% raw %}{{ abc }}", tag="{% raw %}", needed="{% endraw %}"),
    wrong(
        "wrong-end", 3, "{% if a %}\n{% for b in c %}\n{% endif %}{% endfor %}",
        found="{% endif %}", tag="{% for %}", needed="{% endfor %}", line=2,
    ),
    wrong(
        "wrong-end", 2, "{% if a %}{% else %}\n{% else %}{% endif %}",
        found="{% else %}", tag="{% if %}", needed="{% endif %}", line=1,
    ),
    wrong(
        "wrong-end", 1, "{% for a in b %}{% elif a %}{% endfor %}",
        found="{% elif %}", tag="{% for %}", needed="{% endfor %}", line=1,
    ),
    wrong("nothing-open", 2, "a\n{% endif %}", found="{% endif %}", tag="{% if %}"),
    wrong("nothing-open", 1, "{% else %}{% if a %}", found="{% else %}", tag="{% if %}"),
    wrong("no-tag", 1, "{% incldue 'x' %}", name="incldue", near="include"),
    wrong("no-tag", 2, "{% for a in b %}\n{% endfr %}", name="endfr", near="endfor"),
    wrong("no-tag", 1, "{% trans %}", name="trans", near=""),
    wrong("no-tag-name", 1, "{% %}"),
    # what stands in them
    wrong("ends-early", 1, "{{ a", needed="}}"),
    wrong("ends-early", 1, "{% if a", needed="%}"),
    wrong("ends-early", 1, "{{ a +", needed="}} / %}"),
    wrong("expected", 1, "{{ a b }}", needed="}}", found="b", near=""),
    wrong("expected", 1, "{{ a string }}", needed="}}", found="string", near=""),
    wrong("expected", 1, "{{ a 'b' }}", needed="}}", found='"…"', near=""),
    wrong("expected", 1, "{% if a = b %}{% endif %}", needed="%}", found="=", near="=="),
    wrong("expected", 2, "{% if a %}\n{% else if b %}{% endif %}", needed="%}", found="if",
          near="elif"),
    wrong("expected", 1, "{% for a b %}{% endfor %}", needed="in", found="b", near=""),
    wrong("expected", 1, "{% import 'x' %}", needed="as", found="%}", near=""),
    wrong("needs-name", 1, "{{ a || b }}", found="|", near="or"),
    wrong("needs-name", 1, "{% block %}{% endblock %}", found="%}", near=""),
    wrong("no-expression", 1, "{{ }}", found="}}"),
    wrong("unexpected", 1, "{{ a) }}", found=")"),
    wrong("unexpected", 1, "{{ a } }", found="}"),
    wrong("unexpected", 1, "{% include %}", found="%}"),
    wrong("wrong-bracket", 2, "\n{{ (a] }}", found="]", needed=")"),
    wrong("strange-character", 1, "{{ f(a，b) }}", found="，", near=","),
    wrong("strange-character", 1, "{{ “a” }}", found="“", near='"'),
    wrong("strange-character", 1, "{{ a && b }}", found="&", near="and"),
    wrong("strange-character", 1, "{{ !a }}", found="!", near="not"),
    wrong("strange-character", 1, "{{ $a }}", found="$", near=""),
    wrong("quotes", 1, "{{ 'abc }}", found="'"),
    wrong("bad-name", 1, "{{ ·a }}"),
    wrong("escape", 1, r"{{ '\x1' }}"),
    wrong("escape", 1, r"{{ '\N{no such}' }}"),
    wrong("after-dot", 1, "{{ a. }}"),
    wrong("arguments", 1, "{{ f(a=1, b) }}"),
    wrong("two-tests", 1, "{{ a is b is c }}"),
    wrong("no-filter", 1, "{{ a|titl }}", name="titl", near="title"),
    wrong("no-filter", 1, "{{ a is dfined }}", name="dfined", near="defined"),
    # names, macros, blocks
    wrong("no-name", 1, "{% set 1 = 2 %}"),
    wrong("loop-name", 1, "{% for loop in a %}{% endfor %}"),
    wrong("call", 1, "{% call a %}{% endcall %}"),
    wrong("default-order", 1, "{% macro m(a=1, b) %}{% endmacro %}"),
    wrong("caller", 1, "{% macro m(caller) %}{{ caller() }}{% endmacro %}"),
    wrong("private", 1, "{% from 'x' import _a %}"),
    wrong("block-name", 1, "{% block a-b %}{% endblock %}"),
    wrong("block-twice", 2, "{% block a %}{% endblock %}\n{% block a %}{% endblock %}", name="a"),
    wrong("block-required", 1, "{% block a required %}b{% endblock %}"),
    wrong("extends-inside", 2, "{% macro m() %}\n{% extends 'x' %}{% endmacro %}"),
    # what Python says
    wrong("argument-twice", 2, "\n{% macro m(a, a) %}{% endmacro %}", name="a"),
    wrong("argument-twice", 3, "{{ f(b=1) }}\n\n{{ f(a=1, a=2) }}", name="a"),
    wrong("long-number", 2, "{{ 1 }}\n{{ " + "9" * 5000 + " }}"),
    wrong("too-nested", 2, "{{ a }}\n{{ " + "(" * 5000),
    wrong("too-nested", 2, "{{ a }}\n{{ " + "not " * 3000 + "a }}"),
    wrong("too-nested", 30, "{% for a in b %}\n" * 30 + "{% endfor %}" * 30),
)  # fmt: skip


@pytest.mark.parametrize(("code", "line", "text", "facts"), TABLE)
def test_it_is_told_with_its_line_and_with_what_is_needed(
    code: str, line: int, text: str, facts: object
) -> None:
    found = told(text)

    assert (found.code, found.place, found.facts) == (
        f"template/{code}", Place("a.html.j2", line), facts,
    )  # fmt: skip


@pytest.mark.parametrize("text", [row[2] for row in TABLE])
def test_nothing_of_it_is_jinjas_english(text: str) -> None:
    found = told(text)

    for language in LANGUAGES:
        said = say(found, language)
        assert said.message
        assert said.hint
        assert "Jinja" not in said.message
    words = re.sub(r"\{[{%].*?[}%]\}|[\x00-\x7f]", "", say(found, "zh").message)
    assert words


def test_what_is_not_known_is_passed_on_with_its_file_and_line() -> None:
    problem = jinja2.TemplateSyntaxError("something new", 3)

    found = unreadable(problem, Place("a.html.j2"), "", Sandbox())

    assert (found.code, found.place) == ("template/syntax", Place("a.html.j2", 3))
    assert found.facts == {"why": "something new"}


def sentences_of_jinja() -> Iterator[str]:
    """All that its parser, lexer and compiler can say is wrong."""
    for name in ("parser", "lexer", "compiler", "environment"):
        source = Path(jinja2.__file__).with_name(f"{name}.py").read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in {"fail", "TemplateSyntaxError", "Failure"} and (
                said := "".join(literal(node.args[0]))
            ):
                yield said


def literal(node: ast.expr) -> Iterator[str]:
    """A text as it is written, with `'x'` for what is filled in."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            bare = isinstance(part, ast.FormattedValue) and part.conversion == -1
            yield from literal(part) if isinstance(part, ast.Constant) else ["x" if bare else "'x'"]


def test_every_sentence_of_jinja_has_words_of_ours() -> None:
    said = set(sentences_of_jinja()) - UNREACHED

    assert len(said) > 20
    unknown = {
        one
        for one in said
        for known in [[code for pattern, code in SAID if re.fullmatch(pattern, one, re.DOTALL)]]
        if not known
    }
    assert unknown - {"No x named 'x'.", "unexpected char 'x' at x"} == set()
