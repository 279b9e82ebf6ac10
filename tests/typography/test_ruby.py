"""Readings over characters: none touches its neighbour or leaves its line, whatever they are."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

import banxin
from measure import Glyph, glyphs

LEFT, EM = 20.0, 10.0  # pt
STYLE = (
    '<html lang="zh-CN"><title>t</title><style>@page { size: 300pt 600pt; margin: 20pt }'
    'body { margin: 0; font: 10pt/2.4 "Noto Serif SC"; text-align: justify }'
    "p { margin: 0; break-after: page }</style>"
)
SYLLABLES = ("zhuāng", "shuāng", "chuáng", "ā", "yī", "guāng", "qióng", "é", "fāng", "huà", "liù")
HAN = "廊坊城市让生活更美好装双窗床光人"
LONG = ("internationalization", "rén mín dài biǎo dà huì", "い", "ㄓㄨㄤ")


@dataclass(frozen=True)
class Piece:
    """Text, and what is written over it."""

    text: str
    reading: str = ""


def html(pieces: list[Piece]) -> str:
    return "".join(
        f"<ruby>{p.text}<rp>(</rp><rt>{p.reading}</rt><rp>)</rp></ruby>" if p.reading else p.text
        for p in pieces
    )


def found(page: pypdfium2.PdfPage, pieces: list[Piece]) -> list[tuple[list[Glyph], list[Glyph]]]:
    """The glyphs of each piece, and those of its reading: PDFium mixes the two."""
    drawn = list(glyphs(page))
    bases = iter([g for g in drawn if g.size > 10])
    readings = iter([g for g in drawn if g.size < 10])
    out = []
    for piece in pieces:
        base = [next(bases) for _ in piece.text]
        reading = [next(readings) for _ in "".join(piece.reading.split())]
        assert "".join(g.text for g in base) == piece.text
        assert "".join(g.text for g in reading) == "".join(piece.reading.split())
        out.append((base, reading))
    assert next(bases, None) is next(readings, None) is None
    return out


def check(page: pypdfium2.PdfPage, pieces: list[Piece], width: float) -> None:
    """No reading touches another or leaves the measure; each stands over the middle of its base."""
    rows: dict[int, list[list[Glyph]]] = {}
    for base, reading in found(page, pieces):
        if not reading:
            continue
        assert len({round(g.y) for g in base}) == 1, "a base is not parted"
        rows.setdefault(round(reading[0].y), []).append(reading)
        left, right = base[0].x, base[-1].x + EM
        middle = (reading[0].left + reading[-1].right) / 2
        assert middle == pytest.approx((left + right) / 2, abs=0.06 * EM)
        assert reading[0].bottom - base[0].y > 0.7 * EM
        assert reading[0].left > LEFT - 0.05 * EM
        assert reading[-1].right < LEFT + (width + 0.05) * EM
    for row in rows.values():
        for one, other in pairwise(row):
            assert other[0].left - one[-1].right > 0.08 * EM


@pytest.mark.parametrize("seed", range(6))
def test_readings_of_any_length_never_meet_or_leave_their_line(seed: int, root: Path) -> None:
    order = random.Random(seed)
    made = []
    for _ in range(40):
        pieces: list[Piece] = []
        while len(html(pieces)) < order.randint(40, 900):
            count = order.choice((1, 1, 1, 2, 3))
            text = "".join(order.choices(HAN, k=count))
            kind = order.random()
            if kind < 0.4:
                pieces.append(Piece(text, " ".join(order.choices(SYLLABLES, k=count))))
            elif kind < 0.5:
                pieces.append(Piece(text, order.choice(LONG)))
            else:
                pieces.append(Piece(text + order.choice(("", "", "，", "（", "GDP"))))
        made.append((order.randint(13, 25), [*pieces, Piece("文文")]))
    body = "".join(f'<p style="width: {width}em">{html(p)}</p>' for width, p in made)

    sheets = banxin.render(STYLE + body, workspace=root)

    document = pypdfium2.PdfDocument(sheets.pdf)
    assert len(document) == len(made)
    for page, (width, pieces) in zip(document, made, strict=True):
        check(page, pieces, width)
    assert {r.code for r in sheets.remarks} <= {"line/loose", "line/runt"}


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        (
            "我爱<ruby>北<rt>běi</rt>京<rt>jīng</rt></ruby>人",
            [Piece("我爱"), Piece("北", "běi"), Piece("京", "jīng"), Piece("人")],
        ),
        (
            "<ruby><rb>长</rb><rt>cháng</rt><rb>江</rb><rt>jiāng</rt></ruby>",
            [Piece("长", "cháng"), Piece("江", "jiāng")],
        ),
        (
            "<ruby><b>装</b><rt>zhuāng</rt></ruby><u><ruby>双<rt>shuāng</rt></ruby></u>门",
            [Piece("装", "zhuāng"), Piece("双", "shuāng"), Piece("门")],
        ),
    ],
    ids=["pairs", "rb", "in other elements"],
)
def test_pairs_in_one_ruby_stand_beside_each_other(
    written: str, pieces: list[Piece], root: Path
) -> None:
    sheets = banxin.render(f"{STYLE}<p>{written}</p>", workspace=root)

    page = next(iter(pypdfium2.PdfDocument(sheets.pdf)))
    check(page, pieces, 26)
    bases = [g for base, _ in found(page, pieces) for g in base]
    assert len({round(g.y, 1) for g in bases}) == 1


def test_lines_with_readings_keep_their_pitch(root: Path) -> None:
    pairs = "<ruby>北<rt>běi</rt>京<rt>jīng</rt></ruby>"
    body = f"城市<br><ruby>装<rt>zhuāng</rt></ruby>门<br>{pairs}<br>末"

    sheets = banxin.render(f"{STYLE}<p>{body}</p>", workspace=root)

    drawn = glyphs(next(iter(pypdfium2.PdfDocument(sheets.pdf))))
    baselines = [g.y for g in drawn if g.text in "城装北末"]
    assert [a - b for a, b in pairwise(baselines)] == [pytest.approx(24, abs=0.05)] * 3


def test_a_line_under_words_is_not_under_their_reading(root: Path) -> None:
    plain, named = (
        banxin.render(f"{STYLE}<p>{body}</p>", workspace=root)
        for body in ("<u>坊</u>", "<u><ruby>坊<rt>fāng</rt></ruby></u>")
    )

    assert rules(named.pdf) == rules(plain.pdf) == 1


def rules(pdf: bytes) -> int:
    """Lines and rectangles drawn on the first page."""
    page = next(iter(pypdfium2.PdfDocument(pdf)))
    return [item.type for item in page.get_objects()].count(pypdfium2.raw.FPDF_PAGEOBJ_PATH)
