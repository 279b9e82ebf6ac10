"""The finishes: one layout, handed over in several ways. One entry each, and one file in `press/`.

The command line reads the names for its help, so what makes a finish is loaded with the finish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from banxin.edition import Edition
    from banxin.press import Finished, Profile
    from banxin.typeset import Sheets
    from banxin.workspace import Workspace

SCREEN: Final = "screen"  # what can always be made, to show and to judge
JUDGED: Final = ("press", SCREEN)  # the first of these that was made


@dataclass(frozen=True, slots=True)
class Order:
    """What finishes are made from. `marks`: whether a press file has them outside its bleed."""

    sheets: Sheets
    edition: Edition
    profile: Profile
    workspace: Workspace
    marks: bool = True


@dataclass(frozen=True, slots=True)
class Finish:
    """A way to hand over the pages.

    Attributes:
        make: the file, from the order and from the finish it is based on. Raises: BanxinError.
            None: the pages of `base`, as pictures.
        base: the finish that it is made from; empty: the pages themselves.
    """

    make: Callable[[Order, Mapping[str, Finished]], Finished] | None
    base: str = ""


def _press(order: Order, made: Mapping[str, Finished]) -> Finished:
    from banxin.press import press

    return press(
        order.sheets, order.edition, order.profile, order.workspace, with_marks=order.marks
    )


def _outlined(order: Order, made: Mapping[str, Finished]) -> Finished:
    from banxin.press import outlined

    return replace(made["press"], pdf=outlined(made["press"].pdf))


def _screen(order: Order, made: Mapping[str, Finished]) -> Finished:
    from banxin.press import screen

    return screen(order.sheets, order.edition, order.workspace, order.profile.icc)


# In the order in which they are made, and listed in the help.
FINISHES: Final[Mapping[str, Finish]] = {
    "press": Finish(_press),
    "outlined": Finish(_outlined, base="press"),
    SCREEN: Finish(_screen),
    "proof": Finish(None, base=SCREEN),
}


def files_for(asked: Sequence[str]) -> tuple[str, ...]:
    """The finishes that have to be made for those *asked*, each after its base."""
    wanted = {name for one in asked for name in _with_bases(one)}
    return tuple(name for name, finish in FINISHES.items() if name in wanted and finish.make)


def _with_bases(name: str) -> Iterator[str]:
    while name:
        yield name
        name = FINISHES[name].base


def judged(made: Mapping[str, Finished]) -> str:
    """The name of the finish that is judged."""
    return next(name for name in JUDGED if name in made)
