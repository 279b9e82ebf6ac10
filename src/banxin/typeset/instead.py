"""CSS that WeasyPrint 70 does not follow, and what to write for it: code, which needs no language.

What a page on paper cannot do as a screen does, blending and filters, has its way in the inks: a
photograph's treatment, a tint, an ink's share. Each entry is proved by a test to be told, and its
own words to be followed.
"""

from __future__ import annotations

import re
from typing import Final

# A property, the beginning of a declaration, or a word of its value → what to write.
INSTEAD: Final = {
    "-webkit-line-clamp": "line-clamp: 3",
    "-webkit-text-stroke": "<svg><text stroke=…>",
    "alignment-baseline": "vertical-align: …",
    "aspect-ratio": "height: calc(N * var(--baseline))",
    "backdrop-filter": "background: rgb(var(--NAME-rgb) / 80%)",
    "background-blend-mode": "tokens.toml [photo]: duo = { inks = […] }",
    "background-clip: text": "color: var(--NAME)",
    "baseline-shift": "vertical-align: …",
    "block-step": "position: relative; top: var(--NAME-shift)",
    "color-mix": 'tokens.toml [inks]: { of = "…", tint = … }',
    "conic-gradient": "linear-gradient(…), radial-gradient(…)",
    "container-type": "calc(N * var(--char))",
    "cqh": "calc(N * var(--baseline))",
    "cqw": "calc(N * var(--char))",
    "display: ruby": "<ruby>…<rt>…</rt></ruby>",
    "dominant-baseline": "vertical-align: …",
    "fill-": 'fill-opacity="…" in its <svg>',
    "fill": 'fill="var(--NAME)" in its <svg>',
    "filter": "tokens.toml [photo]: mono, duo, toned",
    "fit-content": "width: calc(N * var(--char))",
    "float-defer": "--place: head, --place: foot",
    "float-reference": "--place: head, --place: foot",
    "float: bottom": "--place: foot",
    "float: snap-block": "--place: head, --place: foot",
    "float: top": "--place: head",
    "font-size-adjust": 'tokens.toml [scale]: "FAMILY" = 1.1',
    "font-synthesis": "fonts.toml: a [[face]] for each weight",
    "font-width": "font-stretch: …",
    "initial-letter": '<span class="initial">, float: left',
    "isolation": "z-index: 0; position: relative",
    "line-grid": "position: relative; top: var(--NAME-shift)",
    "line-height-step": "line-height: var(--baseline)",
    "line-snap": "position: relative; top: var(--NAME-shift)",
    "mask-": "clip-path: polygon(…), circle(…), ellipse(…), inset(…)",
    "mask": "clip-path: polygon(…), circle(…), ellipse(…), inset(…)",
    "max-content": "white-space: nowrap",
    "min-content": "width: calc(N * var(--char))",
    "mix-blend-mode": "tokens.toml [photo]: duo = { inks = […] }; rgb(var(--NAME-rgb) / 50%)",
    "overprint": "color: var(--NAME), of 100 % black",
    "overflow-x": "overflow: hidden",
    "overflow-y": "overflow: hidden",
    "overflow: clip": "overflow: hidden",
    "perspective": "transform: matrix(…)",
    "place-content": "align-content, justify-content",
    "place-items": "align-items, justify-items",
    "place-self": "align-self, justify-self",
    "position: sticky": "position: running(NAME), content: element(NAME)",
    "rgb(from": "rgb(var(--NAME-rgb) / 50%)",
    "rotate:": "transform: rotate(…)",
    "running:": "position: running(NAME)",
    "scale:": "transform: scale(…)",
    "stroke-": 'stroke-width="…" in its <svg>',
    "stroke": 'stroke="var(--NAME)" in its <svg>',
    "subgrid": "grid-template-columns: repeat(N, calc(M * var(--char)))",
    "text-box-": "top: var(--picture-shift)",
    "text-box": "top: var(--picture-shift)",
    "text-indent": "padding-left: 2em; text-indent: -2em",
    "text-shadow": "position: absolute, data-under",
    "text-spacing:": "text-spacing-trim: …",
    "text-underline-position": "text-underline-offset: …",
    "translate:": "position: relative; top: …",
    "white-space-collapse": "white-space: pre-wrap",
    "width: stretch": "width: 100%",
    "writing-mode": "writing-mode: vertical-rl",
    "zoom:": "transform: scale(…)",
}


def _pattern(word: str) -> re.Pattern[str]:
    """*word* by itself: `fill`, but not in `filled`; one that ends in `-` begins many names."""
    end = r"(?![\w-])" if word[-1].isalnum() else ""
    return re.compile(rf"(?<![A-Za-z_-]){re.escape(word)}{end}")


_PATTERNS: Final = tuple((_pattern(word), way) for word, way in INSTEAD.items())


def instead_of(written: str) -> str:
    """What to write for a declaration that is not followed; empty where there is nothing to say."""
    return next((way for word, way in _PATTERNS if word.search(written)), "")
