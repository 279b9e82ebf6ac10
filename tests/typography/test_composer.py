"""The composer on text that nobody chose for it, measured in the PDF."""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont

import banxin
from measure import HYPHENS as PARTING
from measure import Glyph, glyphs, lines

HAN = "城乡面貌焕然一新经济社会持续健康发展人民生活水平不断提高廊坊全市居民老旧小区志愿的了是有"
PIECES = [
    "，", "。", "、", "；", "：", "！", "？", "（北京）", "《人民日报》", "“围点攻坚”", "——", "……",
    "GDP", "COVID-19", "WeasyPrint", "2.31亿元", "93.1%", "2020年11月20日", "-12.5℃", "第3届",
    "1057场", "马克·吐温", "！！", "？！", " ", " Python 3 ", "》《", "”。", "）、", "10—20",
]  # fmt: skip
# English with its quotes, hyphens and apostrophes; spaced numbers, units; marks at edges.
WESTERN = [
    "Children’s Hospital", "He said “Hi” now", "a ‘fine’ day", "rock ’n’ roll", "“ADB”", "‘fine’",
    "<span lang=en>the “New” internationalization</span>", "ex&shy;am&shy;ple", "35 km", "¥ 3,200",
    "2020 年 11 月 20 日", "12小时", "40分钟", "6 个月", "3级", "5 套", "m²", "½", "Ắnh", "9.5 %",
    "北京—上海", "老张/老李", "注<sup>[1]</sup>", "「里」，", "。「外」", "\u3000", ",", "(a)",
]  # fmt: skip
WHOLE = re.compile(r"(?<![\d.])(?:2\.31亿元|93\.1%|2020年11月20日|-12\.5℃|第3届|1057场)")
# Where no line ends at any price: inside figures, before a sign, after 第.
INSIDE = re.compile(r"[\d.第-]\n(?:\d|[.%℃])")
TAGS = (
    "b", "em", "i", "span", "u", "strong", "code", "sup", "small",
    "span style='font-family: LXGW WenKai'",
    "span style='font-family: Noto Sans SC; font-size: 1.2em'",
    "span style='padding: 0 .3em; border: 1px solid'",
)  # fmt: skip
TRAILING, OPENING = "，。、；：！？）》”·%℃", "（《“"
LEFT = 20.0
STYLE = (
    '<html lang="zh-CN"><style>@page { size: 420pt 900pt; margin: 20pt }'
    'body { margin: 0; font: 10pt/2 "Noto Serif SC"; text-align: justify;'
    " text-spacing-trim: trim-both } p { margin: 0; break-after: page } sup { font-size: .7em }"
    "</style>"
)


HYPHEN = f"[{PARTING}]"
HYPHENS = "p { hyphens: auto }"
WORD = re.compile("[A-Za-zÀ-ỹ’]")


def paragraph(order: random.Random, length: int, pieces: Sequence[str] = PIECES) -> str:
    """Random text with random elements in it, nested at random."""
    out: list[str] = []
    written = 0
    open_tags: list[str] = []
    while written < length:
        if order.random() < 0.12:
            tag = order.choice(TAGS)
            tag = "b" if tag in open_tags else tag
            out.append(f"<{tag}>")
            open_tags.append(tag.split()[0])
        han = order.random() < 0.6
        piece = "".join(order.choices(HAN, k=order.randint(1, 9))) if han else order.choice(pieces)
        # A digit or word before another would make one of two.
        out.append(piece if han or not out else "城" + piece)
        written += len(piece)
        if open_tags and order.random() < 0.3:
            out.append(f"</{open_tags.pop()}>")
    return "".join([*out, *(f"</{tag}>" for tag in reversed(open_tags))])


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>|&shy;", "", html)


def em(glyph: Glyph) -> float:
    return glyph.size * 0.75  # the engine writes sizes in CSS pixels


def end_of(line: list[Glyph]) -> float:
    """Right edge of the line's last character."""
    last = max(line, key=lambda g: g.x)
    if last.text == "”" and last.right - last.x < em(last) * 0.36 and "WenKai" in last.font:
        return last.x + 0.35 * em(last)
    if last.text in "，。、；：！？）》”":
        return last.x + em(last) / 2
    if last.text == "—":  # two of them are one glyph, in Noto
        one = sum(g.text == "—" and abs(g.x - last.x) < 1 for g in line) == 2
        return last.x + (2 if one else 1) * em(last)
    if "\u4e00" <= last.text <= "\u9fff" or last.text == "…":
        return last.x + em(last)
    return last.right


def unbreakable(text: str) -> int:
    """Characters of the longest stretch without a place to break, roughly in em."""
    return max(
        len(run) for run in re.findall(r"[！-～A-Za-z0-9.%℃、。“”《》（）·—…-]+.?", text + " ")
    )


@pytest.mark.parametrize("seed", range(4))
def test_random_paragraphs_keep_every_rule(seed: int, root: Path) -> None:
    order = random.Random(seed)
    made = [(order.randint(8, 31), paragraph(order, order.randint(20, 260))) for _ in range(100)]
    body = "".join(f'<p style="width: {width}em">{text}</p>' for width, text in made)

    sheets = banxin.render(STYLE + body, workspace=root)

    document = pypdfium2.PdfDocument(sheets.pdf)
    assert len(document) == len(made)
    numbers = parted = 0
    for page, (width, html) in zip(document, made, strict=True):
        text = plain(html)
        found = lines(list(glyphs(page)))
        written = ["".join(g.text for g in line) for line in found]
        assert Counter("".join(written)) == Counter(re.sub(r"\s", "", text)), text
        assert [w for w in written[1:] if w[0] in TRAILING] == [], text
        assert [w for w in written[:-1] if w[-1] in OPENING] == [], text
        assert not INSIDE.search("\n".join(written)), written
        wholes = WHOLE.findall(text)
        numbers += len(wholes)
        parted += sum(all(whole not in w for w in written) for whole in wholes)
        for line in found[:-1]:
            beyond = (end_of(line) - LEFT) / 10 - width
            if beyond > 0.05:  # only what cannot be broken may stick out
                assert width < 1.3 * unbreakable(text), (width, beyond, line)
            else:
                assert beyond > -0.5, (beyond, "".join(g.text for g in line))
    assert parted < 0.05 * numbers


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("lang", ["zh-CN", "zh-Hant"])
def test_random_paragraphs_with_western_text_keep_every_rule(
    seed: int, lang: str, root: Path
) -> None:
    order = random.Random(40 + seed)
    made = [
        (order.randint(8, 31), paragraph(order, order.randint(20, 260), [*PIECES, *WESTERN]))
        for _ in range(50)
    ]
    body = "".join(f'<p style="width: {width}em">{text}</p>' for width, text in made)

    sheets = banxin.render(STYLE.replace("zh-CN", lang) + f"<style>{HYPHENS}</style>{body}",
                           workspace=root)  # fmt: skip

    told = {d.code for d in sheets.remarks}
    assert told <= {"line/loose", "line/tight", "line/runt", "css/unknown-family"}
    for page, (width, html) in zip(pypdfium2.PdfDocument(sheets.pdf), made, strict=True):
        text = plain(html)
        found = lines(list(glyphs(page, hyphens=True)))
        written = ["".join(g.text for g in line) for line in found]
        assert Counter(re.sub(HYPHEN, "", "".join(written))) == Counter(re.sub(r"\s", "", text))
        assert [w for w in written[1:] if w[0] in TRAILING + "」’,.)]/["] == [], text
        assert [w for w in written[:-1] if w[-1] in OPENING + "「(/"] == [], text
        assert torn(text, written) == []
        for line, words in zip(found[:-1], written, strict=False):
            right = max((g.right - LEFT) / 10 for g in line)
            assert right < width + 0.06, words
            if re.search("[\u4e00-\u9fff].*[\u4e00-\u9fff]", words):
                assert right > width - 1.0, words  # a mark's blank, in the middle of its em


def torn(text: str, written: list[str]) -> list[str]:
    """Western words of *text* that a line's end parts without a hyphen."""
    places = [i for i, character in enumerate(text) if not character.isspace()]
    found, count = [], 0
    for line in written[:-1]:
        count += len(re.sub(HYPHEN, "", line))
        end = places[count]
        parted = WORD.match(text[end - 1]) and WORD.match(text[end])
        if parted and not re.search(f"{HYPHEN}$", line):
            found.append(text[end - 9 : end] + "|" + text[end : end + 9])
    return found


def long_text(length: int) -> str:
    order = random.Random(20)
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        clauses = []
        for _ in range(order.randint(2, 5)):
            clause = "".join(order.choices(HAN, k=order.randint(4, 12)))
            if order.random() < 0.2:
                clause += order.choice(["2.31亿元", "93.1%", "GDP", "1057场", "491个"]) + "的事"
            clauses.append(clause)
        sentences.append("，".join(clauses) + order.choice("。。。！？"))
    return "".join(sentences)


def prose(root: Path, length: int) -> list[str]:
    """Sentences of the sample's own articles, in any order, some two hundred characters each."""
    articles = "".join(
        re.sub(r"\[\^\d+\]|[*>]|\[(.*?)\]\{.*?\}", r"\1", line)
        for file in sorted((root / "content" / "langfang").glob("*.md"))
        for line in file.read_text("utf-8").splitlines()
        if re.match("[\u4e00-\u9fff0-9“]", line) and len(line) > 40
    )
    sentences = re.findall("[^。]+。”?", articles)
    order = random.Random(20)
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < length:
        paragraph = ""
        while len(paragraph) < 200:
            paragraph += order.choice(sentences)
        paragraphs.append(paragraph)
    return paragraphs


def test_twenty_thousand_characters_are_even(root: Path) -> None:
    body = "".join(f"<p>{p}</p>" for p in prose(root, 20_000))
    style = STYLE.replace("break-after: page", "width: 27em; text-indent: 2em")

    sheets = banxin.render(style + body, workspace=root)

    steps: list[float] = []
    gaps: list[float] = []
    looseness: list[tuple[float, str]] = []
    for page in pypdfium2.PdfDocument(sheets.pdf):
        for line in lines(list(glyphs(page))):
            own = [
                (b.x - a.x) / 10
                for a, b in pairwise(line)
                if "\u4e00" <= a.text <= "\u9fff" and "\u4e00" <= b.text <= "\u9fff"
            ]
            steps += own
            usual = sorted(own)[len(own) // 2] if len(own) > 4 else 1.0
            looseness.append((usual, "".join(g.text for g in line)))
            gaps += [
                (b.x - a.x) / 10 - 1
                for a, b in pairwise(line)
                if "\u4e00" <= a.text <= "\u9fff" and re.match("[A-Za-z0-9]", b.text)
            ]
    steps.sort()
    assert len(steps) > 13_000
    # What is left over is shared by all gaps of a line: more than a little is taken by few.
    assert steps[len(steps) // 2] == pytest.approx(1, abs=0.002)
    # Lines alike leave the grid a little: figures and Latin words are shared out, not starved.
    assert steps[int(len(steps) * 0.99)] <= 1.06
    assert steps[0] >= 0.99
    assert min(gaps) >= 0.124
    assert max(gaps) <= 0.5
    # Before a number that cannot be broken, a line or two have no choice.
    sudden = [
        text
        for i, (own, text) in enumerate(looseness[1:-2], 1)
        if own - min(looseness[i - 1][0], looseness[i + 1][0]) > 0.1
        and not any(re.match(r"\d", looseness[j][1]) for j in (i + 1, i + 2))
    ]
    assert sudden == []


def copied(pdf: bytes, tmp_path: Path) -> tuple[str, str]:
    """What PDFium and Poppler copy."""
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf)
    run = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)
    document = pypdfium2.PdfDocument(pdf)
    return "".join(p.get_textpage().get_text_range() for p in document), run.stdout


COPIED = (
    "城乡GDP增长93个百分点，“人民”生活改善——是的……好！！",
    "投入2.31亿元，建成491个小区，2020年11月20日。",
    "甲》《乙（丙），丁：“戊”。",
    "城乡 GDP 增长 93 个百分点。",
)


@pytest.mark.parametrize("text", COPIED)
@pytest.mark.parametrize("width", [12, 13, 40])
def test_copied_text_is_what_was_written(text: str, width: int, root: Path, tmp_path: Path) -> None:
    body = f'<p style="width: {width}em; break-after: auto">{text}</p>'

    sheets = banxin.render(STYLE + body, workspace=root)

    for found in copied(sheets.pdf, tmp_path):
        lines_of_it = [line for line in re.split(r"[\r\n\x0c]+", found) if line]
        joined = "".join(lines_of_it).replace("⋯", "…")
        # Where a line ended at a typed space, nothing says so.
        assert joined.replace(" ", "") == text.replace(" ", "")
        assert joined.count(" ") <= text.count(" ")


def test_floats_beside_a_paragraph_narrow_only_their_own_lines(root: Path) -> None:
    body = (
        '<div style="float: right; width: 100pt; height: 55pt"></div>'
        f'<p style="width: 30em; break-after: auto">{long_text(300)}</p>'
    )

    sheets = banxin.render(STYLE + body, workspace=root)

    found = lines(list(glyphs(next(iter(pypdfium2.PdfDocument(sheets.pdf))))))
    ends = [round((end_of(line) - LEFT) / 10, 1) for line in found[:-1]]
    assert ends[:3] == [pytest.approx(28, abs=0.06)] * 3
    assert ends[3:] == [pytest.approx(30, abs=0.06)] * len(ends[3:])


def test_page_numbers_of_references_are_those_of_the_last_layout(root: Path) -> None:
    style = "<style>a::after { content: target-counter(attr(href), page) '页' }</style>"
    body = f'{style}<p>见第<a href="#x"></a>。</p><p>{long_text(200)}</p><p id=x>末</p>'

    sheets = banxin.render(STYLE + body, workspace=root)

    first = next(iter(pypdfium2.PdfDocument(sheets.pdf))).get_textpage().get_text_range()
    assert "见第3页" in first


def test_a_paragraph_goes_on_after_a_page_break_where_it_stopped(root: Path) -> None:
    text = long_text(3000)
    body = f'<p style="width: 30em; break-after: auto">{text[:1500]}<b>{text[1500:]}</b></p>'

    sheets = banxin.render(STYLE + body, workspace=root)

    document = pypdfium2.PdfDocument(sheets.pdf)
    assert len(document) > 2
    written = "".join(g.text for page in document for g in glyphs(page))
    assert written == text


def companion(root: Path, folder: Path) -> Path:
    """A workspace whose fonts are Noto Serif SC and a Latin face that also has “ ” · — …"""
    fonts = folder / "fonts"
    fonts.mkdir()
    (folder / "layouts").mkdir()
    (folder / "content").mkdir()
    rows = []
    for name, source, characters in (
        ("Noto Serif SC", "NotoSerifSC_400Regular.ttf", None),
        ("Companion", "NotoSansSC_700Bold.ttf", [*range(0x20, 0x7F), *map(ord, "“”·—…")]),
    ):
        font = TTFont(next((root / "fonts").rglob(source)))
        if characters is not None:
            subsetter = Subsetter()
            subsetter.populate(unicodes=characters)
            subsetter.subset(font)
            for record in font["name"].names:
                if record.nameID in {1, 4, 16}:
                    record.string = name
            font["OS/2"].usWeightClass = 400
        file = fonts / f"{name}.ttf"
        font.save(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        rows.append(
            f'[[face]]\nfamily = "{name}"\nweight = 400\nfile = "{file.name}"\nrole = "a"\n'
            f'licence = "OFL-1.1"\nterms = "OFL.txt"\nprovenance = "a"\nsha256 = "{digest}"\n'
        )
    (fonts / "OFL.txt").write_text("terms")
    (fonts / "fonts.toml").write_text("\n".join(rows), "utf-8")
    return folder


def test_a_latin_companion_leaves_chinese_marks_to_the_chinese_face(
    root: Path, tmp_path: Path
) -> None:
    workspace = companion(root, tmp_path)
    style = STYLE.replace('"Noto Serif SC"', '"Companion", "Noto Serif SC"')

    sheets = banxin.render(style + "<p>城“GDP”乡——马克·吐温……好", workspace=workspace)

    fonts: dict[str, set[str]] = {}
    for glyph in glyphs(next(iter(pypdfium2.PdfDocument(sheets.pdf)))):
        fonts.setdefault(glyph.font, set()).add(glyph.text)
    assert fonts["Companion"] == set("GDP")
    assert set("“”—·…") < fonts["Noto-Serif-SC"]


@pytest.mark.parametrize(
    "word", ["Elon", "MUSEUM", "GmbH", "www.example.com", "Ｗ", "WWF", "HCMes"]
)
def test_no_letter_is_torn_off_its_word(root: Path, word: str) -> None:
    """A line that is loose as can be: the word takes what it takes by itself."""
    body = f"<p style='width: 14.6em'>一二三四五六{word}一二三四五六七八九</p><p>{word}</p>"

    document = pypdfium2.PdfDocument(banxin.render(STYLE + body, workspace=root).pdf)

    widths = []
    for page in document:
        letters = [g for g in glyphs(page) if g.text in set(word)]
        widths.append(letters[-1].x - letters[0].x)
    assert widths[0] == pytest.approx(widths[1], abs=0.1)
