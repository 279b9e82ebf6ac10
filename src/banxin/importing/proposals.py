"""What an editor may like to have of the text: found and offered, never set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from banxin.importing.recognised import Recognised, Role
from banxin.importing.title import Title

_NUMBER: Final = re.compile(
    r"(?:约|近|超过?|达)?\d[\d,.]*(?:[万亿千百]+)?(?:余|多)?(?:%|％|个|人|名|家|万元|亿元|元|公里|平方米|场|次|支|株|件|户|所|座|项|年|岁|吨|亩)"
)
_DATED: Final = re.compile(
    r"((?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?)[，,]?([^。！？]{4,60}[。！？])"
)
_NAMES: Final = re.compile(r"(?:[\u4e00-\u9fff]{2,4}、){3,}[\u4e00-\u9fff]{2,4}")
_BREAK: Final = re.compile(r"(?<=[，,：:！!？?；;\s])|(?<=——)")
_WIDE: Final = 12  # characters: a title that fits one line of every layout
_DECK: Final = (12, 60)  # characters
_MOST: Final = 24


def proposals(title: Title, found: Sequence[Recognised]) -> str:
    """`proposals.toml`: each with its line, and what to paste into a chapter."""
    parts = [
        "# 建议，不会自动采用：想要哪一条，把 markdown 抄进章节（title 的抄进章节信息）。\n"
        "# Proposals, never set by themselves: copy the markdown of what you want into a chapter.\n"
    ]
    if len(title.title) > _WIDE:
        parts.append(_entry("title", _headed(title, found)))
    for offer in title.offers:
        row: dict[str, str | int] = {"picture": offer.picture, "place": offer.place}
        parts.append(_entry("pictures", {**row, "caption": offer.caption, "because": offer.why}))
    numbers = list(_numbers(found))
    for row in numbers[:_MOST]:
        parts.append(_entry("numbers", row))
    dated = list(_timeline(found))
    for row in dated[:_MOST]:
        parts.append(_entry("timeline", row))
    for row in _people(found):
        parts.append(_entry("names", row))
    return "\n".join(parts)


def _headed(title: Title, found: Sequence[Recognised]) -> dict[str, str | int]:
    """A break for a long title, a form of it for running heads, and a deck if there is none."""
    rows: dict[str, str | int] = {"title": _broken(title.title), "short": short(title.title)}
    deck = "" if title.deck else next(filter(None, map(_deck, found)), "")
    return {**rows, "deck": deck} if deck else rows


def _deck(r: Recognised) -> str:
    """The first sentence of a text, where it is neither too short nor too long to stand alone."""
    first = _sentences(r.paragraph.plain)[:1] if r.role is Role.TEXT else []
    return first[0].strip() if first and _DECK[0] <= len(first[0]) <= _DECK[1] else ""


def short(title: str) -> str:
    """A form of *title* for running heads: its first part, at most a line of it."""
    return re.split(r"[，,：:——！!？?\s]", title)[0][:_WIDE]


def _broken(title: str) -> str:
    places = [m.start() for m in _BREAK.finditer(title) if 0 < m.start() < len(title)]
    at = min(places or [len(title) // 2], key=lambda place: abs(place - len(title) / 2))
    return f"{title[:at].rstrip()}|{title[at:].lstrip()}"


def _entry(table: str, row: dict[str, str | int]) -> str:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()]
    return "\n".join([f"[[{table}]]", *lines, ""])


def _texts(found: Sequence[Recognised]) -> Iterator[Recognised]:
    return (r for r in found if r.role in {Role.TEXT, Role.BLOCK})


def _sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[。！？])", text) if s.strip()]


def _numbers(found: Sequence[Recognised]) -> Iterator[dict[str, str | int]]:
    seen: set[str] = set()
    for r in _texts(found):
        for sentence in _sentences(r.paragraph.plain):
            said = _NUMBER.search(sentence)
            if not said or said[0] in seen or re.match(r"^(?:19|20)\d\d年$", said[0]):
                continue
            seen.add(said[0])
            yield {
                "file": r.paragraph.file,
                "line": r.paragraph.line,
                "markdown": f"- **{said[0]}** {sentence.strip()}",
            }


def _timeline(found: Sequence[Recognised]) -> Iterator[dict[str, str | int]]:
    rows: list[dict[str, str | int]] = [
        {
            "file": r.paragraph.file,
            "line": r.paragraph.line,
            "markdown": f"- **{dated[1]}** {dated[2].strip()}",
        }
        for r in _texts(found)
        for dated in _DATED.finditer(r.paragraph.plain)
    ]
    return iter(rows)


def _people(found: Sequence[Recognised]) -> Iterator[dict[str, str | int]]:
    for r in _texts(found):
        for said in _NAMES.finditer(r.paragraph.plain):
            yield {
                "file": r.paragraph.file,
                "line": r.paragraph.line,
                "markdown": f"::: names\n{said[0]}\n:::",
            }
