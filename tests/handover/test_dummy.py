"""The folding dummy: what lies on which half of which side, in millimetres from the PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from pikepdf import Array, Dictionary, Name

from banxin import preflight
from banxin.cli import commands
from banxin.diagnostics import BanxinError
from banxin.handover import folding_dummy
from banxin.press.dummy import dummy, sides

MM = 72 / 25.4
_PLACED = re.compile(r"q ([\d.]+) 0 0 [\d.]+ (-?[\d.]+) (-?[\d.]+) cm /P(\d+) Do")
_CUT = re.compile(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re S")


def book(count: int, size: tuple[float, float] = (210, 285), bleed: float = 0) -> bytes:
    """A PDF of *count* pages; with a bleed, on paper that is 20 mm wider all around."""
    around = bleed + 17 if bleed else 0
    wide, tall = ((side + 2 * around) * MM for side in size)
    with pikepdf.new() as pdf:
        for number in range(count):
            page = pdf.add_blank_page(page_size=(wide, tall))
            page.Contents = pdf.make_stream(f"{number / 255:.3f} g 0 0 9 9 re f".encode())
            if bleed:
                edge = around * MM
                page.TrimBox = Array([edge, edge, wide - edge, tall - edge])
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def laid(pdf: bytes) -> list[list[int | None]]:
    """The places of pages, left and right, of each side."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as made:
        for page in made.pages:
            middle = float(page.mediabox[2]) / 2
            halves: list[int | None] = [None, None]
            text = page.Contents.read_bytes().decode()
            for placed, cut in zip(_PLACED.finditer(text), _CUT.finditer(text), strict=True):
                halves[float(cut[1]) + float(cut[3]) / 2 > middle] = int(placed[4])
            found.append(halves)
    return found


def folded(made: Sequence[Sequence[int | None]]) -> list[int | None]:
    """How pages follow each other once the sheets lie in each other and are folded.

    The left half of a sheet's back is behind the right half of its front.
    """
    fronts, backs = made[::2], made[1::2]
    first = [
        place for front, back in zip(fronts, backs, strict=True) for place in (front[1], back[0])
    ]
    second = [
        place for front, back in zip(fronts, backs, strict=True) for place in (front[0], back[1])
    ]
    return [*first, *reversed(second)]


@pytest.mark.parametrize("count", range(1, 34))
def test_folded_in_the_middle_pages_follow_each_other_and_the_last_is_the_back(count: int) -> None:
    read = folded([list(side) for side in sides(count)])

    assert [place for place in read if place is not None] == list(range(count))
    assert len(read) % 4 == 0
    assert read[-1] == count - 1 if count > 1 else read[-1] == 0
    assert read.count(None) == -count % 4
    if count > 1:
        assert read[: count - 1] == list(range(count - 1))  # blanks lie before the back cover


@pytest.mark.parametrize(
    ("count", "sheets", "blanks"), [(8, 2, ()), (6, 2, (6, 7)), (21, 6, (21, 22, 23))]
)
def test_a_side_has_the_pages_that_face_each_other(
    count: int, sheets: int, blanks: tuple[int, ...]
) -> None:
    made = dummy(book(count), "A4")

    assert laid(made.pdf) == [list(side) for side in sides(count)]
    assert (made.pages, made.sheets, made.blanks) == (count, sheets, blanks)


@pytest.mark.parametrize(
    ("paper", "size", "scale"),
    [
        ("A4", (210, 285), 140.5 / 210),
        ("A3", (210, 285), 202 / 210),
        ("A4", (140, 190), 140.5 / 140),
        ("A4", (285, 210), 140.5 / 285),
        ("A3", (100, 100), 2.0),
    ],
)
def test_pages_lie_at_the_fold_and_are_never_enlarged(
    paper: str, size: tuple[float, float], scale: float
) -> None:
    made = dummy(book(4, size, bleed=3), paper)
    wide, tall = {"A4": (297, 210), "A3": (420, 297)}[paper]
    scale = min(1.0, scale)

    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert [[round(float(v) / MM, 1) for v in p.mediabox] for p in pdf.pages] == [
            [0, 0, wide, tall]
        ] * 2
        for page in pdf.pages:
            cuts = _CUT.findall(page.Contents.read_bytes().decode())
            left, right = ([float(v) / MM for v in cut] for cut in cuts)
            assert left[0] + left[2] == pytest.approx(wide / 2, abs=0.01)
            assert right[0] == pytest.approx(wide / 2, abs=0.01)
            for _, low, width, height in (left, right):
                assert (width, height) == pytest.approx(
                    (size[0] * scale, size[1] * scale), abs=0.02
                )
                assert low + height / 2 == pytest.approx(tall / 2, abs=0.01)


def test_what_lies_beyond_the_trim_is_left_away() -> None:
    made = dummy(book(4, bleed=3), "A3")

    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        boxes = [
            [float(v) / MM for v in form.BBox] for form in pdf.pages[0].Resources.XObject.values()
        ]
        assert boxes == [pytest.approx([20, 20, 230, 305], abs=0.01)] * 2


def test_a_book_read_from_right_to_left_is_folded_so() -> None:
    with pikepdf.open(io.BytesIO(book(8))) as pdf:
        pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
        out = io.BytesIO()
        pdf.save(out)

    assert laid(dummy(out.getvalue(), "A4").pdf) == [list(side)[::-1] for side in sides(8)]


def test_the_same_file_gives_the_same_dummy_and_says_that_it_is_none_for_a_press() -> None:
    first, second = (dummy(book(5), "A4").pdf for _ in range(2))

    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert str(pdf.Root.PieceInfo.banxin.Private.Finish) == "dummy"
        assert "/OutputIntents" not in pdf.Root
        assert b"not for press" in pdf.pages[0].Contents.read_bytes()


def uncountable() -> bytes:
    """A tree of pages that does not say how many it has, and one of them is no page."""
    data = book(4).replace(b"/Count 4", b"/Cownt 4")
    return re.sub(rb"(4 0 obj\n)<<", rb"\1><", data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pdf/empty"),
        (b"%PDF-1.7\nnothing", "pdf/damaged"),
        (b"GIF89a" * 40, "pdf/damaged"),
        (book(0), "pdf/empty"),
        (uncountable(), "pdf/damaged"),
    ],
)
def test_what_is_no_pdf_is_refused_with_a_reason(data: bytes, code: str, tmp_path: Path) -> None:
    file = tmp_path / "in.pdf"
    file.write_bytes(data)

    with pytest.raises(BanxinError) as told:
        folding_dummy(file, tmp_path / "out.pdf", "A4")

    assert [(one.code, one.place.file) for one in told.value.diagnostics] == [(code, str(file))]
    with pytest.raises(BanxinError) as judged:
        preflight.read(data)
    assert [one.code for one in judged.value.diagnostics] == [code]


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "in.pdf"
    with pikepdf.open(io.BytesIO(book(4))) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="o", user="u"))

    with pytest.raises(BanxinError) as told:
        folding_dummy(file, tmp_path / "out.pdf", "A4")

    assert [one.code for one in told.value.diagnostics] == ["pdf/encrypted"]


def test_the_original_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "in.pdf"
    file.write_bytes(book(4))
    before = file.read_bytes()

    told = CliRunner().invoke(commands("en"), ["dummy", str(file), str(file)])

    assert told.exit_code == 3
    assert "dummy/same-file" in told.stderr
    assert file.read_bytes() == before


def test_the_command_says_how_it_is_printed(tmp_path: Path) -> None:
    file, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    file.write_bytes(book(6))

    told = CliRunner().invoke(commands("en"), ["dummy", str(file), str(target), "--paper", "A3"])

    assert told.exit_code == 0
    assert "6 pages on 2 sheets of A3" in told.stdout
    assert "Blank pages were put in as 6, 7." in told.stdout
    assert len(pikepdf.open(target).pages) == 4
