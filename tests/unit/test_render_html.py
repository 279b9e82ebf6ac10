"""Any HTML page: what its drawings say is in the fonts as well."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

import banxin

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60">'
    '<text x="5" y="40" font-size="20" font-family="Noto Serif SC">{words}</text></svg>'
)


@pytest.mark.parametrize(
    "words", ["版心 gyp", "龘靐齉", "&#x58A8;&#x9999;", "Ωμέγα", "<!-- 无 -->字"]
)
def test_the_words_of_a_drawing_are_drawn(root: Path, tmp_path: Path, words: str) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/a.svg").write_text(SVG.format(words=words), "utf-8")
    page = tmp_path / "p.html"
    page.write_text('<!DOCTYPE html><html lang="zh-CN"><img src="pictures/a.svg" alt="">', "utf-8")

    sheets = banxin.render(page, workspace=root)

    assert [r.code for r in sheets.remarks if r.severity == "error"] == []
    text = pypdfium2.PdfDocument(sheets.pdf)[0].get_textpage().get_text_range()
    plain = {"&#x58A8;&#x9999;": "墨香", "<!-- 无 -->字": "字"}.get(words, words)
    assert "".join(text.split()) == "".join(plain.split())
