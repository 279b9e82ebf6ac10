"""`wrap` in a manuscript: text goes around a picture, along what is seen of it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import PurePosixPath

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from banxin import edition, layouts, manuscript, project
from banxin.edition import Edition
from banxin.manuscript.values import wrap_of
from banxin.pipeline import Build
from banxin.request import Request
from banxin.typeset import Forme, prove, typeset
from banxin.workspace import Workspace
from conftest import Builder, Title
from measure import Glyph, glyphs, lines

MM = 25.4 / 72
FRONT = "---\ntitle: 题\ntemplate: text\n---\n"
TEXT = (
    "河水从村前流过，四十年前这里只有一条土路；晴天一身灰，雨天一身泥。"
    "路修好了，日子就好了，老人们都这样说。\n\n"
)


def lozenge() -> bytes:
    """900 × 900 pixels, its corners in the middles of the sides, its ground transparent."""
    image = Image.new("RGBA", (900, 900), (0, 0, 0, 0))
    corners = [(450, 0), (899, 450), (450, 899), (0, 450)]
    ImageDraw.Draw(image).polygon(corners, (200, 40, 30, 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def chapter(figure: str, before: int = 0) -> str:
    return FRONT + TEXT * before + figure + "\n\n" + TEXT * 8


def made_of(figure: str, layout: str, title: Title, build: Builder, before: int = 0) -> Build:
    folder = title(chapter=chapter(figure, before), photos__lozenge_dot_png=lozenge())
    return build(folder, layout=layout)


def page_of_picture(made: Build) -> tuple[list[list[Glyph]], tuple[float, float, float, float]]:
    """The lines of the page that has the picture, and its box, pt from the foot left."""
    (path,) = (f for f in made.files if f.suffix == ".pdf")
    document = pypdfium2.PdfDocument(path)
    for page in document:
        for thing in page.get_objects(filter=(3,), max_depth=10):
            return lines(list(glyphs(page))), thing.get_bounds()
    raise AssertionError


@pytest.mark.parametrize("layout", ["jinian", "shuxi", "huace"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_text_stands_beside_it_along_its_outline(
    side: str, layout: str, title: Title, build: Builder
) -> None:
    figure = f'![红的](photos/lozenge.png){{credit="某" wrap={side}}}'
    made = made_of(figure, layout, title, build)

    assert [f.code for f in made.report.findings if f.severity in {"error", "crash"}] == []
    assert {"text/over-picture", "line/off-grid"}.isdisjoint(f.code for f in made.report.findings)
    found, (left, low, right, high) = page_of_picture(made)
    middle, half = ((left + right) / 2, (low + high) / 2), (right - left) / 2
    beside = []
    for line in found:
        for glyph in line:
            if low < glyph.y < high and left - 300 < glyph.x < right + 300:
                x = min(abs(glyph.left - middle[0]), abs(glyph.right - middle[0]))
                y = min(abs(glyph.bottom - middle[1]), abs(glyph.top - middle[1]))
                beside.append((x + y - half) / 2**0.5 * MM)
    assert len(beside) > 30
    assert min(beside) > 1.5  # the white between two lines, and pixels are not that fine


def test_a_narrow_column_keeps_it_above_the_text_and_says_so(title: Title, build: Builder) -> None:
    figure = '![红的](photos/lozenge.png){credit="某" wrap=left}'
    made = made_of(figure, "tekan", title, build)

    (told,) = (f for f in made.report.findings if f.code == "figure/no-room-to-wrap")
    assert told.place.line == 5
    assert [f.code for f in made.report.findings if f.severity in {"error", "crash"}] == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("wrap=up", "figure/wrap"),
        ("wrap=left star", "figure/wrap"),
        ("wrap=left right", "figure/wrap"),
        ("wrap=left size=full", "figure/wrap-size"),
        ("wrap=circle", "figure/wrap"),
    ],
)
def test_what_cannot_be_is_told_at_its_line(
    written: str, code: str, title: Title, build: Builder
) -> None:
    figure = f'![红的](photos/lozenge.png){{credit="某" {written}}}'
    made = made_of(figure, "jinian", title, build)

    (told,) = (f for f in made.report.findings if f.code.startswith("figure/"))
    assert (told.code, told.place.line) == (code, 5)


def test_a_wrap_is_read_however_its_words_stand() -> None:
    assert str(wrap_of("left")) == "left"
    assert str(wrap_of("circle right")) == "right circle"
    assert str(wrap_of("right, ellipse")) == "right ellipse"
    assert wrap_of("") is None


@pytest.mark.parametrize("form", ["circle", "ellipse", "box"])
def test_a_form_is_clipped_and_gone_around(form: str, title: Title, build: Builder) -> None:
    figure = f'![红的](photos/good.jpg){{credit="某" wrap="left {form}" lines=8 focus="50% 50%"}}'
    made = made_of(figure, "jinian", title, build)

    assert [f.code for f in made.report.findings if f.severity in {"error", "crash"}] == []
    (path,) = (f for f in made.files if f.suffix == ".pdf")
    page = pypdfium2.PdfDocument(path)[0]
    found, (left, low, right, high) = page_of_picture(made)
    pixels = page.render(scale=2).to_numpy()
    corner = pixels[round((page.get_height() - high + 2) * 2), round((left + 2) * 2)]
    assert (min(corner) > 240) == (form != "box")
    assert (right - left) / (high - low) == pytest.approx(1 if form == "circle" else 1.5, abs=0.01)
    starts = {
        round(line[0].x - left)
        for line in found
        if low < line[0].y < high and line[0].x < right + 60
    }
    assert (len(starts) > 2) == (form != "box")


@pytest.mark.parametrize("layout", ["jinian", "shuxi"])
def test_columns_are_full_wherever_it_stands(layout: str, title: Title, build: Builder) -> None:
    """What a foot has no room for comes to the next head, and the text goes on below."""
    feet, printed = [], []
    for before in range(8, 26):
        figure = '![红的](photos/lozenge.png){credit="某" wrap=right lines=12}'
        made = made_of(figure, layout, title, build, before)
        assert [f.code for f in made.report.findings if f.severity in {"error", "crash"}] == []
        (path,) = (f for f in made.files if f.suffix == ".pdf")
        document = pypdfium2.PdfDocument(path)
        pages = [list(glyphs(page)) for page in document]
        body = [[g for g in page if g.text in "河路老，。"] for page in pages]
        full = [page for page in body[:-1] if page]
        middle = document[0].get_width() / 2
        for page in full:
            halves = [[g.y for g in page if (g.x < middle) == left] for left in (True, False)]
            feet += [min(half) for half in halves if layout == "jinian" and half]
            feet += [min(g.y for g in page)] if layout == "shuxi" else []
        printed.append("".join(g.text for page in pages for g in page).count("红的"))
        document.close()
    assert printed == [1] * 18
    assert len(feet) > 10
    pitch = 6 / MM  # pt, 6 mm
    assert max(feet) - min(feet) < 2.1 * pitch  # by widows and orphans


def bound(folder: PurePosixPath, workspace: Workspace) -> Edition:
    job = project.load(Request(folder, layout="jinian"), workspace)
    text = manuscript.read(job.chapters, workspace, encoding=job.encoding)
    layout = layouts.load("jinian", workspace, job.layout_asked_at)
    return edition.bind(text, layout, job, workspace)


@pytest.mark.parametrize("before", [0, 3, 9, 13, 21])
def test_what_is_previewed_is_what_is_built(
    before: int, title: Title, workspace: Workspace
) -> None:
    figure = '![红的](photos/lozenge.png){credit="某" wrap=right}'
    folder = title(chapter=chapter(figure, before), photos__lozenge_dot_png=lozenge())
    one = bound(folder, workspace)

    proved = prove(one, Forme(), lambda *_: None)

    assert proved.for_press().pdf == typeset(one).pdf


def test_a_picture_is_remembered_with_its_outline(title: Title, workspace: Workspace) -> None:
    figure = '![红的](photos/lozenge.png){credit="某" wrap=right}'
    folder = title(chapter=chapter(figure), photos__lozenge_dot_png=lozenge())

    first, again = bound(folder, workspace), bound(folder, workspace)

    (photo,) = first.photos
    assert len(photo.silhouette) == 500 * 8
    assert replace(again.photos[0], original=photo.original) == photo
    assert again.assets == first.assets
