"""The cache proves itself, stays small, and holds nothing that a killed build left."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from banxin import scratch
from banxin.cache import Cache, Shelf

KEY = "ab" * 32


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entry(cache: Cache) -> Path:
    (path,) = (p for p in cache.folder.rglob("*") if p.is_file())
    return path


def test_what_was_kept_comes_back(cache: Cache) -> None:
    cache.keep("photo", KEY, b"grey" * 1000)

    assert cache.recall("photo", KEY) == b"grey" * 1000
    assert cache.recall("photo", "cd" * 32) is None
    assert cache.recall("ink", KEY) is None


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 400])
def test_half_an_entry_is_a_miss_and_is_told(tmp_path: Path, size: int) -> None:
    told: list[tuple[str, str]] = []
    cache = Cache(tmp_path, tell=lambda kind, key: told.append((kind, key)))
    cache.keep("photo", KEY, bytes(range(256)) * 2)
    path = entry(cache)
    path.write_bytes(path.read_bytes()[:size])

    assert cache.recall("photo", KEY) is None
    assert told == [("photo", KEY)]


def test_every_flipped_bit_is_a_miss(cache: Cache) -> None:
    data = bytes(range(40))
    cache.keep("photo", KEY, data)
    path = entry(cache)
    whole = path.read_bytes()
    for bit in range(len(whole) * 8):
        spoilt = bytearray(whole)
        spoilt[bit // 8] ^= 1 << bit % 8
        path.write_bytes(spoilt)
        assert cache.recall("photo", KEY) is None
    path.write_bytes(whole)
    assert cache.recall("photo", KEY) == data


def test_an_entry_under_the_name_of_another_is_a_miss(cache: Cache) -> None:
    cache.keep("photo", KEY, b"one")
    other = entry(cache).with_name(KEY[:2] + "0" * 62)
    entry(cache).rename(other)

    assert cache.recall("photo", other.name) is None


def test_what_cannot_be_read_is_a_miss(cache: Cache) -> None:
    cache.keep("photo", KEY, b"one")
    path = entry(cache)
    path.unlink()
    path.mkdir()

    assert cache.recall("photo", KEY) is None
    cache.keep("photo", KEY, b"two")  # nor does it stop anybody
    assert cache.recall("photo", KEY) is None


def test_a_full_disk_costs_no_build_and_leaves_nothing(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    cache.keep("photo", KEY, b"one")

    assert cache.recall("photo", KEY) is None
    assert [p for p in cache.folder.rglob("*") if p.is_file()] == []


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, largest=3 * (1000 + 32))
    keys = [f"{number:02x}" * 32 for number in range(5)]
    for number, key in enumerate(keys):
        cache.keep("photo", key, bytes(1000))
        os.utime(tmp_path / "photo" / key[:2] / key, (number * 1e6, number * 1e6))
    assert cache.recall("photo", keys[0]) == bytes(1000)  # used just now

    cache.tidy()

    assert [key for key in keys if cache.recall("photo", key)] == [keys[0], keys[3], keys[4]]


def test_the_cache_says_what_it_holds_and_is_cleared(cache: Cache) -> None:
    cache.keep("photo", KEY, bytes(100))
    cache.keep("photo", "cd" * 32, bytes(50))
    cache.keep("ink", KEY, b"")

    assert cache.shelves() == (Shelf("ink", 1, 32), Shelf("photo", 2, 214))
    cache.clear()
    assert cache.shelves() == ()
    cache.clear()


# --- leftovers ------------------------------------------------------------------------------


def left_by_a_killed_process(folder: Path) -> None:
    """Files and folders, half written, of a process that is killed while it writes them."""
    program = (
        "import sys, os, pathlib, tempfile; from banxin import scratch\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "tempfile.tempdir = str(here)\n"
        "(scratch.folder_in(here) / 'page.png').write_bytes(b'half')\n"
        "os.fsync = lambda handle: os.kill(os.getpid(), 9)\n"
        "with scratch.temporary():\n"
        "    scratch.write_whole(here / 'result', b'half')\n"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=False)


def test_what_a_killed_process_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    left_by_a_killed_process(tmp_path)
    assert sorted(p.name[:7] for p in tmp_path.iterdir()) == [".new-" + machine()[:2]] * 2 + [
        "banxin-"
    ]

    scratch.sweep(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_what_a_process_keeps_for_a_thing_goes_with_it_or_with_the_process(tmp_path: Path) -> None:
    program = (
        "import sys, tempfile, pathlib; from banxin import scratch\n"
        "tempfile.tempdir = sys.argv[1]\n"
        "class Font: pass\n"
        "held, gone = Font(), Font()\n"
        "for font in held, gone:\n"
        "    (scratch.kept_by(font) / 'a.ttf').write_bytes(b'face')\n"
        "del font, gone\n"
        "print(len(list(pathlib.Path(sys.argv[1]).iterdir())))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, text=True
    )

    assert told.stdout == "1\n"
    assert list(tmp_path.iterdir()) == []


def machine() -> str:
    return scratch._machine()


def test_what_is_being_written_and_what_is_others_stays(tmp_path: Path) -> None:
    mine = scratch.folder_in(tmp_path)
    names = [".new-", ".new-abc", "banxin-fonts", f"banxin-{machine()}-x-", ".new-ffffffff-1-abc"]
    for name in names:
        (tmp_path / name).mkdir()

    scratch.sweep(tmp_path)

    assert {p.name for p in tmp_path.iterdir()} == {mine.name, *names}


def test_what_another_machine_left_goes_after_a_day(tmp_path: Path) -> None:
    left = tmp_path / ".new-ffffffff-1-abc"
    left.mkdir()
    os.utime(left, (1e9, 1e9))

    scratch.sweep(tmp_path)

    assert not left.exists()


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a"
    scratch.write_whole(file, b"old")

    def broken(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(KeyboardInterrupt):
        scratch.write_whole(file, random.Random(1).randbytes(1000))

    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]
