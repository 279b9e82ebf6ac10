"""The finishes: one layout, handed over in several ways. One entry each, and one file in `press/`.

The command line reads the names for its help, so what makes a finish is loaded with the finish.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from banxin.diagnostics import BanxinError, error, note

if TYPE_CHECKING:
    from banxin.edition import Edition
    from banxin.press import Finished, Profile
    from banxin.typeset import Sheets
    from banxin.workspace import Workspace

SCREEN: Final = "screen"  # what can always be made, to show and to judge
PICTURES: Final = "proof"  # of unchecked pages, too
INSIDE, COVER = "inside", "cover"  # of a perfect-bound book with a cover of its own
JUDGED: Final = ("press", SCREEN)  # the first of these that was made


@dataclass(frozen=True, slots=True)
class Commission:
    """What finishes are made from. `marks`: whether a press file has them outside its bleed."""

    sheets: Sheets
    edition: Edition
    profile: Profile
    workspace: Workspace
    marks: bool = True
    revision: int = 0


Make: TypeAlias = "Callable[[Commission, Mapping[str, Finished]], Finished]"
Files: TypeAlias = "Callable[[str, Mapping[str, Finished], Edition], Mapping[str, bytes]]"


@dataclass(frozen=True, slots=True)
class Finish:
    """A way to hand over the pages.

    Attributes:
        make: the file, from the order and from the finishes made before it. Raises: BanxinError.
            None: there is none but that of `base`.
        base: the finish that it is made from; empty: the pages themselves.
        files: what is written, by name, where it is not one PDF of the finish's own: of the title,
            the finishes made, and the edition.
    """

    make: Make | None
    base: str = ""
    files: Files | None = None


def _press(order: Commission, made: Mapping[str, Finished]) -> Finished:
    from banxin.press import press, wrapped

    edition, profile = order.edition, order.profile
    marks, revision = order.marks, order.revision
    whole = press(
        order.sheets, edition, profile, order.workspace, with_marks=marks, revision=revision
    )
    if edition.cover is None:
        return whole
    parted = wrapped(whole.pdf, order.sheets, edition, profile, with_marks=marks, revision=revision)
    parts = {INSIDE: parted.inside, COVER: parted.cover}
    return replace(whole, parts=parts, remarks=(*whole.remarks, *parted.remarks))


def _as_pressed(title: str, made: Mapping[str, Finished], edition: Edition) -> Mapping[str, bytes]:
    names = {"": f"{title}-press.pdf", "-cover": f"{title}-cover.pdf"}
    return {names[part]: pdf for part, pdf in _parts(made["press"])}


def _in_outlines(title: str, made: Mapping[str, Finished], edition: Edition) -> Mapping[str, bytes]:
    return {f"{title}{part}-outlined.pdf": pdf for part, pdf in _parts(made["outlined"])}


def _parts(made: Finished) -> Iterator[tuple[str, bytes]]:
    """The files that are handed over, and what their names have more than the title's."""
    yield "", made.parts.get(INSIDE, made.pdf)
    if COVER in made.parts:
        yield "-cover", made.parts[COVER]


def _outlined(order: Commission, made: Mapping[str, Finished]) -> Finished:
    from banxin.press import outlined

    press = made["press"]
    try:
        parts = {name: outlined(pdf) for name, pdf in press.parts.items()}
        return replace(press, parts=parts) if parts else replace(press, pdf=outlined(press.pdf))
    except (ValueError, AttributeError, KeyError, IndexError):
        typed = [art for art in order.edition.artworks if art.fonts]
        if not typed:
            raise
        faults = (error("artwork/not-outlined", file=str(art.name)) for art in typed)
        raise BanxinError(*faults) from None


def _no_plates(order: Commission, made: Mapping[str, Finished]) -> Finished:
    """No file of its own: told where there are none to be written."""
    from banxin.press import Finished

    inks = order.edition.layout.inks
    none = all(ink.kind == "process" for ink in inks)
    return Finished(b"", (), (note("press/no-plates"),) if none else ())


def _plates(title: str, made: Mapping[str, Finished], edition: Edition) -> Mapping[str, bytes]:
    from banxin.press import plates

    binders = [ink.spot for ink in edition.layout.inks if ink.kind != "process"]
    wanted = tuple(dict.fromkeys(binders))
    files: dict[str, bytes] = {}
    for part, pressed in _parts(made["press"]):
        for plate, pdf in plates(pressed, wanted).items():
            name = f"{title}{part}-plate-{in_a_name(plate)}"
            files[f"{name}.pdf"] = pdf
            files[f"{name}.jpg"] = _shown(plate, pdf, pressed, edition)
    return files


def _shown(plate: str, engraved: bytes, pressed: bytes, edition: Edition) -> bytes:
    """Where a plate comes to lie, as a picture."""
    from banxin.assets.colour import on_screen
    from banxin.press import pages_with, plate_preview

    colour = next(ink.whole for ink in edition.layout.inks if ink.spot == plate)
    return plate_preview(pressed, engraved, pages_with(pressed, plate), on_screen(colour))


def in_a_name(plate: str) -> str:
    """The name of a plate as a part of a file's, the same for no two of a job."""
    plain = re.sub(r"[^\w.-]+", "-", plate).strip("-.")
    return plain or hashlib.sha256(plate.encode()).hexdigest()[:8]


def _screen(order: Commission, made: Mapping[str, Finished]) -> Finished:
    from banxin.press import screen

    return screen(order.sheets, order.edition, order.workspace, order.profile.icc)


def _pictures(title: str, made: Mapping[str, Finished], edition: Edition) -> Mapping[str, bytes]:
    return pictures("pages", made[SCREEN].pdf, edition)


def pictures(folder: str, pdf: bytes, edition: Edition) -> Mapping[str, bytes]:
    """Each page as PNG, and all of them on one JPEG."""
    from banxin.press import overview, proof

    pages = tuple(proof(pdf))
    sheet = overview(pages, opens_right=not edition.layout.page.folds)
    numbered = {f"{folder}/{number:03}.png": page for number, page in enumerate(pages, 1)}
    return numbered | {f"{folder}/overview.jpg": sheet}


# In the order in which they are made, and listed in the help.
FINISHES: Final[Mapping[str, Finish]] = {
    "press": Finish(_press, files=_as_pressed),
    "outlined": Finish(_outlined, base="press", files=_in_outlines),
    "plates": Finish(_no_plates, base="press", files=_plates),
    SCREEN: Finish(_screen),
    PICTURES: Finish(None, base=SCREEN, files=_pictures),
}


def to_make(asked: Sequence[str]) -> tuple[str, ...]:
    """The finishes that have to be made for those *asked*, each after its base."""
    wanted = {name for one in asked for name in _with_bases(one)}
    return tuple(name for name, finish in FINISHES.items() if name in wanted and finish.make)


def files_of(
    name: str, title: str, made: Mapping[str, Finished], edition: Edition
) -> Mapping[str, bytes]:
    """What is written of a finish, by name."""
    files = FINISHES[name].files
    return files(title, made, edition) if files else {f"{title}-{name}.pdf": made[name].pdf}


def _with_bases(name: str) -> Iterator[str]:
    while name:
        yield name
        name = FINISHES[name].base


def judged(made: Mapping[str, Finished]) -> str:
    """The name of the finish that is judged."""
    return next(name for name in JUDGED if name in made)
