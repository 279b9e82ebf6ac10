"""Pictures are whole, unless the manuscript or the layout says that they are cut; and then it is
told what is lost."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

import pikepdf
import pytest
from PIL import Image

from banxin import layouts, manuscript, project
from banxin.diagnostics import Diagnostic, Severity
from banxin.edition import Edition, bind
from banxin.pipeline import Build
from banxin.press.placement import placements
from banxin.request import Request
from banxin.typeset import Sheets, typeset
from banxin.units import Length
from banxin.workspace import Workspace
from conftest import Builder, Title
from dresses import BOOKS

SHAPES = {"tall": (900, 2700), "upright": (1500, 2000), "square": (1800, 1800),
          "usual": (2400, 1600), "wide": (3600, 900)}  # fmt: skip
WORDS = "这是一段文字，写的是小区里的一件小事，说来话长。" * 14


def picture(size: tuple[int, int]) -> bytes:
    image = Image.effect_noise(size, 90).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def chapter(*figures: str, template: str = "text", front: str = "") -> str:
    text = "".join(f"\n{WORDS}\n\n{figure}\n" for figure in figures)
    return f"---\ntitle: 第一章\ntemplate: {template}\n{front}---\n{WORDS}\n{text}\n{WORDS}\n"


def laid_out(folder: PurePosixPath, workspace: Workspace) -> tuple[Edition, Sheets]:
    job = project.load(Request(folder), workspace)
    text = manuscript.read(job.chapters, workspace)
    bound = bind(text, layouts.load(job.layout, workspace, job.layout_asked_at), job, workspace)
    return bound, typeset(bound)


def shares(edition: Edition, sheets: Sheets) -> dict[str, list[float]]:
    """How much of each picture is left on the pages once they are cut; as proxies, still whole."""
    names = {photo.resource: photo.name.stem for photo in edition.photos}
    found: dict[str, list[float]] = {}
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        for one in placements(pdf, Length.mm(3)):
            left, low, right, high = one.kept
            name = names[one.resource[:-1]]
            found.setdefault(name, []).append((right - left) * (high - low))
    return found


@pytest.mark.parametrize("layout", BOOKS)
@pytest.mark.parametrize("size", ["column", "full", "bleed"])
def test_a_picture_without_lines_is_whole_whatever_its_shape(
    title: Title, workspace: Workspace, layout: str, size: str
) -> None:
    files = {f"photos__{name}_dot_jpg": picture(shape) for name, shape in SHAPES.items()}
    figures = [f'![说明](photos/{name}.jpg){{credit="某某" size={size}}}' for name in SHAPES]
    folder = title(chapter=chapter(*figures), edition_dot_toml=edition_of(layout), **files)

    found = shares(*laid_out(folder, workspace))

    assert found.keys() == SHAPES.keys()
    for name, (share,) in found.items():
        if size == "bleed" and layout != "tekan":  # three millimetres go with the cut
            # What would be higher than the page is cut, and what leaves it no line of words.
            assert share > 0.85 or name in {"tall", "upright", "square"}, (name, share)
        else:
            assert share > 0.998, (name, share)


@pytest.mark.parametrize("layout", BOOKS)
@pytest.mark.parametrize("where", ["column", "full", "bleed", "spread", "gallery", "plate"])
def test_what_is_to_be_whole_is_whole_wherever_it_stands(
    title: Title, workspace: Workspace, layout: str, where: str
) -> None:
    chart = "photos/tall.jpg"
    line = f'![说明]({chart}){{credit="某某" fit=whole lines=9 size=%s}}'
    if where == "gallery":
        text = chapter(f'::: gallery {{rows="9x1"}}\n{line % "column"}\n:::')
    elif where == "plate":
        front = f"picture: {chart}\nplate: {chart}\nfit: whole\n"
        text = chapter("## 小节", template="article", front=front)
    else:
        text = chapter(line % where)
    ledger = f'["{chart}"]\ncredit = "某某"\n'
    folder = title(
        chapter=text,
        edition_dot_toml=edition_of(layout),
        photos__photos_dot_toml=ledger,
        photos__tall_dot_jpg=picture(SHAPES["tall"]),
    )

    found = shares(*laid_out(folder, workspace))

    assert sum(found["tall"]) > 0.998


def edition_of(layout: str, more: str = "") -> str:
    return (
        f'title = "小册"\nlayout = "{layout}"\nbinding = "perfect"\ndate = 2026-01-02\n'
        f'chapters = ["one.md"]\n{more}'
    )


# --- what is told -----------------------------------------------------------------------------


def told(made: Build) -> list[Diagnostic]:
    return [finding for finding in made.report.findings if "cropped" in finding.code]


def test_more_than_a_sixth_that_is_cut_off_is_told_at_its_line(
    title: Title, build: Builder, workspace: Workspace
) -> None:
    line = '![说明](photos/upright.jpg){credit="某某" lines=9}'
    folder = title(chapter=chapter(line), photos__upright_dot_jpg=picture(SHAPES["upright"]))

    (finding,) = told(build(folder))

    assert finding.code == "photo/cropped-by-lines"
    assert finding.severity == Severity.WARNING
    assert (finding.place.file, finding.place.line) == ("content/small/one.md", 9)
    facts = finding.facts
    (share,) = shares(*laid_out(folder, workspace))["upright"]
    assert facts["percent"] == round(100 * (1 - share)) > 20
    assert (facts["left"], facts["right"]) == (0, 0)
    assert facts["above"] == facts["below"] == pytest.approx(50 * (1 - share), abs=0.6)
    assert facts["lines"] == 18  # 81 mm wide, 108 mm high, 6 mm a line
    advised = chapter(line.replace("lines=9", f"lines={facts['lines']}"))
    again = title(chapter=advised, photos__upright_dot_jpg=picture(SHAPES["upright"]))
    assert told(build(again)) == []


@pytest.mark.parametrize(
    "attributes", ['lines=9 focus="50% 20%"', "lines=9 fit=whole", "lines=18", ""]
)
def test_a_crop_that_was_looked_at_or_is_none_is_not_told(
    title: Title, build: Builder, attributes: str
) -> None:
    line = f'![说明](photos/upright.jpg){{credit="某某" {attributes}}}'
    folder = title(chapter=chapter(line), photos__upright_dot_jpg=picture(SHAPES["upright"]))

    assert told(build(folder)) == []


@pytest.mark.parametrize("focus", ["", 'focus: "50% 40%"\n'])
@pytest.mark.parametrize("finishes", ["screen", "press"])
def test_a_picture_of_the_front_matter_is_told_at_its_key(
    title: Title, build: Builder, focus: str, finishes: str
) -> None:
    front = f"picture: photos/upright.jpg\n{focus}"
    folder = title(
        chapter=chapter("", template="message", front=front),
        photos__upright_dot_jpg=picture(SHAPES["upright"]),
        photos__photos_dot_toml='["photos/upright.jpg"]\ncredit = "某某"\n',
    )

    found = told(build(folder, finishes=finishes))

    assert [(f.code, f.place.line) for f in found] == ([] if focus else [("photo/cropped", 4)])


def test_both_halves_of_a_picture_over_two_pages_are_one(title: Title, build: Builder) -> None:
    line = '![说明](photos/usual.jpg){credit="某某" size=spread}'
    folder = title(chapter=chapter(line), photos__usual_dot_jpg=picture(SHAPES["usual"]))
    tall = title(
        name="other",
        chapter=chapter(line.replace("usual", "tall")),
        photos__tall_dot_jpg=picture(SHAPES["tall"]),
    )

    assert told(build(folder)) == []  # 420 × 285 mm is nearly its shape
    (finding,) = told(build(tall))
    assert finding.facts["percent"] == pytest.approx(77, abs=2)


def test_a_drawing_is_told_of_less(title: Title, build: Builder) -> None:
    chart = Image.new("RGB", (1500, 2000), "white")
    chart.paste((200, 60, 40), (300, 500, 600, 1900))
    chart.paste((0, 0, 0), (100, 1900, 1400, 1910))
    out = io.BytesIO()
    chart.save(out, "PNG")
    line = '![说明](photos/chart.png){credit="某某" lines=17}'
    both = chapter(line, line.replace("chart.png", "upright.jpg"), "", "")
    folder = title(
        chapter=both,
        photos__chart_dot_png=out.getvalue(),
        photos__upright_dot_jpg=picture(SHAPES["upright"]),
    )

    found = told(build(folder))
    assert [(f.code, f.place.line) for f in found] == [("photo/drawing-cropped-by-lines", 9)]
    assert 2 < float(str(found[0].facts["percent"])) < 17


def test_the_samples_are_cut_as_their_editor_wanted(sample: Build) -> None:
    assert told(sample) == []
