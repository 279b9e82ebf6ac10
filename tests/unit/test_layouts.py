from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from banxin import layouts
from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.manuscript import kinds
from banxin.workspace import Workspace

HERE = Place("content/a/edition.toml", 2, 1)


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Workspace:
    """A workspace with a jinian of the test's own, to spoil."""
    shutil.copytree(root / "layouts", tmp_path / "layouts")
    return Workspace(tmp_path, output=tmp_path / "output")


def spoil(workspace: Workspace, file: str, old: str, new: str) -> None:
    path = workspace.root / "layouts" / "jinian" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def faults(workspace: Workspace, name: str = "jinian") -> list[Diagnostic]:
    with pytest.raises(BanxinError) as problem:
        layouts.load(name, workspace, HERE)
    return list(problem.value.diagnostics)


def test_jinian_is_210_by_285_with_46_characters_by_40_lines(root: Path) -> None:
    layout = layouts.load("jinian", Workspace(root), HERE)

    page, grid = layout.page, layout.grid
    sides = (page.width, page.height, page.bleed, page.top, page.inside)
    assert [round(length.in_mm, 3) for length in sides] == [210, 285, 3, 20, 18]
    assert (grid.characters, grid.lines, grid.columns, grid.gutter) == (46, 40, 2, 2)
    assert grid.baseline.in_mm == pytest.approx(6)
    assert set(layout.blocks) == set(kinds.NAMES)


def test_the_type_area_and_its_margins_make_up_the_page(root: Path) -> None:
    layout = layouts.load("jinian", Workspace(root), HERE)

    page, grid = layout.page, layout.grid
    wide = page.inside + page.outside + grid.character * grid.characters
    tall = page.top + page.bottom + grid.baseline * grid.lines
    assert wide.in_mm == pytest.approx(page.width.in_mm, abs=0.05)
    assert tall.in_mm == pytest.approx(page.height.in_mm, abs=0.05)


def test_a_tint_is_a_share_of_its_ink(root: Path) -> None:
    inks = {ink.name: ink for ink in layouts.load("jinian", Workspace(root), HERE).inks}

    assert [inks[name].cmyk for name in ("mo", "mo-70")] == [(0, 0, 0, 100), (0, 0, 0, 70)]


@pytest.mark.parametrize(
    ("cmyk", "tint", "held"),
    [
        ((75, 35, 45, 10), 12, (9, 4.2, 5.4, 0)),  # 1.2 % of black are left out
        ((75, 35, 45, 10), 25, (18.75, 8.75, 11.25, 3)),  # 2.5 % print as 3
        ((0, 0, 0, 100), 8, (0, 0, 0, 8)),
        ((0, 100, 100, 10), 1, (0, 3, 3, 0)),  # nothing of it would be left
        ((0, 0, 0, 100), 0, (0, 0, 0, 0)),
    ],
)
def test_the_plates_of_a_tint_hold_on_a_press(
    cmyk: tuple[float, ...], tint: float, held: tuple[float, ...], copy: Workspace
) -> None:
    inks = f"[inks]\nqing = {{ cmyk = {list(cmyk)} }}\nwash = {{ of = 'qing', tint = {tint} }}\n"
    extending(copy, "ours", 'extends = "jinian"\n', tokens_dot_toml=inks)

    found = {ink.name: ink.cmyk for ink in layouts.load("ours", copy, HERE).inks}

    assert found["wash"] == pytest.approx(held)


def test_an_unknown_layout_says_which_there_are(root: Path) -> None:
    (found,) = faults(Workspace(root), "jinain")

    assert (found.code, found.place, found.facts["near"]) == ("layout/unknown", HERE, "jinian")


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("layout.toml", "styles/grid.css", "styles/gird.css", "layout/no-style"),
        (
            "layout.toml",
            "chapters/article.html.j2",
            "chapters/artcle.html.j2",
            "layout/no-template",
        ),
        ("layout.toml", "\npullquote", "\npullqoute", "layout/unknown-block"),
        ("layout.toml", '= "body" ', '= "bdoy" ', "layout/no-type-style"),
        ("tokens.toml", 'of = "mo"', 'of = "om"', "layout/tint"),
        ("layout.toml", "gutter", "guter", "table/unknown-key"),
    ],
)
def test_each_slip_of_a_designer_is_named_with_its_line(
    copy: Workspace, file: str, old: str, new: str, code: str
) -> None:
    spoil(copy, file, old, new)

    found = [d for d in faults(copy) if d.code == code]
    assert len(found) >= 1
    assert found[0].place.file == f"layouts/jinian/{file}"
    assert found[0].place.line is not None


def test_all_slips_of_a_layout_come_in_one_run(copy: Workspace) -> None:
    spoil(copy, "layout.toml", "styles/grid.css", "styles/gird.css")
    spoil(copy, "layout.toml", "chapters/article.html.j2", "chapters/artcle.html.j2")

    assert {d.code for d in faults(copy)} == {"layout/no-style", "layout/no-template"}


# --- one layout extends another -------------------------------------------------------------


def extending(workspace: Workspace, name: str, table: str, **files: str) -> None:
    folder = workspace.root / "layouts" / name
    folder.mkdir()
    (folder / "layout.toml").write_text(f'name = {{ zh = "样", en = "one" }}\n{table}', "utf-8")
    for file, text in files.items():
        path = folder / file.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_a_layout_of_one_line_is_the_one_that_it_extends(copy: Workspace) -> None:
    extending(copy, "ours", 'extends = "jinian"\n')

    ours, theirs = (layouts.load(name, copy, HERE) for name in ("ours", "jinian"))

    assert replace(ours, name="jinian", title=theirs.title, folders=theirs.folders) == theirs
    assert [str(folder) for folder in ours.folders] == ["layouts/ours", "layouts/jinian"]


def test_what_a_layout_says_itself_stands_before_what_it_extends(copy: Workspace) -> None:
    extending(
        copy,
        "ours",
        'extends = "jinian"\nstyles = ["styles/page.css", "styles/ours.css"]\n',
        tokens_dot_toml="[inks]\nqing = { cmyk = [100, 0, 0, 0] }\n",
        styles__ours_dot_css="p { color: var(--zhu) }",
        templates__blocks__divider_dot_html_dot_j2="<hr>",
    )

    ours, theirs = (layouts.load(name, copy, HERE) for name in ("ours", "jinian"))

    inks = {ink.name: ink.cmyk for ink in ours.inks}
    # A tint follows its ink.
    assert [inks[name] for name in ("qing", "qing-12")] == [(100, 0, 0, 0), (12, 0, 0, 0)]
    assert len(ours.inks) == len(theirs.inks)
    assert list(ours.styles) == ["layouts/jinian/styles/page.css", "layouts/ours/styles/ours.css"]
    changed = {n for n, text in ours.templates.items() if text != theirs.templates[n]}
    assert changed == {"blocks/divider.html.j2"}
    file = ours.template_files["blocks/divider.html.j2"]
    assert str(file) == "layouts/ours/templates/blocks/divider.html.j2"


def test_layouts_that_extend_each_other_in_a_circle_are_told(copy: Workspace) -> None:
    extending(copy, "ours", 'extends = "theirs"\n')
    extending(copy, "theirs", 'extends = "ours"\n')

    (told,) = faults(copy, "ours")
    assert told.code == "layout/extends-itself"
    assert told.facts["circle"] == "ours → theirs → ours"
    assert (told.place.file, told.place.line) == ("layouts/theirs/layout.toml", 2)


def test_an_unknown_layout_to_extend_is_told_at_its_line(copy: Workspace) -> None:
    extending(copy, "ours", 'extends = "jinan"\n')

    (told,) = faults(copy, "ours")
    assert (told.code, told.facts["near"]) == ("layout/unknown", "jinian")
    assert (told.place.file, told.place.line) == ("layouts/ours/layout.toml", 2)


def test_a_block_that_is_not_named_has_the_template_of_its_name(copy: Workspace) -> None:
    folder = copy.path(PurePosixPath("layouts/jinian"))
    said = (folder / "layout.toml").read_text("utf-8")
    lines = [line for line in said.splitlines() if not line.startswith(("divider", "note "))]
    (folder / "layout.toml").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "templates/blocks/note.html.j2").unlink()

    (told,) = faults(copy, "jinian")
    assert (told.code, told.facts["kind"]) == ("layout/no-block", "note")
    (folder / "templates/blocks/note.html.j2").write_text("")
    blocks = layouts.load("jinian", copy, Place()).blocks
    assert blocks["divider"] == "blocks/divider.html.j2"


def test_a_layout_that_extends_nothing_has_to_say_everything(copy: Workspace) -> None:
    extending(copy, "ours", "", tokens_dot_toml="")

    told = faults(copy, "ours")
    assert [f.facts["key"] for f in told if f.code == "layout/no-table"] == [
        "page",
        "grid",
        "styles",
        "chart",
    ]
    assert sum(f.code == "layout/no-block" for f in told) == len(kinds.NAMES)
