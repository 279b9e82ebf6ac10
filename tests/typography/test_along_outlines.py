"""Text along the outline of what floats, and pictures in clipping paths; in mm."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from math import hypot, sqrt
from pathlib import Path

from banxin.engine.outlines import Polygon

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from banxin.assets import silhouettes
from banxin.markup.tokens import Stylesheet
from banxin.render_html import render
from banxin.typeset.engine import ignored
from banxin.typeset.sheets import Sheets
from banxin.workspace import Workspace
from measure import Glyph, glyphs, lines

MM = 25.4 / 72
CHAR, PITCH = 10.5 * MM, 6.0  # the body's
LEFT, TOP, WIDE = 20.0, 15.0, 40 * CHAR
HIGH = 240.0  # of the page
NEAR = 0.02  # mm

TEXT = (
    "城乡面貌焕然一新，经济社会持续健康发展。四十年前这里只有一条土路，晴天一身灰，雨天一身泥；"
    "“路修好了，日子就好了”，老人们都这样说。2019年通了公交，37路从早上六点半开到晚上九点（冬天到八点）。"
)
CSS = f"""
@page {{ size: 210mm {HIGH}mm; margin: {TOP}mm {LEFT}mm }}
body {{ margin: 0; width: {WIDE}mm; font: 10.5pt/{PITCH}mm "Noto Serif SC"; text-align: justify }}
p {{ margin: 0; text-indent: 2em }}
img {{ display: block }}
"""

FLOAT = "img { float: left; width: 60mm; height: 60mm;"

Point = tuple[float, float]


@dataclass(frozen=True)
class Set:
    """A page that was set."""

    sheets: Sheets
    lines: list[list[Glyph]]

    @property
    def text(self) -> str:
        return "".join(g.text for line in self.lines for g in line)

    @property
    def codes(self) -> list[str]:
        return [d.code for d in self.sheets.remarks]


def glyph_in_mm(glyph: Glyph) -> tuple[float, float, float, float]:
    """Left, head, right, foot of its ink."""
    return glyph.left * MM, HIGH - glyph.top * MM, glyph.right * MM, HIGH - glyph.bottom * MM


@pytest.fixture
def page(root: Path, tmp_path: Path) -> Callable[..., Set]:
    Image.new("RGB", (400, 400), (90, 90, 90)).save(tmp_path / "plain.jpg")

    def make(css: str, body: str, *, compose: bool = True) -> Set:
        html = f"<html lang=zh-CN><style>{CSS}{css}</style><body>{body}</body></html>"
        made = render(html, Workspace(root), base=tmp_path, compose=compose)
        document = pypdfium2.PdfDocument(made.pdf)
        found = [line for each in document for line in lines(list(glyphs(each)))]
        document.close()
        return Set(made, found)

    return make


def paragraphs(count: int = 7) -> str:
    return f"<p>{TEXT}</p>" * count


def away(glyph: Glyph, polygon: list[Point]) -> float:
    """How far a glyph's ink is from a polygon; 0 where it lies in it."""
    left, head, right, foot = glyph_in_mm(glyph)
    corners = [(left, head), (right, head), (right, foot), (left, foot)]
    edges = list(zip(polygon, polygon[1:] + polygon[:1], strict=True))
    if any(inside(corner, edges) for corner in corners):
        return 0.0
    sides = list(zip(corners, corners[1:] + corners[:1], strict=True))
    return min(between(a, b, c, d) for a, b in edges for c, d in sides)


def inside(point: Point, edges: list[tuple[Point, Point]]) -> bool:
    x, y = point
    crossed = False
    for (ax, ay), (bx, by) in edges:
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            crossed = not crossed
    return crossed


def between(a: Point, b: Point, c: Point, d: Point) -> float:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    if side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0:
        return 0.0
    return min(to(a, c, d), to(b, c, d), to(c, a, b), to(d, a, b))


def to(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square if square else 0.0
    along = min(max(along, 0.0), 1.0)
    return hypot(p[0] - a[0] - along * dx, p[1] - a[1] - along * dy)


def on_grid(made: Set) -> bool:
    first = made.lines[0][0].y
    steps = [(first - line[0].y) * MM / PITCH for line in made.lines]
    return steps == pytest.approx([round(s) for s in steps], abs=1e-3)


# --- outlines -------------------------------------------------------------------------------------


def test_lines_begin_on_the_character_that_is_clear_of_a_polygon(page: Callable[..., Set]) -> None:
    """A right triangle of 60 mm: at y the edge is at 60 mm − y, and each line begins beyond it."""
    made = page(
        f"{FLOAT} shape-outside: polygon(0 0, 100% 0, 0 100%) }}p {{ text-indent: 0 }}",
        f"<img src=plain.jpg alt=''><p>{TEXT * 8}</p>",
    )

    white = (PITCH - CHAR) / 2 - CHAR / 8
    clear = [60 - (n * PITCH + white) for n in range(10)]
    expected = [-(-(x - 1e-3) // CHAR) for x in clear]
    found = [round((line[0].x * MM - LEFT) / CHAR, 2) for line in made.lines[:10]]
    opened = [line[0].text in "“（" for line in made.lines[:10]]
    assert [f for f, o in zip(found, opened, strict=True) if not o] == pytest.approx(
        [e for e, o in zip(expected, opened, strict=True) if not o], abs=0.02
    )
    assert expected[0] == 17
    assert expected[9] == 2
    assert on_grid(made)


def test_lines_follow_a_circle_and_its_margin(page: Callable[..., Set]) -> None:
    made = page(
        f"{FLOAT} shape-outside: circle(); shape-margin: 3mm }}p {{ text-indent: 0 }}",
        f"<img src=plain.jpg alt=''><p>{TEXT * 8}</p>",
    )

    middle = LEFT + 30, TOP + 30
    nearest = [
        min(
            hypot(max(left - middle[0], 0, middle[0] - right), max(h - middle[1], 0, middle[1] - f))
            for left, h, right, f in map(glyph_in_mm, line)
        )
        - 30
        for line in made.lines[:11]
    ]
    assert min(nearest) > 3 - NEAR
    # No line stands a whole character farther away than it needs to; its first mark may be small.
    across = [
        x - sqrt(max(33**2 - max(abs(y - middle[1]) - CHAR / 2, 0) ** 2, 0)) - middle[0]
        for line in made.lines[:10]
        for x, y in [(line[0].x * MM, HIGH - line[0].y * MM - 0.38 * CHAR)]
    ]
    assert max(across) < 1.6 * CHAR
    assert on_grid(made)


def test_lines_follow_what_is_seen_of_a_picture(page: Callable[..., Set], tmp_path: Path) -> None:
    """A lozenge in a transparent ground, at the right: lines end before it."""
    image = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    ImageDraw.Draw(image).polygon([(300, 0), (600, 300), (300, 600), (0, 300)], (200, 40, 30, 255))
    image.save(tmp_path / "lozenge.png")
    made = page(
        "img { float: right; width: 60mm; shape-outside: alpha; shape-margin: 2mm }",
        f"<img src=lozenge.png alt=''>{paragraphs()}",
    )

    right = LEFT + WIDE
    lozenge = [(right - 30, TOP), (right, TOP + 30), (right - 30, TOP + 60), (right - 60, TOP + 30)]
    least = [min(away(g, lozenge) for g in line) for line in made.lines]
    widths = [(line[-1].x - line[0].x) * MM for line in made.lines]
    assert min(least) > 2 - 0.1 - NEAR  # a pixel of it is a tenth of a millimetre
    assert max(widths[:3]) > max(widths[4:6]) + 3 * CHAR
    assert on_grid(made)
    assert not {"text/over-picture", "text/over-text"} & set(made.codes)


@pytest.mark.parametrize(
    ("written", "corners"),
    [
        ("ellipse(30mm 20mm)", [(x, y) for x, y in [(0, 30), (30, 10), (60, 30), (30, 50)]]),
        ("inset(10mm 20mm 10mm 0)", [(0, 10), (40, 10), (40, 50), (0, 50)]),
        ("inset(25% 50% 25% 0 round 5mm)", [(0, 20), (25, 15), (30, 20), (30, 40), (25, 45)]),
        ("circle(20mm at 20mm 50%)", [(0, 30), (20, 10), (40, 30), (20, 50)]),
        ("content-box", [(0, 0), (60, 0), (60, 60), (0, 60)]),
    ],
)
def test_each_shape_is_kept_clear_of(
    written: str, corners: list[Point], page: Callable[..., Set]
) -> None:
    made = page(
        f"img {{ float: left; width: 60mm; height: 60mm; shape-outside: {written} }}",
        f"<img src=plain.jpg alt=''>{paragraphs()}",
    )

    polygon = [(LEFT + x, TOP + y) for x, y in corners]
    assert min(away(g, polygon) for line in made.lines for g in line) > -NEAR
    assert [g.text for line in made.lines for g in line if away(g, polygon) < NEAR] == []
    assert "css/no-shape" not in made.codes


def test_a_caption_within_the_float_is_kept_clear_of(page: Callable[..., Set]) -> None:
    made = page(
        "figure { float: right; margin: 0; width: 50mm } figcaption { font-size: 8pt }"
        "img { width: 50mm; height: 48mm; shape-outside: polygon(50% 0, 100% 0, 100% 100%);"
        " clip-path: polygon(50% 0, 100% 0, 100% 100%) }",
        f"<figure><img src=plain.jpg alt=''><figcaption>{'图片' * 8}</figcaption></figure>"
        f"{paragraphs()}",
    )

    caption = [g for line in made.lines for g in line if g.text in "图片"]
    body = [g for line in made.lines for g in line if g.text not in "图片"]
    assert len(caption) == 16
    beside = [g for g in body if abs(g.y - caption[0].y) * MM < 3]
    assert len(beside) > 10
    assert max(g.right for g in beside) < caption[0].left
    assert not {"text/over-picture", "text/over-text"} & set(made.codes)


def test_no_line_of_less_than_five_characters_is_begun(page: Callable[..., Set]) -> None:
    made = page(
        f"img {{ float: left; width: {WIDE - 4 * CHAR}mm; height: 30mm;"
        " shape-outside: polygon(0 0, 100% 0, 50% 100%, 0 100%) }",
        f"<img src=plain.jpg alt=''>{paragraphs(3)}",
    )

    full = [line for line in made.lines[:4] if line[0].x * MM - LEFT > 10]
    assert [(line[-1].right - line[0].x) * MM / CHAR > 4.3 for line in full] == [True] * len(full)
    assert (HIGH - made.lines[0][0].y * MM) - TOP > 6  # the first place has four characters
    assert on_grid(made)


def test_letters_keep_no_step_in_a_western_language(page: Callable[..., Set]) -> None:
    words = "The road was mended and the days grew better, the old people used to say. " * 12
    made = page(
        f"{FLOAT} shape-outside: polygon(0 0, 100% 0, 0 100%) }}p {{ text-indent: 0 }}",
        f"<img src=plain.jpg alt=''><p lang=en>{words}</p>",
    )

    starts = [(line[0].x * MM - LEFT) / CHAR % 1 for line in made.lines[:8]]
    assert len([s for s in starts if 0.1 < s < 0.9]) >= 4


def test_the_engines_own_lines_keep_clear_too(page: Callable[..., Set]) -> None:
    made = page(
        f"{FLOAT} shape-outside: circle(); shape-margin: 2mm }}",
        f"<img src=plain.jpg alt=''>{paragraphs()}",
        compose=False,
    )

    middle = LEFT + 30, TOP + 30
    boxes = [glyph_in_mm(g) for line in made.lines for g in line]
    assert (
        min(
            hypot(max(left - middle[0], 0, middle[0] - r), max(h - middle[1], 0, middle[1] - f))
            for left, h, r, f in boxes
        )
        > 32 - NEAR
    )


# --- any polygon ----------------------------------------------------------------------------------


def polygons(count: int) -> Iterator[tuple[int, str, list[Point], float]]:
    for seed in range(count):
        draw = random.Random(seed)
        points = [(draw.uniform(0, 100), draw.uniform(0, 100)) for _ in range(draw.randint(3, 9))]
        yield seed, draw.choice(("left", "right")), points, draw.choice((0, 1.5, 4))


@pytest.mark.parametrize(("seed", "side", "points", "margin"), list(polygons(24)))
def test_along_any_polygon_nothing_is_lost_nor_overlaps(
    seed: int, side: str, points: list[Point], margin: float, page: Callable[..., Set]
) -> None:
    wide, high, before = 40 + seed * 2, 40 + seed, seed % 3
    shape = ", ".join(f"{x:.3f}% {y:.3f}%" for x, y in points)
    made = page(
        f"img {{ float: {side}; width: {wide}mm; height: {high}mm; shape-margin: {margin}mm;"
        f" shape-outside: polygon({shape}); clip-path: polygon({shape}) }}",
        f"{paragraphs(before)}<img src=plain.jpg alt=''>{paragraphs(8 - before)}",
    )

    left = LEFT if side == "left" else LEFT + WIDE - wide
    head = TOP + PITCH * 3 * before  # paragraphs of three lines
    polygon = [(left + x / 100 * wide, head + y / 100 * high) for x, y in points]
    beside = [g for line in made.lines[before * 3 :] for g in line]
    assert made.text == re.sub(r"\s", "", TEXT) * 8
    assert min(away(g, polygon) for g in beside) > margin - NEAR
    assert on_grid(made)
    for line in made.lines:
        assert line[0].text not in "，。；、）”"
        assert line[-1].text not in "（“"
        assert all(b.left - a.right > -0.5 for a, b in pairwise(line))
        assert line[-1].right * MM < LEFT + WIDE + NEAR + CHAR / 2
    assert not {"text/over-picture", "text/over-text", "text/lost"} & set(made.codes)


@pytest.mark.parametrize("compose", [True, False])
@pytest.mark.parametrize(
    "css",
    [
        "shape-outside: circle(); shape-margin: 99999999mm",
        "shape-outside: circle(); height: 99999999mm",
        "shape-outside: inset(0); height: 99999999mm",
        "shape-outside: circle(99999999mm)",
        "shape-outside: polygon(0 0, 99999999mm 50%, 0 99999999mm)",
        "shape-outside: circle() } body { line-height: 0",
        "shape-outside: circle() } p { font-size: .001px; line-height: .001px",
        "shape-outside: inset(0); width: 120mm } b { float: right; width: 120mm; height: 60mm;"
        " shape-outside: circle()",
    ],
)
def test_shapes_and_lines_of_no_sense_come_to_an_end_with_all_that_the_box_alone_leaves(
    css: str, *, compose: bool, page: Callable[..., Set]
) -> None:
    """As many characters are seen as without the shape, however far away it sends its lines."""
    body = f'<img src="plain.jpg"><b></b>{paragraphs(2)}'

    made = page(f"{FLOAT} {css} }}", body, compose=compose)
    alone = page(f"{FLOAT} {re.sub('shape-[a-z]+: [^;}]*', '', css)} }}", body, compose=compose)

    assert len(made.text) == len(alone.text) or "text/lost" in made.codes


def test_a_polygon_reaches_as_far_as_points_tried_one_by_one() -> None:
    for seed in range(60):
        draw = random.Random(seed)
        points = tuple((draw.uniform(0, 50), draw.uniform(0, 50)) for _ in range(5))
        top = draw.uniform(-5, 50)
        bottom, margin = top + draw.uniform(1, 8), draw.choice((0.0, 2.0, 5.0))
        reach = Polygon(points).reach(top, bottom, margin)
        ring = list(zip(points, points[1:] + points[:1], strict=True))
        tried = [
            x
            for x in np.arange(-6, 56.5, 0.5)
            for y in np.arange(top + 1e-3, bottom, 0.25)
            if min(to((x, y), a, b) for a, b in ring) <= margin
        ]
        if reach is None:
            assert tried == []
        elif tried:
            assert reach[0] <= min(tried) + 1e-6
            assert reach[1] >= max(tried) - 1e-6
            if margin:
                assert reach == pytest.approx((min(tried), max(tried)), abs=0.8)


# --- pictures in paths ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "operators", "box"),
    [
        ("polygon(0 0, 100% 0, 50% 100%)", ("m l l", "W n"), (0, 0, 60, 60)),
        ("polygon(evenodd, 0 0, 100% 0, 50% 100%)", ("m l l", "W* n"), (0, 0, 60, 60)),
        ("circle(20mm)", ("m c l c l c l c", "W n"), (10, 10, 50, 50)),
        ("ellipse(30mm 15mm)", ("m c l c l c l c", "W n"), (0, 15, 60, 45)),
        ("inset(10mm)", ("m l l l", "W n"), (10, 10, 50, 50)),
        ("inset(10mm 0 round 5mm)", ("m c l c l c l c", "W n"), (0, 10, 60, 50)),
    ],
)
def test_a_picture_is_drawn_within_a_path(
    written: str,
    operators: tuple[str, str],
    box: tuple[float, float, float, float],
    page: Callable[..., Set],
    tmp_path: Path,
) -> None:
    made = page(
        f"img {{ width: 60mm; height: 60mm; clip-path: {written} }}",
        f"<img src=plain.jpg alt=''><p>{TEXT}</p>",
    )

    (tmp_path / "made.pdf").write_bytes(made.sheets.pdf)
    with pikepdf.open(tmp_path / "made.pdf") as pdf:
        content = pdf.pages[0].Contents.read_bytes().decode("latin-1")
    drawn = " ".join(line.split()[-1] for line in content.splitlines() if line.strip())
    path, ends = operators
    assert f"{path} h {ends}" in drawn
    found = pypdfium2.PdfDocument(made.sheets.pdf)[0].render(scale=4).to_numpy()
    rows, columns = np.nonzero(found[: int((TOP + 60) * 4 / MM), :, 0] < 250)
    left, head = columns.min() * MM / 4, rows.min() * MM / 4
    right, foot = (columns.max() + 1) * MM / 4, (rows.max() + 1) * MM / 4
    expected = [LEFT + box[0], TOP + box[1], LEFT + box[2], TOP + box[3]]
    assert [left, head, right, foot] == pytest.approx(expected, abs=0.6)


# --- what is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "polygon(0 0, 100% 0)",
        "polygon(0 0 1, 100% 0, 0 100%)",
        "polygon(0, 100%, 50%)",
        "polygon(red 0, 100% 0, 0 100%)",
        "circle(-3mm)",
        "circle(3mm 4mm)",
        "ellipse(3mm)",
        "inset()",
        "inset(1mm 2mm 3mm 4mm 5mm)",
        "inset(1mm round)",
        "path('M0 0')",
        "border-box content-box",
        "circle() circle()",
        "linear-gradient(red, blue)",
    ],
)
@pytest.mark.parametrize("name", ["shape-outside", "clip-path"])
def test_what_is_no_shape_is_told_at_its_line(name: str, written: str) -> None:
    (found,) = ignored([Stylesheet("own.css", f"p {{ color: red }}\nimg {{ {name}: {written} }}")])

    assert found.code == "css/no-shape"
    assert (found.place.file, found.place.line) == ("own.css", 2)


def test_a_polygon_of_too_many_points_is_told() -> None:
    points = ", ".join(["0 0"] * 1001)
    (found,) = ignored([Stylesheet("own.css", f"img {{ shape-outside: polygon({points}) }}")])

    assert (found.code, found.facts["count"], found.facts["most"]) == (
        "css/too-many",
        "1001",
        "1000",
    )


@pytest.mark.parametrize(
    ("css", "code"),
    [
        ("p { shape-outside: circle() }", "css/shape-without-float"),
        ("p { clip-path: circle() }", "css/clip-no-picture"),
        ("img { float: left; shape-outside: url(plain.jpg) }", "css/no-outline"),
        ("img { float: left; shape-outside: url(nowhere.png) }", "engine/address-refused"),
    ],
)
def test_a_shape_that_nothing_follows_is_told(
    css: str, code: str, page: Callable[..., Set]
) -> None:
    made = page(css, f"<img src=plain.jpg alt='' width=90>{paragraphs(2)}")

    assert [d.facts for d in made.sheets.remarks if d.code == "engine/changed"] == []
    assert [c for c in made.codes if c.startswith(("css/", "engine/"))] == [code]


# --- silhouettes ----------------------------------------------------------------------------------


def test_a_silhouette_has_the_edges_of_every_row_and_no_dust() -> None:
    alpha = Image.new("L", (100, 4), 0)
    alpha.putpixel((3, 0), 20)  # fainter than a tenth
    ImageDraw.Draw(alpha).line([(20, 1), (59, 1)], 255)
    ImageDraw.Draw(alpha).line([(0, 3), (99, 3)], 30)

    written = silhouettes.of_alpha(alpha)
    image = Image.merge("LA", [alpha, alpha])
    out = BytesIO()
    image.save(out, "PNG")
    rows = silhouettes.rows_of(out.getvalue())

    assert len(written) == 4 * 8
    assert rows[0] is None
    assert rows[2] is None
    assert rows[1] == pytest.approx((0.2, 0.6), abs=1e-3)
    assert rows[3] == pytest.approx((0.0, 1.0), abs=1e-3)


@pytest.mark.parametrize("value", [0, 255])
def test_a_picture_that_is_all_there_or_not_at_all_has_no_silhouette(value: int) -> None:
    assert silhouettes.of_alpha(Image.new("L", (9, 9), value)) == ""
    assert silhouettes.of_alpha(None) == ""
