"""Press profiles: what a kind of press needs, as TOML beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from banxin.diagnostics import BanxinError, Place, error, nearest
from banxin.units import Length

_FOLDER: Final = "profiles"


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of press.

    Attributes:
        bleed: paper that is cut away, and has to be inked.
        least_ppi: below it a picture prints visibly soft: an error.
        low_ppi: below it a careful eye sees it: a warning.
        wanted_ppi: what pictures are brought down to, and should have.
    """

    name: str
    bleed: Length
    least_ppi: int
    low_ppi: int
    wanted_ppi: int


class ProfileTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    bleed_mm: float = Field(ge=0, le=20)
    least_ppi: int = Field(gt=0)
    low_ppi: int = Field(gt=0)
    wanted_ppi: int = Field(gt=0)


def names() -> tuple[str, ...]:
    """The profiles there are."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def profile(name: str, asked_at: Place) -> Profile:
    """The profile *name*.

    Raises:
        BanxinError: `press/unknown-profile`.
    """
    known = names()
    if name not in known:
        near = nearest(name, known) or known[0]
        raise BanxinError(
            error("press/unknown-profile", asked_at, name=name, near=near, known=", ".join(known))
        )
    file = resources.files(__package__).joinpath(_FOLDER, f"{name}.toml")
    table = ProfileTable.model_validate(tomllib.loads(file.read_text("utf-8")))
    return Profile(
        name, Length.mm(table.bleed_mm), table.least_ppi, table.low_ppi, table.wanted_ppi
    )
