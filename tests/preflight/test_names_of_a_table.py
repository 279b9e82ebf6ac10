"""Names of a table are people of the book: one spelling each, wherever they stand."""

from __future__ import annotations

from conftest import Builder, Title

CHAPTER = """---
template: text
title: 校友
byline: 王小明 文
---

那一年，李晓敏从县城回来，站在门口。

::: names {from=x.csv by=班级}
:::
"""


def test_a_name_of_a_table_that_the_text_spells_otherwise_is_told(
    title: Title, build: Builder
) -> None:
    table = "姓名,班级\n李小敏,一班\n王小明,一班\n"

    made = build(title(chapter=CHAPTER, **{"x.csv": table}), publish=False)

    told = [f for f in made.report.findings if f.code == "person/two-spellings"]
    assert [(f.place.line, f.facts["have"], f.facts["other"]) for f in told] == [
        (7, "李晓敏", "李小敏")
    ]
