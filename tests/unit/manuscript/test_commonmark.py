"""CommonMark's own examples: of each, every word is set, or its line is told.

The examples are fetched by `./banxin test`; they are not part of this repository.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from manuscripts import chapter, words_in

EXAMPLES = Path(sys.prefix) / "share" / "commonmark-spec-0.31.2" / "spec.txt"
FENCE = "`" * 32
EXAMPLE = re.compile(rf"^{FENCE} example\n(.*?)^\.\n(.*?)^{FENCE}$", re.DOTALL | re.MULTILINE)


@cache
def examples() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each one's Markdown, and the words that a browser shows of what it should become."""
    text = EXAMPLES.read_text("utf-8").split("<!-- END TESTS -->")[0].replace("→", "\t")
    return tuple((source, shown(html)) for source, html in EXAMPLE.findall(text))


def shown(html: str) -> tuple[str, ...]:
    html = re.sub(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>", "", html, flags=re.DOTALL)
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    html = re.sub(r'<img [^>]*alt="([^"]*)"[^>]*>', r"\1", html)
    html = re.sub(r"</?(?:em|strong|a|code)\b[^>]*>", "", html)
    return tuple(re.findall(r"\w+", unescape(re.sub(r"</?[A-Za-z!][^>]*>", " ", html))))


def test_there_are_as_many_as_the_specification_has() -> None:
    assert len(examples()) == 652


@pytest.mark.parametrize("number", range(1, 653))
def test_no_word_of_an_example_is_lost_in_silence(number: int, tmp_path: Path) -> None:
    source, wanted = examples()[number - 1]
    read, remarks = chapter(tmp_path, source)

    said = Counter(re.findall(r"\w+", unquote(" ".join(words_in((read.front, read.blocks))))))
    whole = "".join(words_in((read.front, read.blocks, read.notes)))
    missing = [word for word in wanted if word not in said and word not in unquote(whole)]

    assert missing == [] or [d for d in remarks if d.place.line], (source, read.blocks)
