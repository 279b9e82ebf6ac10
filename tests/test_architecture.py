"""The folder tells the truth: imports go downward, foreign libraries come in by their doors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


def test_a_library_that_comes_in_by_another_door_is_found(tmp_path: Path) -> None:
    broken = copy_of_the_project(tmp_path) / "src" / "banxin" / "units.py"
    broken.write_text(broken.read_text("utf-8") + "\nimport weasyprint\n", "utf-8")

    run = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID251", "src"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "the doors are engine/, composer/ and typeset/" in run.stdout


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
