"""Errands, and who does them: this process, several of this machine's, or those of a cluster.

errands   a title to be built, or one copy of a series; done the same way wherever it is
here      processes of this machine, as many as there are cores and memory for
cluster   the workers of a Dask scheduler: what an errand rests on travels to them
sealed    the files that errands rest on, by content
"""

from __future__ import annotations

from banxin.crew.errands import Errand, ErrandDone, Hands, Workplace
from banxin.crew.here import hands_for, here

__all__ = ["Errand", "ErrandDone", "Hands", "Workplace", "hands_for", "here"]
