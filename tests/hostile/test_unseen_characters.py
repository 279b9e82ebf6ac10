"""Characters that nobody sees: shown as what they are, and told by the line of the manuscript."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from banxin import schema, terminal
from banxin.diagnostics import Place, error, warning
from banxin.preflight import RULES
from banxin.visible import halves_numbered, hidden, named, visible, visible_lines
from conftest import EDITION, ROOT, Builder, Title

SHOWN = {
    "\x1b[31m红": "␛[31m红",
    "\x00\x07\x08\x7f": "␀␇␈␡",
    "a\rb": "a␍b",
    "a\nb": "a␊b",
    "\x9b31m": "⟦U+009B⟧31m",
    "\x85": "⟦U+0085⟧",
    "\u202egnp.exe": "⟦U+202E⟧gnp.exe",
    "\u2066a\u2069": "⟦U+2066⟧a⟦U+2069⟧",
    "\u200e\u200f": "⟦U+200E⟧⟦U+200F⟧",
    "甲\u200b乙": "甲⟦U+200B⟧乙",
    "\ufeff甲": "⟦U+FEFF⟧甲",
    "co\u00adop": "co⟦U+00AD⟧op",
    "\u2028\u2029": "⟦U+2028⟧⟦U+2029⟧",
    "\udcd5\udcd5": "⟦D5⟧⟦D5⟧",
    "\ud800": "⟦U+D800⟧",
    "\U000e0041": "⟦U+E0041⟧",
    "\u3164": "⟦U+3164⟧",
}
AS_THEY_ARE = [
    "城乡，“人民”——……",
    "a\tb",
    "a\u00a0b",
    "\u3000",
    "e\u0301",
    "❤\ufe0f",
    "שלום",
    "ไทย",
]


@pytest.mark.parametrize("text", SHOWN)
def test_what_cannot_be_seen_is_shown(text: str) -> None:
    assert visible(text) == SHOWN[text]
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_all_else_stays(text: str) -> None:
    assert visible(text) == text


def test_every_control_and_format_character_is_shown() -> None:
    ranges = (
        (0x00, 0x20), (0x7F, 0xA0), (0x200B, 0x2010), (0x2028, 0x202F), (0x2060, 0x2065),
        (0x2066, 0x2070), (0xFEFF, 0xFF00), (0xFFF9, 0xFFFC),
    )  # fmt: skip
    points = [point for first, end in ranges for point in range(first, end)]
    left = [point for point in points if visible(chr(point)) == chr(point)]

    assert left == [0x09]


@pytest.mark.parametrize("form", ["human", "short", "several"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_terminal_gets_nothing_that_it_would_obey(form: str, language: str) -> None:
    bad = "\x1b]0;x\x07\x1b[2J\u202e\u200b\r"
    found = [
        error("html/raw", Place(f"{bad}.md", 1, 2), tag=bad),
        warning("photo/no-caption", Place(f"{bad}.md", 2), file=bad),
    ]
    found = [*found, *(error("file/missing", Place(f"{n}{bad}"), file=bad) for n in range(9))]
    text = (
        terminal.short(found, language)
        if form == "short"
        else terminal.human(found[: 2 if form == "human" else None], language, lambda place: bad)
    )

    assert visible_lines(text) == text
    assert "␛" in text
    assert "⟦U+202E⟧" in text


def test_the_caret_stands_below_what_is_shown() -> None:
    line = "甲\x1b乙\u200b<b>"
    told = terminal.human([error("html/raw", Place("a.md", 1, 5), tag="<b>")], "en", lambda p: line)
    shown, caret = told.splitlines()[1:3]

    assert shown == "    1 │ 甲␛乙⟦U+200B⟧<b>"
    assert caret == "      │ 　 　" + " " * len("⟦U+200B⟧") + "^"


def test_json_is_raw_and_valid_whatever_is_in_it() -> None:
    raw = "\x1b\u202e\udcd5\ud800甲"
    text = schema.written({"a": raw})

    assert text.encode("utf-8")
    assert json.loads(text) == {"a": raw}
    assert halves_numbered("甲") == "甲"


HIDDEN = {
    "甲\u202e乙\u202c": ["\u202e", "\u202c"],
    "甲\u202a乙": ["\u202a"],
    "甲\u2066乙\u2069": ["\u2066", "\u2069"],
    "甲\u200b乙": ["\u200b"],
    "甲\u200d乙": ["\u200d"],
    "甲\u200c乙": ["\u200c"],
    "甲\ufeff乙": ["\ufeff"],
    "甲\u200e乙": ["\u200e"],
    "甲\u3164乙": ["\u3164"],
    "甲\u180e乙": ["\u180e"],
    "甲\U000e0041乙": ["\U000e0041"],
    "אבג\u202eדה": ["\u202e"],
    # right as they are
    "甲": [],
    "co\u00adop": [],
    "甲\u2060乙": [],
    "甲\u00a0乙": [],
    "👨\u200d👩\u200d👧": [],
    "❤\ufe0f\u200d🔥": [],
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": [],
    "क्\u200dष": [],
    "می\u200cخواهم": [],
    "ᠮᠣᠩᠭᠣᠯ\u180eᠠ": [],
    "שלום\u200f!": [],
    "مرحبا \u2067abc\u2069": [],
    "ภาษา\u200bไทย": [],
}


@pytest.mark.parametrize("line", HIDDEN)
def test_what_is_right_where_it_stands_is_not_told(line: str) -> None:
    assert [character for _, character in hidden(line)] == HIDDEN[line]


def test_characters_have_their_names() -> None:
    assert named("\u202e") == "U+202E RIGHT-TO-LEFT OVERRIDE"
    assert named("\U000e0002") == "U+E0002"


def test_each_line_is_told_once_with_its_names(title: Title, build: Builder) -> None:
    chapter = (
        "---\ntitle: 第\u200b一章\ntemplate: text\n---\n一段\u202e文字\u202c，又\u202e一段。\n\n"
        "好的一行 👨\u200d👩\u200d👧。\n\n::: names\n- 王\u200b明\n:::\n"
    )
    made = build(title(chapter=chapter), publish=False)
    told = [d for d in made.report.findings if d.code == "copy/hidden-character"]

    assert [(d.place.line, d.place.column, d.facts["count"]) for d in told] == [
        (2, 9, 1),
        (5, 3, 3),
        (10, 4, 1),
    ]
    assert told[1].facts["names"] == (
        "U+202E RIGHT-TO-LEFT OVERRIDE, U+202C POP DIRECTIONAL FORMATTING"
    )


@pytest.mark.parametrize("written", ["小\u202e册", "小\\u202e册", "小\\U0000202e册"])
def test_the_settings_of_a_title_are_looked_at_too(
    written: str, title: Title, build: Builder
) -> None:
    settings = EDITION.replace("小册", written)
    made = build(title(edition_dot_toml=settings), publish=False)
    told = [d for d in made.report.findings if d.code == "copy/hidden-character"]

    assert [(d.place.file, d.place.line, d.place.column) for d in told] == [
        ("content/small/edition.toml", 1, 11)
    ]


def test_the_report_shows_them(title: Title, build: Builder) -> None:
    made = build(title(chapter="---\ntitle: 一\n---\n甲\x1b[31m<b>\u202e\n"))
    page = next(file for file in made.files if file.name == "report.html").read_text("utf-8")
    table = next(file for file in made.files if file.name == "report.json").read_text("utf-8")

    assert visible_lines(page) == page
    assert json.loads(table)["findings"]


# --- without docstrings and assertions ----------------------------------------------------------


def optimised(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONOPTIMIZE": "2", "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, "-m", "banxin", *words, "--lang", "en"],
        capture_output=True, text=True, check=False, env=environment, cwd=ROOT,
    )  # fmt: skip


def test_rules_explain_themselves_without_docstrings() -> None:
    told = json.loads(optimised("rules", "--format", "json").stdout)
    rows = {row["code"]: row["explanation"] for row in told}

    assert {code: rows[code] for code in RULES} == {
        code: " ".join(rule.explanation.split()) for code, rule in RULES.items()
    }


def test_a_title_is_built_without_them(title: Title, tmp_path: Path) -> None:
    title()
    words = ("build", str(tmp_path / "content/small"), "-o", str(tmp_path / "out"))
    told = optimised(*words, "--workspace", str(ROOT), "--format", "json")

    assert told.returncode == 0, told.stderr
    assert (tmp_path / "out/small/small-press.pdf").is_file()
    assert (tmp_path / "out/small/report.html").is_file()
