from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pikepdf
import pytest
from click.testing import CliRunner, Result

from banxin import __version__
from banxin.cli import commands
from banxin.pipeline import Build
from banxin.preflight import RULES, manual, read
from banxin.preflight.facts import Order
from banxin.preflight_file import judge
from banxin.voice import Voice
from banxin.words import LANGUAGES, word_list
from banxin.workspace import Workspace
from conftest import GOOD_CHAPTER, ROOT, Builder, Title
from test_words import codes_in_source, placeholders

Run = Callable[..., Result]
SAID: Final = sorted(c for c in codes_in_source() if c.split("/")[0] not in manual.UNSPOKEN)
SAMPLES: Final = sorted(file.parent.name for file in (ROOT / "content").glob("*/edition.toml"))


@pytest.fixture
def run(root: Path, tmp_path: Path) -> Run:
    def invoke(*words: str, language: str = "en") -> Result:
        more = ["--lang", language]
        if words[0] not in {"preflight", "rules"}:
            more += ["--workspace", str(root)]
        if words[0] == "build":
            more += ["-o", str(tmp_path / "output")]
        return CliRunner().invoke(commands(language), [*words, *more])

    return invoke


def test_a_build_names_its_files_and_ends_with_0(run: Run, title: Title, tmp_path: Path) -> None:
    title()
    result = run("build", str(tmp_path / "content/small"), "--finish", "screen")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].endswith("output/small/small-screen.pdf")
    assert "small: 1 page, " in result.stdout
    assert (tmp_path / "output/small/report.json").is_file()
    assert (tmp_path / "output/small/manifest.json").is_file()


def test_the_cache_is_shown_by_kind_and_cleared(run: Run, title: Title, tmp_path: Path) -> None:
    title()
    run("build", str(tmp_path / "content/small"), "--finish", "screen")
    output = ("-o", str(tmp_path / "output"))
    kept = list((tmp_path / "output/.cache").glob("*/*/*"))

    table = json.loads(run("cache", *output, "--format", "json").stdout)
    assert sum(row["entries"] for row in table) == len(kept) > 0
    assert sum(row["bytes"] for row in table) == sum(path.stat().st_size for path in kept)

    said = run("cache", *output)
    assert said.exit_code == 0
    assert [line.split("\t")[0] for line in said.stdout.splitlines()[:-1]] == [
        row["kind"] for row in table
    ]
    assert f"{len(kept)} entries" in said.stdout.splitlines()[-1]

    assert f"{len(kept)} entries let go" in run("cache", *output, "--clear").stdout
    assert not (tmp_path / "output/.cache").exists()
    assert " 0 entries" in run("cache", *output).stdout
    assert run("cache", *output, "--clear").exit_code == 0


def test_a_cache_that_cannot_be_cleared_is_told_and_the_exit_code_is_3(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    (tmp_path / "output/.cache").mkdir(parents=True)
    monkeypatch.setattr("banxin.cache.shutil.rmtree", refuse)

    said = run("cache", "-o", str(tmp_path / "output"), "--clear")

    assert said.exit_code == 3
    assert "Permission denied" in said.stderr
    assert said.stdout == ""


def test_a_damaged_entry_of_the_cache_is_told_to_who_asks(
    run: Run, title: Title, tmp_path: Path
) -> None:
    title()
    asked = ("build", str(tmp_path / "content/small"), "--finish", "screen")
    run(*asked)
    kept = sorted((tmp_path / "output/.cache").glob("face/*/*"))
    assert kept
    said = []
    for more in ((), ("--verbose",)):
        for path in kept:
            path.write_bytes(path.read_bytes()[:-1])
        title(chapter=GOOD_CHAPTER.replace("一段", "又一段" if more else "另一段"))
        said.append(run(*asked, *more))
    quiet, loud = said

    assert "damaged" not in quiet.stderr
    assert {line for line in loud.stderr.splitlines() if "damaged" in line} == {
        f"cache: face {path.name[:12]} is damaged, and is made anew" for path in kept
    }
    assert (quiet.exit_code, quiet.stdout) == (loud.exit_code, loud.stdout)


def test_a_title_that_fails_does_not_stop_the_next_and_the_exit_code_is_3(
    run: Run, title: Title, tmp_path: Path
) -> None:
    title("bad", edition_dot_toml="title = \n")
    title("good")
    content = tmp_path / "content"
    result = run("build", str(content / "bad"), str(content / "good"), "--finish", "screen")

    assert result.exit_code == 3
    assert "table/syntax" in result.stderr
    assert (tmp_path / "output/good/good-screen.pdf").is_file()
    assert not (tmp_path / "output/bad").exists()


def test_findings_at_the_chosen_gravity_end_with_1(run: Run, title: Title, tmp_path: Path) -> None:
    title(chapter='---\ntitle: 一\ntemplate: text\n---\n![](photos/good.jpg){credit="某某"}\n')
    folder = str(tmp_path / "content/small")

    assert run("check", folder).exit_code == 0
    assert run("check", folder, "--fail-on", "warning").exit_code == 1


def test_a_check_writes_no_files(run: Run, title: Title, tmp_path: Path, root: Path) -> None:
    title()
    before = sorted((root / "output").iterdir())

    result = run("check", str(tmp_path / "content/small"), "--format", "json")

    (told,) = json.loads(result.stdout)["titles"]
    assert (told["title"], told["files"]) == ("small", [])
    assert result.stderr == ""
    assert [p for p in sorted((root / "output").iterdir()) if p not in before] in (
        [],
        [root / "output" / ".cache"],
    )


def test_an_unknown_title_is_told_with_one_that_there_is(run: Run) -> None:
    result = run("build", "langfagn", language="zh")

    assert result.exit_code == 3
    assert "没有名为 langfagn 的书" in result.stderr
    assert "是不是 langfang？" in result.stderr


def test_wrong_words_end_with_2(run: Run) -> None:
    assert run("build", "--finish", "paper").exit_code == 2


@pytest.mark.parametrize(("language", "words"), [("zh", "构建"), ("en", "Make titles")])
def test_help_speaks_both_languages(language: str, words: str) -> None:
    assert words in CliRunner().invoke(commands(language), ["--help"]).stdout


def test_the_fonts_are_listed_and_as_declared(run: Run) -> None:
    listed = run("fonts", "list", "--format", "json")
    weights = [400, 700, 900, 400, 700, 400, 400, 700, 900]
    assert [row["weight"] for row in json.loads(listed.stdout)] == weights

    checked = run("fonts", "check")
    assert (checked.exit_code, checked.stdout) == (0, "9 faces, all as declared\n")


# --- the files of others, and the manual ----------------------------------------------------


@pytest.fixture(scope="module")
def press_file(sample: Build) -> Path:
    return next(f for f in sample.files if f.name.endswith("-press.pdf"))


def test_our_own_press_file_passes_as_its_build_did(
    run: Run, press_file: Path, tmp_path: Path
) -> None:
    told = run("preflight", str(press_file), "-o", str(tmp_path))

    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1].startswith("langfang-press.pdf: 28 pages, ready to print; ")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["verdict"] == "pass"
    (read,) = [f for f in report["findings"] if f["code"] == "order/read"]
    assert read["severity"] == "note"
    assert read["facts"] == {
        "press": "coated-sheetfed", "binding": "saddle", "spots": "PANTONE 871 C",
    }  # fmt: skip
    assert "<title>" in (tmp_path / "report.html").read_text("utf-8")


def test_what_is_said_on_the_command_line_goes_before_what_the_file_says(
    run: Run, press_file: Path
) -> None:
    other = run("preflight", str(press_file), "--spot", "PANTONE 185 C")
    paper = run("preflight", str(press_file), "--press", "newsprint")

    assert other.exit_code == 1
    assert "error: spot/undeclared" in other.stderr
    assert "intent/other-condition" in paper.stderr


def test_our_own_screen_file_is_told_in_one_finding(run: Run, sample: Build) -> None:
    file = str(next(f for f in sample.files if f.name.endswith("-screen.pdf")))
    told = run("preflight", file)

    assert told.exit_code == 1
    assert told.stderr.splitlines() == [
        f"{file}: error: order/screen-file: this is a file for the screen, not for print",
        "  hint: take langfang-press.pdf",
    ]


def claiming(file: Path, to: Path, **claims: object) -> Path:
    """A copy of *file* with another order in it."""
    with pikepdf.open(file) as pdf:
        private = pdf.Root.PieceInfo.banxin.Private
        for key, value in claims.items():
            private[f"/{key}"] = value
        pdf.save(to)
    return to


def test_an_order_that_is_not_ours_is_read_with_care(press_file: Path, tmp_path: Path) -> None:
    shop = judge(claiming(press_file, tmp_path / "shop.pdf", Press="shop", Spots=pikepdf.Array()))
    codes = {finding.code for finding in shop.findings}
    assert {"order/profile-unknown", "spot/undeclared"} <= codes

    wild = claiming(
        press_file,
        tmp_path / "wild.pdf",
        Press=pikepdf.Array([1]),
        Binding="x" * 5000,
        Spots="PANTONE 871 C",
        Families=pikepdf.Array(["a" * 200, 7]),
    )
    order = read(wild).order
    assert order == Order("press", "", "", frozenset(), frozenset())


def test_a_file_of_others_says_nothing_of_an_order(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "strange.pdf")

    assert read(tmp_path / "strange.pdf").order is None


@pytest.mark.parametrize("below", ["", "/deeper"])
def test_a_file_where_a_folder_should_be_is_told(
    run: Run, press_file: Path, tmp_path: Path, below: str
) -> None:
    (tmp_path / "README.md").write_text("mine")
    folder = f"{tmp_path / 'README.md'}{below}"

    for words in (["preflight", str(press_file), "-o", folder], ["build", "-o", folder, "liuhe"]):
        told = CliRunner().invoke(commands("en"), words)
        assert told.exit_code == 3
        assert told.stderr.splitlines()[0] == (
            f"error: output/not-a-folder: {folder} is a file, not a folder"
        )
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_file_that_cannot_be_read_leaves_no_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.6\nno more")
    result = run("preflight", str(tmp_path / "bad.pdf"), "-o", str(tmp_path / "out"))

    assert result.exit_code == 3
    assert f"{tmp_path / 'bad.pdf'}: error: pdf/" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_has_every_rule_with_its_source(run: Run, language: str) -> None:
    result = run("rules", language=language)

    assert result.exit_code == 0
    for code, one in RULES.items():
        assert f"## {code} · " in result.stdout
        assert one.source in result.stdout
    listed = set(re.findall(r"^(?:## |- )([a-z-]+/[a-z0-9-]+)", result.stdout, re.MULTILINE))
    assert set(SAID) - listed == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", SAID)
def test_each_code_that_can_be_said_is_explained_when_it_is_asked_for(
    code: str, language: str
) -> None:
    told = manual.text(manual.told(code), language)

    assert told.startswith(f"## {code}")
    assert len(told.splitlines()) > 2
    facts = {name for words in word_list(language)[code].values() for name in placeholders(words)}
    assert not [fact for fact in facts if f"{{{fact}}}" in told]


def test_the_readmes_say_roughly_how_many_rules_there_are(root: Path, run: Run) -> None:
    rules = [r for r in json.loads(run("rules", "--format", "json").stdout) if r["source"]]

    assert 100 < len(rules) < 200
    assert "by more than a hundred rules" in (root / "README.md").read_text("utf-8")
    assert "一百多项检查" in (root / "README.zh-CN.md").read_text("utf-8")


def test_a_topic_and_a_name_tell_all_that_belongs_to_them(run: Run) -> None:
    assert run("rules", "front-matter").stdout.count("## front-matter/") == 6
    missing = run("rules", "missing").stdout
    assert "## photo/missing" in missing
    assert "## chapter/missing" in missing


def test_one_rule_is_told_by_its_code_and_a_misspelt_one_by_the_nearest(run: Run) -> None:
    assert run("rules", "box/bleed").stdout.startswith("## box/bleed · error")
    wrong = run("rules", "box/bleeds")
    assert wrong.exit_code == 3
    assert "was box/bleed meant?" in wrong.stderr


# --- first contact, in a process of its own ---------------------------------------------------


def program(*words: str, locale: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"LC_ALL", "LC_MESSAGES", "LANGUAGE"}}
    path = str(ROOT / "src")
    return subprocess.run(
        [sys.executable, "-m", "banxin", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=kept | {"LANG": locale, "PYTHONPATH": path},
        check=False,
    )


@pytest.mark.parametrize("words", ["--version", "-V", "version"])
def test_the_version_is_told_without_a_package(words: str) -> None:
    told = program(words)

    assert (told.returncode, told.stdout, told.stderr) == (0, f"banxin {__version__}\n", "")


@pytest.mark.parametrize(
    ("locale", "begins", "titles"),
    [
        ("C.UTF-8", "banxin · 版心: from Chinese", "Titles here: "),
        ("zh_CN.UTF-8", "banxin · 版心：把中文书稿", "这里的书： "),
    ],
)
def test_alone_it_says_how_one_begins(locale: str, begins: str, titles: str) -> None:
    told = program(locale=locale)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(begins)
    assert told.stdout.splitlines()[-1] == titles + " · ".join(SAMPLES)
    assert len(told.stdout.splitlines()) <= 10


@pytest.mark.parametrize(
    "words",
    [("help", "build"), ("build", "--help"), ("build", "-h"), ("--lang", "en", "help", "build")],
)
def test_help_is_the_same_by_whatever_way(words: tuple[str, ...]) -> None:
    told = program(*words)

    assert told.returncode == 0
    assert told.stdout.startswith("Usage: banxin build [OPTIONS] [TITLES]...")


ENGLISH = re.compile(
    r"Usage|Options|Commands|Error|Show|Try|OPTIONS|COMMAND|ARGS|argument| option|Invalid|Missing"
)


@pytest.mark.parametrize(
    "words",
    [
        ("help",),
        ("--help",),
        ("fonts",),
        ("layout", "new", "--help"),
        ("biuld",),
        ("build", "--layuot"),
        ("build", "--layout"),
        ("build", "--draft=3"),
        ("build", "--finish", "paper"),
        ("preview", "--port", "x"),
        ("preflight",),
        ("preflight", "a.pdf", "b.pdf"),
        ("help", "nonsense"),
    ],
)
def test_nothing_of_clicks_own_is_left_in_chinese(words: tuple[str, ...]) -> None:
    asked, before = program(*words, "--lang", "zh"), program("--lang", "zh", *words)
    locale = program(*words, locale="zh_CN.UTF-8")

    assert not ENGLISH.search(locale.stdout + locale.stderr)
    assert (before.returncode, before.stdout, before.stderr) == (
        locale.returncode, locale.stdout, locale.stderr,
    )  # fmt: skip
    if words != ("build", "--layout"):  # there the option takes `--lang` for its value
        assert (asked.stdout, asked.stderr) == (locale.stdout, locale.stderr)


@pytest.mark.parametrize(
    ("words", "told", "hint"),
    [
        ("biuld", "no-command: there is no command biuld", "did you mean build?"),
        ("xyz", "no-command: there is no command xyz", "commands: build · check · fix · photos"),
        ("fonts chek", "no-command: there is no command chek", "did you mean check?"),
        ("build --layuot x", "no-option: banxin build has no option --layuot", "did you mean"),
        ("build --zzz", "no-option: banxin build has no option --zzz", "banxin build --help lists"),
        ("build --layout", "needs-value: --layout lacks its value", "see banxin build --help"),
        ("build --draft=3", "takes-no-value: --draft takes no value", "write --draft alone"),
        ("build --finish pres", "choice: --finish cannot be pres", "did you mean press?"),
        ("build --finish x", "choice: --finish cannot be x", "one of: press · outlined"),
        ("preview --port x", "number: --port takes a whole number, 0–65535", "as in --port"),
        ("preview --port 70000", "number: --port takes a whole number", "as in --port"),
        ("render a.html", "missing: banxin render lacks OUT.pdf", "see banxin render --help"),
        ("preflight a b", "surplus: banxin preflight has no use for: b", "put quotes"),
        ("--lang fr build", "choice: --lang cannot be fr", "one of: zh · en"),
    ],
)
def test_what_is_typed_wrongly_is_a_finding_and_ends_with_2(
    words: str, told: str, hint: str
) -> None:
    human = CliRunner().invoke(commands("en"), words.split())
    document = CliRunner().invoke(commands("en"), ["--format", "json", *words.split()])

    assert (human.exit_code, document.exit_code) == (2, 2)
    first, second = human.stderr.splitlines()
    assert first.startswith(f"error: usage/{told}")
    assert second.startswith(f"  hint: {hint}")
    (finding,) = envelope(document)["findings"]
    assert finding["message"] == first.split(": ", 2)[2]


def envelope(result: Result) -> dict[str, Any]:
    """The one document: its shape is the same whatever came of it."""
    table: dict[str, Any] = json.loads(result.stdout)
    assert list(table) == ["schema", "verdict", "titles", "findings"]
    assert table["schema"] == 1
    assert table["verdict"] in {"pass", "warn", "fail"}
    for title in table["titles"]:
        assert set(title) == {
            "schema", "title", "finish", "verdict", "pages", "findings", "photos", "fonts", "inks",
            "readings", "timings_s", "files",
        }  # fmt: skip
    for finding in (*table["findings"], *(f for t in table["titles"] for f in t["findings"])):
        assert set(finding) == {"code", "severity", "place", "message", "hint", "facts"}
    return table


def test_json_is_one_document_for_two_titles_of_which_one_is_unknown(
    run: Run, title: Title, tmp_path: Path
) -> None:
    title()
    small = str(tmp_path / "content/small")
    told = run("build", small, "nonsense", "--finish", "screen", "--format", "json")

    table = envelope(told)
    assert (told.exit_code, told.stderr, table["verdict"]) == (3, "", "fail")
    assert [(t["title"], t["verdict"]) for t in table["titles"]] == [
        ("small", "warn"), ("nonsense", "fail"),
    ]  # fmt: skip
    assert sorted(Path(file).name for file in table["titles"][0]["files"]) == [
        "manifest.json", "report.html", "report.json", "small-screen.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["preflight", "nowhere.pdf"], 3, "file/missing"),
        (["check", "--workspace", "/"], 3, "workspace/not-found"),
        (["rules", "zzz/zzz"], 3, "rule/unknown"),
        (["fonts", "list", "--workspace", "/"], 3, "workspace/not-found"),
        (["layout", "check", "zzz", "--workspace", str(ROOT)], 1, "layout/unknown-strange"),
        (["render", "nowhere.html", "out.pdf", "--workspace", str(ROOT)], 3, "render/page"),
    ],
)
def test_json_of_a_failure_is_the_same_document(
    words: list[str], exit_code: int, code: str
) -> None:
    told = CliRunner().invoke(commands("en"), [*words, "--format", "json"])

    table = envelope(told)
    assert (told.exit_code, table["verdict"], table["titles"]) == (exit_code, "fail", [])
    assert [finding["code"] for finding in table["findings"]] == [code]


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        ("文章.docx", "word-file", "banxin import "),
        ("a.DOC", "word-file", "banxin import "),
        ("a.wps", "word-file", "banxin import "),
        ("a.odt", "word-file", "banxin import "),
        ("a.pdf", "pdf-file", "banxin preflight"),
        ("a.txt", "text-file", "a.txt NAME, then banxin build NAME --draft"),
        ("a b.md", "text-file", "a b.md NAME, then banxin build NAME --draft"),
        ("a.xlsx", "table-file", "a.xlsx NAME, then banxin build NAME --draft"),
        ("a.html", "web-file", "banxin render"),
        ("content/small/one.md", "chapter-file", "banxin build small"),
    ],
)
@pytest.mark.parametrize("command", ["build", "check"])
def test_a_file_where_a_title_is_meant_is_told_what_to_do(
    run: Run, title: Title, tmp_path: Path, command: str, file: str, code: str, words: str
) -> None:
    title()
    (tmp_path / file).touch()
    told = run(command, str(tmp_path / file))

    assert told.exit_code == 3
    first, second = told.stderr.splitlines()
    assert first.startswith(f"error: title/{code}: ")
    assert words in second
    assert told.stdout == ""


def test_an_unknown_title_that_is_near_none_is_told_with_all_there_are(run: Run) -> None:
    told = run("build", "nonsense")

    assert f"there are: {', '.join(SAMPLES)}\n" in told.stderr
    assert "did you mean" not in told.stderr


# --- what is said of a build ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "verdict"),
    [
        ("en", "langfang: 28 pages, ready to print; {n} notes in the report"),
        ("zh", "langfang：28 页，可以付印；{n} 条提示见报告"),
    ],
)
def test_a_perfect_sample_says_its_files_and_the_verdict(
    sample: Build, capsys: pytest.CaptureFixture[str], language: str, verdict: str
) -> None:
    notes = len(sample.report.findings)
    Voice("human", language).report(sample.report, None, sample.files)

    said = capsys.readouterr()
    assert said.err == ""
    assert [Path(line).name for line in said.out.splitlines()] == [
        "langfang-press.pdf", "langfang-screen.pdf", "report.html", verdict.format(n=notes),
    ]  # fmt: skip
    assert {finding.severity for finding in sample.report.findings} == {"note"}


def test_notes_are_told_one_by_one_when_asked_for(
    sample: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    Voice("human", "en", notes=True).report(sample.report, None, sample.files)

    said = capsys.readouterr()
    codes = {finding.code for finding in sample.report.findings}
    assert all(f"note: {code}" in said.err for code in codes)
    assert said.out.splitlines()[-1] == "langfang: 28 pages, ready to print"


def test_a_withheld_press_file_is_told_with_what_there_is_instead(
    run: Run, title: Title, tmp_path: Path
) -> None:
    title(chapter="---\ntitle: 一\ntemplate: text\n---\n![甲](photos/nowhere.png)\n")
    told = run("build", str(tmp_path / "content/small"))

    assert told.exit_code == 1
    errors = [line for line in told.stderr.splitlines() if "error: " in line]
    assert len(errors) == 1
    assert "error: photo/missing" in errors[0]
    assert [line.split("/")[-1] for line in told.stdout.splitlines()[:2]] == [
        "small-unchecked.pdf", "report.html",
    ]  # fmt: skip
    assert told.stdout.splitlines()[-1].startswith("small: do not print: 1 error")
    assert told.stdout.splitlines()[-1].endswith(
        "No press file; 1 page, unchecked, in small-unchecked.pdf; "
        "the last good files are as they were"
    )


def test_a_face_misspelt_in_a_stylesheet_is_one_finding_and_no_character_is_missing(
    root: Path, tmp_path: Path, workspace: Workspace, title: Title, build: Builder
) -> None:
    shutil.copytree(root / "layouts", tmp_path / "layouts")
    workspace.mount(PurePosixPath("layouts"), tmp_path / "layouts")
    style = tmp_path / "layouts/jinian/styles/type.css"
    style.write_text(style.read_text("utf-8") + 'p { font-family: "Noto Serif CS" }\n', "utf-8")

    made = build(title(), publish=False)

    grave = [d for d in made.report.findings if d.severity != "note"]
    assert made.withheld
    assert [(d.code, d.place.file) for d in grave if d.severity == "error"] == [
        ("css/no-face", "layouts/jinian/styles/type.css")
    ]
    assert not [d.code for d in grave if d.code.startswith("font/")]
