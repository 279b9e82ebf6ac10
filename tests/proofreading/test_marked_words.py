"""A mark on any words of either sample, in any layout, leads to their line and column."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from hand import ORDERS, Hand

from banxin import pipeline, project
from banxin.cache import Cache
from banxin.proofreading import comments
from banxin.request import Request
from banxin.workspace import Workspace
from dresses import LAYOUTS

CASES = [(title, layout) for title in ("langfang", "liuhe") for layout in LAYOUTS]
_RUN = re.compile("[\u4e00-\u9fff，。；：、]{10}")


def windows(texts: dict[str, str], others: str) -> Iterator[tuple[str, str, int, int]]:
    """Ten letters that stand once in the book, their file, line and column."""
    together = "\n".join([*texts.values(), others])
    for file, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            for found in _RUN.finditer(line):
                if together.count(found[0]) == 1:
                    yield found[0], file, number, found.start() + 1


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_marked_words_lead_to_where_they_are_written(
    name: str, layout: str, root: Path, tmp_path: Path, shared_cache: Path
) -> None:
    here = Workspace(root, output=tmp_path)
    here.cache = Cache(shared_cache)
    job = project.load(Request(PurePosixPath("content") / name, layout=layout), here)
    hand = Hand(pipeline.shown(job, here).pdf)
    texts = {str(file): here.read_text(file) for file, _ in job.chapters}
    chance = random.Random(f"{name} {layout}")
    others = "".join(here.read_text(job.folder / n) for n in ("edition.toml", "photos/photos.toml"))
    every = [one for one in windows(texts, others) if hand.has(one[0])]
    wanted: dict[str, str] = {}
    for words, file, line, column in chance.sample(every, min(60, len(every))):
        start, long = chance.randrange(7), chance.randint(1, 3)
        start = words.index(words[start : start + long])
        mark = str(len(wanted))
        hand.on(
            words[start : start + long],
            chance.choice(["/Highlight", "/StrikeOut", "/Underline", "/Squiggly"]),
            within=words,
            order=chance.choice(list(ORDERS.values())),
            T=mark,
        )
        wanted[mark] = f"{file}:{line}:{column + start}"
    marked = tmp_path / f"{name}-screen.pdf"
    marked.write_bytes(hand.save())

    read = comments(marked, here, here=root)

    found = {}
    for outcome in read.outcomes:
        place = outcome.comment.place
        found[outcome.comment.mark.author] = f"{place.file}:{place.line}:{place.column}"
    assert len(wanted) >= 20
    assert found == wanted
    assert not [o.why for o in read.outcomes if o.why == "comment/not-once"]
