"""Operators of a content stream, and what each of them takes (ISO 32000-1, Annex A)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from pikepdf import Array, Name, String

# Those that change nothing but where, and how wide, the next mark is.
PLAIN: Final = frozenset({
    "w", "J", "j", "M", "d", "m", "l", "c", "v", "y", "h", "re", "W", "W*", "n", "BT", "ET", "Tc",
    "Tw", "Tz", "TL", "Tr", "Ts", "Td", "TD", "Tm", "T*", "d0", "d1",
})  # fmt: skip
_OPERANDS: Final = {
    "w": 1, "J": 1, "j": 1, "M": 1, "d": 2, "m": 2, "l": 2, "c": 6, "v": 4, "y": 4, "re": 4,
    "Tc": 1, "Tw": 1, "Tz": 1, "TL": 1, "Tr": 1, "Ts": 1, "Td": 2, "TD": 2, "Tm": 6, "cm": 6,
    "d0": 2, "d1": 6, "Tj": 1, "TJ": 1, "'": 1, '"': 3, "g": 1, "G": 1, "rg": 3, "RG": 3, "k": 4,
    "K": 4, "Tf": 2, "gs": 1, "Do": 1, "sh": 1, "cs": 1, "CS": 1,
}  # fmt: skip
_NAMING: Final = frozenset({"cs", "CS", "gs", "Do", "sh"})
_TINTS: Final = frozenset({"sc", "scn", "SC", "SCN"})
_TAGS: Final = frozenset({"BDC", "BMC", "EMC"})


def is_sound(operator: str, operands: Sequence[Any]) -> bool:
    """Whether an operator has what it takes: any other would stop a press, or make it guess."""
    if _OPERANDS.get(operator, len(operands)) != len(operands):
        return False
    if operator in _TAGS:
        return True
    if operator in _NAMING:
        return isinstance(operands[0], Name)
    if operator == "d":
        return isinstance(operands[0], Array) and _are_numbers([*operands[0], operands[1]])
    if operator == "TJ":
        return isinstance(operands[0], Array) and _are_numbers(
            [part for part in operands[0] if not isinstance(part, String)]
        )
    if operator in {"Tj", "'", '"'}:
        return isinstance(operands[-1], String) and _are_numbers(operands[:-1])
    if operator == "Tf":
        return isinstance(operands[0], Name) and _are_numbers(operands[1:])
    if operator in _TINTS and operands and isinstance(operands[-1], Name):
        return _are_numbers(operands[:-1])
    return _are_numbers(operands)


def _are_numbers(operands: Sequence[Any]) -> bool:
    return all(isinstance(part, int | Decimal) and not isinstance(part, bool) for part in operands)
