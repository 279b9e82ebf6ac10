"""The manual of the rules, made from the rules: what each looks at, why, and by whose word."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from banxin.diagnostics import BanxinError, error, nearest
from banxin.preflight.registry import RULES, Rule
from banxin.words import sentence, word_list


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule, told."""

    rule: Rule

    def explained(self, language: str) -> str:
        """In English the rule's own docstring; in Chinese `rules.zh.toml` has it."""
        if language == "zh":
            return in_chinese()[self.rule.code]
        return " ".join(self.rule.explanation.split())

    def as_json(self, language: str) -> Mapping[str, Any]:
        return {
            "code": self.rule.code,
            "severity": self.rule.severity.value,
            "judges": self.rule.judges,
            "source": self.rule.source,
            "explanation": self.explained(language),
            "hint": word_list(language)[self.rule.code].get("hint", ""),
        }


def told(code: str | None = None) -> tuple[Entry, ...]:
    """All rules by code, or the one asked for, or those of a topic (`photo`).

    Raises:
        BanxinError: `rule/unknown`.
    """
    known = sorted(RULES)
    wanted = [c for c in known if code is None or c == code or c.split("/")[0] == code]
    if not wanted:
        near = nearest(code or "", known) or known[0]
        raise BanxinError(error("rule/unknown", code=code or "", near=near))
    return tuple(Entry(RULES[c]) for c in wanted)


def text(entries: Sequence[Entry], language: str) -> str:
    """For a terminal, and as Markdown."""
    blocks = []
    for entry in entries:
        severity = sentence(f"say/severity-{entry.rule.severity.value}", language).message
        blocks.append(
            f"## {entry.rule.code} · {severity}\n\n{entry.explained(language)}\n\n"
            f"{sentence('say/source', language).message}: {entry.rule.source}\n"
        )
    return "\n".join(blocks)


@cache
def in_chinese() -> Mapping[str, str]:
    """Code → explanation."""
    words = resources.files("banxin.words").joinpath("rules.zh.toml").read_text("utf-8")
    return {code: str(words) for code, words in tomllib.loads(words).items()}
