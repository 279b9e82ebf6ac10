"""Photographs found by the names that people write, and who is named for them."""

from __future__ import annotations

import io
import struct
import unicodedata
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pypdfium2
import pytest
from PIL import Image

from banxin import layouts, manuscript, project
from banxin.diagnostics import Diagnostic
from banxin.edition import Edition, bind
from banxin.request import Request
from banxin.workspace import Workspace, alike
from conftest import Builder, Title

FRONT = "---\ntitle: 第一章\ntemplate: text\n---\n这是一段文字。\n\n"
Bound = Callable[[PurePosixPath], Edition]


@pytest.fixture
def bound(workspace: Workspace) -> Bound:
    def make(folder: PurePosixPath) -> Edition:
        job = project.load(Request(folder), workspace)
        text = manuscript.read(job.chapters, workspace)
        return bind(text, layouts.load(job.layout, workspace, job.layout_asked_at), job, workspace)

    return make


def about_photos(edition: Edition) -> list[Diagnostic]:
    return [r for r in edition.remarks if r.code.startswith("photo/") and "profile" not in r.code]


def renamed(tmp_path: Path, name: str) -> None:
    photos = tmp_path / "content" / "small" / "photos"
    (photos / "good.jpg").rename(photos / name)


CAFE = "café 早市.jpg"


@pytest.mark.parametrize(
    ("on_disk", "written"),
    [
        ("微信图片 1.jpg", "<photos/微信图片 1.jpg>"),
        ("微信图片 1.jpg", "photos/微信图片%201.jpg"),
        ("a (1).jpg", "<photos/a (1).jpg>"),
        ("a[1].jpg", "photos/a[1].jpg"),
        ("a（一）.jpg", "photos/a（一）.jpg"),
        (unicodedata.normalize("NFD", CAFE), f"<photos/{unicodedata.normalize('NFC', CAFE)}>"),
        (unicodedata.normalize("NFC", CAFE), f"<photos/{unicodedata.normalize('NFD', CAFE)}>"),
        (unicodedata.normalize("NFD", "ガ.jpg"), "photos/ガ.jpg"),
        ("IMG_0001.JPG", "photos/img_0001.jpg"),
        ("img_0001.jpg", "photos/IMG_0001.JPG"),
        ("good.jpg", "Photos/good.jpg"),
    ],
)
def test_a_photograph_is_found_by_its_name_however_it_is_spelt(
    title: Title, bound: Bound, tmp_path: Path, on_disk: str, written: str
) -> None:
    folder = title(chapter=f'{FRONT}![说明]({written}){{credit="某某"}}\n')
    renamed(tmp_path, on_disk)

    edition = bound(folder)

    assert about_photos(edition) == []
    (picture,) = edition.pictures.values()
    assert not picture.is_missing


def test_a_name_that_is_there_as_written_is_that_file(title: Title, bound: Bound) -> None:
    other = io.BytesIO()
    Image.new("RGB", (60, 40)).save(other, "JPEG")
    folder = title(
        chapter=f'{FRONT}![说明](photos/GOOD.jpg){{credit="某某"}}\n',
        photos__GOOD_dot_jpg=other.getvalue(),
    )

    (picture,) = bound(folder).pictures.values()

    assert (picture.width, picture.height) == (60, 40)


def test_the_ledger_may_spell_a_name_in_another_form(
    title: Title, build: Builder, tmp_path: Path
) -> None:
    name = unicodedata.normalize("NFC", CAFE)
    key = unicodedata.normalize("NFD", f"photos/{CAFE.upper()}")
    ledger = f'["{key}"]\ncredit = "某某"\nsource = "某处"\nlicence = "CC0"\nconsent = "有"\n'
    folder = title(chapter=f"{FRONT}![说明](<photos/{name}>)\n", photos__photos_dot_toml=ledger)
    renamed(tmp_path, unicodedata.normalize("NFD", CAFE))

    report = build(folder).report

    assert [row.credit for row in report.photos] == ["某某"]
    codes = {finding.code for finding in report.findings}
    assert codes & {"photo/no-credit", "photo/ledger", "photo/unused", "photo/missing"} == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("photos/é.JPG", "Photos/e\u0301.jpg", True),
        ("ガ", "カ\u3099", True),
        ("a.jpg", "a.jpeg", False),
        ("（1）.jpg", "(1).jpg", False),
    ],
)
def test_which_names_are_alike(one: str, other: str, same: bool) -> None:
    assert (alike(one) == alike(PurePosixPath(other))) is same


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("photos/god.jpg", "photos/good.jpg"),
        ("good.jpg", "photos/good.jpg"),
        ("photo/good.jpg", "photos/good.jpg"),
        ("photos/good.png", "photos/good.jpg"),
        ("photos/完全不同的名字.tif", ""),
    ],
)
def test_a_photograph_that_is_missing_is_one_finding(
    title: Title, bound: Bound, written: str, near: str
) -> None:
    twice = f"![说明]({written})\n\n又一段。\n\n![]({written})\n"

    (missing,) = about_photos(bound(title(chapter=FRONT + twice)))

    assert missing.code == ("photo/missing" if near else "photo/missing-strange")
    assert (missing.place.line, missing.facts["near"]) == (7, near)


def test_a_front_matter_that_names_no_picture_by_its_end_is_told_too(
    title: Title, bound: Bound
) -> None:
    front = FRONT.replace("template: text", "template: message\npicture: photos/good")

    (missing,) = about_photos(bound(title(chapter=front)))

    assert (missing.code, missing.place.line) == ("photo/missing", 4)
    assert missing.facts["near"] == "photos/good.jpg"


def with_by_line(name: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), "gray").save(out, "JPEG", quality=80)
    iim = b"\x1c\x02\x50" + struct.pack(">H", len(name.encode())) + name.encode()
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iim)) + iim + b"\0" * (len(iim) % 2)
    segment = b"Photoshop 3.0\0" + block
    data = out.getvalue()
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


EDITION = """title = "小册"
layout = "jinian"
binding = "perfect"
date = 2026-01-02
credit = "题的署名"
licence = "题的许可"
consent = "题的同意"
chapters = ["one.md"]
"""
LEDGER = '["photos/good.jpg"]\ncredit = "台账的署名"\nlicence = "台账的许可"\n'


@pytest.mark.parametrize(
    ("line", "ledger", "file", "credit", "licence"),
    [
        ("图上的署名", LEDGER, "文件的署名", "图上的署名", "台账的许可"),
        ("", LEDGER, "文件的署名", "台账的署名", "台账的许可"),
        ("", "", "文件的署名", "文件的署名", "题的许可"),
        ("", "", "", "题的署名", "题的许可"),
    ],
)
def test_what_nobody_says_of_a_photograph_the_title_says(
    title: Title, bound: Bound, line: str, ledger: str, file: str, credit: str, licence: str
) -> None:
    attribute = f'{{credit="{line}"}}' if line else ""
    more = {"photos__good_dot_jpg": with_by_line(file)} if file else {}
    folder = title(
        chapter=f"{FRONT}![说明](photos/good.jpg){attribute}\n",
        edition_dot_toml=EDITION,
        photos__photos_dot_toml=ledger,
        **more,
    )

    edition = bound(folder)

    (picture,) = edition.pictures.values()
    assert (picture.credit, picture.licence, picture.consent) == (credit, licence, "题的同意")
    assert about_photos(edition) == []


def test_what_the_title_says_is_printed_and_is_no_gap_in_the_ledger(
    title: Title, build: Builder
) -> None:
    folder = title(
        chapter=f"{FRONT}![说明](photos/good.jpg)\n",
        imprint_dot_md="---\ntitle: 版权\ntemplate: imprint\n---\n",
        edition_dot_toml=EDITION.replace('"one.md"', '"one.md", "imprint.md"'),
    )

    made = build(folder)

    (gap,) = (f for f in made.report.findings if f.code == "photo/ledger")
    assert gap.facts["lacking"] == "source"
    file = next(file for file in made.files if file.name.endswith("-screen.pdf"))
    document = pypdfium2.PdfDocument(file)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert "题的署名" in texts[-1].replace(" ", "")
    assert "题的许可" in texts[-1].replace(" ", "")
    document.close()
