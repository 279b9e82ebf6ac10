"""Setting time with the composer, as a share of plain WeasyPrint's, which sets no justified Chinese.

Each run is a process of its own; plain and composed take turns. CPU seconds, medians.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench
RUN = Path(__file__).with_name("composer_run.py")


def run(root: Path, pages: int, mode: str) -> dict[str, float]:
    command = [sys.executable, str(RUN), str(root), str(pages), mode]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("pages", "rounds"), [(20, 5), (80, 3)])
def test_composed_against_plain(
    pages: int, rounds: int, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: dict[str, list[dict[str, float]]] = {"plain": [], "composed": []}
    for _ in range(rounds):
        for mode, found in taken.items():
            found.append(run(root, pages, mode))

    said = []
    for part in ("layout", "total", "peak"):
        plain, composed = (statistics.median(r[part] for r in taken[mode]) for mode in taken)
        unit = "MiB" if part == "peak" else "s"
        said.append(f"{part} {plain:.2f} → {composed:.2f} {unit} = {composed / plain:.2f}")
    with capsys.disabled():
        print(f"\n{pages} pages in two columns, plain → composed: {'; '.join(said)}")
    assert {r["pages"] for r in taken["plain"]} == {r["pages"] for r in taken["composed"]}
