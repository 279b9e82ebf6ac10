"""The photo ledger, `photos/photos.toml`: caption, credit, source, licence and consent of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, RootModel

from banxin.diagnostics import Place
from banxin.tables import place_of, read_table
from banxin.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one photograph; any field may be empty."""

    caption: str
    credit: str
    source: str
    licence: str
    consent: str
    place: Place


class EntryTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    caption: str = ""
    credit: str = ""
    source: str = ""
    licence: str = ""
    consent: str = ""


class LedgerTable(RootModel[dict[str, EntryTable]]):
    """File name, as figures write it (`photos/market.jpg`), → entry."""


def read(name: PurePosixPath, workspace: Workspace) -> Mapping[str, Entry]:
    """The ledger, keyed by file name relative to the title's folder.

    Raises:
        BanxinError: faults of the file, all at once.
    """
    table, text = read_table(name, workspace, LedgerTable)
    return {
        file: Entry(
            row.caption,
            row.credit,
            row.source,
            row.licence,
            row.consent,
            place_of(name, text, (file,)),
        )
        for file, row in table.root.items()
    }
