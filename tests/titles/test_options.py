"""`[options]`: what a title says for itself where its layout asks for it."""

from __future__ import annotations

import pypdfium2
import pytest

from banxin.diagnostics import Diagnostic
from banxin.pipeline import Build
from banxin.words import LANGUAGES, say
from conftest import EDITION, Builder, Title

CHAPTERS = {
    "one_dot_md": "---\ntemplate: cover\ntitle: 河边\n---\n",
    "two_dot_md": "---\ntemplate: article\ntitle: 桥\n---\n\n"
    + "清晨的街道很安静，巡查的人已经走过三条巷子。\n\n" * 120,
}
BOOK = EDITION.replace("jinian", "shuxi").replace('["one.md"]', '["one.md", "two.md"]')


def lines_of(made: Build) -> list[list[str]]:
    """Of each page what stands in one line with the date."""
    file = next(file for file in made.files if file.suffix == ".pdf")
    with pypdfium2.PdfDocument(file) as pages:
        texts = [page.get_textpage().get_text_range() for page in pages]
    return [[line for line in text.splitlines() if "二〇" in line] for text in texts]


def told(made: Build) -> list[Diagnostic]:
    return [found for found in made.report.findings if found.code == "edition/no-option"]


@pytest.mark.parametrize(
    ("options", "plate", "head"),
    [
        ("", False, False),
        ('[options]\nissue = ""\n', False, False),
        ('[options]\nissue = "第一号"\n', "第一号", "第一号"),
        ('[dress.tekan.options]\nissue = "第二号"\n', "第二号", "第二号"),
        ('[options]\nissue = "一"\n[dress.tekan]\noptions = { issue = "第二号" }\n',
         "第二号", "第二号"),
        ('[options]\nissue = "总第三百六十五期增刊之二号外"\n', "总第三百六十五期增刊之二号外",
         "总第三百六十五期增刊之二号外"),
        ('[options]\nissue = "总第三百六十五期增刊之二之三号外"\n',
         "总第三百六十五期增刊之二之三号外", False),
        ('[options]\nissue = "<b>&{{ a }}|"\n', "<b>&{{ a }}|", "<b>&{{ a }}|"),
    ],
)  # fmt: skip
def test_a_newspaper_has_its_number_in_the_nameplate_and_over_each_page(
    options: str, plate: str, head: str, title: Title, build: Builder
) -> None:
    folder = title(edition_dot_toml=BOOK + options, **CHAPTERS)
    made = build(folder, layout="tekan")

    (front, *others) = lines_of(made)
    assert len(others) > 0
    assert [line.split(" ")[1:] for line in front] == [plate.split(" ") if plate else []]
    assert all((head in line if head else "号" not in line) for page in others for line in page)
    assert [f.code for f in made.report.findings if f.severity == "error"] == []
    assert told(made) == []


@pytest.mark.parametrize(
    ("layout", "key", "near"),
    [("tekan", "isue", "issue"), ("tekan", "colour", ""), ("jinian", "issue", "")],
)
@pytest.mark.parametrize("table", ["[options]", "[dress.{}.options]"])
def test_an_option_that_the_layout_has_not_is_told_at_its_line(
    layout: str, key: str, near: str, table: str, title: Title, build: Builder
) -> None:
    text = BOOK + f'{table.format(layout)}\n{key} = "一"\n'
    folder = title(edition_dot_toml=text, **CHAPTERS)

    (found,) = told(build(folder, layout=layout))

    assert found.severity == "warning"
    assert (found.facts["name"], found.facts["layout"], found.facts["near"]) == (key, layout, near)
    assert (found.place.file, found.place.line) == (
        f"{folder}/edition.toml", len(text.splitlines()),
    )  # fmt: skip
    for language in LANGUAGES:
        said = say(found, language)
        assert key in said.message
        assert layout in said.message
        assert (near or key) in said.hint
