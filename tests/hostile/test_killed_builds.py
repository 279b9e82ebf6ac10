"""Builds that are killed, and caches that they leave half written, change no later result."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Title

FINISHES = ("--finish", "press", "--finish", "screen", "--finish", "proof")


def command(folder: Path, output: Path) -> list[str]:
    return [
        sys.executable, "-m", "banxin", "build", str(folder), "-o", str(output), "--format", "json",
        *FINISHES,
    ]  # fmt: skip


def environment(root: Path, temporary: Path) -> dict[str, str]:
    temporary.mkdir(exist_ok=True)
    return {**os.environ, "PYTHONPATH": str(root / "src"), "TMPDIR": str(temporary)}


def results(folder: Path) -> dict[str, bytes]:
    """All that a build makes but report.json and report.html, which tell how long it took."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("report.")
    }


def damage(cache: Path, chance: random.Random) -> None:
    """One entry of the cache cut short, emptied, or with a bit the other way round."""
    entries = sorted(path for path in cache.glob("*/*/*") if path.is_file())
    if not entries:
        return
    path = chance.choice(entries)
    data = bytearray(path.read_bytes())
    match chance.randrange(3):
        case 0:
            data = data[: chance.randrange(len(data) + 1)]
        case 1:
            data.clear()
        case _ if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def killed_and_built(root: Path, tmp_path: Path, folder: Path, times: int) -> None:
    clean, often, temporary = tmp_path / "clean", tmp_path / "often", tmp_path / "temporary"
    around = environment(root, temporary)
    start = time.monotonic()
    subprocess.run(command(folder, clean), cwd=root, env=around, capture_output=True, check=True)
    long = time.monotonic() - start
    chance = random.Random(14)
    for _ in range(times):
        with subprocess.Popen(
            command(folder, often),
            cwd=root,
            env=around,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as run:
            time.sleep(chance.uniform(0.05, 1.1) * long)
            run.send_signal(signal.SIGKILL)
        damage(often / ".cache", chance)

    subprocess.run(command(folder, often), cwd=root, env=around, capture_output=True, check=True)

    assert results(often / folder.name) == results(clean / folder.name)
    assert [p.name for p in often.rglob(".new-*")] == []
    assert [p.name for p in temporary.iterdir() if p.name.startswith("banxin-")] == []


def test_a_killed_build_and_a_damaged_cache_change_nothing(
    root: Path, tmp_path: Path, title: Title
) -> None:
    killed_and_built(root, tmp_path, tmp_path / title(), times=2)


@pytest.mark.stress
@pytest.mark.long
def test_a_hundred_killed_builds_and_damaged_caches_change_nothing(
    root: Path, tmp_path: Path, title: Title
) -> None:
    killed_and_built(root, tmp_path, tmp_path / title(), times=100)
