"""Where phrases end, for headings that should not be cut inside one. The one door to jieba."""

from __future__ import annotations

import logging
import re
import warnings
from functools import cache
from itertools import accumulate
from typing import Any, Final

# What the dictionary cuts, and headings do not: 一百|周年.
_JOINED = frozenset("年月日周岁届次个元人家项号")
_OF_ONE_CHARACTER: Final = re.compile(r"(.).*\n(?:\1.*\n)*")


def phrase_ends(text: str) -> frozenset[int]:
    """Indices in *text* at which a phrase ends."""
    words = _together(_jieba().lcut(text))
    return frozenset(accumulate(map(len, words)))


def _together(words: list[str]) -> list[str]:
    """Marks and particles with what they belong to, and numerals with what they count."""
    out: list[str] = []
    for word in words:
        previous = out[-1] if out else ""
        counted = (
            word[:1] in _JOINED and previous[-1:] in "〇一二三四五六七八九十百千万亿0123456789"
        )
        if previous and (counted or word in "的了着过们里上中下之与和、"):
            out[-1] += word
        else:
            out.append(word)
    return out


@cache
def _jieba() -> Any:
    """The tokenizer, whose dictionary is read when a heading first wraps.

    By itself it would keep a copy in the machine's temporary folder, for anyone to change.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 imports pkg_resources
        import jieba
    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        words = _Words(file.read().decode())
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = words, words.total, True
    return tokenizer


class _Words(dict[str, int]):
    """How often each word is met, and 0 for what words begin with, as jieba (0.42.1) has it.

    Of 350,000 words those are entered that begin with a character asked for: a few headings ask
    for a hundredth of them, and to enter all takes half a second and 67 MB.
    """

    total: Final = 60_101_967  # of all frequencies of jieba 0.42.1, proved by a test

    def __init__(self, lines: str) -> None:
        super().__init__()
        self._lines = lines
        self._spans: dict[str, list[slice]] = {}  # of lines with the same first character
        for run in _OF_ONE_CHARACTER.finditer(lines):
            self._spans.setdefault(run[1], []).append(slice(*run.span()))

    def __contains__(self, word: object) -> bool:
        self._enter(str(word)[:1])
        return super().__contains__(word)

    def __getitem__(self, word: str) -> int:
        self._enter(word[:1])
        return super().__getitem__(word)

    def get(self, word: str, default: Any = None) -> Any:
        self._enter(word[:1])
        return super().get(word, default)

    def _enter(self, first: str) -> None:
        for span in self._spans.pop(first, ()):
            for line in self._lines[span].splitlines():
                word, often, *_ = line.split(" ")
                self[word] = int(often)
                for end in range(1, len(word)):
                    self.setdefault(word[:end], 0)
