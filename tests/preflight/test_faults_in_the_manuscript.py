"""Faults sown in a good manuscript, one at a time: each is found, by its code, on its line."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from banxin import preflight
from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.preflight.book import Book, ChapterOpening
from banxin.preflight.registry import Limits
from banxin.units import Length
from banxin.words import LANGUAGES, say
from conftest import Builder, Recorder
from preflight_title import write


@dataclass(frozen=True, slots=True)
class Fault:
    """In *file*, *old* becomes *new*; it is found by *code* on *line*, 0 where there is none."""

    code: str
    file: str
    old: str
    new: str
    line: int
    fix: str = ""


FAULTS: Final = (
    Fault("copy/half-width", "one.md", "盖起三间教室，柳河", "盖起三间教室,柳河", 6, "，"),
    Fault("copy/half-width", "one.md", "1954年建校。今年", "1954年建校.今年", 6, "。"),
    Fault("copy/half-width", "one.md", "（星期二）。", "(星期二)。", 8, "（"),
    Fault("copy/half-width", "one.md", "教室。门前", "教室!门前", 10, "！"),
    Fault("copy/straight-quotes", "one.md", "“那时候没有钟，”", '"那时候没有钟，"', 8, "“"),
    Fault("copy/dash", "two.md", "种地——还有", "种地--还有", 5, "——"),
    Fault("copy/dash", "two.md", "种地——还有", "种地—还有", 5, "——"),
    Fault("copy/ellipsis", "two.md", "早操……每天", "早操...每天", 7, "……"),
    Fault("copy/ellipsis", "two.md", "早操……每天", "早操。。。每天", 7, "……"),
    Fault("copy/doubled-mark", "two.md", "毕业以后，有的", "毕业以后，，有的", 5, "，"),
    Fault("copy/space", "two.md", "有的留下来种地", "有的留下来 种地", 5),
    Fault("copy/full-width-letters", "one.md", "1987年", "１９８７年", 8, "1987"),
    Fault("copy/compatibility", "two.md", "有的去了县城", "有的\u2f0f去了县城", 5, "几"),
    Fault("copy/decomposed", "two.md", "有的去了县城", "有的去了cafe\u0301县城", 5, "é"),
    Fault("copy/unbalanced", "one.md", "没有钟，”老校长", "没有钟，老校长", 8, "”"),
    Fault("copy/unbalanced", "one.md", "没有钟，”老校长", "没有钟，“老校长", 8, "”"),
    Fault("copy/unbalanced", "two.md", "后来的孩子", "《后来的孩子", 2, "》"),
    Fault("copy/repeated", "one.md", "门前的槐树", "门前的的槐树", 10, "的"),
    Fault("copy/mixed-script", "two.md", "有的去了县城", "有的去了縣城", 5, "县"),
    Fault("date/impossible", "one.md", "1987年9月1日（星期二）", "1987年9月31日", 8),
    Fault("date/weekday", "one.md", "（星期二）", "（星期五）", 8),
    Fault("date/anniversary", "one.md", "建校七十周年", "建校六十周年", 6),
    Fault("date/anniversary", "one.md", "于1954年建校", "于1956年建校", 6),
    Fault("person/two-spellings", "one.md", "老校长周明远说", "老校长周明元说", 8),
    Fault("person/two-spellings", "two.md", "- 王晓明", "- 周明元", 12),
    Fault("book/figure-numbers", "two.md", "图2　", "图3　", 7),
    Fault("book/title-differs", "cover.md", "柳河|小学|七十年", "柳河|小学|六十年", 2),
    Fault("book/title-differs", "edition.toml", '"书名" = "柳河小学七十年"', '"书名" = "柳河"', 13),
    Fault("book/date-differs", "edition.toml", '"2024年9月"', '"2023年9月"', 14),
    Fault("book/imprint-twice", "edition.toml", '"书名" =', '"主编" = "县教育局"\n"书名" =', 0),
    Fault("imprint/lacks", "edition.toml", "date =", 'publication = "internal"\ndate =', 0),
    Fault("edition/not-printed", "edition.toml", ', "imprint.md"', "", 10),
    Fault("photo/ledger", "photos/photos.toml", 'consent = "家长已书面同意"', 'consent = ""', 6),
    Fault("front-matter/unknown", "one.md", "kicker: 校史", "epigraph: 河水向东", 4),
    Fault("front-matter/unknown", "two.md", "template: text", "template: text\nsubtitle: 三代", 4),
    Fault("photo/no-credit", "two.md", 'credit="摄影 李春燕" ', "", 7),
    Fault("photo/no-caption", "two.md", "图2　操场上的早操……每天七点半。", "", 7),
)  # fmt: skip

LIMITS: Final = Limits(Length.mm(3), 150, 225, 300, 300, "saddle", frozenset())


@pytest.fixture
def village(tmp_path: Path) -> Path:
    folder = tmp_path / "content" / "village"
    write(folder)
    return folder


def judged(build: Builder, folder: Path) -> tuple[Diagnostic, ...]:
    try:
        made = build(PurePosixPath("content") / folder.name, finishes="press", publish=False)
    except BanxinError as problem:
        return problem.diagnostics
    return made.report.findings


def test_the_good_manuscript_is_met_with_silence(village: Path, build: Builder) -> None:
    found = [d for d in judged(build, village) if d.severity not in {"note", "skipped"}]

    assert found == []


@pytest.mark.parametrize("sown", FAULTS, ids=lambda sown: f"{sown.code} {sown.new[:12]}")
def test_a_sown_fault_is_found_by_its_code_on_its_line(
    sown: Fault, village: Path, build: Builder, record_property: Recorder
) -> None:
    record_property("sown", sown.code)
    file = village / sown.file
    text = file.read_text("utf-8")
    assert text.count(sown.old) == 1
    file.write_text(text.replace(sown.old, sown.new), "utf-8")

    found = [d for d in judged(build, village) if d.code == sown.code]

    assert found
    assert all(say(d, language).message for d in found for language in LANGUAGES)
    places = {(d.place.file, d.place.line) for d in found}
    if sown.line:
        assert (f"content/village/{sown.file}", sown.line) in places
    if sown.fix:
        assert sown.fix in {d.facts["fix"] for d in found}


def test_a_finding_about_words_knows_the_page_they_are_printed_on(
    village: Path, build: Builder
) -> None:
    file = village / "two.md"
    file.write_text(file.read_text("utf-8").replace("种地——还", "种地--还"), "utf-8")

    (dash,) = (d for d in judged(build, village) if d.code == "copy/dash")

    assert (dash.place.line, dash.place.column, dash.place.page) == (5, 23, 3)


def test_a_photograph_that_is_not_used_is_mentioned(village: Path, build: Builder) -> None:
    (village / "photos" / "spare.jpg").write_bytes((village / "photos/field.jpg").read_bytes())

    (spare,) = (d for d in judged(build, village) if d.code == "photo/unused")

    assert spare.place.file == "content/village/photos/spare.jpg"


def test_an_imprint_of_the_editors_own_kind_is_asked_for(village: Path, build: Builder) -> None:
    (village / "ours.toml").write_text(
        '["印数"]\nbecause = "本省规定"\n\n["印刷日期"]\npattern = "日$"\nbecause = "要写到日"\n',
        "utf-8",
    )
    file = village / "edition.toml"
    file.write_text('publication = "ours.toml"\n' + file.read_text("utf-8"), "utf-8")

    found = {d.code: d for d in judged(build, village) if d.code.startswith("imprint/")}

    assert found["imprint/lacks"].facts == {"field": "印数", "because": "本省规定"}
    assert found["imprint/malformed"].facts["have"] == "2024年9月"


@pytest.mark.parametrize("pattern", ["^(日+)+$", "(日|日日)*月$", "^(.*年)*(.*月)*日$"])
def test_a_pattern_that_branches_without_end_is_sought_all_the_same(
    pattern: str, village: Path, build: Builder
) -> None:
    (village / "ours.toml").write_text(
        f"['印刷日期']\npattern = '{pattern}'\nbecause = '写法'\n", "utf-8"
    )
    file = village / "edition.toml"
    told = f'publication = "ours.toml"\n{file.read_text("utf-8")}'
    file.write_text(told.replace('"2024年9月"', f'"{"日" * 20_000}！"'), "utf-8")

    found = {d.code: d for d in judged(build, village) if d.code.startswith("imprint/")}

    assert str(found["imprint/malformed"].facts["have"]).endswith("日！")


@pytest.mark.parametrize("pattern", ["(日", "日(?=年)", "(日){9999}{9999}", "[日"])
def test_a_pattern_that_cannot_be_sought_is_told_at_its_line(
    pattern: str, village: Path, build: Builder
) -> None:
    (village / "ours.toml").write_text(
        f"['印刷日期']\nbecause = '写法'\npattern = '{pattern}'\n", "utf-8"
    )
    file = village / "edition.toml"
    file.write_text('publication = "ours.toml"\n' + file.read_text("utf-8"), "utf-8")

    (fault,) = judged(build, village)

    assert (fault.code, fault.place.line) == ("table/bad-value", 3)
    assert "regular expression" in str(fault.facts["needed"])


def test_a_kind_of_publication_that_is_not_known_names_the_nearest(
    village: Path, build: Builder
) -> None:
    file = village / "edition.toml"
    file.write_text('publication = "internl"\n' + file.read_text("utf-8"), "utf-8")

    (unknown,) = judged(build, village)

    assert (unknown.code, unknown.facts["near"]) == ("imprint/unknown", "internal")
    assert unknown.place.line == 1


HEADINGS: Final = (
    ChapterOpening("目次", "contents", Place("a.md", 2), 1, "1"),
    ChapterOpening("河边的课堂", "text", Place("b.md", 2), 2, "2"),
    ChapterOpening("后来的孩子", "text", Place("c.md", 2), 4, "4"),
)


def a_book(contents: str, heads: tuple[str, ...] = ("", "", "", "")) -> Book:
    pages = (contents, "河边的课堂", "", "后来的孩子")
    day = datetime.date(2024, 9, 10)
    return Book(
        "zh-CN", day, "书", "edition.toml", (), (), HEADINGS, (), (), (), (), (), pages, heads
    )


@pytest.mark.parametrize(
    ("book", "code"),
    [
        (a_book("目次2河边的课堂4后来的孩子"), None),
        (a_book("目次河边的课堂2后来的孩子4"), None),
        (a_book("目次2河边的课堂5后来的孩子"), "book/contents"),
        (a_book("目次24河边的课堂14后来的孩子"), "book/contents"),
        (a_book("目次2河边的课堂4后来的孩子", ("", "", "3河边的课堂", "后来的孩子")), None),
        (a_book("目次2河边的课堂4后来的孩子", ("", "", "3后来的孩子", "")), "book/running-head"),
    ],
)
def test_contents_and_running_heads_are_held_against_the_headings(
    book: Book, code: str | None
) -> None:
    found = preflight.inspect(book, LIMITS, "book")

    assert {d.code for d in found} == ({code} if code else set())


def test_what_follows_a_page_number_is_none_of_its_digits() -> None:
    """“河边的课堂 2”, and on the next line the kicker “2004–2024” of another chapter."""
    book = replace(a_book(""), lines=("目次 河边的课堂 2\n2004–2024 后来的孩子 4", "", "", ""))
    wrong = replace(book, lines=("目次 河边的课堂 3\n2004–2024 后来的孩子 4", "", "", ""))

    assert [
        d.code for d in preflight.inspect(book, LIMITS, "book") if d.code == "book/contents"
    ] == []
    assert [d.facts["label"] for d in preflight.inspect(wrong, LIMITS, "book")] == ["2"]


@pytest.mark.parametrize(
    ("foot", "label", "told"),
    [
        ("后来的孩子 46", "6", []),  # the page's own number follows on the entry's
        ("后来的孩子 4", "6", []),
        ("后来的孩子 4", "4", []),  # which has no number in print
        ("后来的孩子 56", "6", ["4"]),
        ("后来的孩子 47", "6", ["4"]),
    ],
)
def test_the_number_of_the_page_itself_is_no_digit_of_its_last_entry(
    foot: str, label: str, told: list[str]
) -> None:
    lines = (f"目次\n河边的课堂 2\n{foot}", "", "", "")
    book = replace(a_book(""), lines=lines, labels=(label, "2", "3", "4"))
    found = preflight.inspect(book, LIMITS, "book")

    assert [d.facts["label"] for d in found if d.code == "book/contents"] == told


@pytest.mark.parametrize(
    ("edition", "cover", "differs"),
    [
        ("柳河小学", "柳河小学", False),
        ("柳河小学", "柳河|小学", False),
        ("柳河小学", "柳河小学七十年", False),
        ("二十年|Twenty Years", "二十年|Twenty Years of Precision", False),
        ("二十年|Twenty Years", "Twenty Years of Precision", False),
        ("二十年", "Twenty Years", False),
        ("柳河小学", "柳湖小学", True),
        ("二十年|Twenty Years", "三十年|Thirty Years", True),
        ("Twenty Years", "Thirty Years", True),
    ],
)
def test_a_cover_may_say_more_of_the_title_but_no_other(
    edition: str, cover: str, differs: bool
) -> None:
    book = replace(
        a_book("目次2河边的课堂4后来的孩子"),
        title=edition.replace("|", ""),
        title_parts=tuple(edition.split("|")),
        covers=(("cover", cover.replace("|", ""), Place("cover.md", 2, 8)),),
    )

    found = [d for d in preflight.inspect(book, LIMITS, "book") if d.code == "book/title-differs"]

    assert [(d.severity, d.place.line) for d in found] == [("warning", 2)] * differs


def test_a_heading_that_stands_on_the_contents_page_needs_no_number_there() -> None:
    book = a_book("柳河小学目次河边的课堂2后来的孩子4")
    above = ChapterOpening("柳河小学", "cover", Place("cover.md", 2), 1, "1")

    assert preflight.inspect(replace(book, headings=(above, *HEADINGS)), LIMITS, "book") == ()


def test_a_title_that_ends_in_a_figure_is_told_from_its_page_number() -> None:
    """Page 2 follows it without a space: “70” and “2” read as 702."""
    heading = ChapterOpening("河边的70", "article", Place("a.md", 2), 2, "2")
    book = replace(a_book("目次河边的702后来的孩子4"), headings=(*HEADINGS[:1], heading))
    wrong = replace(a_book("目次河边的703后来的孩子4"), headings=(*HEADINGS[:1], heading))

    assert preflight.inspect(book, LIMITS, "book") == ()
    assert {d.code for d in preflight.inspect(wrong, LIMITS, "book")} == {"book/contents"}


def test_contents_that_go_on_overleaf_are_read_there_too() -> None:
    contents, river, children = HEADINGS
    later = (contents, replace(river, page=3), replace(children, page=4))
    pages = ("目次", "河边的课堂{}后来的孩子4", "", "")
    told = []
    for number in (river.label, "9"):
        book = replace(
            a_book(""),
            headings=later,
            pages=tuple(p.format(number) for p in pages),
            heads=("",) * 4,
        )
        told.append({d.code for d in preflight.inspect(book, LIMITS, "book")})

    assert told == [set(), {"book/contents"}]


def test_every_rule_of_the_book_has_a_fault_that_it_finds() -> None:
    rules = {code for code, one in preflight.RULES.items() if one.judges == "book"}
    elsewhere = {
        "photo/unused", "imprint/malformed",  # above
        "photo/not-printed", "photo/left-out",  # in test_conservation
        "text/not-printed", "text/mark-not-printed", "text/only-named",  # too
        "page/few-lines", "page/short", "page/gap-before-picture", "page/empty-column",
        "page/left-blank",  # in
        # test_pages_that_fall_short
        "copy/hidden-character",  # in test_unseen_characters
        "book/contents", "book/running-head",  # with facts of their own, below
        "index/wrong-page",  # in test_index_of_people
    }  # fmt: skip

    assert rules - {sown.code for sown in FAULTS} - elsewhere == set()
