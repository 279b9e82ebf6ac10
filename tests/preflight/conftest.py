"""The press file in which faults are sown, built once."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from banxin import pipeline
from banxin.cache import Cache
from banxin.request import Request
from banxin.workspace import Workspace
from preflight_title import write


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path, root: Path) -> bytes:
    """The press file of a good title of four pages."""
    folder = tmp_path_factory.mktemp("good")
    write(folder / "content" / "village")
    here = Workspace(root, output=folder / "output")
    here.cache = Cache(shared_cache)
    here.mount(PurePosixPath("content"), folder / "content")
    made = pipeline.build(Request(PurePosixPath("content/village"), finishes=("press",)), here)
    return next(f for f in made.files if f.suffix == ".pdf").read_bytes()
