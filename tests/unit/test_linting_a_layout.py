"""`banxin layout`: what is told about a layout before a manuscript is set in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from banxin import layouts
from banxin.cli import commands
from banxin.diagnostics import Diagnostic, Place
from banxin.typeset import examine
from banxin.workspace import Workspace
from dresses import LAYOUTS

ASKED = Place()

SHIPPED: Final = ("huace", "jinian", "tekan", "xuanzhe")  # with what they are known to say


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Workspace:
    for name in SHIPPED:
        shutil.copytree(root / "layouts" / name, tmp_path / "layouts" / name)
    for folder in ("fonts", "content"):
        (tmp_path / folder).mkdir()
    shutil.copy(root / "fonts/fonts.toml", tmp_path / "fonts")
    return Workspace(tmp_path, output=tmp_path / "output")


def run(workspace: Workspace, *words: str) -> Result:
    told = [*words, "--workspace", str(workspace.root)]
    return CliRunner().invoke(commands("en"), ["layout", *told])


def examined(workspace: Workspace, name: str = "jinian") -> list[Diagnostic]:
    return [
        found
        for found in examine(layouts.load(name, workspace, ASKED))
        if found.facts.get("name", "") not in {"zhu-40", "qing"}
    ]


def append(workspace: Workspace, file: str, text: str) -> int:
    """*text* as the last line of *file*; its number."""
    path = workspace.root / "layouts" / file
    before = path.read_text("utf-8")
    path.write_text(before + text + "\n", "utf-8")
    return before.count("\n") + 1


@pytest.mark.parametrize("name", LAYOUTS)
def test_our_own_layouts_have_nothing_wrong_and_nothing_to_spare(name: str, root: Path) -> None:
    assert examine(layouts.load(name, Workspace(root), ASKED)) == ()


def test_a_misspelt_variable_is_told_with_its_place_and_the_one_that_was_meant(
    copy: Workspace,
) -> None:
    file = "jinian/styles/cjk.css"
    line = append(copy, file, "p { color: var(--zhuu) }")

    (found,) = examined(copy)

    assert (found.code, found.facts["near"]) == ("css/unknown-variable", "--zhu")
    assert found.place == Place(f"layouts/{file}", line, 12)


def test_a_variable_like_no_other_and_one_with_a_fallback(copy: Workspace) -> None:
    append(copy, "jinian/styles/cjk.css", "p { top: var(--qqqqqqqq); left: var(--wwwwwwww, 1em) }")

    (found,) = examined(copy)

    assert (found.code, found.facts["name"]) == ("css/unknown-variable-strange", "--qqqqqqqq")


def test_what_stands_in_a_comment_is_not_looked_at(copy: Workspace) -> None:
    append(copy, "jinian/styles/cjk.css", "/* var(--zhuu)\n */")

    assert examined(copy) == []


@pytest.mark.parametrize(
    ("written", "code", "instead"),
    [
        ("aspect-ratio: 3 / 2", "css/ignored-known", "height: calc("),
        ("float: top", "css/ignored-known", "--place: head"),
        ("rotate: 3deg", "css/ignored-known", "transform: rotate("),
        ("colour: red", "css/ignored", ""),
    ],
)
def test_css_that_the_engine_ignores_is_told_with_what_to_use_instead(
    written: str, code: str, instead: str, copy: Workspace
) -> None:
    file = "jinian/styles/cjk.css"
    line = append(copy, file, f"p {{ {written} }}")

    (found,) = examined(copy)

    assert (found.code, found.facts["written"]) == (code, written)
    assert instead in str(found.facts.get("instead", ""))
    assert found.place == Place(f"layouts/{file}", line, 5)


def test_what_the_composer_understands_is_no_ignored_css(copy: Workspace) -> None:
    append(copy, "jinian/styles/cjk.css", "p { line-break: loose; text-spacing-trim: trim-both }")

    assert examined(copy) == []


def test_a_token_used_nowhere_is_told_but_not_one_of_the_layout_it_extends(
    copy: Workspace,
) -> None:
    file = "jinian/tokens.toml"
    path = copy.root / "layouts" / file
    path.write_text(
        path.read_text("utf-8").replace("[inks]\n", "[inks]\nlan = { cmyk = [90, 60, 0, 0] }\n", 1)
    )

    (found,) = examined(copy)

    assert (found.code, found.facts["name"]) == ("layout/unused-token", "lan")
    assert found.place.file == f"layouts/{file}"
    assert examined(copy, "huace") == []


def test_a_broken_template_and_one_that_is_asked_for_in_vain_are_both_told(
    copy: Workspace,
) -> None:
    line = append(copy, "jinian/templates/blocks/note.html.j2", "{% endif %}")
    append(copy, "jinian/templates/blocks/list.html.j2", '{% import "macro.html.j2" as n %}')

    found = {d.code: d for d in examined(copy)}

    assert set(found) == {"template/syntax", "layout/no-template"}
    syntax = found["template/syntax"].place
    assert (syntax.file, syntax.line) == ("layouts/jinian/templates/blocks/note.html.j2", line)
    assert found["layout/no-template"].facts["near"] == "macros.html.j2"


# --- the commands -----------------------------------------------------------------------------


def test_layouts_are_listed_with_page_and_type_area(copy: Workspace) -> None:
    rows = json.loads(run(copy, "list", "--format", "json").stdout)

    seen = [(r["name"], r["width_mm"], r["height_mm"], r["extends"]) for r in rows]
    assert seen == [
        ("huace", 240, 240, ["jinian"]),
        ("jinian", 210, 285, []),
        ("tekan", 280, 400, ["jinian"]),
        ("xuanzhe", 297, 210, ["jinian"]),
    ]
    assert run(copy, "list").stdout.splitlines()[1] == (
        "jinian\tCommemorative brochure\t210 × 285 mm\t46 × 40 / 2"
    )


def test_all_layouts_are_checked_and_what_they_share_is_told_once(copy: Workspace) -> None:
    append(copy, "jinian/styles/cjk.css", "p { color: var(--zhuu) }")

    checked = run(copy, "check")

    assert checked.exit_code == 0
    assert checked.stderr.count("css/unknown-variable") == 1
    fit = [line.split(":")[0] for line in checked.stdout.splitlines()]
    assert fit == list(SHIPPED)


def test_a_layout_that_cannot_be_used_ends_with_1_and_the_others_are_told_all_the_same(
    copy: Workspace,
) -> None:
    append(copy, "jinian/templates/blocks/note.html.j2", "{% endif %}")
    (copy.root / "layouts/huace/templates/blocks").mkdir(exist_ok=True)
    (copy.root / "layouts/huace/templates/blocks/note.html.j2").write_text("", "utf-8")

    checked = run(copy, "check")

    assert checked.exit_code == 1
    assert [line.split(":")[0] for line in checked.stdout.splitlines()] == ["huace"]


def test_a_new_layout_extends_another_and_is_fit_for_use_at_once(copy: Workspace) -> None:
    made = run(copy, "new", "lan-ce", "--from", "huace")

    assert (made.exit_code, made.stdout.split(":")[0]) == (0, "layouts/lan-ce/layout.toml")
    layout = layouts.load("lan-ce", copy, ASKED)
    assert [folder.name for folder in layout.folders] == ["lan-ce", "huace", "jinian"]
    assert examine(layout) == ()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["new", "jinian"], "layout/taken"),
        (["new", "../lan"], "layout/bad-name"),
        (["new", "蓝册"], "layout/bad-name"),
        (["new", "lan-ce", "--from", "jinan"], "layout/unknown"),
    ],
)
def test_a_layout_that_cannot_be_made_leaves_nothing_behind(
    words: list[str], code: str, copy: Workspace
) -> None:
    made = run(copy, *words)

    assert made.exit_code == 3
    assert code in made.stderr
    assert layouts.names(copy) == SHIPPED
    assert not (copy.root / "layouts/lan-ce").exists()


def test_the_contact_sheet_shows_every_layout_with_a_title(
    copy: Workspace, root: Path, tmp_path: Path
) -> None:
    shutil.copytree(root / "fonts", copy.root / "fonts", dirs_exist_ok=True)
    folder = copy.root / "content" / "small"
    folder.mkdir()
    edition = 'title = "小册"\nlayout = "jinian"\ndate = 2026-01-02\nchapters = ["a.md", "b.md"]\n'
    (folder / "edition.toml").write_text(edition, "utf-8")
    for name, template in (("a", "cover"), ("b", "text")):
        (folder / f"{name}.md").write_text(f"---\ntitle: 小册\ntemplate: {template}\n---\n一段。\n")

    words = ("list", "--sheet", str(tmp_path / "all.jpg"), "--title", "small")
    made = run(copy, *words)

    assert made.exit_code == 0
    with Image.open(tmp_path / "all.jpg") as sheet:
        wide, tall = sheet.size
        assert (wide, sheet.format) == (1600, "JPEG")
        strips = [sheet.crop((0, y, wide, y + tall // 4)) for y in range(0, tall - 3, tall // 4)]
        # Pages are white, or red covers, on grey: each quarter has one layout's.
        assert [len(strip.getcolors(wide * tall) or ()) > 50 for strip in strips] == [True] * 4

    assert run(copy, *words, "--chapter", "b.md").exit_code == 0
    with Image.open(tmp_path / "all.jpg") as sheet:
        assert sheet.height > tall  # an opening of each is larger than all pages of two
    mistyped = run(copy, *words, "--chapter", "c.md")
    assert mistyped.exit_code == 3
    assert "title/no-such-chapter" in mistyped.stderr


def test_no_sheet_is_written_of_a_title_that_is_not_there(copy: Workspace, tmp_path: Path) -> None:
    made = run(copy, "list", "--sheet", str(tmp_path / "all.jpg"), "--title", "nobody")

    assert made.exit_code == 3
    assert not (tmp_path / "all.jpg").exists()


def test_a_misspelt_face_is_one_finding_at_the_stylesheet_with_the_one_that_was_meant(
    copy: Workspace,
) -> None:
    line = append(copy, "jinian/styles/type.css", 'p { font-family: "Noto Serif CS" }')

    told = run(copy, "check", "jinian", "--format", "short")

    assert told.exit_code == 1
    place = f"layouts/jinian/styles/type.css:{line}:18"
    assert told.stdout.splitlines() == [
        f"{place}: error: css/no-face: there is no font named “Noto Serif CS”"
    ]


# --- another trim ---------------------------------------------------------------------------


def child(
    workspace: Workspace, characters: int = 38, lines: int = 33, css: str = "", name: str = "small"
) -> None:
    """A layout that changes page and grid of jinian, and may add a stylesheet."""
    folder = workspace.root / "layouts" / name
    (folder / "styles").mkdir(parents=True)
    (folder / "styles/ours.css").write_text(css, "utf-8")
    added = 'styles_after = ["styles/ours.css"]' if css else ""
    (folder / "layout.toml").write_text(
        f"""name = {{ zh = "小", en = "Small" }}
extends = "jinian"
{added}
[page]
trim = ["170mm", "240mm"]
bleed = "3mm"
margin = {{ top = "18mm", bottom = "24mm", inside = "14mm", outside = "15.242mm" }}
[grid]
body = "body"
characters = {characters}
lines = {lines}
columns = 1
""",
        "utf-8",
    )


def test_another_trim_takes_over_everything_it_inherits(copy: Workspace) -> None:
    child(copy)

    assert examined(copy, "small") == []


@pytest.mark.parametrize(
    ("characters", "lines", "code", "held", "size"),
    [
        (40, 33, "layout/trim-width", 38, "15.24 mm"),
        (36, 33, "layout/trim-width", 38, "22.65 mm"),
        (38, 34, "layout/trim-height", 33, "24 mm"),
        (38, 30, "layout/trim-height", 33, "42 mm"),
    ],
)
def test_margins_and_measure_that_make_no_trim_are_told_with_what_would(
    characters: int, lines: int, code: str, held: int, size: str, copy: Workspace
) -> None:
    child(copy, characters, lines)

    (found,) = (d for d in examined(copy, "small") if d.code.startswith("layout/"))

    assert (found.code, found.facts["held"], found.facts["size"]) == (code, held, size)
    assert found.place == Place("layouts/small/layout.toml", 7, 1)


@pytest.mark.parametrize(
    ("rule", "long"),
    [
        ("width: calc(46 * var(--char))", "170.39 mm"),
        ("left: calc(30 * var(--char)); width: calc(10 * var(--char))", "148.17 mm"),
        ("margin-left: calc(39 * var(--char))", "144.46 mm"),
        ("min-height: calc((30 + 4) * var(--baseline))", "204 mm"),
        ("--n: 40; height: calc(2 * (10 + 8) * var(--baseline))", "216 mm"),
        ("top: calc(20 * var(--baseline)); height: calc(20 * var(--baseline))", "240 mm"),
        ("width: max(var(--measure), calc(40 * var(--char)))", "148.17 mm"),
    ],
)
def test_a_rule_that_counts_more_than_the_type_area_has_is_told_where_it_stands(
    rule: str, long: str, copy: Workspace
) -> None:
    child(copy, css=f".a {{ color: var(--mo) }}\n.b {{ {rule} }}")

    (found,) = (d for d in examined(copy, "small"))

    assert (found.code, found.facts["long"]) == ("css/beyond-type-area", long)
    assert (found.place.file, found.place.line) == ("layouts/small/styles/ours.css", 2)


@pytest.mark.parametrize(
    "rule",
    [
        "width: calc(38 * var(--char))",
        "width: calc(var(--wide-broad) * var(--char))",
        "width: calc(var(--trim-width) + 2 * var(--bleed))",  # into the bleed on purpose
        "width: calc(var(--unheard, 3) * 100%)",
        "width: 140em",  # of what, only the page knows
        "left: calc(-1 * (var(--margin-outside) + var(--bleed)))",
        "height: calc(33 * var(--baseline))",
        "width: min(var(--measure), calc(60 * var(--char)))",
        "width: calc(400pt * 2pt)",
    ],
)
def test_what_the_type_area_holds_or_nobody_can_know_is_not_told(
    rule: str, copy: Workspace
) -> None:
    child(copy, css=f".b {{ {rule} }}")

    assert [d for d in examined(copy, "small") if d.code == "css/beyond-type-area"] == []


@pytest.mark.parametrize(
    ("written", "code", "most"),
    [
        ('{{ block.text|fitted("title", 46) }}', "template/too-many-characters", 38),
        ('{{ block.text|fitted("title", 20, 40) }}', "template/too-many-lines", 33),
        ("{{ block|plate(39) }}", "template/too-many-characters", 38),
        ('<div style="--x:0; --w:46">', "template/too-many-characters", 38),
        ('<div style="--y:38">', "template/too-many-lines", 33),
    ],
)
def test_a_template_that_counts_more_than_there_is_is_told_in_its_line(
    written: str, code: str, most: int, copy: Workspace
) -> None:
    child(copy)
    line = append(copy, "jinian/templates/blocks/note.html.j2", written)

    (found,) = examined(copy, "small")

    assert (found.code, found.facts["most"]) == (code, most)
    assert found.place == Place("layouts/jinian/templates/blocks/note.html.j2", line)


def test_added_stylesheets_stand_behind_those_that_are_inherited(copy: Workspace) -> None:
    child(copy, css="p { color: var(--zhu) }")
    (copy.root / "layouts/smaller").mkdir()
    (copy.root / "layouts/smaller/styles").mkdir()
    (copy.root / "layouts/smaller/styles/mine.css").write_text("p { color: var(--mo) }")
    (copy.root / "layouts/smaller/layout.toml").write_text(
        'name = { zh = "更小", en = "Smaller" }\nextends = "small"\n'
        'styles_after = ["styles/mine.css"]\n'
    )

    listed = list(layouts.load("smaller", copy, ASKED).styles)

    inherited = list(layouts.load("jinian", copy, ASKED).styles)

    assert listed[:-2] == inherited
    assert listed[-2:] == ["layouts/small/styles/ours.css", "layouts/smaller/styles/mine.css"]


def test_parts_of_the_type_area_are_whole_and_never_more_than_it_has(copy: Workspace) -> None:
    child(copy)
    table = copy.root / "layouts/small/layout.toml"
    table.write_text(
        table.read_text("utf-8") + "[wide]\nthird = 0.333\nstrip = [0.1, 60]\n[high]\nhalf = 0.5\n"
    )

    grid = layouts.load("small", copy, ASKED).grid

    assert (grid.wide["third"], grid.wide["strip"], grid.high["half"]) == (13, 38, 16)
    assert grid.wide["broad"] == 28  # of jinian's 34 in 46


@pytest.mark.parametrize(
    ("written", "code", "name", "near"),
    [
        ('{{ block.text|fited("title", 3) }}', "template/no-filter", "fited", "fitted"),
        ("{{ block.text|inlin }}", "template/no-filter", "inlin", "inline"),
        ("{{ block.text|lines_off(3) }}", "template/no-filter", "lines_off", "lines_of"),
    ],
)
def test_a_filter_that_there_is_not_is_told_before_a_manuscript_is_set(
    written: str, code: str, name: str, near: str, copy: Workspace
) -> None:
    line = append(copy, "jinian/templates/blocks/note.html.j2", written)

    (found,) = examined(copy)

    assert (found.code, found.facts["name"], found.facts["near"]) == (code, name, near)
    assert found.place == Place("layouts/jinian/templates/blocks/note.html.j2", line)


@pytest.mark.parametrize(
    "value",
    [
        "var()",
        f"{'calc(' * 400}999pt{')' * 400}",
    ],
)
def test_css_that_the_engine_breaks_off_at_is_told_with_its_stylesheet(
    value: str, copy: Workspace
) -> None:
    child(copy, css=f".b {{ width: {value} }}")

    (found,) = (d for d in examined(copy, "small") if d.code == "engine/crashed")

    assert found.place.file == "layouts/small/styles/ours.css"


@pytest.mark.parametrize(
    "value", ["var(--a --b)", "calc(2 * var(, 9pt))", "calc(1pt / 0)", "min()", "max(1pt,)"]
)
def test_css_of_a_length_that_is_none_ends_in_no_traceback(value: str, copy: Workspace) -> None:
    child(copy, css=f".b {{ width: {value} }}")

    assert [d for d in examined(copy, "small") if d.code == "css/beyond-type-area"] == []
