"""`./banxin`: whose environment it uses, and whose it leaves alone."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
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
    for name in ("banxin", "requirements.lock", "requirements-tools.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv/.made-from").write_text("of this lock\n")
    return folder


def stub(python: Path, *, runs: bool) -> None:
    python.write_text(STUB.format(runs=0 if runs else 1))
    python.chmod(0o755)


def call(place: Path, digest: str, *, stranger: bool = False) -> subprocess.CompletedProcess[str]:
    """Args: stranger: as a user who owns nothing of it, where there may be one."""
    found = place.parent / "bin"
    found.mkdir(exist_ok=True)
    stub(found / "python3", runs=False)
    environment = {
        "PATH": f"{found}:{os.environ['PATH']}", "HOME": str(place.parent / "home"),
        "LANG": "C.UTF-8", "DIGEST": digest,
    }  # fmt: skip
    other = NOBODY if stranger and os.geteuid() == 0 else None
    return subprocess.run(
        [str(place / "banxin"), "check", "a title"],
        capture_output=True, text=True, env=environment, check=False,
        user=other, group=other, extra_groups=None if other is None else [],
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


@pytest.mark.parametrize("runs", [True, False])
def test_another_users_is_used_where_it_runs_and_never_touched(place: Path, runs: bool) -> None:
    stub(place / ".venv/bin/python", runs=runs)
    home = place.parent / "home"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    above = Path(tempfile.gettempdir()).resolve()
    for folder in (place, *place.parents):
        if above in folder.parents:
            folder.chmod(0o755)
    place.chmod(0o555)  # somebody else's, also to whoever cannot become another user
    before = sorted(place.rglob("*"))

    told = call(place, "of another lock", stranger=True)

    assert sorted(place.rglob("*")) == before
    own = next(home.glob(".cache/banxin/venv-*"), None)
    used = f"{place}/.venv" if runs else str(own)
    assert told.stdout == f"ran {used}/bin/python -m banxin check a title\n"
    assert (told.stderr == "") == runs


# --- what is installed -------------------------------------------------------------------------

COMMANDS = ("sh", "dirname", "cat", "mkdir", "rm", "cp", "cksum", "cut", "env")
PINNED = re.compile(
    r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+(\s*;[^-]*)?(\s+--hash=sha256:[0-9a-f]{64})+\s*"
)
RECORDING = """#!/bin/sh
echo "$0 $*" >> {log}
"""
PIP = """#!/bin/sh
case "$*" in
  *hashlib*) echo new ;;
  *"-m pip"*) echo "pip $*" >> {log} ;;
  *"-m banxin"*) echo ran ;;
  *"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
"""


ROOTS_ID = "#!/bin/sh\necho 0\n"


@pytest.fixture
def bare(place: Path) -> Path:
    """A machine of root's with next to nothing on it; what is called there is in its log."""
    found = place.parent / "bare"
    found.mkdir()
    for name in COMMANDS:
        (found / name).symlink_to(shutil.which(name) or name)
    log = place.parent / "log"
    log.touch()
    made = {"apt-get": RECORDING, "sudo": RECORDING, "python3": PIP, "id": ROOTS_ID}
    for name, text in made.items():
        (found / name).write_text(text.format(log=log))
        (found / name).chmod(0o755)
    shutil.rmtree(place / ".venv")
    return found


def first_run(
    place: Path,
    bare: Path,
    answer: str | None = None,
    *,
    words: Sequence[str] = ("check",),
    **more: str,
) -> tuple[str, str]:
    """What is said, and what was called. `answer`: at a terminal, which there is none otherwise."""
    environment = {"PATH": str(bare), "HOME": str(place.parent), "LANG": "C.UTF-8", **more}
    command = [str(place / "banxin"), *words]
    if answer is None:
        told = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment,
            check=True,
        )  # fmt: skip
        said = told.stderr
    else:
        ours, theirs = pty.openpty()
        os.write(ours, f"{answer}\n".encode())
        subprocess.run(
            command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, env=environment,
            check=True,
        )  # fmt: skip
        os.close(theirs)
        said = all_of(ours)
    return said, (place.parent / "log").read_text()


def all_of(terminal: int) -> str:
    """What was said at a terminal that nobody writes to any more."""
    said = b""
    with os.fdopen(terminal, "rb", buffering=0) as ours, suppress(OSError):  # EIO is its end
        while part := ours.read(65536):
            said += part
    return said.decode()


def test_mupdf_is_told_of_and_not_taken(place: Path, bare: Path) -> None:
    said, called = first_run(place, bare)

    assert "AGPL-3.0" in said
    assert "never links" in said
    assert "ink was not measured" in said
    assert "apt-get install -y --no-install-recommends mupdf-tools" in said
    assert "apt-get" not in called


@pytest.mark.parametrize("answer", ["y", "yes", "是"])
def test_a_yes_at_the_terminal_installs_it(answer: str, place: Path, bare: Path) -> None:
    said, called = first_run(place, bare, answer)

    assert "[y/N]" in said
    assert "install -y --no-install-recommends mupdf-tools" in called


@pytest.mark.parametrize("answer", ["", "n", "no", "x", "否"])
def test_anything_else_does_not(answer: str, place: Path, bare: Path) -> None:
    _, called = first_run(place, bare, answer)

    assert "apt-get" not in called


@pytest.mark.parametrize(("word", "installs"), [("yes", True), ("1", True), ("no", False)])
def test_a_word_in_the_environment_answers_for_who_is_not_there(
    word: str, installs: bool, place: Path, bare: Path
) -> None:
    said, called = first_run(place, bare, BANXIN_INSTALL=word)

    assert "AGPL-3.0" in said
    assert ("mupdf-tools" in called) == installs


def test_whoever_has_it_is_not_asked(place: Path, bare: Path) -> None:
    (bare / "mutool").symlink_to(bare / "cat")

    assert "MuPDF" not in first_run(place, bare)[0]


PROGRAMS = {
    "pdftotext": "poppler-utils", "gs": "ghostscript", "mutool": "mupdf-tools",
    "chromium": "chromium", "soffice": "libreoffice-writer-nogui", "npm": "npm",
}  # fmt: skip


@pytest.mark.parametrize(
    "lacking", [[], *([name] for name in PROGRAMS), ["gs", "npm"], [*PROGRAMS]]
)
@pytest.mark.parametrize(("word", "installs"), [("yes", True), ("1", True), ("no", False)])
def test_the_tests_install_the_programs_that_are_lacking_and_no_others(
    lacking: list[str], word: str, installs: bool, place: Path, bare: Path
) -> None:
    """Debian's npm may not stand beside one from elsewhere, and then nothing is installed."""
    environment = place / ".venv"
    for folder in ("bin", "share/commonmark-spec-0.31.2"):
        (environment / folder).mkdir(parents=True)
    shutil.copy(bare / "python3", environment / "bin/python")
    (environment / ".made-from").write_text("new\n")
    (environment / "share/commonmark-spec-0.31.2/spec.txt").touch()
    for name in PROGRAMS.keys() - lacking:
        (bare / name).symlink_to(bare / "cat")

    _, called = first_run(place, bare, words=("test", "x"), BANXIN_INSTALL=word)

    install = "apt-get install -y --no-install-recommends "
    asked = [line.partition(install)[2] for line in called.splitlines() if install in line]
    wanted = " ".join(package for name, package in PROGRAMS.items() if name in lacking)
    assert asked == ([f"{wanted} -qq"] if installs and lacking else [])


def test_pip_fetches_nothing_without_a_hash(place: Path, bare: Path) -> None:
    _, called = first_run(place, bare)
    fetched = [line for line in called.splitlines() if line.startswith("pip ")]

    assert len(fetched) == 2
    assert all("--require-hashes" in line for line in fetched)
    assert all("--only-binary :all:" in line for line in fetched)
    assert fetched[0].endswith("requirements-tools.lock")
    assert "--no-build-isolation" in fetched[1]
    assert fetched[1].endswith("requirements.lock")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-tools.lock"])
def test_each_line_of_the_locks_is_one_version_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]

    assert lines
    assert [line for line in lines if not PINNED.fullmatch(line)] == []


def test_only_the_tools_of_one_source_package_are_needed() -> None:
    tools = (ROOT / "requirements-tools.lock").read_text("utf-8")

    assert re.findall(r"(?m)^([a-z]+)==", tools) == ["pip", "setuptools"]
