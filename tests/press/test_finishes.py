"""What the print shop and the reader get, measured in the files themselves."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name
from PIL import Image, ImageStat

from banxin import pipeline
from banxin.pipeline import Build
from banxin.press.metadata import in_a_line
from banxin.press.placement import draws_by_name
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import EDITION, Builder, Title

MM = 72 / 25.4
TRIM, BLEED, SLUG = (210, 285), 3, 11


def file_of(build: Build, finish: str) -> Path:
    (path,) = (f for f in build.files if f.name.endswith(f"-{finish}.pdf"))
    return path


def pages_of(build: Build) -> int:
    """As many as the report says that the edition has."""
    (report,) = (f for f in build.files if f.name == "report.json")
    pages: int = json.loads(report.read_text("utf-8"))["pages"]
    return pages


def in_mm(box: Iterable[object]) -> list[float]:
    return [round(float(str(side)) / MM, 2) for side in box]


def page_as_picture(path: Path, page: int, ppi: float = 40) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    try:
        picture: Image.Image = document[page].render(scale=ppi / 72).to_pil().convert("RGB")
        return picture
    finally:
        document.close()


def test_every_press_page_has_its_boxes_to_the_hundredth_of_a_millimetre(sample: Build) -> None:
    edge = BLEED + SLUG
    with pikepdf.open(file_of(sample, "press")) as pdf:
        assert len(pdf.pages) == pages_of(sample) > 0
        assert len(pdf.pages) % 4 == 0  # it is stitched
        for page in pdf.pages:
            assert in_mm(page.mediabox) == [0, 0, TRIM[0] + 2 * edge, TRIM[1] + 2 * edge]
            assert in_mm(page.bleedbox) == [
                SLUG,
                SLUG,
                TRIM[0] + edge + BLEED,
                TRIM[1] + edge + BLEED,
            ]
            assert in_mm(page.trimbox) == [edge, edge, TRIM[0] + edge, TRIM[1] + edge]
            assert "/Annots" not in page


def test_ink_fills_the_bleed_and_stops_there(sample: Build) -> None:
    """The cover is red to its edges: in the whole bleed, and nowhere beyond it."""
    ppi = 254  # ten pixels a millimetre
    cover = page_as_picture(file_of(sample, "press"), 0, ppi)
    middle = cover.height // 2

    def is_red(x_mm: float) -> bool:
        red, green, blue = cover.getpixel((round(x_mm * 10), middle - 200))  # type: ignore[misc]
        return bool(red > 150 and green < 80 and blue < 80)

    assert is_red(SLUG + 0.2)
    assert is_red(SLUG + 2 * BLEED + TRIM[0] - 0.2)
    assert not is_red(SLUG - 0.2)
    assert not is_red(SLUG + 2 * BLEED + TRIM[0] + 0.2)


def test_marks_stand_outside_of_the_bleed(sample: Build) -> None:
    sheet = page_as_picture(file_of(sample, "press"), 2, 254)
    grey = sheet.convert("L")
    outside = [
        grey.crop((0, 0, sheet.width, SLUG * 10)),
        grey.crop((0, 0, SLUG * 10, sheet.height)),
    ]

    assert all(ImageStat.Stat(strip).extrema[0][0] < 160 for strip in outside)
    # The trim's own corner has a crop mark in line with it, above and beside.
    edge = (BLEED + SLUG) * 10
    for window in ((edge - 4, 40, edge + 4, 90), (40, edge - 4, 90, edge + 4)):
        assert ImageStat.Stat(grey.crop(window)).extrema[0][0] < 160


def test_all_fonts_are_carried_and_cut_down(sample: Build) -> None:
    facts = sample.report.facts

    assert {f.family for f in facts.fonts} == {
        "LXGW-WenKai",
        "Noto-Sans-SC",
        "Noto-Sans-SC-Bold",
        "Noto-Serif-SC",
        "Noto-Serif-SC-Bold",
        "Noto-Serif-SC-Heavy",
    }
    assert all(f.embedded and f.subset for f in facts.fonts)


def test_no_proxy_is_left_and_pictures_have_the_pixels_of_their_finish(sample: Build) -> None:
    limits = {"press": 300, "screen": 150}
    for finish, wanted in limits.items():
        document = pypdfium2.PdfDocument(file_of(sample, finish))
        least: dict[tuple[int, int], float] = {}  # a picture may stand in two places, at two sizes
        placed = 0
        for page in document:
            for thing in page.get_objects(filter=(3,), max_depth=10):
                left, low, right, top = thing.get_bounds()
                wide, high = thing.get_px_size()
                ppi = min(wide / (right - left), high / (top - low)) * 72
                least[wide, high] = min(ppi, least.get((wide, high), ppi))
                placed += 1
        document.close()
        assert placed >= 10
        assert max(least.values()) <= wanted * 1.02
    with pikepdf.open(file_of(sample, "press")) as pdf:
        flat = [
            image
            for image in pdf.objects
            if isinstance(image, pikepdf.Stream)
            and image.get("/Subtype") == Name.Image
            and ImageStat.Stat(Image.open(io.BytesIO(image.read_raw_bytes()))).stddev[0] < 1
        ]
    assert flat == []


def test_press_and_screen_show_the_same_pages(sample: Build) -> None:
    """Same layout, inks instead of light: tones go up and down together on every page."""
    for number in range(pages_of(sample)):
        screen = page_as_picture(file_of(sample, "screen"), number, 36)
        sheet = page_as_picture(file_of(sample, "press"), number, 36)
        edge = round((BLEED + SLUG) / 25.4 * 36)
        trim = sheet.crop((edge, edge, edge + screen.width, edge + screen.height))
        size = (screen.width // 4, screen.height // 4)
        greys = (p.convert("L").resize(size, Image.Resampling.BOX) for p in (screen, trim))
        one, other = (np.asarray(grey).astype(float) for grey in greys)
        apart = abs(one - other).mean()
        assert apart < 24, (number, apart)
        if one.std() > 10:
            assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.97, number


def test_a_screen_page_is_the_trim(sample: Build) -> None:
    with pikepdf.open(file_of(sample, "screen")) as pdf:
        for page in pdf.pages:
            assert in_mm(page.mediabox) == [0, 0, *TRIM]
        assert pdf.Root.PageLayout == Name.TwoPageRight


def test_contents_lead_to_their_chapters_on_screen(sample: Build) -> None:
    with pikepdf.open(file_of(sample, "screen")) as pdf:
        links = [a for page in pdf.pages for a in page.obj.get("/Annots", [])]
        assert len(links) >= 9
        assert all(link.Subtype == Name.Link for link in links)


@pytest.mark.parametrize("finish", ["press", "screen"])
def test_bookmarks_name_the_chapters_and_point_into_the_pages(sample: Build, finish: str) -> None:
    with pikepdf.open(file_of(sample, finish)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles[:3] == ["这一天属于每个人", "目次", "一年，换算成日子"]
        (article,) = (item for item in outline.root if item.title == "六个难题都在家门口")
        assert article.children[0].title == "老楼有人管了"
        for item in outline.root:
            page, kind, x, y, _ = item.destination  # type: ignore[misc]
            width, height = (float(side) for side in list(pikepdf.Page(page).trimbox)[2:])
            assert kind == Name.XYZ
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height


def test_page_labels_are_the_folios(sample: Build) -> None:
    with pikepdf.open(file_of(sample, "press")) as pdf:
        labels = [page.label for page in pdf.pages]

    assert labels == ["i", "ii", *(str(n) for n in range(1, pages_of(sample) - 1))]


def test_document_information_comes_from_the_edition_and_not_from_the_clock(
    sample: Build,
) -> None:
    with pikepdf.open(file_of(sample, "press")) as pdf:
        assert str(pdf.docinfo["/Title"]) == "我们一起"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20201120000000+00'00'"
        assert str(pdf.Root.Lang) == "zh-CN"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("小\u2003册\u3000之\u2028一", "小 册 之 一"),
        ("小\u0085册", "小 册"),
        ("小\x1b[31m册\x07\x9b", "小[31m册"),
        ("小 & <册>", "小 & <册>"),
    ],
)
def test_a_title_stands_alike_in_document_information_and_metadata(
    title: Title, build: Builder, written: str, said: str
) -> None:
    quoted = json.dumps(written, ensure_ascii=False)
    edition = EDITION.replace('title = "小册"', f"title = {quoted}")
    assert edition != EDITION
    made = build(title(edition_dot_toml=edition), finishes="press screen")

    pdfs = [file for file in made.files if file.suffix == ".pdf"]
    assert len(pdfs) == 2
    for file in pdfs:
        with pikepdf.open(file) as pdf:
            assert str(pdf.docinfo["/Title"]) == said
            root = ElementTree.fromstring(pdf.Root.Metadata.read_bytes())
            (element,) = root.findall(".//{http://purl.org/dc/elements/1.1/}title")
            assert "".join(element.itertext()) == said
    assert "file/metadata-differ" not in {f.code for f in made.report.findings}


def test_metadata_leave_out_what_is_no_character() -> None:
    assert in_a_line("小\ufffe\U0001ffff\ufdd0\ud800册") == "小册"


def test_blank_pages_go_before_the_back_cover_and_are_reported(
    title: Title, build: Builder
) -> None:
    chapters = {
        "one.md": "---\ntitle: 小册\ntemplate: cover\n---\n",
        "two.md": "---\ntitle: 章\ntemplate: text\n---\n文字\n",
        "end.md": "---\ntitle: 小册\ntemplate: back\n---\n",
    }
    edition = (
        'title = "小册"\nlayout = "jinian"\nbinding = "saddle"\ndate = 2026-01-02\n'
        f"chapters = {list(chapters)}\n"
    ).replace("'", '"')
    files = {name.replace(".", "_dot_"): text for name, text in chapters.items()}
    made = build(title(edition_dot_toml=edition, **files), finishes="press")

    (told,) = (f for f in made.report.findings if f.code == "press/blank-pages")
    assert (told.facts["count"], told.facts["pages"]) == (1, "3")
    reds = []
    for page in range(4):
        sheet = page_as_picture(file_of(made, "press"), page)
        reds.append(sheet.getpixel((sheet.width // 2, sheet.height // 2 - 40)))
    assert [r[0] > 150 and r[1] < 80 for r in reds] == [True, False, False, True]  # type: ignore[index]


@pytest.mark.parametrize("finishes", ["press screen proof"])
def test_the_same_inputs_give_the_same_bytes_in_another_folder_without_a_cache(
    title: Title, build: Builder, root: Path, tmp_path: Path, finishes: str
) -> None:
    first = build(title(), finishes=finishes)
    elsewhere = tmp_path / "else where"
    (tmp_path / "content" / "small").rename(tmp_path / "moved")
    workspace = Workspace(root, output=elsewhere, cache=False)
    workspace.mount(PurePosixPath("content"), tmp_path / "again")
    (tmp_path / "again").mkdir()
    (tmp_path / "moved").rename(tmp_path / "again" / "small")

    asked = Request(PurePosixPath("content/small"), finishes=tuple(finishes.split()))
    second = pipeline.build(asked, workspace)

    assert len(first.files) == len(second.files)
    for one, other in zip(first.files, second.files, strict=True):
        if one.name != "report.json":  # it tells the time each stage took
            assert one.read_bytes() == other.read_bytes(), one.name


def test_a_cropped_picture_shows_its_middle_where_the_whole_one_would(
    title: Title, build: Builder
) -> None:
    """Half of a spread picture, cut to what shows, against the same picture uncut."""
    picture = Image.new("RGB", (2400, 1600), "white")
    for x in range(0, 2400, 200):
        picture.paste((x // 10, 255 - x // 10, 128), (x, 0, x + 100, 1600))
    out = io.BytesIO()
    picture.resize((3000, 2000), Image.Resampling.NEAREST).save(out, "PNG")
    chapter = (
        "---\ntitle: 跨页\ntemplate: spread\n---\n"
        '![跨页](photos/wide.png){credit="某某" size=spread}\n'
    )
    folder = title(
        chapter="---\ntitle: 小册\ntemplate: cover\n---\n",
        two_dot_md=chapter,
        edition_dot_toml=EDITION.replace('"one.md"', '"one.md", "two.md"'),
        photos__wide_dot_png=out.getvalue(),
    )
    made = build(folder, finishes="press screen")
    last = len(made.report.facts.sheets) - 1

    # 426 mm wide and 291 mm high: the picture is scaled to the width and cut above and below.
    for page, left_mm in ((last - 1, 0.0), (last, 213.0)):
        sheet = page_as_picture(file_of(made, "press"), page, 50.8)
        for at in (20, 60, 100, 140, 180):  # mm from the left edge of the bleed
            shown = sheet.getpixel((round((SLUG + at) * 2), sheet.height // 2))
            share = (left_mm + at - (3 if page == last else 0)) / 426
            height = 426 * 1600 / 2400
            scale = max(1, 291 / height)
            x = round(((share - 0.5) / scale + 0.5) * 2400)
            wanted = picture.getpixel((x, 800))
            near = [picture.getpixel((x + d, 800)) for d in (-12, 12)]
            if near[0] == near[1] == wanted:
                assert all(abs(a - b) < 12 for a, b in zip(shown, wanted, strict=True))  # type: ignore[arg-type]


def test_colour_spaces_of_a_layout_are_all_known(sample: Build) -> None:
    with pikepdf.open(file_of(sample, "press")) as pdf:
        spaces = {
            str(thing.ColorSpace)
            for thing in pdf.objects
            if isinstance(thing, Dictionary | pikepdf.Stream)
            and "/ColorSpace" in thing
            and isinstance(thing.ColorSpace, Name)
        }
    assert spaces <= {"/DeviceCMYK", "/DeviceGray"}


def test_the_slug_line_is_drawn_once_and_its_digits_name_the_page(sample: Build) -> None:
    with pikepdf.open(file_of(sample, "press")) as pdf:
        lines = [list(slug_of(page)) for page in pdf.pages]
        drawn = {
            name: page.resources.XObject[name].objgen
            for page in pdf.pages
            for name in slug_of(page)
        }

    assert [line[1:-1] for line in lines] == [
        [f"/BanxinSlug{digit}" for digit in str(number)]
        for number in range(1, pages_of(sample) + 1)
    ]
    assert len({(line[0], line[-1]) for line in lines}) == 1
    assert len(set(drawn.values())) == len(drawn) == 12


def slug_of(page: pikepdf.Page) -> list[str]:
    """The forms that the slug line of a page is put together from."""
    names = (
        str(i.operands[0]) for i in pikepdf.parse_content_stream(page) if str(i.operator) == "Do"
    )
    return [name for name in names if name.startswith("/BanxinSlug")]


@pytest.mark.parametrize(
    ("parts", "drawn"),
    [
        ([b"BT /F 9 Tf (word) Tj ET 0 0 1 rg 1 1 9 9 re f"], False),
        ([b""], False),
        ([b"q /Photo Do Q"], True),
        ([b"BT (word) Tj ET", b"q /Form Do", b"Q"], True),
        ([b"/Pattern cs /Dots scn 1 1 9 9 re f"], True),
        ([b"/Pattern CS /Dots SCN 1 1 m 9 9 l S"], True),
        ([b"/Sky sh"], True),
    ],
)
def test_pages_that_draw_nothing_by_name_are_told_by_their_bytes(
    parts: list[bytes], *, drawn: bool
) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.Contents = pikepdf.Array([pdf.make_stream(part) for part in parts])

        assert draws_by_name(page) is drawn
