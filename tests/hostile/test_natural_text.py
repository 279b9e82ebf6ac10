"""Whatever people write as titles, names, captions and cells is set: smaller, or on more lines."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import Final

import pypdfium2
import pytest

from banxin import layouts
from banxin.diagnostics import Place
from banxin.pipeline import Build
from banxin.workspace import Workspace
from conftest import ROOT, Builder, Title
from dresses import BOOKS
from natural import SCRIPTS, title_of

# What a layout does not print, and says so in its own way or has another word for: the title of a
# picture over two pages; the newspaper's 目次, which it calls 导读.
NOT_PRINTED: Final = {
    "jinian": {"跨页"},
    "huace": {"跨页"},
    "tekan": {"目次"},
}
# What has no room whatever is done, and is told: a cell of one word that is wider than the page
# parted in four.
TOLD: Final = {("word", "book"): {"table/squeezed"}}
ASIDE: Final = ("photo/", "page/", "text/not-printed")
EVERY_DAY: Final = {("mixed", "jinian"), ("han", "huace"), ("english", "tekan")}


def natural(script: str, layout: str, title: Title, build: Builder, names: int = 6) -> Build:
    files, _ = title_of(script, names)
    return build(title(**files), layout=layout)


def faults(made: Build) -> list[tuple[str, str]]:
    """All but those of the picture, which is cut where it stands everywhere, of pages with little
    on them, and of what is not printed, which is looked for here by other means.
    """
    found = (f for f in made.report.findings if f.severity in {"error", "crash", "warning"})
    return [(f.code, str(f.place)) for f in found if not f.code.startswith(ASIDE)]


def pages_of(made: Build) -> list[str]:
    (file,) = (f for f in made.files if f.suffix == ".pdf")
    with pypdfium2.PdfDocument(file) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return ["".join(text.split()).replace("\ufffe", "") for text in texts]


def is_on(text: str, pages: list[str]) -> bool:
    """As a run of text; or where its lines stand side by side, all its characters on one page."""
    letters = Counter(bare := "".join(text.split()))
    return bare in "".join(pages) or any(letters <= Counter(page) for page in pages)


@pytest.mark.parametrize(
    ("script", "layout"),
    [
        pytest.param(s, b, marks=() if (s, b) in EVERY_DAY else pytest.mark.stress)
        for s in SCRIPTS
        for b in BOOKS
    ],
)
def test_all_that_is_long_is_set_whole(
    script: str, layout: str, title: Title, build: Builder
) -> None:
    _, said = title_of(script)
    made = natural(script, layout, title, build)

    right = TOLD.get((script, "book"), set())
    assert [fault for fault in faults(made) if fault[0] not in right] == []
    pages = pages_of(made)
    assert len(said) > 200
    missing = {role for role, text in said.items() if not is_on(text, pages)}
    assert missing <= NOT_PRINTED.get(layout, set())


@pytest.mark.parametrize(
    "script", [pytest.param(s, marks=() if s == "han" else pytest.mark.stress) for s in SCRIPTS]
)
def test_a_leaflet_sets_what_it_holds_and_tells_the_rest(
    script: str, title: Title, build: Builder
) -> None:
    files, said = title_of(script, names=2)
    chapters = {name.replace("_dot_", ".") for name in files}
    made = natural(script, "xuanzhe", title, build, names=2)

    told = faults(made)
    assert {code for code, _ in told} == {"layout/not-placed"}
    assert {place.partition(":")[0] for _, place in told} <= {
        f"content/small/{n}" for n in chapters
    }
    pages = pages_of(made)
    assert len(pages) == 2
    heads = ["书名", "副题", "扉页", "封底", "封底字", "章名卷首", "提要卷首", "落款"]
    heads += [f"{what}{n}号" for n in range(3) for what in ("章名", "眉题", "提要")]
    heads += [f"{what}{n}" for n in range(2) for what in ("职务", "单位", "项目", "说明")]
    assert [role for role in heads if not is_on(said[role], pages)] == []


CAPTION: Final = (
    "2021年3月12日，老街路口的灯亮了；摄影者说，这是他拍的第1,057张，也是最后一张：“从此以后，夜里"
    "回家的人不再摸黑。”图中（左起）为王小明、李建国、张一鸣，背景是1984年修的桥，桥长36米、宽4.5米，"
    "当年用石料1200多方，全村三百多口人干了两个冬天。"
)


@pytest.mark.stress
@pytest.mark.parametrize("layout", BOOKS)
def test_a_caption_of_any_length_stands_on_no_other_text(
    layout: str, title: Title, build: Builder
) -> None:
    figures = "".join(
        f'![图说{n}：{CAPTION[:n]}](photos/good.jpg){{credit="摄影 某某" lines=6}}\n\n一段。\n\n'
        for n in range(8, len(CAPTION))
    )
    made = build(title(chapter=f"---\ntitle: 一\ntemplate: text\n---\n{figures}"), layout=layout)
    told = [(f.code, f.place.line) for f in made.report.findings if f.code.startswith("text/")]

    assert len(made.report.facts.pictures) > 100
    assert told == []


# --- the mechanism, one thing at a time -------------------------------------------------------


def book(chapters: dict[str, str], title: Title, build: Builder, layout: str = "jinian") -> Build:
    edition = (
        'title = "小册"\nlayout = "jinian"\nbinding = "perfect"\ndate = 2026-01-02\n'
        f"chapters = {list(chapters)}\n"
    ).replace("'", '"')
    files = {name.replace(".", "_dot_"): text for name, text in chapters.items()}
    return build(title(edition_dot_toml=edition, **files), layout=layout)


def article(name: str, more: str = "", body: str = "正文一句。\n") -> str:
    return f"---\ntitle: {name}\ntemplate: article\n{more}---\n\n{body}"


LONG: Final = "Report on the water, roads, schools, bridges and harvests of forty-eight villages "


@pytest.mark.parametrize("layout", BOOKS)
def test_contents_that_are_longer_than_a_page_go_on_overleaf(
    layout: str, title: Title, build: Builder
) -> None:
    chapters = {"contents.md": "---\ntitle: 目次\ntemplate: contents\n---\n"}
    for n in range(40):
        sections = "".join(
            f"## 第{n}章的第{k}节有三十个字长的小标题写在这里\n\n句。\n\n" for k in range(4)
        )
        name = f"第{n}章的题目也很长长到要占两行才放得下"
        chapters[f"c{n}.md"] = article(name, body=sections)
    made = book(chapters, title, build, layout)

    assert faults(made) == []
    text = "".join(pages_of(made)[:6])
    assert [n for n in range(40) if f"第{n}章的题目也很长" not in text] == []


@pytest.mark.parametrize(
    "name", ["2026年1月1日至12月31日纪事", "第12届GB/T 15834解读", "98.7%的乡镇"]
)
def test_an_upright_title_with_figures_is_found_on_its_own_page(
    name: str, title: Title, build: Builder
) -> None:
    chapters = {
        "contents.md": "---\ntitle: 目次\ntemplate: contents\n---\n",
        "a.md": article(name, "plate: photos/good.jpg\n"),
    }
    made = book(chapters, title, build, "shuxi")

    assert [fault for fault in faults(made) if fault[0].startswith("book/")] == []
    assert len(pages_of(made)) > 2


def test_a_running_head_that_has_no_room_is_cut_at_a_phrase_and_told(
    title: Title, build: Builder
) -> None:
    long = "关于" + "进一步加强农村饮用水安全工程建设与运行管理，" * 4 + "的报告"
    body = "## 节\n\n" + "正文一句话说在这里。" * 400
    made = book({"a.md": article(long, body=body)}, title, build)

    (told,) = (f for f in made.report.findings if f.code == "head/shortened")
    assert (PurePosixPath(str(told.place.file)).name, told.place.line) == ("a.md", 2)
    printed = str(told.facts["printed"])
    assert printed.endswith("……")
    assert long.startswith(printed.removesuffix("……"))
    assert printed in pages_of(made)[-1]


def test_a_short_form_stands_in_the_running_head(title: Title, build: Builder) -> None:
    body = "## 节\n\n" + "正文一句话说在这里。" * 400
    made = book({"a.md": article("长题" * 40, "short: 饮水工程\n", body)}, title, build)

    assert [f.code for f in made.report.findings if f.code.startswith("head/")] == []
    assert "饮水工程" in pages_of(made)[-1]


def test_a_layout_without_running_heads_says_nothing_of_them(title: Title, build: Builder) -> None:
    made = book({"a.md": article("长题" * 40)}, title, build, "huace")

    assert [f.code for f in made.report.findings if f.code.startswith("head/")] == []


def halves_of(name: str) -> tuple[float, float]:
    """Where the text begins on a right page, and half its width, pt, without captions."""
    layout = layouts.load(name, Workspace(ROOT), Place())
    return layout.page.inside.in_pt, layout.grid.character.in_pt * layout.grid.text / 2


@pytest.mark.parametrize("layout", BOOKS)
def test_an_article_without_sections_fills_its_columns(
    layout: str, title: Title, build: Builder
) -> None:
    made = book(
        {"a.md": article("不分小节", body="正文一句话说在这里。" * 600)}, title, build, layout
    )

    (file,) = (f for f in made.files if f.suffix == ".pdf")
    with pypdfium2.PdfDocument(file) as document:
        left, half = halves_of(layout)
        page = document[0]
        low, text = page.get_height() / 3, page.get_textpage()
        halves = [
            len(text.get_text_bounded(left + n * half, 0, left + (n + 1) * half, low))
            for n in (0, 1)
        ]
    assert min(halves) > 0.8 * max(halves) > 80


@pytest.mark.parametrize("layout", BOOKS)
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_short_table_with_a_tall_row_begins_where_it_is(
    layout: str, rows: int, title: Title, build: Builder
) -> None:
    tall = "格子里的话很长，" * 120
    table = "| 项 | 说明 |\n|---|---|\n" + f"| 甲 | {tall}完。 |\n" + "| 乙 | 短 |\n" * (rows - 1)
    text = f"---\ntitle: 一章\ntemplate: text\n---\n\n表前的正文。\n\n{table}\n"
    made = book({"a.md": text}, title, build, layout)

    assert faults(made) == []
    pages = pages_of(made)
    assert "表前的正文" in pages[0]
    assert "格子里的话很长" in pages[0]
    assert sum(page.count("很") for page in pages) == 120
