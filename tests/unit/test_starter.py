"""`banxin init`: a folder in which one can begin."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from banxin import layouts, starter
from banxin.assets import fonts
from banxin.cache import Cache
from banxin.content import CONTENT
from banxin.diagnostics import BanxinError
from banxin.pipeline import build
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import ROOT


def files(folder: Path) -> dict[str, int]:
    return {
        str(file.relative_to(folder)): file.stat().st_size
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Made in a folder that holds a file already. Large, so it is not left behind."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "来信.docx").write_bytes(b"mine")
    starter.init(folder)
    yield folder
    shutil.rmtree(folder)


def test_a_new_workspace_has_all_layouts_and_fonts_of_this_one(shop: Path) -> None:
    made = Workspace.around(shop)
    ours = Workspace.around(ROOT)
    assert layouts.names(made) == layouts.names(ours)
    assert fonts.check(made) == fonts.check(ours) == ()
    for name in ("layouts", "fonts"):
        assert files(shop / name) == files(ROOT / name)


def test_the_first_title_is_ready_to_print(shop: Path, shared_cache: Path) -> None:
    here = Workspace(shop)
    here.cache = Cache(shared_cache)

    made = build(Request(CONTENT / starter.FIRST), here)

    assert (made.report.verdict, len(made.report.facts.sheets)) == ("pass", 4)
    assert sorted(files(shop / "output" / starter.FIRST)) == [
        "first-press.pdf", "first-screen.pdf", "manifest.json", "report.html", "report.json",
    ]  # fmt: skip


def test_a_wheel_carries_what_is_laid_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    assert {source: (ROOT / source).exists() for source in carried} == {
        "layouts": True, "fonts": True, "content/README.md": True,
    }  # fmt: skip
    assert all(place == f"banxin/starter/{source}" for source, place in carried.items())


@pytest.mark.parametrize("name", ["layouts", "fonts", "content"])
def test_a_folder_that_holds_one_already_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("mine")

    with pytest.raises(BanxinError) as told:
        starter.init(tmp_path)

    (found,) = told.value.diagnostics
    assert (found.code, found.facts) == ("init/taken", {"name": name})
    assert files(tmp_path) == {f"{name}/mine.txt": 4}


def test_other_files_in_the_folder_stay(shop: Path) -> None:
    assert (shop / "来信.docx").read_bytes() == b"mine"


def test_where_nobody_may_write_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BanxinError) as told:
        starter.init(tmp_path / "file" / "below")

    (found,) = told.value.diagnostics
    assert found.code == "init/unwritable"
