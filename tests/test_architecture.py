"""The folder tells the truth: imports go downward, foreign libraries come in by their doors."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import rooms

ROOT = Path(__file__).parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c()",
            "--no-cache",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def contracts() -> list[dict[str, Any]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def doors() -> list[dict[str, Any]]:
    """The contracts that keep a foreign library to its doors."""
    return [contract for contract in contracts() if contract.get("source_modules") == ["banxin"]]


def foreign_imports() -> set[str]:
    """What is imported anywhere in `src`, and is neither Python's nor ours."""
    found = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"banxin"}


def copy_of_the_project(folder: Path) -> Path:
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_modules_import_downward_only(tmp_path: Path) -> None:
    run = lint_imports(copy_of_the_project(tmp_path))

    assert run.returncode == 0, run.stdout


def test_an_import_that_goes_upward_is_found(tmp_path: Path) -> None:
    broken = copy_of_the_project(tmp_path) / "src" / "banxin" / "units.py"
    broken.write_text(broken.read_text("utf-8") + "\nimport banxin.workspace\n", "utf-8")

    run = lint_imports(tmp_path)

    assert run.returncode == 1
    assert "banxin.units is not allowed to import banxin.workspace" in run.stdout


def test_a_module_without_a_place_is_found(tmp_path: Path) -> None:
    (copy_of_the_project(tmp_path) / "src" / "banxin" / "helpers.py").touch()

    run = lint_imports(tmp_path)

    assert run.returncode == 1
    assert "helpers" in run.stdout


def test_each_foreign_library_has_its_doors() -> None:
    named = [import_name for contract in doors() for import_name in contract["forbidden_modules"]]

    assert sorted(named) == sorted(foreign_imports())


def test_each_library_that_comes_in_by_another_door_is_found(tmp_path: Path) -> None:
    """One module breaks every contract: that of the library alone, and by a name in it."""
    broken = copy_of_the_project(tmp_path) / "src" / "banxin" / "units.py"
    libraries = [contract["forbidden_modules"][0] for contract in doors()]
    imports = [f"import {library}" for library in libraries]
    imports += [f"def late() -> None:\n    from {library} import anything" for library in libraries]
    broken.write_text("\n".join([broken.read_text("utf-8"), *imports]), "utf-8")

    run = lint_imports(tmp_path)

    kept = [line for line in run.stdout.splitlines() if " KEPT" in line]
    assert run.returncode == 1
    assert [line.partition(" KEPT")[0] for line in kept] == [
        contract["name"] for contract in contracts() if contract not in doors()
    ]
    for library in libraries:
        assert f"banxin.units -> {library} (l." in run.stdout


def test_a_door_that_nobody_uses_is_found(tmp_path: Path) -> None:
    project = copy_of_the_project(tmp_path) / "pyproject.toml"
    door = '"banxin.markup.qr -> segno"'
    assert door in project.read_text("utf-8")
    project.write_text(
        project.read_text("utf-8").replace(door, f'{door}, "banxin.units -> segno"'), "utf-8"
    )

    run = lint_imports(tmp_path)

    assert run.returncode == 1
    assert "banxin.units -> segno" in run.stdout


def test_no_function_is_longer_than_a_screen() -> None:
    """Sixty lines; how many branches and parameters it may have is ruff's to say."""
    functions = [
        (f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", node)
        for file in sorted((ROOT / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lines = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions}

    assert len(lines) > 2000
    assert [name for name, count in lines.items() if count > 60] == []


def test_each_class_has_a_name_of_its_own() -> None:
    """Over all of `src`; a name and the same with an underscore before it are one name."""
    places: dict[str, list[str]] = {}
    for file in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                where = f"{file.relative_to(ROOT)}:{node.lineno}"
                places.setdefault(node.name.lstrip("_"), []).append(where)

    assert len(places) > 500
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_rules_for_what_a_function_may_be_have_no_exceptions() -> None:
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    rules = {"C901", "PLR0913"}
    waived = {
        place: rules & {*codes}
        for place, codes in ruff["per-file-ignores"].items()
        if not place.startswith("tests/")
    }
    marked = [
        file.name
        for file in (ROOT / "src").rglob("*.py")
        if any(f"noqa: {rule}" in file.read_text("utf-8") for rule in rules)
    ]

    assert rules <= {*ruff["select"]}
    assert (ruff["mccabe"]["max-complexity"], ruff["pylint"]["max-args"]) == (20, 7)
    assert (set().union(*waived.values()), marked) == (set(), [])


def test_the_picture_of_the_rooms_is_of_now() -> None:
    """`./banxin rooms` draws it anew."""
    assert rooms.PICTURE.read_text("utf-8") == rooms.picture()


def test_the_picture_has_every_room_and_the_journey_in_order() -> None:
    made, found = rooms.journey()
    folder = ROOT / "src" / "banxin"
    modules = {file.stem for file in folder.glob("*.py") if not file.stem.startswith("__")}
    packages = {file.parent.name for file in folder.glob("*/__init__.py")}

    assert {room for row in rooms.rows() for room in row} == modules | packages
    assert [*made] == [
        "Request", "Job", "Profile", "Manuscript", "Layout", "Edition", "Sheets", "Finished",
        "Case", "Report",
    ]  # fmt: skip
    assert made["Edition"] == {"Manuscript", "Layout"}
    assert found["Sheets"] == "typeset"


def test_no_other_program_is_started_to_load_the_engine() -> None:
    watch = "sys.addaudithook(lambda event, about: event == 'subprocess.Popen' and print(about[1]))"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; {watch}; import banxin.pipeline"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == ""
