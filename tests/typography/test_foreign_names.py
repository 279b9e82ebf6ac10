"""Names in other scripts: their paragraph is composed, their letters are shaped by the engine.

The faces are made here: of squares, so that what is measured is where a character stands.
"""

from __future__ import annotations

import hashlib
import shutil
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

import banxin
from measure import Glyph, glyphs, lines

LEFT, EM, WIDTH = 20.0, 10.0, 20
STYLE = (
    '<html lang="zh-CN"><title>t</title><style>@page { size: 300pt 400pt; margin: 20pt }'
    'body { margin: 0; font: 10pt/2 "Noto Serif SC"; text-align: justify }'
    f"p {{ margin: 0; width: {WIDTH}em }}</style>"
)
TEXT = "这段文字要两端对齐写到行尾再换一行，" * 4
UYGHUR, KAZAKH, TIBETAN, MONGOLIAN = "گۈلنار ئابدۇللا", "نۇرلان قاسىم", "བཀྲ་ཤིས", "ᠪᠠᠲᠤ"


def squares(path: Path, characters: str) -> None:
    """A face with a square of half an em for each of *characters*, and a space."""
    names = [".notdef", "space", *(f"u{ord(c):04X}" for c in characters)]
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((450, 0), (450, 500), (50, 500)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    built = FontBuilder(1000, isTTF=True)
    built.setupGlyphOrder(names)
    built.setupCharacterMap({32: "space"} | {ord(c): f"u{ord(c):04X}" for c in characters})
    built.setupGlyf(dict.fromkeys(names, square) | {"space": TTGlyphPen(None).glyph()})
    built.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    built.setupHorizontalHeader(ascent=900, descent=-200)
    built.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    built.setupOS2()
    built.setupPost()
    built.save(path)


@pytest.fixture(scope="module")
def workspace(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fonts of the repository, and one that has the letters of these names."""
    there = tmp_path_factory.mktemp("workspace")
    shutil.copytree(root / "fonts", there / "fonts")
    (there / "layouts").symlink_to(root / "layouts")
    file = there / "fonts" / "Squares.ttf"
    letters = "".join(sorted({*UYGHUR, *KAZAKH, *TIBETAN, *MONGOLIAN} - {" "}))
    squares(file, letters)
    face = (
        f'\n[[face]]\nfamily = "Squares"\nweight = 400\nfile = "{file.name}"\nrole = "fills gaps"\n'
        'licence = "OFL-1.1"\nterms = "noto-serif-sc/OFL.txt"\nprovenance = "a test"\n'
        f'sha256 = "{hashlib.sha256(file.read_bytes()).hexdigest()}"\n'
    )
    with (there / "fonts" / "fonts.toml").open("a", encoding="utf-8") as listed:
        listed.write(face)
    return there


def set_lines(body: str, workspace: Path) -> list[list[Glyph]]:
    sheets = banxin.render(STYLE + body, workspace=workspace)
    codes = {r.code for r in sheets.remarks}
    assert codes <= {"line/loose", "line/runt", "font/from-another-face"}
    return lines(list(glyphs(next(iter(pypdfium2.PdfDocument(sheets.pdf))))))


@pytest.mark.parametrize("place", [3, 15, 17, 30])
@pytest.mark.parametrize(
    "name", [UYGHUR, KAZAKH, TIBETAN, MONGOLIAN, "김대중", "さくら", "décomposé"]
)
def test_its_paragraph_is_justified_and_keeps_its_pitch(
    name: str, place: int, workspace: Path
) -> None:
    found = set_lines(f"<p>{TEXT[:place]}{name}{TEXT[place:]}</p>", workspace)

    ends = [max(g.x for g in line if g.text in TEXT) for line in found[:-1]]
    full = [LEFT + (WIDTH - part) * EM for part in (1, 0.5)]
    for line, end in zip(found, ends, strict=False):
        if line[-1].text in TEXT:
            assert min(abs(end - edge) for edge in full) < 0.06 * EM
    pitches = [a[0].y - b[0].y for a, b in pairwise(found)]
    assert pitches == [pytest.approx(20, abs=1.3)] * len(pitches)


@pytest.mark.parametrize("name", [UYGHUR, KAZAKH])
def test_it_reads_from_right_to_left_where_it_does(name: str, workspace: Path) -> None:
    (line,) = set_lines(f"<p>姑娘{name}来了</p>", workspace)

    drawn = [g.text for g in line if g.text not in "姑娘来了"]
    assert "".join(reversed(drawn)) == name.replace(" ", "")
    assert [g.text for g in line][:2] == ["姑", "娘"]
    assert [g.text for g in line][-2:] == ["来", "了"]


def test_a_name_that_is_parted_goes_on_with_its_next_word(workspace: Path) -> None:
    body = '<p style="width: 9em; text-align: left">这里断开{}了</p>'
    first, second = set_lines(body.format("名" + UYGHUR), workspace)

    one, other = UYGHUR.split(" ")
    assert "".join(reversed([g.text for g in first[5:]])) == one
    assert "".join(reversed([g.text for g in second[:-1]])) == other


@pytest.mark.parametrize("name", [UYGHUR, TIBETAN, MONGOLIAN])
def test_it_stands_off_han_like_latin(name: str, workspace: Path) -> None:
    (line,) = set_lines(f"<p>甲{name}乙</p>", workspace)

    letters = [g.x for g in line if g.text not in "甲乙"]
    assert min(letters) - line[0].x == pytest.approx(1.25 * EM, abs=0.2)
    assert line[-1].x - max(letters) == pytest.approx(0.75 * EM, abs=0.2)


@pytest.mark.parametrize(
    ("name", "block", "file"),
    [
        (UYGHUR, "Arabic", "NotoNaskhArabic-Regular.ttf"),
        (TIBETAN, "Tibetan", "NotoSerifTibetan-Regular.ttf"),
        (MONGOLIAN, "Mongolian", "NotoSansMongolian-Regular.ttf"),
    ],
)
def test_a_script_that_no_face_has_is_told_once_with_a_font_that_has_it(
    name: str, block: str, file: str, root: Path
) -> None:
    sheets = banxin.render(f"{STYLE}<p>{TEXT}{name}来了，{name[::-1]}也来了</p>", workspace=root)

    (missing,) = [d for d in sheets.remarks if d.code == "font/missing-character"]
    assert missing.facts["block"] == block
    assert missing.facts["font"] == f" ({file}, Debian: fonts-noto-core)"
    assert [d for d in sheets.remarks if d.code == "composer/left"] == []


@pytest.mark.parametrize("strange", ["😀", "👨‍👩‍👧", "𪚥", "ɔ̃́", "葛󠄀", "❤️"])
def test_one_strange_sign_does_not_scatter_its_paragraph(strange: str, root: Path) -> None:
    sheets = banxin.render(f"{STYLE}<p>{TEXT[:9]}{strange}{TEXT[9:]}</p>", workspace=root)

    assert [d for d in sheets.remarks if d.code == "composer/left"] == []
    page = next(iter(pypdfium2.PdfDocument(sheets.pdf)))
    found = lines([g for g in glyphs(page) if g.text in TEXT])
    ends = {round((line[-1].x - LEFT) / EM, 1) for line in found[:-1]}
    assert ends <= {WIDTH - 1, WIDTH - 0.5}
