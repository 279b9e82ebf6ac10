"""What an imprint has to say, by kind of publication: data, for editors to copy and change."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator
from pydantic_core import SchemaError

from banxin.diagnostics import BanxinError, Place, error, nearest
from banxin.preflight.book import Required, matcher
from banxin.tables import read_table
from banxin.workspace import Workspace


class FieldTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: str = ""
    because: str = Field(min_length=1)

    @field_validator("pattern")
    @classmethod
    def _can_be_sought(cls, pattern: str) -> str:
        try:
            matcher(pattern)
        except SchemaError as problem:
            why = str(problem).splitlines()[-1].partition(": ")[2]
            message = f"a regular expression: {why}"
            raise ValueError(message) from problem
        return pattern


class ImprintTable(RootModel[dict[str, FieldTable]]):
    """Field of the masthead or the imprint → the form it has, and why it is needed."""


def required(
    name: str, asked_at: Place, workspace: Workspace, folder: PurePosixPath
) -> tuple[Required, ...]:
    """What *name* asks for: a built-in kind, a TOML file of *folder*, or nothing for ''.

    Raises:
        BanxinError: `imprint/unknown`, faults of the file.
    """
    if not name:
        return ()
    if name.endswith(".toml"):
        table, _ = read_table(folder / name, workspace, ImprintTable)
    else:
        table = ImprintTable.model_validate(tomllib.loads(_built_in(name, asked_at)))
    return tuple(Required(key, row.pattern, row.because) for key, row in table.root.items())


def _built_in(name: str, asked_at: Place) -> str:
    folder = resources.files(__package__)
    known = sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml"))
    if name not in known:
        near = nearest(name, known)
        raise BanxinError(
            error("imprint/unknown", asked_at, name=name, near=near, known=", ".join(known))
        )
    return folder.joinpath(f"{name}.toml").read_text("utf-8")
