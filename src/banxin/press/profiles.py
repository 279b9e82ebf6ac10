"""Press profiles: what a kind of press needs, and its output condition.

The built-in ones are TOML beside this file. A shop's own is a TOML in the title's folder, with
what differs from a built-in one, its ICC file for one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from banxin.assets.colour import built_in, check_output_profile
from banxin.diagnostics import BanxinError, Diagnostic, Place, Severity, error, nearest
from banxin.shop import USUAL, Demands
from banxin.tables import place_of, read_table
from banxin.units import Length
from banxin.words import word_list
from banxin.workspace import Workspace

_FOLDER: Final = "profiles"
DEFAULT: Final = "coated-sheetfed"
LONGEST_PLATE: Final = 31  # characters; a name in a PDF has 127 bytes (ISO 32000-1, Annex C)
_TAKEN: Final = frozenset({"All", "None", "Cyan", "Magenta", "Yellow", "Black"})


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of press.

    Attributes:
        bleed: paper that is cut away, and has to be inked.
        least_ppi: below it a picture prints visibly soft: an error.
        low_ppi: below it a careful eye sees it: a warning.
        wanted_ppi: what pictures are brought down to, and should have.
        ink_limit: total ink, percent.
        leaf: the thickness of one leaf, two pages.
        pages_in: in how many pages the inside has to come: 4, 8 or 16; 0 where it is not said.
        icc: the output condition's profile, whole.
        condition: its name in the ICC's registry of characterisation data; `registry`, where.
        described: the condition in words, for the shop.
        version: `PDF/X-4`, or `PDF/X-1a` for shops that ask for it.
        softened: code of a rule → how much it matters here, and why that is.
        plates: a plate as layouts have it (`foil`, `PANTONE 871 C`) → what the shop calls it.
        demands: what else the shop asks of pages.
    """

    name: str
    bleed: Length
    least_ppi: int
    low_ppi: int
    wanted_ppi: int
    ink_limit: int
    leaf: Length
    pages_in: int
    icc: bytes
    condition: str
    described: str
    registry: str
    version: str
    softened: Mapping[str, tuple[Severity, str]]
    plates: Mapping[str, str]
    demands: Demands


class SeverityTable(BaseModel):
    """`"photo/soft" = { as = "note", because = "…" }`: the reason is printed with each finding."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Literal["error", "warning", "note"] = Field(alias="as")
    because: str = Field(min_length=1)


def _are_plates(names: dict[str, str]) -> dict[str, str]:
    """Names that a plate can have, and no two plates by one."""
    for name in names.values():
        plain = name == name.strip() and name.isprintable() and 0 < len(name) <= LONGEST_PLATE
        if not plain or name in _TAKEN:
            message = f"the name of a plate of its own, not {name[:LONGEST_PLATE]!r}"
            raise ValueError(message)
    if len(set(names.values())) < len(names):
        message = "a name of its own for each plate"
        raise ValueError(message)
    return names


Edge = Annotated[float, Field(ge=0, le=30)]
Tint = Annotated[float, Field(ge=0, le=20)]
Points = Annotated[float, Field(gt=0, le=20)]
Fine = Annotated[float, Field(ge=0, le=5)]
Quality = Annotated[int, Field(ge=1, le=100)]
Side = Annotated[float, Field(gt=0, le=2000)]
Count = Annotated[int, Field(gt=0)]
PlateNames = Annotated[dict[str, str], AfterValidator(_are_plates)]


class ProfileTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    bleed_mm: float = Field(ge=0, le=20)
    least_ppi: int = Field(gt=0)
    low_ppi: int = Field(gt=0)
    wanted_ppi: int = Field(gt=0)
    ink_limit: int = Field(ge=100, le=400)
    leaf_mm: float = Field(gt=0, le=2)
    pages_in: Literal[0, 4, 8, 16] = 0
    icc: str
    condition: str
    described: str
    registry: str = ""
    version: Literal["PDF/X-4", "PDF/X-1a"] = "PDF/X-4"
    severity: dict[str, SeverityTable] = {}
    plates: PlateNames = {}
    safe_mm: Edge = USUAL.safe.in_mm
    careful_mm: Edge = USUAL.careful.in_mm
    gutter_mm: Edge = USUAL.gutter.in_mm
    least_tint: Tint = USUAL.least_tint
    least_text_pt: Points = USUAL.least_text
    least_line_pt: Points = USUAL.least_line
    plate_line_mm: Fine = USUAL.plate_line.in_mm
    plate_gap_mm: Fine = USUAL.plate_gap.in_mm
    least_quality: Quality = USUAL.least_quality
    solid_mm: Side = USUAL.solid.in_mm
    most_stitched: Count = USUAL.most_stitched

    @property
    def demands(self) -> Demands:
        return Demands(
            safe=Length.mm(self.safe_mm),
            careful=Length.mm(self.careful_mm),
            gutter=Length.mm(self.gutter_mm),
            least_tint=self.least_tint,
            least_text=self.least_text_pt,
            least_line=self.least_line_pt,
            plate_line=Length.mm(self.plate_line_mm),
            plate_gap=Length.mm(self.plate_gap_mm),
            least_quality=self.least_quality,
            solid=Length.mm(self.solid_mm),
            most_stitched=self.most_stitched,
        )


class ShopTable(BaseModel):
    """A shop's own profile: whatever is not said is as in `base`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str = DEFAULT
    bleed_mm: float | None = Field(default=None, ge=0, le=20)
    least_ppi: int | None = Field(default=None, gt=0)
    low_ppi: int | None = Field(default=None, gt=0)
    wanted_ppi: int | None = Field(default=None, gt=0)
    ink_limit: int | None = Field(default=None, ge=100, le=400)
    leaf_mm: float | None = Field(default=None, gt=0, le=2)
    pages_in: Literal[0, 4, 8, 16] | None = None
    icc: str | None = None
    condition: str | None = None
    described: str | None = None
    registry: str | None = None
    version: Literal["PDF/X-4", "PDF/X-1a"] | None = None
    severity: dict[str, SeverityTable] = {}
    plates: PlateNames = {}
    safe_mm: Edge | None = None
    careful_mm: Edge | None = None
    gutter_mm: Edge | None = None
    least_tint: Tint | None = None
    least_text_pt: Points | None = None
    least_line_pt: Points | None = None
    plate_line_mm: Fine | None = None
    plate_gap_mm: Fine | None = None
    least_quality: Quality | None = None
    solid_mm: Side | None = None
    most_stitched: Count | None = None


def table_of(profile: Profile, icc: str) -> ProfileTable:
    """*profile* as a TOML file says it, *icc* being the name of its ICC file: all of it."""
    demands = profile.demands

    def mm(length: Length) -> float:
        return round(length.in_mm, 4)

    said = {
        "bleed_mm": mm(profile.bleed),
        "least_ppi": profile.least_ppi,
        "low_ppi": profile.low_ppi,
        "wanted_ppi": profile.wanted_ppi,
        "ink_limit": profile.ink_limit,
        "leaf_mm": mm(profile.leaf),
        "pages_in": profile.pages_in,
        "icc": icc,
        "condition": profile.condition,
        "described": profile.described,
        "registry": profile.registry,
        "version": profile.version,
        "severity": {
            code: {"as": severity.value, "because": because}
            for code, (severity, because) in profile.softened.items()
        },
        "plates": dict(profile.plates),
        "safe_mm": mm(demands.safe),
        "careful_mm": mm(demands.careful),
        "gutter_mm": mm(demands.gutter),
        "least_tint": demands.least_tint,
        "least_text_pt": demands.least_text,
        "least_line_pt": demands.least_line,
        "plate_line_mm": mm(demands.plate_line),
        "plate_gap_mm": mm(demands.plate_gap),
        "least_quality": demands.least_quality,
        "solid_mm": mm(demands.solid),
        "most_stitched": demands.most_stitched,
    }
    return ProfileTable.model_validate(said)


def names() -> tuple[str, ...]:
    """The built-in profiles."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def profile(name: str, asked_at: Place, workspace: Workspace, folder: PurePosixPath) -> Profile:
    """The profile *name*: a built-in one, or a TOML file of *folder*.

    Raises:
        BanxinError: `press/unknown-profile`, `press/not-an-output-profile`, faults of the TOML.
    """
    if not name.endswith(".toml"):
        table = _built_in(name, asked_at)
        return _profile(name, table, built_in(table.icc))
    file = folder / name
    own, text = read_table(file, workspace, ShopTable)
    base = _built_in(own.base, place_of(file, text, ("base",)))
    unknown = tuple(_unknown_rules(own, file, text))
    if unknown:
        raise BanxinError(*unknown)
    changed = {key: value for key, value in own if value is not None}
    changed.pop("base")
    table = base.model_copy(update=changed)
    if own.icc is None:
        return _profile(name, table, built_in(table.icc))
    place = place_of(file, text, ("icc",))
    icc = workspace.read(file.parent / own.icc, place)
    check_output_profile(icc, own.icc, place)
    if own.condition is None:
        # Not a registered condition: the file's own name, and no registry.
        condition = PurePosixPath(own.icc).stem
        table = table.model_copy(update={"condition": condition, "registry": ""})
    return _profile(name, table, icc)


def _built_in(name: str, asked_at: Place) -> ProfileTable:
    known = names()
    if name not in known:
        near = nearest(name, known)
        raise BanxinError(
            error("press/unknown-profile", asked_at, name=name, near=near, known=", ".join(known))
        )
    file = resources.files(__package__).joinpath(_FOLDER, f"{name}.toml")
    return ProfileTable.model_validate(tomllib.loads(file.read_text("utf-8")))


def _unknown_rules(own: ShopTable, file: PurePosixPath, text: str) -> Iterator[Diagnostic]:
    known = word_list("en")
    for code in own.severity:
        if code not in known:
            place = place_of(file, text, ("severity", code))
            near = nearest(code, known)
            yield error("press/unknown-rule", place, code=code, near=near)


def _profile(name: str, table: ProfileTable, icc: bytes) -> Profile:
    return Profile(
        name.removesuffix(".toml"),
        Length.mm(table.bleed_mm),
        table.least_ppi,
        table.low_ppi,
        table.wanted_ppi,
        table.ink_limit,
        Length.mm(table.leaf_mm),
        table.pages_in,
        icc,
        table.condition,
        table.described,
        table.registry,
        table.version,
        {code: (Severity(row.severity), row.because) for code, row in table.severity.items()},
        table.plates,
        table.demands,
    )
