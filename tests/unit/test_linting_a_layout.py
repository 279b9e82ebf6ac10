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
from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.typeset import examine
from banxin.units import Length
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
    asking = "jinian/templates/blocks/list.html.j2"
    asked = append(copy, asking, '{% import "macro.html.j2" as n %}')

    found = {d.code: d for d in examined(copy)}

    assert set(found) == {"template/nothing-open", "layout/no-template"}
    syntax = found["template/nothing-open"].place
    assert (syntax.file, syntax.line) == ("layouts/jinian/templates/blocks/note.html.j2", line)
    assert found["layout/no-template"].facts["near"] == "macros.html.j2"
    assert found["layout/no-template"].place == Place(f"layouts/{asking}", asked)


@pytest.mark.parametrize(
    ("written", "kind", "name", "near"),
    [
        ("{{ chpter.title }}", "template", "chpter", "chapter"),
        ("{{ chapter.tilte }}", "chapter", "tilte", "title"),
        ("{{ m.titel(chapter) }}", "m", "titel", "title"),
        ("{% if false %}{{ m.hed(chapter) }}{% endif %}", "m", "hed", "head"),
        ("{{ grid.colum }}", "grid", "colum", "column"),
        ("{% set wide = grid.wide.brod %}", "grid.wide", "brod", "broad"),
        ("{{ grid.high.qqqqqq }}", "grid.high", "qqqqqq", ""),
        ("{{ words.lft }}", "words", "lft", "left"),
        ("{% for one in chapters %}{{ onne.title }}{% endfor %}", "template", "onne", "one"),
    ],
)
def test_what_a_template_asks_for_and_nothing_has_is_told_without_a_manuscript(
    written: str, kind: str, name: str, near: str, copy: Workspace
) -> None:
    file = "jinian/templates/chapters/text.html.j2"
    line = append(copy, file, written)

    (found,) = examined(copy)

    assert found.code == "template/no-such"
    assert (found.facts["kind"], found.facts["name"], found.facts["near"]) == (kind, name, near)
    assert (found.place.file, found.place.line) == (f"layouts/{file}", line)


@pytest.mark.parametrize(
    "written",
    [
        "{{ segment }}",  # set by whoever includes it
        "{% if grid.wide.brod is defined %}{% endif %}",
        "{{ chpter|default('') }}",
        "{{ chapter.front.anything }}",
        "{% macro of(grid) %}{{ grid.wide }}{% endmacro %}",
        "{% with a = 1 %}{{ a }}{% endwith %}",
        "{% set room = namespace(n=0) %}{% set room.n = 1 %}{{ room.n }}{{ range(3)|list }}",
        '{% from "macros.html.j2" import head as top %}{{ top(chapter) }}',
    ],
)
def test_names_that_are_set_somewhere_or_asked_about_are_not_told(
    written: str, copy: Workspace
) -> None:
    append(copy, "jinian/templates/chapters/text.html.j2", written)

    assert examined(copy) == []


def retold(workspace: Workspace, *lines: str) -> list[Diagnostic]:
    """What is told of the leadings of `small`, with these styles of its own."""
    child(workspace)
    text = "[type]\n" + "\n".join(lines) + "\n"
    (workspace.root / "layouts/small/tokens.toml").write_text(text, "utf-8")
    return [d for d in examined(workspace, "small") if d.code.startswith("layout/off-grid")]


def style_of(name: str, size: str, leading: str) -> str:
    return f'{name} = {{ family = "Noto Serif SC", size = "{size}", leading = "{leading}" }}'


@pytest.mark.parametrize(
    ("size", "leading", "near"),
    [
        ("11pt", "5mm", "6.00"),
        ("30pt", "13mm", "12.00"),
        ("30pt", "16mm", ""),  # three lines are eight
        ("9pt", "4.4mm", "6.00"),
        ("11pt", "6mm", ""),
        ("20pt", "9mm", ""),  # two lines are three
        ("8pt", "4mm", ""),  # three are two
        ("8pt", "4.5mm", ""),  # four are three
        ("40pt", "40pt", ""),  # upright
    ],
)
def test_type_that_never_comes_out_even_with_the_grid_is_told(
    size: str, leading: str, near: str, copy: Workspace
) -> None:
    found = retold(copy, style_of("entry", size, leading))

    lengths = [d.facts["near"] for d in found]
    assert [f"{one.in_mm:.2f}" for one in lengths if isinstance(one, Length)] == (
        [near] if near else []
    )
    assert all(d.place == Place("layouts/small/tokens.toml", 2, 1) for d in found)


@pytest.mark.parametrize(
    ("leading", "some"),
    [("5mm", {"lead", "middle", "caption", "hero"}), ("5.5mm", {"h2", "plain"}), ("6mm", set())],
)
def test_type_that_was_made_for_the_lines_of_another_grid_is_told_once(
    leading: str, some: set[str], copy: Workspace
) -> None:
    found = retold(copy, style_of("body", "10.5pt", leading))

    told = {name for d in found for name in str(d.facts["styles"]).split(" · ")}
    assert len(found) == bool(some)
    assert some <= told
    assert not {"upright", "upright-title"} & told
    assert all(d.place == Place("layouts/small/tokens.toml", 2, 1) for d in found)


@pytest.mark.parametrize(
    ("template", "gone"),
    [
        ("chapters/article.html.j2", ["--drop", "--lower"]),
        ("chapters/contents.html.j2", ["--kept"]),
        ("parts/wall.html.j2", ["--face", "--row", "--said"]),
    ],
)
def test_what_a_replaced_template_gave_to_inherited_rules_is_a_note_for_each(
    template: str, gone: list[str], copy: Workspace
) -> None:
    child(copy)
    file = copy.root / "layouts/small/templates" / template
    file.parent.mkdir(parents=True)
    file.write_text("<section></section>", "utf-8")

    found = [d for d in examined(copy, "small") if d.code.startswith("css/")]

    assert {d.code for d in found} == {"css/replaced-variable"}
    assert {d.severity for d in found} == {"note"}
    assert sorted(str(d.facts["name"]) for d in found) == gone
    assert {d.facts["template"] for d in found} == {f"layouts/jinian/templates/{template}"}


def test_a_rule_of_ones_own_that_asks_for_what_a_replaced_template_gave_is_at_fault(
    copy: Workspace,
) -> None:
    child(copy, css=".head { top: calc(var(--lower) * var(--baseline)) }")
    file = copy.root / "layouts/small/templates/chapters/article.html.j2"
    file.parent.mkdir(parents=True)
    file.write_text("<section></section>", "utf-8")

    found = [d for d in examined(copy, "small") if d.facts.get("name") == "--lower"]

    at_fault = [d for d in found if d.severity == "warning"]
    assert [d.place.file for d in at_fault] == ["layouts/small/styles/ours.css"]
    assert at_fault[0].code.startswith("css/unknown-variable")


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ('["170mm", "240mm"]', "[170, 240]", {("table/length", "page.trim.0", "170")}),
        ('bleed = "3mm"', "bleed = 3.0", {("table/length", "page.bleed", "3.0")}),
        ('bleed = "3mm"', 'bleed = "3 ells"', {("table/length", "page.bleed", "'3 ells'")}),
        ('["170mm", "240mm"]', '["170mm"]', {("table/too-few", "page.trim", 2)}),
        (
            "columns = 1\n",
            'columns = 1\nstyles_after = ["a.css"]\n',
            {("table/misplaced-key", "styles_after", "grid")},
        ),
    ],
)
def test_lengths_numbers_and_keys_that_stand_wrong_are_told_as_what_they_are(
    was: str, now: str, told: set[tuple[str, str, object]], copy: Workspace
) -> None:
    child(copy)
    file = copy.root / "layouts/small/layout.toml"
    file.write_text(file.read_text("utf-8").replace(was, now, 1), "utf-8")

    with pytest.raises(BanxinError) as problem:
        examined(copy, "small")

    said = {
        (d.code, d.facts["key"], d.facts.get("found", d.facts.get("number", d.facts.get("table"))))
        for d in problem.value.diagnostics
    }
    assert told <= said


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
        (36, 33, "layout/trim-width", 38, "15.24 mm"),
        (38, 34, "layout/trim-height", 33, "24 mm"),
        (38, 30, "layout/trim-height", 33, "24 mm"),
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
    ("grid", "characters", "outside", "held", "size"),
    [
        ("columns = 3", 39, "15.242mm", 37, "18.95 mm"),  # 11 in each, and two between
        ("columns = 3", 36, "15.242mm", 37, "18.95 mm"),
        ("columns = 3", 37, "18mm", 37, "18.95 mm"),  # less than half a character is the margin's
        ("columns = 2\ngutter = 1", 40, "15.242mm", 37, "18.95 mm"),
        ("columns = 3\nside = 7", 50, "15.242mm", 37, "18.95 mm"),
    ],
)
def test_what_would_make_the_trim_is_of_columns_of_whole_characters(
    grid: str, characters: int, outside: str, held: int, size: str, copy: Workspace
) -> None:
    child(copy, characters)
    file = copy.root / "layouts/small/layout.toml"
    text = file.read_text("utf-8").replace("columns = 1", grid).replace("15.242mm", outside)
    file.write_text(text, "utf-8")

    (found,) = (d for d in examined(copy, "small") if d.code == "layout/trim-width")
    assert (found.facts["held"], found.facts["size"]) == (held, size)

    made = text.replace(f"characters = {characters}", f"characters = {held}")
    file.write_text(made.replace(f'outside = "{outside}"', f'outside = "{size}"'), "utf-8")
    assert [d for d in examined(copy, "small") if d.code.startswith("layout/")] == []


@pytest.mark.parametrize(
    ("grid", "code", "facts"),
    [
        (
            "columns = 2\ngutter = 1",
            "layout/part-columns",
            {"wide": "18.5", "fewer": 37, "more": 39},
        ),
        ("columns = 3", "layout/part-columns", {"wide": "11.3", "fewer": 37, "more": 40}),
        ("columns = 2\nside = 9", "layout/part-columns", {"wide": "12.5", "fewer": 37, "more": 39}),
        ("columns = 3\ngutter = 18", "layout/no-columns", {"characters": 38}),
        ("columns = 2\nside = 35", "layout/no-columns", {"characters": 1}),
    ],
)
def test_columns_of_no_whole_characters_are_told_and_those_that_have_no_room(
    grid: str, code: str, facts: dict[str, object], copy: Workspace
) -> None:
    child(copy, 38)
    file = copy.root / "layouts/small/layout.toml"
    file.write_text(file.read_text("utf-8").replace("columns = 1", grid), "utf-8")

    found = [d for d in examined(copy, "small") if d.code.endswith("-columns")]

    (one,) = found
    assert one.code == code
    assert facts.items() <= one.facts.items()
    assert (one.place.file, one.place.line) == ("layouts/small/layout.toml", 12)


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
