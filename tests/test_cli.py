from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from banxin.cli import commands
from banxin.pipeline import Build
from banxin.preflight import RULES
from banxin.words import LANGUAGES
from conftest import Title

Run = Callable[..., Result]


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
    assert "small: 1 pages" in result.stdout
    assert (tmp_path / "output/small/report.json").is_file()
    assert (tmp_path / "output/small/manifest.json").is_file()


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

    assert json.loads(result.stdout)["title"] == "small"
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
    assert [row["weight"] for row in json.loads(listed.stdout)] == [400, 700, 900, 400, 700, 400]

    checked = run("fonts", "check")
    assert (checked.exit_code, checked.stdout) == (0, "6 faces, all as declared\n")


# --- the files of others, and the manual ----------------------------------------------------


def test_our_own_press_file_is_judged_like_any_other(
    run: Run, sample: Build, tmp_path: Path
) -> None:
    file = str(next(f for f in sample.files if f.name.endswith("-press.pdf")))

    plain = run("preflight", file, "--binding", "saddle")
    ordered = run(
        "preflight", file, "--binding", "saddle", "--spot", "PANTONE 871 C", "-o", str(tmp_path)
    )

    assert plain.exit_code == 1
    assert "error: spot/undeclared" in plain.stderr
    assert ordered.exit_code == 0
    assert "error" not in ordered.stderr
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["verdict"] == "pass"
    assert "<title>" in (tmp_path / "report.html").read_text("utf-8")


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


def test_one_rule_is_told_by_its_code_and_a_misspelt_one_by_the_nearest(run: Run) -> None:
    assert run("rules", "box/bleed").stdout.startswith("## box/bleed · error")
    wrong = run("rules", "box/bleeds")
    assert wrong.exit_code == 3
    assert "was box/bleed meant?" in wrong.stderr
