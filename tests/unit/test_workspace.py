from __future__ import annotations

import errno
import hashlib
from itertools import count
from pathlib import Path, PurePosixPath

import pytest

from banxin import workspace as module
from banxin.diagnostics import BanxinError
from banxin.workspace import SteadyWorkspace, Workspace


def codes(problem: pytest.ExceptionInfo[BanxinError]) -> list[str]:
    return [d.code for d in problem.value.diagnostics]


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret", "a\0b"])
def test_a_name_that_leads_out_of_the_workspace_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BanxinError) as problem:
        Workspace(tmp_path).read(PurePosixPath(name))

    assert codes(problem) == ["file/outside"]


def test_a_symlink_that_leads_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.write_text("secret")
    (inside / "link").symlink_to(outside)

    with pytest.raises(BanxinError) as problem:
        Workspace(inside).read(PurePosixPath("link"))

    assert codes(problem) == ["file/outside"]


def test_a_symlink_within_the_workspace_is_followed(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("text")
    (tmp_path / "here").symlink_to(tmp_path / "there")

    assert Workspace(tmp_path).read(PurePosixPath("here")) == b"text"


def test_what_was_read_is_remembered_with_its_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    workspace = Workspace(tmp_path)

    workspace.read(PurePosixPath("a"))

    ((name, digest),) = workspace.read_so_far.items()
    assert name == PurePosixPath("a")
    assert digest.startswith("e3b0c44298fc1c14")


def test_a_file_in_gb18030_is_told_with_the_line_and_the_guess(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("ascii\n廊坊".encode("gb18030"))

    with pytest.raises(BanxinError) as problem:
        Workspace(tmp_path).read_text(PurePosixPath("a.md"))

    (wrong,) = problem.value.diagnostics
    assert (wrong.code, wrong.place.line, wrong.facts["guess"]) == ("text/encoding", 2, "gb18030")
    asked_for = Workspace(tmp_path).read_text(PurePosixPath("a.md"), encoding="gb18030")
    assert asked_for == "ascii\n廊坊"


def test_results_appear_all_together_and_replace_the_old_ones(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.publishing("title") as write:
        write("a.pdf", b"new")
        write("pages/001.png", b"page")
        assert not (tmp_path / "output/title/a.pdf").exists()

    assert (tmp_path / "output/title/a.pdf").read_bytes() == b"new"
    assert sorted(p.name for p in (tmp_path / "output/title").iterdir()) == ["a.pdf", "pages"]


def test_pages_of_an_older_longer_build_do_not_stay_behind(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.publishing("title") as write:
        for name in ("a-press.pdf", "pages/001.png", "pages/002.png", "pages/003.png"):
            write(name, b"old")
    with workspace.publishing("title") as write:
        write("pages/001.png", b"new")

    title = tmp_path / "output/title"
    assert [p.name for p in (title / "pages").iterdir()] == ["001.png"]
    assert (title / "pages/001.png").read_bytes() == b"new"
    assert (title / "a-press.pdf").read_bytes() == b"old"  # another finish, not asked for


def test_a_failure_while_writing_leaves_the_old_results_and_no_litter(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.publishing("title") as write:
        write("a.pdf", b"old")

    def fill_the_disk() -> None:
        with workspace.publishing("title") as write:
            write("a.pdf", b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(BanxinError) as problem:
        fill_the_disk()

    assert codes(problem) == ["output/full"]
    assert (tmp_path / "output/title/a.pdf").read_bytes() == b"old"
    assert [p.name for p in (tmp_path / "output/title").iterdir()] == ["a.pdf"]


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("a file where a folder should be")
    workspace = Workspace(tmp_path)

    workspace.keep("kind", "abcdef", b"data")

    assert workspace.recall("kind", "abcdef") is None


def test_without_a_cache_nothing_is_recalled(tmp_path: Path) -> None:
    Workspace(tmp_path).keep("kind", "abcdef", b"data")

    assert Workspace(tmp_path).recall("kind", "abcdef") == b"data"
    assert Workspace(tmp_path, cache=False).recall("kind", "abcdef") is None


def test_copies_of_a_title_ask_the_disk_once(tmp_path: Path) -> None:
    name, none = PurePosixPath("a.txt"), PurePosixPath("b.txt")
    (tmp_path / "a.txt").write_text("one", "utf-8")
    steady = SteadyWorkspace(Workspace(tmp_path))
    times = count(1)

    def asked() -> tuple[object, ...]:
        made = steady.remembered("count", lambda: next(times))
        kept = steady.recall("kind", "key")
        there = steady.exists(name), steady.exists(none)
        return steady.read(name), steady.digest(name), *there, made, kept

    steady.keep("kind", "key", b"kept")
    first = asked()
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.txt").write_text("two", "utf-8")
    steady.cache.clear()

    assert first == (b"one", hashlib.sha256(b"one").hexdigest(), True, False, 1, b"kept")
    assert asked() == first


def test_copies_of_a_title_hold_no_more_than_they_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_HELD", 1000)
    steady = SteadyWorkspace(Workspace(tmp_path))
    for number in range(50):
        (tmp_path / f"{number}.jpg").write_bytes(bytes(100))
        steady.read(PurePosixPath(f"{number}.jpg"))
        steady.keep("kind", f"key{number:02}", bytes(100))

    assert steady._held.size == 1000
    assert steady.recall("kind", "key00") == bytes(100)  # from the disk
