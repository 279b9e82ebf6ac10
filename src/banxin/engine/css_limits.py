"""CSS that would take for ever, refused where the engine reads it: it is told, and not followed.

A page has room for some hundred columns; a stylesheet can ask for a hundred thousand in a few
characters. The engine looks for none of that, and makes each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Final

from banxin.engine.hooks import ORIGINAL, Hook

from weasyprint.css import counters
from weasyprint.css.tokens import InvalidValues
from weasyprint.css.validation import descriptors, expanders, properties
from weasyprint.formatting_structure import boxes

from banxin.stylesheets import Token

TOO_MANY: Final = "too many: "  # begins the reason that is given for a refusal
MOST_TRACKS: Final = 200  # of a grid, or lines from its edge; and columns of a text
MOST_COLUMNS: Final = 100
MOST_COUNTED: Final = 100_000  # beyond it a counter is written in digits
MOST_PADDING: Final = 100  # characters before a counter
LONGEST_SYMBOL: Final = 100  # characters
MOST_CELLS: Final = 1000  # that one spans (HTML, 4.9.11)
_GRIDS: Final = tuple(
    f"grid{part}"
    for part in (
        "", "-area", "-auto-columns", "-auto-rows", "-column", "-column-end", "-column-start",
        "-row", "-row-end", "-row-start", "-template", "-template-columns", "-template-rows",
    )
)  # fmt: skip
_MOST: Final = {
    **dict.fromkeys(_GRIDS, MOST_TRACKS),
    "columns": MOST_COLUMNS,
    "column-count": MOST_COLUMNS,
}
_TEMPERED: Final = "_tempered_by_banxin"


def temper() -> None:
    """Put the limits of properties in place. Twice is once."""
    if hasattr(properties, _TEMPERED):
        return
    setattr(properties, _TEMPERED, True)
    for table in (properties.PROPERTIES, expanders.EXPANDERS):
        for name, most in _MOST.items():
            if name in table:
                table[name] = _limited(table[name], most)
    described = descriptors.DESCRIPTORS["counter-style"]
    for name in described:
        described[name] = _limited(described[name], MOST_PADDING if name == "pad" else MOST_COUNTED)


def _limited(read: Callable[..., Any], most: int) -> Callable[..., Any]:
    @wraps(read)
    def limited(tokens: Iterable[Token], *args: Any, **named: Any) -> Any:
        tokens = tuple(tokens)
        count = max((_count(tokens), *_numbers(tokens)), default=0)
        if count > most:
            raise InvalidValues(f"{TOO_MANY}{count} {most}")
        if any(token.type == "ident" and token.lower_value == "subgrid" for token in tokens):
            raise InvalidValues("a grid knows no lines of the grid around it")
        return read(tokens, *args, **named)

    return limited


def _count(tokens: Iterable[Token]) -> int:
    """How many things there are, those of a `repeat()` as often as they are repeated."""
    count = 0
    for token in tokens:
        if token.type == "function" and token.lower_name == "repeat":
            inside = [t for t in token.arguments if t.type not in {"whitespace", "comment"}]
            numbers = [t.value for t in inside[:1] if t.type == "number"]
            times = int(numbers[0]) if numbers and abs(numbers[0]) < 1e15 else 10**15 * len(numbers)
            count += max(times, 1) * max(_count(inside[2:]), 1)
        elif token.type not in {"whitespace", "comment"}:
            count += 1
    return count


def _numbers(tokens: Iterable[Token]) -> Iterator[int]:
    """Whole numbers among them, without their signs; and how long a symbol is, beyond measure."""
    for token in tokens:
        if token.type == "number":
            yield int(min(abs(token.value), 1e15))
        elif token.type == "string" and len(token.value) > LONGEST_SYMBOL:
            yield 10**15
        elif token.type == "function":
            yield from _numbers(token.arguments)


def _render_value(self: Any, counter_value: Any, *args: Any, **named: Any) -> Any:
    if abs(counter_value) > MOST_COUNTED:
        return str(counter_value)
    return ORIGINAL["render_value"](self, counter_value, *args, **named)


def _cell(self: Any, *args: Any, **named: Any) -> None:
    ORIGINAL["__init__"](self, *args, **named)
    self.colspan = min(self.colspan, MOST_CELLS)


HOOKS: Final = (
    Hook(
        counters.CounterStyle, "render_value",
        "self counter_value counter_name counter previous_types",
        _render_value,
    ),
    Hook(boxes.TableCellBox, "__init__", "self args kwargs", _cell),
)  # fmt: skip
