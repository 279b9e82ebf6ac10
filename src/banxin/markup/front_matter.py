"""Front matter that a template does not print: words of an editor that no page has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from banxin import treatments
from banxin.diagnostics import Diagnostic, error, nearest, note, warning
from banxin.layouts import Layout
from banxin.manuscript.blocks import Chapter
from banxin.markup.people import INDEX
from banxin.markup.people import KEYS as OF_INDEX

# Read by banxin itself, of every chapter; the last ones say how a picture is to stand.
ALWAYS: Final = ("title", "template")
OF_PICTURES: Final = ("focus", "alt", "lines", "fit", *treatments.KEYS)
# What one layout has a place for and another has not, of one and the same manuscript.
_ORNAMENTS: Final = frozenset({"picture", "plate", "seal"})
_PLATES: Final = ("front_plate", "plate_of")


def unprinted(layout: Layout, chapters: Sequence[Chapter]) -> Iterator[Diagnostic]:
    """Each key of a chapter that its template does not print, with the one that was meant."""
    keys = _keys_of(tuple(layout.templates.items()))
    for chapter in chapters:
        template = chapter.field("template", "text")
        own = keys.of(layout.chapters.get(template))
        if own is None:
            continue
        for key, said in chapter.front.items():
            asked = (*OF_PICTURES, *(OF_INDEX if template == INDEX else ()))
            if not said.value.strip() or key in own or key in asked or key in keys.listed:
                continue
            known = own | keys.listed
            # A leaflet shows what there is room for, as `unplaced` tells of its blocks; a newspaper
            # has no title page for a logo.
            may_leave_out = bool(layout.page.sides) and key in keys.printed
            left_out = may_leave_out or key == "logo"
            severe = note if key in _ORNAMENTS else warning if left_out else error
            near = nearest(key.lower(), [k for k in known if k not in chapter.front])
            near = "" if key in _ORNAMENTS or key in keys.printed else near
            yield severe(
                "front-matter/unknown",
                said.place,
                key=key,
                value=said.value[:60],
                template=template,
                near=near,
                known=" · ".join(sorted(known)),
            )


@dataclass(slots=True)
class _Reads:
    """What a template or a macro reads: keys of its own chapter, of other chapters, and of whom."""

    own: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    macros: set[tuple[str, str]] = field(default_factory=set)


@lru_cache(maxsize=8)
def _keys_of(templates: tuple[tuple[str, str], ...]) -> _Keys:
    return _Keys(templates)


class _Keys:
    """The keys that the templates of a layout print. A template is read when it is asked for."""

    def __init__(self, templates: Sequence[tuple[str, str]]) -> None:
        self._templates = dict(templates)
        self._jinja = SandboxedEnvironment()
        self._files: dict[str, _Reads] = {}
        self._macros: dict[tuple[str, str], _Reads] = {}

    @cached_property
    def listed(self) -> frozenset[str]:
        """Of other chapters: a list of contents prints what they say of themselves."""
        return frozenset(key for reads in self._every() for key in reads.others)

    @cached_property
    def printed(self) -> frozenset[str]:
        """By any template."""
        return self.listed | {key for reads in self._every() for key in reads.own}

    def of(self, file: str | None) -> frozenset[str] | None:
        """Of a chapter template by its file; None if the layout has none such."""
        if file is None:
            return None
        return frozenset(self._own(self._file(file), set())) | set(ALWAYS)

    def _every(self) -> tuple[_Reads, ...]:
        for name in self._templates:
            self._file(name)
        return (*self._files.values(), *self._macros.values())

    def _file(self, name: str) -> _Reads:
        if name not in self._files:
            self._files[name] = _Reads()
            with suppress(TemplateSyntaxError, RecursionError):  # told by whoever fills it in
                self._take(name, self._jinja.parse(self._templates.get(name, "")))
        return self._files[name]

    def _own(self, reads: _Reads, seen: set[int]) -> Iterator[str]:
        if id(reads) in seen:
            return
        seen.add(id(reads))
        yield from reads.own
        for file in reads.files:
            yield from self._own(self._file(file), seen)
        for file, macro in reads.macros:
            self._file(file)
            yield from self._own(self._macros.get((file, macro), _Reads()), seen)

    def _take(self, name: str, tree: nodes.Template) -> None:
        aliases = {
            node.target: node.template.value
            for node in tree.find_all(nodes.Import)
            if isinstance(node.template, nodes.Const)
        }
        macros = list(tree.find_all(nodes.Macro))
        within = {id(inner) for macro in macros for inner in _below(macro)}
        for macro in macros:
            self._macros[name, macro.name] = _reads(_below(macro), name, aliases)
        outside = (node for node in _below(tree) if id(node) not in within)
        self._files[name] = _reads(outside, name, aliases)


def _below(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        yield child
        yield from _below(child)


def _reads(found: Iterable[nodes.Node], name: str, aliases: dict[str, str]) -> _Reads:
    reads = _Reads()
    for node in found:
        match node:
            case nodes.Getattr(node=nodes.Getattr(node=whose, attr="front"), attr=key):
                _kept(reads, whose, key)
            case nodes.Getitem(
                node=nodes.Getattr(node=whose, attr="front"), arg=nodes.Const(value=str(key))
            ):
                _kept(reads, whose, key)
            case nodes.Call(node=nodes.Name(name=called), args=args) if called in _PLATES:
                words = [arg.value for arg in args if isinstance(arg, nodes.Const)]
                key = next((word for word in words if isinstance(word, str)), "")
                (reads.own if called == "front_plate" else reads.others).add(key)
            case nodes.Call(node=nodes.Getattr(node=nodes.Name(name=alias), attr=macro)):
                reads.macros.add((aliases.get(alias, ""), macro))
            case nodes.Call(node=nodes.Name(name=macro)):
                reads.macros.add((name, macro))
            case nodes.Include(template=nodes.Const(value=str(file))):
                reads.files.add(file)
            case nodes.Extends(template=nodes.Const(value=str(file))):
                reads.files.add(file)
            case _:
                pass
    return reads


def _kept(reads: _Reads, whose: nodes.Node, key: str) -> None:
    own = isinstance(whose, nodes.Name) and whose.name == "chapter"
    (reads.own if own else reads.others).add(key)
