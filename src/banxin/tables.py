"""TOML that people write, read into a model; every fault is named with its line.

`tomllib` keeps no places (CPython 3.11), so the line of a key is found in the text again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from banxin.diagnostics import BanxinError, Diagnostic, Place, error, nearest
from banxin.workspace import Workspace

Model = TypeVar("Model", bound=BaseModel)
Path: Final = Sequence[str | int]

NO_LENGTH: Final = "no_length"  # what a model calls a value that should be a length
OUTSIDE: Final = -1  # the element of keys before any table
LONGEST_NUMBER: Final = 4000  # digits; Python reads 4,300
_LONG_NUMBER: Final = re.compile(rf"[\d_]{{{LONGEST_NUMBER},}}")
_SYNTAX_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_table(
    name: PurePosixPath, workspace: Workspace, model: type[Model], asked_at: Place | None = None
) -> tuple[Model, str]:
    """The file *name* as a *model*, and its text for `place_of`.

    Raises:
        BanxinError: `table/syntax`, `table/unknown-key`, `table/missing-key`,
            `table/bad-value`, all of the file's at once; `file/missing` and the like.
    """
    text = workspace.read_text(name, asked_at)
    table = workspace.remembered(
        ("table", name, model, text), lambda: parse_table(name, text, model)
    )
    return table, text


def parse_table(name: PurePosixPath, text: str, model: type[Model]) -> Model:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BanxinError(_syntax(name, str(problem), text)) from problem
    except ValueError as problem:  # a number of more digits than Python reads
        raise BanxinError(_too_long(name, text)) from problem
    except RecursionError as problem:
        raise BanxinError(_too_deep(name, text)) from problem
    try:
        return model.model_validate(table)
    except ValidationError as problem:
        faults = tuple(_fault(name, text, model, e) for e in problem.errors())
        raise BanxinError(*faults) from problem


def place_of(name: PurePosixPath, text: str, path: Sequence[str | int]) -> Place:
    """Where the key *path* is written: its own line, or the nearest table above it."""
    for shorter in range(len(path), 0, -1):
        line = line_of(text, path[:shorter])
        if line:
            return Place(str(name), line, 1)
    return Place(str(name), 1, 1)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, on which *path* is set in TOML *text*; 0 where it is not written."""
    wanted = tuple(str(part) for part in path if isinstance(part, str))
    element = next((part for part in path if isinstance(part, int)), None)
    lines = _lines(text)
    outside = lines.get((wanted, OUTSIDE), 0) if wanted and element is not None else 0
    return outside or lines.get((wanted, element), 0)


@lru_cache(maxsize=8)
def _lines(text: str) -> Mapping[tuple[tuple[str, ...], int | None], int]:
    """Keys, and the element of an array that they stand in, or None for any → first line."""
    found: dict[tuple[tuple[str, ...], int | None], int] = {}
    table: tuple[str, ...] = ()
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            here = table = tuple(_keys(stripped.strip("[]").split("]")[0]))
            seen[table] = seen.get(table, -1) + 1
        else:
            key, equals, _ = stripped.partition("=")
            if not equals or stripped.startswith("#"):
                continue
            here = table + tuple(_keys(key))
        found.setdefault((here, None), number)
        found.setdefault((here, seen[table] if table else OUTSIDE), number)
    return found


def _keys(dotted: str) -> Iterator[str]:
    for bare, double, single in re.findall(r"([\w-]+)|\"([^\"]*)\"|'([^']*)'", dotted):
        yield bare or double or single


def _syntax(name: PurePosixPath, said: str, text: str) -> Diagnostic:
    match = _SYNTAX_PLACE.search(said)
    last = text.count("\n") + 1
    line, column = (int(match[1]), int(match[2])) if match else (last, 1)
    return error(
        "table/syntax", Place(str(name), line, column), why=_SYNTAX_PLACE.sub("", said).strip()
    )


def _too_long(name: PurePosixPath, text: str) -> Diagnostic:
    number = _LONG_NUMBER.search(text)
    line = text.count("\n", 0, number.start()) + 1 if number else 1
    return error("table/number", Place(str(name), line, 1), most=LONGEST_NUMBER)


def _too_deep(name: PurePosixPath, text: str) -> Diagnostic:
    """At the line that opens most."""
    opened = [line.count("[") + line.count("{") for line in text.splitlines()]
    line = opened.index(max(opened, default=0)) + 1 if opened else 1
    return error("table/deep", Place(str(name), line, 1))


def _fault(
    name: PurePosixPath, text: str, model: type[BaseModel], fault: ErrorDetails
) -> Diagnostic:
    path = tuple(part for part in fault["loc"] if part != "[key]")
    key = ".".join(str(part) for part in path)
    place = place_of(name, text, path)
    match fault["type"]:
        case "extra_forbidden":
            if len(path) > 1 and str(path[-1]) in _known_keys(model, ()):
                table = ".".join(str(part) for part in path[:-1])
                return error("table/misplaced-key", place, key=str(path[-1]), table=table)
            near = nearest(str(path[-1]), _known_keys(model, path[:-1]))
            code = "table/unknown-key" if near else "table/unknown-key-strange"
            return error(code, place, key=key, near=near)
        case "missing" if path and isinstance(path[-1], int):
            parent = ".".join(str(part) for part in path[:-1])
            return error("table/too-few", place, key=parent, number=path[-1] + 1)
        case code if code == NO_LENGTH:
            return error("table/length", place, key=key, found=_shown(fault["input"]))
        case "missing":
            return error("table/missing-key", place, key=key)
        case _:
            found = _shown(fault["input"])
            return error("table/bad-value", place, key=key, found=found, needed=_needed(fault))


def _known_keys(model: type[BaseModel], path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that the table at *path* may have; empty where the model does not say."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, RootModel):
            here = here.model_fields["root"].annotation
        if isinstance(here, type) and issubclass(here, BaseModel):
            found = here.model_fields.get(str(part))
            here = found.annotation if found else None
        else:
            here = next(iter(_models_in(here)), None)
        here = next(iter(_models_in(here)), here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return tuple(f.alias or n for n, f in here.model_fields.items())
    return ()


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def _needed(fault: ErrorDetails) -> str:
    context: Mapping[str, Any] = fault.get("ctx", {})
    return str(context.get("expected") or context.get("error") or fault["msg"])


def _shown(value: object) -> str:
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # a number beyond measure
        return "…"
    return shown if len(shown) <= 60 else shown[:57] + "…"
