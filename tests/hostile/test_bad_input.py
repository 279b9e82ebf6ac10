"""Bad input gets a clear error with its place, and nothing is lost."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from banxin import pipeline
from banxin.diagnostics import BanxinError, Diagnostic
from banxin.workspace import Workspace
from conftest import EDITION, GOOD_CHAPTER, Builder, Title

FIGURE = '![说明](photos/{file}){{credit="摄影 某某"}}\n'
FRONT = "---\ntitle: 一\ntemplate: text\n---\n"
LEDGER = '["photos/good.jpg"]\ncaption = "{}"\n'


def faults(build: Builder, folder: PurePosixPath, **asked: str | bool) -> tuple[Diagnostic, ...]:
    """The errors of a build that gave no pages, or whose pages were withheld."""
    try:
        made = build(folder, **asked)
    except BanxinError as problem:
        return problem.diagnostics
    assert made.withheld
    return tuple(d for d in made.report.findings if d.severity == "error")


def told(found: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{replace(d.place, page=None)}: {d.code}" for d in found]


def words_of(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    words = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return words


def jpeg(width: int = 400, height: int = 300) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 40).save(out, "JPEG")
    return out.getvalue()


def huge_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", 65536, 65536, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


# --- photographs ----------------------------------------------------------------------------


def test_a_missing_photo_is_told_at_its_line_with_the_name_it_may_have_meant(
    title: Title, build: Builder
) -> None:
    folder = title(chapter=FRONT + "文字\n\n" + FIGURE.format(file="god.jpg"))

    (missing,) = faults(build, folder)

    assert told((missing,)) == ["content/small/one.md:7:1: photo/missing"]
    assert missing.facts["near"] == "photos/good.jpg"


def test_every_bad_photo_of_a_book_is_told_in_one_run(title: Title, build: Builder) -> None:
    names = ["zzzzzzzz.tif", "text.jpg", "half.jpg", "huge.png", "empty.jpg", "wrong.heic"]
    folder = title(
        chapter=FRONT + "\n".join(FIGURE.format(file=name) for name in names),
        photos__text_dot_jpg="no picture",
        photos__half_dot_jpg=jpeg()[:3000],
        photos__huge_dot_png=huge_png(),
        photos__empty_dot_jpg=b"",
        photos__wrong_dot_heic=b"\0\0\0\x18ftypheic" + b"\0" * 99,
    )

    assert told(faults(build, folder)) == [
        "content/small/one.md:5:1: photo/missing-strange",
        "content/small/one.md:7:1: photo/unreadable",
        "content/small/one.md:9:1: photo/truncated",
        "content/small/one.md:11:1: photo/too-large",
        "content/small/one.md:13:1: photo/empty",
        "content/small/one.md:15:1: photo/format",
    ]


def test_a_photo_without_a_credit_anywhere_is_not_printed(title: Title, build: Builder) -> None:
    folder = title(chapter=FRONT + "![说明](photos/good.jpg)\n")

    assert told(faults(build, folder)) == ["content/small/one.md:5:1: photo/no-credit"]


def test_the_ledger_gives_what_the_line_leaves_out(title: Title, build: Builder) -> None:
    ledger = (
        '["photos/good.jpg"]\ncaption = "台账的图说"\ncredit = "台账的署名"\nlicence = "CC BY"\n'
    )
    folder = title(chapter=FRONT + "![](photos/good.jpg)\n", photos__photos_dot_toml=ledger)

    (row,) = build(folder, publish=False).report.photos

    assert row.credit == "台账的署名"


def test_a_misspelt_key_of_the_ledger_is_told_with_the_right_one(
    title: Title, build: Builder
) -> None:
    ledger = '["photos/good.jpg"]\ncaption = "x"\ncredti = "y"\n'
    folder = title(photos__photos_dot_toml=ledger)

    (wrong,) = faults(build, folder)

    assert told((wrong,)) == ["content/small/photos/photos.toml:3:1: table/unknown-key"]
    assert wrong.facts["near"] == "credit"


def test_a_draft_sets_a_box_that_names_the_pixels_needed(title: Title, build: Builder) -> None:
    folder = title(chapter=FRONT + FIGURE.format(file="none.jpg"))

    (standing_in,) = (
        f for f in build(folder, draft=True).report.findings if f.code == "photo/for-position-only"
    )

    assert standing_in.place.line == 5
    assert standing_in.facts["pixels_wide"] == pytest.approx(22 * 10.5 / 72 * 300, abs=1)


def test_a_draft_forgives_nothing_else(title: Title, build: Builder) -> None:
    folder = title(
        chapter=FRONT + FIGURE.format(file="half.jpg"), photos__half_dot_jpg=jpeg()[:3000]
    )

    assert told(faults(build, folder, draft=True)) == ["content/small/one.md:5:1: photo/truncated"]


# --- manuscripts ----------------------------------------------------------------------------


def test_a_character_that_no_font_has_is_told_once_for_its_word(
    title: Title, build: Builder
) -> None:
    folder = title(chapter=FRONT + "他叫王𬬎。\n\n她也叫王𬬎，他是李𬬎。\n")

    first, second = (d for d in faults(build, folder) if d.code == "font/no-face-has")

    assert told((first, second)) == [
        "content/small/one.md:5:4: font/no-face-has",
        "content/small/one.md:7:10: font/no-face-has",
    ]
    assert (first.facts["words"], first.facts["lines"]) == ("王𬬎", 2)
    assert (first.facts["codepoint"], first.facts["block"]) == ("U+2CB0E", "CJK Extension E")


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"edition_dot_toml": EDITION.replace("小册", "王𬬎")}, "edition.toml:1:11"),
        ({"edition_dot_toml": EDITION.replace("小册", "王\\U0002CB0E")}, "edition.toml:1:1"),
        ({"chapter": FRONT.replace("一", "王𬬎") + "甲\n"}, "one.md:2:9"),
        ({"chapter": FRONT + "王&#x2CB0E;\n"}, "one.md:5:2"),
        ({"chapter": FRONT + "| 甲 |\n|---|\n| 王𬬎 |\n"}, "one.md:7:4"),
        ({"photos__photos_dot_toml": LEDGER.format("王𬬎")}, "photos/photos.toml:2:13"),
        (
            {
                "edition_dot_toml": EDITION.replace("one.md", "two.txt"),
                "two_dot_txt": (FRONT + "王𬬎\n").encode(),
            },
            "two.txt:5:2",
        ),
    ],
)
def test_a_missing_character_is_found_wherever_a_title_is_written(
    title: Title, build: Builder, files: dict[str, str | bytes], place: str
) -> None:
    folder = title(**files)

    (missing,) = (d for d in faults(build, folder) if d.code == "font/no-face-has")

    assert str(replace(missing.place, page=None)) == f"content/small/{place}"


def test_a_draft_shows_a_missing_character_and_only_warns(title: Title, build: Builder) -> None:
    folder = title(chapter=FRONT + "王𬬎来了。\n")

    made = build(folder, draft=True)

    (missing,) = (d for d in made.report.findings if d.code == "font/no-face-has")
    assert missing.severity == "warning"
    (file,) = (f for f in made.files if f.name == "small-unchecked.pdf")
    assert "王〓来了。" in "".join(words_of(file).split())


def test_a_missing_photo_of_any_name_has_its_stand_in(title: Title, build: Builder) -> None:
    name = "王𬬎与₂的 微信图片?#%.jpg"
    folder = title(chapter=FRONT + f'甲\n\n![说明](<photos/{name}>){{credit="某"}}\n')

    made = build(folder, draft=True)

    wanting = {d.code for d in made.report.findings if d.severity in {"error", "warning"}}
    assert wanting == {"photo/for-position-only", "font/no-face-has"}
    (file,) = (f for f in made.files if f.name == "small-unchecked.pdf")
    assert "FPO王〓与₂的微信图片" in "".join(words_of(file).split())


def test_a_character_that_only_another_font_has_comes_from_there(
    title: Title, build: Builder
) -> None:
    folder = title(chapter=FRONT + "*㐀㐁㐂㐃*\n")

    (note,) = (d for d in build(folder).report.findings if d.code == "font/from-another-face")

    assert note.severity == "note"
    assert note.facts["family"] == "LXGW WenKai"
    assert note.facts["other"] == "Noto Serif SC"


def test_a_manuscript_in_gb18030_is_told_and_read_when_asked(title: Title, build: Builder) -> None:
    old = GOOD_CHAPTER.encode("gb18030")
    folder = title(one_dot_md=old)

    (wrong,) = faults(build, folder)
    assert told((wrong,)) == ["content/small/one.md:2:1: text/encoding"]
    assert wrong.facts["guess"] == "gb18030"

    asked = title(one_dot_md=old, edition_dot_toml='encoding = "gb18030"\n' + EDITION)
    assert build(asked, publish=False).report.verdict != "fail"


def test_a_misspelt_key_of_the_edition_is_told_with_the_right_one(
    title: Title, build: Builder
) -> None:
    folder = title(edition_dot_toml=EDITION.replace("binding", "bindng"))

    (wrong,) = faults(build, folder)

    assert told((wrong,)) == ["content/small/edition.toml:4:1: table/unknown-key"]
    assert wrong.facts["near"] == "binding"


def test_a_chapter_that_is_not_there_is_told_where_it_is_listed(
    title: Title, build: Builder
) -> None:
    folder = title(edition_dot_toml=EDITION.replace('"one.md"', '"one.md", "oen.md"'))

    (missing,) = faults(build, folder)

    assert told((missing,)) == ["content/small/edition.toml:6:23: chapter/missing"]


@pytest.mark.parametrize("chapter", ["../../secret.md", "/etc/passwd"])
def test_a_chapter_outside_of_the_title_is_refused(
    title: Title, build: Builder, chapter: str
) -> None:
    folder = title(edition_dot_toml=EDITION.replace("one.md", chapter))

    (refused,) = faults(build, folder)

    assert refused.code == "table/bad-value"


def test_a_layout_that_is_not_there_is_told_with_one_that_is(title: Title, build: Builder) -> None:
    folder = title(edition_dot_toml=EDITION.replace("jinian", "jinan"))

    (unknown,) = faults(build, folder)

    assert told((unknown,)) == ["content/small/edition.toml:3:1: layout/unknown"]
    assert unknown.facts["near"] == "jinian"


def test_faults_of_manuscript_and_layout_come_together(title: Title, build: Builder) -> None:
    folder = title(chapter="![]()\n", edition_dot_toml=EDITION.replace("jinian", "jinan"))

    assert [d.code for d in faults(build, folder)] == ["figure/no-address", "layout/unknown"]


def test_an_unknown_chapter_template_is_told_at_its_line(title: Title, build: Builder) -> None:
    folder = title(chapter=GOOD_CHAPTER.replace("template: text", "template: artcle"))

    (unknown,) = faults(build, folder)

    assert told((unknown,)) == ["content/small/one.md:3:1: chapter/template"]
    assert unknown.facts["near"] == "article"


def test_text_that_leaves_its_box_is_told_at_its_line(title: Title, build: Builder) -> None:
    much = "字" * 3000
    folder = title(chapter=f"---\ntitle: 卷首\ntemplate: inner\n---\n短。\n\n{much}\n")

    (lost,) = (d for d in faults(build, folder) if d.code == "text/lost")

    assert lost.place.line == 7
    assert isinstance(lost.facts["count"], int)
    assert lost.facts["count"] > 2000


def test_a_word_that_is_too_wide_is_cut_and_whole(title: Title, build: Builder) -> None:
    word = "".join(chr(65 + n % 26) for n in range(200))
    made = build(title(chapter=FRONT + word + "\n"))

    assert made.report.verdict != "fail"
    document = pypdfium2.PdfDocument(made.files[0])
    assert word in "".join(document[0].get_textpage().get_text_range().split())


# --- layouts --------------------------------------------------------------------------------


@pytest.fixture
def own_layout(root: Path, tmp_path: Path, workspace: Workspace) -> Path:
    """A copy of jinian that a test may break."""
    shutil.copytree(root / "layouts", tmp_path / "layouts")
    workspace.mount(PurePosixPath("layouts"), tmp_path / "layouts")
    return tmp_path / "layouts" / "jinian"


def test_a_broken_template_is_told_with_its_line(
    title: Title, build: Builder, own_layout: Path
) -> None:
    template = own_layout / "templates/blocks/paragraph.html.j2"
    template.write_text("<p>\n{% if %}\n</p>")

    (broken,) = faults(build, title())

    assert told((broken,)) == [
        "layouts/jinian/templates/blocks/paragraph.html.j2:2: template/no-expression"
    ]


@pytest.mark.parametrize(
    ("written", "kind", "name", "near"),
    [
        ("{{ block.txt }}", "Paragraph", "txt", "text"),
        ("{{ blok.text }}", "template", "blok", "block"),
        ("{{ edition.titel }}", "EditionView", "titel", "title"),
        ("{{ grid.line }}", "Grid", "line", "lines"),
        ("{{ grid.wide.brood }}", "{…}", "brood", "broad"),
        ("{{ words.lefft }}", "{…}", "lefft", "left"),
        ('{{ edition.title|fitted("openng", 20) }}', "[steps], [type]", "openng", "opening"),
    ],
)
def test_what_a_template_asks_for_in_vain_is_told_with_what_it_may_have_meant(
    title: Title, build: Builder, own_layout: Path, written: str, kind: str, name: str, near: str
) -> None:
    (own_layout / "templates/blocks/paragraph.html.j2").write_text(f"<p>\n{written}</p>")

    (told,) = faults(build, title())

    facts = told.facts
    assert (told.code, facts["kind"], facts["name"], facts["near"]) == (
        "template/no-such", kind, name, near,
    )  # fmt: skip
    assert told.place.line == 2


@pytest.mark.parametrize(
    ("mischief", "code"),
    [
        ("{{ block.nothing }}", "template/no-such"),
        ("{{ nothing }}", "template/no-such"),
        ("{{ 1 / 0 }}", "template/error"),
        ("{{ block.__class__.__mro__ }}", "template/forbidden"),
        ("{{ ''.__class__.__base__.__subclasses__() }}", "template/forbidden"),
        ("{% include 'nowhere.j2' %}", "layout/no-template"),
        ("{% include ['nowhere.j2', 'nor_here.j2'] %}", "layout/no-template"),
        ("{% extends 'nowhere.j2' %}", "layout/no-template"),
        ("{% extends 'page.html.j2' %}{% extends 'page.html.j2' %}", "template/extends-twice"),
        ("{% include 'blocks/paragraph.html.j2' %}", "template/too-nested"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template/too-nested"),
        ("{% set block.text = 1 %}", "template/no-namespace"),
        ("{% block a required %}{% endblock %}", "template/block-missing"),
    ],
)
def test_a_template_that_fails_or_reaches_out_is_told_with_its_line(
    title: Title, build: Builder, own_layout: Path, mischief: str, code: str
) -> None:
    template = own_layout / "templates/blocks/paragraph.html.j2"
    template.write_text(f"<p>\n{mischief}</p>")

    (broken,) = faults(build, title())

    assert told((broken,)) == [f"layouts/jinian/templates/blocks/paragraph.html.j2:2: {code}"]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/a.png",
        "../../../../etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "photo:0000",
        "/etc/passwd",
    ],
)
def test_no_address_leads_out_of_the_edition(
    title: Title, build: Builder, own_layout: Path, address: str
) -> None:
    (own_layout / "templates/blocks/paragraph.html.j2").write_text(f'<img src="{address}">')
    with (own_layout / "styles/type.css").open("a") as css:
        css.write(f'\nbody {{ background: url("{address}") }}\n@import "{address}";\n')

    found = faults(build, title())

    assert {d.code for d in found} == {"engine/address-refused"}


def test_css_that_the_engine_ignores_is_told_with_file_and_line(
    title: Title, build: Builder, own_layout: Path
) -> None:
    css = own_layout / "styles/type.css"
    css.write_text(".a { colour: red }\n" + css.read_text("utf-8"), "utf-8")

    findings = build(title(), publish=False).report.findings

    (ignored,) = (d for d in findings if d.code == "css/ignored")
    assert str(ignored.place) == "layouts/jinian/styles/type.css:1:6"


def test_every_fault_of_a_layout_is_told_at_once(
    title: Title, build: Builder, own_layout: Path
) -> None:
    layout = own_layout / "layout.toml"
    text = layout.read_text("utf-8")
    text = text.replace('note      = "blocks/note.html.j2"\n', "")
    (own_layout / "templates/blocks/note.html.j2").unlink()  # or the block's name would find it
    text = text.replace('"blocks/quote.html.j2"', '"blocks/qoute.html.j2"')
    text = text.replace('body       = "body"', 'body       = "bdy"')
    layout.write_text(text, "utf-8")

    found = faults(build, title())

    assert sorted(d.code for d in found) == [
        "layout/no-block",
        "layout/no-template",
        "layout/no-type-style",
    ]
    assert next(d for d in found if d.code == "layout/no-template").facts["near"] == (
        "blocks/quote.html.j2"
    )


def test_a_misspelt_key_of_a_layout_is_told_with_the_right_one(
    title: Title, build: Builder, own_layout: Path
) -> None:
    layout = own_layout / "layout.toml"
    layout.write_text(layout.read_text("utf-8").replace("bleed  =", "bleeed ="), "utf-8")

    missing, wrong = sorted(faults(build, title()), key=lambda d: d.code)

    assert (missing.code, missing.facts["key"]) == ("table/missing-key", "page.bleed")
    assert (wrong.code, wrong.facts["near"]) == ("table/unknown-key", "bleed")


def test_a_type_style_in_a_font_that_is_not_declared_is_told(
    title: Title, build: Builder, own_layout: Path
) -> None:
    tokens = own_layout / "tokens.toml"
    tokens.write_text(
        tokens.read_text("utf-8").replace(
            'body    = { family = "Noto Serif SC"', 'body    = { family = "Noto Serif CS"'
        ),
        "utf-8",
    )

    (wrong,) = faults(build, title())

    assert (wrong.code, wrong.facts["near"]) == ("layout/no-face", "Noto Serif SC 400")
    assert str(wrong.place).startswith("layouts/jinian/tokens.toml:")


# --- results --------------------------------------------------------------------------------


def results(tmp_path: Path) -> dict[str, bytes]:
    folder = tmp_path / "output" / "small"
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


def test_a_build_without_pages_leaves_the_last_results(
    title: Title, build: Builder, tmp_path: Path
) -> None:
    build(title())
    good = results(tmp_path)

    faults(build, title(edition_dot_toml=EDITION.replace("jinian", "nowhere")))

    assert results(tmp_path) == good
    assert [p.name for p in (tmp_path / "output/small").iterdir() if p.name[0] == "."] == []


def test_pages_with_an_error_stand_beside_the_last_good_files_until_it_is_mended(
    title: Title, build: Builder, tmp_path: Path
) -> None:
    build(title(), finishes="press screen proof")
    good = results(tmp_path)
    told_of = {"report.html", "report.json"}

    without_credit = FRONT + "字\n\n![说明](photos/good.jpg)\n"
    made = build(title(chapter=without_credit), finishes="press screen proof")

    folder = tmp_path / "output/small"
    names = {str(file.relative_to(folder)) for file in made.files}
    assert names == {
        "small-unchecked.pdf", "unchecked/001.png", "unchecked/overview.jpg", *told_of
    }  # fmt: skip
    now = results(tmp_path)
    assert {n: d for n, d in now.items() if n in good and n not in told_of} == {
        n: d for n, d in good.items() if n not in told_of
    }

    build(title(), finishes="press screen proof")

    assert sorted(results(tmp_path)) == sorted(good)
    assert not (folder / "unchecked").exists()


def test_an_unchecked_page_says_so_and_bears_its_faults(
    title: Title, build: Builder, tmp_path: Path
) -> None:
    without_credit = FRONT + "字\n\n![说明](photos/good.jpg)\n"
    made = build(title(chapter=without_credit), finishes="press")

    with pikepdf.open(made.files[0]) as pdf:
        (page,) = pdf.pages
        pins = [(str(a.Contents), list(a.Rect)) for a in page.Annots if a.Subtype == "/Square"]
        height = float(page.TrimBox[3]) * 25.4 / 72
        grown = float(page.MediaBox[3]) * 25.4 / 72 - height
        page.contents_coalesce()
        drawn = page.Contents.read_bytes()

    assert made.files[0].name == "small-unchecked.pdf"
    assert grown == pytest.approx(9, abs=0.01)  # room for the mark above the page
    assert b"/banxinVeil gs" in drawn  # and across it
    assert all(words.startswith("content/small/one.md:7") for words, _ in pins)
    (corners,) = (box for words, box in pins if "没有署名" in words)
    (placed,) = (f.place for f in made.report.findings if f.code == "photo/no-credit")
    left, low, right, top = (float(side) * 25.4 / 72 for side in corners)
    assert (left, height - top, right, height - low) == pytest.approx(placed.box_mm, abs=0.01)


@pytest.mark.parametrize("chapter", [GOOD_CHAPTER, GOOD_CHAPTER.replace("good.jpg", "none.jpg")])
def test_a_draft_shows_its_pages_and_is_never_a_file_for_the_press(
    title: Title, build: Builder, chapter: str
) -> None:
    made = build(title(chapter=chapter), finishes="press screen", draft=True)

    assert made.report.verdict != "fail"
    assert [file.name for file in made.files] == [
        "small-unchecked.pdf", "report.html", "report.json"
    ]  # fmt: skip


def test_what_a_draft_may_lack_is_a_warning_and_shows_on_the_page(
    title: Title, build: Builder
) -> None:
    made = build(title(chapter=FRONT + "![说明](photos/good.jpg)\n"), draft=True)

    (lacking,) = (f for f in made.report.findings if f.code == "photo/no-credit")
    assert lacking.severity == "warning"
    document = pypdfium2.PdfDocument(made.files[0])
    assert "缺署名" in document[0].get_textpage().get_text_range()


def test_a_file_that_a_press_cannot_have_still_shows_its_pages(
    title: Title, build: Builder
) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (1200, 800), (180, 40, 30, 120)).save(out, "PNG")
    folder = title(
        chapter=FRONT + '![说明](photos/clear.png){credit="某"}\n',
        edition_dot_toml=EDITION + 'press = "shop.toml"\n',
        shop_dot_toml='base = "coated-sheetfed"\nversion = "PDF/X-1a"\n',
        photos__clear_dot_png=out.getvalue(),
    )

    made = build(folder, finishes="press")

    assert [f.code for f in made.report.findings if f.severity == "error"] == ["press/transparent"]
    assert made.files[0].name == "small-unchecked.pdf"


def test_a_full_disk_is_told_and_leaves_the_last_good_files(
    title: Title, build: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(title())
    good = results(tmp_path)
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.suffix == ".json":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    (problem,) = faults(build, title(chapter=FRONT + "别的文字\n"))

    assert problem.code == "output/full"
    assert results(tmp_path) == good
    assert [p.name for p in (tmp_path / "output/small").iterdir() if p.name[0] == "."] == []


def test_an_output_folder_that_is_a_file_is_told(
    title: Title, build: Builder, tmp_path: Path
) -> None:
    (tmp_path / "output").write_text("a file")

    (problem,) = faults(build, title())

    assert problem.code == "output/unwritable"


def test_an_interrupted_build_leaves_the_last_good_files(
    title: Title, build: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(title())
    good = results(tmp_path)

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "_manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(title(chapter=FRONT + "别的文字\n"))

    assert results(tmp_path) == good
    assert [p.name for p in (tmp_path / "output/small").iterdir() if p.name[0] == "."] == []


def test_an_interrupt_from_the_keyboard_ends_with_130(root: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    words = ["build", "langfang", "-o", str(tmp_path), "--no-cache", "--lang", "en"]
    run = subprocess.Popen(
        [sys.executable, "-m", "banxin", *words],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in its background has them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert run.stderr is not None
    run.stderr.readline()  # the first stage has begun
    run.send_signal(signal.SIGINT)
    said, told = run.communicate(timeout=60)

    assert (run.returncode, said) == (130, "")
    assert told.splitlines()[-2:] == [
        "error: system/interrupted: interrupted",
        "  hint: the last good files are as they were",
    ]
    assert not list(tmp_path.glob("langfang/*"))


def test_a_text_file_is_judged_as_a_manuscript_is(title: Title, build: Builder) -> None:
    text = "---\ntitle: 第一章\ntemplate: text\n---\n\u3000\u3000这里, 有半角的逗号。\n"
    found = {}
    for name in ("one.md", "one.txt"):
        folder = title(
            name.replace(".", "-"),
            edition_dot_toml=EDITION.replace("one.md", name),
            **{name.replace(".", "_dot_"): text},
        )
        findings = build(folder).report.findings
        found[name] = [(f.code, f.place.line, f.place.column) for f in findings]

    assert ("copy/half-width", 5, 5) in found["one.txt"]
    assert found["one.txt"] == found["one.md"]
