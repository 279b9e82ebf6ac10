"""The table of fault × found, printed when the tests have run."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

COLUMNS: Final = 3


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Of each code: how many of its faults were sown, and how many were found."""
    sown, found = Counter[str](), Counter[str]()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for code in (value for name, value in report.user_properties if name == "sown"):
                sown[str(code)] += 1
                found[str(code)] += outcome == "passed"
    if not sown:
        return
    terminalreporter.section(f"fault × found: {found.total()} of {sown.total()}")
    cells = [f"{code} {found[code]}/{sown[code]}".ljust(34) for code in sorted(sown)]
    for first in range(0, len(cells), COLUMNS):
        terminalreporter.write_line("".join(cells[first : first + COLUMNS]).rstrip())
