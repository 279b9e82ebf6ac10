"""What the preview finds is what a build finds."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest
from shop import ROOT

from banxin.cache import Cache
from banxin.pipeline import build
from banxin.preview.messages import Home, Judged, SetAll
from banxin.preview.renderer import Renderer
from banxin.request import Request
from banxin.workspace import Workspace
from dresses import LAYOUTS

QUICK: Final = ("langfang", "jinian")


def cases() -> list[Any]:
    return [
        pytest.param(
            title,
            layout,
            id=f"{title}-{layout}",
            marks=() if (title, layout) == QUICK else pytest.mark.stress,
        )
        for title in ("langfang", "liuhe")
        for layout in LAYOUTS
    ]


@pytest.mark.parametrize(("title", "layout"), cases())
def test_the_verdict_of_a_preview_is_that_of_a_build(
    title: str, layout: str, shared_cache: Path, tmp_path: Path
) -> None:
    request = Request(PurePosixPath("content") / title, layout, finishes=("press",), publish=False)
    workspace = Workspace(ROOT, output=tmp_path)
    workspace.cache = Cache(shared_cache)
    home = Home(ROOT, tmp_path, darkroom=tmp_path)

    built = build(request, workspace).report.findings
    *_, shown = Renderer(home).answer(SetAll(Request(request.folder, layout)), lambda: None)

    assert isinstance(shown, Judged)
    assert shown.with_ink
    assert len(built) > 1
    assert sorted(repr(told.diagnostic) for told in shown.told) == sorted(map(repr, built))
