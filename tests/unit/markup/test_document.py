"""What templates are given, seen in the document they make."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import PurePosixPath

import pytest

from banxin import edition, layouts, manuscript, project
from banxin.markup.document import compose
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import EDITION, GOOD_CHAPTER, Title
from dresses import LAYOUTS


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.alts: list[str | None] = []
        self.text: list[str] = []
        self.classes: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.classes.append(dict(attributes).get("class") or "")
        if tag == "img":
            self.alts.append(dict(attributes).get("alt"))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def document(folder: PurePosixPath, workspace: Workspace, layout: str = "") -> _Pictures:
    job = project.load(Request(folder, layout=layout), workspace)
    text = manuscript.read(job.chapters, workspace)
    loaded = layouts.load(job.layout, workspace, job.layout_asked_at)
    read = _Pictures()
    read.feed(compose(edition.bind(text, loaded, job, workspace)).html)
    return read


def test_a_caption_with_markup_is_plain_where_it_is_spoken(
    title: Title, workspace: Workspace
) -> None:
    chapter = GOOD_CHAPTER + '\n![一个[重]{.dots}字"引"](photos/good.jpg){credit="某某"}\n'

    assert '一个重字"引"' in document(title(chapter=chapter), workspace).alts


def test_alt_text_of_the_figure_goes_before_its_caption(title: Title, workspace: Workspace) -> None:
    chapter = GOOD_CHAPTER + '\n![图说](photos/good.jpg){credit="某某" alt="一张<红>图"}\n'

    assert "一张<红>图" in document(title(chapter=chapter), workspace).alts


@pytest.mark.parametrize(
    ("caption", "own"),
    [
        ("图1：河道今貌", True),
        ("图 十二　河道", True),
        ("表３ 用水", True),
        ("Fig. 2 The river", True),
        ("figure 10", True),
        ("图书馆一角", False),
        ("图们江", False),
        ("第1图", False),
        ("Figures of speech", False),
    ],
)
def test_a_caption_with_a_number_of_its_own_gets_no_other(
    caption: str, own: bool, title: Title, workspace: Workspace
) -> None:
    figure = f'![{caption}](photos/good.jpg){{credit="某某"}}\n'
    folder = title(chapter=f"{GOOD_CHAPTER}\n{figure}\n::: gallery\n{figure}\n{figure}:::\n")

    classes = document(folder, workspace, "huace").classes

    assert classes.count("caption numbered") + classes.count("said numbered") == 3 * own
    assert classes.count("caption") + classes.count("said") == 1 + 3 * (not own)


def test_text_that_looks_like_a_template_stays_text(title: Title, workspace: Workspace) -> None:
    chapter = GOOD_CHAPTER + "\n{{ edition.title }} {% raw %}\n"

    assert any(
        "{{ edition.title }} {% raw %}" in t
        for t in document(title(chapter=chapter), workspace).text
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_chapter_whose_lines_another_page_counts_may_have_footnotes(
    title: Title, workspace: Workspace, layout: str
) -> None:
    templates = ["cover", "inner", "contents", "message", "article", "article", "text", "imprint",
                 "back"]  # fmt: skip
    body = "一段文字[^a]，再一段[^b]。\n\n[^a]: 注甲。\n\n[^b]: 注乙。\n\n## 小节\n\n文字。\n"
    chapters = {
        f"c{n}_dot_md": f"---\ntitle: 第{n}篇\ntemplate: {template}\n---\n"
        + ("" if template in {"cover", "contents"} else body)
        for n, template in enumerate(templates)
    }
    names = ", ".join(f'"c{n}.md"' for n in range(len(templates)))
    folder = title(edition_dot_toml=EDITION.replace('"one.md"', names), **chapters)

    text = "".join(document(folder, workspace, layout).text)

    assert text.count("注甲。") >= 3
