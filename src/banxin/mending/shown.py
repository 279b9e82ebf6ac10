"""What is and what would be, one above the other, each with its place: `01.md:12`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any, Final

import click

from banxin.mending.proposed import LineChange, Proposal
from banxin.visible import visible

_AROUND: Final = 16  # characters of a long line that are shown on each side of what changes
_LONGEST: Final = 2000  # characters of a line that is compared character by character
_SKIPPED: Final = "…"


def difference(proposals: Iterable[Proposal]) -> Iterator[str]:
    """Lines for a terminal; what changes is coloured where colours are shown."""
    for proposal in proposals:
        for change in proposal.changes:
            yield click.style(visible(f"{proposal.name}:{change.line}"), bold=True)
            before, after = _marked(change)
            yield click.style("- ", fg="red") + before
            yield click.style("+ ", fg="green") + after


def as_json(proposals: Iterable[Proposal]) -> list[dict[str, Any]]:
    return [
        {
            "file": str(proposal.name),
            "line": change.line,
            "before": change.before,
            "after": change.after,
            "codes": list(change.codes),
        }
        for proposal in proposals
        for change in proposal.changes
    ]


def _marked(change: LineChange) -> tuple[str, str]:
    """Both lines with what differs marked, and what is far from it left out."""
    if max(len(change.before), len(change.after)) > _LONGEST:
        return visible(change.before[:_LONGEST]), visible(change.after[:_LONGEST])
    matcher = SequenceMatcher(None, change.before, change.after, autojunk=False)
    before, after = "", ""
    steps = matcher.get_opcodes()
    for number, (kind, i, j, k, m) in enumerate(steps):
        if kind == "equal":
            same = change.before[i:j]
            first, last = number == 0, number == len(steps) - 1
            shown = visible(_shortened(same, head=not first, tail=not last))
            before, after = before + shown, after + shown
        else:
            before += _coloured(change.before[i:j], "red")
            after += _coloured(change.after[k:m], "green")
    return before, after


def _coloured(text: str, colour: str) -> str:
    return click.style(visible(text), fg=colour, reverse=True) if text else ""


def _shortened(same: str, *, head: bool, tail: bool) -> str:
    """*same* without its middle; `head` and `tail`: something that differs stands there."""
    if len(same) <= (head + tail) * _AROUND + 8:
        return same
    kept = (same[:_AROUND] if head else "", same[-_AROUND:] if tail else "")
    return _SKIPPED.join(kept)
