"""A text as long as a long novel, set once in a process of its own: `novel_run.py ROOT FILE`.

No public text is at hand: clauses of the bench's own literary texts and dialogues, in an order of
chance, with as many marks, quotations and paragraphs as 红楼梦 has: a mark to seven characters, a
sentence to four clauses, a third of the paragraphs spoken, 240 characters to a paragraph.

Writes the PDF, prints CPU seconds, pages and peak memory as JSON.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from composer_run import peak_memory

CHARACTERS: Final = 870_000
_SOURCES: Final = ("texts/literary", "texts/dialogue", "pages/bamboo", "pages/ferry", "pages/tea")
CSS: Final = (
    "@page { size: 148mm 210mm; margin: 20mm 18mm; @bottom-center { content: counter(page) } }"
    'body { margin: 0; width: 30em; font: 10.5pt/1.7 "Noto Serif SC"; text-align: justify }'
    "p { margin: 0; text-indent: 2em } h2 { font: inherit; break-before: page; margin: 0 0 3em }"
)


def novel() -> list[list[str]]:
    """A hundred and twenty chapters: each a title and its paragraphs."""
    here, order = Path(__file__).parent, random.Random(120)
    text = "".join((here / f"{name}.txt").read_text("utf-8") for name in _SOURCES)
    clauses = [c for c in re.split("[^\u4e00-\u9fff]+", text) if 2 < len(c) < 14]
    chapters: list[list[str]] = []
    for number in range(120):
        chapters.append([f"第{number + 1}回　{order.choice(clauses)}　{order.choice(clauses)}"])
        length = 0
        while length < CHARACTERS / 120:
            paragraph = "".join(_sentences(clauses, order))
            chapters[-1].append(paragraph)
            length += len(paragraph)
    return chapters


def _sentences(clauses: list[str], order: random.Random) -> Iterator[str]:
    spoken = order.random() < 0.33
    for _ in range(max(1, round(order.lognormvariate(1.9, 0.7)))):
        words = order.choices(clauses, k=order.randint(2, 6))
        marks = order.choices("，、；", (12, 1, 1), k=len(words) - 1)
        end = order.choices("。！？", (8, 1, 1))[0]
        sentence = words[0] + "".join(m + w for m, w in zip(marks, words[1:], strict=True)) + end
        yield f"{order.choice(clauses)}道：“{sentence}”" if spoken else sentence


def main(root: Path, file: Path) -> None:
    source = "".join(
        f"<h2>{title}</h2>" + "".join(f"<p>{p}</p>" for p in paragraphs)
        for title, *paragraphs in novel()
    )
    html = f'<html lang="zh-CN"><title>n</title><style>{CSS}</style><body>{source}'
    import banxin

    started = time.process_time()
    sheets = banxin.render(html, workspace=root)
    taken = time.process_time() - started
    peak = peak_memory()
    file.write_bytes(sheets.pdf)
    print(json.dumps({"cpu": taken, "pages": len(sheets.trims), "peak": peak}))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
