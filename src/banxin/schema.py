"""Findings and titles as JSON: the shape that programs rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from banxin.diagnostics import Cause, Diagnostic, Fact, Severity
from banxin.units import Length
from banxin.visible import halves_numbered
from banxin.words import say

SCHEMA: Final = 1


def verdict(findings: Iterable[Diagnostic]) -> str:
    """Pass · warn · fail. What could not be checked does not pass as checked: it warns."""
    severities = {finding.severity for finding in findings}
    if severities & {Severity.ERROR, Severity.CRASH}:
        return "fail"
    return "warn" if severities & {Severity.WARNING, Severity.SKIPPED} else "pass"


def written(table: Mapping[str, Any]) -> str:
    return halves_numbered(json.dumps(table, ensure_ascii=False, indent=1) + "\n")


def without_pages(title: str, findings: Iterable[Diagnostic], language: str) -> Mapping[str, Any]:
    """The same for a title of which nothing could be made."""
    return {
        "schema": SCHEMA,
        "title": title,
        "finish": None,
        "verdict": "fail",
        "pages": 0,
        "findings": [finding_as_json(finding, language) for finding in findings],
        "photos": [],
        "fonts": [],
        "inks": None,
        "readings": [],
        "timings_s": {},
    }


def envelope(
    titles: Sequence[Mapping[str, Any]], findings: Sequence[Diagnostic], language: str
) -> str:
    """What every command says with `--format json`: one document, whatever came of it.

    Args:
        titles: `report.json` of each, with its `files`.
        findings: those of no title: what was typed, the machine, a layout, a font.
    """
    verdicts = [verdict(findings), *(str(title["verdict"]) for title in titles)]
    return written(
        {
            "schema": SCHEMA,
            "verdict": max(verdicts, key=("pass", "warn", "fail").index),
            "titles": titles,
            "findings": [finding_as_json(finding, language) for finding in findings],
        }
    )


def finding_as_json(finding: Diagnostic, language: str) -> Mapping[str, Any]:
    said = say(finding, language)
    place = finding.place
    where = {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "page": place.page,
        "box_mm": list(place.box_mm) if place.box_mm else None,
    }
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "place": {key: value for key, value in where.items() if value is not None},
        **({"cause": _cause_as_json(finding.cause)} if finding.cause else {}),
        "message": said.message,
        "hint": said.hint,
        "facts": {
            (f"{key}_mm" if isinstance(value, Length) else key): _plain(value)
            for key, value in finding.facts.items()
        },
    }


def _cause_as_json(cause: Cause) -> Mapping[str, Any]:
    place = cause.place
    where = {"file": place.file, "line": place.line, "written": cause.written}
    return {key: value for key, value in where.items() if value}


def _plain(value: Fact) -> str | int | float:
    return round(value.in_mm, 2) if isinstance(value, Length) else value
