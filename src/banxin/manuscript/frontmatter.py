"""The lines between two `---` at the head of a chapter: plain `key: value`, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

import yaml

from banxin.diagnostics import Diagnostic, Place, error
from banxin.manuscript.blocks import Field

_FENCED: Final = re.compile(r"---[ \t]*\n(.*?)(?:^---[ \t]*(?:\n|\Z))", re.DOTALL | re.MULTILINE)


def split(
    file: PurePosixPath, text: str, faults: list[Diagnostic]
) -> tuple[Mapping[str, Field], str]:
    """The front matter of *text*, and the rest with its line numbers kept.

    All values are text: a date stays as written. What is wrong goes to *faults*.
    """
    if not re.match(r"---[ \t]*\n", text):
        return {}, text
    fenced = _FENCED.match(text)
    if fenced is None:
        faults.append(error("front-matter/unclosed", Place(str(file), 1, 1)))
        return {}, ""
    fields: dict[str, Field] = {}
    for key, field in _pairs(file, fenced[1], faults):
        if key in fields:
            first = fields[key].place.line or 0
            faults.append(error("front-matter/twice", field.place, key=key, first=first))
        fields[key] = field
    return fields, "\n" * fenced[0].count("\n") + text[fenced.end() :]


def _pairs(
    file: PurePosixPath, written: str, faults: list[Diagnostic]
) -> Iterator[tuple[str, Field]]:
    try:
        root = yaml.compose(written, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        faults.append(_broken(file, problem))
        return
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        faults.append(error("front-matter/no-pairs", Place(str(file), 2, 1)))
        return
    for key_node, value_node in root.value:
        place = _place(file, key_node.start_mark)
        if isinstance(key_node, yaml.ScalarNode) and isinstance(value_node, yaml.ScalarNode):
            yield key_node.value, Field(value_node.value, place)
        else:
            key = getattr(key_node, "value", "?")
            faults.append(error("front-matter/nested", place, key=str(key)[:40]))


def _broken(file: PurePosixPath, problem: yaml.YAMLError) -> Diagnostic:
    mark = getattr(problem, "problem_mark", None)
    place = _place(file, mark) if mark else Place(str(file), 1, 1)
    why = getattr(problem, "problem", None) or str(problem)
    return error("front-matter/broken", place, why=str(why))


def _place(file: PurePosixPath, mark: yaml.Mark) -> Place:
    """Marks count from 0 within the fence; the fence itself is one line."""
    return Place(str(file), mark.line + 2, mark.column + 1)
