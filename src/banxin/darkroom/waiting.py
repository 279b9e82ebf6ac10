"""Captions that wait for a picture, pictures that wait for a caption, and what may go together.

Nothing is set by this: what is found are proposals, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from banxin.darkroom.seen import Seen
from banxin.diagnostics import Place
from banxin.pairing import Offered, PicturePlace, pairs
from banxin.workspace import alike

BECAUSE: Final = {
    "name": "photo/match-name",
    "date": "photo/match-date",
    "order": "photo/match-order",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place that asks for a picture which is not there, and its caption."""

    name: str
    caption: str
    place: Place


@dataclass(frozen=True, slots=True)
class Match:
    """What may belong together. `why`: `name`, `date` or `order`."""

    picture: str
    waiting: Waiting
    why: str


def matches(waiting: Sequence[Waiting], free: Sequence[Seen]) -> tuple[Match, ...]:
    """The likeliest first: by name, then by date, and what is left by order if it counts alike."""
    asked = [PicturePlace(one.name, one.caption) for one in waiting]
    offered = [Offered(one.name, one.day) for one in free]
    return tuple(
        Match(free[pair.offered].name, waiting[pair.asked], pair.why)
        for pair in pairs(asked, offered)
    )


def pictures_without(
    found: Sequence[Seen], asked: frozenset[str], captions: Mapping[str, str]
) -> Iterator[Seen]:
    """Pictures that no page asks for, and of which nothing is said yet."""
    for one in found:
        if alike(one.name) not in asked and not (captions.get(alike(one.name)) or one.caption):
            yield one
