"""Pipes, devices and folders where files should be, names that are no text, settings beyond sense.

Each is told, by a finding with its place; nothing hangs, and nothing ends in a traceback.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from banxin import batch, bugs, pipeline
from banxin.cli import commands
from banxin.diagnostics import BanxinError
from banxin.edition import Edition
from banxin.typeset import typeset
from banxin.voice import Exit, Voice, leaving_well, never_without_words
from banxin.workspace import NotOrdinary, Workspace, ordinary
from conftest import EDITION, ROOT, Title

Run = Callable[..., Result]
Put = Callable[[Path], object]
GBK = os.fsdecode("照片".encode("gbk"))


@pytest.fixture
def run(root: Path, tmp_path: Path, title: Title) -> Run:
    """`banxin WORD content/small … --format json`, with the repository's layouts."""
    title()

    def invoke(word: str, *words: str, form: str = "json") -> Result:
        more = [] if word == "preflight" else ["--workspace", str(root)]
        if word == "build":
            more += ["-o", str(tmp_path / "output"), "--finish", "screen"]
        asked = [word, *words, *more, "--format", form, "--lang", "en"]
        return CliRunner().invoke(commands("en"), asked)

    return invoke


def found(result: Result) -> list[tuple[str, str]]:
    """Code and file of what was found."""
    told = json.loads(result.stdout)
    rows = [row for title in told["titles"] for row in title["findings"]] + told["findings"]
    return [(row["code"], row["place"].get("file", "")) for row in rows]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def listening(path: Path) -> None:
    place = Path.cwd()
    os.chdir(path.parent)  # a socket's address is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(place)


NO_FILES: dict[str, tuple[Put, str]] = {
    "folder": (Path.mkdir, "file/folder"),
    "pipe": (pipe, "file/special"),
    "socket": (listening, "file/special"),
    "device": (device, "file/outside"),
}


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize(
    "where", ["one.md", "photos/good.jpg", "edition.toml", "photos/photos.toml"]
)
def test_what_is_no_file_is_told_at_once(kind: str, where: str, run: Run, tmp_path: Path) -> None:
    put, code = NO_FILES[kind]
    path = tmp_path / "content/small" / where
    path.unlink(missing_ok=True)
    put(path)
    result = run("check", str(tmp_path / "content/small"))

    codes = {found_code for found_code, _ in found(result)}
    if where == "edition.toml":
        assert codes & {"title/unknown", "title/none-like-it"}
    elif where == "photos/photos.toml":
        assert result.exit_code in {Exit.FINE, Exit.FINDINGS}
    else:
        assert code in codes or codes & {"photo/missing", "photo/missing-strange"}
    assert result.exit_code != Exit.OUR_BUG


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket"])
def test_a_page_and_its_stylesheet_as_well(kind: str, run: Run, tmp_path: Path) -> None:
    put, code = NO_FILES[kind]
    put(tmp_path / "page.html")
    (tmp_path / "good.html").write_text('<link rel=stylesheet href="x.css"><p>城')
    put(tmp_path / "x.css")
    put(tmp_path / "x.svg")

    page = run("render", str(tmp_path / "page.html"), str(tmp_path / "page.pdf"))
    style = run("render", str(tmp_path / "good.html"), str(tmp_path / "good.pdf"))

    assert (page.exit_code, found(page)[0][0]) == (Exit.CANNOT_BUILD, code)
    assert (style.exit_code, found(style)[0][0]) == (Exit.FINDINGS, "engine/address-refused")


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket"])
def test_a_pdf_and_a_profile_as_well(kind: str, run: Run, tmp_path: Path) -> None:
    put, _ = NO_FILES[kind]
    put(tmp_path / "a.pdf")
    put(tmp_path / "press.toml")
    result = run("preflight", str(tmp_path / "a.pdf"))
    profile = run("check", str(tmp_path / "content/small"), "--press", "../../press.toml")

    assert result.exit_code == Exit.CANNOT_BUILD
    assert profile.exit_code == Exit.CANNOT_BUILD


@pytest.mark.parametrize("words", [("build",), ("preflight",)])
def test_a_file_where_results_should_go_is_told(
    words: tuple[str, ...], root: Path, tmp_path: Path, title: Title
) -> None:
    title()
    (tmp_path / "taken").write_text("a file")
    what = {"build": str(tmp_path / "content/small"), "preflight": str(tmp_path / "a.pdf")}
    Image.new("RGB", (9, 9)).save(tmp_path / "a.pdf")
    more = ["--workspace", str(root)] if words == ("build",) else []
    asked = [*words, what[words[0]], "-o", str(tmp_path / "taken"), "--format", "json", *more]
    result = CliRunner().invoke(commands("en"), asked)

    assert (result.exit_code, found(result)) == (
        Exit.CANNOT_BUILD,
        [("output/not-a-folder", "")],
    )


@pytest.mark.parametrize("told", [0, 1, 999, 1000, 1 << 40])
def test_what_is_read_counts_and_not_what_is_told_of_it(
    told: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that the system makes while it is read is told to hold nothing."""
    file = tmp_path / "large"
    file.write_bytes(b"a" * 1000)
    true = os.fstat
    monkeypatch.setattr(
        os, "fstat", lambda of: os.stat_result([*true(of)[:6], told, *true(of)[7:10]])
    )

    assert file.stat().st_size == 1000
    with pytest.raises(NotOrdinary) as problem:
        ordinary(file, most=999)
    assert problem.value.code == "file/too-large"
    assert ordinary(file, most=1000) == b"a" * 1000


# --- names ------------------------------------------------------------------------------------


def test_names_of_another_encoding_are_told_once_and_harm_nothing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "content/small"
    (folder / f"{GBK}.md").write_text("x")
    (folder / "photos" / f"{GBK}.jpg").write_bytes(b"x")
    result = run("build", str(folder))

    told = found(result)
    assert [row for row in told if row[0] == "file/undecodable"] == [
        ("file/undecodable", "content/small"),
        ("file/undecodable", "content/small/photos"),
    ]
    assert result.exit_code == Exit.FINE
    assert "照片.jpg" in result.stdout
    report = json.loads((tmp_path / "output/small/report.json").read_text("utf-8"))
    assert report["verdict"] == "warn"
    assert "⟦D5⟧" in (tmp_path / "output/small/report.html").read_text("utf-8")
    assert "⟦D5⟧" in run("build", str(folder), form="human").stderr


@pytest.mark.parametrize("form", ["json", "human", "short"])
def test_a_title_so_named_is_told(form: str, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "content" / GBK
    folder.mkdir()
    (folder / "edition.toml").write_text(EDITION)
    result = run("build", str(folder), form=form)

    assert result.exit_code == Exit.CANNOT_BUILD
    assert "title/undecodable" in result.output
    assert ("照片" in result.output) == (form != "short")


def test_other_titles_beside_one_so_named_are_built(tmp_path: Path, title: Title) -> None:
    title()
    for name in ("layouts", "fonts"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "content" / GBK).mkdir()
    (tmp_path / "content" / GBK / "edition.toml").write_text(EDITION)
    here = Workspace(tmp_path)

    assert here.folders(PurePosixPath("content")) == ("small",)
    assert here.undecodable(PurePosixPath("content")) == (GBK,)


LONG = "长" * 200


@pytest.mark.parametrize(
    ("chapter", "line"),
    [
        (f"![图]({LONG}.jpg)", 1),
        (f"甲\n\n![图](photos/{LONG}.jpg)", 3),
        (f"---\ntitle: 甲\npicture: {LONG}.jpg\n---\n甲", 3),
    ],
)
def test_a_name_that_no_disk_takes_is_told_where_it_is_written(
    chapter: str, line: int, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "content/small"
    (folder / "one.md").write_text(chapter, "utf-8")
    result = run("check", str(folder))

    rows = [row for title in json.loads(result.stdout)["titles"] for row in title["findings"]]
    (told,) = [r for r in rows if r["code"] in {"file/name-too-long", "photo/missing-strange"}]
    assert told["place"]["line"] == line
    assert result.exit_code == Exit.FINDINGS


@pytest.mark.parametrize(
    "words",
    [
        ("build", LONG),
        ("check", "a\x00b"),
        ("check", "/dev/zero"),
        ("check", "a/" * 3000),
        ("render", LONG, "out.pdf"),
        ("preflight", LONG),
        ("preflight", "/dev/null"),
    ],
    ids=lambda words: words[0],
)
def test_words_of_the_command_line_that_name_nothing(words: tuple[str, ...], run: Run) -> None:
    result = run(*words)

    assert result.exit_code in {Exit.CANNOT_BUILD, Exit.USAGE}
    assert found(result)


def test_a_folder_that_may_not_be_read_is_told(
    tmp_path: Path, title: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = title()
    here = Workspace(ROOT)
    here.mount(PurePosixPath("content"), tmp_path / "content")

    def refuse(path: Path) -> Any:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(BanxinError) as problem:
        here.files(folder / "photos")
    (told,) = problem.value.diagnostics

    assert (told.code, told.place.file) == ("file/unreadable", "content/small/photos")


# --- settings ---------------------------------------------------------------------------------

DEEP = "[" * 5000 + "]" * 5000
MANY = "9" * 5000
SETTINGS = {
    f"masthead = {DEEP}": "table/deep",
    f"a = {'{a=' * 3000}1{'}' * 3000}": "table/deep",
    f"date = {MANY}": "table/number",
    f"masthead = {{ a = {MANY} }}": "table/number",
    f"masthead = {{ a = 0x{MANY} }}": "table/bad-value",
    f"date = {'9' * 300}": "table/bad-value",
    "date = 9999999-01-01": "table/syntax",
    "date = 1e999": "table/bad-value",
    "date = nan": "table/bad-value",
    'encoding = "undefined"': "table/bad-value",
    'encoding = "idna"': "table/bad-value",
    'encoding = "punycode"': "table/bad-value",
    'encoding = "unicode_escape"': "table/bad-value",
    'encoding = "raw_unicode_escape"': "table/bad-value",
    'encoding = "rot13"': "table/bad-value",
    'encoding = "hex"': "table/bad-value",
    'encoding = "zlib"': "table/bad-value",
    'encoding = "base64"': "table/bad-value",
    'encoding = ""': "table/bad-value",
    'encoding = "utf\\u00008"': "table/bad-value",
    f'encoding = "{"x" * 9999}"': "table/bad-value",
    'chapters = ["a\\u0000.md"]': "file/outside",
    'chapters = ["/dev/zero"]': "table/bad-value",
    'chapters = ["../../../etc/passwd"]': "table/bad-value",
    f'chapters = ["{LONG}.md"]': "file/name-too-long",
    'layout = "a\\u0000b"': None,
    f'layout = "{LONG}"': None,
    'layout = "../.."': None,
    'press = "a\\u0000.toml"': None,
    f'press = "{LONG}.toml"': None,
    "publication = '/dev/zero'": None,
}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting[:40])
def test_settings_beyond_sense_are_findings(setting: str, run: Run, tmp_path: Path) -> None:
    key = setting.partition(" ")[0]
    kept = [line for line in EDITION.splitlines() if not line.startswith(key)]
    table = "\n".join([setting, *kept])
    (tmp_path / "content/small/edition.toml").write_text(table, "utf-8")
    result = run("check", str(tmp_path / "content/small"))

    codes = [code for code, _ in found(result)]
    assert result.exit_code in {Exit.CANNOT_BUILD, Exit.FINDINGS}
    assert not [code for code in codes if code.startswith("internal/")]
    if (wanted := SETTINGS[setting]) is not None:
        assert wanted in codes


@pytest.mark.parametrize(
    "chapter",
    [
        f"---\ntitle: {DEEP}\n---\n甲",
        f'---\ntitle: "甲": {DEEP}\n---\n甲',
        f"---\ntitle: {MANY}\n---\n甲",
        f"---\n{'- ' * 3000}\n---\n甲",
        f"![图](photos/good.jpg){{lines={MANY}}}",
        f"![图](photos/good.jpg){{lines={'٩' * 5000}}}",
        f'![图](photos/good.jpg){{focus="{MANY}% 1%"}}',
        f"::: gallery {{rows={MANY}x{MANY}}}\n![图](photos/good.jpg)\n:::",
        f"::: numbers\n- {MANY}人 来\n:::",
        f"::: chart {{kind=bars}}\n| 年 | 人 |\n|---|---|\n| 1 | {MANY} |\n:::",
        f"{MANY}. 甲",
        f"{'#' * 5000} 甲",
        "*" * 10_000 + "甲" + "*" * 10_000,
        "[" * 5000 + "甲" + "](a)" * 5000,
        "> " * 3000 + "甲",
        "- " * 3000 + "甲",
        ":::" * 3000 + " note\n甲",
        "甲\x00乙",
        "![图](a\x00.jpg)",
        "![图](%00.jpg)",
        "![图](%ff%fe.jpg)",
        "![图](http://[::/a.jpg)",
        "[甲](http://[::)",
        "![图](file:///dev/zero)",
        "![图](/dev/zero)",
        "![图](../../../../../../dev/zero)",
    ],
    ids=lambda chapter: re.sub(r"[^\w({\[.:/]", "", chapter)[:24],
)
def test_manuscripts_beyond_sense_are_findings(chapter: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "content/small/one.md").write_text(chapter, "utf-8")
    result = run("check", str(tmp_path / "content/small"))

    codes = [code for code, _ in found(result)]
    assert result.exit_code in {Exit.FINE, Exit.FINDINGS, Exit.CANNOT_BUILD}
    assert not [code for code in codes if code.startswith(("internal/", "engine/crashed"))]


@pytest.mark.parametrize(
    "page",
    [
        '<base href="http://[::"><img src="a.png">',
        '<link rel=stylesheet href="http://[::/a.css">',
        '<img src="file://[::">',
        '<img src="file:///%00">',
        f'<img src="{LONG}.png">',
        '<a href="http://[::">城</a>',
        "<style>@import 'http://[::'; p { background: url(http://[::) }</style>",
    ],
)
def test_pages_with_addresses_that_are_none(page: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"{page}<p>城")
    result = run("render", str(tmp_path / "a.html"), str(tmp_path / "a.pdf"))

    assert result.exit_code in {Exit.FINE, Exit.FINDINGS, Exit.CANNOT_BUILD}


# --- faults of ours ------------------------------------------------------------------------------


FAULTS = [
    OSError("no name"), UnicodeError("稿件的字"), RecursionError("deep"), ZeroDivisionError("0"),
    OverflowError("1"), ValueError("'稿件的字' is no number"), KeyError("稿件的字"), MemoryError(),
    AssertionError("稿件的字")
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_what_nobody_foresaw_is_70_with_a_report_that_has_nothing_of_the_manuscript(
    fault: Exception, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **named: object) -> None:
        text = "城乡面貌焕然一新"
        assert text
        raise fault

    monkeypatch.setattr(pipeline, "typeset", fail)
    result = run("build", str(tmp_path / "content/small"))

    assert result.exit_code == Exit.OUR_BUG
    assert found(result)[-1][0] == "internal/bug"
    (written,) = (tmp_path / "output").glob("banxin-bug-*.txt")
    assert written.name in result.stdout
    assert "Traceback" not in result.output
    text = written.read_text("utf-8")
    assert type(fault).__name__ in text
    assert "banxin/pipeline.py" in text
    assert "weasyprint" in text
    assert str(ROOT) not in text
    if not isinstance(fault, UnicodeError | AssertionError):
        assert "稿件的字" not in text
    assert "一段文字" not in text


def test_a_fault_in_one_title_does_not_stop_the_others(
    run: Run, tmp_path: Path, title: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    title("other")
    laid_out = typeset

    def fail(bound: Edition, **named: Any) -> Any:
        if bound.folder.name == "small":
            raise ZeroDivisionError
        return laid_out(bound, **named)

    monkeypatch.setattr(pipeline, "typeset", fail)
    monkeypatch.setattr(batch, "hands_for", lambda errands: 1)
    result = run("build", *(str(tmp_path / "content" / name) for name in ("small", "other")))

    assert result.exit_code == Exit.OUR_BUG
    assert [code for code, _ in found(result)].count("internal/bug") == 1
    assert [*(tmp_path / "output" / "other").glob("*-screen.pdf")]


@pytest.mark.parametrize(
    ("fault", "code", "exit_code"),
    [
        (OSError("cannot load library 'libpango'"), "system/missing", Exit.SYSTEM_PART_MISSING),
        (PermissionError(13, "Permission denied", "甲"), "system/refused", Exit.CANNOT_BUILD),
        (OSError(28, "No space left on device", "乙"), "system/refused", Exit.CANNOT_BUILD),
    ],
)
def test_what_the_system_refuses_a_build_is_no_fault_of_ours(
    fault: OSError, code: str, exit_code: Exit, run: Run, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fail(*args: object, **named: object) -> None:
        raise fault

    monkeypatch.setattr(pipeline, "typeset", fail)
    result = run("build", str(tmp_path / "content/small"))

    assert (result.exit_code, found(result)[-1][0]) == (exit_code, code)
    assert not [*tmp_path.rglob("banxin-bug-*")]


def test_a_report_is_short_however_deep_the_fault(tmp_path: Path) -> None:
    def deeper(n: int) -> int:
        return deeper(n + 1) + 1

    try:
        deeper(0)
    except RecursionError as problem:
        file = bugs.report(problem, "1", [tmp_path / "no\0folder", tmp_path])

    assert file is not None
    assert len(file.read_text("utf-8").splitlines()) < 60


def test_where_no_report_can_be_written_the_code_is_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bugs, "report", lambda *_: None)
    with pytest.raises(SystemExit) as ending, leaving_well(Voice("short", "en")):
        raise ArithmeticError

    assert ending.value.code == Exit.OUR_BUG
    assert "internal/bug" in capsys.readouterr().out


def test_a_fault_outside_all_doors_has_its_own_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bugs, "report", lambda *_: None)
    with pytest.raises(SystemExit) as ending, never_without_words("json", "en"):
        raise UnicodeError

    assert ending.value.code == Exit.OUR_BUG
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "internal/bug"


def test_a_refusal_of_the_system_with_a_file_is_a_finding() -> None:
    with pytest.raises(SystemExit) as ending, leaving_well(Voice("json", "en")):
        raise PermissionError(13, "Permission denied", os.fsencode("甲"))

    assert ending.value.code == Exit.CANNOT_BUILD
