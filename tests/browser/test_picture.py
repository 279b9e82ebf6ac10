"""The picture of the preview in the READMEs is taken here."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser
from served import opened, serving

pytestmark = pytest.mark.stress


def test_the_picture_of_the_readme_is_made_here(
    browser: Browser,
    root: Path,
    tmp_path: Path,
    preview_output: Path,
    request: pytest.FixtureRequest,
) -> None:
    """`--bless` takes it anew."""
    picture = root / "src" / "banxin" / "preview" / "overview.jpg"
    shutil.copytree(root / "content" / "langfang", tmp_path / "content" / "langfang")
    with serving(tmp_path, preview_output, title="langfang") as preview:
        seen = opened(
            browser,
            f"{preview.address}#p=14&show=trim.safe.area.grid",
            viewport={"width": 1440, "height": 880},
        )
        rests = "document.body.dataset.room === 'ready'"
        seen.page.wait_for_function(rests, timeout=300_000)  # nothing is in the cache yet
        seen.press("f")
        seen.page.wait_for_selector("#findings li")
        seen.page.wait_for_timeout(500)  # until the panel has made room
        taken = seen.page.screenshot(type="jpeg", quality=74)
        seen.page.context.close()
    if request.config.getoption("--bless"):
        picture.write_bytes(taken)

    with Image.open(picture) as kept, Image.open(io.BytesIO(taken)) as now:
        assert kept.size == now.size
    assert picture.stat().st_size < 250_000
    for readme in root.glob("README*.md"):
        assert "src/banxin/preview/overview.jpg" in readme.read_text("utf-8")
