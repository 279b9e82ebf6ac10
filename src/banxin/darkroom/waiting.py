"""Captions that wait for a picture, pictures that wait for a caption, and what may go together.

Nothing is set by this: what is found are proposals, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from banxin.darkroom.seen import Seen
from banxin.diagnostics import Place, nearest
from banxin.workspace import alike

_DATE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[年./-]?(\d{1,2})[月./-]?(\d{1,2})(?!\d)")
BECAUSE: Final = {
    "name": "photo/match-name",
    "date": "photo/match-date",
    "order": "photo/match-order",
}
_NUMBER: Final = re.compile(r"\d+")


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
    captions, pictures = list(waiting), list(free)
    found: list[Match] = []

    def settle(why: str, near: Callable[[Waiting, Sequence[Seen]], Seen | None]) -> None:
        for one in tuple(captions):
            picture = near(one, pictures)
            if picture is not None:
                found.append(Match(picture.name, one, why))
                captions.remove(one)
                pictures.remove(picture)

    settle("name", _by_name)
    settle("date", _by_date)
    if captions and len(captions) == len(pictures):
        in_order = sorted(pictures, key=lambda one: (one.day or "9", _natural(one.name)))
        pairs = zip(captions, in_order, strict=True)
        found.extend(Match(picture.name, one, "order") for one, picture in pairs)
    return tuple(found)


def _by_name(one: Waiting, pictures: Sequence[Seen]) -> Seen | None:
    stems = {alike(PurePosixPath(p.name).stem): p for p in pictures}
    asked = alike(PurePosixPath(one.name).stem)
    if asked in stems:
        return stems[asked]
    words = alike(one.caption)
    inside = [p for stem, p in stems.items() if _says(stem) and (stem in words or words == stem)]
    if len(inside) == 1:
        return inside[0]
    near = nearest(asked, [stem for stem in stems if _says(stem)]) if _says(asked) else ""
    return stems.get(near)


def _says(stem: str) -> bool:
    """Whether a name says anything: IMG_1234 is like every other."""
    return len(re.findall(r"[^\W\d_]", re.sub(r"(?i)img|dsc|photo|图片|照片|微信", "", stem))) >= 2


def _by_date(one: Waiting, pictures: Sequence[Seen]) -> Seen | None:
    day = _day(f"{one.caption} {one.name}")
    same = [picture for picture in pictures if day and picture.day == day]
    return same[0] if len(same) == 1 else None


def _day(text: str) -> str:
    found = _DATE.search(text)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else ""


def _natural(name: str) -> tuple[tuple[str, int], ...]:
    """IMG_9 before IMG_10, on any machine."""
    numbers = [*_NUMBER.findall(name), "0"]
    return tuple(zip(_NUMBER.split(name), (int(n[:18]) for n in numbers), strict=True))


def pictures_without(
    found: Sequence[Seen], asked: frozenset[str], captions: Mapping[str, str]
) -> Iterator[Seen]:
    """Pictures that no page asks for, and of which nothing is said yet."""
    for one in found:
        if alike(one.name) not in asked and not (captions.get(alike(one.name)) or one.caption):
            yield one
