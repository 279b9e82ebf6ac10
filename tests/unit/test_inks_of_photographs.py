"""`[photo]` of a layout: what is said, what is left out, and what cannot be."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from banxin import layouts
from banxin.diagnostics import BanxinError, Place
from banxin.layouts import Layout
from banxin.treatments import treatment
from banxin.workspace import Workspace


def tokens(root: Path, tmp_path: Path, more: str, name: str = "jinian") -> Workspace:
    shutil.copytree(root / "layouts" / "jinian", tmp_path / "layouts" / "jinian")
    file = tmp_path / "layouts" / name / "tokens.toml"
    if name != "jinian":
        file.parent.mkdir()
        (file.parent / "layout.toml").write_text(
            'name = { zh = "a", en = "a" }\nextends = "jinian"\n', "utf-8"
        )
        file.write_text(more, "utf-8")
    else:
        own = re.sub(r"(?m)^\[photo\]\n(?:[^\[].*\n)*", "", file.read_text("utf-8"))
        file.write_text(own + more, "utf-8")
    return Workspace(tmp_path)


def loaded(workspace: Workspace, name: str = "jinian") -> Layout:
    return layouts.load(name, workspace, Place())


@pytest.mark.parametrize(
    ("name", "duo"),
    [
        ("jinian", ("mo", "jin")),
        ("huace", ("mo", "jin")),
    ],
)
def test_left_out_it_is_black_and_the_first_spot(
    name: str, duo: tuple[str, str], root: Path
) -> None:
    photo = layouts.load(name, Workspace(root), Place()).photo

    assert (photo.usual, photo.mono, photo.duo[0]) == ("", "mo", duo[0])
    assert photo.duo[1] != "mo"


def test_what_is_said_is_kept_and_a_layout_that_extends_it_says_its_own(
    root: Path, tmp_path: Path
) -> None:
    said = '\n[photo]\nas = "duo"\nduo = { inks = ["qing", "jin"], curves = [[0, 90], [0, 50]] }\n'
    own = tmp_path / "one"
    one = loaded(tokens(root, own, said))
    other = tmp_path / "two"
    workspace = tokens(root, other, '[photo]\nas = "mono"\nmono = { ink = "zhu" }\n', "lan")
    two = loaded(workspace, "lan")

    duo = treatment(one, {}, bitmap=False)
    assert duo is not None
    assert [colour.name for colour in duo.colours] == ["qing", "jin"]
    assert [list(curve) for curve in duo.curves] == [[0, 90], [0, 50]]
    mono, plain = (treatment(two, said, bitmap=False) for said in ({}, {"photo": "plain"}))
    assert plain is None
    assert mono is not None
    assert (mono.kind, mono.colours[0].name) == ("mono", "zhu")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ('[photo]\nmono = { ink = "mu" }\n', "layout/photo-ink"),
        ('[photo]\nduo = { inks = ["mo", "kin"] }\n', "layout/photo-ink"),
        ('[inks.tang]\ncmyk = [0, 10, 60, 20]\nkind = "foil"\n[photo]\nmono = { ink = "tang" }\n',
         "layout/photo-ink"),
        ('[photo]\nsquare = { ink = "zhuu" }\n', "layout/photo-ink"),
        ('[photo]\nsquare = { ink = "zhu", lines = 0 }\n', "table/bad-value"),
        ('[photo]\nduo = { inks = ["mo", "mo"] }\n', "layout/photo-twice"),
        ('[photo]\nas = "duotone"\n', "table/bad-value"),
        ('[photo]\nmono = { ink = "mo", curve = [0] }\n', "table/bad-value"),
        ('[photo]\nmono = { ink = "mo", curve = [0, 101] }\n', "table/bad-value"),
        ('[photo]\nduo = { inks = ["mo"] }\n', "table/too-few"),
        ('[photo]\ntoned = { cmyk = [10, 20, 30] }\n', "table/too-few"),
        ('[photo]\nsepia = {}\n', "table/unknown-key-strange"),
    ],
)  # fmt: skip
def test_each_slip_is_told_at_its_line(wrong: str, code: str, root: Path, tmp_path: Path) -> None:
    with pytest.raises(BanxinError) as told:
        loaded(tokens(root, tmp_path, "\n" + wrong))

    for fault in told.value.diagnostics:
        assert (fault.code, fault.place.file) == (code, "layouts/jinian/tokens.toml")
        assert (fault.place.line or 0) > 70
