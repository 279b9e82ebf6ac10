"""The manual of all that can be found, made from rules and words: what, why, by whose word."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from banxin.diagnostics import BanxinError, error, nearest
from banxin.preflight.registry import RULES, Rule
from banxin.words import looks_in_chinese, sentence, word_list

FEW: Final = 40  # more than that is a list
UNSPOKEN: Final = frozenset(
    {"say", "help", "report", "view", "jobsheet"}
)  # words that are no findings


@dataclass(frozen=True, slots=True)
class ToldCode:
    """One code, told: a rule's with its weight and source, any other with what is said of it."""

    code: str

    @property
    def rule(self) -> Rule | None:
        return RULES.get(self.code)

    def explained(self, language: str) -> str:
        """Of a rule in English its own docstring; in Chinese `rules.toml` has it.

        Of another code what is said when it is found, with … for what differs.
        """
        if self.rule is None:
            words = self._words(language)
            parts = (words["message"], words.get("why", ""))
            return ("；" if language == "zh" else "; ").join(part for part in parts if part)
        if language == "zh":
            return looks_in_chinese()[self.code]
        return " ".join(self.rule.explanation.split())

    def hint(self, language: str) -> str:
        words = self._words(language)
        return words.get("otherwise") or words.get("hint", "")

    def as_json(self, language: str) -> Mapping[str, Any]:
        return {
            "code": self.code,
            "severity": self.rule.severity.value if self.rule else None,
            "judges": self.rule.judges if self.rule else None,
            "source": self.rule.source if self.rule else None,
            "explanation": self.explained(language),
            "hint": self.hint(language),
        }

    def _words(self, language: str) -> Mapping[str, str]:
        words = word_list(language)[self.code]
        return {key: _general(text) for key, text in words.items()}


def _general(text: str) -> str:
    """A sentence with … for each of its facts."""
    facts = {name: "…" for _, name, _, _ in string.Formatter().parse(text) if name}
    return text.format_map(facts)


def told(code: str | None = None) -> tuple[ToldCode, ...]:
    """All codes, the one asked for, or those of a topic (`photo`) or of a name (`missing`).

    Raises:
        BanxinError: `rule/unknown`.
    """
    known = sorted(c for c in word_list("en") if c.split("/")[0] not in UNSPOKEN)
    wanted = [c for c in known if code in {None, c}] or [c for c in known if code in c.split("/")]
    if not wanted:
        raise BanxinError(error("rule/unknown", code=code or "", near=nearest(code or "", known)))
    return tuple(ToldCode(c) for c in wanted)


def text(entries: Sequence[ToldCode], language: str) -> str:
    """For a terminal, and as Markdown: rules in full, what else can be said a line each.

    A few entries, or one, are told in full whatever they are.
    """
    rules = [entry for entry in entries if entry.rule]
    others = [entry for entry in entries if not entry.rule]
    blocks = [_in_full(entry, language) for entry in rules]
    if len(others) <= FEW:
        blocks += [_in_full(entry, language) for entry in others]
    else:
        blocks.append("".join(f"- {e.code}: {e.explained(language)}\n" for e in others))
    return "\n".join(blocks)


def _in_full(entry: ToldCode, language: str) -> str:
    def said(code: str) -> str:
        return sentence(f"say/{code}", language).message

    hint = entry.hint(language)
    parts = [entry.explained(language)]
    if hint:
        parts.append(f"{said('hint')}: {hint}")
    if entry.rule is None:
        return f"## {entry.code}\n\n" + "\n\n".join(parts) + "\n"
    parts.append(f"{said('source')}: {entry.rule.source}")
    severity = said(f"severity-{entry.rule.severity.value}")
    return f"## {entry.code} · {severity}\n\n" + "\n\n".join(parts) + "\n"
