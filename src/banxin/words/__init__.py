"""Every sentence we say, in Chinese and English, keyed by code. Numbers come from outside."""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from banxin.diagnostics import Diagnostic, Fact

LANGUAGES: Final = ("zh", "en")


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
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def language_here(environment: Mapping[str, str] = os.environ) -> str:
    """`zh` where the locale is Chinese, else `en`."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return "zh" if environment[variable].lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
