"""Titles as offices write them, with marks, figures and letters: in every layout they are read."""

from __future__ import annotations

import random
from typing import Final

import pytest

from conftest import Builder, Title
from dresses import LAYOUTS, LEAFLETS

TITLES: Final = (
    "第一章　草创时期（1905—1926）",
    "给一座城的十四行——献给望舒市",
    "“两弹一星”：一个人的名字",
    "《石桥志》校注·上册",
    "1949—1977，那些年（续）",
    "A计划：100%的努力",
    "「夜校」与『识字班』",
    "二〇二三/二〇二四学年……",
    "Dear friends, 亲爱的朋友",
    "中—英—法三种语言",
)
USUAL: Final = "河水慢慢流过村口孩子们在岸边读书老师站在树下风把书页吹得哗哗响"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_title_with_marks_stops_nothing(layout: str, title: Title, build: Builder) -> None:
    """Upright on a slip or lying on a page, over it and in the contents: it is one title."""
    names = [f"{number}.md" for number in range(len(TITLES))]
    count = 2 if layout in LEAFLETS else 12
    files, order = {}, random.Random(3)
    for name, words in zip(names, TITLES, strict=True):
        said = "\n\n".join(f"{''.join(order.choices(USUAL, k=90))}。" for _ in range(count))
        files[name] = f"---\ntitle: {words}\ntemplate: article\n---\n\n{said}\n"
    listed = ", ".join(f'"{name}"' for name in ("contents.md", *names))
    made = build(
        title(
            **files,
            **{
                "contents.md": "---\ntitle: 目次\ntemplate: contents\n---\n",
                "edition.toml": 'title = "小册"\nbinding = "perfect"\ndate = 2026-01-02\n'
                f'layout = "{layout}"\nchapters = [{listed}]\n',
            },
        )
    )

    told = [f for f in made.report.findings if f.severity in {"error", "crash"}]
    assert [(f.code, dict(f.facts)) for f in told] == []
