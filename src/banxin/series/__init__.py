"""Many copies of one title: a row of a table each.

table     the rows of a table, and what is wrong with them
choice    which of them are asked for
record    which row has become which pages, and what was found in it
"""

from __future__ import annotations

from banxin.series.choice import Choice
from banxin.series.record import Record
from banxin.series.table import Rows, heads_nothing, rows_of

__all__ = ["Choice", "Record", "Rows", "heads_nothing", "rows_of"]
