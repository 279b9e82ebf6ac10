"""The same column of the same text in the same face, by banxin, by Typst and by Chromium: PDFs."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typst
from other_tools import chromium, with_fonts
from playwright.sync_api import sync_playwright

import banxin

SIZE: Final = 10  # points
MARGIN: Final = 20  # points
FACE: Final = "Noto Serif SC"
_FILE: Final = "fonts/noto-serif-sc/NotoSerifSC_400Regular.ttf"
_HIGH: Final = 6000  # points: room for a text in one column


def by_banxin(texts: Sequence[str], measure: int, root: Path) -> list[bytes]:
    return [banxin.render(_page(text, measure), workspace=root).pdf for text in texts]


def by_typst(texts: Sequence[str], measure: int, root: Path, folder: Path) -> list[bytes]:
    """Args: folder: for their sources."""
    head = (
        f"#set page(width: {measure * SIZE + 2 * MARGIN}pt, height: {_HIGH}pt,"
        f" margin: {MARGIN}pt)\n"
        f'#set text(font: "{FACE}", size: {SIZE}pt, lang: "zh", region: "cn", ligatures: false,'
        " top-edge: 0.88em, bottom-edge: -0.12em)\n"
        f"#set par(justify: true, leading: {SIZE}pt, spacing: {SIZE}pt,"
        " first-line-indent: (amount: 2em, all: true))\n"
    )
    pages = []
    for number, text in enumerate(texts):
        source = folder / f"{number}.typ"
        escaped = re.sub(r"""([\\#*_`$<>@\[\]=+/~"'.:-])""", r"\\\1", text)
        source.write_text(head + escaped.replace("\n", "\n\n"), "utf-8")
        fonts = [str(root / "fonts")]
        pages.append(typst.compile(str(source), font_paths=fonts, ignore_system_fonts=True))
    return pages


def by_chromium(texts: Sequence[str], measure: int, root: Path, folder: Path) -> list[bytes]:
    """With its gaps between Han and Latin and its trimming of marks; folder: for their sources."""
    face = f'@font-face {{ font-family: "{FACE}"; src: url({(root / _FILE).as_uri()}) }}'
    own = f"<style>{face} body {{ text-autospace: normal }}</style>"
    wide = measure * SIZE + 2 * MARGIN
    pages = []
    with sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], env=with_fonts()
        )
        page = browser.new_page()
        for number, text in enumerate(texts):
            source = folder / f"{number}.html"
            source.write_text(_page(text, measure) + own, "utf-8")
            page.goto(source.as_uri())
            page.evaluate("document.fonts.ready")
            pages.append(page.pdf(width=f"{wide / 72}in", height=f"{_HIGH / 72}in"))
        browser.close()
    return pages


def _page(text: str, measure: int) -> str:
    style = (
        f"@page {{ size: {measure * SIZE + 2 * MARGIN}pt {_HIGH}pt; margin: {MARGIN}pt }}"
        f'body {{ margin: 0; font: {SIZE}pt/2 "{FACE}"; text-align: justify;'
        " font-variant-ligatures: none } p { margin: 0; text-indent: 2em }"
    )
    return f'<html lang="zh-CN"><meta charset="utf-8"><style>{style}</style>' + "".join(
        f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines()
    )
