"""What a copy of a series costs beside a build of its own; printed, nothing about time asserted.

Longer series are measured by hand: ``python tests/bench/series_run.py certificates 1000``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench

RUN = Path(__file__).parent / "series_run.py"


def measured(kind: str, count: int, *more: str) -> dict[str, float]:
    run = subprocess.run(
        [sys.executable, str(RUN), kind, str(count), *more],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("kind", "counts", "cores"),
    [("village", (1, 10), 1), ("certificates", (1, 10, 100), 1), ("certificates", (100,), 2)],
)
def test_seconds_and_memory_of_copies(
    kind: str, counts: tuple[int, ...], cores: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for count in counts:
        found = measured(kind, count, f"--cores={cores}")
        with capsys.disabled():
            print(f"\n{kind}, {cores} cores: {found}")
        assert found["fine"] == count


def test_typst_over_the_same_table(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\ntypst, certificates: {measured('typst', 100)}")
