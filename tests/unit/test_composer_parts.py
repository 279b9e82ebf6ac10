"""The composer's own parts: what it learns, what it checks, and what it does when it cannot."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import banxin
from banxin import composer
from banxin.cjk import classes, phrases
from banxin.cjk.phrases import phrase_ends
from banxin.composer import breaking
from banxin.diagnostics import BanxinError

PAGE = '<html lang="zh-CN"><style>{}</style><p>{}</p>'


def remarks(root: Path, css: str, body: str = "城乡面貌") -> list[str]:
    sheets = banxin.render(PAGE.format(css, body), workspace=root)
    return [remark.code for remark in sheets.remarks]


@pytest.mark.parametrize(
    "css",
    [
        "text-autospace: no-autospace",
        "text-autospace: ideograph-alpha ideograph-numeric insert",
        "text-spacing-trim: trim-both",
        "hanging-punctuation: first allow-end last",
        "line-break: loose",
        "text-justify: inter-word",
        "text-wrap: balance",
        "text-wrap: nowrap pretty",
        "text-emphasis: open sesame red",
        "text-emphasis-position: under left",
        "text-decoration-inset: .1em",
        "word-break: auto-phrase",
        "writing-mode: vertical-rl",
        "text-autospace: inherit",
        "text-wrap: var(--x); --x: balance",
    ],
)
def test_standard_values_are_understood(css: str, root: Path) -> None:
    assert remarks(root, f"p {{ {css} }}") == []


@pytest.mark.parametrize(
    "css",
    [
        "text-autospace: wide",
        "text-autospace: insert replace",
        "text-spacing-trim: 3em",
        "hanging-punctuation: allow-end force-end",
        "line-break: strict loose",
        "text-justify: everywhere",
        "text-wrap: ugly",
        "text-emphasis: filled open",
        "text-emphasis-position: right",
        "text-decoration-inset: red",
        "writing-mode: sideways-lr",
    ],
)
def test_unknown_values_warn_as_others_do(css: str, root: Path) -> None:
    (code,) = remarks(root, f"p {{ {css} }}")
    assert code in {"css/ignored", "css/ignored-known"}


def test_an_engine_of_another_version_is_not_touched() -> None:
    assert composer.guard("71.0") == "WeasyPrint 71.0"
    assert composer.guard("70.1") == ""


def test_a_changed_signature_turns_the_composer_off_loudly(root: Path) -> None:
    from weasyprint.layout import inline

    with patch.object(inline, "atomic_box", lambda box: box):
        assert composer.guard().startswith("weasyprint.layout.inline.atomic_box(")
        assert remarks(root, "p { text-align: justify }") == ["composer/off"]


def test_without_composer_numbers_stay_whole_and_lines_flush_left() -> None:
    assert classes.guarded("投入2.31亿元，93.1%") == (
        "投入2\u2060.\u20603\u20601\u2060亿\u2060元，9\u20603\u2060.\u20601\u2060%"
    )
    assert classes.guarded("没有数字") == "没有数字"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("达到2.31亿元，", ["2.31亿元"]),
        ("2020年11月20日", ["2020年11月20日"]),
        ("增长93.1%和-12.5℃", ["93.1%", "-12.5℃"]),
        ("10—20人，第39期", ["10—20人", "第39期"]),
        ("17000多支", ["17000多支"]),
        ("一二三", []),
        ("单个5", []),
    ],
)
def test_numbers_keep_what_they_count(text: str, whole: list[str]) -> None:
    assert [text[a:b] for a, b in classes.kept_together(text)] == whole


@pytest.mark.parametrize(
    ("title", "never"),
    [
        ("庆祝中国共产党成立一百周年大会隆重举行", ["一百周年", "中国共产党", "隆重"]),
        ("廊坊创建全国文明城市纪念册", ["全国", "文明", "纪念册"]),
        ("从一张清单到一座城", ["一张", "清单", "一座"]),
        ("六个难题都在家门口", ["难题", "家门口"]),
        ("城乡居民可支配收入达到新高", ["居民", "收入"]),
    ],
)
def test_headings_are_never_cut_inside_these(title: str, never: list[str]) -> None:
    ends = phrase_ends(title)

    for word in never:
        start = title.index(word)
        assert not ends & set(range(start + 1, start + len(word))), word


def test_the_dictionary_of_phrases_is_not_loaded_for_headings_of_one_line(root: Path) -> None:
    from banxin.cjk import phrases

    phrases._jieba.cache_clear()
    with patch.object(phrases, "_jieba", side_effect=AssertionError("loaded")):
        assert remarks(root, "", "</p><h2>城乡面貌焕然一新</h2>") == []


def test_what_is_left_to_the_engine_is_counted(root: Path) -> None:
    body = "</p><p style='direction: rtl'>城乡</p><p style='direction: rtl'>面貌"

    sheets = banxin.render(PAGE.format("", body), workspace=root)

    left = {
        r.facts["holding"]: r.facts["count"] for r in sheets.remarks if r.code == "composer/left"
    }
    assert left == {"right-to-left text": 2}


def test_a_page_that_cannot_be_read_is_named(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_bytes("城乡".encode("gb18030"))

    with pytest.raises(BanxinError) as problem:
        banxin.render(page, workspace=root)
    assert problem.value.diagnostics[0].code == "render/page"
    assert sys.getrecursionlimit() < 100_000


def test_words_are_cut_as_with_all_the_words_of_the_dictionary(root: Path) -> None:
    asked, whole = phrases._jieba(), phrases._jieba.__wrapped__()
    whole.FREQ, whole.total = whole.gen_pfdict(whole.get_dict_file())
    lines = [
        line
        for file in sorted((root / "content").glob("*/*.md"))
        for line in file.read_text("utf-8").splitlines()
    ]

    assert len(lines) > 500
    assert [line for line in lines if asked.lcut(line) != whole.lcut(line)] == []
    assert asked.total == whole.total
    assert [word for word, often in whole.FREQ.items() if asked.FREQ[word] != often] == []
    assert len(asked.FREQ) == len(whole.FREQ)


@pytest.mark.parametrize(
    ("measure", "factor"), [(8, 2.0), (15, 2.0), (16.5, 1.5), (17, 4 / 3), (18, 1.0), (40, 1.0)]
)
def test_costs_of_narrow_columns_come_in_by_degrees(measure: float, factor: float) -> None:
    of_ten_pixels: Any = SimpleNamespace(sizes=[10.0])

    assert breaking._graded(of_ten_pixels, measure * 10, 2.0) == pytest.approx(factor)
