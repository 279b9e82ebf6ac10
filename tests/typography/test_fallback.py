"""Characters that the face asked for lacks: what is printed, copied and told, and the lines."""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pypdfium2
import pytest
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont

from banxin.assets import fonts
from banxin.assets.characters import fault_of, is_drawn, is_private, otherwise
from banxin.diagnostics import Diagnostic
from banxin.edition import TEMPLATE_CHARACTERS, faces_for
from banxin.markup.tokens import Stylesheet, fonts_css
from banxin.typeset.engine import Terms, lay_out
from banxin.typeset.sheets import Sheets
from banxin.typeset.survey import Fonts
from banxin.workspace import Workspace
from conftest import EDITION, Builder, Title
from measure import Glyph, glyphs

CSS = (
    "@page { size: 300pt 400pt; margin: 20pt } body { margin: 0; font: 10pt/20pt %s }"
    "p, h1 { margin: 0; text-indent: 0 }"
)
SONG, HEI, KAI = "'Noto Serif SC'", "'Noto Sans SC'", "'LXGW WenKai'"
HAN = "城乡面貌焕然一新经济社会持续健康发展人民生活水平不断提高" * 3
MARKUP = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def lay(root: Path, html: str, family: str = SONG, *, compose: bool = True) -> Sheets:
    faces, assets = faces_for(TEMPLATE_CHARACTERS | frozenset(html), Workspace(root))
    styles = (Stylesheet("fonts", fonts_css(faces)), Stylesheet("own.css", CSS % family))
    text = f'<html lang="zh-CN"><body>{html}'
    return lay_out(text, styles, assets, Fonts(tuple(faces)), bytes(16), Terms(compose=compose))


def drawn(sheets: Sheets) -> list[Glyph]:
    document = pypdfium2.PdfDocument(sheets.pdf)
    found = [glyph for page in document for glyph in glyphs(page)]
    document.close()
    return found


def told(sheets: Sheets, code: str) -> list[Diagnostic]:
    return [d for d in sheets.remarks if d.code == code]


@pytest.mark.parametrize("compose", [True, False])
@pytest.mark.parametrize(
    ("family", "character", "source"),
    [
        (SONG, "𠮷", "LXGW-WenKai"),
        (SONG, "⁵", "LXGW-WenKai"),
        (SONG, "ẞ", "LXGW-WenKai"),
        (f"900 10pt/20pt {SONG}", "Қ", "LXGW-WenKai"),
        (KAI, "㐀", "Noto-Serif-SC"),
        (KAI, "➀", "Noto-Serif-SC"),
        (HEI, "ə", "LXGW-WenKai"),
        (HEI, "⑴", "Noto-Sans-SC"),
    ],
)
def test_it_comes_from_the_next_declared_face_that_has_it(
    root: Path, family: str, character: str, source: str, compose: bool
) -> None:
    style = f"font: {family}" if "/" in family else f"font-family: {family}"
    sheets = lay(root, f'<p style="{style}">甲{character}乙</p>', compose=compose)

    # PDFium gives characters beyond the first 65536 as two halves.
    assert {g.font for g in drawn(sheets) if g.text not in "甲乙"} == {source}
    expected = [] if source.replace("-", " ") in family else [source.replace("-", " ")]
    assert [d.facts["other"] for d in told(sheets, "font/from-another-face")] == expected
    assert told(sheets, "font/missing-character") == []


@pytest.mark.parametrize("family", [SONG, HEI, KAI])
@pytest.mark.parametrize("compose", [True, False])
def test_no_line_moves_for_it(root: Path, family: str, compose: bool) -> None:
    def baselines(inside: str) -> dict[str, list[float]]:
        text = f"<p>{HAN[:40]}{inside}{HAN[40:]}</p><p>{inside}</p><p>末</p>"
        sheets = lay(root, text, family, compose=compose)
        ys = sorted({round(g.y, 1) for g in drawn(sheets) if g.text in HAN}, reverse=True)
        return {"han": ys, "last": [round(g.y, 1) for g in drawn(sheets) if g.text == "末"]}

    assert baselines("𠮷㐀⁵Қẞ") == baselines("字字字字字")


def test_a_word_is_one_note_and_the_same_word_again_none(root: Path) -> None:
    text = "<p>Łódź，𠮷野，Łódź</p><p>𠮷，Қазақстан</p><h1>𠮷</h1>"

    found = [d.facts["words"] for d in told(lay(root, text), "font/from-another-face")]

    assert found == ["Łódź", "𠮷", "Қазақстан"]


@pytest.mark.parametrize("word", ["Łódź", "Қазақстан", "Ωμέγα"])
def test_a_word_is_of_one_face(root: Path, word: str) -> None:
    sheets = lay(root, f"<p>在{word}，CO₂与x̃</p>")

    found = drawn(sheets)
    assert {g.font for g in found if g.text in word} == {"LXGW-WenKai"}
    assert {g.font for g in found if g.text in "在，COx"} == {"Noto-Serif-SC"}
    assert told(sheets, "composer/left") == []


def test_what_no_face_has_is_told_once_where_html_is_set_as_it_is(root: Path) -> None:
    sheets = lay(root, "<p>王𬬎与𬬎</p><p>𬬎</p>")

    (missing,) = told(sheets, "font/missing-character")
    assert (missing.facts["character"], missing.facts["codepoint"]) == ("𬬎", "U+2CB0E")
    assert told(sheets, "font/no-glyph") == []


def test_a_family_that_is_not_declared_is_one_finding_at_its_stylesheet(root: Path) -> None:
    sheets = lay(root, "<p>甲乙丙</p><p>丁戊𠮷</p>", "'Noto Serif SG'")

    (unknown,) = told(sheets, "css/unknown-family")
    assert str(unknown.place) == "own.css:1:1"
    assert unknown.facts["family"] == "Noto Serif SG"
    assert [d.code for d in sheets.remarks if d.code.startswith("font/")] == []
    assert {g.font for g in drawn(sheets)} == {"Noto-Serif-SC", "LXGW-WenKai"}


def test_a_variant_that_no_face_has_is_told_and_its_usual_form_printed(root: Path) -> None:
    sheets = lay(root, "<p>葛\U000e0100城，葛\U000e0100城，辻\U000e0101</p>")

    first, second = told(sheets, "font/no-variant")
    assert first.severity == "warning"
    assert first.facts["words"] == "葛\U000e0100城，"
    assert [d.facts["codepoint"] for d in (first, second)] == ["U+845B U+E0100", "U+8FBB U+E0101"]
    assert "".join(g.text for g in drawn(sheets) if g.text in "葛城辻") == "葛城葛城辻"


def test_faces_added_for_one_script_each_do_not_claim_the_others(
    root: Path, tmp_path: Path
) -> None:
    """Cut from 宋 and 楷: each has Latin, and one row of letters besides."""
    extra = {"Song": range(0x410, 0x450), "Kai": range(0x1E00, 0x1F00)}
    workspace = of_faces(root, tmp_path, {"Song": SONG, "Kai": KAI}, extra)
    faces, assets = faces_for(TEMPLATE_CHARACTERS | frozenset("МоскваḗẎ城"), workspace)
    styles = (Stylesheet("fonts", fonts_css(faces)), Stylesheet("own.css", CSS % HEI))

    sheets = lay_out(
        '<html lang="zh-CN"><body><p>城Москва ḗẎ', styles, assets, Fonts(faces), bytes(16)
    )

    assert [d for d in sheets.remarks if d.severity == "error"] == []
    assert {g.font for g in drawn(sheets) if g.text in "Москва"} == {"Song"}
    assert {g.font for g in drawn(sheets) if g.text in "ḗẎ"} == {"Kai"}


def of_faces(
    root: Path, folder: Path, cut: Mapping[str, str], extra: Mapping[str, range]
) -> Workspace:
    """A workspace of 黑体 without Cyrillic, and of faces cut down to Latin and *extra*."""
    whole = {f.family: f for f in reversed(fonts.load(Workspace(root)))}
    (folder / "fonts").mkdir()
    rows = []
    for name, source in {"Noto Sans SC": HEI, **cut}.items():
        font = TTFont(root / whole[source.strip("'")].file)
        kept = set(range(0x20, 0x7F)) | set(extra.get(name, ()))
        kept |= set(map(ord, "城一〓")) if name not in cut else set()
        subsetter = Subsetter()
        subsetter.populate(unicodes=kept)
        subsetter.subset(font)
        file = folder / "fonts" / f"{name}.ttf"
        font.save(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        rows.append(
            f'[[face]]\nfamily = "{name}"\nweight = 400\nfile = "{file.name}"\nrole = "a"\n'
            f'licence = "a"\nterms = "a.txt"\nprovenance = "a"\nsha256 = "{digest}"\n'
        )
    (folder / "fonts" / "fonts.toml").write_text("\n".join(rows), "utf-8")
    return Workspace(folder)


# --- all of Unicode ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples(root: Path) -> tuple[list[str], list[str]]:
    """Of each block a character that some face has, and one that none has."""
    workspace = Workspace(root)
    faces = {face: fonts.known(face, workspace).coverage for face in fonts.load(workspace)}
    covered = frozenset[int]().union(*faces.values())
    song = next(points for face, points in faces.items() if face.family in SONG)

    def first_of_each(wanted: Callable[[str], bool]) -> list[str]:
        found: dict[str, str] = {}
        for character in _letters():
            if wanted(character):
                found.setdefault(fonts.block(character), character)
        return list(found.values())

    had = first_of_each(lambda c: ord(c) in song)
    elsewhere = first_of_each(lambda c: ord(c) in covered - song)
    none = first_of_each(lambda c: ord(c) not in covered and not otherwise(c, covered))
    return [*had, *elsewhere], none


def _letters() -> Iterator[str]:
    for point in range(0x21, sys.maxunicode):
        character = chr(point)
        known = unicodedata.category(character) != "Cn"
        odd = fault_of(character) or is_private(point) or character in MARKUP
        if known and is_drawn(character) and not odd:
            yield character


def test_a_character_of_every_block_is_printed_or_told(
    title: Title, build: Builder, samples: tuple[list[str], list[str]]
) -> None:
    had, none = samples
    front = "---\ntitle: 一\ntemplate: text\n---\n"
    lines = [f"第{n}段甲{c}乙。" for n, c in enumerate(had)]
    lines += [f"缺{n}段丙 {c} 丁。" for n, c in enumerate(none)]
    folder = title(chapter=front + "\n\n".join(lines) + "\n")

    made = build(folder, draft=True)

    (file,) = (f for f in made.files if f.name.endswith("-unchecked.pdf"))
    document = pypdfium2.PdfDocument(file)
    text = "".join("".join(p.get_textpage().get_text_range() for p in document).split())
    document.close()
    findings = made.report.findings
    missing = [d for d in findings if d.code.startswith("font/no-face")]
    noted = [str(d.facts["words"]) for d in findings if d.code == "font/from-another-face"]
    unlike = {"ﬀ": "ff"}  # as PDFium reads it
    assert [c for c in had if unlike.get(c, c) not in text] == []
    assert [d.code for d in findings if d.code in {"font/missing-character", "font/no-glyph"}] == []
    assert len(had) > 100
    assert len(noted) > 40
    assert [c for c in none if c in text] == []
    assert len(none) > 250
    assert sorted(str(d.facts["character"]) for d in missing) == sorted(none)
    assert sorted(d.place.line or 0 for d in missing) == [
        5 + 2 * (len(had) + n) for n in range(len(none))
    ]
    assert text.count("〓") >= len(none)


# --- in every place of a title, in every layout -------------------------------------------------

EVERYWHERE = """---
title: 𠮷野与CO₂
template: {template}
deck: 䶮与⁵
---
正文𠮷与 H₂O，*楷体㐀*，**粗体𠮷**。[𠮷]{{ruby="jí"}}

## 小节𠮷

| 表𠮷 | 乙 |
|---|---|
| Қ | ⅔ |

![图说𠮷](photos/good.jpg){{credit="摄影 𠮷"}}

::: chart {{kind=bars title="图𠮷"}}
| 年 | 吨 |
|---|---|
| 一𠮷 | 12 |
| 二 | 14 |
:::

::: names {{title="名单𠮷"}}
𠮷田 王明
:::
"""


@pytest.mark.parametrize("layout", ["jinian", "huace", "tekan"])
def test_it_is_printed_copied_and_noted_once_wherever_it_stands(
    title: Title, build: Builder, layout: str
) -> None:
    edition = EDITION.replace("jinian", layout).replace("小册", "小册𠮷")
    chapter = EVERYWHERE.format(template="text")
    folder = title(chapter=chapter, edition_dot_toml=edition)

    made = build(folder, finishes="press screen")

    findings = made.report.findings
    assert [d for d in findings if d.code in {"font/no-glyph", "font/missing-character"}] == []
    assert [d.code for d in findings if d.code.startswith("font/") and d.severity == "error"] == []
    notes = [d.facts["words"] for d in findings if d.code == "font/from-another-face"]
    assert notes.count("𠮷") == 1
    assert sorted(set(notes)) == sorted(notes)
    assert not made.withheld, [d for d in findings if d.severity == "error"]
    for file in made.files:
        if file.suffix == ".pdf":
            assert_complete(file)


def assert_complete(file: Path) -> None:
    document = pypdfium2.PdfDocument(file)
    text = "".join("".join(p.get_textpage().get_text_range() for p in document).split())
    marks = [item.get_title() for item in document.get_toc()]
    document.close()
    expected = ["𠮷野与CO₂", "正文𠮷与H₂O", "楷体㐀", "粗体𠮷", "小节𠮷", "表𠮷", "Қ", "⅔"]
    expected += ["图说𠮷", "摄影𠮷", "图𠮷", "一𠮷", "名单𠮷", "𠮷田"]
    assert [words for words in expected if words not in text] == []
    assert "𠮷野与CO₂" in marks
