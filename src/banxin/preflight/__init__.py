"""The judge: facts read from the file alone, rules that see only facts, a report in words.

It shares no code with the finishes: one's mistake is the other's finding.
"""

from __future__ import annotations

from banxin.preflight import rules  # they enter themselves in the registry
from banxin.preflight.book import Book, book
from banxin.preflight.facts import Facts, read
from banxin.preflight.imprints import required
from banxin.preflight.ink import Measured, measure
from banxin.preflight.page_text import words
from banxin.preflight.pages import Pages
from banxin.preflight.reckoned import reckon
from banxin.preflight.registry import RULES, Limits, Rule, inspect
from banxin.preflight.report import (
    PhotoRow,
    Report,
    as_json,
)
from banxin.preflight.report_html import as_page
from banxin.preflight.sandbox import read_guarded

__all__ = [
    "RULES",
    "Book",
    "Facts",
    "Limits",
    "Measured",
    "Pages",
    "PhotoRow",
    "Report",
    "Rule",
    "as_json",
    "as_page",
    "book",
    "inspect",
    "measure",
    "read",
    "read_guarded",
    "reckon",
    "required",
    "rules",
    "words",
]
