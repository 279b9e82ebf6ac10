"""The cover as one sheet: measured in the PDF, in millimetres; codes read off the rendered page."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from banxin import pipeline, preflight
from banxin.cache import Cache
from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.handover import examined, package
from banxin.markup.barcode import QUIET, TALL, WIDE
from banxin.ordered import check_digit, isbn_digits
from banxin.papers import leaf_of
from banxin.pipeline import Build
from banxin.request import Request
from banxin.units import Length
from banxin.workspace import Workspace
from conftest import ROOT, Builder, Title
from dresses import BOOKS
from plates import cut, plates

MM: Final = 72 / 25.4
WIDTH, HEIGHT = 210.0, 285.0
SLUG, BLEED = 11.0, 3.0
EDGE: Final = SLUG + BLEED
AROUND: Final = (-0.25, 0.0, 0.25)  # mm, a pixel at 100 ppi
ISBN: Final = "978-7-302-00000-6"
ADDRESS: Final = "https://example.org/hebian?seventy=70"
EDITION: Final = f"""title = "河边的七十年"
subtitle = "柳河小学"
layout = "jinian"
binding = "perfect"
date = 2026-01-02
isbn = "{ISBN}"
link = "{ADDRESS}"
chapters = ["cover.md", "inner.md", "one.md", "two.md", "three.md", "four.md", "back.md"]
"""
COVER: Final = "\n[cover]\ncaliper_mm = 2\n"
CHAPTERS: Final = {
    "cover.md": ("cover", "河边的七十年", ""),
    "inner.md": ("inner", "七十年", "一条河，一所学校。"),
    "one.md": ("message", "前言", "这是前言。"),
    "two.md": ("text", "其一", "这是第一章。"),
    "three.md": ("text", "其二", "这是第二章。"),
    "four.md": ("imprint", "版权页", ""),
    "back.md": ("back", "再见", "封底的一行字。"),
}
Shop = Callable[..., Build]
WITH_COVERS: Final = tuple(name for name in BOOKS if name != "tekan")  # a newspaper has none


@pytest.fixture(scope="module")
def shop(shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Builds the title with another `edition.toml`, once for each."""
    made: dict[Any, Build] = {}

    def build(
        edition: str = EDITION + COVER, layout: str = "", name: str = "small", **asked: Any
    ) -> Build:
        key = (edition, layout, name, *sorted(asked.items()))
        if key not in made:
            folder = tmp_path_factory.mktemp("cover")
            title = folder / "content" / name
            title.mkdir(parents=True)
            (title / "edition.toml").write_text(edition, "utf-8")
            for file, (template, heading, text) in CHAPTERS.items():
                front = f"---\ntitle: {heading}\ntemplate: {template}\n---\n\n{text}\n"
                (title / file).write_text(front, "utf-8")
            here = Workspace(ROOT, output=folder / "output")
            here.cache = Cache(shared_cache)
            here.mount(PurePosixPath("content"), folder / "content")
            asked.setdefault("finishes", ("press",))
            request = Request(PurePosixPath("content") / name, layout=layout, **asked)
            made[key] = pipeline.build(request, here)
        return made[key]

    return build


def file_of(made: Build, end: str) -> Path:
    (found,) = (f for f in made.files if f.name.endswith(end))
    return found


def told(made: Build, code: str) -> list[Diagnostic]:
    return [d for d in made.report.findings if d.code == code]


def boxes(file: Path, kind: str = "/TrimBox") -> list[list[float]]:
    with pikepdf.open(file) as pdf:
        return [[round(float(side) / MM, 2) for side in page.obj[kind]] for page in pdf.pages]


def errors(made: Build) -> list[str]:
    return [str(d) for d in made.report.findings if d.severity in {"error", "crash"}]


def picture(file: Path, page: int = 0, ppi: int = 100, *, lower: bool = False) -> Any:
    """A page in pixels, or its lower half."""
    document = pypdfium2.PdfDocument(file)
    try:
        shown = document[page]
        crop = (0, 0, 0, shown.get_height() / 2 if lower else 0)
        return np.asarray(shown.render(scale=ppi / 72, crop=crop).to_pil().convert("RGB"))
    finally:
        document.close()


def part(pixels: Any, box: tuple[float, float, float, float], ppi: int = 100) -> Any:
    """A piece of a page, in mm from the trim's upper left corner."""
    left, top, right, bottom = (round((side + EDGE) / 25.4 * ppi) for side in box)
    return pixels[top:bottom, left:right].astype(int)


# --- sizes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("caliper", "spine"), [("2", 6.0), ("1.25", 3.8), ("0.137", 0.4)])
def test_the_sheet_is_two_pages_and_a_spine_wide(caliper: str, spine: float, shop: Shop) -> None:
    """Six pages inside: three leaves."""
    made = shop(EDITION + COVER.replace("2", caliper))

    assert errors(made) == []
    assert {f.name for f in made.files if f.suffix == ".pdf"} == {
        "small-press.pdf", "small-cover.pdf",
    }  # fmt: skip
    wide = 2 * WIDTH + spine
    cover = file_of(made, "-cover.pdf")
    assert boxes(cover) == [[EDGE, EDGE, EDGE + wide, EDGE + HEIGHT]] * 2
    assert boxes(cover, "/BleedBox")[0] == [SLUG, SLUG, SLUG + wide + 6, SLUG + HEIGHT + 6]
    assert boxes(cover, "/MediaBox")[0] == [0, 0, wide + 2 * EDGE, HEIGHT + 2 * EDGE]
    (note,) = told(made, "cover/spine-reckoned")
    assert (note.facts["pages"], note.facts["source"]) == (6, "caliper_mm")
    assert isinstance(note.facts["spine"], Length)
    assert note.facts["spine"].in_mm == pytest.approx(spine)


def test_the_inside_has_the_other_pages_with_their_folios(shop: Shop) -> None:
    made = shop()
    inside = file_of(made, "-press.pdf")

    assert boxes(inside) == [[EDGE, EDGE, EDGE + WIDTH, EDGE + HEIGHT]] * 6
    with pikepdf.open(inside) as pdf:
        assert "/Outlines" not in pdf.Root
        labels = pdf.Root.PageLabels.Nums
        assert int(labels[0]) == 0
    whole = shop(EDITION)
    with pikepdf.open(inside) as ours, pikepdf.open(file_of(whole, "-press.pdf")) as all_pages:
        assert len(all_pages.pages) == 9
        theirs = [p.Contents.read_bytes() for p in all_pages.pages]
        assert [p.Contents.read_bytes() for p in ours.pages] == theirs[2:8]


@pytest.mark.parametrize("flap", [60.0, 95.5])
def test_flaps_are_beside_the_pages_and_every_fold_is_marked_outside_the_trim(
    flap: float, shop: Shop
) -> None:
    made = shop(EDITION + COVER + f"flap_mm = {flap}\n")
    cover = file_of(made, "-cover.pdf")
    wide = 2 * (flap + WIDTH) + 6
    folds = [flap, flap + WIDTH, flap + WIDTH + 6, wide - flap]

    assert errors(made) == []
    assert boxes(cover)[0] == [EDGE, EDGE, round(EDGE + wide, 2), EDGE + HEIGHT]
    found = fold_marks(cover)
    assert {x for x, _, _ in found} == {round(fold, 1) for fold in folds}
    assert all(low < -BLEED or low > HEIGHT + BLEED for _, low, _ in found)
    assert all(high < -BLEED or high > HEIGHT + BLEED for _, _, high in found)


def fold_marks(file: Path) -> list[tuple[float, float, float]]:
    """Dashed lines of the first page, mm from the trim's lower left corner: x, from, to."""
    found, dashed, at = [], False, (0.0, 0.0)
    with pikepdf.open(file) as pdf:
        for instruction in pikepdf.parse_content_stream(pdf.pages[0]):
            operands, operator = list(instruction.operands), str(instruction.operator)
            if operator == "d":
                dashed = len(operands[0]) > 0
            elif operator == "m":
                at = (float(operands[0]), float(operands[1]))
            elif operator == "l" and dashed:
                ends = sorted((at[1], float(operands[1])))
                found.append(
                    (round(at[0] / MM - EDGE, 1), *(round(end / MM - EDGE, 2) for end in ends))
                )
    return found  # type: ignore[return-value]


def test_without_flaps_the_folds_are_those_of_the_spine(shop: Shop) -> None:
    assert {x for x, _, _ in fold_marks(file_of(shop(), "-cover.pdf"))} == {210.0, 216.0}


@pytest.mark.parametrize("flap", [0.0, 70.0])
def test_front_and_back_are_the_layouts_pages_at_their_true_size(flap: float, shop: Shop) -> None:
    """The same pixels as the pages by themselves, 2 mm off the folds, the bleed among them."""
    more = f"flap_mm = {flap}\n" if flap else ""
    cover = picture(file_of(shop(EDITION + COVER + more), "-cover.pdf"))
    whole = file_of(shop(EDITION), "-press.pdf")
    front, back = picture(whole, 0), picture(whole, 8)

    for page, left in ((back, flap), (front, flap + WIDTH + 6)):
        alone = part(page, (2, -3, WIDTH - 2, HEIGHT + 3))
        # The panel's corner may fall between two pixels: the nearest of those around it counts.
        moved = [
            part(cover, (left + 2 + by, -3, left + WIDTH - 2 + by, HEIGHT + 3)) for by in AROUND
        ]
        wide = min(alone.shape[1], *(piece.shape[1] for piece in moved))
        differences = [np.abs(alone[:, :wide] - piece[:, :wide]).mean() for piece in moved]
        assert min(differences) < 2.0


def test_a_stitched_book_keeps_its_covers_as_pages(shop: Shop) -> None:
    said = EDITION.replace('"perfect"', '"saddle"')
    with_cover, without = shop(said + COVER + "flap_mm = 60\n"), shop(said)

    for made in (with_cover, without):
        assert {f.name for f in made.files if f.suffix == ".pdf"} == {"small-press.pdf"}
        assert len(boxes(file_of(made, "-press.pdf"))) == 12
    assert [d.place.file for d in told(with_cover, "cover/self-cover")] == [
        "content/small/edition.toml"
    ]
    for number in range(12):
        assert np.array_equal(
            *(picture(file_of(m, ".pdf"), number, 20) for m in (with_cover, without))
        )


def test_a_book_that_is_bound_otherwise_leaves_no_cover_behind(
    title: Title, build: Builder
) -> None:
    chapters = {
        file.replace(".", "_dot_"): f"---\ntitle: {heading}\ntemplate: {kind}\n---\n\n{text}\n"
        for file, (kind, heading, text) in CHAPTERS.items()
    }
    for binding, covers in (("perfect", 1), ("saddle", 0)):
        said = EDITION.replace('"perfect"', f'"{binding}"') + COVER
        made = build(title(edition_dot_toml=said, **chapters), finishes="press")
        folder = file_of(made, "-press.pdf").parent
        assert len(list(folder.glob("*-cover.pdf"))) == covers


def test_a_folded_leaflet_has_no_cover_of_its_own(shop: Shop) -> None:
    made = shop(EDITION + COVER, layout="xuanzhe")

    assert [f.name for f in made.files if f.name.endswith("-cover.pdf")] == []


def test_the_same_title_gives_the_same_bytes(shop: Shop) -> None:
    first, second = shop(), shop(compose=True)

    for end in ("-press.pdf", "-cover.pdf"):
        assert file_of(first, end).parent != file_of(second, end).parent
        assert file_of(first, end).read_bytes() == file_of(second, end).read_bytes()


def test_without_marks_the_paper_ends_with_the_bleed(shop: Shop) -> None:
    made = shop(marks=False, revision=3)

    for end in ("-r3-press.pdf", "-r3-cover.pdf"):
        assert boxes(file_of(made, end), "/MediaBox") == boxes(file_of(made, end), "/BleedBox")
    assert boxes(file_of(made, "-r3-cover.pdf"))[0] == [3, 3, 429, 288]


@pytest.mark.parametrize("layout", WITH_COVERS)
def test_every_book_has_its_cover_and_our_own_judge_finds_nothing_in_it(
    layout: str, shop: Shop
) -> None:
    made = shop(layout=layout)
    cover = file_of(made, "-cover.pdf")
    wide = made.report.facts.sheets[0].size[0]

    facts = preflight.read(cover.read_bytes())
    assert facts.sheets[0].size[0] == pytest.approx(2 * wide + 6, abs=0.02)
    assert [d for d in made.report.findings if (d.place.file or "").endswith("-cover.pdf")] == []


def test_outlined_files_part_as_well(shop: Shop) -> None:
    made = shop(finishes=("press", "outlined"))

    for end, pages in (("small-outlined.pdf", 6), ("small-cover-outlined.pdf", 2)):
        with pikepdf.open(file_of(made, end)) as pdf:
            assert len(pdf.pages) == pages
            assert not any("/Font" in page.resources for page in pdf.pages)


# --- the spine ------------------------------------------------------------------------------


def letters(made: Build, spine: float) -> Iterator[tuple[float, float, float, float]]:
    """Boxes of what is drawn on the spine and does not fill it, mm from its upper left corner."""
    facts = preflight.read(file_of(made, "-cover.pdf").read_bytes())
    for fill in facts.fills:
        x0, y0, x1, y1 = fill.box
        if fill.page == 1 and x0 > WIDTH and x1 < WIDTH + spine and y1 - y0 < 40:
            yield x0 - WIDTH, y0, x1 - WIDTH, y1


@pytest.mark.parametrize("words", ["河边的七十年", "河边", "柳河小学建校七十周年纪念"])
def test_words_stand_in_the_middle_of_the_spine_both_ways(words: str, shop: Shop) -> None:
    spine = 6.0
    made = shop(EDITION + COVER + f'spine = "{words}"\n')
    found = list(letters(made, spine))
    left, top = min(box[0] for box in found), min(box[1] for box in found)
    right, foot = max(box[2] for box in found), max(box[3] for box in found)

    assert len(found) == len(words)
    assert (left + right) / 2 == pytest.approx(spine / 2, abs=0.15)
    assert (top + foot) / 2 == pytest.approx(HEIGHT / 2, abs=0.3)
    assert spine * 0.45 < right - left < spine * 0.65  # of an em of six tenths
    assert [box[1] for box in found] == sorted(box[1] for box in found)  # read downwards


def test_a_narrow_spine_has_no_words_and_says_so(shop: Shop) -> None:
    made = shop(EDITION + COVER.replace("2", "1.3"))
    (note,) = told(made, "cover/spine-narrow")

    assert list(letters(made, 3.9)) == []
    assert note.facts["words"] == "河边的七十年"
    assert isinstance(note.facts["spine"], Length)
    assert note.facts["spine"].in_mm == pytest.approx(3.9)


def test_words_that_would_have_to_be_tiny_are_left_out(shop: Shop) -> None:
    made = shop(EDITION + COVER + f'spine = "{"长" * 160}"\n')
    (note,) = told(made, "cover/spine-long")

    assert list(letters(made, 6)) == []
    assert float(note.facts["size"]) < 6  # type: ignore[arg-type]


def test_a_spine_may_have_no_words_at_all(shop: Shop) -> None:
    made = shop(EDITION + COVER + 'spine = ""\n')

    assert list(letters(made, 6)) == []
    assert told(made, "cover/spine-narrow") == told(made, "cover/spine-long") == []


def test_words_of_other_scripts_lie_on_their_side(shop: Shop) -> None:
    made = shop(EDITION + COVER + 'spine = "River 1954"\n')
    found = list(letters(made, 6))

    (_, river, _, _), (x0, year, x1, foot) = found
    assert (x0 + x1) / 2 == pytest.approx(3.0, abs=0.1)  # figures in the middle of the spine
    assert river < year < foot  # downwards
    assert foot - year > 2 * (x1 - x0)


@pytest.mark.parametrize("words", ["Crèche 1954", "École 1954", "Река 1954", "Ŝtono 50%"])
def test_words_with_accents_and_of_other_alphabets_stay_whole(words: str, shop: Shop) -> None:
    found = list(letters(shop(EDITION + COVER + f'spine = "{words}"\n'), 6))

    assert len(found) == 2
    assert all(foot - top > 1.5 * (right - left) for left, top, right, foot in found)


# --- inside the cover -----------------------------------------------------------------------


def test_the_inside_of_the_cover_is_bare_where_the_glue_is(shop: Shop) -> None:
    """The front's inside lies on the left, the spine and 5 mm beside it have no ink."""
    made = shop()
    inked = sum(plates(file_of(made, "-cover.pdf"), 2, 72).values())

    assert cut(inked, (1, 1, 200, 284)).mean() > 0.02
    assert cut(inked, (205.2, -3, 220, 288)).max() == 0
    assert [d.facts["bare"] for d in told(made, "cover/glue-bare")] == [Length.mm(5)]


def test_a_cover_that_is_white_inside_is_printed_on_one_side(shop: Shop) -> None:
    made = shop(EDITION.replace('"inner.md", ', "") + COVER)

    assert len(boxes(file_of(made, "-cover.pdf"))) == 1
    assert told(made, "cover/glue-bare") == []


def test_a_left_page_stays_a_left_page(shop: Shop) -> None:
    """Without an inside of the cover its first page is a left one: a blank goes before it."""
    said = EDITION.replace('"inner.md", "one.md", "two.md"', '"two.md"').replace(
        '"three.md", "four.md", ', '"three.md", '
    )
    made = shop(said + COVER)
    (note,) = told(made, "cover/blank-pages")

    pages = len(boxes(file_of(made, "-press.pdf")))
    assert pages % 2 == 0
    assert str(note.facts["pages"]).split(", ")[0] == "1"
    assert float(picture(file_of(made, "-press.pdf"), 0)[200:-200, 200:-200].min()) == 255


# --- codes ----------------------------------------------------------------------------------


READ: Final = 600  # ppi


def codes(file: Path, page: int = 0) -> dict[str, Any]:
    """What a reader reads on the lower half of the page, from its head."""
    half = Image.fromarray(picture(file, page, READ, lower=True)).convert("L")
    return {code.text: code for code in zxingcpp.read_barcodes(half)}


@pytest.mark.parametrize("layout", WITH_COVERS)
def test_both_codes_are_read_off_the_back(layout: str, shop: Shop) -> None:
    made = shop(layout=layout)
    found = codes(file_of(made, "-cover.pdf"))
    wide = made.report.facts.sheets[0].size[0]

    assert set(found) == {isbn_digits(ISBN), ADDRESS}
    assert "EAN" in str(found[isbn_digits(ISBN)].format)
    for code in found.values():
        assert code.position.top_right.x < (EDGE + wide) / 25.4 * READ  # on the back


def test_bars_are_black_alone_at_their_true_size_with_white_around_them(shop: Shop) -> None:
    facts = preflight.read(file_of(shop(), "-cover.pdf").read_bytes())
    (ground,) = (
        f.box
        for f in facts.fills
        if f.page == 1 and f.colour.is_paper and abs(f.box[2] - f.box[0] - WIDE) < 0.01
    )
    black = plates(file_of(shop(), "-cover.pdf"), 1, READ)["Black"]
    row = cut(black, (ground[0], ground[1] + 12, ground[2], ground[1] + 12.2), READ)[1] > 0.5
    dark = np.flatnonzero(row) / READ * 25.4
    left, right = dark[0], dark[-1] + 25.4 / READ

    assert right - left == pytest.approx(95 * 0.33, abs=0.1)  # two pixels
    assert left >= QUIET[0] * 0.33 - 0.05
    assert ground[2] - ground[0] - right >= QUIET[1] * 0.33 - 0.05
    assert ground[3] - ground[1] == pytest.approx(TALL, abs=0.02)


def test_the_plates_of_the_codes_are_the_black_one(shop: Shop) -> None:
    """As Ghostscript separates them: nothing but black where the bars and modules are."""
    file = file_of(shop(), "-cover.pdf")
    made = plates(file, 1, 150)
    half = len(made["Black"]) // 2
    found = codes(file)

    assert len(found) == 2
    for code in found.values():
        corners = code.position.top_left, code.position.bottom_right
        (x0, y0), (x1, y1) = ((round(c.x / 4), half + round(c.y / 4)) for c in corners)  # 600 → 150
        piece = {name: ink[y0:y1, x0:x1] for name, ink in made.items()}
        assert piece["Black"].max() == 1
        assert all(ink.max() == 0 for name, ink in piece.items() if name != "Black")


def test_a_stitched_book_has_its_codes_on_the_back_too(shop: Shop) -> None:
    made = shop(EDITION.replace('"perfect"', '"saddle"'))

    assert set(codes(file_of(made, "-press.pdf"), 11)) == {isbn_digits(ISBN), ADDRESS}


def test_an_isbn_that_is_printed_nowhere_is_told(shop: Shop) -> None:
    made = shop(EDITION.replace(', "back.md"', ""))

    assert [d.facts["isbn"] for d in told(made, "title/isbn-unprinted")] == [ISBN]


@pytest.mark.parametrize("twelve", ["978730200000", "979106543210", "978000000000", "978999999999"])
def test_every_check_digit_but_the_right_one_is_wrong(twelve: str) -> None:
    """As another program reckons it."""
    taken = []
    for digit in "0123456789":
        with contextlib.suppress(ValueError):
            zxingcpp.create_barcode(twelve + digit, zxingcpp.BarcodeFormat.EAN13)
            taken.append(digit)

    assert taken == [check_digit(twelve)]


# --- bad input ------------------------------------------------------------------------------

TOML: Final = {
    "caliper_mm = 0": "table/bad-value",
    "caliper_mm = -1": "table/bad-value",
    "caliper_mm = nan": "table/bad-value",
    "caliper_mm = inf": "table/bad-value",
    "caliper_mm = 20": "table/bad-value",
    'caliper_mm = "thin"': "table/bad-value",
    "flap_mm = -5": "table/bad-value",
    "flap_mm = nan": "table/bad-value",
    "flap_mm = 1000": "table/bad-value",
    "spin = 3": "table/unknown-key",
    'spine = 3': "table/bad-value",
}  # fmt: skip


@pytest.mark.parametrize("line", TOML)
def test_what_no_cover_can_have_is_told_with_its_line(line: str, shop: Shop) -> None:
    with pytest.raises(BanxinError) as problem:
        shop(EDITION + "\n[cover]\n" + line + "\n")

    (found,) = problem.value.diagnostics
    assert (found.code, found.place.line) == (TOML[line], 11)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("978-7-302-00000-7", "title/isbn-digit"),
        ("978-7-032-00000-6", "title/isbn-digit"),
        ("978-7-302-0000-6", "title/isbn"),
        ("7-302-00000-6", "title/isbn"),
        ("977-7-302-00000-6", "title/isbn"),
        ("９７８７３０２０００００６", "title/isbn"),
        ("978-7-302-０００００-6", "title/isbn"),
        ("书号待定", "title/isbn"),
    ],
)
def test_a_wrong_isbn_is_told_with_the_digit_that_it_should_have(
    written: str, code: str, shop: Shop
) -> None:
    with pytest.raises(BanxinError) as problem:
        shop(EDITION.replace(ISBN, written))

    (found,) = problem.value.diagnostics
    assert (found.code, found.place.line) == (code, 6)
    if code == "title/isbn-digit":
        right = isbn_digits(written)[:12] + str(found.facts["needed"])
        assert check_digit(right) == right[-1]


@pytest.mark.parametrize("written", [ISBN, ISBN.replace("-", ""), f"ISBN {ISBN}", f"isbn:{ISBN}"])
def test_an_isbn_may_be_written_as_people_do(written: str) -> None:
    assert isbn_digits(written) == "9787302000006"


@pytest.mark.parametrize("flap", [206, 210, 399])
def test_a_flap_wider_than_the_page_withholds_the_cover(flap: int, shop: Shop) -> None:
    made = shop(EDITION + COVER + f"flap_mm = {flap}\n")
    (found,) = told(made, "cover/flap")

    assert (found.severity, found.place.line) == ("error", 10)
    assert [f.name for f in made.files if f.name.endswith("-cover.pdf")] == []


def test_a_book_that_begins_with_no_cover_is_told(shop: Shop) -> None:
    made = shop(EDITION.replace('"cover.md", ', "") + COVER)

    assert [d.place.line for d in told(made, "cover/no-front")] == [10]
    assert [f.name for f in made.files if f.name.endswith("-cover.pdf")] == []


@pytest.mark.parametrize("chapters", ['"cover.md", "back.md"', '"cover.md", "inner.md", "back.md"'])
def test_a_cover_around_nothing_is_told_and_no_press_file_is_written(
    chapters: str, shop: Shop
) -> None:
    every = EDITION[EDITION.index("chapters") :]
    made = shop(EDITION.replace(every, f"chapters = [{chapters}]\n") + COVER)

    assert [d.place.line for d in told(made, "cover/no-inside")] == [10]
    assert [f.name for f in made.files if f.name.endswith(("-press.pdf", "-cover.pdf"))] == []


# --- papers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paper", "mm"),
    [
        ("157g 哑粉纸", 0.1444),
        ("128 g/m² gloss art", 0.1050),
        ("80克双胶纸", 0.1000),
        ("80 gsm Woodfree", 0.1000),
        ("70g蒙肯纸", 0.1190),
        ("157 gloss art", 0.1287),
        ("157G gloss art", 0.1287),
    ],
)
def test_papers_are_as_thick_as_bulk_and_weight_make_them(
    paper: str, mm: float, workspace: Workspace, title: Title
) -> None:
    leaf, source = leaf_of(paper, Place(), workspace, title())

    assert leaf.in_mm == pytest.approx(mm, abs=0.0001)
    assert "practice" in source


def test_a_titles_own_table_goes_before_ours(workspace: Workspace, title: Title) -> None:
    own = '["哑粉纸"]\nbulk = 1\nsource = "厂家"\n["云纹纸"]\nbulk = 1.5\ncaliper_mm = { 120 = 0.21 }\nsource = "量的"\n'  # noqa: E501
    folder = title(papers_dot_toml=own)

    assert leaf_of("100g 哑粉纸", Place(), workspace, folder) == (Length.mm(0.1), "厂家")
    assert leaf_of("120g 云纹纸", Place(), workspace, folder) == (Length.mm(0.21), "量的")
    assert leaf_of("100g 云纹纸", Place(), workspace, folder) == (Length.mm(0.15), "量的")
    assert leaf_of("100g 双胶纸", Place(), workspace, folder)[0] == Length.mm(0.125)


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        ("157g 哑面纸", "paper/unknown"),
        ("157g papyrus", "paper/unknown"),
        ("哑粉纸", "paper/weight"),
        ("1g 哑粉纸", "paper/weight"),
        ("g 哑粉纸", "paper/weight"),
        ("157g", "paper/weight"),
        ("157 g/m²", "paper/weight"),
        ("157克", "paper/weight"),
        ("1570g 哑粉纸", "paper/weight"),
    ],
)
def test_a_paper_that_nobody_knows_is_told_at_its_line(paper: str, code: str, shop: Shop) -> None:
    with pytest.raises(BanxinError) as problem:
        shop(EDITION + f'\n[cover]\n\n[job]\npaper = "{paper}"\n')

    (found,) = problem.value.diagnostics
    assert (found.code, found.place.line) == (code, 13)


@pytest.mark.parametrize(
    "row", ["bulk = 0", "bulk = nan", "bulk = 1\ncaliper_mm = { 80 = 0 }", "bulk = 1\nthick = 2"]
)
def test_a_table_of_papers_with_faults_is_told(
    row: str, workspace: Workspace, title: Title
) -> None:
    folder = title(papers_dot_toml=f'["纸"]\nsource = "我"\n{row}\n')

    with pytest.raises(BanxinError) as problem:
        leaf_of("80g 纸", Place(), workspace, folder)

    assert all(d.place.file == f"{folder}/papers.toml" for d in problem.value.diagnostics)


def test_the_paper_of_the_job_makes_the_spine(shop: Shop) -> None:
    made = shop(EDITION + '\n[cover]\n\n[job]\npaper = "200g 轻型纸"\n')
    (note,) = told(made, "cover/spine-reckoned")

    assert boxes(file_of(made, "-cover.pdf"))[0][2] == pytest.approx(EDGE + 420 + 1.0, abs=0.01)
    assert str(note.facts["source"]).startswith("practice")


# --- the job --------------------------------------------------------------------------------


def test_inside_and_cover_are_both_on_the_job_sheet(
    shared_cache: Path, tmp_path: Path, shop: Shop
) -> None:
    said = EDITION + COVER + 'flap_mm = 60\npaper = "250g 铜版纸"\n'
    made = shop(said, finishes=("press", "screen"))
    folder = file_of(made, "-press.pdf").parents[2]
    here = Workspace(ROOT, output=tmp_path)
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), folder / "content")
    packed = package(Request(PurePosixPath("content/small")), here)
    assert packed.file is not None

    with zipfile.ZipFile(packed.file) as archive:
        job = json.loads(archive.read("small/job.json"))
        cover = archive.read("small/small-cover.pdf")
    pages = {one["file"]: one for one in job["documents"]}
    assert {name: one["pages"] for name, one in pages.items()} == {
        "small-cover.pdf": 2, "small-press.pdf": 6,
    }  # fmt: skip
    assert pages["small-cover.pdf"]["sheets"][0]["trim_mm"] == [546.0, 285.0]
    assert (job["spine_mm"], job["flap_mm"], job["cover_paper"]) == (6.0, 60.0, "250g 铜版纸")
    assert cover == file_of(made, "-cover.pdf").read_bytes()
    assert examined(packed.file).findings == ()
