"""`banxin photos`: from a folder of pictures to a ledger, and a sheet to choose from.

The way: `seen` looks at every picture, `named` gives it a name that a manuscript can write,
`waiting` finds captions without pictures and pictures without captions, `entered` writes the
ledger, `sheet` shows it all, and `taken` reads back what was chosen there.
"""

from __future__ import annotations

from banxin.darkroom.entered import Defaults
from banxin.darkroom.listed import as_json, listing
from banxin.darkroom.round import Round, go_round, settle, take
from banxin.darkroom.sheet import as_page

__all__ = ["Defaults", "Round", "as_json", "as_page", "go_round", "listing", "settle", "take"]
