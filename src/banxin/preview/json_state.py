"""What a room says to its tabs, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from banxin.preview.messages import LocatedFinding, PageView
from banxin.preview.session import Session
from banxin.words import LANGUAGES, say

TOPICS: Final = ("book", "findings", "faults", "state")


def told(room: Session, topic: str) -> dict[str, Any]:
    match topic:
        case "book":
            return _book(room)
        case "findings":
            return _findings(room)
        case "faults":
            return {"kind": "faults", "faults": [_finding(item) for item in room.faults]}
        case _:
            return {"kind": "state", "state": room.state}


def _book(room: Session) -> dict[str, Any]:
    about = room.about
    labels = (*room.labels, *([""] * (len(room.leaves) - len(room.labels))))
    return {
        "kind": "book",
        "about": asdict(about) if about else None,
        "draft": room.request.draft,
        "leaves": [
            _leaf(shown.leaf, label) if shown else None
            for shown, label in zip(room.leaves, labels, strict=False)
        ],
        "before": room.before,
        "fullness": room.fullness,
        "times": room.times,
    }


def _leaf(leaf: PageView, label: str) -> dict[str, Any]:
    return {
        "id": leaf.identity,
        "width": leaf.width,
        "height": leaf.height,
        "bleed": leaf.bleed,
        "label": label,
        "stands": leaf.digest,
    }


def _findings(room: Session) -> dict[str, Any]:
    judged = room.judged
    return {
        "kind": "findings",
        "findings": [_finding(item) for item in room.told],
        "photos": [asdict(photo) for photo in judged.photos] if judged else [],
        "limits": judged.limits if judged else None,
        "ink_limit": judged.ink_limit if judged else None,
        "complete": bool(judged and judged.with_ink and judged.told is room.told),
    }


def _finding(item: LocatedFinding) -> dict[str, Any]:
    found = item.diagnostic
    said = {language: say(found, language) for language in LANGUAGES}
    place = asdict(found.place)
    return {
        "code": found.code,
        "severity": found.severity.value,
        "place": {name: known for name, known in place.items() if known is not None},
        "source": item.source,
        "cause": asdict(found.cause) if found.cause else None,
        "message": {language: words.message for language, words in said.items()},
        "hint": {language: words.hint for language, words in said.items()},
    }
