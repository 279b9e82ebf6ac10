"""`banxin fix`: what findings offer, shown, written into the manuscript, and taken back.

The way: `proposed` reads the chapters and says what they would become, `shown` puts both side by
side, `kept` writes them, with a copy of what was.
"""

from __future__ import annotations

from banxin.mending.kept import undo, write
from banxin.mending.proposed import LineChange, Proposal, counted, mended, proposed
from banxin.mending.shown import as_json, difference

__all__ = [
    "LineChange", "Proposal", "as_json", "counted", "difference", "mended", "proposed", "undo",
    "write",
]  # fmt: skip
