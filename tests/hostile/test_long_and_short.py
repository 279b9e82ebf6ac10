"""Titles that no designer drew for: very long, very short. Nothing runs over, nothing is lost."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

import pypdfium2
import pytest
from test_grid import characters

from banxin.pipeline import Build
from conftest import Builder, Title
from dresses import LAYOUTS

SENTENCE: Final = (
    "清晨的街道很安静，巡查的人已经走过三条巷子，记下了该修的灯、该清的沟和该扶正的牌子。"
)
HEADLINE: Final = (
    "一座城市用一年的时间把六十个字的题目写得满满当当直到读者看不下去为止还要再添上几个字才算是完整的标题而题目到了这里还没有结束"
)[:60]
NAMES: Final = [
    "".join(parts)
    for parts in product("王李张刘陈杨赵黄周吴", "明华建国文秀春雪海江", "芳强军敏静丽勇艳杰娟平刚")
]
PICTURE: Final = 'photos/good.jpg){credit="某某" alt="图"}'


def front(template: str, heading: str, more: str = "") -> str:
    return f"---\ntitle: {heading}\ntemplate: {template}\n{more}---\n\n"


# Said in one chapter alone, so that they are not taken for those of another.
OF_CAPTION: Final = "图里的人弯着腰，手上拿的是刚刚扶正的牌子。"
OF_TEXT: Final = "这一章说的是另一件事，也说到那块扶正的牌子。"
CHAPTERS: Final = {
    "cover.md": front("cover", "小册"),
    "message.md": front("message", "卷首", "picture: photos/good.jpg\nbyline: ——编者\n")
    + "\n\n".join(SENTENCE * 4 for _ in range(8)),
    "contents.md": front("contents", "目次"),
    "headline.md": front(
        "article", HEADLINE, f"plate: photos/good.jpg\ndeck: {SENTENCE * 3}\nbyline: 某某\n"
    ) + SENTENCE * 2,
    **{f"one{n}.md": front("text", f"短章{n}") + f"短到只有一句的第{n}章。" for n in range(24)},
    "long.md": front("text", "三万字") + "\n\n".join(SENTENCE * 5 for _ in range(147)),
    "short.md": front("text", "八十字") + SENTENCE * 2,
    "caption.md": front("text", "长图说")
    + f"{SENTENCE}\n\n![{OF_CAPTION * 10}]({PICTURE}\n\n{OF_TEXT * 6}",
    "gallery.md": front("gallery", "四十张")
    + "::: gallery\n" + "".join(f"![第{n}张]({PICTURE}\n" for n in range(40)) + ":::",
    "names.md": front("people", "名录")
    + '::: names {title="全体" count="1200人"}\n' + "".join(f"- {n}\n" for n in NAMES) + ":::",
    "imprint.md": front("imprint", "版权页"),
}  # fmt: skip


def extremes(title: Title, build: Builder, layout: str, offices: int = 50) -> Build:
    edition = (
        'title = "小册"\nlayout = "jinian"\nbinding = "perfect"\ndate = 2026-01-02\n'
        f"chapters = {list(CHAPTERS)}\n[imprint]\n"
        + "".join(f"'职务{n}' = '某某某、某某某'\n" for n in range(offices))
    ).replace("'", '"')
    ledger = '["photos/good.jpg"]\ncredit = "某某"\n'
    files = {name.replace(".", "_dot_"): text + "\n" for name, text in CHAPTERS.items()}
    return build(
        title(edition_dot_toml=edition, photos__photos_dot_toml=ledger, **files), layout=layout
    )


def pages_of(made: Build) -> list[str]:
    """The text of each page, without its spaces; nothing of it stands off its page."""
    (file,) = (f for f in made.files if f.suffix == ".pdf")
    document = pypdfium2.PdfDocument(file)
    pages = []
    for page in document:
        wide, tall = (points / 72 * 25.4 for points in page.get_size())
        off = [c for c in characters(page) if not (0 <= c.x < wide and 0 < c.y < tall)]
        assert off == []
        pages.append("".join(page.get_textpage().get_text_range().split()).replace("\ufffe", ""))
    document.close()
    return pages


@pytest.mark.stress
@pytest.mark.parametrize("layout", ["jinian", "huace", "tekan"])
def test_a_title_of_extremes_is_set_whole(layout: str, title: Title, build: Builder) -> None:
    made = extremes(title, build, layout)

    wrong = [f for f in made.report.findings if f.severity in {"error", "crash"}]
    assert wrong == []
    text = "".join(pages_of(made))
    assert [name for name in NAMES if name not in text] == []
    assert len(NAMES) == 1200
    assert [n for n in range(40) if f"第{n}张" not in text] == []
    unnumbered = re.sub(r"\d+", "", text)  # a page's number may stand within a word
    assert unnumbered.count("扶正的牌子") == 8 * 4 + 3 + 2 + 147 * 5 + 2 + 1 + 10 + 6
    assert [n for n in range(24) if f"第{n}章。" not in text] == []
    assert [n for n in range(50) if f"职务{n}" not in text] == []
    assert HEADLINE[-6:] in text


def test_a_leaflet_tells_at_its_line_all_that_it_has_no_room_for(
    title: Title, build: Builder
) -> None:
    made = extremes(title, build, "xuanzhe", offices=8)

    wrong = [f for f in made.report.findings if f.severity in {"error", "crash"}]
    assert wrong == []
    text = pages_of(made)
    assert len(text) == 2
    gone = {f.place.file: f for f in made.report.findings if f.code == "layout/not-placed"}
    assert {"long.md", "gallery.md", "names.md"} <= {str(file).split("/")[-1] for file in gone}


@pytest.mark.parametrize("layout", ["jinian", "huace", "tekan"])
def test_a_long_table_begins_where_it_is_and_goes_on_under_its_head(
    layout: str, title: Title, build: Builder
) -> None:
    years = range(1950, 2030)
    rows = "".join(f"| {year} | {year % 37 + 5} 人 | 备注{year} |\n" for year in years)
    table = f"| 年份 | 毕业生数 | 说明 |\n|---|--:|---|\n{rows}"
    text = front("text", "历届毕业生") + f"表前的正文。\n\n{table}\n表后的正文。\n"

    made = build(title(chapter=text), layout=layout)

    assert [f for f in made.report.findings if f.severity in {"error", "crash"}] == []
    pages = pages_of(made)
    whole = "".join(pages)
    assert [year for year in years if f"备注{year}" not in whole] == []
    (first,) = (page for page in pages if "表前的正文" in page)
    assert "备注1950" in first
    assert 2 <= whole.count("毕业生数") <= 8  # its head, once in each column


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_traditional_title_with_english_in_it_is_set_whole(
    layout: str, title: Title, build: Builder
) -> None:
    name = "柳河小學七十年 70 Years"
    edition = (
        f'title = "{name}"\nsubtitle = "Seventy Years of Liuhe School"\nlang = "zh-Hant"\n'
        'layout = "jinian"\nbinding = "saddle"\ndate = 2026-01-02\n'
        'chapters = ["cover.md", "contents.md", "river.md"]\n'
    )
    river = "後來的孩子從 7 個村子走來，The bell came in 1987，「敲一塊鐵軌就算上課」。\n"
    made = build(
        title(
            edition_dot_toml=edition,
            cover_dot_md=front("cover", name),
            contents_dot_md=front("contents", "目次 Contents"),
            river_dot_md=front("article", "河邊的課堂|Lessons by the River") + river,
        ),
        layout=layout,
    )

    wrong = [f for f in made.report.findings if f.severity in {"error", "crash"}]
    assert wrong == []
    (file,) = (f for f in made.files if f.suffix == ".pdf")
    document = pypdfium2.PdfDocument(file)
    text = "".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    document.close()
    assert "Lessons by the River" in text
    assert "Years" in text
