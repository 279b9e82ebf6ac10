"""The judge: facts read from the file alone, rules that see only facts, a report in words.

It shares no code with the finishes: one's mistake is the other's finding.
"""

from __future__ import annotations

from banxin.preflight import rules  # they enter themselves in the registry
from banxin.preflight.facts import Facts, read
from banxin.preflight.registry import Limits, inspect
from banxin.preflight.report import PhotoRow, Report, as_json, finding_as_json, in_order, verdict

__all__ = [
    "Facts",
    "Limits",
    "PhotoRow",
    "Report",
    "as_json",
    "finding_as_json",
    "in_order",
    "inspect",
    "read",
    "rules",
    "verdict",
]
