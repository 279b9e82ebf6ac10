"""What templates ask for by a name that nothing has, found before a manuscript fills them in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from jinja2 import nodes

from banxin.layouts import Grid, Layout
from banxin.markup.sandbox import GIVEN, Sandbox, meant

PAGE_TEMPLATE: Final = "page.html.j2"  # of which a book is made
_OF_JINJA: Final = frozenset({"caller", "kwargs", "self", "super", "varargs", "true", "false"})
_OF_GRID: Final = (*(part.name for part in fields(Grid)), "text", "column")


@dataclass(frozen=True, slots=True)
class InVain:
    """A name that *kind* does not have, what it has that is called nearly so, and where."""

    template: str
    line: int
    kind: str
    name: str
    near: str


def asked_in_vain(
    trees: Mapping[str, nodes.Template], layout: Layout, chapter: Collection[str], jinja: Sandbox
) -> Iterator[InVain]:
    """Names, macros, and parts of `chapter`, `grid` and `words` that there are not.

    A template that is included sees what the one that includes it has set, so that a name counts
    as known as soon as any of them sets it. *chapter* is what a chapter has.
    """
    exported = {name: frozenset(_exported(tree)) for name, tree in trees.items()}
    known = frozenset(
        (*GIVEN, *_OF_JINJA, *jinja.globals, *(n for t in trees.values() for n in _set(t)))
    )
    words = frozenset(word for said in layout.words.values() for word in said)
    parts: dict[str, Collection[str]] = {
        "chapter": chapter, "grid": _OF_GRID, "words": words,
        "grid.wide": layout.grid.wide.keys(), "grid.high": layout.grid.high.keys(),
    }  # fmt: skip
    for name, tree in _served(trees, layout):
        own = {stored.name for stored in tree.find_all(nodes.Name) if stored.ctx != "load"}
        asked = {of: had for of, had in parts.items() if of.split(".")[0] not in own}
        macros = ((alias, exported.get(file)) for alias, file in _imported(tree))
        asked |= {alias: had for alias, had in macros if had is not None}
        for line, kind, part in _asked(tree):
            had = asked.get(kind) if kind else known
            if had is not None and part not in had:
                yield InVain(name, line, kind or "template", part, meant(part, sorted(had)))


def _served(
    trees: Mapping[str, nodes.Template], layout: Layout
) -> Iterator[tuple[str, nodes.Template]]:
    """The templates that serve anything: inherited ones that nothing asks for know other names."""
    waiting = [PAGE_TEMPLATE, *layout.chapters.values(), *layout.blocks.values()]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in trees:
            continue
        seen.add(name)
        yield name, trees[name]
        waiting += [other for _, other in templates_asked(trees[name])]


def templates_asked(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Line and name of each template that it asks for outright."""
    for node in tree.find_all((nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)):
        named = node.template  # type: ignore[attr-defined]  # all of them have it
        parts = named.items if isinstance(named, (nodes.List, nodes.Tuple)) else [named]
        for part in parts:
            for name in _strings(part):
                yield node.lineno, name


def _strings(node: nodes.Expr) -> Iterator[str]:
    """What is written in it as it stands: one text, or a list of several."""
    value = node.value if isinstance(node, nodes.Const) else None
    yield from (
        one
        for one in (value if isinstance(value, (list, tuple)) else [value])
        if isinstance(one, str)
    )


def _asked(tree: nodes.Template) -> Iterator[tuple[int, str, str]]:
    """Line, of what, and which part of it; a name by itself is of nothing. Each once."""
    spared = {id(node) for node in _tested(tree)}
    found: dict[tuple[str, str], int] = {}
    for node in tree.find_all(nodes.Getattr):
        if id(node) not in spared and (of := _dotted(node.node)):
            found.setdefault((of, node.attr), node.lineno)
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and id(name) not in spared:
            found.setdefault(("", name.name), name.lineno)
    for (of, part), line in sorted(found.items(), key=lambda one: one[1]):
        yield line, of, part


def _dotted(node: nodes.Node) -> str:
    """`grid.wide` as it is written; empty for what is no chain of names."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    before = _dotted(node.node) if isinstance(node, nodes.Getattr) else ""
    return f"{before}.{node.attr}" if before and isinstance(node, nodes.Getattr) else ""


def _tested(tree: nodes.Template) -> Iterator[nodes.Node]:
    """What a template asks about, whether it is there: `is defined`, `|default`."""
    for test in tree.find_all(nodes.Test):
        if test.name in {"defined", "undefined"}:
            yield from _within(test.node)
    for filtered in tree.find_all(nodes.Filter):
        if filtered.name in {"d", "default"} and filtered.node is not None:
            yield from _within(filtered.node)


def _within(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    yield from node.find_all(nodes.Node)


def _set(tree: nodes.Template) -> Iterator[str]:
    """Whatever it gives a name: by `set`, `for`, `with`, as a macro, its arguments, an import."""
    for name in tree.find_all(nodes.Name):
        if name.ctx in {"store", "param"}:
            yield name.name
    for macro in tree.find_all(nodes.Macro):
        yield macro.name
    yield from (alias for alias, _ in _imported(tree))
    yield from (alias for taken in tree.find_all(nodes.FromImport) for alias in _names(taken))


def _exported(tree: nodes.Template) -> Iterator[str]:
    """What another template gets that imports it: names at its top."""
    for node in tree.body:
        if isinstance(node, nodes.Macro):
            yield node.name
        elif isinstance(node, nodes.Import):
            yield node.target
        elif isinstance(node, nodes.FromImport):
            yield from _names(node)
        elif not isinstance(node, nodes.For):
            yield from (name.name for name in node.find_all(nodes.Name) if name.ctx == "store")


def _names(taken: nodes.FromImport) -> Iterable[str]:
    return (name if isinstance(name, str) else name[1] for name in taken.names)


def _imported(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    """Alias → template, of imports that name it outright."""
    for node in tree.find_all(nodes.Import):
        if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str):
            yield node.target, node.template.value
