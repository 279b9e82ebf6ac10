"""Papers, and how thick a sheet of each is: what a spine is reckoned from.

The table is `papers.toml` beside this file; a title's own goes before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, RootModel

from banxin.diagnostics import BanxinError, Place, error, nearest
from banxin.tables import read_table
from banxin.units import Length
from banxin.workspace import Workspace

PAPERS: Final = "papers.toml"
# 157g 哑粉纸 · 157 g/m² matt art · 128克铜版纸 · 157 gloss art, of which the g is no unit
_ORDERED: Final = re.compile(
    r"(\d{2,3})(?!\d)\s*+(?:g/m²|g/m2|(?:gsm|g)(?![a-z/])|克)?+\s*(\S.*)", re.IGNORECASE
)

_Thickness = Annotated[float, Field(gt=0, le=2, allow_inf_nan=False)]


class PaperTable(BaseModel):
    """A kind of paper. `bulk`: cm³/g; `caliper_mm`: gsm → mm; `source`: whose numbers they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    also: tuple[str, ...] = ()
    bulk: float = Field(gt=0, le=4, allow_inf_nan=False)
    caliper_mm: dict[int, _Thickness] = {}
    source: str = Field(min_length=1)


class PapersTable(RootModel[dict[str, PaperTable]]):
    """`papers.toml`: a table a paper."""


def leaf_of(
    paper: str, asked_at: Place, workspace: Workspace, folder: PurePosixPath
) -> tuple[Length, str]:
    """The thickness of a leaf of *paper*, written as `157g 哑粉纸`, and whose number that is.

    Args:
        folder: of the title, which may have a `papers.toml` of its own.

    Raises:
        BanxinError: `paper/unknown`, `paper/weight`; faults of the title's table.
    """
    own = folder / PAPERS
    known = dict(_built_in())
    if workspace.exists(own):
        known |= read_table(own, workspace, PapersTable)[0].root
    match = _ORDERED.fullmatch(paper.strip())
    if match is None:
        raise BanxinError(error("paper/weight", asked_at, paper=paper))
    gsm, kind = int(match[1]), match[2].strip()
    by_name = {name.casefold(): table for name, table in _by_every_name(known).items()}
    table = by_name.get(kind.casefold())
    if table is None:
        near = nearest(kind, known)
        raise BanxinError(
            error("paper/unknown", asked_at, paper=kind, near=near, known=" · ".join(known))
        )
    thick = table.caliper_mm.get(gsm, table.bulk * gsm / 1000)
    return Length.mm(thick), table.source


def _by_every_name(papers: Mapping[str, PaperTable]) -> Mapping[str, PaperTable]:
    """What is written last goes before what is built in; a name before what it is also called."""
    also = {name: table for table in papers.values() for name in table.also}
    return also | dict(papers)


@cache
def _built_in() -> Mapping[str, PaperTable]:
    text = resources.files(__package__).joinpath(PAPERS).read_text("utf-8")
    return PapersTable.model_validate(tomllib.loads(text)).root
