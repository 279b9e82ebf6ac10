"""Western text inside Chinese: its marks, its words, its numbers; measured in the PDF."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

import banxin
from banxin.cjk import classes
from banxin.composer import paragraph
from banxin.composer.western import western_quotes
from measure import Glyph
from sheet import EM, LEFT, SONG, Page, Text, cut, pages, workspace

HEAD = "山里的路修好以后村里的茶叶当天就能送到县城去卖"
TAIL = "老人们说从前挑一担茶下山要走整整一个白天"
FLUSH = "text-align: left"


def sweep(body: str, css: str = "", widths: range = range(8, 26)) -> list[Text]:
    """*body* after so many characters, in columns of so many widths."""
    return [
        Text(HEAD[:lead] + body + TAIL, width, css) for width in widths for lead in (3, 8, 12, 17)
    ]


def ends(page: Page) -> list[tuple[str, str]]:
    """What stands on both sides of each line's end."""
    return [(a[-1], b[0]) for a, b in pairwise(page.texts)]


# --- quotation marks --------------------------------------------------------------------------

ENGLISH, CHINESE = "western", "full-width"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("他在Children’s医院", "’"),
        ("去Xi’an和rock ’n’ roll", "’’’"),
        ("students’ 作品与’90s的歌", "’’"),
        ("他写了He said “Hi” to me一句", "“”"),
        ("见The “New” ‘Old’ City一书", "“”‘’"),
        ("写作 “it’s ‘fine’ now” he said 而已", "“’‘’”"),
        ("与“GDP”有关", ""),
        ("他说：“I love Xi’an.”然后", "’"),
        ("所谓‘新’与“旧”", ""),
        ("“甲”said“乙”", ""),
        ("他说‘ADB’和“IMF”", ""),
    ],
)
def test_the_words_around_a_mark_say_whose_it_is(text: str, found: str) -> None:
    assert "".join(text[i] for i in sorted(western_quotes(text, []))) == found


@pytest.mark.parametrize("mark", "‘’“”")
@pytest.mark.parametrize("family", ['"Noto Serif SC"', '"Noto Sans SC"', '"LXGW WenKai"'])
def test_by_its_language_a_mark_is_proportional(root: Path, mark: str, family: str) -> None:
    texts = [Text(f"城<span lang={lang}>a{mark}b</span>城", css=FLUSH) for lang in ("en", "fr")]

    for page in pages(root, texts, family=family):
        assert page.step(mark, "b") < 0.5


@pytest.mark.parametrize("family", ['"Noto Serif SC"', '"Noto Sans SC"'])
def test_marks_of_chinese_stay_full_width(root: Path, family: str) -> None:
    texts = [
        Text("城与“乡”的", css=FLUSH),
        Text("城与‘GDP’的", css=FLUSH),
        Text("<span lang=ja>城‘乡’</span>的", css=FLUSH),
    ]

    first, second, third = pages(root, texts, family=family)

    assert first.room("“") == pytest.approx(1, abs=0.03)
    assert second.room("‘") == pytest.approx(1, abs=0.03)
    assert third.room("’") == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(
    "word", ["Children’s Hospital", "Xi’an", "rock’n’roll", "O’Neill’s", "l’école"]
)
def test_no_line_ends_inside_a_word_with_an_apostrophe(root: Path, word: str) -> None:
    for page in pages(root, sweep(word)):
        torn = [(a, b) for a, b in ends(page) if a in "’" or b in "’"]
        assert torn == [], page.texts


def test_an_apostrophe_begins_no_line_though_a_word_begins_with_it(root: Path) -> None:
    for page in pages(root, sweep("rock ’n’ roll of the ’90s")):
        assert [text for text in page.texts if text[0] == "’"] == []


@pytest.mark.parametrize("quoted", ["He said “Hi” now", "a ‘fine’ day", "the “New City” plan"])
def test_western_quotes_stand_at_no_wrong_edge(root: Path, quoted: str) -> None:
    for page in pages(root, sweep(quoted)):
        assert [a + b for a, b in ends(page) if a in "“‘" or b in "”’"] == [], page.texts


@pytest.mark.parametrize("own", [True, False])
def test_a_face_without_proportional_marks_borrows_them(
    root: Path, tmp_path: Path, *, own: bool
) -> None:
    """From the families asked for after it, or from any other that is declared."""
    bare = cut(root, "NotoSerifSC_400Regular.ttf", "城乡，一〓“”‘’·—…")
    del bare["GSUB"]
    other = cut(root, "NotoSansSC_400Regular.ttf", "城一〓“”‘’·—…")
    place = workspace(tmp_path, {"Bare": bare, "Other": other})
    family = '"Bare", "Other"' if own else '"Bare"'

    (page,) = pages(place, [Text("城Xi’an said “Hi”乡，“乡”城", css=FLUSH)], family=family)

    assert page.step("’", "a") < 0.5
    assert page.step("“", "H") < 0.5
    assert {g.font for g in page.glyphs if g.text in "’"} == {"Other"}
    assert {g.font for g in page.glyphs if g.text in "Xian城乡"} == {"Bare"}
    assert page.room("乡”") == pytest.approx(2, abs=0.03)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_western_text_without_chinese_has_its_marks_too(root: Path, lang: str) -> None:
    texts = [Text(body, css=FLUSH, lang=lang) for body in ("Xi’an", "the “a” b", "(‘a’)")]

    for page in pages(root, texts):
        steps = [b.x - a.x for a, b in pairwise(page.lines[0]) if a.text in "‘’“”"]
        assert len(steps) >= 1
        assert max(steps) < 0.8 * EM  # a closing mark has a space behind it


def test_western_quotes_have_the_gap_of_their_words(root: Path) -> None:
    bodies = ("写了He said “Hi”的", "写了<span lang=en>“Hi”</span>的")

    for page in pages(root, [Text(body, css=FLUSH) for body in bodies]):
        quote, han = page.lines[0][-2:]
        assert (quote.text, han.text) == ("”", "的")
        assert 0.2 < (han.x - quote.right) / EM < 0.45


# --- words ------------------------------------------------------------------------------------


def spread(line: list[Glyph], word: str) -> float:
    """From the first letter of *word* to its last, em."""
    start = "".join(g.text for g in line).index(word)
    return (line[start + len(word) - 1].x - line[start].x) / EM


@pytest.mark.parametrize(
    "word", ["Elon", "X.com", "Children’s", "Mommsen", "WWW", "3,200km", "m²", "naïve", "Ắnh½"]
)
def test_words_are_never_stretched(root: Path, word: str) -> None:
    at_rest, *set_wide = pages(root, [Text(f"城{word}城"), *sweep(word, widths=range(9, 15))])

    found = [spread(line, word) for p in set_wide for line in p.lines if word in text_of(line)]
    assert len(found) > 15
    assert found == pytest.approx([spread(at_rest.lines[0], word)] * len(found), abs=0.02)


def text_of(line: list[Glyph]) -> str:
    return "".join(g.text for g in line)


@pytest.mark.parametrize("mark", [",", ".", ";", ":", "!", "?", ")", "]"])
@pytest.mark.parametrize("before", ["》", "）", "”", "。", "城"])
def test_western_marks_begin_no_line(root: Path, mark: str, before: str) -> None:
    for page in pages(root, sweep(f"《城》（乡）{before}{mark}", widths=range(8, 14))):
        assert [t for t in page.texts if t[0] == mark] == [], page.texts


@pytest.mark.parametrize("mark", ["(", "["])
def test_western_brackets_end_no_line(root: Path, mark: str) -> None:
    for page in pages(root, sweep(f"{mark}“城”乡", widths=range(8, 14))):
        assert [t for t in page.texts[:-1] if t[-1] == mark] == [], page.texts


# --- hyphens ----------------------------------------------------------------------------------

LONG = {
    "en": "internationalization",
    "de": "Geschwindigkeitsbegrenzung",
    "fr": "développement",
    "ru": "землетрясение",
    "es": "responsabilidad",
}


def parted(page: Page, word: str) -> list[str]:
    """The parts of *word*, by lines."""
    whole = "|".join(page.texts)
    pattern = r"\|?".join(map(re.escape, word))
    (found,) = re.findall(pattern, whole)
    return str(found).split("|")


@pytest.mark.parametrize("language", LONG)
def test_a_word_is_parted_by_its_language_with_a_hyphen_that_prints(
    root: Path, language: str
) -> None:
    word = LONG[language]
    texts = sweep(f'<span lang="{language}">{word}</span>', "hyphens: auto", range(12, 20))

    found = [page for page in pages(root, texts) if len(parted(page, word)) > 1]

    assert len(found) > 5
    for page in found:
        assert len(page.hyphens) == len(parted(page, word)) - 1
        for hyphen in page.hyphens:
            assert hyphen.right - hyphen.left > 0.15 * EM
            line = next(line for line in page.lines if abs(line[0].y - hyphen.y) < 1)
            assert line[-1].right < hyphen.left + 0.1 * EM
            if not text_of(line).isalpha() or line[0].text in HEAD:  # the word alone is as it is
                assert (hyphen.right - LEFT) / EM == pytest.approx(page.text.width, abs=0.09)
        assert min(map(len, parted(page, word))) >= 2


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ("<span lang=en>internationalization</span>", "hyphens: manual"),
        ("<span lang=en>internationalization</span>", "hyphens: none"),
        ("internationalization", "hyphens: auto"),
        ("<span lang=xx>internationalization</span>", "hyphens: auto"),
        ("inter&shy;nation&shy;alization", "hyphens: none"),
        ("<span lang=en>work</span>", "hyphens: auto"),
        (
            "<span lang=en>internationalization</span>",
            "hyphens: auto; hyphenate-limit-chars: 30 2 2",
        ),
    ],
)
def test_a_word_is_whole_where_the_style_or_the_language_says_so(
    root: Path, body: str, css: str
) -> None:
    word = re.sub("<[^>]+>|&shy;", "", body)

    for page in pages(root, sweep(body, css, range(12, 20))):
        assert parted(page, word) == [word]
        assert page.hyphens == []


def test_western_text_without_chinese_is_hyphenated_too(root: Path) -> None:
    words = "the internationalization of responsibilities and transportation"
    texts = [Text(words, width, "hyphens: auto", "en") for width in range(9, 16)]

    found = pages(root, texts)

    assert sum(len(page.hyphens) for page in found) > 5
    for page in found:
        assert "".join(page.texts) == words.replace(" ", "")
        for hyphen in page.hyphens:
            assert hyphen.right - hyphen.left > 0.15 * EM


def test_what_parts_a_word_is_no_letter_of_what_is_copied(root: Path, tmp_path: Path) -> None:
    body = f"{HEAD[:8]}<span lang=en>internationalization</span>{TAIL}"
    html = f"<html lang=zh><p style='width: 14em; font: 10pt {SONG}; hyphens: auto'>{body}"
    file = tmp_path / "a.pdf"
    file.write_bytes(banxin.render(html.replace('"', ""), workspace=root).pdf)

    run = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)

    assert "\u00ad\n" in run.stdout
    assert re.sub("[\u00ad\\s]", "", run.stdout) == re.sub("<[^>]+>", "", body)


@pytest.mark.parametrize("css", ["hyphens: manual", "hyphens: auto"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_soft_hyphens_say_where_and_print_only_there(root: Path, css: str, lang: str) -> None:
    body = f"<span lang={lang}>trans&shy;portation&shy;able</span>"

    found = pages(root, sweep(body, css))

    parts = {part for page in found for part in parted(page, "transportationable")}
    assert parts == {
        "transportationable", "trans", "portationable", "transportation", "able",
    } | (parts & {"portation"})  # fmt: skip
    for page in found:
        assert len(page.hyphens) == len(parted(page, "transportationable")) - 1


def test_limits_of_hyphenation_are_kept(root: Path) -> None:
    body = "<span lang=en>internationalization</span>"
    css = "hyphens: auto; hyphenate-limit-chars: 5 6 7"

    found = [parted(page, LONG["en"]) for page in pages(root, sweep(body, css))]

    broken = [parts for parts in found if len(parts) > 1]
    assert len(broken) > 5
    assert min(len(parts[0]) for parts in broken) >= 6
    assert min(len(parts[-1]) for parts in broken) >= 7


def test_a_hyphen_has_a_price(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dearer, it is used less often, and then lines are looser; never where a line is full."""
    texts = sweep("<span lang=en>transportation</span>", "hyphens: auto", range(15, 26))
    full = Text(HEAD[:16] + "<span lang=en>transportation</span>" + TAIL, 16, "hyphens: auto")
    assert pages(root, [full])[0].hyphens == []

    counts = []
    for price in (None, 5000.0):
        if price is not None:
            monkeypatch.setattr(paragraph, "_HYPHENATED", price)
        counts.append(sum(len(page.hyphens) for page in pages(root, texts)))

    assert 0 < counts[1] < counts[0] < len(texts)


def test_the_mark_of_hyphenation_is_the_styles(root: Path) -> None:
    css = "hyphens: auto; hyphenate-character: '='"
    body = "<span lang=en>internationalization</span>"

    plain, marked = (
        [p for p in pages(root, sweep(body, c, range(12, 16))) if p.hyphens]
        for c in ("hyphens: auto", css)
    )

    assert len(plain) > 3
    assert len(marked) > 3
    heights = [max(h.top - h.bottom for p in some for h in p.hyphens) for some in (plain, marked)]
    assert heights[1] > 1.5 * heights[0]


@pytest.mark.parametrize("mark", ["ـ", "-ـ", "=་"], ids=["Arabic", "two scripts", "Tibetan"])
def test_a_mark_of_hyphenation_in_another_script_leaves_its_paragraph_to_the_engine_and_is_told(
    root: Path, mark: str
) -> None:
    style = f"width: 7em; hyphens: auto; hyphenate-character: '{mark}'"

    sheets = banxin.render(
        f'<p lang="en" style="{style}">城internationalization</p>', workspace=root
    )

    assert "composer/left" in [remark.code for remark in sheets.remarks]
    words = pypdfium2.PdfDocument(sheets.pdf)[0].get_textpage().get_text_range()
    assert "internationalization" in re.sub(r"[^a-z]", "", words)


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "2020 年", "35 km", "¥ 3,200", "€ 15", "12 小时", "40 分钟", "6 个月", "3 级", "5 套",
        "18\u2009kg", "35\u202fkm", "2\u00a0栋", "9.5 %", "第 3 届", "20 °C", "30—40 米",
    ],
)  # fmt: skip
def test_spaced_numbers_keep_what_they_count(root: Path, number: str) -> None:
    """Where nothing else will do, at the places that may be parted, and at no other."""
    places = [re.sub(r"\s", "", number[:i]) for i, kind in classes.joints(number) if kind]
    written = re.sub(r"\s", "", number)
    assert [number[a:b] for a, b in classes.kept_together(number)] == [number]

    for page in pages(root, sweep(number, widths=range(10, 26, 3))):
        (first, *_) = parted(page, written)
        assert first == written or first in places, page.texts


def test_a_space_before_a_unit_is_the_gap_itself(root: Path) -> None:
    typed, fixed, none = pages(
        root, [Text(f"于2020{space}年", css=FLUSH) for space in (" ", "\u00a0", "")]
    )

    assert typed.step("0", "年") == pytest.approx(none.step("0", "年"), abs=0.01)
    assert fixed.step("0", "年") == pytest.approx(none.step("0", "年"), abs=0.01)


def units() -> list[list[str]]:
    file = Path(classes.__file__).with_name("units.tsv")
    return [
        line.split("\t")
        for line in file.read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]


def test_each_unit_of_the_table_has_a_source_and_keeps_its_number() -> None:
    names = [unit for unit, _, _ in units()]

    assert len(names) > 400
    assert len(set(names)) == len(names)
    assert [row for row in units() if not all(row)] == []
    kept = {f"约12{name}" for name in names}
    assert {t for t in kept if [t[a:b] for a, b in classes.kept_together(t)] == [t]} == kept


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("2.31亿元", {"2.31|亿元": classes.UNIT, "2.31亿|元": classes.UNIT}),
        (
            "12个百分点",
            {
                "12|个百分点": classes.UNIT,
                "12个|百分点": classes.MEASURE,
                "12个百|分点": classes.MEASURE,
                "12个百分|点": classes.MEASURE,
            },
        ),
        ("213立方米", {"213|立方米": 1, "213立|方米": 5, "213立方|米": 5}),
        ("35 千克", {"35 |千克": 1, "35 千|克": 5}),
        ("93.1%", {}),
        ("-12.5℃", {}),
        ("35 km", {}),
        (
            "2020年11月20日",
            {
                "2020|年11月20日": classes.CALENDAR,
                "2020年|11月20日": classes.DATE,
                "2020年11|月20日": classes.CALENDAR,
                "2020年11月|20日": classes.DATE,
                "2020年11月20|日": classes.CALENDAR,
            },
        ),
        ("3 月 8 日", {"3 |月 8 日": 3, "3 月 |8 日": 2, "3 月 8 |日": 3}),
        ("30多万人", {"30|多万人": 1, "30多|万人": 5, "30多万|人": 1}),
    ],
)
def test_numbers_have_places_where_a_line_may_part_them(text: str, places: dict[str, int]) -> None:
    found = {f"{text[:i]}|{text[i:]}": kind for i, kind in classes.joints(text) if kind}

    assert found == places


# --- gaps -------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", "²³½¾Ắñßºµ₂€$%℃°kЖΩ")
def test_letters_and_what_belongs_to_them_have_a_gap_on_both_sides(root: Path, last: str) -> None:
    alone, among = pages(
        root,
        [
            Text(f"城{last}乡", css=f"{FLUSH}; text-autospace: no-autospace"),
            Text(f"城{last}乡", css=FLUSH),
        ],
    )

    assert among.step("城", last) - alone.step("城", last) == pytest.approx(0.25, abs=0.01)
    assert among.step(last, "乡") - alone.step(last, "乡") == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("body", ["x<sup>2</sup>", "CO<sub>2</sub>", "1<sup>st</sup>"])
def test_a_superscript_of_a_word_has_the_gap_of_the_word(root: Path, body: str) -> None:
    (page,) = pages(root, [Text(f"城{body}乡", css=FLUSH)])

    last, han = page.lines[0][-2:]
    assert (han.x - last.right) / EM == pytest.approx(0.25, abs=0.08)


@pytest.mark.parametrize(
    ("body", "strokes"),
    [
        ("城<u>GDP</u>增", 1),
        ("城<u>2020</u>年", 1),
        ("城<s>Xi’an</s>人", 1),
        ("城<u>人<b>GDP</b>的<i>事</i></u>了", 4),
    ],
)
@pytest.mark.parametrize("css", [FLUSH, "text-align: justify"])
def test_lines_under_words_stop_before_the_gap(
    root: Path, body: str, strokes: int, css: str
) -> None:
    (page,) = pages(root, [Text(body + TAIL, 11, css + "; text-decoration-inset: 0")])

    (after,) = (
        g for g, b in pairwise(page.lines[0][::-1]) if b.text in "P0n事" and g.text in "增年人了"
    )
    before = page.lines[0][page.lines[0].index(after) - 1]
    assert len(page.strokes) == strokes
    # What PDFium gives of a stroke is wider at both ends by half its thickness.
    assert (before.right - LEFT) / EM == pytest.approx(page.strokes[-1][1] - 0.05, abs=0.07)
    for one, other in pairwise(page.strokes):
        assert one[1] - other[0] == pytest.approx(0.1, abs=0.01)
