"""A package proves itself unchanged; what was changed is named; what is hostile is refused."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import struct
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Final

import pytest
from click.testing import CliRunner

import banxin
from banxin import pipeline, press
from banxin.cache import Cache
from banxin.cli import commands
from banxin.diagnostics import BanxinError, Place
from banxin.handover import Packed, built_again, examined, package, sources_of
from banxin.handover.archive import hostile, is_plain, opened, zipped
from banxin.handover.packing import profile_files
from banxin.preflight_file import judge
from banxin.press.profiles import ProfileTable
from banxin.request import Request
from banxin.shop import USUAL, Demands
from banxin.workspace import MARKERS, Workspace
from conftest import EDITION, GOOD_CHAPTER, ROOT

ORDER: Final = """
[job]
paper     = "157g 哑粉纸"
copies    = 1500
finishing = ["封面覆哑膜", "圆角"]
delivery  = "三月五日前"
contact   = ["王某 010-0000"]
"""
SAID: Final = EDITION.replace('"perfect"', '"saddle"') + ORDER
SMALL: Final = PurePosixPath("content/small")
HERE: Final = Workspace(ROOT, cache=False)
ROOT_FOLDER: Final = PurePosixPath()


class Bench:
    """A workspace with one small title, and what is packed of it."""

    def __init__(self, folder: Path, cache: Path, picture: bytes) -> None:
        self.folder, self.cache = folder, cache
        title = folder / "content" / "small"
        (title / "photos").mkdir(parents=True)
        (title / "edition.toml").write_text(SAID, "utf-8")
        (title / "one.md").write_text(GOOD_CHAPTER, "utf-8")
        (title / "photos" / "good.jpg").write_bytes(picture)

    def workspace(self, name: str) -> Workspace:
        here = Workspace(ROOT, output=self.folder / name)
        here.cache = Cache(self.cache)
        here.mount(PurePosixPath("content"), self.folder / "content")
        return here

    def packed(self, name: str = "output", **asked: object) -> Packed:
        return package(Request(SMALL, **asked), self.workspace(name))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Bench:
    picture = (ROOT / "content/liuhe/photos/greentock_by_Peter_Nerlich.jpg").read_bytes()
    return Bench(tmp_path_factory.mktemp("bench"), shared_cache, picture)


@pytest.fixture(scope="module")
def packed(bench: Bench) -> Path:
    made = bench.packed()
    assert made.file is not None, [str(d) for d in made.build.report.findings]
    return made.file


def files_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def codes(file: Path) -> list[tuple[str, str]]:
    return sorted((one.code, one.place.file or "") for one in examined(file).findings)


# --- what is in it --------------------------------------------------------------------------


def test_a_package_has_all_that_a_shop_needs_in_one_folder(packed: Path) -> None:
    assert packed.name == "small-job.zip"
    assert list(files_of(packed)) == [
        "small/job.html",
        "small/job.json",
        "small/small-press.pdf",
        "small/small-screen.pdf",
        "small/manifest.json",
        "small/press/FOGRA39.icc",
        "small/press/coated-sheetfed.toml",
        "small/report.html",
        "small/report.json",
        "small/SHA256SUMS",
    ]


def test_the_same_sources_give_the_same_zip(bench: Bench, packed: Path) -> None:
    again = bench.packed("elsewhere")

    assert again.file is not None
    assert again.file.read_bytes() == packed.read_bytes()
    assert again.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest()


def test_the_job_says_what_the_files_are(packed: Path) -> None:
    files = files_of(packed)
    job = json.loads(files["small/job.json"])

    (document,) = job["documents"]
    assert (document["file"], document["pages"]) == ("small-press.pdf", 4)
    assert {tuple(sheet["trim_mm"]) for sheet in document["sheets"]} == {(210.0, 285.0)}
    assert job["plates"][-1] == "Black"
    assert [sheet["plates"] for sheet in document["sheets"]][1:3] == [[], []]  # the blank ones
    assert (job["binding"], job["bleed_mm"], job["verdict"]) == ("saddle", 3.0, "warn")
    assert (job["paper"], job["copies"], job["finishing"]) == (
        "157g 哑粉纸", 1500, ["封面覆哑膜", "圆角"],
    )  # fmt: skip
    assert {font["licence"] for font in job["fonts"]} == {"OFL-1.1"}
    assert {one["name"]: one["sha256"] for one in job["files"]} == {
        name.removeprefix("small/"): hashlib.sha256(data).hexdigest()
        for name, data in files.items()
        if name.rpartition("/")[2] not in {"job.html", "job.json", "SHA256SUMS"}
    }


def test_the_profile_that_is_packed_is_the_press_again(packed: Path, tmp_path: Path) -> None:
    for name, data in files_of(packed).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folder = tmp_path / "small"
    for name in ("coated-sheetfed.toml", "FOGRA39.icc"):
        (folder / name).write_bytes((folder / "press" / name).read_bytes())

    report = judge(folder / "small-press.pdf", press="coated-sheetfed.toml")

    assert [str(d) for d in report.findings if d.severity in {"error", "warning"}] == []


SHOP: Final = """
bleed_mm = 4
least_ppi = 160
low_ppi = 230
wanted_ppi = 310
ink_limit = 290
leaf_mm = 0.21
pages_in = 16
icc = "ours.icc"
condition = "OURS 7"
described = "a \\"press\\" of ours"
registry = "https://example.org"
version = "PDF/X-1a"
safe_mm = 4
careful_mm = 6
gutter_mm = 12
least_tint = 5
least_text_pt = 6
least_line_pt = 0.3
plate_line_mm = 0.15
plate_gap_mm = 0.25
least_quality = 80
solid_mm = 40
most_stitched = 48

[severity]
"photo/soft" = { as = "note", because = "newsprint" }

[plates]
foil = "烫金一号"
"""


def test_every_word_of_a_shop_is_packed(tmp_path: Path) -> None:
    """All that a press profile can say, each otherwise than usual, and read again."""
    said, usual = tomllib.loads(SHOP), press.profile("coated-sheetfed", Place(), HERE, ROOT_FOLDER)
    assert set(said) == set(ProfileTable.model_fields)
    here = Workspace(tmp_path, cache=False)
    (tmp_path / "shop.toml").write_text(SHOP, "utf-8")
    (tmp_path / "ours.icc").write_bytes(usual.icc)
    whole = press.profile("shop.toml", Place(), here, ROOT_FOLDER)
    for field in fields(Demands):
        assert getattr(whole.demands, field.name) != getattr(USUAL, field.name), field.name

    packed = dict(profile_files(whole))
    for name, data in packed.items():
        (tmp_path / PurePosixPath(name).name).write_bytes(data)

    assert list(packed) == ["press/OURS-7.icc", "press/shop.toml"]
    assert press.profile("shop.toml", Place(), here, ROOT_FOLDER) == whole


def test_nothing_in_a_package_says_how_long_it_took(packed: Path) -> None:
    files = files_of(packed)

    assert json.loads(files["small/report.json"])["timings_s"] == {}
    with zipfile.ZipFile(packed) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_revision_is_in_every_name(bench: Bench) -> None:
    made = bench.packed("revised", revision=2)

    assert made.file is not None
    assert made.file.name == "small-r2-job.zip"
    names = set(files_of(made.file))
    assert {"small-r2/small-r2-press.pdf", "small-r2/small-r2-screen.pdf"} <= names
    assert json.loads(files_of(made.file)["small-r2/job.json"])["revision"] == 2


def test_a_title_with_errors_is_not_packed(bench: Bench) -> None:
    chapter = bench.folder / "content" / "small" / "one.md"
    try:
        chapter.write_text(GOOD_CHAPTER.replace("good.jpg", "none.jpg"), "utf-8")
        made = bench.packed("withheld")
    finally:
        chapter.write_text(GOOD_CHAPTER, "utf-8")

    assert (made.file, made.sha256) == (None, "")
    assert not (bench.folder / "withheld" / "small" / "small-job.zip").exists()


# --- proof ----------------------------------------------------------------------------------

S: Final = "small"
Change = Callable[[dict[str, bytes]], None]


def _changed(files: dict[str, bytes]) -> None:
    files["small/small-press.pdf"] += b"\n"


def _one_bit(files: dict[str, bytes]) -> None:
    data = bytearray(files["small/small-press.pdf"])
    data[len(data) // 2] ^= 1
    files["small/small-press.pdf"] = bytes(data)


def _without(files: dict[str, bytes]) -> None:
    del files["small/small-press.pdf"]


def _with_more(files: dict[str, bytes]) -> None:
    files["small/small-cover.pdf"] = b"%PDF"


def _beside(files: dict[str, bytes]) -> None:
    files["README"] = b"run me"


def _renamed(files: dict[str, bytes]) -> None:
    files["small/other-press.pdf"] = files.pop("small/small-press.pdf")


def _list_too(files: dict[str, bytes]) -> None:
    """Whoever changes a file changes its digest on the list as well."""
    before = hashlib.sha256(files["small/small-press.pdf"]).hexdigest().encode()
    _changed(files)
    after = hashlib.sha256(files["small/small-press.pdf"]).hexdigest().encode()
    files["small/SHA256SUMS"] = files["small/SHA256SUMS"].replace(before, after)


def _job_unread(files: dict[str, bytes]) -> None:
    files["small/job.json"] = b"[" * 100_000
    lines = files["small/SHA256SUMS"].decode().splitlines()
    digest = hashlib.sha256(files["small/job.json"]).hexdigest()
    said = [f"{digest}  job.json" if line.endswith("  job.json") else line for line in lines]
    files["small/SHA256SUMS"] = ("\n".join(said) + "\n").encode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_changed, [("job/changed", "small/small-press.pdf")]),
        (_one_bit, [("job/changed", "small/small-press.pdf")]),
        (_without, [("job/missing", "small/small-press.pdf")]),
        (_with_more, [("job/extra", "small/small-cover.pdf")]),
        (_beside, [("job/extra", "README")]),
        (_renamed, [("job/extra", f"{S}/other-press.pdf"), ("job/missing", f"{S}/{S}-press.pdf")]),
        (_list_too, [("job/disagrees", "small/small-press.pdf")]),
        (_job_unread, [("job/unread", "small/job.json")]),
    ],
)  # fmt: skip
def test_what_was_changed_is_named(
    change: Change, told: list[tuple[str, str]], packed: Path, tmp_path: Path
) -> None:
    files = files_of(packed)
    change(files)
    file = tmp_path / "changed.zip"
    file.write_bytes(zipped(files))

    assert codes(packed) == []
    assert codes(file) == told


def test_a_package_that_was_packed_anew_is_the_same_job(packed: Path, tmp_path: Path) -> None:
    """As a mail program or a file manager does it: squeezed, folders and all."""
    file = tmp_path / "anew.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("small")
        for name, data in reversed(files_of(packed).items()):
            archive.writestr(name, data)

    assert codes(file) == []


def test_the_sources_give_the_same_bytes_again(bench: Bench, packed: Path) -> None:
    here = bench.workspace("again")
    seen = examined(packed)
    assert seen.order is not None
    folder = sources_of(seen.order, "small", here)

    assert folder == SMALL
    assert built_again(seen, folder, here) == ()


def test_sources_that_changed_are_named_before_the_files_that_differ(
    bench: Bench, packed: Path
) -> None:
    chapter = bench.folder / "content" / "small" / "one.md"
    try:
        chapter.write_text(GOOD_CHAPTER.replace("一段", "另一段"), "utf-8")
        told = built_again(examined(packed), SMALL, bench.workspace("changed"))
    finally:
        chapter.write_text(GOOD_CHAPTER, "utf-8")

    assert (told[0].code, told[0].place.file) == ("job/source-changed", "content/small/one.md")
    different = {one.place.file for one in told if one.code == "job/not-the-same"}
    assert {"small-press.pdf", "small-screen.pdf", "manifest.json"} <= different
    assert not different & {"press/FOGRA39.icc", "press/coated-sheetfed.toml"}


def test_a_package_names_no_folder_but_a_title_of_the_workspace(bench: Bench, packed: Path) -> None:
    order = examined(packed).order
    assert order is not None
    here = bench.workspace("named")

    for name in ("../small", "/etc", "content/small", "none"):
        assert sources_of(order.model_copy(update={"name": name}), "", here) is None


def test_the_command_says_that_nothing_was_changed(packed: Path) -> None:
    words = ["verify", str(packed), "--no-rebuild"]
    told = CliRunner().invoke(commands("en"), words)
    chinese = CliRunner().invoke(commands("zh"), words)

    assert (told.exit_code, chinese.exit_code) == (0, 0)
    assert told.stdout.splitlines() == [
        f"SHA-256 {hashlib.sha256(packed.read_bytes()).hexdigest()}",
        "Unchanged: all 9 files are as listed.",
    ]
    assert chinese.stdout.splitlines()[-1] == "没有改动：9 个文件都与清单相同。"


def test_the_command_ends_with_1_where_something_was_changed(packed: Path, tmp_path: Path) -> None:
    files = files_of(packed)
    _with_more(files)
    file = tmp_path / "more.zip"
    file.write_bytes(zipped(files))

    told = CliRunner().invoke(
        commands("en"), ["verify", str(file), "--no-rebuild", "--format", "json"]
    )
    (finding,) = json.loads(told.stdout)["findings"]

    assert told.exit_code == 1
    assert (finding["code"], finding["place"]["file"]) == ("job/extra", "small/small-cover.pdf")


def test_a_change_is_told_where_the_sources_have_faults_too(
    bench: Bench, packed: Path, tmp_path: Path
) -> None:
    files = files_of(packed)
    _with_more(files)
    file = tmp_path / "more.zip"
    file.write_bytes(zipped(files))
    for marker in MARKERS:
        (tmp_path / marker).mkdir(parents=True)
    title = tmp_path / "content" / "small"
    title.mkdir(parents=True)
    (title / "edition.toml").write_text("title = 7\n", "utf-8")

    words = ["verify", str(file), "--workspace", str(tmp_path), "--format", "json"]
    told = CliRunner().invoke(commands("en"), words)
    codes_told = {one["code"] for one in json.loads(told.stdout)["findings"]}

    assert told.exit_code == 3
    assert {"job/extra", "table/bad-value"} <= codes_told


# --- hostile zips ---------------------------------------------------------------------------


def _written(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def _linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("small/link")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def _device() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("small/pipe")
        info.create_system = 3
        info.external_attr = (stat.S_IFIFO | 0o666) << 16
        archive.writestr(info, b"")
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small/zeros", bytes(64 << 20))
    return out.getvalue()


def _patched(data: bytes, at: int, value: bytes) -> bytes:
    """*data* with bytes of its first entry in the table of contents put otherwise."""
    begin = data.index(b"PK\x01\x02") + at
    return data[:begin] + value + data[begin + len(value) :]


def _larger_than_it_is() -> bytes:
    return _patched(_written({"small/a": b"x" * 10}), 24, struct.pack("<L", 3_000_000_000))


def _overlapping() -> bytes:
    """Two names for the same bytes, as the bomb of 46 MB that becomes 4.5 PB has a million."""
    data = _written({"small/a": b"x" * 99, "small/b": b"x" * 99})
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + struct.pack("<L", 0) + data[second + 46 :]


def _locked() -> bytes:
    return _patched(_written({"small/a": b"x"}), 8, struct.pack("<H", 1))


def _strangely_squeezed() -> bytes:
    return _patched(_written({"small/a": b"x"}), 10, struct.pack("<H", 99))


def _many() -> bytes:
    return _written({f"small/{number}": b"" for number in range(10_001)})


def _end_within_the_end() -> bytes:
    """Fields that Python passes over look like another end, one that lists little."""
    data = _written({"small/a": b"x"})
    at = data.rindex(b"PK\x05\x06")
    listed = struct.pack("<L", 0x0090_0000)
    return data[: at + 4] + b"PK\x05\x06" + data[at + 8 : at + 12] + listed + data[at + 16 :]


def _nameless() -> bytes:
    return _patched(_written({"small/a": b"x"}), 46, b"\0")


def _zip64_of_many() -> bytes:
    data = _written({"small/a": b"x"})
    at = data.rindex(b"PK\x05\x06")
    return data[:at] + b"PK\x06\x07" + bytes(16) + data[at:]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_written({"../evil": b"x"}), "zip/name"),
        (_written({"small/../../evil": b"x"}), "zip/name"),
        (_written({"/etc/evil": b"x"}), "zip/name"),
        (_written({"C:/evil": b"x"}), "zip/name"),
        (_written({"small\\..\\evil": b"x"}), "zip/name"),
        (_written({"small//evil": b"x"}), "zip/name"),
        (_written({"small/\u202efdp.exe": b"x"}), "zip/name"),
        (_written({"small/evil. ": b"x"}), "zip/name"),
        (_written({"small/a": b"x", "small/b": b"y"}).replace(b"small/b", b"small/a"), "zip/twice"),
        (_written({"small/a": b"x", "small/A": b"y"}), "zip/twice"),
        (_linked(), "zip/link"),
        (_device(), "zip/link"),
        (_bomb(), "zip/bomb-file"),
        (_larger_than_it_is(), "zip/bomb-file"),
        (_overlapping(), "zip/bomb-file"),
        (_locked(), "zip/locked"),
        (_strangely_squeezed(), "zip/method"),
        (_many(), "zip/too-many"),
        (_zip64_of_many(), "zip/too-many"),
        (_end_within_the_end(), "zip/too-many"),
        (_nameless(), "zip/name"),
        (b"", "zip/unreadable"),
        (b"PK\x05\x06", "zip/unreadable"),
        (b"%PDF-1.7", "zip/unreadable"),
        (_written({"small/a": b"x"})[:-30], "zip/unreadable"),
        (_written({}), "job/no-list"),
        (_written({"small/a": b"x"}), "job/no-list"),
        (_written({"a/SHA256SUMS": b"", "b/SHA256SUMS": b""}), "job/no-list"),
        (_written({"a/b/SHA256SUMS": b""}), "job/no-list"),
        (_written({"a/SHA256SUMS": b"nonsense\n"}), "job/list"),
        (_written({"a/SHA256SUMS": b"0" * 64 + b"  ../evil\n"}), "job/list"),
        (_written({"a/SHA256SUMS": (b"0" * 64 + b"  b\n") * 2}), "job/list"),
        (_written({"a/SHA256SUMS": b"\xff" * 100}), "job/list"),
    ],
)
def test_a_hostile_zip_is_refused_and_nothing_is_written(
    data: bytes, code: str, tmp_path: Path
) -> None:
    file = tmp_path / "hostile.zip"
    file.write_bytes(data)

    with pytest.raises(BanxinError) as told:
        examined(file)

    assert code in {one.code for one in told.value.diagnostics}
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.zip"]
    assert CliRunner().invoke(commands("zh"), ["verify", str(file)]).exit_code == 3


def test_a_fault_of_ours_while_a_zip_is_open_is_not_told_as_the_zips(tmp_path: Path) -> None:
    file = tmp_path / "sound.zip"
    file.write_bytes(_written({"small/a": b"x"}))

    with pytest.raises(ValueError, match="ours"), opened(file):
        raise ValueError("ours")


def test_the_module_does_what_the_command_line_does(
    bench: Bench, packed: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more.zip"
    files = files_of(packed)
    _with_more(files)
    more.write_bytes(zipped(files))

    assert banxin.verify(packed) == ()
    assert [one.code for one in banxin.verify(more)] == ["job/extra"]
    banxin.dummy(built(bench), tmp_path / "dummy.pdf", paper="A3")
    assert (tmp_path / "dummy.pdf").read_bytes().startswith(b"%PDF")


def built(bench: Bench) -> Path:
    return bench.folder / "output" / "small" / "small-press.pdf"


@pytest.mark.parametrize("name", ["a:b", "末尾。", "e\u0301te\u0301", "two words", "点."])
def test_titles_of_any_name_are_packed_and_proved(name: str, bench: Bench) -> None:
    """Names that a Macintosh writes apart, or that Windows does not have, do no harm."""
    title = bench.folder / "content" / name
    shutil.copytree(bench.folder / "content" / "small", title)
    made = package(Request(PurePosixPath("content") / name), bench.workspace("names"))

    assert made.file is not None
    assert examined(made.file).findings == ()
    shutil.rmtree(title)


@pytest.mark.parametrize("value", [0x00, 0x01, 0x7F, 0x80, 0xFF])
def test_a_zip_damaged_anywhere_ends_in_findings_or_a_reason(value: int, tmp_path: Path) -> None:
    data = _written({"a/x": b"hello", "a/job.json": b"{}", "a/SHA256SUMS": b""})
    file = tmp_path / "damaged.zip"
    told: dict[int, list[str]] = {}
    for position in range(len(data)):
        file.write_bytes(data[:position] + bytes([value]) + data[position + 1 :])
        try:
            told[position] = [one.code for one in examined(file).findings]
        except BanxinError as problem:
            told[position] = [one.code for one in problem.diagnostics]

    assert [position for position, codes in told.items() if not codes] == []
    assert {code.partition("/")[0] for codes in told.values() for code in codes} == {"job", "zip"}


def test_a_name_that_only_an_extra_field_has_is_looked_at_too() -> None:
    """Newer Pythons read a name from there; unpacking programs do, too."""
    info = zipfile.ZipInfo("small/a")
    info.filename, info.header_offset, info.compress_size = "../evil", 0, 0

    assert [one.code for one in hostile([info], Place())] == ["zip/name"]


@pytest.mark.parametrize("name", ["small/small-press.pdf", "册/册-press.pdf", "a/b/c", "a b/c"])
def test_plain_names_are_plain(name: str) -> None:
    assert is_plain(name)


def test_the_files_of_a_package_are_those_that_a_build_writes(bench: Bench) -> None:
    built = pipeline.build(Request(SMALL, finishes=("press", "screen")), bench.workspace("built"))
    made = bench.packed("packed")

    assert made.file is not None
    files = files_of(made.file)
    for path in built.files:
        if path.suffix == ".pdf" or path.name == "manifest.json":
            assert files[f"small/{path.name}"] == path.read_bytes()
