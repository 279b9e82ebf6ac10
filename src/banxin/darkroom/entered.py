"""The ledger, `photos/photos.toml`, as text: what people wrote in it stays, line by line.

A line that begins with `#:` is ours: pixels, the largest sizes in print, the day. It is written
anew each time; all else is only added to, and where somebody has chosen, set.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from banxin.darkroom.seen import Seen
from banxin.diagnostics import BanxinError, error
from banxin.tables import line_of
from banxin.workspace import alike

OURS: Final = "#:"
FIELDS: Final = ("caption", "credit", "licence", "source", "consent")
_HEADER: Final = re.compile(r"\s*\[")
_PPI: Final = (300, 225)

Ledger = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is entered of pictures of which neither they nor the ledger say it."""

    credit: str = ""
    licence: str = ""
    consent: str = ""


def refreshed(text: str, found: Sequence[Seen], defaults: Defaults) -> str:
    """*text* with what was seen of every picture; those that it lacks are entered at its end."""
    known = keys_of(text)
    for one in found:
        key = known.get(alike(one.name))
        if not key:
            text = _with_entry(text, one, defaults)
            continue
        text = _measured(text, key, one)
        for field, value in _lacking(tomllib.loads(text)[key], one, defaults):
            text = with_value(text, key, field, value)
    return text


def _lacking(said: Mapping[str, str], one: Seen, defaults: Defaults) -> Iterator[tuple[str, str]]:
    """What is asked for of all pictures and not said of this one."""
    for field, value in (
        ("credit", "" if one.credit else defaults.credit),
        ("licence", defaults.licence),
        ("consent", defaults.consent),
    ):
        if value and not said.get(field):
            yield field, value


def keys_of(text: str) -> Mapping[str, str]:
    """The keys of a ledger by what is `alike` in names."""
    return {alike(key): key for key in tomllib.loads(text)}


def with_value(text: str, key: str, field: str, value: str) -> str:
    """*text* with one value set, in place of the old one or under what stands there.

    Raises:
        BanxinError: `photo/ledger-by-hand`, it is written in a way that has to be mended by hand.
    """
    if tomllib.loads(text)[key].get(field, "") == value:
        return text
    lines = text.split("\n")
    start = line_of(text, (key,))
    end = _end(lines, start)
    setting = f"{field:<7} = {quoted(value)}"
    at = next((n for n in range(start, end) if re.match(rf"\s*{field}\s*=", lines[n])), None)
    if at is not None:
        lines[at] = setting
    else:
        ours = start < end and lines[start].startswith(OURS)
        lines.insert(start + ours, setting)
    made = "\n".join(lines)
    return _proved(made, text, {**tomllib.loads(text)[key], field: value}, key)


def moved(text: str, old: str, new: str) -> str:
    """What is said of *old* is said of *new*, where that says nothing itself; *old* is gone.

    Raises:
        BanxinError: as `with_value`.
    """
    table: dict[str, Any] = tomllib.loads(text)
    if new in table:
        for field, value in table[old].items():
            if value and not table[new].get(field):
                text = with_value(text, new, field, value)
        lines = text.split("\n")
        start = line_of(text, (old,)) - 1
        del lines[start : _end(lines, start + 1)]
        return "\n".join(lines)
    lines = text.split("\n")
    lines[line_of(text, (old,)) - 1] = f"[{quoted(new)}]"
    made = "\n".join(lines)
    return _proved(made, text, table[old], new, without=old)


def _proved(made: str, text: str, wanted: Mapping[str, str], key: str, without: str = "") -> str:
    """*made*, if it says what it is to say of *key*, and the same as before of all else."""
    expected = {k: v for k, v in tomllib.loads(text).items() if k != without} | {key: wanted}
    try:
        said = tomllib.loads(made)
    except tomllib.TOMLDecodeError:
        said = {}
    if said != expected:
        raise BanxinError(error("photo/ledger-by-hand", file=key))
    return made


def _end(lines: Sequence[str], start: int) -> int:
    """The line, from 0, that ends the table whose first line behind its head is *start*."""
    end = next((n for n in range(start, len(lines)) if _HEADER.match(lines[n])), len(lines))
    while end > start and (not lines[end - 1].strip() or _belongs_below(lines, end)):
        end -= 1
    return end


def _belongs_below(lines: Sequence[str], end: int) -> bool:
    """Whether a comment stands just above the next table, and belongs to it."""
    comment = lines[end - 1].lstrip().startswith("#") and not lines[end - 1].startswith(OURS)
    return comment and end < len(lines)


def _measured(text: str, key: str, one: Seen) -> str:
    lines = text.split("\n")
    at = line_of(text, (key,))
    if not at or not _HEADER.match(lines[at - 1]):
        return text  # an inline table has no line below its head
    if at < len(lines) and lines[at].startswith(OURS):
        lines[at] = measures(one)
    else:
        lines.insert(at, measures(one))
    return "\n".join(lines)


def measures(one: Seen) -> str:
    """`#: 4032 × 3024 px · 300 ppi 341 × 256 mm · 225 ppi 455 × 341 mm · 2020-11-20`."""
    sizes = [f"{ppi} ppi {w} × {h} mm" for ppi in _PPI for w, h in [one.largest(ppi)]]
    return " · ".join([f"{OURS} {one.width} × {one.height} px", *sizes, *filter(None, [one.day])])


def _with_entry(text: str, one: Seen, defaults: Defaults) -> str:
    said = {
        "caption": one.caption,
        "credit": one.credit or defaults.credit,
        "licence": defaults.licence,
        "source": "",
        "consent": defaults.consent,
    }
    entry = [f"[{quoted(one.name)}]", measures(one)]
    entry += [f"{field:<7} = {quoted(said[field])}" for field in FIELDS]
    before = text.rstrip("\n")
    return (before + "\n\n" if before else "") + "\n".join(entry) + "\n"


def quoted(text: str) -> str:
    """A basic string of TOML 1.0."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
