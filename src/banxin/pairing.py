"""Captions that wait for a picture, and pictures that wait for a caption: what may go together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from banxin.diagnostics import nearest
from banxin.workspace import alike

_DATE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[年./-]?(\d{1,2})[月./-]?(\d{1,2})(?!\d)")
_NUMBER: Final = re.compile(r"\d+")
# What cameras, phones and chats call a picture says nothing of it.
_MADE_UP: Final = re.compile(r"(?i)img|dsc|photo|mmexport|图片|照片|微信")


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """A place for a picture: the name of its file, and its caption."""

    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A picture that stands nowhere. `day`: 2020-11-20, or empty."""

    name: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Numbers, from 0, of a place and of a picture. `why`: `name`, `date` or `order`."""

    asked: int
    offered: int
    why: str


def pairs(asked: Sequence[PicturePlace], offered: Sequence[Offered]) -> tuple[Pair, ...]:
    """The likeliest first: by name, then by date, and what is left by order if it counts alike."""
    places, pictures = dict(enumerate(asked)), dict(enumerate(offered))
    found: list[Pair] = []

    def settle(why: str, near: Callable[[PicturePlace, Mapping[int, Offered]], int | None]) -> None:
        for number, one in tuple(places.items()):
            picture = near(one, pictures)
            if picture is not None:
                found.append(Pair(number, picture, why))
                del places[number], pictures[picture]

    settle("name", _by_name)
    settle("date", _by_date)
    if places and len(places) == len(pictures):
        in_order = sorted(pictures, key=lambda n: (pictures[n].day or "9", _natural(pictures[n])))
        found.extend(Pair(*both, "order") for both in zip(places, in_order, strict=True))
    return tuple(found)


def day_in(text: str) -> str:
    """A day that is written in it, as 2020-11-20; or nothing."""
    found = _DATE.search(text)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else ""


def _by_name(one: PicturePlace, pictures: Mapping[int, Offered]) -> int | None:
    stems = {alike(PurePosixPath(p.name).stem): n for n, p in pictures.items()}
    asked = alike(PurePosixPath(one.name).stem)
    if asked in stems:
        return stems[asked]
    words = alike(one.caption)
    inside = [n for stem, n in stems.items() if _says(stem) and (stem in words or words == stem)]
    if len(inside) == 1:
        return inside[0]
    near = nearest(asked, [stem for stem in stems if _says(stem)]) if _says(asked) else ""
    return stems.get(near)


def _says(stem: str) -> bool:
    """Whether a name says anything: IMG_1234 is like every other."""
    return len(re.findall(r"[^\W\d_]", _MADE_UP.sub("", stem))) >= 2


def _by_date(one: PicturePlace, pictures: Mapping[int, Offered]) -> int | None:
    day = day_in(f"{one.caption} {one.name}")
    same = [number for number, picture in pictures.items() if day and picture.day == day]
    return same[0] if len(same) == 1 else None


def _natural(one: Offered) -> tuple[tuple[str, int], ...]:
    """IMG_9 before IMG_10, on any machine."""
    numbers = [*_NUMBER.findall(one.name), "0"]
    return tuple(zip(_NUMBER.split(one.name), (int(n[:18]) for n in numbers), strict=True))
