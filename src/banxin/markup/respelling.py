"""HTML with the characters that no face has in those that one has, or with a mark for them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape
from typing import Final

from banxin.assets.characters import GETA, Setting, is_drawn
from banxin.lettering import FOLLOWERS

_TAGS: Final = re.compile(
    r"(<!--.*?-->|<style\b.*?</style>|<script\b.*?</script>|<[^>]*>)", re.DOTALL | re.IGNORECASE
)
_FLAT: Final = re.compile(r"<(/?)(?:svg|title)\b", re.IGNORECASE)  # no markup of ours in these
# What stylesheets may show; data-at has names of files.
_SHOWN: Final = re.compile(r"""(\sdata-(?!at\b)[\w-]+=)("[^"]*"|'[^']*')""")


def respelled(html: str, settings: Mapping[str, Setting]) -> str:
    """*html* in which *settings* stand for the characters that they are of.

    Other attributes than `data-…` are left as they are: nobody sees them set.
    """
    if not settings:
        return html
    runs = _runs(settings)
    flat = partial(runs.sub, partial(_set, settings=settings, part=_plain))
    rich = partial(runs.sub, partial(_set, settings=settings, part=_marked_up))
    return "".join(_pieces(html, flat, rich))


def _pieces(html: str, flat: Callable[[str], str], rich: Callable[[str], str]) -> Iterator[str]:
    depth = 0
    for number, piece in enumerate(_TAGS.split(html)):
        if not number % 2:
            yield flat(piece) if depth else rich(piece)
            continue
        inner = _FLAT.match(piece)
        if inner and not piece.endswith("/>"):
            depth += -1 if inner[1] else 1
        yield _SHOWN.sub(lambda found: found[1] + flat(found[2]), piece)


def _runs(settings: Mapping[str, Setting]) -> re.Pattern[str]:
    missing = "".join(re.escape(c) for c, setting in settings.items() if setting.missing)
    others = "".join(re.escape(c) for c, setting in settings.items() if not setting.missing)
    kinds = (
        f"(?P<missing>(?:[{missing}][{FOLLOWERS}]*)+)" if missing else "",
        f"(?P<other>[{others}])[{FOLLOWERS}]*" if others else "",
    )
    return re.compile("|".join(filter(None, kinds)))


def _set(
    match: re.Match[str], settings: Mapping[str, Setting], part: Callable[[str, str], str]
) -> str:
    character = match.groupdict().get("other")
    if character is None:
        return GETA * _marks(match[0])
    made = "".join(part(position, text) for position, text in settings[character].parts)
    # 1⅔ is not 12/3.
    after_number = match.string[: match.start()][-1:].isdigit()
    is_fraction = unicodedata.decomposition(character).startswith("<fraction>")
    return f"\u2009{made}" if after_number and is_fraction else made


def _marks(run: str) -> int:
    """How many marks are as wide as *run* may be: two letters take up the room of one Han."""
    drawn = [c for c in run if is_drawn(c) and unicodedata.category(c)[0] != "M"]
    wide = sum(unicodedata.east_asian_width(c) in {"W", "F"} or ord(c) >= 0x20000 for c in drawn)
    return max(1, wide + math.ceil((len(drawn) - wide) / 2))


def _plain(position: str, text: str) -> str:
    del position
    return escape(text)


def _marked_up(position: str, text: str) -> str:
    return f"<{position}>{escape(text)}</{position}>" if position else escape(text)
