"""What is wrong with a template that is no Jinja: Jinja says it in English, and we in our words.

Jinja has no codes for its errors. Its sentences are matched here, one by one; one that is not
known is passed on as it is, with its file and line.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes

from banxin.diagnostics import Diagnostic, Fact, Place, error, nearest

LONGEST: Final = 40  # characters that are told of what was found
# What Jinja says → what we do. Groups are facts of it; those in quotes are read as Python's.
SAID: Final[Sequence[tuple[str, str]]] = (
    (r"No (?:filter|test) named (?P<name>'.*')\.(?: Did you mean.*)?", "template/no-filter"),
    (r"Unexpected end of template\..*", "template/unclosed"),
    (r"Missing end of (?P<tag>comment tag|raw directive)", "template/unclosed"),
    (r"Encountered unknown tag (?P<name>'.*?')\..*", "template/no-tag"),
    (r"tag name expected", "template/no-tag-name"),
    (r"unexpected end of template, expected (?P<needed>.+)\.", "template/ends-early"),
    (r"unexpected 'end of template'", "template/ends-early"),
    (r"Expected an expression, got 'end of template'", "template/ends-early"),
    (r"expected token 'name', got (?P<found>.+)", "template/needs-name"),
    (r"expected token (?P<needed>.+), got (?P<found>.+)", "template/expected"),
    (r"Expected an expression, got (?P<found>.+)", "template/no-expression"),
    (r"unexpected char (?P<found>.+) at \d+", "template/strange-character"),
    (r"unexpected (?P<found>'.'), expected (?P<needed>'.')", "template/wrong-bracket"),
    (r"unexpected (?P<found>.+)", "template/unexpected"),
    (r"Invalid character in identifier", "template/bad-name"),
    (r".*(?:escape|Unicode character).*|\\ at end of string", "template/escape"),
    (r"expected name or number", "template/after-dot"),
    (r"expected subscript expression", "template/after-dot"),
    (r"invalid syntax for function call expression", "template/arguments"),
    (r"You cannot chain multiple tests with is", "template/two-tests"),
    (r"can't assign to .+", "template/no-name"),
    (r"Can't assign to special loop variable.*", "template/loop-name"),
    (r"expected call", "template/call"),
    (r"non-default argument follows default argument", "template/default-order"),
    (r'When defining macros .*"caller".*', "template/caller"),
    (r"names starting with an underline can not be imported", "template/private"),
    (r"Block names in Jinja .*", "template/block-name"),
    (r"block (?P<name>'.*') defined twice", "template/block-twice"),
    (r"Required blocks can only contain .*", "template/block-required"),
    (r"Required block (?P<name>'.*') not found", "template/block-missing"),
    (r"cannot use extend from a non top-level scope", "template/extends-inside"),
    (r"extended multiple times", "template/extends-twice"),
    (r"cannot assign attribute on non-namespace object", "template/no-namespace"),
    # Python's, of what Jinja has made
    (r"duplicate argument 'l_\d+_(?P<name>.*)' in function definition", "template/argument-twice"),
    (r"keyword argument repeated: (?P<name>.*)", "template/argument-twice"),
    (r"too many (?:statically )?nested .*", "template/too-nested"),
    (r"Exceeds the limit \(\d+ digits\) .*", "template/long-number"),
    (r"maximum recursion depth exceeded.*", "template/too-nested"),
)
# Tags that stand around something, until the one that is called `end…`.
AROUND: Final = frozenset(
    {"autoescape", "block", "call", "filter", "for", "if", "macro", "raw", "set", "with"}
)
_ALONE: Final = frozenset({"extends", "from", "import", "include", "print"})
_BETWEEN: Final[Mapping[str, Sequence[str]]] = {"elif": ("if",), "else": ("if", "for")}
_ENDS: Final = frozenset(f"end{tag}" for tag in AROUND)
_TAGS: Final = (*sorted(AROUND | _ALONE), *_BETWEEN, *sorted(_ENDS))
# Jinja's words for what stands in a template → what stands there.
_WRITTEN: Final[Mapping[str, str]] = {
    "begin of comment": "{#", "end of comment": "#}", "begin of statement block": "{%",
    "end of statement block": "%}", "begin of print statement": "{{",
    "end of print statement": "}}", "string": '"…"', "integer": "123", "float": "1.5",
    "template data / text": "…",
}  # fmt: skip
# What stands in other languages, or on a Chinese keyboard, for what Jinja has.
_MEANT: Final[Mapping[str, str]] = {
    "&": "and", "|": "or", "!": "not", "=": "==", "“": '"', "”": '"', "‘": "'", "’": "'",
    "、": ",", "。": ".", "《": "<", "》": ">", "「": '"', "」": '"', "【": "[", "】": "]",
    "×": "*", "÷": "/", "≠": "!=", "≤": "<=", "≥": ">=", "—": "-", "–": "-", "−": "-",
}  # fmt: skip
_ELSE_IF: Final = re.compile(r"\{%[-+]?\s*else\s+if\b")
_MOST_OPEN: Final = 20  # of Python's loops in one another
_MOST_WRITTEN: Final = 1000  # of Python's calls in one another


def unreadable(problem: Exception, place: Place, text: str, jinja: Environment) -> Diagnostic:
    """Why a template cannot be read, or filled in, in our words.

    Args:
        problem: Jinja's, or Python's of what Jinja has made of the template.
        place: the file, and the line where *problem* has none of its own.
        text: of the template.
        jinja: for its filters and tests, and to look at the text.
    """
    if isinstance(problem, TemplateSyntaxError):
        place = replace(place, line=problem.lineno)
    said = problem.msg if isinstance(problem, SyntaxError) else _said(problem)
    code, facts = _matched(said)
    told = error(code, place, **{name: _written(fact, text, place) for name, fact in facts.items()})
    match code:
        case "template/syntax":
            return error(code, place, why=said)
        case "template/no-filter":
            return _with(told, near=nearest(facts["name"], (*jinja.filters, *jinja.tests)))
        case "template/unclosed":
            return _unclosed(told, text, jinja)
        case "template/no-tag":
            return _strange_tag(facts["name"], place, text, jinja)
        case "template/strange-character" if facts["found"] in {'"', "'"}:
            return error("template/quotes", place, found=facts["found"])
        case "template/strange-character" | "template/needs-name":
            return _with(told, near=_meant(facts["found"]))
        case "template/expected":
            lines = text.splitlines()
            line = lines[place.line - 1] if place.line and place.line <= len(lines) else ""
            near = "elif" if _ELSE_IF.search(line) else _meant(facts["found"])
            return _with(told, near=near)
        case "template/ends-early":
            return told if "needed" in facts else _with(told, needed="}} / %}")
        case "template/argument-twice":
            twice = _line_of_twice(facts["name"], text, jinja)
            return replace(told, place=replace(place, line=twice))
        case "template/no-namespace" | "template/extends-twice":
            kind = nodes.NSRef if code == "template/no-namespace" else nodes.Extends
            return replace(told, place=_at_next(kind, place, jinja.parse(text)))
        case "template/long-number":
            return replace(told, place=replace(place, line=_line_of_longest(text, jinja)))
        case "template/too-nested" if place.line is None:
            return replace(told, place=replace(place, line=_line_of_deepest(text, jinja)))
        case _:
            return told


def _said(problem: Exception) -> str:
    message = problem.message if isinstance(problem, TemplateSyntaxError) else None
    return message or str(problem)


def _matched(said: str) -> tuple[str, Mapping[str, str]]:
    for pattern, code in SAID:
        if match := re.fullmatch(pattern, said, re.DOTALL):
            return code, {name: _unquoted(fact) for name, fact in match.groupdict().items()}
    return "template/syntax", {}


def _unquoted(fact: str) -> str:
    try:
        return str(ast.literal_eval(fact))[:LONGEST]
    except (SyntaxError, ValueError):
        return fact[:LONGEST]


def _written(fact: str, text: str, place: Place) -> str:
    """What stands in a template for what Jinja calls *fact*, unless that very word does."""
    lines = text.splitlines()
    line = lines[place.line - 1] if place.line and place.line <= len(lines) else ""
    return fact if re.search(rf"\b{re.escape(fact)}\b", line) else _WRITTEN.get(fact, fact)


def _with(told: Diagnostic, **facts: Fact) -> Diagnostic:
    return replace(told, facts={**told.facts, **facts})


def _meant(found: str) -> str:
    """What Jinja has for it."""
    plain = unicodedata.normalize("NFKC", found)
    return _MEANT.get(found) or (plain if plain != found and plain.isascii() else "")


# --- tags --------------------------------------------------------------------------------------


class _Tag(NamedTuple):
    number: int
    line: int
    name: str

    def __str__(self) -> str:
        return f"{{% {self.name} %}}"


def _unclosed(told: Diagnostic, text: str, jinja: Environment) -> Diagnostic:
    """At the tag that is open, and not at the end of the file, where Jinja sees it."""
    match told.facts.get("tag"):
        case "comment tag":
            return _with(told, tag="{#", needed="#}")
        case "raw directive":
            return _with(told, tag="{% raw %}", needed="{% endraw %}")
    opened = _open(text, jinja)
    if not opened:
        return error("template/ends-early", told.place, needed="}} / %}")
    facts = {"tag": str(opened[-1]), "needed": f"{{% end{opened[-1].name} %}}"}
    return replace(told, place=replace(told.place, line=opened[-1].line), facts=facts)


def _strange_tag(name: str, place: Place, text: str, jinja: Environment) -> Diagnostic:
    """A tag that there is not, or one that closes what is not open here."""
    opened = _open(text, jinja)
    if name not in _ENDS and name not in _BETWEEN:
        first = [f"end{opened[-1].name}"] if opened else []
        near = nearest(name, first) or nearest(name, _TAGS)
        return error("template/no-tag", place, name=name, near=near)
    found = f"{{% {name} %}}"
    if not opened:
        begins = "{% if %}" if name in _BETWEEN else f"{{% {name.removeprefix('end')} %}}"
        return error("template/nothing-open", place, found=found, tag=begins)
    facts = {"tag": str(opened[-1]), "needed": f"{{% end{opened[-1].name} %}}"}
    return error("template/wrong-end", place, found=found, line=opened[-1].line, **facts)


def _open(text: str, jinja: Environment) -> Sequence[_Tag]:
    """The tags that are open where the text ends, or where one stands that does not fit them."""
    opened: list[_Tag] = []
    had_else: set[_Tag] = set()
    for tag, written in _tags(text, jinja):
        inner = opened[-1] if opened else None
        if tag.name in AROUND and not (tag.name == "set" and "=" in written):
            opened.append(tag)
        elif tag.name in _BETWEEN:
            if inner is None or inner in had_else or inner.name not in _BETWEEN[tag.name]:
                break
            had_else |= {inner} if tag.name == "else" else set()
        elif tag.name in _ENDS:
            if inner is None or tag.name != f"end{inner.name}":
                break
            opened.pop()
    return opened


def _tags(text: str, jinja: Environment) -> Iterator[tuple[_Tag, Sequence[str]]]:
    """Each tag, and what is written in it."""
    written: list[str] = []
    for number, (line, kind, value) in enumerate(_tokens(text, jinja)):
        if kind in {"block_begin", "variable_begin"}:
            written = []
        elif kind == "block_end" and written:
            yield _Tag(number, line, written[0]), written
        elif kind != "whitespace":
            written.append(value)


def _tokens(text: str, jinja: Environment) -> Iterator[tuple[int, str, str]]:
    """As far as they can be told apart."""
    try:
        yield from jinja.lex(text)
    except TemplateSyntaxError:
        return


# --- what Python says, which knows no line of the template -------------------------------------


def _line_of_twice(name: str, text: str, jinja: Environment) -> int | None:
    """Of the macro or the call that has an argument of that name twice."""
    tree = jinja.parse(text)
    macros: tuple[type[Any], ...] = (nodes.Macro, nodes.CallBlock)
    calls: tuple[type[Any], ...] = (nodes.Call, nodes.Filter, nodes.Test)
    taken = ((one.lineno, [arg.name for arg in one.args]) for one in tree.find_all(macros))
    given = ((one.lineno, [arg.key for arg in one.kwargs]) for one in tree.find_all(calls))
    lines = (line for line, names in chain(taken, given) if names.count(name) > 1)
    return next(lines, None)


def _at_next(kind: type[Any], place: Place, tree: nodes.Template) -> Place:
    """At the first of them from the line on: what was last filled in before them has that line."""
    lines = [node.lineno for node in tree.find_all(kind)]
    after = [line for line in lines if line >= (place.line or 1)]
    return replace(place, line=min(after, default=place.line))


def _line_of_longest(text: str, jinja: Environment) -> int | None:
    """Of the longest number."""
    numbers = [
        (len(value), line) for line, kind, value in _tokens(text, jinja) if kind == "integer"
    ]
    return max(numbers)[1] if numbers else None


def _line_of_deepest(text: str, jinja: Environment) -> int | None:
    """Where most stands in one another: tags that are open, or what is written in one tag."""
    most, deepest, opened, written, tag = 0.0, None, 0, 0, False
    for line, kind, value in _tokens(text, jinja):
        if kind in {"block_begin", "variable_begin"}:
            written, tag = 0, kind == "block_begin"
        elif kind != "whitespace":
            written += 1
        if tag and written == 1 and value.removeprefix("end") != "set":
            opened += (value in AROUND) - (value in _ENDS)
        depth = opened / _MOST_OPEN + written / _MOST_WRITTEN
        if depth > most:
            most, deepest = depth, line
    return deepest
