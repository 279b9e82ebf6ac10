"""`banxin photos`: pictures looked at, renamed and entered; nothing that was there is lost."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageFilter

from banxin import darkroom
from banxin.cli import commands
from banxin.darkroom import entered, heic, named, seen
from banxin.darkroom.waiting import Waiting, matches
from banxin.diagnostics import BanxinError, Place
from banxin.workspace import Workspace
from conftest import GOOD_CHAPTER, Title

Run = Callable[..., Result]
# Of a phone: 64 × 48 pixels, taken on 2024-05-06, and where. Made with pillow-heif.
HEIC: Final = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAAEQAAgAAAAACJgABAAAAAAAAAJ4AAAA4aWlu"
    "ZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA"
    "/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkA"
    "AAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAA"
    "AAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAA"
    "AA5jZHNjAAIAAQABAAAA6m1kYXQAAABAKAGvWOb06r//45u//U0//jT/1f+XPr+XPr+vjtm7RLVlfDyyPGpD79Vi"
    "aZ/Wf1E5quW+D2eAWLofacaS6k0rgAAAAAZFeGlmAABNTQAqAAAACAADAQ8AAgAAAAYAAAAyh2kABAAAAAEAAAA4"
    "iCUABAAAAAEAAABeAAAAAEFwcGxlAAABkAMAAgAAABQAAABKAAAAADIwMjQ6MDU6MDYgMDc6MDg6MDkAAAIAAQAC"
    "AAAAAk4AAAAAAgAFAAAAAwAAAHwAAAAAAAAAJwAAAAEAAAAeAAAAAQAAAAAAAAAB"
)


def grain(wide: int = 640, high: int = 480, seed: int = 1) -> Image.Image:
    """A picture with edges and shades, like no other of another seed."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 255, (9, 12, 3), dtype=np.uint8))
    picture = np.asarray(coarse.resize((wide, high), Image.Resampling.BICUBIC), dtype=np.int16)
    noise = random.integers(-30, 30, (high, wide, 1), dtype=np.int16)
    return Image.fromarray((picture + noise).clip(0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int = 92, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, exif=exif or Image.Exif())
    return out.getvalue()


def by_camera(day: str = "2024:05:06 10:00:00") -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8769)[0x9003] = day
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.0, 30.0, 11.0)
    return exif


@pytest.fixture
def photos(title: Title, tmp_path: Path) -> Path:
    title()
    return tmp_path / "content/small/photos"


@pytest.fixture
def go(workspace: Workspace) -> Callable[..., darkroom.Round]:
    def run(*, write: bool = True, **said: str) -> darkroom.Round:
        folder = PurePosixPath("content/small")
        return darkroom.go_round(folder, workspace.afresh(), darkroom.Defaults(**said), write=write)

    return run


Go = Callable[..., darkroom.Round]


def codes(made: darkroom.Round) -> list[str]:
    return sorted(remark.code for remark in made.remarks)


# --- what is seen -------------------------------------------------------------------------------


def test_pixels_sizes_and_the_day_are_entered_and_no_place(photos: Path, go: Go) -> None:
    (photos / "a.jpg").write_bytes(jpeg(grain(3000, 2000), exif=by_camera()))

    made = go(credit="王某某", licence="CC BY 4.0")

    text = (photos / "photos.toml").read_text("utf-8")
    assert '["photos/a.jpg"]\n#: 3000 × 2000 px · 300 ppi 254 × 169 mm · ' in text
    assert "225 ppi 338 × 225 mm · 2024-05-06\n" in text
    entry = tomllib.loads(text)["photos/a.jpg"]
    assert (entry["credit"], entry["licence"]) == ("王某某", "CC BY 4.0")
    assert "39" not in re.sub("339", "", text)
    assert "photo/located" in codes(made)


def test_what_stands_in_the_ledger_stays_to_the_letter(photos: Path, go: Go) -> None:
    written = (
        "\ufeff# 我们的台账\r\n\r\n['photos/good.jpg']  # 第一张\r\ncaption = '''一\r\n二'''\r\n"
        'credit="李"\r\n\r\n# 不在了\r\n["photos/gone.jpg"]\r\ncaption = "旧照"\r\n'
    )
    (photos / "photos.toml").write_bytes(written.encode())

    go()
    go()

    now = (photos / "photos.toml").read_bytes().decode()
    assert re.sub(r"#: .*\r\n", "", now) == written
    assert now.count("#: ") == 1


def test_a_second_round_writes_nothing_new(photos: Path, go: Go) -> None:
    (photos / "a.png").write_bytes(jpeg(grain()))
    go()
    once = (photos / "photos.toml").read_bytes()
    go()

    assert (photos / "photos.toml").read_bytes() == once


def test_a_dry_run_writes_nothing_at_all(photos: Path, go: Go) -> None:
    (photos / "a [1].jpg").write_bytes(jpeg(grain()))
    before = sorted(photos.rglob("*"))
    made = go(write=False)

    assert sorted(photos.rglob("*")) == before
    assert [one.new for one in made.renamed] == ["a -1.jpg"]


def test_damaged_pictures_are_told_and_the_others_entered(photos: Path, go: Go) -> None:
    (photos / "cut.jpg").write_bytes(jpeg(grain())[:2000])
    (photos / "empty.jpg").write_bytes(b"")
    (photos / "page.jpg").write_bytes(b"<html><body>404</body></html>")
    (photos / "whole.jpg").write_bytes(jpeg(grain()))

    made = go()

    assert {"photo/truncated", "photo/empty", "photo/not-picture"} <= set(codes(made))
    assert set(tomllib.loads(made.text)) == {"photos/good.jpg", "photos/whole.jpg"}


@pytest.mark.parametrize("name", ["mmexport1590000000000.jpg", "微信图片_20240506.jpg", "a.jpg"])
def test_what_a_chat_made_small_is_told(photos: Path, go: Go, name: str) -> None:
    (photos / name).write_bytes(jpeg(grain(1280, 960), 75))
    assert "photo/squeezed" in codes(go())


def test_what_a_camera_signed_is_not_taken_for_a_chats(photos: Path, go: Go) -> None:
    (photos / "a.jpg").write_bytes(jpeg(grain(1280, 960), 75, by_camera()))
    assert "photo/squeezed" not in codes(go())


def test_a_blurred_picture_is_told_and_its_sharp_original_not(photos: Path, go: Go) -> None:
    sharp = grain(1600, 1200)
    (photos / "sharp.jpg").write_bytes(jpeg(sharp))
    (photos / "soft.jpg").write_bytes(jpeg(sharp.filter(ImageFilter.GaussianBlur(8))))

    told = [r.facts["file"] for r in go().remarks if r.code == "photo/blurred"]

    assert told == ["photos/soft.jpg"]


def test_pictures_that_are_nearly_alike_are_told_once_the_largest_first(
    photos: Path, go: Go
) -> None:
    large = grain(1600, 1200, 7)
    (photos / "b-small.jpg").write_bytes(jpeg(large.resize((800, 600)), 60))
    (photos / "a-middle.jpg").write_bytes(jpeg(large.resize((1000, 750)).crop((5, 5, 990, 740))))
    (photos / "c-large.jpg").write_bytes(jpeg(large))
    (photos / "d-other.jpg").write_bytes(jpeg(grain(1600, 1200, 8)))

    alike = [r.facts for r in go().remarks if r.code == "photo/alike"]

    others = "photos/a-middle.jpg · photos/b-small.jpg"
    assert alike == [{"file": "photos/c-large.jpg", "others": others}]


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("合影 (1).jpg", "合影 (1).jpg"),
        ("IMG_1234.JPG", "IMG_1234.JPG"),
        ("甲[1].jpg", "甲-1.jpg"),
        ('a"b|c.jpg', "a-b-c.jpg"),
        ("100%#1.jpg", "100-1.jpg"),
        ("看\u200b不见.jpg", "看不见.jpg"),
        (os.fsdecode("照片.jpg".encode("gbk")), "照片.jpg"),
        ("长" * 84 + ".jpg", "长" * 80 + ".jpg"),
    ],
)
def test_names_become_such_as_a_manuscript_can_write(name: str, plain: str) -> None:
    assert named.plain(name) == plain


def test_a_renamed_picture_is_a_copy_and_its_original_is_kept_with_a_list(
    photos: Path, go: Go
) -> None:
    data = jpeg(grain())
    (photos / "甲[1].jpg").write_bytes(data)
    (photos / "甲-1.jpg").write_bytes(jpeg(grain(seed=2)))
    (photos / os.fsdecode("照片.jpg".encode("gbk"))).write_bytes(data)

    made = go()

    assert (photos / "甲-1-2.jpg").read_bytes() == (photos / "照片.jpg").read_bytes() == data
    assert (photos / "originals/甲[1].jpg").read_bytes() == data
    listed = tomllib.loads((photos / "originals/renamed.toml").read_text("utf-8"))
    assert listed == {"甲-1-2.jpg": "甲[1].jpg", "照片.jpg": "照片.jpg"}
    assert codes(made).count("photo/renamed") == 2
    assert go().renamed == ()


def test_where_the_ledger_cannot_be_written_nothing_stays_moved(
    photos: Path, go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photos / "甲[1].jpg").write_bytes(jpeg(grain()))
    before = {path: path.read_bytes() for path in photos.iterdir()}

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "photos.toml")

    monkeypatch.setattr("banxin.darkroom.round._write_ledger", refuse)
    with pytest.raises(PermissionError):
        go()

    assert {path: path.read_bytes() for path in photos.iterdir() if path.is_file()} == before
    assert not list((photos / "originals").iterdir())


def test_a_phones_picture_becomes_a_jpeg_without_its_place(photos: Path, go: Go) -> None:
    (photos / "IMG_0001.HEIC").write_bytes(HEIC)
    (photos / "broken.heic").write_bytes(HEIC[:400])

    made = go()

    with Image.open(photos / "IMG_0001.jpg") as picture:
        assert picture.size == (64, 48)
        assert dict(picture.getexif().get_ifd(0x8825)) == {}
    assert "2024-05-06" in made.text
    assert (photos / "originals/IMG_0001.HEIC").read_bytes() == HEIC
    assert "photo/unreadable" in codes(made)
    assert (photos / "broken.heic").exists()


def test_without_what_reads_it_a_phones_picture_stays_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heic, "can_be_read", lambda: False)
    with pytest.raises(BanxinError) as problem:
        heic.as_jpeg(HEIC, Place("a.heic"))
    assert [d.code for d in problem.value.diagnostics] == ["photo/heic-library"]


# --- what waits ---------------------------------------------------------------------------------


def picture(name: str, day: str = "") -> seen.Seen:
    return seen.Seen(f"photos/{name}", 1, 1, "", "", day, False, (), 0, b"")


def wait(name: str, caption: str = "") -> Waiting:
    return Waiting(f"photos/{name}", caption, Place())


def test_captions_and_pictures_are_matched_by_name_then_date_then_order() -> None:
    found = matches(
        [wait("早市.png"), wait("x1.jpg", "2024年5月6日的操场"), wait("x2.jpg", "钟"),
         wait("x3.jpg")],
        [picture("IMG_10.jpg"), picture("IMG_9.jpg"), picture("b.jpg", "2024-05-06"),
         picture("早市.jpg")],
    )  # fmt: skip

    assert [(m.waiting.name, m.picture, m.why) for m in found] == [
        ("photos/早市.png", "photos/早市.jpg", "name"),
        ("photos/x1.jpg", "photos/b.jpg", "date"),
        ("photos/x2.jpg", "photos/IMG_9.jpg", "order"),
        ("photos/x3.jpg", "photos/IMG_10.jpg", "order"),
    ]


def test_where_the_numbers_differ_nothing_is_matched_by_order() -> None:
    assert matches([wait("x.jpg")], [picture("IMG_1.jpg"), picture("IMG_2.jpg")]) == ()


# --- the sheet and the choice -------------------------------------------------------------------


@pytest.fixture
def run(root: Path, tmp_path: Path) -> Run:
    def invoke(*words: str, language: str = "en") -> Result:
        more = ["--lang", language, "--workspace", str(root), "-o", str(tmp_path / "output")]
        folder = str(tmp_path / "content/small")
        return CliRunner().invoke(commands(language), ["photos", folder, *words, *more])

    return invoke


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_is_one_file_that_asks_nobody(
    run: Run, title: Title, tmp_path: Path, language: str
) -> None:
    title(chapter=GOOD_CHAPTER + "\n\n![<b>早&市</b>](photos/早市.jpg)\n")
    assert run(language=language).exit_code == 0

    page = (tmp_path / "output/small/photos.html").read_text("utf-8")

    assert "default-src 'none'" in page
    assert re.findall(r"(?:src|href)=\"(?!data:)[^\"]*\"", page) == []
    assert "://" not in page
    assert "<b>" not in page


def test_what_was_chosen_is_set_and_the_rest_stays(run: Run, title: Title, tmp_path: Path) -> None:
    title(chapter=GOOD_CHAPTER + "\n\n![早市。](photos/早市.jpg)\n")
    photos = tmp_path / "content/small/photos"
    data = {name: jpeg(grain(seed=n)) for n, name in enumerate(("a.jpg", "b.jpg"))}
    for name, raw in data.items():
        (photos / name).write_bytes(raw)
    run()
    choice = tmp_path / "choice.toml"
    choice.write_text(
        '["photos/a.jpg"]\nplace = "photos/早市.jpg"\ncredit = "王\\n\\"某\\""\n\n'
        '["photos/b.jpg"]\naside = true\n',
        "utf-8",
    )

    said = run("--take", str(choice))

    assert (said.exit_code, said.stdout.splitlines()[0]) == (0, "2 pictures set as chosen")
    table = tomllib.loads((photos / "photos.toml").read_text("utf-8"))
    assert table["photos/早市.jpg"]["credit"] == '王 "某"'
    assert "photos/a.jpg" not in table
    assert (photos / "早市.jpg").read_bytes() == data["a.jpg"]
    assert (photos / "originals/b.jpg").read_bytes() == data["b.jpg"]


def test_what_is_proposed_can_be_taken_all_at_once(run: Run, title: Title, tmp_path: Path) -> None:
    """The caption of the ledger says whose picture it is, and stays with it."""
    ledger = '["photos/配图-1.jpg"]\ncaption = "早市开张"\n'
    title(
        chapter=GOOD_CHAPTER + "\n\n![](photos/配图-1.jpg)\n\n![收摊。](photos/配图-2.jpg)\n",
        **{"photos/photos.toml": ledger},
    )
    photos = tmp_path / "content/small/photos"
    data = {name: jpeg(grain(seed=n)) for n, name in enumerate(("早市.jpg", "IMG_2.jpg"))}
    for name, raw in data.items():
        (photos / name).write_bytes(raw)

    assert run("--dry-run", "--match").exit_code == 0
    assert (photos / "photos.toml").read_text("utf-8") == ledger
    said = run("--match", "--credit", "王某", "--licence", "CC0")

    assert (said.exit_code, said.stdout.splitlines()[0]) == (0, "2 pictures set as chosen")
    assert (photos / "配图-1.jpg").read_bytes() == data["早市.jpg"]
    assert (photos / "配图-2.jpg").read_bytes() == data["IMG_2.jpg"]
    table = tomllib.loads((photos / "photos.toml").read_text("utf-8"))
    assert set(table) == {"photos/good.jpg", "photos/配图-1.jpg", "photos/配图-2.jpg"}
    assert table["photos/配图-1.jpg"]["caption"] == "早市开张"
    assert {row["credit"] for row in table.values()} == {"王某"}


def test_what_is_asked_of_all_pictures_is_entered_where_nothing_is_said(
    photos: Path, go: Go
) -> None:
    (photos / "photos.toml").write_text(
        '["photos/good.jpg"]\ncaption = "图"\nlicence = "CC BY 4.0"\n', "utf-8"
    )

    go(credit="王某", licence="CC0", consent="已同意")

    (row,) = tomllib.loads((photos / "photos.toml").read_text("utf-8")).values()
    assert row == {
        "caption": "图", "licence": "CC BY 4.0", "credit": "王某", "consent": "已同意"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (b'["photos/none.jpg"]\naside = true', "photo/chosen-missing"),
        (b'["photos/a.jpg"]\nplace = "../one.md"', "file/outside"),
        (b'["photos/a.jpg"]\nplace = "one.jpg"', "photo/place-taken"),
        (b'["photos/a.jpg"]\nplace = "photos/good.jpg"', "photo/place-taken"),
        (b'["photos/a.jpg"]\nshell = "rm"', "table/unknown-key-strange"),
        (b'["photos/a.jpg"\n', "table/syntax"),
        ("[照片]".encode("gbk"), "photo/choice-unread"),
    ],
)
def test_a_choice_that_cannot_be_made_changes_nothing(
    photos: Path, workspace: Workspace, choice: bytes, code: str
) -> None:
    (photos / "a.jpg").write_bytes(jpeg(grain()))
    before = {path: path.read_bytes() for path in photos.rglob("*") if path.is_file()}

    with pytest.raises(BanxinError) as problem:
        darkroom.take(PurePosixPath("content/small"), choice, "choice.toml", workspace)

    assert [d.code for d in problem.value.diagnostics] == [code]
    assert {path: path.read_bytes() for path in photos.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("value", ['a"b', "甲\\乙", "一\t二", "'''", "\x7f", "#", ""])
@pytest.mark.parametrize(
    "before",
    ['["photos/a.jpg"]\ncaption = "旧"\n', '["photos/a.jpg"]\n#: 1 px\n\n["b"]\ncaption = "乙"\n'],
)
def test_a_value_is_set_whatever_it_is_and_nothing_beside_it(before: str, value: str) -> None:
    made = tomllib.loads(entered.with_value(before, "photos/a.jpg", "caption", value))

    wanted = tomllib.loads(before)
    if value or "caption" in wanted["photos/a.jpg"]:
        wanted["photos/a.jpg"]["caption"] = value
    assert made == wanted


def test_what_is_written_in_a_strange_way_is_left_to_people() -> None:
    several = '["photos/a.jpg"]\ncaption = """一\n二"""\n'
    with pytest.raises(BanxinError) as problem:
        entered.with_value(several, "photos/a.jpg", "caption", "新")
    assert [d.code for d in problem.value.diagnostics] == ["photo/ledger-by-hand"]


def test_a_program_reads_the_list_as_rows(run: Run, photos: Path) -> None:
    rows = json.loads(run("--format", "json", "--dry-run").stdout)

    assert [(row["file"], row["pixels"]) for row in rows] == [("photos/good.jpg", [1200, 800])]
