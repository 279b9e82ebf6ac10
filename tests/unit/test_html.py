"""What templates are given, seen in the document they make."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import PurePosixPath

from banxin import edition, layouts, manuscript, project
from banxin.typeset.html import compose
from banxin.workspace import Workspace
from conftest import GOOD_CHAPTER, Title


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.alts: list[str | None] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alts.append(dict(attributes).get("alt"))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def document(folder: PurePosixPath, workspace: Workspace) -> _Pictures:
    job = project.load(folder, workspace)
    text = manuscript.read(job.chapters, workspace)
    layout = layouts.load(job.layout, workspace, job.layout_asked_at)
    read = _Pictures()
    read.feed(compose(edition.bind(text, layout, job, workspace)).html)
    return read


def test_a_caption_with_markup_is_plain_where_it_is_spoken(
    title: Title, workspace: Workspace
) -> None:
    chapter = GOOD_CHAPTER + '\n![一个[重]{.dots}字"引"](photos/good.jpg){credit="某某"}\n'

    assert '一个重字"引"' in document(title(chapter=chapter), workspace).alts


def test_alt_text_of_the_figure_goes_before_its_caption(title: Title, workspace: Workspace) -> None:
    chapter = GOOD_CHAPTER + '\n![图说](photos/good.jpg){credit="某某" alt="一张<红>图"}\n'

    assert "一张<红>图" in document(title(chapter=chapter), workspace).alts


def test_text_that_looks_like_a_template_stays_text(title: Title, workspace: Workspace) -> None:
    chapter = GOOD_CHAPTER + "\n{{ edition.title }} {% raw %}\n"

    assert any(
        "{{ edition.title }} {% raw %}" in t
        for t in document(title(chapter=chapter), workspace).text
    )
