"""Paragraphs through the composer, one a page, and their lines as PDFium reads them back.

One em is 10 pt; the column begins at the page's left margin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

import banxin
from measure import HYPHENS, Glyph, glyphs, lines

EM, LEFT = 10.0, 20.0
SONG = '"Noto Serif SC"'


@dataclass(frozen=True)
class Text:
    """A paragraph: HTML, as wide as `width` em."""

    body: str
    width: float = 40
    css: str = ""
    lang: str = "zh-CN"


@dataclass
class Page:
    """What came of a Text. `hyphens` are glyphs of their own: they are of no word."""

    text: Text
    glyphs: list[Glyph]
    hyphens: list[Glyph]
    strokes: list[tuple[float, float]]
    lines: list[list[Glyph]] = field(init=False)
    texts: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = lines(self.glyphs)
        self.texts = ["".join(g.text for g in line) for line in self.lines]

    def step(self, a: str, b: str) -> float:
        """From the origin of *a*, one character, to that of *b* after it; em."""
        for line, written in zip(self.lines, self.texts, strict=True):
            if a + b in written:
                index = written.index(a + b)
                return (line[index + 1].x - line[index].x) / EM
        raise AssertionError(f"{a + b!r} is on no line: {self.texts}")

    def room(self, marks: str) -> float:
        """Of *marks*, from the end of the em before them to the character after them; em."""
        for line, written in zip(self.lines, self.texts, strict=True):
            if marks in written:
                index = written.index(marks)
                return (line[index + len(marks)].x - line[index - 1].x) / EM - 1
        raise AssertionError(f"{marks!r} is on no line: {self.texts}")


def workspace(folder: Path, faces: Mapping[str, TTFont]) -> Path:
    """A workspace in *folder* with no fonts but *faces*, by their families."""
    for name in ("fonts", "layouts", "content"):
        (folder / name).mkdir()
    rows = []
    for family, font in faces.items():
        for record in font["name"].names:
            if record.nameID in {1, 4, 16}:
                record.string = family
        file = folder / "fonts" / f"{family}.ttf"
        font.save(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        rows.append(
            f'[[face]]\nfamily = "{family}"\nweight = 400\nfile = "{file.name}"\nrole = "a"\n'
            'licence = "OFL-1.1"\nterms = "OFL.txt"\nprovenance = "a"\n'
            f'sha256 = "{digest}"\n'
        )
    (folder / "fonts" / "OFL.txt").write_text("terms")
    (folder / "fonts" / "fonts.toml").write_text("\n".join(rows), "utf-8")
    return folder


def cut(root: Path, name: str, characters: str) -> TTFont:
    """A font of the repository with Latin letters and *characters* only."""
    font = TTFont(next((root / "fonts").rglob(name)))
    subsetter = Subsetter(Options(layout_features=["*"]))
    subsetter.populate(unicodes=[*map(ord, characters), *range(0x20, 0x7F)])
    subsetter.subset(font)
    return font


def pages(root: Path, texts: Sequence[Text], *, family: str = SONG) -> list[Page]:
    """All of *texts* in one document; nothing of them is left to the engine."""
    body = "".join(
        f'<p lang="{t.lang}" style="width: {t.width}em; {t.css}">{t.body}</p>' for t in texts
    )
    html = (
        f'<html lang="zh-CN"><style>@page {{ size: 500pt 900pt; margin: 20pt }}'
        f" body {{ margin: 0; font: 10pt/2 {family}; text-align: justify;"
        " text-spacing-trim: trim-both } p { margin: 0; break-after: page }"
        f" sup, sub {{ font-size: .7em }}</style>{body}"
    )
    sheets = banxin.render(html, workspace=root)
    assert [r for r in sheets.remarks if r.code == "composer/left"] == []
    document = pypdfium2.PdfDocument(sheets.pdf)
    assert len(document) == len(texts)
    return [_read(page, text) for page, text in zip(document, texts, strict=True)]


def _read(page: pypdfium2.PdfPage, text: Text) -> Page:
    every = list(glyphs(page, hyphens=True))
    kind = [pdfium.FPDF_PAGEOBJ_PATH]
    bounds = [item.get_bounds() for item in page.get_objects(filter=kind)]
    return Page(
        text,
        [g for g in every if g.text not in HYPHENS],
        [g for g in every if g.text in HYPHENS],
        sorted(((left - LEFT) / EM, (right - LEFT) / EM) for left, _, right, _ in bounds),
    )
