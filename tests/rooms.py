"""The picture in src/banxin/README.md, out of import contract and pipeline: `./banxin rooms`.

Rooms stand in the rows of the contract, each importing only what is below it. The values of a build
stand beside the rooms that they are of, each with arrows from those that it is made from.
"""

from __future__ import annotations

import ast
import inspect
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from banxin import pipeline
from banxin.diagnostics import Diagnostic
from banxin.request import Request

ROOT: Final = Path(__file__).parent.parent
PICTURE: Final = ROOT / "src" / "banxin" / "rooms.svg"
HIGH, PITCH = 24.0, 36.0  # px: of a box, and from row to row
LETTER, SIDE, APART = 7.4, 9.0, 8.0  # px: of a letter, beside a name, between boxes
LEFT, FLOW, COLUMN, WIDE = 16.0, 600.0, 120.0, 960.0  # px: where rooms and values begin; the whole

Made = Mapping[str, frozenset[str]]  # a value's class → those that it is made from


def rows() -> list[list[str]]:
    """The rooms, from the top down."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(c["layers"] for c in contracts if c["type"] == "layers")
    return [layer.split(" | ") for layer in layers]


def journey() -> tuple[Made, Mapping[str, str]]:
    """The values of a build in the order in which they are made, and the room of each."""
    made: dict[str, frozenset[str]] = {Request.__name__: frozenset()}
    rooms = {Request.__name__: _room(Request)}
    known = {"request": made.keys() & {Request.__name__}}
    steps = (ast.parse(inspect.getsource(step)) for step in (pipeline.opened, pipeline._made))
    calls = [[n for n in ast.walk(step) if isinstance(n, ast.Assign)] for step in steps]
    for node in (n for found in calls for n in sorted(found, key=lambda n: n.lineno)):
        if not isinstance(node.value, ast.Call):
            continue
        names = (n.id for n in ast.walk(node.value) if isinstance(n, ast.Name))
        needed = {value for name in names for value in known.get(name, ())}
        values = [kind for kind in _values(node.value.func) if kind.__name__ not in made]
        made |= {kind.__name__: frozenset(needed) for kind in values}
        rooms |= {kind.__name__: _room(kind) for kind in values}
        bound = [n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)]
        for name, kind in zip(bound, values, strict=False):
            known[name] = {kind.__name__}
        if not values:  # what only holds others together
            known[bound[0]] = needed
    return _shortest(made), rooms


def _values(called: ast.expr) -> list[type]:
    """The classes of ours that a function of the pipeline gives."""
    made: Any = pipeline
    for name in ast.unparse(called).split("."):
        made = getattr(made, name, None)
    hint = get_type_hints(made).get("return") if inspect.isfunction(made) else None
    ours = (kind for kind in _classes(hint) if kind.__module__.startswith("banxin."))
    return [kind for kind in ours if kind is not Diagnostic]


def _classes(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for part in get_args(hint):
        yield from _classes(part)


def _room(kind: type) -> str:
    return kind.__module__.split(".")[1]


def _shortest(made: Made) -> Made:
    """Without the arrows that lead where others lead already."""

    def behind(value: str) -> set[str]:
        return {value, *(far for near in made[value] for far in behind(near))}

    return {
        value: frozenset(
            one for one in needed if not any(one in behind(other) for other in needed - {one})
        )
        for value, needed in made.items()
    }


def places(made: Made, rooms: Mapping[str, str]) -> Mapping[str, tuple[float, float]]:
    """The middle of each value's box: in the row of its room, above what it is made from."""
    row_of = {room: index for index, row in enumerate(rows()) for room in row}
    column: dict[str, int] = {}
    for value, needed in made.items():
        beside = [column[v] for v in column if row_of[rooms[v]] == row_of[rooms[value]]]
        below = sum(column[v] for v in needed) // len(needed) if needed else 0
        column[value] = max([below, *(place + 1 for place in beside)])
    return {
        value: (FLOW + COLUMN * (place + 0.5), LEFT + PITCH * row_of[rooms[value]] + HIGH / 2)
        for value, place in column.items()
    }


def picture() -> str:
    drawn = [*_rooms(rows()), *_flow(*journey())]
    high = LEFT + PITCH * len(rows())
    style = (
        "text { font: 13px sans-serif; text-anchor: middle; fill: #222 }"
        " .room { fill: #eef2f6; stroke: #9fb2c6 } .value { fill: #fff6e0; stroke: #c9973a }"
        " .row { stroke: #dde4ea } .arrow { fill: none; stroke: #c9973a; stroke-width: 1.5 }"
    )
    head = (
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
        ' orient="auto"><path d="M0 0L8 4L0 8z" fill="#c9973a"/></marker>'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {high:g}">',
            f"<style>{style}</style>",
            f"<defs>{head}</defs>",
            f'<rect width="{WIDE:g}" height="{high:g}" fill="#fff"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def _rooms(layers: Sequence[Sequence[str]]) -> Iterator[str]:
    for index, layer in enumerate(layers):
        x, y = LEFT, LEFT + PITCH * index
        middle = y + HIGH / 2
        yield f'<path class="row" d="M{LEFT:g} {middle:g}H{WIDE - LEFT:g}"/>'
        for room in layer:
            is_folder = (ROOT / "src" / "banxin" / room).is_dir()
            name = f"{room}/" if is_folder else room
            wide = len(name) * LETTER + 2 * SIDE
            yield from _box("room", name, x + wide / 2, middle, wide)
            x += wide + APART


def _flow(made: Made, rooms: Mapping[str, str]) -> Iterator[str]:
    at = places(made, rooms)
    for value, needed in made.items():
        x, y = at[value]
        for one in sorted(needed):
            from_x, from_y = at[one]
            if from_y == y:  # side by side
                dip = HIGH * 0.9 * (x - from_x) / COLUMN
                path = f"M{from_x:g} {from_y + HIGH / 2:g}q{(x - from_x) / 2:g} {dip:g}"
                yield f'<path class="arrow" marker-end="url(#head)" d="{path} {x - from_x:g} 0"/>'
                continue
            start, end = from_y - HIGH / 2, y + HIGH / 2
            path = f"M{from_x:g} {start:g}C{from_x:g} {end + 10:g} {x:g} {start:g} {x:g} {end:g}"
            yield f'<path class="arrow" marker-end="url(#head)" d="{path}"/>'
    for value, (x, y) in at.items():
        yield from _box("value", value, x, y, COLUMN - 2 * APART)


def _box(kind: str, name: str, x: float, y: float, wide: float) -> Iterator[str]:
    corner = f'x="{x - wide / 2:g}" y="{y - HIGH / 2:g}"'
    yield f'<rect class="{kind}" {corner} width="{wide:g}" height="{HIGH:g}" rx="4"/>'
    yield f'<text x="{x:g}" y="{y + 4.5:g}">{escape(name)}</text>'


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
