"""`./banxin`: whose environment it uses, and whose it leaves alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

NOBODY = 65534
STUB = """#!/bin/sh
case "$*" in
  *hashlib*) echo "$DIGEST" ;;
  *"import click"*) exit {runs} ;;
  *"-m banxin"*) echo "ran $0 $*" ;;
  *"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo "made $3" >&2 ;;
esac
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout with a `.venv` whose Python only says what it is asked to do."""
    folder = tmp_path / "checkout"
    (folder / ".venv/bin").mkdir(parents=True)
    for name in ("banxin", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv/.made-from").write_text("of this lock\n")
    return folder


def stub(python: Path, *, runs: bool) -> None:
    python.write_text(STUB.format(runs=0 if runs else 1))
    python.chmod(0o755)


def call(place: Path, digest: str, *before: str) -> subprocess.CompletedProcess[str]:
    found = place.parent / "bin"
    found.mkdir(exist_ok=True)
    stub(found / "python3", runs=False)
    environment = {
        "PATH": f"{found}:{os.environ['PATH']}", "HOME": str(place.parent / "home"),
        "LANG": "C.UTF-8", "DIGEST": digest,
    }  # fmt: skip
    return subprocess.run(
        [*before, str(place / "banxin"), "check", "a title"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip


def test_what_was_made_of_this_lock_is_used_as_it_is(place: Path) -> None:
    stub(place / ".venv/bin/python", runs=True)
    told = call(place, "of this lock")

    assert told.stderr == ""
    assert told.stdout == f"ran {place}/.venv/bin/python -m banxin check a title\n"


def test_what_was_made_of_an_older_lock_is_made_anew(place: Path) -> None:
    stub(place / ".venv/bin/python", runs=True)
    (place / ".venv/old").touch()
    told = call(place, "of another lock")

    assert f"made {place}/.venv" in told.stderr
    assert not (place / ".venv/old").exists()
    assert told.stdout == f"ran {place}/.venv/bin/python -m banxin check a title\n"


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="takes a second user"
)
@pytest.mark.parametrize("runs", [True, False])
def test_another_users_is_used_where_it_runs_and_never_touched(place: Path, runs: bool) -> None:
    stub(place / ".venv/bin/python", runs=runs)
    home = place.parent / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    for folder in (place, *place.parents[:3]):
        folder.chmod(0o755)
    before = sorted(place.rglob("*"))

    drop = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    told = call(place, "of another lock", *drop)

    assert sorted(place.rglob("*")) == before
    own = next(home.glob(".cache/banxin/venv-*"), None)
    used = f"{place}/.venv" if runs else str(own)
    assert told.stdout == f"ran {used}/bin/python -m banxin check a title\n"
    assert (told.stderr == "") == runs
