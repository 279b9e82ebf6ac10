"""The layouts there are, as the folder has them: a new one is tested without a change here."""

from __future__ import annotations

from typing import Final

from banxin import layouts
from banxin.diagnostics import Place
from banxin.workspace import Workspace
from conftest import ROOT

_HERE: Final = Workspace(ROOT)
LAYOUTS: Final = layouts.names(_HERE)
LEAFLETS: Final = tuple(n for n in LAYOUTS if layouts.load(n, _HERE, Place()).page.sides)
BOOKS: Final = tuple(name for name in LAYOUTS if name not in LEAFLETS)
