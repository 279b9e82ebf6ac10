"""A book that was laid out, as bytes for the cache and back.

Nothing is made of such bytes but the values named here: who writes into a cache gets nothing run.
"""

from __future__ import annotations

import io
import pickle
from typing import Any, Final

from banxin.engine.boxes import KeptPage

from banxin.diagnostics import Diagnostic, Place, Severity, Subject
from banxin.typeset.drawn import DrawnFont, DrawnPart
from banxin.typeset.galley import Bearings, CounterState, Start, Stretch, Target
from banxin.typeset.parts import KeptBook
from banxin.typeset.regions import Region
from banxin.typeset.sheets import Filled, Fit, Landed
from banxin.typeset.survey import Surveyed
from banxin.units import Length

_VALUES: Final = (
    Bearings, CounterState, Diagnostic, DrawnFont, DrawnPart, Filled, Fit, KeptBook, KeptPage,
    Landed, Length, Subject, Place, Region, Severity, Start, Stretch, Surveyed, Target, frozenset,
)  # fmt: skip
_BY_NAME: Final = {(value.__module__, value.__qualname__): value for value in _VALUES}


class _ValuesReader(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        try:
            return _BY_NAME[module, name]
        except KeyError:
            raise pickle.UnpicklingError(name) from None


def packed(values: tuple[Any, ...]) -> bytes:
    """*values*, which are made of those that are named here."""
    return pickle.dumps(values, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Any:
    """What was packed; None for anything else."""
    try:
        return _ValuesReader(io.BytesIO(data)).load()
    except (
        pickle.UnpicklingError,
        EOFError,
        AttributeError,
        TypeError,
        ValueError,
        IndexError,
        KeyError,
    ):
        return None
