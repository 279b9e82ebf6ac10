"""What the list of comments says of each: in words, and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from banxin.proofreading.comments import in_short
from banxin.proofreading.corrections import CorrectionOutcome
from banxin.proofreading.errands import Read
from banxin.words import sentence


def told(read: Read, language: str, *, is_written: bool) -> Sequence[Mapping[str, Any]]:
    """A row for each comment; `said` is its line at the terminal.

    Args:
        is_written: whether the corrections were written, or only could be.
    """
    return [_row(outcome, language, is_written=is_written) for outcome in read.outcomes]


def _row(outcome: CorrectionOutcome, language: str, *, is_written: bool) -> Mapping[str, Any]:
    edit = outcome.edit
    why = sentence(outcome.why, language).message if outcome.why else ""
    correction = None if edit is None else {"old": edit.old, "new": edit.new}
    return {
        **outcome.comment.as_json(),
        "correction": correction,
        "written": is_written and edit is not None,
        "code": outcome.why,
        "why": why,
        "said": _line(outcome, why, language, is_written=is_written),
    }


def _line(outcome: CorrectionOutcome, why: str, language: str, *, is_written: bool) -> str:
    comment = outcome.comment
    mark = comment.mark
    parts = [
        str(comment.place),
        sentence(f"say/mark-{mark.kind}", language).message,
        f"“{in_short(comment.words)}”" if comment.words else "",
        f"→ {in_short(comment.says)}" if comment.says.strip() else "",
        f"— {mark.author}" if mark.author else "",
        *(f"↳ {in_short(reply.says)} — {reply.author}" for reply in mark.replies),
    ]
    done = sentence("say/mark-written" if is_written else "say/mark-could-be", language).message
    return "  ".join(part for part in (*parts, f"[{why or done}]") if part)
