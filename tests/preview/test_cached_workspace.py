"""What has not changed is not read or made again; what has, always is."""

from __future__ import annotations

import os
import time
from pathlib import Path, PurePosixPath

import pytest

from banxin.diagnostics import BanxinError
from banxin.preview import cached_workspace as module
from banxin.preview.cached_workspace import CachedWorkspace


@pytest.fixture
def desk(tmp_path: Path) -> CachedWorkspace:
    (tmp_path / "a.txt").write_text("1", "utf-8")
    (tmp_path / "b.txt").write_text("2", "utf-8")
    rest(tmp_path)
    return CachedWorkspace(tmp_path)


def rest(folder: Path) -> None:
    """As if everything had been written long ago."""
    for file in folder.rglob("*"):
        os.utime(file, (time.time() - 60,) * 2)


class Made:
    """Counts how often it is made."""

    def __init__(self, desk: CachedWorkspace, *names: str) -> None:
        self.desk, self.names, self.count = desk, names, 0

    def __call__(self) -> str:
        self.count += 1
        return "".join(self.desk.read_text(PurePosixPath(name)) for name in self.names)


def test_an_answer_is_remembered_until_a_file_that_it_read_changes(
    desk: CachedWorkspace, tmp_path: Path
) -> None:
    both, one = Made(desk, "a.txt", "b.txt"), Made(desk, "b.txt")

    for _ in range(3):
        assert (desk.remembered("both", both), desk.remembered("one", one)) == ("12", "2")
    assert (both.count, one.count) == (1, 1)
    (tmp_path / "a.txt").write_text("3", "utf-8")

    assert (desk.remembered("both", both), desk.remembered("one", one)) == ("32", "2")
    assert (both.count, one.count) == (2, 1)


def test_the_same_bytes_written_anew_are_no_change(desk: CachedWorkspace, tmp_path: Path) -> None:
    made = Made(desk, "a.txt")
    desk.remembered("a", made)

    (tmp_path / "a.txt").write_text("1", "utf-8")

    assert desk.remembered("a", made) == "1"
    assert made.count == 1


def test_two_saves_within_one_tick_of_the_clock_are_told_apart(
    desk: CachedWorkspace, tmp_path: Path
) -> None:
    file, made = tmp_path / "a.txt", Made(desk, "a.txt")
    file.write_text("4", "utf-8")
    look = file.stat()
    assert desk.remembered("a", made) == "4"

    file.write_text("5", "utf-8")
    os.utime(file, ns=(look.st_atime_ns, look.st_mtime_ns))

    assert desk.remembered("a", made) == "5"


def test_files_that_are_asked_about_and_come_or_go_are_a_change(
    desk: CachedWorkspace, tmp_path: Path
) -> None:
    here = PurePosixPath("c.txt")

    def look() -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        there = PurePosixPath()
        return desk.exists(here), desk.files(there), desk.folders(there)

    assert desk.remembered("look", look) == (False, ("a.txt", "b.txt"), ())
    (tmp_path / "c.txt").touch()
    (tmp_path / "d").mkdir()
    assert desk.remembered("look", look) == (True, ("a.txt", "b.txt", "c.txt"), ("d",))
    (tmp_path / "c.txt").unlink()
    assert desk.remembered("look", look) == (False, ("a.txt", "b.txt"), ("d",))


def test_what_an_answer_within_an_answer_read_counts_for_both(
    desk: CachedWorkspace, tmp_path: Path
) -> None:
    inner = Made(desk, "a.txt")
    outer: list[str] = []

    def whole() -> str:
        outer.append(desk.remembered("inner", inner))
        return outer[-1]

    desk.remembered("inner", inner)  # known before the other asks
    assert [desk.remembered("outer", whole) for _ in range(2)] == ["1", "1"]
    (tmp_path / "a.txt").write_text("6", "utf-8")

    assert desk.remembered("outer", whole) == "6"


def test_a_question_that_failed_is_asked_again(desk: CachedWorkspace, tmp_path: Path) -> None:
    made = Made(desk, "missing.txt")
    for _ in range(2):
        with pytest.raises(BanxinError):
            desk.remembered("missing", made)
    (tmp_path / "missing.txt").write_text("7", "utf-8")

    assert desk.remembered("missing", made) == "7"


def test_a_file_that_is_deleted_is_missed(desk: CachedWorkspace, tmp_path: Path) -> None:
    made = Made(desk, "a.txt")
    desk.remembered("a", made)
    (tmp_path / "a.txt").unlink()

    with pytest.raises(BanxinError) as problem:
        desk.remembered("a", made)
    assert problem.value.diagnostics[0].code == "file/missing"


def test_a_large_file_that_changes_before_it_is_used_is_told(
    desk: CachedWorkspace, tmp_path: Path
) -> None:
    _, data = desk.original(PurePosixPath("a.txt"))
    assert data() == b"1"
    (tmp_path / "a.txt").write_text("8", "utf-8")

    with pytest.raises(BanxinError) as problem:
        data()
    assert problem.value.diagnostics[0].code == "file/changed"


def test_no_more_is_held_in_memory_than_it_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 1000)
    desk = CachedWorkspace(tmp_path)
    for number in range(50):
        desk.keep("kind", f"key{number:02}", bytes(100))

    assert desk._held.size == 1000
    assert desk.recall("kind", "key00") == bytes(100)  # from the disk
