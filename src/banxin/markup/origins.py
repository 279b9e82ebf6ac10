"""Which line of which template wrote a tag: said in an attribute, when somebody asks.

Pages are set from templates as they are. Where it is asked, the same document is made once more
from templates whose tags say where they stand, and its elements are held against those of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from banxin.edition import Edition

FROM: Final = "data-banxin-from"  # a template's name below `templates/`, and a line, from 1
_JINJA: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
# A tag begins: its name may be written by the template, in whole or in part: `<h{{ level }}`.
_TAG: Final = re.compile(r"<(?=[A-Za-z]|\{\{)(?:[A-Za-z0-9-]|\{\{.*?\}\})+", re.DOTALL)


def traced(edition: Edition) -> Edition:
    """*edition* with templates that say of each tag where it is written."""
    layout = edition.layout
    templates = {name: _traced(name, text) for name, text in layout.templates.items()}
    return replace(edition, layout=replace(layout, templates=templates))


@lru_cache(maxsize=256)
def _traced(name: str, text: str) -> str:
    return "".join(_pieces(name, text))


def _pieces(name: str, text: str) -> Iterator[str]:
    at, line = 0, 1
    while at < len(text):
        tag = _TAG.match(text, at)
        found = tag or _JINJA.match(text, at)
        if tag:
            yield f'{tag[0]} {FROM}="{name}:{line}"'
        else:
            yield found[0] if found else text[at]
        end = found.end() if found else at + 1
        line += text.count("\n", at, end)
        at = end
