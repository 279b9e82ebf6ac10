"""Where phrases end, for headings that should not be cut inside one. The one door to jieba."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from itertools import accumulate
from typing import Any

# What the dictionary cuts, and headings do not: 一百|周年.
_JOINED = frozenset("年月日周岁届次个元人家项号")


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
    """Its dictionary takes 0.6 s and 67 MB: loaded when a heading first wraps.

    By itself it would keep a copy in the machine's temporary folder, for anyone to change.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 imports pkg_resources
        import jieba
    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
