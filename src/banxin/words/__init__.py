"""Every sentence we say, in Chinese and English, keyed by code. Numbers come from outside.

What a rule says stands in `rules.toml`, in both languages; all else in a file for each language.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from banxin.diagnostics import Diagnostic, Fact

LANGUAGES: Final = ("zh", "en")
_LOOKS: Final = "looks"  # in rules.toml only, and in Chinese


@dataclass(frozen=True, slots=True)
class Said:
    """One diagnostic in words. `hint` and `why` may be empty."""

    message: str
    hint: str = ""
    why: str = ""


def say(diagnostic: Diagnostic, language: str) -> Said:
    """*diagnostic* in *language*, `zh` or `en`."""
    return sentence(diagnostic.code, language, **diagnostic.facts)


def sentence(code: str, language: str, /, **facts: Fact) -> Said:
    """The sentence that *code* names, its {placeholders} filled.

    Where nothing is `near` enough to what was written, the hint is what stands under `otherwise`.

    Raises:
        KeyError: for a code without words; a test proves that none is used.
    """
    entry = word_list(language)[code]
    hint = "otherwise" if "otherwise" in entry and facts.get("near") == "" else "hint"
    message, hinted, why = (
        entry.get(part, "").format_map(facts) for part in ("message", hint, "why")
    )
    return Said(message, hinted, why)


@cache
def word_list(language: str) -> Mapping[str, Mapping[str, str]]:
    """All sentences of one language: code → message, hint, otherwise, why."""
    rules = {code: dict(said[language]) for code, said in _table("rules").items()}
    for said in rules.values():
        said.pop(_LOOKS, None)
    return _table(language) | rules


def looks_in_chinese() -> Mapping[str, str]:
    """What each rule looks at: code → a sentence. Its English is the rule's docstring."""
    return {code: said["zh"][_LOOKS] for code, said in _table("rules").items()}


@cache
def _table(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def language_here(environment: Mapping[str, str] = os.environ) -> str:
    """`zh` where the locale is Chinese, else `en`."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return "zh" if environment[variable].lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
