"""What a round found, for a terminal and for programs: one picture a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from banxin.darkroom.entered import measures
from banxin.darkroom.round import Round
from banxin.visible import visible
from banxin.workspace import alike


def listing(made: Round) -> Iterator[str]:
    for one in made.found:
        caption = made.captions.get(alike(one.name), "") or "–"
        credit = made.credits.get(alike(one.name), "") or "–"
        yield visible(one.name) + "\t" + visible("  ".join([measures(one)[3:], caption, credit]))


def as_json(made: Round) -> list[dict[str, Any]]:
    matches = {match.picture: match for match in made.matches}
    return [
        {
            "file": one.name,
            "pixels": [one.width, one.height],
            "mm_at_300_ppi": list(one.largest(300)),
            "mm_at_225_ppi": list(one.largest(225)),
            "day": one.day,
            "caption": made.captions.get(alike(one.name), ""),
            "credit": made.credits.get(alike(one.name), ""),
            "doubts": list(one.doubts),
            "perhaps_for": matches[one.name].waiting.name if one.name in matches else "",
        }
        for one in made.found
    ]
