"""The sample of old photographs: grey, grey that is stored as RGB, and brown, as one family."""

from __future__ import annotations

import math
from pathlib import Path, PurePosixPath

import numpy as np
import pikepdf
import pytest
from PIL import Image

from banxin.pipeline import Build
from banxin.workspace import Workspace
from conftest import ROOT, Builder

PHOTOGRAPHS = 7
KINDS = {"L", "RGB", "1"}


@pytest.fixture
def album(workspace: Workspace, build: Builder) -> Build:
    workspace.mount(PurePosixPath("content"), ROOT / "content")
    return build(PurePosixPath("content/jiuying"), finishes="screen")


def pictures(pdf: Path) -> list[Image.Image]:
    """The photographs of a file, not what is drawn in one ink."""
    with pikepdf.open(pdf) as file:
        found = [
            pikepdf.PdfImage(thing).as_pil_image()
            for thing in file.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == pikepdf.Name.Image
        ]
    return [picture for picture in found if picture.mode == "RGB" and min(picture.size) > 200]


def mode(file: Path) -> str:
    with Image.open(file) as picture:
        return picture.mode


def hue(picture: Image.Image) -> float:
    """Of its middle tones, degrees in the plane of a* and b*, roughly."""
    pixels = np.asarray(picture).astype(np.float64).reshape(-1, 3)
    light = pixels.mean(axis=1)
    red, green, blue = pixels[(light > 80) & (light < 150)].mean(axis=0)
    return math.degrees(math.atan2((red + green) / 2 - blue, red - green))


def test_pictures_of_three_kinds_print_in_one_hue(album: Build) -> None:
    files = sorted((ROOT / "content" / "jiuying" / "photos").glob("*.[jp][pn]g"))
    assert {mode(file) for file in files} == KINDS
    assert len(files) == PHOTOGRAPHS + 1

    (screen,) = (file for file in album.files if file.name.endswith("-screen.pdf"))
    hues = [hue(picture) for picture in pictures(screen)]

    assert album.report.verdict == "pass"
    assert len(album.report.facts.sheets) == 8
    assert len(hues) == PHOTOGRAPHS
    assert max(hues) - min(hues) < 6
